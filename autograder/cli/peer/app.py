"""The group of commands, and the options that they share."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from autograder.cli.app import app

peer_app = typer.Typer(no_args_is_help=True, help="Study groups: plan, sessions, records, reviews.")
app.add_typer(peer_app, name="peer")

GroupOption = Annotated[str, typer.Option("--group", "-g", help="The study group.")]


class Language(StrEnum):
    EN = "en"
    KO = "ko"


LanguageOption = Annotated[
    Language | None, typer.Option("--language", help="Of the words; default: the course's.")
]
