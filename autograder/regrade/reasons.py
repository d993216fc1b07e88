"""What has changed between the earlier gradings and now."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from autograder.origin import Digests
from autograder.report import Provenance, Report

_PARTS = {
    "suite_sha256": "the hidden suite",
    "reference_sha256": "the reference",
    "misconceptions_sha256": "the misconceptions",
}
_VERSIONS = {
    "sandbox": "the sandbox",
    "image": "the image",
    "torch": "torch",
    "python": "Python",
    "platform": "autograder",
    "device": "the device",
    "gpu": "the cards",
}


@dataclass(slots=True)
class Reasons:
    """Of many gradings, counted: they need not all have been made by the same suite."""

    counts: Counter[str] = field(default_factory=Counter)
    before: dict[Digests, None] = field(default_factory=dict)
    unknown: int = 0  # of whom no earlier result is kept
    elsewhere: int = 0  # of whom the gradebook has other points than the result that is kept

    @property
    def digests_before(self) -> tuple[Digests, ...]:
        return tuple(self.before)

    def compare(self, earlier: Report, now: Report) -> None:
        if earlier.provenance is None or now.provenance is None:
            return
        then, here = earlier.provenance, now.provenance
        self.before[
            Digests(then.suite_sha256, then.reference_sha256, then.misconceptions_sha256)
        ] = None
        changed = _changed(then, here)
        # Nothing of the provenance: it can only be limits, forbidden functions, the language, …
        self.counts.update(changed or ["settings in course.yml, or the student's language"])

    def in_words(self) -> tuple[str, ...]:
        """The most frequent first."""
        words = [what for what, _ in self.counts.most_common()]
        if self.unknown:
            words.append(f"of {self.unknown} there are only the gradebook's points from before")
        if self.elsewhere:
            words.append(f"the gradebook, in which {self.elsewhere} were graded by another program")
        return tuple(words)


def _changed(then: Provenance, here: Provenance) -> list[str]:
    parts = [
        f"{what} ({getattr(then, name)[:8]} → {getattr(here, name)[:8]})"
        for name, what in _PARTS.items()
        if getattr(then, name) != getattr(here, name)
    ]
    versions = [
        f"{what} ({getattr(then, name) or 'none'} → {getattr(here, name) or 'none'})"
        for name, what in _VERSIONS.items()
        if getattr(then, name) != getattr(here, name)
    ]
    return parts + versions
