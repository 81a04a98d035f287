"""Trends: slopes of panels of accounts, and what a short series allows to say.

A panel has a row a unit (a page) and time (a month). Units enter and leave and differ in
size, so one line through all rows mixes two things: how units change, and which
units are there. The functions here keep the two apart.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np
import pandas as pd
import scipy  # whose parts are loaded where they are first used: `stats` takes a second
from scipy.special import stdtrit

from socionaut.errors import InputError
from socionaut.estimates import Estimate, demand_level, rounded
from socionaut.steady import above, settled

__all__ = [
    "false_alarms",
    "fixed_effects_slope",
    "mann_kendall",
    "mixed_model_slope",
    "poisson_fixed_effects_slope",
    "pooled_slope",
    "printed",
    "simulate_panel",
    "slope_parts",
    "steps",
    "unit_slopes",
    "within",
]

_LONGEST_EXACT = 8


def within(
    panel: pd.DataFrame, columns: Sequence[str], unit: str, weights: str | None = None
) -> pd.DataFrame:
    r"""Take from each value the mean of its unit.

    The within-transformation of :math:`x_{it}` is :math:`x_{it} - \bar x_i`, with the
    (weighted) mean :math:`\bar x_i` over the rows of unit i. All that is constant within a
    unit vanishes.

    Parameters
    ----------
    panel : pandas.DataFrame
        A row a unit and time.
    columns : sequence of str
        Columns to transform.
    unit : str
        Column that names the unit.
    weights : str, optional
        Column of positive weights of the rows; equal weights when left out.

    Returns
    -------
    pandas.DataFrame
        The transformed columns, with the index of the panel.

    Examples
    --------
    >>> panel = pd.DataFrame({"page": ["a", "a", "b"], "rate": [1.0, 3.0, 7.0]})
    >>> within(panel, ["rate"], "page")["rate"].tolist()
    [-1.0, 1.0, 0.0]
    """
    values = panel[list(columns)]
    if weights is None:
        return values - values.groupby(panel[unit]).transform("mean")
    weight = panel[weights]
    sums = values.mul(weight, axis=0).groupby(panel[unit]).transform("sum")
    return values - sums.div(weight.groupby(panel[unit]).transform("sum"), axis=0)


def pooled_slope(
    panel: pd.DataFrame,
    outcome: str,
    time: str,
    *,
    unit: str | None = None,
    weights: str | None = None,
    level: float = 0.95,
) -> Estimate:
    r"""Fit one straight line through all rows, as if units did not matter.

    Least squares of :math:`y_{it} = a + b\,t + e_{it}`.

    Parameters
    ----------
    panel : pandas.DataFrame
        A row a unit and time.
    outcome, time : str
        Columns of numbers.
    unit : str, optional
        Column that names the unit. Given, the interval allows rows of one unit to
        depend on each other in any way (clustered standard errors); left out, it
        takes all rows as independent.
    weights : str, optional
        Column of positive weights of the rows.
    level : float
        Coverage aimed at, between 0 and 1.

    Returns
    -------
    Estimate
        The slope, in units of the outcome a unit of time.

    Raises
    ------
    InputError
        If columns or values are missing, or there are too few rows or units.

    References
    ----------
    K.-Y. Liang and S. L. Zeger, Longitudinal data analysis using generalized linear
    models, 1986. A. C. Cameron and D. L. Miller, A practitioner's guide to
    cluster-robust inference, 2015.

    Examples
    --------
    >>> panel = pd.DataFrame({"year": [0, 1, 2, 3], "rate": [1.0, 3.0, 2.0, 4.0]})
    >>> pooled_slope(panel, "rate", "year").write(digits=2)
    '0.8 [-1 to 2.6, sampling]'
    """
    import statsmodels.api as sm  # slow to import, and needed for fits alone

    _demand(panel, outcome, time, unit, weights)
    regressors = sm.add_constant(panel[[time]].astype(float))
    groups = [] if unit is None else [unit]
    return _least_squares(panel, panel[outcome], regressors, time, groups, weights, level)


def fixed_effects_slope(
    panel: pd.DataFrame,
    outcome: str,
    time: str,
    unit: str,
    *,
    weights: str | None = None,
    shared: str | None = None,
    level: float = 0.95,
) -> Estimate:
    r"""Fit one slope to all units, each with a level of its own.

    Least squares of :math:`y_{it} = a_i + b\,t + e_{it}`, which equals that of the
    within-transformed columns (see `within`). Only changes inside units count; which
    units are there at what time does not. A unit that is seen at one time says nothing, and
    is left out. The interval is clustered by unit.

    Parameters
    ----------
    panel : pandas.DataFrame
        A row a unit and time.
    outcome, time : str
        Columns of numbers.
    unit : str
        Column that names the unit.
    weights : str, optional
        Column of positive weights of the rows.
    shared : str, optional
        Column, such as the month, whose equal values share a shock. Given, the interval
        is clustered both ways: rows of one unit and rows of one month may depend on
        each other. In a small panel the variance of both ways can come out at or below
        zero; the greater of the two one-way variances then stands in.
    level : float
        Coverage aimed at, between 0 and 1.

    Returns
    -------
    Estimate
        The slope, in units of the outcome a unit of time.

    Raises
    ------
    InputError
        If columns or values are missing, or fewer than two units are seen at two times.

    References
    ----------
    S. Correia, Singletons, cluster-robust standard errors and fixed effects, 2015.
    J. M. Wooldridge, Econometric Analysis of Cross Section and Panel Data, 2010,
    section 10.5. A. C. Cameron, J. B. Gelbach and D. L. Miller, Robust inference with
    multiway clustering, 2011.

    Examples
    --------
    >>> panel = pd.DataFrame({"page": ["a", "a", "b", "b"], "year": [0, 1, 1, 2],
    ...     "rate": [5.0, 6.0, 1.0, 2.0]})
    >>> round(fixed_effects_slope(panel, "rate", "year", "page").value, 6)
    1.0
    >>> round(pooled_slope(panel, "rate", "year").value, 6)
    -1.5
    """
    _demand(panel, outcome, time, unit, weights, shared)
    panel = _seen_twice(panel, time, unit)
    moved = within(panel, [outcome, time], unit, weights)
    groups = [unit] if shared is None else [unit, shared]
    return _least_squares(panel, moved[outcome], moved[[time]], time, groups, weights, level)


def _seen_twice(panel: pd.DataFrame, time: str, unit: str) -> pd.DataFrame:
    """Return the rows of units that are seen at two times or more: others hold no change."""
    kept = panel[panel.groupby(unit)[time].transform("nunique") > 1]
    units = kept[unit].nunique()
    if units < 2:
        raise InputError(
            f'{units or "No"} unit of column "{unit}" is seen at two values of "{time}", and a '
            "slope within units, with its interval, needs two that are; give a panel with "
            "repeated rows."
        )
    return kept


def poisson_fixed_effects_slope(
    panel: pd.DataFrame,
    count: str,
    exposure: str,
    time: str,
    unit: str,
    *,
    level: float = 0.95,
) -> Estimate:
    r"""Fit one slope to counts of all units, each with a level of its own.

    The expected count is :math:`n_{it}\,e^{a_i + b\,t}` with exposure n (posts, for example), so
    that counts of nothing stay in. A unit without any count, or seen at one time, says nothing
    of a slope and is left out. Given the total of a unit, its counts are shared out by
    :math:`p_{it} \propto n_{it} e^{b\,t}`, whatever its level, and the likeliest b makes
    :math:`\sum_{it} (y_{it} - Y_i p_{it})\,t = 0`. That needs the expected count to be right, and
    not that counts are Poisson: the interval is clustered by unit. A unit counts by its total,
    so the slope is that of what is counted, and not of the average unit.

    Parameters
    ----------
    count, exposure, time : str
        Columns of numbers; the exposure above 0.
    panel, unit, level
        As for `fixed_effects_slope`.

    Returns
    -------
    Estimate
        The slope of the logarithm of the expected rate, a unit of time.

    Raises
    ------
    InputError
        If columns or values are missing, a count is below 0, fewer than two units have a count
        and two times, or all counts lie at the first or last time of their unit: then no slope
        is the likeliest.

    References
    ----------
    J. A. Hausman, B. H. Hall and Z. Griliches, Econometric models for count data with an
    application to the patents-R&D relationship, 1984. J. M. Wooldridge, Distribution-free
    estimation of some nonlinear panel data models, 1999.

    Examples
    --------
    >>> panel = pd.DataFrame({"page": ["a", "a", "b", "b"], "year": [0, 1, 0, 1],
    ...     "likes": [10, 20, 100, 200], "posts": [1, 1, 5, 5]})
    >>> slope = poisson_fixed_effects_slope(panel, "likes", "posts", "year", "page")
    >>> round(float(np.exp(slope.value)), 6)
    2.0
    """
    _demand(panel, count, time, unit, exposure)
    demand_level(level)
    if (panel[count] < 0).any():
        raise InputError(f'Column "{count}" has counts below 0; correct them.')
    panel = panel[panel.groupby(unit)[count].transform("sum") > 0]
    panel = _seen_twice(panel, time, unit)
    _demand_likeliest(panel, count, time, unit)
    codes = pd.factorize(panel[unit])[0]
    y, t = panel[count].to_numpy(float), panel[time].to_numpy(float)
    offset = np.log(panel[exposure].to_numpy(float))
    totals = np.bincount(codes, y)
    slope, span = 0.0, np.ptp(t)
    for _ in range(100):
        size = np.exp(offset + slope * (t - t.mean()))
        share = size / np.bincount(codes, size)[codes]
        middle = np.bincount(codes, share * t)[codes]
        score = np.bincount(codes, (y - totals[codes] * share) * (t - middle))
        bend = (totals[codes] * share * (t - middle) ** 2).sum()
        step = score.sum() / bend
        slope += float(np.clip(step * span, -5, 5) / span)  # by exp(5) over all time at most
        if abs(step * span) < 1e-10:
            break
    else:
        raise InputError(f'The slope of "{count}" was not found in 100 steps; look at the counts.')
    units = len(totals)
    error = math.sqrt((score**2).sum() * units / (units - 1)) / bend
    half = float(stdtrit(units - 1, (1 + level) / 2)) * error
    return Estimate(slope, float(slope - half), float(slope + half), "sampling")


def _demand_likeliest(panel: pd.DataFrame, count: str, time: str, unit: str) -> None:
    """Refuse counts that no slope makes likeliest: at one end of time alone."""
    counted, times = panel[panel[count] > 0], panel.groupby(unit)[time]
    early = (counted[time] > counted[unit].map(times.min())).any()
    late = (counted[time] < counted[unit].map(times.max())).any()
    if not early or not late:
        raise InputError(
            f'Column "{count}" counts something only at the {"last" if early else "first"} '
            f'"{time}" of each unit, so that no slope is steep enough; give counts of more times.'
        )


def _least_squares(
    panel: pd.DataFrame,
    outcome: pd.Series,
    regressors: pd.DataFrame,
    time: str,
    groups: list[str],
    weights: str | None,
    level: float,
) -> Estimate:
    import statsmodels.api as sm  # slow to import, and needed for fits alone

    weight = 1.0 if weights is None else panel[weights].astype(float)
    model = sm.WLS(outcome.astype(float), regressors, weights=weight)
    if not groups:
        return _slope(model.fit(), time, level)

    def clustered(names: list[str]) -> Any:  # noqa: ANN401 - of statsmodels
        codes = np.column_stack([pd.factorize(panel[name])[0] for name in names])
        return model.fit(cov_type="cluster", cov_kwds={"groups": codes}, use_t=True)

    fitted = clustered(groups)
    if len(groups) > 1 and not fitted.cov_params().loc[time, time] > 0:
        one_way = [clustered([name]) for name in groups]
        fitted = max(one_way, key=lambda fit: fit.bse[time])
    return _slope(fitted, time, level)


def _slope(fitted: Any, time: str, level: float) -> Estimate:  # noqa: ANN401 - of statsmodels
    demand_level(level)
    low, high = fitted.conf_int(alpha=1 - level).loc[time]
    return Estimate(float(fitted.params[time]), float(low), float(high), "sampling")


def _demand(
    panel: pd.DataFrame,
    outcome: str,
    time: str,
    unit: str | None,
    weights: str | None,
    shared: str | None = None,
) -> None:
    columns = [name for name in (outcome, time, weights, unit, shared) if name is not None]
    absent = [name for name in columns if name not in panel.columns]
    if absent:
        raise InputError(f"The panel has no column {', '.join(absent)}; add it or name another.")
    measured = [name for name in (outcome, time, weights) if name is not None]
    for name in measured:
        if not pd.api.types.is_numeric_dtype(panel[name]):
            raise InputError(
                f'Column "{name}" does not hold numbers; turn text into numbers with '
                "pandas.to_numeric, and dates into, say, years."
            )
    numbers = panel[measured].to_numpy(float)
    rows = ~np.isfinite(numbers).all(axis=1) | panel[columns].isna().any(axis=1).to_numpy()
    if rows.any():
        places = ", ".join(map(str, panel.index[rows][:5]))
        raise InputError(
            f"{rows.sum()} rows of the panel have a missing or infinite value (rows {places}); "
            "a logarithm of nothing is one. Remove them or choose another outcome."
        )
    if weights is not None and not (panel[weights] > 0).all():
        raise InputError(f'The weights in column "{weights}" must be above 0; correct them.')
    if len(panel) < 3 or panel[time].nunique() < 2:
        raise InputError("A slope needs three rows or more, and two points in time.")
    for group in (unit, shared):
        if group is not None and panel[group].nunique() < 2:
            raise InputError(
                f'Column "{group}" has one value; a clustered interval needs two units or more, '
                "and better forty."
            )


def mixed_model_slope(
    panel: pd.DataFrame,
    outcome: str,
    time: str,
    unit: str,
    *,
    random_slopes: bool = False,
    level: float = 0.95,
) -> Estimate:
    r"""Fit the mean slope of units whose levels are drawn from a normal distribution.

    Restricted maximum likelihood of :math:`y_{it} = a + u_i + (b + v_i)\,t + e_{it}`,
    with :math:`u_i` (and, if asked for, :math:`v_i`) normal over units. Without
    :math:`v_i` every unit is taken to have the same slope, and the interval is too
    narrow where they do not. With it, the slope is that of the average unit, however
    few rows a unit has.

    Parameters
    ----------
    random_slopes : bool
        Whether each unit has a slope of its own.
    panel, outcome, time, unit, level
        As for `fixed_effects_slope`.

    Returns
    -------
    Estimate
        The slope, in units of the outcome a unit of time.

    Raises
    ------
    InputError
        If columns or values are missing, or the fit does not settle.

    References
    ----------
    N. M. Laird and J. H. Ware, Random-effects models for longitudinal data, 1982.

    Examples
    --------
    >>> panel = simulate_panel(units=40, months=12, slope=0.5, arrival=0, seed=1)
    >>> mixed_model_slope(panel, "outcome", "year", "unit").write(digits=1)
    '0.4 [0.2 to 0.6, sampling]'
    """
    import statsmodels.api as sm  # slow to import, and needed for fits alone

    _demand(panel, outcome, time, unit, None)
    # Time counted from its mean: the same slope, and a fit that settles sooner.
    centred = panel[[time]].astype(float) - panel[time].mean()
    regressors = sm.add_constant(centred)
    model = sm.MixedLM(
        panel[outcome].astype(float),
        regressors,
        groups=panel[unit],
        exog_re=regressors if random_slopes else None,
    )
    fitted = model.fit()
    if not fitted.converged:
        raise InputError("The fit did not settle; use fewer random effects, or more units.")
    return _slope(fitted, time, level)


def unit_slopes(panel: pd.DataFrame, outcome: str, time: str, unit: str) -> pd.DataFrame:
    r"""Fit a line to each unit by itself.

    The fixed-effects slope is their mean with weights
    :math:`s_i = \sum_t (t - \bar t_i)^2`: a unit that was seen for long counts most.

    Parameters
    ----------
    panel, outcome, time, unit
        As for `fixed_effects_slope`.

    Returns
    -------
    pandas.DataFrame
        A row a unit that was seen at two times or more; columns ``slope``, ``weight``
        (share of all :math:`s_i`) and ``rows``.

    Raises
    ------
    InputError
        If columns or values are missing.

    Examples
    --------
    >>> panel = pd.DataFrame({"page": ["a", "a", "b", "b"], "year": [0, 1, 1, 2],
    ...     "rate": [5.0, 6.0, 1.0, 3.0]})
    >>> unit_slopes(panel, "rate", "year", "page")["slope"].tolist()
    [1.0, 2.0]
    """
    _demand(panel, outcome, time, unit, None)
    moved = within(panel, [outcome, time], unit)
    sums = pd.DataFrame(
        {
            "product": (moved[outcome] * moved[time]).groupby(panel[unit]).sum(),
            "square": (moved[time] ** 2).groupby(panel[unit]).sum(),
            "rows": panel.groupby(unit).size(),
        }
    )
    times = panel.groupby(unit)[time]
    sums = sums[times.min() < times.max()]
    return pd.DataFrame(
        {
            "slope": sums["product"] / sums["square"],
            "weight": sums["square"] / sums["square"].sum(),
            "rows": sums["rows"],
        }
    )


def slope_parts(panel: pd.DataFrame, outcome: str, time: str, unit: str) -> pd.DataFrame:
    r"""Split the pooled slope into change within units and difference between them.

    The pooled slope is :math:`w\,b_W + (1-w)\,b_B`, exactly. :math:`b_W` is the
    fixed-effects slope. :math:`b_B` is that of the line through the means of the
    units, each as often as it has rows: whether units that are seen later lie higher.
    :math:`w` is the share of the variation of time that lies within units.

    Parameters
    ----------
    panel, outcome, time, unit
        As for `fixed_effects_slope`.

    Returns
    -------
    pandas.DataFrame
        Rows ``within`` and ``between``; columns ``slope`` and ``weight``. Where no unit
        is seen later than another, the slope between is missing and its weight 0.

    Raises
    ------
    InputError
        If columns or values are missing.

    References
    ----------
    Y. Mundlak, On the pooling of time series and cross section data, 1978.

    Examples
    --------
    >>> panel = pd.DataFrame({"page": ["a", "a", "b", "b"], "year": [0, 1, 1, 2],
    ...     "rate": [5.0, 6.0, 1.0, 2.0]})
    >>> slope_parts(panel, "rate", "year", "page")
             slope  weight
    within     1.0     0.5
    between   -4.0     0.5
    """
    _demand(panel, outcome, time, unit, None)
    inner = within(panel, [outcome, time], unit)
    values = panel[[outcome, time]].astype(float)
    outer = values - inner - values.mean()
    parts = {"within": inner, "between": outer}
    squares = {name: float((part[time] ** 2).sum()) for name, part in parts.items()}
    total = sum(squares.values())
    rows = {}
    for name, part in parts.items():
        share = squares[name] / total
        nothing = share < 1e-12
        slope = math.nan if nothing else float((part[outcome] * part[time]).sum()) / squares[name]
        rows[name] = {"slope": slope, "weight": 0.0 if nothing else share}
    return pd.DataFrame(rows).T


def simulate_panel(
    *,
    units: int,
    months: int,
    slope: float,
    arrival: float,
    seed: int,
    spread: float = 1.0,
    slope_spread: float = 0.0,
    noise: float = 0.5,
) -> pd.DataFrame:
    r"""Draw a panel whose slope within units is known.

    Unit i enters in a random month of the first two thirds and stays. Its outcome is
    :math:`u_i + c\,(\text{year of entry}) + (b + v_i)\,t + e_{it}`.

    Parameters
    ----------
    units, months : int
        Size of the panel.
    slope : float
        True mean slope b, a year.
    arrival : float
        How much higher (or lower, below 0) a unit lies for each year that it enters later;
        at 0 late units are like early ones.
    seed : int
        Seed of the generator.
    spread, slope_spread, noise : float
        Standard deviations of :math:`u_i`, :math:`v_i` and :math:`e_{it}`.

    Returns
    -------
    pandas.DataFrame
        Columns ``unit``, ``year`` (since the first month) and ``outcome``.

    Examples
    --------
    >>> simulate_panel(units=2, months=3, slope=0, arrival=0, seed=1).columns.tolist()
    ['unit', 'year', 'outcome']
    """
    generator = np.random.default_rng(seed)
    entry = generator.integers(0, max(1, 2 * months // 3), units)
    rows = pd.DataFrame(
        [(i, month) for i, first in enumerate(entry) for month in range(first, months)],
        columns=["unit", "month"],
    )
    year = rows["month"] / 12
    base = generator.normal(0, spread, units) + arrival * entry / 12
    slopes = generator.normal(slope, slope_spread, units)
    outcome = base[rows["unit"]] + slopes[rows["unit"]] * year
    errors = generator.normal(0, noise, len(rows))
    return pd.DataFrame({"unit": rows["unit"], "year": year, "outcome": outcome + errors})


def printed(value: float | str) -> Estimate:
    """Return what a figure can stand for, judged by its last digit.

    A whole number is read to the unit, as the ledger reads it. A text keeps a digit 0 after the
    point: "1.60" stands for less than "1.6". A number has lost it, so that 1.60 counts as 1.6,
    and its interval can be too wide.

    Parameters
    ----------
    value : float or str
        The figure as printed.

    Returns
    -------
    Estimate
        Half a unit of the last digit to both sides.

    Raises
    ------
    InputError
        If the text is no number.

    Examples
    --------
    >>> printed(0.064)
    Estimate(value=0.064, low=0.0635, high=0.0645, kind='rounding')
    >>> printed("0.060")
    Estimate(value=0.06, low=0.0595, high=0.0605, kind='rounding')
    """
    typed = isinstance(value, str)
    try:
        figure = Decimal(value) if typed else Decimal(repr(float(value))).normalize()
        return rounded(float(value), float(f"1e{min(0, int(figure.as_tuple().exponent))}"))
    except (InvalidOperation, ValueError):
        raise InputError(f"“{value}” is no figure; write it with a decimal point.") from None


def steps(values: Iterable[float | str | Estimate]) -> pd.Series:
    """Count the steps of a series that go up, go down, or cannot be told for rounding.

    Parameters
    ----------
    values : iterable of float, str or Estimate
        Figures as printed, oldest first; an Estimate stands for what its interval holds.

    Returns
    -------
    pandas.Series
        Counts ``down``, ``up`` and ``open``. A step is open where the two figures can
        stand for the same value (see `printed`).

    Raises
    ------
    InputError
        If there are fewer than two figures, or one is missing.

    Examples
    --------
    >>> steps(["0.09", "0.09", "0.08", "0.064", "0.060", "0.063"]).to_dict()
    {'down': 3, 'up': 1, 'open': 1}
    """
    given = list(values)
    _series(value.value if isinstance(value, Estimate) else float(value) for value in given)
    figures = [value if isinstance(value, Estimate) else printed(value) for value in given]
    pairs = list(itertools.pairwise(figures))
    # Two intervals that only touch are apart: half a digit is rounded to one side.
    down = sum(not above(later.high, earlier.low) for earlier, later in pairs)
    up = sum(not above(earlier.high, later.low) for earlier, later in pairs)
    return pd.Series({"down": down, "up": up, "open": len(pairs) - down - up})


def mann_kendall(values: Iterable[float]) -> pd.Series:
    r"""Test a short series for a steady rise or fall, exactly.

    :math:`S` is the number of pairs of points that rise less the number that fall. The
    p-value is the share of all orders of the same values whose :math:`|S|` is as large
    or larger; all orders are counted, so ties are treated exactly as well. It holds if,
    without a trend, every order were equally likely; neighbours that depend on each
    other break this.

    Parameters
    ----------
    values : iterable of float
        The series in order, at most eight points.

    Returns
    -------
    pandas.Series
        ``points``, ``s``, ``tau`` (:math:`S` over the number of pairs) and ``p``
        (two-sided).

    Raises
    ------
    InputError
        If there are fewer than two points or more than eight, or one is missing.

    References
    ----------
    H. B. Mann, Nonparametric tests against trend, 1945. M. G. Kendall, Rank Correlation
    Methods, 1970, appendix table 1.

    Examples
    --------
    >>> mann_kendall([5, 4, 3, 1]).round(3).to_dict()
    {'points': 4.0, 's': -6.0, 'tau': -1.0, 'p': 0.083}
    """
    series = _demand_length(settled(_series(values)))
    test = _over_all_orders(series)
    pairs = math.comb(len(series), 2)
    return pd.Series(
        {
            "points": len(series),
            "s": test.statistic,
            "tau": test.statistic / pairs,
            "p": test.pvalue,
        },
        dtype=float,
    )


def _over_all_orders(series: np.ndarray) -> Any:  # noqa: ANN401 - scipy names no type
    """Return S, its share of as large ones, and S of every order of the values."""
    return scipy.stats.permutation_test(
        (series,), _scores, permutation_type="pairings", n_resamples=math.inf, vectorized=True
    )


def _scores(orders: np.ndarray, axis: int = -1) -> np.ndarray:
    """Return S of each order, along the last axis as scipy hands them in."""
    assert axis == -1
    early, late = np.triu_indices(orders.shape[-1], 1)
    return np.asarray(np.sign(orders[..., late] - orders[..., early]).sum(axis=-1))


def false_alarms(
    points: int, *, memory: float, seed: int, repetitions: int = 20_000, level: float = 0.05
) -> float:
    r"""Return how often the Mann-Kendall test finds a trend where there is none.

    The series are :math:`y_t = m\,y_{t-1} + e_t` with normal steps :math:`e_t`. With
    memory m = 0 the points are independent, as the test supposes; with m = 1 each starts
    where the last ended, and rises and falls alike often.

    Parameters
    ----------
    points : int
        Length of each series, at most eight.
    memory : float
        How much of a value carries over to the next, from 0 to 1.
    seed : int
        Seed of the generator.
    repetitions : int
        Number of simulated series.
    level : float
        A p-value at most this large counts as a trend found.

    Returns
    -------
    float
        Share of the series in which a trend is found.

    Raises
    ------
    InputError
        If there are fewer than two points or more than eight.

    Examples
    --------
    >>> false_alarms(4, memory=1, seed=1)
    0.0
    >>> [f"{false_alarms(6, memory=memory, seed=1):.2f}" for memory in (0, 1)]
    ['0.02', '0.18']
    """
    demand_level(level)
    orders = _over_all_orders(_demand_length(_series(range(points))))
    possible = np.abs(orders.null_distribution)
    values = np.random.default_rng(seed).normal(size=(repetitions, points))
    for at in range(1, points):
        values[:, at] += memory * values[:, at - 1]
    kinds, counts = np.unique(possible, return_counts=True)
    tails = counts[::-1].cumsum()[::-1] / counts.sum()
    telling = kinds[tails <= level]
    return float(np.isin(np.abs(_scores(values)), telling).mean())


def _demand_length(series: np.ndarray) -> np.ndarray:
    if len(series) > _LONGEST_EXACT:
        raise InputError(
            f"All orders are counted for at most {_LONGEST_EXACT} points, and there are "
            f"{len(series)}; use scipy.stats.kendalltau for a longer series."
        )
    return series


def _series(values: Iterable[float]) -> np.ndarray:
    series = np.asarray(list(values), dtype=float)
    if len(series) < 2 or not np.isfinite(series).all():
        raise InputError(
            f"The series has {len(series)} points, of which {np.isfinite(series).sum()} are "
            "numbers; give two or more, all of them numbers."
        )
    return series
