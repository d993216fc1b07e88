"""What the process that runs probes answers: what differs, and what nobody would see."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from autograder.errors import CourseError
from autograder.peer.experiments.contrast import Outcome, contrast, printed
from autograder.peer.experiments.order import Order, ProbeOrder, Shown, VersionOrder, run
from autograder.peer.experiments.sources import imports_needed, renamed, without_docstrings
from tests.peer.experiments.shipped import COURSE

SHIPPED = COURSE.assignment("cross_entropy")
PROBE = 'def probe(softmax):\n    return {"p": softmax(torch.ones(2))}\n'


@pytest.mark.parametrize(
    ("right", "wrong", "kind"),
    [
        (torch.ones(2), torch.ones(2), "same"),
        (torch.ones(2), torch.ones(2) + 1e-6, "same"),
        (torch.tensor([1.0]), torch.tensor([1.004]), "same"),
        (torch.tensor([1.0]), torch.tensor([1.1]), "values"),
        (torch.ones(2), torch.ones(2, 1), "shape"),
        (torch.ones(2), torch.ones(2).double(), "kind"),
        (torch.ones(2), torch.tensor([1.0, float("nan")]), "not_finite"),
        (torch.ones(2), None, "kind"),
        (True, False, "kind"),
        (3, 4, "values"),
        ((1, 2), (1, 3), "shape"),
    ],
)
def test_how_two_values_differ(right: Any, wrong: Any, kind: str) -> None:
    found = contrast(Outcome({"x": right}), Outcome({"x": wrong}))
    assert found.kind == kind
    assert (found.weight > 0) == (kind != "same")


def test_an_exception_is_seen_if_a_right_answer_raises_another_or_none() -> None:
    raised = Outcome({}, "ValueError", "no")
    assert contrast(Outcome({"x": 1}), raised).kind == "exception"
    assert contrast(raised, Outcome({}, "AssertionError")).kind == "exception"
    assert contrast(raised, Outcome({}, "ValueError", "in other words")).kind == "same"
    assert printed(raised) == "    ValueError = no"


def test_the_largest_difference_counts_and_of_equal_ones_the_first() -> None:
    right = Outcome({"a": torch.ones(1), "b": torch.ones(2), "c": torch.ones(2)})
    wrong = Outcome({"a": torch.zeros(1), "b": torch.ones(3), "c": torch.ones(3)})
    assert contrast(right, wrong).label == "b"


def asked(probe: str, **versions: str) -> tuple[Shown, ...]:
    order = Order(
        reference=str(SHIPPED.reference),
        probes=[ProbeOrder("probe", "softmax", "import torch\n" + probe, "", "file, line 1")],
        versions=[
            VersionOrder(name, "softmax", f"def version_a(x):\n    {body}", "version_a")
            for name, body in versions.items()
        ],
        probe_limit_s=0.5,
    )
    return run(order)


@pytest.mark.thorough
def test_what_hangs_or_cannot_be_loaded_or_prints_costs_itself_alone() -> None:
    shown = asked(
        PROBE,
        hangs="while True: pass",
        broken="return x\n1 / 0",
        talks='print("[]"); return x',
        adds="return x + 5",
    )
    assert {each.id: each.printed for each in shown} == {
        "hangs": "    TimeoutError = not done after 0.5 seconds",
        "talks": "    p = tensor([1., 1.])",
        "adds": "    p = tensor([6., 6.])",
    }
    assert [each.kind for each in shown] == ["exception", "values", "values"]


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("probe", "told"),
    [
        (PROBE.replace("torch.ones", "torch.onse"), "raises AttributeError"),
        (PROBE.replace("torch.ones", "torch.rand"), "something else each time"),
        (PROBE.replace('{"p": softmax(torch.ones(2))}', "3"), "a dict from labels"),
    ],
)
def test_a_probe_that_fails_on_the_reference_is_an_error_with_its_line(
    probe: str, told: str
) -> None:
    with pytest.raises(CourseError, match=told) as caught:
        asked(probe, wrong="return x")
    assert (caught.value.code, caught.value.where) == ("session-broken", "file, line 1")


def test_names_are_replaced_where_they_are_names() -> None:
    code = "def f(x):\n    f.f = g(f=x, y=f)  # f\n    return torch.f(f)\n"
    assert renamed(code, {"f": "version_a"}) == (
        "def version_a(x):\n    version_a.f = g(f=x, y=version_a)  # f\n"
        "    return torch.f(version_a)\n"
    )


def test_imports_are_those_that_are_used() -> None:
    sources = ["import math\nimport torch.nn.functional as F\nfrom torch import Tensor, nn"]
    assert imports_needed(sources, "nn.Linear(2, 3)") == "import torch\nfrom torch import nn"
    assert imports_needed(sources, "F.relu(math.pi)") == (
        "import math\n\nimport torch\nimport torch.nn.functional as F"
    )


def test_docstrings_go_and_comments_stay() -> None:
    code = 'def f():\n    """What it does.\n\n    More.\n    """\n\n    # why\n    return 1\n'
    assert without_docstrings(code) == "def f():\n    # why\n    return 1\n"
    assert without_docstrings('def f():\n    """Nothing else."""\n').count('"""') == 2
