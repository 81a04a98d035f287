"""Open data sets: found in a mirror folder, in the cache, or fetched, and always verified.

``data/datasets.toml`` registers each data set: address at a fixed commit, size, SHA-256, licence
and citation. A file is used only if it is, byte for byte, the registered one. Three environment
variables steer where it comes from (a relative path counts from the project folder, or from the
working folder where the library is installed apart from the project):

``SOCIONAUT_MIRROR``
    A folder with files as ``<data set>/<file>``. They are read in place.
``SOCIONAUT_CACHE``
    Where fetched files are kept; without it, the cache folder of the system.
``SOCIONAUT_OFFLINE``
    Set to 1, the network is never tried.

All processes of a run share the folder that ``SOCIONAUT_RUN`` names; who starts a run sets it (see
`one_run`). In it stands which servers could not be reached, so that each is tried once.
"""

from __future__ import annotations

import errno
import functools
import hashlib
import io
import logging
import os
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import urlsplit

import pandas as pd
import pooch
from tqdm import tqdm

from socionaut.errors import InputError
from socionaut.ledger.tables import data_folder
from socionaut.project import cache_folder, named_folder

__all__ = [
    "DataError",
    "DataUnavailable",
    "cache_folder",
    "data_path",
    "datasets",
    "describe_dataset",
]

# Seconds to wait for a connection (to each address of a server), and for the next bytes.
TIMEOUT = (2.0, 15.0)

_OUT_OF_SPACE = (errno.ENOSPC, errno.EDQUOT)
_verified: set[tuple[Path, int, int, str]] = set()


class DataUnavailable(Exception):  # noqa: N818 - a state of the world, not a fault of the program
    """A data file cannot be had here and now; the message says why and what to do.

    A notebook that ends with it is reported as skipped.
    """

    def _render_traceback_(self) -> list[str]:
        """Show, in a notebook, the sentence alone: IPython asks for this by its name."""
        return [str(self)]


class DataError(InputError):
    """A name is unknown, or the registry or a mirror file is damaged; the message says which.

    A notebook that ends with it has failed: trying again elsewhere would hide the fault.
    """


@dataclass(frozen=True)
class _File:
    name: str
    url: str
    bytes: int
    sha256: str
    commit: str = ""  # where it is not the one of the data set


@dataclass(frozen=True)
class _Dataset:
    name: str
    title: str
    licence: str
    citation: str
    notes: str
    repository: str
    commit: str
    files: Mapping[str, _File]

    @property
    def size(self) -> int:
        return sum(file.bytes for file in self.files.values())


def data_path(dataset: str, file: str, *, progress: bool = False) -> Path:
    """Return the path of a verified data file, fetching it if needed.

    The mirror folder comes first, then the cache, then the address at the registered commit. Each
    copy is verified by its SHA-256, once a process and again when the file has changed.

    Parameters
    ----------
    dataset : str
        Name of the data set in ``data/datasets.toml``.
    file : str
        Name of one of its files.
    progress : bool
        Whether to show, in a terminal, how far the fetching has come.

    Returns
    -------
    pathlib.Path
        A file to read, and not to change.

    Raises
    ------
    DataUnavailable
        If the file is in neither folder and cannot be fetched: no network, an address that does
        not answer or gives other bytes, a full disk, no permission. No part of it is left behind.
    DataError
        If data set or file is not registered, or if the mirror's copy is damaged or unreadable.

    Examples
    --------
    >>> data_path("instafake", "accounts.json")
    Traceback (most recent call last):
    ...
    socionaut.sources.opendata.DataError: The data set "instafake" has no file ...
    """
    entry, wanted = _entry(dataset, file)
    found = _in_mirror(entry, wanted) or _in_cache(entry, wanted)
    return found or _fetch(entry, wanted, progress)


def datasets() -> pd.DataFrame:
    """Return the registered data sets, one row each.

    Returns
    -------
    pandas.DataFrame
        Columns ``name``, ``title``, ``licence``, ``citation``, ``files`` (how many), ``bytes``
        (of all files together), ``repository`` and ``commit``.

    Examples
    --------
    >>> table = datasets().set_index("name")
    >>> table.loc["facebook_brand_posts", ["licence", "files", "bytes"]].to_dict()
    {'licence': 'CC BY 4.0', 'files': 1, 'bytes': 37789}
    """
    return pd.DataFrame(
        [
            {
                "name": entry.name,
                "title": entry.title,
                "licence": entry.licence,
                "citation": entry.citation,
                "files": len(entry.files),
                "bytes": entry.size,
                "repository": entry.repository,
                "commit": entry.commit,
            }
            for entry in _registry(data_folder()).values()
        ]
    )


def dataset_files(dataset: str) -> list[str]:
    """Return the names of the files of a data set.

    They stand in the order of the registry.

    Examples
    --------
    >>> dataset_files("instafake")
    ['fakeAccountData.json', 'realAccountData.json']
    """
    return list(_dataset(dataset).files)


def describe_dataset(dataset: str) -> str:
    """Describe a data set in Markdown: title, licence, citation, notes, source and files.

    Parameters
    ----------
    dataset : str
        Name of the data set.

    Returns
    -------
    str
        A line in bold and a list.

    Raises
    ------
    DataError
        If the data set is not registered.

    Examples
    --------
    >>> print(describe_dataset("instafake"))
    **Features of 200 fake and 994 real Instagram accounts, 2018**
    <BLANKLINE>
    * Licence: CC BY-NC 4.0
    * Cite as: Akyon & Kalfaoglu 2019, ASYU
    * Note: anonymised by its authors
    * Source: [fcakyon/instafake-dataset](https://github.com/fcakyon/instafake-dataset/tree/...)
    * Files: `fakeAccountData.json` (41 kB), `realAccountData.json` (205 kB)
    """
    entry = _dataset(dataset)
    source = urlsplit(entry.repository).path.strip("/")
    others = dict.fromkeys(file.commit for file in entry.files.values() if file.commit)
    also = "".join(f", [{at[:7]}]({entry.repository}/tree/{at})" for at in others)
    files = [f"`{file.name}` ({file.bytes / 1000:,.0f} kB)" for file in entry.files.values()]
    return "\n".join(
        [
            f"**{entry.title}**",
            "",
            f"* Licence: {entry.licence}",
            f"* Cite as: {entry.citation}",
            f"* Note: {entry.notes}",
            f"* Source: [{source}]({entry.repository}/tree/{entry.commit}){also}",
            f"* Files: {', '.join(files)}",
        ]
    )


def locate_dataset(dataset: str) -> str:
    """Say where the files of a data set are now, without trying the network.

    Return "mirror" or "cache" where all files are there, "mirror and cache" where both are needed,
    "not here" where a file is missing.
    """
    entry = _dataset(dataset)
    places = set()
    for wanted in entry.files.values():
        if _in_mirror(entry, wanted):
            places.add("mirror")
        elif _in_cache(entry, wanted):
            places.add("cache")
        else:
            return "not here"
    return " and ".join(sorted(places, reverse=True))


def mirror_folder() -> Path | None:
    """Return the mirror folder, whether or not it exists.

    That is what ``SOCIONAUT_MIRROR`` names; None where it names nothing.
    """
    return named_folder("SOCIONAUT_MIRROR")


@contextmanager
def one_run() -> Iterator[dict[str, str]]:
    """Make all that runs inside one run, in which a server that is away is tried once.

    Inside a run, a further call joins it.

    The variables are those that processes of the run need; what is started inside inherits them.

    Examples
    --------
    >>> with one_run() as variables:
    ...     list(variables)
    ['SOCIONAUT_RUN']
    """
    if outer := os.environ.get("SOCIONAUT_RUN"):
        yield {"SOCIONAUT_RUN": outer}
        return
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        os.environ["SOCIONAUT_RUN"] = folder
        try:
            yield {"SOCIONAUT_RUN": folder}
        finally:
            os.environ.pop("SOCIONAUT_RUN", None)


# The registry


def _entry(dataset: str, file: str) -> tuple[_Dataset, _File]:
    entry = _dataset(dataset)
    if file not in entry.files:
        raise DataError(
            f'The data set "{dataset}" has no file "{file}"; choose one of '
            f"{', '.join(entry.files)}."
        )
    return entry, entry.files[file]


def _dataset(name: str) -> _Dataset:
    registry = _registry(data_folder())
    if name not in registry:
        raise DataError(
            f'There is no data set "{name}"; choose one of {", ".join(registry)}, or register it '
            "in data/datasets.toml."
        )
    return registry[name]


@functools.cache
def _registry(folder: Path) -> dict[str, _Dataset]:
    path = folder / "datasets.toml"
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(
            f"{folder.name}/datasets.toml cannot be read ({error}); take it from git again."
        ) from error
    return {name: _parse(name, fields, folder.name) for name, fields in content.items()}


def _parse(name: str, fields: Any, folder: str) -> _Dataset:  # noqa: ANN401 - as found in the file
    try:
        files = [_File(**file) for file in fields["files"]]
        by_name = {file.name: file for file in files}
        return _Dataset(**{**fields, "name": name, "files": by_name})
    except (KeyError, TypeError) as error:
        raise DataError(
            f'{folder}/datasets.toml, data set "{name}": a field is missing, unknown or of the '
            f"wrong kind ({error}); write it as the other data sets do."
        ) from error


# The three places


def _in_mirror(entry: _Dataset, wanted: _File) -> Path | None:
    mirror = mirror_folder()
    if mirror is None:
        return None
    path = mirror / entry.name / wanted.name
    try:
        sound = _is_sound(path, wanted)
    except OSError as error:
        raise DataError(
            f"Data set {entry.name}: the mirror's {path} cannot be read ({error.strerror}); make "
            "it readable, or unset SOCIONAUT_MIRROR."
        ) from error
    if sound is False:
        raise DataError(
            f"Data set {entry.name}: the mirror's {path} is not the registered file (its SHA-256 "
            "differs); put the right file there, delete it, or unset SOCIONAUT_MIRROR."
        )
    return path if sound else None


def _in_cache(entry: _Dataset, wanted: _File) -> Path | None:
    path = cache_folder() / entry.name / wanted.name
    try:
        sound = _is_sound(path, wanted)
        if sound is False:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise DataUnavailable(_disk_sentence(entry, wanted, error)) from None
    return path if sound else None


def _is_sound(path: Path, wanted: _File) -> bool | None:
    """Tell whether a file is the registered one; None where there is no file."""
    try:
        state = path.stat()
        key = (path, state.st_size, state.st_mtime_ns, wanted.sha256)
        if key in _verified:
            return True
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
    except (FileNotFoundError, NotADirectoryError):
        return None
    if digest == wanted.sha256:
        _verified.add(key)
    return digest == wanted.sha256


def _fetch(entry: _Dataset, wanted: _File, progress: bool) -> Path:
    """Fetch a file into the cache; pooch puts it there only when it is whole and verified."""
    server = urlsplit(wanted.url).netloc
    if os.environ.get("SOCIONAUT_OFFLINE", "0") not in ("", "0"):
        raise DataUnavailable(_absence_sentence(entry, wanted, "SOCIONAUT_OFFLINE forbids it"))
    with _turn(server) as note:
        if known := note.read():
            why = f"{known}, and is tried once in a run"
            raise DataUnavailable(_absence_sentence(entry, wanted, why))
        try:
            # Another process may have fetched it while this one waited for its turn.
            return _in_cache(entry, wanted) or _retrieve(entry, wanted, progress)
        except OSError as error:
            # The errors of the network are OSErrors too, but without a number.
            if error.errno is not None or isinstance(error, PermissionError):
                raise DataUnavailable(_disk_sentence(entry, wanted, error)) from None
            why, away = _network_reason(error, server)
            note.write(why if away else "")
            raise DataUnavailable(_absence_sentence(entry, wanted, why)) from None
        except ValueError:
            raise DataUnavailable(
                f"Data set {entry.name}: {wanted.url} gave other bytes than the registered ones "
                "(cut off, or changed on the way), and they were thrown away; try again, or put "
                f"the right file into {cache_folder() / entry.name}."
            ) from None


@contextmanager
def _turn(server: str) -> Iterator[TextIO]:
    """Hold what is noted of a server in this run; the processes of the run take turns."""
    folder = os.environ.get("SOCIONAUT_RUN")
    if not folder or not Path(folder).is_dir():
        yield io.StringIO()
        return
    with (Path(folder) / server).open("a+", encoding="utf-8") as note:
        with suppress(ImportError):  # without turns, processes at most try at the same time
            import fcntl

            fcntl.flock(note, fcntl.LOCK_EX)
        note.seek(0)
        yield note


def _retrieve(entry: _Dataset, wanted: _File, progress: bool) -> Path:
    # What pooch tells on the way would stand in the outputs of a notebook.
    pooch.get_logger().setLevel(logging.WARNING)
    folder = cache_folder() / entry.name
    folder.mkdir(parents=True, exist_ok=True)
    label = f"{entry.name}/{wanted.name}"
    look = {"unit": "B", "unit_scale": True, "leave": False, "disable": None if progress else True}
    with tqdm(total=wanted.bytes, desc=label, **look) as bar:
        fetched = pooch.retrieve(
            wanted.url,
            known_hash=f"sha256:{wanted.sha256}",
            fname=wanted.name,
            path=folder,
            downloader=pooch.HTTPDownloader(progressbar=bar, timeout=TIMEOUT, chunk_size=65536),
        )
    return Path(fetched)


def _network_reason(error: OSError, server: str) -> tuple[str, bool]:
    """Say why a server did not give a file, and whether it cannot be reached at all."""
    status = getattr(getattr(error, "response", None), "status_code", None)
    if status is not None:
        return f"{server} answers with status {status}", False
    if type(error).__name__ == "ChunkedEncodingError":
        return f"{server} cut the download off", False
    return f"{server} cannot be reached ({type(error).__name__})", True


def _absence_sentence(entry: _Dataset, wanted: _File, why: str) -> str:
    mirror = mirror_folder()
    if mirror is None:
        in_mirror = "in a mirror folder (SOCIONAUT_MIRROR is not set)"
    else:
        lacking = "" if mirror.is_dir() else ", which is not a folder"
        in_mirror = f"in the mirror folder ({mirror}{lacking})"
    return (
        f"Data set {entry.name}: {wanted.name} is neither {in_mirror} nor in the cache "
        f"({cache_folder()}), and it cannot be fetched: {why}; connect to a network, or set "
        f"SOCIONAUT_MIRROR to a folder that holds {entry.name}/{wanted.name}."
    )


def _disk_sentence(entry: _Dataset, wanted: _File, error: OSError) -> str:
    folder = cache_folder() / entry.name
    if error.errno in _OUT_OF_SPACE:
        problem = f"the disk of the cache folder {folder} is full"
        mend = f"free at least {wanted.bytes / 1e6:.1f} MB"
    else:
        reason = error.strerror or "no permission to write"
        problem = f"the cache folder {folder} cannot be used ({reason})"
        mend = "make it writable"
    return (
        f"Data set {entry.name}: {wanted.name} cannot be kept, since {problem}; {mend}, or set "
        "SOCIONAUT_CACHE to another folder."
    )
