"""Two files and more of each kind of export, as programs and platforms write them.

Each is read right, or refused with what to do. All are made here; no one is a real export.
"""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import networkx as nx
import pandas as pd
import pytest

from socionaut.engagement import open_posts
from socionaut.engagement.own_posts import check_posts
from socionaut.errors import InputError
from socionaut.influence.own_network import check_attributes, check_edges, network_of
from socionaut.shifts import own_series
from socionaut.sources.dialects import read_raw
from workshop import __main__ as command_line

MONTHS = pd.period_range("2018-01", periods=30, freq="M")
QUARTERS = pd.period_range("2012Q1", periods=30, freq="Q")
WEEKS = pd.period_range("2019-01-07", periods=60, freq="W-SUN")
LONG = pd.period_range("2019-07-06", periods=300, freq="D")
DAYS = pd.period_range("2020-01-10", periods=60, freq="D")
WORDS = {
    "French": "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
    "French, whole": "janvier février mars avril mai juin juillet août septembre octobre novembre "
    "décembre",
    "German": "Jan Feb Mär Apr Mai Jun Jul Aug Sep Okt Nov Dez",
    "German, whole": "Januar Februar März April Mai Juni Juli August September Oktober November "
    "Dezember",
    "Spanish": "ene feb mar abr may jun jul ago sep oct nov dic",
    "Italian": "gen feb mar apr mag giu lug ago set ott nov dic",
    "Portuguese": "jan fev mar abr mai jun jul ago set out nov dez",
    "Swedish": "januari februari mars april maj juni juli augusti september oktober november "
    "december",
    "Norwegian": "jan feb mars apr mai juni juli aug sep okt nov des",
}


def stored(tmp_path: Path, text: str | bytes, name: str = "own.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return path


def two_columns(
    periods: list[str], values: list[str] | None = None, head: str = "date,visits"
) -> str:
    stream = io.StringIO()
    values = values or [str(10 + at) for at in range(len(periods))]
    csv.writer(stream).writerows([head.split(","), *zip(periods, values, strict=True)])
    return stream.getvalue()


def points_of(tmp_path: Path, text: str | bytes, **reading: object) -> pd.Series:
    checked = own_series.check_series(stored(tmp_path, text), reading=reading)
    return own_series.series_of(checked.accept())


# Periods


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize(
    "form", ["{word} {year}", "{word}-{short}", "{word}/{short}", "{word}/{year}"]
)
def test_months_are_read_in_every_language(tmp_path, language, form):
    words = WORDS[language].split()
    written = [
        form.format(word=words[m.month - 1], year=m.year, short=f"{m.year % 100:02d}")
        for m in MONTHS
    ]
    points = points_of(tmp_path, two_columns(written))
    assert points.index.equals(MONTHS.rename("period"))


@pytest.mark.parametrize(
    "form",
    ["{y}Q{q}", "{y}-Q{q}", "T{q} {y}", "{y}-T{q}", "{q}T{y}", "{q}. Quartal {y}", "{y}/Q{q}",
     "{q}er trimestre {y}", "Quarter {q} {y}", "{q}Q {y}", "{y}:Q{q}"],
)  # fmt: skip
def test_quarters_are_read_in_every_form(tmp_path, form):
    written = [form.format(y=quarter.year, q=quarter.quarter) for quarter in QUARTERS]
    points = points_of(tmp_path, two_columns(written))
    assert points.index.equals(QUARTERS.rename("period"))


@pytest.mark.parametrize(
    "form",
    ["{y}-W{w:02d}", "{y}W{w:02d}", "{y} W{w}", "W{w:02d} {y}", "KW {w:02d}/{y}", "S{w:02d} {y}",
     "{y}-W{w:02d}-1", "Week {w}, {y}", "{a} - {z}", "{a}/{z}"],
)  # fmt: skip
def test_weeks_are_read_in_every_form(tmp_path, form):
    written = []
    for week in WEEKS:
        year, number, _ = week.start_time.isocalendar()
        ends = {"a": week.start_time.date(), "z": week.end_time.date()}
        written.append(form.format(y=year, w=number, **ends))
    points = points_of(tmp_path, two_columns(written))
    assert points.index.equals(WEEKS.rename("period"))


@pytest.mark.parametrize(
    "form",
    ["%d/%m/%Y", "%m/%d/%Y", "%Y%m%d", "%d-%b-%Y", "%A, %B %d, %Y", "%Y.%m.%d",
     "%Y-%m-%dT00:00:00+01:00", "%Y-%m-%d 12:00:00", "%d/%m/%Y 00:00", "%a %d %b %Y"],
)  # fmt: skip
def test_days_are_read_in_every_form(tmp_path, form):
    points = points_of(tmp_path, two_columns([d.strftime(form) for d in DAYS]))
    assert points.index.equals(DAYS.rename("period"))


@pytest.mark.parametrize("start", ["1899-12-30", "1970-01-01"])
def test_days_and_months_that_are_counted_are_read_and_told(tmp_path, start):
    unit = 86400 if start == "1970-01-01" else 1
    for index in (DAYS, MONTHS):
        written = [str((p.start_time - pd.Timestamp(start)).days * unit) for p in index]
        checked = own_series.check_series(stored(tmp_path, two_columns(written)))
        assert own_series.series_of(checked.accept()).index.equals(index.rename("period"))
        assert any("Times are" in note for note in checked.notes)


def test_values_that_look_like_days_are_values(tmp_path):
    values = [str(41000 + 37 * at % 90) for at in range(30)]
    points = points_of(tmp_path, two_columns([str(m) for m in MONTHS], values))
    assert points.tolist() == [float(value) for value in values]


@pytest.mark.parametrize("heading", ["week ending", "Week_Ending", "Semaine finissant le"])
def test_weeks_that_are_named_by_their_end_end_on_that_day(tmp_path, heading):
    written = [str(week.end_time.date()) for week in WEEKS]
    points = points_of(tmp_path, two_columns(written, head=f"{heading},visits"))
    assert points.index.equals(WEEKS.rename("period"))


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ([f"{d.day:02d}.{d.month:02d}.20" for d in DAYS], "years of two digits"),
        ([f"{d:%d-%b}-20" for d in DAYS], "years of two digits"),
        ([f"{d:%b-%d}" for d in DAYS], "may be days or months"),
        ([f"{d} {h:02d}:00" for d in DAYS[:20] for h in (1, 7, 15)], "hold times of day"),
        ([f"2020.{q}" for q in range(1, 5)] * 9, "no periods that are known here"),
        ([f"{day:02d}/01/2020" for day in range(1, 13)], "day first or month first"),
        (["13/01/2020", "01/14/2020", "15/01/2020"] * 5, "in two orders"),
        # As a spreadsheet leaves them, which reads the first twelve days the other way round.
        ([f"{d:%d/%m/%Y}" if d.day < 13 else f"{d:%m/%d/%Y}" for d in LONG], "in two orders"),
        ([f"{d:%Y-%d-%m}" if d.day < 13 else f"{d:%d/%m/%Y}" for d in LONG], "in two orders"),
        ([f"{d}" for d in LONG[::30]], "follow each other 30 days apart"),
        ([f"{d:%Y-%m}-15" for d in MONTHS], "follow each other 31 days apart"),
        ([f"{d - int(d.day == 6)}" for d in LONG[::7]], "dates are Saturdays, but not 2019-07-05"),
        ([f"{d}" for d in LONG[::14]], "2 weeks apart"),
        ([f"{m:%Y}-01-{m:%m}" for m in MONTHS], "day and month may have changed places"),
        ([f"{q.year}/{q.quarter}" for q in QUARTERS], "months go only to 4"),
        ([f"{2000 + at // 2}-{at % 2 + 1:02d}" for at in range(30)], "months go only to 2"),
    ],
)
def test_periods_that_say_too_little_are_asked_for(tmp_path, written, words):
    with pytest.raises(InputError, match=words):
        points_of(tmp_path, two_columns(written))


@pytest.mark.parametrize("heading", ["Trimestre", "Semester", "bimestre", "quarter"])
def test_parts_of_years_under_their_heading_are_no_months(tmp_path, heading):
    text = two_columns([f"{m:%m/%Y}" for m in MONTHS[:5]], head=f"{heading},visits")
    with pytest.raises(InputError, match="written as months are"):
        points_of(tmp_path, text)


@pytest.mark.parametrize("week", ["2020-W00", "2021-W53"])
def test_weeks_of_another_count_are_never_dropped(tmp_path, week):
    path = stored(tmp_path, two_columns([week, *(f"2022-W{at:02d}" for at in range(1, 50))]))
    with pytest.raises(InputError, match=r"(?s)ISO 8601.*cannot be left out"):
        own_series.check_series(path).accept(drop_bad_rows=True)


@pytest.mark.parametrize("heading", ["Visits YTD", "Besuche seit Jahresbeginn", "moving average"])
def test_headings_of_no_level_are_refused(tmp_path, heading):
    with pytest.raises(InputError, match="says that the values are"):
        points_of(tmp_path, two_columns([f"{m}" for m in MONTHS], head=f"month,{heading}"))


def test_running_totals_of_a_year_are_told(tmp_path):
    path = stored(tmp_path, two_columns([f"{m}" for m in MONTHS], [f"{m.month}" for m in MONTHS]))
    assert "fall at its start" in " ".join(own_series.check_series(path).notes)


def test_two_currencies_and_a_period_that_is_not_over(tmp_path):
    money = [f"{'€' if at else '$'}{at}" for at in range(30)]
    with pytest.raises(InputError, match="more than one currency"):
        points_of(tmp_path, two_columns([f"{m}" for m in MONTHS], money))
    rows = [f"{m},{9 + at},{at == 29}" for at, m in enumerate(MONTHS)]
    points = points_of(tmp_path, "\n".join(["date,app,isPartial", *rows]))
    assert (len(points), points.max()) == (29, 37)


# Layouts of series


def test_a_table_with_a_row_a_month_and_a_column_a_year_is_turned(tmp_path):
    rows = [f"{month},{at},{12 + at}" for at, month in enumerate(WORDS["French"].split())]
    points = points_of(tmp_path, "\n".join(["Mois,2018,2019", *rows, "Total,66,210"]))
    assert points.tolist() == list(range(24))


def test_a_year_above_its_quarters_and_periods_in_two_forms_are_read(tmp_path):
    rows = [
        f"{q.year if q.quarter == 1 else ''},Q{q.quarter},{at}" for at, q in enumerate(QUARTERS)
    ]
    points = points_of(tmp_path, "\n".join(["Year,Quarter,Users", *rows]))
    assert (points.index == QUARTERS).all()
    rows = [f"{m.end_time.date()},{m:%Y%b},{at}" for at, m in enumerate(MONTHS)]
    points = points_of(tmp_path, "\n".join(["DATE,TIME PERIOD,Loans", *rows]))
    assert (points.index == MONTHS).all()


def test_cells_that_are_no_values_are_shown(tmp_path):
    with pytest.raises(InputError, match='such as "100-105", are no numbers'):
        points_of(tmp_path, two_columns([f"{m}" for m in MONTHS], ["100-105"] * 30))


@pytest.mark.parametrize("orient", ["columns", "split", "records"])
def test_json_is_read_as_pandas_writes_it(tmp_path, orient):
    table = pd.DataFrame({"month": MONTHS.astype(str), "visits": range(30)})
    path = stored(tmp_path, table.to_json(orient=orient), "own.json")
    assert own_series.check_series(path).accept()["value"].sum() == 435


def test_a_table_as_r_writes_it_is_read_with_the_numbers_of_its_rows(tmp_path):
    rows = [f'"{at}" "{m}" {at}' for at, m in enumerate(MONTHS, start=1)]
    assert points_of(tmp_path, "\n".join(['"month" "visits"', *rows])).sum() == 465


@pytest.mark.parametrize("start", [b"%PDF-1.7", b"$FL2@(#)", b"\xd0\xcf\x11\xe0" + bytes(600)])
def test_files_of_other_kinds_are_told_in_a_sentence(tmp_path, start):
    with pytest.raises(InputError, match=r"is a PDF|is a file of SPSS|workbook is damaged"):
        read_raw(stored(tmp_path, start + b"\x00\xff" * 40))


def test_a_file_in_two_encodings_is_refused(tmp_path):
    with pytest.raises(InputError, match="line 2 is in UTF-8 and line 3 is not"):
        read_raw(stored(tmp_path, "name,b\nCafé,1\n".encode() + "Café,2\n".encode("cp1252")))


def test_years_and_months_apart_are_joined(tmp_path):
    for months in ([str(m.month) for m in MONTHS], [m.strftime("%B") for m in MONTHS]):
        rows = [f"{m.year},{month},{10 + at}"
                for at, (m, month) in enumerate(zip(MONTHS, months, strict=True))]  # fmt: skip
        points = points_of(tmp_path, "\n".join(["Year,Month,Visits", *rows]))
        assert points.index.equals(MONTHS.rename("period")) and points.iloc[-1] == 39


@pytest.mark.parametrize("head", ["Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", "Q1 Q2 Q3 Q4"])
def test_a_table_with_a_row_a_year_is_turned(tmp_path, head):
    names = head.split()
    rows = [[str(2010 + y), *(str(y * len(names) + at) for at in range(len(names)))]
            for y in range(6)]  # fmt: skip
    rows[-1][-1] = ""  # the last part is still to come
    points = points_of(tmp_path, "\n".join(map(",".join, [["Year", *names], *rows])))
    assert points.tolist() == list(range(6 * len(names) - 1))


@pytest.mark.parametrize("sign", [",", "\t", " "])
def test_the_first_row_of_a_series_without_a_header_is_kept(tmp_path, sign):
    text = "\n".join(f"{m}{sign}{10.5 + at}" for at, m in enumerate(MONTHS))
    points = points_of(tmp_path, text)
    assert points.index.equals(MONTHS.rename("period")) and points.iloc[0] == 10.5


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("\n".join(f"{m},{at}" for at, m in enumerate(MONTHS)), "series"),
        ("10,20\n20,30\n30,40\n", "network"),
        ("ann,bo\nbo,cy\ncy,ann\n", "network"),
    ],
)
def test_what_a_file_without_a_header_holds_is_found(tmp_path, text, kind, capsys):
    assert command_line.main(["understand", str(stored(tmp_path, text))]) == 0
    assert f"To go on:\n  socionaut {kind} " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("Report\nExported on,2023-01-01\nFilters,none\n\n", ""),
        ("Titre;;\nExport du;01/02/2023;\n;;\n".replace(";", ","), ""),
        ("", "\nSource: made up\n"),
        ("", "Note: made up\n"),
        ("", "\n\n\n"),
        ("", ",\n,\n"),
        *(("", f"{word},4860\n") for word in ("Total général", "Gesamtsumme", "Insgesamt", "Total",
                                              "Average", "Moyenne", "Suma total")),
    ],
)  # fmt: skip
def test_what_stands_above_and_below_a_table_is_left_out(tmp_path, above, below):
    points = points_of(tmp_path, above + two_columns([str(m) for m in MONTHS]) + below)
    assert points.index.equals(MONTHS.rename("period")) and points.sum() == sum(range(10, 40))


@pytest.mark.parametrize("column", ["product", "sex", "indicator", "unit"])
def test_two_series_one_after_the_other_are_refused(tmp_path, column):
    rows = [f"{m},{'A' if at < 15 else 'B'},{at}" for at, m in enumerate(MONTHS)]
    text = "\n".join([f"date,{column},visits", *rows])
    with pytest.raises(InputError, match=f'--only "{column}=A"'):
        points_of(tmp_path, text)
    assert len(points_of(tmp_path, text, only={column: "B"})) == 15


def test_a_column_of_flags_is_told_and_not_refused(tmp_path):
    rows = [f"{m},{10 + at},{'p' if at > 27 else ''}" for at, m in enumerate(MONTHS)]
    checked = own_series.check_series(stored(tmp_path, "\n".join(["date,visits,OBS_FLAG", *rows])))
    assert len(checked.accept()) == 30
    assert any("OBS_FLAG" in note and "not used" in note for note in checked.notes)


SDMX = "DATAFLOW,LAST UPDATE,freq,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG"
OFFICES = {
    "Eurostat": "\n".join(
        [SDMX, *(f"E,01/01/24,M,FR,{m},{at + 1}," for at, m in enumerate(MONTHS))]
    ),
    "INSEE, a row of labels": "\n".join(
        ['"Libellé";"idBank";"Dernière mise à jour";"Période";"Valeur"']
        + [f'"Made up";"001";"12/01/2024";"{m}";"{at + 1},0"' for at, m in enumerate(MONTHS)]
    ),
    "INSEE, labels above": "\n".join(
        ["Libellé;Made up", "idBank;001688527", "Dernière mise à jour;12/01/2024", "Période;"]
        + [f"{m};{at + 1},0" for at, m in enumerate(MONTHS)]
    ),
    "Google Trends": "\n".join(
        ["Catégorie : Toutes les catégories", "", "Mois,réseau: (France)"]
        + [f"{m},{at + 1}" for at, m in enumerate(MONTHS)]
    ),
    "FRED": "\n".join(["observation_date,X", *(f"{m}-01,{at + 1}" for at, m in enumerate(MONTHS))]),
    "FRED, as text": "\n".join(
        ["Title:       Made up", "Series ID:   X", "", "DATE        VALUE"]
        + [f"{m}-01  {at + 1}" for at, m in enumerate(MONTHS)]
    ),
    "OECD": "\n".join(
        ["LOCATION,MEASURE,TIME,Value,Flag Codes"]
        + [f"FRA,PC,{m},{at + 1}," for at, m in enumerate(MONTHS)]
    ),
}


@pytest.mark.parametrize("office", OFFICES)
def test_series_of_public_offices_are_read_as_they_come(tmp_path, office):
    points = points_of(tmp_path, OFFICES[office])
    assert points.index.equals(MONTHS.rename("period"))
    assert points.tolist() == list(range(1, 31))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Month,a: (France),b: (France)\n"
         + "\n".join(f"{m},{at},{at + 1}" for at, m in enumerate(MONTHS)),
         '--rename "a: (France)=value"'),
        ("Entity,Code,Year,Share\n"
         + "\n".join(f"{e},X,{2000 + y},{y}" for e in ("France", "Ghana") for y in range(12)),
         '--only "Entity=France"'),
        ("Country Name,Indicator," + ",".join(str(y) for y in range(2000, 2012)) + "\n"
         + "\n".join(f"{c},I," + ",".join("1" * 12) for c in ("France", "Ghana")),
         '--only "Country Name=France"'),
        ("Week,visits\n" + "\n".join(f"{w:02d}/2020,{w}" for w in range(1, 13)), "says weeks"),
    ],
)  # fmt: skip
def test_files_of_more_than_one_series_are_refused_with_the_option(tmp_path, text, wanted):
    with pytest.raises(InputError) as stopped:
        points_of(tmp_path, text)
    assert wanted in str(stopped.value)


# Numbers


@pytest.mark.parametrize(
    "form",
    ["1\u00a0{n}", "1\u202f{n}", "1\u2009{n}", "1 {n}", "1'{n}", "1’{n}", "1,{n}", "$1,{n}",
     "1{n} €", '="1{n}"', "1{n} p", "1{n}*", "1{n}(r)", "1{n}¹", "+1{n}"],
)  # fmt: skip
def test_thousands_money_and_marks_leave_the_number(tmp_path, form):
    values = [form.format(n=200 + at) for at in range(30)]
    points = points_of(tmp_path, two_columns([str(m) for m in MONTHS], values))
    assert points.tolist() == [1200 + at for at in range(30)]


@pytest.mark.parametrize(
    ("written", "value"),
    [("1,2 k", 1200), ("1.2K", 1200), ("1,2 Mio.", 1.2e6), ("1.2M", 1.2e6), ("3 Md", 3e9),
     ("1.2B", 1.2e9), ("12,34,500", 1234500), ("1,5\u00a0%", 1.5), ("5,5 Tsd.", 5500)],
)  # fmt: skip
def test_short_and_long_numbers_are_read(tmp_path, written, value):
    values = [written, *(["7 %", "8 %"] * 15 if "%" in written else ["7", "8"] * 15)][:30]
    points = points_of(tmp_path, two_columns([str(m) for m in MONTHS], values))
    assert points.iloc[0] == pytest.approx(value)


@pytest.mark.parametrize("word", ["—", "n.a.", "n/d", "k. A.", "s.d.", "#DIV/0!", "…", "(na)"])
def test_words_for_nothing_are_gaps(tmp_path, word):
    values = [word if at in (3, 9) else str(at + 1) for at in range(30)]
    checked = own_series.check_series(
        stored(tmp_path, two_columns([str(m) for m in MONTHS], values))
    )
    assert len(checked.accept()) == 28


@pytest.mark.parametrize("bound", ["<5", ">100", "~5", "≤ 3", "10+"])
def test_bounds_are_never_dropped(tmp_path, bound):
    values = [bound if at in (3, 9) else str(at + 1) for at in range(30)]
    checked = own_series.check_series(
        stored(tmp_path, two_columns([str(m) for m in MONTHS], values))
    )
    with pytest.raises(InputError, match=r"(?s)only a bound.*cannot be left out"):
        checked.accept(drop_bad_rows=True)


# Tables


@pytest.mark.parametrize("encoding", ["utf-16-be", "utf-32", "utf-16", "utf-8-sig", "cp1252"])
def test_every_mark_of_an_encoding_is_read(tmp_path, encoding):
    text = two_columns([str(m) for m in MONTHS], head="date,fréquentation")
    text = ("\ufeff" if encoding == "utf-16-be" else "") + text
    assert len(points_of(tmp_path, text.encode(encoding))) == 30


def test_columns_of_one_name_are_numbered_or_left_out_where_they_are_the_same(tmp_path):
    raw = read_raw(stored(tmp_path, "id,n,n\na,1,1\nb,2,2\n"))
    assert list(raw.cells) == ["id", "n"] and any("same as an earlier" in n for n in raw.notes)
    raw = read_raw(stored(tmp_path, "id,n,n\na,1,1\nb,2,3\n"))
    assert list(raw.cells) == ["id", "n (column 2)", "n (column 3)"]


@pytest.mark.parametrize("start", [b"\x1f\x8b\x08", b"BZh9", b"7z\xbc\xaf"])
def test_a_packed_file_is_refused_with_what_to_do(tmp_path, start):
    with pytest.raises(InputError, match="is packed; unpack it first"):
        read_raw(stored(tmp_path, start + b"\0rest of it"))


def test_headings_below_those_of_groups_are_taken(tmp_path):
    path = tmp_path / "own.xlsx"
    rows = [["", "", "Visual", "", "Labels"], ["Vertex 1", "Vertex 2", "Color", "Width", "Kind"]]
    rows += [[f"u{a}", f"u{a + 1}", "", "", "Mentions"] for a in range(5)]
    with pd.ExcelWriter(path) as book:
        pd.DataFrame(rows).to_excel(book, sheet_name="Edges", index=False, header=False)
        pd.DataFrame([["Vertex"], ["u1"]]).to_excel(book, sheet_name="Vertices", index=False)
    assert len(check_edges(path, directed=None, weights=None).accept()) == 5


# Posts

HEAD = ["platform", "account", "published_at", "followers", "reactions", "comments", "shares"]


def posts_of(tmp_path: Path, rows: int = 20, sep: str = ",", **cells: object) -> Path:
    plain: dict[str, object] = {
        "platform": "Mastodon", "account": "a", "published_at": "2024-01-{day:02d} 10:00",
        "followers": "1000", "reactions": "{at}", "comments": "1", "shares": "0",
    } | cells  # fmt: skip
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=sep, lineterminator="\r\n")
    writer.writerow(plain)
    for at in range(rows):
        writer.writerow(
            str(value[at % len(value)] if isinstance(value, list) else value)
            .replace("{at}", str(at)).replace("{day:02d}", f"{at + 1:02d}")
            .replace("{day}", str(at + 1))
            for value in plain.values()
        )  # fmt: skip
    return stored(tmp_path, "\ufeff" + stream.getvalue())


@pytest.mark.parametrize(
    ("form", "first"),
    [
        ("{day} janvier 2024 à 10:30", "10:30"), ("{day:02d}/01/2024 10h30", "10:30"),
        ("{day:02d}.01.2024 10:30 Uhr", "10:30"), ("{day} de enero de 2024", "00:00"),
        ("Jan {day}, 2024 at 10:30 AM", "10:30"), ("1/{day}/2024 1:30\u202fPM", "13:30"),
        ("1/{day}/2024 1:30 p.m.", "13:30"), ("Mon, {day:02d} Jan 2024 10:00:00 +0200", "08:00"),
        ("2024-01-{day:02d} 10:00:00 GMT+2", "08:00"), ("2024-01-{day:02d} 10:00:00+02", "08:00"),
        ("2024-01-{day:02d} 10:00:00 UTC", "10:00"), ("{day:02d}-Jan-2024 10:30", "10:30"),
    ],
)  # fmt: skip
def test_times_are_read_in_the_languages_of_exports(tmp_path, form, first):
    posts = check_posts(posts_of(tmp_path, published_at=form)).accept()
    assert posts["published_at"].dt.strftime("%H:%M").iloc[0] == first
    assert posts["published_at"].dt.day.tolist() == list(range(1, 21))


@pytest.mark.parametrize("form", ["January {day}", "{day} de febrero"])
def test_dates_without_a_year_are_refused(tmp_path, form):
    with pytest.raises(InputError, match="have no year"):
        check_posts(posts_of(tmp_path, published_at=form))


@pytest.mark.parametrize("letters", [("CET", "Europe/Paris"), ("EDT", "America/New_York")])
def test_letters_for_a_zone_are_asked_for_with_a_place(tmp_path, letters):
    with pytest.raises(InputError, match=f"--zone {letters[1]}"):
        check_posts(posts_of(tmp_path, published_at="2024-01-{day:02d} 10:00 " + letters[0]))


@pytest.mark.parametrize("cell", ["3 %", "3.5%", "0.03"])
def test_rates_are_no_counts(tmp_path, cell):
    with pytest.raises(InputError, match="not a whole number"):
        check_posts(posts_of(tmp_path, reactions=cell)).accept(drop_bad_rows=True)


@pytest.mark.parametrize("cell", ["—", "--", "n/a"])
def test_a_sign_for_no_count_is_an_empty_cell(tmp_path, cell):
    checked = check_posts(posts_of(tmp_path, shares=["0"] * 19 + [cell]))
    assert checked.faults["problem"].tolist() == ["1 cell is empty"]
    with pytest.raises(InputError, match=r"(?s)10 cells are empty.*cannot be left out"):
        check_posts(posts_of(tmp_path, shares=["0", cell])).accept(drop_bad_rows=True)


@pytest.mark.parametrize("names", [["@Ann", "ann"], ["A B", "A\u00a0B"], ["Bo", "Bo\u200b"]])
def test_one_account_in_two_spellings_is_asked_for(tmp_path, names):
    path = posts_of(tmp_path, account=names)
    with pytest.raises(InputError, match="--join-names"):
        check_posts(path)
    joined = check_posts(path, reading={"joined": {"names": True}}).accept()
    assert joined["account"].unique().tolist() == [names[0]]


def test_spellings_far_apart_in_a_large_file_are_refused(tmp_path):
    path = posts_of(tmp_path, account=["Ann"] * 10 + ["ann"] * 10)
    with pytest.raises(InputError, match="accounts stand in more than one spelling"):
        open_posts(path, whole=False, part=10)


def test_numbers_as_accounts_and_words_for_nothing(tmp_path):
    posts = check_posts(posts_of(tmp_path, account=["1", "1.0"])).accept()
    assert posts["account"].unique().tolist() == ["1"]
    checked = check_posts(posts_of(tmp_path, account=["nan"] + ["b"] * 19))
    assert checked.faults["problem"].tolist() == ["1 cell is empty"]


@pytest.mark.parametrize("pair", [["X", "Twitter"], ["Twitter/X", "twitter"], ["FB", "Facebook"]])
def test_one_platform_under_two_names_is_refused(tmp_path, pair):
    with pytest.raises(InputError, match="look like one platform in 2 spellings"):
        check_posts(posts_of(tmp_path, platform=pair))


@pytest.mark.parametrize("words", [("oui", "non"), ("ja", "nein"), ("VRAI", "FAUX"), ("1.0", "0.0"),
                                   ("Paid", "Organic"), ("sí", "no")])  # fmt: skip
def test_paid_posts_are_marked_in_every_language(tmp_path, words):
    posts = check_posts(posts_of(tmp_path, Paid=list(words))).accept()
    assert posts["paid"].tolist() == [True, False] * 10


@pytest.mark.parametrize(
    ("headings", "wanted"),
    [
        (["Nom de la Page", "Heure de publication", "Date", "Couverture", "Réactions",
          "Commentaires", "Partages"], '--rename "Heure de publication=published_at"'),
        (["Titre de la vidéo", "Heure de publication", "Vues", "Durée de visionnage (heures)",
          "Abonnés", "Mentions \"J'aime\"", "Partages"], '--rename "Vues=reach"'),
    ],
)  # fmt: skip
def test_headings_in_french_are_proposed_and_never_guessed(tmp_path, headings, wanted):
    stream = io.StringIO()
    csv.writer(stream).writerows([headings, *[["1"] * len(headings)] * 3])
    with pytest.raises(InputError) as stopped:
        check_posts(stored(tmp_path, stream.getvalue()), per=None)
    assert wanted in str(stopped.value)
    # What a video won is no audience.
    assert "Abonnés=followers" not in str(stopped.value)


def test_what_a_file_may_have_is_not_proposed_as_the_same_in_every_row(tmp_path):
    head = "Date,Network,Profile,Impressions,Reactions,Comments,Shares"
    rows = [f"3/{day}/2024 2:05 pm,{network},p,100,1,0,0" for day, network in
            ((14, "Facebook"), (15, "Instagram"))]  # fmt: skip
    with pytest.raises(InputError) as stopped:
        check_posts(stored(tmp_path, "\n".join([head, *rows])), per=None)
    said = str(stopped.value)
    assert '--rename "Network=platform"' in said and "--set" not in said
    names = {"Network": "platform", "Profile": "account", "Date": "published_at",
             "Impressions": "reach"}  # fmt: skip
    posts = check_posts(
        stored(tmp_path, "\n".join([head, *rows])), per=None, reading={"rename": names}
    ).accept()
    assert posts["platform"].tolist() == ["Facebook", "Instagram"]


def test_a_german_table_of_videos_is_known(tmp_path):
    head = ["Inhalte", "Videotitel", "Veröffentlichungszeitpunkt des Videos", "Aufrufe",
            '"Mag ich"-Bewertungen', "Geteilte Inhalte", "Kommentare hinzugefügt"]  # fmt: skip
    rows = [["Gesamt", "", "", "3", "9", "9", "9"]]
    rows += [[f"v{at}", "t", f"Sep {at + 1}, 2024", f"1.{at}00", "5", "1", "0"] for at in range(9)]
    stream = io.StringIO()
    csv.writer(stream).writerows([head, *rows])
    checked = check_posts(
        stored(tmp_path, stream.getvalue()), per=None, reading={"decimal": "comma"}
    )
    assert checked.accept()["reach"].tolist() == [1000 + 100 * at for at in range(9)]


# Networks

RING = [("a", "b"), ("b", "c"), ("c", "d"), ("d", "a"), ("a", "c")]


def edges_of(tmp_path: Path, text: str | bytes, name: str = "own.csv", **options: object):
    checked = check_edges(
        stored(tmp_path, text, name), **{"directed": None, "weights": None, **options}
    )
    return checked, checked.accept()


@pytest.mark.parametrize(
    ("text", "weighted"),
    [
        ("10 20 1082524800\n20 30 1082524801\n30 10 1082600000\n", False),
        ("10,20,4,1289241911.7\n20,30,2,1289241941.5\n30,10,3,1289770000.1\n", True),
        ("10\t20\t1\t1\n20\t30\t1\t1\n30\t10\t2\t1\n", True),
        ("10;20;1\n20;30;5\n30;10;2\n", True),
    ],
)
def test_pairs_with_times_and_weights_keep_their_first_row(tmp_path, text, weighted):
    _, edges = edges_of(tmp_path, text)
    assert edges["source"].tolist() == ["10", "20", "30"] and ("weight" in edges) is weighted


@pytest.mark.parametrize("weight", ["", ",3"])
def test_edges_in_both_directions_are_one_each(tmp_path, weight):
    head = "source,target" + (",weight" if weight else "")
    rows = [f"{a},{b}{weight}\n{b},{a}{weight}" for a, b in RING]
    checked, edges = edges_of(tmp_path, "\n".join([head, *rows]), directed=False)
    assert len(edges) == 5 and any("both directions" in note for note in checked.notes)
    assert network_of(edges, directed=False).number_of_edges() == 5


@pytest.mark.parametrize("head", ["id_1,id_2", "id1,id2", "from_id,to_id", "node_1,node_2"])
def test_headings_of_public_networks_are_known(tmp_path, head):
    _, edges = edges_of(tmp_path, "\n".join([head, *map(",".join, RING)]))
    assert len(edges) == 5


@pytest.mark.parametrize(
    ("rows", "directed", "weights"),
    [
        (["A;0;1,5;2", "B;1,5;0;1", "C;2;1;0"], False, [1.5, 2, 1]),
        (["B;1,5;0;1", "A;0;1,5;2", "C;2;1;0"], False, [1.5, 2, 1]),
        (["A;9;1;2", "B;1;9;1", "C;2;1;9"], False, [1, 2, 1]),
        (["A;-;1;2", "B;1;-;1", "C;2;1;-"], False, [1, 2, 1]),
        (["A;0;1;2", "B;;0;1", "C;;;0"], False, [1, 2, 1]),
        (["A;0;1;2", "B;3;0;1", "C;2;1;0"], True, [1, 2, 3, 1, 2, 1]),
    ],
)
def test_matrices_of_every_spreadsheet_are_read(tmp_path, rows, directed, weights):
    checked, edges = edges_of(tmp_path, "\n".join([";A;B;C", *rows]))
    assert checked.said["directed"] is directed and edges["weight"].tolist() == weights


def test_matrices_that_say_too_little_are_asked_for(tmp_path):
    half = ",A,B,C\nA,0,1,2\nB,0,0,1\nC,0,0,0\n"
    with pytest.raises(InputError, match="--undirected or --directed"):
        edges_of(tmp_path, half)
    assert len(edges_of(tmp_path, half, directed=False)[1]) == 3
    with pytest.raises(InputError, match=r"can mean 1500 or 1\.5"):
        edges_of(tmp_path, ";A;B;C\nA;0;1.500;2\nB;1.500;0;1\nC;2;1;0\n")
    with pytest.raises(InputError, match="rows and columns are not the same nodes"):
        edges_of(tmp_path, ",X,Y\nA,0,1\nB,1,0\nC,1,1\n")


@pytest.mark.parametrize("version", ["http://gexf.net/1.3", "http://www.gexf.net/1.1draft"])
def test_gexf_of_every_version_is_read_with_its_weights(tmp_path, version):
    number = re.search(r"\d\.\d", version)
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?><gexf xmlns="{version}" xmlns:viz="{version}/viz" '
        f'version="{number[0] if number else ""}"><graph defaultedgetype="directed"><nodes>'
        '<node id="a" label="Ann"><viz:size value="5"/></node><node id="b" label="Bo"/>'
        '<node id="c" label="Cy"/></nodes><edges><edge id="0" source="a" target="b" weight="2.0"/>'
        '<edge id="1" source="b" target="c"/></edges></graph></gexf>'
    )
    checked, edges = edges_of(tmp_path, text, "own.gexf")
    assert checked.said["directed"] and edges["weight"].tolist() == [2, 1]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('graph [ directed 1 node [ id 0 ] node [ id 1 ] node [ id 2 ] edge [ source 0 target 1 ] '
         'edge [ source 1 target 2 ] ]', "own.gml"),
        ('graph [ directed 1 node [ id 0 label "A" ] node [ id 1 label "A" ] node [ id 2 label "B" '
         '] edge [ source 0 target 1 ] edge [ source 1 target 2 ] ]', "own.gml"),
        ('*Vertices 3\n*Arcs\n1 2\n2 3\n', "own.net"),
        ('% made up\r\n*Vertices 3\r\n1 "André"\r\n2 "B"\r\n3 "C"\r\n*Arcs\r\n1 2 1\r\n2 3 1\r\n'
         .encode("cp1252"), "own.net"),
        (json.dumps({"nodes": [{"id": n} for n in "abc"],
                     "links": [{"source": "a", "target": "b"}, {"source": "b", "target": "c"}]}),
         "own.json"),
        ("a b {}\nb c {}\n", "own.edgelist"),
    ],
)  # fmt: skip
def test_graph_files_without_labels_or_with_strange_letters_are_read(tmp_path, text, name):
    checked, edges = edges_of(tmp_path, text, name)
    assert len(edges) == 2 and checked.said["directed"] and "weight" not in edges


@pytest.mark.parametrize("end", ["lgl", "dot", "mtx", "dl"])
def test_formats_that_are_not_read_are_named(tmp_path, end):
    with pytest.raises(InputError, match=r"is not read here.*save it as GraphML"):
        edges_of(tmp_path, "# a\nb 1.5\n", f"own.{end}")


def test_other_attributes_of_edges_are_named_and_can_be_used(tmp_path):
    graph = nx.Graph()
    for at, (a, b) in enumerate(RING):
        graph.add_edge(a, b, value=at + 2)
    path = tmp_path / "own.gml"
    nx.write_gml(graph, path)
    checked = check_edges(path, directed=None, weights=None)
    assert any('--rename "value=weight"' in note for note in checked.notes)
    used = check_edges(path, directed=None, weights=None, reading={"rename": {"value": "weight"}})
    assert sorted(used.accept()["weight"]) == [2, 3, 4, 5, 6]


@pytest.mark.parametrize("cells", ["@a @b", "['a', 'b']", "a;b"])
def test_several_names_in_a_cell_are_never_one_node(tmp_path, cells):
    text = "source,target\na,b\nb,c\n" + f'c,"{cells}"\n'
    with pytest.raises(InputError, match=r"(?s)a list of names.*cannot be left out"):
        check_edges(stored(tmp_path, text)).accept(drop_bad_rows=True)


@pytest.mark.parametrize("pair", [("Ann  Lee", "Ann Lee"), ("Ann\u200b", "Ann"), ("1", "1.0")])
def test_names_that_look_alike_are_asked_for(tmp_path, pair):
    text = f"source,target\n{pair[0]},b\n{pair[1]},c\nd,b\n"
    with pytest.raises(InputError, match="--join-names"):
        edges_of(tmp_path, text)


@pytest.mark.parametrize("word", ["#NAME?", "#REF!", "NULL"])
def test_words_for_nothing_are_no_nodes(tmp_path, word):
    with pytest.raises(InputError, match="a program's word for nothing"):
        edges_of(tmp_path, f"source,target\na,b\nb,c\nc,{word}\n")


def test_weights_in_percent_are_chances_and_many_below_nought_are_no_slips(tmp_path):
    checked, edges = edges_of(tmp_path, "source,target,weight\na,b,50%\nb,c,25 %\nc,a,5%\n")
    assert edges["weight"].tolist() == [0.5, 0.25, 0.05]
    assert checked.said["weights"] == "probability"
    rows = [f"a{at},b{at},{-1 if at % 2 else 1}" for at in range(20)]
    text = "\n".join(["source,target,weight", *rows])
    with pytest.raises(InputError, match=r"(?s)0 or below.*cannot be left out"):
        check_edges(stored(tmp_path, text)).accept(drop_bad_rows=True)


@pytest.mark.parametrize(
    ("heading", "column"),
    [("follower", "target"), ("followed", "source"), ("retweeter", "target"),
     ("retweeted_user", "source"), ("cited", "source")],
)  # fmt: skip
def test_proposals_lead_from_the_one_who_shares(tmp_path, heading, column):
    other = "target" if column == "source" else "source"
    with pytest.raises(InputError, match=f'--rename "{heading}={column}"'):
        edges_of(tmp_path, f"{heading},{other}\na,b\nb,c\n")


# Rare separators, digits of other scripts, other calendars


@pytest.mark.parametrize("sign", "^~:")
def test_rare_separators_part_columns_where_they_part_every_line(tmp_path, sign):
    rows = [f"{month}{sign}{at},5{sign}a, b" for at, month in enumerate(MONTHS, start=10)]
    text = "\n".join([f"month{sign}visits{sign}remark", *rows, ""])
    assert points_of(tmp_path, text).tolist() == [at + 0.5 for at in range(10, 40)]
    pairs = "\n".join([f"source{sign}target", f"a{sign}b", f"b{sign}c", f"c{sign}d"])
    edges = check_edges(stored(tmp_path, pairs)).accept()
    assert edges["target"].tolist() == ["b", "c", "d"]


def test_a_rare_sign_in_a_text_parts_nothing(tmp_path):
    rows = [f"{month},{at},10:30" for at, month in enumerate(MONTHS)]
    text = "\n".join(["month,visits,at:time", *rows])
    assert read_raw(stored(tmp_path, text)).cells.columns.tolist() == ["month", "visits", "at:time"]


@pytest.mark.parametrize("digits", ["٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९"])
@pytest.mark.parametrize(("form", "add"), [("{}", 0), ("{}٫5", 0.5), ("1٬{}", 1000)])
def test_digits_of_other_scripts_are_numbers(tmp_path, digits, form, add):
    turned = str.maketrans("0123456789", digits)
    values = [form.format(at + 100).translate(turned) for at in range(len(MONTHS))]
    checked = own_series.check_series(
        stored(tmp_path, two_columns([str(m).translate(turned) for m in MONTHS], values))
    )
    points = own_series.series_of(checked.accept())
    assert points.index.equals(MONTHS.rename("period"))
    assert points.tolist() == [100 + at + add for at in range(len(MONTHS))]
    assert any("digits of another script" in note for note in checked.notes)


def test_names_keep_their_digits(tmp_path):
    edges = check_edges(stored(tmp_path, "source,target\nگروه ۱,گروه ۲\nگروه ۲,گروه ۳\n")).accept()
    assert edges["source"].tolist() == ["گروه ۱", "گروه ۲"]


@pytest.mark.parametrize("year", ["1399", "1441", "2563"])
def test_months_of_other_calendars_are_refused(tmp_path, year):
    periods = [f"{int(year) + at // 12}-{at % 12 + 1:02d}" for at in range(30)]
    with pytest.raises(InputError, match="another calendar"):
        points_of(tmp_path, two_columns(periods))


BANK = """"Data Source","World Development Indicators",

"Last Updated Date","2025-01-28",

"Country Name","Country Code","Indicator Name","Indicator Code",{years},
"France","FRA","Individuals using the Internet","IT.NET.USER.ZS",{values},
"""


@pytest.mark.parametrize("empty", [0, 2])
def test_one_country_of_the_world_bank_is_a_series(tmp_path, empty):
    years = range(1990, 2021)
    values = [""] * empty + [f"{1.5 * at + 0.12345:.5f}" for at in range(len(years) - empty)]
    text = BANK.format(
        years=",".join(f'"{year}"' for year in years), values=",".join(f'"{v}"' for v in values)
    )
    points = points_of(tmp_path, b"\xef\xbb\xbf" + text.encode())
    assert len(points) == len(years) - empty and points.index[0].year == 1990 + empty
    assert points.iloc[0] == 0.12345 and points.iloc[-1] == float(values[-1])


def test_years_as_the_data_bank_writes_them(tmp_path):
    years = range(2000, 2012)
    head = ",".join(f"{year} [YR{year}]" for year in years)
    text = f"Country Name,Series Name,{head}\nFrance,Users,{','.join(['..', *'12345678901'])}\n"
    assert points_of(tmp_path, text).index[0].year == 2001


# What headings and values say besides


@pytest.mark.parametrize(
    "heading",
    ["Cumulative visits", "Besuche, kumuliert", "visites (cumul)", "Visits to date",
     "Change on year (%)", "growth rate", "Veränderung", "évolution annuelle",
     "log visits", "rank"],
)  # fmt: skip
def test_running_totals_and_changes_are_no_levels(tmp_path, heading):
    text = two_columns([str(m) for m in MONTHS], head=f'month,"{heading}"').replace('""', '"')
    text = text.replace(text.splitlines()[0], f'month,"{heading}"')
    with pytest.raises(InputError, match=r"(?:totals|changes|logarithms|ranks);.*--rename"):
        points_of(tmp_path, text)
    assert len(points_of(tmp_path, text, rename={heading: "value"})) == len(MONTHS)


@pytest.mark.parametrize(
    ("values", "head", "word"),
    [
        ([str(9 + at) for at in range(30)], "month,visits", "running totals"),
        (["9999" if at in (4, 9) else str(10 + at % 7) for at in range(30)], "month,n", "9999"),
        (["0" if at > 27 else str(10 + at % 7) for at in range(30)], "month,n", "not counted yet"),
        (
            [str(10 + at % 7) for at in range(30)],
            "month,visits (in thousands)",
            "stay in thousands",
        ),
    ],
)
def test_values_that_may_be_something_else_have_a_sentence(tmp_path, values, head, word):
    text = two_columns([str(m) for m in MONTHS], values, head)
    notes = own_series.check_series(stored(tmp_path, text)).notes
    assert any(word in note for note in notes)
    usual = [str(10 + at % 7) for at in range(30)]
    plain = own_series.check_series(stored(tmp_path, two_columns([str(m) for m in MONTHS], usual)))
    assert not any(word in note for note in plain.notes)


def test_what_an_office_writes_below_a_line_is_left_out(tmp_path):
    rows = [f"{m.year};{WORDS['German, whole'].split()[m.month - 1]};{at}" for at, m in
            enumerate(MONTHS, start=10)]  # fmt: skip
    text = "\n".join(["Jahr;Monat;Index", *rows, "__________", "(C)opyright an office", ""])
    assert points_of(tmp_path, text).tolist() == [float(at) for at in range(10, 40)]


def test_years_over_two_calendar_years_are_no_months(tmp_path):
    text = two_columns([f"{year}-{(year + 1) % 100:02d}" for year in range(2000, 2012)])
    with pytest.raises(InputError, match="fiscal or school years"):
        points_of(tmp_path, text)


def test_weeks_without_a_sign_are_not_read_as_months(tmp_path):
    text = two_columns([f"2020{week:02d}" for week in range(1, 13)], head="yearweek,visits")
    with pytest.raises(InputError, match="says weeks"):
        points_of(tmp_path, text)


POST = "platform,account,published_at,followers,reactions,comments,shares"


def lines_of_posts(rows: list[str], head: str = POST) -> str:
    return "\n".join([head, *rows, ""])


@pytest.mark.parametrize(
    "heading",
    ["Followers (in thousands)", "Followers (k)", "followers, en milliers", "Fans in Tsd."],
)
def test_counts_in_thousands_are_refused(tmp_path, heading):
    rows = [f"X,a,2024-05-{at:02d} 10:00,{at},1,1,1" for at in range(1, 25)]
    path = stored(tmp_path, lines_of_posts(rows, POST.replace("followers", f'"{heading}"')))
    with pytest.raises(InputError, match="says thousands"):
        check_posts(path, reading={"rename": {heading: "followers"}})


def test_counts_of_a_post_taken_day_by_day_are_refused(tmp_path):
    rows = [f"X,a,2024-05-0{1 + at // 6} 10:00,900,{at % 6},1,1" for at in range(18)]
    path = stored(tmp_path, lines_of_posts(rows))
    with pytest.raises(InputError, match="account and minute of an earlier one"):
        check_posts(path).accept()
    apart = [f"{at},{row}" for at, row in enumerate(rows)]
    assert (
        len(check_posts(stored(tmp_path, lines_of_posts(apart, f"post_id,{POST}"))).accept()) == 18
    )


def test_running_totals_of_an_account_have_a_sentence(tmp_path):
    def told(counts: list[int]) -> list[str]:
        rows = [f"X,a,2024-05-{at:02d} 10:00,900,{n},1,1" for at, n in enumerate(counts, start=1)]
        return check_posts(stored(tmp_path, lines_of_posts(rows))).notes

    assert any("running totals" in note for note in told([at * at for at in range(20)]))
    assert not any("running totals" in note for note in told([at % 7 for at in range(20)]))


def test_posts_of_another_century_are_refused_and_new_followers_not_proposed(tmp_path):
    rows = [f"X,a,2224-05-{at:02d} 10:00,900,1,1,1" for at in range(1, 25)]
    with pytest.raises(InputError, match="after 2099"):
        check_posts(stored(tmp_path, lines_of_posts(rows))).accept()
    head = POST.replace("followers", "New followers")
    with pytest.raises(InputError) as refused:
        check_posts(stored(tmp_path, lines_of_posts(rows, head)))
    assert "New followers=followers" not in str(refused.value)


NODES = '*Vertices 3\n1 "a"\n2 "b"\n3 "c"\n'


@pytest.mark.parametrize(
    ("text", "edges"),
    [
        ("*Arcs\n1 2 3\n*Edges\n2 3 4\n", {("a", "b", 3), ("b", "c", 4), ("c", "b", 4)}),
        ("*Arcslist\n1 2 3\n2 3\n", {("a", "b", 1), ("a", "c", 1), ("b", "c", 1)}),
        ("*Arcs\n1 2 2\n*Edgeslist\n2 3\n", {("a", "b", 2), ("b", "c", 1), ("c", "b", 1)}),
    ],
)
def test_lists_and_edges_beside_arcs_of_pajek(tmp_path, text, edges):
    path = stored(tmp_path, NODES + text, "own.net")
    rows = check_edges(path, directed=None, weights=None).accept()
    found = rows.reindex(columns=["source", "target", "weight"]).fillna(1)
    assert {*found.itertuples(index=False, name=None)} == edges


SPELL = '<attvalues><attvalue for="w" value="{}" start="2020-01-01" end="2020-02-01"/></attvalues>'


@pytest.mark.parametrize(
    "edge",
    [f'<edge id="0" source="a" target="b">{SPELL.format(1)}{SPELL.format(9)}</edge>',
     '<edge id="0" source="a" target="b" start="2020" end="2021"/>'],
)  # fmt: skip
def test_gexf_whose_edges_change_in_time_is_refused(tmp_path, edge):
    text = (
        '<?xml version="1.0"?><gexf xmlns="http://www.gexf.net/1.2draft" version="1.2"><graph '
        'mode="dynamic" defaultedgetype="directed"><nodes><node id="a" label="a"/><node id="b" '
        f'label="b"/></nodes><edges>{edge}</edges></graph></gexf>'
    )
    with pytest.raises(InputError, match="change in time"):
        check_edges(stored(tmp_path, text, "own.gexf"))


def test_a_default_weight_of_graphml_counts(tmp_path):
    text = (
        '<?xml version="1.0"?><graphml xmlns="http://graphml.graphdrawing.org/xmlns"><key id="w" '
        'for="edge" attr.name="weight" attr.type="double"><default>5.0</default></key><graph '
        'edgedefault="directed"><node id="a"/><node id="b"/><node id="c"/><edge source="a" '
        'target="b"/><edge source="b" target="c"><data key="w">2</data></edge></graph></graphml>'
    )
    path = stored(tmp_path, text, "own.graphml")
    assert check_edges(path, directed=None, weights=None).accept()["weight"].tolist() == [5, 2]


def test_numbers_of_edges_that_are_not_used_have_a_sentence(tmp_path):
    text = "source,target,sign\na,b,-1\nb,c,1\nc,d,1\n"
    notes = check_edges(stored(tmp_path, text), directed=None).notes
    assert any('"sign"' in note and "some below 0" in note for note in notes)


def test_a_third_column_of_years_is_no_weight(tmp_path):
    text = "\n".join(f"{at},{at + 1},{2000 + at}" for at in range(1, 16))
    assert "weight" not in check_edges(stored(tmp_path, text), directed=None, weights=None).good


@pytest.mark.parametrize(
    ("heading", "first"),
    [
        ("Date (GMT+1)", "2024-05-31 22:30"),
        ("Posted at, UTC-05:00", "2024-06-01 04:30"),
        ("Time (UTC)", "2024-05-31 23:30"),
        ("Date", "2024-05-31 23:30"),
    ],
)
def test_an_offset_in_a_heading_counts(tmp_path, heading, first):
    rows = [f"X,a,2024-05-31 23:{30 + at},900,1,1,1" for at in range(12)]
    path = stored(tmp_path, lines_of_posts(rows, POST.replace("published_at", f'"{heading}"')))
    posts = check_posts(path, reading={"rename": {heading: "published_at"}}).accept()
    assert str(posts["published_at"].iloc[0])[:16] == first


def test_commas_between_three_digits_in_quotation_marks_are_told(tmp_path):
    text = two_columns([str(m) for m in MONTHS], [f"{10 + at % 7},125" for at in range(30)])
    checked = own_series.check_series(stored(tmp_path, text))
    assert any("10,125 is read as 10125" in note for note in checked.notes)
    points = points_of(tmp_path, text, decimal="comma")
    assert points.iloc[0] == 10.125


def test_days_at_an_hour_that_is_midnight_elsewhere_are_told(tmp_path):
    text = two_columns([f"{day}T23:00:00Z" for day in DAYS], [str(10 + at % 7) for at in range(60)])
    checked = own_series.check_series(stored(tmp_path, text))
    assert any("a day off" in note for note in checked.notes)


def test_parts_of_a_file_say_a_thing_once(tmp_path):
    rows = [f"X,a,2024-05-{1 + at % 28:02d} 10:{at:02d},9,{at},1,1" for at in range(40)]
    opened = open_posts(stored(tmp_path, lines_of_posts(rows)), whole=False, part=10)
    told = [note for note in opened.notes if "more interactions than" in note]
    assert len(told) == 1 and "So in 4 of 4 parts" in told[0]


@pytest.mark.parametrize(("cell", "refused"), [("bob, cy", True), ("Smith, John", False)])
def test_a_list_of_known_names_is_no_name(tmp_path, cell, refused):
    text = f'source,target\nann,"{cell}"\nbob,cy\nJohn,bob\n'
    checked = check_edges(stored(tmp_path, text))
    assert any("list of names" in problem for problem in checked.faults["problem"]) == refused


def test_weights_in_percent_by_their_heading_are_chances(tmp_path):
    text = "source,target,weight (%)\na,b,50\nb,c,20\nc,d,100\n"
    path = stored(tmp_path, text)
    said = {"rename": {"weight (%)": "weight"}}
    rows = check_edges(path, directed=None, weights="probability", reading=said).accept()
    assert rows["weight"].tolist() == [0.5, 0.2, 1]


def test_a_second_column_of_numbers_beside_weights_has_a_sentence(tmp_path):
    text = "source,target,weight,count\na,b,0.5,10\nb,c,0.2,3\nc,d,0.1,2\n"
    notes = check_edges(stored(tmp_path, text)).notes
    assert any('"count" holds numbers and is not used.' in note for note in notes)


def test_elements_of_cytoscape_need_no_value(tmp_path):
    nodes = [{"data": {"id": name}} for name in "abc"]
    edges = [{"data": {"source": a, "target": b, "weight": 4}} for a, b in ("ab", "bc")]
    text = json.dumps({"elements": {"nodes": nodes, "edges": edges}})
    rows = check_edges(stored(tmp_path, text, "own.json"), directed=None, weights=None).accept()
    assert rows["source"].tolist() == ["a", "b"] and rows["weight"].tolist() == [4, 4]


@pytest.mark.parametrize("cell", ["-1", "10k+", "<5"])
def test_counts_that_an_export_hides_are_never_dropped(tmp_path, cell):
    path = posts_of(tmp_path, reactions=["7", "3", "2", cell])
    with pytest.raises(InputError, match="cannot be left out"):
        check_posts(path).accept(drop_bad_rows=True)


def test_rows_of_months_are_no_posts_and_rows_of_days_are_told(tmp_path):
    path = posts_of(tmp_path, published_at=[f"{m:%Y-%m}-01" for m in MONTHS[:20]])
    with pytest.raises(InputError, match="rows seem to be months"):
        check_posts(path)
    daily = posts_of(tmp_path, published_at="2024-01-{day:02d}")
    assert "if rows are days" in " ".join(check_posts(daily).notes)
    table = pd.read_csv(daily).assign(posts=[1] * 19 + [2])
    with pytest.raises(InputError, match="counts several posts"):
        check_posts(table)


def matrix(sums: dict[str, list[str]]) -> str:
    rows = [["", *"abcd"], ["a", *"0200"], ["b", *"0013"], ["c", *"1000"], ["d", *"0010"]]
    rows = [*rows, ["Total", *sums["row"]]] if "row" in sums else rows
    if "column" in sums:
        rows = [[*r, x] for r, x in zip(rows, ["Total", *sums["column"]], strict=True)]
    return "\n".join(map(",".join, rows))


@pytest.mark.parametrize(
    "sums",
    [{"row": [*"1223"]}, {"column": [*"2411"]}, {"row": [*"1223"], "column": [*"2411", "8"]}],
)
def test_sums_beside_a_matrix_are_no_node(tmp_path, sums):
    edges = check_edges(stored(tmp_path, matrix(sums)), directed=True, weights="strength").accept()
    assert sorted(edges["weight"]) == [1, 1, 1, 2, 3]


def test_totals_of_a_matrix_that_are_no_sums_are_asked_for(tmp_path):
    text = matrix({"row": [*"1111"], "column": [*"1111", "4"]})
    with pytest.raises(InputError, match="last row of the matrix is called Total"):
        check_edges(stored(tmp_path, text), directed=True)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("own.csv", "source,target\n003,4\n4,3\n5,4", "noughts before"),
        ("own.csv", "source,target\nhttp://x.org/a,b\nb,https://www.x.org/a/", "an address begins"),
        ("own.csv", "source,target\n(a,b)\n(b,c)", "are in brackets"),
        ("own.csv", "source,target\na,b\n# b,c was wrong\nb,c", "cell is a comment"),
        ("own.json", '{"nodes":[{"id":"a"},{"id":"b"}],"links":[{"source":"a","target":"b"},'
         '{"source":"a","target":"b"},{"source":"b","target":"a"}]}', "repeats an earlier one"),
        ("own.net", '*Vertices 2\n*Arcs :1 "x"\n1 2\n*Arcs :2 "y"\n2 1', "edges of 2 kinds"),
        ("own.graphml", '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">' +
         '<graph edgedefault="directed"/>' * 2 + "</graphml>", "holds 2 graphs"),
        ("own.json", "[[1, 2], [2, 3]]", "holds no records"),
    ],
)  # fmt: skip
def test_networks_that_would_be_others_are_refused(tmp_path, name, text, words):
    with pytest.raises(InputError, match=words):
        check_edges(stored(tmp_path, text, name), directed=True).accept()


@pytest.mark.parametrize(
    "column", ["directed,FALSE", "is_directed,0", "Type,Undirected", "type,Non orienté"]
)
def test_the_direction_of_edges_is_read_from_its_column(tmp_path, column):
    head, cell = column.split(",")
    text = f"Source,Target,{head}\na,b,{cell}\nb,c,{cell}\n"
    assert check_edges(stored(tmp_path, text), directed=None).said["directed"] is False


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("own.json", '{"nodes":[{"id":1,"name":"a"},{"id":2,"name":"b"}],'
         '"edges":[{"from":1,"to":2}]}'),
        ("own.json", '{"nodes":[{"name":"a"},{"name":"b"}],"links":[{"source":0,"target":1}]}'),
        ("own.json", '{"elements":{"nodes":[{"data":{"id":"b"}},{"data":{"id":"a"}}],'
         '"edges":[{"data":{"source":"a","target":"b"}}]}}'),
    ],
)  # fmt: skip
def test_graphs_in_json_that_do_not_say_their_direction(tmp_path, name, text):
    checked = check_edges(stored(tmp_path, text, name), directed=None)
    assert checked.good.iloc[0].tolist() == ["a", "b"]
    assert "for nothing says otherwise" in " ".join(checked.notes)


@pytest.mark.parametrize("sep", [",", "\t", " "])
def test_tags_are_names_and_no_comments(tmp_path, sep):
    text = f"# Directed graph\n#a{sep}m1\n#b{sep}m1\nm1{sep}#a\n"
    checked = check_edges(stored(tmp_path, text), directed=None)
    assert checked.accept()["source"].tolist() == ["#a", "#b", "m1"]


def test_two_columns_for_one_are_refused(tmp_path):
    path = stored(tmp_path, "month,a,b\n2020-01,1,2\n")
    with pytest.raises(InputError, match="cannot both be"):
        own_series.check_series(path, reading={"rename": {"a": "value", "b": "value"}})


def test_years_as_pandas_writes_them_beside_a_gap_are_years(tmp_path):
    text = two_columns([f"{year}.0" for year in range(1990, 2020)], head="Year,Users")
    assert points_of(tmp_path, text).index.freqstr == "Y-DEC"


def test_a_project_of_pajek_is_read_without_its_partitions(tmp_path):
    text = "*Network n\n*Vertices 2\n*Arcs\n1 2\n*Partition p\n*Vertices 2\n1\n1\n"
    assert len(check_edges(stored(tmp_path, text, "own.paj")).good) == 1


def test_ids_that_a_workbook_keeps_as_numbers_are_refused(tmp_path):
    path = tmp_path / "own.xlsx"
    first = 7312345678901234567
    ends = {"source": [first, first + 10**6], "target": [first + 10**6, first + 2 * 10**6]}
    pd.DataFrame(ends).to_excel(path, index=False)
    with pytest.raises(InputError, match="ids were rounded"):
        check_edges(path, directed=True)


# Hours and units of a series


def midnights(zone: str, freq: str = "MS", periods: int = 40) -> list[str]:
    days = pd.date_range("2016-01-01", periods=periods, freq=freq, tz=zone).tz_convert("UTC")
    return [f"{day:%Y-%m-%dT%H:%M:%SZ}" for day in days]


@pytest.mark.parametrize(
    ("zone", "freq", "first"),
    [
        ("Asia/Tokyo", "MS", "2016-01"),
        ("Europe/Paris", "MS", "2016-01"),
        ("America/New_York", "W-MON", "2016-01-04/2016-01-10"),
        ("Asia/Kolkata", "W-SUN", "2016-01-03/2016-01-09"),
        ("Europe/Paris", "D", "2016-01-01"),
    ],
)
def test_midnight_elsewhere_is_asked_for_and_placed(tmp_path, zone, freq, first):
    written = midnights(zone, freq, 300 if freq == "D" else 40)
    text = two_columns(written)
    with pytest.raises(InputError, match=r"add or average|Add --zone with the place, for example"):
        points_of(tmp_path, text)
    points = points_of(tmp_path, text, zone=zone)
    assert str(points.index[0]) == first and len(points) == len(written)
    typed = pd.DataFrame({"period": pd.to_datetime(written), "value": range(len(written))})
    read = own_series.series_of(own_series.check_series(typed, reading={"zone": zone}).accept())
    assert read.index.equals(points.index)


def test_letters_for_a_zone_of_days_are_read_with_the_zone_that_is_asked_for(tmp_path):
    text = two_columns([f"{day} 00:00 CET" for day in DAYS])
    with pytest.raises(InputError, match="--zone Europe/Paris"):
        points_of(tmp_path, text)
    assert points_of(tmp_path, text, zone="Europe/Paris").index.equals(DAYS.rename("period"))


def test_a_zone_of_another_midnight_is_refused_and_one_of_no_hours_told(tmp_path):
    with pytest.raises(InputError, match="not all midnight"):
        points_of(tmp_path, two_columns(midnights("Asia/Tokyo")), zone="Europe/Paris")
    path = stored(tmp_path, two_columns([f"{m}" for m in MONTHS]))
    assert "changes nothing" in " ".join(
        own_series.check_series(path, reading={"zone": "Asia/Tokyo"}).notes
    )
    with pytest.raises(InputError, match="a network has none"):
        check_edges(stored(tmp_path, "source,target\na,b\nb,c\n"), reading={"zone": "UTC"})


@pytest.mark.parametrize(
    "values",
    [
        ["900M"] * 8 + ["1.1b"] * 4,
        ["900000000"] * 10 + ["1.1b"] * 2,
        ["30 s"] * 8 + ["1 h"] * 4,
        ["3 d"] * 8 + ["20 h"] * 4,
        ["900 g"] * 8 + ["1.2 t"] * 4,
        ["31 s"] * 8 + ["1.5 m"] * 4,
        ["900000"] * 8 + ["1.2 cr"] * 4,
    ],
)
def test_units_after_values_are_no_marks(tmp_path, values):
    text = two_columns([f"{m}" for m in MONTHS[:12]], values)
    with pytest.raises(InputError, match="may be units"):
        points_of(tmp_path, text)


@pytest.mark.parametrize("marks", [["p"] * 12, ["*"] * 12, [""] * 10 + [" b", " d"], [" (1)"] * 12])
def test_marks_after_values_are_no_units(tmp_path, marks):
    values = [f"{12 + at % 5}{mark}" for at, mark in enumerate(marks)]
    points = points_of(tmp_path, two_columns([f"{m}" for m in MONTHS[:12]], values))
    assert points.tolist() == [12.0 + at % 5 for at in range(12)]


def test_year_month_and_day_in_columns_of_their_own_are_dates(tmp_path):
    rows = "".join(f"{d.year},{d.month},{d.day},{10 + at}\n" for at, d in enumerate(DAYS))
    points = points_of(tmp_path, "Year,Month,Day,Visits\n" + rows)
    assert points.index.equals(DAYS.rename("period"))


@pytest.mark.parametrize("form", ["{a},{z}", "From {a} to {z}", "{a:%d.%m.%Y} - {z:%d.%m.%Y}"])
def test_spans_of_weeks_are_read(tmp_path, form):
    written = [form.format(a=w.start_time.date(), z=w.end_time.date()) for w in WEEKS]
    assert points_of(tmp_path, two_columns(written)).index.equals(WEEKS.rename("period"))


@pytest.mark.parametrize(
    ("written", "odd"),
    [
        ([*(f"{m}-01" for m in MONTHS), "2020-07-15"], "2020-07-15"),
        ([*(f"{w.start_time.date()}" for w in WEEKS[:-1]), "2020-02-25"], "2020-02-25"),
    ],
)
def test_the_one_date_that_is_not_as_the_others_is_named(tmp_path, written, odd):
    with pytest.raises(InputError, match=f"but not {odd}: correct"):
        points_of(tmp_path, two_columns(written))


def test_forms_of_other_programs_are_read(tmp_path):
    days = [f"{d:%a %b %d %Y} 00:00:00 GMT+0100 (CET)" for d in DAYS]
    assert points_of(tmp_path, two_columns(days)).index.equals(DAYS.rename("period"))
    months = [f"{m.year}年{m.month}月" for m in MONTHS]
    values = ["<\u00a01", *["1,20E+06"] * 29]
    points = points_of(tmp_path, two_columns(months, values))
    assert points.index.equals(MONTHS.rename("period")) and points.tolist()[:2] == [0.5, 1.2e6]
    for heading in ("W/E", "Week to"):
        ends = [str(week.end_time.date()) for week in WEEKS]
        points = points_of(tmp_path, two_columns(ends, head=f"{heading},visits"))
        assert points.index.equals(WEEKS.rename("period"))


def test_a_total_of_the_years_beside_the_months_is_left_out(tmp_path):
    head = "Year,Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec,Total\n"
    text = head + "".join(f"{year}" + ",150" * 12 + ",1800\n" for year in range(2016, 2020))
    assert len(points_of(tmp_path, text)) == 48


# Posts in parts, and dates of posts


@pytest.mark.parametrize("first", ["shown", "not shown"])
def test_parts_of_a_file_read_dates_and_decimals_alike(tmp_path, first):
    sure = [f"{day}/01/2026 06:08" for day in range(13, 17)]
    either = [f"{day:02d}/{day + 1:02d}/2026 06:08" for day in (1, 3, 2, 4)]
    dates = sure + either if first == "shown" else either + sure
    followers = ["1.234.567"] * 4 + ["1.234"] * 4
    head = "Post ID,Page name,Publish time,Reactions,Comments,Shares,Reach\n"
    rows = "".join(f"{at},me,{dates[at]},5,1,1,{followers[at]}\n" for at in range(8))
    path = stored(tmp_path, head + rows)
    whole, parts = (open_posts(path, whole=way, part=4).posts for way in (True, False))
    columns = ["published_at", "reach"]
    pd.testing.assert_frame_equal(
        parts.df()[columns].astype({"published_at": "datetime64[us]"}),
        whole[columns].astype({"published_at": "datetime64[us]"}),
    )
    assert whole["published_at"].dt.month.max() == 5


def test_parts_in_two_orders_are_refused(tmp_path):
    dates = [f"{day}/01/2026" for day in range(13, 17)] + [
        f"02/{day}/2026" for day in range(13, 17)
    ]
    path = posts_of(tmp_path, 8, published_at=dates)
    with pytest.raises(InputError, match="from row 6 on dates are written month first"):
        open_posts(path, whole=False, part=4)


def test_an_order_that_scatters_posts_over_months_is_asked_for(tmp_path):
    head = "Post ID,Page name,Publish time,Reactions,Comments,Shares,Reach\n"
    rows = "".join(f"{d},me,{d:02d}/04/2026 06:08,5,1,1,100\n" for d in (1, 2, 3, 8, 9, 12))
    path = stored(tmp_path, head + rows)
    with pytest.raises(InputError, match="few days in many months"):
        check_posts(path, per="reach")
    posts = check_posts(path, per="reach", reading={"dates": "day first"}).accept()
    assert posts["published_at"].dt.month.unique().tolist() == [4]


@pytest.mark.parametrize(
    ("day", "where"), [("2062-01-13", "after"), ("2002-01-13", "before"), ("2024-02-13", "")]
)
def test_a_post_far_from_all_others_is_named(tmp_path, day, where):
    dates = ["2024-01-{day:02d} 10:00"] * 19 + [f"{day} 10:00"]
    notes = " ".join(check_posts(posts_of(tmp_path, published_at=dates)).notes)
    assert (f"more than a year {where} all others, on {day}" in notes) is bool(where)


@pytest.mark.parametrize(
    ("platform", "account", "rows"), [("Total", "Total", 3), ("Total", "a", 3), ("X", "Total", 4)]
)
def test_a_dated_row_of_totals_is_no_post(tmp_path, platform, account, rows):
    path = posts_of(tmp_path, 4, platform=["X"] * 3 + [platform], account=["a"] * 3 + [account])
    assert len(check_posts(path).accept()) == rows


def test_few_dates_that_a_spreadsheet_turned_are_refused(tmp_path):
    path = posts_of(
        tmp_path, 4, published_at=["2026-04-03", "2026-05-03", "2026-06-03", "03/13/2026"]
    )
    with pytest.raises(InputError, match="in two orders"):
        check_posts(path)


def test_two_pages_of_one_name_are_told_apart_by_their_ids(tmp_path):
    rows = "".join(f"{d},{d % 2},me,{d}/14/2026 06:08,5,1,1,100\n" for d in range(1, 7))
    head = "Post ID,Page ID,Page name,Publish time,Reactions,Comments,Shares,Reach\n"
    with pytest.raises(InputError, match='add --rename "Page ID=account"'):
        check_posts(stored(tmp_path, head + rows), per="reach")


# Networks: names, ways and attributes


@pytest.mark.parametrize("head", ["Sender,Target,Weight", "sender,Target", "Source,b,c"])
def test_one_known_end_beside_an_unknown_one_is_refused(tmp_path, head):
    row = ",".join("xyz"[: head.count(",") + 1])
    with pytest.raises(InputError, match=r"lacks the column|looks like a matrix"):
        check_edges(stored(tmp_path, f"{head}\n{row}\n"), directed=None)


def test_short_ids_in_hexadecimal_digits_are_no_rounded_numbers(tmp_path):
    _, edges = edges_of(tmp_path, "source,target\n3e8,a1f\na1f,77c\n77c,3e8\n")
    assert edges["source"].tolist() == ["3e8", "a1f", "77c"]
    for text in ("3e8,12\n12,14\n14,3e8\n", "6.54E+17,a1f\na1f,b2c\nb2c,zoe\n"):
        with pytest.raises(InputError, match="ids were rounded"):
            edges_of(tmp_path, f"source,target\n{text}")


def test_an_unknown_word_for_a_way_is_named_and_joined_weights_are_strengths(tmp_path):
    text = "Source,Target,Type\na,b,Undirected\nb,c,undirect\nc,a,Undirected\n"
    with pytest.raises(InputError, match='Type says "undirect" of some'):
        edges_of(tmp_path, text)
    text = "source,target,weight\na,b,1\na,b,2\nb,c,2\nc,a,3\n"
    _, edges = edges_of(tmp_path, text, reading={"joined": {"repeats": True}})
    assert edges["weight"].tolist() == [3.0, 2.0, 3.0]


@pytest.mark.parametrize(
    ("cells", "kept"),
    [
        (["Paris", "paris", "Rome", "Rome"], False),
        (["1.200", "900", "800", "700"], False),
        (["Paris", "Paris", "Rome", "Rome"], True),
    ],
)
def test_what_a_graph_file_says_of_nodes_is_used_or_told(tmp_path, cells, kept):
    graph = nx.Graph([("a", "b"), ("b", "c"), ("c", "d"), ("e", "e"), ("A", "d")])
    nx.set_node_attributes(graph, dict(zip("abcd", cells, strict=True)), "of")
    nx.write_graphml(graph, tmp_path / "own.graphml")
    said = {"joined": {"repeats": True, "names": True}}
    checked = check_edges(tmp_path / "own.graphml", directed=None, weights=None, reading=said)
    nodes, edges = checked.said["nodes"], checked.accept()
    assert any("as of is not used" in note for note in checked.notes) is not kept
    if kept:
        assert check_attributes(nodes, edges).accept()["id"].tolist() == ["a", "b", "c", "d"]
    else:
        assert nodes is None


def test_json_of_values_by_date_is_a_series_and_no_graph(tmp_path, capsys):
    days = {f"{day}": 10 + day.day for day in DAYS}
    path = stored(tmp_path, json.dumps(days), "own.json")
    assert command_line.main(["understand", str(path)]) == 0
    assert "taken for a series" in capsys.readouterr().out


def test_a_workbook_that_is_damaged_inside_is_refused(tmp_path):
    path = tmp_path / "own.xlsx"
    pd.DataFrame({"a": range(400)}).to_excel(path, index=False)
    content = bytearray(path.read_bytes())
    for at in range(0, len(content) - 2000, 97):  # the list of parts at the end stays
        content[at + 60 : at + 80] = b"\xff" * 20
    path.write_bytes(bytes(content))
    for read in (check_posts, own_series.check_series, check_edges):
        with pytest.raises(InputError, match="cannot be read"):
            read(path)
