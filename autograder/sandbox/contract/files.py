"""What student code reaches of the host's files: Python, torch, its own scratch folder."""

from __future__ import annotations

import os

from autograder.report import Outcome
from autograder.sandbox.contract.attempts import NOT_THERE, expect_refused
from autograder.sandbox.contract.behaviour import Group
from autograder.sandbox.contract.bench import Bench, expect, short
from autograder.sandbox.contract.exercises import SECRET, SECRET_WORDS

FILES = Group("files")


@FILES
def the_hidden_suite_cannot_be_read(bench: Bench) -> None:
    attempts = {
        "its file": "open(SUITE).read()",
        "its folder": "os.listdir(os.path.dirname(SUITE))",
        "all suites": "os.listdir(COURSE + '/tests/hidden')",
    }
    expect_refused(bench, attempts, NOT_THERE)


@FILES
def the_reference_cannot_be_read(bench: Bench) -> None:
    attempts = {
        "its file": "open(REFERENCE).read()",
        "its folder": "os.listdir(os.path.dirname(REFERENCE))",
    }
    expect_refused(bench, attempts, NOT_THERE)


@FILES
def other_files_of_the_host_cannot_be_read_or_changed(bench: Bench) -> None:
    attempts = {
        "reading a secret": "open(SECRET).read()",
        "changing a secret": "open(SECRET, 'a').write('x')",
        "emptying a secret": "os.truncate(SECRET, 0)",
        "the course's folder": "os.listdir(COURSE)",
    }
    expect_refused(bench, attempts, NOT_THERE)
    there = (bench.course.root / SECRET).read_text()
    expect(there == SECRET_WORDS, "student code has changed a file of the host")


@FILES
def the_accounts_of_the_system_cannot_be_read(bench: Bench) -> None:
    attempts = {
        "the accounts": "open('/etc/passwd').read()",
        "the passwords": "open('/etc/shadow').read()",
        "the names of hosts": "open('/etc/hosts').read()",
    }
    expect_refused(bench, attempts)


@FILES
def no_folder_outside_can_be_listed(bench: Bench) -> None:
    attempts = {
        "the root": "os.listdir('/')",
        "configuration": "os.listdir('/etc')",
        "homes": "os.listdir('/home')",
        "temporary files": "os.listdir('/tmp')",
        "sockets and pids": "os.listdir('/run')",
    }
    expect_refused(bench, attempts, NOT_THERE)


@FILES
def the_home_folder_and_its_keys_cannot_be_read(bench: Bench) -> None:
    attempts = {
        "the home of the account": "os.listdir(HOME)",
        "keys of the account": "os.listdir(HOME + '/.ssh')",
        "keys of root": "os.listdir('/root/.ssh')",
    }
    expect_refused(bench, attempts, NOT_THERE)


@FILES
def the_scratch_folders_of_others_cannot_be_listed(bench: Bench) -> None:
    attempts = {
        "beside its own": "os.listdir('..')",
        "above": "os.listdir('../..')",
    }
    expect_refused(bench, attempts)


@FILES
def other_processes_cannot_be_looked_into(bench: Bench) -> None:
    attempts = {
        "the environment of its parent": "open(f'/proc/{os.getppid()}/environ', 'rb').read()",
        "the memory of its parent": "open(f'/proc/{os.getppid()}/mem', 'rb').read(1)",
        "the files of its parent": "os.listdir(f'/proc/{os.getppid()}/fd')",
        "the root of the first process": "os.listdir('/proc/1/root/')",
        "the environment of the first": "open('/proc/1/environ', 'rb').read()",
        "the folder of the command": "os.listdir(f'/proc/{COMMAND}/cwd/')",
        "all processes": "os.listdir('/proc')",
        "its own memory": "open('/proc/self/mem', 'rb').read(1)",
        "its own first environment": "open('/proc/self/environ', 'rb').read()",
    }
    expect_refused(bench, attempts, NOT_THERE)


@FILES
def the_docker_socket_cannot_be_opened(bench: Bench) -> None:
    attempts = {
        "under /var/run": "open('/var/run/docker.sock', 'r+b', 0)",
        "under /run": "open('/run/docker.sock', 'r+b', 0)",
        "of containerd": "open('/run/containerd/containerd.sock', 'r+b', 0)",
    }
    expect_refused(bench, attempts, NOT_THERE)


@FILES
def the_platforms_own_package_cannot_be_read(bench: Bench) -> None:
    attempts = {
        "where the command has it": "open(PLATFORM + '/__init__.py').read()",
        "where it is installed": "open(__import__('autograder').__file__).read()",
    }
    expect_refused(bench, attempts, NOT_THERE)


@FILES
def nothing_outside_the_scratch_folder_can_be_written(bench: Bench) -> None:
    attempts = {
        "the suite": "open(SUITE, 'a')",
        "the temporary folder": "open('/tmp/contract-attempt', 'w')",
        "shared memory": "open('/dev/shm/contract-attempt', 'w')",
        "python": "open(os.__file__, 'r+')",
        "torch": "open(__import__('torch').__file__, 'r+')",
        "the killer's order": "open('/proc/self/oom_score_adj', 'r+')",
        "devices": "open('/dev/contract-attempt', 'w')",
    }
    expect_refused(bench, attempts, NOT_THERE)


@FILES
def the_environment_of_the_host_does_not_reach_student_code(bench: Bench) -> None:
    code = "import os\ndef first(x):\n    return [os.getcwd(), *os.environ.values()]"
    told = bench.said(first=code)["first"]
    expect(isinstance(told, list) and len(told) > 1, f"no environment at all: {short(told)}")
    folder, *values = told
    expect(folder in values, "neither HOME nor TMPDIR is its own folder")
    leaked = {value for value in os.environ.values() if len(value) >= 12} & set(values)
    expect(not leaked, f"{len(leaked)} variables of the host are there")


@FILES
def student_code_holds_no_file_but_its_own(bench: Bench) -> None:
    """The standard three, which lead nowhere, and the line to its examiner."""
    code = """import os, stat
def first(x):
    held = []
    for fd in range(1024):
        try:
            mode = os.fstat(fd).st_mode
        except OSError:
            continue
        null = stat.S_ISCHR(mode) and os.fstat(fd).st_rdev == os.makedev(1, 3)
        held.append("null" if null else "line" if stat.S_ISSOCK(mode) else oct(mode))
    return held"""
    held = bench.said(first=code)["first"]
    expect(held == ["null"] * 3 + ["line"], f"open files: {short(held)}")


@FILES
def a_little_can_be_written_into_an_empty_scratch_folder(bench: Bench) -> None:
    code = """import os
def first(x):
    before = os.listdir(".")
    torch.save(x, "x.pt")
    with open("notes.txt", "w") as file:
        file.write("kept")
    return [before, open("notes.txt").read(), bool((torch.load("x.pt") == x).all())]"""
    answer = bench.said(first=code)["first"]
    expect(answer == [[], "kept", True], f"it should keep two files, and said {short(answer)}")


@FILES
def the_disk_cannot_be_filled(bench: Bench) -> None:
    many = "open(f'{number}', 'wb').write(bytes(1 << 20))"
    one = "open('one', 'ab').write(bytes(1 << 20))"
    for line in (many, one):
        code = "def double(x):\n    number = 0\n    while x.dim() == 2:\n        number += 1\n"
        verdict = bench.grade("arithmetic", double=f"{code}        {line}\n    return x + x")
        lost = {"test_double_of_a_matrix": (Outcome.CRASHED, Outcome.ERROR)}
        verdict.expect_lost_only(lost)
