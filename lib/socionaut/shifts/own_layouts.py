"""Which cells of a file are the periods of a series, and which its values.

A series may stand with a row a period, a column a period, or with years and months apart. Each
becomes a table with the columns ``period`` and ``value``.
"""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd

from socionaut.errors import InputError
from socionaut.shifts.own_periods import kind_of, read_periods
from socionaut.sources.dialects import RawTable
from socionaut.sources.own_files import TOTALS, OwnFile, Reading, folded
from socionaut.sources.own_tables import in_quotes
from socionaut.sources.written import FLAG, GAPS, SHORT, stripped
from socionaut.sources.written_times import MONTHS, plain_word

__all__ = [
    "demand_no_months",
    "demand_two_columns",
    "is_gap",
    "of_week_ends",
    "turned",
    "with_found_columns",
    "without_flags",
]

_LEAST_PERIODS = 6
# Headings that say when.
_WHEN = ("year", "annee", "jahr", "ano", "anio", "anno", "jaar", "date", "datum", "fecha", "data",
         "time", "period", "periode", "periodo", "timeperiod")  # fmt: skip
_WORDS_FOR_WHEN = (*_WHEN, "day", "jour", "tag", "dia", "month", "mois", "monat", "mes", "week",
                   "semaine", "woche", "quarter", "trimestre", "quartal")  # fmt: skip
_MONTHS, _DAYS = 12, ("day", "dayofmonth", "jour", "tag", "dia", "giorno", "dag")
_PARTS = {
    "month": (("month", "mois", "monat", "mes", "mese", "maand"), "{}-{:02d}", 12),
    "quarter": (("quarter", "trimestre", "quartal", "qtr"), "{}-Q{}", 4),
    "week": (("week", "semaine", "kw", "woche", "semana", "isoweek"), "{}-W{:02d}", 53),
}
_NO_MONTHS = {
    "weeks": _PARTS["week"][0],
    "quarters": _PARTS["quarter"][0],
    "halves, thirds or sixths of years": (
        "semest", "halfyear", "halbjahr", "halvar", "bimest", "quadrim", "cuatrim", "tertial"),
}  # fmt: skip
_VALUES = ("value", "values", "obsvalue", "valeur", "wert", "valor", "valore")
# Letters with which statistics mark a value as provisional, estimated, revised and the like, and
# some with which none do.
_MARKS = frozenset(["p", "e", "u", "r", "f", "c", "i", "n", "z", "ep", "pe", "up", "eu", "ue"])
_UNITS = frozenset(["h", "g", "t", "cr", "lt", "dl", "st", "oz", "ft", "yd", "hl"])
_FAR_BELOW = 1e6  # 1.1b among values of 900,000,000
_ENDING = ("weekto", "ending", "ended", "enddate", "endofweek", "weekend", "finissant",
           "findesemaine", "wochenende", "finde")  # fmt: skip


def turned(raw: RawTable, said: Reading) -> tuple[RawTable, list[str]]:
    """Turn a table with a column a period into one with a row a period.

    What the reader says to keep `only` chooses among series side by side. Where there is nothing to
    turn, the same table is returned; the sentences say what was done.

    Examples
    --------
    >>> table = pd.DataFrame({"geo": ["FR"], **{str(y): [str(y)] for y in range(2010, 2016)}})
    >>> len(turned(RawTable("a table", "table", table), Reading())[0].cells)
    6
    """
    if (melted := _years_by_parts(raw)) is not None:
        return melted
    periods = [name for name in map(str, raw.cells) if kind_of(_plain_heading(name))]
    others = [name for name in map(str, raw.cells) if name not in periods]
    if len(periods) < _LEAST_PERIODS or not others:
        return raw, []
    notes = [f"The table has {len(periods)} periods side by side; it was turned."]
    labels = _dimensions(raw.cells[others])
    rows = _chosen_rows(raw, pd.concat([labels, raw.cells[periods]], axis=1), labels, said)
    filled = rows[~rows[periods].apply(lambda c: stripped(c).map(is_gap)).all(axis=1)]
    if len(filled) != 1:
        listed = "; ".join(
            " ".join(map(str, row)) for row in filled[labels.columns].head(5).to_numpy().tolist()
        )
        known = filled[labels.columns]
        apart = [name for name in known if stripped(known[name]).is_unique]
        last = str(apart[0] if apart else known.columns[-1])
        example = str(known[last].iloc[0]) if len(known) else ""
        raise InputError(
            f"{raw.name} holds {len(filled)} series side by side ({listed}). Choose one with "
            f"--only, for example --only {in_quotes(f'{last}={example}')}."
        )
    if len(filled) < len(rows):
        notes.append(f"{len(rows) - len(filled)} rows without any value were left out.")
    values = stripped(filled[periods].iloc[0])
    kept = values.ne("")
    if not kept.all():
        notes.append(f"Cells without a value: {int((~kept).sum())}; they are gaps.")
    return _rows_of(raw, [_plain_heading(name) for name in kept.index[kept]], values[kept]), notes


def _plain_heading(name: str) -> str:
    """Return a period in a heading; the World Bank's DataBank writes 1990 as 1990 [YR1990]."""
    return re.sub(r" ?\[YR\d{4}\]$", "", name.strip())


def _rows_of(raw: RawTable, periods: list[str], values: pd.Series) -> RawTable:
    cells = pd.DataFrame({"period": periods, "value": values.to_numpy()}, dtype="str")
    cells.index = pd.RangeIndex(1, len(cells) + 1, name="row")
    return replace(raw, cells=cells)


def _dimensions(labels: pd.DataFrame) -> pd.DataFrame:
    """Part the one column into which Eurostat writes all its dimensions."""
    heading = str(labels.columns[0])
    if len(labels.columns) == 1 and "," in heading:
        names = [name.split("\\")[0] for name in heading.split(",")]
        parts = labels[heading].str.split(",", expand=True)
        if len(parts.columns) == len(names):
            return parts.set_axis(names, axis=1)
    return labels


def _chosen_rows(
    raw: RawTable, rows: pd.DataFrame, labels: pd.DataFrame, said: Reading
) -> pd.DataFrame:
    for heading, value in said.only.items():
        found = [name for name in labels if folded(str(name)) == folded(heading)]
        if not found or not stripped(rows[found[0]]).eq(value.strip()).any():
            raise InputError(
                f'{raw.name}: no row has {heading} = "{value}"; it has the columns '
                f"{', '.join(map(str, labels))}, with for example {labels.iloc[0].tolist()}."
            )
        rows = rows[stripped(rows[found[0]]).eq(value.strip())]
    return rows


def _years_by_parts(raw: RawTable) -> tuple[RawTable, list[str]] | None:
    """Turn a table with a row a year and a column a month, or a quarter; or the other way round."""
    whole, words = raw.cells, stripped(raw.cells.iloc[:, 0])
    a_month = words.map(plain_word).isin(MONTHS) & ~words.str.contains(r"\d")
    of_years = [name for name in whole.columns[1:] if kind_of(str(name)) == "year"]
    if a_month.sum() == 12 and words[~a_month].map(folded).isin(TOTALS).all() and of_years:
        lines = (
            whole[a_month]
            .set_axis(list(words[a_month]))[of_years]
            .T.rename_axis("year")
            .reset_index()
        )
        raw = replace(raw, cells=lines)
    names = list(map(str, raw.cells))
    months = [name for name in names if plain_word(name) in MONTHS and not re.search(r"\d", name)]
    quarters = [name for name in names if re.fullmatch(r"[QT] ?[1-4]", name.strip(), re.IGNORECASE)]
    form, parts = ("{}-{:02d}", months) if len(months) == 12 else ("{}-Q{}", quarters)
    years = [name for name in names if name not in parts and folded(name) not in TOTALS
             and stripped(raw.cells[name]).map(kind_of).eq("year").all()]  # fmt: skip
    if len(parts) not in (4, 12) or len(years) != 1:
        return None
    number = {n: MONTHS[plain_word(n)] if len(parts) == 12 else int(n.strip()[-1]) for n in parts}
    rows = raw.cells.melt(id_vars=years, value_vars=parts)
    periods = [form.format(y, number[str(n)]) for y, n in zip(stripped(rows[years[0]]),
               rows["variable"], strict=True)]  # fmt: skip
    values = stripped(rows["value"])
    table = _rows_of(raw, periods, values)
    # Months to come stand empty at the end of the last year.
    cells = table.cells[values.ne("").to_numpy()].sort_values("period", kind="stable")
    cells.index = pd.RangeIndex(1, len(cells) + 1, name="row")
    note = f"The table has a row a year and {len(parts)} columns of its parts; it was turned."
    return replace(table, cells=cells), [note]


def is_gap(text: str) -> bool:
    """Return whether a cell says that there is no value.

    Examples
    --------
    >>> is_gap(": c"), is_gap("0")
    (True, False)
    """
    plain = text.casefold()
    return not text or plain in GAPS or plain.split()[0] in GAPS


def with_found_columns(own: OwnFile) -> OwnFile:
    """Take two columns of any name, where one alone holds periods and one alone numbers.

    Examples
    --------
    >>> from socionaut.sources.own_files import understand_file
    >>> table = pd.DataFrame({"Year": ["2020", "2020"], "Month": ["1", "2"], "Visits": ["5", "7"]})
    >>> own = understand_file(table, "series", ["period", "value"])
    >>> with_found_columns(own).cells["period"].tolist()
    ['2020-01', '2020-02']
    """
    own = _joined_parts(own)
    cells, rows = own.cells.copy(), own.taken.to_dict("records")
    free = own.unused()
    if "period" not in cells:
        dated = [name for name in free if _holds_periods(name, cells[name], own.reading)]
        days = [name for name in dated if not stripped(cells[name]).map(kind_of).eq("year").all()]
        dated = days or dated
        dated = [name for name in dated if folded(name) in _WHEN] or dated
        if len(dated) > 1 and len({_as_read(cells[name], own.reading) for name in dated}) == 1:
            dated = dated[:1]  # the same periods in two forms
        if len(dated) == 1:
            rows.append({"column": "period", "heading": dated[0], "how": "the one with periods"})
            free.remove(dated[0])
    if "value" not in cells:
        counted = [name for name in free if _may_be_values(name, cells[name])
                   and not _constant(cells[name])]  # fmt: skip
        counted = [name for name in counted if folded(name) in _VALUES] or counted
        if len(counted) == 1:
            rows.append({"column": "value", "heading": counted[0], "how": "the one with numbers"})
    names = {row["heading"]: row["column"] for row in rows if row["heading"] in cells}
    taken = pd.DataFrame(rows, columns=["column", "heading", "how"])
    return replace(own, cells=cells.rename(columns=names), taken=taken)


def _joined_parts(own: OwnFile) -> OwnFile:
    """Make periods of a column of years and one of months, quarters or weeks."""
    if "period" in own.cells and not stripped(own.cells["period"]).map(kind_of).eq("year").all():
        return own
    names = list(map(str, own.cells))
    # A year may stand in the first row of its months alone.
    filled = {name: stripped(own.cells[name]).replace("", np.nan).ffill().fillna("")
              for name in names if folded(name) in _WHEN or name == "period"}  # fmt: skip
    years = [name for name in filled if filled[name].map(kind_of).eq("year").all()]
    if len(years) != 1:
        return own
    for words, form, most in _PARTS.values():
        part = [name for name in names if folded(name) in words]
        numbers = _part_numbers(own.cells[part[0]], most) if len(part) == 1 else None
        if numbers is None:
            continue
        periods = [form.format(year, int(number)) for year, number in
                   zip(filled[years[0]], numbers, strict=True)]  # fmt: skip
        days = [name for name in names if most == _MONTHS and folded(name) in _DAYS]
        in_month = _part_numbers(own.cells[days[0]], 31) if len(days) == 1 else None
        if in_month is not None:
            periods = [f"{month}-{int(day):02d}" for month, day in
                       zip(periods, in_month, strict=True)]  # fmt: skip
            part += days
        heading = f"{own.heading(years[0])} + {' + '.join(part)}"
        taken = own.taken[own.taken["column"] != "period"]
        row = pd.DataFrame([("period", heading, "joined")], columns=taken.columns)
        cells = own.cells.drop(columns=[years[0], *part])
        cells.insert(0, "period", pd.Series(periods, cells.index, dtype="str"))
        return replace(own, cells=cells, taken=pd.concat([taken, row]))
    return own


def _part_numbers(cells: pd.Series, most: int) -> pd.Series | None:
    """Return numbers of months, quarters or weeks, or None where some cell holds none."""
    written = stripped(cells)
    if most == _MONTHS and written.map(plain_word).isin(MONTHS).all():
        return written.map(lambda text: MONTHS[plain_word(text)])
    digits = written.str.extract(r"^(?:[QTMWqtmw]|KW)? ?0?(\d{1,2})(?:\.0)?$")[0]
    numbers = pd.to_numeric(digits, errors="coerce")
    return numbers if numbers.between(1, most).all() else None


def _holds_periods(name: str, cells: pd.Series, said: Reading) -> bool:
    written = stripped(cells)
    if len(written) > 1 and _constant(written):
        return False  # the day of an export, say
    try:
        read, _, _ = read_periods(cells, said.dates or "day first", zone=said.zone)
    except InputError:
        return True  # what is to be asked is asked where they are read
    if written.str.fullmatch(r"\d{5,}(?:[.,]\d+)?").mean() > 0.5:
        # Values may look like days of a spreadsheet, but do not follow each other.
        named = any(word in folded(name) for word in _WORDS_FOR_WHEN)
        steps = np.diff(np.sort([period.ordinal for period in read.dropna()]))
        return bool(read.notna().all() and (named or (len(steps) and (steps == steps[0]).all())))
    return bool(read.notna().mean() > 0.8)


def _as_read(cells: pd.Series, said: Reading) -> tuple[str, ...]:
    """Return periods as they are read, or as they are written where that must be asked."""
    try:
        read, _, _ = read_periods(cells, said.dates or "day first", zone=said.zone)
        return tuple(read.map(str))
    except InputError:
        return tuple(stripped(cells))


def _holds_numbers(cells: pd.Series) -> bool:
    if pd.api.types.is_numeric_dtype(cells.dtype):
        return True
    plain = stripped(cells).str.replace(FLAG, r"\1", regex=True)
    numeric = plain.str.fullmatch(
        r"[<>~≈]? ?[$€£¥]? ?[+\-\u2212]?[\d\s.,'’]*\d[\d\s.,'’]*(?:[eE][+-]?\d+)? ?"
        r"(?:[%$€£¥]|[^\W\d_]{1,4}\.?)?"
    )
    return bool((numeric | plain.map(is_gap)).mean() > 0.8 and numeric.any())


def _may_be_values(name: str, cells: pd.Series) -> bool:
    """Return whether a column holds numbers that neither count the rows nor are periods."""
    written = stripped(cells)
    periods = written.str.contains(r"[^\d.,\s]") & written.map(kind_of).ne("")
    return _holds_numbers(cells) and not _numbers_rows(name, cells) and not periods.all()


def _constant(cells: pd.Series) -> bool:
    written = stripped(cells)
    return bool(written.eq(written.iloc[0]).all())


def _numbers_rows(name: str, cells: pd.Series) -> bool:
    """Return whether a column without a heading only counts the rows, as pandas writes it."""
    if name not in ("(column 1)", "Unnamed: 0", "index"):
        return False
    steps = pd.to_numeric(stripped(cells), errors="coerce").diff().dropna()
    return bool(len(steps) and steps.eq(1).all())


def without_flags(column: pd.Series) -> tuple[pd.Series, list[str]]:
    """Leave out letters and signs after values, such as p for provisional or a footnote's star.

    Examples
    --------
    >>> without_flags(pd.Series(["3", "4 p"]))[0].tolist()
    ['3', '4']
    """
    if pd.api.types.is_numeric_dtype(column.dtype):
        return column, []
    values = stripped(column)
    flags = values.str.extract(FLAG)
    flagged = flags[0].notna()
    if not flagged.any():
        return column, []
    _demand_no_units(values, flags.loc[flagged, 1].str.strip())
    signs = ", ".join(sorted(flags.loc[flagged, 1].str.strip().unique())[:5])
    note = f"Marks after {int(flagged.sum())} values ({signs}) were left out."
    return values.where(~flagged, flags[0]).astype("str"), [note]


def _demand_no_units(values: pd.Series, signs: pd.Series) -> None:
    """Refuse letters after values that may be units: marks are few beside bare numbers."""
    letters = signs[signs.str.fullmatch("[a-z]{1,2}") & ~signs.isin(_MARKS)]
    bare = values.str.fullmatch(r"[+\-\u2212]?[\d\s.,'’]*\d[\d\s.,'’]*")
    short = values.str.fullmatch(SHORT)
    usual = pd.to_numeric(values[bare], errors="coerce").median()
    marked = pd.to_numeric(values[letters.index].str.extract(r"^([\d.]+)")[0], errors="coerce")
    many = len(letters) >= bare.sum() or short.any() or letters.isin(_UNITS).any()
    small = (marked.where(marked > 0) < usual / _FAR_BELOW).any()
    if len(letters) and (many or small):
        both = [*letters.unique(), *values[short].str.extract(r"([^\W\d]+)\.?$")[0].unique()]
        example = values[letters.index[0]]
        raise InputError(
            f"value: cells end in {' and '.join(sorted({*both})[:4])}, such as {example}: these "
            "may be units. Write all values in one unit, as digits; if they are marks, delete them."
        )


def of_week_ends(own: OwnFile) -> bool:
    """Return whether the heading of the periods says that they name the end of a week."""
    heading = folded(own.heading("period"))
    return heading == "we" or any(word in heading for word in _ENDING)


def demand_no_months(own: OwnFile, kinds: pd.Series) -> None:
    """Refuse weeks, quarters and halves that are written as months are, such as 02/2019."""
    heading = own.heading("period")
    if kinds.eq("month").mean() <= 0.5:
        return
    for length, words in _NO_MONTHS.items():
        plain = folded(heading)
        if plain in words or any(word in plain for word in words if len(word) > 2):
            raise InputError(
                f'{own.name}: the heading "{heading}" says {length}, but the cells are written as '
                "months are. Write them as 2020-W14, by the first day of each week, or as 2020-Q2; "
                "add up parts of another length."
            )


def demand_two_columns(own: OwnFile, missing_columns: str) -> None:
    """Refuse a file without periods or without values, and say which columns may be meant."""
    missing = [column for column in ("period", "value") if column not in own.cells]
    lines, free = [missing_columns], own.unused()
    held = {
        "period": [n for n in free if _holds_periods(n, own.cells[n], own.reading)],
        "value": [n for n in free if _may_be_values(n, own.cells[n])],
    }
    plain = {
        "period": "periods that are known here; write 2020, 2020-Q2, 2020-04, 2020-W14 or "
        "2020-04-01",
        "value": "numbers; write digits with a decimal point",
    }
    whens = [name for name in free if folded(name) in _WORDS_FOR_WHEN]
    whens += [name for name in free if any(w in folded(name) for w in _WORDS_FOR_WHEN)]
    likely = {"period": [*whens, *free], "value": [n for n in free if n not in whens]}
    for column in missing if missing != ["period", "value"] else ["period"]:
        names, word = held[column], "numbers" if column == "value" else "periods"
        if len(names) > 1:
            example = f"--rename {in_quotes(f'{names[0]}={column}')}"
            lines.append(f"{len(names)} columns hold {word}; choose one, for example {example}")
        for name in likely[column][:1] if not names else []:
            filled = [text for text in stripped(own.cells[name]) if text]
            # The one cell that is none says more than the first.
            cell = next((text for text in filled if not kind_of(text)), *filled[:1] or [""])
            lines.append(f'The cells of "{name}", such as "{cell[:30]}", are no {plain[column]}.')
    raise InputError("\n".join(lines))
