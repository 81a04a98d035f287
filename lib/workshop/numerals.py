"""Figures as French texts print them, read as numbers.

Two functions share one reader. `find_figures` lists every figure of a line; `parse_figure` reads a
short token that must hold exactly one figure. Neither guesses: what has two readings, or none, is
listed without values and with the reason, and `parse_figure` refuses it.

What is a figure
    Any run of the digits 0 to 9; a number in words from two up; million, milliard; dizaine,
    centaine, millier; half, third, quarter; deuxième, troisième and so on; doubled, tripled,
    "multiplié par". The bare articles "un" and "une" are not figures, nor are "premier", "second"
    and their like, which are far more often plain adjectives.

How it is read
    * A comma or a point is the decimal sign, a space or an apostrophe parts thousands. A comma or a
      point with exactly three digits after it has two readings ("1.234", "1,234") and is refused,
      unless the whole part is 0 or is itself parted ("12 345,678").
    * Percentages are in percent: "67 %" is 67. Fractions are numbers: "deux tiers" is 2/3.
    * A plural without a number is a lower bound: "des centaines" is at least 200, "plusieurs
      milliers" at least 2000. "Une dizaine" is about 10.
    * "N sur M", with at most one word after N, is a fraction when M is a customary base (2, 3, 4,
      5, 10, 20, 100, 1000) and N is not above it; else N and M are two figures.
    * Three or more numbers parted by slashes are shares when they add up to 100 ("1/9/90").
    * "Une des deux" is a choice, not a half; "7 des 10" is 0.7.
    * A fall is negative: "baisse de 20 %" is -20. A comparison then speaks of its size.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from socionaut.errors import InputError

__all__ = ["LONGEST_TOKEN", "Figure", "FigureError", "find_figures", "parse_figure"]

LONGEST_TOKEN = 25
"""The most characters that the ledger may quote from a document."""


class FigureError(InputError):
    """A token that does not hold exactly one figure with exactly one reading."""


@dataclass(frozen=True)
class Figure:
    """One figure of a text.

    Attributes
    ----------
    start, end : int
        Where it stands: ``text[start:end]``, without words such as "plus de" around it.
    text : str
        The figure as printed.
    values : tuple of float
        One number; two for a range (lower, upper); several for shares; none if it has no reading.
    scale : str
        number, percent, ratio, ordinal, fraction, date, time, name (digits inside a word), or
        unclear.
    comparison : str
        equal, at least, at most, about or range, from the words around the figure.
    doubt : str
        Why there is no reading, as a sentence; empty if there is one.
    """

    start: int
    end: int
    text: str
    values: tuple[float, ...]
    scale: str
    comparison: str = "equal"
    doubt: str = ""


class _Atom(NamedTuple):
    """A piece of a figure: digits, number words, or one of the nouns that count."""

    kind: str
    start: int
    end: int
    value: Decimal
    text: str


class _Amount(NamedTuple):
    """A number, and the atom after it."""

    start: int
    end: int
    value: Decimal
    following: int
    shared: Decimal
    doubt: str


SPACE = "[ \u00a0\u2009\u202f]"
_APOSTROPHE = "['\u2019]"

# Number words ---------------------------------------------------------------------------------

_UNITS = {
    "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9,
}  # fmt: skip
_TEENS = {
    "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16,
}  # fmt: skip
_TENS = {
    "vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "septante": 70,
    "huitante": 80, "octante": 80, "nonante": 90,
}  # fmt: skip
_SMALL = {"zéro": 0, "un": 1, "une": 1, "vingts": 20} | _UNITS | _TEENS | _TENS
_BIG = {
    "million": 10**6, "millions": 10**6, "milliard": 10**9, "milliards": 10**9,
}  # fmt: skip
_COLLECTIVES = {
    "huitaine": 8, "dizaine": 10, "douzaine": 12, "quinzaine": 15, "vingtaine": 20,
    "trentaine": 30, "quarantaine": 40, "cinquantaine": 50, "soixantaine": 60, "centaine": 100,
    "millier": 1000,
}  # fmt: skip
_ORDINALS = {
    "unième": 1, "deuxième": 2, "troisième": 3, "quatrième": 4, "cinquième": 5, "sixième": 6,
    "septième": 7, "huitième": 8, "neuvième": 9, "dixième": 10, "onzième": 11, "douzième": 12,
    "treizième": 13, "quatorzième": 14, "quinzième": 15, "seizième": 16, "vingtième": 20,
    "trentième": 30, "quarantième": 40, "cinquantième": 50, "soixantième": 60, "septantième": 70,
    "octantième": 80, "huitantième": 80, "nonantième": 90, "centième": 100, "millième": 1000,
}  # fmt: skip
_PARTS = {"tiers": 3, "quart": 4, "quarts": 4, "moitié": 2, "moitiés": 2, "demi": 2, "demie": 2,
          "demis": 2, "demies": 2}  # fmt: skip
_RATIOS = {"doubl": 2, "tripl": 3, "quadrupl": 4, "quintupl": 5, "décupl": 10}

_JOIN = f"(?:-|{SPACE})"


def _any_of(words: dict[str, int]) -> str:
    return "(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")"


def _below_a_million() -> str:
    """Return the pattern of the numbers 0 and 2 to 999 999 in words, as French spells them."""
    unit, teen = _any_of(_UNITS), f"(?:dix{_JOIN}(?:sept|huit|neuf)|{_any_of(_TEENS)})"
    and_one = f"(?:{_JOIN}et{_JOIN}une?)"
    tens = _any_of({word: value for word, value in _TENS.items() if word != "soixante"})
    below_100 = (
        f"(?:quatre{_JOIN}vingts?(?:{_JOIN}(?:{teen}|{unit}|une?))?"
        f"|soixante(?:{_JOIN}et{_JOIN}onze|{and_one}|{_JOIN}(?:{teen}|{unit}))?"
        f"|{tens}(?:{and_one}|{_JOIN}{unit})?|{teen}|{unit})"
    )
    hundreds = f"(?:{unit}{_JOIN})?cents?(?!\\w)(?:{_JOIN}(?:{below_100}|une?))?(?!\\w)"
    below_1000 = f"(?:{hundreds}|{below_100})"
    thousands = (
        f"(?:{below_1000}{_JOIN})?mille(?!\\w)"
        f"(?:{_JOIN}(?:{below_1000}|(?:et{_JOIN})?une?)(?!\\w))?"
    )
    return f"(?:{thousands}|{below_1000}|zéro)"


def _cardinal(text: str) -> Decimal:
    """Return the number that a valid spelling stands for.

    >>> _cardinal("quatre-vingt-dix mille deux cent un")
    Decimal('90201')
    """
    total = current = 0
    before = ""
    for word in re.split(r"\W+", text.lower()):
        if word.startswith("cent"):
            current = (current or 1) * 100
        elif word == "mille":
            total, current = total + (current or 1) * 1000, 0
        elif before == "quatre" and word.startswith("vingt"):
            current += 76
        elif word != "et":
            current += _SMALL[word]
        before = word
    return Decimal(total + current)


# Atoms ----------------------------------------------------------------------------------------

_GROUPED = f"[0-9]{{1,3}}(?:{SPACE}[0-9]{{3}}(?![0-9]))+(?:{SPACE}[0-9]+)*"
_MORE_DIGITS = f"[.,/:'\u2019\u2013-][0-9]+(?:{SPACE}[0-9]{{3}}(?![0-9]))*"
_DIGITS = f"(?:{_GROUPED}|[0-9]+)(?:{_MORE_DIGITS})*"
_PREFIX = f"(?:(?:{_any_of(_TENS)}|quatre{_JOIN}vingt|dix)(?:{_JOIN}et)?{_JOIN})?"

_ATOM = re.compile(
    f"(?P<digits>{_DIGITS})"
    f"|(?<!\\w)(?:(?P<ordinal>{_PREFIX}{_any_of(_ORDINALS)}s?)"
    f"|(?P<words>{_below_a_million()})"
    f"|(?P<big>{_any_of(_BIG)})"
    f"|(?P<collective>{_any_of(_COLLECTIVES)}s?)"
    f"|(?P<part>{_any_of(_PARTS)})"
    f"|(?P<ratio>{_any_of(_RATIOS)}"
    r"(?:[eé]e?s?|er|ent|ant|[ae]i(?:s|t|ent)|era|eront|èrent|ement))"
    "|(?P<one>une?))(?!\\w)",
    re.IGNORECASE,
)

_PARTED = re.compile(f"[1-9][0-9]{{0,2}}(?:(?:{SPACE}[0-9]{{3}})+|(?:{_APOSTROPHE}[0-9]{{3}})+)")
_WHOLE_AND_REST = re.compile("(?P<whole>[^.,]+)(?:[.,](?P<rest>[0-9]+))?")
_DATE = re.compile(
    "[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}|[0-9]{2}/[0-9]{2}(?:/[0-9]{2})?"
    "|[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{2}-[0-9]{2}-(?:[0-9]{2}|[0-9]{4})"
)
_SHARES = re.compile("[0-9]{1,3}(?:/[0-9]{1,3}){2,}")
_MOST_DIGITS = 15


def _atoms(text: str) -> list[_Atom]:
    """Return the pieces of `text` that figures are made of, in order."""
    found = []
    for match in _ATOM.finditer(text):
        kind, words = match.lastgroup or "", match.group().lower()
        if kind == "digits" and len(words) > LONGEST_TOKEN:
            for piece in re.finditer(f"[0-9]{{1,{LONGEST_TOKEN}}}", match.group()):
                start = match.start() + piece.start()
                end = start + len(piece.group())
                found.append(_Atom("pieces", start, end, Decimal(0), piece.group()))
            continue
        value = _ATOM_VALUES[kind](words) if kind in _ATOM_VALUES else Decimal(kind == "one")
        found.append(_Atom(kind, match.start(), match.end(), value, match.group()))
    return found


def _ordinal_value(words: str) -> Decimal:
    """Return the number of "vingt et unième"."""
    last = re.split(r"\W+", words)[-1].removesuffix("s")
    before = words[: len(words) - len(re.split(r"\W+", words)[-1])]
    before = re.sub(r"\W+(?:et\W+)?$", "", before)
    return _ORDINALS[last] + (_cardinal(before) if before else Decimal(0))


_ATOM_VALUES: dict[str, Callable[[str], Decimal]] = {
    "ordinal": _ordinal_value,
    "words": _cardinal,
    "big": lambda words: Decimal(_BIG[words]),
    "collective": lambda words: Decimal(_COLLECTIVES[words.removesuffix("s")]),
    "part": lambda words: Decimal(_PARTS[words]),
    "ratio": lambda words: Decimal(next(_RATIOS[stem] for stem in _RATIOS if stem in words)),
}


def _digits_value(digits: str) -> Decimal | str:
    """Return the number that `digits` print, or a sentence that says why there is none."""
    match = _WHOLE_AND_REST.fullmatch(digits)
    if re.search("[/:\u2013-]", digits):
        return (
            f"“{digits}” joins numbers with a sign of several meanings; "
            "a range is printed “20 à 30”, a fraction “1 sur 2”."
        )
    if not match:
        return f"“{digits}” has more than one decimal sign."
    whole, rest = match["whole"], match["rest"]
    parted = bool(_PARTED.fullmatch(whole))
    if not whole.isdigit() and not parted:
        return f"“{digits}” is not parted in threes; print it like “10 000 000”."
    if len(whole + (rest or "")) > _MOST_DIGITS:
        return f"“{digits}” has more digits than a number holds exactly."
    if rest and len(rest) == 3 and not parted and whole != "0" and len(whole) <= 3:
        return (
            f"“{digits}” may be a decimal number or thousands; "
            "print thousands with a space, or another number of decimals."
        )
    bare = re.sub(f"{SPACE}|{_APOSTROPHE}", "", whole)
    return Decimal(f"{bare}.{rest}" if rest else bare)


# The reader -----------------------------------------------------------------------------------

_PERCENT = re.compile(f"{SPACE}?%|{SPACE}pour{SPACE}?cents?(?!\\w)", re.IGNORECASE)
_ORDINAL_ENDING = re.compile("(?:i?[eè]mes?|ers?|[eè]?res?|es?|nde?s?|de)(?!\\w)", re.IGNORECASE)
_CLOCK = re.compile(f"{SPACE}?h(?:{SPACE}?(?P<minutes>[0-5][0-9]))?(?!\\w)", re.IGNORECASE)
_SHORT_MULTIPLIER = re.compile(f"{SPACE}?(?:[kKM]|Mds?|Mrds?)(?!\\w)")
_NUMBER_SIGN = re.compile("(?<!\\w)n[°º] ?$", re.IGNORECASE)
_SIGN = re.compile('(?<![^\\s(«“"])[+\u2212-]$')
_STRANGE_BEFORE = re.compile("[±<>≤≥~≈×*^\u2013\u2014\u2212/=-]$")
_WORD_BEFORE = re.compile("(?:[^\\W\\d_]\\w*[-_])?\\w+[-_]?$|[^\\W\\d_]\\w*[-_]$")
_WORD_AFTER = re.compile("\\w+")
_TO = re.compile(f"{SPACE}à{SPACE}", re.IGNORECASE)
_AND = re.compile(f"{SPACE}et{SPACE}", re.IGNORECASE)
_BETWEEN = re.compile(f"(?<!\\w)entre{SPACE}$", re.IGNORECASE)
_PASSING = re.compile(f"(?<!\\w)pass\\w*{SPACE}d(?:e{SPACE}|{_APOSTROPHE})$", re.IGNORECASE)
_OUT_OF = re.compile(f"{SPACE}(?:[^\\W\\d_]+{SPACE})?sur{SPACE}", re.IGNORECASE)
_OF_THE = re.compile(f"{SPACE}des{SPACE}", re.IGNORECASE)
_OF = re.compile(f"{SPACE}de{SPACE}", re.IGNORECASE)
_BY = re.compile(
    "(?<!\\w)(?P<verb>multipli|divis)(?:[eé]e?s?|er|ent|ant|[ae]i(?:s|t|ent)|era|eront|èrent)"
    f"{SPACE}par{SPACE}$",
    re.IGNORECASE,
)
_ONE_OR = re.compile(f"(?<!\\w)une?{SPACE}ou{SPACE}$", re.IGNORECASE)
# Under re.IGNORECASE these four match i, s and k, but they spell no French word.
_LOOKALIKES = str.maketrans(dict.fromkeys("\u0130\u0131\u017f\u212a", "ø"))
_BASES = {2, 3, 4, 5, 10, 20, 100, 1000}
_ONE_SPACE = re.compile(SPACE)
_REACH = 60

_DE = f"(?:de|des|du|d{_APOSTROPHE})"
_TAIL = f"{SPACE}*(?:les?{SPACE}|une?{SPACE}|la{SPACE}|seulement{SPACE}|[+\u2212-])*$"
_COMPARISONS_BEFORE = [
    (comparison, re.compile(f"(?<!\\w)(?:{wording}){_TAIL}", re.IGNORECASE))
    for comparison, wording in [
        ("at least", f"pas{SPACE}moins{SPACE}{_DE}"),
        ("at most", f"pas{SPACE}plus{SPACE}{_DE}"),
        ("at least", f"(?:plus|\\+){SPACE}{_DE}|au{SPACE}(?:moins|minimum)|supérieure?s?{SPACE}à"),
        ("at least", f"dépass\\w*|au-delà{SPACE}{_DE}|minimum"),
        ("at most", f"moins{SPACE}{_DE}|au{SPACE}(?:plus|maximum)|inférieure?s?{SPACE}à"),
        ("at most", f"jusqu{_APOSTROPHE}à|sous|maximum"),
        ("about", f"près{SPACE}{_DE}|environ|presque|pratiquement|quasi(?:ment)?|quelque"),
        ("about", f"autour{SPACE}{_DE}|à{SPACE}peu{SPACE}près|avoisin\\w*"),
        ("about", f"de{SPACE}l{_APOSTROPHE}ordre{SPACE}{_DE}"),
    ]
]
_COMPARISONS_AFTER = [
    (comparison, re.compile(f"(?:{SPACE}[^\\W\\d_]+)?{SPACE}(?:{wording})(?!\\w)", re.IGNORECASE))
    for comparison, wording in [
        ("at least", f"(?:et|ou){SPACE}plus|au{SPACE}(?:moins|minimum)|minimum"),
        ("at most", f"(?:et|ou){SPACE}moins|au{SPACE}(?:plus|maximum)|maximum"),
        ("about", "environ"),
    ]
]
_FALL = re.compile(
    "(?<!\\w)(?:baiss(?:e|es|é|ée|és|ées|er|ent|ant)|diminution|diminu(?:e|é|ée|és|ées|er|ent)"
    "|recul(?:e|é|er|ent)?|chut(?:e|é|er|ent)|réduction)"
    f"{SPACE}{_DE}{_TAIL}",
    re.IGNORECASE,
)
_MINUS_WORD = re.compile(f"(?<!\\w)(?<!au{SPACE})(?<!du{SPACE})moins{SPACE}$", re.IGNORECASE)


class _Reader:
    """Reads the figures of one text from its atoms."""

    def __init__(self, text: str) -> None:
        self.printed = text
        self.text = text.translate(_LOOKALIKES)
        self.atoms = _atoms(self.text)
        self.reached = 0

    def figures(self) -> list[Figure]:
        """Return every figure, in order."""
        found: list[Figure] = []
        for position, atom in enumerate(self.atoms):
            if atom.start >= self.reached:
                figure = self.figure_at(position)
                read = [] if figure is None else [figure]
            else:
                read = self.digits_left(atom)
            if read:
                found.extend(read)
                self.reached = read[-1].end
        return found

    def digits_left(self, atom: _Atom) -> list[Figure]:
        """Return the digits of an atom that the figure before it took only in part."""
        if atom.kind != "digits" or atom.end <= self.reached:
            return []
        runs = re.compile("[0-9]+").finditer(self.text, self.reached, atom.end)
        return [self.name(run.start(), run.end(), run.start()) for run in runs]

    def figure_at(self, position: int) -> Figure | None:
        """Return the figure that begins with the atom at `position`, if one does."""
        atom = self.atoms[position]
        for read in (self.special, self.fraction, self.collective, self.range):
            figure = read(position)
            if figure is not None:
                return figure
        if atom.kind == "one":
            return None
        return self.number(position)

    def make(
        self,
        start: int,
        end: int,
        values: tuple[Decimal, ...],
        scale: str,
        doubt: str = "",
        comparison: str = "",
    ) -> Figure:
        """Return a figure with the comparison that the words around it state."""
        if not doubt:
            comparison, doubt = self.comparison(start, end, comparison)
        if doubt:
            values, comparison = (), "equal"
            scale = scale if scale in ("date", "name") else "unclear"
        numbers = tuple(float(value) + 0.0 for value in values)
        return Figure(start, end, self.printed[start:end], numbers, scale, comparison, doubt)

    def comparison(self, start: int, end: int, own: str) -> tuple[str, str]:
        """Return the comparison stated around a figure, and a doubt if two contradict."""
        before, after = self.text[max(0, start - _REACH) : start], self.text[end : end + _REACH]
        stated = next((name for name, words in _COMPARISONS_BEFORE if words.search(before)), "")
        added = next((name for name, words in _COMPARISONS_AFTER if words.match(after)), "")
        if stated and added and stated != added:
            return "equal", f"The words around it say both “{stated}” and “{added}”."
        if own == "range":
            return own, ""
        return stated or added or own or "equal", ""

    # Single readings

    def special(self, position: int) -> Figure | None:
        """Read names, dates, shares, times, ordinals, "doublé" and what else is no amount."""
        atom = self.atoms[position]
        if atom.kind == "digits":
            return self.special_digits(atom)
        if atom.kind == "pieces":
            doubt = f"“{atom.text}” belongs to a run of digits that is too long for a number."
            return self.make(atom.start, atom.end, (), "name", doubt)
        if atom.kind == "ratio":
            return self.make(atom.start, atom.end, (atom.value,), "ratio")
        if atom.kind == "ordinal":
            return self.ordinal(position)
        return None

    def special_digits(self, atom: _Atom) -> Figure | None:
        """Read digits that are part of a name, a date, a share-out, a time or a rank."""
        start, end = atom.start, atom.end
        if _DATE.fullmatch(atom.text) and not self.glued(start, end):
            doubt = f"“{atom.text}” is a date, not an amount; list it as an exemption."
            return self.make(start, end, (), "date", doubt)
        if _SHARES.fullmatch(atom.text):
            shares = tuple(Decimal(part) for part in atom.text.split("/"))
            if sum(shares) == 100:
                return self.make(start, end, shares, "ratio")
        ending = _ORDINAL_ENDING.match(self.text, end)
        if ending and atom.text.isdigit() and not self.glued(start, ending.end()):
            return self.make(start, ending.end(), (Decimal(atom.text),), "ordinal")
        clock = _CLOCK.match(self.text, end)
        if clock and atom.text.isdigit() and not self.glued(start, clock.end()):
            hours = Decimal(atom.text) + Decimal(clock["minutes"] or 0) / 60
            return self.make(start, clock.end(), (hours,), "time")
        rank = _NUMBER_SIGN.search(self.text, 0, start)
        if rank and atom.text.isdigit() and not self.glued(start, end):
            return self.make(rank.start(), end, (Decimal(atom.text),), "ordinal")
        if self.glued(start, end):
            return self.name(start, end)
        short = _SHORT_MULTIPLIER.match(self.text, end)
        if short:
            printed = self.text[start : short.end()]
            doubt = f"“{printed}” abbreviates its multiplier, which has several readings."
            return self.make(start, short.end(), (), "unclear", doubt)
        return None

    def glued(self, start: int, end: int) -> bool:
        """Tell whether letters touch the digits, directly or by a hyphen before them."""
        before, after = self.text[max(0, start - 2) : start], self.text[end : end + 1]
        if after.isalpha() or after == "_" or before[-1:].isalpha() or before[-1:] == "_":
            return True
        return before[-1:] == "-" and before[:1].isalpha() and len(before) == 2

    def name(self, start: int, end: int, earliest: int = 0) -> Figure:
        """Return digits with the word that they stand in, as far as a token can hold it."""
        before = _WORD_BEFORE.search(self.text, max(0, start - 2 * LONGEST_TOKEN), start)
        after = _WORD_AFTER.match(self.text, end)
        left = max(before.start() if before else start, earliest, self.reached)
        right = after.end() if after else end
        while left < start and right - left > LONGEST_TOKEN:
            left += 1
        right = min(right, left + LONGEST_TOKEN)
        word = self.printed[left:right]
        doubt = f"The digits of “{word}” are part of a word; list it as an exemption."
        return self.make(left, right, (), "name", doubt)

    def ordinal(self, position: int) -> Figure:
        """Read "deuxième"; "un dixième" may be a fraction or the tenth one."""
        atom, article = self.atoms[position], self.article(position)
        doubt = ""
        if article is not None and article.text.lower() == "un" and atom.value >= 5:
            doubt = f"“un {atom.text}” may be a fraction or a rank."
        return self.make(atom.start, atom.end, (atom.value,), "ordinal", doubt)

    def article(self, position: int) -> _Atom | None:
        """Return the "un" or "une" right before an atom."""
        if position == 0 or self.atoms[position - 1].kind != "one":
            return None
        gap = self.text[self.atoms[position - 1].end : self.atoms[position].start]
        return self.atoms[position - 1] if _ONE_SPACE.fullmatch(gap) else None

    # Amounts

    def next_atom(self, position: int, end: int, gap: re.Pattern[str]) -> int | None:
        """Return the position of the atom that follows `end` after exactly `gap`."""
        match = gap.match(self.text, end)
        if not match:
            return None
        while position < len(self.atoms) and self.atoms[position].start < match.end():
            position += 1
        if position < len(self.atoms) and self.atoms[position].start == match.end():
            return position
        return None

    def amount(self, position: int, allow_one: bool = False) -> _Amount | None:
        """Read digits or words with their multipliers; "un" only where the caller allows it."""
        atom = self.atoms[position]
        if atom.kind == "big":
            return self.big(position, atom.start, Decimal(1), "")
        if atom.kind not in ("digits", "words") and not (allow_one and atom.kind == "one"):
            return None
        if atom.kind == "digits" and self.special_digits(atom) is not None:
            return None
        value, doubt = atom.value, ""
        if atom.kind == "digits":
            read = _digits_value(atom.text)
            value, doubt = (Decimal(0), read) if isinstance(read, str) else (read, "")
        following = self.next_atom(position + 1, atom.end, _ONE_SPACE)
        if following is not None and self.atoms[following].kind == "big":
            return self.big(following, atom.start, value, doubt)
        if following is not None and atom.kind == "digits":
            after = self.atoms[following]
            if after.text.lower() in ("mille", "milliers"):
                value *= 1000
                return _Amount(atom.start, after.end, value, following + 1, Decimal(1000), doubt)
        return _Amount(atom.start, atom.end, value, position + 1, Decimal(1), doubt)

    def big(self, position: int, start: int, count: Decimal, doubt: str) -> _Amount:
        """Read on from million or milliard: "million cinq cent mille"."""
        atom = self.atoms[position]
        total, end, scale = count * atom.value, atom.end, atom.value
        following = self.next_atom(position + 1, end, _ONE_SPACE)
        if following is None or self.atoms[following].kind not in ("words", "one"):
            return _Amount(start, end, total, position + 1, scale, doubt)
        rest = self.amount(following, allow_one=True)
        worded = not any(character.isdigit() for character in self.text[start:end])
        if rest is None or not worded or rest.value >= scale:
            return _Amount(start, end, total, position + 1, scale, doubt)
        if self.atoms[following].kind == "one" and rest.shared == 1:
            return _Amount(start, end, total, position + 1, scale, doubt)
        return _Amount(start, rest.end, total + rest.value, rest.following, Decimal(1), doubt)

    def number(self, position: int) -> Figure | None:
        """Read a plain amount or a percentage, with its sign."""
        amount = self.amount(position)
        if amount is None:
            return None
        start, value, doubt = amount.start, amount.value, amount.doubt
        bare = self.atoms[position].kind == "big"
        if bare and self.text[start : amount.end].lower() in ("millions", "milliards"):
            return self.make(start, amount.end, (2 * value,), "number", comparison="at least")
        percent = _PERCENT.match(self.text, amount.end)
        end = percent.end() if percent else amount.end
        scale = "percent" if percent else "number"
        by = _BY.search(self.text, 0, start)
        if _ONE_OR.search(self.text, 0, start):
            doubt = doubt or f"“un ou {self.text[start:end]}” names two numbers."
        if by and not percent:
            if by["verb"].lower() == "divis" and value:
                value = 1 / value
            return self.make(by.start(), end, (value,), "ratio", doubt)
        return self.signed(start, end, (value,), scale, doubt)

    def signed(
        self, start: int, end: int, values: tuple[Decimal, ...], scale: str, doubt: str
    ) -> Figure:
        """Return a figure with the sign before it, or the fall that the words before it state."""
        sign = _SIGN.search(self.text, 0, start)
        negative = bool(sign and sign.group() != "+")
        if sign:
            start = sign.start()
        elif self.text[start : start + 1].isdigit():
            strange = _STRANGE_BEFORE.search(self.text, 0, start)
            if strange and not doubt:
                doubt = f"The sign “{strange.group()}” before “{self.text[start:end]}” is unclear."
        before = self.text[max(0, start - _REACH) : start]
        for _, words in _COMPARISONS_BEFORE:
            match = words.search(before)
            if match:
                before = before[: match.start()]
                break
        else:
            negative = negative or bool(_MINUS_WORD.search(before))
        if negative or _FALL.search(before):
            values = tuple(-value for value in reversed(values))
        own = "range" if len(values) > 1 else ""
        return self.make(start, end, values, scale, doubt, own)

    def range(self, position: int) -> Figure | None:
        """Read "16 à 30 ans", "200 à 300 millions" and "entre 10 et 20 %"."""
        first = self.amount(position, allow_one=True)
        if first is None:
            return None
        between = _BETWEEN.search(self.text, 0, first.start)
        percent = _PERCENT.match(self.text, first.end)
        first_end = percent.end() if percent else first.end
        if not between and _PASSING.search(self.text, 0, first.start):
            return None
        last = self.next_atom(first.following, first_end, _AND if between else _TO)
        second = None if last is None else self.amount(last)
        if second is None:
            return None
        start = between.start() if between else first.start
        percent_after = _PERCENT.match(self.text, second.end)
        end = percent_after.end() if percent_after else second.end
        low, high = first.value, second.value
        if first.shared == 1 and low < high / second.shared:
            low *= second.shared
        doubt = first.doubt or second.doubt
        if not doubt and (low >= high or (percent and not percent_after)):
            doubt = f"“{self.text[start:end]}” is no range from a lower to an upper number."
        return self.signed(start, end, (low, high), "percent" if percent_after else "number", doubt)

    def fraction(self, position: int) -> Figure | None:
        """Read "8 sur 10", "7 des 10", "deux tiers", "la moitié", "un quart"."""
        atom = self.atoms[position]
        if atom.kind == "part":
            return self.part(position)
        count = self.amount(position, allow_one=True)
        if count is None or count.doubt or _PERCENT.match(self.text, count.end):
            return None
        following = self.next_atom(count.following, count.end, _ONE_SPACE)
        if following is not None and atom.kind != "one":
            part = self.atoms[following]
            plural = part.kind == "ordinal" and part.text.endswith("s") and part.value >= 5
            if plural or (part.kind == "part" and not part.text.lower().startswith("demi")):
                return self.make(count.start, part.end, (count.value / part.value,), "fraction")
        for gap in (_OUT_OF, _OF_THE):
            base = self.next_atom(count.following, count.end, gap)
            whole = None if base is None else self.amount(base)
            if whole is None or whole.doubt or _PERCENT.match(self.text, whole.end):
                continue
            share = atom.kind != "one" if gap is _OF_THE else whole.value in _BASES
            if share and 0 < count.value <= whole.value:
                value = count.value / whole.value
                return self.make(count.start, whole.end, (value,), "fraction")
        return None

    def part(self, position: int) -> Figure | None:
        """Read a half, a third or a quarter on its own; a "tiers" without "un" is a person."""
        atom, article = self.atoms[position], self.article(position)
        if atom.text.lower() == "tiers" and article is None:
            return None
        start = article.start if article is not None else atom.start
        return self.make(start, atom.end, (1 / atom.value,), "fraction")

    def collective(self, position: int) -> Figure | None:
        """Read "une dizaine", "des centaines de milliers", "plusieurs milliers"."""
        atom = self.atoms[position]
        start, count, following = atom.start, Decimal(1), position
        if atom.kind in ("digits", "words"):
            amount = self.amount(position)
            after = amount and self.next_atom(amount.following, amount.end, _ONE_SPACE)
            if amount is None or after is None or self.atoms[after].kind != "collective":
                return None
            start, count, following = amount.start, amount.value, after
        elif atom.kind != "collective":
            return None
        noun = self.atoms[following]
        value, end = count * noun.value, noun.end
        multiplier = self.next_atom(following + 1, end, _OF)
        if multiplier is not None:
            of = self.atoms[multiplier]
            if of.kind == "big" or of.text.lower() == "milliers":
                value, end = value * of.value, of.end
        plural = noun.text.lower().endswith("s") and following == position
        doubt = ""
        if noun.value == 40:
            doubt = f"“{noun.text}” may be about forty or an isolation."
        values = (value * 2 if plural else value,)
        return self.make(start, end, values, "number", doubt, "at least" if plural else "about")


def find_figures(text: str) -> list[Figure]:
    """List every figure of a text, in order.

    Every ASCII digit of `text` belongs to exactly one figure. Figures that have no single reading
    are listed too, without values and with a `doubt`.

    Parameters
    ----------
    text : str
        One line of a document.

    Returns
    -------
    list of Figure
        The figures, by position. `comparison` and the sign follow the words around a figure, such
        as "plus de" or "baisse de", which are not part of its span.

    Examples
    --------
    >>> [(figure.text, figure.values) for figure in find_figures("plus de 20 000 en deux mois")]
    [('20 000', (20000.0,)), ('deux', (2.0,))]
    """
    return _Reader(text).figures()


def parse_figure(token: str) -> Figure:
    """Read the one figure of a token.

    Parameters
    ----------
    token : str
        A figure as printed, with or without the words around it.

    Returns
    -------
    Figure
        The figure, with at least one value.

    Raises
    ------
    FigureError
        If the token holds no figure, more than one, or one without a single reading.

    Examples
    --------
    >>> parse_figure("1,8 milliards").values
    (1800000000.0,)
    >>> parse_figure("plus de 20 000").comparison
    'at least'
    >>> parse_figure("200 à 300 millions").values
    (200000000.0, 300000000.0)
    >>> parse_figure("1.234")
    Traceback (most recent call last):
        ...
    workshop.numerals.FigureError: The token “1.234” cannot be read. “1.234” may be a decimal \
number or thousands; print thousands with a space, or another number of decimals.
    """
    figures = find_figures(token)
    if not figures:
        raise FigureError(f"The token “{token}” holds no figure; choose a token with one.")
    if len(figures) > 1:
        listed = " and ".join(f"“{figure.text}”" for figure in figures)
        raise FigureError(
            f"The token “{token}” holds {len(figures)} figures, {listed}; give each its own token."
        )
    figure = figures[0]
    doubt = figure.doubt or _stray(token, figure)
    if doubt:
        raise FigureError(f"The token “{token}” cannot be read. {doubt}")
    return figure


def _stray(token: str, figure: Figure) -> str:
    """Return why what is left of a token beside its figure makes the figure doubtful."""
    rest = token[: figure.start] + token[figure.end :]
    if any(character.isnumeric() or character in "‰‱" for character in rest):
        return "It holds digits or signs that are neither 0 to 9 nor %."
    if re.search(f"[\u2212\u2013\u2014-]{SPACE}*$", token[: figure.start]):
        return f"It is unclear whether the stroke before “{figure.text}” is a minus sign."
    if re.match(f"(?:{SPACE}|-)une?(?!\\w)", token[figure.end :], re.IGNORECASE):
        return f"It is unclear whether the “un” after “{figure.text}” is a number."
    return ""
