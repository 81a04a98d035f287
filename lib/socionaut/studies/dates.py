"""Dates as French texts print them, read as intervals of days.

A text says "17 mai 2019", "avril 2019", "fin 2016" or only "2014". Each stands for a first and a
last possible day, and arithmetic on dates is carried out on both, so that "twenty years ago" comes
out as an interval too. A weekday that is printed beside a date is a check digit: one year in seven
has it right by chance.

How a date is read
    * Day, month and year, in words ("1er avril 2019") or in figures, day first ("20/05/2019"), or
      year first ("2017-03-01"). Two-digit years have two readings and are refused.
    * A month, a quarter ("1er trimestre 2020") or a year covers all its days.
    * "début", "mi" and "fin" are the first, middle and last four months of a year.
    * A season covers both its conventions, by whole months and by the sun: "printemps 2020" is
      1 March to 21 June. A winter needs both its years ("hiver 2019-2020").
    * A date without a year is read only if the year is given apart; `possible_years` says which
      years a printed weekday allows.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from socionaut.errors import InputError
from socionaut.estimates import Estimate

__all__ = [
    "LOOK_ALIKES",
    "DateError",
    "Days",
    "date_texts",
    "parse_date",
    "possible_years",
    "weekday_of",
    "years_between",
]

# Texts use several space characters and apostrophes that look the same to a person who types.
LOOK_ALIKES = str.maketrans(dict.fromkeys("\u00a0\u2009\u202f", " ") | {"\u2019": "'"})
_WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
    "octobre", "novembre", "décembre",
)  # fmt: skip
_SEASONS = {"printemps": ((3, 1), (6, 21)), "été": ((6, 1), (9, 23)), "automne": ((9, 1), (12, 22))}
_PARTS = {"début": (1, 4), "mi": (5, 8), "fin": (9, 12)}
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_MONTH = f"(?P<month>{'|'.join(_MONTHS)})"
_DAY = r"(?P<day>1er|[12]?\d|3[01])"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:(?P<weekday>{'|'.join(_WEEKDAYS)}) )?{_DAY} {_MONTH}(?: {_YEAR})?",
        rf"(?P<day>\d\d?)/(?P<month>\d\d?)(?:/{_YEAR})?",
        rf"{_YEAR}-(?P<month>\d\d)-(?P<day>\d\d)",
        rf"{_MONTH}(?: {_YEAR})?",
        rf"(?P<quarter>[1-4])(?:er|e|ème) trimestre(?:(?: de)? {_YEAR})?",
        rf"(?P<season>printemps|été|automne) {_YEAR}",
        rf"hiver {_YEAR}-(?P<next>(?:19|20)\d\d)",
        rf"(?P<part>début|mi|fin)[ -]{_YEAR}",
        _YEAR,
    )
)
_LEADS = re.compile(r"^(?:en|le|au|à l['\u2019]|l['\u2019]|depuis|dès|dans l['\u2019]) ?", re.I)


class DateError(InputError):
    """A date that has no reading, or more than one; the sentence says what to correct."""


@dataclass(frozen=True, order=True)
class Days:
    """All days from a first to a last one.

    Parameters
    ----------
    first, last : datetime.date
        First and last day, both included.
    weekday : str
        The weekday printed beside the date, in French and lower case; empty if none is.

    Raises
    ------
    DateError
        If the last day comes before the first.

    Examples
    --------
    >>> Days(dt.date(2019, 4, 1), dt.date(2019, 4, 30)).count
    30
    """

    first: dt.date
    last: dt.date
    weekday: str = ""

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise DateError(f"The last day, {self.last}, comes before the first, {self.first}.")

    @property
    def count(self) -> int:
        """Number of days."""
        return (self.last - self.first).days + 1

    def write(self) -> str:
        """Write the interval for a reader.

        Returns
        -------
        str
            One day, or first and last day.

        Examples
        --------
        >>> parse_date("avril 2019").write()
        '2019-04-01 to 2019-04-30'
        """
        return str(self.first) if self.count == 1 else f"{self.first} to {self.last}"


def parse_date(text: str, *, year: int | None = None) -> Days:
    """Read one French date as the days that it can mean.

    Parameters
    ----------
    text : str
        The date as printed, with nothing else but a leading "en", "le", "au" or the like.
    year : int, optional
        The year of a date that prints none.

    Returns
    -------
    Days
        First and last day, and the weekday if one is printed. Whether the weekday is the right
        one is not judged here: see `weekday_of`.

    Raises
    ------
    DateError
        If the text is no date, has no year, or names a day that does not exist.

    Examples
    --------
    >>> parse_date("Vendredi 17 mai 2019")
    Days(first=datetime.date(2019, 5, 17), last=datetime.date(2019, 5, 17), weekday='vendredi')
    >>> parse_date("fin 2016").write(), parse_date("10 mars", year=2011).write()
    ('2016-09-01 to 2016-12-31', '2011-03-10')
    """
    plain = _LEADS.sub("", " ".join(text.translate(LOOK_ALIKES).split()))
    found = next((match for p in _PATTERNS if (match := p.fullmatch(plain))), None)
    if found is None:
        raise DateError(
            f"“{text}” is no date that is read here; give a day, month, quarter, season or year "
            "with a year of four digits, as “1er avril 2019” or “20/05/2019”."
        )
    parts = {name: value.lower() for name, value in found.groupdict().items() if value}
    printed = int(parts["year"]) if "year" in parts else year
    if printed is None:
        raise DateError(f"The date “{text}” prints no year; give it as year=, or leave it out.")
    if year not in (None, printed):
        raise DateError(f"The date “{text}” prints {printed}, and year= says {year}; drop one.")
    first, last = _ends(parts, printed, text)
    return Days(first, last, parts.get("weekday", ""))


def _ends(parts: Mapping[str, str], year: int, text: str) -> tuple[dt.date, dt.date]:
    if "day" in parts:
        day = _day(year, _month(parts["month"]), int(parts["day"].removesuffix("er")), text)
        return day, day
    if "next" in parts:
        if int(parts["next"]) != year + 1:
            raise DateError(f"The winter “{text}” does not join two years that follow each other.")
        return dt.date(year, 12, 1), dt.date(year + 1, 3, 21)
    if "season" in parts:
        start, end = _SEASONS[parts["season"]]
        return dt.date(year, *start), dt.date(year, *end)
    months = (1, 12)
    if "month" in parts:
        months = (_month(parts["month"]),) * 2
    elif "quarter" in parts:
        months = (3 * int(parts["quarter"]) - 2, 3 * int(parts["quarter"]))
    elif "part" in parts:
        months = _PARTS[parts["part"]]
    last = calendar.monthrange(year, months[1])[1]
    return dt.date(year, months[0], 1), dt.date(year, months[1], last)


def _month(text: str) -> int:
    return int(text) if text.isdigit() else _MONTHS.index(text) + 1


def _day(year: int, month: int, day: int, text: str) -> dt.date:
    try:
        return dt.date(year, month, day)
    except ValueError as error:
        raise DateError(f"“{text}” is no day of the calendar ({error}); correct it.") from error


def weekday_of(day: dt.date) -> str:
    """Return the French name of the weekday of a day.

    Parameters
    ----------
    day : datetime.date
        A day of the Gregorian calendar.

    Returns
    -------
    str
        In lower case.

    Examples
    --------
    >>> weekday_of(dt.date(2019, 5, 17))
    'vendredi'
    """
    return _WEEKDAYS[day.weekday()]


def possible_years(text: str, years: Iterable[int]) -> list[int]:
    """Return the years in which a day without a year falls on the weekday printed with it.

    Parameters
    ----------
    text : str
        A date with a weekday and without a year, as "jeudi 10 mars".
    years : iterable of int
        Years to try.

    Returns
    -------
    list of int
        Those that agree with the calendar, in the order given. A weekday repeats after 5, 6 or 11
        years, so it decides among neighbouring years, not among decades.

    Raises
    ------
    DateError
        If the text prints no weekday, or prints a year.

    Examples
    --------
    >>> possible_years("jeudi 10 mars", range(2004, 2022))
    [2005, 2011, 2016]
    """
    fitting = []
    for year in years:
        try:
            days = parse_date(text, year=year)
        except DateError:
            parse_date(text, year=2000)  # a 29 February: other years may have it
            continue
        if not days.weekday:
            raise DateError(f"The date “{text}” prints no weekday, so it allows any year.")
        if weekday_of(days.first) == days.weekday:
            fitting.append(year)
    return fitting


def years_between(earlier: Days, later: Days) -> Estimate:
    """Return the time between two dates in years.

    Parameters
    ----------
    earlier, later : Days
        The dates, each with its first and last possible day.

    Returns
    -------
    Estimate
        From middle to middle, with the shortest and the longest time possible; a year has
        365.2425 days. Negative if the dates stand in the other order.

    Examples
    --------
    >>> years_between(parse_date("octobre 1995"), parse_date("décembre 2014")).write("years")
    '19.2 years [19.1 to 19.3, dates]'
    """
    year = 365.2425
    shortest = (later.first - earlier.last).days / year
    longest = (later.last - earlier.first).days / year
    return Estimate((shortest + longest) / 2, shortest, longest, "dates")


def date_texts(statements: pd.DataFrame) -> pd.DataFrame:
    """Date each text from the dated things that it names.

    What a text tells as past it cannot precede (*terminus post quem*); what it tells as still to
    come it cannot follow (*terminus ante quem*); what it tells as present holds it between both.

    Parameters
    ----------
    statements : pandas.DataFrame
        Columns ``text``, ``role`` (past, during, future, subject), ``first`` and ``last`` (dates
        as text, year first). A subject, such as a plan or a frame of years, bounds nothing.

    Returns
    -------
    pandas.DataFrame
        A row a text, in the order of the table: ``earliest``, ``latest`` (``NaT`` where nothing
        bounds it) and ``facts``, the number of statements that bound it.

    Raises
    ------
    DateError
        If the statements of a text leave no day on which it can have been written.

    Notes
    -----
    A past event bounds by its first possible day, a future one by its last: the wide choice.

    Examples
    --------
    >>> table = pd.DataFrame({"text": ["a", "a"], "role": ["past", "future"],
    ...     "first": ["2011-02-10", "2011-03-10"], "last": ["2011-02-10", "2011-03-10"]})
    >>> date_texts(table).loc["a", ["earliest", "latest"]].astype(str).tolist()
    ['2011-02-10', '2011-03-10']
    """
    rows = []
    for text, part in statements.groupby("text", sort=False):
        bounding = part[part["role"] != "subject"]
        low = bounding.loc[bounding["role"] != "future", "first"].astype(str)
        high = bounding.loc[bounding["role"] != "past", "last"].astype(str)
        earliest, latest = max(low, default=""), min(high, default="")
        if latest and latest < earliest:
            raise DateError(
                f"The statements leave no day for the text “{text}”: not before {earliest}"
                f", not after {latest}. Correct a date or a role."
            )
        rows.append((text, pd.to_datetime(earliest), pd.to_datetime(latest), len(bounding)))
    columns = ["text", "earliest", "latest", "facts"]
    return pd.DataFrame(rows, columns=columns).set_index("text")
