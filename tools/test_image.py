"""Has the image of the docker sandbox ready for the tests, where a Docker engine answers.

    .venv/bin/python tools/test_image.py

Builds it if it is not there or made from other sources. The base is the Dockerfile's own where
that can be had; where nothing can be pulled, a minimal Debian made by debootstrap (root only),
and wheels that pip fetches on this side. Says in one line what became of it, and always ends well:
the tests say for themselves what they skip, and why.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from autograder.errors import SandboxUnavailable
from autograder.sandbox import image
from autograder.sandbox.engine import Engine
from autograder.sandbox.image_build import Recipe, build

ROOT = Path(__file__).resolve().parent.parent
PULLED, MADE = "python:3.11-slim-bookworm", "autograder-base:bookworm"
PULL_S, MAKE_S, DOWNLOAD_S = 120, 900, 900


def main() -> None:
    try:
        with closing(Engine(timeout_s=1800)) as engine:
            version = engine.client.version()["Version"]
            found = _ready(engine)
    except SandboxUnavailable as error:
        print(f"docker tests: skipped, {error.what}")
        return
    print(f"docker tests: run, on Docker {version} with {found.name} ({found.digest[:19]})")


def _ready(engine: Engine) -> image.Image:
    try:
        return image.find(engine, image.name())
    except SandboxUnavailable as why:
        print(f"docker tests: {why.what}; building it (minutes the first time)", flush=True)
    base = _base()
    if base == PULLED:
        return build(engine, Recipe(base=base), lambda line: None)
    with tempfile.TemporaryDirectory() as folder:
        _download(Path(folder))
        return build(engine, Recipe(base=base, wheels=Path(folder)), lambda line: None)


def _base() -> str:
    """The name of an image with Python. Raises SandboxUnavailable if there is none to be had."""
    for name in (MADE, PULLED):
        if _docker("image", "inspect", name):
            return name
    if _docker("pull", "-q", PULLED, within_s=PULL_S):
        return PULLED
    if shutil.which("debootstrap") is None:
        raise _no_base(f"{PULLED} cannot be pulled, and debootstrap is not installed")
    with tempfile.TemporaryDirectory() as folder:
        packages = "--include=python3,python3-venv,ca-certificates"
        order = ["debootstrap", "--variant=minbase", packages, "bookworm", folder]
        try:
            subprocess.run(order, check=True, capture_output=True, timeout=MAKE_S)
            with subprocess.Popen(["tar", "-C", folder, "-c", "."], stdout=subprocess.PIPE) as tar:
                order = ["docker", "import", "-", MADE]
                subprocess.run(order, stdin=tar.stdout, check=True, capture_output=True)
        except (subprocess.SubprocessError, OSError) as error:
            raise _no_base(f"{PULLED} cannot be pulled, and debootstrap failed ({error})") from None
    return MADE


def _no_base(why: str) -> SandboxUnavailable:
    return SandboxUnavailable("no-base-image", why, next="docker pull an image with Python")


def _download(folder: Path) -> None:
    """The wheels for the image, with this environment's pip, which knows where to look."""
    order = [sys.executable, "-m", "pip", "download", "-q", "--disable-pip-version-check"]
    order += ["-d", str(folder), "-c", str(ROOT / "constraints.txt")]
    order += ["-r", str(ROOT / "docker" / "requirements.txt"), "torch"]
    done = subprocess.run(order, capture_output=True, text=True, timeout=DOWNLOAD_S, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise SandboxUnavailable("no-wheels", f"pip could not download the wheels: {last}")


def _docker(*words: str, within_s: float = 30) -> bool:
    try:
        order = ["docker", *words]
        return not subprocess.run(
            order, capture_output=True, timeout=within_s, check=False
        ).returncode
    except (subprocess.TimeoutExpired, OSError):
        return False


if __name__ == "__main__":
    main()
