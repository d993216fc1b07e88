"""The five hidden suites, held to all that verify asks of a suite; of the mutants only some."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.sandbox.local import LocalSandbox
from autograder.verify.findings import CHECKS
from autograder.verify.plan import Options
from autograder.verify.run import verify

ROOT = Path(__file__).parents[2]
NAMES = ("cross_entropy", "inception_block", "lstm_cell", "multi_head_attention", "vae_elbo")
COURSE = load_course(ROOT)
SINGLE = (
    "    check_tensor(student.kl_divergence(mu, logvar), reference(mu, logvar))\n\n\n@points(0.5"
)
SOME = Options(jobs=2, mutants=12)


@pytest.fixture(scope="module")
def course_box() -> Iterator[LocalSandbox]:
    with LocalSandbox.of(COURSE) as local:
        yield local


@pytest.mark.thorough
@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_suite_is_proven(course_box: LocalSandbox, name: str) -> None:
    """`make verify` tries all mutants."""
    result = verify(COURSE.assignment(name), course_box, SOME)
    assert result.findings == ()
    assert result.proven
    assert len(result.tests) >= 12
    assert len(result.misconceptions) >= 10
    assert len(result.alternatives) >= 4
    assert result.mutants.tried >= 12
    assert result.reference_runs > 0
    assert len(result.trivial) >= 7
    # Nothing is new since the suite was accepted: its strength is held in full.
    assert [note for note in result.notes if "accept" in note] == []


def weakened(text: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


@pytest.mark.thorough
def test_one_weakened_suite_shows_every_kind_of_finding(
    course_box: LocalSandbox, tmp_path: Path
) -> None:
    """A copy of a shipped assignment in which nothing is quite right any more."""
    there = COURSE.assignment("vae_elbo")
    solutions, suite = tmp_path / "solutions", tmp_path / "suite"
    shutil.copytree(there.reference.parent, solutions)
    shutil.copytree(there.suite, suite, ignore=shutil.ignore_patterns("__pycache__"))
    file = suite / "test_kl_divergence.py"
    file.write_text(
        weakened(
            file.read_text(),
            # It asks for nothing any more, and its docstring is gone.
            ('    """The divergence of each sample is right."""\n', ""),
            (SINGLE, "    student.kl_divergence(mu, logvar)\n\n\n@points(0.5"),
            # It never calls the student.
            ("got = student.on_another_device().kl_divergence(mu, logvar)",
             "got = reference(mu, logvar)"),
            # One assertion of two is gone.
            ('    check_tensor(again, first, what="the result of a repeated call")\n', ""),
        )
    )  # fmt: skip
    half = solutions / "misconceptions" / "half_forgotten.py"
    half.write_text(weakened(half.read_text(), ("confuses: the exponent", "# the exponent")))
    wrong = solutions / "alternatives" / "plain_loops.py"
    wrong.write_text(weakened(wrong.read_text(), ("- s[j]) / 2", "- s[j]) / 3")))
    (solutions / "equivalent.yml").write_text("000000000000: gone\n")
    copy = replace(
        there,
        name="weakened",
        reference=solutions / there.reference.name,
        suite=suite,
        misconceptions=solutions / "misconceptions",
    )
    result = verify(copy, course_box, SOME)
    found = {check: [f for f in result.findings if f.check == check] for check in CHECKS}
    assert not result.proven
    assert [f.what.rpartition(": ")[2] for f in found["files"]] == ["it has no confuses"]
    assert any("test_values_in_single_precision has no docstring" in f.what for f in found["suite"])
    assert [f.what for f in found["stubs"]] == [
        "test_works_on_another_device gives 0.5 points to an untouched notebook"
    ]
    given = {f.what.partition(" ")[0] for f in found["trivial"]}
    assert {"test_values_in_single_precision", "test_works_on_another_device"} <= given
    assert any("plain_loops.py loses" in f.what for f in found["alternatives"])
    assert any("there is no mutant 000000000000" in f.what for f in found["mutants"])
    empty = {f.what.partition(":")[0] for f in found["empty"]}
    assert empty == {
        "no wrong answer fails test_values_in_single_precision",
        "no wrong answer fails test_works_on_another_device",
    }
    weaker = [f.what.partition(";")[0] for f in found["strength"]]
    assert "test_values_in_single_precision made 1 checks and makes 0" in weaker
    assert "test_a_call_leaves_no_trace made 3 checks and makes 2" in weaker
    for each in result.findings:
        assert each.next
        assert each.where.startswith(str(tmp_path))
