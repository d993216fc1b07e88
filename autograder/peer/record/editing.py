"""Single changes of a file's lines: a tick, an item at the end of its section, a key's value."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.peer.record.front import scalar
from autograder.peer.record.lines import Item, Part, bare, bullet_end, ending, items
from autograder.peer.record.reading import BOX, Parsed
from autograder.peer.record.words import WORDS, Section, language_of

_ORDER = tuple(section for section in Section if section is not Section.OTHER)
_BELOW = (Section.KEEP, Section.PROBLEMS, Section.TRIES)


def tick(lines: Sequence[str], at: int, yes: bool) -> list[str]:
    """The item in that line ticked, or no longer; it gets a box if it has none."""
    line = lines[at]
    begin = bullet_end(bare(line))
    box = BOX.match(bare(line)[begin:])
    mark = "[x]" if yes else "[ ]"
    if box is None:
        changed = f"{line[:begin]}{mark} {line[begin:]}"
    else:
        changed = f"{line[:begin]}{mark}{line[begin + box[0].index(']') + 1 :]}"
    return [*lines[:at], changed, *lines[at + 1 :]]


def put_below(lines: Sequence[str], item: Item, words: str) -> list[str]:
    """A nested item, the last of this one."""
    line = bare(lines[item.at])
    indent = line[: len(line) - len(line.lstrip(" \t"))]
    bullet = line[len(indent) :].split(maxsplit=1)[0]
    return _inserted(lines, item.end, [f"{indent}{' ' * (len(bullet) + 1)}- {words}"])


def put_item(parsed: Parsed, section: Section, text: str, language: str) -> list[str]:
    """Lines at the end of a section, which is made where there is none."""
    where = [part for part in parsed.parts if part.section is section]
    if not where:
        return _with_section(parsed, section, text.split("\n"), language)
    filled = [(part, items(parsed.lines, part)) for part in where]
    last = next((found for _, found in reversed(filled) if found), None)
    if last is not None and section is not Section.NOTES:
        return _inserted(parsed.lines, last[-1].end, text.split("\n"))
    return _at_the_end_of(where[-1], parsed.lines, text.split("\n"))


def put_at_the_end(lines: Sequence[str], text: str) -> list[str]:
    """Whole sections, behind everything."""
    blank = [""] if lines and bare(lines[-1]).strip() else []
    return _inserted(lines, len(lines), [*blank, *text.strip("\n").split("\n")])


def put_into_front(parsed: Parsed, key: str, value: str | tuple[str, ...]) -> list[str]:
    """A key of the front matter with this value; the other keys keep their lines."""
    if isinstance(value, str):
        new = [f"{key}: {scalar(value)}"]
    else:
        new = [f"{key}:", *(f"  - {scalar(each)}" for each in value)]
    block = parsed.front.block(key, parsed.lines)
    first, end = block or (parsed.front.end, parsed.front.end)
    return _inserted([*parsed.lines[:first], *parsed.lines[end:]], first, new, parsed.lines)


def _at_the_end_of(part: Part, lines: Sequence[str], new: list[str]) -> list[str]:
    """Below what the section has, with an empty line on either side."""
    at = part.end
    while at > part.at + 1 and not bare(lines[at - 1]).strip():
        at -= 1
    return _inserted(lines, at, ["", *new, *([""] if _is_text(lines, at) else [])])


def _with_section(parsed: Parsed, section: Section, new: list[str], language: str) -> list[str]:
    headings = WORDS[language_of(_headings(parsed)) or language].headings
    level = 2
    lines = [f"## {headings[section]}", "", *new]
    if section in _BELOW:
        around = [p for p in parsed.parts if p.section in (*_BELOW, Section.RETROSPECTIVE)]
        if around:
            level = around[0].level + (around[0].section is Section.RETROSPECTIVE)
            lines = [f"{'#' * min(level, 6)} {headings[section]}", "", *new]
        else:
            lines = [f"## {headings[Section.RETROSPECTIVE]}", "", f"#{lines[0]}", *lines[1:]]
    at = _place(parsed, section)
    before = [""] if at and bare(parsed.lines[at - 1]).strip() else []
    after = [""] if _is_text(parsed.lines, at) else []
    return _inserted(parsed.lines, at, [*before, *lines, *after])


def _place(parsed: Parsed, section: Section) -> int:
    """Behind the sections that usually stand before it, else before those that stand behind it."""
    rank = _ORDER.index(section)
    known = [part for part in parsed.parts if part.section is not Section.OTHER]
    before = [part.end for part in known if _ORDER.index(part.section) < rank]
    behind = [part.at for part in known if _ORDER.index(part.section) > rank]
    return before[-1] if before else behind[0] if behind else len(parsed.lines)


def _headings(parsed: Parsed) -> list[str]:
    known = (part for part in parsed.parts if part.section is not Section.OTHER)
    return [bare(parsed.lines[part.at]) for part in known]


def _is_text(lines: Sequence[str], at: int) -> bool:
    return at < len(lines) and bool(bare(lines[at]).strip())


def _inserted(
    lines: Sequence[str], at: int, new: Sequence[str], like: Sequence[str] | None = None
) -> list[str]:
    """like  whose ends of lines the new ones get"""
    end = ending(lines if like is None else like)
    before = list(lines[:at])
    if before and not before[-1].endswith("\n"):  # the last line of a file had no end
        before[-1] += end
    return [*before, *(f"{line}{end}" for line in new), *lines[at:]]
