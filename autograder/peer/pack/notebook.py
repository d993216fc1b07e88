"""A Pack as a notebook that runs from top to bottom: experiments, answers, questions.

It has no metadata of nbgrader's, and nothing of the people's section.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from autograder.peer.pack.model import Concept, Contrast, Further, Needed, Pack, Piece
from autograder.peer.pack.words import WORDS, Words

_Cell = dict[str, Any]
_NO_ID = re.compile(r"[^A-Za-z0-9_-]+")


def notebook_of(pack: Pack) -> str:
    """nbformat 4.5 as JSON."""
    words = WORDS[pack.language]
    cells = list(_cells(pack, words))
    document = {
        "cells": _with_own_ids(cells),
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def in_a_function(symbol: str, name: str, code: str, needs: Sequence[Needed] = ()) -> str:
    """The code with helpers and names of its own, as `name`: two answers do not meet."""
    own = [in_a_function(each.symbol, each.symbol, each.code, each.needs) for each in needs]
    body = "\n\n".join([*own, code.strip("\n"), f"return {symbol}"])
    maker = f"answer_{name}"
    return f"def {maker}():\n{textwrap.indent(body, '    ')}\n\n\n{name} = {maker}()"


def _cells(pack: Pack, words: Words) -> Iterator[_Cell]:
    yield _markdown("title", words.notebook_intro.format(title=_plain(pack.title)))
    yield _code("imports", pack.imports)
    if not pack.concepts:
        text = words.no_concepts if pack.handed_in else words.nothing_handed_in
        yield _markdown("concepts", text)
    symbols: set[str] = set()
    for concept in (*pack.concepts, *pack.later_concepts):
        if concept.symbol not in symbols:
            symbols.add(concept.symbol)
            yield _code(f"own_{concept.symbol}", words.paste_own.format(symbol=concept.symbol))
        yield from _concept(concept, words)
    shown = [each for each in pack.contrasts if each.answers]
    if shown:
        yield _markdown("contrasts", f"## {words.contrasts}\n\n{words.contrasts_help}")
    for contrast in shown:
        yield from _contrast(contrast, words)
    if pack.wrong is not None:
        title = f"## {words.wrong}\n\n**{pack.wrong.title}**\n\n{words.wrong_help}"
        yield _markdown("wrong", title)
        symbol = pack.wrong.symbol
        source = in_a_function(symbol, f"{symbol}_wrong", pack.wrong.code)
        yield _code("wrong_answer", source)
        yield _markdown("wrong_question", words.wrong_question)
    yield from _further(pack.further, words)
    if pack.questions:
        listed = "\n".join(f"- {_plain(each.text)}" for each in pack.questions)
        yield _markdown("questions", f"## {words.open_questions}\n\n{listed}")


def _concept(concept: Concept, words: Words) -> Iterator[_Cell]:
    parts = [f"## `{concept.symbol}`: {concept.title}", concept.text]
    parts.append("\n".join(f"- {each.text}" for each in concept.behaviours))
    if concept.question:
        parts.append(f"**{words.question}.** {concept.question}")
    yield _markdown(f"c-{concept.id}", "\n\n".join(filter(None, parts)))
    if concept.trial is not None:
        yield from _pieces(f"t-{concept.id}", concept.trial.pieces)
    else:
        yield _code(f"t-{concept.id}", f"# {words.your_notes}")


def _pieces(stem: str, pieces: Sequence[Piece]) -> Iterator[_Cell]:
    for number, piece in enumerate(pieces, start=1):
        make = _code if piece.kind == "code" else _markdown
        yield make(f"{stem}-{number}", piece.source)


def _contrast(contrast: Contrast, words: Words) -> Iterator[_Cell]:
    symbol = contrast.symbol
    yield _markdown(f"contrast_{symbol}", "### " + words.contrast_of.format(symbol=f"`{symbol}`"))
    for answer in contrast.answers:
        letter = answer.label.lower()
        source = in_a_function(symbol, f"{symbol}_{letter}", answer.code, answer.needs)
        yield _code(f"answer_{letter}_{symbol}", source)
    names = [f"{symbol}_{each.label.lower()}" for each in contrast.answers]
    letters = ", ".join(
        f'"{each.label}": {name}' for each, name in zip(contrast.answers, names, strict=True)
    )
    if contrast.probes:
        yield _code(f"answers_{symbol}", f"answers = {{{letters}}}")
    for probe in contrast.probes:
        text = f"{words.compare.format(symbol=symbol)}. {probe.ask}"
        yield _markdown(f"ask_{symbol}_{probe.name}", text)
        source = (
            f"{probe.code.strip()}\n\n\n"
            "for letter, answer in answers.items():\n"
            '    print(f"answer {letter}")\n'
            f"    for label, value in {probe.name}(answer).items():\n"
            '        print(f"    {label} = {value}")'
        )
        yield _code(f"probe_{symbol}_{probe.name}", source)
    told = "\n".join(f"- {each.text}" for each in contrast.differences)
    asked = "\n\n".join(contrast.questions) or words.contrast_question
    parts = [f"**{words.differences}**\n\n{told}" if told else "", f"**{words.question}.** {asked}"]
    yield _markdown(f"questions_{symbol}", "\n\n".join(filter(None, parts)))


def _further(parts: Sequence[Further], words: Words) -> Iterator[_Cell]:
    for part in parts:
        lines = [f"## {words.further}: `{part.symbol}`"]
        if part.variations:
            listed = "\n".join(f"- {each}" for each in part.variations)
            lines.append(f"**{words.variations}**\n\n{listed}")
        lines += [f"**{words.interview}.** {each.question}" for each in part.interviews]
        yield _markdown(f"further_{part.symbol}", "\n\n".join(lines))
        yield _code(f"further_code_{part.symbol}", f"# {words.your_notes}")


def _markdown(name: str, source: str) -> _Cell:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": _lines(source)}


def _code(name: str, source: str) -> _Cell:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": name,
        "metadata": {},
        "outputs": [],
        "source": _lines(source),
    }


def _lines(source: str) -> list[str]:
    return source.strip("\n").splitlines(keepends=True)


def _plain(text: str) -> str:
    """Text of people in Markdown: nothing of it is a link, a picture or a tag."""
    return re.sub(r"([\\`*_{}\[\]()<>#!|~$&])", r"\\\1", " ".join(text.split()))


def _with_own_ids(cells: Sequence[_Cell]) -> list[_Cell]:
    """As nbformat wants them: letters, digits, - and _, at most 64, each once."""
    seen: set[str] = set()
    for cell in cells:
        stem = _NO_ID.sub("-", cell["id"])[:56] or "cell"
        name, number = stem, 2
        while name in seen:
            name, number = f"{stem}-{number}", number + 1
        seen.add(name)
        cell["id"] = name
    return list(cells)
