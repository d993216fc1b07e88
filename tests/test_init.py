"""`autograder init DIR` makes a course that grades at once, from a checkout and from a wheel."""

from __future__ import annotations

import ast
import os
import resource
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import nbformat
import pytest

from autograder.course import load_course
from autograder.errors import UsageError
from autograder.init import init

ROOT = Path(__file__).parent.parent
NAME = "hello_tensors"
FILES = {
    ".gitignore",
    "README.md",
    "course.yml",
    "nbgrader_config.py",
    "roster.csv",
    f"assignments/{NAME}/{NAME}.ipynb",
    f"solutions/{NAME}/{NAME}.ipynb",
    f"submitted/ada/{NAME}/{NAME}.ipynb",
    f"submitted/brook/{NAME}/{NAME}.ipynb",
    f"tests/hidden/{NAME}/test_{NAME}.py",
}


def files_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def grade_id(cell: nbformat.NotebookNode) -> str:
    return str(cell.metadata.nbgrader.grade_id)


def test_a_new_folder_becomes_a_course(tmp_path: Path) -> None:
    written = init(tmp_path / "courses" / "deep learning", title="Deep Learning")
    course = load_course(tmp_path / "courses" / "deep learning")
    assert {path.relative_to(course.root).as_posix() for path in written} == FILES
    assert files_in(course.root) == FILES
    assert (course.title, course.id) == ("Deep Learning", "deep-learning")
    assert course.roster == course.root / "roster.csv"


def test_an_empty_folder_becomes_a_course(tmp_path: Path) -> None:
    init(tmp_path, title="Deep Learning")
    assert load_course(tmp_path).assignment(NAME).reference.is_file()


@pytest.mark.parametrize(
    "title", ['"Deep" Learning: 1', "딥러닝 #1", "a\\b", "{{id}}", "yes", "- x", "𝔻𝕃 'n"]
)
def test_any_title_survives(tmp_path: Path, title: str) -> None:
    init(tmp_path / "x", title=title)
    if title != "{{id}}":
        assert load_course(tmp_path / "x").title == title
    compile((tmp_path / "x" / "nbgrader_config.py").read_text(), "nbgrader_config.py", "exec")


@pytest.mark.parametrize(
    ("folder", "course_id"), [("DL 2026!", "DL-2026"), ("딥러닝", "딥러닝"), ("...", "course")]
)
def test_the_course_is_named_for_its_folder(tmp_path: Path, folder: str, course_id: str) -> None:
    init(tmp_path / folder, title="x")
    assert load_course(tmp_path / folder).id == course_id


@pytest.mark.parametrize("title", ["", "  ", "two\nlines", "bell\a"])
def test_a_title_is_one_line_of_text(tmp_path: Path, title: str) -> None:
    with pytest.raises(UsageError) as caught:
        init(tmp_path, title=title)
    assert caught.value.code == "bad-title"
    assert files_in(tmp_path) == set()


def test_a_folder_with_anything_in_it_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".hidden").write_text("mine")
    with pytest.raises(UsageError) as caught:
        init(tmp_path, title="x")
    assert caught.value.code == "not-empty"
    assert files_in(tmp_path) == {".hidden"}


def test_a_file_or_dead_link_in_the_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to("nowhere")
    for name in ("file", "link"):
        with pytest.raises(UsageError):
            init(tmp_path / name, title="x")
    assert (tmp_path / "file").read_text() == "mine"


def test_a_folder_that_cannot_be_made_is_an_error_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError) as caught:
        init(tmp_path / "file" / "course", title="x")
    assert caught.value.code == "cannot-write"
    assert "Not a directory" in caught.value.what


def test_a_disk_that_fills_up_leaves_nothing_half_made(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, hard))  # notebooks are larger than this
    try:
        with pytest.raises(UsageError, match="could not be made"):
            init(tmp_path, title="x")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []
    init(tmp_path, title="x")


def test_the_notebooks_are_valid_and_hold_no_output(tmp_path: Path) -> None:
    init(tmp_path, title="x")
    for path in tmp_path.rglob("*.ipynb"):
        notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
        nbformat.validate(notebook)
        assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
        assert not [cell for cell in notebook.cells if cell.get("outputs")]


def test_visible_checks_accept_the_reference_and_name_what_is_wrong(tmp_path: Path) -> None:
    init(tmp_path, title="x")
    reference, brook = (
        nbformat.read(tmp_path / folder / NAME / f"{NAME}.ipynb", as_version=4)
        for folder in ("solutions", "submitted/brook")
    )
    for notebook in (reference, brook):
        namespace: dict[str, object] = {}
        failed = []
        for cell in notebook.cells:
            try:
                if cell.cell_type == "code":
                    exec(cell.source, namespace)
            except AssertionError:
                failed.append(grade_id(cell))
        assert failed == ([] if notebook is reference else ["test_standardize"])


def test_the_points_of_the_suite_are_the_points_of_the_notebook(tmp_path: Path) -> None:
    init(tmp_path, title="x")
    cells = nbformat.read(tmp_path / "solutions" / NAME / f"{NAME}.ipynb", as_version=4).cells
    in_notebook = {
        grade_id(cell).removeprefix("test_"): cell.metadata.nbgrader.points
        for cell in cells
        if cell.metadata.nbgrader.grade
    }
    assert in_notebook == points_of(tmp_path / "tests" / "hidden" / NAME / f"test_{NAME}.py")


def points_of(suite: Path) -> dict[str, float]:
    """Points by cell, from the text: a marker's points, once per parameter set."""
    points: dict[str, float] = {}
    for test in ast.parse(suite.read_text()).body:
        if not isinstance(test, ast.FunctionDef) or not test.name.startswith("test_"):
            continue
        worth, cell, repeats = 0.0, "", 1
        for mark in test.decorator_list:
            assert isinstance(mark, ast.Call)
            if ast.unparse(mark.func).endswith("points"):
                worth = ast.literal_eval(mark.args[0])
                cell = ast.literal_eval(mark.keywords[0].value)
            elif isinstance(mark.args[1], ast.List):
                repeats *= len(mark.args[1].elts)
        points[cell] = points.get(cell, 0) + worth * repeats
    return points


@pytest.mark.thorough
def test_nbgrader_makes_the_students_notebook_from_the_reference(tmp_path: Path) -> None:
    init(tmp_path, title="x")
    shipped = tmp_path / "assignments" / NAME / f"{NAME}.ipynb"
    before = shipped.read_bytes()
    shipped.unlink()
    shipped.parent.rmdir()  # nbgrader leaves a folder that is there alone
    # nbgrader calls its database tool by name, so the scripts' folder has to be on the path
    scripts = sysconfig.get_path("scripts")
    environment = os.environ | {
        "PATH": f"{scripts}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "PYTHONPATH": str(ROOT),
    }
    command = [f"{scripts}/nbgrader", "generate_assignment", NAME]
    result = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert shipped.is_file(), result.stderr
    assert nbformat.reads(before.decode(), as_version=4) == nbformat.read(shipped, as_version=4)


def test_a_course_can_be_made_from_the_built_wheel_alone(tmp_path: Path) -> None:
    wheel = build_wheel(tmp_path / "dist")
    python = install(wheel, tmp_path / "venv")
    program = (
        "from pathlib import Path; import autograder.init as i;"
        "i.init(Path('made'), title='x'); print(i.__file__)"
    )
    result = subprocess.run(
        [python, "-I", "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert result.stdout.startswith(str(tmp_path / "venv"))
    assert files_in(tmp_path / "made") == FILES


def test_the_wheel_holds_what_is_no_python_too(tmp_path: Path) -> None:
    names = set(zipfile.ZipFile(build_wheel(tmp_path)).namelist())
    data = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "autograder").rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert "autograder/py.typed" in data
    assert data <= names
    assert not [name for name in names if name.endswith(".pyc")]


def build_wheel(folder: Path) -> Path:
    """The wheel, by the build backend itself: no network, no environment of its own."""
    folder.mkdir(exist_ok=True)
    program = "import sys; from flit_core import buildapi; buildapi.build_wheel(sys.argv[1])"
    command = [sys.executable, "-c", program, str(folder)]
    subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return next(folder.glob("*.whl"))


def install(wheel: Path, folder: Path) -> str:
    """A fresh environment with the wheel in it, and this environment's libraries behind it.

    Like pip, it compiles every module, the template's too.
    """
    venv.EnvBuilder(with_pip=False, symlinks=True).create(folder)
    python = str(folder / "bin" / "python")
    program = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = Path(subprocess.check_output([python, "-c", program], text=True).strip())
    zipfile.ZipFile(wheel).extractall(site)
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib"))
    subprocess.run([python, "-m", "compileall", "-q", str(site / "autograder")], check=True)
    return python
