"""A student's notebook to a Submission: the story on one screen."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from typing import Literal

from autograder.errors import SubmissionError
from autograder.notebook.cells import read_notebook
from autograder.notebook.forbidden import Finding, find_forbidden
from autograder.notebook.matching import Matched, Part, match
from autograder.notebook.needs import Needs
from autograder.notebook.reference import Reference
from autograder.notebook.risk import is_plain_import, is_risky, safe_names
from autograder.notebook.statements import DEFINITIONS, Statement
from autograder.notebook.stubs import is_stub
from autograder.notebook.submission import Submission, Unit

MAX_NOTES = 40


def read_submission(
    data: bytes,
    reference: Reference,
    *,
    forbidden: Sequence[str] = (),
    execute: Literal["needed", "all"] = "needed",
) -> Submission:
    """Never executes the student's code.

    forbidden  dotted names; a module's name forbids all below it
    execute    "needed": what the graded symbols need; "all": every statement that parses
    raises     SubmissionError, and nothing else, for bytes that are no notebook
    """
    try:
        return _read(data, reference, forbidden, execute)
    except (RecursionError, MemoryError):
        raise SubmissionError(
            "notebook-too-complex",
            "the notebook is too large or too deeply nested to be read",
            next="clear all outputs, simplify the code, save and submit again",
        ) from None


def _read(
    data: bytes, reference: Reference, forbidden: Sequence[str], execute: Literal["needed", "all"]
) -> Submission:
    matched = match(read_notebook(data), reference)
    _mark_future(matched.parts)
    statements = [statement for part in matched.parts for statement in part.statements]
    needs = Needs(statements, reference.symbols)
    chosen = _chosen(statements, needs, reference, execute)
    findings = find_forbidden(statements, needs, reference.symbols, forbidden)
    missing = {
        symbol: _why_missing(symbol, matched.parts)
        for symbol in reference.symbols
        if not needs.binds(symbol)
    }
    _note_problems(matched, {s: why for s, why in missing.items() if not needs.may_bind(s)})
    used = {statement.cell for statement in chosen}
    return Submission(
        units=_units(chosen, needs),
        sources={part.label: part.text for part in matched.parts if part.label in used},
        missing=missing,
        forbidden={s: tuple(map(str, found)) for s, found in findings.items()},
        forbidden_names={s: _names(found) for s, found in findings.items()},
        flags=tuple(sorted(matched.flags | _forbidden_flags(findings.values()))),
        notes=_cut(matched.notes),
        untouched=tuple(s for s in reference.symbols if _untouched(s, needs, reference)),
        uses=_uses(needs, reference.symbols),
    )


def _mark_future(parts: Iterable[Part]) -> None:
    """In Jupyter a `__future__` import holds for its own cell and all that follow."""
    future = False
    for part in parts:
        future = future or any(_is_future(statement.node) for statement in part.statements)
        for statement in part.statements:
            statement.future = future


def _is_future(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.ImportFrom)
        and node.module == "__future__"
        and any(alias.name == "annotations" for alias in node.names)
    )


def _chosen(
    statements: list[Statement],
    needs: Needs,
    reference: Reference,
    execute: Literal["needed", "all"],
) -> list[Statement]:
    if execute == "all":
        chosen = statements
    else:
        indices = set(needs.reach(reference.symbols))
        chosen = [statements[i] for i in sorted(indices | _settings(statements, needs))]
    return [statement for statement in chosen if not _asks_ipython(statement)]


def _settings(statements: list[Statement], needs: Needs) -> set[int]:
    """Calls in a read-only cell such as `torch.manual_seed(0)`, with the imports they need.

    Only on well-known modules: setting up plots would import matplotlib for every submission.
    """
    found: set[int] = set()
    for index, statement in enumerate(statements):
        if statement.locked and isinstance(statement.node, ast.Expr) and statement.names.pokes:
            imports = needs.reach(statement.names.uses)
            if all(is_plain_import(statements[i].node) for i in imports):
                found |= {index, *imports}
    return found


def _asks_ipython(statement: Statement) -> bool:
    simple = isinstance(statement.node, (ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign))
    return simple and "get_ipython" in statement.names.at_once


def _units(chosen: list[Statement], needs: Needs) -> tuple[Unit, ...]:
    safe = safe_names(chosen)
    return tuple(
        Unit(
            cell=statement.cell,
            source=statement.source,
            first_line=statement.first_line,
            binds=needs.bound_by(statement),
            risky=is_risky(statement.node, safe, future=statement.future),
            future=statement.future,
        )
        for statement in chosen
    )


def _why_missing(symbol: str, parts: list[Part]) -> str:
    own = [part for part in parts if part.grade_id == symbol]
    defined = re.compile(rf"\b(?:def|class)[ \t]+{re.escape(symbol)}\b")
    for part in (*own, *parts):
        if part.problem and (part in own or defined.search(part.source)):
            return f"{_named(part.label)} does not parse: {part.problem}"
    others = [
        statement.node.name
        for part in own
        for statement in part.statements
        if isinstance(statement.node, DEFINITIONS)
    ]
    if others:
        return f"{_named(own[0].label)} defines `{others[-1][:80]}` instead of `{symbol}`"
    return f"{symbol} is not defined in any cell"


def _named(label: str) -> str:
    return label if label.startswith("cell ") else f"cell `{label}`"


def _note_problems(matched: Matched, missing: dict[str, str]) -> None:
    for part in matched.parts:
        if not part.problem:
            continue
        matched.notes.append(f"{_named(part.label)} was left out: {part.problem}")
        if part.role == "symbol":
            matched.flags.add(f"unparsable-cell:{part.grade_id}")
    matched.notes += [why for why in missing.values() if "does not parse" not in why]


def _cut(notes: list[str]) -> tuple[str, ...]:
    """The beginning is enough where a hostile notebook gives thousands of reasons."""
    unique = list(dict.fromkeys(" ".join(note.split())[:300] for note in notes))
    more = len(unique) - MAX_NOTES
    return tuple(unique[:MAX_NOTES] + ([f"and {more} more"] if more > 0 else []))


def _untouched(symbol: str, needs: Needs, reference: Reference) -> bool:
    """The last definition counts, as it does for Python."""
    definitions = [
        needs.statements[i]
        for i in needs.binders(symbol)
        if symbol in needs.statements[i].names.binds
    ]
    return bool(definitions) and is_stub(definitions[-1], reference.stubs[symbol])


def _uses(needs: Needs, symbols: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Which other graded symbols a symbol's definition and its helpers name, in their order."""
    uses: dict[str, tuple[str, ...]] = {}
    for symbol in symbols:
        others = frozenset(symbols) - {symbol}
        places = needs.reach([symbol], without=others)
        named = {name for i in places for name in needs.statements[i].names.uses}
        uses[symbol] = tuple(other for other in symbols if other in others & named)
    return uses


def _names(findings: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(finding.name for finding in findings))


def _forbidden_flags(findings: Iterable[tuple[Finding, ...]]) -> set[str]:
    return {f"forbidden-api:{finding.name}" for found in findings for finding in found}
