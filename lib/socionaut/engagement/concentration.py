"""How unequally activity or attention is shared: Lorenz curve, Gini index, top shares.

Every function takes one amount a member (an account, a page, a post) and treats
the members it is given as all there are. What a data set leaves out, above all the
members who never do anything, it cannot put back.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

__all__ = [
    "gini",
    "lorenz_curve",
    "participation_split",
    "simulate_activity",
    "top_share",
]


def lorenz_curve(amounts: pd.Series) -> pd.DataFrame:
    r"""Return the Lorenz curve of amounts.

    With the n amounts sorted from smallest to largest, :math:`x_1 \le \dots \le x_n`,
    the curve runs through the points :math:`(i/n,\; \sum_{j \le i} x_j / \sum_j x_j)`.

    Parameters
    ----------
    amounts : pandas.Series of numbers
        One amount a member (any unit, 0 or more).

    Returns
    -------
    pandas.DataFrame
        Columns ``members`` and ``amount``, both cumulated from the smallest member on,
        as shares from 0 to 1; a row more than there are members.

    Raises
    ------
    ValueError
        If there is no member, an amount is missing or negative, or all are 0.

    References
    ----------
    M. O. Lorenz, Methods of measuring the concentration of wealth, 1905.

    Examples
    --------
    >>> lorenz_curve(pd.Series([3, 1])).to_dict("list")
    {'members': [0.0, 0.5, 1.0], 'amount': [0.0, 0.25, 1.0]}
    """
    sorted_amounts = np.sort(_checked(amounts))
    cumulated = np.concatenate([[0.0], np.cumsum(sorted_amounts)])
    return pd.DataFrame(
        {
            "members": np.linspace(0, 1, len(cumulated)),
            "amount": cumulated / cumulated[-1],
        }
    )


def gini(amounts: pd.Series) -> float:
    r"""Return the Gini index of amounts.

    With the n amounts sorted from smallest to largest,

    .. math:: G = \frac{\sum_i (2i - n - 1)\, x_i}{n \sum_i x_i},

    which is half the mean absolute difference of all ordered pairs, over the mean,
    and twice the area between the diagonal and the Lorenz curve.

    Parameters
    ----------
    amounts : pandas.Series of numbers
        One amount a member (any unit, 0 or more).

    Returns
    -------
    float
        0 when all have the same, and 1 - 1/n when one of n has all.

    Raises
    ------
    ValueError
        If there is no member, an amount is missing or negative, or all are 0.

    References
    ----------
    C. Gini, Variabilità e mutabilità, 1912.

    Examples
    --------
    >>> gini(pd.Series([1, 2, 3, 4]))
    0.25
    """
    sorted_amounts = np.sort(_checked(amounts))
    size = len(sorted_amounts)
    weights = 2 * np.arange(1, size + 1) - size - 1
    return float(weights @ sorted_amounts / (size * sorted_amounts.sum()))


def top_share(amounts: pd.Series, top: float = 0.01) -> float:
    """Return the share of the total that the largest members hold.

    Where the top is not a whole number of members, the next member counts in part:
    the Lorenz curve is read between its points.

    Parameters
    ----------
    amounts : pandas.Series of numbers
        One amount a member (any unit, 0 or more).
    top : float
        Share of the members, from 0 to 1.

    Returns
    -------
    float
        Share of the total, from 0 to 1.

    Raises
    ------
    ValueError
        If the amounts cannot be used, as `gini` says, or `top` is not a share.

    Examples
    --------
    >>> top_share(pd.Series([70, 20, 5, 5]), top=0.25)
    0.7
    """
    if not 0 <= top <= 1:
        raise ValueError(f"The top is {top}; give a share of the members, from 0 to 1.")
    largest_first = np.sort(_checked(amounts))[::-1]
    cumulated = np.concatenate([[0.0], np.cumsum(largest_first)])
    held = np.interp(top * len(largest_first), np.arange(len(cumulated)), cumulated)
    return float(held / cumulated[-1])


def participation_split(
    amounts: pd.Series, cuts: Sequence[float] = (0.01, 0.1, 1.0)
) -> pd.DataFrame:
    """Cut the members by rank, and say how much of the total each group holds.

    The cuts decide how many members a group has, so the sizes of the groups test
    nothing; what the groups hold, and how many members have nothing at all, does.

    Parameters
    ----------
    amounts : pandas.Series of numbers
        One amount a member (any unit, 0 or more).
    cuts : sequence of float
        Ends of the groups as shares of the members, rising, from the top down.

    Returns
    -------
    pandas.DataFrame
        One row a group, labelled by its place, with the shares ``members`` and
        ``amount``, from 0 to 1.

    Raises
    ------
    ValueError
        If the amounts cannot be used, as `gini` says, or the cuts do not rise.

    Examples
    --------
    >>> split = participation_split(pd.Series([50] + 9 * [5] + 90 * [0.05]))
    >>> split["amount"].round(2).to_dict()
    {'top 1 %': 0.5, 'next 9 %': 0.45, 'next 90 %': 0.05}
    """
    ends = np.array([0.0, *cuts])
    sizes = np.diff(ends)
    if (sizes <= 0).any():
        raise ValueError(f"The cuts {tuple(cuts)} do not rise; give shares such as 0.01, 0.1, 1.")
    held = np.diff([top_share(amounts, end) for end in ends])
    labels = [
        f"{'next' if place else 'top'} {100 * size:g} %"
        for place, size in enumerate(sizes.round(6))
    ]
    return pd.DataFrame({"members": sizes, "amount": held}, index=labels)


def simulate_activity(
    members: int, median: float, sigma: float, windows: Sequence[int], seed: int
) -> pd.DataFrame:
    """Simulate how many posts each member is seen to write in windows of growing length.

    Each member writes at a pace of their own, drawn once from a log-normal
    distribution, and posts at random times. Longer windows hold the shorter ones.

    Parameters
    ----------
    members : int
        Number of members, the silent ones included.
    median : float
        Median pace, in posts per unit of time.
    sigma : float
        Standard deviation of the natural logarithm of the paces.
    windows : sequence of int
        Lengths of the windows in units of time, rising.
    seed : int
        Seed of the generator.

    Returns
    -------
    pandas.DataFrame
        One row a member, one column a window, counts of posts.

    Raises
    ------
    ValueError
        If the lengths do not rise from above 0.

    Examples
    --------
    >>> counts = simulate_activity(1000, median=0.1, sigma=1, windows=[1, 12], seed=1)
    >>> bool((counts[1] <= counts[12]).all())
    True
    """
    steps = np.diff([0, *windows])
    if (steps <= 0).any():
        raise ValueError(f"The windows {list(windows)} do not rise; give lengths such as 1, 3, 12.")
    generator = np.random.default_rng(seed)
    pace = median * np.exp(generator.normal(0, sigma, members))
    counts = np.cumsum(generator.poisson(np.outer(pace, steps)), axis=1)
    return pd.DataFrame(counts, columns=list(windows)).rename_axis("member")


def _checked(amounts: pd.Series | Sequence[float]) -> np.ndarray:
    if not isinstance(amounts, pd.Series):
        amounts = pd.Series(amounts)
    values = amounts.to_numpy(dtype=float)
    if not len(values):
        raise ValueError("There is no member; give at least one amount.")
    bad = ~(np.isfinite(values) & (values >= 0))
    if bad.any():
        rows = ", ".join(map(str, amounts.index[bad][:5]))
        raise ValueError(
            f"{bad.sum()} amounts cannot be used (rows {rows}): each must be a number of 0 or "
            "more. Correct or remove these rows."
        )
    if not values.sum():
        raise ValueError("All amounts are 0, so nothing is shared; give one above 0.")
    return values
