"""`autograder peer plan`: who meets when, about what, who leads and who presents.

model.py        Plan and PlannedSession: what everybody else reads
planfile.py     peer/plan.yml, read and written
sections.py     reading such files: every problem with its line
term.py         peer.yml; quantities.py and example.py: what stands in it
calendar.py     which sessions there are, and what of them stays; dates.py: when they are
topics.py       what they are about
roles.py        moderators and presenters by flows; exchanges.py: what flows cannot say
rotation.py     turns at any moment of the term; board.py: what counts; bounds.py: what is the best
counts.py       how often everybody had a role, and what a newcomer starts with
mixing.py       tables of cross-group sessions, by grid.py and tablesearch.py
planning.py     all of that → a plan
figures.py      how fair it is; changes.py: what is different from the earlier one
files.py        what is written: page.py and ical.py make it, in the words of words.py
"""

from autograder.peer.plan.model import Plan, PlannedSession, session_about
from autograder.peer.plan.planfile import plan_path, plan_text, read_plan

__all__ = ["Plan", "PlannedSession", "plan_path", "plan_text", "read_plan", "session_about"]
