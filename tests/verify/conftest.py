"""One sandbox for all small courses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from autograder.sandbox.local import LocalSandbox
from tests.sandbox.lab import LIMITS


@pytest.fixture(scope="package")
def box() -> Iterator[LocalSandbox]:
    with LocalSandbox(scratch_bytes=LIMITS.scratch_bytes) as local:
        yield local
