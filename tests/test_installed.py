"""The library installed from its wheel, used where there is no project."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from socionaut.errors import InputError
from socionaut.ledger.tables import read_table, table_names
from socionaut.project import PROJECT, repository
from socionaut.sources.opendata import datasets
from workshop.notebooks import read_notebook, run_notebooks


@pytest.fixture(scope="module")
def site(bare_project, tmp_path_factory) -> Path:
    """Return a folder of packages in which pip has put the wheel, without a network."""
    folder = tmp_path_factory.mktemp("site")
    offline = ["--no-deps", "--no-index", "--no-build-isolation", "--no-compile"]
    command = [sys.executable, "-m", "pip", "install", *offline, "--target", folder, bare_project]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


#: One process for all that is asked of the library, since most of its time goes into imports.
USED = """
import contextlib, io, json, os
from socionaut.ledger.tables import data_folder, read_table, table_names
from socionaut.project import repository
from socionaut.sources.opendata import datasets, mirror_folder
from workshop.__main__ import main

def run(words):
    shown, error = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(shown), contextlib.redirect_stderr(error):
        return main(words.split()), shown.getvalue(), error.getvalue()

needing = ["check", "findings", "lab", "readme --check", "report", "run --in-place", "seal",
           "posts mine.csv --output results"]
found = {"needing": list(map(run, needing)), "left": os.listdir()}
found["free"] = list(map(run, ["data", "series --columns", "posts --example mine.csv"]))
os.environ["SOCIONAUT_MIRROR"] = "mirror"
found["read"] = {
    "folder": str(data_folder()),
    "rows": {name: len(read_table(name)) for name in table_names()},
    "data sets": datasets()["name"].tolist(),
    "mirror": str(mirror_folder()),
    "repository": repository(),
}
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def used(site, tmp_path_factory) -> tuple[Path, dict]:
    """Use the installed library in an empty folder; return the folder and what was found."""
    folder = tmp_path_factory.mktemp("empty").resolve()
    environ = {name: value for name, value in os.environ.items() if "SOCIONAUT" not in name}
    done = subprocess.run(
        [sys.executable, "-c", USED],
        cwd=folder,
        env=environ | {"PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder, json.loads(done.stdout)


def test_tables_and_data_sets_are_read_from_the_wheel(site, used):
    folder, found = used
    assert found["read"] == {
        "folder": str(site / "socionaut" / "data"),
        "rows": {name: len(read_table(name)) for name in table_names()},
        "data sets": datasets()["name"].tolist(),
        "mirror": str(folder / "mirror"),  # relative to the working folder
        "repository": repository(),
    }


def test_every_table_travels_and_authors_keep_theirs(site):
    travelled = {path.name: path.read_bytes() for path in (site / "socionaut/data").iterdir()}
    assert travelled == {path.name: path.read_bytes() for path in (PROJECT / "data").iterdir()}


def test_commands_that_need_the_project_say_so_in_a_sentence(used):
    found = used[1]
    assert found["needing"]
    for code, _, sentence in found["needing"]:
        assert code == 2
        assert " needs the project folder with its notebooks" in sentence
        assert repository() in sentence
        assert sentence.count("\n") == 1
    assert found["left"] == []


def test_commands_that_need_no_project_run(used):
    folder, found = used
    assert [code for code, _, _ in found["free"]] == [0, 0, 0]
    assert "facebook_pages" in "".join(shown for _, shown, _ in found["free"])
    assert [path.name for path in folder.iterdir()] == ["mine.csv"]


@pytest.mark.slow
def test_a_downloaded_notebook_runs_and_shows_what_is_stored(site, tmp_path):
    name = "00_start_here.ipynb"
    shutil.copy(PROJECT / "notebooks" / name, tmp_path)
    (result,) = run_notebooks(
        [tmp_path / name], tmp_path / "run", environment={"PYTHONPATH": str(site)}
    )
    assert result.status == "passed", result.message
    ran, stored = (
        read_notebook(tmp_path / "run" / name),
        read_notebook(PROJECT / "notebooks" / name),
    )
    assert ran.cells == stored.cells


def test_inside_the_project_nothing_stops(monkeypatch, tmp_path):
    from socionaut import project

    project.need_project("This")
    monkeypatch.setattr(project, "PROJECT", tmp_path)
    with pytest.raises(InputError, match=r"^This needs the project folder"):
        project.need_project("This")
    assert project.base_folder() == Path.cwd()
