"""The command line, thin: parse, call, print. A module per group of commands.

Results go to stdout, everything else to stderr. Exit status: 0 all graded, whatever the scores;
1 some notebook could not be graded; 2 wrong usage or a broken course; 130 interrupted.
"""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from pathlib import Path

from autograder import terminal
from autograder.cli import (  # noqa: F401  (their commands)
    assignments,
    collect,
    doctor,
    export,
    grade,
    image,
    peer,
    publish,
    regrade,
    replay,
    report,
    sandbox,
    similar,
    verify,
)
from autograder.cli.app import app
from autograder.errors import AutograderError

__all__ = ["app", "main"]


def main() -> None:
    """Entry point: every error that a user can act on is words and an exit status."""
    try:
        app()
    except AutograderError as error:
        terminal.say(str(error))
        sys.exit(2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except Exception:  # the outermost loop: a failure of ours is never shown as a traceback
        log = Path(tempfile.mkstemp(prefix="autograder-", suffix=".log")[1])
        log.write_text(traceback.format_exc())
        terminal.say(
            "error[internal]: the platform failed; nothing that was finished is lost\n"
            f"  where: {log}\n  next:  run the command again; if it stays, report that file"
        )
        sys.exit(1)
