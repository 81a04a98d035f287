"""A researcher's own posts: their table, its checks, and engagement by group.

A file of posts is CSV or Parquet, a row a post. `check_posts` reads it and finds every
row that cannot be used; `accept` of what it returns gives the posts, and refuses while
there are bad rows unless told to drop them. `benchmark_table` is one definition for pandas,
DuckDB and Spark, through narwhals; `summarise_platforms` is for a table in memory.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from socionaut.errors import InputError
from socionaut.estimates import percentile_interval
from socionaut.sources.own_tables import (
    CheckedTable,
    Fault,
    cells_of,
    checked_table,
    choose_columns,
    moments,
    texts,
    whole_numbers,
)

if TYPE_CHECKING:
    import duckdb
    import narwhals as nw

__all__ = [
    "benchmark_table",
    "check_posts",
    "columns_of_posts",
    "example_posts",
    "read_posts",
    "summarise_platforms",
]

Per = Literal["followers", "reach"]

COUNTS = ("reactions", "comments", "shares")
QUANTILES = {"quartile_1": 0.25, "median": 0.5, "quartile_3": 0.75}

_COLUMNS = [
    ("platform", "needed", "text", "network of the post, spelt the same in every row"),
    ("account", "needed", "text", "account that published it; any name or number will do"),
    ("published_at", "needed", "date or time", "2024-03-01, or 2024-03-01 18:30; UTC if no offset"),
    ("followers", "this or reach", "whole number", "followers of the account that day, 1 or more"),
    ("reach", "this or followers", "whole number", "accounts that saw the post, 1 or more"),
    ("reactions", "needed", "whole number", "likes and other reactions, 0 or more"),
    ("comments", "needed", "whole number", "comments and replies, 0 or more"),
    ("shares", "needed", "whole number", "shares and reposts, 0 or more"),
    ("industry", "optional", "text", "line of business of the account"),
    ("paid", "optional", "true or false", "whether the post was advertised"),
]
_PLATFORMS = (
    *("Bluesky", "Facebook", "Instagram", "LinkedIn", "Mastodon", "Pinterest", "Reddit"),
    *("Snapchat", "Telegram", "Threads", "TikTok", "Twitter", "WhatsApp", "YouTube"),
)
# SixDegrees opened in 1997 (boyd and Ellison, Social Network Sites, 2007).
_FIRST_POST = pd.Timestamp("1997-01-01")
_NOT_STATED = "not stated"
_TRUTH = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def columns_of_posts() -> pd.DataFrame:
    """Return what a file of posts must hold.

    Returns
    -------
    pandas.DataFrame
        Columns ``column``, ``needed``, ``type``, ``meaning``. Columns may come in any
        order, and further columns are ignored.

    Examples
    --------
    >>> columns_of_posts().query("needed == 'optional'")["column"].tolist()
    ['industry', 'paid']
    """
    return pd.DataFrame(_COLUMNS, columns=["column", "needed", "type", "meaning"])


def example_posts() -> pd.DataFrame:
    """Return a small table of made-up posts, the same on every call.

    Returns
    -------
    pandas.DataFrame
        With every column of `columns_of_posts`; the accounts are called made up.

    Examples
    --------
    >>> example_posts()["account"].unique().tolist()[:2]
    ['made-up account A', 'made-up account B']
    """
    generator = np.random.default_rng(16)
    levels = {"Facebook": 0.15, "Instagram": 1.0, "Twitter": 0.05}
    parts = []
    for number, (platform, level) in enumerate(2 * list(levels.items())):
        posts = 60
        days = np.sort(generator.integers(0, 366, posts)).astype("timedelta64[D]")
        followers = 4000 * (number + 1) + 20 * days.astype(int)
        paid = generator.random(posts) < 0.15
        expected = followers * level / 100 * np.exp(generator.normal(0, 1, posts)) * (1 + paid)
        part = {
            "platform": platform,
            "account": f"made-up account {'ABCDEF'[number]}",
            "published_at": np.datetime64("2024-01-01") + days,
            "followers": followers,
            "reach": (followers * (0.3 + 0.3 * paid)).astype(int),
            "reactions": generator.poisson(expected),
            "comments": generator.poisson(0.1 * expected),
            "shares": generator.poisson(0.05 * expected),
            "industry": "museums" if number < len(levels) else "banks",
            "paid": paid,
        }
        parts.append(pd.DataFrame(part))
    return pd.concat(parts, ignore_index=True)


def read_posts(
    path: str | Path, *, drop_bad_rows: bool = False, per: Per = "followers"
) -> pd.DataFrame:
    """Read a file of posts, checked.

    Parameters
    ----------
    path : str or pathlib.Path
        CSV (commas, UTF-8) or Parquet file.
    drop_bad_rows : bool
        Whether to go on without the rows that cannot be used.
    per : {"followers", "reach"}
        What interactions are divided by.

    Returns
    -------
    pandas.DataFrame
        The posts: text, ``datetime64`` in UTC, ``int64``, and ``bool`` for ``paid``.

    Raises
    ------
    InputError
        If the file as a whole or rows of it cannot be used.
    """
    return check_posts(path, per=per).accept(drop_bad_rows=drop_bad_rows)


def check_posts(source: str | Path | pd.DataFrame, *, per: Per = "followers") -> CheckedTable:
    """Read posts and find every row that cannot be used.

    Parameters
    ----------
    source : str, pathlib.Path or pandas.DataFrame
        CSV (commas, UTF-8) or Parquet file, or a table with the columns of one.
    per : {"followers", "reach"}
        What interactions are divided by. The other of the two columns is ignored.

    Returns
    -------
    CheckedTable
        Its rows typed as `read_posts` says.

    Raises
    ------
    InputError
        If the file as a whole cannot be used: it cannot be read, it lacks a column, or
        one platform or industry is spelt in two ways.

    Examples
    --------
    >>> posts = example_posts().head(3).assign(shares=[0, -1, 2])
    >>> check_posts(posts).faults[["column", "problem", "which"]].values.tolist()
    [['shares', '1 cell is below 0', 'row 2']]
    """
    if per not in ("followers", "reach"):
        raise InputError(f'Engagement per "{per}" is not known; choose followers or reach.')
    name, cells = cells_of(source)
    cells = _used_columns(cells, name, per)
    checked = checked_table(name, cells, *_typed(cells, per))
    _demand_one_spelling(checked.good, name)
    return replace(checked, good=_final_types(checked.good, per))


def _used_columns(cells: pd.DataFrame, name: str, per: Per) -> pd.DataFrame:
    more = "`socionaut posts --columns` says what each holds."
    other = "reach" if per == "followers" else "followers"
    if per not in cells and other in cells:
        more += f' For engagement per {other}, add "--per {other}".'
    needed = ["platform", "account", "published_at", per, *COUNTS]
    return choose_columns(cells, name, needed, optional=["industry", "paid"], more=more)


def _typed(raw: pd.DataFrame, per: Per) -> tuple[pd.DataFrame, list[Fault]]:
    """Return the cells as values, and every fault with the rows it is in."""
    typed = pd.DataFrame(index=raw.index)
    blank = pd.concat([texts(raw[column]).eq("") for column in raw], axis=1)
    faults = []
    for column in ("platform", "account"):
        typed[column] = texts(raw[column])
        faults.append(Fault(column, "cell is empty", blank[column], "write the name"))
    typed["published_at"] = moments(raw["published_at"])
    faults += _date_faults(typed["published_at"], blank["published_at"])
    for column in (per, *COUNTS):
        typed[column] = whole_numbers(raw[column])
        least = 1 if column == per else 0
        faults += _number_faults(column, typed[column], blank[column], least)
    if "industry" in raw:
        typed["industry"] = texts(raw["industry"]).replace("", _NOT_STATED)
    if "paid" in raw:
        typed["paid"] = texts(raw["paid"]).str.lower().map(_TRUTH)
        mend = "write true or false"
        faults.append(Fault("paid", "cell is not true or false", typed["paid"].isna(), mend))
    again = raw.duplicated()
    faults.append(Fault("row", "row repeats an earlier one", again, "keep one of the two"))
    return typed, faults


def _date_faults(times: pd.Series, blank: pd.Series) -> Iterator[Fault]:
    column, form = "published_at", "write the date as 2024-03-01 or 2024-03-01 18:30"
    yield Fault(column, "cell is empty", blank, form)
    yield Fault(column, "cell is not a date", times.isna() & ~blank, form)
    early = times < _FIRST_POST
    why = "look the date up; 1970 is often an empty date of a program"
    yield Fault(column, f"cell is before {_FIRST_POST.year}", early, why)


def _number_faults(column: str, values: pd.Series, blank: pd.Series, least: int) -> Iterator[Fault]:
    known = "0 only if it is known to be 0" if least == 0 else "remove the post if nobody knows"
    yield Fault(column, "cell is empty", blank, f"write the number; {known}")
    unread = values.isna() & ~blank
    mend = "write digits only, such as 1200: no text, comma, percent sign or fraction"
    yield Fault(column, "cell is not a whole number", unread, mend)
    low = values < least
    mend = "look the number up" if least == 0 else "no rate exists without an audience; look it up"
    yield Fault(column, f"cell is below {least}", low, mend)


def _demand_one_spelling(posts: pd.DataFrame, name: str) -> None:
    """Refuse two spellings of one group, which would split it in two."""
    for column in posts.columns.intersection(["platform", "industry"]):
        spellings: dict[str, list[str]] = {}
        for text in sorted(posts[column].unique()):
            spellings.setdefault("".join(text.casefold().split()), []).append(text)
        for same in spellings.values():
            if len(same) > 1:
                raise InputError(
                    f'{name}, column "{column}": {" and ".join(same)} look like one '
                    f"{column} in {len(same)} spellings; write it the same in every row."
                )
    known = {platform.casefold(): platform for platform in _PLATFORMS}
    for text in sorted(posts["platform"].unique()):
        folded = "".join(text.casefold().split())
        close = difflib.get_close_matches(folded, known, n=1, cutoff=0.85)
        if close and folded not in known:
            count = int(posts["platform"].eq(text).sum())
            raise InputError(
                f'{name}, column "platform": {text} ({count} rows) looks like a slip for '
                f"{known[close[0]]}; correct the spelling."
            )


def _final_types(posts: pd.DataFrame, per: Per) -> pd.DataFrame:
    types = dict.fromkeys((per, *COUNTS), "int64")
    if "paid" in posts:
        types["paid"] = "bool"
    typed = posts.astype(types)
    return typed if "industry" in typed else typed.assign(industry=_NOT_STATED)


def benchmark_table(
    frame: Any,  # noqa: ANN401
    by: Sequence[str] = ("platform", "industry", "month"),
    *,
    per: Per = "followers",
    level: float = 0.95,
) -> pd.DataFrame:
    r"""Return engagement rates by group, from posts in any engine.

    The rate of a post is :math:`r_i = 100\,e_i / f_i`, with its reactions, comments and
    shares :math:`e_i` and its followers or reach :math:`f_i`. The interval of the mean
    of :math:`n` rates with standard deviation :math:`s` is the normal approximation
    :math:`\bar r \pm z\,s/\sqrt n`, cut off at 0. It takes posts as independent; rates
    are skewed, so it needs some hundred posts, and posts of one account resemble each
    other, which makes it too narrow.

    Parameters
    ----------
    frame : pandas.DataFrame, DuckDB relation or PySpark DataFrame
        Posts with the columns of `columns_of_posts`; a frame of PyArrow is refused.
        Times are taken as UTC and must carry no zone; a date will do.
    by : sequence of str
        Columns that make a group; ``"month"`` is that of ``published_at``.
    per : {"followers", "reach"}
        What interactions are divided by.
    level : float
        Coverage aimed at by the interval, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        A row a group, in order: the columns of `by`, then ``posts`` (count) and, in
        percent, ``mean``, ``mean_low``, ``mean_high`` (missing for one post), ``median``,
        ``quartile_1``, ``quartile_3`` (exact, interpolated linearly) and ``pooled``,
        :math:`100 \sum e_i / \sum f_i`.

    Raises
    ------
    InputError
        If a column is missing or of another type, or a row has an empty cell, a count
        below 0 or an audience below 1.

    References
    ----------
    R. J. Hyndman and Y. Fan, Sample quantiles in statistical packages, 1996, type 7.

    Examples
    --------
    >>> table = benchmark_table(example_posts(), by=["platform"])
    >>> table[["platform", "posts"]].values.tolist()
    [['Facebook', 120], ['Instagram', 120], ['Twitter', 120]]
    """
    table = _collect(_rates(frame, by, per), list(by))
    bad = int(table["unusable"].sum())
    if bad:
        raise InputError(
            f"{bad} posts have an empty cell, a count below 0 or {per} below 1, so no rate; "
            "read the file with read_posts, which says which rows, or leave these rows out."
        )
    return _finished(table, list(by), NormalDist().inv_cdf((1 + level) / 2))


def _rates(frame: Any, by: Sequence[str], per: Per) -> nw.LazyFrame[Any]:  # noqa: ANN401
    """Return, lazily, the group and rate of each post and whether it can be used."""
    import narwhals as nw

    posts = nw.from_native(frame).lazy()
    _demand_types(posts, by, per)
    if "month" in by:
        posts = posts.with_columns(month=nw.col("published_at").dt.truncate("1mo"))
    reactions, comments, shares = (nw.col(column) for column in COUNTS)
    interactions, audience = reactions + comments + shares, nw.col(per)
    usable = (audience >= 1) & (reactions >= 0) & (comments >= 0) & (shares >= 0)
    for column in by:
        usable = usable & ~nw.col(column).is_null()
    rates: nw.LazyFrame[Any] = posts.select(
        *by,
        interactions=interactions,
        audience=audience,
        rate=100 * interactions.cast(nw.Float64) / audience,
        unusable=1 - usable.fill_null(value=False).cast(nw.Int64),
    )
    return rates


def _demand_types(posts: nw.LazyFrame[Any], by: Sequence[str], per: Per) -> None:
    if posts.implementation.is_pyarrow():
        raise InputError(
            "PyArrow's median by group is approximate; give the table as DuckDB relation or "
            "pandas DataFrame."
        )
    types = posts.collect_schema()
    wanted = [*(c for c in by if c != "month"), *(["published_at"] if "month" in by else [])]
    missing = [column for column in [*wanted, per, *COUNTS] if column not in types]
    if missing:
        raise InputError(
            f"The table lacks the column {', '.join(missing)}; add it, or choose other groups "
            'with by=..., for example by=["platform", "month"].'
        )
    for column in (per, *COUNTS):
        if not types[column].is_integer():
            raise InputError(
                f'The column "{column}" holds {types[column]}, not whole numbers; read the file '
                "with read_posts, or convert the column."
            )
    if "month" in by and (
        not types["published_at"].is_temporal() or getattr(types["published_at"], "time_zone", None)
    ):
        raise InputError(
            f'The column "published_at" holds {types["published_at"]}; convert it to a date, or '
            "to a time in UTC without a zone."
        )


def _collect(rates: nw.LazyFrame[Any], by: list[str]) -> pd.DataFrame:
    """Compute the groups in the engine of the frame, and bring them into memory."""
    if rates.implementation.is_duckdb():
        return _collect_duckdb(rates.to_native(), by)
    return _collect_anywhere(rates, by)


def _collect_anywhere(rates: nw.LazyFrame[Any], by: list[str]) -> pd.DataFrame:
    import narwhals as nw

    rate = nw.col("rate")
    groups = rates.group_by(by).agg(
        nw.len().alias("posts"),
        rate.mean().alias("mean"),
        rate.std().alias("deviation"),
        *(rate.quantile(q, interpolation="linear").alias(n) for n, q in QUANTILES.items()),
        nw.col("interactions", "audience", "unusable").sum(),
    )
    collected: pd.DataFrame = groups.collect(backend="pandas").to_native()
    return collected


def _collect_duckdb(rates: duckdb.DuckDBPyRelation, by: list[str]) -> pd.DataFrame:
    """Compute the same as `_collect_anywhere`, with all quantiles in one call.

    narwhals asks for each quantile by itself, and DuckDB then keeps the rates once for
    each: almost twice the time and the memory.
    """
    keys = ", ".join(f'"{column}"' for column in by)
    quantiles = ", ".join(
        f"quantiles[{place}] AS {name}" for place, name in enumerate(QUANTILES, start=1)
    )
    groups = rates.aggregate(
        f"{keys}, count(*) AS posts, avg(rate) AS mean, stddev_samp(rate) AS deviation, "
        f"quantile_cont(rate, {list(QUANTILES.values())}) AS quantiles, "
        "sum(interactions) AS interactions, sum(audience) AS audience, sum(unusable) AS unusable",
        keys,
    )
    collected: pd.DataFrame = groups.project(f"* EXCLUDE (quantiles), {quantiles}").df()
    return collected


def _finished(groups: pd.DataFrame, by: list[str], z: float) -> pd.DataFrame:
    groups = groups.sort_values(by, kind="stable", ignore_index=True)
    posts = groups["posts"].astype("int64")
    half: pd.Series = z * groups["deviation"] / np.sqrt(posts)
    table = groups[by].assign(
        posts=posts,
        mean=groups["mean"],
        mean_low=(groups["mean"] - half).clip(lower=0),
        mean_high=groups["mean"] + half,
        median=groups["median"],
        quartile_1=groups["quartile_1"],
        quartile_3=groups["quartile_3"],
        pooled=100
        * groups["interactions"].astype("float64")
        / groups["audience"].astype("float64"),
    )
    if "month" in by:
        table["month"] = pd.to_datetime(table["month"]).dt.as_unit("us")
    for column in table.columns.intersection(["platform", "account", "industry"]):
        table[column] = table[column].astype("str")
    return table


def summarise_platforms(
    posts: pd.DataFrame,
    *,
    per: Per = "followers",
    seed: int,
    repetitions: int = 999,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return mean, median and pooled rate by platform with bootstrap intervals.

    Posts of one account in one month share its audience, the season and what was in the
    news. So whole months of accounts are drawn with replacement, not posts. That needs
    some dozen of them.

    Parameters
    ----------
    posts : pandas.DataFrame
        As `read_posts` returns them.
    per : {"followers", "reach"}
        What interactions are divided by.
    seed : int
        Seed of the generator.
    repetitions : int
        Number of resamples.
    level : float
        Coverage aimed at, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        A row a platform and statistic: ``platform``, ``statistic``, ``value``, ``low``,
        ``high`` (percent; the ends are missing where a platform has a single month of a
        single account), ``posts`` and ``account_months`` (counts).

    References
    ----------
    A. C. Davison and D. V. Hinkley, Bootstrap Methods and their Application, 1997,
    section 3.8.

    Examples
    --------
    >>> table = summarise_platforms(example_posts(), seed=1, repetitions=99)
    >>> table["statistic"].unique().tolist()
    ['mean', 'median', 'pooled']
    """
    rows = []
    for platform, group in posts.groupby("platform", sort=True):
        month = group["published_at"].dt.to_period("M")
        codes = group.groupby(["account", month], sort=True).ngroup().to_numpy()
        units = int(codes.max()) + 1
        generator = np.random.default_rng(seed)
        summary = _weighted_summary(group, codes, per)
        draws = np.array(
            [
                summary(np.bincount(generator.integers(units, size=units), minlength=units))
                for _ in range(repetitions if units > 1 else 0)
            ]
        )
        values = summary(np.ones(units, dtype=np.int64))
        ends = percentile_interval(draws, values, level=level) if units > 1 else [[np.nan] * 3] * 2
        for statistic, value, low, high in zip(
            ("mean", "median", "pooled"), values, *ends, strict=True
        ):
            rows.append((platform, statistic, value, low, high, len(group), units))
    columns = ["platform", "statistic", "value", "low", "high", "posts", "account_months"]
    return pd.DataFrame(rows, columns=columns)


def _weighted_summary(
    group: pd.DataFrame, codes: np.ndarray, per: Per
) -> Callable[[np.ndarray], tuple[float, float, float]]:
    """Return mean, median and pooled rate as a function of how often each unit is drawn."""
    interactions = group[list(COUNTS)].sum(axis=1).to_numpy(float)
    audience = group[per].to_numpy(float)
    rates = 100 * interactions / audience
    order = np.argsort(rates, kind="stable")
    ranked, ranked_codes = rates[order], codes[order]
    posts, sum_of_rates, sum_of_interactions, sum_of_audience = (
        np.bincount(codes, weights=values)
        for values in (np.ones_like(rates), rates, interactions, audience)
    )

    def summary(times: np.ndarray) -> tuple[float, float, float]:
        count = float(times @ posts)
        reached = np.cumsum(times[ranked_codes])
        middle = np.searchsorted(reached, [(count + 1) // 2, count // 2 + 1])
        pooled = 100 * float(times @ sum_of_interactions) / float(times @ sum_of_audience)
        return float(times @ sum_of_rates) / count, float(ranked[middle].mean()), pooled

    return summary
