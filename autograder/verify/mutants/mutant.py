"""What the generator hands out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One graded cell of a reference with one thing changed."""

    assignment: str
    cell: str  # the graded symbol
    operator: str  # a name of the table OPERATORS
    line: int  # 1-based, in the cell: the first line that differs
    source: str  # the whole cell, changed
    diff: str  # unified, one line of context, without the two lines that would name files
    id: str  # 12 hexadecimal digits; stays when other statements of the cell are edited
