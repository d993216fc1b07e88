"""Per call, per test, per notebook; and gradings side by side do not meet."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from msgspec.structs import replace as struct_replace

from tests.sandbox.lab import SUMS, Lab, full_marks, messages, outcomes, score, submission


def test_the_notebooks_time_goes_to_the_other_cells_first(lab: Lab) -> None:
    """`double` hangs in every test; `negate` is tested before it is tried again."""
    short = replace(lab.sums.limits, call_s=1.0, notebook_s=3.0)
    assigned = replace(lab.sums, name="short", limits=short)
    loops = "def double(x):\n    while True:\n        pass"
    graded = lab.grade(assigned, submission(SUMS | {"double": loops}))
    assert score(graded, "negate") == 3
    assert set(outcomes(graded).values()) == {"timeout", "passed"}
    assert "used up its time limit" in messages(graded)["test_double_leaves_its_input"]


@pytest.mark.thorough
def test_loading_does_not_use_up_a_tests_time(lab: Lab) -> None:
    """Each of these cells may take two seconds; together they take longer than one test may."""
    slow = "import time\ndef slow():\n    time.sleep(1.1)\n    return 0"
    cells = [f"Z{i} = slow()" for i in range(5)]
    double = f"def double(x):\n    return torch.add(x, x) + {' + '.join(f'Z{i}' for i in range(5))}"
    assert full_marks(lab.sums_of(slow, *cells, double=double))


def test_gradings_side_by_side_do_not_meet(lab: Lab) -> None:
    hostile = {
        "double": "import os\ndef double(x):\n    try: os.kill(os.getppid(), 9)\n"
        "    except OSError: pass\n    os._exit(1)",
    }
    notebooks = [submission(SUMS), submission(SUMS | hostile)] * 4
    with ThreadPoolExecutor(4) as pool:
        graded = list(pool.map(lambda data: lab.grade(lab.sums, data), notebooks))
    assert all(full_marks(each) for each in graded[::2])
    assert all(score(each, "double") == 0 and score(each, "negate") == 3 for each in graded[1::2])


def test_the_same_seed_gives_the_same_report(lab: Lab) -> None:
    wrong = {"double": "def double(x):\n    return torch.add(x, x) * (x.abs() > 0.5)"}
    # Memory is told too, and may differ by a page; all the rest is the same.
    graded = [lab.sums_of(seed=seed, **wrong) for seed in (3, 3, 4)]
    once, again, other = (struct_replace(each, memory_bytes=None) for each in graded)
    assert once == again
    assert once.tests != other.tests
