"""The made-up students who are right, wrong or odd, or whose files are broken."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from kinds import LATE, Expect, HandIn, Persona, costs_one_cell, flagged, no_grade
from mischief import FORBIDDEN, HOSTILE
from notebooks import Material, cell, every_cell, honest, insert, mistaken, write


def batch(given: Material, random: Random) -> list[HandIn]:
    """All that is handed in for one assignment: 17 submissions."""
    personas = [*RIGHT, *_rotated(ODD, 3, given), *_rotated(BROKEN, 2, given)]
    personas += _rotated([p for p in HOSTILE if _makes_sense(p, given)], 3, given)
    return [
        *(persona.hand_in(given) for persona in personas),
        *_other_ways(given, random),
        *_mistakes(given, random),
    ]


def _rotated(personas: list[Persona], count: int, given: Material) -> list[Persona]:
    """Another few for each assignment, so that every persona comes up somewhere."""
    start = count * given.number
    return [personas[(start + i) % len(personas)] for i in range(count)]


def _makes_sense(persona: Persona, given: Material) -> bool:
    return persona.student != "getattr-gerd" or given.name in FORBIDDEN


def _other_ways(given: Material, random: Random) -> list[HandIn]:
    """Right answers in other styles: the Korean one, and two of the rest."""
    files = given.alternatives()
    korean = [path for path in files if path.stem.startswith("korean")]
    others = [path for path in files if path not in korean]
    chosen = [*random.sample(others, 2), *korean[:1]]
    return [
        _handed_in(student, given, "right", path.stem.replace("_", " "), honest(given, path))
        for student, path in zip(
            ("otto-otherwise", "ines-inventive", "한별-한글"), chosen, strict=True
        )
    ]


def _mistakes(given: Material, random: Random) -> list[HandIn]:
    handed_in = []
    chosen = random.sample(given.misconceptions(), 3)
    for student, path in zip(("wren-wrong", "milo-mistaken", "alma-almost"), chosen, strict=True):
        symbol, story, notebook = mistaken(given, path)
        expect = Expect(points="some", cell=symbol)
        handed_in.append(_handed_in(student, given, "wrong", story, notebook, expect))
    return handed_in


def _handed_in(
    student: str,
    given: Material,
    kind: str,
    story: str,
    notebook: dict[str, Any],
    expect: Expect | None = None,
) -> HandIn:
    return HandIn(
        student=student,
        assignment=given.name,
        kind=kind,
        story=story,
        data=write(notebook),
        expect=expect or Expect(),
        file=f"{given.name}.ipynb",
    )


# ---- odd: notebooks as students really leave them ---------------------------------------------


def _magics(given: Material) -> bytes:
    notebook = given.filled()
    for symbol in given.symbols:
        cell(notebook, symbol)["source"] = f"%%time\n{given.answers[symbol]}"
    insert(
        notebook,
        "%matplotlib inline\n%load_ext autoreload\n!pip install --quiet einops\n"
        "import matplotlib.pyplot as plt",
        at=0,
    )
    insert(notebook, "%%bash\nnvidia-smi || echo no luck")
    insert(notebook, "files = !ls\nplt.plot([len(f) for f in files])")
    return write(notebook)


def _scratch(given: Material) -> bytes:
    notebook = given.filled()
    insert(notebook, "raise RuntimeError('why does this not work?!')", at=0)
    insert(notebook, "for x in range(3) print x", at=3)
    insert(
        notebook,
        "import time\n\nfor epoch in range(600):  # ten minutes\n    time.sleep(1)\n"
        "    print('epoch', epoch)",
        at=4,
    )
    return write(notebook)


def _elsewhere(given: Material) -> bytes:
    emptied = dict.fromkeys(given.symbols, "# I did this at the end")
    notebook = given.filled(emptied)
    insert(notebook, "\n\n\n".join(given.answers.values()))
    return write(notebook)


def _twice(given: Material) -> bytes:
    """A first attempt left above, and the cells of the symbols from last to first."""
    notebook = given.filled()
    first = given.symbols[0]
    attempt = json.loads(json.dumps(cell(notebook, first)))
    attempt |= {"source": f"def {first}(*args, **kwargs):\n    return 'no idea'", "id": "again"}
    notebook["cells"].reverse()
    notebook["cells"].insert(0, attempt)
    return write(notebook)


def _old_format(given: Material) -> bytes:
    notebook = given.filled()
    notebook["nbformat_minor"] = given.number % 5  # 4.0 to 4.4: cells have no ids yet
    every_cell(notebook, lambda each: each.pop("id", None))
    return write(notebook)


def _tinkered(given: Material) -> bytes:
    notebook = given.filled()
    cell(notebook, "imports")["source"] = "import torch as t\nprint('my own imports')"
    for symbol in given.symbols:
        check = cell(notebook, f"test_{symbol}")
        check["source"] = "assert True  # was too strict"
        check["metadata"]["nbgrader"]["points"] = 100
    return write(notebook)


# ---- broken -----------------------------------------------------------------------------------


def _not_parsing(given: Material) -> bytes:
    source = f"def {given.alone}(x:\n    return x"
    return write(given.filled({given.alone: source}))


RIGHT = [
    Persona(
        student="ada-right",
        kind="right",
        story="as the reference",
        make=lambda g: write(g.filled()),
    ),
    Persona(
        student="late-lars",
        kind="right",
        story="but a day late",
        make=lambda given: write(given.filled()),
        timestamp=LATE,
    ),
]
ODD = [
    Persona(student="magic-mia", kind="odd", story="magics, !pip, %%bash, a plot", make=_magics),
    Persona(
        student="scratch-sam",
        kind="odd",
        story="scratch cells raise, do not parse, train for ten minutes",
        make=_scratch,
    ),
    Persona(
        student="elsa-elsewhere",
        kind="odd",
        story="all answers in one cell at the end",
        make=_elsewhere,
        expect=flagged(""),
    ),
    Persona(
        student="theo-twice",
        kind="odd",
        story="cells in reverse order, one of them twice",
        make=_twice,
        expect=flagged("duplicate-cell:{first}"),
    ),
    Persona(student="olga-old", kind="odd", story="saved by an old Jupyter", make=_old_format),
    Persona(
        student="tinker-tom",
        kind="odd",
        story="edits imports, checks and their points",
        make=_tinkered,
        expect=flagged("tampered-cell:imports"),
    ),
    Persona(
        student="renamed-rosa",
        kind="odd",
        story="hands in a file of another name",
        make=lambda given: write(given.filled()),
        expect=flagged("renamed-notebook:"),
        file="{name} (1) FINAL.ipynb",
    ),
]
BROKEN = [
    Persona(
        student="untouched-uma",
        kind="broken",
        story="as it was handed out",
        make=lambda given: write(given.blank()),
        expect=lambda _: Expect(points="none"),
    ),
    Persona(
        student="empty-emil",
        kind="broken",
        story="an empty file",
        make=lambda _: b"",
        expect=no_grade("notebook-"),
    ),
    Persona(
        student="json-jana",
        kind="broken",
        story="half of a file",
        make=lambda given: write(given.filled())[:2000],
        expect=no_grade("notebook-"),
    ),
    Persona(
        student="bytes-bora",
        kind="broken",
        story="not UTF-8",
        make=lambda given: write(given.filled()).replace(b'"cells"', b'"\xff\xfe\xe9cells"', 1),
        expect=no_grade("notebook-"),
    ),
    Persona(
        student="syntax-sid",
        kind="broken",
        story="a graded cell that does not parse",
        make=_not_parsing,
        expect=costs_one_cell("error", "unparsable-cell:"),
    ),
]
