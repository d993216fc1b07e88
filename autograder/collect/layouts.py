"""How platforms lay out what was handed in: files of a source → hand-ins with a clue about whose.

Moodle     NAME_NUMBER_assignsubmission_file/PATH, in older versions with a `_` before the `/`, or
           flat, NAME_NUMBER_assignsubmission_file_FILE. The number is the participant's in this
           one assignment. Online texts are in …_assignsubmission_onlinetext. One hand-in each: the
           last one. Source: mod/assign/classes/downloader.php.
Canvas     NAME_USER_FILE_name.ipynb, NAME_LATE_USER_FILE_name.ipynb, anonymously
           LATE_anon_CODE_FILE_name.ipynb; NAME is the sortable name (family name first) in lower
           case, its letters and digits only. A file's number grows with each upload.
           Source: lib/content_zipper.rb.
Classroom  the assignment's folder in Drive: `STUDENT - TITLE.ipynb` for copies that Classroom made,
           else the student's own names; `(1)` behind what would be called the same.
folders    STUDENT/anything.ipynb, from any level downwards.
names      a naming rule, see naming.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from autograder.collect.entries import Entry
from autograder.collect.naming import NamingRule
from autograder.collect.people import Clue

_MOODLE = re.compile(
    r"(?P<name>.+?)_(?P<number>\d+)_assignsubmission_(?P<kind>[a-z]+?)(?:_(?P<file>.*))?", re.S
)
_CANVAS = re.compile(
    r"(?:(?P<name>[^_]+)_)?(?P<late>LATE_)?(?:anon_(?P<code>\w+?)|(?P<user>\d+))_(?P<file>\d+)_"
    r"(?P<original>.+)",
    re.S,
)
_CANVAS_TEXT = re.compile(
    r"(?:(?P<name>[^_]+)_)?(?P<late>LATE_)?(?:anon_(?P<code>\w+)|(?P<user>\d+))_(?:text|link)\.html"
)
LAYOUTS = ("moodle", "canvas", "classroom", "folders", "names")


@dataclass(slots=True, kw_only=True)
class HandIn:
    """What one person handed in at one time, as far as the names tell."""

    clue: Clue
    entries: list[Entry] = field(default_factory=list)
    order: int | None = None  # grows with time among hand-ins of one source; None: not told
    late: bool | None = None  # what the platform says; None: nothing
    time: str = ""  # as a naming rule found it
    commit: str = ""  # of a git repository


@dataclass(frozen=True, slots=True)
class LaidOut:
    layout: str
    hand_ins: list[HandIn]
    others: int = 0  # files of other assignments


def lay_out(
    entries: Sequence[Entry], layout: str | None, rule: NamingRule | None, assignment: str
) -> LaidOut:
    """Hand-ins of one assignment, in the source's order.

    layout  one of LAYOUTS; None: recognised by the names
    """
    chosen = layout or ("names" if rule is not None else recognised(entries))
    if chosen == "names" and rule is not None:
        return _by_rule(entries, rule, assignment)
    return LaidOut(chosen, _READERS[chosen](entries))


def recognised(entries: Iterable[Entry]) -> str:
    """Each platform's names are unmistakable; what has none of them is read by folders."""
    names = [entry.parts for entry in entries]
    if any(_moodle_part(parts) for parts in names):
        return "moodle"
    notebooks = [parts for parts in names if parts[-1].lower().endswith((".ipynb", ".zip"))]
    if notebooks and all(any(map(_CANVAS.fullmatch, parts)) for parts in notebooks):
        return "canvas"
    if any(len(parts) > 1 for parts in notebooks):
        return "folders"
    return "classroom"


def _moodle(entries: Iterable[Entry]) -> list[HandIn]:
    found: dict[str, HandIn] = {}
    for entry in entries:
        told = _moodle_part(entry.parts)
        if told is None:
            shown = entry.shown
            found.setdefault(shown, HandIn(clue=Clue(shown=shown))).entries.append(entry)
            continue
        name, number = told["name"], told["number"]
        clue = Clue(shown=f"{name}_{number}", names=(name,), ids=(("participant", number),))
        # A name is text of the student's: it cannot pass for the number of another one.
        found.setdefault(clue.shown, HandIn(clue=clue)).entries.append(entry)
    return list(found.values())


def _moodle_part(parts: Sequence[str]) -> re.Match[str] | None:
    return next((told for part in parts if (told := _MOODLE.fullmatch(part))), None)


def _canvas(entries: Iterable[Entry]) -> list[HandIn]:
    found: dict[tuple[str, str], HandIn] = {}
    for entry in entries:
        told = next((t for part in entry.parts if (t := _CANVAS.fullmatch(part))), None)
        told = told or _CANVAS_TEXT.fullmatch(entry.name)
        groups = told.groupdict() if told else {}
        user = groups.get("user") or groups.get("code") or ""
        name = groups.get("name") or ""
        shown = "_".join(filter(None, (name, user))) or entry.shown
        clue = Clue(
            shown=shown,
            names=(name,) if name else (),
            ids=(("canvas_id", groups["user"]),) if groups.get("user") else (),
        )
        # Each upload by itself: a folder may hold the exports of several days.
        number = groups.get("file") or ""
        made = HandIn(
            clue=clue,
            order=int(number) if number.isascii() and number.isdigit() else None,
            late=bool(groups.get("late")) if told else None,
        )
        found.setdefault((shown, number or entry.shown), made).entries.append(entry)
    return list(found.values())


def _classroom(entries: Iterable[Entry]) -> list[HandIn]:
    """Copies that Classroom made begin with the student's name; other files may say anything."""
    found: dict[str, HandIn] = {}
    for entry in entries:
        head, dash, _ = entry.name.partition(" - ")
        texts = (*entry.parts[:-1], *((head,) if dash else ()), _stem(entry.name))
        shown = head if dash else texts[0]
        made = HandIn(clue=Clue(shown=shown, texts=texts))
        found.setdefault(entry.shown, made).entries.append(entry)
    return list(found.values())


def _folders(entries: Iterable[Entry]) -> list[HandIn]:
    """The files of one folder are one hand-in; a loose one is named after its student."""
    found: dict[tuple[str, ...], HandIn] = {}
    for entry in entries:
        folders = entry.parts[:-1]
        key = folders or entry.parts
        texts = folders or (_stem(entry.name),)
        made = HandIn(clue=Clue(shown="/".join(texts), texts=texts))
        found.setdefault(key, made).entries.append(entry)
    return list(found.values())


def _by_rule(entries: Iterable[Entry], rule: NamingRule, assignment: str) -> LaidOut:
    found: dict[str, HandIn] = {}
    others = 0
    for entry in entries:
        told = rule.read(entry.parts)
        if told is not None and told.get("assignment", assignment) != assignment:
            others += 1
            continue
        clue = _told_clue(told, entry.shown) if told else Clue(shown=entry.shown)
        made = HandIn(clue=clue, time=(told or {}).get("time", ""))
        found.setdefault(entry.shown, made).entries.append(entry)
    return LaidOut("names", list(found.values()), others)


def _told_clue(told: Mapping[str, str], shown: str) -> Clue:
    name = " ".join(filter(None, (told.get("first_name"), told.get("last_name"))))
    names = [each for each in (told.get("name"), name if " " in name else "") if each]
    ids = [(column, told[column]) for column in ("id", "email", "sis_id") if told.get(column)]
    student = told.get("student", "")
    words = [*names, *(value for _, value in ids), student]
    return Clue(
        shown=" ".join(filter(None, words)) or shown,
        names=tuple(names),
        texts=(student,) if student else (),
        ids=tuple(ids),
    )


def _stem(name: str) -> str:
    return re.sub(r"\.(ipynb|zip)$", "", name, flags=re.I)


_READERS: dict[str, Callable[[Iterable[Entry]], list[HandIn]]] = {
    "moodle": _moodle,
    "canvas": _canvas,
    "classroom": _classroom,
    "folders": _folders,
}
