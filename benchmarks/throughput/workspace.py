"""Two course folders with the same assignment, checks and submissions: ours, and nbgrader's.

ours/       course.yml, solutions/, assignments/, tests/hidden/, submitted/, gradebook.db
nbgrader/   source/ (the reference with the checks as hidden tests), release/, submitted/, …
"""

from __future__ import annotations

import ast
import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import yaml
from hidden_cells import add_hidden_tests

ASSIGNMENT = "cross_entropy"
# What the students hand in, over and over: honest solutions in several styles, two that are
# wrong. Files of the assignment's own catalogue; "" is the reference.
KINDS = (
    "",
    "alternatives/korean_helpers.py",
    "misconceptions/mean_for_sum.py",
    "alternatives/in_place_double.py",
    "alternatives/own_backward.py",
    "misconceptions/no_shift.py",
)
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Workspace:
    folder: Path

    @property
    def ours(self) -> Path:
        return self.folder / "ours"

    @property
    def nbgraders(self) -> Path:
        return self.folder / "nbgrader"

    @property
    def suite(self) -> Path:
        return self.ours / "tests" / "hidden" / ASSIGNMENT

    def notebooks(self, count: int) -> dict[str, Path]:
        """Student → notebook, of the first `count`."""
        folders = sorted((self.ours / "submitted").iterdir())[:count]
        return {f.name: f / ASSIGNMENT / f"{ASSIGNMENT}.ipynb" for f in folders}


def build(folder: Path, repository: Path, *, students: int, slow_students: int) -> Workspace:
    """students       submissions in ours/; the first `slow_students` of them also in nbgrader/"""
    workspace = Workspace(folder)
    make_course(workspace.ours, repository, [ASSIGNMENT])
    source = repository / "solutions" / ASSIGNMENT
    released = read(workspace.ours / "assignments" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb")
    reference = read(source / f"{ASSIGNMENT}.ipynb")
    answers = [filled(released, reference, source / kind if kind else None) for kind in KINDS]
    _submit(workspace.ours, islice(cycle(answers), students))
    _nbgraders_course(workspace, reference)
    _submit(workspace.nbgraders, islice(cycle(answers), slow_students))
    return workspace


def more_students(ours: Path, count: int) -> None:
    """Let the submissions of a course be `count`, by handing in the first ones again."""
    folders = sorted((ours / "submitted").iterdir())
    for number, folder in zip(range(len(folders), count), cycle(folders)):
        shutil.copytree(folder, ours / "submitted" / _student(number))


def make_course(root: Path, repository: Path, names: Sequence[str], **settings: str) -> None:
    """The repository's course with these of its assignments, released; nothing is submitted yet.

    settings  further keys of course.yml
    """
    from autograder.release import release

    course = yaml.safe_load((repository / "course.yml").read_text(encoding="utf-8"))
    kept = {key: course[key] for key in ("id", "title", "sandbox", "defaults") if key in course}
    kept["assignments"] = {name: course["assignments"][name] for name in names}
    root.mkdir(parents=True)
    (root / "course.yml").write_text(yaml.safe_dump(kept | settings), encoding="utf-8")
    shutil.copy(repository / "nbgrader_config.py", root)
    for name in names:
        for part in (f"solutions/{name}", f"tests/hidden/{name}"):
            shutil.copytree(repository / part, root / part)
    for name in names:
        release(root, name)


def _nbgraders_course(workspace: Workspace, reference: Json) -> None:
    """nbgrader as it comes: its own folders, its own preprocessors, its own execution."""
    from nbgrader.converters import GenerateAssignment
    from nbgraders import configuration, coursedir

    root = workspace.nbgraders
    add_hidden_tests(reference, workspace.suite)
    write(root / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", reference)
    config = configuration(root)
    GenerateAssignment(coursedir=coursedir(config, ASSIGNMENT), config=config).start()


def _submit(root: Path, notebooks: Iterable[Json]) -> None:
    for number, notebook in enumerate(notebooks):
        folder = root / "submitted" / _student(number) / ASSIGNMENT
        write(folder / f"{ASSIGNMENT}.ipynb", notebook)


def _student(number: int) -> str:
    return f"student{number:03}"


def filled(released: Json, reference: Json, solution: Path | None) -> Json:
    """The student notebook with a solution; symbols that a file leaves out as in the reference."""
    notebook: Json = json.loads(json.dumps(released))
    sources = {_grade_id(cell): "".join(cell["source"]) for cell in reference["cells"]}
    helpers = "" if solution is None else _take_over(solution, sources)
    for at, cell in enumerate(notebook["cells"]):
        own = cell["metadata"].get("nbgrader", {})
        if own.get("solution") and not own.get("grade"):
            cell["source"] = sources[own["grade_id"]]
        if own.get("grade_id") == "imports" and helpers:
            place = at + 1
    if helpers:
        cell = {"cell_type": "code", "id": "helpers", "metadata": {}, "source": helpers}
        notebook["cells"].insert(place, cell | {"outputs": [], "execution_count": None})
    return notebook


def _take_over(solution: Path, sources: dict[str, str]) -> str:
    """Put a file's symbols into `sources`; returns the rest of its code."""
    rest: list[str] = []
    text = solution.read_text(encoding="utf-8")
    for node in ast.parse(text).body:
        code = _segment(text, node)
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name in sources:
            sources[node.name] = code
        elif not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            rest.append(code)
    return "\n".join(rest)


def _segment(text: str, node: ast.stmt) -> str:
    """With its decorators, which are no part of it for `ast.get_source_segment`."""
    first = min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", ()))])
    return "\n".join(text.splitlines()[first - 1 : node.end_lineno])


def _grade_id(cell: Json) -> str:
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))


def read(path: Path) -> Json:
    content: Json = json.loads(path.read_text(encoding="utf-8"))
    return content


def write(path: Path, notebook: Json) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
