"""Bytes of an .ipynb file to a flat list of cells, forgiving whatever has a clear meaning."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from autograder.errors import SubmissionError

MAX_FILE_BYTES = 256 << 20

_SURROGATES = re.compile("[\ud800-\udfff]")
_EXPORT = "open it in Jupyter, save it as a notebook (.ipynb) and submit that file"
_NOT_JSON = (  # how the file begins -> what it probably is, and what helps
    ("<<<<<<<", "it holds the marks of a merge conflict", "resolve the conflict and save again"),
    ("version https://git-lfs", "it is a Git LFS pointer", "submit the notebook itself"),
    ("<", "it looks like a web page", "download the notebook itself (on GitHub: the raw file)"),
    ("%PDF", "it is a PDF", _EXPORT),
    ("PK\x03\x04", "it is a zip archive", "unpack it and submit the notebook inside"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell, whatever the format's version; everything in it is the student's claim."""

    position: int  # 1-based, among all cells of the notebook
    type: str  # "code", "markdown", "raw"
    source: str  # newlines are \n, no lone surrogates
    grade_id: str | None
    locked: bool
    grade: bool
    solution: bool
    points: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notebook:
    cells: tuple[Cell, ...]
    nbformat: int
    kernel: str  # kernelspec name, cleaned; "" if there is none
    language: str  # lower case; "" if the notebook does not say


def read_notebook(data: bytes) -> Notebook:
    """Raises SubmissionError, with a next step, for anything that holds no cells."""
    document = _document(_text(data))
    metadata = _dict(document.get("metadata"))
    cells = tuple(
        _cell(position, raw)
        for position, raw in enumerate(_raw_cells(document), start=1)
        if isinstance(raw, dict)
    )
    nbformat = document.get("nbformat")
    return Notebook(
        cells=cells,
        nbformat=nbformat if type(nbformat) is int else 4,
        kernel=_word(_dict(metadata.get("kernelspec")).get("name")),
        language=_language(metadata),
    )


def cell_ids(data: bytes) -> tuple[str, ...]:
    """The grade_ids in a notebook, in order: enough to guess which assignment it is."""
    return tuple(cell.grade_id for cell in read_notebook(data).cells if cell.grade_id)


def _text(data: bytes) -> str:
    if len(data) > MAX_FILE_BYTES:
        raise SubmissionError(
            "notebook-too-large",
            f"the file has {len(data) >> 20} MiB; {MAX_FILE_BYTES >> 20} MiB are allowed",
            next="clear all outputs, save and submit again",
        )
    if not data.strip():
        raise SubmissionError("notebook-empty", "the file is empty", next=_EXPORT)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data[:4]:
        raise _not_utf8("it looks like UTF-16", "")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        where = f"byte {error.start + 1} of the file"
        raise _not_utf8("it may be in Latin-1, CP949 or another encoding", where) from None


def _not_utf8(guess: str, where: str) -> SubmissionError:
    return SubmissionError(
        "notebook-encoding",
        f"the file is not encoded in UTF-8; {guess}",
        where=where,
        next="open it in Jupyter and save it again, or save it as UTF-8 in an editor",
    )


def _document(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text, parse_int=_int, object_hook=_without_output)
    except json.JSONDecodeError as error:
        raise _not_json(text, error) from None
    except (RecursionError, MemoryError, ValueError):
        raise SubmissionError(
            "notebook-json", "the file is too deeply nested to be read", next=_EXPORT
        ) from None
    if not isinstance(document, dict):
        raise SubmissionError(
            "notebook-structure",
            f"the file is JSON but not a notebook: it holds a {type(document).__name__}",
            next=_EXPORT,
        )
    return document


def _without_output(item: dict[str, Any]) -> dict[str, Any]:
    """Outputs may be most of the file: each is let go as soon as it has been parsed."""
    return {} if "output_type" in item and "cell_type" not in item else item


def _int(digits: str) -> int:
    """No number in a notebook is long, and Python refuses to convert very long ones."""
    return int(digits) if len(digits) < 19 else 0


def _not_json(text: str, error: json.JSONDecodeError) -> SubmissionError:
    start = text[:64].lstrip()
    for prefix, what, next_step in _NOT_JSON:
        if start.startswith(prefix):
            return SubmissionError(
                "notebook-json", f"the file is not a notebook: {what}", next=next_step
            )
    return SubmissionError(
        "notebook-json",
        f"the file is not valid JSON: {error.msg}",
        where=f"line {error.lineno}, column {error.colno}",
        next="it may have been cut off or edited by hand: " + _EXPORT,
    )


def _raw_cells(document: dict[str, Any]) -> list[Any]:
    cells = document.get("cells")
    if isinstance(cells, list):
        return cells
    worksheets = document.get("worksheets")  # nbformat 3 and older
    if isinstance(worksheets, list):
        return [cell for sheet in worksheets for cell in _list(_dict(sheet).get("cells"))]
    raise SubmissionError(
        "notebook-structure", "the file is JSON but holds no notebook cells", next=_EXPORT
    )


def _cell(position: int, raw: dict[str, Any]) -> Cell:
    nbgrader = _dict(_dict(raw.get("metadata")).get("nbgrader"))
    grade_id = nbgrader.get("grade_id")
    points = nbgrader.get("points")
    return Cell(
        position=position,
        type=_type(raw.get("cell_type")),
        source=_source(raw.get("source", raw.get("input"))),
        grade_id=_clean(grade_id) if isinstance(grade_id, str) and grade_id else None,
        locked=nbgrader.get("locked") is True,
        grade=nbgrader.get("grade") is True,
        solution=nbgrader.get("solution") is True,
        points=float(points) if isinstance(points, int | float) else None,
    )


def _type(claimed: Any) -> str:
    """Anything but text may be code: whether it is, the parser will say."""
    if not isinstance(claimed, str) or claimed.lower() == "code":
        return "code"
    return "raw" if claimed.lower() == "raw" else "markdown"


def _source(raw: Any) -> str:
    if isinstance(raw, list):
        raw = "".join(line for line in raw if isinstance(line, str))
    if not isinstance(raw, str):
        return ""
    return _clean(raw).removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _clean(text: str) -> str:
    """Half a surrogate pair can be neither compiled, printed nor sent."""
    return text if text.isascii() else _SURROGATES.sub("\ufffd", text)


def _language(metadata: dict[str, Any]) -> str:
    for section, key in (("kernelspec", "language"), ("language_info", "name")):
        language = _dict(metadata.get(section)).get(key)
        if isinstance(language, str) and language:
            return _word(language).lower()
    return ""


def _word(value: Any) -> str:
    """A name that is safe in a flag, whatever the notebook says."""
    return re.sub(r"[^\w.+-]+", "-", _clean(value[:60])) if isinstance(value, str) else ""


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
