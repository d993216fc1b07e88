"""A module of the student's, used as if it were local."""

import pytest
import torch
from torch.autograd import grad

from autograder.testing import check

net = pytest.mark.points(1, cell="Net")


@net
def test_construction_and_attributes(student):
    """Plain attributes, properties and methods."""
    module = student.Net(3, outputs=2)
    check(module.size == (3, 2), "an attribute is wrong")
    check(module.describe("x", times=2) == "x3x3", "a method is wrong")
    check(float(module.half_scale) == 1.0, "a property is wrong")


@net
def test_parameters(student):
    """Parameters have their names, shapes and gradients."""
    module = student.Net(3, 2)
    shapes = {name: tuple(p.shape) for name, p in module.named_parameters()}
    wanted = {"scale": (), "inner.weight": (2, 3), "inner.bias": (2,)}
    check(shapes == wanted, "names or shapes of parameters are wrong")
    check(all(p.requires_grad and p.is_leaf for p in module.parameters()), "not all are leaves")


@net
def test_gradients_of_parameters(student):
    """A loss reaches the parameters as well as the input."""
    module, x = student.Net(3, 2), torch.randn(4, 3, requires_grad=True)
    module(x).sum().backward()
    bias = dict(module.named_parameters())["inner.bias"].grad
    check(x.grad is not None and bool(x.grad.any()), "nothing reaches the input")
    check(bias is not None and torch.allclose(bias, torch.full((2,), 8.0)), "the bias has it wrong")


@net
def test_learning(student):
    """An optimizer of the suite's changes the student's module."""
    module, x = student.Net(3, 2), torch.randn(4, 3)
    optimizer = torch.optim.SGD(module.parameters(), lr=0.05)
    losses = []
    for _ in range(4):
        optimizer.zero_grad()
        loss = (module(x) ** 2).mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    check(losses[-1] < losses[0], "the loss does not fall")


@net
def test_copying_into_parameters(student):
    """What the suite copies into a parameter is used by the next call."""
    module, x = student.Net(3, 2), torch.randn(4, 3)
    weight, bias = torch.randn(2, 3), torch.randn(2)
    with torch.no_grad():
        module.inner.weight.copy_(weight)
        module.inner.bias.copy_(bias)
    got = module(x)
    check(torch.allclose(got, 2 * (x @ weight.T + bias), atol=1e-5), "the copies are not used")


@net
def test_state_round_trip(student):
    """`state_dict` of one module, loaded into another, makes them equal."""
    one, other, x = student.Net(3, 2), student.Net(3, 2), torch.randn(4, 3)
    check(not torch.equal(one(x), other(x)), "two modules begin alike")
    state = one.state_dict()
    check(set(state) == {"scale", "inner.weight", "inner.bias", "calls"}, "names are wrong")
    other.load_state_dict(state)
    check(torch.equal(one(x), other(x)), "the state was not loaded")


@net
def test_submodules(student):
    """A submodule is callable by itself, and its dtype follows the module's."""
    module, x = student.Net(3, 2), torch.randn(4, 3)
    check(torch.allclose(2 * module.inner(x), module(x)), "the submodule differs")
    check(module.double()(x.double()).dtype == torch.float64, "double() is not followed")


@net
def test_training_and_evaluation(student):
    """`train` and `eval` reach the submodules."""
    module = student.Net(3, 2)
    check(module.training is True, "a new module is not in training")
    check(module.eval().training is False and module.inner.training is False, "eval is not heard")
    check(module.train().training is True, "train is not heard")


@pytest.mark.points(1, cell="run")
def test_a_module_as_argument(student):
    """A module given to another function of the student's is the same module, gradients too."""
    module, x = student.Net(3, 2), torch.randn(4, 3)
    got = student.run(module, x)
    check(torch.allclose(got, module(x)), "the result differs")
    (bias,) = grad(got.sum(), dict(module.named_parameters())["inner.bias"])
    check(torch.allclose(bias, torch.full((2,), 8.0)), "the gradient differs")


@net
def test_state_between_calls(student):
    """A buffer counts the calls of its own module."""
    module, x = student.Net(3, 2), torch.randn(4, 3)
    module(x)
    module(x)
    check(int(module.calls) == 2 and int(student.Net(3, 2).calls) == 0, "calls are counted wrong")
