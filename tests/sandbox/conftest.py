from collections.abc import Iterator

import pytest

from autograder.sandbox.local import LocalSandbox
from tests.sandbox.lab import LIMITS, Lab


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    folder = tmp_path_factory.mktemp("lab")
    with LocalSandbox(scratch_bytes=LIMITS.scratch_bytes) as sandbox:
        yield Lab(sandbox, folder)
