"""A reader's own series: periods and values, their checks, and windows around a break.

`check_series` reads a file and finds every row that cannot be used. `series_of` makes of
the others a series that `socionaut.shifts.paths` takes; `break_of` and `windows` say what can be
asked of it, or why nothing can.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from socionaut.errors import InputError
from socionaut.sources.own_tables import (
    CheckedTable,
    Fault,
    cells_of,
    checked_table,
    choose_columns,
    moments,
    numbers,
    texts,
)

__all__ = [
    "Windows",
    "break_of",
    "check_series",
    "columns_of_series",
    "describe_periods",
    "example_series",
    "period_of",
    "series_of",
    "windows",
    "write_period",
]

_COLUMNS = [
    (
        "period",
        "needed",
        "quarter, month, week or day",
        "2020-Q2, 2020-04, 2020-W14 or 2020-04-01; all of one kind. Days that are all a week "
        "apart are read as weeks",
    ),
    ("value", "needed", "number", "what was counted or measured in it, 0 or more"),
]
_FORMS = {
    "quarter": r"(\d{4})-?[Qq]([1-4])",
    "month": r"\d{4}-(?:0[1-9]|1[0-2])",
    "week": r"\d{4}-?[Ww](?:0[1-9]|[1-4]\d|5[0-3])",
    "day": r"\d{4}-\d\d-\d\d",
}
_FREQUENCIES = {"quarter": "Q-DEC", "month": "M", "week": "W-SUN", "day": "D"}
_NAMES = {frequency: name for name, frequency in _FREQUENCIES.items()}

# Periods before the break, averaged over, and shown after it.
_LENGTHS = {"quarter": (20, 2, 8), "month": (60, 3, 12), "week": (104, 4, 26), "day": (112, 7, 28)}
LEAST_BEFORE = 8
LEAST_AFTER = 3
_PERIODS_NAMED = 6


class Windows(NamedTuple):
    """How far to look before and after a break, in periods.

    Attributes
    ----------
    before : list of int
        Three lengths of the time before, the longest first.
    after : int
        How many periods from the break on are averaged over.
    shown : int
        How many are foretold and drawn.
    """

    before: list[int]
    after: int
    shown: int


def columns_of_series() -> pd.DataFrame:
    """Return what a file of a series must hold.

    Returns
    -------
    pandas.DataFrame
        Columns ``column``, ``needed``, ``type``, ``meaning``. Rows and columns may come in
        any order, and further columns are ignored.

    Examples
    --------
    >>> columns_of_series()["column"].tolist()
    ['period', 'value']
    """
    return pd.DataFrame(_COLUMNS, columns=["column", "needed", "type", "meaning"])


def example_series() -> pd.DataFrame:
    """Return a made-up series of months, the same on every call.

    It grows by one a month, with a season and noise that remembers. From April 2020 on it lies
    twelve higher, which wears off by half each year. Two months are missing.

    Returns
    -------
    pandas.DataFrame
        Columns ``period`` and ``value``.

    Examples
    --------
    >>> example_series().head(2).values.tolist()
    [['2016-01', 101.2], ['2016-02', 103.4]]
    """
    months = pd.period_range("2016-01", "2021-12", freq="M")
    steps = np.arange(len(months))
    noise = np.random.default_rng(35).normal(0, 2, len(months))
    for at in range(1, len(noise)):
        noise[at] += 0.5 * noise[at - 1]
    since = months.asi8 - pd.Period("2020-04", freq="M").ordinal
    shift = np.where(since >= 0, 12 * 0.5 ** (np.maximum(since, 0) / 12), 0)
    values = 100 + steps + 4 * np.cos(2 * np.pi * (months.month - 12) / 12) + shift + noise
    table = pd.DataFrame({"period": months.astype(str), "value": values.round(1)})
    return table.drop(index=[29, 30]).reset_index(drop=True)


def period_of(text: str) -> pd.Period | None:
    """Read a period as a reader writes it.

    Parameters
    ----------
    text : str
        A quarter (2020-Q2), a month (2020-04), a week by ISO 8601 (2020-W14) or a day
        (2020-04-01).

    Returns
    -------
    pandas.Period, or None
        None where the text is no such period.

    Examples
    --------
    >>> period_of("2020-W14").start_time.date().isoformat()
    '2020-03-30'
    >>> period_of("2020-13") is None
    True
    """
    kind = _kind_of(text)
    if kind == "":
        return None
    try:
        if kind == "week":
            year, week = re.split(r"-?[Ww]", text)
            day = pd.Timestamp.fromisocalendar(int(year), int(week), 1)
            return pd.Period(day, freq=_FREQUENCIES[kind])
        return pd.Period(text.replace("-Q", "Q").replace("-q", "Q"), freq=_FREQUENCIES[kind])
    except ValueError:
        return None


def _kind_of(text: str) -> str:
    return next((kind for kind, form in _FORMS.items() if re.fullmatch(form, text)), "")


def check_series(source: str | Path | pd.DataFrame) -> CheckedTable:
    """Read a series and find every row that cannot be used.

    Parameters
    ----------
    source : str, pathlib.Path or pandas.DataFrame
        CSV (commas, UTF-8) or Parquet file, or a table with the columns of one.

    Returns
    -------
    CheckedTable
        Its good rows hold ``period`` (text) and ``value`` (float). A row is bad if its period
        cannot be read, is of another length than most, or was there before, or if its value is
        no number or below 0.

    Raises
    ------
    InputError
        If the file as a whole cannot be used: it cannot be read, or lacks a column.

    Examples
    --------
    >>> table = example_series().head(9).assign(period=lambda t: [*t["period"][:8], "2016-01"])
    >>> check_series(table).faults[["column", "problem", "which"]].values.tolist()
    [['period', '1 period occurs before', 'row 9']]
    """
    name, cells = cells_of(source)
    more = "`socionaut series --columns` says what each holds."
    cells = choose_columns(cells, name, ["period", "value"], more=more)
    written = _as_written(cells["period"])
    read = written.map(period_of)
    kinds = written.map(_kind_of)
    values = numbers(cells["value"])
    known = read.notna()
    usual = kinds[known].mode().iloc[0] if known.any() else ""
    other = known & (kinds != usual)
    again = known & ~other & read.duplicated()
    empty = {column: texts(cells[column]).eq("") for column in cells}
    form = "write 2020-Q2, 2020-04, 2020-W14 or 2020-04-01"
    digits = "write digits with a decimal point: no comma, percent sign or text"
    faults = [
        Fault("period", "cell is empty", empty["period"], form),
        Fault("period", "cell is not a period", ~known & ~empty["period"], form),
        Fault("period", f"period is not a {usual} as most are", other, "use one kind of period"),
        Fault("period", "period occurs before", again, "keep one value of each period"),
        Fault("value", "cell is empty", empty["value"], "delete the row; a gap is allowed"),
        Fault("value", "cell is not a number", values.isna() & ~empty["value"], digits),
        Fault(
            "value", "cell is below 0", values < 0, "shifts are in percent; give counts or levels"
        ),
    ]
    return checked_table(name, cells, pd.DataFrame({"period": written, "value": values}), faults)


def _as_written(cells: pd.Series) -> pd.Series:
    """Return periods as text; dates of Parquet by day, by month or by quarter."""
    if cells.dtype.kind != "M" and not isinstance(cells.dtype, pd.DatetimeTZDtype):
        return texts(cells)
    days = moments(cells)
    form = "%Y-%m-%d"
    if (days.dropna().dt.day == 1).all():
        quarterly = days.dropna().dt.month.isin([1, 4, 7, 10]).all()
        form = "%Y-Q%q" if quarterly else "%Y-%m"
    periods = pd.PeriodIndex(days, freq="Q" if "%q" in form else "D")
    return pd.Series(periods.strftime(form), index=cells.index).fillna("").astype("str")


def series_of(table: pd.DataFrame) -> pd.Series:
    """Make a series with periods as index, in the order of time.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns ``period`` and ``value``, as `CheckedTable.accept` returns them.

    Returns
    -------
    pandas.Series
        With a `pandas.PeriodIndex`; a missing period has no row. Three days or more, all on
        one day of the week, are taken as weeks.

    Examples
    --------
    >>> days = pd.DataFrame({"period": ["2020-04-13", "2020-04-06", "2020-04-27"],
    ...     "value": [2.0, 1.0, 4.0]})
    >>> series_of(days).index.freqstr
    'W-SUN'
    """
    index = pd.PeriodIndex([period_of(text) for text in table["period"]])
    if index.freqstr == "D" and len(index) > 2 and len(set(index.day_of_week)) == 1:
        index = index.asfreq("W-SUN")
    values = table["value"].to_numpy(float)
    return pd.Series(values, index=index.rename("period"), name="value").sort_index()


def describe_periods(points: pd.Series) -> str:
    """Say what periods a series has, and which are missing.

    Parameters
    ----------
    points : pandas.Series
        As `series_of` returns it.

    Returns
    -------
    str
        One or two sentences.

    Examples
    --------
    >>> print(describe_periods(series_of(example_series())))
    The series has 70 months from 2016-01 to 2021-12. Missing are 2: 2018-06 and 2018-07. They stay
    missing.
    """
    index = points.index
    assert isinstance(index, pd.PeriodIndex)
    kind = _NAMES[index.freqstr]
    ends = f"from {write_period(index[0])} to {write_period(index[-1])}"
    text = f"The series has {len(index)} {kind}s {ends}."
    whole = pd.period_range(index[0], index[-1], freq=index.freqstr)
    missing = [write_period(period) for period in whole.difference(index)]
    if not missing:
        return f"{text} None is missing."
    named = missing[:_PERIODS_NAMED]
    more = len(missing) - len(named)
    listed = ", ".join(named) + f" and {more} more" if more else " and ".join(
        filter(None, [", ".join(named[:-1]), named[-1]])
    )  # fmt: skip
    stay = "It stays" if len(missing) == 1 else "They stay"
    verb = "is" if len(missing) == 1 else "are"
    return f"{text} Missing {verb} {len(missing)}: {listed}. {stay} missing."


def write_period(period: Any) -> str:  # noqa: ANN401 - what an index of periods holds
    """Write a period as a file of a series holds it.

    Parameters
    ----------
    period : pandas.Period
        A quarter, month, week or day.

    Returns
    -------
    str

    Examples
    --------
    >>> write_period(period_of("2020-W14")), write_period(period_of("2020Q2"))
    ('2020-W14', '2020-Q2')
    """
    if period.freqstr.startswith("W"):
        year, week, _ = period.start_time.isocalendar()
        return f"{year}-W{week:02d}"
    return str(period).replace("Q", "-Q")


def break_of(points: pd.Series, text: str) -> pd.Period:
    """Read a break, and refuse one that the series cannot bear.

    Parameters
    ----------
    points : pandas.Series
        As `series_of` returns it.
    text : str
        The first period after the break, as a quarter, month, week or day. One that is longer
        than the periods of the series stands for its first; a shorter one for the one it is in.

    Returns
    -------
    pandas.Period
        Of the length of the series' periods.

    Raises
    ------
    InputError
        If the text is no period, the break lies outside the series, fewer than eight points lie
        before it or fewer than three from it on, or all values before it are the same.

    Examples
    --------
    >>> break_of(series_of(example_series()), "2020-Q2")
    Period('2020-04', 'M')
    """
    index = points.index
    assert isinstance(index, pd.PeriodIndex)
    found = period_of(text.strip())
    if found is None:
        raise InputError(
            f'The break "{text}" is no period; write 2020-Q2, 2020-04, 2020-W14 or 2020-04-01.'
        )
    at = found.asfreq(index.freqstr, how="start")
    kind = _NAMES[index.freqstr]
    if not index[0] < at <= index[-1]:
        ends = f"from {write_period(index[0])} to {write_period(index[-1])}"
        raise InputError(
            f"The break {write_period(at)} lies outside the series, which runs {ends}; choose a "
            f"{kind} within it."
        )
    early, late = int((index < at).sum()), int((index >= at).sum())
    for count, least, where in ((early, LEAST_BEFORE, "before"), (late, LEAST_AFTER, "from")):
        if count < least:
            verb = " with a value lies" if count == 1 else "s with a value lie"
            raise InputError(
                f"Only {count} {kind}{verb} {where} the break {write_period(at)}"
                f"{' on' if where == 'from' else ''}; {least} or more are needed. Add periods, or "
                "choose another break."
            )
    if len(set(points[index < at])) == 1:
        raise InputError(
            f"All values before the break {write_period(at)} are the same; there is no noise to "
            "measure a shift by. Give a series that varies."
        )
    return at


def windows(points: pd.Series, at: pd.Period) -> Windows:
    """Choose how far to look before and after a break.

    Parameters
    ----------
    points : pandas.Series
        As `series_of` returns it.
    at : pandas.Period
        As `break_of` returns it.

    Returns
    -------
    Windows
        The longest time before holds what there is, at most five years of quarters or months,
        two years of weeks, or sixteen weeks of days; the others three quarters and half of it.
        Each is made longer where gaps leave too few points in it.

    Examples
    --------
    >>> points = series_of(example_series())
    >>> windows(points, break_of(points, "2020-04"))
    Windows(before=[51, 38, 26], after=3, shown=12)
    """
    index = points.index
    assert isinstance(index, pd.PeriodIndex)
    most, after, shown = _LENGTHS[_NAMES[index.freqstr]]
    steps = index.asi8 - at.ordinal
    early = np.sort(-steps[steps < 0])
    longest = min(int(early.max()), most)
    # A gap can make a short time too poor in points.
    least = int(early[LEAST_BEFORE - 1])
    lengths = sorted({max(least, round(longest * part)) for part in (1, 0.75, 0.5)}, reverse=True)
    late = steps[steps >= 0]
    last = int(late.max()) + 1
    after = max(min(after, last), int(late[0]) + 1)
    return Windows(lengths, after, max(min(shown, last), int(late[LEAST_AFTER - 1]) + 1))
