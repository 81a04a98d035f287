"""Sentences that say only what holds.

A number in a sentence is computed in its place. A word ("falls", "twice", "the largest") cannot
be, so it comes with the condition that makes it true, and that is checked whenever the cell runs.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from socionaut.errors import InputError

__all__ = ["holds", "says"]


def says(text: str, *, holds: Mapping[str, bool]) -> str:
    """Return a sentence after a look at what makes its words true.

    Parameters
    ----------
    text : str
        One or more sentences.
    holds : mapping of str to bool
        Phrases of the text, each with its condition.

    Returns
    -------
    str
        The text, unchanged.

    Raises
    ------
    InputError
        If a phrase is not in the text, or its condition does not hold.

    Examples
    --------
    >>> first, last = 0.36, 0.27
    >>> says("The share falls.", holds={"falls": first > last})
    'The share falls.'
    """
    said = " ".join(text.split())
    for phrase in holds:
        if " ".join(phrase.split()) not in said:
            raise InputError(f"No sentence here says “{phrase}”; take it from the conditions.")
    _check(holds)
    return text


def holds(conditions: Mapping[str, bool]) -> None:
    """Stop the notebook when what its prose says does not hold.

    For phrases of Markdown cells, which cannot compute. A guard wants each phrase in the prose of
    the same notebook.

    Parameters
    ----------
    conditions : mapping of str to bool
        Phrases, each with its condition.

    Raises
    ------
    InputError
        If a condition does not hold.

    Examples
    --------
    >>> holds({"two of the four": sum([True, False, True, False]) == 2})
    """
    _check(conditions)


def _check(conditions: Mapping[str, bool]) -> None:
    for phrase, condition in conditions.items():
        if not isinstance(condition, bool | np.bool_):
            raise InputError(
                f"The condition of “{phrase}” is {condition!r}, neither true nor false; compare."
            )
        if not condition:
            raise InputError(f"The text says “{phrase}”, and that does not hold: say what does.")
