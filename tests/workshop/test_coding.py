"""The coded tables: each kind of planted fault is found, and the stored tables are sound."""

import pandas as pd
import pytest

from socionaut.ledger.tables import read_table
from workshop.coding import check_coding, check_dates, check_items, check_mentions
from workshop.documents import documents_folder, read_documents

ENTITIES = pd.DataFrame(
    [("ana", "Ana"), ("ana-club", "Club Ana; CA"), ("bo", "Bo; Bo\u2019s")],
    columns=["id", "spellings"],
)
SECTIONS = pd.DataFrame(
    [("s1", "000", 1, 3), ("s2", "000", 5, 5)],
    columns=["id", "document", "first_line", "last_line"],
)
MENTION_COLUMNS = ["document", "section", "line", "entity", "token", "occurrence"]
MENTIONS = [
    ("000", "s1", 1, "ana", "Ana", 1),
    ("000", "s1", 1, "ana", "Ana", 2),
    ("000", "s1", 3, "ana-club", "Club\u00a0Ana", 1),
    ("000", "s2", 5, "bo", "Bo", 1),
    ("000", "s2", 5, "ana-club", "CA", 1),
]
RELATION_COLUMNS = ["source", "relation", "target", "document", "line"]
RELATIONS = [("ana", "created", "ana-club", "000", 3), ("bo", "uses", "ana-club", "000", 5)]
# Invented lines; "Anatole" and "CAB" hold names that are not meant, line 4 is in no section.
DOCUMENTS = {
    "000": [
        "Ana lit, Ana\u00b9 rit, Anatole dort.",
        "Rien.",
        "Le Club\u00a0Ana ferme, CAB aussi.",
        "Bo.",
        "Bo va au CA",
    ]
}


def mentions(rows=MENTIONS):
    return pd.DataFrame(rows, columns=MENTION_COLUMNS)


def relations(rows=RELATIONS):
    return pd.DataFrame(rows, columns=RELATION_COLUMNS)


def changed(number, **cells):
    rows = [dict(zip(MENTION_COLUMNS, row, strict=True)) for row in MENTIONS]
    rows[number] |= cells
    return pd.DataFrame(rows)


def told(problems, line, words):
    return len(problems) == 1 and problems[0].line == line and words in problems[0].message


# --- The coding.


def test_a_sound_coding_has_no_problem():
    assert check_coding(ENTITIES, mentions(), relations(), SECTIONS) == []
    assert check_mentions(ENTITIES, mentions(), SECTIONS, DOCUMENTS) == []


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"section": "s2"}, "is not in section s2"),
        ({"section": "s9"}, "is not in section s9"),
        ({"document": "001"}, "is not in section s1"),
        ({"entity": "bo"}, "“Ana” is no spelling of bo"),
        ({"token": "Anna"}, "“Anna” is no spelling of ana"),
    ],
)
def test_a_mention_that_does_not_fit_the_tables_is_found(cells, words):
    assert told(check_coding(ENTITIES, changed(0, **cells), relations([]), SECTIONS), 1, words)


def test_an_entity_that_nobody_names_is_found():
    more = pd.concat([ENTITIES, pd.DataFrame([{"id": "cy", "spellings": "Cy"}])])
    assert told(check_coding(more, mentions(), relations(), SECTIONS), 0, "cy has no mention")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (("ana", "owns", "ana", "000", 1), "one end only"),
        (("ana", "owns", "ana-club", "000", 2), "neither is named on the line"),
        (("ana", "owns", "bo", "000", 1), "bo is not named in the section"),
        (("ana", "owns", "bo", "000", 4), "neither is named on the line"),
    ],
)
def test_a_relation_that_the_text_cannot_bear_is_found(row, words):
    problems = check_coding(ENTITIES, mentions(), relations([row]), SECTIONS)
    assert told(problems, row[-1], words)


@pytest.mark.parametrize("number", range(len(MENTIONS)))
def test_a_mention_left_out_is_found(number):
    rest = mentions().drop(number)
    line = MENTIONS[number][2]
    assert told(check_mentions(ENTITIES, rest, SECTIONS, DOCUMENTS), line, "No mention covers")


def test_a_place_coded_as_another_entity_is_found():
    problems = check_mentions(ENTITIES, changed(3, entity="ana"), SECTIONS, DOCUMENTS)
    assert told(problems, 5, "add one of bo, but ana is coded there")


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"line": 9}, "has no line 9"),
        ({"line": 0}, "has no line 0"),
        ({"occurrence": 4}, "correct the occurrence"),
        ({"token": "Cleo"}, "is not on the line"),
        ({"token": "Ana lit, Ana\u00b9 rit, Anatole dort."}, "longer than 25"),
        ({"occurrence": 2}, "covers what another covers"),
    ],
)
def test_a_token_that_is_not_where_it_should_be_is_found(cells, words):
    problems = check_mentions(ENTITIES, changed(0, **cells), SECTIONS, DOCUMENTS)
    assert words in " ".join(problem.message for problem in problems)
    assert any("No mention covers “Ana”" in problem.message for problem in problems)


def test_the_stored_coding_holds():
    tables = [read_table(name) for name in ("entities", "mentions", "relations", "sections")]
    assert check_coding(*tables) == []


@pytest.mark.shared
def test_the_stored_mentions_are_all_on_their_lines_and_none_is_left_out():
    folder = documents_folder()
    if folder is None:
        pytest.skip("the documents are not at hand; set SOCIONAUT_DOCUMENTS to their folder")
    tables = [read_table(name) for name in ("entities", "mentions", "sections")]
    assert check_mentions(*tables, read_documents(folder)) == []


def test_no_table_holds_a_handle_or_more_of_a_text_than_a_name():
    table = read_table("mentions")
    assert table["token"].str.len().max() <= 25
    assert not table["token"].str.contains("@").any()


# --- Dated statements and counted lists.


def statements(**changed: object) -> pd.DataFrame:
    row = {
        "document": "000", "text": "a text", "line": 1, "token": "avril 2019", "occurrence": 1,
        "year": None, "basis": "printed", "role": "past", "first": "2019-04-01",
        "last": "2019-04-30",
    }  # fmt: skip
    return pd.DataFrame([row | changed])


DATED = {"000": ["Paru en avril 2019, relu en avril 2019."]}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"token": "avril 2018"}, "reads 2018-04-01 to 2018-04-30"),
        ({"token": "juin 2019"}, "is not on the line"),
        ({"occurrence": 3}, "stands 2 time"),
        ({"line": 2}, "has no line 2"),
        ({"document": "009"}, "has no line 1"),
        ({"first": "2019-04-02"}, "the row says"),
        ({"first": "2019-05-02", "basis": "event"}, "comes before the first"),
        ({"role": "perhaps"}, "is none of"),
        ({"token": "avril"}, "prints no year"),
        ({"token": "Paru"}, "no date that is read"),
        ({"token": "Paru en avril 2019, relu en"}, "longer than 25"),
    ],
)
def test_planted_faults_in_dated_statements(changed, words):
    assert check_dates(statements(), DATED) == []
    found = check_dates(statements(**changed), DATED)
    assert any(words in problem.message for problem in found)


def items(**changed: object) -> pd.DataFrame:
    rows = [
        {"claim": "c", "number": n, "document": "000", "line": 1, "token": token, "occurrence": 1}
        for n, token in enumerate(("Paru", "relu"), start=1)
    ]
    rows[1] |= changed
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"token": "lu et relu"}, "is not on the line"),
        ({"number": 3}, "not numbered from 1"),
        ({"number": 1}, "not numbered from 1"),
        ({"token": "Paru"}, "stand in one place"),
        ({"document": "001"}, "no claim of document 001"),
        ({"claim": "other"}, "no claim of document 000"),
        ({"line": 0}, "has no line 0"),
    ],
)
def test_planted_faults_in_list_items(changed, words):
    claims = pd.DataFrame({"id": ["c"], "document": ["000"]})
    assert check_items(items(), claims, DATED) == []
    found = check_items(items(**changed), claims, DATED)
    assert any(words in problem.message for problem in found)


@pytest.mark.shared
def test_the_tables_hold_and_every_token_is_on_its_line():
    folder = documents_folder()
    documents = None if folder is None else read_documents(folder)
    assert check_dates(read_table("dated_statements"), documents) == []
    assert check_items(read_table("list_items"), read_table("claims"), documents) == []
    if documents is None:
        pytest.skip("the documents are not at hand, so no token was looked up")
