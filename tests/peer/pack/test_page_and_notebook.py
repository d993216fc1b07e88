"""The page and the notebook of a pack, without anybody's grading."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
from contextlib import redirect_stdout
from dataclasses import replace
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup

from autograder.peer.pack.model import Asked, Member, Shown
from autograder.peer.pack.notebook import notebook_of
from autograder.peer.pack.page import page_of
from tests.peer.pack.packs import a_pack

EVIL = "</script><img src=x onerror=alert(1)>'\"&<b>"


def soup(text: str) -> BeautifulSoup:
    return BeautifulSoup(text, "html.parser")


def cells(text: str) -> dict[str, str]:
    return {cell["id"]: "".join(cell["source"]) for cell in json.loads(text)["cells"]}


def run(text: str) -> tuple[dict[str, Any], str]:
    """All code cells from top to bottom, as a kernel does."""
    namespace: dict[str, Any] = {}
    printed = io.StringIO()
    with redirect_stdout(printed):
        for cell in json.loads(text)["cells"]:
            if cell["cell_type"] == "code":
                exec(compile("".join(cell["source"]), cell["id"], "exec"), namespace)
    return namespace, printed.getvalue()


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_page_needs_nothing_from_elsewhere_and_runs_one_script(language: str) -> None:
    page = page_of(a_pack(language=language))
    tree = soup(page)
    policy = tree.find("meta", {"http-equiv": "Content-Security-Policy"})["content"]  # type: ignore[index]
    (script,) = tree.find_all("script")
    digest = base64.b64encode(hashlib.sha256(script.string.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert not re.findall(r'(?:src|href)="(?!#|data:,)', page)
    assert not re.search(r"https?://|url\(|@import", page)
    assert tree.html["lang"] == language  # type: ignore[index]


def test_whatever_people_are_called_or_ask_is_text() -> None:
    pack = a_pack(
        members=(Member(id=EVIL, name=EVIL),),
        questions=(Asked(id="q-3f2a9c", text=EVIL, asked=""),),
        group=EVIL,
    )
    tree = soup(page_of(pack))
    assert len(tree.find_all("script")) == 1
    assert not tree.find_all("img")
    assert [each["data-text"] for each in tree.select("[data-question]")] == [EVIL]
    asked = cells(notebook_of(pack))["questions"]
    assert "<img" not in asked.replace("\\<", "")


def test_answers_are_shown_as_they_are_and_act_on_nothing() -> None:
    code = f"def softmax(x):\n    return x  # {EVIL}"
    contrast = a_pack().contrasts[0]
    shown = replace(contrast, answers=(Shown(label="A", symbol="softmax", code=code),) * 2)
    tree = soup(page_of(a_pack(contrasts=(shown,))))
    assert code in [each.get_text() for each in tree.select("article pre code")]
    assert not tree.find_all("img")


def test_headings_are_in_order_and_every_control_has_a_label() -> None:
    tree = soup(page_of(a_pack()))
    levels = [int(each.name[1]) for each in tree.find_all(re.compile("^h[1-6]$"))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))  # noqa: RUF007
    named = {each["for"] for each in tree.find_all("label") if each.get("for")}
    for control in tree.find_all(["input", "textarea"]):
        assert control["id"] in named or control.find_parent("label"), control
    ids = [each["id"] for each in tree.find_all(id=True)]
    assert len(ids) == len(set(ids))
    for link in tree.find_all("a"):
        assert link["href"].removeprefix("#") in ids


def test_what_a_good_answer_mentions_is_folded_away() -> None:
    tree = soup(page_of(a_pack()))
    (folded,) = [each for each in tree.find_all("details") if "overflow" in each.get_text()]
    assert not folded.has_attr("open")
    assert "overflow" not in notebook_of(a_pack())


def test_too_few_right_answers_and_answers_that_are_alike_read_the_same() -> None:
    pack = a_pack()
    none = replace(pack.contrasts[0], answers=(), differences=(), probes=())
    page = page_of(replace(pack, contrasts=(none,)))
    section = soup(page).find(id="contrasts")
    assert section is not None
    text = section.get_text(" ")
    assert "nothing to set side by side" in text
    assert not re.search(r"\d|nobody|one of you|alike|few", text)


def test_a_group_of_one_is_told_what_is_anonymous_to_it() -> None:
    (first, *_) = a_pack().members
    assert "group of one" in page_of(a_pack(members=(first,)))
    assert "group of one" not in page_of(a_pack())


def test_the_notebook_is_valid_and_has_nothing_of_nbgraders() -> None:
    text = notebook_of(a_pack())
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert all(cell.metadata == {} for cell in notebook.cells)
    assert {"answer_a_softmax", "answer_b_softmax", "answer_c_softmax"} <= set(cells(text))


def test_the_notebook_runs_from_top_to_bottom_and_answers_do_not_meet() -> None:
    """Answers A and B, and a symbol that B uses, each have another function named `helper`."""
    namespace, printed = run(notebook_of(a_pack()))
    torch = namespace["torch"]
    given = torch.tensor([[1.0, 2.0, 4.0], [0.0, 0.0, 0.0]])
    for letter in "abc":
        answer = namespace[f"softmax_{letter}"]
        assert torch.allclose(answer(given), torch.softmax(given, -1))
    assert "helper" not in namespace
    assert printed.count("probabilities") == 3


def test_members_are_in_the_form_and_nowhere_else() -> None:
    pack = a_pack()
    tree = soup(page_of(pack))
    for part in tree.find_all("section"):
        if part["id"] != "scrum":
            assert not any(member.name in part.get_text() for member in pack.members)
    assert not any(member.name in notebook_of(pack) for member in pack.members)


def test_the_same_pack_is_the_same_page_and_notebook() -> None:
    assert page_of(a_pack()) == page_of(a_pack())
    assert notebook_of(a_pack()) == notebook_of(a_pack())
