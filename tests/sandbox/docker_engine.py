"""The docker sandbox for tests: a real engine and the real image, or the reason why not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache

import pytest

from autograder.errors import SandboxUnavailable
from autograder.sandbox import image
from autograder.sandbox.docker import DockerSandbox
from autograder.sandbox.engine import Engine
from tests.sandbox.lab import LIMITS


@cache
def why_not() -> str:
    """Why the docker sandbox cannot be tested here; empty if it can."""
    try:
        with closing(Engine(timeout_s=10)) as engine:
            image.find(engine, image.name())
    except SandboxUnavailable as error:
        return f"{error.what}; next: {error.next}"
    return ""


def skip_without_docker() -> None:
    """Where docker was promised (see .ci/run), its absence is a failure and no reason to skip."""
    reason = why_not()
    if reason and "docker" in os.environ.get("AUTOGRADER_TESTS_NEED", ""):
        pytest.fail(f"docker was promised: {reason}")
    if reason:
        pytest.skip(reason)


@contextmanager
def docker_sandbox(*, jobs: int = 1, recycle_after: int = 1000) -> Iterator[DockerSandbox]:
    """The real thing, with the laboratory's limits."""
    engine = Engine()
    with DockerSandbox(
        engine,
        image.find(engine, image.name()),
        jobs=jobs,
        recycle_after=recycle_after,
        memory_bytes=LIMITS.memory_bytes,
        scratch_bytes=LIMITS.scratch_bytes,
    ) as sandbox:
        yield sandbox
