"""Headings and fixed words of a record. Both languages are read, whichever it is written in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Section(StrEnum):
    ATTENDANCE = "attendance"
    GOALS = "goals"
    QUESTIONS = "questions"
    DECISIONS = "decisions"
    RETROSPECTIVE = "retrospective"
    KEEP = "keep"
    PROBLEMS = "problems"
    TRIES = "tries"
    NOTES = "notes"
    OTHER = "other"  # a heading of the group's own


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    headings: Mapping[Section, str]
    hints: Mapping[Section, str]  # comments that a new record has below its headings


WORDS: Mapping[str, Words] = {
    "en": Words(
        headings={
            Section.ATTENDANCE: "Attendance",
            Section.GOALS: "Goals",
            Section.QUESTIONS: "Questions",
            Section.DECISIONS: "Decisions",
            Section.RETROSPECTIVE: "Retrospective",
            Section.KEEP: "Keep",
            Section.PROBLEMS: "Problem",
            Section.TRIES: "Try",
            Section.NOTES: "Notes",
        },
        hints={
            Section.ATTENDANCE: "a tick for everybody who is there",
            Section.GOALS: "- [ ] name: what until next time; a tick when it is done",
            Section.QUESTIONS: "- [ ] a question; a tick and the answer below it, indented, "
            "when there is one",
        },
    ),
    "ko": Words(
        headings={
            Section.ATTENDANCE: "출석",
            Section.GOALS: "목표",
            Section.QUESTIONS: "질문",
            Section.DECISIONS: "결정",
            Section.RETROSPECTIVE: "회고",
            Section.KEEP: "유지할 점",
            Section.PROBLEMS: "문제점",
            Section.TRIES: "시도할 점",
            Section.NOTES: "메모",
        },
        hints={
            Section.ATTENDANCE: "참석한 사람에게 표시하세요",
            Section.GOALS: "- [ ] 이름: 다음 시간까지 할 일. 다 하면 표시하세요",
            Section.QUESTIONS: "- [ ] 질문. 답이 나오면 표시하고 그 아래에 들여써서 답을 적으세요",
        },
    ),
}

# What people write instead.
_ALSO: Mapping[Section, tuple[str, ...]] = {
    Section.ATTENDANCE: ("present", "participants", "who was there", "참석", "참석자", "출석부"),
    Section.GOALS: ("goal", "tasks", "scrum", "daily scrum", "할 일", "스크럼", "데일리 스크럼"),
    Section.QUESTIONS: ("question", "open questions", "q&a", "질문과 답", "질문 목록"),
    Section.DECISIONS: ("decision", "결정 사항", "결정사항"),
    Section.RETROSPECTIVE: ("retro", "kpt", "주간 회고", "retrospective of the week"),
    Section.KEEP: ("keeps", "유지", "keep (유지)", "좋았던 점"),
    Section.PROBLEMS: ("problems", "문제", "아쉬운 점"),
    Section.TRIES: ("tries", "to try", "시도", "시도할 것", "해볼 점"),
    Section.NOTES: ("note", "free notes", "memo", "노트", "기타"),
}

_SECTIONS: Mapping[str, Section] = {
    **{name: section for section, names in _ALSO.items() for name in names},
    **{
        heading.lower(): section
        for words in WORDS.values()
        for section, heading in words.headings.items()
    },
}


_IN: Mapping[str, str] = {
    heading.lower(): language
    for language, words in WORDS.items()
    for heading in words.headings.values()
}


def language_of(headings: Iterable[str]) -> str:
    """Of most of our own headings; empty where there are none."""
    found = [_IN[plain] for each in headings if (plain := _plain(each)) in _IN]
    return max(found, key=found.count, default="")


def section_named(heading: str) -> Section:
    """Of the text of a heading, in whatever language, with whatever decoration around it."""
    return _SECTIONS.get(_plain(heading), Section.OTHER)


def _plain(heading: str) -> str:
    return " ".join(heading.strip(" \t#:*_.!~-=").split()).lower()
