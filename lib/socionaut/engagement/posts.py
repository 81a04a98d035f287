"""Engagement by group, of a researcher's own posts.

`socionaut.engagement.own_posts` reads and checks the table. `benchmark_table` is one definition
for pandas, DuckDB and Spark, through narwhals; `summarise_platforms` takes one in
memory or DuckDB's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from socionaut.engagement.own_posts import COUNTS, Per
from socionaut.errors import InputError
from socionaut.estimates import demand_level, percentile_interval

if TYPE_CHECKING:
    import duckdb
    import narwhals as nw

__all__ = ["LEAST_MONTHS", "benchmark_table", "summarise_platforms"]

# With fewer months of accounts the bootstrap holds the mean in 47 to 86 of 100 cases, where 95
# are aimed at; with a dozen, in 89 (tests/engagement/test_coverage.py simulates it).
LEAST_MONTHS = 12

QUANTILES = {"quartile_1": 0.25, "median": 0.5, "quartile_3": 0.75}


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
    >>> from socionaut.engagement.own_posts import example_posts
    >>> table = benchmark_table(example_posts(), by=["platform"])
    >>> table[["platform", "posts"]].values.tolist()
    [['Facebook', 120], ['Instagram', 120], ['Twitter', 120]]
    """
    demand_level(level)
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
    posts: Any,  # noqa: ANN401
    *,
    per: Per = "followers",
    seed: int,
    repetitions: int = 999,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return mean, median and pooled rate by platform with bootstrap intervals.

    Posts of one account in one month share its audience, the season and what was in the
    news. So whole months of accounts are drawn with replacement, not posts. With fewer than
    `LEAST_MONTHS` of them such an interval is far too narrow, and none is given.

    Parameters
    ----------
    posts : pandas.DataFrame or DuckDB relation
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
        ``high`` (percent; the ends are missing where a platform has too few months of
        accounts), ``posts`` and ``account_months`` (counts).

    References
    ----------
    A. C. Davison and D. V. Hinkley, Bootstrap Methods and their Application, 1997,
    section 3.8.

    Examples
    --------
    >>> from socionaut.engagement.own_posts import example_posts
    >>> table = summarise_platforms(example_posts(), seed=1, repetitions=99)
    >>> table["statistic"].unique().tolist()
    ['mean', 'median', 'pooled']
    """
    rows = []
    for platform, group in _platforms(posts, per):
        codes, units = group.codes, int(group.codes.max()) + 1
        summary = _weighted_summary(group.interactions, group.audience, codes)
        values = summary(np.ones(units, dtype=np.int64))
        ends: Any = [[np.nan] * 3] * 2
        if units >= LEAST_MONTHS:
            generator = np.random.default_rng(seed)
            draws = np.array(
                [
                    summary(np.bincount(generator.integers(units, size=units), minlength=units))
                    for _ in range(repetitions)
                ]
            )
            ends = percentile_interval(draws, values, level=level)
        for statistic, value, low, high in zip(
            ("mean", "median", "pooled"), values, *ends, strict=True
        ):
            rows.append((platform, statistic, value, low, high, len(codes), units))
    columns = ["platform", "statistic", "value", "low", "high", "posts", "account_months"]
    return pd.DataFrame(rows, columns=columns)


class _Group(NamedTuple):
    """The posts of a platform: interactions, audience and month of account, as numbers."""

    interactions: np.ndarray
    audience: np.ndarray
    codes: np.ndarray


def _platforms(posts: Any, per: Per) -> Iterator[tuple[str, _Group]]:  # noqa: ANN401 - either engine
    """Give the posts of each platform, of which no text is kept in memory."""
    if isinstance(posts, pd.DataFrame):
        for platform, group in posts.groupby("platform", sort=True):
            month = group["published_at"].dt.to_period("M")
            codes = group.groupby(["account", month], sort=True).ngroup().to_numpy()
            interactions = group[list(COUNTS)].sum(axis=1).to_numpy(float)
            yield str(platform), _Group(interactions, group[per].to_numpy(float), codes)
        return
    for (platform,) in posts.project("platform").distinct().order("platform").fetchall():
        mine = posts.filter(f"platform = '{platform.replace(chr(39), 2 * chr(39))}'")
        numbers = mine.project(
            f"reactions + comments + shares AS interactions, {per} AS audience, "
            "dense_rank() OVER (ORDER BY account, date_trunc('month', published_at)) - 1 AS code"
        ).fetchnumpy()
        yield (
            platform,
            _Group(
                numbers["interactions"].astype(float),
                numbers["audience"].astype(float),
                numbers["code"].astype(np.int64),
            ),
        )


def _weighted_summary(
    interactions: np.ndarray, audience: np.ndarray, codes: np.ndarray
) -> Callable[[np.ndarray], tuple[float, float, float]]:
    """Return mean, median and pooled rate as a function of how often each unit is drawn."""
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
