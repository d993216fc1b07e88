"""All rows of a gradebook, by the names that they stand for instead of random ids."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbgrader.api as nb
from sqlalchemy import text


def rows(db: Path) -> dict[str, Any]:
    with nb.Gradebook(f"sqlite:///{db}") as gradebook:
        session = gradebook.db
        notebooks = session.query(nb.SubmittedNotebook).all()
        return {
            "version": session.execute(text("select version_num from alembic_version")).all(),
            "courses": sorted(course.id for course in session.query(nb.Course)),
            "students": sorted(
                (s.id, s.first_name, s.score, s.max_score) for s in session.query(nb.Student)
            ),
            "assignments": [
                (a.name, a.duedate, a.course_id, a.max_score) for a in gradebook.assignments
            ],
            "cells": sorted(
                (c.name, c.type, getattr(c, "max_score", None)) for c in session.query(nb.BaseCell)
            ),
            "sources": sorted(
                (c.name, c.cell_type, c.locked, c.source, c.checksum)
                for c in session.query(nb.SourceCell)
            ),
            "submissions": sorted(
                (s.student_id, s.name, str(s.timestamp), s.extension, s.score, s.needs_manual_grade)
                for s in session.query(nb.SubmittedAssignment)
            ),
            "notebooks": sorted(
                (n.student.id, n.name, n.flagged, n.score, n.late_submission_penalty)
                for n in notebooks
            ),
            "grades": sorted(
                (
                    n.student.id,
                    g.name,
                    g.auto_score,
                    g.manual_score,
                    g.extra_credit,
                    g.needs_manual_grade,
                    g.score,
                    g.max_score,
                )
                for n in notebooks
                for g in n.grades
            ),
            "comments": sorted(
                (n.student.id, c.name, c.auto_comment, c.manual_comment)
                for n in notebooks
                for c in n.comments
            ),
        }


def files(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file by its place: permissions and content."""
    return {
        str(path.relative_to(folder)): (path.stat().st_mode & 0o777, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
