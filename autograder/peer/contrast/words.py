"""How answers differ, in words. `a` is what an answer is called on a page, `b` are others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "only", "in_place", "loop", "comprehension", "calls", "memory", "speed", "helpers", "length"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    sentences: Mapping[Kind, str]  # fields: a, b, names, times, more, fewer
    twice: str
    times: str  # field: times
    joint: str  # between labels


_ENGLISH = Words(
    sentences={
        "only": "{a} uses {names}, unlike {b}.",
        "in_place": "{a} changes tensors in place ({names}), unlike {b}.",
        "loop": "{a} has a loop in Python, unlike {b}.",
        "comprehension": "{a} builds a list or a sum piece by piece in Python, unlike {b}.",
        "calls": "{a} asks torch for about {times} as many operations as {b}.",
        "memory": "{a} has about {times} as much memory in use at once as {b}.",
        "speed": "{a} was about {times} as fast as {b} on the machine that measured it.",
        "helpers": "{a} has functions of its own beside the answer ({more}), unlike {b}.",
        "length": "{a} has {more} statements, {b} has {fewer}.",
    },
    twice="twice",
    times="{times} times",
    joint=" and ",
)

_KOREAN = Words(
    sentences={
        "only": "{a}: {names} 연산이 있습니다. {b}: 없습니다.",
        "in_place": "{a}: 텐서를 제자리에서 바꿉니다({names}). {b}: 그렇지 않습니다.",
        "loop": "{a}: 파이썬 반복문이 있습니다. {b}: 없습니다.",
        "comprehension": "{a}: 파이썬에서 하나씩 모아 리스트나 합을 만듭니다. "
        "{b}: 그렇지 않습니다.",
        "calls": "{a}의 torch 연산 호출 수는 {b}의 약 {times}입니다.",
        "memory": "{a}의 동시 메모리 사용량은 {b}의 약 {times}입니다.",
        "speed": "측정한 컴퓨터에서 {a}의 속도는 {b}의 약 {times}였습니다.",
        "helpers": "{a}: 답 외에 직접 만든 함수가 있습니다({more}개). {b}: 없습니다.",
        "length": "문장 수: {a} {more}개, {b} {fewer}개.",
    },
    twice="2배",
    times="{times}배",
    joint=", ",
)

WORDS: Mapping[str, Words] = {"en": _ENGLISH, "ko": _KOREAN}
