"""Data from outside: open data sets, and files of a reader's own.

A notebook imports from here the registry of open data sets and a reader function a data set. Files
of a reader's own are read by the themes (``own_posts``, ``own_network``, ``own_series``), with the
other modules: the cells of any file (``dialects``), which column is what (``own_files``), how
numbers, ids and times are written (``written``, ``written_digits``, ``written_times``,
``said_in_headings``), faults (``own_tables``), and what fits into memory (``own_memory``).
"""

from socionaut.sources.opendata import *
from socionaut.sources.readers import *
