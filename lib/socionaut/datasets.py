"""Open data sets as tidy tables, one function a data set.

Each function reads checked files (see `socionaut.opendata`) and keeps numbers,
dates and kinds. What names a person or a page, and every text, is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from socionaut.opendata import DataError, data_path

__all__ = [
    "read_facebook_brand_posts",
    "read_facebook_partisan_pages",
    "read_french_parliament_accounts",
    "read_instagram_accounts",
    "read_presidents_tweets",
    "read_twitch_streamers",
]

_BRAND_POSTS = {
    "Page total likes": "followers",
    "Type": "type",
    "Category": "category",
    "Post Month": "month",
    "Post Weekday": "weekday",
    "Post Hour": "hour",
    "Paid": "paid",
    "Total Reach": "reach",
    "Total Impressions": "impressions",
    "Engaged Users": "engaged_people",
    "Consumers": "consumers",
    "Consumptions": "consumptions",
    "Impressions by people who have liked your Page": "follower_impressions",
    "Reach by people who like your Page": "follower_reach",
    "People who have liked your Page and engaged with your post": "engaged_followers",
    "like": "reactions",
    "comment": "comments",
    "share": "shares",
    "Total Interactions": "interactions",
}

_PAGES = {"page_id": "page", "political_category": "category", "fan_count": "followers"}

_PAGE_MONTHS = {
    "page_id": "page",
    "status_published": "month",
    "post_count": "posts",
    "num_reactions": "reactions",
    "num_comments": "comments",
    "num_shares": "shares",
    "total_engagement": "interactions",
}

_TWEETS = {
    "created_at": "published_at",
    "replies": "replies",
    "retweets": "retweets",
    "favorites": "likes",
}

_PRESIDENTS = {"44th president": "BarackObama.csv", "45th president": "realDonaldTrump.csv"}

_TWITCH = {"days": "days", "views": "views", "partner": "partner"}

_DEPUTIES = {
    "twitter_tweets": "tweets",
    "twitter_followers": "followers",
    "twitter_following": "following",
    "twitter_listed": "listed",
    "twitter_favourites": "likes_given",
}

_INSTAGRAM = {
    "userMediaCount": "media",
    "userFollowerCount": "followers",
    "userFollowingCount": "following",
    "userIsPrivate": "private",
}


def _read(dataset: str, name: str, columns: Mapping[str, str], **options: Any) -> pd.DataFrame:  # noqa: ANN401
    return _keep(pd.read_csv(data_path(dataset, name), **options), dataset, name, columns)


def _keep(table: pd.DataFrame, dataset: str, name: str, columns: Mapping[str, str]) -> pd.DataFrame:
    missing = [column for column in columns if column not in table]
    if missing:
        raise DataError(
            f"The file {name} of the data set {dataset} has no column {', '.join(missing)}; "
            "take the version that the register of data sets names."
        )
    return table[list(columns)].rename(columns=dict(columns))


def read_facebook_brand_posts() -> pd.DataFrame:
    """Read the posts of one cosmetics brand on its Facebook page in 2014.

    Returns
    -------
    pandas.DataFrame
        A row a post, latest month first. ``followers``: people who liked the page at
        the time of the post; ``reach`` and ``impressions``: people who saw the post,
        and times it was seen; ``engaged_people``: people who clicked anywhere in it;
        ``reactions`` (likes), ``comments``, ``shares`` and their sum
        ``interactions``, all counts. The prefix ``follower_`` or suffix
        ``_followers`` keeps to people who liked the page. ``paid`` is boolean:
        whether the brand paid to show the post. Cells that the source leaves empty
        are missing (in ``paid``, ``reactions`` and ``shares``).

    Raises
    ------
    DataUnavailable
        If the file can be had neither from cache or mirror nor from its address.
    DataError
        If the mirror's copy is damaged or the file lacks a column.

    References
    ----------
    S. Moro, P. Rita and B. Vala, Predicting social media performance metrics and
    evaluation of the impact on brand building, Journal of Business Research 69(9),
    2016.
    """
    posts = _read("facebook_brand_posts", "dataset_Facebook.csv", _BRAND_POSTS, sep=";")
    return posts.assign(paid=posts["paid"].astype("boolean"))


def read_facebook_partisan_pages() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read Facebook pages of two political camps and their engagement by month.

    Returns
    -------
    pages : pandas.DataFrame
        A row a page: ``page`` (its number), ``category`` (camp) and ``followers``,
        read in July 2017, after the last month.
    months : pandas.DataFrame
        A row a page and month, January 2015 to March 2017: ``page``, ``month``
        (first day), ``posts``, ``reactions``, ``comments``, ``shares`` and their sum
        ``interactions``, all counts. Months without a post have no row.

    Raises
    ------
    DataUnavailable
        If a file can be had neither from cache or mirror nor from its address.
    DataError
        If the mirror's copy is damaged or a file lacks a column.

    References
    ----------
    BuzzFeed News, Inside The Partisan Fight For Your News Feed, August 2017.
    """
    dataset = "facebook_partisan_pages"
    pages = _read(dataset, "fb-page-info-summary.csv", _PAGES)
    months = _read(dataset, "page-engagement-by-month.csv", _PAGE_MONTHS)
    return pages, months.assign(month=pd.to_datetime(months["month"], format="%Y-%m-%d"))


def read_presidents_tweets() -> pd.DataFrame:
    """Read the responses to tweets of two presidents of the United States.

    Returns
    -------
    pandas.DataFrame
        A row a tweet: ``account`` (by office), ``published_at`` (as the source writes
        it, without a time zone), ``replies``, ``retweets`` and ``likes`` (counts, read
        in October 2017). The data hold no follower counts.

    Raises
    ------
    DataUnavailable
        If a file can be had neither from cache or mirror nor from its address.
    DataError
        If the mirror's copy is damaged or a file lacks a column.

    References
    ----------
    FiveThirtyEight, The Worst Tweeter In Politics Isn't Trump, October 2017.
    """
    tweets = pd.concat(
        [
            _read("presidents_tweets", name, _TWEETS, encoding="latin-1").assign(account=account)
            for account, name in _PRESIDENTS.items()
        ],
        ignore_index=True,
    )
    dates = pd.to_datetime(tweets["published_at"], format="%m/%d/%y %H:%M")
    return tweets.assign(published_at=dates)[
        ["account", "published_at", *list(_TWEETS.values())[1:]]
    ]


def read_twitch_streamers() -> pd.DataFrame:
    """Read how often the channels of Twitch streamers were viewed.

    Returns
    -------
    pandas.DataFrame
        A row a channel: ``language`` (of its community, a code of the source),
        ``days`` (age), ``views`` (count since it began, read in May 2018) and
        ``partner`` (whether it is paid by the platform). Only channels that belong to
        a network of mutual friends were collected, so the loners are missing.

    Raises
    ------
    DataUnavailable
        If a file can be had neither from cache or mirror nor from its address.
    TableError
        If the mirror's copy is damaged or a file lacks a column.

    References
    ----------
    B. Rozemberczki, C. Allen and R. Sarkar, Multi-scale attributed node embedding,
    Journal of Complex Networks 9(2), 2021.
    """
    languages = ("DE", "ENGB", "ES", "PTBR", "RU", "ZHTW")
    channels = [
        _read("twitch_streamers", f"{language}_target.csv", _TWITCH).assign(language=language)
        for language in languages
    ]
    return pd.concat(channels, ignore_index=True)[["language", *_TWITCH.values()]]


def read_french_parliament_accounts() -> pd.DataFrame:
    """Read the counts on the Twitter accounts of French deputies of 2012 to 2017.

    Returns
    -------
    pandas.DataFrame
        A row an account: ``tweets`` (sent since it began), ``followers``, ``following``,
        ``listed`` (in lists of other users) and ``likes_given``, all counts as
        they stood when the source last read them. Deputies without an account are
        missing.

    Raises
    ------
    DataUnavailable
        If the file can be had neither from cache or mirror nor from its address.
    TableError
        If the mirror's copy is damaged or the file lacks a column.

    References
    ----------
    Regards Citoyens, twitter-parlementaires: accounts of French members of parliament.
    """
    return _read("french_parliament_accounts", "deputes_2012-2017.csv", _DEPUTIES)


def read_instagram_accounts() -> pd.DataFrame:
    """Read the counts on Instagram accounts that their collectors took for real people's.

    Returns
    -------
    pandas.DataFrame
        A row an account: ``media`` (photos and films posted since it began),
        ``followers`` and ``following`` (counts), ``private`` (boolean). Accounts
        without any post are in it.

    Raises
    ------
    DataUnavailable
        If the file can be had neither from cache or mirror nor from its address.
    TableError
        If the mirror's copy is damaged or the file lacks a column.

    References
    ----------
    F. C. Akyon and E. Kalfaoglu, Instagram fake and automated account detection,
    ASYU 2019.
    """
    name = "realAccountData.json"
    accounts = _keep(pd.read_json(data_path("instafake", name)), "instafake", name, _INSTAGRAM)
    return accounts.assign(private=accounts["private"].astype(bool))
