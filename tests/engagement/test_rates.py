"""Engagement rates, benchmarks, references and series, each held against a second route."""

import csv

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from socionaut.engagement.rates import benchmark, benchmark_as_printed, rate_summary
from socionaut.errors import InputError
from socionaut.estimates import Estimate
from socionaut.ledger.evidence import reference, reference_estimate, series
from socionaut.ledger.tables import (
    PROJECT,
    read_table,
)

POSTS = st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 10**8)), min_size=1, max_size=30)


def test_rates_by_hand():
    # Rates 1, 2, 6 and 11 percent; 5 + 4 + 6 + 110 interactions on 500 + 200 + 100 + 1000.
    summary = rate_summary(pd.Series([5, 4, 6, 110]), pd.Series([500, 200, 100, 1000]))
    assert summary.to_dict() == pytest.approx(
        {"mean": 5.0, "median": 4.0, "pooled": 100 * 125 / 1800}
    )


@given(POSTS)
def test_rates_on_a_second_route(posts):
    interactions, followers = map(pd.Series, zip(*posts, strict=True))
    summary = rate_summary(interactions, followers)
    rates = 100 * interactions.to_numpy() / followers.to_numpy()
    assert summary["pooled"] == pytest.approx(np.average(rates, weights=followers.to_numpy()))
    assert summary["mean"] == pytest.approx(np.mean(rates))
    assert summary["median"] == pytest.approx(np.quantile(rates, 0.5))
    slack = 1e-9 * rates.max()
    assert all(rates.min() - slack <= value <= rates.max() + slack for value in summary)


@given(POSTS, st.integers(2, 50))
def test_rates_do_not_change_when_all_accounts_and_interactions_grow_alike(posts, factor):
    interactions, followers = map(pd.Series, zip(*posts, strict=True))
    grown = rate_summary(interactions * factor, followers * factor)
    assert grown.to_dict() == pytest.approx(rate_summary(interactions, followers).to_dict())


@pytest.mark.parametrize(
    ("interactions", "followers", "rows"),
    [
        ([1, -1, 3], [10, 10, 10], "1 posts cannot be used (rows b)"),
        ([1, 2, 3], [10, 0, -5], "2 posts cannot be used (rows b, c)"),
        ([None, 2, 3], [10, 10, None], "2 posts cannot be used (rows a, c)"),
    ],
)
def test_posts_that_cannot_be_used_are_named(interactions, followers, rows):
    index = ["a", "b", "c"]
    with pytest.raises(ValueError, match=r"Correct or remove these rows\.$") as caught:
        rate_summary(pd.Series(interactions, index), pd.Series(followers, index))
    assert str(caught.value).startswith(rows)


@pytest.mark.parametrize("index", [[0, 2], [0], []])
def test_columns_of_other_rows(index):
    other = pd.Series(1.0, index=index)
    with pytest.raises(ValueError, match="both columns with the same rows"):
        rate_summary(other, pd.Series([10, 10]))
    with pytest.raises(ValueError, match="at least one post"):
        rate_summary(pd.Series([], dtype=float), pd.Series([], dtype=float))


# --- Series and references, against the files read without the library.


def rows_of(name):
    with (PROJECT / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_benchmark_is_that_of_the_file():
    table = benchmark("rival_iq_median_engagement", ("facebook", "instagram"))
    expected = {
        (int(row["period"]), platform): float(row["value"])
        for row in rows_of("series")
        for platform in ("facebook", "instagram")
        if row["series"] == f"rival_iq_median_engagement_{platform}"
    }
    melted = table.reset_index().melt("year").dropna()
    assert melted.set_index(["year", "variable"])["value"].to_dict() == expected
    assert list(table.index) == sorted(table.index)
    assert table.index.name == "year"


def test_the_printed_benchmark_keeps_the_digits_of_the_file():
    table = benchmark_as_printed("rival_iq_median_engagement", ("facebook", "instagram"))
    melted = table.reset_index().melt("year").dropna().set_index(["year", "variable"])["value"]
    expected = {
        (int(row["period"]), platform): (float(row["value"]), 10.0 ** -len(row["value"][2:]))
        for row in rows_of("series")
        for platform in ("facebook", "instagram")
        if row["series"] == f"rival_iq_median_engagement_{platform}" and row["status"] == "seen"
    }
    assert set(melted.index) == set(expected)
    for key, estimate in melted.items():
        value, step = expected[key]
        assert estimate.value == value
        assert estimate.high - estimate.low == pytest.approx(step)
    assert expected[2022, "facebook"][1] == pytest.approx(0.001)
    assert (2021, "instagram") not in expected  # worked out, on no page


def test_every_series_is_that_of_the_file():
    rows = rows_of("series")
    for name in read_table("series_catalogue")["series"]:
        points = series(name)
        expected = sorted(
            (row["start"], row["period"], float(row["value"]))
            for row in rows
            if row["series"] == name
        )
        starts = points["start"].dt.strftime("%Y-%m-%d")
        assert list(zip(starts, points["period"], points["value"], strict=True)) == expected
        assert expected
        start, period, _ = expected[-1]
        assert start.startswith(period[:4])


def test_series_and_periods_that_do_not_exist():
    with pytest.raises(InputError, match=r'series_catalogue\.csv has 0 rows with "facebook"'):
        series("facebook")
    with pytest.raises(InputError, match=r'references\.csv has 0 rows with "facebook"'):
        reference("facebook")


@pytest.mark.parametrize(
    ("comparison", "high", "expected"),
    [
        ("equal", None, Estimate(5.0, 5.0, 5.0)),
        ("about", None, Estimate(5.0, 5.0, 5.0)),
        ("at least", None, Estimate(5.0, 5.0, float("inf"), "bound")),
        ("at most", None, Estimate(5.0, float("-inf"), 5.0, "bound")),
        ("range", 9, Estimate(5.0, 5.0, 9.0, "bound")),
    ],
)
def test_what_a_reference_says(comparison, high, expected):
    row = pd.Series({"value": 5, "value_high": high, "comparison": comparison})
    assert reference_estimate(row.where(row.notna(), float("nan"))) == expected


def test_every_reference_gives_an_estimate():
    for _, row in read_table("references").iterrows():
        estimate = reference_estimate(row)
        assert estimate.low <= float(row["value"]) <= estimate.high
