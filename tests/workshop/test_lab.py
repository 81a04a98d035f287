"""JupyterLab in a real browser: a notebook runs whole, its slider moves, and nothing is dirtied."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from socionaut.project import PROJECT
from workshop.__main__ import BUILD
from workshop.working_copy import lab_command, own_files, update_copy

pytestmark = [pytest.mark.browser, pytest.mark.thorough]

#: A quick notebook with a slider.
NOTEBOOK = "33_say_and_do.ipynb"
RUN_ALL = """async (path) => {
  const app = window.jupyterapp;
  await app.restored;
  const opened = await app.commands.execute("docmanager:open", { path });
  await opened.context.ready;
  await opened.sessionContext.ready;
  // Else stored outputs would pass for those of this run.
  await app.commands.execute("notebook:clear-all-cell-outputs");
  const kernel = opened.sessionContext.session.kernel;
  await kernel.info;
  await app.commands.execute("notebook:run-all-cells");
  await kernel.requestKernelInfo();
  const code = [...opened.content.widgets].map((w) => w.model).filter((m) => m.type === "code");
  const outputs = code.flatMap((cell) => cell.sharedModel.getOutputs());
  return {
    counts: code.map((cell) => cell.executionCount),
    errors: outputs.filter((o) => o.output_type === "error").map((o) => `${o.ename}: ${o.evalue}`),
    complaints: outputs.filter((o) => o.name === "stderr").map((o) => String(o.text)),
  };
}"""
PICTURE = ".jp-OutputArea .widget-image"


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Start JupyterLab on a working copy; give its address and the folder of the copy."""
    folder = BUILD / "lab-of-tests"
    shutil.rmtree(folder, ignore_errors=True)
    update_copy([PROJECT / "notebooks" / NOTEBOOK], folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    places = ("JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR", "JUPYTER_RUNTIME_DIR")
    command = lab_command(folder)
    command += ["--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}"]
    command += ["--IdentityProvider.token=", "--LabApp.expose_app_in_browser=True"]
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(
            command,
            env=os.environ | {place: str(tmp_path / place) for place in places},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    address = f"http://127.0.0.1:{port}/lab"
    try:
        wait_for(address, server)
        yield address, folder
    finally:
        server.terminate()
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
        shutil.rmtree(folder, ignore_errors=True)


def wait_for(address: str, server: subprocess.Popen[bytes], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            time.sleep(0.5)
        else:
            return
    pytest.fail("JupyterLab did not start")


def test_a_notebook_runs_its_slider_moves_and_nothing_is_dirtied(
    chromium: Any, lab: tuple[str, Path]
) -> None:
    address, folder = lab
    before = git_status()
    shown = chromium.new_page(viewport={"width": 1400, "height": 950})
    shown.set_default_timeout(300_000)
    outside: list[str] = []
    shown.on("request", lambda asked: outside.append(asked.url))
    shown.on("pageerror", lambda error: outside.append(f"error://{error}"))
    shown.goto(address)
    shown.wait_for_function("window.jupyterapp !== undefined")
    told = shown.evaluate(RUN_ALL, NOTEBOOK)
    assert told["errors"] == []
    assert told["complaints"] == []
    assert told["counts"] == list(range(1, len(told["counts"]) + 1))

    slider, picture = shown.locator(".noUi-handle").first, shown.locator(PICTURE).first
    slider.scroll_into_view_if_needed()
    first = picture.get_attribute("src")
    slider.focus()
    shown.keyboard.press("ArrowRight")
    shown.wait_for_function(
        "([mark, src]) => document.querySelector(mark).src !== src", arg=[PICTURE, first]
    )
    shown.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    assert [url for url in outside if "127.0.0.1" not in url and "://" in url] == []
    assert own_files(folder) == set()
    assert git_status() == before


def git_status() -> str:
    command = ["git", "status", "--porcelain", "notebooks", "data"]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False).stdout
