"""Every sandbox keeps the contract; and every behaviour of the contract can be broken."""

from __future__ import annotations

import contextlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from autograder.cli import app
from autograder.cli import sandbox as commands
from autograder.course import Course
from autograder.errors import SandboxUnavailable
from autograder.report import Outcome
from autograder.sandbox import Sandbox, contract
from autograder.sandbox.choice import choose
from autograder.sandbox.contract import Behaviour, BehaviourBroken, Bench, attempts
from tests.sandbox.broken_sandboxes import (
    Broken,
    has_no_walls,
    remembers_the_last_student,
    says,
    says_always,
)

BEHAVIOURS = contract.behaviours()
HOSTILE = ("files", "network", "processes", "signals", "privileges")


def slug(behaviour: Behaviour) -> str:
    return re.sub(r"\W+", "_", str(behaviour))


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return contract.make_course(tmp_path_factory.mktemp("contract"))


@pytest.fixture(
    scope="module",
    params=[
        "local",
        pytest.param("docker", marks=[pytest.mark.needs_docker, pytest.mark.thorough]),
    ],
)
def sandbox(request: pytest.FixtureRequest, course: Course) -> Iterator[Sandbox]:
    try:
        choice = choose(course, request.param)
    except SandboxUnavailable as error:
        assert request.param != "local"
        pytest.skip(f"{error.what}; {error.next}")
    with choice.open(jobs=4) as box:
        yield box


@pytest.fixture(scope="module")
def bench(sandbox: Sandbox, course: Course) -> Bench:
    return Bench(sandbox, course)


@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=slug)
def test_a_sandbox_shows(bench: Bench, behaviour: Behaviour) -> None:
    behaviour.look(bench)


def test_the_contract_is_a_list_of_sentences_in_groups() -> None:
    assert len(BEHAVIOURS) >= 40
    assert len({str(behaviour) for behaviour in BEHAVIOURS}) == len(BEHAVIOURS)
    assert all(len(behaviour.name.split()) >= 3 for behaviour in BEHAVIOURS)
    assert {behaviour.group for behaviour in BEHAVIOURS} == set(contract.groups())


# ------------------------------------------------------------------ each can fail


def broken(behaviour: Behaviour, sandbox: Sandbox, course: Course) -> str:
    """Why the behaviour does not hold there, or nothing."""
    (checked,) = contract.check(Bench(sandbox, course), [behaviour])
    assert checked.holds is (not checked.message)
    return checked.message


@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=slug)
def test_no_sandbox_keeps_the_contract_by_saying_always_the_same(
    course: Course, behaviour: Behaviour
) -> None:
    for outcome in Outcome:
        assert broken(behaviour, says_always(outcome), course), f"{outcome} passes for it"
        assert broken(behaviour, says_always(outcome, 'SAID"nothing"'), course)


@pytest.mark.parametrize("behaviour", contract.behaviours(HOSTILE), ids=slug)
def test_an_attempt_that_succeeds_breaks_the_contract(course: Course, behaviour: Behaviour) -> None:
    """Each single attempt, while all others are refused."""
    made = attempts_made(behaviour, course)
    if not made:  # it looks at something else, see the next test and the suite `arithmetic`
        assert broken(behaviour, has_no_walls(), course)
        return
    assert not broken(behaviour, has_no_walls(succeed=[]), course)
    for name in made:
        assert f"{name} (DONE)" in broken(behaviour, has_no_walls(succeed=[name]), course)


@pytest.mark.parametrize("behaviour", contract.behaviours(["leftovers"]), ids=slug)
def test_what_a_student_leaves_behind_breaks_the_contract(
    course: Course, behaviour: Behaviour
) -> None:
    assert broken(behaviour, remembers_the_last_student(), course)


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        (
            "the environment of the host does not reach student code",
            ["/scratch", "/scratch", "C.UTF-8"],
            ["/scratch", "/scratch", "a secret of the host's"],
        ),
        (
            "student code holds no file but its own",
            ["null", "null", "null", "line"],
            ["null", "null", "null", "line", "0o100600"],
        ),
        (
            "a little can be written into an empty scratch folder",
            [[], "kept", True],
            [["someone.txt"], "kept", True],
        ),
    ],
)
def test_a_leak_that_student_code_tells_of_breaks_the_contract(
    course: Course, monkeypatch: pytest.MonkeyPatch, name: str, right: object, wrong: object
) -> None:
    monkeypatch.setenv("HOST_SECRET", "a secret of the host's")
    (behaviour,) = [each for each in BEHAVIOURS if each.name == name]
    assert not broken(behaviour, says(right), course)
    assert broken(behaviour, says(wrong), course)


def attempts_made(behaviour: Behaviour, course: Course) -> set[str]:
    """The names of the attempts that a behaviour makes."""
    said = broken(behaviour, has_no_walls(), course)
    return set(re.findall(r"(?:^not refused: |; )([^;]+?) \(DONE\)", said))


def test_that_something_is_not_there_is_an_answer_about_files_only() -> None:
    assert "ENOENT" not in attempts.REFUSED
    assert "ENOENT" in attempts.NOT_THERE
    assert not {"EINVAL", "EFAULT", "ESRCH", "ENXIO", "ECONNREFUSED"} & attempts.NOT_THERE


def test_a_mistake_in_an_attempt_is_no_refusal(course: Course) -> None:
    def typing_error(name: str, cells: object, test: object) -> tuple[Outcome, str]:
        return Outcome.FAILED, 'SAID{"tcp": "BUG NameError"}'

    with pytest.raises(BehaviourBroken, match="BUG NameError"):
        attempts.expect_refused(Bench(Broken(typing_error), course), {"tcp": "sockt"})


# ------------------------------------------------------------------ the command


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "autograder", "sandbox", "check", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_prints_an_object_per_behaviour_and_says_what_was_checked() -> None:
    ended = run("--sandbox", "local", "--only", "seeds", "--only", "signals", "--json")
    lines = [msgspec.json.decode(line) for line in ended.stdout.splitlines()]
    assert [line["behaviour"] for line in lines] == [
        behaviour.name for behaviour in contract.behaviours(["seeds", "signals"])
    ]
    assert all(line["holds"] is True and line["sandbox"] == "local" for line in lines), ended
    assert ended.returncode == 0
    assert "checking 5 behaviours: local, Linux" in ended.stderr


def test_the_command_refuses_a_group_that_is_not_there() -> None:
    ended = run("--only", "file")
    assert ended.returncode == 2
    assert "unknown-group" in ended.stderr
    assert "files" in ended.stderr


@pytest.mark.parametrize(("open_", "status"), [([], 0), (["everybody"], 1)])
def test_the_command_prints_a_line_per_behaviour_for_people(
    monkeypatch: pytest.MonkeyPatch, open_: list[str], status: int
) -> None:
    opened = contextlib.nullcontext((has_no_walls(succeed=open_), {"sandbox": "fake"}))
    monkeypatch.setattr(commands, "_opened", lambda course, kind: opened)
    ended = CliRunner().invoke(app, ["sandbox", "check", "--only", "signals"])
    assert ended.exit_code == status
    assert "✓ signals: no signal goes by a detour\n" in ended.output
    if open_:
        line = "✗ signals: no other process can be signalled: not refused: everybody (DONE)\n"
        assert line in ended.output
        assert "1 of 2 behaviours hold" in ended.output


def test_the_suites_are_package_data() -> None:
    folder = Path(contract.__file__).parent / "suites"
    assert len(list(folder.glob("*/test_*.py"))) >= 6
