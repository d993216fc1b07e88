"""Whatever an author writes of themselves into an answer, nobody reads it in what is shown."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.course import Student
from autograder.peer.answers import names_of, traces
from tests.peer.answers.sweeps import all_of, anonymous
from tests.suites.answers import with_cells

WHO = Student(id="20231234", first_name="Zuzanna", last_name="Quirkova", email="zuzq@example.org")
WORDS = names_of([WHO])
NAME = "cross_entropy"

# Places in an answer that somebody may write into. {w} is their word, S the symbol's head.
SHOWN = {
    "comment": "def S:\n    # {w} was here\n    return logits.exp()",
    "docstring": 'def S:\n    """{w}, at night."""\n    return logits.exp()',
    "loose string": 'def S:\n    "{w}"\n    return logits.exp()',
    "variable": "def S:\n    {w} = logits.exp()\n    return {w}",
    "helper": "def {w}(x):\n    return x.exp()\n\ndef S:\n    return {w}(logits)",
    "argument": "def f({w}):\n    return {w}\n\ndef S:\n    return f(logits)",
    "argument by name": "def f({w}=1):\n    return {w}\n\ndef S:\n    return f({w}=logits)",
    "lambda": "def S:\n    return (lambda {w}: {w}.exp())(logits)",
    "walrus": "def S:\n    return ({w} := logits.exp()) / {w}.sum(dim, True)",
    "comprehension": "def S:\n    return sum({w} for {w} in [logits])",
    "loop": "def S:\n    for {w} in range(2):\n        pass\n    return {w}",
    "with": "def S:\n    with torch.no_grad() as {w}:\n        return logits",
    "exception": "def S:\n    try:\n        return logits.exp()\n"
    "    except ValueError as {w}:\n        raise {w}",
    "message": "def S:\n    raise ValueError('{w}')",
    "message put together": "def S:\n    raise ValueError('by {w} ' + str(dim))",
    "formatted": "def S:\n    raise ValueError(f'{w} {{dim}} {w}')",
    "percent": "def S:\n    raise ValueError('{w} %s' % dim)",
    "format": "def S:\n    raise ValueError('{w} {{}}'.format(dim))",
    "print": "def S:\n    print('{w}', logits.shape)\n    return logits",
    "assert": "def S:\n    assert dim, '{w}'\n    return logits",
    "key": "def S:\n    d = {{'{w}': logits}}\n    return d['{w}']",
    "named key": "def S:\n    d = dict({w}=logits)\n    return d['{w}']",
    "default": "def softmax(logits, dim=-1, who='{w}'):\n    return logits.exp()",
    "further argument": "def softmax(logits, dim=-1, {w}=1):\n    return logits * {w}",
    "star arguments": "def softmax(logits, dim=-1, *{w}, **{w}s):\n    return logits, {w}, {w}s",
    "annotation": "class {w}:\n    pass\n\n"
    "def softmax(logits: {w}, dim: '{w}' = -1) -> {w}:\n    return logits",
    "annotated": "def S:\n    x: '{w}' = logits\n    return x",
    "alias of a type": "import torch\n{w} = torch.Tensor\n\ndef softmax(logits: {w}, dim=-1):\n"
    "    return {w}.exp(logits)",
    "class": "class {w}:\n    {w}s = 1\n\ndef S:\n    return {w}().{w}s * logits",
    "attribute": "class A:\n    pass\n\ndef S:\n    a = A()\n    a.{w} = logits\n"
    "    return getattr(a, '{w}')",
    "method": "class A:\n    def {w}({w}s, x):\n        return x\n\n"
    "def S:\n    return A().{w}(logits)",
    "record": "from typing import NamedTuple\nclass {w}(NamedTuple):\n    {w}s: int = 1\n\n"
    "def S:\n    return logits * {w}({w}s=2).{w}s",
    "named tuple": "from collections import namedtuple\nR = namedtuple('{w}', 'a {w}s')\n\n"
    "def S:\n    return R(1, logits).{w}s",
    "alias": "import torch as {w}\n\ndef S:\n    return {w}.exp(logits)",
    "alias inside": "def S:\n    from math import exp as {w}\n    return {w}(1)",
    "global": "{w} = 1\n\ndef S:\n    global {w}\n    {w} = 2\n    return logits",
    "nonlocal": "def S:\n    {w} = 1\n    def f():\n        nonlocal {w}\n"
    "        {w} = 2\n    f()\n    return logits * {w}",
    "decorator": "def {w}(f):\n    return f\n\n@{w}\ndef S:\n    return logits",
    "match": "def S:\n    match dim:\n        case {w}:\n            return {w}",
    "match of a mapping": "def S:\n    match {{'{w}': logits}}:\n"
    "        case {{'{w}': found, **{w}}}:\n            return found",
    "match of a class": "class A:\n    def __init__(self):\n        self.{w} = 1\n\n"
    "def S:\n    match A():\n        case A({w}=x):\n            return logits * x",
    "slots": "class A:\n    __slots__ = ('{w}',)\n\n"
    "def S:\n    a = A()\n    a.{w} = logits\n    return a.{w}",
    "private": "class A:\n    def __init__(self, x):\n        self.__{w} = x\n\n"
    "    def get(self):\n        return self.__{w}\n\n"
    "def S:\n    return A(logits).get()",
    "constant": "{w} = -1e9\n\ndef S:\n    return logits + {w}",
    "table": "{w} = {{'{w}': 1, 'none': 2}}\n\ndef S:\n    return {w}['{w}']",
    "elsewhere": "{w}s = '{w}'\n\ndef S:\n    return logits",
}
# What cannot be followed for sure, and is not shown at all.
REFUSED = {
    "eval": "def S:\n    {w} = 1\n    return eval('{w}') * logits",
    "globals": "def {w}(x):\n    return x\n\ndef S:\n    return globals()['{w}'](logits)",
    "own name": "def S:\n    return {{softmax.__name__: '{w}'}}",
    "own words": "def S:\n    '''{w}'''\n    return softmax.__doc__",
    "bytes": "def S:\n    return b'{w}'",
    "letters": "def S:\n    return '{w}'[0]",
    "put together": "def S:\n    return getattr(torch, '{w}' + 'x', logits)",
    "letter by letter": "def S:\n    return ''.join(list('{w}'))",
    "another module": "import {w}\n\ndef S:\n    return {w}.exp(logits)",
    "from a module": "from torch import {w}\n\ndef S:\n    return {w}(logits)",
    "patched": "def S:\n    torch.{w} = 1\n    return logits",
    "own class by name": "def S:\n    class {w}: pass\n    return {w}.__qualname__",
    "compiled": "@torch.jit.script\ndef S:\n    {w} = logits\n    return {w}",
    "option of torch": "def S:\n    return torch.zeros(1, device='{w}')",
    "equation elsewhere": "def S:\n    e = '{w},{w}'\n    return torch.einsum(e, logits)",
    "sorted words": "def S:\n    return sorted({{'{w}': 1, 'b': 2}})",
    "looks for a part": "class M(nn.Module):\n    def __init__(self):\n        super().__init__()\n"
    "        self.{w} = nn.Linear(1, 1)\n\nfrom torch import nn\n"
    "def S:\n    return [p for n, p in M().named_parameters() if '{w}' in n]",
}


def answer(source: str, *, words: frozenset[str] = WORDS) -> str | None:
    code = source.replace("def S:", "def softmax(logits, dim=-1):")
    found = anonymous(NAME, with_cells(NAME, {"softmax": code}), "softmax", words)
    return found.code if found else None


@pytest.mark.parametrize("place", SHOWN)
def test_a_name_is_gone_from(place: str) -> None:
    codes = {answer(SHOWN[place].format(w=word)) for word in ("Quirkova", "주잔나")}
    assert len(codes) == 1
    code = codes.pop()
    assert code is not None
    assert "def softmax(logits, dim=-1" in code
    assert traces(code, WORDS | {"주잔나"}) == ()
    assert "quirk" not in code.casefold()


@pytest.mark.parametrize("place", REFUSED)
def test_nothing_is_shown_where_it_cannot_be_followed(place: str) -> None:
    assert answer(REFUSED[place].format(w="Quirkova")) is None


@pytest.mark.parametrize(
    "number", ["20231234", "2.0231234", "951203", "0x1350C52", "31.4159j * 7919513"]
)
def test_a_number_that_may_be_somebodys_is_not_shown(number: str) -> None:
    assert answer(f"def softmax(logits, dim=-1):\n    return logits * {number}") is None


@pytest.mark.parametrize(
    "number",
    ["1e-12", "-1000000000.0", "65536", "3.141592653589793", "0.6931472", "12345", "2147483647"],
)
def test_a_number_that_everybody_writes_stays(number: str) -> None:
    assert answer(f"def softmax(logits, dim=-1):\n    return logits * {number}") is not None


def test_a_short_id_is_found_in_a_number() -> None:
    words = names_of([Student(id="4711")])
    source = "def softmax(logits, dim=-1):\n    return logits * 4711"
    assert answer(source, words=words) is None
    assert answer(source, words=frozenset()) is not None


def test_a_seed_is_another_one() -> None:
    code = answer(
        "def softmax(logits, dim=-1):\n    torch.manual_seed(20231234)\n    return logits"
    )
    assert code is not None
    assert "torch.manual_seed(0)" in code


def test_numbers_that_spell_a_name_are_not_shown() -> None:
    codes = list(map(ord, "Quirkova"))
    source = f"def softmax(logits, dim=-1):\n    return ''.join, {codes}"
    assert answer(source.replace("''.join, ", "")) is None


@pytest.mark.parametrize("spelled", ["[2, 0, 2, 3, 1, 2, 3, 4]", "2023 + 1234j", "(20, 231, 23.4)"])
def test_numbers_that_spell_an_id_are_not_shown(spelled: str) -> None:
    source = f"def softmax(logits, dim=-1):\n    x = {spelled}\n    return logits"
    assert answer(source, words=frozenset({"20231234"})) is None
    assert answer(source, words=frozenset({"20231235"})) is not None


def test_the_letters_of_an_equation_are_not_the_authors() -> None:
    source = "def softmax(logits, dim=-1):\n    return torch.einsum('{}', logits, logits)"
    codes = {answer(source.format(e)) for e in ("kim,kim->k", "abc, abc -> a", "zyx,zyx->z")}
    assert len(codes) == 1
    assert "abc, abc -> a" in str(codes.pop())
    kept = answer(source.format("zb,ab"))  # the alphabet decides which axis comes first
    assert kept is not None
    assert "cb, ab" in kept


NAMES = st.sampled_from(
    [
        "Quirkova",
        "zuzanna_quirkova",
        "주잔나",
        "q",
        "_zq",
        "ZUZ",
        "x1",
        "matrix",
        "size",
        "Zuzanna2",
    ]
)


@settings(max_examples=20, deadline=None, derandomize=True, database=None)
@given(names=st.lists(NAMES, min_size=5, max_size=5, unique=True), comments=st.booleans())
def test_the_same_answer_is_the_same_text_whatever_things_are_called(
    names: list[str], comments: bool
) -> None:
    shift, largest, argument, inner, other = names
    remark = f"  # {names[0]}'s idea" if comments else ""
    source = (
        f"def {shift}({argument}, {inner}):{remark}\n"
        f"    {largest} = {argument}.amax({inner}, keepdim=True)\n"
        f"    return {argument} - {largest}\n\n"
        f"class {other}:\n    pass\n\n"
        "def softmax(logits, dim=-1):\n"
        f"    {inner} = {shift}(logits, dim).exp()\n"
        f"    {other}().mine = 1\n"
        f"    return {inner} / {inner}.sum(dim, keepdim=True)"
    )
    code = answer(source)
    assert code is not None
    assert traces(code, WORDS) == ()
    assert code == SAME


SAME = """\
def helper_1(input_1, input_2):
    amax_1 = input_1.amax(input_2, keepdim=True)
    return input_1 - amax_1


class Type1:
    pass


def softmax(logits, dim=-1):
    exp_1 = helper_1(logits, dim).exp()
    Type1().attribute_1 = 1
    return exp_1 / exp_1.sum(dim, keepdim=True)
"""


def test_helpers_come_in_the_same_order_and_what_is_not_needed_is_not_there() -> None:
    first = "def one(x):\n    return x\n"
    second = "def two(x):\n    return x.exp()\n"
    unused = "def three(x):\n    return x.log()\n"
    body = "def softmax(logits, dim=-1):\n    return two(one(logits))\n"
    codes = {
        answer("\n".join(parts))
        for parts in ((first, second, body), (second, first, body), (body, second, unused, first))
    }
    assert len(codes) == 1
    assert "log" not in str(codes.pop()).replace("logits", "")


def test_what_does_something_when_it_is_executed_keeps_its_place() -> None:
    code = answer(
        "table = {}\ndef fill():\n    table['mean'] = 1\n\nfill()\ntable['sum'] = len(table)\n\n"
        "def softmax(logits, dim=-1):\n    return logits * table['sum']"
    )
    assert code is not None
    names: dict[str, object] = {}
    exec(code, names)  # our own
    assert names["TABLE_1"] == {"mean": 1, "sum": 1}


def test_imports_are_everybodys() -> None:
    body = "def softmax(logits, dim=-1):\n    return {}(logits)\n"
    codes = {
        answer(f"{line}\n{body.format(use)}")
        for line, use in (
            ("import torch.nn.functional as mine", "mine.relu"),
            ("import torch.nn.functional as F", "F.relu"),
            ("from torch.nn import functional as Quirkova", "Quirkova.relu"),
        )
    }
    line = "import torch.nn.functional as F"
    assert codes == {f"{line}\n\n\ndef softmax(logits, dim=-1):\n    return F.relu(logits)\n"}


def test_an_identifier_in_wide_letters_is_the_same_one() -> None:
    wide = "Ｑｕｉｒｋｏｖａ"
    code = answer(f"def softmax(logits, dim=-1):\n    {wide} = logits.exp()\n    return Quirkova")
    assert code == "def softmax(logits, dim=-1):\n    exp_1 = logits.exp()\n    return exp_1\n"


def test_a_whole_notebook_has_nothing_of_its_author() -> None:
    source = (
        "def softmax(logits, dim=-1):\n    quirkova = logits.exp()  # Zuzanna\n    return quirkova"
    )
    data = with_cells(NAME, {"softmax": source}, helpers="zuzanna = 'Quirkova'")
    assert traces(data.decode(), WORDS)
    assert traces("".join(all_of(NAME, data).values()), WORDS) == ()
