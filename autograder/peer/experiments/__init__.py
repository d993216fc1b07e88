"""Experiments for a study session, and what else a group talks about: solutions/NAME/session/.

    probes.py        small visible inputs for each graded symbol, as functions
    discussion.yml   harder variations, interview questions, questions for two answers side by side

model.py         what the others hand to each other
probe_file.py    probes.py, read and never executed → Probes
discussion.py    discussion.yml → Discussion
sources.py       pieces of Python: imports that are needed, names that are replaced
cells.py         a wrong version and a probe → the cells of a notebook
order.py         what the process that runs them is told, and what it answers
__main__.py      that process; it alone executes anything, and it is the course's own code
contrast.py      how visibly two outcomes of a probe differ
choice.py        the probe that shows a misconception → Experiment
words.py         English and Korean

The course's own code runs in a process of its own, with a time limit: nothing hangs a command.
Students' answers never run here; to measure them on these inputs, hand `Probe.code` or
`Probe.large` to a sandbox.
"""

from __future__ import annotations

from autograder.peer.experiments.choice import experiment_for, unseen_entries
from autograder.peer.experiments.discussion import read_discussion
from autograder.peer.experiments.model import (
    Cell,
    Discussion,
    Experiment,
    Interview,
    Probe,
    Topics,
)
from autograder.peer.experiments.probe_file import probes_of

__all__ = [
    "Cell",
    "Discussion",
    "Experiment",
    "Interview",
    "Probe",
    "Topics",
    "experiment_for",
    "probes_of",
    "read_discussion",
    "unseen_entries",
]
