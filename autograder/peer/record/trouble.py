"""What is wrong with a record, with its file, its line and what to do."""

from __future__ import annotations

from pathlib import Path

from autograder.errors import CourseError, UsageError


def broken(path: Path, line: int, what: str, advice: str, *, code: str = "") -> CourseError:
    """line  from 1; 0: none"""
    where = f"{path}, line {line}" if line else str(path)
    return CourseError(code or "record-broken", what, where=where, next=advice)


def refused(code: str, what: str, advice: str, where: str = "") -> UsageError:
    """Of what a command was given."""
    return UsageError(code, what, where=where, next=advice)
