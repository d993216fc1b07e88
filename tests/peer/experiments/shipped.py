"""The shipped assignments' sessions, and cells of notebooks executed as a reader would."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from autograder.catalogue import Misconception, read_catalogue
from autograder.course import Assignment, load_course
from autograder.peer.experiments import Experiment

ROOT = Path(__file__).parent.parent.parent.parent
COURSE = load_course(ROOT)
NAMES = [assignment.name for assignment in COURSE.assignments]
SAMPLE = "vae_elbo"  # it has stand-ins, random draws, gradients and exceptions

# Every notebook is a list of cells' sources; the reader's own symbols are the reference's.
_SCRIPT = """
import contextlib, io, json, sys
from pathlib import Path
from autograder.notebook import read_reference
from autograder.replicas import names_of_the_reference

order = json.load(sys.stdin)
path = Path(order["reference"])
own = names_of_the_reference(path, read_reference(path))
printed = []
for cells, defined in order["notebooks"]:
    names = {"__name__": "__main__"} | ({name: own[name] for name in defined})
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        for cell in cells:
            exec(cell, names)
    printed.append(out.getvalue())
json.dump(printed, sys.stdout)
"""


def entries_of(assignment: Assignment) -> tuple[Misconception, ...]:
    return read_catalogue(assignment.misconceptions)


def printed_by(
    assignment: Assignment, notebooks: Sequence[tuple[Sequence[str], Sequence[str]]]
) -> list[str]:
    """What each prints, each in empty names, all in one process of their own.

    notebooks  sources of code cells, and which of the reference's symbols the reader has defined
    """
    order = {"reference": str(assignment.reference), "notebooks": notebooks}
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT],
        input=json.dumps(order),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr
    printed: list[str] = json.loads(done.stdout)
    return printed


def code_of(experiment: Experiment, language: str) -> list[str]:
    return [cell.source for cell in experiment.cells(language) if cell.kind == "code"]


def parts(printed: str) -> dict[str, str]:
    """What was printed below each version's name."""
    pieces = re.split(r"^(version_a|mine)\n", printed, flags=re.MULTILINE)
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))
