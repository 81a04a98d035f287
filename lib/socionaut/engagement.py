"""Engagement rates of posts under several definitions, and published benchmarks."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from socionaut.evidence import series

__all__ = ["benchmark", "mean_over_median", "rate_summary", "simulate_rates"]


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
    _demand_posts(interactions, followers)
    rates = 100 * interactions / followers
    return pd.Series(
        {
            "mean": rates.mean(),
            "median": rates.median(),
            "pooled": 100 * interactions.sum() / followers.sum(),
        }
    )


def _demand_posts(interactions: pd.Series, followers: pd.Series) -> None:
    if not interactions.index.equals(followers.index) or interactions.empty:
        raise ValueError("Give at least one post, and both columns with the same rows.")
    bad = interactions.isna() | followers.isna() | (interactions < 0) | (followers <= 0)
    if bad.any():
        rows = ", ".join(map(str, bad.index[bad][:5]))
        raise ValueError(
            f"{bad.sum()} posts cannot be used (rows {rows}): interactions must be 0 or more "
            "and followers above 0. Correct or remove these rows."
        )


def mean_over_median(sigma: float) -> float:
    r"""Return mean over median of log-normal rates.

    If the logarithm of the rates is normal with standard deviation :math:`\sigma`,
    the mean is :math:`e^{\sigma^2/2}` times the median.

    Parameters
    ----------
    sigma : float
        Standard deviation of the natural logarithm of the rates.

    Returns
    -------
    float
        The ratio, 1 or more.

    References
    ----------
    J. Aitchison and J. A. C. Brown, The Lognormal Distribution, 1957, section 2.3.

    Examples
    --------
    >>> mean_over_median(0)
    1.0
    """
    return math.exp(sigma**2 / 2)


def simulate_rates(median: float, sigma: float, posts: int, seed: int) -> pd.Series:
    """Draw log-normal engagement rates.

    Parameters
    ----------
    median : float
        Median rate, in percent of followers.
    sigma : float
        Standard deviation of the natural logarithm of the rates.
    posts : int
        Number of posts.
    seed : int
        Seed of the generator.

    Returns
    -------
    pandas.Series
        One rate a post, in percent.

    Examples
    --------
    >>> f"{simulate_rates(median=0.08, sigma=1.5, posts=10_001, seed=1).median():.2f}"
    '0.08'
    """
    draws = np.random.default_rng(seed).normal(math.log(median), sigma, posts)
    return pd.Series(np.exp(draws))


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
