"""Facts as they are read: from files, programs and engines, good ones and broken ones."""

from __future__ import annotations

import gzip
import json
import os
import socket
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from autograder.doctor import host, nvidia
from autograder.doctor.deadline import within
from autograder.sandbox.engine_facts import Engine, Reach, engine_facts

INFO = {
    "ServerVersion": "24.0.7",
    "Driver": "overlay2",
    "DockerRootDir": "/somewhere",
    "Runtimes": {"runc": {}, "nvidia": {}},
    "DefaultRuntime": "runc",
    "CgroupVersion": "2",
    "MemoryLimit": False,
    "PidsLimit": True,
    "LiveRestoreEnabled": True,
    "SecurityOptions": ["name=seccomp,profile=builtin", "name=rootless"],
}
VERSION = {
    "Version": "24.0.7",
    "ApiVersion": "1.43",
    "Components": [{"Name": "Engine"}, {"Name": "runc", "Version": "1.1.9"}],
}
IMAGE = {"Id": "sha256:12", "Config": {"Labels": {"autograder.version": "1.0"}}}


@contextmanager
def an_engine(socket_path: Path, answer: Callable[[str], tuple[int, bytes]]) -> Iterator[str]:
    """Something that speaks HTTP on a socket; its DOCKER_HOST."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = answer(self.path)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def address_string(self) -> str:
            return "unix"

        def log_message(self, *_: Any) -> None:
            pass

    class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
        daemon_threads = True

    with Server(str(socket_path), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"unix://{socket_path}"
        server.shutdown()
        thread.join()


def docker_answers(path: str) -> tuple[int, bytes]:
    """As an engine that has one of our images."""
    if path.endswith("/version"):
        return 200, json.dumps(VERSION).encode()
    if path.endswith("/info"):
        return 200, json.dumps(INFO).encode()
    if path.endswith("/autograder:1.0/json"):
        return 200, json.dumps(IMAGE).encode()
    return 404, b'{"message": "No such image"}'


@pytest.fixture
def place() -> Iterator[Path]:
    """A short path: the name of a socket has room for a hundred characters."""
    import tempfile

    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        yield Path(folder) / "s"


def asked(
    monkeypatch: pytest.MonkeyPatch, address: str, *images: str, timeout_s: float = 30.0
) -> Engine:
    monkeypatch.setenv("DOCKER_HOST", address)
    return engine_facts(images, timeout_s=timeout_s)


def test_an_engine_is_read(monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
    with an_engine(place, docker_answers) as address:
        engine = asked(monkeypatch, address, "autograder:1.0", "autograder:1.0-cuda")
    assert engine.answers
    assert engine.local
    assert engine.address == address
    assert (engine.version, engine.api_version) == ("24.0.7", "1.43")
    assert engine.runc_version == "1.1.9"
    assert engine.runtimes == ("nvidia", "runc")
    assert (engine.limits_memory, engine.limits_pids, engine.limits_cpu) == (False, True, None)
    assert engine.security == ("seccomp", "rootless")
    assert engine.cgroup_version == 2
    (image,) = engine.images
    assert (image.name, image.digest) == ("autograder:1.0", "sha256:12")
    assert image.labels == {"autograder.version": "1.0"}


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html>"),
        (200, b"[]"),
        (200, b"null"),
        (200, b"{}"),
        (500, b"out of order"),
        (503, b'{"message": "starting"}'),
    ],
)
def test_what_is_no_engine_is_broken_and_nothing_worse(
    monkeypatch: pytest.MonkeyPatch, place: Path, status: int, body: bytes
) -> None:
    with an_engine(place, lambda _: (status, body)) as address:
        engine = asked(monkeypatch, address)
    assert engine.reach is Reach.BROKEN
    assert engine.problem


def test_an_engine_that_leaves_everything_out_is_unknown_in_everything(
    monkeypatch: pytest.MonkeyPatch, place: Path
) -> None:
    least = json.dumps({"ApiVersion": "1.43", "Components": "none", "Runtimes": 3}).encode()
    with an_engine(place, lambda _: (200, least)) as address:
        engine = asked(monkeypatch, address)
    assert engine == Engine(reach=Reach.ANSWERS, address=address, api_version="1.43")


@pytest.mark.parametrize(
    ("address", "reach"),
    [
        ("unix:///nonexistent", Reach.ABSENT),
        ("tcp://127.0.0.1:1", Reach.REFUSED),
        ("nonsense", Reach.BROKEN),
        ("http://a:b:c", Reach.BROKEN),
        ("ssh://nobody@127.0.0.1", Reach.BROKEN),
    ],
)
def test_an_address_that_leads_nowhere(
    monkeypatch: pytest.MonkeyPatch, address: str, reach: Reach
) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    engine = asked(monkeypatch, address)
    assert engine.reach is reach
    assert engine.problem


def test_a_socket_that_nobody_listens_at(monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(place))
    assert asked(monkeypatch, f"unix://{place}").reach is Reach.REFUSED


def test_an_engine_that_takes_the_connection_and_is_silent(
    monkeypatch: pytest.MonkeyPatch, place: Path
) -> None:
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind(str(place))
        deaf.listen()
        assert asked(monkeypatch, f"unix://{place}", timeout_s=0.2).reach is Reach.SILENT


AS_NOBODY = """
import os, sys
from autograder.sandbox.engine_facts import engine_facts
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
print(engine_facts().reach)
"""


def test_a_socket_that_is_not_for_this_user(place: Path) -> None:
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(place))
        other.listen()
        place.parent.chmod(0o755)
        place.chmod(0)
        done = subprocess.run(
            [sys.executable, "-c", AS_NOBODY],
            env={**os.environ, "DOCKER_HOST": f"unix://{place}", "HOME": "/"},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=False,
        )
    assert (done.stdout.strip(), done.stderr) == ("denied", "")


def test_cgroups_of_both_versions(tmp_path: Path) -> None:
    table = tmp_path / "cgroups"
    table.write_text("#subsys_name\thierarchy\tnum\tenabled\nmemory\t4\t1\t0\npids\t8\t1\t1\n")
    assert host._cgroup(tmp_path, table) == (1, {"pids"})
    (tmp_path / "cgroup.controllers").write_text("cpuset cpu memory pids\n")
    assert host._cgroup(tmp_path, table) == (2, {"cpuset", "cpu", "memory", "pids"})
    assert host._cgroup(tmp_path / "none", tmp_path / "none") == (0, frozenset())


def test_the_fixes_that_a_changelog_names(tmp_path: Path) -> None:
    good, torn, text = tmp_path / "good.gz", tmp_path / "torn.gz", tmp_path / "text.gz"
    good.write_bytes(gzip.compress(b"  * CVE-2024-21626: leaked fds\n  * CVE-2025-1\n"))
    torn.write_bytes(good.read_bytes()[:-20] + b"x" * 12)
    text.write_text("CVE-2024-0001")
    assert host._fixed([text, torn, tmp_path / "none", good]) == {"CVE-2024-21626"}


@pytest.mark.parametrize(
    ("line", "version"),
    [
        ("NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.104.05  Sat Aug 19", "535.104.05"),
        ("NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.95  Release", "580.95"),
        ("something else", "of unknown version"),
    ],
)
def test_the_version_of_a_driver(tmp_path: Path, line: str, version: str) -> None:
    file = tmp_path / "version"
    file.write_text(line + "\nGCC version:  gcc version 12.2.0\n")
    assert nvidia._module(file) == version
    assert nvidia._module(tmp_path / "none") == ""


def program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("nvidia-ctk", "echo NVIDIA Container Toolkit CLI version 1.17.8; echo commit: 62bd"),
        ("nvidia-container-cli", "echo cli-version: 1.17.8; echo lib-version: 1.17.8"),
        ("nvidia-container-runtime", "echo NVIDIA Container Runtime version 1.17.8"),
    ],
)
def test_the_version_of_a_toolkit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, says: str
) -> None:
    program(tmp_path, name, says)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert nvidia._toolkit() == (str(tmp_path / name), "1.17.8")


@pytest.mark.parametrize("script", ["exit 1", "echo hello", "kill -9 $$"])
def test_a_toolkit_that_does_not_tell_its_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    program(tmp_path, "nvidia-ctk", script)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert nvidia._toolkit() == (str(tmp_path / "nvidia-ctk"), "")


def test_a_host_without_nvidias_anything(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert nvidia._toolkit() == ("", "")


def test_this_host_is_read() -> None:
    here = host.read_host()
    assert here.kernel == os.uname().release
    assert here.root == (os.geteuid() == 0)
    assert here.cores == len(os.sched_getaffinity(0))
    assert here.memory_bytes > 1 << 28
    assert set(here.packages) == set(host.PACKAGES)
    assert here.temp.free_bytes


def test_the_build_of_torch_is_known_without_importing_it() -> None:
    script = (
        "import sys; from autograder.doctor import host; cuda = host.read_host().torch_cuda; "
        "assert 'torch' not in sys.modules; import torch; assert cuda == torch.version.cuda"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=Path(__file__).parents[2])


def test_what_takes_too_long_is_left_behind() -> None:
    begun = time.monotonic()
    assert within(0.05, lambda: time.sleep(30) or "answer", lambda: "late") == "late"
    assert time.monotonic() - begun < 10


def test_what_is_raised_in_time_arrives() -> None:
    assert within(10, lambda: "answer", lambda: "late") == "answer"
    with pytest.raises(ZeroDivisionError):
        within(10, lambda: str(1 // 0), lambda: "late")
