"""groups.csv: who studies with whom, a member a line.

    group,student
    blue,kim
    blue,ada

Further columns are nobody's business here. Written in course.yml as `groups: groups.csv`; a file
of that name beside a course.yml which says nothing of groups is read as well.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

from autograder.course.document import Document
from autograder.course.schema import plain_name, student_id
from autograder.errors import CourseError

GROUPS_FILE = "groups.csv"
_GROUP, _STUDENT = "group", "student"


def with_groups_of_file(document: Document, root: Path) -> None:
    """Put the file's groups where course.yml would have them written out.

    raises  CourseError "groups-broken" with the line in the file
    """
    named = document.value.get("groups")
    if named is None and (root / GROUPS_FILE).is_file():
        named = GROUPS_FILE
    if isinstance(named, str):
        document.value["groups"] = {name: [*who] for name, who in read_groups(root / named).items()}


def read_groups(path: Path) -> dict[str, list[str]]:
    """Group → its members, both in the file's order.

    raises  CourseError "groups-broken" with file and line
    """
    reader = csv.reader(io.StringIO(_text(path), newline=""))
    found: dict[str, list[str]] = {}
    try:
        columns = [cell.strip().lower() for cell in next(reader, [])]
        if _GROUP not in columns or _STUDENT not in columns:
            what = f"there is no column `{_GROUP}` or no column `{_STUDENT}`"
            raise _broken(path, 1, what, f"the first line names the columns: {_GROUP},{_STUDENT}")
        for cells in reader:
            row = dict(zip(columns, (cell.strip() for cell in cells), strict=False))
            if any(row.values()):
                _add(row, found, path, reader.line_num)
    except csv.Error as error:
        raise _broken(path, reader.line_num, f"this is not CSV: {error}", "") from None
    return found


def _add(row: dict[str, str], found: dict[str, list[str]], path: Path, line: int) -> None:
    group = _checked(plain_name, row.get(_GROUP, ""), path, line)
    student = _checked(student_id, row.get(_STUDENT, ""), path, line)
    members = found.setdefault(group, [])
    if student in members:
        raise _broken(path, line, f"{student} is in {group} twice", "keep one of the two lines")
    members.append(student)


def _checked(check: Callable[[str], str], text: str, path: Path, line: int) -> str:
    try:
        return check(text)
    except ValueError as error:
        raise _broken(path, line, str(error), "a line is a group and one of its members") from None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        what = f"the file of the groups cannot be read: {error.strerror}"
    except UnicodeDecodeError:
        what = "the file of the groups is not UTF-8"
    advice = "the key `groups` of course.yml names the file; paths start at course.yml"
    raise CourseError("groups-broken", what, where=str(path), next=advice)


def _broken(path: Path, line: int, what: str, advice: str) -> CourseError:
    where = f"{path}, line {line}"
    return CourseError(
        "groups-broken", f"the groups cannot be read: {what}", where=where, next=advice
    )
