"""What of an answer is handed to the sandbox once it is anonymous."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.notebook import read_reference, read_submission
from autograder.peer.answers import Answer
from autograder.peer.pack.contrasts import Candidate, measured_notebook
from autograder.peer.pack.model import Needed

ROOT = Path(__file__).parents[3]
ITS = load_course(ROOT).assignment("cross_entropy")
CODE = "def log_softmax(logits, dim=-1):\n    return softmax(logits, dim).log()\n"
NEEDED = "def softmax(logits, dim=-1):\n    return logits.exp() / logits.exp().sum(dim, True)\n"


def a_candidate(*needs: Needed) -> Candidate:
    answer = Answer(symbol="log_softmax", code=CODE, needs=tuple(each.symbol for each in needs))
    return Candidate(key="k", answer=answer, needs=needs, students=("kim",), submissions=("s",))


@pytest.mark.parametrize("released", [True, False])
@pytest.mark.parametrize("needs", [(), (Needed(symbol="softmax", code=NEEDED, needs=()),)])
def test_nothing_of_the_reference_stands_beside_it(
    needs: tuple[Needed, ...], released: bool, tmp_path: Path
) -> None:
    assignment = ITS if released else replace(ITS, release=tmp_path / "missing.ipynb")
    reference = read_reference(ITS.reference)
    cells = json.loads(ITS.reference.read_text(encoding="utf-8"))["cells"]
    text = "\n".join("".join(cell["source"]) for cell in cells)
    solved = re.findall(r"### BEGIN SOLUTION(.+?)### END SOLUTION", text, re.DOTALL)
    lines = {line.strip() for part in solved for line in part.splitlines()}
    telling = {line for line in lines if len(line) > 30}
    assert len(telling) > 5
    notebook = measured_notebook(a_candidate(*needs), assignment)
    submission = read_submission(notebook, reference)
    assert "softmax(logits, dim).log()" in submission.sources["log_softmax"]
    said = "\n".join([*submission.sources.values(), *(each.source for each in submission.units)])
    assert [line for line in telling if line in said] == []
