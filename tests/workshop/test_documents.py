"""Documents as lines, tokens on them, and a ledger that has to fit them."""

import pandas as pd
import pytest

from workshop.documents import (
    DocumentError,
    check_claim,
    check_ledger,
    documents_folder,
    locate,
    read_document,
    read_documents,
)
from workshop.numerals import find_figures

# Invented lines; document 001 holds what one token cannot.
DOCUMENTS = {
    "000": [
        "Salon du 20/05/2019",
        "Le site a plus de 20\u00a0000 fans, dont 8 lecteurs sur 10.",
        "La règle 1/9/90 et une baisse de 20 % en Covid-19.",
        "",
        "La majorité lit de 16 à 30 pages.",
    ],
    "001": ["deux cent quatre-vingt-dix mille trois"],
}
CLAIM_COLUMNS = ["id", "document", "line", "token", "occurrence", "part"]
CLAIM_COLUMNS += ["value", "value_high", "comparison", "kind"]
CLAIMS = [
    ("c000-002-1", "000", 2, "plus de 20\u00a0000", 1, 1, 20_000, None, "at least", "level"),
    ("c000-002-2", "000", 2, "8 lecteurs sur 10", 1, 1, 0.8, None, "equal", "share"),
    ("c000-003-1", "000", 3, "1/9/90", 1, 1, 1, None, "equal", "share"),
    ("c000-003-2", "000", 3, "1/9/90", 1, 2, 9, None, "equal", "share"),
    ("c000-003-3", "000", 3, "1/9/90", 1, 3, 90, None, "equal", "share"),
    ("c000-003-4", "000", 3, "baisse de 20 %", 1, 1, -20, None, "equal", "change"),
    ("c000-005-1", "000", 5, "16 à 30 pages", 1, 1, 16, 30, "range", "level"),
    ("c000-005-2", "000", 5, "majorité", 1, 1, None, None, "equal", "wording"),
]
EXEMPTION_COLUMNS = ["document", "line", "token", "occurrence", "reason", "note"]
EXEMPTIONS = [
    ("000", 1, "20/05/2019", 1, "date", ""),
    ("000", 3, "Covid-19", 1, "name", ""),
    ("001", 1, "deux cent quatre-vingt-", 1, "too long", ""),
    ("001", 1, "dix mille trois", 1, "too long", ""),
]


def claims(rows=CLAIMS):
    return pd.DataFrame(rows, columns=CLAIM_COLUMNS)


def exemptions(rows=EXEMPTIONS):
    return pd.DataFrame(rows, columns=EXEMPTION_COLUMNS)


def changed(number, **cells):
    """Return the claims with some cells of one row replaced."""
    rows = [dict(zip(CLAIM_COLUMNS, row, strict=True)) for row in CLAIMS]
    rows[number] |= cells
    return pd.DataFrame(rows)


def uncovered(the_claims, the_exemptions):
    """Return document and line of each figure that nothing covers."""
    return [
        (problem.document, problem.line)
        for problem in check_ledger(the_claims, the_exemptions, DOCUMENTS)
        if problem.message.startswith("No claim covers")
    ]


def messages(the_claims, the_exemptions):
    return [str(problem) for problem in check_ledger(the_claims, the_exemptions, DOCUMENTS)]


def test_a_ledger_that_fits():
    assert messages(claims(), exemptions()) == []


def test_typed_columns_do_as_well():
    typed = claims().convert_dtypes()
    assert messages(typed, exemptions().convert_dtypes()) == []


@pytest.mark.parametrize(
    ("number", "cells", "expected"),
    [
        (0, {"value": 2000}, "says 2000, but its token “plus de 20\u00a0000” reads 20000"),
        (0, {"value": None}, "says nothing, but its token"),
        (0, {"value_high": 30_000}, "reads nothing"),
        (0, {"comparison": "equal"}, "says “equal”, but its token"),
        (0, {"token": "20\u00a0000", "comparison": "equal"}, "say “at least”"),
        (0, {"token": "plus de 20 000"}, "differs from its line only in U+00A0 instead of U+0020"),
        (0, {"token": "000 fans"}, "cuts the figure “20\u00a0000”"),
        (0, {"line": 3}, "It stands on line 2."),
        (0, {"line": 4}, "which is empty"),
        (0, {"line": 9}, "has 5 lines"),
        (0, {"document": "009"}, "There is no document “009”"),
        (0, {"token": "a plus de 20\u00a0000 fans, dont"}, "has 27 characters"),
        (0, {"token": "25 fans"}, "whose figures are: “20\u00a0000”, “8 lecteurs sur 10”"),
        (1, {"token": "8 lecteurs", "value": 8}, "cuts the figure “8 lecteurs sur 10”"),
        (1, {"occurrence": 2}, "stands 1 time(s) on the line, not 2"),
        (1, {"occurrence": 0}, "occurrences count from 1"),
        (2, {"part": 4}, "names part 4"),
        (3, {"part": 1, "value": 1}, "No claim covers part 2 of “1/9/90”"),
        (5, {"token": "20 %", "value": 20}, "-20 on its line"),
        (5, {"kind": "wording"}, "of kind wording"),
        (6, {"value_high": None}, "says nothing, but its token “16 à 30 pages” reads 30"),
        (6, {"comparison": "equal"}, "reads “range”"),
        (7, {"kind": "share"}, "holds no figure"),
        (7, {"token": "minorité"}, "is not on the line"),
    ],
)
def test_a_claim_that_does_not_fit(number, cells, expected):
    found = messages(changed(number, **cells), exemptions())
    assert any(expected in message for message in found), found


@pytest.mark.parametrize("number", range(7))
def test_a_claim_that_is_missing(number):
    rows = CLAIMS[:number] + CLAIMS[number + 1 :]
    token = CLAIMS[number][3]
    found = check_ledger(claims(rows), exemptions(), DOCUMENTS)
    assert [problem.line for problem in found] == [CLAIMS[number][2]]
    assert all("No claim covers" in problem.message for problem in found)
    assert all(problem.token in token for problem in found)


@pytest.mark.parametrize("number", range(len(EXEMPTIONS)))
def test_an_exemption_that_is_missing(number):
    rows = EXEMPTIONS[:number] + EXEMPTIONS[number + 1 :]
    assert uncovered(claims(), exemptions(rows)) == [EXEMPTIONS[number][:2]]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (("000", 1, "Salon", 1, "", ""), "covers no whole figure"),
        (("000", 1, "2019", 1, "", ""), "covers no whole figure"),
        (("000", 2, "20\u00a0000", 1, "", ""), "which a claim covers too"),
        (("000", 3, "en Covid-19", 1, "", ""), "what another one covers"),
        (("000", 3, "Covid-20", 1, "", ""), "is not on the line"),
    ],
)
def test_an_exemption_that_is_not_needed(row, expected):
    found = messages(claims(), exemptions([*EXEMPTIONS, row]))
    assert len(found) == 1
    assert expected in found[0]


def test_a_token_that_cannot_be_read_on_its_line():
    documents = {"000": ["au moins 5 maximum"]}
    row = ("c000-001-1", "000", 1, "au moins 5", 1, 1, 5, None, "at least", "level")
    found = check_ledger(claims([row]), exemptions([]), documents)
    assert ["both" in problem.message for problem in found] == [True]


def test_two_thirds_may_be_rounded_to_four_places_but_not_to_two():
    row = {"id": "c", "token": "deux tiers", "part": 1, "value_high": None}
    row |= {"comparison": "equal", "kind": "share"}
    assert check_claim(row | {"value": 0.6667}) == []
    assert check_claim(row | {"value": 2 / 3}) == []
    assert len(check_claim(row | {"value": 0.67})) == 1


def test_an_empty_ledger_covers_nothing():
    assert len(uncovered(claims([]), exemptions([]))) == 8


@pytest.mark.parametrize(("occurrence", "place"), [(1, (0, 2)), (2, (2, 4)), (3, (6, 8))])
def test_locates_each_occurrence(occurrence, place):
    assert locate("aaaa, aa", "aa", occurrence) == place


@pytest.mark.parametrize("token", ["", "bb"])
def test_locates_nothing(token):
    with pytest.raises(DocumentError):
        locate("aaaa", token)


def test_an_apostrophe_of_another_shape_is_named():
    with pytest.raises(DocumentError, match=r"U\+2019 instead of U\+0027"):
        locate("près d’1 client", "d'1 client")


def test_reads_lines_at_newlines_only(tmp_path):
    path = tmp_path / "000_a.txt"
    path.write_bytes("un\u2028deux\r\ntrois\x0c\nquatre".encode())
    assert read_document(path) == ["un\u2028deux\r", "trois\x0c", "quatre"]
    assert read_documents(tmp_path) == {"000": read_document(path)}


def test_broken_utf8_is_named_with_its_line(tmp_path):
    path = tmp_path / "003_a.txt"
    path.write_bytes(b"un\ndeux\n\xe9t\xe9\n")
    with pytest.raises(DocumentError, match=r"003_a\.txt, line 3: byte 0xe9 is not UTF-8"):
        read_documents(tmp_path)


def test_folders_that_hold_no_documents(tmp_path):
    with pytest.raises(DocumentError, match="holds no document"):
        read_documents(tmp_path)
    with pytest.raises(DocumentError, match="cannot be read"):
        read_document(tmp_path / "000_missing.txt")
    for name in ("000_a.txt", "000_b.txt"):
        (tmp_path / name).write_text("a", encoding="utf-8")
    with pytest.raises(DocumentError, match="Two files are document 000"):
        read_documents(tmp_path)


def test_the_folder_that_the_environment_names(tmp_path, monkeypatch):
    monkeypatch.setenv("SOCIONAUT_DOCUMENTS", str(tmp_path))
    assert documents_folder() == tmp_path
    monkeypatch.setenv("SOCIONAUT_DOCUMENTS", "")
    assert documents_folder() is None
    monkeypatch.setenv("SOCIONAUT_DOCUMENTS", str(tmp_path / "missing"))
    with pytest.raises(DocumentError, match="not a folder"):
        documents_folder()


@pytest.mark.shared
def test_every_digit_of_the_documents_is_in_a_figure():
    folder = documents_folder()
    if folder is None:
        pytest.skip("the documents are not at hand (SOCIONAUT_DOCUMENTS)")
    documents = read_documents(folder)
    assert list(documents) == ["000", "001", "002", "003", "004"]
    found = [
        (document, line, figure)
        for document, lines in documents.items()
        for line, text in enumerate(lines, start=1)
        for figure in find_figures(text)
    ]
    digits = {
        (document, line, place)
        for document, lines in documents.items()
        for line, text in enumerate(lines, start=1)
        for place, sign in enumerate(text)
        if sign in "0123456789"
    }
    for document, line, figure in found:
        digits -= {(document, line, place) for place in range(figure.start, figure.end)}
        assert len(figure.text) <= 25
    assert digits == set()
    readable = [figure for _, _, figure in found if not figure.doubt]
    assert len(readable) > 250
