"""What the tests of several modules share."""

import shutil
from pathlib import Path

import pytest

from socionaut.ledger.tables import PROJECT, seal

KEPT = 12
LONG = ["claims", "exemptions", "references", "series", "mentions", "relations"]
LONG += ["dated_statements", "list_items"]


# What pip needs of the project.
INSTALLED = ["LICENSE", "README.md", "environment.yml", "postBuild", "pyproject.toml"]
INSTALLED += ["requirements.lock", "data", "lib", "tools"]


@pytest.fixture(scope="session")
def bare_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy what an installation needs of the project, so that none leaves a trace in it."""
    folder = tmp_path_factory.mktemp("project")
    for name in INSTALLED:
        if (PROJECT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
            shutil.copytree(PROJECT / name, folder / name, ignore=ignored)
        else:
            shutil.copy(PROJECT / name, folder)
    return folder


@pytest.fixture(scope="session")
def short_package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a data package with the first rows of long tables; the rest would only take time."""
    folder = Path(shutil.copytree(PROJECT / "data", tmp_path_factory.mktemp("short") / "data"))
    for name in LONG:
        path = folder / f"{name}.csv"
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[: KEPT + 1]))
    seal(folder)
    return folder
