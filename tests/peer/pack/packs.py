"""Packs that nobody had to be graded for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from autograder.peer.pack.manifest import Manifest, Owner
from autograder.peer.pack.model import (
    Asked,
    Behaviour,
    Concept,
    Contrast,
    Difference,
    Further,
    Goal,
    Interview,
    Meeting,
    Member,
    Needed,
    Pack,
    Piece,
    Probed,
    Shown,
    Trial,
    Wrong,
)

SHIFTED = (
    "def helper(x, dim):\n    return x - x.amax(dim=dim, keepdim=True)\n\n\n"
    "def softmax(logits, dim=-1):\n    e = torch.exp(helper(logits, dim))\n"
    "    return e / e.sum(dim=dim, keepdim=True)"
)
BY_LOG = (
    "def helper(x):\n    return x.exp()\n\n\n"
    "def softmax(logits, dim=-1):\n    return helper(log_softmax(logits, dim))"
)
LOG = (
    "def helper(x, dim):\n    return torch.logsumexp(x, dim, keepdim=True)\n\n\n"
    "def log_softmax(logits, dim=-1):\n    return logits - helper(logits, dim)"
)
PLAIN = (
    "def softmax(logits, dim=-1):\n    e = logits.exp()\n    return e / e.sum(dim, keepdim=True)"
)
PROBE = (
    "import torch\n\n\ndef equal_logits(softmax):\n    p = softmax(torch.zeros(3))\n"
    '    return {"probabilities": p, "sum": p.sum()}'
)
MEMBERS = (
    Member(id="kim", name="Minsu Kim"),
    Member(id="ada", name="Ada Example"),
    Member(id="ohm", name="ohm"),
)


def concept(number: int, symbol: str = "softmax", **changes: Any) -> Concept:
    found = Concept(
        symbol=symbol,
        id=f"{symbol}-{number}",
        title=f"Concept {number} of `{symbol}`",
        text="Your result is right for small logits.",
        question="What is lost?",
    )
    return replace(found, **changes)


def a_pack(**changes: Any) -> Pack:
    """One with everything in it."""
    trial = Trial(
        title="equal logits",
        ask="What should three equal logits give?",
        pieces=(Piece("markdown", "### Experiment"), Piece("code", PROBE)),
        shown=(PROBE,),
        look="The numbers give it away.",
    )
    answers = (
        Shown(label="A", symbol="softmax", code=SHIFTED),
        Shown(label="B", symbol="softmax", code=BY_LOG, needs=(Needed("log_softmax", LOG),)),
        Shown(label="C", symbol="softmax", code=PLAIN),
    )
    found = Pack(
        course="Deep learning from scratch",
        course_id="deep-learning",
        assignment="cross_entropy",
        title="Softmax and cross-entropy",
        group="blue",
        language="en",
        members=MEMBERS,
        meeting=Meeting(
            day="2026-10-07",
            starts="2026-10-07T19:00:00+09:00",
            timezone="Asia/Seoul",
            minutes=60,
            moderator="kim",
            presenters=("ada",),
            goals=(Goal(person="kim", text="read chapter 3"), Goal(person="", text="meet earlier")),
            tries=("shorter rounds",),
        ),
        imports="import torch",
        concepts=(
            concept(1, trial=trial),
            concept(
                2, "cross_entropy", behaviours=(Behaviour(category="values", text="It sums."),)
            ),
        ),
        later_concepts=(concept(3),),
        contrasts=(
            Contrast(
                symbol="softmax",
                answers=answers,
                differences=(
                    Difference("Answer A uses amax, unlike Answer B.", ("A", "B")),
                    Difference("Answer B uses logsumexp, unlike Answer C.", ("B", "C")),
                    Difference("Answer A is longer than Answer C.", ("A", "C")),
                ),
                probes=(Probed(code=PROBE, name="equal_logits", ask="What do you expect?"),),
            ),
        ),
        wrong=Wrong(symbol="softmax", title="No shift", code=PLAIN),
        questions=(Asked(id="q-3f2a9c", text="Why the mean?", asked="2026-09-30"),),
        further=(
            Further(
                symbol="softmax",
                variations=("Do it in place.",),
                interviews=(Interview(question="Why subtract?", listen_for="overflow"),),
            ),
        ),
    )
    return replace(found, **changes)


def a_manifest(**changes: Any) -> Manifest:
    """Answer C is that of two members."""
    whose = {"A": ("kim",), "B": ("ada",), "C": ("ohm", "zoe")}
    found = Manifest(
        pack=a_pack(),
        owners=tuple(
            Owner(
                symbol="softmax",
                label=label,
                students=who,
                submissions=tuple(f"{w}-sha" for w in who),
            )
            for label, who in whose.items()
        ),
        made_from="all of it",
        seed=1,
        folder="peer/blue/sessions",
        submissions={who: f"{who}-sha" for some in whose.values() for who in some},
    )
    return replace(found, **changes)
