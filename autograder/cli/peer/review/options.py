"""What the commands that judge reviews have in common."""

from __future__ import annotations

import getpass
import os
import socket
import sys
from typing import Annotated

import msgspec
import typer

from autograder.peer.review.reliability import Thresholds

NameArgument = Annotated[str, typer.Argument(help="The assignment.")]
LeastOption = Annotated[
    int, typer.Option("--least", min=1, help="Scores of a criterion, below which it has none.")
]
CalibratedOption = Annotated[
    int,
    typer.Option(
        "--calibrated", min=1, help="Items of known quality, below which a reviewer is supervised."
    ),
]
AgreementOption = Annotated[
    float,
    typer.Option(
        "--agreement",
        min=0.0,
        max=1.0,
        help="The error, as a share of the scale, above which a reviewer is supervised.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="As one JSON object on stdout.")]
ScoreOption = Annotated[
    list[str] | None,
    typer.Option("--score", help="CRITERION=SCORE, such as softmax.correct=2; may be repeated."),
]
DEFAULT = Thresholds()


def who() -> str:
    """user@host, for what is kept."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a user without a name, as in many a container
        user = f"uid {os.getuid()}"
    return f"{user}@{socket.gethostname()}"


def print_json(data: object) -> None:
    sys.stdout.write(msgspec.json.encode(data).decode() + "\n")
    sys.stdout.flush()
