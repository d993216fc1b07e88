"""How pairs are told, in English and Korean: words that students may read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from autograder.feedback import words_in
from autograder.peer.match.exchange import Lesson


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    explains: str  # fields: teacher, learner, lessons
    group: str  # field: group
    why: Mapping[str, str]  # field: student


WORDS: Mapping[str, Words] = {
    "en": Words(
        explains="{teacher} can explain to {learner}: {lessons}",
        group="group {group}",
        why={
            "no-result": "{student}: there is no result",
            "opted-out": "{student}: has asked not to be shown",
            "nothing-to-exchange": "{student}: the results of the others hold the same",
            "nobody-left": "{student}: nobody is left who could be a partner",
        },
    ),
    "ko": Words(
        explains="{teacher} → {learner} 설명해 줄 수 있는 것: {lessons}",
        group="{group} 그룹",
        why={
            "no-result": "{student}: 결과가 없습니다",
            "opted-out": "{student}: 공개하지 않기로 했습니다",
            "nothing-to-exchange": "{student}: 다른 사람들과 결과가 같아 서로 설명할 것이 없습니다",
            "nobody-left": "{student}: 짝이 될 수 있는 사람이 남아 있지 않습니다",
        },
    ),
}


def lessons_text(lessons: tuple[Lesson, ...], language: str) -> str:
    """ "softmax (extremes, gradients), cross_entropy" """
    known = words_in(language).categories
    found = []
    for lesson in lessons:
        kinds = ", ".join(known.get(each, each) for each in lesson.categories)
        found.append(f"{lesson.symbol} ({kinds})" if kinds else lesson.symbol)
    return ", ".join(found)
