"""From the source of a cell to its mutants: every operator at every node, each result checked.

The changed node's text takes the place of the old one in the source, so that whatever is not
changed keeps its bytes. A result that is not Python, that means what the original means, or that
means what an earlier mutant means, is left out.
"""

from __future__ import annotations

import ast
import difflib
import hashlib
import warnings
from collections import Counter
from collections.abc import Iterator

import libcst as cst

from autograder.verify.mutants.code import Code, bare, parse, text
from autograder.verify.mutants.mutant import Mutant
from autograder.verify.mutants.operator import Operator
from autograder.verify.mutants.operators import OPERATORS
from autograder.verify.mutants.places import changeable
from autograder.verify.mutants.statements import statement_key, unformatted


def mutants_of(source: str, symbol: str, assignment: str) -> list[Mutant]:
    """All mutants of one graded cell, in the order of the text and of the table of operators.

    raises  libcst.ParserSyntaxError if the cell is not Python
    """
    code = parse(source)
    seen = {_meaning(source)}
    mutants = []
    for operator, key, changed in _changes(code):
        meaning = _meaning(changed)
        if meaning is None or meaning in seen:
            continue
        seen.add(meaning)
        mutants.append(
            Mutant(
                assignment=assignment,
                cell=symbol,
                operator=operator,
                line=_first_difference(source, changed),
                source=changed,
                diff=_diff(source, changed),
                id=_digest(assignment, symbol, operator, *key),
            )
        )
    return mutants


def _changes(code: Code) -> Iterator[tuple[str, tuple[str, ...], str]]:
    """(operator, what makes this change itself, the whole cell changed).

    A change is known by the statement that it is in, by what stood there and by what stands there
    now; only where the same change occurs in equal statements are they numbered.
    """
    occurrences: Counter[tuple[str, ...]] = Counter()
    for node in changeable(code):
        for operator in OPERATORS:
            for new in _offers(operator, node, code):
                key = (*statement_key(node, code), _fragment(node), _fragment(new))
                occurrences[(operator.name, *key)] += 1
                number = str(occurrences[(operator.name, *key)])
                yield operator.name, (*key, number), _replaced(code, node, new)


def _offers(operator: Operator, node: cst.CSTNode, code: Code) -> Iterator[cst.CSTNode]:
    """What an operator has for a node. In a cell that is written in an unusual way it may build
    what is not Python: it then has nothing, which must not cost the mutants of all the others."""
    try:
        yield from operator.change(node, code)
    except (cst.CSTValidationError, cst.ParserSyntaxError):
        return


def _fragment(node: cst.CSTNode) -> str:
    """Of a compound statement nothing: its header is in the key, and its body is elsewhere."""
    if isinstance(node, cst.BaseExpression):
        return unformatted(f"({bare(node)})")
    if isinstance(node, cst.BaseSmallStatement):
        return unformatted(text(node))
    return text(node.default) if isinstance(node, cst.Param) and node.default else ""


def _replaced(code: Code, old: cst.CSTNode, new: cst.CSTNode) -> str:
    """The whole cell with `new` where `old` was."""
    if isinstance(old, cst.Param) and isinstance(new, cst.Param) and old.default and new.default:
        return _replaced(code, old.default, new.default)
    if isinstance(old, cst.BaseExpression) and isinstance(new, cst.BaseExpression):
        return _with_expression(code, old, new)
    if isinstance(new, cst.BaseSmallStatement):
        statement = text(new.with_changes(semicolon=cst.MaybeSentinel.DEFAULT))
        return _spliced(code, *_extent(code, old), statement)
    return cst.ensure_type(code.module.deep_replace(old, new), cst.Module).code


def _with_expression(code: Code, old: cst.BaseExpression, new: cst.BaseExpression) -> str:
    """With as few parentheses as leave the meaning, of old's own and new's together."""
    start, end = _extent(code, old)
    closed = _spliced(code, start, end, f"({bare(new)})")
    if old.lpar and code.data[start - 1 : start] == b"(" and code.data[end : end + 1] == b")":
        start, end = start - 1, end + 1
        closed = _spliced(code, start, end, f"({bare(new)})")
    plain = _spliced(code, start, end, bare(new))
    return plain if _meaning(plain) == _meaning(closed) else closed


def _extent(code: Code, node: cst.CSTNode) -> tuple[int, int]:
    """Where a node's bytes are, without parentheses around it."""
    span = code.spans[node]
    return span.start, span.start + span.length


def _spliced(code: Code, start: int, end: int, new: str) -> str:
    return (code.data[:start] + new.encode() + code.data[end:]).decode()


def _meaning(source: str) -> str | None:
    """The syntax tree without places, or None if this is not Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # `1 is x`: a strange mutant is still a mutant
            tree = ast.parse(source)
            compile(tree, "<mutant>", "exec")
    except (SyntaxError, ValueError):
        return None
    return ast.dump(tree)


def _first_difference(before: str, after: str) -> int:
    pairs = zip(before.split("\n"), after.split("\n"), strict=False)
    return next(number for number, (one, other) in enumerate(pairs, start=1) if one != other)


def _diff(before: str, after: str) -> str:
    lines = difflib.unified_diff(before.split("\n"), after.split("\n"), n=1, lineterm="")
    return "\n".join(list(lines)[2:])


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]
