"""Two accounts of one machine: a course that is about to begin, and a student's empty folder."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import yaml

from tests.browser.servers import Account

TOP = Path(__file__).parents[2]
COURSE, NAME, STUDENT = "deep-learning", "cross_entropy", "kim"
PARTS = (f"solutions/{NAME}", f"tests/hidden/{NAME}")
# Nobody is asked whether they want news, and nothing is fetched from the network.
QUIET = {"checkForUpdates": False, "fetchNews": "false"}
# What docs/jupyterlab.md says that students do not need.
FOR_INSTRUCTORS = ("@jupyter/nbgrader:formgrader", "@jupyter/nbgrader:create-assignment")


def make_instructor(home: Path, exchange: Path) -> Account:
    """The shipped course with one of its assignments, which has not been generated yet."""
    account = _account(home, "course")
    for part in PARTS:
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(TOP / part, account.folder / part, ignore=ignore)
    course = yaml.safe_load((TOP / "course.yml").read_text())
    course["assignments"] = {NAME: course["assignments"][NAME]}
    (account.folder / "course.yml").write_text(yaml.safe_dump(course))
    (account.folder / "roster.csv").write_text(
        f"id,first_name,last_name,email\n{STUDENT},Minsu,Kim,{STUDENT}@example.org\n"
    )
    (account.folder / "nbgrader_config.py").write_text(
        "from autograder.gradebook import configure\n\n"
        "c = get_config()\n"
        f'configure(c, __file__, course_id="{COURSE}")\n'
        f"c.Exchange.root = {str(exchange)!r}\n"
    )
    return account


def make_student(home: Path, exchange: Path) -> Account:
    """As docs/jupyterlab.md says. nbgrader takes an account's name for the student's id; all
    servers of this test are of one account, so the configuration has to say it."""
    account = _account(home, "notebooks")
    # This is what `jupyter labextension disable --level=user …` writes.
    _write_json(
        home / "config" / "labconfig" / "page_config.json",
        {"disabledExtensions": dict.fromkeys(FOR_INSTRUCTORS, True)},
    )
    (account.folder / "nbgrader_config.py").write_text(
        "c = get_config()\n"
        f"c.Exchange.root = {str(exchange)!r}\n"
        f'c.CourseDirectory.course_id = "{COURSE}"\n'
        f'c.CourseDirectory.student_id = "{STUDENT}"\n'
    )
    return account


def make_exchange(folder: Path) -> Path:
    """A folder that everybody may write to, which is what nbgrader asks for."""
    folder.mkdir()
    folder.chmod(0o777)
    return folder


def _account(home: Path, name: str) -> Account:
    account = Account(home, name)
    account.folder.mkdir(parents=True)
    settings = home / "config" / "lab" / "user-settings" / "@jupyterlab" / "apputils-extension"
    _write_json(settings / "notification.jupyterlab-settings", QUIET)
    return account


def _write_json(file: Path, content: object) -> None:
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(content))
