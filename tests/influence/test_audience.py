"""Audience against response: closed forms, simulation, other libraries, hand-worked cases."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm, pearsonr, rankdata, spearmanr
from scipy.stats import t as student

from socionaut.engagement.rates import rate_summary
from socionaut.engagement.trends import fixed_effects_slope
from socionaut.errors import InputError
from socionaut.influence import audience


def accounts(count: int = 200, slope: float = 0.8, seed: int = 3, noise: float = 0.6):
    """Draw accounts in two groups whose response grows with a known elasticity."""
    generator = np.random.default_rng(seed)
    size = np.exp(generator.normal(8, 2, count))
    group = generator.choice(["a", "b"], count)
    level = np.where(group == "a", 0.0, 1.0)
    response = np.exp(-2 + level + slope * np.log(size) + generator.normal(0, noise, count))
    return pd.DataFrame({"followers": size, "likes": response, "group": group})


def pair(value: float) -> pd.DataFrame:
    names = ["followers", "likes"]
    return pd.DataFrame([[1, value], [value, 1]], index=names, columns=names)


def normal_sample(correlation: float, count: int, seed: int = 5) -> np.ndarray:
    generator = np.random.default_rng(seed)
    return generator.multivariate_normal([0, 0], [[1, correlation], [correlation, 1]], count)


def top_of_normal(correlation: float, share: float, count: int = 100_000) -> np.ndarray:
    """Draw pairs of which the first of each is among the top share of all."""
    generator = np.random.default_rng(5)
    first = norm.isf(share * generator.random(count))
    noise = math.sqrt(1 - correlation**2) * generator.normal(size=count)
    return np.column_stack([first, correlation * first + noise])


# Rank correlation.


def test_rank_correlation_is_that_of_scipy_with_ties():
    table = accounts().assign(likes=lambda rows: rows["likes"].round(-2))
    ours = audience.rank_correlation(table, "followers", "likes", seed=1)
    assert ours.value == pytest.approx(spearmanr(table["followers"], table["likes"])[0])


@given(st.lists(st.integers(0, 6), min_size=1, max_size=30))
def test_ranks_by_counting_are_those_of_scipy(places):
    assert audience._mean_ranks(np.array(places)).tolist() == rankdata(places).tolist()


def test_its_interval_is_near_that_of_bonett_and_wright():
    table = accounts(400)
    ours = audience.rank_correlation(table, "followers", "likes", seed=1)
    error = math.sqrt((1 + ours.value**2 / 2) / (len(table) - 3))
    low, high = (math.tanh(math.atanh(ours.value) + sign * 1.96 * error) for sign in (-1, 1))
    assert ours.low == pytest.approx(low, abs=0.02)
    assert ours.high == pytest.approx(high, abs=0.02)


def test_rows_of_one_account_do_not_count_as_many():
    table = accounts(30)
    repeated = pd.concat([table.assign(account=range(30))] * 10, ignore_index=True)
    alone = audience.rank_correlation(repeated, "followers", "likes", seed=1)
    together = audience.rank_correlation(repeated, "followers", "likes", seed=1, clusters="account")
    assert together.high - together.low > 2 * (alone.high - alone.low)


# Elasticity.


def test_elasticity_is_that_of_a_statsmodels_formula():
    table = accounts()
    for peers, formula in ((None, ""), ("group", " + C(group)")):
        theirs = smf.ols(f"np.log(likes) ~ np.log(followers){formula}", table).fit(cov_type="HC3")
        ours = audience.elasticity(table, "likes", "followers", peers=peers)
        low, high = theirs.conf_int().loc["np.log(followers)"]
        assert ours.value == pytest.approx(theirs.params["np.log(followers)"])
        assert (ours.low, ours.high) == pytest.approx((low, high))


def test_within_accounts_it_is_the_fixed_effects_slope_of_logarithms():
    table = accounts(60).assign(account=np.arange(60) % 12)
    logs = table[["followers", "likes"]].apply(np.log).assign(account=table["account"])
    theirs = fixed_effects_slope(logs, "likes", "followers", "account")
    ours = audience.elasticity(table, "likes", "followers", peers="account", clusters="account")
    assert ours.value == pytest.approx(theirs.value)


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_with_accounts_of_several_rows_it_has_the_sandwich_of_clusters_by_hand(level):
    table = accounts(60).assign(account=np.arange(60) % 6)
    ours = audience.elasticity(table, "likes", "followers", clusters="account", level=level)
    design = np.column_stack([np.ones(60), np.log(table["followers"])])
    response = np.log(table["likes"].to_numpy())
    bread = np.linalg.inv(design.T @ design)
    slopes = bread @ design.T @ response
    scores = design * (response - design @ slopes)[:, None]
    sums = np.array([scores[table["account"] == name].sum(axis=0) for name in range(6)])
    middle = sums.T @ sums * 6 / 5 * 59 / 58  # of few clusters, and of parameters
    error = math.sqrt((bread @ middle @ bread)[1, 1])
    reach = student.ppf((1 + level) / 2, 5) * error  # six accounts, not sixty rows
    assert (ours.value, ours.low, ours.high) == pytest.approx(
        (slopes[1], slopes[1] - reach, slopes[1] + reach)
    )


@pytest.mark.parametrize("peers", [None, "group"])
def test_the_poisson_elasticity_solves_its_equations_and_has_the_sandwich_by_hand(peers):
    table = accounts().assign(likes=lambda rows: rows["likes"].round())
    ours = audience.elasticity(table, "likes", "followers", peers=peers, method="poisson")
    levels = [table["group"] == name for name in ("a", "b")] if peers else [np.ones(len(table))]
    design, counts = np.column_stack([np.log(table["followers"]), *levels]), table["likes"]
    slopes = np.r_[0.5, np.zeros(len(levels))]
    for _ in range(50):  # Newton's steps
        mean = np.exp(design @ slopes)
        bread = np.linalg.inv(design.T @ (design * mean[:, None]))
        slopes = slopes + bread @ design.T @ (counts - mean).to_numpy()
    scores = design * (counts - mean).to_numpy()[:, None]
    error = math.sqrt((bread @ scores.T @ scores @ bread)[0, 0])
    ends = (slopes[0] + sign * norm.ppf(0.975) * error for sign in (-1, 1))
    assert (ours.value, ours.low, ours.high) == pytest.approx((slopes[0], *ends), rel=1e-4)


@pytest.mark.parametrize("method", ["log", "poisson"])
@pytest.mark.parametrize("slope", [0.5, 1.0, 1.3])
def test_a_planted_elasticity_is_found(method, slope):
    table = accounts(2000, slope=slope, noise=0.2)
    found = audience.elasticity(table, "likes", "followers", peers="group", method=method)
    assert found.low - 0.05 < slope < found.high + 0.05
    assert found.high - found.low < 0.4


def test_the_interval_holds_the_truth_about_as_often_as_it_says():
    inside = 0
    for seed in range(100):
        found = audience.elasticity(accounts(80, seed=seed), "likes", "followers", peers="group")
        inside += found.low <= 0.8 <= found.high
    assert 90 <= inside <= 99


def test_the_elasticity_of_the_rate_is_one_less():
    table = accounts().assign(rate=lambda rows: 100 * rows["likes"] / rows["followers"])
    response = audience.elasticity(table, "likes", "followers")
    rate = audience.elasticity(table, "rate", "followers")
    assert rate.value == pytest.approx(response.value - 1)


def test_errors_in_the_audience_pull_the_elasticity_down_by_the_known_factor():
    generator = np.random.default_rng(8)
    table = accounts(20_000, slope=1.0).query("group == 'a'")
    wrong = table.assign(followers=table["followers"] * np.exp(generator.normal(0, 1, len(table))))
    found = audience.elasticity(wrong, "likes", "followers")
    assert found.value == pytest.approx(4 / (4 + 1), abs=0.03)


# Truncation.


@pytest.mark.parametrize("share", [0.5, 0.1, 0.01])
@pytest.mark.parametrize("correlation", [-0.6, 0.3, 0.9])
def test_the_closed_form_of_truncation_is_what_simulation_gives(share, correlation):
    kept = top_of_normal(correlation, share)
    error = 4 / math.sqrt(len(kept))
    expected = audience.correlation_after_truncation(correlation, share)
    assert pearsonr(*kept.T)[0] == pytest.approx(expected, abs=error)


@settings(max_examples=30)
@given(st.floats(0.01, 0.99), st.floats(0.001, 1))
def test_truncation_weakens_and_never_turns_round(correlation, share):
    after = audience.correlation_after_truncation(correlation, share)
    assert 0 < after <= correlation + 1e-12


@pytest.mark.parametrize("share", [0.3, 0.1])
def test_ranks_after_truncation_are_what_plain_simulation_gives(share):
    latent = 0.7
    spearman = 6 / math.pi * math.asin(latent / 2)
    assert spearmanr(normal_sample(latent, 100_000))[0] == pytest.approx(spearman, abs=0.005)
    kept = top_of_normal(latent, share)
    after = audience.rank_correlations_after_truncation(pair(spearman), "followers", share)
    assert after.loc["followers", "likes"] == pytest.approx(spearmanr(kept)[0], abs=0.01)


def test_without_a_cut_nothing_changes():
    after = audience.rank_correlations_after_truncation(pair(0.55), "followers", share=1)
    assert after.loc["likes", "followers"] == pytest.approx(0.55, abs=0.005)


def test_a_third_variable_follows_the_formula_for_incidental_selection():
    # Pearson and Lawley: with u the spread of the top,
    # (r23 - r12 r13 (1 - u^2)) / sqrt((1 - r12^2 (1 - u^2)) (1 - r13^2 (1 - u^2))).
    share, r12, r13, r23 = 0.5, 0.5, 0.6, 0.7
    lost = 2 / math.pi  # 1 - u^2 above the mean
    pearson = (r23 - r12 * r13 * lost) / math.sqrt((1 - r12**2 * lost) * (1 - r13**2 * lost))
    names = ["a", "b", "c"]
    latent = np.array([[1, r12, r13], [r12, 1, r23], [r13, r23, 1]])
    ranks = 6 / math.pi * np.arcsin(latent / 2)
    whole = pd.DataFrame(ranks, index=names, columns=names)
    after = audience.rank_correlations_after_truncation(whole, "a", share)
    back = 2 * math.sin(math.pi * after.loc["b", "c"] / 6)
    assert back == pytest.approx(pearson, abs=0.02)


def test_silent_accounts_hide_a_stronger_relation():
    silent, latent = 0.6, 0.8
    sample = normal_sample(latent, 400_000)
    tied = np.column_stack(
        [sample[:, 0], np.maximum(sample[:, 1], np.quantile(sample[:, 1], silent))]
    )
    whole = spearmanr(tied[:100_000])[0]
    kept = tied[tied[:, 0] >= np.quantile(tied[:, 0], 0.9)]
    names = {"by": "followers", "share": 0.1}
    after = audience.rank_correlations_after_truncation(pair(whole), silent=silent, **names)
    plain = audience.rank_correlations_after_truncation(pair(whole), **names)
    assert after.loc["followers", "likes"] == pytest.approx(spearmanr(kept)[0], abs=0.02)
    assert plain.loc["followers", "likes"] < after.loc["followers", "likes"] - 0.05


@pytest.mark.parametrize("relation", ["normal", "residuals"])
def test_one_relation_throughout_is_not_taken_for_a_collapse(relation):
    low, high = 0, 0
    for seed in range(24):
        table = accounts(150, seed=seed)
        test = audience.truncation_test(
            table, "followers", "likes", [30], seed=1, relation=relation, repetitions=99
        )
        low += test.loc[0, "lower"] <= 0.025
        high += test.loc[0, "lower"] >= 0.975
        assert test.loc[0, "expected"] < spearmanr(table["followers"], table["likes"])[0]
    assert low + high <= 4


def test_without_a_cut_the_simulated_correlations_spread_as_bonett_and_wright_say():
    table = accounts(400)
    found = audience.truncation_test(
        table, "followers", "likes", [400], seed=1, repetitions=1999
    ).loc[0]
    whole = spearmanr(table["followers"], table["likes"])[0]
    error = math.sqrt((1 + whole**2 / 2) / (len(table) - 3))
    low, high = (math.tanh(math.atanh(whole) + sign * 1.96 * error) for sign in (-1, 1))
    assert found["seen"] == pytest.approx(whole)
    assert found["expected"] == pytest.approx(whole, abs=0.005)
    assert found["low"] == pytest.approx(low, abs=0.04 * (high - low))
    assert found["high"] == pytest.approx(high, abs=0.04 * (high - low))
    assert found["lower"] == pytest.approx(0.5, abs=0.05)


def test_of_accounts_with_the_same_audience_the_first_in_the_table_are_the_top():
    generator = np.random.default_rng(4)
    table = pd.DataFrame(
        {"followers": generator.integers(1, 6, 300), "likes": generator.integers(1, 90, 300)}
    )
    rows = sorted(zip(table["followers"], table["likes"], strict=True), key=lambda pair: -pair[0])
    for top in (100, 170):
        found = audience.truncation_test(
            table, "followers", "likes", [top], seed=1, repetitions=9
        ).loc[0, "seen"]
        assert found == pytest.approx(spearmanr(*zip(*rows[:top], strict=True))[0])


def test_in_another_order_of_the_rows_the_same_comes_out():
    table = accounts(120).round({"followers": 0, "likes": 1})
    mixed = table.sample(frac=1, random_state=2)
    tests, bands, slopes = (
        [function(rows) for rows in (table, mixed)]
        for function in (
            lambda rows: audience.truncation_test(
                rows, "followers", "likes", [30, 60], seed=1, repetitions=99
            ),
            lambda rows: audience.band_estimates(
                rows, "followers", "likes", [1000], seed=1, repetitions=99
            )[["band", "accounts", "measure", "value"]],  # the resamples are of rows
            lambda rows: audience.elasticity(rows, "likes", "followers", peers="group"),
        )
    )
    pd.testing.assert_frame_equal(*tests, rtol=1e-12)
    pd.testing.assert_frame_equal(*bands, rtol=1e-12)
    one, two = slopes
    assert (one.value, one.low, one.high) == pytest.approx((two.value, two.low, two.high))


@pytest.mark.parametrize("relation", ["normal", "residuals"])
def test_a_planted_collapse_at_the_top_is_seen(relation):
    table = accounts(300, noise=0.3)
    top = table["followers"].rank(ascending=False) <= 60
    shuffled = table.loc[top, "likes"].sample(frac=1, random_state=1).to_numpy()
    table.loc[top, "likes"] = shuffled
    test = audience.truncation_test(
        table, "followers", "likes", [60], seed=1, relation=relation, repetitions=199
    )
    assert test.loc[0, "seen"] < test.loc[0, "low"]


# Bands and tops.


def test_bands_by_hand():
    table = pd.DataFrame({"followers": [10, 30, 100, 300], "likes": [1, 1, 4, 6]})
    bands = audience.band_estimates(table, "followers", "likes", [100], seed=1)
    values = bands.pivot_table(index="band", columns="measure", values="value")
    assert values.loc[0, "mean rate"] == pytest.approx((10 + 100 / 30) / 2)
    assert values.loc[0, "pooled rate"] == pytest.approx(5)
    assert values.loc[1, "share of response"] == pytest.approx(100 * 10 / 12)
    assert values.loc[1, "share of audience"] == pytest.approx(100 * 400 / 440)
    assert (values["share of accounts"] == 50).all()


def test_the_rates_of_a_band_are_those_of_the_benchmarks():
    table = accounts()
    bands = audience.band_estimates(table, "followers", "likes", [3000], seed=1)
    low = table[table["followers"] < 3000]
    expected = rate_summary(low["likes"], low["followers"])
    here = bands.query("band == 0").set_index("measure")["value"]
    for name in ("mean", "median", "pooled"):
        assert here[f"{name} rate"] == pytest.approx(expected[name])
    rates = 100 * low["likes"] / low["followers"]
    gap = np.cov(rates, low["followers"], bias=True)[0, 1] / low["followers"].mean()
    assert here["pooled rate"] - here["mean rate"] == pytest.approx(gap)


def test_small_over_large_is_the_quotient_of_the_bands():
    table = accounts(400, slope=0.5)
    ratios = audience.small_over_large(table, "followers", "likes", 3000, seed=1)
    bands = audience.band_estimates(table, "followers", "likes", [3000], seed=1)
    values = bands.pivot_table(index="band", columns="measure", values="value")
    for name, ratio in ratios.items():
        assert ratio.value == pytest.approx(values.loc[0, name] / values.loc[1, name])
        assert 1 < ratio.low < ratio.value < ratio.high
    mute = table.assign(likes=table["likes"].where(table["followers"] < 3000, 0))
    with pytest.raises(InputError, match="no response"):
        audience.small_over_large(mute, "followers", "likes", 3000, seed=1)


def test_shares_add_up_and_intervals_hold_their_values():
    bands = audience.band_estimates(accounts(), "followers", "likes", [1000, 10_000], seed=2)
    shares = bands[bands["measure"].str.startswith("share")]
    assert shares.groupby("measure")["value"].sum().to_list() == pytest.approx([100] * 3)
    assert bands["value"].between(bands["low"], bands["high"]).all()


# What must be refused.


BROKEN = {
    "no column likes": accounts().drop(columns="likes"),
    "missing or infinite": accounts().assign(followers=np.nan),
    "nothing to relate": accounts().assign(followers=5.0),
    "four rows or more": accounts().head(3),
}


@pytest.mark.parametrize(("words", "table"), BROKEN.items(), ids=BROKEN)
def test_tables_that_cannot_be_used_are_refused(words, table):
    with pytest.raises(InputError, match=words):
        audience.rank_correlation(table, "followers", "likes", seed=1)
    with pytest.raises(InputError, match=words):
        audience.elasticity(table, "likes", "followers")


def test_a_response_of_nothing_has_no_logarithm():
    table = accounts().assign(likes=lambda rows: rows["likes"].where(rows.index > 4, 0))
    with pytest.raises(InputError, match="5 rows"):
        audience.elasticity(table, "likes", "followers")
    assert audience.elasticity(table, "likes", "followers", method="poisson").value > 0
    with pytest.raises(InputError, match="not known"):
        audience.elasticity(table, "likes", "followers", method="probit")


def test_peers_without_a_difference_are_refused():
    table = accounts(40).assign(account=range(40))
    with pytest.raises(InputError, match="does not vary inside"):
        audience.elasticity(table, "likes", "followers", peers="account")


@pytest.mark.parametrize("share", [0, -0.1, 1.1, math.nan])
def test_a_share_that_cannot_be_is_refused(share):
    with pytest.raises(InputError, match="share"):
        audience.correlation_after_truncation(0.5, share)
    with pytest.raises(InputError, match="share"):
        audience.rank_correlations_after_truncation(pair(0.5), "followers", share)


def test_what_is_no_correlation_is_refused():
    for correlation in (1.2, -1.01, math.nan):
        with pytest.raises(InputError, match="cannot be"):
            audience.correlation_after_truncation(correlation, 0.5)
    with pytest.raises(InputError, match="same names"):
        audience.rank_correlations_after_truncation(pair(0.5), "views", 0.1)
    with pytest.raises(InputError, match="between -1 and 1"):
        audience.rank_correlations_after_truncation(pair(1.5), "followers", 0.1)
    with pytest.raises(InputError, match="tied"):
        audience.rank_correlations_after_truncation(pair(0.95), "followers", 0.1, silent=0.9)
    names = ["a", "b", "c"]
    odd = pd.DataFrame([[1, 0.9, 0.9], [0.9, 1, -0.9], [0.9, -0.9, 1]], index=names, columns=names)
    with pytest.raises(InputError, match="three variables"):
        audience.rank_correlations_after_truncation(odd, "a", 0.1)


def test_tops_bands_and_relations_that_cannot_be_are_refused():
    table = accounts(50)
    for tops in ([], [3], [51]):
        with pytest.raises(InputError, match="A top needs"):
            audience.truncation_test(table, "followers", "likes", tops, seed=1)
    with pytest.raises(InputError, match="relation"):
        audience.truncation_test(table, "followers", "likes", [9], seed=1, relation="none")
    for edges in ([100, 50], [1e12]):
        with pytest.raises(InputError, match="edges"):
            audience.band_estimates(table, "followers", "likes", edges, seed=1)


@pytest.mark.parametrize(
    ("change", "method", "sentence"),
    [
        ({"likes": np.nan}, "log", "6 rows have a missing or infinite value .rows 2, 3, 4, 5, 6."),
        ({"followers": np.inf}, "log", "6 rows have a missing or infinite value"),
        ({"likes": 0}, "log", r"6 rows .* too small for this method \(rows 2, 3, 4, 5, 6\)"),
        ({"likes": -1}, "poisson", "too small for this method"),
        ({"followers": 0}, "poisson", "6 rows have an audience of 0"),
        ({}, "probit", 'method "probit" is not known'),
    ],
)
def test_what_cannot_be_related_is_refused_with_the_first_rows(change, method, sentence):
    table = accounts(20)
    for name, value in change.items():
        table.loc[2:7, name] = value
    with pytest.raises(InputError, match=sentence):
        audience.elasticity(table, "likes", "followers", method=method)


def test_a_response_of_nought_is_kept_by_the_poisson_method_and_four_rows_are_enough():
    table = pd.DataFrame({"followers": [1, 10, 100, 1000], "likes": [0, 4, 9, 30]})
    assert 0 < audience.elasticity(table, "likes", "followers", method="poisson").value < 1
    for few in (table[:3], table.assign(followers=5)):
        with pytest.raises(InputError, match="four rows or more in which followers differ"):
            audience.elasticity(few, "likes", "followers", method="poisson")
