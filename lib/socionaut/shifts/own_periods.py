"""Periods as people and programs write them, and what kind a column of them is.

Dates do not say whether they stand for days: a column of first days of months holds months. So
the kind is found for the whole column, and what was found is told.
"""

from __future__ import annotations

import functools
import re
from typing import Any

import numpy as np
import pandas as pd

from socionaut.errors import InputError
from socionaut.sources.written import Order, stripped
from socionaut.sources.written_times import MONTHS, plain_times, plain_word

__all__ = ["write_period"]

# Kinds by the start of the name that pandas gives to their frequency.
KINDS = {"Y": "year", "Q": "quarter", "M": "month", "W": "week", "D": "day"}
_FREQUENCIES = {"year": "Y-DEC", "quarter": "Q-DEC", "month": "M", "week": "W-SUN", "day": "D"}
_YEAR, _QUARTER = r"(?P<y>\d{4})", r"(?:quarter|quartal|trimestre|trim\.|kwartaal|qtr)"
_WEEK, _WEEK_NUMBER = r"(?:kw|cw|week|woche|semaine|sem\.|semana)", r"(?P<n>0?[1-9]|[1-4]\d|5[0-3])"
_MONTH_WORD = r"(?P<w>[^\W\d_]{3,10})\.?"
_FORMS = {
    "quarter": (
        rf"{_YEAR}[-/: ]?[QT](?P<n>[1-4])",
        rf"[QT](?P<n>[1-4])[-/ ]?{_YEAR}",
        rf"(?P<n>[1-4])[QT][-/ ]?{_YEAR}",
        rf"(?P<n>[1-4])(?:er|e|ème|\.|º|o|st|nd|rd|th)? ?{_QUARTER},?[-/ ](?:de )?{_YEAR}",
        rf"{_QUARTER} ?(?P<n>[1-4]),?[-/ ]{_YEAR}",
        rf"{_YEAR},?[-/ ]{_QUARTER} ?(?P<n>[1-4])",
    ),
    "month": (
        r"(?P<y>\d{4})[-/](?P<n>0?[1-9]|1[0-2])",
        r"(?P<n>0?[1-9]|1[0-2])[-/](?P<y>\d{4})",
        r"(?P<n>0[1-9]|1[0-2])\.(?P<y>(?:19|20)\d\d)",
        r"(?P<y>\d{4})M(?P<n>0?[1-9]|1[0-2])",
        r"(?P<y>(?:19|20)\d\d)(?P<n>0[1-9]|1[0-2])",
        rf"{_MONTH_WORD}[-/ ](?:de )?(?P<y>\d{{4}})",
        rf"(?P<y>\d{{4}})[- ]?{_MONTH_WORD}",
        r"(?P<y>\d{4})年(?P<n>0?[1-9]|1[0-2])月",
        # As spreadsheets show a month: Jan-18.
        rf"{_MONTH_WORD}(?:[-/]| ?['’])(?P<s>\d\d)",
    ),
    "week": (
        rf"{_YEAR}[- ]?W{_WEEK_NUMBER}(?:-1)?",
        rf"W{_WEEK_NUMBER}[-/ ]{_YEAR}",
        # Two digits, for S1 is also a half of a year.
        rf"{_YEAR}[- ]?S(?P<n>0[1-9]|[1-4]\d|5[0-3])",
        rf"S(?P<n>0[1-9]|[1-4]\d|5[0-3])[-/ ]{_YEAR}",
        rf"{_WEEK} ?{_WEEK_NUMBER},?[-/ ](?:de )?{_YEAR}",
        rf"{_YEAR},?[-/ ]{_WEEK} ?{_WEEK_NUMBER}",
    ),
    "day": (
        r"(?P<y>\d{4})-(?P<n>\d\d)-(?P<d>\d\d)"
        r"(?:[T ]00:00(?::00(?:\.0+)?)?(?:Z|[+-]\d\d:?\d\d)?)?",
        r"(?P<y>(?:19|20)\d\d)(?P<n>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])",
    ),
    "year": (r"(?P<y>1[5-9]\d\d|20\d\d)",),
}
# Of which place an hour in UTC may be midnight: an example, never a guess.
_MIDNIGHTS = {"15:00": "Asia/Tokyo", "16:00": "Asia/Shanghai", "03:00": "America/Sao_Paulo",
              "04:00": "America/New_York", "05:00": "America/New_York",
              "07:00": "America/Los_Angeles", "08:00": "America/Los_Angeles"}  # fmt: skip
_WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_LEAST_WEEKS = 3
_FEW_MONTHS = 3
_LEAST_SEASONS = 3
_FIRST_YEAR, _LAST_YEAR = 1500, 2199
_LEAST_APART, _LEAST_DAYS_APART, _MOST = 6, 5, 0.8
_IN_OTHER_FORMS = (
    "2020 for a year, 2020-Q2, 2020-04, or 2020-W14 for a week; add up parts of another length"
)
_YEAR_AS_FLOAT = r"(?<=^\d{4})\.0$"
_DATE = r"(?:\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{4})"
_SPAN = rf"^(?:[Ff]rom |[Dd]u |[Vv]om )?({_DATE}) ?(?:,|-|–|—|/|to|bis|au|until) ?{_DATE}$"


def period_of(text: str) -> pd.Period | None:
    """Read a period as a reader writes it.

    It may be a year (2020), a quarter (2020-Q2, Q2 2020), a month (2020-04, 04/2020, 2020M04, Apr
    2020), a week by ISO 8601 (2020-W14) or a day (2020-04-01); None for any other text.

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
    parts = {name: value for name, value in found.groupdict().items() if value}
    year = int(parts["y"]) if "y" in parts else _year_of(parts["s"])
    number = int(parts["n"]) if "n" in parts else MONTHS.get(plain_word(parts.get("w", "")), 0)
    try:
        if kind == "week":
            day = pd.Timestamp.fromisocalendar(year, number, 1)
            return pd.Period(day, freq=_FREQUENCIES[kind])
        if kind == "day":
            return pd.Period(f"{year}-{number:02d}-{parts['d']}", freq="D")
        if kind == "year":
            return pd.Period(year=year, freq=_FREQUENCIES[kind])
        if kind == "quarter":
            return pd.Period(year=year, quarter=number, freq=_FREQUENCIES[kind])
        return pd.Period(year=year, month=number, freq=_FREQUENCIES[kind])
    except ValueError:
        return None


def _year_of(digits: str) -> int:
    """Return the year of two digits, as programs do: up to 68 it is of this century."""
    return int(digits) + (2000 if int(digits) < 69 else 1900)


def kind_of(text: str) -> str:
    """Return whether a text is a year, quarter, month, week or day; no text for none of them.

    Examples
    --------
    >>> kind_of("2020M04"), kind_of("spring 2020")
    ('month', '')
    """
    return _match(text)[0]


@functools.lru_cache(10_000)  # a column is asked more than once what it holds
def _match(text: str) -> tuple[str, re.Match[str] | None]:
    for kind, forms in _FORMS.items():
        for form in forms:
            found = re.fullmatch(form, text, re.IGNORECASE)
            word = found and found.groupdict().get("w")
            if found and (not word or plain_word(word) in MONTHS):
                return kind, found
    return "", None


def read_periods(
    cells: pd.Series, order: Order | None = None, *, zone: str | None = None, ending: bool = False
) -> tuple[pd.Series, pd.Series, list[str]]:
    """Read a column of periods, dates among them, as of the kind that the column has.

    Dates that are all first days, or all last days, of months are months; of quarters and years
    likewise. Dates that are all the same day of the week are weeks, which begin on that day, or end
    on it. Spans such as 2020-03-02 - 2020-03-08 are read by their first day.

    Return a `pandas.Period` a row, None where a cell is none; the kind that each cell has by
    itself; and how they were read, where that is not how they are written. `order` says how
    03/04/2024 is to be read, `zone` of which place times that name an offset from UTC are taken,
    `ending` whether a date is the last day of its week, as its heading may say.

    Examples
    --------
    >>> months = pd.Series(["2020-01-01", "2020-02-01", "2020-03-01"])
    >>> read_periods(months)[0].map(str).tolist()
    ['2020-01', '2020-02', '2020-03']
    """
    written, notes, elsewhere = _as_texts(cells, order, zone)
    _demand_no_seasons(written)
    periods = {text: period_of(text) for text in written.unique()}
    read, kinds = written.map(periods), written.map(kind_of)
    _demand_usual_years(written, read)
    notes += _two_digits(written, read)
    dated = kinds.eq("day") & read.notna()
    if dated.sum() > 0.5 * written.ne("").sum():
        days = pd.DatetimeIndex([period.start_time for period in read[dated]])
        freq, how = _kind_of_days(pd.DatetimeIndex(sorted(days.unique())), ending=ending)
        if freq != "D" and elsewhere:
            raise InputError(elsewhere)
        if freq != "D":
            # The day of a week's start gives its label, so weeks keep their own first day.
            read = read.where(~dated, read[dated].map(lambda period: period.asfreq(freq)))
            kinds = kinds.where(~dated, KINDS[freq[0]])
            notes.append(f"{int(dated.sum())} dates, {how}: read as {KINDS[freq[0]]}s.")
    _demand_own_length(written, read, kinds)
    return read.astype(object).where(read.notna(), None), kinds, notes


def _demand_own_length(written: pd.Series, read: pd.Series, kinds: pd.Series) -> None:
    """Refuse periods that stand for longer ones, as dates a month apart do."""
    usual = kinds[read.notna()].mode()
    kind = str(usual.iloc[0]) if len(usual) else ""
    same = read[read.notna() & kinds.eq(kind)]
    if len(same) < max(_LEAST_APART, _MOST * len(written)):
        return
    steps = np.diff(np.unique([period.ordinal for period in same]))
    step = float(np.median(steps)) if len(steps) else 1
    # A month has 28 to 31 days, and a day before a holiday may stand for the week.
    alike = np.abs(steps - step) <= (step // 5 if kind == "day" else 0)
    if step >= (_LEAST_DAYS_APART if kind == "day" else 2) and alike.mean() > _MOST:
        if kind == "day":
            _demand_no_odd_day(written, same)
        raise InputError(
            f"Periods such as {written[same.index[0]]} follow each other {step:g} {kind}s apart, "
            f"so that each stands for more than a {kind}. Write what they stand for: "
            f"{_IN_OTHER_FORMS}."
        )
    if what := _only_first(same, kind):
        raise InputError(
            f"Periods such as {written[same.index[0]]} are read as {kind}s, but in all years "
            f"{what}: they may be parts of a year, or day and month may have changed places. Write "
            f"{_IN_OTHER_FORMS}."
        )


def _demand_no_odd_day(written: pd.Series, same: pd.Series) -> None:
    """Name the few dates that are no first days of months, or of weeks, where all others are."""
    days = pd.DatetimeIndex([period.start_time for period in same])
    weekday = int(pd.Series(days.day_of_week).mode().iloc[0])
    for fits, what in (
        (days.day == 1, "first days of months"),
        ((days + pd.Timedelta(days=1)).day == 1, "last days of months"),
        (days.day_of_week == weekday, f"{days[days.day_of_week == weekday][0].day_name()}s"),
    ):
        if _MOST < fits.mean() < 1:
            odd = written[same.index[~fits]].tolist()
            raise InputError(
                f"{int(fits.sum())} dates are {what}, but not {', '.join(odd[:_LEAST_WEEKS])}: "
                f"correct what is wrong, or write what dates stand for: {_IN_OTHER_FORMS}."
            )


def _only_first(same: pd.Series, kind: str) -> str:
    """Say that "months" are never above 2, 3, 4 or 6, or days in January never above 12."""
    if kind not in ("month", "day") or len({period.year for period in same}) < _LEAST_SEASONS:
        return ""
    months = sorted({period.month for period in same})
    if kind == "month" and months in [list(range(1, last + 1)) for last in (2, 3, 4, 6)]:
        return f"months go only to {months[-1]}"
    last = max(period.day for period in same) if kind == "day" else 0
    return f"days go only to {last}, in January" if months == [1] and 1 < last <= 12 else ""


def _as_texts(
    cells: pd.Series, order: Order | None, zone: str | None
) -> tuple[pd.Series, list[str], str]:
    """Return periods as texts in a form that `period_of` reads, where the column has one.

    Besides what is to be said, return the question that is to be asked if days stand for more.
    """
    if isinstance(cells.dtype, pd.PeriodDtype):
        return cells.map(write_period, na_action="ignore").fillna("").astype("str"), [], ""
    if cells.dtype.kind == "M" or isinstance(cells.dtype, pd.DatetimeTZDtype):
        cells = cells.map(lambda time: time.isoformat(" "), na_action="ignore")
    written, notes = stripped(cells).str.replace(_YEAR_AS_FLOAT, "", regex=True), []
    spans = written.str.extract(_SPAN)
    if spans[0].notna().sum() > 0.5 * written.ne("").sum():
        notes.append(f"Spans such as {written[spans[0].notna()].iloc[0]} count by their first day.")
        written = spans[0].fillna(written).astype("str")
    if written.map(kind_of).ne("").sum() >= 0.5 * written.ne("").sum():
        nothing = f"The zone {zone} changes nothing: the file names no hours but midnight."
        return written, [*notes, *[nothing] * bool(zone)], ""
    times, told = plain_times(written, order=order, zone=zone)
    if zone is not None:
        placed = times.where(times.str.contains(r":\d\d.*(?:Z|[+-]\d\d:?\d\d)$", regex=True))
        placed = pd.to_datetime(placed, format="ISO8601", utc=True, errors="coerce")
        placed = placed.dt.tz_convert(zone).dt.strftime("%Y-%m-%d %H:%M")
        times = placed.fillna(times).astype("str")
    clock = times.str.extract(r"^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)\S*?(Z|[+-]\d\d:?\d\d)?$")
    hours, elsewhere = sorted(clock[1].dropna().unique()), ""
    if clock[2].notna().any() and hours and hours != ["00:00"]:
        example = _MIDNIGHTS.get(hours[0], "Europe/Paris")
        elsewhere = (
            f"All times are {' or '.join(hours)}, such as {times[clock[1].notna()].iloc[0]}: they "
            "seem to be midnight of another place, so that days are not those of their periods. "
            f"Add --zone with the place, for example --zone {example}."
        )
    if len(hours) > 1 and len(clock[1].dropna()) > 0.5 * len(written):
        if len(hours) == 2 and _one_apart(*hours) and (elsewhere or zone):
            # As summer time makes them.
            raise InputError(
                elsewhere
                or f"In {zone} times are {' or '.join(hours)}, and not all midnight: give the "
                "place whose midnight they are; Etc/GMT+5 is five hours behind UTC all the year."
            )
        raise InputError(
            f"Periods hold times of day ({times[clock[1].notna()].iloc[0]}); add or average the "
            "values of a day first, so that a row is a day, a week or longer."
        )
    if len(hours) == 1 and re.match("0[1-9]|[12]", hours[0]):
        place = f" in {zone}" if zone else ""
        told = [
            *told,
            f"All times are {hours[0]}{place}: if that is midnight elsewhere, dates are a day off.",
        ]
    return clock[0].fillna(times).astype("str"), [*notes, *told], elsewhere


def _one_apart(first: str, last: str) -> bool:
    """Return whether two times of day are one hour apart, over midnight too."""
    minutes = [60 * int(text[:2]) + int(text[3:]) for text in (first, last)]
    return (minutes[1] - minutes[0]) % 1440 in (60, 1380)


def _demand_no_seasons(written: pd.Series) -> None:
    """Refuse years over two calendar years, such as 2001-02, which look like months."""
    parts = written.str.extract(r"^(\d{4})[-/–](\d\d)$").dropna()
    if len(parts) < _LEAST_SEASONS or len(parts) < 0.5 * written.ne("").sum():
        return
    numbers = parts.astype(int)
    if ((numbers[0] + 1) % 100 == numbers[1]).all():
        raise InputError(
            f"Periods such as {written[parts.index[0]]} are years that begin in one calendar year "
            "and end in the next (fiscal or school years, seasons); they are read as no month. "
            "Write the one in which each begins, such as 2001."
        )


def _demand_usual_years(written: pd.Series, read: pd.Series) -> None:
    """Refuse years of another calendar, whose months and days are not those of this one."""
    known = read[read.notna()]
    strange = known.map(lambda period: not _FIRST_YEAR <= period.year <= _LAST_YEAR)
    if len(known) and strange.mean() > 0.5:
        example = written[known.index[strange.astype(bool)][0]]
        raise InputError(
            f"Periods such as {example} lie outside {_FIRST_YEAR} to {_LAST_YEAR}: they may be of "
            "another calendar (Persian, Islamic, Buddhist), whose months begin on other days. "
            "Write them as 2020-04 or 2020-04-01, in the common calendar."
        )


def _two_digits(written: pd.Series, read: pd.Series) -> list[str]:
    """Say that years of two digits were read, and refuse months that do not follow each other."""
    short = written.str.fullmatch(r".*[^\W\d_]\.?(?:[-/]| ?['’])\d\d") & read.notna()
    if not short.any():
        return []
    months = np.unique([period.ordinal for period in read[short]])
    example = f"{written[short].iloc[0]} is read as {write_period(read[short].iloc[0])}"
    if len(months) > 1 and np.median(np.diff(months)) > _FEW_MONTHS:
        raise InputError(
            f"Cells such as {written[short].iloc[0]} may be days or months of years of two digits; "
            "write them as 2018-01, or as 2018-01-31."
        )
    return [f"Years have two digits: {example}."]


def _kind_of_days(days: pd.DatetimeIndex, *, ending: bool) -> tuple[str, str]:
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
    if ending:
        return f"W-{_WEEKDAYS[first]}", f"all a {name}, taken as the last day of its week"
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
