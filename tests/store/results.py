"""Reports to keep."""

from __future__ import annotations

from typing import Any

from autograder.report import Outcome, Provenance, Report, Status, TestResult

ORIGIN = {
    "sandbox": "local",
    "image": "",
    "torch": "2.9.0",
    "python": "3.11.2",
    "platform": "0.1.0",
    "device": "cpu",
    "seed": 7,
    "submission_sha256": "ab" * 32,
    "suite_sha256": "cd" * 32,
    "reference_sha256": "ef" * 32,
    "duration_s": 0.25,
    "worker": "candidate-1",
    "attempts": 1,
    "graded_at": "2026-03-01T12:00:00.000+00:00",
}


def report(student: str = "kim", score: float = 3.0, **origin: Any) -> Report:
    provenance = Provenance(**(ORIGIN | origin))
    test = TestResult(
        name="test_one",
        cell="one",
        outcome=Outcome.FAILED,
        points=score,
        max_points=4.0,
        message="a \0 zero, a ✗ and 한글",
    )
    return Report(
        student=student,
        assignment="a1",
        status=Status.GRADED,
        score=score,
        max_score=4.0,
        duration_s=0.25,
        tests=(test,),
        flags=("network-attempt",),
        seed=provenance.seed,
        notebook="submitted/kim/a1/a1.ipynb",
        provenance=provenance,
    )
