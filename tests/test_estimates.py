"""Estimates: intervals of rounded figures, arithmetic on them, and how values are written."""

import math
import operator
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from socionaut.estimates import (
    Estimate,
    bootstrap,
    combine,
    exactly,
    interval_table,
    rounded,
    write_value,
)

NAN, INFINITY = float("nan"), float("inf")


@pytest.mark.parametrize(
    "parts",
    [(NAN, 0, 1), (0, NAN, 1), (0, 0, NAN), (2, 0, 1), (-1, 0, 1), (1, 2, 0), (NAN, NAN, NAN)],
)
def test_an_estimate_out_of_order_or_without_a_number(parts):
    with pytest.raises(ValueError, match="give low, value and high in this order of size"):
        Estimate(*parts)


def test_an_estimate_may_reach_to_infinity():
    assert Estimate(1, -INFINITY, INFINITY).low == -INFINITY
    assert exactly(5) == Estimate(5.0, 5.0, 5.0)
    with pytest.raises(ValueError, match="no missing value"):
        exactly(NAN)


# --- What a rounded figure can stand for.


@given(
    units=st.integers(-(10**6), 10**6),
    places=st.integers(-9, 4),
    within=st.decimals(-1, 1, places=6),
    rule=st.sampled_from([ROUND_HALF_UP, ROUND_HALF_EVEN]),
)
def test_all_that_rounds_to_a_figure_is_in_its_interval(units, places, within, rule):
    step = Decimal(1).scaleb(-places)
    exact = units * step + within * step  # up to a whole step beside the figure
    estimate = rounded(float(units * step), float(step))
    if (exact / step).quantize(Decimal(1), rounding=rule) == units:
        assert estimate.low <= float(exact) <= estimate.high
    elif abs(within) > Decimal("0.501"):
        assert not estimate.low <= float(exact) <= estimate.high


@given(units=st.integers(-(10**6), 10**6), places=st.integers(-9, 4))
def test_the_ends_are_the_decimal_ones(units, places):
    step = Decimal(1).scaleb(-places)
    estimate = rounded(float(units * step), float(step))
    assert estimate.low == float((units - Decimal("0.5")) * step)
    assert estimate.high == float((units + Decimal("0.5")) * step)


@pytest.mark.parametrize(
    ("value", "step", "low", "high"),
    [
        (3.81, 0.01, 3.805, 3.815),
        (1.8e9, 1e8, 1.75e9, 1.85e9),
        (0, 1, -0.5, 0.5),
        (15, 5, 12.5, 17.5),
        (123_456_789_012_345, 1, 123_456_789_012_344.5, 123_456_789_012_345.5),
    ],
)
def test_rounded_by_hand(value, step, low, high):
    assert rounded(value, step) == Estimate(value, low, high, "rounding")


def test_an_interval_says_what_it_is_about():
    mixed = combine(lambda *parts: sum(parts), rounded(2, 1), Estimate(1, 0, 2, "sampling"))
    assert mixed.kind == "sampling and rounding"
    assert exactly(3).kind == combine(operator.add, exactly(1), exactly(2)).kind == ""
    assert Estimate(2, 1, 3, "sources").write("%") == "2 % [1 to 3, sources]"
    with pytest.raises(ValueError, match="choose one of sampling"):
        Estimate(2, 1, 3, "confidence")


def test_an_estimate_around_a_value_leaves_missing_draws_out_and_holds_the_value():
    found = Estimate.around(9, [1.0, math.nan, 2.0, 3.0])
    assert (found.value, found.high, found.kind) == (9, 9, "sampling")
    assert found.low == pytest.approx(1.05)


@pytest.mark.parametrize("step", [0, -1, NAN])
def test_a_step_that_is_not_positive(step):
    with pytest.raises(ValueError, match="above 0"):
        rounded(5, step)


# --- Arithmetic.


POSITIVE = st.floats(0.01, 1e6)
FORMULAS = [operator.add, operator.sub, operator.mul, operator.truediv]


@st.composite
def estimates(draw):
    low, value, high = sorted(draw(st.tuples(POSITIVE, POSITIVE, POSITIVE)))
    return Estimate(value, low, high)


@given(
    formula=st.sampled_from(FORMULAS),
    parts=st.tuples(estimates(), estimates()),
    shares=st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
def test_a_formula_within_the_intervals_is_in_the_combined_one(formula, parts, shares):
    inner = [
        min(max(part.low + share * (part.high - part.low), part.low), part.high)
        for part, share in zip(parts, shares, strict=True)
    ]
    combined = combine(formula, *parts)
    result, slack = formula(*inner), 1e-9 * max(map(abs, (combined.low, combined.high)))
    assert combined.low - slack <= result <= combined.high + slack
    assert combined.value == formula(parts[0].value, parts[1].value)


@given(
    formula=st.sampled_from(FORMULAS), part=estimates(), other=estimates(), share=st.floats(0, 1)
)
def test_a_narrower_part_gives_no_wider_result(formula, part, other, share):
    low = part.low + share * (part.value - part.low)
    assume(part.low <= low <= part.value)
    narrow = combine(formula, Estimate(part.value, low, part.high), other)
    wide = combine(formula, part, other)
    assert wide.low <= narrow.low <= narrow.high <= wide.high


@pytest.mark.parametrize(
    ("formula", "parts", "expected"),
    [
        (operator.add, [(3, 2, 4), (1, 0, 2)], (4, 2, 6)),
        (operator.sub, [(3, 2, 4), (1, 0, 2)], (2, 0, 4)),
        (operator.mul, [(3, 2, 4), (-1, -2, 1)], (-3, -8, 4)),
        (operator.truediv, [(6, 4, 8), (2, 1, 4)], (3, 1, 8)),
        (lambda new, old: 100 * (new / old - 1), [(110, 99, 121), (100, 90, 110)], None),
        (lambda a: 2 * a, [(50, 50, INFINITY)], (100, 100, INFINITY)),
    ],
)
def test_combined_by_hand(formula, parts, expected):
    combined = combine(formula, *(Estimate(*part) for part in parts))
    low, high = 100 * (99 / 110 - 1), 100 * (121 / 90 - 1)
    by_hand = Estimate(*(expected or (100 * (110 / 100 - 1), low, high)))
    assert combined == by_hand


# --- Writing.


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0, "users", "0 users"),
        (0.0, "", "0"),
        (-3, "%", "-3 %"),
        (-2.5e6, "users", "-2.5 million users"),
        (0.264, "%", "0.264 %"),
        (0.00012345, "%", "0.000123 %"),
        (12.3456, "hours", "12.3 hours"),
        (1234.56, "", "1,235"),
        (9125, "likes", "9,125 likes"),
        (999_999, "users", "999,999 users"),
        (1e6, "users", "1 million users"),
        (1.5e9, "users", "1.5 billion users"),
        (304e6, "users", "304 million users"),
        (2009, "year", "2009"),
        (3, "rank", "rank 3"),
        (2 / 3, "share", "66.7 %"),
        (0.3, "share", "30 %"),
        (2, "ratio", "2 times"),
        (1, "ratio", "1 time"),
        (1, "years", "1 year"),
        (1, "countries", "1 country"),
        (1, "series", "1 series"),
        (1, "posts per day", "1 post per day"),
        (-1, "years", "-1 year"),
        (999.6e6, "users", "1 billion users"),
        (999_999.6, "users", "1 million users"),
        (1e9, "messages", "1 billion messages"),
    ],
)
def test_values_as_written(value, unit, text):
    assert write_value(value, unit) == text


def test_more_digits_are_written_when_asked_for():
    assert write_value(1_234_567, "users", 6) == "1.23457 million users"


@given(value=st.floats(-1e12, 1e12))
def test_what_is_written_can_be_read_back(value):
    assume(abs(value) > 1e-6 or value == 0)
    words = write_value(value, "", 12).split()
    scale = {"million": 1e6, "billion": 1e9}.get(words[-1], 1.0)
    assert math.isclose(float(words[0].replace(",", "")) * scale, value, rel_tol=1e-9)


@pytest.mark.parametrize(
    ("estimate", "unit", "text"),
    [
        (
            Estimate(3.8e9, 3.75e9, 3.85e9),
            "users",
            "3.8 billion users [3.75 billion to 3.85 billion]",
        ),
        (Estimate(50, 50, INFINITY), "%", "50 % or more"),
        (Estimate(50, -INFINITY, 50), "%", "50 % or less"),
        (Estimate(50, 40, INFINITY, "bound"), "%", "50 % [40 or more, bound]"),
        (Estimate(50, -INFINITY, 60), "%", "50 % [60 or less]"),
        (Estimate(50, -INFINITY, INFINITY), "%", "50 % [without bounds]"),
        (Estimate(1.022, 1.0213, 1.0222, "runs"), "", "1.022 [1.021 to 1.022, runs]"),
        (Estimate(0.5, 0.4, 0.6), "share", "50 % [40 % to 60 %]"),
        (Estimate(2019, 2018, 2020), "year", "2019 [2018 to 2020]"),
        (exactly(7), "days", "7 days"),
    ],
)
def test_estimates_as_written(estimate, unit, text):
    assert estimate.write(unit) == text


@pytest.mark.parametrize(
    ("rows", "options", "sentence"),
    [
        ({"x": [1.0]}, {}, "There are 1 rows"),
        ({"x": [1.0, 2.0], "of": ["a", "a"]}, {"clusters": "of"}, "There are 1 clusters"),
        ({"x": [1.0, 2.0], "of": ["a", None]}, {"clusters": "of"}, "1 rows name no cluster"),
        ({"x": [1.0, 2.0]}, {"repetitions": 0}, "draw once at least"),
        ({"x": [1.0, 2.0]}, {"level": 95}, "between 0 and 1"),
    ],
)
def test_what_tells_nothing_of_chance_is_not_resampled(rows, options, sentence):
    with pytest.raises(ValueError, match=sentence):
        bootstrap(pd.DataFrame(rows), lambda t: t["x"].mean(), **{"seed": 1} | options)


def test_clusters_may_be_named_in_any_way():
    table = pd.DataFrame({"x": [1.0, 2.0, 3.0], "of": ["a", "b", "b"]})
    numbers = table.assign(of=[1, 2, 2])
    results = [
        bootstrap(t, lambda t: t["x"].mean(), seed=1, clusters="of") for t in (table, numbers)
    ]
    assert results[0] == results[1]


def test_a_missing_value_is_not_written():
    with pytest.raises(ValueError, match="no value to write in users"):
        write_value(math.nan, "users")


def test_the_table_of_intervals_says_what_it_was_given():
    table = interval_table([("a", Estimate(2, 1, 3), "seen"), ("b", exactly(4), "said")], "%")
    assert table.to_dict("records")[0] == {
        "label": "a",
        "value": 2,
        "low": 1,
        "high": 3,
        "kind": "seen",
        "text": "2 %",
    }
    assert list(table["text"]) == ["2 %", "4 %"]
    assert list(interval_table([]).columns) == list(table.columns)


@pytest.mark.parametrize(
    ("value", "text"),
    [(999_999, "999,999 users"), (1e6, "1 million users"), (1e9, "1 billion users")],
)
def test_a_million_is_written_as_one(value, text):
    assert write_value(value, "users") == text
    assert write_value(-value, "users") == f"-{text}"
