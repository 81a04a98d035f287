"""Rounding, sorting, ranking and comparing that come out alike on every processor.

Processors add up the same numbers in another order and so disagree on the last of some sixteen
digits. That must not decide which of two equal rows comes first, on which side of a bound a number
lies, or whether two share a rank. So numbers that differ by a billionth count as equal here, and
what is shown is sorted as it is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

__all__ = ["above", "ordered", "ranks", "settled", "tidy"]

_PRECISION = 1e-9
# Where numbers cancel out, what is left is noise beside the largest of them.
_CANCELLED = 1e-12

Table = TypeVar("Table", pd.DataFrame, pd.Series)


def settled(values: ArrayLike) -> NDArray[np.float64]:
    """Make numbers equal that differ by no more than a billionth.

    Parameters
    ----------
    values : array-like of float
        The numbers; NaN stays NaN.

    Returns
    -------
    numpy.ndarray
        Of the same shape. Neighbours by size that differ by at most a billionth of themselves, or
        a trillionth of the largest number, all get the value of the least of them; what is nearer
        to zero than a trillionth of the largest gets zero.

    Examples
    --------
    >>> settled([7, 0.1 + 0.2, 0.3, -1e-17]).tolist()
    [7.0, 0.3, 0.3, 0.0]
    """
    array = np.asarray(values, dtype=float)
    least = _CANCELLED * np.abs(array[np.isfinite(array)]).max(initial=0.0)
    flat = np.where(np.abs(array) <= least, 0.0, array).ravel()
    order = np.argsort(flat, kind="stable")
    rising = flat[order]
    size = np.minimum(np.abs(rising[1:]), np.abs(rising[:-1]))
    with np.errstate(invalid="ignore"):  # between infinities
        near = np.diff(rising) <= np.maximum(_PRECISION * size, least)
    near |= rising[1:] == rising[:-1]
    if not near.any():
        return flat.reshape(array.shape)
    group = np.concatenate([[0], np.cumsum(~near)])[: flat.size]
    flat[order] = rising[np.searchsorted(group, group)]
    return flat.reshape(array.shape)


def above(values: ArrayLike, bound: ArrayLike) -> NDArray[np.bool_]:
    """Say which numbers lie above a bound by more than a billionth.

    Parameters
    ----------
    values, bound : array-like of float
        Numbers, and one bound or one for each.

    Returns
    -------
    numpy.ndarray of bool
        What differs from the bound by a billionth, or by a trillionth of the largest number, lies
        on it and not above.

    Examples
    --------
    >>> above([0.1 + 0.2 - 0.3, 0.1, -0.1], 0).tolist()
    [False, True, False]
    """
    one, two = np.asarray(values, dtype=float), np.asarray(bound, dtype=float)
    sizes = np.maximum(np.abs(one), np.abs(two))
    least = _CANCELLED * sizes[np.isfinite(sizes)].max(initial=0.0)
    slack = np.where(np.isfinite(sizes), np.maximum(_PRECISION * sizes, least), 0.0)
    return np.asarray(one > two + slack)


def ranks(
    values: Table,
    *,
    ascending: bool = False,
    method: Literal["average", "min", "max", "dense"] = "average",
) -> Table:
    """Rank numbers, of which those that agree to a billionth share a rank.

    Parameters
    ----------
    values : pandas.Series or pandas.DataFrame
        The numbers; the columns of a table are ranked each for itself.
    ascending : bool
        Whether the least has rank 1; otherwise the largest has.
    method : {"average", "min", "max", "dense"}
        Which rank is shared, as in pandas.

    Returns
    -------
    pandas.Series or pandas.DataFrame
        With the labels of `values`.

    Examples
    --------
    >>> ranks(pd.Series({"a": 0.3, "b": 0.1 + 0.2, "c": 0.2})).to_dict()
    {'a': 1.5, 'b': 1.5, 'c': 3.0}
    """
    if isinstance(values, pd.DataFrame):
        cells = values.to_numpy(dtype=float)
        columns = [settled(cells[:, place]) for place in range(cells.shape[1])]
        table = pd.DataFrame(np.array(columns).T.reshape(cells.shape), values.index, values.columns)
        return table.rank(ascending=ascending, method=method)
    steady = pd.Series(settled(values), values.index, name=values.name)
    return steady.rank(ascending=ascending, method=method)


def ordered(
    table: Table, by: str | Sequence[str] | None = None, *, ascending: bool = True
) -> Table:
    """Sort rows by numbers, those that agree to a billionth by their labels.

    Parameters
    ----------
    table : pandas.DataFrame or pandas.Series
        Rounded as it is shown, where it is shown.
    by : str or sequence of str, optional
        Columns of numbers, for a table; the first counts most.
    ascending : bool
        Whether the least comes first. Labels rise either way, and missing numbers come last.

    Returns
    -------
    pandas.DataFrame or pandas.Series
        The same rows.

    Examples
    --------
    >>> ordered(pd.Series({"b": 0.3, "a": 0.1 + 0.2, "c": 0.4}), ascending=False).index.tolist()
    ['c', 'a', 'b']
    """
    labelled = table.sort_index(kind="stable")
    names = [by] if isinstance(by, str) else by
    columns = [labelled] if names is None else [labelled[name] for name in names]
    keys = [settled(column) if ascending else -settled(column) for column in columns]
    return labelled.iloc[np.lexsort(keys[::-1])]


def tidy(table: Table, digits: int | None = None) -> Table:
    """Round numbers to show them, without a minus before zero.

    Parameters
    ----------
    table : pandas.DataFrame or pandas.Series
        What is to be shown. Texts and dates stay as they are.
    digits : int, optional
        Digits after the point; left out, nothing is rounded.

    Returns
    -------
    pandas.DataFrame or pandas.Series

    Examples
    --------
    >>> tidy(pd.Series([-0.001, 0.126]), 2).tolist()
    [0.0, 0.13]
    """
    rounded: Table = table if digits is None else table.round(digits)
    if isinstance(rounded, pd.DataFrame):
        return pd.DataFrame(rounded.apply(tidy))
    return rounded + 0.0 if rounded.dtype.kind == "f" else rounded
