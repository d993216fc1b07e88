"""The story: gather, search, and only then write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.course import Assignment, Course
from autograder.errors import CourseError
from autograder.publish import archive, folder, history
from autograder.publish.content import content, released_files
from autograder.publish.folder import Changes
from autograder.publish.freshness import refuse_stale, release_command
from autograder.publish.search import Leak, leaks_in, leaks_in_folder, refuse
from autograder.publish.secrets import Secrets, secrets_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to publish, and where to.

    names  of assignments; none: all that are released
    given  assignments whose solution a later one gives: lines of the reference may be shown
    """

    folder: Path
    names: Sequence[str] = ()
    given: Sequence[str] = ()
    zip_file: Path | None = None
    commit: bool = False
    only_look: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    changes: Changes
    assignments: tuple[str, ...]
    left_out: tuple[str, ...]  # not released yet
    secrets: int  # lines that were looked for
    commit: str  # "" if there is none


def publish(course: Course, order: Order) -> Published:
    """Bring the folder to what students may see.

    raises  UsageError for a folder, a zip or a repository that cannot be used; CourseError for
            what is not released, is stale, or would give something away. Nothing is written then
    """
    folder.refuse_unless_usable(order.folder, course)
    if order.zip_file is not None:
        archive.refuse_unless_writable(order.zip_file, order.folder)
    if order.commit:
        history.refuse_within_another(order.folder)
    chosen, left_out = _chosen(course, order)
    secrets = secrets_of(course, (course.assignment(name).name for name in order.given))
    _refuse_leaks_in_releases(course, chosen, secrets)
    files = content(course, chosen)
    _refuse_leaks(order.folder, files, secrets)
    refuse_stale(course, chosen)
    changes = folder.changes(order.folder, files)
    made = ""
    if not order.only_look:
        changes = folder.write(order.folder, files, course)
        if order.zip_file is not None:
            archive.write_zip(order.zip_file, archive.zip_of(files, course.id))
        if order.commit:
            message = "Publish " + ", ".join(assignment.name for assignment in chosen)
            made = history.commit(order.folder, list(files), changes, message)
    return Published(
        changes=changes,
        assignments=tuple(assignment.name for assignment in chosen),
        left_out=left_out,
        secrets=len(secrets),
        commit=made,
    )


def _chosen(course: Course, order: Order) -> tuple[list[Assignment], tuple[str, ...]]:
    """(what is published, in the course's order; what is not released yet)."""
    if order.names:
        wanted = {course.assignment(name).name for name in order.names}
        return [a for a in course.assignments if a.name in wanted], ()
    released = [a for a in course.assignments if a.release.is_file()]
    if not released:
        raise CourseError(
            "not-released",
            "no assignment of this course has been released",
            where=str(course.root),
            next=release_command(course, ""),
        )
    return released, tuple(a.name for a in course.assignments if a not in released)


def _refuse_leaks_in_releases(
    course: Course, chosen: Sequence[Assignment], secrets: Secrets
) -> None:
    """Hidden files beside a notebook too: they stay here, but nbgrader's exchange takes them."""
    leaks: list[Leak] = []
    for assignment in chosen:
        folder_here = assignment.release.parent
        inside = folder_here.is_relative_to(course.root)
        place = folder_here.relative_to(course.root).as_posix() if inside else str(folder_here)
        for name, data in released_files(assignment).items():
            leaks += leaks_in(f"{place}/{name}", data, secrets)
    refuse(
        leaks, next="take it out of the reference or of the file, then release and publish again"
    )


def _refuse_leaks(place: Path, files: dict[str, bytes], secrets: Secrets) -> None:
    leaks = [leak for name, data in files.items() for leak in leaks_in(name, data, secrets)]
    refuse(leaks, next="take it out of where it comes from: public/, course.yml, LICENSE")
    if place.is_dir():
        leaks = list(leaks_in_folder(place, secrets, called=str(place)))
        refuse(leaks, next="remove it from the folder; students have seen it if it was published")
    if history.is_repository(place):
        leaks = list(history.leaks_in_history(place, secrets))
        refuse(leaks, next="publish to a new folder with a new history: git forgets nothing")
