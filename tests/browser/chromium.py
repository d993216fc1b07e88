"""Which browser there is to drive, and why there may be none."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-sync",
)


def reason_for_none() -> str | None:
    """Why there can be no browser here; None: there can."""
    if program() is None:
        return "no Chromium is installed (Debian: apt install chromium)"
    return None


@functools.cache
def program() -> str | None:
    """A Chromium that starts: Ubuntu's `chromium-browser` may be no more than a hint to a snap."""
    for name in NAMES:
        path = shutil.which(name)
        if path and _starts(path):
            return path
    return None


def _starts(path: str) -> bool:
    try:
        return not subprocess.run(
            [path, "--version"], capture_output=True, timeout=60, check=False
        ).returncode
    except (OSError, subprocess.TimeoutExpired):
        return False


@contextmanager
def started(home: Path) -> Iterator[Browser]:
    """A headless Chromium, gone with all of its processes afterwards.

    home  an existing folder, for what it writes into the home of who starts it
    """
    with sync_playwright() as playwright:
        # Its own sandbox wants user namespaces, which a container or root may not have; the pages
        # are those of two servers that this test starts itself.
        browser = playwright.chromium.launch(
            executable_path=program(),
            chromium_sandbox=False,
            args=list(QUIET),
            env={**os.environ, "HOME": str(home), "TZ": "UTC", "LANG": "C.UTF-8"},
        )
        try:
            yield browser
        finally:
            browser.close()
