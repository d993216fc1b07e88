"""One laboratory for every sandbox: what is attempted in one is attempted in the other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from autograder.sandbox.local import LocalSandbox
from tests.sandbox.docker_engine import docker_sandbox, skip_without_docker
from tests.sandbox.lab import LIMITS, Lab


@pytest.fixture(
    scope="session",
    params=[
        "local",
        pytest.param("docker", marks=[pytest.mark.needs_docker, pytest.mark.docker_attacks]),
    ],
)
def lab(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    folder = tmp_path_factory.mktemp("lab")
    if request.param == "local":
        with LocalSandbox(scratch_bytes=LIMITS.scratch_bytes) as local:
            yield Lab(local, folder)
        return
    skip_without_docker()
    with docker_sandbox() as docker:
        yield Lab(docker, folder)
