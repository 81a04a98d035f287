"""A specification curve that a reader can question."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pandas as pd

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
    kept = choices.loc[order].astype(str).reset_index(drop=True)
    places = {str(name): ["all", *sorted(kept[name].unique())] for name in kept}
    line = pd.DataFrame({"part": "no change", "x": [1, len(curve)], "y": 0.0})
    parts, words = [line, curve.assign(part="all ways")], {}
    for at in itertools.product(*(range(len(names)) for names in places.values())):
        chosen = {name: places[name][n] for name, n in zip(places, at, strict=True) if n}
        own = curve[(kept[list(chosen)] == pd.Series(chosen)).all(axis=1)] if chosen else curve
        parts.append(own.assign(part="ways chosen", **dict(zip(places, at, strict=True))))
        words[at] = _told(own["y"], len(curve))
    marks = {"ways chosen": "points", "all ways": "line", "no change": "line"}
    frames = Frames(pd.concat(parts), words, x=x, y=y, marks=marks)
    return frames, {
        name: Slider(name, range(len(names)), 0, _writer(names)) for name, names in places.items()
    }


def _writer(names: list[str]) -> Callable[[float], str]:
    """Return what writes a place of a slider as the choice that stands there."""
    return lambda place: names[int(place)]


def _told(values: pd.Series, of: int) -> str:
    if values.empty:
        return f"None of {of} ways makes these choices together."
    low, middle, high = (f"{value:.3g}" for value in values.quantile([0, 0.5, 1]))
    return (
        f"{len(values)} of {of} ways: {above(values, 0).sum()} above zero, from {low} to {high}, "
        f"in the middle {middle}."
    )
