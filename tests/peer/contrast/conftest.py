"""One sandbox for all that is measured here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from autograder.sandbox.local import LocalSandbox


@pytest.fixture(scope="session")
def box() -> Iterator[LocalSandbox]:
    with LocalSandbox() as local:
        yield local
