"""Estimates with intervals: of rounded figures, from resamples, and how they are written.

A published figure such as 3.81 billion stands for everything that rounds to it.
Arithmetic on such figures is carried out on the whole interval, so that the
result says how much of it is rounding.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from socionaut.errors import InputError
from socionaut.steady import Table

__all__ = [
    "KINDS",
    "Estimate",
    "bootstrap",
    "combine",
    "exactly",
    "interval_table",
    "percentile_interval",
    "rounded",
    "write_value",
]


#: What an interval is about, in the order in which several are named.
KINDS = {
    "sampling": "chance of which people, posts or ties were taken",
    "model": "chance as the model of a series supposes it, where nothing was drawn",
    "runs": "luck of the runs of a simulation",
    "placebo": "how far the same forecast missed at dates when nothing happened",
    "rounding": "what the printed figure was rounded from",
    "sources": "what several sources say",
    "units": "range over platforms, countries or other units",
    "choices": "range over settings, models or readings that were tried",
    "dates": "the days that a date can stand for",
    "bound": "a bound or a range that the source itself states",
}


@dataclass(frozen=True, repr=False)
class Estimate:
    """A value with the interval in which it lies, and what the interval is about.

    Parameters
    ----------
    value : float
        The value itself.
    low, high : float
        Ends of the interval; they may be infinite.
    kind : str
        What the interval is about: one of `KINDS`, or several joined by " and "; empty where
        there is no interval.

    Raises
    ------
    ValueError
        If the value is missing or does not lie in the interval, or if the kind is unknown.

    Examples
    --------
    >>> Estimate(10, 0, 20, "sampling")
    Estimate(value=10, low=0, high=20, kind='sampling')
    """

    value: float
    low: float
    high: float
    kind: str = ""

    def __post_init__(self) -> None:
        unknown = [kind for kind in _parts(self.kind) if kind not in KINDS]
        if unknown:
            raise ValueError(
                f'An interval of the kind "{unknown[0]}" is not known; choose one of '
                f"{', '.join(KINDS)}, or several joined by “ and ”."
            )
        if not self.low <= self.value <= self.high:
            raise ValueError(
                f"The value {self.value} does not lie between {self.low} and {self.high}; "
                "give low, value and high in this order of size, and no missing value."
            )

    def __repr__(self) -> str:
        kind = f", kind={self.kind!r}" if self.kind else ""
        return f"Estimate(value={self.value!r}, low={self.low!r}, high={self.high!r}{kind})"

    @classmethod
    def around(
        cls, value: float, draws: ArrayLike, *, level: float = 0.95, kind: str = "sampling"
    ) -> Estimate:
        """Return a value with the percentile interval of its resamples.

        Parameters
        ----------
        value : float
            What the resamples are of.
        draws : array-like
            One value a resample; missing ones are left out.
        level : float
            Share of the draws between the ends, between 0 and 1.
        kind : str
            What the interval is about.

        Returns
        -------
        Estimate
            Its interval is widened to hold the value where the percentiles do not.

        Examples
        --------
        >>> Estimate.around(2, [1, 2, 3], level=0.5)
        Estimate(value=2.0, low=1.5, high=2.5, kind='sampling')
        """
        low, high = percentile_interval(draws, value, level=level)
        return cls(float(value), float(low), float(high), kind)

    def write(self, unit: str = "", digits: int = 3) -> str:
        """Write the estimate with its interval, and the kind of it, for a reader.

        Parameters
        ----------
        unit : str
            Name of the unit.
        digits : int
            Significant digits kept.

        Returns
        -------
        str
            The value, then the interval and its kind in brackets where it is wider than a point.

        Examples
        --------
        >>> Estimate(10e6, 0, 20e6, "rounding").write("users")
        '10 million users [0 to 20 million, rounding]'
        >>> Estimate(50, 50, float("inf")).write("%")
        '50 % or more'
        >>> exactly(82).write("countries")
        '82 countries'
        """
        value = write_value(self.value, unit, digits)
        if self.low == self.high:
            return value
        bare = unit if unit in ("year", "share") else ""
        kind = f", {self.kind}" if self.kind else ""
        if math.isinf(self.low) and math.isinf(self.high):
            return f"{value} [without bounds{kind}]"
        if math.isinf(self.low) or math.isinf(self.high):
            end, way = (self.low, "more") if math.isinf(self.high) else (self.high, "less")
            told = "" if end == self.value else f" [{write_value(end, bare, digits)}"
            return f"{value}{told} or {way}" + (f"{kind}]" if told else "")
        for more in range(4):  # digits, where those asked for do not part the ends
            value = write_value(self.value, unit, digits + more)
            low, high = (write_value(end, bare, digits + more) for end in (self.low, self.high))
            if low != high:
                break
        return f"{value} [{low} to {high}{kind}]"


def demand_level(level: float) -> None:
    """Refuse a level that is no share, such as 95 for 0.95.

    Parameters
    ----------
    level : float
        Coverage aimed at.

    Raises
    ------
    InputError
        If it does not lie between 0 and 1.

    Examples
    --------
    >>> demand_level(95)
    Traceback (most recent call last):
    socionaut.errors.InputError: The level is 95; give a share between 0 and 1, such as 0.95.
    """
    if not 0 < level < 1:
        raise InputError(f"The level is {level}; give a share between 0 and 1, such as 0.95.")


def _parts(kind: str) -> list[str]:
    return kind.split(" and ") if kind else []


def exactly(value: float) -> Estimate:
    """Return an estimate without an interval, for a count or a figure as stated.

    Parameters
    ----------
    value : float
        The value.

    Returns
    -------
    Estimate
        With both ends at the value.

    Examples
    --------
    >>> exactly(82)
    Estimate(value=82.0, low=82.0, high=82.0)
    """
    return Estimate(float(value), float(value), float(value))


def rounded(value: float, step: float) -> Estimate:
    """Return what a figure rounded to a step can stand for.

    Parameters
    ----------
    value : float
        The figure as printed.
    step : float
        One unit of its last printed digit, in the unit of the value.

    Returns
    -------
    Estimate
        From half a step below to half a step above.

    Raises
    ------
    ValueError
        If the step is not positive.

    Examples
    --------
    >>> rounded(3.81, 0.01)
    Estimate(value=3.81, low=3.805, high=3.815, kind='rounding')
    """
    if not step > 0:
        raise ValueError(f"The step is {step}; give one unit of the last printed digit, above 0.")
    # Half a step takes at most two digits more than the step; the rest is noise of binary floats.
    least = 2 - math.floor(math.log10(step))
    digits = max(12 - math.ceil(math.log10(max(abs(value), step))), least)
    low, high = (round(value + half, digits) for half in (-step / 2, step / 2))
    return Estimate(value, low, high, "rounding")


def combine(formula: Callable[..., float], *parts: Estimate) -> Estimate:
    """Carry intervals through a formula.

    The formula must rise or fall steadily in each of its arguments over the
    intervals, as sums, differences, products and quotients of positive figures
    do; its extremes then lie at corners of the box, and all corners are tried.

    Parameters
    ----------
    formula : callable
        Takes one float a part and returns a float.
    *parts : Estimate
        The figures with their intervals.

    Returns
    -------
    Estimate
        The formula at the values, between its least and greatest corner; its kind names those of
        all parts with an interval.

    Examples
    --------
    >>> combine(lambda new, old: new - old, Estimate(3, 2, 4), Estimate(1, 0, 2))
    Estimate(value=2, low=0, high=4)
    """
    corners = [formula(*corner) for corner in itertools.product(*((p.low, p.high) for p in parts))]
    value = formula(*(part.value for part in parts))
    kinds = {kind for part in parts if part.low < part.high for kind in _parts(part.kind)}
    return Estimate(value, min(corners), max(corners), " and ".join(k for k in KINDS if k in kinds))


_REWRITTEN = {"share": (100, "%"), "ratio": (1, "times")}
_NO_PLURAL = ("series",)
_SCALES = ((1e9, "billion"), (1e6, "million"))


def interval_table(rows: Iterable[tuple[str, Estimate, str]], unit: str = "") -> pd.DataFrame:
    """Gather estimates in the table that `socionaut.showing.figures.draw_intervals` draws.

    Parameters
    ----------
    rows : iterable of tuple
        Label, estimate and kind (one colour a kind) of each row.
    unit : str
        Unit of all estimates, for the text beside each.

    Returns
    -------
    pandas.DataFrame
        Columns ``label``, ``value``, ``low``, ``high``, ``kind``, ``text``.

    Examples
    --------
    >>> print(interval_table([("a", Estimate(2, 1, 3), "seen")], unit="%").to_string(index=False))
    label  value  low  high kind text
        a      2    1     3 seen  2 %
    """
    return pd.DataFrame(
        [
            (label, e.value, e.low, e.high, kind, write_value(e.value, unit))
            for label, e, kind in rows
        ],
        columns=["label", "value", "low", "high", "kind", "text"],
    )


def write_value(value: float, unit: str = "", digits: int = 3) -> str:
    """Write a value with its unit for a reader.

    Parameters
    ----------
    value : float
        The value, in the unit.
    unit : str
        Name of the unit; ``"%"`` follows after a space, years have no thousands mark,
        ranks follow the word, shares are written in percent and ratios as so many times.
    digits : int
        Significant digits kept.

    Returns
    -------
    str
        For example ``"304 million users"``.

    Raises
    ------
    ValueError
        If the value is missing.

    Examples
    --------
    >>> write_value(304e6, "users"), write_value(0.26, "%"), write_value(2009, "year")
    ('304 million users', '0.26 %', '2009')
    >>> write_value(9125, "likes"), write_value(2 / 3, "share"), write_value(1, "years")
    ('9,125 likes', '66.7 %', '1 year')
    """
    if math.isnan(value):
        raise ValueError(f"There is no value to write in {unit or 'numbers'}; look at its source.")
    if unit in ("year", "rank"):
        return f"{'' if unit == 'year' else 'rank '}{value:.0f}"
    if unit in _REWRITTEN:
        factor, unit = _REWRITTEN[unit]
        value *= factor
    whole = float(value).is_integer()
    # The scale is that of the number as it is written: 999.6 million are a billion.
    near = value if whole and abs(value) < 1e6 else _to_digits(value, digits)
    size, word = next(((s, f" {w}") for s, w in _SCALES if abs(near) >= s), (1.0, ""))
    scaled = value / size
    number = f"{scaled:z,.0f}" if whole and size == 1 else _significant(scaled, digits)
    one = number in ("1", "-1") and not word and unit not in _NO_PLURAL
    return f"{number}{word} {_singular(unit) if one else unit}".strip()


def _singular(unit: str) -> str:
    many, per, what = unit.partition(" per ")
    one = f"{many.removesuffix('ies')}y" if many.endswith("ies") else many.removesuffix("s")
    return one + per + what


def _significant(value: float, digits: int) -> str:
    if value == 0:
        return "0"
    places = max(0, _places(value, digits))
    text = f"{round(value, places):,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _to_digits(value: float, digits: int) -> float:
    if value == 0 or math.isinf(value):
        return value
    return round(value, _places(value, digits))


def _places(value: float, digits: int) -> int:
    """Return the decimals that so many significant digits of a value take, below 0 for large."""
    return digits - 1 - math.floor(math.log10(abs(value)))


def bootstrap(
    sample: Table,
    statistic: Callable[[Table], float],
    *,
    seed: int,
    clusters: str | None = None,
    repetitions: int = 999,
    level: float = 0.95,
) -> Estimate:
    """Return a statistic with its percentile bootstrap interval.

    Rows are drawn with replacement, or whole clusters of rows where rows of one
    cluster (posts of a page, months of an account) depend on each other.

    Parameters
    ----------
    sample : pandas.DataFrame or pandas.Series
        One row an observation, two or more.
    statistic : callable
        Takes rows like `sample` and returns a number.
    seed : int
        Seed of the generator.
    clusters : str, optional
        Column of a table that names the cluster of each row, two or more.
    repetitions : int
        Number of resamples.
    level : float
        Coverage aimed at, between 0 and 1.

    Returns
    -------
    Estimate
        The statistic of the sample; the interval is widened to hold it where the
        percentiles do not.

    Raises
    ------
    ValueError
        If there are fewer than two rows or clusters, a row names no cluster, nothing is drawn,
        or the level is not between 0 and 1.

    References
    ----------
    B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.

    Examples
    --------
    >>> heights = pd.DataFrame({"height": [1.0, 2.0, 3.0, 4.0]})
    >>> mean = bootstrap(heights, lambda rows: rows["height"].mean(), seed=1)
    >>> mean.value
    2.5
    """
    demand_level(level)
    generator = np.random.default_rng(seed)
    groups = _row_numbers(sample, clusters)
    if len(groups) < 2 or repetitions < 1:
        raise ValueError(
            f"There are {len(groups)} {'clusters' if clusters else 'rows'} and {repetitions} "
            "resamples; one row or cluster tells nothing of chance, so give two or more, and "
            "draw once at least."
        )
    sample = sample.copy()  # which lays columns of a kind together, so that rows are drawn faster
    # `take` is `iloc` without the checks of what it is given.
    draws = [statistic(sample.take(_draw(groups, generator))) for _ in range(repetitions)]
    value = float(statistic(sample))
    return Estimate.around(value, draws, level=level)


def percentile_interval(
    draws: ArrayLike, value: ArrayLike, *, level: float = 0.95
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the ends of percentile intervals, widened to hold the values themselves.

    Parameters
    ----------
    draws : array-like
        One value, or one array of values, a resample, along the first axis; missing ones are
        left out.
    value : array-like
        What the resamples are of, of the shape of one of them.
    level : float
        Share of the draws between the ends, between 0 and 1.

    Returns
    -------
    tuple of numpy.ndarray
        Lower and upper ends, of the shape of `value`.

    References
    ----------
    B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.

    Examples
    --------
    >>> low, high = percentile_interval([[1, 7], [2, 8], [3, 9]], [2, 6], level=0.5)
    >>> low.tolist(), high.tolist()
    ([1.5, 6.0], [2.5, 8.5])
    """
    demand_level(level)
    tail = (1 - level) / 2
    low, high = np.nanquantile(np.asarray(draws, dtype=float), [tail, 1 - tail], axis=0)
    return np.minimum(low, value), np.maximum(high, value)


def _row_numbers(sample: Table, clusters: str | None) -> np.ndarray | list[np.ndarray]:
    if clusters is None:
        return np.arange(len(sample))
    codes, names = pd.factorize(sample[clusters], sort=True)
    if (codes < 0).any():
        raise ValueError(
            f"{(codes < 0).sum()} rows name no cluster in column {clusters}; fill it, or leave "
            "these rows out."
        )
    return [np.flatnonzero(codes == number) for number in range(len(names))]


def _draw(groups: np.ndarray | list[np.ndarray], generator: np.random.Generator) -> np.ndarray:
    chosen = generator.integers(len(groups), size=len(groups))
    if isinstance(groups, np.ndarray):
        return chosen  # the rows by number
    return np.concatenate([groups[place] for place in chosen])
