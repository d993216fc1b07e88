"""What a hidden suite may do with the student's code: each test of `hidden/proxies` is a line here.

The suite is graded once, against the student's side in `proxied.py`.
"""

from __future__ import annotations

import re

import pytest

from autograder.wire import Graded
from tests.sandbox.lab import SUITES, Lab, assignment, messages, outcomes, submission
from tests.sandbox.proxied import APPLY, HELPERS, NET, TIED

SYMBOLS = {"apply": APPLY, "Net": NET, "Tied": TIED}
POINTS = {"apply": 78.0, "Net": 14.0, "Tied": 2.0}
NAMES = sorted(
    name
    for path in (SUITES / "proxies").glob("test_*.py")
    for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
)


@pytest.fixture(scope="module")
def graded(lab: Lab) -> Graded:
    assigned = assignment(lab.folder, "proxies", SYMBOLS, POINTS)
    return lab.grade(assigned, submission(SYMBOLS, HELPERS))


@pytest.mark.parametrize("name", NAMES)
def test_a_suite_may_use(graded: Graded, name: str) -> None:
    found = {test: said for test, said in messages(graded).items() if test.split("[")[0] == name}
    assert found
    assert not {test: said for test, said in found.items() if outcomes(graded)[test] != "passed"}


def test_nothing_of_that_is_flagged(graded: Graded) -> None:
    assert [flag for flag in graded.flags if not flag.startswith("missing-cell:")] == []
