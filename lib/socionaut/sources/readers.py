"""Open data sets as tidy tables, one function a data set.

Each function reads checked files (see `socionaut.sources.opendata`) and keeps numbers,
dates and kinds. What names a person or a page, and every text, is left out.

All raise `DataUnavailable` where a file can be had neither from cache or mirror nor from its
address, and `DataError` where the copy is damaged, a file lacks a column, or files of one data set
contradict each other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd

from socionaut.sources.opendata import DataError, data_path
from socionaut.sources.written_times import plain_word

__all__ = [
    "read_congress_network",
    "read_facebook_brand_posts",
    "read_facebook_pages",
    "read_facebook_partisan_pages",
    "read_french_deputies_audience",
    "read_french_deputies_groups",
    "read_french_deputies_network",
    "read_french_parliament_accounts",
    "read_french_retweets",
    "read_labelled_instagram_accounts",
    "read_oxcgrt_stringency",
    "read_presidents_tweets",
    "read_srf_labelled_followers",
    "read_twitch_channels",
    "read_twitch_ties",
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

_LANGUAGES = ("DE", "ENGB", "ES", "PTBR", "RU", "ZHTW")

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
    "userHasProfilPic": "picture",
    "userBiographyLength": "biography",
    "usernameLength": "name_length",
    "usernameDigitCount": "name_digits",
    "isFake": "fake",
}

_INSTAGRAM_FILES = ("fakeAccountData.json", "realAccountData.json")

_SRF_LABELLED = {
    "rating": "fake",
    "Number.of.posts": "media",
    "Number.of.followers": "followers",
    "Number.of.people.they.follow": "following",
    "Private.account": "private",
    "has_profile_picture": "picture",
}

_FOLLOWS = {"Source": "follower", "Target": "followed"}


def _read(dataset: str, name: str, columns: Mapping[str, str], **options: Any) -> pd.DataFrame:  # noqa: ANN401
    read = pd.read_json if name.endswith(".json") else pd.read_csv
    return _keep(read(data_path(dataset, name), **options), dataset, name, columns)


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


def read_french_parliament_accounts() -> pd.DataFrame:
    """Read the counts on the Twitter accounts of French deputies of 2012 to 2017.

    Returns
    -------
    pandas.DataFrame
        A row an account: ``tweets`` (sent since it began), ``followers``, ``following``,
        ``listed`` (in lists of other users) and ``likes_given``, all counts as
        they stood when the source last read them. Deputies without an account are
        missing.

    References
    ----------
    Regards Citoyens, twitter-parlementaires: accounts of French members of parliament.
    """
    return _read("french_parliament_accounts", "deputes_2012-2017.csv", _DEPUTIES)


def read_labelled_instagram_accounts() -> pd.DataFrame:
    """Read the Instagram accounts of which their collectors say whether they are fake.

    Returns
    -------
    pandas.DataFrame
        A row an account, fake ones first: ``media``, ``followers``, ``following``
        (counts), ``private`` and ``picture`` (boolean: whether it has a picture of its
        own), ``biography`` and ``name_length`` (characters), ``name_digits`` (digits in
        its name) and ``fake`` (boolean). Some rows repeat others in every column.

    References
    ----------
    F. C. Akyon and E. Kalfaoglu, Instagram fake and automated account detection,
    ASYU 2019.
    """
    parts = [_read("instafake", name, _INSTAGRAM) for name in _INSTAGRAM_FILES]
    flags = dict.fromkeys(("private", "picture", "fake"), bool)
    return pd.concat(parts, ignore_index=True).astype(flags)


def read_srf_labelled_followers() -> pd.DataFrame:
    """Read followers of Swiss influencers on Instagram that SRF Data labelled by hand.

    Returns
    -------
    pandas.DataFrame
        975 rows in the order of the file: ``fake`` (as judged by hand), ``media``,
        ``followers``, ``following``, ``private``, ``picture``. Names and addresses of the
        accounts are left out.

    References
    ----------
    SRF Data, Identifying a large number of fake followers on Instagram, 2017.
    """
    kept = _read("srf_labelled_followers", "labelled_1000_inclprivate.csv", _SRF_LABELLED)
    # TRUE and FALSE stand in quotes in two of the three columns.
    flags = {column: kept[column].astype(str).eq("True") for column in ("fake", "private")}
    return kept.assign(picture=kept["picture"].astype(str).str.upper().eq("TRUE"), **flags)


def read_french_deputies_network() -> pd.DataFrame:
    """Read who followed whom among French deputies on Twitter in May 2013.

    Returns
    -------
    pandas.DataFrame
        A row a tie: ``follower`` and ``followed``, both numbers that stand for deputies
        in the alphabetical order of their account names; the names are left out.

    References
    ----------
    F. Briatte, ggnet: network visualization with ggplot2, data of the package.
    """
    ties = _read("french_deputies_2013", "network.tsv", _FOLLOWS, sep="\t")
    numbers = {name: number for number, name in enumerate(sorted(set(ties.to_numpy().ravel())))}
    return pd.DataFrame({name: ties[name].map(numbers) for name in ties})


def read_french_deputies_groups() -> pd.Series:
    """Read to which parliamentary group each French deputy of the network belonged.

    Returns
    -------
    pandas.Series
        Group by deputy, both as numbers and abbreviations of the source; the index holds the
        numbers of `read_french_deputies_network`, in order.

    References
    ----------
    F. Briatte, ggnet: network visualization with ggplot2, data of the package.
    """
    dataset = "french_deputies_2013"
    ties = _read(dataset, "network.tsv", _FOLLOWS, sep="\t")
    nodes = _read(dataset, "nodes.tsv", _DEPUTY_NODES, sep="\t").dropna(subset="account")
    group = nodes.set_index("account")["group"].reindex(sorted(set(ties.to_numpy().ravel())))
    if group.isna().any():
        raise DataError("A tie between deputies names an account that has no group.")
    return group.reset_index(drop=True).rename_axis("deputy")


_RETWEETS = {"from": "retweeted", "to": "by", "weight": "times"}


def read_french_retweets() -> pd.DataFrame:
    """Read who retweeted whom on a leak of letters before the French election of 2017.

    Returns
    -------
    pandas.DataFrame
        A row a pair: ``retweeted`` and ``by``, numbers that stand for accounts in the order
        of their identifiers, which are left out; and ``times``, how often from 27 April to
        7 May 2017. The file has no time: all of the days are one count.

    References
    ----------
    S. T. Smith, E. K. Kao, E. D. Mackin, D. C. Shah, O. Simek and D. B. Rubin, Automatic
    detection of influential actors in disinformation networks, PNAS 118(4), 2021.
    """
    rows = _read("macron_leaks_retweets", "fr_influence_network.csv.zip", _RETWEETS)
    accounts = sorted({*rows["retweeted"], *rows["by"]})
    numbers = {account: number for number, account in enumerate(accounts)}
    return rows.assign(**{end: rows[end].map(numbers) for end in ("retweeted", "by")})


_DEPUTY_NODES = {"Twitter": "account", "Prénom": "first", "Nom": "last", "Groupe": "group"}

_DEPUTY_COUNTS = {
    "twitter": "account",
    "nom": "name",
    "twitter_followers": "followers",
    "twitter_listed": "listed",
    "twitter_tweets": "tweets",
}


def read_french_deputies_audience() -> pd.DataFrame:
    """Read by how many peers and by how many people French deputies were followed.

    The peers are those of `read_french_deputies_network`, the people those of
    `read_french_parliament_accounts`. The two are joined here, by account and else by name,
    so that neither needs to leave this function.

    Returns
    -------
    pandas.DataFrame
        A row a deputy with an account: ``group`` (parliamentary), ``in_network`` (boolean:
        has a tie to another deputy), ``followed_by`` and ``follows`` (deputies, May 2013),
        ``joined`` (``"account"``, ``"name"`` or ``"not"``), and, where joined,
        ``followers``, ``listed`` and ``tweets`` as counted years later.

    References
    ----------
    F. Briatte, ggnet: network of French deputies on Twitter. Regards Citoyens,
    twitter-parlementaires.
    """
    dataset = "french_deputies_2013"
    nodes = _read(dataset, "nodes.tsv", _DEPUTY_NODES, sep="\t").dropna(subset="account")
    nodes = nodes.reset_index(drop=True)
    ties = _read(dataset, "network.tsv", _FOLLOWS, sep="\t")
    if not ties.isin(set(nodes["account"])).to_numpy().all():
        raise DataError("A tie between deputies names an account that no deputy has.")
    joined = _join_counts(nodes)
    for name, end in {"followed_by": "followed", "follows": "follower"}.items():
        joined[name] = nodes["account"].map(ties[end].value_counts()).fillna(0).astype(int)
    joined["in_network"] = joined[["followed_by", "follows"]].sum(axis=1) > 0
    return joined[["group", "in_network", "followed_by", "follows", "joined", *_COUNTED]]


_COUNTED = ("followers", "listed", "tweets")


def _join_counts(nodes: pd.DataFrame) -> pd.DataFrame:
    name = "deputes_2012-2017.csv"
    counts = _read("french_parliament_accounts", name, _DEPUTY_COUNTS)
    counts = counts.assign(
        account=counts["account"].str.lower(), name=counts["name"].map(plain_word)
    )
    keys = {
        "account": nodes["account"].str.lower(),
        "name": (nodes["first"].fillna("") + nodes["last"].fillna("")).map(plain_word),
    }
    joined = nodes[["group"]].assign(joined="not")
    for key, values in keys.items():
        known = counts.drop_duplicates(key, keep=False).set_index(key)
        found = values.isin(known.index) & (joined["joined"] == "not")
        joined.loc[found, "joined"] = key
        for column in _COUNTED:
            joined.loc[found, column] = values[found].map(known[column])
    return joined


_TWITCH_CHANNELS = {
    "new_id": "channel",
    "days": "days",
    "views": "views",
    "mature": "mature",
    "partner": "partner",
}


def read_twitch_channels() -> pd.DataFrame:
    """Read how often Twitch channels were viewed, and how many friends each has.

    Returns
    -------
    pandas.DataFrame
        A row a channel: ``language`` (of its community, a code of the source), ``channel``
        (its number, unique within the language), ``days`` (age), ``views`` (count since it
        began, read in May 2018), ``mature`` and ``partner`` (boolean), and ``friends``
        (channels of the same network with which it is friends both ways; joined by
        number). Channels without friends were not collected.

    References
    ----------
    B. Rozemberczki, C. Allen and R. Sarkar, Multi-scale attributed node embedding,
    Journal of Complex Networks 9(2), 2021.
    """
    dataset, tables = "twitch_streamers", []
    for language in _LANGUAGES:
        channels = _read(dataset, f"{language}_target.csv", _TWITCH_CHANNELS)
        ends = _read(dataset, f"{language}_edges.csv", {"from": "one", "to": "other"})
        friends = pd.concat([ends["one"], ends["other"]]).value_counts()
        if not friends.index.isin(channels["channel"]).all():
            raise DataError(f"A friendship of the language {language} names an unknown channel.")
        counts = channels["channel"].map(friends).fillna(0).astype(int)
        tables.append(channels.assign(language=language, friends=counts))
    table = pd.concat(tables, ignore_index=True)
    return table[["language", *_TWITCH_CHANNELS.values(), "friends"]]


def read_congress_network() -> pd.DataFrame:
    """Read how members of the 117th US Congress passed each other's tweets on.

    Returns
    -------
    pandas.DataFrame
        A row an edge: ``source`` and ``target``, numbers that stand for members, and
        ``probability``: how often the target took up the source (by retweet, quote, reply
        or mention) from 9 February to 9 June 2022, divided by the number of tweets of the
        *source*. Its authors use it as the probability that the target passes on what the
        source tweets. The account names are left out.

    References
    ----------
    C. G. Fink, N. Omodt, S. Zinnecker and G. Sprint, A Congressional Twitter network
    dataset quantifying pairwise probability of influence, Data in Brief 50, 109521, 2023.
    """
    dataset, name = "congress_twitter", "congress_network_data.json"
    parts = json.loads(data_path(dataset, name).read_text(encoding="utf-8"))[0]
    missing = [key for key in ("inList", "inWeight", "outList", "outWeight") if key not in parts]
    if missing:
        raise DataError(
            f"The file {name} of the data set {dataset} has no list {', '.join(missing)}; "
            "take the version that the register of data sets names."
        )
    sent, received = (
        {
            (member, other): weight
            for member, (others, weights) in enumerate(
                zip(parts[f"{way}List"], parts[f"{way}Weight"], strict=True)
            )
            for other, weight in zip(others, weights, strict=True)
        }
        for way in ("out", "in")
    )
    if sent != {(source, target): weight for (target, source), weight in received.items()}:
        raise DataError(f"The lists of {name} contradict each other on who reaches whom.")
    rows = [(source, target, weight) for (source, target), weight in sorted(sent.items())]
    return pd.DataFrame(rows, columns=["source", "target", "probability"])


def read_facebook_pages() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read which verified Facebook pages liked each other in November 2017.

    Returns
    -------
    ties : pandas.DataFrame
        A row a pair of pages: ``page`` and ``other``, numbers of pages, in no order. Some
        pages like themselves; take these rows out before you count.
    pages : pandas.DataFrame
        A row a page: ``page`` (its number) and ``type``. The names are left out.

    References
    ----------
    B. Rozemberczki, C. Allen and R. Sarkar, Multi-scale attributed node embedding,
    Journal of Complex Networks 9(2), 2021.
    """
    dataset = "facebook_pages"
    ties = _read(dataset, "facebook_edges.csv", {"id_1": "page", "id_2": "other"})
    pages = _read(dataset, "facebook_target.csv", {"id": "page", "page_type": "type"})
    _demand_known(ties, pages["page"], dataset)
    return ties, pages


def read_twitch_ties() -> pd.DataFrame:
    """Read which Twitch channels of a language were friends with each other in May 2018.

    Returns
    -------
    pandas.DataFrame
        A row a friendship: ``language``, ``channel`` and ``other``, numbers of channels
        as `read_twitch_channels` gives them, in no order. A number is unique within its
        language only. Join by language and number, never by the place of a row: the file
        of channels has another order.

    References
    ----------
    B. Rozemberczki, C. Allen and R. Sarkar, Multi-scale attributed node embedding,
    Journal of Complex Networks 9(2), 2021.
    """
    dataset, tables = "twitch_streamers", []
    for language in _LANGUAGES:
        ties = _read(dataset, f"{language}_edges.csv", {"from": "channel", "to": "other"})
        channels = _read(dataset, f"{language}_target.csv", {"new_id": "channel"})
        _demand_known(ties, channels["channel"], dataset)
        tables.append(ties.assign(language=language))
    return pd.concat(tables, ignore_index=True)[["language", "channel", "other"]]


def _demand_known(ties: pd.DataFrame, nodes: pd.Series, dataset: str) -> None:
    strange = ~ties.isin(set(nodes)).to_numpy()
    if strange.any():
        raise DataError(
            f"{strange.sum()} ends of ties of the data set {dataset} have no row of their own; "
            "take the version that the register of data sets names."
        )


def read_oxcgrt_stringency() -> pd.DataFrame:
    """Read how strict the governments' measures against COVID-19 were, by country and day.

    Returns
    -------
    pandas.DataFrame
        A row a day from 1 January 2020 to the end of 2022, the index ``date``; a column a
        country, its three-letter code. Values run from 0 to 100: the mean of nine measures, such
        as closed schools and orders to stay at home. Days that the source did not code are
        missing. It is policy on paper, and not what people did.

    References
    ----------
    T. Hale and others, A global panel database of pandemic policies (Oxford COVID-19
    Government Response Tracker), Nature Human Behaviour 5, 2021.
    """
    name = "OxCGRT_timeseries_StringencyIndex_v1.csv"
    table = pd.read_csv(data_path("oxcgrt_stringency", name))
    days = [column for column in table.columns if column[:2].isdigit()]
    needed = {"CountryCode": "country", "Jurisdiction": "kind"}
    kept = _keep(table, "oxcgrt_stringency", name, needed | {day: day for day in days})
    nations = kept[kept["kind"] == "NAT_TOTAL"].set_index("country")[days].T.sort_index(axis=1)
    nations.index = pd.to_datetime(nations.index, format="%d%b%Y").rename("date")
    return nations[:"2022-12-31"].rename_axis(columns="country").astype(float)
