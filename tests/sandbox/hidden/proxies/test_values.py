"""What crosses between a suite and the student's code by value, and comes back unharmed."""

import math

import pytest
import torch

apply = pytest.mark.points(1, cell="apply")
DTYPES = [
    *(torch.float64, torch.float32, torch.float16, torch.bfloat16),
    *(torch.int64, torch.int32, torch.uint8, torch.bool, torch.complex64),
]


@apply
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_a_tensor_of_any_common_dtype(student, dtype):
    x = (torch.randn(3, 4) * 5).to(dtype)
    got = student.apply("echo", x)
    assert got.dtype == dtype
    assert torch.equal(got, x)


@apply
@pytest.mark.parametrize("shape", [(), (0,), (3, 0, 2), (1,), (2, 1, 3)], ids=str)
def test_a_tensor_of_any_shape(student, shape):
    got = student.apply("echo", torch.ones(shape))
    assert got.shape == torch.Size(shape)
    assert torch.equal(got, torch.ones(shape))


@apply
def test_nan_and_inf(student):
    x = torch.tensor([math.nan, math.inf, -math.inf, -0.0])
    got = student.apply("echo", x)
    assert torch.equal(got.isnan(), x.isnan())
    assert torch.equal(got[1:3], x[1:3])
    assert math.copysign(1, got[3].item()) == -1


@apply
def test_a_view_that_is_not_contiguous(student):
    x = torch.randn(4, 6)[::2, 1::2].T
    assert torch.equal(student.apply("echo", x), x)


@apply
def test_an_expanded_tensor(student):
    x = torch.randn(3, 1).expand(3, 5)
    assert torch.equal(student.apply("echo", x), x)


@apply
def test_a_result_is_a_plain_tensor_of_its_own(student):
    x = torch.ones(3)
    got = student.apply("echo", x)
    got += 1
    assert type(got) is torch.Tensor
    assert torch.equal(x, torch.ones(3))
    assert torch.equal(student.apply("echo", x), torch.ones(3))


@apply
def test_a_large_tensor(student):
    x = torch.randn(1000, 1000)
    assert torch.equal(student.apply("echo", x), x)


@apply
@pytest.mark.parametrize(
    "value",
    [
        *(None, True, 5, 2**63, -(2**200), 1.5, math.inf, "텐서"),
        *((1, (2, "x")), [1, [2]], {"a": 1}, {1: 2}),
    ],
    ids=repr,
)
def test_a_python_value(student, value):
    got = student.apply("echo", value)
    assert got == value
    assert type(got) is type(value)


@apply
def test_a_dtype_and_a_device(student):
    assert student.apply("echo", torch.float64) is torch.float64
    assert student.apply("echo", torch.device("cpu")) == torch.device("cpu")


@apply
def test_a_nested_result_with_tensors(student):
    got = student.apply("nested", torch.ones(2))
    assert isinstance(got, tuple)
    assert torch.equal(got[0]["double"], torch.full((2,), 2.0))
    assert got[1] == [1, 2]


@apply
def test_keyword_arguments(student):
    assert student.apply("keywords", a=1, b=torch.tensor(2)) == {"a": 1, "b": torch.tensor(2)}


@apply
def test_one_tensor_given_twice_is_one_tensor_there(student):
    x = torch.ones(2)
    assert student.apply("same", x, x) is True
    assert student.apply("same", x, x.clone()) is False


@apply
def test_one_tensor_returned_twice_is_one_tensor_here(student):
    first, second = student.apply("twice", torch.ones(2))
    assert first is second


@apply
@pytest.mark.parametrize("kind", [ValueError, KeyError, NotImplementedError, ZeroDivisionError])
def test_an_exception_is_one_of_the_same_builtin_class(student, kind):
    with pytest.raises(kind, match="too bad"):
        student.apply("fail", kind.__name__)


@apply
def test_an_exception_of_a_class_derived_from_a_builtin_one(student):
    with pytest.raises(ValueError, match="my own"):
        student.apply("own_error")


@apply
def test_an_exception_leaves_the_student_usable(student):
    with pytest.raises(ValueError, match="too bad"):
        student.apply("fail", "ValueError")
    assert student.apply("echo", 1) == 1


@apply
def test_a_change_of_an_input_is_told(student):
    from autograder.testing import Finding, inputs_unchanged

    x, y = torch.ones(3), torch.ones(3)
    with pytest.raises(Finding, match="y was changed"), inputs_unchanged(x=x, y=y):
        student.apply("change_second", x, y)
    with inputs_unchanged(x=x, y=y):
        student.apply("echo", x)


@apply
def test_the_generator_is_seeded_for_each_test(student):
    first = student.apply("random")
    assert not torch.equal(first, student.apply("random"))
    assert not torch.equal(first, torch.randn(3))


@apply
def test_no_grad_and_grad_modes_cross(student):
    x = torch.ones(2, requires_grad=True)
    with torch.no_grad():
        assert student.apply("grad_mode") is False
        assert not student.apply("square", x).requires_grad
    assert student.apply("grad_mode") is True
    assert student.apply("square", x).requires_grad
