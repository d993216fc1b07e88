"""A regrade for people and for scripts: tables on a terminal, objects for --json."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from autograder.feedback import points_text
from autograder.feedback.text import one_line
from autograder.regrade.change import Change, Fate, Options, Regrade, Side, SuiteChange, TestChange
from autograder.store import APPLIED, PREVIEW, Logged

# Kept to see whether a preview still holds; of no use to a reader.
_INNER = ("key", "before_key", "marks")


def builtins_of(logged: Logged, regrade: Regrade) -> dict[str, Any]:
    """For --json; docs/regrade.md says what the fields are."""
    row = msgspec.to_builtins(logged)
    del row["content"]
    shown: dict[str, Any] = row | msgspec.to_builtins(regrade)
    for change, data in zip(regrade.changes, shown["changes"], strict=True):
        for name in _INNER:
            del data[name]
        data["gain"], data["written"] = change.gain, change.written
        for test, of_test in zip(change.tests, data["tests"], strict=True):
            of_test["gain"] = test.gain
    return shown


def show(regrade: Regrade, state: str) -> None:
    """All of one regrade on standard output."""
    console = Console(highlight=False)
    asked = _options_words(regrade.options)
    title = f"{regrade.assignment}: {'applied' if state == APPLIED else 'preview'}"
    _line(console, f"{title} ({asked})" if asked else title, bold=True)
    if regrade.reasons:
        _line(console, "changed since the earlier gradings: " + "; ".join(regrade.reasons))
    for change in regrade.suite:
        _line(console, f"  {_suite_words(change)}")
    _by_test(console, regrade)
    _table(console, [change for change in regrade.changes if _is_worth_a_row(change)])
    for line in summary_lines(regrade):
        _line(console, line)


def summary_lines(regrade: Regrade) -> list[str]:
    summary = regrade.summary
    fates = summary.fates
    lines = [f"{summary.lose} lose, {summary.gain} gain, {summary.same} keep their score"]
    if summary.mean_before is not None and summary.mean_after is not None:
        mean = f"mean {summary.mean_before:.2f} → {summary.mean_after:.2f}"
        ends = f"largest loss {signed(summary.largest_loss)}, gain {signed(summary.largest_gain)}"
        lines[0] += f"; {mean}; {ends}"
    shaky = [change.student for change in regrade.changes if change.unsteady]
    if shaky:
        lines.append(
            f"{len(shaky)} not the same twice with one seed (the better counts): {_some(shaky)}"
        )
    for fate, words in (
        (Fate.UNCHANGED, "unchanged since they were graded, not graded again"),
        (Fate.KEPT, "would lose and keep what they had (--never-lower)"),
        (Fate.ERROR, "could not be graded now; what they had stays"),
        (Fate.NEW, "never graded before"),
        (Fate.RESUBMITTED, "handed in anew since they were graded; left to `autograder grade`"),
        (Fate.MISSING, "graded earlier and without a submission now; what they had stays"),
    ):
        if fates.get(fate):
            whose = [c.student for c in regrade.changes if c.fate is fate]
            names = "" if fate is Fate.UNCHANGED else f": {_some(whose)}"
            lines.append(f"{fates[fate]} {words}{names}")
    return lines


def history(rows: Iterable[tuple[Logged, Regrade]]) -> None:
    """A line for each preview, the newest first."""
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("previewed", "applied", "suite"):
        shown.add_column(heading, no_wrap=True)
    for heading in ("lose", "gain", "mean"):
        shown.add_column(heading, justify="right", no_wrap=True)
    for logged, regrade in rows:
        summary = regrade.summary
        suites = sorted({digests.suite[:8] for digests in regrade.digests_before})
        shown.add_row(
            escape(f"{_minute(logged.made_at)}\n{one_line(logged.made_by, 24)}"),
            escape(f"{_applied(logged)}\n{one_line(logged.applied_by, 24)}"),
            "\n".join([*suites, f"→ {regrade.digests.suite[:8]}"] if suites else ["unchanged"]),
            str(summary.lose),
            str(summary.gain),
            f"{_mean(summary.mean_before)} → {_mean(summary.mean_after)}",
        )
    Console(highlight=False).print(shown)


def signed(points: float) -> str:
    return ("+" if points > 0 else "") + number(points)


def number(points: float | None) -> str:
    """What was given by hand, and penalties, need not be halves."""
    return "—" if points is None else points_text(round(points, 2))


def _applied(logged: Logged) -> str:
    if logged.state == PREVIEW:
        return "no"
    return _minute(logged.applied_at) if logged.state == APPLIED else "unfinished"


def _minute(when: str) -> str:
    return when[:16].replace("T", " ")


def _mean(score: float | None) -> str:
    return "—" if score is None else f"{score:.2f}"


def _options_words(options: Options) -> str:
    words = [f"only {_some(list(options.students))}"] if options.students else []
    asked = ("never_lower", "new", "again")
    words += [f"--{name.replace('_', '-')}" for name in asked if getattr(options, name)]
    return "; ".join(words)


def _by_test(console: Console, regrade: Regrade) -> None:
    """Through which tests, all students together; the most costly first."""
    sums: dict[tuple[str, str, str], list[float]] = {}
    for change in regrade.changes:
        by_name: dict[tuple[str, str, str], float] = {}
        for test in change.tests:
            what = (test.cell, test.name.partition("[")[0], test.description)
            by_name[what] = by_name.get(what, 0.0) + test.gain
        for what, gain in by_name.items():
            sums.setdefault(what, []).append(gain)
    if not sums:
        return
    shown = Table(box=None, pad_edge=False, header_style="bold")
    shown.add_column("through the test", overflow="fold")
    for heading in ("lose", "gain", "points"):
        shown.add_column(heading, justify="right", no_wrap=True)
    for (cell, name, about), gains in sorted(sums.items(), key=lambda each: sum(each[1])):
        lose, gain = sum(g < 0 for g in gains), sum(g > 0 for g in gains)
        words = f"{cell}: {about or name} ({name})"
        shown.add_row(escape(one_line(words, 300)), str(lose), str(gain), signed(sum(gains)))
    console.print(shown)
    console.print()


def _is_worth_a_row(change: Change) -> bool:
    return bool(
        change.fate in (Fate.CHANGED, Fate.KEPT, Fate.ERROR)
        or change.tests
        or change.symbols
        or change.by_hand
        or change.flags_gained
        or change.flags_lost
        or change.unsteady
        or (change.fate is Fate.NEW and change.after is not None)
    )


def _table(console: Console, changes: list[Change]) -> None:
    if not changes:
        return
    shown = Table(box=None, pad_edge=False, header_style="bold")
    shown.add_column("student", no_wrap=True)
    shown.add_column("score", justify="right", no_wrap=True)
    shown.add_column("change", justify="right", no_wrap=True)
    shown.add_column("through", overflow="fold")
    for change in changes:
        shown.add_row(
            escape(one_line(change.student, 40)),
            _score(change),
            signed(change.gain) if change.fate in (Fate.CHANGED, Fate.KEPT) else "",
            escape("\n".join(_through(change))),
        )
    console.print(shown)


def _score(change: Change) -> str:
    if change.fate is Fate.ERROR:
        return number(change.before)
    if change.fate is Fate.KEPT:
        return f"{number(change.before)} (not {number(change.after)})"
    return f"{number(change.before)} → {number(change.after)}"


def _through(change: Change) -> list[str]:
    lines = [] if change.fate is Fate.ERROR else _test_lines(change.tests)
    lines += [
        f"{signed(symbol.after - symbol.before)} {symbol.cell}: {number(symbol.before)} → "
        f"{number(symbol.after)}"
        for symbol in change.symbols
    ]
    lines += [
        f"{hand.cell}: kept at {number(hand.score)} by hand (automatically "
        f"{number(hand.auto_before)} → {number(hand.auto_after)})"
        for hand in change.by_hand
    ]
    if abs(change.penalty_before - change.penalty_after) > 1e-6:
        before, after = number(change.penalty_before), number(change.penalty_after)
        lines.append(f"late penalty {before} → {after}")
    lines += [f"no longer flagged {flag}" for flag in change.flags_lost]
    lines += [f"flagged {flag}" for flag in change.flags_gained]
    if change.unsteady:
        lines.append(f"not the same twice: {', '.join(change.unsteady)}")
    if change.message and (change.fate in (Fate.ERROR, Fate.KEPT) or change.symbols):
        lines.append(change.message.split("\n")[0])
    return [one_line(line, 300) for line in lines]


def _test_lines(tests: Iterable[TestChange]) -> list[str]:
    """One line for all parameter sets of one test."""
    of_one: dict[tuple[str, str], list[TestChange]] = {}
    for test in tests:
        of_one.setdefault((test.cell, test.name.partition("[")[0]), []).append(test)
    lines = [(sum(t.gain for t in group), _test_line(group)) for group in of_one.values()]
    return [line for _, line in sorted(lines)]


def _test_line(group: list[TestChange]) -> str:
    """What the test is about stands above all students."""
    first, gain = group[0], signed(sum(test.gain for test in group))
    name = first.name if len(group) == 1 else f"{first.name.partition('[')[0]} ({len(group)} cases)"
    became = dict.fromkeys(
        f"{_outcome(test.before)} → {_outcome(test.after)}{_worth(test)}" for test in group
    )
    return f"{gain} {first.cell}: {name}: {', '.join(became)}"


def _outcome(side: Side | None) -> str:
    if side is None:
        return "no such test"
    named = f" as {side.misconception}" if side.misconception else ""
    return f"{side.outcome}{named}"


def _maxima(test: TestChange) -> tuple[float | None, float | None]:
    return (
        test.before.max_points if test.before else None,
        test.after.max_points if test.after else None,
    )


def _worth(test: TestChange) -> str:
    before, after = _maxima(test)
    if before is None or after is None or before == after:
        return ""
    return f", worth {number(before)} → {number(after)}"


def _suite_words(change: SuiteChange) -> str:
    what = f"{change.cell}/{change.name}"
    about = f": {change.description}" if change.description else ""
    if change.points_before is None:
        return f"new test {what} ({number(change.points_after)}){about}"
    if change.points_after is None:
        return f"test gone {what} ({number(change.points_before)}){about}"
    words = f"test {what}"
    if change.was:
        words += f" (was {change.was})"
    if change.points_before != change.points_after:
        words += f", worth {number(change.points_before)} → {number(change.points_after)}"
    return words + about


def _line(console: Console, text: str, *, bold: bool = False) -> None:
    words = (
        escape(one_line(text, 600))
        if not text.startswith("  ")
        else "  " + escape(one_line(text, 600))
    )
    console.print(f"[bold]{words}[/]" if bold else words, soft_wrap=True)


def _some(students: list[str], most: int = 8) -> str:
    shown = [one_line(student, 40) for student in students[:most]]
    return ", ".join(shown) + (f" and {len(students) - most} more" if len(students) > most else "")
