"""Formgrader's own button, over HTTP."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

from tests.adoption.courses import CONFIG, NBGRADERS_WARNINGS, THE_LINE, TOP, grades, submit

pytestmark = [*NBGRADERS_WARNINGS, pytest.mark.thorough]
TOKEN = "made-up"
START_S = 90.0


@pytest.fixture
def server(course: Path) -> Iterator[str]:
    """A Jupyter server with formgrader, as an instructor starts it in the course's folder."""
    (course / "nbgrader_config.py").write_text(CONFIG + THE_LINE)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    path = os.pathsep.join([*filter(None, [os.environ.get("PYTHONPATH")]), str(TOP)])
    environment = os.environ | {
        "PYTHONPATH": path,
        "PYTHONWARNINGS": "ignore",
        "HOME": str(course.parent),
        "JUPYTER_CONFIG_DIR": str(course.parent / "jupyter"),
    }
    log = (course.parent / "server.log").open("w")
    process = subprocess.Popen(
        [
            sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root",
            f"--ServerApp.port={port}", f"--IdentityProvider.token={TOKEN}",
            "--ServerApp.jpserver_extensions={'nbgrader.server_extensions.formgrader': True}",
        ],
        cwd=course, env=environment, stdout=log, stderr=subprocess.STDOUT,
    )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(url, process, course.parent / "server.log")
        yield url
    finally:
        process.terminate()
        process.wait(30)
        log.close()


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        assert process.poll() is None, log.read_text()
        try:
            answer(url, "GET", "/api")
            return
        except URLError:
            time.sleep(0.3)
    raise AssertionError(log.read_text())


def answer(url: str, method: str, path: str) -> dict[str, object]:
    request = Request(url + path, method=method, headers={"Authorization": f"token {TOKEN}"})
    with urlopen(request, data=b"" if method == "POST" else None, timeout=120) as reply:
        found: dict[str, object] = json.loads(reply.read())
        return found


def test_the_button_grades_with_the_hidden_suite_and_leaves_the_rest_to_nbgrader(
    course: Path, server: str
) -> None:
    submit(course, "ann", "ps2")
    submit(course, "ann", "ps1")
    for assignment in ("ps2", "ps1"):
        result = answer(server, "POST", f"/formgrader/api/submission/{assignment}/ann/autograde")
        assert result["success"], result
    scores = grades(course)
    assert scores["ann", "problem1", "test_double"] == 4.0
    assert scores["ann", "problem1", "test_halve"] == 2.5
    assert scores["ann", "problem2", "part-a"] is None
    assert scores["ann", "problem1", "correct_squares"] == 1.0
