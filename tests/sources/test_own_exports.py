"""Files as they really come: each kind of export is read right, or refused with what to do."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from socionaut import shifts
from socionaut.engagement.own_posts import check_posts
from socionaut.errors import InputError
from socionaut.influence.centrality import centralities
from socionaut.influence.own_network import check_edges, network_of
from socionaut.ledger.tables import PROJECT
from socionaut.shifts import own_series

SHARED = PROJECT.parent / "shared" / "own_data"
shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the trial's files are not at hand")


def points_of(path: Path, **reading: object) -> pd.Series:
    return own_series.series_of(own_series.check_series(path, reading=reading).accept())


def departure(path: Path, at: str, **reading: object) -> str:
    points = points_of(path, **reading)
    start = own_series.break_of(points, at)
    look = own_series.windows(points, start)
    season = own_series.has_season(points, start, look.before[0])
    found = shifts.mean_departure(
        points, start, before=look.before[0], after=look.after, season=season
    )
    return f"{found.value:.1f} [{found.low:.1f}, {found.high:.1f}]"


def network(path: Path, **options: object) -> pd.DataFrame:
    checked = check_edges(path, **{"directed": None, "weights": None, **options})
    return checked.accept()


# The files of the trial

SERIES = {
    "w01_month_by_first_day.csv": ("2020-01", "7.6 [4.6, 10.5]"),
    "w01_reference_same_months.csv": ("2020-01", "7.6 [4.6, 10.5]"),
    "w02_weeks_from_sunday.csv": ("2020-03-16", "33.2 [28.4, 38.4]"),
    "w09_gap_at_the_break.csv": ("2020-01", "8.9 [5.4, 12.4]"),
    "h06_fred.csv": ("2020-01", "7.7 [4.7, 10.5]"),
    "h07_french_semicolons.csv": ("2020-01", "7.5 [4.6, 10.5]"),
    "h17_quarters_as_Q1_2020.csv": ("2018-Q1", "7.8 [3.9, 13.2]"),
}
KINDS = {
    "h05_google_trends.csv": ("W-SAT", 122),
    "h08_eurostat.tsv": ("M", 24),
    "h16_utf16_tabs.csv": ("M", 40),
    "w11_falling_series.csv": ("M", 26),
}
POSTS = {
    "w07_small_page_same_counts.csv": 40,
    "w08_three_months_of_one_page.csv": 27,
    "w10_dollar_names.csv": 18,
    "h01_meta_business_suite.csv": 12,
    "h02_x_analytics.csv": 14,
    "h04_youtube_table_data.csv": 14,
    "h15_trailing_comma.csv": 20,
}
NETWORKS = {
    "w03_capital_weight_gephi.csv": (14, 26, True),
    "w04_ids_one_column_as_float.csv": (14, 26, False),
    "h09_gephi_edges.csv": (14, 26, True),
    "h10_snap.txt": (14, 26, False),
    "h11_small.graphml": (9, 14, True),
    "h12_matrix.csv": (14, 26, True),
    "h18_small.gml": (14, 26, True),
}
REFUSED = {
    "w05_ids_by_excel.csv": (network, "ids were rounded by a spreadsheet.*6.54E[+]17"),
    "w06_thousands_by_point.csv": (check_posts, "12.000 can mean 12000 or 12.*--decimal comma"),
    "w12_below_zero.csv": (points_of, "below 0.*what remained would mislead"),
    "w13_handles_differ_by_case.csv": (
        network,
        "stand for 9 names, which differ only by case, blanks, @",
    ),
    "w14_nan_as_a_node.csv": (network, r"a program's word for nothing \(nan\)"),
    "h03_crowdtangle.csv": (check_posts, r"letters \(BRT\).*--zone America/Sao_Paulo"),
    "h13_retweet_log.csv": (network, "add --join-repeats"),
    "h14_one_edge.csv": (network, "only 1 row can be used, and 2 or more are needed"),
}


@shared
@pytest.mark.parametrize("name", SERIES)
def test_series_of_the_trial_shift_as_they_should(name):
    assert departure(SHARED / name, SERIES[name][0]) == SERIES[name][1]


@shared
@pytest.mark.parametrize("name", KINDS)
def test_series_of_the_trial_are_of_their_kind(name):
    points = points_of(SHARED / name)
    assert (points.index.freqstr, len(points)) == KINDS[name]


@shared
@pytest.mark.parametrize("name", POSTS)
def test_posts_of_the_trial_are_read(name):
    assert len(check_posts(SHARED / name, per=None).accept()) == POSTS[name]


@shared
@pytest.mark.parametrize("name", NETWORKS)
def test_networks_of_the_trial_are_read(name):
    edges = network(SHARED / name)
    nodes = {*edges["source"], *edges["target"]}
    assert (len(nodes), len(edges), "weight" in edges) == NETWORKS[name]


@shared
@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_meant_is_refused_with_a_way_on(name):
    read, words = REFUSED[name]
    with pytest.raises(InputError, match=f"(?s){words}"):
        read(SHARED / name)


@shared
def test_every_file_of_the_trial_is_tried():
    tried = {*SERIES, *KINDS, *POSTS, *NETWORKS, *REFUSED, "w03_reference.csv", "README.md"}
    assert {path.name for path in SHARED.iterdir()} == tried


@shared
def test_a_gephi_table_has_the_page_ranks_of_its_weights():
    checked = check_edges(SHARED / "w03_capital_weight_gephi.csv", directed=None, weights=None)
    assert checked.said["directed"] is False and checked.said["weights"] == "strength"
    graph = network_of(checked.accept(), directed=False)
    found = centralities(graph, measures=["pagerank"], weight="weight")["pagerank"]
    # The three with the largest; the trial's README names them.
    assert found.nlargest(3).round(3).tolist() == [0.125, 0.119, 0.113]
    reference = network(SHARED / "w03_reference.csv", directed=False, weights="strength")
    expected = nx.pagerank(network_of(reference, directed=False), tol=1e-12)
    assert found.to_dict() == pytest.approx(expected, abs=1e-8)


@shared
def test_counts_are_those_of_the_exports():
    thousands = check_posts(
        SHARED / "w06_thousands_by_point.csv", reading={"decimal": "comma"}
    ).accept()
    assert thousands["followers"].unique().tolist() == [12000, 13000, 14000, 15000]
    reactions = check_posts(
        SHARED / "h03_crowdtangle.csv", reading={"zone": "America/Sao_Paulo"}
    ).accept()
    assert reactions["reactions"].iloc[0] == 800 + 90 + 5 + 1 + 2 + 1 + 1
    assert str(reactions["published_at"].iloc[0]) == "2021-07-10 21:02:45"


@shared
def test_a_log_becomes_edges_with_their_number():
    path = SHARED / "h13_retweet_log.csv"
    edges = network(path, reading={"joined": {"repeats": True}})
    log = pd.read_csv(path).query("source != target")
    counted = log.groupby(["source", "target"]).size()
    assert edges.set_index(["source", "target"])["weight"].sort_index().tolist() == counted.tolist()


# Two more files of each kind, made here

MONTHS = pd.period_range("2016-01", periods=60, freq="M")
VALUES = [100.5 + step + 3 * (step % 12 == 4) for step in range(60)]
DAY = [f"{month}-01" for month in MONTHS.astype(str)]
FORMS: dict[str, Callable[[], list[str]]] = {
    "first days, points between": lambda: list(MONTHS.strftime("01.%m.%Y")),
    "last days": lambda: list(MONTHS.to_timestamp(how="end").strftime("%Y-%m-%d")),
    "with an hour": lambda: [f"{day} 00:00:00" for day in DAY],
    "in UTC": lambda: [f"{day}T00:00:00Z" for day in DAY],
    "Eurostat": lambda: list(MONTHS.strftime("%YM%m")),
    "slash": lambda: list(MONTHS.strftime("%Y/%m")),
    "digits": lambda: list(MONTHS.strftime("%Y%m")),
    "English": lambda: list(MONTHS.strftime("%b %Y")),
    "English, whole": lambda: list(MONTHS.strftime("%B %Y")),
    "American": lambda: list(MONTHS.strftime("%m/01/%Y")),
}


def made(tmp_path: Path, rows: dict[str, list], name: str = "own.csv", **options: object) -> Path:
    path = tmp_path / name
    pd.DataFrame(rows).to_csv(path, index=False, **options)
    return path


@pytest.mark.parametrize("form", FORMS)
def test_months_in_every_spelling_are_the_same_months(tmp_path, form):
    path = made(tmp_path, {"When": FORMS[form](), "Number of visits": VALUES})
    said = {"dates": "month first"} if form == "American" else {}
    points = points_of(path, **said)
    assert points.index.equals(MONTHS.rename("period"))
    assert points.tolist() == VALUES


@pytest.mark.parametrize(("freq", "start"), [("QS", "2010-04-01"), ("QE", "2010-06-30")])
def test_quarters_by_their_first_or_last_day_are_quarters(tmp_path, freq, start):
    days = pd.date_range(start, periods=24, freq=freq)
    path = made(tmp_path, {"date": days.strftime("%Y-%m-%d").tolist(), "value": list(range(24))})
    assert points_of(path).index.equals(pd.period_range("2010Q2", periods=24, freq="Q"))


@pytest.mark.parametrize("weekday", range(7))
def test_weeks_keep_their_own_first_day(tmp_path, weekday):
    days = pd.date_range("2018-01-01", periods=120, freq="7D") + pd.Timedelta(days=weekday)
    path = made(tmp_path, {"Week": days.strftime("%Y-%m-%d").tolist(), "value": list(range(120))})
    points = points_of(path)
    assert (points.index.start_time == days).all()
    inside = own_series.break_of(points, str((days[60] + pd.Timedelta(days=6)).date()))
    assert inside.start_time == days[60]


def test_years_are_periods(tmp_path):
    path = made(tmp_path, {"Year": list(range(1990, 2020)), "Users": [3.5 + y for y in range(30)]})
    points = points_of(path)
    assert points.index.freqstr == "Y-DEC" and len(points) == 30
    assert own_series.windows(points, own_series.break_of(points, "2015")).before[0] == 20


@pytest.mark.parametrize("header", ["Entity,Code,Year,Users", "geo,unit,TIME_PERIOD,OBS_VALUE"])
def test_two_countries_in_a_file_are_never_one_series(tmp_path, header):
    rows = [f"{c},{c[:2]},{year},{value + year}" for c, value in (("France", 1), ("Ghana", 5))
            for year in range(1990, 2020)]  # fmt: skip
    path = tmp_path / "own.csv"
    path.write_text("\n".join([header, *rows]) + "\n")
    column = header.split(",")[0]
    with pytest.raises(InputError, match=f'holds 2 series.*--only "{column}=France"'):
        points_of(path)
    assert points_of(path, only={column: "Ghana"}).iloc[0] == 1995
    # What one lacks must not be taken from the other.
    path.write_text("\n".join([header, *rows[:20], *rows[50:]]) + "\n")
    with pytest.raises(InputError, match="holds 2 series"):
        points_of(path)


@pytest.mark.parametrize("gap", [".", ":", "n/a"])
def test_a_sign_for_no_value_is_a_gap_that_is_counted(tmp_path, gap):
    values = [gap if at in (3, 30) else value for at, value in enumerate(VALUES)]
    path = made(tmp_path, {"period": list(MONTHS.astype(str)), "value": values})
    checked = own_series.check_series(path)
    assert len(checked.accept()) == 58
    assert any("2 periods have no value" in note for note in checked.notes)


def test_totals_flags_and_lines_before_the_table_are_left_out_with_a_sentence(tmp_path):
    path = tmp_path / "own.csv"
    rows = [
        f"{month};{value:.1f}".replace(".", ",") for month, value in zip(DAY, VALUES, strict=True)
    ]
    text = "\n".join(["Source: made up", "", "Monat;Wert", *rows, "Summe;999,0"])
    path.write_text(text + "\n")
    checked = own_series.check_series(path)
    assert own_series.series_of(checked.accept()).tolist() == VALUES
    assert any("row of totals" in note for note in checked.notes)
    assert any("Lines before the header" in note for note in checked.notes)


POST = {
    "account": ["a", "b", "c"],
    "published_at": ["2024-01-05 10:00", "2024-02-06 11:00", "2024-03-07 12:00"],
    "followers": [1200, 990, 12000],
    "reactions": [3, 0, 1500],
    "comments": [1, 0, 2],
    "shares": [0, 0, 1],
}


@pytest.mark.parametrize("mark", [".", ","])
def test_thousands_are_asked_for_where_they_may_be_decimals(tmp_path, mark):
    grouped = [f"{n:,}".replace(",", mark) for n in POST["followers"]]
    path = made(tmp_path, POST | {"followers": grouped}, sep=";")
    said = {"constants": {"platform": "Mastodon"}}
    with pytest.raises(InputError, match=r"followers: cells such as 1[.,]200 can mean 1200 or 1.2"):
        check_posts(path, reading=said)
    other = "comma" if mark == "." else "point"
    posts = check_posts(path, reading=said | {"decimal": other}).accept()
    assert posts["followers"].tolist() == POST["followers"]


@pytest.mark.parametrize(
    ("written", "zone", "first"),
    [
        (["01/05/2024 6:00 PM", "02/13/2024 7:30 AM", "03/07/2024 1:00 PM"], None, "01-05 18:00"),
        (["05/01/2024 18:00", "13/02/2024 07:30", "07/03/2024 13:00"], None, "01-05 18:00"),
        (["Jan 5, 2024", "Feb 13, 2024", "Mar 7, 2024"], None, "01-05 00:00"),
        (["2024-01-05 18:00 +0200", "2024-02-13 07:30 +0200", "2024-03-07 13:00 +0200"], None,
         "01-05 16:00"),
        (["2024-01-05 18:00", "2024-02-13 07:30", "2024-03-07 13:00"], "Europe/Paris",
         "01-05 17:00"),
    ],
)  # fmt: skip
def test_times_of_every_platform_are_read(tmp_path, written, zone, first):
    path = made(tmp_path, POST | {"published_at": written})
    said = {"constants": {"platform": "Mastodon"}, "zone": zone}
    posts = check_posts(path, reading=said).accept()
    assert posts["published_at"].dt.strftime("%m-%d %H:%M").iloc[0] == first
    assert posts["published_at"].dt.month.tolist() == [1, 2, 3]


def test_dates_that_can_be_read_in_two_orders_are_asked_for(tmp_path):
    path = made(tmp_path, POST | {"published_at": ["05/01/2024", "06/02/2024", "07/03/2024"]})
    said = {"constants": {"platform": "Mastodon"}}
    with pytest.raises(InputError, match='--dates "day first" or --dates "month first"'):
        check_posts(path, reading=said)
    posts = check_posts(path, reading=said | {"dates": "day first"}).accept()
    assert posts["published_at"].dt.month.tolist() == [1, 2, 3]


def test_posts_with_ids_of_their_own_are_no_repeats_and_counts_of_two_days_are_asked_for(tmp_path):
    rows = {name: [cells[0]] * 3 for name, cells in POST.items()} | {"post_id": ["p", "q", "r"]}
    said = {"constants": {"platform": "Mastodon"}}
    assert len(check_posts(made(tmp_path, rows), reading=said).accept()) == 3
    rows |= {"post_id": ["p", "p", "q"], "reactions": [3, 4, 5]}
    with pytest.raises(InputError, match=r"(?s)that of an earlier row, with other.*cannot be left"):
        check_posts(made(tmp_path, rows), reading=said).accept(drop_bad_rows=True)


def test_more_interactions_than_audience_are_named(tmp_path):
    path = made(tmp_path, POST | {"followers": [1200, 990, 3]})
    checked = check_posts(path, reading={"constants": {"platform": "Mastodon"}})
    assert any("1 posts have more interactions than followers" in note for note in checked.notes)


def test_many_empty_counts_are_no_slips(tmp_path):
    rows = {name: list(cells) * 10 for name, cells in POST.items()}
    rows |= {"shares": [""] * 20 + [1] * 10, "post_id": list(range(30))}
    with pytest.raises(InputError, match=r"(?s)20 cells are empty.*cannot be left out"):
        check_posts(made(tmp_path, rows), reading={"constants": {"platform": "Mastodon"}}).accept(
            drop_bad_rows=True
        )


RING = [("a", "b"), ("b", "c"), ("c", "d"), ("d", "a"), ("a", "c")]


@pytest.mark.parametrize("suffix", ["graphml", "gexf", "gml", "net"])
@pytest.mark.parametrize("directed", [False, True])
def test_graph_files_are_read_with_weights_and_direction(tmp_path, suffix, directed):
    graph = (nx.DiGraph if directed else nx.Graph)()
    graph.add_weighted_edges_from([(a, b, 2.0 + at) for at, (a, b) in enumerate(RING)])
    path = tmp_path / f"ring.{suffix}"
    writer = {"net": nx.write_pajek}.get(suffix) or getattr(nx, f"write_{suffix}")
    writer(graph, path)
    checked = check_edges(path, directed=None, weights=None)
    found = network_of(checked.accept(), directed=checked.said["directed"])
    assert checked.said["directed"] is directed
    assert nx.utils.graphs_equal(found, type(graph)(graph.edges(data=True)))


@pytest.mark.parametrize(
    ("text", "directed"),
    [
        ("# Undirected graph: ../x.txt\n# FromNodeId\tToNodeId\n10\t20\n20\t30\n30\t40\n", False),
        ("% asym unweighted\n% 3 4 4\n10 20\n20 30\n30 40\n", True),
        ("10,20\n20,30\n30,40\n", True),
        ("Vertex 1,Vertex 2\n10,20\n20,30\n30,40\n", True),
        ("from;to\n10;20\n20;30\n30;40\n", True),
        ("10 20\n20 10\n20 30\n30 20\n30 40\n40 30\n", None),
    ],
)
def test_lists_of_pairs_are_read(tmp_path, text, directed):
    path = tmp_path / "out.pairs"
    path.write_text(text)
    checked = check_edges(path, directed=False if directed is None else None, weights=None)
    edges = checked.accept()
    assert checked.said["directed"] is bool(directed)
    nodes = {*edges["source"], *edges["target"]}
    assert nodes == {"10", "20", "30", "40"}


@pytest.mark.parametrize("cells", [["1", "1.0", "2.0"], ["1.0", "2.0", "3.0"]])
def test_ids_in_two_spellings_are_one(tmp_path, cells):
    path = made(tmp_path, {"source": ["1", "2", "3"], "target": ["2.0", "3.0", "4.0"]})
    edges = network(path)
    assert {*edges["source"], *edges["target"]} == {"1", "2", "3", "4"}
    assert cells


@pytest.mark.parametrize(
    "ids",
    [
        ["1.23457E+17", "1.23457E+17", "1.23458E+17"],
        ["1200000000000000000", "1300000000000010000", "1400000000000020000"],
    ],
)
def test_ids_that_a_spreadsheet_rounded_are_never_dropped(tmp_path, ids):
    path = made(tmp_path, {"source": ids, "target": ["a", "b", "c"]})
    with pytest.raises(InputError, match="ids were rounded"):
        check_edges(path).accept(drop_bad_rows=True)


def test_long_ids_as_floats_in_parquet_are_refused(tmp_path):
    ids = pd.Series([2**60 + 1, 2**60 + 3, 5], dtype="float64")
    path = tmp_path / "own.parquet"
    pd.DataFrame({"source": ids, "target": ids[::-1].to_numpy()}).to_parquet(path)
    with pytest.raises(InputError, match="from a column of floats"):
        check_edges(path)


@pytest.mark.parametrize("names", [["@Ann", "ann"], ["Zoë", "Zoe\u0308"]])
def test_one_name_in_two_spellings_is_asked_for(tmp_path, names):
    path = made(tmp_path, {"source": [*names, "x"], "target": ["b", "c", "y"]})
    with pytest.raises(InputError, match=r"only by case, blanks, @.*--join-names"):
        network(path)
    edges = network(path, reading={"joined": {"names": True}})
    assert edges["source"].nunique() == 2


def test_weights_between_nought_and_one_of_another_program_are_asked_for(tmp_path):
    rows = {"Source": list("abc"), "Target": list("bca"), "Weight": [0.5, 0.25, 0.75]}
    path = made(tmp_path, rows)
    with pytest.raises(InputError, match="Add --weights probability or --weights strength"):
        network(path)
    assert network(path, weights="strength")["weight"].tolist() == [0.5, 0.25, 0.75]
    assert "weight" not in network(made(tmp_path, rows | {"Weight": [1, 1, 1]}))


def test_what_is_said_in_a_file_of_mappings_is_used(tmp_path):
    path = made(tmp_path, POST | {"account": ["x", "y", "z"]})
    renamed = pd.read_csv(path).rename(columns={"reactions": "Hearts", "followers": "Fans"})
    renamed.to_csv(path, index=False)
    mapping = tmp_path / "map.toml"
    mapping.write_text(
        '[columns]\nreactions = "Hearts"\nfollowers = "Fans"\n[constants]\nplatform = "Mastodon"\n'
    )
    posts = check_posts(path, reading={"columns": str(mapping)}).accept()
    assert posts["reactions"].tolist() == POST["reactions"]
    with pytest.raises(InputError) as stopped:
        check_posts(path)
    said = str(stopped.value)
    assert '(is it "Hearts"?)' in said and '(is it "Fans"?)' in said
    assert '--rename "Hearts=reactions"' in said and '--set "platform=Facebook"' in said


def test_a_workbook_asks_for_its_sheet_and_skips_what_stands_before(tmp_path):
    path = tmp_path / "own.xlsx"
    table = pd.DataFrame({"period": MONTHS.astype(str), "value": VALUES})
    with pd.ExcelWriter(path) as book:
        table.to_excel(book, sheet_name="Data", index=False, startrow=3)
        pd.DataFrame({"note": ["x"]}).to_excel(book, sheet_name="Notes", index=False)
        pd.DataFrame([["Made up"]]).to_excel(book, sheet_name="Empty", index=False, header=False)
    with pytest.raises(InputError, match="'Data', 'Notes', 'Empty'; say which one with --sheet"):
        own_series.check_series(path)
    assert points_of(path, sheet="Data").tolist() == VALUES


def test_json_lines_of_an_interface_are_read(tmp_path):
    path = tmp_path / "tweets.jsonl"
    rows = [
        json.dumps(
            {
                "id": str(2**60 + at),
                "author_id": f"1{at}",
                "created_at": f"2024-01-0{at + 1}T10:00:00Z",
                "public_metrics": {
                    "like_count": at,
                    "reply_count": 0,
                    "retweet_count": 1,
                    "impression_count": 100,
                },
            }
        )
        for at in range(3)
    ]
    path.write_text("\n".join(rows) + "\n")
    checked = check_posts(path, per=None)
    assert checked.accept()["reactions"].tolist() == [0, 1, 2]
    found = {"per": "reach", "audience": "impressions", "repeats": True}
    assert checked.said == found | {"dates": None, "decimal": None}


def test_rates_of_two_ways_of_reading_are_the_same(tmp_path):
    """Beyond memory posts go through DuckDB: the same checks, the same numbers."""
    from socionaut.engagement import open_posts
    from socionaut.engagement.own_posts import example_posts
    from socionaut.engagement.posts import summarise_platforms

    path = tmp_path / "own.csv"
    example_posts().assign(post_id=range(360)).to_csv(path, index=False)
    apart = open_posts(path, whole=False, part=100)
    whole = open_posts(path, whole=True)
    assert any("4 parts, by DuckDB" in note for note in apart.notes)
    for one, two in [
        (whole.benchmark(), apart.benchmark()),
        (whole.overview(), apart.overview()),
        (whole.largest_accounts().to_frame(), apart.largest_accounts().to_frame()),
        *[(summarise_platforms(whole.posts, seed=1, repetitions=50),
           summarise_platforms(apart.posts, seed=1, repetitions=50))],
    ]:  # fmt: skip
        pd.testing.assert_frame_equal(one, two, check_dtype=False, rtol=1e-12)
    assert np.isfinite(whole.benchmark()["mean"]).all()
