"""The words of a feedback table, in each language of a course."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from autograder.errors import CourseError
from autograder.report import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    language: str  # as in HTML's lang attribute
    result: str
    behaviour: str
    points: str
    message: str
    score: str  # fields: cell, points, maximum
    held: str  # fields: passed, total
    cases: str  # fields: passed, total
    notes: str
    cut: str
    other_cases: str  # field: count
    see: str  # field: number, of the explanation
    explanation: str  # field: number
    about: str  # field: cell, where an explanation is about another symbol
    explains: str  # field: count, of rows
    # In place of the examiner's English about carried errors, see sentences.py; empty: as it is.
    counted_over: str  # field: upstream, names
    alone: str  # fields: upstream, cell
    all_alone: str  # fields: upstream, cell; once for all failures of a table that `alone` is about
    tested: str  # fields: upstream, cell
    line_chars: int  # of a line of plain text; a Korean letter is as wide as two others
    outcomes: Mapping[Outcome, str]
    categories: Mapping[str, str]  # a suite's own word for one stays as it is
    undescribed: str  # a behaviour of which its test says nothing
    later: str  # in place of an outcome
    later_count: str  # field: count, of tests
    later_from: str  # field: when
    later_some_day: str  # of an assignment without a due date
    never_shown: str  # field: points
    points_only: str  # fields: limit, when
    all_later: str  # field: when; after points_only, where there is a due date
    only_instructors: Mapping[str, str]  # by visibility: beside a behaviour, to instructors


_ENGLISH = Words(
    language="en",
    result="Result",
    behaviour="Behaviour",
    points="Points",
    message="What happened",
    score="{cell}: {points} of {maximum} points",
    held="{passed} of {total} behaviours hold",
    cases="{passed} of {total} cases",
    notes="About your notebook",
    cut="… cut",
    other_cases="… and {count} more",
    see="see explanation {number}",
    explanation="Explanation {number}",
    about="in `{cell}`",
    explains="Rows of the table that this explains: {count}",
    counted_over="",
    alone="",
    all_alone=(
        "What failed was tested with the reference's {upstream} in place of your own: it is about "
        "{cell} alone."
    ),
    tested="",
    line_chars=88,
    outcomes={
        Outcome.PASSED: "passed",
        Outcome.FAILED: "failed",
        Outcome.ERROR: "error",
        Outcome.TIMEOUT: "too slow",
        Outcome.CRASHED: "crashed",
    },
    categories={},
    undescribed="a behaviour that has no description",
    later="shown later",
    later_count="behaviours tested: {count}",
    later_from="How these came out is shown after {when}.",
    later_some_day="How these came out is shown after the due date, which is not set yet.",
    never_shown="Points that are decided by tests which are not shown: {points}",
    points_only=(
        "{limit} attempts a day get an answer with details, and this one came after them: here are "
        "the points alone. What you hand in from {when} on gets details again."
    ),
    all_later="The details of this one are shown after {when}.",
    only_instructors={
        "after_due": "students: after the due date",
        "never": "students: never",
    },
)

_KOREAN = Words(
    language="ko",
    result="결과",
    behaviour="확인한 동작",
    points="점수",
    message="무슨 일이 있었나",
    score="{cell}: {maximum}점 중 {points}점",
    held="동작 {total}개 중 {passed}개 통과",
    cases="{total}가지 경우 중 {passed}가지 통과",
    notes="제출한 노트북에 대하여",
    cut="… 이하 생략",
    other_cases="… 그 밖에 {count}개",
    see="설명 {number} 참고",
    explanation="설명 {number}",
    about="`{cell}`의 코드",
    explains="표에서 이 설명에 해당하는 동작: {count}개",
    counted_over="직접 작성한 {upstream} 대신 기준 답안의 것을 써서 채점했습니다",
    alone="(직접 작성한 {upstream} 대신 기준 답안의 것을 썼습니다. {cell}만 본 결과입니다)",
    all_alone=(
        "통과하지 못한 동작은 직접 작성한 {upstream} 대신 기준 답안의 것을 써서 확인했습니다. "
        "{cell}만 본 결과입니다."
    ),
    tested="{cell}: 직접 작성한 {upstream} 대신 기준 답안의 것을 써서 채점했습니다",
    line_chars=48,
    outcomes={
        Outcome.PASSED: "통과",
        Outcome.FAILED: "실패",
        Outcome.ERROR: "오류",
        Outcome.TIMEOUT: "시간 초과",
        Outcome.CRASHED: "비정상 종료",
    },
    categories={
        "values": "값",
        "gradients": "그래디언트",
        "shapes": "형상",
        "dtype and device": "자료형과 장치",
        "extremes": "극단적인 입력",
        "interface": "인터페이스",
        "side effects": "부작용",
        "randomness": "무작위성",
    },
    undescribed="설명이 없는 동작",
    later="나중에 공개",
    later_count="확인하는 동작: {count}개",
    later_from="결과는 {when} 이후에 공개됩니다.",
    later_some_day="결과는 마감 이후에 공개됩니다. 마감일은 아직 정해지지 않았습니다.",
    never_shown="공개하지 않는 테스트로 정해지는 점수: {points}점",
    points_only=(
        "자세한 피드백은 하루 {limit}회까지 제공됩니다. "
        "이번 제출은 그 횟수를 넘었으므로 점수만 표시합니다. "
        "{when}부터 제출하는 노트북에는 다시 자세한 피드백이 제공됩니다."
    ),
    all_later="이번 제출의 자세한 결과는 {when} 이후에 공개됩니다.",
    only_instructors={
        "after_due": "학생에게는 마감 이후에 공개",
        "never": "학생에게는 공개하지 않음",
    },
)

LANGUAGES: Mapping[str, Words] = {"en": _ENGLISH, "ko": _KOREAN}


def words_in(language: str) -> Words:
    """raises CourseError for a language that the feedback does not speak."""
    try:
        return LANGUAGES[language]
    except KeyError:
        raise CourseError(
            "language-unknown",
            f"feedback is not available in {language!r}",
            where='course.yml, key "language"',
            next=f"use one of: {', '.join(sorted(LANGUAGES))}",
        ) from None
