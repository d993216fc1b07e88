"""What an instructor does in formgrader, which JupyterLab shows as a page in a page."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import FrameLocator, Locator

from tests.browser.lab import Lab


@dataclass(frozen=True)
class Formgrader:
    lab: Lab
    assignment: str

    def open(self) -> None:
        """Menu Nbgrader, Formgrader, with the file browser out of the way."""
        self.lab.page.keyboard.press("ControlOrMeta+b")
        self.lab.choose("Nbgrader", "nbgrader:open-formgrader")

    @property
    def page(self) -> FrameLocator:
        return self.lab.inside("#formgrader-iframe")

    def open_assignments(self) -> None:
        """The list of assignments anew; the page of a submission leads there by way of another."""
        for title in ("Manual Grading", "Manage Assignments"):
            self.page.get_by_role("link", name=title).click()
            self.page.get_by_role("heading", name=title).wait_for()

    def row(self, text: str) -> Locator:
        return self.page.locator("#main-table tr", has_text=text)

    def press(self, text: str, column: str) -> str:
        """The symbol in that column of a row; returns the log of what then happened."""
        self.row(text).locator(f".{column} a").click()
        said = self.page.locator(".modal-content")
        log = said.inner_text()
        said.get_by_role("button", name="OK").click()
        said.wait_for(state="detached")
        return log

    def open_submissions(self) -> None:
        self.row(self.assignment).locator(".num-submissions a").click()
        self.page.locator(".autograde a").wait_for()

    def open_submission(self, student: str) -> None:
        """The notebook of a student who was graded, to grade it by hand."""
        self.row(student).locator(".student-name a").click()
        self.row(self.assignment).locator("td.name a").click()
        self.page.locator(".nbgrader_cell").first.wait_for()

    def comment(self, symbol: str, text: str) -> Locator:
        return self._fill(f"#{symbol}-comment", text)

    def extra_credit(self, symbol: str, points: str) -> None:
        self._fill(f"#test_{symbol}_extra_credit", points)

    def _fill(self, field: str, value: str) -> Locator:
        """Formgrader saves what has lost the focus, and shows a tick when the server has it."""
        cell = self.page.locator(".nbgrader_cell", has=self.page.locator(field))
        cell.locator(field).fill(value)
        cell.locator(field).blur()
        cell.locator(".save-icon").first.wait_for()
        return cell.locator(field)
