"""A naming rule for loose notebooks: `{student}_{assignment}.ipynb`, or a regular expression.

In a template each word in braces stands for a piece of a name without `/`, and everything else for
itself. A rule with `(?P<…>` is a regular expression with nbgrader's names for the groups, as its
zip_collect takes them: student_id, first_name, last_name, email, timestamp, file_id.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.errors import UsageError

FIELDS = (
    *("student", "id", "name", "first_name", "last_name", "email", "sis_id"),
    *("assignment", "time", "any"),
)
_WHO = ("student", "id", "name", "email", "sis_id", "first_name")
_LIKE_NBGRADER = {"student_id": "student", "timestamp": "time", "file_id": "any"}
_FORMS = {"email": r"[^/\s]+@[^/\s]+", "time": r"\d[\dT:._+Z -]*"}
_MAX_NAME = 255  # characters that a rule is tried on: expressions can be made to run for ever


@dataclass(frozen=True, slots=True)
class NamingRule:
    expression: re.Pattern[str]
    whole_path: bool  # the rule speaks of folders too

    def read(self, parts: Sequence[str]) -> Mapping[str, str] | None:
        """What the rule finds in a file's name; None if it does not fit."""
        text = "/".join(parts) if self.whole_path else parts[-1]
        if len(text) > _MAX_NAME:
            return None
        match = self.expression.fullmatch(text)
        if match is None:
            return None
        found: dict[str, str] = {}
        for name, value in match.groupdict().items():
            if value and name != "any":
                found[_LIKE_NBGRADER.get(name, name)] = value
        return found


def naming_rule(pattern: str) -> NamingRule:
    """raises UsageError for a rule that cannot be meant"""
    pattern = unicodedata.normalize("NFC", pattern)
    source = pattern if "(?P<" in pattern else _expression(pattern)
    try:
        expression = re.compile(source)
    except re.error as error:
        raise _bad(pattern, f"it is no regular expression: {error}") from None
    groups = {_LIKE_NBGRADER.get(name, name) for name in expression.groupindex}
    unknown = sorted(groups - set(FIELDS))
    if unknown:
        raise _bad(pattern, f'there is no "{unknown[0]}"')
    if not groups & set(_WHO):
        raise _bad(pattern, "it does not say where the student stands")
    return NamingRule(expression, "/" in pattern)


def _expression(template: str) -> str:
    seen: set[str] = set()
    made = ""
    for word, rest in re.findall(r"\{(\w*)\}|([^{]+|\{)", template):
        if rest:
            made += re.escape(rest)
        elif word == "any":
            made += "[^/]*?"
        elif word in seen:
            made += f"(?P={word})"
        else:
            seen.add(word)
            made += f"(?P<{word or 'nothing'}>{_FORMS.get(word, '[^/]+?')})"
    return made


def _bad(pattern: str, what: str) -> UsageError:
    return UsageError(
        "naming-rule",
        f"the naming rule cannot be used: {what}",
        where=pattern,
        next=f"an example is {{student}}_{{assignment}}.ipynb; known are {', '.join(FIELDS)}",
    )
