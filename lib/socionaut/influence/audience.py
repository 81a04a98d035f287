r"""Is a big audience an influential one? Audience against response, with what truncation does.

Two traps run through the subject. Among the largest accounts all audiences are alike, so
that their ranks say little about anything: a correlation shrinks when the sample is cut to
its top, whether or not the relation changes there. And an engagement rate has the audience
in its denominator, so that it falls with the audience wherever the response grows less
than in step.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import scipy  # whose parts are loaded where they are first used: `stats` takes a second
from scipy.special import ndtri

from socionaut.errors import InputError
from socionaut.estimates import Estimate, bootstrap, demand_level, percentile_interval
from socionaut.steady import settled

__all__ = [
    "band_estimates",
    "correlation_after_truncation",
    "elasticity",
    "rank_correlation",
    "rank_correlations_after_truncation",
    "small_over_large",
    "truncation_test",
]

_POINTS = 2**14


def rank_correlation(
    table: pd.DataFrame,
    first: str,
    second: str,
    *,
    seed: int,
    clusters: str | None = None,
    repetitions: int = 499,
) -> Estimate:
    r"""Return Spearman's rank correlation with its bootstrap interval.

    It is the Pearson correlation of the ranks; tied values share their mean rank.

    Parameters
    ----------
    table : pandas.DataFrame
        A row an account (or a post).
    first, second : str
        Columns of numbers.
    seed : int
        Seed of the generator.
    clusters : str, optional
        Column that names what was sampled, where several rows belong together; left
        out, each row was drawn by itself.
    repetitions : int
        Number of resamples.

    Returns
    -------
    Estimate
        From -1 to 1, with the 95 % percentile interval.

    Raises
    ------
    InputError
        If a column or a value is missing, a column is constant, or there are fewer than
        four rows.

    References
    ----------
    C. Spearman, The proof and measurement of association between two things, 1904.

    Examples
    --------
    >>> table = pd.DataFrame({"followers": range(20), "likes": [*range(1, 20), 0]})
    >>> rank_correlation(table, "followers", "likes", seed=1).write(digits=2)
    '0.71 [0.11 to 1, sampling]'
    """
    columns = [first, second] if clusters is None else [first, second, clusters]
    _demand(table, columns, [first, second])
    places = {
        name: scipy.stats.rankdata(settled(table[column]), method="dense") - 1
        for name, column in (("one", first), ("two", second))
    }
    sample = pd.DataFrame(places, index=table.index)
    if clusters is not None:
        sample["cluster"] = table[clusters]
    return bootstrap(
        sample,
        lambda rows: _correlation(*(_mean_ranks(rows[name].to_numpy()) for name in places)),
        seed=seed,
        clusters=None if clusters is None else "cluster",
        repetitions=repetitions,
    )


def elasticity(
    table: pd.DataFrame,
    response: str,
    audience: str,
    *,
    peers: str | None = None,
    clusters: str | None = None,
    method: str = "log",
    level: float = 0.95,
) -> Estimate:
    r"""Return by how many percent the response is larger where the audience is larger by one.

    The slope b of :math:`\ln y = a + b \ln x + e`. At b = 1 the response grows in step
    with the audience and the rate y/x is the same at all sizes; below 1 the rate falls
    with the size, as :math:`x^{b-1}`; above 1 it rises. The fit is statsmodels' least
    squares with errors that allow for unequal spread (HC3), or its Poisson regression,
    which models the mean of y itself and keeps a response of 0. That one leans on the
    largest accounts, and where a few of them hold most of the response its interval is
    too narrow.

    Parameters
    ----------
    table : pandas.DataFrame
        A row an account, or an account and time.
    response, audience : str
        Columns of counts; the audience above 0, and so the response for ``"log"``.
    peers : str, optional
        Column of groups that each have a level a of their own: a slope among peers, or
        within accounts where it names the account.
    clusters : str, optional
        Column that names the account, where it has several rows: errors of one account
        may then depend on each other in any way.
    method : {"log", "poisson"}
        As above.
    level : float
        Coverage aimed at, between 0 and 1.

    Returns
    -------
    Estimate
        The elasticity with its confidence interval.

    Raises
    ------
    InputError
        If a column or value is missing, a count cannot be used, the audience does not
        vary (among peers), or the method is not known.

    References
    ----------
    J. M. C. Santos Silva and S. Tenreyro, The log of gravity, 2006: logarithm or
    Poisson. J. S. Long and L. H. Ervin, Using heteroscedasticity consistent standard
    errors in the linear regression model, 2000: HC3.

    Examples
    --------
    >>> table = pd.DataFrame({"followers": [1, 10, 100, 1000], "likes": [1, 4, 9, 30]})
    >>> elasticity(table, "likes", "followers").write(digits=2)
    '0.48 [0.39 to 0.56, sampling]'
    """
    import statsmodels.api as sm  # slow to import, and needed for fits alone

    columns = [response, audience, *(name for name in (peers, clusters) if name is not None)]
    _demand(table, columns, [audience])
    demand_level(level)
    _demand_counts(table, response, audience, method)
    design = _design(table, audience, peers)
    # Of a Poisson regression statsmodels gives this one alone, whatever number is asked for.
    kind: dict[str, object] = {"cov_type": "HC3" if method == "log" else "HC0"}
    if clusters is not None:
        groups = pd.factorize(table[clusters])[0]
        kind = {"cov_type": "cluster", "cov_kwds": {"groups": groups}, "use_t": True}
    outcome = table[response].astype(float)
    model = (
        sm.OLS(np.log(outcome), design)
        if method == "log"
        else sm.GLM(outcome, design, family=sm.families.Poisson())
    )
    fitted = model.fit(**kind)
    low, high = fitted.conf_int(alpha=1 - level).loc[audience]
    return Estimate(float(fitted.params[audience]), float(low), float(high), "sampling")


def _design(table: pd.DataFrame, audience: str, peers: str | None) -> pd.DataFrame:
    logarithm = pd.DataFrame({audience: np.log(table[audience].astype(float))})
    if peers is None:
        return logarithm.assign(const=1.0)[["const", audience]]
    moved = logarithm[audience] - logarithm[audience].groupby(table[peers]).transform("mean")
    if np.allclose(moved, 0):
        raise InputError(
            f'The column "{audience}" does not vary inside any "{peers}"; name peers that group '
            "several accounts."
        )
    levels = pd.get_dummies(table[peers], dtype=float).add_prefix("peers ")
    return pd.concat([logarithm, levels], axis=1)


def correlation_after_truncation(correlation: float, share: float) -> float:
    r"""Return the Pearson correlation among the top of one of two normal variables.

    Among the top share :math:`s`, above the cut :math:`z = \Phi^{-1}(1-s)`, a standard
    normal variable has mean :math:`\lambda = \varphi(z)/s` and variance
    :math:`u^2 = 1 + z\lambda - \lambda^2`. With the same straight line and the same scatter,

    .. math:: r' = \frac{r u}{\sqrt{1 - r^2 + r^2 u^2}}.

    Parameters
    ----------
    correlation : float
        Pearson correlation in the whole.
    share : float
        Share of the whole that is kept, above 0 and at most 1.

    Returns
    -------
    float
        Pearson correlation among those kept.

    Raises
    ------
    InputError
        If the share or the correlation cannot be.

    References
    ----------
    N. L. Johnson, S. Kotz and N. Balakrishnan, Continuous Univariate Distributions 1,
    1994, section 13.10.1: moments of the truncated normal distribution. R. L. Thorndike,
    Personnel Selection, 1949: the correlation.

    Examples
    --------
    >>> [round(correlation_after_truncation(0.6, share), 3) for share in (1, 0.5, 0.1, 0.01)]
    [0.6, 0.412, 0.295, 0.227]
    """
    _demand_share(share)
    if not -1 <= correlation <= 1:
        raise InputError(f"A correlation of {correlation} cannot be; give one from -1 to 1.")
    cut = ndtri(1 - share)
    mean = scipy.stats.norm.pdf(cut) / share
    variance = 1.0 if share == 1 else 1 + cut * mean - mean**2
    slope = correlation * math.sqrt(variance)
    return slope / math.sqrt(1 - correlation**2 + slope**2)


def rank_correlations_after_truncation(
    correlations: pd.DataFrame, by: str, share: float, *, silent: float = 0.0
) -> pd.DataFrame:
    r"""Return the rank correlations that truncation alone leaves among the top.

    The variables are taken as normal under some stretching of their scales (a normal
    copula), which ranks do not notice. Spearman's :math:`\rho_s` then belongs to the
    correlation :math:`2 \sin(\pi \rho_s / 6)`. Those above the cut of the variable `by` are
    drawn directly and evenly (Sobol points, with the same result in each run; precise to
    about 0.005), and ranked anew.

    Parameters
    ----------
    correlations : pandas.DataFrame
        Spearman correlations in the whole; the same names label rows and columns.
    by : str
        The variable whose top is kept.
    share : float
        Share of the whole that is kept, above 0 and at most 1.
    silent : float
        Share of the whole that is tied at the bottom of every other variable, as accounts
        without any response are; the correlations given are then those with the ties.

    Returns
    -------
    pandas.DataFrame
        Spearman correlations among those kept, with the same labels.

    Raises
    ------
    InputError
        If the table is not one of correlations, or a share cannot be.

    References
    ----------
    K. Pearson, On further methods of determining correlation, 1907: the sine. R. B.
    Nelsen, An Introduction to Copulas, 2006, section 5.1.2.

    Examples
    --------
    >>> names = ["followers", "likes"]
    >>> whole = pd.DataFrame([[1, 0.6], [0.6, 1]], index=names, columns=names)
    >>> top = rank_correlations_after_truncation(whole, "followers", share=0.1)
    >>> f"{top.loc['followers', 'likes']:.2f}"
    '0.28'
    """
    _demand_share(share)
    _demand_correlations(correlations, by, silent)
    names = [by, *(name for name in correlations if name != by)]
    whole = correlations.loc[names, names].to_numpy(float)
    latent = np.eye(len(names))
    for i, j in itertools.combinations(range(len(names)), 2):
        latent[i, j] = latent[j, i] = _latent(whole[i, j], silent if i else 0.0, silent)
    if np.linalg.eigvalsh(latent).min() < 1e-9:
        raise InputError("No three variables can have these correlations; check the table.")
    kept = _normal_top(latent, share, silent)
    ranks = scipy.stats.rankdata(kept, axis=0)
    after = pd.DataFrame(np.corrcoef(ranks, rowvar=False), index=names, columns=names)
    return after.loc[list(correlations.index), list(correlations.columns)]


def _normal_top(latent: np.ndarray, share: float, silent: float) -> np.ndarray:
    """Draw normal variables of given correlations where the first is in its top share."""
    points = scipy.stats.qmc.Sobol(len(latent), rng=np.random.default_rng(0)).random(_POINTS)
    points[:, 0] = 1 - share * (1 - points[:, 0])
    drawn: np.ndarray = ndtri(np.clip(points, 1e-12, 1 - 1e-12)) @ np.linalg.cholesky(latent).T
    if silent > 0:
        drawn[:, 1:] = np.maximum(drawn[:, 1:], ndtri(silent))
    return drawn


def _latent(spearman: float, silent: float, other: float) -> float:
    """Return the correlation of normal variables whose (tied) ranks correlate so."""
    if other == 0:
        return 2 * math.sin(math.pi * spearman / 6)
    drawn = scipy.stats.qmc.Sobol(2, rng=np.random.default_rng(0)).random(2**13)
    points = ndtri(np.clip(drawn, 1e-12, 1 - 1e-12))
    cuts = [ndtri(part) if part > 0 else -math.inf for part in (silent, other)]
    ranks = scipy.stats.rankdata(np.maximum(points[:, 0], cuts[0]))

    def gap(correlation: float) -> float:
        second = correlation * points[:, 0] + math.sqrt(1 - correlation**2) * points[:, 1]
        tied = scipy.stats.rankdata(np.maximum(second, cuts[1]))
        return float(np.corrcoef(ranks, tied)[0, 1]) - spearman

    if gap(-0.999) > 0 or gap(0.999) < 0:
        raise InputError(
            f"With {100 * other:.0f} % of all tied, no rank correlation of {spearman} can come "
            "about; give a smaller share of silent accounts."
        )
    return float(scipy.optimize.brentq(gap, -0.999, 0.999, xtol=1e-4))


def truncation_test(
    table: pd.DataFrame,
    first: str,
    second: str,
    tops: Sequence[int],
    *,
    seed: int,
    relation: str = "normal",
    repetitions: int = 999,
) -> pd.DataFrame:
    r"""Hold the rank correlation among the top against what truncation alone would leave.

    Tables of the same size are simulated in which one relation holds throughout, and each
    is cut to its top in the same way. If the correlation seen lies within the interval of
    the simulated ones, the cut explains all of its fall; below, something else weakens
    the relation at the top; above, it is tighter there.

    Parameters
    ----------
    table : pandas.DataFrame
        A row an account.
    first, second : str
        Columns of numbers; the top is taken by `first`.
    tops : sequence of int
        Sizes of the top.
    seed : int
        Seed of the generator.
    relation : {"normal", "residuals"}
        The relation that holds throughout: a normal copula with the rank correlation of
        the whole, or the line through the logarithms with residuals drawn with
        replacement, over the audiences as they are (both columns above 0).
    repetitions : int
        Number of simulated tables.

    Returns
    -------
    pandas.DataFrame
        A row a top: ``accounts``, ``seen`` (correlation in the table), ``expected``
        (median of the simulated), ``low``, ``high`` (their middle 95 %) and ``lower``
        (share of the simulated at or below the one seen).

    Raises
    ------
    InputError
        If a column or value is missing, a top cannot be taken, or the relation is not
        known.

    Examples
    --------
    >>> likes = [*range(1, 51), *[51, 53, 52] * 16, 51, 53]  # no relation in the top half
    >>> table = pd.DataFrame({"followers": range(1, 101), "likes": likes})
    >>> test = truncation_test(table, "followers", "likes", [50], seed=1, repetitions=99)
    >>> [f"{test.loc[0, name]:.1f}" for name in ("seen", "expected", "lower")]
    ['0.0', '0.7', '0.0']
    """
    _demand(table, [first, second], [first, second])
    if not tops or min(tops) < 4 or max(tops) > len(table):
        raise InputError(f"A top needs four accounts or more, and at most {len(table)}.")
    values = table.sort_values(first, ascending=False, kind="stable")[[first, second]]
    pair = values.to_numpy(float).T
    generator = np.random.default_rng(seed)
    draw = _draw_normal(pair) if relation == "normal" else _draw_residuals(pair, relation)
    simulated = np.array([draw(generator) for _ in range(repetitions)])
    rows = []
    for top in tops:
        # All at once, in a third of the time.
        ranked = scipy.stats.rankdata(simulated[:, :, :top], axis=2)
        drawn = np.array([_correlation(one, two) for one, two in ranked])
        seen = _spearman(pair[0][:top], pair[1][:top])
        low, middle, high = np.quantile(drawn, [0.025, 0.5, 0.975])
        rows.append((top, seen, middle, low, high, (drawn <= seen).mean()))
    names = ["accounts", "seen", "expected", "low", "high", "lower"]
    return pd.DataFrame(rows, columns=names)


_Draw = Callable[[np.random.Generator], tuple[np.ndarray, np.ndarray]]


def _draw_normal(pair: np.ndarray) -> _Draw:
    correlation = 2 * math.sin(math.pi * _spearman(*pair) / 6)

    def draw(generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        one = np.sort(generator.normal(size=pair.shape[1]))[::-1]
        noise = generator.normal(size=pair.shape[1])
        return one, correlation * one + math.sqrt(1 - correlation**2) * noise

    return draw


def _draw_residuals(pair: np.ndarray, relation: str) -> _Draw:
    if relation != "residuals" or pair.min() <= 0:
        raise InputError(
            'The relation must be "normal" or "residuals", and for the second both columns above 0.'
        )
    one, two = np.log(pair)
    slope, level = np.polyfit(one, two, 1)
    residuals = two - level - slope * one

    def draw(generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        return one, slope * one + generator.choice(residuals, len(residuals))

    return draw


def band_estimates(
    table: pd.DataFrame,
    audience: str,
    response: str,
    edges: Sequence[float],
    *,
    seed: int,
    repetitions: int = 499,
) -> pd.DataFrame:
    r"""Compare small and large accounts in rate and in total.

    Accounts are put in bands by audience. In a band with audiences :math:`a_i` and
    responses :math:`e_i` the mean rate is that of :math:`100\,e_i/a_i`, the pooled rate is
    :math:`100 \sum e_i / \sum a_i`. The pooled rate is the mean rate weighted by audience,
    so that the two differ by :math:`\mathrm{cov}(r, a)/\bar a`, with the covariance over
    the accounts of the band.

    Parameters
    ----------
    table : pandas.DataFrame
        A row an account.
    audience, response : str
        Columns of counts; the audience above 0.
    edges : sequence of float
        Where a new band begins, in rising order; the first band begins at 0, the last one
        has no end.
    seed : int
        Seed of the generator, for intervals by resampling accounts.
    repetitions : int
        Number of resamples.

    Returns
    -------
    pandas.DataFrame
        A row a band and measure, smallest band first: ``band`` (number), ``accounts``,
        ``measure``, ``value``, ``low``, ``high``. Measures: ``mean rate``,
        ``median rate`` and ``pooled rate`` in percent of the audience; ``share of
        accounts``, ``share of audience`` and ``share of response`` in percent of all.

    Raises
    ------
    InputError
        If a column or value is missing, a count cannot be used, or a band is empty.

    Examples
    --------
    >>> table = pd.DataFrame({"followers": [10, 20, 1000, 2000], "likes": [1, 1, 20, 20]})
    >>> bands = band_estimates(table, "followers", "likes", [100], seed=1)
    >>> bands.query("measure == 'mean rate'")["value"].tolist()
    [7.5, 1.5]
    """
    accounts, values, drawn = _resample_bands(table, audience, response, edges, seed, repetitions)
    low, high = percentile_interval(drawn, values)
    return pd.DataFrame(
        {
            "band": np.repeat(np.arange(len(accounts)), len(_MEASURES)),
            "accounts": np.repeat(accounts, len(_MEASURES)),
            "measure": np.tile(_MEASURES, len(accounts)),
            "value": values.ravel(),
            "low": low.ravel(),
            "high": high.ravel(),
        }
    )


def small_over_large(
    table: pd.DataFrame,
    audience: str,
    response: str,
    cut: float,
    *,
    seed: int,
    repetitions: int = 499,
) -> pd.Series:
    """Return how many times as high the rate of small accounts is as that of large ones.

    Parameters
    ----------
    cut : float
        Accounts with a smaller audience are small.
    table, audience, response, seed, repetitions
        As for `band_estimates`.

    Returns
    -------
    pandas.Series of Estimate
        For ``mean rate``, ``median rate`` and ``pooled rate`` (see `band_estimates`).

    Raises
    ------
    InputError
        As `band_estimates`, or if the large have no response.

    Examples
    --------
    >>> table = pd.DataFrame({"followers": [10, 20, 1000, 2000], "likes": [1, 1, 20, 20]})
    >>> small_over_large(table, "followers", "likes", 100, seed=1)["mean rate"].value
    5.0
    """
    _, values, drawn = _resample_bands(table, audience, response, [cut], seed, repetitions)
    if not (values[1, :3] > 0).all():
        raise InputError(
            "The large accounts have no response, so that nothing can be divided; lower the cut."
        )
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios, value = drawn[:, 0, :3] / drawn[:, 1, :3], values[0, :3] / values[1, :3]
    found = [Estimate.around(one, draws) for one, draws in zip(value, ratios.T, strict=True)]
    return pd.Series(found, index=_MEASURES[:3])


def _resample_bands(
    table: pd.DataFrame,
    audience: str,
    response: str,
    edges: Sequence[float],
    seed: int,
    repetitions: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the accounts of each band, its measures, and those of resampled accounts."""
    _demand(table, [audience, response], [audience])
    _demand_counts(table, response, audience, "poisson")
    sizes, counts = (table[name].to_numpy(float) for name in (audience, response))
    bands = np.searchsorted(np.asarray(edges, float), sizes, side="right")
    accounts = np.bincount(bands, minlength=len(edges) + 1)
    if (np.diff(edges) <= 0).any() or (accounts == 0).any():
        raise InputError("Give edges in rising order, so that each band holds an account.")
    generator, places = np.random.default_rng(seed), np.arange(len(table))
    draws = (generator.choice(places, len(places)) for _ in range(repetitions))
    drawn = np.array(
        [_band_measures(bands[rows], sizes[rows], counts[rows], len(accounts)) for rows in draws]
    )
    return accounts, _band_measures(bands, sizes, counts, len(accounts)), drawn


_MEASURES = [
    "mean rate",
    "median rate",
    "pooled rate",
    "share of accounts",
    "share of audience",
    "share of response",
]


def _band_measures(
    bands: np.ndarray, sizes: np.ndarray, counts: np.ndarray, number: int
) -> np.ndarray:
    rates = 100 * counts / sizes
    rows = np.full((number, len(_MEASURES)), np.nan)
    for band in range(number):
        here = bands == band
        if here.any():
            rows[band] = (
                rates[here].mean(),
                np.median(rates[here]),
                100 * counts[here].sum() / sizes[here].sum(),
                100 * here.mean(),
                100 * sizes[here].sum() / sizes.sum(),
                100 * counts[here].sum() / counts.sum(),
            )
    return rows


def _mean_ranks(places: np.ndarray) -> np.ndarray:
    """Return what `rankdata` returns, by counting: a resample need not be sorted anew."""
    counts = np.bincount(places)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[places])


def _spearman(first: np.ndarray, second: np.ndarray) -> float:
    return _correlation(scipy.stats.rankdata(first), scipy.stats.rankdata(second))


def _correlation(one: np.ndarray, two: np.ndarray) -> float:
    one, two = one - one.mean(), two - two.mean()
    size = math.sqrt(float(one @ one) * float(two @ two))
    # A resample can hold one value alone; it then shows no relation.
    return float(one @ two) / size if size > 0 else 0.0


def _demand(table: pd.DataFrame, columns: Sequence[str], varying: Sequence[str]) -> None:
    absent = [name for name in columns if name not in table]
    if absent:
        raise InputError(f"The table has no column {', '.join(absent)}; add it or name another.")
    bad = table[list(columns)].isna().any(axis=1)
    for name in varying:
        bad |= ~np.isfinite(table[name].astype(float))
    if bad.any():
        raise InputError(
            f"{bad.sum()} rows have a missing or infinite value (rows {_first(bad)}); remove them, "
            "and say how many they are."
        )
    if len(table) < 4 or any(table[name].nunique() < 2 for name in varying):
        raise InputError(
            f"Give four rows or more in which {' and '.join(varying)} differ; with a constant "
            "there is nothing to relate."
        )


def _first(bad: pd.Series) -> str:
    return ", ".join(map(str, bad.index[bad][:5]))


def _demand_counts(table: pd.DataFrame, response: str, audience: str, method: str) -> None:
    if method not in ("log", "poisson"):
        raise InputError(f'The method "{method}" is not known; give "log" or "poisson".')
    few = table[response] < 0 if method == "poisson" else table[response] <= 0
    bad = few | (table[audience] <= 0)
    if bad.any():
        raise InputError(
            f"{bad.sum()} rows have an audience of 0, or a response too small for this method "
            f"(rows {_first(bad)}). Remove them and say so; the Poisson method keeps responses "
            "of 0."
        )


def _demand_share(share: float) -> None:
    if not 0 < share <= 1:
        raise InputError(f"The share {share} must be above 0 and at most 1.")


def _demand_correlations(table: pd.DataFrame, by: str, silent: float) -> None:
    if by not in list(table) or list(table.index) != list(table.columns):
        raise InputError(
            f'Give a table with the same names for rows and columns, "{by}" among them.'
        )
    values = table.to_numpy(float)
    proper = np.allclose(values, values.T) and np.allclose(np.diag(values), 1)
    if not proper or not (np.abs(values) <= 1).all() or not 0 <= silent < 1:
        raise InputError(
            "Correlations lie between -1 and 1, are the same both ways, and are 1 with oneself; "
            "the silent share lies between 0 and 1."
        )
