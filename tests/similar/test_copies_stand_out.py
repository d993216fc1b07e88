"""A copy in disguise ranks above everything that was written independently."""

from __future__ import annotations

from itertools import combinations, pairwise
from pathlib import Path

import pytest

from autograder.similar.passages import passages
from tests.similar.classroom import ASSIGNMENTS, honest, look_at, notebook, shares
from tests.similar.disguises import DISGUISES, everything
from tests.suites.answers import answers

LEAST_OF_A_COPY = 0.5
MOST_OF_HONEST_WORK = 0.1


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_a_disguised_copy_stands_out_and_honest_work_does_not(name: str, tmp_path: Path) -> None:
    sources = honest(name)
    symbols = frozenset(answers(name).symbols)
    assert len(sources) >= 4
    for number, disguise in enumerate(DISGUISES):
        original = list(sources)[number % len(sources)]
        copy = disguise(sources[original], symbols)
        assert copy != sources[original]
        handed_in = {s: notebook(name, text) for s, text in {**sources, "copy": copy}.items()}
        found = shares(look_at(tmp_path / disguise.__name__, name, handed_in))
        assert found.pop(frozenset({original, "copy"})) >= LEAST_OF_A_COPY, disguise.__name__
        assert max(found.values(), default=0.0) <= MOST_OF_HONEST_WORK, disguise.__name__


@pytest.mark.parametrize("name", ASSIGNMENTS)
def test_the_first_pair_of_a_list_is_the_copy(name: str, tmp_path: Path) -> None:
    sources = honest(name)
    original, text = next(iter(sources.items()))
    copy = everything(text, frozenset(answers(name).symbols))
    handed_in = {s: notebook(name, text) for s, text in {**sources, "copy": copy}.items()}
    look = look_at(tmp_path, name, handed_in)
    first = look.ranking.pairs[0]
    assert {look.handed[first.first].student, look.handed[first.second].student} == {
        original,
        "copy",
    }


def test_right_answers_that_the_course_knows_are_nothing_to_compare(tmp_path: Path) -> None:
    """Whoever writes what the reference or an alternative has need not have it from anybody."""
    known = {
        "like-" + stem: notebook("vae_elbo", text) for stem, text in honest("vae_elbo").items()
    }
    handed_in = {**known, "ada": answers("vae_elbo").right(), "ben": answers("vae_elbo").right()}
    look = look_at(tmp_path, "vae_elbo", handed_in, alternatives=True)
    assert not look.handed
    assert {one.student for one in look.left_out} == set(handed_in)
    assert not any(one.unreadable for one in look.left_out)


def test_passages_of_a_copy_lead_to_the_same_code_in_another_order(tmp_path: Path) -> None:
    name = "lstm_cell"
    source = honest(name)["korean_helpers"]
    copy = everything(source, frozenset(answers(name).symbols))
    handed_in = {"kim": notebook(name, source), "lee": notebook(name, copy)}
    look = look_at(tmp_path, name, handed_in)
    kim, lee = look.handed
    found = passages(look.places[0], look.places[1], look.ranking.weights)
    assert len(found) >= 4
    for one in found:
        ours = kim.tokens[one.first : one.first + one.tokens]
        theirs = lee.tokens[one.second : one.second + one.tokens]
        assert [token.label for token in ours] == [token.label for token in theirs]
    ends = [(one.first, one.first + one.tokens) for one in found]
    assert all(a[0] < b[0] for a, b in pairwise(ends))
    seconds = [one.second for one in found]
    assert seconds != sorted(seconds), "the copy's functions stand in another order"
    assert all(a != b for a, b in combinations(seconds, 2))
