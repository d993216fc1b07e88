"""Makes the virtual environment and installs the project with its pins into it.

    python3 tools/make_venv.py .venv

Needs nothing but Python's standard library, and ensurepip, which Debian and Ubuntu put into a
package of its own: where that is missing, root gets it installed and others are told how.
Runs on older Pythons far enough to say that they are too old.
"""

import importlib.util
import os
import shutil
import subprocess
import sys

NEEDED = (3, 11)
PROJECT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def main(folder):
    if sys.version_info < NEEDED:
        sys.exit(
            f"error: Python {version(NEEDED)} or newer is needed, and {sys.executable} is"
            f" {version(sys.version_info)}; name another with make PYTHON3=/path/to/python3"
        )
    python = make_environment(folder)
    print("installing what constraints.txt pins (torch is large: a few minutes the first time)")
    pip = [python, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    constraints = os.path.join(PROJECT, "constraints.txt")
    result = subprocess.run([*pip, "-c", constraints, "-e", PROJECT + "[dev]"], check=False)
    if result.returncode:
        sys.exit("error: pip could not install the project, see its words above; run make again")


def make_environment(folder):
    """A virtual environment with pip in it; returns its Python."""
    python = os.path.join(folder, "bin", "python")
    look = [python, "-c", "import pip"]
    if os.path.exists(python) and not subprocess.run(look, check=False).returncode:
        return python
    if importlib.util.find_spec("ensurepip") is None:
        install_ensurepip()
    print(f"making {folder} with Python {version(sys.version_info)}")
    subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
    return python


def install_ensurepip():
    """Debian's and Ubuntu's python3 comes without it; their package python3-venv brings it."""
    if os.geteuid() or not shutil.which("apt-get"):
        sys.exit(
            "error: this Python cannot make virtual environments with pip; install that part of it"
            " (Debian, Ubuntu: sudo apt install python3-venv) and run make again"
        )
    print("this Python has no ensurepip: installing python3-venv")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update", "-q"], ["install", "-q", "-y", "python3-venv"]):
        if subprocess.run(["apt-get", *words], env=environment, check=False).returncode:
            sys.exit("error: apt-get failed, see its words above; run make again")


def version(numbers):
    return f"{numbers[0]}.{numbers[1]}"


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else ".venv")
