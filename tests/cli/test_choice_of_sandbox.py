"""Where `autograder grade` runs student code: as asked, or what this host offers."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.sandbox.docker_engine import skip_without_docker

from .conftest import Ran, command

NO_ENGINE = "unix:///nonexistent/docker.sock"


def grade(course: Path, *arguments: str, docker_host: str = NO_ENGINE) -> Ran:
    environment = {k: v for k, v in os.environ.items() if k != "AUTOGRADER_SANDBOX"}
    environment |= {"DOCKER_HOST": docker_host} if docker_host else {}
    done = subprocess.run(
        command("grade", "--json", *arguments),
        cwd=course,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def sandboxes(done: Ran) -> set[str]:
    return {json.loads(line)["provenance"]["sandbox"] for line in done.out.splitlines()}


def test_docker_that_is_not_there_is_an_error_that_says_what_to_do(course: Path) -> None:
    done = grade(course, "--sandbox", "docker")
    assert done.status == 2
    assert done.out == ""
    assert "error[engine-missing]" in done.err
    assert "--sandbox local" in done.err


@pytest.mark.thorough
def test_by_itself_it_takes_local_where_there_is_no_engine_and_says_so(course: Path) -> None:
    done = grade(course, "--sandbox", "auto")
    assert done.status == 0
    assert sandboxes(done) == {"local"}
    assert "sandbox: local, since the Docker engine cannot be reached" in done.err


@pytest.mark.needs_docker
@pytest.mark.thorough
def test_by_itself_it_takes_docker_where_engine_and_image_are_there(course: Path) -> None:
    skip_without_docker()
    here = os.environ.get("DOCKER_HOST", "")
    done = grade(course, "--sandbox", "auto", docker_host=here)
    assert done.status == 0
    assert sandboxes(done) == {"docker"}
    assert {s: r["score"] for s, r in done.reports.items()} == {"ada": 11.0, "brook": 5.0}
    (image,) = {r["provenance"]["image"] for r in done.reports.values()}
    assert image.startswith("sha256:")
    assert "unchanged" in grade(course, "--sandbox", "docker", docker_host=here).err
    # Another environment is another result.
    again = grade(course, "--sandbox", "local")
    assert sandboxes(again) == {"local"}
    assert "unchanged" not in again.err


@pytest.mark.needs_docker
def test_an_image_that_is_missing_is_named_with_the_command_that_makes_it(course: Path) -> None:
    skip_without_docker()
    file = course / "course.yml"
    text = file.read_text().replace("sandbox:", "sandbox:\n  image: no-such-image", 1)
    file.write_text(text)
    done = grade(course, "--sandbox", "docker", docker_host=os.environ.get("DOCKER_HOST", ""))
    assert done.status == 2
    assert "error[image-missing]" in done.err
    assert "autograder image build --tag no-such-image" in done.err
