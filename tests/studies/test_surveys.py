"""Percentages of surveys: published tables, hand-worked cases, enumeration, planted faults."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest, norm

from socionaut.errors import InputError
from socionaut.studies.surveys import (
    difference_of_samples,
    difference_within_sample,
    equivalence_of_samples,
    possible_counts,
    possible_sizes,
    power_of_difference,
    printed_interval,
    sample_for_difference,
    share_interval,
    sums_of_parts,
)

# Newcombe (1998), Two-sided confidence intervals for the single proportion, table I:
# count, size, Wilson score interval, interval of Clopper and Pearson.
SINGLE = [
    (81, 263, (0.2553, 0.3662), (0.2527, 0.3676)),
    (15, 148, (0.0624, 0.1605), (0.0578, 0.1617)),
    (0, 20, (0.0, 0.1611), (0.0, 0.1684)),
    (1, 29, (0.0061, 0.1718), (0.0009, 0.1776)),
]

# Newcombe (1998), Interval estimation for the difference, table II, method 10.
DIFFERENCES = [
    (56, 70, 48, 80, 0.0524, 0.3339),
    (9, 10, 3, 10, 0.1705, 0.8090),
    (6, 7, 2, 7, 0.0582, 0.8062),
    (5, 56, 0, 29, -0.0381, 0.1926),
    (10, 10, 0, 20, 0.6791, 1.0),
]


def prints_as(count: int, size: int, decimals: int) -> set[Decimal]:
    """Return all that a count can print as, by decimal arithmetic and every usual rule."""
    share = Decimal(100 * count) / Decimal(size)
    step = Decimal(1).scaleb(-decimals)
    rules = (ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN)
    return {share.quantize(step, rounding=rule) for rule in rules}


@given(st.integers(1, 400), st.integers(0, 1000), st.integers(0, 1))
def test_possible_counts_are_those_that_print_so(size, steps, decimals):
    percent = Decimal(steps % (100 * 10**decimals + 1)).scaleb(-decimals)
    brute = [k for k in range(size + 1) if percent in prints_as(k, size, decimals)]
    assert list(possible_counts(float(percent), size, decimals=decimals)) == brute


@pytest.mark.parametrize("size", range(100, 131))
def test_from_a_hundred_people_on_every_whole_percentage_is_possible(size):
    assert all(possible_counts(percent, size) for percent in range(101))


def test_below_a_hundred_some_percentages_are_impossible():
    # Seven people: 0, 14, 29, 43, 57, 71, 86 and 100 %.
    assert [p for p in range(101) if possible_counts(p, 7)] == [0, 14, 29, 43, 57, 71, 86, 100]
    assert possible_sizes([71, 29], range(10, 22)) == [14, 17, 21]
    assert possible_sizes([33.3], range(1, 20), decimals=1) == [3, 6, 9, 12, 15, 18]


@given(
    st.lists(st.integers(0, 40), min_size=1, max_size=3), st.integers(0, 100), st.integers(1, 150)
)
def test_sums_of_parts_against_all_combinations(parts, whole, size):
    sums = {0}
    for part in parts:
        sums = {total + k for total in sums for k in possible_counts(part, size)}
    expected = bool(sums & set(possible_counts(whole, size)))
    assert bool(sums_of_parts(parts, whole, size)["possible"].item()) == expected


def test_parts_of_a_whole_by_hand():
    # Three times a third of three people; of ten people no one third exists.
    table = sums_of_parts([33, 33, 33], 100, [3, 10, 300])
    assert table["possible"].tolist() == [True, False, True]
    assert table.loc[0, ["least", "most", "whole_least", "whole_most"]].tolist() == [3, 3, 3, 3]
    assert table["least"].isna().tolist() == [False, True, False]


@pytest.mark.parametrize(("count", "size", "wilson", "exact"), SINGLE)
def test_intervals_of_one_percentage_are_the_published_ones(count, size, wilson, exact):
    for method, ends in (("wilson", wilson), ("exact", exact)):
        estimate = share_interval(count, size, method=method)
        assert (estimate.low / 100, estimate.high / 100) == pytest.approx(ends, abs=6e-5)


@given(st.integers(1, 300), st.data())
def test_intervals_on_a_second_route(size, data):
    count = data.draw(st.integers(0, size))
    test = binomtest(count, size)
    for method in ("wilson", "exact"):
        ends = test.proportion_ci(method=method)
        estimate = share_interval(count, size, method=method)
        assert estimate.low == pytest.approx(100 * ends.low, abs=1e-6)
        assert estimate.high == pytest.approx(100 * ends.high, abs=1e-6)


def test_wilson_by_hand():
    # 75 of 106, z = 1.959964: middle (75 + z²/2) / (106 + z²), reach z √(...) worked out.
    z, k, n = 1.959964, 75, 106
    middle, reach = (k + z**2 / 2) / (n + z**2), math.sqrt(k * (n - k) / n + z**2 / 4)
    estimate = share_interval(k, n)
    assert estimate.low == pytest.approx(100 * (middle - z * reach / (n + z**2)), abs=1e-4)
    assert estimate.high == pytest.approx(100 * (middle + z * reach / (n + z**2)), abs=1e-4)


def test_a_design_effect_of_two_is_half_the_people():
    assert share_interval(80, 200, design_effect=2).low == pytest.approx(
        share_interval(40, 100).low
    )
    assert share_interval(80, 200, design_effect=2).value == 40


def test_coverage_by_enumeration():
    size, share = 106, 0.71
    weights = binom.pmf(np.arange(size + 1), size, share)
    covered = {
        method: sum(
            weight
            for count, weight in enumerate(weights)
            if (e := share_interval(count, size, method=method)).low <= 100 * share <= e.high
        )
        for method in ("wilson", "exact")
    }
    assert covered["exact"] >= 0.95
    assert covered["wilson"] == pytest.approx(0.95, abs=0.02)


def test_printed_interval_is_the_widest_of_all_that_print_so():
    sizes = range(101, 140)
    every = [share_interval(k, n) for n in sizes for k in possible_counts(71, n)]
    estimate = printed_interval(71, sizes)
    assert estimate.value == 71
    assert (estimate.low, estimate.high) == (min(e.low for e in every), max(e.high for e in every))
    assert printed_interval(71, 106).low == share_interval(75, 106).low


@given(st.integers(0, 100), st.integers(101, 300))
def test_rounding_only_widens(percent, size):
    estimate = printed_interval(percent, size)
    for count in possible_counts(percent, size):
        inner = share_interval(count, size)
        assert estimate.low <= inner.low <= inner.high <= estimate.high


@pytest.mark.parametrize(("count", "size", "other", "other_size", "low", "high"), DIFFERENCES)
def test_differences_of_two_samples_are_newcombes(count, size, other, other_size, low, high):
    estimate = difference_of_samples(count, size, other, other_size)
    assert (estimate.low / 100, estimate.high / 100) == pytest.approx((low, high), abs=6e-5)


def test_difference_within_a_sample_by_hand():
    # Approval of a prime minister, asked twice (Agresti, Categorical Data Analysis, section 10.1):
    # 794 approve twice, 150 only first, 86 only second, 570 never; difference 4.0 points,
    # standard error 0.95 points.
    table = difference_within_sample(944, 880, 1600).set_index("both", drop=False)
    row = table.loc[794]
    assert row[["only_first", "only_second", "neither"]].tolist() == [150, 86, 570]
    assert row["value"] == pytest.approx(4.0)
    assert [row["low"], row["high"]] == pytest.approx([4 - 1.96 * 0.95, 4 + 1.96 * 0.95], abs=0.03)
    assert row["p"] == pytest.approx(binomtest(150, 236).pvalue)


def test_overlaps_are_all_that_can_be():
    table = difference_within_sample(74, 69, 106)
    assert table["both"].tolist() == list(range(37, 70))
    people = table[["both", "only_first", "only_second", "neither"]]
    assert (people.sum(axis=1) == 106).all()
    assert (people >= 0).all(axis=None)
    # The larger the overlap, the narrower the interval and the smaller the p-value.
    assert (table["high"] - table["low"]).is_monotonic_decreasing
    assert table["p"].is_monotonic_decreasing


def test_coverage_of_the_paired_interval_by_enumeration():
    # All samples of 30 pairs with chances 0.3 (only first) and 0.15 (only second).
    size, first, second = 30, 0.3, 0.15
    covered = 0.0
    for b in range(size + 1):
        for c in range(size + 1 - b):
            weight = binom.pmf(b, size, first) * binom.pmf(c, size - b, second / (1 - first))
            if weight > 1e-5:  # the others together make 0.0002
                row = difference_within_sample(b, c, size).iloc[0]
                assert row["both"] == 0
                covered += weight * (row["low"] <= 15 <= row["high"])
    assert covered == pytest.approx(0.95, abs=0.025)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: possible_counts(101, 50), "is not a percentage of people"),
        (lambda: possible_counts(-1, 50), "is not a percentage of people"),
        (lambda: possible_counts(math.nan, 50), "is not a percentage of people"),
        (lambda: possible_counts(70.5, 50), "raise `decimals`"),
        (lambda: possible_counts(70, 50, decimals=-1), "digits after the point cannot be"),
        (lambda: possible_counts(70, 0), "whole number of people above 0"),
        (lambda: possible_counts(70, 10.5), "whole number of people above 0"),
        (lambda: possible_counts(70, math.inf), "whole number of people above 0"),
        (lambda: possible_counts(70, math.nan), "whole number of people above 0"),
        (lambda: printed_interval(71, 20), "No count of a sample of 20 prints as 71 %"),
        (lambda: printed_interval(50, [3, 5]), "No count of a sample of 3 to 5"),
        (lambda: printed_interval(50, []), "There is no sample size"),
        (lambda: sums_of_parts([], 100, 50), "There are no parts"),
        (lambda: share_interval(11, 10), "is no part of a sample"),
        (lambda: share_interval(-1, 10), "is no part of a sample"),
        (lambda: share_interval(0, 0), "is no part of a sample"),
        (lambda: share_interval(math.nan, 10), "is no part of a sample"),
        (lambda: share_interval(5, 10, level=95), "The level is 95"),
        (lambda: share_interval(5, 10, method="wald"), 'The method "wald" is not known'),
        (lambda: share_interval(5, 10, design_effect=0), "The design effect is 0"),
        (lambda: difference_of_samples(5, 10, 5, 0), "is no part of a sample"),
        (lambda: difference_of_samples(5, 10, 5, 10, level=0), "The level is 0"),
        (lambda: difference_within_sample(5.5, 3, 10), "is not a number of people"),
        (lambda: difference_within_sample(5, 13, 10), "is no part of a sample"),
        (lambda: difference_within_sample(5, math.nan, 10), "is not a number of people"),
    ],
)
def test_what_no_survey_can_have_is_refused(call, sentence):
    with pytest.raises(InputError, match=r"\.$") as caught:
        call()
    assert sentence in str(caught.value)


# Power and equivalence


def cohens_size(percent: float, other: float, power: float) -> float:
    """Work the formula by hand."""
    h = 2 * math.asin(math.sqrt(percent / 100)) - 2 * math.asin(math.sqrt(other / 100))
    return 2 * ((norm.ppf(0.975) + norm.ppf(power)) / h) ** 2


@pytest.mark.parametrize(
    ("percent", "other", "power"), [(65, 5, 0.8), (70, 65, 0.9), (20, 30, 0.8)]
)
def test_the_sample_for_a_difference_is_that_of_the_formula(percent, other, power):
    size = sample_for_difference(percent, other, power=power)
    # The formula leaves out the chance of a significant result the wrong way round.
    assert size == pytest.approx(math.ceil(cohens_size(percent, other, power)), abs=1)
    assert power_of_difference(percent, other, size) >= power
    assert power_of_difference(percent, other, size - 1) < power


def test_cohens_own_example():
    # Cohen (1988), table 6.3.5: h = 0.20 at n = 100 has power 0.29, h = 0.50 at n = 50 0.71.
    at_half = 100 * math.sin((math.pi / 2 + 0.20) / 2) ** 2
    assert power_of_difference(at_half, 50, 100) == pytest.approx(0.29, abs=0.005)
    at_half = 100 * math.sin((math.pi / 2 + 0.50) / 2) ** 2
    assert power_of_difference(at_half, 50, 50) == pytest.approx(0.705, abs=0.005)


def test_power_agrees_with_simulated_samples():
    rng = np.random.default_rng(41)
    first, second = rng.binomial(60, 0.5, 20_000), rng.binomial(60, 0.3, 20_000)
    h = 2 * np.arcsin(np.sqrt(first / 60)) - 2 * np.arcsin(np.sqrt(second / 60))
    shown = np.abs(h) * math.sqrt(60 / 2) > norm.ppf(0.975)
    assert shown.mean() == pytest.approx(power_of_difference(50, 30, 60), abs=0.02)


@pytest.mark.parametrize("counts", [(50, 100, 48, 100), (30, 60, 20, 55), (400, 800, 410, 810)])
def test_equivalence_is_two_one_sided_tests_by_hand(counts):
    count, size, other, others = counts
    found = equivalence_of_samples(*counts, margin=10)
    one, two = (count + 1) / (size + 2), (other + 1) / (others + 2)
    error = math.sqrt(one * (1 - one) / (size + 2) + two * (1 - two) / (others + 2))
    gap = one - two
    expected = max(norm.sf((gap + 0.1) / error), norm.cdf((gap - 0.1) / error))
    assert found["p"] == pytest.approx(expected, rel=1e-6)
    assert found["alike"] == (expected < 0.05)
    assert found["low"] < found["difference"] < found["high"]


def test_no_difference_found_is_not_equivalence():
    # Half of twenty in each group: nothing differs, and nothing is shown to be alike.
    found = equivalence_of_samples(10, 20, 10, 20, margin=10)
    assert found["low"] < 0 < found["high"]
    assert not found["alike"]


REFUSED = [
    (lambda: power_of_difference(101, 5, 10), "101 of 100 is no part"),
    (lambda: power_of_difference(65, 5, 10.5), "sample size is 10.5"),
    (lambda: sample_for_difference(50, 50), "two different percentages"),
    (lambda: sample_for_difference(50, 40, power=1), "two different percentages"),
    (lambda: equivalence_of_samples(1, 10, 1, 10, 0), "margin is 0"),
    (lambda: equivalence_of_samples(11, 10, 1, 10, 5), "11 of 10 is no part"),
]


@pytest.mark.parametrize(("call", "sentence"), REFUSED, ids=[case[1] for case in REFUSED])
def test_numbers_that_cannot_be_are_refused_with_a_sentence(call, sentence):
    with pytest.raises(InputError, match=sentence):
        call()
