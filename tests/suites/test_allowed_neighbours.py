"""What stands close to a forbidden function, and is allowed, costs nothing and raises no flag."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from autograder.course import load_course
from autograder.sandbox.local import LocalSandbox
from tests.suites.answers import ROOT, with_cells

COURSE = load_course(ROOT)

# Assignment → a symbol, and what its solution does in passing, with a tensor x of shape (2, 2).
NEIGHBOURS = {
    "cross_entropy": (
        "softmax",
        """
F = torch.nn.functional
F.one_hot(torch.zeros(2).long(), 3), F.pad(x, (0, 0)), F.normalize(x), F.softplus(x)
x.sigmoid(), F.logsigmoid(x), torch.logaddexp(x, x), torch.special.entr(x.exp())
F.binary_cross_entropy_with_logits(x, x), torch.einsum("...i->...i", x), torch.xlogy(x, x.exp())""",
    ),
    "lstm_cell": (
        "lstm_sequence",
        """
nn.Linear(2, 2)(x), nn.ParameterList([x]), nn.Identity()(x), nn.ModuleList([nn.Tanh()])
torch.sigmoid(x), torch.tanh(x), torch.addmm(x, x, x), nn.functional.linear(x, x)""",
    ),
    "multi_head_attention": (
        "scaled_dot_product_attention",
        """
torch.softmax(x, -1), nn.functional.softmax(x, -1), nn.Softmax(-1)(x), nn.Dropout(0.0)(x)
torch.einsum("...i->...", x), x @ x.mT, nn.LayerNorm(2)(x), torch.bmm(x[None], x[None])""",
    ),
    "vae_elbo": (
        "kl_divergence",
        """
F.kl_div(x, x.exp(), reduction="sum"), F.gaussian_nll_loss(x, x, x.exp()), torch.randn_like(x)
torch.normal(x, 1.0), torch.lgamma(x.exp()), torch.special.ndtr(x), torch.xlogy(x.exp(), 2.0)""",
    ),
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[LocalSandbox]:
    with LocalSandbox.of(COURSE) as box:
        yield box


@pytest.mark.parametrize("name", NEIGHBOURS)
def test_an_allowed_neighbour_is_not_flagged(sandbox: LocalSandbox, name: str) -> None:
    symbol, lines = NEIGHBOURS[name]
    body = "\n    ".join(["x = torch.linspace(-1, 1, 4).reshape(2, 2)", *lines.strip().split("\n")])
    solution = next(
        "".join(cell["source"])
        for cell in json.loads(COURSE.assignment(name).reference.read_bytes())["cells"]
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == symbol
    )
    answer = f"""
def passing():
    {body}

{solution}

right = {symbol}

def {symbol}(*args, **kwargs):
    passing()
    return right(*args, **kwargs)"""
    nowhere = ROOT / "solutions" / name / "no-misconceptions"
    assignment = replace(COURSE.assignment(name), misconceptions=nowhere)
    tests = [f"{t.cell}/{t.name}" for t in sandbox.open(assignment).tests if t.cell == symbol][:4]
    result = sandbox.grade(with_cells(name, {symbol: answer}), assignment, seed=7, tests=tests)
    assert [(test.outcome, test.message) for test in result.tests] == [("passed", "")] * 4
    assert result.flags == []
