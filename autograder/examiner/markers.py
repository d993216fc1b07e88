"""What a hidden test says about itself to its students: of which kind it is, and when it shows."""

from __future__ import annotations

import pytest

from autograder.report import VISIBLE

CATEGORY_HELP = "category(name): what kind of behaviour a test is about, for its students"
VISIBLE_HELP = "visible(when): when students see how it came out: always, after_due or never"
_NAME_CHARS = 40


def category_of(item: pytest.Item, *, shape: bool) -> str:
    """The nearest marker's: the test's own, else its class's or module's.

    shape   the test is about form alone, which is a category where no marker says another
    raises  ValueError for anything but one short line of text
    """
    name = _only_argument(item, "category", 'one word, such as @pytest.mark.category("gradients")')
    if name is None:
        return "shapes" if shape else ""
    if not name.strip() or len(name) > _NAME_CHARS or not name.isprintable():
        raise ValueError(f"the marker `category` needs one line of at most {_NAME_CHARS} letters")
    return name.strip()


def visibility_of(item: pytest.Item) -> str:
    """Empty where no marker says anything. Raises ValueError for a word that there is not."""
    when = _only_argument(item, "visible", f"one of {', '.join(VISIBLE)}")
    if when is not None and when not in VISIBLE:
        raise ValueError(f'the marker `visible` needs one of {", ".join(VISIBLE)}; got "{when}"')
    return when or ""


def _only_argument(item: pytest.Item, name: str, wanted: str) -> str | None:
    marker = item.get_closest_marker(name)
    if marker is None:
        return None
    if len(marker.args) != 1 or marker.kwargs or not isinstance(marker.args[0], str):
        raise ValueError(f"the marker `{name}` needs {wanted}")
    return marker.args[0]
