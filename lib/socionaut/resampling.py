"""Seeded bootstrap, over the unit that was sampled."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from socionaut.quantities import Estimate

__all__ = ["bootstrap", "percentile_interval"]


def bootstrap(
    sample: pd.DataFrame,
    statistic: Callable[[pd.DataFrame], float],
    *,
    seed: int,
    clusters: str | None = None,
    repetitions: int = 999,
    level: float = 0.95,
) -> Estimate:
    """Return a statistic with its percentile bootstrap interval.

    Rows are drawn with replacement, or whole clusters of rows where rows of one
    cluster (posts of a page, months of an account) depend on each other.

    Parameters
    ----------
    sample : pandas.DataFrame
        One row an observation.
    statistic : callable
        Takes a table like `sample` and returns a number.
    seed : int
        Seed of the generator.
    clusters : str, optional
        Column that names the cluster of each row.
    repetitions : int
        Number of resamples.
    level : float
        Coverage aimed at, between 0 and 1.

    Returns
    -------
    Estimate
        The statistic of the sample; the interval is widened to hold it where the
        percentiles do not.

    Raises
    ------
    ValueError
        If the sample is empty or the level is not between 0 and 1.

    References
    ----------
    B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.

    Examples
    --------
    >>> heights = pd.DataFrame({"height": [1.0, 2.0, 3.0, 4.0]})
    >>> mean = bootstrap(heights, lambda rows: rows["height"].mean(), seed=1)
    >>> mean.value
    2.5
    """
    if sample.empty or not 0 < level < 1:
        raise ValueError("Give a sample with at least one row, and a level between 0 and 1.")
    generator = np.random.default_rng(seed)
    groups = _row_numbers(sample, clusters)
    draws = [statistic(sample.iloc[_draw(groups, generator)]) for _ in range(repetitions)]
    value = float(statistic(sample))
    low, high = percentile_interval(draws, value, level=level)
    return Estimate(value, float(low), float(high))


def percentile_interval(
    draws: ArrayLike, value: ArrayLike, *, level: float = 0.95
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the ends of percentile intervals, widened to hold the values themselves.

    Parameters
    ----------
    draws : array-like
        One value, or one array of values, a resample, along the first axis.
    value : array-like
        What the resamples are of, of the shape of one of them.
    level : float
        Share of the draws between the ends, between 0 and 1.

    Returns
    -------
    tuple of numpy.ndarray
        Lower and upper ends, of the shape of `value`.

    References
    ----------
    B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13.

    Examples
    --------
    >>> low, high = percentile_interval([[1, 7], [2, 8], [3, 9]], [2, 6], level=0.5)
    >>> low.tolist(), high.tolist()
    ([1.5, 6.0], [2.5, 8.5])
    """
    tail = (1 - level) / 2
    low, high = np.quantile(np.asarray(draws, dtype=float), [tail, 1 - tail], axis=0)
    return np.minimum(low, value), np.maximum(high, value)


def _row_numbers(sample: pd.DataFrame, clusters: str | None) -> np.ndarray | list[np.ndarray]:
    if clusters is None:
        return np.arange(len(sample))
    return [np.flatnonzero(sample[clusters] == name) for name in sorted(sample[clusters].unique())]


def _draw(groups: np.ndarray | list[np.ndarray], generator: np.random.Generator) -> np.ndarray:
    chosen = generator.integers(len(groups), size=len(groups))
    if isinstance(groups, np.ndarray):
        return groups[chosen]
    return np.concatenate([groups[place] for place in chosen])
