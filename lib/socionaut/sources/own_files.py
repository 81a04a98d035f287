"""A reader's own file: which of its columns is used as what, and how the reader may say it.

Headings that differ by case or blanks alone are taken; those of a known export are taken as its
preset says; anything else is proposed, never guessed. What was taken is kept, to be shown.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pandas as pd

from socionaut.errors import InputError
from socionaut.ledger.tables import data_folder
from socionaut.sources.dialects import RawTable, read_raw
from socionaut.sources.written import Decimal, Order, stripped, without_accents

__all__ = [
    "TOTALS",
    "OwnFile",
    "Reading",
    "folded",
    "near_names",
    "presets",
    "telling_apart",
    "understand_file",
    "usual_sheet",
    "without_totals",
]

# Words for sums and means below a table, folded.
_WORDS_FOR_TOTALS = (
    "total totals totaux grandtotal totalgeneral totalegenerale totaal summe gesamt gesamtsumme "
    "gesamtergebnis insgesamt somme suma sumatotal ensemble average mean moyenne mittelwert "
    "durchschnitt promedio media mediana median mediane subtotal soustotal zwischensumme"
)
TOTALS = frozenset(_WORDS_FOR_TOTALS.split())


_WON = r"\b(?:un\w+|new|net|gained|lost|nouveaux|neue|nuevos|novos|nuovi)\b"
_WATCHED = ("watchtime", "dureedevisionnage", "wiedergabezeit", "tiempodevisualizacion")


@dataclass(frozen=True)
class Reading:
    """What a reader says about a file, where it does not say it itself.

    Attributes
    ----------
    sheet : str, optional
        Sheet of a workbook.
    decimal : {"point", "comma"}, optional
        Sign before the decimals; the other one parts thousands.
    zone : str, optional
        Time zone of times without an offset, as ``Europe/Paris``.
    dates : {"day first", "month first"}, optional
        How 03/04/2024 is to be read.
    rename : dict of str to str
        Column by heading, as ``{"Publish time": "published_at"}``.
    constants : dict of str to str
        Columns with one value that the file lacks, as ``{"platform": "Facebook"}``.
    only : dict of str to str
        Rows to keep, by heading and value, as ``{"Entity": "France"}``.
    joined : dict of str to bool
        ``repeats``: join rows of one edge; ``names``: take names that differ by case or @ as one.
    """

    sheet: str | None = None
    decimal: Decimal | None = None
    zone: str | None = None
    dates: Order | None = None
    rename: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    only: Mapping[str, str] = field(default_factory=dict)
    joined: Mapping[str, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, options: Mapping[str, Any] | Reading | None) -> Reading:
        """Return what the options say, and refuse those that are not known.

        They are attributes by name; ``columns`` may name a TOML file that holds them.

        Examples
        --------
        >>> Reading.of({"decimal": "comma"}).decimal
        'comma'
        """
        if isinstance(options, Reading):
            return options
        given = dict(options or {})
        if path := given.pop("columns", None):
            given = _merged(_from_toml(Path(path)), given)
        unknown = sorted(set(given) - set(cls.__dataclass_fields__))
        if unknown:
            raise InputError(
                f"The option {', '.join(unknown)} of reading is not known; there are columns, "
                f"{', '.join(cls.__dataclass_fields__)}."
            )
        for name, allowed in (("decimal", get_args(Decimal)), ("dates", get_args(Order))):
            if given.get(name) not in (None, *allowed):
                raise InputError(
                    f'{name} "{given[name]}" is not known; choose {" or ".join(allowed)}.'
                )
        return cls(**given)


def _merged(base: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    for name, value in more.items():
        base[name] = {**base.get(name, {}), **value} if isinstance(value, Mapping) else value
    return base


def _from_toml(path: Path) -> dict[str, Any]:
    """Read a mapping: tables [columns] (column = "Heading"), [constants], [only], and options."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path} cannot be read as TOML ({error}). Write for example:\n"
            '  [columns]\n  published_at = "Publish time"\n  [constants]\n  platform = "Facebook"'
        ) from error
    columns = content.pop("columns", {})
    renames = {str(heading): str(column) for column, heading in columns.items()}
    texts = {key: {str(a): str(b) for a, b in content.pop(key, {}).items()}
             for key in ("constants", "only")}  # fmt: skip
    return {**content, "rename": renames, **texts}


@dataclass(frozen=True)
class OwnFile:
    """A file with its columns named as they are used."""

    raw: RawTable  # as it stands
    cells: pd.DataFrame  # all columns; those that are used have the names of their use
    taken: pd.DataFrame  # a row a used column: `column`, `heading` (in the file), `how`
    notes: list[str]  # what was found and decided, a sentence each
    preset: dict[str, Any]  # the entry of `presets` that it was taken for, or an empty one
    reading: Reading  # what the reader said
    # Columns that are the sum of others, which keep their headings.
    sums: dict[str, list[str]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Name of the file."""
        return self.raw.name

    def heading(self, column: str) -> str:
        """Return the heading from which a column was taken; the column's name where none was."""
        found = self.taken.loc[self.taken["column"] == column, "heading"]
        return str(found.iloc[0]) if len(found) else column

    def unused(self) -> list[str]:
        """Return the headings that no column was taken from."""
        used = {*self.taken["column"]}
        for heading in self.taken["heading"]:
            used |= set(str(heading).split(" + "))
        return [column for column in self.cells.columns if column not in used]


@cache
def presets() -> dict[str, Any]:
    """Return how platforms and programs name the columns of their exports.

    That is the content of ``data/presets.toml``: lists ``posts`` and ``networks``, and
    ``proposals``.

    Examples
    --------
    >>> presets()["networks"][1]["name"]
    'NodeXL'
    """
    return tomllib.loads((data_folder() / "presets.toml").read_text(encoding="utf-8"))


def folded(heading: str) -> str:
    """Return a heading without case, accents, blanks and punctuation.

    Examples
    --------
    >>> folded("Published  At"), folded("Période")
    ('publishedat', 'periode')
    """
    return "".join(letter for letter in without_accents(heading) if letter.isalnum())


def near_names(wanted: str, headings: Sequence[str]) -> list[str]:
    """Return headings that may mean a column, the likeliest first.

    Examples
    --------
    >>> near_names("reactions", ["Likes", "Colour"])
    ['Likes']
    """
    by_fold = {folded(heading): heading for heading in headings}
    known = [folded(word) for word in presets()["proposals"].get(wanted, [])]
    near = difflib.get_close_matches(folded(wanted), by_fold, n=1, cutoff=0.75)
    found = [by_fold[word] for word in [*near, *known] if word in by_fold]
    found += [name for name in headings if name.startswith(f"{wanted} (column ")]
    # In YouTube's tables subscribers are those won by a video.
    watched = any(word in heading for word in _WATCHED for heading in by_fold)
    if wanted == "followers" and watched:
        found = []
    if wanted == "followers":  # those won in a time are no audience
        found = [name for name in found if not re.search(_WON, name.casefold())]
    return list(dict.fromkeys(found))


def understand_file(
    source: str | Path | pd.DataFrame | RawTable,
    kind: str,
    columns: Sequence[str],
    reading: Mapping[str, Any] | Reading | None = None,
) -> OwnFile:
    """Read a file, and find which of its columns is used as what.

    Of the presets those of `kind` are looked through, which is posts, networks or series; `columns`
    are the names that can be used.

    Examples
    --------
    >>> own = understand_file(pd.DataFrame({"Source": ["a"], "Target": ["b"]}), "networks",
    ...     ["source", "target"])
    >>> own.cells.columns.tolist(), own.taken["how"].tolist()
    (['source', 'target'], ['Gephi or NetworkX', 'Gephi or NetworkX'])
    """
    said = Reading.of(reading)
    raw = (
        source
        if isinstance(source, RawTable)
        else read_raw(source, sheet=usual_sheet(source, said, kind))
    )
    raw, notes = _only_rows(raw, said)
    renames = _user_renames(raw, said, columns)
    preset = _preset_of(raw, kind, columns, renames)
    own = {folded(str(name)): str(name) for name in raw.cells}
    taken, how = dict(renames), dict.fromkeys(renames, "as you said")
    # What an export calls shares may be another thing than ours, so its preset goes first.
    for column, heading in preset.get("columns", {}).items():
        parts = [own[folded(part)] for part in _listed(heading) if folded(part) in own]
        if column not in taken and parts:
            taken[column], how[column] = " + ".join(parts), preset["name"]
    for column, heading in _by_spelling(raw, columns, taken).items():
        taken[column] = heading
        how[column] = "as named" if heading == column else "spelt otherwise"
    cells, said_constants = _named(raw.cells, taken), {}
    sums = {column: heading.split(" + ") for column, heading in taken.items()
            if heading not in raw.cells}  # fmt: skip
    for column, value in {**preset.get("constants", {}), **said.constants}.items():
        if column not in taken or column in said.constants:
            cells[column] = pd.Series(value, index=cells.index, dtype="str")
            said_constants[column] = value
    rows = [(column, heading, how[column]) for column, heading in taken.items()]
    rows += [(c, "", f'"{value}" in every row') for c, value in said_constants.items()]
    table = pd.DataFrame(rows, columns=["column", "heading", "how"])
    notes = [*raw.notes, *notes]
    if preset.get("constants") or preset.get("dates"):
        notes.append(f"The file is taken for an export of {preset['name']}.")
    return OwnFile(raw, cells, table, notes, preset, said, sums)


def usual_sheet(source: object, said: Reading, kind: str) -> str | None:
    """Return the sheet to read: as said, or the one that an export of a platform has.

    None where nothing is known of its sheets.

    Examples
    --------
    >>> usual_sheet("own.csv", Reading(sheet="Data"), "posts")
    'Data'
    """
    if said.sheet or isinstance(source, pd.DataFrame):
        return said.sheet
    path = Path(str(source))
    if path.suffix.lower() not in (".xls", ".xlsx", ".xlsm") or not path.is_file():
        return None
    try:
        with pd.ExcelFile(path) as book:
            usual = {entry["sheet"] for entry in presets().get(kind, []) if "sheet" in entry}
            found = [str(name) for name in book.sheet_names if name in usual]
    except Exception:  # damaged workbooks raise errors of every kind
        return None  # told of where the file is read
    return found[0] if len(found) == 1 else None


def _listed(heading: str | list[str]) -> list[str]:
    return [heading] if isinstance(heading, str) else heading


def _only_rows(raw: RawTable, said: Reading) -> tuple[RawTable, list[str]]:
    notes = []
    for heading, value in said.only.items():
        column = _heading(raw, heading, "--only")
        rows = stripped(raw.cells[column]).eq(value.strip())
        if not rows.any():
            values = sorted(stripped(raw.cells[column]).unique())
            near = difflib.get_close_matches(value, values, n=3) or values[:5]
            raise InputError(
                f'{raw.name}: no row has "{value}" in the column {column}; it has for example '
                f"{', '.join(near)}."
            )
        notes.append(
            f"Of {len(rows)} rows, the {int(rows.sum())} with {column} = {value} are used."
        )
        raw = replace(raw, cells=raw.cells[rows])
    return raw, notes


def _heading(raw: RawTable, said: str, option: str) -> str:
    """Return a heading of the file as it stands, from how the reader wrote it."""
    if said in raw.cells:
        return said
    same = [name for name in raw.cells if folded(str(name)) == folded(said)]
    if len(same) == 1:
        return str(same[0])
    near = difflib.get_close_matches(said, list(map(str, raw.cells)), n=1, cutoff=0.5)
    hint = f'; is it "{near[0]}"?' if near else f"; it has {', '.join(map(str, raw.cells))}."
    raise InputError(f'{raw.name} has no column "{said}", which {option} names{hint}')


def _user_renames(raw: RawTable, said: Reading, columns: Sequence[str]) -> dict[str, str]:
    renames = {}
    for heading, column in said.rename.items():
        if column not in columns:
            raise InputError(
                f'"{column}" is no column that is used here; there are {", ".join(columns)}.'
            )
        if column in renames:
            raise InputError(f'Two headings, "{heading}" and another, cannot both be "{column}".')
        renames[column] = _heading(raw, heading, "--rename or --columns")
    return renames


def _by_spelling(raw: RawTable, columns: Sequence[str], taken: Mapping[str, str]) -> dict[str, str]:
    """Take headings that are a column's name, whatever their case, blanks and lines."""
    found = {}
    for column in columns:
        if column in taken:
            continue
        same = [name for name in map(str, raw.cells) if folded(name) == folded(column)]
        same = [name for name in same if name not in taken.values()]
        if len(same) > 1:
            raise InputError(
                f"{raw.name} has the columns {' and '.join(same)}, which may both be {column}; "
                "rename or delete one of them."
            )
        if same:
            found[column] = same[0]
    return found


def _preset_of(
    raw: RawTable, kind: str, columns: Sequence[str], renames: Mapping[str, str]
) -> dict[str, Any]:
    """Return the preset with the most headings of those that the file has all of."""
    headings = {folded(str(name)) for name in raw.cells}
    if set(columns[:2]) <= set(raw.cells) | set(renames):
        return {}
    fits = [
        entry
        for entry in presets().get(kind, [])
        if {folded(name) for name in entry["headings"]} <= headings
    ]
    return max(fits, key=lambda entry: len(entry["headings"]), default={})


def _named(cells: pd.DataFrame, taken: Mapping[str, str]) -> pd.DataFrame:
    """Return the cells with used columns under the names of their use."""
    renamed = {heading: column for column, heading in taken.items() if heading in cells}
    clash = {column for column in renamed.values() if column in cells and column not in renamed}
    return cells.drop(columns=list(clash)).rename(columns=renamed)


def without_totals(own: OwnFile, texts: Sequence[str], when: str) -> OwnFile:
    """Leave out rows that hold totals: named so in a cell of text, and without a date.

    The word may stand in the columns `texts`; `when` is the column of dates or periods.

    Examples
    --------
    >>> table = pd.DataFrame({"period": ["2020-01", "Total"], "value": [1, 1]})
    >>> own = understand_file(table, "series", ["period", "value"])
    >>> len(without_totals(own, ["period"], "period").cells)
    1
    """
    if when not in own.cells:
        return own
    dated = stripped(own.cells[when])
    total = pd.Series(False, index=own.cells.index)
    # Totals stand at an end of a table.
    ends = own.cells.index[[*range(min(3, len(dated))), *range(-min(3, len(dated)), 0)]]
    for row in ends:
        cells = [str(own.cells.loc[row, column]) for column in texts if column in own.cells]
        words = {folded(cell) for cell in cells if cell} - {folded(dated[row])}
        bare = folded(dated[row]) in TOTALS or not dated[row]
        # A page may be called Total, but hardly its platform.
        platform = "platform" in own.cells and folded(str(own.cells.loc[row, "platform"])) in TOTALS
        named = bool((words | {folded(dated[row])}) & TOTALS)
        total[row] = named and (bare or platform or words <= TOTALS)
    if not total.any():
        return own
    rows = ", ".join(map(str, own.cells.index[total]))
    note = f"Left out as a row of totals: row {rows}."
    return replace(own, cells=own.cells[~total], notes=[*own.notes, note])


def telling_apart(own: OwnFile, keys: Sequence[str]) -> str:
    """Return an unused column that tells rows apart which are the same in others.

    Return its heading, or no text; in the columns `keys` no two rows should be the same.

    Examples
    --------
    >>> table = pd.DataFrame({"period": ["2020", "2020"], "country": ["A", "B"], "value": [1, 2]})
    >>> telling_apart(understand_file(table, "series", ["period", "value"]), ["period"])
    'country'
    """
    rows = own.cells[list(keys)].apply(stripped)
    for column in own.unused():
        cells = stripped(own.cells[column])
        few = 1 < cells.nunique() <= max(2, len(cells) / 2)
        if few and not rows.assign(**{"\0": cells}).duplicated().any():
            return column
    return ""
