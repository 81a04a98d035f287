"""Digits of other scripts, such as those of Arabic and Persian, as 0 to 9.

Only cells that hold a number or a date and nothing else are changed: names stay as they are.
"""

from __future__ import annotations

import re
import unicodedata

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["in_western_digits"]

_AROUND = r"[\d\s.,'’٫٬٪%+\-\u2212:/<>~()$€£¥\u061c\u200e\u200f]*"
_NUMERIC = re.compile(rf"{_AROUND}\d{_AROUND}")
# What stands before decimals and between thousands in Arabic, its percent, and marks of direction.
_SIGNS = {"٫": ".", "٬": "", "٪": "%", "\u061c": "", "\u200e": "", "\u200f": ""}


def in_western_digits(cells: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Return cells with digits 0 to 9, where numbers are in those of another script.

    Examples
    --------
    >>> in_western_digits(pd.DataFrame({"likes": ["١٬٢٣٤٫٥", "۱۲"]}))[0]["likes"].tolist()
    ['1234.5', '12']
    """
    notes, cells = [], cells.copy(deep=False)
    for at in range(cells.shape[1]):
        column = cells.iloc[:, at]
        if not isinstance(column.dtype, pd.StringDtype) or _ascii(column):
            continue
        read = {text: _western(text) for text in column.dropna().unique()}
        changed = [text for text, plain in read.items() if plain != text]
        if not changed:
            continue
        cells.isetitem(at, column.map(read).astype("str").array)
        count = int(column.isin(changed).sum())
        notes.append(
            f"{cells.columns[at]}: digits of another script were read as 0 to 9 in {count} cells, "
            f"for example {changed[0]} as {read[changed[0]]}."
        )
    return cells, notes


def _ascii(column: pd.Series) -> bool:
    return bool(
        pc.all(pc.string_is_ascii(pa.array(column, from_pandas=True))).as_py() in (True, None)
    )


def _western(text: str) -> str:
    if text.isascii() or not _NUMERIC.fullmatch(text):
        return text
    if not any(sign.isdecimal() and not sign.isascii() for sign in text):
        return text
    plain = "".join(
        str(unicodedata.decimal(s)) if s.isdecimal() else _SIGNS.get(s, s) for s in text
    )
    return plain.strip()
