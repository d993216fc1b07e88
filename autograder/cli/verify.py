"""`autograder verify`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from autograder import terminal
from autograder.cli.app import CourseOption, app, course_at
from autograder.cli.grade import SandboxKind
from autograder.cli.interruption import exit_status, stopped_in_order
from autograder.course import Course
from autograder.errors import AutograderError, UsageError
from autograder.feedback import clean_text
from autograder.sandbox import Sandbox
from autograder.verify.result import Verified

_MOST_TEXT = 1 << 20  # findings are ours: all of them are shown


@app.command()
def verify(
    names: Annotated[list[str] | None, typer.Argument(help="Assignments; default: all.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object per assignment on stdout.")
    ] = False,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write a page for reading to this file.")
    ] = None,
    mutants: Annotated[
        int | None, typer.Option(min=0, help="Try no more mutants than this; default: all.")
    ] = None,
    accept: Annotated[
        bool,
        typer.Option(
            "--accept",
            help="Record what the suites notice now, in solutions/NAME/proof.json; "
            "a later run says when that has become less.",
        ),
    ] = False,
    sandbox: Annotated[
        SandboxKind | None,
        typer.Option(envvar="AUTOGRADER_SANDBOX", help="Where code runs; default: as for grade."),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, max=256, help="Gradings side by side; default: one a core.")
    ] = None,
    seed: Annotated[
        int, typer.Option(min=0, help="Of the reference's runs and of the sample of mutants.")
    ] = 1,
    course: CourseOption = None,
) -> None:
    """Prove hidden suites: what they must catch, and what they must not punish."""
    from autograder.verify.page import page_of
    from autograder.verify.plan import Options
    from autograder.verify.run import verify as verify_one

    if accept and mutants is not None:
        raise UsageError(
            "accept-needs-all",
            "what a suite notices can only be recorded with all mutants",
            next="leave out --mutants",
        )
    here = course_at(course, [])
    chosen = [here.assignment(name) for name in names or []] or list(here.assignments)
    _refuse_folder(html)
    workers = jobs or here.sandbox.jobs or os.cpu_count() or 1
    options = Options(jobs=workers, seed=seed, mutants=mutants, accept=accept)
    results = []
    try:
        with stopped_in_order(), _sandboxes(here, sandbox, workers) as (box, cuda):
            for assignment in chosen:
                found = verify_one(assignment, box, options, cuda=cuda, progress=terminal.progress)
                results.append(found)
                _print_json(found) if as_json else _print(found)
    except KeyboardInterrupt as interrupt:
        raise typer.Exit(exit_status(interrupt)) from None
    if html is not None:
        html.write_text(page_of(results, here.title), encoding="utf-8")
        terminal.say(f"page: {html}")
    wrong = [found.assignment for found in results if not found.proven]
    terminal.say(f"{len(results) - len(wrong)} of {len(results)} hidden suites are proven")
    raise typer.Exit(1 if wrong else 0)


@contextmanager
def _sandboxes(
    course: Course, kind: SandboxKind | None, jobs: int
) -> Iterator[tuple[Sandbox, Sandbox | str]]:
    """On the CPU, and on a GPU or why there is none."""
    from contextlib import ExitStack

    from autograder.sandbox.choice import choose
    from autograder.verify.run import NO_GPU

    wanted = course.sandbox.kind if kind is None else kind.value
    with ExitStack() as opened:
        choice = choose(course, wanted, device="cpu")
        if choice.why_local:
            terminal.say(f"sandbox: local, since {choice.why_local}")
        box = opened.enter_context(choice.open(jobs=jobs))
        try:
            on_card = choose(course, wanted, device="cuda")
        except AutograderError as error:
            yield box, NO_GPU if error.code == "gpu-missing" else error.what
            return
        yield box, opened.enter_context(on_card.open(jobs=jobs))


def _refuse_folder(html: Path | None) -> None:
    if html is not None and (html.is_dir() or not html.absolute().parent.is_dir()):
        raise UsageError(
            "no-page",
            "the page cannot be written there",
            where=str(html),
            next="name a file in a folder that exists, such as --html verify.html",
        )


def _print_json(found: Verified) -> None:
    sys.stdout.write(msgspec.json.encode(found).decode() + "\n")
    sys.stdout.flush()


def _print(found: Verified) -> None:
    mutants = found.mutants
    counts = (
        f"{len(found.tests)} tests, {len(found.misconceptions)} misconceptions, "
        f"{len(found.alternatives)} alternatives, {mutants.killed} of "
        f"{mutants.tried - mutants.marked} mutants killed, {found.duration_s:.0f} s"
    )
    lines = [f"{found.assignment}: {'proven' if found.proven else 'not proven'} ({counts})"]
    for number, finding in enumerate(found.findings, start=1):
        what = finding.what.strip().replace("\n", "\n     ")
        lines += [
            f"  {number}. {what}",
            f"     where: {finding.where}",
            f"     next:  {finding.next}",
        ]
    lines += [f"  note: {note}" for note in found.notes]
    sys.stdout.write(clean_text("\n".join(lines), _MOST_TEXT, lines=_MOST_TEXT) + "\n")
    sys.stdout.flush()
