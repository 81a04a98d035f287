"""What is wrong with a table of the data package, a sentence a fault.

The `frictionless` library checks the bytes, the header and every cell; what it finds is told in one
sentence that names file, row, column and mend.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from frictionless import Check, Checklist, Error, FrictionlessException, Package, Resource, Row
from frictionless.errors import CellError

from socionaut.errors import InputError
from socionaut.ledger.tables import data_folder, in_words, load_table

__all__ = ["open_package", "package_problems", "table_problems"]

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
    "cell-error": "write what the column is for: {meaning}",
    "missing-cell": "complete the row; the file may be cut off",
    "extra-cell": "remove the extra cell, or quote the cell that holds a comma",
    "blank-row": "delete the empty row",
    "encoding-error": "save the file as UTF-8",
    "source-error": "put the file back; it is empty or cannot be read",
    "scheme-error": "put the file back; it is missing or cannot be opened",
    "hash-count": "check the change, then run `socionaut seal`; or take the file from git again",
    "byte-count": "check the change, then run `socionaut seal`; or take the file from git again",
}

# What is wrong with the shape comes first, since it makes cells wrong; a mend of either changes
# the hash.
_RANKS = dict.fromkeys(("missing-label", "incorrect-label", "extra-label", "missing-cell"), 0)
_RANKS |= {"hash-count": 2, "byte-count": 2}
_LONGEST_CELL = 80


# Addresses that pass away, by what is wrong with them.
_PASSING = {
    "the host is one for trying things out": re.compile(
        r"https?://([\w-]+\.)*(staging|dev|test|preview|preprod|w\d{4})\.", re.IGNORECASE
    ),
    "the address is a shortened one": re.compile(
        r"https?://(www\.)?(bit\.ly|buff\.ly|goo\.gl|is\.gd|lnkd\.in|ow\.ly|slidesha\.re|t\.co"
        r"|tinyurl\.com)/",
        re.IGNORECASE,
    ),
    "the address is a number, not a name": re.compile(r"[?&]p=\d", re.IGNORECASE),
}


class _FiniteNumbers(Check):
    """Rejects NaN and infinities, which the numbers of the standard include."""

    type = "finite-numbers"
    Errors = [CellError]  # noqa: RUF012 - so named and typed by frictionless

    def validate_row(self, row: Row) -> Iterable[Error]:
        for name in row.field_names:
            cell = row[name]
            if isinstance(cell, Decimal) and not cell.is_finite():
                yield CellError.from_row(row, note="not a finite number", field_name=name)


class _LastingAddresses(Check):
    """Rejects addresses that pass away: hosts for trying things out, shorteners, page numbers."""

    type = "lasting-addresses"
    Errors = [CellError]  # noqa: RUF012 - so named and typed by frictionless

    def validate_row(self, row: Row) -> Iterable[Error]:
        for name in row.field_names:
            for fault, pattern in _PASSING.items():
                if isinstance(row[name], str) and pattern.search(row[name]):
                    yield CellError.from_row(row, note=fault, field_name=name)


def table_problems(name: str, folder: Path | None = None) -> list[str]:
    """List what is wrong with one table, a sentence a fault.

    Faults of the shape come before faults of cells, and these before faults of the hash, since a
    mend of the first changes the next. Where a table that this one refers to is damaged, they are
    the faults of that table.

    Examples
    --------
    >>> table_problems("sections")
    []
    """
    folder = folder or data_folder()
    return _problems(open_package(folder), name, folder, {})


def package_problems(folder: Path | None = None) -> list[str]:
    """List what is wrong with the tables of a package, a sentence a fault.

    Each table is checked once, however many others refer to it.

    Parameters
    ----------
    folder : pathlib.Path, optional
        Folder of the data package; the project's own when left out.

    Returns
    -------
    list of str
        In the order of the tables; of each what `table_problems` says.

    Examples
    --------
    >>> package_problems()
    []
    """
    folder = folder or data_folder()
    package, known = open_package(folder), dict[str, list[str]]()
    found = [_problems(package, name, folder, known) for name in package.resource_names]
    # The faults of a table come again with each table that refers to it.
    return list(dict.fromkeys(itertools.chain.from_iterable(found)))


def _problems(package: Package, name: str, folder: Path, known: dict[str, list[str]]) -> list[str]:
    """Return the faults of a table, which are noted among those known."""
    if name not in known:
        known[name] = _found(package, name, folder, known)
    return known[name]


def _found(package: Package, name: str, folder: Path, known: dict[str, list[str]]) -> list[str]:
    if not package.has_resource(name):
        names = ", ".join(package.resource_names)
        raise InputError(
            f'{folder.name}/datapackage.json has no table "{name}"; choose one of {names}.'
        )
    resource = package.get_resource(name)
    for key in resource.schema.foreign_keys:
        if problems := _problems(package, key["reference"]["resource"], folder, known):
            return problems
    report = resource.validate(Checklist(checks=[_FiniteNumbers(), _LastingAddresses()]))
    errors = [error for task in report.tasks for error in task.errors]
    errors.sort(key=lambda error: _RANKS.get(error.type, 1))
    fields = {field.name: field.to_descriptor() for field in resource.schema.fields}
    problems = [_sentence(error, folder, str(resource.path), fields) for error in errors]
    return problems or _unread(resource, folder)


def _unread(resource: Resource, folder: Path) -> list[str]:
    try:
        load_table(resource.to_descriptor(), folder)
    except ValueError as error:
        reason = " ".join(str(error).split()).rstrip(".")
        return [
            f"{folder.name}/{resource.path}: cannot be read ({reason}). To mend: complete the last "
            "row and close every quotation mark; the file may be cut off."
        ]
    return []


def open_package(folder: Path) -> Package:
    """Open the description of a data package.

    Examples
    --------
    >>> open_package(data_folder()).has_resource("claims")
    True
    """
    path = folder / "datapackage.json"
    try:
        return _package(path, path.read_bytes() if path.is_file() else b"")
    except FrictionlessException as error:
        raise InputError(
            f"{folder.name}/datapackage.json cannot be read: {error.error.note}. "
            "Take the file from git again."
        ) from error


@functools.cache
def _package(path: Path, _content: bytes) -> Package:
    """Open a description once, as long as its content stays the same."""
    return Package(str(path))


def _sentence(
    error: Error, folder: Path, path: str, fields: Mapping[str, Mapping[str, Any]]
) -> str:
    found = error.to_dict()
    place, cell = f"{folder.name}/{path}", found.get("cell")
    column = found.get("fieldName") or found.get("label") or ", ".join(found.get("fieldNames", []))
    row = found.get("rowNumber")
    if error.type == "encoding-error":
        row = _row_of_broken_text((folder / path).read_bytes())
    if row:
        place += f", row {row}"
    if column:
        place += f', column "{column}"'
    field = fields.get(str(column), {})
    mend = _MENDS.get(error.type, "compare the table with its description").format(
        type=field.get("type", "?"),
        meaning=field.get("description", "see the description of the column"),
        rules=in_words(field.get("constraints", {})),
    )
    what = f'"{_brief(cell)}" does not fit' if cell is not None else error.title.lower()
    note = f" ({error.note.strip()})" if error.note.strip() else ""
    return " ".join(f"{place}: {what}{note}. To mend: {mend.rstrip('.')}.".splitlines())


def _brief(cell: object) -> str:
    # A quotation mark left open makes the rest of the file one cell.
    text = str(cell)
    return text if len(text) <= _LONGEST_CELL else f"{text[:_LONGEST_CELL]}…"


def _row_of_broken_text(content: bytes) -> int | None:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        return content.count(b"\n", 0, error.start) + 1
    return None
