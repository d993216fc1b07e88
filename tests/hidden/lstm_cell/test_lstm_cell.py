"""Hidden suite for LSTMCell: judged against torch.lstm_cell on the cell's own parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import torch
from torch import Tensor

from autograder.testing import check, check_like, check_tensor, inputs_unchanged

pytestmark = pytest.mark.category("values")

State = tuple[Tensor, Tensor]
NAMES = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
points = pytest.mark.points


def shapes(inputs: int, hidden: int) -> dict[str, tuple[int, ...]]:
    gates = 4 * hidden
    return dict(zip(NAMES, [(gates, inputs), (gates, hidden), (gates,), (gates,)], strict=True))


def read(cell: Any) -> list[Tensor]:
    """The four parameters as they are now: a student may have tied some of them."""
    return [getattr(cell, name).detach().clone() for name in NAMES]


def fill(cell: Any, **values: Tensor) -> None:
    with torch.no_grad():
        for name, value in values.items():
            parameter = getattr(cell, name)
            check_like(parameter, value.shape, what=name)
            parameter.copy_(value)


def new_cell(
    student: Any,
    inputs: int,
    hidden: int,
    device: torch.device | None = None,
    *,
    double: bool = False,
) -> Any:
    """A cell with random parameters of order one, whatever its own initialisation is."""
    cell = student.LSTMCell(inputs, hidden)
    if device is not None:
        cell.to(device)
    if double:
        cell.double()
    fill(cell, **{n: 0.7 * torch.randn(s) for n, s in shapes(inputs, hidden).items()})
    return cell


def gated_cell(student: Any, device: torch.device, *gates: Tensor) -> Any:
    """A cell whose gates i, f, g, o are fixed numbers before their sigmoid or tanh.

    Half of each number goes to either bias, so that a cell with one shared bias agrees.
    """
    hidden = gates[0].numel()
    cell = new_cell(student, hidden, hidden, device)
    half = torch.cat(gates) / 2
    square = torch.zeros(4 * hidden, hidden)
    fill(cell, weight_ih=square, weight_hh=square, bias_ih=half, bias_hh=half)
    return cell


def random_state(batch: int, hidden: int, like: Tensor) -> State:
    make: dict[str, Any] = {"dtype": like.dtype, "device": like.device}
    return torch.randn(batch, hidden, **make), torch.randn(batch, hidden, **make)


def reference(cell: Any, x: Tensor, state: State) -> State:
    """The same step in float64 by torch itself, rounded to the dtype of x."""
    h, c = torch.lstm_cell(
        x.double(),
        [part.double() for part in state],
        *[parameter.double().to(x.device) for parameter in read(cell)],
    )
    return h.to(x.dtype), c.to(x.dtype)


def pair(result: Any) -> State:
    check(
        isinstance(result, tuple | list) and len(result) == 2,
        "the result should be the pair (h, c)",
    )
    return result[0], result[1]


def slope_along(gradients: Sequence[Tensor | None], directions: Sequence[Tensor]) -> Tensor:
    pairs = zip(gradients, directions, strict=True)
    return torch.stack([(g * d).sum() for g, d in pairs if g is not None]).sum()


def check_step(result: Any, expected: State) -> None:
    h, c = pair(result)
    check_tensor(h, expected[0], what="the hidden state h")
    check_tensor(c, expected[1], what="the cell state c")


@points(0.5, cell="LSTMCell", shape=True)
@pytest.mark.category("interface")
def test_parameters_have_the_agreed_names_and_shapes(student: Any) -> None:
    """The four parameters exist and have the agreed shapes."""
    cell = student.LSTMCell(input_size=3, hidden_size=5)
    for name, shape in shapes(3, 5).items():
        check_like(getattr(cell, name), shape, what=name)


@points(1, cell="LSTMCell")
def test_one_step_in_single_precision(student: Any, device: torch.device) -> None:
    """One step from a given state gives the right h and c."""
    # Different sizes, and then all the same: no choice by size goes unseen.
    for batch, inputs, hidden in [(4, 3, 5), (3, 3, 3)]:
        cell = new_cell(student, inputs, hidden, device)
        x = torch.randn(batch, inputs, device=device)
        state = random_state(batch, hidden, x)
        check_step(cell(x, state), reference(cell, x, state))


@points(1, cell="LSTMCell")
@pytest.mark.category("dtype and device")
def test_one_step_in_double_precision(student: Any, device: torch.device) -> None:
    """A float64 cell works in float64, with a given state and from the start."""
    cell = new_cell(student, 3, 4, device, double=True)
    x = torch.randn(2, 3, dtype=torch.float64, device=device)
    state = random_state(2, 4, x)
    check_step(cell(x=x, state=state), reference(cell, x, state))
    zeros = torch.zeros_like(state[0])
    check_step(cell(x), reference(cell, x, (zeros, zeros)))


@points(1, cell="LSTMCell")
def test_no_state_means_zeros(student: Any, device: torch.device) -> None:
    """Without a state the step starts from zeros."""
    cell = new_cell(student, 3, 5, device)
    x = torch.randn(4, 3, device=device)
    zeros = torch.zeros(4, 5, device=device)
    expected = reference(cell, x, (zeros, zeros))
    check_step(cell(x), expected)
    check_step(cell(x, state=None), expected)


@points(1, cell="LSTMCell")
def test_gates_are_in_the_agreed_order(student: Any, device: torch.device) -> None:
    """The four blocks of the parameters act as i, f, g and o, in this order."""
    cell = gated_cell(student, device, *torch.randn(4, 3))
    x = torch.randn(2, 3, device=device)
    state = random_state(2, 3, x)
    check_step(cell(x, state), reference(cell, x, state))


@points(1, cell="LSTMCell")
def test_open_forget_gate_keeps_the_old_cell_state(student: Any, device: torch.device) -> None:
    """With the forget gate open and the input gate shut, the cell state stays as it was."""
    # sigmoid(40) is 1 in float32, and sigmoid(-40) is 4e-18.
    wide, random = torch.full((3,), 40.0), torch.randn(2, 3)
    cell = gated_cell(student, device, -wide, wide, random[0], random[1])
    x = torch.randn(2, 3, device=device)
    state = random_state(2, 3, x)
    _, c = pair(cell(x, state))
    check_tensor(c, state[1], what="the cell state c")


@points(1, cell="LSTMCell")
def test_hidden_state_shows_the_new_cell_state(student: Any, device: torch.device) -> None:
    """The hidden state is computed from the new cell state, not from the old one."""
    wide, candidate = torch.full((3,), 40.0), torch.randn(3)
    cell = gated_cell(student, device, wide, -wide, candidate, wide)
    x = torch.randn(2, 3, device=device)
    h, c = pair(cell(x, random_state(2, 3, x)))
    new = torch.tanh(candidate).expand(2, 3).to(device)
    check_tensor(c, new, what="the cell state c when everything old is forgotten")
    check_tensor(h, torch.tanh(new), what="the hidden state h when the output gate is open")


@points(0.5, cell="LSTMCell")
def test_previous_hidden_state_takes_part(student: Any, device: torch.device) -> None:
    """The step depends on the previous h in the right way, through weight_hh."""
    cell = new_cell(student, 2, 4, device)
    fill(cell, weight_ih=torch.zeros(16, 2))
    x = torch.randn(3, 2, device=device)
    h, c = random_state(3, 4, x)
    check_step(cell(x, (h, c)), reference(cell, x, (h, c)))
    check_step(cell(x, (-h, c)), reference(cell, x, (-h, c)))
    zeros = torch.zeros_like(h)
    for state in ((zeros, c), (h, zeros)):  # a state with zeros is not the same as no state
        check_step(cell(x, state), reference(cell, x, state))


@points(0.5, cell="LSTMCell")
def test_both_biases_count(student: Any, device: torch.device) -> None:
    """Both biases are added, each once."""
    cell = new_cell(student, 2, 3, device)
    x = torch.randn(2, 2, device=device)
    state = random_state(2, 3, x)
    for name in ("bias_ih", "bias_hh"):
        fill(cell, bias_ih=torch.zeros(12), bias_hh=torch.zeros(12))
        fill(cell, **{name: torch.randn(12)})
        check_step(cell(x, state), reference(cell, x, state))


@points(0.5, cell="LSTMCell")
@pytest.mark.category("shapes")
@pytest.mark.parametrize(("batch", "inputs", "hidden"), [(1, 3, 4), (3, 1, 4), (3, 4, 1)])
def test_sizes_of_one(
    student: Any, device: torch.device, batch: int, inputs: int, hidden: int
) -> None:
    """A batch of one, a single input or a single hidden unit work like any other size."""
    cell = new_cell(student, inputs, hidden, device)
    x = torch.randn(batch, inputs, device=device)
    state = random_state(batch, hidden, x)
    check_step(cell(x, state), reference(cell, x, state))
    zeros = torch.zeros_like(state[0])
    check_step(cell(x), reference(cell, x, (zeros, zeros)))


@points(1, cell="LSTMCell")
@pytest.mark.category("gradients")
def test_gradients_reach_the_input_and_the_state(student: Any, device: torch.device) -> None:
    """The gradients for x, h and c are right."""
    cell = new_cell(student, 3, 4, device, double=True)
    x = torch.randn(2, 3, dtype=torch.float64, device=device)
    leaves = [t.requires_grad_() for t in (x, *random_state(2, 4, x))]
    wanted_out = reference(cell, leaves[0], (leaves[1], leaves[2]))
    weights = [torch.randn_like(out) for out in wanted_out]
    wanted = torch.autograd.grad(wanted_out, leaves, weights)
    got_out = pair(cell(leaves[0], (leaves[1], leaves[2])))
    check(all(out.requires_grad for out in got_out), "no gradient flows through h or c")
    got = torch.autograd.grad(got_out, leaves, weights, allow_unused=True)
    for name, mine, theirs in zip(("x", "h", "c"), got, wanted, strict=True):
        check(mine is not None, f"no gradient reaches {name}")
        check_tensor(mine, theirs, what=f"the gradient for {name}")


@points(1, cell="LSTMCell")
@pytest.mark.category("gradients")
def test_gradients_reach_the_parameters(student: Any, device: torch.device) -> None:
    """Training can change each of the four parameters, and their gradients are right."""
    # However the student keeps the parameters (tied, cut from one big matrix, …): move them all
    # a little, see where the four go, and compare the slopes along this direction.
    cell = new_cell(student, 3, 4, device, double=True)
    x = torch.randn(2, 3, dtype=torch.float64, device=device)
    state = random_state(2, 4, x)
    own = [p for p in cell.parameters() if p.requires_grad]
    check(bool(own), "the cell has no parameters that could be trained")
    four = [value.to(device).requires_grad_() for value in read(cell)]
    wanted_out = torch.lstm_cell(x, state, *four)
    weights = [torch.randn_like(out) for out in wanted_out]
    wanted = torch.autograd.grad(wanted_out, four, weights)
    got_out = pair(cell(x, state))
    check(all(out.requires_grad for out in got_out), "no gradient reaches the parameters")
    got = torch.autograd.grad(got_out, own, weights, allow_unused=True)
    check(any(g is not None for g in got), "no gradient reaches the parameters")
    step = 1e-6
    directions = [torch.randn_like(parameter) for parameter in own]
    with torch.no_grad():
        for parameter, direction in zip(own, directions, strict=True):
            parameter.copy_(parameter + step * direction)
    changes = [
        (now.to(device) - before.detach()) / step
        for now, before in zip(read(cell), four, strict=True)
    ]
    for name, change in zip(NAMES, changes, strict=True):
        check(bool(change.any()), f"{name} is not among what training changes")
    slope = slope_along(got, directions)
    expected = slope_along(wanted, changes)
    # The step of 1e-6 leaves 1e-9 of rounding, and as much as the step itself where the four are
    # not linear in what is trained.
    check_tensor(slope, expected, rtol=1e-4, atol=1e-5, what="the slope along all parameters")


@points(1, cell="LSTMCell")
@pytest.mark.category("side effects")
def test_a_step_leaves_no_trace(student: Any, device: torch.device) -> None:
    """The same call gives the same result later, and neither x nor the state is changed."""
    cell = new_cell(student, 3, 5, device)
    x, other = torch.randn(2, 4, 3, device=device)
    h, c = random_state(4, 5, x)
    with inputs_unchanged(x=x, h=h, c=c):
        first = [part.clone() for part in pair(cell(x, (h, c)))]
    start = [part.clone() for part in pair(cell(x))]
    different = pair(cell(other, (first[0], first[1])))
    check(not torch.equal(different[0], first[0]), "h does not depend on the input")
    for again, before in ((cell(x, (h, c)), first), (cell(x), start)):
        for part, old, name in zip(pair(again), before, "hc", strict=True):
            check_tensor(part, old, what=f"{name} of a repeated call")
    fill(cell, **{name: 0.7 * torch.randn(shape) for name, shape in shapes(3, 5).items()})
    for part, old, name in zip(
        pair(cell(x, (h, c))), reference(cell, x, (h, c)), "hc", strict=True
    ):
        check_tensor(part, old, what=f"{name} after the parameters have changed")


@points(0.5, cell="LSTMCell")
@pytest.mark.category("extremes")
def test_saturated_gates_stay_finite(student: Any, device: torch.device) -> None:
    """Gates that are far in saturation and a large cell state give finite, right results."""
    # Gates of ±300 and a cell state of 300: exp of them overflows in float32.
    wide = torch.tensor([300.0, -300.0, 300.0, -300.0])
    cell = gated_cell(student, device, wide, wide.flip(0), wide.roll(1), wide.abs())
    x = torch.randn(2, 4, device=device)
    state = (torch.randn(2, 4, device=device), 300 * torch.randn(2, 4, device=device).sign())
    check_step(cell(x, state), reference(cell, x, state))


@points(0.5, cell="LSTMCell")
@pytest.mark.category("dtype and device")
def test_works_on_another_device(student: Any) -> None:
    """On another device the step works too, with a given state and from zeros."""
    other = student.on_another_device()
    cell = new_cell(other, 3, 5)
    x = torch.randn(4, 3)
    state = random_state(4, 5, x)
    check_step(cell(x, state), reference(cell, x, state))
    zeros = torch.zeros(4, 5)
    check_step(cell(x), reference(cell, x, (zeros, zeros)))
