"""Fake accounts: telling them apart, counting them, and what they do to rankings.

A detector of fake accounts errs in both directions, so the share of accounts that
it flags is not the share that is fake. The first half of this module measures how
it errs, the second corrects a share for it, and the last plants bought followers
in a network of follower ties and looks at the ranks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

import networkx as nx
import numpy as np
import pandas as pd
from scipy.special import stdtrit

from socionaut.estimates import Estimate
from socionaut.influence.centrality import centralities
from socionaut.steady import above, ranks
from socionaut.studies.surveys import share_interval

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator

__all__ = [
    "FOLLOWER_MEASURES",
    "STRATEGIES",
    "attack_ranks",
    "auc",
    "buy_followers",
    "corrected_prevalence",
    "error_rates",
    "fold_interval",
    "out_of_fold",
    "rogan_gladen",
]

STRATEGIES = ("alone", "farm", "disguised")
FOLLOWER_MEASURES = ("in_degree", "pagerank", "core")

_LEVEL = 0.95


def auc(scores: pd.Series, fake: pd.Series) -> Estimate:
    r"""Return how well a score sets fake accounts above real ones.

    The area under the receiver operating characteristic is the chance that a fake
    account, drawn at random, has a higher score than a real one, ties counted half:

    .. math:: A = P(S_{fake} > S_{real}) + \tfrac12 P(S_{fake} = S_{real}).

    Estimate and interval (Brunner and Munzel's variance, which allows ties) are those of
    statsmodels; ends beyond 0 and 1 are cut off. Where no score of one group lies among those
    of the other, nothing can be said of the spread, and the interval is from 0 to 1.

    Parameters
    ----------
    scores : pandas.Series of numbers
        One an account (any unit).
    fake : pandas.Series of bool
        Which accounts are fake, with the same index.

    Returns
    -------
    Estimate
        From 0 to 1; 0.5 for a score that says nothing, below it for one that is lower
        in fake accounts.

    Raises
    ------
    ValueError
        If one of the two groups has fewer than two accounts, a score is missing, or the
        two series are not of the same accounts.

    References
    ----------
    J. A. Hanley and B. J. McNeil, The meaning and use of the area under a receiver
    operating characteristic curve, Radiology 143, 1982.

    Examples
    --------
    >>> auc(pd.Series([3, 4, 1, 3]), pd.Series([True, True, False, False])).value
    0.875
    """
    from statsmodels.stats.nonparametric import rank_compare_2indep

    flags = _checked_labels(fake, least=2)
    _demand_scores(scores, fake)
    values = scores.to_numpy(dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        result = rank_compare_2indep(values[flags], values[~flags])
    value = float(result.prob1)
    if not result.var > 0:
        return Estimate(value, 0.0, 1.0, "sampling")
    low, high = result.conf_int(alpha=1 - _LEVEL)
    return Estimate(value, max(0.0, float(low)), min(1.0, float(high)), "sampling")


def out_of_fold(
    model: BaseEstimator,
    features: pd.DataFrame,
    fake: pd.Series,
    *,
    folds: int = 5,
    repeats: int = 1,
    seed: int,
) -> pd.DataFrame:
    """Return the probability of being fake that a model gives accounts it has not seen.

    In each repeat the accounts are dealt into folds, fake and real ones evenly; the
    model, with all its scaling, is fitted anew on all folds but one, and asked about
    that one. Accounts with equal features stay in one fold, since a copy in the
    training folds would give the answer away. Dealing and fitting are scikit-learn's.

    Parameters
    ----------
    model : sklearn.base.BaseEstimator
        A classifier or pipeline with ``predict_proba``; it is cloned, never changed.
    features : pandas.DataFrame
        A row an account.
    fake : pandas.Series of bool
        Which accounts are fake, with the same index.
    folds : int
        Number of folds, 2 or more.
    repeats : int
        How many times the accounts are dealt.
    seed : int
        Seed of the dealing; a repeat adds its number.

    Returns
    -------
    pandas.DataFrame
        A row an account and repeat: columns ``account`` (of the index),
        ``repeat``, ``fold``, ``probability`` (0 to 1) and ``fake``.

    Raises
    ------
    ValueError
        If an index is not unique or not the same, a cell is missing, or there are fewer
        fake or real accounts than folds.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> features = pd.DataFrame({"following": [9.0, 8, 7, 1, 2, 3]})
    >>> fake = pd.Series([True, True, True, False, False, False])
    >>> seen = out_of_fold(LogisticRegression(), features, fake, folds=3, seed=1)
    >>> (seen.set_index("account")["probability"].round() == fake).all()
    np.True_
    """
    from sklearn.base import clone
    from sklearn.model_selection import StratifiedGroupKFold

    _checked_labels(fake, least=folds)
    if not features.index.is_unique or not features.index.equals(fake.index):
        raise ValueError("Give features and labels one row an account, under the same index.")
    if features.isna().to_numpy().any():
        raise ValueError("A feature is missing; drop the account or fill the cell first.")
    copies = features.groupby(list(features), sort=False).ngroup()
    parts = []
    for repeat in range(repeats):
        dealing = StratifiedGroupKFold(folds, shuffle=True, random_state=seed + repeat)
        for fold, (train, test) in enumerate(dealing.split(features, fake, copies)):
            fitted = cast(Any, clone(model)).fit(features.iloc[train], fake.iloc[train])
            # A forest's mean of 0.5 must not fall to either side of a cut by its last digit.
            probability = fitted.predict_proba(features.iloc[test])[:, 1].round(12)
            parts.append(
                pd.DataFrame(
                    {
                        "account": features.index[test],
                        "repeat": repeat,
                        "fold": fold,
                        "probability": probability,
                        "fake": fake.iloc[test].to_numpy(dtype=bool),
                    }
                )
            )
    return pd.concat(parts).sort_values(["repeat", "account"], ignore_index=True)


def error_rates(probability: pd.Series, fake: pd.Series, *, cut: float = 0.5) -> pd.DataFrame:
    """Return sensitivity and specificity at a cut, with Wilson's intervals.

    Parameters
    ----------
    probability : pandas.Series of float
        Probability of being fake, one an account (0 to 1).
    fake : pandas.Series of bool
        Which accounts are fake.
    cut : float
        An account at or above it is flagged. Choose it before looking at the labels.

    Returns
    -------
    pandas.DataFrame
        Rows ``sensitivity`` (fake accounts that are flagged) and ``specificity`` (real
        accounts that are not); columns ``hits``, ``of`` (counts), ``value``, ``low``,
        ``high`` (shares).

    Raises
    ------
    ValueError
        If there is no fake or no real account, a probability is missing, or the two series
        are not of the same accounts.

    Examples
    --------
    >>> rates = error_rates(pd.Series([0.9, 0.2, 0.1]), pd.Series([True, True, False]))
    >>> rates[["hits", "of", "value"]].to_dict("list")
    {'hits': [1, 1], 'of': [2, 1], 'value': [0.5, 1.0]}
    """
    flags = _checked_labels(fake, least=1)
    _demand_scores(probability, fake)
    flagged = ~above(cut, probability)
    counts = {
        "sensitivity": (int((flagged & flags).sum()), int(flags.sum())),
        "specificity": (int((~flagged & ~flags).sum()), int((~flags).sum())),
    }
    rows = {name: (*pair, _share(*pair)) for name, pair in counts.items()}
    return pd.DataFrame(
        {name: (hits, of, e.value, e.low, e.high) for name, (hits, of, e) in rows.items()},
        index=["hits", "of", "value", "low", "high"],
    ).T.astype({"hits": int, "of": int})


def fold_interval(scores: pd.Series, *, folds: int) -> Estimate:
    r"""Return the mean of a score over folds with an interval that knows the folds overlap.

    Any two training sets share most of their accounts, so the scores of J folds
    (all repeats together) are not independent and :math:`s^2/J` is too small. Nadeau
    and Bengio's variance is

    .. math:: \left(\frac1J + \frac{1}{k - 1}\right) s^2

    for k folds, where :math:`1/(k-1)` is test over training size; the interval is
    Student's, with J - 1 degrees of freedom. It is a rule of thumb, not a theorem.

    Parameters
    ----------
    scores : pandas.Series of float
        One a fold and repeat.
    folds : int
        Number of folds k of each repeat.

    Returns
    -------
    Estimate
        In the unit of the scores.

    Raises
    ------
    ValueError
        If there are fewer than two folds, or the scores are not whole repeats of them.

    References
    ----------
    C. Nadeau and Y. Bengio, Inference for the generalization error, Machine Learning 52,
    2003.

    Examples
    --------
    >>> fold_interval(pd.Series([0.9, 0.8, 0.9, 0.8, 0.85]), folds=5).write(digits=2)
    '0.85 [0.76 to 0.94, sampling]'
    """
    if folds < 2 or len(scores) == 0 or len(scores) % folds:
        raise ValueError(
            f"{len(scores)} scores are not whole repeats of {folds} folds; check both."
        )
    size, mean = len(scores), float(scores.mean())
    error = float(np.sqrt((1 / size + 1 / (folds - 1)) * scores.var(ddof=1)))
    half = float(stdtrit(size - 1, (1 + _LEVEL) / 2)) * error
    return Estimate(mean, mean - half, mean + half, "sampling")


def rogan_gladen(apparent: float, sensitivity: float, specificity: float) -> float:
    r"""Return the share of fake accounts behind the share that a detector flags.

    .. math:: \pi = \frac{p + Sp - 1}{Se + Sp - 1}

    It undoes :math:`p = Se\,\pi + (1 - Sp)(1 - \pi)`, the share flagged where :math:`\pi` are fake.
    The result is not cut off: below 0 or above 1 it says that share and error rates do not go
    together.

    Parameters
    ----------
    apparent : float
        Share flagged, 0 to 1.
    sensitivity, specificity : float
        Of the detector, among accounts such as these, 0 to 1.

    Returns
    -------
    float
        Share of fake accounts.

    Raises
    ------
    ValueError
        If one of them is not a share, or the detector is no better than a coin.

    References
    ----------
    W. J. Rogan and B. Gladen, Estimating prevalence from the results of a screening test,
    American Journal of Epidemiology 107, 1978.

    Examples
    --------
    >>> round(rogan_gladen(0.17, 0.8, 0.9), 3)
    0.1
    """
    _demand_shares(apparent=apparent, sensitivity=sensitivity, specificity=specificity)
    gain = sensitivity + specificity - 1
    if gain <= 0:
        raise ValueError(
            f"Sensitivity {sensitivity:.3g} and specificity {specificity:.3g} sum to 1 or less: "
            "such a detector tells nothing, and no share can be corrected with it; use another."
        )
    return (apparent + specificity - 1) / gain


def corrected_prevalence(
    flagged: tuple[float, float],
    sensitivity: tuple[float, float],
    specificity: tuple[float, float],
    *,
    seed: int = 0,
    repetitions: int = 9999,
) -> Estimate:
    r"""Return the share of fake accounts with an interval, from three counts.

    The error rates come from a sample too, so their errors count. All three counts are
    drawn anew from binomial distributions with the shares seen (a parametric bootstrap),
    and the share is corrected each time; with few known fakes the interval is not
    symmetric. The three samples must be independent, and the error rates those of the cut
    by which the population was flagged.

    Parameters
    ----------
    flagged : tuple of float
        Accounts flagged, and accounts looked at, in the sample of the population.
    sensitivity : tuple of float
        Fake accounts flagged, and fake accounts, in the sample of known ones.
    specificity : tuple of float
        Real accounts not flagged, and real accounts, in the sample of known ones.
    seed : int
        Seed of the draws.
    repetitions : int
        Number of draws; those in which the detector is no better than a coin are left out.

    Returns
    -------
    Estimate
        Share, 0 to 1. Value and ends beyond are cut off there.

    Raises
    ------
    ValueError
        As `rogan_gladen`, or if counts do not make a share.

    References
    ----------
    W. J. Rogan and B. Gladen, 1978 (the same paper). B. Efron and R. J. Tibshirani, An
    Introduction to the Bootstrap, 1993, section 6.5.

    Examples
    --------
    >>> corrected_prevalence((170, 1000), (80, 100), (90, 100)).write("share", digits=2)
    '10 % [0.45 % to 18 %, sampling]'
    """
    generator = np.random.default_rng(seed)
    shares, drawn = [], []
    for hits, of in (flagged, sensitivity, specificity):
        if not 0 <= hits <= of or of <= 0:
            raise ValueError(f"{hits} of {of} is no share; give hits first, then how many in all.")
        shares.append(hits / of)
        size = max(1, round(of))
        drawn.append(generator.binomial(size, hits / of, size=repetitions) / size)
    share = min(max(rogan_gladen(*shares), 0.0), 1.0)
    apparent, found, passed = drawn
    gain = found + passed - 1
    unclear = np.full(repetitions, np.nan)
    draws = np.divide(apparent + passed - 1, gain, out=unclear, where=gain > 0)
    return Estimate.around(share, np.clip(draws, 0, 1), level=_LEVEL)


def buy_followers(
    network: nx.DiGraph, buyer: int, followers: int, *, strategy: str, ties: int = 10, seed: int = 0
) -> nx.DiGraph:
    """Return a copy of a follower network in which an account has bought followers.

    An edge runs from the one who follows to the one who is followed. The bought accounts
    are new; nobody real follows them. ``alone``: they follow the buyer only. ``farm``:
    each also follows the next `ties` bought accounts, in a ring. ``disguised``: each also
    follows `ties` real accounts drawn at random.

    Parameters
    ----------
    network : networkx.DiGraph
        Follower ties, nodes numbered by integers.
    buyer : int
        The account that buys.
    followers : int
        How many it buys, 0 or more.
    strategy : {'alone', 'farm', 'disguised'}
        What else the bought accounts do.
    ties : int
        How many others each follows; at most as many as there are.
    seed : int
        Seed of the draw of real accounts.

    Returns
    -------
    networkx.DiGraph
        With `followers` nodes more; the input is not changed.

    Raises
    ------
    ValueError
        If the network has no such node, a number is negative or the strategy unknown.

    Examples
    --------
    >>> network = buy_followers(nx.DiGraph([(0, 1)]), 0, 3, strategy="alone")
    >>> network.in_degree(0), network.in_degree(1)
    (3, 1)
    """
    _demand_attack(network, buyer, followers, strategy, ties)
    attacked = network.copy()
    _add_bought(attacked, buyer, followers, strategy, ties, seed)
    return attacked


def _add_bought(
    network: nx.DiGraph, buyer: int, followers: int, strategy: str, ties: int, seed: int
) -> range:
    real = sorted(network)
    first = real[-1] + 1
    bought = range(first, first + followers)
    network.add_edges_from((account, buyer) for account in bought)
    if strategy == "farm":
        steps = range(1, min(ties, followers - 1) + 1)
        network.add_edges_from(
            (first + place, first + (place + step) % followers)
            for place in range(followers)
            for step in steps
        )
    elif strategy == "disguised":
        others = np.array([node for node in real if node != buyer])
        generator = np.random.default_rng(seed)
        for account in bought:
            drawn = generator.choice(others, min(ties, len(others)), replace=False)
            network.add_edges_from((account, int(other)) for other in drawn)
    return bought


def attack_ranks(
    network: nx.DiGraph,
    buyers: Sequence[int],
    amounts: Sequence[int],
    *,
    strategy: str,
    ties: int = 10,
    seed: int = 0,
) -> pd.DataFrame:
    """Let each of several accounts buy followers, one at a time, and compare its ranks.

    Ranks are those by the `FOLLOWER_MEASURES` of `centralities`: followers, PageRank along
    the ties, and core number with ties counted in both directions. Only accounts of the
    network are ranked; bought ones have no rank.

    Parameters
    ----------
    network : networkx.DiGraph
        Follower ties, nodes numbered by integers.
    buyers : sequence of int
        Accounts that buy, each in an attack of its own.
    amounts : sequence of int
        How many followers are bought, one attack an amount.
    strategy, ties, seed
        As for `buy_followers`; each attack draws with a seed of its own.

    Returns
    -------
    pandas.DataFrame
        A row an attack and measure: ``buyer``, ``bought``, ``measure``, ``before`` and
        ``after`` (ranks) and ``gained`` (ranks climbed).

    Raises
    ------
    ValueError
        As `buy_followers`.

    Examples
    --------
    >>> ties = nx.DiGraph([(0, 1), (2, 1)])
    >>> rows = attack_ranks(ties, [0], [3], strategy="alone").set_index("measure")
    >>> rows["gained"].to_dict()
    {'in_degree': 1.5, 'pagerank': 0.5, 'core': 0.0}
    """
    accounts, attacked = sorted(network), network.copy()
    before = _follower_ranks(network, accounts)
    rows = []
    for number, buyer in enumerate(buyers):
        for amount in amounts:
            _demand_attack(network, buyer, amount, strategy, ties)
            bought = _add_bought(attacked, buyer, amount, strategy, ties, seed + number)
            after = _follower_ranks(attacked, accounts)
            attacked.remove_nodes_from(bought)
            pairs = zip(before.loc[buyer], after.loc[buyer], strict=True)
            rows += [(buyer, amount, name, *pair) for name, pair in zip(before, pairs, strict=True)]
    table = pd.DataFrame(rows, columns=["buyer", "bought", "measure", "before", "after"])
    return table.assign(gained=table["before"] - table["after"])


def _follower_ranks(network: nx.DiGraph, accounts: Sequence[int]) -> pd.DataFrame:
    table = centralities(network, measures=["degree", "pagerank", "core"])
    return ranks(table.loc[list(accounts), list(FOLLOWER_MEASURES)])


def _share(hits: int, of: int) -> Estimate:
    percent = share_interval(hits, of)
    return Estimate(hits / of, percent.low / 100, percent.high / 100, percent.kind)


def _checked_labels(fake: pd.Series, *, least: int) -> np.ndarray:
    flags: np.ndarray = fake.to_numpy(dtype=bool)
    if fake.isna().any() or min(flags.sum(), (~flags).sum()) < least:
        raise ValueError(
            f"There are {int(flags.sum())} fake and {int((~flags).sum())} real accounts; "
            f"at least {least} of each are needed, and no label may be missing."
        )
    return flags


def _demand_scores(scores: pd.Series, fake: pd.Series) -> None:
    if not scores.index.equals(fake.index) or scores.isna().any():
        raise ValueError("Give each account one score, under the same index as its label.")


def _demand_attack(
    network: nx.DiGraph, buyer: int, followers: int, strategy: str, ties: int
) -> None:
    if buyer not in network or followers < 0 or ties < 0 or strategy not in STRATEGIES:
        raise ValueError(
            f"Give a node of the network, counts of 0 or more, and one of {', '.join(STRATEGIES)}; "
            f"got node {buyer}, {followers} followers, {ties} ties and {strategy}."
        )


def _demand_shares(**shares: float) -> None:
    wrong = [f"{name} {value:.3g}" for name, value in shares.items() if not 0 <= value <= 1]
    if wrong:
        raise ValueError(
            f"Shares run from 0 to 1, and {', '.join(wrong)} does not; give fractions, no percent."
        )
