"""The run of mutants: on a copy, each survivor with its place, nothing said where tests fail."""

from __future__ import annotations

import importlib.util
import sys
import types
from pathlib import Path

import pytest

from socionaut.ledger.tables import PROJECT

CODE = "def double(number):\n    return 2 * number + 0\n"
TEST = "from socionaut.sums.twice import double\ndef test_double(): assert double({}) == {}\n"
FILE = Path("lib/socionaut/sums/twice.py")
CHANGES = {"dies": ("2 *", "3 *"), "lives": ("+ 0", "+ (number > 5)"), "hangs": ("2 *", "spin() *")}


class Known:
    """Stands for a mutant of Cosmic Ray, which has an environment of its own."""

    file = FILE
    line = 2

    def __init__(self, change: str) -> None:
        self.change = change

    def code(self, _: Path) -> tuple[str, str]:
        spin = "def spin():\n    while True: __import__('time').sleep(1)\n"
        return CODE, spin + CODE.replace(*CHANGES[self.change])


@pytest.fixture
def mutants(tmp_path, monkeypatch):
    """Load the script with a made-up project, and without Cosmic Ray."""
    names = ("ast", "mutating", "operators", "operators.operator", "plugins")
    for name in ("cosmic_ray", *(f"cosmic_ray.{name}" for name in names)):
        module = types.ModuleType(name)
        vars(module).update(dict.fromkeys(("ast_nodes", "get_ast", "mutate_code", "get_operator")))
        vars(module)["Operator"] = object
        monkeypatch.setitem(sys.modules, name, module)
    spec = importlib.util.spec_from_file_location("mutants", PROJECT / "tools" / "mutants.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "mutants", module)  # dataclasses look it up
    spec.loader.exec_module(module)
    for path, text in {FILE: CODE, Path("tests/sums/test_twice.py"): TEST.format(3, 6)}.items():
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    options = ["mutants", "sums", "--limit", "60", "--python", sys.executable]
    monkeypatch.setattr(sys, "argv", options)
    return module


def test_survivors_are_printed_and_the_project_stays_as_it_is(mutants, monkeypatch, capsys):
    drawn = [Known("dies"), Known("lives")]
    monkeypatch.setattr(mutants, "sample", lambda *_: drawn)
    assert mutants.main() == 1
    said = capsys.readouterr().out
    survivor = said.partition("SURVIVED")[2]
    assert f"{FILE}:2" in survivor and "+    return 2 * number + (number > 5)" in survivor
    assert "sums: 1 of 2 mutants died" in said
    files = [path for path in mutants.ROOT.rglob("*") if path.is_file()]
    assert {path.name for path in files} == {"twice.py", "test_twice.py"}
    assert (mutants.ROOT / FILE).read_text(encoding="utf-8") == CODE


def test_a_mutant_that_never_ends_is_stopped_and_dead(mutants, monkeypatch, capsys):
    monkeypatch.setattr(mutants, "sample", lambda *_: [Known("hangs")])
    monkeypatch.setattr(sys, "argv", [*sys.argv, "--limit", "4"])
    assert mutants.main() == 0
    assert "sums: 1 of 1 mutants died" in capsys.readouterr().out


def test_nothing_is_said_of_mutants_where_the_tests_fail_without_any(mutants, monkeypatch):
    test = mutants.ROOT / "tests/sums/test_twice.py"
    test.write_text(TEST.format(3, 7), encoding="utf-8")
    monkeypatch.setattr(mutants, "sample", lambda *_: [Known("dies")])
    assert "sums: its tests fail without any change" in mutants.main()


def test_a_room_that_is_none_is_named(mutants, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["mutants", "attic"])
    assert mutants.main() == "There is no room attic; there are sums."


def test_what_is_changed_in_the_project_meanwhile_does_not_count(mutants, monkeypatch, capsys):
    copied = mutants.shutil.copytree

    def copy_and_work_on(*arguments, **options):
        copied(*arguments, **options)
        (mutants.ROOT / "tests/sums/test_more.py").write_text("assert False", encoding="utf-8")

    monkeypatch.setattr(mutants.shutil, "copytree", copy_and_work_on)
    monkeypatch.setattr(mutants, "sample", lambda *_: [Known("lives")])
    assert mutants.main() == 1
    assert "sums: 0 of 1 mutants died" in capsys.readouterr().out


def test_readers_of_own_files_are_held_by_the_tests_of_own_files_in_any_room(mutants):
    (mutants.ROOT / "tests/files").mkdir()
    (mutants.ROOT / "tests/files/test_own_kinds.py").write_text("", encoding="utf-8")
    alone = ["tests/sums/test_twice.py", str(FILE)]
    assert mutants.tests_of(FILE, mutants.ROOT) == alone
    own = FILE.with_name("own_sums.py")
    assert mutants.tests_of(own, mutants.ROOT) == [
        str(own), "tests/sums/test_twice.py", "tests/files/test_own_kinds.py"
    ]  # fmt: skip
