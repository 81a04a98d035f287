"""How often intervals of few months of accounts hold the truth, which is why they are not given."""

from __future__ import annotations

from socionaut.engagement.coverage import interval_coverage
from socionaut.engagement.posts import LEAST_MONTHS


def test_fewer_months_than_a_dozen_hold_the_mean_far_too_seldom():
    """Published in the trial: 47 % for 2, 70 % for 3 and 4, 79 % for 6, 86 % for 9, 89 % for 12."""
    found = interval_coverage([2, 3, 6, 9, LEAST_MONTHS, 24], files=2000, seed=3)
    assert found[2] < 0.55
    assert found[[3, 6]].max() < 0.85
    assert found[9] < 0.89
    assert found[[LEAST_MONTHS, 24]].min() > 0.87
    assert found.is_monotonic_increasing


def test_many_months_come_close_to_the_level():
    assert interval_coverage([200], files=400, seed=4)[200] > 0.92
