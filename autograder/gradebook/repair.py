"""A submitted notebook → one that nbgrader can keep and anyone can look at.

Keeping: every cell that was released stands in it once, with its metadata, read-only cells with
their own text. nbgrader's own steps stop a whole run at a cell with metadata of an old schema,
and at a cell that was copied; here both cost nothing.

Looking: the notebook is shown in formgrader and on feedback pages, where Markdown may hold any
HTML. Tags of the student's become text, except a few that cannot do anything.

The grade does not depend on any of this: it comes from the file as it was submitted.
"""

from __future__ import annotations

import hashlib
import html
import re
from typing import Any

from nbformat.notebooknode import NotebookNode, from_dict

from autograder.gradebook.master import Master, MasterCell

_KEPT_METADATA = ("nbgrader", "deletable", "editable")
_LEXERS = {"python", "python3", "ipython", "ipython3"}
_SAFE_IMAGES = {"image/png", "image/jpeg", "image/gif", "image/webp", "image/svg+xml"}
_SAFE_TAG = re.compile(
    r"/?(?:b|i|u|s|em|strong|br|hr|p|sub|sup|kbd|code|pre|ul|ol|li|details|summary|"
    r"table|thead|tbody|tr|td|th|blockquote|h[1-6]) ?/?>",
    re.IGNORECASE,
)
_TAG_OPENS = re.compile(r"<(?=[A-Za-z/!?])")
# As a browser sees an address: `java&Tab;script:` and `javascript\\:` run too. Markdown that holds
# one anywhere loses all its links; nbconvert would print them as they are.
_RUNS = re.compile(r"(?:java|vb|live)script:|data:(?!image/(?:png|jpeg|gif|webp)\b)")
_LINK = re.compile(r"\](?=[(:])")
_UNSEEN_IN_ADDRESSES = re.compile(r"[\x00-\x20\\\x7f-\xa0]")
_ATTACHMENT = re.compile(r"attachment:([^\s()<>\"']*)")
# Controls, lone surrogates, and what reorders or hides text ("Trojan Source", CVE-2021-42574).
_HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)


def repair(nb: NotebookNode, master: Master) -> None:
    """Changes `nb` (nbformat 4.x, perhaps invalid) in place; afterwards it is valid."""
    nb.cells = [_plain(cell) for cell in nb.get("cells", []) if isinstance(cell, dict)]
    _claim(nb, master)
    _add_missing(nb, master)
    _renew_ids(nb)
    for cell in nb.cells:
        _without_lost_pictures(cell)
    nb.metadata = _notebook_metadata(nb.get("metadata"), master)


def _plain(cell: NotebookNode) -> NotebookNode:
    """The cell with the keys that nbformat demands and no others, its text harmless."""
    kind = cell.get("cell_type")
    kind = kind if kind in ("code", "markdown", "raw") else "raw"
    metadata = cell.get("metadata")
    values: dict[str, Any] = {
        "cell_type": kind,
        "metadata": {k: metadata[k] for k in _KEPT_METADATA if k in metadata}
        if isinstance(metadata, dict)
        else {},
        "source": harmless_source(_joined(cell.get("source", "")), kind),
    }
    if isinstance(cell.get("id"), str):
        values["id"] = cell["id"]
    if kind == "code":
        values |= {"outputs": [], "execution_count": None}
    elif isinstance(cell.get("attachments"), dict):
        values["attachments"] = _images(cell["attachments"])
    return from_dict(values)


def harmless_source(source: str, cell_type: str) -> str:
    """Without control characters; outside code, without tags and links that could act on a page.

    A space after "<" is enough: HTML then reads it as text, and so do Markdown and LaTeX.
    """
    source = _HARMFUL.sub("\ufffd", source.replace("\r\n", "\n").replace("\r", "\n"))
    if cell_type == "code":
        return source
    if _RUNS.search(_UNSEEN_IN_ADDRESSES.sub("", html.unescape(source)).lower()):
        source = _LINK.sub("] ", source)
    return _TAG_OPENS.sub(
        lambda found: "<" if _SAFE_TAG.match(source, found.end()) else "< ", source
    )


def _without_lost_pictures(cell: NotebookNode) -> None:
    """nbconvert refuses a page whose Markdown names an attachment that is not there.

    Google Colab drops attachments, those of read-only cells too.
    """
    if cell.cell_type == "markdown" and "attachment:" in cell.source:
        kept = cell.get("attachments", {})
        cell.source = _ATTACHMENT.sub(
            lambda found: found[0] if kept.get(found[1]) else found[1], cell.source
        )


def _claim(nb: NotebookNode, master: Master) -> None:
    """Give each released cell its own metadata (the last copy counts), all others none."""
    seen: set[str] = set()
    for cell in reversed(nb.cells):
        own = master.cells.get(_grade_id(cell))
        cell.metadata.pop("nbgrader", None)
        if own is None or own.grade_id in seen:
            continue
        seen.add(own.grade_id)
        _become(cell, own)


def _become(cell: NotebookNode, own: MasterCell) -> None:
    cell.metadata["nbgrader"] = from_dict(own.metadata)
    if cell.cell_type != own.cell_type:
        for key in ("outputs", "execution_count", "attachments"):
            cell.pop(key, None)
        cell.cell_type = own.cell_type
        if own.cell_type == "code":
            cell.update(outputs=[], execution_count=None)
    if own.locked:
        cell.source = own.source


def _add_missing(nb: NotebookNode, master: Master) -> None:
    """Put each missing cell after the one that precedes it in the released notebook."""
    previous = -1
    for own in master.cells.values():
        at = _position(nb, own.grade_id)
        if at is None:
            at = previous + 1
            nb.cells.insert(at, _new(own))
        previous = at


def _new(own: MasterCell) -> NotebookNode:
    cell = from_dict({"cell_type": own.cell_type, "metadata": {}, "source": own.source})
    if own.cell_type == "code":
        cell.update(outputs=[], execution_count=None)
    cell.metadata.update(nbgrader=from_dict(own.metadata), deletable=False)
    if own.locked:
        cell.metadata["editable"] = False
    return cell


def _position(nb: NotebookNode, grade_id: str) -> int | None:
    return next((at for at, cell in enumerate(nb.cells) if _grade_id(cell) == grade_id), None)


def _renew_ids(nb: NotebookNode) -> None:
    """nbformat 4.5 demands unique ids, earlier versions know none."""
    taken: set[str] = set()
    for at, cell in enumerate(nb.cells):
        if nb.nbformat_minor < 5:
            cell.pop("id", None)
        elif not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", cell.get("id", "")) or cell.id in taken:
            cell.id = hashlib.sha256(f"{at} {_grade_id(cell)}".encode()).hexdigest()[:16]
        taken.add(cell.get("id", ""))


def _notebook_metadata(submitted: Any, master: Master) -> NotebookNode:
    metadata = {"kernelspec": master.kernelspec} if master.kernelspec else {}
    language = submitted.get("language_info") if isinstance(submitted, dict) else None
    if isinstance(language, dict) and language.get("pygments_lexer") in _LEXERS:
        metadata["language_info"] = {"name": "python", "pygments_lexer": language["pygments_lexer"]}
    return from_dict(metadata)


def _grade_id(cell: NotebookNode) -> str:
    own = cell.metadata.get("nbgrader")
    grade_id = own.get("grade_id") if isinstance(own, dict) else None
    return grade_id if isinstance(grade_id, str) else ""


def _joined(source: Any) -> str:
    if isinstance(source, list):
        return "".join(line for line in source if isinstance(line, str))
    return source if isinstance(source, str) else ""


def _images(attachments: dict[str, Any]) -> dict[str, dict[str, str]]:
    return {
        name: {
            kind: data
            for kind, data in bundle.items()
            if kind in _SAFE_IMAGES and isinstance(data, str)
        }
        for name, bundle in attachments.items()
        if isinstance(bundle, dict)
    }
