"""A figure for every place of some sliders, drawn from one table that was computed beforehand.

The still figure, the sliders in JupyterLab and the control on the web page all read that table, so
they cannot disagree. The axes are the same in all frames: what moves is the data.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from socionaut.colours import COLOURS
from socionaut.errors import InputError
from socionaut.showing.figures import canvas

if TYPE_CHECKING:
    from socionaut.showing.sliders import Slider

__all__ = ["Frames"]

_AXES = ("part", "x", "y", "low", "high")
_MARKS = ("points", "line", "band", "rule")
_PALETTE = [COLOURS[name] for name in ("black", "blue", "red", "green", "purple", "orange")]
_OLD = "#bbbbbb"
_DIGITS = 6


class Frames:
    """What is drawn at each place of some sliders, and the sentence that says it.

    Attributes
    ----------
    by : list of str
        Names of the sliders: the columns of the table that are not drawn.
    limits : dict of str to tuple of float
        Ends of both axes, the same in all frames.

    Examples
    --------
    >>> import matplotlib.pyplot as plt
    >>> drawn = pd.DataFrame({"slope": [1, 1, 2, 2], "part": "path", "x": [0, 1] * 2,
    ...     "y": [0, 1, 0, 2]})
    >>> frames = Frames(drawn, {1: "Up by one.", 2: "Up by two."}, x="time (s)", y="way (m)",
    ...     marks={"path": "line"})
    >>> figure, words = frames(slope=2)
    >>> words, bool(figure.axes[0].get_ylim()[1] > 2)
    ('Up by two.', True)
    >>> plt.close(figure)
    """

    def __init__(
        self,
        drawn: pd.DataFrame,
        words: Mapping[Any, str] | pd.Series,
        *,
        x: str,
        y: str,
        marks: Mapping[str, str],
        limits: Mapping[str, tuple[float, float]] | None = None,
        colours: Mapping[str, str] | None = None,
    ) -> None:
        """Take the table and check it.

        Parameters
        ----------
        drawn : pandas.DataFrame
            Columns ``part``, ``x``, ``y``, for bands ``low`` and ``high``, and one for each
            slider. A row whose sliders are missing belongs to every frame.
        words : mapping or pandas.Series
            The sentence of each frame, by its place (a tuple for several sliders).
        x, y : str
            Axis labels, with units.
        marks : mapping of str to str
            How each part is drawn: "points", "line", "band" (a line within its interval) or
            "rule" (a vertical line).
        limits : mapping of str to tuple of float, optional
            Ends of the axes "x" and "y"; as the table needs when left out.
        colours : mapping of str to str, optional
            Colours of some parts, as in another figure that shows them. Each other part gets the
            next colour of Okabe and Ito's list that is not taken.

        Raises
        ------
        InputError
            If a part has no mark, a mark is unknown, a colour is for no part, or there are more
            parts than colours.
        """
        unknown = [mark for mark in marks.values() if mark not in _MARKS]
        missing = sorted(set(drawn["part"]) - set(marks))
        if unknown or missing:
            raise InputError(
                f"The parts {', '.join(missing) or 'of the figure'} need a mark; choose one of "
                f"{', '.join(_MARKS)} for each."
            )
        self.by = [str(name) for name in drawn.columns if name not in _AXES]
        self.labels = {"x": x, "y": y}
        self.marks = dict(marks)
        self._colours = _coloured(marks, colours or {})
        self.limits = {side: _limits(drawn, side) for side in ("x", "y")} | dict(limits or {})
        self._words = {_key(place): str(text) for place, text in dict(words).items()}
        always = drawn[self.by].isna().all(axis=1)
        self._always = drawn[always]
        self._rows = {
            _key(place): rows for place, rows in drawn[~always].groupby(self.by, sort=False)
        }
        self._last: pd.DataFrame | None = None

    def __call__(self, **places: float) -> tuple[Figure, str]:
        """Draw one frame, over the last one in grey, and say what it shows."""
        rows, words = self._frame(tuple(places[name] for name in self.by))
        figure, (panel,) = canvas()
        if self._last is not None and self._last is not rows:
            self._draw(panel, self._last, old=True)
        self._draw(panel, self._always)
        self._draw(panel, rows)
        self._last = rows
        panel.set(xlabel=self.labels["x"], ylabel=self.labels["y"])
        panel.set(xlim=self.limits["x"], ylim=self.limits["y"])
        figure.legend(loc="outside upper left", ncols=len(self.marks))
        return figure, words

    def drawn(self, **places: float) -> pd.DataFrame:
        """Return the rows of the table that one frame draws, for the table of a still figure."""
        return self._frame(tuple(places[name] for name in self.by))[0]

    def payload(self, sliders: Mapping[str, Slider]) -> dict[str, Any]:
        """Return all frames as plain data, for the control on the web page.

        Parameters
        ----------
        sliders : mapping of str to Slider
            By name; each of `by` needs one.

        Returns
        -------
        dict
            Numbers have six digits, so that they are the same on every processor.

        Raises
        ------
        InputError
            If a slider is missing, or a place of the sliders has no frame.
        """
        if sorted(sliders) != sorted(self.by):
            raise InputError(f"The frames move with {', '.join(self.by)}: give a slider for each.")
        ordered = [sliders[name] for name in self.by]
        frames = [self._frame(place) for place in itertools.product(*(s.places for s in ordered))]
        return {
            "labels": self.labels,
            "limits": {side: _rounded(ends) for side, ends in self.limits.items()},
            "parts": [
                {"name": part, "mark": self.marks[part], "colour": colour}
                for part, colour in self._colours.items()
            ],
            "sliders": [
                {
                    "label": slider.label,
                    "places": [slider.write(place) for place in slider.places],
                    "start": list(slider.places).index(slider.start),
                }
                for slider in ordered
            ],
            "always": self._plain(self._always),
            "frames": [{"words": words, "parts": self._plain(rows)} for rows, words in frames],
        }

    def _frame(self, place: tuple[Any, ...]) -> tuple[pd.DataFrame, str]:
        key = _key(place)
        if key not in self._words:
            raise InputError(f"There is no frame at {place}: compute one for every place.")
        return self._rows.get(key, self._always.iloc[:0]), self._words[key]

    def _draw(self, panel: Axes, rows: pd.DataFrame, *, old: bool = False) -> None:
        for part, colour in self._colours.items():
            own, mark = rows[rows["part"] == part], self.marks[part]
            if own.empty:
                continue
            look = {"color": _OLD, "zorder": 0} if old else {"color": colour, "label": part}
            if mark == "points":
                panel.plot(own["x"], own["y"], "o", ms=4, **look)
            elif mark == "rule":
                panel.axvline(own["x"].iloc[0], ls="--", lw=1, **look)
            else:
                panel.plot(own["x"], own["y"], **look)
            if mark == "band" and not old:
                panel.fill_between(own["x"], own["low"], own["high"], color=colour, alpha=0.2)

    def _plain(self, rows: pd.DataFrame) -> dict[str, list[list[float | None]]]:
        """Return the coordinates of each part: x, y and, for bands, low and high."""
        plain = {}
        for part, own in rows.groupby("part", sort=False):
            sides = ["x", "y"] + (["low", "high"] if self.marks[str(part)] == "band" else [])
            plain[str(part)] = [_rounded(own[side]) for side in sides]
        return plain


def _key(place: object) -> tuple[str, ...]:
    """Return a place as text, so that 2 and 2.0 and a number of numpy are one."""
    parts: Sequence[Any] = place if isinstance(place, tuple) else (place,)
    return tuple(part if isinstance(part, str) else f"{float(part):.8g}" for part in parts)


def _coloured(parts: Collection[str], chosen: Mapping[str, str]) -> dict[str, str]:
    """Return a colour of each part: the one chosen, or one that no other part has."""
    rest = [part for part in parts if part not in chosen]
    strangers = sorted(set(chosen) - set(parts))
    if strangers:
        raise InputError(
            f"There is a colour for {', '.join(strangers)}, and no such part: give colours to "
            f"parts among {', '.join(parts)}."
        )
    taken = {to_hex(colour) for colour in chosen.values()}
    free = [colour for colour in _PALETTE if to_hex(colour) not in taken]
    if len(rest) > len(free):
        raise InputError(
            f"{len(rest)} parts need a colour and {len(free)} are left: choose `colours` for "
            "some, or draw fewer parts."
        )
    own = dict(zip(rest, free, strict=False)) | dict(chosen)
    return {part: own[part] for part in parts}


def _limits(drawn: pd.DataFrame, side: str) -> tuple[float, float]:
    columns: list[Hashable] = [
        name for name in ([side] if side == "x" else ["y", "low", "high"]) if name in drawn
    ]
    values = drawn[columns].to_numpy(dtype=float)
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    room = 0.04 * (high - low)
    return low - room, high + room


def _rounded(values: Iterable[float]) -> list[float | None]:
    """Return numbers with six digits, none where one is missing."""
    return [
        None if pd.isna(value) else float(f"{float(value) + 0.0:.{_DIGITS}g}") + 0.0
        for value in values
    ]
