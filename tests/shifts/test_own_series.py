"""A reader's own series: each fault is a sentence, and what is fine passes unchanged."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from socionaut import shifts
from socionaut.errors import InputError
from socionaut.shifts import own_series
from socionaut.sources.own_tables import (
    write_example,
)
from workshop import __main__ as command_line

FREQUENCIES = {"Q-DEC": "%Y-Q%q", "M": "%Y-%m", "W-SUN": "%G-W%V", "D": "%Y-%m-%d"}


def written(index: pd.PeriodIndex) -> list[str]:
    """Write periods by another route than the library reads them."""
    if index.freqstr == "W-SUN":
        weeks = [period.start_time.isocalendar() for period in index]
        return [f"{year}-W{week:02d}" for year, week, _ in weeks]
    return list(index.strftime(FREQUENCIES[index.freqstr]))


def table(freq: str, periods: int = 40, start: str = "2015-01-05") -> pd.DataFrame:
    index = pd.period_range(start, periods=periods, freq=freq)
    return pd.DataFrame({"period": written(index), "value": np.arange(periods) + 0.5})


@pytest.mark.parametrize("freq", FREQUENCIES)
@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_file_of_each_kind_comes_back_as_it_was(tmp_path, freq, suffix):
    path = tmp_path / f"mine.{suffix}"
    write_example(table(freq), path)
    points = own_series.series_of(own_series.check_series(path).accept())
    expected = pd.period_range("2015-01-05", periods=40, freq=freq)
    assert points.index.equals(expected.rename("period"))
    assert points.to_list() == table(freq)["value"].to_list()


@pytest.mark.parametrize(
    ("freq", "step"), [("D", "D"), ("W-SUN", "7D"), ("M", "MS"), ("Q-DEC", "QS")]
)
def test_dates_of_parquet_are_read_by_their_distance(freq, step):
    days = pd.date_range("2015-04-01" if step != "7D" else "2015-04-06", periods=20, freq=step)
    cells = pd.DataFrame({"period": days, "value": 1.0})
    points = own_series.series_of(own_series.check_series(cells).accept())
    assert points.index.freqstr == freq
    assert len(points) == 20


@given(st.dates(datetime.date(1990, 1, 1), datetime.date(2030, 12, 31)))
def test_a_day_lies_in_the_week_month_and_quarter_of_its_name(day):
    year, week, _ = day.isocalendar()
    stamp = pd.Timestamp(day)
    for text in (f"{year}-W{week:02d}", f"{day:%Y-%m}", f"{day.year}-Q{(day.month + 2) // 3}"):
        period = own_series.period_of(text)
        assert period.start_time <= stamp <= period.end_time


@pytest.mark.parametrize(
    "text", ["2020-13", "2020-Q5", "2020-W54", "2020-02-30", "1320", "20-04", "Spr 2020"]
)
def test_what_is_no_period_is_none(text):
    assert own_series.period_of(text) is None
    assert own_series.period_of("2021-W53") is None  # that year has fifty-two


FAULTS = {
    "empty period": ("period", "", "1 cell is empty"),
    "no period": ("period", "spring 2020", "1 cell is not a period"),
    "no such month": ("period", "2020-13", "1 cell is not a period"),
    "another kind": ("period", "2020-Q2", "1 period is not a month as most are"),
    "twice": ("period", "2015-01", "1 period occurs before"),
    "empty value": ("value", "", "1 cell is empty"),
    "text": ("value", "about 5", "1 cell is not a number"),
    "comma": ("value", "1,2,00", "1 cell is not a number"),
    "percent": ("value", "5 %", "1 cell is not a number"),
    "infinite": ("value", "inf", "1 cell is not a number"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_bad_cell_is_named_with_its_row_and_mend(tmp_path, case):
    column, cell, problem = FAULTS[case]
    rows = table("M").astype(str)
    rows.loc[5, column] = cell
    path = tmp_path / "mine.csv"
    write_example(rows, path)
    checked = own_series.check_series(path)
    assert checked.faults[["column", "problem", "which"]].to_numpy().tolist() == [
        [column, problem, "row 7" + f' ("{cell}")' * (" is not " in problem)]
    ]
    with pytest.raises(InputError, match=r"(?s)1 of 40 rows cannot be used.*row 7"):
        checked.accept()
    left = own_series.series_of(checked.accept(drop_bad_rows=True))
    assert len(left) == 39


@pytest.mark.parametrize("drop", [False, True])
def test_values_below_nought_are_never_dropped(drop):
    """Without the low values the others would be too high."""
    rows = table("M").assign(value=lambda t: t["value"] - 3)
    with pytest.raises(InputError, match=r"(?s)below 0, rows.*what remained would mislead"):
        own_series.check_series(rows).accept(drop_bad_rows=drop)


def test_two_spellings_of_a_quarter_are_one_period():
    cells = pd.DataFrame({"period": ["2020-Q1", "2020-Q2", "2020q2"], "value": [1, 2, 3]})
    assert own_series.check_series(cells).faults["problem"].to_list() == ["1 period occurs before"]


def test_a_missing_column_is_named(tmp_path):
    path = tmp_path / "mine.csv"
    write_example(table("M").assign(value="x").rename(columns={"value": "Valeu"}), path)
    with pytest.raises(InputError, match=r'lacks the column "value" \(is it "Valeu"\?\)'):
        own_series.check_series(path)


def test_rows_may_come_in_any_order():
    rows = table("M").sample(frac=1, random_state=1)
    points = own_series.series_of(own_series.check_series(rows).accept())
    assert points.index.is_monotonic_increasing
    assert points.to_list() == table("M")["value"].to_list()


@pytest.mark.parametrize(
    ("dropped", "words"),
    [
        ([], "None is missing."),
        ([3], "Missing is 1: 2015-04. It stays missing."),
        ([3, 5, 6], "Missing are 3: 2015-04, 2015-06 and 2015-07. They stay missing."),
        (list(range(3, 12)), "2015-09 and 3 more. They stay missing."),
    ],
)
def test_gaps_are_told_and_not_filled(dropped, words):
    points = own_series.series_of(table("M").drop(index=dropped))
    assert len(points) == 40 - len(dropped)
    assert own_series.describe_periods(points).endswith(words)


def test_gaps_of_weeks_and_quarters_are_named_as_one_writes_them():
    weeks = own_series.series_of(table("W-SUN").drop(index=[1]))
    assert "from 2015-W02 to 2015-W41. Missing is 1: 2015-W03" in own_series.describe_periods(weeks)
    quarters = own_series.series_of(table("Q-DEC").drop(index=[1]))
    assert "Missing is 1: 2015-Q2" in own_series.describe_periods(quarters)


@pytest.mark.parametrize(
    ("freq", "text", "found"),
    [
        ("M", "2016-Q2", "2016-04"),
        ("M", "2016-04-20", "2016-04"),
        ("Q-DEC", "2018-05", "2018Q2"),
        ("W-SUN", "2015-W20", "2015-05-11/2015-05-17"),
        ("D", "2015-01-20", "2015-01-20"),
    ],
)
def test_a_break_is_read_in_any_length(freq, text, found):
    points = own_series.series_of(table(freq))
    assert str(own_series.break_of(points, text)) == found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("spring", r'The break "spring" is no period; write'),
        ("2014-01", "lies outside the series, which runs from 2015-01 to 2018-04; choose a month"),
        ("2015-01", "lies outside"),
        ("2019-01", "lies outside"),
        ("2015-08", "Only 7 months with a value lie before the break 2015-08; 8 or more"),
        ("2018-04", "Only 1 month with a value lies from the break 2018-04 on; 3 or more"),
    ],
)
def test_a_break_that_cannot_be_used_is_a_sentence(text, words):
    points = own_series.series_of(table("M"))
    with pytest.raises(InputError, match=words) as caught:
        own_series.break_of(points, text)
    assert str(caught.value).endswith(".")


def test_a_series_without_noise_is_refused():
    points = own_series.series_of(table("M").assign(value=3.0))
    with pytest.raises(InputError, match="All values before the break 2016-04 are the same"):
        own_series.break_of(points, "2016-04")


def test_gaps_around_the_break_widen_the_windows():
    points = own_series.series_of(table("M").drop(index=[*range(20, 24), 26, 27, 28, 30]))
    looked = own_series.windows(points, own_series.break_of(points, "2016-09"))
    assert looked.after == 5
    assert shifts.mean_departure(points, "2016-09", before=8, after=looked.after).value < 1
    short = own_series.series_of(table("M", periods=24).drop(index=[15, 16, 17, 18, 19, 20]))
    looked = own_series.windows(short, own_series.break_of(short, "2016-04"))
    assert (looked.after, looked.shown) == (7, 9)
    shifts.segmented_regression(short, "2016-04", before=looked.before[0], after=looked.shown)


@pytest.mark.parametrize("freq", FREQUENCIES)
@pytest.mark.parametrize("periods", [11, 40, 400])
def test_windows_always_allow_an_analysis(freq, periods):
    points = own_series.series_of(table(freq, periods=periods))
    at = points.index[-3] if periods == 11 else points.index[3 * periods // 4]
    points = points.drop(points.index[[2]]) if periods > 11 else points
    looked = own_series.windows(points, at)
    assert looked.before == sorted(looked.before, reverse=True)
    for length in looked.before:
        found = shifts.mean_departure(points, at, before=length, after=looked.after)
        assert np.isfinite(found.value)


def test_the_example_holds_the_shift_that_was_put_in():
    checked = own_series.check_series(own_series.example_series())
    points = own_series.series_of(checked.accept())
    at = own_series.break_of(points, "2020-04")
    looked = own_series.windows(points, at)
    truth = 100 * 11.5 / 151
    for length in looked.before[:2]:
        found = shifts.mean_departure(points, at, before=length, after=looked.after, season=True)
        assert found.low <= truth <= found.high
        assert found.low > 0


# One command


@pytest.mark.slow
def test_the_command_runs_the_notebook_on_a_file(tmp_path, capsys):
    own = tmp_path / "own.csv"
    series = own_series.example_series()
    series["value"] = series["value"].astype(object)
    series.loc[3, "value"] = "about 5"
    series.to_csv(own, index=False)
    words = ["series", str(own), "--break", "2020-04", "--output", str(tmp_path / "out")]
    assert command_line.main(words) == 2
    assert "value: 1 cell is not a number, row 5" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert command_line.main([*words, "--drop-bad-rows"]) == 0
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names[0] == "35_your_own_series.ipynb"
    assert "35_your_own_series_figure_1.png" in names


def test_the_command_offers_every_trend_of_a_forecast(capsys):
    with pytest.raises(SystemExit):
        command_line.main(["series", "--help"])
    shown = " ".join(capsys.readouterr().out.split())
    assert "{" + ",".join(shifts.TRENDS) + "}" in shown


def test_a_break_outside_the_series_stops_the_command_before_it_runs(tmp_path, capsys):
    own = tmp_path / "own.csv"
    assert command_line.main(["series", "--example", str(own)]) == 0
    words = ["series", str(own), "--break", "2031", "--output", str(tmp_path / "out")]
    assert command_line.main(words) == 2
    assert "2031" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("holidays", [0, 3])
def test_working_days_have_placebo_dates(holidays):
    index = pd.period_range("2020-01-06", periods=140, freq="D")
    index = index[index.day_of_week < 5]
    index = index.delete([5 * week + 2 for week in range(2, 2 + holidays)])
    noise = np.random.default_rng(3).normal(0, 1, len(index))
    points = pd.Series(100 + noise, index=index)
    at = own_series.break_of(points, "2020-04-27")
    look = own_series.windows(points, at)
    table = shifts.placebo_table(points, at, before=look.before[-1], after=look.after)
    dates = table.index[~table["true"]]
    assert len(dates) >= 15 and (dates.day_of_week < 5).all()
    # Each looks at as many days as the break does: the five of a week.
    held = [sum(date + step in index for step in range(look.after)) for date in dates]
    assert set(held) == {5}


@pytest.mark.parametrize(
    ("freq", "before", "shown"),
    [
        ("Y-DEC", 20, 4),
        ("Q-DEC", 5 * 4, 2 * 4),
        ("M", 5 * 12, 12),
        ("W-SUN", 2 * 52, 52 // 2),
        ("D", 16 * 7, 4 * 7),
    ],
)
def test_of_a_long_series_windows_are_whole_years_or_weeks(freq, before, shown):
    index = pd.period_range("1900-01-01", periods=400, freq=freq)
    points = pd.Series(1.0, index=index)
    looked = own_series.windows(points, index[200])
    assert looked.before == [before, before * 3 // 4, before // 2]
    assert looked.shown == shown


@pytest.mark.parametrize(
    ("freq", "before", "after", "shown"),
    [
        ("Y", [20, 15, 10], 1, 4),
        ("Q", [20, 15, 10], 2, 8),
        ("M", [60, 45, 30], 3, 12),
        ("W-SUN", [104, 78, 52], 4, 26),
        ("D", [112, 84, 56], 7, 28),
    ],
)
def test_a_long_series_is_looked_at_for_some_years_and_a_little_after(freq, before, after, shown):
    index = pd.period_range("1900-01-01", periods=300, freq=freq)
    looked = own_series.windows(pd.Series(1.0, index), index[200])
    assert (looked.before, looked.after, looked.shown) == (before, after, shown)


@pytest.mark.parametrize(("gaps", "count"), [(1, "1 period has"), (2, "2 periods have")])
def test_periods_that_say_that_they_have_no_value_are_counted(gaps, count):
    rows = table("M").astype("str")
    rows.loc[3 : 2 + gaps, "value"] = "n/a"
    notes = own_series.check_series(rows).notes
    assert f"{count} no value (the file writes n/a): a gap." in notes
