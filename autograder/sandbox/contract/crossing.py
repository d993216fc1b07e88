"""What crosses between a suite and student code: values, gradients, modules, big tensors.

Each behaviour is one test of a mini-suite: it passes with a right answer and, so that this means
something, it does not pass with a slightly wrong one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from autograder.report import Outcome
from autograder.sandbox.contract.behaviour import Group
from autograder.sandbox.contract.bench import Bench, expect, short

VALUES = Group("values")
GRADIENTS = Group("gradients")
MODULES = Group("modules")
BIG_TENSORS = Group("big-tensors")

# Gives back something that is nearly what it was given.
SPOILING_ECHO = """
def spoilt(x):
    if isinstance(x, torch.Tensor):
        if x.numel() == 0:
            return torch.zeros(*x.shape, 1, dtype=x.dtype)
        return ~x if x.dtype == torch.bool else torch.where(x == x, x + 1, 0)
    changed = {
        bool: lambda: not x,
        int: lambda: x + 1,
        float: lambda: 0.5,
        str: lambda: x + ".",
        tuple: lambda: list(x),
        list: lambda: tuple(x),
        dict: lambda: {},
        torch.dtype: lambda: torch.float16,
        torch.device: lambda: torch.device("meta"),
    }
    return changed[type(x)]() if x is not None else 0


def echo(*values, **named):
    return spoilt(named or values[0])
"""
SPOILING_CUBE = "def cube(x):\n    return (x.detach()**3 + x * 0).to(torch.float64)"
SPOILING_MIX = "def mix(x, y, use_second=True):\n    return (x * y).detach()"
SPOILING_NET = """class Net(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.size = [inputs, outputs]
        self.inner = nn.Identity()
        self.weights = nn.Parameter(torch.ones(inputs, outputs).double())
        self.register_buffer("calls", torch.tensor(0))

    half_scale = 1

    def describe(self, text, times=1):
        return text

    def train(self, mode=True):
        return self

    def forward(self, x):
        return x.detach().to(self.weights.dtype) @ self.weights.detach() + torch.rand(1)"""
SPOILING_RUN = "def run(module, x):\n    return module(x.detach()).detach()"

CROSSINGS = {
    "test_integers": "integers cross, and those beyond 64 bits too",
    "test_floats": "floats cross to the last bit",
    "test_nan_and_infinity": "nan, the infinities and the sign of zero cross",
    "test_text": "text crosses in any script",
    "test_truth_and_nothing": "True, False and None cross as themselves",
    "test_tuples_and_lists": "tuples cross as tuples and lists as lists",
    "test_dictionaries": "dictionaries cross, and arguments by name",
    "test_dtypes_as_values": "dtypes and devices cross as values",
    "test_tensors_of_every_dtype": "tensors of every common dtype cross",
    "test_tensors_without_dimensions": "tensors without dimensions cross",
    "test_empty_tensors": "empty tensors keep their shape",
    "test_views": "views that are not contiguous cross",
}
DERIVATIVES = {
    "test_the_first_derivative": "the first derivative crosses",
    "test_higher_derivatives": "the second and the third derivative cross",
    "test_a_derivative_through_two_calls": "a derivative goes through a call of a call",
    "test_backward_adds_up_in_grad": "backward adds up in grad, in the dtype of the input",
    "test_several_inputs": "the gradients of several inputs hold against finite differences",
    "test_an_input_that_is_not_used": "an input that is not used has no gradient",
    "test_no_gradient_where_none_is_wanted": "no_grad holds inside student code",
}
NETWORKS = {
    "test_construction_and_attributes": "a module has its attributes, properties and methods",
    "test_parameters": "a module has its parameters, by name and shape",
    "test_gradients_of_parameters": "a loss reaches a module's parameters",
    "test_learning": "an optimizer of the suite trains a module",
    "test_copying_into_parameters": "what is copied into a parameter is used",
    "test_state_round_trip": "a state_dict moves from one module to another",
    "test_submodules": "submodules can be called, and follow a change of dtype",
    "test_training_and_evaluation": "train and eval reach a module and its submodules",
    "test_a_module_as_argument": "a module can be an argument of another function",
    "test_state_between_calls": "a buffer keeps its state between calls",
}


def _table(group: Group, exercise: str, rows: Mapping[str, str], spoilt: dict[str, str]) -> None:
    for test, sentence in rows.items():
        group.add(sentence, _passes_only_when_right(exercise, test, spoilt))


def _passes_only_when_right(
    exercise: str, test: str, spoilt: dict[str, str]
) -> Callable[[Bench], None]:
    def look(bench: Bench) -> None:
        right = bench.graded(exercise).tests[test]
        expect(
            right.outcome == Outcome.PASSED,
            f"with a right answer: {right.outcome}, {short(right.message)}",
        )
        wrong = bench.graded(exercise, **spoilt).tests[test]
        expect(wrong.outcome != Outcome.PASSED, "passes with a wrong answer, too")

    return look


_table(VALUES, "crossing", CROSSINGS, {"echo": SPOILING_ECHO})
_table(GRADIENTS, "derivatives", DERIVATIVES, {"cube": SPOILING_CUBE, "mix": SPOILING_MIX})
_table(MODULES, "networks", NETWORKS, {"Net": SPOILING_NET, "run": SPOILING_RUN})
_table(
    BIG_TENSORS,
    "crossing",
    {"test_a_tensor_near_the_limit": "a tensor just below the message limit crosses"},
    {"echo": SPOILING_ECHO},
)


@BIG_TENSORS
def a_result_beyond_the_message_limit_costs_its_own_test(bench: Bench) -> None:
    code = "def double(x):\n    return x + x if x.dim() == 1 else torch.ones(3 * 10**6)"
    verdict = bench.grade("arithmetic", double=code)
    verdict.expect_lost_only({"test_double_of_a_matrix": Outcome.ERROR}, "too large")


@BIG_TENSORS
def a_result_of_a_trillion_elements_costs_its_own_test(bench: Bench) -> None:
    code = "def double(x):\n    return x + x if x.dim() == 1 else x[0, :1].expand(10**12)"
    verdict = bench.grade("arithmetic", double=code)
    verdict.expect_lost_only({"test_double_of_a_matrix": (Outcome.ERROR, Outcome.CRASHED)})
