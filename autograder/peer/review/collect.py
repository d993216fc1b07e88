"""Forms that come back, put with the round: whose they are by their token, each file by itself.

A file that cannot be taken costs itself and nothing else. Every version of a review is kept, and
every file as it came; of two versions the one that was saved later counts.
"""

from __future__ import annotations

import hashlib
import math
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from autograder.course import Course
from autograder.errors import CourseError, UsageError
from autograder.feedback.text import CUT
from autograder.peer.review.files import (
    INCOMING,
    keep_reviews,
    read_round,
    read_versions,
    round_folder,
    write_bytes,
)
from autograder.peer.review.model import Item, Review, Round, is_complete
from autograder.peer.review.returned import (
    MOST_NOTEBOOK_BYTES,
    Answered,
    Refused,
    Returned,
    cleaned,
    read_returned,
)

Status = Literal["taken", "unchanged", "refused"]
SUFFIXES = (".json", ".ipynb")
MOST_FILES = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What became of one file."""

    file: str
    status: Status
    reviewer: str = ""  # by its token
    why: str = ""
    reviews: int = 0  # that have at least one score or comment
    incomplete: tuple[str, ...] = ()  # labels of answers with questions left open
    remarks: tuple[str, ...] = field(default_factory=tuple)


def collect(course: Course, made: Round, paths: Iterable[Path], now: datetime) -> Iterator[Row]:
    """One row a file, as soon as it is kept.

    raises  UsageError "no-such-file", "no-forms" before anything is read; CourseError of files of
            the round that are broken
    """
    collector = _Collector(course, made, now)
    for path in files_in(paths):
        yield collector.take(path)


def files_in(paths: Iterable[Path]) -> list[Path]:
    """Forms below the paths, the oldest first, so that the last one is the latest."""
    found: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            raise UsageError("no-such-file", f"{path} does not exist", next="check the path")
        below = sorted(path.rglob("*")) if path.is_dir() else [path]
        for each in below:
            hidden = any(part.startswith(".") for part in each.relative_to(path).parts)
            wanted = each == path or (each.suffix.lower() in SUFFIXES and not hidden)
            if wanted and not each.is_dir():
                found.setdefault(each.absolute())
    if not found:
        raise UsageError(
            "no-forms",
            "there is no review.json and no review.ipynb there",
            where=", ".join(map(str, paths)),
            next="give the files that reviewers have saved, or a folder with them",
        )
    if len(found) > MOST_FILES:
        raise UsageError("too-many-files", f"these are {len(found)} files", next="give fewer")
    return sorted(found, key=lambda each: (_modified(each), each))


class _Collector:
    def __init__(self, course: Course, made: Round, now: datetime) -> None:
        self.course = course
        self.made = made
        self.now = now
        self.by_token = {token: reviewer for reviewer, token in made.tokens.items()}
        self.known = {
            (review.reviewer, review.source) for review in read_versions(course, made.assignment)
        }

    def take(self, path: Path) -> Row:
        try:
            content = _content(path)
            digest = hashlib.sha256(content).hexdigest()
            returned = read_returned(content, notebook=path.suffix.lower() == ".ipynb")
            reviewer = self._reviewer(returned.token)
            if (reviewer, digest) in self.known:
                return Row(file=str(path), status="unchanged", reviewer=reviewer)
            return self._keep(path, content, digest, returned, reviewer)
        except Refused as error:
            return Row(file=str(path), status="refused", why=str(error))

    def _keep(
        self, path: Path, content: bytes, digest: str, returned: Returned, reviewer: str
    ) -> Row:
        remarks: list[str] = []
        saved_at = self._saved_at(path, returned, remarks)
        reviews, incomplete = [], []
        for label, item, answered in self._answered(returned, reviewer, remarks):
            review = self._review(reviewer, item, answered, saved_at, digest, label, remarks)
            if any(score is not None for score in review.scores.values()) or review.comments:
                reviews.append(review)
            if not is_complete(review, self.made.criteria_of(item)):
                incomplete.append(label)
        labels = {task.label for task in self.made.tasks_of(reviewer)}
        incomplete += sorted(labels - set(returned.items))
        if not reviews and not remarks:  # of what was withdrawn, or of nothing
            raise Refused("nothing is filled in")
        if self._lies_with_another(path, reviewer):
            remarks.append(f"lies in the folder of {path.parent.name}; it is {reviewer}'s form")
        suffix = path.suffix.lower()
        folder = round_folder(self.course, self.made.assignment) / INCOMING
        write_bytes(folder / f"{digest}{suffix}", content, private=True)
        if reviews:
            keep_reviews(self.course, self.made.assignment, reviewer, reviews)
        self.known.add((reviewer, digest))
        return Row(
            file=str(path),
            status="taken",
            reviewer=reviewer,
            reviews=len(reviews),
            incomplete=tuple(sorted(incomplete)),
            remarks=tuple(remarks),
        )

    def _reviewer(self, token: str) -> str:
        if token in self.by_token:
            return self.by_token[token]
        other = self._round_with(token)
        if other:
            raise Refused(f"it is a form for {other}")
        raise Refused("its token is nobody's: another round's form, or it was changed")

    def _round_with(self, token: str) -> str:
        for assignment in self.course.assignments:
            if assignment.name != self.made.assignment:
                try:
                    other = read_round(self.course, assignment.name)
                except CourseError:
                    continue  # told by the commands about that assignment
                if other is not None and token in other.tokens.values():
                    return assignment.name
        return ""

    def _answered(
        self, returned: Returned, reviewer: str, remarks: list[str]
    ) -> Iterator[tuple[str, Item, Answered]]:
        mine = {t.label: self.made.item(t.item) for t in self.made.tasks if t.reviewer == reviewer}
        for label, answered in returned.items.items():
            if label not in mine:
                raise Refused(f'there is no answer "{label[:10]}" in this form')
            if mine[label].withdrawn_at is not None:
                remarks.append(f"answer {label} was withdrawn in the meantime; left out")
                continue
            yield label, mine[label], answered

    def _review(
        self,
        reviewer: str,
        item: Item,
        answered: Answered,
        saved_at: datetime,
        digest: str,
        label: str,
        remarks: list[str],
    ) -> Review:
        criteria = {criterion.id: criterion for criterion in self.made.criteria_of(item)}
        for name in (*answered.scores, *answered.comments):
            if name not in criteria:
                raise Refused(f'there is no question "{label}.{name[:60]}" in this form')
        for name, score in answered.scores.items():
            values = criteria[name].values
            if score is not None and score not in values:
                levels = f"{values[0]} … {values[-1]}"
                raise Refused(f"{label}.{name}: {score} is none of the levels {levels}")
        comments = {name: cleaned(text) for name, text in answered.comments.items()}
        for name, text in comments.items():
            if text.endswith(CUT) and not answered.comments[name].rstrip().endswith(CUT):
                remarks.append(f"the comment {label}.{name} was shortened")
        return Review(
            reviewer=reviewer,
            item=item.id,
            scores={name: answered.scores[name] for name in criteria if name in answered.scores},
            comments={name: text for name, text in comments.items() if text},
            received_at=self.now,
            saved_at=saved_at,
            source=digest,
        )

    def _saved_at(self, path: Path, returned: Returned, remarks: list[str]) -> datetime:
        """What a file says about itself decides between its writer's own versions only."""
        if returned.saved_at is None:
            return min(datetime.fromtimestamp(_modified(path), UTC), self.now)
        if returned.saved_at > self.now:
            remarks.append("says that it was saved in the future; taken as saved now")
        return min(returned.saved_at, self.now)

    def _lies_with_another(self, path: Path, reviewer: str) -> bool:
        folder = path.parent.name
        return folder != reviewer and folder in self.made.tokens


def _content(path: Path) -> bytes:
    """raises  Refused for what is no ordinary file, is too large, or cannot be read"""
    try:
        with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise Refused("it is no ordinary file")
            return file.read(MOST_NOTEBOOK_BYTES + 1)
    except OSError as error:
        raise Refused(f"it cannot be read: {error.strerror}") from None


def _modified(path: Path) -> float:
    try:
        seconds = path.lstat().st_mtime
    except OSError:
        return 0.0
    return seconds if math.isfinite(seconds) and 0 <= seconds < 1e11 else 0.0
