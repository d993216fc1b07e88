"""What is given to the student's `echo` comes back as it was."""

import math

import pytest
import torch

from autograder.testing import check

crossing = pytest.mark.points(1, cell="echo")
DTYPES = [
    *(torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.complex64),
    *(torch.int64, torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool),
]


def _same(student, *values):
    for value in values:
        got = student.echo(value)
        check(type(got) is type(value) and got == value, f"a {type(value).__name__} has changed")


def _same_tensors(student, *tensors):
    for x in tensors:
        got = student.echo(x)
        alike = type(got) is torch.Tensor and got.dtype == x.dtype and got.shape == x.shape
        check(alike and torch.equal(got, x), f"a {x.dtype} of shape {tuple(x.shape)} has changed")


@crossing
def test_integers(student):
    """Integers, also those that fill more than 64 bits."""
    _same(student, 0, -5, 2**63 - 1, 2**63, -(2**200))


@crossing
def test_floats(student):
    """Floats to the last bit."""
    _same(student, 1.5, -0.1, 5e-324, 1.7976931348623157e308)


@crossing
def test_nan_and_infinity(student):
    """Not a number, the infinities, and the sign of zero."""
    _same(student, math.inf, -math.inf)
    check(math.isnan(student.echo(math.nan)), "nan has changed")
    check(math.copysign(1, student.echo(-0.0)) == -1, "the sign of zero is lost")
    got = student.echo(torch.tensor([math.nan, math.inf, -math.inf]))
    check(got.isnan().tolist() == [True, False, False], "nan in a tensor has changed")
    check(got[1:].tolist() == [math.inf, -math.inf], "an infinity in a tensor has changed")


@crossing
def test_text(student):
    """Text in any script."""
    _same(student, "", "plain", "텐서 Ω 🙂", "two\nlines\x00and nothing")


@crossing
def test_truth_and_nothing(student):
    """True, False and None stay what they are."""
    for value in (True, False, None):
        check(student.echo(value) is value, f"{value} has changed")


@crossing
def test_tuples_and_lists(student):
    """Tuples stay tuples and lists stay lists, at any depth."""
    _same(student, (1, (2, "x")), [1, [2.5, None]], ([1], (2,)), ("",), [0])


@crossing
def test_dictionaries(student):
    """Dictionaries, whatever their keys, and arguments by name."""
    _same(student, {"a": 1, "b": {"c": [2]}}, {1: "one", 2.5: None, False: []})
    check(student.echo(left=1, right=(2,)) == {"left": 1, "right": (2,)}, "a name is lost")


@crossing
def test_dtypes_as_values(student):
    """torch's dtypes and devices."""
    check(student.echo(torch.float64) is torch.float64, "a dtype has changed")
    check(student.echo(torch.device("cpu")) == torch.device("cpu"), "a device has changed")


@crossing
def test_tensors_of_every_dtype(student):
    """Tensors of every common dtype."""
    _same_tensors(student, *((torch.randn(3, 4) * 5).to(dtype) for dtype in DTYPES))


@crossing
def test_tensors_without_dimensions(student):
    """Tensors of no dimension."""
    _same_tensors(student, torch.tensor(1.5), torch.tensor(7), torch.tensor(True))


@crossing
def test_empty_tensors(student):
    """Tensors without elements keep their shape."""
    _same_tensors(student, torch.ones(0), torch.ones(3, 0, 2), torch.ones(0, 5))


@crossing
def test_views(student):
    """Views that are not contiguous, and expanded ones."""
    x = torch.randn(4, 6)
    _same_tensors(student, x.T, x[::2, 1::2], torch.randn(3, 1).expand(3, 5))


@crossing
def test_a_tensor_near_the_limit(student):
    """A tensor of 8 MB, where a message may have 8 MiB."""
    _same_tensors(student, torch.randn(2000, 1000))
