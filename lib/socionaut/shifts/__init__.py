"""COVID-era usage shifts: notebooks 30 to 36.

Interrupted series, forecasts and placebo dates, specification curves, and a reader's own series.
"""

from socionaut.shifts.forecasts import (
    TRENDS,
    forecast_path,
    mean_departure,
    periods_a_year,
)
from socionaut.shifts.own_periods import period_of, write_period
from socionaut.shifts.own_series import (
    Windows,
    break_of,
    check_series,
    columns_of_series,
    describe_periods,
    example_series,
    has_season,
    series_of,
    understand_series,
    usable_trend,
    windows,
)
from socionaut.shifts.paths import (
    SegmentedFit,
    ShiftError,
    compare_shapes,
    diagnose,
    season_of,
    segmented_regression,
)
from socionaut.shifts.robustness import (
    calibrate,
    calibrate_departure,
    coverage_study,
    placebo_record,
    placebo_table,
    simulate_series,
    specification_curve,
)

__all__ = [
    "TRENDS",
    "SegmentedFit",
    "ShiftError",
    "Windows",
    "break_of",
    "calibrate",
    "calibrate_departure",
    "check_series",
    "columns_of_series",
    "compare_shapes",
    "coverage_study",
    "describe_periods",
    "diagnose",
    "example_series",
    "forecast_path",
    "has_season",
    "mean_departure",
    "period_of",
    "periods_a_year",
    "placebo_record",
    "placebo_table",
    "season_of",
    "segmented_regression",
    "series_of",
    "simulate_series",
    "specification_curve",
    "understand_series",
    "usable_trend",
    "windows",
    "write_period",
]
