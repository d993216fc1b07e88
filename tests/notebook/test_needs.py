"""Only what the graded symbols need is executed, and all of that."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.notebook import read_submission
from tests.notebook.building import (
    SOFTMAX,
    Course,
    code,
    imports,
    notebook,
    reference,
    solution,
    sources,
    student_cells,
)


def needs(name: str) -> str:
    return f"def softmax(logits, dim=-1):\n    return {name}"


@pytest.mark.parametrize(
    "helper",
    [
        "NEEDED = 1",
        "NEEDED: int = 1",
        "a, (NEEDED, *b) = 1, (2, 3)",
        "[(NEEDED := 3)]",
        "print(NEEDED := 3)",
        "[(NEEDED := x) for x in (1, 2)]",
        "import torch as NEEDED",
        "from torch import nn as NEEDED",
        "try:\n    import einops as NEEDED\nexcept ImportError:\n    NEEDED = None",
        "if True:\n    NEEDED = 1\nelse:\n    NEEDED = 2",
        "for NEEDED in (1, 2):\n    pass",
        "with open('x') as NEEDED:\n    pass",
        "while True:\n    NEEDED = 1\n    break",
        "async def NEEDED():\n    pass",
        "class NEEDED:\n    pass",
        "match 1:\n    case NEEDED:\n        pass",
        "globals()['NEEDED'] = 1",
        "from torch.nn.functional import *",
    ],
)
def test_whatever_binds_a_needed_name_is_executed(course: Course, helper: str) -> None:
    assert sources(course.read_with(helper, softmax=needs("NEEDED")))[0] == helper


@pytest.mark.parametrize(
    "helper",
    [
        "for name in ['NEEDED']:\n    globals()[name] = 1",
        "globals().update(NEEDED=1)",
        "exec('NEEDED = 1')",
    ],
)
def test_what_may_bind_any_name_is_executed_for_a_name_that_nothing_else_binds(
    course: Course, helper: str
) -> None:
    assert helper in sources(course.read_with(helper, softmax=needs("NEEDED")))
    assert helper not in sources(course.read_with(helper, "NEEDED = 1", softmax=needs("NEEDED")))


@pytest.mark.parametrize(
    "change",
    [
        "TABLE['a'] = 1",
        "TABLE.x.y = 1",
        "TABLE += [1]",
        "TABLE.append(1)",
        "TABLE.setdefault('a', []).append(1)",
        "for i in range(3):\n    TABLE.append(i)",
        "del TABLE['a']",
        "setattr(TABLE, 'x', 1)",
        "nn.init.zeros_(TABLE)",
        "vars(TABLE)['x'] = 1",
        "with torch.no_grad():\n    TABLE.mul_(2)",
        "def init():\n    global TABLE\n    TABLE = 1\ninit()",
        "def add(f):\n    TABLE.append(f)\n    return f\n@add\ndef one(): pass",
        "def add(f):\n    TABLE.append(f)\nadd(1)",
    ],
)
def test_whatever_changes_a_needed_object_is_executed(course: Course, change: str) -> None:
    found = "\n".join(sources(course.read_with("TABLE = []", change, softmax=needs("TABLE"))))
    assert change in found


def test_a_method_patched_in_another_cell_is_executed(course: Course) -> None:
    patch = "def forward(self):\n    return 1\nsoftmax.forward = forward"
    found = sources(course.read(*student_cells(), code(patch)))
    assert found[-1] == "softmax.forward = forward"
    assert "def forward(self):\n    return 1" in found


@pytest.mark.parametrize(
    "use",
    [
        "def softmax(x, dim=NEEDED): pass",
        "def softmax(x, dim: NEEDED): pass",
        "def softmax(x) -> NEEDED: pass",
        "@NEEDED\ndef softmax(x): pass",
        "class softmax(NEEDED): pass",
        "class softmax(metaclass=NEEDED): pass",
        "class softmax:\n    NEEDED = NEEDED",
        "class softmax:\n    NEEDED = 1\n    def f(self): return NEEDED",
        "def softmax(x):\n    def inner():\n        return lambda: NEEDED\n    return inner",
        "def softmax(x):\n    return [y for y in NEEDED]",
        "def softmax(x):\n    return [NEEDED for y in x]",
        "softmax = lambda x: NEEDED",
        "def softmax(x): return helper(x)\ndef helper(x): return NEEDED",
        "def softmax(x):\n    global NEEDED\n    NEEDED = NEEDED + 1",
        "def softmax(x):\n    global NEEDED\n    NEEDED += 1",
        "def softmax(x): return f'{NEEDED}'",
    ],
)
def test_a_use_is_found_wherever_it_stands(course: Course, use: str) -> None:
    assert "NEEDED = 1" in sources(course.read_with("NEEDED = 1", softmax=use))


@pytest.mark.parametrize(
    "no_use",
    [
        "def softmax(NEEDED): return NEEDED",
        "def softmax(x):\n    NEEDED = 2\n    return NEEDED",
        "def softmax(x):\n    for NEEDED in x: print(NEEDED)",
        "def softmax(x): return [NEEDED for NEEDED in x]",
        "def softmax(x):\n    import math as NEEDED\n    return NEEDED",
        "def softmax(x): return x.NEEDED",
        "def softmax(x): return dict(NEEDED=1)",
        "def softmax(x): return 'NEEDED'",
        "def softmax(x):\n  NEEDED = 1\n  def f():\n    nonlocal NEEDED\n    return NEEDED",
        "def softmax(x):\n    try: pass\n    except E as NEEDED: print(NEEDED)",
        "def softmax(x): return (lambda *NEEDED: NEEDED)",
    ],
)
def test_locals_attributes_and_strings_are_no_uses(course: Course, no_use: str) -> None:
    assert "NEEDED = 1" not in sources(course.read_with("NEEDED = 1", softmax=no_use))


@pytest.mark.parametrize(
    "scratch",
    [
        "print(softmax(torch.ones(3)))",
        "assert torch.allclose(softmax(torch.ones(2)), torch.ones(2) / 2)",
        "for epoch in range(10**9):\n    loss = softmax(torch.ones(3)).sum()\n    loss.backward()",
        "x = softmax(torch.ones(3))",
        "torch.manual_seed(0)",
        "raise RuntimeError",
        "while True: pass",
        "1 / 0",
        "plt.plot([1, 2])",
    ],
)
def test_scratch_work_is_not_executed_in_any_cell(course: Course, scratch: str) -> None:
    in_scratch_cell = course.read_with(scratch)
    in_graded_cell = course.read(*student_cells(f"{SOFTMAX}\n{scratch}"))
    assert sources(in_scratch_cell) == sources(in_graded_cell) == sources(course.read_with())


def test_a_scratch_call_that_fills_the_symbols_own_cache_is_not_executed(course: Course) -> None:
    caching = "CACHE = {}\ndef softmax(x):\n    CACHE[0] = x\n    return x"
    submission = course.read_with(softmax=f"{caching}\nout = softmax(1)\nsoftmax(2)")
    assert sources(submission)[:2] == ["CACHE = {}", caching.partition("\n")[2]]
    assert not any(
        "softmax(1)" in source or source == "softmax(2)" for source in sources(submission)
    )


def test_a_shadowed_builtin_is_executed_as_in_jupyter(course: Course) -> None:
    assert "sum = 3" in sources(course.read_with("sum = 3", softmax=needs("sum([1])")))


def test_of_two_definitions_both_run_and_the_last_one_wins(course: Course) -> None:
    cells = [*student_cells(), code("def softmax(x): return 2")]
    assert sources(course.read(*cells))[-1] == "def softmax(x): return 2"


def test_helpers_may_stand_below_what_uses_them(course: Course) -> None:
    found = sources(course.read(*student_cells(needs("helper()")), code("def helper(): return 1")))
    assert found[-1] == "def helper(): return 1"


def test_del_is_executed_because_it_unbinds(course: Course) -> None:
    assert sources(course.read(*student_cells(), code("del softmax")))[-1] == "del softmax"


def test_settings_in_a_read_only_cell_are_executed_but_not_those_of_plots(
    tmp_path: Path,
) -> None:
    setting = "import torch\nimport matplotlib.pyplot as plt\ntorch.set_num_threads(1)\nplt.ion()"
    cells = [imports(setting), solution("softmax", SOFTMAX)]
    submission = read_submission(notebook(*cells), reference(tmp_path, *cells))
    assert sources(submission) == ["import torch", "torch.set_num_threads(1)", SOFTMAX]
