"""An Overview as one page that needs nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from markupsafe import Markup

from autograder import __version__
from autograder.feedback import points_text
from autograder.feedback.text import one_line
from autograder.overview import drawings
from autograder.overview.attention import attention
from autograder.overview.measures import Figure, Spread
from autograder.overview.model import Overview, StudentRow, TestRow

MOST_IN_MATRIX = 60  # students; more rows than that nobody reads
_SHOWN_NAMES = 8  # of a list of students; the others unfold
_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Fifths:
    """The class in five parts by score, the weakest first."""

    labels: tuple[str, ...]
    shares: tuple[tuple[float | None, ...], ...]  # by test: the share of each part that passed


def page_of(overview: Overview) -> str:
    """HTML. Whatever students wrote or are called is escaped."""
    names = {s.student: s.name for s in overview.students}
    far = {
        what: {f.student: f.value for f in overview.outliers if f.what == what}
        for what in ("time", "memory")
    }
    return _template("page.html.j2").render(
        o=overview,
        version=__version__,
        draw=drawings,
        looks=attention(overview),
        fifths=fifths_of(overview),
        most_in_matrix=MOST_IN_MATRIX,
        times=[s.duration_s for s in overview.students],
        far_times=far["time"],
        memories=[s.memory_bytes / _MIB for s in overview.students if s.memory_bytes is not None],
        far_memories={student: value / _MIB for student, value in far["memory"].items()},
        who=_who,
        person=lambda student: _person(student, names.get(student, "")),
        remarks=_remarks,
        outcomes=_outcomes,
        figure=_figure,
        spread_row=_spread_row,
    )


def index_of(course: str, overviews: Sequence[Overview]) -> str:
    """The course: a row for each assignment, linked to its page."""
    return _template("index.html.j2").render(
        course=course, overviews=overviews, version=__version__, draw=drawings
    )


def fifths_of(overview: Overview) -> Fifths:
    ranked = sorted(overview.students, key=lambda s: (s.score, s.student))
    n = len(ranked)
    parts = [ranked[n * i // 5 : n * (i + 1) // 5] for i in range(5)]
    labels = ("lowest fifth", "second", "third", "fourth", "highest fifth")
    shares = tuple(
        tuple(_share([s.outcomes[at] for s in part]) for part in parts)
        for at in range(len(overview.tests))
    )
    return Fifths(labels, shares)


def _share(outcomes: Sequence[str]) -> float | None:
    run = [outcome for outcome in outcomes if outcome]
    return sum(outcome == "passed" for outcome in run) / len(run) if run else None


def _person(student: str, name: str) -> Markup:
    words = Markup("{}").format(one_line(student, 100))
    return (
        words + Markup(' <span class="quiet">{}</span>').format(one_line(name, 100))
        if name
        else words
    )


def _who(students: Sequence[str]) -> Markup:
    """Some names, and the others behind a click; on paper as on the screen."""
    clean = [one_line(student, 100) for student in students]
    if len(clean) <= _SHOWN_NAMES:
        return Markup("{}").format(", ".join(clean))
    return Markup("<details><summary>{}, … and {} more</summary>{}</details>").format(
        ", ".join(clean[: _SHOWN_NAMES // 2]),
        len(clean) - _SHOWN_NAMES // 2,
        ", ".join(clean[_SHOWN_NAMES // 2 :]),
    )


def _remarks(student: StudentRow) -> str:
    """What there is to say about one of two thousand, short."""
    words = [*(student.misconceptions), *(f"untouched: {each}" for each in student.untouched or ())]
    words += student.flags
    if student.waiting:
        words.append(f"{student.waiting} to grade by hand")
    if student.attempts > 1:
        words.append(f"graded at attempt {student.attempts}")
    return one_line(", ".join(words), 300)


def _outcomes(test: TestRow) -> str:
    return ", ".join(f"{n} {outcome}" for outcome, n in test.outcomes.items() if n)


def _figure(figure: Figure) -> str:
    return f"not given, {figure.why_not}" if figure.value is None else f"{figure.value:.2f}"


def _spread_row(label: str, found: Spread) -> Markup:
    numbers = (found.low, found.q1, found.median, found.q3, found.high, found.mean, found.sd)
    cells = [Markup('<td class="number">{}</td>').format(_number(each)) for each in numbers]
    return Markup('<tr><th scope="row">{}</th><td class="number">{}</td>{}</tr>').format(
        label, found.n, Markup("").join(cells)
    )


def _number(value: float | None) -> str:
    """At most two digits behind the point."""
    return "–" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")


def _percent(share: float) -> str:
    """Nearly all is not all."""
    if 0.0 < share < 0.005:
        return "<1%"
    return ">99%" if 0.995 <= share < 1.0 else f"{share:.0%}"


_FILTERS: dict[str, Callable[..., Any]] = {
    "points": lambda value: _number(value) if value != round(value, 1) else points_text(value),
    "number": _number,
    "percent": _percent,
    "seconds": lambda value: f"{value:.2f} s",
    "mib": lambda value: f"{value / _MIB:.0f} MiB",
    "minute": lambda text: f"{text[:16].replace('T', ' ')} UTC" if text else "at an unknown time",
    "shown": lambda text: one_line(text, 400),
}


@cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=PackageLoader("autograder.overview"),
        autoescape=lambda file: file is not None and file.endswith(".j2"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(_FILTERS)
    return environment.get_template(name)
