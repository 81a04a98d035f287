"""Frames: one table for the figure, the sliders and the page."""

from __future__ import annotations

import json

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from socionaut.errors import InputError
from socionaut.files import EXPLORE_TYPE
from socionaut.showing import Frames, Slider, explore, question_curve

MARKS = {"path": "line", "seen": "points"}


def frames(**changes):
    drawn = pd.DataFrame(
        {
            "slope": [None, None, 1, 1, 2, 2],
            "part": ["seen"] * 2 + ["path"] * 4,
            "x": [0.25, 1, 0, 1, 0, 1],
            "y": [0, 1, 0, 1, 0, 2.0],
        }
    )
    given = {"x": "time (s)", "y": "way (m)", "marks": MARKS} | changes
    return Frames(drawn, {1: "Up by one.", 2: "Up by two."}, **given)


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


def test_axes_are_the_same_in_all_frames_and_the_last_frame_stays_in_grey():
    moving = frames()
    first, words = moving(slope=1)
    second, _ = moving(slope=2)
    assert words == "Up by one."
    assert first.axes[0].get_ylim() == second.axes[0].get_ylim()
    assert [line.get_color() for line in first.axes[0].lines].count("#bbbbbb") == 0
    assert [line.get_color() for line in second.axes[0].lines].count("#bbbbbb") == 1


def test_the_page_gets_what_the_figure_draws():
    slider = Slider("slope", [1, 2], 2)
    explorer = explore(frames(), slope=slider)
    told = json.loads(explorer._repr_mimebundle_()[EXPLORE_TYPE]["control"])
    assert told["sliders"] == [{"label": "slope", "places": ["1", "2"], "start": 1}]
    assert told["always"] == {"seen": [[0.25, 1.0], [0.0, 1.0]]}
    assert told["frames"][1] == {"words": "Up by two.", "parts": {"path": [[0, 1], [0, 2]]}}
    explorer.sliders["slope"].value = 1
    assert explorer.words.value == told["frames"][0]["words"]


def test_a_function_that_draws_stores_no_frames():
    explorer = explore(lambda slope: (plt.figure(), str(slope)), slope=Slider("slope", [1, 2], 1))
    assert EXPLORE_TYPE not in explorer._repr_mimebundle_()


def test_what_is_missing_is_named():
    with pytest.raises(InputError, match="The parts seen need a mark"):
        frames(marks={"path": "line"})
    with pytest.raises(InputError, match="choose one of points"):
        frames(marks={"path": "wave", "seen": "points"})
    with pytest.raises(InputError, match="There is no frame at"):
        frames().payload({"slope": Slider("slope", [1, 3], 1)})
    with pytest.raises(InputError, match="give a slider for each"):
        frames().payload({"other": Slider("slope", [1, 2], 1)})


def test_a_curve_that_is_asked_keeps_the_ways_at_their_places():
    ways = pd.DataFrame({"trend": ["a", "a", "b"], "season": ["yes", "no", "no"]})
    asked, sliders = question_curve(pd.Series([3.0, -1.0, 2.0]), ways, y="change (%)")
    assert [sliders["trend"].write(place) for place in sliders["trend"].places] == ["all", "a", "b"]
    told = asked.payload(sliders)
    assert told["frames"][0]["words"] == (
        "3 of 3 ways: 2 above zero, from -1 to 3, in the middle 2."
    )
    nothing = told["frames"][-1]
    assert nothing["words"] == "None of 3 ways makes these choices together."
    assert told["frames"][4]["parts"] == {"ways chosen": [[1.0], [-1.0]]}


def test_a_choice_called_all_is_not_taken_for_every_choice():
    ways = pd.DataFrame({"months": ["all", "all", "no election"]})
    asked, sliders = question_curve(pd.Series([3.0, -1.0, 2.0]), ways, y="change (%)")
    told = [frame["words"].partition(" ways")[0] for frame in asked.payload(sliders)["frames"]]
    assert told == ["3 of 3", "2 of 3", "1 of 3"]


def test_a_frame_names_its_parts_once_and_leaves_room_at_all_ends():
    moving = frames()
    for slope in (1, 2):
        figure, _ = moving(slope=slope)
        (legend,) = figure.legends
        assert [text.get_text() for text in legend.get_texts()] == ["seen", "path"]
        assert not legend.get_frame_on()
    low, high = moving.limits["y"]
    assert low == pytest.approx(-0.08) and high == pytest.approx(2.08)
    assert frames(limits={"y": (0, 9)}).limits["y"] == (0, 9)
    assert moving.drawn(slope=2)["y"].tolist() == [0, 2]


def test_a_band_is_drawn_and_told_with_both_ends():
    drawn = pd.DataFrame(
        {"at": 1, "part": "path", "x": [0, 1], "y": [1, 2.0], "low": [0, 1], "high": [2, 4.0]}
    )
    band = Frames(drawn, {1: "One."}, x="t", y="n", marks={"path": "band"})
    assert band.limits["y"] == pytest.approx((-0.16, 4.16))
    told = band.payload({"at": Slider("at", [1], 1)})
    assert told["frames"][0]["parts"] == {"path": [[0, 1], [1, 2], [0, 1], [2, 4]]}
    assert len(band(at=1)[0].axes[0].collections) == 1


def test_a_curve_shows_two_decimals_and_starts_with_all_ways():
    ways = pd.DataFrame({"way": list("abcd")})
    asked, sliders = question_curve(pd.Series([1.237, 0.5, -0.5, -2]), ways, y="change (%)")
    told = asked.payload(sliders)
    assert told["frames"][0]["parts"]["ways chosen"] == [[1, 2, 3, 4], [-2, -0.5, 0.5, 1.24]]
    assert told["frames"][0]["words"].startswith("4 of 4 ways: 2 above zero, from -2 to 1.24, ")
    assert told["always"]["no change"] == [[1, 4], [0, 0]]
    assert told["sliders"][0]["start"] == 0


def test_ways_of_one_size_keep_their_order():
    ways = pd.DataFrame({"way": [f"{way:02}" for way in range(40)]})
    asked, sliders = question_curve(pd.Series([2.0, 1.0] * 20), ways, y="change (%)")
    frames = asked.payload(sliders)["frames"][1:]
    places = [frame["parts"]["ways chosen"][0][0] for frame in frames]
    assert places[1::2] == [*range(1, 21)] and places[::2] == [*range(21, 41)]


def test_a_place_without_rows_of_its_own_draws_what_is_always_there():
    drawn = pd.DataFrame({"at": [None, 2, 2, 1], "part": list("abcb"), "x": 0, "y": 1.23456789})
    marks = {"c": "points", "b": "points", "a": "rule"}
    words = {place: f"At {place}." for place in (1, 2, 3)}
    told = Frames(drawn, words, x="t", y="n", marks=marks).payload({"at": Slider("at", [3, 2], 2)})
    assert told["always"] == {"a": [[0], [1.23457]]}
    assert [list(frame["parts"]) for frame in told["frames"]] == [[], ["b", "c"]]
    assert [frame["words"] for frame in told["frames"]] == ["At 3.", "At 2."]


def test_a_part_can_have_the_colour_of_another_figure():
    moving = frames(colours={"path": "#0072B2"})
    figure, _ = moving(slope=1)
    colours = {line.get_label(): line.get_color() for line in figure.axes[0].lines}
    assert colours["path"] == "#0072B2"
    told = moving.payload({"slope": Slider("slope", [1, 2], 2)})["parts"]
    assert {part["name"]: part["colour"] for part in told} == colours


def test_a_part_without_a_chosen_colour_gets_one_that_is_free():
    moving = frames(colours={"path": "#0072b2"})
    told = moving.payload({"slope": Slider("slope", [1, 2], 2)})["parts"]
    assert [(part["name"], part["colour"]) for part in told] == [
        ("path", "#0072b2"),
        ("seen", "#000000"),
    ]
    marks = dict.fromkeys(["path", "seen", *"abcd"], "points")
    every = frames(marks=marks).payload({"slope": Slider("slope", [1, 2], 2)})["parts"]
    assert len({part["colour"] for part in every}) == len(every) == len(marks)


def test_a_colour_for_no_part_and_a_part_for_no_colour_are_named():
    with pytest.raises(InputError, match=r"a colour for way, and no such part: .* path, seen"):
        frames(colours={"way": "#0072B2"})
    marks = dict.fromkeys(["path", "seen", *"abcde"], "points")
    with pytest.raises(InputError, match="7 parts need a colour and 6 are left"):
        frames(marks=marks)
    assert frames(marks=marks, colours={"a": "#999999"}).drawn(slope=1)["y"].tolist() == [0, 1]
