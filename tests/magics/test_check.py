"""`%check` in a notebook: a real IPython shell, a real notebook file, no hidden suite anywhere."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "autograder/templates/course/assignments/hello_tensors/hello_tensors.ipynb"
RIGHT = """
def standardize(x, dim=-1, eps=1e-5):
    mean = x.mean(dim, keepdim=True)
    return (x - mean) / (x.var(dim, keepdim=True, unbiased=False) + eps).sqrt()
"""
CHECKS = """
assert double(2) == 4, f"twice two is four, got {double(2)}"
assert double(0) == 0
values = [double(x) for x in (1, 2)]
assert values == [2, 4], "a list of two"
try:
    double(None)
except TypeError:
    pass
else:
    raise AssertionError("None has no double")
"""

Say = Callable[[str], str]


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    """As after `%load_ext autograder`, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / ".ipython"))
    monkeypatch.setenv("LANG", "C.UTF-8")
    for name in ("JPY_SESSION_NAME", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    shell = InteractiveShell()
    shell.history_manager.enabled = False
    shell.run_line_magic("load_ext", "autograder")
    yield shell
    shell.history_manager.end_session()


def exercise(folder: Path, checks: str = CHECKS, name: str = "work.ipynb", **metadata: Any) -> Path:
    """An assignment with one function, and another one that nobody looks at."""
    cells = [
        _cell("import math", "imports", locked=True),
        _cell("def double(x):\n    raise NotImplementedError()", "double", solution=True),
        _cell(checks, "test_double", grade=True, locked=True),
        _cell("def halve(x):\n    raise NotImplementedError()", "halve", solution=True),
        _cell("assert halve(2) == 1", "test_halve", grade=True, locked=True),
    ]
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}
    (folder / name).write_text(json.dumps(notebook))
    return folder / name


def _cell(source: str, grade_id: str, **own: bool) -> dict[str, Any]:
    roles = {"grade": False, "solution": False, "locked": False} | own
    metadata = {"nbgrader": {"grade_id": grade_id, "schema_version": 3, **roles}}
    return {"cell_type": "code", "id": grade_id.replace("_", "-"), "metadata": metadata,
            "source": source, "outputs": [], "execution_count": None}  # fmt: skip


def said(shell: InteractiveShell, line: str) -> str:
    """What `%check …` shows in a terminal, errors included."""
    with capture_output() as captured:
        shell.run_line_magic("check", line)
    return captured.stdout + captured.stderr + "".join(map(str, captured.outputs))


def page(shell: InteractiveShell, line: str) -> str:
    """What a notebook shows."""
    return str(shell.magics_manager.registry["CheckMagics"]._table(line)._repr_html_())


def test_a_right_function_passes_and_an_untouched_one_is_not_started(
    shell: InteractiveShell, tmp_path: Path
) -> None:
    exercise(tmp_path)
    shell.run_cell("def double(x):\n    return x + x")
    shell.run_cell("def halve(x):\n    raise NotImplementedError()")
    lines = said(shell, "").splitlines()
    assert lines[:2] == ["✓ double: all 4 checks hold", "○ halve: not started"]
    assert lines[2].startswith("1 of 2 functions pass their visible checks.")


def test_every_check_that_does_not_hold_is_told(shell: InteractiveShell, tmp_path: Path) -> None:
    exercise(tmp_path)
    shell.run_cell("def double(x):\n    return 5 if x else 1")
    assert said(shell, "double").splitlines()[:5] == [
        "✗ double: not yet: 0 of 4 checks hold",
        "    twice two is four, got 5",
        "    this does not hold: double(0) == 0",
        "    a list of two",
        "    None has no double",
    ]


def test_an_exception_is_told_with_the_students_own_line(
    shell: InteractiveShell, tmp_path: Path
) -> None:
    exercise(tmp_path)
    shell.run_cell("def double(x):\n    table = {2: 4}\n    return table[x]")
    lines = said(shell, "double").splitlines()
    assert lines[0] == "! double: error: 1 of 4 checks hold"
    assert lines[1] == "    KeyError: 0; in line 3 of your cell: return table[x]"
    assert lines[2] == "    KeyError: 1; in line 3 of your cell: return table[x]"
    assert "and 1 more that could not be tried" in lines[4]  # the one about the list


def test_what_is_not_defined_is_said(shell: InteractiveShell, tmp_path: Path) -> None:
    path = exercise(tmp_path)
    assert said(shell, "double").startswith("○ double: not started")
    path.write_text(path.read_text().replace("raise NotImplementedError()", "return x + x", 1))
    assert "`double` is not defined: run the cell that defines it" in said(shell, "double")
    assert "<code>double</code> is not defined" in page(shell, "double")


def test_a_version_that_was_not_run_is_noticed(shell: InteractiveShell, tmp_path: Path) -> None:
    """The classic: the cell was corrected, and not run again."""
    path = exercise(tmp_path)
    shell.run_cell("def double(x):\n    return x")
    path.write_text(path.read_text().replace("raise NotImplementedError()", "return x + x", 1))
    assert "run the cell again" in said(shell, "double")


def test_korean_where_it_is_asked_for_or_the_notebook_says_so(
    shell: InteractiveShell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exercise(tmp_path)
    shell.run_cell("def double(x):\n    return x + x")
    assert "✓ double: 확인 4개 모두 통과" in said(shell, "double --language ko")
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    assert "✓ double: 확인 4개 모두 통과" in said(shell, "double")
    exercise(tmp_path, autograder={"language": "en"})
    assert "✓ double: all 4 checks hold" in said(shell, "double")


def test_nothing_of_the_checks_stays_behind(shell: InteractiveShell, tmp_path: Path) -> None:
    exercise(tmp_path, "import random\nrandom.seed(1)\nvalues = 3\nassert double(1) == 2")
    shell.run_cell("def double(x):\n    return x + x\nvalues = 'mine'")
    random.seed(7)
    before = random.getstate()
    said(shell, "double")
    assert random.getstate() == before
    assert shell.user_ns["values"] == "mine"
    assert "random" not in shell.user_ns


def test_what_a_student_wrote_is_text_on_the_page(shell: InteractiveShell, tmp_path: Path) -> None:
    exercise(tmp_path)
    shell.run_cell("def double(x):\n    raise ValueError('<script>alert(1)</script>')")
    assert "<script>" not in page(shell, "double")
    assert "&lt;script&gt;" in page(shell, "double")


def test_the_page_can_be_read_without_colours(shell: InteractiveShell, tmp_path: Path) -> None:
    exercise(tmp_path)
    shell.run_cell("def double(x):\n    return x")
    shown = page(shell, "")
    assert '<th scope="col"' in shown
    assert "✗ not yet: 1 of 4 checks hold" in shown
    assert '<div lang="en">' in shown


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("dubble", "did you mean double?"),
        ("--langage ko", "there is no option --langage"),
        ("--language fr", "is no language of %check"),
        ("--notebook", "--notebook needs a value"),
        ("'double", "a quotation mark is not closed"),
        ("--notebook nowhere.ipynb", "cannot be read"),
    ],
)
def test_wrong_usage_is_words_and_no_traceback(
    shell: InteractiveShell, tmp_path: Path, line: str, words: str
) -> None:
    exercise(tmp_path)
    told = said(shell, line)
    assert words in told
    assert "Traceback" not in told


def test_an_edited_check_that_is_no_python_is_said(shell: InteractiveShell, tmp_path: Path) -> None:
    exercise(tmp_path, "assert double(2) ==")
    shell.run_cell("def double(x):\n    return x + x")
    assert "is no longer Python" in said(shell, "double")


def test_of_several_notebooks_the_one_whose_functions_are_here(
    shell: InteractiveShell, tmp_path: Path
) -> None:
    exercise(tmp_path)
    (tmp_path / "other.ipynb").write_bytes(NOTEBOOK.read_bytes())
    (tmp_path / "broken.ipynb").write_text("{")
    assert "which of these is this notebook? other.ipynb, work.ipynb" in said(shell, "")
    shell.run_cell("def double(x):\n    return x + x")
    assert "✓ double" in said(shell, "double")
    assert "○ standardize" in said(shell, "--notebook other.ipynb")


def test_jupyter_vs_code_and_colab_say_which_notebook_it_is(
    shell: InteractiveShell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    path = exercise(elsewhere)
    shell.run_cell("def double(x):\n    return x + x")
    assert "there is no assignment here" in said(shell, "double")
    monkeypatch.setenv("JPY_SESSION_NAME", str(path))
    assert "✓ double" in said(shell, "double")
    monkeypatch.delenv("JPY_SESSION_NAME")
    shell.user_ns["__vsc_ipynb_file__"] = str(path)
    assert "✓ double" in said(shell, "double")
    del shell.user_ns["__vsc_ipynb_file__"]
    answer = {"ipynb": json.loads(path.read_text())}
    colab = SimpleNamespace(_message=SimpleNamespace(blocking_request=lambda *_, **__: answer))
    monkeypatch.setitem(sys.modules, "google.colab", colab)  # Colab cannot be had here
    assert "✓ double" in said(shell, "double")


def test_a_released_notebook_is_checked_in_a_kernel_of_its_own(tmp_path: Path) -> None:
    """Real tensors, and torch's generator as it was."""
    (tmp_path / NOTEBOOK.name).write_bytes(NOTEBOOK.read_bytes())
    code = f"""
import torch
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell()
shell.run_line_magic("load_ext", "autograder")
shell.run_cell({RIGHT!r})
before = torch.random.get_rng_state()
shell.run_line_magic("check", "standardize")
assert torch.equal(before, torch.random.get_rng_state())
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False,
        timeout=300, env={"IPYTHONDIR": str(tmp_path), "PATH": "/usr/bin", "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("✓ standardize: all ")
