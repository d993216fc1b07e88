"""Distances and facts from given figures, and how code is counted."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from autograder.peer.contrast import (
    Form,
    Measured,
    distance,
    facts,
    how_they_differ,
    most_contrasting,
    returns_the_same,
)
from autograder.peer.contrast.differences import rounded
from autograder.peer.contrast.distance import LEAST, aspects
from autograder.peer.contrast.form import form_of
from autograder.peer.contrast.operators import plain_name
from autograder.peer.contrast.words import WORDS

LOOPS = """
import torch

def helper(row):
    '''Of one row.'''
    return [torch.exp(x) for x in row]

def softmax(logits):
    out = []
    for row in logits:
        if len(row):
            out.append(torch.stack(helper(row)))
    return torch.stack(out)
"""
AT_ONCE = "def softmax(logits):\n    e = logits.exp()\n    return e / e.sum(-1, keepdim=True)"


def answer(
    operators: Mapping[str, int] | None = None,
    *,
    peak_bytes: int = 100_000,
    duration_s: float = 1e-3,
    code: str = AT_ONCE,
    values: tuple[object, ...] = (),
) -> Measured:
    return Measured(
        operators=operators or {"aten::exp": 1, "aten::sum": 1, "aten::div": 1},
        peak_bytes=peak_bytes,
        duration_s=duration_s,
        form=form_of(code, "softmax"),
        values=values,
    )


# ------------------------------------------------------------------ form


def test_loops_branches_and_helpers_are_counted() -> None:
    form = form_of(LOOPS, "softmax")
    assert (form.loops, form.comprehensions, form.branches, form.helpers) == (1, 1, 1, 1)
    assert form.statements == 8  # neither imports nor what is written for a reader
    assert dict(form.calls) == {"exp": 1, "stack": 2}


def test_other_names_make_no_other_form() -> None:
    renamed = LOOPS.replace("helper", "h1").replace("row", "v2").replace("out", "v3")
    assert form_of(renamed, "softmax") == form_of(LOOPS, "softmax")


def test_functions_that_are_called_like_torchs_are_not_taken_for_them() -> None:
    code = "def f(x):\n    return sum(math.exp(v) for v in x) + own.helper(x)"
    assert not form_of(code, "f").calls


@pytest.mark.parametrize("code", ["def f(:", "", "(" * 10_000, "\0"])
def test_what_is_no_python_has_an_empty_form(code: str) -> None:
    assert form_of(code, "f") == Form()


# ------------------------------------------------------------------ distance


def test_an_answer_is_at_no_distance_from_itself_and_as_far_from_another_as_that_from_it() -> None:
    loops = answer({"aten::exp": 300, "aten::stack": 3}, duration_s=1.0, code=LOOPS)
    assert distance(loops, loops) == 0
    assert distance(loops, answer()) == distance(answer(), loops) > 0.6


def test_each_aspect_reaches_from_nothing_to_one() -> None:
    far = Measured(
        operators={"aten::conv2d": 9}, peak_bytes=1 << 40, duration_s=100, form=form_of(LOOPS, "x")
    )
    parts = aspects(answer(), far)
    assert parts["operators"] == parts["memory"] == parts["time"] == 1
    assert all(0 <= part <= 1 for part in parts.values())
    assert set(aspects(answer(), answer()).values()) == {0}


@pytest.mark.parametrize("factor", [1.0, 1.2, 1.45])
def test_a_noise_of_time_is_no_distance(factor: float) -> None:
    assert distance(answer(), answer(duration_s=1e-3 * factor)) == 0


def test_more_time_or_memory_is_more_distance() -> None:
    times = [distance(answer(), answer(duration_s=1e-3 * by)) for by in (2, 8, 32)]
    sizes = [distance(answer(), answer(peak_bytes=100_000 * by)) for by in (2, 8, 32)]
    assert 0 < times[0] < times[1] < times[2]
    assert 0 < sizes[0] < sizes[1] < sizes[2]


def test_what_only_looks_at_memory_in_another_way_counts_little() -> None:
    base = {"aten::exp": 1}
    viewed = distance(answer(base), answer(base | {"aten::permute": 1}))
    summed = distance(answer(base), answer(base | {"aten::logsumexp": 1}))
    assert 0 < viewed < summed / 2


def test_the_nearest_two_of_the_chosen_are_as_far_apart_as_can_be() -> None:
    measured = {
        "a": answer(),
        "b": answer({"aten::logsumexp": 1, "aten::sub": 1}),
        "c": answer({"aten::exp": 900, "aten::stack": 9}, duration_s=1.0, code=LOOPS),
        "d": answer({"aten::exp": 901, "aten::stack": 9}, duration_s=1.1, code=LOOPS),
    }
    assert set(most_contrasting(measured)) in ({"a", "b", "c"}, {"a", "b", "d"})
    assert most_contrasting(dict(reversed(measured.items()))) == most_contrasting(measured)
    assert len(most_contrasting(measured, most=2)) == 2


def test_two_that_are_nearly_the_same_are_never_shown_together() -> None:
    twins = {"a": answer(), "b": answer(duration_s=1.3e-3), "c": answer(peak_bytes=101_000)}
    assert most_contrasting(twins) == ()
    assert distance(twins["a"], twins["b"]) < LEAST
    loops = answer({"aten::exp": 900}, duration_s=1.0, code=LOOPS)
    assert most_contrasting({**twins, "z": loops}) == ("a", "z")


@pytest.mark.parametrize("labels", ["", "a"])
def test_of_one_answer_or_none_nothing_is_chosen(labels: str) -> None:
    assert most_contrasting({label: answer() for label in labels}) == ()


# ------------------------------------------------------------------ facts


def kinds(a: Measured, b: Measured) -> set[str]:
    return {fact.kind for fact in facts({"A": a, "B": b}, ["A", "B"])}


def test_of_speed_nothing_is_said_below_a_factor_of_two() -> None:
    assert "speed" not in kinds(answer(), answer(duration_s=1.99e-3))
    assert "speed" in kinds(answer(), answer(duration_s=2.01e-3))


def test_of_what_is_too_short_to_be_told_nothing_is_said() -> None:
    assert "speed" not in kinds(answer(duration_s=1e-7), answer(duration_s=5e-6))
    assert "memory" not in kinds(answer(peak_bytes=4), answer(peak_bytes=400))
    assert "memory" not in kinds(answer(peak_bytes=0), answer(peak_bytes=10**6))


def test_the_faster_and_the_one_with_more_memory_are_named() -> None:
    slow, large = answer(duration_s=0.0103), answer(peak_bytes=790_000)
    told = how_they_differ({"A": slow, "B": large}, ["A", "B"])
    assert "B was about 10 times as fast as A on the machine that measured it." in told
    assert "B has about 8 times as much memory in use at once as A." in told
    assert len(told) == 2


def test_only_what_a_reader_finds_in_the_code_is_said_to_be_used() -> None:
    a = answer({"aten::exp": 1, "aten::aminmax": 1}, code="def f(x):\n    return torch.exp(x)")
    b = answer({"aten::_softmax": 1}, code="def f(x):\n    return x.softmax(-1)")
    told = how_they_differ({"A": a, "B": b}, ["A", "B"])
    assert told == ("A uses exp, unlike B.", "B uses softmax, unlike A.")


def test_matmul_by_a_sign_is_matmul() -> None:
    a = answer({"aten::mm": 1}, code="def f(x, y):\n    return x @ y")
    b = answer({"aten::mm": 1}, code="def f(x, y):\n    return torch.matmul(x, y)")
    assert how_they_differ({"A": a, "B": b}, ["A", "B"]) == ()


def test_of_three_answers_a_fact_names_those_of_which_it_does_not_hold() -> None:
    loops = answer({"aten::exp": 2, "aten::stack": 3}, code=LOOPS)
    told = how_they_differ({"A": loops, "B": answer(), "C": answer()}, ["A", "B", "C"])
    assert "A has a loop in Python, unlike B and C." in told
    assert "A uses stack, unlike B and C." in told


def test_a_change_in_place_is_the_codes_own_and_not_torchs_inside() -> None:
    code = "def f(x):\n    x = x.clone()\n    x -= 1\n    return x"
    a = answer({"aten::sub_": 1}, code=code)
    b = answer({"aten::sub": 1, "aten::scatter_": 1}, code="def f(x):\n    return x - 1")
    assert how_they_differ({"A": a, "B": b}, ["A", "B"]) == (
        "A changes tensors in place (sub_), unlike B.",
    )


@pytest.mark.parametrize(
    ("ratio", "said"), [(2.1, 2), (2.6, 2.5), (7.8, 8), (34, 30), (97, 100), (1234, 1000)]
)
def test_a_ratio_is_rounded(ratio: float, said: float) -> None:
    assert rounded(ratio) == said


@pytest.mark.parametrize(
    ("operator", "name"),
    [
        ("aten::logsumexp", "logsumexp"),
        ("aten::_log_softmax", "log_softmax"),
        ("aten::bmm", "matmul"),
        ("aten::exp_", "exp"),
        ("aten::convolution", "conv2d"),
    ],
)
def test_operators_have_the_names_that_people_know(operator: str, name: str) -> None:
    assert plain_name(operator) == name


def test_every_fact_has_words_in_both_languages() -> None:
    assert WORDS["en"].sentences.keys() == WORDS["ko"].sentences.keys()
    loops = answer(
        {"aten::exp": 900, "aten::stack": 9}, duration_s=1.0, peak_bytes=10**7, code=LOOPS
    )
    english = how_they_differ({"A": loops, "B": answer()}, ["A", "B"], "en")
    korean = how_they_differ({"A": loops, "B": answer()}, ["A", "B"], "ko")
    assert len(english) == len(korean) == 7
    assert not set(english) & set(korean)
    assert not [text for text in (*english, *korean) if "{" in text or "}" in text]


# ------------------------------------------------------------------ what answers return


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ([[2], [1.0, 2.0]], [[2], [1.0000001, 2.0]], True),
        ([[2], [1.0, 2.0]], [[2], [1.0, 2.1]], False),
        ([[2], [1.0, 2.0]], [[2, 1], [1.0, 2.0]], False),
        ([[1], [float("nan")]], [[1], [float("nan")]], True),
        ([[1], [float("inf")]], [[1], [float("-inf")]], False),
        ([[2], [1e-9, 1.0]], [[2], [0.0, 1.0]], True),
        ("nothing", "something else", False),
    ],
)
def test_answers_return_the_same_up_to_rounding(a: object, b: object, same: bool) -> None:
    one, other = answer(values=([a],)), answer(values=([b],))
    assert returns_the_same(one, other) is returns_the_same(other, one) is same


def test_where_nothing_was_asked_nothing_is_the_same() -> None:
    assert not returns_the_same(answer(), answer())
