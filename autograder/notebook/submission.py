"""What a student's notebook becomes before any of it is executed."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One top-level statement to execute, in order."""

    cell: str  # grade_id of a graded or read-only cell, else "cell 7" (1-based position)
    source: str  # the statement's text, dedented, without leading blank lines
    first_line: int  # its line in the cell, so that tracebacks show the cell's own numbers
    binds: tuple[str, ...]  # global names that it binds or changes, sorted
    risky: bool  # executing it may run expressions of the student's
    future: bool  # `from __future__ import annotations` is in force


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """The code of a notebook, read but never run; flags are listed in the package docstring."""

    units: tuple[Unit, ...]
    sources: dict[str, str]  # cell -> its text without magics, with its line count kept
    missing: dict[str, str]  # symbol -> why it cannot be there, in words for the student
    forbidden: dict[str, tuple[str, ...]]  # symbol -> "torch.softmax (cell softmax, line 4)"
    forbidden_names: dict[str, tuple[str, ...]] = field(default_factory=dict)  # -> "torch.softmax"
    flags: tuple[str, ...] = ()  # sorted, unique
    notes: tuple[str, ...] = ()  # what was repaired or left out, one line each
    untouched: tuple[str, ...] = ()  # symbols that are still the released stub
    uses: dict[str, tuple[str, ...]] = field(default_factory=dict)  # symbol -> others it names
