"""The command line: ``socionaut COMMAND``, or ``python -m socionaut COMMAND``."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from socionaut.tables import (
    PROJECT,
    TableError,
    data_folder,
    read_table,
    seal,
    table_names,
    table_problems,
)

if TYPE_CHECKING:
    from socionaut.notebooks import RunResult

NOTEBOOKS = PROJECT / "notebooks"
BUILD = PROJECT / "build"


def check(_: argparse.Namespace) -> int:
    """Check the tables, and the ledger against the documents when they are at hand."""
    from socionaut.documents import check_ledger, documents_folder, read_documents

    started = time.perf_counter()
    problems = [problem for name in table_names() for problem in table_problems(name)]
    folder = documents_folder()
    if folder is None:
        print("The documents are not at hand: put them beside the project, in shared/documents,")
        print("or name their folder in SOCIONAUT_DOCUMENTS. Only the tables are checked.")
    elif not problems:
        claims, exemptions = read_table("claims"), read_table("exemptions")
        documents = read_documents(folder)
        problems += map(str, check_ledger(claims, exemptions, documents))
        counts = f"{len(claims)} claims and {len(exemptions)} exempted figures"
        print(f"{counts} in the ledger, {len(documents)} documents read.")
    for problem in problems:
        print(problem)
    verdict = f"{len(problems)} problems" if problems else "no problem found"
    print(f"{verdict} in {time.perf_counter() - started:.1f} s")
    return 1 if problems else 0


def findings(_: argparse.Namespace) -> int:
    """Print the scoreboard of the stored notebooks."""
    print_scoreboard(_stored_verdicts(NOTEBOOKS))
    return 0


def run(options: argparse.Namespace) -> int:
    """Execute notebooks in place, for authors."""
    from socionaut.notebooks import update_notebooks

    return _run_all(lambda report: update_notebooks(_chosen(options.names), report=report))


def report(_: argparse.Namespace) -> int:
    """Execute every notebook into build/, build the web pages, print the scoreboard."""
    from socionaut.notebooks import run_notebooks
    from socionaut.pages import build_pages, page_problems

    executed, sources = BUILD / "notebooks", _chosen([])
    environment = {"SOCIONAUT_NOTEBOOKS": str(executed)}
    status = _run_all(
        lambda tell: run_notebooks(sources, executed, environment=environment, report=tell)
    )
    table = _stored_verdicts(executed)
    _write_whole(BUILD / "verdicts.csv", table.to_csv(index=False, lineterminator="\n"))
    shown = table.drop(columns=["unit", "low", "high"])
    copies = [executed / path.name for path in sources]
    home = build_pages(copies, shown, BUILD / "pages", progress=print)
    problems = page_problems(BUILD / "pages")
    print(*problems, sep="\n", end="\n" if problems else "")
    print_scoreboard(table)
    print(f"All verdicts: {_near(BUILD / 'verdicts.csv')}")
    print(f"Web pages:    {_near(home)} (open this file in a browser)")
    return 1 if status or problems else 0


def seal_tables(_: argparse.Namespace) -> int:
    """Write size and SHA-256 of every table into data/datapackage.json."""
    changed = seal()
    print(f"sealed {data_folder().name}/datapackage.json; changed: {', '.join(changed) or 'none'}")
    return 0


def readme(options: argparse.Namespace) -> int:
    """Write the generated tables into README.md, or only compare them."""
    from socionaut.notebooks import collect_findings
    from socionaut.readme import fill, readme_blocks

    paths = _chosen([])
    blocks = readme_blocks(read_table("claims"), collect_findings(paths), paths)
    target = PROJECT / "README.md"
    old = target.read_text(encoding="utf-8")
    new = fill(old, blocks)
    if options.check:
        print("README.md is in step" if new == old else "README.md is out of step; run make readme")
        return int(new != old)
    _write_whole(target, new)
    return 0


def print_scoreboard(table: pd.DataFrame) -> None:
    """Print verdicts by theme, and the faults of what differs.

    Parameters
    ----------
    table : pandas.DataFrame
        As `socionaut.verdicts.verdict_table` returns it.
    """
    from socionaut.verdicts import scoreboard

    print(f"\n{scoreboard(table, 'theme').to_string()}\n")
    faults = table.query("verdict == 'differs'")["fault"].value_counts().sort_index()
    print("Faults: " + ", ".join(f"{name} {count}" for name, count in faults.items()) + "\n")


def _chosen(names: Sequence[str]) -> list[Path]:
    paths = sorted(NOTEBOOKS.glob("*.ipynb"))
    return [path for path in paths if not names or any(name in path.name for name in names)]


def _run_all(runner: Callable[[Callable[[RunResult], None]], list[RunResult]]) -> int:
    started = time.perf_counter()

    def tell(result: RunResult) -> None:
        print(f"{result.status:<8}{result.seconds:6.1f} s  {result.path.name}  {result.message}")
        sys.stdout.flush()

    results = runner(tell)
    ended = [sum(r.status == s for r in results) for s in ("passed", "failed", "skipped")]
    counts = "{} passed, {} failed, {} skipped".format(*ended)
    print(f"notebooks: {counts} in {time.perf_counter() - started:.1f} s")
    return 1 if ended[1] else 0


def _stored_verdicts(folder: Path) -> pd.DataFrame:
    from socionaut.notebooks import collect_findings
    from socionaut.verdicts import verdict_table

    return verdict_table(read_table("claims"), collect_findings(sorted(folder.glob("*.ipynb"))))


def _write_whole(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(text, encoding="utf-8", newline="\n")
    draft.replace(path)


def _near(path: Path) -> str:
    return os.path.relpath(path)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="socionaut", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, action in {
        "check": check,
        "findings": findings,
        "report": report,
        "run": run,
        "seal": seal_tables,
        "readme": readme,
    }.items():
        command = commands.add_parser(name, help=(action.__doc__ or "").strip())
        command.set_defaults(action=action)
        if action is run:
            command.add_argument("--in-place", action="store_true", required=True)
            command.add_argument("names", nargs="*", help="parts of the file names to run")
        if action is readme:
            command.add_argument("--check", action="store_true", help="compare, write nothing")
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : sequence of str, optional
        The words after the program's name; those of the process when left out.

    Returns
    -------
    int
        Exit code: 0 when all is well, 1 when something was found, 2 for damaged input.
    """
    options = _parser().parse_args(arguments)
    try:
        return int(options.action(options))
    except (TableError, ValueError, OSError) as error:
        print(f"socionaut: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
