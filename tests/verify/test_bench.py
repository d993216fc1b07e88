"""What the sandbox tells about single tests, on which verify builds."""

from __future__ import annotations

from pathlib import Path

from autograder.sandbox.local import LocalSandbox
from autograder.verify import careless
from autograder.verify.bench import Job

from .workshop import HEAD, LATER, SHAPE, VALUES, line_of, workshop

TWICE = '''
@pytest.mark.points(1, cell="twice")
def test_values(student):
    """The same again, and x is as it was."""
    x = torch.ones(4)
    with inputs_unchanged(x=x):
        check_tensor(student.twice(x), torch.full((4,), 2.0))
    check_tensor(student.twice(x), torch.full((4,), 2.0))
'''
SAME = LATER.replace("test_later", "test_values")


def test_tests_of_one_name_are_told_apart_by_their_cells(tmp_path: Path, box: LocalSandbox) -> None:
    made = workshop(tmp_path)
    made.suite(HEAD + SHAPE + VALUES)
    (made.assignment.suite / "test_tail.py").write_text(HEAD + SAME)
    bench, right = made.bench(box), made.answers.right()
    assert list(bench.tests) == ["twice/test_shape", "twice/test_values", "later/test_values"]

    def run(*tests: str) -> list[str]:
        return list(bench.grade(Job(right, 1, tests)).tests)

    assert run("later/test_values") == ["later/test_values"]
    assert run("twice/test_values") == ["twice/test_values"]
    assert run("test_values") == ["twice/test_values", "later/test_values"]
    assert len(run()) == 3


def test_a_test_says_where_it_is_and_where_it_ended(tmp_path: Path, box: LocalSandbox) -> None:
    made = workshop(tmp_path)
    bench = made.bench(box)
    file = made.assignment.suite / "test_small.py"
    shape, later = bench.tests["twice/test_shape"], bench.tests["later/test_later"]
    assert (shape.shape, later.shape) == (True, False)
    assert (later.file, later.line) == ("test_small.py", line_of(file, "def test_later") - 1)
    wrong = made.answers.with_cells({"later": "def later(x):\n    return x"})
    result = bench.grade(Job(wrong, 1)).tests
    assert result["later/test_later"].line == line_of(file, "student.later(x)")
    assert result["twice/test_shape"].line == 0


def test_careless_answers_are_right_at_first_and_noticed_by_who_looks_twice(
    tmp_path: Path, box: LocalSandbox
) -> None:
    made = workshop(tmp_path)
    made.suite(HEAD + "from autograder.testing import inputs_unchanged\n" + SHAPE + TWICE + LATER)
    bench = made.bench(box)
    marks = bench.grade_each(careless.careless_jobs(made.answers, bench, seed=1))
    lost = {kind for (cell, kind), got in marks.items() if cell == "twice" and got.lost}
    assert lost == {"second-call", "by-position", "overwrites"}
    assert not {kind for _, kind in marks} & set(careless.OF_MODULES)
