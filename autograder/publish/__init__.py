"""A folder with exactly what students may see, for a git repository, nbgitpuller or a download.

    assignments/, public/ ──content──▶ files ──search──▶ folder, zip, commit
                                                ▲
                         secrets: solutions, suites, catalogue, in every form they may hide in

Nothing is written before everything has been searched: what is about to be written, what lies in
the folder already, and the history of its repository.
"""

from __future__ import annotations

from autograder.publish.run import Order, Published, publish

__all__ = ["Order", "Published", "publish"]
