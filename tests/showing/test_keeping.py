"""What a run on an own file takes away: written where a folder is named, and nowhere else."""

import csv
import json

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from socionaut.showing import draw_bars
from socionaut.showing.keeping import (
    FOLDER_VARIABLE,
    as_label,
    as_markdown,
    keep,
    keep_figure,
    keep_methods,
    letters_missing,
)

TABLE = pd.DataFrame({"name": ["=1+1", "Zoë"], "degree": [1, 2], "own": [0.5, -1.5]})


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(FOLDER_VARIABLE, str(tmp_path))
    yield tmp_path
    plt.close("all")


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_nothing_is_written_where_no_folder_is_named(tmp_path, monkeypatch):
    monkeypatch.delenv(FOLDER_VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    assert keep(TABLE, "nodes") is TABLE
    keep_methods("We counted.")
    keep_figure(draw_bars(pd.Series({"a": 1}), x="count", y="letter"), "See.", "One bar.")
    plt.close("all")
    assert list(tmp_path.iterdir()) == []


def test_a_table_is_kept_whole_and_runs_no_formula(folder):
    assert keep(TABLE, "nodes", name="who", own="own measure, in days") is TABLE
    keep(TABLE.set_index("name"), "again")
    for name in ("nodes", "again"):
        with (folder / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            rows = list(csv.reader(stream))
        assert rows == [["name", "degree", "own"], ["'=1+1", "1", "0.5"], ["Zoë", "2", "-1.5"]]
    assert lines(folder / "dictionary.jsonl")[:3] == [
        ["nodes.csv", "name", "who"],
        ["nodes.csv", "degree", "number of its edges"],
        ["nodes.csv", "own", "own measure, in days"],
    ]


def test_figures_are_numbered_and_say_in_words_what_they_show(folder):
    figure = draw_bars(pd.Series({"a": 1}), x="count", y="letter")
    keep_figure(figure, "Bars & letters.", "One bar < 2.")
    keep_figure(figure, "Again.", "One more.")
    text = (folder / "figure_1.svg").read_text(encoding="utf-8")
    assert "<title>Bars &amp; letters.</title>\n<desc>One bar &lt; 2.</desc>" in text
    assert lines(folder / "figures.jsonl") == [
        [1, "Bars & letters.", "One bar < 2."],
        [2, "Again.", "One more."],
    ]
    assert (folder / "figure_2.svg").is_file()
    assert keep_methods("We counted.").data == "We counted."
    assert (folder / "methods.txt").read_text(encoding="utf-8") == "We counted.\n"


def test_names_are_shown_as_they_stand():
    assert as_label("a$b\u200b\n") == r"a\$b"
    assert as_markdown("a_b|c") == r"a\_b\|c"
    assert "letters of 2 names, such as 名:" in letters_missing(["b", "語", "名"])
