"""Placebo dates, earned intervals, all choices at once, and simulated truths."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from socionaut import shifts
from socionaut.shifts import ShiftError


def quarters(values, start="2015Q1"):
    index = pd.period_range(start, periods=len(values), freq="Q")
    return pd.Series(np.asarray(values, dtype=float), index=index)


@pytest.fixture
def gapped() -> pd.Series:
    noise = shifts.simulate_series(30, memory=0.6, seed=5)[:, 0]
    series = quarters(100 + np.arange(30) + 4 * (np.arange(30) >= 18) + noise)
    return series.drop(series.index[[3, 7, 8, 22]])


def test_the_study_uses_the_estimators_of_the_library():
    noise = shifts.simulate_series(20, memory=0.5, seed=8, repetitions=3)
    table = shifts.coverage_study(
        before=12, after=8, memories=[0.5], shift=2, seed=8, repetitions=3
    ).set_index(["estimator", "errors"])
    for errors in ("independent", "Newey-West", "AR(1)"):
        holds = []
        for column in noise.T:
            fit = shifts.segmented_regression(quarters(column), "2018Q1", errors=errors)
            low, high = fit.table.loc["level change", ["low", "high"]]
            holds.append(low <= 0 <= high)
        assert table.loc[("level change", errors), "coverage"] == pytest.approx(np.mean(holds))


def test_simulated_noise_has_the_memory_and_the_size_asked_for():
    noise = shifts.simulate_series(200, memory=0.7, seed=1, repetitions=300)
    pairs = np.corrcoef(noise[:-1].ravel(), noise[1:].ravel())[0, 1]
    assert pairs == pytest.approx(0.7, abs=0.01)
    assert noise.std() == pytest.approx(1, abs=0.02)


def test_a_placebo_window_never_reaches_the_true_break(gapped):
    table = shifts.placebo_table(gapped, "2019Q3", before=8, after=2)
    assert (table.index[:-1] + 1 < pd.Period("2019Q3")).all()
    assert table["true"].to_list() == [False] * (len(table) - 1) + [True]
    assert sorted(table["rank"])[0] == 1
    for date in table.index:
        assert {date, date + 1} <= set(gapped.index)
    changed = gapped.copy()
    changed["2019Q3":] += 100
    again = shifts.placebo_table(changed, "2019Q3", before=8, after=2)
    assert np.allclose(table["value"].iloc[:-1], again["value"].iloc[:-1])
    assert again.loc["2019Q3", "rank"] == 1


def test_independent_forecasts_hold_the_truth_as_often_as_they_say():
    table = shifts.coverage_study(
        before=14, after=6, memories=[0.0], shift=2, seed=3, repetitions=2000
    )
    exact = table.query("errors == 'independent'")["coverage"]
    assert ((exact - 0.95).abs() < 4 * np.sqrt(0.95 * 0.05 / 2000)).all()


@pytest.mark.parametrize(("before", "after"), [(12, 4), (20, 8)])
def test_averaging_over_the_memory_keeps_what_it_promises(before, after):
    table = shifts.coverage_study(
        before=before, after=after, memories=[0.0, 0.6, 0.9], shift=2, seed=4, repetitions=600
    )
    ours = table.query("errors == 'AR(1)'")
    naive = table.query("errors == 'independent' and memory == 0.9")
    assert ours["coverage"].between(0.89, 1).all()
    assert (naive["coverage"] < 0.8).all()
    assert np.allclose(table["coverage"] + table["false_positives"], 1)


def test_a_specification_curve_holds_every_combination_once(gapped):
    table = shifts.specification_curve(gapped, breaks=["2019Q3", "2019Q4"], before=[4, 12], after=2)
    choices = ["break", "before", "trend", "season", "errors"]
    assert len(table) == 2 * 2 * 6 * 2 * 2
    found = table[table["problem"] == ""]
    assert len(found) == len(found.drop_duplicates(choices))
    assert (table["problem"].eq("") == table["value"].notna()).all()
    one = table.query("before == 12 and trend == 'damped' and season and errors == 'AR(1)'")
    alone = shifts.mean_departure(gapped, "2019Q3", before=12, after=2, trend="damped", season=True)
    assert one["value"].iloc[0] == pytest.approx(alone.value)


def test_what_uses_the_same_points_is_no_further_way():
    points = quarters(50 + np.arange(16.0) + np.random.default_rng(2).normal(size=16))
    table = shifts.specification_curve(
        points, breaks=["2018Q1"], before=[12, 16], after=2, seasons=[False]
    )
    again = table["problem"].str.startswith("The same points")
    assert again[table["before"] == 16].all()
    first = table[table["before"] == 12]
    own = first["trend"].isin(["last year", "local linear"])
    assert (own == (first["errors"] == "own")).all()
    assert again[first.index].sum() == own.sum() / 2


def test_a_placebo_record_is_the_forecast_from_each_date(gapped):
    record = shifts.placebo_record(gapped, "2020Q1", before=8, ahead=[1, 4], trends=["linear"])
    date = pd.Period("2018Q1")
    known = gapped[: pd.Period("2019Q4")]
    path = shifts.forecast_path(known, date, before=8, after=4)
    rows = record[record["date"] == date].set_index("ahead")
    for ahead, period in ((1, "2018Q1"), (4, "2018Q4")):
        row = rows.loc[ahead, ["percent", "low", "high"]].astype(float)
        assert np.allclose(row, path.loc[period].filter(like="percent"))
    assert (record["missed"] == ((record["low"] > 0) | (record["high"] < 0))).all()


def test_a_placebo_record_sees_no_point_from_the_break_on(gapped):
    changed = gapped.copy()
    changed["2019Q3":] += 100
    options = {"before": 8, "ahead": [1, 2, 4], "trends": ["linear", "last year"]}
    one, two = (shifts.placebo_record(p, "2019Q3", **options) for p in (gapped, changed))
    pd.testing.assert_frame_equal(one, two)
    last = [date + int(ahead) - 1 for date, ahead in zip(one["date"], one["ahead"], strict=True)]
    assert max(last) == pd.Period("2019Q2")


def test_an_earned_interval_is_that_of_the_misses_by_hand(gapped):
    record = shifts.placebo_record(gapped, "2019Q3", before=8, ahead=[1, 2, 6])
    path = shifts.forecast_path(gapped, "2019Q3", before=8, after=6)
    made = shifts.calibrate(path, "2019Q3", record)
    for period, ahead in (("2019Q3", 1), ("2019Q4", 2)):
        missed = np.log1p(record.loc[record["ahead"] == ahead, "percent"] / 100)
        half = stats.t.ppf(0.975, -(-len(missed) // ahead)) * np.sqrt((missed**2).mean())
        assert np.log(made.loc[period, "high"] / made.loc[period, "value"]) == pytest.approx(half)
        assert made.loc[period, "percent_low"] == pytest.approx(
            100 * (made.loc[period, "observed"] / made.loc[period, "high"] - 1)
        )
    assert made.loc["2020Q4", "windows"] == 1
    assert np.isnan(made.loc["2020Q4", "low"])


def test_earned_intervals_hold_bending_truths_where_the_model_does_not():
    """Slopes that wander: eight quarters on, a straight line promises far too much."""
    drawn = shifts.simulate_series(48, memory=0.0, seed=9, repetitions=60, bend=0.5)
    options = {"before": 8, "errors": "independent"}
    model, earned = [], []
    for column in drawn.T:
        points = quarters(500 + column)
        record = shifts.placebo_record(points, "2025Q1", ahead=[8], **options)
        path = shifts.forecast_path(points, "2025Q1", after=8, **options)
        for found, kept in ((path, model), (shifts.calibrate(path, "2025Q1", record), earned)):
            end = found.iloc[-1]
            kept.append(end["low"] <= end["observed"] <= end["high"])
    assert np.mean(model) < 0.6
    assert np.mean(earned) > 0.85


def test_a_departure_without_placebo_dates_earns_no_interval():
    points = quarters([10.0, 11, 13, 13, 14, 16, 16, 17, 18, 20, 25, 26])
    table = shifts.placebo_table(points, "2017Q3", before=8, after=2)
    with pytest.raises(ShiftError, match="windows that do not overlap"):
        shifts.calibrate_departure(table, 2)


def test_a_bending_path_turns_as_much_as_asked_and_fools_a_line():
    straight = shifts.simulate_series(40, memory=0.5, seed=1, repetitions=200)
    bent = shifts.simulate_series(40, memory=0.5, seed=1, repetitions=200, bend=2.0)
    assert np.diff(bent - straight, n=2, axis=0).std() == pytest.approx(2, rel=0.02)
    study = {
        bend: shifts.coverage_study(
            before=12,
            after=2,
            memories=[0.4],
            shift=2,
            seed=2,
            repetitions=400,
            bend=bend,
            estimators=["mean departure"],
        )
        .query("errors == 'AR(1)'")["false_positives"]
        .iloc[0]
        for bend in (0.0, 2.0)
    }
    assert study[0.0] < 0.06
    assert study[2.0] > 0.15
