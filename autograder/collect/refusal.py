"""What is not read, and why."""

from __future__ import annotations


class Refused(Exception):
    """One file, or all of an archive or repository, is not read; the text says why."""
