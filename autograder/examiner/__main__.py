"""The examiners' fork server: `python -m autograder.examiner SOCKET`.

Imports torch and pytest once, then forks a process per hidden suite.
"""

from __future__ import annotations

import gc
import shutil
import sys
from pathlib import Path

import torch

from autograder import cuda
from autograder.examiner.suite import serve_suite
from autograder.forkserver import ForkServer, listen


def main() -> None:
    sys.dont_write_bytecode = True  # nothing is left beside the suites
    torch.set_num_threads(1)
    _warm()
    path = Path(sys.argv[1])
    listener = listen(path)
    print("ready", flush=True)
    ForkServer(listener, serve_suite).serve()
    shutil.rmtree(path.parent, ignore_errors=True)  # also if the command was killed


def _warm() -> None:
    """Use once what torch imports lazily, so that no fork pays for it again."""
    cell = torch.nn.LSTMCell(2, 2)
    hidden = cell(torch.ones(1, 2))[0]
    if cuda.may_be_used():  # see autograder/cuda.py
        cuda.import_what_backward_needs()
    else:
        # Told a cotangent, torch imports its symbolic shapes, sympy and all: 0.6 s.
        own = list(cell.parameters())
        torch.autograd.grad(hidden, own, torch.ones_like(hidden), allow_unused=True)
    torch.testing.assert_close(torch.ones(2), torch.ones(2))
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    main()
