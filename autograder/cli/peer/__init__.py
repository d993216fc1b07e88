"""`autograder peer`: the commands of study groups, a module for each."""

from autograder.cli.peer.app import peer_app

__all__ = ["peer_app"]
