"""Rounds in which nobody meets anybody twice, by lines over a finite field.

Everybody has a seat: a column (their group) and a row. In round r those sit together who lie on a
line of slope r. Two points lie on one line only, so two people meet in one round at most.

With more groups than rows, a table is a line that takes one person of each row:
    table = column − r · row,   r = 1 … q − 1    (r = 0 is the groups themselves)
and people of one row never meet; a last round seats them by rows, cut into tables.
With as many rows as groups or more, a table takes one person of each group:
    table = row − r · column,   r = 0 … q − 1
q is the smallest prime power that is not less than groups and rows; what is missing leaves tables
smaller. Source: affine planes, in any textbook on designs; the fields are built below.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Seat = tuple[int, int]  # column, row


@dataclass(frozen=True, slots=True)
class Field:
    """The field of q elements 0 … q − 1."""

    minus: Sequence[Sequence[int]]
    times: Sequence[Sequence[int]]


def rounds(seats: Mapping[str, Seat], table_size: int) -> list[list[list[str]]]:
    """All rounds that the grid gives, each a list of tables; none of a table is empty.

    table_size  of the tables of the last round, which are not given by lines
    """
    columns = 1 + max(column for column, _ in seats.values())
    rows = 1 + max(row for _, row in seats.values())
    order = prime_power(max(columns, rows))
    field = field_of(order)
    if columns <= rows:
        return [_by_line(seats, field, slope, of_columns=True) for slope in range(order)]
    slopes = range(1, order)
    found = [_by_line(seats, field, slope, of_columns=False) for slope in slopes]
    return [*found, _by_row(seats, table_size)]


def prime_power(least: int) -> int:
    """The smallest prime power that is not less, 2 at least."""
    return next(n for n in itertools.count(max(2, least)) if _root_of(n)[0])


def field_of(order: int) -> Field:
    """raises  ValueError if the order is no prime power"""
    prime, degree = _root_of(order)
    if not prime:
        raise ValueError(f"{order} is no power of a prime")
    if degree == 1:
        numbers = range(prime)
        return Field(
            [[(a - b) % prime for b in numbers] for a in numbers],
            [[a * b % prime for b in numbers] for a in numbers],
        )
    elements = [_digits(n, prime, degree) for n in range(order)]
    modulus = _irreducible(prime, degree)
    minus = [
        [_number([(a - b) % prime for a, b in zip(x, y, strict=True)], prime) for y in elements]
        for x in elements
    ]
    times = [[_number(_product(x, y, modulus, prime), prime) for y in elements] for x in elements]
    return Field(minus, times)


def _by_line(
    seats: Mapping[str, Seat], field: Field, slope: int, *, of_columns: bool
) -> list[list[str]]:
    tables: dict[int, list[str]] = {}
    for who, (column, row) in seats.items():
        along, across = (row, column) if of_columns else (column, row)
        tables.setdefault(field.minus[along][field.times[slope][across]], []).append(who)
    return [tables[table] for table in sorted(tables)]


def _by_row(seats: Mapping[str, Seat], table_size: int) -> list[list[str]]:
    found: list[list[str]] = []
    for row in range(1 + max(row for _, row in seats.values())):
        people = [who for who, seat in seats.items() if seat[1] == row]
        count = max(1, -(-len(people) // table_size))
        found += [people[n::count] for n in range(count) if people[n::count]]
    return found


def _root_of(number: int) -> tuple[int, int]:
    """(prime, exponent) of a prime power; (0, 0) for what is none."""
    prime = next(n for n in itertools.count(2) if number % n == 0)
    exponent = 0
    while number % prime == 0:
        number, exponent = number // prime, exponent + 1
    return (prime, exponent) if number == 1 else (0, 0)


def _digits(number: int, base: int, count: int) -> list[int]:
    return [number // base**place % base for place in range(count)]


def _number(digits: Sequence[int], base: int) -> int:
    return sum(digit * base**place for place, digit in enumerate(digits))


def _product(x: Sequence[int], y: Sequence[int], modulus: Sequence[int], prime: int) -> list[int]:
    """Of polynomials, lowest power first; modulus without its leading 1."""
    degree = len(modulus)
    product = [0] * (2 * degree)
    for (i, a), (j, b) in itertools.product(enumerate(x), enumerate(y)):
        product[i + j] = (product[i + j] + a * b) % prime
    for power in range(2 * degree - 1, degree - 1, -1):
        for place, digit in enumerate(modulus):
            target = power - degree + place
            product[target] = (product[target] - product[power] * digit) % prime
    return product[:degree]


def _irreducible(prime: int, degree: int) -> list[int]:
    """A polynomial of that degree whose field has no two elements with the product 0."""
    elements = [_digits(n, prime, degree) for n in range(1, prime**degree)]
    return next(
        modulus
        for modulus in (_digits(n, prime, degree) for n in range(prime**degree))
        if all(any(_product(x, y, modulus, prime)) for x in elements for y in elements)
    )
