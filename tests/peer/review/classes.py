"""A small real class on disk: a course with groups, and everybody's own answers in `submitted/`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from autograder.course import Assignment, Course, load_course
from autograder.init import init
from autograder.peer.consent import consent_file, read_consent, write_consent
from autograder.peer.review.assign import Wish, first_round
from autograder.peer.review.files import write_round
from autograder.peer.review.gather import Gathered, gather
from autograder.peer.review.handout import Handout, folder_of, hand_out
from autograder.peer.review.tasks import Step

NAME = "hello_tensors"
SYMBOLS = ("standardize", "squared_distances")
NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=30)

# Ids, names and addresses that are found again if they are anywhere.
PEOPLE = {
    "qmoonjin": ("Moonjin", "Quill", "ko"),
    "bzeddick": ("Zeddick", "Barrow", ""),
    "vyolanda": ("Yolanda", "Vetch", ""),
    "hxavier9": ("Xavierus", "Hollin", ""),
    "twinnie4": ("Winnifred", "Tasker", ""),
    "okolbein": ("Kolbein", "Orde", ""),
    "ufrigga2": ("Frigga", "Umber", ""),
    "ncaspian": ("Caspian", "Nettle", ""),
}
GROUPS = {"blue": list(PEOPLE)[:4], "green": list(PEOPLE)[4:]}

STANDARDIZE = (
    """\
    {0} = x.mean(dim, keepdim=True)
    return (x - {0}) / (x.var(dim, keepdim=True, correction=0) + eps).sqrt()""",
    """\
    {0} = x - x.mean(dim, keepdim=True)
    return {0} / ({0}.square().mean(dim, keepdim=True) + eps).sqrt()""",
    """\
    {0} = x.size(dim)
    m = x.sum(dim, keepdim=True) / {0}
    return (x - m) * torch.rsqrt(((x - m) ** 2).sum(dim, keepdim=True) / {0} + eps)""",
    """\
    {0} = x.std(dim, keepdim=True)
    return (x - x.mean(dim, keepdim=True)) / {0}""",
)
DISTANCES = (
    """\
    {0} = a[:, None] - b[None]
    return ({0} * {0}).sum(-1)""",
    """\
    {0} = a @ b.T
    return a.square().sum(1, keepdim=True) - 2 * {0} + b.square().sum(1)""",
    """\
    {0} = [((a[i] - b) ** 2).sum(1) for i in range(len(a))]
    return torch.stack({0})""",
)


def make_class(
    root: Path, people: Sequence[str] = tuple(PEOPLE), *, course_yml: str = ""
) -> Course:
    """All of PEOPLE on the roster and in their groups; `people` have handed in.

    course_yml  lines of the assignment
    """
    init(root, title="A course")
    for example in ("ada", "brook"):
        for file in (root / "submitted" / example / NAME).iterdir():
            file.unlink()
        (root / "submitted" / example / NAME).rmdir()
        (root / "submitted" / example).rmdir()
    rows = [f"{i},{f},{s},{i}@{s.lower()}.example,{lang}" for i, (f, s, lang) in PEOPLE.items()]
    header = "id,first_name,last_name,email,language"
    (root / "roster.csv").write_text("\n".join([header, *rows]) + "\n")
    lines = [f"{group},{member}" for group, members in GROUPS.items() for member in members]
    (root / "groups.csv").write_text("\n".join(["group,student", *lines]) + "\n")
    settings = (root / "course.yml").read_text()
    mark = "    title: Hello, tensors\n"
    assert mark in settings
    (root / "course.yml").write_text(settings.replace(mark, mark + course_yml))
    for student in people:
        submit(root, student)
    return load_course(root)


def submit(root: Path, student: str, **own: str) -> Path:
    """An answer of their own, with their name in a comment and in a variable.

    own  symbol → the body of their function
    """
    at = list(PEOPLE).index(student) if student in PEOPLE else 0
    name = f"{student}s_value"
    bodies = {
        "standardize": STANDARDIZE[at % len(STANDARDIZE)].format(name),
        "squared_distances": DISTANCES[at % len(DISTANCES)].format(name),
    }
    notebook = json.loads((root / "assignments" / NAME / f"{NAME}.ipynb").read_text())
    for cell in notebook["cells"]:
        symbol = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if symbol in SYMBOLS:
            source = "".join(cell["source"])
            head = source[: source.index("    # YOUR CODE HERE")]
            body = own.get(symbol, bodies[symbol])
            remark = f"    # written by {student} on a rainy afternoon\n" if body else ""
            cell["source"] = (head + remark + body) if body else source
    path = root / "submitted" / student / NAME / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook))
    return path


def assignment_of(course: Course) -> Assignment:
    return course.assignment(NAME)


_GATHERED: dict[str, Gathered] = {}  # by all that it is made of: the same class comes often


def gathered_of(course: Course) -> Gathered:
    files = [*sorted(course.submitted.rglob("*.ipynb")), consent_file(course)]
    parts = [(str(f.relative_to(course.root)), f.read_bytes()) for f in files if f.is_file()]
    key = hashlib.sha256(repr(parts).encode()).hexdigest()
    if key not in _GATHERED:
        _GATHERED[key] = gather(course, assignment_of(course), tick=lambda: None)
    return _GATHERED[key]


def made_round(course: Course, wish: Wish | None = None) -> Step:
    """A first round, kept, without its forms."""
    wish = wish or Wish(seed=7)
    step = first_round(course, assignment_of(course), gathered_of(course), wish, NOW)
    write_round(course, step.made)
    return step


def with_forms(course: Course, wish: Wish | None = None, language: str | None = None) -> Step:
    step = made_round(course, wish)
    forms_of(course, step, language)
    return step


def forms_of(course: Course, step: Step, language: str | None = None) -> Handout:
    return hand_out(
        course,
        assignment_of(course),
        step.made,
        gathered_of(course),
        language=language,
        before=lambda: write_round(course, step.made),
        tick=lambda: None,
    )


def page_of(course: Course, student: str) -> str:
    return (folder_of(course, NAME, student) / "review.html").read_text()


def saved(step: Step, reviewer: str, score: int | None = 2, **changes: object) -> dict[str, object]:
    """What the page saves when every question has the same answer."""
    made = step.made
    items = {
        task.label: {
            "scores": {each.id: score for each in made.criteria_of(made.item(task.item))},
            "comments": {},
        }
        for task in made.tasks_of(reviewer)
    }
    form = {
        "form": "autograder-review",
        "schema": 1,
        "token": made.tokens[reviewer],
        "saved": NOW.isoformat(),
        "items": items,
    }
    return form | changes


def over(step: Step) -> datetime:
    """A moment after all that was given out is due."""
    dues = [task.due for task in step.made.tasks if task.due is not None]
    return max(dues) + timedelta(hours=1)


def without(course: Course, student: str) -> Course:
    """The same course after the student has asked not to be shown."""
    write_consent(course, read_consent(course).of_student(student, shown=False))
    return course
