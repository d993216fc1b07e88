"""What results depend on besides notebook, suite and settings, told without starting a sandbox.

A batch looks its results up before it starts a sandbox, which takes seconds; so nothing here
imports torch or starts a process.
"""

from __future__ import annotations

import platform
from functools import cache
from importlib import metadata

from autograder import __version__
from autograder.report import Environment


@cache  # asked for every grading, and reading a package's metadata takes a millisecond
def local_environment(device: str = "cpu") -> Environment:
    """Of the `local` sandbox: this very installation."""
    return Environment(
        sandbox="local",
        torch=_version_of("torch"),
        python=platform.python_version(),
        platform=__version__,
        device=device,
    )


def _version_of(package: str) -> str:
    """As the package itself says, build included ("2.13.0+cpu"); empty if it is not there."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""
