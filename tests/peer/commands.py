"""`autograder peer …` in this process, with the tree of commands built once."""

from __future__ import annotations

import contextlib
import io
from functools import cache
from pathlib import Path
from typing import Any

import typer.main

from autograder.cli import app


@cache
def _command() -> Any:
    return typer.main.get_command(app)


def peer(*words: str | Path, status: int = 0) -> str:
    """Its standard output.

    raises  AutograderError, which the command line would say
    """
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        args = ["peer", *map(str, words)]
        ended = _command().main(args=args, prog_name="autograder", standalone_mode=False)
    assert (ended or 0) == status, out.getvalue()
    return out.getvalue()
