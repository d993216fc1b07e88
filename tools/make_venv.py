"""Makes the virtual environment and installs the project with its pins into it.

    python3 tools/make_venv.py .venv

Needs nothing but Python's standard library: Debian's and Ubuntu's python3 come without pip and
without ensurepip, so where that is missing, a pinned pip is fetched from the package index.
Runs on older Pythons far enough to say that they are too old.
"""

import hashlib
import importlib.util
import os
import re
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
import venv

NEEDED = (3, 11)
PIP = "pip-26.3-py3-none-any.whl"
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"
INDEX = os.environ.get("PIP_INDEX_URL", "https://pypi.org/simple")
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
    has_pip = importlib.util.find_spec("ensurepip") is not None
    python = os.path.join(folder, "bin", "python")
    if not os.path.exists(python):
        print(f"making {folder} with Python {version(sys.version_info)}")
        venv.EnvBuilder(with_pip=has_pip, symlinks=True).create(folder)
    look = subprocess.run([python, "-c", "import pip"], stderr=subprocess.DEVNULL, check=False)
    if look.returncode:
        install_pip(python)
    return python


def install_pip(python):
    print(f"this Python has no ensurepip: fetching {PIP} from {host(INDEX)}")
    try:
        wheel = fetch_pip()
    except (OSError, LookupError) as error:
        sys.exit(
            f"error: pip could not be fetched ({error}); install it with your system's packages"
            " (Debian, Ubuntu: apt install python3-venv) and run make again"
        )
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, PIP)
        with open(path, "wb") as file:
            file.write(wheel)
        # a wheel is a zip file, and pip's can be run where it lies
        run_pip = [python, path + "/pip", "install", "--quiet", "--no-index", path]
        subprocess.run(run_pip, check=True)


def fetch_pip():
    """The bytes of the pinned wheel, after a look at its hash."""
    page_url = INDEX.rstrip("/") + "/pip/"
    with urllib.request.urlopen(page_url, timeout=60) as page:
        links = re.findall(r'href="([^"]+)"', page.read().decode("utf-8"))
    link = next((each for each in links if urllib.parse.urlparse(each).path.endswith(PIP)), None)
    if link is None:
        raise LookupError(f"{host(INDEX)} does not list {PIP}")
    with urllib.request.urlopen(urllib.parse.urljoin(page_url, link), timeout=60) as file:
        wheel = file.read()
    if hashlib.sha256(wheel).hexdigest() != PIP_SHA256:
        raise LookupError(f"{PIP} has not the expected hash")
    return wheel


def version(numbers):
    return f"{numbers[0]}.{numbers[1]}"


def host(url):
    """The index without the user and password that its URL may hold."""
    return urllib.parse.urlparse(url).hostname or "the package index"


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else ".venv")
