"""A browser for the tests, or the reason why there is none."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser import chromium


@pytest.fixture
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Where a browser was promised (see .ci/run), its absence is a failure and no skip."""
    reason = chromium.reason_for_none()
    if reason and "browser" in os.environ.get("AUTOGRADER_TESTS_NEED", ""):
        pytest.fail(f"a browser was promised: {reason}")
    if reason:
        pytest.skip(reason)
    with chromium.started(tmp_path_factory.mktemp("browser")) as browser:
        yield browser
