"""How times are written in files, in the languages and forms of exports, found for a whole column.

What a column does not show, such as the order of 03/04/2024, is asked for and never guessed.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple, NoReturn
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd

from socionaut.errors import InputError
from socionaut.sources.written import Order, stripped, without_accents

__all__ = ["MONTHS", "offset_in", "order_in", "plain_times", "plain_word", "with_offset"]

# Months in English, French, German, Spanish, Italian, Portuguese, Dutch and Scandinavian, without
# accents.
MONTHS = {
    word: number
    for words in (
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "january february march april may june july august september october november december",
        "janv fevr mars avr mai juin juil aout sept oct nov dec",
        "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
        "jan feb marz apr mai juni juli aug sept okt nov dez",
        "januar februar maerz april mai juni juli august september oktober november dezember",
        "ene feb mar abr may jun jul ago sept oct nov dic",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "gen feb mar apr mag giu lug ago set ott nov dic",
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre "
        "dicembre",
        "jan fev mar abr mai jun jul ago set out nov dez",
        "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
        "jan feb mrt apr mei jun jul aug sep okt nov dec",
        "januari februari maart april mei juni juli augustus september oktober november december",
        "jan feb mars apr maj jun jul aug sep okt nov des",
        "januar februar marts april maj juni juli augusti september oktober november desember",
    )
    for number, word in enumerate(words.split(), start=1)
}
_ENGLISH = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WORDS_FOR_DAYS = (
    "mon tue tues wed thu thur thurs fri sat sun monday tuesday wednesday thursday friday saturday "
    "sunday lun mer jeu ven sam dim lundi mardi mercredi jeudi vendredi samedi dimanche mo di mi "
    "do fr sa so montag dienstag mittwoch donnerstag freitag samstag sonntag mie jue vie sab dom "
    "lunes martes miercoles jueves viernes sabado domingo"
)
_WEEKDAYS = frozenset(_WORDS_FOR_DAYS.split())
# Words between a date and its hour, and between day, month and year.
_BETWEEN = frozenset({"a", "at", "um", "uhr", "de", "del", "las", "the", "alle", "of", "om"})

_DATES = {
    "%Y-%m-%d": r"\d{4}-\d{1,2}-\d{1,2}",
    "%Y/%m/%d": r"\d{4}/\d{1,2}/\d{1,2}",
    "%Y.%m.%d": r"\d{4}\.\d{1,2}\.\d{1,2}",
    "%Y%m%d": r"(?:19|20)\d{6}",
    "%m/%d/%Y": r"\d{1,2}/\d{1,2}/\d{4}",
    "%d/%m/%Y": r"\d{1,2}/\d{1,2}/\d{4}",
    "%d.%m.%Y": r"\d{1,2}\.\d{1,2}\.\d{4}",
    "%m-%d-%Y": r"\d{1,2}-\d{1,2}-\d{4}",
    "%d-%m-%Y": r"\d{1,2}-\d{1,2}-\d{4}",
    "%b %d %Y": r"[A-Za-z]{3} \d{1,2} \d{4}",
    "%d %b %Y": r"\d{1,2} [A-Za-z]{3} \d{4}",
    "%d-%b-%Y": r"\d{1,2}-[A-Za-z]{3}-\d{4}",
}
_TURNED = {"%m/%d/%Y": "%d/%m/%Y", "%m-%d-%Y": "%d-%m-%Y"}
_TURNED |= {turned: date for date, turned in _TURNED.items()}
_MONTHS_A_YEAR, _LEAST_TURNED, _LEAST_MONTHS = 12, 3, 3
_CLOCKS = {
    "": "",
    "%H:%M": r"\d{1,2}:\d\d",
    "%H:%M:%S": r"\d{1,2}:\d\d:\d\d",
    "%I:%M %p": r"\d{1,2}:\d\d [AP]M",
    "%I:%M:%S %p": r"\d{1,2}:\d\d:\d\d [AP]M",
}
_TWITTER = (r"[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d \+0000 \d{4}",
            "%a %b %d %H:%M:%S +0000 %Y")  # fmt: skip
_ISO = (r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?: ?(?:Z|UTC|GMT|[+-]\d\d"
        r"(?::?\d\d)?))?)?")  # fmt: skip
_OFFSET = r"(?:Z|[+-]\d\d:?\d\d)$"
_ZONE_NAME = re.compile(r"^(.*\d) ?([A-Z]{3,5})$")
# A place for letters that often stand for it: an example, never a guess.
_PLACES = {"BRT": "America/Sao_Paulo", "BST": "Europe/London"} | {
    f"{letter}{kind}T": place
    for letter, place in {"E": "America/New_York", "C": "America/Chicago", "M": "America/Denver",
                          "P": "America/Los_Angeles"}.items()
    for kind in "SD"
}  # fmt: skip
_SERIAL = r"[345]\d{4}(?:[.,]\d+)?"
_EPOCHS: dict[str, Literal["s", "ms"]] = {r"1\d{9}(?:\.0)?": "s", r"1\d{12}": "ms"}


def plain_word(word: str) -> str:
    """Return a word in small letters without accents and signs.

    Examples
    --------
    >>> plain_word("Févr.")
    'fevr'
    """
    return "".join(letter for letter in without_accents(word) if letter.isalpha())


def plain_times(
    cells: pd.Series,
    *,
    zone: str | None = None,
    order: Order | None = None,
    usual: Order | None = None,
) -> tuple[pd.Series, list[str]]:
    """Return times in the one form that `moments` reads, where a column is written in another.

    `zone` is that of times that name none, or name one by letters only; `order` says how dates as
    03/04/2024 are to be read where the column does not show it, and `usual` how the platform writes
    them, where nothing else says it. What is no time in the form of the column stays as it stands;
    the sentences say how times were read.

    Examples
    --------
    >>> plain_times(pd.Series(["01/31/2024 18:00", "02/01/2024 07:30"]))[0].tolist()
    ['2024-01-31 18:00:00', '2024-02-01 07:30:00']
    >>> plain_times(pd.Series(["5 févr. 2024 à 18h30", "1er mars 2024 à 7h00"]))[0].tolist()
    ['2024-02-05 18:30:00', '2024-03-01 07:00:00']
    """
    if cells.dtype.kind == "M":
        return _in_utc(cells, zone), []
    written, notes = _without_letters(stripped(cells), zone)
    iso = written.str.fullmatch(_ISO)
    _demand_none_turned(written, iso)
    if iso.sum() >= 0.5 * written.ne("").sum():
        read = written
        if written.str.contains(r"(?:UTC|GMT)$| [+-]\d\d:?\d\d$| Z$|[+-]\d\d$", regex=True).any():
            read = written.where(~iso, written.str.replace(r" ?(?:UTC|GMT)$", "Z", regex=True))
            read = read.str.replace(r" ([+-]\d\d:?\d\d|Z)$", r"\1", regex=True)
            read = read.str.replace(r"(:\d\d(?:\.\d+)?) ?([+-]\d\d)$", r"\1\2:00", regex=True)
    else:
        read, note = _other_form(written, order, usual)
        notes += note
    notes += _mixed_offsets(read, zone)
    return (_zoned(read, zone), notes) if zone else (read, notes)


def order_in(cells: pd.Series) -> Order | None:
    """Return the order of day and month that a column of dates shows by itself.

    Examples
    --------
    >>> order_in(pd.Series(["13/04/2024", "02/04/2024"])), order_in(pd.Series(["03/04/2024"]))
    ('day first', None)
    """
    if cells.dtype.kind == "M":
        return None
    parts = stripped(cells).str.extract(r"^(\d{1,2})([/-])(\d{1,2})\2\d{4}\b").dropna()
    days, turned = ((parts[n].astype(int) > _MONTHS_A_YEAR).any() for n in (0, 2))
    if days == turned or len(parts) <= 0.5 * len(cells):
        return None
    return "day first" if days else "month first"


def offset_in(heading: str) -> str:
    """Return the offset from UTC that a heading names, as times write it; or no text.

    Examples
    --------
    >>> offset_in("Date (GMT+1)"), offset_in("Posted at, UTC-03:30"), offset_in("Date (UTC)")
    ('+01:00', '-03:30', 'Z')
    """
    found = re.search(r"\b(?:GMT|UTC)\b ?(?:([+\-\u2212])(\d{1,2})(?::?(\d\d))?)?", heading)
    if found is None:
        return ""
    if found[1] is None:
        return "Z"
    return f"{'+' if found[1] == '+' else '-'}{int(found[2]):02d}:{found[3] or '00'}"


def with_offset(cells: pd.Series, offset: str) -> pd.Series:
    """Return times with an offset from UTC where they name none.

    Examples
    --------
    >>> with_offset(pd.Series(["2024-05-01 10:00", "2024-05-01"]), "+01:00").tolist()
    ['2024-05-01 10:00+01:00', '2024-05-01']
    """
    if cells.dtype.kind == "M":
        return cells
    bare = cells.str.contains(r"\d:\d\d", regex=True) & ~cells.str.contains(_OFFSET, regex=True)
    return cells.where(~bare, cells + offset).astype("str")


def _without_letters(written: pd.Series, zone: str | None) -> tuple[pd.Series, list[str]]:
    """Take letters for a zone off times, where the reader says which zone they stand for."""
    if not written.str.contains(r"\d ?[A-Z]{3,5}$", regex=True).any():
        return written, []
    named = written.str.extract(_ZONE_NAME)
    lettered = named[1].notna() & ~named[1].isin(["UTC", "GMT"])
    if not lettered.any():
        return written, []
    letters = sorted(set(named.loc[lettered, 1]))
    if zone is None:
        example = _PLACES.get(letters[0], "Europe/Paris")
        raise InputError(
            f"Times name their zone by letters ({', '.join(letters)}), which stand for more "
            f"than one; add --zone with the place, for example --zone {example}."
        )
    note = f"The letters {', '.join(letters)} were read as the zone {zone}."
    return written.where(~lettered, named[0]), [note]


def _mixed_offsets(read: pd.Series, zone: str | None) -> list[str]:
    clock = read.str.contains(r"\d:\d\d", regex=True)
    told = clock & read.str.contains(_OFFSET, regex=True)
    bare = int((clock & ~told).sum())
    if zone is not None or not told.any() or not bare:
        return []
    return [
        f"{bare} times name no offset from UTC, others do; those without are taken as UTC, unless "
        "--zone says where they are from."
    ]


# Other forms


class _Form(NamedTuple):
    """How the dates of a column are written, with the times that are read so."""

    date: str
    times: pd.Series
    fits: pd.Series


def _other_form(
    written: pd.Series, order: Order | None, usual: Order | None
) -> tuple[pd.Series, list[str]]:
    """Read a column in the one form that most of its cells have."""
    if written.str.fullmatch(_TWITTER[0]).mean() > 0.5:
        return _spelt(written, _times(written, _TWITTER[1])), []
    counted, told = _counted(written)
    if counted is not None:
        return counted, told
    spelt = {text: _spelt_in_english(text) for text in written.unique()}
    split = written.map(spelt).str.extract(r"^(.*\d(?: [AP]M)?) ?(Z|[+-]\d\d:\d\d)$")
    offset = split[1].fillna("")
    plain = split[0].where(split[1].notna(), written.map(spelt)).astype("str")
    forms = _forms_of(plain)
    if not forms:
        _demand_years(plain, written)
        return written, []
    chosen, note = _chosen(forms, written, order, usual)
    read = _spelt(written, chosen.times)
    return read.where(chosen.times.isna() | offset.eq(""), read + offset).astype("str"), note


def _spelt_in_english(text: str) -> str:
    """Return a time with English months of three letters, AM or PM, and its offset in digits."""
    text = " ".join(text.split())  # narrow blanks too
    text = re.sub(r"(?<=[+-]\d{4}) \([^)]*\)$", "", text)  # JavaScript says the zone twice
    text = re.sub(r"(?i)(?<=\d) ?([ap])\.? ?m\.?(?![a-z])", lambda m: f" {m[1].upper()}M", text)
    text = re.sub(r"(?<=\d) ?h ?(?=\d\d\b)", ":", text)
    text = re.sub(r" ?\(?(?:GMT|UTC)(?![+\d-])\)?$", "Z", text)
    offset = re.search(r"(?<=[\dM]) ?(?:GMT|UTC)? ?([+-])(\d{1,2})(?::?(\d\d))?$", text)
    if offset and ":" in text[: offset.start()]:
        text = f"{text[: offset.start()]}{offset[1]}{int(offset[2]):02d}:{offset[3] or '00'}"
    text = re.sub(r"[^\W\d_]+\.?", _word, text.replace(",", " "))
    # French and Spanish Tuesdays are called as March is.
    text = re.sub(r"^ *Mar(?= \d{1,2} +[A-Z][a-z]{2}\b)", "", text)
    text = re.sub(r"\b(\d{1,2})(?:er|\.|st|nd|rd|th|º)(?= [A-Z])", r"\1", text)
    return " ".join(text.split())


def _word(found: re.Match[str]) -> str:
    word = plain_word(found[0])
    if found[0] in ("AM", "PM", "T", "Z", "Z."):
        return found[0]
    if word in MONTHS:
        return _ENGLISH[MONTHS[word] - 1]
    return "" if word in _WEEKDAYS or word in _BETWEEN else found[0]


def _forms_of(plain: pd.Series) -> list[_Form]:
    found: dict[str, _Form] = {}
    filled = plain.ne("").sum()
    for date, form in _DATES.items():
        if plain.str.match(form).sum() <= 0.5 * filled:
            continue
        for clock, hours in _CLOCKS.items():
            fits = plain.str.fullmatch(f"{form}[ T]{hours}" if hours else form)
            if fits.sum() > 0.5 * filled:
                times = _times(plain.where(fits).str.replace("T", " "), f"{date} {clock}".strip())
                if times.notna().sum() > 0.5 * fits.sum():
                    found[date] = _Form(date, times, fits)
    return list(found.values())


def _times(texts: pd.Series, form: str) -> pd.Series:
    return pd.to_datetime(texts, format=form, errors="coerce")


def _chosen(
    forms: list[_Form], written: pd.Series, order: Order | None, usual: Order | None
) -> tuple[_Form, list[str]]:
    """Choose between the orders of day and month, by the column or by what was said."""
    most = max(form.times.notna().sum() for form in forms)
    best = [form for form in forms if form.times.notna().sum() == most]
    if len(best) > 1 and not best[0].times.equals(best[1].times):
        chosen_order = order or usual
        example = written[best[0].times.notna()].iloc[0]
        if chosen_order is None:
            raise InputError(
                f"Dates such as {example} can be read day first or month first; say which with "
                '--dates "day first" or --dates "month first".'
            )
        form, other = sorted(
            best[:2], key=lambda f: f.date.startswith("%d") != (chosen_order == "day first")
        )
        if order is None and _more_likely(other.times.dropna(), form.times.dropna()):
            raise InputError(
                f"Dates such as {example} would be read {chosen_order}, as the platform writes "
                "them, but then all are of few days in many months. Say which with "
                '--dates "day first" or --dates "month first".'
            )
        return form, [f"Dates such as {example} were read {chosen_order}."]
    form = best[0]
    _demand_one_order(form, written)
    if len(forms) == 1 and form.date[1] not in "md":
        return form, []
    example = written[form.times.notna()].iloc[0]
    shown = form.times.dropna().iloc[0]
    return form, [f"Dates are written as {example}: read as {shown:%Y-%m-%d}."]


def _more_likely(times: pd.Series, usual: pd.Series) -> bool:
    """Return whether the other order puts dates into a month or two, the usual one into many."""
    months, usual_months = (t.dt.strftime("%Y-%m").nunique() for t in (times, usual))
    return bool(months < _LEAST_MONTHS <= usual_months and usual.dt.day.nunique() < _LEAST_MONTHS)


def _demand_one_order(form: _Form, written: pd.Series) -> None:
    """Refuse dates of which some can only be read day first, and others only month first."""
    turned = _TURNED.get(form.date)
    if turned is None:
        return
    days = form.times.dt.normalize()
    other = _times(written.str.extract(r"^(\S+?)[,T ]*(?: .*)?$")[0], turned)
    odd = form.fits & days.isna() & other.notna()
    if odd.any():
        _refuse_two_orders(written[days.notna()].iloc[0], written[odd].iloc[0])
    # A spreadsheet turns the dates that it can, which are then out of the order of the rows.
    odd = days.notna() & other.notna() & days.ne(other)
    if odd.any() and not _in_order(days) and _in_order(other.where(odd, days)):
        _refuse_two_orders(written[odd].iloc[0], written[days.notna() & ~odd].iloc[0])


def _demand_none_turned(written: pd.Series, iso: pd.Series) -> None:
    """Refuse what a spreadsheet makes of dates in another order than its own.

    Those that it can read, of days up to 12, become dates; the others stay as they were written.
    """
    rest = written[~iso].str.extract(r"^(\d{1,2})([./-])(\d{1,2})\2\d{4}\b").dropna()
    days = written[iso].str.slice(8, 10).astype(int)
    if not len(rest) or len(days) < _LEAST_TURNED or days.gt(_MONTHS_A_YEAR).any():
        return
    if rest[[0, 2]].astype(int).gt(_MONTHS_A_YEAR).any(axis=1).all():
        _refuse_two_orders(written[days.index[0]], written[rest.index[0]])


def _refuse_two_orders(one: str, other: str) -> NoReturn:
    raise InputError(
        f"Dates are written in two orders: {one} and {other} cannot be read alike. A spreadsheet "
        "may have turned some of them; export the file again, and do not open it in a "
        "spreadsheet before."
    )


def _in_order(days: pd.Series) -> bool:
    known = days.dropna()
    return bool(known.is_monotonic_increasing or known.is_monotonic_decreasing)


def _demand_years(plain: pd.Series, written: pd.Series) -> None:
    """Say what is wrong with dates that have no year, or one of two digits."""
    filled = max(plain.ne("").sum(), 1)
    bare = plain.str.fullmatch(r"[A-Z][a-z]{2} \d{1,2}|\d{1,2} [A-Z][a-z]{2}")
    if bare.sum() > 0.5 * filled:
        raise InputError(
            f"Dates such as {written[bare].iloc[0]} have no year; write them with it, as "
            "2024-03-01, or export a span of dates for which the platform writes the year."
        )
    short = plain.str.fullmatch(r"\d{1,2}([./-])(?:\d{1,2}|[A-Za-z]{3})\1\d\d(?: .*)?")
    if short.sum() > 0.5 * filled:
        raise InputError(
            f"Dates such as {written[short].iloc[0]} have years of two digits, so that day, month "
            "and year can be read in more than one order; write them as 2024-03-01."
        )


def _counted(written: pd.Series) -> tuple[pd.Series | None, list[str]]:
    """Read times that are counted: seconds since 1970, or days as spreadsheets count them."""
    filled = written[written.ne("")]
    for form, unit in _EPOCHS.items():
        if len(filled) and filled.str.fullmatch(form).mean() > 0.5:
            fits = written.str.fullmatch(form)
            numbers = pd.to_numeric(written.where(fits), errors="coerce")
            times = pd.to_datetime(numbers, unit=unit, errors="coerce").dt.round("1s")
            word = "seconds" if unit == "s" else "thousandths of seconds"
            note = _read_as(written, times, f"{word} since 1970, in UTC")
            return (_spelt(written, times) + "Z").where(times.notna(), written), [note]
    if len(filled) and filled.str.fullmatch(_SERIAL).mean() > 0.5:
        fits = written.str.fullmatch(_SERIAL)
        days = pd.to_numeric(written.where(fits).str.replace(",", "."), errors="coerce")
        times = (pd.Timestamp("1899-12-30") + pd.to_timedelta(days, unit="D")).dt.round("1s")
        note = _read_as(written, times, "days as spreadsheets count them")
        whole = bool((times.dropna() == times.dropna().dt.normalize()).all())
        spelt = written.where(times.isna(), times.dt.strftime("%Y-%m-%d"))
        return (spelt if whole else _spelt(written, times)).astype("str"), [note]
    return None, []


def _read_as(written: pd.Series, times: pd.Series, how: str) -> str:
    first = times.first_valid_index()
    return f"Times are {how}: {written[first]} is {times[first]:%Y-%m-%d}."


def _spelt(written: pd.Series, times: pd.Series) -> pd.Series:
    return written.where(times.isna(), times.dt.strftime("%Y-%m-%d %H:%M:%S"))


# Zones


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
