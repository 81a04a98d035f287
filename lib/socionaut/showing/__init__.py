"""What a reader sees: figures, sliders, answers to exercises.

Drawing functions in the house style, the frame of caption, alt text and table, and controls.
"""

from socionaut.colours import COLOURS, NAMED_COLOURS, VERDICT_COLOURS
from socionaut.sentences import holds, says
from socionaut.showing.answers import IN_SHORT_TYPE, in_short, take_home
from socionaut.showing.curves import question_curve
from socionaut.showing.exercises import check, seal_answer
from socionaut.showing.figures import (
    SHORTEST_ALT,
    canvas,
    draw_bands,
    draw_bars,
    draw_contours,
    draw_distributions,
    draw_error_bars,
    draw_forecasts,
    draw_intervals,
    draw_lines,
    draw_lorenz,
    draw_network,
    draw_paths,
    draw_sized,
    draw_spans,
    draw_specifications,
    draw_stacked_bars,
    show,
)
from socionaut.showing.frames import Frames
from socionaut.showing.keeping import (
    as_label,
    as_markdown,
    keep,
    keep_methods,
    letters_missing,
)
from socionaut.showing.sliders import (
    EXPLORE_TYPE,
    Explorer,
    Slider,
    explore,
)

__all__ = [
    "COLOURS",
    "EXPLORE_TYPE",
    "IN_SHORT_TYPE",
    "NAMED_COLOURS",
    "SHORTEST_ALT",
    "VERDICT_COLOURS",
    "Explorer",
    "Frames",
    "Slider",
    "as_label",
    "as_markdown",
    "canvas",
    "check",
    "draw_bands",
    "draw_bars",
    "draw_contours",
    "draw_distributions",
    "draw_error_bars",
    "draw_forecasts",
    "draw_intervals",
    "draw_lines",
    "draw_lorenz",
    "draw_network",
    "draw_paths",
    "draw_sized",
    "draw_spans",
    "draw_specifications",
    "draw_stacked_bars",
    "explore",
    "holds",
    "in_short",
    "keep",
    "keep_methods",
    "letters_missing",
    "question_curve",
    "says",
    "seal_answer",
    "show",
    "take_home",
]
