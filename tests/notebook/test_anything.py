"""Whatever the bytes, a Submission or a SubmissionError comes out, and nothing else."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from autograder.errors import SubmissionError
from autograder.notebook import Submission, cell_ids, read_submission
from tests.notebook.building import SOFTMAX, Course, code, notebook, student_cells

HELPERS = """%matplotlib inline
import torch.nn.functional as F
TABLE = {}
@register
class A(nn.Module):
    x: int = (y := 3)
    def f(self, *a, k=lambda: 1, **kw):
        nonlocal_ = [TABLE[z] for z in a if (w := z)]
        global G; G = f'{w!r:>{k}}'
        match a:
            case [1, *rest] | {"k": rest}: return getattr(torch, "soft" + "max")
try:
    import einops
except (ImportError, ValueError) as e: del TABLE['x']
x = !ls
TABLE.setdefault(1, []).append(A)
"""
FORBIDDEN = ["torch.softmax", "torch.nn.functional"]
JUNK = [
    None, True, -1, 1e400, "", "x", "\ud800", "\x00", [], {}, [[]], {"a": 1}, "code", "3" * 5000,
    "def softmax(x): return torch.softmax", "%%bash\nx", "class softmax: softmax", "(" * 300,
    "return", "del softmax", "from torch import *", "softmax = softmax.softmax = a[softmax]",
]  # fmt: skip
FRAGMENTS = [
    "\n", "\t", "    ", "(", ")", "[", "'", '"""', "\\", "%", "!", "?", "@", "=", ":=", ":", "\x0c",
    "lambda x:", "def softmax():", "class A:", "global softmax\n", "import ", "from a import *\n",
    "async ", "await ", "yield ", "for softmax in ", "f'{", "}", "é", "\u2028", "\ufeff", "#", ";",
    "softmax", "torch", ".softmax", "getattr(", "del ", "match x:\n case ", "*", "**", "0x", "\r",
]  # fmt: skip


def read(course: Course, data: bytes) -> Submission | None:
    try:
        submission = read_submission(data, course.reference, forbidden=FORBIDDEN)
        read_submission(data, course.reference, forbidden=FORBIDDEN, execute="all")
        cell_ids(data)
    except SubmissionError:
        return None
    lines = {cell: text.split("\n") for cell, text in submission.sources.items()}
    for unit in submission.units:
        first, *_ = unit.source.split("\n")
        assert first in lines[unit.cell][unit.first_line - 1]
        compile(unit.source, "<unit>", "exec", dont_inherit=True, flags=0x2000)
    json.dumps([submission.flags, submission.notes, submission.missing]).encode()
    "".join((*submission.flags, *submission.notes, *submission.missing.values())).encode()
    return submission


def valid() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(notebook(code(HELPERS), *student_cells()))
    return document


@pytest.mark.parametrize("seed", range(8))
def test_random_bytes_in_a_valid_notebook(course: Course, seed: int) -> None:
    rng = random.Random(seed)
    original = json.dumps(valid()).encode()
    for _ in range(60):
        data = bytearray(original)
        for _ in range(rng.choice((1, 3, 30))):
            place = rng.randrange(len(data))
            data[place : place + rng.choice((0, 1, 9))] = rng.randbytes(rng.choice((0, 1, 4)))
        read(course, bytes(data))


@pytest.mark.parametrize("seed", range(8))
def test_random_values_anywhere_in_the_json(course: Course, seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(60):
        document = valid()
        for _ in range(rng.choice((1, 2, 8))):
            change_somewhere(document, rng)
        read(course, json.dumps(document).encode())


def change_somewhere(value: Any, rng: random.Random) -> None:
    while isinstance(value, dict | list) and value:
        key = rng.choice(list(value)) if isinstance(value, dict) else rng.randrange(len(value))
        if rng.random() < 0.35 or not isinstance(value[key], dict | list):
            if rng.random() < 0.3:
                del value[key]
            else:
                value[key] = rng.choice(JUNK)
            return
        value = value[key]


@pytest.mark.filterwarnings("ignore::SyntaxWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize("seed", range(8))
def test_random_edits_of_the_code(course: Course, seed: int) -> None:
    rng = random.Random(seed)
    submissions = 0
    for _ in range(60):
        texts = [HELPERS, SOFTMAX]
        for index, text in enumerate(texts):
            for _ in range(rng.choice((0, 1, 1, 5))):
                place, length = rng.randrange(len(text) + 1), rng.choice((0, 0, 1, 10))
                text = text[:place] + rng.choice(FRAGMENTS) + text[place + length :]
            texts[index] = text
        cells = [code(texts[0]), *student_cells(texts[1])]
        submissions += read(course, notebook(*cells)) is not None
    assert submissions == 60


@pytest.mark.parametrize(
    "source",
    [
        "def softmax(x): return " + "+".join(["x"] * 3000),
        "def softmax(x): return x" + ".a" * 3000,
        "def softmax(x): return " + "f(" * 90 + "x" + ")" * 90,
        "def softmax(x): return x\n" + "a = a.a\n" * 5000,
        "\n".join(f"def f{i}(): return f{i + 1}()" for i in range(3000)) + "\nsoftmax = f0",
        "\n".join(f"def f{i}():\n global G; G = f{i + 1}()\nf{i}()" for i in range(3000)),
        "\n".join(f"a{i} = a{i + 1} or a{i + 2}" for i in range(2000)) + "\nsoftmax = a0",
        "x = [" + "1," * 50_000 + "]\nsoftmax = x",
        "from torch import *\n" * 3000 + "softmax = a",
        "softmax = 1; " * 5_000,
        "값 = softmax = 1; " * 5_000,
        "@(\n" * 150 + "a" + ")" * 150 + "\ndef softmax(): pass",
        "\n" * 300_000 + "softmax = 1",
    ],
    ids=lambda source: source[:24],
)
def test_large_and_deep_code_is_read_in_time_proportional_to_it(
    course: Course, source: str
) -> None:
    read(course, notebook(*student_cells(source)))
