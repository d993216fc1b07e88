"""What a course hides, and an independent search for it: slow, and nothing of the platform's.

A line is hidden if a file of an instructor's has it and no cell of a released notebook shows it.
"""

from __future__ import annotations

import html
import json
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

NAME = "hello_tensors"
SOLUTION = "centred = x - x.mean(dim=dim, keepdim=True)"
ALTERNATIVE = "total = sum(row.square() for row in centred_rows)"
MISCONCEPTION = "return (x - x.mean()) / x.std(unbiased=True)"
SUITE = "inputs = torch.full((7, 3), 2.5, dtype=torch.float64)"
PROOF = '"test_constant_rows_stay_finite": "a hidden name"'
EQUIVALENT = "reason: the two formulas are equal for every dim"

_FILES = {
    f"solutions/{NAME}/alternatives/loops.py": f"def squared(rows):\n    {ALTERNATIVE}\n",
    f"solutions/{NAME}/misconceptions/wrong.py": f"def standardize(x):\n    {MISCONCEPTION}\n",
    f"solutions/{NAME}/proof.json": "{" + f"\n {PROOF}\n" + "}\n",
    f"solutions/{NAME}/equivalent.yml": f"- {EQUIVALENT}\n",
    f"tests/hidden/{NAME}/conftest.py": f"def made():\n    {SUITE}\n",
}


def plant_hidden_files(root: Path) -> None:
    for name, text in _FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (root / "tests" / "hidden" / NAME / "table.bin").write_bytes(bytes(range(256)) * 4)


def hidden_lines(root: Path) -> dict[str, str]:
    """Line → where it stands."""
    shown = {line for path in (root / "assignments").rglob("*.ipynb") for line in _cell_lines(path)}
    lines: dict[str, str] = {}
    for folder in ("solutions", "tests/hidden"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".py", ".json", ".yml", ".txt"):
                lines |= dict.fromkeys(path.read_text(encoding="utf-8").split("\n"), str(path))
            elif path.suffix == ".ipynb":
                lines |= dict.fromkeys(_cell_lines(path), str(path))
    return {
        line.strip(): where
        for line, where in lines.items()
        if len(line.strip()) >= 16
        and line.strip() not in {each.strip() for each in shown}
        # An import says nothing, and `import torch.nn.functional as F` may stand anywhere.
        and not line.strip().startswith(("import ", "from ", "raise NotImplementedError"))
    }


def texts_in(data: bytes) -> str:
    """Everything that a file says, with and without the escapes of JSON and HTML."""
    text = data.decode("utf-8", "replace")
    strings: list[str] = []
    if text[:1] in "{[":
        strings = list(_strings(json.loads(text)))
    return "\n".join([text, *strings, html.unescape(text)])


def objects_of(repository: Path) -> dict[str, bytes]:
    """Every git object, decompressed by git, whether a branch leads to it or not."""

    def git(*arguments: str) -> bytes:
        return subprocess.run(
            ["git", *arguments], cwd=repository, capture_output=True, check=True
        ).stdout

    listing = git("cat-file", "--batch-all-objects", "--batch-check").decode().splitlines()
    found = {}
    for line in listing:
        identity, kind, _ = line.split()
        found[f"{kind} {identity}"] = git("cat-file", kind, identity)
    return found


def members_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _cell_lines(path: Path) -> list[str]:
    cells = json.loads(path.read_bytes())["cells"]
    return [line for cell in cells for line in "".join(cell["source"]).split("\n")]


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
