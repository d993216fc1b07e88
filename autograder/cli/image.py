"""`autograder image`: the image of the docker sandbox."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from autograder import terminal
from autograder.cli.app import app

images = typer.Typer(no_args_is_help=True, help="The image of the docker sandbox.")
app.add_typer(images, name="image")


@images.command()
def build(
    cuda: Annotated[bool, typer.Option("--cuda", help="The image for gradings on a GPU.")] = False,
    base: Annotated[
        str, typer.Option(help="A Debian or Ubuntu image to start from.", metavar="IMAGE")
    ] = "",
    index_url: Annotated[
        str, typer.Option(help="Where pip looks for torch first.", metavar="URL")
    ] = "",
    wheels: Annotated[
        Path | None,
        typer.Option(help="Build offline, from the wheels in this folder.", metavar="DIR"),
    ] = None,
    extra: Annotated[
        list[str] | None,
        typer.Option(help="A package that notebooks import; may be repeated.", metavar="PACKAGE"),
    ] = None,
    tag: Annotated[
        str, typer.Option(help="Another name than the sandbox's own.", metavar="NAME")
    ] = "",
) -> None:
    """Build the image that `--sandbox docker` runs in."""
    from autograder.sandbox.engine import Engine
    from autograder.sandbox.image_build import Recipe
    from autograder.sandbox.image_build import build as make

    recipe = Recipe(
        variant="cuda" if cuda else "cpu",
        base=base,
        index_url=index_url,
        wheels=wheels,
        extra=tuple(extra or ()),
        tag=tag,
    )
    made = make(Engine(timeout_s=3600), recipe, terminal.say)
    sys.stdout.write(f"{made.name} {made.digest}\n")
    terminal.say(f"torch {made.torch}, Python {made.python}; next: autograder sandbox check")
