"""Numbers: what everybody writes stays, seeds become 0, and what could be somebody's is refused."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterable

from autograder.peer.answers.extract import CannotBeSure
from autograder.peer.answers.search import traces
from autograder.peer.answers.vocabulary import CourseWords

MAX_DIGITS = 5  # significant ones, of a number that nobody else need write
SPELLED_DIGITS = 6  # an id so long is not met by chance in numbers that stand side by side
_SEEDS = ("manual_seed", "manual_seed_all", "seed", "Random", "default_rng", "RandomState", "fork")
_CONSTANTS = (
    *(math.pi, math.e, math.tau, math.log(2), math.log(10), math.sqrt(2), math.sqrt(3)),
    *(math.log(2 * math.pi), math.log(2 * math.pi) / 2, math.log(math.pi), math.sqrt(math.pi)),
    *(math.sqrt(2 * math.pi), 1 / math.sqrt(2 * math.pi), math.sqrt(2 / math.pi), math.sqrt(0.5)),
    *(1 / math.pi, 1 / math.e, 1 / 3, 2 / 3, 1 / 6, 0.044715, 1.0507009873554805),
    *(1.6732632423543772, 3.4028234663852886e38, 1.1754943508222875e-38, 1.1920928955078125e-07),
    *(2.220446049250313e-16, 1.7976931348623157e308, 2.2250738585072014e-308, 65504.0),
)


def check_numbers(
    statements: Iterable[ast.stmt], course: CourseWords, forbidden: frozenset[str]
) -> None:
    """Changes seeds in place. raises CannotBeSure"""
    ids = [word for word in forbidden if word.isascii() and word.isdigit()]
    for statement in statements:
        for node in ast.walk(statement):
            if isinstance(node, ast.Call):
                _neutral_seed(node)
            if isinstance(node, ast.List | ast.Tuple | ast.Set):
                _check_codes(node.elts, forbidden)
        _check_spelled(statement, ids)
        for node in ast.walk(statement):
            match node:
                case ast.Constant(value=bool()):
                    pass
                case ast.Constant(value=int() | float() as number):
                    _check(number, course, ids)
                case ast.Constant(value=complex() as number):
                    _check(number.real, course, ids)
                    _check(number.imag, course, ids)


def _neutral_seed(node: ast.Call) -> None:
    """A seed is often a birthday or a number of a student, and any other one does as well."""
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    given = [*node.args] if name in _SEEDS else []
    given += [word.value for word in node.keywords if word.arg == "seed"]
    for value in given:
        if isinstance(value, ast.Constant) and type(value.value) is int:
            value.value = 0


def _check(number: float, course: CourseWords, ids: list[str]) -> None:
    if repr(number) in course.numbers or not math.isfinite(number):
        return
    if isinstance(number, int) and number.bit_length() > 256:
        raise CannotBeSure("a very long number")
    digits = _digits(number)
    whole = re.sub(r"\D", "", repr(number))
    if any(each in whole or each in digits for each in ids):
        raise CannotBeSure("a number that holds somebody's id")
    if len(digits.strip("0")) > MAX_DIGITS and not _is_common(number, digits.strip("0")):
        raise CannotBeSure("a number that nobody else need write")


def _digits(number: float) -> str:
    """Without sign, point and exponent."""
    return re.sub(r"\D", "", repr(number).lower().partition("e")[0])


def _is_common(number: float, digits: str) -> bool:
    if isinstance(number, int) and number.bit_count() == 1:
        return True
    if isinstance(number, int) and (number + 1).bit_count() == 1:
        return True
    known = (format(constant, f".{len(digits)}g") for constant in _CONSTANTS)
    cut = (repr(constant) for constant in _CONSTANTS)
    spelled = {re.sub(r"\D", "", text.partition("e")[0]).strip("0") for text in (*known, *cut)}
    return digits in spelled or any(
        len(digits) >= MAX_DIGITS and each.startswith(digits) for each in spelled
    )


def _check_spelled(statement: ast.stmt, ids: list[str]) -> None:
    """Whatever stands between them, the digits of a statement in the order of the source."""
    numbers = re.findall(r"(?<![\w.])[\d.]+j?", ast.unparse(statement))
    digits = re.sub(r"\D", "", "".join(numbers))
    if any(each in digits for each in ids if len(each) >= SPELLED_DIGITS):
        raise CannotBeSure("numbers that spell somebody's id")


def _check_codes(items: list[ast.expr], forbidden: frozenset[str]) -> None:
    """A list of numbers may be somebody's name, letter by letter."""
    values = [item.value for item in items if isinstance(item, ast.Constant)]
    codes = [value for value in values if type(value) is int and 32 <= value < 0x110000]
    if len(codes) < 2 or len(codes) < len(items):
        return
    if traces("".join(map(chr, codes)), forbidden):
        raise CannotBeSure("numbers that spell a name")
