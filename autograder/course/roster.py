"""The roster's column `language`: in which language a student reads their feedback.

The rest of the file is nbgrader's (id, first_name, last_name, email), which skips columns that it
does not know. A roster without the column says nothing here and is not looked at any further.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path

from autograder.course.model import Course
from autograder.errors import CourseError

LANGUAGES = ("en", "ko")
_ID, _LANGUAGE = "id", "language"


def languages_of(course: Course) -> Mapping[str, str]:
    """Student → language, of those for whom the roster names one; the others have the course's.

    raises  CourseError with the line in the roster, for a language that the feedback does not
            speak, a student with two, or a file that cannot be read
    """
    if course.roster is None:
        return {}
    found: dict[str, str] = {}
    for line, student, language in _rows(course.roster):
        if language not in LANGUAGES:
            raise broken_roster(
                course.roster,
                line,
                f"expected {' or '.join(LANGUAGES)}, or nothing for the course's own, got "
                f'"{language}"',
                f"correct the column `{_LANGUAGE}` of {student}",
            )
        if found.setdefault(student, language) != language:
            what = f"{student} is here a second time, with another language"
            raise broken_roster(course.roster, line, what, "keep one of the two lines")
    return found


def _rows(path: Path) -> Iterator[tuple[int, str, str]]:
    """(line, id, language) where there is a language."""
    data = roster_bytes(path)
    if _LANGUAGE.encode() not in data.partition(b"\n")[0]:
        return  # in whatever encoding: it is nbgrader's alone
    reader = csv.reader(io.StringIO(roster_text(data, path), newline=""))
    try:
        names = [name.strip() for name in next(reader, [])]
        if _LANGUAGE not in names:
            return
        if _ID not in names:
            advice = "the first line names the columns: id,first_name,last_name,email,language"
            raise broken_roster(path, 1, f"there is no column `{_ID}`", advice)
        identity, language = names.index(_ID), names.index(_LANGUAGE)
        for cells in reader:
            filled = [cell.strip() for cell in cells] + [""] * len(names)
            if filled[identity] and filled[language]:
                yield reader.line_num, filled[identity], filled[language]
    except csv.Error as error:
        raise broken_roster(path, reader.line_num, f"this is not CSV: {error}", "") from None


def roster_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        what = f"it cannot be read: {error.strerror or error}"
        raise broken_roster(path, 0, what, "check the file and its permissions") from None


def roster_text(data: bytes, path: Path) -> str:
    try:
        return data.decode("utf-8-sig")  # spreadsheets put a mark at the beginning
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise broken_roster(
            path, line, "it is not UTF-8", "save the file as CSV in UTF-8"
        ) from None


def broken_roster(path: Path, line: int, what: str, advice: str) -> CourseError:
    where = f"{path.name}, line {line}" if line else path.name
    return CourseError("roster-broken", f"the roster: {what}", where=where, next=advice)
