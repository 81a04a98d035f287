"""Controls on the pages: the data of a figure that moves, for the script that draws it."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from typing import Any

from socionaut.showing import EXPLORE_TYPE

__all__ = ["EXPLORE_TYPE", "control_html"]


def control_html(payload: Mapping[str, Any]) -> str:
    """Return the place and the data of a control.

    Without a script a reader has the sentence of the first frame, below the still figure.

    Parameters
    ----------
    payload
        As `socionaut.showing.Frames.payload` returns it.

    Returns
    -------
    str
        HTML; the script ``controls.js`` draws in it.

    Examples
    --------
    >>> frame = {"words": "Up.", "parts": {}}
    >>> slider = {"label": "slope", "places": ["1"], "start": 0}
    >>> "Up." in control_html({"frames": [frame], "sliders": [slider]})
    True
    """
    at = 0
    for slider in payload["sliders"]:
        at = at * len(slider["places"]) + slider["start"]
    words = html.escape(payload["frames"][at]["words"])
    data = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    data = data.replace("</", "<\\/")  # no end of the script
    name = html.escape("Move: " + ", ".join(slider["label"] for slider in payload["sliders"]))
    return (
        f'<div class="socionaut-explore" role="group" aria-label="{name}">'
        f'<p class="explore-words">{words}</p>'
        f'<script type="application/json">{data}</script></div>'
    )
