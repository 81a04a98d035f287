"""What a heading says of its column besides its name: a unit, a running total, a change, a rank."""

from __future__ import annotations

import re

from socionaut.sources.written import without_accents

__all__ = ["no_level_in", "unit_in"]

_IN = r"(?:(?:in|en|em|by|par|x|×|\*)[ _.]*)?"
_THOUSANDS = (
    rf"{_IN}(?:'?000s?|1[., ]?000|thousands?|thous|k|milliers?|tsd|tausend|miles|mil|mille)"
)
_MILLIONS = rf"{_IN}(?:millions?|mln|mio|mn|m|millionen|millones|milhoes|000[., ]?000)"
# A unit stands in brackets, after a comma or a slash, or behind the word "in".
_PLACE = r"[\(\[,;/|] *{unit}\.?(?: [^\W\d_]+)? *[\)\]]?$|[ _](?:in|en|em)[ _]{unit}\.?$"
_NO_LEVELS = {
    "running totals": r"cumul|kumul|acumul|running (?:total|sum)|to[ _-]date|aufgelaufen|"
    r"\bytd\b|(?:year|month|lifetime)[ _-]to[ _-]|seit jahresbeginn|depuis (?:le debut|janvier)|"
    r"desde (?:enero|janeiro)|ab jahresbeginn|da inizio anno",
    "averages over several periods": (
        r"(?:moving|rolling|trailing) (?:average|mean|sum)|gleitend|moyenne mobile|media movil"
    ),
    "changes": (
        r"\bchange\b|\bgrowth\b|\bdelta\b|\by[/o-]+y\b|\bm[/o]m\b|\bvariation\b|evolution|"
        r"croissance|veranderung|wachstum|variacion|variacao|crecimiento|crescimento|variazione|"
        r"difference\b"
    ),
    "logarithms": r"\b(?:log|log10|log2|ln)\b|logarithm",
    "ranks": r"\brank(?:s|ing)?\b|\brang\b",
}


def unit_in(heading: str) -> str:
    """Return the unit that a heading names: thousands, millions, percent, or no text.

    Examples
    --------
    >>> unit_in("Followers (in thousands)"), unit_in("Abonnés, en milliers"), unit_in("Views (m)")
    ('thousands', 'thousands', 'millions')
    >>> unit_in("Share (%)"), unit_in("Likes"), unit_in("Reach (people)")
    ('percent', '', '')
    """
    plain = without_accents(heading).strip()
    for unit, words in (("thousands", _THOUSANDS), ("millions", _MILLIONS)):
        if re.search(_PLACE.replace("{unit}", f"(?:{words})"), plain):
            return unit
    return "percent" if re.search(r"%|\bpercent|\bprozent|\bpourcent", plain) else ""


def no_level_in(heading: str) -> str:
    """Return what a heading says that its values are, where that is no level; or no text.

    They may be running totals, averages over several periods, changes, logarithms or ranks.

    Examples
    --------
    >>> no_level_in("Change on year (%)"), no_level_in("Exchange rate"), no_level_in("ln(visits)")
    ('changes', '', 'logarithms')
    """
    plain = without_accents(heading).strip()
    return next((what for what, form in _NO_LEVELS.items() if re.search(form, plain)), "")
