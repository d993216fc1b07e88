"""Whatever is handed in is compared or listed, and ends nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.similar.classroom import honest, look_at, notebook
from tests.suites.answers import answers

NAME = "vae_elbo"
LOOPS = honest(NAME)["plain_loops"]


def with_helper(helper: str) -> bytes:
    """A whole solution in which a graded symbol needs a helper."""
    needed = LOOPS.replace("def elbo", f"{helper}\n\n\ndef elbo")
    return notebook(NAME, needed.replace("    return", "    helper()\n    return"))


def deep(source: str) -> bytes:
    """As above, for code that Python itself does not read: put into the finished notebook."""
    return with_helper("def helper():\n    return 123456").replace(b"123456", source.encode())


HOSTILE = {
    "a sum of 3,000 terms": deep("+".join(["1"] * 3000)),
    "a chain of 900 attributes": deep("helper" + ".x" * 900),
    "parentheses 5,000 deep": deep("(" * 5000 + ")" * 5000),
    "5,000 equal statements": with_helper("def helper():\n" + "    helper.x = 1\n" * 5_000),
    "half of the file": answers(NAME).right()[:3000],
    "no notebook": b"[1, 2, 3]",
    "a null byte": with_helper("def helper():\n    pass").replace(b"pass", b"\\u0000"),
    "lone surrogates": with_helper("def helper():\n    return 'q'").replace(b"'q'", b"'\\ud800'"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_notebook_costs_itself_and_nobody_else(what: str, tmp_path: Path) -> None:
    honest_two = {"kim": notebook(NAME, LOOPS), "lee": notebook(NAME, LOOPS + "\n# lee\n")}
    look = look_at(tmp_path, NAME, {**honest_two, "mal": HOSTILE[what]})
    students = [one.student for one in look.handed]
    assert sorted([*students, *(one.student for one in look.left_out)]) == ["kim", "lee", "mal"]
    pairs = {(students[pair.first], students[pair.second]) for pair in look.ranking.pairs}
    assert ("kim", "lee") in pairs
