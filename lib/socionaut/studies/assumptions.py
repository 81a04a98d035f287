"""What must be assumed? Figures that move with a sample size, a design effect or a base rate."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pandas as pd

from socionaut.showing import Frames
from socionaut.studies.service import queue_measures
from socionaut.studies.surveys import share_interval

__all__ = ["desk_frames", "flag_frames", "sample_frames"]


def sample_frames(sizes: Sequence[int], effects: Sequence[float], *, marked: float) -> Frames:
    """Return how far chance alone can move a percentage, for each size and design effect.

    Parameters
    ----------
    sizes : sequence of int
        Numbers of answers: the places of the slider "size".
    effects : sequence of float
        Design effects: the places of the slider "effect".
    marked : float
        A percentage that the sentences tell of.

    Returns
    -------
    Frames
        Half the interval of Wilson, in points, over all percentages.

    Examples
    --------
    >>> frames = sample_frames([100, 1000], [1, 2], marked=50)
    >>> frames(size=100, effect=1)[1]
    '100 answers, design effect 1: 50 % has an interval from 40.4 to 59.6 %.'
    >>> import matplotlib.pyplot as plt
    >>> plt.close("all")
    """
    shares = np.arange(0, 101, 5)
    parts, words = [pd.DataFrame({"part": "share told of", "x": [marked], "y": [0.0]})], {}
    for size, effect in itertools.product(sizes, effects):
        ends = [share_interval(p * size / 100, size, design_effect=effect) for p in shares]
        half = [(end.high - end.low) / 2 for end in ends]
        curve = pd.DataFrame({"part": "chance", "x": shares, "y": half})
        parts.append(curve.assign(size=size, effect=effect))
        told = share_interval(marked * size / 100, size, design_effect=effect)
        words[size, effect] = (
            f"{size:,} answers, design effect {effect:g}: {marked:g} % has an interval from "
            f"{told.low:.1f} to {told.high:.1f} %."
        )
    return Frames(
        pd.concat(parts),
        words,
        x="share of the answers (%)",
        y="half the interval (points)",
        marks={"chance": "line", "share told of": "rule"},
    )


def flag_frames(rates: Sequence[float], found: Sequence[float], alarms: Sequence[float]) -> Frames:
    """Return how many of the flagged are rightly flagged, for each base rate and detector.

    By Bayes: of all accounts :math:`r s` are flagged rightly and :math:`(1 - r) f` wrongly, with
    base rate r, share found s and false alarms f.

    Parameters
    ----------
    rates : sequence of float
        Base rates in percent: the places of the slider "rate".
    found : sequence of float
        Shares of the true cases that the detector finds, in percent: the slider "found".
    alarms : sequence of float
        Shares of the others that it flags, in percent: the slider "alarms".

    Returns
    -------
    Frames

    Examples
    --------
    >>> frames = flag_frames([1, 50], [90], [10])
    >>> frames(rate=1, found=90, alarms=10)[1]
    'Where 1 % are fake, 8 of 100 flagged accounts are: found 90 %, false alarms 10 %.'
    >>> import matplotlib.pyplot as plt
    >>> plt.close("all")
    """
    axis = np.concatenate([[0.5], np.arange(2, 101, 2)])

    def right(rate: np.ndarray | float, share: float, wrong: float) -> np.ndarray:
        true = np.asarray(rate) * share
        return 100 * true / (true + (100 - np.asarray(rate)) * wrong)

    parts, words = [], {}
    for rate, share, wrong in itertools.product(rates, found, alarms):
        place = {"rate": rate, "found": share, "alarms": wrong}
        curve = pd.DataFrame({"part": "this detector", "x": axis, "y": right(axis, share, wrong)})
        here = pd.DataFrame(
            {"part": "base rate", "x": [rate], "y": [float(right(rate, share, wrong))]}
        )
        parts += [curve.assign(**place), here.assign(**place)]
        words[rate, share, wrong] = (
            f"Where {rate:g} % are fake, {float(right(rate, share, wrong)):.0f} of 100 flagged "
            f"accounts are: found {share:g} %, false alarms {wrong:g} %."
        )
    return Frames(
        pd.concat(parts),
        words,
        x="accounts that are fake (%)",
        y="flagged accounts that are fake (%)",
        marks={"base rate": "points", "this detector": "line"},
        limits={"y": (0.0, 100.0), "x": (0.0, 100.0)},
    )


def desk_frames(
    volumes: Sequence[float],
    handlings: Sequence[float],
    agents: Sequence[int],
    minutes: Sequence[float],
    *,
    hours: float,
    patience: float,
    promised: float,
) -> Frames:
    """Return which share of all requests has its answer after so many minutes, desk by desk.

    Parameters
    ----------
    volumes : sequence of float
        Requests a month: the places of the slider "volume".
    handlings : sequence of float
        Mean minutes of work on a request: the slider "handling".
    agents : sequence of int
        Agents on duty: the slider "agents".
    minutes : sequence of float
        Where the curve is computed, with the minutes promised among them.
    hours : float
        Hours a month in which the desk is open.
    patience : float
        Mean minutes after which a request is given up.
    promised : float
        Minutes of the promise, which the sentences tell of.

    Returns
    -------
    Frames
        By `queue_measures`.

    Examples
    --------
    >>> frames = desk_frames([5000], [5], [3], [10, 30], hours=200, patience=60, promised=30)
    >>> words = frames(volume=5000, handling=5, agents=3)[1]
    >>> words[:45]
    '5,000 requests a month of 5 minutes on 3 agen'
    >>> import matplotlib.pyplot as plt
    >>> plt.close("all")
    """
    parts, words = [], {}
    for volume, handling, staff in itertools.product(volumes, handlings, agents):
        place = {"volume": volume, "handling": handling, "agents": staff}
        desk = {"arrivals": volume / hours, "handling": handling, "patience": patience}
        told = {m: queue_measures(**desk, agents=staff, within=m) for m in minutes}
        curve = [100 * measures["within"] for measures in told.values()]
        parts.append(pd.DataFrame({"part": "answered", "x": list(told), "y": curve} | place))
        words[volume, handling, staff] = (
            f"{volume:,} requests a month of {handling:g} minutes on {staff} "
            f"agent{'s' if staff > 1 else ''}: "
            f"{told[promised]['mean_response']:.1f} minutes on average, "
            f"{100 * told[promised]['answered']:.0f} % answered, "
            f"{100 * told[promised]['within']:.0f} % within {promised:g} minutes."
        )
    return Frames(
        pd.concat(parts),
        words,
        x="minutes since the request",
        y="requests answered (% of all)",
        marks={"answered": "line"},
        limits={"x": (0, max(minutes)), "y": (0, 100)},
    )
