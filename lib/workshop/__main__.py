"""The command line: ``socionaut COMMAND``, or ``python -m workshop COMMAND``."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from socionaut.files import replacing
from socionaut.ledger.tables import (
    data_folder,
    read_table,
    seal,
)
from socionaut.project import PROJECT, base_folder, need_project, repository
from workshop.documents import DocumentError
from workshop.own_commands import (
    NETWORK_OPTIONS,
    POSTS_OPTIONS,
    SERIES_OPTIONS,
    UNDERSTAND_OPTIONS,
    Option,
    flag,
    network,
    posts,
    series,
    understand,
)

if TYPE_CHECKING:
    from workshop.notebooks import RunResult

NOTEBOOKS = PROJECT / "notebooks"
BUILD = base_folder() / "build"


def check(_: argparse.Namespace) -> int:
    """Check the tables, the ledger against notebooks, and against the documents if at hand."""
    from socionaut.ledger.checks import package_problems

    started = time.perf_counter()
    problems = package_problems() or _ledger_problems()
    for problem in problems:
        print(problem)
    verdict = f"{len(problems)} problems" if problems else "no problem found"
    print(f"{verdict} in {time.perf_counter() - started:.1f} s")
    return 1 if problems else 0


def _ledger_problems() -> list[str]:
    from socionaut.ledger.verdicts import collect_findings, ledger_problems
    from workshop.documents import check_claim, check_ledger, documents_folder, read_documents
    from workshop.history import history_problems, token_problems

    claims, exemptions = read_table("claims"), read_table("exemptions")
    problems = ledger_problems(claims, collect_findings(_chosen([])))
    problems += token_problems(claims) + history_problems(claims, read_table("decisions"))
    folder = documents_folder()
    counts = f"{len(claims)} claims and {len(exemptions)} exempted figures in the ledger"
    if folder is None:
        print(f"{counts}. The documents are not at hand, so tokens are not looked up in them;")
        print("put them in ../shared/documents, or name their folder in SOCIONAUT_DOCUMENTS.")
        rows = [{str(name): cell for name, cell in row.items()} for _, row in claims.iterrows()]
        problems += [problem for row in rows for problem in check_claim(row)]
        return problems + _coding_problems(None)
    documents = read_documents(folder)
    print(f"{counts}, {len(documents)} documents read.")
    problems += map(str, check_ledger(claims, exemptions, documents))
    return problems + _coding_problems(documents)


def _coding_problems(documents: Mapping[str, Sequence[str]] | None) -> list[str]:
    from workshop.coding import check_coding, check_dates, check_items, check_mentions

    entities, mentions, sections = map(read_table, ("entities", "mentions", "sections"))
    found = check_coding(entities, mentions, read_table("relations"), sections)
    found += check_dates(read_table("dated_statements"), documents)
    found += check_items(read_table("list_items"), read_table("claims"), documents)
    if documents is not None:
        found += check_mentions(entities, mentions, sections, documents)
    return [str(problem) for problem in found]


def claim(options: argparse.Namespace) -> int:
    """Say how claims came out, and where: by their id, or document and line (c003-041)."""
    verdicts = _stored_verdicts(NOTEBOOKS)
    for key in options.claims:
        found = verdicts[verdicts["id"].map(lambda one, key=key: f"{one}-".startswith(f"{key}-"))]
        if found.empty:
            raise ValueError(
                f"The ledger has no claim {key}; an id is c, the number of the document, the line "
                "and which figure of it, as c003-041-2. The ids stand in data/claims.csv."
            )
        for row in found.to_dict("records"):
            _print_claim(row)
    return 0


def _print_claim(row: Mapping[Any, Any]) -> None:
    fault = f" ({row['fault']})" if row["fault"] else ""
    facts = {
        "claim": row["subject"],
        "published": f"“{row['token']}”: {row['published']}",
        "recomputed": row["recomputed"],
        "verdict": f"{row['verdict']}{fault}",
        "because": row["reason"],
        "source": ", ".join(filter(None, map(str, (row["source"], row["source_url"])))),
        "notebook": row["notebook"] and f"notebooks/{row['notebook']}",
    }
    print(row["id"])
    print(*(f"  {name:<11}{fact}" for name, fact in facts.items() if fact), sep="\n")


def findings(_: argparse.Namespace) -> int:
    """Print the scoreboard of the stored notebooks."""
    print_scoreboard(_stored_verdicts(NOTEBOOKS))
    return 0


def run(options: argparse.Namespace) -> int:
    """Execute notebooks in place, for authors."""
    from workshop.notebooks import update_notebooks

    results = _run_all(lambda report: update_notebooks(_chosen(options.names), report=report))
    return _any_failed(results)


def portable(options: argparse.Namespace) -> int:
    """Run notebooks and tests as other processors would, name each cell that differs."""
    from workshop.portable import PROFILES, left_out, settings

    ended, known = {}, [*PROFILES, "shaken", "permuted"]
    if unknown := [name for name in options.profiles if name not in known]:
        raise ValueError(f"No profile is called “{unknown[0]}”; there are {', '.join(known)}.")
    for name in options.profiles or known:
        if name in ("shaken", "permuted"):
            ended[name] = _shaken_notebooks(name, options)
        elif reason := left_out(PROFILES[name]):
            print(f"{name}: left out, since {reason}.")
        else:
            variables = PROFILES[name].variables
            print(f"{name}, {PROFILES[name].words}:", settings(variables), flush=True)
            problems = _portable_notebooks(name, variables, options.names)
            ended[name] = problems + _portable_tests(name, variables, options)
    print(*(f"{name}: {count or 'no'} problems" for name, count in ended.items()), sep="\n")
    return int(any(ended.values()))


def _shaken_notebooks(name: str, options: argparse.Namespace) -> int:
    from workshop.portable import start_up

    calls = {
        "shaken": f"start({options.noise!r}, {options.seed!r}, get_ipython())",
        "permuted": f"permute({options.seed!r})",
    }
    print(f"{name}: noise of {options.noise:g}" if name == "shaken" else f"{name}: rows of tables")
    with tempfile.TemporaryDirectory() as folder:
        code = f"from workshop.shaking import permute, start\n{calls[name]}\n"
        variables = start_up(Path(folder), code)
        return _portable_notebooks(name, variables, options.names, any_order=name == "permuted")


def _portable_notebooks(
    name: str, variables: Mapping[str, str], names: Sequence[str], *, any_order: bool = False
) -> int:
    from workshop.portable import run_profile

    found = []

    def runner(tell: Callable[[RunResult], None]) -> list[RunResult]:
        results, differing = run_profile(
            variables, _chosen(names), any_order=any_order, report=tell
        )
        found.extend(differing)
        return results

    failed = _any_failed(_run_all(runner))
    print(*found, sep="\n\n", end="\n\n" if found else "")
    print(f"{name}: {len(found) or 'no'} cells differ from the stored ones", flush=True)
    return failed + len(found)


def _portable_tests(name: str, variables: Mapping[str, str], options: argparse.Namespace) -> int:
    from workshop.portable import numeric_tests, run_tests

    tests = PROJECT / "tests"
    paths = numeric_tests(tests) if options.numeric else [tests]
    if options.names and not options.numeric:
        return 0
    passed, report = run_tests(variables, PROJECT, [*paths, PROJECT / "lib"])
    print(f"{name}, tests and doctests: {report}", flush=True)
    return int(not passed)


def report(_: argparse.Namespace) -> int:
    """Execute every notebook into build/, build the web pages, print the scoreboard."""
    from workshop.notebooks import run_notebooks
    from workshop.pages import build_pages, page_problems
    from workshop.stored import stand_in

    executed, sources = BUILD / "notebooks", _chosen([])
    # No result of an earlier run may pass for one of this run.
    shutil.rmtree(executed, ignore_errors=True)
    environment = {"SOCIONAUT_NOTEBOOKS": str(executed)}
    results = _run_all(
        lambda tell: run_notebooks(
            sources, executed, environment=environment, report=tell, stand_in=stand_in
        )
    )
    table = _stored_verdicts(executed)
    _write_whole(BUILD / "verdicts.csv", table.to_csv(index=False, lineterminator="\n"))
    shown = table.drop(columns=["unit", "low", "high", "interval"])
    copies = sorted(executed.glob("*.ipynb"))
    home = build_pages(copies, shown, BUILD / "pages", progress=print)
    problems = page_problems(BUILD / "pages")
    print(*problems, sep="\n", end="\n" if problems else "")
    print_scoreboard(table)
    _print_not_run(results, table)
    print(f"All verdicts: {_near(BUILD / 'verdicts.csv')}")
    print(f"Web pages:    {_near(home)} (open this file in a browser)")
    return 1 if problems else _any_failed(results)


def handout(options: argparse.Namespace) -> int:
    """Write the notebooks without the solutions of their exercises, for a class."""
    from workshop.cells import role_of
    from workshop.notebooks import read_notebook, write_notebook

    folder = Path(options.folder)
    if folder.exists() and any(folder.iterdir()):
        raise ValueError(f"The folder {folder} is not empty; name a new one, so that none is lost.")
    folder.mkdir(parents=True, exist_ok=True)
    paths = _chosen([])
    for path in paths:
        notebook = read_notebook(path)
        notebook.cells = [
            cell
            for cell in notebook.cells
            if cell.cell_type != "code" or role_of(cell.source) != "solution"
        ]
        write_notebook(notebook, folder / path.name)
    print(f"{len(paths)} notebooks without solutions: {_near(folder)}")
    return 0


def lab(options: argparse.Namespace) -> int:
    """Open JupyterLab on a working copy of the notebooks, in build/lab."""
    from workshop.working_copy import lab_command, set_aside, update_copy

    folder = BUILD / "lab"
    if options.fresh and (aside := set_aside(folder)):
        print(f"The earlier working copy, with your changes, is now {_near(aside)}.")
    for sentence in update_copy(_chosen([]), folder):
        print(sentence)
    print(f"Working copy: {_near(folder)}; what you change there stays yours.", flush=True)
    # In this place, so that Ctrl-C reaches JupyterLab alone.
    os.execv(sys.executable, lab_command(folder))


def record(options: argparse.Namespace) -> int:
    """Record what the ledger now says of claims, and that tables were changed, with the reason."""
    from workshop.history import change, decision

    folder, today = data_folder(), dt.datetime.now(dt.UTC).date().isoformat()
    tables = {*options.tables, *(["claims"] if options.claims else [])}
    seal_tables(options)
    claims = read_table("claims")
    added = {
        "decisions": [decision(claims, key, today, options.reason) for key in options.claims],
        "changes": [change(folder, name, today, options.reason) for name in sorted(tables)],
    }
    for name, rows in added.items():
        if rows:
            path = folder / f"{name}.csv"
            text = pd.DataFrame(rows).to_csv(index=False, header=False, lineterminator="\n")
            _write_whole(path, path.read_text(encoding="utf-8") + text)
    return seal_tables(options)


def seal_tables(_: argparse.Namespace) -> int:
    """Write size and SHA-256 of every table into data/datapackage.json."""
    changed = seal()
    print(f"sealed {data_folder().name}/datapackage.json; changed: {', '.join(changed) or 'none'}")
    return 0


def readme(options: argparse.Namespace) -> int:
    """Write what is generated into README.md, its picture and the notebooks, or only compare."""
    from workshop.address import out_of_step
    from workshop.notebooks import write_notebook

    paths = _chosen([])
    written = _generated_texts(paths)
    old = {path: path.read_text(encoding="utf-8") if path.exists() else "" for path in written}
    mended = out_of_step(paths, repository())
    stale = [path.name for path in written if old[path] != written[path]]
    stale += [path.name for path in mended]
    if options.check:
        for name in stale:
            print(f"{name} is stale; run socionaut readme")
        if not stale:
            print("README.md is in step")
        return int(bool(stale))
    for path, text in written.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_whole(path, text)
    for path, notebook in mended.items():
        write_notebook(notebook, path)
    return 0


def _generated_texts(paths: Sequence[Path]) -> dict[Path, str]:
    """Return the README and its picture as the ledger and the notebooks make them."""
    from socionaut.ledger.verdicts import collect_findings, verdict_table
    from workshop.address import address_block
    from workshop.pages.claim_map import claim_map_svg
    from workshop.pages.front import story_lines, summaries
    from workshop.pages.lessons import lessons_table
    from workshop.readme import fill, network_block, readme_blocks

    claims, findings, target = read_table("claims"), collect_findings(paths), PROJECT / "README.md"
    table = verdict_table(claims, findings)
    stories = "\n".join(story_lines(table, summaries(paths)))
    blocks = readme_blocks(claims, findings, paths)
    blocks |= {"address": address_block(repository()), "stories": f"{stories}\n"}
    filled = {
        target: blocks,
        PROJECT / "pages" / "scale.md": {
            "networks": network_block(PROJECT / "benchmarks" / "networks.csv")
        },
        PROJECT / "pages" / "teach.md": {"lessons": lessons_table(paths)},
    }
    return {
        **{path: fill(path.read_text(encoding="utf-8"), own) for path, own in filled.items()},
        PROJECT / "pages" / "_static" / "claim_map.svg": claim_map_svg(table),
    }


def data(options: argparse.Namespace) -> int:
    """List the open data sets and where they are now, or fetch them."""
    from socionaut.sources.opendata import cache_folder, datasets, mirror_folder

    if options.fetch:
        _fetch_data()
    table = datasets().set_index("name")
    found = pd.DataFrame({name: _whereabouts(name) for name in table.index}, ["place", "problem"]).T
    megabytes = (table["bytes"] / 1e6).map("{:.2f}".format).rename("MB")
    shown = pd.concat([table["licence"], table["files"], megabytes, found["place"]], axis=1)
    print(shown.to_string())
    print(f"mirror: {mirror_folder() or 'none (SOCIONAUT_MIRROR is not set)'}")
    print(f"cache:  {cache_folder()}")
    absent = found.index[~found["place"].str.contains("mirror|cache")]
    if options.fetch:
        lacking = f"; not here: {', '.join(absent)}" if len(absent) else ""
        print(f"{len(table) - len(absent)} of {len(table)} data sets are here{lacking}")
    damaged = found["problem"][found["problem"] != ""]
    print(*damaged, sep="\n", end="\n" if len(damaged) else "", file=sys.stderr)
    return 2 if len(damaged) else int(options.fetch and len(absent) > 0)


def _whereabouts(dataset: str) -> tuple[str, str]:
    """Return where the files of a data set are, and what is wrong with them."""
    from socionaut.sources.opendata import DataError, locate_dataset

    try:
        return locate_dataset(dataset), ""
    except DataError as error:
        return "damaged", str(error)


def _fetch_data() -> None:
    """Fetch what is not here, file by file; what is here is left as it is."""
    from socionaut.sources.opendata import (
        DataError,
        DataUnavailable,
        data_path,
        dataset_files,
        datasets,
        one_run,
    )

    files = [(name, file) for name in datasets()["name"] for file in dataset_files(name)]
    told = set()
    with one_run():
        for number, (dataset, file) in enumerate(files, start=1):
            label = f"[{number}/{len(files)}] {dataset}/{file}"
            try:
                megabytes = data_path(dataset, file, progress=True).stat().st_size / 1e6
                print(f"{label}  {megabytes:.2f} MB", flush=True)
            except (DataError, DataUnavailable) as error:
                reason = "" if dataset in told else f"\n  {error}"
                told.add(dataset)
                print(f"{label}  failed{reason}", flush=True)


def print_scoreboard(table: pd.DataFrame) -> None:
    """Print verdicts by theme, and the faults of what differs."""
    from socionaut.ledger.verdicts import scoreboard

    print(f"\n{scoreboard(table, 'theme').to_string()}\n")
    faults = table.query("verdict == 'differs'")["fault"].value_counts().sort_index()
    print("Faults: " + ", ".join(f"{name} {count}" for name, count in faults.items()) + "\n")


def _chosen(names: Sequence[str]) -> list[Path]:
    paths = sorted(NOTEBOOKS.glob("*.ipynb"))
    unknown = [name for name in names if not any(name in path.name for path in paths)]
    if unknown:
        known = ", ".join(path.name for path in paths)
        raise ValueError(f"No notebook has “{unknown[0]}” in its name; there are {known}.")
    return [path for path in paths if not names or any(name in path.name for name in names)]


def _print_not_run(results: Sequence[RunResult], table: pd.DataFrame) -> None:
    from socionaut.ledger.verdicts import stored_note
    from workshop.stored import HOW_TO_HAVE_DATA, why_not_run

    not_run = [result for result in results if result.status != "passed"]
    if not_run:
        print("Not run to the end, so that the pages show the stored outputs:")
        print(*(f"  {result.path.name}: {why_not_run(result)}" for result in not_run), sep="\n")
        skipped = any(result.status == "skipped" for result in not_run)
        told = (stored_note(table), HOW_TO_HAVE_DATA if skipped else "")
        print(*filter(None, told), "", sep="\n")


def _any_failed(results: Sequence[RunResult]) -> int:
    return int(any(result.status == "failed" for result in results))


def _run_all(
    runner: Callable[[Callable[[RunResult], None]], list[RunResult]],
) -> list[RunResult]:
    started = time.perf_counter()

    def tell(result: RunResult) -> None:
        print(f"{result.status:<8}{result.seconds:6.1f} s  {result.path.name}  {result.message}")
        sys.stdout.flush()

    results = runner(tell)
    ended = [sum(r.status == s for r in results) for s in ("passed", "failed", "skipped")]
    counts = "{} passed, {} failed, {} skipped".format(*ended)
    print(f"notebooks: {counts} in {time.perf_counter() - started:.1f} s")
    return results


def _stored_verdicts(folder: Path) -> pd.DataFrame:
    from socionaut.ledger.verdicts import collect_findings, verdict_table

    return verdict_table(read_table("claims"), collect_findings(sorted(folder.glob("*.ipynb"))))


def _write_whole(path: Path, text: str) -> None:
    with replacing(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")


def _near(path: Path) -> str:
    return os.path.relpath(path)


_NAMES: Option = ("names", {"nargs": "*", "help": "parts of the file names to run"})
COMMANDS: dict[str, tuple[Callable[[argparse.Namespace], int], list[Option]]] = {
    "check": (check, []),
    "claim": (claim, [("claims", {"nargs": "+", "metavar": "CLAIM", "help": "such as c003-041"})]),
    "data": (data, [flag("--fetch", "fetch what is not here")]),
    "findings": (findings, []),
    "handout": (handout, [("folder", {"help": "a new folder for the copy"})]),
    "lab": (lab, [flag("--fresh", "make the copy anew")]),
    "network": (network, NETWORK_OPTIONS),
    "portable": (
        portable,
        [
            _NAMES,
            ("--profiles", {"nargs": "+", "default": [], "help": "those alone"}),
            flag("--numeric", "only tests that compute, with chosen notebooks, too"),
            ("--noise", {"type": float, "default": 1e-12, "help": "size of the noise; 1e-12"}),
            ("--seed", {"type": int, "default": 1, "help": "seed of the noise; 1"}),
        ],
    ),
    "posts": (posts, POSTS_OPTIONS),
    "record": (
        record,
        [
            ("claims", {"nargs": "*", "metavar": "CLAIM", "help": "ids of claims decided anew"}),
            ("--tables", {"nargs": "+", "default": [], "help": "tables of facts that changed"}),
            ("--reason", {"required": True, "help": "why, in a sentence"}),
        ],
    ),
    "report": (report, []),
    "run": (run, [("--in-place", {"action": "store_true", "required": True}), _NAMES]),
    "seal": (seal_tables, []),
    "series": (series, SERIES_OPTIONS),
    "understand": (understand, UNDERSTAND_OPTIONS),
    "readme": (readme, [flag("--check", "compare, write nothing")]),
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="socionaut", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, (action, options) in COMMANDS.items():
        command = commands.add_parser(name, help=(action.__doc__ or "").strip())
        command.set_defaults(action=action)
        for word, settings in options:
            command.add_argument(word, **settings)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Return the exit code: 0 when all is well, 1 when something was found, 2 for damaged input.
    """
    options = _parser().parse_args(arguments)
    try:
        if options.action in (
            check,
            claim,
            findings,
            handout,
            lab,
            readme,
            report,
            run,
            seal_tables,
        ):
            need_project("This command")
        return int(options.action(options))
    except (ValueError, OSError, DocumentError) as error:
        print(f"socionaut: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(
            "socionaut: stopped, as you asked; what was not told as written is not.",
            file=sys.stderr,
        )
        return 130
    except MemoryError:
        print(
            "socionaut: the memory of this machine did not suffice; close other programs, or give "
            "a part of the file.",
            file=sys.stderr,
        )
        return 2


if __name__ == "__main__":
    sys.exit(main())
