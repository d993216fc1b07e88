"""Records as people write them, for tests."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from autograder.course import Student
from autograder.peer.record import People, Record, read_record

NAME = "2026-10-07-cross_entropy.md"
DAY = date(2026, 10, 7)
PEOPLE = People.of(
    [
        Student(id="kim", first_name="Minsu", last_name="Kim"),
        Student(id="ada", first_name="Ada", last_name="Example"),
        Student(id="lee", first_name="Jiwoo", last_name="Lee"),
    ]
)
TEXT = """\
---
date: 2026-10-07
session: cross_entropy
group: blue
moderator: kim
presenters:
  - ada
room: 301
---

# blue, 7 October

## Attendance

- [x] kim
- [x] ada
- [ ] lee (ill)

## Goals

- [x] kim: chapter 3
- [ ] ada: lecture 5
- [ ] read the paper

## Questions

- [ ] q-1: Why the mean?
  - look at it again next time
- [x] q-2: What is a logit?
  - q-2: What goes into softmax.

## Decisions

- Meet on Tuesday.

## Retrospective

### Keep

- short talks

### Problem

- We start late.

### Try

- [ ] start at six

## Notes

Any *text*, also

    indented

## Snacks

- [ ] nobody's business: cake
"""


def write(
    folder: Path, text: str | bytes = TEXT, name: str = "2026-10-07-cross_entropy.md"
) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def read(folder: Path, text: str | bytes = TEXT) -> Record:
    return read_record(write(folder, text), PEOPLE)


def record_with(body: str, front: str = "date: 2026-10-07\nsession: s\n") -> str:
    return f"---\n{front}---\n\n{body}"
