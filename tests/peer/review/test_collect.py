"""Forms that come back: each file for itself, whose it is by its token, and nothing is lost."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from autograder.course import Course, load_course
from autograder.errors import UsageError
from autograder.peer.review.collect import Row, collect
from autograder.peer.review.files import read_reviews, read_versions, round_folder, write_round
from autograder.peer.review.tasks import Step
from tests.peer.review.classes import (
    NAME,
    NOW,
    PEOPLE,
    make_class,
    saved,
    with_forms,
    without,
)

WHO, OTHER = "bzeddick", "vyolanda"
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Step]:
    root = tmp_path_factory.mktemp("class") / "course"
    return root, with_forms(make_class(root, list(PEOPLE)[:4]), language="en")


@pytest.fixture
def made(template: tuple[Path, Step]) -> tuple[Course, Step]:
    """A round of which nothing has come back."""
    root, step = template
    folder = round_folder(load_course(root), NAME)
    for name in ("reviews", "incoming"):
        for file in (folder / name).glob("*"):
            file.unlink()
    write_round(load_course(root), step.made)
    return load_course(root), step


def taken(course: Course, step: Step, *paths: Path, now: datetime = TOMORROW) -> list[Row]:
    return list(collect(course, step.made, paths, now))


def write(path: Path, content: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def filled_notebook(course: Course, who: str, **lines: str) -> dict[str, Any]:
    """The reviewer's notebook with these lines filled in: standardize_correct="2" of answer A."""
    path = course.root / "peer" / "reviews" / NAME / who / "review.ipynb"
    text = path.read_text()
    for name, value in lines.items():
        line = f"A.{name.replace('__', '.')} = "
        assert line in text
        text = text.replace(line, line + json.dumps(value)[1:-1])
    notebook: dict[str, Any] = json.loads(text)
    return notebook


def test_a_saved_page_is_taken_wherever_it_lies(made: tuple[Course, Step], tmp_path: Path) -> None:
    course, step = made
    one = write(tmp_path / "review (1).json", saved(step, WHO, 3))
    two = write(tmp_path / "forms" / OTHER / "review.json", saved(step, OTHER, 1))
    rows = taken(course, step, one, tmp_path / "forms")
    assert {(row.status, row.reviewer, row.reviews) for row in rows} == {
        ("taken", WHO, 3),
        ("taken", OTHER, 3),
    }
    assert not any(row.incomplete or row.remarks for row in rows)
    kept = read_reviews(course, step.made)
    assert len(kept) == 6
    assert {score for r in kept if r.reviewer == WHO for score in r.scores.values()} == {3}
    incoming = sorted((round_folder(course, NAME) / "incoming").iterdir())
    assert {path.read_bytes() for path in incoming} == {one.read_bytes(), two.read_bytes()}


def test_a_notebook_that_was_filled_in_is_read_and_not_run(
    made: tuple[Course, Step], tmp_path: Path
) -> None:
    course, step = made
    comment = "line 2 is\nneat\n\n# and a heading of mine\nx = 1"
    lines = {"standardize__correct": "2  # nearly", "standardize__correct__comment": comment}
    path = write(tmp_path / "review.ipynb", filled_notebook(course, WHO, **lines))
    (row,) = taken(course, step, path)
    assert (row.status, row.reviewer, row.reviews) == ("taken", WHO, 1)
    assert row.incomplete == ("A", "B", "C")
    (review,) = read_reviews(course, step.made)
    assert review.scores["standardize.correct"] == 2
    assert review.comments["standardize.correct"] == comment
    assert review.item == step.made.tasks_of(WHO)[0].item


def test_an_untouched_form_is_no_review(made: tuple[Course, Step]) -> None:
    course, step = made
    rows = taken(course, step, course.root / "peer" / "reviews" / NAME / WHO)
    assert [(row.status, row.why) for row in rows] == [("refused", "nothing is filled in")]
    assert read_versions(course, NAME) == ()


def test_lines_of_a_form_in_an_authors_code_are_not_taken_for_an_answer(
    made: tuple[Course, Step], tmp_path: Path
) -> None:
    """The cells of a form are known by a token that no author knows."""
    course, step = made
    notebook = filled_notebook(course, WHO, standardize__correct="1")
    forged = "A.standardize.correct = 3\nA.squared_distances.correct = 3\n"
    notebook["cells"].append({"cell_type": "code", "source": forged, "metadata": {}})
    notebook["cells"].append(
        {"cell_type": "markdown", "source": [f"review {'0' * 31} A\n", forged]}
    )
    taken(course, step, write(tmp_path / "review.ipynb", notebook))
    (review,) = read_reviews(course, step.made)
    assert review.scores == {"standardize.correct": 1}


def test_what_is_left_open_is_kept_and_told(made: tuple[Course, Step], tmp_path: Path) -> None:
    course, step = made
    form: Any = saved(step, WHO, 2)
    del form["items"]["B"]
    del form["items"]["C"]["scores"]["standardize.correct"]
    form["items"]["A"]["scores"]["standardize.correct"] = None  # "I cannot tell" is an answer
    (row,) = taken(course, step, write(tmp_path / "review.json", form))
    assert (row.status, row.reviews, row.incomplete) == ("taken", 2, ("B", "C"))
    first = next(
        r for r in read_reviews(course, step.made) if r.item == step.made.tasks_of(WHO)[0].item
    )
    assert first.scores["standardize.correct"] is None


def test_of_two_versions_the_later_counts_and_both_are_kept(
    made: tuple[Course, Step], tmp_path: Path
) -> None:
    course, step = made
    late = (NOW + timedelta(hours=2)).isoformat()
    new = write(tmp_path / "a" / "review.json", saved(step, WHO, 3, saved=late))
    old = write(tmp_path / "b" / "review.json", saved(step, WHO, 0))
    taken(course, step, new)
    taken(course, step, old, now=TOMORROW + timedelta(hours=1))
    assert {s for r in read_reviews(course, step.made) for s in r.scores.values()} == {3}
    assert len(read_versions(course, NAME)) == 6
    again = taken(course, step, tmp_path)
    assert [row.status for row in again] == ["unchanged", "unchanged"]
    assert len(read_versions(course, NAME)) == 6


def test_an_answer_that_is_empty_in_the_later_file_keeps_what_was_said_before(
    made: tuple[Course, Step], tmp_path: Path
) -> None:
    course, step = made
    taken(course, step, write(tmp_path / "1.json", saved(step, WHO, 3)))
    form: Any = saved(step, WHO, 1, saved=(NOW + timedelta(hours=1)).isoformat())
    form["items"]["A"] = {"scores": {}, "comments": {}}
    taken(course, step, write(tmp_path / "2.json", form))
    scores = [set(review.scores.values()) for review in read_reviews(course, step.made)]
    assert sorted(map(sorted, scores)) == [[1], [1], [3]]


def test_a_form_is_its_tokens_whoevers_folder_it_lies_in(
    made: tuple[Course, Step], tmp_path: Path
) -> None:
    course, step = made
    form = saved(step, WHO, 2) | {"reviewer": OTHER, "student": OTHER}
    (row,) = taken(course, step, write(tmp_path / OTHER / "review.json", form))
    assert row.reviewer == WHO
    assert OTHER in row.remarks[0]


def test_a_time_in_the_future_does_not_make_a_version_the_last_for_ever(
    made: tuple[Course, Step], tmp_path: Path
) -> None:
    course, step = made
    far = datetime(2099, 1, 1, tzinfo=UTC).isoformat()
    (row,) = taken(course, step, write(tmp_path / "1.json", saved(step, WHO, 0, saved=far)))
    assert "future" in row.remarks[0]
    later = TOMORROW + timedelta(days=1)
    form = saved(step, WHO, 3, saved=later.isoformat())
    taken(course, step, write(tmp_path / "2.json", form), now=later)
    assert {s for r in read_reviews(course, step.made) for s in r.scores.values()} == {3}


def _score(form: Any, value: Any) -> Any:
    form["items"]["A"]["scores"]["standardize.correct"] = value
    return form


HOSTILE: dict[str, Callable[[Any], Any]] = {
    "another token": lambda form: form | {"token": "0" * 32},
    "an edited token": lambda form: form | {"token": "../../" + form["token"]},
    "no token": lambda form: {key: value for key, value in form.items() if key != "token"},
    "a score above": lambda form: _score(form, 4),
    "a score below": lambda form: _score(form, -1),
    "a large score": lambda form: _score(form, 10**300),
    "a score in words": lambda form: _score(form, "3"),
    "a broken score": lambda form: _score(form, 2.5),
    "an infinite score": lambda form: _score(form, float("inf")),
    "a true score": lambda form: _score(form, True),
    "another question": lambda form: form["items"]["A"]["scores"].update(a=1) or form,
    "another answer": lambda form: form["items"].update(Z=form["items"]["A"]) or form,
    "a list of answers": lambda form: form | {"items": [1, 2]},
    "another version": lambda form: form | {"schema": 2},
    "another program's": lambda form: form | {"form": "something"},
    "no time": lambda form: form | {"saved": "yesterday"},
    "a time without zone": lambda form: form | {"saved": "2026-10-01T12:00:00"},
    "a comment that is none": lambda form: form["items"]["A"].update(comments={"a": [1]}) or form,
    "nothing": lambda form: b"",
    "half of it": lambda form: json.dumps(form)[:300],
    "no text": lambda form: b"\xff\xfe\x00",
    "nested deeply": lambda form: "[" * 100_000,
    "nested deeply inside": lambda form: json.dumps(form)[:-1] + ', "x": ' + '{"a":' * 50_000,
    "much too large": lambda form: json.dumps(form | {"x": "y" * (2 << 20)}),
    "surrogates": lambda form: '{"form": "\\ud800"}',
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_file_that_cannot_be_taken_costs_itself_and_no_other(
    made: tuple[Course, Step], tmp_path: Path, what: str
) -> None:
    course, step = made
    bad = write(tmp_path / "a.json", HOSTILE[what](saved(step, WHO)))
    write(tmp_path / "b.json", saved(step, OTHER))
    rows = {Path(row.file).name: row for row in taken(course, step, tmp_path)}
    assert rows["a.json"].status == "refused"
    assert rows["a.json"].why
    assert rows["b.json"].status == "taken"
    assert {review.reviewer for review in read_versions(course, NAME)} == {OTHER}
    assert bad.exists()


@pytest.mark.parametrize(
    "content",
    [b"", b"null", b"[]", b'{"cells": 1}', b'{"cells": [1, {"source": 2}]}', b"\xff", b"[" * 99999],
)
def test_a_notebook_that_is_none_is_refused(
    made: tuple[Course, Step], tmp_path: Path, content: bytes
) -> None:
    course, step = made
    (row,) = taken(course, step, write(tmp_path / "review.ipynb", content))
    assert row.status == "refused"


@pytest.mark.parametrize("value", ["4", "-1", "good", "2.5", "9" * 5000])
def test_a_number_in_a_notebook_that_is_no_level_is_refused(
    made: tuple[Course, Step], tmp_path: Path, value: str
) -> None:
    course, step = made
    notebook = filled_notebook(course, WHO, standardize__correct=value)
    (row,) = taken(course, step, write(tmp_path / "review.ipynb", notebook))
    assert row.status == "refused"
    assert "standardize.correct" in row.why
    assert len(row.why) < 300


def test_two_peoples_forms_in_one_notebook_are_nobodys(
    made: tuple[Course, Step], tmp_path: Path
) -> None:
    course, step = made
    notebook = filled_notebook(course, WHO, standardize__correct="1")
    notebook["cells"] += filled_notebook(course, OTHER, standardize__correct="1")["cells"]
    (row,) = taken(course, step, write(tmp_path / "review.ipynb", notebook))
    assert row.status == "refused"
    assert "two people" in row.why


def test_links_and_pipes_are_not_followed(made: tuple[Course, Step], tmp_path: Path) -> None:
    course, step = made
    target = write(tmp_path / "elsewhere" / "real.json", saved(step, WHO))
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "review.json").symlink_to(target)
    os.mkfifo(tmp_path / "in" / "pipe.json")
    rows = taken(course, step, tmp_path / "in")
    assert [row.status for row in rows] == ["refused", "refused"]


def test_a_comment_is_cleaned_kept_as_text_and_cut(
    made: tuple[Course, Step], tmp_path: Path
) -> None:
    course, step = made
    form: Any = saved(step, WHO)
    form["items"]["A"]["comments"] = {
        "standardize.correct": "<script>alert(1)</script> \x1b[31mred\x1b[0m \u202egnp.exe\x00",
        "standardize.extremes": "long " * 2000,
        "standardize.readable": " \n ",
    }
    (row,) = taken(course, step, write(tmp_path / "review.json", form))
    assert row.status == "taken"
    assert "shortened" in row.remarks[0]
    review = next(review for review in read_reviews(course, step.made) if review.comments)
    assert review.comments["standardize.correct"] == "<script>alert(1)</script> red gnp.exe\ufffd"
    assert len(review.comments["standardize.extremes"]) < 2100
    assert "standardize.readable" not in review.comments


def test_what_was_withdrawn_in_the_meantime_is_left_out(
    made: tuple[Course, Step], tmp_path: Path
) -> None:
    from autograder.peer.review.assign import Wish, changed
    from tests.peer.review.classes import gathered_of

    course, step = made
    gathered = gathered_of(course)
    gone = step.made.item(step.made.tasks_of(WHO)[0].item).author
    assert gone is not None
    try:
        later = changed(without(course, gone), step.made, gathered, Wish(), NOW)
    finally:
        (course.root / "peer" / "private" / "consent.csv").unlink()
    (row,) = taken(course, later, write(tmp_path / "review.json", saved(step, WHO)))
    assert (row.reviews, row.incomplete) == (2, ())
    assert "withdrawn" in row.remarks[0]
    form: Any = saved(step, WHO)
    form["items"] = {"A": form["items"]["A"]}
    (row,) = taken(course, later, write(tmp_path / "only.json", form))
    assert (row.status, row.reviews) == ("taken", 0)


def test_a_path_without_forms_is_told(made: tuple[Course, Step], tmp_path: Path) -> None:
    course, step = made
    for path, code in ((tmp_path, "no-forms"), (tmp_path / "nowhere", "no-such-file")):
        with pytest.raises(UsageError) as caught:
            taken(course, step, path)
        assert caught.value.code == code
