"""nbgrader's feedback template, rendered without doing the same work for every student.

nbconvert ends by parsing the whole page, to give images alternative texts: most of the time of a
page. Here the page is rendered with marks in place of its large parts (Markdown, highlighted code,
tables of tests), the parts are parsed on their own, and those that are the same for every student
only once.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from functools import lru_cache
from html import escape
from typing import Any

from bs4 import BeautifulSoup
from jinja2 import pass_context
from nbconvert.exporters import HTMLExporter
from nbconvert.exporters.exporter import ResourcesDict
from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.markdown_mistune import InvalidNotebook
from nbconvert.filters.strings import strip_files_prefix
from nbconvert.filters.widgetsdatatypefilter import WidgetsDataTypeFilter
from nbformat.notebooknode import NotebookNode
from traitlets.utils.importstring import import_item

REMEMBERED = 512  # parts: those of a released notebook are the same for every student
NO_ALT_TEXT = "No description has been provided for this image"  # nbconvert's words


class FeedbackExporter(HTMLExporter):  # type: ignore[misc]
    """HTMLExporter's result, byte for byte, for notebooks that are known to be valid."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._nonce = secrets.token_hex(8)  # a student cannot write a mark
        self._marks = re.compile(f'<i data-{self._nonce}="([0-9]+)"></i>')
        self._parts: list[str] = []
        self._head = lru_cache(maxsize=8)(_parsed_head)
        self._markdown = lru_cache(maxsize=REMEMBERED)(self._render_markdown)
        self._table = lru_cache(maxsize=REMEMBERED)(_parsed)
        self._highlighted = lru_cache(maxsize=REMEMBERED)(self._render_code)

    def use(self, classes: Iterable[Any]) -> None:
        """The course's preprocessors for feedback, but for those whose work is done before."""
        for kind in classes:
            found = import_item(kind) if isinstance(kind, str) else kind
            if found.__name__ not in ("GetGrades", "StudentsView"):
                self.register_preprocessor(found)

    def page(self, nb: NotebookNode, resources: ResourcesDict) -> str:
        """The whole page; changes `nb`."""
        self._parts = []
        language = nb.metadata.get("language_info", {})
        lexer = language.get("pygments_lexer", language.get("name"))
        resources = self._init_resources(resources)
        self.register_filter("highlight_code", self._highlighter(lexer))
        self.register_filter(
            "filter_data_type",
            WidgetsDataTypeFilter(
                notebook_metadata=self._nb_metadata, parent=self, resources=resources
            ),
        )
        if not self.sanitize_html:
            self._mark_tables(nb)
        html, _ = TemplateExporter.from_notebook_node(self, nb, resources)
        return self._marks.sub(lambda mark: self._parts[int(mark[1])], self._parsed(html))

    def _preprocess(
        self, nb: NotebookNode, resources: ResourcesDict
    ) -> tuple[NotebookNode, ResourcesDict]:
        """Without copying and validating before and after every step."""
        for step in self._preprocessors:
            nb, resources = step(nb, resources)
        return nb, resources

    def _mark(self, part: str) -> str:
        """An element in the part's place; white space at its ends is the page's to collapse."""
        inner = part.strip()
        self._parts.append(inner)
        start = part.find(inner)
        mark = f'<i data-{self._nonce}="{len(self._parts) - 1}"></i>'
        return part[:start] + mark + part[start + len(inner) :]

    def _mark_tables(self, nb: NotebookNode) -> None:
        for cell in nb.cells:
            for output in cell.get("outputs", ()):
                if "text/html" in output.get("data", {}):
                    output.data["text/html"] = self._mark(self._table(output.data["text/html"]))

    def _highlighter(self, lexer: str | None) -> Any:
        def highlight_code(source: str, language: str | None = None, metadata: Any = None) -> str:
            magics = (metadata or {}).get("magics_language")
            return self._mark(self._highlighted(source, language, magics, lexer))

        return highlight_code

    def _render_code(
        self, source: str, language: str | None, magics: str | None, lexer: str | None
    ) -> str:
        highlight = Highlight2HTML(pygments_lexer=lexer, parent=self)
        metadata = {"magics_language": magics} if magics else {}
        html: str = highlight(source, language=language, metadata=metadata)
        # What parsing and printing would change in Pygments' output, which is all well formed.
        opening, rest = html.split(">", 1)
        opening = opening.replace('class=" ', 'class="')
        return f"{opening}>" + rest.replace("&#39;", "'").replace("&quot;", '"')

    @pass_context
    def markdown2html(self, context: Any, source: str) -> str:
        attachments = context.get("cell", {}).get("attachments", {})
        key = tuple((name, tuple(bundle.items())) for name, bundle in attachments.items())
        path = context.get("resources", {}).get("metadata", {}).get("path", "")
        return self._mark(self._markdown(source, key, path))

    def _render_markdown(
        self, source: str, attachments: tuple[tuple[str, tuple[Any, ...]], ...], path: str
    ) -> str:
        context = {
            "cell": {"attachments": {name: dict(bundle) for name, bundle in attachments}},
            "resources": {"metadata": {"path": path}},
        }
        try:
            html = super().markdown2html(context, source)
        except (InvalidNotebook, RecursionError):  # a lost attachment; a thousand nested quotes
            html = f"<pre>{escape(source)}</pre>"
        return _parsed(strip_files_prefix(html))  # the template's next filter sees only the mark

    def _parsed(self, html: str) -> str:
        """Head and body apart: the head, with all of Bootstrap's styles, is always the same."""
        head, closing, rest = html.partition("</head>")
        body, end, tail = rest.rpartition("</html>")
        return self._head(head + closing) + _parsed(body) + end + tail


def _parsed(html: str) -> str:
    """As HTMLExporter does with a page: every element closed, every image with a text."""
    soup = BeautifulSoup(html, features="html.parser")
    for image in soup.select("img:not([alt])"):
        image.attrs["alt"] = NO_ALT_TEXT
    return str(soup)


def _parsed_head(head: str) -> str:
    return str(BeautifulSoup(head, features="html.parser")).removesuffix("</html>")
