"""From peer.yml to a plan: dates, topics, people; and the same again when something has changed."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from autograder.peer.plan import Plan, PlannedSession, session_about
from autograder.peer.plan.changes import changes_between
from autograder.peer.plan.figures import figures_of
from tests.peer.plan.terms import BEFORE, SEOUL, TERM, World

MIDTERM = datetime(2026, 10, 1, tzinfo=SEOUL)  # after session 4 of 8


def by_place(plan: Plan) -> dict[tuple[int, str], PlannedSession]:
    return {session.place: session for session in plan.sessions}


def has_role(session: PlannedSession, who: str) -> bool:
    return who in (session.moderator, *session.presenters)


def topics_of(plan: Plan, group: str) -> list[str]:
    return [each.assignment or each.topic for each in plan.sessions_of(group)]


def test_every_group_has_its_sessions_on_its_dates(tmp_path: Path) -> None:
    plan = World(tmp_path, TERM + "skip: [2026-09-21]\n").plan()
    assert len(plan.sessions) == 16
    blue = plan.sessions_of("blue")
    assert [f"{each.starts:%m-%d %H:%M}" for each in blue][:3] == [
        "09-07 19:00",
        "09-14 19:00",
        "09-28 19:00",
    ]
    assert {each.starts.utcoffset() for each in blue} == {timedelta(hours=9)}
    assert all(set(each.present) == {"ann", "ben", "cho", "dan"} for each in blue)


def test_a_group_may_have_a_day_and_a_time_of_its_own(tmp_path: Path) -> None:
    own = 'groups: {green: {day: thu, time: "8:30"}}\nskip: [2026-09-17]\n'
    plan = World(tmp_path, TERM + own).plan()
    assert f"{plan.sessions_of('blue')[1].starts:%a %d %H:%M}" == "Mon 14 19:00"
    starts = [f"{each.starts:%a %d %H:%M}" for each in plan.sessions_of("green")]
    assert starts[:3] == ["Thu 10 08:30", "Mon 14 08:30", "Thu 24 08:30"]


def test_who_is_absent_has_no_role(tmp_path: Path) -> None:
    plan = World(tmp_path, TERM + "absences: {ann: [2026-09-07 .. 2026-09-30]}\n").plan()
    blue = plan.sessions_of("blue")
    assert all(each.absent == ("ann",) and not has_role(each, "ann") for each in blue[:4])
    assert Counter(each.moderator for each in blue) == Counter(["ann", "ben", "cho", "dan"] * 2)


def test_a_volunteer_leads_the_session(tmp_path: Path) -> None:
    wishes = "volunteers: {dan: [{session: 3}, {session: 5, role: presenter}]}\n"
    blue = World(tmp_path, TERM + wishes).plan().sessions_of("blue")
    assert blue[2].moderator == "dan"
    assert "dan" in blue[4].presenters


def test_a_volunteer_who_is_absent_is_told_of(tmp_path: Path) -> None:
    more = "volunteers: {dan: [{session: 1}]}\nabsences: {dan: [2026-09-07]}\n"
    made = World(tmp_path, TERM + more).make()
    assert any("dan volunteers as moderator, and is absent" in each for each in made.remarks)
    assert made.plan.sessions_of("blue")[0].moderator != "dan"


def test_an_assignment_is_discussed_after_its_last_deadline(tmp_path: Path) -> None:
    world = World(tmp_path, TERM + 'topics: [lstm, "Chapter 3", "Chapter 4"]\n')
    world.with_assignment("lstm", "{due: 2026-09-10, extensions: {fay: 2026-09-16}}")
    made = world.make()
    assert topics_of(made.plan, "blue")[:3] == ["Chapter 3", "lstm", "Chapter 4"]
    assert topics_of(made.plan, "green")[:3] == ["Chapter 3", "Chapter 4", "lstm"]
    assert any("lstm comes after its deadline (2026-09-16" in each for each in made.remarks)
    session = session_about(made.plan, "green", "lstm")
    assert session is not None
    assert session.number == 3
    assert session_about(made.plan, "green", "other") is None


def test_an_assignment_that_is_due_after_the_term_is_told_of(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.with_assignment("lstm", "{due: 2027-09-10}")
    made = world.make()
    assert "lstm" not in topics_of(made.plan, "blue")
    assert any("blue has no session left for: lstm" in each for each in made.remarks)


def test_a_groups_own_topics_fill_what_is_left(tmp_path: Path) -> None:
    more = 'topics: ["A", "B"]\ngroups: {blue: {topics: ["Own"]}}\n'
    plan = World(tmp_path, TERM + more).plan()
    assert topics_of(plan, "blue")[:4] == ["A", "B", "Own", "Open questions"]
    assert topics_of(plan, "green")[:3] == ["A", "B", "Open questions"]


def test_a_group_of_one_is_planned_and_told_of(tmp_path: Path) -> None:
    made = World(tmp_path, groups={"blue": ["ann", "ben"], "solo": ["zoe"]}).make()
    assert any("solo has one member, zoe" in each for each in made.remarks)
    assert "blue has one member" not in " ".join(made.remarks)
    assert {(each.moderator, each.presenters) for each in made.plan.sessions_of("solo")} == {
        ("zoe", ())
    }


def test_a_session_to_which_nobody_comes_has_no_moderator(tmp_path: Path) -> None:
    more = "absences: {ann: [2026-09-07], ben: [2026-09-07]}\n"
    made = World(tmp_path, TERM + more, {"blue": ["ann", "ben"]}).make()
    first = made.plan.sessions_of("blue")[0]
    assert (first.moderator, first.presenters, first.present) == ("", (), ())
    assert any("0 can come" in each for each in made.remarks)


def test_planning_again_changes_nothing(tmp_path: Path) -> None:
    world = World(tmp_path, TERM + "cross: 3\n")
    plan = world.plan()
    later = plan.sessions[0].starts + timedelta(days=15)
    assert world.plan(plan, now=later) == plan


def test_another_seed_draws_what_is_to_come_anew(tmp_path: Path) -> None:
    world = World(tmp_path)
    plan = world.plan()
    again = world.plan(plan, now=MIDTERM, seed=2)
    old, new = by_place(plan), by_place(again)
    assert all(old[place] == new[place] for place in old if place[0] <= 4)
    assert any(old[place].moderator != new[place].moderator for place in old)


def test_what_is_past_stays_whoever_leaves(tmp_path: Path) -> None:
    world = World(tmp_path)
    plan = world.plan()
    world.groups = {"blue": ["ben", "cho", "dan"], "green": ["eva", "fay", "gil", "hue"]}
    again = world.plan(plan, now=MIDTERM)
    old, new = by_place(plan), by_place(again)
    assert all(old[place] == new[place] for place in old if place[0] <= 4)
    assert any(has_role(each, "ann") for each in again.sessions)
    coming = [each for each in again.sessions if each.starts > MIDTERM]
    assert coming
    assert not any("ann" in each.present for each in coming)
    assert all(old[p] == new[p] for p in old if p[1] == "green"), "the other group is left alone"


def test_a_newcomer_starts_at_the_groups_average(tmp_path: Path) -> None:
    world = World(tmp_path, TERM.replace("8", "16"))
    plan = world.plan()
    world.groups = {
        "blue": ["ann", "ben", "cho", "dan", "new"],
        "green": ["eva", "fay", "gil", "hue"],
    }
    half = plan.sessions_of("blue")[8].starts - timedelta(days=1)
    again = world.plan(plan, now=half)
    counts = Counter(each.moderator for each in again.sessions_of("blue"))
    assert counts["new"] in (1, 2), "8 sessions among 5, and not 4 to make up for the first 8"
    figures = figures_of(again, world.study_groups())
    assert figures.moderated_spread <= 1
    assert figures.presented_spread <= 1


def test_little_changes_when_somebody_joins_or_leaves(tmp_path: Path) -> None:
    world = World(tmp_path)
    plan = world.plan()
    world.groups = {"blue": ["ann", "ben", "cho", "dan"], "green": ["eva", "fay", "gil"]}
    again = world.plan(plan, now=MIDTERM)
    old, new = by_place(plan), by_place(again)
    assert all(old[place] == new[place] for place in old if place[1] == "blue")
    lost = sum(has_role(each, "hue") for each in plan.sessions if each.starts > MIDTERM)
    moved = sum(
        (old[place].moderator != new[place].moderator)
        + len(set(new[place].presenters) - set(old[place].presenters))
        for place in old
    )
    assert lost <= moved <= lost + 2


def test_what_was_fixed_by_hand_stays(tmp_path: Path) -> None:
    world = World(tmp_path)
    plan = world.plan()
    mine = replace(
        by_place(plan)[6, "blue"],
        moderator="ann",
        presenters=("dan",),
        topic="A guest",
        starts=datetime(2026, 10, 13, 18, tzinfo=SEOUL),
        fixed=True,
    )
    edited = replace(
        plan, sessions=tuple(mine if s.place == mine.place else s for s in plan.sessions)
    )
    world.term = TERM.replace("19:00", "20:00")
    again = world.plan(edited, now=MIDTERM)
    assert by_place(again)[6, "blue"] == mine
    assert by_place(again)[7, "blue"].starts.hour == 20
    counts = Counter(each.moderator for each in again.sessions_of("blue"))
    assert set(counts.values()) == {2}, "others make up for it"


def test_what_was_fixed_with_somebody_who_left_is_planned_anew(tmp_path: Path) -> None:
    world = World(tmp_path)
    plan = world.plan()
    place = next(s.place for s in plan.sessions if s.number == 6 and s.group == "green")
    fixed = tuple(
        replace(s, fixed=True, moderator="hue", presenters=("eva",)) if s.place == place else s
        for s in plan.sessions
    )
    world.groups = {"blue": ["ann", "ben", "cho", "dan"], "green": ["eva", "fay", "gil"]}
    made = world.make(replace(plan, sessions=fixed), now=MIDTERM)
    assert by_place(made.plan)[place].moderator in ("eva", "fay", "gil")
    assert any("was fixed with somebody who is not in the group" in each for each in made.remarks)


def test_a_holiday_that_is_added_moves_what_is_to_come(tmp_path: Path) -> None:
    world = World(tmp_path)
    plan = world.plan()
    world.term = TERM + "skip: [2026-09-14, 2026-10-05]\n"
    again = world.plan(plan, now=MIDTERM)
    numbers = [(each.number, f"{each.starts:%m-%d}") for each in again.sessions_of("blue")]
    assert numbers[:6] == [
        *((1, "09-07"), (2, "09-14"), (3, "09-21"), (4, "09-28"), (5, "10-12"), (6, "10-19")),
    ]
    kinds = {change.kind for change in changes_between(plan, again)}
    assert kinds == {"change"}
    changed = by_place(again)[5, "blue"]
    assert (changed.revision, changed.changed) == (1, MIDTERM)
    assert changed.moderator == by_place(plan)[5, "blue"].moderator


def test_a_shorter_term_drops_sessions_and_a_longer_one_adds_some(tmp_path: Path) -> None:
    world = World(tmp_path)
    plan = world.plan()
    world.term = TERM.replace("8", "6")
    shorter = world.plan(plan, now=MIDTERM)
    assert {each.number for each in shorter.sessions} == set(range(1, 7))
    world.term = TERM.replace("8", "10")
    longer = world.plan(plan, now=MIDTERM)
    assert {c.kind for c in changes_between(plan, longer)} <= {"add", "change"}
    assert {each.number for each in longer.sessions} == set(range(1, 11))


def test_a_group_that_is_new_in_mid_term_has_sessions_from_now_on(tmp_path: Path) -> None:
    world = World(tmp_path)
    plan = world.plan()
    world.groups = {**world.groups, "red": ["ian", "joy", "kay"]}
    again = world.plan(plan, now=MIDTERM)
    assert [each.number for each in again.sessions_of("red")] == [5, 6, 7, 8]


def test_mixed_sessions_are_of_all_groups(tmp_path: Path) -> None:
    plan = World(tmp_path, TERM + "cross: 4\ncross_topics: [Projects]\n").plan()
    mixed = [each for each in plan.sessions if each.table]
    assert {each.number for each in mixed} == {4, 8}
    assert {each.topic for each in mixed if each.number == 4} == {"Projects"}
    assert all(each.moderator in (each.table or ()) for each in mixed)
    at = [each for each in plan.sessions_of("blue") if each.number == 4]
    assert {who for each in at for who in each.table or ()} >= {"ann", "ben", "cho", "dan"}


def test_a_plan_whose_start_is_past_is_remarked_on(tmp_path: Path) -> None:
    made = World(tmp_path).make(now=BEFORE + timedelta(days=20))
    assert any("is `start` right?" in each for each in made.remarks)


@pytest.mark.parametrize("cross", ["none", "4", "2"])
@pytest.mark.parametrize("seed", range(3))
def test_roles_are_even_in_every_kind_of_term(tmp_path: Path, cross: str, seed: int) -> None:
    world = World(tmp_path, TERM.replace("8", "12") + f"cross: {cross}\npresenters: 2\n")
    figures = figures_of(world.plan(seed=seed), world.study_groups())
    assert figures.moderated_spread <= 1
    assert figures.presented_spread <= 1
    assert sum(figures.moderated.values()) >= 12
