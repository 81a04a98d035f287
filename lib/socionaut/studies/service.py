"""Queues for a service desk, and response times where some requests are never answered.

Requests arrive at random, a few agents handle them one at a time, and whoever writes while
all are busy waits in line. Rates are per hour and times in minutes. Survival estimates are
those of statsmodels; the queues are ours, since no package of the project has them.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from scipy.special import betainc

from socionaut.errors import InputError

__all__ = [
    "agents_needed",
    "erlang_b",
    "erlang_c",
    "queue_measures",
    "response_summary",
    "service_region",
    "simulate_queue",
]

_MINUTES = 60.0
_MOST_WAITING = 200_000
_LONGEST_WORK = 40  # handling times; longer ones are rarer than binary floats resolve
_MEASURES = ("load", "waits", "mean_wait", "mean_response", "answered", "wait_within", "within")


def erlang_b(load: float, agents: int) -> float:
    """Return the share of requests that find all agents busy, where none may wait.

    Parameters
    ----------
    load : float
        Offered load in Erlang: arrivals per hour times handling time in hours.
    agents : int
        Agents on duty, c.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    InputError
        If the load is negative or not finite, or the agents are no whole number above 0.

    Notes
    -----
    B(0, a) = 1 and B(c, a) = a B(c-1, a) / (c + a B(c-1, a)); no factorial, so no overflow.

    References
    ----------
    A. K. Erlang, 1917; D. L. Jagerman, Some properties of the Erlang loss function, 1974.

    Examples
    --------
    >>> f"{erlang_b(5, 10):.4f}"
    '0.0184'
    """
    _demand_agents(agents)
    if not 0 <= load < math.inf:
        raise InputError(f"The load is {load} Erlang; give a finite number, 0 or above.")
    blocked = 1.0
    for busy in range(1, agents + 1):
        blocked = load * blocked / (busy + load * blocked)
    return blocked


def erlang_c(load: float, agents: int) -> float:
    """Return the share of requests that must wait, where all wait as long as it takes.

    Parameters
    ----------
    load : float
        Offered load in Erlang, a.
    agents : int
        Agents on duty, c.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    InputError
        As `erlang_b` does, or if the load reaches the number of agents: then the line grows
        without end, and there is no such share.

    Notes
    -----
    C = c B / (c - a (1 - B)), with B of `erlang_b`.

    References
    ----------
    A. K. Erlang, 1917; N. Gans, G. Koole and A. Mandelbaum, Telephone call centers: tutorial,
    review, and research prospects, 2003, section 4.

    Examples
    --------
    >>> f"{erlang_c(8, 10):.3f}"
    '0.409'
    """
    blocked = erlang_b(load, agents)
    if load >= agents:
        raise InputError(
            f"A load of {load:.4g} Erlang on {agents} agents never settles: the line grows "
            "without end. Give more agents, fewer requests, a shorter handling time or a patience."
        )
    return agents * blocked / (agents - load * (1 - blocked))


def queue_measures(
    arrivals: float, handling: float, agents: int, *, within: float, patience: float = math.inf
) -> pd.Series:
    """Return how a desk serves in the long run.

    Parameters
    ----------
    arrivals : float
        Requests per hour, at random (Poisson).
    handling : float
        Mean minutes that one agent needs for a request (exponential).
    agents : int
        Agents on duty.
    within : float
        Minutes of the promise.
    patience : float
        Mean minutes that a request waits before it is given up (exponential). Infinite, the
        model is Erlang C and all are answered; finite, it is Erlang A.

    Returns
    -------
    pandas.Series
        ``load`` in Erlang; ``waits``, share of requests that find no free agent;
        ``mean_wait``, minutes in line of those answered; ``mean_response``, the same until
        the answer is written; ``answered``, share of all requests; ``wait_within``, share of
        all that an agent takes up in time; ``within``, share of all answered in time.

    Raises
    ------
    InputError
        If an argument cannot be, or, without a patience, the load reaches the agents.

    Notes
    -----
    With j ahead in line, rates m per minute of service, t of giving up and c agents, the offered
    wait V is a sum of exponential times of rates cm + kt, k = 0..j, so that exp(-tV) has the beta
    distribution of cm/t and j + 1. Without giving up, P(wait > x) = C exp(-(cm - arrivals) x).
    The handling time of the request itself is then added by Gauss-Legendre quadrature.

    References
    ----------
    C. Palm, 1946; O. Garnett, A. Mandelbaum and M. Reiman, Designing a call center with
    impatient customers, 2002, section 3.

    Examples
    --------
    >>> desk = queue_measures(24, 5, 3, within=30)
    >>> f"{desk['waits']:.3f}, {desk['mean_wait']:.2f} minutes"
    '0.444, 2.22 minutes'
    """
    for name, value in {"arrivals": arrivals, "handling": handling, "within": within}.items():
        if not 0 < value < math.inf:
            raise InputError(f"{name} is {value}; give a finite number above 0.")
    if not patience > 0:
        raise InputError(f"patience is {patience} minutes; give a number above 0.")
    _demand_agents(agents)
    work, weights = _quadrature(min(within, _LONGEST_WORK * handling))
    line = _patient if math.isinf(patience) else _impatient
    times = np.append(within - work, within)
    waits, mean_wait, answered, taken_up = line(arrivals, handling, agents, patience, times)
    density = np.exp(-work / handling) / handling
    values = (
        arrivals * handling / _MINUTES,
        waits,
        mean_wait,
        mean_wait + handling,
        answered,
        float(taken_up[-1]),
        float(weights @ (density * taken_up[:-1])),
    )
    return pd.Series(dict(zip(_MEASURES, values, strict=True)))


_Line = tuple[float, float, float, np.ndarray]


def _patient(arrivals: float, handling: float, agents: int, _: float, times: np.ndarray) -> _Line:
    load = arrivals * handling / _MINUTES
    waits = erlang_c(load, agents)
    leaving = (agents - load) / handling
    return waits, waits / leaving, 1.0, 1 - waits * np.exp(-leaving * times)


def _impatient(
    arrivals: float, handling: float, agents: int, patience: float, times: np.ndarray
) -> _Line:
    """Return share that waits, mean wait of the answered, share answered, share taken up by then.

    The share ``a / (a + j + 1)`` of those with j ahead is answered, in units of patience.
    """
    coming, pace = arrivals * patience / _MINUTES, agents * patience / handling
    ahead = _states_ahead(coming)
    load = arrivals * handling / _MINUTES
    below = np.cumsum(np.log(load / np.arange(1, agents + 1)))
    above = below[-1] + np.cumsum(np.log(coming / (pace + np.arange(1, len(ahead)))))
    logs = np.concatenate([[0.0], below, above])
    states = np.exp(logs - logs.max())
    states /= states.sum()
    in_line = states[agents:]
    kept = in_line >= 1e-14 * in_line.max()
    ahead, in_line = ahead[kept], in_line[kept]
    served = in_line * pace / (pace + ahead + 1)
    answered = 1 - float(in_line.sum() - served.sum())
    steps = np.cumsum(1 / (pace + np.arange(1, ahead[-1] + 2)))[ahead]
    late = betainc(pace + 1, ahead[:, None] + 1, np.exp(-times / patience))
    taken_up = states[:agents].sum() + served @ (1 - late)
    return float(in_line.sum()), patience * float(served @ steps) / answered, answered, taken_up


def _states_ahead(coming: float) -> np.ndarray:
    # At most as many wait as would wait if nobody were served: a Poisson number.
    most = math.ceil(coming + 12 * math.sqrt(coming) + 40)
    if most > _MOST_WAITING:
        raise InputError(
            f"Up to {most} requests could wait in line; leave the patience out, or shorten it."
        )
    return np.arange(most)


def _quadrature(end: float) -> tuple[np.ndarray, np.ndarray]:
    nodes, weights = np.polynomial.legendre.leggauss(24)
    return (nodes + 1) * end / 2, weights * end / 2


def agents_needed(
    arrivals: float,
    handling: float,
    *,
    within: float,
    kept: float,
    mean: float = math.inf,
    answered: float = 0.0,
    patience: float = math.inf,
    most: int = 1000,
) -> int:
    """Return the least number of agents on duty with which a desk keeps its figures.

    Parameters
    ----------
    arrivals, handling, within, patience
        As for `queue_measures`.
    kept : float
        Least share of the answered requests that is answered within the promise.
    mean : float
        Greatest mean response in minutes.
    answered : float
        Least share of requests answered.
    most : int
        Number of agents at which the search ends.

    Returns
    -------
    int
        Agents on duty at a time, not people employed.

    Raises
    ------
    InputError
        As `queue_measures` does, or if not even `most` agents keep the figures, as where the
        handling time alone exceeds the mean response.

    Examples
    --------
    >>> agents_needed(24, 5, within=30, kept=0.95)
    3
    """
    for agents in range(1, most + 1):
        if math.isinf(patience) and arrivals * handling / _MINUTES >= agents:
            continue
        desk = queue_measures(arrivals, handling, agents, within=within, patience=patience)
        if _keeps(desk, kept, (-math.inf, mean), answered):
            return agents
    raise InputError(
        f"Not even {most} agents answer {kept:.0%} within {within:g} minutes, {mean:g} minutes on "
        f"average, when a request takes {handling:g}; shorten the handling or loosen the promise."
    )


def _keeps(desk: pd.Series, kept: float, mean: tuple[float, float], answered: float) -> bool:
    on_time = desk["within"] >= kept * desk["answered"]
    return bool(
        on_time and mean[0] <= desk["mean_response"] <= mean[1] and desk["answered"] >= answered
    )


def service_region(
    volumes: Iterable[float],
    handlings: Iterable[float],
    agents: int,
    *,
    hours: float,
    within: float,
    kept: float,
    mean: tuple[float, float],
    answered: float = 0.0,
    patience: float = math.inf,
) -> pd.DataFrame:
    """Say at which volumes and handling times stated facts of a desk hold together.

    Parameters
    ----------
    volumes : iterable of float
        Requests per month, spread evenly over the opening hours.
    handlings : iterable of float
        Mean handling times in minutes.
    agents : int
        Agents on duty.
    hours : float
        Opening hours per month.
    within, patience
        As for `queue_measures`.
    kept : float
        Least share of the answered requests that is answered within the promise.
    mean : tuple of float
        Least and greatest mean response in minutes, as stated.
    answered : float
        Least share of requests answered.

    Returns
    -------
    pandas.DataFrame
        A row a pair: ``volume``, ``handling``, the columns of `queue_measures`, ``holds``. Where
        the line never settles, the measures are missing and the facts do not hold.

    Raises
    ------
    InputError
        If an argument cannot be.

    Examples
    --------
    >>> table = service_region([2000, 5000], [4, 8], 2, hours=200, within=30, kept=0.9, mean=(0, 9))
    >>> table["holds"].tolist()
    [True, False, False, False]
    """
    if not 0 < hours < math.inf:
        raise InputError(f"The desk is open {hours} hours a month; give a number above 0.")
    rows = []
    for volume in volumes:
        for handling in handlings:
            desk = pd.Series(math.nan, index=list(_MEASURES))
            desk["load"] = volume * handling / _MINUTES / hours
            if not (math.isinf(patience) and desk["load"] >= agents):
                desk = queue_measures(
                    volume / hours, handling, agents, within=within, patience=patience
                )
            holds = _keeps(desk, kept, mean, answered)
            rows.append({"volume": volume, "handling": handling, **desk, "holds": holds})
    return pd.DataFrame(rows)


def simulate_queue(
    arrivals: float | Sequence[float] | np.ndarray,
    handling: float,
    agents: int,
    *,
    requests: int = 0,
    seed: int,
    patience: float = math.inf,
    spread: float | None = None,
) -> pd.DataFrame:
    """Draw requests one by one and let them through a desk, first come first served.

    Parameters
    ----------
    arrivals : float or sequence of float
        Requests an hour that come evenly, or the minutes at which they come.
    handling, agents, patience
        As for `queue_measures`.
    requests : int
        Requests drawn, from an empty desk on; of given minutes all are.
    seed : int
        Seed of the generator.
    spread : float, optional
        Standard deviation of the logarithm of the handling times, which are then lognormal
        with the same mean; left out, they are exponential.

    Returns
    -------
    pandas.DataFrame
        A row a request: ``arrival``, ``wait`` (until an agent is free or it is given up) and
        ``response`` in minutes (missing where given up), ``answered``.

    Raises
    ------
    InputError
        If an argument cannot be.

    Notes
    -----
    The recursion over the moments at which agents fall free; who would wait beyond the own
    patience takes no agent's time.

    References
    ----------
    J. Kiefer and J. Wolfowitz, On the theory of queues with many servers, 1955.

    Examples
    --------
    >>> desk = simulate_queue(24, 5, 3, requests=20_000, seed=1)
    >>> f"{desk['wait'].mean():.1f}, {desk['answered'].mean():.0%}"
    '2.2, 100%'
    """
    given = np.asarray(arrivals, dtype=float)
    requests = given.size if given.ndim else requests
    if requests < 1 or not (given.min() > 0 and handling > 0 and patience > 0):
        raise InputError("Give at least one request, and rates, times and a patience above 0.")
    _demand_agents(agents)
    generator = np.random.default_rng(seed)
    if given.ndim:
        arrival = np.sort(given)
    else:
        arrival = np.cumsum(generator.exponential(_MINUTES / given, requests))
    if spread is None:
        work = generator.exponential(handling, requests)
    else:
        work = generator.lognormal(math.log(handling) - spread**2 / 2, spread, requests)
    limit = generator.exponential(1.0, requests) * patience
    wait = np.empty(requests)
    free = [0.0] * agents
    for number, (now, minutes, stays) in enumerate(zip(arrival, work, limit, strict=True)):
        wait[number] = max(0.0, free[0] - now)
        if wait[number] <= stays:
            heapq.heapreplace(free, now + wait[number] + minutes)
    answered = wait <= limit
    return pd.DataFrame(
        {
            "arrival": arrival,
            "wait": np.minimum(wait, limit),
            "response": np.where(answered, wait + work, np.nan),
            "answered": answered,
        }
    )


def response_summary(minutes: pd.Series, answered: pd.Series, *, until: float) -> pd.Series:
    """Set the mean of the answered requests beside what all requests say.

    Parameters
    ----------
    minutes : pandas.Series
        Time to the answer, or, where there is none, the time that was watched.
    answered : pandas.Series
        Whether the request was answered; the others are right-censored.
    until : float
        Minutes at which the mean over all is cut off.

    Returns
    -------
    pandas.Series
        In minutes: ``mean_answered`` and ``median_answered`` of the answered alone; ``median``,
        the Kaplan-Meier median of all (infinite where fewer than half are answered);
        ``mean_until``, the mean over all with every time counted up to `until`. Then
        ``unanswered``, the estimated share that is still open at `until`.

    Raises
    ------
    InputError
        If there are no answered requests, a time is missing or negative, or no request was
        watched as long as `until`.

    Notes
    -----
    ``mean_until`` is the area under the survival curve S up to `until`. S is right only
    if watching ended for a reason that has nothing to do with the answer.

    References
    ----------
    E. L. Kaplan and P. Meier, 1958; P. Royston and M. Parmar, Restricted mean survival time,
    2013. The curve is statsmodels' ``SurvfuncRight``.

    Examples
    --------
    >>> seen = pd.Series([2.0, 4.0, 6.0, 60.0])
    >>> times = response_summary(seen, seen < 60, until=60)
    >>> f"{times['mean_answered']:.0f} minutes, and {times['mean_until']:.0f} with all counted"
    '4 minutes, and 18 with all counted'
    """
    from statsmodels.duration.survfunc import SurvfuncRight  # slow to import

    times, done = np.asarray(minutes, dtype=float), np.asarray(answered, dtype=bool)
    if times.size != done.size or not done.any() or not (times >= 0).all():
        raise InputError(
            "Give for each request a time of 0 or above and whether it was answered, "
            "and at least one that was."
        )
    if not 0 < until <= times.max():
        raise InputError(
            f"No request was watched for {until:g} minutes; give at most {times.max():g}."
        )
    curve = SurvfuncRight(times, done.astype(int))
    steps = np.asarray(curve.surv_times) < until
    edges = np.concatenate([[0.0], np.asarray(curve.surv_times)[steps], [until]])
    heights = np.concatenate([[1.0], np.asarray(curve.surv_prob)[steps]])
    still_open = np.append(1.0, curve.surv_prob)[np.searchsorted(curve.surv_times, until, "right")]
    return pd.Series(
        {
            "mean_answered": times[done].mean(),
            "median_answered": float(np.median(times[done])),
            "median": float(curve.quantile(0.5)) if curve.surv_prob[-1] <= 0.5 else math.inf,
            "mean_until": float(np.diff(edges) @ heights),
            "unanswered": float(still_open),
        }
    )


def _demand_agents(agents: int) -> None:
    if isinstance(agents, bool) or agents % 1 != 0 or agents < 1:
        raise InputError(f"There are {agents} agents; give a whole number above 0.")
