"""Checks for hidden suites: `from autograder.testing import check_tensor, ...`.

A check compares what the student's code returned with what the suite expects, in the order
in which a student can use the answer (kind, shape, dtype, device, finiteness, values) and
raises `Finding` with words for the student. The words never contain an input or an expected
value: at most shapes, dtypes, counts, sizes of errors to one digit, and a pattern ("twice as
large").
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

# (rtol, atol) by dtype and the kind of device; other dtypes are compared exactly.
TOLERANCES = {
    # Rounding of a chain of a few dozen float operations on values of order 1: some hundred units
    # in the last place (2**-23 = 1.2e-7, 2**-52 = 2.2e-16), far below the effect of any mistake.
    (torch.float32, "cpu"): (1e-4, 1e-5),
    (torch.float64, "cpu"): (1e-9, 1e-10),
    # A GPU adds up in another order and multiplies and adds in one rounding, which is no worse; but
    # cuDNN may convolve by Winograd's method or by FFT, whose errors are some 1e-6 of the largest
    # value, next to small ones too. TF32 is off (see autograder/cuda.py).
    (torch.float32, "cuda"): (2e-4, 1e-4),
    (torch.float64, "cuda"): (1e-9, 1e-10),
    # torch adds these up in float32 and rounds once per operation: a few units in the last place
    # (2**-10 = 9.8e-4, 2**-7 = 7.8e-3).
    (torch.float16, "cpu"): (5e-3, 1e-3),
    (torch.float16, "cuda"): (5e-3, 1e-3),
    (torch.bfloat16, "cpu"): (4e-2, 1e-2),
    (torch.bfloat16, "cuda"): (4e-2, 1e-2),
}


class Finding(AssertionError):
    """What a check found wrong, in words for the student."""


def check(condition: bool, message: str) -> None:
    """Raise Finding(message) unless the condition holds."""
    if not condition:
        raise Finding(message)


def check_tensor(
    got: object,
    expected: Tensor,
    *,
    rtol: float | None = None,
    atol: float | None = None,
    what: str = "the result",
) -> None:
    """`got` is a tensor of expected's shape, dtype and device, and close to it.

    rtol, atol  default by dtype and device, see TOLERANCES; an explicit one needs a reason
                beside it
    raises      Finding, on the first property that does not hold
    """
    check_like(got, expected.shape, dtype=expected.dtype, device=expected.device, what=what)
    assert isinstance(got, Tensor)
    check_values(got, expected, rtol=rtol, atol=atol, what=what)


def check_like(
    got: object,
    shape: Sequence[int],
    *,
    dtype: torch.dtype | None = None,
    device: torch.device | None = None,
    what: str = "the result",
) -> None:
    """`got` is a tensor of this shape and, where given, dtype and device."""
    if not isinstance(got, Tensor):
        raise Finding(f"{what} should be a tensor, got {_kind(got)}")
    if tuple(got.shape) != tuple(shape):
        raise Finding(
            f"{what} has the wrong shape: expected {tuple(shape)}, got {_shape(got, len(shape))}"
        )
    if dtype is not None and got.dtype != dtype:
        raise Finding(f"{what} has the wrong dtype: expected {dtype}, got {got.dtype}")
    if device is not None and got.device.type != device.type:
        raise Finding(_wrong_device(what, device, got.device))


def check_values(
    got: Tensor,
    expected: Tensor,
    *,
    rtol: float | None = None,
    atol: float | None = None,
    what: str = "the result",
) -> None:
    """The values are close; shape and dtype are known to agree."""
    got, expected = got.detach(), expected.detach()
    usual = TOLERANCES.get((expected.dtype, expected.device.type), (0.0, 0.0))
    rtol = usual[0] if rtol is None else rtol
    atol = usual[1] if atol is None else atol
    wrong = ~torch.isclose(got, expected, rtol=rtol, atol=atol)
    if not bool(wrong.any()):
        return
    not_finite = int((~torch.isfinite(got) & torch.isfinite(expected)).sum())
    if not_finite:
        raise Finding(
            f"{what} has {not_finite} of {got.numel()} values that are nan or inf, "
            "and none should be"
        )
    largest = float((got.double() - expected.double()).abs().max())
    count = (
        "the value is" if got.numel() == 1 else f"{int(wrong.sum())} of {got.numel()} values are"
    )
    raise Finding(f"{what}: {count} off, by up to {_rounded_up(largest)}{_pattern(got, expected)}")


def check_finite(got: Tensor, what: str = "the result") -> None:
    """No nan, no inf."""
    bad = int((~torch.isfinite(got.detach())).sum())
    if bad:
        raise Finding(f"{what} has {bad} of {got.numel()} values that are nan or inf")


def check_gradients(
    function: Callable[..., Any],
    reference: Callable[..., Any],
    *inputs: Tensor,
    rtol: float | None = None,
    atol: float | None = None,
    names: Sequence[str] = (),
    generator: torch.Generator | None = None,
) -> None:
    """Both functions send the same gradient to every input, for a random cotangent.

    function, reference  called with fresh leaf copies of `inputs`; each returns a tensor or a
                         tuple of tensors, of which every floating point one takes part
    names                words for the inputs in messages; default "input 1", "input 2", …
    """
    words = list(names) or [f"input {i}" for i in range(1, len(inputs) + 1)]
    wanted_out, wanted_in = _forward(reference, inputs)
    cotangents = [
        torch.randn(o.shape, dtype=o.dtype, generator=generator).to(o.device) for o in wanted_out
    ]
    wanted: Sequence[Tensor | None] = torch.autograd.grad(
        wanted_out, wanted_in, cotangents, allow_unused=True
    )
    outputs, leaves = _forward(function, inputs)
    if len(outputs) != len(wanted_out):
        raise Finding(f"expected {_tensors(len(wanted_out))}, got {_tensors(len(outputs))}")
    for out, like in zip(outputs, wanted_out, strict=True):
        check_like(out, like.shape, dtype=like.dtype, device=like.device)
    if not any(out.requires_grad for out in outputs):
        raise Finding(
            "no gradient flows through the result: somewhere the computation leaves autograd"
        )
    pairs = [(o, c) for o, c in zip(outputs, cotangents, strict=True) if o.requires_grad]
    got: Sequence[Tensor | None] = torch.autograd.grad(
        [o for o, _ in pairs], leaves, [c for _, c in pairs], allow_unused=True
    )
    for word, mine, theirs in zip(words, got, wanted, strict=True):
        if theirs is None or (mine is None and not bool(theirs.any())):
            continue
        if mine is None:
            raise Finding(f"no gradient reaches {word}")
        check_tensor(mine, theirs, rtol=rtol, atol=atol, what=f"the gradient for {word}")


@contextmanager
def inputs_unchanged(**tensors: Tensor) -> Iterator[None]:
    """The named tensors have the same shape and values after the block as before it.

    Student code gets copies: a call that changed one says so on the tensor it was copied from.
    """
    before = {name: tensor.detach().clone() for name, tensor in tensors.items()}
    for tensor in tensors.values():
        tensor.changed_by_student = False  # type: ignore[attr-defined]
    yield
    for name, tensor in tensors.items():
        same = tensor.shape == before[name].shape and torch.equal(tensor.detach(), before[name])
        told = bool(getattr(tensor, "changed_by_student", False))
        check(same and not told, f"{name} was changed by the call; work on a copy of it")


def _forward(
    function: Callable[..., Any], inputs: Sequence[Tensor]
) -> tuple[list[Tensor], list[Tensor]]:
    leaves = [x.detach().clone().requires_grad_() for x in inputs]
    result = function(*leaves)
    parts = result if isinstance(result, tuple | list) else (result,)
    for part in parts:
        if not isinstance(part, Tensor):
            raise Finding(f"the result should be a tensor, got {_kind(part)}")
    return [part for part in parts if part.is_floating_point()], leaves


def _pattern(got: Tensor, expected: Tensor) -> str:
    """A hint where the error is as regular as a factor or an offset."""
    mine, right = got.double().flatten(), expected.double().flatten()
    solid = right.abs() > 1e-6 * right.abs().max().clamp_min(1e-30)
    if not bool(solid.any()):
        return ""
    ratio = (mine / right)[solid]
    factor = float(ratio.median())
    rest_is_zero = bool((mine[~solid].abs() < 1e-6).all())
    one_factor = bool(torch.isclose(ratio, ratio.median(), rtol=1e-3).all())
    if rest_is_zero and one_factor and abs(factor) > 1e-6:
        return _factor_in_words(factor, one_value=right.numel() == 1)
    if right.numel() > 1:
        offset = mine - right
        if bool(torch.isclose(offset, offset.mean(), rtol=1e-3, atol=0.0).all()):
            return f": all by the same amount, about {_digits(float(offset.mean()), 1)}"
    return ""


def _factor_in_words(factor: float, *, one_value: bool) -> str:
    """The factor between what came and what should have come.

    A single value always is some multiple of another one: there only a telling factor is named,
    a whole number or one part of it, as a sum for a mean gives; others would only give away
    what was expected.
    """
    if abs(factor - 1) < 1e-3:
        return ": close, but not as exact as the dtype allows"
    if abs(factor + 1) < 1e-3:
        return ": the sign is the other way round"
    whole = max(abs(factor), 1 / abs(factor))
    if one_value and abs(whole - round(whole)) > 1e-3:
        return ""
    # Two digits: what a student multiplies a right answer by may be made of an input.
    return f": {_digits(factor, 2)} times what it should be"


def _rounded_up(size: float) -> str:
    """One digit: of a single value that came as 0, the size of the error is what was expected."""
    if not math.isfinite(size) or size <= 0:
        return f"{size:g}"
    step = 10.0 ** math.floor(math.log10(size))
    return _digits(math.ceil(size / step - 1e-9) * step, 1)


def _digits(number: float, count: int) -> str:
    """That many digits that count: 20 rather than 2e+01, and 3e+04 for 30000."""
    short = f"{number:.{count}g}"
    return f"{float(short):g}" if abs(float(short)) < 10_000 else short


def _shape(got: Tensor, dimensions: int) -> str:
    """As far as it can be an honest mistake: a shape can hold any number of a student's choice."""
    sizes = [str(size) if size < 10_000 else "…" for size in got.shape]
    shown = sizes if len(sizes) <= dimensions + 3 else [*sizes[: dimensions + 3], "…"]
    return f"({', '.join(shown)}{',' if len(shown) == 1 else ''})"


def _wrong_device(what: str, expected: torch.device, got: torch.device) -> str:
    if (expected.type, got.type) == ("cuda", "cpu"):
        return (
            f"{what} lies on the CPU although it was asked for on a GPU: "
            "create new tensors on the inputs' device"
        )
    return f"{what} is on the wrong device: expected {expected}, got {got}"


def _tensors(count: int) -> str:
    return "one result tensor" if count == 1 else f"{count} result tensors"


def _kind(value: object) -> str:
    """The kind of a value in words; a remote object knows its own."""
    return "None" if value is None else getattr(value, "remote_type", type(value).__name__)
