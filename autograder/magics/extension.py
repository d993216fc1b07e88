"""The magic itself."""

from __future__ import annotations

import difflib
import shlex
import sys
from pathlib import Path

from IPython.core.magic import Magics, line_magic, magics_class
from IPython.display import display

from autograder.errors import AutograderError, UsageError
from autograder.magics.cells import exercise_in
from autograder.magics.checks import run_checks
from autograder.magics.table import Table
from autograder.magics.words import LANGUAGES, words_for


@magics_class
class CheckMagics(Magics):
    """%check [NAMES…] [--language en|ko] [--notebook FILE]"""

    @line_magic
    def check(self, line: str) -> None:
        """Run the visible checks of this notebook's functions, or of those that are named.

        %check                   every function
        %check softmax           one
        %check --language ko     in Korean
        %check --notebook a.ipynb   where the notebook cannot be told
        """
        try:
            display(self._table(line))  # type: ignore[no-untyped-call]
        except AutograderError as error:
            sys.stderr.write(f"{error}\n")

    def _table(self, line: str) -> Table:
        asked, options = _parsed(line)
        assert self.shell is not None, "magics are registered with a shell"
        names = self.shell.user_ns
        notebook = Path(options["notebook"]) if "notebook" in options else None
        exercise = exercise_in(names, notebook)
        words = words_for(options.get("language"), exercise.language)
        for name in asked:
            if name not in exercise.symbols:
                near = difflib.get_close_matches(name, exercise.symbols, n=1)
                raise UsageError(
                    "unknown-function",
                    f'this assignment has no function "{name}"',
                    next=f"did you mean {near[0]}?"
                    if near
                    else "it has " + ", ".join(exercise.symbols),
                )
        wanted = asked or list(exercise.symbols)
        return Table([run_checks(name, exercise, names, words) for name in wanted], words)


def _parsed(line: str) -> tuple[list[str], dict[str, str]]:
    """(names, options). Raises UsageError with the way it is meant."""
    names: list[str] = []
    options: dict[str, str] = {}
    try:
        rest = shlex.split(line.replace("=", " "))
    except ValueError:
        raise _usage("a quotation mark is not closed") from None
    while rest:
        word = rest.pop(0)
        if not word.startswith("-"):
            names.append(word.removesuffix("()"))
            continue
        option = word.lstrip("-")
        if option not in ("language", "notebook"):
            raise _usage(f"there is no option {word}")
        if not rest:
            raise _usage(f"{word} needs a value")
        options[option] = rest.pop(0)
    if options.get("language", "en") not in LANGUAGES:
        raise _usage(f"{options['language']!r} is no language of %check")
    return names, options


def _usage(what: str) -> UsageError:
    return UsageError("usage", what, next="%check [NAMES] [--language en|ko] [--notebook FILE]")
