"""References and series: what is told twice agrees, parts add up, no point jumps unexplained."""

from __future__ import annotations

import re

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


def test_no_point_jumps_without_an_explanation(points):
    assert [place for place in jumps(points) if place not in EXPLAINED] == []


def test_a_digit_too_many_is_found(points):
    row = points.index[points["series"] == "twitter_mau_world"][5]
    wrong = points.assign(base=points["base"].where(points.index != row, points["base"] * 10))
    assert ("twitter_mau_world", points.loc[row, "period"]) in jumps(wrong)
