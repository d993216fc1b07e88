"""The page: whole by itself, harmless whatever students are called, readable without colours."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from autograder.overview import Overview, contents_of, contents_of_course
from autograder.overview.drawings import LOOKS
from autograder.overview.page import MOST_IN_MATRIX
from autograder.report import Outcome
from tests.overview import classes
from tests.overview.classes import report, result

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
VOID = {"meta", "input", "br", "img"}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return classes.make_course(tmp_path_factory.mktemp("page") / "course")


def page(overview: Overview) -> str:
    return contents_of(overview, ["html"])[f"{classes.NAME}.html"]


def soup(overview: Overview) -> BeautifulSoup:
    return BeautifulSoup(page(overview), "html.parser")


class Balanced(HTMLParser):
    """Fails where tags do not close in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        """Closed already."""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("n", [1, 2, 9, 40, MOST_IN_MATRIX + 1])
def test_a_class_of_any_size_has_a_page_whose_tags_close(root: Path, n: int) -> None:
    text = page(classes.overview(root, classes.reports(n)))
    parser = Balanced()
    parser.feed(text)
    assert parser.open == []
    assert not re.search(r"\b(nan|None|inf)\b", re.sub(r"<style>.*?</style>", "", text, flags=re.S))


def test_the_page_needs_nothing_from_elsewhere(root: Path) -> None:
    found = soup(classes.overview(root, classes.reports(40)))
    for tag in found.find_all(True):
        for name in ("src", "href", "xlink:href", "action", "data"):
            value = str(tag.get(name) or "#")
            assert value.startswith("#"), f"{tag.name} {name}={value}"
    styles = "".join(style.get_text() for style in found.find_all("style"))
    assert "url(" not in styles
    assert "@import" not in styles
    assert found.find("link") is None


def test_every_reference_within_the_page_leads_somewhere(root: Path) -> None:
    text = page(classes.overview(root, classes.reports(40)))
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    used = re.findall(r'href="#([^"]+)"', text) + re.findall(r"url\(#([^)]+)\)", text)
    used += " ".join(re.findall(r'aria-labelledby="([^"]+)"', text)).split()
    assert len(used) > 100
    assert set(used) <= set(ids)


def test_names_messages_and_flags_are_text(root: Path) -> None:
    tests = [
        result(HOSTILE, HOSTILE, 1.0, Outcome.FAILED, description=HOSTILE, misconception=HOSTILE)
    ]
    some = [
        report(f"s{i}{HOSTILE}", tests, flags=(f"file-attempt:{HOSTILE}",), untouched=(HOSTILE,))
        for i in range(12)
    ]
    some.append(report("slow", tests, duration_s=90.0, memory_bytes=1 << 33))
    overview = classes.overview(
        root,
        some,
        names={f"s1{HOSTILE}": HOSTILE},
        roster=(HOSTILE,),
        entries={HOSTILE: (HOSTILE, HOSTILE)},
    )
    text = page(overview)
    assert "onerror" in text
    found = BeautifulSoup(text, "html.parser")
    assert found.find("img") is None
    assert len(found.find_all("script")) == 1
    assert not [t for t in found.find_all(True) if any(a.startswith("on") for a in t.attrs)]


def test_korean_names_are_on_it(root: Path) -> None:
    tests = [result("standardize", "test_a", 1.0, Outcome.PASSED)]
    overview = classes.overview(root, [report("한별-한글", tests)], names={"한별-한글": "김한별"})
    assert "한별-한글" in page(overview)
    assert "김한별" in page(overview)


def test_drawings_say_in_words_what_they_show(root: Path) -> None:
    found = soup(classes.overview(root, classes.reports(40)))
    plots = found.find_all("svg", class_="plot")
    assert len(plots) == 5
    for plot in plots:
        assert plot["role"] == "img"
        assert plot.find("title").get_text()
        assert plot.find("desc").get_text()
    others = [svg for svg in found.find_all("svg") if svg not in plots]
    assert all(svg.get("aria-hidden") == "true" for svg in others)


def test_no_outcome_is_told_by_colour_alone() -> None:
    signs = [sign for _, sign, _ in LOOKS.values()]
    patterns = [pattern for _, _, pattern in LOOKS.values()]
    assert set(LOOKS) == set(Outcome)
    assert len(set(signs)) == len(signs)
    assert len(set(patterns)) == len(patterns)


def test_many_students_are_shown_in_fifths(root: Path) -> None:
    few = soup(classes.overview(root, classes.reports(MOST_IN_MATRIX)))
    many = soup(classes.overview(root, classes.reports(MOST_IN_MATRIX + 1)))
    assert few.find("table", class_="fifths") is None
    table = many.find("table", class_="fifths")
    row = next(r for r in table.find_all("tr") if "test_constant_rows" in r.get_text())
    shares = [int(c.get_text().strip("%<>")) for c in row.find_all("td")[1:]]
    assert len(shares) == 5
    assert shares[0] < shares[-1]


def test_one_student_is_told_that_there_are_no_statistics(root: Path) -> None:
    text = soup(classes.overview(root, classes.reports(1))).get_text()
    assert "There is one student" in text
    assert "fewer than 10 students" in text


def test_it_says_whom_it_is_for(root: Path) -> None:
    assert "For instructors only." in page(classes.overview(root, classes.reports(2)))


def test_the_page_of_two_thousand_is_not_large(root: Path) -> None:
    text = page(classes.overview(root, classes.reports(2_000)))
    assert text.count('<tr id="s') == 2_000
    assert len(text.encode()) < 3_000_000


def test_the_course_has_a_page_with_links(root: Path) -> None:
    found = contents_of_course("A <course>", [classes.overview(root, classes.reports(3))], ["html"])
    index = BeautifulSoup(found["index.html"], "html.parser")
    assert index.find("a")["href"] == f"{classes.NAME}.html"
    assert index.find("h1").get_text() == "A <course>"
