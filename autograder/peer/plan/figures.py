"""How fair a plan is, in numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from autograder.peer.groups import StudyGroup
from autograder.peer.plan.counts import moderated, presented, weight_of
from autograder.peer.plan.mixing import least_repetitions, repetitions, same_group
from autograder.peer.plan.model import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    moderated: Mapping[str, int]  # by student, over the whole term
    presented: Mapping[str, int]
    moderated_spread: int  # largest difference in a group, a newcomer's lent roles among them
    presented_spread: int
    in_a_row: int  # how often somebody who is not alone moderates two sessions in a row
    repetitions: int  # how often somebody meets somebody again at a table
    least_repetitions: int  # what no tables of these sizes can go below
    same_group: int  # pairs of a group at one table


def figures_of(plan: Plan, groups: Sequence[StudyGroup]) -> Figures:
    weight = weight_of(plan.sessions, groups)
    members = {group.name: group.ids for group in groups}
    tables = [session.table for session in plan.sessions if session.table]
    counts = moderated(plan.sessions), presented(plan.sessions)
    solo = {ids[0] for ids in members.values() if len(ids) == 1}
    alone = {(who, number) for who, number in weight.moderated_at if who in solo}
    everybody = [who for ids in members.values() for who in ids]
    return Figures(
        moderated={who: counts[0][who] for who in everybody},
        presented={who: counts[1][who] for who in everybody},
        moderated_spread=_spread(weight.moderated, members.values()),
        presented_spread=_spread(weight.presented, members.values()),
        in_a_row=sum((who, n + 1) in weight.moderated_at for who, n in weight.moderated_at - alone),
        repetitions=repetitions(tables),
        least_repetitions=least_repetitions(tables, members),
        same_group=same_group(tables, members),
    )


def _spread(counts: Mapping[str, int], groups: Iterable[Sequence[str]]) -> int:
    each = ([counts.get(who, 0) for who in ids] for ids in groups)
    return max((max(numbers) - min(numbers) for numbers in each), default=0)
