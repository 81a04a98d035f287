"""What can be wrong with the rows of an edge list."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

import pandas as pd

from socionaut.sources.own_tables import Fault, are_slips
from socionaut.sources.written import NOTHING

__all__ = ["LOOP", "Weights", "end_faults", "weight_faults"]

Weights = Literal["probability", "strength"]

# How the sentence on an edge from a node to itself begins.
LOOP = "edge is from"


def end_faults(ends: pd.DataFrame) -> Iterator[Fault]:
    """Find the faults of both ends of edges."""
    for column in ends:
        blank = ends[column].eq("")
        yield Fault(str(column), "cell is empty", blank, "write the name of the node")
        nothing = ends[column].str.casefold().isin(NOTHING)
        if nothing.any():
            words = ", ".join(sorted(ends[column][nothing].unique()))
            mend = "delete the row, which has no such node; if it is a name, write it otherwise"
            problem = f"cell is a program's word for nothing ({words})"
            yield Fault(str(column), problem, nothing, mend)
    comment = ends["source"].str.match(r"[#%]\s")
    yield Fault("source", "cell is a comment", comment, "delete the row")
    loop = ends["source"].eq(ends["target"]) & ends["source"].ne("")
    mend = "delete the row; nobody passes a thing on to themselves"
    yield Fault("row", f"{LOOP} a node to itself", loop, mend)
    known = {*ends["source"], *ends["target"]}
    several = ends.apply(_several_names, known=known).any(axis=1)
    mend = "write a row for each of them"
    yield Fault("row", "edge is to or from a list of names", several, mend, drop=False)
    opened = ends["source"].str.fullmatch(r"[(\[{][^)\]}]*")
    cut = opened & ends["target"].str.fullmatch(r"[^(\[{]*[)\]}]")
    yield Fault("row", "edge is in brackets", cut, "write both names without them", drop=False)


def _several_names(cells: pd.Series, known: set[str]) -> pd.Series:
    """Return which cells hold a list of names, as logs of mentions do."""
    lists = cells.str.fullmatch(r"@\w+(?:[ ,;|]+@\w+)+|\[.*,.*\]")
    # A name may hold such a sign; a list has parts that are names elsewhere. "Smith, John" is one
    # name, so of a list with commas all must be.
    for sign, parting, enough in (("[;|]", "[;|] *", any), (",", " *, *", all)):
        parted = cells[cells.str.contains(sign, regex=True) & ~lists]
        if len(parted):
            told = [enough(name in known for name in re.split(parting, text)) for text in parted]
            lists |= pd.Series(told, parted.index).reindex(cells.index, fill_value=False)
    return lists


def weight_faults(weight: pd.Series, blank: pd.Series, weights: Weights) -> Iterator[Fault]:
    """Find the faults of the weights of edges."""
    number = "write a number such as 0.25; leave the whole column out if weights are not known"
    yield Fault("weight", "cell is empty", blank, number)
    mend = "write digits and a decimal point only, such as 0.25"
    yield Fault("weight", "cell is not a number", weight.isna() & ~blank, mend)
    mend = "look the weight up; an edge without weight is no edge, so delete its row"
    low = weight <= 0
    yield Fault("weight", "cell is 0 or below", low, mend, drop=are_slips(low))
    if weights == "probability":
        mend = "write a chance of at most 1; if the weights are strengths, add --weights strength"
        yield Fault("weight", "cell is above 1", weight > 1, mend)
