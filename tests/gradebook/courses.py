"""A small course on disk: two graded symbols, a written answer, and students of all kinds."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nbformat import v4

from autograder.report import Outcome, Report, Status, TestResult

NAME = "doubling"
POINTS = {"double": 4.0, "halve": 2.5}
CONFIG = """
from autograder.gradebook import configure

c = get_config()
configure(c, __file__)
c.GradeWithAutograder.engine = "tests.gradebook.courses.open_engine"
"""

# What a test of `double` is recognised as.
MISTAKE = "added_once"
CATALOGUE = '''"""One is added <once> instead of doubling.

cell: double
confuses: 2 x, with x + 1
title.ko: 두 배 대신 1을 더합니다
feedback.en: Try it with 5 & with <b>0</b>.
feedback.ko: 5와 0으로 해 보세요.
question.en: a question?
question.ko: 질문?
source: made up
"""


def double(x):
    return x + 1
'''

Notebook = dict[str, Any]


def make_course(root: Path) -> Path:
    """solutions/doubling, its (empty) suite, and a configuration with the engine below."""
    write_json(root / "solutions" / NAME / f"{NAME}.ipynb", reference())
    (root / "solutions" / NAME / "data.csv").write_text("x,y\n1,2\n")
    for file in ("equivalent.yml", "proof.json"):
        (root / "solutions" / NAME / file).write_text("an instructor's\n")
    for folder in ("alternatives", "misconceptions"):
        secret = root / "solutions" / NAME / folder / "loops.py"
        secret.parent.mkdir()
        secret.write_text("def double(x): return x + x\n")
    (root / "solutions" / NAME / "misconceptions" / f"{MISTAKE}.py").write_text(CATALOGUE)
    (root / "tests" / "hidden" / NAME).mkdir(parents=True)
    (root / "nbgrader_config.py").write_text(CONFIG)
    return root


def reference() -> Notebook:
    cells = [
        _text("# Doubling", "intro", grade_id="intro", locked=True),
        _code("import math", "c-imports", grade_id="imports", locked=True),
        _solution("double", "    return x * 2  # the doubled value"),
        _check("double", "assert double(2) == 4"),
        _solution("halve", "    return x / 2  # one half of the value"),
        _check("halve", "assert halve(4) == 2"),
        _text("Why?\n\nBecause.", "why", grade_id="why", grade=True, solution=True, points=2),
        _text("Free text of the **notebook**.", "free"),
    ]
    nb = v4.new_notebook(cells=cells)
    nb.metadata["kernelspec"] = {
        "display_name": "Python 3",
        "language": "python",
        "name": "python3",
    }
    nb.metadata["language_info"] = {"name": "python", "pygments_lexer": "ipython3"}
    plain: Notebook = json.loads(json.dumps(nb))
    return plain


def submit(
    root: Path,
    student: str,
    change: Callable[[Notebook], None] | None = None,
    *,
    timestamp: str | None = None,
    file: str = f"{NAME}.ipynb",
) -> Path:
    """The released notebook, filled in, as submitted/STUDENT/doubling/doubling.ipynb."""
    nb = json.loads((root / "assignments" / NAME / f"{NAME}.ipynb").read_text())
    cell(nb, "double")["source"] = "def double(x):\n    return x + x"
    cell(nb, "double")["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "noise"}]
    if change is not None:
        change(nb)
    path = root / "submitted" / student / NAME / file
    write_json(path, nb)
    if timestamp is not None:
        path.with_name("timestamp.txt").write_text(timestamp)
    return path


def cell(nb: Notebook, grade_id: str) -> dict[str, Any]:
    return next(
        c for c in nb["cells"] if c["metadata"].get("nbgrader", {}).get("grade_id") == grade_id
    )


def write_json(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")


def report(student: str, **changes: Any) -> Report:
    """Partial credit that is the same for a student in every run, and differs between students."""
    halves = sum(student.encode()) % 6
    tests = (
        _test("test_double_of_a_number[1]", "double", 1.0, 1.0, Outcome.PASSED),
        _test("test_double_of_a_number[2]", "double", 0.0, 1.0, Outcome.FAILED, MISTAKE),
        _test("test_double_is_new", "double", 1.5, 2.0, Outcome.TIMEOUT, MISTAKE),
        _test("test_halve", "halve", halves / 2, 2.5, Outcome.ERROR),
    )
    values: dict[str, Any] = {
        "student": student,
        "assignment": NAME,
        "status": Status.GRADED,
        "score": sum(t.points for t in tests),
        "max_score": 6.5,
        "duration_s": 0.1,
        "tests": tests,
        "notes": ('the read-only cell "imports" was put back',),
    }
    return Report(**(values | changes))


def open_engine(root: Path) -> Callable[[Path, str, str], Report]:
    """What nbgrader's preprocessor gets in these tests in place of the sandbox."""

    def grade(path: Path, student: str, assignment: str) -> Report:
        assert path.is_file()
        if student == "unlucky":
            return report(student, status=Status.ERROR, score=None, tests=(), message="no worker")
        return report(student)

    return grade


def _test(
    name: str,
    symbol: str,
    points: float,
    maximum: float,
    outcome: Outcome,
    misconception: str | None = None,
) -> TestResult:
    message = "" if outcome is Outcome.PASSED else f"expected <b>shape</b> (2, 3) in {symbol}"
    return TestResult(
        name=name,
        cell=symbol,
        outcome=outcome,
        points=points,
        max_points=maximum,
        message=message,
        misconception=misconception,
        description=f"{symbol}: 값이 맞다",
    )


def _text(source: str, identity: str, **own: Any) -> Any:
    return v4.new_markdown_cell(source, id=identity, metadata=_metadata(**own))


def _code(source: str, identity: str, **own: Any) -> Any:
    return v4.new_code_cell(source, id=identity, metadata=_metadata(**own))


def _solution(symbol: str, body: str) -> Any:
    head = f'def {symbol}(x):\n    """x  a number"""\n'
    source = f"{head}    ### BEGIN SOLUTION\n{body}\n    ### END SOLUTION"
    return _code(source, f"s-{symbol}", grade_id=symbol, solution=True)


def _check(symbol: str, source: str) -> Any:
    return _code(
        source,
        f"t-{symbol}",
        grade_id=f"test_{symbol}",
        grade=True,
        locked=True,
        points=POINTS[symbol],
    )


def _metadata(**own: Any) -> dict[str, Any]:
    if not own:
        return {}
    values = {
        "schema_version": 3,
        "grade": False,
        "solution": False,
        "locked": False,
        "task": False,
    }
    return {"nbgrader": values | own}
