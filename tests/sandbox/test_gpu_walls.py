"""The walls of a candidate with CUDA, as far as they can be tried without a GPU.

A process of its own confines itself the way a candidate with `device: cuda` does. In place of CUDA
it starts what CUDA starts: a thread, behind the first walls and before the last one.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from autograder.candidate import landlock, syscalls

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="the inner wall is Linux's"),
    pytest.mark.skipif(not syscalls.available(), reason="libseccomp is not installed"),
    pytest.mark.skipif(landlock.abi() < 1, reason="this kernel has no Landlock"),
]

CONFINED = """
import ctypes, fcntl, json, mmap, os, queue, signal, socket, sys, threading
from pathlib import Path
from autograder import wire
from autograder.candidate import confine

with_cuda, scratch, keep = sys.argv[1] == "cuda", Path(sys.argv[2]), int(sys.argv[3])
asked, answers, said = queue.Queue(), queue.Queue(), {}
NVIDIA, UVM, UVM_TOOLS = 0xC020462A, 33, 62


def tried(attempt):
    try:
        return f"worked: {attempt()}"
    except BaseException as error:
        return f"{type(error).__name__} {getattr(error, 'errno', '')}".strip()


def serve():
    status = open(f"/proc/self/task/{threading.get_native_id()}/status")
    while True:
        attempt = asked.get()
        answers.put(attempt(status))


def start():
    said["while starting"] = {
        "passwd": tried(lambda: open("/etc/passwd").read(1)),
        "facts": tried(lambda: open("/proc/devices").read(0)),
        "memory": tried(lambda: len(bytearray(400 << 20))),
    }
    threading.Thread(target=serve, daemon=True).start()


def in_the_thread(attempt):
    asked.put(attempt)
    return answers.get(timeout=20)


def status_of(status):
    status.seek(0)
    pairs = (line.split(":", 1) for line in status)
    return {key: value.strip() for key, value in pairs}


def in_its_own_words(kind, error, traceback):
    os.write(keep, json.dumps({"failed": repr(error), "line": traceback.tb_lineno}).encode())
    os._exit(1)


sys.excepthook = in_its_own_words  # its standard error goes nowhere soon
os.environ["CUDA_VISIBLE_DEVICES"] = "GPU-x"
os.environ["SECRET"] = "x"
walls = confine.confine(
    keep=keep, scratch=scratch, memory_bytes=256 << 20, scratch_bytes=1 << 20, cpu_s=60,
    start_cuda=start if with_cuda else None,
)
file = os.open("file", os.O_RDWR | os.O_CREAT)  # in the scratch folder
said["walls"] = walls
said["environment"] = sorted(os.environ)
said["requests"] = {
    name: tried(lambda request=request: fcntl.ioctl(file, request))
    for name, request in (("nvidia", NVIDIA), ("uvm", UVM), ("tools", UVM_TOOLS))
}
said["memory"] = tried(lambda: len(bytearray(400 << 20)))
said["some memory"] = tried(lambda: len(bytearray(100 << 20)))
said["reservation"] = tried(lambda: mmap.mmap(
    -1, 1 << 40, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x4000, prot=0).close())
said["handles the signal"] = tried(
    lambda: signal.signal(wire.OVER_GPU_SHARE, signal.SIG_IGN))
said["handles another"] = tried(lambda: signal.signal(signal.SIGUSR1, signal.SIG_IGN) and 1)
said["now"] = {
    "maps": tried(lambda: open("/proc/self/maps").read(1)),
    "shared": tried(lambda: open("/dev/shm/autograder-test", "w")),
    "facts": tried(lambda: open("/proc/devices").read(0)),
}
if with_cuda:
    said["thread"] = {
        "passwd": in_the_thread(lambda s: tried(lambda: open("/etc/passwd").read(1))),
        "socket": in_the_thread(lambda s: tried(lambda: socket.socket())),
        "fork": in_the_thread(lambda s: tried(os.fork)),
        "status": {k: v for k, v in in_the_thread(status_of).items()
                   if k in ("NoNewPrivs", "Seccomp", "CapEff")},
    }
os.write(keep, json.dumps(said).encode())
os._exit(0)
"""


def confined(kind: str) -> dict[str, Any]:
    root = Path(__file__).parents[2]
    reader, writer = os.pipe()
    with tempfile.TemporaryDirectory() as scratch, open(reader, "rb") as said:
        process = subprocess.Popen(
            [sys.executable, "-c", CONFINED, kind, scratch, str(writer)],
            cwd=root,
            pass_fds=[writer],
            stderr=subprocess.PIPE,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
        )
        os.close(writer)
        text = said.read()
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, text + errors
    answers: dict[str, Any] = json.loads(text)
    return answers


@pytest.fixture(scope="module")
def with_cuda() -> dict[str, Any]:
    return confined("cuda")


@pytest.fixture(scope="module")
def without() -> dict[str, Any]:
    return confined("cpu")


def test_every_wall_is_up_with_cuda_too(with_cuda: dict[str, Any], without: dict[str, Any]) -> None:
    assert with_cuda["walls"] == without["walls"]
    assert {"rlimits", "no-new-privs", "no-capabilities", "landlock-files", "seccomp"} <= set(
        with_cuda["walls"]
    )


def test_cuda_starts_behind_the_walls_that_its_threads_inherit(with_cuda: dict[str, Any]) -> None:
    assert with_cuda["while starting"]["passwd"] == "PermissionError 13"
    assert with_cuda["while starting"]["facts"].startswith("worked")
    assert with_cuda["while starting"]["memory"].startswith("worked"), "limits come afterwards"


def test_a_thread_that_cuda_started_is_confined_like_the_others(with_cuda: dict[str, Any]) -> None:
    thread = with_cuda["thread"]
    assert thread["passwd"] == "PermissionError 13"
    assert thread["socket"] == "PermissionError 1"
    assert thread["fork"] == "PermissionError 1"
    assert thread["status"] == {"NoNewPrivs": "1", "Seccomp": "2", "CapEff": "0" * 16}


def test_what_cuda_needs_to_start_is_closed_afterwards(with_cuda: dict[str, Any]) -> None:
    assert set(with_cuda["now"].values()) == {"PermissionError 13"}


def test_the_drivers_requests_pass_with_cuda_and_no_others(
    with_cuda: dict[str, Any], without: dict[str, Any]
) -> None:
    """ENOTTY (25) comes from the file, EPERM (1) from the filter."""
    assert with_cuda["requests"] == {"nvidia": "OSError 25", "uvm": "OSError 25", "tools": DENIED}
    assert set(without["requests"].values()) == {DENIED}


DENIED = "PermissionError 1"


def test_host_memory_is_limited_and_address_space_is_not(
    with_cuda: dict[str, Any], without: dict[str, Any]
) -> None:
    for each in (with_cuda, without):
        assert each["memory"] == "MemoryError"
        assert each["some memory"].startswith("worked")
    assert with_cuda["reservation"].startswith("worked")
    assert without["reservation"] == "OSError 12"


def test_student_code_cannot_handle_the_signal_that_ends_the_greedy(
    with_cuda: dict[str, Any],
) -> None:
    assert with_cuda["handles the signal"] == "PermissionError 1"
    assert with_cuda["handles another"].startswith("worked")


def test_the_environment_keeps_what_cuda_reads_and_nothing_else(
    with_cuda: dict[str, Any], without: dict[str, Any]
) -> None:
    plain = {"HOME", "LANG", "TMPDIR", "TORCHINDUCTOR_CACHE_DIR"}
    assert set(without["environment"]) == plain
    assert set(with_cuda["environment"]) == {*plain, "CUDA_VISIBLE_DEVICES"}
