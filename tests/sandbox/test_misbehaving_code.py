"""Code that crashes, hangs or floods costs the tests that need it, and nothing else."""

from __future__ import annotations

import pytest

from tests.sandbox.lab import Lab, full_marks, messages, outcomes, score

ENDS = {
    "endless_loop": ("while True:\n        pass", "timeout", "endless loop"),
    "os_exit": ("import os; os._exit(0)", "crashed", "ended the Python process"),
    "segmentation_fault": ("import ctypes; ctypes.string_at(0)", "crashed", "segmentation fault"),
    "kills_itself": ("import os; os.kill(os.getpid(), 9)", "error", "PermissionError"),
    "terminates_itself": ("import os; os.kill(os.getpid(), 15)", "crashed", "signal 15"),
    "system_exit": ("raise SystemExit(0)", "error", "SystemExit"),
    "keyboard_interrupt": ("raise KeyboardInterrupt", "error", "KeyboardInterrupt"),
    "endless_recursion": ("return double(x)", "error", "RecursionError"),
    "list_bomb": (
        "a = []\n    while True:\n        a.append(bytearray(10**8))",
        "error",
        "MemoryError",
    ),
    "tensor_bomb": (
        "a = []\n    while True:\n        a.append(torch.empty(10**7))",
        "error",
        "memory",
    ),
    "tensor_of_the_largest_size": ("return torch.ones(1).expand(10**12)", "error", "memory"),
    "result_too_large": ("return torch.ones(3 * 10**6)", "error", "too large to be handed back"),
    "cyclic_result": ("a = []\n    a.append(a)\n    return a", "error", "nested too deeply"),
    "text_without_encoding": ("return chr(0xD800)", "error", "UTF-8"),
    "sparse_result": ("return x.to_sparse()", "error", "cannot be handed back"),
    "meta_result": ("return x.to('meta')", "error", "cannot be handed back"),
}


# The contract has an endless loop too, and this one waits for two time limits.
SLOW = pytest.param("endless_loop", marks=pytest.mark.thorough)


@pytest.mark.parametrize("case", [SLOW, *(case for case in ENDS if case != "endless_loop")])
def test_a_call_that_ends_badly_costs_its_own_tests(lab: Lab, case: str) -> None:
    body, outcome, words = ENDS[case]
    graded = lab.sums_of(double=f"def double(x):\n    {body}")
    ended = {n: o for n, o in outcomes(graded).items() if n.startswith("test_double")}
    assert set(ended.values()) == {outcome}
    assert all(words in messages(graded)[name] for name in ended)
    assert score(graded, "negate") == 3


def test_only_the_tests_that_reach_the_crash_are_lost(lab: Lab) -> None:
    code = "import os\ndef double(x):\n    if x.dim() == 2:\n        os._exit(1)\n    return x + x"
    got = outcomes(lab.sums_of(double=code))
    assert got.pop("test_double_of_a_matrix") == "crashed"
    assert got.pop("test_refuses_none") == "error"
    assert set(got.values()) == {"passed"}


@pytest.mark.parametrize(
    ("call", "outcome"),
    [("loop()", "timeout"), ("os._exit(3)", "crashed"), ("ctypes.string_at(0)", "crashed")],
)
def test_a_definition_that_ends_the_process_costs_its_own_name(
    lab: Lab, call: str, outcome: str
) -> None:
    helper = "import ctypes, os\n\ndef loop():\n    while True:\n        pass"
    graded = lab.sums_of(helper, double=f"def double(x, y={call}):\n    return x + x")
    assert {o for n, o in outcomes(graded).items() if n.startswith("test_double")} == {outcome}
    assert score(graded, "negate") == 3


def test_a_constant_that_cannot_be_made_costs_the_symbols_that_need_it(lab: Lab) -> None:
    graded = lab.sums_of("TABLE = make_table()", double="def double(x):\n    return x + TABLE")
    assert score(graded, "double") <= 1  # None is a TypeError all the same
    assert score(graded, "negate") == 3


def test_an_error_in_a_definition_is_no_error_that_a_test_waits_for(lab: Lab) -> None:
    """`pytest.raises(TypeError)` must not be satisfied by a cell that never defined anything."""
    helper = "def broken():\n    raise TypeError(42)"
    graded = lab.sums_of(helper, double="def double(x, y=broken()):\n    return x + x")
    assert outcomes(graded)["test_double_of_a_vector"] == "error"
    assert outcomes(graded)["test_refuses_none"] == "error"


def test_printing_without_end_is_free_and_silent(lab: Lab) -> None:
    code = "import sys\ndef double(x):\n    for _ in range(2000):\n        print('x' * 9999)\n"
    code += "        sys.stderr.write('y' * 9999)\n    return x + x"
    assert full_marks(lab.sums_of(double=code))


def test_packing_a_result_without_end_is_a_timeout(lab: Lab) -> None:
    code = """
class Endless(dict):
    def items(self):
        while True:
            yield 1, 1

def first(x):
    return Endless()
"""
    answers = lab.said(first=code)
    assert "endless loop" in answers["first"]
    assert answers["second"] == "nothing"


def test_a_thread_left_running_does_not_keep_the_answer(lab: Lab) -> None:
    code = "import threading, time\ndef double(x):\n"
    code += "    threading.Thread(target=time.sleep, args=(60,)).start()\n    return x + x"
    assert full_marks(lab.sums_of(double=code))


def test_thousands_of_threads_or_files_end_the_process(lab: Lab) -> None:
    threads = "import threading, time\ndef first(x):\n    threading.stack_size(32768)\n"
    threads += "    while True:\n        threading.Thread(target=time.sleep, args=(60,)).start()"
    files = "import os\ndef second(x):\n    i = 0\n    while True:\n        i += 1\n"
    files += "        os.close(os.open(str(i), os.O_CREAT | os.O_WRONLY))"
    answers = lab.said(first=threads, second=files)
    for name in ("first", "second"):
        assert (
            "killed" in answers[name] or "no answer" in answers[name] or "thread" in answers[name]
        )


def test_the_scratch_folder_has_a_size(lab: Lab) -> None:
    code = "def first(x):\n    i = 0\n    while True:\n        i += 1\n"
    code += "        with open(f'file{i}', 'wb') as file:\n            file.write(bytes(1 << 20))"
    said = lab.said(first=code)["first"]
    assert "killed" in said or "No space left" in said  # in a container the folder has that size


def test_a_file_has_a_size(lab: Lab) -> None:
    code = "def first(x):\n    with open('file', 'wb') as file:\n        file.write(bytes(5 << 20))"
    assert "File too large" in lab.said(first=code)["first"]


def test_what_is_left_in_the_interpreter_stays_with_the_notebook(lab: Lab) -> None:
    """A patched torch harms whoever patched it."""
    code = """
import sys
def double(x):
    torch.equal = torch.allclose = lambda *args, **kwargs: True
    torch.isclose = lambda *args, **kwargs: torch.ones(1, dtype=torch.bool)
    torch.Tensor.__eq__ = lambda *args: True
    sys.setrecursionlimit(10**6)
    return x if x is None else x * 3
"""
    assert score(lab.sums_of(double=code), "double") == 0
    assert full_marks(lab.sums_of())
