"""Exercises: right answers are found, and no check tells what the right one is."""

import contextlib
import io
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from socionaut.showing.exercises import check, seal_answer

# Where a float ends, or is all but nought, the next one is not near.
NUMBERS = st.floats(1e-300, 1e300) | st.floats(-1e300, -1e-300)


@pytest.mark.parametrize(
    ("answer", "right", "said"),
    [
        (0.1 + 0.2, 0.3, "Right."),
        (-0.0, 0, "Right."),
        (2016, 2017, "Not right: 2016. Count."),
        (1.01, 1, "Not right: 1.01. Count."),
        (math.nan, 1, "Not right: nan. Count."),
        (-4, 4, "Not right: -4. Count."),
        ("B ", "b", "Right."),
        ("a", "b", "Not right: a. Count."),
        (..., 1, "Not yet: put your answer in the place of the dots, and run the cell."),
    ],
)
def test_answers(capsys, answer, right, said):
    check(answer, seal_answer(right), hint="Count.")
    assert capsys.readouterr().out == said + "\n"


@given(NUMBERS)
def test_the_last_bits_of_an_answer_do_not_count(right):
    answers = (right, math.nextafter(right, math.inf), math.nextafter(right, -math.inf))
    sealed = seal_answer(right)
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        for answer in answers:
            check(answer, sealed)
    assert said.getvalue() == 3 * "Right.\n"


@pytest.mark.parametrize("times", [0.5, 2, -1, 1.001, 0.999])
def test_a_multiple_of_the_answer_is_not_right(capsys, times):
    check(times * 2.468, seal_answer(2.468))
    assert capsys.readouterr().out.startswith("Not right")


@given(st.integers(1000, 9998))
def test_neighbours_of_four_digits_are_told_apart(whole):
    assert seal_answer(whole) != seal_answer(whole + 1)
    assert str(whole) not in seal_answer(whole) or len(str(whole)) < 8


@pytest.mark.parametrize(("answer", "right"), [(0.2848, 0.2848), (28.48, 0.2848), (1, 1), (100, 1)])
def test_a_share_is_right_as_a_fraction_and_in_percent(capsys, answer, right):
    check(answer, seal_answer(right), share=True)
    assert capsys.readouterr().out == "Right.\n"


@pytest.mark.parametrize("answer", [0.2849, 28.49, 0.002848, 0.02848, 2.848, 2848, "a", "aa"])
def test_a_share_is_not_right_otherwise(capsys, answer):
    check(answer, seal_answer(0.2848), share=True)
    assert capsys.readouterr().out.startswith("Not right")
