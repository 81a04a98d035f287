"""Stored outputs in the place of notebooks that did not pass, and paths of the machine."""

import tempfile
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from socionaut.ledger.claims import FINDING_TYPE
from socionaut.ledger.tables import PROJECT, read_table
from socionaut.ledger.verdicts import VERDICTS, collect_findings, stored_note, verdict_table
from socionaut.sources.opendata import datasets
from workshop.machine_paths import machine_paths, without_machine_paths
from workshop.notebooks import RunResult, read_notebook, run_notebooks, write_notebook
from workshop.stored import HOW_TO_HAVE_DATA, stand_in, why_not_run

KEY = "c003-041-2"
SKIPS = "class DataUnavailable(Exception):\n    pass\nraise DataUnavailable('No data here.')"
COUNTS = """import os
from pathlib import Path
from socionaut.ledger.verdicts import collect_findings
paths = Path(os.environ["SOCIONAUT_NOTEBOOKS"]).glob("[!9]*.ipynb")
print([finding["id"] for finding in collect_findings(paths)])"""


def store(folder: Path, name: str, source: str, **metadata: object) -> Path:
    """Write a notebook whose stored outputs name a version and hold a finding."""
    version = new_output("stream", text="socionaut 0.0.9, pandas 3.0.0\n")
    data = {"text/plain": "card", FINDING_TYPE: {"id": KEY, "verdict": "differs"}}
    cells = [
        new_markdown_cell("# Is it so?\n\nA question."),
        new_code_cell("", outputs=[version], execution_count=1),
        new_code_cell(source, outputs=[new_output("display_data", data)], execution_count=2),
    ]
    notebook = new_notebook(cells=cells, metadata={"socionaut": metadata})
    write_notebook(notebook, folder / name)
    return folder / name


@pytest.fixture
def nothing_at_hand(tmp_path, monkeypatch):
    """Leave no place where data could be."""
    monkeypatch.delenv("SOCIONAUT_MIRROR", raising=False)
    monkeypatch.setenv("SOCIONAUT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("SOCIONAUT_OFFLINE", "1")


@pytest.mark.usefixtures("nothing_at_hand")
def test_the_banner_says_what_is_lacking_from_where_how_to_have_it_and_which_version(tmp_path):
    path = store(tmp_path, "1_a.ipynb", "", data=["instafake", "presidents_tweets"])
    result = RunResult(path, "skipped", 1.0, 3, "cell 3: No data here.")
    shown = stand_in(result)
    title, _, text = shown.cells[0].source.partition("\n")
    assert title == "# Is it so?"
    assert text.endswith("\n\n</div>\n\nA question.")
    for row in datasets().query("name in ['instafake', 'presidents_tweets']").itertuples():
        assert row.title in text
        assert row.licence in text
        assert f"<{row.repository}/tree/{row.commit}>" in text
    assert HOW_TO_HAVE_DATA in text
    assert "made with socionaut 0.0.9, pandas 3.0.0." in text
    assert shown.cells[1:] == read_notebook(path).cells[1:]
    assert why_not_run(result) == "no instafake, presidents_tweets"


@pytest.mark.usefixtures("nothing_at_hand")
def test_only_data_that_are_not_at_hand_are_named(tmp_path, monkeypatch):
    monkeypatch.setattr(
        "workshop.stored.locate_dataset",
        lambda name: "cache" if name == "instafake" else "not here",
    )
    path = store(tmp_path, "1_a.ipynb", "", data=["instafake", "presidents_tweets"])
    assert why_not_run(RunResult(path, "skipped", 1.0, 3, "")) == "no presidents_tweets"
    # All came after the notebook had given up: then any may have been what it lacked.
    monkeypatch.setattr("workshop.stored.locate_dataset", lambda _: "cache")
    assert why_not_run(RunResult(path, "skipped", 1.0, 3, "")).count(",") == 1
    path = store(tmp_path, "2_b.ipynb", "")
    assert why_not_run(RunResult(path, "skipped", 1.0, 3, "")) == "no open data"


def test_the_banner_of_a_failure_gives_the_sentence_without_a_path_of_the_machine(tmp_path):
    path = store(tmp_path, "1_a.ipynb", "")
    message = f"cell 3 (x = *y*): FileNotFoundError: no '{PROJECT}/data/x.csv'"
    result = RunResult(path, "failed", 1.0, 3, message)
    text = stand_in(result).cells[0].source
    assert "~~~text\ncell 3 (x = *y*): FileNotFoundError: no '…'\n~~~" in text
    assert machine_paths(text) == []
    assert why_not_run(result) == f"failed: {message}"


def test_in_a_run_stored_findings_count_as_stored_and_are_seen_by_the_last_notebook(tmp_path):
    sources = [
        store(tmp_path, "1_skips.ipynb", SKIPS),
        store(tmp_path, "2_fails.ipynb", "1 / 0"),
        store(tmp_path, "3_passes.ipynb", "print('new')"),
        store(tmp_path, "90_counts.ipynb", COUNTS, after="all"),
    ]
    done = tmp_path / "done"
    results = run_notebooks(
        sources, done, environment={"SOCIONAUT_NOTEBOOKS": str(done)}, stand_in=stand_in
    )
    assert [r.status for r in results] == ["skipped", "failed", "passed", "passed"]
    found = collect_findings(sorted(done.glob("*.ipynb")))
    assert [(f["notebook"], f["as_stored"]) for f in found] == [
        ("1_skips.ipynb", "skipped"),
        ("2_fails.ipynb", "failed"),
    ]
    counted = read_notebook(done / "90_counts.ipynb").cells[2].outputs[0].text
    assert counted == f"{[KEY, KEY]}\n"
    assert not any('"error"' in path.read_text() for path in done.iterdir())
    assert collect_findings(sources)[0]["as_stored"] == ""


def test_the_note_counts_and_names_what_is_as_stored():
    findings = [
        {"id": KEY, "verdict": "differs", "notebook": "1_a.ipynb", "as_stored": "skipped"},
        {"id": "c003-399-1", "verdict": "confirmed", "notebook": "2_b.ipynb", "as_stored": ""},
    ]
    table = verdict_table(read_table("claims"), findings)
    assert stored_note(table).startswith("1 of 2 findings are as stored: of 1_a.ipynb,")
    assert set(table["as_stored"]) == {"", "skipped"}
    assert set(table["verdict"]) <= set(VERDICTS)
    assert stored_note(verdict_table(read_table("claims"), findings[1:])) == ""


# --- Paths of the machine.

PATHS = [
    f"{PROJECT}/lib/socionaut/tables.py",
    f"{PROJECT.parent}/shared/data",
    f"{Path.home()}/notes.txt",
    f"{tempfile.gettempdir()}/pytest/x",
    "/home/ada/posts.csv",
    "/Users/ada/posts.csv",
    "/root/.cache/socionaut",
    "/opt/python/lib/python3.11/site-packages/pandas/core.py",
    "file:///tmp/a.html",
]
NO_PATHS = [
    "https://example.org/home/ada/posts",
    "https://example.org/a/tmp/b.html",
    "../shared/documents and ../tmp/x",
    ".venv/bin/python, notebooks/root/a.ipynb, and/or",
    "the folders /home and /tmp are not named further",
    "iVBORw0KGgo" + "Aa0/" * 500,
]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("around", ["in '{}'", 'href="{}"', "<p>{}</p>", "\x1b[32m{}\x1b[39m:5"])
def test_a_path_of_the_machine_is_found_and_hidden(path, around):
    text = around.format(path)
    (found,) = machine_paths(text)
    assert found.removesuffix(":5") == path
    assert machine_paths(without_machine_paths(text)) == []
    assert "…" in without_machine_paths(text)


@pytest.mark.parametrize("text", NO_PATHS)
def test_what_only_looks_like_a_path_of_the_machine_is_none(text):
    assert machine_paths(text) == []
    assert without_machine_paths(text) == text


def test_the_folders_that_the_variables_name_are_paths_of_the_machine(monkeypatch):
    assert machine_paths("/mnt/mirror/a.csv /srv/cache/b.csv") == []
    monkeypatch.setenv("SOCIONAUT_MIRROR", "/mnt/mirror")
    monkeypatch.setenv("SOCIONAUT_CACHE", "/srv/cache")
    assert len(machine_paths("/mnt/mirror/a.csv /srv/cache/b.csv")) == 2
