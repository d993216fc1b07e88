"""The same form as a notebook: answers that can be run, and below each a cell to be filled in.

A cell that is filled in is Markdown with a fenced block of lines, read as text and never executed:

    ```text
    review 3f0c… A
    # softmax: Is it right on ordinary input?
    #   0  no: the idea itself is wrong
    #   3  yes: I find no fault
    A.softmax.correct = 2
    A.softmax.correct.comment = words, over
    as many lines as you like
    ```
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbformat import v4

from autograder.notebook import Reference
from autograder.notebook.cells import read_notebook
from autograder.peer.pack.harmless import is_harmless
from autograder.peer.review.forms import Form, Part, ToRead

MARK = "review"  # the word before token and label
COMMENT = "comment"
CANNOT_TELL = "?"  # in place of a number


def notebook_of(form: Form, reference: Reference, released: Path) -> bytes:
    """released  what students received: its read-only cells are the imports. May be missing."""
    cells = [*_beginning(form, reference, released)]
    for answer in form.answers:
        cells += _answer(form, answer)
    for at, cell in enumerate(cells):
        cell["id"] = hashlib.sha256(f"{form.token} {at}".encode()).hexdigest()[:12]
    notebook = v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {
        "display_name": "Python 3",
        "language": "python",
        "name": "python3",
    }
    return str(nbformat.writes(notebook)).encode() + b"\n"


def _beginning(form: Form, reference: Reference, released: Path) -> Iterator[Any]:
    words = form.words
    title = words.title.format(assignment=form.title)
    about = [*words.about, *words.notebook_about] if form.answers else [words.nothing]
    yield _markdown("\n\n".join([f"# {title}", f"**{form.due_words}**", *about]))
    for source in _given(reference, released):
        yield _code(source)


def _markdown(source: str) -> Any:
    """v4's own functions validate each cell by itself, which takes longer than all the rest."""
    return nbformat.from_dict({"cell_type": "markdown", "metadata": {}, "source": source})


def _raw(source: str) -> Any:
    return nbformat.from_dict({"cell_type": "raw", "metadata": {}, "source": source})


def _code(source: str) -> Any:
    cell = {"cell_type": "code", "metadata": {}, "source": source, "outputs": []}
    return nbformat.from_dict(cell | {"execution_count": None})


def _given(reference: Reference, released: Path) -> list[str]:
    """Read-only code that students have anyway: mostly the imports. Nothing else is shown."""
    if not released.is_file():
        return list(reference.locked.values())
    cells = read_notebook(released.read_bytes()).cells
    return [cell.source for cell in cells if cell.grade_id in reference.locked]


def _answer(form: Form, answer: ToRead) -> Iterator[Any]:
    words = form.words
    yield _markdown("## " + words.notebook_run.format(label=answer.label))
    for part in answer.parts:
        if part.symbol and is_harmless(part.code):
            yield _code(part.code)
        elif part.symbol:
            yield _markdown(words.notebook_not_run)
            yield _raw(part.code)
    yield _code(words.notebook_try.format(label=answer.label))
    title = words.notebook_form.format(label=answer.label)
    lines = [f"{MARK} {form.token} {answer.label}"]
    for part in answer.parts:
        lines += ["", *_lines(form, answer.label, part)]
    block = "\n".join(["```text", *lines, "```"])
    yield _markdown(f"### {title}\n\n{block}")


def _lines(form: Form, label: str, part: Part) -> Iterator[str]:
    for criterion in part.criteria:
        about = part.symbol or form.words.whole
        yield f"# {about}: {criterion.text.of(form.language)}"
        for level in criterion.levels:
            yield f"#   {level.value}  {level.text.of(form.language)}"
        yield f"#   {CANNOT_TELL}  {form.words.open}"
        yield f"{label}.{criterion.id} = "
        yield f"{label}.{criterion.id}.{COMMENT} = "
        yield ""
