"""What the tests of several modules share."""

import shutil
from pathlib import Path

import pytest

from socionaut.ledger.tables import PROJECT, seal

KEPT = 12
LONG = ["claims", "exemptions", "references", "series", "mentions", "relations"]
LONG += ["dated_statements", "list_items"]


@pytest.fixture(scope="session")
def short_package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a data package with the first rows of long tables; the rest would only take time."""
    folder = Path(shutil.copytree(PROJECT / "data", tmp_path_factory.mktemp("short") / "data"))
    for name in LONG:
        path = folder / f"{name}.csv"
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[: KEPT + 1]))
    seal(folder)
    return folder
