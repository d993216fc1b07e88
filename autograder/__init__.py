"""Grading of deep-learning notebooks by hidden pytest suites, in confined warm processes."""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"


def load_ipython_extension(shell: Any) -> None:
    """`%load_ext autograder`: IPython calls this, and `%check` is there."""
    # By its name: this module is in every process of ours, and what follows in a notebook's only.
    shell.register_magics(import_module("autograder.magics").CheckMagics)
