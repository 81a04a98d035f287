"""Studies and their samples: notebooks 25, 33, 34 and 40 to 43.

Surveys with few answers, service queues, and dates as texts state them.
"""

from socionaut.studies.assumptions import *
from socionaut.studies.dates import *
from socionaut.studies.service import *
from socionaut.studies.surveys import *
