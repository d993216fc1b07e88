"""Pictures of what is on the screen, for the documentation: taken where somebody asks for them."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Browser, FloatRect, Locator

from tests.browser.lab import Lab

WANTED = "AUTOGRADER_SCREENSHOTS"  # the folder to put them into; see tools/screenshots.py
WIDTH = 1000


def folder() -> Path | None:
    named = os.environ.get(WANTED)
    return Path(named) if named else None


def take(
    lab: Lab,
    name: str,
    *,
    showing: Locator | None = None,
    at: str = "center",
    height: int | None = None,
) -> None:
    """What JupyterLab shows between its side bars, scrolled to something if need be.

    at      where that comes to lie: "start", "center" or "end" of what is seen
    height  in pixels, where there is nothing but white below
    """
    if (to := folder()) is not None:
        if showing is not None:
            showing.evaluate("(node, block) => node.scrollIntoView({block})", at)
        place = lab.page.locator("#jp-main-dock-panel").bounding_box()
        assert place is not None
        clip: FloatRect = {**place, "height": height or place["height"]}
        lab.page.screenshot(path=to / f"{name}.png", clip=clip)


def take_page(browser: Browser, page: Path, part: str, name: str) -> None:
    """The outputs of a page of feedback in which these words stand, in a tab of the browser."""
    if (to := folder()) is not None:
        tab = browser.new_page(viewport={"width": WIDTH, "height": 1200})
        tab.route("http*://**", lambda route: route.abort())
        tab.goto(page.as_uri())
        tab.locator(".output_subarea", has_text=part).first.screenshot(path=to / f"{name}.png")
        tab.close()
