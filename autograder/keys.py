"""The keys of a course's submissions: under which a result of today would be kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from autograder.course import Course, languages_of
from autograder.errors import SubmissionError
from autograder.origin import Digests, digests_of, key_of, sha256
from autograder.report import Environment, Report
from autograder.sandbox.environment import local_environment
from autograder.submissions import Found, read_bytes


@dataclass(frozen=True, slots=True)
class Keys:
    """What they are made of, looked up once."""

    course: Course
    environments: Mapping[str, Environment]  # by device
    digests: Mapping[str, Digests]  # by assignment
    languages: Mapping[str, str]  # of students who have their own

    @classmethod
    def of(
        cls,
        course: Course,
        names: Iterable[str],
        environments: Mapping[str, Environment] | None = None,
    ) -> Keys:
        """
        names         of the assignments
        environments  by device, where they would be graded; one that is missing is the local one
        raises        CourseError if a suite, a reference or the roster cannot be read
        """
        digests = {name: digests_of(course.assignment(name)) for name in set(names)}
        return cls(course, environments or {}, digests, languages_of(course))

    def now(self, found: Found) -> str | None:
        """Of the notebook as it lies there; None: it cannot be graded, and grading says why."""
        if found.problem is not None:
            return None
        try:
            digest = sha256(read_bytes(found.path))
        except SubmissionError:
            return None
        device = self.course.assignment(found.assignment).device
        environment = self.environments.get(device) or local_environment(device)
        return self._key(found, digest, self.digests[found.assignment], environment)

    def graded(self, found: Found, report: Report) -> str:
        """Of a result that has just been made."""
        origin = report.provenance
        assert origin is not None, "only what was graded has a key"
        digests = Digests(
            origin.suite_sha256, origin.reference_sha256, origin.misconceptions_sha256
        )
        return self._key(found, origin.submission_sha256, digests, origin.environment)

    def _key(
        self, found: Found, submission_sha256: str, digests: Digests, environment: Environment
    ) -> str:
        return key_of(
            submission_sha256,
            self.course.assignment(found.assignment),
            digests,
            environment,
            language=self.languages.get(found.student, self.course.language),
            remarks=(*found.flags, *found.notes),
        )
