"""The commands: what they print, how they exit, and that they write nothing they should not."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from socionaut.errors import InputError
from socionaut.ledger.tables import PROJECT, read_table, table_row
from workshop import __main__ as command_line
from workshop import notebooks, own_runs, pages
from workshop.cells import role_of
from workshop.notebooks import RunResult

COMMANDS = ["check", "claim", "data", "findings", "handout", "lab", "network", "posts", "readme"]
COMMANDS += ["report", "run", "seal", "series"]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command, capsys):
    with pytest.raises(SystemExit) as ended:
        command_line.main([command, "--help"])
    assert ended.value.code == 0
    assert f"usage: socionaut {command}" in capsys.readouterr().out


def test_help_lists_every_command_with_a_sentence(capsys):
    with pytest.raises(SystemExit):
        command_line.main(["--help"])
    listed = capsys.readouterr().out.partition("COMMAND")[2]
    for command in COMMANDS:
        assert re.search(rf"\n    {command}\s", listed)
    assert listed.count(".") >= len(COMMANDS)


@pytest.mark.parametrize(
    "words", [[], ["chek"], ["run"], ["check", "more"], ["readme", "--in-place"]]
)
def test_words_that_are_no_command(words, capsys):
    with pytest.raises(SystemExit) as ended:
        command_line.main(words)
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("usage: ")


def test_the_module_runs_as_a_program():
    done = subprocess.run(
        [sys.executable, "-m", "workshop", "nothing"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "invalid choice: 'nothing'" in done.stderr


# --- check


@pytest.fixture
def folder(short_package, tmp_path, monkeypatch):
    """Return a data package that may be damaged, and that the commands read."""
    copy = Path(shutil.copytree(short_package, tmp_path / "data"))
    monkeypatch.setenv("SOCIONAUT_DATA", str(copy))
    return copy


def test_check_without_the_documents_says_what_is_not_checked(monkeypatch, capsys):
    monkeypatch.setenv("SOCIONAUT_DOCUMENTS", "")
    assert command_line.main(["check"]) == 0
    printed = capsys.readouterr().out
    assert f"{len(read_table('claims'))} claims" in printed
    assert "The documents are not at hand" in printed
    assert "SOCIONAUT_DOCUMENTS" in printed
    assert "no problem found in " in printed


@pytest.mark.usefixtures("folder")
def test_check_with_documents_that_do_not_fit(tmp_path, monkeypatch, capsys):
    (tmp_path / "000_short.txt").write_text("Un seul\n", encoding="utf-8")
    monkeypatch.setenv("SOCIONAUT_DOCUMENTS", str(tmp_path))
    assert command_line.main(["check"]) == 1
    *problems, last = capsys.readouterr().out.splitlines()
    assert "1 documents read." in problems[0]
    of_documents = [problem for problem in problems if problem.startswith("document 00")]
    assert len(of_documents) >= len(read_table("claims"))
    assert last.startswith(f"{len(problems) - 1} problems in ")


@pytest.mark.usefixtures("folder")
def test_check_with_a_folder_of_documents_that_is_none(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("SOCIONAUT_DOCUMENTS", str(tmp_path / "missing"))
    assert command_line.main(["check"]) == 2
    printed = capsys.readouterr()
    assert printed.err.startswith("socionaut: SOCIONAUT_DOCUMENTS names")
    assert printed.err.count("\n") == 1


def test_check_with_damaged_tables_tells_every_one(folder, capsys):
    for name in ("references", "events"):
        path = folder / f"{name}.csv"
        path.write_bytes(path.read_bytes()[:-9])
    assert command_line.main(["check"]) == 1
    *problems, last = capsys.readouterr().out.splitlines()
    assert {problem.partition(".csv")[0] for problem in problems} == {
        "data/references",
        "data/events",
    }
    assert all(". To mend: " in problem for problem in problems)
    assert last.startswith(f"{len(problems)} problems in ")


def test_check_with_a_damaged_description(folder, capsys):
    (folder / "datapackage.json").write_text("{", encoding="utf-8")
    for command in ("check", "findings", "seal"):
        assert command_line.main([command]) == 2
        error = capsys.readouterr().err
        assert error.startswith("socionaut: data/datapackage.json cannot be read: ")
        assert error.count("\n") == 1
    assert (folder / "datapackage.json").read_text(encoding="utf-8") == "{"


@pytest.mark.usefixtures("folder")
def test_check_finds_a_ledger_that_no_notebook_keeps(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(command_line, "NOTEBOOKS", tmp_path)
    monkeypatch.setenv("SOCIONAUT_DOCUMENTS", "")
    assert command_line.main(["check"]) == 1
    printed = capsys.readouterr().out
    judged = read_table("claims").query("expected_verdict != 'untested'")
    assert printed.count("expects a verdict, and no notebook judges it.") == len(judged)


# --- findings, seal


def test_notebooks_are_handed_out_without_solutions(tmp_path, capsys):
    folder = tmp_path / "class"
    assert command_line.main(["handout", str(folder)]) == 0
    names = sorted(path.name for path in folder.iterdir())
    assert names == sorted(path.name for path in command_line.NOTEBOOKS.glob("*.ipynb"))
    for name in names:
        stored = notebooks.read_notebook(command_line.NOTEBOOKS / name).cells
        kept = notebooks.read_notebook(folder / name).cells
        roles = [role_of(cell.source) for cell in stored if cell.cell_type == "code"]
        left = [role_of(cell.source) for cell in kept if cell.cell_type == "code"]
        assert "solution" in roles
        assert left == [role for role in roles if role != "solution"]
    assert command_line.main(["handout", str(folder)]) == 2
    assert "is not empty" in capsys.readouterr().err


def test_a_line_of_a_document_is_looked_up(capsys):
    assert command_line.main(["claim", "c003-041", "c000-063-2"]) == 0
    told = capsys.readouterr().out
    assert [line for line in told.splitlines() if line.startswith("c0")] == [
        "c003-041-1",
        "c003-041-2",
        "c000-063-2",
    ]
    assert "verdict    differs (source)" in told
    assert "notebook   notebooks/10_instagram_or_facebook.ipynb" in told
    assert command_line.main(["claim", "c003-04"]) == 2
    assert "The ledger has no claim c003-04" in capsys.readouterr().err


def test_findings_prints_the_scoreboard(capsys):
    assert command_line.main(["findings"]) == 0
    printed = capsys.readouterr().out
    rows = {line.rpartition("  ")[0].split("  ")[0].strip(): line for line in printed.splitlines()}
    themes = read_table("claims")["theme"].unique()
    assert {*themes, "all"} <= set(rows)
    assert rows["all"].split()[-1] == str(len(read_table("claims")))
    faults = printed.partition("Faults: ")[2]
    counts = [int(part.split()[-1]) for part in faults.strip().split(", ")]
    differs = rows["all"].split()[3]
    assert sum(counts) == int(differs)


def test_seal_says_what_changed(folder, capsys):
    assert command_line.main(["seal"]) == 0
    path = folder / "events.csv"
    path.write_bytes(path.read_bytes().replace(b"2020-01-24", b"2020-01-25", 1))
    assert command_line.main(["seal"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "sealed data/datapackage.json; changed: none",
        "sealed data/datapackage.json; changed: events",
    ]


def test_seal_without_a_table_changes_nothing(folder, capsys):
    before = (folder / "datapackage.json").read_bytes()
    (folder / "events.csv").unlink()
    assert command_line.main(["seal"]) == 2
    assert "data/events.csv cannot be read" in capsys.readouterr().err
    assert (folder / "datapackage.json").read_bytes() == before


# --- run, report: the runner and the pages have tests of their own.


ENDED = ["passed", "failed", "skipped"]


def results(sources, report, ends):
    ended = [
        RunResult(path, end, 0.5, 2 if end == "failed" else None, "" if end == "passed" else "Why.")
        for path, end in zip(sources, ends, strict=True)
    ]
    for result in ended:
        report(result)
    return ended


@pytest.fixture
def collection(tmp_path, monkeypatch):
    """Return a folder of three stored notebooks that the commands take for the project's."""
    folder, stored = tmp_path / "notebooks", sorted((PROJECT / "notebooks").glob("*.ipynb"))
    folder.mkdir()
    for path in stored[:3]:
        shutil.copy(path, folder)
    monkeypatch.setattr(command_line, "NOTEBOOKS", folder)
    monkeypatch.setattr(command_line, "BUILD", tmp_path / "build")
    return sorted(folder.iterdir())


@pytest.mark.parametrize(
    ("ends", "code"),
    [(["passed"] * 3, 0), (["passed", "skipped", "passed"], 0), (ENDED, 1)],
)
def test_run_tells_how_each_notebook_ended(collection, monkeypatch, capsys, ends, code):
    monkeypatch.setattr(
        notebooks, "update_notebooks", lambda sources, report: results(sources, report, ends)
    )
    assert command_line.main(["run", "--in-place"]) == code
    *lines, last = capsys.readouterr().out.splitlines()
    for line, path, end in zip(lines, collection, ends, strict=True):
        assert line.startswith(end)
        assert path.name in line
        assert line.endswith("Why.") == (end != "passed")
    counts = [f"{ends.count(end)} {end}" for end in ENDED]
    assert last.startswith(f"notebooks: {', '.join(counts)} in ")


def test_run_takes_the_notebooks_that_are_named(collection, monkeypatch, capsys):
    taken = []

    def update(sources, report):
        taken.extend(sources)
        return results(sources, report, ["passed"] * len(sources))

    monkeypatch.setattr(notebooks, "update_notebooks", update)
    assert command_line.main(["run", "--in-place", collection[1].name[:2]]) == 0
    assert taken == [collection[1]]
    assert command_line.main(["run", "--in-place", collection[1].name, "nowhere"]) == 2
    assert taken == [collection[1]]
    assert "No notebook has “nowhere” in its name" in capsys.readouterr().err


@pytest.fixture
def pipeline(collection, monkeypatch):
    """Replace the runner and the builder of pages by light ones; return what they were given."""
    given = {"ends": ["passed"] * 3, "problems": []}

    def run_notebooks(sources, output, environment, report, stand_in):
        given["environment"] = environment
        given["left over"] = list(output.glob("*")) if output.exists() else []
        output.mkdir(parents=True)
        ended = results(sources, report, given["ends"])
        for result in ended:
            if result.status == "passed":
                shutil.copy(result.path, output)
            else:
                notebooks.write_notebook(stand_in(result), output / result.path.name)
        return ended

    def build_pages(copies, verdicts, output, progress):
        progress("pages: built")
        given["copies"], given["verdicts"] = [path.name for path in copies], verdicts
        output.mkdir()
        (output / "index.html").write_text("home", encoding="utf-8")
        return output / "index.html"

    monkeypatch.setattr(notebooks, "run_notebooks", run_notebooks)
    monkeypatch.setattr(pages, "build_pages", build_pages)
    monkeypatch.setattr(pages, "page_problems", lambda _: given["problems"])
    given["names"] = [path.name for path in collection]
    return given


def test_report_runs_builds_and_says_where(pipeline, capsys):
    assert command_line.main(["report"]) == 0
    printed = capsys.readouterr().out
    build = command_line.BUILD
    for part in ("3 passed, 0 failed", "pages: built", "Faults: ", "verdicts.csv", "index.html"):
        assert part in printed
    assert pipeline["environment"] == {"SOCIONAUT_NOTEBOOKS": str(build / "notebooks")}
    assert pipeline["copies"] == pipeline["names"]
    written = pd.read_csv(build / "verdicts.csv", dtype={"document": str}, keep_default_na=False)
    ledger = read_table("claims")
    assert written["id"].tolist() == ledger["id"].tolist()
    assert written["document"].tolist() == ledger["document"].tolist()
    judged = set(written["notebook"]) - {""}
    assert judged <= set(pipeline["names"])
    first = written[written["notebook"] != ""].iloc[0]
    assert first["verdict"] == table_row("claims", first["id"])["expected_verdict"]
    assert sorted(path.name for path in build.iterdir()) == ["notebooks", "pages", "verdicts.csv"]


def test_report_writes_the_same_verdicts_twice(pipeline):
    texts = []
    for _ in range(2):
        assert command_line.main(["report"]) == 0
        texts.append((command_line.BUILD / "verdicts.csv").read_bytes())
        shutil.rmtree(command_line.BUILD / "pages")
    assert texts[0] == texts[1]
    assert b"\r" not in texts[0]
    assert pipeline["left over"] == []


def test_report_shows_nothing_of_an_earlier_run(pipeline):
    old = command_line.BUILD / "notebooks"
    old.mkdir(parents=True)
    for name in (pipeline["names"][0], "99_removed.ipynb"):
        shutil.copy(command_line.NOTEBOOKS / pipeline["names"][0], old / name)
    assert command_line.main(["report"]) == 0
    assert pipeline["left over"] == []
    assert pipeline["copies"] == pipeline["names"]


def test_report_counts_what_did_not_run_as_stored_and_ends_with_a_list_of_it(pipeline, capsys):
    written = {}
    for ends, code in [(["passed"] * 3, 0), (["passed", "skipped", "skipped"], 0), (ENDED, 1)]:
        pipeline["ends"] = ends
        shutil.rmtree(command_line.BUILD / "pages", ignore_errors=True)
        assert command_line.main(["report"]) == code
        path = command_line.BUILD / "verdicts.csv"
        written[tuple(ends)] = pd.read_csv(path, keep_default_na=False)
        judging, marks = (written[tuple(ends)][name] for name in ("notebook", "as_stored"))
        due = dict(zip(pipeline["names"], ends, strict=True)) | {"": "passed"}
        assert set(pipeline["names"][1:]) <= set(judging)
        assert (marks == judging.map(due).replace("passed", "").fillna("")).all()
        listed = capsys.readouterr().out.partition("Not run to the end")[2]
        assert (pipeline["names"][0] in listed) is False
        assert ("failed: Why." in listed) == ("failed" in ends)
        assert ("socionaut data --fetch" in listed) == ("skipped" in ends)
        assert (f"{(marks != '').sum()} of " in listed) == (ends[1] != "passed")
    first, *others = (table.drop(columns="as_stored") for table in written.values())
    assert all(first.equals(other) for other in others)


def test_report_fails_when_pages_have_a_problem(pipeline, capsys):
    pipeline["problems"] = ["index.html has a link that leads nowhere."]
    assert command_line.main(["report"]) == 1
    assert pipeline["problems"][0] in capsys.readouterr().out.splitlines()


@pytest.mark.usefixtures("pipeline")
def test_report_tells_in_a_sentence_why_no_page_was_built(monkeypatch, capsys):
    def build_pages(*_, **__):
        raise InputError("The home page is missing: write it.")

    monkeypatch.setattr(pages, "build_pages", build_pages)
    assert command_line.main(["report"]) == 2
    assert capsys.readouterr().err == "socionaut: The home page is missing: write it.\n"


def test_results_of_two_notebooks_are_never_mixed(tmp_path, capsys):
    (tmp_path / "26_your_own_network.ipynb").touch()
    assert command_line.main(["series", "own.csv", "--output", str(tmp_path)]) == 2
    assert "give another folder to --output" in capsys.readouterr().err


def test_a_run_that_is_stopped_ends_with_a_sentence(tmp_path, monkeypatch, capsys):
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(own_runs, "demand_folder", stop)
    assert command_line.main(["series", "own.csv", "--output", str(tmp_path)]) == 130
    assert capsys.readouterr().err.startswith("socionaut: stopped, as you asked")
