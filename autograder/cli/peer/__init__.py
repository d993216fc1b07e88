"""`autograder peer`: the commands of study groups, a module for each."""

from autograder.cli.peer import (  # noqa: F401  (its commands)
    consent,
    match,
    plan,
    record,
    review,
    run,
    session,
    summary,
)
from autograder.cli.peer.app import peer_app

__all__ = ["peer_app"]
