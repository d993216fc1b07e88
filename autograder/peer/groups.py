"""The study groups of a course, checked: known students, and nobody in two groups."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from autograder.course import Course, Student, place_of, students_of
from autograder.errors import CourseError, UsageError
from autograder.peer.places import RESERVED


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyGroup:
    name: str
    members: tuple[Student, ...]  # in the order of course.yml or groups.csv; never empty

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(member.id for member in self.members)


def study_groups(course: Course) -> tuple[StudyGroup, ...]:
    """All of them, in the course's order.

    raises  CourseError "no-groups", "empty-group", "reserved-group", "member-in-two-groups",
            "unknown-student"; that of a roster that cannot be read
    """
    if not course.groups:
        raise CourseError(
            "no-groups",
            "this course has no study groups",
            where=str(course.root),
            next="write a file groups.csv with the columns group,student beside course.yml, or "
            "`groups: {blue: [kim, ada]}` in it",
        )
    people = _people(course)
    found: dict[str, str] = {}
    for group in course.groups:
        where = place_of(course, ("groups", group.name), ("groups",))
        _check_group(group.name, group.members, where)
        for student in group.members:
            _check_member(student, group.name, found, people, where)
            found[student] = group.name
    return tuple(
        StudyGroup(
            name=group.name,
            members=tuple(
                (people or {}).get(student) or Student(id=student) for student in group.members
            ),
        )
        for group in course.groups
    )


def study_group(course: Course, name: str) -> StudyGroup:
    """raises  UsageError "unknown-group"; as study_groups"""
    groups = study_groups(course)
    for group in groups:
        if group.name == name:
            return group
    raise UsageError(
        "unknown-group",
        f'there is no study group "{name}"',
        where=place_of(course, ("groups",)),
        next=_instead_of(name, [group.name for group in groups]),
    )


def group_of(student: str, groups: Iterable[StudyGroup]) -> StudyGroup | None:
    return next((group for group in groups if student in group.ids), None)


def _people(course: Course) -> Mapping[str, Student] | None:
    """By id; None where there is no roster, and so nobody is unknown."""
    if course.roster is None:
        return None
    return {person.id: person for person in students_of(course)}


def _check_group(name: str, members: tuple[str, ...], where: str) -> None:
    if not members:
        advice = "give it members, or remove it"
        raise CourseError("empty-group", f'the group "{name}" is empty', where=where, next=advice)
    if name in RESERVED:
        raise CourseError(
            "reserved-group",
            f'a group cannot be named "{name}": the folder peer/{name}/ is for something else',
            where=where,
            next="rename the group",
        )


def _check_member(
    student: str,
    group: str,
    found: Mapping[str, str],
    people: Mapping[str, Student] | None,
    where: str,
) -> None:
    if found.get(student) == group:
        what = f'{student} is in the group "{group}" twice'
        raise CourseError("member-in-two-groups", what, where=where, next="remove one of them")
    if student in found:
        raise CourseError(
            "member-in-two-groups",
            f'{student} is in the groups "{found[student]}" and "{group}"',
            where=where,
            next="a student studies with one group: remove them from the other",
        )
    if people is not None and student not in people:
        raise CourseError(
            "unknown-student",
            f'{student} of the group "{group}" is not on the roster',
            where=where,
            next=_instead_of(student, list(people)),
        )


def _instead_of(name: str, names: list[str]) -> str:
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
    return f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(names[:20])}"
