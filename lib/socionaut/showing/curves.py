"""A specification curve that a reader can question."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from socionaut.showing.frames import Frames
from socionaut.showing.sliders import Slider
from socionaut.steady import above, settled

__all__ = ["question_curve"]


def question_curve(
    estimates: pd.Series, choices: pd.DataFrame, *, y: str, x: str = "way of analysis, by size"
) -> tuple[Frames, dict[str, Slider]]:
    """Return a specification curve whose choices a reader can make one by one.

    Parameters
    ----------
    estimates : pandas.Series
        The estimate of each way.
    choices : pandas.DataFrame
        The choices of each way, on the same index: a column a choice, in words.
    y, x : str
        Axis labels, with units.

    Returns
    -------
    tuple of Frames and dict of str to Slider
        For `explore`. Each slider stands at "all" first; the ways that are left stay at their
        place in the whole curve.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> ways = pd.DataFrame({"trend": ["straight", "bending"]})
    >>> frames, sliders = question_curve(pd.Series([1.0, -1.25]), ways, y="change (%)")
    >>> frames(trend=1)[1]
    '1 of 2 ways: 0 above zero, from -1.25 to -1.25, in the middle -1.25.'
    >>> plt.close("all")
    """
    # Two decimals: fits by search differ between processors from the fifth digit on.
    estimates = pd.Series(settled(estimates), estimates.index).round(2)
    order = estimates.sort_values(kind="stable").index
    curve = pd.DataFrame({"x": range(1, len(order) + 1), "y": estimates[order].to_numpy()})
    kept = {
        str(name): pd.Categorical(words) for name, words in choices.loc[order].astype(str).items()
    }
    places = {name: ["all", *words.categories] for name, words in kept.items()}
    made = np.column_stack([words.codes + 1 for words in kept.values()])
    asked = np.array([*itertools.product(*(range(len(names)) for names in places.values()))])
    left = ((asked[:, None] == 0) | (asked[:, None] == made)).all(axis=2)
    place, way = left.nonzero()
    choice = dict(zip(places, asked[place].T, strict=True))
    chosen = curve.iloc[way].assign(part="ways chosen", **choice)
    words = {
        tuple(at): _told(curve["y"].to_numpy()[own], len(curve))
        for at, own in zip(asked.tolist(), left, strict=True)
    }
    line = pd.DataFrame({"part": "no change", "x": [1, len(curve)], "y": 0.0})
    parts = [line, curve.assign(part="all ways"), chosen]
    marks = {"ways chosen": "points", "all ways": "line", "no change": "line"}
    frames = Frames(pd.concat(parts), words, x=x, y=y, marks=marks)
    return frames, {
        name: Slider(name, range(len(names)), 0, _writer(names)) for name, names in places.items()
    }


def _writer(names: list[str]) -> Callable[[float], str]:
    """Return what writes a place of a slider as the choice that stands there."""
    return lambda place: names[int(place)]


def _told(values: NDArray[np.float64], of: int) -> str:
    if not values.size:
        return f"None of {of} ways makes these choices together."
    low, middle, high = (f"{value:.3g}" for value in np.quantile(values, [0, 0.5, 1]))
    return (
        f"{len(values)} of {of} ways: {above(values, 0).sum()} above zero, from {low} to {high}, "
        f"in the middle {middle}."
    )
