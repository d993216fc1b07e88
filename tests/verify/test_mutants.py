"""Mutants: single changes of a reference, each valid, each different, each with a lasting name."""

from __future__ import annotations

import ast
import io
import os
import re
import subprocess
import sys
import textwrap
import tokenize
from functools import cache
from pathlib import Path

import libcst
import pytest

from autograder.notebook.cells import read_notebook
from autograder.verify.mutants import OPERATORS, Mutant, mutants_of, sample
from autograder.verify.mutants.operator import Operator

ROOT = Path(__file__).parents[2]
ASSIGNMENTS = (
    "cross_entropy",
    "inception_block",
    "lstm_cell",
    "multi_head_attention",
    "vae_elbo",
)
HEAD = "def f(x: Tensor, y: Tensor, mask: Tensor, n: int):\n"
SOFTMAX = '''def softmax(logits: Tensor, dim: int = -1) -> Tensor:
    """Probabilities: sum to 1 along dim=-1."""
    shifted = logits - logits.amax(dim=dim, keepdim=True)  # no overflow with 1e4
    exponentials = shifted.exp()
    return exponentials / exponentials.sum(dim=dim, keepdim=True)
'''


@cache
def graded_cells(assignment: str) -> dict[str, str]:
    """Graded symbol -> the source of its cell in the shipped reference."""
    notebook = ROOT / "solutions" / assignment / f"{assignment}.ipynb"
    cells = read_notebook(notebook.read_bytes()).cells
    return {c.grade_id: c.source for c in cells if c.solution and c.type == "code" and c.grade_id}


@cache
def shipped(assignment: str) -> tuple[tuple[str, Mutant], ...]:
    """(the cell it is made of, mutant) for all of an assignment."""
    return tuple(
        (source, mutant)
        for symbol, source in graded_cells(assignment).items()
        for mutant in mutants_of(source, symbol, assignment)
    )


def in_function(statements: str) -> str:
    if statements.startswith("def "):
        return statements + "\n"
    return HEAD + textwrap.indent(statements, "    ") + "\n"


def of(source: str, operator: str = "") -> list[Mutant]:
    """Mutants of statements in a function, of one operator or of all."""
    found = mutants_of(in_function(source), "f", "example")
    return [mutant for mutant in found if operator in ("", mutant.operator)]


def changed_lines(mutant: Mutant, sign: str) -> list[str]:
    lines = [line for line in mutant.diff.split("\n") if not line.startswith("@@")]
    return [line[1:] for line in lines if line.startswith(sign)]


def added(mutants: list[Mutant]) -> list[str]:
    """The one new line of each."""
    return [changed_lines(mutant, "+")[0].strip() for mutant in mutants]


# --- every operator -------------------------------------------------------------------------


@pytest.mark.parametrize("operator", OPERATORS, ids=lambda operator: operator.name)
def test_an_operator_does_what_its_example_says(operator: Operator) -> None:
    made = {ast.dump(ast.parse(mutant.source)) for mutant in of(operator.before, operator.name)}
    assert ast.dump(ast.parse(in_function(operator.after))) in made


@pytest.mark.parametrize("operator", OPERATORS, ids=lambda operator: operator.name)
def test_an_operator_has_a_name_and_says_what_it_does(operator: Operator) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", operator.name)
    assert operator.summary.split("\n")[0].rstrip(".")


def test_no_two_operators_share_a_name() -> None:
    assert len({operator.name for operator in OPERATORS}) == len(OPERATORS) > 40


@pytest.mark.parametrize(
    ("statement", "operator", "expected"),
    [
        ("z = x.transpose(-2, -1)", "dim-changed", ["(-3, -1)", "(0, -1)", "(-2, 0)"]),
        ("z = x.sum(1)", "dim-changed", [".sum(0)", ".sum(2)"]),
        ("z = torch.cat([x, y], 1)", "dim-changed", ["y], 0)", "y], 2)"]),
        ("z = x.sum(dim=n)", "dim-changed", ["dim=0)", "dim=-1)"]),
        ("z = x.permute(0, 2, 1)", "arguments-swapped", ["(2, 0, 1)", "(0, 1, 2)"]),
        ("z = x.view(n, 2)", "arguments-swapped", ["(2, n)"]),
        ("z = x @ y.mT", "transpose-dropped", ["x @ y"]),
        ("z = x.softmax(dim=-1)", "activation-swapped", ["x.sigmoid()"]),
        ("z = x / x.norm()", "root-dropped", []),
        ("z = x.masked_fill(mask, 0.0)", "mask-inverted", ["~mask"]),
        ("z = x / (y + 1e-5)", "eps-moved", ["x / y + 1e-5"]),
        ("z = (x + 1e-5).log()", "eps-moved", ["x.log() + 1e-5"]),
        ("z = torch.ones(n, dtype=y.dtype)", "placement-dropped", ["torch.ones(n)"]),
        ("a, b, c = x.chunk(3)", "targets-swapped", ["b, a, c =", "a, c, b ="]),
        ("z = n in (1, 2)", "elements-swapped", []),
        ('z = n in ("a", "b")', "string-changed", ['("not a",', '"not b")']),
        ("z = x[1:n]", "integer-changed", ["x[2:n]", "x[0:n]"]),
        ("z = n**2", "integer-changed", ["n**3"]),
        ("n = 1\nz = n", "statement-deleted", ["pass"]),
        ("z = 1\nreturn z", "statement-deleted", []),
        ("y = 2\nz = y - x", "input-in-place", []),
        ("z = 0.5 * n", "detached", []),
    ],
)
def test_the_forms_that_an_operator_knows(
    statement: str, operator: str, expected: list[str]
) -> None:
    lines = added(of(statement, operator))
    assert len(lines) == len(expected)
    assert all(part in line for part, line in zip(expected, lines, strict=True)), lines


def test_an_expression_keeps_its_place_by_parentheses_where_they_are_needed_only() -> None:
    assert "z = (x + n) * y" in added(of("z = (x + n + 1) * y", "term-dropped"))
    assert "z = x * y" in added(of("z = (x + n) * y", "term-dropped"))
    assert "z = -(x + y)" in added(of("z = -torch.exp(x + y)", "activation-dropped"))


def test_formatting_and_comments_stay() -> None:
    mutants = of("z = (\n    x  +  y  # the sum\n)\nreturn z", "plus-minus")
    assert [changed_lines(mutant, "+") for mutant in mutants] == [["        x  -  y  # the sum"]]


# --- every mutant of the shipped references ---------------------------------------------------


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_every_mutant_of_a_reference_is_python_and_differs_from_it_and_from_the_others(
    assignment: str,
) -> None:
    meanings = set()
    for source, mutant in shipped(assignment):
        compile(mutant.source, mutant.id, "exec")
        meaning = (mutant.cell, ast.dump(ast.parse(mutant.source)))
        assert meaning != (mutant.cell, ast.dump(ast.parse(source)))
        assert meaning not in meanings, mutant.diff
        meanings.add(meaning)


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_a_mutant_is_one_change_on_one_line(assignment: str) -> None:
    for source, mutant in shipped(assignment):
        removed, new = changed_lines(mutant, "-"), changed_lines(mutant, "+")
        assert len(removed) <= 1, mutant.diff
        assert len(new) == 1, mutant.diff
        lines, before = mutant.source.split("\n"), source.split("\n")
        assert lines[mutant.line - 1] == new[0]
        rest = lines[: mutant.line - 1] + lines[mutant.line :]
        assert rest == before[: mutant.line - 1] + before[mutant.line - 1 + len(removed) :]


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_a_reference_has_enough_mutants_and_not_too_many(assignment: str) -> None:
    assert 40 <= len(shipped(assignment)) <= 200
    assert {mutant.cell for _, mutant in shipped(assignment)} == set(graded_cells(assignment))
    assert len({mutant.operator for _, mutant in shipped(assignment)}) >= 15


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_docstrings_comments_and_annotations_are_not_changed(assignment: str) -> None:
    for source, mutant in shipped(assignment):
        assert words_of(mutant.source) == words_of(source), mutant.diff


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_only_the_solution_and_the_defaults_of_its_functions_are_changed(assignment: str) -> None:
    for source, mutant in shipped(assignment):
        before = source.split("\n")[: mutant.line]
        in_solution = "".join(before).count("### BEGIN") > "".join(before).count("### END")
        assert in_solution or mutant.operator == "default-changed", mutant.diff


def words_of(source: str) -> tuple[list[str], list[str], list[str]]:
    """Docstrings, annotations and comments, in order."""
    tree = list(ast.walk(ast.parse(source)))
    strings = [
        node.value.value
        for node in tree
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    ]
    annotations = [
        ast.unparse(part)
        for node in tree
        for part in (getattr(node, "annotation", None), getattr(node, "returns", None))
        if part is not None
    ]
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    comments = [token.string for token in tokens if token.type == tokenize.COMMENT]
    return strings, annotations, comments


# --- what is left alone -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        '"""sum over dim=1, not -1"""',
        "pass  # x + 1",
        "import math as m",
        "from torch import sum, mean",
        "nn.init.uniform_(x, -0.5, 0.5)",
        "for p in x.parameters():\n    torch.nn.init.normal_(p, 0.0, 0.02)",
        "z: dict[str, Tensor | None]",
    ],
)
def test_a_statement_that_no_suite_could_judge_is_left_alone(statement: str) -> None:
    assert of(statement) == []


def test_a_loop_that_does_more_than_initialise_is_changed() -> None:
    mutants = of("for p in x.parameters():\n    nn.init.zeros_(p)\n    p.add_(1)")
    assert {"loop-once", "loop-skipped", "integer-changed"} <= {m.operator for m in mutants}
    assert of("for p in x:\n    pass")


def test_what_raise_says_is_left_alone_but_not_that_it_raises() -> None:
    mutants = of('raise ValueError(f"{n + 1} rows, not {n == 2}", 1)')
    assert [mutant.operator for mutant in mutants] == ["raise-dropped", "raise-changed"]


def test_the_words_of_an_assertion_and_of_an_f_string_are_left_alone() -> None:
    assert all('n + 1}"' in mutant.source for mutant in of('assert n == 2, f"{n + 1}"'))
    assert {mutant.operator for mutant in of('print(f"{n + 1}")')} == {"statement-deleted"}


def test_a_cell_without_markers_is_changed_everywhere() -> None:
    mutants = mutants_of(SOFTMAX, "softmax", "cross_entropy")
    assert {mutant.line for mutant in mutants} == {1, 3, 4, 5}


def test_a_default_is_changed_only_where_the_function_is_part_of_the_solution() -> None:
    helper = "def given(n=3):\n    return n\n\n\n"
    body = "def mine(n=5):\n    ### BEGIN SOLUTION\n    return n\n    ### END SOLUTION\n"
    mutants = mutants_of(helper + body, "mine", "example")
    assert added([m for m in mutants if m.operator == "default-changed"]) == [
        "def mine(n=6):",
        "def mine(n=4):",
    ]
    assert all(mutant.source.startswith(helper) for mutant in mutants)


def test_a_cell_that_is_not_python_is_refused() -> None:
    with pytest.raises(libcst.ParserSyntaxError):
        mutants_of("def f(:", "f", "example")


# --- names that last --------------------------------------------------------------------------


def ids_by_line(source: str) -> dict[str, set[str]]:
    """The stripped line that is changed -> ids of its mutants."""
    lines = source.split("\n")
    found: dict[str, set[str]] = {}
    for mutant in mutants_of(source, "softmax", "cross_entropy"):
        found.setdefault(lines[mutant.line - 1].split("#")[0].strip(), set()).add(mutant.id)
    return found


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    shifted =", "    print(logits)\n    shifted ="),
        ("Probabilities:", "What softmax gives:"),
        ("  # no overflow with 1e4", ""),
        ("shifted.exp()", "torch.exp(shifted)"),
        ("def softmax", "import math\n\n\ndef softmax"),
    ],
)
def test_an_id_stays_when_the_cell_is_edited_elsewhere(old: str, new: str) -> None:
    before, after = ids_by_line(SOFTMAX), ids_by_line(SOFTMAX.replace(old, new))
    same = [line for line in before if line in after]
    assert len(same) >= 3
    assert all(before[line] == after[line] for line in same)


def test_an_id_stays_when_the_statement_is_only_formatted_anew() -> None:
    plain = of("x = (x + y).sum(dim=1)\nreturn x")
    loose = of("x  =  (\n    x+y  # all\n).sum( dim = 1 )\nreturn (x)")
    assert {mutant.id for mutant in plain} == {mutant.id for mutant in loose}
    assert len(plain) > 10


def test_an_id_changes_with_its_own_statement() -> None:
    before = ids_by_line(SOFTMAX)["exponentials = shifted.exp()"]
    edited = SOFTMAX.replace("= shifted.exp()", "= 1 * shifted.exp()")
    assert before.isdisjoint(ids_by_line(edited)["exponentials = 1 * shifted.exp()"])


def test_the_id_of_a_condition_stays_when_what_follows_from_it_is_edited() -> None:
    before = of("if n == 2:\n    x = x + 1\nreturn x", "comparison-opposite")
    after = of("if n == 2:\n    x = x + y\n    print(x)\nreturn x", "comparison-opposite")
    assert [mutant.id for mutant in before] == [mutant.id for mutant in after] != []


def test_equal_changes_of_equal_statements_have_ids_of_their_own() -> None:
    mutants = of("x = x + y\nx = x + y\nreturn x", "plus-minus")
    assert len({mutant.id for mutant in mutants}) == len(mutants) == 2


def test_no_two_mutants_of_all_references_share_an_id() -> None:
    ids = [mutant.id for assignment in ASSIGNMENTS for _, mutant in shipped(assignment)]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch("[0-9a-f]{12}", each) for each in ids)


def test_the_same_cell_gives_the_same_mutants_in_the_same_order_in_every_process() -> None:
    script = (
        "import sys; from autograder.verify.mutants import mutants_of;"
        "print(*(m.id for m in mutants_of(sys.stdin.read(), 'softmax', 'cross_entropy')))"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", script],
            input=SOFTMAX,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        for seed in ("1", "2")
    ]
    here = [mutant.id for mutant in mutants_of(SOFTMAX, "softmax", "cross_entropy")]
    assert runs == [here, here]
    assert here


def test_making_mutants_needs_no_torch() -> None:
    script = "import sys; import autograder.verify.mutants; assert 'torch' not in sys.modules"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", script], env=environment, check=True)


# --- a sample ---------------------------------------------------------------------------------


def all_of(assignment: str) -> list[Mutant]:
    return [mutant for _, mutant in shipped(assignment)]


def test_a_sample_is_the_same_for_the_same_seed_and_another_for_another() -> None:
    mutants = all_of("lstm_cell")
    assert sample(mutants, 20, seed=1) == sample(mutants, 20, seed=1)
    assert sample(mutants, 20, seed=1) != sample(mutants, 20, seed=2)


def test_a_sample_keeps_the_order_and_is_never_larger_than_asked_for() -> None:
    mutants = all_of("vae_elbo")
    picked = sample(mutants, 30, seed=0)
    assert len(picked) == 30
    assert picked == [mutant for mutant in mutants if mutant in picked]
    assert sample(mutants, 10_000, seed=0) == mutants
    assert sample(mutants, 0, seed=0) == []


def test_a_sample_has_every_operator_before_it_has_one_twice() -> None:
    mutants = all_of("cross_entropy")
    operators = {mutant.operator for mutant in mutants}
    picked = sample(mutants, len(operators), seed=3)
    assert {mutant.operator for mutant in picked} == operators


def test_a_sample_spreads_over_the_lines() -> None:
    mutants = all_of("multi_head_attention")
    lines = {(mutant.cell, mutant.line) for mutant in mutants}
    picked = sample(mutants, 2 * len(lines), seed=0)
    assert len({(mutant.cell, mutant.line) for mutant in picked}) >= 0.8 * len(lines)
