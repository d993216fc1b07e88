"""`autograder image build`: a context of our own files, a build, a trial run, labels."""

from __future__ import annotations

import io
import json
import tarfile
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from docker.errors import ContainerError

from autograder import __version__
from autograder.errors import SandboxUnavailable, UsageError
from autograder.sandbox import image
from autograder.sandbox.engine import Engine, ignoring_absence, translated

_MODE = 0o644
_LAST_LINES = 12

# Said by the finished image about itself. It has to work, or it is not given its name.
_TRIAL = """
import json, platform, torch
import autograder.candidate.__main__, autograder.examiner.__main__
from autograder.candidate import syscalls
print(json.dumps({"torch": torch.__version__, "cuda": torch.version.cuda or "",
                  "python": platform.python_version(), "seccomp": syscalls.available()}))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What an image is made of. Raises nothing: pip and the engine judge it."""

    variant: image.Variant = "cpu"
    base: str = ""  # "": the Dockerfile's own
    index_url: str = ""
    wheels: Path | None = None  # a folder; with one, nothing is fetched
    extra: Sequence[str] = ()  # requirements of the course's notebooks
    tag: str = ""  # "": the name under which the sandbox looks for it

    def arguments(self) -> dict[str, str]:
        said = {
            "BASE_IMAGE": self.base,
            "INDEX_URL": self.index_url,
            "EXTRA": " ".join(self.extra),
        }
        return {key: value for key, value in said.items() if value}


def build(engine: Engine, recipe: Recipe, say: Callable[[str], None]) -> image.Image:
    """Build, try, label and name an image; lines of the engine's log go to `say`.

    raises  SandboxUnavailable if it cannot be built or does not work, UsageError if the folder of
            wheels has none
    """
    with tempfile.TemporaryFile() as context:
        write_context(context, recipe.wheels)
        built = _build(
            engine,
            context,
            "docker/Dockerfile",
            say,
            arguments=recipe.arguments(),
            network="default" if recipe.wheels is None else "none",
        )
    found = _try(engine, built, recipe)
    labels = {
        image.VERSION: __version__,
        image.SOURCE: image.source_digest(),
        image.VARIANT: recipe.variant,
        image.TORCH: found["torch"],
        image.PYTHON: found["python"],
    }
    tag = recipe.tag or image.name(recipe.variant)
    with tempfile.TemporaryFile() as context:
        _write_tar(context, [("Dockerfile", f"FROM {built}\n".encode())])
        _build(engine, context, "Dockerfile", say, labels=labels, tag=tag)
    return image.find(engine, tag)


def write_context(file: IO[bytes], wheels: Path | None) -> None:
    """What is sent to the engine: our own files by name, and wheels. Leaves `file` at its start.

    raises  UsageError if `wheels` is no folder with wheels in it
    """
    entries: list[tuple[str, bytes | Path]] = list(image.sources())
    entries.append(("docker/wheels/README", b"Wheels, if any.\n"))
    entries += [(f"docker/wheels/{wheel.name}", wheel) for wheel in _wheels(wheels)]
    _write_tar(file, entries)


def _wheels(folder: Path | None) -> Sequence[Path]:
    if folder is None:
        return ()
    found = sorted(folder.glob("*.whl"))
    if not found:
        raise UsageError(
            "no-wheels",
            "there are no wheels in this folder",
            where=str(folder),
            next="fill it on a machine with a network: pip download -d DIR torch numpy msgspec "
            "pyseccomp pytest",
        )
    return found


def _write_tar(file: IO[bytes], entries: Iterable[tuple[str, bytes | Path]]) -> None:
    """Names, contents, one mode; no owner and no time, so that equal files are cached."""
    with tarfile.open(fileobj=file, mode="w") as tar:
        for name, content in entries:
            info = tarfile.TarInfo(name)
            info.mode = _MODE
            if isinstance(content, Path):
                info.size = content.stat().st_size
                with content.open("rb") as stream:
                    tar.addfile(info, stream)
            else:
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))
    file.seek(0)


def _build(
    engine: Engine,
    context: IO[bytes],
    dockerfile: str,
    say: Callable[[str], None],
    *,
    arguments: dict[str, str] | None = None,
    labels: dict[str, str] | None = None,
    tag: str | None = None,
    network: str = "none",
) -> str:
    """The new image's id."""
    with translated():
        events = engine.api.build(
            fileobj=context,
            custom_context=True,
            dockerfile=dockerfile,
            buildargs=arguments,
            labels=labels,
            tag=tag,
            network_mode=network,
            rm=True,
            forcerm=True,
            decode=True,
        )
        return _follow(events, say)


def _follow(events: Iterator[dict[str, Any]], say: Callable[[str], None]) -> str:
    built, failed, lines = "", "", list[str]()
    for event in events:  # to the end in any case: only then does the SDK close the connection
        failed = str(event.get("error", failed))
        built = (event.get("aux") or {}).get("ID", built)
        for line in str(event.get("stream", "")).splitlines():
            if line.strip():
                lines = [*lines[-_LAST_LINES:], line.strip()]
                say(line.strip())
    if failed or not built:
        raise _failed(failed or "the engine named no image", lines)
    return built


def _failed(error: str, lines: Sequence[str]) -> SandboxUnavailable:
    """The engine says that a command failed; the log before it says why."""
    said = error.strip().splitlines()[-1] if error.strip() else "no reason given"
    text = "\n".join([*lines, error])
    if "no space left" in text.lower():
        advice = "make room: docker system df; docker image prune"
    elif lines and " : FROM " in lines[-1]:
        advice = "name a base image that the engine has or can pull, with --base"
    elif "pip" in text or "torch" in text:
        advice = "check the network, --index-url, or build offline with --wheels DIR"
    else:
        advice = "look at the log above"
    shown = "".join(f"\n  log:   {line}" for line in lines[-4:])
    return SandboxUnavailable("image-build", f"the image was not built: {said}{shown}", next=advice)


def _try(engine: Engine, built: str, recipe: Recipe) -> dict[str, Any]:
    """Let the image say what it has, as a candidate's container would run it."""
    with translated():
        try:
            said = engine.client.containers.run(
                built,
                entrypoint=["/opt/venv/bin/python", "-P", "-c"],
                command=[_TRIAL],
                network_mode="none",
                read_only=True,
                tmpfs={"/tmp": "size=64m"},
                remove=True,
            )
        except ContainerError as error:
            ignoring_absence(lambda: engine.api.remove_image(built, noprune=False))
            last = bytes(error.stderr or b"").decode(errors="replace").strip().splitlines()[-1:]
            raise SandboxUnavailable(
                "image-broken",
                f"the image was built and does not work: {' '.join(last)}",
                next="look at the base image; `autograder image build --base IMAGE`",
            ) from None
    found: dict[str, Any] = json.loads(said.decode().strip().splitlines()[-1])
    if recipe.variant == "cuda" and not found["cuda"]:
        raise SandboxUnavailable(
            "image-no-cuda",
            f"the image has torch {found['torch']}, which is built without CUDA",
            next="leave out --index-url, or name an index with CUDA builds of torch",
        )
    if not found["seccomp"]:
        raise SandboxUnavailable(
            "image-no-seccomp",
            "the image has no libseccomp, and candidates would lack that wall",
            next="use a base image of Debian or Ubuntu",
        )
    return found
