"""Proofs of the coded tables: who is named where, dated statements, items of counted lists.

The tables are held against each other, and against the documents where these are at hand.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from socionaut.studies.dates import LOOK_ALIKES, DateError, parse_date
from workshop.documents import DocumentError, Problem, locate
from workshop.numerals import LONGEST_TOKEN

__all__ = ["check_coding", "check_dates", "check_items", "check_mentions"]

_LETTER = "[0-9A-Za-z\u00c0-\u024f]"  # a note number in superscript ends a name
_ROLES = ("past", "during", "future", "subject")


def check_coding(
    entities: pd.DataFrame,
    mentions: pd.DataFrame,
    relations: pd.DataFrame,
    sections: pd.DataFrame,
) -> list[Problem]:
    """Hold the three tables of the coding against each other, without the documents.

    Found are a mention outside its section or with a token that is no spelling of its entity; an
    entity without a mention; a relation of an entity with itself, or without one end on its line
    and the other in the section.

    Examples
    --------
    >>> from socionaut.ledger.tables import read_table
    >>> tables = [read_table(name) for name in ("entities", "mentions", "relations", "sections")]
    >>> check_coding(*tables)
    []
    """
    spellings = _spellings(entities)
    bounds = sections.set_index("id")[["document", "first_line", "last_line"]].T.to_dict()
    problems = [
        Problem(row["document"], row["line"], row["token"], message)
        for row in mentions.to_dict("records")
        for message in _misplaced(row, bounds, spellings)
    ]
    for name in sorted(set(entities["id"]) - set(mentions["entity"])):
        message = f"The entity {name} has no mention; add one, or remove the entity."
        problems.append(Problem("", 0, name, message))
    problems.extend(_check_relations(mentions, relations, bounds))
    return _sorted(problems)


def _misplaced(
    row: Mapping[Any, Any], bounds: Mapping[Any, Any], spellings: Mapping[str, set[str]]
) -> Iterator[str]:
    token, section, entity = row["token"], row["section"], row["entity"]
    if not _inside(row, bounds.get(section)):
        yield f"The mention “{token}” is not in section {section}; correct section or line."
    if token.translate(LOOK_ALIKES) not in spellings.get(entity, set()):
        yield f"“{token}” is no spelling of {entity}; add it to data/entities.csv, or correct it."


def _inside(row: Mapping[Any, Any], bound: Mapping[Any, Any] | None) -> bool:
    return (
        bound is not None
        and bound["document"] == row["document"]
        and bound["first_line"] <= row["line"] <= bound["last_line"]
    )


def _check_relations(
    mentions: pd.DataFrame, relations: pd.DataFrame, bounds: Mapping[Any, Any]
) -> Iterator[Problem]:
    on_line = mentions.groupby(["document", "line"])["entity"].agg(set).to_dict()
    in_section = mentions.groupby("section")["entity"].agg(set).to_dict()
    for row in relations.to_dict("records"):
        ends = {row["source"], row["target"]}
        words = f"The relation {row['source']} {row['relation']} {row['target']}"
        near = {
            entity
            for name, bound in bounds.items()
            if _inside(row, bound)
            for entity in in_section.get(name, set())
        }
        message = ""
        if len(ends) == 1:
            message = f"{words} has one end only; name two entities."
        elif not ends & on_line.get((row["document"], row["line"]), set()):
            message = f"{words}: neither is named on the line; correct the line."
        elif missing := sorted(ends - near):
            message = f"{words}: {missing[0]} is not named in the section; remove the relation."
        if message:
            yield Problem(row["document"], row["line"], row["relation"], message)


def check_mentions(
    entities: pd.DataFrame,
    mentions: pd.DataFrame,
    sections: pd.DataFrame,
    documents: Mapping[str, Sequence[str]],
) -> list[Problem]:
    """Hold the mentions against the documents, in both directions.

    Every token has to stand on its line and to cover no character that another mention covers.
    And every place in a section where a spelling stands as a whole word has to be covered by a
    mention of an entity that is spelled so; of two spellings that overlap, the longer counts.
    What this cannot find is a name that no entity has as a spelling.

    Examples
    --------
    >>> entities = pd.DataFrame({"id": ["ana"], "spellings": ["Ana"]})
    >>> sections = pd.DataFrame({"document": ["000"], "first_line": [1], "last_line": [1]})
    >>> row = {"document": "000", "line": 1, "entity": "ana", "token": "Ana", "occurrence": 1}
    >>> check_mentions(entities, pd.DataFrame([row]), sections, {"000": ["Ana lit, Ana rit."]})
    ... # doctest: +NORMALIZE_WHITESPACE
    [Problem(document='000', line=1, token='Ana',
             message='No mention covers “Ana” (occurrence 2); add one of ana.')]
    """
    problems: list[Problem] = []
    covered: dict[tuple[str, int], list[tuple[int, int, str]]] = {}
    for row in mentions.to_dict("records"):
        place = (row["document"], row["line"])
        message = _place(row, documents, covered.setdefault(place, []))
        if message:
            problems.append(Problem(*place, row["token"], message))
    spelled = _spellings(entities)
    for bound in sections.to_dict("records"):
        document = bound["document"]
        for line in range(bound["first_line"], bound["last_line"] + 1):
            text, spans = _line(documents, document, line), covered.get((document, line), [])
            for token, message in _unmarked(text or "", spans, spelled):
                problems.append(Problem(document, line, token, message))
    return _sorted(problems)


def _place(
    row: Mapping[Any, Any],
    documents: Mapping[str, Sequence[str]],
    spans: list[tuple[int, int, str]],
) -> str:
    """Add the span of a mention to those of its line, or say why it has none."""
    if message := _missing(row, documents):
        return message
    token, entity = row["token"], row["entity"]
    line = documents[row["document"]][row["line"] - 1]
    start, end = locate(line, token, row["occurrence"])
    if any(start < other_end and other < end for other, other_end, _ in spans):
        return f"The mention “{token}” of {entity} covers what another covers; keep the longer."
    spans.append((start, end, entity))
    return ""


def _unmarked(
    text: str, spans: list[tuple[int, int, str]], spelled: Mapping[str, set[str]]
) -> Iterator[tuple[str, str]]:
    plain = text.translate(LOOK_ALIKES)
    for found in _pattern(frozenset().union(*spelled.values())).finditer(plain):
        token = found.group()
        owners = sorted(entity for entity, spellings in spelled.items() if token in spellings)
        by = {e for start, end, e in spans if start < found.end() and found.start() < end}
        if by & set(owners):
            continue
        number = plain.count(token, 0, found.start()) + 1
        instead = f", but {sorted(by)[0]} is coded there" if by else ""
        yield (
            token,
            f"No mention covers “{token}” (occurrence {number}); "
            f"add one of {' or '.join(owners)}{instead}.",
        )


@functools.cache
def _pattern(spellings: frozenset[str]) -> re.Pattern[str]:
    words = "|".join(re.escape(s) for s in sorted(spellings, key=lambda s: (-len(s), s)))
    return re.compile(f"(?<!{_LETTER})(?:{words or '(?!)'})(?!{_LETTER})")


def _spellings(entities: pd.DataFrame) -> dict[str, set[str]]:
    cells = zip(entities["id"], entities["spellings"], strict=True)
    return {name: set(text.translate(LOOK_ALIKES).split("; ")) for name, text in cells}


def _line(documents: Mapping[str, Sequence[str]], document: str, line: int) -> str | None:
    lines = documents.get(document, ())
    return lines[line - 1] if 1 <= line <= len(lines) else None


def _sorted(problems: list[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: (problem.document, problem.line, problem.token))


def check_dates(
    statements: pd.DataFrame, documents: Mapping[str, Sequence[str]] | None = None
) -> list[Problem]:
    """Hold the dated statements against their own tokens, and against the documents if at hand.

    Found are a token that is not on its line; a printed date that does not read as the row says; an
    unknown role; an interval in the wrong order.

    Examples
    --------
    >>> row = {"document": "000", "line": 1, "token": "avril 2019", "occurrence": 1, "year": None,
    ...     "basis": "printed", "role": "past", "first": "2019-04-01", "last": "2019-04-30"}
    >>> check_dates(pd.DataFrame([row]), {"000": ["Paru en avril 2019."]})
    []
    """
    problems = []
    for row in statements.to_dict("records"):
        messages = [_misread(row), _missing(row, documents)]
        if row["role"] not in _ROLES:
            messages.append(f"The role “{row['role']}” is none of {', '.join(_ROLES)}.")
        if str(row["last"]) < str(row["first"]):
            messages.append(f"The last day, {row['last']}, comes before the first, {row['first']}.")
        problems += [
            Problem(row["document"], row["line"], row["token"], text) for text in messages if text
        ]
    return sorted(problems, key=lambda problem: (problem.document, problem.line))


def _misread(row: Mapping[Any, Any]) -> str:
    if row["basis"] != "printed":
        return ""
    try:
        days = parse_date(row["token"], year=None if pd.isna(row["year"]) else int(row["year"]))
    except DateError as error:
        return str(error)
    said = (str(row["first"]), str(row["last"]))
    if said != (str(days.first), str(days.last)):
        return f"“{row['token']}” reads {days.write()}, and the row says {' to '.join(said)}."
    return ""


def _missing(row: Mapping[Any, Any], documents: Mapping[str, Sequence[str]] | None) -> str:
    """Say why a token is not on its line; empty if it is, or if there are no documents."""
    token, line = row["token"], int(row["line"])
    if len(token) > LONGEST_TOKEN:
        return f"The token “{token}” is longer than {LONGEST_TOKEN} characters; cut it at a word."
    if documents is None:
        return ""
    lines = documents.get(row["document"], ())
    if not 1 <= line <= len(lines):
        return f"Document {row['document']} has no line {line}; correct the line."
    try:
        locate(lines[line - 1], token, int(row["occurrence"]))
    except DocumentError as error:
        return str(error)
    return ""


def check_items(
    items: pd.DataFrame,
    claims: pd.DataFrame,
    documents: Mapping[str, Sequence[str]] | None = None,
) -> list[Problem]:
    """Hold the items of counted lists against the ledger, and against the documents if at hand.

    Found are a token that is not on its line; an item of a claim that the ledger does not hold, or
    of another document; numbers of a list that do not run from 1; two items in one place.

    Examples
    --------
    >>> items = pd.DataFrame({"claim": ["c"] * 2, "number": [1, 2], "document": ["000"] * 2,
    ...     "line": [1, 1], "token": ["a", "b"], "occurrence": [1, 1]})
    >>> check_items(items, pd.DataFrame({"id": ["c"], "document": ["000"]}), {"000": ["a, b"]})
    []
    """
    owner = dict(zip(claims["id"], claims["document"], strict=True))
    problems = []
    for claim, part in items.groupby("claim", sort=False):
        rows = part.to_dict("records")
        messages = [(row, _missing(row, documents)) for row in rows]
        messages += [
            (row, f"The item belongs to {claim}, which is no claim of document {row['document']}.")
            for row in rows
            if owner.get(str(claim)) != row["document"]
        ]
        if sorted(part["number"]) != list(range(1, len(part) + 1)):
            messages.append((rows[0], f"The items of {claim} are not numbered from 1 without gap."))
        if part.duplicated(["line", "token", "occurrence"]).any():
            messages.append((rows[0], f"Two items of {claim} stand in one place; correct one."))
        problems += [
            Problem(row["document"], row["line"], row["token"], text)
            for row, text in messages
            if text
        ]
    return sorted(problems, key=lambda problem: (problem.document, problem.line))
