"""What one call takes: operators, memory, time. A student reads it as a fact about their code.

Operators and memory are followed by a mode below torch's Python, which slows everything down; so
the time is taken in calls of their own, without it. Student code shares this process and may make
these numbers whatever it likes: they are shown, and nothing is decided by them.
"""

from __future__ import annotations

import hashlib
import weakref
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from time import perf_counter
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from autograder import wire

# A quick call is repeated until its median is steady, a slow one until it has cost enough.
_FEWEST, _MOST = 5, 500
_ENOUGH_S, _PATIENCE_S, _SLOW_S = 0.05, 1.0, 0.5
# `torch.tensor([…])` fills a tensor below every mode, and hands it to this one.
_FRESH = "aten::lift_fresh"

Run = Callable[[], Any]


def cost_of(run: Run) -> wire.Cost:
    """What a call takes, its backward pass included if what it returns can be differentiated.

    run      makes the call; what it gives to the code is there before, and is no cost
    returns  the operators of the forward pass; bytes and seconds of both passes
    raises   whatever the call raises
    """
    durations = _durations(run)
    follow = _Follow()
    _once(run, follow)
    return wire.Cost(
        _most_used(follow.operators),
        min(follow.peak_bytes, wire.MOST_COUNTED),
        sorted(durations)[len(durations) // 2],
        len(durations),
    )


def alike(symbol: Any) -> Any:
    """The symbol; a class of modules in a form whose modules have the same parameters, whoever
    wrote it: otherwise no two of them could be compared.

    What cannot be told apart by the first part of its name and its shape is told by its order.
    """
    if not (isinstance(symbol, type) and issubclass(symbol, nn.Module)):
        return symbol

    def built(*args: Any, **kwargs: Any) -> nn.Module:
        module = symbol(*args, **kwargs)
        _fill(module)
        return module

    return built


@torch.no_grad()
def _fill(module: nn.Module) -> None:
    seen: Counter[str] = Counter()
    for name, parameter in module.named_parameters():
        key = f"{name.partition('.')[0]} {tuple(parameter.shape)}"
        seen[key] += 1
        digest = hashlib.sha256(f"{key} {seen[key]}".encode()).digest()
        generator = torch.Generator().manual_seed(int.from_bytes(digest[:7], "big"))
        values = torch.rand(parameter.shape, generator=generator, dtype=torch.float64)
        parameter.copy_((values - 0.5) / 2)


def _durations(run: Run) -> list[float]:
    first_s = _once(run)  # what is done at the first call only is no cost either
    if first_s > _SLOW_S:  # beside which that is nothing
        return [first_s]
    durations: list[float] = []
    spent_s = 0.0
    while spent_s < _PATIENCE_S and len(durations) < _MOST:
        if len(durations) >= _FEWEST and spent_s > _ENOUGH_S:
            break
        durations.append(_once(run))
        spent_s += durations[-1]
    return durations


def _once(run: Run, follow: _Follow | None = None) -> float:
    """Seconds of one forward and backward pass."""
    with torch.enable_grad(), follow or nullcontext():
        began = perf_counter()
        result = run()
        if follow is not None:
            follow.counts = False
        outputs = [x for x in tree_leaves(result) if isinstance(x, Tensor) and x.requires_grad]
        wanted = _leaves(outputs)
        if wanted:
            ones = [torch.ones_like(x) for x in outputs]
            torch.autograd.grad(outputs, wanted, ones, allow_unused=True)
        return perf_counter() - began


def _leaves(outputs: list[Tensor]) -> list[Tensor]:
    """The inputs and parameters that outputs were computed of."""
    found: list[Tensor] = []
    left: list[Any] = [x.grad_fn for x in outputs]
    seen: set[Any] = set()
    while left:
        node = left.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        leaf = getattr(node, "variable", None)  # of torch's AccumulateGrad
        if isinstance(leaf, Tensor):
            found.append(leaf)
        left += [each for each, _ in node.next_functions]
    return found


class _Follow(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts operators, and adds up the storages that live at one time.

    A storage that an operator is given before any has returned it was there before the call.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.operators: dict[str, int] = {}
        self.peak_bytes = 0
        self.counts = True
        self._living_bytes = 0
        self._known: dict[int, weakref.ref[Any]] = {}

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False  # torch would import its compiler (a second) to tell it to stay away

    def __torch_dispatch__(
        self, func: Any, types: Any, args: Any = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        name = func._schema.name
        if self.counts:
            self.operators[name] = self.operators.get(name, 0) + 1
        if name != _FRESH:
            self._meet((args, kwargs), new=False)
        result = func(*args, **(kwargs or {}))
        self._meet(result, new=True)
        return result

    def _meet(self, values: Any, *, new: bool) -> None:
        for value in tree_leaves(values):
            if isinstance(value, Tensor) and value.layout == torch.strided:
                storage = value.untyped_storage()
                self._remember(storage, storage.nbytes() if new else 0)

    def _remember(self, storage: torch.UntypedStorage, size: int) -> None:
        key = storage._cdata
        if key in self._known:
            return

        def gone(_: object) -> None:
            self._known.pop(key, None)
            self._living_bytes -= size

        self._known[key] = weakref.ref(storage, gone)
        self._living_bytes += size
        self.peak_bytes = max(self.peak_bytes, self._living_bytes)


def _most_used(operators: Mapping[str, int]) -> dict[str, int]:
    """As many as a message may have."""
    ranked = sorted(operators.items(), key=lambda item: -item[1])[: wire.MOST_OPERATORS]
    return {name: min(count, wire.MOST_COUNTED) for name, count in ranked}
