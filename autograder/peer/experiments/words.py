"""What an experiment says around its code, in each language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    heading: str  # field: symbol
    wrong: str  # field: title, of the catalogue's entry
    own_only: str  # field: symbol
    before: str
    looks: str  # field: labels
    next: str
    not_defined: str  # field: symbol; a comment and a printed line of the cell
    own: str  # a comment
    differences: Mapping[str, str]  # by contrast.Kind; field: label


WORDS: Mapping[str, Words] = {
    "en": Words(
        heading="### Experiment: `{symbol}`",
        wrong="`version_a` below is a wrong answer that people really give: {title}",
        own_only="Run your own `{symbol}` on a small input, and compare with your neighbour.",
        before="**Before you run it:** {ask}",
        looks="Look at: {labels}.",
        next="**Then vary it:** {vary}",
        not_defined="run the cell of {symbol} to see your own beside it",
        own="your own, if its cell has been run",
        differences={
            "exception": "An exception on one side only, or another one, gives it away.",
            "shape": "The shape of “{label}” gives it away.",
            "not_finite": "Look for nan or inf in “{label}”.",
            "kind": "What kind of thing “{label}” is gives it away.",
            "values": "The numbers of “{label}” give it away.",
        },
    ),
    "ko": Words(
        heading="### 실험: `{symbol}`",
        wrong="아래의 `version_a`는 실제로 자주 나오는 틀린 답입니다: {title}",
        own_only="각자의 `{symbol}`을(를) 작은 입력으로 실행해 보고 옆 사람과 비교해 보세요.",
        before="**실행하기 전에:** {ask}",
        looks="살펴볼 것: {labels}.",
        next="**이어서 바꿔 보기:** {vary}",
        not_defined="{symbol} 셀을 실행하면 자신의 답도 나란히 볼 수 있습니다",
        own="셀을 실행해 두었다면 자신의 답",
        differences={
            "exception": "한쪽에서만 예외가 나거나 서로 다른 예외가 나서 드러납니다.",
            "shape": "“{label}”의 모양에서 드러납니다.",
            "not_finite": "“{label}”에 nan이나 inf가 있는지 보세요.",
            "kind": "“{label}”이(가) 어떤 종류의 값인지에서 드러납니다.",
            "values": "“{label}”의 수에서 드러납니다.",
        },
    ),
}
