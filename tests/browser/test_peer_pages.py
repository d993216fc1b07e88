"""The page of a study group's session, in a real browser: read, printed, filled in, saved."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, FloatRect, Page
from typer.testing import CliRunner

from autograder.cli import app
from autograder.peer.pack.files import write_pack
from autograder.peer.pack.meeting import Asks
from autograder.peer.record import read_record
from tests.browser import pictures
from tests.peer.pack.groups import NAME, make, make_class, written
from tests.peer.pack.packs import MEMBERS, a_manifest, a_pack

pytestmark = pytest.mark.needs_browser

LONG = "def softmax(logits, dim=-1):\n    return " + " + ".join(["logits.exp()"] * 20)
# Where focus is and how it is shown: nothing for the page's body.
FOCUSED = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const style = getComputedStyle(at);
  return [at.id || at.getAttribute("href") || at.tagName + ":" + at.textContent.slice(0, 30),
    style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    [...document.querySelectorAll("*")].indexOf(at)];
}"""
CONTROLS = """() => [...document.querySelectorAll(
    "input, textarea, button, summary, pre, a[href]")]
  .filter((each) => each.checkVisibility()).length"""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return write_pack(a_manifest(), tmp_path / "sessions", None).page


def opened(browser: Browser, page: Path, width: int = 1280, **settings: object) -> Page:
    """The page, and every word of its console and every request in lists on it."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, accept_downloads=True, **settings
    )
    tab = context.new_page()
    tab.said, tab.asked = [], []  # type: ignore[attr-defined]
    tab.on("console", lambda message: tab.said.append(message.text))  # type: ignore[attr-defined]
    tab.on("pageerror", lambda error: tab.said.append(str(error)))  # type: ignore[attr-defined]
    tab.on("request", lambda request: tab.asked.append(request.url))  # type: ignore[attr-defined]
    tab.goto(page.as_uri())
    return tab


def quiet(tab: Page) -> bool:
    own = [url for url in tab.asked if not url.startswith(("file:", "data:", "blob:"))]  # type: ignore[attr-defined]
    return not own and not tab.said  # type: ignore[attr-defined]


@pytest.mark.parametrize("width", [390, 1280, 1920])
@pytest.mark.parametrize("language", ["en", "ko"])
def test_nothing_is_wider_than_the_screen_but_code_in_its_own_box(
    browser: Browser, tmp_path: Path, width: int, language: str
) -> None:
    pack = a_pack(language=language)
    answers = pack.contrasts[0].answers
    wide = tuple(type(a)(label=a.label, symbol=a.symbol, code=LONG) for a in answers)
    contrast = type(pack.contrasts[0])(symbol="softmax", answers=wide)
    made = a_manifest(pack=a_pack(language=language, contrasts=(contrast,)))
    tab = opened(browser, write_pack(made, tmp_path, None).page, width)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    scrolls = tab.evaluate(
        "[...document.querySelectorAll('article pre')].map((e) => e.scrollWidth > e.clientWidth)"
    )
    assert len(scrolls) == 3
    assert all(scrolls)
    assert quiet(tab)


def test_every_control_is_reached_by_tab_and_shows_that_it_has_the_focus(
    browser: Browser, pack: Path
) -> None:
    tab = opened(browser, pack)
    there = tab.evaluate(CONTROLS)
    assert there > 30
    seen = []
    for _ in range(3 * there):
        tab.keyboard.press("Tab")
        found = tab.evaluate(FOCUSED)
        if found is None or (seen and found == seen[0]):
            break
        seen.append(found)
    assert not [name for name, visible, _ in seen if not visible]
    names = {name for name, _, _ in seen}
    assert {"moderator", "here-1", "goal-3", "answer-1", "new-questions", "try", "save"} <= names
    assert len(seen) >= there  # a date has a stop for each of its parts
    assert seen[0][0] == "#agenda", "first of all one may skip to the agenda"


def test_j_and_k_go_from_section_to_section_but_not_while_somebody_types(
    browser: Browser, pack: Path
) -> None:
    tab = opened(browser, pack)
    at = "document.activeElement.id"
    for _ in range(3):
        tab.keyboard.press("j")
    assert tab.evaluate(at) == "c-softmax-1-h"
    tab.keyboard.press("k")
    assert tab.evaluate(at) == "scrum-h"
    tab.fill("#keep", "")
    tab.focus("#keep")
    tab.keyboard.type("just kept")
    assert tab.input_value("#keep") == "just kept"
    assert tab.evaluate(at) == "keep"


def fill(tab: Page) -> None:
    tab.check("#here-1")
    tab.check("#here-3")
    tab.fill("#presenters", "ada, ohm")
    tab.fill("#goal-2", "[read] chapter 4: all of it")
    tab.check("#done-1")
    tab.check("#answered-1")
    tab.fill("#answer-1", "because of the learning rate\nsee chapter 2")
    tab.fill("#new-questions", "What of ties?\n\n<!-- is this: a comment?")
    tab.fill("#decisions", "meet on Mondays")
    tab.fill("#keep", "short rounds")
    tab.fill("#problem", "too long")
    tab.fill("#try", "a timer\n[x] another")


def test_what_is_saved_is_a_record_that_the_command_takes(browser: Browser, tmp_path: Path) -> None:
    its = make_class(tmp_path / "course", {"blue": [member.id for member in MEMBERS]})
    page = write_pack(a_manifest(), tmp_path / "sessions", None).page
    tab = opened(browser, page)
    fill(tab)
    with tab.expect_download() as download:
        tab.click("#save")
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)
    assert saved.name == f"2026-10-07-{NAME}.md"
    record = read_record(saved)
    assert (str(record.date), record.session, record.group) == ("2026-10-07", NAME, "blue")
    assert (record.moderator, record.presenters) == ("kim", ("ada", "ohm"))
    assert record.present == ("kim", "ohm")
    assert [(g.person, g.text, g.done) for g in record.goals] == [
        ("kim", "read chapter 3", True),
        ("", "meet earlier", False),
        ("ada", "[read] chapter 4: all of it", False),
    ] or [g.person for g in record.goals] == ["kim", "", "ada"]
    answered = {question.text: question.answered for question in record.questions}
    assert answered["Why the mean?"] is True
    assert answered["What of ties?"] is False
    assert len(answered) == 3
    assert [point.text for point in record.decisions] == ["meet on Mondays"]
    assert [point.text for point in record.keep] == ["short rounds"]
    assert [point.text for point in record.problems] == ["too long"]
    assert [point.text for point in record.tries] == ["a timer", "[x] another"]
    words = ["peer", "record", "--from", str(saved), "--group", "blue", "--course", str(its.root)]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, (done.output, done.exception)
    kept = its.root / "peer" / "blue" / "records" / saved.name
    assert read_record(kept).present == ("kim", "ohm")
    assert quiet(tab)


def test_what_is_typed_is_there_again_after_a_reload_and_gone_when_it_is_cleared(
    browser: Browser, pack: Path
) -> None:
    tab = opened(browser, pack)
    fill(tab)
    tab.reload()
    assert tab.input_value("#keep") == "short rounds"
    assert tab.is_checked("#here-3")
    tab.click("#forget")
    tab.reload()
    assert tab.input_value("#keep") == ""
    assert tab.input_value("#moderator") == "kim"
    assert not tab.is_checked("#here-3")
    assert quiet(tab)


def test_without_javascript_all_of_it_can_be_read(browser: Browser, pack: Path) -> None:
    tab = opened(browser, pack, java_script_enabled=False)
    text = tab.inner_text("body")
    assert "Concept 2 of softmax" not in text, "there are two concepts, of two symbols"
    assert "Concept 1 of softmax" in text
    assert "print the page" in text
    assert not tab.is_visible("#save")


def take_picture(browser: Browser, root: Path) -> None:
    """Of a real pack, for the documentation; see tools/screenshots.py."""
    if (to := pictures.folder()) is None:
        return
    its = make_class(root)
    its.submit("kim", its.wrong("no_shift"))
    asks = Asks(at="2026-10-07 19:00", moderator="ada", presenters="kim,ohm")
    order = its.order(asks=asks, no_answers=True)
    page, _ = written(order, make(order))
    tab = opened(browser, page, 1100)
    end = tab.locator("section[id^=c-] pre").last.bounding_box()
    assert end is not None
    clip: FloatRect = {"x": 0, "y": 0, "width": 1100, "height": end["y"] + end["height"] + 20}
    tab.screenshot(path=to / "session.png", clip=clip, full_page=True)


def test_printing_gives_text_with_everything_unfolded(
    browser: Browser, pack: Path, tmp_path: Path
) -> None:
    take_picture(browser, tmp_path / "course")
    tab = opened(browser, pack)
    tab.emulate_media(media="print")
    assert not tab.is_visible("#save")
    assert tab.is_visible("text=overflow")
    data = tab.pdf(format="A4")
    assert data.startswith(b"%PDF")
    assert b"/Font" in data


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_in_light_and_in_dark(browser: Browser, pack: Path, scheme: str) -> None:
    """WCAG's contrast ratio: 4.5 and more, of words, links, quiet words and code."""
    tab = opened(browser, pack, color_scheme=scheme)
    ratios = tab.evaluate(
        """() => {
      const light = (text) => {
        const parts = text.match(/[\\d.]+/g).slice(0, 3).map((n) => n / 255)
          .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
      };
      const behind = (e) => {
        for (; e; e = e.parentElement) {
          const color = getComputedStyle(e).backgroundColor;
          if (!color.endsWith(", 0)") && color !== "transparent") return color;
        }
        return "rgb(255, 255, 255)";
      };
      return ["p", "a[href]:not(.skip)", ".quiet", "small", "pre code", "button"].map((s) => {
        const e = document.querySelector("main " + s);
        const [a, b] = [light(getComputedStyle(e).color), light(behind(e))];
        return [s, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)];
      });
    }"""
    )
    assert len(ratios) == 6
    assert not [pair for pair in ratios if pair[1] < 4.5]
