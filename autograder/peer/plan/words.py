"""What people read in a plan, in each language of a course."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    language: str
    title: str  # field: course
    number: str
    date: str
    topic: str
    moderator: str
    presenters: str
    absent: str
    members: str
    table: str
    together: str
    changes: str  # of roles per person
    session: str  # fields: group, topic
    at_table: str  # fields: table, topic
    open_topic: str  # of a session without a topic
    cross_topic: str  # of a cross-group session without one
    cross: str
    zone: str  # field: zone
    nobody: str
    weekdays: tuple[str, ...]  # from Monday


WORDS: Mapping[str, Words] = {
    "en": Words(
        language="en",
        title="Study groups: {course}",
        number="No.",
        date="Date",
        topic="Topic",
        moderator="Moderator",
        presenters="Presents",
        absent="Cannot come",
        members="Members",
        table="Table",
        together="Sit together",
        changes="Who leads how often",
        session="{group}: {topic}",
        at_table="Table {table}: {topic}",
        open_topic="Open questions",
        cross_topic="Mixed groups: what each group found hard",
        cross="With all groups",
        zone="Times are those of {zone}.",
        nobody="nobody",
        weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    ),
    "ko": Words(
        language="ko",
        title="스터디 그룹: {course}",
        number="회차",
        date="날짜",
        topic="주제",
        moderator="진행자",
        presenters="발표자",
        absent="불참",
        members="구성원",
        table="테이블",
        together="함께 앉는 사람",
        changes="역할 횟수",
        session="{group}: {topic}",
        at_table="테이블 {table}: {topic}",
        open_topic="남은 질문",
        cross_topic="그룹 섞기: 그룹마다 어려웠던 점",
        cross="모든 그룹이 함께",
        zone="시각은 {zone} 기준입니다.",
        nobody="없음",
        weekdays=("월", "화", "수", "목", "금", "토", "일"),
    ),
}
