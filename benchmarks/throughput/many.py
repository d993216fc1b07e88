"""Ten thousand submissions in one batch: does it stay flat, and does it come out right?

    python benchmarks/throughput/many.py [--submissions N] [--sandbox docker] [--database URL]

The real command grades a generated course three times: as it was handed in, once more with nothing
changed, and with ten notebooks changed. Exit status 1 if memory grew or a count is wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
sys.path[:0] = [str(HERE), str(REPOSITORY)]

import counts  # noqa: E402
from generated import Generated, generate  # noqa: E402
from watching import Batch, Stretch, watch  # noqa: E402

STRETCHES = 10
CHANGED = 10
# By the second of ten stretches every module is imported, every suite is open and every pool has
# its threads; what the command needs after that it should need for the last submission too. A
# quarter more leaves room for the allocator, the list of what was asked for and the pages' writer,
# and none for results that pile up: those of 8,000 would be some hundred megabytes.
SETTLED = 2
FLAT = 1.25
_MB = 1 << 20
_COLUMNS = "{:>9}{:>9}{:>8}{:>12}{:>10}{:>12}   {}"


def main() -> int:
    options = _options()
    load = os.getloadavg()[0]
    wrong: list[str] = []
    with tempfile.TemporaryDirectory(prefix="many-") as folder:
        _say(f"generating {options.submissions} submissions")
        course = _course(Path(folder) / "course", options)
        print(f"{os.cpu_count()} cores, load {load:.1f} before, {options.jobs} jobs", end="")
        print(f", sandbox {options.sandbox}, results in {options.database or 'SQLite'}\n")

        first = _run(course, options, shown=True)
        if first.lines == 0:
            raise SystemExit(f"nothing was graded, exit status {first.status}:\n{first.said}")
        wrong += [*_complete(first, course), *counts.wrong(course)]
        settled_bytes, peak_bytes = _memory(first.stretches)
        if peak_bytes > FLAT * settled_bytes:
            wrong.append(f"the command's memory grew to more than {FLAT:g} times what it was")
        print(f"\n{_summary('first run', first)}")

        second = _run(course, options)
        wrong += [*_complete(second, course), *_graded_anew(first, second, set())]
        print(_summary("again, unchanged", second))

        # Spread over the batch: one look-up in a hundred finds nothing.
        every = max(1, options.submissions // CHANGED)
        changed = set(islice(course.pairs, 0, None, every))
        for student, assignment in changed:
            course.change(student, assignment)
        third = _run(course, options)
        wrong += [*_complete(third, course), *_graded_anew(second, third, changed)]
        wrong += counts.wrong(course)
        print(_summary(f"again, {len(changed)} changed", third))
    if options.json is not None:
        runs = [asdict(batch) for batch in (first, second, third)]
        for run in runs:
            del run["graded_at"]
        options.json.write_text(json.dumps({"runs": runs, "wrong": wrong}, indent=1) + "\n")
    print("\n" + ("\n".join(f"WRONG: {each}" for each in wrong) or _all_well(options.submissions)))
    return 1 if wrong else 0


def _course(root: Path, options: argparse.Namespace) -> Generated:
    settings = {"database": options.database} if options.database else {}
    return generate(root, REPOSITORY, options.submissions, id=f"many-{os.getpid()}", **settings)


def _run(course: Generated, options: argparse.Namespace, *, shown: bool = False) -> Batch:
    if shown:
        head = ("finished", "per s", "busy", "command MB", "all MB", "results MB", "of")
        print(_COLUMNS.format(*head), flush=True)
    command = [sys.executable, "-m", "autograder", "grade", "--json", "--course", str(course.root)]
    return watch(
        [*command, "--sandbox", options.sandbox, "--jobs", str(options.jobs)],
        step=options.submissions // STRETCHES,
        stored_bytes=lambda: counts.stored_bytes(course),
        progress=lambda stretch: _show(stretch, options.jobs) if shown else None,
        in_containers=options.sandbox == "docker",
    )


def _show(stretch: Stretch, jobs: int) -> None:
    graded = stretch.submissions > 0
    row = (
        str(stretch.until) if graded else f"+{stretch.wall_s:.0f} s",
        f"{stretch.submissions / stretch.wall_s:.2f}" if graded else "",
        f"{stretch.grading_s / stretch.wall_s / jobs:.0%}" if graded else "",
        f"{stretch.command_bytes / _MB:.0f}",
        f"{stretch.tree_bytes / _MB:.0f}",
        f"{stretch.stored_bytes / _MB:.1f}",
        stretch.what,
    )
    print(_COLUMNS.format(*row), flush=True)


def _complete(batch: Batch, course: Generated) -> Iterator[str]:
    if batch.status != 0:
        yield f"the command ended with exit status {batch.status}:\n{batch.said}"
    if batch.lines != course.submissions or set(batch.graded_at) != set(course.pairs):
        yield (
            f"{batch.lines} lines, {len(batch.graded_at)} submissions graded, "
            f"{course.submissions} handed in"
        )
    yield from batch.not_graded[:10]


def _graded_anew(before: Batch, after: Batch, changed: set[tuple[str, str]]) -> Iterator[str]:
    anew = {key for key, at in after.graded_at.items() if before.graded_at.get(key) != at}
    if anew != changed:
        yield f"{len(changed)} notebooks were changed, and these were graded anew: {sorted(anew)}"


def _memory(stretches: list[Stretch]) -> tuple[int, int]:
    """(settled, peak after that) bytes of the command; the workers' depend on what is graded."""
    settled, later = stretches[SETTLED - 1], stretches[SETTLED:]
    graded = [stretch for stretch in later if stretch.submissions]
    growth = max(stretch.command_bytes for stretch in graded) - settled.command_bytes
    each = growth / sum(stretch.submissions for stretch in graded)
    peak = max(stretch.command_bytes for stretch in later)
    print(
        f"\nthe command's memory: {settled.command_bytes / _MB:.0f} MB at {settled.until}, "
        f"{each / 1024:.1f} KB more per submission since, at most {peak / _MB:.0f} MB"
    )
    return settled.command_bytes, peak


def _summary(title: str, batch: Batch) -> str:
    rate = batch.lines / batch.wall_s
    return f"{title:20} {batch.lines} in {batch.wall_s:.0f} s, {rate:.1f} per s"


def _all_well(submissions: int) -> str:
    return (
        f"memory is flat; {submissions} results, submissions in the gradebook and feedback pages; "
        "only what was changed was graded again"
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--submissions", type=int, default=10_000, help="a multiple of 10")
    parser.add_argument("--sandbox", choices=("local", "docker"), default="local")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument(
        "--database", metavar="URL", help="for the results, an empty one; default: SQLite"
    )
    parser.add_argument("--json", type=Path, help="write everything measured to this file")
    options = parser.parse_args()
    if options.submissions < 2 * STRETCHES or options.submissions % STRETCHES:
        parser.error(f"--submissions: a multiple of {STRETCHES}, and at least {2 * STRETCHES}")
    # nbgrader calls alembic from the same environment
    folders = [str(Path(sys.executable).parent), os.environ.get("PATH", "")]
    os.environ["PATH"] = os.pathsep.join(folders)
    os.environ["PYTHONPATH"] = str(REPOSITORY)
    return options


def _say(text: str) -> None:
    print(f"… {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
