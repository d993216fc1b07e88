"""README.md for students, in the course's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from autograder.course import Assignment, Course


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    heading: tuple[str, str, str]
    no_due: str
    body: str  # fields: example


_ENGLISH = Words(
    heading=("Assignment", "Notebook", "Due"),
    no_due="no date",
    body="""\
## Get the notebooks

Clone this repository, or download it as a zip and unpack it. Before you fetch a newer version, save
your own work: copy the notebooks that you have begun to another folder, so that nothing overwrites
them.

## Work on them

Python 3.11 or newer. In this folder:

```
python3 -m venv .venv && . .venv/bin/activate
pip install -r requirements.txt
jupyter lab
```

Fill the cells that raise `NotImplementedError`. Leave their names and arguments, and the read-only
cells, as they are; cells of your own may stand anywhere.

## Check before you hand in

On Linux, in a terminal:

```
autograder check {example}
```

or in the notebook itself: `%load_ext autograder` once, then `%check`. Elsewhere run the notebook's
own check cells. The tests that decide the points try the same behaviours on other data.

## Hand in

Hand in the notebook itself (`.ipynb`), under its own name, the way that your course has told you.
""",
)

_KOREAN = Words(
    heading=("과제", "노트북", "마감"),
    no_due="마감 없음",
    body="""\
## 노트북 받기

이 저장소를 복제하거나, zip으로 내려받아 압축을 푸세요. 새 버전을 받기 전에는 작업하던 노트북을 다른
폴더에 복사해 두세요. 그래야 덮어써지지 않습니다.

## 풀기

Python 3.11 이상이 필요합니다. 이 폴더에서:

```
python3 -m venv .venv && . .venv/bin/activate
pip install -r requirements.txt
jupyter lab
```

`NotImplementedError`를 일으키는 셀을 채우세요. 이름과 인자, 읽기 전용 셀은 그대로 두세요. 직접 만든
셀은 어디에 두어도 됩니다.

## 제출 전에 확인하기

Linux에서는 터미널에서:

```
autograder check {example}
```

노트북 안에서는 `%load_ext autograder`를 한 번 실행한 뒤 `%check`를 쓰면 됩니다. 다른 운영체제에서는
노트북의 확인 셀을 실행하세요. 점수를 정하는 테스트는 같은 동작을 다른 데이터로 확인합니다.

## 제출하기

노트북 파일(`.ipynb`)을 이름을 바꾸지 말고, 강의에서 안내한 방법으로 제출하세요.
""",
)
_LANGUAGES: Mapping[str, Words] = {"en": _ENGLISH, "ko": _KOREAN}


def readme(course: Course, assignments: Sequence[Assignment]) -> str:
    words = _LANGUAGES[course.language]
    places = [quote(f"{a.release.parent.name}/{a.release.name}") for a in assignments]
    rows = [
        f"| {_cell(a.title)} | [{_cell(a.release.name)}]({place}) | "
        f"{_when(a.due) or words.no_due} |"
        for a, place in zip(assignments, places, strict=True)
    ]
    head = [f"# {_cell(course.title)}", "", f"| {' | '.join(words.heading)} |", "|---|---|---|"]
    body = words.body.format(example=places[0])
    return "\n".join([*head, *rows, "", body])


def _when(due: datetime | None) -> str:
    """2026-09-30 18:00 (Asia/Seoul)"""
    return "" if due is None else f"{due:%Y-%m-%d %H:%M} ({due.tzinfo})"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
