"""The judgement: verdicts and faults by the ledger's rules, in both directions, shown whole."""

import json
import math

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from socionaut.errors import InputError
from socionaut.estimates import Estimate, exactly
from socionaut.ledger import claims
from socionaut.ledger.claims import (
    FINDING_TYPE,
    Finding,
    JudgementError,
    acceptable,
    claim,
    find,
    judge,
    published,
    weigh,
)
from socionaut.ledger.evidence import reference, reference_estimate
from socionaut.ledger.tables import (
    read_table,
)

INFINITY = float("inf")
ROW = {
    "id": "c000-001-1",
    "document": "000",
    "line": 1,
    "token": "plus de 50 %",
    "value": 50.0,
    "value_high": math.nan,
    "comparison": "equal",
    "unit": "%",
    "kind": "share",
    "subject": "Share of an invented public",
    "quantity": "reading: daily",
    "population": "adults",
    "geography": "France",
    "period": "2019",
    "credited_source": "Bureau",
    "theme": "other",
    "route": "reference",
    "tolerance": 5.0,
    "expected_verdict": "confirmed",
    "fault": "",
    "reason": "",
}
SOURCE = {
    "id": "bureau-2019",
    "publisher": "Bureau",
    "title": "A yearbook",
    "url": "https://example.org/a?b=1&c=<2>",
    "quantity": "reading: daily",
    "population": "adults",
    "geography": "France",
    "period": "2019",
    "value": 50.0,
    "value_high": math.nan,
    "comparison": "equal",
    "unit": "%",
    "token": "50 %",
}
NEAR, FAR = {"quantity": "reading: weekly"}, {"quantity": "writing"}


def row(**cells):
    return pd.Series(ROW | cells)


def source(**cells):
    return pd.Series(SOURCE | cells)


@pytest.fixture
def ledger(monkeypatch):
    """Put an invented claim in the place of every one of the ledger; cells may be changed."""
    cells = {}
    monkeypatch.setattr(claims, "claim", lambda key: row(id=key, **cells))
    return cells


# --- What agrees.


@pytest.mark.parametrize(
    ("comparison", "high", "interval"),
    [
        ("equal", math.nan, (45, 55)),
        ("about", math.nan, (45, 55)),
        ("at least", math.nan, (45, INFINITY)),
        ("at most", math.nan, (-INFINITY, 55)),
        ("range", 60, (45, 65)),
    ],
)
def test_the_interval_that_agrees(comparison, high, interval):
    assert acceptable(row(comparison=comparison, value_high=high)) == interval


@pytest.mark.parametrize(
    "cells",
    [
        {"value": math.nan},
        {"tolerance": math.nan},
        {"tolerance": -1},
        {"comparison": "range", "value_high": math.nan},
    ],
)
def test_a_claim_that_cannot_be_judged(cells):
    with pytest.raises(JudgementError, match="no upper end of its range, or no tolerance"):
        acceptable(row(**cells))


IN, OUT, MEETS = exactly(52), exactly(70), Estimate(58, 52, 64)
LESS, MORE = exactly(20), exactly(90)


@pytest.mark.parametrize(
    ("comparison", "estimate", "verdict"),
    [
        ("equal", IN, "confirmed"),
        ("equal", exactly(55), "confirmed"),
        ("equal", exactly(45), "confirmed"),
        ("equal", exactly(55.001), "differs"),
        ("equal", MEETS, "consistent"),
        ("equal", Estimate(52, 20, 90), "consistent"),
        ("equal", Estimate(52, 46, 54), "confirmed"),
        ("equal", OUT, "differs"),
        ("equal", LESS, "differs"),
        ("equal", Estimate(40, 40, INFINITY), "untested"),  # a bound bears out no number
        ("equal", Estimate(52, -INFINITY, 52), "untested"),
        ("at least", Estimate(40, 40, INFINITY), "untested"),
        ("at most", Estimate(60, -INFINITY, 60), "untested"),
        ("at most", Estimate(40, 40, INFINITY), "untested"),
        ("about", IN, "confirmed"),
        ("about", OUT, "differs"),
        ("at least", MORE, "confirmed"),
        ("at least", LESS, "differs"),
        ("at least", Estimate(30, 20, 50), "consistent"),
        ("at most", LESS, "confirmed"),
        ("at most", MORE, "differs"),
        ("at most", Estimate(60, 50, 70), "consistent"),
        ("range", exactly(60), "confirmed"),
        ("range", exactly(66), "differs"),
        ("range", Estimate(66, 64, 68), "consistent"),
    ],
)
def test_verdicts(comparison, estimate, verdict):
    high = 60.0 if comparison == "range" else math.nan
    found = weigh(row(comparison=comparison, value_high=high), estimate)
    assert found == (verdict, "value" if verdict == "differs" else "")


@pytest.mark.parametrize(
    ("reference_cells", "expected"),
    [
        ({}, ("confirmed", "")),
        (NEAR, ("consistent", "")),
        ({"quantity": "reading"}, ("consistent", "")),
        (FAR, ("differs", "quantity")),
        ({"publisher": "Another"}, ("differs", "source")),
        ({"geography": "World"}, ("differs", "scope")),
        ({"population": "children"}, ("differs", "scope")),
        ({"period": "2020"}, ("consistent", "")),
        ({"period": "2021"}, ("differs", "period")),
        ({"period": "2018-Q4"}, ("consistent", "")),
        ({"period": "2017"}, ("untested", "")),
        ({"period": "2017"} | FAR, ("differs", "quantity")),
        ({"period": "spring"}, ("differs", "period")),
        ({"period": "2020"} | FAR, ("differs", "quantity")),
        ({"publisher": "Another", "geography": "World"} | FAR, ("differs", "source")),
        ({"period": "2020", "population": "children"}, ("differs", "scope")),
        ({"geography": "World", "population": "adults: of 18"}, ("differs", "scope")),
        ({"geography": "France: cities", "population": "children"}, ("differs", "scope")),
        ({"period": ""} | NEAR, ("consistent", "")),
        (dict.fromkeys(("publisher", "quantity", "population", "geography", "period"), ""), None),
    ],
)
def test_facets(reference_cells, expected):
    found = weigh(row(), IN, reference=source(**reference_cells))
    assert found == (expected or ("confirmed", ""))


@pytest.mark.parametrize(
    ("first", "second", "earlier"),
    [
        ("2016", "2017", True),
        ("2016-11", "2017-02: monthly", True),
        ("2017", "2016", False),
        ("2016-01", "2016-12", False),  # no finer than a year
        ("", "2017", False),
        ("2016", "", False),
        ("spring 2016", "2017", False),
        ("2016", "spring 2017", False),
    ],
)
def test_only_a_year_before_another_year_is_earlier(first, second, earlier):
    assert claims._earlier(first, second) is earlier


def test_a_figure_is_stale_once_a_source_of_its_time_disagrees():
    assert weigh(row(period="spring"), IN, reference=source(period="2018")) == ("differs", "period")
    assert weigh(row(), OUT, reference=source(period="2018")) == ("untested", "")
    later = weigh(row(), OUT, reference=source(), instead={"staleness": IN})
    assert later == ("differs", "staleness")


def test_a_bound_of_a_source_bears_out_the_number_that_it_names_and_no_other():
    def bound(value):
        return weigh(row(), Estimate(value, value, INFINITY), reference=source())

    assert bound(50) == ("confirmed", "")  # "over 50" printed as 50
    assert bound(46) == ("untested", "")
    assert bound(40) == ("untested", "")


def test_the_interval_of_a_computed_value_counts_beside_its_source():
    wide = Estimate(52, 20, 90, "sampling")
    assert weigh(row(), wide, reference=source()) == ("consistent", "")


@pytest.mark.parametrize(
    ("ours", "theirs", "beside"),
    [
        ("2019", "2018-12", True),
        ("2019", "2017", False),
        ("2010: the month before May", "2008", False),
        ("before 2010", "2008", True),
        ("2017", "2019-2021", False),
        ("2017", "2018-2021", True),
    ],
)
def test_periods_beside_each_other_are_of_neighbouring_years(ours, theirs, beside):
    assert claims._beside(ours, theirs) is beside


def test_a_facet_that_the_claim_leaves_empty_is_not_compared():
    empty = row(quantity="", credited_source="", period="")
    assert weigh(empty, IN, reference=source(period="1990", publisher="x", **FAR)) == (
        "confirmed",
        "",
    )


NEARBY = {"quantity": "visits a day"}


def test_a_near_thing_is_never_confirmed():
    assert weigh(row(), IN, near=NEARBY) == ("consistent", "")


@pytest.mark.parametrize(
    ("near", "verdict"),
    [
        ({"quantity": "cats"}, "consistent"),  # worded otherwise: the author's to judge
        ({"geography": "France: cities"}, "consistent"),
        ({"geography": "United States"}, "untested"),
        ({"geography": "World"}, "untested"),
        ({"population": "children"}, "untested"),
        ({"period": "2018"}, "consistent"),
        ({"period": "2020-02"}, "consistent"),
        ({"period": "2011 to 2018"}, "consistent"),
        ({"period": "2017: autumn"}, "untested"),
        ({"period": "2021"}, "untested"),
        ({"period": "before 2018"}, "consistent"),
        ({"period": "after 2010"}, "consistent"),
        ({"period": "spring"}, "untested"),
        ({"quantity": "cats", "population": "children"}, "untested"),
    ],
)
def test_near_evidence_is_of_the_same_people_place_and_time(near, verdict):
    assert weigh(row(), IN, near=near) == (verdict, "")
    assert weigh(row(), OUT, near=near) == ("untested", "")
    assert weigh(row(geography="", population="", period=""), IN, near=near)[0] == "consistent"


def test_of_the_world_any_country_is_a_part():
    assert weigh(row(geography="World"), IN, near={"geography": "France"})[0] == "consistent"


@pytest.mark.parametrize("near", [{"size": "big"}, {"quantity": ""}, {"geography": "France"}])
def test_near_evidence_names_a_facet_that_it_does_not_share(near):
    with pytest.raises(JudgementError, match="Name one of geography, period, population, quan"):
        weigh(row(geography="France"), IN, near=near)


def test_evidence_of_another_time_stops_and_the_finding_tells_a_near_one():
    with pytest.raises(JudgementError, match="is of another period, which shows nothing"):
        judge("c003-279-1", exactly(31e9), because="Old.", near={"period": "1990"})
    found = claims.find("c003-279-1", exactly(31e9), because="Near.", near=NEARBY)
    assert found.facts()["near in"] == "quantity: visits a day"
    assert found._repr_mimebundle_()[FINDING_TYPE]["near"] == "quantity: visits a day"
    plain = claims.find("c003-279-1", exactly(31e9), because="Same.")
    assert "near" not in plain._repr_mimebundle_()[FINDING_TYPE]


def test_the_finding_tells_in_what_its_reference_is_near():
    care = reference("wptv-2020-care")
    found = claims.find("c003-349-1", because="Near.", reference=care)
    assert found.near == f"quantity: {care['quantity']}"
    both = claims.find("c003-349-1", because="Near.", reference=care, near={"period": "2020-04"})
    assert both.near == f"quantity: {care['quantity']}; period: 2020-04"
    same = claims.find(
        "c003-363-1", because="Same.", reference=reference("gensdinternet-2020-request")
    )
    assert (same.verdict, same.near) == ("confirmed", "")


def test_what_cannot_confirm_cannot_refute():
    assert weigh(row(), OUT, near=NEARBY) == ("untested", "")
    assert weigh(row(), OUT, reference=source(**NEAR)) == ("untested", "")
    assert weigh(row(), OUT, reference=source(period="2020")) == ("untested", "")
    # Another reading under which the figure holds is a finding of its own.
    assert weigh(row(), OUT, near=NEARBY, instead={"period": IN}) == ("differs", "period")


def test_near_evidence_that_disagrees_is_no_judgement():
    with pytest.raises(JudgementError, match=r"c003-279-1 is of a near thing .* refutes nothing"):
        judge("c003-279-1", exactly(1.0), because="Another count.", near=NEARBY)


def test_a_number_that_does_not_fit_is_told_before_what_it_is_of():
    assert weigh(row(), OUT, reference=source()) == ("differs", "value")


@pytest.mark.parametrize(
    ("instead", "fault"),
    [
        ({"period": IN}, "period"),
        ({"period": OUT, "quantity": IN}, "quantity"),
        ({"scope": MEETS, "period": IN}, "scope"),
    ],
)
def test_another_reading_explains_a_difference(instead, fault):
    assert weigh(row(), OUT, instead=instead) == ("differs", fault)
    assert weigh(row(), OUT, instead=instead, reference=source(publisher="x"))[1] == fault


def test_another_reading_that_does_not_hold_stops():
    with pytest.raises(JudgementError, match="does not agree with that reading either"):
        weigh(row(), OUT, instead={"period": exactly(99)})
    # Where the claim agrees as it stands, no other reading is asked for.
    assert weigh(row(), IN, instead={"period": exactly(99)}) == ("confirmed", "")


def test_a_comparison_in_words_differs_in_direction():
    wording = row(kind="wording", unit="ratio", value=1.0, tolerance=0.0, comparison="at least")
    assert weigh(wording, exactly(0.9)) == ("differs", "direction")
    assert weigh(wording, exactly(1.1)) == ("confirmed", "")
    assert weigh(row(kind="rate", unit="ratio"), OUT) == ("differs", "value")
    multiplied = row(**(wording.to_dict() | {"value": 2.0}))
    assert weigh(multiplied, exactly(1.1)) == ("differs", "value")


# --- Properties.


NUMBERS = st.floats(-1e6, 1e6)


@st.composite
def rows(draw):
    value, width = draw(NUMBERS), draw(st.floats(0, 1e6))
    comparison = draw(st.sampled_from(["equal", "about", "at least", "at most", "range"]))
    high = value + width if comparison == "range" else math.nan
    tolerance = draw(st.floats(0, 1e6))
    return row(value=value, value_high=high, comparison=comparison, tolerance=tolerance)


@st.composite
def estimates(draw):
    low, value, high = sorted(draw(st.tuples(NUMBERS, NUMBERS, NUMBERS)))
    return Estimate(value, low, high)


RANK = {"differs": 0, "consistent": 1, "confirmed": 2}


@given(rows(), estimates(), st.booleans())
def test_a_value_outside_is_never_confirmed(the_row, estimate, near):
    low, high = acceptable(the_row)
    verdict, fault = weigh(the_row, estimate, near=NEARBY if near else None)
    inside = low <= estimate.low and estimate.high <= high
    assert (verdict == "confirmed") == (inside and not near)
    apart = estimate.high < low or estimate.low > high
    assert (verdict == "differs") == (apart and not near)
    assert (verdict == "untested") == (apart and near)
    assert bool(fault) == (verdict == "differs")


@given(rows(), estimates(), st.floats(0, 1), st.floats(0, 1))
def test_a_narrower_interval_changes_no_settled_verdict(the_row, estimate, left, right):
    low = min(estimate.low + left * (estimate.value - estimate.low), estimate.value)
    high = max(estimate.high - right * (estimate.high - estimate.value), estimate.value)
    wide = weigh(the_row, estimate)[0]
    narrow = weigh(the_row, Estimate(estimate.value, low, high))[0]
    assert wide == "consistent" or narrow == wide


@given(rows(), estimates(), st.floats(0, 1e6))
def test_more_tolerance_makes_no_agreement_differ(the_row, estimate, more):
    wider = the_row.copy()
    wider["tolerance"] += more
    assert RANK[weigh(wider, estimate)[0]] >= RANK[weigh(the_row, estimate)[0]]


# --- What a finding says.


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        ({}, "50 %"),
        ({"comparison": "at least"}, "at least 50 %"),
        ({"comparison": "about"}, "about 50 %"),
        ({"comparison": "range", "value_high": 60.0}, "50 to 60 %"),
        (
            {"comparison": "range", "value": 2018, "value_high": 2019, "unit": "year"},
            "2018 to 2019",
        ),
        ({"value": math.nan, "unit": ""}, "no number"),
        (
            {"kind": "wording", "unit": "ratio", "value": 1.0, "comparison": "at most"},
            "a ratio below 1",
        ),
        (
            {"kind": "wording", "unit": "ratio", "value": 2.0, "comparison": "at least"},
            "a ratio above 2",
        ),
        ({"value": 1_234_567.0, "unit": "users"}, "1.23457 million users"),
    ],
)
def test_what_a_claim_publishes(cells, text):
    assert published(row(**cells)) == text


def test_every_claim_of_the_ledger_can_be_written():
    assert all(published(each) for _, each in read_table("claims").iterrows())


@pytest.fixture
def finding(ledger):
    ledger["subject"] = "Readers <b>of</b> papers & books"
    ledger["token"] = "1 < 2 & 3"
    return find(
        "c000-001-9",
        Estimate(50, 50, INFINITY),
        because='Said "so" & <i>not</i> otherwise.',
        reference=source(title="Books & <papers>"),
    )


def card_facts(card):
    """Read the facts of a card as a browser shows them."""
    soup = BeautifulSoup(card, "html.parser")
    return {row.th.get_text(): row.td.get_text() for row in soup.find_all("tr")}, soup


def test_text_and_card_carry_the_same_facts(finding):
    shown, soup = card_facts(finding.card())
    assert shown == finding.facts()
    lines = finding.text().splitlines()
    assert lines[0] == soup.find("p").get_text() == "c000-001-9"
    assert {line[2:13].strip(): line[13:] for line in lines[1:]} == shown
    assert list(shown) == [
        "claim",
        "published",
        "recomputed",
        "verdict",
        "because",
        "source",
        "row",
    ]
    assert shown["row"] == "bureau-2019 of data/references.csv"
    assert soup.div["class"] == ["socionaut-finding", "verdict-confirmed"]
    assert soup.a["href"] == SOURCE["url"]
    assert soup.find(lang="fr").get_text() == finding.token


def test_text_of_the_ledger_is_no_markup(finding):
    _, soup = card_facts(finding.card())
    known = {"div", "p", "b", "table", "tr", "th", "td", "span", "a"}
    assert {tag.name for tag in soup.find_all()} <= known
    assert len(soup.find_all("b")) == 1


def test_the_payload_is_whole_finite_and_serialisable(finding):
    bundle = finding._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html", FINDING_TYPE}
    payload = json.loads(json.dumps(bundle[FINDING_TYPE], allow_nan=False))
    assert payload == bundle[FINDING_TYPE]
    assert payload["high"] is None
    assert (payload["computed"], payload["low"]) == (50, 50)
    assert {"id", "document", "line", "token", "subject", "theme", "published", "unit"} <= set(
        payload
    )
    assert {"route", "verdict", "fault", "because", "source_url"} <= set(payload)


def test_a_payload_made_from_the_real_ledger():
    real = find("c003-399-1", 3.04e8, because="A trial.")
    json.dumps(real._repr_mimebundle_(), allow_nan=False)
    assert type(real.line) is int
    assert real.token == claim("c003-399-1")["token"]
    with pytest.raises(InputError, match="0 rows"):
        find("c003-399-99", 1, because="A trial.")


@pytest.mark.usefixtures("ledger")
def test_a_difference_shows_its_fault_and_no_source():
    different = find("c000-001-9", 70, because="It is more.", instead={"period": IN})
    shown, soup = card_facts(different.card())
    assert shown["verdict"] == "differs (period)"
    assert "source" not in shown
    assert soup.div["class"][1] == "verdict-differs"
    assert different.source_url == ""


@pytest.mark.usefixtures("ledger")
def test_a_finding_takes_the_figure_of_its_reference():
    whole = find("c000-001-9", because="It says so.", reference=source(comparison="at least"))
    assert (whole.computed, whole.low, whole.high) == (50, 50, None)
    other = find("c000-001-9", 70, because="It says so.", reference=source())
    assert other.computed == 70
    counted = find("c000-001-9", because="It says so.", reference=source(unit="people"))
    assert counted.recomputed == "50 people"  # what the source counts, not what is claimed
    with pytest.raises(JudgementError, match="neither a computed value nor a reference"):
        find("c000-001-9", because="Nothing.")


# --- Judging stops in both directions, and shows before it stops.


@pytest.fixture
def shown(monkeypatch):
    displayed = []
    monkeypatch.setattr(claims, "display", displayed.append)
    return displayed


@pytest.mark.parametrize(
    ("expected", "value"),
    [
        (("confirmed", ""), IN),
        (("consistent", ""), MEETS),
        (("differs", "value"), OUT),
    ],
)
def test_an_expected_verdict_goes_on(ledger, shown, expected, value):
    ledger["expected_verdict"], ledger["fault"] = expected
    judge("c000-001-9", value, because="A trial.")
    (only,) = shown
    assert isinstance(only, Finding)
    assert (only.verdict, only.fault) == expected


@pytest.mark.parametrize(
    ("expected", "value", "message"),
    [
        (
            ("confirmed", ""),
            OUT,
            r"comes out as differs \(value\), and the ledger expects confirmed",
        ),
        (("confirmed", ""), MEETS, "as consistent, and the ledger expects confirmed"),
        (("consistent", ""), IN, "as confirmed, and the ledger expects consistent"),
        (("differs", "value"), IN, r"as confirmed, and the ledger expects differs \(value\)"),
        (("differs", "period"), OUT, r"as differs \(value\), .* expects differs \(period\)"),
        (("untested", ""), IN, "as confirmed, and the ledger expects untested"),
    ],
)
def test_another_verdict_than_expected_stops_after_it_is_shown(
    ledger, shown, expected, value, message
):
    ledger["expected_verdict"], ledger["fault"] = expected
    with pytest.raises(JudgementError, match=message):
        judge("c000-001-9", value, because="A trial.")
    assert len(shown) == 1


@pytest.mark.usefixtures("shown")
def test_every_judged_claim_stops_when_its_number_moves_far_away():
    """The real ledger bites: no tolerance is so wide that any number would pass."""
    table = read_table("claims")
    judged = table[table["expected_verdict"].isin(["confirmed", "consistent"])]
    for _, each in judged.iterrows():
        low, high = acceptable(each)
        far = [end + step for end, step in ((low, -1e13), (high, 1e13)) if math.isfinite(end)]
        assert far, each["id"]
        for value in far:
            with pytest.raises(JudgementError, match="comes out as differs"):
                judge(each["id"], value, because="A trial.")


def test_no_tolerance_reaches_as_far_as_the_value():
    table = read_table("claims").query("expected_verdict != 'untested' and unit != 'year'")
    wide = table[(table["tolerance"] > 0.5 * table["value"].abs()) & (table["value"] != 0)]
    assert wide["id"].tolist() == []


def test_a_real_reference_meets_its_claim():
    row_of_it = reference("houseparty-2020-countries")
    assert reference_estimate(row_of_it) == exactly(82)


@pytest.mark.parametrize(
    ("comparison", "expected"),
    [
        ("equal", exactly(50)),
        ("at least", Estimate(50, 50, INFINITY, "bound")),
        ("at most", Estimate(50, -INFINITY, 50, "bound")),
        ("range", Estimate(50, 50, 60, "bound")),
    ],
)
def test_a_reference_reaches_as_far_as_its_words(comparison, expected):
    high = 60.0 if comparison == "range" else math.nan
    assert reference_estimate(source(comparison=comparison, value_high=high)) == expected


def test_a_finding_is_not_changed_once_it_is_found():
    names = claims.Finding.__dataclass_fields__
    finding = claims.Finding(**dict.fromkeys(names, ""))
    with pytest.raises(AttributeError):
        finding.verdict = "confirmed"


def test_what_a_source_tells_in_words_is_not_printed_as_a_number():
    found = find("c004-240-2", reference=reference("cuny-2014-devices"), because="It says so.")
    assert found.recomputed == "less, in words"
    assert found.computed == found.high == 1
