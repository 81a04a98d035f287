"""Sliders: a place moved redraws the picture, and what is stored is a line of text."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pytest
from matplotlib.figure import Figure

from socionaut.showing.sliders import Slider, explore


def circle(radius: float, colour: float = 0) -> tuple[Figure, str]:
    figure, axes = plt.subplots(figsize=(1, 1))
    axes.plot([0, radius], [0, 1], color=f"C{colour}")
    return figure, f"The radius is <{radius}>."


@pytest.fixture
def two():
    return explore(
        circle,
        radius=Slider("radius (m)", [0.5, 1, 2], 1, form=".1f"),
        colour=Slider("colour", range(3), 0),
    )


def test_a_place_moved_redraws_the_picture_and_its_words(two):
    before = bytes(two.picture.value)
    assert before.startswith(b"\x89PNG")
    assert two.words.value == "The radius is &lt;1&gt;."
    two.sliders["radius"].value = 2
    assert two.words.value == "The radius is &lt;2&gt;."
    assert bytes(two.picture.value) != before
    two.sliders["radius"].value = 1
    assert bytes(two.picture.value) == before


def test_each_slider_moves_its_own_argument(two):
    before = bytes(two.picture.value)
    two.sliders["colour"].value = 2
    assert two.words.value == "The radius is &lt;1&gt;."
    assert bytes(two.picture.value) != before


def test_no_figure_is_left_open(two):
    for place in (0.5, 1, 2):
        two.sliders["radius"].value = place
    assert plt.get_fignums() == []


def test_what_is_stored_says_what_could_be_moved(two):
    said = (
        "Run this cell in JupyterLab to move: radius (m), from 0.5 to 2.0, now 1.0; "
        "colour, from 0 to 2, now 0."
    )
    two.sliders["radius"].value = 2  # a reader's move is not stored
    assert repr(two) == two._repr_mimebundle_()["text/plain"] == said


def test_places_are_offered_as_they_are_written(two):
    assert two.sliders["radius"].options == (("0.5", 0.5), ("1.0", 1), ("2.0", 2))
    assert two.sliders["radius"].description == "radius (m)"


def test_a_start_that_is_no_place_is_refused():
    with pytest.raises(ValueError, match=r"radius: the start 3 is not among the places .* one of"):
        Slider("radius", [1, 2], 3)


def test_nothing_to_move_is_refused():
    with pytest.raises(ValueError, match="give at least one slider"):
        explore(circle)


def test_the_picture_waits_until_a_slider_is_let_go(two):
    assert not any(slider.continuous_update for slider in two.sliders.values())
