"""What came of the checks, as HTML for a notebook and as text for a terminal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from autograder.magics.checks import Checked, State
from autograder.magics.words import Words

_MARKS = {
    State.PASSED: "✓",
    State.FAILED: "✗",
    State.ERROR: "!",
    State.NOT_STARTED: "○",
    State.UNDEFINED: "?",
}
# Told apart by mark and word first. Colours have 4.5:1 on white and on JupyterLab's dark ground.
_COLOURS = {State.PASSED: "#1a7f5a", State.FAILED: "#c2410c", State.ERROR: "#c2410c"}
_QUIET = "#6b7280"
_CELL = "text-align:left;vertical-align:top;padding:.3em .8em;white-space:normal"


@dataclass(frozen=True, slots=True)
class Table:
    """Jupyter shows `_repr_html_`, a terminal `repr`."""

    results: Sequence[Checked]
    words: Words

    @property
    def summary(self) -> str:
        passed = sum(each.state is State.PASSED for each in self.results)
        return self.words.summary.format(passed=passed, total=len(self.results))

    def _repr_html_(self) -> str:
        words = self.words
        head = "".join(
            f'<th scope="col" style="{_CELL}">{escape(name)}</th>'
            for name in (words.function, words.result, words.told)
        )
        rows = "".join(map(self._row, self.results))
        return (
            f'<div lang="{words.language}"><table style="border-collapse:collapse">'
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
            f"<p>{escape(self.summary)} {escape(words.reminder)}</p></div>"
        )

    def _row(self, each: Checked) -> str:
        colour = _COLOURS.get(each.state, _QUIET)
        told = "<br>".join(map(_html, each.messages))
        return (
            f'<tr><th scope="row" style="{_CELL}"><code>{escape(each.symbol)}</code></th>'
            f'<td style="{_CELL};color:{colour};font-weight:600">{_MARKS[each.state]} '
            f"{escape(self._result(each))}</td>"
            f'<td style="{_CELL}">{told}</td></tr>'
        )

    def __repr__(self) -> str:
        lines: list[str] = []
        for each in self.results:
            lines.append(f"{_MARKS[each.state]} {each.symbol}: {self._result(each)}")
            lines += [f"    {line}" for message in each.messages for line in message.splitlines()]
        return "\n".join([*lines, f"{self.summary} {self.words.reminder}"])

    def _result(self, each: Checked) -> str:
        words = self.words
        counted = words.holds.format(passed=each.passed, total=each.total)
        match each.state:
            case State.PASSED:
                return words.all_hold.format(total=each.total) if each.total else "–"
            case State.FAILED:
                return f"{words.failed}: {counted}"
            case State.ERROR:
                return f"{words.error}: {counted}"
            case State.NOT_STARTED:
                return words.not_started
            case State.UNDEFINED:
                return words.not_defined


def _html(message: str) -> str:
    """Lines stay lines, and what stands between backticks is code."""
    return re.sub("`([^`<]+)`", r"<code>\1</code>", escape(message)).replace("\n", "<br>")
