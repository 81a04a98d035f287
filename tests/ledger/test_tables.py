"""The data package: sound as it stands, and every kind of damage told in a sentence."""

import hashlib
import importlib.metadata
import json
import math
import re
import shutil
import subprocess
from pathlib import Path

import frictionless
import numpy as np
import pandas as pd
import pytest

from socionaut.errors import InputError
from socionaut.ledger import checks, tables
from socionaut.ledger.checks import package_problems, table_problems
from socionaut.ledger.tables import (
    PROJECT,
    data_folder,
    read_table,
    seal,
    table_names,
    table_row,
)
from socionaut.ledger.verdicts import collect_findings, ledger_problems
from workshop import __main__ as command_line
from workshop.documents import check_ledger, documents_folder, read_documents

NAMES = table_names()


KEPT = 12  # rows of a long table in the short package


@pytest.fixture
def folder(short_package, tmp_path):
    """Return a sound data package that may be damaged."""
    return Path(shutil.copytree(short_package, tmp_path / "data"))


@pytest.fixture(scope="module")
def package():
    return json.loads((PROJECT / "data" / "datapackage.json").read_text(encoding="utf-8"))


# --- The package as it stands.


def descriptor_problems(package):
    """List what the description of the tables leaves out."""
    problems = [
        f"{table['name']} has no {part}"
        for table in package["resources"]
        for part in ("licenses", "sources", "hash", "bytes", "title", "description", "encoding")
        if not table.get(part)
    ]
    for table in package["resources"]:
        for field in table.get("schema", {}).get("fields", []) or [{"name": "any"}]:
            if len(field.get("description", "")) < 10 or not field.get("type"):
                problems.append(f"{table['name']}.{field['name']} has no type or meaning")
            if field.get("type") in ("integer", "number") and not field.get("unit"):
                problems.append(f"{table['name']}.{field['name']} has no unit")
    return problems


def test_every_table_and_column_is_described(package):
    assert descriptor_problems(package) == []


@pytest.mark.parametrize("part", ["licenses", "sources", "hash", "bytes", "schema"])
def test_a_table_without_a_part_of_its_description_is_found(package, part):
    table = {name: value for name, value in package["resources"][2].items() if name != part}
    assert descriptor_problems({"resources": [table]})


@pytest.mark.parametrize("part", ["description", "type", "unit"])
def test_a_column_without_a_part_of_its_description_is_found(package, part):
    table = json.loads(json.dumps(package["resources"][2]))
    field = next(field for field in table["schema"]["fields"] if field["name"] == "line")
    del field[part]
    assert descriptor_problems({"resources": [table]})


def test_frictionless_itself_finds_the_package_sound():
    report = frictionless.Package(str(PROJECT / "data" / "datapackage.json")).validate()
    assert report.valid, report.flatten(["type", "note"])
    assert report.stats["tasks"] == len(NAMES)


def test_sizes_and_hashes_are_those_of_the_files(package):
    for table in package["resources"]:
        content = (PROJECT / "data" / table["path"]).read_bytes()
        assert table["hash"] == "sha256:" + hashlib.sha256(content).hexdigest()
        assert table["bytes"] == len(content)
        assert b"\r" not in content
        assert content.endswith(b"\n")


def test_every_csv_file_is_a_described_table(package):
    described = {table["path"] for table in package["resources"]}
    assert {path.name for path in (PROJECT / "data").glob("*.csv")} == described


def test_columns_have_the_types_of_the_description(package):
    kinds = {"string": "str", "date": "str", "integer": "int64", "number": "float64"}
    for table in package["resources"]:
        described = {field["name"]: kinds[field["type"]] for field in table["schema"]["fields"]}
        read = {column: str(kind) for column, kind in read_table(table["name"]).dtypes.items()}
        assert read == described


def test_an_empty_cell_is_empty_text_or_not_a_number():
    claims = read_table("claims")
    assert set(map(type, claims["fault"])) == {str}
    assert (claims["fault"] == "").any()
    assert claims["value_high"].isna().any()


def test_a_reader_may_write_into_what_it_gets():
    first = read_table("claims")
    first.loc[:, "subject"] = "changed"
    assert (read_table("claims")["subject"] != "changed").all()
    row = table_row("documents", "002")
    row["language"] = "de"
    assert table_row("documents", "002")["language"] == "fr"


def test_names_and_keys_that_do_not_exist():
    with pytest.raises(InputError, match=r'has no table "claim"; choose one of documents, '):
        read_table("claim")
    with pytest.raises(InputError, match=r'data/claims\.csv has 0 rows with "c9" in column "id"'):
        table_row("claims", "c9")


def test_the_environment_may_name_another_folder(folder, monkeypatch):
    monkeypatch.setenv("SOCIONAUT_DATA", str(folder))
    assert data_folder() == folder
    monkeypatch.setenv("SOCIONAUT_DATA", "")
    assert data_folder() == PROJECT / "data"


# --- Damage.


def replace(old, new):
    def damage(content):
        assert content.count(old) >= 1
        return content.replace(old, new, 1)

    return damage


def lines(change):
    return lambda content: b"\n".join(change(content.split(b"\n")))


SAMPLE = "altimeter-2016-sample"  # the one reference whose value is 106
IDS = list(read_table("references")["id"])
SAMPLE_ROW = 2 + IDS.index(SAMPLE)
OWNER_ROW = 2 + IDS.index("altimeter-2016-owner-marketing")


def at(row, column=""):
    return (f", row {row}" if row else "") + (f', column "{column}"' if column else "")


def without_last_cell(rows):
    return [row.rpartition(b",")[0] for row in rows]


# By fault: the table, the damage, the place told, the mend told.
FAULTS = {
    "missing column": ("sections", lines(without_last_cell), at(0, "label"), "put the column back"),
    "extra column": (
        "sections",
        lines(lambda rows: [row + b",x" if row else row for row in rows]),
        at(0, "x"),
        "remove the column, or describe it",
    ),
    "broken UTF-8": ("claims", replace("è".encode(), b"\xe8"), at(2), "save the file as UTF-8"),
    "broken UTF-8 far down": (
        "claims",
        lambda content: content.rstrip(b"\n") + b"\xe8\n",
        at(KEPT + 1),
        "save the file as UTF-8",
    ),
    "cut off in a row": (
        "claims",
        lines(lambda rows: [*rows[:5], rows[5][:40]]),
        at(6) + ', column "',
        "complete the row; the file may be cut off",
    ),
    "blank row": (
        "sections",
        lines(lambda rows: [*rows[:3], b"", *rows[3:]]),
        at(4),
        "delete the empty row",
    ),
    "empty file": ("sections", lambda _: b"", "", "put the file back"),
}
VALUE, URL = (SAMPLE_ROW, "value"), (OWNER_ROW, "url")
LASTING = "a lasting one, no shortener, preview host or page number"
READ = "Address of the page or file where the number was read"
LINE = "write a value of type integer: Line of the source file"
ONE = "one of 000, 001"
ORDER = "name and order the columns as"
OWN = "give each row a value of its own"
KEY = "use a key that exists in the other table"
UNITS = "keeps to this: one of %, US dollars,"
FOR = "write what the column is for: The figure"
# By fault: the table, what stands there, what comes in its place, where that is, the mend told.
REPLACED = {
    "column of another name": ("sections", "label", "lable", (0, "label"), ORDER),
    "wrong type": ("claims", ",000,7,", ",000,seven,", (2, "line"), LINE),
    "number with a comma": (
        "references",
        ",106,,",
        ',"10,6",,',
        VALUE,
        "write a value of type number",
    ),
    "not a number": ("references", ",106,,", ",NaN,,", VALUE, FOR),
    "infinite number": ("references", ",106,,", ",-inf,,", VALUE, FOR),
    "no value": ("references", ",106,,", ",,,", VALUE, "keeps to this: required"),
    "staging host": ("references", "://arikhanson", "://www.staging.arikhanson", URL, LASTING),
    "shortener": ("references", "://arikhanson.com/", "://ow.ly/", URL, LASTING),
    "page number": ("series", "facts-and-figures/,", "facts-and-figures/?p=14,", (2, "url"), READ),
    "unknown unit": ("claims", ",rank,rank,", ",bananas,rank,", (2, "unit"), UNITS),
    "duplicate id": ("claims", "c000-007-2", "c000-007-1", (3, "id"), OWN),
    "long token": ("exemptions", ",17 mai 2019,", f",{'x' * 26},", (2, "token"), "maxLength 25"),
    "unknown document": ("sections", "s000-01,000", "s000-01,009", (2, "document"), ONE),
    "unknown key": ("series", "\napp_annie_new", "\napp_bobby_new", (2, "series"), KEY),
    "extra cell": ("sections", ",heading,", ",heading,x,", (2,), "remove the extra cell"),
}
FAULTS |= {
    fault: (table, replace(old.encode(), new.encode()), at(*place), mend)
    for fault, (table, old, new, place, mend) in REPLACED.items()
}
# Only the hash, or only the second reader, can tell these; the rows that are left are sound.
SILENT = {
    "cut off at a line's end": ("claims", lines(lambda rows: [*rows[:5], b""])),
    "cut off within quotation marks": (
        "sections",
        lambda content: content + b's004-99,004,99,404,404,notes,"An open end',
    ),
    "another figure": ("references", replace(b",106,,", b",107,,")),
    "another line end": ("sections", lambda content: content.replace(b"\n", b"\r\n")),
}


def damage(folder, name, change):
    path = folder / f"{name}.csv"
    old = path.read_bytes()
    path.write_bytes(change(old))
    assert path.read_bytes() != old


def told(name, folder):
    """Return the sentence that a reader gets, without the count of other faults."""
    with pytest.raises(InputError) as caught:
        read_table(name, folder)
    assert "\n" not in str(caught.value)
    return re.sub(r" \(\d+ more of this table\.\)$", "", str(caught.value))


# An author may seal an edit that went wrong; then the hash does not tell.
SEALED = ["missing column", "not a number", "infinite number", "cut off in a row", "empty file"]


@pytest.mark.parametrize(
    ("fault", "sealed"),
    [(fault, False) for fault in FAULTS] + [(fault, True) for fault in SEALED],
)
def test_damage_is_told_with_place_and_mend(folder, fault, sealed):
    name, change, place, mend = FAULTS[fault]
    damage(folder, name, change)
    if sealed:
        assert seal(folder) == [name]
    sentence = told(name, folder)
    assert sentence.startswith(f"data/{name}.csv{place}")
    assert mend in sentence.partition(". To mend: ")[2]
    assert sentence.count(". To mend: ") == 1
    assert sentence.endswith(".")


@pytest.mark.parametrize("fault", SILENT)
def test_damage_that_only_the_hash_can_tell(folder, fault):
    damage(folder, *SILENT[fault])
    sentence = told(SILENT[fault][0], folder)
    assert sentence.startswith(f"data/{SILENT[fault][0]}.csv: hash count error (expected is ")
    assert sentence.endswith("run `socionaut seal`; or take the file from git again.")


def test_an_open_quotation_mark_is_told_though_sealed(folder):
    damage(folder, *SILENT["cut off within quotation marks"])
    seal(folder)
    assert told("sections", folder).startswith("data/sections.csv: cannot be read")
    assert "close every quotation mark" in told("sections", folder)


def test_the_shape_of_a_table_is_told_before_its_cells_and_the_hash_last(folder):
    def spoil(rows):
        wrong = rows[1].replace(b",000,", b",x00,", 1)
        return [rows[0], wrong, rows[2], rows[3].rpartition(b",")[0], *rows[4:]]

    damage(folder, "sections", lines(spoil))
    places = [problem.partition(". To mend: ")[0] for problem in table_problems("sections", folder)]
    assert places[0].startswith("data/sections.csv, row 4, ")
    assert any(place.startswith("data/sections.csv, row 2, ") for place in places[1:])
    assert "row" not in places[-1] and "error (expected" in places[-1]


def test_a_reader_gets_the_first_sentence_and_a_count(folder):
    damage(folder, *FAULTS["missing column"][:2])
    problems = table_problems("sections", folder)
    assert all("\n" not in problem and len(problem) < 500 for problem in problems)
    with pytest.raises(InputError) as caught:
        read_table("sections", folder)
    assert str(caught.value) == f"{problems[0]} ({len(problems) - 1} more of this table.)"


def test_a_missing_file(folder):
    (folder / "sections.csv").unlink()
    sentence = told("sections", folder)
    assert sentence.startswith("data/sections.csv: ")
    assert sentence.endswith("To mend: put the file back; it is missing or cannot be opened.")


@pytest.mark.parametrize("change", [None, lambda _: b"id,title\n000,\xe8\n"])
def test_damage_of_a_table_that_others_refer_to_names_that_table(folder, change):
    if change is None:
        (folder / "documents.csv").unlink()
    else:
        damage(folder, "documents", change)
    assert told("sections", folder).startswith("data/documents.csv")
    assert table_problems("references", folder) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"{", b""),
        (b'"integer"', b'"intger"'),
        (b"Socionaut", b"Soci\xe9naut"),
        (b'"path": "sections.csv"', b'"path": "../sections.csv"'),
        (b'"resources"', b'"sources"'),
    ],
)
def test_a_damaged_description(folder, old, new):
    path = folder / "datapackage.json"
    path.write_bytes(path.read_bytes().replace(old, new, 1))
    for reader in (read_table, table_problems):
        with pytest.raises(InputError, match=r"^data/datapackage\.json cannot be read: .+git"):
            reader("claims", folder)
    with pytest.raises(InputError, match=r"Take the file from git again\."):
        seal(folder)


def test_a_missing_description(folder):
    (folder / "datapackage.json").unlink()
    with pytest.raises(InputError, match=r"^data/datapackage\.json cannot be read: "):
        read_table("claims", folder)


CHECKED = ["unknown unit", "broken UTF-8"]


@pytest.mark.parametrize("fault", CHECKED)
def test_the_check_command_fails_and_writes_nothing(folder, fault, monkeypatch, capsys):
    name, change, place, _ = FAULTS[fault]
    damage(folder, name, change)
    monkeypatch.setenv("SOCIONAUT_DATA", str(folder))
    before = {path: path.read_bytes() for path in folder.iterdir()}
    assert command_line.main(["check"]) == 1
    printed = capsys.readouterr().out.splitlines()
    assert printed[0].startswith(f"data/{name}.csv{place}")
    assert re.fullmatch(r"\d+ problems in [\d.]+ s", printed[-1])
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_the_check_command_tells_each_fault_once(folder, monkeypatch, capsys):
    damage(folder, "documents", replace(b",fr,", b",de,"))
    monkeypatch.setenv("SOCIONAUT_DATA", str(folder))
    assert command_line.main(["check"]) == 1
    printed = capsys.readouterr().out.splitlines()
    assert len(printed) == len(set(printed))
    assert sum('column "language"' in line for line in printed) == 1


# --- Sealing.


def test_sealing_a_sealed_package_changes_no_byte(folder):
    before = (folder / "datapackage.json").read_bytes()
    assert seal(folder) == []
    assert (folder / "datapackage.json").read_bytes() == before
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        path.name for path in (PROJECT / "data").iterdir()
    )


def test_the_description_is_stored_in_the_form_in_which_sealing_writes_it(tmp_path):
    whole = Path(shutil.copytree(PROJECT / "data", tmp_path / "data"))
    seal(whole)
    for path in whole.iterdir():
        assert path.read_bytes() == (PROJECT / "data" / path.name).read_bytes()


def test_the_short_package_is_sound(folder):
    assert package_problems(folder) == []


def test_the_problems_of_a_package_are_those_of_its_tables_each_once(folder):
    damage(folder, "documents", replace(b",fr,", b",de,"))
    damage(folder, "events", lambda content: content[:-9])
    found = [problem for name in NAMES for problem in table_problems(name, folder)]
    assert len(found) > len(set(found)) > 1
    assert package_problems(folder) == list(dict.fromkeys(found))


def sample_size(folder: Path) -> float:
    """Return the value of the reference that the tests change."""
    return read_table("references", folder).set_index("id").loc[SAMPLE, "value"]


def test_sealing_writes_size_and_hash(folder):
    damage(folder, "references", replace(b",106,,", b",1070,,"))
    assert seal(folder) == ["references"]
    content = (folder / "references.csv").read_bytes()
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    table = next(table for table in package["resources"] if table["name"] == "references")
    assert table["hash"] == "sha256:" + hashlib.sha256(content).hexdigest()
    assert table["bytes"] == len(content)
    assert sample_size(folder) == 1070
    assert seal(folder) == []


def test_a_table_read_before_sealing_is_read_again(folder):
    assert sample_size(folder) == 106
    damage(folder, "references", replace(b",106,,", b",107,,"))
    seal(folder)
    assert sample_size(folder) == 107


@pytest.mark.parametrize("writable", [True, False])
def test_a_sound_table_is_checked_once_until_anything_changes(
    folder, tmp_path, monkeypatch, writable
):
    cache, looked_at = tmp_path / "cache", []
    if not writable:
        cache.write_text("a file, so that no folder can be made here")
    monkeypatch.setenv("SOCIONAUT_CACHE", str(cache))
    check = checks.table_problems
    monkeypatch.setattr(checks, "table_problems", lambda *of: looked_at.append(of) or check(*of))

    def read():
        tables._read_table.cache_clear()  # as in another notebook
        read_table("references", folder)
        return len(looked_at)

    assert [read(), read()] == ([1, 1] if writable else [1, 2])
    looked_at.clear()
    monkeypatch.setattr(importlib.metadata, "version", lambda _: "another release of the checks")
    assert read() == 1
    damage(folder, "series", replace(b"2020", b"2O20"))  # of the same size; another table
    looked_at.clear()
    assert read() == 1
    damage(folder, "references", replace(b",106,,", b",1O6,,"))
    with pytest.raises(InputError, match=r"^data/references\.csv, row "):
        read()


def test_sealing_that_cannot_end_leaves_the_old_description(folder):
    before = (folder / "datapackage.json").read_bytes()
    damage(folder, "documents", replace(b",fr,", b",en,"))
    (folder / "series.csv").unlink()
    with pytest.raises(InputError, match=r"^data/series\.csv cannot be read .+ Nothing is sealed"):
        seal(folder)
    assert (folder / "datapackage.json").read_bytes() == before


def test_sealing_that_is_interrupted_leaves_the_old_description(folder, monkeypatch):
    before = (folder / "datapackage.json").read_bytes()
    damage(folder, "references", replace(b",106,,", b",107,,"))

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", stop)
    with pytest.raises(KeyboardInterrupt):
        seal(folder)
    assert (folder / "datapackage.json").read_bytes() == before


# --- The ledger.


@pytest.fixture(scope="module")
def ledger():
    return read_table("claims")


@pytest.fixture(scope="module")
def findings():
    return collect_findings(sorted((PROJECT / "notebooks").glob("*.ipynb")))


def test_ledger_and_stored_findings_match_one_to_one(ledger, findings):
    assert ledger_problems(ledger, findings) == []
    judged = ledger[ledger["expected_verdict"] != "untested"]["id"]
    assert sorted(finding["id"] for finding in findings) == sorted(judged)


@pytest.fixture(scope="module")
def known(ledger, findings):
    """Return the problems that there are already, if there are any."""
    return ledger_problems(ledger, findings)


def new_problems(known, changed_ledger, changed_findings):
    """Return what a planted fault adds to the problems."""
    return [
        problem
        for problem in ledger_problems(changed_ledger, changed_findings)
        if problem not in known
    ]


def with_cells(ledger, verdict, **cells):
    """Return the ledger with some cells changed in the first claim of a verdict, and its id."""
    changed = ledger.copy()
    place = changed.index[changed["expected_verdict"] == verdict][0]
    for column, value in cells.items():
        changed.loc[place, column] = value
    return changed, changed.loc[place, "id"]


@pytest.mark.parametrize(
    ("verdict", "cells", "expected"),
    [
        ("untested", {"reason": ""}, "is untested and gives no reason."),
        ("untested", {"route": "reference"}, "is untested and names a route."),
        ("untested", {"fault": "period"}, "names a fault without the verdict differs"),
        ("untested", {"comparison": "range", "value_high": math.nan}, "without an upper end"),
        ("untested", {"comparison": "equal", "value_high": 3.0}, "without an upper end"),
        ("untested", {"value": math.nan}, "has a value without a unit"),
        ("untested", {"value": 3.0, "unit": ""}, "has a value without a unit"),
        ("untested", {"expected_verdict": "confirmed"}, "and no notebook judges it."),
        ("confirmed", {"expected_verdict": "untested"}, "and the ledger calls it untested."),
        ("confirmed", {"expected_verdict": "consistent"}, "not as the ledger expects."),
        ("confirmed", {"fault": "period"}, "names a fault without the verdict differs"),
        ("confirmed", {"route": "none"}, "names no route."),
        ("confirmed", {"tolerance": math.nan}, "sets no tolerance."),
        ("differs", {"fault": ""}, "names a fault without the verdict differs"),
        ("differs", {"fault": "scope"}, "not as the ledger expects."),
    ],
)
def test_a_ledger_that_contradicts_itself_or_its_findings(
    ledger, findings, known, verdict, cells, expected
):
    changed, key = with_cells(ledger, verdict, **cells)
    problems = new_problems(known, changed, findings)
    assert any(key in problem and expected in problem for problem in problems), problems
    assert all(key in problem for problem in problems)


def test_findings_that_do_not_match(ledger, findings, known):
    key = findings[3]["id"]
    missing = new_problems(known, ledger, findings[:3] + findings[4:])
    assert missing == [f"{key} expects a verdict, and no notebook judges it."]
    twice = new_problems(known, ledger, [*findings, findings[3]])
    assert twice == [f"{key} is judged 2 times; judge it once."]
    other = {**findings[3], "id": "c009-001-1"}
    unknown = new_problems(known, ledger, [*findings, other])
    assert len(unknown) == 1
    assert "judges c009-001-1, which is not in the ledger." in unknown[0]


def place_problems(rows, sections, documents):
    """List where claims or exemptions, sections and documents do not fit each other."""
    lengths = documents.set_index("id")["lines"]
    problems = []
    for document, parts in sections.sort_values("first_line").groupby("document"):
        first, last = parts["first_line"].to_numpy(), parts["last_line"].to_numpy()
        if (first > last).any() or (last[:-1] >= first[1:]).any():
            problems.append(f"sections of {document} overlap or end before they begin")
        if last.max() > lengths[document]:
            problems.append(f"a section of {document} ends after the document")
    for row in rows.itertuples():
        parts = sections[sections["document"] == row.document]
        inside = (parts["first_line"] <= row.line) & (row.line <= parts["last_line"])
        if inside.sum() != 1:
            problems.append(f"line {row.line} of {row.document} is in {inside.sum()} sections")
        if len(row.token) > 25 or row.token != row.token.strip() or not row.token:
            problems.append(f"token {row.token}")
        key = getattr(row, "id", None)
        if key and not key.startswith(f"c{row.document}-{row.line:03d}-"):
            problems.append(f"{key} is not of document {row.document}, line {row.line}")
    return problems


@pytest.mark.parametrize("name", ["claims", "exemptions"])
def test_claims_lie_in_sections_and_ids_say_where(name):
    tables = read_table(name), read_table("sections"), read_table("documents")
    assert place_problems(*tables) == []


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        (0, "line", 999),
        (0, "id", "c000-008-1"),
        (0, "token", "x" * 26),
        (1, "last_line", 13),
        (1, "last_line", 3),
        (1, "first_line", 8),
        (2, "lines", 9),
    ],
)
def test_claims_that_do_not_lie_in_sections_are_found(ledger, table, column, value):
    tables = [ledger.head(KEPT).copy(), read_table("sections"), read_table("documents")]
    assert place_problems(*tables) == []
    tables[table].loc[0, column] = value
    assert place_problems(*tables)


# --- With the documents at hand.


@pytest.fixture(scope="module")
def documents():
    folder = documents_folder()
    if folder is None:
        pytest.skip("the documents are not at hand (SOCIONAUT_DOCUMENTS)")
    return read_documents(folder)


@pytest.mark.shared
def test_the_ledger_fits_the_documents(ledger, documents):
    assert check_ledger(ledger, read_table("exemptions"), documents) == []


@pytest.mark.shared
@pytest.mark.parametrize("name", ["claims", "exemptions"])
def test_the_ledger_misses_any_row_that_is_removed(ledger, documents, name):
    tables = {"claims": ledger, "exemptions": read_table("exemptions")}
    # A wording covers no figure; what else covers a figure cannot be taken away unnoticed.
    rows = tables[name]
    counted = rows[rows["kind"] != "wording"] if name == "claims" else rows
    for place in counted.sample(10, random_state=2).index:
        row = rows.loc[place]
        lines_of_it = {row["document"]: documents[row["document"]]}
        fewer = tables | {name: rows.drop(index=place)}
        near = [table[table["document"] == row["document"]] for table in fewer.values()]
        found = check_ledger(*near, lines_of_it)
        assert [problem.line for problem in found] == [row["line"]], row.to_dict()


@pytest.mark.shared
def test_the_documents_are_those_of_the_table(documents):
    folder = documents_folder()
    table = read_table("documents").set_index("id")
    assert list(documents) == list(table.index)
    for number, lines_of_it in documents.items():
        (path,) = folder.glob(f"{number}*.txt")
        content = path.read_bytes()
        assert hashlib.sha256(content).hexdigest() == table.loc[number, "sha256"]
        assert len(lines_of_it) - (lines_of_it[-1] == "") == table.loc[number, "lines"]
        assert len(content.decode("utf-8")) == table.loc[number, "characters"]


LONGEST_QUOTE = 7


def runs(text, length=LONGEST_QUOTE + 1):
    """Return every run of words of a text, in lower case."""
    words = re.findall(r"\w+", text.lower())
    return set(zip(*(words[start:] for start in range(length)), strict=False))


def tracked_texts():
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, check=False
    )
    if listed.returncode:
        pytest.skip("the project is not a git repository")
    for name in filter(None, listed.stdout.decode().split("\0")):
        path = PROJECT / name
        if path.suffix not in (".png", ".svg", ".lock") and path.is_file():
            text = path.read_text(encoding="utf-8")
            yield name, "\n".join(strings(json.loads(text))) if path.suffix == ".ipynb" else text


def strings(node):
    """Return every text in a notebook, free of the escapes of JSON."""
    if isinstance(node, str):
        return [node]
    parts = node.values() if isinstance(node, dict) else node if isinstance(node, list) else []
    return [text for part in parts for text in strings(part)]


@pytest.mark.shared
def test_no_sentence_of_a_document_is_copied(documents):
    of_documents = set().union(*(runs("\n".join(text)) for text in documents.values()))
    copied = {name: runs(text) & of_documents for name, text in tracked_texts()}
    assert {name: found for name, found in copied.items() if found} == {}
    long_line = next(text for text in documents["003"] if len(text.split()) > LONGEST_QUOTE + 4)
    planted = json.dumps({"cells": [{"source": ["As it says:\n", long_line]}]})
    assert runs("\n".join(strings(json.loads(planted)))) & of_documents


def test_numbers_of_the_ledger_are_plain(ledger):
    """What is written is what is read: no value changes on the way through two readers."""
    written = pd.read_csv(PROJECT / "data" / "claims.csv", dtype=str, keep_default_na=False)
    for column in ("value", "value_high", "tolerance"):
        read = ledger[column].to_numpy()
        as_text = [float(text) if text else math.nan for text in written[column]]
        np.testing.assert_array_equal(read, as_text)
