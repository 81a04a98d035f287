"""French dates as intervals, weekdays as check digits, and the coding of dates and lists."""

from __future__ import annotations

import calendar
import datetime as dt
import itertools

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from socionaut.studies.dates import (
    DateError,
    Days,
    date_texts,
    parse_date,
    possible_years,
    weekday_of,
    years_between,
)

MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
WEEKDAYS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2099, 12, 31))


def zeller(day: dt.date) -> str:
    """Return the weekday by Zeller's congruence, the second route."""
    month, year = (day.month, day.year) if day.month > 2 else (day.month + 12, day.year - 1)
    century, rest = divmod(year, 100)
    number = (day.day + 13 * (month + 1) // 5 + rest + rest // 4 + century // 4 - 2 * century) % 7
    return WEEKDAYS[(number + 5) % 7]


@given(DAYS)
def test_a_day_is_read_back_in_each_form(day):
    number = "1er" if day.day == 1 else str(day.day)
    words = f"{number} {MONTHS.split()[day.month - 1]} {day.year}"
    forms = [words, f"{zeller(day)} {words}", f"le {words}", f"{day:%d/%m/%Y}", f"{day:%Y-%m-%d}"]
    assert {(parse_date(form).first, parse_date(form).last) for form in forms} == {(day, day)}
    assert parse_date(forms[1]).weekday == weekday_of(day)


@given(DAYS)
def test_weekdays_agree_with_zeller(day):
    assert weekday_of(day) == zeller(day)


@given(st.integers(1900, 2099), st.integers(1, 12))
def test_a_month_covers_its_days(year, month):
    days = parse_date(f"en {MONTHS.split()[month - 1]} {year}")
    assert days.first == dt.date(year, month, 1)
    assert days.count == calendar.monthrange(year, month)[1]
    assert (days.last + dt.timedelta(days=1)).day == 1


@given(st.integers(1900, 2099))
def test_parts_of_a_year_fill_it_without_gap(year):
    quarters = [parse_date(f"{n} trimestre {year}") for n in ("1er", "2e", "3ème", "4e")]
    thirds = [parse_date(f"{part} {year}") for part in ("début", "mi", "fin")]
    whole = parse_date(str(year))
    for parts in (quarters, thirds):
        assert sum(part.count for part in parts) == whole.count == 365 + calendar.isleap(year)
        assert (parts[0].first, parts[-1].last) == (whole.first, whole.last)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Vendredi 17 mai 2019", "2019-05-17"),
        ("1er avril 2019", "2019-04-01"),
        ("20/05/2019", "2019-05-20"),
        ("29 février 2020", "2020-02-29"),
        ("au printemps 2020", "2020-03-01 to 2020-06-21"),
        ("l’été 2019", "2019-06-01 to 2019-09-23"),
        ("hiver 2019-2020", "2019-12-01 to 2020-03-21"),
        ("depuis 2013", "2013-01-01 to 2013-12-31"),
        ("mi-2014", "2014-05-01 to 2014-08-31"),
        ("octobre\u00a01995", "1995-10-01 to 1995-10-31"),
        ("1er trimestre de 2020", "2020-01-01 to 2020-03-31"),
    ],
)
def test_dates_as_the_documents_print_them(text, written):
    assert parse_date(text).write() == written


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("29 février 2019", "no day of the calendar"),
        ("31 avril 2019", "no day of the calendar"),
        ("13/13/2019", "no day of the calendar"),
        ("00/05/2019", "no day of the calendar"),
        ("10 mars", "prints no year"),
        ("10/02", "prints no year"),
        ("20/05/19", "no date that is read"),
        ("hiver 2020", "no date that is read"),
        ("hiver 2019-2021", "do not follow|does not join"),
        ("32 mai 2019", "no date that is read"),
        ("mai", "prints no year"),
        ("1er trimestre", "prints no year"),
        ("il y a deux ans", "no date that is read"),
        ("1855", "no date that is read"),
        ("12019", "no date that is read"),
        ("", "no date that is read"),
    ],
)
def test_what_is_no_date_is_refused(text, words):
    with pytest.raises(DateError, match=words):
        parse_date(text)


def test_a_year_given_apart_must_not_contradict_the_printed_one():
    assert parse_date("10 mars", year=2011).write() == "2011-03-10"
    assert parse_date("10 mars 2011", year=2011).write() == "2011-03-10"
    with pytest.raises(DateError, match="prints 2011"):
        parse_date("10 mars 2011", year=2012)


def test_days_in_the_wrong_order_are_refused():
    with pytest.raises(DateError, match="comes before"):
        Days(dt.date(2020, 1, 2), dt.date(2020, 1, 1))


@given(DAYS)
def test_possible_years_are_those_of_the_calendar(day):
    text = f"{weekday_of(day)} {'1er' if day.day == 1 else day.day} {MONTHS.split()[day.month - 1]}"
    years = possible_years(text, range(1900, 2100))
    assert day.year in years
    if (day.month, day.day) != (2, 29):
        gaps = {later - earlier for earlier, later in itertools.pairwise(years)}
        assert gaps <= {5, 6, 11, 12}  # 12 across 1900, which is no leap year


def test_possible_years_by_hand():
    assert possible_years("jeudi 10 mars", range(2000, 2023)) == [2005, 2011, 2016, 2022]
    assert possible_years("samedi 29 février", range(2001, 2030)) == [2020]
    with pytest.raises(DateError, match="no weekday"):
        possible_years("10 mars", range(2000, 2010))
    with pytest.raises(DateError, match="prints 2011"):
        possible_years("jeudi 10 mars 2011", range(2010, 2012))
    with pytest.raises(DateError, match="no day of the calendar"):
        possible_years("jeudi 30 février", range(2010, 2012))


@given(DAYS, DAYS)
def test_years_between_is_signed_and_exact_for_days(one, other):
    there, back = (years_between(Days(a, a), Days(b, b)) for a, b in ((one, other), (other, one)))
    assert there.low == there.high == there.value == pytest.approx(-back.value)
    assert there.value == pytest.approx((other - one).days / 365.2425)


def test_years_between_holds_every_pair_of_days():
    first, second = parse_date("octobre 1995"), parse_date("décembre 2014")
    span = years_between(first, second)
    pairs = [
        (b - a).days / 365.2425
        for a in (first.first, first.first + dt.timedelta(days=14), first.last)
        for b in (second.first, second.last)
    ]
    assert span.low == pytest.approx(min(pairs))
    assert span.high == pytest.approx(max(pairs))


def test_texts_are_dated_between_what_is_past_and_what_is_to_come():
    rows = [
        ("a", "past", "2014-10-10", "2014-10-10"),
        ("a", "past", "2013-01-01", "2013-12-31"),
        ("a", "during", "2014-10-18", "2014-10-24"),
        ("b", "past", "2017-03-01", "2017-03-01"),
        ("b", "subject", "2099-01-01", "2099-12-31"),
        ("c", "subject", "2008-01-01", "2018-12-31"),
    ]
    dated = date_texts(pd.DataFrame(rows, columns=["text", "role", "first", "last"]))
    assert [f"{dated.loc['a', name]:%m-%d}" for name in ("earliest", "latest")] == [
        "10-18",
        "10-24",
    ]
    assert pd.isna(dated.loc["b", "latest"])
    assert dated["facts"].tolist() == [3, 1, 0]


def test_statements_that_contradict_each_other_are_refused():
    rows = [("a", "past", "2014-01-01", "2014-01-01"), ("a", "future", "2013-01-01", "2013-01-01")]
    with pytest.raises(DateError, match="leave no day"):
        date_texts(pd.DataFrame(rows, columns=["text", "role", "first", "last"]))
