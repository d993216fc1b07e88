"""IPython's additions are dropped, and every other line keeps its number."""

from __future__ import annotations

import pytest

from autograder.notebook.statements import parse
from tests.notebook.building import SOFTMAX, Course, sources, student_cells


@pytest.mark.parametrize(
    "line",
    [
        "%matplotlib inline",
        "%load_ext autoreload",
        "  ",
        "!pip install torch",
        "!!ls",
        "!echo \"don't",
        "!pip install \\\n    torch \\\n    numpy",
        "files = !ls",
        "a, b.c, d[0] = !ls",
        "x = %sql SELECT (1",
        "%timeit -n 3 softmax(x)",
        "%time softmax(torch.ones(3))",
        "softmax?",
        "torch.nn??",
        "?softmax",
        "??torch.nn",
        "%run other.ipynb",
        "cd ..",
        "pip install torch==2.0",
        "ls -la /tmp",
        "if True:\n    %matplotlib inline",
        "if True:\n    !ls",
        "try:\n    import torch\nexcept ImportError:\n    !pip install torch",
        ";f a b",
        "/f a",
        "'''\n%not a magic\n!nor this\n'''",
        "%%time",
        "%%capture out --no-stderr",
        "%%timeit -r 1",
        "%%time\n%%capture",
        "\n\n%%time",
    ],
)
def test_code_below_a_magic_is_read_and_keeps_its_line(course: Course, line: str) -> None:
    submission = course.read(*student_cells(f"{line}\n{SOFTMAX}"))
    unit = next(unit for unit in submission.units if unit.source == SOFTMAX)
    assert unit.first_line == line.count("\n") + 2
    assert submission.sources["softmax"].count("\n") == f"{line}\n{SOFTMAX}".count("\n")


@pytest.mark.parametrize(
    "magic", ["bash", "html", "writefile softmax.py", "javascript", "script x"]
)
def test_the_body_of_another_language_or_file_is_dropped(course: Course, magic: str) -> None:
    submission = course.read(*student_cells(f"%%{magic}\n{SOFTMAX}"))
    assert submission.missing == {"softmax": "softmax is not defined in any cell"}


def test_time_keeps_what_it_times_because_that_binds_names(course: Course) -> None:
    submission = course.read_with(
        "%time TABLE = [\n1]\nx = %time len(TABLE)", softmax="softmax = x"
    )
    assert sources(submission)[:2] == [" TABLE = [\n1]".strip(), "x = len(TABLE)"]


def test_what_only_looks_like_a_magic_is_left_alone() -> None:
    text = "x = (7\n% 4)\ns = '''\n!ls\n%cd\n'''\ny = {1:\n  2}\nz = a[0] \\\n  % 3"
    assert parse(text).text == text
    assert parse(text).problem == ""


def test_a_magic_below_a_string_with_brackets_is_seen() -> None:
    text = 's = \'a(\' + """[{\n\'""" # (\n%matplotlib inline\nx = [\n\'%d\' % 3]'
    assert parse(text).text == text.replace("%matplotlib inline", "")


def test_an_indented_cell_and_pasted_prompts_are_read_as_ipython_does() -> None:
    assert parse("\n    x = 1\n    if x:\n        y = 2\n").text.startswith("\nx = 1\nif x:\n    y")
    assert parse(">>> x = 1\n>>> if x:\n...     y = 2").text == "x = 1\nif x:\n    y = 2"
    assert parse("In [3]: x = 1").text == "x = 1"


def test_a_future_import_may_follow_a_magic() -> None:
    assert parse("%matplotlib inline\nfrom __future__ import annotations").problem == ""


def test_top_level_await_parses_as_in_jupyter() -> None:
    assert parse("await f()\ndef g(): pass").problem == ""


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("def f(:", "line 1: invalid syntax"),
        ("x = 1\nreturn x", "line 2: 'return' outside function"),
        ("%matplotlib inline\n\nx = = 1", "line 3: invalid syntax"),
        ("x\x00", "source code string cannot contain null bytes"),
        ("-" * 100_000 + "1", "the code is too deeply nested"),
        ("a" + ".b" * 100_000, "the code is too deeply nested"),
        ("(" * 100_000, "line 1: too many nested parentheses"),
        ("x" * 1_000_001, "the cell is too long to be read as code"),
        ("a=1\n" * 30_000, "the cell has too many statements"),
    ],
)
def test_what_does_not_parse_says_why_and_where(text: str, problem: str) -> None:
    assert parse(text).problem == problem


def test_a_number_with_thousands_of_digits_is_a_problem_and_no_exception() -> None:
    assert "4300 digits" in parse("x = " + "9" * 5000).problem


@pytest.mark.parametrize(
    "unit",
    ["%%time\n", "!ls \\\n", "x?\n", "'", '"""', "'''\\", "(", "\\\n", " ", "\n", "a,", "[", "a."],
)
def test_repetition_costs_no_more_than_its_length(unit: str) -> None:
    """Quadratic work on these 200,000 characters would take minutes."""
    parse(unit * (200_000 // len(unit)) + "%")
