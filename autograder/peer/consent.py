"""Who may be shown in a pack, and which groups look at wrong answers of the catalogue.

    peer/private/consent.csv

    what,who,answer
    shown,kim,no
    wrong-answers,blue,yes

Of whom nothing is said is shown, without a name; of a group of which nothing is said, no wrong
answer is. People may edit the file.
"""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from autograder.atomic import write_whole
from autograder.course import Course, students_of
from autograder.errors import AutograderError, CourseError, UsageError
from autograder.peer.groups import study_groups
from autograder.peer.places import private_folder

FILE = "consent.csv"
_SHOWN, _WRONG = "shown", "wrong-answers"
_COLUMNS = ["what", "who", "answer"]
_ANSWERS = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    withdrawn: frozenset[str] = frozenset()  # students who are not shown
    given: frozenset[str] = frozenset()  # students who have said that they may be
    wrong_answers: frozenset[str] = frozenset()  # groups that look at them
    no_wrong_answers: frozenset[str] = frozenset()  # groups that have said that they do not

    def shows(self, student: str) -> bool:
        return student not in self.withdrawn

    def of_student(self, student: str, *, shown: bool) -> Consent:
        mine = frozenset([student])
        return replace(
            self,
            withdrawn=self.withdrawn - mine if shown else self.withdrawn | mine,
            given=self.given | mine if shown else self.given - mine,
        )

    def of_group(self, group: str, *, wrong_answers: bool) -> Consent:
        own = frozenset([group])
        return replace(
            self,
            wrong_answers=self.wrong_answers | own if wrong_answers else self.wrong_answers - own,
            no_wrong_answers=(
                self.no_wrong_answers - own if wrong_answers else self.no_wrong_answers | own
            ),
        )


def consent_file(course: Course) -> Path:
    return private_folder(course) / FILE


def read_consent(course: Course) -> Consent:
    """raises  CourseError "consent-broken" with the line: in doubt nobody is shown by a guess"""
    path = consent_file(course)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return Consent()
    except (OSError, UnicodeDecodeError) as error:
        raise _broken(path, 0, f"it cannot be read: {error}") from None
    consent, said = Consent(), set[tuple[str, str]]()
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader if any(row)]
    except csv.Error as error:
        raise _broken(path, reader.line_num, f"this is not CSV: {error}") from None
    if not rows:
        return consent
    if rows[0][1] != _COLUMNS:
        raise _broken(path, rows[0][0], f"the first line names the columns: {','.join(_COLUMNS)}")
    for line, row in rows[1:]:
        consent = _with_row(consent, row, said, path, line)
    return consent


def write_consent(course: Course, consent: Consent) -> None:
    """Whole, or as it was.

    raises  AutograderError "consent-refused" where the folder or the disk refuses
    """
    rows = [
        *((_SHOWN, student, "no") for student in sorted(consent.withdrawn)),
        *((_SHOWN, student, "yes") for student in sorted(consent.given)),
        *((_WRONG, group, "yes") for group in sorted(consent.wrong_answers)),
        *((_WRONG, group, "no") for group in sorted(consent.no_wrong_answers)),
    ]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([_COLUMNS, *rows])
    path = consent_file(course)
    try:
        write_whole(path, out.getvalue())
    except OSError as error:
        raise AutograderError(
            "consent-refused",
            f"what was decided cannot be kept: {error.strerror or error}",
            where=str(error.filename or path),
            next="make room or rights there; nothing was changed",
        ) from None


def check_student(course: Course, student: str) -> None:
    """raises  UsageError "unknown-student", naming who is near; CourseError of roster and groups"""
    known = _known_students(course)
    if student not in known:
        raise UsageError(
            "unknown-student",
            f'there is no student "{student}"',
            where=str(course.roster or course.root),
            next=_instead_of(student, known),
        )


def _known_students(course: Course) -> Collection[str]:
    members = {student for group in course.groups for student in group.members}
    if course.roster is None:
        return {student for group in study_groups(course) for student in group.ids} | members
    return {student.id for student in students_of(course)} | members


def _instead_of(name: str, known: Collection[str]) -> str:
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    return f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(names[:20])}"


def _with_row(
    consent: Consent, row: list[str], said: set[tuple[str, str]], path: Path, line: int
) -> Consent:
    if len(row) != len(_COLUMNS):
        raise _broken(path, line, f"a row has {','.join(_COLUMNS)}")
    what, who, answer = row
    if what not in (_SHOWN, _WRONG):
        raise _broken(path, line, f'"{what}" is neither {_SHOWN} nor {_WRONG}')
    if answer.lower() not in _ANSWERS:
        raise _broken(path, line, f'"{answer}" is neither yes nor no')
    if not who:
        raise _broken(path, line, "it does not say who")
    if (what, who) in said:
        raise _broken(path, line, f"it says {what} of {who} twice")
    said.add((what, who))
    yes = _ANSWERS[answer.lower()]
    if what == _SHOWN:
        return consent.of_student(who, shown=yes)
    return consent.of_group(who, wrong_answers=yes)


def _broken(path: Path, line: int, what: str) -> CourseError:
    return CourseError(
        "consent-broken",
        f"what people decided cannot be read, so nobody is shown: {what}",
        where=f"{path}, line {line}" if line else str(path),
        next=f"correct the file: {','.join(_COLUMNS)}, such as shown,kim,no",
    )
