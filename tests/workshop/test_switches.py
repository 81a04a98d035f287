"""The switches of the checks themselves: what `make test`, the gate and the workflow really do."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

import nbformat
import pytest
import yaml
from nbformat.v4 import new_code_cell, new_notebook, new_output

PROJECT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted(path.name for path in (PROJECT / "notebooks").glob("*.ipynb"))
GATE = PROJECT / ".ci" / "run"
# What turns a check off: in a recipe, in the settings of pytest, in a workflow.
WEAK = re.compile(
    r"--nbval-lax|--nbval-sanitize|--nbval-skip|--ignore|--deselect|collect_ignore|--exitfirst"
    r"|\|\|\s*(?:true|:|exit 0)|(?:^|\s)-k\s|(?:^|\s)-m\s+[\"']?not|-p no:nbval"
    r"|continue-on-error|PYTEST_ADDOPTS|\|\|\s*(?:echo|exit\s*$)|--co(?:llect-only)?\b|--last-failed|--lf\b"
    r"|(?:^|\s)(?:-o|--override-ini)[ =]?\w+=|set \+e|--noconftest|--dist[ =](?!loadscope)|2>&1 \| "
)

# Where a test may be skipped, and at how many places: for want of documents, data, a browser...
SKIP = re.compile(
    r"(?:pytest|mark)\.(?:skip|xfail|importorskip|exit)|SkipTest|__test__|module_level"
)
SKIPS = {
    "conftest.py": 2,
    "tests/engagement/test_engagement_rates.py": 1,
    "tests/engagement/test_posts.py": 1,
    "tests/influence/test_spread.py": 1,
    "tests/ledger/test_tables.py": 2,
    "tests/sources/test_opendata.py": 1,
    "tests/sources/test_own_exports.py": 1,
    "tests/sources/test_readers.py": 1,
    "tests/test_environment.py": 3,
    "tests/workshop/test_address.py": 1,
    "tests/workshop/conftest.py": 2,
    "tests/workshop/test_browser.py": 2,
    "tests/workshop/test_coding.py": 2,
    "tests/workshop/test_documents.py": 1,
    "tests/workshop/test_portable.py": 1,
}
# What takes minutes or a network, and so is for the gate and the workflow: tests, by file.
THOROUGH = {
    "tests/test_environment.py": 1,
    "tests/workshop/test_browser.py": 1,
    "tests/workshop/test_lab.py": 1,
    "tests/workshop/test_offline.py": 1,
}
VARIABLES = {"SOCIONAUT_BROWSER", "SOCIONAUT_REQUIRE_SHARED", "SOCIONAUT_THOROUGH"}
HOOKS = {"pytest_configure", "pytest_collection_modifyitems", "pytest_runtest_makereport"}


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
    faults += ["it does something else"] * (words[-3:] != ["tests", "lib", "notebooks"])
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
        ("-m pytest", "-m pytest --collect-only"),
        ("loadscope", "load"),
        (" tests lib", " -m 'not slow' tests lib"),
        (" tests lib", " --noconftest tests lib"),
        (" lib notebooks", " lib notebooks || exit 0"),
        (" lib notebooks", " lib notebooks || status=1"),
        (" tests lib", " -o addopts= tests lib"),
    ],
)
def test_a_weakened_recipe_is_found(old, new):
    text = recipe("test")
    assert old in text
    assert faults_of_the_recipe(text.replace(old, new))


def test_no_line_of_the_makefile_ignores_a_failure():
    lines = (PROJECT / "Makefile").read_text(encoding="utf-8").splitlines()
    ignoring = re.compile(r"^\t[@+]*-[^-]|\.IGNORE|MAKEFLAGS|PYTEST_ADDOPTS|NBVAL|^SHELL|ONESHELL")
    assert [line for line in lines if ignoring.search(line)] == []


def test_pytest_and_its_plugins_leave_nothing_out():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    settings = project["tool"]["pytest"]["ini_options"]
    assert set(settings) <= {
        *("minversion", "testpaths", "pythonpath", "addopts", "doctest_optionflags"),
        *("xfail_strict", "markers"),
    }
    assert not WEAK.search(" ".join(settings["addopts"]))
    assert settings["xfail_strict"]
    assert settings["addopts"][:1] == ["--doctest-modules"]
    held = {name: project["tool"][name] for name in ("importlinter", "mypy", "ruff")}
    digest = hashlib.sha256(json.dumps(held, sort_keys=True).encode()).hexdigest()[:12]
    assert digest == "30faf496e7b8", "Does it ask for as much as before? Then put its digest here."
    for path in [*PROJECT.glob("conftest.py"), *PROJECT.glob("*/**/conftest.py")]:
        if ".venv" not in path.parts:
            assert not WEAK.search(path.read_text(encoding="utf-8")), path
    for name in ("pytest.ini", "tox.ini", "setup.cfg", ".pytest.ini", "pytest.toml"):
        assert not (PROJECT / name).exists()
    assert not [*PROJECT.glob("*saniti[sz]e*"), *PROJECT.glob("tests/**/*saniti[sz]e*")]


def test_the_guards_look_at_every_notebook():
    path = PROJECT / "tests" / "workshop" / "test_notebook_guards.py"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    stored = [node for node in ast.walk(tree) if ast.unparse(node).startswith("STORED = ")]
    assert {ast.unparse(node.value) for node in stored if isinstance(node, ast.Assign)} == {
        "sorted((PROJECT / 'notebooks').glob('*.ipynb'))"
    }
    over = [n.args[1] for n in ast.walk(tree) if isinstance(n, ast.Call) and len(n.args) == 2]
    assert [ast.unparse(each) for each in over if "STORED" in ast.unparse(each)] == ["STORED"] * 2


def test_no_further_test_is_skipped():
    files = [PROJECT / "conftest.py", *sorted((PROJECT / "tests").rglob("*.py"))]
    found = {
        path.relative_to(PROJECT).as_posix(): len(SKIP.findall(path.read_text(encoding="utf-8")))
        for path in files
        if path != Path(__file__)
    }
    assert {name: count for name, count in found.items() if count} == SKIPS


def test_only_what_takes_minutes_is_left_to_the_gate():
    files = {path: path.read_text(encoding="utf-8") for path in (PROJECT / "tests").rglob("*.py")}
    found = {
        path.relative_to(PROJECT).as_posix(): text.count("mark.thorough")
        for path, text in files.items()
        if path != Path(__file__)
    }
    assert {name: count for name, count in found.items() if count} == THOROUGH


def hook_faults(source: str) -> list[str]:
    """Say what a conftest does that could take a check away."""
    nodes = list(ast.walk(ast.parse(source)))
    defined = {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
    hooks = {name for name in defined if name.startswith("pytest_")} - HOOKS
    faults = [f"it defines {name}" for name in sorted(hooks)]
    faults += re.findall(
        r"\bitems(?:\[|\.(?!path|parent)\w+|\s*=)|\bdel items|nbval|patch\w*\(", source
    )
    read = set(re.findall(r"environ(?:\.get)?[(\[][\"'](\w+)", source))
    return faults + [f"it reads {name}" for name in sorted(read - VARIABLES)]


def test_the_hooks_take_no_check_away():
    for path in [PROJECT / "conftest.py", *sorted((PROJECT / "tests").rglob("conftest.py"))]:
        assert hook_faults(path.read_text(encoding="utf-8")) == [], path


@pytest.mark.parametrize(
    "source",
    [
        "def pytest_ignore_collect(collection_path):\n    return True",
        "def pytest_collection_modifyitems(items):\n    items[:] = items[:3]",
        "def pytest_collection_modifyitems(items):\n    items.clear()",
        "def pytest_collection_modifyitems(items):\n    del items[0]",
        "import nbval.plugin",
        "if os.environ.get('SOCIONAUT_QUICK', '1') == '1': reason = 'takes long'",
    ],
)
def test_a_hook_that_takes_checks_away_is_found(source):
    assert hook_faults(source)


@pytest.mark.slow
def test_every_cell_of_every_notebook_is_compared():
    command = [sys.executable, "-m", "pytest", "--collect-only", "--quiet", "--nbval", "notebooks"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    items = [line.split("::")[0] for line in done.stdout.splitlines() if "::" in line]
    stored = {
        f"notebooks/{name}": json.loads((PROJECT / "notebooks" / name).read_text(encoding="utf-8"))
        for name in NOTEBOOKS
    }
    cells = {
        name: sum(cell["cell_type"] == "code" for cell in notebook["cells"])
        for name, notebook in stored.items()
    }
    assert dict(Counter(items)) == cells


@pytest.mark.slow
def test_the_options_of_make_test_reject_a_wrong_output(tmp_path):
    call = next(line for line in recipe("test").splitlines() if " -m pytest" in line)
    words = shlex.split(call)[1:]
    for name in ("conftest.py", "pyproject.toml"):
        (tmp_path / name).write_bytes((PROJECT / name).read_bytes())
    (tmp_path / "lib").symlink_to(PROJECT / "lib")
    stored = nbformat.read(PROJECT / "notebooks" / NOTEBOOKS[0], as_version=4)
    cell = new_code_cell("1 + 1", execution_count=1)
    cell.outputs = [new_output("execute_result", {"text/plain": "3"}, execution_count=1)]
    notebook = new_notebook(cells=[cell], metadata=stored.metadata)
    nbformat.write(notebook, tmp_path / "notebooks.ipynb")
    options = [word for word in words if word not in ("tests", "lib", "notebooks")]
    alone = " ".join(options).replace("--dist loadscope", "").replace("-n 2", "").split()
    done = subprocess.run(
        [sys.executable, *alone, "notebooks.ipynb"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "1 failed" in done.stdout


@pytest.fixture
def gate(tmp_path):
    """Return what runs the gate in a folder of its own, with a `make` that fails when told to."""
    folder = tmp_path / "project"
    (folder / ".ci").mkdir(parents=True)
    (folder / ".ci" / "run").write_bytes(GATE.read_bytes())
    (tmp_path / "shared").mkdir()
    fake = folder / "bin" / "make"
    fake.parent.mkdir()
    fake.write_text(
        '#!/bin/sh\necho "$* $SOCIONAUT_REQUIRE_SHARED $SOCIONAUT_THOROUGH" >> calls\n'
        '[ "$1" != "$FAILING" ]\n',
        encoding="utf-8",
    )
    fake.chmod(0o755)

    def run(failing: str) -> tuple[int, list[str]]:
        path = os.pathsep.join([str(fake.parent), os.environ["PATH"]])
        environment = {"PATH": path, "FAILING": failing}
        command = ["bash", str(folder / ".ci" / "run")]
        done = subprocess.run(command, env=environment, capture_output=True, check=False)
        return done.returncode, (folder / "calls").read_text(encoding="utf-8").splitlines()

    return run


def test_the_gate_calls_both_commands_of_the_readme(gate):
    status, calls = gate("")
    assert status == 0
    # With documents at hand no test may be skipped, and what takes minutes never.
    portable = "portable PORTABLE=12_ 20_ 21_ 31_ 35_ 42_ --profiles oldest --numeric 1 1"
    assert {"report 1 1", "test 1 1", portable} <= set(calls)
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert "make report" in readme
    assert "make test" in readme


@pytest.mark.parametrize("failing", ["report", "test", "portable"])
def test_the_gate_fails_with_each_of_its_commands(gate, failing):
    assert gate(failing)[0] != 0


def workflow_faults(text: str) -> list[str]:
    """Say what the workflow leaves out; `on` is read as true."""
    workflow = yaml.safe_load(text)
    started = workflow.get("on") or workflow.get(True)
    jobs = workflow["jobs"].values()
    steps = [step for job in jobs for step in job["steps"]]
    runs = [step["run"] for step in steps if "run" in step]
    wanted = ("SOCIONAUT_THOROUGH=1 make test", "make report")
    faults = [f"it does not run {run}" for run in wanted if run not in runs]
    faults += [f"it is narrowed on {name}" for name in ("push", "pull_request") if started[name]]
    for job in jobs:
        systems, pythons = (len(job["strategy"]["matrix"][name]) for name in ("os", "python"))
        faults += ["it tries fewer systems"] * (systems < 2 or pythons < 3)
        faults += ["it stops early"] * (job["timeout-minutes"] < 20)
    faults += ["a job has a condition" for job in jobs if {"if", "env", "defaults"} & set(job)]
    faults += [f"{s['run']} is told otherwise" for s in steps if "run" in s and set(s) != {"run"}]
    return faults + [f"it has {found[0].strip()}" for found in WEAK.finditer(text)]


TEST = "- run: SOCIONAUT_THOROUGH=1 make test"
WORKFLOW = (PROJECT / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8")


def test_the_workflow_runs_both_commands_and_ignores_nothing():
    assert workflow_faults(WORKFLOW) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (TEST, "- run: SOCIONAUT_THOROUGH=1 make lint"),
        (TEST, "- run: make test"),
        (TEST, TEST + " || true"),
        (TEST, TEST + "\n        continue-on-error: true"),
        (TEST, TEST + "\n        if: false"),
        ("- run: make report", "- run: make report; make test WORKERS=0 || exit 0"),
        ("    runs-on:", "    if: false\n    runs-on:"),
        ("    runs-on:", "    env:\n      PYTEST_ADDOPTS: --nbval-lax\n    runs-on:"),
        ("  push:", "  push:\n    branches: [never]"),
        ("[ubuntu-latest, macos-latest]", "[ubuntu-latest]"),
        ("timeout-minutes: 20", "timeout-minutes: 1"),
    ],
)
def test_a_weakened_workflow_is_found(old, new):
    assert old in WORKFLOW
    assert workflow_faults(WORKFLOW.replace(old, new))
