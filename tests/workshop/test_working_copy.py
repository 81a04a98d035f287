"""The working copy: what a reader changed stays, all else follows the collection."""

import json
import os
import re
import shutil
import sys

import pytest

from socionaut.ledger.tables import PROJECT
from workshop import __main__ as command_line
from workshop.notebooks import read_notebook, write_notebook
from workshop.working_copy import RECORD, lab_command, own_files, set_aside, update_copy

STORED = sorted((PROJECT / "notebooks").glob("*.ipynb"))
FIRST, SECOND = (path.name for path in STORED[:2])


@pytest.fixture
def stored(tmp_path):
    """Return two stored notebooks that may be changed."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    for path in STORED[:2]:
        shutil.copy(path, folder)
    return sorted(folder.iterdir())


@pytest.fixture
def lab(tmp_path, stored):
    """Return their working copy."""
    folder = tmp_path / "build" / "lab"
    assert update_copy(stored, folder) == []
    return folder


def change(path):
    """Change a cell, as reader or author does."""
    notebook = read_notebook(path)
    notebook.cells[-1].source += "\nMine."
    write_notebook(notebook, path)


def run(path):
    """Change what a run and JupyterLab change: outputs, counts and metadata."""
    content = json.loads(path.read_text("utf-8"))
    content["metadata"]["language_info"]["version"] = "3.11.7"
    content["cells"][1]["outputs"] = []
    content["cells"][1]["execution_count"] = 7
    path.write_text(json.dumps(content), "utf-8")


def names(folder):
    return {path.name for path in folder.iterdir()}


def test_a_new_copy_is_the_stored_notebooks(stored, lab):
    assert names(lab) == {FIRST, SECOND, RECORD}
    for path in stored:
        assert (lab / path.name).read_bytes() == path.read_bytes()
    assert own_files(lab) == set()


def test_what_was_changed_or_only_run_stays_while_the_collection_does(stored, lab):
    change(lab / FIRST)
    run(lab / SECOND)
    (lab / ".ipynb_checkpoints").mkdir()
    before = {name: (lab / name).read_bytes() for name in (FIRST, SECOND)}
    assert update_copy(stored, lab) == []
    assert {name: (lab / name).read_bytes() for name in before} == before
    assert own_files(lab) == {FIRST}


def test_a_newer_version_replaces_what_was_only_run(stored, lab):
    run(lab / FIRST)
    change(stored[0])
    assert update_copy(stored, lab) == []
    assert (lab / FIRST).read_bytes() == stored[0].read_bytes()


def test_a_newer_version_leaves_changes_alone_and_says_so_until_they_make_way(stored, lab):
    change(lab / FIRST)
    mine = (lab / FIRST).read_bytes()
    run(stored[0])
    for _ in range(2):
        (sentence,) = update_copy(stored, lab)
        assert sentence.startswith(f"{FIRST}: the collection has a newer version")
        assert (lab / FIRST).read_bytes() == mine
    (lab / FIRST).rename(lab / "mine.ipynb")
    assert update_copy(stored, lab) == []
    assert (lab / FIRST).read_bytes() == stored[0].read_bytes()
    assert (lab / "mine.ipynb").read_bytes() == mine


def test_a_notebook_that_left_the_collection_goes_unless_it_was_changed(lab):
    change(lab / FIRST)
    assert update_copy([], lab) == []
    assert names(lab) == {FIRST, RECORD}


@pytest.mark.parametrize("damage", [b"", b"{", b"[]"])
def test_a_damaged_copy_or_a_lost_record_is_never_overwritten(stored, lab, damage):
    (lab / FIRST).write_bytes(damage)
    update_copy(stored, lab)
    assert (lab / FIRST).read_bytes() == damage
    (lab / RECORD).unlink()
    assert len(update_copy(stored, lab)) == 2
    assert (lab / FIRST).read_bytes() == damage


def test_a_copy_made_anew_moves_changes_aside_and_never_over_others(stored, lab):
    assert set_aside(lab) is None
    assert not lab.exists()
    for number in (1, 2):
        update_copy(stored, lab)
        (lab / "my_data.csv").write_text(str(number), "utf-8")
        aside = set_aside(lab)
        assert aside.name == f"lab-{number}"
        assert (aside / "my_data.csv").read_text("utf-8") == str(number)
    assert set_aside(lab) is None


def test_the_command_opens_jupyterlab_on_the_copy(stored, tmp_path, monkeypatch, capsys):
    taken = []
    monkeypatch.setattr(command_line, "NOTEBOOKS", stored[0].parent)
    monkeypatch.setattr(command_line, "BUILD", tmp_path / "build")
    monkeypatch.setattr(os, "execv", lambda *command: taken.append(command) or sys.exit(0))
    folder = tmp_path / "build" / "lab"
    for words in (["lab"], ["lab", "--fresh"]):
        with pytest.raises(SystemExit):
            command_line.main(words)
        assert names(folder) == {FIRST, SECOND, RECORD}
        change(folder / FIRST)
    assert taken == [(sys.executable, lab_command(folder))] * 2
    assert f"--ServerApp.root_dir={folder}" in lab_command(folder)
    printed = capsys.readouterr().out
    assert printed.count("Working copy: ") == 2
    assert re.search(
        r"The earlier working copy, with your changes, is now .*build/lab-1\.", printed
    )


def test_links_of_the_notebooks_hold_in_the_copy(tmp_path):
    """Notebooks are copied alone, so they may link to each other, and to no other file."""
    update_copy(STORED, tmp_path)
    links = {
        (path.name, link)
        for path in STORED
        for cell in read_notebook(path).cells
        if cell.cell_type == "markdown"
        for link in re.findall(r"\]\(([^)\s]+)\)", cell.source)
        if "://" not in link and not link.startswith("#")
    }
    assert len(links) > len(STORED)
    assert [link for link in links if not (tmp_path / link[1].partition("#")[0]).is_file()] == []
