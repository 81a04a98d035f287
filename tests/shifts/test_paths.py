"""Shifts against statsmodels, normal equations by hand, published fits and simulated truth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.stattools import durbin_watson
from statsmodels.tsa.statespace.sarimax import SARIMAX

from socionaut import shifts
from socionaut.errors import InputError
from socionaut.shifts import ShiftError, paths

# Packs of cigarettes sold a head in California, 1970 to 2000, as typed from Abadie, Diamond and
# Hainmueller (2010); from 1989 on a law and a tax.
CALIFORNIA = [
    *(123.0, 121.0, 123.5, 124.4, 126.7, 127.1, 128.0, 126.4, 126.1, 121.9, 120.2),
    *(118.6, 115.4, 110.8, 104.8, 102.8, 99.7, 97.5, 90.1, 82.4, 77.8, 68.7),
    *(67.5, 63.4, 58.6, 56.4, 54.5, 53.8, 52.3, 47.2, 41.6),
]


def quarters(values, start="2015Q1"):
    index = pd.period_range(start, periods=len(values), freq="Q")
    return pd.Series(np.asarray(values, dtype=float), index=index)


@pytest.fixture
def california() -> pd.Series:
    return pd.Series(CALIFORNIA, index=pd.period_range("1970", periods=31, freq="Y"))


@pytest.fixture
def gapped() -> pd.Series:
    noise = shifts.simulate_series(30, memory=0.6, seed=5)[:, 0]
    series = quarters(100 + np.arange(30) + 4 * (np.arange(30) >= 18) + noise)
    return series.drop(series.index[[3, 7, 8, 22]])


def test_least_squares_gives_the_published_fit_of_california(california):
    """Coefficients and widths as in https://quarcs-lab.github.io/ccm/ (chapter 2) and elsewhere."""
    fit = shifts.segmented_regression(california, "1989", errors="independent")
    assert fit.table["value"].round(4).to_list()[1:] == [-1.7795, -20.0581, -1.4947]
    half = (fit.table["high"] - fit.table["low"]) / 2 / stats.t.ppf(0.975, 27)
    assert half.round(4).to_list()[1:] == [0.2170, 3.7471, 0.4846]


def test_newey_west_gives_the_published_widths_of_california(california):
    """Linden, Conducting interrupted time-series analysis, Stata Journal 15, 2015: one lag."""
    fit = shifts.segmented_regression(california, "1989", errors="Newey-West", lags=1)
    half = (fit.table["high"] - fit.table["low"]) / 2 / stats.t.ppf(0.975, 27)
    assert half.round(4).to_list()[1:] == [0.3834, 4.7244, 0.4368]


def test_the_nile_lost_its_level_after_1898():
    """The break that Cobb, The problem of the Nile, Biometrika 65, 1978, dates to 1898."""
    nile = sm.datasets.nile.load_pandas().data
    series = pd.Series(nile["volume"].to_numpy(), index=pd.period_range("1871", "1970", freq="Y"))
    fit = shifts.segmented_regression(series, "1899")
    assert fit.table.loc["level change", "high"] < 0
    by_date = shifts.placebo_table(series, "1899", before=20, after=8)
    assert by_date.loc["1899", "rank"] == 1
    assert series[:"1898"].mean().round() - series["1899":].mean().round() == 248


def test_least_squares_is_that_of_the_normal_equations(gapped):
    fit = shifts.segmented_regression(gapped, "2019Q3", errors="independent")
    steps = gapped.index.asi8 - pd.Period("2019Q3").ordinal
    late = (steps >= 0).astype(float)
    design = np.column_stack([np.ones(len(steps)), steps, late, steps * late])
    by_hand = np.linalg.solve(design.T @ design, design.T @ gapped.to_numpy())
    assert np.allclose(fit.table["value"], by_hand)
    left = gapped.to_numpy() - design @ by_hand
    variance = (left @ left) / (len(left) - 4)
    width = np.sqrt(np.diag(np.linalg.inv(design.T @ design)) * variance)
    half = (fit.table["high"] - fit.table["low"]) / 2
    assert np.allclose(half, stats.t.ppf(0.975, len(left) - 4) * width)


def test_newey_west_without_gaps_is_that_of_statsmodels():
    series = quarters(CALIFORNIA)
    fit = shifts.segmented_regression(series, "2019Q1", errors="Newey-West", lags=3, season=True)
    steps = np.arange(31) - 16
    late = steps >= 0
    season = np.array([series.index.quarter == quarter for quarter in (2, 3, 4)]).T
    design = np.column_stack([np.ones(31), steps, late, steps * late, season]).astype(float)
    options = {"maxlags": 3, "use_correction": True}
    theirs = sm.OLS(CALIFORNIA, design).fit(cov_type="HAC", cov_kwds=options, use_t=True)
    assert np.allclose(fit.table[["low", "high"]], theirs.conf_int()[:4])


def test_newey_west_counts_lags_in_time_across_a_gap(gapped):
    """By hand: pairs of points count by the quarters between them, not by their places."""
    fit = shifts.segmented_regression(gapped, "2019Q3", errors="Newey-West", lags=2)
    steps = gapped.index.asi8 - pd.Period("2019Q3").ordinal
    late = (steps >= 0).astype(float)
    design = np.column_stack([np.ones(len(steps)), steps, late, steps * late])
    scores = design * fit.residuals.to_numpy()[:, None]
    middle = np.zeros((4, 4))
    for i, j in np.ndindex(len(steps), len(steps)):
        weight = max(0, 1 - abs(steps[i] - steps[j]) / 3)
        middle += weight * np.outer(scores[i], scores[j])
    bread = np.linalg.inv(design.T @ design)
    width = np.sqrt(np.diag(bread @ middle @ bread) * len(steps) / (len(steps) - 4))
    half = (fit.table["high"] - fit.table["low"]) / 2
    assert np.allclose(half, stats.t.ppf(0.975, len(steps) - 4) * width)


@pytest.mark.parametrize("memory", [0.0, 0.5, 0.9])
def test_one_memory_is_generalised_least_squares_of_statsmodels(gapped, memory):
    times = gapped.index.asi8.astype(float)
    design = np.column_stack([np.ones(len(times)), times - times[0]])
    fits = paths._fits(gapped.to_numpy()[:, None], [design], np.eye(2), times, np.array([memory]))
    sigma = memory ** np.abs(times[:, None] - times[None, :])
    theirs = sm.GLS(gapped.to_numpy(), design, sigma=sigma).fit()
    assert np.allclose(fits.centres[0, :, 0], theirs.params)
    assert np.allclose(fits.scales[0, :, 0], theirs.bse)
    assert np.allclose(paths._quantiles(fits, np.array([0.975]))[:, 0], theirs.conf_int()[:, 1])


def test_the_likeliest_memory_is_that_of_sarimax(gapped):
    times = gapped.index.asi8.astype(float)
    design = np.column_stack([np.ones(len(times)), times - times[0]])
    likelihood, memory, coefficients = paths._likeliest(gapped.to_numpy(), design, times)
    whole = gapped.reindex(pd.period_range(gapped.index[0], gapped.index[-1], freq="Q"))
    x = np.column_stack([np.ones(len(whole)), np.arange(len(whole))])
    theirs = SARIMAX(whole.to_numpy(), x, order=(1, 0, 0)).fit(disp=False)
    assert memory == pytest.approx(theirs.params[2], abs=0.03)
    assert np.allclose(coefficients, theirs.params[:2], rtol=0.01)
    assert likelihood == pytest.approx(theirs.llf, abs=0.05)


@pytest.mark.parametrize("log", [False, True])
def test_percent_departures_agree_with_the_path(gapped, log):
    trend = "log-linear" if log else "linear"
    path = shifts.forecast_path(gapped, "2019Q3", after=1, trend=trend)
    mean = shifts.mean_departure(gapped, "2019Q3", after=1, trend=trend)
    row = path.iloc[0]
    assert row["percent"] == pytest.approx(100 * (row["observed"] / row["value"] - 1))
    assert row["percent_low"] == pytest.approx(100 * (row["observed"] / row["high"] - 1))
    assert mean.value == pytest.approx(row["percent"])
    assert (mean.low, mean.high) == pytest.approx((row["percent_low"], row["percent_high"]))


def test_a_season_is_taken_out():
    season = np.tile([0.0, 3, 1, -4], 6)
    noise = shifts.simulate_series(24, memory=0, seed=2)[:, 0]
    series = quarters(50 + season + 0.1 * noise)
    with_season = shifts.forecast_path(series, "2019Q1", season=True)
    without = shifts.forecast_path(series, "2019Q1")
    width = (with_season["high"] - with_season["low"]).mean()
    assert width < (without["high"] - without["low"]).mean() / 5
    fit = shifts.segmented_regression(series, "2019Q1", season=True)
    assert abs(fit.table.loc["level change", "value"]) < 0.3


def test_durbin_watson_is_that_of_statsmodels(gapped):
    noise = quarters(shifts.simulate_series(25, memory=0.5, seed=9)[:, 0])
    assert shifts.diagnose(noise)["Durbin-Watson"] == pytest.approx(durbin_watson(noise))
    assert shifts.diagnose(gapped)["run"] == 13
    assert np.isnan(shifts.diagnose(gapped[:1])["Durbin-Watson"])
    with pytest.raises(ShiftError, match="do not rise"):
        shifts.diagnose(noise[::-1])
    assert np.isnan(shifts.diagnose(gapped[:4])["Ljung-Box p"])


def test_autocorrelation_is_gone_from_what_ar1_leaves():
    noise = quarters(shifts.simulate_series(60, memory=0.8, seed=11)[:, 0])
    naive = shifts.segmented_regression(noise, "2022Q1", errors="independent")
    ours = shifts.segmented_regression(noise, "2022Q1")
    assert shifts.diagnose(naive.residuals)["Durbin-Watson"] < 1
    assert shifts.diagnose(ours.residuals)["Durbin-Watson"] > 1.5


@pytest.mark.parametrize(
    ("shape", "add"),
    [
        ("none", lambda s: 0 * s),
        ("pulse", lambda s: 15 * 0.5 ** (s / 2)),
        ("step", lambda s: 15 + 0 * s),
        ("slope", lambda s: 1.5 * (s + 1)),
    ],
)
def test_the_shape_that_was_put_in_is_found(shape, add):
    since = np.arange(40) - 24
    noise = shifts.simulate_series(40, memory=0.3, seed=6)[:, 0]
    moved = np.where(since >= 0, add(np.maximum(since, 0).astype(float)), 0)
    table = shifts.compare_shapes(quarters(50 + 0.5 * since + moved + noise), "2021Q1")
    assert table.loc[shape, "behind"] < 2.5
    assert (table.drop(shape)["AICc"] > table.loc[shape, "AICc"] - 2.5).all()


def test_nested_shapes_are_never_less_likely():
    noise = shifts.simulate_series(30, memory=0.5, seed=7)[:, 0]
    table = shifts.compare_shapes(quarters(noise), "2019Q1")["log_likelihood"]
    assert table["step and slope"] >= max(table["step"], table["slope"]) - 1e-9
    assert (table >= table["none"] - 1e-9).all()


def test_a_shape_says_what_it_adds():
    since = np.arange(40) - 24
    noise = 0.1 * shifts.simulate_series(40, memory=0.2, seed=6)[:, 0]
    series = quarters(50 + 0.5 * since + 10.0 * (since >= 0) + noise)
    table = shifts.compare_shapes(series, "2021Q1")
    assert table.loc["step", ["at_break", "at_end"]].to_list() == pytest.approx([10, 10], abs=0.2)
    assert table.loc["none", ["at_break", "at_end"]].to_list() == [0, 0]
    logs = shifts.compare_shapes(np.exp(series / 100), "2021Q1", log=True)
    assert logs.loc["step", "at_end"] == pytest.approx(100 * np.expm1(0.1), abs=0.3)


@pytest.mark.parametrize(
    ("shape", "add"),
    [
        ("pulse", lambda s: 15 * 0.5 ** (s / 2)),
        ("slope", lambda s: 1.5 * (s + 1)),  # already at the break
        ("step and slope", lambda s: 6 - 1.5 * (s + 1)),
    ],
)
def test_a_shape_adds_its_height_at_the_break_and_at_the_end(shape, add):
    since = np.arange(40.0) - 24
    noise = 0.05 * shifts.simulate_series(40, memory=0.2, seed=6)[:, 0]
    moved = np.where(since >= 0, add(np.maximum(since, 0)), 0)
    table = shifts.compare_shapes(quarters(50 + 0.5 * since + moved + noise), "2021Q1")
    found = table.loc[shape, ["at_break", "at_end"]].to_list()
    assert found == pytest.approx([add(0), add(15)], abs=0.2)
    assert table["parameters"].to_list() == [4, 6, 5, 5, 6]  # with memory and spread
    k, n = table["parameters"], 40
    by_hand = 2 * k - 2 * table["log_likelihood"] + 2 * k * (k + 1) / (n - k - 1)
    assert table["AICc"].to_list() == pytest.approx(by_hand.to_list())


def test_months_and_days_have_seasons_and_weeks_have_none():
    def first(freq):
        return shifts.season_of(pd.period_range("2020-03-02", periods=2, freq=freq))

    assert [first(freq).tolist() for freq in ("M", "D")] == [[3, 4], [0, 1]]
    assert first("W") is None


@settings(deadline=None, max_examples=25)
@given(
    st.floats(0.01, 1000),
    st.floats(-1000, 1000),
    st.integers(0, 200),
    st.sampled_from(["independent", "AR(1)"]),
)
def test_units_do_not_matter(scale, offset, seed, errors):
    """Scale and offset of a series carry over; a departure in percent knows no scale."""
    values = 50 + 10 * shifts.simulate_series(14, memory=0.5, seed=seed)[:, 0]
    plain = shifts.segmented_regression(quarters(values), "2017Q1", errors=errors).table
    moved = shifts.segmented_regression(
        quarters(scale * values + offset), "2017Q1", errors=errors
    ).table
    assert np.allclose(moved.iloc[1:], scale * plain.iloc[1:], rtol=1e-4, atol=1e-5 * scale)
    one = shifts.mean_departure(quarters(values + 1000), "2017Q1", errors=errors)
    two = shifts.mean_departure(quarters(scale * (values + 1000)), "2017Q1", errors=errors)
    assert one.kind == "model"
    assert (one.value, one.low, one.high) == pytest.approx((two.value, two.low, two.high), rel=1e-3)


@pytest.mark.parametrize(
    ("break_at", "enough"),
    [("2015Q3", False), ("2015Q4", True), ("2018Q2", True), ("2018Q3", False)],
)
def test_shapes_need_three_points_on_each_side_without_those_held_out(break_at, enough):
    # Seventeen points from 2015Q1, the last of which is held out.
    series = quarters(50 + np.random.default_rng(7).normal(size=17))
    if enough:
        assert np.isfinite(shifts.compare_shapes(series, break_at, held=1)["AICc"]).all()
    else:
        with pytest.raises(ShiftError, match="three of them on each side"):
            shifts.compare_shapes(series, break_at, held=1)


GOOD = quarters(np.arange(12) ** 1.1)
FAULTS = {
    "no periods": (lambda: shifts.mean_departure(GOOD.reset_index(drop=True), "2017Q1"), "periods"),
    "none": (lambda: shifts.mean_departure(GOOD[:0], "2017Q1"), "single periods"),
    "two months": (
        lambda: shifts.diagnose(
            pd.Series([1.0] * 9, pd.period_range("2017", periods=9, freq="2M"))
        ),
        "not two months",
    ),
    "word": (lambda: shifts.mean_departure(GOOD, "spring"), "“spring” is no period"),
    "lags": (
        lambda: shifts.segmented_regression(GOOD, "2016Q3", errors="Newey-West", lags=-1),
        "The lags are -1",
    ),
    "missing": (lambda: shifts.mean_departure(GOOD.where(GOOD > 3), "2017Q1"), "drop them"),
    "order": (lambda: shifts.mean_departure(GOOD[::-1], "2017Q1"), "do not rise"),
    "twice": (
        lambda: shifts.mean_departure(pd.concat([GOOD, GOOD]).sort_index(), "2017Q1"),
        "occurs twice",
    ),
    "too late": (lambda: shifts.mean_departure(GOOD, "2030Q1"), "does not lie within the series"),
    "too early": (lambda: shifts.mean_departure(GOOD, "2015Q1"), "after the first point"),
    "few": (lambda: shifts.mean_departure(GOOD, "2016Q1"), "4 points before the break for 2"),
    "few, season": (lambda: shifts.mean_departure(GOOD, "2016Q4", season=True), "7 points"),
    "few after": (lambda: shifts.segmented_regression(GOOD, "2017Q3"), "2 after the break"),
    "log": (lambda: shifts.mean_departure(GOOD - 5, "2017Q1", trend="log-linear"), "logarithm"),
    "trend": (lambda: shifts.mean_departure(GOOD, "2017Q1", trend="cubic"), '"cubic" is not'),
    "errors": (lambda: shifts.mean_departure(GOOD, "2017Q1", errors="Newey-West"), "no errors"),
    "kind": (lambda: shifts.segmented_regression(GOOD, "2016Q3", errors="AR(2)"), "not known"),
    "unseen": (
        lambda: shifts.mean_departure(GOOD.drop(GOOD.index[3:9:4]), "2017Q3", season=True),
        "Season 4 does not occur before",
    ),
    "weeks": (
        lambda: shifts.mean_departure(
            pd.Series(range(12), pd.period_range("2020-01-06", periods=12, freq="W")),
            "2020-03-16",
            season=True,
        ),
        "no season here",
    ),
    "shapes": (lambda: shifts.compare_shapes(GOOD, "2017Q1"), "ten are needed"),
    "nothing": (lambda: shifts.mean_departure(11 - GOOD, "2017Q3"), "falls to 0 or below"),
    "window": (
        lambda: shifts.mean_departure(GOOD.drop(GOOD.index[8:10]), "2017Q1", after=2),
        "no point from the break on",
    ),
}


@pytest.mark.parametrize("case", FAULTS)
def test_what_cannot_be_done_is_said(case):
    attempt, words = FAULTS[case]
    with pytest.raises(ShiftError, match=words) as caught:
        attempt()
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize("estimate", ["segmented_regression", "mean_departure", "forecast_path"])
def test_a_level_in_percent_is_refused(estimate):
    with pytest.raises(InputError, match="between 0 and 1"):
        getattr(shifts, estimate)(GOOD, "2017Q1", level=95)


def test_noise_that_never_forgets_is_given_a_memory_near_one():
    walk = np.cumsum(np.random.default_rng(2).normal(size=400))
    _, memory, _ = paths._likeliest(walk, np.ones((400, 1)), np.arange(400.0))
    assert memory > 0.97
    _, memory, _ = paths._likeliest(np.diff(walk), np.ones((399, 1)), np.arange(399.0))
    assert memory < 0.1
