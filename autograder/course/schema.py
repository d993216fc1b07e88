"""The keys of course.yml and what each accepts.

The document's scalars arrive as text, so each type here reads text. Models are thrown away as
soon as load.py has turned them into the dataclasses of model.py.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from autograder.course.document import Document, KeyPath, dotted
from autograder.course.problems import Problem, nearest
from autograder.course.quantities import fraction, seconds, size_bytes


def _no_late_policy(value: object) -> object:
    return None if value == "none" else value


def time_zone(text: str) -> str:
    try:
        zoneinfo.ZoneInfo(text)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        advice = nearest(text, zoneinfo.available_timezones()) if text else ""
        hint = advice if advice.startswith("did") else "an example is Asia/Seoul"
        raise ValueError(f'expected the name of a time zone, got "{text}"; {hint}') from None
    return text


def plain_name(text: str) -> str:
    """A word that is safe as a folder's name and that nbgrader takes as an id."""
    plain = text.replace("-", "_").replace(".", "_")
    if not text or text[0] in "-." or not ("x" + plain).isidentifier():
        raise ValueError(f'expected letters, digits, "_", "-" and ".", got "{text}"')
    if len(text) > 80:
        raise ValueError(f"expected at most 80 characters, got {len(text)}")
    return text


def _title(text: str) -> str:
    title = text.strip()
    if not title or not title.isprintable():
        raise ValueError("expected one line of text")
    return title


def student_id(text: str) -> str:
    if not text or not text.isprintable() or "/" in text or "\\" in text:
        raise ValueError(f'expected a student id, got "{text}"')
    return text


def _dotted_name(text: str) -> str:
    parts = text.split(".")
    if len(parts) < 2 or not all(part.isidentifier() for part in parts):
        raise ValueError(f'expected a dotted name such as "torch.nn.LSTM", got "{text}"')
    return text


def _database_url(text: str) -> str:
    scheme, separator, _ = text.partition("://")
    if not separator or not scheme.replace("+", "").isalnum():
        raise ValueError('expected a URL such as "sqlite:///results.db" or "postgresql://host/db"')
    return text


def _cards(value: object) -> object:
    """Numbers of cards; None for all of them."""
    if value == "all":
        return None
    texts = [str(item) for item in value] if isinstance(value, list) else [str(value)]
    if not texts or not all(text.isdecimal() and len(text) < 5 for text in texts):
        raise ValueError('expected "all" or the numbers of cards, such as [0, 1]')
    return tuple(dict.fromkeys(int(text) for text in texts))


def _attempts(value: object) -> object:
    """How many a day; None for all of them, which has a word so that it can replace a default."""
    if value == "all":
        return 0
    if isinstance(value, str) and not (value.isdecimal() and 0 < int(value[:5]) <= 1000):
        raise ValueError(f'expected "all" or a whole number from 1 to 1000, got "{value}"')
    return value


def _choice(*choices: str) -> BeforeValidator:
    def check(value: object) -> object:
        if isinstance(value, str) and value not in choices:
            wanted = " or ".join(f'"{choice}"' for choice in choices)
            raise ValueError(f'expected {wanted}, got "{value}"')
        return value

    return BeforeValidator(check)


def _only_text(read: Any) -> BeforeValidator:
    """Reads text; leaves anything else for pydantic to refuse."""
    return BeforeValidator(lambda value: read(value) if isinstance(value, str) else value)


Seconds = Annotated[float, _only_text(seconds)]
Bytes = Annotated[int, _only_text(size_bytes)]
Fraction = Annotated[float, _only_text(fraction)]
Name = Annotated[str, AfterValidator(plain_name)]
Title = Annotated[str, AfterValidator(_title)]
StudentId = Annotated[str, AfterValidator(student_id)]
DottedName = Annotated[str, AfterValidator(_dotted_name)]


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LimitsSection(Section):
    call: Seconds | None = None
    test: Seconds | None = None
    notebook: Seconds | None = None
    memory: Bytes | None = None
    message: Bytes | None = None
    scratch: Bytes | None = None
    gpu_memory: Bytes | None = None


class LateSection(Section):
    penalty_per_day: Fraction
    cutoff: Seconds | None = None


class FeedbackSection(Section):
    """What students see of hidden tests; limit by limit, as `limits`."""

    tests: (
        Annotated[Literal["always", "after_due", "never"], _choice("always", "after_due", "never")]
        | None
    ) = None
    informative_attempts_per_day: Annotated[int | None, BeforeValidator(_attempts)] = None


class SettingsSection(Section):
    """What `defaults:` may say for all assignments and an assignment for itself."""

    limits: LimitsSection = LimitsSection()
    device: Annotated[Literal["cpu", "cuda"], _choice("cpu", "cuda")] = "cpu"
    forbidden: tuple[DottedName, ...] = ()
    execute: Annotated[Literal["needed", "all"], _choice("needed", "all")] = "needed"
    carry_errors: bool = False
    feedback: FeedbackSection = FeedbackSection()
    due: str | None = None
    late: Annotated[LateSection | None, BeforeValidator(_no_late_policy)] = None
    attempts: Annotated[
        Literal["latest_on_time", "last", "best"], _choice("latest_on_time", "last", "best")
    ] = "latest_on_time"


class AssignmentSection(SettingsSection):
    title: Title | None = None
    extensions: dict[StudentId, str] = {}  # of students and groups


class SandboxSection(Section):
    kind: Annotated[Literal["auto", "local", "docker"], _choice("auto", "local", "docker")] = "auto"
    jobs: Annotated[int, Field(ge=1, le=1024)] | None = None
    image: str | None = None
    recycle_after: Annotated[int, Field(ge=1, le=1024)] = 100
    gpus: Annotated[tuple[int, ...] | None, BeforeValidator(_cards)] = None
    per_gpu: Annotated[int, Field(ge=1, le=1024)] = 1


class CollectSection(Section):
    """How submissions from elsewhere are laid out, where the command does not say."""

    pattern: str | None = None
    notebook: str | None = None


class CourseSection(Section):
    id: Name
    title: Title
    language: Annotated[Literal["en", "ko"], _choice("en", "ko")] = "en"
    timezone: Annotated[str, AfterValidator(time_zone)] = "UTC"
    roster: str | None = None
    groups: dict[Name, tuple[StudentId, ...]] = {}
    database: Annotated[str, AfterValidator(_database_url)] | None = None
    sandbox: SandboxSection = SandboxSection()
    collect: CollectSection = CollectSection()
    defaults: SettingsSection = SettingsSection()
    assignments: dict[Name, AssignmentSection] | None = None


SECTIONS: dict[str | int, type[Section]] = {
    "limits": LimitsSection,
    "late": LateSection,
    "feedback": FeedbackSection,
    "sandbox": SandboxSection,
    "collect": CollectSection,
    "defaults": SettingsSection,
}


def read(document: Document) -> tuple[CourseSection | None, list[Problem]]:
    """The validated sections (None if they could not be), and every problem found."""
    try:
        return CourseSection.model_validate(_without_empty(document.value)), []
    except ValidationError as error:
        return None, [_problem(detail, document) for detail in error.errors()]


def _without_empty(value: Any, path: KeyPath = ()) -> Any:
    """A key with nothing behind it means its default; an assignment's means all defaults."""
    if isinstance(value, dict):
        kept = {key: _without_empty(inner, (*path, key)) for key, inner in value.items()}
        if path == ("assignments",):
            return {key: {} if inner is None else inner for key, inner in kept.items()}
        return {key: inner for key, inner in kept.items() if inner is not None}
    if isinstance(value, list):
        return ["" if item is None else _without_empty(item, (*path, 0)) for item in value]
    return value


def _problem(detail: ErrorDetails, document: Document) -> Problem:
    path = tuple(part for part in detail["loc"] if part != "[key]")
    code, what, advice = _words(detail, path)
    return Problem(code=code, what=what, line=document.line(path), key=dotted(path), next=advice)


def _words(detail: ErrorDetails, path: KeyPath) -> tuple[str, str, str]:
    """(code, what, next) in the words of course files rather than of pydantic."""
    key, got = path[-1], detail["input"]
    match detail["type"]:
        case "extra_forbidden":
            return "unknown-key", f'there is no key "{key}" here', nearest(str(key), _keys(path))
        case "missing":
            return "missing-key", f'the key "{key}" is required', f"add a line `{key}: …`"
        case "value_error":
            return "bad-value", str(detail["ctx"]["error"]), ""
        case "model_type" | "dict_type":
            return "wrong-type", f"expected keys and values, got {_kind(got)}", ""
        case "tuple_type" | "list_type":
            return "wrong-type", f"expected a list, got {_kind(got)}", "write it as `[a, b]`"
        case "string_type" | "float_type" | "int_type" | "literal_error":
            return "wrong-type", f"expected one value, got {_kind(got)}", ""
        case _:
            return "bad-value", f'expected a whole number from 1 to 1024, got "{got}"', ""


def _keys(path: KeyPath) -> Iterable[str]:
    if len(path) < 2:
        return CourseSection.model_fields
    if len(path) == 3 and path[0] == "assignments":
        return AssignmentSection.model_fields
    return SECTIONS[path[-2]].model_fields


def _kind(value: object) -> str:
    if isinstance(value, dict):
        return "keys and values"
    return "a list" if isinstance(value, list) else f'"{value}"'
