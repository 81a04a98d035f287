"""Percentages of surveys: what a printed one can stand for, and how sure it is.

A printed percentage hides two uncertainties. Rounding: several counts, and where the
sample size is not stated several sizes, print as the same figure. Sampling: other people
would have answered otherwise. The functions here keep the two apart and then join them.
Intervals and tests are those of statsmodels, loaded by the functions that need it, since that takes
a second; the search through counts is ours.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri

from socionaut.errors import InputError
from socionaut.estimates import Estimate, demand_level

__all__ = [
    "difference_of_samples",
    "difference_within_sample",
    "equivalence_of_samples",
    "possible_counts",
    "possible_sizes",
    "power_of_difference",
    "printed_interval",
    "sample_for_difference",
    "share_interval",
    "sums_of_parts",
]

# The names of the field, and those of statsmodels.
_METHODS = {"wilson": "wilson", "exact": "beta"}


def possible_counts(percent: float, size: int, *, decimals: int = 0) -> range:
    """Return the counts that print as a percentage at a sample size.

    Parameters
    ----------
    percent : float
        The percentage as printed, from 0 to 100.
    size : int
        Number of people asked, n.
    decimals : int
        Digits printed after the point.

    Returns
    -------
    range
        All k for which 100 k / n rounds to the percentage. Halves are taken either way,
        since publishers round them up, down or to even. An empty range says that no
        count of this sample prints so.

    Raises
    ------
    InputError
        If the percentage is not between 0 and 100 or has more digits than stated, or the
        size is not a whole number above 0.

    Notes
    -----
    The count k qualifies when |100 k / n - p| <= 10^(-d) / 2, in whole numbers.

    References
    ----------
    N. J. L. Brown and J. A. J. Heathers, The GRIM test, 2017, for means; the same thought.

    Examples
    --------
    >>> list(possible_counts(71, 106))
    [75]
    >>> list(possible_counts(71, 20))
    []
    """
    _demand_size(size)
    steps, scale = _printed_steps(percent, decimals), 100 * 10**decimals
    # k lies between n (2 steps - 1) / (2 scale) and n (2 steps + 1) / (2 scale).
    least = -(-size * (2 * steps - 1) // (2 * scale))
    most = size * (2 * steps + 1) // (2 * scale)
    return range(max(0, least), min(size, most) + 1)


def possible_sizes(
    percents: Sequence[float], sizes: Iterable[int], *, decimals: int = 0
) -> list[int]:
    """Return the sample sizes at which every one of some printed percentages is possible.

    Parameters
    ----------
    percents : sequence of float
        Percentages as printed, all of the whole sample.
    sizes : iterable of int
        Sizes to try, for example ``range(20, 200)``.
    decimals : int
        Digits printed after the point.

    Returns
    -------
    list of int
        The sizes that pass, in the order given. From 100 people on every whole percentage
        is possible, so the test has nothing to say there (1,000 with one decimal).

    Raises
    ------
    InputError
        As `possible_counts` does.

    Examples
    --------
    >>> possible_sizes([71, 29], range(10, 22))
    [14, 17, 21]
    """
    return [n for n in sizes if all(possible_counts(p, n, decimals=decimals) for p in percents)]


def sums_of_parts(
    parts: Sequence[float], whole: float, sizes: int | Iterable[int], *, decimals: int = 0
) -> pd.DataFrame:
    """Say at which sample sizes printed parts can add up to a printed whole.

    Parameters
    ----------
    parts : sequence of float
        Percentages of answers that exclude each other.
    whole : float
        The percentage that they make together, as printed; 100 for all answers.
    sizes : int or iterable of int
        Sample sizes to try.
    decimals : int
        Digits printed after the point.

    Returns
    -------
    pandas.DataFrame
        A row a size: ``size``; ``least`` and ``most`` people in all parts together;
        ``whole_least`` and ``whole_most`` people in the whole; ``possible``, whether a
        count is in both. Where a percentage is itself impossible, the counts are missing.

    Raises
    ------
    InputError
        As `possible_counts` does, or if there are no parts.

    Notes
    -----
    The counts of one percentage have no gaps, so sums of them have none, and the ends decide.

    Examples
    --------
    >>> print(sums_of_parts([43, 28], 71, [100, 106]).to_string(index=False))
     size  least  most  whole_least  whole_most  possible
      100     71    71           71          71      True
      106     76    76           75          75     False
    """
    if not parts:
        raise InputError("There are no parts; give at least one percentage.")
    rows: list[tuple[Any, ...]] = []
    for size in _sizes(sizes):
        counts = [possible_counts(part, size, decimals=decimals) for part in parts]
        target = possible_counts(whole, size, decimals=decimals)
        if all(counts) and target:
            ends = sum(c[0] for c in counts), sum(c[-1] for c in counts), target[0], target[-1]
            rows.append((size, *ends, ends[0] <= ends[3] and ends[1] >= ends[2]))
        else:
            rows.append((size, pd.NA, pd.NA, pd.NA, pd.NA, False))
    columns = ["size", "least", "most", "whole_least", "whole_most", "possible"]
    return pd.DataFrame(rows, columns=columns).convert_dtypes()


def share_interval(
    count: float,
    size: float,
    *,
    method: str = "wilson",
    level: float = 0.95,
    design_effect: float = 1.0,
) -> Estimate:
    """Return a percentage of a sample with its confidence interval, by statsmodels.

    Parameters
    ----------
    count : float
        Number of people who gave the answer, k.
    size : float
        Number of people asked, n.
    method : str
        ``"wilson"``, whose coverage is near the level on average, or ``"exact"`` of Clopper
        and Pearson, whose coverage is never below it, and the interval wider.
    level : float
        Coverage aimed at, between 0 and 1.
    design_effect : float
        Variance of this design over that of a simple random sample of the same size;
        1 for a simple random sample, 1.5 to 2 for many weighted panels.

    Returns
    -------
    Estimate
        In percent. It is right for a random sample; a panel of volunteers can be off by
        more, and no formula says how much.

    Raises
    ------
    InputError
        If the count lies outside the sample, or size, level, method or design effect
        cannot be.

    Notes
    -----
    Wilson: (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n), z the normal quantile.
    A design effect D puts k/D and n/D in the place of k and n.

    References
    ----------
    E. B. Wilson, 1927; C. J. Clopper and E. S. Pearson, 1934; L. D. Brown, T. T. Cai and
    A. DasGupta, Interval estimation for a binomial proportion, 2001, section 3; L. Kish,
    Survey Sampling, 1965, section 8.2.

    Examples
    --------
    >>> share_interval(75, 106).write("%")
    '70.8 % [61.5 to 78.6, sampling]'
    """
    from statsmodels.stats.proportion import proportion_confint

    if method not in _METHODS:
        raise InputError(f'The method "{method}" is not known; choose "wilson" or "exact".')
    _demand_inside(count, size, level)
    if not design_effect > 0 or math.isinf(design_effect):
        raise InputError(f"The design effect is {design_effect}; give a number above 0.")
    k, n = count / design_effect, size / design_effect
    low, high = proportion_confint(k, n, alpha=1 - level, method=_METHODS[method])
    value = 100 * count / size
    # At no or all answers the interval ends there; only noise of binary floats says otherwise.
    return Estimate(value, min(100 * float(low), value), max(100 * float(high), value), "sampling")


def printed_interval(
    percent: float,
    sizes: int | Iterable[int],
    *,
    decimals: int = 0,
    method: str = "wilson",
    level: float = 0.95,
    design_effect: float = 1.0,
) -> Estimate:
    """Return a printed percentage with an interval for sampling and rounding together.

    Parameters
    ----------
    percent : float
        The percentage as printed.
    sizes : int or iterable of int
        The sample size, or all that it can be ("more than a hundred": a range).
    decimals : int
        Digits printed after the point.
    method, level, design_effect
        As for `share_interval`.

    Returns
    -------
    Estimate
        In percent: the printed value, and the least and greatest end of the intervals of
        all counts and sizes that print so. Wider than each of them, so its coverage
        is at least theirs. Where n may be any number from a least one on, the least one decides
        nearly alone.

    Raises
    ------
    InputError
        As `possible_counts` and `share_interval` do, or if no count of any of the sizes
        prints as the percentage.

    Examples
    --------
    >>> printed_interval(71, 106).write("%")
    '71 % [61.5 to 78.6, sampling and rounding]'
    >>> printed_interval(71, range(101, 131)).write("%")
    '71 % [61.1 to 79.2, sampling and rounding]'
    """
    tried = _sizes(sizes)
    ends = [
        share_interval(k, n, method=method, level=level, design_effect=design_effect)
        for n in tried
        for k in _end_counts(possible_counts(percent, n, decimals=decimals))
    ]
    if not ends:
        known = f"{tried[0]}" if len(tried) == 1 else f"{min(tried)} to {max(tried)}"
        raise InputError(
            f"No count of a sample of {known} prints as {percent} %; "
            "correct the percentage, its digits or the sample size."
        )
    value = float(percent)
    low, high = min(value, *(e.low for e in ends)), max(value, *(e.high for e in ends))
    return Estimate(value, low, high, "sampling and rounding")


def difference_of_samples(
    count: float, size: float, other_count: float, other_size: float, *, level: float = 0.95
) -> Estimate:
    """Return the difference of two percentages of two separate samples, by statsmodels.

    Parameters
    ----------
    count, size : float
        People with the answer and people asked, first sample.
    other_count, other_size : float
        The same of the second sample, with other people.
    level : float
        Coverage aimed at, between 0 and 1.

    Returns
    -------
    Estimate
        First minus second, in percentage points, with Newcombe's hybrid score interval.

    Raises
    ------
    InputError
        If a count lies outside its sample or the level is not between 0 and 1.

    References
    ----------
    R. G. Newcombe, Interval estimation for the difference between independent proportions,
    1998, method 10.

    Examples
    --------
    >>> difference_of_samples(56, 70, 48, 80).write("points")
    '20 points [5.24 to 33.4, sampling]'
    """
    from statsmodels.stats.proportion import confint_proportions_2indep

    _demand_inside(count, size, level)
    _demand_inside(other_count, other_size, level)
    low, high = confint_proportions_2indep(
        count, size, other_count, other_size, method="newcomb", compare="diff", alpha=1 - level
    )
    value = 100 * (count / size - other_count / other_size)
    return Estimate(value, min(100 * float(low), value), max(100 * float(high), value), "sampling")


def difference_within_sample(
    count: int, other_count: int, size: int, *, level: float = 0.95
) -> pd.DataFrame:
    """Bound the difference of two percentages of the same people over all overlaps.

    Two answers of one sample are not two samples: how sure their difference is depends on
    how many people gave both, which a report seldom states. Every possible overlap is tried.

    Parameters
    ----------
    count, other_count : int
        People who gave the first and the second answer.
    size : int
        People asked.
    level : float
        Coverage aimed at, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        A row a possible overlap: ``both``, ``only_first``, ``only_second``, ``neither``
        (people); ``value``, ``low``, ``high``, the difference in percentage points with the
        interval of Agresti and Min; ``p``, the exact McNemar test of no difference, by
        statsmodels.

    Raises
    ------
    InputError
        If a count is not whole or lies outside the sample, or the level cannot be.

    Notes
    -----
    With b and c people who gave only the first or only the second answer, each raised by
    1/2, and N = n + 2: (b - c)/N ± z √(b + c - (b - c)²/N) / N.

    References
    ----------
    Q. McNemar, 1947; A. Agresti and Y. Min, Simple improved confidence intervals for
    comparing matched proportions, 2005.

    Examples
    --------
    >>> table = difference_within_sample(74, 69, 106)
    >>> len(table), table["both"].tolist()[:2], f"{table['p'].min():.3f}"
    (33, [37, 38], '0.062')
    """
    for number in (count, other_count, size):
        if number % 1 != 0:
            raise InputError(f"{number} is not a number of people; give whole counts.")
    _demand_inside(count, size, level)
    _demand_inside(other_count, size, level)
    both = np.arange(max(0, count + other_count - size), min(count, other_count) + 1)
    table = pd.DataFrame(
        {
            "both": both,
            "only_first": count - both,
            "only_second": other_count - both,
            "neither": size - count - other_count + both,
        }
    )
    return table.assign(
        **_agresti_min(table, size, level), p=[_mcnemar(row) for row in table.to_numpy()]
    )


def power_of_difference(
    percent: float, other_percent: float, size: float, *, level: float = 0.95
) -> float:
    r"""Return the chance that two samples show a true difference of two percentages.

    The test is two-sided, at the error :math:`\alpha` = 1 - level, on the difference of the
    shares after Cohen's stretching, :math:`h = 2\arcsin\sqrt{p_1} - 2\arcsin\sqrt{p_2}`;
    by statsmodels.

    Parameters
    ----------
    percent, other_percent : float
        The true percentages, from 0 to 100.
    size : float
        People in each sample.
    level : float
        One minus the error that the test allows where there is no difference.

    Returns
    -------
    float
        The power, between 0 and 1.

    Raises
    ------
    InputError
        If a percentage, size or level cannot be.

    References
    ----------
    J. Cohen, Statistical Power Analysis for the Behavioral Sciences, 1988, chapter 6.

    Examples
    --------
    >>> round(power_of_difference(65, 5, 10), 2)
    0.89
    """
    from statsmodels.stats.power import NormalIndPower

    _demand_size(size)
    for share in (percent, other_percent):
        _demand_inside(share, 100, level)
    return float(NormalIndPower().power(_effect(percent, other_percent), size, 1 - level, ratio=1))


def sample_for_difference(
    percent: float, other_percent: float, *, power: float = 0.8, level: float = 0.95
) -> int:
    r"""Return how many people each of two samples needs to show a difference of percentages.

    It solves `power_of_difference` for the size:
    :math:`n = 2\,((z_{1-\alpha/2} + z_{power}) / h)^2`, rounded up; by statsmodels.

    Parameters
    ----------
    percent, other_percent : float
        The true percentages, from 0 to 100, not equal.
    power : float
        Chance of showing the difference that is asked for, between 0 and 1.
    level : float
        One minus the error that the test allows where there is no difference.

    Returns
    -------
    int
        People in each sample.

    Raises
    ------
    InputError
        If the percentages are equal, or a number cannot be.

    References
    ----------
    J. Cohen, Statistical Power Analysis for the Behavioral Sciences, 1988, chapter 6.

    Examples
    --------
    >>> sample_for_difference(65, 5)
    8
    >>> sample_for_difference(70, 65)
    1376
    """
    from statsmodels.stats.power import NormalIndPower

    for share in (percent, other_percent):
        _demand_inside(share, 100, level)
    effect = _effect(percent, other_percent)
    if effect == 0 or not 0 < power < 1:
        raise InputError("Give two different percentages and a power between 0 and 1.")
    size = NormalIndPower().solve_power(abs(effect), alpha=1 - level, power=power, ratio=1)
    return math.ceil(float(size))


def _effect(percent: float, other_percent: float) -> float:
    from statsmodels.stats.proportion import proportion_effectsize

    return float(proportion_effectsize(percent / 100, other_percent / 100))


def equivalence_of_samples(
    count: float,
    size: float,
    other_count: float,
    other_size: float,
    margin: float,
    *,
    level: float = 0.95,
) -> pd.Series:
    """Test whether two percentages are alike, within a margin set before.

    That a difference is not significant does not make two groups alike. Two one-sided tests
    turn the question round: is the difference surely above minus the margin, and surely below
    it? The interval that goes with them has the coverage 2 level - 1. By statsmodels
    (Newcombe's interval, the tests after Agresti and Caffo).

    Parameters
    ----------
    count, size, other_count, other_size : float
        Answers and people asked, in each sample.
    margin : float
        Largest difference that still counts as alike, in percentage points.
    level : float
        One minus the error that each test allows.

    Returns
    -------
    pandas.Series
        ``difference``, ``low``, ``high`` (percentage points), ``p`` (the larger of the two
        p-values) and ``alike`` (whether the tests say so).

    Raises
    ------
    InputError
        If a count, size, margin or level cannot be.

    References
    ----------
    D. J. Schuirmann, A comparison of the two one-sided tests procedure and the power approach,
    1987.

    Examples
    --------
    >>> equivalence_of_samples(10, 20, 10, 20, 10)["alike"]
    False
    >>> equivalence_of_samples(1000, 2000, 1000, 2000, 10)["alike"]
    True
    """
    from statsmodels.stats.proportion import tost_proportions_2indep

    _demand_inside(count, size, level)
    _demand_inside(other_count, other_size, level)
    if not 0 < margin < 100:
        raise InputError(f"The margin is {margin}; give points between 0 and 100, such as 5.")
    tests = tost_proportions_2indep(
        count, size, other_count, other_size, -margin / 100, margin / 100, method="agresti-caffo"
    )
    interval = difference_of_samples(count, size, other_count, other_size, level=2 * level - 1)
    return pd.Series(
        {
            "difference": interval.value,
            "low": interval.low,
            "high": interval.high,
            "p": float(tests.pvalue),
            "alike": bool(tests.pvalue < 1 - level),
        }
    )


def _agresti_min(table: pd.DataFrame, size: int, level: float) -> dict[str, pd.Series]:
    first, second = table["only_first"] + 0.5, table["only_second"] + 0.5
    people, gap = size + 2, first - second
    spread = np.sqrt(first + second - gap**2 / people) / people
    reach = 100 * float(ndtri((1 + level) / 2)) * spread
    value = 100 * (table["only_first"] - table["only_second"]) / size
    middle = 100 * gap / people
    return {
        "value": value,
        "low": (middle - reach).clip(lower=-100).clip(upper=value),
        "high": (middle + reach).clip(upper=100).clip(lower=value),
    }


def _mcnemar(row: np.ndarray) -> float:
    from statsmodels.stats.contingency_tables import mcnemar

    both, first, second, neither = row
    return float(mcnemar([[both, first], [second, neither]], exact=True).pvalue)


def _printed_steps(percent: float, decimals: int) -> int:
    if decimals < 0 or decimals % 1 != 0:
        raise InputError(f"{decimals} digits after the point cannot be; give 0, 1, 2, ...")
    if not 0 <= percent <= 100:
        raise InputError(f"{percent} is not a percentage of people; give one from 0 to 100.")
    steps = Fraction(str(percent)) * 10**decimals
    if steps.denominator != 1:
        raise InputError(
            f"{percent} has more than {decimals} digits after the point; raise `decimals`."
        )
    return int(steps)


def _sizes(sizes: int | Iterable[int]) -> list[int]:
    tried = [sizes] if isinstance(sizes, int | np.integer) else list(sizes)
    if not tried:
        raise InputError("There is no sample size; give one, or a range of them.")
    return [int(n) if n % 1 == 0 else n for n in tried]


def _end_counts(counts: range) -> list[int]:
    return sorted({counts[0], counts[-1]}) if counts else []


def _demand_size(size: float) -> None:
    if isinstance(size, bool) or size % 1 != 0 or size <= 0:
        raise InputError(f"The sample size is {size}; give a whole number of people above 0.")


def _demand_inside(count: float, size: float, level: float) -> None:
    if not size > 0 or not 0 <= count <= size or math.isinf(size):
        raise InputError(
            f"{count} of {size} is no part of a sample; the count lies between 0 and the size."
        )
    demand_level(level)
