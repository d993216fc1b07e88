"""The words of a summary, in English and Korean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryWords:
    language: str
    title: str  # field: name
    term: str
    until: str  # field: date
    group: str
    groups: str
    sessions: str
    held: str
    of_planned: str  # field: count
    no_plan: str
    missing: str  # field: dates
    nothing_yet: str
    date: str
    session: str
    moderator: str
    presenters: str
    attendance: str
    present: str
    not_taken: str
    person: str
    guest: str
    moderated: str
    presented: str
    difference: str  # fields: moderator, presenter
    spread: str
    goals: str
    questions: str
    open_questions: str
    none_open: str
    answered: str
    asked: str
    days: str  # field: count
    today: str
    decisions: str
    retrospective: str
    keep: str
    problems: str
    tries: str
    tried: str
    not_tried: str
    again: str  # field: dates
    once: str
    unreadable: str
    on_this_page: str


WORDS: Mapping[str, SummaryWords] = {
    "en": SummaryWords(
        language="en",
        title="{name}: our sessions",
        term="All study groups",
        until="As of {date}.",
        group="group",
        groups="Groups",
        sessions="Sessions",
        held="sessions held",
        of_planned="of {count} planned so far",
        no_plan="no plan",
        missing="Planned, and without a record: {dates}",
        nothing_yet="No session that has a record was held yet.",
        date="date",
        session="session",
        moderator="moderator",
        presenters="presenters",
        attendance="Attendance and roles",
        present="present",
        not_taken="not taken",
        person="person",
        guest="guest, or has left",
        moderated="moderated",
        presented="presented",
        difference="Between the most and the fewest of a member: moderated {moderator}, "
        "presented {presenter}.",
        spread="± is the most less the fewest of a member.",
        goals="goals reached",
        questions="Questions",
        open_questions="open questions",
        none_open="No question is open.",
        answered="answered",
        asked="asked",
        days="{count} days",
        today="today",
        decisions="Decisions",
        retrospective="Looking back",
        keep="Keep",
        problems="Problems",
        tries="To try",
        tried="tried",
        not_tried="not ticked as tried",
        again="again on {dates}",
        once="not named again",
        unreadable="These records cannot be read, and are not in it:",
        on_this_page="On this page",
    ),
    "ko": SummaryWords(
        language="ko",
        title="{name}: 지금까지의 모임",
        term="모든 스터디 그룹",
        until="{date} 기준입니다.",
        group="그룹",
        groups="그룹",
        sessions="모임",
        held="진행한 모임",
        of_planned="지금까지 계획 {count}회",
        no_plan="계획 없음",
        missing="계획했지만 기록이 없는 날: {dates}",
        nothing_yet="아직 열린 모임의 기록이 없습니다.",
        date="날짜",
        session="모임",
        moderator="진행자",
        presenters="발표자",
        attendance="출석과 역할",
        present="출석",
        not_taken="출석 확인 안 함",
        person="이름",
        guest="손님 또는 떠난 사람",
        moderated="진행",
        presented="발표",
        difference="가장 많이 맡은 사람과 가장 적게 맡은 사람의 차이: 진행 {moderator}회, "
        "발표 {presenter}회.",
        spread="±는 가장 많이 맡은 사람과 가장 적게 맡은 사람의 차이입니다.",
        goals="달성한 목표",
        questions="질문",
        open_questions="열린 질문",
        none_open="열린 질문이 없습니다.",
        answered="답을 찾은 질문",
        asked="질문한 날",
        days="{count}일째",
        today="오늘",
        decisions="결정",
        retrospective="회고",
        keep="유지할 점",
        problems="문제점",
        tries="시도할 점",
        tried="시도함",
        not_tried="시도했다는 표시 없음",
        again="다시 나온 날: {dates}",
        once="다시 나오지 않음",
        unreadable="읽을 수 없어 빠진 기록:",
        on_this_page="이 페이지의 내용",
    ),
}
