"""A researcher's own posts: every fault has its sentence, and every engine the same numbers."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from benchmarks import posts as scale
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from pandas.testing import assert_frame_equal
from scipy.stats import norm, sem

from socionaut.engagement import own_posts
from socionaut.engagement import posts as posts_module
from socionaut.engagement.own_posts import (
    check_posts,
    columns_of_posts,
    example_posts,
    read_posts,
)
from socionaut.engagement.posts import benchmark_table, summarise_platforms
from socionaut.engagement.rates import rate_summary
from socionaut.errors import InputError
from socionaut.estimates import bootstrap
from socionaut.sources.own_tables import (
    write_example,
)
from workshop import __main__ as command_line
from workshop.notebooks import read_notebook, write_notebook
from workshop.own_runs import (
    run_with,
    with_parameters,
)

HEADER = "platform,account,published_at,followers,reactions,comments,shares"
GOOD = [
    "Facebook,a,2024-01-05,1000,10,2,1",
    "Facebook,b,2024-01-06 18:30,2000,0,0,0",
    "Instagram,a,2024-02-01T23:30:00-02:00,500,20,1,0",
]


def store(path: Path, *rows: str, header: str = HEADER) -> Path:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "own.csv"


# Reading


def test_a_good_file_is_read_and_typed(own):
    posts = read_posts(store(own, *GOOD))
    assert posts["followers"].tolist() == [1000, 2000, 500]
    assert posts["published_at"].dt.strftime("%m-%d %H:%M").tolist() == [
        "01-05 00:00",
        "01-06 18:30",
        "02-02 01:30",
    ]
    assert posts["industry"].unique().tolist() == ["not stated"]
    assert {str(posts[column].dtype) for column in posts_module.COUNTS} == {"int64"}


@pytest.mark.parametrize("name", ["own.csv", "own.parquet"])
def test_the_example_comes_back_from_a_file_as_it_was_written(tmp_path, name):
    write_example(example_posts(), tmp_path / name)
    expected = check_posts(example_posts()).accept()
    assert_frame_equal(read_posts(tmp_path / name), expected)
    assert read_posts(tmp_path / name, per="reach")["reach"].tolist() == (
        example_posts()["reach"].tolist()
    )


def test_the_example_is_the_same_on_every_call_and_called_made_up():
    assert_frame_equal(example_posts(), example_posts())
    assert example_posts()["account"].str.startswith("made-up").all()
    assert set(example_posts().columns) == set(columns_of_posts()["column"])


def test_example_posts_of_a_month_resemble_each_other():
    """The variance between months of accounts exceeds what their posts alone would give."""
    posts = example_posts().query("reactions > 0")
    logs = np.log(posts["reactions"] / posts["followers"])
    logs -= logs.groupby(posts["account"]).transform("mean")
    by_month = logs.groupby([posts["account"], posts["published_at"].dt.month])
    ratio = by_month.mean().var() / (by_month.var() / by_month.size()).mean()
    assert ratio > 1.5


def test_an_existing_file_is_not_overwritten(own):
    own.write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="exists already"):
        write_example(example_posts(), own)
    assert own.read_text(encoding="utf-8") == "mine"


def test_columns_in_another_order_and_further_columns_do_no_harm(own):
    table = pd.DataFrame([row.split(",") for row in GOOD], columns=HEADER.split(","))
    table["colour"] = "red"
    table[table.columns[::-1]].to_csv(own, index=False)
    assert len(read_posts(own)) == len(GOOD)


# Rows that cannot be used: the row (the header is row 1), and what the sentence says.
BAD_ROWS = {
    "negative count": ("Facebook,c,2024-01-05,9,-1,0,0", "reactions: 1 cell is below 0, row 3"),
    "followers zero": ("Facebook,c,2024-01-05,0,1,0,0", "followers: 1 cell is below 1, row 3"),
    "text": ("Facebook,c,2024-01-05,9,many,0,0", "reactions: 1 cell is not a whole number, row 3"),
    "comma": ('Facebook,c,2024-01-05,9,"1,2",0,0', "reactions: 1 cell is not a whole number"),
    "fraction": ("Facebook,c,2024-01-05,9,1.5,0,0", "reactions: 1 cell is not a whole number"),
    "NA": ("Facebook,c,2024-01-05,9,NA,0,0", "reactions: 1 cell is empty"),
    "huge": (f"Facebook,c,2024-01-05,9,{'9' * 20},0,0", "reactions: 1 cell is not a whole number"),
    "empty cell": ("Facebook,c,2024-01-05,9,1,,0", "comments: 1 cell is empty, row 3"),
    "cut off": ("Facebook,c,2024-01-05,9", "reactions: 1 cell is empty, row 3"),
    "other order": ("Facebook,c,05/01/2024,9,1,0,0", "published_at: 1 cell is not a date, row 3"),
    "no such day": ("Facebook,c,2024-02-30,9,1,0,0", "published_at: 1 cell is not a date, row 3"),
    "a number": ("Facebook,c,1704412800,9,1,0,0", "published_at: 1 cell is not a date, row 3"),
    "1970": ("Facebook,c,1970-01-01,9,1,0,0", "published_at: 1 cell is before 1997, row 3"),
    "no platform": (" ,c,2024-01-05,9,1,0,0", "platform: 1 cell is empty, row 3"),
    "no account": ("Facebook,,2024-01-05,9,1,0,0", "account: 1 cell is empty, row 3"),
    "twice": (GOOD[0], "row: 1 row repeats an earlier one, row 3"),
    "blank": ("", "row: 1 row is empty, row 3"),
}


@pytest.mark.parametrize(("row", "sentence"), BAD_ROWS.values(), ids=BAD_ROWS)
def test_a_bad_row_stops_the_run_unless_it_shall_be_dropped(own, row, sentence):
    store(own, GOOD[0], row, *GOOD[1:])
    with pytest.raises(InputError) as stopped:
        read_posts(own)
    said = str(stopped.value)
    assert said.startswith("own.csv: 1 of 4 rows cannot be used.")
    assert sentence in said
    assert "To mend: " in said
    assert "--drop-bad-rows" in said
    assert_frame_equal(read_posts(own, drop_bad_rows=True), read_posts(store(own, *GOOD)))


def test_bad_rows_are_counted_and_kept_as_they_stand(own):
    bad = [f"Facebook,c,2024-01-0{day},9,x,-1,0" for day in range(1, 8)]
    checked = check_posts(store(own, *GOOD, *bad))
    assert checked.faults[["problem", "which"]].to_numpy().tolist() == [
        ["7 cells are not a whole number", 'rows 5, 6, 7, 8, 9 and 2 more ("x")'],
        ["7 cells are below 0", "rows 5, 6, 7, 8, 9 and 2 more"],
    ]
    assert checked.bad.index.tolist() == list(range(5, 12))
    assert checked.bad["reactions"].unique().tolist() == ["x"]


def test_a_paid_flag_that_is_none_is_a_fault(own):
    rows = [f"{row},{paid}" for row, paid in zip(GOOD, ["yes", "perhaps", "FALSE"], strict=True)]
    store(own, *rows, header=HEADER + ",paid")
    with pytest.raises(InputError, match="paid: 1 cell is not true or false, row 3"):
        read_posts(own)
    assert read_posts(own, drop_bad_rows=True)["paid"].tolist() == [True, False]


def test_every_way_to_write_a_flag_means_what_it_says(own, tmp_path):
    yes, no = ["1", "true", "TRUE", "yes", "Yes"], ["0", "false", "False", "no", "NO"]
    words = [word for pair in zip(yes, no, strict=True) for word in pair]
    rows = [f"Facebook,a,2024-01-{day:02},1000,10,2,1" for day in range(1, len(words) + 1)]
    lines = [f"{row},{word}" for row, word in zip(rows, words, strict=True)]
    posts = read_posts(store(own, *lines, header=HEADER + ",paid"))
    assert posts["paid"].tolist() == [True, False] * len(yes)
    only = [f"{row},{number}" for row, number in zip(rows, [0, 1, 1, 0], strict=False)]
    store(own, *only, header=HEADER + ",paid")
    assert read_posts(own)["paid"].tolist() == [False, True, True, False]
    numbers = read_posts(own).assign(paid=[0, 1, 1, 0])
    numbers.to_parquet(tmp_path / "own.parquet")
    assert read_posts(tmp_path / "own.parquet")["paid"].tolist() == [False, True, True, False]


def test_a_file_with_bad_rows_alone_is_refused_in_any_case(own):
    store(own, BAD_ROWS["text"][0])
    with pytest.raises(InputError, match="no row can be used"):
        read_posts(own, drop_bad_rows=True)


# Files that cannot be used as a whole.
Spoil = Callable[[Path], object]
RENAMED, NO_AUDIENCE = HEADER.replace("comments", "replies"), HEADER.replace("followers", "fans")
BAD_FILES: dict[str, tuple[Spoil, str]] = {
    "missing column": (
        lambda path: store(path, *GOOD, header=RENAMED),
        r'"comments" \(is it "replies"\?\); it has (?s:.*)--rename "replies=comments"',
    ),
    "no audience": (
        lambda path: store(path, *GOOD, header=NO_AUDIENCE),
        r'lacks the column "followers" \(is it "fans"\?\); it has',
    ),
    "reach alone": (
        lambda path: store(path, *GOOD, header=HEADER.replace("followers", "reach")),
        'add "--per reach"',
    ),
    "same column twice": (
        lambda path: store(path, *(row + ",1" for row in GOOD), header=HEADER + ",shares"),
        r"lacks the column \"shares\" \(is it \"shares \(column 7\)\"",
    ),
    "empty": (lambda path: path.write_text("", encoding="utf-8"), "own.csv is empty"),
    "header alone": (store, "has no row"),
    "too many cells": (
        lambda path: store(path, *(row + ",1" for row in GOOD)),
        "own.csv cannot be read .* quotation marks",
    ),
    "too many cells in one row": (
        lambda path: store(path, GOOD[0], GOOD[1] + ",1"),
        "own.csv cannot be read .*line 3.* quotation marks",
    ),
    "two spellings": (
        lambda path: store(path, *GOOD, "facebook,c,2024-01-05,9,1,0,0"),
        "Facebook and facebook look like one platform in 2 spellings",
    ),
    "slip": (
        lambda path: store(path, *GOOD, "Instagramm,c,2024-01-05,9,1,0,0"),
        r"Instagramm \(1 rows\) looks like a slip for Instagram",
    ),
    "no file": (lambda path: path.unlink(missing_ok=True), "is not a file"),
}


@pytest.mark.parametrize(("spoil", "sentence"), BAD_FILES.values(), ids=BAD_FILES)
@pytest.mark.parametrize("drop", [False, True])
def test_a_bad_file_is_refused_with_a_sentence(own, spoil, sentence, drop):
    spoil(own)
    with pytest.raises(InputError, match=sentence):
        read_posts(own, drop_bad_rows=drop)


def test_a_cut_parquet_file_is_refused(tmp_path):
    path = tmp_path / "own.parquet"
    write_example(example_posts(), path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(InputError, match=r"own\.parquet cannot be read"):
        read_posts(path)


@pytest.mark.parametrize("name", ["own.xlsx", "own"])
def test_another_kind_of_file_is_refused(tmp_path, name):
    (tmp_path / name).write_bytes(b"PK\x03\x04 no workbook")
    with pytest.raises(InputError, match="cannot be read"):
        read_posts(tmp_path / name)


def test_parquet_with_missing_numbers_zones_and_dates(tmp_path):
    table = example_posts().head(4).astype({"reactions": "float64"})
    table.loc[1, "reactions"] = np.nan
    table.loc[2, "reactions"] = 1.5
    table["published_at"] = pd.Series(["2024-01-31 23:30"] * 4).pipe(pd.to_datetime)
    table["published_at"] = table["published_at"].dt.tz_localize("America/New_York")
    table.to_parquet(tmp_path / "own.parquet")
    checked = check_posts(tmp_path / "own.parquet")
    assert checked.faults["which"].tolist() == ["row 2", 'row 3 ("1.5")']
    assert checked.good["published_at"].dt.month.tolist() == [2, 2]
    dates = table.assign(reactions=1, published_at=table["published_at"].dt.date)
    assert check_posts(dates).good["published_at"].dt.month.tolist() == [1, 1, 1, 1]


# The table


CELLS = st.tuples(
    st.sampled_from(["Facebook", "Instagram"]),
    st.sampled_from(["2024-01-31", "2024-02-01"]),
    st.integers(1, 10**9),
    *[st.integers(0, 10**6)] * 3,
)


def as_posts(rows: list) -> pd.DataFrame:
    columns = ["platform", "published_at", "followers", *posts_module.COUNTS]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(published_at=pd.to_datetime(table["published_at"]))


def by_hand(rates: list[float]) -> dict[str, float]:
    """Return the statistics of one group by the standard library, another route."""
    many = len(rates) > 1
    half = (
        statistics.NormalDist().inv_cdf(0.975) * statistics.stdev(rates) / len(rates) ** 0.5
        if many
        else float("nan")
    )
    first, _, third = statistics.quantiles(rates, method="inclusive") if many else rates * 3
    mean = statistics.fmean(rates)
    return {
        "posts": len(rates),
        "mean": mean,
        "mean_low": max(0, mean - half) if many else half,
        "mean_high": mean + half,
        "median": statistics.median(rates),
        "quartile_1": first,
        "quartile_3": third,
    }


@settings(max_examples=30)
@given(st.lists(CELLS, min_size=1, max_size=30))
def test_the_table_is_what_the_standard_library_gives(rows):
    groups: dict[tuple[str, str], list[float]] = {}
    for platform, day, followers, *counts in rows:
        groups.setdefault((platform, day[:7]), []).append(100 * sum(counts) / followers)
    table = benchmark_table(as_posts(rows), by=["platform", "month"])
    month = table["month"].dt.strftime("%Y-%m")
    assert list(zip(table["platform"], month, strict=True)) == sorted(groups)
    for row, key in zip(table.to_dict("records"), sorted(groups), strict=True):
        expected = by_hand(groups[key])
        # The lower end is a difference, exact to the digits of its parts.
        slack = 1e-9 * max(1e-9, expected["mean"])
        np.testing.assert_allclose(
            [row[name] for name in expected], list(expected.values()), rtol=1e-9, atol=slack
        )


def test_pooled_mean_and_median_are_those_of_rate_summary():
    posts = check_posts(example_posts()).accept()
    for row in benchmark_table(posts, by=["platform"]).to_dict("records"):
        group = posts[posts["platform"] == row["platform"]]
        interactions = group[list(posts_module.COUNTS)].sum(axis=1)
        expected = rate_summary(interactions, group["followers"])
        assert {name: row[name] for name in expected.index} == pytest.approx(expected.to_dict())


@pytest.mark.parametrize("size", [1, 2, 5, 200])
def test_duckdb_gives_the_same_as_pandas(size):
    draw = np.random.default_rng(size)
    days = pd.to_datetime("2024-01-01") + pd.to_timedelta(draw.integers(0, 90, size), unit="D")
    table = pd.DataFrame(
        {
            "platform": draw.choice(["Facebook", "Instagram"], size),
            "published_at": days,
            "followers": draw.integers(1, 10**9, size),
            **{column: draw.integers(0, 10**6, size) for column in posts_module.COUNTS},
        }
    )
    by = ["platform", "month"]
    assert_frame_equal(
        benchmark_table(duckdb.from_df(table), by=by), benchmark_table(table, by=by), rtol=1e-10
    )


def test_duckdb_over_parquet_gives_the_same_with_and_without_its_short_cut(tmp_path):
    write_example(example_posts(), tmp_path / "own.parquet")
    relation = duckdb.read_parquet(str(tmp_path / "own.parquet"))
    by = ["platform", "industry", "month"]
    assert_frame_equal(benchmark_table(relation), benchmark_table(example_posts()), rtol=1e-10)
    rates = posts_module._rates(relation, by, "followers")
    short, long = (
        collect.sort_values(by, ignore_index=True)
        for collect in (
            posts_module._collect_duckdb(rates.to_native(), by),
            posts_module._collect_anywhere(rates, by),
        )
    )
    assert_frame_equal(short[long.columns], long, check_dtype=False, rtol=1e-10)


@pytest.mark.slow
def test_spark_gives_the_same_as_pandas(tmp_path, monkeypatch):
    reason = "PySpark is not in the lock; see pages/scale.md for how to run this test"
    sql = pytest.importorskip("pyspark.sql", reason=reason)
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    write_example(example_posts(), tmp_path / "own.parquet")
    settings = {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.shuffle.partitions": "2",
        "spark.ui.enabled": "false",
    }
    spark = sql.SparkSession.builder.master("local[2]").config(map=settings).getOrCreate()
    try:
        frame = spark.read.parquet(str(tmp_path / "own.parquet"))
        for by in (["platform", "industry", "month"], ["platform", "paid"]):
            expected = benchmark_table(example_posts(), by=by)
            assert_frame_equal(benchmark_table(frame, by=by), expected, rtol=1e-10)
    finally:
        spark.stop()


@pytest.mark.parametrize("engine", [lambda table: table, duckdb.from_df], ids=["pandas", "duckdb"])
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"followers": 0}, "360 posts have an empty cell, a count below 0 or followers below 1"),
        ({"shares": -1}, "360 posts have an empty cell"),
        ({"industry": None}, "360 posts have an empty cell"),
        ({"comments": pd.array([None] + 359 * [1], dtype="Int64")}, "1 posts have an empty cell"),
        ({"comments": 1.5}, 'The column "comments" holds Float64, not whole numbers'),
        ({"published_at": "2024-01-01"}, 'The column "published_at" holds String'),
        ({"published_at": pd.Timestamp("2024-01-01", tz="UTC")}, "without a zone"),
    ],
    ids=["no audience", "negative", "no group", "no count", "fraction", "text", "zone"],
)
def test_no_engine_computes_over_bad_posts(engine, change, sentence):
    table = example_posts().assign(**change).astype({"industry": "str"} if change else {})
    if "industry" in change:
        table["industry"] = pd.Series([None] * len(table), dtype="str")
    with pytest.raises(InputError, match=sentence):
        benchmark_table(engine(table))


def test_a_missing_column_and_pyarrow_are_refused():
    with pytest.raises(InputError, match="lacks the column industry"):
        benchmark_table(example_posts().drop(columns="industry"))
    with pytest.raises(InputError, match="approximate"):
        benchmark_table(pa.Table.from_pandas(example_posts()))


# Intervals by platform


def test_intervals_by_platform_are_those_of_the_cluster_bootstrap():
    posts = check_posts(example_posts()).accept()
    table = summarise_platforms(posts, seed=5, repetitions=50).set_index(["platform", "statistic"])
    posts["unit"] = posts["account"] + posts["published_at"].dt.strftime("%Y-%m")
    posts["interactions"] = posts[list(posts_module.COUNTS)].sum(axis=1)
    for (platform, statistic), row in table.iterrows():
        expected = bootstrap(
            posts[posts["platform"] == platform],
            lambda s, name=statistic: rate_summary(
                s["interactions"].reset_index(drop=True), s["followers"].reset_index(drop=True)
            )[name],
            seed=5,
            clusters="unit",
            repetitions=50,
        )
        found = row[["value", "low", "high"]].tolist()
        assert found == pytest.approx([expected.value, expected.low, expected.high])


def test_the_interval_of_a_mean_rate_is_the_normal_one():
    posts = example_posts()
    rates = 100 * posts[list(posts_module.COUNTS)].sum(axis=1) / posts["followers"]
    table = benchmark_table(posts, by=["platform"], level=0.9).set_index("platform")
    for platform, own_rates in rates.groupby(posts["platform"]):
        ends = norm.interval(0.9, own_rates.mean(), sem(own_rates))
        assert table.loc[platform, ["mean_low", "mean_high"]].tolist() == pytest.approx(ends)


def test_the_order_of_the_rows_of_a_file_does_not_matter(tmp_path):
    table = example_posts()
    write_example(table, tmp_path / "first.csv")
    write_example(table.sample(frac=1, random_state=3), tmp_path / "other.csv")
    first, other = (read_posts(tmp_path / f"{name}.csv") for name in ("first", "other"))
    assert first["account"].tolist() != other["account"].tolist()
    for table_of in (
        benchmark_table,
        lambda posts: summarise_platforms(posts, seed=4, repetitions=99),
    ):
        assert_frame_equal(table_of(first), table_of(other), rtol=1e-12, atol=0)


@pytest.mark.parametrize(("months", "given"), [(1, False), (11, False), (12, True)])
def test_few_months_of_accounts_have_no_interval(months, given):
    """Such intervals hold the truth in 47 to 86 of 100 cases: see test_coverage.py."""
    posts = check_posts(example_posts().query("account == 'made-up account A'")).accept()
    month = posts["published_at"].dt.to_period("M")
    posts = posts[month.isin(sorted(month.unique())[:months])]
    table = summarise_platforms(posts, seed=1, repetitions=20)
    assert (table["account_months"] == months).all()
    assert table[["low", "high"]].notna().all(axis=None) == given


# One command


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A notebook of two cells that reads the file it is given."""
    tags = {"tags": ["parameters"]}
    cells = [
        new_markdown_cell("# How many?"),
        new_code_cell('file = ""\ndrop_bad_rows = False\nper = "followers"', metadata=tags),
        new_code_cell("1 / 0 if 'reach' in per else len(open(file).readlines())"),
    ]
    (tmp_path / "notebooks").mkdir()
    path = tmp_path / "notebooks" / "small.ipynb"
    write_notebook(new_notebook(cells=cells), path)
    return path


def test_a_run_writes_the_notebook_elsewhere_and_leaves_the_source(tmp_path, small, own):
    before = small.read_bytes()
    page, written = run_with(small, tmp_path / "out", {"file": str(store(own, *GOOD))})
    injected, last = read_notebook(written).cells[2:]
    assert injected.metadata["tags"] == ["injected-parameters"]
    assert injected.source == "file = 'own.csv'"  # without the reader's folders
    assert "How many?" in page.read_text(encoding="utf-8")
    assert last.outputs[0]["data"]["text/plain"] == "4"
    assert small.read_bytes() == before


def test_a_run_that_stops_writes_nothing(tmp_path, small, own):
    store(own, *GOOD)
    with pytest.raises(InputError, match=r"small\.ipynb stopped at cell 3 .*ZeroDivisionError"):
        run_with(small, tmp_path / "out", {"file": str(own), "per": "reach"})
    with pytest.raises(InputError, match="holds the notebooks themselves"):
        run_with(small, small.parent, {"file": str(own)})
    assert not (tmp_path / "out").exists()


def test_parameters_that_the_notebook_lacks_are_refused(small):
    notebook = read_notebook(small)
    with pytest.raises(InputError, match="no parameter files"):
        with_parameters(notebook, {"files": "x"})
    notebook.cells.append(notebook.cells[1])
    with pytest.raises(InputError, match="2 cells tagged parameters"):
        with_parameters(notebook, {"file": "x"})


@pytest.mark.slow
def test_the_command_runs_the_notebook_of_the_collection(tmp_path, own, capsys):
    example = example_posts()
    example.loc[3, "shares"] = -2
    example.to_csv(own, index=False)
    words = ["posts", str(own), "--output", str(tmp_path / "out")]
    assert command_line.main(words) == 2
    assert "shares: 1 cell is below 0, row 5" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert command_line.main([*words, "--drop-bad-rows"]) == 0
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    pictures = [f"16_your_own_posts_figure_{n}.{kind}" for n in (1, 2) for kind in ("png", "svg")]
    texts = ["command.txt", "figures.txt", "index.html", "methods.txt", "tables"]
    assert names == ["16_your_own_posts.ipynb", *pictures, *texts]
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert page.index("In short.") < page.index("By platform") < page.index("To cite")
    assert "Exercises" not in page and "http" not in page.split("Further reading")[0]
    assert page.count("<img alt=") == 2
    months = pd.read_csv(tmp_path / "out" / "tables" / "by_month.csv")
    assert months["posts"].sum() == 359
    methods = (tmp_path / "out" / "methods.txt").read_text(encoding="utf-8")
    assert "359 posts" in methods and "SHA-256" in methods and "pandas" in methods
    command = (tmp_path / "out" / "command.txt").read_text(encoding="utf-8")
    assert command == "socionaut posts own.csv --output out --drop-bad-rows\n"
    printed = capsys.readouterr().out
    assert "In short" not in printed and "Mean engagement of your posts: on Instagram" in printed
    assert "[2/" in printed  # tells how far it is
    executed = read_notebook(tmp_path / "out" / names[0])
    shown = str([cell.outputs for cell in executed.cells if cell.cell_type == "code"])
    assert "Of 360 rows in the file, 359 can be used and **1 were left out**" in shown
    assert "ade-up posts" not in shown


@pytest.mark.slow
def test_the_notebook_runs_on_the_least_that_a_file_may_hold(tmp_path, own):
    header = HEADER.replace("followers", "reach")
    store(own, "Weibo,7,2024-01-05,1000,0,0,0", header=header)
    words = ["posts", str(own), "--output", str(tmp_path / "out"), "--per", "reach"]
    assert command_line.main(words) == 0


def test_columns_and_example_on_the_command_line(own, capsys):
    assert command_line.main(["posts", "--columns"]) == 0
    printed = capsys.readouterr().out
    assert all(name in printed for name in columns_of_posts()["column"])
    assert command_line.main(["posts", "--example", str(own)]) == 0
    assert len(read_posts(own)) == len(example_posts())
    assert command_line.main(["posts", "--example", str(own)]) == 2
    assert command_line.main(["posts", str(own)]) == 2
    assert "--output FOLDER" in capsys.readouterr().out


# Speed


def test_the_benchmark_prints_ratios_of_equal_results(tmp_path, capsys, monkeypatch):
    apart = scale._run_apart

    def some_here(engine, path, result):
        """Run one engine in a process of its own, as all are, and the others in this one."""
        if engine == "plain pandas":
            return apart(engine, path, result)
        scale._run(engine, str(path), str(result))
        return 1.0, 1.0, 1.0

    monkeypatch.setattr(scale, "_run_apart", some_here)
    scale.main(["--rows", "2000", "--repetitions", "1", "--folder", str(tmp_path)])
    printed = capsys.readouterr().out
    assert "The same numbers from each engine." in printed
    assert all(engine in printed for engine in scale.ENGINES)
    runs = list(tmp_path.iterdir())
    assert [path.name for path in runs] == ["synthetic_posts_2000.parquet"]


def test_synthetic_posts_are_the_same_on_every_call_and_labelled(tmp_path):
    for name in ("one", "two"):
        scale.synthetic_posts(tmp_path / f"{name}.parquet", 500)
    one, two = (pd.read_parquet(tmp_path / f"{name}.parquet") for name in ("one", "two"))
    assert_frame_equal(one, two)
    assert one["account"].astype("str").str.startswith("synthetic").all()
    assert one["platform"].nunique() * one["industry"].nunique() == 140


def test_other_numbers_or_a_failing_engine_stop_the_comparison(tmp_path):
    table = benchmark_table(example_posts())
    with pytest.raises(InputError, match="get different numbers"):
        scale._demand_same({"one": table, "two": table.assign(median=table["median"] * 1.001)})
    write_example(example_posts().drop(columns="shares"), tmp_path / "own.parquet")
    with pytest.raises(InputError, match=r"stopped with 1 .*shares"):
        scale.compare_engines(tmp_path / "own.parquet", repetitions=1)
    with pytest.raises(InputError, match="give 1 or more"):
        scale.synthetic_posts(tmp_path / "none.parquet", 0)


def test_percentages_are_no_counts(own):
    rows = [f"Facebook,{account},2024-01-05,1000,{account * 10} %,2,1" for account in (1, 2, 3)]
    with pytest.raises(InputError, match="reactions: 3 cells are not"):
        read_posts(store(own, *rows))


def test_of_parts_that_are_summed_the_one_that_is_no_number_is_told():
    parts = pd.DataFrame({"likes": ["1", "", "x", "3"], "loves": ["2", "4", "5", "?"]})
    assert own_posts._summed(parts).tolist() == ["3", "", "x", "?"]
