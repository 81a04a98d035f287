"""What can be measured of a figure's legibility: size, overlaps, contrast, ends of axes."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import QuadMesh
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from matplotlib.typing import ColorType

__all__ = ["WIDEST", "legibility_faults"]

#: Width of a page, in inches: what is wider is shrunk, and its text with it.
WIDEST = 7.6
_SMALLEST, _CONTRAST, _SHARE_OF_TEXT = 7.0, 4.5, 0.2
#: Where a quantity ends, by words of the label of its axis.
_ENDS = {
    r"\bshare\b.*%|%.*\bshare\b|\bof all\b.*%": (0.0, 100.0),
    r"\bcorrelation\b": (-1.0, 1.0),
    r"\bGini\b": (0.0, 1.0),
    r"\brank\b(?!.*correlation)": (1.0, float("inf")),
}


def legibility_faults(figure: Figure, *, drawn: bool = False) -> list[str]:
    """List what keeps a figure from being read.

    It may be too wide for the page, have text that is too small, too pale or turned, texts on each
    other, or an axis that runs on beyond the quantity. In a figure that was `drawn` before,
    everything has its place.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> figure, panel = plt.subplots(figsize=(12, 3))
    >>> legibility_faults(figure)
    ['it is 12 inches wide, and a page 7.6; stack the panels']
    >>> plt.close(figure)
    """
    if not drawn:
        figure.draw_without_rendering()
    faults = []
    if figure.get_figwidth() > WIDEST:
        width = figure.get_figwidth()
        faults.append(f"it is {width:g} inches wide, and a page {WIDEST:g}; stack the panels")
    for panel in figure.axes:
        faults += [*_texts(panel), *_ticks(panel), *_ends(panel)]
    return list(dict.fromkeys(faults))


def _texts(panel: Axes) -> Iterator[str]:
    texts = [text for text in panel.texts if text.get_visible() and text.get_text().strip()]
    filled: list[Any] = [patch for patch in panel.patches if isinstance(patch, Rectangle)]
    filled += [cells for cells in panel.collections if isinstance(cells, QuadMesh)]
    boxes = [part.get_window_extent() for part in filled]
    for text in texts:
        points = float(text.get_fontsize())
        if points < _SMALLEST:
            yield f"“{text.get_text()}” is {points:g} points high; write larger"
        inside = any(box.overlaps(_box(text)) for box in boxes)
        if not inside and contrast_on_white(text.get_color()) < _CONTRAST:
            yield f"“{text.get_text()}” is pale on white; write in black"
    yield from _overlaps(texts)


def _ticks(panel: Axes) -> Iterator[str]:
    if panel.axison:
        axes: tuple[Axis, Axis] = (panel.xaxis, panel.yaxis)
        for number, axis in enumerate(axes):
            labels = [label for label in axis.get_ticklabels() if _inside(axis, label, number)]
            turned = [label for label in labels if label.get_rotation() % 90]
            for label in turned[:1]:
                yield f"“{label.get_text()}” and its like are turned; write them level"
            # The box of a turned text is larger than the text.
            yield from _overlaps([label for label in labels if label not in turned])


def _inside(axis: Axis, label: Text, number: int) -> bool:
    low, high = sorted(axis.get_view_interval())
    place = label.get_position()[number]
    return bool(label.get_visible() and label.get_text() and low <= place <= high)


def _overlaps(texts: Sequence[Text]) -> Iterator[str]:
    boxes = [(text.get_text(), _box(text)) for text in texts]
    for (one, first), (two, second) in itertools.combinations(boxes, 2):
        shared = Bbox.intersection(first, second)
        smaller = min(first.width * first.height, second.width * second.height)
        if shared is not None and shared.width * shared.height > _SHARE_OF_TEXT * smaller:
            yield f"“{one}” and “{two}” stand on each other; take fewer, or more room"


def _box(text: Text) -> Bbox:
    """Return the box of a text, at the resolution of the figure and not of its last file."""
    canvas: Any = text.figure.canvas if text.figure else None
    return text.get_window_extent(canvas.get_renderer())


def contrast_on_white(colour: ColorType) -> float:
    """Return the contrast of a colour on white as WCAG measures it, from 1 to the 21 of black."""
    parts = np.array(to_rgb(colour))
    linear = np.where(parts <= 0.03928, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(1.05 / (0.05 + linear @ [0.2126, 0.7152, 0.0722]))


def _ends(panel: Axes) -> Iterator[str]:
    """Yield axes that run on where the quantity has ended, though all that is drawn lies within."""
    data = panel.dataLim
    for label, limits, drawn in (
        (panel.get_xlabel(), panel.get_xlim(), (data.x0, data.x1)),
        (panel.get_ylabel(), panel.get_ylim(), (data.y0, data.y1)),
    ):
        for pattern, (low, high) in _ENDS.items():
            if not re.search(pattern, label) or min(drawn) < low or max(drawn) > high:
                continue
            room = 0.06 * (min(high, max(limits)) - max(low, min(limits)))
            if min(limits) < low - room or max(limits) > high + room:
                yield f"the axis “{label}” runs beyond {low:g} to {high:g}; end it there"
