"""How fair and how stable a term's plan is: figures, printed and with --write in the README."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent.parent))

from benchmarks.term import simulated  # noqa: E402
from benchmarks.term.simulated import Planned, Term  # noqa: E402

BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"
SEEDS = range(5)
_COLUMNS = "{:<18}{:>10}{:>11}{:>11}{:>9}{:>13}{:>9}{:>8}{:>9}"
_CHANGES = "{:<18}{:>22}{:>24}{:>22}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the table into README.md")
    options = parser.parse_args()
    table = "\n".join([*_fairness(), "", *_stability()])
    sys.stdout.write(table + "\n")
    if options.write:
        _put_into(HERE / "README.md", table)


def _fairness() -> list[str]:
    lines = [
        _COLUMNS.format(
            *("", "absences", "moderated", "presented", "in a row", "meet again", "at least"),
            *("same", "seconds"),
        )
    ]
    for name, cross in (("no mixed", None), ("every 4th", 4), ("every 2nd", 2), ("every week", 1)):
        lines += [_row(name, cross, absences=absences) for absences in (False, True)]
    return lines


def _row(name: str, cross: int | None, *, absences: bool) -> str:
    """The worst of all seeds."""
    found, took_s = [], []
    for seed in SEEDS:
        with tempfile.TemporaryDirectory() as folder:
            term = Term.begin(Path(folder), cross=cross, absences=absences, seed=seed)
            before = time.process_time()
            found.append(term.plan(None, simulated.BEFORE).figures)
            took_s.append(time.process_time() - before)
    worst = max(found, key=lambda figures: figures.repetitions - figures.least_repetitions)
    return _COLUMNS.format(
        name,
        "some" if absences else "none",
        max(figures.moderated_spread for figures in found),
        max(figures.presented_spread for figures in found),
        max(figures.in_a_row for figures in found),
        worst.repetitions,
        worst.least_repetitions,
        max(figures.same_group for figures in found),
        f"{max(took_s):.1f}",
    )


def _stability() -> list[str]:
    lines = [
        "what changes of the sessions to come, worst of all seeds",
        _CHANGES.format("", "sessions to come", "roles given to others", "tables that differ"),
    ]
    for name, cross in (("no mixed", None), ("every 4th", 4), ("every week", 1)):
        for what in ("one leaves", "one joins"):
            rows = [_changed(cross, what, seed) for seed in SEEDS]
            worst = [max(row[n] for row in rows) for n in range(4)]
            lines.append(
                _CHANGES.format(
                    f"{name}, {what.split()[1]}",
                    worst[0],
                    f"{worst[1]} of {worst[2]}",
                    worst[3],
                )
            )
    return lines


def _changed(cross: int | None, what: str, seed: int) -> tuple[int, int, int, int]:
    """(sessions to come, roles that other people get, all roles to come, tables with others)"""
    with tempfile.TemporaryDirectory() as folder:
        term = Term.begin(Path(folder), cross=cross, absences=False, seed=seed)
        first = term.plan(None, simulated.BEFORE)
        if what == "one leaves":
            term.groups["group03"].remove("student17")
        else:
            term.groups["group03"].append("newcomer")
        second = term.plan(first.plan, simulated.MIDTERM)
    return changed_roles(first, second)


def changed_roles(first: Planned, second: Planned) -> tuple[int, int, int, int]:
    old = {each.place: each for each in first.plan.sessions}
    coming = [each for each in second.plan.sessions if each.starts > simulated.MIDTERM]
    roles = other = tables = 0
    for session in coming:
        before = old.get(session.place)
        roles += 1 + len(session.presenters)
        other += before is None or session.moderator != before.moderator
        other += len(set(session.presenters) - set(before.presenters if before else ()))
        tables += bool(session.table) and set(session.present) != set(
            before.present if before else ()
        )
    return len(coming), other, roles, tables


def _put_into(readme: Path, table: str) -> None:
    text = readme.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise SystemExit(f"{readme} has no lines {BEGIN} and {END}")
    readme.write_text(f"{before}{BEGIN}\n```\n{table}\n```\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
