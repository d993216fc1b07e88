"""The bytes of a submitted notebook → nbformat 4, however odd they are."""

from __future__ import annotations

import json
import warnings
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode, from_dict
from nbformat.v4 import nbjson

from autograder.errors import GradebookError


def read(notebook: bytes, student: str) -> NotebookNode:
    """Not yet valid: autograder.gradebook.repair makes it so.

    raises  GradebookError if the bytes are not a notebook at all
    """
    try:
        content = json.loads(notebook.decode("utf-8-sig", errors="replace"))
    except (ValueError, RecursionError) as error:
        raise _not_a_notebook(student, str(error)) from error
    if not isinstance(content, dict):
        raise _not_a_notebook(student, "it is not a JSON object")
    try:
        return _version_4(content)
    except Exception:  # nbformat meets any shape of JSON here; below only what is certain is used
        return _cells_only(content)


def write(nb: NotebookNode) -> str:
    """As nbformat.writes does, without copying first: `nb` must not be used afterwards."""
    from nbformat.v4.rwbase import split_lines

    text = json.dumps(
        split_lines(nb), indent=1, sort_keys=True, separators=(",", ": "), ensure_ascii=False
    )
    return text + "\n"


def _version_4(content: dict[str, Any]) -> NotebookNode:
    if content.get("nbformat") == 4 and isinstance(content.get("nbformat_minor"), int):
        return nbjson.to_notebook(content)
    with warnings.catch_warnings():  # about ids and versions: repaired later
        warnings.simplefilter("ignore")
        return nbformat.reads(json.dumps(content), as_version=4)


def _cells_only(content: dict[str, Any]) -> NotebookNode:
    cells = content.get("cells")
    listed = cells if isinstance(cells, list) else []
    return from_dict(
        {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {},
            "cells": [cell for cell in listed if isinstance(cell, dict)],
        }
    )


def _not_a_notebook(student: str, why: str) -> GradebookError:
    return GradebookError(
        "notebook-unreadable",
        f"the submitted file is not a notebook: {why}",
        where=f"student {student}",
        next="ask the student for the file again; the earlier grade stays as it is",
    )
