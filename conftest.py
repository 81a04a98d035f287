"""The tests take the same examples on every run, and skip nothing in silence.

Tests marked `thorough` install, build or drive whole programs, for minutes or over a network. They
run where SOCIONAUT_THOROUGH=1 is set: in the gate and the workflow.

Tests marked `shared` need the documents, and notebooks whose metadata name open data need those,
from the first cell that asks for them on. Without them they are skipped with the reason; where
SOCIONAUT_REQUIRE_SHARED=1 is set, such a skip is a failure.
"""

import functools
import json
import os
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path

import nbformat
import pytest
from hypothesis import settings

# Red when and only when something changed: not by another draw, nor by a slow machine.
# Since the examples never change, more of them would find their faults once and then cost time.
settings.register_profile("steady", deadline=None, derandomize=True, max_examples=60)
settings.load_profile("steady")

NOT_THOROUGH = "takes minutes: `SOCIONAUT_THOROUGH=1 make test` runs it, as the gate does"


def pytest_configure(config: pytest.Config) -> None:
    """Make all workers and kernels one run, in which a server that is away is tried once."""
    from socionaut.sources.opendata import one_run

    run = ExitStack()
    run.enter_context(one_run())
    config.add_cleanup(run.close)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what is thorough, and cells of notebooks that need open data which cannot be had."""
    thorough = os.environ.get("SOCIONAUT_THOROUGH") == "1"
    for item in items:
        if item.get_closest_marker("thorough") and not thorough:
            item.add_marker(pytest.mark.skip(reason=NOT_THOROUGH))
        if item.path.suffix == ".ipynb" and (reason := missing_data(item.path)):
            cells = item.parent.nb.cells
            if cells.index(item.cell) + 1 >= first_fetch(item.path):
                item.add_marker(pytest.mark.shared)
                item.add_marker(pytest.mark.skip(reason=reason))


@functools.cache
def first_fetch(notebook: Path) -> int:
    """Return the first cell, from 1, that asks for open data; 1 where no cell is seen to."""
    from workshop import fetching

    return fetching.first_fetch(nbformat.read(notebook, as_version=4)) or 1


@functools.cache
def missing_data(notebook: Path) -> str:
    """Return why the open data of a notebook cannot be had; empty when they are at hand."""
    metadata = json.loads(notebook.read_text(encoding="utf-8"))["metadata"]
    wanted = metadata.get("socionaut", {}).get("data", [])
    return next(filter(None, map(missing_dataset, wanted)), "")


@functools.cache
def missing_dataset(name: str) -> str:
    """Return why a data set cannot be had; empty when it is at hand, now perhaps in the cache."""
    from socionaut.sources.opendata import DataError, DataUnavailable, data_path, dataset_files

    try:
        for file in dataset_files(name):
            data_path(name, file)
    except DataUnavailable as error:
        return str(error)
    except DataError:
        pass  # a fault, which the cell that reads the file must meet
    return ""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn the skip of a test marked `shared` into a failure that gives the reason."""
    report = yield
    required = os.environ.get("SOCIONAUT_REQUIRE_SHARED") == "1"
    skipped = report.skipped and not hasattr(report, "wasxfail")
    if required and skipped and item.get_closest_marker("shared"):
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} must run where SOCIONAUT_REQUIRE_SHARED=1 is set. {why}"
    return report
