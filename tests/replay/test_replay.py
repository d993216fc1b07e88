"""`autograder replay`: the real command, the real debugger, and somebody who types."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from .conftest import CHAIN, NAME, Graded, Ran, submit

WRONG = f"wrong/{NAME}"
FLOW = "test_gradients_flow_and_the_input_stays"


def test_the_debugger_sees_the_test_its_inputs_and_the_students_functions(graded: Graded) -> None:
    typed = "p tuple(x.shape)\np student.standardize(x[:1]).shape\ndown\np got.dtype\nq\n"
    ran = graded.replay(WRONG, "test_gradients_flow", "--pdb", typed=typed)
    assert ran.status == 1
    assert "in test_gradients_flow_and_the_input_stays" not in ran.out  # pdb, and no traceback
    assert "(3, 5)" in ran.out
    assert "torch.Size([1, 5])" in ran.out
    assert "_pytest" not in ran.out
    assert ran.out.endswith(f": failed: {graded.message('wrong', FLOW)}\n")


def test_somebodys_own_options_for_pytest_are_not_the_replays(
    graded: Graded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_ADDOPTS", "--reruns 1 --no-such-option")
    monkeypatch.setenv("PYTEST_PLUGINS", "no_such_plugin")
    assert graded.replay(WRONG, "test_gradients_flow").out.endswith(
        f": failed: {graded.message('wrong', FLOW)}\n"
    )


def test_what_the_students_code_draws_is_the_same_too(graded: Graded) -> None:
    """In one process as well, where both sides draw from generators of their own."""
    name = "test_rows_are_standardized[dtype1]"
    message = graded.message("random", name)
    assert "off, by up to" in message
    ran = graded.replay(f"random/{NAME}", name, "--in-process")
    assert ran.status == 1
    assert ran.out.endswith(f": failed: {message}\n")


def test_a_right_answer_passes_and_the_debugger_stays_closed(graded: Graded) -> None:
    ran = graded.replay(f"ada/{NAME}", "test_gradients_reach_both", "--in-process", "--pdb")
    assert (ran.status, ran.out) == (
        0,
        "squared_distances/test_gradients_reach_both_inputs: passed\n",
    )
    assert "graded as passed" in ran.err


def test_stepping_leads_from_the_test_into_the_students_function(graded: Graded) -> None:
    """And past the machinery in between."""
    typed = "n\ns\ns\np sorted(locals())\nw\nc\nq\n"
    ran = graded.replay(
        WRONG, "test_another_dimension_is_standardized[0]", "--trace", "--in-process", typed=typed
    )
    assert ran.status == 1
    assert "x = torch.randn(3, 4, 5)" in ran.out  # the test's first line
    assert "<cell standardize>(2)standardize()" in ran.out
    assert "-> spread = x.var(dim, keepdim=True)" in ran.out
    assert "['dim', 'eps', 'x']" in ran.out
    assert "proxies.py" not in ran.out  # neither on the way nor in `where`
    assert "unconfined, with your rights" in ran.err


def test_in_one_process_a_post_mortem_begins_in_the_students_frame(graded: Graded) -> None:
    message = graded.message("raises", "test_another_dimension_is_standardized[1]")
    ran = graded.replay(
        f"raises/{NAME}", "test_another_dimension_is_standardized[1]", "--pdb", "--in-process",
        typed="p len(rows), dim\nup\np student\nq\n",
    )  # fmt: skip
    assert ran.status == 1
    assert "-> return rows[1 + dim * dim]" in ran.out
    assert "(1, 1)" in ran.out
    assert ran.out.endswith(f": error: {message}\n")


def test_who_leaves_before_the_end_gets_no_verdict(graded: Graded) -> None:
    ran = graded.replay(WRONG, "test_eps", "--trace", "--in-process", typed="q\n")
    assert ran.status == 1
    assert ran.out.endswith("left before it had ended\n")


def test_what_has_changed_since_is_said_and_the_replay_goes_on(
    graded: Graded, tmp_path: Path
) -> None:
    root = Path(shutil.copytree(graded.root, tmp_path / "course"))
    text = (root / "submitted" / "wrong" / NAME / f"{NAME}.ipynb").read_text()
    path = Path(graded.reports["wrong"].notebook)  # where the report says
    before = path.read_bytes()
    (root / "tests" / "hidden" / NAME / "data.csv").write_text("1,2")
    try:
        path.write_text(text.replace("spread", "variance"))
        ran = Graded(root, {}, graded.candidates).replay(WRONG, "test_eps", "--in-process")
    finally:
        path.write_bytes(before)
    assert "changed since the grading: the notebook, the hidden suite\n" in ran.err
    assert ran.status == 1


def test_a_test_that_the_suite_has_no_more_is_named(graded: Graded, tmp_path: Path) -> None:
    root = Path(shutil.copytree(graded.root, tmp_path / "course"))
    suite = root / "tests" / "hidden" / NAME / f"test_{NAME}.py"
    suite.write_text(suite.read_text().replace("test_eps_keeps", "test_eps_holds"))
    ran = Graded(root, {}, graded.candidates).replay(WRONG, "test_eps_keeps")
    assert (ran.status, ran.out) == (2, "")
    assert "error[test-gone]" in ran.err
    assert "standardize/test_eps_holds_constant_rows_finite" in ran.err


def test_a_notebook_by_itself_is_replayed_with_a_seed(graded: Graded, tmp_path: Path) -> None:
    seed = graded.reports["wrong"].seed
    message = graded.message("wrong", "test_eps_keeps_constant_rows_finite")
    path = tmp_path / "kim.ipynb"
    shutil.copy(graded.reports["wrong"].notebook, path)
    ran = graded.replay(path, "test_eps", "--seed", seed, "--in-process")
    assert ran.out.endswith(f"failed: {message}\n")


def test_a_function_that_is_not_allowed_is_said(graded: Graded, tmp_path: Path) -> None:
    root = Path(shutil.copytree(graded.root, tmp_path / "course"))
    code = "def standardize(x, dim=-1, eps=1e-5):\n    return torch.nn.functional.layer_norm(x)\n"
    path = submit(root, "cheat", code)
    ran = Graded(root, {}, graded.candidates).replay(path, "test_eps", "--seed", 1, "--in-process")
    assert ran.status == 1
    assert "torch.nn.functional.layer_norm" in ran.out
    assert "is not allowed" in ran.out


AS_GRADED = "over the reference's `log_softmax`, as in the grading\n"


@pytest.mark.parametrize("how", [[], ["--in-process"]], ids=["confined", "in one process"])
def test_what_was_graded_over_the_references_version_is_replayed_over_it(
    graded: Graded, how: list[str]
) -> None:
    name = "test_mean_reduction"
    message = graded.message("both", name)
    assert "2 times what it should be\n(with the reference's `log_softmax` in place" in message
    ran = graded.replay(f"both/{CHAIN}", name, *how)
    assert ran.status == 1
    assert ran.out.endswith(f"cross_entropy/{name}: failed: {message}\n")
    assert AS_GRADED in ran.err
    assert "      expected: float32 () on cpu: " in ran.out  # a number, and no mere shape


@pytest.mark.parametrize("how", [[], ["--in-process"]], ids=["confined", "in one process"])
def test_what_counted_over_the_references_version_passes_over_it(
    graded: Graded, how: list[str]
) -> None:
    message = graded.message("below", "test_mean_reduction")
    assert message.startswith("counted over the reference's `log_softmax`")
    ran = graded.replay(f"below/{CHAIN}", "test_mean_reduction", *how)
    assert (ran.status, ran.out) == (0, f"cross_entropy/test_mean_reduction: passed: {message}\n")
    assert AS_GRADED in ran.err


def test_on_request_it_is_the_students_own_version(graded: Graded) -> None:
    ran = graded.replay(f"below/{CHAIN}", "test_mean_reduction", "--own")
    assert ran.status == 1
    assert "as in the grading" not in ran.err
    assert "this replay is over the student's own" in ran.err
    assert "with the reference's" not in ran.out


def test_a_loose_notebook_has_the_references_version_too(graded: Graded, tmp_path: Path) -> None:
    path = tmp_path / "kim.ipynb"
    shutil.copy(graded.reports["both"].notebook, path)
    ran = graded.replay(path, "test_mean_reduction", "--seed", graded.reports["both"].seed)
    assert ran.out.endswith(f": failed: {graded.message('both', 'test_mean_reduction')}\n")
    assert AS_GRADED in ran.err


def test_the_wrong_symbol_itself_is_never_replaced(graded: Graded) -> None:
    failed = [t for t in graded.reports["below"].tests if t.cell == "log_softmax" and not t.points]
    ran = graded.replay(f"below/{CHAIN}", f"log_softmax/{failed[0].name}")
    assert ran.status == 1
    assert ran.out.endswith(f": {failed[0].outcome}: {failed[0].message}\n")
    assert "as in the grading" not in ran.err


def test_in_the_debugger_the_student_is_over_the_references_version(graded: Graded) -> None:
    typed = "p student.log_softmax(torch.zeros(1, 4)).tolist()\nq\n"
    ran = graded.replay(f"both/{CHAIN}", "test_mean_reduction", "--pdb", typed=typed)
    assert "[[-1.386294" in ran.out  # -log 4; the student's own gives 0


def test_where_large_tensors_differ_is_said_once(graded: Graded) -> None:
    ran = graded.replay(WRONG, "test_gradients_flow", "--in-process")
    assert ran.out.count("15 of 15 values differ: [0, 0]: got ") == 1
    assert ran.out.count(", expected ") == 5
    assert "      got: float64 (3, 5) on cpu\n" in ran.out


def test_a_failure_is_the_same_as_in_the_grading(graded: Graded) -> None:
    """The message tells sizes of errors: with other inputs it would be another one.
    The whole command, which starts what it needs."""
    message = graded.message("wrong", "test_eps_keeps_constant_rows_finite")
    assert "off, by up to" in message
    assert graded.command is not None
    out, err = graded.command.communicate(timeout=300)
    ran = Ran(graded.command.returncode, out, err)
    assert ran.status == 1
    assert ran.out.endswith(f"standardize/test_eps_keeps_constant_rows_finite: failed: {message}\n")
    assert "in test_eps_keeps_constant_rows_finite\n" in ran.out
    assert "check_tensor(student.standardize(x, eps=0.5), standardize(x, eps=0.5))" in ran.out
    assert "      x: float32 (2, 4) on cpu: [[" in ran.out
    assert f"graded as failed: {message}" in ran.err
    assert "recognised as unbiased: " in ran.err
    assert "changed since" not in ran.err
