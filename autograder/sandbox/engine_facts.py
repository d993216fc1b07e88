"""What the Docker engine of this host says about itself; asks, and changes nothing.

Which engine: DOCKER_HOST, else the Docker command line's current context, else the usual socket,
as the SDK decides it for the sandbox too.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import docker
from docker.errors import DockerException, ImageNotFound

# For the first question, which is asked without a version in its path; any that the SDK takes.
_ANY_VERSION = "1.41"


class Reach(StrEnum):
    ANSWERS = "answers"
    ABSENT = "absent"  # nothing is there to talk to
    REFUSED = "refused"  # a socket without anyone behind it
    DENIED = "denied"  # there is an engine, and this user may not talk to it
    SILENT = "silent"  # takes the connection, and says nothing in time
    BROKEN = "broken"  # talks, and not as an engine does; or DOCKER_HOST makes no sense


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """An image that the engine has, with the labels that the platform's Dockerfile sets."""

    name: str
    digest: str
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """Empty text, 0 and None mean that the engine did not say."""

    reach: Reach
    address: str  # unix:///…, tcp://…
    problem: str = ""  # the reason, unless it answers
    version: str = ""
    api_version: str = ""
    root_dir: str = ""
    storage_driver: str = ""
    runtimes: tuple[str, ...] = ()
    default_runtime: str = ""
    runc_version: str = ""  # "1.3.3"; of a distribution "1.1.5+ds1" and the like
    cgroup_version: int = 0
    limits_memory: bool | None = None
    limits_pids: bool | None = None
    limits_cpu: bool | None = None
    security: tuple[str, ...] = ()  # seccomp, apparmor, rootless, userns, selinux
    live_restore: bool = False
    images: tuple[Image, ...] = ()  # those of the names asked for that are there

    @property
    def answers(self) -> bool:
        return self.reach is Reach.ANSWERS

    @property
    def local(self) -> bool:
        """Whether its files are this host's files."""
        return self.address.startswith("unix://")


def engine_facts(images: Sequence[str] = (), *, timeout_s: float = 3.0) -> Engine:
    """Ask the engine; whatever goes wrong becomes a fact.

    images     names to look for; none is pulled
    timeout_s  for each of two or three short questions
    """
    address = os.environ.get("DOCKER_HOST", "") or "the engine"
    if address.startswith("ssh://"):  # asking would log in, and the sandbox could not use it
        return Engine(reach=Reach.BROKEN, address=address, problem="an engine of another host")
    try:
        with _client(_ANY_VERSION, timeout_s) as client:
            address = _address(client)
            _knock(address, timeout_s)
            version = client.api.version(api_version=False)
        with _client(str(version["ApiVersion"]), timeout_s) as client:
            found = tuple(_images(client, images))
            return _read(address, _dict(version), _dict(client.info()), found)
    except (DockerException, OSError, ValueError, LookupError, TypeError) as error:
        reach, problem = why_unreachable(error)
        return Engine(reach=reach, address=address, problem=problem)


@contextmanager
def _client(version: str, timeout_s: float) -> Iterator[Any]:
    """A client that is closed again; making one sends nothing."""
    client = docker.from_env(version=version, timeout=timeout_s)
    try:
        yield client
    finally:
        client.close()


def _address(client: Any) -> str:
    url = str(client.api.base_url)
    path = getattr(client.api.get_adapter(url), "socket_path", None)
    return f"unix://{path}" if path else url


def _knock(address: str, timeout_s: float) -> None:
    """Raises what stands between us and a socket; the SDK would leave its own socket open then."""
    if address.startswith("unix://"):
        with socket.socket(socket.AF_UNIX) as door:
            door.settimeout(timeout_s)
            door.connect(address.removeprefix("unix://"))


def _images(client: Any, names: Sequence[str]) -> Iterator[Image]:
    for name in names:
        try:
            attributes = _dict(client.images.get(name).attrs)
        except ImageNotFound:
            continue
        labels = _dict(_dict(attributes.get("Config")).get("Labels"))
        yield Image(
            name=name,
            digest=_text(attributes, "Id"),
            labels={str(key): str(value) for key, value in labels.items()},
        )


def _read(
    address: str, version: dict[str, Any], info: dict[str, Any], images: tuple[Image, ...]
) -> Engine:
    cgroup = _text(info, "CgroupVersion")
    return Engine(
        reach=Reach.ANSWERS,
        address=address,
        version=_text(version, "Version"),
        api_version=_text(version, "ApiVersion"),
        root_dir=_text(info, "DockerRootDir"),
        storage_driver=_text(info, "Driver"),
        runtimes=tuple(sorted(map(str, _dict(info.get("Runtimes"))))),
        default_runtime=_text(info, "DefaultRuntime"),
        runc_version=_component(version, "runc"),
        cgroup_version=int(cgroup) if cgroup.isdigit() else 0,
        limits_memory=_flag(info, "MemoryLimit"),
        limits_pids=_flag(info, "PidsLimit"),
        limits_cpu=_flag(info, "CpuCfsQuota"),
        security=tuple(_security(info.get("SecurityOptions"))),
        live_restore=bool(_flag(info, "LiveRestoreEnabled")),
        images=images,
    )


def _component(version: dict[str, Any], name: str) -> str:
    parts = version.get("Components")
    for part in parts if isinstance(parts, list) else []:
        if _text(_dict(part), "Name") == name:
            return _text(part, "Version")
    return ""


def _security(options: object) -> Iterator[str]:
    """ "name=seccomp,profile=default" → "seccomp"."""
    for option in options if isinstance(options, list) else []:
        yield str(option).removeprefix("name=").partition(",")[0]


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(values: dict[str, Any], key: str) -> str:
    value = values.get(key)
    return value if isinstance(value, str) else ""


def _flag(values: dict[str, Any], key: str) -> bool | None:
    value = values.get(key)
    return value if isinstance(value, bool) else None


def why_unreachable(error: BaseException) -> tuple[Reach, str]:
    """The first cause that says something, from the outermost error inwards."""
    causes = list(_causes(error))
    for kind, reach in (
        (FileNotFoundError, Reach.ABSENT),
        (PermissionError, Reach.DENIED),
        (ConnectionRefusedError, Reach.REFUSED),
        (TimeoutError, Reach.SILENT),
    ):
        found = next((cause for cause in causes if isinstance(cause, kind)), None)
        if found is not None:
            return reach, found.strerror or str(found) or kind.__name__
    return Reach.BROKEN, str(error) or type(error).__name__


def _causes(error: BaseException, depth: int = 0) -> Iterator[BaseException]:
    """The error, what it was raised from and what it carries: the SDK's layers do all of these."""
    if depth > 8:
        return
    yield error
    carried = [arg for arg in error.args if isinstance(arg, BaseException)]
    for inner in (*carried, getattr(error, "reason", None), error.__cause__, error.__context__):
        if isinstance(inner, BaseException):
            yield from _causes(inner, depth + 1)
