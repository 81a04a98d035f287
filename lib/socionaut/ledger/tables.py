"""The data package: one typed, checked way to read every table.

``data/datapackage.json`` describes each table (Frictionless Data Package standard). What is read is
checked first, see `socionaut.ledger.checks`; that a table is sound is remembered in the cache, by
the bytes of the whole package, so that it is checked once and not in every notebook.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from importlib import resources
from pathlib import Path
from typing import Any

import pandas as pd

from socionaut.errors import InputError
from socionaut.files import replacing
from socionaut.project import PROJECT, cache_folder, in_project

__all__ = ["data_folder", "read_as_typed", "read_table", "table_row"]

_DTYPES = {"string": "str", "integer": "int64", "number": "float64", "date": "str"}
_SOUND = "sound tables"


def data_folder() -> Path:
    """Return the folder of the data package.

    Returns
    -------
    pathlib.Path
        The folder that ``SOCIONAUT_DATA`` names; without it, ``data`` of the project, or, where
        the library is installed apart from the project, the tables that came with it.

    Examples
    --------
    >>> data_folder().name
    'data'
    """
    if named := os.environ.get("SOCIONAUT_DATA"):
        return Path(named)
    # An author's edits in the project count; a copy of the tables travels with the library.
    return PROJECT / "data" if in_project() else Path(str(resources.files("socionaut") / "data"))


def table_names() -> list[str]:
    """Return the names of all tables of the data package.

    They stand in the order of ``datapackage.json``.

    Examples
    --------
    >>> table_names()[:3]
    ['documents', 'sections', 'claims']
    """
    from socionaut.ledger.checks import open_package

    return list(open_package(data_folder()).resource_names)


def read_table(name: str, folder: Path | None = None) -> pd.DataFrame:
    """Read one table of the data package, checked against its description.

    Parameters
    ----------
    name : str
        Name of the table in ``datapackage.json``, for example ``"claims"``.
    folder : pathlib.Path, optional
        Folder of the data package; the project's own when left out.

    Returns
    -------
    pandas.DataFrame
        One column a field: text as ``str`` (empty text for an empty cell), whole
        numbers as ``int64``, other numbers as ``float64`` (NaN for an empty cell).

    Raises
    ------
    InputError
        If the table is unknown or damaged. The sentence names file, row, column
        and mend.

    Examples
    --------
    >>> read_table("documents")["id"].tolist()
    ['000', '001', '002', '003', '004']
    """
    return _read_table(name, folder or data_folder()).copy()


def read_as_typed(name: str, column: str) -> pd.Series:
    """Return a column of a table as the texts that stand in the file.

    A number that is read has lost a digit 0 at its end, and with it how exactly it was
    printed; the text keeps it.

    Parameters
    ----------
    name : str
        Name of the table.
    column : str
        Name of the column.

    Returns
    -------
    pandas.Series of str
        In the order of `read_table`, with its index.

    Raises
    ------
    InputError
        As `read_table` does.

    Examples
    --------
    >>> read_as_typed("documents", "id").iloc[0]
    '000'
    """
    read_table(name)  # checks the table
    path = data_folder() / _described(name, data_folder())["path"]
    texts = pd.read_csv(
        path, usecols=[column], dtype="str", keep_default_na=False, encoding="utf-8"
    )
    return texts[column]


def table_row(name: str, key: str) -> pd.Series:
    """Return one row of a table by its key, which stands in the first column.

    Parameters
    ----------
    name : str
        Name of the table.
    key : str
        Key of the row.

    Returns
    -------
    pandas.Series
        The row, with the columns of the table as labels.

    Raises
    ------
    InputError
        If the table has no such row.

    Examples
    --------
    >>> table_row("documents", "002")["language"]
    'fr'
    """
    table = read_table(name)
    rows = table[table.iloc[:, 0] == key]
    if len(rows) != 1:
        raise InputError(
            f'data/{name}.csv has {len(rows)} rows with "{key}" in column "{table.columns[0]}", '
            "and one is needed; look the key up in that column."
        )
    return rows.iloc[0]


@functools.cache
def _read_table(name: str, folder: Path) -> pd.DataFrame:
    mark = cache_folder() / _SOUND / f"{name}-{_state(folder)}"
    if not mark.exists():
        from socionaut.ledger.checks import table_problems  # slow to start

        if problems := table_problems(name, folder):
            more = f" ({len(problems) - 1} more of this table.)" if len(problems) > 1 else ""
            raise InputError(problems[0] + more)
        with suppress(OSError):  # a cache that cannot be written to makes it slower, no more
            mark.parent.mkdir(parents=True, exist_ok=True)
            mark.touch()
    return load_table(_described(name, folder), folder)


def _described(name: str, folder: Path) -> dict[str, Any]:
    described = json.loads(_descriptor(folder).read_text(encoding="utf-8"))["resources"]
    found: dict[str, Any] = next(one for one in described if one["name"] == name)
    return found


def _state(folder: Path) -> str:
    """Return a digest of all that the checks of a table look at, and of the checks."""
    state = hashlib.sha256(importlib.metadata.version("frictionless").encode())
    files = [Path(__file__).with_name("checks.py"), _descriptor(folder), *folder.glob("*.csv")]
    for path in sorted(files):
        content = path.read_bytes() if path.is_file() else b""
        state.update(f"{path.name} {len(content)}\n".encode() + content)
    return state.hexdigest()


def load_table(described: Mapping[str, Any], folder: Path) -> pd.DataFrame:
    """Load a table that was found sound."""
    kinds = {field["name"]: field["type"] for field in described["schema"]["fields"]}
    numbers = [column for column, kind in kinds.items() if kind == "number"]
    return pd.read_csv(
        folder / described["path"],
        usecols=list(kinds),
        dtype={column: _DTYPES[kind] for column, kind in kinds.items()},
        keep_default_na=False,
        na_values={column: [""] for column in numbers},
        encoding="utf-8",
    )


def in_words(constraints: Mapping[str, Any]) -> str:
    """Return the constraints of a column as words.

    Examples
    --------
    >>> in_words({"required": True, "maxLength": 25, "enum": ["%", "users"]})
    'required; maxLength 25; one of %, users'
    """
    words = []
    for name, value in constraints.items():
        if isinstance(value, bool):
            words += [name] if value else []
        elif name == "enum":
            words.append("one of " + ", ".join(map(str, value)))
        else:
            words.append(f"{name} {value}")
    return "; ".join(words)


def seal(folder: Path | None = None) -> list[str]:
    """Write size and SHA-256 of every table into ``datapackage.json``.

    The new description replaces the old one in one step, so an interruption
    leaves the old one.

    Return the tables whose hash changed.
    """
    folder = folder or data_folder()
    target = _descriptor(folder)
    package = _description(folder)
    changed = []
    for resource in package["resources"]:
        content = _content(folder, resource["path"])
        digest = "sha256:" + hashlib.sha256(content).hexdigest()
        if resource.get("hash") != digest:
            changed.append(resource["name"])
        resource["hash"], resource["bytes"] = digest, len(content)
    text = json.dumps(package, indent=2, ensure_ascii=False) + "\n"
    with replacing(target) as part:
        part.write_text(text, encoding="utf-8")
    _read_table.cache_clear()
    return changed


def _content(folder: Path, path: str) -> bytes:
    try:
        return (folder / path).read_bytes()
    except OSError as error:
        raise InputError(
            f"{folder.name}/{path} cannot be read ({error.strerror}); put the file back. "
            "Nothing is sealed."
        ) from error


def _description(folder: Path) -> dict[str, Any]:
    from socionaut.ledger.checks import open_package

    open_package(folder)
    package: dict[str, Any] = json.loads(_descriptor(folder).read_text(encoding="utf-8"))
    return package


def _descriptor(folder: Path) -> Path:
    return folder / "datapackage.json"
