"""Submissions from elsewhere → attempts/ and submitted/.

run.py           the story of one `autograder collect`
entries.py       files in folders and zips, never unpacked, within limits
refusal.py       what is not read, and why
zip_names.py     names of files in zips that do not say how they are encoded
layouts.py       how Moodle, Canvas and Google Classroom lay out what was handed in
naming.py        naming rules for loose notebooks
repositories.py  a git repository per student
people.py        whose it is, by the roster
picking.py       which notebook of a hand-in is the assignment's
times.py         when it was handed in, as platforms write it
listed.py        which row of a list of times speaks of what
attempts.py      all that was ever collected, with where it came from
choice.py        which attempt counts
matches.py       what the instructor has said about names that match nobody
submitting.py    the attempt that counts, into submitted/
best.py          grades attempts, where the best of them counts

nbgrader's zip_collect is not used: it unpacks archives with whatever they contain (links, any size,
archives in archives without end), names cannot be matched with a roster, and a student whose name
does not fit its expression ends all of it or is left out with a line in the log. Its expressions
for names are taken, see naming.py.
"""

from autograder.collect.layouts import LAYOUTS
from autograder.collect.matches import add_open, read_matches
from autograder.collect.run import OPEN, Collected, Row, Wanted, collect

__all__ = ["LAYOUTS", "OPEN", "Collected", "Row", "Wanted", "add_open", "collect", "read_matches"]
