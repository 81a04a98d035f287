"""A reader's own cells: what is read as a value, and what is refused rather than guessed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from socionaut.errors import InputError
from socionaut.sources.own_tables import (
    Fault,
    cells_of,
    checked_table,
    moments,
    numbers,
    whole_numbers,
)

REFUSED = ["", " ", "-", "n/a", "NaN", "nan", "inf", "-inf", "1,200", "1 200", "0,5", "5 %", "1_0"]
REFUSED += ["0x10", "1e", "e3", "--1", "True", "½", "١٢", "12k"]


@pytest.mark.parametrize("text", REFUSED)
def test_a_cell_that_is_no_number_is_missing(text):
    assert numbers(pd.Series([text, "1"])).isna().tolist() == [True, False]
    assert whole_numbers(pd.Series([text, "1"])).isna().tolist() == [True, False]


@pytest.mark.parametrize("text", ["1.5", "1e3", "1" * 16, ".5", "0.1"])
def test_a_cell_that_is_no_whole_number_is_missing(text):
    assert whole_numbers(pd.Series([text, " 7 "])).tolist()[1] == 7
    assert whole_numbers(pd.Series([text])).isna().all()
    assert numbers(pd.Series([text])).notna().all()


@settings(max_examples=40)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_finite_numbers_come_back_as_they_were(values):
    assert numbers(pd.Series([repr(value) for value in values])).tolist() == values
    assert numbers(pd.Series(values)).tolist() == values


@settings(max_examples=40)
@given(st.lists(st.integers(-(10**15) + 1, 10**15 - 1), min_size=1))
def test_whole_numbers_come_back_as_they_were(values):
    assert whole_numbers(pd.Series([str(value) for value in values])).tolist() == values
    assert whole_numbers(pd.Series(values, dtype="float64")).tolist() == values


@pytest.mark.parametrize("read", [numbers, whole_numbers])
def test_typed_cells_are_held_to_the_same(read):
    assert read(pd.Series([True, False])).isna().all()
    assert read(pd.Series([np.inf, -np.inf, np.nan])).isna().all()
    assert read(pd.Series([1, None], dtype="Int64")).isna().tolist() == [False, True]
    assert read(pd.Series([True, 1], dtype=object)).isna().tolist() == [True, False]
    assert read(pd.Series([], dtype="str")).empty


NO_TIMES = ["", "soon", "2024", "2024-3-1", "01/02/2024", "2024-02-30", "2024-13-01", "20240301"]
NO_TIMES += ["2024-03-01 25:00", "2024-03-01T18", "1709251200", "2024-03-01 18:30 CET"]


@pytest.mark.parametrize("text", NO_TIMES)
def test_a_cell_that_is_no_time_is_missing(text):
    assert moments(pd.Series([text, "2024-03-01"])).isna().tolist() == [True, False]


def test_times_are_read_in_utc_whatever_the_zone():
    texts = ["2024-03-01", "2024-03-01 18:30", "2024-03-01T23:30-05:00", "2024-03-01T18:30:15Z"]
    assert moments(pd.Series(texts)).astype("str").tolist() == [
        "2024-03-01 00:00:00",
        "2024-03-01 18:30:00",
        "2024-03-02 04:30:00",
        "2024-03-01 18:30:15",
    ]
    typed = pd.Series(pd.to_datetime(["2024-03-01 23:30"]).tz_localize("America/New_York"))
    assert moments(typed).astype("str").tolist() == ["2024-03-02 04:30:00"]


def test_rows_are_counted_as_a_reader_sees_them(tmp_path):
    table = pd.DataFrame({"id": ["a", "b"], "likes": ["1", ""]})
    for kind, write, rows in (("csv", table.to_csv, [2, 3]), ("parquet", table.to_parquet, [1, 2])):
        path = tmp_path / f"own.{kind}"
        write(path, index=False)
        name, cells = cells_of(path)
        assert (name, cells.index.tolist()) == (path.name, rows)
        assert cells.to_numpy().tolist() == [["a", "1"], ["b", ""]]
    name, cells = cells_of(table)
    assert (name, cells.index.tolist()) == ("The table", [1, 2])
    cells.loc[1, "likes"] = "9"
    assert table["likes"].tolist() == ["1", ""]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty; export it again"),
        (b"id,likes\n", "has no row; export it again"),
        (b"id,likes\na,1,2\n", "cannot be read"),
        (b'id,likes\na,"1\n', "cannot be read"),
        (b"id,likes\na,1\n\x00\x01\x02\x03", "holds NUL bytes"),
        (b"<html><table></table></html>", "holds a page or a graph in XML"),
        (b"PK\x03\x04 no archive", "cannot be read"),
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path, content, sentence):
    path = tmp_path / "own.csv"
    path.write_bytes(content)
    with pytest.raises(InputError, match=rf"own\.csv {sentence}"):
        cells_of(path)


@pytest.mark.parametrize(
    ("count", "problem", "which"),
    [
        (1, "1 cell is below 0", "row 2"),
        (2, "2 cells are below 0", "rows 2, 3"),
        (5, "5 cells are below 0", "rows 2, 3, 4, 5, 6"),
        (7, "7 cells are below 0", "rows 2, 3, 4, 5, 6 and 2 more"),
    ],
)
def test_the_first_five_rows_with_a_fault_are_named(count, problem, which):
    cells = pd.DataFrame({"likes": ["-1"] * count + ["1"]}, index=range(2, count + 3))
    below = Fault("likes", "cell is below 0", cells["likes"].eq("-1"), "look it up")
    faults = checked_table("own.csv", cells, cells.astype(int), [below]).faults
    assert faults[["problem", "rows", "which"]].to_numpy().tolist() == [[problem, count, which]]
