"""The files of a plan: all of them made first, and then put in their places, plan.yml last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from autograder.atomic import write_whole
from autograder.course import Course
from autograder.errors import UsageError
from autograder.peer.groups import StudyGroup
from autograder.peer.places import peer_folder
from autograder.peer.plan.ical import calendar_bytes
from autograder.peer.plan.model import Plan
from autograder.peer.plan.page import page_text
from autograder.peer.plan.planfile import PLAN_FILE, plan_text
from autograder.peer.plan.words import WORDS


def files_of(
    plan: Plan, course: Course, groups: Sequence[StudyGroup], language: str
) -> Mapping[Path, bytes]:
    """Everything that a plan is written to. Every group has its own part in its folder."""
    names, words, folder = names_of(groups), WORDS[language], peer_folder(course)
    found: dict[Path, bytes] = {}
    for group in groups:
        title = f"{course.title}: {group.name}"
        sessions = plan.sessions_of(group.name)
        page = page_text(plan, [group.name], course.title, names, words)
        found[folder / group.name / "plan.ics"] = calendar_bytes(
            plan, sessions, title, names, words
        )
        found[folder / group.name / "plan.md"] = page.encode()
    everybody = [group.name for group in groups]
    found[folder / "plan.ics"] = calendar_bytes(plan, plan.sessions, course.title, names, words)
    found[folder / "plan.md"] = page_text(plan, everybody, course.title, names, words).encode()
    found[folder / PLAN_FILE] = plan_text(plan).encode()
    return found


def names_of(groups: Iterable[StudyGroup]) -> Callable[[str], str]:
    """Names for people; with the id where two have the same, and the id of who has left."""
    people = [member for group in groups for member in group.members]
    alike = Counter(person.name for person in people)
    names = {
        person.id: person.name if alike[person.name] == 1 else f"{person.name} ({person.id})"
        for person in people
    }
    return lambda who: names.get(who, who)


def write_files(files: Mapping[Path, bytes]) -> tuple[Path, ...]:
    """Those that were written; what has its content already is left as it is.

    raises  UsageError "not-written"; what has its place then is complete
    """
    written = []
    for path, content in files.items():
        try:
            if path.is_file() and path.read_bytes() == content:
                continue
            write_whole(path, content)
        except OSError as error:
            raise UsageError(
                "not-written",
                f"the plan could not be written: {error.strerror or error}",
                where=str(path),
                next="make room for it, or see to the permissions, and run the command again",
            ) from None
        written.append(path)
    return tuple(written)
