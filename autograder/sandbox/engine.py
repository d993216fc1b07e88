"""The Docker engine: reaching it, and what its errors mean for a person."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import docker
from docker.errors import APIError, DockerException, ImageNotFound, NotFound

from autograder.errors import SandboxUnavailable
from autograder.sandbox.engine_facts import Reach, why_unreachable

_TIMEOUT_S = 60.0
T = TypeVar("T")

# What to do next, by why it cannot be reached.
_NEXT = {
    Reach.ABSENT: "install and start Docker, or grade with --sandbox local; `autograder doctor`",
    Reach.REFUSED: "start it (systemctl start docker), or grade with --sandbox local",
    Reach.DENIED: "join the group docker (sudo usermod -aG docker $USER, then log in anew)",
    Reach.SILENT: "restart it (systemctl restart docker), then run the command again",
    Reach.BROKEN: "look at DOCKER_HOST and at `autograder doctor`",
}
_CODES = {
    Reach.ABSENT: "engine-missing",
    Reach.REFUSED: "engine-down",
    Reach.DENIED: "engine-denied",
    Reach.SILENT: "engine-silent",
    Reach.BROKEN: "engine-broken",
}


class Engine:
    """A Docker engine that answers.

    raises  SandboxUnavailable if none does
    """

    def __init__(self, *, timeout_s: float = _TIMEOUT_S) -> None:
        with translated():
            self._client: Any = docker.from_env(timeout=int(timeout_s), max_pool_size=64)
        try:
            _must_be_here(self._client)
            with translated():
                self._client.ping()
        except BaseException:
            self._client.close()
            raise

    @property
    def api(self) -> Any:
        """The SDK's low-level client."""
        return self._client.api

    @property
    def client(self) -> Any:
        return self._client

    def close(self) -> None:
        self._client.close()


@contextmanager
def translated(what: str = "the Docker engine cannot be reached") -> Iterator[None]:
    """Errors of the SDK become SandboxUnavailable."""
    try:
        yield
    except APIError as error:
        raise _refusal(error) from None
    except (DockerException, OSError) as error:
        reach, problem = why_unreachable(error)
        raise SandboxUnavailable(_CODES[reach], f"{what}: {problem}", next=_NEXT[reach]) from None


def is_gone(error: SandboxUnavailable) -> bool:
    """Whether the engine may come back by itself: it is restarted, or somebody restarts it."""
    gone = (Reach.ABSENT, Reach.REFUSED, Reach.SILENT, Reach.BROKEN)
    return error.code in {_CODES[reach] for reach in gone}


def ignoring_absence(call: Callable[[], T]) -> T | None:
    """For removals: what is not there any more needs none."""
    try:
        return call()
    except (NotFound, ImageNotFound):
        return None
    except APIError as error:
        if error.response is not None and error.response.status_code == 409:
            return None  # its removal is under way
        raise


def _refusal(error: APIError) -> SandboxUnavailable:
    said = str(error.explanation or error).strip().splitlines()[-1]
    if "no space left" in said:
        return SandboxUnavailable(
            "engine-no-space",
            f"the Docker engine has no space left: {said}",
            next="docker system df; docker image prune; then run the command again",
        )
    if "could not select device driver" in said or "nvidia" in said.lower():
        return SandboxUnavailable(
            "gpu-runtime",
            f"the Docker engine cannot give a container a GPU: {said}",
            next="install the NVIDIA container toolkit; `autograder doctor` names what is missing",
        )
    return SandboxUnavailable(
        "engine-refused", f"the Docker engine refuses: {said}", next="autograder doctor"
    )


def _must_be_here(client: Any) -> None:
    """Command and containers meet on sockets in a folder, so it has to be this host's engine."""
    url = str(client.api.base_url)
    if url.startswith("http+docker"):
        return
    raise SandboxUnavailable(
        "engine-remote",
        f"the Docker engine is reached at {url}, and only an engine of this host can be used",
        where=f"DOCKER_HOST={os.environ.get('DOCKER_HOST', '')}",
        next="log in on that host and grade there, or grade with --sandbox local",
    )
