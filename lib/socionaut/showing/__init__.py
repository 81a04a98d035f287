"""What a reader sees: figures, sliders, answers to exercises.

Drawing functions in the house style, the frame of caption, alt text and table, and controls.
"""

from socionaut.colours import *
from socionaut.sentences import *
from socionaut.showing.answers import *
from socionaut.showing.curves import *
from socionaut.showing.exercises import *
from socionaut.showing.figures import *
from socionaut.showing.frames import *
from socionaut.showing.keeping import *
from socionaut.showing.sliders import *
