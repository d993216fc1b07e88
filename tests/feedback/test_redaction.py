"""What a student reads of an exception that their code raised in a hidden test."""

from __future__ import annotations

import pytest

from autograder import wire
from autograder.examiner.judge import judge, without_values
from autograder.examiner.redaction import Written, harmless, message_of, written_in
from autograder.examiner.verdicts import student_error
from autograder.report import Outcome

SOURCE = """
class TooFew(ValueError):
    pass


def head(x, reduction, num_heads):
    if reduction not in ("mean", "sum"):
        raise ValueError("no such reduction, sorry")
    raise TooFew(f"embed_dim {len(x)} does not go by num_heads {num_heads}")
"""


@pytest.fixture
def written() -> Written:
    unit = wire.CodeUnit("head", SOURCE, 1, ("head",), risky=False, future=False)
    return written_in([unit], [("head", SOURCE)])


def raised(message: str, *types: str, frames: tuple[wire.Frame, ...] = ()) -> wire.Raised:
    return wire.Raised([*(types or ("ValueError",)), "Exception"], message, list(frames))


@pytest.mark.parametrize(
    "message",
    [
        "no such reduction, sorry",
        "embed_dim 10 does not go by num_heads 3",
        "mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)",
        "The size of tensor a (3) must match the size of tensor b (4) at non-singleton dimension 1",
        "Dimension out of range (expected to be in range of [-2, 1], but got 2)",
        "head() got an unexpected keyword argument 'reduction'",
        "'NoneType' object has no attribute 'shape'",
        "expected scalar type Float but found Double",
        "Expected all tensors to be on the same device, but found cuda:0 and cpu!",
        "element 0 of tensors does not require grad and does not have a grad_fn",
        "not enough values to unpack (expected 2, got 1)",
        "division by zero",
    ],
)
def test_what_helps_is_shown(message: str, written: Written) -> None:
    assert message_of(message, written) == message


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("tensor([[ 0.3367,  0.1288],\n        [ 0.2345,  0.2303]])", ""),
        ("[0.33669036626815796, 0.12880940735340118]", ""),
        (
            "embed_dim [0.5, 0.25] does not go by num_heads 0.75",
            "embed_dim … does not go by num_heads …",
        ),
        ("ZGVtbw bGVha2Vk aGlkZGVu", ""),
        ("bdagicehf", ""),
        ("12345678901234567890", ""),
        ("the value is 0.3367", "the value is …"),
        ("name 'secret_of_the_test' is not defined", "name '…' is not defined"),
    ],
)
def test_what_a_test_may_have_given_is_not(message: str, shown: str, written: Written) -> None:
    assert message_of(message, written) == shown


def test_numbers_and_own_names_are_few(written: Written) -> None:
    many = message_of("index " + " ".join(str(n) for n in range(1000, 1040)), written)
    assert sum(word.isdigit() for word in many.split()) <= 8
    names = " ".join(f"name_{n}" for n in range(8))
    source = f"x = 1  # {names}\n" + "\n".join(f"name_{n} = 1" for n in range(30))
    unit = wire.CodeUnit("c", source, 1, (), risky=False, future=False)
    own = written_in([unit], [("c", source)])
    shown = message_of(f"the value of the key is not in the list: {names}", own)
    assert 1 <= shown.count("name_") <= 3


def test_classes_functions_and_lines_are_those_of_the_notebook(written: Written) -> None:
    frames = (
        wire.Frame("head", 8, "head", 'raise ValueError("no such reduction, sorry")'),
        wire.Frame("head", 9, "head", 'raise ValueError("no such reduction, sorry")'),  # not there
        wire.Frame("head", 8, "f_0_3367", 'raise ValueError("no such reduction, sorry")'),
        wire.Frame("c_0_3367", 8, "head", 'raise ValueError("no such reduction, sorry")'),
        wire.Frame("head", 8, "head", "0.3367"),
    )
    shown = harmless(raised("", "E_0_3367", "TooFew", "ValueError", frames=frames), written)
    assert shown.types == ["TooFew", "ValueError", "Exception"]
    assert shown.frames == [frames[0]]


def test_the_words_of_a_verdict_are_redacted(written: Written) -> None:
    error = student_error(raised("[0.3367, 0.1288]", "E_0_3367", "ValueError"))
    assert judge(error, written) == (Outcome.ERROR, "your code raised ValueError")


def test_without_a_notebook_nothing_is_taken_for_the_students_own() -> None:
    error = student_error(raised("no such reduction, sorry", "TooFew"))
    assert "sorry" not in judge(error)[1]


@pytest.mark.parametrize("source", ["def (", "\0", "(" * 500, "x = 'a" * 50])
def test_a_notebook_that_does_not_parse_has_no_words_of_its_own(source: str) -> None:
    unit = wire.CodeUnit("c", source, 1, (), risky=False, future=False)
    assert written_in([unit], []).names == frozenset()


def test_a_pattern_of_many_holes_takes_no_time() -> None:
    source = 'raise ValueError(f"' + "{x}a" * 200 + '")'
    unit = wire.CodeUnit("c", source, 1, (), risky=False, future=False)
    assert message_of("a" * 300, written_in([unit], [])) != "a" * 300


@pytest.mark.parametrize(
    "message",
    [
        "expected tensor([0.3367, 0.1288], dtype=torch.float64), sorry",
        "expected [0.3367, 0.1288], sorry",
        "off by 0.33669, sorry",
        "seed 774216707, sorry",
        "expected Parameter containing:\ntensor([[0.3367]], requires_grad=True), sorry",
    ],
)
def test_a_suites_own_assertion_loses_its_values(message: str) -> None:
    shown = judge(AssertionError(message))[1]
    assert "…" in shown
    assert not any(part in shown for part in ("0.33", "7742"))
    assert shown.endswith("sorry")


def test_shapes_and_small_numbers_of_a_suite_stay() -> None:
    said = "expected (3, 4), got (4, 3): 2 of 12 rows, by up to 0.5"
    assert without_values(said) == said
