"""What a reviewer gets: anonymised answers and questions, and nothing that is hidden."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest

from autograder.errors import CourseError
from autograder.peer.answers import forbidden_words, names_of, traces
from autograder.peer.review.assign import Wish
from autograder.peer.review.handout import folder_of
from autograder.peer.review.model import Item
from autograder.peer.review.tasks import Step
from tests.peer.review.classes import (
    NAME,
    PEOPLE,
    SYMBOLS,
    assignment_of,
    forms_of,
    gathered_of,
    made_round,
    make_class,
    page_of,
    submit,
    with_forms,
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Step]:
    root = tmp_path_factory.mktemp("class") / "course"
    return root, with_forms(make_class(root))


def forms_in(root: Path) -> dict[str, str]:
    files = sorted((root / "peer" / "reviews" / NAME).rglob("*.*"))
    return {str(path.relative_to(root)): path.read_text() for path in files}


def code_of(page: str) -> str:
    return "\n".join(re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", page, re.DOTALL))


def test_everybody_who_handed_in_gets_a_page_and_a_notebook(made: tuple[Path, Step]) -> None:
    root, step = made
    names = {Path(name).name for name in forms_in(root)}
    assert names == {"review.html", "review.ipynb"}
    assert len(forms_in(root)) == 2 * len(PEOPLE)
    assert set(step.made.reviewers) == set(PEOPLE)


def test_no_id_name_address_comment_or_identifier_of_anybody_is_in_any_form(
    made: tuple[Path, Step],
) -> None:
    from autograder.course import load_course

    root, step = made
    course = load_course(root)
    gathered = gathered_of(course)
    data = [path.read_bytes() for path in (root / "submitted").rglob("*.ipynb")]
    words = forbidden_words(
        gathered.people, data, assignment=assignment_of(course), reference=gathered.reference
    )
    assert words >= names_of(gathered.people)
    for student in PEOPLE:
        assert traces(f"x = {student}s_value", words), "the search finds what it is about"
    told = "rainy afternoon"
    for name, text in forms_in(root).items():
        assert told not in text
        code = code_of(text) if name.endswith(".html") else text
        own = "\n".join(item.code[symbol] for item in step.made.items for symbol in item.code)
        assert not traces(own, words)
        assert not [s for s in PEOPLE if s in text or PEOPLE[s][1] in text], name
        assert code


def test_nothing_of_the_round_or_of_what_is_hidden_is_in_a_form(made: tuple[Path, Step]) -> None:
    root, step = made
    suite = (root / "tests" / "hidden" / NAME / f"test_{NAME}.py").read_text()
    hidden = {*re.findall(r"def (test_\w+)", suite), str(root), "calibration", "hidden"}
    assert len(hidden) > 5
    for name, text in forms_in(root).items():
        assert not [word for word in hidden if word in text], name
        assert not re.search(r"\bR\d+\b", text), "the label of an item"
        assert str(step.made.seed) not in text.replace("1e-05", "") or step.made.seed < 10
        tokens = {token for token in step.made.tokens.values() if token in text}
        assert len(tokens) == 1, "only the form's own token"


def test_the_answers_of_a_form_are_those_of_its_tasks(made: tuple[Path, Step]) -> None:
    root, step = made
    from markupsafe import escape

    for reviewer in step.made.reviewers:
        page = (root / "peer" / "reviews" / NAME / reviewer / "review.html").read_text()
        tasks = step.made.tasks_of(reviewer)
        assert [task.label for task in tasks] == ["A", "B", "C"]
        for task in tasks:
            item = step.made.item(task.item)
            assert item.author != reviewer
            assert all(str(escape(code)) in page for code in item.code.values())


def test_the_page_runs_its_own_script_and_nothing_else(made: tuple[Path, Step]) -> None:
    page = page_of_root(made[0], "bzeddick")
    script = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert len(script) == 1
    digest = base64.b64encode(hashlib.sha256(script[0].encode()).digest()).decode()
    assert f"script-src &#39;sha256-{digest}&#39;" in page or f"'sha256-{digest}'" in page
    assert "default-src 'none'" in page
    assert not re.search(r"""(?:src|href)=["'](?!#)""", page)


def page_of_root(root: Path, student: str) -> str:
    return (root / "peer" / "reviews" / NAME / student / "review.html").read_text()


def test_each_question_can_be_answered_by_keyboard_and_has_a_label(
    made: tuple[Path, Step],
) -> None:
    page = page_of_root(made[0], "bzeddick")
    assert page.count("<fieldset") == page.count("<legend>") == 3 * len(SYMBOLS) * 4
    assert page.count('<label><input type="radio"') == page.count("<fieldset") * 4
    assert page.count("<textarea") == page.count("<fieldset")
    assert all(part in page for part in ("<main", 'class="skip"', 'lang="en"'))


def test_a_form_is_in_its_reviewers_language(made: tuple[Path, Step]) -> None:
    korean = page_of_root(made[0], "qmoonjin")
    assert 'lang="ko"' in korean
    assert "보통의 입력에서" in korean
    notebook = (made[0] / "peer" / "reviews" / NAME / "qmoonjin" / "review.ipynb").read_text()
    assert "보통의 입력에서" in notebook


def test_the_notebook_is_valid_and_holds_imports_answers_and_a_cell_to_fill_in(
    made: tuple[Path, Step],
) -> None:
    root, step = made
    path = root / "peer" / "reviews" / NAME / "bzeddick" / "review.ipynb"
    notebook = nbformat.read(path, 4)
    nbformat.validate(notebook)
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    assert code[0].startswith("import torch")
    assert sum("def standardize" in source for source in code) == 3
    forms = [cell for cell in notebook.cells if step.made.tokens["bzeddick"] in cell.source]
    assert [cell.cell_type for cell in forms] == ["markdown"] * 3
    assert all(".standardize.correct = \n" in cell.source for cell in forms)


def test_the_answers_in_a_notebook_can_be_run(made: tuple[Path, Step]) -> None:
    import torch

    root, _ = made
    notebook = json.loads((root / "peer/reviews" / NAME / "bzeddick" / "review.ipynb").read_text())
    code = ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code"]
    space: dict[str, object] = {}
    for source in code:
        exec(source, space)
        if "def squared_distances" in source:
            distances = space["squared_distances"](torch.eye(2), torch.zeros(1, 2))  # type: ignore[operator]
            assert distances.tolist() == [[1.0], [1.0]]


def test_code_that_reaches_out_of_a_notebook_can_be_read_and_not_run(tmp_path: Path) -> None:
    course = make_class(tmp_path / "course", list(PEOPLE)[:4])
    step = made_round(course)
    reaching = "def standardize(x, dim=-1, eps=1e-05):\n    return open('/etc/passwd')\n"
    items = tuple(replace(i, code={**i.code, "standardize": reaching}) for i in step.made.items)
    forms_of(course, replace(step, made=replace(step.made, items=items)))
    student = next(iter(PEOPLE))
    text = (folder_of(course, NAME, student) / "review.ipynb").read_text()
    cells = [cell for cell in json.loads(text)["cells"] if "passwd" in "".join(cell["source"])]
    assert [cell["cell_type"] for cell in cells] == ["raw"] * 3
    assert "passwd" in page_of(course, student)


def test_a_form_that_would_name_somebody_is_not_written_and_none_is(tmp_path: Path) -> None:
    course = make_class(tmp_path / "course", list(PEOPLE)[:4])
    step = made_round(course)
    telling = "def standardize(x):\n    vyolanda = x\n    return vyolanda\n"
    first: Item = replace(step.made.items[0], code={"standardize": telling})
    items = (first, *step.made.items[1:])
    with pytest.raises(CourseError) as caught:
        forms_of(course, replace(step, made=replace(step.made, items=items)))
    assert caught.value.code == "form-not-anonymous"
    assert "vyolanda" in caught.value.where
    assert not (tmp_path / "course" / "peer" / "reviews").exists()


def test_what_cannot_be_shown_is_told_and_its_author_reviews_all_the_same(
    tmp_path: Path,
) -> None:
    people = list(PEOPLE)[:6]
    course = make_class(tmp_path / "course", people)
    submit(course.root, people[0], standardize="", squared_distances="")
    submit(course.root, people[1], standardize="    return (")
    (course.root / "submitted" / people[2] / NAME / f"{NAME}.ipynb").write_text("no notebook")
    gathered = gathered_of(course)
    assert {one.student: one.symbols for one in gathered.withheld} == {people[0]: (), people[2]: ()}
    assert set(gathered.answers[people[1]]) == {"squared_distances"}
    step = made_round(course, Wish(k=2, seed=1))
    assert set(step.made.reviewers) == set(people)
    assert {item.author for item in step.made.items} == set(people) - {people[0], people[2]}


def test_what_was_filled_in_where_it_lies_is_not_overwritten(tmp_path: Path) -> None:
    course = make_class(tmp_path / "course", list(PEOPLE)[:4])
    step = with_forms(course)
    path = folder_of(course, NAME, "bzeddick") / "review.ipynb"
    filled = path.read_text().replace("A.standardize.correct = ", "A.standardize.correct = 2")
    path.write_text(filled)
    later = replace(step, made=replace(step.made, due=None, tasks=tuple(
        replace(task, due=None) for task in step.made.tasks
    )))  # fmt: skip
    handout = forms_of(course, later)
    assert handout.left == (path,)
    assert path.read_text() == filled
    assert len(handout.written) == 7
