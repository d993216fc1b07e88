"""The story: submissions in, pairs out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from autograder.course import Assignment, Course, students_of
from autograder.notebook import Reference, read_reference
from autograder.similar.fingerprints import Fingerprint, fingerprints_of
from autograder.similar.handed_in import (
    Handed,
    LeftOut,
    known_sources,
    read_handed,
    tokens_of_source,
)
from autograder.similar.ranking import FEWEST_OWN, Options, Pair, Ranking, rank
from autograder.submissions import Found


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was compared, and what came of it."""

    assignment: Assignment
    handed: tuple[Handed, ...]
    places: tuple[dict[Fingerprint, list[int]], ...]  # of each submission
    ranking: Ranking
    left_out: tuple[LeftOut, ...]
    names: dict[str, str]  # student → their name, where the roster has one
    groups: dict[str, tuple[str, ...]]  # student → their study groups
    options: Options

    def common_groups(self, pair: Pair) -> tuple[str, ...]:
        """Study groups that both are in: where the course lets groups work together."""
        first = self.groups.get(self.handed[pair.first].student, ())
        second = self.groups.get(self.handed[pair.second].student, ())
        return tuple(name for name in first if name in second)

    def same_file(self, pair: Pair) -> bool:
        return self.handed[pair.first].digest == self.handed[pair.second].digest


def look_for_pairs(
    found: Sequence[Found],
    course: Course,
    assignment: Assignment,
    options: Options,
    *,
    tick: Callable[[], None] = lambda: None,
) -> Look:
    """Compare submissions of one assignment with each other.

    tick    called after each notebook that was read
    raises  CourseError for a reference, an alternative or a roster that cannot be read
    """
    reference = read_reference(assignment.reference)
    names = {student.id: student.name for student in students_of(course)} if course.roster else {}
    known = _known(assignment, reference)
    handed: list[Handed] = []
    places: list[dict[Fingerprint, list[int]]] = []
    left_out: list[LeftOut] = []
    for one in sorted(found, key=lambda each: (each.student, str(each.path))):
        read = read_handed(one, assignment, reference)
        tick()
        if isinstance(read, LeftOut):
            left_out.append(read)
            continue
        own = fingerprints_of(read.tokens, without=known)
        if len(own) < FEWEST_OWN:
            left_out.append(LeftOut(read.student, "too little beyond what is known to all"))
            continue
        handed.append(read)
        places.append(own)
    return Look(
        assignment=assignment,
        handed=tuple(handed),
        places=tuple(places),
        ranking=rank(places, options, [one.student for one in handed]),
        left_out=tuple(left_out),
        names=names,
        groups=_groups(course),
        options=options,
    )


def _known(assignment: Assignment, reference: Reference) -> frozenset[Fingerprint]:
    sources = known_sources(assignment, reference)
    tokens = (tokens_of_source(source, reference.symbols) for source in sources)
    return frozenset(run for each in tokens for run in fingerprints_of(each))


def _groups(course: Course) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for group in course.groups:
        for member in group.members:
            found[member] = (*found.get(member, ()), group.name)
    return found
