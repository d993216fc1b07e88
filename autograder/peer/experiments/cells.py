"""A wrong version and a probe → cells that run as they are in any notebook.

The wrong version has a neutral name, so that the reader's own symbol stays what it is; other
graded symbols that it uses are torch's own (STAND_INS), so that the experiment shows one mistake,
whatever else is wrong in the reader's notebook. Nothing here is the reference's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from autograder.catalogue import Misconception
from autograder.peer.experiments.model import Cell, Probe
from autograder.peer.experiments.probe_file import StandIn
from autograder.peer.experiments.sources import (
    imports_needed,
    names_in,
    renamed,
    without_docstrings,
)
from autograder.peer.experiments.words import WORDS, Words

VERSION = "version_a"

# Prints what contrast.printed computes: a test holds them equal.
_RUN = """\
try:
    mine = {symbol}  # {own}
except NameError:
    mine = None
    print("{not_defined}")

for name, version in {versions}.items():
    if version is None:
        continue
    print(name)
    try:
        found = {probe}(version)
    except Exception as error:
        found = {{type(error).__name__: str(error).split("\\n")[0]}}
    for label, value in found.items():
        text = str(value.detach() if isinstance(value, torch.Tensor) else value)
        print(f"    {{label}} = " + text.replace("\\n", "\\n" + " " * (len(label) + 7)))
"""


def version_code(
    misconception: Misconception, stand_ins: Mapping[str, StandIn], imports: Iterable[str]
) -> str:
    """The entry's own version under a neutral name, with what it needs above it.

    stand_ins   by graded symbol, what is used in place of it
    imports     sources with import statements, of which those are taken that are used
    """
    code = without_docstrings(misconception.code)
    mentioned = names_in(code) - {misconception.cell}
    used = {name: stand_in for name, stand_in in stand_ins.items() if name in mentioned}
    names = {name: stand_in.name for name, stand_in in used.items()}
    above = [stand_in.code.strip("\n") for stand_in in used.values()]
    body = renamed(code, names | {misconception.cell: VERSION}).strip("\n")
    return "\n\n\n".join([imports_needed(imports, *above, body), *above, body]) + "\n"


def experiment_cells(
    probe: Probe, misconception: Misconception, version: str, language: str
) -> tuple[Cell, ...]:
    """version  what version_code gave; "": an experiment with the reader's own answer alone"""
    words = WORDS[language]
    told = (
        words.wrong.format(title=misconception.title[language])
        if version
        else words.own_only.format(symbol=probe.symbol)
    )
    code = [Cell("code", version)] if version else []
    return (
        Cell("markdown", _first(probe, told, words, language)),
        *code,
        Cell("code", _probe_code(probe, bool(version), words)),
        Cell("markdown", words.next.format(vary=probe.vary[language])),
    )


def _first(probe: Probe, told: str, words: Words, language: str) -> str:
    return "\n\n".join(
        [
            words.heading.format(symbol=probe.symbol),
            told,
            words.before.format(ask=probe.ask[language]),
            words.looks.format(labels=", ".join(probe.looks)),
        ]
    )


def _probe_code(probe: Probe, with_version: bool, words: Words) -> str:
    versions = f'{{"{VERSION}": {VERSION}, "mine": mine}}' if with_version else '{"mine": mine}'
    run = _RUN.format(
        symbol=probe.symbol,
        own=words.own,
        not_defined=words.not_defined.format(symbol=probe.symbol),
        versions=versions,
        probe=probe.name,
    )
    return f"{probe.code.rstrip()}\n\n\n{run}"
