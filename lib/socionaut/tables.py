"""The data package: one typed, checked way to read every table.

``data/datapackage.json`` describes each table (Frictionless Data Package
standard). Reading goes through the `frictionless` library, which checks the
bytes, the header and every cell; what it finds is told in one sentence that
names file, row, column and mend.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from frictionless import Error, FrictionlessException, Package

__all__ = [
    "TableError",
    "data_folder",
    "describe_tables",
    "read_table",
    "seal",
    "table_names",
    "table_problems",
    "table_row",
]

PROJECT = Path(__file__).resolve().parents[2]

_DTYPES = {"string": "str", "integer": "int64", "number": "float64", "date": "str"}

_MENDS = {
    "type-error": "write a value of type {type}: {meaning}",
    "constraint-error": "write a value that keeps to this: {rules}",
    "unique-error": "give each row a value of its own in this column",
    "primary-key": "give each row a key of its own",
    "foreign-key": "use a key that exists in the other table, or add it there",
    "missing-label": "put the column back, in the order of data/datapackage.json",
    "incorrect-label": "name and order the columns as data/datapackage.json does",
    "extra-label": "remove the column, or describe it in data/datapackage.json",
    "duplicate-label": "give each column a name of its own",
    "missing-cell": "complete the row; the file may be cut off",
    "extra-cell": "remove the extra cell, or quote the cell that holds a comma",
    "blank-row": "delete the empty row",
    "encoding-error": "save the file as UTF-8",
    "source-error": "put the file back; it is empty or cannot be read",
    "scheme-error": "put the file back; it is missing or cannot be opened",
    "hash-count": "check the change, then run `socionaut seal`; or take the file from git again",
    "byte-count": "check the change, then run `socionaut seal`; or take the file from git again",
}


class TableError(ValueError):
    """A table of the data package is damaged; the message says where and what to do."""


def data_folder() -> Path:
    """Return the folder of the data package.

    Returns
    -------
    pathlib.Path
        The folder that ``SOCIONAUT_DATA`` names, or else ``data`` of the project.

    Examples
    --------
    >>> data_folder().name
    'data'
    """
    return Path(os.environ.get("SOCIONAUT_DATA") or PROJECT / "data")


def table_names(folder: Path | None = None) -> list[str]:
    """Return the names of all tables of the data package.

    Parameters
    ----------
    folder : pathlib.Path, optional
        Folder of the data package; the project's own when left out.

    Returns
    -------
    list of str
        In the order of ``datapackage.json``.

    Examples
    --------
    >>> table_names()[:3]
    ['documents', 'sections', 'claims']
    """
    return list(_open_package(folder or data_folder()).resource_names)


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
    TableError
        If the table is unknown or damaged. The sentence names file, row, column
        and mend.

    Examples
    --------
    >>> read_table("documents")["id"].tolist()
    ['000', '001', '002', '003', '004']
    """
    return _read_table(name, folder or data_folder()).copy()


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
    TableError
        If the table has no such row.

    Examples
    --------
    >>> table_row("documents", "002")["language"]
    'fr'
    """
    table = read_table(name)
    rows = table[table.iloc[:, 0] == key]
    if len(rows) != 1:
        raise TableError(
            f'data/{name}.csv has {len(rows)} rows with "{key}" in column "{table.columns[0]}", '
            "and one is needed; look the key up in that column."
        )
    return rows.iloc[0]


@functools.cache
def _read_table(name: str, folder: Path) -> pd.DataFrame:
    problems = table_problems(name, folder)
    if problems:
        more = f" ({len(problems) - 1} more of this table.)" if len(problems) > 1 else ""
        raise TableError(problems[0] + more)
    resource = _open_package(folder).get_resource(name)
    kinds = {field.name: field.type for field in resource.schema.fields}
    numbers = [column for column, kind in kinds.items() if kind == "number"]
    return pd.read_csv(
        folder / str(resource.path),
        dtype={column: _DTYPES[kind] for column, kind in kinds.items()},
        keep_default_na=False,
        na_values={column: [""] for column in numbers},
        encoding="utf-8",
    )


def table_problems(name: str, folder: Path | None = None) -> list[str]:
    """List what is wrong with one table, a sentence a fault.

    Parameters
    ----------
    name : str
        Name of the table.
    folder : pathlib.Path, optional
        Folder of the data package; the project's own when left out.

    Returns
    -------
    list of str
        Empty for a sound table. Faults of cells come before faults of the hash,
        since a mend of the first changes the second.

    Raises
    ------
    TableError
        If the package has no table of this name or cannot be opened itself.

    Examples
    --------
    >>> table_problems("sections")
    []
    """
    folder = folder or data_folder()
    package = _open_package(folder)
    if not package.has_resource(name):
        known = ", ".join(package.resource_names)
        raise TableError(
            f'{folder.name}/datapackage.json has no table "{name}"; choose one of {known}.'
        )
    resource = package.get_resource(name)
    errors = [error for task in resource.validate().tasks for error in task.errors]
    errors.sort(key=lambda error: error.type in ("hash-count", "byte-count"))
    fields = {field.name: field.to_descriptor() for field in resource.schema.fields}
    return [_sentence(error, f"{folder.name}/{resource.path}", fields) for error in errors]


def _open_package(folder: Path) -> Package:
    try:
        return Package(str(folder / "datapackage.json"))
    except FrictionlessException as error:
        raise TableError(
            f"{folder.name}/datapackage.json cannot be read: {error.error.note}. "
            "Take the file from git again."
        ) from error


def _sentence(error: Error, path: str, fields: Mapping[str, Mapping[str, Any]]) -> str:
    found = error.to_dict()
    place, column, cell = path, found.get("fieldName") or found.get("label"), found.get("cell")
    if row := found.get("rowNumber"):
        place += f", row {row}"
    if column:
        place += f', column "{column}"'
    field = fields.get(str(column), {})
    mend = _MENDS.get(error.type, "compare the table with its description").format(
        type=field.get("type", "?"),
        meaning=field.get("description", "see the description of the column"),
        rules=_rules(field.get("constraints", {})),
    )
    what = f'"{cell}" does not fit' if cell is not None else error.title.lower()
    note = f" ({error.note.strip()})" if error.note.strip() else ""
    return f"{place}: {what}{note}. To mend: {mend.rstrip('.')}."


def _rules(constraints: Mapping[str, Any]) -> str:
    return "; ".join(
        f"one of {', '.join(map(str, rule))}" if name == "enum" else f"{name} {rule}"
        for name, rule in constraints.items()
    )


def describe_tables(folder: Path | None = None) -> pd.DataFrame:
    """Return the data dictionary: one row a column of the data package.

    Parameters
    ----------
    folder : pathlib.Path, optional
        Folder of the data package; the project's own when left out.

    Returns
    -------
    pandas.DataFrame
        Columns ``table``, ``column``, ``type``, ``unit``, ``rules``, ``meaning``.

    Examples
    --------
    >>> describe_tables().query("table == 'claims'")["column"].head(3).tolist()
    ['id', 'document', 'line']
    """
    package = json.loads(_descriptor(folder or data_folder()).read_text(encoding="utf-8"))
    return pd.DataFrame(
        [
            {
                "table": resource["name"],
                "column": field["name"],
                "type": field["type"],
                "unit": field.get("unit", ""),
                "rules": _rules(field.get("constraints", {})),
                "meaning": field["description"],
            }
            for resource in package["resources"]
            for field in resource["schema"]["fields"]
        ]
    )


def seal(folder: Path | None = None) -> list[str]:
    """Write size, row count and SHA-256 of every table into ``datapackage.json``.

    The new description replaces the old one in one step, so an interruption
    leaves the old one.

    Parameters
    ----------
    folder : pathlib.Path, optional
        Folder of the data package; the project's own when left out.

    Returns
    -------
    list of str
        Names of the tables whose hash changed.
    """
    folder = folder or data_folder()
    target = _descriptor(folder)
    package = json.loads(target.read_text(encoding="utf-8"))
    changed = []
    for resource in package["resources"]:
        content = (folder / resource["path"]).read_bytes()
        digest = "sha256:" + hashlib.sha256(content).hexdigest()
        if resource.get("hash") != digest:
            changed.append(resource["name"])
        resource["hash"], resource["bytes"] = digest, len(content)
    draft = target.with_suffix(".draft")
    draft.write_text(json.dumps(package, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    draft.replace(target)
    _read_table.cache_clear()
    return changed


def _descriptor(folder: Path) -> Path:
    return folder / "datapackage.json"
