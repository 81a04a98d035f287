"""Trends: each statistic by a second route, and known slopes recovered from simulated panels."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pandas as pd
import pytest
import scipy.stats
import statsmodels.api as sm
import statsmodels.formula.api as smf
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.discrete.conditional_models import ConditionalPoisson

from socionaut.engagement.trends import (
    false_alarms,
    fixed_effects_slope,
    mann_kendall,
    mixed_model_slope,
    poisson_fixed_effects_slope,
    pooled_slope,
    printed,
    simulate_panel,
    slope_parts,
    steps,
    unit_slopes,
    within,
)
from socionaut.errors import InputError
from socionaut.estimates import Estimate

NAMES = ("outcome", "year", "unit")


def panel(**options) -> pd.DataFrame:
    defaults = {"units": 60, "months": 24, "slope": 0.3, "arrival": -1.0, "seed": 5}
    return simulate_panel(**defaults | options)


# The slopes by another route


@pytest.mark.parametrize("weights", [None, "size"])
def test_the_within_slope_is_that_of_a_line_with_a_dummy_a_unit(weights):
    table = panel().assign(size=lambda t: 1 + t["unit"] % 7 + t.index % 3)
    weight = np.ones(len(table)) if weights is None else table[weights]
    dummies = smf.wls("outcome ~ year + C(unit)", table, weights=weight)
    fitted = dummies.fit(cov_type="cluster", cov_kwds={"groups": table["unit"]}, use_t=True)
    slope = fixed_effects_slope(table, *NAMES, weights=weights)
    assert slope.value == pytest.approx(fitted.params["year"], rel=1e-8)
    # The two count parameters otherwise: the dummies as well, or the slope alone.
    n, k = len(table), table["unit"].nunique() + 1
    scale = math.sqrt((n - k) / (n - 1))
    low, high = fitted.conf_int().loc["year"]
    assert slope.high - slope.low == pytest.approx((high - low) * scale, rel=1e-8)


def test_the_clustered_interval_is_the_sandwich_written_out():
    table = panel(units=7)
    x = np.column_stack([np.ones(len(table)), table["year"]])
    y = table["outcome"].to_numpy()
    bread = np.linalg.inv(x.T @ x)
    coefficients = bread @ x.T @ y
    residuals = y - x @ coefficients
    scores = [x[rows].T @ residuals[rows] for rows in table.groupby("unit").indices.values()]
    meat = sum(np.outer(score, score) for score in scores)
    g, n = len(scores), len(y)
    variance = (bread @ meat @ bread)[1, 1] * g / (g - 1) * (n - 1) / (n - 2)
    reach = scipy.stats.t.ppf(0.975, g - 1) * math.sqrt(variance)
    slope = pooled_slope(table, "outcome", "year", unit="unit")
    assert slope.value == pytest.approx(coefficients[1])
    assert slope.high - slope.value == pytest.approx(reach)


def test_the_interval_clustered_both_ways_is_the_sum_of_two_less_the_plain_one():
    table = panel(units=9).assign(month=lambda t: (12 * t["year"]).round().astype(int))
    moved = within(table, ["outcome", "year"], "unit")
    x = moved["year"].to_numpy()
    scores = pd.Series(x * (moved["outcome"] - fixed_effects_slope(table, *NAMES).value * x))
    meats = {}
    for name, keys in {
        "unit": [table["unit"]],
        "month": [table["month"]],
        "both": [table["unit"], table["month"]],
    }.items():
        sums = scores.groupby(keys).sum()
        meats[name] = (sums**2).sum() * len(sums) / (len(sums) - 1)
    variance = (meats["unit"] + meats["month"] - meats["both"]) / (x @ x) ** 2
    reach = scipy.stats.t.ppf(0.975, 9 - 1) * math.sqrt(variance)
    slope = fixed_effects_slope(table, *NAMES, shared="month")
    assert slope.high - slope.value == pytest.approx(reach)


def test_the_clustered_interval_of_two_units_worked_by_hand():
    # Within: years -0.5, 0.5 in both; rates -1, 1 and 0, 0. Slope (0.5 + 0.5) / 1 = 1.
    # Residuals -0.5, 0.5 and 0.5, -0.5; scores 0.5 and -0.5; meat 0.5, bread 1.
    # Corrections 2/1 and 3/3; variance 1. Quantile of t with 1 degree of freedom: 12.706.
    table = pd.DataFrame(
        {"unit": list("aabb"), "year": [0.0, 1.0, 0.0, 1.0], "outcome": [1.0, 3.0, 5.0, 5.0]}
    )
    slope = fixed_effects_slope(table, *NAMES)
    assert slope.value == pytest.approx(1)
    assert (slope.high - 1, 1 - slope.low) == pytest.approx((12.7062, 12.7062), rel=1e-5)


def test_the_pooled_slope_is_that_of_the_textbook():
    table = panel()
    line = scipy.stats.linregress(table["year"], table["outcome"])
    slope = pooled_slope(table, "outcome", "year")
    reach = scipy.stats.t.ppf(0.975, len(table) - 2) * line.stderr
    assert (slope.value, slope.high - slope.value) == pytest.approx((line.slope, reach))


def test_whole_weights_count_like_repeated_rows():
    table = panel(units=10).assign(times=lambda t: 1 + t.index % 3)
    repeated = table.loc[table.index.repeat(table["times"])]
    assert fixed_effects_slope(table, *NAMES, weights="times").value == pytest.approx(
        fixed_effects_slope(repeated, *NAMES).value
    )
    moved = within(table, ["outcome"], "unit", "times")["outcome"]
    assert (moved * table["times"]).groupby(table["unit"]).sum().abs().max() < 1e-9


def test_the_fixed_effects_slope_is_the_weighted_mean_of_the_units_own():
    table = panel(slope_spread=0.5)
    lines = unit_slopes(table, *NAMES)
    for unit, rows in table.groupby("unit"):
        assert lines.loc[unit, "slope"] == pytest.approx(
            np.polyfit(rows["year"], rows["outcome"], 1)[0]
        )
    mean = (lines["slope"] * lines["weight"]).sum()
    assert fixed_effects_slope(table, *NAMES).value == pytest.approx(mean)


def test_a_unit_seen_once_has_no_slope_and_changes_none():
    table = panel(units=10)
    once = pd.concat([table, pd.DataFrame({"unit": [99], "year": [1.9], "outcome": [80.0]})])
    once = once.reset_index(drop=True)
    assert 99 not in unit_slopes(once, *NAMES).index
    assert fixed_effects_slope(once, *NAMES).value == pytest.approx(
        fixed_effects_slope(table, *NAMES).value
    )


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.floats(-3, 3), st.floats(-1, 1))
def test_the_pooled_slope_is_the_weighted_mean_of_its_parts(seed, arrival, slope):
    table = panel(units=12, months=9, seed=seed, arrival=arrival, slope=slope)
    parts = slope_parts(table, *NAMES)
    assert parts["weight"].sum() == pytest.approx(1)
    mixed = (parts["slope"] * parts["weight"]).sum()
    assert pooled_slope(table, "outcome", "year").value == pytest.approx(mixed, abs=1e-9)
    means = table.groupby("unit")[["year", "outcome"]].transform("mean")
    assert parts.loc["between", "slope"] == pytest.approx(
        np.polyfit(means["year"], means["outcome"], 1)[0], abs=1e-6
    )


def test_a_balanced_panel_has_no_slope_between():
    months = pd.DataFrame({"year": np.tile([0.0, 1.0, 2.0], 2), "unit": np.repeat([1, 2], 3)})
    table = months.assign(outcome=[1.0, 2.0, 4.0, 9.0, 7.0, 8.0])
    parts = slope_parts(table, *NAMES)
    assert parts.loc["between", "weight"] == 0
    assert math.isnan(parts.loc["between", "slope"])
    assert fixed_effects_slope(table, *NAMES).value == pytest.approx(
        pooled_slope(table, "outcome", "year").value
    )


# Known slopes recovered


def test_the_composition_effect_fools_the_pooled_line_and_no_other():
    table = panel(units=300, slope=0.3, arrival=-2.0)
    assert pooled_slope(table, "outcome", "year", unit="unit").high < 0
    for slope in (fixed_effects_slope(table, *NAMES), mixed_model_slope(table, *NAMES)):
        assert slope.low < 0.3 < slope.high
        assert slope.high - slope.low < 0.2
    parts = slope_parts(table, *NAMES)
    assert parts.loc["between", "slope"] < 0 < parts.loc["within", "slope"]


def test_without_composition_all_lines_agree():
    table = panel(units=300, arrival=0.0)
    pooled = pooled_slope(table, "outcome", "year", unit="unit")
    assert pooled.low < 0.3 < pooled.high
    assert fixed_effects_slope(table, *NAMES).value == pytest.approx(0.3, abs=0.1)


def test_clustered_intervals_cover_the_true_slope_and_plain_ones_do_not():
    # Every unit has a slope of its own, so months of one unit hang together.
    hits = {"clustered": 0, "one slope": 0}
    for seed in range(40):
        table = panel(units=50, months=12, slope_spread=1.5, arrival=0, noise=0.3, seed=seed)
        moved = within(table, ["outcome", "year"], "unit")
        for name, slope in {
            "clustered": fixed_effects_slope(table, *NAMES),
            "one slope": pooled_slope(moved, "outcome", "year"),
        }.items():
            hits[name] += slope.low <= 0.3 <= slope.high
    assert hits["clustered"] >= 35
    assert hits["one slope"] <= 30


def test_the_mixed_model_on_a_balanced_panel_gives_the_fixed_effects_slope():
    # Textbook identity: with all units at all times, both are the plain slope.
    table = panel(units=40, months=2, arrival=0)  # all enter at once
    assert mixed_model_slope(table, *NAMES).value == pytest.approx(
        fixed_effects_slope(table, *NAMES).value, rel=1e-6
    )


def test_random_slopes_aim_at_the_average_unit():
    table = panel(units=80, slope_spread=1.0, arrival=0, noise=0.2)
    free = mixed_model_slope(table, *NAMES, random_slopes=True)
    assert free.low < 0.3 < free.high
    rigid = mixed_model_slope(table, *NAMES)
    assert rigid.high - rigid.low < 0.5 * (free.high - free.low)


# Faults in panels


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda t: t.drop(columns="year"), "has no column year"),
        (lambda t: t.assign(outcome=math.nan), "rows of the panel have a missing or infinite"),
        (lambda t: t.assign(outcome=-math.inf), "logarithm of nothing"),
        (lambda t: t.assign(year=1.0), "two points in time"),
        (lambda t: t.head(2), "three rows"),
        (lambda t: t.assign(unit=1), "two units"),
        (lambda t: t.drop_duplicates("unit"), "No unit of column .* needs two that are"),
        (lambda t: pd.concat([t[t["unit"] == 0], t.drop_duplicates("unit")]), "1 unit of column"),
        (lambda t: t.assign(outcome="x"), 'Column "outcome" does not hold numbers'),
        (lambda t: t.assign(year=pd.Timestamp("2020-01-01")), "dates into, say, years"),
    ],
)
def test_a_faulty_panel_is_rejected_in_a_sentence(change, sentence):
    with pytest.raises(InputError, match=sentence):
        fixed_effects_slope(change(panel()), *NAMES)


def test_units_that_hold_no_change_move_neither_slope_nor_interval():
    few = panel(units=4, months=8)
    alone = pd.DataFrame({"unit": range(100, 150), "year": 0.5, "outcome": 9.0})
    slope = fixed_effects_slope(few, *NAMES)
    assert fixed_effects_slope(pd.concat([few, alone], ignore_index=True), *NAMES) == slope
    counts = few.assign(outcome=(few["outcome"] * 10).round().clip(0), posts=1)
    nothing = pd.concat(
        [counts, *(counts.assign(unit=counts["unit"] + 10 * k, outcome=0) for k in (1, 2))],
        ignore_index=True,
    )
    names = ("outcome", "posts", "year", "unit")
    slope = poisson_fixed_effects_slope(counts, *names)
    again = poisson_fixed_effects_slope(nothing, *names)
    assert [again.value, again.low] == pytest.approx([slope.value, slope.low])
    with pytest.raises(InputError, match="counts below 0"):
        poisson_fixed_effects_slope(counts.assign(outcome=-1), *names)


def test_a_variance_of_both_ways_below_zero_gives_the_wider_of_one_way():
    generator = np.random.default_rng(1)
    for _ in range(60):
        small = pd.DataFrame(list(itertools.product(range(6), range(4))), columns=["unit", "month"])
        small = small.assign(year=small["month"] / 12, outcome=generator.normal(size=24))
        both = fixed_effects_slope(small, *NAMES, shared="month")
        assert both.low < both.value < both.high
    with pytest.raises(InputError, match='"same" has one value'):
        fixed_effects_slope(small.assign(same=1), *NAMES, shared="same")


def test_a_level_in_percent_is_refused():
    with pytest.raises(InputError, match="between 0 and 1"):
        fixed_effects_slope(panel(), *NAMES, level=95)
    with pytest.raises(InputError, match="between 0 and 1"):
        false_alarms(5, memory=0, seed=1, level=5)


@pytest.mark.parametrize("figure", ["", "1,5", math.nan])
def test_what_is_no_figure_is_refused_in_a_sentence(figure):
    with pytest.raises(InputError, match="is no figure"):
        printed(figure)


def test_a_tie_that_binary_noise_breaks_is_a_tie():
    assert mann_kendall([0.1 + 0.2, 0.3, 0.3])["s"] == 0


def test_weights_of_nothing_are_rejected():
    with pytest.raises(InputError, match="must be above 0"):
        fixed_effects_slope(panel().assign(size=0), *NAMES, weights="size")


# Short series

# Upper tail of S under no trend: M. G. Kendall, Rank Correlation Methods, appendix table 1;
# also R. O. Gilbert, Statistical Methods for Environmental Pollution Monitoring, 1987, table A18.
TABLE = {
    4: {2: 0.375, 4: 0.167, 6: 0.042},
    5: {2: 0.408, 4: 0.242, 6: 0.117, 8: 0.042, 10: 0.0083},
    6: {1: 0.500, 3: 0.360, 5: 0.235, 7: 0.136, 9: 0.068, 11: 0.028, 13: 0.0083, 15: 0.0014},
}


def series_with(points: int, s: int) -> list[int]:
    """Return an order of 1 to n with the wanted S."""
    values = list(range(1, points + 1))
    swaps = (points * (points - 1) // 2 - s) // 2
    for _ in range(swaps):
        place = next(i for i in range(points - 1) if values[i] < values[i + 1])
        values[place], values[place + 1] = values[place + 1], values[place]
    return values


@pytest.mark.parametrize(("points", "s"), [(n, s) for n, tail in TABLE.items() for s in tail])
def test_the_exact_p_value_is_twice_the_published_tail(points, s):
    result = mann_kendall(series_with(points, s))
    assert result["s"] == s
    digits = 4 if TABLE[points][s] < 0.01 else 3
    assert result["p"] / 2 == pytest.approx(TABLE[points][s], abs=0.6 * 10**-digits)


@given(st.permutations(range(6)))
def test_the_exact_p_value_is_that_of_scipy(values):
    result = mann_kendall(values)
    tau, p = scipy.stats.kendalltau(range(6), values, method="exact")
    assert (result["tau"], result["p"]) == pytest.approx((tau, p))


def test_ties_are_counted_exactly():
    # Of the three orders of 1, 1, 2 one has S = 2, one 0, one -2.
    assert mann_kendall([1, 1, 2])[["s", "p"]].tolist() == pytest.approx([2, 2 / 3])
    assert mann_kendall([1, 2, 1])["p"] == 1
    assert mann_kendall([3, 3, 3])["p"] == 1


@pytest.mark.parametrize("points", range(2, 8))
def test_a_steady_fall_has_the_least_p_value(points):
    falling = mann_kendall(range(points, 0, -1))
    assert falling["p"] == pytest.approx(2 / math.factorial(points))
    assert falling["tau"] == pytest.approx(-1)


@pytest.mark.parametrize("points", [5, 6])
def test_false_alarms_of_independent_points_are_those_of_the_exact_distribution(points):
    orders = itertools.permutations(range(points))
    exact = [scipy.stats.kendalltau(range(points), o).statistic for o in orders]
    exact = np.abs(np.round(exact, 9))
    reached = [value for value in set(exact) if (exact >= value).mean() <= 0.05]
    expected = (exact >= min(reached)).mean()
    found = false_alarms(points, memory=0, seed=2)
    assert found == pytest.approx(expected, abs=4 * math.sqrt(0.05 * 0.95 / 20_000))


@pytest.mark.parametrize("points", [6, 8])
def test_false_alarms_of_walks_are_those_that_scipy_finds(points):
    walks = np.random.default_rng(11).normal(size=(600, points)).cumsum(axis=1)
    found = [scipy.stats.kendalltau(range(points), w, method="exact").pvalue for w in walks]
    share = (np.array(found) <= 0.05).mean()
    spread = math.sqrt(share * (1 - share) / 600)
    assert false_alarms(points, memory=1, seed=3) == pytest.approx(share, abs=4 * spread)


def test_memory_raises_false_alarms_above_the_level():
    shares = [false_alarms(7, memory=memory, seed=3) for memory in (0, 0.5, 1)]
    assert shares[0] <= 0.05 < shares[1] < shares[2]


def test_steps_within_rounding_are_open():
    assert steps([1.73, 1.6, 1.22, 0.98]).tolist() == [3, 0, 0]
    assert steps([0.06, 0.063]).tolist() == [0, 0, 1]
    assert steps([0.06, 0.063, 0.07]).tolist() == [0, 1, 1]
    assert steps([0.26, 0.26]).tolist() == [0, 0, 1]


def test_a_printed_zero_closes_a_step():
    assert steps(["0.06", "0.063"]).tolist() == [0, 0, 1]
    assert steps(["0.060", "0.063"]).tolist() == [0, 1, 0]
    assert printed("1.60").low == pytest.approx(1.595)
    wide = Estimate(0.062, 0.059, 0.065, "rounding")
    assert steps(["0.060", wide, "0.070"]).tolist() == [0, 1, 1]


@given(st.lists(st.integers(1, 999), min_size=2, max_size=8))
def test_every_step_is_counted_once(hundredths):
    counted = steps(value / 100 for value in hundredths)
    assert counted.sum() == len(hundredths) - 1
    backwards = steps(value / 100 for value in reversed(hundredths))
    assert counted[["down", "up"]].tolist() == backwards[["up", "down"]].tolist()


def test_a_lost_zero_makes_the_interval_wider_and_never_narrower():
    assert printed(1.6).high - printed(1.6).low == pytest.approx(0.1)
    assert printed(20).low == printed("20").low == 19.5
    assert steps([100, 90, 100]).to_dict() == {"down": 1, "up": 1, "open": 0}


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: mann_kendall([1]), "has 1 points"),
        (lambda: mann_kendall([1, math.nan]), "1 are numbers"),
        (lambda: mann_kendall(range(9)), "at most 8 points"),
        (lambda: false_alarms(9, memory=0, seed=1), "at most 8 points"),
        (lambda: steps([]), "has 0 points"),
    ],
)
def test_a_faulty_series_is_rejected_in_a_sentence(call, sentence):
    with pytest.raises(InputError, match=sentence):
        call()


def count_panel(units, seed, big=1.0):
    """Counts whose rate grows by 0.2 a year; each unit's own noise is shared by its rows."""
    generator = np.random.default_rng(seed)
    table = pd.DataFrame(
        [(f"u{u}", month / 12) for u in range(units) for month in range(24)],
        columns=["unit", "year"],
    )
    codes = pd.factorize(table["unit"])[0]
    slopes = 0.2 + 0.5 * generator.normal(size=units)
    table["posts"] = generator.integers(5, 50, len(table))
    level = generator.normal(2, 1, units) * big
    rate = np.exp(level[codes] + slopes[codes] * table["year"])
    table["likes"] = generator.poisson(rate * table["posts"])
    return table


def test_counts_with_fixed_effects_are_conditional_poisson_of_statsmodels():
    table = count_panel(12, seed=1)
    slope = poisson_fixed_effects_slope(table, "likes", "posts", "year", "unit")
    theirs = ConditionalPoisson(
        table["likes"].to_numpy(),
        table[["year"]].to_numpy(),
        groups=pd.factorize(table["unit"])[0],
        offset=np.log(table["posts"].to_numpy()),
    ).fit(disp=False)
    assert slope.value == pytest.approx(theirs.params[0], abs=1e-4)


def test_counts_clustered_by_unit_are_a_glm_with_a_level_a_unit():
    table = count_panel(12, seed=2)
    slope = poisson_fixed_effects_slope(table, "likes", "posts", "year", "unit")
    levels = pd.get_dummies(table["unit"], dtype=float)
    glm = sm.GLM(
        table["likes"],
        levels.assign(year=table["year"]),
        family=sm.families.Poisson(),
        exposure=table["posts"],
    ).fit(
        cov_type="cluster",
        cov_kwds={"groups": pd.factorize(table["unit"])[0], "use_correction": False},
    )
    error = glm.bse["year"] * np.sqrt(12 / 11)
    assert slope.value == pytest.approx(glm.params["year"], abs=1e-7)
    assert (slope.high - slope.value) / scipy.stats.t.ppf(0.975, 11) == pytest.approx(
        error, rel=1e-5
    )


def test_counts_of_nothing_stay_in_and_large_units_weigh_more():
    table = pd.DataFrame(
        {"unit": list("aabb"), "year": [0, 1, 0, 1], "posts": 1, "likes": [1000, 1000, 0, 10]}
    )
    slope = poisson_fixed_effects_slope(table, "likes", "posts", "year", "unit")
    assert 0 < slope.value < 0.03
    with pytest.raises(InputError, match="two values"):
        poisson_fixed_effects_slope(
            table.assign(year=[0, 0, 1, 1]), "likes", "posts", "year", "unit"
        )


@pytest.mark.parametrize(
    ("counts", "end"), [([0, 0, 9, 0, 0, 4], "last"), ([7, 0, 0] * 2, "first")]
)
def test_counts_at_one_end_of_time_have_no_slope(counts, end):
    table = pd.DataFrame({"unit": list("aaabbb"), "year": [0, 1, 2] * 2, "posts": 1})
    with pytest.raises(InputError, match=f"only at the {end} .* give counts of more times"):
        poisson_fixed_effects_slope(table.assign(likes=counts), "likes", "posts", "year", "unit")


@pytest.mark.parametrize("scale", [1e-4, 1e4])
def test_the_unit_of_time_does_not_matter_to_a_slope_of_counts(scale):
    table = count_panel(12, seed=3)
    plain = poisson_fixed_effects_slope(table, "likes", "posts", "year", "unit")
    table["year"] *= scale
    found = poisson_fixed_effects_slope(table, "likes", "posts", "year", "unit")
    ends = [found.low * scale, found.value * scale, found.high * scale]
    assert ends == pytest.approx([plain.low, plain.value, plain.high], rel=1e-8)


def test_a_drawn_panel_lies_where_it_is_said_to():
    flat = simulate_panel(units=400, months=9, slope=0, arrival=0, seed=1, spread=0, noise=1)
    assert flat["outcome"].mean() == pytest.approx(0, abs=0.1)
    assert flat["outcome"].std() == pytest.approx(1, rel=0.1)
    entries = flat.groupby("unit")["year"].min() * 12
    assert sorted(entries.unique()) == pytest.approx(range(6))  # the first two thirds
    late = simulate_panel(units=400, months=9, slope=0, arrival=6, seed=1, spread=0, noise=0)
    assert late.groupby("unit")["outcome"].first().to_numpy() == pytest.approx(entries / 2)
    assert late.groupby("unit")["outcome"].nunique().eq(1).all()
