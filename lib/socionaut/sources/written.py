"""How numbers and ids are written, found for a whole column.

A cell alone does not say whether 1.200 is a thousand or about one; a column often does. Where it
does not either, the answer is a question and never a guess.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Literal

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
    "rounded_ids",
    "sign_of",
    "spellings",
    "spelt_alike",
    "stripped",
    "without_accents",
]

Decimal = Literal["point", "comma"]
Order = Literal["day first", "month first"]

# What programs write where there is no value (statistics), and no name (networks).
_WORDS_FOR_GAPS = (
    ". : .. ... … - -- – — / n/a na n.a. n.a n/d nd n.d. k.a. s.d. s/d nan null none #n/a <na> c "
    ":c (na) (n/a) missing #value! #div/0! #ref! #num! #name?"
)
_PHRASES = ("k. a.", "n. a.", "n. d.", "s. d.", "not available", "non disponible", "keine angabe")
GAPS = frozenset((*_WORDS_FOR_GAPS.split(), *_PHRASES))
_WORDS_FOR_NOTHING = (
    "nan none null n/a na <na> #n/a nat undefined #value! #div/0! #ref! #num! #name? (null)"
)
NOTHING = frozenset(_WORDS_FOR_NOTHING.split())
# A value with a mark that says something of it, and a cell that gives only a bound of it.
FLAG = r"^(.*\d)( ?(?:[ac-jln-z]{1,2}|b|\((?:[a-z]{1,2}|\d)\)|\[\d+\]|[*†‡§¹²³]+))$"
BOUND = r"(?:[<>≤≥~≈]|<=|>=)[ \u00a0\u202f]?\d[\d.,  ]*\+?|\d[\d.,]*\+"

_BLANKS = " \t\u00a0\u2002\u2003\u2007\u2009\u202f"
_SURE_POINT = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+\.\d+|\d+\.(?!\d{3}$)\d*|0\.\d+|\d{4,}\.\d+"
                         r"|\d{1,3}(?:,\d{3}){2,}|\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?|\.\d+)"
                         r"(?:[eE][+-]?\d+)?")  # fmt: skip
_SURE_COMMA = re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3})+,\d+|\d+,(?!\d{3}$)\d+|0,\d+|\d{4,},\d+"
                         r"|\d{1,3}(?:\.\d{3}){2,}|\d+,\d+[eE][+-]?\d+)")  # fmt: skip
_POINT_GROUP = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}")
_COMMA_GROUP = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
_PLAIN = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_FORMS = {
    "point": (re.compile(r"[+-]?\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d*)?"), ",", "."),
    "comma": (re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+(?:[eE][+-]?\d+)?)?"), ".", ","),
}
SHORT = re.compile(
    r"([+-]?\d+(?:[.,]\d{1,2})?) ?([km]|tsd|mio|mill?|mrd|md|bn|(?-i:B))\.?", re.IGNORECASE
)
_THOUSANDS = {"k": 1e3, "tsd": 1e3, "mil": 1e3, "m": 1e6, "mio": 1e6, "mill": 1e6,
              "b": 1e9, "mrd": 1e9, "md": 1e9, "bn": 1e9}  # fmt: skip
_MONEY = "$€£¥"


def stripped(cells: pd.Series) -> pd.Series:
    """Return cells as text without blanks around them; no text for an empty cell.

    Examples
    --------
    >>> stripped(pd.Series([" a ", None])).tolist()
    ['a', '']
    """
    if cells.dtype == "str":
        return cells.fillna("").str.strip()
    return cells.astype("str").where(cells.notna(), "").str.strip().astype("str")


def _bare(cells: pd.Series) -> pd.Series:
    """Return the distinct texts without blanks, and without signs of money and percent."""
    distinct = pd.Series(stripped(cells).unique(), dtype="str")
    return distinct.str.replace(f"[{_BLANKS}%{_MONEY}]", "", regex=True)


def decimal_of(columns: list[pd.Series]) -> tuple[Decimal | None, bool, bool]:
    """Find the decimal sign of a file from its columns of numbers.

    Return the sign where some cell can be read with one sign only, else None; whether there are
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
        distinct = _bare(column)
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

    None where it does not matter. `decimal` is what the reader said, `separator` what stands
    between columns; `whole` numbers are counts, which have no decimals.

    Examples
    --------
    >>> sign_of({"likes": pd.Series(["1.200", "3"])}, None, separator=",", whole=True)
    Traceback (most recent call last):
    ...
    socionaut.errors.InputError: likes: cells such as 1.200 can mean 1200 or 1.2. If the point parts
    thousands, add --decimal comma; if it stands before decimals, add --decimal point.
    """
    texts = {
        name: _bare(cells)
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


def plain_numbers(
    cells: pd.Series, decimal: Decimal | None, *, percent: bool = True
) -> tuple[pd.Series, list[str]]:
    """Return numbers as digits with a decimal point, where they were written otherwise.

    What is no number stays as it stands, and without a decimal sign cells with a sign of another
    form do too. `percent` says whether numbers may be percent, as counts may not. The sentences say
    what was read as something else than it says.

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
    texts = written[written.ne("")].unique()
    spelt = {text: text.replace("\u2212", "-") for text in written[odd].unique()}
    for sign, told in (("%", "Percent signs"), (_MONEY, "Signs of money")):
        signed = [text for text in spelt if text[-1] in sign or text[0] in sign]
        if signed and len(signed) == len(texts) and (percent or sign != "%"):
            kinds = {char: text for text in signed for char in text if char in sign}
            if len(kinds) > 1:
                raise InputError(
                    f"Cells such as {' and '.join(sorted(kinds.values())[:2])} are in more than "
                    "one currency; give them in one."
                )
            spelt = {text: plain.strip(sign + _BLANKS) for text, plain in spelt.items()}
            notes.append(f"{told} were left out.")
    read = {text: _plain_number(plain, decimal) for text, plain in spelt.items()}
    short = [text for text, plain in spelt.items() if SHORT.fullmatch(plain)]
    if short:
        count = int(written.isin(short).sum())
        cells_such = "1 cell as" if count == 1 else f"{count} cells such as"
        notes.append(
            f"{cells_such} {short[0]} read as thousands or millions, {read[short[0]]}: rounded."
        )
    grouped = [text for text, plain in spelt.items() if _COMMA_GROUP.fullmatch(plain)]
    if decimal == "point" and grouped and not any("." in text for text in spelt):
        notes.append(f"Commas part thousands: {grouped[0]} is read as {read[grouped[0]]}.")
    return written.replace(read) if len(read) < 50 else written.map(lambda t: read.get(t, t)), notes


def _plain_number(text: str, decimal: Decimal | None) -> str:
    dense = re.sub(rf"(?<=\d)[{_BLANKS}'’](?=\d{{3}}(?!\d))", "", text)
    if match := SHORT.fullmatch(dense):
        value = float(match[1].replace(",", ".")) * _THOUSANDS[match[2].casefold()]
        return str(round(value)) if value < 1e15 else text
    if decimal is not None:
        form, group, sign = _FORMS[decimal]
        if form.fullmatch(dense):
            return dense.replace(group, "").replace(sign, ".")
        if decimal == "comma" and "." in dense:
            return f"{text} (with a point)"
    return dense if _PLAIN.fullmatch(dense) else text


# Ids

_WHOLE_AS_FLOAT = r"\d+(?:\.0+)?"
_UNSEEN = "[\u00ad\u200b-\u200f\u202a-\u202e\u2060\ufeff]"
_ADDRESS = r"^https?://(?:www\.)?|(?<=[a-z])/+$"
_ROUNDED = r"\d(?:[.,]\d+)?[eE]\+?\d+"


def rounded_ids(cells: pd.Series) -> str:
    """Say how ids were spoilt by a spreadsheet or a column of floats, if they were.

    Return an example and what shows it, or no text.

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
    # Without the plus, short ids in hexadecimal digits look so too.
    numeric = written[written.ne("")].str.fullmatch(rf"\d+|{_ROUNDED}").mean() > 0.5
    short = short if numeric else short[short.str.contains("+", regex=False)]
    if len(short):
        return str(short.iloc[0])
    long = pd.Series(written[written.str.fullmatch(r"\d{16,20}(?:\.0+)?")].unique(), dtype="str")
    long = long.str.replace(r"\.0+$", "", regex=True)
    # A spreadsheet keeps fifteen digits and writes noughts for the others.
    if re.fullmatch("0{6,}", "".join(long.str.slice(15))):
        return f"{long.iloc[0]}, of which digits after the fifteenth are all 0"
    return ""


def plain_ids(cells: pd.Series) -> pd.Series:
    """Return ids as text, whole numbers without the .0 that a gap in their column gives them.

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


def spellings(names: pd.Series) -> pd.Series:
    """Return names that look alike, though they differ by case, blanks, signs or letters unseen.

    Noughts before a number, and how the address of a page begins and ends, make no other name.

    Examples
    --------
    >>> spellings(pd.Series(["@Ann", "ann", "Bob"])).to_dict()
    {'ann': ['@Ann', 'ann']}
    """
    plain = names.str.normalize("NFKC").str.replace(_UNSEEN, "", regex=True)
    plain = plain.str.replace(r"\s+", " ", regex=True).str.strip().str.removeprefix("@")
    plain = plain.str.replace(r"^0*(\d+)(?:\.0+)?$", r"\1", regex=True).str.casefold()
    plain = plain.str.replace(_ADDRESS, "", regex=True)
    groups = names.groupby(plain).agg(list)
    return groups[groups.map(len) > 1]


def spelt_alike(names: pd.Series, same: pd.Series) -> pd.Series:
    """Return names, of those that `spellings` found alike the first one."""
    first = {spelt: group[0] for group in same for spelt in group}
    return names.map(lambda name: first.get(name, name)).astype("str")


def without_accents(text: str) -> str:
    """Return a text in small letters without accents.

    Examples
    --------
    >>> without_accents("Févr. 2020")
    'fevr. 2020'
    """
    letters = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
