"""How fast the table of engagement rates is on many posts, and how much memory it takes.

Run with ``.venv/bin/python benchmarks/posts.py --repetitions 5``. The posts are synthetic and
serve for speed alone: nothing about engagement can be read from them. Each engine runs in a
process of its own, in turn, so that none finds the memory or the caches of another.
"""

from __future__ import annotations

import argparse
import functools
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from socionaut import versions
from socionaut.engagement.own_posts import COUNTS
from socionaut.engagement.posts import QUANTILES, benchmark_table
from socionaut.errors import InputError
from socionaut.files import replacing

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["ENGINES", "compare_engines", "summarise_runs", "synthetic_posts"]

FOLDER = Path(__file__).resolve().parents[1] / "build" / "benchmark"
_CHUNK = 1_000_000
_ACCOUNTS = 20_000
_PLATFORMS = 4
_INDUSTRIES = 35
_KEYS = ["platform", "industry", "month"]
_SHOWN = ["posts", "mean", *QUANTILES]

# The table as one writes it by hand, with the standard deviation for the interval.
_BY_HAND = f"""
    WITH rates AS (
        SELECT platform, industry, date_trunc('month', published_at) AS month,
               100 * (reactions + comments + shares)::DOUBLE / followers AS rate
        FROM read_parquet(?)
    )
    SELECT platform, industry, month, count(*) AS posts, avg(rate) AS mean,
           stddev_samp(rate) AS deviation,
           quantile_cont(rate, {list(QUANTILES.values())}) AS quantiles
    FROM rates GROUP BY ALL
"""


def synthetic_posts(
    path: Path, rows: int, *, progress: Callable[[str], None] = lambda _: None
) -> None:
    """Write synthetic posts as Parquet, the same on every call."""
    import pyarrow.parquet as parquet

    if rows < 1:
        raise InputError(f"{rows} rows were asked for; give 1 or more.")
    path.parent.mkdir(parents=True, exist_ok=True)
    schema = _chunk(0, 1).schema.with_metadata({"note": "synthetic posts, for speed alone"})
    with (
        replacing(path) as part,
        parquet.ParquetWriter(part, schema, compression="zstd") as writer,
    ):
        for number, start in enumerate(range(0, rows, _CHUNK)):
            size = min(_CHUNK, rows - start)
            writer.write_table(_chunk(number, size).cast(schema))
            progress(f"synthetic posts written: {start + size:,} of {rows:,}")


def _chunk(number: int, size: int) -> pa.Table:
    import pyarrow as pa

    generator = np.random.default_rng([22, number])
    accounts = generator.integers(0, _ACCOUNTS, size)
    audience = np.random.default_rng(22).lognormal(9, 1.5, _ACCOUNTS).astype(np.int64) + 10
    followers = audience[accounts]
    expected = 0.002 * followers * generator.lognormal(0, 1.2, size)
    seconds = generator.integers(0, 2 * 365 * 86_400, size).astype("timedelta64[s]")

    def names(what: str, codes: np.ndarray, count: int) -> pa.DictionaryArray:
        words = [f"synthetic {what} {place}" for place in range(count)]
        return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32)), words)

    return pa.table(
        {
            "platform": names("platform", accounts % _PLATFORMS, _PLATFORMS),
            "account": names("account", accounts, _ACCOUNTS),
            "published_at": (np.datetime64("2020-01-01", "s") + seconds).astype("datetime64[ms]"),
            "followers": followers,
            "reactions": generator.poisson(expected),
            "comments": generator.poisson(0.1 * expected),
            "shares": generator.poisson(0.05 * expected),
            "industry": names("industry", accounts % _INDUSTRIES, _INDUSTRIES),
        }
    )


def _with_duckdb_by_hand(path: str) -> pd.DataFrame:
    import duckdb

    table = duckdb.execute(_BY_HAND, [path]).df()
    table[list(QUANTILES)] = np.stack(table.pop("quantiles").to_list())
    return table


def _with_narwhals_over_duckdb(path: str) -> pd.DataFrame:
    import duckdb

    return benchmark_table(duckdb.read_parquet(path))


def _with_pandas(path: str) -> pd.DataFrame:
    columns = ["platform", "industry", "published_at", "followers", *COUNTS]
    posts = pd.read_parquet(path, columns=columns)
    month = posts["published_at"].astype("datetime64[s]").to_numpy().astype("datetime64[M]")
    interactions = posts["reactions"] + posts["comments"] + posts["shares"]
    rates = (100 * interactions / posts["followers"]).groupby(
        [posts["platform"], posts["industry"], pd.Series(month, name="month")], observed=True
    )
    table = rates.agg(posts="count", mean="mean", deviation="std")
    quantiles = rates.quantile(np.array([*QUANTILES.values()])).unstack()  # noqa: PD010
    joined: pd.DataFrame = table.join(quantiles.set_axis([*QUANTILES], axis=1)).reset_index()
    return joined


ENGINES: dict[str, Callable[[str], pd.DataFrame]] = {
    "DuckDB by hand": _with_duckdb_by_hand,
    "this library over DuckDB": _with_narwhals_over_duckdb,
    "plain pandas": _with_pandas,
}


def compare_engines(
    path: Path, *, repetitions: int = 3, progress: Callable[[str], None] = lambda _: None
) -> pd.DataFrame:
    """Run every engine on a file in turn, each time in a new process; return a row a run.

    Seconds are those of reading and computing, without the start of Python and imports.
    """
    runs = []
    with tempfile.TemporaryDirectory() as folder:
        tables: dict[str, pd.DataFrame] = {}
        result = Path(folder) / "table.parquet"
        for number in range(1, repetitions + 1):
            # The first process after pandas is slowed down by the memory that pandas gave
            # back: let one run that is not counted take this, and let the others take turns.
            one, two, last = ENGINES
            _run_apart(one, path, result)
            for engine in (one, two, last) if number % 2 else (two, one, last):
                seconds, processor, mebibytes = _run_apart(engine, path, result)
                progress(f"round {number}, {engine}: {seconds:.2f} s, {mebibytes:,.0f} MiB")
                runs.append((number, engine, seconds, processor, mebibytes))
                tables[engine] = pd.read_parquet(result)
        _demand_same(tables)
    columns = ["round", "engine", "seconds", "processor seconds", "mebibytes"]
    return pd.DataFrame(runs, columns=columns)


def _run_apart(engine: str, path: Path, result: Path) -> tuple[float, float, float]:
    command = [sys.executable, __file__, "--run", engine, str(path), str(result)]
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors)
        assert process.stdout is not None
        printed = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            errors.seek(0)
            lines = errors.read().decode(errors="replace").strip().splitlines() or ["no message"]
            told = next((line for line in reversed(lines) if "Error" in line), lines[-1])
            raise InputError(
                f"{engine} stopped with {process.returncode} ({told}); a negative number is "
                "a signal, and 9 often means too little memory. Try fewer rows."
            )
    # Linux counts in kibibytes, macOS in bytes.
    unit = 2**20 if sys.platform == "darwin" else 2**10
    seconds, processor = map(float, printed.split())
    return seconds, processor, usage.ru_maxrss / unit


def _demand_same(tables: dict[str, pd.DataFrame]) -> None:
    settled = {
        engine: table.set_index(_KEYS).sort_index()[_SHOWN] for engine, table in tables.items()
    }
    first, *others = settled
    for other in others:
        one, two = settled[first], settled[other]
        if not (one.index.equals(two.index) and np.allclose(one, two, rtol=1e-9, atol=0)):
            raise InputError(f"{first} and {other} get different numbers; the times mean nothing.")


def summarise_runs(runs: pd.DataFrame) -> pd.DataFrame:
    """Return median times, their ratios within a round, and the highest memory, a row an engine.

    Examples
    --------
    >>> engines = ["DuckDB by hand", "this library over DuckDB", "plain pandas"]
    >>> runs = pd.DataFrame({"round": 1, "engine": engines, "seconds": [2.0, 2.2, 5.0],
    ...     "processor seconds": 4.0, "mebibytes": [500.0, 510.0, 4000.0]})
    >>> summarise_runs(runs)["times by hand"].tolist()
    [1.0, 1.1, 2.5]
    """
    seconds = runs.pivot_table(index="round", columns="engine", values="seconds")[[*ENGINES]]
    ratios = seconds.div(seconds["DuckDB by hand"], axis=0)
    return pd.DataFrame(
        {
            "median seconds": seconds.median(),
            "times by hand": ratios.median(),
            "least": ratios.min(),
            "most": ratios.max(),
            "most of pandas": seconds.div(seconds["plain pandas"], axis=0).max(),
            "processor seconds": runs.groupby("engine")["processor seconds"].median(),
            "peak MiB": runs.groupby("engine")["mebibytes"].max(),
        }
    ).loc[[*ENGINES]]


def _run(engine: str, path: str, result: str) -> None:
    import duckdb  # noqa: F401  so that no engine pays for imports
    import narwhals  # noqa: F401
    import pyarrow.parquet  # noqa: F401

    started, busy = time.perf_counter(), time.process_time()
    table = ENGINES[engine](path)
    seconds, processor = time.perf_counter() - started, time.process_time() - busy
    for column in _KEYS[:2]:
        table[column] = table[column].astype("str")
    table["month"] = table["month"].astype("datetime64[s]")
    table.to_parquet(result, index=False)
    sys.stdout.write(f"{seconds} {processor}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the posts if they are not there, compare the engines, print a summary."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=22_000_000)
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the posts are kept")
    parser.add_argument("--run", nargs=3, metavar=("ENGINE", "POSTS", "RESULT"), help="one run")
    options = parser.parse_args(arguments)
    if options.run:
        _run(*options.run)
    else:
        _compare(options.folder, options.rows, options.repetitions)


def _compare(folder: Path, rows: int, repetitions: int) -> None:
    tell = functools.partial(print, flush=True)
    path = folder / f"synthetic_posts_{rows}.parquet"
    if not path.exists():
        synthetic_posts(path, rows, progress=tell)
    size = path.stat().st_size / 2**20
    print(f"{rows:,} synthetic posts, for speed alone, {size:,.0f} MiB")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    print(f"{os.cpu_count()} processors, {memory:.0f} GiB, Python {platform.python_version()}")
    print(versions("duckdb", "narwhals", "pandas", "pyarrow"))
    runs = compare_engines(path, repetitions=repetitions, progress=tell)
    print(f"\nThe same numbers from each engine.\n{summarise_runs(runs).round(2).to_string()}")


if __name__ == "__main__":
    main()
