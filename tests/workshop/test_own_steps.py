"""A run on a reader's own file: steps that take too long, the time that is left, and the page."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from socionaut.errors import InputError
from workshop import own_commands, own_steps
from workshop.own_commands import proposals_in
from workshop.own_pages import page_of
from workshop.own_runs import run_with
from workshop.own_steps import without_late_steps

CELLS = [
    new_markdown_cell("# How engaged is my audience?"),
    new_code_cell('file = ""', metadata={"tags": ["parameters"]}),
    new_markdown_cell("## By platform"),
    new_code_cell("rows = 1\nshown = 'early'"),
    new_markdown_cell("## By month"),
    new_code_cell("import time\nwhile time.process_time() < LONG:\n    pass\nrows = 2"),
    new_code_cell("shown = rows + 1\nshown"),
    new_markdown_cell("## Take home"),
    new_code_cell("shown"),
    new_code_cell("40 + 2"),
]


def run(tmp_path: Path, long: str, last: str = "40 + 2") -> tuple[nbformat.NotebookNode, list[str]]:
    source = tmp_path / "source" / "small.ipynb"
    source.parent.mkdir()
    cells = [nbformat.from_dict(cell) for cell in CELLS]
    cells[5].source = cells[5].source.replace("LONG", long)
    cells[-1].source = last
    nbformat.write(new_notebook(cells=cells), source)
    told: list[str] = []
    run_with(source, tmp_path / "out", {"file": "own.csv"}, tell=told.append, budget=2)
    return nbformat.read(tmp_path / "out" / "small.ipynb", as_version=4), told


def texts(notebook: nbformat.NotebookNode) -> list[str]:
    return [
        output["data"]["text/plain"]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
    ]


def test_a_step_that_takes_too_long_leaves_its_table_out_and_the_rest_is_kept(tmp_path):
    kept, told = run(tmp_path, "90")
    # What an earlier step had called by the same names is not shown in their place.
    assert texts(kept) == [
        "**Left out.** This step took more than 2 seconds of the processor. Give a part of the file"
        " to have it.",
        "**Left out.** It rests on a step above that took too long.",
        "**Left out.** It rests on a step above that took too long.",
        "42",
    ]
    assert any('A step took too long in "By month"' in line for line in told)
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "Left out." in page and "StepTooLong" not in page
    assert not any("raises-exception" in cell.metadata.get("tags", []) for cell in kept.cells)


def test_within_the_budget_nothing_is_left_out_and_other_errors_stop_the_run(tmp_path):
    # Nothing of an earlier run into the folder is taken for a result of this one.
    tables = tmp_path / "out" / "tables"
    tables.mkdir(parents=True)
    (tables / "dictionary.csv").write_text("table,column,meaning\nold.csv,a,b\n")
    olds = [tables / "old.csv", *(tables.parent / f"{n}.txt" for n in ("methods", "figures"))]
    for old in olds:
        old.write_text("old")
    kept, told = run(tmp_path, "0")
    assert not any(old.exists() for old in [*olds, tables / "dictionary.csv"])
    assert texts(kept) == ["3", "3", "42"] and not any("too long" in line for line in told)
    (tmp_path / "again").mkdir()
    with pytest.raises(InputError, match=r"small\.ipynb stopped at .*ZeroDivisionError"):
        run(tmp_path / "again", "0", last="1 / 0")
    assert not (tmp_path / "again" / "out").exists()


def paced(monkeypatch: pytest.MonkeyPatch, seconds: list[float]) -> list[str]:
    """Return what is told of a run whose steps take so many seconds, in sections of four."""
    clock = [0.0]
    monkeypatch.setattr(own_steps.time, "perf_counter", lambda: clock[0])
    told: list[str] = []
    started = own_steps.teller(told.append)
    cells: list[nbformat.NotebookNode] = []
    for at in range(len(seconds)):
        cells += [new_markdown_cell(f"## Part {at // 4}")] * (at % 4 == 0) + [new_code_cell("1")]
    notebook, steps = new_notebook(cells=cells), iter(seconds)
    for at, cell in enumerate(cells):
        if cell.cell_type == "code":
            started(at, notebook)
            clock[0] += next(steps)
    return told


def test_the_time_that_is_left_is_that_of_the_steps_of_this_run(monkeypatch):
    told = paced(monkeypatch, [5.0] * 40)
    # Of two sections alone nothing is foretold; after three, 28 steps of 5 seconds are left.
    assert "left" not in told[1] and told[3].endswith("2 min left, at the pace so far")
    assert told[0].startswith("[1/10]") and told[-1].endswith("20 s left, at the pace so far")
    # Ten times slower, ten times as long: no table of other runs comes in.
    assert paced(monkeypatch, [50.0] * 40)[3].endswith("23 min left, at the pace so far")
    assert "under 10 s left" in paced(monkeypatch, [0.1] * 40)[3]


def test_one_long_step_is_not_taken_for_the_pace_of_all():
    # As on a network of a million edges, where one early step took most of the time.
    low, high = own_steps.seconds_left([5, 1, 20, 1, 1, 1, 1, 15, 1, 180, 1, 1], 60)
    assert low < 60 * 228 / 12 < high and low < 700
    assert own_steps.seconds_left([1.0] * 12, 60) == (60, 60)


@pytest.mark.parametrize(
    ("text", "wanted", "never"),
    [
        (r"The rate is $100\,e_i/f_i$ percent.", 'alt="100\\,e_i/f_i"', "$"),
        (r"In $k$ groups, for $n$ runs.", "<i>k</i> groups, for <i>n</i> runs", "$"),
        (r"On ca\$h\_24\$ and \$hop\$.", "ca$h_24$ and $hop$", "<i>"),
        ("It costs 5 $ or 6 $ a day.", "5 $ or 6 $", "<i>"),
    ],
)
def test_formulas_are_drawn_and_other_dollars_stay(text, wanted, never):
    page = page_of(new_notebook(cells=[new_markdown_cell(text)]), "", [])
    body = page.split("</style>")[1].split("<body>")[1]
    assert wanted in body and never not in body.replace(wanted, "")


def test_proposals_with_quotation_marks_can_be_copied():
    options = """--rename '"Mag ich"=reactions' --rename "a=b\""""
    assert proposals_in(f"It lacks both. To take what is proposed, add: {options}") == options


def test_compiled_code_that_is_stopped_counts_as_late():
    words = "CPUDispatcher(<function>) returned a result with an exception set"
    error = new_output("error", ename="SystemError", evalue=words)
    cells = [new_markdown_cell("## Spread"), new_code_cell("reach()", outputs=[error])]
    kept, late, problem = without_late_steps(new_notebook(cells=cells))
    assert (late, problem) == (["Spread"], "") and "Left out." in texts(kept)[0]


def test_one_long_step_may_come_again_or_not(monkeypatch):
    told = paced(monkeypatch, [*[1.0] * 7, 300.0, *[1.0] * 4])
    assert told[2].endswith("up to 5 min left, at the pace so far")


def test_a_network_beyond_memory_is_refused_before_it_is_read(tmp_path, monkeypatch):
    path = tmp_path / "edges.csv"
    path.write_text("source,target\na,b\n", encoding="utf-8")
    assert own_commands.told_of_size(path, 2**34) == []
    monkeypatch.setattr(own_commands, "rows_at_most", lambda _: 10_000_000)
    with pytest.raises(InputError, match=r"some 46 GiB of memory, and 16 GiB are free.*up to 3"):
        own_commands.told_of_size(path, 2**34)
    (told,) = own_commands.told_of_size(path, 2**36)
    assert "10.0 million edges" in told and "leaves out" in told
    assert len(own_commands.told_of_size(path, None)) == 1
