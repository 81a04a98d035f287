"""A reader's own series: periods and values, their checks, and windows around a break.

`check_series` reads a file and finds every row that cannot be used. `series_of` makes of
the others a series that `socionaut.shifts.paths` takes; `break_of` and `windows` say what can be
asked of it, or why nothing can.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from socionaut.errors import InputError
from socionaut.shifts.forecasts import forecast_path, mean_departure
from socionaut.shifts.own_layouts import (
    demand_no_months,
    demand_two_columns,
    is_gap,
    of_week_ends,
    turned,
    with_found_columns,
    without_flags,
)
from socionaut.shifts.own_periods import KINDS, period_of, read_periods, write_period
from socionaut.shifts.paths import season_of
from socionaut.sources.dialects import read_raw
from socionaut.sources.own_files import (
    OwnFile,
    Reading,
    folded,
    telling_apart,
    understand_file,
    without_totals,
)
from socionaut.sources.own_tables import (
    CheckedTable,
    Fault,
    are_slips,
    checked_table,
    in_quotes,
    missing_columns,
    numbers,
)
from socionaut.sources.said_in_headings import no_level_in, unit_in
from socionaut.sources.written import BOUND, plain_numbers, sign_of, stripped

__all__ = [
    "Windows",
    "break_of",
    "check_series",
    "columns_of_series",
    "describe_periods",
    "example_series",
    "has_season",
    "series_of",
    "understand_series",
    "usable_trend",
    "windows",
]

_COLUMNS = [
    (
        "period",
        "needed",
        "year, quarter, month, week or day",
        "2020, 2020-Q2, 2020-04, 2020-W14 or 2020-04-01; all of one kind. Dates that are all the "
        "first day of a month are read as months, dates a week apart as weeks",
    ),
    ("value", "needed", "number", "what was counted or measured in it, 0 or more"),
]
# Periods before the break, averaged over, and shown after it.
_LENGTHS = {
    "year": (20, 1, 4),
    "quarter": (20, 2, 8),
    "month": (60, 3, 12),
    "week": (104, 4, 26),
    "day": (112, 7, 28),
}
# Headings that say of whom a value is.
_WORDS_FOR_WHOSE = (
    "country pays land pais countryname countrycode geo entity region area location city state "
    "platform network account page channel site brand product produkt produit item series "
    "seriesname variable scale scalarfactor multiplier magnitude currency indicator measure metric "
    "keyword term query device segment sex gender "
    "sexe geschlecht age agegroup unit unite einheit category group language"
)
_WHOSE = frozenset(_WORDS_FOR_WHOSE.split())
_FEW_VALUES = 5
LEAST_BEFORE = 8
LEAST_RESETS, LEAST_A_YEAR = 2, 3
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


def understand_series(
    source: str | Path | pd.DataFrame, reading: Mapping[str, Any] | Reading | None = None
) -> OwnFile:
    """Read a file of a series, and find its two columns.

    Parameters
    ----------
    source : str, pathlib.Path or pandas.DataFrame
        CSV in any dialect, a workbook, Parquet, JSON; or a table. Tables with a column a period,
        as Eurostat's, are turned.
    reading : mapping or Reading, optional
        What the file does not say itself.

    Returns
    -------
    OwnFile

    Raises
    ------
    InputError
        If it is no table.

    Examples
    --------
    >>> table = pd.DataFrame({"observation_date": ["2020-01-01", "2020-02-01"], "UNRATE": [3.5, 4]})
    >>> understand_series(table).taken[["column", "heading"]].values.tolist()
    [['period', 'observation_date'], ['value', 'UNRATE']]
    """
    said = Reading.of(reading)
    raw = read_raw(source, sheet=said.sheet)
    table, notes = turned(raw, said)
    own = understand_file(table, "series", ["period", "value"], replace(said, only={}) if
                          table is not raw else said)  # fmt: skip
    own = replace(own, notes=[*own.notes, *notes], reading=said)
    return without_totals(with_found_columns(own), ["period"], "period")


def check_series(
    source: str | Path | pd.DataFrame | OwnFile,
    *,
    reading: Mapping[str, Any] | Reading | None = None,
) -> CheckedTable:
    """Read a series and find every row that cannot be used.

    Parameters
    ----------
    source : str, pathlib.Path, pandas.DataFrame or OwnFile
        As for `understand_series`, or what that returned.
    reading : mapping or Reading, optional
        What the file does not say itself.

    Returns
    -------
    CheckedTable
        Its good rows hold ``period`` (`pandas.Period`) and ``value`` (float). A row is bad if its
        period cannot be read, is of another length than most, or was there before, or if its
        value is no number or below 0. Rows that say there is no value (``.`` or ``:``) are gaps,
        counted in ``notes``.

    Raises
    ------
    InputError
        If the file as a whole cannot be used: it cannot be read, lacks a column, or holds more
        than one series.

    Examples
    --------
    >>> table = example_series().head(9).assign(period=lambda t: [*t["period"][:8], "2016-01"])
    >>> check_series(table).faults[["column", "problem", "which"]].values.tolist()
    [['period', '1 period occurs before', 'row 9']]
    """
    own = source if isinstance(source, OwnFile) else understand_series(source, reading)
    _demand_two_columns(own)
    _demand_level(own)
    own, notes = _without_gaps(own)
    cells = own.cells[["period", "value"]]
    said = own.reading
    read, kinds, told = read_periods(
        cells["period"], said.dates, zone=said.zone, ending=of_week_ends(own)
    )
    demand_no_months(own, kinds)
    plain, more = _plain_values(own)
    values = numbers(plain)
    more += [*_demand_one_series(own, read), *_doubts(own, read, values)]
    faults = _series_faults(cells, read, kinds, values)
    checked = checked_table(
        own.name, cells, pd.DataFrame({"period": read, "value": values}), faults
    )
    return replace(checked, notes=[*own.notes, *notes, *told, *more], taken=own.taken)


def _demand_two_columns(own: OwnFile) -> None:
    missing = [column for column in ("period", "value") if column not in own.cells]
    if missing:
        headings = list(map(str, own.raw.cells))
        more = "`socionaut series --columns` says what each holds."
        demand_two_columns(own, missing_columns(own.name, missing, headings, more))


def _demand_level(own: OwnFile) -> None:
    """Refuse values that are no level by their heading, unless the reader chose the column."""
    heading = own.heading("value")
    how = own.taken.loc[own.taken["column"] == "value", "how"]
    if how.eq("as you said").any():
        return
    if what := no_level_in(heading):
        mend = "the differences from value to value" if "total" in what else "the values themselves"
        raise InputError(
            f'{own.name}: the heading "{heading}" says that the values are {what}; a shift in '
            f"percent needs what was counted in each period. Give {mend}; or, if they are that, "
            f"add --rename {in_quotes(f'{heading}=value')}."
        )


def _doubts(own: OwnFile, read: pd.Series, values: pd.Series) -> list[str]:
    """Say what may be amiss with values that can be read."""
    notes, heading = [], own.heading("value")
    if (unit := unit_in(heading)) in ("thousands", "millions"):
        notes.append(f'The heading "{heading}" says {unit}: values stay in {unit}.')
    places = np.array([period.ordinal for period in read[read.notna()]])
    ordered = values[read.notna()].iloc[np.argsort(places, kind="stable")].dropna()
    if len(ordered) < LEAST_BEFORE:
        return notes
    steps, top = np.diff(ordered), float(ordered.max())
    begins = np.diff([period.year for period in read[ordered.index]]) > 0
    full = len(steps) > LEAST_A_YEAR * begins.sum() >= LEAST_A_YEAR * LEAST_RESETS
    if full and ((steps < 0) == begins).all():
        notes.append(
            "Values rise all through each year and fall at its start: if they are running totals "
            "of the year, give what was counted in each period instead."
        )
    if (steps > 0).all() and len(ordered) >= 2 * LEAST_BEFORE:
        notes.append(
            "Each value is above the one before: if they are running totals, give what was counted "
            "in each period instead."
        )
    rest = ordered[ordered < top]
    if re.fullmatch(r"9{3,}", f"{top:.0f}") and len(rest) and top > 3 * float(rest.max()):
        notes.append(
            f"{int((ordered == top).sum())} values are {top:.0f}, far above all others: if that "
            "stands for no value, leave these cells empty."
        )
    zeros = len(ordered) - int(np.flatnonzero(ordered.to_numpy())[-1]) - 1 if top > 0 else 0
    if zeros and (ordered.iloc[:-zeros] > 0).all():
        count = "value is" if zeros == 1 else f"{zeros} values are"
        notes.append(
            f"The last {count} 0, and no other: if they are not counted yet, leave them out."
        )
    return notes


def _without_gaps(own: OwnFile) -> tuple[OwnFile, list[str]]:
    """Leave out rows that say that there is no value, and count them."""
    own, notes = _without_partial(own)
    written = stripped(own.cells["value"])
    sign = written.ne("") & written.map(is_gap)
    if not sign.any() or sign.all():
        return own, notes
    words = ", ".join(sorted(written[sign].unique()))
    count = "1 period has" if sign.sum() == 1 else f"{int(sign.sum())} periods have"
    note = f"{count} no value (the file writes {words}): a gap."
    return replace(own, cells=own.cells[~sign]), [*notes, note]


def _without_partial(own: OwnFile) -> tuple[OwnFile, list[str]]:
    """Leave out periods that are marked as not complete, as programs mark the last of Trends."""
    for name in own.unused():
        partial = stripped(own.cells[name]).str.casefold().isin(("true", "1", "partial"))
        if folded(str(name)) in ("ispartial", "partial") and partial.any() and not partial.all():
            count = "1 period is" if partial.sum() == 1 else f"{int(partial.sum())} periods are"
            note = f"{count} marked as not complete ({name}) and left out."
            return replace(own, cells=own.cells[~partial].drop(columns=name)), [note]
    return own, []


def _plain_values(own: OwnFile) -> tuple[pd.Series, list[str]]:
    """Return values in plain form; what is below 1 in Google Trends becomes a half."""
    column = own.cells["value"]
    column, flagged = without_flags(column)
    sign = sign_of({"value": column}, own.reading.decimal, separator=own.raw.separator, whole=False)
    plain, notes = plain_numbers(column, sign)
    notes += flagged
    if pd.api.types.is_numeric_dtype(plain.dtype):
        return plain, notes
    small = stripped(plain).str.fullmatch("<[ \u00a0\u202f]?1")
    if small.any():
        notes.append(f"{int(small.sum())} values are given as below 1 (<1); each is taken as 0.5.")
        plain = plain.where(~small, "0.5")
    return plain, notes


def _demand_one_series(own: OwnFile, read: pd.Series) -> list[str]:
    """Refuse a file in which a column that is not used tells two series apart.

    Returns which other columns have few values, for they may tell series apart as well.
    """
    names = read.map(lambda period: "" if period is None else write_period(period)).astype("str")
    column = telling_apart(replace(own, cells=own.cells.assign(period=names)), ["period"])
    again = names[names.ne("")].duplicated().any()
    few = {name: sorted(stripped(own.cells[name]).unique()) for name in own.unused()}
    few = {name: values for name, values in few.items() if len(values) > 1}
    if not (again and column):
        column = next((name for name in few if folded(str(name)) in _WHOSE), "")
    if column:
        values = few[column]
        raise InputError(
            f"{own.name} holds {len(values)} series: its column {column} tells apart "
            f"{', '.join(values[:5])}{' and more' if len(values) > 5 else ''}. Choose one, for "
            f"example --only {in_quotes(f'{column}={values[0]}')}."
        )
    told = {}
    for name, values in few.items():
        if len(values) <= _FEW_VALUES and not numbers(own.cells[name]).notna().any():
            told[name] = ", ".join(value or "(empty)" for value in values)
    return [
        f"The column {name}, with the values {values}, is not used: all rows count as one series."
        for name, values in told.items()
    ]


def _series_faults(
    cells: pd.DataFrame, read: pd.Series, kinds: pd.Series, values: pd.Series
) -> list[Fault]:
    known = read.notna()
    usual = kinds[known].mode().iloc[0] if known.any() else ""
    other = known & (kinds != usual)
    again = known & ~other & read.map(str).duplicated()
    empty = {column: stripped(cells[column]).eq("") for column in cells}
    form = "write 2020, 2020-Q2, 2020-04, 2020-W14 or 2020-04-01"
    digits = "write digits with a decimal point: no text, and no sign before or after the number"
    level = "shifts are in percent; give a level, such as counts or an index of 100"
    once = "keep one value of each period"
    bound = stripped(cells["value"]).str.fullmatch(BOUND) & values.isna()
    unread = values.isna() & ~empty["value"] & ~bound
    exact = "a bound says only how low or high it is at least; write the value itself"
    no_period = ~known & ~empty["period"]
    if usual == "week" and no_period.any():
        form = (
            "weeks are those of ISO 8601, with no week 0 and a week 53 in few years; if the file "
            "counts otherwise, write the first day of each week"
        )
    return [
        Fault("period", "cell is empty", empty["period"], form),
        Fault(
            "period",
            "cell is not a period",
            no_period,
            form,
            drop=are_slips(no_period) and usual != "week",  # others would be off too
        ),
        Fault("period", f"period is not a {usual} as most are", other, "use one kind of period"),
        Fault("period", "period occurs before", again, once, drop=are_slips(again)),
        Fault("value", "cell is empty", empty["value"], "delete the row; a gap is allowed"),
        Fault("value", "cell is only a bound", bound, exact, drop=False),
        Fault("value", "cell is not a number", unread, digits, drop=are_slips(unread)),
        Fault("value", "cell is below 0", values < 0, level, drop=False),
    ]


def series_of(table: pd.DataFrame) -> pd.Series:
    """Make a series with periods as index, in the order of time.

    Parameters
    ----------
    table : pandas.DataFrame
        Columns ``period`` and ``value``, as `CheckedTable.accept` returns them; periods may be
        texts as well.

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
    periods = table["period"]
    if not isinstance(periods.iloc[0], pd.Period):
        periods, _, _ = read_periods(periods)
    index = pd.PeriodIndex(list(periods), name="period")
    values = table["value"].to_numpy(float)
    return pd.Series(values, index=index, name="value").sort_index()


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
    index = pd.PeriodIndex(points.index)
    kind = KINDS[index.freqstr[0]]
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
    index = pd.PeriodIndex(points.index)
    found = period_of(text.strip())
    if found is None:
        raise InputError(
            f'The break "{text}" is no period; write 2020-Q2, 2020-04, 2020-W14 or 2020-04-01.'
        )
    at = found.asfreq(index.freqstr, how="start")
    kind = KINDS[index.freqstr[0]]
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
    index = pd.PeriodIndex(points.index)
    most, after, shown = _LENGTHS[KINDS[index.freqstr[0]]]
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


def usable_trend(points: pd.Series, at: pd.Period, trend: str) -> tuple[str, str]:
    """Return the trend if its forecast stays above 0, and else one that does.

    Parameters
    ----------
    points : pandas.Series
        As `series_of` returns it.
    at : pandas.Period
        As `break_of` returns it.
    trend : str
        What was asked for, one of `socionaut.shifts.TRENDS`.

    Returns
    -------
    tuple of str
        The trend to take, and a sentence where it is another one; "none" where no trend
        allows a forecast.

    Examples
    --------
    >>> points = series_of(example_series())
    >>> usable_trend(points, break_of(points, "2020-04"), "linear")
    ('linear', '')
    """
    reasons = []
    positive = bool((points > 0).all())
    others = ("log-linear", "damped", "local linear") if positive else ("damped", "local linear")
    for choice in dict.fromkeys([trend, *others]):
        if problem := _problem_of(points, at, choice):
            reasons.append(f"{choice}: {problem}")
            continue
        if choice == trend:
            return trend, ""
        return choice, (
            f"With the trend {trend}, the forecast cannot be used "
            f"({reasons[0].split(': ', 1)[1]}); the trend {choice} is taken instead."
        )
    return "none", (
        f"No trend allows a forecast here ({reasons[0].split(': ', 1)[1]}), so there is no "
        "departure in percent; the change of level is told in the unit of the values."
    )


def _problem_of(points: pd.Series, at: pd.Period, trend: Any) -> str:  # noqa: ANN401 - a Trend
    """Return why a forecast with a trend fails, or no text."""
    look = windows(points, at)
    try:
        for before in (look.before[0], look.before[-1]):
            options: dict[str, Any] = {"before": before, "trend": trend}
            options["season"] = has_season(points, at, before) and trend != "last year"
            mean_departure(points, at, after=look.after, **options)
            path = forecast_path(points, at, after=look.shown, **options)
            if not (path["value"] > 0).all():
                return "it falls to 0 or below"
    except InputError as error:
        return str(error).rstrip(".").split(";")[0]
    return ""


def has_season(points: pd.Series, at: pd.Period, before: int) -> bool:
    """Return whether a time before a break is long enough to show a season.

    Parameters
    ----------
    points : pandas.Series
        As `series_of` returns it.
    at : pandas.Period
        As `break_of` returns it.
    before : int
        Periods before the break.

    Returns
    -------
    bool
        Whether each quarter, month or day of the week comes three times in it, on average.

    Examples
    --------
    >>> points = series_of(example_series())
    >>> has_season(points, break_of(points, "2020-04"), 51)
    True
    """
    seasons = season_of(pd.PeriodIndex(points.index))
    if seasons is None:
        return False
    early = int(((points.index < at) & (points.index >= at - before)).sum())
    return early >= 3 * len(set(seasons))
