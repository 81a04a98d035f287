"""The rates of posts: each statistic against a second route, each guard against bad input."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from hypothesis import given
from hypothesis import strategies as st

from socionaut.engagement.rates import (
    difference_within,
    engagement_rates,
    rate_summary,
)

COUNTS = st.lists(st.tuples(st.integers(0, 10**6), st.integers(1, 10**8)), min_size=1, max_size=30)


def columns(posts: list[tuple[int, int]]) -> tuple[pd.Series, pd.Series]:
    return pd.Series([e for e, _ in posts]), pd.Series([a for _, a in posts])


@given(COUNTS)
def test_a_rate_is_the_exact_fraction(posts):
    exact = [float(Fraction(100 * e, a)) for e, a in posts]
    assert engagement_rates(*columns(posts)).to_list() == pytest.approx(exact)


@given(COUNTS)
def test_the_audience_as_weight_gives_the_pooled_rate(posts):
    interactions, audience = columns(posts)
    summary = rate_summary(interactions, audience)
    rates = engagement_rates(interactions, audience)
    assert summary["pooled"] == pytest.approx(np.average(rates, weights=audience))
    assert summary["mean"] == pytest.approx(np.average(rates))


@given(COUNTS, st.integers(1, 1000))
def test_a_common_factor_of_the_audience_leaves_mean_over_median_alone(posts, factor):
    interactions, audience = columns(posts)
    one, other = (rate_summary(interactions, audience * f) for f in (1, factor))
    assert (one / factor).to_list() == pytest.approx(other.to_list())


@pytest.mark.parametrize(
    ("interactions", "audience", "sentence"),
    [
        ([], [], "at least one post"),
        ([1, 2], [10], "same rows"),
        ([1, None], [10, 10], r"1 posts cannot be used \(rows 1\)"),
        ([1, 2], [10, None], "rows 1"),
        ([-1, 2], [10, 10], "rows 0"),
        ([1, 2], [0, -5], "rows 0, 1"),
        ([1, math.inf], [10, 10], "rows 1"),
        ([1, 2], [math.inf, 10], "rows 0"),
    ],
)
def test_posts_that_have_no_rate_are_refused(interactions, audience, sentence):
    pair = (pd.Series(interactions, dtype=float), pd.Series(audience, dtype=float))
    for function in (engagement_rates, rate_summary):
        with pytest.raises(ValueError, match=sentence):
            function(*pair)


@pytest.mark.parametrize("dtype", ["Int64", "Float64", "int64[pyarrow]", "double[pyarrow]"])
def test_missing_counts_are_refused_in_every_kind_of_column(dtype):
    if "pyarrow" in dtype:
        pytest.importorskip("pyarrow")
    with pytest.raises(ValueError, match="rows 1"):
        engagement_rates(pd.Series([1, None], dtype=dtype), pd.Series([10, 10]))


def crossed(seed: int, rows: int = 120) -> pd.DataFrame:
    generator = np.random.default_rng(seed)
    strata = generator.integers(0, 6, rows)
    flagged = generator.random(rows) < (strata + 1) / 8
    values = generator.normal(size=rows) + 2 * strata + 0.7 * flagged
    return pd.DataFrame({"value": values, "flag": flagged, "stratum": strata})


@pytest.mark.parametrize("seed", range(5))
def test_the_difference_within_strata_is_that_of_a_regression_with_their_constants(seed):
    rows = crossed(seed)
    fit = smf.ols("value ~ flag + C(stratum)", rows).fit()
    assert difference_within(rows["value"], rows["flag"], rows["stratum"]) == pytest.approx(
        fit.params["flag[T.True]"]
    )


def test_strata_take_away_what_they_explain():
    """All flagged rows lie in the high stratum but one; the flag itself adds nothing."""
    values = pd.Series([0.0, 0, 0, 0, 9, 9, 9, 9])
    flagged = pd.Series([False, False, False, True, False, True, True, True])
    strata = pd.Series(["low"] * 4 + ["high"] * 4)
    assert difference_within(values, flagged, strata) == 0
    assert difference_within(values, flagged, pd.Series(["all"] * 8)) == 4.5


def test_a_stratum_of_one_kind_says_nothing():
    rows = crossed(1)
    alone = pd.DataFrame({"value": [1e6, 1e6], "flag": [True, True], "stratum": [9, 9]})
    more = pd.concat([rows, alone], ignore_index=True)
    before, after = (difference_within(t["value"], t["flag"], t["stratum"]) for t in (rows, more))
    assert after == pytest.approx(before)


def test_what_cannot_be_compared_is_refused():
    values, strata = pd.Series([1.0, 2.0]), pd.Series(["a", "b"])
    with pytest.raises(ValueError, match="No stratum has both"):
        difference_within(values, pd.Series([True, False]), strata)
    missing = pd.Series([True, None], dtype="boolean")
    with pytest.raises(ValueError, match="no missing cell"):
        difference_within(values, missing, strata)
    with pytest.raises(ValueError, match="same rows"):
        difference_within(values, pd.Series([True]), strata)
