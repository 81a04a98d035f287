"""Figures: nothing is shown without words and numbers, and the same picture is the same bytes."""

import base64
import hashlib
import io
import itertools
import os
import runpy
import struct
import subprocess
import sys

import matplotlib.pyplot as plt
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from IPython.utils.capture import RichOutput
from matplotlib.colors import to_rgb
from PIL import Image

from socionaut.colours import COLOURS, VERDICT_COLOURS
from socionaut.errors import InputError
from socionaut.estimates import Estimate, interval_table
from socionaut.showing import digests, figures

CAPTION = "Bars grow from top to bottom & stay < 3."
ALT = "Two horizontal bars; the lower one, “b”, is twice as long as the upper one."
TABLE = pd.DataFrame({"letter": ["a", "<b>"], "count": [1, 2]})

# Dates, several panels and a legend: what could depend on clock, place or hash seed.
DRAW = """
import hashlib, matplotlib
matplotlib.use("agg")
import pandas as pd
from socionaut.colours import VERDICT_COLOURS
from socionaut.showing import figures
months = pd.date_range("2020-01-01", periods=6, freq="MS")
lines = {name: pd.Series(range(6), index=months) * k for k, name in enumerate("pqr", start=1)}
left = figures.draw_lines({"one": lines, "two": lines}, x="month", y="rate (%)")
counts = pd.DataFrame({"differs": [3, 20], "confirmed": [9, 1]}, index=["x", "y"])
right = figures.draw_stacked_bars(counts, x="claims", y="theme", colours=VERDICT_COLOURS)
for figure in (left, right):
    print(hashlib.sha256(figures._png(figures._drawn(figure), "")).hexdigest())
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


def faults_of(displayed, figure, table):
    """Show a figure and return what is kept with it as not in order."""
    figures.show(figure, caption=CAPTION, alt=ALT, table=table)
    return displayed[-2].metadata["image/png"].get("faults", [])


def bars():
    return figures.draw_bars(pd.Series({"a": 1, "b": 2}), x="count", y="letter")


def test_a_figure_is_shown_with_words_and_numbers(displayed):
    figures.show(bars(), caption=CAPTION, alt=ALT, table=TABLE)
    picture, words = displayed
    assert set(picture.data) == {"image/png", "text/plain"}
    assert picture.data["image/png"].startswith(b"\x89PNG")
    assert picture.data["text/plain"] == f"Figure: {CAPTION}"
    about = picture.metadata["image/png"]
    assert (about["alt"], about["width"]) == (ALT, 750)
    assert about["sha256"] == hashlib.sha256(picture.data["image/png"]).hexdigest()
    assert set(words.data) == {"text/plain", "text/html"}
    for part in (CAPTION, ALT, *TABLE["letter"], *map(str, TABLE["count"])):
        assert part in words.data["text/plain"]


CHANGES = {
    "a bar more": lambda panel: panel.barh([2], [1]),
    "a mirrored axis": lambda panel: panel.invert_xaxis(),
    "a scale": lambda panel: panel.set_xscale("log"),
    "a label": lambda panel: panel.set_xlabel("share (%)"),
    "a name": lambda panel: panel.set_yticks([0, 1], ["b", "a"]),
    "a colour": lambda panel: panel.patches[0].set_facecolor("black"),
    "a text": lambda panel: panel.texts[0].set_text("2"),
    "a title": lambda panel: panel.set_title("other"),
    "one more line": lambda panel: panel.plot([0, 1], [0, 1]),
    "one more cloud": lambda panel: panel.scatter([1], [1]),
    "an image": lambda panel: panel.imshow([[1, 2]], aspect="auto"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_digest_of_a_figure_changes_with_what_is_drawn(change):
    figure = bars()
    before = digests.digest(figure, TABLE)
    assert digests.digest(bars(), TABLE) == before
    change(figure.axes[0])
    assert digests.digest(figure, TABLE) != before


def test_the_digest_of_a_figure_changes_with_the_numbers_beside_it():
    other = TABLE.assign(count=[1, 3])
    assert digests.digest(bars(), TABLE) != digests.digest(bars(), other)


def test_the_digest_does_not_hang_on_the_last_bits():
    panels = [figures.canvas()[1][0] for _ in range(2)]
    for panel, shift in zip(panels, (0, 1e-13), strict=True):
        panel.plot([1 + shift, 2], [shift, 3 + shift], label="x")
    assert digests.digest(panels[0].figure, TABLE) == digests.digest(panels[1].figure, TABLE)


def test_the_digest_stands_in_the_text_and_in_the_file(displayed):
    figures.show(bars(), caption=CAPTION, alt=ALT, table=TABLE)
    picture, words = displayed
    drawn = Image.open(io.BytesIO(picture.data["image/png"])).text[digests.DIGEST_KEY]
    assert words.data["text/plain"].endswith(f"Drawn: {drawn}")


@pytest.mark.parametrize(("names", "same"), [(["Facebook", "x"], 0), (["x", "Facebook, daily"], 1)])
def test_a_platform_has_its_colour_in_every_figure(names, same):
    palette = figures._palette(names)
    assert palette[names[same]] == COLOURS["blue"] != palette[names[1 - same]]


def test_an_axis_ends_where_the_quantity_ends():
    rows = pd.DataFrame({"label": ["a"], "value": 98, "low": 90, "high": 100, "kind": "b"})
    figure = figures.draw_intervals(rows.assign(text="98 %"), x="share (%)", y="", limits=(0, 100))
    assert figure.axes[0].get_xlim() == (0, 100)


def test_many_panels_stand_in_rows_with_all_their_labels(displayed):
    lines = {"up": pd.Series([1, 2], index=[2019, 2020])}
    figure = figures.draw_lines(dict.fromkeys("abcd", lines), x="year", y="rate (%)")
    assert figure.get_figwidth() == 7.5
    figures.show(figure, caption=CAPTION, alt=ALT, table=TABLE)
    assert len(displayed) == 2


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
    with pytest.raises(InputError, match=message):
        figures.show(bars(), **({"caption": CAPTION, "alt": ALT, "table": TABLE} | words))
    assert displayed == []


MONTHS = pd.DataFrame({"month": [1, 2, 3], "users (million)": [2.51, 2.6, 2.72]})


def months(values, unit="million", kind="plot"):
    """Draw three months."""
    figure, (panel,) = figures.canvas()
    getattr(panel, kind)(MONTHS["month"], values)
    panel.set(xlabel="month", ylabel=f"users ({unit})")
    return figure


@pytest.mark.parametrize("kind", ["plot", "scatter", "bar"])
@pytest.mark.parametrize(
    ("values", "unit", "found"),
    [
        ([2.511, 2.6, 2.718], "million", False),
        ([2.511, 4.0, 5.0], "million", True),
        ([2.511, 2.6, 5.0], "million", True),
        ([19.1, 17.2, 16.4], "million", True),
        ([251.1, 260.0, 271.8], "%", True),
        ([-2.511, -2.6, -2.718], "million", True),
    ],
)
def test_a_panel_that_draws_other_numbers_than_its_table_is_not_in_order(
    displayed, values, unit, found, kind
):
    faults = faults_of(displayed, months(values, unit, kind), MONTHS)
    told = [fault for fault in faults if fault.startswith("Panel 1 draws 3 numbers, and the table")]
    assert len(told) == found


def test_of_a_line_the_table_may_show_the_end_alone(displayed):
    assert not faults_of(displayed, months([4.0, 5.0, 2.718]), MONTHS)
    fault, *_ = faults_of(displayed, months([4.0, 5.0, 2.718], kind="bar"), MONTHS)
    assert "the table beside it has 1 of them" in fault


@pytest.mark.parametrize(("factor", "found"), [(1, False), (1.05, True)])
def test_the_table_beside_a_longer_curve_is_read_off_it(displayed, factor, found):
    heights = np.linspace(0.3, 0.9, 24) ** 2
    figure, (panel,) = figures.canvas()
    panel.plot(heights)
    panel.set(xlabel="months apart", ylabel="autocorrelation")
    lags = [1, 6, 12]
    table = pd.DataFrame({"lag": lags, "correlation": (factor * heights[lags]).round(2)})
    assert found == any("no column" in fault for fault in faults_of(displayed, figure, table))


def test_rounding_to_tens_is_known(displayed):
    table = MONTHS.assign(**{"users (million)": [2560, 3220, 2880]})
    assert not faults_of(displayed, months([2564.2, 3224.9, 2876.3]), table)
    assert "has 0 of them" in faults_of(displayed, months([2566.2, 3226.9, 2874.3]), table)[0]


@pytest.mark.parametrize(
    ("axis", "unit", "found"),
    [("share (%)", "%", False), ("ratio (times)", "%", True), ("share (%)", "times", True)],
)
def test_the_axis_names_the_unit_of_the_estimates(displayed, axis, unit, found):
    rows = [("a", Estimate(2, 1, 3, "sampling"), "a"), ("b", Estimate(3, 2, 5, "sampling"), "b")]
    table = interval_table(rows, unit=unit)
    figure = figures.draw_intervals(table, x=axis, y="thing")
    told = f"numbers in “{unit}” written beside what it draws"
    assert any(told in fault for fault in faults_of(displayed, figure, table)) == found


@pytest.mark.parametrize("axis", ["x", "y"])
@pytest.mark.parametrize("panel", [0, 1])
def test_a_panel_without_a_label_is_not_shown(displayed, axis, panel):
    figure, panels = figures.canvas(columns=2)
    for each in panels:
        each.plot([1, 2], [3, 4])
        each.set(xlabel="year", ylabel="rate (%)")
    panels[panel].set(**{f"{axis}label": ""})
    with pytest.raises(InputError, match=f"Panel {panel + 1} of the figure lacks an axis label"):
        figures.show(figure, caption=CAPTION, alt=ALT, table=TABLE)
    assert displayed == []


def test_a_shared_axis_is_labelled_once(displayed):
    lines = {"up": pd.Series([1, 2], index=[2019, 2020])}
    figure = figures.draw_lines({"one": lines, "two": lines}, x="year", y="rate (%)")
    figures.show(figure, caption=CAPTION, alt=ALT, table=TABLE)
    assert len(displayed) == 2


def test_of_panels_side_by_side_the_left_one_alone_has_label_and_numbers():
    lines = {"up": pd.Series([1, 2], index=[2019, 2020])}
    figure = figures.draw_lines({"one": lines, "two": lines}, x="year", y="rate (%)")
    figure.draw_without_rendering()
    assert [panel.get_ylabel() for panel in figure.axes] == ["rate (%)", ""]
    shown = [[label.get_visible() for label in panel.get_yticklabels()] for panel in figure.axes]
    assert any(shown[0]) and not any(shown[1])


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
    kinds = chunks(figures._png(figures._drawn(bars()), ""))
    assert kinds[0] == b"IHDR"
    assert kinds[-1] == b"IEND"
    assert kinds.count(b"tEXt") == 1  # the digest
    assert not {b"iTXt", b"zTXt", b"tIME", b"eXIf"} & set(kinds)


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
            figures._drawn(figures.draw_bars(pd.Series(values), x="count", y="letter")).tobytes()
        ).hexdigest()

    assert digest({"a": 1, "b": 2}) == digest({"a": 1, "b": 2})
    assert digest({"a": 1, "b": 2}) != digest({"a": 1, "b": 3})


def test_a_style_that_someone_set_before_does_not_show():
    plain = figures._png(figures._drawn(bars()), "")
    plt.rcParams.update({"font.size": 30, "axes.facecolor": "red", "figure.dpi": 40})
    figures._set_style()  # as at import
    assert figures._png(figures._drawn(bars()), "") == plain


def test_the_style_is_that_of_seaborn_but_for_what_the_house_sets():
    script = (
        "import matplotlib as mpl\nfrom socionaut.showing import COLOURS\n"
        "ours = dict(mpl.rcParams)\nimport sys\nloaded = 'seaborn' in sys.modules\n"
        "import seaborn\nmpl.rcdefaults()\n"
        "seaborn.set_theme(style='ticks', font_scale=0.85, palette=list(COLOURS.values()))\n"
        "print(loaded, sorted(key for key in ours if ours[key] != mpl.rcParams[key]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    house = ["axes.formatter.useoffset", "axes.prop_cycle", "axes.spines.right", "axes.spines.top"]
    house += ["axes.titlelocation", "figure.constrained_layout.use", "font.family"]
    house += ["font.sans-serif", "image.cmap", "legend.frameon", "svg.hashsalt"]
    assert done.stdout.strip() == f"False {house}"


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


def test_a_count_is_left_out_where_its_part_is_narrow_beside_the_longest_bar():
    counts = pd.DataFrame({"yes": [48, 10, 10, 10], "no": [2, 2, 1, 40]}, index=list("abcd"))
    figure = figures.draw_stacked_bars(counts, x="answers", y="item")
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert texts == ["48", "10", "10", "10", "2", "2", "", "40"]  # two are 1/25 of fifty


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
    names = [text.get_text() for text in first.texts]
    colours = dict(zip(names, (line.get_color() for line in first.lines), strict=True))
    assert colours["p"] != colours["q"]
    assert [line.get_color() for line in second.lines] == [colours["q"]]
    assert {text.get_color() for text in (*first.texts, *second.texts)} == {".15"}


def drawn_network(nodes, directed=False, kinds=10):
    """Return a drawn ring of nodes, and the boxes of their names."""
    kind = nx.DiGraph if directed else nx.Graph
    ring = nx.cycle_graph([f"node {number}" for number in range(nodes)], create_using=kind)
    groups = {node: f"group {number % kinds}" for number, node in enumerate(ring)}
    figure = figures.draw_network(ring, nx.circular_layout(ring), groups)
    figure.draw_without_rendering()
    return figure, [text.get_window_extent() for text in figure.axes[0].texts]


@pytest.mark.parametrize("directed", [False, True])
def test_names_of_a_network_do_not_cover_each_other(directed):
    figure, boxes = drawn_network(30, directed)
    assert len(boxes) == 30
    assert not any(one.overlaps(other) for one, other in itertools.combinations(boxes, 2))
    assert len(figure.axes[0].patches) == 30 * directed


def test_more_groups_than_colours_differ_by_shape():
    panel = drawn_network(10)[0].axes[0]
    looks = {
        (tuple(dots.get_facecolor()[0]), len(dots.get_paths()[0].vertices))
        for dots in panel.collections
        if len(dots.get_offsets()) == 1 and dots.get_label().startswith("group")
    }
    assert len(looks) == 10


def test_more_groups_than_looks_are_refused():
    with pytest.raises(InputError, match="25 groups, and at most 24"):
        drawn_network(25, kinds=25)


def test_paths_show_gaps_and_mark_the_break():
    points = pd.Series([1.0, 2, 4], index=[2018, 2019, 2021])
    path = pd.DataFrame({"value": [3.0], "low": [2.0], "high": [4.0]}, index=[2021])
    (panel,) = figures.draw_paths({"a": (points, path)}, x="year", y="n", break_at=2020).axes
    counted = next(line for line in panel.lines if line.get_label() == "counted")
    assert counted.get_linestyle() == "None"
    assert counted.get_xdata().tolist() == [2018, 2019, 2021]
    assert [line.get_xdata()[0] for line in panel.lines if line.get_linestyle() == "--"] == [2020]
    (panel,) = figures.draw_paths({"a": (points, path)}, x="year", y="n", fitted_from=2019).axes
    seen = {line.get_label(): line.get_xdata().tolist() for line in panel.lines}
    assert seen["counted, not used"] == [2018]
    assert seen["counted"] == [2019, 2021]


def test_each_path_has_its_own_break_and_start_where_they_are_given_by_panel():
    points = pd.Series([1.0, 2, 3, 4], index=range(2018, 2022))
    path = pd.DataFrame({"value": [4.0], "low": 3.0, "high": 5.0}, index=[2021])
    figure = figures.draw_paths(
        {"a": (points, path), "b": (points, path)},
        x="year",
        y="n",
        break_at={"b": 2021, "a": 2020},
        fitted_from={"a": 2019, "b": 2020},
    )
    for panel, hollow, at in zip(figure.axes, ([2018], [2018, 2019]), (2020, 2021), strict=True):
        assert [line.get_xdata()[0] for line in panel.lines if line.get_linestyle() == "--"] == [at]
        seen = {line.get_label(): list(line.get_xdata()) for line in panel.lines}
        assert seen["counted, not used"] == hollow


def test_forecasts_from_several_origins_lie_in_a_joined_series_and_are_named_once():
    points = pd.Series([1.0, 2, 3, 4, 5], index=range(2015, 2020))
    ends = {"low": [0.0, 1, 2, 3], "high": [4.0, 5, 6, 7]}
    rows = pd.DataFrame({"origin": [2015, 2015, 2017, 2017], "value": [2.0, 3, 4, 5], **ends})
    rows = rows.set_axis([2016, 2017, 2018, 2019])
    figure = figures.draw_paths({"a": (points, rows)}, x="year", y="n")
    (panel,) = figure.axes
    *forecasts, counted = panel.lines
    assert [line.get_xdata().tolist() for line in forecasts] == [[2016, 2017], [2018, 2019]]
    assert len(panel.collections) == 2
    assert counted.get_linestyle() == "-" and counted.get_xdata().tolist() == points.index.tolist()
    names = [text.get_text() for text in figure.legends[0].get_texts()]
    assert names == ["counted", "forecast", "its interval"]


@pytest.mark.parametrize(("last", "whole"), [(2012, True), (2010.9, False)])
def test_years_are_marked_whole_unless_there_is_but_one(last, whole):
    rows = pd.DataFrame({"value": [1, 2], "low": 0, "high": 3, "kind": ["a", "b"]})
    panels = {"one": rows.set_axis([2010, last])}
    (panel,) = figures.draw_error_bars(panels, x="year", y="change (%)").axes
    left, right = panel.get_xlim()
    ticks = [tick for tick in panel.get_xticks() if left <= tick <= right]
    assert len(ticks) >= 2
    assert all(tick % 1 == 0 for tick in ticks) is whole


def test_a_kind_of_estimate_has_one_colour_in_every_panel():
    rows = pd.DataFrame({"value": [1, 2], "low": 0, "high": 3, "kind": ["true", "placebo"]})
    panels = {"one": rows, "two": rows[::-1]}
    colours = {"placebo": "#999999", "true": "#D55E00"}
    for panel in figures.draw_error_bars(panels, x="year", y="change (%)", colours=colours).axes:
        drawn = {line.get_label(): line.get_color() for line in panel.lines[:2]}
        assert drawn == colours


@pytest.mark.parametrize(
    ("count", "panels", "ticks"),
    [(8, 1, range(8)), (9, 1, range(0, 9, 2)), (20, 1, range(0, 20, 3)), (9, 2, range(0, 9, 3))],
)
def test_of_many_places_every_so_many_is_marked_from_the_first_on(count, panels, ticks):
    line = pd.DataFrame({"value": 1.0, "low": 0.0, "high": 2.0}, index=range(count))
    figure = figures.draw_bands({name: {"a": line} for name in "pq"[:panels]}, x="age", y="n")
    for panel in figure.axes:
        assert panel.get_xticks().tolist() == list(ticks)


def test_dates_do_not_overlap_in_narrow_panels():
    quarters = pd.date_range("2020-01-01", periods=12, freq="QS")
    line = pd.DataFrame({"value": range(12), "low": 0, "high": 12}, index=quarters)
    figure = figures.draw_bands({name: {"a": line} for name in "pqr"}, x="quarter", y="n")
    figure.draw_without_rendering()
    for panel in figure.axes:
        boxes = [label.get_window_extent() for label in panel.get_xticklabels()]
        boxes = sorted((box.x0, box.x1) for box in boxes if box.width)
        assert all(first[1] < second[0] for first, second in itertools.pairwise(boxes))


def test_a_specification_curve_has_level_labels_and_a_dot_for_each_choice():
    estimates = pd.DataFrame({"value": [2, 1, 3], "low": [1, 0, 2], "high": [3, 2, 4]})
    choices = pd.DataFrame({"scale": ["log", "level", "level"], "season": ["no", "no", "yes"]})
    figure = figures.draw_specifications(estimates, choices, y="slope", colour="scale")
    above, below = figure.axes
    assert {label.get_rotation() for label in below.get_yticklabels()} == {0}
    assert above.collections[1].get_offsets()[:, 1].tolist() == [1, 2, 3]
    dots = {
        label.get_text(): marks.get_offsets()[:, 0].tolist()
        for label, marks in zip(below.get_yticklabels(), below.collections, strict=True)
    }
    assert dots == {
        "scale: log": [1],
        "scale: level": [0, 2],
        "season: no": [0, 1],
        "season: yes": [2],
    }


def test_zero_can_be_marked():
    rows = pd.DataFrame({"value": [2, 1], "low": [1, 0], "high": [3, 2]})
    rows = rows.assign(label=["a", "b"], kind="seen", text="")
    lines = {
        zero: len(figures.draw_intervals(rows, x="size", y="thing", zero=zero).axes[0].lines)
        for zero in (False, True)
    }
    assert lines[True] == lines[False] + 1


def test_drawings_combine_on_given_panels():
    figure, panels = figures.canvas(columns=2, sharey=True)
    lines = {"up": pd.Series([1.0, 2.0]), "down": pd.Series([2.0, 1.0])}
    assert figures.draw_lines({"a": lines, "b": lines}, x="t", y="n", axes=panels) is figure
    band = pd.DataFrame({"value": [1, 2], "low": [0, 1], "high": [2, 3]})
    assert figures.draw_bands({"a": {"up": band}}, x="t", y="n", axes=panels[:1]) is figure
    assert len(panels[0].lines) == 3
    assert len(panels[0].collections) == 1
    assert figure.axes == panels


ROWS = pd.DataFrame(
    [("a", 0.2, 0.1, 0.3, "seen", "below"), ("b", 20, 10, 30, "said", "above")],
    columns=["label", "value", "low", "high", "kind", "text"],
)


def test_a_picture_is_sharp_and_small(displayed):
    figures.show(bars(), caption=CAPTION, alt=ALT, table=TABLE)
    about, data = displayed[0].metadata["image/png"], displayed[0].data["image/png"]
    picture = Image.open(io.BytesIO(data))
    assert picture.width == 2 * about["width"]  # two pixels for each on a sharp screen
    assert len(picture.getcolors()) <= 128


@pytest.mark.parametrize(("mark", "place"), [("zero", 0), ("one", 1)])
def test_a_line_marks_what_was_asked_and_no_other(mark, place):
    plain = figures.draw_intervals(ROWS, x="ratio", y="thing").axes[0].lines
    marked = figures.draw_intervals(ROWS, x="ratio", y="thing", **{mark: True}).axes[0].lines
    assert [line.get_xdata() for line in marked[len(plain) :]] == [[place, place]]


@pytest.mark.parametrize(
    ("mark", "shift", "halos"), [({}, -40, 0), ({"zero": True}, -40, 2), ({"one": True}, 0, 1)]
)
def test_a_text_that_a_line_may_strike_has_a_halo(mark, shift, halos):
    rows = ROWS.assign(**{name: ROWS[name] + shift for name in ("low", "value", "high")})
    (panel,) = figures.draw_intervals(rows, x="change", y="thing", **mark).axes
    assert [bool(text.get_path_effects()) for text in panel.texts] == [halos > 0, halos > 1]


def test_a_logarithmic_axis_has_plain_numbers_at_one_two_and_five():
    figure = figures.draw_intervals(ROWS, x="ratio", y="thing", log=True)
    figure.draw_without_rendering()
    texts = [label.get_text() for label in figure.axes[0].get_xticklabels()]
    assert {"0.1", "0.2", "0.5", "1", "2", "5", "10"} <= set(texts)
    assert not any(label.get_text() for label in figure.axes[0].get_xticklabels(minor=True))


def test_legends_name_what_is_drawn_without_a_frame():
    band = pd.DataFrame({"value": [1, 2], "low": 0, "high": 3})
    errors = band.assign(kind=["true", "placebo"])
    pair = nx.Graph([("p", "q")])
    legends = {
        ("seen", "said"): figures.draw_intervals(ROWS, x="size", y="thing", legend=True),
        ("yes", "no"): figures.draw_stacked_bars(
            pd.DataFrame({"yes": [3], "no": [1]}), x="answers", y="item"
        ),
        ("up",): figures.draw_bands({"": {"up": band}}, x="t", y="n"),
        ("true", "placebo"): figures.draw_error_bars({"": errors}, x="t", y="n"),
        ("firm", "person"): figures.draw_network(
            pair, {"p": (0, 0), "q": (1, 1)}, {"p": "person", "q": "firm"}
        ),
    }
    for names, figure in legends.items():
        (legend,) = figure.legends
        assert tuple(text.get_text() for text in legend.get_texts()) == names
        assert not legend.get_frame_on()
    assert not figures.draw_intervals(ROWS, x="size", y="thing").legends


def test_a_name_that_stands_apart_has_a_line_to_its_node():
    star = nx.star_graph(12)
    places = {node: (node % 3 / 100, 0) for node in star}  # crowded
    panel = figures.draw_sized(star, places, {"degree": dict(star.degree)}, named=13).axes[0]
    arrows = [text.arrow_patch for text in panel.texts if text.arrow_patch]
    assert 1 <= len(arrows) < 13
    assert all(arrow.get_linewidth() > 0 for arrow in arrows)
    assert sum(bool(text.get_text()) for text in panel.texts) == 13


def test_of_nodes_that_tie_all_are_named_or_none():
    graph = nx.path_graph(list("pqrs"))
    numbers = {"p": 0.3, "q": 0.1 + 0.2, "r": 1, "s": 0}
    named = {
        count: {
            text.get_text()
            for text in figures.draw_sized(
                graph, nx.circular_layout(graph), {"": numbers}, named=count
            )
            .axes[0]
            .texts
        }
        for count in range(1, 5)
    }
    assert named == {1: {"r"}, 2: {"r"}, 3: set("pqr"), 4: set("pqrs")}


def test_the_area_of_a_node_grows_with_its_number():
    sizes = {"half": {"p": 0, "q": 5, "r": 10}, "none": dict.fromkeys("pqr", 0)}
    places = {"p": (0, 0), "q": (1, 0), "r": (0, 1)}
    figure = figures.draw_sized(nx.path_graph(list("pqr")), places, sizes)
    first, second = (
        next(dots for dots in panel.collections if len(dots.get_offsets()) == 3).get_sizes()
        for panel in figure.axes
    )
    smallest, middle, largest = first
    assert 0 < smallest < middle == pytest.approx((smallest + largest) / 2)
    assert second.tolist() == [smallest] * 3


def _areas(figure: figures.Figure, count: int) -> list[list[float]]:
    """Return the areas of the nodes, a list a panel."""
    return [
        next(dots for dots in panel.collections if len(dots.get_offsets()) == count)
        .get_sizes()
        .tolist()
        for panel in figure.axes
    ]


def test_panels_share_a_scale_only_where_they_are_told_to():
    sizes = {"small": {0: 1, 1: 2}, "large": {0: 10, 1: 20}}
    pair, places = nx.path_graph(2), {0: (0, 0), 1: (1, 0)}
    own = _areas(figures.draw_sized(pair, places, sizes), 2)
    shared = _areas(figures.draw_sized(pair, places, sizes, one_scale=True), 2)
    assert own[0] == own[1] == shared[1]
    assert shared[0][1] - 12 == pytest.approx((shared[1][1] - 12) / 10)


def test_circles_of_a_large_network_are_smaller():
    few, many = (
        _areas(figures.draw_sized(g, nx.circular_layout(g), {"degree": dict(g.degree)}), n)
        for n, g in ((n, nx.cycle_graph(n)) for n in (20, 200))
    )
    assert max(many[0]) < max(few[0]) / 3


def test_links_with_a_direction_are_arrows_that_end_at_the_node():
    graph = nx.DiGraph([("p", "q")])
    places = {"p": (0, 0), "q": (1, 0)}
    panel = figures.draw_sized(
        graph, places, {"": {"p": 1, "q": 1}}, links={"": [("p", "q")]}
    ).axes[0]
    thin, thick = (patch for patch in panel.patches)
    assert thick.get_linewidth() > thin.get_linewidth()
    assert thick.get_arrowstyle().__class__.__name__ == "CurveFilledB"


def test_long_names_of_parts_stay_inside_the_figure():
    names = [f"the part of the answers that is {word}" for word in ("one", "two", "six", "ten")]
    counts = pd.DataFrame([[1] * len(names)], columns=names)
    figure = figures.draw_stacked_bars(counts, x="answers", y="item")
    figure.draw_without_rendering()
    box = figure.legends[0].get_window_extent()
    assert 0 <= box.x0 < box.x1 <= figure.bbox.width


def test_the_legend_of_intervals_looks_as_they_do():
    figure = figures.draw_intervals(ROWS, x="size", y="thing", legend=True)
    drawn = figure.axes[0].lines[::2]  # an interval, then its value
    for line, mark in zip(drawn, figure.legends[0].get_lines(), strict=True):
        assert (line.get_color(), line.get_linewidth()) == (mark.get_color(), mark.get_linewidth())


def test_links_of_one_panel_are_thick_there_alone():
    graph = nx.path_graph(list("pqr"))
    sizes = {title: dict(graph.degree) for title in ("plain", "path")}
    places = {"p": (0, 0), "q": (1, 0), "r": (0, 1)}
    figure = figures.draw_sized(graph, places, sizes, links={"path": [("p", "q")]})
    edges = [
        [
            (len(lines.get_segments()), float(lines.get_linewidth()[0]))
            for lines in panel.collections
            if hasattr(lines, "get_segments")
        ]
        for panel in figure.axes
    ]
    (thin,), (same, (count, thick)) = edges
    assert thin == same and count == 1 and thick > 2 * thin[1]


def test_a_digest_is_that_of_the_figure_as_it_is_drawn():
    values = pd.Series({"a name that leaves the bars little room " * 2: 1.5, "b": 97})
    drawn, other = (figures.draw_bars(values, x="count", y="letter") for _ in range(2))
    drawn.draw_without_rendering()
    assert digests.digest(drawn, TABLE, drawn=True) == digests.digest(other, TABLE)


def test_numbers_of_an_axis_count_but_for_those_at_its_ends():
    def marked(place):
        figure, (panel,) = figures.canvas()
        panel.plot([0, 4], [1, 2])
        panel.xaxis.set_major_formatter(lambda _, at: "here" if at == place else "")
        return digests.digest(figure, TABLE), len(panel.get_xticks())

    plain, ticks = marked(None)
    counts = [marked(place)[0] != plain for place in (0, 1, ticks - 2, ticks - 1)]
    assert counts == [False, True, True, False]


def test_a_digest_stays_what_the_stored_notebooks_have():
    figure, (panel, other) = figures.canvas(columns=2)
    panel.plot([0, 1, 2], [3, 4, 5], label="line")
    panel.scatter([0], [3])
    panel.legend()
    panel.invert_xaxis()
    other.barh(["a"], [1])
    other.imshow([[1, 2, 3]])
    other.plot([0, 1], [0, 1], visible=False)
    assert digests.digest(figure, TABLE) == "5ef25030fb48"


def test_the_shortest_alt_text_has_forty_letters(displayed):
    with pytest.raises(InputError, match="at least 40 characters"):
        figures.show(bars(), caption=CAPTION, alt="a" * 39, table=TABLE)
    figures.show(bars(), caption=CAPTION, alt="a" * 40, table=TABLE)
    assert displayed


def test_large_numbers_stand_whole_at_an_axis():
    figure, (panel,) = figures.canvas()
    panel.plot([1, 2], [100_001, 100_003])
    figure.draw_without_rendering()
    assert panel.yaxis.get_offset_text().get_text() == ""


@pytest.mark.parametrize("colour", COLOURS)
def test_counts_in_a_part_are_written_in_the_ink_of_more_contrast(colour):
    counts = pd.DataFrame({"yes": [30]}, index=["x"])
    drawn = figures.draw_stacked_bars(counts, x="n", y="item", colours={"yes": COLOURS[colour]})
    ink = drawn.axes[0].texts[0].get_color()
    assert ink == ("white" if colour in ("blue", "black") else "black")


@pytest.mark.parametrize(("mark", "place"), [("zero", 0), ("one", 1)])
def test_a_text_has_a_halo_where_its_interval_ends_left_of_the_line(mark, place):
    rows = pd.concat([ROWS[:1]] * 3, ignore_index=True)
    rows = rows.assign(low=place - 2, value=place - 1, high=[place - 0.5, place, place + 0.5])
    (panel,) = figures.draw_intervals(rows, x="change", y="thing", **{mark: True}).axes
    assert [bool(text.get_path_effects()) for text in panel.texts] == [True, False, False]


@pytest.mark.parametrize(("letters", "columns"), [(24, 3), (25, 2)])
def test_a_legend_too_long_for_a_row_stands_in_two(letters, columns):
    band = pd.DataFrame({"value": [1, 2], "low": 0, "high": 3})
    names = ["a" * 24, "b" * 24, "c" * letters]
    figure = figures.draw_bands({"": dict.fromkeys(names, band)}, x="t", y="n")
    assert figure.legends[0]._ncols == columns


def test_as_many_groups_as_looks_are_drawn():
    assert len(drawn_network(24, kinds=24)[1]) == 24


def test_the_largest_nodes_are_named_and_none_is_smaller_than_nought():
    numbers = {"p": -9, "q": 0, "r": 0.5, "s": 2, "t": 2}
    places = {node: (place, place % 2) for place, node in enumerate(numbers)}
    graph = nx.path_graph(list(numbers))
    colours = dict(
        zip(numbers, ["#000000", "#D55E00", "#009E73", "#0072B2", "#999999"], strict=True)
    )
    (panel,) = figures.draw_sized(graph, places, {"n": numbers}, colours=colours).axes
    dots = next(dots for dots in panel.collections if len(dots.get_offsets()) == 5)
    below, nought, some, *large = dots.get_sizes()
    assert below == nought < some < large[0] == large[1]
    assert some - nought == pytest.approx((large[0] - nought) / 4)
    assert [to_rgb(colour[:3]) for colour in dots.get_facecolors()] == [
        *map(to_rgb, colours.values())
    ]
    assert [text.get_text() for text in panel.texts if text.get_text()] == ["s", "t", "r"]


def test_a_specification_curve_is_drawn_on_given_panels():
    figure, panels = figures.canvas(columns=2)
    estimates = pd.DataFrame({"value": [2, 1], "low": [1, 0], "high": [3, 2]})
    choices = pd.DataFrame({"scale": ["log", "level"]})
    drawn = figures.draw_specifications(estimates, choices, y="n", colour="scale", axes=panels)
    assert drawn is figure and figure.axes == panels
    assert panels[0].get_ylabel() == "n" and len(panels[1].get_yticks()) == 2


def test_names_beyond_the_colours_are_black():
    palette = figures._palette(f"name {number}" for number in range(len(COLOURS) + 2))
    assert list(palette.values()) == [*COLOURS.values(), COLOURS["black"], COLOURS["black"]]


@pytest.mark.parametrize(("panels", "ticks"), [(3, [0, 5]), (5, [0, 5])])
def test_in_narrow_panels_two_places_are_marked(panels, ticks):
    line = pd.DataFrame({"value": 1.0, "low": 0.0, "high": 2.0}, index=range(9))
    drawn = figures.draw_bands({name: {"a": line} for name in "pqrst"[:panels]}, x="age", y="n")
    assert drawn.axes[0].get_xticks().tolist() == ticks


@pytest.mark.parametrize(("panels", "fewest", "most"), [(1, 5, 9), (2, 2, 4)])
def test_dates_are_fewer_where_panels_stand_side_by_side(panels, fewest, most):
    months = pd.date_range("2020-01-01", periods=24, freq="MS")
    line = pd.DataFrame({"value": range(24), "low": 0, "high": 24}, index=months)
    figure = figures.draw_bands({name: {"a": line} for name in "pq"[:panels]}, x="month", y="n")
    low, high = figure.axes[0].get_xlim()
    ticks = [tick for tick in figure.axes[0].get_xticks() if low <= tick <= high]
    assert fewest <= len(ticks) <= most


@pytest.mark.parametrize(("span", "whole"), [(1.83, True), (1.81, False)])
def test_an_axis_of_two_years_has_whole_ones(span, whole):
    rows = pd.DataFrame({"value": [1, 2], "low": 0, "high": 3, "kind": ["a", "b"]})
    (panel,) = figures.draw_error_bars({"": rows.set_axis([2010, 2010 + span])}, x="t", y="n").axes
    assert all(tick % 1 == 0 for tick in panel.get_xticks()) is whole


def test_the_table_on_the_page_has_no_border_and_no_row_numbers(displayed):
    figures.show(bars(), caption=CAPTION, alt=ALT, table=TABLE)
    table = BeautifulSoup(displayed[1].data["text/html"], "html.parser").table
    assert not table.has_attr("border")
    assert [cell.get_text() for cell in table.find_all("th")] == ["letter", "count"]


@pytest.mark.parametrize(("values", "whole"), [([1, 2], True), ([1, 2.5], False), ([1, -1], True)])
def test_counts_have_whole_numbers_at_their_axis(values, whole):
    (panel,) = figures.draw_bars(pd.Series(values, list("ab")), x="n", y="letter").axes
    assert all(tick % 1 == 0 for tick in panel.get_xticks()) is whole
    assert [text.get_text() for text in panel.texts] == [f"{value:g}" for value in values]


@pytest.mark.parametrize(
    ("panels", "across", "down"), [(1, 1, 1), (2, 2, 1), (3, 3, 1), (4, 2, 2), (5, 3, 2), (7, 3, 3)]
)
def test_at_most_three_panels_stand_side_by_side(panels, across, down):
    figure, drawn = figures.canvas(columns=panels, height=2)
    assert drawn == figure.axes and len(drawn) == panels
    grid = drawn[0].get_gridspec()
    assert (grid.ncols, grid.nrows) == (across, down)
    assert figure.get_size_inches().tolist() == [7.5, 2 * down]
