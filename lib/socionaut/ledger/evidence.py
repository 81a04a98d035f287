"""References and public series: figures that were published elsewhere."""

from __future__ import annotations

import pandas as pd

from socionaut.estimates import Estimate, exactly
from socionaut.ledger.tables import (
    read_as_typed,
    read_table,
    table_row,
)

__all__ = [
    "IN_WORDS",
    "describe_series",
    "document_names",
    "printed_values",
    "reference",
    "reference_estimate",
    "series",
    "told_in_words",
]

#: What a source tells in words alone: comparison, value and unit of the row that holds it.
IN_WORDS = {
    "more, in words": ("at least", 1.0, "ratio"),
    "less, in words": ("at most", 1.0, "ratio"),
    "alike, in words": ("about", 1.0, "ratio"),
    "more than half, in words": ("at least", 50.0, "%"),
    "hundreds, in words": ("at least", 200.0, "campaigns"),
}


def document_names() -> dict[str, str]:
    """Return what a reader calls each document.

    Returns
    -------
    dict of str to str
        Number and short name, in the order of the numbers.

    Examples
    --------
    >>> document_names()["000"]
    'museum day'
    """
    documents = read_table("documents")
    return dict(zip(documents["id"], documents["short_name"], strict=True))


def reference(key: str) -> pd.Series:
    """Return one reference of the data package.

    Parameters
    ----------
    key : str
        Its id in ``data/references.csv``.

    Returns
    -------
    pandas.Series
        The row, with the columns of the table as labels.

    Raises
    ------
    InputError
        If there is no such reference.

    Examples
    --------
    >>> float(reference("houseparty-2020-countries")["value"])
    82.0
    """
    return table_row("references", key)


def reference_estimate(row: pd.Series) -> Estimate:
    """Return the figure of a reference as an estimate.

    Parameters
    ----------
    row : pandas.Series
        A row of the references, as `reference` returns it.

    Returns
    -------
    Estimate
        A bound reaches to infinity; a range has its ends; all else is a point.

    Examples
    --------
    >>> reference_estimate(reference("facebook-2020-messaging"))
    Estimate(value=50.0, low=50.0, high=inf, kind='bound')
    """
    value, high = float(row["value"]), float(row["value_high"])
    if row["comparison"] == "at least":
        return Estimate(value, value, float("inf"), "bound")
    if row["comparison"] == "at most":
        return Estimate(value, float("-inf"), value, "bound")
    ranged = row["comparison"] == "range"
    return Estimate(value, value, high, "bound") if ranged else exactly(value)


def told_in_words(row: pd.Series) -> str:
    """Return what a reference tells without a number.

    Parameters
    ----------
    row : pandas.Series
        A row of the references, as `reference` returns it.

    Returns
    -------
    str
        The words that stand for the figure, as "more, in words"; empty where the source prints
        a figure. The value of such a row is where the words begin to hold: one for "more".

    Examples
    --------
    >>> told_in_words(reference("netchildren-2014-bullying"))
    'more, in words'
    """
    return str(row["token"]) if row["token"] in IN_WORDS else ""


def series(name: str) -> pd.DataFrame:
    """Return the points of one public series, oldest first.

    Parameters
    ----------
    name : str
        Its id in ``data/series_catalogue.csv``.

    Returns
    -------
    pandas.DataFrame
        The columns of ``data/series.csv``, with ``start`` as ``datetime64``.

    Raises
    ------
    InputError
        If there is no such series.

    Examples
    --------
    >>> series("datareportal_social_media_users_world")["value"].is_monotonic_increasing
    True
    """
    return _points(name).reset_index(drop=True)


def _points(name: str) -> pd.DataFrame:
    """Return the points of a series, oldest first, with the index that they have in the table."""
    table_row("series_catalogue", name)
    points = read_table("series").query("series == @name")
    dated = points.assign(start=pd.to_datetime(points["start"]))
    return dated.sort_values("start", kind="stable")


def printed_values(name: str) -> pd.Series:
    """Return the points of a series that stand on a page, as printed, oldest first.

    Parameters
    ----------
    name : str
        Its id in ``data/series_catalogue.csv``.

    Returns
    -------
    pandas.Series of str
        Texts by period, with a digit 0 at the end where the page has it. Derived points are
        left out: no page prints them.

    Raises
    ------
    InputError
        If there is no such series.

    Examples
    --------
    >>> printed_values("rival_iq_median_engagement_facebook").loc["2021":].to_dict()
    {'2021': '0.064', '2022': '0.060', '2023': '0.063'}
    """
    seen = _points(name).query("status == 'seen'")
    return seen.assign(text=read_as_typed("series", "value")).set_index("period")["text"]


def describe_series(name: str) -> str:
    """Say in Markdown what a series measures and where its definition breaks.

    Parameters
    ----------
    name : str
        Id of the series.

    Returns
    -------
    str
        Title, definition and breaks, in one paragraph.

    Examples
    --------
    >>> describe_series("facebook_net_income").startswith("**")
    True
    """
    row = table_row("series_catalogue", name)
    return (
        f"**{row['title']}** ({row['statistic']}, in {row['unit']}). {row['definition']} "
        f"*Breaks in definition*: {row['breaks']}"
    )
