"""A list of times against what was found: which row speaks of which notebook."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from autograder.collect.layouts import HandIn
from autograder.collect.people import Clue, People, text_key
from autograder.collect.picking import Notebook
from autograder.collect.times import Listed


class TimesList:
    """Looked up by what each row says: a commit, a file, a participant's number, a student."""

    def __init__(self, rows: Iterable[Listed], people: People) -> None:
        self._people = people
        self._commits = [row for row in rows if row.commit]
        self._files: dict[str, list[Listed]] = defaultdict(list)
        self._numbers: dict[str, list[Listed]] = defaultdict(list)
        self._students: dict[str, list[Listed]] = defaultdict(list)
        for row in rows:
            if row.file:
                self._files[text_key(row.file)].append(row)
            elif not row.commit:
                self._index_person(row)

    def _index_person(self, row: Listed) -> None:
        if row.participant:
            self._numbers[row.participant].append(row)
        student = self._student(row)
        if student:
            self._students[student].append(row)

    def with_listed(self, clue: Clue) -> Clue:
        """Moodle's worksheet says whose the numbers of its export are."""
        rows = [row for number in _numbers(clue) for row in self._numbers.get(number, ())]
        ids = [("email", cell) for row in rows for cell in row.who.values() if "@" in cell]
        return replace(clue, ids=(*clue.ids, *ids))

    def time_of(self, student: str, hand_in: HandIn, notebook: Notebook) -> str:
        """As the list has it; "" unless exactly one row speaks of this notebook."""
        rows = self._rows(student, hand_in, notebook)
        return rows[0].time if len(rows) == 1 else ""

    def _rows(self, student: str, hand_in: HandIn, notebook: Notebook) -> list[Listed]:
        if hand_in.commit:
            return [row for row in self._commits if hand_in.commit.startswith(row.commit)]
        for shown in (notebook.entry.shown, notebook.entry.name):
            rows = self._files.get(text_key(shown), [])
            own = [row for row in rows if not row.who or self._student(row) == student]
            if own:
                return own
        numbered = [row for n in _numbers(hand_in.clue) for row in self._numbers.get(n, ())]
        return numbered or self._students.get(student, [])

    def _student(self, row: Listed) -> str | None:
        texts = tuple(row.who.values())
        return self._people.match(Clue(shown="", texts=texts)).student if texts else None


def _numbers(clue: Clue) -> list[str]:
    return [value for column, value in clue.ids if column == "participant"]
