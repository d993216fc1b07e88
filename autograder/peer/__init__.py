"""Study groups: a plan for the term, a pack for each session, its record, and reviews by peers.

groups.py     who studies with whom, checked against the roster
places.py     which file lies where, and who may see it
consent.py    who may be shown, and which groups look at known wrong answers
plan/         dates, topics, roles, mixed sessions
answers/      somebody's answer without its author, and traces of people in any text
contrast/     what an answer costs, and which answers differ most
experiments/  small inputs that show a mistake, and what to talk about
pack/         the page and the notebook of a session
record/       what a session came to, and what all of them did
match/        pairs who can explain something to each other
review/       reviews by peers: forms, calibration, scores, appeals, credit
"""
