"""A picture as text: what is drawn, so that a stale, mirrored or foreign picture is found.

nbval compares text and no picture. So `show` prints a digest of what the figure holds, and puts
the same digest into the file of the picture.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.category import StrCategoryLocator
from matplotlib.collections import Collection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text
from matplotlib.ticker import FixedLocator

__all__ = ["DIGEST_KEY", "digest"]

#: Name of the digest in the text of the output and in the file of the picture.
DIGEST_KEY = "Drawn"


def digest(figure: Figure, table: pd.DataFrame, *, drawn: bool = False) -> str:
    """Return a digest of the form of a figure and of the numbers that stand beside it.

    It is the same on every processor: of numbers only the rounded ones of the table count, since
    the last digits of a fit differ; of what is drawn, all else: kinds, counts, colours, words,
    scales and their direction. A figure that was `drawn` before has all its ticks.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> figure, panel = plt.subplots()
    >>> line = panel.plot([1, 2], [3, 4])
    >>> before = digest(figure, pd.DataFrame({"y": [3, 4]}))
    >>> before == digest(figure, pd.DataFrame({"y": [4, 3]}))
    False
    >>> plt.close(figure)
    """
    if not drawn:
        figure.draw_without_rendering()
    parts = [part for panel in figure.axes for part in _panel(panel)]
    parts += [text.get_text() for legend in figure.legends for text in legend.get_texts()]
    parts.append(table.to_string())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def _panel(panel: Axes) -> Iterator[str]:
    yield f"{panel.get_title(loc='left')}|{panel.get_xlabel()}|{panel.get_ylabel()}"
    if panel.axison:
        for axis in (panel.xaxis, panel.yaxis):
            yield f"{axis.get_scale()} {'inverted' if axis.get_inverted() else ''}"
            labels = [label.get_text() for label in axis.get_ticklabels()]
            named = isinstance(axis.get_major_locator(), FixedLocator | StrCategoryLocator)
            # Whether a number at the very edge is shown hangs on the last digits of the edge.
            yield "|".join(labels if named else labels[1:-1])
    for artist in panel.get_children():
        yield from _artist(artist)
    if legend := panel.get_legend():
        yield "|".join(text.get_text() for text in legend.get_texts())


def _artist(artist: Artist) -> Iterator[str]:
    """Yield what an artist is, and of how many parts."""
    if not artist.get_visible():
        return
    if isinstance(artist, Text):
        yield artist.get_text()
    elif isinstance(artist, Line2D):
        form = f"{_hex(artist.get_color())} {artist.get_marker()} {artist.get_linestyle()}"
        yield f"{form} {np.shape(np.asarray(artist.get_xydata()))[0]}"
    elif isinstance(artist, Collection):
        colours = {_hex(colour) for colour in np.asarray(artist.get_facecolor())}
        offsets = np.shape(np.asarray(artist.get_offsets()))[0]
        yield f"{type(artist).__name__} {sorted(colours)} {offsets}"
    elif isinstance(artist, Patch):
        yield f"{type(artist).__name__} {_hex(artist.get_facecolor())}"
    elif isinstance(artist, AxesImage):
        yield f"image {np.shape(np.asarray(artist.get_array()))}"


def _hex(colour: Any) -> str:  # noqa: ANN401
    return str(to_hex(colour))
