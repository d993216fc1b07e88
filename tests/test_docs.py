"""What is written about the platform, held against the platform."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from autograder.candidate import flags
from autograder.cli import app
from autograder.course import schema
from autograder.report import Outcome, Report, TestResult

ROOT = Path(__file__).parent.parent
TOP = typer.main.get_command(app)


def _commands(group: Any, *words: str) -> dict[str, Any]:
    """By all the words that are typed: "grade", "sandbox check". Groups are among them."""
    found = {}
    for name, command in group.commands.items():
        found[" ".join((*words, name))] = command
        if hasattr(command, "commands"):
            found |= _commands(command, *words, name)
    return found


NAMED = _commands(TOP)
GROUPS = {name for name, command in NAMED.items() if hasattr(command, "commands")}
COMMANDS = {name: command for name, command in NAMED.items() if name not in GROUPS}
PAGES = [
    *(ROOT / name for name in ("README.md", "ARCHITECTURE.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "decisions").glob("*.md")),
]


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def section(text: str, heading: str) -> str:
    """From a heading to the next one of its level."""
    level = heading.split()[0]
    return text.partition(f"{heading}\n")[2].partition(f"\n{level} ")[0]


def options_of(command: Any) -> Iterator[str]:
    for parameter in command.params:
        if parameter.param_type_name == "option" and parameter.name != "help":
            yield from (*parameter.opts, *parameter.secondary_opts)


def anchors(text: str) -> set[str]:
    """As the common hosts make them of headings."""
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_and_each_of_its_options_is_documented(name: str) -> None:
    text = section(page("docs/commands.md"), f"## autograder {name}")
    assert text, f"docs/commands.md has no section about {name}"
    missing = [option for option in options_of(COMMANDS[name]) if f"`{option}" not in text]
    assert not missing


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_every_command_that_is_named_exists(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    used = re.findall(r"(?:^|`|\$ |&& )autograder ([a-z]+)([^`\n]*)", text, re.MULTILINE)
    for name, rest in used:
        for word in rest.split():
            if name not in GROUPS:
                break
            name = f"{name} {word}"
        assert name in COMMANDS or name in GROUPS
        for option in re.findall(r"(?<![\w-])--[a-z-]+", rest):
            known = options_of(COMMANDS[name]) if name in COMMANDS else ()
            assert option in {*known, "--help"}, f"{name} has no {option}"


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", page("Makefile"), re.MULTILINE))
    text = "\n".join(path.read_text(encoding="utf-8") for path in PAGES)
    fenced = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
    code = [*fenced.findall(text), *re.findall(r"`([^`\n]+)`", fenced.sub("", text))]
    named = {name for each in code for name in re.findall(r"^make ([a-z]+)", each, re.M)}
    assert {"demo", "test"} <= named <= targets


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_links_lead_to_files_and_headings_that_exist(path: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        if re.match(r"https?:", target):
            continue
        file, _, anchor = target.partition("#")
        found = (path.parent / file).resolve() if file else path
        assert found.exists(), target
        if anchor:
            assert anchor in anchors(found.read_text(encoding="utf-8")), target


def test_every_key_of_course_yml_is_documented() -> None:
    text = page("docs/course.md")
    models = [schema.CourseSection, schema.AssignmentSection, schema.SandboxSection]
    models += [schema.LimitsSection, schema.LateSection, schema.CollectSection]
    keys = {key for model in models for key in model.model_fields}
    assert not [key for key in sorted(keys) if f"`{key}`" not in text]


def test_every_key_of_peer_yml_is_documented() -> None:
    from autograder.peer.plan import term

    text = page("docs/peer-plan.md")
    models = (term.TermSection, term.GroupSection, term.VolunteerSection)
    keys = {key for model in models for key in model.model_fields}
    assert not [key for key in sorted(keys) if f"| `{key}` |" not in text]


def test_the_default_limits_are_the_documented_ones() -> None:
    from autograder.course import Limits

    rows = dict(re.findall(r"^\| `(\w+)` \| .* \| `([^`]+)` \|$", page("docs/course.md"), re.M))
    said = schema.LimitsSection.model_validate(
        {key: rows[key] for key in schema.LimitsSection.model_fields}
    )
    limits = Limits()
    assert (said.call, said.test, said.notebook) == (
        limits.call_s,
        limits.test_s,
        limits.notebook_s,
    )
    assert (said.memory, said.message, said.scratch) == (
        limits.memory_bytes,
        limits.message_bytes,
        limits.scratch_bytes,
    )


def test_every_field_and_outcome_of_the_json_is_documented() -> None:
    text = section(page("docs/commands.md"), "### JSON")
    names = {*Report.__dataclass_fields__, *TestResult.__dataclass_fields__} - {"description"}
    names |= set(Outcome)
    assert not [name for name in sorted(names) if f"`{name}`" not in text]


def test_every_flag_is_documented() -> None:
    text = section(page("docs/commands.md"), "### JSON")
    files = [
        *(ROOT / "autograder" / "notebook").glob("*.py"),
        ROOT / "autograder" / "submissions.py",
    ]
    raised = set(flags._EVENTS.values()) | {"file-attempt", "forbidden-api", "reordered-cells"}
    for file in files:
        raised |= set(re.findall(r'flags\.add\(f?"([a-z-]+)', file.read_text()))
        raised |= set(re.findall(r'f"([a-z]+-notebook):\{', file.read_text()))
    assert not [flag for flag in sorted(raised) if f"`{flag}`" not in text]


def test_every_check_for_suites_is_documented() -> None:
    from autograder import testing

    checks = [name for name in vars(testing) if name.startswith(("check", "inputs_"))]
    assert not [name for name in checks if f"`{name}(" not in page("docs/suites.md")]


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_the_invariants_that_are_said_to_be_tested_are(path: Path) -> None:
    tests = "\n".join(file.read_text() for file in (ROOT / "tests").rglob("test_*.py"))
    for name in re.findall(r"`(test_[a-z_]{15,})`", path.read_text(encoding="utf-8")):
        assert f"def {name}(" in tests, name


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_files_that_are_named_in_code_exist(path: Path) -> None:
    """Names below the repository's own folders, wherever they stand between backquotes."""
    text = path.read_text(encoding="utf-8")
    own = r"`((?:autograder|tests|demo|benchmarks|docs|decisions|tools)/[\w./]+)`"
    missing = [name for name in re.findall(own, text) if not (ROOT / name).exists()]
    assert not [
        name for name in missing if not name.startswith(("tests/hidden/", "tests/catalogue/"))
    ]


def test_every_field_of_what_verify_says_is_documented() -> None:
    from autograder.verify import findings, result

    text = section(page("docs/commands.md"), "## autograder verify")
    rows = (
        *(result.Verified, result.TestRow, result.TrivialRow, result.MisconceptionRow),
        *(result.AlternativeRow, result.MutantSummary, result.Survivor, findings.Finding),
    )
    names = {name for row in rows for name in row.__dataclass_fields__} | set(findings.CHECKS)
    assert not [name for name in sorted(names) if f"`{name}`" not in text]
