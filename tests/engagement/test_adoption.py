"""Adoption: each curve by its differential equation, fits of known series, tested coverage."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.optimize import curve_fit, minimize_scalar
from scipy.stats import norm

from socionaut.engagement import adoption
from socionaut.engagement.adoption import (
    CURVES,
    AdoptionError,
    _drift,
    bass,
    bass_peak,
    ceiling_interval,
    empirical_forecasts,
    fit_curve,
    forecast,
    gompertz,
    holdout_errors,
    logistic,
    rolling_forecasts,
    simulate_adoption,
    stickiness,
)
from socionaut.ledger.evidence import series

QUARTERS = np.arange(0.25, 10.01, 0.25)
KNOWN = {
    "logistic": (300.0, 0.9, 4.0),
    "Gompertz": (300.0, 0.6, 3.0),
    "Bass": (300.0, 0.02, 0.9),
}
SPEEDS = {
    "logistic": lambda y, k, r, _: r * y * (1 - y / k),
    "Gompertz": lambda y, k, r, _: r * y * math.log(k / y),
    "Bass": lambda y, m, p, q: (p + q * y / m) * (m - y),
}


# The curves by another route


@pytest.mark.parametrize("curve", list(CURVES))
def test_a_curve_solves_its_differential_equation(curve):
    start, *later = CURVES[curve].formula(QUARTERS, *KNOWN[curve])
    solved = solve_ivp(
        lambda _, y: [SPEEDS[curve](y[0], *KNOWN[curve])],
        (QUARTERS[0], QUARTERS[-1]),
        [start],
        t_eval=QUARTERS[1:],
        rtol=1e-10,
        atol=1e-10,
    )
    assert solved.y[0] == pytest.approx(later, rel=1e-6)


@given(st.floats(-3, 3), st.floats(0.1, 2))
def test_closed_form_values(midpoint, rate):
    assert logistic(midpoint, 10, rate, midpoint) == pytest.approx(5)
    assert logistic(midpoint + math.log(3) / rate, 10, rate, midpoint) == pytest.approx(7.5)
    assert gompertz(midpoint, 10, rate, midpoint) == pytest.approx(10 / math.e)
    third = -math.log(math.log(3)) / rate
    assert gompertz(midpoint + third, 10, rate, midpoint) == pytest.approx(10 / 3)


def test_without_imitation_bass_is_plain_decay():
    assert bass(QUARTERS, 50, 0.3, 0) == pytest.approx(50 * (1 - np.exp(-0.3 * QUARTERS)))


def test_with_little_innovation_bass_is_logistic():
    p, q = 1e-9, 1.2
    assert bass(25, 100, p, q) == pytest.approx(
        logistic(25, 100, p + q, math.log(q / p) / (p + q)), rel=1e-6
    )


@given(st.floats(0.001, 0.1), st.floats(1.5, 60))
def test_the_peak_of_bass_is_where_a_search_finds_it(p, ratio):
    q = p * ratio
    time, speed = bass_peak(100, p, q)
    step = 1e-4
    found = minimize_scalar(
        lambda t: -(bass(t + step, 100, p, q) - bass(t - step, 100, p, q)) / (2 * step),
        bounds=(0, 3 * time),
        method="bounded",
    )
    assert time == pytest.approx(found.x, rel=0.02)
    assert speed == pytest.approx(-found.fun, rel=1e-4)


def test_the_discrete_steps_of_bass_lead_to_his_curve():
    # Bass (1969) counts in steps: a share p + q N / m of those left adopts in each.
    steps, m, p, q = 20_000, 1000.0, 0.03, 0.38
    total = 0.0
    for _ in range(steps):
        total += (p + q * total / m) * (m - total) * 8 / steps
    assert total == pytest.approx(bass(8, m, p, q), rel=1e-3)


def test_no_peak_without_imitation_above_innovation():
    with pytest.raises(AdoptionError, match="no peak"):
        bass_peak(100, 0.4, 0.3)


# Fits


@pytest.mark.parametrize("curve", list(CURVES))
def test_a_fit_finds_the_parameters_of_an_exact_series(curve):
    points = simulate_adoption(curve, KNOWN[curve], QUARTERS, noise=0, dependence=0, seed=1)
    fit = fit_curve(points, curve)
    assert fit.parameters == pytest.approx(KNOWN[curve], rel=1e-4)
    assert fit.typical_error() == pytest.approx(0, abs=1e-2)
    assert list(fit.named()) == list(CURVES[curve].names)


@pytest.mark.parametrize("curve", list(CURVES))
def test_a_fit_is_near_the_parameters_of_a_noisy_series(curve):
    points = simulate_adoption(curve, KNOWN[curve], QUARTERS, noise=3, dependence=0, seed=2)
    assert fit_curve(points, curve).parameters == pytest.approx(KNOWN[curve], rel=0.12)


@given(factor=st.floats(1e-3, 1e6), seed=st.integers(0, 50))
@settings(max_examples=20, deadline=None)
def test_the_unit_of_the_counts_does_not_matter(factor, seed):
    points = simulate_adoption(
        "Gompertz", KNOWN["Gompertz"], QUARTERS, noise=3, dependence=0, seed=seed
    ).clip(lower=1)
    ceiling, *others = fit_curve(points, "Gompertz").parameters
    scaled, *same = fit_curve(points * factor, "Gompertz").parameters
    assert scaled == pytest.approx(ceiling * factor, rel=1e-3)
    assert same == pytest.approx(others, rel=1e-3)


def test_no_other_parameters_nearby_fit_better():
    points = simulate_adoption(
        "logistic", KNOWN["logistic"], QUARTERS, noise=5, dependence=0, seed=3
    ).clip(lower=0.1)
    fit = fit_curve(points, "logistic")
    least = float((fit.residuals**2).sum())
    for place in range(3):
        for shift in (0.999, 1.001):
            moved = fit.parameters.copy()
            moved[place] *= shift
            assert float(((points - logistic(QUARTERS, *moved)) ** 2).sum()) > least


def test_the_dependence_of_residuals_is_found():
    long = np.arange(0.25, 400, 0.25)
    for phi in (0.0, 0.6):
        points = simulate_adoption(
            "logistic", (300, 0.9, 4), long, noise=3, dependence=phi, seed=4
        ).clip(lower=0.1)
        assert fit_curve(points, "logistic").dependence() == pytest.approx(phi, abs=0.06)


def test_simulated_noise_is_settled_from_the_first_point_on():
    # Of a settled process every point has the same spread, and two points k steps apart
    # correlate by the k-th power.
    phi, noise, times = 0.8, 3.0, np.arange(1.0, 6.0)
    flat = (300.0, 1.0, -60.0)
    drawn = np.array(
        [
            simulate_adoption("logistic", flat, times, noise=noise, dependence=phi, seed=seed)
            for seed in range(2000)
        ]
    )
    assert drawn.mean(axis=0) == pytest.approx(300, abs=0.3)
    assert drawn.std(axis=0) == pytest.approx(noise, rel=0.06)
    expected = phi ** np.abs(np.subtract.outer(times, times))
    assert np.corrcoef(drawn, rowvar=False) == pytest.approx(expected, abs=0.06)


def test_redrawn_noise_is_settled_whatever_the_distance_of_its_points():
    phi, times = 0.8, np.array([0.0, 1.0, 2.0, 3.0, 6.0, 7.0])
    generator = np.random.default_rng(1)
    shocks = generator.choice([-1.0, 1.0], 1000)
    drawn = np.array(list(itertools.islice(adoption._noises(generator, shocks, times, phi), 6000)))
    assert drawn.var(axis=0) == pytest.approx(1 / (1 - phi**2), rel=0.08)
    expected = phi ** np.abs(np.subtract.outer(times, times))
    assert np.corrcoef(drawn, rowvar=False) == pytest.approx(expected, abs=0.04)
    alone = np.array(list(itertools.islice(adoption._noises(generator, shocks, times, 0), 2000)))
    assert np.corrcoef(alone, rowvar=False) == pytest.approx(np.eye(6), abs=0.08)


def test_drawn_shocks_have_the_spread_that_the_fit_took_from_the_noise():
    # With three parameters fitted, the sum of squares of n shocks stands for n - 3 of them.
    generator = np.random.default_rng(2)
    noise = pd.Series(generator.normal(0, 2, 12), index=np.arange(12.0))
    fit = adoption.Fit("logistic", np.array(KNOWN["logistic"]), noise)
    plain = noise - noise.mean()
    shocks = adoption._shocks(fit, 0)
    assert shocks == pytest.approx(plain * math.sqrt(12 / 9))
    assert fit.typical_error() == pytest.approx(math.sqrt((noise**2).sum() / 9))
    phi = 0.5
    steps = [after - phi * before for before, after in itertools.pairwise(noise)]
    found = adoption._shocks(fit, phi)
    assert found == pytest.approx((np.array(steps) - np.mean(steps)) * math.sqrt(12 / 9))


def test_dependence_by_hand():
    def of(*residuals: float) -> float:
        noise = pd.Series(residuals, index=range(len(residuals)), dtype=float)
        return adoption.Fit("logistic", np.ones(3), noise).dependence()

    assert of(4, 2, 1, 1) == pytest.approx((8 + 2 + 1) / (16 + 4 + 1))
    assert of(1, -1, 1, -1) == 0
    assert of(0, 0, 0, 3) == 0
    assert of(1, 2, 3, 4) == 0.98


def test_a_series_that_cannot_be_fitted_is_refused():
    good = pd.Series(range(1, 8), index=range(7), dtype=float)
    bad = {
        "five points": good.iloc[:4],
        "above 0": good - 1,
        "none missing": good.where(good != 3),
        "rise": good.set_axis([0, 1, 2, 2, 3, 4, 5]),
    }
    for words, points in bad.items():
        with pytest.raises(AdoptionError, match=words):
            fit_curve(points, "logistic")
    with pytest.raises(AdoptionError, match=r"no curve .* choose one of logistic"):
        fit_curve(good, "exponential")


# Forecasts


def coverage(curve: str, dependence: float, dependent: bool, draws: int = 24) -> float:
    """Return how often intervals at 80 % hold the next four of series that follow the curve."""
    hits = []
    for seed in range(draws):
        points = simulate_adoption(
            curve, KNOWN[curve], QUARTERS, noise=6, dependence=dependence, seed=seed
        ).clip(lower=0.1)
        table = forecast(
            points.iloc[:-4], curve, points.index[-4:], seed=seed, dependent=dependent,
            repetitions=39,
        )  # fmt: skip
        hits += points.iloc[-4:].between(table["low"], table["high"]).tolist()
    return float(np.mean(hits))


@pytest.mark.parametrize("curve", ["logistic", "Gompertz"])
def test_intervals_hold_what_they_promise_where_the_model_is_true(curve):
    assert 0.7 < coverage(curve, dependence=0, dependent=False) < 0.9


def test_both_ends_of_an_interval_are_quantiles_of_the_residuals():
    # On a long series the parameters are known well: what is left is the noise of one point.
    times = np.arange(0.2, 12, 0.2)
    points = simulate_adoption(
        "logistic", KNOWN["logistic"], times, noise=5, dependence=0, seed=11
    ).clip(lower=0.1)
    fit = fit_curve(points, "logistic")
    for level in (0.5, 0.8):
        table = forecast(points, "logistic", [12.2], seed=2, level=level, repetitions=299)
        low, high = np.quantile(fit.residuals, [(1 - level) / 2, (1 + level) / 2])
        found = (table[["low", "high"]].sub(table["value"], axis=0)).iloc[0].tolist()
        assert found == pytest.approx([low, high], abs=0.2 * fit.typical_error())


@pytest.mark.parametrize("level", [0.5, 0.8])
def test_the_interval_of_a_ceiling_is_that_of_its_standard_error(level):
    points = simulate_adoption(
        "logistic", KNOWN["logistic"], QUARTERS, noise=4, dependence=0, seed=12
    ).clip(lower=0.1)
    fitted, covariance = curve_fit(logistic, points.index, points, p0=KNOWN["logistic"])
    reach = math.sqrt(covariance[0, 0]) * norm.ppf((1 + level) / 2)
    found = ceiling_interval(points, "logistic", seed=3, level=level, repetitions=299)
    assert found.kind == "model"
    assert found.value == pytest.approx(fitted[0], rel=1e-4)
    assert found.value - found.low == pytest.approx(reach, rel=0.25)
    assert found.high - found.value == pytest.approx(reach, rel=0.25)


def test_dependent_noise_breaks_the_promise_of_independent_residuals():
    blind = coverage("logistic", dependence=0.9, dependent=False)
    aware = coverage("logistic", dependence=0.9, dependent=True)
    assert blind < 0.6 < aware < 0.92


def test_the_dependent_forecast_starts_from_the_last_count():
    points = simulate_adoption(
        "logistic", KNOWN["logistic"], QUARTERS, noise=6, dependence=0.9, seed=5
    ).clip(lower=0.1)
    fit = fit_curve(points, "logistic")
    ahead = [10.25, 10.5, 60.0]
    table = forecast(points, "logistic", ahead, seed=1, dependent=True, repetitions=20)
    kept = (table["value"].to_numpy() - fit.at(ahead)) / fit.residuals.iloc[-1]
    assert fit.dependence() <= kept[0] <= 0.98
    assert kept == pytest.approx(kept[0] ** np.array([1, 2, 200]))


def test_a_seed_settles_a_forecast_and_levels_nest():
    points = simulate_adoption("Bass", KNOWN["Bass"], QUARTERS, noise=6, dependence=0, seed=6)
    points = points.clip(lower=0.1)
    options = {"seed": 9, "repetitions": 60}
    one, two = (forecast(points, "Bass", [11.0], **options) for _ in range(2))
    pd.testing.assert_frame_equal(one, two)
    wide = forecast(points, "Bass", [11.0], level=0.95, **options)
    assert (wide["low"] <= one["low"]).all() and (wide["high"] >= one["high"]).all()
    with pytest.raises(AdoptionError, match="after the last point"):
        forecast(points, "Bass", [9.0], **options)


def test_the_ceiling_is_known_only_once_the_curve_has_bent():
    points = simulate_adoption(
        "logistic", KNOWN["logistic"], QUARTERS, noise=4, dependence=0, seed=7
    ).clip(lower=0.1)
    early, late = (
        ceiling_interval(points.iloc[:size], "logistic", seed=1) for size in (15, len(points))
    )
    assert late.low < 300 < late.high
    assert early.high - early.low > 5 * (late.high - late.low)


# Held-out points and rolling origins


def test_held_out_points_are_not_seen():
    points = pd.Series(logistic(QUARTERS, *KNOWN["logistic"]), index=QUARTERS)
    broken = points.copy()
    broken.iloc[-4:] *= 2
    before, after = holdout_errors(points, held=4), holdout_errors(broken, held=4)
    assert before["inside"].equals(after["inside"])
    assert before.loc["logistic", "held out"] == pytest.approx(0, abs=1e-4)
    assert after.loc["logistic", "held out"] == pytest.approx(50, abs=1e-3)
    assert after.loc["logistic", "last"] == pytest.approx(-50, abs=1e-3)
    for held in (0, len(points)):
        with pytest.raises(AdoptionError, match="Hold out"):
            holdout_errors(points, held=held)


def test_a_straight_line_is_continued_and_no_change_keeps_the_count():
    line = pd.Series([2.0, 5.0, 8.0, 11.0], index=[0, 1, 2, 3])
    assert _drift(line, [4, 6], steps=2).tolist() == [14, 20]
    assert _drift(line, [4, 6], steps=0).tolist() == [11, 11]


def test_rolling_forecasts_look_only_back():
    points = simulate_adoption(
        "logistic", KNOWN["logistic"], QUARTERS, noise=5, dependence=0, seed=8
    ).clip(lower=0.1)
    options = {"first": 24, "horizon": 4, "every": 6, "seed": 3, "repetitions": 20}
    rows = rolling_forecasts(points, "logistic", **options)
    assert rows.groupby("origin").size().tolist() == [4, 4, 4]
    for number, (_, found) in enumerate(rows.groupby("origin")):
        seen = 24 + 6 * number
        later = points.index[seen : seen + 4]
        alone = forecast(points.iloc[:seen], "logistic", later, seed=3 + number, repetitions=20)
        assert found[["value", "low", "high"]].to_numpy() == pytest.approx(alone.to_numpy())
    held = rows["actual"].between(rows["low"], rows["high"])
    assert held.astype(int).tolist() == rows["covered"].tolist()
    with pytest.raises(AdoptionError, match="Give smaller numbers"):
        rolling_forecasts(points, "logistic", **options | {"horizon": 30})


def test_earlier_misses_make_the_empirical_interval():
    generator = np.random.default_rng(9)
    points = pd.Series(np.exp(np.cumsum(generator.normal(0.02, 0.03, 60))), index=range(60))
    rows = empirical_forecasts(points, first=30, horizon=3, every=5)
    one = rows.query("origin == 34 and ahead == 2").iloc[0]
    value = points[34] + 2 * (points[34] - points[30]) / 4
    misses = [
        points[t + 2] / (points[t] + 2 * (points[t] - points[t - 4]) / 4) for t in range(4, 33)
    ]
    assert one[["value", "low", "high"]].tolist() == pytest.approx(
        [value, *(value * np.quantile(misses, [0.1, 0.9]))]
    )
    with pytest.raises(AdoptionError, match="four are needed"):
        empirical_forecasts(points, first=9, horizon=3, every=5)


def test_empirical_intervals_hold_on_walks_without_a_curve():
    hits = []
    for seed in range(16):
        steps = np.random.default_rng(seed).normal(0.01, 0.02, 80)
        walk = pd.Series(np.exp(np.cumsum(steps)), index=range(80))
        hits.append(empirical_forecasts(walk, first=40, horizon=4, every=8)["covered"].mean())
    assert 0.7 < np.mean(hits) < 0.88


# Stickiness


@given(st.integers(1, 3000), st.integers(1, 3000))
def test_the_rounding_interval_of_stickiness_holds_every_unrounded_pair(day, month):
    day, month = sorted((day, month))
    row = stickiness(pd.Series([day]), pd.Series([month])).iloc[0]
    for a in (-0.49, 0, 0.49):
        for b in (-0.49, 0, 0.49):
            assert row["low"] <= 100 * (day + a) / (month + b) <= row["high"]


def test_the_printed_ratio_of_facebook_lies_in_the_interval():
    daily, monthly, printed = (
        series(f"facebook_{name}_world").set_index("period")["value"]
        for name in ("dau", "mau", "dau_to_mau_ratio")
    )
    periods = printed.index.intersection(daily.index).intersection(monthly.index)
    table = stickiness(daily[periods], monthly[periods])
    near = printed[periods]
    assert ((table["low"] <= near + 0.5) & (table["high"] >= near - 0.5)).mean() > 0.9


@pytest.mark.parametrize(
    ("daily", "monthly"), [([2.0], [1.0]), ([0.0], [1.0]), ([np.nan], [1.0]), ([1.0], [np.nan])]
)
def test_impossible_counts_are_refused(daily, monthly):
    with pytest.raises(AdoptionError, match="no more users on a day"):
        stickiness(pd.Series(daily), pd.Series(monthly))


@pytest.mark.parametrize("name", adoption.CURVES)
def test_no_fit_can_leave_a_ceiling_or_rate_above_nought(name):
    curve = adoption.CURVES[name]
    bounded = dict(zip(curve.names, curve.outward([-3.0, -3.0, -3.0]), strict=True))
    below = [parameter for parameter, value in bounded.items() if value <= 0]
    assert below == (["midpoint"] if "midpoint" in bounded else [])
    assert curve.outward(curve.inward([2.0, 0.5, 3.0])) == pytest.approx([2, 0.5, 3])
    assert np.isfinite(curve.outward([900.0, 900.0, 900.0])).all()
