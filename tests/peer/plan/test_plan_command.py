"""`autograder peer plan`, as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from autograder.cli import app
from autograder.errors import AutograderError
from tests.peer.plan.terms import TERM, World

LATER = TERM.replace("2026", "2096").replace("09-07", "09-03")  # a Monday


def plan(root: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["peer", "plan", "--course", str(root), *options])


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, LATER)
    world.course()
    return world


def test_it_writes_a_plan_and_says_what_is_in_it(world: World) -> None:
    done = plan(world.root)
    assert done.exit_code == 0
    assert len(done.stdout.splitlines()) == 16
    assert "2096-09-03 19:00  1  blue  Open questions  " in done.stdout
    assert sorted(path.name for path in (world.root / "peer").iterdir()) == [
        *("blue", "green", "plan.ics", "plan.md", "plan.yml"),
    ]


def test_a_second_time_it_changes_nothing(world: World) -> None:
    plan(world.root)
    before = {path: path.read_bytes() for path in world.root.rglob("plan.*")}
    done = plan(world.root)
    assert (done.exit_code, done.stdout) == (0, "")
    assert "nothing has changed" in done.stderr
    assert {path: path.read_bytes() for path in world.root.rglob("plan.*")} == before


def test_a_dry_run_says_what_would_change_and_writes_nothing(world: World) -> None:
    done = plan(world.root, "--dry-run")
    assert done.exit_code == 1
    assert done.stdout.count("add  ") == 16
    assert not (world.root / "peer").exists()
    plan(world.root)
    assert plan(world.root, "--dry-run").exit_code == 0
    world.term = LATER.replace("19:00", "18:00")
    world.course()
    done = plan(world.root, "--dry-run", "--group", "blue")
    assert done.exit_code == 1
    assert done.stdout.count("change") == 8
    assert "(starts)" in done.stdout


def test_json_has_everything(world: World) -> None:
    content = json.loads(plan(world.root, "--json", "--seed", "5").stdout)
    assert (content["course"], content["seed"]) == ("c", 5)
    assert len(content["sessions"]) == len(content["changes"]) == 16
    assert content["sessions"][0]["starts"] == "2096-09-03T19:00:00+09:00"
    assert content["figures"]["moderated_spread"] == 0
    only = json.loads(plan(world.root, "--json", "--group", "blue").stdout)
    assert {each["group"] for each in only["sessions"]} == {"blue"}
    assert only["seed"] == 5


def test_init_writes_an_example_that_can_be_planned(world: World) -> None:
    (world.root / "peer.yml").unlink()
    assert plan(world.root, "--init").exit_code == 0
    assert plan(world.root).exit_code == 0


def test_korean_words_for_people(world: World) -> None:
    plan(world.root, "--language", "ko")
    assert "진행자" in (world.root / "peer" / "plan.md").read_text(encoding="utf-8")


def test_a_plan_that_was_broken_by_hand_is_left_as_it_is(world: World) -> None:
    plan(world.root)
    path = world.root / "peer" / "plan.yml"
    path.write_text(path.read_text().replace("number: 1\n", "number: one\n", 1))
    before = {path: path.read_bytes() for path in world.root.rglob("plan.*")}
    done = plan(world.root)
    assert isinstance(done.exception, AutograderError)
    assert "peer/plan.yml, line " in str(done.exception)
    assert {path: path.read_bytes() for path in world.root.rglob("plan.*")} == before


def test_a_folder_that_cannot_be_written_to_is_told(world: World) -> None:
    (world.root / "peer").write_text("a file")
    done = plan(world.root)
    assert isinstance(done.exception, AutograderError)
    assert done.exception.code == "not-written"


def test_a_group_that_is_not_there_is_told(world: World) -> None:
    done = plan(world.root, "--group", "bleu")
    assert isinstance(done.exception, AutograderError)
    assert done.exception.code == "unknown-group"
