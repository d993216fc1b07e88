"""`autograder sandbox`: the commands about where student code runs."""

from __future__ import annotations

import platform
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from autograder import terminal
from autograder.cli.app import app
from autograder.cli.grade import SandboxKind
from autograder.course import Course
from autograder.errors import SandboxUnavailable, UsageError
from autograder.sandbox import Sandbox

_AT_ONCE = 4  # the contract grades as many side by side

sandbox_app = typer.Typer(no_args_is_help=True, help="Where student code runs.")
app.add_typer(sandbox_app, name="sandbox")


@sandbox_app.command()
def check(
    sandbox: Annotated[
        SandboxKind | None, typer.Option(help="Which sandbox; default: what `grade` would use.")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option(help="Only this group of behaviours; may be repeated.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per behaviour.")] = False,
) -> None:
    """Try on this host every behaviour that a sandbox must show, hostile student code included."""
    from autograder.sandbox import contract

    _refuse_unknown(only or [], contract.groups())
    chosen = contract.behaviours(only or [])
    broken = 0
    with tempfile.TemporaryDirectory(prefix="ag-contract-") as folder:
        course = contract.make_course(Path(folder))
        with _opened(course, sandbox) as (box, about):
            what = ", ".join(filter(None, about.values()))
            terminal.say(f"checking {len(chosen)} behaviours: {what}")
            for checked in contract.check(contract.Bench(box, course), chosen):
                broken += not checked.holds
                if as_json:
                    line = about | msgspec.to_builtins(checked)
                    sys.stdout.write(msgspec.json.encode(line).decode() + "\n")
                    sys.stdout.flush()
                else:
                    name = f"{checked.group}: {checked.behaviour}"
                    terminal.check_line(name, checked.holds, True, checked.message)
    terminal.say(f"{len(chosen) - broken} of {len(chosen)} behaviours hold")
    raise typer.Exit(1 if broken else 0)


@sandbox_app.command()
def prune() -> None:
    """Remove what killed commands left behind: containers, folders. Nothing that is in use."""
    from contextlib import closing

    from autograder.sandbox.engine import Engine
    from autograder.sandbox.prune import prune as remove

    try:
        with closing(Engine()) as engine:
            removed = remove(engine)
    except SandboxUnavailable as error:
        terminal.say(f"no containers were looked for: {error.what}")
        removed = remove(None)
    for name in removed:
        sys.stdout.write(f"{name}\n")
    terminal.say(f"{len(removed)} removed")


def _refuse_unknown(only: Sequence[str], groups: Sequence[str]) -> None:
    for name in only:
        if name not in groups:
            raise UsageError(
                "unknown-group",
                f'the contract has no group "{name}"',
                next=f"use one of: {', '.join(groups)}",
            )


@contextmanager
def _opened(course: Course, kind: SandboxKind | None) -> Iterator[tuple[Sandbox, dict[str, str]]]:
    """The sandbox, and what is checked, by the names that `--json` uses."""
    from autograder.sandbox.choice import choose

    choice = choose(course, "auto" if kind is None else kind.value)
    if choice.why_local:
        terminal.say(f"not docker: {choice.why_local}")
    about = {
        "sandbox": choice.kind,
        "image": choice.image,
        "digest": choice.environment.image,
        "host": f"{platform.system()} {platform.release()}",
    }
    with choice.open(jobs=_AT_ONCE) as box:
        yield box, about
