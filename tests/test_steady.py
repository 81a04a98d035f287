"""Rounding, sorting, ranking and comparing that do not hang on the last bits."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from socionaut.estimates import Estimate, write_value
from socionaut.influence.authenticity import error_rates
from socionaut.influence.thresholds import imprecision, top_weights
from socionaut.ledger.claims import claim, weigh
from socionaut.steady import above, ordered, ranks, settled, tidy

NOISE = 1 + np.array([-2, -1, 0, 1, 2]) * 1e-12
NUMBERS = st.lists(st.integers(-50, 50), min_size=1, max_size=30)


@given(NUMBERS, st.integers(0, 1000))
def test_noise_moves_no_rank_no_order_and_no_comparison(numbers, seed):
    # Noise is small beside something, here beside 50.
    exact = pd.Series([*numbers, 50.0]).rename("node {}".format)
    noise = np.random.default_rng(seed).uniform(-1e-13, 1e-13, len(exact))
    shaken = (exact * (1 + noise) + noise).sample(frac=1, random_state=seed)
    assert ranks(shaken)[exact.index].equals(ranks(exact))
    assert ordered(shaken).index.equals(ordered(exact).index)
    assert ordered(shaken, ascending=False).index.equals(ordered(exact, ascending=False).index)
    for bound in (0, exact.iloc[0]):
        assert (above(shaken[exact.index], bound) == (exact > bound)).all()


@given(NUMBERS)
def test_numbers_apart_are_ranked_as_pandas_ranks_them(numbers):
    values = pd.Series(numbers, dtype=float)
    for method in ("average", "min", "max", "dense"):
        for ascending in (True, False):
            usual = values.rank(ascending=ascending, method=method)
            assert ranks(values, ascending=ascending, method=method).equals(usual)


def test_a_billionth_apart_is_equal_and_two_are_not():
    assert len(set(settled([1, 1 + 0.9e-9]))) == 1
    assert len(set(settled([1, 1 + 1.1e-9]))) == 2
    assert settled([1e6, 1e-7, -1e-7]).tolist() == [1e6, 0, 0]
    assert above([1 + 0.9e-9, 1 + 1.1e-9], 1).tolist() == [False, True]


def test_settled_keeps_shape_missing_and_infinite_numbers():
    values = [[math.inf, -math.inf, math.nan], [math.inf, 2, 2 + 1e-15]]
    found = settled(values)
    assert np.array_equal(found, [[math.inf, -math.inf, math.nan], [math.inf, 2, 2]], True)
    assert settled([]).size == 0
    assert settled(5).shape == ()
    assert above([math.inf, -math.inf, math.nan], 0).tolist() == [True, False, False]
    assert not above(math.inf, math.inf)


def test_what_is_shown_is_sorted_as_shown_with_ties_by_label():
    table = pd.DataFrame({"value": [2.084, 2.0751, 2.0749], "low": [1, -0.004, 3]}, index=[*"cba"])
    shown = ordered(tidy(table, 2), "value")
    assert shown.index.tolist() == ["a", "b", "c"]
    assert "-0" not in shown.to_string()
    two = pd.DataFrame({"value": [1, 1 + 1e-14, 0], "low": [2, 1, 9]}, index=[*"abc"])
    assert ordered(two, ["value", "low"]).index.tolist() == ["c", "b", "a"]
    assert ordered(two, ["value", "low"], ascending=False).index.tolist() == ["a", "b", "c"]


def test_missing_numbers_come_last_either_way():
    values = pd.Series([math.nan, 1, 2], index=[*"abc"])
    assert ordered(values).index.tolist() == ["b", "c", "a"]
    assert ordered(values, ascending=False).index.tolist() == ["c", "b", "a"]


def test_tidy_leaves_texts_counts_and_dates_alone():
    table = pd.DataFrame(
        {"text": ["-0.0"], "count": [3], "is": [True], "at": [pd.Period("2020Q1")], "x": [-1e-9]}
    )
    found = tidy(table)
    assert found.drop(columns="x").equals(table.drop(columns="x"))
    assert found["x"].tolist() == [-1e-9]
    assert str(tidy(table["x"], 2).iloc[0]) == "0.0"


@pytest.mark.parametrize("noise", NOISE)
def test_a_tie_at_the_last_place_stays_one(noise):
    assert top_weights([5, noise, 1, 0], 0.5).tolist() == [0.5, 0.25, 0.25, 0]


def test_the_same_choice_loses_nothing_to_the_last_digit():
    reach = np.array([[4.1, 2.2, 1.3], [4.2, 2.3, 1.1]])
    lost = imprecision(np.vstack([reach, reach]), [3, 2, 1], 2 / 3)
    assert (lost.value, str(lost.low)) == (0, "0.0")


@pytest.mark.parametrize("noise", NOISE)
def test_a_probability_at_the_cut_is_flagged(noise):
    found = error_rates(pd.Series([0.5 * noise, 0.1]), pd.Series([True, False]))
    assert found["hits"].tolist() == [1, 1]


@pytest.mark.parametrize("noise", NOISE)
def test_a_verdict_at_the_end_of_the_interval_does_not_turn(noise):
    row = claim("c003-279-1")
    top = 31.5e9 * noise
    assert weigh(row, Estimate(top, top, top)) == ("confirmed", "")
    assert weigh(row, Estimate(32e9, top, 33e9)) == ("consistent", "")


def test_no_value_is_written_with_a_minus_before_zero():
    assert write_value(-0.0, "%") == "0 %"
