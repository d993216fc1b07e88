"""Hidden suite for conv_parameter_count."""

from __future__ import annotations

from typing import Any

import pytest

from autograder.testing import check

pytestmark = pytest.mark.category("values")

points = pytest.mark.points
# in, out, kernel, parameters with bias, without: each counted by hand, and small enough that a
# student may build the convolution and count.
CASES = [
    (4, 6, 3, 222, 216),
    (6, 4, 3, 220, 216),
    (2, 3, 7, 297, 294),
    (10, 16, 5, 4016, 4000),
    (64, 32, 2, 8224, 8192),
    (33, 65, 3, 19370, 19305),
]


def check_count(got: object, expected: int) -> None:
    kind = getattr(got, "remote_type", type(got).__name__)
    right = isinstance(got, int) and not isinstance(got, bool)
    check(right, f"the result should be an int, got {kind}")
    check(got == expected, "the count is wrong")


@points(0.5, cell="conv_parameter_count")
def test_counts_weights_and_biases(student: Any) -> None:
    """With biases, every kernel and every bias is counted."""
    for inputs, outputs, kernel, with_bias, _ in CASES:
        check_count(student.conv_parameter_count(inputs, outputs, kernel), with_bias)


@points(0.5, cell="conv_parameter_count")
def test_counts_no_biases_where_there_are_none(student: Any) -> None:
    """Without biases only the kernels are counted."""
    for inputs, outputs, kernel, _, without_bias in CASES:
        check_count(student.conv_parameter_count(inputs, outputs, kernel, False), without_bias)


@points(0.5, cell="conv_parameter_count")
@pytest.mark.category("interface")
def test_takes_its_arguments_by_name(student: Any) -> None:
    """The arguments may be given by name, and bias may be said explicitly."""
    by_name = {"kernel_size": 5, "out_channels": 2, "in_channels": 7}
    check_count(student.conv_parameter_count(**by_name), 352)
    check_count(student.conv_parameter_count(**by_name, bias=True), 352)
    check_count(student.conv_parameter_count(**by_name, bias=False), 350)


@points(0.5, cell="conv_parameter_count")
@pytest.mark.category("shapes")
def test_sizes_of_one(student: Any) -> None:
    """A 1×1 kernel and single channels are counted like any other size."""
    for inputs, outputs, kernel, expected in [(8, 3, 1, 27), (1, 5, 3, 50), (5, 1, 3, 46)]:
        check_count(student.conv_parameter_count(inputs, outputs, kernel), expected)
        without = student.conv_parameter_count(inputs, outputs, kernel, bias=False)
        check_count(without, expected - outputs)
    check_count(student.conv_parameter_count(1, 1, 1), 2)
