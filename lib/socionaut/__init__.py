"""Socionaut: five French documents on social media, re-run.

The package is flat: one module a subject, one function an analysis. Analysis
modules take data and return data; reading files, drawing and printing live in
``tables``, ``figures``, ``notebooks``, ``pages`` and the command line.
"""

__version__ = "0.1.0"
