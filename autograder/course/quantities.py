"""Numbers with units, as people write them: "5 s", "1 min", "2 GiB", "10 %"."""

from __future__ import annotations

import math
import re

SECONDS = {
    "ms": 0.001,
    **dict.fromkeys(("s", "sec", "second", "seconds"), 1.0),
    **dict.fromkeys(("min", "minute", "minutes"), 60.0),
    **dict.fromkeys(("h", "hour", "hours"), 3600.0),
    **dict.fromkeys(("d", "day", "days"), 86400.0),
}
BYTES = {
    "b": 1.0,
    **{f"{prefix}b": 1000.0**i for i, prefix in enumerate("kmgt", start=1)},
    **{f"{prefix}ib": 1024.0**i for i, prefix in enumerate("kmgt", start=1)},
}
MAX_SECONDS = 366 * 86400.0
MAX_BYTES = 1 << 50  # far beyond any host, far below what overflows in an rlimit

_QUANTITY = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*([A-Za-z%]*)")


def seconds(text: str) -> float:
    """Seconds in "500 ms", "5s", "1.5 min", "2 hours", "3 days".

    raises  ValueError, saying what was expected
    """
    return _quantity(text, SECONDS, MAX_SECONDS, 'a time such as "5 s" or "1 min"')


def size_bytes(text: str) -> int:
    """Bytes in "64 MiB" (1024s) or "2 GB" (1000s).

    raises  ValueError, saying what was expected
    """
    return math.ceil(_quantity(text, BYTES, MAX_BYTES, 'a size such as "64 MiB" or "2 GiB"'))


def fraction(text: str) -> float:
    """0.1 from "10 %" or "0.1".

    raises  ValueError, saying what was expected
    """
    expected = 'a share such as "10 %" or "0.1", from 0 to 1'
    match = _QUANTITY.fullmatch(text.strip())
    if match is None or match[2] not in ("", "%"):
        raise ValueError(f'expected {expected}, got "{text}"')
    number = float(match[1]) / (100 if match[2] else 1)
    if not 0 <= number <= 1:
        raise ValueError(f'expected {expected}, got "{text}"')
    return number


def _quantity(text: str, units: dict[str, float], most: float, expected: str) -> float:
    match = _QUANTITY.fullmatch(text.strip())
    if match is None:
        raise ValueError(f'expected {expected}, got "{text}"')
    if not match[2]:
        raise ValueError(f'expected {expected}, got "{text}" without a unit')
    unit = units.get(match[2].lower())
    if unit is None:
        raise ValueError(
            f'expected {expected}, got the unit "{match[2]}", which is none of {", ".join(units)}'
        )
    number = float(match[1]) * unit
    if not 0 < number <= most:
        raise ValueError(f'expected {expected}, more than nothing and within reason, got "{text}"')
    return number
