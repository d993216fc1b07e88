"""Answers that should lose points and do not, and answers that should not and do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from autograder.sandbox.local import LocalSandbox
from autograder.verify import trivial
from autograder.verify.alternatives import check_alternatives, too_few
from autograder.verify.catalogued import (
    check_misconceptions,
    check_variants,
    misconception_job,
    read_all,
)
from autograder.verify.equivalent import read_equivalent
from autograder.verify.mutation import (
    Fate,
    all_mutants,
    cells_that_use,
    check_mutants,
    try_mutants,
)

from .workshop import HEAD, LATER, SHAPE, SYMBOLS, VALUES, Workshop, line_of, said, workshop

pytestmark = pytest.mark.thorough  # test_a_shipped_suite_is_proven shows it more briefly

LENIENT = '''
@pytest.mark.points(1, cell="twice")
def test_values(student):
    """It can be called."""
    student.twice(torch.randn(4))
'''
PASSES_ALL = HEAD + SHAPE + LENIENT + LATER


# ---------------------------------------------------------------- trivial answers


def test_trivial_answers_pass_tests_about_shape_and_no_others(
    tmp_path: Path, box: LocalSandbox
) -> None:
    made = workshop(tmp_path)
    bench = made.bench(box)
    jobs = trivial.trivial_jobs(made.answers, bench, seed=1)
    marks = dict(zip(jobs, bench.grade_all(list(jobs.values())), strict=True))
    assert {kind for cell, kind in jobs if cell == "twice"} == set(trivial.KINDS)
    assert trivial.check_trivial(bench, marks) == []
    assert {got.points("twice") for (cell, _), got in marks.items() if cell == "twice"} == {1.0}
    assert {got.points("later") for (cell, _), got in marks.items() if cell == "later"} == {0.0}


def test_a_test_that_gives_points_to_trivial_answers(tmp_path: Path, box: LocalSandbox) -> None:
    made = workshop(tmp_path)
    made.suite(HEAD + SHAPE.replace(", shape=True", "") + VALUES + LATER)
    bench = made.bench(box)
    jobs = trivial.trivial_jobs(made.answers, bench, seed=1)
    marks = dict(zip(jobs, bench.grade_all(list(jobs.values())), strict=True))
    ((what, where, step),) = said(trivial.check_trivial(bench, marks), "trivial")
    assert what.startswith("test_shape gives its points to a trivial answer: zeros of the right")
    assert (
        where == f"test_small.py, line {line_of(made.assignment.suite / 'test_small.py', 'points')}"
    )
    assert "shape=True" in step


def test_a_test_that_an_untouched_notebook_passes(tmp_path: Path, box: LocalSandbox) -> None:
    made = workshop(tmp_path)
    made.suite(HEAD + SHAPE + LATER + VALUES.replace("    x =", "    return\n    x ="))
    found = said(trivial.check_stubs(made.bench(box), made.answers, seed=1), "stubs")
    assert [what for what, _, _ in found] == ["test_values gives 1 points to an untouched notebook"]


def test_a_trivial_answer_refuses_nothing_and_is_trivial_in_every_part() -> None:
    import torch
    from torch import nn

    source = (
        "class Block(nn.Module):\n"
        "    def __init__(self, n):\n"
        "        super().__init__()\n"
        "        if n < 1:\n"
        "            raise ValueError\n"
        "        self.inner = nn.Linear(n, n)\n\n"
        "    def forward(self, x):\n"
        "        return self.inner(x), [x.Block if False else x]\n"
    )
    names = {"torch": torch, "nn": nn}
    exec(trivial.trivial_answer(source, "Block", "ones"), names)
    block = names["Block"](3)  # type: ignore[operator]
    out, (echoed,) = block(torch.randn(2, 3))
    assert bool((out == 1).all())
    assert bool((echoed == 1).all())
    assert bool((block.inner(torch.randn(2, 3)) == 1).all())
    names["Block"](0)  # type: ignore[operator]


# ---------------------------------------------------------------- the catalogue


def misconceptions(made: Workshop, box: LocalSandbox) -> list[tuple[str, str, str]]:
    bench = made.bench(box)
    catalogue = read_all(made.assignment, made.answers.symbols)
    jobs = [misconception_job(made.answers, entry, 1) for entry in catalogue.entries]
    graded = list(zip(catalogue.entries, bench.grade_all(jobs, bench.as_students), strict=True))
    return said(check_misconceptions(bench, graded), "misconceptions")


def test_a_misconception_that_does_not_change_behaviour(tmp_path: Path, box: LocalSandbox) -> None:
    made = workshop(tmp_path)
    made.misconception("same", "twice", "def twice(x):\n    return x * 2")
    ((what, where, step),) = misconceptions(made, box)
    assert what.startswith('"same" passes every test: it does not change what the symbol does')
    assert where == "same.py, line 13"
    assert step.startswith("compare it with the reference")


def test_a_misconception_that_only_another_cell_notices(tmp_path: Path, box: LocalSandbox) -> None:
    made = workshop(tmp_path)
    made.suite(PASSES_ALL)
    ((what, _, step),) = misconceptions(made, box)
    assert what == '"once" loses nothing in its own cell twice, only in test_later'
    assert step == "add a test of twice that it fails"


def variants(made: Workshop, box: LocalSandbox) -> list[tuple[str, str, str]]:
    bench = made.bench(box)
    catalogue = read_all(made.assignment, made.answers.symbols)
    each = [(entry, variant) for entry in catalogue.entries for variant in entry.variants]
    jobs = [misconception_job(made.answers, entry, 1, variant.code) for entry, variant in each]
    marks = bench.grade_all(jobs, bench.as_students)
    graded = [(entry, variant, got) for (entry, variant), got in zip(each, marks, strict=True)]
    assert graded
    return said(check_variants(graded), "misconceptions")


def test_a_variant_is_recognised_as_its_entry_and_as_nothing_else(
    tmp_path: Path, box: LocalSandbox
) -> None:
    thrice = "def twice(x):\n    return 3 * x"
    versions = f"def twice(x):\n    return x ** 2\n\n\n# variant: the power\n{thrice}"
    alone, beside = workshop(tmp_path / "alone"), workshop(tmp_path / "beside")
    alone.misconception("power", "twice", versions)
    assert misconceptions(alone, box) == []
    assert variants(alone, box) == []
    path = beside.misconception("power", "twice", versions)
    beside.misconception("thrice", "twice", thrice)
    ((what, where, _),) = variants(beside, box)
    assert what == '"power" (variant: the power) is not recognised in any test that it fails'
    assert where == f"power.py, line {line_of(path, '3 * x') - 1}"


def test_a_variant_that_does_not_change_behaviour(tmp_path: Path, box: LocalSandbox) -> None:
    made = workshop(tmp_path)
    versions = "def twice(x):\n    return x\n\n# variant: 2 for 1\ndef twice(x):\n    return x * 2"
    path = made.misconception("once", "twice", versions)
    ((what, where, _),) = variants(made, box)
    assert what.startswith('"once" (variant: 2 for 1) passes every test')
    assert where == f"once.py, line {line_of(path, 'x * 2') - 1}"
    assert [(each.what, each.check) for each in made.verify(box).findings] == [
        (what, "misconceptions")
    ]


def test_every_broken_file_of_the_catalogue_is_named(tmp_path: Path) -> None:
    made = workshop(tmp_path)
    path = made.misconception("fieldless", "twice", "def twice(x):\n    return x")
    path.write_text(path.read_text().replace("confuses: one, with another\n", ""))
    made.misconception("nowhere", "thrice", "def thrice(x):\n    return x")
    (made.assignment.misconceptions / "no_python.py").write_text("def (")
    found = said(read_all(made.assignment, made.answers.symbols).findings, "files")
    unusable = "this file of the misconception catalogue cannot be used"
    assert [(what, where) for what, where, _ in found] == [
        (f"{unusable}: it has no confuses", "fieldless.py, line 1"),
        (f"{unusable}: it is not Python: invalid syntax", "no_python.py, line 1"),
        ('"nowhere" is for the cell "thrice", and no graded symbol is called so',
         "nowhere.py, line 3"),
    ]  # fmt: skip
    assert "docs/verify.md" in found[0][2]


# ---------------------------------------------------------------- honest alternatives


def test_an_alternative_that_is_wrong(tmp_path: Path, box: LocalSandbox) -> None:
    made = workshop(tmp_path)
    path = made.solutions / "alternatives" / "by_two.py"
    path.write_text(path.read_text().replace("2 * x", "3 * x"))
    (made.solutions / "alternatives" / "half.py").write_text("def twice(x):\n    return x + x\n")
    (made.solutions / "alternatives" / "worse.py").write_text("\n\ndef twice(x:\n")
    each = check_alternatives(made.bench(box), made.answers, seed=1)
    found = said([finding for one in each for finding in one.findings], "alternatives")
    assert [(what.partition(":")[0], where) for what, where, _ in found] == [
        ("the alternative by_two.py loses 1 points of twice", "by_two.py, line 1"),
        ("the alternative by_two.py loses 1 points of later", "by_two.py, line 5"),
        ("the alternative half.py does not define later", "half.py, line 1"),
        ("the alternative worse.py is not Python", "worse.py, line 3"),
    ]


def test_four_alternatives_are_wanted(tmp_path: Path) -> None:
    made = workshop(tmp_path)
    assert too_few(made.assignment) == []
    (made.solutions / "alternatives" / "by_two.py").unlink()
    ((what, _, _),) = said(too_few(made.assignment), "alternatives")
    assert what == "there are 3 honest alternatives, and 4 are wanted"


# ---------------------------------------------------------------- mutants


def fates(made: Workshop, box: LocalSandbox) -> list[Fate]:
    bench, answers = made.bench(box), made.answers
    users = cells_that_use(bench, answers, 1)
    every = all_mutants(answers, made.assignment)
    return try_mutants(bench, answers, every, seed=1, limits=made.assignment.limits, users=users)


def test_a_mutant_that_survives_is_shown_and_may_be_marked(
    tmp_path: Path, box: LocalSandbox
) -> None:
    made = workshop(tmp_path)
    made.suite(HEAD + SHAPE + VALUES + LATER.replace("2 * x + 3)", "2 * x + 3, atol=1e9)"))
    tried = fates(made, box)
    every = [fate.mutant for fate in tried]
    alive = [fate.mutant for fate in tried if not fate.killed_by]
    assert {mutant.cell for mutant in alive} == {"later"}
    found = said(check_mutants(tried, every, read_equivalent(made.assignment), made.assignment),
                 "mutants")  # fmt: skip
    what, where, step = found[0]
    assert what.startswith(f"no test notices the mutant {alive[0].id} ({alive[0].operator}):\n@@")
    assert where == f"small.ipynb, cell later, line {alive[0].line}"
    assert step.endswith(f'equivalent.yml:  {alive[0].id}: "…"')
    assert any(what.startswith("only ") and "95% have to be" in what for what, _, _ in found)


def test_marks_that_are_wrong(tmp_path: Path, box: LocalSandbox) -> None:
    made = workshop(tmp_path)
    tried = fates(made, box)
    killed, killer = tried[0].mutant.id, tried[0].killed_by[0].partition("/")[2]
    (made.solutions / "equivalent.yml").write_text(
        f"# why\n1234567890e1: gone\n{killed}: 'it means the same'\nffffffffffff:\n"
    )
    marked = read_equivalent(made.assignment)
    every = [fate.mutant for fate in tried]
    found = said(check_mutants(tried, every, marked, made.assignment), "mutants")
    assert [(what, where) for what, where, _ in found[:4]] == [
        ("the mutant ffffffffffff is marked without a reason", "equivalent.yml, line 4"),
        ("there is no mutant 1234567890e1 any more: the reference has changed",
         "equivalent.yml, line 2"),
        (f"the mutant {killed} is marked equivalent, and {killer} kills it",
         "equivalent.yml, line 3"),
        ("there is no mutant ffffffffffff any more: the reference has changed",
         "equivalent.yml, line 4"),
    ]  # fmt: skip
    assert found[4][0].endswith("mutants are marked equivalent; no more than 5% may be")


@pytest.mark.parametrize("text", ["- a\n- list\n", "a: [\n"])
def test_a_list_of_marks_that_is_none(tmp_path: Path, text: str) -> None:
    made = workshop(tmp_path)
    (made.solutions / "equivalent.yml").write_text(text)
    ((what, where, step),) = said(read_equivalent(made.assignment).findings, "mutants")
    assert what.startswith("this list of equivalent mutants cannot be used: it ")
    assert where.startswith("equivalent.yml, line ")
    assert "reason in quotes" in step


def test_a_mutant_that_hangs_is_killed_and_costs_little(tmp_path: Path, box: LocalSandbox) -> None:
    endless = "def twice(x):\n    n = 2\n    while n > 1:\n        n = n - 1\n    return x * 2"
    made = workshop(tmp_path, SYMBOLS | {"twice": endless})
    bench = made.bench(box)
    hanging = [
        mutant
        for mutant in all_mutants(made.answers, made.assignment)
        if "n = n + 1" in mutant.source
    ]
    assert hanging
    limits = replace(made.assignment.limits, call_s=0.4, notebook_s=2.0)
    (fate, *_) = try_mutants(
        bench, made.answers, hanging[:1], seed=1, limits=limits, users={"twice": ("later",)}
    )
    assert fate.timed_out
    assert fate.killed_by
    assert fate.marks.seconds < made.assignment.limits.call_s + 2.0
