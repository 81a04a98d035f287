"""Open data comes from the right place, whole and verified, or not at all, with a sentence."""

import errno
import fcntl
import hashlib
import inspect
import json
import logging
import os
import re
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pooch
import pytest
from IPython.core.interactiveshell import InteractiveShell
from nbformat.v4 import new_code_cell, new_output

from socionaut.sources import opendata
from socionaut.sources import readers as datasets_module
from socionaut.sources.opendata import (
    DataError,
    DataUnavailable,
    cache_folder,
    data_path,
    dataset_files,
    datasets,
    describe_dataset,
    locate_dataset,
    mirror_folder,
    one_run,
)
from workshop.__main__ import main

ROOT = Path(__file__).resolve().parents[2]
GOOD = b"post;likes\n1;20\n2;30\n" * 500
BAD = GOOD.replace(b"30", b"31", 1)


class Server(ThreadingHTTPServer):
    """A web server of this machine that gives one file, well or badly, and counts."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.way = "good"
        self.only = ""  # the way holds for this file alone, if for one
        self.asked: list[str] = []
        self.released = threading.Event()


class Handler(BaseHTTPRequestHandler):
    """Answer in the way that the server is set to."""

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        way = self.server.way if self.server.only in ("", self.path) else "good"
        if way == "hanging":
            self.server.released.wait(10)
        if way in ("hanging", "vanishing"):
            return
        self.send_response(404 if way == "missing" else 200)
        if way != "cut without length":
            self.send_header("Content-Length", str(len(GOOD)))
        self.end_headers()
        body = BAD if way == "changed" else GOOD
        self.wfile.write(body[: len(body) // 2] if way.startswith("cut") else body)

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.released.set()
    server.shutdown()
    thread.join()
    server.server_close()


def register(folder: Path, port: int) -> None:
    folder.mkdir()
    files = "".join(
        f'[[posts.files]]\nname = "{name}"\nurl = "http://127.0.0.1:{port}/{name}"\n'
        f'bytes = {len(GOOD)}\nsha256 = "{hashlib.sha256(GOOD).hexdigest()}"\n'
        for name in ("a.csv", "b.csv")
    )
    (folder / "datasets.toml").write_text(
        '[posts]\ntitle = "Planted posts"\nlicence = "CC0"\ncitation = "Nobody 2020"\n'
        'notes = "invented"\nrepository = "https://example.invalid/nobody/posts"\n'
        f'commit = "{"0" * 40}"\n{files}',
        encoding="utf-8",
    )


@pytest.fixture
def world(server, tmp_path, monkeypatch) -> Iterator[Path]:
    """A registry of one data set, an empty mirror and cache, and a server that has the files."""
    register(tmp_path / "data", server.server_port)
    (tmp_path / "mirror" / "posts").mkdir(parents=True)
    monkeypatch.setenv("SOCIONAUT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SOCIONAUT_MIRROR", str(tmp_path / "mirror"))
    monkeypatch.setenv("SOCIONAUT_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("SOCIONAUT_OFFLINE", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("SOCIONAUT_RUN", raising=False)
    monkeypatch.setattr(opendata, "_verified", set())
    with one_run():  # each test is a run of its own
        yield tmp_path


def put(folder: Path, content: bytes, name: str = "a.csv") -> Path:
    path = folder / "posts" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def kept(world: Path) -> list[str]:
    return sorted(path.name for path in (world / "cache").rglob("*") if path.is_file())


def is_one_paragraph_with(message: str, *parts: str) -> bool:
    return "\n" not in message and message.endswith(".") and all(part in message for part in parts)


# The registry


# Files whose address calls them otherwise than the registry, which mirrors go by.
RENAMED = {f"ZHTW_{what}.csv": f"TW_{what}.csv" for what in ("edges", "target")}


def test_registry_names_each_file_at_a_fixed_commit():
    registry = opendata._registry(ROOT / "data")
    assert len(registry) == 12
    for entry in registry.values():
        project = urlsplit(entry.repository).path
        assert re.fullmatch("[0-9a-f]{40}", entry.commit)
        assert entry.title and entry.licence and entry.citation and entry.notes
        for file in entry.files.values():
            address = urlsplit(file.url)
            assert (address.scheme, address.netloc) == ("https", "raw.githubusercontent.com")
            assert re.fullmatch("[0-9a-f]{40}", file.commit or entry.commit)
            assert address.path.startswith(f"{project}/{file.commit or entry.commit}/")
            assert address.path.endswith(f"/{RENAMED.get(file.name, file.name)}")
            assert "/" not in file.name
            assert file.bytes > 0
            assert re.fullmatch("[0-9a-f]{64}", file.sha256)


@pytest.mark.shared
def test_mirror_holds_every_registered_file_with_the_registered_size():
    mirror = mirror_folder()
    if mirror is None:
        pytest.skip("SOCIONAUT_MIRROR is not set")
    for entry in opendata._registry(ROOT / "data").values():
        assert locate_dataset(entry.name) == "mirror"
        for file in entry.files.values():
            assert (mirror / entry.name / file.name).stat().st_size == file.bytes


@pytest.mark.usefixtures("world")
def test_description_holds_what_a_reader_must_know():
    text = describe_dataset("posts")
    for part in ("Planted posts", "CC0", "Nobody 2020", "invented", "0" * 40, "a.csv", "10 kB"):
        assert part in text
    assert datasets().loc[0, ["name", "files", "bytes"]].tolist() == ["posts", 2, 2 * len(GOOD)]


def test_description_names_a_commit_of_single_files(world):
    path = world / "data" / "datasets.toml"
    text = path.read_text(encoding="utf-8") + f'commit = "{"1" * 40}"\n'
    path.write_text(text, encoding="utf-8")
    source = describe_dataset("posts").split("* Source: ")[1].splitlines()[0]
    root = "https://example.invalid/nobody/posts/tree"
    assert source == f"[nobody/posts]({root}/{'0' * 40}), [1111111]({root}/{'1' * 40})"


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("call", "parts"),
    [
        (lambda: data_path("pots", "a.csv"), ['"pots"', "choose one of posts"]),
        (lambda: data_path("posts", "c.csv"), ['"c.csv"', "choose one of a.csv, b.csv"]),
        (lambda: data_path("posts", "../posts/a.csv"), ['"../posts/a.csv"']),
        (lambda: dataset_files("pots"), ['"pots"']),
        (lambda: describe_dataset("pots"), ['"pots"']),
        (lambda: locate_dataset("pots"), ['"pots"']),
    ],
)
def test_unknown_names_are_told_with_the_known_ones(server, call, parts):
    with pytest.raises(DataError) as caught:
        call()
    assert is_one_paragraph_with(str(caught.value), *parts)
    assert server.asked == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[posts]", "[posts"),
        ('licence = "CC0"\n', ""),
        ("licence", "license"),
        ("sha256", "sha512"),
        ("[[posts.files]]", "[[posts.pictures]]"),
        ("[posts]\n", 'posts = "all"\n[other]\n'),
    ],
)
def test_damaged_registry_is_told(world, old, new):
    path = world / "data" / "datasets.toml"
    text = path.read_text(encoding="utf-8").replace(old, new)
    path.write_text(text.split("[[")[0] if "all" in new else text, encoding="utf-8")
    with pytest.raises(DataError, match=r"data/datasets\.toml"):
        data_path("posts", "a.csv")


def test_absent_registry_is_told(world):
    (world / "data" / "datasets.toml").unlink()
    with pytest.raises(DataError, match="take it from git again"):
        datasets()


# The order of places


def test_mirror_is_read_in_place(world, server):
    path = put(world / "mirror", GOOD)
    put(world / "cache", GOOD)
    assert data_path("posts", "a.csv") == path
    assert server.asked == []


def test_cache_comes_before_the_address(world, server):
    path = put(world / "cache", GOOD)
    assert data_path("posts", "a.csv") == path
    assert server.asked == []


def test_file_is_fetched_once_and_kept(world, server):
    path = data_path("posts", "a.csv")
    assert path == world / "cache" / "posts" / "a.csv"
    assert path.read_bytes() == GOOD
    assert data_path("posts", "a.csv") == path
    assert server.asked == ["/a.csv"]
    assert kept(world) == ["a.csv"]


@pytest.mark.usefixtures("world")
def test_fetching_tells_nothing_that_would_stand_in_a_notebook():
    logger = pooch.get_logger()
    told: list[logging.LogRecord] = []
    logger.addFilter(lambda record: told.append(record) or False)
    logger.setLevel(logging.INFO)
    try:
        data_path("posts", "a.csv")
    finally:
        logger.filters.clear()
    assert told == []


def test_locations(world):
    assert locate_dataset("posts") == "not here"
    put(world / "cache", GOOD)
    assert locate_dataset("posts") == "not here"
    put(world / "cache", GOOD, "b.csv")
    assert locate_dataset("posts") == "cache"
    put(world / "mirror", GOOD)
    assert locate_dataset("posts") == "mirror and cache"
    put(world / "mirror", GOOD, "b.csv")
    assert locate_dataset("posts") == "mirror"


def test_relative_folders_count_from_the_project(monkeypatch, tmp_path):
    monkeypatch.setenv("SOCIONAUT_MIRROR", "build/mirror")
    monkeypatch.setenv("SOCIONAUT_CACHE", "build/cache")
    monkeypatch.chdir(tmp_path)
    assert (mirror_folder(), cache_folder()) == (ROOT / "build/mirror", ROOT / "build/cache")
    monkeypatch.setenv("SOCIONAUT_MIRROR", "")
    monkeypatch.delenv("SOCIONAUT_CACHE")
    assert mirror_folder() is None
    assert cache_folder() == Path(pooch.os_cache("socionaut"))


# Faults of the mirror are errors


@pytest.mark.parametrize("content", [BAD, GOOD[:-1], b""], ids=["changed", "cut", "empty"])
def test_wrong_mirror_file_is_not_passed_over(world, server, content):
    path = put(world / "mirror", content)
    put(world / "cache", GOOD)
    with pytest.raises(DataError) as caught:
        data_path("posts", "a.csv")
    assert is_one_paragraph_with(str(caught.value), "posts", str(path), "SHA-256", "unset")
    assert path.read_bytes() == content
    assert server.asked == []


def test_mirror_file_that_changes_after_its_verification_is_noticed(world):
    path = put(world / "mirror", GOOD)
    data_path("posts", "a.csv")
    path.write_bytes(BAD)
    os.utime(path, ns=(1, 1))
    with pytest.raises(DataError, match="SHA-256 differs"):
        data_path("posts", "a.csv")


def test_file_is_read_once_a_process(world, monkeypatch):
    put(world / "mirror", GOOD)
    data_path("posts", "a.csv")
    monkeypatch.setattr(opendata.hashlib, "file_digest", lambda *_: pytest.fail("read again"))
    data_path("posts", "a.csv")


def test_unreadable_mirror_file_is_told(world, server):
    (world / "mirror" / "posts" / "a.csv").mkdir()
    with pytest.raises(DataError) as caught:
        data_path("posts", "a.csv")
    assert is_one_paragraph_with(str(caught.value), "posts", "cannot be read", "SOCIONAUT_MIRROR")
    assert server.asked == []


# What cannot be had leaves nothing behind


@pytest.mark.parametrize(
    ("way", "said"),
    [
        ("changed", "other bytes"),
        ("cut", "cut the download off"),
        ("cut without length", "other bytes"),
        ("missing", "answers with status 404"),
        ("hanging", "cannot be reached (ReadTimeout)"),
    ],
)
def test_bad_download_is_told_and_thrown_away(world, server, monkeypatch, way, said):
    monkeypatch.setattr(opendata, "TIMEOUT", (0.5, 0.3))
    server.way = way
    with pytest.raises(DataUnavailable) as caught:
        data_path("posts", "a.csv")
    assert is_one_paragraph_with(str(caught.value), "posts", "a.csv", said, str(world / "cache"))
    assert caught.value.__suppress_context__ and caught.value.__cause__ is None
    assert kept(world) == []
    if way != "hanging":
        server.way = "good"
        assert data_path("posts", "a.csv").read_bytes() == GOOD


def test_without_a_network_the_answer_is_quick_and_names_the_ways_out(world, server, monkeypatch):
    server.shutdown()
    server.server_close()
    started = time.monotonic()
    with pytest.raises(DataUnavailable) as caught:
        data_path("posts", "a.csv")
    assert time.monotonic() - started < 5
    message = str(caught.value)
    places = (str(world / "mirror"), str(world / "cache"), "SOCIONAUT_MIRROR", "posts/a.csv")
    assert is_one_paragraph_with(message, "cannot be reached (ConnectionError)", *places)
    assert kept(world) == []
    # A server that is away is not asked for the next file.
    monkeypatch.setattr(pooch, "retrieve", lambda *_, **__: pytest.fail("tried again"))
    with pytest.raises(DataUnavailable, match=r"\(ConnectionError\), and is tried once in a run;"):
        data_path("posts", "b.csv")


ASK = """import sys
from socionaut.sources.opendata import DataUnavailable, data_path
try:
    print(data_path("posts", sys.argv[1]).name)
except DataUnavailable as error:
    print(error)"""


def ask(*files: str) -> list[str]:
    """Ask for files, each in a process of its own, all at once."""
    command = [sys.executable, "-c", ASK]
    asked = [
        subprocess.Popen([*command, file], stdout=subprocess.PIPE, text=True) for file in files
    ]
    return [process.communicate()[0].strip() for process in asked]


@pytest.mark.usefixtures("world")
def test_all_processes_of_a_run_try_an_absent_server_once(server):
    server.way = "vanishing"
    told = ask("a.csv", "b.csv")
    assert len(server.asked) == 1
    assert all("cannot be reached (ConnectionError)" in message for message in told)
    assert sum("is tried once in a run" in message for message in told) == 1


@pytest.mark.usefixtures("world")
def test_all_processes_of_a_run_fetch_a_file_once(server):
    assert ask("a.csv", "a.csv") == ["a.csv", "a.csv"]
    assert server.asked == ["/a.csv"]


@pytest.mark.usefixtures("world")
def test_the_next_run_tries_again(server, monkeypatch):
    server.way = "vanishing"
    with pytest.raises(DataUnavailable):
        data_path("posts", "a.csv")
    server.way = "good"
    monkeypatch.delenv("SOCIONAUT_RUN")
    with one_run():
        assert data_path("posts", "a.csv").read_bytes() == GOOD
    assert "SOCIONAUT_RUN" not in os.environ


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("run", [None, "/nowhere/at/all"])
def test_without_a_run_each_call_tries(server, monkeypatch, run):
    monkeypatch.delenv("SOCIONAUT_RUN")
    if run:
        monkeypatch.setenv("SOCIONAUT_RUN", run)
    server.way = "vanishing"
    for _ in range(2):
        with pytest.raises(DataUnavailable, match=r"\(ConnectionError\);"):
            data_path("posts", "a.csv")
    assert len(server.asked) == 2


@pytest.mark.usefixtures("world")
def test_in_a_notebook_the_error_is_the_sentence_alone(monkeypatch, tmp_path):
    monkeypatch.setenv("SOCIONAUT_OFFLINE", "1")
    shell, shown = InteractiveShell(ipython_dir=str(tmp_path / "ipython")), []
    monkeypatch.setattr(shell, "_showtraceback", lambda *error: shown.append(error))
    shell.run_cell("from socionaut.sources.opendata import data_path\ndata_path('posts', 'a.csv')")
    [(kind, error, lines)] = shown
    assert kind is DataUnavailable and lines == [str(error)]


@pytest.mark.usefixtures("world")
def test_a_run_joins_the_run_around_it():
    outer = os.environ["SOCIONAUT_RUN"]
    with one_run() as variables:
        assert variables == {"SOCIONAUT_RUN": outer}
    assert Path(os.environ["SOCIONAUT_RUN"]).is_dir()


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(("value", "fetched"), [("1", False), ("0", True), ("", True)])
def test_offline_switch(server, monkeypatch, value, fetched):
    monkeypatch.setenv("SOCIONAUT_OFFLINE", value)
    if fetched:
        data_path("posts", "a.csv")
    else:
        with pytest.raises(DataUnavailable, match="SOCIONAUT_OFFLINE forbids it"):
            data_path("posts", "a.csv")
    assert bool(server.asked) == fetched


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("value", "said"),
    [("", "SOCIONAUT_MIRROR is not set"), ("/nowhere/at/all", "which is not a folder")],
)
def test_absence_says_what_is_wrong_with_the_mirror(monkeypatch, value, said):
    monkeypatch.setenv("SOCIONAUT_MIRROR", value)
    monkeypatch.setenv("SOCIONAUT_OFFLINE", "1")
    with pytest.raises(DataUnavailable, match=said):
        data_path("posts", "a.csv")


def test_damaged_cache_is_replaced(world, server):
    put(world / "cache", BAD)
    assert data_path("posts", "a.csv").read_bytes() == GOOD
    assert server.asked == ["/a.csv"]


def test_damaged_cache_is_never_used_offline(world, monkeypatch):
    monkeypatch.setenv("SOCIONAUT_OFFLINE", "1")
    put(world / "cache", BAD)
    with pytest.raises(DataUnavailable):
        data_path("posts", "a.csv")
    assert kept(world) == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS, None])
def test_failing_write_is_told_and_leaves_nothing(world, monkeypatch, number):
    failure = KeyboardInterrupt() if number is None else OSError(number, os.strerror(number))

    def write_half(_url: str, output_file: str, _pooch: object) -> None:
        Path(output_file).write_bytes(GOOD[:100])
        raise failure

    monkeypatch.setattr(pooch, "HTTPDownloader", lambda **_: write_half)
    with pytest.raises(KeyboardInterrupt if number is None else DataUnavailable) as caught:
        data_path("posts", "a.csv")
    assert kept(world) == []
    if number is not None:
        full = number in (errno.ENOSPC, errno.EDQUOT)
        said = "is full; free at least" if full else "cannot be used (Read-only"
        assert is_one_paragraph_with(str(caught.value), "posts", said, "SOCIONAUT_CACHE")


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("numbered", [True, False])
def test_forbidden_cache_is_told(monkeypatch, numbered):
    forbidden = PermissionError(*([errno.EACCES, "Permission denied"] if numbered else ["no"]))

    def refuse(*_: object, **__: object) -> None:
        raise forbidden

    monkeypatch.setattr(pooch, "retrieve", refuse)
    with pytest.raises(DataUnavailable) as caught:
        data_path("posts", "a.csv")
    assert is_one_paragraph_with(str(caught.value), "ermission", "make it writable")


def test_cache_that_is_a_file_is_told(world):
    (world / "cache").write_bytes(b"")
    with pytest.raises(DataUnavailable, match="SOCIONAUT_CACHE to another folder"):
        data_path("posts", "a.csv")


# The command


@pytest.mark.usefixtures("world")
def test_command_lists_and_fetches(server, capsys):
    assert main(["data"]) == 0
    assert re.search(r"posts +CC0 +2 +0\.02 +not here", capsys.readouterr().out)
    assert main(["data", "--fetch"]) == 0
    told = capsys.readouterr()
    assert "[2/2] posts/b.csv  0.01 MB\n" in told.out
    assert re.search(r"posts +CC0 +2 +0\.02 +cache", told.out)
    assert told.out.endswith("1 of 1 data sets are here\n")
    assert told.err == ""  # the bar is for terminals
    assert server.asked == ["/a.csv", "/b.csv"]
    # What is here is not fetched again.
    assert main(["data", "--fetch"]) == 0
    assert server.asked == ["/a.csv", "/b.csv"]


def test_command_goes_on_after_a_failure_and_ends_with_what_is_missing(world, server, capsys):
    put(world / "cache", BAD)  # as a disk may leave it
    server.way, server.only = "missing", "/a.csv"
    assert main(["data", "--fetch"]) == 1
    told = capsys.readouterr().out
    assert "[1/2] posts/a.csv  failed\n  Data set posts: a.csv is neither" in told
    assert "status 404" in told and "[2/2] posts/b.csv  0.01 MB\n" in told
    assert re.search(r"posts +CC0 +2 +0\.02 +not here", told)
    assert told.endswith("0 of 1 data sets are here; not here: posts\n")
    # The next time only what failed is fetched, from its beginning.
    server.way = "good"
    assert main(["data", "--fetch"]) == 0
    assert server.asked == ["/a.csv", "/b.csv", "/a.csv"]
    assert kept(world) == ["a.csv", "b.csv"]


@pytest.mark.usefixtures("world")
def test_command_asks_an_absent_server_once(server, capsys):
    server.way = "vanishing"
    assert main(["data", "--fetch"]) == 1
    assert server.asked == ["/a.csv"]
    told = capsys.readouterr().out
    assert told.count("cannot be reached") == 1 and told.count("failed") == 2


def test_command_fails_on_a_damaged_mirror_and_fetches_the_rest(world, server, capsys):
    put(world / "mirror", BAD)
    assert main(["data"]) == 2
    told = capsys.readouterr()
    assert "SHA-256 differs" in told.err and re.search(r"posts .* damaged\n", told.out)
    assert main(["data", "--fetch"]) == 2
    assert server.asked == ["/b.csv"]


@pytest.mark.usefixtures("world")
def test_a_terminal_sees_how_far_the_fetching_has_come(monkeypatch):
    leader, follower = os.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    with os.fdopen(follower, "w", encoding="utf-8") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        data_path("posts", "a.csv", progress=True)
        drawn = os.read(leader, 65536).decode()
    os.close(leader)
    assert re.search(r"posts/a\.csv: +\d+%\|", drawn)
    assert f"{len(GOOD) / 1000:.1f}k" in drawn


# Notebooks whose data cannot be had


def run_planted(world: Path, data: list[str], **variables: str) -> str:
    """Run a notebook whose second cell needs data sets, under nbval and this conftest.py."""
    sources = [
        "1 + 1",
        "from socionaut.sources.opendata import data_path\ndata_path('posts', 'a.csv').name",
    ]
    cells = [
        new_code_cell(
            source,
            id=f"cell-{count}",
            execution_count=count,
            outputs=[
                new_output("execute_result", data={"text/plain": shown}, execution_count=count)
            ],
        )
        for count, (source, shown) in enumerate(zip(sources, ("2", "'a.csv'"), strict=True), 1)
    ]
    metadata = {"socionaut": {"data": data}, "kernelspec": {"name": "python3"}}
    notebook = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    (world / "planted.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    (world / "pytest.ini").write_text("[pytest]\nmarkers = shared\n", encoding="utf-8")
    (world / "conftest.py").write_bytes((ROOT / "conftest.py").read_bytes())
    plugins = ["-p", "no:cacheprovider", "-p", "nbval.plugin"]
    options = [*plugins, "--nbval", "--nbval-current-env", "-q", "-rs"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "planted.ipynb"],
        cwd=world,
        env=os.environ
        | {"SOCIONAUT_OFFLINE": "1", "SOCIONAUT_REQUIRE_SHARED": ""}
        | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # what is not needed takes a second to load
        | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout


def test_notebook_without_its_data_is_skipped_with_the_reason(world):
    output = run_planted(world, ["posts"])
    assert "1 passed, 1 skipped" in output and "a.csv is neither in the mirror" in output


def test_notebook_without_its_data_fails_where_it_must_run(world):
    output = run_planted(world, ["posts"], SOCIONAUT_REQUIRE_SHARED="1")
    assert "1 passed, 1 error" in output and "a.csv is neither in the mirror" in output


def test_notebook_with_its_data_runs(world):
    put(world / "mirror", GOOD)
    put(world / "cache", GOOD, "b.csv")
    assert "2 passed" in run_planted(world, ["posts"], SOCIONAUT_REQUIRE_SHARED="1")


def test_notebook_over_a_damaged_mirror_fails(world):
    put(world / "mirror", BAD)
    output = run_planted(world, ["posts"])
    assert "1 failed, 1 passed" in output and "SHA-256 differs" in output


def unmatched(notebook: dict, registered: list[str]) -> set[str]:
    """Return the data sets that the metadata or the code of a notebook names alone."""
    named = set(notebook["metadata"].get("socionaut", {}).get("data", []))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    code = "".join(line for cell in cells for line in cell["source"])
    # The readers that it calls name data sets on its behalf.
    readers = {name for name in datasets_module.__all__ if re.search(rf"\b{name}\b", code)}
    code += "".join(inspect.getsource(getattr(datasets_module, name)) for name in readers)
    return named ^ {name for name in registered if re.search(rf"\b{name}\b", code)}


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda p: p.stem)
def test_notebook_names_the_data_sets_that_its_code_uses(path):
    notebook = json.loads(path.read_text(encoding="utf-8"))
    assert unmatched(notebook, list(opendata._registry(ROOT / "data"))) == set()


@pytest.mark.parametrize(
    ("data", "code", "expected"),
    [
        (["instafake"], 'data_path("instafake", "realAccountData.json")', set()),
        (["instafake"], "read_labelled_instagram_accounts()", set()),
        ([], "read_labelled_instagram_accounts()", {"instafake"}),
        ([], 'series("instafake_accounts")', set()),
        (["presidents_tweets"], "1 + 1", {"presidents_tweets"}),
        (["pots"], "1 + 1", {"pots"}),
    ],
)
def test_unnamed_unused_and_unknown_data_sets_are_found(data, code, expected):
    cells = [{"cell_type": "code", "source": [code]}]
    notebook = {"metadata": {"socionaut": {"data": data}}, "cells": cells}
    assert unmatched(notebook, list(opendata._registry(ROOT / "data"))) == expected
