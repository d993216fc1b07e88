"""The statistics, against an independent computation; and when there is none."""

from __future__ import annotations

import random

import numpy as np
import pytest

from autograder.overview import measures


def made(n: int, tests: int = 6) -> list[list[float]]:
    """Students' points, a row a student: some able, some not."""
    numbers = random.Random(n)
    abilities = [numbers.gauss(0, 1) for _ in range(n)]
    return [[float(numbers.gauss(a, 1) > t / 3 - 1) for t in range(tests)] for a in abilities]


@pytest.mark.parametrize("n", [10, 11, 57, 300])
def test_discrimination_is_the_correlation_with_the_rest(n: int) -> None:
    points = np.array(made(n))
    for test in range(points.shape[1]):
        rest = points.sum(1) - points[:, test]
        if points[:, test].std() == 0:
            continue
        found = measures.discrimination([p == 1 for p in points[:, test]], list(rest))
        assert found.value == pytest.approx(np.corrcoef(points[:, test], rest)[0, 1], abs=1e-12)


def test_discrimination_may_be_negative_and_its_sign_is_right() -> None:
    rest = [float(i) for i in range(20)]
    assert measures.discrimination([r < 10 for r in rest], rest).value == pytest.approx(
        -0.867, abs=1e-3
    )
    assert measures.discrimination([r >= 10 for r in rest], rest).value == pytest.approx(
        0.867, abs=1e-3
    )


@pytest.mark.parametrize(
    ("passed", "rest", "why"),
    [
        ([True, False] * 4 + [True], [1.0] * 9, measures.TOO_FEW),
        ([True] * 20, [float(i) for i in range(20)], measures.ALL_ALIKE),
        ([False] * 20, [float(i) for i in range(20)], measures.ALL_ALIKE),
        ([True, False] * 10, [3.0] * 20, measures.FLAT),
    ],
)
def test_no_discrimination_is_given_where_it_would_mean_nothing(
    passed: list[bool], rest: list[float], why: str
) -> None:
    assert measures.discrimination(passed, rest) == measures.Figure(None, why)


@pytest.mark.parametrize("n", [10, 200])
def test_alpha_is_the_textbooks(n: int) -> None:
    points = np.array(made(n))
    k, covariance = points.shape[1], np.cov(points.T)
    expected = k / (k - 1) * (1 - np.trace(covariance) / covariance.sum())
    assert measures.alpha(points.tolist()).value == pytest.approx(expected, abs=1e-12)


def test_no_alpha_is_given_where_it_would_mean_nothing() -> None:
    assert measures.alpha([[1.0, 0.0]] * 9).why_not == measures.TOO_FEW
    assert measures.alpha([[float(i)] for i in range(20)]).value is None
    assert measures.alpha([[1.0, 0.0]] * 20).why_not == "all have the same score"


@pytest.mark.parametrize("n", [2, 3, 4, 101])
def test_the_spread_is_numpys(n: int) -> None:
    values = [random.Random(i).random() for i in range(n)]
    found = measures.spread(values)
    assert found is not None
    quartiles = np.quantile(values, [0, 0.25, 0.5, 0.75, 1])
    assert (found.low, found.q1, found.median, found.q3, found.high) == pytest.approx(quartiles)
    assert (found.mean, found.sd) == pytest.approx((np.mean(values), np.std(values, ddof=1)))


def test_of_one_number_there_is_no_deviation_and_of_none_there_is_nothing() -> None:
    one = measures.spread([3.0])
    assert one is not None
    assert (one.low, one.q1, one.median, one.q3, one.high, one.mean) == (3.0,) * 6
    assert one.sd is None
    assert measures.spread([]) is None


def test_what_is_far_out_is_found_and_several_do_not_hide_each_other() -> None:
    values = {f"s{i}": 1.0 + i / 100 for i in range(20)} | {"slow": 30.0, "slower": 60.0}
    found = measures.outliers(values)
    assert set(found) == {"slow", "slower"}
    assert found["slower"] == pytest.approx(60.0 / np.median(list(values.values())), rel=0.01)


def test_what_is_small_is_not_far_out() -> None:
    assert measures.outliers({f"s{i}": 1.0 for i in range(20)} | {"quick": 0.001}) == {}


def test_a_little_more_is_not_far_out_where_all_are_alike() -> None:
    assert measures.outliers({f"s{i}": 1.0 for i in range(20)} | {"late": 1.9}) == {}
    assert set(measures.outliers({f"s{i}": 1.0 for i in range(20)} | {"late": 2.1})) == {"late"}


def test_of_wide_spread_values_twice_the_median_is_nothing_special() -> None:
    assert measures.outliers({f"s{i}": 2.0**i for i in range(11)}) == {}


def test_of_a_handful_nobody_is_called_far_out() -> None:
    assert measures.outliers({"a": 1.0, "b": 1.0, "c": 1.0, "d": 100.0}) == {}
