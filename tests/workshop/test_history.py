"""The history of decisions: each change of the ledger that nobody gave a reason for is found."""

from __future__ import annotations

import pandas as pd
import pytest

from socionaut.errors import InputError
from socionaut.ledger.tables import read_table
from workshop.history import FIRST, decision, history_problems, rounding, token_problems

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


def test_each_figure_is_a_claim_once(claims):
    place = ["document", "line", "token", "occurrence", "part"]
    assert not claims.duplicated(place).any()


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
