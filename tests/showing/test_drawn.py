"""What is drawn is looked for in the table: as it was rounded, in its unit, along the axis."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from socionaut.showing import canvas
from socionaut.showing.drawn import strangers


@pytest.fixture(autouse=True)
def _closed():
    plt.switch_backend("agg")
    yield
    plt.close("all")


def empty(unit="n"):
    """Return an empty panel."""
    (panel,) = canvas()[1]
    panel.set(xlabel="place", ylabel=unit)
    return panel


def told(panel, *numbers):
    """Return what is said of a panel beside a table of these numbers."""
    return strangers(panel.figure, pd.DataFrame({"number": list(numbers)}))


@pytest.mark.parametrize(
    ("table", "drawn", "held"),
    [
        ([0.33, 0.25, 0.5], [0.335, 0.2451, 0.495], 3),  # rounded to hundredths
        ([0.33, 0.25, 0.5], [0.3351, 0.2449, 0.5051], 0),
        ([1e6 / 3, 2e6 / 7, 1e6 / 9], [(1e6 + 1e-6) / 3, 2e6 / 7, 1e6 / 9], 3),  # not rounded
        ([100, 3220, 2560], [104.9, 3224.9, 2555.1], 3),  # to tens
        ([100, 3220, 2560], [105.1, 3225.1, 2554.9], 0),
        ([50, 3220, 2560], [51, 3221, 2561], 0),
        ([101, 3220, 2560], [102, 3221, 2561], 0),
        (["0.5", "2.25", "7 % [6 to 8]"], [0.504, 2.254, 8.004], 3),
        (["0.5", "2.25", "7 % [6 to 8]"], [0.509, 2.259, 8.009], 0),
        (["1,250", "−3", "4"], [1250, -3, 4], 3),
        ([0, 1, 2], [7, 8, 9], 0),
        ([22, 24, 26], [11, 12, 13], 0),
        ([3, 4, None], [3, 4, 4], 3),
    ],
)
def test_a_number_is_known_as_far_as_the_table_rounds_it(table, drawn, held):
    panel = empty()
    panel.scatter([0, 1, 2], drawn)
    faults = told(panel, *table)
    if held == len(drawn):
        assert faults == []
    else:
        assert [fault.partition(";")[0] for fault in faults] == [
            f"Panel 1 draws 3 numbers, and the table beside it has {held} of them"
        ]


@pytest.mark.parametrize(("word", "size"), [("thousand", 1e3), ("million", 1e6), ("billion", 1e9)])
def test_the_table_may_have_in_ones_what_the_axis_has_in_its_unit(word, size):
    table = [round(size * number) for number in (2.5131113, 3.3311113, 4.7771113)]
    for unit, known in ((f"users ({word})", True), ("users", False)):
        panel = empty(unit)
        panel.scatter([0, 1, 2], [number / size for number in table])
        assert (told(panel, *table) == []) is known
    panel = empty(f"users ({word})")
    panel.scatter([0, 1, 2], [(number + 1 + number // 1000) / size for number in table])
    assert told(panel, *table)


def test_nine_tenths_of_many_numbers_are_enough():
    for wrong, enough in ((1, True), (2, False)):
        panel = empty()
        panel.scatter(range(10), [*range(10 - wrong), *[77, 88][:wrong]])
        assert (told(panel, *range(10)) == []) is enough


def test_two_numbers_are_too_few_to_judge():
    panel = empty()
    panel.scatter([0, 1], [77, 88])
    assert told(panel, 1, 2, 3) == []
    panel.scatter([2], [99])
    assert "draws 3 numbers" in told(panel, 1, 2, 3)[0]


def test_beside_a_longer_cloud_one_number_is_enough():
    for first, enough in ((1, True), (50, False)):
        panel = empty()
        panel.scatter(range(20), [100.5 + place for place in range(20)])
        panel.scatter([1, 2, 3], [first, 60, 70])
        assert (told(panel, 1, 2, 3) == []) is enough


def test_of_a_line_of_three_points_the_last_is_enough_and_of_other_things_not():
    for kind, enough in (("plot", True), ("scatter", False)):
        panel = empty()
        getattr(panel, kind)([0, 1, 2], [77, 88, 3])
        assert (told(panel, 1, 2, 3) == []) is enough
    for points, enough in (([77, 3, 88], False), ([77, 3], False)):  # its end; two are no line
        panel = empty()
        panel.plot(range(len(points)), points)
        panel.plot(range(len(points)), points)
        assert (told(panel, 1, 2, 3) == []) is enough


def test_guides_and_what_is_laid_aside_are_not_looked_at():
    panel = empty()
    panel.scatter([7, 8, 9], [1, 2, 3])
    for place in (0.5, 1.5, 2.5):
        panel.axvline(place)
        panel.plot([0, 2], [10 * place, 10 * place])
    panel.plot([0, 1, 2], [77, 88, 99], label="_nolegend_")
    panel.plot([0, 1, 2], [77, 88, 99], label="counted, not used")
    panel.plot([0, 1, 2], [77, 88, 99], visible=False)
    assert told(panel, 1, 2, 3) == []


@pytest.mark.parametrize("kind", ["points", "lines", "bars"])
def test_single_points_upright_lines_and_bars_are_looked_at(kind):
    for numbers, found in (((1, 2, 3), False), ((71, 82, 93), True)):
        panel = empty()
        if kind == "points":
            for place, number in enumerate(numbers):
                panel.plot([place], [number], "o")
        elif kind == "lines":
            panel.vlines([10, 20, 30], [4, 5, 6], numbers)
        else:
            panel.bar([10, 20, 30], numbers)
        assert bool(told(panel, *range(1, 7))) is found


def dates(panel):
    panel.barh(pd.to_datetime(["2020-01-01", "2020-02-01", "2020-03-01"]), [1, 2, 3])


def names(panel):
    panel.barh(["a", "b", "c"], [1, 2, 3])


def ticks(labels):
    """Return what draws 1, 2, 3 to the right, at places with these labels."""

    def draw(panel):
        panel.scatter([1, 2, 3], [1010, 2020, 3030])
        panel.set_yticks([1010, 2020, 3030][: len(labels)], labels)

    return draw


@pytest.mark.parametrize(
    ("draw", "across"),
    [
        (dates, True),
        (names, True),
        (ticks([]), True),
        (ticks(["a", "b", "c"]), True),
        (ticks(["1010", "b", "c"]), True),
        (ticks(["1", "2", "3"]), True),
        (ticks(["1010", "2020", "3030"]), False),
        (ticks(["1,010", "2,020", "3,030"]), False),
    ],
)
def test_numbers_run_across_where_the_upright_axis_has_names(draw, across):
    panel = empty()
    draw(panel)
    assert (told(panel, 1, 2, 3) == []) is across
    assert (told(panel, 1010, 2020, 3030) == []) is not across


def test_a_field_of_names_and_a_panel_without_axes_have_no_numbers():
    field, bare, last = canvas(columns=3)[1]
    field.scatter(["a", "b", "c"], ["p", "q", "r"])
    bare.scatter([1, 2, 3], [77, 88, 99])
    bare.axis("off")
    assert told(field, 1, 2, 3) == []
    last.scatter([1, 2, 3], [77, 88, 99])
    assert told(last, 1, 2, 3)[0].startswith("Panel 3 draws")


def test_a_number_may_stand_in_any_column():
    panel = empty()
    panel.scatter([1, 2, 3], [71, 82, 93])
    table = pd.DataFrame({"year": [1, 2, 3], "name": list("abc"), "number": [71, 82, 93]})
    assert strangers(panel.figure, table) == []


WIDE = pd.DataFrame({"year": [2018, 2019, 2020], "A": [1.0, 2.0, 4.0], "B": [7.0, 8.0, 9.0]})
LONG = WIDE.melt("year", var_name="network", value_name="rate")


def lines(panel, names, table):
    for name, column in zip(names, "AB", strict=True):
        panel.plot(table["year"], table[column], marker="o", label=name)
    panel.legend()


def points(panel, names, table):
    for name, column in zip(names, "AB", strict=True):
        panel.scatter(table["year"], table[column], label=name)
    panel.figure.legend(*panel.get_legend_handles_labels())


def bars(panel, names, table):
    for shift, (name, column) in enumerate(zip(names, "AB", strict=True)):
        panel.bar(table["year"] + 0.4 * shift, table[column], width=0.4, label=name)
    panel.legend()


@pytest.mark.parametrize("table", [WIDE, LONG], ids=["columns", "rows"])
@pytest.mark.parametrize("draw", [lines, points, bars])
def test_names_of_the_legend_have_their_own_numbers(draw, table):
    panel = empty()
    draw(panel, "AB", WIDE)
    assert strangers(panel.figure, table) == []
    panel = empty()
    draw(panel, "BA", WIDE)
    assert strangers(panel.figure, table) == [
        "Panel 1 gives “B” the numbers of “A”; put each name to its own.",
        "Panel 1 gives “A” the numbers of “B”; put each name to its own.",
    ]


QUARTERS = ["2018-Q4", "2019-Q1", "2019-Q2", "2019-Q3"]
MONTHS = ["2018-10", "2019-01", "2019-04", "2019-07"]


@pytest.mark.parametrize(
    ("shown", "places", "late"),
    [
        ([2018, 2019, 2020, 2021], [2018, 2019, 2020, 2021], [2019, 2020, 2021, 2022]),
        (["10", "20", "30", "40"], [10, 20, 30, 40], [40, 30, 20, 10]),
        (QUARTERS, [2018.75, 2019, 2019.25, 2019.5], [2019, 2019.25, 2019.5, 2019.75]),
        (QUARTERS, pd.to_datetime(MONTHS), pd.to_datetime([*MONTHS[1:], "2019-10"])),
        (MONTHS, pd.to_datetime(MONTHS), pd.to_datetime(MONTHS[::-1])),
        (pd.to_datetime(MONTHS), pd.to_datetime(MONTHS), pd.to_datetime(MONTHS[::-1])),
    ],
)
@pytest.mark.parametrize("wide", [True, False])
def test_numbers_at_the_places_of_other_rows_are_found(shown, places, late, wide):
    table = pd.DataFrame({"when": shown, "number": [71, 82, 95, 99]})
    table = table.set_index("when").T.reset_index() if wide else table
    for where, right in ((places, True), (late, False)):
        panel = empty()
        panel.plot(where, [71, 82, 95, 99])
        said = strangers(panel.figure, pd.concat([table] * 4) if wide else table)
        assert said == ([] if right else [said[0]])
        assert right or "at other rows' places" in said[0]


def test_a_name_that_no_table_has_and_a_colour_of_two_names_are_no_faults():
    panel = empty()
    lines(panel, ["first", "second"], WIDE)
    assert strangers(panel.figure, WIDE) == []
    panel = empty()
    for name, column in zip("BA", "AB", strict=True):
        panel.plot(WIDE["year"], WIDE[column], color="black", label=name)
    panel.legend()
    assert strangers(panel.figure, WIDE) == []


@pytest.mark.parametrize("draw", [lines, points, bars])
def test_points_outside_the_axes_are_found(draw):
    panel = empty()
    draw(panel, "AB", WIDE)
    panel.set_ylim(0, 7.5)
    fault = "Panel 1 draws 2 of 6 points outside its axes; widen them."
    assert strangers(panel.figure, WIDE) == [fault]
    panel.set_xlim(2018, 2020)
    panel.set_ylim(10, 0)
    assert strangers(panel.figure, WIDE) == []


@pytest.mark.parametrize("across", [True, False])
def test_of_a_stack_the_ends_count_and_not_the_lengths(across):
    panel = empty()
    draw, base = (panel.barh, "left") if across else (panel.bar, "bottom")
    draw([0, 1, 2], [1.0, 2.0, 4.0])
    draw([0, 1, 2], [7.0, 8.0, 9.0], **{base: [1.0, 2.0, 4.0]})
    assert strangers(panel.figure, WIDE) == []
    panel.set(**{"xlim" if across else "ylim": (0, 9.5)})
    fault = "Panel 1 draws 2 of 6 points outside its axes; widen them."
    assert strangers(panel.figure, WIDE) == [fault]


def test_points_drawn_one_by_one_count_together():
    panel = empty()
    for place, value in enumerate([1.0, 2.0, 3.0]):
        panel.plot([value], [place], marker="o")
    panel.set_xlim(0, 2.5)
    assert "1 of 3 points outside" in " ".join(told(panel, 1.0, 2.0, 3.0))


def test_a_guide_may_leave_the_axes_and_so_may_one_point_of_many():
    panel = empty()
    panel.plot([0, 1, 2], [5, 6, 7], label="_nolegend_")
    panel.plot([0, 5], [0, 5])
    panel.scatter(range(200), [1.0] * 199 + [9.0])
    panel.set_ylim(0, 4)
    assert strangers(panel.figure, pd.DataFrame({"n": [1.0] * 199 + [9.0]})) == []
