"""Concentration: each statistic by a second route, and against printed values."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from socionaut.engagement.concentration import (
    gini,
    lorenz_curve,
    participation_split,
    simulate_activity,
    top_share,
)
from socionaut.estimates import bootstrap

# Mean incomes in ten classes that come with the R package ineq; its Gini() prints 0.4620911.
INCOMES = pd.Series([541, 1463, 2445, 3438, 4437, 5401, 6392, 8304, 11904, 22261])
INCOMES_GINI = 0.4620911

AMOUNTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=40).filter(any).map(pd.Series)


def gini_by_pairs(amounts: pd.Series) -> float:
    """Half the mean absolute difference of all ordered pairs, over the mean."""
    values = amounts.to_numpy(dtype=float)
    return np.abs(values[:, None] - values[None, :]).mean() / (2 * values.mean())


def gini_by_area(amounts: pd.Series) -> float:
    """Twice the area between the diagonal and the Lorenz curve."""
    curve = lorenz_curve(amounts)
    return 1 - 2 * np.trapezoid(curve["amount"], curve["members"])


def test_gini_is_the_printed_one_by_three_routes():
    for route in (gini, gini_by_pairs, gini_by_area):
        assert route(INCOMES) == pytest.approx(INCOMES_GINI, abs=5e-8)


@given(AMOUNTS)
def test_gini_agrees_by_three_routes(amounts):
    assert gini(amounts) == pytest.approx(gini_by_pairs(amounts), abs=1e-9)
    assert gini(amounts) == pytest.approx(gini_by_area(amounts), abs=1e-9)


def test_gini_worked_by_hand():
    # Pairs of 0, 0, 1: four of nine ordered pairs differ, by 1; mean 1/3.
    assert gini(pd.Series([0, 1, 0])) == pytest.approx((4 / 9) / (2 / 3))
    assert gini(pd.Series([7])) == gini([7]) == 0
    assert gini(pd.Series([5, 5, 5])) == 0


@given(AMOUNTS, st.integers(1, 1000))
def test_neither_unit_nor_order_nor_copies_change_the_answer(amounts, factor):
    copies = pd.concat([amounts, amounts])
    for other in (amounts * factor, amounts.sample(frac=1, random_state=1), copies):
        assert gini(other) == pytest.approx(gini(amounts), abs=1e-9)
        assert top_share(other, 0.1) == pytest.approx(top_share(amounts, 0.1), abs=1e-9)


@given(AMOUNTS, st.integers(0, 60))
def test_silent_members_added_one_by_one_give_the_formula(amounts, silent):
    everyone = pd.concat([amounts, pd.Series([0] * silent, dtype=float)])
    share = silent / len(everyone)
    assert gini(everyone) == pytest.approx(share + (1 - share) * gini(amounts), abs=1e-9)


@given(AMOUNTS)
def test_the_lorenz_curve_sags(amounts):
    curve = lorenz_curve(amounts)
    assert (curve["amount"] <= curve["members"] + 1e-12).all()
    assert curve["amount"].diff().diff().dropna().ge(-1e-12).all()
    assert curve.iloc[-1].tolist() == [1, 1]


@given(AMOUNTS, st.floats(0, 1))
def test_top_share_is_one_minus_the_lorenz_curve(amounts, top):
    curve = lorenz_curve(amounts)
    below = np.interp(1 - top, curve["members"], curve["amount"])
    assert top_share(amounts, top) == pytest.approx(1 - below, abs=1e-9)


def test_top_share_worked_by_hand():
    amounts = pd.Series([40, 30, 20, 10])
    assert top_share(amounts, 0.5) == pytest.approx(0.7)
    assert top_share(amounts, 0.375) == pytest.approx(0.55)  # one and a half members
    assert (top_share(amounts, 0), top_share(amounts, 1)) == (0, 1)


@pytest.mark.parametrize(
    ("quantile", "index", "top_tenth"),
    [
        # Uniform from 0: Gini 1/3, top share 1 - (1 - t)^2.
        (lambda p: p, 1 / 3, 0.19),
        # Exponential: Gini 1/2, top share t (1 - ln t).
        (lambda p: -np.log1p(-p), 1 / 2, 0.1 * (1 - math.log(0.1))),
        # Pareto with exponent 3: Gini 1/(2 * 3 - 1), top share t^(1 - 1/3).
        (lambda p: (1 - p) ** (-1 / 3), 1 / 5, 0.1 ** (2 / 3)),
    ],
)
def test_known_distributions(quantile, index, top_tenth):
    grid = (np.arange(200_000) + 0.5) / 200_000
    amounts = pd.Series(quantile(grid))
    assert gini(amounts) == pytest.approx(index, abs=2e-3)
    assert top_share(amounts, 0.1) == pytest.approx(top_tenth, abs=2e-3)


@pytest.mark.parametrize("sigma", [0.5, 1.0, 1.5])
def test_draws_agree_with_the_formulas_for_lognormal_amounts(sigma):
    amounts = pd.Series(np.random.default_rng(3).lognormal(0, sigma, 400_000))
    assert gini(amounts) == pytest.approx(math.erf(sigma / 2), abs=5e-3)
    share = norm.cdf(sigma - norm.ppf(0.99))
    assert top_share(amounts, 0.01) == pytest.approx(share, abs=1e-2)


@given(AMOUNTS)
def test_the_split_holds_everything(amounts):
    split = participation_split(amounts)
    assert split.index.tolist() == ["top 1 %", "next 9 %", "next 90 %"]
    assert split.sum().tolist() == pytest.approx([1, 1])
    assert split["members"].tolist() == pytest.approx([0.01, 0.09, 0.9])


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    truth, hits = math.erf(0.5 / 2), 0
    for seed in range(60):
        draw = pd.Series(np.random.default_rng(1000 + seed).lognormal(0, 0.5, 200))
        interval = bootstrap(draw, gini, seed=seed, repetitions=99)
        hits += interval.low <= truth <= interval.high
    assert 50 <= hits <= 60


def test_longer_windows_see_fewer_silent_members():
    counts = simulate_activity(20_000, median=0.2, sigma=1.5, windows=[1, 3, 12], seed=8)
    silent = (counts == 0).mean()
    assert silent.is_monotonic_decreasing
    # Without spread every member has the same pace, and counts are plain Poisson.
    even = simulate_activity(50_000, median=1.0, sigma=0, windows=[1, 4], seed=8)
    assert (even == 0).mean().tolist() == pytest.approx([math.exp(-1), math.exp(-4)], abs=5e-3)


@pytest.mark.parametrize(
    ("amounts", "sentence"),
    [
        ([], "no member"),
        ([1, -2], r"1 amounts cannot be used \(rows 1\)"),
        ([1, None], "cannot be used"),
        ([math.inf, 1], "cannot be used"),
        ([0, 0], "All amounts are 0"),
    ],
)
def test_bad_amounts_are_refused(amounts, sentence):
    for statistic in (gini, lorenz_curve, top_share, participation_split):
        with pytest.raises(ValueError, match=sentence):
            statistic(pd.Series(amounts, dtype=float))


def test_bad_shares_and_windows_are_refused():
    with pytest.raises(ValueError, match="share of the members"):
        top_share(INCOMES, 1.5)
    with pytest.raises(ValueError, match="do not rise"):
        participation_split(INCOMES, (0.1, 0.01))
    with pytest.raises(ValueError, match="windows"):
        simulate_activity(10, 1, 1, [3, 1], seed=1)
