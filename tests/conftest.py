"""The tests take the same examples on every run, and cannot skip the documents in silence.

Where SOCIONAUT_REQUIRE_SHARED=1 is set, a test marked `shared` must run.
"""

import os
from collections.abc import Generator

import pytest
from hypothesis import settings

# Red when and only when something changed: not by another draw, nor by a slow machine.
settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")


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
        report.longrepr = f"{item.nodeid} must run where the documents are at hand. {why}"
    return report
