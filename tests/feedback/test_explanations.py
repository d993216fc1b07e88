"""What was recognised is explained: once, in the reader's words, giving nothing away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from autograder.catalogue import read_misconception
from autograder.errors import AutograderError
from autograder.examiner.carry import told
from autograder.examiner.plugin import Verdict
from autograder.feedback import Explanations, cell_output, is_carried, report_text
from autograder.report import Outcome, Report, Status, TestResult

SHIPPED = Path(__file__).parents[2] / "solutions" / "cross_entropy" / "misconceptions"
TWICE = read_misconception(SHIPPED / "softmax_twice.py")
SIGN = read_misconception(SHIPPED / "sign_forgotten.py")


def failed(name: str, misconception: str | None = None, **changes: Any) -> TestResult:
    values: dict[str, Any] = {
        "cell": "cross_entropy",
        "outcome": Outcome.FAILED,
        "points": 0.0,
        "max_points": 1.0,
        "message": "the values are off",
        "description": f"behaviour of {name}",
    }
    return TestResult(name=name, misconception=misconception, **(values | changes))


def of(*tests: TestResult) -> Report:
    return Report(
        student="ann",
        assignment="cross_entropy",
        status=Status.GRADED,
        score=0.0,
        max_score=float(len(tests)),
        duration_s=0.1,
        tests=tests,
        seed=987_654_321,
    )


def page(*tests: TestResult, language: str = "en", cell: str = "cross_entropy") -> BeautifulSoup:
    shown = cell_output(of(*tests), cell, language=language, explanations=Explanations(SHIPPED))
    return BeautifulSoup(shown.html, "html.parser")


def test_a_misconception_is_explained_once_for_all_tests_that_show_it() -> None:
    soup = page(failed("test_a", TWICE.id), failed("test_b", TWICE.id), failed("test_c"))
    (section,) = soup.select("section")
    assert f"Explanation 1: {TWICE.title['en']}" in section.text
    assert TWICE.feedback["en"] in section.text
    assert "Rows of the table that this explains: 2" in section.text


def test_the_rows_lead_to_their_explanation_and_others_do_not() -> None:
    soup = page(
        failed("test_a", TWICE.id), failed("test_b"), failed("test_c", SIGN.id),
        failed("test_d[0]", TWICE.id), failed("test_d[1]", SIGN.id),
    )  # fmt: skip
    targets = [[a["href"] for a in row.select("a")] for row in soup.select("tbody tr")]
    one, two = "#explanation-cross_entropy-1", "#explanation-cross_entropy-2"
    assert targets == [[one], [], [two], [one, two]]
    titles = {f"#{s['id']}": s.select_one("strong").text for s in soup.select("section")}  # type: ignore[union-attr]
    assert titles[one].endswith(TWICE.title["en"])
    assert titles[two].endswith(SIGN.title["en"])


def test_a_student_reads_it_in_their_own_language() -> None:
    text = page(failed("test_a", TWICE.id), language="ko").text
    assert f"설명 1: {TWICE.title['ko']}" in text
    assert TWICE.feedback["ko"] in text
    assert TWICE.feedback["en"] not in text


def test_nothing_leaves_the_catalogue_but_title_and_feedback() -> None:
    report = of(failed("test_of_a_secret_name", TWICE.id, description="A behaviour"))
    for language in ("en", "ko"):
        shown = cell_output(
            report, "cross_entropy", language=language, explanations=Explanations(SHIPPED)
        )
        for text in (shown.html, shown.text):
            assert TWICE.title[language] in text
            secrets = [TWICE.confuses, TWICE.source, TWICE.question[language], "secret_name"]
            secrets += [TWICE.id, str(report.seed), TWICE.code.splitlines()[-1].strip()]
            assert not [secret for secret in secrets if secret in text]


def test_each_symbol_has_the_explanations_of_its_own_tests() -> None:
    other = failed("test_b", "sigmoid_for_softmax", cell="softmax")
    tests = (failed("test_a", TWICE.id), other)
    assert len(page(*tests).select("section")) == 1
    (section,) = page(*tests, cell="softmax").select("section")
    assert section["id"] == "explanation-softmax-1"


def test_it_says_where_it_is_about_another_symbol_than_the_tested_one() -> None:
    (section,) = page(failed("test_a", "sigmoid_for_softmax")).select("section")
    assert "Explanation 1 (in `softmax`): " in section.text


def test_the_words_of_a_course_are_escaped_all_the_same(tmp_path: Path) -> None:
    text = (SHIPPED / "softmax_twice.py").read_text()
    attack = "<script>alert(1)</script>\x1b[31m"
    (tmp_path / "odd.py").write_text(text.replace('"""', f'"""{attack} ', 1))
    report = of(failed("test_a", "odd"))
    html = cell_output(report, "cross_entropy", explanations=Explanations(tmp_path)).html
    assert "&lt;script&gt;alert(1)" in html
    assert "<script" not in html
    assert "\x1b" not in html


@pytest.mark.parametrize("content", [None, "", "def f(: pass", '"""A title."""\nx = 1\n'])
def test_a_file_that_is_gone_or_broken_costs_its_words_and_the_instructor_is_told_once(
    tmp_path: Path, content: str | None
) -> None:
    if content is not None:
        (tmp_path / "gone.py").write_text(content)
    told: list[AutograderError] = []
    explanations = Explanations(tmp_path, told.append)
    for language in ("en", "ko"):
        shown = cell_output(
            of(failed("test_a", "gone")), "cross_entropy", language=language,
            explanations=explanations,
        )  # fmt: skip
        assert "the values are off" in shown.html
        assert "section" not in shown.html
        assert "#explanation" not in shown.html
    assert [error.code for error in told] == ["explanation-missing"]
    assert str(tmp_path / "gone.py") in told[0].where


def test_only_files_that_a_result_names_are_read(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("this is no catalogue file")
    (tmp_path / "fine.py").write_text((SHIPPED / "softmax_twice.py").read_text())
    told: list[AutograderError] = []
    explanations = Explanations(tmp_path, told.append)
    tests = (failed("test_a", "fine"),)
    assert list(explanations.of(tests, "en")) == ["fine"]
    (tmp_path / "fine.py").unlink()  # and read once
    assert list(explanations.of(tests, "ko")) == ["fine"]
    assert told == []


def test_the_plain_text_has_the_same_below_the_rows() -> None:
    report = of(failed("test_a", TWICE.id), failed("test_b"))
    text = report_text(report, explanations=Explanations(SHIPPED))
    rows, _, explanation = text.partition("\n\n  Explanation 1: ")
    assert rows.split("\n")[1:4] == [
        "  ✗     0/1  behaviour of test_a",
        "             the values are off",
        "             → see explanation 1",
    ]
    assert explanation.startswith(TWICE.title["en"])
    assert " ".join(explanation.split()).endswith(TWICE.feedback["en"])
    assert max(map(len, explanation.split("\n"))) <= 100


def test_it_can_be_read_by_ear_and_on_paper() -> None:
    soup = page(failed("test_a", TWICE.id))
    (section,) = soup.select("section")
    assert section["aria-label"] == "Explanation 1"
    assert "page-break-inside:avoid" in str(section["style"])
    assert soup.select_one("a").text == "see explanation 1"  # type: ignore[union-attr]
    ids = [element["id"] for element in soup.select("[id]")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("outcome", [Outcome.PASSED, Outcome.FAILED])
@pytest.mark.parametrize("names", ["`softmax`", "`f`, `g` and `h`"])
def test_a_test_over_the_references_version_says_so_in_both_languages(
    outcome: Outcome, names: str
) -> None:
    """In the examiner's very words, so that neither side changes them alone."""
    verdict = told(Verdict(outcome, "" if outcome is Outcome.PASSED else "off"), "loss", names)
    assert is_carried(verdict.message)
    test = failed("test_a", outcome=outcome, message=verdict.message)
    english, korean = page(test).text, page(test, language="ko").text
    assert f"the reference's {names}" in english
    assert "the reference's" not in korean
    assert f"직접 작성한 {names.replace(' and ', ', ')} 대신" in korean
    assert ("off" in korean) is (outcome is Outcome.FAILED)


def over_softmax(message: str) -> str:
    return told(Verdict(Outcome.FAILED, message), "loss", "`softmax`").message


def test_what_all_failures_are_over_is_said_once_per_table() -> None:
    tests = (
        failed("test_a", message=over_softmax("the sign is wrong")),
        failed("test_b[1]", message=over_softmax("off by 1")),
        failed("test_b[2]", message=over_softmax("off by 2")),
        failed("test_c", outcome=Outcome.PASSED, message="", points=1.0),
    )
    text = report_text(of(*tests))
    assert text.count("the reference's `softmax` in place of your own") == 1
    assert text.index("`softmax`") < text.index("the sign is wrong") < text.index("off by 2")
    soup = page(*tests)
    assert soup.text.count("the reference's `softmax`") == 1
    assert "the reference's `softmax`" in soup.select_one("caption").text  # type: ignore[union-attr]
    korean = page(*tests, language="ko").text
    assert korean.count("직접 작성한 `softmax` 대신") == 1
    assert "place of your own" not in korean


def test_what_only_some_failures_are_over_is_said_with_each_of_them() -> None:
    tests = (
        failed("test_a", message=over_softmax("the sign is wrong")),
        failed("test_b", message=over_softmax("off by 1")),
        failed("test_c", outcome=Outcome.TIMEOUT, message="not run"),
    )
    soup = page(*tests)
    assert soup.select_one("caption").text.count("`softmax`") == 0  # type: ignore[union-attr]
    rows = [row.text.count("with the reference's `softmax`") for row in soup.select("tbody tr")]
    assert rows == [1, 1, 0]
