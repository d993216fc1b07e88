"""Students side by side and one after the other: nothing passes between them, and all are equal."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from autograder.errors import CourseError, SubmissionError
from autograder.report import Outcome
from autograder.sandbox.contract.behaviour import Group
from autograder.sandbox.contract.bench import Bench, Verdict, expect, short
from autograder.sandbox.contract.endings import DOUBLES, WRONG, WRONG_DOUBLE, with_a_matrix
from autograder.sandbox.contract.exercises import DOUBLE

LEFTOVERS = Group("leftovers")
SEEDS = Group("seeds")
SIDE_BY_SIDE = Group("side-by-side")
FAIRNESS = Group("fairness")
ERRORS = Group("errors")
AFTERWARDS = Group("afterwards")

# ------------------------------------------------------------------ leftovers

# What one student leaves, and how the next one would see it: (a statement, an expression).
LEAVING = {
    "a file in the scratch folder is gone": (
        "open('left.txt', 'w').close()",
        "os.listdir('.')",
    ),
    "a global put into a module is gone": (
        "math.left = builtins.left = 1",
        "[hasattr(math, 'left'), hasattr(builtins, 'left')]",
    ),
    "a patched torch is whole again": (
        "torch.add = torch.Tensor.__add__ = lambda *args: torch.zeros(())",
        "[float(torch.add(torch.ones(()), 1)), float(torch.ones(()) + 1)]",
    ),
    "the default dtype is float32 again": (
        "torch.set_default_dtype(torch.float64)",
        "str(torch.ones(1).dtype)",
    ),
    "torch's switches are as they were": (
        "torch.use_deterministic_algorithms(True); torch.autograd.set_detect_anomaly(True)",
        "[torch.is_anomaly_enabled(), torch.are_deterministic_algorithms_enabled()]",
    ),
    "a thread is not running any more": (
        "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()",
        "threading.active_count()",
    ),
    "the environment is as it was": (
        "os.environ['LEFT'] = 'behind'",
        "os.environ.get('LEFT')",
    ),
    "a module put into sys.modules is gone": (
        "sys.modules['left_behind'] = math",
        "'left_behind' in sys.modules",
    ),
    "hooks of the interpreter are gone": (
        "sys.setrecursionlimit(5000); sys.settrace(None); sys.excepthook = print",
        "[sys.getrecursionlimit(), sys.excepthook is sys.__excepthook__]",
    ),
}
IMPORTS = "import builtins, math, os, sys, threading, time"


def _is_gone(leave: str, see: str) -> Callable[[Bench], None]:
    def look(bench: Bench) -> None:
        seen = f"def first(x):\n    return {see}"
        before = bench.said(IMPORTS, first=seen)["first"]
        left = bench.said(IMPORTS, first=f"def first(x):\n    {leave}\n    return {see}")["first"]
        after = bench.said(IMPORTS, first=seen)["first"]
        expect(left != before, f"leaving it behind did not work: {short(left)}")
        expect(after == before, f"the next student sees {short(after)} and not {short(before)}")

    return look


for _name, (_leave, _see) in LEAVING.items():
    LEFTOVERS.add(_name, _is_gone(_leave, _see))

DRAWING = "import random\ndef first(x):\n    return [torch.rand(3).tolist(), random.random()]"


@LEFTOVERS
def the_generators_state_does_not_pass_to_the_next_student(bench: Bench) -> None:
    before = bench.said(first=DRAWING)
    expect(before["first"] != before["first_again"], "it draws the same numbers in two tests")
    turn = "    torch.manual_seed(5)\n    random.seed(5)\n    return torch.rand(2)"
    bench.said(first=f"import random\ndef first(x):\n{turn}")
    after = bench.said(first=DRAWING)
    expect(before == after, "the same code drew other numbers after another student")


@LEFTOVERS
def state_lasts_from_test_to_test_of_one_student_only(bench: Bench) -> None:
    code = "SEEN = []\ndef first(x):\n    SEEN.append(1)\n    return len(SEEN)"
    for _ in range(2):
        said = bench.said(first=code)
        counted = [said["first"], said["first_again"]]
        expect(counted == [1, 2], f"counted {counted} where [1, 2] is right")


# ------------------------------------------------------------------ seeds

INPUTS = "def first(x):\n    return x.tolist()"


@SEEDS
def the_same_seed_gives_the_same_inputs(bench: Bench) -> None:
    one, again = (bench.said(first=INPUTS, seed=11) for _ in range(2))
    expect(one == again, "inputs differ under one seed")
    expect(one["first"] != one["first_again"], "two tests have the same inputs")


@SEEDS
def another_seed_gives_other_inputs(bench: Bench) -> None:
    one, other = bench.said(first=INPUTS, seed=11), bench.said(first=INPUTS, seed=12)
    expect(one["first"] != other["first"], "two seeds give the same inputs")


@SEEDS
def the_students_generator_does_not_tell_the_inputs(bench: Bench) -> None:
    code = """def first(x):
    guesses = [torch.randn(3)]
    torch.manual_seed(torch.initial_seed())
    guesses.append(torch.randn(3))
    return [bool(torch.equal(x, guess)) for guess in guesses]"""
    guessed = bench.said(first=code)["first"]
    expect(guessed == [False, False], f"inputs were guessed: {short(guessed)}")


# ------------------------------------------------------------------ side by side


@SIDE_BY_SIDE
def four_gradings_at_once_keep_apart_and_one_of_them_is_hostile(bench: Bench) -> None:
    hostile = """import os, time
def double(x):
    try:
        os.kill(os.getppid(), 0)
    except OSError:
        pass
    time.sleep(0.05)
    os._exit(1)"""

    def one(code: str) -> Verdict:
        return bench.grade("arithmetic", double=code)

    codes = [DOUBLE, hostile, DOUBLE, WRONG_DOUBLE] * 2
    bench.sandbox.open(bench.assignment("arithmetic"))
    with ThreadPoolExecutor(4) as pool:
        verdicts = list(pool.map(one, codes))
    for code, verdict in zip(codes, verdicts, strict=True):
        if code == DOUBLE:
            verdict.expect_full_marks("a right answer beside a hostile one")
        else:
            outcome = Outcome.CRASHED if code == hostile else Outcome.FAILED
            verdict.expect_lost_only(dict.fromkeys(DOUBLES, outcome))


# ------------------------------------------------------------------ fairness

ODD = {
    "an object that can be called": (
        "class Doubler:\n    def __call__(self, x):\n        return x + x\n\n",
        "double = Doubler()",
    ),
    "a function made of others": (
        "import functools, operator\ndef apply(how, x):\n    return how(x, x)\n\n",
        "double = functools.partial(apply, operator.add)",
    ),
    "a loop over elements": (
        "",
        """def double(x):
    flat = [v + v for v in x.reshape(-1)]
    return torch.stack(flat).reshape(x.shape)""",
    ),
    "a matrix product": (
        "import numpy as np\nTWO = int(np.sqrt(4))\n",
        "def double(x):\n    eye = TWO * torch.eye(x.shape[-1], dtype=x.dtype)\n    return x @ eye",
    ),
}


@FAIRNESS
def a_right_answer_written_in_an_odd_way_has_full_marks(bench: Bench) -> None:
    for kind, (helper, code) in ODD.items():
        verdict = bench.grade("arithmetic", helper or "pass", double=code)
        verdict.expect_full_marks(f"{kind}, which is right,")
    bench.grade("arithmetic", double=WRONG_DOUBLE).expect_no_points("double", "a wrong answer")


@FAIRNESS
def the_order_of_cells_and_scratch_work_cost_nothing(bench: Bench) -> None:
    scratch = "print(unknown_name)\n!pip install nothing\nwhile True: pass"
    right = {"double": "def double(x):\n    return helper(x, x)"}
    helper = "def helper(a, b):\n    return a + b"
    bench.expect_told_apart("arithmetic", right, WRONG, scratch, helper)


@FAIRNESS
def a_stub_has_no_points_and_says_that_it_is_one(bench: Bench) -> None:
    verdict = bench.grade("arithmetic", double="def double(x):\n    raise NotImplementedError")
    verdict.expect_lost_only(dict.fromkeys(DOUBLES, Outcome.ERROR), "not implemented")


@FAIRNESS
def a_forbidden_function_costs_its_own_symbol_and_is_flagged(bench: Bench) -> None:
    """Reached by a detour that reading the source does not see."""
    helper = "import string\nNAME = string.Template('${a}max').substitute(a='soft')"
    double = "def double(x):\n    getattr(torch, NAME)(x, -1)\n    return x + x"
    verdict = bench.grade("arithmetic", helper, double=double)
    verdict.expect_lost_only(dict.fromkeys(DOUBLES, Outcome.FAILED), "does not allow")
    flagged = [flag for flag in verdict.flags if flag.startswith("forbidden-api:")]
    expect(bool(flagged), "there is no flag forbidden-api")


@FAIRNESS
def attempts_at_the_walls_are_told_to_the_instructor(bench: Bench) -> None:
    line = "exec('try: __import__(\"socket\").socket()\\nexcept OSError: pass')"
    quiet = bench.grade("arithmetic", double=WRONG_DOUBLE)
    loud = bench.grade("arithmetic", double=with_a_matrix(line))
    loud.expect_full_marks("an attempt that is only told of")
    told = [any(f.startswith("network-attempt") for f in v.flags) for v in (quiet, loud)]
    expect(told == [False, True], f"flags: {short(quiet.flags)} and {short(loud.flags)}")


# ------------------------------------------------------------------ errors


@ERRORS
def an_unreadable_notebook_is_an_error_of_that_notebook(bench: Bench) -> None:
    for data in (b"", b"\x00\xff no notebook", b'{"cells": 5}'):
        try:
            bench.grade_bytes("arithmetic", data)
        except SubmissionError:
            continue
        expect(False, f"{short(data)} was graded")


def _is_a_broken_course(name: str) -> Callable[[Bench], None]:
    def look(bench: Bench) -> None:
        try:
            bench.sandbox.open(bench.assignment(name))
        except CourseError:
            return
        expect(False, "the suite was opened as if it were whole")

    return look


for _suite, _sentence in {
    "unimportable": "a suite that cannot be imported is an error of the course",
    "ending": "a suite that ends its process is an error of the course",
    "pointless": "points for a symbol that is not there are an error of the course",
    "suiteless": "a suite that is missing is an error of the course",
}.items():
    ERRORS.add(_sentence, _is_a_broken_course(_suite))

# ------------------------------------------------------------------ afterwards


@AFTERWARDS
def after_all_of_it_a_plain_right_answer_has_full_marks(bench: Bench) -> None:
    bench.expect_told_apart("arithmetic", {}, WRONG)
    verdict = bench.grade("networks")
    verdict.expect_full_marks()
