"""JupyterLab as a person uses it: menus, tabs, cells of a notebook."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    FrameLocator,
    Locator,
    Page,
    Route,
    ViewportSize,
    expect,
)
from playwright.sync_api import Error as PlaywrightError

from tests.browser.servers import TOKEN, Account, Server

WITHIN_MS = 120_000
VIEW: ViewportSize = {"width": 1280, "height": 860}
RAN = re.compile(r"\[\d+\]")
HARMLESS = (
    "ERR_UNKNOWN_URL_SCHEME",  # JupyterLab asks for a notebook's own picture as if it were a page
    "'allow-scripts' permission",  # it does not let a page of feedback run its MathJax
    "MathJax is not defined",  # formgrader fetches that from the network, which there is not
)


@dataclass(frozen=True)
class Lab:
    """One browser window on somebody's JupyterLab."""

    page: Page
    address: str
    account: Account
    complaints: list[str] = field(default_factory=list)

    def choose(self, menu: str, command: str) -> None:
        """An entry of a menu of the top row, by the command behind it."""
        self._menu(menu).locator(f'[data-command="{command}"]').click()

    def entries(self, menu: str) -> list[str]:
        """What a menu of the top row offers."""
        labels = self._menu(menu).locator(".lm-Menu-itemLabel").all_inner_texts()
        self.page.keyboard.press("Escape")
        return [label for label in labels if label]

    def _menu(self, name: str) -> Locator:
        self.page.locator("#jp-menu-panel").get_by_role("menuitem", name=name, exact=True).click()
        return self.page.locator(".lm-Menu").first

    def tab(self, title: str) -> None:
        self.page.locator(f'#jp-main-dock-panel .lm-TabBar-tabLabel:text-is("{title}")').click()

    def inside(self, panel: str) -> FrameLocator:
        """The page in a page that a panel shows."""
        return self.page.frame_locator(f"{panel} iframe")

    def code(self, beginning: str) -> Cell:
        """The code cell in which a line begins like this."""
        cells = self.page.locator(".jp-CodeCell")
        line = self.page.locator(".cm-line", has_text=re.compile(f"^{re.escape(beginning)}"))
        return Cell(self.page, cells.filter(has=line))

    def answer(self, button: str) -> str:
        """Close a dialogue by one of its buttons; returns what it said."""
        dialogue = self.page.locator(".jp-Dialog-content")
        said = dialogue.inner_text()
        dialogue.locator(".jp-Dialog-button", has_text=button).click()
        dialogue.wait_for(state="detached")
        return said


@dataclass(frozen=True)
class Cell:
    page: Page
    place: Locator

    def write(self, source: str) -> None:
        """Replace what is in the cell, as pasting over everything would."""
        self.place.locator(".cm-content").click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(source)

    def run(self) -> None:
        """Returns when the kernel is done with it; what it shows may come a moment later."""
        self.place.locator(".cm-content").click()
        before = self.place.locator(".jp-InputPrompt").inner_text()
        self.page.keyboard.press("Control+Enter")
        prompt = self.place.locator(".jp-InputPrompt")
        expect(prompt).not_to_have_text(before)
        expect(prompt).to_have_text(RAN)

    def shows(self, words: str) -> None:
        """Somewhere in what it wrote or raised."""
        outputs = self.place.locator(".jp-OutputArea-output")
        expect(outputs.filter(has_text=words)).not_to_have_count(0)

    def shows_nothing(self) -> None:
        expect(self.place.locator(".jp-OutputArea-output")).to_have_count(0)

    def below(self, source: str) -> Cell:
        """A new cell below this one."""
        self.place.locator(".cm-content").click()
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("b")
        empty = self.page.locator(".jp-CodeCell.jp-mod-active").filter(
            has_not_text=re.compile(r"\w")
        )
        index = empty.get_attribute("data-windowed-list-index")
        cell = Cell(self.page, self.page.locator(f'.jp-Cell[data-windowed-list-index="{index}"]'))
        cell.write(source)
        return cell


@contextmanager
def opened(browser: Browser, server: Server) -> Iterator[Lab]:
    """JupyterLab in a window of its own, that reaches this one server and nothing else.

    Where something goes wrong, a picture of the window is left beside the server's log.
    """
    address = server.address()
    context = browser.new_context(viewport=VIEW, timezone_id="UTC", locale="en-GB")
    context.set_default_timeout(WITHIN_MS)
    expect.set_options(timeout=WITHIN_MS)
    context.route("**/*", lambda route: _only_from(address, route))
    page = context.new_page()
    lab = Lab(page, address, server.account)
    page.on("console", lambda message: _listen(lab, message))
    page.on("pageerror", lambda error: _note(lab, str(error)))
    try:
        page.goto(f"{address}lab?token={TOKEN}")
        page.locator(".jp-Launcher").wait_for()
        yield lab
    except BaseException as error:
        picture = server.account.home / "window.png"
        with suppress(PlaywrightError):
            page.screenshot(path=picture)
        error.add_note(f"see {picture} and {server.account.log}; complaints: {lab.complaints}")
        raise
    finally:
        context.close()


def _only_from(address: str, route: Route) -> None:
    url = route.request.url
    if url.startswith((address, "data:", "blob:")):
        route.continue_()
    else:
        route.abort()


def _listen(lab: Lab, message: ConsoleMessage) -> None:
    """Keep what is wrong with pages and extensions; JupyterLab's own worries are not ours."""
    url = message.location.get("url", "")
    ours = url.startswith(lab.address) and "/static/lab/" not in url
    if message.type == "error" and ours:
        _note(lab, f"{url}: {message.text}")


def _note(lab: Lab, complaint: str) -> None:
    if not any(words in complaint for words in HARMLESS):
        lab.complaints.append(complaint)
