"""A researcher's own posts: their table, and its checks.

A file of posts has a row a post. `check_posts` reads it, in any dialect and as an export of a known
platform, and finds every row that cannot be used; `accept` of what it returns gives the posts, and
refuses while there are bad rows unless told to drop them.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from socionaut.errors import InputError
from socionaut.sources.dialects import RawTable
from socionaut.sources.own_files import (
    OwnFile,
    Reading,
    folded,
    near_names,
    understand_file,
    without_totals,
)
from socionaut.sources.own_tables import (
    SHARE_OF_SLIPS,
    SLIPS,
    CheckedTable,
    Fault,
    are_slips,
    checked_table,
    in_quotes,
    missing_columns,
    moments,
    numbers,
    whole_numbers,
)
from socionaut.sources.said_in_headings import unit_in
from socionaut.sources.written import (
    GAPS,
    NOTHING,
    plain_ids,
    plain_numbers,
    rounded_ids,
    sign_of,
    spellings,
    spelt_alike,
    stripped,
)
from socionaut.sources.written_times import offset_in, order_in, plain_times, with_offset

__all__ = [
    "check_posts",
    "columns_of_posts",
    "example_posts",
    "read_posts",
    "understand_posts",
]

Per = Literal["followers", "reach"]

COUNTS = ("reactions", "comments", "shares")
_ID = "post_id"
# Headings of columns that name one post.
_IDS = (
    "postid",
    "tweetid",
    "statusid",
    "videoid",
    "permalink",
    "postlink",
    "tweetpermalink",
    "url",
)
_ACCOUNT_IDS = ("pageid", "accountid", "channelid", "authorid")
_ROWS_NAMED = 5
_OWN_CLOCK = (
    "Times name no zone and are taken as they stand, so months are those of the export's own "
    "clock; --zone Europe/Paris, say, would place them, and months are then those of UTC."
)

_COLUMNS = [
    ("platform", "needed", "text", "network of the post, spelt the same in every row"),
    ("account", "needed", "text", "account that published it; any name or number will do"),
    ("published_at", "needed", "date or time", "2024-03-01, or 2024-03-01 18:30; UTC if no offset"),
    ("followers", "this or reach", "whole number", "followers of the account that day, 1 or more"),
    ("reach", "this or followers", "whole number", "accounts that saw the post, 1 or more"),
    ("reactions", "needed", "whole number", "likes and other reactions, 0 or more"),
    ("comments", "needed", "whole number", "comments and replies, 0 or more"),
    ("shares", "needed", "whole number", "shares and reposts, 0 or more"),
    ("industry", "optional", "text", "line of business of the account"),
    ("paid", "optional", "true or false", "whether the post was advertised"),
]
_PLATFORMS = (
    *("Bluesky", "Facebook", "Instagram", "LinkedIn", "Mastodon", "Pinterest", "Reddit"),
    *("Snapchat", "Telegram", "Threads", "TikTok", "Twitter", "WhatsApp", "YouTube"),
)
# SixDegrees opened in 1997 (boyd and Ellison, Social Network Sites, 2007).
_FIRST_POST = pd.Timestamp("1997-01-01")
_LAST_POST = pd.Timestamp("2100-01-01")
_LEAST_FIRSTS, _LEAST_DAILY = 3, 14
_NUMBERS_OF_POSTS = frozenset(
    [
        "posts",
        "numberofposts",
        "postcount",
        "nposts",
        "postsnumber",
        "publications",
        "nombredepublications",
        "nombredeposts",
        "anzahlbeitrage",
        "beitrage",
        "publicaciones",
        "publicacoes",
    ]
)
_LEAST_FOR_TOTALS, _MOST_FOR_TOTALS = 12, 1_000_000
_NOT_STATED = "not stated"
_WORDS_FOR_TRUE = "true yes 1 1.0 y t paid boosted oui vrai sponsorisé ja wahr sí si verdadero"
_WORDS_FOR_FALSE = "false no 0 0.0 n f organic non faux nein falsch falso"
_TRUTH = dict.fromkeys(_WORDS_FOR_TRUE.split(), True) | dict.fromkeys(
    _WORDS_FOR_FALSE.split(), False
)
# Platforms that go by more than one name.
_ALIASES = {"x": "twitter", "twitter/x": "twitter", "x/twitter": "twitter", "x(twitter)": "twitter",
            "x(formerlytwitter)": "twitter", "fb": "facebook", "ig": "instagram"}  # fmt: skip


def columns_of_posts() -> pd.DataFrame:
    """Return what a file of posts must hold.

    Returns
    -------
    pandas.DataFrame
        Columns ``column``, ``needed``, ``type``, ``meaning``. Columns may come in any
        order, and further columns are ignored.

    Examples
    --------
    >>> columns_of_posts().query("needed == 'optional'")["column"].tolist()
    ['industry', 'paid']
    """
    return pd.DataFrame(_COLUMNS, columns=["column", "needed", "type", "meaning"])


def example_posts() -> pd.DataFrame:
    """Return a small table of made-up posts, the same on every call.

    Posts of one month of an account share a part of their rate.

    Returns
    -------
    pandas.DataFrame
        With every column of `columns_of_posts`; the accounts are called made up.

    Examples
    --------
    >>> example_posts()["account"].unique().tolist()[:2]
    ['made-up account A', 'made-up account B']
    """
    generator = np.random.default_rng(16)
    levels = {"Facebook": 0.15, "Instagram": 1.0, "Twitter": 0.05}
    parts = []
    for number, (platform, level) in enumerate(2 * list(levels.items())):
        posts = 60
        days = np.sort(generator.integers(0, 366, posts)).astype("timedelta64[D]")
        followers = 4000 * (number + 1) + 20 * days.astype(int)
        paid = generator.random(posts) < 0.15
        month = (np.datetime64("2024-01-01") + days).astype("datetime64[M]").astype(int) % 12
        logs = generator.normal(0, 0.6, 12)[month] + generator.normal(0, 0.8, posts)
        expected = followers * level / 100 * np.exp(logs) * (1 + paid)
        part = {
            "platform": platform,
            "account": f"made-up account {'ABCDEF'[number]}",
            "published_at": np.datetime64("2024-01-01") + days,
            "followers": followers,
            "reach": (followers * (0.3 + 0.3 * paid)).astype(int),
            "reactions": generator.poisson(expected),
            "comments": generator.poisson(0.1 * expected),
            "shares": generator.poisson(0.05 * expected),
            "industry": "museums" if number < len(levels) else "banks",
            "paid": paid,
        }
        parts.append(pd.DataFrame(part))
    return pd.concat(parts, ignore_index=True)


def read_posts(
    path: str | Path,
    *,
    drop_bad_rows: bool = False,
    per: Per = "followers",
    reading: Mapping[str, Any] | None = None,
) -> pd.DataFrame:
    """Read a file of posts, checked.

    Parameters
    ----------
    path : str or pathlib.Path
        As for `check_posts`.
    drop_bad_rows : bool
        Whether to go on without the rows that cannot be used.
    per : {"followers", "reach"}
        What interactions are divided by.
    reading : mapping, optional
        What the file does not say itself; see `socionaut.sources.own_files.Reading`.

    Returns
    -------
    pandas.DataFrame
        The posts: text, ``datetime64`` in UTC, ``int64``, and ``bool`` for ``paid``.

    Raises
    ------
    InputError
        If the file as a whole or rows of it cannot be used.
    """
    return check_posts(path, per=per, reading=reading).accept(drop_bad_rows=drop_bad_rows)


def understand_posts(
    source: str | Path | pd.DataFrame | RawTable,
    reading: Mapping[str, Any] | Reading | None = None,
) -> OwnFile:
    """Read a file of posts, and say which column was taken for what.

    Parameters
    ----------
    source : str, pathlib.Path, pandas.DataFrame or RawTable
        CSV in any dialect, a workbook, Parquet, JSON or JSON lines; or a table.
    reading : mapping or Reading, optional
        What the file does not say itself.

    Returns
    -------
    OwnFile

    Raises
    ------
    InputError
        If it is no table.

    Examples
    --------
    >>> understand_posts(example_posts()).taken["how"].unique().tolist()
    ['as named']
    """
    columns = [name for name, *_ in _COLUMNS] + [_ID]
    own = understand_file(source, "posts", columns, reading)
    return without_totals(own, [_ID, "platform", "account", "published_at"], "published_at")


def audience_of(own: OwnFile) -> tuple[Per, str]:
    """Say what rates of a file can be of: followers where it has them, else reach.

    Parameters
    ----------
    own : OwnFile
        As `understand_posts` returns it.

    Returns
    -------
    tuple of str
        The column, and what stands in it: an export may count impressions or views.

    Examples
    --------
    >>> audience_of(understand_posts(example_posts()))
    ('followers', 'followers')
    """
    if "followers" in own.cells or "reach" not in own.cells:
        return "followers", "followers"
    return "reach", str(own.preset.get("audience", "reach"))


def check_posts(
    source: str | Path | pd.DataFrame | OwnFile,
    *,
    per: Per | None = "followers",
    reading: Mapping[str, Any] | Reading | None = None,
) -> CheckedTable:
    """Read posts and find every row that cannot be used.

    Parameters
    ----------
    source : str, pathlib.Path, pandas.DataFrame or OwnFile
        As for `understand_posts`, or what that returned.
    per : {"followers", "reach"} or None
        What interactions are divided by; the other column is ignored. None for followers
        where the file has them, else reach.
    reading : mapping or Reading, optional
        What the file does not say itself.

    Returns
    -------
    CheckedTable
        Its rows typed as `read_posts` says; ``said`` holds ``per`` and the ``audience`` in it.

    Raises
    ------
    InputError
        If the file as a whole cannot be used: it cannot be read, it lacks a column, a column can
        be read in two ways, or one platform or industry is spelt in two ways.

    Examples
    --------
    >>> posts = example_posts().head(3).assign(shares=[0, -1, 2])
    >>> check_posts(posts).faults[["column", "problem", "which"]].values.tolist()
    [['shares', '1 cell is below 0', 'row 2']]
    """
    if per not in ("followers", "reach", None):
        raise InputError(f'Engagement per "{per}" is not known; choose followers or reach.')
    own = source if isinstance(source, OwnFile) else understand_posts(source, reading)
    found, audience = audience_of(own)
    per = per or found
    audience = str(own.preset.get("audience", "reach")) if per == "reach" else "followers"
    cells, notes, questions, found_of = _plain_cells(own, per)
    missing = [c for c in ("platform", "account", "published_at", per, *COUNTS) if c not in cells]
    if missing or questions:
        raise InputError(_all_that_is_wrong(own, cells, per, missing, questions))
    repeats, note = _repeats(own)
    notes = [*own.notes, *notes, *filter(None, [note, _instead(per, audience)])]
    cells, told = _one_account(own, cells)
    notes += told
    checked = checked_table(own.name, cells, *_typed(cells, per, repeats))
    _demand_one_spelling(checked.good, own.name, own.reading.constants)
    good = _final_types(checked.good, per)
    _demand_posts(own, good)
    notes += [*_beyond_audience(good, per, audience), *_running_totals(good), *_days(good)]
    notes += _far_apart(good["published_at"])
    said = {"per": per, "audience": audience, "repeats": bool(repeats), **found_of}
    return replace(checked, good=good, notes=notes, taken=own.taken, said=said)


def _instead(per: Per, audience: str) -> str:
    return f"Rates are per {audience}, which stand in the place of reach." * (audience != per)


def _plain_cells(
    own: OwnFile, per: Per
) -> tuple[pd.DataFrame, list[str], list[str], dict[str, str | None]]:
    """Return the used columns in plain form, what was decided, and what must be asked.

    Besides, the order of dates that the file shows, and its decimal sign.
    """
    known = ["platform", "account", "published_at", per, *COUNTS, "industry", "paid"]
    cells = own.cells[[column for column in known if column in own.cells]].copy()
    said, notes, questions = own.reading, [], []
    parts = {name: own.cells[name] for names in own.sums.values() for name in names}
    counts = {name: cells[name] for name in (per, *COUNTS) if name in cells} | parts
    if "account" in cells:
        cells["account"] = plain_ids(cells["account"])
    try:
        sign = sign_of(counts, said.decimal, separator=own.raw.separator, whole=True)
    except InputError as error:
        questions.append(str(error))
        sign = None
    questions += _units(own, [name for name in (per, *COUNTS) if name in cells])
    plain = {}
    for name, column in counts.items():
        plain[name], told = plain_numbers(_without_gaps(column), sign, percent=False)
        notes += [f"{name}: {sentence}" for sentence in told]
    for name, names in own.sums.items():
        if name in known:
            plain[name] = _summed(pd.DataFrame({part: plain[part] for part in names}))
    cells = cells.assign(**{name: plain[name] for name in (per, *COUNTS) if name in plain})
    if "published_at" in cells:
        options: dict[str, Any] = {"zone": said.zone, "order": said.dates}
        options["usual"] = own.preset.get("dates")
        try:
            bare = said.zone is None and bool(own.preset) and _has_hours(own.cells)
            cells["published_at"], told = plain_times(cells["published_at"], **options)
            cells["published_at"], more = _by_heading(own, cells["published_at"])
            told += more
            notes += [*told, _OWN_CLOCK] if bare and not _has_offset(cells) else told
        except InputError as error:
            questions.append(str(error))
    if "account" in cells and (example := rounded_ids(cells["account"])):
        questions.append(
            f"account: ids were rounded by a spreadsheet or a column of decimals ({example}), so "
            "that several accounts look like one. Export the file again, and keep them as text."
        )
    order = order_in(own.cells["published_at"]) if "published_at" in own.cells else None
    return cells, notes, questions, {"dates": order, "decimal": sign}


def _by_heading(own: OwnFile, times: pd.Series) -> tuple[pd.Series, list[str]]:
    """Give times the offset from UTC that their heading names, where the reader names no zone."""
    heading = own.heading("published_at")
    offset = offset_in(heading)
    if own.reading.zone or not offset:
        return times, []
    moved = with_offset(times, offset)
    if moved.equals(times) or offset == "Z":
        return moved, []
    return moved, [f'Times are read as of UTC{offset}, as the heading "{heading}" says.']


def _units(own: OwnFile, counts: list[str]) -> list[str]:
    """Say which headings name a unit, in which a count is no whole number any more."""
    return [
        f'{name}: the heading "{own.heading(name)}" says {unit}; counts are needed. Multiply them '
        "out, or export them in full, under a heading without the unit."
        for name in counts
        if (unit := unit_in(own.heading(name)))
    ]


def _without_gaps(column: pd.Series) -> pd.Series:
    """Return counts with empty cells where a program writes a word or a sign for no value."""
    if pd.api.types.is_numeric_dtype(column.dtype):
        return column
    written = stripped(column)
    gaps = [text for text in written.unique() if text.casefold() in GAPS]
    return written.where(~written.isin(gaps), "").astype("str") if gaps else column


def _summed(parts: pd.DataFrame) -> pd.Series:
    """Add columns of counts; a row with a part that is no number keeps that part as it stands."""
    values = parts.apply(whole_numbers)
    total = values.sum(axis=1, skipna=False)
    wrong = parts.astype("str").where(values.isna()).bfill(axis=1).iloc[:, 0]
    return total.map("{:.0f}".format).where(total.notna(), wrong).astype("str")


def _all_that_is_wrong(
    own: OwnFile, cells: pd.DataFrame, per: Per, missing: list[str], questions: list[str]
) -> str:
    """Say in one go what is missing, what must be asked, and which cells have faults."""
    lines = []
    headings = list(map(str, own.raw.cells))
    seen = "reach" not in own.cells and near_names("reach", headings)
    if per in missing and seen and not near_names(per, headings):
        # Most exports have no followers, but say how many saw a post.
        missing = ["reach" if column == per else column for column in missing]
        per = "reach"
    if missing:
        more = "`socionaut posts --columns` says what each holds."
        other = "reach" if per == "followers" else "followers"
        if per in missing and other in own.cells:
            more += f' For engagement per {other}, add "--per {other}".'
        lines.append(missing_columns(own.name, missing, headings, more))
        # A column that the file may have is no constant.
        constants = [column for column in missing
                     if column in ("platform", "account", per)
                     and not near_names(column, headings)]  # fmt: skip
        if constants:
            values = {"platform": "Facebook", "account": "my page", per: "12000"}
            options = " ".join(f'--set "{column}={values[column]}"' for column in constants)
            lines.append(f"What is the same in every row can be said, for example: {options}")
    else:
        lines.append(f"{own.name} does not say all that is needed.")
    lines += questions
    if not questions and len(cells.columns):
        checked = checked_table(own.name, cells, *_typed(cells, per, []))
        if len(checked.faults):
            lines.append(f"Besides:\n{checked.sentences()}")
    return "\n".join(lines)


def _repeats(own: OwnFile) -> tuple[list[Fault], str]:
    """Return which posts come again, and a sentence where that cannot be told."""
    cells = own.cells
    again = cells.duplicated()
    mend = "keep one of the two"
    repeat = Fault("row", "row repeats an earlier one", again, mend)
    for name in [name for name in cells if name == _ID or folded(str(name)) in _IDS]:
        ids = stripped(cells[name])
        if example := rounded_ids(cells[name]):
            return [], (
                f"The ids in {name} were rounded ({example}), so they do not show which posts "
                "come twice; none was left out."
            )
        twice = ids.duplicated() & ids.ne("")
        if ids.eq("").any() or (name != _ID and twice.mean() > SHARE_OF_SLIPS):
            continue
        other = twice & ~again
        mend = "keep the last count of each post, or one day of it, with --only COLUMN=VALUE"
        return [repeat, Fault(str(name), "cell is that of an earlier row, with other counts",
                              other, mend, drop=False)], ""  # fmt: skip
    if (snapshots := _snapshots(own, again)) is not None:
        return [repeat, snapshots], ""
    if not again.any() or _has_hours(cells):
        return [repeat], ""
    rows = ", ".join(map(str, cells.index[again][:_ROWS_NAMED]))
    return [], (
        f"{int(again.sum())} rows equal an earlier one in every column (rows {rows}). The file has "
        "neither ids of posts nor hours, so they are taken as posts of their own."
    )


def _snapshots(own: OwnFile, again: pd.Series) -> Fault | None:
    """Find counts of one post that were taken more than once, as an export a day holds them."""
    keys = ["platform", "account", "published_at"]
    if not _has_hours(own.cells) or not {*keys} <= {*own.cells}:
        return None
    same = own.cells[keys].apply(stripped)
    twice = same.duplicated() & ~again
    if twice.sum() <= max(SLIPS, 0.5 * len(same)):
        return None
    mend = "keep the last count of each post; if they are posts of their own, add a column post_id"
    return Fault(
        "row", "row is of the account and minute of an earlier one", twice, mend, drop=False
    )


def _demand_posts(own: OwnFile, posts: pd.DataFrame) -> None:
    """Refuse rows that are no posts but sums of several, of a month say."""
    for name in own.unused():
        values = numbers(own.cells[name])
        if folded(str(name)) in _NUMBERS_OF_POSTS and (values > 1).any():
            raise InputError(
                f'{own.name}: its column "{name}" says that a row counts several posts, up to '
                f"{values.max():g}. A row must be one post; export the posts, and no sums of them."
            )
    times = posts["published_at"]
    firsts = times.dt.day.eq(1) & times.dt.normalize().eq(times)
    if firsts.all() and times.nunique() >= _LEAST_FIRSTS:
        raise InputError(
            f"{own.name}: all dates are the first day of a month, so rows seem to be months and "
            "no posts. A row must be one post; export the posts, and no sums of them."
        )


def _days(posts: pd.DataFrame) -> list[str]:
    """Say that rows may be days and no posts, where an account has one on every day."""
    times = posts["published_at"]
    spans = posts.groupby(["platform", "account"])["published_at"].agg(["min", "max", "nunique"])
    daily = (spans["max"] - spans["min"]).dt.days + 1 == spans["nunique"]
    one = spans["nunique"].sum() == len(posts) and (spans["nunique"] >= _LEAST_DAILY).all()
    if not (len(posts) and daily.all() and one and times.dt.normalize().eq(times).all()):
        return []
    return [
        "Each account has one row on every day, without an hour: if rows are days and no posts, "
        "the rates are none of posts."
    ]


def _far_apart(times: pd.Series) -> list[str]:
    """Name few posts that lie more than a year before or after all others, as slips do."""
    ordered = times.sort_values(kind="stable").reset_index(drop=True)
    gaps = np.flatnonzero(ordered.diff() > pd.Timedelta(days=366))
    few, notes = max(1, int(SHARE_OF_SLIPS * len(ordered))), []
    for at, where in ((int(gaps[0]), "before"), (int(gaps[-1]), "after")) if len(gaps) else ():
        some = ordered[:at] if where == "before" else ordered[at:]
        if len(some) <= few < len(ordered) - few:
            count = "1 post lies" if len(some) == 1 else f"{len(some)} posts lie"
            notes.append(
                f"{count} more than a year {where} all others, on {some.iloc[0]:%Y-%m-%d}: look "
                "the date up."
            )
    return notes


def _running_totals(posts: pd.DataFrame) -> list[str]:
    """Name counts that never fall from post to post of an account, as sums of all before do."""
    if len(posts) > _MOST_FOR_TOTALS:
        return []
    notes = []
    rows = posts.sort_values(["platform", "account", "published_at"], kind="stable")
    names = rows["platform"].astype(str) + "\0" + rows["account"].astype(str)
    large = names.groupby(names).transform("size") >= _LEAST_FOR_TOTALS
    if not large.any():
        return []
    for column in COUNTS:
        values = rows.loc[large, column]
        steps = values.groupby(names[large]).diff().dropna()
        if (steps >= 0).all() and (steps > 0).mean() > 0.5:
            notes.append(
                f"{column} never fall from one post of an account to its next: if they are running "
                "totals of the account, give what each post had by itself."
            )
    return notes


def _has_offset(cells: pd.DataFrame) -> bool:
    """Return whether a time says by how much it is ahead of UTC."""
    times = cells["published_at"]
    if isinstance(times.dtype, pd.DatetimeTZDtype) or times.dtype.kind == "M":
        return isinstance(times.dtype, pd.DatetimeTZDtype)
    return bool(stripped(times).str.contains(r"(?:Z|[+-]\d\d:?\d\d)$", regex=True).any())


def _has_hours(cells: pd.DataFrame) -> bool:
    """Return whether times hold hours, so that two posts of a day can be told apart."""
    if "published_at" not in cells:
        return False
    times = cells["published_at"]
    if times.dtype.kind == "M":
        return bool((times.dt.normalize() != times).any())
    return bool(stripped(times).str.contains(r"\d:\d\d", regex=True).any())


def _beyond_audience(posts: pd.DataFrame, per: Per, audience: str) -> list[str]:
    """Name posts with more interactions than audience, which lift a mean by themselves."""
    more = posts[list(COUNTS)].sum(axis=1) > posts[per]
    if not more.any():
        return []
    first = posts[more].iloc[0]
    interactions = int(first[list(COUNTS)].sum())
    return [
        f"{int(more.sum())} posts have more interactions than {audience}, the first "
        f"{interactions:,} with {int(first[per]):,} {audience} on "
        f"{first['published_at']:%Y-%m-%d}: "
        "look them up, since a few such posts lift the mean; the median does not follow them."
    ]


def _typed(raw: pd.DataFrame, per: Per, repeats: list[Fault]) -> tuple[pd.DataFrame, list[Fault]]:
    """Return the cells as values, and every fault with the rows it is in."""
    typed = pd.DataFrame(index=raw.index)
    blank = {column: stripped(raw[column]).eq("") for column in raw}
    faults = []
    for column in raw.columns.intersection(["platform", "account"]):
        typed[column] = stripped(raw[column])
        nothing = blank[column] | typed[column].str.casefold().isin(NOTHING)
        faults.append(Fault(column, "cell is empty", nothing, "write the name"))
    if "published_at" in raw:
        typed["published_at"] = moments(raw["published_at"])
        faults += _date_faults(typed["published_at"], blank["published_at"])
    for column in [name for name in (per, *COUNTS) if name in raw]:
        typed[column] = whole_numbers(raw[column])
        least = 1 if column == per else 0
        faults += _number_faults(column, typed[column], blank[column], least)
    if "industry" in raw:
        typed["industry"] = stripped(raw["industry"]).replace("", _NOT_STATED)
    if "paid" in raw:
        typed["paid"] = stripped(raw["paid"]).str.lower().map(_TRUTH)
        mend = "write true or false"
        faults.append(Fault("paid", "cell is not true or false", typed["paid"].isna(), mend))
    return typed, faults + repeats


def _date_faults(times: pd.Series, blank: pd.Series) -> Iterator[Fault]:
    column, form = "published_at", "write the date as 2024-03-01 or 2024-03-01 18:30"
    yield Fault(column, "cell is empty", blank, form)
    yield Fault(column, "cell is not a date", times.isna() & ~blank, form)
    early = times < _FIRST_POST
    late = times > _LAST_POST
    yield Fault(column, f"cell is after {_LAST_POST.year - 1}", late, "look the date up")
    why = "look the date up; 1970 is often an empty date of a program"
    yield Fault(column, f"cell is before {_FIRST_POST.year}", early, why)


def _number_faults(column: str, values: pd.Series, blank: pd.Series, least: int) -> Iterator[Fault]:
    known = "0 only if it is known to be 0" if least == 0 else "remove the post if nobody knows"
    unread, low = values.isna() & ~blank, values < least
    digits = "write digits only, such as 1200: no text, comma, percent sign or fraction"
    look = "look the number up" if least == 0 else "no rate exists without an audience; look it up"
    for problem, bad, mend in (
        ("empty", blank, f"write the number; {known}"),
        ("not a whole number", unread, digits),
        (f"below {least}", low, look),
    ):
        # Cells that an export hides or bounds are no chance sample: -1, <5, 10k+.
        drop = are_slips(bad) or (least == 1 and bool(low.any()))
        yield Fault(column, f"cell is {problem}", bad, mend, drop=drop)


def _one_account(own: OwnFile, cells: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Refuse accounts that look alike, which would count as two; or take them as one."""
    names = stripped(cells["account"])
    for column in own.unused():
        ids = stripped(own.cells[column]).groupby(names).nunique()
        if folded(str(column)) in _ACCOUNT_IDS and (ids > 1).any():
            raise InputError(
                f'{own.name}: {ids.idxmax()} stands for {ids.max()} accounts by the column "'
                f'{column}". To tell them apart, add --rename {in_quotes(f"{column}=account")}.'
            )
    same = spellings(pd.Series(names[names.ne("")].unique(), dtype="str"))
    if same.empty:
        return cells, []
    example = " and ".join(map(repr, same.iloc[0]))
    count = f"{len(same)} account{'s' if len(same) > 1 else ''}"
    if not own.reading.joined.get("names"):
        raise InputError(
            f"{own.name}: {count} in more than one spelling, for example {example}. If they are "
            "the same, add --join-names; if not, write them apart."
        )
    note = (
        f"{len(same)} accounts in more than one spelling, for example {example}, are taken as one."
    )
    return cells.assign(account=spelt_alike(names, same)), [note]


def _demand_one_spelling(posts: pd.DataFrame, name: str, said: Mapping[str, str]) -> None:
    """Refuse two spellings of one group, which would split it in two."""
    for column in posts.columns.intersection(["platform", "industry"]):
        spelt: dict[str, list[str]] = {}
        for text in sorted(posts[column].unique()):
            plain = "".join(text.casefold().split())
            plain = _ALIASES.get(plain, plain) if column == "platform" else plain
            spelt.setdefault(plain, []).append(text)
        for same in spelt.values():
            if len(same) > 1:
                raise InputError(
                    f'{name}, column "{column}": {" and ".join(same)} look like one '
                    f"{column} in {len(same)} spellings; write it the same in every row."
                )
    known = {platform.casefold(): platform for platform in _PLATFORMS}
    for text in sorted(posts["platform"].unique()):
        plain = "".join(text.casefold().split())
        close = difflib.get_close_matches(plain, known, n=1, cutoff=0.85)
        if close and plain not in known and text not in said.values() and text.isalpha():
            count = int(posts["platform"].eq(text).sum())
            raise InputError(
                f'{name}, column "platform": {text} ({count} rows) looks like a slip for '
                f"{known[close[0]]}; correct the spelling."
            )


def _final_types(posts: pd.DataFrame, per: Per) -> pd.DataFrame:
    types = dict.fromkeys((per, *COUNTS), "int64")
    if "paid" in posts:
        types["paid"] = "bool"
    typed = posts.astype(types)
    return typed if "industry" in typed else typed.assign(industry=_NOT_STATED)
