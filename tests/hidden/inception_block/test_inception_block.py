"""Hidden suite for InceptionBlock: a block is judged from its own parameters.

How a branch is built inside is the student's business, and so are the names, the order and the
layout of its parameters; which is which is told by how many numbers each one holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from autograder.testing import check, check_like, check_tensor, inputs_unchanged

pytestmark = pytest.mark.category("values")

points = pytest.mark.points
# All different, and such that no two parameters of a branch hold equally many numbers.
SIZES = {
    "in_channels": 5,
    "ch1x1": 3,
    "ch3x3red": 4,
    "ch3x3": 6,
    "ch5x5red": 2,
    "ch5x5": 7,
    "pool_proj": 8,
}
NAMES = ("branch1", "branch2", "branch3", "branch4")
CHANNELS = (3, 6, 7, 8)
# The convolutions of each branch as (inputs, outputs, kernel).
CONVOLUTIONS = ([(5, 3, 1)], [(5, 4, 1), (4, 6, 3)], [(5, 2, 1), (2, 7, 5)], [(5, 8, 1)])


def new_block(student: Any, device: torch.device | None = None, *, double: bool = False) -> Any:
    """A block with random parameters, whatever its own initialisation is."""
    block = student.InceptionBlock(**SIZES)
    if device is not None:
        block.to(device)
    if double:
        block.double()
    for name in NAMES:
        set_parameters(getattr(block, name), lambda shape: 0.5 * torch.randn(shape))
    return block


def set_parameters(branch: Any, values: Any) -> None:
    with torch.no_grad():
        for parameter in branch.parameters():
            parameter.copy_(values(parameter.shape))


def sample(
    *shape: int, device: torch.device | None = None, dtype: torch.dtype = torch.float32
) -> Tensor:
    return torch.randn(shape, dtype=dtype, device=device)


def kernels(number: int, tensors: Sequence[Tensor]) -> list[Tensor]:
    """Weight (out, in, k, k) and bias (out,) of each convolution of branch `number` (from 0).

    tensors  the branch's parameters or their gradients, in any order and layout
    """
    result = []
    for inputs, outputs, kernel in CONVOLUTIONS[number]:
        fan_in = inputs * kernel**2
        words = f"a {kernel}×{kernel} convolution from {inputs} to {outputs} channels"
        weight = the_one_of(outputs * fan_in, tensors, f"{NAMES[number]} needs {words}")
        if weight.ndim == 2 and weight.shape[0] == fan_in:
            weight = weight.T
        bias = the_one_of(outputs, tensors, f"{NAMES[number]} needs {words}, with a bias")
        result += [weight.reshape(outputs, inputs, kernel, kernel), bias.reshape(outputs)]
    return result


def the_one_of(count: int, tensors: Sequence[Tensor], message: str) -> Tensor:
    found = [tensor for tensor in tensors if tensor.numel() == count]
    check(len(found) <= 1, f"{message}; it has more parameters of that size than this needs")
    check(len(found) == 1, message)
    return found[0]


def own_kernels(block: Any, number: int) -> list[Tensor]:
    branch = getattr(block, NAMES[number])
    return kernels(number, [parameter.detach().clone() for parameter in branch.parameters()])


def reference_branch(number: int, x: Tensor, parameters: Sequence[Tensor]) -> Tensor:
    """The branch in the plainest words that torch has."""
    if number == 3:
        x = F.max_pool2d(x, 3, stride=1, padding=1)
    for weight, bias in zip(parameters[::2], parameters[1::2], strict=True):
        x = F.relu(F.conv2d(x, weight, bias, padding=weight.shape[-1] // 2))
    return x


def expected_branch(block: Any, number: int, x: Tensor) -> Tensor:
    """In float64, rounded to the dtype of x."""
    parameters = [p.double().to(x.device) for p in own_kernels(block, number)]
    return reference_branch(number, x.double(), parameters).to(x.dtype)


def expected_output(block: Any, x: Tensor) -> Tensor:
    return torch.cat([expected_branch(block, number, x) for number in range(4)], dim=1)


def check_branch(student: Any, device: torch.device, number: int) -> None:
    block = new_block(student, device)
    x = sample(2, 5, 6, 4, device=device)
    got = getattr(block, NAMES[number])(x)
    check_tensor(got, expected_branch(block, number, x), what=f"the output of {NAMES[number]}")


@points(0.5, cell="InceptionBlock", shape=True)
@pytest.mark.category("shapes")
def test_every_branch_keeps_the_map(student: Any, device: torch.device) -> None:
    """Every branch gives its number of channels and keeps height and width."""
    block = new_block(student, device)
    x = sample(2, 5, 7, 9, device=device)
    for name, channels in zip(NAMES, CHANNELS, strict=True):
        check_like(getattr(block, name)(x), (2, channels, 7, 9), what=f"the output of {name}")
    result = block(x)
    check_like(result, (2, 24, 7, 9), dtype=x.dtype, device=x.device)
    check(not torch.equal(result, block(-x)), "the output does not depend on the input")


@points(1, cell="InceptionBlock")
def test_output_is_the_branches_side_by_side(student: Any, device: torch.device) -> None:
    """The output is the outputs of the four branches, in order, along the channels."""
    # Equal sizes first: branches that are joined in another way fit together here, and a result
    # tells more than an error. As many channels out as in: x itself could be added, too.
    for channels, size in [(8, 2), (1, 1)]:
        block = student.InceptionBlock(channels, *[size] * 6).to(device)
        x = sample(2, channels, 4, 3, device=device)
        parts = [getattr(block, name)(x) for name in NAMES]
        check_tensor(block(x), torch.cat(parts, dim=1), what="the result where branches are equal")
    block = new_block(student, device)
    x = 100 * sample(3, 5, 5, 6, device=device)
    parts = [getattr(block, name)(x) for name in NAMES]
    varied = any(bool((part != part.flatten()[0]).any()) for part in parts)
    check(varied, "the branches give the same number everywhere")
    expected = torch.cat(parts, dim=1)
    # What a branch gives for the whole batch and for one sample of it may be added up in different
    # orders: some 50 products, of either sign and up to the size of the largest result, are
    # rounded by 6e-8 each, so by 3e-6 of the largest result together.
    check_tensor(block(x), expected, atol=1e-5 * float(expected.abs().max()))


@points(1, cell="InceptionBlock")
def test_branch1_is_a_single_convolution(student: Any, device: torch.device) -> None:
    """Branch 1 is a 1×1 convolution with ReLU."""
    check_branch(student, device, 0)


@points(1, cell="InceptionBlock")
def test_branch2_reduces_and_looks_around(student: Any, device: torch.device) -> None:
    """Branch 2 is a reduction and a 3×3 convolution, each with bias and ReLU."""
    check_branch(student, device, 1)


@points(1, cell="InceptionBlock")
def test_branch3_reduces_and_looks_further_around(student: Any, device: torch.device) -> None:
    """Branch 3 is a reduction and a real 5×5 convolution, each with bias and ReLU."""
    check_branch(student, device, 2)


@points(1, cell="InceptionBlock")
def test_branch4_pools_and_projects(student: Any, device: torch.device) -> None:
    """Branch 4 is max pooling and then a projection with ReLU."""
    check_branch(student, device, 3)


@points(0.5, cell="InceptionBlock")
@pytest.mark.parametrize(("name", "window"), list(zip(NAMES, (1, 3, 5, 3), strict=True)))
def test_each_branch_sees_its_window(
    student: Any, device: torch.device, name: str, window: int
) -> None:
    """One pixel acts on exactly the window around it that belongs to the branch."""
    branch = getattr(new_block(student, device), name)
    # Everything positive: no ReLU is shut, nothing cancels, and the pixel wins every maximum.
    set_parameters(branch, lambda shape: 0.1 + torch.rand(shape))
    x = torch.rand(1, 5, 9, 10, device=device)
    poked = x.clone()
    poked[:, :, 4, 5] += 10
    before, after = branch(x), branch(poked)
    check_like(after, (1, CHANNELS[NAMES.index(name)], 9, 10), what=f"the output of {name}")
    # 1e-3 of the largest value is far above rounding, and below a tenth of the weakest reaction.
    reacts = (after - before).abs() > 1e-3 * before.abs().amax().clamp_max(100)
    expected = torch.zeros_like(reacts)
    reach = window // 2
    expected[:, :, 4 - reach : 5 + reach, 5 - reach : 6 + reach] = True
    check(torch.equal(reacts, expected), f"{name} does not see a window of {window}×{window}")


@points(1, cell="InceptionBlock")
def test_every_branch_ends_with_a_relu(student: Any, device: torch.device) -> None:
    """No branch gives negative values, and none squashes large ones."""
    block = new_block(student, device)
    x = 1e4 * sample(2, 5, 6, 5, device=device)
    reacted = False
    for name in NAMES:
        branch = getattr(block, name)
        once, twice = branch(x).detach(), branch(2 * x).detach()
        check(bool((once >= 0).all()), f"the output of {name} has negative values")
        # Biases of order one are lost among values of order 1e4; so 1 % of the largest is ample.
        largest = float(once.max())
        check_tensor(twice, 2 * once, rtol=0, atol=0.01 * largest, what=f"{name} of a doubled x")
        reacted = reacted or largest > 0
    check(reacted, "the branches give nothing but zeros")


@points(0.5, cell="InceptionBlock")
def test_pooling_ignores_what_lies_outside(student: Any, device: torch.device) -> None:
    """At the border the maximum is taken over what is there, also where all is negative."""
    block = new_block(student, device)
    x = -1 - torch.rand(2, 5, 4, 5, device=device)
    expected = expected_branch(block, 3, x)
    check_tensor(block.branch4(x), expected, what="the output of branch4")


@points(1, cell="InceptionBlock", shape=True)
@pytest.mark.category("shapes")
def test_inception3a_has_the_papers_size(student: Any) -> None:
    """The paper's inception (3a) has the right number of parameters."""
    block = student.InceptionBlock(192, 64, 96, 128, 16, 32, 32)
    check(count(block) == 163_696, "the number of parameters is wrong")


@points(0.5, cell="InceptionBlock", shape=True)
@pytest.mark.category("shapes")
def test_another_block_has_the_right_size(student: Any) -> None:
    """In a block of other sizes, every branch has the right number of parameters."""
    block = student.InceptionBlock(*SIZES.values())  # elsewhere by name
    for name, convolutions in zip(NAMES, CONVOLUTIONS, strict=True):
        expected = sum(o * (i * k * k + 1) for i, o, k in convolutions)
        message = f"the number of parameters of {name} is wrong"
        check(count(getattr(block, name)) == expected, message)
    total = sum(o * (i * k * k + 1) for branch in CONVOLUTIONS for i, o, k in branch)
    check(count(block) == total, "there are parameters outside of the branches")
    # Branches of equal sizes: 8·2+2 four times in front, 2·2·9+2 and 2·2·25+2 behind.
    block = student.InceptionBlock(8, 2, 2, 2, 2, 2, 2)
    message = "the number of parameters is wrong where branches have equal sizes"
    check(count(block) == 4 * 18 + 38 + 102, message)


def count(module: Any) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


@points(0.5, cell="InceptionBlock")
@pytest.mark.category("shapes")
@pytest.mark.parametrize("shape", [(1, 5, 1, 1), (2, 5, 1, 6), (1, 5, 3, 2)])
def test_small_maps(student: Any, device: torch.device, shape: tuple[int, ...]) -> None:
    """Maps smaller than a kernel and a batch of one work like any other size."""
    block = new_block(student, device)
    x = sample(*shape, device=device)
    check_tensor(block(x), expected_output(block, x))


@points(1, cell="InceptionBlock")
@pytest.mark.category("gradients")
def test_gradients_reach_the_input(student: Any, device: torch.device) -> None:
    """The gradient for x is right."""
    block = new_block(student, device, double=True)
    x = sample(2, 5, 4, 5, device=device, dtype=torch.float64).requires_grad_()
    expected = expected_output(block, x)
    weights = torch.randn_like(expected)
    (wanted,) = torch.autograd.grad(expected, x, weights)
    result = block(x)
    check_like(result, expected.shape, dtype=x.dtype)
    check(result.requires_grad, "no gradient flows through the result")
    (got,) = torch.autograd.grad(result, x, weights, allow_unused=True)
    check(got is not None, "no gradient reaches x")
    check_tensor(got, wanted, what="the gradient for x")


@points(1, cell="InceptionBlock")
@pytest.mark.category("gradients")
def test_gradients_reach_every_parameter(student: Any, device: torch.device) -> None:
    """Training reaches every weight and bias, with the right gradients."""
    block = new_block(student, device, double=True)
    x = sample(2, 5, 4, 5, device=device, dtype=torch.float64)
    for number, name in enumerate(NAMES):
        branch = getattr(block, name)
        own = list(branch.parameters())
        leaves = [p.to(device).requires_grad_() for p in own_kernels(block, number)]
        expected = reference_branch(number, x, leaves)
        weights = torch.randn_like(expected)
        wanted = torch.autograd.grad(expected, leaves, weights)
        result = branch(x)
        check_like(result, expected.shape, dtype=x.dtype, what=f"the output of {name}")
        check(result.requires_grad, f"no gradient reaches the parameters of {name}")
        reached = torch.autograd.grad(result, own, weights, allow_unused=True)
        got = [
            g if g is not None else torch.zeros_like(p) for g, p in zip(reached, own, strict=True)
        ]
        for mine, theirs in zip(kernels(number, got), wanted, strict=True):
            check_tensor(mine, theirs, what=f"the gradient for a parameter of {name}")


@points(0.5, cell="InceptionBlock")
@pytest.mark.category("gradients")
def test_the_whole_block_can_be_trained(student: Any, device: torch.device) -> None:
    """From the output of the block, gradients reach all of its parameters."""
    block = new_block(student, device)
    result = block(sample(2, 5, 6, 5, device=device))
    own = list(block.parameters())
    check(bool(own), "the block has no parameters that could be trained")
    check(isinstance(result, Tensor) and result.requires_grad, "no gradient reaches the parameters")
    got = torch.autograd.grad(result.sum(), own, allow_unused=True)
    check(all(g is not None for g in got), "some parameters get no gradient")
    check(any(bool(g.any()) for g in got), "the gradients of all parameters are zero")


@points(0.5, cell="InceptionBlock")
@pytest.mark.category("dtype and device")
def test_works_in_double_precision(student: Any, device: torch.device) -> None:
    """A float64 block gives float64 results of that precision."""
    block = new_block(student, device, double=True)
    x = sample(2, 5, 3, 4, device=device, dtype=torch.float64)
    check_tensor(block(x), expected_output(block, x))


@points(0.5, cell="InceptionBlock")
@pytest.mark.category("side effects")
def test_a_call_leaves_no_trace(student: Any, device: torch.device) -> None:
    """The same call gives the same result later and in eval mode, and x is not changed."""
    block = new_block(student, device)
    x, other = sample(2, 2, 5, 4, 6, device=device)
    with inputs_unchanged(x=x):
        first = block(x).detach().clone()
        parts = [getattr(block, name)(x).detach().clone() for name in NAMES]
    check(not torch.equal(block(other), first), "the output does not depend on the input")
    check_tensor(block(x), first, what="the result of a repeated call")
    block.eval()
    with torch.no_grad():
        check(not torch.equal(block(other), first), "the output does not depend on the input")
        check_tensor(block(x), first, what="the result in eval mode")
    for name, part in zip(NAMES, parts, strict=True):
        check_tensor(getattr(block, name)(x), part, what=f"{name} in eval mode")


@points(0.5, cell="InceptionBlock")
@pytest.mark.category("dtype and device")
def test_works_on_another_device(student: Any) -> None:
    """On another device the block works too."""
    block = new_block(student.on_another_device())
    x = sample(2, 5, 4, 3)
    check_tensor(block(x), expected_output(block, x))
