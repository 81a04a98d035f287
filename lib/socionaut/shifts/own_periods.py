"""Periods as people and programs write them, and what kind a column of them is.

Dates do not say whether they stand for days: a column of first days of months holds months. So
the kind is found for the whole column, and what was found is told.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import numpy as np
import pandas as pd

from socionaut.sources.written import Order, plain_times, stripped

__all__ = ["KINDS", "kind_of", "period_of", "read_periods", "write_period"]

# Kinds by the start of the name that pandas gives to their frequency.
KINDS = {"Y": "year", "Q": "quarter", "M": "month", "W": "week", "D": "day"}
_FREQUENCIES = {"year": "Y-DEC", "quarter": "Q-DEC", "month": "M", "week": "W-SUN", "day": "D"}
_FORMS = {
    "quarter": (r"(?P<y>\d{4})[- ]?[QqTt](?P<n>[1-4])", r"[QqTt](?P<n>[1-4])[- /]?(?P<y>\d{4})"),
    "month": (
        r"(?P<y>\d{4})[-/](?P<n>0?[1-9]|1[0-2])",
        r"(?P<n>0?[1-9]|1[0-2])[-/](?P<y>\d{4})",
        r"(?P<n>0[1-9]|1[0-2])\.(?P<y>(?:19|20)\d\d)",
        r"(?P<y>\d{4})[Mm](?P<n>0[1-9]|1[0-2])",
        r"(?P<y>(?:19|20)\d\d)(?P<n>0[1-9]|1[0-2])",
        r"(?P<w>[^\W\d_]{3,10})\.?[ -](?P<y>\d{4})",
        r"(?P<y>\d{4})[ -](?P<w>[^\W\d_]{3,10})\.?",
    ),
    "week": (r"(?P<y>\d{4})-?[Ww](?P<n>0[1-9]|[1-4]\d|5[0-3])",),
    "day": (r"\d{4}-\d\d-\d\d(?:[T ]00:00(?::00(?:\.0+)?)?(?:Z|\+00:?00)?)?",),
    "year": (r"(?P<y>1[5-9]\d\d|20\d\d)",),
}
_MONTHS = {
    word: number
    for words in (
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "january february march april may june july august september october november december",
        "janv fevr mars avr mai juin juil aout sept oct nov dec",
        "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
    )
    for number, word in enumerate(words.split(), start=1)
}
_WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_LEAST_WEEKS = 3


def period_of(text: str) -> pd.Period | None:
    """Read a period as a reader writes it.

    Parameters
    ----------
    text : str
        A year (2020), a quarter (2020-Q2, Q2 2020), a month (2020-04, 04/2020, 2020M04, Apr 2020),
        a week by ISO 8601 (2020-W14) or a day (2020-04-01).

    Returns
    -------
    pandas.Period, or None
        None where the text is no such period.

    Examples
    --------
    >>> period_of("2020-W14").start_time.date().isoformat()
    '2020-03-30'
    >>> period_of("Q2 2020"), period_of("2020-13") is None
    (Period('2020Q2', 'Q-DEC'), True)
    """
    kind, found = _match(text)
    if found is None:
        return None
    parts = found.groupdict()
    try:
        if kind == "week":
            day = pd.Timestamp.fromisocalendar(int(parts["y"]), int(parts["n"]), 1)
            return pd.Period(day, freq=_FREQUENCIES[kind])
        if kind == "day":
            return pd.Period(text[:10], freq="D")
        year = int(parts["y"])
        if kind == "year":
            return pd.Period(year=year, freq=_FREQUENCIES[kind])
        number = int(parts["n"]) if parts.get("n") else _MONTHS[_plain(parts["w"])]
        if kind == "quarter":
            return pd.Period(year=year, quarter=number, freq=_FREQUENCIES[kind])
        return pd.Period(year=year, month=number, freq=_FREQUENCIES[kind])
    except ValueError:
        return None


def kind_of(text: str) -> str:
    """Return whether a text is a year, quarter, month, week or day; no text for none of them.

    Parameters
    ----------
    text : str
        As for `period_of`.

    Returns
    -------
    str

    Examples
    --------
    >>> kind_of("2020M04"), kind_of("spring 2020")
    ('month', '')
    """
    return _match(text)[0]


def _match(text: str) -> tuple[str, re.Match[str] | None]:
    for kind, forms in _FORMS.items():
        for form in forms:
            found = re.fullmatch(form, text)
            word = found and found.groupdict().get("w")
            if found and (not word or _plain(word) in _MONTHS):
                return kind, found
    return "", None


def _plain(word: str) -> str:
    letters = unicodedata.normalize("NFKD", word).casefold()
    return "".join(letter for letter in letters if letter.isalpha())


def read_periods(
    cells: pd.Series, order: Order | None = None
) -> tuple[pd.Series, pd.Series, list[str]]:
    """Read a column of periods, dates among them, as of the kind that the column has.

    Dates that are all first days, or all last days, of months are months; of quarters and years
    likewise. Dates that are all the same day of the week are weeks, which begin on that day.

    Parameters
    ----------
    cells : pandas.Series
        Texts, or times.
    order : {"day first", "month first"}, optional
        How 03/04/2024 is to be read.

    Returns
    -------
    periods : pandas.Series of object
        A `pandas.Period` a row, None where a cell is none.
    kinds : pandas.Series of str
        The kind that each cell has by itself.
    notes : list of str
        How they were read, where that is not how they are written.

    Examples
    --------
    >>> months = pd.Series(["2020-01-01", "2020-02-01", "2020-03-01"])
    >>> read_periods(months)[0].map(str).tolist()
    ['2020-01', '2020-02', '2020-03']
    """
    notes: list[str] = []
    if cells.dtype.kind == "M" or isinstance(cells.dtype, pd.DatetimeTZDtype):
        written = cells.dt.strftime("%Y-%m-%d").fillna("").astype("str")
    elif isinstance(cells.dtype, pd.PeriodDtype):
        written = cells.map(write_period, na_action="ignore").fillna("").astype("str")
    else:
        written = stripped(cells)
        known = written.map(kind_of).ne("")
        if known.sum() < 0.5 * written.ne("").sum():
            dates, notes = plain_times(written, order=order)
            written = dates.str.replace(" 00:00:00", "").astype("str")
    read, kinds = written.map(period_of), written.map(kind_of)
    dated = kinds.eq("day") & read.notna()
    if dated.sum() > 0.5 * written.ne("").sum():
        days = pd.DatetimeIndex([period.start_time for period in read[dated]])
        freq, how = _kind_of_days(pd.DatetimeIndex(sorted(days.unique())))
        if freq != "D":
            # The day of a week's start gives its label, so weeks keep their own first day.
            read = read.where(~dated, read[dated].map(lambda period: period.asfreq(freq)))
            kinds = kinds.where(~dated, KINDS[freq[0]])
            notes.append(f"{int(dated.sum())} dates, {how}: read as {KINDS[freq[0]]}s.")
    return read.astype(object).where(read.notna(), None), kinds, notes


def _kind_of_days(days: pd.DatetimeIndex) -> tuple[str, str]:
    """Return the frequency that dates stand for, and what shows it."""
    if len(days) < 2:
        return "D", ""
    ends = (days + pd.Timedelta(days=1)).day == 1
    for firsts, word in (((days.day == 1), "first"), (ends, "last")):
        if firsts.all():
            months = days.month.to_numpy() + 12 * days.year.to_numpy()
            apart = np.diff(months)
            for step, freq, name in ((12, "Y-DEC", "year"), (3, "Q-DEC", "quarter")):
                fits = months[0] % step == (1 if word == "first" else 0) % step
                if len(days) > 2 and (apart % step == 0).all() and fits:
                    return freq, f"all the {word} day of a {name}"
            return "M", f"all the {word} day of a month"
    same = len(set(days.day_of_week)) == 1 and len(days) >= _LEAST_WEEKS
    if not same:
        return "D", ""
    first = int(days[0].day_of_week)
    name = days[0].day_name()
    return f"W-{_WEEKDAYS[first - 1]}", f"all a {name}, taken as the first day of its week"


def write_period(period: Any) -> str:  # noqa: ANN401 - what an index of periods holds
    """Write a period as a file of a series holds it.

    Parameters
    ----------
    period : pandas.Period
        A year, quarter, month, week or day.

    Returns
    -------
    str
        A week from Monday by ISO 8601, any other by its first day.

    Examples
    --------
    >>> write_period(period_of("2020-W14")), write_period(period_of("2020Q2"))
    ('2020-W14', '2020-Q2')
    >>> write_period(pd.Period("2020-03-15", "W-SAT"))
    '2020-03-15'
    """
    if period.freqstr == "W-SUN":
        year, week, _ = period.start_time.isocalendar()
        return f"{year}-W{week:02d}"
    if period.freqstr.startswith("W"):
        return str(period.start_time.date())
    return str(period).replace("Q", "-Q")
