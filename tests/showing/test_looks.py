"""What is drawn looks as it looked when it was last looked at.

nbval compares no picture, so a line that turns twice as wide, a legend of other columns or a name
that stands elsewhere would be seen by nobody. `looks.txt` says in words how each drawing looks.
"""

from __future__ import annotations

import difflib
import itertools
from collections.abc import Iterator
from pathlib import Path

import matplotlib.pyplot as plt
import networkx as nx
import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.collections import Collection
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch
from matplotlib.text import Text

from socionaut.showing import Frames, figures

LOOKS = Path(__file__).with_name("looks.txt")
WORDS = "text color facecolor linewidth linestyle marker markersize markerfacecolor sizes alpha "
WORDS += "zorder clip_on fontsize ha va data offsets bbox mutation_scale"
USUAL = ("", "None", "True", "-", "solid", "0 nan")

ROWS = pd.DataFrame(
    [("a", -0.5, -1, -0.2, "seen", "below"), ("b", 20, 10, 30, "said", "above")],
    columns=["label", "value", "low", "high", "kind", "text"],
)
YEARS = pd.DataFrame({"value": [4, 5.0, 7], "low": [3, 4, 6], "high": [5, 6, 9]}, [18, 19, 20])
KINDS = YEARS.assign(kind=["true", "true", "placebo"])
CHOICES = pd.DataFrame({"scale": ["log", "level", "log"], "season": list("yny")}, YEARS.index)
SHARES = pd.DataFrame({"yes": [30, 20], "no": [10, 1], "none": [1, 0]}, index=["x", "y"])
LINES = {"Facebook": YEARS["value"], "other": YEARS["low"]}
LONG = {f"the line of the {k}th and last of all": YEARS for k in range(3)}
STAR = nx.star_graph(list("abcdefghijklmnopqrst"), create_using=nx.DiGraph)
CROWD = {node: (place % 4 / 40, place % 3 / 40) for place, node in enumerate(STAR)} | {"t": (1, 1)}
GROUPS = {node: "hub" if node == "a" else f"leaf {ord(node) % 2}" for node in STAR}
LONGER = {node: f"node {node} with a name" for node in STAR}


def frame() -> Figure:
    """Draw a frame over the last one, with every kind of mark."""
    parts = pd.DataFrame({"part": list("llbbppr"), "x": [0, 1, 0, 1, 0.2, 0.8, 0.5], "y": 1.0})
    parts = parts.assign(low=parts["y"] - 0.5, high=parts["y"] + 0.5)
    rows = [parts.assign(at=at, y=parts["y"] * at) for at in (1, 2)]
    marks = {"l": "line", "b": "band", "p": "points", "r": "rule"}
    moving = Frames(pd.concat(rows), {1: "", 2: ""}, x="t", y="n", marks=marks)
    moving(at=1)
    return moving(at=2)[0]


def drawings() -> dict[str, Figure]:
    """Draw each kind of figure, most of them with all that can be asked for."""
    degrees = dict(STAR.degree)
    sizes = {"degree": degrees, "other": dict.fromkeys(STAR, 0) | {"b": 3, "c": 2}}
    several = YEARS.assign(origin=[17, 17, 19])
    return {
        "bars": figures.draw_bars(pd.Series({"a": 1.5, "b": 2}), x="count", y="letter"),
        "stacked": figures.draw_stacked_bars(SHARES, x="answers", y="item"),
        "intervals": figures.draw_intervals(
            ROWS, x="size", y="thing", zero=True, one=True, legend=True
        ),
        "lines": figures.draw_lines({"": LINES}, x="year", y="n", log=True),
        "panels of lines": figures.draw_lines({"p": LINES, "q": LINES}, x="year", y="n"),
        "bands": figures.draw_bands({"p": LONG, "q": {"one": YEARS}}, x="year", y="n"),
        "paths": figures.draw_paths(
            {"p": (YEARS["low"], YEARS[1:])}, x="t", y="n", break_at=19, fitted_from=19
        ),
        "forecasts": figures.draw_paths({"": (YEARS["value"], several)}, x="t", y="n"),
        "error bars": figures.draw_error_bars({"p": KINDS, "q": KINDS}, x="year", y="change"),
        "network": figures.draw_network(STAR, CROWD, GROUPS, names=LONGER),
        "sized": figures.draw_sized(
            STAR, CROWD, sizes, links={"degree": [("a", "b")]}, named=len(STAR)
        ),
        "curve": figures.draw_specifications(YEARS, CHOICES, y="slope", colour="scale"),
        "frame": frame(),
    }


def told(value: object) -> str:
    """Write what an artist says of itself; numbers with three digits."""
    if isinstance(value, str | bool) or value is None:
        return str(value)
    numbers = np.ma.filled(np.ma.asarray(value, dtype=float), np.nan)
    return " ".join(f"{number + 0.0:.3g}" for number in np.ravel(np.round(numbers, 6)))


def described(artist: Artist) -> str:
    """Say how an artist looks."""
    names = [word for word in WORDS.split() if hasattr(artist, f"get_{word}")]
    said = {word: told(getattr(artist, f"get_{word}")()) for word in names}
    parts = [
        type(artist).__name__,
        *(f"{word} {text}" for word, text in said.items() if text not in USUAL),
    ]
    if isinstance(artist, Text):
        parts.append(f"at {told(getattr(artist, 'xyann', artist.get_position()))}")
        parts += [f"halo {effect._gc['linewidth']}" for effect in artist.get_path_effects()]
    if isinstance(artist, FancyArrowPatch):
        parts.append(f"ends {told([artist.shrinkA, artist.shrinkB])} before its nodes")
    if isinstance(artist, Collection):
        parts.append(f"within {told(artist.get_datalim(artist.axes.transData))}")
    return "; ".join(parts)


def looks(name: str, figure: Figure) -> Iterator[str]:
    """Yield in words how a figure looks, a line for each thing drawn."""
    figure.draw_without_rendering()
    yield f"{name}: {told(figure.get_size_inches())} inches"
    for legend in figure.legends:
        names = ", ".join(text.get_text() for text in legend.get_texts())
        yield f"  legend in {legend._ncols} columns: {names}"
    for panel in figure.axes:
        yield f"  panel {panel.get_title('left')}: {told([panel.get_xlim(), panel.get_ylim()])}"
        edges = [side for side, edge in panel.spines.items() if edge.get_visible()]
        yield f"    edges {' '.join(edges)}"
        for axis in (panel.xaxis, panel.yaxis):
            yield f"    {axis.get_label_text()} {axis.get_scale()} {told(axis.get_ticklocs())}"
        for artist in (*panel.lines, *panel.collections, *panel.patches, *panel.texts):
            yield f"    {described(artist)}"
            if arrow := getattr(artist, "arrow_patch", None):
                yield f"      {described(arrow)}"


def test_drawings_look_as_they_looked_when_they_were_last_looked_at(tmp_path):
    lines = [
        f"{text}, {count} times" if (count := len(list(alike))) > 1 else text
        for name, figure in drawings().items()
        for text, alike in itertools.groupby(looks(name, figure))
    ]
    plt.close("all")
    now = tmp_path / LOOKS.name
    now.write_text("\n".join(lines) + "\n", encoding="utf-8")
    before = LOOKS.read_text(encoding="utf-8").splitlines()
    changes = "\n".join(difflib.unified_diff(before, lines, n=0, lineterm=""))
    todo = f"Look at the drawings; if they are good, copy {now} to {LOOKS.parent}."
    assert not changes, f"{changes}\n{todo}"
