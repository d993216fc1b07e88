"""Answers that are right at first: what a test has to look at twice for.

They are the reference with a wrapper that spoils some results within a test: a call that is not
the first, another size than the first, arguments by name, what is left in an input. Whether a suite
has to notice each of them depends on its contract, so that none of them is a finding by itself; but
what a suite has noticed it is held to, and a test that nothing else fails may be there for these.
"""

from __future__ import annotations

import ast

from autograder.verify.answers import Answers
from autograder.verify.bench import Bench, Job
from autograder.verify.trivial import INNER, renamed

# By name: when a result is spoiled. `call` counts the calls of one test from 1, `sizes` are those
# of the arguments, `names` are the arguments that were given by name. "": it is done otherwise.
KINDS = {
    "second-call": "call > 1",
    "third-call": "call > 2",
    "fourth-call": "call > 3",
    "other-size": "sizes != first_sizes",
    "by-name": "bool(names)",
    "all-by-name": "not args",
    "by-position": "not names",
    "in-eval": "not training",
    "repeats": "",
    "repeats-later": "",
    "overwrites": "",
    "detached": "",
    "cuts-inputs": "",
    "last-part": "",
    "extra-parameter": "",
}
OF_MODULES = ("in-eval", "extra-parameter")

_STATE = """
import torch

_seen = {{}}


def _sizes(values):
    return tuple(tuple(v.shape) if isinstance(v, torch.Tensor) else repr(type(v)) for v in values)


def _spoil(value):
    if isinstance(value, torch.Tensor):
        return value * 1.5 + 0.5 if value.is_floating_point() else value
    if isinstance(value, tuple | list):
        return type(value)(_spoil(part) for part in value)
    return value + 1 if isinstance(value, int) else value


def _detached(value):
    if isinstance(value, tuple | list):
        return type(value)(_detached(part) for part in value)
    return value.detach() if isinstance(value, torch.Tensor) else value


def _with_last_spoiled(value):
    if isinstance(value, tuple | list) and value:
        return type(value)([*value[:-1], _with_last_spoiled(value[-1])])
    return _spoil(value)


def _cut(value):
    if isinstance(value, torch.Tensor) and value.requires_grad:
        return value.detach() + 0 * torch.zeros((), dtype=value.dtype).requires_grad_()
    return value


def _careless(where, value, args, names, training=True):
    # Every test has its own seed: what a test has seen is forgotten in the next one.
    key, sizes = (where, torch.initial_seed()), _sizes((*args, *names.values()))
    seen = _seen.setdefault(key, {{"call": 0, "sizes": sizes, "results": {{}}, "later": {{}}}})
    seen["call"] += 1
    call, first_sizes = seen["call"], seen["sizes"]
    kind = {kind!r}
    if kind == "repeats":
        return seen["results"].setdefault(sizes, value)
    if kind == "repeats-later":
        return seen["later"].setdefault(sizes, value) if call > 1 else value
    if kind == "last-part":
        return _with_last_spoiled(value) if isinstance(value, tuple | list) else value
    if kind == "detached":
        return _detached(value)
    if kind == "overwrites":
        for each in (*args, *names.values()):
            if isinstance(each, torch.Tensor) and each.is_floating_point():
                each.data.add_(1)
        return value
    return _spoil(value) if {condition} else value
"""

_FUNCTION = f"""

def {{symbol}}(*args, **names):
    if {{kind!r}} == "cuts-inputs":
        args = tuple(_cut(value) for value in args)
        names = {{{{name: _cut(value) for name, value in names.items()}}}}
    return _careless("", {INNER}(*args, **names), args, names)
"""

_CLASS = f"""

def _hook(where):
    def replaces(part, args, names, value):
        return _careless(where, value, args, names, part.training)
    return replaces


def _cut_inputs(part, args, names):
    return tuple(map(_cut, args)), {{{{name: _cut(value) for name, value in names.items()}}}}


class {{symbol}}({INNER}):
    def __init__(self, *args, **names):
        super().__init__(*args, **names)
        if {{kind!r}} == "extra-parameter":
            self.one_more = torch.nn.Parameter(torch.ones(2, 5))
        for where, part in (("", self), *self.named_children()):
            if {{kind!r}} == "cuts-inputs":
                part.register_forward_pre_hook(_cut_inputs, with_kwargs=True)
            part.register_forward_hook(_hook(where), with_kwargs=True)
"""


def careless_answer(source: str, symbol: str, kind: str) -> str:
    """The cell of a graded symbol whose results are spoiled; "" if that kind has no meaning."""
    is_class = any(isinstance(n, ast.ClassDef) and n.name == symbol for n in ast.parse(source).body)
    if kind in OF_MODULES and not is_class:
        return ""
    wrapper = _CLASS if is_class else _FUNCTION
    return "".join(
        (
            renamed(source, symbol, INNER).rstrip(),
            "\n\n",
            _STATE.format(kind=kind, condition=KINDS[kind] or "False"),
            wrapper.format(symbol=symbol, kind=kind),
        )
    )


def careless_jobs(answers: Answers, bench: Bench, seed: int) -> dict[tuple[str, str], Job]:
    """By symbol and kind: one symbol answered so, all others right."""
    jobs = {}
    for symbol in answers.symbols:
        for kind in KINDS:
            source = careless_answer(answers.source(symbol), symbol, kind)
            if source:
                notebook = answers.with_cells({symbol: source})
                jobs[symbol, kind] = Job(notebook, seed, bench.tests_of(symbol))
    return jobs
