"""Cells without a value, as statistical offices mark them."""

from __future__ import annotations

import pytest

from socionaut.shifts.own_layouts import is_gap


@pytest.mark.parametrize("text", ["", ":", ": c", ": u", "..", "n/a", "NA"])
def test_a_mark_for_no_value_is_a_gap_with_or_without_a_flag(text):
    assert is_gap(text)


@pytest.mark.parametrize("text", ["0", "12 c", "12 p", "-3", "5 :"])
def test_a_value_is_none_whatever_follows_it(text):
    assert not is_gap(text)
