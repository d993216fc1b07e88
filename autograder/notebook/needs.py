"""Which statements the graded symbols need: names are followed from use to binding."""

from __future__ import annotations

import ast
import builtins
from collections import defaultdict
from collections.abc import Iterable, Sequence, Set

from autograder.notebook.statements import Statement

MAX_EFFECT_WORK = 20_000  # statements looked at for effects of calls: keeps hostile ones linear


class Needs:
    """An index of who binds, changes and pokes what, over all statements of a notebook."""

    def __init__(self, statements: Sequence[Statement], symbols: Iterable[str]) -> None:
        self.statements = statements
        self._binders: dict[str, list[int]] = defaultdict(list)
        self._pokers: dict[str, list[int]] = defaultdict(list)
        self._assigned: set[str] = set()
        self._stars: list[int] = []
        self._unknown: list[int] = []
        self._imports: list[int] = []  # what `exec(code)` needs cannot be told: these at least
        self._effect_work = 0
        for index, statement in enumerate(statements):
            self._add(index, statement)
        self._add_calls_with_effects(symbols)

    def _add(self, index: int, statement: Statement) -> None:
        names = statement.names
        for name in names.binds | names.changes:
            self._binders[name].append(index)
        for name in names.pokes:
            self._pokers[name].append(index)
        if statement.assigns:
            self._assigned |= names.binds
        if names.stars:
            self._stars.append(index)
        if names.unknown:
            self._unknown.append(index)
        if isinstance(statement.node, (ast.Import, ast.ImportFrom)):
            self._imports.append(index)

    def binders(self, name: str) -> list[int]:
        """Statements, in order, that bind the name or change the object behind it."""
        found = self._binders.get(name, [])
        if not found and not hasattr(builtins, name):
            return sorted({*self._unknown, *self._imports}) if self._unknown else []
        if name not in self._assigned:  # `torch.manual_seed(0)` binds nothing that is needed
            return found
        return sorted({*found, *self._pokers.get(name, ())})

    def bound_by(self, statement: Statement) -> tuple[str, ...]:
        """Names that the statement binds or whose objects it changes, sorted."""
        names = statement.names
        return tuple(sorted(names.binds | names.changes | (names.pokes & self._assigned)))

    def may_bind(self, name: str) -> bool:
        """No statement names it, yet some bind names that only running them tells."""
        return not self.binds(name) and bool(self._unknown)

    def binds(self, name: str) -> bool:
        return any(name in self.statements[i].names.binds for i in self._binders.get(name, ()))

    def reach(self, names: Iterable[str], *, without: Set[str] = frozenset()) -> list[int]:
        """Statements needed for the names, in order; names in `without` are not followed."""
        return sorted(self._reach(names, without)[0])

    def _reach(self, names: Iterable[str], without: Set[str]) -> tuple[set[int], set[str]]:
        found: set[int] = set(self._stars)
        queue = list(names)
        for index in self._stars:
            queue += self.statements[index].names.uses
        seen = set(queue)
        while queue:
            for index in self.binders(queue.pop()):
                if index not in found:
                    found.add(index)
                    new = self.statements[index].names.uses - seen - without
                    seen |= new
                    queue += new
        return found, seen

    def _add_calls_with_effects(self, symbols: Iterable[str]) -> None:
        """`init_tables()` binds the globals that `init_tables` sets; so does a decorator.

        A function that the symbols call themselves has its effects whenever it is called:
        a scratch cell that trains with it, and so fills its cache, is still not needed.
        """
        if not any(self._changed_by(statement) for statement in self.statements):
            return
        reached = self._reach(symbols, frozenset())[1]
        memo: dict[str, set[str]] = {}
        found: set[tuple[str, int]] = set()
        for index, statement in enumerate(self.statements):
            for called in statement.names.calls - reached:
                found.update((name, index) for name in self._effects(called, memo))
        for name, index in sorted(found):
            self._binders[name].append(index)

    def _changed_by(self, definition: Statement) -> set[str]:
        names = definition.names
        return names.effects | (names.later & self._assigned)

    def _effects(self, function: str, memo: dict[str, set[str]]) -> set[str]:
        if function not in memo:
            known = function in self._binders and self._effect_work < MAX_EFFECT_WORK
            indices = self._reach([function], frozenset())[0] if known else set()
            self._effect_work += len(indices)
            memo[function] = set().union(*(self._changed_by(self.statements[i]) for i in indices))
        return memo[function]
