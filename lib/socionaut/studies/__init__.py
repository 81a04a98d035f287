"""Studies and their samples: notebooks 25, 33, 34 and 40 to 43.

Surveys with few answers, service queues, and dates as texts state them.
"""

from socionaut.studies.assumptions import desk_frames, flag_frames, sample_frames
from socionaut.studies.dates import (
    DateError,
    Days,
    date_texts,
    parse_date,
    possible_years,
    weekday_of,
    years_between,
)
from socionaut.studies.service import (
    agents_needed,
    erlang_b,
    erlang_c,
    queue_measures,
    response_summary,
    service_region,
    simulate_queue,
    wait_for_opening,
)
from socionaut.studies.surveys import (
    difference_of_samples,
    difference_within_sample,
    equivalence_of_samples,
    excluded_difference,
    possible_counts,
    possible_sizes,
    power_of_difference,
    printed_interval,
    sample_for_difference,
    share_interval,
    sums_of_parts,
)

__all__ = [
    "DateError",
    "Days",
    "agents_needed",
    "date_texts",
    "desk_frames",
    "difference_of_samples",
    "difference_within_sample",
    "equivalence_of_samples",
    "erlang_b",
    "erlang_c",
    "excluded_difference",
    "flag_frames",
    "parse_date",
    "possible_counts",
    "possible_sizes",
    "possible_years",
    "power_of_difference",
    "printed_interval",
    "queue_measures",
    "response_summary",
    "sample_for_difference",
    "sample_frames",
    "service_region",
    "share_interval",
    "simulate_queue",
    "sums_of_parts",
    "wait_for_opening",
    "weekday_of",
    "years_between",
]
