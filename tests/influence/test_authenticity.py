"""Fake accounts: every figure by a second route, and bad input refused."""

from __future__ import annotations

import itertools

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from statsmodels.stats.proportion import proportion_confint

from socionaut.influence import authenticity as au

SHARES = st.floats(0, 1)
GOOD = st.floats(0.55, 1)


def labelled(fakes: int, real: int, seed: int = 1) -> tuple[pd.DataFrame, pd.Series]:
    """Draw accounts whose one feature is higher in fakes."""
    generator = np.random.default_rng(seed)
    fake = pd.Series([True] * fakes + [False] * real)
    noise = generator.normal(size=len(fake))
    return pd.DataFrame(
        {"following": noise + 2 * fake, "noise": generator.normal(size=len(fake))}
    ), fake


# The area under the curve


@given(
    st.lists(st.integers(0, 5), min_size=2, max_size=30),
    st.lists(st.integers(0, 5), min_size=2, max_size=30),
)
@settings(max_examples=40)
def test_auc_is_mann_whitney_over_pairs_and_that_of_scikit_learn(fakes, real):
    scores = pd.Series([*fakes, *real], dtype=float)
    fake = pd.Series([True] * len(fakes) + [False] * len(real))
    found = au.auc(scores, fake)
    pairs = itertools.product(fakes, real)
    by_hand = np.mean([(a > b) + 0.5 * (a == b) for a, b in pairs])
    assert found.value == pytest.approx(by_hand)
    assert found.value == pytest.approx(roc_auc_score(fake, scores))
    statistic = mannwhitneyu(fakes, real).statistic
    assert found.value == pytest.approx(statistic / (len(fakes) * len(real)))
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_groups_without_overlap_give_no_false_certainty():
    found = au.auc(pd.Series([3.0, 4, 1, 2]), pd.Series([True, True, False, False]))
    assert (found.value, found.low, found.high) == (1, 0, 1)


def test_auc_interval_covers_the_truth_about_as_often_as_it_says():
    generator = np.random.default_rng(3)
    fake = pd.Series([True] * 40 + [False] * 60)
    truth = 0.7602499389065233  # P(N(1, 1) > N(0, 1)) = Phi(1 / sqrt 2)
    inside = 0
    for _ in range(300):
        found = au.auc(pd.Series(generator.normal(size=100) + fake), fake)
        inside += found.low <= truth <= found.high
    assert 0.92 <= inside / 300 <= 0.98


@pytest.mark.parametrize(
    ("scores", "fake"),
    [
        ([1.0, 2, 3], [True, True, True]),
        ([1.0, 2, 3], [True, False, False]),
        ([1.0, np.nan, 3, 4], [True, True, False, False]),
    ],
)
def test_auc_refuses_what_cannot_be_compared(scores, fake):
    with pytest.raises(ValueError, match=r"fake and|one score"):
        au.auc(pd.Series(scores), pd.Series(fake))


@pytest.mark.parametrize("compare", [au.auc, au.error_rates])
def test_labels_of_other_accounts_and_missing_scores_are_refused(compare):
    fake = pd.Series([True, True, False, False])
    for scores in (
        pd.Series([0.1, 0.2, 0.3, 0.4], index=[3, 2, 1, 0]),
        pd.Series([0.1, None, 0, 1]),
    ):
        with pytest.raises(ValueError, match="same index"):
            compare(scores, fake)


# Validation


class Memory(ClassifierMixin, BaseEstimator):
    """A classifier that knows by heart what it has seen, and nothing else."""

    def fit(self, features, fake):
        """Keep the rows."""
        self.classes_ = np.array([False, True])
        self.seen_ = dict(zip(map(tuple, features.to_numpy()), fake, strict=True))
        return self

    def predict_proba(self, features):
        """Repeat the label of a row that was seen; say one half of any other."""
        known = [float(self.seen_.get(tuple(row), 0.5)) for row in features.to_numpy()]
        return np.column_stack([1 - np.array(known), known])


def test_a_model_that_remembers_gains_nothing_even_from_copies():
    features, fake = labelled(15, 25)
    twice = pd.concat([features, features], ignore_index=True)
    seen = au.out_of_fold(Memory(), twice, pd.concat([fake, fake], ignore_index=True), seed=1)
    assert (seen["probability"] == 0.5).all()


def test_every_account_is_judged_once_a_repeat_in_folds_that_hold_both_kinds():
    features, fake = labelled(20, 60)
    seen = au.out_of_fold(LogisticRegression(), features, fake, folds=4, repeats=2, seed=5)
    for _, once in seen.groupby("repeat"):
        assert once["account"].to_list() == list(range(80))
        assert once["fake"].to_list() == fake.to_list()
        assert (once.groupby("fold")["fake"].sum() == 5).all()
    dealt = seen.pivot_table(index="account", columns="repeat", values="fold")
    assert not (dealt[0] == dealt[1]).all()
    again = au.out_of_fold(LogisticRegression(), features, fake, folds=4, repeats=2, seed=5)
    pd.testing.assert_frame_equal(seen, again)


def test_noise_is_not_learnt():
    features, fake = labelled(100, 100)
    seen = au.out_of_fold(LogisticRegression(), features[["noise"]], fake, seed=2)
    assert au.auc(seen["probability"], seen["fake"]).value < 0.6


def test_probabilities_are_those_of_a_model_fitted_on_the_other_folds():
    features, fake = labelled(12, 18)
    seen = au.out_of_fold(LogisticRegression(), features, fake, folds=3, seed=1)
    for _, fold in seen.groupby("fold"):
        rest = features.index.difference(fold["account"])
        model = LogisticRegression().fit(features.loc[rest], fake[rest])
        expected = model.predict_proba(features.loc[fold["account"]])[:, 1]
        np.testing.assert_allclose(fold["probability"], expected, atol=1e-6)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda x, y: (x.mask(x > 2), y), "missing"),
        (lambda x, y: (x, y.set_axis(range(1, len(y) + 1))), "same index"),
        (lambda x, y: (x, y.where(y.index > 15, False)), "at least"),
    ],
)
def test_validation_refuses_gaps_other_accounts_and_too_few_fakes(spoil, words):
    features, fake = spoil(*labelled(20, 30))
    with pytest.raises(ValueError, match=words):
        au.out_of_fold(LogisticRegression(), features, fake, seed=1)


def test_error_rates_by_hand():
    probability = pd.Series([0.9, 0.5, 0.4, 0.1, 0.6, 0.2])
    fake = pd.Series([True, True, True, False, False, False])
    rates = au.error_rates(probability, fake)
    assert rates["hits"].to_dict() == {"sensitivity": 2, "specificity": 2}
    low, high = proportion_confint(2, 3, method="wilson")
    assert rates.loc["sensitivity", ["low", "high"]].to_list() == pytest.approx([low, high])


def test_fold_interval_by_hand_is_wider_than_the_naive_one():
    scores = pd.Series([0.9, 0.8, 0.85, 0.95] * 2)
    error = np.sqrt((1 / 8 + 1 / 3) * scores.var())
    found = au.fold_interval(scores, folds=4)
    assert found.high - found.value == pytest.approx(2.364624251592784 * error)
    assert error > scores.sem() * 1.9
    for wrong in (scores[:7], scores[:0]):
        with pytest.raises(ValueError, match="whole repeats"):
            au.fold_interval(wrong, folds=4)


# Prevalence


def flagged(share, sensitivity, specificity):
    """Return the share that a detector flags: those found, and the false alarms."""
    return sensitivity * share + (1 - specificity) * (1 - share)


@given(SHARES, GOOD, GOOD)
def test_rogan_gladen_undoes_the_apparent_prevalence(share, sensitivity, specificity):
    apparent = flagged(share, sensitivity, specificity)
    assert 0 <= apparent <= 1 + 1e-12
    back = au.rogan_gladen(min(apparent, 1), sensitivity, specificity)
    assert back == pytest.approx(share, abs=1e-9)


def test_prevalence_by_counting_a_thousand_accounts():
    # 100 of 1000 fake; 80 of them flagged, and 45 of 900 real ones.
    assert au.rogan_gladen(0.125, 0.8, 0.95) == pytest.approx(0.1)


def test_the_cows_of_the_manual_of_epir():
    # epi.prev of the R package epiR: 23 of 150 positive, sensitivity 0.96, specificity 0.89.
    assert au.rogan_gladen(23 / 150, 0.96, 0.89) == pytest.approx(0.0510, abs=5e-5)


@pytest.mark.parametrize("rates", [(0.5, 0.5), (0.2, 0.7)])
def test_a_coin_corrects_nothing(rates):
    with pytest.raises(ValueError, match="tells nothing"):
        au.rogan_gladen(0.3, *rates)


@pytest.mark.parametrize("wrong", [-0.1, 1.1, float("nan")])
def test_what_is_no_share_is_refused(wrong):
    for place in range(3):
        shares = [0.2, 0.9, 0.9]
        shares[place] = wrong
        with pytest.raises(ValueError, match="Shares run"):
            au.rogan_gladen(*shares)


def test_corrected_prevalence_has_the_spread_of_a_simulation():
    """By another route: the delta method of Rogan and Gladen, where samples are large."""
    share, sensitivity, specificity, size = 0.2, 0.8, 0.95, 4000
    apparent = flagged(share, sensitivity, specificity)
    estimate = au.corrected_prevalence((apparent * size, size), (960, 1200), (2850, 3000))
    variances = [p * (1 - p) / n for p, n in ((apparent, size), (0.8, 1200), (0.95, 3000))]
    error = np.sqrt(np.dot((1, share**2, (1 - share) ** 2), variances)) / 0.75
    assert estimate.value == pytest.approx(share)
    assert (estimate.high - estimate.low) / 2 == pytest.approx(1.96 * error, rel=0.05)


def test_few_known_fakes_make_the_interval_lopsided():
    """The published case of SRF: 24 of 31 fakes found, 260 of 270 real accounts let pass."""
    estimate = au.corrected_prevalence((0.311e7, 1e7), (24, 31), (260, 270))
    assert (estimate.low, estimate.high) == pytest.approx((0.31, 0.472), abs=0.01)
    assert estimate.high - estimate.value > 1.3 * (estimate.value - estimate.low)


def test_corrected_prevalence_is_cut_off_at_none_and_all():
    none = au.corrected_prevalence((1, 100), (90, 100), (90, 100))
    assert (none.value, none.low) == (0, 0)
    every = au.corrected_prevalence((99, 100), (90, 100), (90, 100))
    assert (every.value, every.high) == (1, 1)
    with pytest.raises(ValueError, match="no share"):
        au.corrected_prevalence((5, 0), (90, 100), (90, 100))


def test_an_exact_detector_leaves_the_binomial_error():
    estimate = au.corrected_prevalence((30, 100), (50, 50), (50, 50))
    assert estimate.high - 0.3 == pytest.approx(1.96 * np.sqrt(0.3 * 0.7 / 100), abs=0.011)


# Bought followers


def crowd(size: int = 30, seed: int = 2) -> nx.DiGraph:
    return nx.gnp_random_graph(size, 0.3, seed=seed, directed=True)


@pytest.mark.parametrize("leaves", [1, 10, 50])
def test_pagerank_of_a_bought_star_is_the_closed_form(leaves):
    star = au.buy_followers(nx.empty_graph(1, nx.DiGraph), 0, leaves, strategy="alone")
    rank = nx.pagerank(star, alpha=0.85, tol=1e-10, max_iter=500)[0]
    assert rank == pytest.approx((1 + 0.85 * leaves) / (1 + leaves + 0.85 * leaves), abs=1e-8)


@given(st.sampled_from(au.STRATEGIES), st.integers(0, 25), st.integers(0, 12), st.integers(0, 29))
@settings(deadline=None, max_examples=60)
def test_what_is_bought_is_what_was_ordered(strategy, followers, ties, buyer):
    network = crowd()
    attacked = au.buy_followers(network, buyer, followers, strategy=strategy, ties=ties, seed=1)
    bought = set(attacked) - set(network)
    assert len(bought) == followers
    assert attacked.in_degree(buyer) == network.in_degree(buyer) + followers
    assert attacked.subgraph(network).edges == network.edges
    assert network.edges == crowd().edges
    others = {"alone": 0, "farm": min(ties, max(followers - 1, 0)), "disguised": ties}[strategy]
    assert all(attacked.out_degree(account) == 1 + others for account in bought)
    assert not any(attacked.has_edge(real, account) for real in network for account in bought)
    assert nx.number_of_selfloops(attacked) == 0


def test_ranks_by_hand_with_ties_shared():
    network = nx.DiGraph([(1, 0), (2, 0), (3, 1), (0, 1), (0, 2)])
    ranks = au._follower_ranks(network, sorted(network))
    assert ranks["in_degree"].to_dict() == {0: 1.5, 1: 1.5, 2: 3, 3: 4}
    assert ranks.loc[3, "pagerank"] == 4
    assert ranks["core"].to_dict() == {0: 2, 1: 2, 2: 2, 3: 4}


def test_ranks_by_pagerank_are_those_of_a_linear_system():
    network = crowd()
    order = sorted(network)
    ties = nx.to_numpy_array(network, order)
    flow = np.where(ties.sum(1, keepdims=True) > 0, ties / ties.sum(1, keepdims=True), 1 / 30)
    exact = np.linalg.solve(np.eye(30) - 0.85 * flow.T, np.full(30, 0.15 / 30))
    expected = pd.Series(exact, order).rank(ascending=False)
    assert au._follower_ranks(network, order)["pagerank"].to_list() == expected.to_list()


@pytest.mark.parametrize("strategy", au.STRATEGIES)
def test_gains_of_in_degree_are_counted_by_hand(strategy):
    network = crowd()
    followers = pd.Series(dict(network.in_degree))
    rows = au.attack_ranks(network, [4, 9], [3, 6], strategy=strategy, ties=0, seed=1)
    for row in rows[rows["measure"] == "in_degree"].itertuples():
        after = followers.copy()
        after[row.buyer] += row.bought
        above = (after > after[row.buyer]).sum()
        level = (after == after[row.buyer]).sum()
        assert row.after == above + (level + 1) / 2
        assert row.gained == row.before - row.after >= 0


def test_lone_followers_never_move_core_numbers_and_a_dense_farm_does():
    network = crowd()
    deepest = max(nx.core_number(network).values())
    low = min(network, key=lambda node: nx.core_number(network)[node])
    alone = au.attack_ranks(network, [low], [50], strategy="alone")
    assert alone.set_index("measure").loc["core", "gained"] == 0
    farm = au.attack_ranks(network, [low], [50], strategy="farm", ties=deepest)
    assert farm.set_index("measure").loc["core", "after"] == 1
    # Each of the farm has its ties out and in and the buyer: the buyer's core is that deep.
    attacked = au.buy_followers(network, low, 50, strategy="farm", ties=deepest)
    assert nx.core_number(attacked)[low] == 2 * deepest + 1


def test_attacks_do_not_depend_on_each_other_and_leave_the_network_alone():
    network = crowd()
    plan = {"strategy": "disguised", "ties": 4, "seed": 3}
    together = au.attack_ranks(network, [4, 9], [5, 10], **plan)
    apart = au.attack_ranks(network, [4], [10], **plan)
    same = together[(together["buyer"] == 4) & (together["bought"] == 10)]
    pd.testing.assert_frame_equal(same.reset_index(drop=True), apart)
    assert network.edges == crowd().edges
    attacked = au.buy_followers(network, 4, 10, **plan)
    after = au._follower_ranks(attacked, sorted(network)).loc[4]
    assert apart["after"].to_list() == after.to_list()


@pytest.mark.parametrize(
    "wrong",
    [
        {"buyer": 99},
        {"followers": -1},
        {"ties": -1},
        {"strategy": "stealth"},
    ],
)
def test_impossible_orders_are_refused(wrong):
    order = {"buyer": 0, "followers": 3, "ties": 2, "strategy": "farm"} | wrong
    with pytest.raises(ValueError, match="node of the network"):
        au.buy_followers(crowd(), **order)
    buyer, followers = order.pop("buyer"), order.pop("followers")
    with pytest.raises(ValueError, match="node of the network"):
        au.attack_ranks(crowd(), [buyer], [followers], **order)


def test_accounts_are_dealt_into_five_folds_once_unless_said_otherwise():
    features, fake = labelled(10, 15)
    seen = au.out_of_fold(LogisticRegression(), features, fake, seed=1)
    assert seen.groupby("fold").size().tolist() == [5] * 5
    assert len(seen) == len(fake)
