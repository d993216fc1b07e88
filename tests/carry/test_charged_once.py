"""A mistake costs the points of the symbol that it is in, and not those of what is built on it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autograder.catalogue import read_misconception
from autograder.course import load_course
from autograder.report import Outcome
from autograder.sandbox.local import LocalSandbox
from autograder.wire import Graded
from tests.carry.chain import WRONG, Chain, of
from tests.sandbox.lab import score
from tests.suites.answers import ROOT, with_cells

COURSE = load_course(ROOT)

# Wrong versions, and honest ones that are built on others than the reference's are.
NO_DENOMINATOR = "def softmax(logits, dim=-1):\n    return logits.exp()"
STUB = "def log_softmax(logits, dim=-1):\n    raise NotImplementedError"
LOG_OF_SOFTMAX = "def log_softmax(logits, dim=-1):\n    return softmax(logits, dim).log()"
LARGEST_FROM_SOFTMAX = """
def log_softmax(logits, dim=-1):
    largest = softmax(logits, dim).amax(dim, keepdim=True).log()
    return logits - logits.amax(dim, keepdim=True) + largest"""
NO_COUNT = "def conv_parameter_count(inputs, outputs, kernel_size, bias=True):\n    return 0"
BLOCK_THAT_CHECKS_ITSELF = """
class InceptionBlock(nn.Module):
    def __init__(self, in_channels, ch1x1, ch3x3red, ch3x3, ch5x5red, ch5x5, pool_proj):
        super().__init__()

        def conv(inputs, outputs, kernel):
            layer = nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2)
            count = sum(parameter.numel() for parameter in layer.parameters())
            assert count == conv_parameter_count(inputs, outputs, kernel)
            return layer, nn.ReLU()

        pooling = nn.MaxPool2d(3, stride=1, padding=1)
        self.branch1 = nn.Sequential(*conv(in_channels, ch1x1, 1))
        self.branch2 = nn.Sequential(*conv(in_channels, ch3x3red, 1), *conv(ch3x3red, ch3x3, 3))
        self.branch3 = nn.Sequential(*conv(in_channels, ch5x5red, 1), *conv(ch5x5red, ch5x5, 5))
        self.branch4 = nn.Sequential(pooling, *conv(in_channels, pool_proj, 1))

    def forward(self, x):
        return torch.cat([self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)], 1)
"""
ANOTHER_NAME = "class Cell(nn.Module):\n    pass"
ATTENTION = "def scaled_dot_product_attention(query, key, value, mask=None):\n"
NO_SCALE = f"""{ATTENTION}
    weights = torch.softmax(query @ key.transpose(-2, -1), -1)
    return weights @ value, weights"""
THE_END = f"{ATTENTION}    import os\n    os._exit(3)"
NO_COLON = "def kl_divergence(mu, logvar)\n    return mu"

# The assignment, the cells beside the reference's, the symbol that is charged, the one that is
# built on it, and over which ones that is judged.
CASES = {
    "a softmax without its denominator": (
        "cross_entropy",
        {"softmax": NO_DENOMINATOR, "log_softmax": LARGEST_FROM_SOFTMAX},
        ("softmax", "log_softmax", "`softmax`"),
    ),
    "a log_softmax that is a stub": (
        "cross_entropy",
        {"log_softmax": STUB},
        ("log_softmax", "cross_entropy", "`log_softmax`"),
    ),
    "a chain in which two are wrong": (
        "cross_entropy",
        {"softmax": NO_DENOMINATOR, "log_softmax": LOG_OF_SOFTMAX},
        ("log_softmax", "cross_entropy", "`log_softmax`"),
    ),
    "a count that is off, and a block that checks itself with it": (
        "inception_block",
        {"conv_parameter_count": NO_COUNT, "InceptionBlock": BLOCK_THAT_CHECKS_ITSELF},
        ("conv_parameter_count", "InceptionBlock", "`conv_parameter_count`"),
    ),
    "an LSTM cell that is not there": (
        "lstm_cell",
        {"LSTMCell": ANOTHER_NAME},
        ("LSTMCell", "lstm_sequence", "`LSTMCell`"),
    ),
    "an attention without scaling": (
        "multi_head_attention",
        {"scaled_dot_product_attention": NO_SCALE},
        ("scaled_dot_product_attention", "MultiHeadAttention", "`scaled_dot_product_attention`"),
    ),
    "an attention that ends the process": (
        "multi_head_attention",
        {"scaled_dot_product_attention": THE_END},
        ("scaled_dot_product_attention", "MultiHeadAttention", "`scaled_dot_product_attention`"),
    ),
    "a divergence that does not parse": (
        "vae_elbo",
        {"kl_divergence": NO_COLON},
        ("kl_divergence", "elbo", "`kl_divergence`"),
    ),
}


def graded(
    sandbox: LocalSandbox, name: str, cells: dict[str, str], *, carry: bool = True
) -> Graded:
    # Without the catalogue, a suite is collected in half the time.
    nowhere = ROOT / "solutions" / name / "no-misconceptions"
    assignment = replace(COURSE.assignment(name), carry_errors=carry, misconceptions=nowhere)
    if not carry:
        assignment = replace(assignment, name=f"{name}-plain")
    return sandbox.grade(with_cells(name, cells), assignment, seed=7)


def share(graded: Graded, cell: str) -> float:
    return score(graded, cell) / sum(test.max_points for test in of(graded, cell))


@pytest.mark.parametrize("what", CASES)
def test_what_is_built_on_a_wrong_symbol_is_judged_by_itself(
    sandbox: LocalSandbox, what: str
) -> None:
    name, cells, (wrong, built, over) = CASES[what]
    result = graded(sandbox, name, cells)
    assert share(result, wrong) < 1
    assert share(result, built) == 1
    said = {test.message for test in of(result, built)} - {""}
    assert said == {f"counted over the reference's {over}, because your own is wrong"}
    assert f"`{built}` was tested over the reference's {over}" in result.notes


@pytest.mark.parametrize("mistake", ["log_of_clamped_softmax", "log_of_underflowed_softmax"])
def test_a_known_mistake_costs_nothing_above_it(sandbox: LocalSandbox, mistake: str) -> None:
    """What cross_entropy loses to it in the first run, it has after the second."""
    path = ROOT / "solutions" / "cross_entropy" / "misconceptions" / f"{mistake}.py"
    entry = read_misconception(path)
    result = graded(sandbox, "cross_entropy", {entry.cell: entry.code})
    assert entry.cell == "log_softmax"
    assert 0 < share(result, "log_softmax") < 1
    assert share(result, "cross_entropy") == share(result, "softmax") == 1
    assert any("counted over" in test.message for test in of(result, "cross_entropy"))


@pytest.mark.parametrize("what", ["a log_softmax that is a stub", "an attention without scaling"])
def test_without_the_switch_a_mistake_is_charged_wherever_it_reaches(
    sandbox: LocalSandbox, what: str
) -> None:
    name, cells, (_, built, _) = CASES[what]
    result = graded(sandbox, name, cells, carry=False)
    assert share(result, built) < 0.2
    assert result.notes == []


def test_what_is_right_is_the_students_own(sandbox: LocalSandbox) -> None:
    """softmax is right, log_softmax is not, and cross_entropy uses both."""
    cells = {
        "log_softmax": STUB,
        "cross_entropy": """
def cross_entropy(logits, target, label_smoothing=0.0, reduction="mean"):
    assert softmax.__closure__ is None and log_softmax.__closure__ is not None
    if reduction not in ("none", "sum", "mean"):
        raise ValueError(reduction)
    p = log_softmax(logits, 1) + 0 * softmax(logits, 1)
    smooth = label_smoothing / p.shape[1]
    target = torch.zeros_like(p).scatter(1, target[:, None], 1 - label_smoothing) + smooth
    losses = -(target * p).sum(1)
    return losses if reduction == "none" else getattr(losses, reduction)()""",
    }
    result = graded(sandbox, "cross_entropy", cells)
    assert share(result, "cross_entropy") == 1
    assert share(result, "softmax") == 1
    assert result.notes == ["`cross_entropy` was tested over the reference's `log_softmax`"]


def test_what_is_wrong_itself_loses_there_alone(sandbox: LocalSandbox) -> None:
    sign = """
def elbo(x, logits, mu, logvar):
    likelihood = -F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(1)
    return (likelihood + kl_divergence(mu, logvar)).mean()"""
    wrong = "def kl_divergence(mu, logvar):\n    return mu"
    result = graded(sandbox, "vae_elbo", {"kl_divergence": wrong, "elbo": sign})
    alone = graded(sandbox, "vae_elbo", {"elbo": sign})
    assert 0 < score(result, "elbo") == score(alone, "elbo")
    lost = [test for test in of(result, "elbo") if test.outcome != Outcome.PASSED]
    tail = "(with the reference's `kl_divergence` in place of your own: this is about `elbo` alone)"
    assert all(test.message.endswith(tail) for test in lost)


def test_a_symbol_that_uses_what_is_forbidden_is_not_helped(chain: Chain) -> None:
    """Also where that shows in the second run only: in the first, it did not get that far."""
    body = """
def quadruple(x):
    y = double(x)
    getattr(torch, "soft" + "max")(y, -1)
    return double(y)"""
    result = chain.graded(double="def double(x):\n    raise NotImplementedError", quadruple=body)
    assert score(result, "quadruple") == 0
    assert "forbidden-api:torch.softmax" in result.flags


def test_a_forbidden_use_of_the_lower_symbol_is_not_the_upper_ones(chain: Chain) -> None:
    body = "def double(x):\n    torch.softmax(x, -1)\n    return x * 3"
    result = chain.graded(double=body)
    assert (score(result, "double"), score(result, "quadruple")) == (0, 3)


def test_an_endless_loop_below_costs_what_is_above_nothing(chain: Chain) -> None:
    endless = "class Gate(nn.Module):\n    while True:\n        pass"
    result = chain.graded(Gate=endless, to=chain.hurried)
    assert (score(result, "Gate"), score(result, "through")) == (0, 2)


def test_a_symbol_gains_nothing_from_a_later_one(chain: Chain) -> None:
    """`double` by way of a `quadruple` that nobody wrote."""
    result = chain.graded(
        double="def double(x):\n    return quadruple(x) / 2",
        quadruple="def quadruple(x):\n    raise NotImplementedError",
    )
    assert score(result, "double") == 0


def test_code_that_runs_while_the_notebook_loads_may_use_a_stand_in(chain: Chain) -> None:
    helper = "TABLE = double(torch.arange(4.0))"
    body = (
        "def quadruple(x):\n    assert TABLE.tolist() == [0, 2, 4, 6]\n    return double(double(x))"
    )
    result = chain.graded(helper, **WRONG | {"quadruple": body})
    assert score(result, "quadruple") == 3


def test_later_changes_of_the_wrong_symbol_do_not_reach_the_stand_in(chain: Chain) -> None:
    patch = "Gate.forward = lambda self, x: x * 0\ndouble = torch.compile(double) if 0 else double"
    result = chain.graded(patch, Gate=WRONG["Gate"], double=WRONG["double"])
    assert (score(result, "quadruple"), score(result, "through")) == (3, 2)


def test_all_is_as_before_where_nothing_is_wrong(chain: Chain) -> None:
    with_switch, without = chain.graded(), chain.graded(to=chain.plain)
    assert with_switch.tests == without.tests
    assert with_switch.notes == without.notes
