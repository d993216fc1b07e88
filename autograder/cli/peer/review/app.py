"""The group of commands about reviews by peers."""

from __future__ import annotations

import typer

from autograder.cli.peer.app import peer_app

review_app = typer.Typer(no_args_is_help=True, help="Reviews by peers: who reads whose answers.")
peer_app.add_typer(review_app, name="review")
