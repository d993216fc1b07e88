"""Study groups: a plan for the term, a pack for each session, its record, and reviews by peers.

groups.py  who studies with whom, checked against the roster
places.py  which file lies where
"""
