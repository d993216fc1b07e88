"""From what a Docker engine says to lines: reachable, its runtime, its limits, our image."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from autograder.doctor.check import DOCKER_ONLY, Check, State, note, ok, warning
from autograder.doctor.escapes import RUNC, Version, open_escapes
from autograder.doctor.host import Disk
from autograder.doctor.host_checks import GIB, size
from autograder.sandbox.engine_facts import Engine, Image, Reach

ENGINE, RUNTIME, IMAGE = "docker engine", "docker runtime", "image"
_INSTALL = (
    "install Docker Engine to use the docker sandbox (Debian, Ubuntu: sudo apt install docker.io; "
    "others: https://docs.docker.com/engine/install/)"
)
_USUAL_SOCKET = "unix:///var/run/docker.sock"
_NEXT = {
    Reach.ABSENT: _INSTALL,
    Reach.REFUSED: "start it: sudo systemctl start docker",
    # Whoever may talk to the engine can mount the host's disk into a container.
    Reach.DENIED: "add yourself to the group docker (sudo usermod -aG docker $USER, then log in "
    "anew; its members have root's powers here), or run with sudo",
    Reach.SILENT: "restart it: sudo systemctl restart docker",
    Reach.BROKEN: "look at DOCKER_HOST and `docker info`",
}
_IMAGE_BYTES = 5 * GIB  # an image with torch, and what building it leaves behind


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedImage:
    """What the running platform would have its image be."""

    name: str
    version: str
    source: str  # hash of the package's source files; empty: unknown
    build: str  # the command that makes it
    needed: bool = True  # for gradings on this host; the image for CUDA is not, without a GPU


def engine_checks(
    engine: Engine, fixed: frozenset[str], wanted: tuple[WantedImage, ...], root: Disk | None
) -> Iterator[Check]:
    """The engine's lines.

    fixed   CVEs that this host's runc package says it has fixed; heeded for a local engine
    root    the disk below the engine's images; None: not on this host, or not to be seen
    """
    if not engine.answers:
        yield _unreachable(engine)
        return
    yield _reached(engine)
    yield _runtime(engine, fixed if engine.local else frozenset())
    yield _limits(engine)
    yield _seccomp(engine)
    yield note("docker options", _options(engine))
    if root is not None:
        yield _room(root)
    for want in wanted:
        yield _image(want, next((one for one in engine.images if one.name == want.name), None))


def _reached(engine: Engine) -> Check:
    found = f"{engine.version}, API {engine.api_version}, at {engine.address}"
    if engine.local:
        return ok(ENGINE, found)
    return Check(
        ENGINE,
        State.FAIL,
        f"{found}: only an engine of this host can be used",
        "grade on the engine's own host, or unset DOCKER_HOST",
        DOCKER_ONLY,
    )


def _unreachable(engine: Engine) -> Check:
    words = {
        Reach.ABSENT: f"none at {engine.address}",
        Reach.REFUSED: f"nobody listens at {engine.address}",
        Reach.DENIED: f"this user may not talk to {engine.address}",
        Reach.SILENT: f"{engine.address} takes the connection and does not answer",
    }
    found = words.get(engine.reach, f"{engine.address}: {engine.problem}")
    advice = _NEXT[engine.reach]
    if engine.reach in (Reach.ABSENT, Reach.REFUSED) and engine.address != _USUAL_SOCKET:
        advice = f"correct DOCKER_HOST or the docker context, or else {advice}"
    # Docker is a choice: that it is not installed is no fault of this host.
    state = State.MISSING if engine.reach is Reach.ABSENT else State.FAIL
    return Check(ENGINE, state, found, advice, DOCKER_ONLY)


def _runtime(engine: Engine, fixed: frozenset[str]) -> Check:
    """The default runtime starts the candidates' containers, so its holes are ours.

    A distribution keeps the number of a version and adds fixes to it. Then the package's
    changelog tells which; where it does not name a fix, we cannot tell, and warn.
    """
    name, version = engine.default_runtime, Version.read(engine.runc_version)
    if "runc" not in name.split(".") and name != "nvidia":
        return note(RUNTIME, f"{name}: escapes of runc do not concern it")
    if version is None:
        return warning(
            RUNTIME, f"{name}, of unknown version", f"see that it is {_newest_runc()} or newer"
        )
    found = f"runc {version.text}"
    holes = [cve for cve in open_escapes(RUNC, version) if not (version.rest and cve in fixed)]
    if not holes:
        return ok(RUNTIME, found)
    update = f"update runc to {_newest_runc()} or newer"
    if version.rest:
        return warning(
            RUNTIME,
            f"{found}, of a distribution; not known to have fixed {', '.join(holes)}",
            f"install its security updates; where they lack these, {update} (Docker's own "
            "packages bring it as containerd.io)",
        )
    return Check(RUNTIME, State.FAIL, f"{found} has {', '.join(holes)}", update, DOCKER_ONLY)


def _newest_runc() -> str:
    return " or ".join(RUNC[-1].fixed[:2])


def _limits(engine: Engine) -> Check:
    limits = (
        ("memory", engine.limits_memory),
        ("processes", engine.limits_pids),
        ("processor", engine.limits_cpu),
    )
    lacking = [what for what, works in limits if works is False]
    if lacking:
        return Check(
            "docker limits",
            State.FAIL,
            f"the engine cannot limit {', '.join(lacking)} of a container",
            "switch the cgroup controllers on; a rootless engine needs them delegated: "
            "https://docs.docker.com/engine/security/rootless/tips/",
            DOCKER_ONLY,
        )
    return ok("docker limits", f"memory, processes, processor by cgroup {engine.cgroup_version}")


def _seccomp(engine: Engine) -> Check:
    if "seccomp" in engine.security:
        return ok("docker seccomp", ", ".join(engine.security))
    return warning(
        "docker seccomp",
        "the engine filters no system calls",
        "use an engine and a kernel with seccomp; the candidate's own filter still holds",
    )


def _options(engine: Engine) -> str:
    user = (
        "rootless"
        if "rootless" in engine.security
        else "userns-remap"
        if "userns" in engine.security
        else "root in a container is root of this host"
    )
    restore = "on" if engine.live_restore else "off"
    return (
        f"{user}; storage {engine.storage_driver}; live-restore {restore}; "
        f"runtimes {', '.join(engine.runtimes)}"
    )


def _room(disk: Disk) -> Check:
    if disk.free_bytes is None:  # root's folder: nothing to see for others
        return note("disk: docker", f"{disk.path} cannot be seen by this user")
    found = f"{size(disk.free_bytes)} free at {disk.path}"
    if disk.free_bytes >= _IMAGE_BYTES:
        return ok("disk: docker", found)
    return warning(
        "disk: docker", found, "make room for images: docker system df shows what is used"
    )


def _image(want: WantedImage, image: Image | None) -> Check:
    name = f"{IMAGE} {want.name}"
    blocks = DOCKER_ONLY if want.needed else frozenset()
    if image is None:
        return Check(name, State.MISSING, "not built", want.build, blocks)
    version = image.labels.get("autograder.version", "")
    source = image.labels.get("autograder.source", "")
    if version != want.version:
        found = f"built for version {version or 'unknown'}, not {want.version}"
        return Check(name, State.FAIL, found, want.build, blocks)
    if want.source and source != want.source:
        return Check(name, State.FAIL, "built from other sources", want.build, blocks)
    return ok(name, f"{image.digest[:19]}, version {version}")
