"""What was said about submissions, and whether it stayed the same whatever was killed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from command import Line
from workspace import Kind, Submission

# Of a report: how long it took, where and when, in which copy of the course
_ITS_OWN = ("duration_s", "provenance", "notebook")


def by_submission(lines: Iterable[Line]) -> dict[Submission, Line]:
    return {(line["student"], line["assignment"]): line for line in lines}


def verdict(line: Line) -> Line:
    """What has to be the same whatever happens: score, outcomes, messages, flags, notes, seed."""
    kept = {key: value for key, value in line.items() if key not in _ITS_OWN}
    # Told in the database, not in `--json`.
    kept["tests"] = [
        {key: value for key, value in test.items() if key != "description"}
        for test in line["tests"]
    ]
    return kept


def not_sensible(lines: Iterable[Line], handed_in: Mapping[Submission, Kind]) -> Iterator[str]:
    """What everything is compared with must itself be right, or an equal wrong would pass."""
    said = by_submission(lines)
    if said.keys() != handed_in.keys():
        yield f"{len(said)} reports about {len(handed_in)} submissions"
        return
    for submission, kind in handed_in.items():
        line = said[submission]
        if line["status"] != "graded" or kind.full_marks != (line["score"] == line["max_score"]):
            got = f"{line['status']}, {line['score']} of {line['max_score']}"
            yield f"{kind.name} by {submission}: {got} {line['message']}"


def not_all_graded(lines: Iterable[Line], count: int) -> Iterator[str]:
    """Of the last run: exactly one verdict about each."""
    said = [line for line in lines if line["status"] == "graded"]
    if len(said) != count or len(by_submission(said)) != count:
        yield f"the last run said {len(said)} verdicts about {count} submissions"


def other_verdicts(expected: Mapping[Submission, Line], lines: Iterable[Line]) -> Iterator[str]:
    """Anything that any run said of a submission, other than that it could not be graded."""
    for line in lines:
        submission = line["student"], line["assignment"]
        if line["status"] == "graded" and verdict(line) != verdict(expected[submission]):
            what = _what_differs(verdict(expected[submission]), verdict(line))
            yield f"{submission}: {what}"


def graded_twice(runs: Iterable[list[Line]]) -> Iterator[str]:
    """What was reported is kept: a later run must not have graded it again."""
    first: dict[Submission, str] = {}
    for number, lines in enumerate(runs):
        for line in lines:
            if line["status"] == "graded":
                submission, when = (line["student"], line["assignment"]), line["provenance"]
                if first.setdefault(submission, when["graded_at"]) != when["graded_at"]:
                    yield f"{submission}: reported before, and graded again in run {number}"


def _what_differs(expected: Line, got: Line) -> str:
    for key in expected:
        if expected[key] != got[key] and key != "tests":
            return f"{key}: {expected[key]!r}, disturbed {got[key]!r}"
    for before, after in zip(expected["tests"], got["tests"], strict=False):
        if before != after:
            return f"{before}, disturbed {after}"
    return "other tests"
