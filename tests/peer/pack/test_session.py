"""A pack from a group's notebooks, graded and measured for real."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from autograder.cli import app
from autograder.errors import AutograderError
from autograder.peer.consent import read_consent, write_consent
from autograder.peer.pack.files import place_of_manifest
from autograder.peer.pack.gathering import unchanged
from autograder.peer.pack.make import Made, Order
from autograder.peer.pack.manifest import read_manifest
from autograder.peer.pack.notebook import notebook_of
from autograder.peer.pack.page import page_of
from autograder.peer.pack.results import results_of
from autograder.store import Store
from tests.peer.pack.groups import (
    NAME,
    PEOPLE,
    ACourse,
    make,
    make_class,
    with_cell,
    written,
)
from tests.peer.pack.test_page_and_notebook import run
from tests.store.batches import Pretended


@dataclass(frozen=True)
class Session:
    its: ACourse
    order: Order
    made: Made
    page: Path
    notebook: Path

    @property
    def text(self) -> str:
        return self.page.read_text() + self.notebook.read_text()


def session_of(its: ACourse, **settings: object) -> Session:
    order = its.order(**settings)
    made = make(order)
    return Session(its, order, made, *written(order, made))


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """Three of five have handed in: two are right in different ways, one forgets the shift."""
    its = make_class(tmp_path_factory.mktemp("session"))
    its.submit("kim", its.right("one_hot_einsum"))
    its.submit("ada", its.right("in_place_double"))
    its.submit("ohm", its.wrong("no_shift"))
    return session_of(its)


@pytest.mark.thorough
def test_its_concepts_are_what_was_diagnosed(session: Session) -> None:
    (concept,) = session.made.pack.concepts
    assert concept.symbol == "softmax"
    assert "overflows" in concept.title
    assert concept.question in session.text.replace("&#39;", "'")
    assert concept.trial is not None
    assert session.made.problems == ()


@pytest.mark.thorough
def test_right_answers_are_shown_side_by_side_and_only_the_organiser_knows_whose(
    session: Session,
) -> None:
    contrasts = session.made.pack.contrasts
    assert contrasts[0].symbol == "softmax", "a symbol with a concept comes first"
    assert all(2 <= len(each.answers) <= 3 for each in contrasts)
    assert all(each.differences for each in contrasts)
    assert "ohm" not in {
        s for o in session.made.manifest.owners if o.symbol == "softmax" for s in o.students
    }
    kept = read_manifest(place_of_manifest(session.its.course, "blue", NAME))
    assert kept is not None
    assert kept.owners == session.made.manifest.owners
    assert kept.seed == session.order.seed
    assert set(kept.submissions) == {"kim", "ada", "ohm"}
    for owner in kept.owners:
        assert all(digest not in session.text for digest in owner.submissions)


@pytest.mark.thorough
def test_nothing_is_said_of_scores_of_numbers_of_members_or_of_who(session: Session) -> None:
    body = session.page.read_text().partition("<body>")[2].partition("<script>")[0]
    words = re.sub(r"<[^>]+>", " ", re.sub(r"<pre.*?</pre>", "", body, flags=re.DOTALL))
    assert not re.search(r"\b(scores?|handed in by|[0-9]+ (of [0-9]+|points?|members?))\b", words)
    after = session.page.read_text().partition('<section id="c-')[2]
    for student, names in PEOPLE.items():
        assert not re.search(rf"\b({student}|{'|'.join(names)})\b", after)
        assert not re.search(rf"\b({student}|{'|'.join(names)})\b", session.notebook.read_text())


@pytest.mark.thorough
def test_its_notebook_runs_and_every_answer_gives_the_same(session: Session) -> None:
    namespace, printed = run(session.notebook.read_text())
    torch = namespace["torch"]
    given = torch.randn(3, 5, generator=torch.Generator().manual_seed(1))
    letters = [each.label.lower() for each in session.made.pack.contrasts[0].answers]
    for letter in letters:
        assert torch.allclose(namespace[f"softmax_{letter}"](given), torch.softmax(given, -1))
    assert "answer A" in printed


@pytest.mark.thorough
def test_made_again_nothing_is_graded_and_the_page_is_the_same(session: Session) -> None:
    kept_at = place_of_manifest(session.its.course, "blue", NAME)
    before = unchanged(session.its.order(), kept_at, session.its.course)
    assert before is not None
    assert page_of(before.pack) == session.page.read_text()
    assert notebook_of(before.pack) == session.notebook.read_text()


@pytest.mark.thorough
@pytest.mark.parametrize("change", ["submission", "consent", "minutes", "page", "suite"])
def test_what_has_changed_is_noticed(
    session: Session, change: str, request: pytest.FixtureRequest
) -> None:
    its = session.its
    kept_at = place_of_manifest(its.course, "blue", NAME)
    touched = {
        "submission": its.root / "submitted" / "kim" / NAME / f"{NAME}.ipynb",
        "page": session.page,
        "suite": its.root / "tests" / "hidden" / NAME / "test_softmax.py",
    }.get(change)
    if touched is not None:
        before = touched.read_bytes()
        request.addfinalizer(lambda: touched.write_bytes(before))
        touched.write_bytes(before + b"\n")
    if change == "consent":
        write_consent(its.course, read_consent(its.course).of_student("kim", shown=False))
        request.addfinalizer((its.root / "peer/private/consent.csv").unlink)
    order = its.order()
    if change == "minutes":
        order = replace(order, meeting=replace(order.meeting, minutes=90))
    assert unchanged(order, kept_at, its.course) is None


@pytest.mark.thorough
def test_neither_gradebook_nor_store_are_touched(session: Session) -> None:
    assert not (session.its.root / "gradebook.db").exists()
    assert not (session.its.root / "autograded").exists()
    assert not (session.its.root / "feedback").exists()


def test_results_that_are_kept_and_still_true_are_taken(tmp_path: Path) -> None:
    its = make_class(tmp_path)
    its.submit("kim", its.right())
    its.submit("ada", its.right())
    order = its.order()
    box = Pretended()
    with Store(order.course.db_url, course=order.course.id, root=its.root) as store:

        def ask() -> tuple[int, list[str]]:
            now = its.order()
            found = results_of(
                now.found, now.assignment, now.course, box.start, seed=1, store=store, jobs=1
            )
            return found.kept, [each.student for each in found.graded]

        assert ask() == (0, ["ada", "kim"])
        assert store.students(NAME) == set(), "nothing is kept of what is graded for a pack"
        first = results_of(order.found, order.assignment, order.course, box.start, seed=1)
        for each in first.graded:
            store.keep("a key", each.report)
        assert ask() == (2, ["ada", "kim"])
        its.submit("kim", with_cell(its.right(), "x = 1"))
        assert ask() == (1, ["ada", "kim"])
        suite = its.root / "tests" / "hidden" / NAME / "test_softmax.py"
        suite.write_text(suite.read_text() + "\n# corrected\n")
        assert ask() == (0, ["ada", "kim"])


def test_nobody_has_handed_in_and_the_group_meets_all_the_same(tmp_path: Path) -> None:
    its = make_class(tmp_path)
    order = its.order()
    made = make(order)
    assert not made.pack.handed_in
    assert made.pack.concepts == made.pack.contrasts == ()
    assert made.pack.further, "there is something to talk about"
    page, notebook = written(order, made)
    assert "no notebooks to start from" in page.read_text()
    run(notebook.read_text())


def command(its: ACourse, *words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["peer", *words, "--course", str(its.root)])
    if isinstance(done.exception, AutograderError):
        return 2, done.stdout, str(done.exception)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout, done.stderr


def test_a_group_is_graded_and_the_organiser_alone_is_told_of_whom_nothing_is_known(
    tmp_path: Path,
) -> None:
    """One forgets the shift, one hands in a broken file, one nothing."""
    its = make_class(tmp_path, {"blue": ["kim", "ada", "ohm"]})
    its.submit("ohm", its.wrong("no_shift"))
    its.submit("kim", b"broken")
    status, out, err = command(its, "session", NAME, "--group", "blue", "--json")
    told = json.loads(out)
    assert (status, told["changed"], told["concepts"], told["answers"]) == (1, True, 1, 0)
    assert [each["student"] for each in told["problems"]] == ["kim"]
    assert "handed in nothing: ada" in err
    assert "no result: kim" in err
    page, notebook = Path(told["page"]).read_text(), Path(told["notebook"]).read_text()
    assert "overflows" in page
    assert not re.search(r"\b(ada|ohm|kim)\b", notebook)
    run(notebook)
    assert not (its.root / "gradebook.db").exists()
    status, out, err = command(its, "session", NAME, "--group", "blue")
    assert (status, "nothing has changed" in err) == (1, True)
    assert out.splitlines() == [told["page"], told["notebook"]]
    assert Path(told["page"]).read_text() == page


def test_a_file_in_the_folders_place_is_told_before_anybody_is_graded(tmp_path: Path) -> None:
    its = make_class(tmp_path / "course")
    its.submit("kim", its.right())
    (tmp_path / "taken").write_text("mine")
    for where in (tmp_path / "taken", tmp_path / "taken" / "below"):
        words = ("session", NAME, "-g", "blue", "--out", str(where))
        status, out, err = command(its, *words)
        assert (status, out) == (2, "")
        assert "error[no-folder]" in err
    assert (tmp_path / "taken").read_text() == "mine"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["session", "cross_entrop", "-g", "blue"], "unknown-assignment"),
        (["session", NAME, "-g", "bleu"], "unknown-group"),
        (["session", NAME, "-g", "blue", "--moderator", "nobody"], "unknown-member"),
    ],
)
def test_what_does_not_exist_is_told_and_nothing_is_written(
    tmp_path: Path, words: list[str], code: str
) -> None:
    its = make_class(tmp_path)
    status, out, err = command(its, *words)
    assert (status, out) == (2, "")
    assert f"error[{code}]" in err
    assert "next:" in err
    assert not (its.root / "peer").exists()


@pytest.mark.thorough
def test_whoever_has_withdrawn_is_not_shown(tmp_path: Path) -> None:
    its = make_class(tmp_path)
    its.submit("kim", its.right("one_hot_einsum"))
    its.submit("ada", its.right("in_place_double"))
    its.submit("zoe", its.right())
    write_consent(its.course, read_consent(its.course).of_student("kim", shown=False))
    session = session_of(its)
    shown = {student for owner in session.made.manifest.owners for student in owner.students}
    assert shown == {"ada", "zoe"}
    assert session.made.pack.all_right
    assert session.made.pack.further
    assert "All was right" in session.page.read_text()


@pytest.mark.thorough
def test_answers_that_are_alike_are_not_set_side_by_side(tmp_path: Path) -> None:
    its = make_class(tmp_path, {"blue": ["kim", "ada"]})
    its.submit("kim", its.right())
    its.submit("ada", with_cell(its.right(), "# another remark"))
    session = session_of(its)
    assert session.made.manifest.owners == ()
    assert "nothing to set side by side" in session.page.read_text()


@pytest.mark.thorough
def test_with_the_groups_consent_a_wrong_answer_of_the_catalogue(tmp_path: Path) -> None:
    its = make_class(tmp_path)
    its.settings(language="ko")
    its.submit("ohm", its.wrong("no_shift"))
    its.submit("kim", its.wrong("mean_for_sum"))
    write_consent(its.course, read_consent(its.course).of_group("blue", wrong_answers=True))
    session = session_of(its)
    assert session.made.pack.wrong is not None
    assert "알려진 실수" in session.page.read_text()
    _, printed = run(session.notebook.read_text())
    assert "version_a" in printed


@pytest.mark.thorough
def test_what_runs_on_other_peoples_machines_is_harmless(tmp_path: Path) -> None:
    its = make_class(tmp_path, {"blue": ["kim", "ada"]})
    evil = (
        "import os\n\n\ndef softmax(logits, dim=-1):\n"
        "    shifted = logits - logits.amax(dim=dim, keepdim=True)\n"
        "    e = (shifted + 0 * len(os.sep)).exp()\n"
        "    return e / e.sum(dim=dim, keepdim=True)"
    )
    its.submit("kim", its.given.filled({"softmax": evil}))
    its.submit("ada", its.right("one_hot_einsum"))
    session = session_of(its)
    assert "softmax" not in {owner.symbol for owner in session.made.manifest.owners}
    assert "import os" not in session.text
    assert any("softmax is not shown" in remark for remark in session.made.remarks)


@pytest.mark.thorough
def test_a_folder_of_notebooks_on_one_laptop(tmp_path: Path) -> None:
    """One broken, one with an odd name; and what was left open comes back the next time."""
    its = make_class(tmp_path / "course")
    folder = tmp_path / "ours"
    folder.mkdir()
    for name, notebook in (
        ("kim", its.right("one_hot_einsum")),
        ("한별 (2) <b>", its.right("in_place_double")),
        ("ohm", its.wrong("no_shift")),
    ):
        its.submit("x", notebook).rename(folder / f"{name}.ipynb")
    (folder / "zoe.ipynb").write_text("broken")
    status, out, err = command(its, "run", str(folder), "--no-open", "--minutes", "45")
    page = folder / "session" / f"{NAME}.html"
    assert (status, out.strip()) == (1, str(page))
    assert "left out: zoe" in err
    text = page.read_text()
    assert "한별 (2) &lt;b&gt;" in text
    assert "overflows" in text
    assert "<article" in text
    assert not (its.root / "peer").exists()
    assert (
        list((folder / "session").iterdir()) == [page, page.with_suffix(".ipynb")]
        or len(list((folder / "session").iterdir())) == 2
    )
    (folder / "records").mkdir()
    (folder / "records" / "2026-09-30-a.md").write_text(
        "---\ndate: 2026-09-30\nsession: a\n---\n## Questions\n- [ ] Why is it so?\n"
    )
    (folder / "zoe.ipynb").unlink()
    status, _, err = command(its, "run", str(folder), "--no-open", "--no-answers")
    assert status == 0, err
    assert "Why is it so?" in page.read_text()
    assert "<article" not in page.read_text()


def test_a_folder_before_the_deadline_is_refused(tmp_path: Path) -> None:
    its = make_class(tmp_path / "course")
    its.settings(its_due="2099-01-01 12:00")
    folder = tmp_path / "ours"
    folder.mkdir()
    its.submit("x", its.right()).rename(folder / "kim.ipynb")
    status, out, err = command(its, "run", str(folder), "--no-open")
    assert (status, out) == (2, "")
    assert "2099-01-01 12:00 KST" in err
    assert not (folder / "session").exists()
