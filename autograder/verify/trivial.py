"""Answers that anybody could give: the right form, and nothing thought.

They are made of the reference, so that their form is right whatever the symbol is: it is renamed,
and a wrapper under its name lets it compute and replaces what comes out. For a module the outputs
of all its parts are replaced, so that a part that is tested by itself is trivial too. What the
reference refuses with an exception, they answer with zero.
"""

from __future__ import annotations

import ast
import io
import tokenize

from autograder.verify import places
from autograder.verify.answers import Answers
from autograder.verify.bench import Bench, Job, Marks
from autograder.verify.findings import Finding

INNER = "reference_of_the_course"

# By name: what a floating point tensor `t` and a whole number `n` become; `first` is the first
# argument. `form` keeps the way that gradients take, so that only values are wrong.
KINDS = {
    "zeros": ("torch.zeros_like(t)", "0"),
    "ones": ("torch.ones_like(t)", "1"),
    "constant": ("torch.full_like(t, 0.5)", "2"),
    "echo": ("first", "first"),
    "random": ("torch.randn_like(t)", "int(torch.randint(2, 1000, ()))"),
    "form": ("_any_values(t) + 0 * t", "3"),
    "gradient": ("_gradient(t, first)", "None"),
}
WORDS = {
    "zeros": "zeros of the right shape",
    "ones": "ones of the right shape",
    "constant": "0.5 everywhere",
    "echo": "the first argument, unchanged",
    "random": "random numbers of the right shape",
    "form": "any numbers of the right shape, through which gradients pass",
    "gradient": "the gradient for the first argument",
}

_CHANGE = """
import torch


def _any_values(t):
    numbers = torch.arange(1, t.numel() + 1, dtype=t.dtype, device=t.device)
    return (numbers / (t.numel() + 1)).reshape(t.shape)


def _gradient(t, first):
    if not isinstance(first, torch.Tensor) or not first.requires_grad or not t.requires_grad:
        return torch.zeros_like(t)
    found = torch.autograd.grad(t.sum(), first, retain_graph=True, allow_unused=True)[0]
    return torch.zeros_like(first) if found is None else found


def _changed(value, first):
    if isinstance(value, torch.Tensor):
        t = value
        return {tensor} if t.is_floating_point() else torch.zeros_like(t)
    if isinstance(value, tuple | list):
        return type(value)(_changed(part, first) for part in value)
    return {number} if isinstance(value, int) else value


def _first(args, kwargs):
    return next(iter((*args, *kwargs.values())), None)
"""

_FUNCTION = f"""

def {{symbol}}(*args, **kwargs):
    first = _first(args, kwargs)
    if isinstance(first, torch.Tensor) and first.is_floating_point() and {{wants_gradient}}:
        first = first.detach().requires_grad_()
        args, kwargs = (first, *args[1:]) if args else args, dict(kwargs)
        if not args:
            kwargs[next(iter(kwargs))] = first
    try:
        return _changed({INNER}(*args, **kwargs), first)
    except Exception:
        return torch.zeros(())
"""

_CLASS = f"""

def _replaces(part, args, kwargs, value):
    return _changed(value, _first(args, kwargs))


class {{symbol}}({INNER}):
    def __init__(self, *args, **kwargs):
        try:
            super().__init__(*args, **kwargs)
        except Exception:
            torch.nn.Module.__init__(self)
        for part in list(self.modules()):
            part.register_forward_hook(_replaces, with_kwargs=True)
"""


def trivial_answer(source: str, symbol: str, kind: str) -> str:
    """The cell of a graded symbol with a trivial answer; "" where that kind has no meaning."""
    is_class = any(isinstance(n, ast.ClassDef) and n.name == symbol for n in ast.parse(source).body)
    if is_class and kind == "gradient":
        return ""
    tensor, number = KINDS[kind]
    wrapper = _CLASS if is_class else _FUNCTION
    wants = str(kind == "gradient")
    return "".join(
        (
            renamed(source, symbol, INNER).rstrip(),
            "\n\n",
            _CHANGE.format(tensor=tensor, number=number),
            wrapper.format(symbol=symbol, wants_gradient=wants),
        )
    )


def renamed(source: str, name: str, new: str) -> str:
    """The source with a name replaced wherever it is a name of its own, and not an attribute."""
    lines = source.splitlines(keepends=True)
    found = list(tokenize.generate_tokens(io.StringIO(source).readline))
    for before, token in reversed(list(zip([None, *found], found, strict=False))):
        if token.type != tokenize.NAME or token.string != name:
            continue
        if before is not None and before.string == ".":
            continue
        row, start = token.start
        line = lines[row - 1]
        lines[row - 1] = line[:start] + new + line[token.end[1] :]
    return "".join(lines)


def check_stubs(bench: Bench, answers: Answers, seed: int) -> list[Finding]:
    """Tests that an untouched notebook passes."""
    marks = bench.grade(Job(answers.stubs(), seed))
    return [
        Finding(
            check="stubs",
            what=f"{test.name} gives {test.points:g} points to an untouched notebook",
            where=places.of_test(bench.tests[key], bench.as_students),
            next="let it call the symbol, and compare what comes back",
        )
        for key, test in marks.tests.items()
        if test.points > 0
    ]


def trivial_jobs(answers: Answers, bench: Bench, seed: int) -> dict[tuple[str, str], Job]:
    """By symbol and kind: one symbol answered trivially, all others right."""
    jobs = {}
    for symbol in answers.symbols:
        for kind in KINDS:
            source = trivial_answer(answers.source(symbol), symbol, kind)
            if source:
                notebook = answers.with_cells({symbol: source})
                jobs[symbol, kind] = Job(notebook, seed, bench.tests_of(symbol))
    return jobs


def check_trivial(bench: Bench, marks: dict[tuple[str, str], Marks]) -> list[Finding]:
    """A test that a trivial answer passes has to say that it is about shape."""
    given: dict[str, list[str]] = {}
    for (symbol, kind), got in marks.items():
        for key, test in got.tests.items():
            if test.cell == symbol and test.points > 0 and not bench.tests[key].shape:
                given.setdefault(key, []).append(WORDS[kind])
    return [
        Finding(
            check="trivial",
            what=f"{bench.tests[key].name} gives its points to a trivial answer: "
            + "; ".join(words),
            where=places.of_test(bench.tests[key], bench.as_students),
            next="compare values, or, if it is about shape only, say so: "
            "@pytest.mark.points(…, shape=True)",
        )
        for key, words in given.items()
    ]
