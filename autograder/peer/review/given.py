"""What a student is told about their own answer: scores by criterion, and how to appeal.

A page of Markdown in the student's folder, in the student's language. Nothing of who reviewed it,
of how far anybody is trusted, or of a note that an instructor made for the record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from autograder.course import Course, languages_of
from autograder.peer.review.aggregate import CriterionScore, ItemScore
from autograder.peer.review.files import write_bytes
from autograder.peer.review.handout import folder_of
from autograder.peer.review.judged_round import JudgedRound
from autograder.peer.review.model import Criterion

PAGE = "scores.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    title: str  # {title}
    about: str  # {reviews}
    columns: tuple[str, str, str]
    by_instructor: str
    none: str  # of a criterion
    not_yet: str
    decision: str  # {note}
    appeal: str  # {until}


WORDS: Mapping[str, Words] = {
    "en": Words(
        title="Your answer to {title}, as it was reviewed",
        about="Reviews: {reviews}. Those who wrote them did not know whose it is.",
        columns=("Part", "Question", "Score"),
        by_instructor="by an instructor",
        none="too few reviews",
        not_yet="Not all questions have enough reviews yet: that is no zero, and an instructor "
        "will look at it.",
        decision="Your appeal was decided: {note}",
        appeal="If you think that a score is wrong, say why until {until}. That is possible once, "
        "and the decision is final.",
    ),
    "ko": Words(
        title="{title}: 당신의 답에 대한 평가",
        about="평가 {reviews}개. 평가한 학생은 누구의 답인지 몰랐습니다.",
        columns=("부분", "질문", "점수"),
        by_instructor="교수자가 정함",
        none="평가가 부족함",
        not_yet="아직 평가가 부족한 질문이 있습니다. 0점이 아니며, 교수자가 직접 봅니다.",
        decision="이의 신청의 결과: {note}",
        appeal="점수가 틀렸다고 생각하면 {until}까지 이유를 말하세요. 한 번만 할 수 있고, 결정은 "
        "바뀌지 않습니다.",
    ),
}


def write_scores(course: Course, found: JudgedRound, until: datetime) -> tuple[Path, ...]:
    """A page for everybody whose answer was reviewed. raises  UsageError "reviews-not-written" """
    languages = languages_of(course)
    written = []
    for score in found.scores:
        if score.state != "withdrawn":
            language = languages.get(score.author, course.language)
            path = folder_of(course, found.made.assignment, score.author) / PAGE
            write_bytes(path, page_of(course, found, score, until, language).encode())
            written.append(path)
    return tuple(written)


def page_of(
    course: Course, found: JudgedRound, score: ItemScore, until: datetime, language: str
) -> str:
    words = WORDS[language]
    item = found.made.item(score.item)
    title = course.assignment(found.made.assignment).title
    lines = [
        f"# {words.title.format(title=title)}",
        "",
        words.about.format(reviews=score.reviews),
        "",
        f"| {' | '.join(words.columns)} |",
        "|---|---|---|",
    ]
    for criterion in found.made.criteria_of(item):
        told = _told(criterion, score.criteria.get(criterion.id), words)
        text = criterion.text.of(language).replace("|", "\\|")
        lines.append(f"| {criterion.symbol or '—'} | {text} | {told} |")
    lines += ["", words.not_yet] if score.missing else []
    appeal = next((a for a in found.appeals.appeals if a.item == score.item), None)
    if appeal is not None and appeal.decision is not None:
        lines += ["", words.decision.format(note=" ".join(appeal.decision.note.split()))]
    elif appeal is None:
        last = until.astimezone(ZoneInfo(course.timezone))
        lines += ["", words.appeal.format(until=f"{last:%Y-%m-%d %H:%M} ({course.timezone})")]
    return "\n".join(lines) + "\n"


def _told(criterion: Criterion, score: CriterionScore | None, words: Words) -> str:
    if score is None:
        return words.none
    by = f", {words.by_instructor}" if score.by == "instructor" else ""
    return f"{score.score:.1f} / {criterion.values[-1]}{by}"
