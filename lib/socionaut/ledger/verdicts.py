"""The scoreboard: every claim of the ledger with its finding, and how they came out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from socionaut.files import plain_notebook
from socionaut.ledger.claims import FINDING_TYPE, published

__all__ = [
    "VERDICTS",
    "collect_findings",
    "scoreboard",
    "verdict_table",
]

VERDICTS = ("confirmed", "consistent", "differs", "untested")


def collect_findings(paths: Iterable[Path]) -> list[dict[str, Any]]:
    """Collect the findings that stand in the outputs of executed notebooks.

    Parameters
    ----------
    paths : iterable of pathlib.Path
        The notebooks.

    Returns
    -------
    list of dict
        The payload of each finding, in the order of the notebooks and cells, with
        the file name of its notebook as ``notebook``, and as ``as_stored`` how the run of a
        notebook ended whose stored outputs stand in its place ("skipped", "failed"), or "".

    Raises
    ------
    InputError
        If a file cannot be read as a notebook; the sentence names it.
    """
    return [finding for path in paths for finding in _findings(path)]


def _findings(path: Path) -> list[dict[str, Any]]:
    notebook = plain_notebook(path)
    origin = {
        "notebook": path.name,
        "as_stored": notebook["metadata"].get("socionaut", {}).get("as_stored", ""),
    }
    return [
        {**output["data"][FINDING_TYPE], **origin}
        for cell in notebook["cells"]
        for output in cell.get("outputs", [])
        if FINDING_TYPE in output.get("data", {})
    ]


def verdict_table(claims: pd.DataFrame, findings: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Set every claim of the ledger beside its finding.

    Parameters
    ----------
    claims : pandas.DataFrame
        The ledger.
    findings : sequence of mapping
        Findings as `collect_findings` returns them.

    Returns
    -------
    pandas.DataFrame
        One row a claim, in the order of the ledger: id, document, line, token,
        subject, platform, theme, unit, value, published, recomputed, computed, low, high,
        interval, route, verdict, fault, reason, source, source_url, notebook, as_stored. A claim
        without a finding is ``untested``; where the ledger expects a verdict, the reason says
        that no notebook reached it.

    Examples
    --------
    >>> from socionaut.ledger.tables import read_table
    >>> table = verdict_table(read_table("claims"), [])
    >>> table["verdict"].unique().tolist()
    ['untested']
    """
    by_id = {finding["id"]: finding for finding in findings}
    rows = [_verdict_row(row, by_id.get(row["id"], {})) for _, row in claims.iterrows()]
    return pd.DataFrame(rows)


def _verdict_row(row: pd.Series, finding: Mapping[str, Any]) -> dict[str, Any]:
    expected_reason = (
        row["reason"] or "No notebook of this run reached its judgement; run all of them."
    )
    return {
        **{name: row[name] for name in ("id", "document", "line", "token", "subject")},
        **{name: row[name] for name in ("platform", "theme")},
        "unit": row["unit"],
        "value": row["value"],
        "published": published(row),
        "recomputed": finding.get("recomputed", ""),
        "computed": finding.get("computed"),
        "low": finding.get("low"),
        "high": finding.get("high"),
        "interval": finding.get("interval", ""),
        "route": finding.get("route", "none"),
        "verdict": finding.get("verdict", "untested"),
        "fault": finding.get("fault", ""),
        "reason": finding.get("because", expected_reason),
        "source": finding.get("source", ""),
        "source_url": finding.get("source_url", ""),
        "notebook": finding.get("notebook", ""),
        "as_stored": finding.get("as_stored", ""),
    }


def stored_note(table: pd.DataFrame) -> str:
    """Say how many findings are not of this run.

    It names the notebooks; empty where all findings are of this run.

    Examples
    --------
    >>> stored_note(pd.DataFrame({"verdict": ["differs", "untested"], "as_stored": ["skipped", ""],
    ...     "notebook": ["a.ipynb", ""]}))
    '1 of 1 findings are as stored: of a.ipynb, which could not be run again.'
    """
    stored = table.loc[table["as_stored"] != "", "notebook"]
    judged = (table["verdict"] != "untested").sum()
    if stored.empty:
        return ""
    names = ", ".join(sorted(set(stored)))
    return (
        f"{len(stored)} of {judged} findings are as stored: of {names}, which could not be run "
        "again."
    )


def scoreboard(table: pd.DataFrame, by: str) -> pd.DataFrame:
    """Count the verdicts in each group of claims.

    Parameters
    ----------
    table : pandas.DataFrame
        As `verdict_table` returns it.
    by : str
        Column to group by, for example ``"theme"``.

    Returns
    -------
    pandas.DataFrame
        A row a group and a last row ``all``; a column a verdict, then ``claims``.

    Examples
    --------
    >>> claims = pd.DataFrame({"theme": ["a", "a", "b"], "verdict": ["differs", "untested"] * 1
    ...     + ["differs"]})
    >>> scoreboard(claims, "theme").loc["all", "differs"]
    np.int64(2)
    """
    counts = pd.crosstab(table[by], table["verdict"]).reindex(columns=list(VERDICTS), fill_value=0)
    counts.loc["all"] = counts.sum()
    counts.columns.name = None
    return counts.assign(claims=counts.sum(axis=1))


def ledger_problems(claims: pd.DataFrame, findings: Sequence[Mapping[str, Any]]) -> list[str]:
    """List where ledger and findings do not match one to one.

    These are a claim to be judged that no notebook judges, a claim judged twice, a finding without
    a claim, a finding that contradicts the ledger, and columns of the ledger that contradict each
    other.
    """
    judged = Counter(str(finding["id"]) for finding in findings)
    problems = [f"{key} is judged {n} times; judge it once." for key, n in judged.items() if n > 1]
    known = claims.set_index("id", drop=False)
    for finding in findings:
        key, where = str(finding["id"]), finding["notebook"]
        if key not in known.index:
            problems.append(f"{where} judges {key}, which is not in the ledger.")
        elif (finding["verdict"], finding["fault"]) != tuple(
            known.loc[key, ["expected_verdict", "fault"]]
        ):
            problems.append(f"{where} finds {key} {finding['verdict']}, not as the ledger expects.")
    for _, row in claims.iterrows():
        problems += [f"{row['id']} {fault}" for fault in _contradictions(row, judged[row["id"]])]
    return problems


def _contradictions(row: pd.Series, times_judged: int) -> list[str]:
    verdict, untested = row["expected_verdict"], row["expected_verdict"] == "untested"
    rules = {
        "expects a verdict, and no notebook judges it.": not untested and not times_judged,
        "is judged, and the ledger calls it untested.": untested and times_judged > 0,
        "is untested and gives no reason.": untested and not row["reason"],
        "is untested and names a route.": untested and row["route"] != "none",
        "expects a verdict and names no route.": not untested and row["route"] == "none",
        "expects a verdict and sets no tolerance.": not untested and pd.isna(row["tolerance"]),
        "names a fault without the verdict differs, or the reverse.": (verdict == "differs")
        != bool(row["fault"]),
        "is a range without an upper end, or the reverse.": (row["comparison"] == "range")
        != pd.notna(row["value_high"]),
        "has a value without a unit, or the reverse.": pd.notna(row["value"]) != bool(row["unit"]),
    }
    return [sentence for sentence, broken in rules.items() if broken]
