"""The real command, on this host, against what this host is."""

from __future__ import annotations

import json
import os
import platform
import pty
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from autograder.doctor.check import State
from autograder.init import init

COMMAND = [sys.executable, "-m", "autograder", "doctor"]
NOWHERE = {"DOCKER_HOST": "unix:///nonexistent"}


def run(cwd: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=cwd,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def diagnosed(cwd: Path, *arguments: str, **environment: str) -> tuple[int, dict[str, Any]]:
    done = run(cwd, "--json", *arguments, **environment)
    assert done.stderr == ""
    return done.returncode, json.loads(done.stdout)


def lines_of(diagnosis: dict[str, Any]) -> dict[str, dict[str, str]]:
    lines = {check["name"]: check for check in diagnosis["checks"]}
    assert len(lines) == len(diagnosis["checks"]), "every line has a name of its own"
    return lines


def course_at(path: Path, *, sandbox: str = "local", device: str = "cpu") -> Path:
    init(path, title="A course")
    file = path / "course.yml"
    lines = [line for line in file.read_text().splitlines() if not line.startswith("  kind:")]
    at = {line: number for number, line in enumerate(lines)}
    lines.insert(at["defaults:"] + 1, f"  device: {device}")
    lines.insert(at["sandbox:"] + 1, f"  kind: {sandbox}")
    file.write_text("\n".join(lines) + "\n")
    return path


def test_the_json_is_one_object_of_four_keys_a_check(tmp_path: Path) -> None:
    status, diagnosis = diagnosed(tmp_path)
    assert set(diagnosis) == {"ok", "checks"}
    assert status == (0 if diagnosis["ok"] else 1)
    for check in diagnosis["checks"]:
        assert set(check) == {"name", "state", "found", "next"}
        assert check["state"] in set(State)
        assert check["found"]


def test_what_is_said_is_so(tmp_path: Path) -> None:
    lines = lines_of(diagnosed(tmp_path, **NOWHERE)[1])
    assert lines["kernel"]["found"] == f"Linux {platform.release()}"
    assert lines["python"]["found"] == platform.python_version()
    assert lines["torch"]["found"].startswith(version("torch"))
    assert lines["nbgrader"]["found"] == version("nbgrader")
    assert (lines["account"]["state"] == "ok") == (os.geteuid() != 0)


@pytest.mark.needs_docker
def test_the_engine_is_the_one_that_docker_tells(tmp_path: Path) -> None:
    if shutil.which("docker") is None:
        pytest.skip("the command `docker` is not installed")
    told = subprocess.run(
        ["docker", "version", "--format", "{{.Server.Version}}"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if told.returncode:
        pytest.skip(f"no Docker engine answers: {told.stderr.strip()}")
    lines = lines_of(diagnosed(tmp_path)[1])
    assert lines["docker engine"]["state"] == "ok"
    assert lines["docker engine"]["found"].startswith(told.stdout.strip())
    assert "docker runtime" in lines


def test_a_host_without_an_engine_grades_locally(tmp_path: Path) -> None:
    lines = lines_of(diagnosed(tmp_path, **NOWHERE)[1])
    assert lines["docker engine"]["state"] == "missing"
    assert "unix:///nonexistent" in lines["docker engine"]["found"]
    assert lines["sandbox"]["found"].startswith("local")


def test_a_course_that_wants_docker_where_there_is_none(tmp_path: Path) -> None:
    course = course_at(tmp_path / "course", sandbox="docker")
    status, diagnosis = diagnosed(course, **NOWHERE)
    assert (status, diagnosis["ok"]) == (1, False)
    last = diagnosis["checks"][-1]
    assert (last["name"], last["state"]) == ("sandbox", "fail")
    assert "docker engine" in last["found"]


def test_a_course_that_wants_cuda_where_there_is_none(tmp_path: Path) -> None:
    if Path("/proc/driver/nvidia/version").exists():
        pytest.skip("this host has a GPU")
    course = course_at(tmp_path / "course", device="cuda")
    status, diagnosis = diagnosed(tmp_path, "--course", str(course), **NOWHERE)
    assert status == 1
    assert lines_of(diagnosis)["nvidia driver"]["state"] == "missing"
    assert "--device cpu" in lines_of(diagnosis)["nvidia driver"]["next"]


def test_wrong_usage_is_two(tmp_path: Path) -> None:
    for arguments in (["--course", "nowhere"], ["too", "much"], ["--no-such-option"]):
        done = run(tmp_path, *arguments)
        assert done.returncode == 2
        assert done.stdout == ""
        assert "Traceback" not in done.stderr


def test_a_pipe_gets_a_line_each_and_no_colour(tmp_path: Path) -> None:
    done = run(tmp_path, **NOWHERE)
    assert "\x1b" not in done.stdout
    first = [line for line in done.stdout.splitlines() if not line.startswith(" ")]
    assert all(line.split()[0] in set(State) for line in first)
    assert f"Linux {platform.release()}" in first[0]
    assert " next: correct DOCKER_HOST" in done.stdout


def on_a_terminal(cwd: Path, **environment: str) -> str:
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb", buffering=0) as screen:
        process = subprocess.Popen(
            COMMAND,
            cwd=cwd,
            env={**os.environ, **NOWHERE, "TERM": "xterm", "COLUMNS": "200", **environment},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        shown = b""
        try:
            while chunk := screen.read(4096):
                shown += chunk
        except OSError:  # how Linux says that the other end is closed
            pass
        process.wait()
    return shown.decode()


def test_a_person_gets_colours_unless_they_do_not_want_any(tmp_path: Path) -> None:
    coloured, plain = on_a_terminal(tmp_path), on_a_terminal(tmp_path, NO_COLOR="1")
    assert "\x1b[32mok" in coloured
    assert "\x1b[3" not in plain
    assert "correct DOCKER_HOST" in plain
