"""Who takes part in a round, each with a home of their own and one exchange between them.

The students' commands are told who they are by `--student`, as on a machine with one account for
all: nbgrader asks the operating system otherwise, and tests make no accounts.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_core.application import NoStart
from nbgrader.apps import NbGraderApp

TOP = Path(__file__).parents[2]
NAME = "hello_tensors"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at a terminal, in a folder of theirs."""

    folder: Path
    name: str = ""  # a student's id; empty: the instructor

    @property
    def environment(self) -> dict[str, str]:
        """nbgrader calls alembic by name, and keeps what was submitted below the data folder."""
        home = self.folder / ".home"
        return os.environ | {
            "HOME": str(home),
            "JUPYTER_DATA_DIR": str(home / "data"),
            "JUPYTER_CONFIG_DIR": str(home / "config"),
            "IPYTHONDIR": str(home / "ipython"),
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
            "PYTHONPATH": str(TOP),
            "PYTHONWARNINGS": "ignore",
            "OMP_NUM_THREADS": "1",
        }

    def runs(self, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command line, as it is typed."""
        return subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def nbgrader(self, *arguments: str, student: bool = True) -> str:
        """A command line of nbgrader's; what it said. raises AssertionError unless it succeeds"""
        own = ["--student", self.name] if self.name and student else []
        done = self.runs("nbgrader", *arguments, *own)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def nbgrader_here(self, *arguments: str, student: bool = True) -> None:
        """The same program with the same arguments in this process: it starts in no time."""
        own = ["--student", self.name] if self.name and student else []
        with self._at_home():
            NbGraderApp.clear_instance()
            app = NbGraderApp.instance()
            try:
                app.initialize([*arguments, *own])
                with suppress(NoStart):  # so an app says that the command below it is done
                    app.start()
            except SystemExit as end:
                if end.code:
                    raise AssertionError(f"{arguments}: exit status {end.code}") from end
            finally:
                NbGraderApp.clear_instance()

    @contextmanager
    def _at_home(self) -> Iterator[None]:
        before, place = dict(os.environ), Path.cwd()
        os.environ.update(self.environment)
        os.chdir(self.folder)
        try:
            yield
        finally:
            os.chdir(place)
            os.environ.clear()
            os.environ.update(before)

    def edit(self, **sources: str) -> None:
        """Fill cells of the fetched notebook, by grade_id."""
        path = self.folder / NAME / f"{NAME}.ipynb"
        content: dict[str, Any] = json.loads(path.read_text())
        for cell in content["cells"]:
            name = cell["metadata"].get("nbgrader", {}).get("grade_id")
            if name in sources:
                cell["source"] = sources.pop(name)
        assert not sources, "the notebook has these cells"
        path.write_text(json.dumps(content))

    def page(self) -> str:
        """The feedback that was fetched; there is one, of one submission."""
        (path,) = (self.folder / NAME / "feedback").glob(f"*/{NAME}.html")
        return path.read_text()


def exchange_config(exchange: Path, course_id: str) -> str:
    return (
        "c = get_config()\n"
        f"c.Exchange.root = {str(exchange)!r}\n"
        f"c.CourseDirectory.course_id = {course_id!r}\n"
    )


def make_student(top: Path, name: str, exchange: Path, course_id: str) -> Person:
    person = Person(top / name, name)
    person.folder.mkdir()
    config = person.folder / "nbgrader_config.py"
    config.write_text(exchange_config(exchange, course_id))
    return person


def make_instructor(course: Path, exchange: Path) -> Person:
    """Of a course that `autograder init` has made."""
    config = course / "nbgrader_config.py"
    config.write_text(f"{config.read_text()}c.Exchange.root = {str(exchange)!r}\n")
    return Person(course)
