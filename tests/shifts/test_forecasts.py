"""Forecasts against statsmodels, formulas by hand, and paths whose form is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from socionaut import shifts
from socionaut.shifts import ShiftError, forecasts, paths


def quarters(values, start="2015Q1"):
    index = pd.period_range(start, periods=len(values), freq="Q")
    return pd.Series(np.asarray(values, dtype=float), index=index)


@pytest.fixture
def gapped() -> pd.Series:
    noise = shifts.simulate_series(30, memory=0.6, seed=5)[:, 0]
    series = quarters(100 + np.arange(30) + 4 * (np.arange(30) >= 18) + noise)
    return series.drop(series.index[[3, 7, 8, 22]])


def test_restricted_likelihood_does_not_see_points_with_a_coefficient_of_their_own(gapped):
    """So weights of a forecast rest on the points before the break alone."""
    before = shifts.forecast_path(gapped, "2019Q3", after=6)
    changed = gapped.copy()
    changed["2019Q3":] += np.linspace(5, 50, len(changed["2019Q3":]))
    after = shifts.forecast_path(changed, "2019Q3", after=6)
    assert np.allclose(before[["value", "low", "high"]], after[["value", "low", "high"]])


def test_a_forecast_of_independent_points_is_that_of_statsmodels(gapped):
    path = shifts.forecast_path(gapped, "2019Q3", errors="independent")
    early = gapped[: pd.Period("2019Q2")]
    x = sm.add_constant(early.index.asi8 - 190)
    ahead = sm.add_constant(path.index.asi8 - 190, has_constant="add")
    theirs = sm.OLS(early.to_numpy(), x).fit().get_prediction(ahead).summary_frame(0.05)
    assert np.allclose(path["value"], theirs["mean"])
    assert np.allclose(path[["low", "high"]], theirs[["obs_ci_lower", "obs_ci_upper"]])


def test_a_forecast_with_memory_is_the_kriging_predictor(gapped):
    """At one memory: trend plus what the last residual carries on."""
    ready = forecasts._prepare(gapped, "2019Q3", None, 4, "linear", False)
    asked = np.zeros((1, ready.designs[0].shape[1]))
    asked[0, 2] = 1
    fits = paths._fits(ready.heights[:, None], ready.designs, asked, ready.times, np.array([0.7]))
    early = ~ready.late
    design, times = ready.designs[0][early][:, :2], ready.times[early]
    sigma = 0.7 ** np.abs(times[:, None] - times[None, :])
    fit = sm.GLS(ready.heights[early], design, sigma=sigma).fit()
    first = np.flatnonzero(ready.late)[0]
    trend = ready.designs[0][first, :2] @ fit.params
    carried = 0.7 ** (ready.times[first] - times[-1]) * fit.resid[-1]
    assert fits.centres[0, 0, 0] == pytest.approx(ready.heights[first] - trend - carried)


def test_damped_growth_is_foretold_where_a_line_overshoots():
    held = []
    for seed in range(20):
        noise = shifts.simulate_series(24, memory=0, seed=seed)[:, 0]
        series = quarters(100 * (1 - np.exp(-np.arange(24) / 8)) + noise)
        damped = shifts.mean_departure(series, "2019Q1", trend="damped", errors="independent")
        line = shifts.mean_departure(series, "2019Q1", trend="linear", errors="independent")
        assert abs(damped.value) < abs(line.value) / 2
        held.append(damped.low <= 0 <= damped.high)
    assert sum(held) >= 14


def test_a_forecast_that_reaches_nothing_has_no_upper_end():
    found = shifts.mean_departure(quarters([9.0, 5, 8, 2, 7, 1, 30]), "2016Q3")
    assert found.high == np.inf


def test_the_last_year_is_the_drift_method_by_hand(gapped):
    """Mean growth of the last year from the last point; widths of a random walk with drift."""
    path = shifts.forecast_path(gapped, "2019Q3", trend="last year", after=3)
    year = gapped["2018Q2":"2019Q2"].to_numpy()
    growth = (year[-1] - year[0]) / 4
    assert np.allclose(path["value"], year[-1] + growth * np.array([1, 2, 3]))
    spread = np.sqrt(((np.diff(year) - growth) ** 2).sum() / 3)
    ahead = np.array([1, 2, 3])
    half = stats.t.ppf(0.975, 3) * spread * np.sqrt(ahead * (1 + ahead / 4))
    assert np.allclose((path["high"] - path["low"]) / 2, half)
    mean = shifts.mean_departure(gapped, "2019Q3", trend="last year", after=2)
    noise = np.random.default_rng(0).normal(size=(200_000, 2)).cumsum(axis=1)
    drift = np.random.default_rng(1).normal(size=200_000) / 2
    wide = (noise.mean(axis=1) + 1.5 * drift).std() * spread * stats.t.ppf(0.975, 3)
    observed = path["observed"].iloc[:2].mean()
    ends = [observed * end / (100 + end) for end in (mean.low, mean.high)]
    assert (ends[1] - ends[0]) / 2 == pytest.approx(wide, rel=0.01)


def test_the_last_year_needs_four_points(gapped):
    short = gapped.drop(pd.PeriodIndex(["2018Q3", "2018Q4"], freq="Q"))
    with pytest.raises(ShiftError, match="points in the last year"):
        shifts.forecast_path(short, "2019Q3", trend="last year")


@pytest.mark.parametrize("season", [False, True])
def test_the_local_linear_trend_is_that_of_statsmodels(gapped, season):
    path = shifts.forecast_path(gapped, "2019Q3", trend="local linear", season=season, after=4)
    whole = gapped[: pd.Period("2019Q2")].reindex(pd.period_range("2015Q1", "2019Q2", freq="Q"))
    model = sm.tsa.UnobservedComponents(
        100 * np.log(whole.to_numpy()),
        "strend",
        seasonal=4 if season else None,
        stochastic_seasonal=False,
    )
    ahead = model.fit(disp=False, maxiter=200, cov_type="none").get_forecast(4)
    ends = np.exp(np.asarray(ahead.conf_int()) / 100)
    assert np.allclose(path["value"], np.exp(ahead.predicted_mean / 100), rtol=1e-6)
    assert np.allclose(path[["low", "high"]], ends, rtol=1e-6)


def test_misses_of_a_local_linear_trend_go_together_as_simulated(gapped):
    whole = gapped[9:].to_numpy()
    fit = sm.tsa.UnobservedComponents(whole, "strend").smooth([2.0, 0.5])
    ours = forecasts._forecast_covariance(fit, 3)
    drawn = fit.simulate(3, anchor="end", repetitions=40_000, rng=3)
    theirs = np.cov(np.asarray(drawn).reshape(3, -1))
    assert np.allclose(ours, theirs, rtol=0.05, atol=0.02 * ours.max())


def test_growth_that_speeds_up_is_foretold_where_a_line_falls_short():
    steps = np.arange(24)
    noise = shifts.simulate_series(24, memory=0.0, seed=6)[:, 0]
    points = quarters(100 + 20 * np.expm1(3 * steps / 15) / np.expm1(3) + 0.1 * noise)
    ends = {
        trend: shifts.forecast_path(points, "2019Q1", trend=trend)["percent"].abs().iloc[-1]
        for trend in ("linear", "damped", "bending")
    }
    assert ends["bending"] < 5 < min(ends["linear"], ends["damped"])


@pytest.mark.parametrize("trend", ["linear", "damped", "bending"])
def test_a_straight_line_goes_on_straight_under_every_trend_that_may_bend(trend):
    line = pd.Series(range(10, 26), pd.period_range("2016Q1", periods=16, freq="Q"), dtype=float)
    path = shifts.forecast_path(line, "2019Q1", after=4, trend=trend, errors="AR(1)")
    assert path["value"].to_numpy() == pytest.approx(line[-4:].to_numpy(), abs=1e-6)
