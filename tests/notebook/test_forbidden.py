"""Names that an assignment does not allow, as far as the syntax tree shows them."""

from __future__ import annotations

import pytest

from tests.notebook.building import LOG, SOFTMAX, Course, code, student_cells

FORBIDDEN = [
    "torch.softmax",
    "torch.log_softmax",
    "torch.Tensor.softmax",
    "torch.nn.functional.softmax",
    "torch.nn.Softmax",
    "torch.nn.LSTM",
    "torch.distributions",
]


def found(course: Course, softmax: str, *helpers: str) -> tuple[str, ...]:
    submission = course.read_with(*helpers, softmax=softmax, forbidden=FORBIDDEN)
    names = submission.forbidden_names.get("softmax", ())
    assert {flag for flag in submission.flags if "forbidden" in flag} == {
        f"forbidden-api:{name}" for name in names
    }
    return names


def body(*lines: str) -> str:
    return "\n    ".join(("def softmax(x, dim=-1):", *lines))


@pytest.mark.parametrize(
    ("helper", "line"),
    [
        ("", "return torch.softmax(x, dim)"),
        ("", "f = torch.softmax"),
        ("", "return (torch).softmax(x)"),
        ("import torch as t", "return t.softmax(x)"),
        ("from torch import softmax as sm", "return sm(x)"),
        ("sm = torch.softmax", "return sm(x)"),
        ("a = torch\nb = a\nsm, two = b.softmax, 2", "return sm(x)"),
        ("if True:\n    import torch as t\n    sm = t.softmax", "return sm(x)"),
        ("try:\n    from torch import softmax as sm\nexcept ImportError:\n    sm = 1", "sm"),
        ("def helper(x):\n    return torch.softmax(x)", "return helper(x)"),
        ("class A:\n    sm = torch.softmax", "return A.sm(x)"),
        ("from torch import *\nX = 1", "return log(X)\n    torch.softmax"),
        ("helpers = []\nhelpers.append(torch.softmax)", "return helpers[0](x)"),
        ("", "import torch as t\n    return t.softmax(x)"),
        ("", "from torch import softmax\n    return softmax(x)"),
        ("", "t = torch\n    def inner():\n        return t.softmax(x)\n    return inner()"),
        ("", "return (t := torch).softmax(x)"),
        ("", "return (torch if dim else nn).softmax(x)"),
        ("", "return getattr(torch, 'softmax')(x)"),
        ("", "return getattr(torch, 'soft' + 'max')(x)"),
        ("", "return getattr(torch, f'soft{\"max\"}')(x)"),
        ("", "return getattr(torch, ''.join(['soft', 'max']))(x)"),
        ("g = getattr", "return g(torch, 'softmax')(x)"),
        ("import builtins", "return builtins.getattr(torch, 'softmax')(x)"),
        ("", "return torch.__dict__['softmax'](x)"),
        ("", "return vars(torch)['softmax'](x)"),
        ("", "return __import__('torch').softmax(x)"),
        ("import importlib", "return importlib.import_module('torch').softmax(x)"),
        ("from importlib import import_module as im", "return im('torch').softmax(x)"),
        ("import sys", "return sys.modules['torch'].softmax(x)"),
        ("import functools", "return functools.partial(torch.softmax, dim=dim)(x)"),
        ("", "return torch.softmax.__call__(x)"),
        ("", "return (lambda f=torch.softmax: f(x))()"),
    ],
)
def test_torch_softmax_is_found_behind(course: Course, helper: str, line: str) -> None:
    assert found(course, body(line), helper) == ("torch.softmax",)


@pytest.mark.parametrize(
    ("helper", "line", "name"),
    [
        ("import torch.nn.functional as F", "return F.softmax(x)", "nn.functional.softmax"),
        ("from torch.nn import functional as F", "return F.softmax(x)", "nn.functional.softmax"),
        ("from torch.nn import *", "return Softmax(dim)(x)", "nn.Softmax"),
        ("from torch.nn import *", "return functional.softmax(x)", "nn.functional.softmax"),
        ("nnf = nn.functional", "return nnf.softmax(x)", "nn.functional.softmax"),
        ("import torch.nn", "return torch.nn.functional.softmax(x)", "nn.functional.softmax"),
        ("", "return nn.Softmax(dim)(x)", "nn.Softmax"),
        ("", "return nn.modules.Softmax(dim)(x)", "nn.Softmax"),
        ("", "return nn.modules.activation.Softmax(dim)(x)", "nn.Softmax"),
        ("", "return nn.LSTM.forward", "nn.LSTM"),
        ("", "return Tensor.softmax(x, dim)", "Tensor.softmax"),
        ("import torch.distributions as D", "return D.Normal(0, 1)", "distributions.Normal"),
        ("", "return torch.distributions.kl.kl_divergence", "distributions.kl.kl_divergence"),
        ("from torch.distributions import Normal as N", "return N(0, 1)", "distributions.Normal"),
        ("import importlib as i", "i.import_module('torch.distributions')", "distributions"),
        ("", "__import__('torch.distributions', fromlist=['x']).Normal", "distributions.Normal"),
    ],
)
def test_the_name_is_given_as_the_course_lists_it(
    course: Course, helper: str, line: str, name: str
) -> None:
    assert found(course, body(line), helper) == (f"torch.{name}",)


def test_a_star_import_below_the_definition_stands_for_the_symbol(course: Course) -> None:
    submission = course.read(*student_cells(), code("from torch import *"), forbidden=FORBIDDEN)
    assert submission.forbidden_names["log_softmax"] == ("torch.log_softmax",)


def test_an_alias_taken_before_the_symbol_is_defined_is_found(course: Course) -> None:
    own = f"from torch import softmax\nsm = softmax\n{body('return sm(x)')}"
    assert found(course, own) == ("torch.softmax",)


@pytest.mark.parametrize("answer", ["from torch import softmax", "softmax = torch.softmax"])
def test_an_import_or_alias_in_place_of_an_answer_is_found(course: Course, answer: str) -> None:
    assert found(course, answer) == ("torch.softmax",)


@pytest.mark.parametrize(
    ("helper", "line"),
    [
        ("", "return softmax(x)"),
        ("", "return self.softmax(x)"),
        ("", "return x.softmax(dim)"),
        ("", "torch = x\n    return torch.softmax(dim)"),
        ("", "return [torch.softmax for torch in x]"),
        ("", "return (lambda torch: torch.softmax)(x)"),
        ("", "return 'torch.softmax'"),
        ("", "# torch.softmax\n    return 1"),
        ("", '"""Like torch.softmax."""\n    return x.exp()'),
        ("from torch import softmax as sm\ndef sm(x): return x", "return sm(x)"),
        ("import torch.distributions as D", "return torch.exp(x)"),
        ("from torch import softmax as unused", "return 1"),
        ("class torch:\n    def softmax(x): pass", "return torch.softmax(x)"),
        ("print(torch.softmax)", "return 1"),
        ("def unused(): return torch.softmax", "return 1"),
        ("", "return getattr(x, 'softmax')(dim)"),
        ("def getattr(a, b): return a", "return getattr(torch, 'softmax')"),
        ("", "return torch.softmax_of_my_own"),
        ("", "return nn.LSTMish"),
    ],
)
def test_the_students_own_names_are_no_finding(course: Course, helper: str, line: str) -> None:
    assert found(course, body(line), helper) == ()


def test_a_parameter_named_like_a_module_is_the_students_own(course: Course) -> None:
    own = "def softmax(torch, F):\n    return torch.softmax(F.softmax)"
    assert found(course, own, "import torch.nn.functional as F") == ()


def test_a_self_check_costs_nothing(course: Course) -> None:
    check = f"{SOFTMAX}\nassert torch.allclose(softmax(x), torch.softmax(x, -1))"
    assert found(course, check, "for i in range(3):\n    print(torch.softmax)") == ()


def test_each_symbol_answers_for_its_own_code_and_helpers_only(course: Course) -> None:
    cells = student_cells("def softmax(x): return torch.softmax(x, -1)", LOG)
    submission = course.read(*cells, forbidden=FORBIDDEN)
    assert submission.forbidden == {"softmax": ("torch.softmax (cell softmax, line 1)",)}
    shared = "def helper(x): return torch.softmax(x, -1)"
    users = ("def softmax(x): return helper(x)", "def log_softmax(x): return helper(x)")
    cells = [code(shared), *student_cells(*users)]
    submission = course.read(*cells, forbidden=FORBIDDEN)
    place = ("torch.softmax (cell 1, line 1)",)
    assert submission.forbidden == {"softmax": place, "log_softmax": place}


def test_every_place_is_listed_with_its_cell_and_line(course: Course) -> None:
    softmax = body("a = torch.softmax(x)", "", "return nn.Softmax(), torch.softmax")
    assert course.read(*student_cells(softmax), forbidden=FORBIDDEN).forbidden["softmax"] == (
        "torch.softmax (cell softmax, line 2)",
        "torch.nn.Softmax (cell softmax, line 4)",
        "torch.softmax (cell softmax, line 4)",
    )


def test_without_a_list_nothing_is_forbidden(course: Course) -> None:
    submission = course.read(*student_cells(body("return torch.softmax(x)")))
    assert (submission.forbidden, submission.flags) == ({}, ())
