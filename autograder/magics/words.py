"""What `%check` says, in each language."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    language: str  # as in HTML's lang attribute
    function: str
    result: str
    told: str
    holds: str  # fields: passed, total
    all_hold: str  # field: total
    failed: str
    error: str
    not_started: str
    not_defined: str
    undefined: str  # field: symbol
    unchecked: str
    broken_checks: str
    not_reached: str  # field: count
    raised: str  # fields: error, line, text
    raised_here: str  # field: error
    without_words: str  # field: condition
    stale: str
    summary: str  # fields: passed, total
    reminder: str


_ENGLISH = Words(
    language="en",
    function="Function",
    result="Result",
    told="What happened",
    holds="{passed} of {total} checks hold",
    all_hold="all {total} checks hold",
    failed="not yet",
    error="error",
    not_started="not started",
    not_defined="not defined",
    undefined="`{symbol}` is not defined: run the cell that defines it",
    unchecked="it has no visible checks",
    broken_checks="the cell below it was edited and is no longer Python: fetch the assignment "
    "afresh and copy your answers into it",
    not_reached="… and {count} more that could not be tried",
    raised="{error}; in line {line} of your cell: {text}",
    raised_here="{error}",
    without_words="this does not hold: {condition}",
    stale="the saved notebook has another version of this cell than the one that was run: "
    "run the cell again, or save the notebook",
    summary="{passed} of {total} functions pass their visible checks.",
    reminder="Hidden tests try the same ideas on other data.",
)

_KOREAN = Words(
    language="ko",
    function="함수",
    result="결과",
    told="무슨 일이 있었나",
    holds="확인 {total}개 중 {passed}개 통과",
    all_hold="확인 {total}개 모두 통과",
    failed="아직 아님",
    error="오류",
    not_started="시작 전",
    not_defined="정의되지 않음",
    undefined="`{symbol}`이(가) 정의되어 있지 않습니다. 정의하는 셀을 실행하세요",
    unchecked="공개된 확인이 없습니다",
    broken_checks="아래의 확인 셀이 바뀌어 파이썬 코드가 아닙니다. 과제를 새로 받아 답을 옮기세요",
    not_reached="… 그 밖에 {count}개는 해 보지 못했습니다",
    raised="{error}; 셀 {line}번째 줄: {text}",
    raised_here="{error}",
    without_words="성립하지 않습니다: {condition}",
    stale="저장된 노트북의 이 셀은 실행한 것과 다릅니다. 셀을 다시 실행하거나 노트북을 저장하세요",
    summary="함수 {total}개 중 {passed}개가 공개된 확인을 통과합니다.",
    reminder="숨은 테스트는 같은 생각을 다른 데이터로 확인합니다.",
)

LANGUAGES: Mapping[str, Words] = {"en": _ENGLISH, "ko": _KOREAN}


def words_for(asked: str | None, of_notebook: str | None) -> Words:
    """What was asked for, else what the notebook says, else the language of this computer."""
    local = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    spoken = (LANGUAGES.get(language or "") for language in (asked, of_notebook, local[:2]))
    return next(filter(None, spoken), _ENGLISH)
