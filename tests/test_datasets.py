"""The readers of open data: sums, counts and kinds that the files themselves must hold."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from socionaut import datasets, opendata

NAMING = ("text", "url", "name", "handle", "user", "title")


def have(read: Callable[[], Any]) -> Any:
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
    channels = have(datasets.read_twitch_streamers)
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
def test_instagram_accounts_keep_what_the_file_says():
    accounts = have(datasets.read_instagram_accounts)
    text = opendata.data_path("instafake", "realAccountData.json").read_text(encoding="utf-8")
    rows = json.loads(text)
    assert accounts["media"].to_list() == [row["userMediaCount"] for row in rows]
    assert accounts["private"].sum() == sum(row["userIsPrivate"] for row in rows)
    assert len(accounts) == 994
