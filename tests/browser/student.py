"""What a student does in JupyterLab, from the list of assignments to the page of feedback."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import FrameLocator, expect

from tests.browser.lab import Lab


@dataclass(frozen=True)
class Student:
    lab: Lab
    assignment: str

    def fetch(self) -> None:
        """Menu Nbgrader, Assignment List; then the button beside the assignment."""
        self.lab.choose("Nbgrader", "nbgrader:open-assignment-list")
        self._press("released", "Fetch")
        self.lab.page.locator("#fetched_assignments_list > .list_item").wait_for()

    def open_notebook(self) -> None:
        fetched = self.lab.page.locator("#fetched_assignments_list > .list_item")
        fetched.locator(".assignment-notebooks-link").click()
        fetched.locator(".nested_list_item a", has_text=self.assignment).click()
        # The notebook's own sign is "idle" before there is a kernel; what is run then is lost.
        status = self.lab.page.locator(".jp-StatusBar-TextItem", has_text="(ipykernel) | Idle")
        status.wait_for()

    def save(self) -> None:
        self.lab.choose("File", "docmanager:save")
        expect(self.lab.page.locator(".lm-TabBar-tab.jp-mod-dirty")).to_have_count(0)

    def run_everything_anew(self) -> None:
        """Restart the kernel and run all cells, one after another, until one raises."""
        self.lab.choose("Run", "runmenu:restart-and-run-all")
        self.lab.answer("Restart")

    def validate(self) -> str:
        """The button above the notebook; returns what nbgrader says, in its own dialogue."""
        self.lab.page.locator("jp-button.validate-button").click()
        self.lab.page.locator(".nbgrader-SuccessDialog, .nbgrader-ErrorDialog").wait_for()
        return self.lab.answer("Ok")

    def submit(self) -> None:
        self.lab.tab("Assignments")
        self._press("fetched", "Submit")
        self.lab.page.locator("#submitted_assignments_list > .list_item").wait_for()

    def fetch_feedback(self) -> FrameLocator:
        """Refresh the list, fetch, and open the page from the file browser."""
        page = self.lab.page
        page.locator("#refresh_assignments_list").click()
        self._press("submitted", "Fetch Feedback")
        page.get_by_text("(view feedback)").click()
        page.locator(".jp-DirListing-item", has_text=f"{self.assignment}.html").dblclick()
        return self.lab.inside(".jp-HTMLViewer")

    def _press(self, part: str, button: str) -> None:
        items = self.lab.page.locator(f"#{part}_assignments_list > .list_item")
        items.filter(has_text=self.assignment).get_by_role("button", name=button).click()
