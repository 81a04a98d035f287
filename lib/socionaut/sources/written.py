"""How numbers, times and ids are written, found for a whole column.

A cell alone does not say whether 1.200 is a thousand or about one; a column often does. Where it
does not either, the answer is a question and never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd

from socionaut.errors import InputError

__all__ = [
    "GAPS",
    "NOTHING",
    "Decimal",
    "Order",
    "decimal_of",
    "plain_ids",
    "plain_numbers",
    "plain_times",
    "rounded_ids",
    "sign_of",
    "stripped",
]

Decimal = Literal["point", "comma"]
Order = Literal["day first", "month first"]

# What programs write where there is no value (statistics), and no name (networks).
GAPS = frozenset({".", ":", "..", "-", "--", "–", "—", "n/a", "na", "nan", "null", "none", "#n/a"})
NOTHING = frozenset({"nan", "none", "null", "n/a", "na", "<na>", "#n/a", "nat", "undefined"})

_BLANKS = "   \t"
_SURE_POINT = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+\.\d+|\d+\.(?!\d{3}$)\d*|0\.\d+|\d{4,}\.\d+"
                         r"|\d{1,3}(?:,\d{3}){2,}|\.\d+)(?:[eE][+-]?\d+)?")  # fmt: skip
_SURE_COMMA = re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3})+,\d+|\d+,(?!\d{3}$)\d+|0,\d+|\d{4,},\d+"
                         r"|\d{1,3}(?:\.\d{3}){2,})")  # fmt: skip
_POINT_GROUP = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}")
_COMMA_GROUP = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_FORMS = {
    "point": (re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?"), ",", "."),
    "comma": (re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?"), ".", ","),
}
_SHORT = re.compile(r"([+-]?\d+(?:[.,]\d{1,2})?) ?([KkMm])")
_THOUSANDS = {"k": 1e3, "m": 1e6}


def stripped(cells: pd.Series) -> pd.Series:
    """Return cells as text without blanks around them; no text for an empty cell.

    Parameters
    ----------
    cells : pandas.Series
        Of any type.

    Returns
    -------
    pandas.Series of str

    Examples
    --------
    >>> stripped(pd.Series([" a ", None])).tolist()
    ['a', '']
    """
    return cells.astype("str").where(cells.notna(), "").str.strip().astype("str")


def decimal_of(columns: list[pd.Series]) -> tuple[Decimal | None, bool, bool]:
    """Find the decimal sign of a file from its columns of numbers.

    Parameters
    ----------
    columns : list of pandas.Series
        As text.

    Returns
    -------
    tuple
        The sign where some cell can be read with one sign only, else None; whether there are
        cells for both; whether any cell could be read either way, as 1.200 can.

    Examples
    --------
    >>> decimal_of([pd.Series(["101,5", "99,5"])])
    ('comma', False, False)
    >>> decimal_of([pd.Series(["12.000", "990"])])
    (None, False, True)
    """
    point = comma = either = False
    for column in columns:
        distinct = pd.Series(stripped(column).unique()).str.replace(f"[{_BLANKS}]", "", regex=True)
        marked = distinct[distinct.str.contains(r"[.,]", regex=True)]
        point |= any(_SURE_POINT.fullmatch(text) for text in marked)
        comma |= any(_SURE_COMMA.fullmatch(text) for text in marked)
        either |= any(
            _POINT_GROUP.fullmatch(text) or _COMMA_GROUP.fullmatch(text) for text in marked
        )
    sign: Decimal | None = (
        "point" if point and not comma else "comma" if comma and not point else None
    )
    return sign, point and comma, either


def sign_of(
    columns: Mapping[str, pd.Series], decimal: Decimal | None, *, separator: str, whole: bool
) -> Decimal | None:
    """Return the decimal sign of columns of numbers, or ask for it.

    Parameters
    ----------
    columns : mapping of str to pandas.Series
        By name, as text.
    decimal : {"point", "comma"} or None
        What the reader said.
    separator : str
        What stands between the columns of the file.
    whole : bool
        Whether the numbers are counts, which have no decimals.

    Returns
    -------
    {"point", "comma"} or None
        None where it does not matter.

    Raises
    ------
    InputError
        If cells as 12.000 can be a thousand times another number, and nothing says which.

    Examples
    --------
    >>> sign_of({"likes": pd.Series(["1.200", "3"])}, None, separator=",", whole=True)
    Traceback (most recent call last):
    ...
    socionaut.errors.InputError: likes: cells such as 1.200 can mean 1200 or 1.2. If the point parts
    thousands, add --decimal comma; if it stands before decimals, add --decimal point.
    """
    texts = {
        name: pd.Series(stripped(cells).unique()).str.replace(f"[{_BLANKS}]", "", regex=True)
        for name, cells in columns.items()
        if not pd.api.types.is_numeric_dtype(cells.dtype)
        and not pd.api.types.is_bool_dtype(cells.dtype)
    }
    if decimal is not None or not texts:
        return decimal
    sign, both, _ = decimal_of(list(texts.values()))
    found: dict[str, tuple[str, str]] = {}
    for mark, form in ((".", _POINT_GROUP), (",", _COMMA_GROUP)):
        for name, distinct in texts.items():
            if len(hits := distinct[distinct.str.fullmatch(form)]):
                found.setdefault(mark, (name, str(hits.iloc[0])))
    if both:
        found = found or {".": (next(iter(texts)), "1.5 and 1,5")}
    if "," in found and not both and sign != "comma" and separator == "," and "." not in found:
        return "point"  # a comma in quotation marks, in a file that commas part
    own = {"point": ".", "comma": ","}.get(sign or "")
    doubtful = [mark for mark in found if both or sign is None or (whole and mark == own)]
    if doubtful:
        name, example = found[doubtful[0]]
        word, other = ("point", "comma") if doubtful[0] == "." else ("comma", "point")
        thousand, small = re.sub("[.,]", "", example), example.replace(",", ".").rstrip("0")
        raise InputError(
            f"{name}: cells such as {example} can mean {thousand} or {small.rstrip('.')}. If the "
            f"{word} parts thousands, add --decimal {other}; if it stands before decimals, add "
            f"--decimal {word}."
        )
    return sign


def plain_numbers(cells: pd.Series, decimal: Decimal | None) -> tuple[pd.Series, list[str]]:
    """Return numbers as digits with a decimal point, where they were written otherwise.

    Parameters
    ----------
    cells : pandas.Series
        Of any type; what is no text is left as it is.
    decimal : {"point", "comma"} or None
        Sign before the decimals. None leaves cells with a sign of another form as they are.

    Returns
    -------
    tuple of pandas.Series and list of str
        The cells, in which what is no number stays as it stands; and sentences on what was
        read as something else than it says.

    Examples
    --------
    >>> plain_numbers(pd.Series(["1.234,5", "1 200", "many", "1.2K"]), "comma")[0].tolist()
    ['1234.5', '1200', 'many', '1200']
    """
    if pd.api.types.is_numeric_dtype(cells.dtype) or pd.api.types.is_bool_dtype(cells.dtype):
        return cells, []
    written = stripped(cells)
    odd = ~written.str.fullmatch(r"-?\d+") & written.ne("")
    if not odd.any():
        return cells, []
    notes: list[str] = []
    read = {text: _plain_number(text, decimal) for text in written[odd].unique()}
    percent = [text for text in read if text.endswith("%")]
    if percent and len(percent) == len(written[written.ne("")].unique()):
        read = {text: _plain_number(text[:-1].strip(), decimal) for text in read}
        notes.append("Percent signs were left out.")
    if any(_SHORT.fullmatch(text) for text in read):
        count = int(written.map(lambda text: bool(_SHORT.fullmatch(text))).sum())
        notes.append(f"{count} cells such as 1.2K were read as thousands or millions: rounded.")
    return written.replace(read) if len(read) < 50 else written.map(lambda t: read.get(t, t)), notes


def _plain_number(text: str, decimal: Decimal | None) -> str:
    dense = re.sub(rf"(?<=\d)[{_BLANKS}'’](?=\d{{3}}(?!\d))", "", text)
    if match := _SHORT.fullmatch(dense):
        value = float(match[1].replace(",", ".")) * _THOUSANDS[match[2].lower()]
        return str(round(value)) if value < 1e15 else text
    if decimal is not None:
        form, group, sign = _FORMS[decimal]
        if form.fullmatch(dense):
            return dense.replace(group, "").replace(sign, ".")
        if decimal == "comma" and "." in dense:
            return f"{text} (with a point)"
    return dense if _PLAIN.fullmatch(dense) else text


# Times

_DATES = {
    "%Y-%m-%d": r"\d{4}-\d\d-\d\d",
    "%Y/%m/%d": r"\d{4}/\d{1,2}/\d{1,2}",
    "%m/%d/%Y": r"\d{1,2}/\d{1,2}/\d{4}",
    "%d/%m/%Y": r"\d{1,2}/\d{1,2}/\d{4}",
    "%d.%m.%Y": r"\d{1,2}\.\d{1,2}\.\d{4}",
    "%m-%d-%Y": r"\d{1,2}-\d{1,2}-\d{4}",
    "%d-%m-%Y": r"\d{1,2}-\d{1,2}-\d{4}",
    "%b %d, %Y": r"[A-Za-z]{3} \d{1,2}, \d{4}",
    "%B %d, %Y": r"[A-Za-z]{4,9} \d{1,2}, \d{4}",
    "%a, %b %d, %Y": r"[A-Za-z]{3}, [A-Za-z]{3} \d{1,2}, \d{4}",
    "%d %b %Y": r"\d{1,2} [A-Za-z]{3} \d{4}",
    "%d %B %Y": r"\d{1,2} [A-Za-z]{4,9} \d{4}",
}
_CLOCKS = {
    "": "",
    "%H:%M": r"\d{1,2}:\d\d",
    "%H:%M:%S": r"\d{1,2}:\d\d:\d\d",
    "%I:%M %p": r"\d{1,2}:\d\d [AaPp][Mm]",
    "%I:%M:%S %p": r"\d{1,2}:\d\d:\d\d [AaPp][Mm]",
}
_TWITTER = (r"[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d \+0000 \d{4}",
            "%a %b %d %H:%M:%S +0000 %Y")  # fmt: skip
_ISO = r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?)?"
_OFFSET = r"(?:Z|[+-]\d\d:?\d\d)$"
_ZONE_NAME = re.compile(r"^(.*\d) ?([A-Z]{3,5})$")


def plain_times(
    cells: pd.Series,
    *,
    zone: str | None = None,
    order: Order | None = None,
    usual: Order | None = None,
) -> tuple[pd.Series, list[str]]:
    """Return times in the one form that `moments` reads, where a column is written in another.

    Parameters
    ----------
    cells : pandas.Series
        Of any type; what is no text is left as it is.
    zone : str, optional
        Zone of times that name none, or name one by letters only, as ``Europe/Paris``.
    order : {"day first", "month first"}, optional
        How dates as 03/04/2024 are to be read, where the column does not show it.
    usual : {"day first", "month first"}, optional
        How the platform writes them: used where neither `order` nor the column says it.

    Returns
    -------
    tuple of pandas.Series and list of str
        The cells, in which what is no time in the form of the column stays as it stands; and
        sentences on how they were read.

    Raises
    ------
    InputError
        If dates can be read in two orders, or zones are named by letters and no zone is given.

    Examples
    --------
    >>> plain_times(pd.Series(["01/31/2024 18:00", "02/01/2024 07:30"]))[0].tolist()
    ['2024-01-31 18:00:00', '2024-02-01 07:30:00']
    """
    if cells.dtype.kind == "M" or isinstance(cells.dtype, pd.DatetimeTZDtype):
        return _in_utc(cells, zone), []
    written = stripped(cells)
    notes: list[str] = []
    lettered = written.str.contains(r"\d ?[A-Z]{3,5}$", regex=True)
    if lettered.any():
        named = written.str.extract(_ZONE_NAME)
        lettered = named[1].notna() & ~named[1].isin(["UTC", "GMT"])
    if lettered.any():
        letters = sorted(set(named.loc[lettered, 1]))
        if zone is None:
            raise InputError(
                f"Times name their zone by letters ({', '.join(letters)}), which stand for more "
                "than one; add --zone with the place, for example --zone America/Sao_Paulo."
            )
        notes.append(f"The letters {', '.join(letters)} were read as the zone {zone}.")
        written = written.where(~lettered, named[0])
    iso = written.str.fullmatch(_ISO)
    if iso.sum() >= 0.5 * written.ne("").sum():
        read = written
        if written.str.contains(r"UTC$| [+-]\d\d:?\d\d$| Z$", regex=True).any():
            read = written.where(~iso, written.str.replace(r" ?UTC$", "Z", regex=True))
            read = read.str.replace(r" ([+-]\d\d:?\d\d|Z)$", r"\1", regex=True)
    else:
        read, note = _other_form(written, order, usual)
        notes += note
    return (_zoned(read, zone), notes) if zone else (read, notes)


def _other_form(
    written: pd.Series, order: Order | None, usual: Order | None
) -> tuple[pd.Series, list[str]]:
    """Read a column in the one form that most of its cells have."""
    if written.str.fullmatch(_TWITTER[0]).mean() > 0.5:
        return _formatted(written, _TWITTER[1]), []
    found: dict[str, pd.Series] = {}
    for date, form in _DATES.items():
        for clock, hours in _CLOCKS.items():
            pattern = f"{form}[ ,T]*{hours}" if hours else form
            fits = written.str.fullmatch(pattern)
            if fits.sum() > 0.5 * written.ne("").sum():
                tight = (
                    written.where(fits).str.replace(rf"(?<=\d)[ ,T]+(?={hours}$)", " ", regex=True)
                    if hours
                    else written.where(fits)
                )
                times = pd.to_datetime(tight, format=f"{date} {clock}".strip(), errors="coerce")
                if times.notna().sum() > 0.5 * fits.sum():
                    found[date] = times
    if not found:
        return written, []
    note: list[str] = []
    most = max(times.notna().sum() for times in found.values())
    best = {date: times for date, times in found.items() if times.notna().sum() == most}
    if len(best) > 1 and not next(iter(best.values())).equals(list(best.values())[1]):
        chosen = order or usual
        example = written[next(iter(best.values())).notna()].iloc[0]
        if chosen is None:
            raise InputError(
                f"Dates such as {example} can be read day first or month first; say which with "
                '--dates "day first" or --dates "month first".'
            )
        date = next(d for d in best if d.startswith("%d") == (chosen == "day first"))
        note.append(f"Dates such as {example} were read {chosen}.")
    else:
        date = next(iter(best))
        if len(found) > 1 or date[1] in "md":
            example = written[best[date].notna()].iloc[0]
            shown = best[date].dropna().iloc[0]
            note.append(f"Dates are written as {example}: read as {shown:%Y-%m-%d}.")
    return _spelt(written, best[date]), note


def _formatted(written: pd.Series, form: str) -> pd.Series:
    return _spelt(written, pd.to_datetime(written, format=form, errors="coerce"))


def _spelt(written: pd.Series, times: pd.Series) -> pd.Series:
    return written.where(times.isna(), times.dt.strftime("%Y-%m-%d %H:%M:%S"))


def _place(zone: str) -> ZoneInfo:
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InputError(
            f"The zone {zone!r} is not known; give one as Europe/Paris, America/New_York or UTC."
        ) from error


def _zoned(read: pd.Series, zone: str) -> pd.Series:
    """Write times without an offset in UTC, taken as of this zone."""
    place = _place(zone)
    bare = read.ne("") & ~read.str.contains(_OFFSET, regex=True) & read.str.contains(":")
    times = pd.to_datetime(read.where(bare), format="ISO8601", errors="coerce")
    moved = _in_utc(times, str(place)).dt.strftime("%Y-%m-%d %H:%M:%SZ")
    return read.where(times.isna(), moved)


def _in_utc(times: pd.Series, zone: str | None) -> pd.Series:
    if zone is None or isinstance(times.dtype, pd.DatetimeTZDtype):
        return times
    first = np.ones(len(times), dtype=bool)
    placed = times.dt.tz_localize(_place(zone), ambiguous=first, nonexistent="shift_forward")
    moved: pd.Series = placed.dt.tz_convert("UTC")
    return moved


# Ids

_WHOLE_AS_FLOAT = r"\d+(?:\.0+)?"
_ROUNDED = r"\d(?:[.,]\d+)?[eE]\+?\d+"


def rounded_ids(cells: pd.Series) -> str:
    """Say how ids were spoilt by a spreadsheet or a column of floats, if they were.

    Parameters
    ----------
    cells : pandas.Series
        Of any type.

    Returns
    -------
    str
        An example and what shows it, or no text.

    Examples
    --------
    >>> rounded_ids(pd.Series(["6.54E+17", "12"]))
    '6.54E+17'
    >>> rounded_ids(pd.Series(["654321", "12"]))
    ''
    """
    if pd.api.types.is_float_dtype(cells.dtype):
        large = cells[cells.abs() > 2**53].dropna()
        return f"{large.iloc[0]:.0f}, from a column of floats" if len(large) else ""
    written = stripped(cells)
    short = written[written.str.fullmatch(_ROUNDED)]
    if len(short):
        return str(short.iloc[0])
    long = pd.Series(written[written.str.fullmatch(r"\d{17,20}(?:\.0+)?")].unique(), dtype="str")
    long = long.str.replace(r"\.0+$", "", regex=True)
    # A spreadsheet keeps fifteen digits and writes noughts for the others.
    if len(long) > 2 and long.str.slice(15).str.fullmatch("0+").all():
        return f"{long.iloc[0]}, of which digits after the fifteenth are all 0"
    return ""


def plain_ids(cells: pd.Series) -> pd.Series:
    """Return ids as text, whole numbers without the .0 that a gap in their column gives them.

    Parameters
    ----------
    cells : pandas.Series
        Of any type.

    Returns
    -------
    pandas.Series of str

    Examples
    --------
    >>> plain_ids(pd.Series(["1.0", "2.0", ""])).tolist()
    ['1', '2', '']
    """
    if pd.api.types.is_float_dtype(cells.dtype) and (cells.dropna() % 1 == 0).all():
        cells = cells.astype("Int64")
    written = stripped(cells)
    named = written[written.ne("") & ~written.str.casefold().isin(NOTHING)]
    if len(named) and named.str.fullmatch(_WHOLE_AS_FLOAT).all():
        return written.str.replace(r"\.0+$", "", regex=True).astype("str")
    return written
