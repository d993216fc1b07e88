"""When a failed test is recognised as a known mistake, and when nothing is said."""

from __future__ import annotations

import torch

from autograder import wire
from autograder.examiner.transcript import Step, Transcript
from autograder.report import Outcome

from .replayed import FAILED, PASSED, Ask, call, calls, course, recognised, recorded

RIGHT = "def f(x, by=2):\n    return x * by"
SQUARED = "def f(x, by=2):\n    return x ** by"
X = torch.tensor([1.0, -3.0, 0.5])
KNOWN = course(RIGHT, squared=SQUARED, forgotten="def f(x, by=2):\n    return x * 2")


def test_the_same_mistake_in_other_words_is_recognised() -> None:
    run = recorded("def f(x, by=2):\n    return torch.pow(x, by)", calls(call("f", X)))
    assert recognised(KNOWN, (FAILED, run)) == ["squared"]


def test_a_right_answer_has_no_mistake_whatever_became_of_the_test() -> None:
    run = recorded("def f(x, by=2):\n    return by * x", calls(call("f", X)))
    assert recognised(KNOWN, (FAILED, run)) == [None]


def test_a_passed_test_is_never_explained() -> None:
    run = recorded(SQUARED, calls(call("f", X)))
    assert recognised(KNOWN, (PASSED, run)) == [None]


def test_tests_that_ended_by_force_are_not_looked_at() -> None:
    run = recorded(SQUARED, calls(call("f", X)))
    assert recognised(KNOWN, (Outcome.TIMEOUT, run), (Outcome.CRASHED, run)) == [None, None]


def test_where_a_mistake_makes_no_difference_it_is_not_named() -> None:
    """Of two failed tests of the same mistake, one shows only what is right."""
    twos = recorded(SQUARED, calls(call("f", torch.full((3,), 2.0))))
    others = recorded(SQUARED, calls(call("f", X)))
    assert recognised(KNOWN, (FAILED, twos), (FAILED, others)) == [None, "squared"]


def test_two_entries_that_coincide_are_both_not_named() -> None:
    known = course(RIGHT, one=SQUARED, other="def f(x, by=2):\n    return x * x")
    run = recorded(SQUARED, calls(call("f", X)))
    assert recognised(known, (FAILED, run)) == [None]


def test_a_test_that_tells_two_entries_apart_tells_for_all() -> None:
    known = course(RIGHT, one=SQUARED, other="def f(x, by=2):\n    return x * x")
    tie = recorded(SQUARED, calls(call("f", X)))
    telling = recorded(SQUARED, calls(call("f", X, 3)))
    assert recognised(known, (FAILED, tie), (FAILED, telling)) == ["one", "one"]
    assert recognised(known, (FAILED, tie), (PASSED, telling)) == ["one", None]


def test_a_passed_test_that_the_mistake_would_have_failed_contradicts() -> None:
    student = "def f(x, by=2):\n    return x ** by if by == 2 else x * by"
    failed = recorded(student, calls(call("f", X)))
    passed = recorded(student, calls(call("f", X, 3)))
    assert recognised(KNOWN, (FAILED, failed)) == ["squared"]
    assert recognised(KNOWN, (FAILED, failed), (PASSED, passed)) == [None, None]


def test_another_failure_that_the_mistake_does_not_have_contradicts() -> None:
    """Two mistakes at once: neither entry behaves like the student's code."""
    student = "def f(x, by=2):\n    return x ** by if by == 2 else x - by"
    one = recorded(student, calls(call("f", X)))
    other = recorded(student, calls(call("f", X, 3)))
    assert recognised(KNOWN, (FAILED, one), (FAILED, other)) == [None, None]


def test_trivial_answers_that_happen_to_agree_once_are_not_named() -> None:
    known = course(RIGHT, nothing="def f(x, by=2):\n    return x.relu()")
    student = "def f(x, by=2):\n    return torch.zeros_like(x)"
    negative = recorded(student, calls(call("f", -X.abs())))
    mixed = recorded(student, calls(call("f", X)))
    assert recognised(known, (FAILED, negative), (FAILED, mixed)) == [None, None]


def test_a_mistake_in_the_gradient_alone() -> None:
    known = course(
        "def f(x):\n    return x * x.detach().exp()",
        cut="def f(x):\n    return (x * x.detach().exp()).detach()",
    )
    x = X.clone().requires_grad_()
    run = recorded("def f(x):\n    return x.data * x.data.exp()", calls(call("f", x)))
    assert recognised(known, (FAILED, run)) == ["cut"]


def test_a_mistake_that_only_changes_its_input() -> None:
    known = course(RIGHT, in_place="def f(x, by=2):\n    x.mul_(by)\n    return x")
    run = recorded("def f(x, by=2):\n    x *= by\n    return x", calls(call("f", X)))
    assert recognised(known, (FAILED, run)) == ["in_place"]


def test_a_mistake_that_shows_in_the_second_call_only() -> None:
    source = """
    kept = None

    class F(nn.Module):
        def forward(self, x):
            self.sum = x + getattr(self, "sum", 0)
            return self.sum

    def f():
        return F()
    """
    right = (
        "class F(nn.Module):\n    def forward(self, x):\n        return x\ndef f():\n    return F()"
    )

    def twice(ask: Ask) -> None:
        handle = ask(call("f")).value.id
        for _ in range(2):
            ask(call("", X, target=handle))

    assert recognised(course(right, keeps=source), (FAILED, recorded(source, twice))) == ["keeps"]


def test_a_mistake_on_another_device_alone() -> None:
    known = course(
        "def f(x):\n    return x + torch.ones_like(x)",
        here="def f(x):\n    return x + torch.ones(x.shape)",
    )
    student = "def f(x):\n    return torch.ones(x.size()) + x"
    here, there = calls(call("f", X)), calls(call("f", X, elsewhere=True))
    runs = (PASSED, recorded(student, here)), (FAILED, recorded(student, there))
    assert recognised(known, *runs) == [None, "here"]


# ---- random numbers


DRAWS = "def f(x):\n    return x + torch.randn_like(x)"
SHARED = "def f(x):\n    return x + torch.randn_like(x[:1])"


def test_what_is_drawn_is_drawn_again() -> None:
    run = recorded(SHARED, calls(call("f", X), call("f", X)), seed=5)
    assert recognised(course(DRAWS, shared=SHARED), (FAILED, run)) == ["shared"]


def test_another_way_to_draw_is_neither_a_mistake_nor_a_contradiction() -> None:
    known = course(
        DRAWS, tenfold="def f(x):\n    return 10 * x + torch.randn_like(x) * (len(x) > 2)"
    )
    student = "def f(x):\n    return 10 * x + torch.randn(4)[: len(x)].flip(0) * (len(x) > 2)"
    drawn = recorded(student, calls(call("f", X)))
    told = recorded(student, calls(call("f", X[:2])))
    assert recognised(known, (FAILED, drawn), (FAILED, told)) == [None, "tenfold"]


# ---- exceptions


def raising(words: str) -> str:
    return f"def f(x, by=2):\n    raise {words}"


def squared_unless_one(words: str) -> str:
    return f"def f(x, by=2):\n    if by == 1:\n        raise {words}\n    return x ** by"


def test_an_exception_alone_is_no_mistake_that_could_be_told_from_others() -> None:
    """Whatever is done to two tensors of different sizes ends in the same words."""
    for words in ("TypeError('no such thing')", "RuntimeError('3 must match 6')"):
        known = course(RIGHT, strict=raising(words))
        run = recorded(raising(words), calls(call("f", X)))
        assert recognised(known, (FAILED, run)) == [None]
        elsewhere = recorded(raising(words), calls(call("f", X, elsewhere=True)))
        assert recognised(known, (FAILED, run), (FAILED, elsewhere)) == [None, None]


def test_an_exception_on_another_device_only_is_recognised() -> None:
    makes_there = "def f(x, by=2):\n    return x * by + torch.zeros(3)"
    known = course(RIGHT, zeros_elsewhere=makes_there)
    here = recorded(makes_there, calls(call("f", X)))
    elsewhere = recorded(makes_there, calls(call("f", X, elsewhere=True)))
    assert recognised(known, (PASSED, here), (FAILED, elsewhere)) == [None, "zeros_elsewhere"]


def test_an_exception_is_recognised_beside_a_value_by_its_class_and_message() -> None:
    known = course(RIGHT, strict=squared_unless_one("TypeError('no such thing')"))
    raised, valued = calls(call("f", X, 1)), calls(call("f", X))
    for words, there in {
        "TypeError('no such thing')": ["strict", "strict"],
        "TypeError('another')": [None, "strict"],
        "ValueError('no such thing')": [None, None],
    }.items():
        runs = [recorded(squared_unless_one(words), test) for test in (raised, valued)]
        assert recognised(known, *((FAILED, run) for run in runs)) == there, words


def test_where_the_reference_raises_the_class_is_the_answer() -> None:
    known = course(raising("ValueError('bad')"), strict=raising("TypeError('no such thing')"))
    run = recorded(raising("TypeError('no such thing')"), calls(call("f", X)))
    assert recognised(known, (FAILED, run)) == ["strict"]


def test_an_assertion_is_recognised_whatever_its_words_are() -> None:
    known = course(raising("ValueError('bad')"), asserts=raising("AssertionError"))
    run = recorded("def f(x, by=2):\n    assert by < 0, 'in my words'", calls(call("f", X)))
    assert recognised(known, (FAILED, run)) == ["asserts"]


def test_what_is_not_there_yet_is_no_mistake() -> None:
    for words in ("NotImplementedError()", "NameError('x')", "SyntaxError('x')"):
        known = course(RIGHT, stub=raising(words))
        run = recorded(raising(words), calls(call("f", X)))
        assert recognised(known, (FAILED, run)) == [None], words


def test_an_exception_alone_is_too_little_where_random_answers_differ() -> None:
    strict = "def f(x, n=0):\n    if n:\n        raise TypeError('n')\n    return "
    known = course(
        "def f(x, n=0):\n    return torch.randn(len(x) + n)", strict=strict + "torch.randn(len(x))"
    )
    student = strict + "torch.randn(9)[-len(x):]"
    raised = recorded(student, calls(call("f", X, 1, elsewhere=True)))
    drawn = recorded(student, calls(call("f", X)))
    assert recognised(known, (FAILED, raised)) == ["strict"]
    assert recognised(known, (FAILED, raised), (PASSED, drawn)) == [None, None]


# ---- over other symbols


def test_over_a_wrong_symbol_of_the_students_own_nothing_is_said() -> None:
    """A right `f` over a wrong `up` may behave like a wrong `f` over a right one."""
    run = recorded(SQUARED, calls(call("f", X)))
    uses = {"f": ["between"], "between": ["up"]}
    assert recognised(KNOWN, (FAILED, run), uses=uses) == ["squared"]
    assert recognised(KNOWN, (FAILED, run), uses=uses, upstream=FAILED) == [None]
    over = Transcript(run.seed, run.steps, frozenset({"up"}))
    assert recognised(KNOWN, (FAILED, over), uses=uses, upstream=FAILED) == ["squared"]


def test_a_test_that_calls_a_wrong_symbol_itself_explains_nothing() -> None:
    source = SQUARED + "\ndef up(x):\n    return x"
    run = recorded(source, calls(call("up", X), call("f", X)))
    known = course(RIGHT + "\ndef up(x):\n    return x", squared=source)
    assert recognised(known, (FAILED, run)) == ["squared"]
    assert recognised(known, (FAILED, run), upstream=FAILED) == [None]


def test_no_questions_no_diagnosis() -> None:
    assert recognised(KNOWN, (FAILED, Transcript(1, ()))) == [None]


def test_a_list_for_a_tuple_is_no_difference() -> None:
    known = course("def f(x):\n    return x, x", doubled="def f(x):\n    return x, 2 * x")
    run = recorded("def f(x):\n    return [x, x + x]", calls(call("f", X)))
    assert recognised(known, (FAILED, run)) == ["doubled"]
    assert isinstance(run.steps[0], Step)
    assert isinstance(run.steps[0].reply, wire.Result)
