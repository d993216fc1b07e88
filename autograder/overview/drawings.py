"""Drawings in SVG, for a page and for paper: every colour has a pattern or a sign beside it.

The colours are Okabe and Ito's, which people with any form of colour blindness tell apart (Color
Universal Design, 2008). All texts are escaped; nothing refers to anything outside the page.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

from markupsafe import Markup, escape

from autograder.feedback import points_text
from autograder.overview.model import BINS, Overview, TestRow

BLUE, VERMILLION, ORANGE, PURPLE, BLACK = "#0072B2", "#D55E00", "#E69F00", "#CC79A7", "#000000"
INK, QUIET, LINE = "#1c2128", "#4a5260", "#d5d9de"
# Outcome → colour, sign and pattern (a path on a tile of 6 × 6; empty: plain).
LOOKS = {
    "passed": (BLUE, "", ""),
    "failed": (VERMILLION, "×", "M0 6L6 0M-1.5 1.5L1.5 -1.5M4.5 7.5L7.5 4.5"),
    "error": (ORANGE, "!", "M0 3H6"),
    "timeout": (PURPLE, "t", "M3 0V6"),
    "crashed": (BLACK, "#", "M0 3H6M3 0V6"),
}
_WIDTH = 480


def definitions() -> Markup:
    """Patterns and signs, once on a page."""
    parts = []
    for name, (colour, sign, path) in LOOKS.items():
        fill = Markup('<rect width="6" height="6" fill="{}"/>').format(colour)
        strokes = Markup('<path d="{}" stroke="#fff" stroke-width="1.3" fill="none"/>').format(path)
        parts.append(
            Markup(
                '<pattern id="p-{}" width="6" height="6" patternUnits="userSpaceOnUse">'
                "{}{}</pattern>"
            ).format(name, fill, strokes if path else "")
        )
        parts.append(_sign(name, colour, sign))
    return Markup(
        '<svg width="0" height="0" style="position:absolute" aria-hidden="true">'
        "<defs>{}</defs></svg>"
    ).format(Markup("").join(parts))


def _sign(name: str, colour: str, sign: str) -> Markup:
    """A cell of the table of students and tests: passed is the pale one without a sign."""
    fill = "#cfe3f1" if name == "passed" else colour
    ink = BLACK if name == "error" else "#fff"
    text = Markup(
        '<text x="6.5" y="10.6" text-anchor="middle" font-size="12" font-weight="700" '
        'fill="{}">{}</text>'
    ).format(ink, sign)
    return Markup('<g id="s-{}"><rect width="13" height="13" fill="{}"/>{}</g>').format(
        name, fill, text if sign else ""
    )


def legend() -> Markup:
    """Which outcome looks how, in bars and in the table of students and tests."""
    items = [
        Markup(
            '<span class="key"><svg width="34" height="14" aria-hidden="true">'
            '<rect width="16" height="14" fill="url(#p-{0})"/><use href="#s-{0}" x="20"/></svg> '
            "{0}</span>"
        ).format(name)
        for name in LOOKS
    ]
    return Markup('<p class="legend">{}</p>').format(Markup(" ").join(items))


def bar(outcomes: dict[str, int]) -> Markup:
    """A test's outcomes as parts of one bar; what it says stands beside it in words."""
    whole = sum(outcomes.values())
    parts, x = [], 0.0
    for name in LOOKS:
        width = 150 * outcomes.get(name, 0) / whole if whole else 0.0
        if width:
            parts.append(_rect(x, 0, width, 12, f"url(#p-{name})"))
        x += width
    return Markup(
        '<svg class="bar" width="150" height="12" viewBox="0 0 150 12" aria-hidden="true">{}'
        '<rect x=".5" y=".5" width="149" height="11" fill="none" stroke="{}"/></svg>'
    ).format(Markup("").join(parts), QUIET)


def share_bar(share: float) -> Markup:
    """One share, of 1, as a bar."""
    return Markup(
        '<svg class="bar" width="100" height="12" viewBox="0 0 100 12" aria-hidden="true">{}'
        '<rect x=".5" y=".5" width="99" height="11" fill="none" stroke="{}"/></svg>'
    ).format(_rect(0, 0, 100 * share, 12, BLUE), QUIET)


def histogram(overview: Overview) -> Markup:
    """Scores in tenths of the maximum, above the box of their quartiles."""
    left, right, top, bottom = 36.0, _WIDTH - 20.0, 22.0, 190.0
    most = max(overview.bins) or 1
    step = (right - left) / BINS
    parts = [*_grid(_ticks(most), most, left, right, top, bottom)]
    for i, n in enumerate(overview.bins):
        height = (bottom - top) * n / most
        x = left + i * step
        if n:
            parts.append(_rect(x + 1.5, bottom - height, step - 3, height, BLUE))
            parts.append(_text(x + step / 2, bottom - height - 4, str(n)))
    parts += [
        _text(left + i * step, bottom + 15, f"{100 * i // BINS} %", size=11)
        for i in range(BINS + 1)
    ]
    parts += _box(overview, left, right, 222.0)
    spread = overview.scores
    words = (
        f"How many of {overview.graded} students have how many points, in ten equal steps from 0 "
        f"to {points_text(overview.max_score)}: {', '.join(map(str, overview.bins))}. "
        f"Median {spread.median:g}, quartiles {spread.q1:g} and {spread.q3:g}."
    )
    return _svg(_WIDTH, 244, "Distribution of scores", words, parts)


def _box(overview: Overview, left: float, right: float, y: float) -> Iterable[Markup]:
    """Range, quartiles and median, on the histogram's axis."""
    spread, most = overview.scores, overview.max_score or 1.0

    def at(score: float) -> float:
        return left + (right - left) * score / most

    yield _line(at(spread.low), y, at(spread.high), y, INK)
    for end in (spread.low, spread.high):
        yield _line(at(end), y - 5, at(end), y + 5, INK)
    width = max(at(spread.q3) - at(spread.q1), 2.0)
    yield Markup(
        '<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="18" fill="#fff" stroke="{}"/>'
    ).format(at(spread.q1), y - 9, width, INK)
    yield _line(at(spread.median), y - 9, at(spread.median), y + 9, VERMILLION, 3)


def scatter(tests: Sequence[TestRow]) -> Markup:
    """Difficulty against discrimination, a dot a test; numbers are those of the table."""
    known = [test for test in tests if test.discrimination.value is not None]
    values = [test.discrimination.value or 0.0 for test in known]
    low = min(-0.2, math.floor(min(values, default=0.0) * 5) / 5)
    left, right, top, bottom = 44.0, _WIDTH - 22.0, 12.0, 250.0

    def at(test: TestRow) -> tuple[float, float]:
        value = test.discrimination.value or 0.0
        x = left + (right - left) * test.difficulty
        return x, bottom - (bottom - top) * (value - low) / (1.0 - low)

    parts = [_rect(left, top, right - left, bottom - top, "#fff")]
    for i in range(round((1.0 - low) * 5) + 1):
        value = low + i / 5
        y = bottom - (bottom - top) * i / round((1.0 - low) * 5)
        parts.append(_line(left, y, right, y, INK if abs(value) < 1e-9 else LINE))
        parts.append(_text(left - 6, y + 4, f"{value:.1f}".replace("-0.0", "0.0"), "end", 11))
    for i in range(6):
        x = left + (right - left) * i / 5
        parts.append(_text(x, bottom + 16, f"{i * 20} %", size=11))
    y = bottom - (bottom - top) * (0.2 - low) / (1.0 - low)
    parts.append(_line(left, y, right, y, VERMILLION, dashed=True))
    parts.append(_text((left + right) / 2, bottom + 34, "pass rate: hard on the left"))
    parts.append(_text(left + 6, top + 14, "↑ discrimination", "start"))
    dots = [at(test) for test in known]
    for (x, y), test in zip(dots, known, strict=True):
        parts.append(_dot(x, y, test.discrimination.value or 0.0))
    parts += _labels(dots, [str(test.number) for test in known], right, top, bottom)
    words = "; ".join(
        f"test {test.number}: {test.difficulty:.0%} pass, discrimination "
        f"{test.discrimination.value:.2f}"
        for test in known
    )
    return _svg(_WIDTH, 292, "Pass rate and discrimination of each test", words, parts)


def _dot(x: float, y: float, value: float) -> Markup:
    """A square below the dashed line: the form says it without colour too."""
    if value < 0.2:
        return _rect(x - 4, y - 4, 8, 8, VERMILLION)
    return Markup('<circle cx="{:.1f}" cy="{:.1f}" r="4" fill="{}"/>').format(x, y, BLUE)


def _labels(
    dots: Sequence[tuple[float, float]],
    words: Sequence[str],
    right: float,
    top: float,
    bottom: float,
) -> Iterable[Markup]:
    """Beside each dot, where there is room; one without room has none, and the table has it."""
    taken = [(x - 5, y - 5, x + 5, y + 5) for x, y in dots]
    for (x, y), text in zip(dots, words, strict=True):
        width = 6.5 * len(text)
        for dx, dy in ((6, 4), (-6 - width, 4), (-width / 2, -7), (-width / 2, 15)):
            box = (x + dx, y + dy - 9, x + dx + width, y + dy)
            inside = box[2] <= right + 12 and box[1] >= top - 8 and box[3] <= bottom
            if inside and not any(_overlap(box, other) for other in taken):
                taken.append(box)
                yield _text(x + dx, y + dy, text, "start", 11)
                break


def _overlap(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def strip(title: str, values: Sequence[float], far: dict[str, float], unit: str) -> Markup:
    """Values on a logarithmic axis, stacked where they are alike; diamonds are far out."""
    positive = [value for value in values if value > 0]
    if not positive:
        return Markup("")
    low, high = math.log10(min(positive) * 0.8), math.log10(max(positive) * 1.25)
    left, right, bottom, room, columns = 12.0, _WIDTH - 12.0, 92.0, 72.0, 76
    width = (right - left) / columns

    def column(value: float) -> int:
        return min(int((math.log10(value) - low) / (high - low) * columns), columns - 1)

    stacks = [0] * columns
    for value in positive:
        stacks[column(value)] += 1
    height = min(6.0, room / max(stacks))
    parts = [_line(left, bottom, right, bottom, INK)]
    for i, n in enumerate(stacks):
        if n:
            tall = max(n * height, 2.0)
            parts.append(_rect(left + i * width + 0.5, bottom - tall, width - 1, tall, BLUE))
    for tick in _log_ticks(low, high):
        x = left + (right - left) * (math.log10(tick) - low) / (high - low)
        parts.append(_line(x, bottom, x, bottom + 5, INK))
        parts.append(_text(x, bottom + 18, f"{tick:g}", size=11))
    parts.append(_text((left + right) / 2, bottom + 35, f"{title}, {unit} (logarithmic)"))
    parts += _names(far, lambda value: left + (column(value) + 0.5) * width, bottom, right)
    words = (
        f"{len(positive)} values from {min(positive):.3g} to {max(positive):.3g} {unit}; "
        f"far out: {', '.join(far) or 'none'}."
    )
    return _svg(_WIDTH, 132, title, words, parts)


def _names(
    far: dict[str, float], at: Callable[[float], float], bottom: float, right: float
) -> Iterable[Markup]:
    """A diamond for each; of the three farthest the names too, each on a line of its own."""
    for i, (name, value) in enumerate(sorted(far.items(), key=lambda item: -item[1])):
        x, y = at(value), bottom - 12
        yield Markup('<path d="M{0:.1f} {1:.1f}l5 6l-5 6l-5 -6z" fill="{2}"/>').format(
            x, bottom - 12, VERMILLION
        )
        if i < 3:
            end = x > right - 110
            words = name if len(name) <= 18 else name[:17] + "…"
            yield _text(
                x + (5 if end else -5), y - 6 - 14 * i, words, "end" if end else "start", 11
            )


def matrix(overview: Overview) -> Markup:
    """Who passed what: a row a student, the best first, a column a test."""
    size, left, top = 15, 118, 20
    rows = sorted(overview.students, key=lambda s: (-s.score, s.student))
    tests = overview.tests
    parts = []
    for i, test in enumerate(tests):
        x = left + i * size
        parts.append(_text(x + 6.5, top - 6, str(test.number), size=10))
        if i and test.cell != tests[i - 1].cell:
            parts.append(_line(x - 1, 0, x - 1, top + size * len(rows), INK))
    for j, student in enumerate(rows):
        y = top + j * size
        words = student.student if len(student.student) <= 15 else student.student[:14] + "…"
        parts.append(_text(left - 6, y + 11, words, "end", 11))
        parts += [
            Markup('<use href="#s-{}" x="{}" y="{}"/>').format(outcome, left + i * size, y)
            for i, outcome in enumerate(student.outcomes)
            if outcome
        ]
    words = "A row for each student, a column for each test. The table of students says the same."
    width = left + size * len(tests) + 4
    drawn = _svg(width, top + size * len(rows) + 4, "Students and tests", words, parts)
    return Markup('<div style="width:{}px">{}</div>').format(width, drawn)


# ---------------------------------------------------------------- parts


def _svg(width: float, height: float, title: str, words: str, parts: Iterable[Markup]) -> Markup:
    """title  no two of a page are the same"""
    name = "-".join(title.lower().split())
    return Markup(
        '<svg class="plot" viewBox="0 0 {0} {1}" role="img" aria-labelledby="t-{2} d-{2}">'
        '<title id="t-{2}">{3}</title><desc id="d-{2}">{4}</desc>{5}</svg>'
    ).format(width, height, name, title, words, Markup("").join(parts))


def _rect(x: float, y: float, width: float, height: float, fill: str) -> Markup:
    return Markup('<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" fill="{}"/>').format(
        x, y, width, height, fill
    )


def _line(
    x1: float, y1: float, x2: float, y2: float, colour: str, width: int = 1, *, dashed: bool = False
) -> Markup:
    return Markup(
        '<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" stroke="{}" stroke-width="{}"{}/>'
    ).format(x1, y1, x2, y2, colour, width, Markup(' stroke-dasharray="5 3"') if dashed else "")


def _text(x: float, y: float, words: str, anchor: str = "middle", size: int = 12) -> Markup:
    return Markup(
        '<text x="{:.1f}" y="{:.1f}" text-anchor="{}" font-size="{}" fill="{}">{}</text>'
    ).format(x, y, anchor, size, INK, escape(words))


def _grid(
    ticks: Iterable[int], most: int, left: float, right: float, top: float, bottom: float
) -> Iterable[Markup]:
    for tick in ticks:
        y = bottom - (bottom - top) * tick / most
        yield _line(left, y, right, y, LINE if tick else INK)
        yield _text(left - 6, y + 4, str(tick), "end", 11)


def _ticks(most: int) -> list[int]:
    """Round numbers from 0 up to `most`, four or so."""
    step = next(
        base * 10**power for power in range(9) for base in (1, 2, 5) if base * 10**power * 5 >= most
    )
    return list(range(0, most + 1, step))


def _log_ticks(low: float, high: float) -> list[float]:
    """1, 2, 5 of each decade between the two powers of ten; 1 alone where there are many."""
    bases = (1, 2, 5) if high - low < 3 else (1,)
    ticks = [
        base * 10.0**power
        for power in range(math.floor(low), math.ceil(high) + 1)
        for base in bases
    ]
    return [float(f"{tick:.3g}") for tick in ticks if low <= math.log10(tick) <= high]
