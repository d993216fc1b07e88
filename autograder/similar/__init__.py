"""Which submissions of an assignment resemble each other: something for a person to look at.

    notebooks ──handed_in──▶ sources ──tokens──▶ fingerprints ──ranking──▶ pairs ──page──▶ HTML
                                                     ▲
                         known: reference, released notebook, alternatives

Nothing here decides anything: two people who think alike write alike, and short functions leave
few ways to be written. See docs/similar.md.
"""

from __future__ import annotations

from autograder.similar.look import Look, look_for_pairs
from autograder.similar.page import page_of
from autograder.similar.ranking import Options, Pair

__all__ = ["Look", "Options", "Pair", "look_for_pairs", "page_of"]
