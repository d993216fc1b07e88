"""A failure of a grading, once more, on the instructor's machine and in a debugger.

target.py      which notebook, which seed, and what has changed since the grading
order.py       what a replay is told; it runs in a process of its own
__main__.py    that process: `python -m autograder.replay ORDER`
stage.py       the suite, with one of its tests to run
debugger.py    pdb, in the frames of the test
upstream.py    the reference's symbols, where the grading had them in place of the student's
traceback.py   the same frames as text, where there is no terminal
in_process.py  the student's functions in the process of the test, unconfined
"""

from autograder.replay.order import Debugger, Order, start
from autograder.replay.target import Target, named, target_of

__all__ = ["Debugger", "Order", "Target", "named", "start", "target_of"]
