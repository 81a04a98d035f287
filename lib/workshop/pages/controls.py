"""Controls on the pages: the data of a figure that moves, for the script that draws it."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping
from typing import Any

__all__ = ["control_html"]


def control_html(payload: Mapping[str, Any]) -> str:
    """Return the place and the data of a control.

    Without a script a reader has the sentence of the first frame, below the still figure.

    Examples
    --------
    >>> frame = {"words": "Up.", "parts": {}}
    >>> slider = {"label": "slope", "places": ["1"], "start": 0}
    >>> control = json.dumps({"frames": [frame], "sliders": [slider]})
    >>> "Up." in control_html({"control": control})
    True
    """
    told, at = json.loads(payload["control"]), 0
    for slider in told["sliders"]:
        at = at * len(slider["places"]) + slider["start"]
    words = html.escape(told["frames"][at]["words"])
    data = payload["control"].replace("</", "<\\/")  # no end of the script
    name = html.escape("Move: " + ", ".join(slider["label"] for slider in told["sliders"]))
    return (
        f'<div class="socionaut-explore" role="group" aria-label="{name}">'
        f'<p class="explore-words">{words}</p>'
        f'<script type="application/json">{data}</script></div>'
    )
