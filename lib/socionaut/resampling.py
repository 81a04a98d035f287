"""Seeded bootstrap, over the unit that was sampled."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from socionaut.quantities import Estimate

__all__ = ["bootstrap"]


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
    tail = (1 - level) / 2
    low, high = np.quantile(draws, [tail, 1 - tail])
    value = float(statistic(sample))
    return Estimate(value, min(float(low), value), max(float(high), value))


def _row_numbers(sample: pd.DataFrame, clusters: str | None) -> np.ndarray | list[np.ndarray]:
    if clusters is None:
        return np.arange(len(sample))
    return [np.flatnonzero(sample[clusters] == name) for name in sorted(sample[clusters].unique())]


def _draw(groups: np.ndarray | list[np.ndarray], generator: np.random.Generator) -> np.ndarray:
    chosen = generator.integers(len(groups), size=len(groups))
    if isinstance(groups, np.ndarray):
        return groups[chosen]
    return np.concatenate([groups[place] for place in chosen])
