"""What a corrected suite would change: graded, compared, recorded, and written nowhere else.

Every submission keeps the seed of its earlier grading, so that nothing but what was corrected can
make a difference. What does come out otherwise is graded a second time: a test that is not the
same twice (a time limit on a busy machine, as a rule) is named, and the better of the two counts.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from autograder.batch import OpenSandbox
from autograder.course import Course
from autograder.errors import CourseError, SubmissionError
from autograder.gradebook import GradesReader
from autograder.grading import PAUSES_S, grade_batch
from autograder.keys import Keys
from autograder.origin import sha256
from autograder.regrade import reasons
from autograder.regrade.change import (
    Change,
    Fate,
    Options,
    Progress,
    Regrade,
    SuiteChange,
    encoded,
    in_order,
    summary_of,
)
from autograder.regrade.compare import suite_changes, unsteady
from autograder.regrade.consequence import change_of, differs
from autograder.regrade.scope import Past, Scope, in_past
from autograder.report import Environment, Report, Status
from autograder.store import Logged, Regrades, Store, Trial, only_batch
from autograder.submissions import Found, read_bytes

_AT_ONCE = 256
_TRIALS_AT_ONCE = 32  # what a killed preview grades again at most

_HANDED_IN_ANEW = "handed in anew since it was graded; `autograder grade` grades it"

Grade = Callable[[list[Found]], Generator[tuple[Found, Report], None, None]]


def preview(
    course: Course,
    name: str,
    open_sandbox: OpenSandbox,
    store: Store,
    *,
    options: Options,
    by: str,
    jobs: int,
    seed: int,
    environments: Mapping[str, Environment],
    progress: Progress,
    pauses_s: Sequence[float] = PAUSES_S,
) -> tuple[Logged, Regrade]:
    """Grade what has changed, compare it with what stands, and record what came of it.

    by        who asked, for the record
    seed      for submissions of which no earlier seed is known
    progress  is told how many gradings there are, and then of each
    raises    UsageError if another batch is grading this course, or there is nothing to regrade;
              CourseError, GradebookError, SandboxUnavailable, AutograderError of the store: what
              was graded before that is not graded again by the next preview
    """
    with only_batch(course.root), GradesReader(course.root) as reader:
        keys = Keys.of(course, [name], environments)
        scope = Scope.of(course, name, store, reader, options.students)
        run = _Preview(scope, keys, options, Regrades(store))
        run.look_up(seed)
        try:
            if run.todo or run.to_confirm:
                with open_sandbox() as sandbox:
                    grade = partial(
                        grade_batch,
                        course=course,
                        sandbox=sandbox,
                        jobs=jobs,
                        seed=seed,
                        seeds=run.seeds,
                        digests=keys.digests,
                        pauses_s=pauses_s,
                    )
                    run.grade(grade, progress)
        finally:
            run.save()  # what was graded before Ctrl-C, too
        regrade = run.result()
        return Regrades(store).log(name, encoded(regrade), by=by), regrade


@dataclass(slots=True)
class _Preview:
    scope: Scope
    keys: Keys
    options: Options
    regrades: Regrades
    todo: list[Found] = field(default_factory=list)
    to_confirm: dict[str, Found] = field(default_factory=dict)  # by student
    seeds: dict[Path, int] = field(default_factory=dict)  # by the notebook's path
    changes: dict[str, Change] = field(default_factory=dict)  # by student
    suite: dict[SuiteChange, None] = field(default_factory=dict)  # in the order of appearance
    reasons: reasons.Reasons = field(default_factory=reasons.Reasons)
    environment: Environment | None = None
    remarks: list[str] = field(default_factory=list)
    unsaved: list[Trial] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.scope.name

    def look_up(self, seed: int) -> None:
        """What needs no grading is said at once; the rest is `todo` and `to_confirm`."""
        for at in range(0, len(self.scope.found), _AT_ONCE):
            some = self.scope.found[at : at + _AT_ONCE]
            pasts = self.scope.pasts(some)
            trials = self.regrades.trials(self.name, [found.student for found in some])
            for found in some:
                past = pasts[found.student]
                self.seeds[found.path] = past.kept.seed if past.kept is not None else seed
                self._look_at(found, past, trials.get(found.student))
        for change in self.scope.missing():
            self.changes[change.student] = change

    def grade(self, grade: Grade, progress: Progress) -> None:
        """All that is to do, then a second time what came out otherwise than before."""
        for found, report in _with_progress(self.todo, grade, progress):
            self.first(found, report)
        self.save()
        for found, report in _with_progress(list(self.to_confirm.values()), grade, progress):
            self.second(found, report)

    def save(self) -> None:
        """Many in one transaction: each waits for the disk."""
        self.regrades.keep_trials(self.unsaved)
        self.unsaved.clear()

    def first(self, found: Found, report: Report) -> None:
        """It was graded by what stands now."""
        past = self.scope.past(found.student)
        if report.status is not Status.GRADED or report.provenance is None:
            self._note(found, past, Fate.ERROR, report.message)
        elif _is_another(report.provenance.submission_sha256, past):  # replaced meanwhile
            self._note(found, past, Fate.RESUBMITTED, _HANDED_IN_ANEW)
        elif past.kept is not None and past.kept.key == self.keys.graded(found, report):
            self._unchanged(found, past, unsteady(past.kept.report, report))
        else:
            trial = Trial(
                key=self.keys.graded(found, report),
                seed=self.seeds[found.path],
                report=report,
                unsteady=None,
            )
            self._keep(trial)
            self._tried(found, past, trial)

    def second(self, found: Found, report: Report) -> None:
        """The same again: what comes out otherwise now decides nothing against the student."""
        trial = self.regrades.trials(self.name, [found.student])[found.student]
        if report.status is Status.GRADED:
            better = max(trial.report, report, key=lambda each: each.score or 0.0)
            both = replace(trial, report=better, unsteady=unsteady(trial.report, report))
        else:
            both = replace(trial, unsteady=())
        self._keep(both)
        self._tried(found, self.scope.past(found.student), both)

    def result(self) -> Regrade:
        changes = sorted(self.changes.values(), key=in_order)
        self._see_whether_it_fits(changes)
        return Regrade(
            assignment=self.name,
            device=self.scope.course.assignment(self.name).device,
            options=self.options,
            digests_before=self.reasons.digests_before,
            digests=self.keys.digests[self.name],
            environment=self.environment,
            reasons=self.reasons.in_words(),
            suite=tuple(self.suite),
            summary=summary_of(changes),
            changes=tuple(changes),
            remarks=tuple(self.remarks),
        )

    def _look_at(self, found: Found, past: Past, trial: Trial | None) -> None:
        key = self.keys.now(found)
        if not past.was_graded(self.scope.symbols) and not self.options.new:
            message = "never graded; `autograder grade` does that, or --new here"
            self._note(found, past, Fate.NEW, message)
        elif key is not None and past.kept is not None and key == past.kept.key:
            self._as_kept(found, past)
        elif key is not None and _is_another(_sha256_of(found), past):
            self._note(found, past, Fate.RESUBMITTED, _HANDED_IN_ANEW)
        elif trial is not None and trial.key == key and self._seed_fits(past, trial):
            self.seeds[found.path] = trial.seed
            self._tried(found, past, trial)
        else:
            self.todo.append(found)

    def _as_kept(self, found: Found, past: Past) -> None:
        """Nothing has changed but, maybe, the gradebook."""
        assert past.kept is not None
        if past.source == "results":
            self._unchanged(found, past, ())
            if self.options.again:
                self.todo.append(found)
            return
        report = replace(past.kept.report, notebook=str(found.path))
        trial = Trial(key=past.kept.key, seed=past.kept.seed, report=report, unsteady=())
        self._keep(trial)
        self._tried(found, past, trial)

    def _keep(self, trial: Trial) -> None:
        self.unsaved.append(trial)
        if len(self.unsaved) >= _TRIALS_AT_ONCE:
            self.save()

    @staticmethod
    def _seed_fits(past: Past, trial: Trial) -> bool:
        return past.kept is None or trial.seed == past.kept.seed

    def _tried(self, found: Found, past: Past, trial: Trial) -> None:
        change = change_of(self.scope, past, trial, never_lower=self.options.never_lower)
        if found.student not in self.changes:
            self._remember(past, trial)
        self.changes[found.student] = change
        if trial.unsteady is None and differs(change):
            self.to_confirm[found.student] = found

    def _unchanged(self, found: Found, past: Past, shaky: tuple[str, ...]) -> None:
        message = "not the same twice with one seed; what was graded first stays" if shaky else ""
        change = Change(
            student=found.student,
            fate=Fate.UNCHANGED,
            after=past.score,
            suite_after=past.kept.report.score if past.kept is not None else None,
            unsteady=shaky,
            before_from="results",
            message=message,
        )
        self.changes[found.student] = in_past(change, past)

    def _note(self, found: Found, past: Past, fate: Fate, message: str) -> None:
        change = Change(student=found.student, fate=fate, message=message)
        self.changes[found.student] = in_past(change, past)

    def _remember(self, past: Past, trial: Trial) -> None:
        """For what is said about all of them together."""
        report = trial.report
        if report.provenance is not None:
            self.environment = report.provenance.environment
        if past.kept is None:
            self.reasons.unknown += past.grades is not None
        elif past.kept.key == trial.key:
            self.reasons.elsewhere += 1
        else:
            self.reasons.compare(past.kept.report, report)
            self.suite |= dict.fromkeys(suite_changes(past.kept.report, report))

    def _see_whether_it_fits(self, changes: list[Change]) -> None:
        """A suite whose points the gradebook does not know yet could not be applied."""
        student = next((change.student for change in changes if change.written), None)
        trials = self.regrades.trials(self.name, [student]) if student is not None else {}
        master = self.scope.reader.master(self.name) if trials else None
        if master is None:
            return
        for trial in trials.values():
            try:
                master.check(trial.report)
            except CourseError as error:
                self.remarks.append(f"before --apply: {error.next} ({error.what})")


def _with_progress(
    some: list[Found], grade: Grade, progress: Progress
) -> Iterator[tuple[Found, Report]]:
    if not some:
        return
    with progress(len(some)) as tick, closing(grade(some)) as batch:
        for pair in batch:
            yield pair
            tick()


def _sha256_of(found: Found) -> str | None:
    try:
        return sha256(read_bytes(found.path))
    except SubmissionError:
        return None


def _is_another(submission_sha256: str | None, past: Past) -> bool:
    """Is this another notebook than the one that was graded?"""
    origin = past.kept.report.provenance if past.kept is not None else None
    return origin is not None and submission_sha256 not in (None, origin.submission_sha256)
