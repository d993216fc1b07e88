"""A course's batch: grade what changed, hand every result to nbgrader, write the feedback.

Each step is finished for good before the next begins, and marked in the store after it: graded,
in the gradebook, on a feedback page. A batch that is killed between a step and its mark does that
step again, which changes nothing. Only what is under way lies in memory, however large the batch.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from autograder.course import Course, languages_of
from autograder.errors import AutograderError, SubmissionError
from autograder.gradebook import Saved, known_submissions, record, render_feedback
from autograder.grading import PAUSES_S, grade_batch
from autograder.origin import Digests, digests_of, key_of, sha256
from autograder.report import Environment, Report, Status
from autograder.sandbox import Sandbox
from autograder.sandbox.environment import local_environment
from autograder.store import Kept, Mark, Store, only_batch
from autograder.submissions import Found, read_bytes

OpenSandbox = Callable[[], AbstractContextManager[Sandbox]]

_LOOKED_UP_AT_ONCE = 256
# Pages rendered, and marked, at a time: what a killed batch renders again at most. Many, because
# the processes that render are started for each of these.
_PAGES_AT_ONCE = 1024


@dataclass(slots=True)
class Outcome:
    """What became of a batch, beside the reports."""

    kept: int = 0  # unchanged since an earlier run, not graded again
    unrecorded: list[AutograderError] = field(default_factory=list)
    pages: int = 0
    unwritten_pages: list[AutograderError] = field(default_factory=list)
    remarks: list[AutograderError] = field(default_factory=list)  # for the instructor; no failures


def grade_course(
    submissions: Sequence[Found],
    course: Course,
    open_sandbox: OpenSandbox,
    store: Store,
    *,
    jobs: int,
    seed: int,
    again: bool,
    feedback: bool,
    emit: Callable[[Report], None],
    seed_given: bool = False,
    environments: Mapping[str, Environment] | None = None,
    pauses_s: Sequence[float] = PAUSES_S,
) -> Outcome:
    """Grade into the gradebook; every report goes to `emit` as soon as it is there.

    again        grade also what has not changed since it was graded
    seed_given   somebody wants this very seed: a result of another one counts as changed
    environments  by device, what the sandbox will be, which is opened only if something has to be
                 graded; None: the local one
    pauses_s     seconds before each further attempt after a failure of ours
    raises       UsageError if another batch is grading this course; CourseError, GradebookError,
                 SandboxUnavailable, AutograderError of the store: what was finished before is kept
    """
    outcome = Outcome()
    with only_batch(course.root):
        batch = _Batch(course, store, emit, outcome, environments or {})
        batch.wanted_seed = seed if seed_given else None
        batch.languages = languages_of(course)
        reports = batch.reports(
            submissions, open_sandbox, jobs=jobs, seed=seed, again=again, pauses_s=pauses_s
        )
        with closing(reports):
            for saved in record(course.root, reports, notice=outcome.remarks.append):
                batch.note(saved)
            batch.mark_recorded()
        if feedback:
            batch.write_pages(jobs)
    return outcome


@dataclass(slots=True)
class _Batch:
    course: Course
    store: Store
    emit: Callable[[Report], None]
    outcome: Outcome
    environments: Mapping[str, Environment]
    wanted_seed: int | None = None
    digests: dict[str, Digests] = field(default_factory=dict)
    keys: dict[tuple[str, str], str] = field(default_factory=dict)  # of what the gradebook is told
    recorded: list[Mark] = field(default_factory=list)  # in the gradebook, not marked yet
    to_show: list[Mark] = field(default_factory=list)
    languages: Mapping[str, str] = field(default_factory=dict)  # of students who have their own
    _known: set[tuple[str, str]] | None = None  # to the gradebook, when the batch began

    def reports(
        self,
        submissions: Sequence[Found],
        open_sandbox: OpenSandbox,
        *,
        jobs: int,
        seed: int,
        again: bool,
        pauses_s: Sequence[float],
    ) -> Generator[tuple[Report, bytes], None, None]:
        """What the gradebook must be told: (report, the submitted file)."""
        for name in {found.assignment for found in submissions if found.problem is None}:
            self.digests[name] = digests_of(self.course.assignment(name))
        fresh: list[Found] = []
        for at in range(0, len(submissions), _LOOKED_UP_AT_ONCE):
            some = submissions[at : at + _LOOKED_UP_AT_ONCE]
            kept = {} if again else self._kept(some)
            for found in some:
                if found.path not in kept:
                    fresh.append(found)
                    continue
                yield from self._from_before(found, kept[found.path])
        if not fresh:
            return  # a sandbox takes seconds to start
        with (
            open_sandbox() as sandbox,
            closing(
                grade_batch(
                    fresh,
                    self.course,
                    sandbox,
                    jobs=jobs,
                    seed=seed,
                    digests=self.digests,
                    pauses_s=pauses_s,
                )
            ) as graded,
        ):
            for found, report in graded:
                yield from self._just_graded(found, report)

    def note(self, saved: Saved) -> None:
        """One submission is in the gradebook, or could not be put there."""
        if saved.error is not None:
            self.outcome.unrecorded.append(saved.error)
            return
        key = self.keys.pop((saved.student, saved.assignment), None)
        if key is not None:
            self.recorded.append(Mark(key, saved.student, saved.assignment))

    def mark_recorded(self) -> None:
        """All at once: the gradebook commits many at once too."""
        self.store.mark_recorded(self.recorded)
        self.to_show += self.recorded
        self.recorded.clear()

    def write_pages(self, jobs: int) -> None:
        for at in range(0, len(self.to_show), _PAGES_AT_ONCE):
            marks = {(m.student, m.assignment): m for m in self.to_show[at : at + _PAGES_AT_ONCE]}
            written: list[Mark] = []
            for page in render_feedback(self.course.root, marks, jobs=jobs):
                if page.error is None:
                    written.append(marks[page.student, page.assignment])
                else:
                    self.outcome.unwritten_pages.append(page.error)
            self.outcome.pages += len(written)
            self.store.mark_shown(written)

    def _kept(self, some: Sequence[Found]) -> dict[Path, Kept]:
        """The results, by notebook, of those in which nothing has changed."""
        keys = {found.path: key for found in some if (key := self._key_now(found))}
        stored = self.store.kept((f.student, f.assignment) for f in some if f.path in keys)
        return {
            found.path: kept
            for found in some
            if (kept := stored.get((found.student, found.assignment)))
            and kept.key == keys.get(found.path)
            and self.wanted_seed in (None, kept.seed)
        }

    def _key_now(self, found: Found) -> str | None:
        """None: it cannot be graded, and grading says why."""
        if found.problem is not None:
            return None
        try:
            digest = sha256(read_bytes(found.path))
        except SubmissionError:
            return None
        device = self.course.assignment(found.assignment).device
        environment = self.environments.get(device) or local_environment(device)
        return self._key(found, digest, self.digests[found.assignment], environment)

    def _key(
        self, found: Found, submission_sha256: str, digests: Digests, environment: Environment
    ) -> str:
        return key_of(
            submission_sha256,
            self.course.assignment(found.assignment),
            digests,
            environment,
            language=self.languages.get(found.student, self.course.language),
            remarks=(*found.flags, *found.notes),
        )

    def _from_before(self, found: Found, kept: Kept) -> Generator[tuple[Report, bytes], None, None]:
        self.outcome.kept += 1
        report = replace(kept.report, notebook=str(found.path))
        self.emit(report)
        if not kept.recorded or not self._is_known(found):
            yield from self._into_gradebook(found, report, kept.key)
        elif not kept.shown or not self._has_page(found):
            self.to_show.append(Mark(kept.key, found.student, found.assignment))

    def _just_graded(
        self, found: Found, report: Report
    ) -> Generator[tuple[Report, bytes], None, None]:
        origin = report.provenance
        if report.status is not Status.GRADED or origin is None:
            self.emit(report)  # a failure of ours is not kept: the next run tries again
            return
        digests = Digests(
            origin.suite_sha256, origin.reference_sha256, origin.misconceptions_sha256
        )
        key = self._key(found, origin.submission_sha256, digests, origin.environment)
        self.store.keep(key, report)
        self.emit(report)
        yield from self._into_gradebook(found, report, key)

    def _into_gradebook(
        self, found: Found, report: Report, key: str
    ) -> Generator[tuple[Report, bytes], None, None]:
        try:
            data = _as_graded(found, report)
        except SubmissionError as error:
            self.outcome.unrecorded.append(error)
            return
        self.keys[found.student, found.assignment] = key
        yield report, data
        self.mark_recorded()  # the next one is asked for after every commit has been told

    def _is_known(self, found: Found) -> bool:
        """Does nbgrader still have what was recorded? People move gradebooks away, and folders."""
        if self._known is None:
            self._known = known_submissions(self.course.root)
        folder = self.course.root / "autograded" / found.student / found.assignment
        return (found.student, found.assignment) in self._known and folder.is_dir()

    def _has_page(self, found: Found) -> bool:
        folder = self.course.root / "feedback" / found.student / found.assignment
        return (folder / f"{found.assignment}.html").is_file()


def _as_graded(found: Found, report: Report) -> bytes:
    """The notebook's bytes. Raises SubmissionError if they are others than those graded."""
    data = read_bytes(found.path)
    if report.provenance is not None and sha256(data) != report.provenance.submission_sha256:
        raise SubmissionError(
            "changed-meanwhile",
            "the notebook was replaced while it was being graded",
            where=str(found.path),
            next="run the command again: it grades the new one",
        )
    return data
