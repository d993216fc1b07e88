"""`autograder peer review`: a module for each command."""

from autograder.cli.peer.review import (  # noqa: F401  (their commands)
    appeal,
    assign,
    collect,
    credit,
    feedback,
    score,
    spotcheck,
    status,
)
from autograder.cli.peer.review.app import review_app

__all__ = ["review_app"]
