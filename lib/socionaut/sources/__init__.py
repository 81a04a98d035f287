"""Data from outside: open data sets, and files of a reader's own.

The registry, fetching and verifying, a reader function a data set, and the checks that all own
tables share.
"""

from socionaut.sources.opendata import *
from socionaut.sources.own_tables import *
from socionaut.sources.readers import *
