"""Answers of known quality: from the catalogue and from members, and never from the reference."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from autograder import wire
from autograder.catalogue import read_catalogue
from autograder.course import Assignment, Course, load_course
from autograder.errors import UsageError
from autograder.origin import digests_of, sha256
from autograder.peer.answers import anonymised_answer, traces
from autograder.peer.consent import read_consent, write_consent
from autograder.peer.review.calibration import FILE, calibration_items
from autograder.peer.review.files import round_folder
from autograder.peer.review.known import known_scores
from autograder.peer.review.model import Criterion, Item, Level, Text
from autograder.peer.review.rubric import read_rubric
from autograder.report import Outcome, Provenance, Report, Status, TestResult
from autograder.sandbox import Suite
from autograder.store import Store
from autograder.verify.answers import Answers

ROOT = Path(__file__).parents[3]
NAME = "cross_entropy"
SYMBOLS = ("softmax", "log_softmax", "cross_entropy")
MEMBERS = ("kim", "lee", "min")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """Three members with full marks by honest alternatives, and ada, who lost something."""
    root = tmp_path_factory.mktemp("calibration") / "course"
    for part in (f"solutions/{NAME}", f"tests/hidden/{NAME}", f"assignments/{NAME}"):
        shutil.copytree(ROOT / part, root / part)
    (root / "course.yml").write_text(
        f"id: c\ntitle: t\nroster: roster.csv\nassignments: {{{NAME}: }}\n"
    )
    rows = [f"{who},{who.title()},Kowalczyk,{who}@example.org\n" for who in (*MEMBERS, "ada")]
    (root / "roster.csv").write_text("".join(["id,first_name,last_name,email\n", *rows]))
    here = load_course(root)
    alternatives = sorted((root / "solutions" / NAME / "alternatives").glob("*.py"))
    answers = Answers(here.assignment(NAME).reference)
    for who, path in zip((*MEMBERS, "ada"), alternatives, strict=False):
        notebook = answers.alternative(path.read_text(encoding="utf-8"))
        file = root / "submitted" / who / NAME / f"{NAME}.ipynb"
        file.parent.mkdir(parents=True)
        file.write_bytes(notebook)
        graded(here, who, notebook, right=who != "ada")
    return here


@pytest.fixture
def course(shared: Course, tmp_path: Path) -> Course:
    """One that a test may change."""
    made_there = shutil.ignore_patterns("peer")
    return load_course(shutil.copytree(shared.root, tmp_path / "course", ignore=made_there))


def graded(course: Course, student: str, notebook: bytes, *, right: bool, flag: str = "") -> None:
    """As `autograder grade` keeps it."""
    digests = digests_of(course.assignment(NAME))
    tests = tuple(
        _test(symbol, category, right) for symbol in SYMBOLS for category in ("values", "extremes")
    )
    report = Report(
        student=student, assignment=NAME, status=Status.GRADED, score=1.0, max_score=1.0,
        duration_s=0.1, tests=tests, flags=(flag,) if flag else (), provenance=Provenance(
            sandbox="local", image="", torch="", python="", platform="", device="cpu", seed=1,
            submission_sha256=sha256(notebook), suite_sha256=digests.suite,
            reference_sha256=digests.reference, duration_s=0.1, worker="", attempts=1,
            graded_at="2026-10-01T00:00:00+00:00"))  # fmt: skip
    with Store(course.db_url, course=course.id, root=course.root) as store:
        store.keep(f"key of {student} {sha256(notebook)}", report)


def _test(symbol: str, category: str, passed: bool, points: float = 1.0) -> TestResult:
    return TestResult(
        name=f"test_{category}",
        cell=symbol,
        outcome=Outcome.PASSED if passed else Outcome.FAILED,
        points=points * passed,
        max_points=points,
        category=category,
    )


@dataclass
class Box:
    """A sandbox in which a symbol with a version of the catalogue fails a half of its values."""

    wrong: Mapping[str, str]  # code → its cell
    graded: list[str] = field(default_factory=list)

    def open(self, assignment: Assignment) -> Suite:
        return Suite(())

    def grade(
        self, notebook: bytes, assignment: Assignment, *, seed: int, tests: tuple[str, ...] = ()
    ) -> wire.Graded:
        sources = {"".join(cell["source"]) for cell in json.loads(notebook)["cells"]}
        (cell,) = {self.wrong[source] for source in sources if source in self.wrong}
        self.graded.append(cell)
        return wire.Graded(
            [
                wire.GradedTest("test_one", cell, "failed", 0.0, 2.0, category="values"),
                wire.GradedTest("test_other", cell, "passed", 2.0, 2.0, category="values"),
                wire.GradedTest("test_edge", cell, "passed", 1.0, 1.0, category="extremes"),
            ],
            [],
            [],
        )

    def close(self) -> None:
        """There is nothing to end."""


@contextmanager
def pretended(course: Course) -> Iterator[Box]:
    entries = read_catalogue(course.assignment(NAME).misconceptions)
    yield Box({entry.code: entry.cell for entry in entries})


def made(course: Course, n: int = 4, seed: int = 1) -> tuple[Item, ...]:
    assignment = course.assignment(NAME)
    rubric = read_rubric(assignment, SYMBOLS)
    return calibration_items(
        course, assignment, n, seed, rubric, open_sandbox=lambda: pretended(course)
    )


def origins(course: Course) -> list[dict[str, str]]:
    kept = json.loads((round_folder(course, NAME) / FILE).read_text())
    return [each["sources"] for each in kept["made"]]


@pytest.fixture(scope="module")
def both(shared: Course) -> list[tuple[Item, dict[str, str]]]:
    """Eight items, of two seeds, with what each was made of."""
    found = []
    for seed in (1, 2):
        found += zip(made(shared, seed=seed), origins(shared), strict=True)
    return found


@pytest.mark.parametrize(("n", "with_a_fault"), [(1, 1), (6, 4)])
def test_of_any_half_of_them_one_has_a_fault_and_where_there_are_more_some_are_right_in_all(
    course: Course, n: int, with_a_fault: int
) -> None:
    items = made(course, n=n)
    faulty = [item for item in items if min((item.known or {}).values()) < 3]
    assert (len(items), len(faulty)) == (n, with_a_fault)
    assert len(items) - len(faulty) < max(1, n / 2)
    wrong = [s for sources in origins(course) for s in sources.values() if s.startswith("cat")]
    assert len(wrong) == len(set(wrong)) >= n // 2, "no wrong version is there twice"
    assert all(item.kind == "calibration" for item in items)
    assert all(tuple(item.code) == SYMBOLS for item in items)


def test_the_quality_is_what_grading_says_and_what_it_cannot_say_is_not_known(
    both: list[tuple[Item, dict[str, str]]],
) -> None:
    for item, sources in both:
        assert item.known is not None
        for symbol in SYMBOLS:
            wrong = sources[symbol].startswith("catalogue")
            assert item.known[f"{symbol}.correct"] == (1.5 if wrong else 3.0)
            assert item.known[f"{symbol}.extremes"] == 3.0
        assert {name.partition(".")[2] for name in item.known} == {"correct", "extremes"}


def test_a_right_answer_is_its_authors_and_one_of_the_catalogue_alone_nobodys(
    both: list[tuple[Item, dict[str, str]]],
) -> None:
    for item, sources in both:
        whose = {s.partition(" ")[2] for s in sources.values() if s.startswith("student")}
        assert whose == ({item.author} if item.author else set())
        assert item.author in (*MEMBERS, None)


def test_what_is_shown_is_what_the_anonymiser_makes_of_it_and_has_no_trace_of_anybody(
    shared: Course, both: list[tuple[Item, dict[str, str]]]
) -> None:
    assignment = shared.assignment(NAME)
    answers = Answers(assignment.reference)
    entries = {entry.id: entry for entry in read_catalogue(assignment.misconceptions)}
    shown = 0
    for item, sources in both:
        text = "\n".join(item.code.values())
        assert traces(text, {*MEMBERS, "ada", "Kowalczyk", "example.org"}) == ()
        for symbol, source in sources.items():
            if source.startswith("catalogue"):
                entry = entries[source.partition(" ")[2]]
                assert entry.id not in text
                like = anonymised_answer(
                    answers.with_cells({symbol: entry.code}), assignment, answers.reference,
                    symbol, forbidden_words=frozenset())  # fmt: skip
                assert like is not None
                assert item.code[symbol] == like.code
                shown += 1
    assert shown > 0


def test_nothing_is_the_references(shared: Course, both: list[tuple[Item, dict[str, str]]]) -> None:
    assignment = shared.assignment(NAME)
    answers = Answers(assignment.reference)
    own = {
        symbol: anonymised_answer(
            answers.right(), assignment, answers.reference, symbol, forbidden_words=frozenset()
        )
        for symbol in SYMBOLS
    }
    for item, _ in both:
        for symbol, code in item.code.items():
            reference = own[symbol]
            assert reference is not None
            assert code != reference.code


def test_the_same_seed_makes_the_same_and_another_one_others(
    course: Course, both: list[tuple[Item, dict[str, str]]]
) -> None:
    items = [item for item, _ in both]
    assert list(made(course)) == items[:4] != items[4:]


@pytest.mark.parametrize("reason", ["withdrawn", "flagged", "another-notebook", "another-suite"])
def test_only_what_is_right_for_certain_and_may_be_shown_is_taken_as_right(
    course: Course, reason: str
) -> None:
    for who in MEMBERS:
        file = course.submitted / who / NAME / f"{NAME}.ipynb"
        if reason == "withdrawn":
            write_consent(course, read_consent(course).of_student(who, shown=False))
        elif reason == "flagged":
            graded(course, who, file.read_bytes(), right=True, flag="forbidden-api:torch.softmax")
        elif reason == "another-notebook":
            file.write_bytes(file.read_bytes() + b"\n")
    if reason == "another-suite":
        suite = course.assignment(NAME).suite / f"test_{NAME}.py"
        suite.write_text(suite.read_text() + "\n# corrected\n")
    items = made(course)
    assert {item.author for item in items} == {None}
    assert all(s.startswith("catalogue") for each in origins(course) for s in each.values())


def test_without_a_catalogue_right_answers_serve(course: Course) -> None:
    shutil.rmtree(course.assignment(NAME).misconceptions)
    items = made(course, n=2)
    assert {item.author for item in items} <= set(MEMBERS)
    assert all(set((item.known or {}).values()) == {3.0} for item in items)


def test_with_nothing_to_make_them_of_it_is_refused(course: Course) -> None:
    shutil.rmtree(course.assignment(NAME).misconceptions)
    shutil.rmtree(course.submitted)
    with pytest.raises(UsageError) as caught:
        made(course)
    assert caught.value.code == "nothing-known"


def test_a_rubric_that_asks_nothing_that_grading_knows_is_refused(course: Course) -> None:
    assignment = course.assignment(NAME)
    rubric = [each for each in read_rubric(assignment, SYMBOLS) if each.id.endswith("readable")]
    with pytest.raises(UsageError) as caught:
        calibration_items(course, assignment, 2, 1, rubric, open_sandbox=lambda: pretended(course))
    assert caught.value.code == "nothing-known"
    assert "correct" in caught.value.next


def test_none_asked_for_is_none_made(course: Course) -> None:
    assert made(course, n=0) == ()
    assert not (round_folder(course, NAME) / FILE).exists()


LEVELS = tuple(Level(value=value, text=Text(en="", ko="")) for value in range(4))


def criterion(identity: str, levels: tuple[Level, ...] = LEVELS) -> Criterion:
    text = Text(en="", ko="")
    return Criterion(id=identity, symbol="softmax", text=text, levels=levels)


def known(identity: str, *tests: TestResult, levels: tuple[Level, ...] = LEVELS) -> float | None:
    found = known_scores([criterion(identity, levels)], "softmax", tests)
    return found[identity].score if found else None


def test_a_fault_is_never_worth_the_best_level_however_few_points_it_cost() -> None:
    nearly = [_test("softmax", "values", True, 19.0), _test("softmax", "gradients", False, 1.0)]
    assert known("softmax.correct", *nearly) == 2.0
    assert known("softmax.correct", *nearly, levels=LEVELS[:2]) == 0.0
    assert known("softmax.correct", _test("softmax", "values", True)) == 3.0


def test_edges_and_ordinary_behaviour_are_told_apart() -> None:
    tests = [_test("softmax", "values", True), _test("softmax", "extremes", False)]
    assert known("softmax.correct", *tests) == 3.0
    assert known("softmax.extremes", *tests) == 0.0
    assert known("softmax.extremes", tests[0]) is None, "no test is about them"


def test_what_is_not_about_behaviour_or_about_another_symbol_is_not_known() -> None:
    tests = [_test("softmax", "values", True), _test("log_softmax", "values", False)]
    assert known("softmax.readable", *tests) is None
    assert known("softmax.correct", *tests) == 3.0
    assert known_scores([criterion("whole.correct")], "log_softmax", tests) == {}


def test_points_that_are_none_are_counted_by_tests() -> None:
    tests = [_test("softmax", "values", True, 0.0), _test("softmax", "shapes", False, 0.0)]
    assert known("softmax.correct", *tests) == 1.5


@pytest.mark.thorough
def test_in_the_real_sandbox_every_wrong_version_is_seen_to_be_wrong(course: Course) -> None:
    from autograder.sandbox.local import LocalSandbox

    assignment = course.assignment(NAME)
    rubric = read_rubric(assignment, SYMBOLS)
    items = calibration_items(
        course, assignment, 4, 3, rubric, open_sandbox=lambda: LocalSandbox.of(course)
    )
    kept = json.loads((round_folder(course, NAME) / FILE).read_text())["made"]
    wrong = 0
    for item, origin in zip(items, kept, strict=True):
        assert item.known is not None
        for symbol, source in origin["sources"].items():
            scores = [score for name, score in item.known.items() if name.startswith(f"{symbol}.")]
            if source.startswith("catalogue"):
                wrong += 1
                assert min(scores) <= 2.0, source
            else:
                assert min(scores) == 3.0
    assert wrong >= 2
