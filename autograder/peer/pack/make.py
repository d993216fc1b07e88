"""The story: from a group's submissions to a Pack that may be written.

results ──▶ concepts ──▶ answers: anonymous, right, measured, chosen ──gate──▶ Pack, Manifest
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime

from autograder import __version__
from autograder.catalogue import Misconception
from autograder.course import Assignment, Course, Student
from autograder.feedback import View, view_of
from autograder.notebook import Reference, read_reference
from autograder.origin import digests_of, sha256
from autograder.peer.answers import forbidden_words
from autograder.peer.experiments import Discussion, experiment_for, probes_of, read_discussion
from autograder.peer.experiments.model import session_folder
from autograder.peer.pack import gate
from autograder.peer.pack.agenda import most_concepts
from autograder.peer.pack.concepts import Concepts, concepts_of, shared_out
from autograder.peer.pack.contrasts import (
    Candidate,
    Chosen,
    candidates_of,
    choose,
    still_right,
    traces_in,
)
from autograder.peer.pack.manifest import Manifest
from autograder.peer.pack.model import (
    Asked,
    Concept,
    Contrast,
    Further,
    Interview,
    Language,
    Meeting,
    Member,
    Pack,
    Piece,
    Trial,
    Wrong,
)
from autograder.peer.pack.results import OpenSandbox, Result, Results, results_of
from autograder.sandbox import Sandbox
from autograder.store import Store
from autograder.submissions import Found

_MOST_FURTHER = 3  # interview questions and variations of one symbol
_FORM = 1  # counts up when packs are made in another way


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What pack to make.

    course        as the sandbox's choice has it
    group         its name; empty: of a folder
    shown         the members whose answers may be shown
    roster        all whose names must not be found, members among them
    wrong_answers does the group look at wrong answers of the catalogue?
    no_answers    make it without anybody's answers
    """

    course: Course
    assignment: Assignment
    group: str
    members: tuple[Student, ...]
    found: tuple[Found, ...]  # what they handed in
    shown: frozenset[str]
    roster: tuple[Student, ...]
    meeting: Meeting
    questions: tuple[Asked, ...]
    language: Language
    seed: int
    now: datetime
    wrong_answers: bool = False
    no_answers: bool = False
    folder: str = ""  # where the pack will lie, for its manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    manifest: Manifest
    remarks: tuple[str, ...]
    kept: int  # results that were in the store
    graded: int

    @property
    def pack(self) -> Pack:
        return self.manifest.pack

    @property
    def problems(self) -> tuple[tuple[str, str], ...]:
        """(student, why there is no result)."""
        return self.manifest.problems


@dataclass(slots=True)
class _Once:
    """A sandbox that is opened when it is first wanted, and then stays open."""

    open: OpenSandbox
    stack: ExitStack
    box: Sandbox | None = field(default=None)

    def __call__(self) -> AbstractContextManager[Sandbox]:
        if self.box is None:
            self.box = self.stack.enter_context(self.open())
        return nullcontext(self.box)

    def get(self) -> Sandbox:
        with self() as box:
            return box


def made_from(order: Order) -> str:
    """Hash of all that determines a pack, measured times apart: as long as it is the same, the pack
    that there is stays.
    """
    folder = session_folder(order.assignment)
    content = (
        [(path.name, sha256(path.read_bytes())) for path in sorted(folder.glob("*.*"))]
        if folder.is_dir()
        else []
    )
    what = (
        (_FORM, __version__, order.course.id, order.course.title, order.group, order.language),
        (order.seed, order.wrong_answers, order.no_answers, sorted(order.shown)),
        (order.assignment, digests_of(order.assignment), content),
        tuple((member.id, member.name) for member in order.members),
        tuple((one.student, _digest(one)) for one in order.found),
        tuple(sorted((s, _view(order, s).past_due) for s in (m.id for m in order.members))),
        (order.meeting, order.questions),
    )
    return hashlib.sha256(repr(what).encode("utf-8", "surrogatepass")).hexdigest()


def make_pack(
    order: Order, open_sandbox: OpenSandbox, *, store: Store | None = None, jobs: int | None = None
) -> Made:
    """
    store   where results are kept, which are read and never written; None: all are graded now
    raises  CourseError "pack-leaks" where the pack would show what it must not, or if suite,
            catalogue or session content is broken; SandboxUnavailable; AutograderError of the store
    """
    with ExitStack() as stack:
        sandbox = _Once(open_sandbox, stack)
        results = results_of(
            order.found,
            order.assignment,
            order.course,
            sandbox,
            seed=order.seed,
            store=store,
            jobs=jobs,
        )
        return _made(order, results, sandbox)


def _made(order: Order, results: Results, sandbox: _Once) -> Made:
    assignment = order.assignment
    reference = read_reference(assignment.reference)
    viewed = [(each.report, _view(order, each.student)) for each in results.graded]
    hidden = gate.hidden_of(order.course, assignment, viewed)
    discussion = read_discussion(assignment)
    concepts = concepts_of(
        viewed,
        assignment,
        reference.symbols,
        order.language,
        lambda entry: _trial(entry, order),
    )
    bare = _without_answers(order, results, reference, discussion, concepts)
    said = gate.said_by_the_course(bare)
    words = forbidden_words(
        {person.id: person for person in (*order.roster, *order.members)}.values(),
        [each.data for each in results.graded],
        assignment=assignment,
        reference=reference,
        texts=said,
    )
    remarks: list[str] = []
    chosen = _chosen(order, results, reference, bare, words, hidden, sandbox, remarks)
    pack = _with_answers(bare, chosen, discussion, order)
    gate.check(pack, words, hidden)
    manifest = Manifest(
        pack=pack,
        owners=chosen.owners,
        made_from=made_from(order),
        seed=order.seed,
        folder=order.folder,
        suite_sha256=digests_of(assignment).suite,
        submissions={each.student: each.digest for each in results.graded},
        problems=results.problems,
    )
    return Made(
        manifest=manifest,
        remarks=(*remarks, *chosen.remarks),
        kept=results.kept,
        graded=len(results.graded) - results.kept,
    )


def _without_answers(
    order: Order,
    results: Results,
    reference: Reference,
    discussion: Discussion,
    concepts: Concepts,
) -> Pack:
    now, later = shared_out(concepts.all, most_concepts(order.meeting.minutes))
    return Pack(
        course=order.course.title,
        course_id=order.course.id,
        assignment=order.assignment.name,
        title=order.assignment.title,
        group=order.group,
        language=order.language,
        members=tuple(Member(id=each.id, name=each.name) for each in order.members),
        meeting=order.meeting,
        imports="\n\n".join(reference.locked.values()),
        concepts=now,
        later_concepts=later,
        wrong=_wrong(now, concepts.entries, order),
        questions=order.questions,
        further=() if concepts.all else tuple(_further(discussion, order.language)),
        handed_in=bool(results.graded),
    )


def _chosen(
    order: Order,
    results: Results,
    reference: Reference,
    bare: Pack,
    words: frozenset[str],
    hidden: gate.Hidden,
    sandbox: _Once,
    remarks: list[str],
) -> Chosen:
    shown: Sequence[Result] = [r for r in results.graded if r.student in order.shown]
    if order.no_answers or len(shown) < 2:
        return Chosen(contrasts=(), owners=())
    found = candidates_of(shown, order.assignment, reference, words, remarks)
    usable: dict[str, list[Candidate]] = {}
    for symbol, some in found.items():
        clean = [each for each in some if _is_clean(each, words, hidden, remarks)]
        if len(clean) >= 2:  # one alone is never shown, so nothing has to be looked at
            usable[symbol] = still_right(
                clean, order.assignment, sandbox.get(), order.seed, remarks
            )
    if not any(len(some) >= 2 for some in usable.values()):
        return Chosen(contrasts=(), owners=())
    return choose(
        usable,
        order.assignment,
        sandbox.get(),
        prefer=[concept.symbol for concept in bare.concepts],
        discussion=read_discussion(order.assignment),
        language=order.language,
        seed=order.seed,
    )


def _is_clean(
    candidate: Candidate, words: frozenset[str], hidden: gate.Hidden, remarks: list[str]
) -> bool:
    hits = (*traces_in(candidate, words), *gate.hits_in_code(candidate.answer.code, hidden))
    if hits:
        who = " and ".join(candidate.students)
        remarks.append(f"{who}: {candidate.answer.symbol} is not shown: it holds {hits[0]!r}")
    return not hits


def _with_answers(pack: Pack, chosen: Chosen, discussion: Discussion, order: Order) -> Pack:
    """With the same words where too few were right and where all were alike."""
    if chosen.contrasts or not pack.handed_in:
        return replace(pack, contrasts=chosen.contrasts)
    symbol = read_reference(order.assignment.reference).symbols[0]
    return replace(pack, contrasts=(Contrast(symbol=symbol, answers=()),))


def _view(order: Order, student: str) -> View:
    """Attempts of a day are left out: what was handed in until the due date has its details."""
    return view_of(
        order.assignment.feedback,
        due=order.assignment.due_of(student),
        now=order.now,
        timezone=order.course.timezone,
    )


def _trial(entry: Misconception, order: Order) -> Trial | None:
    found = experiment_for(order.assignment, entry, with_wrong_version=order.wrong_answers)
    if found is None:
        return None
    pieces = tuple(Piece(each.kind, each.source) for each in found.cells(order.language))
    probes = probes_of(order.assignment, found.symbol)
    probe = next(each for each in probes if each.name == found.probe)
    runs = [each.source for each in pieces if each.kind == "code"]  # the last one runs them
    versions = [re.sub(r"\A(?:(?:import|from) [^\n]+\n+)+", "", source) for source in runs[:-1]]
    return Trial(
        title=found.title[order.language],
        ask=found.text[order.language],
        pieces=pieces,
        shown=(*versions, "\n\n".join(filter(None, (probe.needs, probe.function))).strip("\n")),
        printed=found.printed,
        look=found.difference[order.language],
    )


def _wrong(
    concepts: Iterable[Concept], entries: Mapping[str, Misconception], order: Order
) -> Wrong | None:
    """Of the concepts that are worked through, by the seed: neither the first nor the commonest."""
    some = [each for each in concepts if each.id in entries]
    if not order.wrong_answers or not some:
        return None
    concept = min(some, key=lambda each: sha256(f"{order.seed} wrong {each.id}".encode()))
    return Wrong(
        symbol=concept.symbol, title=concept.title, code=entries[concept.id].code.strip("\n")
    )


def _further(discussion: Discussion, language: Language) -> Iterable[Further]:
    for symbol, topics in discussion.topics.items():
        yield Further(
            symbol=symbol,
            variations=tuple(each[language] for each in topics.variations[:_MOST_FURTHER]),
            interviews=tuple(
                Interview(question=each.question[language], listen_for=each.listen_for[language])
                for each in topics.interview[:_MOST_FURTHER]
            ),
        )


def _digest(one: Found) -> str:
    try:
        return sha256(one.path.read_bytes())
    except OSError:
        return ""
