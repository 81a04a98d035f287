"""The readers of open data: sums, counts and kinds that the files themselves must hold."""

from __future__ import annotations

import csv
import functools
import itertools
import json
import statistics
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from socionaut.ledger import tables
from socionaut.sources import opendata
from socionaut.sources import readers as datasets
from socionaut.sources.written_times import plain_word

NAMING = ("text", "url", "name", "handle", "user", "title")


@functools.cache
def have(read: Callable[[], Any]) -> Any:
    """Read a data set, once for all tests, which leave it as it is."""
    try:
        return read()
    except opendata.DataUnavailable as error:
        pytest.skip(str(error))


def cells(dataset: str, file: str, encoding: str = "utf-8", delimiter: str = ",") -> list[dict]:
    """Read a file by another route than the readers."""
    path = opendata.data_path(dataset, file)
    with path.open(newline="", encoding=encoding) as stream:
        return list(csv.DictReader(stream, delimiter=delimiter))


@pytest.mark.shared
def test_brand_posts_keep_what_the_file_says():
    posts = have(datasets.read_facebook_brand_posts)
    rows = cells("facebook_brand_posts", "dataset_Facebook.csv", delimiter=";")
    assert len(posts) == len(rows) == 500
    assert posts["interactions"].to_list() == [int(row["Total Interactions"]) for row in rows]
    assert posts["paid"].sum() == sum(row["Paid"] == "1" for row in rows)
    parts = posts[["reactions", "comments", "shares"]]
    assert (parts.sum(axis=1) == posts["interactions"]).all()
    empty = sum(not cell for row in rows for cell in row.values())
    assert posts.isna().to_numpy().sum() == empty
    assert posts.columns[posts.isna().any()].to_list() == ["paid", "reactions", "shares"]
    assert posts["paid"].dtype == "boolean"
    assert (posts["engaged_followers"] <= posts["engaged_people"]).all()
    assert (posts["follower_reach"] <= posts["reach"]).all()


@pytest.mark.shared
def test_partisan_pages_and_their_months_belong_together():
    pages, months = have(datasets.read_facebook_partisan_pages)
    assert pages["page"].is_unique
    assert set(months["page"]) == set(pages["page"])
    assert not months.duplicated(["page", "month"]).any()
    assert pages["followers"].min() > 0
    assert months["posts"].min() > 0
    assert (months["month"].dt.day == 1).all()
    assert (str(months["month"].min())[:7], str(months["month"].max())[:7]) == (
        "2015-01",
        "2017-03",
    )
    parts = months[["reactions", "comments", "shares"]]
    assert (parts.sum(axis=1) == months["interactions"]).all()
    rows = cells("facebook_partisan_pages", "page-engagement-by-month.csv")
    assert months["posts"].sum() == sum(int(row["post_count"]) for row in rows)


@pytest.mark.shared
def test_tweets_of_both_accounts_are_dated_and_counted():
    tweets = have(datasets.read_presidents_tweets)
    files = ("BarackObama.csv", "realDonaldTrump.csv")
    rows = [row for file in files for row in cells("presidents_tweets", file, "latin-1")]
    assert tweets["likes"].to_list() == [int(row["favorites"]) for row in rows]
    assert tweets["account"].nunique() == 2
    assert not tweets.isna().to_numpy().any()
    written = tweets["published_at"].dt.strftime("%m/%d/%y %H:%M")
    padded = [
        "/".join(p.zfill(2) for p in row["created_at"].split(" ")[0].split("/")) for row in rows
    ]
    assert [text.split(" ")[0] for text in written] == padded


@pytest.mark.shared
@pytest.mark.parametrize("name", [n for n in datasets.__all__ if n.startswith("read_")])
def test_no_reader_hands_out_what_names_or_quotes_someone(name):
    read = have(getattr(datasets, name))
    for table in read if isinstance(read, tuple) else (read,):
        if isinstance(table, pd.DataFrame):
            assert not [c for c in table if str(c).lower() in NAMING]


def test_a_file_without_its_columns_is_refused(tmp_path: Path, monkeypatch):
    path = tmp_path / "dataset_Facebook.csv"
    path.write_text("Type;Paid\nPhoto;1\n", encoding="utf-8")
    monkeypatch.setattr(datasets, "data_path", lambda *_: path)
    with pytest.raises(opendata.DataError, match="facebook_brand_posts has no column Page total"):
        datasets.read_facebook_brand_posts()


def test_data_that_cannot_be_had_say_so(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("SOCIONAUT_OFFLINE", "1")
    monkeypatch.setenv("SOCIONAUT_CACHE", str(tmp_path))
    monkeypatch.delenv("SOCIONAUT_MIRROR", raising=False)
    for read in (datasets.read_facebook_brand_posts, datasets.read_presidents_tweets):
        with pytest.raises(opendata.DataUnavailable, match="SOCIONAUT_OFFLINE"):
            read()


@pytest.mark.shared
def test_channels_keep_what_the_files_say():
    channels = have(datasets.read_twitch_channels)
    for language, group in channels.groupby("language"):
        rows = cells("twitch_streamers", f"{language}_target.csv")
        assert group["views"].to_list() == [int(row["views"]) for row in rows]
    assert channels["language"].nunique() == 6
    assert channels["partner"].dtype == bool


@pytest.mark.shared
def test_deputies_keep_what_the_file_says():
    accounts = have(datasets.read_french_parliament_accounts)
    rows = cells("french_parliament_accounts", "deputes_2012-2017.csv")
    assert accounts["tweets"].to_list() == [int(row["twitter_tweets"]) for row in rows]
    assert accounts["followers"].min() > 0
    assert not accounts.isna().to_numpy().any()


@pytest.mark.shared
def test_labelled_accounts_keep_both_files_and_their_labels():
    accounts = have(datasets.read_labelled_instagram_accounts)
    files = ("fakeAccountData.json", "realAccountData.json")
    paths = [opendata.data_path("instafake", file) for file in files]
    rows = [row for path in paths for row in json.loads(path.read_text(encoding="utf-8"))]
    assert accounts["fake"].to_list() == [row["isFake"] == 1 for row in rows]
    assert (accounts["fake"].sum(), len(accounts)) == (200, 1194)
    assert accounts["name_digits"].to_list() == [row["usernameDigitCount"] for row in rows]
    assert accounts["picture"].sum() == sum(row["userHasProfilPic"] for row in rows)
    assert accounts["media"].to_list() == [row["userMediaCount"] for row in rows]
    assert accounts["private"].sum() == sum(row["userIsPrivate"] for row in rows)


@pytest.mark.shared
def test_srf_followers_keep_numbers_and_labels_and_no_names():
    followers = have(datasets.read_srf_labelled_followers)
    rows = cells("srf_labelled_followers", "labelled_1000_inclprivate.csv")
    assert followers["fake"].tolist() == [row["rating"] == "TRUE" for row in rows]
    assert (followers["fake"].sum(), len(followers)) == (98, 975)
    assert followers["picture"].tolist() == [row["has_profile_picture"] == "TRUE" for row in rows]
    assert followers["private"].sum() == sum(row["Private.account"] == "TRUE" for row in rows)
    assert followers["media"].tolist() == [int(row["Number.of.posts"]) for row in rows]
    assert not followers.select_dtypes(["object", "string"]).columns.tolist()


@pytest.mark.shared
def test_deputies_ties_are_those_of_the_file_without_names():
    ties = have(datasets.read_french_deputies_network)
    rows = cells("french_deputies_2013", "network.tsv", delimiter="\t")
    assert len(ties) == len(rows) == 12869
    numbers = sorted(set(ties["follower"]) | set(ties["followed"]))
    assert numbers == list(range(339))
    assert (ties.dtypes == "int64").all()
    followers = pd.Series([row["Target"] for row in rows]).value_counts().sort_values()
    assert ties["followed"].value_counts().sort_values().to_list() == followers.to_list()
    assert not ties.duplicated().any()
    assert (ties["follower"] != ties["followed"]).all()


@pytest.mark.shared
def test_deputies_are_joined_by_account_or_name_and_counted():
    deputies = have(datasets.read_french_deputies_audience)
    nodes = cells("french_deputies_2013", "nodes.tsv", delimiter="\t")
    rows = cells("french_deputies_2013", "network.tsv", delimiter="\t")
    accounts = [row["Twitter"] for row in nodes if row["Twitter"] != "NA"]
    assert len(deputies) == len(accounts)
    assert deputies[["followed_by", "follows"]].sum().to_list() == [len(rows)] * 2
    assert deputies["in_network"].sum() == 339
    followed = [sum(row["Target"] == account for row in rows) for account in accounts]
    assert deputies["followed_by"].to_list() == followed
    later = cells("french_parliament_accounts", "deputes_2012-2017.csv")
    counts = {row["twitter"].lower(): int(row["twitter_followers"]) for row in later}
    by_account = deputies["joined"] == "account"
    expected = [counts[a.lower()] for a, yes in zip(accounts, by_account, strict=True) if yes]
    assert deputies.loc[by_account, "followers"].to_list() == expected
    assert (deputies["followers"].isna() == (deputies["joined"] == "not")).all()
    assert deputies["joined"].value_counts().to_dict() == {"account": 319, "not": 25, "name": 21}


@pytest.mark.shared
def test_friends_are_joined_by_number_and_not_by_row():
    channels = have(datasets.read_twitch_channels)
    for language, group in channels.groupby("language"):
        ends = cells("twitch_streamers", f"{language}_edges.csv")
        assert group["friends"].sum() == 2 * len(ends)
        assert not group["channel"].is_monotonic_increasing
        busiest = group.sort_values("friends")["channel"].iloc[-1]
        seen = sum(str(busiest) in (row["from"], row["to"]) for row in ends)
        assert seen == group["friends"].max()
    assert channels["friends"].min() > 0


def test_a_channel_without_a_tie_has_no_friends_and_an_unknown_one_is_refused(
    tmp_path: Path, monkeypatch
):
    for language in ("DE", "ENGB", "ES", "PTBR", "RU", "ZHTW"):
        rows = [f"{number},{number},9,False,5,True,{number}" for number in (2, 0, 1)]
        text = "\n".join(["new_id,id,days,mature,views,partner,other", *rows])
        (tmp_path / f"{language}_target.csv").write_text(text + "\n", encoding="utf-8")
        (tmp_path / f"{language}_edges.csv").write_text("from,to\n0,2\n", encoding="utf-8")
    monkeypatch.setattr(datasets, "data_path", lambda _, name: tmp_path / name)
    channels = datasets.read_twitch_channels()
    assert channels["channel"].to_list() == [2, 0, 1] * 6
    assert channels["friends"].to_list() == [1, 1, 0] * 6
    (tmp_path / "RU_edges.csv").write_text("from,to\n0,7\n", encoding="utf-8")
    with pytest.raises(opendata.DataError, match="language RU names an unknown channel"):
        datasets.read_twitch_channels()


def test_accents_and_case_do_not_part_a_name():
    assert plain_word("Éric-Marie L'Ôtre") == "ericmarielotre"


def write_deputies(folder: Path, ties: str) -> Callable[[str, str], Path]:
    head = "Twitter\tPrénom\tNom\tGroupe\n"
    (folder / "nodes.tsv").write_text(
        head + "aa\tAnne\tÉtat\tX\nbb\tBo\tCe\tY\nNA\tNo\tNo\tX\nzz\tZoe\tZed\tX\n",
        encoding="utf-8",
    )
    (folder / "network.tsv").write_text("Source\tTarget\n" + ties, encoding="utf-8")
    (folder / "deputes_2012-2017.csv").write_text(
        "twitter,nom,twitter_followers,twitter_listed,twitter_tweets\n"
        "AA,Someone Else,10,1,2\nnew,Bo Ce,20,3,4\n",
        encoding="utf-8",
    )
    return lambda _, name: folder / name


def test_a_deputy_is_joined_by_account_first_and_then_by_name(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(datasets, "data_path", write_deputies(tmp_path, "aa\tbb\n"))
    deputies = datasets.read_french_deputies_audience()
    assert deputies["joined"].to_list() == ["account", "name", "not"]
    assert deputies["followers"].to_list()[:2] == [10, 20]
    assert deputies["in_network"].to_list() == [True, True, False]
    assert deputies["followed_by"].to_list() == [0, 1, 0]


def test_a_tie_to_an_unknown_deputy_is_refused(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(datasets, "data_path", write_deputies(tmp_path, "aa\tqq\n"))
    with pytest.raises(opendata.DataError, match="no deputy has"):
        datasets.read_french_deputies_audience()


@pytest.mark.shared
def test_congress_edges_are_those_of_the_file_without_names():
    edges = have(datasets.read_congress_network)
    path = opendata.data_path("congress_twitter", "congress_network_data.json")
    parts = json.loads(path.read_text(encoding="utf-8"))[0]
    assert len(edges) == sum(map(len, parts["outList"])) == 13_289
    assert set(edges["source"]) | set(edges["target"]) == set(range(475))
    assert not edges.duplicated(["source", "target"]).any()
    assert (edges["source"] != edges["target"]).all()
    assert edges["probability"].between(0, 1, inclusive="right").all()
    received = edges.groupby("target")["probability"].sum()
    written = pd.Series([sum(weights) for weights in parts["inWeight"]])
    assert (received.reindex(written.index, fill_value=0) - written).abs().max() < 1e-12
    sent = edges.groupby("source").size().reindex(range(475), fill_value=0)
    assert sent.to_list() == [len(others) for others in parts["outList"]]
    assert list(edges) == ["source", "target", "probability"]


def write_congress(folder: Path, **changes: object) -> Callable[[str, str], Path]:
    parts = {"outList": [[1], []], "outWeight": [[0.5], []]}
    parts |= {"inList": [[], [0]], "inWeight": [[], [0.5]]} | changes
    kept = {key: value for key, value in parts.items() if value is not None}
    (folder / "congress_network_data.json").write_text(json.dumps([kept]), encoding="utf-8")
    return lambda _, name: folder / name


def test_a_congress_file_that_contradicts_itself_is_refused(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(datasets, "data_path", write_congress(tmp_path))
    assert datasets.read_congress_network().to_numpy().tolist() == [[0, 1, 0.5]]
    monkeypatch.setattr(datasets, "data_path", write_congress(tmp_path, inWeight=[[], [0.6]]))
    with pytest.raises(opendata.DataError, match="contradict"):
        datasets.read_congress_network()
    monkeypatch.setattr(datasets, "data_path", write_congress(tmp_path, inList=None))
    with pytest.raises(opendata.DataError, match="inList"):
        datasets.read_congress_network()


@pytest.mark.shared
def test_facebook_ties_are_joined_with_types_by_number():
    ties, pages = have(datasets.read_facebook_pages)
    rows = cells("facebook_pages", "facebook_target.csv")
    types = {int(row["id"]): row["page_type"] for row in rows}
    assert pages.set_index("page")["type"].to_dict() == types
    assert (len(pages), len(ties), (ties["page"] == ties["other"]).sum()) == (22_470, 171_002, 179)
    ends = cells("facebook_pages", "facebook_edges.csv")
    assert ties["page"].sum() == sum(int(row["id_1"]) for row in ends)
    assert [list(ties), list(pages)] == [["page", "other"], ["page", "type"]]


@pytest.mark.shared
def test_twitch_ties_count_the_friends_of_each_channel():
    channels = have(datasets.read_twitch_channels).set_index(["language", "channel"])
    ties = datasets.read_twitch_ties()
    ends = [
        ties[["language", end]].set_axis(["language", "channel"], axis=1)
        for end in ties[["channel", "other"]]
    ]
    counted = pd.concat(ends).value_counts()
    assert counted.sort_index().to_dict() == channels["friends"].sort_index().to_dict()


def test_a_tie_to_an_unknown_page_is_refused(tmp_path: Path, monkeypatch):
    (tmp_path / "facebook_edges.csv").write_text("id_1,id_2\n0,1\n0,7\n", encoding="utf-8")
    (tmp_path / "facebook_target.csv").write_text(
        "id,facebook_id,page_name,page_type\n0,9,x,tvshow\n1,8,y,company\n", encoding="utf-8"
    )
    monkeypatch.setattr(datasets, "data_path", lambda _, name: tmp_path / name)
    with pytest.raises(opendata.DataError, match="1 ends of ties"):
        datasets.read_facebook_pages()


@pytest.mark.shared
def test_stringency_keeps_nations_days_and_gaps():
    table = have(datasets.read_oxcgrt_stringency)
    rows = cells("oxcgrt_stringency", "OxCGRT_timeseries_StringencyIndex_v1.csv")
    nations = {row["CountryCode"]: row for row in rows if row["Jurisdiction"] == "NAT_TOTAL"}
    assert table.columns.to_list() == sorted(nations)
    assert (table.index[0], table.index[-1], len(table)) == (
        pd.Timestamp("2020-01-01"),
        pd.Timestamp("2022-12-31"),
        1096,
    )
    written = f"{table.index[80]:%d%b%Y}"
    for country in ("FRA", "GBR", "USA"):
        assert table[country].iloc[80] == float(nations[country][written])
    days = table.index.strftime("%d%b%Y")
    empty = sum(row[day] == "" for row in nations.values() for day in days)
    assert int(table.isna().to_numpy().sum()) == empty
    assert table.min(axis=None) >= 0
    assert table.max(axis=None) <= 100


STRINGENCY = ("lower_quartile", "mean", "upper_quartile")


def facts_of_stringency(index: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Work out, value by value, what the series of the measures state of the days of the file."""
    facts = {}
    for day in ("2020-03-15", "2020-03-31", "2020-04-30", "2022-12-31"):
        reached = sum((index.loc[:day, country] >= 50).any() for country in index)
        facts["oxcgrt_countries_reached_50_world", day] = round(100 * reached / index.shape[1], 2)
    for year, quarter in itertools.product((2020, 2021, 2022), (1, 2, 3, 4)):
        days = index[(index.index.year == year) & (index.index.quarter == quarter)]
        means = [float(days[country].dropna().mean()) for country in days]
        low, _, high = statistics.quantiles(means, n=4, method="inclusive")
        values = zip(STRINGENCY, (low, statistics.fmean(means), high), strict=True)
        for name, value in values:
            facts[f"oxcgrt_stringency_{name}_world", f"{year}-Q{quarter}"] = round(value, 3)
    return facts


@pytest.mark.shared
def test_the_series_of_measures_are_those_of_the_file():
    index = have(datasets.read_oxcgrt_stringency)
    points = tables.read_table("series")
    points = points[points["series"].str.startswith("oxcgrt_")]
    stated = points.set_index(["series", "period"])["value"].to_dict()
    assert stated == facts_of_stringency(index)
    catalogue = tables.read_table("series_catalogue").set_index("series")
    counted = catalogue.loc[points["series"].unique(), "population"].unique()
    assert list(counted) == [f"{index.shape[1]} countries"]
    registered = tomllib.loads((tables.data_folder() / "datasets.toml").read_text(encoding="utf-8"))
    assert set(points["url"]) == {registered["oxcgrt_stringency"]["files"][0]["url"]}


@pytest.mark.shared
def test_groups_of_deputies_have_the_numbers_of_the_ties():
    groups = have(datasets.read_french_deputies_groups)
    ties = have(datasets.read_french_deputies_network)
    rows = cells("french_deputies_2013", "network.tsv", delimiter="\t")
    nodes = {
        row["Twitter"]: row["Groupe"]
        for row in cells("french_deputies_2013", "nodes.tsv", delimiter="\t")
    }
    assert set(groups.index) == set(ties.to_numpy().ravel())
    assert [groups[number] for number in ties["follower"]] == [nodes[r["Source"]] for r in rows]


@pytest.mark.shared
def test_retweets_keep_sums_and_hide_accounts():
    retweets = have(datasets.read_french_retweets)
    assert len(retweets) == 13_810
    assert retweets["times"].sum() == 74_473
    accounts = {*retweets["retweeted"], *retweets["by"]}
    assert accounts == set(range(457))
    assert not retweets.duplicated(["retweeted", "by"]).any()
    assert (retweets["retweeted"] != retweets["by"]).all()
