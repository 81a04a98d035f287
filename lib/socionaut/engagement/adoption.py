r"""Adoption: growth curves, forecasts with intervals that are put to the test, and stickiness.

Three curves that level off are fitted to counts of users. A curve always fits the past; what it
is worth shows on quarters that it has not seen. So each forecast has an interval, and
`rolling_forecasts` asks how often the later count lay in it.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import leastsq

from socionaut.errors import InputError
from socionaut.estimates import Estimate, combine, demand_level, rounded

__all__ = [
    "CURVES",
    "AdoptionError",
    "Curve",
    "Fit",
    "bass",
    "bass_peak",
    "ceiling_interval",
    "empirical_forecasts",
    "fit_curve",
    "forecast",
    "gompertz",
    "holdout_errors",
    "logistic",
    "rolling_forecasts",
    "simulate_adoption",
    "stickiness",
]

Floats = NDArray[np.float64]

# A residual that depends more strongly than this on the one before is a random walk.
_STRONGEST = 0.98
_MOST_CALLS = 2000
_SETTLED = (1, 2, 3, 4)
_FAR_OFF = 1e9
_LOWEST, _HIGHEST = np.array(-50.0), np.array(50.0)
# A step of each parameter into the complex plane.
_STEP = 1e-30
_STEPS = 1j * _STEP * np.eye(3)[:, :, None]
_COLUMNS = ["origin", "ahead", "actual", "value", "low", "high", "covered"]


class AdoptionError(InputError):
    """A series cannot be fitted or forecast; the message says why."""


def logistic(time: ArrayLike, ceiling: float, rate: float, midpoint: float) -> Floats:
    r"""Return the logistic curve, symmetric around its midpoint.

    .. math:: y(t) = \frac{K}{1 + e^{-r (t - t_0)}}, \qquad y' = r\,y\,(1 - y / K)

    Parameters
    ----------
    time : array of float
        Times, in years.
    ceiling : float
        The level K that is approached, in the unit of the counts.
    rate : float
        Growth rate r of the early years, per year.
    midpoint : float
        Time at which half of the ceiling is reached, in years.

    Returns
    -------
    numpy.ndarray
        One level a time.

    References
    ----------
    P.-F. Verhulst, Notice sur la loi que la population suit dans son accroissement, 1838.

    Examples
    --------
    >>> logistic([3.0], ceiling=10, rate=2, midpoint=3).tolist()
    [5.0]
    """
    with np.errstate(over="ignore"):  # long before the midpoint the level is nought
        return ceiling / (1 + np.exp(-rate * (np.asarray(time, dtype=float) - midpoint)))


def gompertz(time: ArrayLike, ceiling: float, rate: float, midpoint: float) -> Floats:
    r"""Return the Gompertz curve, which slows down earlier than the logistic one.

    .. math:: y(t) = K e^{-e^{-r (t - t_0)}}, \qquad y' = r\,y\,\ln(K / y)

    Parameters
    ----------
    time : array of float
        Times, in years.
    ceiling : float
        The level K that is approached, in the unit of the counts.
    rate : float
        Rate r at which growth slows down, per year.
    midpoint : float
        Time of the fastest growth, in years; :math:`K / e` is reached then.

    Returns
    -------
    numpy.ndarray
        One level a time.

    References
    ----------
    C. P. Winsor, The Gompertz curve as a growth curve, PNAS 18, 1932.

    Examples
    --------
    >>> gompertz([3.0], ceiling=np.e, rate=2, midpoint=3).round(6).tolist()
    [1.0]
    """
    return ceiling * np.exp(-np.exp(-rate * (np.asarray(time, dtype=float) - midpoint)))


def bass(time: ArrayLike, ceiling: float, innovation: float, imitation: float) -> Floats:
    r"""Return the Bass curve of all who have adopted so far.

    .. math::

        y(t) = m\,\frac{1 - e^{-(p+q)t}}{1 + (q/p)\,e^{-(p+q)t}}, \qquad
        y' = (p + q\,y/m)\,(m - y)

    Parameters
    ----------
    time : array of float
        Times since the launch, in years.
    ceiling : float
        Number m of those who will ever adopt, in the unit of the counts.
    innovation : float
        Coefficient p of those who adopt by themselves, per year.
    imitation : float
        Coefficient q of those who adopt because others did, per year.

    Returns
    -------
    numpy.ndarray
        One level a time.

    References
    ----------
    F. M. Bass, A new product growth for model consumer durables, Management Science 15, 1969.

    Examples
    --------
    >>> bass([0.0], ceiling=100, innovation=0.03, imitation=0.38).tolist()
    [0.0]
    """
    fading = np.exp(-(innovation + imitation) * np.asarray(time, dtype=float))
    return ceiling * (1 - fading) / (1 + imitation / innovation * fading)


def bass_peak(ceiling: float, innovation: float, imitation: float) -> tuple[float, float]:
    r"""Return when a Bass curve grows fastest, and how fast.

    .. math:: t^* = \frac{\ln(q/p)}{p + q}, \qquad y'(t^*) = \frac{m (p+q)^2}{4 q}

    Parameters
    ----------
    ceiling, innovation, imitation : float
        As for `bass`.

    Returns
    -------
    tuple of float
        Time of the peak in years since the launch, and adoptions per year then.

    Raises
    ------
    AdoptionError
        If imitation is not above innovation: growth is then fastest at the launch.

    References
    ----------
    F. M. Bass, A new product growth for model consumer durables, Management Science 15, 1969.

    Examples
    --------
    >>> time, speed = bass_peak(ceiling=100, innovation=0.1, imitation=0.1 * np.e)
    >>> round(time * 0.1 * (1 + np.e), 6)
    1.0
    """
    if not imitation > innovation > 0:
        raise AdoptionError(
            "The curve has no peak after the launch: give an imitation above the innovation, "
            f"not {imitation:g} and {innovation:g}."
        )
    speed = innovation + imitation
    return float(np.log(imitation / innovation) / speed), ceiling * speed**2 / (4 * imitation)


@dataclass(frozen=True)
class Curve:
    """A growth curve of three parameters, and how its fit starts.

    Parameters
    ----------
    formula : callable
        Takes times and the three parameters, and returns levels; the first is the ceiling.
    names : tuple of str
        Names of the parameters.
    positive : tuple of bool
        Which parameters must be above 0.
    start : callable
        Takes times and levels, and returns first guesses.
    """

    formula: Callable[..., Floats]
    names: tuple[str, str, str]
    positive: tuple[bool, bool, bool]
    start: Callable[[Floats, Floats], tuple[float, float, float]]

    def inward(self, parameters: ArrayLike) -> Floats:
        """Take the logarithm of the positive parameters, so that a fit cannot leave them."""
        values = np.asarray(parameters, dtype=float)
        return np.where(self.positive, np.log(np.where(self.positive, values, 1.0)), values)

    def outward(self, inner: ArrayLike) -> Floats:
        """Undo `inward`; what runs off to infinity stops at the largest power that is harmless."""
        values = np.asarray(inner, dtype=float)
        # Fits come here tens of thousands of times, and `clip` takes twice as long.
        powers = np.exp(np.minimum(np.maximum(values, _LOWEST), _HIGHEST))
        return np.where(self.positive, powers, values)


def _start_at_half(time: Floats, level: Floats) -> tuple[float, float, float]:
    return 1.3 * float(level.max()), 0.5, float(np.interp(level.max() / 2, level, time))


def _start_at_launch(_: Floats, level: Floats) -> tuple[float, float, float]:
    return 1.3 * float(level.max()), 0.03, 0.4


CURVES: Mapping[str, Curve] = {
    "logistic": Curve(
        logistic, ("ceiling", "rate", "midpoint"), (True, True, False), _start_at_half
    ),
    "Gompertz": Curve(
        gompertz, ("ceiling", "rate", "midpoint"), (True, True, False), _start_at_half
    ),
    "Bass": Curve(
        bass, ("ceiling", "innovation", "imitation"), (True, True, True), _start_at_launch
    ),
}


@dataclass(frozen=True)
class Fit:
    """A growth curve fitted to a series.

    Parameters
    ----------
    curve : str
        Name of the curve, a key of `CURVES`.
    parameters : numpy.ndarray
        The three parameters; the first is the ceiling.
    residuals : pandas.Series
        Counts minus curve, with the times as index.
    """

    curve: str
    parameters: Floats
    residuals: pd.Series

    def at(self, time: ArrayLike) -> Floats:
        """Return the fitted curve at times in years, on the clock of the series."""
        return CURVES[self.curve].formula(time, *self.parameters)

    def named(self) -> dict[str, float]:
        """Return the three parameters by name."""
        return dict(zip(CURVES[self.curve].names, self.parameters.tolist(), strict=True))

    def typical_error(self) -> float:
        r"""Return the residual standard error :math:`\sqrt{\sum e_i^2 / (n - 3)}`, in counts."""
        free = len(self.residuals) - len(self.parameters)
        return float(np.sqrt((self.residuals**2).sum() / free))

    def dependence(self) -> float:
        r"""Return how strongly a residual depends on the one before it, from 0 to 0.98.

        .. math:: \phi = \sum_i e_i e_{i-1} \Big/ \sum_i e_{i-1}^2

        A negative value counts as none.
        """
        return _carried_on(self.residuals.to_numpy())


def _carried_on(noise: Floats) -> float:
    before = float(noise[:-1] @ noise[:-1])
    phi = float(noise[1:] @ noise[:-1]) / before if before > 0 else 0.0
    return min(max(phi, 0.0), _STRONGEST)


def fit_curve(points: pd.Series, curve: str) -> Fit:
    r"""Fit a growth curve by least squares.

    The parameters minimise :math:`\sum_i (y_i - y(t_i))^2` (Levenberg and Marquardt, by
    `scipy.optimize.leastsq`). Positive parameters are fitted by their logarithm.

    Parameters
    ----------
    points : pandas.Series
        Counts (above 0) with the times in years as index, rising.
    curve : str
        Name of the curve, a key of `CURVES`.

    Returns
    -------
    Fit
        Parameters and residuals.

    Raises
    ------
    AdoptionError
        If the curve is not known, there are fewer than five points, a count is missing or
        not above 0, times do not rise, or the search does not settle.

    References
    ----------
    G. A. F. Seber and C. J. Wild, Nonlinear Regression, 1989, chapter 7.

    Examples
    --------
    >>> years = pd.Index(range(10))
    >>> points = pd.Series(logistic(years, ceiling=100, rate=0.8, midpoint=4), index=years)
    >>> fit_curve(points, "logistic").parameters.round(3).tolist()
    [100.0, 0.8, 4.0]
    """
    time, level = _arrays(points)
    if curve not in CURVES:
        raise AdoptionError(f'There is no curve "{curve}"; choose one of {", ".join(CURVES)}.')
    parameters = _solve(CURVES[curve], time, level, CURVES[curve].start(time, level))
    return Fit(curve, parameters, points - CURVES[curve].formula(time, *parameters))


def _arrays(points: pd.Series) -> tuple[Floats, Floats]:
    time = points.index.to_numpy(dtype=float)
    level = points.to_numpy(dtype=float)
    if len(points) < 5:
        raise AdoptionError(f"Give at least five points for three parameters, not {len(points)}.")
    if not (np.isfinite(level).all() and (level > 0).all() and (np.diff(time) > 0).all()):
        raise AdoptionError(
            "Give counts above 0, none missing, with times that rise from row to row."
        )
    return time, level


def _solve(curve: Curve, time: Floats, level: Floats, start: ArrayLike) -> Floats:
    scale = np.array([level.max(), 1, 1], dtype=float)
    target = level / level.max()
    outward = _remembered(curve.outward)

    @_remembered
    def misses(inner: Floats) -> Floats:
        gaps = curve.formula(time, *outward(inner)) - target
        return gaps if _finite(gaps) else np.where(np.isfinite(gaps), gaps, _FAR_OFF)

    @_remembered
    def slopes(inner: Floats) -> Floats:
        # By a step into the complex plane: a difference would lose the last digits, and with them
        # the search would stop elsewhere on another processor.
        outer = outward(inner)
        rows = curve.formula(time, *(outer[:, None, None] + _STEPS)).imag / _STEP
        rows *= np.where(curve.positive, outer, 1.0)[:, None]
        return rows if _finite(rows) else np.nan_to_num(rows)

    first = curve.inward(np.asarray(start) / scale)
    options = {"Dfun": slopes, "col_deriv": True, "maxfev": _MOST_CALLS}
    with warnings.catch_warnings(), np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)  # the code says it as well
        # A nearly straight series leaves the ceiling open; a coarse stop keeps the search short.
        inner, code = leastsq(misses, first, ftol=1e-9, **options)
    if code not in _SETTLED:
        raise AdoptionError(
            "No curve of this kind could be fitted: the search did not settle. Give more "
            "points, or another curve."
        )
    fitted: Floats = curve.outward(inner) * scale
    return fitted


def _remembered(compute: Callable[[Floats], Floats]) -> Callable[[Floats], Floats]:
    """Compute once what is asked for twice in a row, as a search does at its start."""
    last: dict[bytes, Floats] = {}

    def ask(inner: Floats) -> Floats:
        key = inner.tobytes()
        if key not in last:
            last.clear()
            last[key] = compute(inner)
        return last[key]

    return ask


def _finite(numbers: Floats) -> bool:
    """Say whether all numbers are finite and none is huge: the sum of their squares is quick."""
    flat = numbers.ravel()
    return math.isfinite(flat.dot(flat))


def forecast(
    points: pd.Series,
    curve: str,
    time: ArrayLike,
    *,
    seed: int,
    dependent: bool = False,
    repetitions: int = 199,
    level: float = 0.8,
) -> pd.DataFrame:
    r"""Forecast a series by a growth curve, with bootstrap intervals.

    With independent noise the forecast is the curve itself. With dependent noise the gap
    between count and curve fades out: :math:`\hat y(t) + \phi^{h} e_n` for a time h steps
    after the last residual :math:`e_n`, a step being the usual distance of two points. The
    number :math:`\phi` comes out too small where a curve is fitted to few points; series
    drawn from the fit show by how much, and it is raised by as much.

    For the interval the past and the future are drawn anew from the fitted curve, with
    residuals drawn with replacement (and carried on by :math:`\phi` where dependent); the
    curve is fitted to each drawn past and forecasts each drawn future. The quantiles of its errors
    make the interval. So noise and uncertain parameters are in it; a wrong curve is not.

    Parameters
    ----------
    points : pandas.Series
        As for `fit_curve`.
    curve : str
        Name of the curve, a key of `CURVES`.
    time : array of float
        Times to forecast, after the last point, rising.
    seed : int
        Seed of the generator.
    dependent : bool
        Whether a residual depends on the one before it.
    repetitions : int
        Number of drawn series.
    level : float
        Coverage aimed at, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        Columns ``value``, ``low`` and ``high``, with the times as index. An interval is
        widened to hold the value where its quantiles do not.

    Raises
    ------
    AdoptionError
        If the times do not rise from the last point on, the level is not between 0 and 1, or
        as `fit_curve` says.

    References
    ----------
    B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap, 1993, chapters 8 and 9.
    L. A. Thombs and W. R. Schucany, Bootstrap prediction intervals for autoregression,
    JASA 85, 1990.

    Examples
    --------
    >>> years = pd.Index(range(10))
    >>> points = pd.Series(logistic(years, ceiling=100, rate=0.8, midpoint=4), index=years)
    >>> forecast(points, "logistic", [20.0], seed=1)["value"].round(3).tolist()
    [100.0]
    """
    future = np.asarray(time, dtype=float)
    if not (0 < level < 1 and (np.diff([points.index[-1], *future]) > 0).all()):
        raise AdoptionError("Forecast times after the last point, rising, at a level from 0 to 1.")
    fit = fit_curve(points, curve)
    phi = _dependence(fit, seed, repetitions) if dependent else 0.0
    value = _ahead(fit, future, phi)
    errors, _ = _resample(fit, future, phi, seed, repetitions)
    low, high = np.quantile(errors, [(1 - level) / 2, (1 + level) / 2], axis=0)
    table = {"value": value, "low": value + np.minimum(low, 0), "high": value + np.maximum(high, 0)}
    return pd.DataFrame(table, index=pd.Index(future, name=points.index.name))


def ceiling_interval(
    points: pd.Series,
    curve: str,
    *,
    seed: int,
    dependent: bool = False,
    repetitions: int = 199,
    level: float = 0.8,
) -> Estimate:
    """Return the ceiling of a fitted curve with its percentile bootstrap interval.

    Parameters
    ----------
    points, curve, seed, dependent, repetitions, level
        As for `forecast`.

    Returns
    -------
    Estimate
        In the unit of the counts. A huge upper end says that the series does not yet
        bend enough to tell where it will level off.

    Raises
    ------
    AdoptionError
        As `fit_curve` says.

    Examples
    --------
    >>> years = pd.Index(range(10))
    >>> points = pd.Series(logistic(years, ceiling=100, rate=0.8, midpoint=4), index=years)
    >>> round(ceiling_interval(points, "logistic", seed=1).high, 3)
    100.0
    """
    fit = fit_curve(points, curve)
    phi = _dependence(fit, seed, repetitions) if dependent else 0.0
    later = np.asarray([points.index[-1] + 1], dtype=float)
    _, ceilings = _resample(fit, later, phi, seed, repetitions)
    return Estimate.around(float(fit.parameters[0]), ceilings, level=level, kind="model")


def _ahead(fit: Fit, future: Floats, phi: float) -> Floats:
    faded: Floats = float(fit.residuals.iloc[-1]) * _fading(fit, future, phi)
    return fit.at(future) + faded


def _fading(fit: Fit, future: Floats, phi: float) -> Floats:
    """Return which part of the last residual is left at future times."""
    time = fit.residuals.index.to_numpy(dtype=float)
    steps: Floats = (future - time[-1]) / float(np.median(np.diff(time)))
    return phi**steps


def _resample(
    fit: Fit, future: Floats, phi: float, seed: int, repetitions: int
) -> tuple[Floats, Floats]:
    formula, kept = CURVES[fit.curve].formula, _fading(fit, future, phi)
    errors, ceilings = np.empty((repetitions, len(future))), np.empty(repetitions)
    drawn = _redrawn(fit, future, phi, seed, repetitions)
    for place, (later, parameters, residuals) in enumerate(drawn):
        errors[place] = later - (formula(future, *parameters) + float(residuals[-1]) * kept)
        ceilings[place] = parameters[0]
    return errors, ceilings


def _redrawn(
    fit: Fit, future: Floats, phi: float, seed: int, repetitions: int
) -> Iterator[tuple[Floats, Floats, Floats]]:
    """Yield drawn futures, each with the parameters and residuals of the fit to its past."""
    curve = CURVES[fit.curve]
    past: Floats = fit.residuals.index.to_numpy(dtype=float)
    time = np.concatenate([past, future])
    mean, noises = fit.at(time), _noises(np.random.default_rng(seed), _shocks(fit, phi), time, phi)
    done = 0
    for _, noise in zip(range(2 * repetitions), noises, strict=False):
        drawn = mean + noise
        level: Floats = np.maximum(drawn[: len(past)], 1e-9)
        try:
            parameters = _solve(curve, past, level, fit.parameters)
        except AdoptionError:
            continue
        yield drawn[len(past) :], parameters, level - curve.formula(past, *parameters)
        done += 1
        if done == repetitions:
            return
    raise AdoptionError("Half of the drawn series could not be fitted; take another curve.")


def _dependence(fit: Fit, seed: int, repetitions: int) -> float:
    # The fit eats part of the slow noise, so the residuals depend less than the noise did. Series
    # drawn with the number found show by how much.
    found = fit.dependence()
    nothing = np.empty(0)
    drawn = [_carried_on(left) for *_, left in _redrawn(fit, nothing, found, seed, repetitions)]
    return min(max(2 * found - float(np.mean(drawn)), found), _STRONGEST)


def _shocks(fit: Fit, phi: float) -> Floats:
    noise = fit.residuals.to_numpy()
    shocks = noise if phi == 0 else noise[1:] - phi * noise[:-1]
    # A fit with three parameters leaves residuals that are too small by this factor.
    widen = np.sqrt(len(noise) / (len(noise) - len(fit.parameters)))
    return np.asarray((shocks - shocks.mean()) * widen)


def _noises(
    generator: np.random.Generator, shocks: Floats, time: Floats, phi: float
) -> Iterator[Floats]:
    """Yield noise at all times, drawn anew without end."""
    steps = np.diff(time) / np.median(np.diff(time))
    kept = phi**steps
    # A longer gap brings more than one shock; the spread stays that of a settled process.
    scale = np.sqrt((1 - kept**2) / (1 - phi**2))
    ways = list(zip(kept.tolist(), scale.tolist(), strict=True))
    while True:
        drawn = generator.choice(shocks, size=len(time))
        if phi > 0:
            first, *others = drawn.tolist()
            walk = [first / math.sqrt(1 - phi**2)]
            for (carried, wide), shock in zip(ways, others, strict=True):
                walk.append(carried * walk[-1] + wide * shock)
            drawn = np.array(walk)
        yield drawn


def _drift(points: pd.Series, time: ArrayLike, steps: int) -> Floats:
    """Forecast by the straight line through the last point and one so many steps before it."""
    (first, last), now = points.iloc[[-1 - steps, -1]], float(points.index[-1])
    slope = 0.0 if steps == 0 else (last - first) / (now - float(points.index[-1 - steps]))
    return np.asarray(last + slope * (np.asarray(time, dtype=float) - now), dtype=float)


def holdout_errors(points: pd.Series, held: int, *, back: int = 4) -> pd.DataFrame:
    r"""Compare forecasts of the last points, which the fits do not see.

    Parameters
    ----------
    points : pandas.Series
        Counts with the times in years as index, rising.
    held : int
        How many points at the end are held out.
    back : int
        How many points the straight line looks back.

    Returns
    -------
    pandas.DataFrame
        A row a method (the curves, a straight line, no change): ``inside``, the mean absolute
        error over the points that the fit sees, and ``held out``, over those it does not,
        both in percent of the count; ``last``, the error at the last point, with its sign.
        The two simple methods have no error inside.

    Raises
    ------
    AdoptionError
        If too few points are left for a fit, or none is held out.

    Examples
    --------
    >>> years = pd.Index(range(12))
    >>> points = pd.Series(logistic(years, ceiling=100, rate=0.8, midpoint=4), index=years)
    >>> holdout_errors(points, held=3).loc["logistic", "held out"].round(3)
    np.float64(0.0)
    """
    if not 0 < held <= len(points) - 5:
        raise AdoptionError(f"Hold out at least one and at most {len(points) - 5} points.")
    seen, later = points.iloc[:-held], points.iloc[-held:]
    ahead = later.index.to_numpy(dtype=float)
    fits = {curve: fit_curve(seen, curve) for curve in CURVES}
    values = {curve: fit.at(ahead) for curve, fit in fits.items()}
    values |= {"straight line": _drift(seen, ahead, back), "no change": _drift(seen, ahead, 0)}
    table = pd.DataFrame(
        {
            "inside": {curve: _percent(fit.residuals / seen) for curve, fit in fits.items()},
            "held out": {name: _percent(value / later - 1) for name, value in values.items()},
            "last": {name: 100 * (v[-1] / later.iloc[-1] - 1) for name, v in values.items()},
        }
    )
    return table.loc[list(values)].rename_axis("method")


def _percent(relative: pd.Series) -> float:
    return 100 * float(relative.abs().mean())


def rolling_forecasts(
    points: pd.Series,
    curve: str,
    *,
    first: int,
    horizon: int,
    every: int,
    seed: int,
    dependent: bool = False,
    repetitions: int = 99,
    level: float = 0.8,
) -> pd.DataFrame:
    """Forecast from one origin after the other, and see whether the intervals held.

    From each origin the curve is fitted to the points up to it alone.

    Parameters
    ----------
    points, curve, dependent, repetitions, level
        As for `forecast`.
    first : int
        How many points the first fit sees.
    horizon : int
        How many points each forecast looks ahead.
    every : int
        How many points lie between two origins.
    seed : int
        Seed of the first origin; each later one has the next number.

    Returns
    -------
    pandas.DataFrame
        A row an origin and step: ``origin`` (its time), ``ahead`` (1, 2, ...), ``actual``,
        ``value``, ``low``, ``high`` and ``covered`` (1 or 0).

    Raises
    ------
    AdoptionError
        If no origin leaves `horizon` points after it, or as `forecast` says.

    References
    ----------
    L. J. Tashman, Out-of-sample tests of forecasting accuracy, 2000.

    Examples
    --------
    >>> years = pd.Index(range(12))
    >>> points = pd.Series(logistic(years, ceiling=100, rate=0.8, midpoint=4), index=years)
    >>> rows = rolling_forecasts(points, "logistic", first=8, horizon=2, every=1, seed=1)
    >>> rows["origin"].nunique(), len(rows)
    (3, 6)
    """
    origins = range(first, len(points) - horizon + 1, every)
    if not origins:
        raise AdoptionError(
            f"The series has {len(points)} points; {first} for the first fit and {horizon} to "
            "look ahead are more. Give smaller numbers."
        )
    options = {"dependent": dependent, "repetitions": repetitions, "level": level}
    tables = []
    for number, end in enumerate(origins):
        seen, later = points.iloc[:end], points.iloc[end : end + horizon]
        table = forecast(seen, curve, later.index, seed=seed + number, **options)  # type: ignore[arg-type]
        tables.append(
            table.assign(
                origin=seen.index[-1], ahead=range(1, horizon + 1), actual=later.to_numpy()
            )
        )
    rows = pd.concat(tables, ignore_index=True)
    rows["covered"] = rows["actual"].between(rows["low"], rows["high"]).astype(int)
    return rows[_COLUMNS]


def empirical_forecasts(
    points: pd.Series, *, first: int, horizon: int, every: int, back: int = 4, level: float = 0.8
) -> pd.DataFrame:
    """Forecast by straight lines, with intervals made of earlier misses.

    At each origin the line of `_drift` is drawn from all earlier origins as well. How far it
    missed, in percent of the forecast and as many steps ahead, is known by then. The quantiles
    of these misses make the interval. No model of the noise is needed; that misses stay as
    they were is what one has to believe.

    Parameters
    ----------
    points : pandas.Series
        Counts with the times in years as index, rising and evenly spaced.
    first : int
        How many points lie up to the first origin.
    horizon, every : int
        As for `rolling_forecasts`.
    back : int
        How many points the line looks back.
    level : float
        Coverage aimed at, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        The columns of `rolling_forecasts`.

    Raises
    ------
    AdoptionError
        If an origin has fewer than four earlier misses, or leaves fewer than `horizon` points.

    References
    ----------
    W. H. Williams and M. L. Goodman, A simple method for the construction of empirical
    confidence limits for economic forecasts, JASA 66, 1971.

    Examples
    --------
    >>> straight = pd.Series(range(1, 21), index=range(20))
    >>> rows = empirical_forecasts(straight, first=12, horizon=2, every=3)
    >>> rows[["actual", "value", "low", "high"]].iloc[0].tolist()
    [13.0, 13.0, 13.0, 13.0]
    """
    demand_level(level)
    origins = range(first, len(points) - horizon + 1, every)
    if not origins or first - horizon - back < 4:
        raise AdoptionError(
            f"Give more points or a shorter horizon: {first} points before the first origin leave "
            f"{max(0, first - horizon - back)} earlier misses, and four are needed."
        )
    rows = []
    for end in origins:
        for ahead in range(1, horizon + 1):
            misses = [
                points.iloc[past + ahead - 1] / _line(points, past, ahead, back)
                for past in range(back + 1, end - ahead + 1)
            ]
            value, actual = _line(points, end, ahead, back), float(points.iloc[end + ahead - 1])
            low, high = value * np.quantile(misses, [(1 - level) / 2, (1 + level) / 2])
            covered = int(low <= actual <= high)
            rows.append((points.index[end - 1], ahead, actual, value, low, high, covered))
    return pd.DataFrame(rows, columns=_COLUMNS)


def _line(points: pd.Series, end: int, ahead: int, back: int) -> float:
    return float(_drift(points.iloc[:end], [points.index[end + ahead - 1]], back)[0])


def simulate_adoption(
    curve: str,
    parameters: tuple[float, float, float],
    time: ArrayLike,
    *,
    noise: float,
    dependence: float,
    seed: int,
) -> pd.Series:
    r"""Draw a series around a growth curve.

    The noise is normal with the given standard deviation and follows
    :math:`e_i = \phi e_{i-1} + u_i` from one point to the next.

    Parameters
    ----------
    curve : str
        Name of the curve, a key of `CURVES`.
    parameters : tuple of float
        Its three parameters.
    time : array of float
        Evenly spaced times, in years.
    noise : float
        Standard deviation of the noise, in the unit of the counts.
    dependence : float
        The number :math:`\phi`, from 0 to below 1.
    seed : int
        Seed of the generator.

    Returns
    -------
    pandas.Series
        One count a time, with the times as index.

    Examples
    --------
    >>> simulate_adoption("Bass", (9, 0.1, 0.4), [0.0], noise=0, dependence=0, seed=1).tolist()
    [0.0]
    """
    times = np.asarray(time, dtype=float)
    generator = np.random.default_rng(seed)
    shocks = generator.normal(0, noise * np.sqrt(1 - dependence**2), len(times))
    shocks[0] /= np.sqrt(1 - dependence**2)
    for place in range(1, len(times)):
        shocks[place] += dependence * shocks[place - 1]
    return pd.Series(CURVES[curve].formula(times, *parameters) + shocks, index=times)


def stickiness(daily: pd.Series, monthly: pd.Series, step: float = 1.0) -> pd.DataFrame:
    r"""Divide daily by monthly users, with the interval that their rounding leaves.

    .. math:: s = 100\,\frac{\text{DAU}}{\text{MAU}}

    Seen over a month of D days, a user comes on :math:`s D / 100` of them on average, if the
    daily count is a mean over the month.

    Parameters
    ----------
    daily, monthly : pandas.Series
        Daily and monthly users of the same periods, with the same index and unit.
    step : float
        One unit of the last printed digit of both, in their unit.

    Returns
    -------
    pandas.DataFrame
        Columns ``value``, ``low`` and ``high``, in percent, with the index of the counts.

    Raises
    ------
    AdoptionError
        If an index differs, a count is missing or not above 0, or more users come on a day
        than in a month.

    Examples
    --------
    >>> stickiness(pd.Series([50.0]), pd.Series([100.0])).round(1).to_dict("records")
    [{'value': 50.0, 'low': 49.3, 'high': 50.8}]
    """
    if not daily.index.equals(monthly.index) or not ((daily > 0) & (daily <= monthly)).all():
        raise AdoptionError(
            "Give daily and monthly users of the same periods, above 0 and none missing, with "
            "no more users on a day than in a month."
        )
    parts = [
        combine(lambda day, month: 100 * day / month, rounded(day, step), rounded(month, step))
        for day, month in zip(daily, monthly, strict=True)
    ]
    columns = {name: [getattr(part, name) for part in parts] for name in ("value", "low", "high")}
    return pd.DataFrame(columns, index=daily.index)
