"""Engagement rates of posts under several definitions, and published benchmarks."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from socionaut.engagement.trends import printed
from socionaut.ledger.evidence import printed_values, series

__all__ = [
    "benchmark",
    "benchmark_as_printed",
    "difference_within",
    "engagement_rates",
    "rate_summary",
]


def engagement_rates(interactions: pd.Series, audience: pd.Series) -> pd.Series:
    r"""Return the engagement rate of each post.

    With interactions :math:`e_i` and audience :math:`a_i` of post i, the rate is
    :math:`r_i = 100\, e_i / a_i`. The audience is what the definition asks for:
    followers of the account, people reached, or impressions.

    Parameters
    ----------
    interactions : pandas.Series of numbers
        Reactions, comments and shares of each post (count).
    audience : pandas.Series of numbers
        Followers, reach or impressions of each post (count, above 0), with the same
        index.

    Returns
    -------
    pandas.Series
        One rate a post, in percent of the audience. It can exceed 100.

    Raises
    ------
    ValueError
        If there is no post, an index differs, a value is missing, negative or
        infinite, or an audience is 0; the sentence says which rows.

    Examples
    --------
    >>> engagement_rates(pd.Series([1, 60]), pd.Series([100, 1000])).to_list()
    [1.0, 6.0]
    """
    _demand_posts(interactions, audience)
    return 100 * interactions / audience


def rate_summary(interactions: pd.Series, followers: pd.Series) -> pd.Series:
    r"""Summarise the engagement of posts in the three ways that benchmarks use.

    With interactions :math:`e_i` and followers :math:`f_i` of post i, the rate of a
    post is :math:`r_i = 100\, e_i / f_i`. The mean rate averages :math:`r_i`, the
    median rate takes the middle one, the pooled rate is
    :math:`100 \sum e_i / \sum f_i`, a mean weighted by followers.

    Parameters
    ----------
    interactions : pandas.Series of numbers
        Reactions, comments and shares of each post (count).
    followers : pandas.Series of numbers
        Followers of the account of each post (count, above 0), with the same index.

    Returns
    -------
    pandas.Series
        ``mean``, ``median`` and ``pooled`` rate, in percent of followers.

    Raises
    ------
    ValueError
        If there is no post, an index differs, a value is missing or negative, or an
        account has no followers; the sentence says which rows.

    Examples
    --------
    >>> rate_summary(pd.Series([1, 2, 60]), pd.Series([100, 100, 1000])).to_dict()
    {'mean': 3.0, 'median': 2.0, 'pooled': 5.25}
    """
    rates = engagement_rates(interactions, followers)
    return pd.Series(
        {
            "mean": rates.mean(),
            "median": rates.median(),
            "pooled": 100 * interactions.sum() / followers.sum(),
        }
    )


def _demand_posts(interactions: pd.Series, audience: pd.Series) -> None:
    if not interactions.index.equals(audience.index) or interactions.empty:
        raise ValueError("Give at least one post, and both columns with the same rows.")
    usable = interactions.between(0, math.inf, inclusive="left") & audience.between(
        0, math.inf, inclusive="neither"
    )
    bad = ~usable.fillna(False)
    if bad.any():
        rows = ", ".join(map(str, bad.index[bad][:5]))
        raise ValueError(
            f"{bad.sum()} posts cannot be used (rows {rows}): interactions must be 0 or more "
            "and followers above 0 (or reach, or impressions). Correct or remove these rows."
        )


def difference_within(values: pd.Series, flagged: pd.Series, strata: pd.Series) -> float:
    r"""Compare flagged with other rows inside strata.

    In stratum s the difference of the two means is :math:`d_s`, of :math:`n_s` flagged
    and :math:`m_s` other rows. The result is the mean of :math:`d_s` with weights
    :math:`n_s m_s / (n_s + m_s)`, which is the coefficient of the flag in a least-squares
    regression with a constant for each stratum. Strata without both kinds say nothing.

    The difference describes. It is an effect of the flag only if, inside a stratum,
    the flag was given as if by lot.

    Parameters
    ----------
    values : pandas.Series of float
        What is compared; take logarithms to compare ratios.
    flagged : pandas.Series of bool
        Which rows are flagged, with the same index.
    strata : pandas.Series
        Stratum of each row, with the same index.

    Returns
    -------
    float
        The difference, flagged minus others, in the unit of the values.

    Raises
    ------
    ValueError
        If an index differs, a cell is missing, or no stratum has both kinds.

    References
    ----------
    J. D. Angrist and J.-S. Pischke, Mostly Harmless Econometrics, 2009, section 3.3.1.

    Examples
    --------
    >>> values, paid = pd.Series([1.0, 3.0, 10.0, 14.0]), pd.Series([False, True, False, True])
    >>> difference_within(values, paid, strata=pd.Series(["a", "a", "b", "b"]))
    3.0
    """
    columns = (values, flagged, strata)
    if not all(c.index.equals(values.index) for c in columns) or any(
        c.isna().any() for c in columns
    ):
        raise ValueError("Give values, flags and strata with the same rows and no missing cell.")
    places, _ = pd.factorize(strata)
    flags, numbers = flagged.to_numpy(dtype=float), values.to_numpy(dtype=float)
    ours, theirs = (np.bincount(places, weights=side) for side in (flags, 1 - flags))
    both = (ours > 0) & (theirs > 0)
    if not both.any():
        raise ValueError("No stratum has both flagged and other rows; use coarser strata.")
    sums = (np.bincount(places, weights=numbers * side)[both] for side in (flags, 1 - flags))
    ours, theirs = ours[both], theirs[both]
    our_sum, their_sum = sums
    gaps = our_sum / ours - their_sum / theirs
    return float(np.average(gaps, weights=ours * theirs / (ours + theirs)))


def benchmark(name: str, platforms: tuple[str, ...], suffix: str = "") -> pd.DataFrame:
    """Set one publisher's benchmark series of several platforms side by side.

    Parameters
    ----------
    name : str
        What the ids of the series begin with, for example
        ``"rival_iq_median_engagement"``.
    platforms : tuple of str
        Platforms in lower case, as in the ids.
    suffix : str
        What the ids end with, for a study of its own.

    Returns
    -------
    pandas.DataFrame
        A row a year, a column a platform, engagement in percent of followers.

    Examples
    --------
    >>> table = benchmark("rival_iq_median_engagement", ("facebook", "instagram"))
    >>> table.loc[2020].to_dict()
    {'facebook': 0.08, 'instagram': 0.98}
    """
    columns = {
        platform: series(f"{name}_{platform}{suffix}").set_index("period")["value"]
        for platform in platforms
    }
    table = pd.DataFrame(columns).rename_axis("year")
    return table.set_axis(table.index.astype(int)).sort_index().rename_axis("year")


def benchmark_as_printed(name: str, platforms: tuple[str, ...], suffix: str = "") -> pd.DataFrame:
    """Set what the printed figures of one publisher's series can stand for side by side.

    Parameters
    ----------
    name, platforms, suffix
        As for `benchmark`.

    Returns
    -------
    pandas.DataFrame of Estimate
        A row a year, a column a platform; missing where no page prints a figure. The
        interval is half a unit of the last printed digit to both sides.

    Examples
    --------
    >>> table = benchmark_as_printed("rival_iq_median_engagement", ("facebook",))
    >>> table.loc[2022, "facebook"]
    Estimate(value=0.06, low=0.0595, high=0.0605, kind='rounding')
    """
    columns = {
        platform: printed_values(f"{name}_{platform}{suffix}").map(printed)
        for platform in platforms
    }
    table = pd.DataFrame(columns)
    return table.set_axis(table.index.astype(int)).sort_index().rename_axis("year")
