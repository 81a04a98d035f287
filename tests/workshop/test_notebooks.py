"""The runner of notebooks, tried on small notebooks made in a temporary folder."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from socionaut.ledger.claims import FINDING_TYPE as FINDING
from socionaut.ledger.verdicts import collect_findings
from workshop.notebooks import (
    RunResult,
    normalise,
    read_notebook,
    run_notebooks,
    update_notebooks,
    write_notebook,
)

FINISHED = ["2_passes", "3_fails", "4_skips", "5_slow", "6_dies"]

UNAVAILABLE = """class DataUnavailable(Exception):
    pass
raise DataUnavailable("The posts are not in the cache; run once with a network.")"""

JUDGED = f"""from IPython.display import display
print("judged")
display({{"text/plain": "c", "{FINDING}": {{"id": "c001-2-1", "computed": 0.5}}}}, raw=True)"""


def store(folder: Path, name: str, *sources: str, **metadata: object) -> Path:
    """Write a notebook of a title and the given code cells as an editor might leave it."""
    cells = [new_code_cell(source) for source in sources]
    notebook = new_notebook(cells=[new_markdown_cell("# Why?"), *cells], metadata=metadata)
    path = folder / name
    nbformat.write(notebook, path)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("notebooks")


@pytest.fixture(scope="module")
def sources(folder: Path) -> list[Path]:
    last = "from pathlib import Path\nprint(sorted(p.name for p in Path('done').iterdir()))"
    slow = "import time\ntime.sleep(60)"
    paths = [
        store(folder, "1_last.ipynb", last, socionaut={"after": "all"}),
        store(folder, "2_passes.ipynb", "import sys", "print(sys.executable)", "1 + 1", JUDGED),
        store(folder, "3_fails.ipynb", "print('before')", "\nratio = 1 / 0\nratio", "2 + 2"),
        store(folder, "4_skips.ipynb", UNAVAILABLE),
        store(folder, "5_slow.ipynb", slow),
        store(folder, "6_dies.ipynb", "import os\nos._exit(1)"),
        folder / "7_broken.ipynb",
    ]
    # Outputs from an earlier run must not survive a failure.
    failing = read_notebook(paths[2])
    failing.cells[3].outputs = [nbformat.v4.new_output("stream", text="old\n")]
    nbformat.write(failing, paths[2])
    paths[-1].write_text('{"cells": [', encoding="utf-8")
    return paths


@pytest.fixture(scope="module")
def run(
    folder: Path, sources: list[Path], tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, RunResult], list[RunResult], dict[Path, bytes]]:
    """Run all sources once, with a kernel in the user's folders that shadows python3."""
    shadow = tmp_path_factory.mktemp("home") / "kernels" / "python3"
    shadow.mkdir(parents=True)
    spec = {"argv": ["false"], "display_name": "Not ours", "language": "python"}
    (shadow / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    before = {path: path.read_bytes() for path in sources}
    reported: list[RunResult] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(shadow.parents[1]))
        patch.setenv("HOME", str(shadow.parents[1]))
        results = run_notebooks(sources, folder / "done", timeout=2, report=reported.append)
    assert [result.path for result in results] == sources
    return {result.path.name: result for result in results}, reported, before


def test_a_notebook_that_works_passes_and_is_written_with_its_outputs(run, folder):
    results, _, _ = run
    result = results["2_passes.ipynb"]
    assert (result.status, result.cell, result.message) == ("passed", None, "")
    assert result.seconds > 0
    cells = read_notebook(folder / "done" / "2_passes.ipynb").cells[1:]
    assert [cell.execution_count for cell in cells] == [1, 2, 3, 4]
    assert cells[2].outputs[0].data["text/plain"] == "2"


@pytest.mark.usefixtures("run")
def test_the_kernel_is_this_interpreter_whatever_the_home_folder_holds(folder):
    shown = read_notebook(folder / "done" / "2_passes.ipynb").cells[2].outputs[0].text
    assert shown.strip() == sys.executable


def test_a_failing_cell_is_named_and_keeps_only_outputs_of_this_run(run, folder):
    results, _, _ = run
    result = results["3_fails.ipynb"]
    assert (result.status, result.cell) == ("failed", 3)
    assert result.message == "cell 3 (ratio = 1 / 0): ZeroDivisionError: division by zero"
    cells = read_notebook(folder / "done" / "3_fails.ipynb").cells
    assert cells[1].outputs[0].text == "before\n"
    assert cells[2].outputs[0].ename == "ZeroDivisionError"
    assert (cells[3].outputs, cells[3].execution_count) == ([], None)


def test_data_that_cannot_be_had_is_skipped_with_its_reason(run):
    result = run[0]["4_skips.ipynb"]
    assert result.status == "skipped"
    assert result.message.endswith(": The posts are not in the cache; run once with a network.")


def test_a_cell_that_takes_too_long_fails(run):
    result = run[0]["5_slow.ipynb"]
    assert (result.status, result.cell) == ("failed", 2)
    assert result.message == "cell 2 (import time): took longer than 2 seconds"


def test_a_kernel_that_dies_fails_its_notebook_only(run):
    result = run[0]["6_dies.ipynb"]
    assert (result.status, result.cell) == ("failed", 2)
    assert result.message == "cell 2 (import os): Kernel died"


def test_a_file_that_is_no_notebook_is_named(run):
    result = run[0]["7_broken.ipynb"]
    assert (result.status, result.cell) == ("failed", None)
    assert result.message.startswith("7_broken.ipynb cannot be read as a notebook")


def test_a_notebook_marked_so_runs_after_all_others(run, folder):
    results, reported, _ = run
    assert results["1_last.ipynb"].status == "passed"
    assert reported[-1].path.name == "1_last.ipynb"
    shown = read_notebook(folder / "done" / "1_last.ipynb").cells[1].outputs[0].text
    assert json.loads(shown.replace("'", '"')) == [f"{n}.ipynb" for n in FINISHED]


def test_every_result_is_reported_once(run):
    results, reported, _ = run
    assert sorted(result.path.name for result in reported) == sorted(results)


def test_sources_stay_as_they_are_byte_for_byte(run):
    _, _, before = run
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.usefixtures("run")
def test_findings_are_collected_in_order_with_their_notebook(folder):
    done = [folder / "done" / "3_fails.ipynb", folder / "done" / "2_passes.ipynb"]
    assert collect_findings(done) == [
        {"id": "c001-2-1", "computed": 0.5, "notebook": "2_passes.ipynb", "as_stored": ""}
    ]


@pytest.mark.usefixtures("run")
def test_nothing_but_notebooks_is_left_in_the_output(folder):
    assert sorted(path.stem for path in (folder / "done").iterdir()) == ["1_last", *FINISHED]


def test_storing_twice_gives_the_same_bytes_and_spares_what_fails(tmp_path):
    good = store(tmp_path, "good.ipynb", "import os", "os.environ['GREETING']", "print('x')")
    bad = store(tmp_path, "bad.ipynb", "print('before')\n1 / 0")
    untouched = bad.read_bytes()
    first = update_notebooks([good, bad], environment={"GREETING": "hello"})
    stored = good.read_bytes()
    update_notebooks([good], environment={"GREETING": "hello"})
    assert [result.status for result in first] == ["passed", "failed"]
    assert good.read_bytes() == stored
    assert bad.read_bytes() == untouched
    assert stored.endswith(b"}\n")
    assert b'"text/plain": [\n       "\'hello\'"' in stored
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.ipynb", "good.ipynb"]


def test_the_working_folder_is_the_one_of_the_source(tmp_path):
    inner = tmp_path / "inner"
    inner.mkdir()
    source = store(inner, "here.ipynb", "import os\nprint(os.listdir())")
    run_notebooks([source], tmp_path / "out")
    assert "here.ipynb" in read_notebook(tmp_path / "out" / "here.ipynb").cells[1].outputs[0].text


def test_normalise_keeps_alt_text_tags_ids_and_counts():
    output = nbformat.v4.new_output(
        "display_data", data={"image/png": "aGk="}, metadata={"image/png": {"alt": "A line."}}
    )
    cell = new_code_cell("1", execution_count=7, outputs=[output], id="kept")
    cell.metadata = {"execution": {"shell.execute_reply": "now"}, "tags": ["raises-exception"]}
    notebook = new_notebook(cells=[cell], metadata={"widgets": {}, "socionaut": {"after": "all"}})
    tidy = normalise(notebook)
    assert tidy.metadata == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        "socionaut": {"after": "all"},
    }
    assert tidy.cells[0].metadata == {"tags": ["raises-exception"]}
    assert tidy.cells[0].outputs[0].metadata["image/png"].alt == "A line."
    assert (tidy.cells[0].id, tidy.cells[0].execution_count) == ("kept", 7)
    assert "execution" in notebook.cells[0].metadata  # the original is left alone
    assert normalise(tidy) == tidy


def test_normalise_names_cells_of_old_notebooks_by_their_position(tmp_path):
    old = {"cells": [{"cell_type": "markdown", "metadata": {}, "source": "# Why?"}]}
    old |= {"metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    path = tmp_path / "old.ipynb"
    path.write_text(json.dumps(old), encoding="utf-8")
    assert normalise(read_notebook(path)).cells[0].id == "cell-1"


def test_a_write_that_fails_leaves_what_stood_there(tmp_path, monkeypatch):
    path = store(tmp_path, "kept.ipynb", "1")
    before = path.read_bytes()

    def full(self: Path, data: bytes) -> int:
        with self.open("wb") as file:
            file.write(data[:10])
        raise OSError("no space left")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="no space left"):
        write_notebook(new_notebook(), path)
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["kept.ipynb"]


def test_a_report_that_stops_the_run_starts_no_further_notebook(tmp_path):
    sources = [store(tmp_path, f"{n}.ipynb", "1") for n in range(3)]

    def interrupt(_: RunResult) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_notebooks(sources, tmp_path / "out", workers=1, report=interrupt)
    assert not (tmp_path / "out" / "2.ipynb").exists()


def test_an_output_folder_that_holds_a_source_is_refused(tmp_path):
    source = store(tmp_path, "a.ipynb", "1")
    with pytest.raises(ValueError, match="would be overwritten; choose another"):
        run_notebooks([source], tmp_path / "x" / "..")


def test_two_sources_of_one_name_are_refused(tmp_path):
    (tmp_path / "b").mkdir()
    sources = [store(tmp_path, "a.ipynb", "1"), store(tmp_path / "b", "a.ipynb", "1")]
    with pytest.raises(ValueError, match=r"Two notebooks are called a\.ipynb"):
        run_notebooks(sources, tmp_path / "out")
