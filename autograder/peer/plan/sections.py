"""Reading peer.yml and plan.yml: text → validated sections, every problem with its line."""

from __future__ import annotations

import typing
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from autograder.course.document import Document, KeyPath, Unreadable, dotted, parse
from autograder.course.problems import BrokenCourse, Problem, nearest
from autograder.errors import CourseError

MAX_BYTES = 8 << 20  # a plan of 60 students over a year of days has a quarter of this


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


S = TypeVar("S", bound=Section)


def read_document(path: Path, file: str) -> Document:
    """The document in a file that exists.

    file    what it is called in messages
    raises  CourseError with file and line
    """
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            raise _broken(file, Problem(code="course-syntax", what="larger than 8 MiB", line=0))
        return parse(raw.decode("utf-8-sig"))
    except Unreadable as error:
        raise _broken(file, error.problem) from None
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        what = f"the byte 0x{raw[error.start]:02X} is not UTF-8"
        problem = Problem(code="course-encoding", what=what, line=line, next="save it as UTF-8")
        raise _broken(file, problem) from None
    except OSError as error:
        what = f"the file cannot be read: {error.strerror or error}"
        raise CourseError("unreadable", what, where=str(path)) from None


def read_section(model: type[S], document: Document) -> tuple[S | None, list[Problem]]:
    """The validated section (None: it could not be), and every problem found."""
    try:
        return model.model_validate(without_empty(document.value)), list(document.problems)
    except ValidationError as error:
        found = [_problem(detail, document, model) for detail in error.errors()]
        return None, [*document.problems, *found]


def refuse(file: str, problems: Iterable[Problem]) -> None:
    """raises  BrokenCourse, telling all of them; nothing where there is none"""
    problems = list(problems)
    if problems:
        raise BrokenCourse(file, problems)


def problem_at(document: Document, path: KeyPath, code: str, what: str, advice: str) -> Problem:
    return Problem(code=code, what=what, line=document.line(path), key=dotted(path), next=advice)


def without_empty(value: Any) -> Any:
    """A key with nothing behind it means its default."""
    if isinstance(value, dict):
        kept = {key: without_empty(inner) for key, inner in value.items()}
        return {key: inner for key, inner in kept.items() if inner is not None}
    if isinstance(value, list):
        return ["" if item is None else without_empty(item) for item in value]
    return value


def _broken(file: str, problem: Problem) -> BrokenCourse:
    """The reader of YAML was made for course.yml and calls its problems after it."""
    code = problem.code.replace("course-", "file-")
    said = Problem(
        code=code, what=problem.what, line=problem.line, key=problem.key, next=problem.next
    )
    return BrokenCourse(file, [said])


def _problem(detail: ErrorDetails, document: Document, model: type[Section]) -> Problem:
    path = tuple(part for part in detail["loc"] if part != "[key]")
    code, what, advice = _words(detail, path, model)
    return problem_at(document, path, code, what, advice)


def _words(detail: ErrorDetails, path: KeyPath, model: type[Section]) -> tuple[str, str, str]:
    """(code, what, next) in the words of such files rather than of pydantic."""
    key, got = path[-1] if path else "", detail["input"]
    match detail["type"]:
        case "extra_forbidden":
            return "unknown-key", f'there is no key "{key}" here', _near(str(key), path, model)
        case "missing":
            return "missing-key", f'the key "{key}" is required', f"add a line `{key}: …`"
        case "value_error":
            return "bad-value", str(detail["ctx"]["error"]), ""
        case "model_type" | "dict_type":
            return "wrong-type", f"expected keys and values, got {_kind(got)}", ""
        case "tuple_type" | "list_type":
            return "wrong-type", f"expected a list, got {_kind(got)}", "write it as `[a, b]`"
        case "string_type" | "literal_error":
            return "wrong-type", f"expected one value, got {_kind(got)}", ""
        case "bool_parsing" | "bool_type":
            return "bad-value", f"expected true or false, got {_kind(got)}", ""
        case _:
            return "bad-value", f"expected a whole number{_range(detail)}, got {_kind(got)}", ""


def _range(detail: ErrorDetails) -> str:
    limits: Mapping[str, Any] = detail.get("ctx", {})
    if "ge" in limits:
        return f" of at least {limits['ge']}"
    return f" of at most {limits['le']}" if "le" in limits else ""


def _near(word: str, path: KeyPath, model: type[Section]) -> str:
    for part in path[:-1]:
        if isinstance(part, str) and part in model.model_fields:
            inner = _section_in(model.model_fields[part].annotation)
            model = inner or model
    return nearest(word, model.model_fields)


def _section_in(annotation: Any) -> type[Section] | None:
    """The section that a key holds, itself or in a list or mapping."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    for inner in typing.get_args(annotation):
        found = _section_in(inner)
        if found is not None:
            return found
    return None


def _kind(value: object) -> str:
    if isinstance(value, dict):
        return "keys and values"
    return "a list" if isinstance(value, list) else f'"{value}"'
