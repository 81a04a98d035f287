"""Cells without a value, as statistical offices mark them."""

from __future__ import annotations

import pandas as pd
import pytest

from socionaut.errors import InputError
from socionaut.shifts.own_layouts import demand_two_columns, is_gap, with_found_columns
from socionaut.shifts.own_series import understand_series
from socionaut.sources.own_files import understand_file


@pytest.mark.parametrize("text", ["", ":", ": c", ": u", "..", "n/a", "NA"])
def test_a_mark_for_no_value_is_a_gap_with_or_without_a_flag(text):
    assert is_gap(text)


@pytest.mark.parametrize("text", ["0", "12 c", "12 p", "-3", "5 :"])
def test_a_value_is_none_whatever_follows_it(text):
    assert not is_gap(text)


YEARS = [str(year) for year in range(2010, 2022)]
WIDE = pd.DataFrame(
    [["DE", "all", *range(12)], ["FR", "all", *range(20, 32)], ["FR", "men", *range(40, 52)]],
    columns=["geo", "sex", *YEARS],
)


def test_of_a_table_with_a_column_a_year_the_row_is_taken_that_was_asked_for():
    own = understand_series(WIDE, {"only": {"geo": " FR", "sex": "men"}})
    assert own.cells["period"].tolist() == YEARS
    assert own.cells["value"].tolist() == [str(value) for value in range(40, 52)]


@pytest.mark.parametrize("only", [{"geo": "IT"}, {"land": "FR"}, {"sex": "men", "geo": "DE"}])
def test_a_row_that_is_not_there_is_asked_for_with_what_there_is(only):
    with pytest.raises(InputError, match=r'no row has \w+ = "\w+"; it has the columns geo, sex'):
        understand_series(WIDE, {"only": only})


@pytest.mark.parametrize(
    ("heading", "parts", "periods"),
    [
        ("Month", ["1", "12", "02"], ["2020-01", "2020-12", "2020-02"]),
        ("mois", ["janvier", "décembre", "mars"], ["2020-01", "2020-12", "2020-03"]),
        ("quarter", ["Q1", "4", "3"], ["2020-Q1", "2020-Q4", "2020-Q3"]),
        ("KW", ["KW 1", "53", "9"], ["2020-W01", "2020-W53", "2020-W09"]),
        ("Month", ["1", "13", "2"], None),
        ("Month", ["1", "0", "2"], None),
        ("quarter", ["1", "5", "2"], None),
        ("week", ["1", "54", "2"], None),
    ],
)
def test_a_year_and_its_part_make_a_period(heading, parts, periods):
    table = pd.DataFrame({"Year": "2020", heading: parts, "Visits": ["5", "7", "8"]})
    own = with_found_columns(understand_file(table, "series", ["period", "value"]))
    if periods is None:
        assert heading in own.cells
    else:
        assert own.cells["period"].tolist() == periods and heading not in own.cells
        assert own.heading("period") == f"Year + {heading}"


@pytest.mark.parametrize(("when", "asked"), [(["2020", "2021"], True), (["soon", "late"], False)])
def test_of_several_columns_of_numbers_one_is_to_be_chosen(when, asked):
    table = pd.DataFrame({"when": when, "visits": ["5", "7"], "likes": ["1", "3"]})
    own = with_found_columns(understand_file(table, "series", ["period", "value"]))
    with pytest.raises(InputError, match=r"^The columns are missing\.") as refused:
        demand_two_columns(own, "The columns are missing.")
    sentence = '2 columns hold numbers; choose one, for example --rename "visits=value"'
    assert (sentence in str(refused.value)) is asked


@pytest.mark.parametrize(
    "table",
    [
        {"Year": ["2020", "soon"], "Month": ["1", "2"], "Visits": ["5", "7"]},
        {"period": ["2020", "2020-02"], "Year": "2020", "Month": ["1", "2"], "Visits": ["5", "7"]},
        {"Year": "2020", "date": "2021", "Month": ["1", "2"], "Visits": ["5", "7"]},
    ],
)
def test_parts_are_joined_to_one_column_of_years_alone(table):
    cells = pd.DataFrame(table)
    own = with_found_columns(understand_file(cells, "series", ["period", "value"]))
    assert "Month" in own.cells
    assert list(own.cells.get("period", [])) == table.get("period", [])
