"""The late policy of course.yml, as nbgrader's plugin."""

from __future__ import annotations

import math
from pathlib import Path

from nbgrader.plugins import LateSubmissionPlugin

from autograder.gradebook.settings import late_policy_of

DAY_S = 86_400


class CourseLatePolicy(LateSubmissionPlugin):  # type: ignore[misc]
    """Points lost by lateness: a fraction of the score per started day, all after the cutoff.

    Where course.yml has no policy for the assignment, nbgrader's own penalty_method decides.
    """

    def late_submission_penalty(
        self, student_id: str, score: float, total_seconds_late: float
    ) -> float | None:
        preprocessor = self.parent  # whose parents are an exporter and a converter
        root = Path(preprocessor.parent.parent.coursedir.root)
        policy = late_policy_of(root, preprocessor.assignment_id)
        if policy is None:
            penalty: float | None
            penalty = super().late_submission_penalty(student_id, score, total_seconds_late)
            return penalty
        late_s = math.floor(total_seconds_late)  # 18:00:00.4 is 18:00:00 for everybody who reads it
        if late_s <= 0:
            return None
        if policy.cutoff_s is not None and late_s > policy.cutoff_s:
            return score
        days = math.ceil(late_s / DAY_S)
        return min(score, score * policy.penalty_per_day * days)
