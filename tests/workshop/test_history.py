"""The history of decisions: each change of the ledger that nobody gave a reason for is found."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest

from socionaut.errors import InputError
from socionaut.ledger.tables import PROJECT, read_table
from workshop.history import (
    FIRST,
    change,
    change_problems,
    decision,
    first_digest,
    history_problems,
    noted_problems,
    rounding,
    token_problems,
)

KEY = "c003-041-2"


@pytest.fixture
def claims() -> pd.DataFrame:
    return read_table("claims")


@pytest.fixture
def decisions() -> pd.DataFrame:
    return read_table("decisions")


def test_the_ledger_is_what_was_decided(claims, decisions):
    assert history_problems(claims, decisions) == []


def test_each_token_says_its_value_without_the_documents(claims):
    assert token_problems(claims) == []


def twins(claims: pd.DataFrame) -> list[str]:
    """Return ids of claims that tell a figure, or a subject, of an earlier one once more."""
    place = ["document", "line", "token", "occurrence", "part"]
    again = claims.duplicated(place) | claims.duplicated("subject")
    parts = claims.groupby(place[:-1])["part"]
    return claims.loc[again | (claims["part"] > parts.transform("count")), "id"].tolist()


def test_each_figure_is_a_claim_once(claims):
    assert twins(claims) == []


@pytest.mark.parametrize(
    "values", [{}, {"subject": "in other words"}, {"subject": "in other words", "part": 3}]
)
def test_a_claim_told_twice_is_found(claims, values):
    row = claims[claims["id"] == KEY].assign(id="c003-041-9", **values)
    assert twins(pd.concat([claims, row])) == ["c003-041-9"]


# Of the decisions that were recorded first. No later one is a first one: it has its own reason.
FIRST_DECISIONS = "8660a7bbd070"


def test_no_first_decision_is_changed(decisions):
    assert first_digest(decisions) == FIRST_DECISIONS


def test_a_first_decision_that_is_changed_or_taken_away_is_found(decisions):
    wider = decisions.assign(tolerance=decisions["tolerance"].where(decisions.index > 1, 2.5))
    assert first_digest(wider) != FIRST_DECISIONS
    assert first_digest(decisions.drop(index=0)) != FIRST_DECISIONS
    assert first_digest(decisions.sample(frac=1, random_state=1)) == FIRST_DECISIONS


def test_no_table_of_facts_changes_without_a_reason():
    assert change_problems(PROJECT / "data") == []


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("series", "2019-Q3,quarter,2019-07-01,31,", "2019-Q3,quarter,2019-07-01,32,"),
        ("events", "2020-02-14", "2020-02-21"),
        ("references", ",26,,equal,%", ",62,,equal,%"),
        ("series_catalogue", ",level,", ",mean,"),
    ],
)
def test_a_fact_that_changes_without_a_reason_is_found(tmp_path, name, old, new):
    folder = shutil.copytree(PROJECT / "data", tmp_path / "data")
    path = folder / f"{name}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert [f"data/{name}.csv is not" in problem for problem in change_problems(folder)] == [True]
    changes = folder / "changes.csv"
    row = change(folder, name, "2027-01-02", "the page was corrected")
    line = ",".join(map(str, row.values())) + "\n"
    changes.write_text(changes.read_text(encoding="utf-8") + line, encoding="utf-8")
    assert change_problems(folder) == []


@pytest.mark.parametrize(("name", "reason"), [("glossary", "a good reason"), ("series", "because")])
def test_a_change_of_no_facts_or_without_a_reason_is_refused(name, reason):
    with pytest.raises(InputError):
        change(PROJECT / "data", name, "2027-01-02", reason)


def test_each_reference_says_its_figure_twice():
    assert noted_problems(read_table("references")) == []


@pytest.mark.parametrize(
    ("value", "high", "unit", "token", "found"),
    [
        (2.32e9, None, "users", "2.32 billion users", False),
        (2.23e9, None, "users", "2.32 billion users", True),
        (2.32, None, "million users", "2.32 million users", False),
        (2.32, None, "users", "2.32 million users", True),
        (43.0, None, "%", "43 %", False),
        (43.0, None, "share", "43 %", True),
        (-3.6, None, "%", "−3.6 %", False),
        (3.6, None, "%", "−3.6 %", True),
        (25.8, 31.1, "%", "25.8 to 31.1 %", False),
        (25.8, None, "%", "25.8 to 31.1 %", True),
        (2019.0, None, "year", "2019", False),
        (179_974.0, None, "posts", "179,974 posts", False),
    ],
)
def test_a_value_or_unit_that_the_token_does_not_say_is_found(value, high, unit, token, found):
    row = {"id": "a", "value": value, "value_high": high, "unit": unit, "token": token}
    assert bool(noted_problems(pd.DataFrame([row]))) == found


@pytest.mark.parametrize(
    ("comparison", "value", "unit", "token", "found"),
    [
        ("at least", 1.0, "ratio", "more, in words", False),
        ("at most", 1.0, "ratio", "more, in words", True),
        ("at least", 2.0, "ratio", "more, in words", True),
        ("at least", 1.0, "ratio", "1 ratio", True),
        ("at least", 50.0, "%", "more than half, in words", False),
        ("at least", 50.0, "%", "50 %", False),
    ],
)
def test_words_without_a_number_are_told_as_words(comparison, value, unit, token, found):
    row = {"id": "a", "comparison": comparison, "value": value, "unit": unit, "token": token}
    assert bool(noted_problems(pd.DataFrame([row | {"value_high": None}]))) == found


def exchanged(references: pd.DataFrame) -> list[str]:
    """List the pages that have two addresses, and the addresses that have two pages."""
    pages = references["publisher"] + ", " + references["title"]
    both = pd.DataFrame({"page": pages, "url": references["url"]}).drop_duplicates()
    return [key for name in both for key in both[name][both[name].duplicated()]]


def test_each_page_has_one_address():
    references = read_table("references")
    assert exchanged(references) == []
    shared = references.index[references["url"].duplicated(keep=False)]
    for one, other in ((shared[0], shared[-1]), (shared[5], shared[-9])):
        planted = references.copy()
        planted.loc[[one, other], "url"] = references.loc[[other, one], "url"].tolist()
        assert exchanged(planted)


def changed(claims: pd.DataFrame, **values: object) -> pd.DataFrame:
    """Return the ledger with other values for one claim."""
    table = claims.copy()
    for name, value in values.items():
        table.loc[table["id"] == KEY, name] = value
    return table


@pytest.mark.parametrize(
    "values",
    [
        {"tolerance": 5e8},
        {"tolerance": float("nan")},
        {"expected_verdict": "confirmed", "fault": ""},
        {"fault": "scope"},
        {"comparison": "at most"},
        {"tolerance": 2.5, "expected_verdict": "consistent", "fault": ""},
    ],
)
def test_a_change_without_a_decision_is_found(claims, decisions, values):
    table = changed(claims, **values)
    assert any(problem.startswith(KEY) for problem in history_problems(table, decisions))


def test_a_change_with_a_decision_passes(claims, decisions):
    table = changed(claims, expected_verdict="untested", fault="", tolerance=float("nan"))
    row = decision(table, KEY, "2027-01-02", "the page was taken back by its publisher")
    after = pd.concat([decisions, pd.DataFrame([row])], ignore_index=True)
    assert history_problems(table, after) == []


def test_an_odd_tolerance_needs_a_reason_of_its_own(claims, decisions):
    table = changed(claims, tolerance=5e8)
    first = decisions.copy()
    first.loc[first["claim"] == KEY, "tolerance"] = 5e8
    assert "record why" in history_problems(table, first)[0]
    first.loc[first["claim"] == KEY, "reason"] = "the text speaks of half billions"
    assert history_problems(table, first) == []


def test_claims_that_go_or_come_are_found(claims, decisions):
    assert "is not in the ledger" in history_problems(claims[claims["id"] != KEY], decisions)[0]
    assert "has no decision" in history_problems(claims, decisions[decisions["claim"] != KEY])[0]


@pytest.mark.parametrize(
    ("date", "reason"), [("2026-11-01", "a good reason"), ("2027-01-02", FIRST)]
)
def test_a_later_row_has_a_later_date_and_a_reason(claims, decisions, date, reason):
    row = decision(claims, KEY, date, reason)
    assert history_problems(claims, pd.concat([decisions, pd.DataFrame([row])]))


@pytest.mark.parametrize(("key", "reason"), [("c009-000-1", "a good reason"), (KEY, "because")])
def test_a_decision_on_nothing_or_without_a_reason_is_refused(claims, key, reason):
    with pytest.raises(InputError):
        decision(claims, key, "2027-01-02", reason)


@pytest.mark.parametrize("value", [3.2e9, 230.0])
def test_a_value_that_the_token_does_not_say_is_found(claims, value):
    key = claims.loc[claims["token"] == "2,3 milliards", "id"].iloc[0]
    claims.loc[claims["id"] == key, "value"] = value
    assert [problem[:10] for problem in token_problems(claims)] == [key]


@pytest.mark.parametrize(
    ("token", "half"),
    [
        ("67 %", 0.5),
        ("4,66", 0.005),
        ("2,3 milliards", 5e7),
        ("304 millions", 5e5),
        ("1.29", 0.005),
    ],
)
def test_the_rounding_of_a_token(token, half):
    assert rounding(token) == pytest.approx(half)
