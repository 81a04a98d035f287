"""Figures: nothing is shown without words and numbers, and the same picture is the same bytes."""

import base64
import hashlib
import os
import runpy
import struct
import subprocess
import sys

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from IPython.utils.capture import RichOutput
from matplotlib.colors import to_rgb

from socionaut import figures
from socionaut.figures import COLOURS, VERDICT_COLOURS, PictureError

CAPTION = "Bars grow from top to bottom & stay < 3."
ALT = "Two horizontal bars; the lower one, “b”, is twice as long as the upper one."
TABLE = pd.DataFrame({"letter": ["a", "<b>"], "count": [1, 2]})

# Dates, several panels and a legend: what could depend on clock, place or hash seed.
DRAW = """
import hashlib, matplotlib
matplotlib.use("agg")
import pandas as pd
from socionaut import figures
months = pd.date_range("2020-01-01", periods=6, freq="MS")
lines = {name: pd.Series(range(6), index=months) * k for k, name in enumerate("pqr", start=1)}
left = figures.draw_lines({"one": lines, "two": lines}, x="month", y="rate (%)")
counts = pd.DataFrame({"differs": [3, 20], "confirmed": [9, 1]}, index=["x", "y"])
right = figures.draw_stacked_bars(counts, x="claims", y="theme", colours=figures.VERDICT_COLOURS)
for figure in (left, right):
    print(hashlib.sha256(figures._png(figure)).hexdigest())
"""


@pytest.fixture(autouse=True)
def backend():
    plt.switch_backend("agg")
    yield
    plt.close("all")


@pytest.fixture
def displayed(monkeypatch):
    outputs = []

    def display(data, metadata=None, raw=False):
        assert raw
        outputs.append(RichOutput(data=data, metadata=metadata or {}))

    monkeypatch.setattr(figures, "display", display)
    return outputs


def bars():
    return figures.draw_bars(pd.Series({"a": 1, "b": 2}), x="count", y="letter")


def test_a_figure_is_shown_with_words_and_numbers(displayed):
    figures.show(bars(), caption=CAPTION, alt=ALT, table=TABLE)
    picture, words = displayed
    assert set(picture.data) == {"image/png", "text/plain"}
    assert picture.data["image/png"].startswith(b"\x89PNG")
    assert picture.data["text/plain"] == f"Figure: {CAPTION}"
    assert picture.metadata == {"image/png": {"alt": ALT}}
    assert set(words.data) == {"text/plain", "text/html"}
    for part in (CAPTION, ALT, *TABLE["letter"], *map(str, TABLE["count"])):
        assert part in words.data["text/plain"]


def test_the_page_of_a_figure_says_the_same(displayed):
    figures.show(bars(), caption=CAPTION, alt=ALT, table=TABLE)
    soup = BeautifulSoup(displayed[1].data["text/html"], "html.parser")
    assert soup.div["class"] == ["socionaut-figure"]
    assert soup.find("p", class_="caption").get_text() == f"Figure. {CAPTION}"
    assert [mark.get_text() for mark in soup.find_all("summary")] == [
        "The picture in words",
        "The numbers drawn",
    ]
    assert soup.details.p.get_text() == ALT
    cells = [cell.get_text() for cell in soup.table.find_all("td")]
    assert cells == ["a", "1", "<b>", "2"]


def test_a_figure_is_closed_when_it_is_shown(displayed):
    figure = bars()
    assert plt.get_fignums()
    figures.show(figure, caption=CAPTION, alt=ALT, table=TABLE)
    assert plt.get_fignums() == []
    assert len(displayed) == 2


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"caption": " "}, "has no caption"),
        ({"alt": ""}, "has no alt text of its own"),
        ({"alt": "Two bars."}, "at least 40 characters"),
        ({"alt": CAPTION}, "other than the caption"),
        ({"table": TABLE.iloc[:0]}, "has no table"),
        ({"table": pd.DataFrame()}, "has no table"),
    ],
)
def test_a_figure_without_words_or_numbers_is_not_shown(displayed, words, message):
    with pytest.raises(PictureError, match=message):
        figures.show(bars(), **({"caption": CAPTION, "alt": ALT, "table": TABLE} | words))
    assert displayed == []


@pytest.mark.parametrize("axis", ["x", "y"])
@pytest.mark.parametrize("panel", [0, 1])
def test_a_panel_without_a_label_is_not_shown(displayed, axis, panel):
    figure, panels = figures.canvas(columns=2)
    for each in panels:
        each.plot([1, 2], [3, 4])
        each.set(xlabel="year", ylabel="rate (%)")
    panels[panel].set(**{f"{axis}label": ""})
    with pytest.raises(PictureError, match=f"Panel {panel + 1} of the figure lacks an axis label"):
        figures.show(figure, caption=CAPTION, alt=ALT, table=TABLE)
    assert displayed == []


def test_a_shared_axis_is_labelled_once(displayed):
    lines = {"up": pd.Series([1, 2], index=[2019, 2020])}
    figure = figures.draw_lines({"one": lines, "two": lines}, x="year", y="rate (%)")
    figures.show(figure, caption=CAPTION, alt=ALT, table=TABLE)
    assert len(displayed) == 2


def test_the_output_can_be_stored_in_a_notebook(displayed):
    figures.show(bars(), caption=CAPTION, alt=ALT, table=TABLE)
    stored = base64.b64encode(displayed[0].data["image/png"])
    assert base64.b64decode(stored) == displayed[0].data["image/png"]
    assert isinstance(displayed[1].data["text/html"], str)


# --- The same bytes.


def chunks(png):
    """Return the kinds of chunks of a PNG file."""
    kinds, place = [], 8
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        kinds.append(png[place + 4 : place + 8])
        place += 12 + length
    return kinds


def test_a_picture_says_nothing_of_when_and_by_what_it_was_made():
    kinds = chunks(figures._png(bars()))
    assert kinds[0] == b"IHDR"
    assert kinds[-1] == b"IEND"
    assert not {b"tEXt", b"iTXt", b"zTXt", b"tIME", b"eXIf"} & set(kinds)


def test_a_picture_is_the_same_elsewhere(tmp_path, capsys):
    program = tmp_path / "draw.py"
    program.write_text(DRAW, encoding="utf-8")
    odd = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "LANG": "fr_FR.UTF-8", "PYTHONHASHSEED": "7"}
    there = subprocess.run(
        [sys.executable, str(program)],
        env=os.environ | odd,
        capture_output=True,
        text=True,
        check=True,
    )
    runpy.run_path(str(program))
    here = capsys.readouterr().out
    assert there.stdout == here
    assert len(set(here.split())) == 2


def test_a_picture_is_the_same_twice_and_another_when_a_number_changes():
    def digest(values):
        return hashlib.sha256(
            figures._png(figures.draw_bars(pd.Series(values), x="count", y="letter"))
        ).hexdigest()

    assert digest({"a": 1, "b": 2}) == digest({"a": 1, "b": 2})
    assert digest({"a": 1, "b": 2}) != digest({"a": 1, "b": 3})


def test_a_style_that_someone_set_before_does_not_show():
    plain = figures._png(bars())
    plt.rcParams.update({"font.size": 30, "axes.facecolor": "red", "figure.dpi": 40})
    assert figures._png(bars()) == plain


# --- What is drawn.


def test_colours_can_be_told_apart():
    values = np.array([to_rgb(colour) for colour in COLOURS.values()])
    distances = np.linalg.norm(values[:, None] - values[None], axis=2)
    assert distances[~np.eye(len(values), dtype=bool)].min() > 0.2
    assert len(set(VERDICT_COLOURS.values())) == len(VERDICT_COLOURS) == 4
    assert set(VERDICT_COLOURS.values()) <= set(COLOURS.values())


def test_bars_have_the_lengths_and_texts_of_the_numbers():
    figure = bars()
    (panel,) = figure.axes
    assert [bar.get_width() for bar in panel.patches] == [1, 2]
    assert [text.get_text() for text in panel.texts] == ["1", "2"]
    assert panel.yaxis_inverted()
    assert (panel.get_xlabel(), panel.get_ylabel()) == ("count", "letter")


def test_stacked_bars_lie_end_to_end():
    counts = pd.DataFrame({"yes": [30, 20], "no": [10, 0]}, index=["x", "y"])
    figure = figures.draw_stacked_bars(counts, x="answers", y="item")
    edges = [(bar.get_x(), bar.get_width()) for bar in figure.axes[0].patches]
    assert edges == [(0, 30), (0, 20), (30, 10), (20, 0)]
    # A part too narrow for its count goes without.
    assert [text.get_text() for text in figure.axes[0].texts] == ["30", "20", "10", ""]


@pytest.mark.parametrize("log", [False, True])
def test_intervals_reach_from_low_to_high(log):
    rows = pd.DataFrame(
        [("a", 2, 1, 3, "seen", "two"), ("b", 50, 40, 60, "said", "fifty")],
        columns=["label", "value", "low", "high", "kind", "text"],
    )
    (panel,) = figures.draw_intervals(rows, x="size", y="thing", log=log).axes
    drawn = [list(line.get_xdata()) for line in panel.lines]
    assert drawn == [[1, 3], [2], [40, 60], [50]]
    assert panel.get_xscale() == ("log" if log else "linear")
    assert [tick.get_text() for tick in panel.get_yticklabels()] == ["a", "b"]


def test_a_line_has_one_colour_in_every_panel():
    lines = [pd.Series([1, k], index=[2019, 2020]) for k in (2, 3)]
    panels = {"one": {"p": lines[0], "q": lines[1]}, "two": {"q": lines[1]}}
    first, second = figures.draw_lines(panels, x="year", y="rate (%)").axes
    colours = {text.get_text(): text.get_color() for text in first.texts}
    assert [text.get_color() for text in second.texts] == [colours["q"]]
    assert colours["p"] != colours["q"]
    assert [line.get_color() for line in second.lines] == [colours["q"]]
