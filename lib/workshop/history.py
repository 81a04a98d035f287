"""The history of the tables: no fact, tolerance, verdict, fault or comparison moves silently.

`data/decisions.csv` holds what was decided on each claim, when and why; the last row of a claim is
what the ledger says now. `data/changes.csv` holds when each table of facts was changed last, and
why. Claims and references state their figure twice, and the two are read against each other.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Hashable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from socionaut.errors import InputError
from socionaut.ledger.evidence import IN_WORDS
from workshop.numbers import SCALES
from workshop.numerals import FigureError, parse_figure

__all__ = [
    "FIRST",
    "change",
    "change_problems",
    "decision",
    "first_digest",
    "history_problems",
    "noted_problems",
    "rounding",
    "token_problems",
]

#: Tables that hold no facts on their subject: links, words, and the histories themselves.
NO_FACTS = {"changes", "decisions", "glossary", "readings"}

#: Columns of the ledger that may change only with a reason.
HELD = ("tolerance", "expected_verdict", "fault", "comparison")
#: The reason of a first row, which stands for no change.
FIRST = "first recorded"
_SCALES = {"milliard": 1e9, "million": 1e6}


def decision(claims: pd.DataFrame, key: str, date: str, reason: str) -> dict[str, object]:
    """Return the row that records what the ledger now says of a claim.

    Examples
    --------
    >>> claims = pd.DataFrame([("c000-001-1", 0.5, "differs", "scope", "equal")],
    ...     columns=["id", *HELD])
    >>> decision(claims, "c000-001-1", "2026-11-29", "another scope was found")["fault"]
    'scope'
    """
    row = claims[claims["id"] == key]
    if row.empty:
        raise InputError(f"The ledger has no claim {key}; look up its id in data/claims.csv.")
    if len(reason.split()) < 2:
        raise InputError(f"The reason “{reason}” says nothing; write why {key} was decided anew.")
    held = {name: row.iloc[0][name] for name in HELD}
    return {"claim": key, "date": date, **held, "reason": reason}


def history_problems(claims: pd.DataFrame, decisions: pd.DataFrame) -> list[str]:
    """List where the ledger was changed without a decision, and tolerances without a reason.

    Examples
    --------
    >>> claims = pd.DataFrame([("c000-001-1", "20 %", 0.5, "differs", "scope", "equal")],
    ...     columns=["id", "token", *HELD])
    >>> history_problems(claims, pd.DataFrame(columns=["claim", "date", *HELD, "reason"]))
    ['c000-001-1 has no decision; run `socionaut record c000-001-1 --reason "..."`.']
    """
    return [*_changes(claims, decisions), *_tolerances(claims, decisions), *_dates(decisions)]


def _changes(claims: pd.DataFrame, decisions: pd.DataFrame) -> Iterator[str]:
    last = {row["claim"]: row for row in decisions.to_dict("records")}
    for row in claims.to_dict("records"):
        key = row["id"]
        mend = f'run `socionaut record {key} --reason "..."`.'
        if key not in last:
            yield f"{key} has no decision; {mend}"
            continue
        for name in HELD:
            if not _same(row[name], last[key][name]):
                yield (
                    f"{key}: {name} is {row[name]!r}, and {last[key][name]!r} was decided on "
                    f"{last[key]['date']}; take it back, or {mend}"
                )
    for key in last.keys() - set(claims["id"]):
        yield f"{key} was decided on and is not in the ledger; put it back, with its verdict."


def _tolerances(claims: pd.DataFrame, decisions: pd.DataFrame) -> Iterator[str]:
    """Yield tolerances that are not half a unit of the last digit, nor 0, and give no reason."""
    reasons = decisions.groupby("claim")["reason"].last()
    for row in claims.dropna(subset=["tolerance"]).to_dict("records"):
        allowed = (0.0, rounding(row["token"]))
        if row["tolerance"] not in allowed and reasons.get(row["id"], FIRST) == FIRST:
            yield (
                f"{row['id']}: the tolerance {row['tolerance']:g} of “{row['token']}” is neither 0 "
                f"nor half a unit of its last digit, {allowed[1]:g}; record why."
            )


def _dates(decisions: pd.DataFrame) -> Iterator[str]:
    for key, rows in decisions.groupby("claim"):
        if not rows["date"].is_monotonic_increasing:
            yield f"{key}: a later decision has an earlier date; put the rows in order."
        for reason in rows["reason"].iloc[1:]:
            if len(reason.split()) < 2 or reason == FIRST:
                yield f"{key} was decided anew without a reason; write it."


def _same(one: object, two: object) -> bool:
    missing = [isinstance(each, float) and math.isnan(each) for each in (one, two)]
    return all(missing) or (not any(missing) and one == two)


def rounding(token: str) -> float:
    """Return half a unit of the last digit of a figure as printed in French.

    It is in base units.

    Examples
    --------
    >>> rounding("2,3 milliards"), rounding("67 %"), rounding("54 000")
    (50000000.0, 0.5, 0.5)
    """
    digits = re.search(r"\d+(?:[,.](\d+))?", token)
    decimals = len(digits[1]) if digits and digits[1] and len(digits[1]) != 3 else 0
    scale = next((size for word, size in _SCALES.items() if word in token), 1.0)
    return 0.5 * scale * 10.0**-decimals


def first_digest(decisions: pd.DataFrame) -> str:
    """Return a digest of the first decisions, which nobody changes any more.

    It is the same whatever the order of the rows.

    Examples
    --------
    >>> first_digest(pd.DataFrame({"claim": ["c000-001-1"], "reason": [FIRST]}))
    '158ca6054f0e'
    """
    first = decisions[decisions["reason"] == FIRST]
    return _digest(first.to_csv(index=False, header=False, lineterminator="\n"))


def change(folder: Path, name: str, date: str, reason: str) -> dict[str, object]:
    """Return the row that records that a table of facts was changed."""
    if name not in _facts(folder):
        raise InputError(f"{name} is no table of facts; choose of {', '.join(_facts(folder))}.")
    if len(reason.split()) < 2:
        raise InputError(f"The reason “{reason}” says nothing; write why {name} was changed.")
    text = (folder / f"{name}.csv").read_text(encoding="utf-8")
    rows = len(pd.read_csv(folder / f"{name}.csv", dtype=str))
    return {"table": name, "date": date, "rows": rows, "digest": _digest(text), "reason": reason}


def change_problems(folder: Path) -> list[str]:
    """List tables of facts that are not as they were recorded last."""
    changes = pd.read_csv(folder / "changes.csv", dtype=str).drop_duplicates("table", keep="last")
    last = changes.set_index("table")
    return [
        f"data/{name}.csv is not as it was recorded last; look at each row that differs, then run "
        f'`socionaut record --tables {name} --reason "..."`.'
        for name in _facts(folder)
        if name not in last.index
        or last.loc[name, "digest"] != _digest((folder / f"{name}.csv").read_text(encoding="utf-8"))
    ]


def _facts(folder: Path) -> list[str]:
    return sorted({path.stem for path in folder.glob("*.csv")} - NO_FACTS)


def _digest(text: str) -> str:
    """Return a digest of lines, whatever their order: tables are merged by row."""
    lines = "\n".join(sorted(text.splitlines()))
    return hashlib.sha256(lines.encode()).hexdigest()[:12]


_NOTED = re.compile(r"(−?[\d,]+(?:\.\d+)?)(?: (million|billion))?(?: to |(?= |$))")


def noted_problems(references: pd.DataFrame) -> list[str]:
    """List references whose value or unit is not what their token says.

    Examples
    --------
    >>> columns = ["id", "value", "value_high", "unit", "token"]
    >>> rows = [("a-2019", 2.32e9, None, "users", "2.23 billion users")]
    >>> noted_problems(pd.DataFrame(rows, columns=columns))
    ['a-2019: the token says “2.23 billion users”, value and unit 2320000000 users; correct one.']
    """
    problems = []
    for row in references.to_dict("records"):
        token, said = row["token"], []
        if token in IN_WORDS or (row["value"], row["unit"]) == (1, "ratio"):
            problems += _misworded(row)
            continue
        while found := _NOTED.match(token):
            number = float(found[1].replace(",", "").replace("−", "-"))
            said.append(number * SCALES.get(found[2] or "", 1.0))
            token = token[found.end() :]
        word, _, rest = row["unit"].partition(" ")
        scale, unit = (SCALES[word], rest) if word in SCALES else (1.0, row["unit"])
        ends = [row[n] * scale for n in ("value", "value_high") if not pd.isna(row[n])]
        alike = len(said) == len(ends) and all(map(math.isclose, said, ends))
        if not alike or token.strip() != ("" if unit == "year" else unit):
            problems.append(
                f"{row['id']}: the token says “{row['token']}”, value and unit "
                f"{' to '.join(f'{end:.10g}' for end in ends)} {unit}; correct one."
            )
    return problems


def _misworded(row: Mapping[Hashable, Any]) -> list[str]:
    """List what is wrong with a reference that tells words, and no figure."""
    token, told = row["token"], (row["comparison"], row["value"], row["unit"])
    if IN_WORDS.get(token) == told:
        return []
    return [
        f"{row['id']}: the token says “{token}”, which does not go with “{told[0]} {told[1]:g} "
        f"{told[2]}”; for words without a number write one of {'; '.join(IN_WORDS)}."
    ]


def token_problems(claims: pd.DataFrame) -> list[str]:
    """List claims whose value is not what their token says, read without the documents.

    Examples
    --------
    >>> columns = ["id", "token", "value", "value_high"]
    >>> token_problems(pd.DataFrame([("c000-001-1", "67 %", 76.0, None)], columns=columns))
    ['c000-001-1: the token “67 %” reads 67, and the value is 76; correct one of them.']
    """
    problems = []
    for row in claims.to_dict("records"):
        read = _readings(row["token"])
        ends = [row[name] for name in ("value", "value_high") if not pd.isna(row[name])]
        problems += [
            f"{row['id']}: the token “{row['token']}” reads {' or '.join(f'{v:g}' for v in read)}, "
            f"and the value is {end:g}; correct one of them."
            for end in ends
            if read and not any(math.isclose(end, value) for value in read)
        ]
    return problems


def _readings(token: str) -> tuple[float, ...]:
    try:
        figure = parse_figure(token)
    except FigureError:
        return ()
    return figure.values  # noqa: PD011 - of no table
