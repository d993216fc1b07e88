"""docs/results.md says what there is."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from autograder.report import Provenance
from autograder.store.tables import results

ROOT = Path(__file__).parent.parent.parent
TEXT = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")


def test_every_field_of_the_provenance_is_documented() -> None:
    assert not [each.name for each in fields(Provenance) if f"`{each.name}`" not in TEXT]


def test_every_error_of_the_store_is_documented() -> None:
    source = "\n".join(path.read_text() for path in (ROOT / "autograder" / "store").glob("*.py"))
    codes = set(re.findall(r'"((?:results|lock|batch)-[a-z-]+)"', source))
    assert {"results-lost", "batch-running"} <= codes
    assert not [code for code in codes - {"results-database"} if f"`{code}`" not in TEXT]


def test_the_columns_that_are_named_exist() -> None:
    named = TEXT.partition("has a row per submission:")[2].partition("which is")[0]
    columns = re.findall(r"`(\w+)`", named)
    assert len(columns) == 8
    assert set(columns) <= {column.name for column in results.columns}
