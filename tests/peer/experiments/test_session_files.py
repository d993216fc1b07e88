"""probes.py and discussion.yml as an instructor writes them, and as they are got wrong."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from autograder.catalogue import read_catalogue
from autograder.course import Assignment
from autograder.errors import CourseError
from autograder.origin import digests_of
from autograder.peer.experiments import (
    Topics,
    experiment_for,
    probes_of,
    read_discussion,
    unseen_entries,
)
from autograder.peer.experiments.probe_file import read_probes
from autograder.release import KEPT
from tests.peer.experiments.shipped import COURSE

SHIPPED = COURSE.assignment("cross_entropy")
PROBES = '''"""Probes."""

import math

import torch

STAND_INS = {"softmax": torch.softmax}
LARGEST = 3.0


def row(size):
    """A row of logits."""
    return torch.full((size,), LARGEST)


def equal_logits(softmax):
    """
    ask.en: What sums to what?
    ask.ko: 무엇의 합이 얼마인가요?
    vary.en: Another number.
    vary.ko: 다른 수.
    """
    p = softmax(row(4))  # four of them
    return {"probabilities": p, "their sum": p.sum()}


def large_softmax(softmax):
    logits = row(100)
    return lambda: softmax(logits)
'''
DISCUSSION = """\
softmax:
  variations:
    - en: Go further.
      ko: 더 나아가 보세요.
  interview:
    - en: Why?
      ko: 왜 그런가요?
      listen_for:
        en: a reason
        ko: 이유
"""


def course_with(folder: Path, **files: str) -> Assignment:
    """The shipped assignment with these files in its session, and no catalogue."""
    session = folder / "session"
    session.mkdir()
    for name, text in files.items():
        suffix = ".py" if name == "probes" else ".yml"
        (session / f"{name}{suffix}").write_text(text, encoding="utf-8")
    return replace(SHIPPED, misconceptions=folder / "misconceptions")


def test_a_probe_is_code_that_runs_by_itself(tmp_path: Path) -> None:
    (probe,) = probes_of(course_with(tmp_path, probes=PROBES), "softmax")
    assert (probe.name, probe.symbol, probe.line) == ("equal_logits", "softmax", 16)
    assert probe.looks == ("probabilities", "their sum")
    assert probe.ask == {"en": "What sums to what?", "ko": "무엇의 합이 얼마인가요?"}
    assert "ask.en" not in probe.code
    assert "import math" not in probe.code, "nothing that it does not use"
    assert "# four of them" in probe.code, "as it was written"
    names: dict[str, object] = {}
    exec(probe.code, names)
    assert callable(names[probe.name])
    exec(probe.large, names)
    assert callable(names[probe.large_name])
    same = replace(SHIPPED, misconceptions=tmp_path / "misconceptions")
    assert read_probes(same).stand_ins["softmax"].code == ("torch_softmax = torch.softmax\n")


def test_a_discussion_is_by_symbol_and_parts_may_be_missing(tmp_path: Path) -> None:
    discussion = read_discussion(course_with(tmp_path, discussion=DISCUSSION))
    topics = discussion.of("softmax")
    assert topics.variations == ({"en": "Go further.", "ko": "더 나아가 보세요."},)
    assert topics.interview[0].listen_for == {"en": "a reason", "ko": "이유"}
    assert topics.compare == ()
    assert discussion.of("log_softmax") == Topics()


def test_a_course_without_sessions_has_nothing_and_that_is_no_error(tmp_path: Path) -> None:
    assignment = replace(SHIPPED, misconceptions=tmp_path / "misconceptions")
    entry = read_catalogue(SHIPPED.misconceptions)[0]
    assert read_discussion(assignment).topics == {}
    assert probes_of(assignment, "softmax") == ()
    assert experiment_for(assignment, entry) is None
    assert unseen_entries(assignment) == ()


@pytest.mark.parametrize(
    ("before", "after", "line", "told"),
    [
        ("def equal_logits(softmax)", "def equal_logits(sofmax)", 16, "a probe has one parameter"),
        ("    vary.ko: 다른 수.\n", "", 16, "has no vary.ko"),
        ("vary.en:", "very.en:", 20, 'no field "very.en"'),
        ("vary.en:", "shows: [no_such_entry]\n    vary.en:", 20, '"no_such_entry"'),
        ("vary.en:", "shows: no_shift\n    vary.en:", 20, "a list"),
        ("vary.en: Another", "vary.en: Another: ", 20, "colon"),
        ('return {"probabilities": p, "their sum": p.sum()}', "return p", 16, "return {"),
        ("def large_softmax(softmax)", "def large_softmax(logits)", 27, "should be called"),
        ('{"softmax": torch', '{"hardmax": torch', 7, "name of a graded symbol"),
        ("LARGEST = 3.0", "print(3.0)", 8, "only imports"),
        ("LARGEST = 3.0", "LARGEST = = 3.0", 8, "not Python"),
    ],
)
def test_what_is_wrong_with_probes_is_told_with_its_line(
    tmp_path: Path, before: str, after: str, line: int, told: str
) -> None:
    assert before in PROBES
    assignment = course_with(tmp_path, probes=PROBES.replace(before, after))
    with pytest.raises(CourseError) as caught:
        probes_of(assignment, "softmax")
    assert caught.value.code == "session-broken"
    assert caught.value.where == f"{tmp_path / 'session' / 'probes.py'}, line {line}"
    assert told in caught.value.what
    assert "docs/peer-sessions.md" in caught.value.next


@pytest.mark.parametrize(
    ("before", "after", "line", "told"),
    [
        ("softmax:", "hardmax:", 1, 'no graded symbol "hardmax"'),
        ("      ko: 왜 그런가요?\n", "", 6, "the language ko"),
        ("      listen_for:\n        en: a reason\n        ko: 이유\n", "", 6, "no listen_for"),
        ("variations", "variation", 2, 'no "variation" here'),
        ("    - en: Go further.\n      ko: 더 나아가 보세요.\n", "    none\n", 2, "a list"),
        ("en: Why?", "en: Why: so?", 6, "colon"),
        ("en: Why?", "en: [Why]", 6, "the language en"),
    ],
)
def test_what_is_wrong_with_a_discussion_is_told_with_its_line(
    tmp_path: Path, before: str, after: str, line: int, told: str
) -> None:
    assert before in DISCUSSION
    assignment = course_with(tmp_path, discussion=DISCUSSION.replace(before, after))
    with pytest.raises(CourseError) as caught:
        read_discussion(assignment)
    assert caught.value.code == "session-broken"
    assert caught.value.where == f"{tmp_path / 'session' / 'discussion.yml'}, line {line}"
    assert told in caught.value.what


def test_bytes_that_are_no_text_are_an_error_with_the_file(tmp_path: Path) -> None:
    assignment = course_with(tmp_path, probes="", discussion="")
    for name in ("probes.py", "discussion.yml"):
        (tmp_path / "session" / name).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CourseError, match="not UTF-8"):
        read_discussion(assignment)
    with pytest.raises(CourseError, match="not UTF-8"):
        probes_of(assignment, "softmax")


def test_a_session_changes_no_result_and_is_not_released(tmp_path: Path) -> None:
    """What a result is kept by has nothing of it, and neither has a student's folder."""
    for part in ("misconceptions", "suite"):
        (tmp_path / part).mkdir()
    changed = replace(
        SHIPPED, misconceptions=tmp_path / "misconceptions", suite=tmp_path / "suite", proof=None
    )
    before = digests_of(changed)
    course_with(tmp_path, probes=PROBES)
    assert digests_of(changed) == before
    assert "session" in KEPT
