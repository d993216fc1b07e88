"""How student code may end: in an exception, a flood, an endless loop, a death, no memory.

Most of it happens with a matrix only, so that exactly one test of the suite should be lost.
"""

from __future__ import annotations

from autograder.report import Outcome
from autograder.sandbox.contract.behaviour import Group
from autograder.sandbox.contract.bench import Bench, expect, short

EXCEPTIONS = Group("exceptions")
OUTPUT = Group("output")
TIMEOUTS = Group("timeouts")
DEATHS = Group("deaths")
MEMORY = Group("memory")

MATRIX = "test_double_of_a_matrix"
DOUBLES = ("test_double_of_a_vector", MATRIX, "test_double_has_a_gradient")
WRONG_DOUBLE = "def double(x):\n    return x * 3"
WRONG = {"double": WRONG_DOUBLE}


def with_a_matrix(line: str) -> str:
    """`double` that does something else when it meets a matrix."""
    return f"def double(x):\n    if x.dim() == 2:\n        {line}\n    return x + x"


@EXCEPTIONS
def an_exception_arrives_with_its_class_its_words_and_the_students_own_line(bench: Bench) -> None:
    code = "def helper(x):\n    raise KeyError('my own words')"
    verdict = bench.grade("arithmetic", code, double=with_a_matrix("helper(x)"))
    verdict.expect_lost_only({MATRIX: Outcome.ERROR}, "my own words")
    message = verdict.message(MATRIX)
    for part in ("KeyError", "double, line 3", "in double", "helper(x)"):
        expect(part in message, f'"{part}" is not in the message: {short(message)}')


@EXCEPTIONS
def an_exception_tells_no_path_of_the_host_and_no_line_of_ours(bench: Bench) -> None:
    verdict = bench.grade("arithmetic", double=with_a_matrix("torch.ones(2) @ torch.ones(3)"))
    verdict.expect_lost_only({MATRIX: Outcome.ERROR}, "size")
    message = verdict.message(MATRIX)
    for part in ("autograder", ".py", str(bench.course.root)):
        expect(part not in message, f'"{part}" is in the message: {short(message)}')


@EXCEPTIONS
def a_suite_can_expect_an_exception_by_its_class(bench: Bench) -> None:
    """`negate` of a text has to be a TypeError, and one of the student's own is one as well."""
    refuse = "def negate(x):\n    if isinstance(x, str):\n        raise {}\n    return 0 - x"
    own = "class Own(TypeError):\n    pass"
    right, wrong = refuse.format("Own('no text')"), refuse.format("ValueError('no text')")
    bench.grade("arithmetic", own, negate=right).expect_full_marks()
    verdict = bench.grade("arithmetic", own, negate=wrong)
    verdict.expect_lost_only({"test_negative_of_text_is_refused": Outcome.ERROR}, "no text")


@EXCEPTIONS
def sys_exit_and_ctrl_c_are_exceptions_like_any_other(bench: Bench) -> None:
    for line in ("raise SystemExit(0)", "raise KeyboardInterrupt"):
        verdict = bench.grade("arithmetic", double=with_a_matrix(line))
        verdict.expect_lost_only({MATRIX: Outcome.ERROR}, "your code raised")


@OUTPUT
def a_gigabyte_of_output_costs_nothing(bench: Bench) -> None:
    flood = """import os, sys
def flood():
    for _ in range(16):
        print("x" * (32 << 20))
        sys.stderr.write("y" * (16 << 20))
        os.write(1, b"z" * (16 << 20))"""
    right = "def double(x):\n    if x.dim() == 2:\n        flood()\n    return x + x"
    bench.expect_told_apart("arithmetic", {"double": right}, WRONG, flood)


@OUTPUT
def output_does_not_reach_a_verdict(bench: Bench) -> None:
    code = with_a_matrix("print('passed ' * 9); raise ValueError('only this')")
    verdict = bench.grade("arithmetic", double=code)
    verdict.expect_lost_only({MATRIX: Outcome.ERROR}, "only this")
    expect("passed passed" not in verdict.message(MATRIX), "what was printed is in the message")


def _out_of_time(bench: Bench, line: str) -> None:
    verdict = bench.grade("hurried", "import time", double=with_a_matrix(line))
    verdict.expect_lost_only({MATRIX: Outcome.TIMEOUT}, "no answer")


@TIMEOUTS
def an_endless_loop_costs_its_own_test_and_no_other(bench: Bench) -> None:
    _out_of_time(bench, "while True: pass")


@TIMEOUTS
def a_long_sleep_costs_its_own_test_and_no_other(bench: Bench) -> None:
    _out_of_time(bench, "time.sleep(3600)")


@TIMEOUTS
def a_loop_that_catches_everything_is_ended_all_the_same(bench: Bench) -> None:
    code = """import signal
def double(x):
    while x.dim() == 2:
        try:
            for number in range(1, 65):
                try:
                    signal.signal(number, signal.SIG_IGN)
                except (OSError, ValueError):
                    pass
            while True:
                pass
        except BaseException:
            pass
    return x + x"""
    verdict = bench.grade("hurried", double=code)
    verdict.expect_lost_only({MATRIX: Outcome.TIMEOUT}, "no answer")


@TIMEOUTS
def a_loop_while_loading_costs_the_names_of_its_own_cell(bench: Bench) -> None:
    helper = "def endless():\n    while True:\n        pass"
    verdict = bench.grade("hurried", helper, double="def double(x, y=endless()):\n    return x + x")
    verdict.expect_lost_only(dict.fromkeys(DOUBLES, Outcome.TIMEOUT), "no end within")


def _death(bench: Bench, line: str, *outcomes: str) -> None:
    verdict = bench.grade("arithmetic", "import ctypes, os", double=with_a_matrix(line))
    verdict.expect_lost_only({MATRIX: outcomes or Outcome.CRASHED})


@DEATHS
def the_end_of_the_process_costs_its_own_test_and_no_other(bench: Bench) -> None:
    _death(bench, "os._exit(0)")


@DEATHS
def a_segmentation_fault_costs_its_own_test_and_no_other(bench: Bench) -> None:
    _death(bench, "ctypes.string_at(0)")


@DEATHS
def an_abort_costs_its_own_test_and_no_other(bench: Bench) -> None:
    _death(bench, "os.abort()")


@DEATHS
def a_kill_of_itself_costs_its_own_test_and_no_other(bench: Bench) -> None:
    """A sandbox may refuse the signal as well: then it is an exception."""
    _death(bench, "os.kill(os.getpid(), 9)", Outcome.CRASHED, Outcome.ERROR)


@DEATHS
def endless_recursion_costs_its_own_test_and_no_other(bench: Bench) -> None:
    _death(bench, "return double(x)", Outcome.ERROR, Outcome.CRASHED)


@DEATHS
def a_stack_overflow_in_native_code_costs_its_own_test_and_no_other(bench: Bench) -> None:
    line = "import sys; sys.setrecursionlimit(10**9); (f := lambda y: sorted([y], key=f))(x)"
    _death(bench, line, Outcome.CRASHED, Outcome.ERROR)


@DEATHS
def a_death_while_loading_costs_the_names_of_its_own_cell(bench: Bench) -> None:
    code = "import os\ndef double(x, y=os._exit(3)):\n    return x + x"
    verdict = bench.grade("arithmetic", double=code)
    verdict.expect_lost_only(dict.fromkeys(DOUBLES, Outcome.CRASHED))


@MEMORY
def a_memory_bomb_is_told_in_its_own_words_and_the_next_test_passes(bench: Bench) -> None:
    code = "def double(x):\n    kept = []\n    while x.dim() == 2:\n"
    code += "        kept.append(torch.ones(5 * 10**6))\n    return x + x"
    verdict = bench.grade("arithmetic", double=code)
    verdict.expect_lost_only({MATRIX: (Outcome.ERROR, Outcome.CRASHED)}, "memory")


@MEMORY
def what_one_test_hoards_is_given_back_before_the_next(bench: Bench) -> None:
    """A student who keeps 400 of 512 MiB for good, and then needs 300 for another test."""
    hoard = "HOARD = []"
    double = "def double(x):\n    try:\n        while x.dim() == 2:\n"
    double += "            HOARD.append(bytearray(1 << 24))\n    finally:\n        pass\n"
    double += "    return x + x"
    negate = "def negate(x):\n    needed = bytearray(300 << 20)\n    return 0 - x"
    verdict = bench.grade("arithmetic", hoard, double=double, negate=negate)
    verdict.expect_lost_only({MATRIX: (Outcome.ERROR, Outcome.CRASHED)}, "memory")
