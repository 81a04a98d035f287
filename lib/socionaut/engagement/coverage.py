"""How often a bootstrap of months of accounts holds the truth, by how many months there are."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from socionaut.estimates import percentile_interval

__all__ = ["interval_coverage"]


def interval_coverage(
    months: list[int],
    *,
    posts: int = 10,
    spread: float = 1.0,
    alike: float = 0.0,
    memory: float = 0.0,
    files: int = 400,
    repetitions: int = 199,
    level: float = 0.95,
    seed: int,
) -> pd.Series:
    r"""Simulate the coverage of the interval of a mean rate, as `summarise_platforms` gives it.

    Rates of posts are drawn from a lognormal distribution with logarithms of standard deviation
    :math:`\sigma`, whose mean is :math:`e^{\sigma^2/2}`. A part of the variance of the logarithms
    is that of the month, which keeps a part of the month before; an account has twelve months.
    Months are drawn with replacement.

    Parameters
    ----------
    months : list of int
        Months of accounts.
    posts : int
        Posts in each month.
    spread : float
        :math:`\sigma`; near 1 in files of posts.
    alike : float
        Correlation of the logarithms of two posts of one month, from 0 to 1; at 0 posts are
        independent, the best case.
    memory : float
        Correlation of neighbouring months of an account, from 0 to below 1.
    files : int
        Simulated files for each number of months.
    repetitions : int
        Resamples of each.
    level : float
        Coverage aimed at.
    seed : int
        Seed of the generator.

    Returns
    -------
    pandas.Series
        Share of the files whose interval holds the true mean, by months.

    References
    ----------
    A. C. Davison and D. V. Hinkley, Bootstrap Methods and their Application, 1997, chapter 5.

    Examples
    --------
    >>> found = interval_coverage([2, 24], files=100, repetitions=99, seed=1)
    >>> bool(found[2] < 0.7 < found[24])
    True
    """
    truth = np.exp(spread**2 / 2)
    found = {}
    for count in months:
        generator = np.random.default_rng([seed, count])
        logs = np.sqrt(1 - alike) * generator.normal(0, spread, (files, count, posts))
        logs += np.sqrt(alike) * spread * _months(generator, files, count, memory)[:, :, None]
        means = np.exp(logs).mean(axis=2)
        chosen = generator.integers(count, size=(files, repetitions, count))
        draws = np.take_along_axis(means[:, None, :], chosen, axis=2).mean(axis=2)
        low, high = percentile_interval(draws.T, means.mean(axis=1), level=level)
        found[count] = float(((low <= truth) & (truth <= high)).mean())
    return pd.Series(found, name="coverage").rename_axis("months of accounts")


def _months(
    generator: np.random.Generator, files: int, count: int, memory: float
) -> NDArray[np.float64]:
    """Return a standard normal number a month, which depends on that before in its account."""
    drawn = generator.normal(0, 1, (files, count))
    for month in range(count):
        if month % 12:
            fresh = np.sqrt(1 - memory**2) * drawn[:, month]
            drawn[:, month] = memory * drawn[:, month - 1] + fresh
    return drawn
