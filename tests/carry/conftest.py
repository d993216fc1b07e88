"""One sandbox for all that is carried."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from autograder.sandbox.local import LocalSandbox
from tests.carry.chain import Chain
from tests.sandbox.lab import FORBIDDEN


@pytest.fixture(scope="session")
def sandbox() -> Iterator[LocalSandbox]:
    with LocalSandbox(forbidden=FORBIDDEN) as box:
        yield box


@pytest.fixture(scope="session")
def chain(sandbox: LocalSandbox, tmp_path_factory: pytest.TempPathFactory) -> Chain:
    return Chain(sandbox, tmp_path_factory.mktemp("chain"))
