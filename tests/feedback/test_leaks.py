"""All that students receive is searched for every line of every suite, and for what it used."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.init import init
from tests.feedback import exfiltration
from tests.feedback.received import (
    exact_numbers_in,
    files_below,
    found_in,
    given_by,
    notebook_text,
    secrets_of,
    tables_in,
    texts_of,
    without,
)

ROOT = Path(__file__).parent.parent.parent
HELLO = "hello_tensors"
SEED = 774216707
INPUT = [0.31830988, 0.57721566, 0.91596559, 0.69314718, 0.26149721, 0.43828293]
EXPECTED = 4.66920160
SUITE = f'''
import pytest
import torch

INPUT = {INPUT}


@pytest.mark.points(6, cell="standardize")
def test_a_secret_name_of_a_test(student, device):
    """The values are right."""
    x = torch.tensor(INPUT, dtype=torch.float64, device=device).reshape(2, 3)
    from autograder.testing import check_tensor
    check_tensor(student.standardize(x), torch.full((2, 3), {EXPECTED}, dtype=torch.float64))


@pytest.mark.points(5, cell="squared_distances")
def test_another_secret_name(student, device):
    x = torch.tensor(INPUT, dtype=torch.float64, device=device).reshape(2, 3)
    got = student.squared_distances(x, x)
    assert isinstance(got, torch.Tensor), f"not a tensor for {{x}}, and expected {EXPECTED}"
    torch.testing.assert_close(got, torch.tensor({EXPECTED}, dtype=torch.float64))
'''
# One symbol of each shipped suite that is a function, and so can take whatever comes.
SHIPPED = {
    "cross_entropy": "softmax",
    "inception_block": "conv_parameter_count",
    "lstm_cell": "lstm_sequence",
    "multi_head_attention": "scaled_dot_product_attention",
    "vae_elbo": "elbo",
}
WAYS_INTO_SHIPPED = ("message", "printed")


def hand_in(course: Path, student: str, name: str, source: str) -> Path:
    """The reference, and a cell at its end that defines a symbol anew."""
    node = json.loads((course / "solutions" / name / f"{name}.ipynb").read_text())
    node["cells"].append(
        {
            "cell_type": "code",
            "id": "own",
            "metadata": {},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }
    )
    path = course / "submitted" / student / name / f"{name}.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(node))
    path.with_name("timestamp.txt").write_text("2026-03-01 12:00:00 UTC")
    path.with_name("submission_secret.txt").write_text(f"of {student}")
    return path


def run(course: Path, *command: object) -> str:
    done = subprocess.run(
        [str(word) for word in command],
        cwd=course,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env=os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def grade(course: Path) -> list[dict[str, Any]]:
    out = run(course, sys.executable, "-m", "autograder", "grade", "--json", "--seed", SEED)
    return [json.loads(line) for line in out.splitlines()]


@pytest.fixture(scope="module")
def spied_on(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A suite whose inputs are known, and a student for each way to send them out."""
    course = tmp_path_factory.mktemp("leaks") / "course"
    init(course, title="A course")
    shutil.rmtree(course / "submitted")
    (course / "tests" / "hidden" / HELLO / f"test_{HELLO}.py").write_text(SUITE)
    for way in exfiltration.WAYS:
        both = exfiltration.source("standardize", way) + exfiltration.source(
            "squared_distances", way
        )
        hand_in(course, way.replace("_", "-"), HELLO, both)
    reports = grade(course)
    assert {report["status"] for report in reports} == {"graded"}
    assert {report["score"] for report in reports} == {0.0}, "each of them met both tests"
    return course


@pytest.mark.parametrize("way", exfiltration.WAYS)
def test_inputs_do_not_get_out(spied_on: Path, way: str) -> None:
    student = way.replace("_", "-")
    page = spied_on / "feedback" / student / HELLO / f"{HELLO}.html"
    shown = tables_in(page)
    assert "standardize: 0 of 6 points" in shown
    digits = [f"{value:.8f}"[2:] for value in (*INPUT, EXPECTED)]
    for value in digits:
        assert value[:4] not in shown.replace(" ", ""), "an input, or what was expected"
    coded = exfiltration.letters(INPUT)
    assert coded[:6] not in shown
    assert not any(f"{ord(letter) - 97}" * 4 in shown for letter in coded[:3])
    assert exact_numbers_in(shown) == []
    assert "secret" not in shown, "the name of a test"
    handed_in = {path.name for path in files_below(spied_on / "submitted" / student)}
    assert {path.name for path in files_below(page.parent)} - handed_in == {page.name}


def test_pieces_of_inputs_are_few(spied_on: Path) -> None:
    """Small numbers are sizes as a rule; what can be sent in them is bounded."""
    shown = tables_in(spied_on / "feedback" / "pieces" / HELLO / f"{HELLO}.html")
    assert "ValueError" in shown
    assert not any(f"{value:.8f}"[2:5] in shown for value in INPUT)


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    """This repository's course, with students who have a known mistake and students who spy."""
    course = tmp_path_factory.mktemp("shipped") / "course"
    for part in ("solutions", "assignments", "tests/hidden"):
        shutil.copytree(ROOT / part, course / part, ignore=shutil.ignore_patterns("__pycache__"))
    for part in ("course.yml", "nbgrader_config.py"):
        shutil.copy(ROOT / part, course / part)
    for number, (name, symbol) in enumerate(SHIPPED.items()):
        for way in WAYS_INTO_SHIPPED:
            hand_in(course, way, name, exfiltration.source(symbol, way))
        wrong = sorted((course / "solutions" / name / "misconceptions").glob("*.py"))
        hand_in(course, "mistaken", name, wrong[3 * number].read_text())
    return course, grade(course)


@pytest.mark.thorough
def test_no_line_of_any_suite_is_in_what_students_receive(
    shipped: tuple[Path, list[dict[str, Any]]],
) -> None:
    course, reports = shipped
    searched = 0
    for report in reports:
        name, student = report["assignment"], report["student"]
        secrets = secrets_of(course, name, seed=SEED)
        own = notebook_text(course / "submitted" / student / name / f"{name}.ipynb")
        left = without(secrets, own)
        assert len(left.lines) > 100, "nearly all of them are searched for"
        assert len(left.words) > 20
        for path in files_below(course / "feedback" / student / name):
            assert found_in(texts_of(path), left) == [], path
            assert exact_numbers_in(tables_in(path)) == [], path
            searched += path.suffix == ".html"
    assert searched == len(SHIPPED) * (len(WAYS_INTO_SHIPPED) + 1)


@pytest.mark.thorough
def test_no_line_of_any_suite_is_in_what_is_released(
    shipped: tuple[Path, list[dict[str, Any]]],
) -> None:
    course, _ = shipped
    for name in SHIPPED:
        secrets = secrets_of(course, name, seed=SEED)
        left = without(secrets, given_by(course / "solutions" / name / f"{name}.ipynb"))
        assert len(left.lines) > 0.8 * len(secrets.lines)
        for path in files_below(course / "assignments" / name):
            assert found_in(texts_of(path), left) == [], path


@pytest.mark.thorough
def test_what_the_exchange_hands_out_are_the_pages_and_nothing_else(
    shipped: tuple[Path, list[dict[str, Any]]], tmp_path: Path
) -> None:
    course, _ = shipped
    exchange = tmp_path / "exchange"
    exchange.mkdir(mode=0o777)
    exchange.chmod(0o777)
    name = "vae_elbo"
    nbgrader = Path(sys.executable).with_name("nbgrader")
    options = (f"--Exchange.root={exchange}", "--CourseDirectory.course_id=c")
    run(course, nbgrader, "release_feedback", name, *options)
    handed_out = files_below(exchange)
    pages = {path.read_bytes() for path in (course / "feedback").glob(f"*/{name}/*.html")}
    assert len(handed_out) == len(WAYS_INTO_SHIPPED) + 1
    assert {path.read_bytes() for path in handed_out} == pages


@pytest.mark.thorough
@pytest.mark.parametrize(
    "plant",
    [
        lambda suite: "<pre>" + suite.split("\n")[60].replace("<", "&lt;") + "</pre>",
        lambda suite: "<b>check_</b><i>loss(student, </i>*batch(7,  4,\n device))",
        lambda suite: "<!-- test_mean_reduction -->",
        lambda suite: f"seed {SEED}",
    ],
)
def test_the_search_finds_what_is_there(
    shipped: tuple[Path, list[dict[str, Any]]], tmp_path: Path, plant: Callable[[str], str]
) -> None:
    course, _ = shipped
    suite = course / "tests" / "hidden" / "cross_entropy" / "test_cross_entropy.py"
    page = tmp_path / "page.html"
    page.write_text(f"<html><body>{plant(suite.read_text())}</body></html>")
    assert found_in(texts_of(page), secrets_of(course, "cross_entropy", seed=SEED))


def test_every_line_of_code_of_a_suite_is_among_the_secrets() -> None:
    secrets = secrets_of(ROOT, "cross_entropy", seed=SEED)
    path = ROOT / "tests" / "hidden" / "cross_entropy" / "test_cross_entropy.py"
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    lines = path.read_text().splitlines()
    told = ["".join(lines[call.lineno - 1].split()) for call in calls]
    assert set(secrets.lines) >= {line for line in told if len(line) >= 12}
