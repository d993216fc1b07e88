"""One study group of the made-up class, and the pack of a session of theirs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from kinds import HandIn

GROUP = "blue"
MEMBERS = (
    "ada-right",
    "otto-otherwise",
    "ines-inventive",
    "wren-wrong",
    "milo-mistaken",
    "alma-almost",
)


def form_group(out: Path) -> None:
    lines = ["group,student", *(f"{GROUP},{member}" for member in MEMBERS)]
    (out / "groups.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def command(assignment: str) -> list[str]:
    return ["peer", "session", assignment, "--group", GROUP, "--sandbox", "local", "--json"]


def hold_session(out: Path, handed_in: list[HandIn], shown: Path) -> tuple[str, list[str]]:
    """(a line to show, what is not as designed)

    shown  the folder `out` as a person would type it
    """
    assignment = handed_in[0].assignment
    done = subprocess.run(
        [Path(sys.executable).with_name("autograder"), *command(assignment)],
        check=False,
        cwd=out,
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        return "", [f"the study group's session: exit status {done.returncode}: {done.stderr}"]
    made = json.loads(done.stdout)
    page = Path(made["page"])
    words = (
        f"session     {shown / page.relative_to(out)}   (of a study group: "
        f"{made['concepts']} concepts, {made['answers']} answers side by side, no name on any)"
    )
    return words, _complaints(made, handed_in)


def _complaints(made: dict[str, object], handed_in: list[HandIn]) -> list[str]:
    """The group has three right answers in other styles, and three mistakes."""
    found = []
    if not made["concepts"]:
        found.append("the session's pack has no concept, and three members were mistaken")
    if not made["answers"]:
        found.append("the session's pack shows no answers, and three members were right")
    everybody = {one.student for one in handed_in}
    # The page has a list of who may be there; the notebook has nobody.
    for key, nobody in (("page", everybody - {*MEMBERS}), ("notebook", everybody)):
        text = Path(str(made[key])).read_text(encoding="utf-8")
        found += [f"the session's {key} names {who}" for who in sorted(nobody) if who in text]
    return found
