"""`make demo`: a course, a batch of made-up submissions, and a grading of it for real.

Everything is made afresh under demo/out. Exit status 0 if every submission came to what it was
made for, 1 if not, 2 if the grading itself did not run.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from typing import Any

from kinds import HandIn
from notebooks import material
from showing import show, summary
from students import batch
from study_group import command, form_group, hold_session
from verdict import complaint, gradebook_complaints

ROOT = Path(__file__).resolve().parent.parent
SEED = 2026
PARTS = ("course.yml", "nbgrader_config.py", "solutions", "assignments", "tests/hidden")
# The demo's course has a due date, so that somebody can be late.
CHANGES = (("late: none ", "due: 2026-03-31\n  late: {penalty_per_day: 10 %} "),)


def main() -> int:
    options = arguments()
    out = options.out.resolve()
    handed_in = submit(out, make_course(out), options.only)
    names = {one.assignment for one in handed_in}
    print(
        f"{len(handed_in)} made-up submissions to {len(names)} assignments, in {shown(out)}\n"
        f"$ autograder grade --json --sandbox local --seed {SEED}",
        flush=True,
    )
    started = time.monotonic()
    records, status, words = grade(out)
    if records is None:
        print(f"{words}\nthe grading did not run (exit status {status})", file=sys.stderr)
        return 2
    duration_s = time.monotonic() - started
    complaints = {
        (one.student, one.assignment): complaint(
            one, records.get((one.student, one.assignment)), secrets(out, one.assignment)
        )
        for one in handed_in
    }
    show(handed_in, records, complaints)
    others = gradebook_complaints(out, handed_in, records)
    if status != any(one.expect.status == "error" for one in handed_in):
        others.append(f"the command's exit status was {status}")
    print(f"$ autograder {' '.join(command(handed_in[0].assignment))}", flush=True)
    session, wrong = hold_session(out, handed_in, shown(out))
    others += wrong
    print(summary(handed_in, complaints, others, duration_s, shown(out)))
    print(session)
    return 1 if others or any(complaints.values()) else 0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "demo" / "out", help="made afresh")
    parser.add_argument("--only", action="append", default=[], help="this assignment; repeatable")
    return parser.parse_args()


def make_course(out: Path) -> list[str]:
    """A copy of this repository's course; returns the names of its assignments."""
    if out.exists():
        if not (out / "course.yml").exists() and any(out.iterdir()):
            sys.exit(
                f"error: {out} holds something that is not an earlier demo; name another --out"
            )
        shutil.rmtree(out)
    for part in PARTS:
        source, target = ROOT / part, out / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    course = (out / "course.yml").read_text(encoding="utf-8")
    for before, after in CHANGES:
        assert before in course, f"course.yml has no {before!r} any more"
        course = course.replace(before, after, 1)
    (out / "course.yml").write_text(course, encoding="utf-8")
    return sorted(path.name for path in (out / "assignments").iterdir() if path.is_dir())


def submit(out: Path, names: list[str], only: list[str]) -> list[HandIn]:
    """Write the batch to submitted/, as nbgrader's exchange would have."""
    if unknown := set(only) - set(names):
        sys.exit(f"error: no assignment {', '.join(unknown)}; there are {', '.join(names)}")
    handed_in: list[HandIn] = []
    for number, name in enumerate(names):
        if not only or name in only:
            handed_in += batch(material(out, name, number), Random(f"{SEED} {name}"))
    for one in handed_in:
        folder = out / "submitted" / one.student / one.assignment
        folder.mkdir(parents=True)
        (folder / one.file).write_bytes(one.data)
        (folder / "timestamp.txt").write_text(one.timestamp)
    form_group(out)
    return handed_in


def grade(out: Path) -> tuple[dict[tuple[str, str], dict[str, Any]] | None, int, str]:
    """(records by student and assignment, exit status, what it said); no records: it failed."""
    command = Path(sys.executable).with_name("autograder")
    done = subprocess.run(
        [command, "grade", "--json", "--sandbox", "local", "--seed", str(SEED)],
        check=False,
        cwd=out,
        stdout=subprocess.PIPE,
        stderr=None if sys.stderr.isatty() else subprocess.PIPE,
        text=True,
        env=os.environ | {"PATH": f"{command.parent}{os.pathsep}{os.environ.get('PATH', '')}"},
    )
    records = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode not in (0, 1):
        return None, done.returncode, done.stderr or ""
    found = {(one["student"], one["assignment"]): one for one in records}
    return found, done.returncode, done.stderr or ""


def secrets(out: Path, assignment: str) -> list[str]:
    """Telling lines of the hidden suite, none of which may show up in a report."""
    files = (out / "tests" / "hidden" / assignment).glob("*.py")
    lines = [line.strip() for file in files for line in file.read_text("utf-8").splitlines()]
    return [line for line in lines if len(line) > 40 and not line.startswith(('"""', "def "))]


def shown(path: Path) -> Path:
    """As a person would type it."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


if __name__ == "__main__":
    sys.exit(main())
