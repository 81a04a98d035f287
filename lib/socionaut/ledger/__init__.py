"""The ledger: what was published, and the verdict.

Claims and how they are judged, references and series, the typed tables they stand in,
and the scoreboard.
"""

from socionaut.ledger.claims import *
from socionaut.ledger.evidence import *
from socionaut.ledger.tables import *
from socionaut.ledger.verdicts import *
