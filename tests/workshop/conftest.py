"""A real browser, for the tests marked `browser`."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Start an installed browser; without one, or what drives it, skip and say so."""
    driver = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = os.environ.get("SOCIONAUT_BROWSER") or next(
        filter(None, map(shutil.which, BROWSERS)), None
    )
    if program is None:
        pytest.skip(f"no browser is installed: none of {', '.join(BROWSERS)}")
    with driver.sync_playwright() as running:
        # Without a sandbox: containers refuse it, and these pages are our own.
        opened = running.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield opened
        opened.close()
