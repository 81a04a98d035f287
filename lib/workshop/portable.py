"""Run notebooks and tests as other processors would, and tell what then comes out otherwise.

The last digits of a sum, a logarithm or a fit differ between processors, numbers of threads and
builds. A result may not hang on them. A profile makes this machine compute as another would. For
the processors that nobody has at hand, results are shaken, and rows permuted (`workshop.shaking`).
"""

from __future__ import annotations

import itertools
import os
import platform
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path

from nbformat import NotebookNode

from socionaut.sources.opendata import cache_folder
from workshop.notebooks import RunResult, first_line, read_notebook, run_notebooks

__all__ = [
    "PROFILES",
    "Difference",
    "Profile",
    "differences",
    "left_out",
    "numeric_tests",
    "run_profile",
    "run_tests",
    "settings",
    "start_up",
    "without_settings",
]


@dataclass(frozen=True)
class Profile:
    """A way to compute."""

    words: str  # what it stands for
    # Of the environment, which a process reads as it starts.
    variables: dict[str, str] = field(default_factory=dict)
    needs: str = ""  # feature of the processor, as numpy calls it; empty where any will do


_THREADS = ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
_NOT_COMPUTING = ("ledger", "sources", "workshop")
_NOWHERE = "http://127.0.0.1:9"  # where nothing listens
_NO_AVX512 = "X86_V4 AVX512_ICL AVX512_SPR"

PROFILES = {
    "avx512": Profile("a server with AVX-512", {"OPENBLAS_CORETYPE": "SkylakeX"}, "X86_V4"),
    "haswell": Profile(
        "a processor with AVX2 and without AVX-512",
        {"OPENBLAS_CORETYPE": "Haswell", "NPY_DISABLE_CPU_FEATURES": _NO_AVX512},
        "X86_V3",
    ),
    "oldest": Profile(
        "a processor without vector extensions",
        {
            "ARROW_USER_SIMD_LEVEL": "NONE",
            "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX512F,-AVX2,-AVX,-FMA",
            "NPY_DISABLE_CPU_FEATURES": f"X86_V3 {_NO_AVX512}",
            "NUMBA_CPU_NAME": "generic",
            "OPENBLAS_CORETYPE": "Nehalem",
        },
        "X86_V2",
    ),
    "elsewhere": Profile(
        "another hash seed, time zone and locale, no home folder and no network",
        {
            "HOME": "/dev/null/home",  # nobody can make it, an administrator included
            "HTTPS_PROXY": _NOWHERE,
            "HTTP_PROXY": _NOWHERE,
            "LC_ALL": "C",
            "PYTHONHASHSEED": "2020",
            "PYTHONUTF8": "0",  # or Python reads all files as UTF-8 in this locale
            "SOCIONAUT_CACHE": str(cache_folder()),  # which may lie in the home folder
            "SOCIONAUT_OFFLINE": "1",
            "TZ": "Pacific/Kiritimati",  # the first to see a new day
        },
    ),
    "one-thread": Profile("one thread", dict.fromkeys(_THREADS, "1")),
    "two-threads": Profile("two threads", dict.fromkeys(_THREADS, "2")),
}

# What a caller may have set to the same end.
_LEAKING = (
    *("ARROW_USER_SIMD", "BLIS_", "GLIBC_TUNABLES", "GOTO_", "KMP_", "MKL_", "NPY_", "NUMBA_"),
    *("OMP_", "OPENBLAS_", "VECLIB_"),
)


@dataclass(frozen=True)
class Difference:
    """A cell that came out otherwise than stored."""

    notebook: str
    cell: int  # from 1 over all cells
    line: str  # the first of the cell
    stored: str  # the lines that differ
    got: str  # instead

    def __str__(self) -> str:
        return (
            f"{self.notebook}, cell {self.cell} ({self.line})\n"
            f"  stored: {_indented(self.stored)}\n  got:    {_indented(self.got)}"
        )


def _indented(text: str) -> str:
    return text.replace("\n", "\n          ")


def without_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without variables that say how to compute.

    Examples
    --------
    >>> without_settings({"HOME": "here", "OPENBLAS_CORETYPE": "Haswell"})
    {'HOME': 'here'}
    """
    return {name: text for name, text in environment.items() if not name.startswith(_LEAKING)}


def settings(variables: Mapping[str, str]) -> str:
    """Write variables as a shell takes them, before a command.

    Examples
    --------
    >>> settings({"OMP_NUM_THREADS": "1", "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4"})
    "OMP_NUM_THREADS=1 NPY_DISABLE_CPU_FEATURES='X86_V3 X86_V4'"
    """
    return " ".join(f"{name}={shlex.quote(text)}" for name, text in variables.items())


def left_out(profile: Profile) -> str:
    """Return why this machine cannot compute in such a way; empty when it can.

    Examples
    --------
    >>> left_out(PROFILES["one-thread"])
    ''
    """
    if not profile.needs:
        return ""
    if platform.machine().lower() not in ("x86_64", "amd64"):
        return f"this processor ({platform.machine()}) is not of the x86 family"
    if profile.needs not in _features():
        return f"this processor has no {profile.needs}, so it cannot play {profile.words}"
    return ""


def _features() -> list[str]:
    """Return the vector extensions that numpy finds when nothing is disabled."""
    code = "import numpy; print(*sum(numpy.show_config('dicts')['SIMD Extensions'].values(), []))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=without_settings(os.environ),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


def differences(
    stored: NotebookNode, got: NotebookNode, name: str, *, any_order: bool = False
) -> Iterator[Difference]:
    r"""Yield the cells of which a run showed something else than stored.

    Pictures are not compared: their numbers stand in the table that follows each.

    With `any_order`, the same lines in another order are the same.

    Examples
    --------
    >>> from nbformat.v4 import new_code_cell, new_notebook, new_output
    >>> one, two = (
    ...     new_notebook(cells=[new_code_cell("x", outputs=[new_output("stream", text=text)])])
    ...     for text in ("same\n1.5", "same\n1.6")
    ... )
    >>> print(*differences(one, two, "sum.ipynb"))
    sum.ipynb, cell 1 (x)
      stored: 1.5
      got:    1.6
    """
    for number, (old, new) in enumerate(zip(stored.cells, got.cells, strict=True), start=1):
        pairs = itertools.zip_longest(_shown(old), _shown(new), fillvalue=("", ""))
        unlike = [pair for pair in pairs if not _alike(*pair, any_order=any_order)]
        # Of the forms of one output the first to differ is named, which is the plain one.
        if unlike:
            (_, before), (_, after) = unlike[0]
            yield Difference(name, number, first_line(old.source), *_parted(before, after))


def _alike(one: tuple[str, str], two: tuple[str, str], *, any_order: bool) -> bool:
    lines = [sorted(text.splitlines()) for _, text in (one, two)]
    return one == two or (any_order and one[0] == two[0] and lines[0] == lines[1])


def _shown(cell: NotebookNode) -> list[tuple[str, str]]:
    """Return kind and text of each output in every form but pictures, the plain form first."""
    texts = []
    for output in cell.get("outputs", []):
        if output.output_type == "stream":
            texts.append((output.name, output.text))
        elif output.output_type == "error":
            texts.append(("error", f"{output.ename}: {output.evalue}"))
        forms = sorted(output.get("data", {}).items(), key=lambda form: form[0] != "text/plain")
        texts += [(kind, str(data)) for kind, data in forms if not kind.startswith("image/")]
    return texts


def _parted(before: str, after: str) -> tuple[str, str]:
    """Return the lines that differ of two texts."""
    old, new = before.splitlines(), after.splitlines()
    if len(old) == len(new):
        pairs = [pair for pair in zip(old, new, strict=True) if pair[0] != pair[1]]
        return "\n".join(one for one, _ in pairs), "\n".join(two for _, two in pairs)
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    unlike = [block[1:] for block in blocks if block[0] != "equal"]
    return (
        "\n".join(line for start, end, _, _ in unlike for line in old[start:end]),
        "\n".join(line for _, _, start, end in unlike for line in new[start:end]),
    )


def run_profile(
    variables: Mapping[str, str],
    notebooks: Sequence[Path],
    *,
    any_order: bool = False,
    workers: int = 2,
    report: Callable[[RunResult], None] | None = None,
) -> tuple[list[RunResult], list[Difference]]:
    """Run notebooks with variables of a profile, and hold their outputs against the stored ones.

    Such settings of the caller are taken away. A notebook that was skipped is not compared; one
    that fails is, up to where it stopped.
    """
    environment = {**dict.fromkeys(os.environ), **without_settings(os.environ), **variables}
    with tempfile.TemporaryDirectory() as folder:
        results = run_notebooks(
            notebooks,
            Path(folder),
            workers=workers,
            timeout=600,
            environment=environment,
            report=report,
        )
        found = [
            difference
            for result in results
            if result.status != "skipped"
            for difference in differences(
                read_notebook(result.path),
                read_notebook(Path(folder) / result.path.name),
                result.path.name,
                any_order=any_order,
            )
        ]
    return results, found


def start_up(folder: Path, code: str) -> dict[str, str]:
    """Write code that each kernel runs before its first cell.

    The folder must stay as long as they run. Returned are the variables for `run_profile`.
    """
    file = folder / "profile_default" / "startup" / "start.py"
    file.parent.mkdir(parents=True)
    file.write_text(code, encoding="utf-8")
    return {"IPYTHONDIR": str(folder)}


def numeric_tests(folder: Path) -> list[Path]:
    """Return the test files that compute: those that import numpy or networkx.

    Those of rooms that read, look up and build are left out.
    """
    pattern = re.compile(r"^(import|from) (numpy|networkx)\b", re.MULTILINE)
    files = [f for f in sorted(folder.rglob("test_*.py")) if f.parent.name not in _NOT_COMPUTING]
    return [file for file in files if pattern.search(file.read_text(encoding="utf-8"))]


def run_tests(
    variables: Mapping[str, str], project: Path, paths: Sequence[Path], *, workers: int = 2
) -> tuple[bool, str]:
    """Run tests and doctests with variables of a profile.

    Return whether all passed; and the last line of pytest's report, or what failed.
    """
    # Other plugins would only take a second to load, in each process.
    alone = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    options = ["-p", "xdist.plugin", "-n", str(workers), "--dist", "loadscope"]
    options += ["-q", "--no-header", "--tb=short"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "-p", "no:cacheprovider", *map(str, paths)],
        env={**without_settings(os.environ), **alone, **variables},
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = done.stdout.strip().splitlines()
    if done.returncode == 0:
        return True, lines[-1]
    failures = itertools.dropwhile(lambda line: not line.startswith("====="), lines)
    return False, "\n".join(failures) or done.stderr.strip()
