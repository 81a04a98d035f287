"""The ledger: what was published, and the verdict.

Claims and how they are judged, references and series, the typed tables they stand in,
and the scoreboard.
"""

from socionaut.ledger.claims import (
    FINDING_TYPE,
    Finding,
    JudgementError,
    acceptable,
    claim,
    find,
    judge,
    published,
    weigh,
)
from socionaut.ledger.evidence import (
    describe_series,
    document_names,
    reference,
    reference_estimate,
    series,
)
from socionaut.ledger.tables import (
    data_folder,
    read_table,
    seal,
    table_names,
    table_problems,
    table_row,
)
from socionaut.ledger.verdicts import (
    VERDICTS,
    collect_findings,
    ledger_problems,
    scoreboard,
    stored_note,
    verdict_table,
)

__all__ = [
    "FINDING_TYPE",
    "VERDICTS",
    "Finding",
    "JudgementError",
    "acceptable",
    "claim",
    "collect_findings",
    "data_folder",
    "describe_series",
    "document_names",
    "find",
    "judge",
    "ledger_problems",
    "published",
    "read_table",
    "reference",
    "reference_estimate",
    "scoreboard",
    "seal",
    "series",
    "stored_note",
    "table_names",
    "table_problems",
    "table_row",
    "verdict_table",
    "weigh",
]
