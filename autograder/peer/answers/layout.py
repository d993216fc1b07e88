"""Code from a syntax tree, laid out so that people like to read it.

`ast.unparse` writes one line a statement, however long, and brackets round every tuple.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise

COLUMNS = 88
MAX_LINE = 3000  # longer ones nobody reads, and to lay them out would take its time
_OPEN, _CLOSE = ("(", "[", "{"), (")", "]", "}")
_STATEMENT = re.compile(r"((?:[\w.,\[\] ]+ [-+*/@]?= )+|return |if |elif |while |assert )(?!\()")
_LEVELS = {  # operators, those that bind least first
    **dict.fromkeys(("if", "else"), 0),
    "or": 1,
    "and": 2,
    **dict.fromkeys(("==", "!=", "<", ">", "<=", ">="), 3),
    **dict.fromkeys(("+", "-"), 4),
    **dict.fromkeys(("*", "/", "@", "//", "%"), 5),
}
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def laid_out(statements: Sequence[ast.stmt]) -> str:
    """At most COLUMNS wide where brackets allow it. The text means what the statements mean."""
    blocks: list[str] = []
    for index, node in enumerate(statements):
        text = ast.unparse(ast.fix_missing_locations(node)).strip("\n")
        around = isinstance(node, _DEFINITIONS) or isinstance(
            statements[index - 1] if index else None, _DEFINITIONS
        )
        imports = index and isinstance(statements[index - 1], ast.Import | ast.ImportFrom)
        if blocks:
            other = imports and not isinstance(node, ast.Import | ast.ImportFrom)
            blocks.append("\n\n\n" if around else "\n\n" if other else "\n")
        pretty = "\n".join(_lines(text))
        blocks.append(pretty if _same(pretty, text) else text)
    return "".join(blocks) + "\n"


def _same(pretty: str, text: str) -> bool:
    try:
        return ast.dump(ast.parse(pretty)) == ast.dump(ast.parse(text))
    except SyntaxError:
        return False


def _lines(text: str) -> list[str]:
    found: list[str] = []
    inside: list[int] = []  # how far the definitions around a line are indented
    for line in text.split("\n"):
        body = line.lstrip()
        indent = line[: len(line) - len(body)]
        if not body:
            continue
        ended = False
        while inside and len(indent) <= inside[-1]:
            ended = inside.pop() >= 0
        begins = body.startswith(("def ", "class ", "async def ", "@"))
        first = not found or found[-1].endswith(":") or found[-1].lstrip().startswith("@")
        if found and (ended or begins) and not first:
            found.append("")
        found += _wrapped(indent, _plain(body))
        if begins and not body.startswith("@"):
            inside.append(len(indent))
    return found


def _plain(line: str) -> str:
    """Quotes as in the reference, and no brackets round a tuple that needs none."""
    tokens = _tokens(line)
    for token in reversed(tokens):
        (_, start), (_, end) = token.start, token.end
        if token.type != tokenize.STRING:
            continue
        prefix, quote, inner = token.string.partition("'")
        inner = inner[:-1]
        if prefix in ("", "f") and quote and not {'"', "\\", "'"} & set(inner):
            line = f'{line[:start]}{prefix}"{inner}"{line[end:]}'
    line = re.sub(r"^(\w+), = ", r"(\1,) = ", line)
    return _without_brackets(_alone(line))


def _alone(line: str) -> str:
    """`sum(x for x in y)`: a generator that is the only argument needs no brackets of its own."""
    start = 0
    while (start := line.find("((", start)) >= 0:
        end = _closing(line, start + 1)
        called = start > 0 and (line[start - 1].isalnum() or line[start - 1] in "_)]")
        if called and line[end : end + 2] == "))" and _clauses(line[start + 2 : end]):
            line = line[: start + 1] + line[start + 2 : end] + line[end + 1 :]
        start += 1
    return line


def _without_brackets(line: str) -> str:
    """`(h, c) = state`, `for (i, x) in …:`, `return (h, c)`."""
    for before, after in (("", " = "), ("for ", " in "), ("return ", "")):
        if not line.startswith(f"{before}("):
            continue
        end = _closing(line, len(before))
        inner = line[len(before) + 1 : end]
        alone = line[end + 1 :].startswith(after) if after else end == len(line) - 1
        if alone and _is_tuple(inner):
            return f"{before}{inner}{line[end + 1 :]}"
    return line


def _is_tuple(inner: str) -> bool:
    commas = _commas(inner)
    return bool(commas) and "*" not in inner[:1] and not inner.endswith(",")


def _wrapped(indent: str, line: str) -> list[str]:
    """The line; or what its longest brackets hold, or its terms, on lines of their own."""
    if len(indent) + len(line) <= COLUMNS or len(line) > MAX_LINE:
        return [indent + line]
    place = _to_split(line)
    if place is None or _is_amid(line, place):
        terms = _terms(indent, line)
        if terms:
            return terms
    if place is None:
        return [indent + line]
    start, end = place
    head, inner, tail = line[: start + 1], line[start + 1 : end].strip(), line[end:]
    deeper = indent + "    "
    if len(deeper) + len(inner) <= COLUMNS:
        return [indent + head, deeper + inner, *_wrapped_tail(indent, tail)]
    clauses = _clauses(inner)
    parts = clauses or _parts(inner)
    comma = "," if len(parts) > 1 and not clauses else ""
    body = [one for part in parts for one in _wrapped(deeper, part + comma)]
    return [indent + head, *body, *_wrapped_tail(indent, tail)]


def _is_amid(line: str, place: tuple[int, int]) -> bool:
    """Would splitting there leave something else behind than the end of the line?"""
    return line[place[1] + 1 :].strip(" ,:") != ""


def _terms(indent: str, line: str) -> list[str]:
    """`total = a + b`, with each term on its own line between brackets; none if there are none."""
    match = _STATEMENT.match(line)
    if match is None:
        return []
    head, value = match[1], line[match.end() :]
    end = ":" if value.endswith(":") and not match[1].endswith("= ") else ""
    value = value.removesuffix(end) if end else value
    terms = [f"{part}," for part in _parts(value)] if _commas(value) else []
    terms = terms or _cut(value, _operators(value))
    if len(terms) < 2:
        return []
    deeper = indent + "    "
    body = [one for term in terms for one in _wrapped(deeper, term)]
    return [f"{indent}{head}(", *body, f"{indent}){end}"]


def _cut(text: str, places: Sequence[int]) -> list[str]:
    cuts = [0, *places, len(text)]
    return [text[a:b].strip() for a, b in pairwise(cuts)]


def _clauses(inner: str) -> list[str]:
    """The parts of a comprehension; none where it is something else."""
    depth = 0
    places: list[int] = []
    for token in _tokens(inner):
        if token.type == tokenize.OP:
            depth += (token.string in _OPEN) - (token.string in _CLOSE)
        elif depth == 0 and (token.string == "for" or (token.string == "if" and places)):
            places.append(token.start[1])
    return _cut(inner, places) if places else []


def _operators(value: str) -> list[int]:
    """Where the operators stand that bind least, outside of all brackets."""
    found: dict[int, list[int]] = {}
    depth = 0
    before = ""
    for token in _tokens(value):
        text, start = token.string, token.start[1]
        if token.type == tokenize.NAME and text in ("lambda", "for", "yield", "await"):
            return []
        if token.type == tokenize.OP and text in _OPEN:
            depth += 1
        elif token.type == tokenize.OP and text in _CLOSE:
            depth -= 1
        elif depth == 0 and text == ",":
            return []
        elif depth == 0 and text in _LEVELS and before and before not in _LEVELS:
            found.setdefault(_LEVELS[text], []).append(start)
        before = text if depth else text if text not in _OPEN else ""
    return found[min(found)] if found else []


def _wrapped_tail(indent: str, tail: str) -> list[str]:
    if len(indent) + len(tail) <= COLUMNS:
        return [indent + tail]
    place = _to_split(tail[1:])
    if place is None:
        return [indent + tail]
    first, *others = _wrapped(indent, tail[1:])
    return [indent + tail[0] + first[len(indent) :], *others]


def _parts(inner: str) -> list[str]:
    commas = [-1, *_commas(inner), len(inner)]
    parts = [inner[a + 1 : b].strip() for a, b in pairwise(commas)]
    return [part for part in parts if part]


def _to_split(line: str) -> tuple[int, int] | None:
    """The outermost brackets with most in them."""
    best: tuple[int, int] | None = None
    depth, start = 0, 0
    for token in _tokens(line):
        if token.type != tokenize.OP:
            continue
        if token.string in _OPEN:
            if depth == 0:
                start = token.start[1]
            depth += 1
        elif token.string in _CLOSE:
            depth -= 1
            end = token.start[1]
            if depth == 0 and end - start > 2 and (best is None or end - start > best[1] - best[0]):
                best = (start, end)
    return best


def _commas(text: str) -> list[int]:
    """Commas outside of all brackets, and outside of a lambda's arguments."""
    found: list[int] = []
    depth, in_lambda = 0, 0
    for token in _tokens(text):
        if token.type == tokenize.NAME and token.string == "lambda" and depth == 0:
            in_lambda += 1
        if token.type == tokenize.NAME and token.string == "for" and depth == 0:
            return []  # a generator: its commas belong to tuples
        if token.type != tokenize.OP:
            continue
        if token.string in _OPEN:
            depth += 1
        elif token.string in _CLOSE:
            depth -= 1
        elif token.string == ":" and depth == 0 and in_lambda:
            in_lambda -= 1
        elif token.string == "," and depth == 0 and not in_lambda:
            found.append(token.start[1])
    return found


def _closing(line: str, start: int) -> int:
    depth = 0
    for token in _tokens(line):
        if token.type == tokenize.OP and token.start[1] >= start:
            depth += (token.string in _OPEN) - (token.string in _CLOSE)
            if depth == 0:
                return token.start[1]
    return -1


def _tokens(line: str) -> list[tokenize.TokenInfo]:
    found: list[tokenize.TokenInfo] = []
    # A line such as `if x:` ends in the middle of nothing; its tokens are there all the same.
    with suppress(tokenize.TokenError, SyntaxError):
        found.extend(tokenize.generate_tokens(io.StringIO(line).readline))
    return [token for token in found if token.start[0] == 1]
