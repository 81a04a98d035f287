r"""Shifts: whether a series left its earlier path at a date, by how much, and for how long.

A series is a `pandas.Series` with a `pandas.PeriodIndex` (quarters, months, weeks or days).
Its index is its time: a missing period is a gap, and is neither filled nor stepped over.

The noise around the path is taken as autoregressive, with correlation :math:`\phi^d` between
points d periods apart. Nobody knows :math:`\phi`, and a short series tells little of it. So no
single value is put in: every :math:`\phi` from 0 to 1 counts, weighted by its restricted
likelihood (Patterson and Thompson, 1971) and the prior of Jeffreys (Berger and Yang, Noninformative
priors and Bayesian testing for the AR(1) model, 1994). `coverage_study` says how well that works.

Nothing here says why a series moved: before and after is no experiment.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import beta, stdtr, stdtrit

from socionaut.errors import InputError
from socionaut.estimates import demand_level

__all__ = [
    "SegmentedFit",
    "ShiftError",
    "compare_shapes",
    "diagnose",
    "season_of",
    "segmented_regression",
]

Errors = Literal["independent", "Newey-West", "AR(1)"]
Floats = NDArray[np.float64]

# Memories that are averaged over, from none to almost a random walk. Even steps of the arcsine
# are the prior of Jeffreys for AR(1): simulated intervals then hold the truth as often as they say.
_MEMORIES: Floats = np.sin((np.arange(34) + 0.5) / 34 * np.pi / 2)
# Periods after which half of a pulse is gone.
_HALF_LIVES = (1.0, 2.0, 4.0)
# Points that must be left over for the noise when all coefficients are fitted.
_LEAST_FREEDOM = 3
# Newton's steps to a quantile; seven or so are enough.
_MOST_STEPS = 60


class ShiftError(InputError):
    """A series allows no such analysis; the message says why."""


class _Fits(NamedTuple):
    """Fits at each memory and shape of the trend, with their weights; last axis: series."""

    weights: Floats
    centres: Floats
    scales: Floats
    freedom: int
    memory: Floats


def _fits(
    values: Floats, designs: Sequence[Floats], asked: Floats, times: Floats, memories: Floats
) -> _Fits:
    """Fit columns of values by generalised least squares at each memory and design.

    The weights are restricted likelihoods: those of the data once a flat prior on the
    coefficients has been taken out.
    """
    points, coefficients = designs[0].shape
    freedom = points - coefficients
    kept = memories[:, None, None] ** np.diff(times)[:, None]
    root = np.sqrt(1 - kept**2)
    y = _whitened(values, kept, root)
    least = 1e-20 * (values**2).sum(axis=0) + 1e-300
    centres, scales, likelihoods = [], [], []
    for design in designs:
        x = _whitened(design, kept, root)
        q, r = np.linalg.qr(x)
        fitted = np.linalg.solve(r, q.swapaxes(1, 2) @ y)
        left = np.maximum(((y - x @ fitted) ** 2).sum(axis=1), least)
        back = np.linalg.solve(r.swapaxes(1, 2), np.broadcast_to(asked.T, (len(r), *asked.T.shape)))
        spread = np.sqrt((back**2).sum(axis=1))
        centres.append(asked @ fitted)
        scales.append(spread[:, :, None] * np.sqrt(left / freedom)[:, None, :])
        diagonal = np.abs(np.diagonal(r, axis1=1, axis2=2))
        size = 2 * np.log(root).sum(axis=(1, 2)) + 2 * np.log(diagonal).sum(axis=1)
        likelihoods.append(-0.5 * (freedom * np.log(left) + size[:, None]))
    likelihood = np.concatenate(likelihoods)
    weights = np.exp(likelihood - likelihood.max(axis=0))
    memory = np.tile(memories, len(designs))
    every = np.concatenate(centres), np.concatenate(scales)
    return _Fits(weights / weights.sum(axis=0), *every, freedom, memory)


def _whitened(columns: Floats, kept: Floats, root: Floats) -> Floats:
    """Take from each row what is carried on from the one before, at each memory."""
    new = (columns[1:] - kept * columns[:-1]) / root
    first = np.broadcast_to(columns[:1], (len(new), 1, columns.shape[1]))
    return np.concatenate([first, new], axis=1)


def _share_below(fits: _Fits, at: Floats) -> Floats:
    """Return the weighted share of the fits' t distributions that lies below a value."""
    shares = stdtr(fits.freedom, (at - fits.centres) / fits.scales)
    return np.asarray((fits.weights[:, None] * shares).sum(axis=0))


def _quantiles(fits: _Fits, probabilities: Floats) -> Floats:
    """Return quantiles of the fits' t distributions together, for one series: a row what is asked.

    By Newton's steps. One that leaves the bracket, which closes in, is a halving instead.
    """
    ends = fits.centres + stdtrit(fits.freedom, probabilities) * fits.scales
    weights = fits.weights[:, :, None]
    low, high, at = ends.min(axis=0), ends.max(axis=0), (weights * ends).sum(axis=0)
    close = 1e-9 * (high - low)
    norm = 1 / (math.sqrt(fits.freedom) * beta(fits.freedom / 2, 0.5))
    for _ in range(_MOST_STEPS):
        away = (at - fits.centres) / fits.scales
        density = norm * (1 + away**2 / fits.freedom) ** (-(fits.freedom + 1) / 2) / fits.scales
        missing = probabilities - (weights * stdtr(fits.freedom, away)).sum(axis=0)
        low, high = np.where(missing > 0, at, low), np.where(missing > 0, high, at)
        step = at + missing / (weights * density).sum(axis=0)
        before, at = at, np.where((low <= step) & (step <= high), step, (low + high) / 2)
        if (abs(at - before) <= close).all():
            break
    return np.asarray(at)


def _intervals(fits: _Fits, level: float) -> Floats:
    """Return median, low and high end of what was asked of one series, a row each."""
    demand_level(level)
    weighty = fits.weights[:, 0] > 1e-9
    fits = fits._replace(
        weights=fits.weights[weighty], centres=fits.centres[weighty], scales=fits.scales[weighty]
    )
    tail = (1 - level) / 2
    return _quantiles(fits, np.array([0.5, tail, 1 - tail]))


def season_of(index: pd.PeriodIndex) -> NDArray[np.int_] | None:
    """Return the season of each period: its quarter, its month, or its day of the week.

    Parameters
    ----------
    index : pandas.PeriodIndex
        Of quarters, months, weeks or days.

    Returns
    -------
    array of int, or None
        None for weeks and years, which have no season here.

    Examples
    --------
    >>> season_of(pd.period_range("2019Q4", periods=3, freq="Q")).tolist()
    [4, 1, 2]
    """
    kinds = {"Q": "quarter", "M": "month", "D": "day_of_week"}
    kind = kinds.get(index.freqstr[0])
    return None if kind is None else np.asarray(getattr(index, kind), dtype=int)


def _season_columns(index: pd.PeriodIndex, known: NDArray[np.bool_]) -> Floats:
    """Return a column a season but the first; each must be seen in the points that are known."""
    seasons = season_of(index)
    if seasons is None:
        raise ShiftError("Periods of this length have no season here; leave the season out.")
    seen = sorted(set(seasons[known].tolist()))
    if missing := sorted(set(seasons.tolist()) - set(seen)):
        raise ShiftError(
            f"Season {', '.join(map(str, missing))} does not occur before the break, so it cannot "
            "be foretold; leave the season out or give more points."
        )
    return np.array([seasons == season for season in seen[1:]], dtype=float).T.reshape(
        len(index), len(seen) - 1
    )


def _cut(
    points: pd.Series, break_at: str | pd.Period, before: int | None, after: int | None
) -> tuple[pd.Series, pd.Period, NDArray[np.bool_]]:
    """Return the points of the window, the break, and which of them lie after it."""
    index = _rising(points)
    try:
        at = pd.Period(break_at, freq=index.freqstr)
    except ValueError:
        raise ShiftError(f"The break “{break_at}” is no period; write it as {index[0]}.") from None
    if not index[0] < at <= index[-1]:
        raise ShiftError(
            f"The break {at} does not lie within the series, which runs from {index[0]} to "
            f"{index[-1]}; choose a break after the first point."
        )
    steps = index.asi8 - at.ordinal
    inside = (steps >= (-before if before is not None else steps.min())) & (
        steps < (after if after is not None else steps.max() + 1)
    )
    kept = points[inside].astype(float)
    return kept, at, np.asarray(steps[inside] >= 0)


def _rising(points: pd.Series) -> pd.PeriodIndex:
    """Return the periods of a series, in order and one by one, or say what is wrong."""
    index = points.index
    if not isinstance(index, pd.PeriodIndex) or index.empty or index.freqstr[0].isdigit():
        raise ShiftError(
            "The series needs single periods as index (a month, and not two months); make them "
            "with pandas.PeriodIndex."
        )
    if not np.isfinite(points.to_numpy(dtype=float)).all():
        raise ShiftError("The series has missing or infinite values; drop them, a gap is allowed.")
    if not (index.is_monotonic_increasing and index.is_unique):
        raise ShiftError("The periods do not rise, or one occurs twice; sort them, keep one each.")
    return index


def _demand_freedom(known: int, coefficients: int, where: str) -> None:
    if known - coefficients < _LEAST_FREEDOM:
        raise ShiftError(
            f"There are {known} points {where} for {coefficients} coefficients; "
            f"{coefficients + _LEAST_FREEDOM} or more are needed. Take a longer period, or leave "
            "the season out."
        )


def _logarithms(values: Floats) -> Floats:
    if (values <= 0).any():
        raise ShiftError("The series has values at or below 0, which have no logarithm.")
    return np.log(values)


@dataclass(frozen=True)
class SegmentedFit:
    """A segmented regression.

    Attributes
    ----------
    table : pandas.DataFrame
        Rows ``level before`` (path just before the first point after the break, at the break),
        ``slope before``, ``level change`` and ``slope change`` (a period); columns ``value``,
        ``low``, ``high``. On the scale that was fitted: the series, or its natural logarithm.
    paths : pandas.DataFrame
        By period: ``observed``, ``fitted``, and ``continued``, the path before, carried on.
        Without season, in the unit of the series.
    residuals : pandas.Series
        What is left; for AR(1) what is new in each point after the memory has been taken out.
    memory : float
        Weighted mean of the memories, 0 for other errors.
    """

    table: pd.DataFrame
    paths: pd.DataFrame
    residuals: pd.Series
    memory: float


_COEFFICIENTS = ["level before", "slope before", "level change", "slope change"]


def segmented_regression(
    points: pd.Series,
    break_at: str | pd.Period,
    *,
    before: int | None = None,
    after: int | None = None,
    log: bool = False,
    season: bool = False,
    errors: Errors = "AR(1)",
    lags: int | None = None,
    level: float = 0.95,
) -> SegmentedFit:
    r"""Fit one straight path before a break and another after it.

    With s periods since the break, and :math:`D_s` = 1 from the break on,

    .. math:: y_s = \beta_0 + \beta_1 s + \beta_2 D_s + \beta_3 s D_s + e_s.

    :math:`\beta_2` is the change of level at the break, :math:`\beta_3` that of the slope.

    Parameters
    ----------
    points : pandas.Series
        Values with a `pandas.PeriodIndex`; gaps are allowed.
    break_at : str or pandas.Period
        First period of the second path.
    before, after : int, optional
        How many periods (not points) before and from the break on are used; all when left out.
    log : bool
        Whether natural logarithms are fitted.
    season : bool
        Whether each quarter, month or day of the week has a level of its own.
    errors : {"independent", "Newey-West", "AR(1)"}
        How points depend on each other. The first two are those of statsmodels; both take the
        least-squares fit, and are too sure for short dependent series. AR(1) averages over the
        memory.
    lags : int, optional
        Lags of Newey-West; :math:`\lfloor 4 (n/100)^{2/9} \rfloor` when left out.
    level : float
        Coverage aimed at, between 0 and 1.

    Returns
    -------
    SegmentedFit

    Raises
    ------
    ShiftError
        If the index has no periods, the break lies outside, or points are too few.
    InputError
        If the level does not lie between 0 and 1.

    References
    ----------
    A. K. Wagner and others, Segmented regression analysis of interrupted time series studies
    in medication use research, 2002. W. K. Newey and K. D. West, A simple, positive
    semi-definite, heteroskedasticity and autocorrelation consistent covariance matrix, 1987.

    Examples
    --------
    >>> from socionaut.steady import tidy
    >>> index = pd.period_range("2018Q1", periods=16, freq="Q")
    >>> jump = pd.Series([*range(8), *range(18, 26)], index=index, dtype=float)
    >>> fit = segmented_regression(jump, "2020Q1", errors="independent")
    >>> tidy(fit.table["value"], 6).tolist()
    [8.0, 1.0, 10.0, 0.0]
    """
    kept, at, late = _cut(points, break_at, before, after)
    index = pd.PeriodIndex(kept.index)
    if min(late.sum(), (~late).sum()) < 3:
        raise ShiftError(
            f"There are {(~late).sum()} points before and {late.sum()} after the break; a path "
            "needs three or more on each side."
        )
    steps = (index.asi8 - at.ordinal).astype(float)
    design = np.column_stack([np.ones(len(steps)), steps, late, steps * late])
    if season:
        design = np.column_stack([design, _season_columns(index, np.ones(len(steps), bool))])
    _demand_freedom(len(steps), design.shape[1], "in the window")
    raw = kept.to_numpy()
    values = _logarithms(raw) if log else raw
    if errors == "AR(1)":
        rows, left, memory = _averaged_rows(values, design, steps, level)
    else:
        rows, left = _least_squares_rows(values, design, steps, errors, lags, level)
        memory = 0.0
    table = pd.DataFrame(rows[:4], index=_COEFFICIENTS, columns=["value", "low", "high"])
    paths = pd.DataFrame({"observed": raw}, index=index)
    for name, columns in {"fitted": 4, "continued": 2}.items():
        path = design[:, :columns] @ rows[:columns, 0]
        paths[name] = np.exp(path) if log else path
    return SegmentedFit(table, paths, pd.Series(left, index=index), memory)


def _averaged_rows(
    values: Floats, design: Floats, times: Floats, level: float
) -> tuple[Floats, Floats, float]:
    fits = _fits(values[:, None], [design], np.eye(design.shape[1]), times, _MEMORIES)
    rows = _intervals(fits, level)
    memory = float(fits.weights[:, 0] @ fits.memory)
    off = values - design @ rows[:, 0]
    kept = memory ** np.diff(times)
    new = np.concatenate([off[:1], (off[1:] - kept * off[:-1]) / np.sqrt(1 - kept**2)])
    return rows, new, memory


def _least_squares_rows(
    values: Floats, design: Floats, times: Floats, errors: str, lags: int | None, level: float
) -> tuple[Floats, Floats]:
    """Return intervals of statsmodels' least squares, and the residuals."""
    import statsmodels.api as sm  # slow to import, and needed for some errors alone

    points, coefficients = design.shape
    if errors == "Newey-West":
        fit, covariance = _newey_west(values, design, times, lags)
        widths = np.sqrt(np.diag(covariance))
    elif errors == "independent":
        fit = sm.OLS(values, design).fit()
        widths = fit.bse
    else:
        raise ShiftError(f'Errors "{errors}" are not known; independent, Newey-West or AR(1).')
    demand_level(level)
    half = stdtrit(points - coefficients, (1 + level) / 2) * widths
    rows = np.column_stack([fit.params, fit.params - half, fit.params + half])
    return rows, values - design @ fit.params


def _newey_west(
    values: Floats, design: Floats, times: Floats, lags: int | None
) -> tuple[Any, Floats]:
    import statsmodels.api as sm
    from statsmodels.stats.sandwich_covariance import cov_hac_simple

    # A row of zeros for a missing period changes no coefficient and keeps the lags in time.
    points, coefficients = design.shape
    if lags is None:
        lags = math.floor(4 * (points / 100) ** (2 / 9))
    if lags < 0 or lags % 1 != 0:
        raise ShiftError(f"The lags are {lags}; give a whole number from 0 up.")
    places = (times - times[0]).astype(int)
    x = np.zeros((places[-1] + 1, coefficients))
    y = np.zeros(len(x))
    x[places], y[places] = design, values
    fit = sm.OLS(y, x).fit()
    robust = cov_hac_simple(fit, nlags=lags, use_correction=False)
    return fit, np.asarray(robust * points / (points - coefficients))


def diagnose(residuals: pd.Series) -> pd.Series:
    r"""Say whether residuals still depend on the one before.

    Parameters
    ----------
    residuals : pandas.Series
        With a `pandas.PeriodIndex`, for example of `SegmentedFit`.

    Returns
    -------
    pandas.Series
        ``points``; ``Durbin-Watson`` (near 2 where neighbours do not depend on each other, below
        where they resemble; of neighbouring periods only, and missing where there are none);
        ``Ljung-Box p`` of statsmodels, over the longest run without a gap and a fifth of its
        length in lags, missing where that run is shorter than six; and ``run``, its length. With
        some dozen points the test sees only strong dependence: a large p is no proof of none.

    Raises
    ------
    ShiftError
        If the index has no periods, they do not rise, or a value is missing.

    References
    ----------
    J. Durbin and G. S. Watson, Testing for serial correlation in least squares regression II,
    1951. G. M. Ljung and G. E. P. Box, On a measure of lack of fit in time series models, 1978.

    Examples
    --------
    >>> index = pd.period_range("2018Q1", periods=10, freq="Q")
    >>> diagnose(pd.Series([1.0, -1.0] * 5, index=index))["Durbin-Watson"].round(1)
    np.float64(3.6)
    """
    from statsmodels.stats.diagnostic import acorr_ljungbox  # slow to import

    values, index = residuals.to_numpy(float), _rising(residuals)
    neighbours = np.diff(index.asi8) == 1
    steps = (np.diff(values)[neighbours] ** 2).sum() / (neighbours.sum() + 1)
    size = (values**2).mean()
    ends = np.flatnonzero(np.concatenate([[True], ~neighbours, [True]]))
    first, last = max(itertools.pairwise(ends), key=lambda run: run[1] - run[0])
    run = values[first:last]
    p = math.nan
    if len(run) >= 6:
        p = float(acorr_ljungbox(run, lags=[max(1, len(run) // 5)])["lb_pvalue"].iloc[0])
    return pd.Series(
        {
            "points": float(len(values)),
            "Durbin-Watson": steps / size if neighbours.any() and size > 0 else math.nan,
            "Ljung-Box p": p,
            "run": float(len(run)),
        }
    )


def compare_shapes(
    points: pd.Series,
    break_at: str | pd.Period,
    *,
    before: int | None = None,
    after: int | None = None,
    log: bool = False,
    held: int = 4,
) -> pd.DataFrame:
    r"""Compare what a shift may look like: none, a pulse, a step, a slope, or step and slope.

    To a straight path is added: for a pulse :math:`0.5^{s/h}`, s periods after the break, with
    half-life h of 1, 2 or 4 periods (the likeliest is taken and counted as a parameter); for a
    step 1; for a slope :math:`s + 1`. Errors are AR(1) with the likeliest memory. The small-sample
    criterion of Akaike is

    .. math:: \mathrm{AICc} = -2\ell + 2K + \frac{2K(K+1)}{n-K-1}

    with K parameters, counting memory and variance; less is better, and a difference below
    two is none.

    Parameters
    ----------
    points : pandas.Series
        Values with a `pandas.PeriodIndex`; gaps are allowed.
    break_at : str or pandas.Period
        First period of the shift.
    before, after : int, optional
        How many periods before and from the break on are used; all when left out.
    log : bool
        Whether natural logarithms are fitted.
    held : int
        How many of the last points are held out to be foretold.

    Returns
    -------
    pandas.DataFrame
        Index ``shape``; columns ``parameters``, ``log_likelihood``, ``AICc``, ``behind`` (AICc
        above the least), ``at_break`` and ``at_end`` (what the shape adds at the first and the
        last point from the break on) and ``miss`` (root mean squared miss of the held-out points
        by the fit to the others). The last three are in the unit of the series, or in percent
        when `log`.

    Raises
    ------
    ShiftError
        If too few points are left to fit the largest shape without those held out.

    References
    ----------
    G. E. P. Box and G. C. Tiao, Intervention analysis with applications to economic and
    environmental problems, JASA 70, 1975. C. M. Hurvich and C.-L. Tsai, Regression and time
    series model selection in small samples, Biometrika 76, 1989.

    Examples
    --------
    >>> index = pd.period_range("2016Q1", periods=24, freq="Q")
    >>> noise = np.random.default_rng(1).normal(size=24)
    >>> step = pd.Series(np.arange(24) + 20.0 * (np.arange(24) >= 12) + noise, index=index)
    >>> compare_shapes(step, "2019Q1")["AICc"].idxmin()
    'step'
    """
    kept, at, late = _cut(points, break_at, before, after)
    index = pd.PeriodIndex(kept.index)
    times = (index.asi8 - at.ordinal).astype(float)
    used = len(times) - held
    if held < 1 or late[:used].sum() < 3 or (~late).sum() < 3 or used < 4 + _LEAST_FREEDOM + 3:
        raise ShiftError(
            f"There are {(~late).sum()} points before and {late.sum()} after the break, {held} of "
            "them held out; ten are needed without those, three of them on each side."
        )
    values = _logarithms(kept.to_numpy()) if log else kept.to_numpy()
    base = np.column_stack([np.ones(len(times)), times])
    rows = {}
    for shape, (options, extra) in _shapes(times, late).items():
        designs = [np.column_stack([base, *option]) for option in options]
        whole = [(*_likeliest(values, design, times), design) for design in designs]
        likelihood, _, coefficients, design = max(whole, key=lambda fit: fit[0])
        parameters = designs[0].shape[1] + 2 + extra
        spare = len(times) - parameters - 1
        aicc = -2 * likelihood + 2 * parameters + 2 * parameters * (parameters + 1) / spare
        added = (design[late, 2:] @ coefficients[2:])[[0, -1]]
        ends = np.append(added, _miss(values, designs, times, used))
        rows[shape] = (parameters, likelihood, aicc, *(100 * np.expm1(ends) if log else ends))
    columns = ["parameters", "log_likelihood", "AICc", "at_break", "at_end", "miss"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("shape")
    table.insert(3, "behind", table["AICc"] - table["AICc"].min())
    return table


def _shapes(times: Floats, late: NDArray[np.bool_]) -> dict[str, tuple[list[list[Floats]], int]]:
    """Return the columns that each shape adds, in its variants, and what choosing costs."""
    since = np.where(late, times, 0.0)
    step, slope = late.astype(float), late * (since + 1)
    pulses = [[late * 0.5 ** (since / half)] for half in _HALF_LIVES]
    return {
        "none": ([[]], 0),
        "pulse": (pulses, 1),
        "step": ([[step]], 0),
        "slope": ([[slope]], 0),
        "step and slope": ([[step, slope]], 0),
    }


def _likeliest(values: Floats, design: Floats, times: Floats) -> tuple[float, float, Floats]:
    """Return log-likelihood, memory and coefficients of the likeliest AR(1) fit."""
    kept = _MEMORIES[:, None, None] ** np.diff(times)[:, None]
    root = np.sqrt(1 - kept**2)
    x, y = _whitened(design, kept, root), _whitened(values[:, None], kept, root)
    q, r = np.linalg.qr(x)
    fitted = np.linalg.solve(r, q.swapaxes(1, 2) @ y)
    # What rounding leaves of an exact fit tells no shape from another.
    least = 1e-20 * (values**2).sum() + 1e-300
    left = np.maximum(((y - x @ fitted) ** 2).sum(axis=(1, 2)), least)
    points = len(values)
    spread = points * (np.log(2 * np.pi * left / points) + 1)
    likelihoods = -0.5 * (spread + 2 * np.log(root).sum(axis=(1, 2)))
    best = int(likelihoods.argmax())
    return float(likelihoods[best]), float(_MEMORIES[best]), np.asarray(fitted[best, :, 0])


def _miss(values: Floats, designs: list[Floats], times: Floats, used: int) -> float:
    """Fit the first points, foretell the others, and return the root mean squared miss."""
    fits = [_likeliest(values[:used], design[:used], times[:used]) for design in designs]
    best = max(range(len(fits)), key=lambda n: fits[n][0])
    _, memory, coefficients = fits[best]
    path = designs[best] @ coefficients
    carried = memory ** (times[used:] - times[used - 1]) * (values[used - 1] - path[used - 1])
    return float(np.sqrt(((values[used:] - path[used:] - carried) ** 2).mean()))
