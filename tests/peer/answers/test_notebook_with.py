"""A notebook of several people's answers is a notebook."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
import pytest

from autograder.errors import CourseError, UsageError
from autograder.notebook import read_submission
from autograder.peer.answers import notebook_with
from tests.peer.answers.sweeps import COURSE, all_of, alternatives
from tests.suites.answers import answers

NAME = "cross_entropy"
RELEASE = COURSE.assignment(NAME).release


def test_it_is_valid_and_has_the_answers_in_the_symbols_cells() -> None:
    code = all_of(NAME, alternatives(NAME)["loops"])
    data = notebook_with(RELEASE, code)
    nbformat.validate(nbformat.reads(data.decode(), as_version=4))
    submission = read_submission(data, answers(NAME).reference)
    assert submission.flags == ()
    assert submission.missing == {}
    assert submission.untouched == ()


def test_what_is_not_given_stays_a_stub_and_outputs_go() -> None:
    document = json.loads(RELEASE.read_bytes())
    data = notebook_with(RELEASE, {"softmax": "def softmax(logits, dim=-1):\n    return logits\n"})
    submission = read_submission(data, answers(NAME).reference)
    assert submission.untouched == ("log_softmax", "cross_entropy")
    cells = json.loads(data)["cells"]
    assert len(cells) == len(document["cells"])
    assert all(cell["outputs"] == [] for cell in cells if cell["cell_type"] == "code")
    assert data == notebook_with(
        RELEASE, {"softmax": "def softmax(logits, dim=-1):\n    return logits"}
    )


def test_helpers_of_two_answers_do_not_get_into_each_others_way() -> None:
    one = (
        "def helper_1(x):\n    return 1\n\n\ndef softmax(logits, dim=-1):\n    return helper_1(0)\n"
    )
    other = one.replace("softmax", "log_softmax").replace("return 1", "return 2")
    document = json.loads(notebook_with(RELEASE, {"softmax": one, "log_softmax": other}))
    names: dict[str, object] = {}
    for cell in document["cells"]:
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if grade_id in ("softmax", "log_softmax"):
            exec(cell["source"], names)  # our own
    assert [names[each](0) for each in ("softmax", "log_softmax")] == [1, 2]  # type: ignore[operator]


def test_a_symbol_without_a_cell_and_a_broken_notebook_are_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no cell for perplexity"):
        notebook_with(RELEASE, {"perplexity": "pass"})
    (tmp_path / "n.ipynb").write_text("{}")
    with pytest.raises(CourseError, match="cannot be read"):
        notebook_with(tmp_path / "n.ipynb", {})
