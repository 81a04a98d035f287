"""The command line: ``socionaut COMMAND``, or ``python -m socionaut COMMAND``."""

from __future__ import annotations

import argparse
import functools
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from socionaut.documents import DocumentError
from socionaut.files import replacing
from socionaut.tables import (
    PROJECT,
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
    """Check the tables, the ledger against notebooks, and against the documents if at hand."""
    started = time.perf_counter()
    # The faults of a table come again with each table that refers to it.
    found = [problem for name in table_names() for problem in table_problems(name)]
    problems = list(dict.fromkeys(found))
    if not problems:
        problems = _ledger_problems()
    for problem in problems:
        print(problem)
    verdict = f"{len(problems)} problems" if problems else "no problem found"
    print(f"{verdict} in {time.perf_counter() - started:.1f} s")
    return 1 if problems else 0


def _ledger_problems() -> list[str]:
    from socionaut.documents import check_claim, check_ledger, documents_folder, read_documents
    from socionaut.verdicts import collect_findings, ledger_problems

    claims, exemptions = read_table("claims"), read_table("exemptions")
    problems = ledger_problems(claims, collect_findings(_chosen([])))
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
    from socionaut.dates import check_dates, check_items
    from socionaut.mentions import check_coding, check_mentions

    entities, mentions, sections = map(read_table, ("entities", "mentions", "sections"))
    found = check_coding(entities, mentions, read_table("relations"), sections)
    found += check_dates(read_table("dated_statements"), documents)
    found += check_items(read_table("list_items"), read_table("claims"), documents)
    if documents is not None:
        found += check_mentions(entities, mentions, sections, documents)
    return [str(problem) for problem in found]


def findings(_: argparse.Namespace) -> int:
    """Print the scoreboard of the stored notebooks."""
    print_scoreboard(_stored_verdicts(NOTEBOOKS))
    return 0


def run(options: argparse.Namespace) -> int:
    """Execute notebooks in place, for authors."""
    from socionaut.notebooks import update_notebooks

    return _run_all(lambda report: update_notebooks(_chosen(options.names), report=report))


def portable(options: argparse.Namespace) -> int:
    """Run notebooks and tests as other processors would, name each cell that differs."""
    from socionaut.portable import PROFILES, left_out, settings

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
    from socionaut.portable import start_up

    calls = {
        "shaken": f"start({options.noise!r}, {options.seed!r}, get_ipython())",
        "permuted": f"permute({options.seed!r})",
    }
    print(f"{name}: noise of {options.noise:g}" if name == "shaken" else f"{name}: rows of tables")
    with tempfile.TemporaryDirectory() as folder:
        code = f"from socionaut.shaking import permute, start\n{calls[name]}\n"
        variables = start_up(Path(folder), code)
        return _portable_notebooks(name, variables, options.names, any_order=name == "permuted")


def _portable_notebooks(
    name: str, variables: Mapping[str, str], names: Sequence[str], *, any_order: bool = False
) -> int:
    from socionaut.portable import run_profile

    found = []

    def runner(tell: Callable[[RunResult], None]) -> list[RunResult]:
        results, differing = run_profile(
            variables, _chosen(names), any_order=any_order, report=tell
        )
        found.extend(differing)
        return results

    failed = _run_all(runner)
    print(*found, sep="\n\n", end="\n\n" if found else "")
    print(f"{name}: {len(found) or 'no'} cells differ from the stored ones", flush=True)
    return failed + len(found)


def _portable_tests(name: str, variables: Mapping[str, str], options: argparse.Namespace) -> int:
    from socionaut.portable import numeric_tests, run_tests

    tests = PROJECT / "tests"
    paths = numeric_tests(tests) if options.numeric else [tests]
    if options.names:
        return 0
    passed, report = run_tests(variables, PROJECT, [*paths, PROJECT / "lib"])
    print(f"{name}, tests and doctests: {report}", flush=True)
    return int(not passed)


def report(_: argparse.Namespace) -> int:
    """Execute every notebook into build/, build the web pages, print the scoreboard."""
    from socionaut.notebooks import run_notebooks
    from socionaut.pages import build_pages, page_problems

    executed, sources = BUILD / "notebooks", _chosen([])
    # No result of an earlier run may pass for one of this run.
    shutil.rmtree(executed, ignore_errors=True)
    environment = {"SOCIONAUT_NOTEBOOKS": str(executed)}
    status = _run_all(
        lambda tell: run_notebooks(sources, executed, environment=environment, report=tell)
    )
    table = _stored_verdicts(executed)
    _write_whole(BUILD / "verdicts.csv", table.to_csv(index=False, lineterminator="\n"))
    shown = table.drop(columns=["unit", "low", "high"])
    copies = sorted(executed.glob("*.ipynb"))
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
    from socionaut.readme import fill, readme_blocks
    from socionaut.verdicts import collect_findings

    paths = _chosen([])
    blocks = readme_blocks(read_table("claims"), collect_findings(paths), paths)
    target = PROJECT / "README.md"
    old = target.read_text(encoding="utf-8")
    new = fill(old, blocks)
    if options.check:
        print("README.md is in step" if new == old else "README.md is stale; run socionaut readme")
        return int(new != old)
    _write_whole(target, new)
    return 0


def data(options: argparse.Namespace) -> int:
    """List the open data sets and where they are now, or fetch them."""
    from socionaut.opendata import cache_folder, datasets, locate_dataset, mirror_folder

    status = _fetch_data() if options.fetch else 0
    table = datasets().set_index("name")
    places = pd.Series({name: locate_dataset(name) for name in table.index}, name="place")
    megabytes = (table["bytes"] / 1e6).map("{:.2f}".format).rename("MB")
    print(pd.concat([table["licence"], table["files"], megabytes, places], axis=1).to_string())
    print(f"mirror: {mirror_folder() or 'none (SOCIONAUT_MIRROR is not set)'}")
    print(f"cache:  {cache_folder()}")
    return status


def _fetch_data() -> int:
    from socionaut.opendata import DataError, DataUnavailable, data_path, dataset_files, datasets

    status = 0
    for dataset in datasets()["name"]:
        for file in dataset_files(dataset):
            print(f"{dataset}/{file} ... ", end="", flush=True)
            try:
                print(f"{data_path(dataset, file).stat().st_size / 1e6:.2f} MB")
            except (DataError, DataUnavailable) as error:
                print(f"failed\n  {error}")
                status = 1
                break
    return status


def posts(options: argparse.Namespace) -> int:
    """Run the notebook on your own posts, show the columns they need, or write an example."""
    from socionaut.posts import check_posts, columns_of_posts, example_posts

    return _own_data(
        options,
        notebook="16_your_own_posts.ipynb",
        columns=columns_of_posts,
        example=example_posts,
        check=lambda: check_posts(options.file, per=options.per).accept(
            drop_bad_rows=options.drop_bad_rows
        ),
        parameters={"per": options.per},
    )


def network(options: argparse.Namespace) -> int:
    """Run the notebook on your own network, show the columns it needs, or write an example."""
    from socionaut import edges

    def check() -> None:
        drop, weights = options.drop_bad_rows, options.weights
        checked = edges.check_edges(options.file, directed=options.directed, weights=weights)
        kept = checked.accept(drop_bad_rows=drop)
        if options.attributes:
            edges.check_attributes(options.attributes, kept).accept(drop_bad_rows=drop)

    return _own_data(
        options,
        notebook="26_your_own_network.ipynb",
        columns=lambda: pd.concat(
            {"edges": edges.columns_of_edges(), "attributes": edges.columns_of_attributes()},
            names=["file", None],
        ).reset_index("file"),
        example=edges.example_edges,
        check=check,
        parameters={
            "attributes": str(options.attributes.resolve()) if options.attributes else "",
            "directed": options.directed,
            "weights": options.weights,
        },
    )


def series(options: argparse.Namespace) -> int:
    """Run the notebook on your own series, show the columns it needs, or write an example."""
    from socionaut.own_series import (
        break_of,
        check_series,
        columns_of_series,
        example_series,
        series_of,
    )

    def check() -> None:
        kept = check_series(options.file).accept(drop_bad_rows=options.drop_bad_rows)
        break_of(series_of(kept), options.break_at)

    return _own_data(
        options,
        notebook="35_your_own_series.ipynb",
        columns=columns_of_series,
        example=example_series,
        check=check,
        parameters={"break_at": options.break_at},
    )


def _own_data(
    options: argparse.Namespace,
    *,
    notebook: str,
    columns: Callable[[], pd.DataFrame],
    example: Callable[[], pd.DataFrame],
    check: Callable[[], object],
    parameters: dict[str, object],
) -> int:
    from socionaut.own_data import write_example
    from socionaut.own_runs import run_with

    if options.columns:
        print(columns().to_string(index=False))
    elif options.example:
        write_example(example(), options.example)
        print(f"made-up example written: {_near(options.example)}")
    elif options.file and options.output:
        print("checking the file and running the notebook ...", flush=True)
        check()
        values = {"file": str(options.file.resolve()), "drop_bad_rows": options.drop_bad_rows}
        written = run_with(NOTEBOOKS / notebook, options.output, values | parameters)
        print(*(f"written: {_near(path)}" for path in written), sep="\n")
    else:
        print("socionaut: give FILE and --output FOLDER, or --columns, or --example FILE.")
        return 2
    return 0


def benchmark(options: argparse.Namespace) -> int:
    """Measure the table of posts by engine, or the work on a network against networkx."""
    return {"posts": _benchmark_posts, "network": _benchmark_network}[options.table](options)


def _benchmark_network(options: argparse.Namespace) -> int:
    from socionaut.figures import versions
    from socionaut.network_benchmark import (
        compare_with_networkx,
        summarise_ratios,
        synthetic_network,
    )

    graph = synthetic_network()
    print(f"synthetic network, for speed alone: {len(graph):,} nodes, {graph.size():,} edges")
    _print_machine()
    print(versions("igraph", "networkx", "numba"))
    tell = functools.partial(print, flush=True)
    measured = compare_with_networkx(graph, rounds=options.repetitions, progress=tell)
    print(f"\nThe same results on both ways.\n{summarise_ratios(measured).round(2).to_string()}")
    return 0


def _benchmark_posts(options: argparse.Namespace) -> int:
    from socionaut.figures import versions
    from socionaut.scale import compare_engines, summarise_runs, synthetic_posts

    tell = functools.partial(print, flush=True)
    path = BUILD / "benchmark" / f"synthetic_posts_{options.rows}.parquet"
    if not path.exists():
        synthetic_posts(path, options.rows, progress=tell)
    size = path.stat().st_size / 2**20
    print(f"{options.rows:,} synthetic posts, for speed alone, {size:,.0f} MiB: {_near(path)}")
    _print_machine()
    print(versions("duckdb", "narwhals", "pandas", "pyarrow"))
    runs = compare_engines(path, repetitions=options.repetitions, progress=tell)
    print(f"\nThe same numbers from each engine.\n{summarise_runs(runs).round(2).to_string()}")
    return 0


def _print_machine() -> None:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    print(f"{os.cpu_count()} processors, {memory:.0f} GiB, Python {platform.python_version()}")


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
    unknown = [name for name in names if not any(name in path.name for path in paths)]
    if unknown:
        known = ", ".join(path.name for path in paths)
        raise ValueError(f"No notebook has “{unknown[0]}” in its name; there are {known}.")
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
    from socionaut.verdicts import collect_findings, verdict_table

    return verdict_table(read_table("claims"), collect_findings(sorted(folder.glob("*.ipynb"))))


def _write_whole(path: Path, text: str) -> None:
    with replacing(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")


def _near(path: Path) -> str:
    return os.path.relpath(path)


def _add_own_data_arguments(command: argparse.ArgumentParser, things: str) -> None:
    command.add_argument("file", type=Path, nargs="?", help=f"your {things}, CSV or Parquet")
    command.add_argument("--output", type=Path, help="folder for the notebook and its figures")
    command.add_argument("--drop-bad-rows", action="store_true", help="go on without bad rows")
    command.add_argument("--columns", action="store_true", help="show the columns of a file")
    command.add_argument("--example", type=Path, metavar="FILE", help=f"write example {things}")


def _add_portable_arguments(command: argparse.ArgumentParser) -> None:
    command.add_argument("names", nargs="*", help="parts of the file names to run, without tests")
    command.add_argument("--profiles", nargs="+", default=[], help="those alone")
    command.add_argument("--numeric", action="store_true", help="only tests that compute")
    command.add_argument("--noise", type=float, default=1e-12, help="size of the noise; 1e-12")
    command.add_argument("--seed", type=int, default=1, help="seed of noise and rows; 1")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="socionaut", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, action in {
        "check": check,
        "benchmark": benchmark,
        "data": data,
        "findings": findings,
        "network": network,
        "portable": portable,
        "posts": posts,
        "report": report,
        "run": run,
        "seal": seal_tables,
        "series": series,
        "readme": readme,
    }.items():
        command = commands.add_parser(name, help=(action.__doc__ or "").strip())
        command.set_defaults(action=action)
        if action is run:
            command.add_argument("--in-place", action="store_true", required=True)
            command.add_argument("names", nargs="*", help="parts of the file names to run")
        if action is data:
            command.add_argument("--fetch", action="store_true", help="fetch what is not here")
        if action is benchmark:
            command.add_argument("table", choices=["posts", "network"], help="what to measure")
            command.add_argument("--rows", type=int, default=22_000_000)
            command.add_argument("--repetitions", type=int, default=3)
        if action is portable:
            _add_portable_arguments(command)
        if action is posts:
            _add_own_data_arguments(command, "posts")
            command.add_argument("--per", choices=["followers", "reach"], default="followers")
        if action is network:
            _add_own_data_arguments(command, "edges")
            command.add_argument("--attributes", type=Path, help="what is known of the nodes")
            command.add_argument("--undirected", dest="directed", action="store_false")
            command.add_argument(
                "--weights", choices=["probability", "strength"], default="probability"
            )
        if action is series:
            _add_own_data_arguments(command, "series")
            command.add_argument(
                "--break", dest="break_at", default="", help="first period after the break"
            )
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
    except (ValueError, OSError, DocumentError) as error:
        print(f"socionaut: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
