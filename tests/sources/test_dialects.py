"""Any table reads the same in every dialect that programs write."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from socionaut.errors import InputError
from socionaut.sources.dialects import raw_parts, read_raw
from socionaut.sources.own_tables import numbers
from socionaut.sources.written import plain_numbers, sign_of

QUICK = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
LETTERS = st.text("abcÀéßñ xyz-'", min_size=1, max_size=8).map(lambda t: f"n{t.strip()}")
CELLS = st.text("abc é,;\t|\"'.#", max_size=10).map(str.strip)
TABLES = st.lists(st.tuples(LETTERS, CELLS, st.integers(0, 10**9)), min_size=2, max_size=12)
HEADER = ["name", "note", "count"]


def cells_of(path: Path) -> list[list[str]]:
    return read_raw(path).cells.to_numpy().tolist()


def expected(rows: list[tuple[str, str, int]]) -> list[list[str]]:
    return [[name, note, str(count)] for name, note, count in rows]


@QUICK
@given(
    TABLES,
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le"]),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.booleans(),
)
def test_a_table_reads_the_same_in_every_dialect(
    tmp_path, rows, separator, encoding, ends, told, quoted
):
    path = tmp_path / "own.csv"
    table = pd.DataFrame(rows, columns=HEADER)
    text = table.to_csv(index=False, sep=separator, lineterminator=ends, quoting=1 if quoted else 0)
    path.write_bytes(((f"sep={separator}{ends}" if told else "") + text).encode(encoding))
    assert cells_of(path) == expected(rows)


@QUICK
@given(TABLES, st.integers(1, 3), st.integers(0, 2))
def test_lines_before_and_empty_ends_change_nothing(tmp_path, rows, before, ends):
    path = tmp_path / "own.csv"
    text = pd.DataFrame(rows, columns=HEADER).to_csv(index=False, quoting=1)
    lines = [line + "," * ends for line in text.splitlines()]
    path.write_text("\n".join(["Exported by a program", ""][:before] + lines) + "\n")
    assert cells_of(path) == expected(rows)


@QUICK
@given(TABLES)
def test_one_byte_encodings_are_read(tmp_path, rows):
    path = tmp_path / "own.csv"
    path.write_bytes(pd.DataFrame(rows, columns=HEADER).to_csv(index=False).encode("cp1252"))
    assert cells_of(path) == expected(rows)


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(TABLES)
def test_workbooks_parquet_and_json_lines_hold_the_same(tmp_path, rows):
    table = pd.DataFrame(rows, columns=HEADER)
    table.to_excel(tmp_path / "own.xlsx", index=False)
    table.to_parquet(tmp_path / "own.parquet", index=False)
    lines = [json.dumps(row) for row in table.to_dict("records")]
    (tmp_path / "own.jsonl").write_text("\n".join(lines) + "\n")
    for name in ("own.xlsx", "own.parquet", "own.jsonl"):
        assert [[str(c) for c in row] for row in cells_of(tmp_path / name)] == expected(rows)


@QUICK
@given(TABLES, st.integers(1, 5))
def test_parts_are_the_whole(tmp_path, rows, size):
    path = tmp_path / "own.csv"
    pd.DataFrame(rows, columns=HEADER).to_csv(path, index=False, sep=";")
    whole = read_raw(path).cells
    parts = [part.cells for part in raw_parts(path, size)]
    pd.testing.assert_frame_equal(pd.concat(parts), whole, check_names=False)
    table = pd.DataFrame(rows, columns=HEADER)
    table.to_parquet(tmp_path / "own.parquet", index=False)
    again = pd.concat([part.cells for part in raw_parts(tmp_path / "own.parquet", size)])
    pd.testing.assert_frame_equal(
        again, read_raw(tmp_path / "own.parquet").cells, check_names=False
    )


NUMBERS = st.lists(
    st.decimals(-(10**7), 10**7, places=2, allow_nan=False).map(float), min_size=2, max_size=10
)


@QUICK
@given(NUMBERS, st.sampled_from([".", ","]), st.sampled_from(["", "other", " ", " ", "'"]))
def test_numbers_of_every_country_are_the_same_numbers_or_a_question(values, sign, group):
    group = {"other": "," if sign == "." else "."}.get(group, group)
    texts = [f"{v:,.2f}".replace(",", "\0").replace(".", sign).replace("\0", group) for v in values]
    column = pd.Series(texts)
    found = sign_of({"value": column}, None, separator=";", whole=False)
    assert numbers(plain_numbers(column, found)[0]).tolist() == values


@QUICK
@given(st.lists(st.integers(1000, 999_999), min_size=1, max_size=6), st.sampled_from(".,"))
def test_thousands_alone_are_never_guessed(values, mark):
    texts = pd.Series([f"{value:,}".replace(",", mark) for value in values])
    with pytest.raises(InputError, match="can mean"):
        sign_of({"likes": texts}, None, separator=";", whole=True)
    decimal = "comma" if mark == "." else "point"
    assert numbers(plain_numbers(texts, decimal)[0]).tolist() == values


@QUICK
@given(st.lists(st.integers(0, 999), min_size=1, max_size=6))
def test_small_whole_numbers_need_no_question(values):
    texts = pd.Series([str(value) for value in values])
    assert sign_of({"likes": texts}, None, separator=",", whole=True) is None
    assert numbers(plain_numbers(texts, None)[0]).tolist() == values


def test_a_row_that_is_too_long_is_named(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("a;b\n1;2\n1;2;3\n")
    with pytest.raises(InputError, match="line 3 has more cells than the header, which has 2"):
        read_raw(path)


def test_a_heading_may_be_empty_above_a_single_row_of_words(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("a;;b\nx;y;z\n", encoding="utf-8")
    cells = read_raw(path).cells
    assert cells.to_numpy().tolist() == [["x", "y", "z"]]
    assert [cells.columns[0], cells.columns[2]] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "header"),
    [
        (";visits\nday;all\n2020-01-01;5\n2020-01-02;7\n", ["day", "all"]),
        (";visits\nday;all\nevening;none\nnight;2\n", ["", "visits"]),  # words stand below
        ("kind;visits;\nday;all;men\n2020-01-01;5;3\n2020-01-02;7;2\n", ["day", "all", "men"]),
    ],
)
def test_headings_may_stand_below_the_names_of_groups(tmp_path, text, header):
    path = tmp_path / "own.csv"
    path.write_text(text, encoding="utf-8")
    found = [str(name) for name in read_raw(path).cells.columns]
    assert [name if not name.startswith("(column") else "" for name in found] == header


def test_columns_of_one_name_are_told_apart_and_copies_left_out(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("a,b,a,a,a\n1,5,2,1,3\n1,6,2,1,4\n", encoding="utf-8")
    raw = read_raw(path)
    names = ["a (column 1)", "b", "a (column 3)", "a (column 5)"]
    assert list(raw.cells.columns) == names
    assert raw.cells.to_numpy().tolist() == [["1", "5", "2", "3"], ["1", "6", "2", "4"]]
    assert raw.notes[-2:] == [
        "Column 4 is the same as an earlier column a; left out.",
        "More than one column is called a: they are numbered.",
    ]


@pytest.mark.parametrize(
    ("tail", "rows", "lines"),
    [
        ("", 2, 0),
        (",\n,\n", 2, 0),
        ("c,\n", 3, 0),  # a name without a number
        (",\nMade by hand.,\n", 2, 1),
        ("c,\nd,\n,\nMade by hand.,\nIn 2024.,\n", 4, 2),
        ("Source: a survey.,\n", 2, 1),
        ("c,\nSource: a survey.,\nd,\n", 3, 2),
        (",\n,5\n", 4, 0),  # a number without a name
    ],
)
def test_lines_below_a_table_are_left_out_and_counted(tmp_path, tail, rows, lines):
    path = tmp_path / "own.csv"
    path.write_text("name,count\na,1\nb,2\n" + tail, encoding="utf-8")
    raw = read_raw(path)
    assert len(raw.cells) == rows
    told = [note for note in raw.notes if note.startswith("Lines below")]
    assert told == [f"Lines below the table left out: {lines}."] * bool(lines)


@pytest.mark.parametrize("notes", [0, 2, 3, 30])
def test_notes_in_two_columns_may_stand_above_dates(tmp_path, notes):
    above = "".join(f"Field {number};text {number}\n" for number in range(notes))
    dates = "".join(f"2020-0{month}-01;{month}\n" for month in (1, 2, 3, 4))
    path = tmp_path / "own.csv"
    path.write_text(f"{above}month;visits\n{dates}", encoding="utf-8")
    cells = read_raw(path).cells
    assert list(cells.columns) == ["month", "visits"] and len(cells) == 4


@pytest.mark.parametrize("years", [6, 9])
def test_years_side_by_side_are_a_header_below_lines_of_few_cells(tmp_path, years):
    header = ["country", "sex", *map(str, range(2010, 2010 + years))]
    lines = ["A table", "of,three,cells", ",".join(header)]
    lines += [f"{name},all," + ",".join("5" * years) for name in ("France", "Spain")]
    path = tmp_path / "own.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    cells = read_raw(path).cells
    assert list(cells.columns) == header and len(cells) == 2


DAYS = "".join(f"2024-01-{day:02d};{day}|" for day in range(1, 13))
POSTS = "Facebook,ann,2026-01-10,4|Facebook,ann,2026-01-11,5|"


@pytest.mark.parametrize(
    ("text", "first", "rows"),
    [
        # Names of which some are numbers: the row above three of them is no header.
        ("source,target|ann,bob|bob,cy|cy,42|7,ann|7,bob|7,cy|ann,dan|", "source", 7),
        ("source,target|ann,bob|bob,cy|cy,ann|ed,flo|7,ann|7,bob|7,cy|8,ann|9,bob|", "source", 9),
        ("ann,bob|bob,cy|cy,ann|ann,dan|7,ann|7,bob|7,cy|8,dan|9,dan|3,bob|", "ann", 9),
        ("title,account,published_at|Hello,me,3|Bye,me,4|Soon,me,5|2024,me,6|2025,me,7|2026,me,8|",
         "title", 6),
        # An empty line within a table parts nothing from it.
        ("source,target|ann,bob|bob,cy||cy,dan|dan,7|7,ann|ann,cy|", "source", 7),
        ("von,zu|ann,bob|bob,cy||cy,dan|dan,7|7,ann|ann,cy|", "von", 7),
        (f"Mois;Visites|2023-11;5|2023-12;6|;|{DAYS}", "Mois", 15),
        ("Source,,Target|ann,follows,bob|bob,follows,cy|", "Source", 2),
        # What is said of the file stands above a table, with an empty line or without.
        (f"Report;Visits|Country;France|Year;2024||day;visits|{DAYS}", "day", 12),
        (f"Metric;Visits|Country;France|Owner;Ann|Date;Visits|{DAYS}", "Date", 12),
        (f"day;visits|{DAYS}|Source;INSEE|Updated;2024|", "day", 15),
        ('"a", "b"|"x, y", 1|"z", 2|', "a", 2),
    ],
)  # fmt: skip
def test_no_row_of_a_table_is_taken_for_a_line_above_it(tmp_path, text, first, rows):
    path = tmp_path / "own.csv"
    path.write_text(text.replace("|", "\n"), encoding="utf-8")
    cells = read_raw(path).cells
    assert (cells.columns[0], len(cells)) == (first, rows)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"platform,account,published_at,likes|{POSTS}|platform,account,published_at,likes|{POSTS}",
         4),
        (f"Account: Ann|platform,account,published_at,likes|{POSTS}|Account: Bob|"
         f"platform,account,published_at,likes|{POSTS}", 5),
        (f"month;a|{DAYS}|month;b|{DAYS}|month;c|{DAYS}", 14),
        (f"# Report|Date;Users|{DAYS}|Country;Users|France;20|Spain;3|", 15),
        ("Source,Target|ann,bob|bob,cy||Source,Target|cy,7|7,ann|", 4),
        ("source,target|ann,bob|bob,cy||id,age|ann,20|bob,30|", 4),
    ],
)  # fmt: skip
def test_two_tables_in_one_file_are_refused(tmp_path, text, line):
    path = tmp_path / "own.csv"
    path.write_text(text.replace("|", "\n"), encoding="utf-8")
    with pytest.raises(InputError, match=f"holds two tables: line {line} is empty"):
        read_raw(path)
    rows = [(row.replace(";", ",") + ",,,").split(",")[:4] for row in text.split("|")]
    pd.DataFrame(rows).to_excel(tmp_path / "own.xlsx", index=False, header=False)
    with pytest.raises(InputError, match=f"holds two tables: line {line} is empty"):
        read_raw(tmp_path / "own.xlsx")


@pytest.mark.parametrize(
    ("content", "cells"),
    [
        ([{"id": 1946000000000000001}, {}], [["1946000000000000001"], [""]]),
        ({"2024-01-01": {"n": 20}, "2024-01-02": []}, [["2024-01-01", "20"], ["2024-01-02", ""]]),
        ({"2024-01": 2, "2024-02": 3.5}, [["2024-01", "2"], ["2024-02", "3.5"]]),
        ({"date": ["2024-01", "2024-02"], "n": [2, 3]}, [["2024-01", "2"], ["2024-02", "3"]]),
        ({"0": {"n": 5}, "1": {"n": 6}}, [["5"], ["6"]]),
        ({"errors": [], "data": [{"n": 5}]}, [["5"]]),
    ],
)
def test_json_keeps_digits_and_periods(tmp_path, content, cells):
    path = tmp_path / "own.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    assert cells_of(path) == cells


def test_times_of_day_in_a_workbook_are_cells_and_a_mark_alone_is_no_table(tmp_path):
    path = tmp_path / "own.xlsx"
    clock = [pd.Timestamp("2024-01-01 09:05").time(), pd.Timestamp("2024-01-01 10:00").time()]
    pd.DataFrame({"day": ["a", "b"], "at": clock}).to_excel(path, index=False)
    assert cells_of(path) == [["a", "09:05:00"], ["b", "10:00:00"]]
    for mark in (b"\xff\xfe", b"\xef\xbb\xbf\n"):
        (tmp_path / "own.csv").write_bytes(mark)
        with pytest.raises(InputError, match="is empty"):
            read_raw(tmp_path / "own.csv")
