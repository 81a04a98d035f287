"""What can be measured of a figure's legibility is found, and a legible figure passes."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.axes import Axes

from socionaut.showing import canvas, draw_bars, draw_intervals, draw_lines
from socionaut.showing.legible import legibility_faults


@pytest.fixture(autouse=True)
def _closed():
    plt.switch_backend("agg")
    yield
    plt.close("all")


def share(panel: Axes) -> None:
    panel.barh(["a", "b"], [30, 96])
    panel.set(xlabel="share of posts (%)", ylabel="page", xlim=(0, 100))


FAULTS: dict[str, tuple[Callable[[Axes], object], str]] = {
    "small text": (lambda p: p.text(50, 0, "30", fontsize=6), "6 points high"),
    "pale text": (lambda p: p.text(97, 0.5, "b", color="#E69F00"), "pale on white"),
    "texts on each other": (
        lambda p: [p.text(40, 0.5, "38"), p.text(41, 0.5, "40")],
        "stand",
    ),
    "crowded ticks": (
        lambda p: p.set_xticks([50, 51, 52], ["fifty", "51", "x" * 9]),
        "stand",
    ),
    "turned ticks": (
        lambda p: p.set_xticks([50, 60], ["fifty", "sixty"], rotation=45),
        "are turned",
    ),
    "beyond a share": (lambda p: p.set_xlim(-30, 130), "beyond 0 to 100"),
}


@pytest.mark.parametrize(("plant", "sentence"), FAULTS.values(), ids=FAULTS)
def test_a_planted_fault_is_found(plant, sentence):
    figure, (panel,) = canvas()
    share(panel)
    assert legibility_faults(figure) == []
    plant(panel)
    assert any(sentence in fault for fault in legibility_faults(figure))


@pytest.mark.parametrize(
    ("label", "values", "limits"),
    [
        ("rank correlation", [0.2, 0.9], (-1, 1.3)),
        ("Gini of posts", [0.2, 0.9], (0, 1.1)),
        ("rank of the page", [1, 9], (-1, 10)),
        ("of all posts (%)", [1, 9], (-4, 10)),
    ],
)
def test_an_axis_beyond_its_quantity_is_found(label, values, limits):
    figure, (panel,) = canvas()
    panel.plot([1, 2], values)
    panel.set(xlabel="year", ylabel=label, ylim=limits)
    assert any("runs beyond" in fault for fault in legibility_faults(figure))


def test_a_change_of_a_share_may_be_negative():
    figure, (panel,) = canvas()
    panel.plot([1, 2], [-20, 10])
    panel.set(xlabel="year", ylabel="change of the share (%)")
    assert legibility_faults(figure) == []


def test_numbers_in_a_heat_map_may_be_white():
    figure, (panel,) = canvas()
    panel.pcolormesh([[0.0, 1.0]], cmap="Greys")
    panel.text(1.5, 0.5, "81", color="white")
    panel.set(xlabel="theme", ylabel="document")
    assert legibility_faults(figure) == []


def test_faults_are_the_same_after_a_file_was_written(tmp_path):
    figure, (panel,) = canvas()
    panel.plot([1, 2], [1, 2])
    panel.set(xlabel="year", ylabel="users", xticks=[1, 1.3, 1.6, 2])
    panel.set_xticklabels(["2015-01", "2015-04", "2015-07", "2015-10"])
    before = legibility_faults(figure)
    figure.savefig(tmp_path / "large.png", dpi=400)
    assert legibility_faults(figure, drawn=True) == before == []


def test_what_the_library_draws_is_legible():
    rows = pd.DataFrame({"label": list("ab"), "value": 50.0, "low": 40.0, "high": 60.0})
    rows = rows.assign(kind="seen", text="50 %")
    years = pd.Series(range(12), index=range(2010, 2022))
    panels = {name: {"Facebook": years, "Twitter": years * 3} for name in ("one", "two", "three")}
    for figure in (
        draw_bars(pd.Series({"a": 1, "b": 2}), x="count", y="letter"),
        draw_intervals(rows, x="share (%)", y="page", limits=(0, 100)),
        draw_lines(panels, x="year", y="users (million)"),
    ):
        assert legibility_faults(figure) == []


@pytest.mark.parametrize(
    ("label", "low", "high"),
    [("share (%)", 0, 100), ("rank correlation", -1, 1), ("Gini", 0, 1), ("rank", 1, None)],
)
def test_an_axis_has_a_little_room_at_the_ends_of_its_quantity(label, low, high):
    most = 9 if high is None else high
    span = most - low
    for side, far in itertools.product(("low", "high"), (0.05, 0.07)):
        figure, (panel,) = canvas()
        panel.plot([1, 2], [low + 0.1 * span, most - 0.1 * span])
        limits = (low - far * span, most) if side == "low" else (low, most + far * span)
        panel.set(xlabel="year", ylabel=label, ylim=limits)
        beyond = far > 0.06 and (side == "low" or high is not None)
        assert any("runs beyond" in fault for fault in legibility_faults(figure)) is beyond


@pytest.mark.parametrize(
    ("place", "look", "told"),
    [
        (0.5, {"fontsize": 7}, ""),
        (0.5, {"fontsize": 6.9}, "6.9 points high"),
        (0.5, {"color": "#767676"}, ""),  # the palest grey that WCAG allows on white
        (0.5, {"color": "#777777"}, "pale"),
        (0.5, {"color": "white"}, "pale"),
        (0.5, {"color": "white", "visible": False}, ""),
        (0.1, {"color": "white"}, ""),  # in the bar
    ],
)
def test_a_text_is_large_and_dark_enough(place, look, told):
    figure, (panel,) = canvas()
    panel.bar([0.1], [1], width=0.15)
    panel.set(xlabel="year", ylabel="users", xlim=(0, 1))
    panel.text(place, 0.5, "38", ha="center", **look)
    faults = legibility_faults(figure)
    assert faults == [] if not told else [told in fault for fault in faults] == [True]


@pytest.mark.parametrize(("width", "wide"), [(7.6, False), (7.7, True)])
def test_a_figure_is_no_wider_than_a_page(width, wide):
    figure, (panel,) = canvas(width=width)
    panel.set(xlabel="year", ylabel="users")
    assert (legibility_faults(figure) != []) is wide


@pytest.mark.parametrize("side", ["x", "y"])
def test_two_texts_may_touch_and_not_cover_each_other(side):
    figure, (panel,) = canvas()
    panel.set(xlabel="year", ylabel="users")
    first = panel.text(0.5, 0.5, "380", va="bottom")
    figure.draw_without_rendering()
    box = first.get_window_extent()
    size = box.width if side == "x" else box.height
    for shared, found in ((0.25, True), (0.15, False), (-0.5, False)):
        way = size * (1 - shared) * 72 / figure.dpi
        at = (way, 0) if side == "x" else (0, way)
        second = panel.annotate(
            "380", (0.5, 0.5), at, textcoords="offset points", va="bottom", ha="left"
        )
        assert any("stand on each other" in fault for fault in legibility_faults(figure)) is found
        second.remove()
    small = panel.text(0.5, 0.5, "1", fontsize=7, va="bottom")  # as the smaller one is covered
    assert any("stand on each other" in fault for fault in legibility_faults(figure))
    small.remove()


@pytest.mark.parametrize("side", ["x", "y"])
@pytest.mark.parametrize(
    ("limits", "shown", "axes", "found"),
    [
        ((0, 1), True, "on", True),
        ((0.51, 2), True, "on", False),
        ((0, 0.5), True, "on", False),
        ((0, 1), False, "on", False),
        ((0, 1), True, "off", False),
    ],
)
def test_ticks_are_looked_at_where_they_are_seen(side, limits, shown, axes, found):
    figure, (panel,) = canvas()
    panel.set(xlabel="year", ylabel="users")
    panel.axis(axes)
    names = ["a long name of a tick", "another long name of a tick"]
    getattr(panel, f"set_{side}ticks")([0.5, 0.505], names)
    panel.set(**{f"{side}lim": limits})
    panel.tick_params(labelbottom=shown, labelleft=shown)
    assert ("stand on each other" in " ".join(legibility_faults(figure))) is found


@pytest.mark.parametrize(("rotation", "count"), [(0, 0), (45, 1), (90, 0)])
def test_turned_ticks_are_told_once(rotation, count):
    figure, (panel,) = canvas()
    panel.set(xlabel="year", ylabel="users")
    panel.set_xticks([0.2, 0.5, 0.8], ["a", "b", "c"], rotation=rotation)
    assert ["are turned" in fault for fault in legibility_faults(figure)] == [True] * count


@pytest.mark.parametrize(
    ("drawn", "beyond"), [((0, 100), True), ((-1, 50), False), ((50, 101), False)]
)
def test_an_axis_may_run_as_far_as_what_is_drawn(drawn, beyond):
    figure, (panel,) = canvas()
    panel.plot([1, 2], drawn)
    panel.set(xlabel="share of the year", ylabel="share (%)", ylim=(-20, 120))
    told = "the axis “share (%)” runs beyond 0 to 100; end it there"
    assert legibility_faults(figure) == [told] * beyond
