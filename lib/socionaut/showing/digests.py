"""A picture as text: what is drawn, so that a stale, mirrored or foreign picture is found.

nbval compares text and no picture. So `show` prints a digest of what the figure holds, and puts
the same digest into the file of the picture.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import Collection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text

__all__ = ["DIGEST_KEY", "digest"]

#: Name of the digest in the text of the output and in the file of the picture.
DIGEST_KEY = "Drawn"


def digest(figure: Figure) -> str:
    """Return a digest of the data, words, colours and scales of a figure.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure, before it is closed.

    Returns
    -------
    str
        Twelve hexadecimal digits, the same on every processor: numbers count to six digits, and
        in a panel without axes, where places mean nothing, places do not.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> figure, panel = plt.subplots()
    >>> line = panel.plot([1, 2], [3, 4])
    >>> before = digest(figure)
    >>> line[0].set_ydata([4, 3])
    >>> before == digest(figure)
    False
    >>> plt.close(figure)
    """
    figure.draw_without_rendering()
    parts = [part for panel in figure.axes for part in _panel(panel)]
    parts += [text.get_text() for legend in figure.legends for text in legend.get_texts()]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def _panel(panel: Axes) -> Iterator[str]:
    yield f"{panel.get_title(loc='left')}|{panel.get_xlabel()}|{panel.get_ylabel()}"
    if panel.axison:
        yield f"{panel.get_xscale()} {_numbers(panel.get_xlim())}"
        yield f"{panel.get_yscale()} {_numbers(panel.get_ylim())}"
        for axis in (panel.xaxis, panel.yaxis):
            yield "|".join(label.get_text() for label in axis.get_ticklabels())
    for artist in panel.get_children():
        yield from _artist(artist, placed=panel.axison)
    if legend := panel.get_legend():
        yield "|".join(text.get_text() for text in legend.get_texts())


def _artist(artist: Artist, *, placed: bool) -> Iterator[str]:
    """Yield what an artist shows; its places only where they mean something."""
    if not artist.get_visible():
        return
    if isinstance(artist, Text):
        yield artist.get_text()
    elif isinstance(artist, Line2D):
        yield f"{to_hex(artist.get_color())} {artist.get_marker()} {artist.get_linestyle()}"
        yield _numbers(artist.get_xydata()) if placed else ""
    elif isinstance(artist, Collection):
        yield _numbers(artist.get_facecolor()) + _numbers(getattr(artist, "get_sizes", list)())
        if placed:
            yield _numbers(np.ma.filled(artist.get_offsets(), np.nan))
            yield from (_numbers(path.vertices) for path in artist.get_paths())
    elif isinstance(artist, Patch):
        yield _numbers(artist.get_facecolor())
        yield _numbers(artist.get_path().transformed(artist.get_patch_transform()).vertices)
    elif isinstance(artist, AxesImage):
        yield _numbers(np.ma.filled(np.ma.asarray(artist.get_array()), np.nan))


def _numbers(values: Any) -> str:  # noqa: ANN401
    """Write numbers to six digits, a minus before zero left out."""
    flat = np.asarray(values, dtype=float).ravel()
    return " ".join(f"{value + 0.0:.6g}" for value in np.where(np.abs(flat) < 1e-12, 0.0, flat))
