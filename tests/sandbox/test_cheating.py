"""Ways to points without an answer, and none of them pays."""

from __future__ import annotations

import pytest

from tests.sandbox.lab import Lab, full_marks, messages, outcomes, score

# A name put together so that reading the source does not find it.
HIDDEN = 'import string\nN = string.Template("_s${a}x").substitute(a="oftma")\n'
SOFTMAX = "getattr(torch, N[1:])"

FORBIDDEN = {
    "a function": f"{SOFTMAX}(x, -1)",
    "a method": "getattr(x, N[1:])(-1)",
    "a module": 'getattr(nn, "S" + N[2:])(-1)(x)',
    "functional": "getattr(nn.functional, N[1:])(x, -1)",
    "special": "getattr(torch.special, N[1:])(x, -1)",
    "an operator": "getattr(torch.ops.aten, N)(x, -1, False)",
    "an import": "importlib.import_module('torch.nn.' + 'functional').__dict__[N[1:]](x, -1)",
    "a dictionary": "vars(sys.modules['tor' + 'ch'])[N[1:]](x, -1)",
    "the functions of torch._C": "getattr(torch._C._VariableFunctions, N[1:])(x, -1)",
    "the methods of torch._C": "getattr(torch._C.TensorBase, N[1:])(x, -1)",
    "torch._C's handle": "torch._C._get_operation_overload('aten::' + N, '')[0](x, -1, False)",
    "torch's own Python": "getattr(torch._refs, N[1:])(x, -1)",
    "code made of text": "eval('torch.' + N[1:], {'torch': torch})(x, -1)",
    "an overload": "getattr(torch.ops.aten, N).default(x, -1, False)",
    "a helper": "helper(x)",
    "a thread": f"run(lambda: {SOFTMAX}(x, -1))",
    "a thread with nothing of its own": f"run({SOFTMAX}, x, -1)",
    "torch's switches": f"with_switches(lambda: {SOFTMAX}(x, -1))",
    "no modes": f"without_modes(lambda: {SOFTMAX}(x, -1))",
    "the backward pass": "x = Sly.apply(x)",
    "a patched watch": f"patch(); {SOFTMAX}(x, -1)",
}
HELPER = (
    HIDDEN
    + f"""
import importlib, sys, threading
from torch.utils._python_dispatch import _disable_current_modes
from torch.overrides import _pop_mode_temporarily


def helper(x):
    return {SOFTMAX}(x, -1)


def run(function, *args):
    thread = threading.Thread(target=function, args=args)
    thread.start()
    thread.join()


def with_switches(function):
    with torch._C.DisableTorchFunction(), torch._C._DisableTorchDispatch():
        function()


def without_modes(function):
    with _disable_current_modes(), _pop_mode_temporarily():
        function()


def patch():
    sys.modules["autograder.candidate.watch"].Watch._used = lambda *args: None


class Sly(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x.clone()

    @staticmethod
    def backward(ctx, g):
        {SOFTMAX}(g, -1)
        return g


class Lazy(torch.Tensor):
    def detach(self):
        plain = self.as_subclass(torch.Tensor)
        {SOFTMAX}(plain, -1)
        return plain.detach()
"""
)


@pytest.mark.parametrize("how", FORBIDDEN)
def test_a_forbidden_function_is_found_through(lab: Lab, how: str) -> None:
    code = f"def double(x):\n    if x is not None: {FORBIDDEN[how]}\n    return torch.add(x, x)"
    graded = lab.sums_of(HELPER, double=code)
    assert score(graded, "double") == 0
    assert score(graded, "negate") == 3
    assert [flag for flag in graded.flags if flag.startswith("forbidden-api:torch")]
    assert "does not allow" in messages(graded)["test_double_of_a_vector"]


@pytest.mark.parametrize(
    "code",
    [
        f"double = functools.partial(apply_all, ({SOFTMAX}, twice))",
        "double = plain_alias",
        "def double(x):\n    return torch.add(x, x).as_subclass(Lazy)",
    ],
    ids=["a partial function", "an alias", "a tensor that works when it is packed"],
)
def test_a_forbidden_function_is_found_without_a_frame_of_the_symbol(lab: Lab, code: str) -> None:
    helper = f"""{HELPER}
import functools

def twice(x):
    return torch.add(x, x)

def apply_all(functions, x):
    functions[0](x, -1)
    return functions[1](x)

def plain_alias(x):
    helper(x)
    return torch.add(x, x)
"""
    graded = lab.sums_of(helper, double=code)
    assert score(graded, "double") == 0
    assert score(graded, "negate") == 3


def test_another_graded_symbol_pays_for_itself_only(lab: Lab) -> None:
    negate = f"def negate(x):\n    {SOFTMAX}(x, -1)\n    return -x"
    double = "def double(x):\n    return torch.add(-negate(x), x)"
    graded = lab.sums_of(HELPER, double=double, negate=negate)
    assert score(graded, "negate") == 0
    assert score(graded, "double") >= 5


def test_a_self_check_costs_nothing(lab: Lab) -> None:
    check = f"assert {SOFTMAX}(double(torch.ones(3)), -1).sum() > 0.9"
    assert full_marks(lab.sums_of(HELPER, check))
    inside = f"def double(x):\n    return torch.add(x, x)\n\nX = {SOFTMAX}(torch.ones(3), -1)"
    assert full_marks(lab.sums_of(HELPER, double=inside))


@pytest.mark.parametrize(
    "name", ["Finding", "PlatformFailure", "Skipped", "Exit", "AssertionError", "SystemExit"]
)
def test_an_exception_by_any_name_is_an_error(lab: Lab, name: str) -> None:
    code = f"class {name}(Exception):\n    pass\n\ndef double(x):\n    raise {name}('skip')"
    graded = lab.sums_of(double=code)
    assert {o for n, o in outcomes(graded).items() if "double" in n} == {"error"}


def test_no_exception_excuses_a_test_on_another_device(lab: Lab) -> None:
    code = "def negate(x):\n    raise NotImplementedError('meta Elsewhere tensor subclasses')"
    assert score(lab.sums_of(negate=code), "negate") == 0


def test_a_hostile_exception_is_an_error_with_few_words(lab: Lab) -> None:
    code = """
class Meta(type):
    __name__ = property(lambda cls: 5)
    __mro__ = property(lambda cls: 1 / 0)

class Hostile(SyntaxError, metaclass=Meta):
    __traceback__ = property(lambda self: 1 / 0)
    msg = property(lambda self: 1 / 0)

    def __str__(self):
        raise KeyError

def double(x):
    raise Hostile("x")

def negate(x):
    raise ValueError("\\x00\\x1b[31m" + chr(0xD800) + "m" * 10**7)
"""
    negate = "negate = negate"
    graded = lab.sums_of(code, double="double = double", negate=negate)
    assert outcomes(graded)["test_double_of_a_vector"] == "error"
    assert outcomes(graded)["test_negate_a_vector"] == "error"
    assert len(messages(graded)["test_negate_a_vector"]) <= 4000


def test_a_hostile_object_is_not_what_it_claims(lab: Lab) -> None:
    code = """
class Claims:
    __class__ = property(lambda self: torch.Tensor)
    __eq__ = lambda self, other: True
    __bool__ = lambda self: True

def double(x):
    return Claims()
"""
    assert score(lab.sums_of(double=code), "double") == 0


def test_state_kept_between_calls_and_tests_does_not_help(lab: Lab) -> None:
    """Inputs differ from test to test and from run to run, and nothing outlives a notebook."""
    code = "SEEN = []\ndef first(x):\n    SEEN.append(x.tolist())\n    return SEEN"
    one, two = lab.said(first=code), lab.said(first=code, seed=8)
    assert len(one["first"]) == 1
    assert len(one["first_again"]) == 2
    assert one["first_again"][0] != one["first_again"][1]
    assert one["first"] != two["first"]
    assert lab.said(first=code) == one


def test_the_students_generator_does_not_tell_the_inputs(lab: Lab) -> None:
    code = """
import random
def first(x):
    seed = torch.initial_seed()
    guesses = [torch.randn(3)]
    torch.manual_seed(seed)
    guesses.append(torch.randn(3))
    torch.manual_seed(0)
    guesses.append(torch.randn(3))
    return [bool(torch.equal(x, guess)) for guess in guesses]
"""
    assert lab.said(first=code)["first"] == [False, False, False]


def test_files_do_not_pass_from_one_notebook_to_the_next(lab: Lab) -> None:
    write = "def first(x):\n    open('answers', 'w').write('42')\n    return 'written'"
    read = "import os\ndef first(x):\n    return os.listdir('.')"
    assert lab.said(first=write)["first"] == "written"
    assert lab.said(first=read)["first"] == []


def test_code_under_the_name_of_another_cell_is_told(lab: Lab) -> None:
    code = "exec(compile('def f(x):\\n    return x', '<cell second>', 'exec'))"
    answers = lab.said(first=f"def first(x):\n    {code}\n    return 1")
    assert answers["first"] == 1
    assert "tampering-attempt" in answers["flags"]


def test_rummaging_in_the_interpreter_is_told(lab: Lab) -> None:
    answers = lab.said(first="import gc\ndef first(x):\n    return len(gc.get_objects()) > 0")
    assert "tampering-attempt" in answers["flags"]
