r"""How far a shift can be trusted: dates when nothing happened, all choices, simulated truths.

A forecast is tested at the horizon at which it is used, on the series itself: every earlier date
is taken as if it were the break (`placebo_record`), and its misses there give the interval that
the forecast has earned (`calibrate`). `coverage_study` asks the same of series whose truth is
known, straight or bending.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from socionaut.estimates import Estimate, demand_level
from socionaut.shifts.forecasts import (
    _OWN_ERRORS,
    TRENDS,
    Trend,
    forecast_path,
    mean_departure,
    periods_a_year,
)
from socionaut.shifts.paths import (
    _MEMORIES,
    Floats,
    ShiftError,
    _cut,
    _fits,
    _newey_west,
    _share_below,
)
from socionaut.steady import ranks

__all__ = [
    "calibrate",
    "calibrate_departure",
    "coverage_study",
    "placebo_record",
    "placebo_table",
    "simulate_series",
    "specification_curve",
]

# Windows that do not overlap, below which the misses of placebo dates give no interval.
_LEAST_WINDOWS = 3


def placebo_table(
    points: pd.Series,
    break_at: str | pd.Period,
    *,
    before: int,
    after: int,
    trend: Trend = "linear",
    season: bool = False,
    errors: Literal["independent", "AR(1)"] = "AR(1)",
    level: float = 0.95,
) -> pd.DataFrame:
    """Take every earlier date as if it were the break, and compare it with the true one.

    A placebo date is used when it has a point, its window lies within the series, ends before the
    true break and holds as many points as the window after that, and enough points before it. So
    working days have placebo dates, too. Windows overlap, so the dates are no independent draws:
    the rank is a description and not a test.

    Parameters
    ----------
    points : pandas.Series
        Values with a `pandas.PeriodIndex`; gaps are allowed.
    break_at : str or pandas.Period
        The true break.
    before, after : int
        How many periods before and from the date on are used.
    trend, season, errors, level
        As for `forecast_path`.

    Returns
    -------
    pandas.DataFrame
        A row a date, the true one last: columns ``value``, ``low``, ``high`` (mean departure in
        percent), ``true`` (boolean) and ``rank`` (1 for the largest departure up or down).

    Raises
    ------
    ShiftError
        If the true break allows no estimate.

    References
    ----------
    A. Abadie, A. Diamond and J. Hainmueller, Synthetic control methods for comparative case
    studies, JASA 105, 2010, on placebo dates and units.

    Examples
    --------
    >>> index = pd.period_range("2016Q1", periods=18, freq="Q")
    >>> values = [10.0, 11, 13, 13, 14, 16, 16, 17, 18, 20, 20, 21, 23, 23, 24, 25, 40, 41]
    >>> table = placebo_table(pd.Series(values, index=index), "2020Q1", before=8, after=2)
    >>> table.loc["2020Q1", "rank"], len(table)
    (np.int64(1), 8)
    """
    options: dict[str, Any] = {"before": before, "after": after, "trend": trend}
    options |= {"season": season, "errors": errors, "level": level}
    _, true, _ = _cut(points, break_at, None, None)
    rows = {}

    def counted(date: pd.Period) -> int:
        return sum(date + step in points.index for step in range(after))

    for date in pd.period_range(points.index[0] + before, true - after, freq=true.freq):
        if date not in points.index or counted(date) < counted(true):
            continue
        try:
            rows[date] = mean_departure(points, date, **options)
        except ShiftError:
            continue
    rows[true] = mean_departure(points, true, **options)
    table = pd.DataFrame(
        [(e.value, e.low, e.high) for e in rows.values()],
        index=pd.PeriodIndex(list(rows), name="break"),
        columns=["value", "low", "high"],
    )
    rank = ranks(table["value"].abs(), method="min").astype("int64")
    return table.assign(true=table.index == true, rank=rank)


def placebo_record(
    points: pd.Series,
    break_at: str | pd.Period,
    *,
    before: int,
    ahead: Iterable[int] = (1, 2, 4, 8, 12),
    trends: Iterable[Trend] = ("linear",),
    season: bool = False,
    errors: Literal["independent", "AR(1)"] = "AR(1)",
    level: float = 0.95,
) -> pd.DataFrame:
    """Forecast from every earlier date, and see how far off each forecast was so many periods on.

    A date is used where the time before it lies within the series; a period is looked at where
    it was counted and lies before the true break.

    Parameters
    ----------
    points : pandas.Series
        Values with a `pandas.PeriodIndex`; gaps are allowed.
    break_at : str or pandas.Period
        The true break; no point from it on is used.
    before : int
        How many periods before each date are used.
    ahead : iterable of int
        Horizons: 1 is the date itself.
    trends : iterable of str
        Trends of `forecast_path` to be compared.
    season, errors, level
        As for `forecast_path`.

    Returns
    -------
    pandas.DataFrame
        A row a trend, date and horizon: ``trend``, ``date``, ``ahead``, ``percent`` (departure
        of the observed from the forecast), ``low`` and ``high`` (its interval) and ``missed``
        (whether that excludes 0). Dates for which a trend has too few points have no row.

    References
    ----------
    R. J. Hyndman and G. Athanasopoulos, Forecasting: Principles and Practice, 2021, on
    evaluation over a rolling origin.

    Examples
    --------
    >>> index = pd.period_range("2016Q1", periods=18, freq="Q")
    >>> values = [10.0, 11, 13, 13, 14, 16, 16, 17, 18, 20, 20, 21, 23, 23, 24, 25, 40, 41]
    >>> record = placebo_record(pd.Series(values, index=index), "2020Q1", before=8, ahead=[1, 4])
    >>> record.groupby("ahead")["missed"].agg(["size", "sum"]).values.tolist()
    [[8, 0], [5, 0]]
    """
    _, true, _ = _cut(points, break_at, None, None)
    known = points[points.index < true]
    horizons = sorted(set(ahead))
    options: dict[str, Any] = {"before": before, "after": horizons[-1], "season": season}
    options |= {"errors": errors, "level": level}
    rows = []
    for trend, date in itertools.product(
        trends, known.index[known.index >= known.index[0] + before]
    ):
        try:
            path = forecast_path(known, date, trend=trend, **options)
        except ShiftError:
            continue
        percents = path.to_numpy()[:, -3:]
        steps = pd.PeriodIndex(path.index).asi8 - date.ordinal + 1
        rows += [
            (trend, date, step, *row)
            for step, row in zip(steps.tolist(), percents, strict=True)
            if step in horizons
        ]
    columns = ["trend", "date", "ahead", "percent", "low", "high"]
    record = pd.DataFrame(rows, columns=columns)
    return record.assign(missed=(record["low"] > 0) | (record["high"] < 0))


def calibrate(
    path: pd.DataFrame, break_at: str | pd.Period, record: pd.DataFrame, *, level: float = 0.95
) -> pd.DataFrame:
    r"""Give a forecast the interval that its misses at placebo dates have earned.

    With :math:`e_{dh}` the logarithm of observed over forecast, h periods on from placebo date
    d, the interval h periods on is the forecast times
    :math:`\exp(\pm t\,\sqrt{\overline{e_h^2}})`. Windows overlap: n dates hold but
    :math:`\lceil n/h \rceil` that do not, and these are the degrees of freedom of Student's t.
    Below three of them no interval is given.

    Parameters
    ----------
    path : pandas.DataFrame
        As `forecast_path` returns it.
    break_at : str or pandas.Period
        Its break.
    record : pandas.DataFrame
        As `placebo_record` returns it, of the trend and options of the path.
    level : float
        Coverage aimed at, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        The path with new ``low``, ``high``, ``percent_low`` and ``percent_high``, missing where
        there is none, and ``windows``.

    Examples
    --------
    >>> index = pd.period_range("2016Q1", periods=18, freq="Q")
    >>> values = [10.0, 11, 13, 13, 14, 16, 16, 17, 18, 20, 20, 21, 23, 23, 24, 25, 40, 41]
    >>> points = pd.Series(values, index=index)
    >>> record = placebo_record(points, "2020Q1", before=8, ahead=[1, 2])
    >>> path = forecast_path(points, "2020Q1", before=8)
    >>> calibrate(path, "2020Q1", record)[["percent_low", "windows"]].round(0).values.tolist()
    [[44.0, 8.0], [41.0, 4.0]]
    """
    index = pd.PeriodIndex(path.index)
    steps = index.asi8 - pd.Period(break_at, freq=index.freqstr).ordinal + 1
    halves = []
    for step in steps:
        missed = record.loc[record["ahead"] == step, "percent"].to_numpy()
        halves.append(_earned(missed, int(step), level))
    half, windows = np.array(halves).T
    ratio = np.log1p(path["percent"].to_numpy() / 100)
    return path.assign(
        low=path["value"] * np.exp(-half),
        high=path["value"] * np.exp(half),
        percent_low=100 * np.expm1(ratio - half),
        percent_high=100 * np.expm1(ratio + half),
        windows=windows.astype(int),
    )


def calibrate_departure(placebos: pd.DataFrame, after: int, *, level: float = 0.95) -> Estimate:
    """Give a mean departure the interval that its placebo dates have earned.

    Parameters
    ----------
    placebos : pandas.DataFrame
        As `placebo_table` returns it.
    after : int
        How many periods were averaged over.
    level : float
        Coverage aimed at, between 0 and 1.

    Returns
    -------
    Estimate
        The departure at the true date, in percent, with an interval as `calibrate` makes it.

    Raises
    ------
    ShiftError
        If too few placebo dates are there.

    Examples
    --------
    >>> index = pd.period_range("2016Q1", periods=18, freq="Q")
    >>> values = [10.0, 11, 13, 13, 14, 16, 16, 17, 18, 20, 20, 21, 23, 23, 24, 25, 40, 41]
    >>> table = placebo_table(pd.Series(values, index=index), "2020Q1", before=8, after=2)
    >>> calibrate_departure(table, 2).write("%")
    '52.7 % [43.2 to 62.8, placebo]'
    """
    value = float(placebos.loc[placebos["true"], "value"].iloc[0])
    half, windows = _earned(placebos.loc[~placebos["true"], "value"].to_numpy(), after, level)
    if math.isnan(half):
        raise ShiftError(
            f"The placebo dates hold {windows:.0f} windows that do not overlap, and an interval "
            f"needs {_LEAST_WINDOWS}. Take a shorter time before, or give no interval."
        )
    low, high = (100 * math.expm1(math.log1p(value / 100) + end) for end in (-half, half))
    return Estimate(value, low, high, "placebo")


def _earned(percents: Floats, ahead: int, level: float) -> tuple[float, float]:
    """Return half an interval in logarithms from misses in percent, and how many windows."""
    demand_level(level)
    windows = math.ceil(len(percents) / ahead)
    if windows < _LEAST_WINDOWS:
        return math.nan, windows
    spread = math.sqrt((np.log1p(percents / 100) ** 2).mean())
    return float(stdtrit(windows, (1 + level) / 2)) * spread, windows


def specification_curve(
    points: pd.Series,
    *,
    breaks: Iterable[str],
    before: Iterable[int],
    after: int,
    trends: Iterable[Trend] = TRENDS,
    seasons: Iterable[bool] = (False, True),
    errors: Iterable[Literal["independent", "AR(1)"]] = ("independent", "AR(1)"),
    level: float = 0.95,
) -> pd.DataFrame:
    """Estimate the mean departure in every combination of choices.

    A combination that uses the same points in the same way as one before it, as where the series
    begins within the time before, is no further way: it has no estimate, and ``problem`` says so.

    Parameters
    ----------
    points : pandas.Series
        Values with a `pandas.PeriodIndex`; gaps are allowed.
    breaks : iterable of str
        First periods that are foretold.
    before : iterable of int
        Lengths of the period before, in periods.
    after : int
        How many periods from the break on are averaged over.
    trends, seasons, errors : iterable
        Options of `forecast_path`.
    level : float
        Coverage aimed at, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        A row a combination: ``break``, ``before``, ``trend``, ``season``, ``errors`` ("own"
        for trends that bring theirs), ``value``, ``low``, ``high`` (percent) and ``problem``:
        why there is no estimate, or no text.

    References
    ----------
    U. Simonsohn, J. P. Simmons and L. D. Nelson, Specification curve analysis, 2020.

    Examples
    --------
    >>> index = pd.period_range("2018Q1", periods=10, freq="Q")
    >>> points = pd.Series([1.0, 2, 4, 4, 5, 6, 7, 8, 18, 20], index=index)
    >>> table = specification_curve(points, breaks=["2020Q1"], before=[6, 8], after=2)
    >>> len(table), table["problem"].ne("").sum()
    (48, np.int64(21))
    """
    columns = ["break", "before", "trend", "season", "errors"]
    rows, seen = [], set()
    for choice in itertools.product(breaks, before, trends, seasons, errors):
        at, length, trend, season, error = choice
        options: dict[str, Any] = {"before": length, "after": after, "trend": trend}
        options |= {"season": season, "errors": error, "level": level}
        shown = (at, length, trend, season, "own" if trend in _OWN_ERRORS else error)
        try:
            key = _what_is_used(points, choice)
            if key in seen:
                raise ShiftError("The same points, used in the same way, as in a way before.")
            seen.add(key)
            found = mean_departure(points, at, **options)
            rows.append((*shown, found.value, found.low, found.high, ""))
        except ShiftError as error_met:
            rows.append((*shown, math.nan, math.nan, math.nan, str(error_met)))
    return pd.DataFrame(rows, columns=[*columns, "value", "low", "high", "problem"])


def _what_is_used(points: pd.Series, choice: tuple[str, int, Trend, bool, str]) -> tuple[Any, ...]:
    """Return what tells one way from another: break, points before it, trend, season, errors."""
    at, length, trend, season, error = choice
    index = pd.PeriodIndex(points.index)
    if trend == "last year":
        length = periods_a_year(index) + 1
    _, _, late = _cut(points, at, length, None)
    own = trend in _OWN_ERRORS
    return str(at), int((~late).sum()), trend, season, "own" if own else error


def simulate_series(
    points: int,
    *,
    memory: float,
    seed: int,
    repetitions: int = 1,
    slope: float = 0.0,
    bend: float = 0.0,
) -> Floats:
    r"""Draw series with a straight or bending path and AR(1) noise of known memory.

    :math:`y_t = b t + p_t + e_t` with :math:`e_t = m\,e_{t-1} + \sqrt{1-m^2}\,z_t`, so that the
    noise has standard deviation 1 whatever its memory m. The path p bends: its slope is a random
    walk with steps of standard deviation c, so that no straight line is true for long.

    Parameters
    ----------
    points : int
        Length of each series.
    memory : float
        Correlation of neighbouring errors, from 0 to below 1.
    seed : int
        Seed of the generator.
    repetitions : int
        How many series.
    slope : float
        b, in standard deviations of the noise a period.
    bend : float
        c, in standard deviations of the noise a period; 0 for a straight path.

    Returns
    -------
    array of float, shape (points, repetitions)

    Examples
    --------
    >>> simulate_series(4, memory=0.5, seed=1, repetitions=2).shape
    (4, 2)
    """
    generator = np.random.default_rng(seed)
    noise = generator.normal(size=(points, repetitions))
    for at in range(1, points):
        noise[at] = memory * noise[at - 1] + math.sqrt(1 - memory**2) * noise[at]
    turns = bend * generator.normal(size=(points, repetitions)) if bend else np.zeros(1)
    path = slope * np.arange(points)[:, None] + turns.cumsum(axis=0).cumsum(axis=0)
    return np.asarray(path + noise)


def coverage_study(
    *,
    before: int,
    after: int,
    memories: Iterable[float],
    shift: float,
    seed: int,
    repetitions: int = 400,
    bend: float = 0.0,
    level: float = 0.95,
    estimators: Iterable[str] = ("level change", "mean departure"),
) -> pd.DataFrame:
    r"""Count how often intervals hold a known shift, and how often they find one where none is.

    Series are drawn with `simulate_series`, without and with a step at the break, and the
    estimators are applied: the level change of `segmented_regression` and the mean departure
    over the points after the break of a forecast with linear trend (`mean_departure`, before it
    is turned into percent).

    Parameters
    ----------
    before, after : int
        Points before and from the break on.
    memories : iterable of float
        Memories of the simulated noise.
    shift : float
        The step, in standard deviations of the noise.
    seed : int
        Seed of the generator.
    repetitions : int
        Series for each memory.
    bend : float
        How much the path bends, as for `simulate_series`. What a bend adds after the break is no
        shift, so an interval should hold 0 there as well.
    level : float
        Coverage aimed at, between 0 and 1.
    estimators : iterable of {"level change", "mean departure"}
        Which are applied.

    Returns
    -------
    pandas.DataFrame
        A row an estimator, error model and memory: ``estimator``, ``errors``, ``memory``,
        ``coverage`` (share of the intervals that hold the truth), ``false_positives`` (share
        that exclude 0 where there is no shift) and ``found`` (share that exclude 0 where there is
        the step). The estimators are linear, so coverage is the same with and without a shift,
        and false positives are one minus coverage.

    Examples
    --------
    >>> table = coverage_study(before=12, after=4, memories=[0.6], shift=3, seed=1,
    ...     repetitions=100)
    >>> table["errors"].tolist()
    ['independent', 'Newey-West', 'AR(1)', 'independent', 'AR(1)']
    """
    times = np.arange(-before, after, dtype=float)
    late = times >= 0
    path = np.column_stack([np.ones(len(times)), times])
    segmented = np.column_stack([path, late, times * late])
    foretold = np.column_stack([path, np.eye(len(times))[:, late]])
    designs = {
        "level change": (segmented, np.array([0.0, 0.0, 1.0, 0.0])),
        "mean departure": (foretold, np.concatenate([[0.0, 0.0], np.full(after, 1 / after)])),
    }
    drawn: dict[str, Any] = {"repetitions": repetitions, "bend": bend}
    rows = []
    for memory, estimator in itertools.product(memories, estimators):
        noise = simulate_series(before + after, memory=memory, seed=seed, **drawn)
        kinds: dict[str, Floats | None] = {"independent": np.zeros(1)}
        kinds |= {"Newey-West": None} if estimator == "level change" else {}
        kinds |= {"AR(1)": _MEMORIES}
        for errors, grid in kinds.items():
            ends = _simulated_tails(noise, *designs[estimator], times, grid, [0.0, -shift])
            tail = (1 - level) / 2
            wrong, found = (float(((e < tail) | (e > 1 - tail)).mean()) for e in ends)
            rows.append((estimator, errors, memory, 1 - wrong, wrong, found))
    columns = ["estimator", "errors", "memory", "coverage", "false_positives", "found"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["estimator", "memory"], kind="stable", ignore_index=True)


def _simulated_tails(
    noise: Floats,
    design: Floats,
    asked: Floats,
    times: Floats,
    memories: Floats | None,
    truths: Iterable[float],
) -> list[Floats]:
    """Return for each truth the share of each series' distribution that lies below it."""
    if memories is not None:
        fits = _fits(noise, [design], asked[None, :], times, memories)
        return [_share_below(fits, np.full((1, noise.shape[1]), at))[0] for at in truths]
    found = [_newey_west(column, design, times, None) for column in noise.T]
    centres = np.array([asked @ fit.params for fit, _ in found])
    scales = np.sqrt([asked @ covariance @ asked for _, covariance in found])
    freedom = design.shape[0] - design.shape[1]
    return [np.asarray(stdtr(freedom, (at - centres) / scales)) for at in truths]
