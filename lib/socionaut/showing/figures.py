"""One style for every figure, and caption, alt text and table with each.

A picture is not compared by nbval and not seen by every reader. So a figure
never stands alone: `show` prints what to see, says the picture in words, and
gives the numbers that it draws.
"""

from __future__ import annotations

import hashlib
import html
import io
import re
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from cycler import cycler
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from matplotlib.ticker import LogLocator, MaxNLocator, NullFormatter
from matplotlib.transforms import Bbox
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from socionaut.colours import COLOURS, NAMED_COLOURS
from socionaut.errors import InputError
from socionaut.sentences import says
from socionaut.showing.digests import DIGEST_KEY, digest
from socionaut.showing.drawn import strangers
from socionaut.showing.keeping import keep_figure
from socionaut.showing.legible import contrast_on_white, legibility_faults
from socionaut.steady import ordered, settled, tidy

if TYPE_CHECKING:
    import networkx as nx

__all__ = [
    "SHORTEST_ALT",
    "canvas",
    "draw_bands",
    "draw_bars",
    "draw_error_bars",
    "draw_intervals",
    "draw_lines",
    "draw_network",
    "draw_paths",
    "draw_sized",
    "draw_specifications",
    "draw_stacked_bars",
    "show",
]

_INK, _THICK, _LARGE, _SMALL = ".15", 1.25, 10.2, 9.35
# seaborn's style "ticks" with fonts of 0.85, written out: half of the notebooks draw without
# seaborn, and to import it takes a second.
_STYLE: dict[str, Any] = {
    "figure.dpi": 100,
    "figure.constrained_layout.use": True,
    "font.family": "DejaVu Sans",
    "font.size": _LARGE,
    "text.color": _INK,
    "axes.prop_cycle": cycler(color=list(COLOURS.values())),
    "axes.axisbelow": True,
    "axes.edgecolor": _INK,
    "axes.labelcolor": _INK,
    "axes.labelsize": _LARGE,
    "axes.titlesize": _LARGE,
    "axes.linewidth": _THICK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "axes.formatter.useoffset": False,
    "grid.color": ".8",
    "grid.linewidth": 1.0,
    "legend.fontsize": _SMALL,
    "legend.frameon": False,
    "legend.title_fontsize": _LARGE,
    "lines.solid_capstyle": "round",
    "patch.edgecolor": "w",
    "patch.force_edgecolor": True,
    "svg.hashsalt": "socionaut",
}
for _axis in ("xtick", "ytick"):
    _STYLE |= {f"{_axis}.color": _INK, f"{_axis}.labelsize": _SMALL}
    _STYLE |= {f"{_axis}.major.size": 6.0, f"{_axis}.major.width": _THICK}
    _STYLE |= {f"{_axis}.minor.size": 4.0, f"{_axis}.minor.width": 1.0}

SHORTEST_ALT = 40
# Where a name may stand by its node, in points: near; then three and five times as far, level
# places first.
_SIDES = [(0, 5), (0, -5), (6, 0), (-6, 0), *((x, y) for y in (4, -4) for x in (4, -4))]
_STANDS = _SIDES + [
    (x * far, y * far) for far in (3, 5) for x, y in sorted(_SIDES, key=lambda side: abs(side[1]))
]
_SHIFTS = np.array(_STANDS, dtype=float)
_PARTS = (1 - np.sign(_SHIFTS)) / 2  # of the name, left and below of where it is held
_HELD_ACROSS = {0.0: "left", 0.5: "center", 1.0: "right"}
_HELD_UP = {0.0: "bottom", 0.5: "center", 1.0: "top"}
_NAME: dict[str, Any] = {"fontsize": 8, "zorder": 4}
_NAME["path_effects"] = [withStroke(linewidth=2, foreground="white")]
# Up to so many nodes a network has room for large circles.
_ROOMY = 25
_LINE = {"arrowstyle": "-", "color": "0.3", "lw": 0.7, "shrinkA": 0, "shrinkB": 0}
_RULE: dict[str, Any] = {"color": COLOURS["black"], "lw": 0.8}  # at zero or one
_MOST_TICKS = 8
_MOST_ACROSS = 3
_SHARP, _MOST_COLOURS = 2, 128
_Drawn = TypeVar("_Drawn")
# Heights in a specification curve, in inches: of the estimates, of the row of an option.
_CURVE, _ROW = 3.0, 0.2


def _set_style() -> None:
    """Set the house style, for our figures and for those that a notebook draws with seaborn."""
    plt.style.use(["default", _STYLE])


_set_style()


def canvas(
    width: float = 7.5, height: float = 3.8, columns: int = 1, sharey: bool = False
) -> tuple[Figure, list[Axes]]:
    """Return an empty figure in the house style.

    Parameters
    ----------
    width, height : float
        Size in inches; a page is 7.5 wide. The height is that of one row of panels.
    columns : int
        Panels side by side; more than three stand in rows, so that their text stays legible.
    sharey : bool
        Whether the panels have one vertical axis.

    Returns
    -------
    tuple of matplotlib.figure.Figure and list of matplotlib.axes.Axes
        The figure and its panels, from left to right, row by row.

    Examples
    --------
    >>> figure, panels = canvas(columns=4)
    >>> len(panels), figure.get_figheight()
    (4, np.float64(7.6))
    >>> plt.close(figure)
    """
    across = columns if columns <= _MOST_ACROSS else 2 if columns == 4 else _MOST_ACROSS
    down = -(-columns // across)
    figure, grid = plt.subplots(
        down, across, figsize=(width, down * height), squeeze=False, sharey=sharey
    )
    panels = list(grid.flat)
    for panel in panels[columns:]:
        panel.remove()
    return figure, panels[:columns]


def draw_bars(
    values: pd.Series,
    *,
    x: str,
    y: str,
    texts: list[str] | None = None,
    axes: Sequence[Axes] | None = None,
) -> Figure:
    """Draw horizontal bars, the first row on top, each with its value written at its end.

    Parameters
    ----------
    values : pandas.Series
        Lengths, labelled by the index.
    x, y : str
        Axis labels, with units.
    texts : list of str, optional
        What to write at the bars; the values when left out.
    axes : sequence of matplotlib.axes.Axes, optional
        Panels to draw in; new ones when left out.

    Returns
    -------
    matplotlib.figure.Figure
        To be given to `show`.

    Examples
    --------
    >>> figure = draw_bars(pd.Series({"a": 1, "b": 2}), x="count", y="letter")
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['1', '2']
    >>> plt.close(figure)
    """
    figure, (panel,) = _panels(axes, height=0.8 + 0.32 * len(values))
    bars = panel.barh([str(label) for label in values.index], values, color=COLOURS["blue"])
    panel.bar_label(bars, texts or [f"{value:g}" for value in values], padding=3)
    panel.margins(x=0.15)
    panel.set_xlim(auto=False)  # what a notebook adds moves no limit
    if (values % 1 == 0).all():
        panel.xaxis.set_major_locator(MaxNLocator(integer=True))
    return _finish(figure, panel, x, y)


def draw_stacked_bars(
    counts: pd.DataFrame,
    *,
    x: str,
    y: str,
    colours: Mapping[str, str] | None = None,
    axes: Sequence[Axes] | None = None,
) -> Figure:
    """Draw horizontal stacked bars, the first row on top, with the parts' counts inside.

    Parameters
    ----------
    counts : pandas.DataFrame
        A row a bar, a column a part.
    colours : mapping of str to str, optional
        Colour of each part; the house colours in order when left out.
    x, y, axes
        As for `draw_bars`.

    Returns
    -------
    matplotlib.figure.Figure
        To be given to `show`.

    Examples
    --------
    >>> figure = draw_stacked_bars(pd.DataFrame({"yes": [3], "no": [1]}), x="answers", y="item")
    >>> len(figure.axes[0].patches)
    2
    >>> plt.close(figure)
    """
    palette = colours or _palette(counts.columns)
    figure, (panel,) = _panels(axes, height=1.5 + 0.36 * len(counts))
    left = pd.Series(0.0, index=counts.index)
    for part in counts.columns:
        bars = panel.barh(
            counts.index.astype(str), counts[part], left=left, color=palette[part], label=part
        )
        least = counts.to_numpy().sum(axis=1).max() / 25
        texts = [f"{n:.0f}" if n >= least else "" for n in counts[part]]
        panel.bar_label(bars, texts, label_type="center", color=_ink(palette[part]), fontsize=9)
        left += counts[part]
    figure.legend(loc="outside upper left", ncols=2)
    return _finish(figure, panel, x, y)


def draw_intervals(
    rows: pd.DataFrame,
    *,
    x: str,
    y: str,
    log: bool = False,
    zero: bool = False,
    one: bool = False,
    legend: bool = False,
    colours: Mapping[str, str] | None = None,
    limits: tuple[float, float] | None = None,
    axes: Sequence[Axes] | None = None,
) -> Figure:
    """Draw values with their intervals, one row under the other.

    Parameters
    ----------
    rows : pandas.DataFrame
        Columns ``label``, ``value``, ``low``, ``high``, ``kind`` (one colour a kind)
        and ``text`` (written beside the value).
    log : bool
        Whether the axis of values is logarithmic.
    zero, one : bool
        Whether a line marks zero, or one.
    legend : bool
        Whether to say above the panel what the colours mean.
    colours : mapping of str to str, optional
        Colour of each kind; the house colours in order when left out.
    limits : tuple of float, optional
        Where the quantity itself ends, such as 0 and 100 percent; the axis ends there.
    x, y, axes
        As for `draw_bars`.

    Returns
    -------
    matplotlib.figure.Figure
        To be given to `show`.

    Examples
    --------
    >>> rows = pd.DataFrame([("a", 2, 1, 3, "seen", "two")],
    ...     columns=["label", "value", "low", "high", "kind", "text"])
    >>> figure = draw_intervals(rows, x="size", y="thing")
    >>> figure.axes[0].get_xlabel()
    'size'
    >>> plt.close(figure)
    """
    figure, (panel,) = _panels(axes, height=1.1 + 0.36 * len(rows))
    palette = colours or _palette(rows["kind"].unique())
    for place, row in enumerate(rows.to_dict("records")):
        colour, end = palette[row["kind"]], (row["high"], place)
        panel.plot([row["low"], row["high"]], [place, place], color=colour, lw=5, alpha=0.45)
        panel.plot([row["value"]], [place], "o", color=colour, clip_on=False)  # whole at an end
        struck = (zero and row["high"] < 0) or (one and row["high"] < 1)
        _beside(panel, row["text"], end, 8, halo=struck)
    panel.set_yticks(range(len(rows)), rows["label"])
    panel.set_xscale("log" if log else "linear")
    panel.margins(x=0.35, y=0.12)
    panel.set_xlim(limits)
    for at, wanted in ((0, zero), (1, one)):
        if wanted:
            panel.axvline(at, **_RULE, zorder=0)
    if legend:
        marks = [Line2D([], [], marker="o", lw=5, color=c, label=k) for k, c in palette.items()]
        figure.legend(handles=marks, loc="outside upper left", ncols=3)
    if log:
        _plain_numbers(panel.xaxis)
    return _finish(figure, panel, x, y)


def draw_lines(
    panels: Mapping[str, Mapping[str, pd.Series]],
    *,
    x: str,
    y: str,
    log: bool = False,
    axes: Sequence[Axes] | None = None,
) -> Figure:
    """Draw lines with points in panels of one vertical axis, each named at its last point.

    Parameters
    ----------
    panels : mapping of str to mapping of str to pandas.Series
        Title of each panel, and its lines by name; the index of a line is the
        horizontal axis. A name has the same colour in every panel.
    log : bool
        Whether the vertical axis is logarithmic.
    x, y, axes
        As for `draw_bars`.

    Returns
    -------
    matplotlib.figure.Figure
        To be given to `show`.

    Examples
    --------
    >>> rising = {"up": pd.Series([1, 2], index=[2019, 2020])}
    >>> figure = draw_lines({"one panel": rising}, x="year", y="rate (%)")
    >>> figure.axes[0].texts[0].get_text()
    'up'
    >>> plt.close(figure)
    """
    names = list(dict.fromkeys(name for lines in panels.values() for name in lines))
    palette = _palette(names)
    figure, axes = _panels(axes, columns=len(panels), sharey=True)
    for panel, lines in _each(axes, panels, x, y):
        for name, points in lines.items():
            panel.plot(points.index, points, marker="o", color=palette[name])
            end = (points.index[-1], points.iloc[-1])
            _beside(panel, name, end, 7)
        panel.set_yscale("log" if log else "linear")
        panel.margins(x=0.3 if len(panels) > 1 else 0.15)
        _mark(panel, pd.Index(sorted({at for points in lines.values() for at in points.index})))
        _share_left(panel)
        panel.set_ylim(auto=False)
        if log:
            _plain_numbers(panel.yaxis)
    return figure


def draw_bands(
    panels: Mapping[str, Mapping[str, pd.DataFrame]],
    *,
    x: str,
    y: str,
    axes: Sequence[Axes] | None = None,
) -> Figure:
    """Draw lines with their intervals as bands, in panels that each have their own axis.

    Parameters
    ----------
    panels : mapping of str to mapping of str to pandas.DataFrame
        Title of each panel, and its lines by name, with columns ``value``, ``low`` and
        ``high``; the index is the horizontal axis. Where an end is missing, no band is
        drawn. A name has the same colour in every panel.
    x, y, axes
        As for `draw_bars`.

    Returns
    -------
    matplotlib.figure.Figure
        To be given to `show`.

    Examples
    --------
    >>> line = pd.DataFrame({"value": [1, 2], "low": [0, 1], "high": [2, 3]}, index=[2019, 2020])
    >>> figure = draw_bands({"one panel": {"mean": line}}, x="year", y="rate (%)")
    >>> len(figure.axes[0].collections)
    1
    >>> plt.close(figure)
    """
    names = list(dict.fromkeys(name for lines in panels.values() for name in lines))
    palette = _palette(names)
    figure, axes = _panels(axes, columns=len(panels))
    for panel, lines in _each(axes, panels, x, y):
        for name, rows in lines.items():
            panel.plot(rows.index, rows["value"], "o-", ms=4, color=palette[name], label=name)
            _band(panel, rows, palette[name], 0.25)
        panel.set_ylim(bottom=min(0, panel.get_ylim()[0]))
        _mark(panel, pd.Index(sorted({at for points in lines.values() for at in points.index})))
    # Some twelve letters to the inch; where names need more room they stand in two rows.
    room = sum(len(name) + 6 for name in names) <= 12 * figure.get_figwidth()
    columns = len(names) if room else -(-len(names) // 2)
    _legend_above(figure, axes, columns)
    return figure


def draw_paths(
    panels: Mapping[str, tuple[pd.Series, pd.DataFrame]],
    *,
    x: str,
    y: str,
    break_at: float | Mapping[str, float] | None = None,
    fitted_from: float | Mapping[str, float] | None = None,
    axes: Sequence[Axes] | None = None,
) -> Figure:
    """Draw observed points beside forecasts or a continued path, with their intervals as bands.

    The points are not joined, so that a gap is seen as one; under forecasts from several origins
    they are.

    Parameters
    ----------
    panels : mapping of str to tuple of pandas.Series and pandas.DataFrame
        Title of each panel, the observed points, and the path with columns ``value``, ``low``
        and ``high``; the indexes are the horizontal axis, as numbers. A column ``origin`` (last
        point seen) tells forecasts from several origins apart.
    break_at : float or mapping of str to float, optional
        Where a vertical line marks the break; a mapping has it by panel.
    fitted_from : float or mapping of str to float, optional
        Where the points begin that the path rests on; points before it are drawn hollow.
    x, y, axes
        As for `draw_bars`.

    Returns
    -------
    matplotlib.figure.Figure
        To be given to `show`. The panels have vertical axes of their own.

    Examples
    --------
    >>> path = pd.DataFrame({"value": [3, 4], "low": [2, 2], "high": [4, 6]}, index=[3, 4])
    >>> figure = draw_paths({"": (pd.Series([1, 2, 5, 6]), path)}, x="year", y="users", break_at=2)
    >>> [len(figure.axes[0].lines), len(figure.axes[0].collections)]
    [3, 1]
    >>> plt.close(figure)
    """
    figure, axes = _panels(axes, columns=len(panels))
    black: dict[str, Any] = {"ms": 4, "color": COLOURS["black"]}
    starts, breaks = (
        at if isinstance(at, Mapping) else dict.fromkeys(panels, at)
        for at in (fitted_from, break_at)
    )
    for title, (panel, (points, path)) in zip(panels, _each(axes, panels, x, y), strict=True):
        start, at = starts[title], breaks[title]
        several = "origin" in path
        for _, rows in path.groupby("origin") if several else [(None, path)]:
            _band(panel, rows, COLOURS["orange"], 0.35, "its interval")
            panel.plot(rows.index, rows["value"], color=COLOURS["red"], label="forecast")
        used = points.index >= (-np.inf if start is None else start)
        form = "-" if several else "o"
        panel.plot(points.index[used], points[used], form, label="counted", **black)
        if not used.all():
            early = points[~used]
            panel.plot(early, "o", mfc="white", label="counted, not used", **black)
        if at is not None:
            panel.axvline(at, color=COLOURS["grey"], ls="--", lw=1)
        _mark_years(panel)
    _legend_above(figure, axes, 4, last_first=True)
    return figure


def draw_error_bars(
    panels: Mapping[str, pd.DataFrame],
    *,
    x: str,
    y: str,
    colours: Mapping[str, str] | None = None,
    axes: Sequence[Axes] | None = None,
) -> Figure:
    """Draw many estimates with their intervals as upright bars, in panels.

    Parameters
    ----------
    panels : mapping of str to pandas.DataFrame
        Title of each panel, and its estimates: columns ``value``, ``low``, ``high`` and
        ``kind`` (one colour a kind); the index is the horizontal axis.
    colours : mapping of str to str, optional
        Colour of each kind; the house colours in order when left out.
    x, y, axes
        As for `draw_bars`.

    Returns
    -------
    matplotlib.figure.Figure
        To be given to `show`. The panels have vertical axes of their own.

    Examples
    --------
    >>> rows = pd.DataFrame({"value": [1, 2], "low": 0, "high": 3, "kind": ["a", "b"]})
    >>> figure = draw_error_bars({"": rows}, x="year", y="change (%)")
    >>> len(figure.axes[0].collections)
    2
    >>> plt.close(figure)
    """
    kinds = dict.fromkeys(kind for rows in panels.values() for kind in rows["kind"])
    palette = colours or _palette(kinds)
    figure, axes = _panels(axes, columns=len(panels))
    for panel, rows in _each(axes, panels, x, y):
        for kind, part in rows.groupby("kind", sort=False):
            colour = palette[str(kind)]
            panel.vlines(part.index, part["low"], part["high"], color=colour, alpha=0.45, lw=3)
            panel.plot(part.index, part["value"], "o", ms=4, color=colour, label=kind)
        panel.axhline(0, **_RULE)
        panel.set_ylim(auto=False)
        _mark_years(panel)
    _legend_above(figure, axes, len(kinds))
    return figure


def draw_network(
    graph: nx.Graph,
    places: Mapping[str, tuple[float, float]],
    groups: Mapping[str, str],
    *,
    names: Mapping[str, str] | None = None,
    height: float = 6.2,
    axes: Sequence[Axes] | None = None,
) -> Figure:
    """Draw a small network with a name at each node; links of a directed one are arrows.

    Parameters
    ----------
    graph : networkx.Graph or networkx.DiGraph
        At most a few dozen nodes, or the names cover each other.
    places : mapping of str to tuple of float
        Where each node stands, as a layout of networkx gives it.
    groups : mapping of str to str
        Group of each node; one colour a group, the same in each drawing with this mapping.
    names : mapping of str to str, optional
        What to write at each node; the node itself when left out.
    height : float
        Height in inches.
    axes : sequence of matplotlib.axes.Axes, optional
        Panels to draw in; new ones when left out.

    Returns
    -------
    matplotlib.figure.Figure
        To be given to `show`. Its one panel has no axes.

    Raises
    ------
    InputError
        If there are more groups than colours and shapes.

    Examples
    --------
    >>> import networkx as nx
    >>> pair = nx.DiGraph([("a", "b")])
    >>> figure = draw_network(pair, {"a": (0, 0), "b": (1, 1)}, {"a": "person", "b": "firm"})
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['a', 'b']
    >>> plt.close(figure)
    """
    import networkx as nx  # slow to import, and needed for networks alone

    looks = [(colour, marker) for marker in "os^" for colour in COLOURS.values()]
    kinds = sorted(set(dict(groups).values()))
    if len(kinds) > len(looks):
        raise InputError(
            f"The network has {len(kinds)} groups, and at most {len(looks)} can be told apart; "
            "merge some of them."
        )
    figure, (panel,) = _panels(axes, height=height)
    tips = {"node_size": 60, "arrowsize": 9} if graph.is_directed() else {}
    nx.draw_networkx_edges(graph, places, ax=panel, edge_color="#bbbbbb", **tips)
    drawn = {groups[node] for node in graph}
    for kind, (colour, marker) in zip(kinds, looks, strict=False):
        if kind in drawn:
            x, y = zip(*(places[node] for node in graph if groups[node] == kind), strict=True)
            panel.scatter(x, y, s=36, color=colour, marker=marker, label=kind, zorder=3)
    panel.margins(0.06)
    panel.axis("off")
    if len(drawn) > 1:
        figure.legend(loc="outside upper left", ncols=5)
    texts = {node: str(node) if names is None else names[node] for node in graph}
    figure.draw_without_rendering()
    _write_names(panel, texts, places, dict.fromkeys(graph, 3.4))
    return figure


def _write_names(
    panel: Axes,
    names: Mapping[Any, str],
    places: Mapping[Any, tuple[float, float]],
    radius: Mapping[Any, float],
) -> None:
    """Write each name by its node, where it covers least; from further away with a line to it.

    Radii are those of all nodes of the panel, in points. The panel has its place, once drawn.
    """
    spots = dict(zip(radius, panel.transData.transform([places[n] for n in radius]), strict=True))
    dot = panel.figure.dpi / 72  # pixels a point
    nodes = [Bbox([spot, spot]).padded(radius[node] * dot) for node, spot in spots.items()]
    written: list[Bbox] = []
    offset = partial(panel.annotate, textcoords="offset points", in_layout=False)
    for node, name in names.items():
        # A small node is passed by the sides as they are, a large one by so much more.
        shifts = _SHIFTS * (1 + max(radius[node] - 3, 0) / 5)
        text = offset(name, places[node], (0, 0), **_NAME)
        size = text.get_window_extent().size
        corners = spots[node] + shifts * dot - _PARTS * size
        boxes = [Bbox([corner, corner + size]) for corner in corners]
        covered = [
            (
                box.count_overlaps(written),
                sum(not panel.bbox.contains(*corner) for corner in (box.min, box.max))
                + box.count_overlaps(nodes),
            )
            for box in boxes
        ]
        best = covered.index(min(covered))
        written.append(boxes[best])
        x, y = _PARTS[best]
        text.set(ha=_HELD_ACROSS[x], va=_HELD_UP[y])
        text.xyann = tuple(shifts[best])
        if best >= len(_SIDES):
            offset("", places[node], text.xyann, arrowprops=_LINE)


def draw_sized(
    graph: nx.Graph,
    places: Mapping[Hashable, tuple[float, float]],
    sizes: Mapping[str, Mapping[Hashable, float]],
    *,
    colours: Mapping[Hashable, str] | None = None,
    links: Mapping[str, Sequence[tuple[Hashable, Hashable]]] | None = None,
    named: int = 3,
    height: float = 3.6,
    one_scale: bool = False,
) -> Figure:
    """Draw one network several times, with the area of a node for a number of each.

    Parameters
    ----------
    graph : networkx.Graph or networkx.DiGraph
        The network; its links are thin lines, arrows where they have a direction.
    places : mapping of node to tuple of float
        Where each node stands, the same in each panel.
    sizes : mapping of str to mapping of node to float
        By title of a panel, a number of 0 or more for each node; at most four panels. The
        largest number of a panel has the largest area, the smaller the more nodes there are,
        and nought the smallest.
    colours : mapping of node to str, optional
        Colour of each node; blue when left out.
    links : mapping of str to sequence of tuple, optional
        By title of a panel, links to draw thick and dark.
    named : int
        How many nodes of each panel are named at most, the largest first. Of nodes that tie, all
        are named or none.
    height : float
        Height in inches.
    one_scale : bool
        Whether equal areas mean equal numbers in all panels, and not in each by itself.

    Returns
    -------
    matplotlib.figure.Figure
        To be given to `show`. Its panels have no axes.

    Examples
    --------
    >>> import networkx as nx
    >>> star = nx.star_graph(3)
    >>> figure = draw_sized(star, nx.circular_layout(star), {"degree": dict(star.degree)}, named=1)
    >>> [text.get_text() for text in figure.axes[0].texts]
    ['0']
    >>> plt.close(figure)
    """
    import networkx as nx  # slow to import, and needed for networks alone

    figure, panels = canvas(height=height, columns=len(sizes))
    written: list[tuple[Any, ...]] = []
    peaks = {title: max(values.values()) for title, values in sizes.items()}
    share = min(1, max(_ROOMY / len(graph), 0.08))
    least, room = 12 * max(share, 0.25), 700 / len(sizes) * share
    for panel, (title, values) in zip(panels, sizes.items(), strict=True):
        largest = (max(peaks.values()) if one_scale else peaks[title]) or 1
        area = [least + room * max(values[node], 0) / largest for node in graph]
        arrows = {"nodelist": list(graph), "node_size": area} if graph.is_directed() else {}
        nx.draw_networkx_edges(graph, places, ax=panel, edge_color="#cccccc", width=0.6, **arrows)
        thick = type(graph)(list((links or {}).get(title, ())))
        if thick:
            nx.draw_networkx_edges(
                thick, places, ax=panel, edge_color="#444444", width=1.8, **arrows
            )
        spots = np.array([places[node] for node in graph])
        fill = [COLOURS["blue"] if colours is None else colours[node] for node in graph]
        panel.scatter(
            spots[:, 0], spots[:, 1], s=area, color=fill, edgecolor="white", lw=0.5, zorder=3
        )
        panel.set_title(title)
        panel.margins(0.12)
        panel.axis("off")
        radius = dict(zip(graph, np.sqrt(np.array(area) / np.pi), strict=True))
        leaders = _leaders({node: values[node] for node in graph}, named)
        written.append((panel, {node: str(node) for node in leaders}, radius))
    figure.draw_without_rendering()  # all panels have their size from here on
    for panel, names, radius in written:
        _write_names(panel, names, places, radius)
    return figure


def _leaders(values: Mapping[Hashable, float], most: int) -> list[Hashable]:
    level = dict(zip(values, settled(list(values.values())), strict=True))
    order = sorted(level, key=lambda node: (-level[node], str(node)))
    beyond = {level[node] for node in order[most : most + 1]}
    return [node for node in order[:most] if level[node] not in beyond]


def draw_specifications(
    estimates: pd.DataFrame,
    choices: pd.DataFrame,
    *,
    y: str,
    colour: str,
    x: str = "ways of analysis, sorted",
    axes: Sequence[Axes] | None = None,
) -> Figure:
    """Draw one estimate a way of analysis, sorted, above the choices that make each way.

    Parameters
    ----------
    estimates : pandas.DataFrame
        Columns ``value``, ``low``, ``high``, a row a way of analysis.
    choices : pandas.DataFrame
        With the same index; a column a choice, which holds the option taken.
    y, x : str
        Labels of the axis of values, with its unit, and of the axis of ways.
    colour : str
        The choice whose options are told apart by colour.
    axes : sequence of matplotlib.axes.Axes, optional
        Two panels to draw in, one above the other; new ones when left out.

    Returns
    -------
    matplotlib.figure.Figure
        To be given to `show`.

    References
    ----------
    U. Simonsohn, J. P. Simmons and L. D. Nelson, Specification curve analysis, 2020.

    Examples
    --------
    >>> estimates = pd.DataFrame({"value": [2, 1], "low": [1, 0], "high": [3, 2]})
    >>> choices = pd.DataFrame({"scale": ["log", "level"]})
    >>> figure = draw_specifications(estimates, choices, y="slope", colour="scale")
    >>> [label.get_text() for label in figure.axes[1].get_yticklabels()]
    ['scale: log', 'scale: level']
    >>> plt.close(figure)
    """
    order = ordered(estimates, "value").index
    ways, taken = estimates.loc[order], choices.loc[order]
    palette = _palette(choices[colour].unique())
    colours, places = [palette[option] for option in taken[colour]], range(len(order))
    options = [(name, option) for name in choices for option in choices[name].unique()]
    figure, (above, below) = _stacked(axes, _CURVE, _ROW * len(options))
    above.vlines(places, ways["low"], ways["high"], color=colours, alpha=0.45, lw=2.5)
    above.scatter(places, ways["value"], color=colours, s=14, zorder=3)
    above.axhline(0, **_RULE)
    above.set(xlabel="", ylabel=y, xticks=[])
    for row, (name, option) in enumerate(options):
        used = [place for place in places if taken[name].iloc[place] == option]
        below.scatter(used, [row] * len(used), color=[colours[place] for place in used], s=9)
        if list(choices).index(name) % 2:  # bands keep the options of one choice together
            below.axhspan(row - 0.5, row + 0.5, color="0.94", lw=0, zorder=0)
    below.set_yticks(range(len(options)), [f"{name}: {option}" for name, option in options])
    below.set_ylim(len(options) - 0.5, -0.5)
    below.set(xlabel=x, ylabel="choices of each way")
    return figure


def _stacked(
    axes: Sequence[Axes] | None, above: float, below: float
) -> tuple[Figure, Sequence[Axes]]:
    """Return two given panels, or two of these heights (inches) with one horizontal axis."""
    if axes is not None:
        return _panels(axes)[0], axes
    figure, panels = plt.subplots(
        2, figsize=(7.5, above + below + 0.5), sharex=True, height_ratios=(above, below)
    )
    return figure, list(panels)


def _panels(axes: Sequence[Axes] | None, **shape: Any) -> tuple[Figure, list[Axes]]:  # noqa: ANN401
    """Return the given panels and their figure, or an empty canvas."""
    if axes is None:
        return canvas(**shape)
    figure = axes[0].figure
    assert isinstance(figure, Figure)
    return figure, list(axes)


def _legend_above(
    figure: Figure, panels: Iterable[Axes], columns: int, *, last_first: bool = False
) -> None:
    """Say above all panels what they draw, each label once."""
    drawn = {
        label: handle
        for panel in panels
        for handle, label in zip(*panel.get_legend_handles_labels(), strict=True)
    }
    labels = list(drawn)[:: -1 if last_first else 1]
    handles = [drawn[label] for label in labels]
    figure.legend(handles, labels, loc="outside upper left", ncols=columns)


def _each(
    axes: Iterable[Axes], panels: Mapping[str, _Drawn], x: str, y: str
) -> Iterator[tuple[Axes, _Drawn]]:
    """Yield each panel, titled and labelled, with what to draw in it."""
    for panel, (title, drawn) in zip(axes, panels.items(), strict=True):
        panel.set(title=title, xlabel=x, ylabel=y)
        yield panel, drawn


def _band(
    panel: Axes, rows: pd.DataFrame, colour: str, alpha: float, label: str | None = None
) -> None:
    """Fill between the columns ``low`` and ``high``."""
    ends = rows["low"], rows["high"]
    panel.fill_between(rows.index, *ends, color=colour, alpha=alpha, lw=0, label=label)


def _share_left(panel: Axes) -> None:
    """Leave the label and numbers of a shared vertical axis to the panels at the left edge."""
    place = panel.get_subplotspec()
    if place is not None and not place.is_first_col():
        panel.set_ylabel("")
        panel.tick_params(labelleft=False)


def _beside(
    panel: Axes, text: str, at: tuple[Any, Any], points: float, *, halo: bool = False
) -> None:
    """Write a text in black right of a place; it may stand outside the axes.

    A halo keeps it legible where a line of the panel may run through it.
    """
    look: dict[str, Any] = {"textcoords": "offset points", "va": "center"}
    if halo:
        look["path_effects"] = [withStroke(linewidth=3, foreground="white")]
    panel.annotate(text, at, (points, 0), annotation_clip=False, **look)


def _palette(names: Iterable[str]) -> dict[str, str]:
    """Return a colour for each name: its own where it has one, else the next that is free."""
    names = list(dict.fromkeys(names))
    own: dict[str, str] = {}
    for name in names:
        known = NAMED_COLOURS.get(name) or NAMED_COLOURS.get(re.split(r"[ ,:(]", name)[0])
        if known and known not in own.values():
            own[name] = known
    free = iter([colour for colour in COLOURS.values() if colour not in own.values()])
    return {name: own.get(name) or next(free, COLOURS["black"]) for name in names}


def _mark(panel: Axes, places: pd.Index) -> None:
    if isinstance(places, pd.DatetimeIndex):
        locator = panel.xaxis.get_major_locator()
        if len(panel.figure.axes) > 1:
            locator = AutoDateLocator(minticks=2, maxticks=4)  # type: ignore[no-untyped-call]
            panel.xaxis.set_major_locator(locator)
        panel.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]
    else:
        most = max(2, _MOST_TICKS // len(panel.figure.axes))
        panel.set_xticks(places[:: -(-len(places) // most)])


def _mark_years(panel: Axes) -> None:
    """Mark whole years where the axis holds two or more, and parts of a year where it does not."""
    left, right = panel.get_xlim()
    most = max(3, 6 - len(panel.figure.axes))
    panel.xaxis.set_major_locator(MaxNLocator(nbins=most, integer=right - left >= 2))


def _finish(figure: Figure, panel: Axes, x: str, y: str) -> Figure:
    panel.set(xlabel=x, ylabel=y)
    panel.invert_yaxis()
    return figure


def _plain_numbers(axis: Axis) -> None:
    axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.set_major_formatter("{x:g}")
    axis.set_minor_formatter(NullFormatter())


def _ink(colour: str) -> str:
    """Return in which of black and white a text on a colour has more contrast."""
    return "white" if contrast_on_white(colour) > 21**0.5 else "black"


def show(
    figure: Figure,
    *,
    caption: str,
    alt: str,
    table: pd.DataFrame,
    holds: Mapping[str, bool] | None = None,
) -> None:
    """Display a figure with caption, alt text and the table that it draws.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure; it is closed. What keeps it from being read (`legibility_faults`), and what
        it draws that the table has not (`strangers`), is kept with the picture, where a guard of
        the collection finds it.
    caption : str
        What to see in it, in one or two sentences.
    alt : str
        The picture in words, for one who cannot see it.
    table : pandas.DataFrame
        The numbers drawn, rounded as they should be read.
    holds : mapping of str to bool, optional
        Phrases of caption and alt text, each with its condition, as in `says`.

    Raises
    ------
    InputError
        If a panel has no axis labels, caption, alt text or table are missing, or a condition
        does not hold.
    """
    _demand(figure, caption, alt, table)
    says(f"{caption}\n{alt}", holds=holds or {})
    table = tidy(table)
    raw = _drawn(figure)
    drawn = digest(figure, table, drawn=True)
    picture = _png(raw, drawn)
    faults = [*strangers(figure, table), *legibility_faults(figure, drawn=True)]
    keep_figure(figure, caption, alt)
    plt.close(figure)
    about: dict[str, Any] = {
        "alt": alt,
        "width": round(100 * figure.get_figwidth()),
        "sha256": hashlib.sha256(picture).hexdigest(),
    }
    if faults:  # no warning: a reader's own data may be crowded, and a guard reads ours
        about["faults"] = faults
    display(
        {"image/png": picture, "text/plain": f"Figure: {caption}"},
        metadata={"image/png": about},
        raw=True,
    )
    words = f"Caption: {caption}\nIn words: {alt}\n\n{table.to_string(index=False)}"
    words += f"\n\n{DIGEST_KEY}: {drawn}"
    display({"text/plain": words, "text/html": _framed(caption, alt, table)}, raw=True)


def _demand(figure: Figure, caption: str, alt: str, table: pd.DataFrame) -> None:
    if not caption.strip():
        raise InputError("The figure has no caption; say in a sentence what to see in it.")
    if len(alt.strip()) < SHORTEST_ALT or alt.strip() == caption.strip():
        raise InputError(
            "The figure has no alt text of its own; describe the picture in words, "
            f"in at least {SHORTEST_ALT} characters, other than the caption."
        )
    if table.empty:
        raise InputError("The figure has no table; give the numbers that it draws.")
    for number, panel in enumerate(figure.axes, start=1):
        if panel.axison and not (_named(panel, "x") and _named(panel, "y")):
            raise InputError(
                f"Panel {number} of the figure lacks an axis label; name both axes with units."
            )


def _named(panel: Axes, side: str) -> bool:
    """Say whether an axis of a panel is named, there or at a panel that shares it."""
    group = getattr(panel, f"get_shared_{side}_axes")()
    return any(getattr(other, f"get_{side}label")() for other in group.get_siblings(panel))


def _drawn(figure: Figure) -> Image.Image:
    """Draw a figure at twice the size it is shown at, for sharp screens."""
    canvas: Any = FigureCanvasAgg(figure)
    dpi = figure.dpi
    figure.set_dpi(_SHARP * dpi)
    canvas.draw()
    figure.set_dpi(dpi)
    return Image.fromarray(np.array(canvas.buffer_rgba())).convert("RGB")


def _png(raw: Image.Image, drawn: str) -> bytes:
    """Return the picture in few colours, with the digest of what is drawn."""
    buffer, words = io.BytesIO(), PngInfo()
    words.add_text(DIGEST_KEY, drawn)
    picture = raw.quantize(_MOST_COLOURS, dither=Image.Dither.NONE)
    picture.save(buffer, format="png", pnginfo=words)
    return buffer.getvalue()


def _framed(caption: str, alt: str, table: pd.DataFrame) -> str:
    return (
        f'<div class="socionaut-figure"><p class="caption"><b>Figure.</b> {html.escape(caption)}'
        f"</p><details><summary>The picture in words</summary><p>{html.escape(alt)}</p></details>"
        "<details><summary>The numbers drawn</summary>"
        f"{table.to_html(index=False, border=0)}</details></div>"
    )
