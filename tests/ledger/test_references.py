"""References and series: what is told twice agrees, parts add up, no point jumps unexplained."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from socionaut.ledger.tables import read_table

# Regions that a company tells apart; the world is printed rounded, so the sum may be off by one.
REGIONS = {
    "facebook_dau": ("asia_pacific", "europe", "rest_of_world", "united_states_canada"),
    "facebook_mau": ("asia_pacific", "europe", "rest_of_world", "united_states_canada"),
    "snapchat_dau": ("europe", "north_america", "rest_of_world"),
}
SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9}
# How much a count of users or minutes may change from one point to the next, a year at most.
LEAST, MOST = 0.9, 2.0
EXPLAINED = {
    ("facebook_dau_world", "2011-Q1"): "years after the point before it",
    ("datareportal_social_media_users_world", "2016-01"): "years after the point before it",
}

# Points far from the line between their neighbours in time, and why they are right.
BENT = {
    ("facebook_mau_world", "2009-Q1"): "the point before it is a milestone, of no quarter's end",
    ("snapchat_dau_world", "2014-Q2"): "its three regions add up to it",
    ("oxcgrt_stringency_lower_quartile_world", "2020-Q2"): "the first wave of measures",
    ("oxcgrt_stringency_mean_world", "2020-Q2"): "the first wave of measures",
    ("oxcgrt_stringency_upper_quartile_world", "2020-Q2"): "the first wave of measures",
}


@pytest.fixture(scope="module")
def points() -> pd.DataFrame:
    """Return the points of all series in base units, with platform and statistic."""
    catalogue = read_table("series_catalogue")[["series", "unit", "platform", "statistic"]]
    table = read_table("series").merge(catalogue, on="series", validate="many_to_one")
    return table.assign(base=in_base_units(table))


@pytest.fixture(scope="module")
def references() -> pd.DataFrame:
    table = read_table("references")
    return table.assign(base=in_base_units(table)).set_index("id", drop=False)


def in_base_units(table: pd.DataFrame) -> pd.Series:
    return table["value"] * table["unit"].str.split().str[0].map(SCALES).fillna(1.0)


def region_faults(points: pd.DataFrame, prefix: str) -> list[str]:
    """Say at which points the regions do not add up to the world."""
    values = points.set_index(["period", "series"])["value"].unstack("series")  # noqa: PD010
    parts = values[[f"{prefix}_{region}" for region in REGIONS[prefix]]]
    gaps = (parts.sum(axis=1, skipna=False) - values[f"{prefix}_world"]).dropna()
    assert not gaps.empty
    return [period for period, gap in gaps.items() if abs(gap) > 1]


@pytest.mark.parametrize("prefix", REGIONS)
def test_regions_add_up_to_the_world(points, prefix):
    assert region_faults(points, prefix) == []


def test_a_region_mistyped_by_two_is_found(points):
    row = points.index[points["series"] == "facebook_dau_europe"][3]
    wrong = points.assign(value=points["value"].where(points.index != row, points["value"] + 2))
    assert region_faults(wrong, "facebook_dau") == [points.loc[row, "period"]]


def pairs(references: pd.DataFrame, points: pd.DataFrame) -> pd.DataFrame:
    """Return references that tell a point of a series once more: one publisher, one period."""
    told = references.assign(first=references["publisher"].str.split().str[0])
    known = points.assign(first=points["platform"].str.split(r"\W").str[0])
    both = told.merge(known, left_on=["first", "period"], right_on=["first", "period"])
    words = both["quantity"].str.split().str[0]
    return both[words == both["series"].map(_first_word)]


def _first_word(series: str) -> str:
    for part, word in (("_dau", "daily"), ("_mau", "monthly"), ("net_income", "net")):
        if part in series and re.search(r"(?<!rest_of)_world$|income$", series):
            return word
    return ""


def pair_faults(references: pd.DataFrame, points: pd.DataFrame) -> list[str]:
    both = pairs(references, points)
    apart = (both["base_x"] / both["base_y"] - 1).abs() > 1e-9
    return both.loc[apart, "id"].tolist()


def test_a_reference_that_repeats_a_point_agrees_with_it(references, points):
    assert len(pairs(references, points)) >= 6
    assert pair_faults(references, points) == []


def test_a_reference_with_two_digits_swapped_is_found(references, points):
    key = "facebook-2018-q4-monthly"
    wrong = references.assign(base=references["base"].where(references["id"] != key, 2.23e9))
    assert pair_faults(wrong, points) == [key]


SAME = [
    "publisher",
    "year",
    "quantity",
    "platform",
    "population",
    "geography",
    "period",
    "unit",
    "base",
]


def test_no_figure_is_told_under_two_ids(references):
    assert references.index[references.duplicated(SAME, keep=False)].tolist() == []
    twice = references.iloc[[0, 1, 0]].set_axis(["a", "b", "c"])
    assert twice.index[twice.duplicated(SAME)].tolist() == ["c"]


def jumps(points: pd.DataFrame) -> list[tuple[str, str]]:
    """Return the points that lie far from the one before them."""
    counts = points[points["statistic"].isin(["level", "mean"])]
    counts = counts[counts["unit"].str.contains("user|people|minute|hour")]
    found = []
    for name, rows in counts.sort_values("start", kind="stable").groupby("series"):
        years = pd.to_datetime(rows["start"]).diff().dt.days / 365.25
        growth = (rows["base"] / rows["base"].shift()) ** (1 / years.clip(lower=1))
        odd = (growth < LEAST) | (growth > MOST)
        found += [(str(name), str(period)) for period in rows.loc[odd, "period"]]
    return found


def bends(points: pd.DataFrame) -> set[tuple[str, str]]:
    """Return the points far from the line between their neighbours: a digit may be mistyped.

    Far is eight times as far as the series' middle point, and six percent; of neighbours more than
    two years apart nothing is asked.
    """
    found = set()
    for name, rows in points[points["base"] > 0].sort_values("start").groupby("series"):
        days = pd.to_datetime(rows["start"]).map(pd.Timestamp.toordinal).to_numpy()
        logs = np.log(rows["base"].to_numpy(float))
        part = (days[1:-1] - days[:-2]) / (days[2:] - days[:-2])
        gaps = np.abs(logs[1:-1] - (1 - part) * logs[:-2] - part * logs[2:])
        if len(rows) >= 6:
            odd = (gaps > max(8 * np.median(gaps), 0.06)) & (days[2:] - days[:-2] < 750)
            found |= {(str(name), period) for period in rows["period"].iloc[1:-1][odd]}
    return found


def test_no_point_lies_off_the_line_without_an_explanation(points):
    assert bends(points) == set(BENT)


@pytest.mark.parametrize(
    ("series", "period", "value"),
    [
        ("twitter_mau_world", "2014-Q1", 225e6),
        ("ons_online_retail_share_great_britain", "2014-09", 19.0),
        ("snapchat_dau_world", "2022-Q3", 336e6),
    ],
)
def test_two_digits_of_a_point_exchanged_are_found(points, series, period, value):
    at = (points["series"] == series) & (points["period"] == period)
    assert at.sum() == 1
    assert (series, period) in bends(points.assign(base=points["base"].mask(at, value)))


def test_no_point_jumps_without_an_explanation(points):
    assert [place for place in jumps(points) if place not in EXPLAINED] == []


def test_a_digit_too_many_is_found(points):
    row = points.index[points["series"] == "twitter_mau_world"][5]
    wrong = points.assign(base=points["base"].where(points.index != row, points["base"] * 10))
    assert ("twitter_mau_world", points.loc[row, "period"]) in jumps(wrong)
