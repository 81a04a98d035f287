"""What a file of a network says of itself."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from socionaut.sources.dialects import RawTable

__all__ = ["OwnGraph"]


@dataclass(frozen=True)
class OwnGraph:
    """A network as its file holds it.

    Attributes
    ----------
    raw : RawTable
        A row an edge.
    directed : bool or None
        Whether edges lead one way, where the file says it.
    why : str
        What says so.
    nodes : pandas.DataFrame or None
        What the file knows of its nodes, with a column ``id``.
    matrix : bool
        Whether the file is a matrix.
    ask : str
        Why nothing says whether edges lead one way, where that must be asked.
    """

    raw: RawTable
    directed: bool | None = None
    why: str = ""
    nodes: pd.DataFrame | None = None
    matrix: bool = False
    ask: str = ""
