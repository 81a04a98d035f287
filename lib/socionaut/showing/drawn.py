"""What is drawn stands in the table beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.category import StrCategoryLocator
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.container import BarContainer
from matplotlib.dates import DateLocator
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, NullLocator

__all__ = ["strangers"]

_NUMBER = re.compile(r"(?<![\d.])[-−]?\d[\d,]*(?:\.\d+)?")
#: From so many numbers on, the table must have one of them: it may show the end of a series.
FEWEST = 3
_SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9}


def strangers(figure: Figure, table: pd.DataFrame) -> str:
    """Say which panel draws numbers of which the table beside it has none.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Lines, points and bars are looked at, along the axis on which they measure: the vertical
        one, or the horizontal one where the vertical one has names. Not looked at: guide lines
        across a panel, boxes, areas, networks, and curves of more points than the table has rows.
    table : pandas.DataFrame
        The numbers drawn, rounded as they are shown; it may leave out what was there before.

    Returns
    -------
    str
        A sentence on the first such panel; empty where all are in order.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> figure, panel = plt.subplots()
    >>> line = panel.plot([1, 2, 3], [0.33333, 0.5, 0.7])
    >>> strangers(figure, pd.DataFrame({"share": [0.33, 0.5, 0.7]}))
    ''
    >>> print(strangers(figure, pd.DataFrame({"share (%)": [33, 50, 70]})))
    Panel 1 draws 3 numbers, and the table beside it has none of them; give the table of this
    panel, in its unit.
    >>> plt.close(figure)
    """
    known = list(_numbers(table))
    for number, panel in enumerate(figure.axes, start=1):
        drawn = [
            value
            for values in (_measured(panel) if panel.axison else ())
            if len(values) <= len(table)
            for value in values
        ]
        if len(drawn) >= FEWEST and not any(
            _holds(known, value * unit) for value in drawn for unit in (1.0, _unit(panel))
        ):
            return (
                f"Panel {number} draws {len(drawn)} numbers, and the table beside it has none of "
                "them; give the table of this panel, in its unit."
            )
    return ""


def _holds(known: list[tuple[np.ndarray, float]], value: float) -> bool:
    return any(
        bool((np.abs(column - value) <= half * 1.001 + 1e-9 * abs(value)).any())
        for column, half in known
    )


def _numbers(table: pd.DataFrame) -> Iterator[tuple[np.ndarray, float]]:
    """Yield the numbers of each column, and half a unit of their last digit."""
    for position in range(table.shape[1]):
        column = table.iloc[:, position].dropna()
        texts = [f"{v:.10f}" for v in column] if column.dtype.kind in "if" else map(str, column)
        written = [m.replace(",", "").replace("−", "-") for t in texts for m in _NUMBER.findall(t)]
        if written:
            digits = max(len(text.partition(".")[2].rstrip("0")) for text in written)
            yield np.array(written, dtype=float), 0.5 * 10.0**-digits


def _measured(panel: Axes) -> Iterator[np.ndarray]:
    """Yield the values of lines, points and bars along the axis on which they measure."""
    along = 0 if _is_named(panel.yaxis) else 1
    if _is_named((panel.xaxis, panel.yaxis)[along]):
        return
    for artist in panel.get_children():
        points = _points(artist, panel)[:, along]
        points = points[np.isfinite(points)]
        level = len(points) > 1 and np.ptp(points) == 0  # a guide line across the panel
        if artist.get_label() != "_nolegend_" and artist.get_visible() and not level:
            yield points
    for bars in panel.containers:
        if isinstance(bars, BarContainer):
            yield np.asarray(bars.datavalues, dtype=float)


def _unit(panel: Axes) -> float:
    """Return in what unit a panel may draw what its table has in ones."""
    labels = panel.get_xlabel() + panel.get_ylabel()
    return next((size for word, size in _SCALES.items() if f"({word}" in labels), 1.0)


def _points(artist: Artist, panel: Axes) -> np.ndarray:
    """Return the points of an artist in the numbers of the axes; none of other artists."""
    if isinstance(artist, PathCollection):
        return np.asarray(artist.get_offsets(), dtype=float)
    if isinstance(artist, Line2D | LineCollection) and artist.get_transform() == panel.transData:
        lines = [artist.get_xydata()] if isinstance(artist, Line2D) else artist.get_segments()
        return np.concatenate([np.empty((0, 2)), *(np.asarray(line, float) for line in lines)])
    return np.empty((0, 2))


def _is_named(axis: Axis) -> bool:
    """Say whether places of an axis have names, dates, or numbers that are not these places."""
    locator = axis.get_major_locator()
    if isinstance(locator, DateLocator):
        return True
    if not isinstance(locator, FixedLocator | StrCategoryLocator | NullLocator):
        return False
    names = [label.get_text().replace("−", "-") for label in axis.get_ticklabels()]
    places = axis.get_ticklocs()
    return not names or not all(
        _NUMBER.fullmatch(name) and np.isclose(float(name.replace(",", "")), place)
        for name, place in zip(names, places, strict=True)
    )
