"""Behaviour that belongs to the course: the reference, and the catalogue's wrong versions of it.

Executed on the trusted side only; the source of a reference never reaches a student's process.
"""

from __future__ import annotations

from autograder.replicas.names import (
    Replica,
    names_of_the_reference,
    names_with,
    replicas_of,
)

__all__ = ["Replica", "names_of_the_reference", "names_with", "replicas_of"]
