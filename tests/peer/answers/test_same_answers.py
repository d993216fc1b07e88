"""An answer without its author computes what it computed: the hidden suites say so."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from autograder.sandbox.local import LocalSandbox
from tests.peer.answers.sweeps import (
    NAMES,
    again,
    all_of,
    alternatives,
    everything,
    misconceptions,
    outcomes,
)
from tests.suites.answers import ROOT, answers


@pytest.fixture(scope="module")
def sandbox() -> Iterator[LocalSandbox]:
    with LocalSandbox() as box:
        yield box


def assert_the_same(sandbox: LocalSandbox, name: str, data: bytes) -> dict[str, str]:
    before = outcomes(sandbox, name, data)
    assert outcomes(sandbox, name, again(name, data)) == before
    return before


def test_right_answers_and_wrong_ones(sandbox: LocalSandbox) -> None:
    right = alternatives("cross_entropy")["korean_helpers"]
    assert set(all_of("cross_entropy", right)) == set(answers("cross_entropy").symbols)
    assert set(assert_the_same(sandbox, "cross_entropy", right).values()) == {"passed"}
    wrong = misconceptions("cross_entropy")["mean_for_sum"]
    found = assert_the_same(sandbox, "cross_entropy", wrong)
    assert {"passed", "failed"} <= set(found.values())


@pytest.mark.parametrize("name", NAMES)
def test_every_honest_answer_can_be_shown(name: str) -> None:
    for what, data in alternatives(name).items():
        assert (what, set(all_of(name, data))) == (what, set(answers(name).symbols))


@pytest.mark.thorough
@pytest.mark.parametrize("name", NAMES)
def test_every_known_answer_right_or_wrong(sandbox: LocalSandbox, name: str) -> None:
    for what, data in everything(name).items():
        assert (what, set(all_of(name, data))) == (what, set(answers(name).symbols))
        assert_the_same(sandbox, name, data)


@pytest.mark.thorough
@pytest.mark.parametrize("name", NAMES)
def test_the_demo_classes_odd_notebooks(
    sandbox: LocalSandbox, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(ROOT / "demo")
    from notebooks import material
    from students import batch

    for handed_in in batch(material(ROOT, name, NAMES.index(name)), Random(1)):
        shown = all_of(name, handed_in.data)
        if handed_in.kind in ("right", "odd"):
            assert set(shown) == set(answers(name).symbols), handed_in.student
            assert_the_same(sandbox, name, handed_in.data)
