"""What is asked about an answer: a few questions for each graded symbol, in both languages.

The default questions are about what a reader can see. An assignment may have its own in
solutions/NAME/session/rubric.yml:

    criteria:
      - id: correct
        symbol: each            # a question for each symbol; or one symbol's name; or whole
        weight: 2
        text:
          en: Is it right?
          ko: 맞습니까?
        levels:                 # from the worst to the best
          - {en: not at all, ko: 전혀 아닙니다}
          - {en: I find no fault, ko: 틀린 곳이 없습니다}
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from autograder.course import Assignment
from autograder.course.document import Document, KeyPath, Unreadable, Value, dotted, parse
from autograder.course.problems import BrokenCourse, Problem, nearest
from autograder.errors import CourseError
from autograder.peer.review.model import Criterion, Level, Text

EACH, WHOLE = "each", "whole"
MOST_CRITERIA, MOST_LEVELS, MOST_CHARS, MOST_BYTES = 20, 10, 400, 64 << 10
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")
_KEYS = ("id", "symbol", "weight", "text", "levels")
_HIDDEN_TEST = re.compile(r"^\s*(?:async )?def (test_\w+)", re.MULTILINE)


def _text(en: str, ko: str) -> Text:
    return Text(en=en, ko=ko)


def _levels(*texts: tuple[str, str]) -> tuple[Level, ...]:
    return tuple(Level(value=at, text=_text(en, ko)) for at, (en, ko) in enumerate(texts))


DEFAULT = (
    Criterion(
        id="correct",
        symbol=EACH,
        weight=2.0,
        text=_text(
            "Is it right on ordinary input? Follow it with a small example.",
            "보통의 입력에서 맞게 동작합니까? 작은 예로 따라가 보세요.",
        ),
        levels=_levels(
            ("no: the idea itself is wrong", "아니요: 생각 자체가 틀렸습니다"),
            ("in part: some inputs come out wrong", "일부만: 어떤 입력에서는 틀립니다"),
            ("nearly: a slip that is easy to mend", "거의: 쉽게 고칠 수 있는 실수가 있습니다"),
            ("yes: I find no fault", "예: 틀린 곳을 찾지 못했습니다"),
        ),
    ),
    Criterion(
        id="extremes",
        symbol=EACH,
        text=_text(
            "Does it still hold at the edges: large numbers, size 1, other dtypes?",
            "경계에서도 맞습니까: 큰 수, 크기 1, 다른 dtype?",
        ),
        levels=_levels(
            ("no: it breaks at the first one that I try", "아니요: 처음 시도한 것부터 깨집니다"),
            ("some hold, others break", "어떤 것은 맞고 어떤 것은 깨집니다"),
            ("all but one that is far-fetched", "억지스러운 하나만 빼고 모두 맞습니다"),
            ("yes: I find none that breaks it", "예: 깨지는 경우를 찾지 못했습니다"),
        ),
    ),
    Criterion(
        id="readable",
        symbol=EACH,
        text=_text(
            "Can you follow it at the first reading? (Names were taken out; look at the steps.)",
            "한 번 읽고 따라갈 수 있습니까? (이름은 지웠습니다. 단계를 보세요.)",
        ),
        levels=_levels(
            ("no: I had to run it to understand it", "아니요: 실행해 보고서야 이해했습니다"),
            ("with effort", "애써야 따라갈 수 있습니다"),
            ("mostly: one place made me stop", "대체로: 한 군데에서 멈췄습니다"),
            ("yes: each step follows from the last", "예: 단계마다 자연스럽게 이어집니다"),
        ),
    ),
    Criterion(
        id="idiomatic",
        symbol=EACH,
        text=_text(
            "Does it use tensors well: whole operations, no needless loops or copies?",
            "텐서를 잘 씁니까: 불필요한 반복문이나 복사 없이 한 번에 계산합니까?",
        ),
        levels=_levels(
            ("no: loops where one operation would do", "아니요: 연산 하나로 될 것을 반복합니다"),
            ("in part", "일부만"),
            ("mostly: one step could be saved", "대체로: 한 단계를 줄일 수 있습니다"),
            ("yes: I would write it like that", "예: 저라도 이렇게 쓰겠습니다"),
        ),
    ),
)


def rubric_file(assignment: Assignment) -> Path:
    return assignment.reference.parent / "session" / "rubric.yml"


def read_rubric(assignment: Assignment, symbols: Sequence[str]) -> tuple[Criterion, ...]:
    """The questions, symbol by symbol in the assignment's order, those of the whole last.

    raises  CourseError with file and line; "rubric-reveals" for one that names a hidden test
    """
    path = rubric_file(assignment)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return _of_all_symbols(DEFAULT, symbols)
    except OSError as error:
        raise _broken(
            path, Problem(code="rubric-broken", what=str(error.strerror), line=0)
        ) from None
    criteria = _Reading(path, symbols).criteria(content)
    _check_that_nothing_is_revealed(path, content.decode("utf-8"), assignment)
    return _of_all_symbols(criteria, symbols)


def _of_all_symbols(criteria: Sequence[Criterion], symbols: Sequence[str]) -> tuple[Criterion, ...]:
    own = [
        _named(each, symbol)
        for symbol in symbols
        for each in criteria
        if each.symbol in (EACH, symbol)
    ]
    return (*own, *(_named(each, "") for each in criteria if each.symbol == WHOLE))


def _named(criterion: Criterion, symbol: str) -> Criterion:
    return Criterion(
        id=f"{symbol or WHOLE}.{criterion.id}",
        symbol=symbol,
        text=criterion.text,
        levels=criterion.levels,
        weight=criterion.weight,
    )


def _check_that_nothing_is_revealed(path: Path, text: str, assignment: Assignment) -> None:
    suite = sorted(assignment.suite.rglob("*.py")) if assignment.suite.is_dir() else []
    names = {
        name
        for file in suite
        for name in _HIDDEN_TEST.findall(file.read_text(encoding="utf-8", errors="replace"))
    }
    for number, line in enumerate(text.splitlines(), start=1):
        for name in sorted(names):
            if name in line:
                raise CourseError(
                    "rubric-reveals",
                    f"the rubric names the hidden test {name}, and reviewers would read it",
                    where=f"{path}, line {number}",
                    next="say what to look at in words",
                )


class _Reading:
    """One file, with everything that is wrong with it."""

    def __init__(self, path: Path, symbols: Sequence[str]) -> None:
        self.path = path
        self.symbols = symbols
        self.problems: list[Problem] = []
        self.document = Document(value={})

    def criteria(self, content: bytes) -> tuple[Criterion, ...]:
        self.document = self._document(content)
        self.problems += self.document.problems
        self._known_keys(self.document.value, ("criteria",), ())
        found = tuple(self._criteria(self.document.value.get("criteria")))
        if self.problems:
            raise BrokenCourse(str(self.path), self.problems)
        return found

    def _document(self, content: bytes) -> Document:
        if len(content) > MOST_BYTES:
            what = f"a rubric has at most {MOST_BYTES >> 10} KiB"
            raise _broken(self.path, Problem(code="rubric-broken", what=what, line=0))
        try:
            return parse(content.decode("utf-8-sig"))
        except UnicodeDecodeError:
            what = "the file is not UTF-8"
            raise _broken(self.path, Problem(code="rubric-broken", what=what, line=0)) from None
        except Unreadable as error:
            raise _broken(self.path, replace(error.problem, code="rubric-broken")) from None

    def _criteria(self, written: Value) -> Iterator[Criterion]:
        if not isinstance(written, list) or not 0 < len(written) <= MOST_CRITERIA:
            self._say(("criteria",), f"expected a list of 1 to {MOST_CRITERIA} questions")
            return
        seen: set[tuple[str, str]] = set()
        for at, each in enumerate(written):
            path: KeyPath = ("criteria", at)
            if not isinstance(each, dict):
                self._say(path, "expected a question with id, text and levels")
                continue
            self._known_keys(each, _KEYS, path)
            criterion = self._criterion(each, path)
            own = self.symbols if criterion.symbol == EACH else (criterion.symbol,)
            for symbol in own:
                if (symbol, criterion.id) in seen:
                    self._say((*path, "id"), f'the id "{criterion.id}" is here a second time')
                seen.add((symbol, criterion.id))
            yield criterion

    def _criterion(self, written: dict[str, Value], path: KeyPath) -> Criterion:
        return Criterion(
            id=self._id(written.get("id"), (*path, "id")),
            symbol=self._symbol(written.get("symbol", EACH), (*path, "symbol")),
            text=self._words(written.get("text"), (*path, "text")),
            levels=tuple(self._levels(written.get("levels"), (*path, "levels"))),
            weight=self._weight(written.get("weight", "1"), (*path, "weight")),
        )

    def _id(self, written: Value, path: KeyPath) -> str:
        if isinstance(written, str) and _ID.fullmatch(written):
            return written
        self._say(path, "expected a short word of letters, digits, _ and -")
        return f"?{path}"

    def _symbol(self, written: Value, path: KeyPath) -> str:
        names = (EACH, WHOLE, *self.symbols)
        if isinstance(written, str) and written in names:
            return written
        self._say(path, f'there is no symbol "{written}"', nearest(str(written), names))
        return EACH

    def _weight(self, written: Value, path: KeyPath) -> float:
        try:
            weight = float(written) if isinstance(written, str) else 0.0
        except ValueError:
            weight = 0.0
        if not 0 < weight <= 100:
            self._say(path, f'expected a number above 0 and up to 100, got "{written}"')
        return weight

    def _words(self, written: Value, path: KeyPath) -> Text:
        if not isinstance(written, dict):
            self._say(path, "expected the words in both languages: {en: …, ko: …}")
            return _text("", "")
        self._known_keys(written, ("en", "ko"), path)
        for language in ("en", "ko"):
            words = written.get(language)
            if not isinstance(words, str) or not 0 < len(words) <= MOST_CHARS:
                self._say((*path, language), f"expected 1 to {MOST_CHARS} characters")
        return _text(str(written.get("en")), str(written.get("ko")))

    def _levels(self, written: Value, path: KeyPath) -> Iterator[Level]:
        if not isinstance(written, list) or not 2 <= len(written) <= MOST_LEVELS:
            self._say(path, f"expected a list of 2 to {MOST_LEVELS} levels, the worst first")
            return
        for at, each in enumerate(written):
            yield Level(value=at, text=self._words(each, (*path, at)))

    def _known_keys(self, written: dict[str, Value], known: Sequence[str], path: KeyPath) -> None:
        for key in written:
            if key not in known:
                self._say((*path, key), f'there is no key "{key}" here', nearest(key, known))

    def _say(self, path: KeyPath, what: str, advice: str = "") -> None:
        line = self.document.line(path)
        self.problems.append(
            Problem(code="rubric-broken", what=what, line=line, key=dotted(path), next=advice)
        )


def _broken(path: Path, problem: Problem) -> CourseError:
    return BrokenCourse(str(path), [problem])
