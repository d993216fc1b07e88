"""From what was typed to a notebook, a seed and a test; and what has changed since the grading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.course import Assignment, Course
from autograder.errors import SubmissionError, UsageError
from autograder.notebook import read_reference
from autograder.origin import digests_of, sha256
from autograder.report import Provenance, Report, Status
from autograder.sandbox.environment import local_environment
from autograder.store import Store
from autograder.submissions import find_submissions, read_bytes

_SQLITE = "sqlite:///"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    student: str
    assignment: Assignment
    notebook: Path
    seed: int
    report: Report | None  # of the grading; None: there is none, the seed was given

    @property
    def tests(self) -> tuple[str, ...]:
        """As "cell/name", of the report."""
        return tuple(f"{t.cell}/{t.name}" for t in self.report.tests) if self.report else ()

    def changes(self) -> list[str]:
        """What is not as it was when the report was made, in words."""
        if self.report is None or self.report.provenance is None:
            return []
        return list(_changes(self.report.provenance, self))


def target_of(
    course: Course, result: str, *, assignment: str | None = None, seed: int | None = None
) -> Target:
    """What RESULT stands for: STUDENT/ASSIGNMENT of the store, or a notebook's path.

    assignment, seed  given by hand; needed for a notebook only where they cannot be told
    raises            UsageError, SubmissionError, and the store's errors
    """
    path = Path(result)
    if path.is_file():
        return _of_notebook(course, path, assignment, seed)
    parts = [part for part in result.split("/") if part not in ("", ".")]
    if path.suffix == ".ipynb" or len(parts) < 2:
        raise UsageError(
            "no-such-result",
            f"{result} is neither a result nor a notebook",
            next="give STUDENT/ASSIGNMENT as graded into the gradebook, or the notebook's path",
        )
    return _of_result(course, parts[-2], course.assignment(parts[-1]), seed)


def named(wanted: str, tests: Sequence[str], where: str) -> str:
    """The one test that is meant, as "cell/name": its name, the beginning of it, or a part.

    raises  UsageError with the names that there are, or that fit
    """
    names = {test: test.partition("/")[2] for test in tests}
    fitting = (
        [test for test in tests if wanted in (test, names[test])]
        or [test for test in tests if names[test].startswith(wanted) or test.startswith(wanted)]
        or [test for test in tests if wanted in test]
    )
    if len(fitting) == 1:
        return fitting[0]
    what = f"{len(fitting)} tests are meant by" if fitting else "no test is called"
    listed = "\n         ".join(fitting or tests)
    code = "test-ambiguous" if fitting else "test-unknown"
    raise UsageError(
        code, f'{what} "{wanted}"', where=where, next=f"name one of\n         {listed}"
    )


def _of_result(course: Course, student: str, assignment: Assignment, seed: int | None) -> Target:
    report = _kept(course, student, assignment.name)
    if report is None:
        raise UsageError(
            "no-such-result",
            f"there is no result of {assignment.name} by {student}: it was never graded into the "
            "gradebook, or the platform failed to grade it",
            where=course.db_url if "@" not in course.db_url else course.id,
            next=f"autograder grade submitted/{student}/{assignment.name}",
        )
    if report.status is not Status.GRADED or report.seed is None:
        raise UsageError(
            "nothing-to-replay",
            f"the platform could not grade this notebook: {report.message}",
            next=f"autograder grade submitted/{student}/{assignment.name}",
        )
    path = Path(report.notebook)
    if not path.is_file():
        raise SubmissionError(
            "notebook-missing",
            "the notebook that was graded is not there any more",
            where=str(path),
            next="put it back, or give a copy's path with "
            f"--assignment {assignment.name} --seed {report.seed}",
        )
    return Target(
        student=student,
        assignment=assignment,
        notebook=path,
        seed=report.seed if seed is None else seed,
        report=report,
    )


def _of_notebook(course: Course, path: Path, name: str | None, seed: int | None) -> Target:
    symbols = {a.name: read_reference(a.reference).symbols for a in course.assignments}
    only = None if name is None else course.assignment(name).name
    found = find_submissions([path], symbols, only)
    if not found:
        raise UsageError(
            "no-such-result", f"{path} is no notebook of {only}", next="see --assignment"
        )
    if found[0].problem is not None:
        raise found[0].problem
    student, assignment = found[0].student, course.assignment(found[0].assignment)
    report = _kept(course, student, assignment.name)
    if report is not None and Path(report.notebook).resolve() != found[0].path:
        report = None  # of another file
    if seed is None and report is not None:
        seed = report.seed
    if seed is None:
        raise UsageError(
            "seed-unknown",
            "nothing is kept about a grading of this notebook, so its seed is not known",
            where=str(path),
            next="--seed N, as `autograder grade` said it at the end or in --json",
        )
    return Target(
        student=student,
        assignment=assignment,
        notebook=found[0].path,
        seed=seed,
        report=report,
    )


def _kept(course: Course, student: str, assignment: str) -> Report | None:
    file = course.db_url.removeprefix(_SQLITE)
    if file != course.db_url and not Path(file).is_file():
        return None  # asking would make it
    with Store(course.db_url, course=course.id, root=course.root) as store:
        kept = store.kept([(student, assignment)]).get((student, assignment))
    return kept.report if kept else None


def _changes(then: Provenance, target: Target) -> list[str]:
    digests = digests_of(target.assignment)
    now = {
        "the notebook": (then.submission_sha256, sha256(read_bytes(target.notebook))),
        "the hidden suite": (then.suite_sha256, digests.suite),
        "the reference": (then.reference_sha256, digests.reference),
        "the misconceptions": (then.misconceptions_sha256, digests.misconceptions),
        "the seed": (str(then.seed), str(target.seed)),
    }
    changed = [what for what, (before, after) in now.items() if before and before != after]
    here = local_environment()
    versions = {
        "torch": (then.torch, here.torch),
        "Python": (then.python, here.python),
        "autograder": (then.platform, here.platform),
    }
    changed += [
        f"{name} ({before}, here {after})"
        for name, (before, after) in versions.items()
        if before and before != after
    ]
    if then.device != "cpu":
        changed.append(f"the device ({then.device}, here cpu: other random numbers)")
    return changed
