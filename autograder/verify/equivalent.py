"""solutions/NAME/equivalent.yml: mutants that mean the same as the reference, each with a reason.

3f2a91c0d4e7: "a gate of the other sign is learned as easily"
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from autograder.course import Assignment
from autograder.verify import places
from autograder.verify.findings import Finding

_FORM = "write one line for each: the mutant's id, a colon, the reason in quotes"


@dataclass(frozen=True, slots=True)
class Marked:
    """Reasons and lines by the id of a mutant."""

    path: Path
    reasons: Mapping[str, str] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    def finding(self, name: str, what: str, step: str) -> Finding:
        where = places.of_line(self.path, self.lines.get(name, 1))
        return Finding(check="mutants", what=what, where=where, next=step)


def read_equivalent(assignment: Assignment) -> Marked:
    """No file: nothing is marked."""
    path = assignment.misconceptions.parent / "equivalent.yml"
    if not path.exists():
        return Marked(path)
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        return _broken(path, line, f"it is not YAML: {error.problem}")
    except (OSError, ValueError) as error:
        return _broken(path, 1, f"it cannot be read: {error}")
    if node is None:
        return Marked(path)
    if not isinstance(node, yaml.MappingNode):
        return _broken(path, 1, "it does not hold ids with reasons")
    return _read(path, node)


def _read(path: Path, node: yaml.MappingNode) -> Marked:
    """Keys and values as they are written: 1234567890e1 is an id and no number."""
    reasons: dict[str, str] = {}
    lines: dict[str, int] = {}
    findings = []
    for key, value in node.value:
        line, name = key.start_mark.line + 1, str(key.value)
        null = getattr(value, "tag", "").endswith(":null")
        reason = value.value.strip() if isinstance(value, yaml.ScalarNode) and not null else ""
        if not reason:
            findings.append(_finding(path, line, f"the mutant {name} is marked without a reason"))
        elif name in reasons:
            findings.append(_finding(path, line, f"the mutant {name} is marked twice"))
        reasons[name], lines[name] = reason, line
    return Marked(path, reasons, lines, tuple(findings))


def _broken(path: Path, line: int, what: str) -> Marked:
    words = f"this list of equivalent mutants cannot be used: {what}"
    return Marked(path, findings=(_finding(path, line, words),))


def _finding(path: Path, line: int, what: str) -> Finding:
    return Finding(check="mutants", what=what, where=places.of_line(path, line), next=_FORM)
