"""What a preview showed, written: without grading again, and only while all of it still holds.

A student is done when the results have the previewed report and the gradebook its points. So a
command that was killed goes on by being run again: what is done is passed over, and all the rest
has to be as the preview saw it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from autograder.batch import Outcome, write_results
from autograder.course import Course, with_device
from autograder.errors import UsageError
from autograder.gradebook import Grades, GradesReader
from autograder.keys import Keys
from autograder.origin import Digests
from autograder.regrade.change import Change, Fate, Options, Progress, Regrade, decoded
from autograder.regrade.compare import points_by_cell
from autograder.regrade.effect import marks_of
from autograder.regrade.scope import Past, Scope
from autograder.report import Report
from autograder.store import APPLIED, APPLYING, Logged, Regrades, Store, Trial, only_batch
from autograder.submissions import Found

_AT_ONCE = 256
_MOST_NAMED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    logged: Logged
    regrade: Regrade
    outcome: Outcome | None  # None: it had been applied before, or nothing is to be written
    remarks: tuple[str, ...] = ()  # where the gradebook says something else than the preview


def apply(
    course: Course,
    name: str,
    store: Store,
    *,
    by: str,
    jobs: int,
    progress: Progress,
    options: Options | None = None,
) -> Applied:
    """Write what the last preview showed.

    options  asked for again; None: as the preview was asked. Others than the preview's are refused
    raises   UsageError if there is no preview, or it does not hold any more: nothing is written
             then; CourseError, GradebookError, AutograderError of the store: what was finished
             before is kept, and the same command goes on
    """
    with only_batch(course.root):
        regrades = Regrades(store)
        logged, regrade = _previewed(regrades, name, options)
        if logged.state == APPLIED or not any(change.written for change in regrade.changes):
            return Applied(logged=logged, regrade=regrade, outcome=None)
        course = with_device(course, regrade.device)  # type: ignore[arg-type]
        with GradesReader(course.root) as reader:
            run = _checked(course, regrade, store, reader, regrades)
        regrades.mark(logged, APPLYING, by=by)
        with progress(len(run.changes)) as tick:
            outcome = write_results(
                run.results(),
                run.keys,
                store,
                jobs=jobs,
                emit=lambda report: tick(),
                looked_at=lambda report: run.changes[report.student].before_from == "results",
            )
        remarks: tuple[str, ...] = ()
        if not outcome.unrecorded and not outcome.unwritten_pages:
            regrades.mark(logged, APPLIED, by=by)
            regrades.drop_trials(name)
            remarks = _otherwise(course, regrade)
        last = regrades.last(name)
        assert last is not None
        return Applied(logged=last, regrade=regrade, outcome=outcome, remarks=remarks)


@dataclass(slots=True)
class _Apply:
    store: Store
    regrades: Regrades
    keys: Keys
    scope: Scope
    regrade: Regrade
    changes: dict[str, Change]  # by student, of those that are written
    found: dict[str, Found]
    problems: list[str] = field(default_factory=list)

    def check(self) -> None:
        """Everybody, before the first is written."""
        for some in self._some():
            trials = self.regrades.trials(self.regrade.assignment, some)
            pasts = self.scope.pasts(self.found[s] for s in some if s in self.found)
            for student in some:
                problem = self._problem(student, pasts.get(student), trials.get(student))
                if problem:
                    self.problems.append(f"{student}: {problem}")

    def results(self) -> Iterator[tuple[Found, Report, str]]:
        for some in self._some():
            trials = self.regrades.trials(self.regrade.assignment, some)
            pasts = self.scope.pasts(self.found[student] for student in some)
            for student in some:
                change, found, past = self.changes[student], self.found[student], pasts[student]
                report = _report(change, past, trials.get(student))
                assert report is not None, "checked"
                if not _is_done(change, past, report):
                    # Also one that is kept already, whose gradebook somebody has overwritten.
                    self.store.keep(change.key, report)
                yield found, report, change.key

    def _some(self) -> Iterator[list[str]]:
        students = list(self.changes)
        for at in range(0, len(students), _AT_ONCE):
            yield students[at : at + _AT_ONCE]

    def _problem(self, student: str, past: Past | None, trial: Trial | None) -> str:
        """Why the preview does not hold for this one any more; empty: it does."""
        change = self.changes[student]
        if past is None or self.keys.now(self.found[student]) != change.key:
            return "the submission is another one now, or the settings are"
        report = _report(change, past, trial)
        if report is None:
            return "somebody graded it in between"
        if _is_done(change, past, report):
            return ""
        kept = past.kept
        begun = kept is not None and kept.key == change.key and kept.report == report
        if not begun and (kept.key if kept is not None else "") != change.before_key:
            return "somebody graded it in between"
        if not begun and change.before_at != _made_at(past):
            return "somebody graded it in between"
        before = marks_of(past.grades)
        if before != change.marks and not _is_written(change, past.grades, report):
            return "the gradebook has other points now"
        return ""


def _previewed(regrades: Regrades, name: str, options: Options | None) -> tuple[Logged, Regrade]:
    logged = regrades.last(name)
    if logged is None:
        raise UsageError(
            "no-preview",
            f"there is no preview of {name} that could be applied",
            next=f"see what would change first: autograder regrade {name}",
        )
    regrade = decoded(logged.content)
    if options is not None and options != regrade.options and logged.state != APPLIED:
        raise UsageError(
            "preview-differs",
            "the last preview was made with other options, and --apply writes what it showed",
            where=f"preview {logged.id}, {logged.made_at}, by {logged.made_by}",
            next=f"autograder regrade {name} --apply, without further options; or preview again "
            "with these",
        )
    return logged, regrade


def _checked(
    course: Course, regrade: Regrade, store: Store, reader: GradesReader, regrades: Regrades
) -> _Apply:
    """raises UsageError if the preview does not hold; CourseError if the points do not fit"""
    name = regrade.assignment
    environments = {regrade.device: regrade.environment} if regrade.environment else {}
    keys = Keys.of(course, [name], environments)
    if keys.digests[name] != regrade.digests:
        raise _outdated(name, [f"{_parts(regrade.digests, keys.digests[name])} changed again"])
    scope = Scope.of(course, name, store, reader, regrade.options.students)
    changes = {change.student: change for change in regrade.changes if change.written}
    found = {one.student: one for one in scope.found if one.student in changes}
    run = _Apply(store, regrades, keys, scope, regrade, changes, found)
    run.check()
    if run.problems:
        raise _outdated(name, run.problems)
    first = next(iter(regrades.trials(name, list(changes)[:_AT_ONCE]).values()), None)
    master = reader.master(name)
    if first is not None and master is not None:
        master.check(first.report)
    return run


def _report(change: Change, past: Past, trial: Trial | None) -> Report | None:
    """What will stand."""
    if change.fate is Fate.KEPT:
        same = past.kept is not None and _made_at(past) == change.before_at
        return past.kept.report if past.kept is not None and same else None
    if trial is not None and (trial.key, trial.seed) == (change.key, change.seed):
        return trial.report
    return None


def _is_done(change: Change, past: Past, report: Report) -> bool:
    """In the results and in the gradebook; whether the page is written is for the batch to see."""
    kept = past.kept
    return (
        kept is not None
        and kept.key == change.key
        and kept.report == report
        and kept.recorded
        and _is_written(change, past.grades, report)
    )


def _is_written(change: Change, grades: Grades | None, report: Report) -> bool:
    """Has the gradebook the new automatic points, and of all else what the preview saw?"""
    if grades is None:
        return False
    wanted = dict(change.marks)
    for symbol, points in points_by_cell(report).items():
        name = GradesReader.cell_of(symbol)
        if name in wanted:
            wanted[name] = replace(wanted[name], auto=points)
        elif name not in grades.cells or grades.cells[name].auto != points:
            return False
    now = marks_of(grades)
    return all(now.get(name) == marks for name, marks in wanted.items())


def _made_at(past: Past) -> str:
    origin = past.kept.report.provenance if past.kept is not None else None
    return origin.graded_at if origin is not None else ""


def _parts(then: Digests, now: Digests) -> str:
    parts = {
        "the hidden suite": (then.suite, now.suite),
        "the reference": (then.reference, now.reference),
        "the misconceptions": (then.misconceptions, now.misconceptions),
    }
    return " and ".join(what for what, (before, after) in parts.items() if before != after)


def _outdated(name: str, problems: list[str]) -> UsageError:
    shown = problems[:_MOST_NAMED]
    more = len(problems) - len(shown)
    what = "; ".join(shown) + (f"; and {more} more" if more else "")
    return UsageError(
        "preview-outdated",
        f"since the preview was made, something has changed: {what}",
        next=f"autograder regrade {name} shows it anew (what has not changed is not graded again)",
    )


def _otherwise(course: Course, regrade: Regrade) -> tuple[str, ...]:
    """The preview computed what nbgrader would make of it: was that so?"""
    wanted = {
        change.student: change
        for change in regrade.changes
        if change.written and change.fate is not Fate.KEPT
    }
    with GradesReader(course.root) as reader:
        grades = reader.grades(regrade.assignment, list(wanted))
    remarks = []
    for student, now in grades.items():
        told = wanted[student]
        if abs(now.score - (told.after or 0.0)) > 1e-6:
            remarks.append(f"{student}: the gradebook has {now.score:g}, not {told.after:g}")
        elif abs(now.penalty - told.penalty_after) > 1e-6:
            remarks.append(
                f"{student}: the late penalty is {now.penalty:g}, not {told.penalty_after:g}"
            )
    return tuple(remarks)
