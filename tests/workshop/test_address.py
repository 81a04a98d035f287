"""The repository's address has one setting; what is generated from it is in step."""

import runpy
import shutil
import subprocess
import tomllib

import pytest

from socionaut.ledger.tables import PROJECT
from socionaut.project import repository
from workshop import __main__ as command_line
from workshop.address import address_block, out_of_step
from workshop.notebooks import read_notebook, write_notebook
from workshop.readme import fill

NOTEBOOKS = sorted((PROJECT / "notebooks").glob("*.ipynb"))


def test_the_address_is_that_of_pyproject():
    described = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    assert described["project"]["urls"]["Repository"] == repository()


def test_readme_notebooks_and_pages_hold_the_address():
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert fill(text, {"address": address_block(repository())}) == text
    assert out_of_step(NOTEBOOKS, repository()) == {}
    options = runpy.run_path(str(PROJECT / "pages" / "conf.py"))["html_theme_options"]
    assert options["repository_url"] == repository()


def test_the_address_is_typed_nowhere_else():
    command = ["git", "grep", "-lF", repository()]
    listed = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    if listed.returncode > 1:
        pytest.skip("the project is not a git repository")
    generated = {"README.md", *(f"notebooks/{path.name}" for path in NOTEBOOKS)}
    assert set(listed.stdout.split()) == {"pyproject.toml"} | generated


@pytest.mark.parametrize(
    ("address", "binder"),
    [
        ("https://github.com/a/b", "/v2/gh/a/b/HEAD?urlpath=lab/tree/notebooks/00_"),
        ("https://code.invalid/a", "/v2/git/https%3A%2F%2Fcode.invalid%2Fa/HEAD?urlpath=lab"),
    ],
)
def test_binder_opens_a_notebook_that_exists(address, binder):
    block = address_block(address)
    assert binder in block
    opened = block.partition("?urlpath=lab/tree/")[2].partition(")")[0]
    assert (PROJECT / opened).is_file()
    assert f"git+{address}`" in block


def test_another_address_makes_all_stale_and_readme_mends_them(tmp_path, monkeypatch, capsys):
    stored = tmp_path / "notebooks" / NOTEBOOKS[0].name
    stored.parent.mkdir()
    shutil.copy(NOTEBOOKS[0], stored)
    shutil.copy(PROJECT / "README.md", tmp_path)
    (tmp_path / "benchmarks").mkdir()
    shutil.copy(PROJECT / "benchmarks" / "networks.csv", tmp_path / "benchmarks")
    (tmp_path / "pages").mkdir()
    for page in ("scale.md", "teach.md"):
        shutil.copy(PROJECT / "pages" / page, tmp_path / "pages")
    monkeypatch.setattr(command_line, "PROJECT", tmp_path)
    monkeypatch.setattr(command_line, "NOTEBOOKS", stored.parent)
    monkeypatch.setattr(command_line, "repository", lambda: "https://code.invalid/new")
    before = read_notebook(stored)
    assert command_line.main(["readme", "--check"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{name} is stale; run socionaut readme"
        for name in ("README.md", "teach.md", "claim_map.svg", stored.name)
    ]
    assert read_notebook(stored) == before
    for words, code in ((["readme"], 0), (["readme", "--check"], 0)):
        assert command_line.main(words) == code
    after = read_notebook(stored)
    assert after.cells[0].source.endswith("`pip install git+https://code.invalid/new`.")
    assert after.cells[0].source.count("downloaded copy") == 1
    assert after.cells[1:] == before.cells[1:]


def test_the_line_is_put_once_and_the_file_stays_otherwise_as_it_was(tmp_path):
    path = tmp_path / NOTEBOOKS[0].name
    old = read_notebook(NOTEBOOKS[0])
    old.cells[0].source = "\n".join(old.cells[0].source.splitlines()[:-1])
    write_notebook(old, path)
    (mended,) = out_of_step([path], repository()).values()
    write_notebook(mended, path)
    assert path.read_bytes() == NOTEBOOKS[0].read_bytes()
