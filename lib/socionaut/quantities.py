"""Estimates with intervals, arithmetic on rounded figures, and how both are written.

A published figure such as 3.81 billion stands for everything that rounds to it.
Arithmetic on such figures is carried out on the whole interval, so that the
result says how much of it is rounding.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pandas as pd

__all__ = [
    "Estimate",
    "combine",
    "exactly",
    "interval_table",
    "rounded",
    "write_value",
]


@dataclass(frozen=True)
class Estimate:
    """A value with the interval in which it lies.

    Parameters
    ----------
    value : float
        The value itself.
    low, high : float
        Ends of the interval; they may be infinite.

    Raises
    ------
    ValueError
        If the value is missing or does not lie in the interval.

    Examples
    --------
    >>> Estimate(10, 0, 20)
    Estimate(value=10, low=0, high=20)
    """

    value: float
    low: float
    high: float

    def __post_init__(self) -> None:
        if not self.low <= self.value <= self.high:
            raise ValueError(
                f"The value {self.value} does not lie between {self.low} and {self.high}; "
                "give low, value and high in this order of size, and no missing value."
            )

    def write(self, unit: str = "", digits: int = 3) -> str:
        """Write the estimate with its interval for a reader.

        Parameters
        ----------
        unit : str
            Name of the unit.
        digits : int
            Significant digits kept.

        Returns
        -------
        str
            The value, then the interval in brackets where it is wider than a point.

        Examples
        --------
        >>> Estimate(10e6, 0, 20e6).write("users")
        '10 million users [0 to 20 million]'
        >>> Estimate(50, 50, float("inf")).write("%")
        '50 % or more'
        >>> exactly(82).write("countries")
        '82 countries'
        """
        value = write_value(self.value, unit, digits)
        if self.low == self.high:
            return value
        if math.isinf(self.high):
            return f"{value} or more"
        if math.isinf(self.low):
            return f"{value} or less"
        bare = unit if unit in ("year", "share") else ""
        low, high = (write_value(end, bare, digits) for end in (self.low, self.high))
        return f"{value} [{low} to {high}]"


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
    Estimate(value=3.81, low=3.805, high=3.815)
    """
    if not step > 0:
        raise ValueError(f"The step is {step}; give one unit of the last printed digit, above 0.")
    # Half a step takes at most two digits more than the step; the rest is noise of binary floats.
    least = 2 - math.floor(math.log10(step))
    digits = max(12 - math.ceil(math.log10(max(abs(value), step))), least)
    return Estimate(value, round(value - step / 2, digits), round(value + step / 2, digits))


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
        The formula at the values, between its least and greatest corner.

    Examples
    --------
    >>> combine(lambda new, old: new - old, Estimate(3, 2, 4), Estimate(1, 0, 2))
    Estimate(value=2, low=0, high=4)
    """
    corners = [formula(*corner) for corner in itertools.product(*((p.low, p.high) for p in parts))]
    value = formula(*(part.value for part in parts))
    return Estimate(value, min(corners), max(corners))


_REWRITTEN = {"share": (100, "%"), "ratio": (1, "times")}
_NO_PLURAL = ("series",)
_SCALES = ((1e9, "billion"), (1e6, "million"))


def interval_table(rows: Iterable[tuple[str, Estimate, str]], unit: str = "") -> pd.DataFrame:
    """Gather estimates in the table that `socionaut.figures.draw_intervals` draws.

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

    Examples
    --------
    >>> write_value(304e6, "users"), write_value(0.26, "%"), write_value(2009, "year")
    ('304 million users', '0.26 %', '2009')
    >>> write_value(9125, "likes"), write_value(2 / 3, "share"), write_value(1, "years")
    ('9,125 likes', '66.7 %', '1 year')
    """
    if unit in ("year", "rank"):
        return f"{'' if unit == 'year' else 'rank '}{value:.0f}"
    if unit in _REWRITTEN:
        factor, unit = _REWRITTEN[unit]
        value *= factor
    size, word = next(((s, f" {w}") for s, w in _SCALES if abs(value) >= s), (1.0, ""))
    scaled = value / size
    whole = float(scaled).is_integer() and size == 1
    number = f"{scaled:z,.0f}" if whole else _significant(scaled, digits)
    one = number == "1" and not word and unit not in _NO_PLURAL
    return f"{number}{word} {_singular(unit) if one else unit}".strip()


def _singular(unit: str) -> str:
    return f"{unit.removesuffix('ies')}y" if unit.endswith("ies") else unit.removesuffix("s")


def _significant(value: float, digits: int) -> str:
    if value == 0:
        return "0"
    places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{round(value, places):,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
