"""The ledger and the judgement: published beside recomputed.

A claim is a row of ``data/claims.csv``. `weigh` compares it with what was
computed, by rules that stand in the ledger before the cell runs; `judge` shows
the finding and stops the notebook when the verdict is not the expected one.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd
from IPython.display import display

from socionaut.colours import VERDICT_COLOURS
from socionaut.estimates import Estimate, exactly, write_value
from socionaut.ledger.evidence import document_names, reference_estimate, told_in_words
from socionaut.ledger.tables import table_row
from socionaut.sentences import says
from socionaut.steady import above

__all__ = [
    "FINDING_TYPE",
    "Finding",
    "JudgementError",
    "acceptable",
    "claim",
    "find",
    "judge",
    "published",
    "weigh",
]

FINDING_TYPE = "application/vnd.socionaut.finding+json"

# A facet of the claim, the column of the reference it is held against, and the fault
# that a difference is; the order is that in which faults are named.
_FACETS = (
    ("credited_source", "publisher", "source"),
    ("quantity", "quantity", "quantity"),
    ("geography", "geography", "scope"),
    ("population", "population", "scope"),
    ("period", "period", "period"),
)


class JudgementError(AssertionError):
    """A finding is not the expected one, or its explanation does not hold."""


@dataclass(frozen=True)
class Finding:
    """What the re-run gives for a claim."""

    id: str
    document: str
    line: int
    token: str
    subject: str
    theme: str
    published: str
    recomputed: str
    computed: float | None
    low: float | None
    high: float | None
    interval: str
    unit: str
    route: str
    verdict: str
    fault: str
    because: str
    source: str
    source_url: str
    near: str = ""
    reference: str = ""

    def facts(self) -> dict[str, str]:
        """Return the facts that both displays show, in order.

        Returns
        -------
        dict of str to str
            Label and text.
        """
        verdict = f"{self.verdict} ({self.fault})" if self.fault else self.verdict
        document = document_names().get(self.document, self.document)
        facts = {
            "claim": f"{self.subject} ({document}, line {self.line})",
            "published": f"“{self.token}”: {self.published}",
            "recomputed": f"{self.recomputed} (route: {self.route})",
            **({"near in": self.near} if self.near else {}),
            "verdict": verdict,
            "because": self.because,
        }
        if self.source:
            facts["source"] = f"{self.source}, {self.source_url}"
            facts["row"] = f"{self.reference} of data/references.csv"
        return facts

    def text(self) -> str:
        """Return the finding as plain text.

        Returns
        -------
        str
            One fact a line under the id of the claim.
        """
        return "\n".join([self.id, *(f"  {k:<11}{v}" for k, v in self.facts().items())])

    def card(self) -> str:
        """Return the finding as an HTML card with the same facts as the text.

        Returns
        -------
        str
            HTML; the pages style it by its classes.
        """
        cells = {label: html.escape(text) for label, text in self.facts().items()}
        token = f'<span lang="fr">{html.escape(self.token)}</span>'
        cells["published"] = f"“{token}”: {html.escape(self.published)}"
        if self.source:
            url = html.escape(self.source_url)
            cells["source"] = f'{html.escape(self.source)}, <a href="{url}">{url}</a>'
        rows = "".join(
            f'<tr><th scope="row" style="text-align:left;vertical-align:top">{label}</th>'
            f'<td style="text-align:left">{cell}</td></tr>'
            for label, cell in cells.items()
        )
        return (
            f'<div class="socionaut-finding verdict-{self.verdict}" id="{self.id}" '
            f'style="border-left:6px solid {VERDICT_COLOURS[self.verdict]};padding-left:0.8em">'
            f"<p><b>{self.id}</b></p><table>{rows}</table></div>"
        )

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        left_out = {name for name in ("near", "reference") if not getattr(self, name)}
        facts = {name: value for name, value in asdict(self).items() if name not in left_out}
        return {"text/plain": self.text(), "text/html": self.card(), FINDING_TYPE: facts}


def claim(key: str) -> pd.Series:
    """Return one claim of the ledger.

    Parameters
    ----------
    key : str
        Its id, for example ``"c003-399-1"``.

    Returns
    -------
    pandas.Series
        The row, with the columns of the ledger as labels.

    Raises
    ------
    InputError
        If the ledger has no such claim.

    Examples
    --------
    >>> claim("c003-399-1")["token"]
    '304 millions'
    """
    return table_row("claims", key)


def acceptable(row: pd.Series) -> tuple[float, float]:
    """Return the interval of values that agree with a claim.

    Parameters
    ----------
    row : pandas.Series
        A claim. Its comparison says how the value is meant, its tolerance how
        far off still agrees.

    Returns
    -------
    tuple of float
        Lowest and highest value that agrees.

    Raises
    ------
    JudgementError
        If the claim has no value, no tolerance from 0 up, or a range without its upper end.

    Examples
    --------
    >>> acceptable(claim("c003-279-1"))
    (30500000000.0, 31500000000.0)
    """
    value, high, slack = (float(row[c]) for c in ("value", "value_high", "tolerance"))
    top = high if row["comparison"] == "range" else value
    if math.isnan(value) or math.isnan(top) or not slack >= 0:
        raise JudgementError(
            f"The claim {row['id']} cannot be judged: the ledger gives it no value, no upper end "
            "of its range, or no tolerance from 0 up. Set them in data/claims.csv before the cell "
            "runs."
        )
    low = -math.inf if row["comparison"] == "at most" else value - slack
    return low, math.inf if row["comparison"] == "at least" else top + slack


def weigh(
    row: pd.Series,
    computed: Estimate,
    *,
    reference: pd.Series | None = None,
    near: Mapping[str, str] | None = None,
    instead: Mapping[str, Estimate] | None = None,
) -> tuple[str, str]:
    """Compare a claim with what was computed.

    The verdict is ``confirmed`` when the computed value agrees with the published
    one, with its whole interval, and is of the same thing; ``consistent`` when the
    intervals only meet, or when the thing is a near one (narrower, worded otherwise,
    another measurement);
    ``differs`` when the intervals do not meet, or when the number is that of
    another thing. The fault of a difference is the reading under which the
    published figure does hold, or ``direction`` for a comparison in words, or else
    ``value``. What cannot confirm cannot refute either: a value of a near thing, or of
    another, that does not agree leaves the claim ``untested``, unless another reading
    explains the figure. So does a bound that agrees by its open side alone: fewer than
    forty bears out no thirty.

    A facet in which evidence is near is one that the claim leaves open, or of which the claim
    covers more ("World"), or has the same words up to the colon; or a period of the calendar
    year next to the claim's. Evidence of another population, country or time shows nothing.

    Parameters
    ----------
    row : pandas.Series
        The claim, a row of the ledger.
    computed : Estimate
        The value of what the claim speaks of, in the claim's unit.
    reference : pandas.Series, optional
        The reference that the value comes from. Its facets (publisher, quantity,
        geography, population, period) are held against the claim's. Texts are
        compared up to the first colon; equal there and not after makes the thing
        a near one, and so does the calendar year next to it; one of an earlier year shows
        nothing of the claim's. A facet that either side leaves empty is not compared.
    near : mapping of str to str, optional
        For a value of a near thing: in which facets it is near (quantity, population, geography,
        period), and of what it is there.
    instead : mapping of str to Estimate, optional
        For a difference: a fault, and the value of the other reading (another
        period, quantity, ...) for which the published figure holds.

    Returns
    -------
    tuple of str
        Verdict and fault; the fault is empty unless the verdict is ``differs``.

    Raises
    ------
    JudgementError
        If an explanation is given and the published figure does not hold under it.

    Examples
    --------
    >>> weigh(claim("c003-279-1"), exactly(31e9))
    ('confirmed', '')
    >>> weigh(claim("c003-279-1"), exactly(7e9))
    ('differs', 'value')
    >>> weigh(claim("c003-279-1"), exactly(7e9), near={"quantity": "messages a day"})
    ('untested', '')
    >>> weigh(claim("c003-279-1"), exactly(31e9), near={"period": "2010"})
    ('untested', '')
    """
    gaps = {} if reference is None else _facet_gaps(row, reference)
    faults = [fault for _, column, fault in _FACETS if gaps.get(column) == "other"]
    foreign = _foreign(row, near or {})
    is_near = bool(near) or any(gap != "other" for gap in gaps.values())
    if not _meets(row, computed):
        fault = _explain(row, instead or {})
        if not fault and (is_near or faults):
            return "untested", ""
        return "differs", fault or _default_fault(row)
    if faults:
        return "differs", faults[0]
    if foreign or "earlier" in gaps.values():
        return "untested", ""
    low, high = acceptable(row)
    # A reference's own bound ("over 31 billion") is its wording, not an uncertainty.
    worded = reference is not None and computed.kind in ("", "bound")
    sure = exactly(computed.value) if worded else computed
    same = worded and computed.value == float(row["value"])
    if _only_bounds(computed, low, high) and not same:
        return "untested", ""
    if is_near or above(low, sure.low) or above(sure.high, high):
        return "consistent", ""
    return "confirmed", ""


def _facet_gaps(row: pd.Series, reference: pd.Series) -> dict[str, str]:
    """Return how far the reference lies from the claim, by the column in which it differs."""
    gaps: dict[str, str] = {}
    for facet, column, _ in _FACETS:
        ours, theirs = str(row[facet]), str(reference[column])
        if not ours or not theirs or ours == theirs:
            continue
        before = facet == "period" and _earlier(theirs, ours)
        near = _is_near(facet, ours, theirs)
        gaps[column] = "near" if near else "earlier" if before else "other"
    return gaps


def _foreign(row: pd.Series, near: Mapping[str, str]) -> list[str]:
    """Return the facets in which evidence said to be near is of another thing."""
    facets = {facet for facet, *_ in _FACETS[1:]}
    for facet, theirs in near.items():
        if facet not in facets or theirs in ("", str(row[facet])):
            raise JudgementError(
                f"The evidence on {row['id']} is said to be near in {facet}: “{theirs}”. Name one "
                f"of {', '.join(sorted(facets))}, with words that are not the claim's."
            )
    return [
        facet
        for facet, theirs in near.items()
        if facet != "quantity"  # worded or measured otherwise: the author's to judge
        and str(row[facet]) not in ("", "World")
        and not _is_near(facet, str(row[facet]), theirs)
    ]


def _is_near(facet: str, ours: str, theirs: str) -> bool:
    alike = ours.split(":")[0] == theirs.split(":")[0]
    return alike or (facet == "period" and _beside(ours, theirs))


def _beside(ours: str, theirs: str) -> bool:
    """Say whether two periods meet, or one is of the calendar year next to the other."""
    (first, last), (start, end) = map(_span, (ours, theirs))
    return start <= last + 1 and first <= end + 1


def _span(period: str) -> tuple[float, float]:
    """Return first and last year of a period in words; of one without a year no time at all."""
    years = [int(year) for year in re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", period)]
    first = -math.inf if period.startswith("before") else min(years, default=math.inf)
    return first, math.inf if period.startswith("after") else max(years, default=-math.inf)


def _earlier(first: str, second: str) -> bool:
    years = first[:4], second[:4]
    return all(year.isdigit() for year in years) and years[0] < years[1]


def _meets(row: pd.Series, estimate: Estimate) -> bool:
    low, high = acceptable(row)
    return not (above(estimate.low, high) or above(low, estimate.high))


def _only_bounds(estimate: Estimate, low: float, high: float) -> bool:
    above_all = estimate.high == math.inf and (high < math.inf or above(low, estimate.low))
    below_all = estimate.low == -math.inf and (low > -math.inf or above(estimate.high, high))
    return bool(above_all or below_all)


def _explain(row: pd.Series, instead: Mapping[str, Estimate]) -> str:
    holding = [fault for fault, other in instead.items() if _meets(row, other)]
    if instead and not holding:
        raise JudgementError(
            f"The claim {row['id']} is said to be right in another {' or '.join(instead)}, "
            "but its figure does not agree with that reading either. Correct the reading."
        )
    return _first(holding)


def _first(faults: list[str]) -> str:
    return faults[0] if faults else ""


def _default_fault(row: pd.Series) -> str:
    # Words that say on which side of one a ratio lies are of a direction; "multiplied" is a value.
    of_direction = (row["kind"], row["unit"], float(row["value"])) == ("wording", "ratio", 1)
    return "direction" if of_direction else "value"


_BESIDE_ONE = {"at least": "above", "at most": "below", "about": "near"}


def published(row: pd.Series) -> str:
    """Write what a claim publishes.

    Parameters
    ----------
    row : pandas.Series
        A claim.

    Returns
    -------
    str
        Value and unit, with the words that say how the value is meant.

    Examples
    --------
    >>> published(claim("c003-399-3"))
    'at least 50 %'
    >>> published(claim("c000-041-2"))
    '200 million to 300 million users'
    """
    value, unit, how = float(row["value"]), str(row["unit"]), str(row["comparison"])
    if math.isnan(value):
        return "no number"
    if (row["kind"], unit) == ("wording", "ratio"):
        return f"a ratio {_BESIDE_ONE[how]} {value:g}"
    if how == "range":
        low = write_value(value, unit if unit == "year" else "", 4)
        return f"{low} to {write_value(float(row['value_high']), unit)}"
    return (
        f"{'' if how == 'equal' else how + ' '}{write_value(value, unit, 6 if value >= 1 else 3)}"
    )


def find(
    key: str,
    computed: Estimate | float | None = None,
    *,
    because: str,
    reference: pd.Series | None = None,
    near: Mapping[str, str] | None = None,
    instead: Mapping[str, Estimate] | None = None,
) -> Finding:
    """Return the finding for a claim, from what `judge` is given.

    Returns
    -------
    Finding
        With verdict and fault by the rules of `weigh`.

    Raises
    ------
    JudgementError
        If there is nothing to compare the claim with, or as `weigh` says.
    """
    row = claim(key)
    if computed is None and reference is None:
        raise JudgementError(f"The claim {key} has neither a computed value nor a reference.")
    estimate = _as_estimate(computed, reference)
    verdict, fault = weigh(row, estimate, reference=reference, near=near, instead=instead)
    counted = row if reference is None or computed is not None else reference
    source = "" if reference is None else f"{reference['publisher']}, {reference['title']}"
    if reference is not None and verdict == "consistent":
        gaps = _facet_gaps(row, reference)
        near = {column: str(reference[column]) for column in gaps} | dict(near or {})
    return Finding(
        **{name: row[name] for name in ("id", "document", "token", "subject", "theme", "unit")},
        line=int(row["line"]),
        published=published(row),
        recomputed=told_in_words(counted) or estimate.write(str(counted["unit"])),
        computed=_finite(estimate.value),
        low=_finite(estimate.low),
        high=_finite(estimate.high),
        interval=estimate.kind if estimate.low < estimate.high else "",
        route=row["route"],
        verdict=verdict,
        fault=fault,
        because=because,
        source=source,
        source_url="" if reference is None else str(reference["url"]),
        near="; ".join(f"{facet}: {theirs}" for facet, theirs in (near or {}).items()),
        reference="" if reference is None else str(reference["id"]),
    )


def _as_estimate(computed: Estimate | float | None, reference: pd.Series | None) -> Estimate:
    if isinstance(computed, Estimate):
        return computed
    if computed is not None:
        return exactly(computed)
    assert reference is not None
    return reference_estimate(reference)


def _finite(value: float) -> float | None:
    return float(f"{value:.6g}") if math.isfinite(value) else None


def judge(
    key: str,
    computed: Estimate | float | None = None,
    *,
    because: str,
    reference: pd.Series | None = None,
    near: Mapping[str, str] | None = None,
    instead: Mapping[str, Estimate] | None = None,
    holds: Mapping[str, bool] | None = None,
) -> None:
    """Show the finding for a claim, and stop when it is not the expected one.

    Parameters
    ----------
    key : str
        Id of the claim.
    computed : Estimate or float, optional
        The value of what the claim speaks of; left out, that of the reference.
    because : str
        One sentence that says why the finding comes out so.
    reference, near, instead
        As for `weigh`.
    holds : mapping of str to bool, optional
        Phrases of the sentence, each with its condition, as in `says`.

    Raises
    ------
    InputError
        If a condition does not hold.
    JudgementError
        If verdict or fault are not those of the ledger, in either direction, or if the
        evidence bears out and refutes nothing, so that the claim stays untested.
    """
    says(because, holds=holds or {})
    finding = find(key, computed, because=because, reference=reference, near=near, instead=instead)
    row = claim(key)
    if finding.verdict == "untested":
        foreign = " and ".join(_foreign(row, near or {}))
        why = (
            f"of another {foreign}, which shows nothing"
            if foreign
            else "of a near thing that does not agree, of years before, or a bound, which bears "
            "out and refutes nothing"
        )
        raise JudgementError(
            f"The evidence on {key} is {why}. "
            "Leave the claim untested, with this as its reason, and show the evidence in a table."
        )
    display(finding)
    got, expected = (finding.verdict, finding.fault), (row["expected_verdict"], row["fault"])
    if got != expected:
        raise JudgementError(
            f"The claim {key} comes out as {_words(*got)}, and the ledger expects "
            f"{_words(*expected)}. Find out what changed before you change the ledger."
        )


def _words(verdict: str, fault: str) -> str:
    return f"{verdict} ({fault})" if fault else verdict
