"""Hidden suite for lstm_sequence: judged against single steps of the cell that it is given.

So a mistake in LSTMCell costs the points of LSTMCell, and the loop is judged on its own.
"""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

from autograder.testing import check, check_like, check_tensor, inputs_unchanged

pytestmark = pytest.mark.category("values")

State = tuple[Tensor, Tensor]
PARTS = ("the tensor of outputs", "the last hidden state h", "the last cell state c")
points = pytest.mark.points


def new_cell(
    student: Any,
    inputs: int,
    hidden: int,
    device: torch.device | None = None,
    *,
    double: bool = False,
) -> Any:
    """A cell with random parameters, which is known to react to its input."""
    cell = student.LSTMCell(inputs, hidden)
    if device is not None:
        cell.to(device)
    if double:
        cell.double()
    with torch.no_grad():
        for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
            parameter = getattr(cell, name)
            parameter.copy_(0.7 * torch.randn(parameter.shape))
    dtype = torch.float64 if double else torch.float32
    make: dict[str, Any] = {"dtype": dtype, "device": device}
    # The same state in both rows, so that only x can make them differ; not zeros, from which a
    # cell with another mistake may rightly get no further than zeros.
    state = [torch.randn(1, hidden, **make).expand(2, hidden).clone() for _ in range(2)]
    h, c = cell(torch.randn(2, inputs, **make), (state[0], state[1]))
    check(
        not torch.equal(h[0], h[1]) and not torch.equal(h, c),
        "LSTMCell does not compute anything from its input yet, so the loop cannot be judged",
    )
    return cell


def sample(
    steps: int, batch: int, inputs: int, hidden: int, device: torch.device, *, double: bool = False
) -> tuple[Tensor, Tensor, Tensor]:
    dtype = torch.float64 if double else torch.float32
    shapes = [(steps, batch, inputs), (batch, hidden), (batch, hidden)]
    x, h, c = (torch.randn(shape, dtype=dtype, device=device) for shape in shapes)
    return x, h, c


def step_by_step(cell: Any, x: Tensor, state: State) -> tuple[Tensor, State]:
    outputs = []
    for x_t in x:
        h, c = cell(x_t, state)
        state = (h, c)
        outputs.append(h)
    return torch.stack(outputs), state


def unpack(result: Any) -> tuple[Tensor, Tensor, Tensor]:
    def is_pair(value: Any) -> bool:
        return isinstance(value, tuple | list) and len(value) == 2

    check(
        is_pair(result) and is_pair(result[1]),
        "the result should be a pair: the outputs, and the pair (h, c)",
    )
    return result[0], result[1][0], result[1][1]


def check_run(result: Any, expected: tuple[Tensor, State]) -> None:
    wanted = (expected[0], *expected[1])
    for part, like, name in zip(unpack(result), wanted, PARTS, strict=True):
        check_tensor(part, like, what=name)


@points(1, cell="lstm_sequence")
def test_outputs_are_the_hidden_states_of_every_step(student: Any, device: torch.device) -> None:
    """The outputs are the hidden states of all steps, in order."""
    cell = new_cell(student, 3, 5, device)
    x, h, c = sample(4, 2, 3, 5, device)
    outputs, _, _ = unpack(student.lstm_sequence(cell, x, (h, c)))
    check_tensor(outputs, step_by_step(cell, x, (h, c))[0], what="the tensor of outputs")


@points(1, cell="lstm_sequence")
def test_final_state_is_that_of_the_last_step(student: Any, device: torch.device) -> None:
    """The pair (h, c) is the state after the last step."""
    cell = new_cell(student, 2, 4, device)
    x, h, c = sample(3, 2, 2, 4, device)
    _, last_h, last_c = unpack(student.lstm_sequence(cell=cell, x=x, state=(h, c)))
    _, (wanted_h, wanted_c) = step_by_step(cell, x, (h, c))
    check_tensor(last_h, wanted_h, what="the last hidden state h")
    check_tensor(last_c, wanted_c, what="the last cell state c")


@points(1, cell="lstm_sequence")
def test_no_state_means_zeros(student: Any, device: torch.device) -> None:
    """Without a state the sequence starts from zeros."""
    cell = new_cell(student, 3, 4, device)
    x, _, _ = sample(3, 2, 3, 4, device)
    zeros = torch.zeros(2, 4, device=device)
    expected = step_by_step(cell, x, (zeros, zeros))
    check_run(student.lstm_sequence(cell, x), expected)
    check_run(student.lstm_sequence(cell, x, None), expected)


@points(0.5, cell="lstm_sequence")
@pytest.mark.category("shapes")
@pytest.mark.parametrize(
    ("steps", "batch", "inputs", "hidden"), [(1, 2, 3, 4), (4, 1, 3, 2), (3, 2, 1, 1)]
)
def test_sizes_of_one(
    student: Any, device: torch.device, steps: int, batch: int, inputs: int, hidden: int
) -> None:
    """A single step, a batch of one or one unit work like any other size."""
    cell = new_cell(student, inputs, hidden, device)
    x, h, c = sample(steps, batch, inputs, hidden, device)
    check_run(student.lstm_sequence(cell, x, (h, c)), step_by_step(cell, x, (h, c)))


@points(0.5, cell="lstm_sequence")
def test_time_comes_before_batch(student: Any, device: torch.device) -> None:
    """The first dimension is time, also where there are as many steps as rows."""
    cell = new_cell(student, 2, 3, device)
    x, h, c = sample(3, 3, 2, 3, device)
    check_run(student.lstm_sequence(cell, x, (h, c)), step_by_step(cell, x, (h, c)))


@points(1.5, cell="lstm_sequence")
@pytest.mark.category("gradients")
def test_gradients_flow_back_through_time(student: Any, device: torch.device) -> None:
    """Gradients flow back through all steps to x and to the first state."""
    cell = new_cell(student, 3, 4, device, double=True)
    leaves = [t.requires_grad_() for t in sample(4, 2, 3, 4, device, double=True)]
    outputs, last = step_by_step(cell, leaves[0], (leaves[1], leaves[2]))
    weights = [torch.randn_like(outputs[0]) for _ in range(3)]
    check(
        all(t.requires_grad for t in (outputs, *last)),
        "no gradient flows through LSTMCell, so the loop cannot be judged",
    )
    # What the cell itself cuts off is LSTMCell's mistake, not the loop's.
    wanted = torch.autograd.grad((outputs[-1], *last), leaves, weights, allow_unused=True)
    shapes = [t.shape for t in (outputs, *last)]
    outputs, h, c = unpack(student.lstm_sequence(cell, leaves[0], (leaves[1], leaves[2])))
    for part, shape, name in zip((outputs, h, c), shapes, PARTS, strict=True):
        check_like(part, shape, what=name)
    check(all(t.requires_grad for t in (outputs, h, c)), "no gradient flows through the result")
    got = torch.autograd.grad((outputs[-1], h, c), leaves, weights, allow_unused=True)
    words = ("x", "the first h", "the first c")
    for name, mine, theirs in zip(words, got, wanted, strict=True):
        if theirs is not None:
            check(mine is not None, f"no gradient reaches {name}")
            check_tensor(mine, theirs, what=f"the gradient for {name}")


@points(0.5, cell="lstm_sequence")
@pytest.mark.category("gradients")
def test_gradients_reach_the_parameters_of_the_cell(student: Any, device: torch.device) -> None:
    """Training on a sequence trains the cell that was given."""
    cell = new_cell(student, 3, 4, device, double=True)
    x, h, c = sample(3, 2, 3, 4, device, double=True)
    own = [p for p in cell.parameters() if p.requires_grad]
    outputs, _ = step_by_step(cell, x, (h, c))
    check(
        bool(own) and outputs.requires_grad,
        "no gradient reaches the parameters of LSTMCell, so the loop cannot be judged",
    )
    weights = torch.randn_like(outputs)
    wanted = torch.autograd.grad(outputs, own, weights, allow_unused=True)
    outputs, _, _ = unpack(student.lstm_sequence(cell, x, (h, c)))
    check_like(outputs, weights.shape, what=PARTS[0])
    check(outputs.requires_grad, "no gradient flows through the outputs")
    got = torch.autograd.grad(outputs, own, weights, allow_unused=True)
    for mine, theirs in zip(got, wanted, strict=True):
        if theirs is not None:
            check(mine is not None, "no gradient reaches a parameter of the cell")
            check_tensor(mine, theirs, what="the gradient for a parameter of the cell")


@points(0.5, cell="lstm_sequence")
def test_runs_the_cell_that_it_is_given(student: Any, device: torch.device) -> None:
    """Two cells with different parameters give two different results."""
    x, h, c = sample(2, 2, 3, 4, device)
    for _ in range(2):
        cell = new_cell(student, 3, 4, device)
        check_run(student.lstm_sequence(cell, x, (h, c)), step_by_step(cell, x, (h, c)))


@points(0.5, cell="lstm_sequence")
@pytest.mark.category("side effects")
def test_a_run_leaves_no_trace(student: Any, device: torch.device) -> None:
    """The same call gives the same result later, and neither x nor the state is changed."""
    cell = new_cell(student, 3, 4, device)
    x, h, c = sample(3, 2, 3, 4, device)
    with inputs_unchanged(x=x, h=h, c=c):
        outputs, last_h, last_c = unpack(student.lstm_sequence(cell, x, (h, c)))
    start = unpack(student.lstm_sequence(cell, x))
    check(not torch.equal(start[0], outputs), "the outputs do not depend on the first state")
    check_run(student.lstm_sequence(cell, x, (h, c)), (outputs, (last_h, last_c)))
    check_run(student.lstm_sequence(cell, x), (start[0], (start[1], start[2])))


@points(0.5, cell="lstm_sequence")
@pytest.mark.category("dtype and device")
def test_keeps_double_precision(student: Any, device: torch.device) -> None:
    """A float64 cell on float64 data gives float64 results, with and without a state."""
    cell = new_cell(student, 2, 3, device, double=True)
    x, h, c = sample(2, 2, 2, 3, device, double=True)
    check_run(student.lstm_sequence(cell, x, (h, c)), step_by_step(cell, x, (h, c)))
    zeros = torch.zeros_like(h)
    check_run(student.lstm_sequence(cell, x), step_by_step(cell, x, (zeros, zeros)))


@points(0.5, cell="lstm_sequence")
@pytest.mark.category("dtype and device")
def test_works_on_another_device(student: Any) -> None:
    """On another device the sequence runs too, with and without a state."""
    other = student.on_another_device()
    cell = new_cell(other, 3, 4)
    x, h, c = sample(3, 2, 3, 4, torch.device("cpu"))
    check_run(other.lstm_sequence(cell, x, (h, c)), step_by_step(cell, x, (h, c)))
    zeros = torch.zeros_like(h)
    check_run(other.lstm_sequence(cell, x), step_by_step(cell, x, (zeros, zeros)))
