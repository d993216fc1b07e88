"""Bytes that are no notebook: an error that says what they are and what to do."""

from __future__ import annotations

import pytest

from autograder.errors import SubmissionError
from autograder.notebook import cell_ids, cells, read_submission
from tests.notebook.building import Course, notebook, student_cells

VALID = notebook(*student_cells())


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"", "notebook-empty", "empty"),
        (b" \n\t", "notebook-empty", "empty"),
        (b"{}", "notebook-structure", "no notebook cells"),
        (b"[]", "notebook-structure", "it holds a list"),
        (b'"cells"', "notebook-structure", "it holds a str"),
        (b"null", "notebook-structure", "JSON but not a notebook"),
        (b'{"cells": {}}', "notebook-structure", "no notebook cells"),
        (VALID[:-20], "notebook-json", "not valid JSON"),
        (VALID + b"}", "notebook-json", "not valid JSON"),
        (b"{'cells': []}", "notebook-json", "not valid JSON"),
        (b"<!DOCTYPE html>", "notebook-json", "web page"),
        (b"<<<<<<< HEAD\n{}", "notebook-json", "merge conflict"),
        (b"%PDF-1.7", "notebook-json", "PDF"),
        (b"PK\x03\x04aaaa", "notebook-json", "zip"),
        (b"[" * 200_000, "notebook-json", "nested"),
        (b'{"cells": ' + b"[" * 200_000 + b"]" * 200_000 + b"}", "notebook-json", "nested"),
        ("{}".encode("utf-16"), "notebook-encoding", "UTF-16"),
        ("{}".encode("utf-16-le"), "notebook-encoding", "UTF-16"),
        ("{}".encode("utf-32"), "notebook-encoding", "UTF-16"),
        ('{"é": 1}'.encode("latin-1"), "notebook-encoding", "not encoded in UTF-8"),
        ('{"값": 1}'.encode("cp949"), "notebook-encoding", "CP949"),
    ],
)
def test_the_error_names_the_problem_and_the_next_step(
    course: Course, data: bytes, code: str, words: str
) -> None:
    for read in (lambda: read_submission(data, course.reference), lambda: cell_ids(data)):
        with pytest.raises(SubmissionError) as caught:
            read()
        assert caught.value.code == code
        assert words in caught.value.what
        assert caught.value.next


def test_broken_json_is_located() -> None:
    with pytest.raises(SubmissionError) as caught:
        cell_ids(b'{"cells": [\n  1 2]}')
    assert caught.value.where == "line 2, column 5"


def test_a_file_beyond_the_limit_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "MAX_FILE_BYTES", 100)
    with pytest.raises(SubmissionError) as caught:
        cell_ids(VALID)
    assert caught.value.code == "notebook-too-large"
    assert "outputs" in caught.value.next
