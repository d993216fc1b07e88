"""Words that everybody uses, and that say nothing of who wrote them."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

from autograder.course import Assignment
from autograder.notebook import Reference
from autograder.peer.answers.roles import INDICES, NAMELESS, STEMS, is_neutral
from autograder.peer.answers.vocabulary import STRINGS, attributes, keywords

_PACKAGE = Path(__file__).parents[2]
_PAGES = ("*/words.py", "*/*/words.py", "**/*.html", "**/*.j2", "**/*.jinja", "**/*.css")
_MATERIAL = ("misconceptions/*.py", "session/*", "session/*/*")  # of an assignment; shown in packs
_FREQUENT = """
a about above after again all also always an and another any are as at back be because been before
below between both but by can could did do does done down each either else even every few first
for from get gets give given go good had has have he her here him his how if in into is it its just
keep know last let like look made make makes many may me might more most much must my need never new
next no not nothing now of off on once one only or other our out over own part put right same say
see she should since so some still such take than that the their them then there these they thing
this those through time to too two under until up us use used uses using very want was way we well
were what when where which while who why will with within without work would wrong yes yet you your
here's don't first second third step note todo fix hint try tried code cell value values number
row rows column columns class classes batch shape size sizes dimension along sum mean loss weight
이 그 저 것 수 등 및 를 을 는 은 가 의 에 와 과 도 로 으로 에서 하다 한다 합니다 그리고 그래서
하지만 여기 지금 모두 먼저 다음 마지막 때문에 위해 대해 있다 없다 된다 값 함수 코드 크기 차원 행 열
"""


@cache
def _everywhere() -> frozenset[str]:
    words = {*attributes(), *keywords(), *STRINGS, *dir(builtins), *keyword.kwlist, *STEMS}
    words |= {*INDICES, *NAMELESS, *_FREQUENT.split()}
    found = set()
    for word in words:
        found |= set(_parts(word))
    return frozenset(found)


def is_ordinary(word: str) -> bool:
    """A single word of Python, torch, or of what the answers' own variables are called here."""
    return word in _everywhere() or is_neutral(word)


def ordinary_words(assignment: Assignment, reference: Reference) -> frozenset[str]:
    """Those of the assignment and of our own pages too, folded, with the parts of identifiers."""
    texts = tuple(cell.source for cell in reference.cells)
    return _of_texts(texts, assignment.release, assignment.misconceptions.parent) | _of_pages()


@lru_cache(maxsize=8)
def _of_texts(texts: tuple[str, ...], release: Path, folder: Path) -> frozenset[str]:
    found = {word for text in texts for word in _parts(text)}
    files = [release, *(path for pattern in _MATERIAL for path in sorted(folder.glob(pattern)))]
    for path in files:
        found.update(_parts(_text(path)))
    return frozenset(found)


@cache
def _of_pages() -> frozenset[str]:
    paths = sorted({path for pattern in _PAGES for path in _PACKAGE.glob(pattern)})
    return frozenset(word for path in paths for word in _parts(_text(path)))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    except OSError:
        return ""


def _parts(text: str) -> Iterator[str]:
    for token in re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()):
        yield token
        yield from re.findall(r"[^\W\d_]+", token)
