"""What IPython adds to Python, taken out again; the number of lines never changes.

Plain Python is never touched: these functions are tried only on text that does not parse.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

# cell magics whose body runs as Python in the notebook; every other one takes its body with it
PYTHON_BODY = frozenset(("time", "timeit", "capture", "prun", "memit", "mprun", "debug", "lprun"))

_CELL_MAGIC = re.compile(r"\s*%%(\w*)[^\n]*")
_PROMPTS = (
    (re.compile(r">>>(?: |$)"), re.compile(r"^(?:>>>|\.\.\.)(?: |$)", re.MULTILINE)),
    (re.compile(r"In ?\[\d+\]: "), re.compile(r"^(?:In ?\[\d+\]: |[ ]*\.{3,}: ?)", re.MULTILINE)),
)
_ESCAPE = re.compile(r"([ \t\f]*)[%!?,;/]")
_TIME = re.compile(r"([ \t\f]*)%time\s+(?!-)(?=\S)")
_TARGET = r"[^\W\d]\w*(?:\.\w+|\[[^\]\n]*\])*"
_ASSIGN = re.compile(rf"([ \t\f]*)({_TARGET}(?:[ \t]*,[ \t]*{_TARGET})*[ \t]*=[ \t]*)[%!]")
_ASSIGN_TIME = re.compile(r"%time\s+(?!-)(?=\S)")
_AUTOMAGIC = re.compile(
    r"([ \t]*)(?:pip3?|conda|mamba|cd|ls|ll|la|pwd|mkdir|rmdir|rm|cp|mv|cat|more|less|man|whos?|"
    r"env|matplotlib|pylab|(?:re|un)?load_ext|autoreload|run|reset|config|hist(?:ory)?|time(?:it)?|"
    r"python3?|apt(?:-get)?|git|wget|curl|echo|jupyter|unzip)\b(?![ \t]*[=(\[,:]|\.)"
)
_TOKEN = re.compile(r"\"\"\"|'''|[\"'#()\[\]{}\n]|\\\n")
_REST = {
    '"""': re.compile(r'(?:[^\\"]++|\\.|"(?!""))*+(?:""")?', re.DOTALL),
    "'''": re.compile(r"(?:[^\\']++|\\.|'(?!''))*+(?:''')?", re.DOTALL),
    '"': re.compile(r'(?:[^\\"\n]++|\\.)*+"?', re.DOTALL),
    "'": re.compile(r"(?:[^\\'\n]++|\\.)*+'?", re.DOTALL),
    "#": re.compile(r"[^\n]*"),
}


def readings(source: str) -> Iterator[str]:
    """Texts to try in turn, from the plainest reading to the most forgiving one."""
    text = _without_cell_magics(_without_prompts(source))
    yield text
    text = _replaced(_dedented(text), _magic)
    yield text
    yield _replaced(text, _automagic)


def _without_cell_magics(text: str) -> str:
    """`%%time` above Python is blanked; `%%bash` is blanked with all that it governs."""
    for _ in range(8):  # stacked cell magics; the bound keeps a hostile cell linear
        match = _CELL_MAGIC.match(text)
        if not match:
            break
        if match[1] not in PYTHON_BODY:
            return "\n" * text.count("\n")
        text = "\n" * match[0].count("\n") + text[match.end() :]
    return text


def _without_prompts(text: str) -> str:
    for first, every in _PROMPTS:
        if first.match(text.lstrip()):
            return every.sub("", text)
    return text


def _dedented(text: str) -> str:
    """IPython takes the indent of the first line off all lines."""
    body = text.lstrip()
    indent = text[: len(text) - len(body)].rpartition("\n")[2]
    return "\n".join(line.removeprefix(indent) for line in text.split("\n")) if indent else text


# What stands instead of the first so many characters of a line; None where it is all Python.
Replacement = tuple[str, int] | None


def _magic(line: str) -> Replacement:
    if timed := _TIME.match(line):  # `%time x = f()` does bind x
        return timed[1], timed.end()
    if assigned := _ASSIGN.match(line):
        if timed := _ASSIGN_TIME.match(line, assigned.end() - 1):
            return assigned[1] + assigned[2], timed.end()
        return _nothing(assigned[1]), len(line)
    if escape := _ESCAPE.match(line):
        return _nothing(escape[1]), len(line)
    if line.rstrip().endswith("?") and not re.search("[#'\"]", line):
        return _nothing(line[: len(line) - len(line.lstrip())]), len(line)
    return None


def _automagic(line: str) -> Replacement:
    match = _AUTOMAGIC.match(line)
    return (_nothing(match[1]), len(line)) if match else None


def _nothing(indent: str) -> str:
    """Inside a block something must be left; at top level `__future__` must stay first."""
    return f"{indent}pass" if indent else ""


def _replaced(text: str, replacement_of: Callable[[str], Replacement]) -> str:
    """Replaces at the beginnings of logical lines, never inside strings or brackets."""
    parts: list[str] = []
    position = 0
    while position < len(text):
        end = text.find("\n", position)
        line = text[position:] if end < 0 else text[position:end]
        new, length = replacement_of(line) or ("", 0)
        parts.append(new)
        if line and length == len(line):
            stop = _continued_end(text, position)
            parts.append("\n" * text.count("\n", position, stop))
        else:
            stop = _logical_end(text, position + length)
            parts.append(text[position + length : stop])
        position = stop
    return "".join(parts)


def _continued_end(text: str, position: int) -> int:
    """Where a magic ends: at its newline, unless a backslash precedes that."""
    while (end := text.find("\n", position)) >= 0:
        if end == 0 or text[end - 1] != "\\":
            return end + 1
        position = end + 1
    return len(text)


def _logical_end(text: str, position: int) -> int:
    """Where the logical line that begins here ends: brackets and strings are skipped."""
    depth = 0
    while token := _TOKEN.search(text, position):
        kind, position = token[0], token.end()
        if rest := _REST.get(kind):
            found = rest.match(text, position)
            position = found.end() if found else position
        elif kind in "([{":
            depth += 1
        elif kind in ")]}":
            depth -= 1
        elif kind == "\n" and depth <= 0:
            return position
    return len(text)
