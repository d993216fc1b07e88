"""What student code tries against this host, and that every wall holds.

All attempts run in one notebook: `first` makes each and tells how it ended.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import pytest

from autograder.candidate import landlock, syscalls
from tests.sandbox.lab import Lab

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="the inner wall is Linux's"),
    pytest.mark.skipif(not syscalls.available(), reason="libseccomp is not installed"),
    pytest.mark.skipif(landlock.abi() < 1, reason="this kernel has no Landlock"),
]

READS = {
    "the hidden suite": "open(SUITE).read()",
    "the folder of the hidden suite": "os.listdir(os.path.dirname(SUITE))",
    "the reference": "open(REFERENCE).read()",
    "another file of this user": "open(SECRET).read()",
    "the accounts": "open('/etc/passwd').read()",
    "the root folder": "os.listdir('/')",
    "the temporary folder": "os.listdir(os.path.dirname(os.path.dirname(os.getcwd())))",
    "the other candidates' folders": "os.listdir(os.path.dirname(os.getcwd()))",
    "this platform": "open(PLATFORM).read()",
    "its own memory": "open('/proc/self/mem', 'rb').read(1)",
    "its own map": "open('/proc/self/maps').read()",
    "its own descriptors": "os.listdir('/proc/self/fd')",
    "the server's environment": "open(f'/proc/{os.getppid()}/environ').read()",
    "the server's memory": "open(f'/proc/{os.getppid()}/mem', 'rb').read(1)",
    "the command's memory": "open(f'/proc/{COMMAND}/mem', 'rb').read(1)",
    "the command's root": "os.listdir(f'/proc/{COMMAND}/root/')",
    "the command's folder": "os.readlink(f'/proc/{COMMAND}/cwd')",
    "keys": "os.listdir(os.path.expanduser('~root/.ssh'))",
}
WRITES = {
    "the suite": "open(SUITE, 'a')",
    "the secret": "open(SECRET, 'w')",
    "the temporary folder": "open('/tmp/planted', 'w')",
    "shared memory": "open('/dev/shm/planted', 'w')",
    "python": "open(os.__file__, 'r+')",
    "a file, emptied while reading": "os.open('own', os.O_RDONLY | os.O_TRUNC)",
    "the secret, emptied by name": "os.truncate(SECRET, 0)",
    "a file without a name": "os.open('.', os.O_TMPFILE | os.O_RDWR, 0o600)",
    "a folder": "os.mkdir('folder')",
    "a link": "os.symlink(SECRET, 'link')",
    "a hard link": "os.link(SECRET, 'link')",
    "a pipe with a name": "os.mkfifo('pipe')",
    "the name of a file": "os.rename('own', 'other')",
    "a file that is gone but open": "os.unlink('own')",
    "the mode of a file": "os.chmod('own', 0o777)",
    "the priority of the machine's killer": "open('/proc/self/oom_score_adj', 'w').write('0')",
}
NETWORK = {
    "tcp": "socket.socket(socket.AF_INET, socket.SOCK_STREAM)",
    "udp": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "ipv6": "socket.socket(socket.AF_INET6, socket.SOCK_STREAM)",
    "unix": "socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)",
    "a pair": "socket.socketpair()",
    "netlink": "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
    "raw": "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
    "names": "socket.getaddrinfo('example.org', 80)",
    "a page": "__import__('urllib.request').request.urlopen('http://127.0.0.1:9')",
}
PROCESSES = {
    "fork": "os.fork()",
    "vfork": "call(58)",
    "exec": "os.execv('/bin/true', ['true'])",
    "spawn": "os.posix_spawn('/bin/true', ['true'], {})",
    "subprocess": "__import__('subprocess').run(['true'])",
    "multiprocessing": "__import__('multiprocessing').Process(target=int).start()",
    "kill the server": "os.kill(os.getppid(), 9)",
    "kill the command": "os.kill(COMMAND, 0)",
    "kill everything": "os.kill(-1, 0)",
    "kill the group": "os.killpg(0, 0)",
    "a descriptor of the server": "os.pidfd_open(os.getppid())",
    "signals by a file": "fcntl.fcntl(1, fcntl.F_SETOWN, os.getppid())",
    "the signal of a file": "fcntl.fcntl(1, 10, 9)",
    "ptrace": "call(101, 16, os.getppid(), 0, 0)",
    "process_vm_readv": "call(310, os.getppid(), 0, 0, 0, 0, 0)",
    "setsid": "os.setsid()",
}
KERNEL = {
    "memory limit": "resource.setrlimit(resource.RLIMIT_AS, (-1, -1))",
    "file size limit": "resource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1))",
    "another's limits": "resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (1, 1))",
    "user": "os.setuid(12345)",
    "groups": "os.setgroups([])",
    "chroot": "os.chroot('.')",
    "nice": "os.nice(1)",
    "affinity": "os.sched_setaffinity(0, {0})",
    "memory file": "os.memfd_create('x')",
    "unshare": "call(272, 0x10000000)",
    "mount": "call(165, 0, 0, 0, 0, 0)",
    "keyctl": "call(250, 0, 0)",
    "bpf": "call(321, 0, 0, 0)",
    "io_uring": "call(425, 1, 0)",
    "userfaultfd": "call(323, 0)",
    "perf": "call(298, 0, 0, -1, -1, 0)",
    "shared memory": "call(29, 0, 4096, 0o1600)",
    "message queues": "call(68, 0, 0o1600)",
    "inotify": "call(253)",
    "fanotify": "call(300, 0, 0)",
    "dumpable again": "call(157, 4, 1, 0, 0, 0)",
    "no death with the server": "call(157, 1, 0, 0, 0, 0)",
    "handles of files": "call(304, 0, 0, 0)",
    "the clock": "__import__('time').clock_settime(0, 0)",
    "the name of the host": "__import__('socket').sethostname('x')",
}
EVERY = {f"{kind}: {name}": code for kind, attempts in (
    ("read", READS), ("write", WRITES), ("network", NETWORK), ("process", PROCESSES),
    ("kernel", KERNEL),
) for name, code in attempts.items()}  # fmt: skip

FIRST = """
import ctypes, fcntl, os, resource, socket

libc = ctypes.CDLL(None, use_errno=True)


def call(*numbers):
    if libc.syscall(*numbers) < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))


def attempt(code):
    names = {{"os": os, "fcntl": fcntl, "resource": resource, "socket": socket, "call": call}}
    try:
        return "DONE " + repr(eval(code, names | {places!r}))[:60]
    except BaseException as error:
        return f"{{type(error).__name__}} {{str(error)[:24]}}"


def first(x):
    open("own", "w").close()
    return [attempt(code) for code in {attempts!r}]
"""
SECOND = """
import os

def is_open(fd):
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True


def second(x):
    return {
        "scratch": os.listdir("."),
        "environment": dict(os.environ),
        "descriptors": [fd for fd in range(9999) if is_open(fd)],
        "folder": os.getcwd(),
    }
"""


@pytest.fixture(scope="module")
def told(lab: Lab) -> dict[str, Any]:
    import autograder

    secret = lab.folder / "secret.txt"
    secret.write_text("other students' work")
    places = {
        "SUITE": str(lab.sums.suite / "test_sums.py"),
        "REFERENCE": str(lab.sums.reference),
        "SECRET": str(secret),
        "PLATFORM": str(autograder.__file__),
        "COMMAND": os.getpid(),
    }
    first = FIRST.format(places=places, attempts=list(EVERY.values()))
    answers = lab.said(first=first)
    assert secret.read_text() == "other students' work"
    answers["first"] = dict(zip(EVERY, answers["first"], strict=True))
    return answers


@pytest.mark.parametrize("name", EVERY)
def test_student_code_cannot(told: dict[str, Any], name: str) -> None:
    ended = told["first"][name]
    assert not ended.startswith("DONE"), ended
    refused = ("PermissionError", "not allowed", "FileNotFoundError", "gaierror", "URLError")
    assert any(word in ended for word in refused), ended


def test_attempts_are_told_to_the_instructor(told: dict[str, Any]) -> None:
    flags = set(told["flags"])
    assert {"network-attempt", "process-attempt", "signal-attempt", "native-code"} <= flags
    assert "file-attempt:/etc/passwd" in flags


def test_student_code_starts_with_nothing_but_its_folder(lab: Lab) -> None:
    around = lab.said(second=SECOND)["second"]
    assert around["scratch"] == []
    assert {"HOME", "TMPDIR", "LANG"} <= set(around["environment"])
    assert set(around["environment"].values()) <= {around["folder"], "C.UTF-8"}
    assert len(around["descriptors"]) == 4  # the standard three, and the line to the examiner


def test_every_wall_of_this_kernel_is_up(lab: Lab) -> None:
    assert not [wall for wall in lab.sandbox.missing_walls() if not wall.startswith("landlock-")]


def test_honest_code_meets_no_wall(lab: Lab) -> None:
    code = """
import tempfile, threading
from concurrent.futures import ThreadPoolExecutor
def first(x):
    torch.set_num_threads(2)
    (torch.ones(300, 300) @ torch.ones(300, 300)).sum()
    with open("notes.txt", "w") as file:
        file.write("kept")
    torch.save(x, "tensor.pt")
    import sympy
    return [
        open("notes.txt").read(),
        torch.load("tensor.pt").shape == x.shape,
        ThreadPoolExecutor(2).submit(lambda: 5).result(),
        sympy.Integer(2).p,
    ]
"""
    answers = lab.said(first=code)
    assert answers["first"] == ["kept", True, 5, 2]
    assert not [flag for flag in answers["flags"] if "attempt" in flag]


def test_a_module_that_is_not_there_is_not_an_attempt(lab: Lab) -> None:
    answers = lab.said(first="def first(x):\n    import no_such_module")
    assert "ModuleNotFoundError" in answers["first"]
    assert not [flag for flag in answers["flags"] if "attempt" in flag]
