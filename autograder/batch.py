"""A course's batch: grade what changed, hand every result to nbgrader, write the feedback.

Each step is finished for good before the next begins, and marked in the store after it: graded,
in the gradebook, on a feedback page. A batch that is killed between a step and its mark does that
step again, which changes nothing. Only what is under way lies in memory, however large the batch.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from autograder.attempts import Counter, Views
from autograder.course import Course
from autograder.errors import AutograderError, SubmissionError
from autograder.feedback import this_moment
from autograder.gradebook import (
    Saved,
    known_submissions,
    record,
    render_feedback,
    settle_deadlines,
)
from autograder.grading import PAUSES_S, grade_batch
from autograder.keys import Keys
from autograder.origin import sha256
from autograder.report import Environment, Report, Status
from autograder.sandbox import Sandbox
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
    now: datetime | None = None,
) -> Outcome:
    """Grade into the gradebook; every report goes to `emit` as soon as it is there.

    again        grade also what has not changed since it was graded
    seed_given   somebody wants this very seed: a result of another one counts as changed
    environments  by device, what the sandbox will be, which is opened only if something has to be
                 graded; None: the local one
    pauses_s     seconds before each further attempt after a failure of ours
    now          of the pages: what their students may see; None: when the batch begins
    raises       UsageError if another batch is grading this course; CourseError, GradebookError,
                 SandboxUnavailable, AutograderError of the store: what was finished before is kept
    """
    outcome = Outcome()
    with only_batch(course.root):
        names = {found.assignment for found in submissions if found.problem is None}
        batch = _Batch(store, emit, outcome, Keys.of(course, names, environments))
        batch.wanted_seed = seed if seed_given else None
        batch.now = now or batch.now
        reports = batch.reports(
            submissions, open_sandbox, jobs=jobs, seed=seed, again=again, pauses_s=pauses_s
        )
        batch.record(reports)
        if feedback:
            batch.write_pages(jobs)
    return outcome


def write_results(
    results: Iterable[tuple[Found, Report, str]],
    keys: Keys,
    store: Store,
    *,
    jobs: int,
    emit: Callable[[Report], None] = lambda report: None,
    looked_at: Callable[[Report], bool] = lambda report: False,
) -> Outcome:
    """Put results that were made before where grade_course puts its own, in the same steps.

    The caller holds the course's lock.

    results    (submission, its report, the report's key); one that is in place already costs
               nothing
    looked_at  is the submission the one that the gradebook has? See Gradebook.write
    raises     GradebookError, CourseError, AutograderError of the store: what was finished before
               is kept
    """
    batch = _Batch(store, emit, Outcome(), keys)
    batch.record(batch.reports_of(results), looked_at=looked_at)
    batch.write_pages(jobs)
    return batch.outcome


@dataclass(slots=True)
class _Batch:
    store: Store
    emit: Callable[[Report], None]
    outcome: Outcome
    keys: Keys
    wanted_seed: int | None = None
    told: dict[tuple[str, str], str] = field(default_factory=dict)  # of what the gradebook is told
    recorded: list[Mark] = field(default_factory=list)  # in the gradebook, not marked yet
    to_show: list[Mark] = field(default_factory=list)
    now: datetime = field(default_factory=this_moment)  # of all pages: what may be seen
    _known: set[tuple[str, str]] | None = None  # to the gradebook, when the batch began
    _counter: Counter | None = None
    _views: Views | None = None

    @property
    def counter(self) -> Counter:
        self._counter = self._counter or Counter(self.course, self.store)
        return self._counter

    def view_of(self, report: Report) -> str:
        """How much a page of it would show: more than before, once a due date has passed."""
        self._views = self._views or Views(self.course, self.counter, self.now)
        return self._views.name_of(report)

    @property
    def course(self) -> Course:
        return self.keys.course

    def record(
        self,
        reports: Generator[tuple[Report, bytes], None, None],
        looked_at: Callable[[Report], bool] = lambda report: False,
    ) -> None:
        """Into the gradebook, whatever the generator yields."""
        notice = self.outcome.remarks.append
        self.settle(notice)
        with closing(reports):
            for saved in record(
                self.course.root, reports, notice=notice, count=self.counter, looked_at=looked_at
            ):
                self.note(saved)
            self.mark_recorded()

    def settle(self, notice: Callable[[AutograderError], None]) -> None:
        """Deadlines of course.yml and what they cost, for those too that are not graded again."""
        changed = settle_deadlines(
            self.course.root,
            self.keys.digests,
            before_commit=self.store.forget_pages,
            notice=notice,
        )
        kept = self.store.kept(changed)
        self.to_show += [Mark(each.key, *pair) for pair, each in kept.items() if each.recorded]

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
                    digests=self.keys.digests,
                    pauses_s=pauses_s,
                )
            ) as graded,
        ):
            for found, report in graded:
                yield from self._just_graded(found, report)

    def reports_of(
        self, results: Iterable[tuple[Found, Report, str]]
    ) -> Generator[tuple[Report, bytes], None, None]:
        """As `reports`, of what somebody has graded already."""
        for found, report, key in results:
            pair = (found.student, found.assignment)
            kept = self.store.kept([pair]).get(pair)
            if kept is not None and kept.key == key and kept.report == report:
                yield from self._from_before(found, kept)
            else:
                self.store.keep(key, report)
                self.emit(report)
                yield from self._into_gradebook(found, report, key)

    def note(self, saved: Saved) -> None:
        """One submission is in the gradebook, or could not be put there."""
        if saved.error is not None:
            self.outcome.unrecorded.append(saved.error)
            return
        key = self.told.pop((saved.student, saved.assignment), None)
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
            views: dict[tuple[str, str], str] = {}
            for page in render_feedback(self.course.root, marks, jobs=jobs, now=self.now):
                if page.error is None:
                    written.append(marks[page.student, page.assignment])
                    views[page.student, page.assignment] = page.view
                else:
                    self.outcome.unwritten_pages.append(page.error)
            self.outcome.pages += len(written)
            self.store.mark_shown(written, views)

    def _kept(self, some: Sequence[Found]) -> dict[Path, Kept]:
        """The results, by notebook, of those in which nothing has changed."""
        keys = {found.path: key for found in some if (key := self.keys.now(found))}
        stored = self.store.kept((f.student, f.assignment) for f in some if f.path in keys)
        return {
            found.path: kept
            for found in some
            if (kept := stored.get((found.student, found.assignment)))
            and kept.key == keys.get(found.path)
            and self.wanted_seed in (None, kept.seed)
        }

    def _from_before(self, found: Found, kept: Kept) -> Generator[tuple[Report, bytes], None, None]:
        self.outcome.kept += 1
        report = replace(kept.report, notebook=str(found.path))
        self.emit(report)
        if not kept.recorded or not self._is_known(found):
            yield from self._into_gradebook(found, report, kept.key)
        elif not (kept.shown and self._has_page(found) and kept.view == self.view_of(report)):
            self.to_show.append(Mark(kept.key, found.student, found.assignment))

    def _just_graded(
        self, found: Found, report: Report
    ) -> Generator[tuple[Report, bytes], None, None]:
        if report.status is not Status.GRADED or report.provenance is None:
            self.emit(report)  # a failure of ours is not kept: the next run tries again
            return
        key = self.keys.graded(found, report)
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
        self.told[found.student, found.assignment] = key
        yield report, data
        self.mark_recorded()  # the next one is asked for after every commit has been told

    def _is_known(self, found: Found) -> bool:
        """Does nbgrader still have what was recorded? People move gradebooks away, and folders."""
        if self._known is None:
            self._known = known_submissions(self.course.root)
        autograded = self.course.root / self.course.folders.autograded
        folder = autograded / found.student / found.assignment
        return (found.student, found.assignment) in self._known and folder.is_dir()

    def _has_page(self, found: Found) -> bool:
        folder = self.course.root / self.course.folders.feedback / found.student / found.assignment
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
