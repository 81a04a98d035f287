"""COVID-era usage shifts: notebooks 30 to 36.

Interrupted series, forecasts and placebo dates, specification curves, and a reader's own series.
"""

from socionaut.shifts.forecasts import *
from socionaut.shifts.own_periods import *
from socionaut.shifts.own_series import *
from socionaut.shifts.paths import *
from socionaut.shifts.robustness import *
