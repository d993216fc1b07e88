"""A suite for symbols that build on one another, which also tells what student code answered."""

import json

import pytest
import torch

from autograder.testing import Finding, check

points = pytest.mark.points


def judged(answer, expected):
    if isinstance(answer, str | list | dict):
        raise Finding("SAID" + json.dumps(answer))
    check(torch.equal(answer, expected), "the values are off")


@points(2, cell="double")
def test_double(student):
    x = torch.randn(3)
    judged(student.double(x), x + x)


@points(1, cell="quadruple")
def test_quadruple(student):
    x = torch.randn(3)
    judged(student.quadruple(x), 4 * x)


@points(1, cell="quadruple")
def test_quadruple_again(student):
    x = torch.randn(3)
    judged(student.quadruple(x), 4 * x)


@points(1, cell="quadruple")
def test_gradient(student):
    x = torch.randn(3, requires_grad=True)
    student.quadruple(x).sum().backward()
    check(x.grad is not None and bool((x.grad == 4).all()), "the gradient is off")


@points(2, cell="Gate")
def test_gate(student):
    gate = student.Gate(3)
    with torch.no_grad():
        gate.weight.copy_(torch.arange(3.0))
    judged(gate(torch.ones(3)), torch.arange(3.0))


@points(1, cell="through")
def test_through(student):
    gate = student.Gate(3)
    with torch.no_grad():
        gate.weight.copy_(torch.tensor([1.0, 2.0, 3.0]))
    judged(student.through(gate, torch.ones(3)), torch.tensor([1.0, 4.0, 9.0]))


@points(1, cell="through")
def test_gradient_through(student):
    gate = student.Gate(2)
    with torch.no_grad():
        gate.weight.copy_(torch.tensor([3.0, 5.0]))
    student.through(gate, torch.ones(2)).sum().backward()
    check(gate.weight.grad is not None, "no gradient reaches the weight")
    check(gate.weight.grad.tolist() == [6.0, 10.0], "the gradient is off")


@points(1, cell="bystander")
def test_bystander(student):
    x = torch.randn(3)
    judged(student.bystander(x), -x)
