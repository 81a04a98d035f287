"""A reader's own posts, in memory or beyond it, with the same numbers.

A file that fits is read whole. One that does not is read, checked and stored part by part, as
Parquet, over which DuckDB then computes; both pass the same checks.
"""

from __future__ import annotations

import atexit
import os
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from socionaut.engagement.own_posts import COUNTS, Per, check_posts, understand_posts
from socionaut.engagement.posts import benchmark_table
from socionaut.errors import InputError
from socionaut.sources.dialects import raw_parts
from socionaut.sources.own_files import OwnFile, Reading
from socionaut.sources.own_memory import READ_VARIABLE, remembered, room_for
from socionaut.sources.own_tables import CheckedTable
from socionaut.sources.written import spellings

if TYPE_CHECKING:
    import duckdb

__all__ = ["OwnPosts", "open_posts"]

_ROWS_OF_A_PART = 500_000


@dataclass(frozen=True)
class OwnPosts:
    """Posts that passed the checks.

    Attributes
    ----------
    source : pandas.DataFrame or str
        The posts, or where their Parquet files lie.
    per, audience : str
        The column that interactions are divided by, and what stands in it.
    rows, used : int
        Rows of the file, and those that can be used.
    paid : bool
        Whether the file says which posts were advertised.
    notes : list of str
        What was found and decided in reading.
    taken, faults : pandas.DataFrame
        As in `CheckedTable`.
    """

    source: pd.DataFrame | str
    per: Per
    audience: str
    rows: int
    used: int
    paid: bool
    notes: list[str] = field(default_factory=list)
    taken: pd.DataFrame = field(default_factory=pd.DataFrame)
    faults: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def posts(self) -> Any:  # noqa: ANN401 - a frame of either engine
        """The posts, as a table or as a DuckDB relation."""
        if isinstance(self.source, pd.DataFrame):
            return self.source
        return _read_parts(self.source)

    def benchmark(self, by: Sequence[str] = ("platform", "industry", "month")) -> pd.DataFrame:
        """Return engagement by group; see `benchmark_table`.

        Parameters
        ----------
        by : sequence of str
            Columns that make a group.

        Returns
        -------
        pandas.DataFrame
        """
        return benchmark_table(self.posts, by=by, per=self.per)

    def overview(self) -> pd.DataFrame:
        """Return posts, accounts, first and last time by platform.

        Returns
        -------
        pandas.DataFrame
            A row a platform.
        """
        posts = self.posts
        if isinstance(posts, pd.DataFrame):
            return posts.groupby("platform").agg(
                posts=("account", "size"),
                accounts=("account", "nunique"),
                first=("published_at", "min"),
                last=("published_at", "max"),
            )
        table: pd.DataFrame = posts.aggregate(
            "platform, count(*) AS posts, count(DISTINCT account) AS accounts, "
            "min(published_at) AS first, max(published_at) AS last",
            "platform",
        ).df()
        return table.astype({"platform": "str"}).set_index("platform").sort_index()

    def largest_accounts(self) -> pd.Series:
        """Return the share of interactions of the account with most of them, by platform.

        Returns
        -------
        pandas.Series
            Percent; missing where a platform has no interaction.
        """
        posts = self.posts
        if isinstance(posts, pd.DataFrame):
            accounts = posts.groupby(["platform", "account"])["interactions"].sum()
        else:
            sums = posts.aggregate(
                "platform, account, sum(interactions) AS interactions", "platform, account"
            ).df()
            accounts = sums.astype({"platform": "str"}).set_index(["platform", "account"])
            accounts = accounts["interactions"].astype(float).sort_index()
        total = accounts.groupby("platform").sum()
        return 100 * accounts.groupby("platform").max() / total  # nought of nought is missing


def open_posts(
    source: str | Path | pd.DataFrame,
    *,
    per: Per | None = None,
    reading: Mapping[str, Any] | Reading | None = None,
    drop_bad_rows: bool = False,
    whole: bool | None = None,
    part: int = _ROWS_OF_A_PART,
) -> OwnPosts:
    """Read and check posts, whole or part by part.

    Parameters
    ----------
    source : str, pathlib.Path or pandas.DataFrame
        As for `check_posts`.
    per, reading
        As for `check_posts`.
    drop_bad_rows : bool
        Whether to go on without the rows that cannot be used.
    whole : bool, optional
        Whether all posts are held in memory; when left out, if they fit.
    part : int
        Rows that are read at a time where they do not.

    Returns
    -------
    OwnPosts
        With a column ``interactions`` beside those of `read_posts`.

    Raises
    ------
    InputError
        As `check_posts` and `CheckedTable.accept`.

    Examples
    --------
    >>> from socionaut.engagement.own_posts import example_posts
    >>> open_posts(example_posts()).used
    360
    """
    if isinstance(source, pd.DataFrame):
        return _in_memory(check_posts(source, per=per, reading=reading), drop_bad_rows)
    path = Path(source)
    if not path.is_file():
        raise InputError(f"{path} is not a file; check the name and the folder.")
    if whole is None:
        whole = room_for(path)
    key = ("posts", str(path.resolve()), path.stat().st_mtime_ns, per, reading, whole)
    if whole:
        checked = remembered(key, lambda: check_posts(path, per=per, reading=reading))
        return _in_memory(checked, drop_bad_rows)
    made = remembered(key, lambda: _in_parts(path, per, Reading.of(reading), part))
    _accept(made, path.name, drop_bad_rows)
    return made.opened


def _in_memory(checked: CheckedTable, drop_bad_rows: bool) -> OwnPosts:
    posts = checked.accept(drop_bad_rows=drop_bad_rows)
    posts = posts.assign(interactions=posts[list(COUNTS)].sum(axis=1))
    return OwnPosts(
        posts,
        checked.said["per"],
        checked.said["audience"],
        len(checked.good) + len(checked.bad),
        len(posts),
        "paid" in posts,
        checked.notes,
        checked.taken,
        checked.faults,
    )


@dataclass(frozen=True)
class _Made:
    """What reading in parts found."""

    opened: OwnPosts
    lasting: frozenset[str]
    sentences: str


def _accept(made: _Made, name: str, drop_bad_rows: bool) -> None:
    bad = made.opened.rows - made.opened.used
    if not made.opened.used:
        raise InputError(f"{name}: no row can be used.\n{made.sentences}")
    if bad and (made.lasting or not drop_bad_rows):
        offer = "Correct these rows, or go on without them with --drop-bad-rows."
        if made.lasting:
            offer = "These rows cannot be left out: what remained would mislead."
        raise InputError(
            f"{name}: {bad} of {made.opened.rows} rows cannot be used.\n{made.sentences}\n{offer}"
        )


def _in_parts(path: Path, per: Per | None, said: Reading, rows: int) -> _Made:
    """Check part by part; what one part shows of dates and numbers holds for all."""
    folder = Path(tempfile.mkdtemp(prefix="posts-", dir=os.environ.get(READ_VARIABLE) or None))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    parts: list[CheckedTable] = []
    known = said
    for number, raw in enumerate(raw_parts(path, rows)):
        own = understand_posts(raw, known)
        checked = check_posts(own, per=per)
        per, shown = checked.said["per"], checked.said["dates"]
        if shown and known.dates is None and number:
            # Parts before did not show the order and took the usual one, so they are read again.
            shutil.rmtree(folder, ignore_errors=True)
            return _in_parts(path, per, replace(said, dates=shown), rows)
        if shown and known.dates not in (None, shown):
            raise InputError(
                f"{path.name}: from row {own.cells.index[0]} on dates are written {shown}, but "
                f"{known.dates} before, or as you said. Write them all as 2024-03-01."
            )
        decimal = known.decimal or checked.said["decimal"]
        known = replace(known, dates=known.dates or shown, decimal=decimal)
        good = checked.good.assign(interactions=checked.good[list(COUNTS)].sum(axis=1))
        good = good.assign(**_keys(own, checked))
        good.to_parquet(folder / f"part-{number:05}.parquet", index=False)
        kept = CheckedTable(
            checked.name,
            checked.good.iloc[:0],
            checked.bad.head(5),
            checked.faults,
            checked.notes,
            checked.taken,
            checked.lasting,
            {**checked.said, "good": len(checked.good), "bad": len(checked.bad)},
        )
        parts.append(kept)
    if not parts:
        raise InputError(f"{path.name} has no row; export it again.")
    _demand_no_repeats(folder, parts)
    _demand_one_spelling(folder, parts[0].name)
    return _together(parts, folder)


def _keys(own: OwnFile, checked: CheckedTable) -> dict[str, Any]:
    """Return what shows that a post of one part comes again in another."""
    cells = own.cells.drop(index=checked.bad.index)
    if not checked.said["repeats"]:
        return {"id_key": range(len(cells))}
    whole = pd.util.hash_pandas_object(cells, index=False).to_numpy()
    if "post_id" not in cells:
        return {"id_key": whole}
    return {"id_key": pd.util.hash_pandas_object(cells["post_id"], index=False).to_numpy()}


def _read_parts(folder: Path | str) -> duckdb.DuckDBPyRelation:
    import duckdb  # slow to import, and needed for tables beyond memory alone

    return duckdb.connect().read_parquet(f"{folder}/*.parquet")


def _demand_no_repeats(folder: Path, parts: list[CheckedTable]) -> None:
    if len(parts) < 2 or not parts[0].said["repeats"]:
        return
    files = _read_parts(folder)
    found = files.aggregate("count(*) - count(DISTINCT id_key) AS again").fetchall()[0][0]
    if found:
        raise InputError(
            f"{parts[0].name}: {found:,} posts come more than once, far apart in the file. Sort "
            "it by post, delete the repeats, and give it again."
        )


def _demand_one_spelling(folder: Path, name: str) -> None:
    """Refuse platforms and accounts that are spelt otherwise in another part of the file."""
    files = _read_parts(folder)
    for column in ("platform", "account"):
        names = files.project(column).distinct().df()[column]
        found = names.astype("str").sort_values(kind="stable")
        same = spellings(found.reset_index(drop=True))
        if len(same):
            example = " and ".join(map(repr, same.iloc[0]))
            raise InputError(
                f"{name}: {len(same)} of its {column}s stand in more than one spelling, for "
                f"example {example}, far apart in the file. Write each the same in every row."
            )


def _notes_of(parts: list[list[str]]) -> list[str]:
    """Return the sentences of all parts; of those that differ by their numbers alone, one."""
    found: dict[str, list[str]] = {}
    for note in (note for notes in parts for note in notes):
        found.setdefault(re.sub(r"\d[\d,.:-]*", "0", note), []).append(note)
    return [
        same[0]
        if len(set(same)) == 1
        else f"{same[0]} (So in {len(same)} of {len(parts)} parts of the file; the numbers are "
        "those of the first of them.)"
        for same in found.values()
    ]


def _together(parts: list[CheckedTable], folder: Path) -> _Made:
    good, bad = (sum(part.said[name] for part in parts) for name in ("good", "bad"))
    every = pd.concat([part.faults for part in parts], ignore_index=True)
    faults = every.assign(problem=every["problem"].str.replace(r"^\d+ ", "", regex=True))
    faults = faults.groupby(["column", "problem"], sort=False, as_index=False).agg(
        {"rows": "sum", "which": "first", "what to do": "first"}
    )
    faults["problem"] = faults["rows"].astype("str") + " " + faults["problem"]
    notes = _notes_of([part.notes for part in parts])
    notes.append(f"The file is larger than memory allows: read in {len(parts)} parts, by DuckDB.")
    first = parts[0]
    columns = _read_parts(folder).columns
    opened = OwnPosts(
        str(folder), first.said["per"], first.said["audience"], good + bad, good,
        "paid" in columns, notes, first.taken, faults,
    )  # fmt: skip
    lasting = frozenset().union(*(part.lasting for part in parts))
    whole = CheckedTable(first.name, first.good, first.bad, faults)
    return _Made(opened, lasting, whole.sentences())
