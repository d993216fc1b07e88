"""Modules of the student's, used as if they were local."""

import pytest
import torch
from torch.autograd import grad

net = pytest.mark.points(1, cell="Net")
tied = pytest.mark.points(1, cell="Tied")


@net
def test_parameters_and_their_names(student):
    module = student.Net(3, 2)
    named = dict(module.named_parameters())
    assert set(named) == {"inner.weight", "inner.bias", "scale"}
    assert named["inner.weight"].shape == (2, 3)
    assert len(list(module.parameters())) == 3
    assert all(p.requires_grad and p.is_leaf for p in module.parameters())


@net
def test_gradients_reach_input_and_parameters(student):
    module, x = student.Net(3, 2), torch.randn(4, 3, requires_grad=True)
    module(x).sum().backward()
    assert x.grad.shape == (4, 3)
    assert torch.allclose(dict(module.named_parameters())["inner.bias"].grad, torch.full((2,), 8.0))


@net
def test_an_optimizer_step_changes_the_module(student):
    module, x = student.Net(3, 2), torch.randn(4, 3)
    optimizer = torch.optim.SGD(module.parameters(), lr=0.1)
    losses = []
    for _ in range(5):
        optimizer.zero_grad()
        loss = (module(x) ** 2).mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0]


@net
def test_copying_into_a_parameter(student):
    module, x = student.Net(3, 2), torch.randn(4, 3)
    weight, bias = torch.randn(2, 3), torch.randn(2)
    with torch.no_grad():
        module.inner.weight.copy_(weight)
        module.inner.bias.copy_(bias)
    assert torch.allclose(module(x), 2 * (x @ weight.T + bias), atol=1e-6)
    assert torch.equal(module.inner.weight, weight)


@net
def test_state_dict_and_back(student):
    first, second, x = student.Net(3, 2), student.Net(3, 2), torch.randn(4, 3)
    assert not torch.equal(first(x), second(x))
    state = first.state_dict()
    assert set(state) == {"inner.weight", "inner.bias", "scale", "calls"}
    second.load_state_dict(state)
    assert torch.equal(first(x), second(x))


@net
def test_double_and_float(student):
    module = student.Net(3, 2).double()
    assert all(p.dtype == torch.float64 for p in module.parameters())
    assert module(torch.randn(4, 3, dtype=torch.float64)).dtype == torch.float64
    assert module.float()(torch.randn(4, 3)).dtype == torch.float32


@net
def test_train_and_eval(student):
    module = student.Net(3, 2)
    assert module.training is True
    assert module.eval().training is False
    assert module.train().training is True


@net
def test_submodules_are_callable(student):
    module, x = student.Net(3, 2), torch.randn(4, 3)
    assert torch.allclose(2 * module.inner(x), module(x))


@net
def test_plain_attributes_properties_and_methods(student):
    module = student.Net(3, 2)
    assert module.size == (3, 2)
    assert module.describe("x", times=2) == "x3x3"
    assert torch.equal(module.half_scale, torch.ones(()))


@net
def test_an_attribute_that_is_not_there(student):
    with pytest.raises(AttributeError, match="nothing"):
        _ = student.Net(3, 2).nothing


@net
def test_buffers_change_with_calls(student):
    module = student.Net(3, 2)
    module(torch.randn(4, 3))
    module(torch.randn(4, 3))
    assert module.calls == 2


@net
def test_a_module_is_an_argument(student):
    module, x = student.Net(3, 2), torch.randn(4, 3)
    got = student.apply("run_module", module, x)
    assert torch.allclose(got, module(x))
    (gradient,) = grad(got.sum(), dict(module.named_parameters())["inner.bias"])
    assert torch.allclose(gradient, torch.full((2,), 8.0))


@net
def test_zero_grad(student):
    module = student.Net(3, 2)
    module(torch.randn(4, 3)).sum().backward()
    module.zero_grad()
    assert all(p.grad is None for p in module.parameters())


@tied
def test_tied_weights_are_one_parameter(student):
    module = student.Tied(3)
    assert len(list(module.parameters())) == 1
    with torch.no_grad():
        module.first.weight.copy_(torch.eye(3) * 2)
    assert torch.equal(module.second.weight, torch.eye(3) * 2)
    x = torch.randn(2, 3)
    assert torch.allclose(module(x), 4 * x)


@tied
def test_the_gradient_of_tied_weights(student):
    module, x = student.Tied(3), torch.randn(2, 3, dtype=torch.float64)
    module.double()
    (weight,) = module.parameters()
    w = weight.detach().clone().requires_grad_()
    (wanted,) = grad((x @ w.T @ w.T).sum(), w)
    (got,) = grad(module(x).sum(), weight)
    assert torch.allclose(got, wanted)
