"""Submitted notebooks made complete, and safe to look at."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbgrader.nbgraderformat import MetadataValidator

from autograder.gradebook import record, render_feedback
from autograder.gradebook.repair import harmless_source
from tests.gradebook.courses import NAME, cell, report, submit

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x]: javascript:alert(1)\n\n[x]",
    "[x](JaVa&Tab;ScRiPt:alert(1))",
    "[x](javascript\\:alert(1))",
    "[x](&#106;avascript&colon;alert(1))",
    "[![y](z)](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](x \"y' onerror='alert(1)\")",
    "<!--<script>--><style>@import 'x'</style>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "</div></div></body><script>alert(1)</script>",
    "<scr\x00ipt>alert(1)</scr\x00ipt>",
    "`code` <b onclick=alert(1)>bold</b>",
    "$\\href{javascript:alert(1)}{x}$ <math><mi xlink:href='javascript:alert(1)'>",
    "```{<script>}\n<script>alert(1)</script>\n```",
    "# <script>alert(1)</script>",
    "| a <script> |\n|---|\n| <img onerror=alert(1)> |",
]


@pytest.mark.parametrize("kind", ["markdown", "raw"])
def test_nothing_of_a_students_runs_on_a_feedback_page(course: Path, kind: str) -> None:
    def attack(nb: dict[str, Any]) -> None:
        for at, source in enumerate(ATTACKS):
            nb["cells"].append(
                {
                    "cell_type": kind,
                    "id": f"a{at}",
                    "metadata": {"tags": [source]},
                    "source": source,
                }
            )
        nb["metadata"]["title"] = ATTACKS[0]
        nb["metadata"]["language_info"] = {"name": ATTACKS[0], "pygments_lexer": ATTACKS[1]}

    assert dangers(page(course, attack)) == dangers(page(course, lambda nb: None))


def test_messages_of_tests_are_shown_as_text(course: Path) -> None:
    from dataclasses import replace

    tests = tuple(replace(test, message="\n".join(ATTACKS)) for test in report("ann").tests)
    path = submit(course, "ann")
    list(record(course, [(report("ann", tests=tests), path.read_bytes())]))
    (made,) = render_feedback(course, [("ann", NAME)])
    assert made.path is not None
    assert dangers(made.path.read_text()) == dangers(page(course, lambda nb: None))


@pytest.mark.parametrize(
    "source",
    ["a < b and c > d", "$x<3$ and $y < 4$", "<b>bold</b>, line<br/>break", "> quote", "a & b",
     "[link](https://a.b/c) ![image](data:image/png;base64,AA==)", "[x]: http://a.b",
     "<details><summary>more</summary>\n\ntext</details>"],
)  # fmt: skip
def test_ordinary_text_is_left_alone(source: str) -> None:
    assert harmless_source(source, "markdown") == source


def test_a_variable_after_a_less_than_sign_gets_a_space_that_latex_does_not_see() -> None:
    assert harmless_source("$a<b$", "markdown") == "$a< b$"


def test_code_keeps_its_characters_but_for_those_that_hide_text() -> None:
    assert harmless_source("x<y  # \u202e\x1b[31m", "code") == "x<y  # \ufffd\ufffd[31m"


def test_missing_cells_stand_in_their_place_again(course: Path) -> None:
    def delete(nb: dict[str, Any]) -> None:
        nb["cells"] = [cell(nb, "halve"), cell(nb, "why")]

    cells = autograded(course, delete)["cells"]
    assert [c["metadata"]["nbgrader"]["grade_id"] for c in cells] == [
        "intro", "imports", "double", "test_double", "halve", "test_halve", "why",
    ]  # fmt: skip


def test_edited_read_only_cells_show_the_released_text(course: Path) -> None:
    def edit(nb: dict[str, Any]) -> None:
        cell(nb, "test_double")["source"] = "pass"
        cell(nb, "imports").update(cell_type="markdown", source="import os")

    nb = autograded(course, edit)
    assert "".join(cell(nb, "test_double")["source"]) == "assert double(2) == 4"
    assert cell(nb, "imports")["cell_type"] == "code"


def test_an_edited_solution_is_kept(course: Path) -> None:
    nb = autograded(course, lambda nb: None)
    assert "".join(cell(nb, "double")["source"]) == "def double(x):\n    return x + x"


@pytest.mark.parametrize(
    "source", ["![plot](attachment:plot.png)", "![plot][q]\n\n[q]: attachment&#58;r"]
)
def test_a_picture_that_colab_dropped_costs_no_page(course: Path, source: str) -> None:
    def drop(nb: dict[str, Any]) -> None:
        cell(nb, "why")["source"] = source

    assert "plot" in page(course, drop)


def test_text_that_the_markdown_parser_gives_up_on_is_shown_as_it_is(course: Path) -> None:
    deep = "> " * 3000 + "<i>deep"

    def nest(nb: dict[str, Any]) -> None:
        nb["cells"].append({"cell_type": "markdown", "id": "deep", "metadata": {}, "source": deep})

    assert "deep" in page(course, nest)


def test_the_result_is_valid_for_jupyter_and_for_nbgrader(course: Path) -> None:
    def spoil(nb: dict[str, Any]) -> None:
        nb["cells"].insert(0, dict(cell(nb, "double")))  # the same id twice
        nb["cells"].append({"cell_type": "code", "metadata": {"nbgrader": {"grade": True}}})
        cell(nb, "halve")["metadata"]["nbgrader"]["extra"] = 1

    nb = nbformat.from_dict(autograded(course, spoil))
    nbformat.validate(nb)
    MetadataValidator().validate_nb(nb)


def page(course: Path, change: Any) -> str:
    path = submit(course, "ann", change)
    assert [s.error for s in record(course, [(report("ann"), path.read_bytes())])] == [None]
    (made,) = render_feedback(course, [("ann", NAME)])
    assert made.path is not None, made.error
    return made.path.read_text()


def autograded(course: Path, change: Any) -> dict[str, Any]:
    path = submit(course, "ann", change)
    assert [s.error for s in record(course, [(report("ann"), path.read_bytes())])] == [None]
    found = course / "autograded" / "ann" / NAME / f"{NAME}.ipynb"
    nb: dict[str, Any] = json.loads(found.read_text())
    return nb


def dangers(html: str) -> list[str]:
    """Elements that run, load or restyle anything, and attributes that do."""
    soup = BeautifulSoup(html, "html.parser")
    elements = "script, style, iframe, object, embed, svg, link, meta, base, form, math"
    found = [element.name for element in soup.select(elements)]
    for element in soup.find_all(True):
        for name, value in element.attrs.items():
            address = "".join(str(value).lower().split())
            if name.startswith("on") or re.search("javascript:|data:text", address):
                found.append(f"{element.name} {name}={value}")
    return found
