"""`autograder collect`, from sources to submitted/.

    source ──▶ files ──▶ hand-ins ──▶ who? which notebook? when? ──▶ attempts/ ──▶ submitted/

Whatever cannot be told is a row with the reason; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from autograder.collect import repositories, times
from autograder.collect.attempts import Attempt, Attempts, new_attempt
from autograder.collect.choice import Chosen, choose, is_late
from autograder.collect.entries import Source
from autograder.collect.layouts import HandIn, lay_out
from autograder.collect.listed import TimesList
from autograder.collect.naming import naming_rule
from autograder.collect.people import Clue, Match, People
from autograder.collect.picking import Notebook, pick
from autograder.collect.refusal import Refused
from autograder.collect.submitting import standing, submit
from autograder.course import Assignment, Course, students_of
from autograder.errors import CourseError, UsageError
from autograder.notebook import read_reference
from autograder.store import only_batch
from autograder.submissions import usable_id

# Rows that somebody has to look at.
OPEN = (
    *("unmatched", "ambiguous-name", "contradictory", "ambiguous-attempts", "not-replaced"),
    *("refused", "no-notebook", "other-assignment"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What was asked for."""

    course: Course
    assignment: Assignment
    sources: tuple[Path, ...]
    now: datetime  # with a zone
    layout: str | None = None  # one of LAYOUTS, or git; None: recognised
    pattern: str | None = None
    said: Mapping[str, str] = field(default_factory=dict)  # name as shown → student id
    times: Path | None = None
    file_times: bool = False  # files' own times count where nothing else tells
    zip_names: str | None = None
    replace: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What became of one student, or of one thing that belongs to nobody yet."""

    student: str  # "" if it could not be told
    status: str  # collected, replaced, unchanged, nothing, or one of OPEN
    found: str = ""  # what the source calls it
    how: str = ""  # matched by what
    why: str = ""
    candidates: tuple[str, ...] = ()
    file: str = ""
    time: str = ""  # UTC, as in timestamp.txt
    late: bool | None = None  # None: nothing was chosen
    attempts: int = 0
    remarks: tuple[str, ...] = ()


@dataclass(slots=True)
class Collected:
    rows: list[Row] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)  # about sources as a whole
    new_attempts: int = 0

    @property
    def open(self) -> list[Row]:
        return [row for row in self.rows if row.status in OPEN]


def collect(wanted: Wanted) -> Collected:
    """raises UsageError, CourseError, AutograderError; what was finished before is kept"""
    run = _Run(wanted)
    if wanted.dry_run:
        run.all()
    else:
        with only_batch(wanted.course.root):
            run.all()
    return run.result


@dataclass(slots=True)
class _Run:
    wanted: Wanted
    result: Collected = field(default_factory=Collected)
    people: People = field(init=False)
    attempts: Attempts = field(init=False)
    listed: TimesList = field(init=False)
    symbols: dict[str, tuple[str, ...]] = field(init=False)
    accounts: dict[str, set[tuple[tuple[str, str], ...]]] = field(default_factory=dict)
    matched: dict[str, Row] = field(default_factory=dict)  # by student: how the first was told

    def __post_init__(self) -> None:
        wanted = self.wanted
        students = students_of(wanted.course)
        for student in students:
            if not usable_id(student.id):
                raise CourseError(
                    "roster-broken",
                    f'the roster: "{student.id}" cannot be an id',
                    where="the column `id`",
                    next="letters, digits and . _ - + @, at most 100 of them",
                )
        self.people = People(students, wanted.said)
        unknown = sorted(set(wanted.said.values()) - {*self.people.students})
        if unknown:
            raise UsageError(
                "unknown-student",
                f"nobody on the roster has the id {unknown[0]}",
                next="correct it in --as or in the file of matches",
            )
        self.attempts = Attempts(wanted.course.root, writable=not wanted.dry_run)
        rows = times.read_times(wanted.times) if wanted.times else []
        self.listed = TimesList(rows, self.people)
        self.symbols = {
            one.name: read_reference(one.reference).symbols for one in wanted.course.assignments
        }

    def all(self) -> None:
        for path in self.wanted.sources or (None,):
            if path is None or self._is_git(path):
                self._repositories(path)
            else:
                self._files(path)
        for student in sorted(self.matched):
            self.result.rows.append(self._submitted(student))
        told = {row.student for row in self.result.rows}
        for student in self.people.students:
            if student not in told and not self.attempts.of(student, self.wanted.assignment.name):
                self.result.rows.append(Row(student=student, status="nothing"))

    def _is_git(self, path: Path) -> bool:
        if self.wanted.layout is not None:
            return self.wanted.layout == "git"
        is_list = path.suffix.lower() == ".csv"
        return is_list or (
            path.is_dir() and any(repositories.is_repository(one) for one in path.iterdir())
        )

    def _files(self, path: Path) -> None:
        wanted = self.wanted
        pattern = wanted.pattern or (
            wanted.course.collect.pattern if wanted.layout in (None, "names") else None
        )
        rule = naming_rule(pattern) if pattern else None
        if wanted.layout == "names" and rule is None:
            raise UsageError(
                "no-naming-rule",
                "there is no naming rule",
                next="give one with --pattern, or `collect: {pattern: …}` in course.yml",
            )
        with Source(path, wanted.zip_names) as source:
            entries = list(source.entries())
            laid = lay_out(entries, wanted.layout, rule, wanted.assignment.name)
            others = f", {laid.others} files of other assignments" if laid.others else ""
            self.result.remarks.append(
                f"{path.name}: read as {laid.layout}, {len(laid.hand_ins)} hand-ins{others}"
            )
            self._count_accounts(laid.hand_ins)
            for hand_in in laid.hand_ins:
                source.next_hand_in()
                self._take(hand_in, laid.layout, path, repeated=False)
            said = dict.fromkeys(source.remarks)
            self.result.remarks += [f"{path.name}: {remark}" for remark in said]

    def _count_accounts(self, hand_ins: Sequence[HandIn]) -> None:
        """Which accounts of a platform have a student's name.

        People choose the name that they are shown under, so a second account of one name is not
        taken for the same person.
        """
        self.accounts = {}
        for clue in {hand_in.clue for hand_in in hand_ins if hand_in.clue.ids}:
            match = self.people.match(self.listed.with_listed(clue))
            if match.student is not None:
                self.accounts.setdefault(match.student, set()).add(clue.ids)

    def _match(self, clue: Clue) -> Match:
        match = self.people.match(self.listed.with_listed(clue))
        several = match.student is not None and len(self.accounts.get(match.student, ())) > 1
        if several and clue.ids and match.how == "by name":
            return Match(student=None, how="ambiguous-name", candidates=(str(match.student),))
        return match

    def _repositories(self, path: Path | None) -> None:
        wanted = self.wanted
        if path is None:
            found = repositories.listed(tuple(self.people.students.values()))
        elif path.is_dir():
            found = repositories.lying_in(path)
        else:
            found = repositories.listed_in(path)
        cache = wanted.course.root / ".autograder" / "repositories"
        name, stem = wanted.assignment.name, wanted.assignment.reference.stem
        own = wanted.course.collect.notebook
        paths = [own.replace("{assignment}", name)] if own else []
        paths += [f"{name}/{stem}.ipynb", f"assignments/{name}/{stem}.ipynb", f"{stem}.ipynb"]
        for repository in found:
            try:
                made, remarks = repositories.hand_in(repository, cache, paths, stem, wanted.now)
            except Refused as refused:
                self._open_row(repository.clue, "refused", str(refused))
                continue
            except OSError as error:
                raise repositories.cannot_be_written(error, cache) from None
            shown = repository.clue.shown
            self.result.remarks += [f"{shown}: {remark}" for remark in remarks]
            for one in made:
                self._take(one, "git", Path(repository.address), repeated=True)

    def _open_row(self, clue: Clue, status: str, why: str) -> None:
        student = self._match(clue).student or ""
        self.result.rows.append(Row(student=student, status=status, found=clue.shown, why=why))

    def _take(self, hand_in: HandIn, layout: str, source: Path, *, repeated: bool) -> None:
        """One hand-in into attempts/, or a row that says why not.

        repeated  there are others of the same person beside it: a commit that cannot be read
                  costs nothing
        """
        name, stem = self.wanted.assignment.name, self.wanted.assignment.reference.stem
        if layout in ("folders", "classroom", "names") and _is_beside(hand_in):
            return
        whole = layout in ("moodle", "canvas", "git")
        picked = pick(hand_in.entries, stem, self.symbols, name, of_this_one=whole)
        if picked.code == "other-assignment" and not whole:
            return  # a folder of the whole course
        match = self._match(hand_in.clue)
        if match.student is None:
            self.result.rows.append(
                Row(
                    student="",
                    status=match.how,
                    found=hand_in.clue.shown,
                    why=picked.problem,
                    candidates=match.candidates,
                    file=_shown(hand_in),
                )
            )
            return
        if not picked.notebooks:
            if not repeated:
                self._open_row(hand_in.clue, picked.code, picked.problem)
            return
        before = self.matched.get(match.student)
        remarks = (*(before.remarks if before else ()), *picked.remarks)
        for notebook in picked.notebooks:
            attempt, said = self._timed(match.student, hand_in, notebook)
            attempt = replace(attempt, layout=layout, source=str(source), commit=hand_in.commit)
            self.result.new_attempts += self.attempts.add(attempt, notebook.data)
            remarks += said
        self.matched[match.student] = Row(
            student=match.student,
            status="collected",
            found=hand_in.clue.shown,
            how=match.how,
            remarks=tuple(dict.fromkeys(remarks)),
        )

    def _timed(
        self, student: str, hand_in: HandIn, notebook: Notebook
    ) -> tuple[Attempt, tuple[str, ...]]:
        """(the attempt with its time, remarks about the time)"""
        wanted, zone = self.wanted, self.wanted.course.timezone
        listed = self.listed.time_of(student, hand_in, notebook)
        texts = ((listed, "the list of times"), (hand_in.time, "its name"))
        told, told_by, remarks = None, "", list[str]()
        for text, by in texts:
            if text and told is None:
                try:
                    told, told_by = times.read_time(text, zone), by
                except ValueError as error:
                    remarks.append(f"{by}: {error}")
        if told is None and wanted.file_times and notebook.entry.modified:
            told, told_by = times.in_zone(notebook.entry.modified, zone), "the file's own time"
        if told_by == "its name" and hand_in.commit:
            told_by = "the commit"
        due = wanted.assignment.due_of(student)
        if told and told.depends_on_zone(due):
            remarks.append("on time or late depends on the time's zone, which is not given")
        if told and times.is_ahead(told.moment, wanted.now):
            remarks.append("the time lies in the future: is its zone right?")
        attempt = replace(
            new_attempt(student, wanted.assignment.name, notebook.data, wanted.now),
            time=told.moment if told else None,
            time_from=told_by,
            order=hand_in.order,
            late=hand_in.late,
            file=notebook.entry.shown,
        )
        if hand_in.late is not None and told and hand_in.late != is_late(attempt, due):
            word = "late" if hand_in.late else "on time"
            remarks.append(f"the platform says {word}; by the due date here it is not")
        return attempt, tuple(remarks)

    def _submitted(self, student: str) -> Row:
        """Which attempt counts, and put it in place."""
        wanted, row = self.wanted, self.matched[student]
        attempts = self.attempts.of(student, wanted.assignment.name)
        due = wanted.assignment.due_of(student)
        chosen = choose(attempts, wanted.assignment.attempts, due)
        if chosen.attempt is None or wanted.assignment.attempts == "best":
            # What grading has found to be the best, or a person has put there to settle it.
            there = standing(wanted.course, wanted.assignment, self.attempts, student)
            chosen = Chosen(there, "what lies in submitted/") if there else chosen
        row = replace(row, attempts=len(attempts))
        if chosen.attempt is None:
            files = "; ".join(sorted(attempt.file for attempt in attempts))
            why = f"{chosen.why}: {files}"
            return replace(row, status="ambiguous-attempts", why=why)
        attempt = chosen.attempt
        placed = submit(
            wanted.course,
            wanted.assignment,
            self.attempts,
            attempt,
            replace=wanted.replace,
            dry_run=wanted.dry_run,
            now=wanted.now,
        )
        remarks = row.remarks
        if attempt.late and attempt.time is None:
            remarks += ("the platform says late, but not how late: no penalty without a time",)
        if placed.status == "replaced" and self._is_graded(student):
            remarks += ("an earlier one was graded: autograder grade grades this one",)
        return replace(
            row,
            status=placed.status,
            why=placed.why or chosen.why,
            file=attempt.file,
            time=times.stamp(attempt.time) if attempt.time else "",
            late=is_late(attempt, due),
            remarks=remarks,
        )

    def _is_graded(self, student: str) -> bool:
        course, reference = self.wanted.course, self.wanted.assignment.reference
        autograded = course.root / course.folders.autograded
        return (autograded / student / reference.parent.name).is_dir()


def _is_beside(hand_in: HandIn) -> bool:
    """Nothing but files that are no notebooks: a listing, a README beside the folders."""
    return not any(
        entry.refusal or entry.inside or entry.name.lower().endswith(".ipynb")
        for entry in hand_in.entries
    )


def _shown(hand_in: HandIn) -> str:
    return ", ".join(entry.shown for entry in hand_in.entries[:3])


def rows_by_status(rows: Sequence[Row]) -> Iterator[tuple[str, int]]:
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.status] = counts.get(row.status, 0) + 1
    yield from sorted(counts.items())
