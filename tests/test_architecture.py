"""The shape of the package: imports point one way, and the islands stay islands.

When this fails, move the code rather than the line in the table: an inner layer that needs an
outer one usually holds something that belongs further out.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "autograder"

# From inner to outer. A unit (a module or folder of the package) imports units of the layers
# above its own line, and itself; never a neighbour on its own line.
LAYERS = (
    ("atomic", "errors", "report"),
    ("catalogue", "course", "wire", "testing", "init"),
    ("notebook", "codec", "cuda", "forkserver", "hugepages", "origin"),
    ("graphs",),
    ("candidate",),
    ("replicas", "feedback"),
    ("examiner",),
    ("submissions", "sandbox", "gradebook", "store", "magics"),
    (
        *("release", "attempts", "grading", "export", "keys", "check", "doctor", "overview"),
        *("replay", "similar"),
    ),
    ("batch", "collect", "terminal", "verify", "publish"),
    ("regrade", "peer"),
    ("cli",),
    ("__main__",),
)

# Who may import a library at all; any library that is not named here is free.
ISLANDS = {
    "nbgrader": ("gradebook", "release"),
    "docker": ("sandbox",),
    "libcst": ("verify",),
    "sqlalchemy": ("gradebook", "store"),
    "IPython": ("magics",),
    "typer": ("cli",),
    "seccomp": ("candidate",),
    "pyseccomp": ("candidate",),
}

# Student code lives beside the candidate: what the candidate does not import cannot be reached.
CANDIDATE_MAY_IMPORT = ("candidate", "wire", "codec", "cuda", "forkserver", "graphs", "hugepages")

# These read what a candidate sends, and must not be able to turn bytes into behaviour.
READERS = ("examiner", "wire", "codec", "graphs")
UNPICKLERS = ("pickle", "_pickle", "marshal", "dill", "cloudpickle", "shelve", "joblib", "runpy")
EVALUATORS = ("eval", "exec", "compile", "__import__")

# Places that catch everything and let it end there, with the reason that each has. To clean up
# and raise again, or to raise one of our errors instead, needs no place in this table.
CATCH_ALL = {
    "candidate/namespace.py": "whatever student code raises is its result",
    "candidate/answers.py": "whatever student code raises is its result",
    "candidate/server.py": "whatever student code raises is its result",
    "cli/__init__.py": "the outermost loop: a failure of ours is a log file, never a traceback",
    "doctor/deadline.py": "hands whatever it was to the thread that waits, which raises it",
    "forkserver.py": "a forked child must never return into its parent's loop",
    "gradebook/pages.py": "nbconvert meets any text of a student: one page fails, no other",
    "gradebook/submitted.py": "nbformat meets any shape of JSON",
    "peer/experiments/__main__.py": "whatever a wrong version or a probe raises is its result",
    "magics/checks.py": "whatever student code raises is its result, in the student's own kernel",
}

# The candidate's process is its own: it goes to its scratch folder before it is confined.
MAY_CHDIR = ("candidate/confine.py",)

MAX_LINES = 450
VAGUE_NAMES = ("utils", "util", "helpers", "helper", "manager", "common", "misc")


def modules() -> list[Path]:
    """The package's own modules; templates are other people's courses."""
    return [path for path in sorted(PACKAGE.rglob("*.py")) if "templates" not in path.parts]


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def unit_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(source: str, package: str = "autograder") -> Iterator[str]:
    """Dotted names that the source imports, `from a import b` as a.b, wherever they stand.

    package  what `from .` means in this source
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: -node.level + 1 or None] if node.level else []
            stem = ".".join([*base, *filter(None, [node.module])])
            yield from (f"{stem}.{alias.name}" for alias in node.names)


def units_imported(path: Path) -> set[str]:
    """The units of our own package that a module imports."""
    package = ".".join(path.relative_to(ROOT).parent.parts)
    names = [name.split(".") for name in imports_of(path.read_text(), package)]
    ours = {parts[1] for parts in names if parts[0] == "autograder" and len(parts) > 1}
    return {unit for unit in ours if (PACKAGE / unit).is_dir() or (PACKAGE / f"{unit}.py").exists()}


def catches_all(source: str) -> bool:
    """Is there a handler of everything that does not end by raising again?"""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.ExceptHandler):
            continue
        kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        named = [kind.id for kind in kinds if isinstance(kind, ast.Name)]
        broad = node.type is None or "Exception" in named or "BaseException" in named
        if broad and not isinstance(node.body[-1], ast.Raise):
            return True
    return False


def evaluations_in(source: str) -> list[str]:
    """What in the source could turn data into behaviour: eval and its kin, unpicklers."""
    found = [name for name in imports_of(source) if name.split(".")[0] in UNPICKLERS]
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name) and node.id in EVALUATORS:
            found.append(node.id)
        if isinstance(node, ast.Attribute) and ast.unparse(node) in ("torch.load", "builtins.eval"):
            found.append(ast.unparse(node))
    return found + [name for name in imports_of(source) if name == "torch.load"]


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_imports_point_inwards(path: Path) -> None:
    depth = {unit: i for i, layer in enumerate(LAYERS) for unit in layer}
    unit = unit_of(path)
    if unit == "__init__":
        assert not units_imported(path), "the package itself stays cheap to import"
        return
    assert unit in depth, f"give {unit} its place in LAYERS"
    outward = {
        other
        for other in units_imported(path) - {unit}
        if depth.get(other, len(LAYERS)) >= depth[unit]
    }
    assert not outward, f"{unit} must not import {', '.join(sorted(outward))}"


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_library_on_an_island_is_imported_there_only(path: Path) -> None:
    libraries = {name.split(".")[0] for name in imports_of(path.read_text())}
    astray = {each for each in libraries if unit_of(path) not in ISLANDS.get(each, [unit_of(path)])}
    assert not astray


def test_the_candidate_imports_nothing_that_knows_tests_or_grades() -> None:
    for path in modules():
        if unit_of(path) == "candidate":
            assert units_imported(path) <= set(CANDIDATE_MAY_IMPORT), name_of(path)


def test_nothing_that_reads_from_a_candidate_can_evaluate_or_unpickle() -> None:
    for path in modules():
        if unit_of(path) in READERS:
            assert evaluations_in(path.read_text()) == [], name_of(path)


def test_everything_is_caught_only_where_the_table_says_why() -> None:
    catching = {name_of(path) for path in modules() if catches_all(path.read_text())}
    assert catching <= set(CATCH_ALL)
    stale = {name for name in CATCH_ALL if (PACKAGE / name).exists()} - catching
    assert not stale, "take these out of the table"


def test_no_module_changes_the_working_directory() -> None:
    changing = {
        name_of(path)
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in ("chdir", "fchdir")
    }
    assert changing <= set(MAY_CHDIR)


def test_modules_are_named_for_what_they_hold() -> None:
    assert not [path for path in modules() if path.stem in VAGUE_NAMES]
    assert not [path for path in PACKAGE.rglob("*") if path.is_dir() and path.name in VAGUE_NAMES]


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    tests = (ROOT / "tests").rglob("*.py")
    long = [path for path in (*modules(), *tests) if len(path.read_text().split("\n")) > MAX_LINES]
    assert not long


@pytest.mark.parametrize(
    ("source", "imported"),
    [
        ("import autograder.cli as c", "autograder.cli"),
        ("from autograder import cli", "autograder.cli"),
        ("def f():\n    from autograder.cli import main", "autograder.cli.main"),
        ("from . import cli", "autograder.sandbox.cli"),
        ("from .. import cli", "autograder.cli"),
        ("from ..cli import main", "autograder.cli.main"),
    ],
)
def test_no_form_of_import_escapes_the_walk(source: str, imported: str) -> None:
    assert list(imports_of(source, "autograder.sandbox")) == [imported]


@pytest.mark.parametrize(
    "source",
    [
        "eval('1')",
        "f = exec",
        "import torch\ntorch.load(f)",
        "from torch import load",
        "import dill",
    ],
)
def test_no_usual_form_of_evaluation_escapes_the_walk(source: str) -> None:
    assert evaluations_in(source)


@pytest.mark.parametrize(
    ("handler", "caught"),
    [
        ("except:", True),
        ("except Exception:", True),
        ("except (OSError, BaseException) as error:", True),
        ("except OSError:", False),
    ],
)
def test_no_form_of_catching_everything_escapes_the_walk(handler: str, caught: bool) -> None:
    assert catches_all(f"try:\n    f()\n{handler}\n    pass") is caught
    assert not catches_all(f"try:\n    f()\n{handler}\n    g()\n    raise")
