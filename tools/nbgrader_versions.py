"""Runs the tests that concern nbgrader against every version of it that we say we work with.

    python tools/nbgrader_versions.py [VERSION ...] [--all]

Each version is installed by itself into a temporary folder, which is put first on the path of the
tests: everything else stays as it is in this environment. Needs a package index.

--all   the tests that take long too (half an hour for all versions)

Exit status: 0 all passed, 1 some did not, 2 the versions cannot be had.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
VERSIONS = ("0.9.0", "0.9.1", "0.9.2", "0.9.3", "0.9.4", "0.9.5", "0.9.6")
TESTS = ("tests/gradebook", "tests/adoption")
# Older versions make Python and SQLAlchemy warn, and here warnings are errors.
QUIET = ("ignore::DeprecationWarning", "ignore::sqlalchemy.exc.SADeprecationWarning")
# pytest, once it is certain that the version in question is the one that is tested.
FOUND = """
import sys, nbgrader, pytest
place = sys.argv[1]
assert nbgrader.__file__.startswith(place), f"{nbgrader.__file__} is not in {place}"
sys.exit(pytest.main(sys.argv[2:]))
"""


def main(arguments: list[str]) -> int:
    chosen = [each for each in arguments if not each.startswith("-")] or list(VERSIONS)
    if unknown := [each for each in chosen if not re.fullmatch(r"0\.9\.\d+", each)]:
        print(f"these are no versions of nbgrader 0.9: {', '.join(unknown)}", file=sys.stderr)
        return 2
    passed = True
    with TemporaryDirectory() as folder:
        for version in chosen:
            place = Path(folder, version)
            if why := install(version, place):
                print(f"nbgrader {version} cannot be installed: {why}", file=sys.stderr)
                return 2
            started = time.monotonic()
            done = run_tests(place, thorough="--all" in arguments)
            passed &= done.returncode == 0
            took_s = time.monotonic() - started
            print(f"nbgrader {version}: {last_line(done.stdout)} ({took_s:.0f} s)", flush=True)
            if done.returncode:
                print(done.stdout, done.stderr, sep="\n", file=sys.stderr)
    return 0 if passed else 1


def install(version: str, place: Path) -> str:
    """Returns why it did not work; "" if it did."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run(
        [*pip, "--no-deps", "--target", str(place), f"nbgrader=={version}"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return "" if done.returncode == 0 else last_line(done.stderr)


def run_tests(place: Path, *, thorough: bool) -> subprocess.CompletedProcess[str]:
    """The tests, where `import nbgrader` finds this version, in their own processes too."""
    own = Path(sys.executable).parent
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join((str(place), str(ROOT))),
        "PATH": os.pathsep.join((str(own), os.environ.get("PATH", ""))),  # alembic
    }
    marks = [] if thorough else ["-m", "not thorough"]
    quiet = [word for each in QUIET for word in ("-W", each)]
    return subprocess.run(
        [sys.executable, "-c", FOUND, str(place), "-q", *marks, *quiet, *TESTS],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def last_line(text: str) -> str:
    return (text.strip().splitlines() or ["no output"])[-1]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
