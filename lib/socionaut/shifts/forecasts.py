r"""Forecasts from the time before a break (counterfactuals), and what came beside them.

Six trends are offered. Four are fitted with the averaged AR(1) errors of `paths`: a straight
line, one in logarithms, growth that slows, and growth that slows or speeds up. Two have errors
of their own: the mean growth of the last year carried on from the last point (the drift method),
and the smooth local linear trend of statsmodels, whose slope wanders.

An interval says what its model believes. How often it holds is another question, which
`robustness.placebo_record` asks of the series itself.
"""

from __future__ import annotations

import math
import warnings
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtrit

from socionaut.estimates import Estimate
from socionaut.shifts.paths import (
    _LEAST_FREEDOM,
    _MEMORIES,
    Floats,
    ShiftError,
    _cut,
    _demand_freedom,
    _fits,
    _intervals,
    _logarithms,
    _season_columns,
)

__all__ = [
    "TRENDS",
    "Trend",
    "forecast_path",
    "mean_departure",
]

Trend = Literal["linear", "log-linear", "damped", "bending", "last year", "local linear"]
# All trends that a forecast can follow.
TRENDS: tuple[Trend, ...] = (
    "linear",
    "log-linear",
    "damped",
    "bending",
    "last year",
    "local linear",
)
_OWN_ERRORS = ("last year", "local linear")
# By e to which power growth slows from the first point before the break to the last; below 0 it
# speeds up.
_SLOWINGS = tuple(float(rate) for rate in np.linspace(0, 4, 9))
_BENDINGS = tuple(float(rate) for rate in np.linspace(-4, 4, 9))
_YEARS = {"Y": 1, "Q": 4, "M": 12, "W": 52, "D": 365}


class _Prepared(NamedTuple):
    """What a forecast needs: all points of the window, and a column for each point to foretell."""

    heights: Floats
    designs: list[Floats]
    times: Floats
    late: NDArray[np.bool_]
    periods: pd.PeriodIndex
    log: bool


def _prepare(
    points: pd.Series,
    break_at: str | pd.Period,
    before: int | None,
    after: int | None,
    trend: Trend,
    season: bool,
) -> _Prepared:
    """Give each point after the break a coefficient of its own: its distance from the forecast."""
    kept, at, late = _cut(points, break_at, before, after)
    index = pd.PeriodIndex(kept.index)
    _demand_late(late)
    times = (index.asi8 - at.ordinal).astype(float)
    early = times[~late]
    fixed = [np.ones((len(times), 1)), np.eye(len(times))[:, late]]
    if season:
        fixed.append(_season_columns(index, ~late))
    others = sum(part.shape[1] for part in fixed) - int(late.sum())
    _demand_freedom(len(early), others + 1, "before the break")
    share = (times - early[0]) / (early[-1] - early[0])
    rates = {"damped": _SLOWINGS, "bending": _BENDINGS}.get(trend, (0.0,))
    designs = [np.column_stack([_slowing(share, rate), *fixed]) for rate in rates]
    log = trend == "log-linear"
    raw = kept.to_numpy()
    return _Prepared(_logarithms(raw) if log else raw, designs, times, late, index, log)


def _demand_late(late: NDArray[np.bool_]) -> None:
    if not late.any():
        raise ShiftError("There is no point from the break on within the window; widen it.")


def _slowing(share: Floats, rate: float) -> Floats:
    """Return growth from 0 to 1 over the points before the break, slowing by e to the rate."""
    return share if rate == 0 else np.expm1(-rate * share) / np.expm1(-rate)


def _memories(errors: str) -> Floats:
    if errors not in ("independent", "AR(1)"):
        raise ShiftError(f'A forecast has no errors "{errors}"; choose independent or AR(1).')
    return _MEMORIES if errors == "AR(1)" else np.zeros(1)


class _Ahead(NamedTuple):
    """A forecast of all late points at once, on the scale that was fitted."""

    observed: Floats
    centre: Floats
    covariance: Floats
    freedom: float
    log: bool
    periods: pd.PeriodIndex


def periods_a_year(index: pd.PeriodIndex) -> int:
    """Return how many periods of an index a year has.

    Examples
    --------
    >>> periods_a_year(pd.period_range("2019Q4", periods=3, freq="Q"))
    4
    """
    return _YEARS[index.freqstr[0]]


def _last_year(points: pd.Series, break_at: str | pd.Period, after: int | None) -> _Ahead:
    """Carry the mean growth of the last year on from the last point: a random walk with drift."""
    kept, at, late = _cut(points, break_at, None, after)
    index = pd.PeriodIndex(kept.index)
    _demand_late(late)
    times = (index.asi8 - at.ordinal).astype(float)
    last = times[~late][-1]
    year = ~late & (times >= last - periods_a_year(index))
    gaps, steps = np.diff(times[year]), np.diff(kept.to_numpy()[year])
    if len(steps) < _LEAST_FREEDOM:
        raise ShiftError(
            f"There are {len(steps) + 1} points in the last year before the break; "
            f"{_LEAST_FREEDOM + 1} or more are needed. Take another trend."
        )
    growth = steps.sum() / gaps.sum()
    freedom = len(steps) - 1
    variance = ((steps - growth * gaps) ** 2 / gaps).sum() / freedom
    ahead = times[late] - last
    spread = np.minimum.outer(ahead, ahead) + np.outer(ahead, ahead) / gaps.sum()
    observed = kept.to_numpy()[late]
    centre = kept.to_numpy()[~late][-1] + growth * ahead
    return _Ahead(observed, centre, variance * spread, freedom, False, index[late])


def _local_linear(
    points: pd.Series,
    break_at: str | pd.Period,
    before: int | None,
    after: int | None,
    season: bool,
) -> _Ahead:
    """Let level and slope wander, by the structural model of statsmodels in logarithms."""
    # Slow to import, and needed for this trend alone.
    from statsmodels.tools.sm_exceptions import ConvergenceWarning
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    kept, at, late = _cut(points, break_at, before, after)
    index = pd.PeriodIndex(kept.index)
    _demand_late(late)
    cycle = periods_a_year(index) if season else 0
    _demand_freedom(int((~late).sum()), 3 + max(cycle - 1, 0), "before the break")
    heights = _logarithms(kept.to_numpy())
    whole = pd.Series(heights[~late], index=index[~late]).reindex(
        pd.period_range(index[0], at - 1, freq=at.freqstr)
    )
    # In percent, so that the search starts near the size of what it looks for.
    model = UnobservedComponents(
        100 * whole.to_numpy(), "strend", seasonal=cycle or None, stochastic_seasonal=False
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        fit = model.fit(disp=False, maxiter=200, cov_type="none")
    steps = index.asi8[late] - at.ordinal
    centre = np.asarray(fit.forecast(int(steps[-1]) + 1), dtype=np.float64)[steps] / 100
    covariance = _forecast_covariance(fit, int(steps[-1]) + 1)[np.ix_(steps, steps)] / 1e4
    return _Ahead(heights[late], centre, covariance, math.inf, True, index[late])


def _forecast_covariance(fit: Any, steps: int) -> Floats:  # noqa: ANN401 - of statsmodels
    """Return covariances of the misses of all steps ahead of a state-space model."""
    parts = fit.model.ssm
    move, seen = parts["transition"], parts["design"][0]
    chosen = parts["selection"]
    news = chosen @ parts["state_cov"] @ chosen.T
    state = fit.predicted_state_cov[:, :, -1]
    result = np.zeros((steps, steps))
    for first in range(steps):
        carried = state @ seen
        for second in range(first, steps):
            result[first, second] = result[second, first] = seen @ carried
            carried = move @ carried
        result[first, first] += parts["obs_cov"][0, 0]
        state = move @ state @ move.T + news
    return result


def _foretell(
    points: pd.Series, break_at: str | pd.Period, options: dict[str, Any], level: float, mean: bool
) -> tuple[Floats, Floats, bool, pd.PeriodIndex]:
    """Return distances from the forecast (median, low, high), observed, whether logs, periods."""
    trend, before, after = options["trend"], options["before"], options["after"]
    season, errors = options["season"], options["errors"]
    if trend not in TRENDS:
        raise ShiftError(f'The trend "{trend}" is not known; choose of {", ".join(TRENDS)}.')
    if trend in _OWN_ERRORS:
        if trend == "last year" and season:
            raise ShiftError("One year shows no season apart from its growth; leave it out.")
        ahead = (
            _last_year(points, break_at, after)
            if trend == "last year"
            else _local_linear(points, break_at, before, after, season)
        )
        asked = _asked(len(ahead.observed), mean)
        middle = asked @ (ahead.observed - ahead.centre)
        scale = np.sqrt(np.einsum("ij,jk,ik->i", asked, ahead.covariance, asked))
        half = stdtrit(min(ahead.freedom, 1e9), (1 + level) / 2) * scale
        rows = np.column_stack([middle, middle - half, middle + half])
        return rows, asked @ ahead.observed, ahead.log, ahead.periods
    ready = _prepare(points, break_at, before, after, trend, season)
    asked = _asked(int(ready.late.sum()), mean)
    wanted = np.zeros((len(asked), ready.designs[0].shape[1]))
    wanted[:, 2 : 2 + asked.shape[1]] = asked
    # The columns are: slope, level, one a late point, seasons.
    fits = _fits(ready.heights[:, None], ready.designs, wanted, ready.times, _memories(errors))
    observed = asked @ ready.heights[ready.late]
    return _intervals(fits, level), observed, ready.log, ready.periods[ready.late]


def _asked(points: int, mean: bool) -> Floats:
    return np.full((1, points), 1 / points) if mean else np.eye(points)


def _percent(distance: Floats, observed: Floats, log: bool) -> Floats:
    """Turn distances from the forecast into percent of it; infinite where it reaches 0."""
    if log:
        return 100 * np.expm1(distance)
    forecast = observed - distance
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(forecast > 0, 100 * distance / np.maximum(forecast, 0), np.inf)


def forecast_path(
    points: pd.Series,
    break_at: str | pd.Period,
    *,
    before: int | None = None,
    after: int | None = None,
    trend: Trend = "linear",
    season: bool = False,
    errors: Literal["independent", "AR(1)"] = "AR(1)",
    level: float = 0.95,
) -> pd.DataFrame:
    r"""Forecast a series from the points before a break alone, and set the later ones beside it.

    Each later point gets a coefficient of its own in the regression of the earlier ones. Its
    estimate is observed minus forecast, and its interval that of the forecast (Salkever, 1976).
    With AR(1) errors the forecast starts from the last point and bends to the trend, and a
    memory near 1 makes it a random walk with drift.

    Parameters
    ----------
    points : pandas.Series
        Values with a `pandas.PeriodIndex`; gaps are allowed.
    break_at : str or pandas.Period
        First period that is foretold.
    before, after : int, optional
        How many periods (not points) before and from the break on are used; all when left out.
    trend : {"linear", "log-linear", "damped", "bending", "last year", "local linear"}
        Straight, straight in logarithms, or growth that slows: with u from 0 to 1 over the
        points before the break, :math:`(1-e^{-\lambda u})/(1-e^{-\lambda})`, averaged over
        :math:`\lambda` from 0 to 4 by restricted likelihood; bending from -4 (growth that
        speeds up) to 4. The last year's mean growth carried on from the last point, as a random
        walk with drift; it takes no more than a year, whatever `before` says. Or the smooth
        local linear trend of statsmodels, in logarithms, with its variances at their
        likeliest. The last two have errors of their own, whatever `errors` says.
    season : bool
        Whether each quarter, month or day of the week has a level of its own.
    errors : {"independent", "AR(1)"}
        How points depend on each other.
    level : float
        Coverage aimed at for each point, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        A row a point from the break on: ``observed``, ``value`` (the forecast), ``low``,
        ``high``, and the departure of the observed from the forecast in percent of it:
        ``percent``, ``percent_low``, ``percent_high``.

    Raises
    ------
    ShiftError
        If the index has no periods, the break lies outside, or points are too few.

    References
    ----------
    D. S. Salkever, The use of dummy variables to compute predictions, prediction errors, and
    confidence intervals, Journal of Econometrics 4, 1976.

    Examples
    --------
    >>> index = pd.period_range("2018Q1", periods=10, freq="Q")
    >>> jump = pd.Series([1.0, 2, 3, 4, 5, 6, 7, 8, 18, 20], index=index)
    >>> forecast_path(jump, "2020Q1")[["observed", "value", "percent"]].round(3).values.tolist()
    [[18.0, 9.0, 100.0], [20.0, 10.0, 100.0]]
    """
    options = {"before": before, "after": after, "trend": trend, "season": season}
    rows, observed, log, periods = _foretell(
        points, break_at, options | {"errors": errors}, level, mean=False
    )
    # The low end of a distance is that of the highest forecast.
    ahead = observed[:, None] - rows[:, [0, 2, 1]]
    if log:
        ahead = np.exp(ahead)
    percent = _percent(rows, observed[:, None], log)
    table = np.column_stack([np.exp(observed) if log else observed, ahead, percent])
    columns = ["observed", "value", "low", "high", "percent", "percent_low", "percent_high"]
    return pd.DataFrame(table, index=periods, columns=columns)


def mean_departure(
    points: pd.Series,
    break_at: str | pd.Period,
    *,
    before: int | None = None,
    after: int | None = None,
    trend: Trend = "linear",
    season: bool = False,
    errors: Literal["independent", "AR(1)"] = "AR(1)",
    level: float = 0.95,
) -> Estimate:
    """Return by how much the points from a break on lie off the forecast, on average.

    Parameters
    ----------
    points, break_at, before, after, trend, season, errors, level
        As for `forecast_path`.

    Returns
    -------
    Estimate
        In percent of the mean forecast (of the geometric mean for trends in logarithms). The
        interval is that of the forecast; it holds 0 where the forecast holds what was observed.

    Raises
    ------
    ShiftError
        As `forecast_path` says, or if the mean forecast is not above 0.

    Examples
    --------
    >>> index = pd.period_range("2018Q1", periods=10, freq="Q")
    >>> jump = pd.Series([1.0, 2, 3, 4, 5, 6, 7, 8, 18, 20], index=index)
    >>> round(mean_departure(jump, "2020Q1").value, 3)
    100.0
    """
    options = {"before": before, "after": after, "trend": trend, "season": season}
    row, observed, log, _ = _foretell(
        points, break_at, options | {"errors": errors}, level, mean=True
    )
    value, low, high = (float(end) for end in _percent(row, observed[:, None], log)[0])
    if math.isinf(value):
        raise ShiftError(
            "The forecast falls to 0 or below, so that a departure in percent of it says nothing; "
            "take a log-linear trend, or compare values."
        )
    return Estimate(value, min(low, value), max(high, value), "model")
