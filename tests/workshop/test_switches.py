"""The switches of the checks themselves: what `make test`, the gate and the workflow really do."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted(path.name for path in (PROJECT / "notebooks").glob("*.ipynb"))
GATE = PROJECT / ".ci" / "run"
# What turns a check off: in a recipe, in the settings of pytest, in a workflow.
WEAK = re.compile(
    r"--nbval-lax|--nbval-sanitize|--nbval-skip|--ignore|--deselect|collect_ignore|--exitfirst"
    r"|\|\|\s*(?:true|:|exit 0)|(?:^|\s)-k\s|(?:^|\s)-m\s+[\"']?not|-p no:nbval"
    r"|continue-on-error"
)


def recipe(target: str, folder: Path = PROJECT) -> str:
    """Return what a target of the Makefile would run, targets that it calls included."""
    done = subprocess.run(
        ["make", "--dry-run", "--no-print-directory", target],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": os.environ["PATH"]},
    )
    return done.stdout.replace("\\\n", " ")


def faults_of_the_recipe(text: str) -> list[str]:
    """Say what `make test` leaves out."""
    call = next((line for line in text.splitlines() if " -m pytest" in line), "")
    words = shlex.split(call)
    faults = [f"it lacks {word}" for word in ("--nbval", "tests", "lib", "notebooks")]
    faults = [fault for fault in faults if fault.split()[-1] not in words]
    faults += [
        f"it lacks {tool}" for tool in ("ruff check", "mypy", "lint-imports") if tool not in text
    ]
    faults += [f"it has {found[0].strip()}" for found in WEAK.finditer(text)]
    return faults


def test_make_test_runs_everything_and_ignores_nothing():
    assert faults_of_the_recipe(recipe("test")) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("--nbval ", "--nbval-lax "),
        ("--nbval ", ""),
        ("--nbval ", "--nbval --nbval-sanitize-with x.cfg "),
        (" lib notebooks", " lib notebooks/1*"),
        (" lib notebooks", " lib"),
        (" tests lib", " --ignore=tests/ledger tests lib"),
        (" tests lib", " -k engagement tests lib"),
        (" lib notebooks", " lib notebooks || true"),
        ("mypy", "echo"),
        ("lint-imports", "echo"),
        ("ruff check", "ruff --version"),
    ],
)
def test_a_weakened_recipe_is_found(old, new):
    text = recipe("test")
    assert old in text
    assert faults_of_the_recipe(text.replace(old, new))


def test_no_line_of_the_makefile_ignores_a_failure():
    lines = (PROJECT / "Makefile").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if re.match(r"\t@?-[^-]", line) or ".IGNORE" in line] == []


def test_pytest_and_its_plugins_leave_nothing_out():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    settings = project["tool"]["pytest"]["ini_options"]
    assert set(settings) <= {
        *("minversion", "testpaths", "pythonpath", "addopts", "doctest_optionflags"),
        *("xfail_strict", "markers"),
    }
    assert not WEAK.search(" ".join(settings["addopts"]))
    for path in [*PROJECT.glob("conftest.py"), *PROJECT.glob("*/**/conftest.py")]:
        if ".venv" not in path.parts:
            assert not WEAK.search(path.read_text(encoding="utf-8")), path
    for name in ("pytest.ini", "tox.ini", "setup.cfg", ".pytest.ini", "pytest.toml"):
        assert not (PROJECT / name).exists()
    assert not [*PROJECT.glob("*saniti[sz]e*"), *PROJECT.glob("tests/**/*saniti[sz]e*")]


@pytest.mark.slow
def test_every_cell_of_every_notebook_is_compared():
    command = [sys.executable, "-m", "pytest", "--collect-only", "--quiet", "--nbval", "notebooks"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    found = {
        line.split("::")[0].split("/")[-1] for line in done.stdout.splitlines() if "::" in line
    }
    assert sorted(found) == NOTEBOOKS


@pytest.fixture
def gate(tmp_path):
    """Return what runs the gate in a folder of its own, with a `make` that fails when told to."""
    (tmp_path / ".ci").mkdir()
    (tmp_path / ".ci" / "run").write_bytes(GATE.read_bytes())
    fake = tmp_path / "bin" / "make"
    fake.parent.mkdir()
    fake.write_text('#!/bin/sh\necho "$@" >> calls\n[ "$1" != "$FAILING" ]\n', encoding="utf-8")
    fake.chmod(0o755)

    def run(failing: str) -> tuple[int, list[str]]:
        path = os.pathsep.join([str(fake.parent), os.environ["PATH"]])
        environment = {"PATH": path, "FAILING": failing}
        command = ["bash", str(tmp_path / ".ci" / "run")]
        done = subprocess.run(command, env=environment, capture_output=True, check=False)
        return done.returncode, (tmp_path / "calls").read_text(encoding="utf-8").splitlines()

    return run


def test_the_gate_calls_both_commands_of_the_readme(gate):
    status, calls = gate("")
    assert status == 0
    assert {"report", "test"} <= set(calls)
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert "make report" in readme
    assert "make test" in readme


@pytest.mark.parametrize("failing", ["report", "test", "portable"])
def test_the_gate_fails_with_each_of_its_commands(gate, failing):
    assert gate(failing)[0] != 0


def test_the_workflow_runs_both_commands_and_ignores_nothing():
    text = (PROJECT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8")
    jobs = yaml.safe_load(text)["jobs"]
    steps = [step.get("run", "") for job in jobs.values() for step in job["steps"]]
    assert {"make test", "make report"} <= set(steps)
    assert not WEAK.search(text)
    conditions = [str(step.get("if", "")) for job in jobs.values() for step in job["steps"]]
    assert not [c for c, run in zip(conditions, steps, strict=True) if c and run]
