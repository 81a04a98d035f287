"""Socionaut: five French documents on social media, re-run.

What a notebook imports, a room a subject. The three themes stand side by side:

========== ==============================================================
engagement engagement trends, notebooks 10 to 16
influence  influencer network centrality, notebooks 20 to 26
shifts     COVID-era usage shifts, notebooks 30 to 36
========== ==============================================================

They rest on ``ledger`` (what was published, and the verdict), ``studies`` (surveys, queues,
dates), ``sources`` (open data, files of one's own), ``showing`` (figures, sliders, answers) and
``estimates``. Functions take data and return data; reading lives in ``sources`` and
``ledger.tables``, drawing and printing in ``showing``. What builds, checks and publishes is the
package ``workshop`` beside this one, and no notebook imports it.
"""

import importlib.metadata

__version__ = "0.1.0"
__all__ = ["start", "versions"]


def start(*packages: str) -> None:
    """Set up a notebook: whole texts in tables, and the versions its results rest on.

    Parameters
    ----------
    *packages : str
        Names of installed distributions, besides this one.

    Examples
    --------
    >>> start()
    socionaut 0.1.0
    """
    import pandas as pd

    pd.options.display.max_colwidth = None
    print(versions("socionaut", *packages))


def versions(*packages: str) -> str:
    """Write the versions of packages.

    Parameters
    ----------
    *packages : str
        Names of installed distributions.

    Returns
    -------
    str
        For example ``"numpy 2.4.6, pandas 3.1.1"``.

    Examples
    --------
    >>> versions("socionaut")
    'socionaut 0.1.0'
    """
    return ", ".join(f"{name} {importlib.metadata.version(name)}" for name in packages)
