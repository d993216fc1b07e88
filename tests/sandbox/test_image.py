"""What goes into the image, what stays out, and which image is taken."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from autograder.errors import SandboxUnavailable, UsageError
from autograder.sandbox import image
from autograder.sandbox.engine import Engine
from autograder.sandbox.image_build import Recipe, build, write_context
from tests.sandbox.docker_engine import skip_without_docker
from tests.test_architecture import PACKAGE, ROOT, units_imported

SECRETS = (
    "gradebook.db",
    ".env",
    ".git/config",
    "course.yml",
    "submitted/kim/cross_entropy/cross_entropy.ipynb",
    "solutions/cross_entropy/cross_entropy.ipynb",
    "tests/hidden/cross_entropy/test_softmax.py",
    "autograder/templates/course/tests/hidden/hello_tensors/test_hello.py",
    "autograder/sandbox/docker.py",
    "autograder/examiner/.env",
    "docker/notes.txt",
)


@pytest.fixture
def engine() -> Iterator[Engine]:
    skip_without_docker()
    with closing(Engine()) as engine:
        yield engine


def context(wheels: Path | None = None) -> set[str]:
    file = io.BytesIO()
    write_context(file, wheels)
    with tarfile.open(fileobj=file) as tar:
        return set(tar.getnames())


def modules() -> list[Path]:
    paths = [PACKAGE / unit for unit in image.INSIDE]
    return [file for p in paths for file in (sorted(p.rglob("*.py")) if p.is_dir() else [p])]


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_what_is_inside_imports_nothing_that_is_outside(path: Path) -> None:
    inside = {unit.removesuffix(".py") for unit in image.INSIDE}
    assert units_imported(path) <= inside


def test_the_context_has_our_sources_by_name_and_nothing_else() -> None:
    names = context()
    assert "autograder/candidate/confine.py" in names
    assert "docker/Dockerfile" in names
    ours = {f"autograder/{path.relative_to(PACKAGE).as_posix()}" for path in modules()}
    others = {"constraints.txt", "docker/Dockerfile", "docker/requirements.txt"}
    assert names == ours | others | {"docker/wheels/README"}


def test_wheels_go_along_when_they_are_named(tmp_path: Path) -> None:
    (tmp_path / "torch-1-py3-none-any.whl").touch()
    (tmp_path / "secret.txt").touch()
    assert context(tmp_path) - context() == {"docker/wheels/torch-1-py3-none-any.whl"}


def test_a_folder_without_wheels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no wheels"):
        context(tmp_path)


def test_the_dockerfile_in_the_package_is_the_one_in_the_repository() -> None:
    for name, file in (("Dockerfile", "docker/Dockerfile"), ("constraints.txt", "constraints.txt")):
        assert (image.FILES / name).read_bytes() == (ROOT / file).read_bytes()


@pytest.mark.needs_docker
def test_a_build_by_hand_is_sent_no_secrets(engine: Engine, tmp_path: Path) -> None:
    """`docker build .` obeys .dockerignore, and that lets through what we send ourselves."""
    for name in (*context(), ".dockerignore", *SECRETS):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.touch()
    shutil.copy(ROOT / ".dockerignore", tmp_path)
    list_it = f"FROM {image.name()}\nCOPY . /context\nRUN cd /context && find . -type f\n"
    (tmp_path / "docker" / "Dockerfile").write_text(list_it)
    order = ["docker", "build", "--no-cache", "--force-rm", "--network", "none"]
    order += ["-f", "docker/Dockerfile", "."]
    done = subprocess.run(order, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = done.stdout + done.stderr
    sent = {name for name in (*context(), *SECRETS) if f"./{name}\n" in said}
    built = said.rsplit("Successfully built ", 1)
    if len(built) == 2:
        engine.api.remove_image(built[1].split()[0])
    assert sent == context()


@pytest.mark.needs_docker
def test_an_image_of_other_sources_is_refused(engine: Engine) -> None:
    labels = {image.SOURCE: "other", image.VERSION: "0.0.1"}
    made, _ = engine.client.images.build(
        fileobj=io.BytesIO(f"FROM {image.name()}".encode()),
        labels=labels,
        tag="autograder-other",
        rm=True,
    )
    try:
        with pytest.raises(SandboxUnavailable) as refused:
            image.find(engine, "autograder-other")
    finally:
        engine.api.remove_image(made.id, force=True)
    assert refused.value.code == "image-outdated"
    assert "0.0.1" in refused.value.what
    assert refused.value.next.startswith("autograder image build --tag autograder-other")


@pytest.mark.needs_docker
def test_a_base_that_cannot_be_had_is_an_error_that_says_so(engine: Engine) -> None:
    with pytest.raises(SandboxUnavailable) as failed:
        build(engine, Recipe(base="localhost:1/no-such-base:0", tag="never"), lambda line: None)
    assert failed.value.code in ("image-build", "engine-refused")
    assert "--base" in failed.value.next


@pytest.mark.needs_docker
def test_an_image_without_cuda_is_no_image_for_gpus(engine: Engine) -> None:
    """The trial run finds out; the name is not given."""
    from autograder.sandbox.image_build import _try

    if "+cpu" not in image.find(engine, image.name()).torch:
        pytest.skip("the torch in the image is a build for CUDA")
    with pytest.raises(SandboxUnavailable, match="built without CUDA"):
        _try(engine, image.name(), Recipe(variant="cuda"))
