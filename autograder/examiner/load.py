"""From what was read of a notebook to what a candidate is told to load."""

from __future__ import annotations

from autograder import notebook, wire


def code_unit(unit: notebook.Unit) -> wire.CodeUnit:
    return wire.CodeUnit(
        unit.cell, unit.source, unit.first_line, unit.binds, unit.risky, unit.future
    )
