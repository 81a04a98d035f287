"""Times of a column: with and without an offset, and what is said of them."""

from __future__ import annotations

import pandas as pd
import pytest

from socionaut.sources.written_times import plain_times


@pytest.mark.parametrize(
    ("times", "zone", "bare"),
    [
        (["2024-01-05 10:00+02:00", "2024-01-06 10:00", "2024-01-07 11:00"], None, 2),
        (["2024-01-05 10:00+02:00", "2024-01-06 10:00"], "Europe/Paris", 0),
        (["2024-01-05 10:00+02:00", "2024-01-06 10:00Z"], None, 0),
        (["2024-01-05 10:00", "2024-01-06 10:00"], None, 0),
        (["2024-01-05 10:00+02:00", "2024-01-06"], None, 0),  # a day names no time
    ],
)
def test_times_without_an_offset_among_others_are_told(times, zone, bare):
    notes = plain_times(pd.Series(times), zone=zone)[1]
    told = [note for note in notes if "name no offset from UTC, others do" in note]
    assert [note.split()[0] for note in told] == [str(bare)] * bool(bare)


@pytest.mark.parametrize(("others", "turned"), [(1, False), (2, False), (3, True)])
def test_the_form_of_most_times_is_the_form_of_the_column(others, turned):
    iso, american = ["2024-01-05 10:00", "2024-01-06 10:00"], "01/31/2024 18:00"
    read = plain_times(pd.Series([*iso, *[american] * others, ""]))[0].tolist()
    assert (american in read) is not turned
    assert ("2024-01-31 18:00:00" in read) is turned
    assert read[-1] == ""
