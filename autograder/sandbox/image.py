"""The image that containers are made of: its name, what is in it, and whether it is ours.

An image carries labels: the version of the platform and a hash of the sources inside, so that a
container never speaks another protocol than the command; the versions of torch and Python, so that
results can say what they were made with.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from docker.errors import ImageNotFound

from autograder import __version__
from autograder.errors import SandboxUnavailable
from autograder.report import Environment
from autograder.sandbox.engine import Engine, translated

Variant = Literal["cpu", "cuda"]

PACKAGE = Path(__file__).resolve().parent.parent
FILES = Path(__file__).resolve().parent / "imagefiles"  # those of docker/, wherever we lie

# The parts of the platform that run in containers: both sides of the wire, and nothing that knows
# courses, grades, databases or Docker. Closed under imports, which a test holds.
INSIDE = (
    "__init__.py",
    "candidate",
    "codec.py",
    "cuda.py",
    "errors.py",
    "examiner",
    "forkserver.py",
    "graphs.py",
    "hugepages.py",
    "notebook",
    "replicas",
    "report.py",
    "testing.py",
    "wire",
)

VERSION, SOURCE, VARIANT = "autograder.version", "autograder.source", "autograder.variant"
TORCH, PYTHON = "autograder.torch", "autograder.python"


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    name: str
    digest: str  # the engine's id of it, "sha256:…"
    torch: str
    python: str

    def environment(self, device: str) -> Environment:
        return Environment(
            sandbox="docker",
            image=self.digest,
            torch=self.torch,
            python=self.python,
            platform=__version__,
            device=device,
        )


def name(variant: Variant = "cpu") -> str:
    return f"autograder:{__version__}" + ("-cuda" if variant == "cuda" else "")


def find(engine: Engine, wanted: str) -> Image:
    """The image of that name, made for this very version of the platform.

    raises  SandboxUnavailable with code image-missing or image-outdated
    """
    command = build_command(wanted)
    with translated():
        try:
            attributes: dict[str, Any] = engine.client.images.get(wanted).attrs
        except ImageNotFound:
            raise SandboxUnavailable(
                "image-missing",
                f"the Docker engine has no image {wanted}",
                next=f"{command} (minutes, once), or grade with --sandbox local",
            ) from None
    labels = (attributes.get("Config") or {}).get("Labels") or {}
    if labels.get(SOURCE) != source_digest():
        made_for = labels.get(VERSION, "")
        raise SandboxUnavailable(
            "image-outdated",
            f"the image {wanted} was made for "
            + (f"version {made_for}" if made_for not in ("", __version__) else "other sources")
            + f", and this is {__version__}",
            next=f"{command} (seconds: what was downloaded is still there)",
        )
    return Image(
        name=wanted,
        digest=str(attributes["Id"]),
        torch=labels.get(TORCH, ""),
        python=labels.get(PYTHON, ""),
    )


def build_command(wanted: str) -> str:
    """The command that makes the image of that name."""
    if wanted == name("cuda"):
        return "autograder image build --cuda"
    return "autograder image build" + ("" if wanted == name() else f" --tag {wanted}")


@cache
def source_digest() -> str:
    """Hash of every file of ours that goes into an image."""
    digest = hashlib.sha256()
    for inside, path in sources():
        digest.update(hashlib.sha256(inside.encode()).digest())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def sources() -> Iterator[tuple[str, Path]]:
    """(path in the build context, file) of every file of ours, in a fixed order."""
    yield "constraints.txt", FILES / "constraints.txt"
    yield "docker/Dockerfile", FILES / "Dockerfile"
    yield "docker/requirements.txt", FILES / "requirements.txt"
    for unit in INSIDE:
        path = PACKAGE / unit
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            yield f"autograder/{file.relative_to(PACKAGE).as_posix()}", file
