"""What is drawn stands in the table beside it, and in the unit that the axis names."""

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
from matplotlib.colors import to_hex
from matplotlib.container import BarContainer
from matplotlib.dates import DateLocator
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, NullLocator

__all__ = ["strangers"]

_NUMBER = re.compile(r"(?<![\d.])[-−]?\d[\d,]*(?:\.\d+)?")
_WRITTEN = re.compile(
    r"[-−]?\d[\d,.]*(?: to [\d,.]+)? ?(?:million |billion )?"
    r"(%|times|years|hours|minutes|points)(?!\w)"
)
#: From so many numbers on, the table must have most of them; of a line it may show the end alone.
FEWEST = 3
_MOST = 0.9
#: The part of its points that a picture may leave outside its axes.
_HIDDEN = 0.01
_DATE = re.compile(r"(?:19|20)\d\d(?:-?Q[1-4]|-[01]\d(?:-[0-3]\d(?: [\d:]+)?)?)?")
_SLACK = 0.002  # less than a day, in years; a month may be told as a twelfth
#: Labels of guides, and of points that a path does not rest on.
_ASIDE = ("_nolegend_", "counted, not used")
_SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9}


def strangers(figure: Figure, table: pd.DataFrame) -> list[str]:
    """Say which panel draws numbers that its table has not, hides some, or misnames them.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        Lines, points and bars are looked at, along the axis on which they measure: the vertical
        one, or the horizontal one where the vertical one has names. Not looked at: guide lines
        across a panel or labelled ``_nolegend_``, points that a path does not rest on, boxes,
        areas, networks, and clouds of more points than the table has rows.
    table : pandas.DataFrame
        The numbers drawn, rounded as they are shown: at least nine tenths of them, where it may
        leave out the points of a line before its last; beside a longer cloud at least one. Of a
        curve of more points than rows, a column of the table is read off.

    Returns
    -------
    list of str
        A sentence on each such panel and unit, on numbers at the places of other rows, on points
        outside the axes, and on names of the legend: a name whose colour has the numbers that the
        table gives to another name.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> figure, panel = plt.subplots()
    >>> line = panel.plot([1, 2, 3], [0.33333, 0.5, 0.7])
    >>> strangers(figure, pd.DataFrame({"share": [0.33, 0.5, 0.7]}))
    []
    >>> print(*strangers(figure, pd.DataFrame({"share (%)": [33, 50, 70]})))
    Panel 1 draws 3 numbers, and the table beside it has 0 of them; give the table of this
    panel, in its unit.
    >>> plt.close(figure)
    """
    known, faults = list(_numbers(table)), []
    for number, panel in enumerate(figure.axes, start=1):
        every = list(_measured(panel)) if panel.axison else []
        short = [(values, line) for values, line in every if len(values) <= len(table)]
        held = [(_held(known, values, _unit(panel)), line) for values, line in short]
        drawn = sum(len(one) for one, _ in held)
        told = sum(one.sum() for one, _ in held)
        passed = sum(len(one) if line and one[-1] else one.sum() for one, line in held)
        curves = [values for values, line in every if line and len(values) > len(table)]
        if curves and not _read_off(known, every, _unit(panel), alone=len(figure.axes) == 1):
            faults.append(
                f"Panel {number} draws a curve of more points than its table has rows, and no "
                "column of the table lies on it; read the table off what is drawn."
            )
        elif drawn >= FEWEST and (passed < _MOST * drawn if len(short) == len(every) else not told):
            faults.append(
                f"Panel {number} draws {drawn} numbers, and the table beside it has {told} of "
                "them; give the table of this panel, in its unit."
            )
        faults += [f"Panel {number} {fault}" for fault in _misplaced(figure, panel, table)]
        units = {found[1] for text in panel.texts if (found := _WRITTEN.match(text.get_text()))}
        labels = " ".join(axes.get_xlabel() + " " + axes.get_ylabel() for axes in figure.axes)
        for unit in sorted(units):
            if unit not in labels:
                faults.append(
                    f"Panel {number} has numbers in “{unit}” written beside what it draws, and no "
                    "axis names that unit; write it in the label."
                )
    return faults


def _misplaced(figure: Figure, panel: Axes, table: pd.DataFrame) -> Iterator[str]:
    """Yield what lies outside the axes, and names of the legend that are those of others."""
    if not panel.axison:
        return
    places = np.array(list(_in_their_rows(panel, table)))
    if len(places) and places.mean() < _MOST:
        yield f"draws {(~places).sum()} of {len(places)} numbers at other rows' places; mend them."
    points = _all_points(panel)
    ends = np.sort(np.array([panel.get_xlim(), panel.get_ylim()]))
    slack = 1e-6 * np.ptp(ends, axis=1)
    out = ((points < ends[:, 0] - slack) | (points > ends[:, 1] + slack)).any(axis=1).sum()
    if len(points) >= FEWEST and out > _HIDDEN * len(points):
        yield f"draws {out} of {len(points)} points outside its axes; widen them."
    legend = _legend(figure, panel)
    known = {name: rows for name in legend if (rows := _rows(table, name))}
    for name, hue in legend.items():
        values = _coloured(panel, hue)
        if 0 < len(values) <= len(table) and name in known:
            fits = {
                other: _held(rows, values, _unit(panel)).mean() for other, rows in known.items()
            }
            other = max(fits, key=lambda key: fits[key])
            if fits[name] < _MOST <= fits[other]:
                yield f"gives “{name}” the numbers of “{other}”; put each name to its own."


def _in_their_rows(panel: Axes, table: pd.DataFrame) -> Iterator[bool]:
    """Say of each number of a line, or of points, whether a row has it with the place it is at.

    A place may also head the column of its numbers; a date is told in years.
    """
    across = int(_is_named(panel.yaxis))
    axes = (panel.xaxis, panel.yaxis)
    dated = isinstance(axes[across].get_major_locator(), DateLocator)
    if _is_named(axes[1 - across]) or (_is_named(axes[across]) and not dated):
        return
    rows = [*table.to_numpy(dtype=object).tolist(), list(table)]
    low, high = np.array([[_ends(str(cell)) for cell in row] for row in rows]).transpose(2, 0, 1)
    lines = [each for each in panel.get_children() if each.get_label() not in _ASIDE]
    for points in (_points(line, panel) for line in lines):
        if FEWEST <= len(points) <= len(table) and np.ptp(points[:, 1 - across]):
            at, number = points.T[[across, 1 - across], :, None, None]
            if dated:
                at[:, 0, 0] = [_in_years(day) for day in pd.to_datetime(at[:, 0, 0], unit="D")]
            there = (low <= at + _SLACK) & (at - _SLACK <= high)
            held, scaled = ((low <= n) & (n <= high) for n in (number, number * _unit(panel)))
            held = (held | scaled)[:, :-1]
            right = held & (there[:, :-1].any(axis=2, keepdims=True) | there[:, -1:])
            placed = there.any(axis=(1, 2)).mean() > 0.5  # so the table tells the places, too
            if placed and held.any(axis=(1, 2)).mean() >= _MOST:  # and not its end alone
                yield from right.any(axis=(1, 2))[held.any(axis=(1, 2))]


def _ends(cell: str) -> tuple[float, float]:
    """Return the ends between which a cell's number lies before it was rounded, or its date."""
    if _DATE.fullmatch(cell):
        when = pd.Period(cell.replace("-Q", "Q"))
        return _in_years(when.start_time), _in_years(when.end_time)
    text = cell.replace("−", "-").replace(",", "")
    half = 0.501 * 10.0 ** -len(text.partition(".")[2].rstrip("0"))
    number = float(text) if _NUMBER.fullmatch(text) else np.nan
    return number - half, number + half


def _in_years(day: pd.Timestamp) -> float:
    return day.year + (day.day_of_year - 1) / 366


def _all_points(panel: Axes) -> np.ndarray:
    """Return where points, the corners of lines, and the ends of bars are, but for guides."""
    found = [
        _points(artist, panel)
        for artist in panel.get_children()
        if artist.get_label() not in _ASIDE and isinstance(artist, Line2D | PathCollection)
    ]
    found = [points for points in found if len(points) != 2]  # a guide line from edge to edge
    middle = np.mean([panel.get_xlim(), panel.get_ylim()], axis=1)
    for bars in panel.containers:
        if isinstance(bars, BarContainer):
            ends = np.tile(middle, (len(bars.patches), 1))
            across = bars.orientation == "horizontal"  # values are lengths: stacked bars end beyond
            ends[:, 0 if across else 1] = [
                bar.get_x() + bar.get_width() if across else bar.get_y() + bar.get_height()
                for bar in bars.patches
            ]
            found.append(ends)
    points = np.concatenate([np.empty((0, 2)), *found])
    every: np.ndarray = points[np.isfinite(points).all(axis=1)]
    return every


def _legend(figure: Figure, panel: Axes) -> dict[str, str]:
    """Return the names of the legend that tells of a panel, each with its colour, if its own."""
    legends = [panel.get_legend(), *figure.legends, *(axes.get_legend() for axes in figure.axes)]
    legend = next(filter(None, legends), None)
    handles = list(zip(legend.legend_handles, legend.get_texts(), strict=True)) if legend else []
    hues = [_hue(handle) for handle, _ in handles if handle is not None]
    return {
        text.get_text(): hue
        for hue, (_, text) in zip(hues, handles, strict=True)
        if hue and hues.count(hue) == 1
    }


def _hue(artist: Artist) -> str:
    """Return the one colour of a line, of points or of a bar; nothing of other artists."""
    if isinstance(artist, Line2D):
        return str(to_hex(artist.get_color()))
    of = getattr(artist, "get_facecolor", None)
    colours: np.ndarray = np.atleast_2d(np.asarray(of())) if of else np.empty((0, 4))
    return str(to_hex(colours[0])) if colours.size else ""


def _coloured(panel: Axes, hue: str) -> np.ndarray:
    """Return the values of lines, points and bars of a colour, along the axis that measures."""
    along = 0 if _is_named(panel.yaxis) else 1
    if _is_named((panel.xaxis, panel.yaxis)[along]):
        return np.empty(0)
    drawn = [
        _points(artist, panel)[:, along]
        for artist in panel.get_children()
        if isinstance(artist, Line2D | PathCollection)
        and artist.get_label() not in _ASIDE
        and _hue(artist) == hue
    ]
    drawn = [values for values in drawn if len(values) < 2 or np.ptp(values)]  # no guide lines
    for bars in panel.containers:
        if isinstance(bars, BarContainer) and bars.patches and _hue(bars.patches[0]) == hue:
            drawn.append(np.asarray(bars.datavalues, dtype=float))
    values: np.ndarray = np.concatenate([np.empty(0), *drawn])
    finite: np.ndarray = values[np.isfinite(values)]
    return finite


def _rows(table: pd.DataFrame, name: str) -> list[tuple[np.ndarray, float]]:
    """Return the numbers of the column, or of the rows, with a name."""
    if name in [str(column) for column in table]:
        return list(_numbers(table.loc[:, [str(column) == name for column in table]]))
    return list(_numbers(table[(table.astype(str) == name).any(axis=1)]))


def _read_off(
    known: list[tuple[np.ndarray, float]],
    every: list[tuple[np.ndarray, bool]],
    unit: float,
    *,
    alone: bool,
) -> bool:
    """Say whether numbers of some column are drawn: most, or two where panels share the table."""
    drawn = np.concatenate([values for values, _ in every])
    for column, half in known:
        told = sum(_holds([(drawn, half), (unit * drawn, half)], number) for number in column)
        if told >= (_MOST * len(column) if alone else min(2, len(column))):
            return True
    return False


def _held(known: list[tuple[np.ndarray, float]], values: np.ndarray, unit: float) -> np.ndarray:
    """Say of each number whether the table has it, as it is or in the unit of the panel."""
    return np.array([_holds(known, v) or _holds(known, v * unit) for v in values], dtype=bool)


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
            numbers = np.array(written, dtype=float)
            tens = not digits and (np.abs(numbers) >= 100).all() and (numbers % 10 == 0).all()
            yield numbers, 5.0 if tens else 0.5 * 10.0**-digits


def _measured(panel: Axes) -> Iterator[tuple[np.ndarray, bool]]:
    """Yield the values of what is drawn along the axis that measures, and whether it is a line."""
    along = 0 if _is_named(panel.yaxis) else 1
    if _is_named((panel.xaxis, panel.yaxis)[along]):
        return
    for artist in panel.get_children():
        points = _points(artist, panel)[:, along]
        points = points[np.isfinite(points)]
        level = len(points) > 1 and np.ptp(points) == 0  # a guide line across the panel
        if artist.get_label() not in _ASIDE and artist.get_visible() and not level:
            yield points, isinstance(artist, Line2D) and len(points) >= FEWEST
    for bars in panel.containers:
        if isinstance(bars, BarContainer):
            yield np.asarray(bars.datavalues, dtype=float), False


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
