"""Change the library in one place at a time, and see whether its tests notice.

A mutant is a copy of the library with one small change: a plus for a minus, `<=` for `<`, all for
any. It dies when a unit test or doctest of its room fails; one that survives shows what no test
holds, or a change that changes nothing. The changes come from Cosmic Ray, and a few of our own; a
seed draws as many in each room. `make mutants` gives this script an environment of its own; the
tests run in `.venv`, on a copy of the project.
"""

import argparse
import contextlib
import difflib
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Operator
from cosmic_ray.plugins import get_operator

ROOT = Path(__file__).resolve().parent.parent
LIBRARY = Path("lib/socionaut")
HOUSE = "house"  # the modules that lie in no room
LEFT_OUT = (".git", ".venv", "build", "__pycache__", ".*_cache", ".hypothesis")

# Of all replacements those that a slip of the pen would make. The others stop at once, and of the
# bars most stand in type hints, which nothing runs.
_PAIRS = "Add_Sub Sub_Add Mul_Div Div_Mul FloorDiv_Mul Mod_Mul Pow_Mul BitAnd_BitOr"
_SIGNS = "Lt_LtE LtE_Lt Gt_GtE GtE_Gt Lt_Gt Gt_Lt LtE_GtE GtE_LtE Eq_NotEq NotEq_Eq Is_IsNot"
_OTHERS = "AddNot ReplaceTrueWithFalse ReplaceFalseWithTrue ReplaceAndWithOr ReplaceOrWithAnd "
_OTHERS += "ReplaceBreakWithContinue ReplaceContinueWithBreak NumberReplacer ZeroIterationForLoop "
_OTHERS += "ReplaceUnaryOperator_Delete_USub ReplaceUnaryOperator_Delete_Not "
_OTHERS += "ReplaceUnaryOperator_Delete_Invert ReplaceComparisonOperator_IsNot_Is"
CHANGES = [f"ReplaceBinaryOperator_{pair}" for pair in _PAIRS.split()]
CHANGES += [f"ReplaceComparisonOperator_{pair}" for pair in _SIGNS.split()] + _OTHERS.split()

_TWINS = "any all min max minimum maximum argmin argmax floor ceil first last head tail low high "
_TWINS += "nlargest nsmallest idxmin idxmax"
_WORDS = {'"stable"': '"quicksort"', '"left"': '"right"', '"right"': '"left"'}
_MANY = re.compile(r"[\d_]{3,}")  # one repetition more or less changes nothing
_LEVELS = ("0.025", "0.05", "0.95", "0.975")


class Swap(Operator):  # type: ignore[misc]
    """Swaps a word of the code for its twin, and halves a level."""

    def __init__(self) -> None:
        names = _TWINS.split()
        pairs = dict(zip(names[::2], names[1::2], strict=True))
        halves = {level: str(float(level) / 2) for level in _LEVELS}
        self.twins = pairs | {two: one for one, two in pairs.items()} | _WORDS | halves

    def mutation_positions(self, node):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
        """Yield where a word stands that has a twin."""
        if getattr(node, "value", "") in self.twins:
            yield node.start_pos, node.end_pos

    def mutate(self, node, _):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
        """Return the twin."""
        return type(node)(self.twins[node.value], node.start_pos, prefix=node.prefix)

    @classmethod
    def examples(cls):  # type: ignore[no-untyped-def]  # noqa: ANN206
        """Return nothing; the base class asks for it."""
        return ()


@dataclass(frozen=True)
class Mutant:
    """One change: the operator's name, and how many earlier places of the file it leaves alone."""

    file: Path
    line: int
    change: str
    occurrence: int

    def code(self, root: Path) -> tuple[str, str]:
        """Return the code of a project as it is, and changed."""
        code = (root / self.file).read_text(encoding="utf-8")
        return code, mutate_code(code, _operator(self.change), self.occurrence)


def _operator(change: str) -> Operator:
    return Swap() if change == "Swap" else get_operator(f"core/{change}")()


def rooms() -> dict[str, list[Path]]:
    """Return the modules of each room."""
    found: dict[str, list[Path]] = {}
    for path in sorted((ROOT / LIBRARY).rglob("*.py")):
        module = path.relative_to(ROOT / LIBRARY)
        if path.name != "__init__.py":
            found.setdefault(str(module.parent).replace(".", HOUSE), []).append(LIBRARY / module)
    return found


def mutants(file: Path) -> Iterator[Mutant]:
    """Yield the mutants of a module, but those of stars in calls."""
    tree = get_ast((ROOT / file).read_text(encoding="utf-8"))
    for change in ("Swap", *CHANGES):
        operator = _operator(change)
        nodes = (node for node in ast_nodes(tree) for _ in operator.mutation_positions(node))
        for occurrence, node in enumerate(nodes):
            text = node.get_code().strip()
            star = text in ("*", "**") and node.parent.type not in ("term", "power")
            guard = text == "True" and "strict=True" in node.parent.get_code()  # of lengths alike
            if not star and not guard and not _MANY.fullmatch(text):
                yield Mutant(file, node.start_pos[0], change, occurrence)


def sample(files: list[Path], each: int, seed: int) -> list[Mutant]:
    """Draw mutants of a room; each line is as likely, however many changes it allows."""
    lines: dict[tuple[Path, int], list[Mutant]] = {}
    for mutant in (found for file in files for found in mutants(file)):
        lines.setdefault((mutant.file, mutant.line), []).append(mutant)
    draw = random.Random(seed)
    chosen = draw.sample(sorted(lines), min(each, len(lines)))
    return [draw.choice(lines[place]) for place in chosen]


def tests_of(file: Path, root: Path) -> list[str]:
    """Return what must hold a module: its own tests and examples first, then of its room."""
    files = [path.relative_to(root) for path in sorted((root / "tests").rglob("test_*.py"))]
    own = [path for path in files if path.stem == f"test_{file.stem}"]
    near = [path for path in files if path.parent.name == file.parent.name] or own
    held = [path for path in files if path.parent.name != "workshop"]
    near = near or held  # in no room
    # What reads a reader's own files is tested in one place for all themes.
    other = held if file.stem.startswith("own_") else []
    kinds = [path for path in other if path.stem.startswith("test_own_")]
    return list(dict.fromkeys(map(str, [*own, file, *near, *kinds])))


def passes(python: Path, folder: Path, tests: list[str], limit: float) -> bool:
    """Say whether tests pass in the copy within a time limit; end all that they started."""
    # No bytecode is kept: a change of the same length in the same second would go unseen.
    own = {"PYTHONPATH": str(folder / "lib"), "PYTHONDONTWRITEBYTECODE": "1"}
    own["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # no test needs one, and they take a second
    options = ["-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
    process = subprocess.Popen(
        [python, *options, *tests],
        cwd=folder,
        env={**os.environ, **own},
        start_new_session=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        return process.wait(limit) == 0
    except subprocess.TimeoutExpired:
        return False
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def main() -> int | str:
    """Run the command; return 1 when a mutant survives, or a sentence on what went wrong."""
    known = rooms()
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("rooms", nargs="*", help=", ".join(known))
    parser.add_argument("--each", type=int, default=8, help="mutants a room; 8")
    parser.add_argument("--seed", type=int, default=1, help="seed of the draw; 1")
    parser.add_argument("--limit", type=float, default=600, help="seconds a mutant; 600")
    parser.add_argument("--python", type=Path, default=ROOT / ".venv" / "bin" / "python")
    options = parser.parse_args()
    if unknown := set(options.rooms) - set(known):
        return f"There is no room {', '.join(sorted(unknown))}; there are {', '.join(known)}."
    survivors: dict[str, list[Mutant]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "project"
        shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT_OUT))
        for room in options.rooms or known:
            found = survivors.setdefault(room, [])
            drawn = sample(known[room], options.each, options.seed)
            files = dict.fromkeys(mutant.file for mutant in drawn)
            tests = dict.fromkeys(test for file in files for test in tests_of(file, folder))
            if not passes(options.python, folder, list(tests), 10 * options.limit):
                return f"{room}: its tests fail without any change, or take too long; mend that."
            for mutant in drawn:
                found += [mutant] * survives(mutant, folder, options.python, options.limit)
            print(f"{room}: {len(drawn) - len(found)} of {len(drawn)} mutants died", flush=True)
    return int(any(survivors.values()))


def survives(mutant: Mutant, folder: Path, python: Path, limit: float) -> bool:
    """Say whether the tests of its room pass with a mutant, and print it.

    All is read in the copy: who works on in the project meanwhile changes no count.
    """
    code, changed = mutant.code(folder)
    start, tests = time.monotonic(), tests_of(mutant.file, folder)
    (folder / mutant.file).write_text(changed, encoding="utf-8")
    alive = passes(python, folder, tests, limit)
    (folder / mutant.file).write_text(code, encoding="utf-8")
    seconds = time.monotonic() - start
    lines = list(difflib.unified_diff(code.splitlines(), changed.splitlines(), n=0))[3:]
    told = "\n    ".join([f"{mutant.file}:{mutant.line}", *lines])
    print(f"{'SURVIVED' if alive else 'died':<8} {seconds:5.0f} s  {told}", flush=True)
    return alive


if __name__ == "__main__":
    sys.exit(main())
