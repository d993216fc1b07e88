"""Reviews by peers of one assignment: who reads whose answer, forms, what came back, what it says.

model.py         Round, Item, Task, Review, Criterion: what all others speak of
files.py         where a round and its reviews are kept, read with care and written at once or not
rubric.py        what is asked about an answer: the default questions, or the assignment's own
gather.py        what was handed in, made anonymous; what cannot be is left out
distribute.py    who reads what: everybody k, every answer k, and why it may be impossible
assign.py        a round, and its next state: withdrawn, joined, given out again
forms.py         a reviewer's page; notebookform.py the same as a notebook
handout.py       searches finished forms for traces of people, and writes them
returned.py      bytes that come back: a form that was filled in, or why it is none
collect.py       forms that came back, put with the round
turnout.py       who has given and received how many
received.py      what reviewers wrote, for each author
calibration.py   answers of known quality; known.py, right_answers.py
aggregate.py     scores, weighted by reliability.py
spotchecks.py    what an instructor looks at; appeals.py, judgements.py what they say
judged_round.py  all of this together: where a round stands
given.py         what a student is told of it; tables.py what an instructor is shown
credit.py        points for reviewing; gifts.py what of a cell's extra credit is ours
turns.py         one command after the other, where a file is added to
"""
