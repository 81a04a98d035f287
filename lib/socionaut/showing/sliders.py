"""Sliders over a figure, for a reader who runs the notebook in JupyterLab.

A slider needs a running kernel. So each cell that offers one stands below a still figure, which
pages and print keep, and what is stored of it is a line of text. Where the figures were computed
beforehand (`Frames`), they are stored too, and the web page draws the control from them.
"""

from __future__ import annotations

import html
import io
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import ipywidgets
import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from socionaut.files import EXPLORE_TYPE
from socionaut.showing.frames import Frames

__all__ = ["Explorer", "Slider", "explore"]

Draw = Callable[..., tuple[Figure, str]]


@dataclass(frozen=True)
class Slider:
    """The places of one slider.

    Attributes
    ----------
    label : str
        What is moved, with its unit.
    places : sequence of float
        Values in order.
    start : float
        The value it stands at first, one of `places`.
    form : str or callable
        How a value is written: as for `format`, or a function that writes it.
    """

    label: str
    places: Sequence[float]
    start: float
    form: str | Callable[[float], str] = "g"

    def __post_init__(self) -> None:
        """Refuse a start that is not among the places."""
        if self.start not in self.places:
            raise ValueError(
                f"{self.label}: the start {self.start} is not among the places of the slider; "
                "start at one of them."
            )

    def write(self, place: float) -> str:
        """Return a place as the reader sees it."""
        return self.form(place) if callable(self.form) else format(place, self.form)

    def widget(self) -> ipywidgets.SelectionSlider:
        """Return the slider itself."""
        return ipywidgets.SelectionSlider(
            options=[(self.write(place), place) for place in self.places],
            value=self.start,
            description=self.label,
            continuous_update=False,
            # The same for all, so that the tracks stand one under the other.
            style={"description_width": "16em"},
            layout={"width": "42em", "max_width": "100%"},
        )


class Explorer:
    """A figure with sliders over it, as the last value of a cell.

    Attributes
    ----------
    sliders : dict of str to ipywidgets.SelectionSlider
        By the name of the argument that each moves.
    picture : ipywidgets.Image
        The figure at the present places.
    words : ipywidgets.HTML
        What that figure shows, in a sentence.
    """

    def __init__(self, draw: Draw, sliders: dict[str, Slider]) -> None:
        self._draw = draw
        self._places = sliders
        self.sliders = {name: slider.widget() for name, slider in sliders.items()}
        # As wide as it was drawn: stretched, it would be blurred.
        self.picture = ipywidgets.Image(
            format="png", layout={"max_width": "100%", "width": "688px"}
        )
        self.words = ipywidgets.HTML()
        for slider in self.sliders.values():
            slider.observe(self._redraw, names="value")
        self._redraw()
        self._box = ipywidgets.VBox([*self.sliders.values(), self.picture, self.words])

    def _redraw(self, _: object = None) -> None:
        values = {name: slider.value for name, slider in self.sliders.items()}
        figure, sentence = self._draw(**values)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="png")
        plt.close(figure)
        self.picture.value = buffer.getvalue()
        self.words.value = html.escape(sentence)

    def __repr__(self) -> str:
        """Return what the stored notebook and the pages show in place of the sliders."""
        ranges = "; ".join(
            f"{slider.label}, from {slider.write(slider.places[0])} to "
            f"{slider.write(slider.places[-1])}, now {slider.write(slider.start)}"
            for slider in self._places.values()
        )
        return f"Run this cell in JupyterLab to move: {ranges}."

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        bundle = {**self._box._repr_mimebundle_(), "text/plain": repr(self)}
        if isinstance(self._draw, Frames):
            # On one line: a notebook file would give each number a line of its own.
            control = json.dumps(self._draw.payload(self._places), separators=(",", ":"))
            bundle[EXPLORE_TYPE] = {"control": control}
        return bundle


def explore(draw: Draw, **sliders: Slider) -> Explorer:
    """Offer sliders that draw a figure anew.

    Parameters
    ----------
    draw : Frames or callable
        Figures computed beforehand, which the web page can move too; or what takes one value for
        each slider, by name, and returns the figure and a sentence that says what it shows. It
        should answer within half a second.
    **sliders : Slider
        By the name of the argument of `draw`.

    Returns
    -------
    Explorer
        Let it be the last value of a cell. A stored notebook keeps a line of text, and frames.

    Raises
    ------
    ValueError
        If no slider is given.

    Examples
    --------
    >>> from socionaut.showing.figures import draw_bars
    >>> import pandas as pd
    >>> def picture(share):
    ...     bars = draw_bars(pd.Series({"here": share}), x="share (%)", y="place")
    ...     return bars, f"The share is {share} %."
    >>> explorer = explore(picture, share=Slider("share (%)", [10, 20, 30], 20))
    >>> explorer
    Run this cell in JupyterLab to move: share (%), from 10 to 30, now 20.
    >>> explorer.sliders["share"].value = 30
    >>> explorer.words.value
    'The share is 30 %.'
    """
    if not sliders:
        raise ValueError("There is nothing to move; give at least one slider.")
    return Explorer(draw, sliders)
