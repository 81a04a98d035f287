"""The commands for a reader's own files: ``posts``, ``network``, ``series`` and ``understand``.

Each first reads and checks the file and says what it was taken for; then the notebook runs.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from socionaut.errors import InputError
from socionaut.project import PROJECT, need_project
from socionaut.sources.own_memory import READ_VARIABLE, free_memory, rows_at_most

if TYPE_CHECKING:
    from socionaut.sources.own_tables import CheckedTable

__all__ = [
    "NETWORK_OPTIONS",
    "POSTS_OPTIONS",
    "SERIES_OPTIONS",
    "UNDERSTAND_OPTIONS",
    "Option",
    "flag",
    "network",
    "posts",
    "series",
    "told_of_size",
    "understand",
]

NOTEBOOKS = PROJECT / "notebooks"
TRENDS = ["linear", "log-linear", "damped", "bending", "last year", "local linear"]
_ROWS_SHOWN = 5
_TABLES = (".csv", ".tsv", ".txt", ".parquet")
# Measured through the command on one and two million edges: pages/bring_your_data.md has them.
_MANY_EDGES, _BYTES_AN_EDGE, _MINUTES_A_MILLION = 900_000, 4.6 * 2**30 / 1e6, 7
# What a series allows of which no forecast stays above 0.
_FORECASTS = [
    "## What was to be expected",
    "## Placebo dates",
    "## All choices at once",
    "## How sure is this?",
    "## To cite",
    "## Take home",
]
_IN_UNITS = """level = fits["AR(1)"].table.loc["level change"]
in_short(
    f"From {shifts.write_period(at)} on, the level of the series changes by"
    f" **{level['value']:.3g}** ({level['low']:.3g} to {level['high']:.3g}), in the unit of its"
    " values.",
    other_trend,
    sure="The interval is that of two straight paths with errors of first order; without a"
    " forecast there is no record of earlier dates to hold it against.",
)"""

Option = tuple[str, dict[str, Any]]


class Read(NamedTuple):
    """What reading a file found."""

    taken: pd.DataFrame  # which heading was used as which column
    notes: list[str]  # what was decided
    rows: int  # of the file
    used: int  # of them

    @classmethod
    def of(cls, checked: CheckedTable) -> Read:
        """Return it for a checked table."""
        used = len(checked.good)
        return cls(checked.taken, checked.notes, used + len(checked.bad), used)


def flag(name: str, words: str) -> Option:
    """Return an option that is given or not."""
    return name, {"action": "store_true", "help": words}


def _repeated(name: str, form: str, words: str) -> Option:
    return name, {"action": "append", "default": [], "metavar": form, "help": words}


_READING: list[Option] = [
    ("--columns", {"nargs": "?", "const": True, "metavar": "FILE.toml",
                   "help": "alone: show the columns that are used; else a file that maps them"}),
    _repeated("--rename", "HEADING=COLUMN", "use a heading of the file as a column"),
    _repeated("--set", "COLUMN=VALUE", "a column that is the same in every row"),
    _repeated("--only", "HEADING=VALUE", "keep the rows with this value"),
    ("--sheet", {"help": "sheet of a workbook"}),
    ("--decimal", {"choices": ["point", "comma"], "help": "sign before the decimals"}),
    ("--zone", {"help": "time zone of times that name none, as Europe/Paris"}),
    ("--dates", {"choices": ["day first", "month first"], "help": "how 03/04/2024 is read"}),
]  # fmt: skip


def _own(things: str) -> list[Option]:
    return [
        ("file", {"type": Path, "nargs": "?", "help": f"your {things}"}),
        ("--output", {"type": Path, "help": "folder for the result"}),
        flag("--drop-bad-rows", "go on without bad rows"),
        ("--example", {"type": Path, "metavar": "FILE", "help": f"write example {things}"}),
        *_READING,
    ]


_JOINING = [
    flag("--join-repeats", "make one edge of its repeats: the sum of weights, or their number"),
    flag("--join-names", "take names that differ by case or @ as one"),
]
_WAYS: list[Option] = [
    ("--undirected", {"dest": "directed", "action": "store_const", "const": False,
                      "default": None, "help": "edges lead both ways"}),
    ("--directed", {"dest": "directed", "action": "store_const", "const": True,
                    "help": "edges lead from source to target"}),
    ("--weights", {"choices": ["probability", "strength"], "help": "what weights are"}),
]  # fmt: skip
NETWORK_OPTIONS: list[Option] = [
    *_own("edges"),
    ("--attributes", {"type": Path, "help": "what is known of the nodes"}),
    *_WAYS,
    *_JOINING,
]
POSTS_OPTIONS: list[Option] = [
    *_own("posts"),
    ("--per", {"choices": ["followers", "reach"], "help": "what interactions are divided by"}),
    _JOINING[1],
]
SERIES_OPTIONS: list[Option] = [
    *_own("series"),
    ("--break", {"dest": "break_at", "default": "", "help": "first period after it"}),
    ("--trend", {"choices": TRENDS, "default": "linear",
                 "help": "how the series is expected to go on"}),
]  # fmt: skip
UNDERSTAND_OPTIONS: list[Option] = [
    ("file", {"type": Path, "help": "any file of yours"}),
    ("--as", {"dest": "kind", "choices": ["posts", "network", "series"],
              "help": "what it holds; found by itself when left out"}),
    *_READING, *_WAYS, *_JOINING,
]  # fmt: skip


def reading_of(options: argparse.Namespace) -> dict[str, Any]:
    """Return what the options say about a file, as the notebooks take it."""
    pairs = {
        "rename": _pairs(options.rename, "--rename", "HEADING=COLUMN"),
        "constants": _pairs(options.set, "--set", "COLUMN=VALUE"),
        "only": _pairs(options.only, "--only", "HEADING=VALUE"),
    }
    found: dict[str, Any] = {
        name: getattr(options, name) for name in ("sheet", "decimal", "zone", "dates")
    }
    if isinstance(options.columns, str):
        found["columns"] = str(Path(options.columns).resolve())
    joined = {
        word: True for word in ("repeats", "names") if getattr(options, f"join_{word}", False)
    }
    found |= {**pairs, "joined": joined}
    return {name: value for name, value in found.items() if value}


def _pairs(texts: Sequence[str], option: str, form: str) -> dict[str, str]:
    pairs = {}
    for text in texts:
        name, sign, value = text.rpartition("=") if option == "--rename" else text.partition("=")
        if not (sign and name.strip() and value.strip()):
            raise InputError(f'{option} "{text}" has not the form {form}; write for example '
                             f'{option} "{form}".')  # fmt: skip
        pairs[name.strip()] = value.strip()
    return pairs


def posts(options: argparse.Namespace) -> int:
    """Run the notebook on your own posts, show the columns they need, or write an example."""
    from socionaut.engagement.open_posts import open_posts
    from socionaut.engagement.own_posts import columns_of_posts, example_posts

    def check() -> tuple[Read, dict[str, object]]:
        opened = open_posts(
            options.file,
            per=options.per,
            reading=reading_of(options),
            drop_bad_rows=options.drop_bad_rows,
        )
        return Read(opened.taken, opened.notes, opened.rows, opened.used), {"per": options.per}

    return _own_data(
        options,
        notebook="16_your_own_posts.ipynb",
        columns=columns_of_posts,
        example=example_posts,
        check=check,
    )


def network(options: argparse.Namespace) -> int:
    """Run the notebook on your own network, show the columns it needs, or write an example."""
    from socionaut.influence import own_network as edges

    def check() -> tuple[Read, dict[str, object]]:
        # Of other files and of rows to be chosen or joined nobody knows the edges before.
        whole = options.file.suffix.lower() in _TABLES and not (
            options.only or options.join_repeats
        )
        for line in told_of_size(options.file, free_memory()) if whole else []:
            print(f"  {line}", flush=True)
        checked = edges.check_edges(
            options.file,
            directed=options.directed,
            weights=options.weights,
            reading=reading_of(options),
        )
        kept = checked.accept(drop_bad_rows=options.drop_bad_rows)
        if options.attributes:
            attributes = edges.check_attributes(options.attributes, kept)
            attributes.accept(drop_bad_rows=options.drop_bad_rows)
        found = {name: getattr(options, name) for name in ("directed", "weights")}
        known = str(options.attributes.resolve()) if options.attributes else ""
        return Read.of(checked), {"attributes": known, **found}

    return _own_data(
        options,
        notebook="26_your_own_network.ipynb",
        columns=lambda: pd.concat(
            {"edges": edges.columns_of_edges(), "attributes": edges.columns_of_attributes()},
            names=["file", None],
        ).reset_index("file"),
        example=edges.example_edges,
        check=check,
    )


def told_of_size(file: Path, free: int | None) -> list[str]:
    """Say what a large network will cost, and refuse one that memory cannot hold.

    `free` is free memory in bytes, None where it is not known.
    """
    from workshop.own_steps import SECONDS_A_STEP

    rows = rows_at_most(file)
    if rows < _MANY_EDGES:
        return []
    needed = rows * _BYTES_AN_EDGE / 2**30
    if free is not None and needed > free / 2**30:
        most = int(free / _BYTES_AN_EDGE / 1e5) / 10
        raise InputError(
            f"{file.name} has about {rows / 1e6:.1f} million rows: its network would need some "
            f"{needed:.0f} GiB of memory, and {free / 2**30:.0f} GiB are free. Give a part, such "
            f"as a year or the nodes with more than one edge: up to {most:g} million edges fit "
            "here. Or take a machine with more memory; pages/scale.md says what larger tools there "
            "are."
        )
    return [
        f"About {rows / 1e6:.1f} million edges: some {needed:.0f} GiB of memory, and "
        f"{rows / 1e6 * _MINUTES_A_MILLION:.0f} minutes or more of the processor. A step over "
        f"{SECONDS_A_STEP / 60:.0f} minutes leaves out what it would show; the first of these are "
        "the ranks with a tenth of the edges left out, and the chances at which starts matter."
    ]


def series(options: argparse.Namespace) -> int:
    """Run the notebook on your own series, show the columns it needs, or write an example."""
    from socionaut.shifts import own_series
    from socionaut.shifts.own_periods import write_period

    left_out: list[str] = []

    def check() -> tuple[Read, dict[str, object]]:
        checked = own_series.check_series(options.file, reading=reading_of(options))
        points = own_series.series_of(checked.accept(drop_bad_rows=options.drop_bad_rows))
        if not options.break_at:
            middle = write_period(points.index[len(points) * 2 // 3])
            raise InputError(
                f"{checked.name}: {own_series.describe_periods(points)} Say where the break is, "
                f"for example --break {middle}."
            )
        at = own_series.break_of(points, options.break_at)
        trend, _ = own_series.usable_trend(points, at, options.trend)
        if trend == "none":
            left_out.extend(_FORECASTS)
        return Read.of(checked), {"break_at": options.break_at, "trend": options.trend}

    return _own_data(
        options,
        notebook="35_your_own_series.ipynb",
        columns=own_series.columns_of_series,
        example=own_series.example_series,
        check=check,
        left_out=left_out,
    )


def _own_data(
    options: argparse.Namespace,
    *,
    notebook: str,
    columns: Callable[[], pd.DataFrame],
    example: Callable[[], pd.DataFrame],
    check: Callable[[], tuple[Read, dict[str, object]]],
    left_out: Sequence[str] = (),
) -> int:
    from socionaut.sources.own_tables import write_example
    from workshop.own_runs import demand_folder, run_with

    if options.columns is True:
        print(columns().to_string(index=False))
    elif options.example:
        write_example(example(), options.example)
        print(f"made-up example written: {os.path.relpath(options.example)}")
    elif options.file and options.output:
        need_project(f"A run of {notebook}")
        demand_folder(options.output, notebook)
        print(f"reading {options.file.name} ...", flush=True)
        with _reading_once():
            read, parameters = _with_a_way_on(check, notebook, options)
            print_understood(read)
            values = {"file": str(options.file.resolve()), "reading": reading_of(options)}
            values["drop_bad_rows"] = options.drop_bad_rows
            written = run_with(
                NOTEBOOKS / notebook,
                options.output,
                values | parameters,
                command=command_of(notebook, options),
                tell=lambda line: print(line, flush=True),
                left_out=left_out,
                instead=_IN_UNITS if left_out else "",
            )
        print(*(f"written: {os.path.relpath(path)}" for path in written), sep="\n")
    else:
        print("socionaut: give FILE and --output FOLDER, or --columns, or --example FILE.")
        return 2
    return 0


def _with_a_way_on(
    check: Callable[[], tuple[Read, dict[str, object]]], notebook: str, options: argparse.Namespace
) -> tuple[Read, dict[str, object]]:
    """Check, and end a refusal with the whole command that it proposes."""
    try:
        return check()
    except InputError as error:
        proposed = proposals_in(str(error))
        if not proposed:
            raise
        command = f"{command_of(notebook, options, whole=True)} {proposed}"
        raise InputError(f"{error}\nThe whole command, if that is meant:\n  {command}") from error


def proposals_in(words: str) -> str:
    """Return the options that a refusal proposes, the first of each place.

    Examples
    --------
    >>> proposals_in("Rows repeat: add --join-repeats, or delete them.")
    '--join-repeats'
    >>> proposals_in("Add --zone with the place, for example --zone Asia/Tokyo.")
    '--zone Asia/Tokyo'
    >>> proposals_in('add: --rename "Likes=reactions" --rename "Fans=followers"')
    '--rename "Likes=reactions" --rename "Fans=followers"'
    """
    quoted = r""" (?:"[^"]+"|'[^']*')+"""
    option = rf"--[a-z-]+(?:{quoted}| [A-Za-z]+/[A-Za-z_]+| (?:point|comma|strength|probability))?"
    found = re.findall(rf"(?:add|Add|example):? ({option}(?: {option})*)", words)
    once: dict[str, str] = {}
    for text in found:
        option = text.split()[0]
        if once.get(option, option) == option:  # "add --zone, for example --zone UTC"
            once[option] = text
    return " ".join(once.values())


@contextmanager
def _reading_once() -> Iterator[None]:
    """Let the notebook have what the command has read and checked."""
    before = os.environ.get(READ_VARIABLE)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        os.environ[READ_VARIABLE] = folder
        try:
            yield
        finally:
            os.environ.pop(READ_VARIABLE)
            if before is not None:
                os.environ[READ_VARIABLE] = before


_WORDS = {
    "16_your_own_posts.ipynb": "posts",
    "26_your_own_network.ipynb": "network",
    "35_your_own_series.ipynb": "series",
}


def command_of(notebook: str, options: argparse.Namespace, *, whole: bool = False) -> str:
    """Write the command that gives the same result again.

    Where it is `whole`, files are named with their folders, to be run here.
    """
    word = _WORDS[notebook]
    table = {"posts": POSTS_OPTIONS, "network": NETWORK_OPTIONS, "series": SERIES_OPTIONS}[word]
    parts = ["socionaut", word, str(options.file) if whole else options.file.name]
    for name, settings in table:
        if not name.startswith("--"):
            continue
        value = getattr(options, settings.get("dest", name.removeprefix("--").replace("-", "_")))
        if settings.get("action") == "store_const":
            parts += [name] * (value is settings["const"])
        elif settings.get("action") == "append":
            parts += [part for text in value for part in (name, text)]
        elif value is True and name != "--columns":
            parts.append(name)
        elif value not in (None, False, "", True, settings.get("default", "")):
            named = value.name if isinstance(value, Path) and not whole else str(value)
            parts += [name, named]
    return shlex.join(parts)


def print_understood(read: Read) -> None:
    """Print what a file was taken for: columns, rows, and what was decided."""
    for row in read.taken.to_dict("records"):
        if row["how"] != "as named":
            source = f' from "{row["heading"]}"' if row["heading"] else ""
            print(f"  {row['column']}{source}: {row['how']}")
    print(*(f"  {note}" for note in read.notes), sep="\n", end="\n" if read.notes else "")
    print(f"  Rows used: {read.used:,} of {read.rows:,}.", flush=True)


def understand(options: argparse.Namespace) -> int:
    """Say what a file of yours is taken for: its columns, first rows, and what is missing."""
    reading = reading_of(options) if options.columns is not True else {}
    kind = options.kind or _kind_of_file(options.file, reading)
    named = {"posts": "posts", "network": "a network", "series": "a series"}[kind]
    sure = "" if options.kind else " (say otherwise with --as posts, network or series)"
    print(f"{options.file.name} is taken for {named}{sure}.")
    taken, cells, notes = _understood(kind, options.file, reading)
    if len(taken):
        print("\nIts columns:")
        print(taken.to_string(index=False))
    print("\nIts first rows, as they stand:")
    print(cells.head(_ROWS_SHOWN).iloc[:, :8].to_string(max_colwidth=24))
    print("", *(f"{note}" for note in notes), sep="\n")
    checked = _checked(kind, options, reading)
    print(*(f"{note}" for note in checked.notes if note not in notes), sep="\n")
    if len(checked.faults):
        print(f"\n{len(checked.bad):,} rows have a fault:\n{checked.sentences()}")
    print(f"\nRows that can be used: {len(checked.good):,} of "
          f"{len(checked.good) + len(checked.bad):,}.")  # fmt: skip
    checked.accept(drop_bad_rows=not checked.lasting and len(checked.good) > 0)
    print(f"To go on:\n  {_next_command(kind, options, checked)}")
    return 0


def _kind_of_file(path: Path, reading: Mapping[str, Any]) -> str:
    """Return what a file holds, by which columns it has."""
    from socionaut.engagement.own_posts import COUNTS, understand_posts
    from socionaut.influence.own_graph_files import graph_kind
    from socionaut.influence.own_graphs import read_graph
    from socionaut.shifts.own_periods import kind_of
    from socionaut.shifts.own_series import understand_series
    from socionaut.sources.own_files import Reading, understand_file
    from socionaut.sources.written import stripped

    plain = {name: value for name, value in reading.items() if name != "rename"}
    graph = read_graph(path, Reading.of(plain))
    if graph.matrix or graph_kind(path):
        return "network"
    if any("no header" in note for note in graph.raw.notes):
        firsts = stripped(graph.raw.cells.iloc[:, 0])
        # Numbers alone are nodes; a month or a day is none.
        if firsts.map(kind_of).ne("").all() and not firsts.str.isdigit().any():
            return "series"
    ends = understand_file(graph.raw, "networks", ["source", "target"], plain).cells
    renamed = {*reading.get("rename", {}).values()}
    if {"source", "target"} <= set(ends) or {"source", "target"} & renamed:
        return "network"
    own = understand_posts(path, plain)
    if own.preset or len(set(COUNTS) & {*own.cells, *renamed}) > 1:
        return "posts"
    try:
        found = understand_series(path, reading)
    except InputError:
        return "series"
    return "series" if "period" in found.cells else "posts"


def _understood(
    kind: str, path: Path, reading: Mapping[str, Any]
) -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
    from socionaut.engagement.own_posts import understand_posts
    from socionaut.influence.own_network import understand_network
    from socionaut.shifts.own_series import understand_series

    if kind == "network":
        own = understand_network(path, reading)[1]
    else:
        own = (understand_posts if kind == "posts" else understand_series)(path, reading)
    used = {*own.taken["column"], *own.taken["heading"]}
    rest = [name for name in map(str, own.raw.cells) if name not in used]
    left = pd.DataFrame([("(not used)", name, "") for name in rest], columns=own.taken.columns)
    return pd.concat([own.taken, left], ignore_index=True), own.raw.cells, own.notes


def _checked(kind: str, options: argparse.Namespace, reading: Mapping[str, Any]) -> CheckedTable:
    from socionaut.engagement.own_posts import check_posts
    from socionaut.influence.own_network import check_edges
    from socionaut.shifts.own_series import check_series

    if kind == "posts":
        return check_posts(options.file, per=None, reading=reading)
    if kind == "series":
        return check_series(options.file, reading=reading)
    return check_edges(
        options.file, directed=options.directed, weights=options.weights, reading=reading
    )


def _next_command(kind: str, options: argparse.Namespace, checked: CheckedTable) -> str:
    from socionaut.shifts.own_periods import write_period
    from socionaut.shifts.own_series import series_of

    said = dict(vars(options), output=None, example=None, drop_bad_rows=bool(len(checked.bad)))
    notebook = next(name for name, word in _WORDS.items() if word == kind)
    if kind == "series":
        points = series_of(checked.good)
        middle = write_period(points.index[len(points) * 2 // 3])
        said |= {"break_at": middle, "trend": "linear"}
    said |= {"per": checked.said.get("per")} if kind == "posts" else {"attributes": None}
    if kind == "posts" and said["per"] == "followers":
        said["per"] = None
    return f"{command_of(notebook, argparse.Namespace(**said), whole=True)} --output my_results"
