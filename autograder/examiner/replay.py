"""Puts the questions of a test to code of the course, with the values of the student's parameters.

What a replica is asked about is what it has answered itself: a replay ends at the first answer
that is not the student's. Only the values of parameters come from the student, and only where a
parameter of the same shape is there to take them. So nothing that a candidate sends can make a
replica work on more than its own answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from msgspec import structs

from autograder import wire
from autograder.candidate.answers import Answers
from autograder.examiner.likeness import like, links

_NAMESPACE = 0


class Astray(Exception):
    """The question is about something that this code has not answered with."""


class Replay:
    """One replica in one test."""

    def __init__(self, names: Mapping[str, Any], seed: int, *, limit_bytes: int) -> None:
        self._answers = Answers(names, limit_bytes=limit_bytes, on_cuda=False)
        self._handles = {_NAMESPACE: _NAMESPACE}  # the student's → this replica's
        self._nodes: dict[int, int] = {}
        self._parts: set[int] = set()  # the student's handles of what is a module's attribute
        self._answers.answer(wire.Begin(seed))
        self._state = torch.default_generator.get_state()
        self._unread: set[int] = set()  # modules whose parameters the student's have not replaced

    def answer(self, request: wire.Request, theirs: wire.Reply | None) -> wire.Reply | None:
        """This replica's answer, after it has taken over the student's parameters.

        theirs  what the student's code answered
        raises  Astray
        """
        mine = self._answers.answer(self._translated(request))
        if isinstance(theirs, wire.NamedTensors) and isinstance(mine, wire.NamedTensors):
            return self._with_parameters(request, theirs, mine)
        if isinstance(request, wire.Get):
            return self._with_attribute(request, theirs, mine)
        return mine

    def follow(
        self, request: wire.Request, theirs: wire.Reply | None, mine: wire.Reply | None
    ) -> None:
        """Remember what the student's names for things mean here. The replies are alike.

        raises  Astray if the student's code answers with one thing where this one has two
        """
        for one, other in links(theirs, mine):
            if self._handles.setdefault(one, other) != other:
                raise Astray
            if isinstance(request, wire.Call):
                self._unread.add(other)
            else:
                self._parts.add(one)
        one, other = getattr(theirs, "node", 0), getattr(mine, "node", 0)
        if one and other:
            self._nodes[one] = other

    def drew(self) -> bool:
        """Whether answers may depend on random numbers that another right answer, or another way
        to write down the same wrong one, need not draw in the same order."""
        return bool(self._unread) or not torch.equal(
            torch.default_generator.get_state(), self._state
        )

    def _with_parameters(
        self, request: wire.Request, theirs: wire.NamedTensors, mine: wire.NamedTensors
    ) -> wire.NamedTensors:
        """The replica's parameters in the student's order, under the student's names, and with the
        student's values; as it was where one has a parameter that the other has not."""
        target = getattr(request, "target", _NAMESPACE)
        pairs = matched(theirs, mine, part=target in self._parts)
        if pairs is None:
            return mine
        chosen = [mine.tensors[there] for there in pairs]
        with_values = self._with_values(theirs.tensors, chosen)
        self._unread.discard(self._handles.get(target, _NAMESPACE))
        if not self._unread:
            self._state = torch.default_generator.get_state()
        return wire.NamedTensors(theirs.names, with_values)

    def _with_attribute(
        self, request: wire.Get, theirs: wire.Reply | None, mine: wire.Reply | None
    ) -> wire.Reply | None:
        """An attribute that is a tensor, and stays the same one, may be a parameter by another
        name."""
        one, other = _tensor(theirs), _tensor(mine)
        if one is None or other is None or one.handle in self._handles or not like(one, other):
            return mine
        again = _tensor(self._answers.answer(self._translated(request)))
        if again is None or again.handle != other.handle:
            return mine  # computed anew for every look at it
        return wire.Result(wire.Slot(0), self._with_values([one], [other]))

    def _with_values(
        self, theirs: Sequence[wire.TensorData], ours: Sequence[wire.TensorData]
    ) -> list[wire.TensorData]:
        """Take over the values of tensors that are met for the first time; from then on they are
        this replica's own to keep up."""
        taken: dict[int, wire.TensorData] = {}
        for one, other in zip(theirs, ours, strict=True):
            if one.handle not in self._handles and one.handle:
                self._handles[one.handle] = other.handle
                taken[other.handle] = one
        if taken:
            self._answers.answer(wire.Assign(list(taken), list(taken.values())))
        return [
            structs.replace(each, data=taken[each.handle].data) if each.handle in taken else each
            for each in ours
        ]

    def _translated(self, request: wire.Request) -> wire.Request:
        """In this replica's own handles. Raises Astray."""
        try:
            match request:
                case wire.Call():
                    if request.target == _NAMESPACE and len(self._handles) == 1:
                        return request
                    return structs.replace(
                        request,
                        target=self._handles[request.target],
                        args=[self._value(value) for value in request.args],
                        kwargs={name: self._value(v) for name, v in request.kwargs.items()},
                        extra=[self._handles[handle] for handle in request.extra],
                    )
                case wire.Get() | wire.Parameters():
                    return structs.replace(request, target=self._handles[request.target])
                case wire.Assign():
                    handles = [self._handles[handle] for handle in request.handles]
                    return structs.replace(request, handles=handles)
                case wire.Vjp():
                    return structs.replace(request, node=self._nodes[request.node])
        except KeyError:
            raise Astray from None
        return request

    def _value(self, value: wire.Value) -> wire.Value:
        match value:
            case wire.Handle():
                return structs.replace(value, id=self._handles[value.id])
            case wire.Items():
                return wire.Items(value.kind, [self._value(item) for item in value.items])
            case wire.Pairs():
                return wire.Pairs([(k, self._value(v)) for k, v in value.items])
        return value


def matched(
    theirs: wire.NamedTensors, mine: wire.NamedTensors, *, part: bool = False
) -> list[int] | None:
    """For each of the student's parameters the place of the replica's; None if they do not fit.

    The same name and shape; or else, within one part of the module (what stands before the first
    dot), as many of the same shapes in the same order.

    part  the whole is such a part, whatever stands before its dots
    """
    if not len(theirs.names) == len(theirs.tensors) == len(mine.names):
        return None
    left = {name: place for place, name in enumerate(mine.names)}
    fitting = [
        name in left and like(tensor, mine.tensors[left[name]])
        for name, tensor in zip(theirs.names, theirs.tensors, strict=True)
    ]
    if all(fitting) and len(set(theirs.names)) == len(left):
        return [left[name] for name in theirs.names]
    return _in_order(theirs, mine, (lambda _: "") if part else _part)


def _in_order(
    theirs: wire.NamedTensors, mine: wire.NamedTensors, part_of: Callable[[str], str]
) -> list[int] | None:
    waiting: dict[str, list[int]] = {}
    for place, name in enumerate(mine.names):
        waiting.setdefault(part_of(name), []).append(place)
    places = []
    for name, tensor in zip(theirs.names, theirs.tensors, strict=True):
        there = waiting.get(part_of(name))
        if not there or not like(tensor, mine.tensors[there[0]]):
            return None
        places.append(there.pop(0))
    return places


def _part(name: str) -> str:
    return name.partition(".")[0]


def _tensor(reply: wire.Reply | None) -> wire.TensorData | None:
    single = isinstance(reply, wire.Result) and isinstance(reply.value, wire.Slot)
    return reply.tensors[0] if single and reply.tensors else None  # type: ignore[union-attr]
