"""Gradebook: the one writer of a batch.

Writes what nbgrader's autograde would write with our preprocessors, without opening the database
nine times and checking every cell's schema six times per submission. Rows of many submissions go
into one short transaction, so that formgrader can save in between; the folders of autograded
notebooks appear by renaming, after the rows were accepted and before they are committed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

import nbgrader.api as nb
from nbgrader.converters import Autograde

from autograder.errors import AutograderError, CourseError, GradebookError
from autograder.feedback import Explanations, Notice
from autograder.gradebook import staging, submitted
from autograder.gradebook.attempts import CountAttempt, in_utc, not_counted
from autograder.gradebook.config import course_config, course_directory
from autograder.gradebook.deadlines import put_deadlines, put_extensions
from autograder.gradebook.generate import generate_assignment, silent_log
from autograder.gradebook.master import Master, master_of
from autograder.gradebook.notebooks import graded_notebook, steps_of
from autograder.gradebook.opened import WAIT_S, opened
from autograder.gradebook.rows import (
    Marks,
    Target,
    marks_in,
    missing_students,
    target_of,
    write_rows,
)
from autograder.gradebook.settings import (
    deadlines_of,
    language_of,
    misconceptions_of,
    zones_of,
)
from autograder.gradebook.timestamps import ahead, from_the_future, submitted_at
from autograder.gradebook.trouble import shown_url, translated
from autograder.report import Report, Status

STUDENT_ID_CHARS = 128  # of nbgrader's column


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What became of one Report."""

    student: str
    assignment: str
    error: AutograderError | None = None  # None: rows and notebook are in place


@dataclass(frozen=True, slots=True)
class _Prepared:
    target: Target
    master: Master
    files: tuple[Path, ...]  # of solutions/NAME, copied over the student's
    explanations: Explanations


@dataclass(frozen=True, slots=True)
class _Pending:
    target: Target
    marks: Marks
    staged: staging.Staged


class Gradebook:
    """with Gradebook(course) as gradebook: gradebook.write(report, notebook)"""

    def __init__(
        self,
        course: Path,
        db_url: str | None = None,
        *,
        language: str | None = None,
        notice: Notice = lambda error: None,
        count: CountAttempt = not_counted,
        wait_s: float = WAIT_S,
        batch: int = 32,
        batch_s: float = 2.0,
    ) -> None:
        """
        course    its folder
        db_url    nbgrader's database; None: as nbgrader_config.py says
        language  of all feedback; None: as the roster says for a student, or course.yml for all
        notice    is told what feedback lacks, see autograder.feedback.Explanations
        count     which of a student's attempts a submission is
        wait_s    how long a transaction of another program is waited for
        batch     submissions per transaction at most
        batch_s   age of the oldest waiting submission at which the next write commits
        """
        self._root = course.absolute()
        self._db_url = db_url
        self._language = language
        self._notice = notice
        self._count = count
        self._wait_s = wait_s
        self._batch = batch
        self._batch_s = batch_s
        self._pending: list[_Pending] = []
        self._oldest_s = 0.0
        self._prepared: dict[str, _Prepared] = {}

    def __enter__(self) -> Self:
        """raises GradebookError if the database cannot be opened; CourseError"""
        config = course_config(self._root, self._db_url)
        self._coursedir = course_directory(config)
        self._where = shown_url(self._coursedir.db_url)
        self._converter = Autograde(coursedir=self._coursedir, config=config, log=silent_log())
        self._steps = steps_of(self._converter)
        self._zones = zones_of(self._root, config)
        self._gradebook = opened(self._coursedir.db_url, wait_s=self._wait_s)
        with translated(self._where):
            self._staging = staging.Staging(self._root / self._coursedir.autograded_directory)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Commits what was written, after Ctrl-C too: what is finished is kept."""
        try:
            self.commit()
        finally:
            self._staging.close()
            self._gradebook.close()

    @property
    def waiting(self) -> tuple[tuple[str, str], ...]:
        """(student, assignment) of what is not committed yet."""
        return tuple((p.marks.student, p.target.assignment) for p in self._pending)

    def prepare(self, assignment: str) -> None:
        """Make sure that nbgrader knows the assignment; registers one that was released.

        raises  CourseError where there is nothing to register, GradebookError
        """
        if assignment in self._prepared:
            return
        with translated(self._where):
            try:
                self._prepared[assignment] = self._look_up(assignment)
            except nb.MissingEntry:
                self._register(assignment)
                self._prepared[assignment] = self._look_up(assignment)

    def write(self, report: Report, notebook: bytes, *, looked_at: bool = False) -> None:
        """Take one graded submission; it is in place after the next commit.

        notebook   the file as the student submitted it, whatever its name
        looked_at  it is the one that the gradebook has: what was graded by hand needs no second
                   look where its automatic score stays
        raises     GradebookError or CourseError: this submission is not taken, and no other is
                   affected, unless `waiting` is empty afterwards: then a commit failed
        """
        _check(report)
        self.prepare(report.assignment)
        prepared = self._prepared[report.assignment]
        prepared.master.check(report)
        timestamp = self._timestamp(report)
        node = graded_notebook(
            report,
            notebook,
            prepared.master,
            self._steps,
            self._language or language_of(self._root, report.student),
            prepared.explanations,
            self._count(report, in_utc(timestamp)),
        )
        scores, comments = marks_in(node.cells)
        marks = Marks(
            student=report.student,
            timestamp=timestamp,
            scores=scores,
            comments=comments,
            looked_at=looked_at,
        )
        with translated(self._where):
            self._admit(report.student)
            staged = self._stage(report, prepared, submitted.write(node))
        self._oldest_s = self._oldest_s if self._pending else time.monotonic()
        self._pending.append(_Pending(prepared.target, marks, staged))
        if len(self._pending) >= self._batch or time.monotonic() > self._oldest_s + self._batch_s:
            self.commit()

    def commit(self) -> tuple[tuple[str, str], ...]:
        """Write what is waiting, all or nothing; returns (student, assignment) of each.

        raises  GradebookError; nothing that was waiting is written then
        """
        done = self.waiting
        pending, self._pending = self._pending, []
        if not pending:
            return ()
        try:
            with translated(self._where):
                self._write_rows(pending)
                for each in pending:
                    each.staged.publish()
                self._gradebook.db.commit()
        except BaseException:
            self._gradebook.db.rollback()
            for each in reversed(pending):
                each.staged.undo()
            raise
        for each in pending:
            each.staged.finish()
        return done

    def _write_rows(self, pending: list[_Pending]) -> None:
        db = self._gradebook.db()
        for student in missing_students(db, {each.marks.student for each in pending}):
            db.add(nb.Student(id=student))
        db.flush()
        targets = {each.target.assignment: each.target for each in pending}
        for target in targets.values():
            marks = [each.marks for each in pending if each.target is target]
            settle = partial(self._put_extensions, target, [mark.student for mark in marks])
            write_rows(db, target, marks, self._steps.penalties, settle)

    def _put_extensions(self, target: Target, students: list[str]) -> None:
        wanted = deadlines_of(self._root, target.assignment)
        if wanted is not None:
            row = self._gradebook.find_assignment(target.assignment)
            put_extensions(self._gradebook.db(), row, wanted, students)

    def _look_up(self, assignment: str) -> _Prepared:
        row = self._gradebook.find_assignment(assignment)
        names = [notebook.name for notebook in row.notebooks]
        if names != [assignment]:
            raise CourseError(
                "notebooks-differ",
                f"nbgrader knows the notebooks {', '.join(names) or '(none)'}, expected exactly "
                f"one, {assignment}",
                where=f"{self._where}, assignment {assignment}",
                next=f"autograder release {assignment}",
            )
        wanted = deadlines_of(self._root, assignment)
        if wanted is not None:  # what there is to say of it, settle_deadlines says
            put_deadlines(self._gradebook.db(), row, wanted)
        self._gradebook.db.commit()
        source = self._reference_folder(assignment)
        return _Prepared(
            target=target_of(row.notebooks[0]),
            master=master_of(row.notebooks[0]),
            files=tuple(staging.companions(source, self._coursedir.ignore)),
            explanations=Explanations(misconceptions_of(self._root, assignment), self._notice),
        )

    def _register(self, assignment: str) -> None:
        """What was released before this database existed: rows only, the release stays as it is."""
        released = self._root / self._coursedir.release_directory / assignment
        if not released.is_dir():
            raise CourseError(
                "not-released",
                f"nbgrader does not know the assignment {assignment}",
                where=self._where,
                next=f"autograder release {assignment}",
            )
        self._gradebook.db.rollback()
        with TemporaryDirectory() as elsewhere:
            generate_assignment(
                self._root,
                assignment,
                db_url=self._coursedir.db_url,
                release_directory=Path(elsewhere),
            )

    def _admit(self, student: str) -> None:
        """nbgrader makes unknown students unless its option says otherwise."""
        if self._converter.create_student:
            return
        if missing_students(self._gradebook.db(), [student]):
            raise GradebookError(
                "student-unknown",
                f"the gradebook has no student {student}, and Autograde.create_student is off",
                where=self._where,
                next=f"nbgrader db student add {student}",
            )

    def _timestamp(self, report: Report) -> datetime | None:
        found = submitted_at(self._source(report), self._zones)
        if found is not None and (by := ahead(found)) is not None:
            self._notice(from_the_future(self._source(report), found, by))
        return found

    def _stage(self, report: Report, prepared: _Prepared, text: str) -> staging.Staged:
        source = self._source(report)
        staged = self._staging.folder_for(self._folder("autograded_directory", report))
        staging.copy(staging.companions(source, self._coursedir.ignore), source, staged.folder)
        kept = set(self._converter.exclude_overwriting.get(report.assignment, ()))
        own = [name for name in prepared.files if str(name) not in kept]
        staging.copy(own, self._reference_folder(report.assignment), staged.folder)
        (staged.folder / f"{report.assignment}.ipynb").write_text(text, encoding="utf-8")
        staging.set_permissions(
            staged.folder, self._converter.permissions, groupshared=self._coursedir.groupshared
        )
        return staged

    def _reference_folder(self, assignment: str) -> Path:
        directory = self._coursedir.source_directory
        return Path(self._coursedir.format_path(directory, ".", assignment))

    def _source(self, report: Report) -> Path:
        return self._folder("submitted_directory", report)

    def _folder(self, step: str, report: Report) -> Path:
        directory = getattr(self._coursedir, step)
        return Path(self._coursedir.format_path(directory, report.student, report.assignment))


def record(
    course: Path,
    graded: Iterable[tuple[Report, bytes]],
    *,
    db_url: str | None = None,
    language: str | None = None,
    notice: Notice = lambda error: None,
    count: CountAttempt = not_counted,
    looked_at: Callable[[Report], bool] = lambda report: False,
) -> Iterator[Saved]:
    """Write Reports as they come, and say what became of each once that is certain.

    looked_at  see Gradebook.write
    raises  GradebookError after the last Saved if the gradebook itself refuses
    """
    with Gradebook(course, db_url, language=language, notice=notice, count=count) as gradebook:
        expected: list[tuple[str, str]] = []
        for report, notebook in graded:
            key = (report.student, report.assignment)
            try:
                gradebook.write(report, notebook, looked_at=looked_at(report))
                expected.append(key)
            except AutograderError as error:
                yield Saved(student=key[0], assignment=key[1], error=error)
                if isinstance(error, GradebookError) and expected and not gradebook.waiting:
                    yield from _lost(expected, error)
                    raise
            if expected and not gradebook.waiting:
                yield from (Saved(student=s, assignment=a) for s, a in expected)
                expected = []
        try:
            gradebook.commit()
        except GradebookError as error:
            yield from _lost(expected, error)
            raise
        yield from (Saved(student=s, assignment=a) for s, a in expected)


def _lost(keys: Iterable[tuple[str, str]], error: GradebookError) -> Iterator[Saved]:
    yield from (Saved(student=s, assignment=a, error=error) for s, a in keys)


def _check(report: Report) -> None:
    student = report.student
    if report.status is not Status.GRADED:
        raise GradebookError(
            "not-graded",
            report.message or "the platform could not grade this notebook",
            where=f"student {student}",
            next="correct what the message says and grade again; an earlier grade stays",
        )
    acceptable = 0 < len(student) <= STUDENT_ID_CHARS and student not in (".", "..")
    if not acceptable or any(c in "/\\" or not c.isprintable() for c in student):
        raise GradebookError(
            "student-id",
            f"{student[:40]!r} cannot be a student's id",
            where="submitted/",
            next="rename the folder: at most 128 printable characters, no slashes",
        )
