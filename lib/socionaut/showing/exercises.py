"""Exercises whose answers are checked without being told."""

from __future__ import annotations

import hashlib
from types import EllipsisType

__all__ = ["check", "seal_answer"]

_DIGITS = 4
_LEEWAY = (0.0, -1e-6, 1e-6)  # no answer may be wrong for the last bits of a float


def check(
    answer: float | str | EllipsisType, sealed: str, *, hint: str = "", share: bool = False
) -> None:
    """Say whether an answer is right, without telling the right one.

    Parameters
    ----------
    answer : float, str or ellipsis
        The reader's answer, a number or a word; dots where there is none yet.
    sealed : str
        The right answer as `seal_answer` gives it.
    hint : str
        What to think of when the answer is not right.
    share : bool
        Whether a share or chance is asked for, sealed as a fraction, which is right in percent,
        too.

    Notes
    -----
    Of a number four digits count.

    Examples
    --------
    >>> check(..., seal_answer(4))
    Not yet: put your answer in the place of the dots, and run the cell.
    >>> check(2 + 2, seal_answer(4))
    Right.
    >>> check(5, seal_answer(4), hint="Count with your fingers.")
    Not right: 5. Count with your fingers.
    >>> check(25, seal_answer(1 / 4), share=True)
    Right.
    """
    if isinstance(answer, EllipsisType):
        print("Not yet: put your answer in the place of the dots, and run the cell.")
    elif any(sealed in _seals(reading, _salt(sealed)) for reading in _readings(answer, share)):
        print("Right.")
    else:
        shown = answer if isinstance(answer, str) else f"{float(answer):.{_DIGITS}g}"
        print(f"Not right: {shown}. {hint}".rstrip())


def seal_answer(answer: float | str, salt: str = "") -> str:
    """Return what an answer is checked against: a digest that does not tell it.

    Parameters
    ----------
    answer : float or str
        The right answer; of a number four digits count, of a word neither capitals nor blanks
        around it.
    salt : str
        Letters and digits, such as the number of the notebook. With another salt the same answer
        has another seal: who has solved one exercise cannot read off the next.

    Returns
    -------
    str
        Eight hexadecimal digits, after the salt and a hyphen where there is one.

    Examples
    --------
    >>> seal_answer(2.49999) == seal_answer(2.5), seal_answer(2.51) == seal_answer(2.5)
    (True, False)
    >>> seal_answer(" Both ") == seal_answer("both")
    True
    >>> seal_answer("b", salt="21b"), seal_answer("b", salt="22")
    ('21b-8c5b84b3', '22-91afd350')
    """
    return _seals(answer, salt)[0]


def _salt(sealed: str) -> str:
    return sealed.rpartition("-")[0]


def _readings(answer: float | str, share: bool) -> list[float | str]:
    """Return an answer as it stands, and a share, sealed as a fraction, also out of percent."""
    if isinstance(answer, str) or not share:
        return [answer]
    return [answer, answer / 100]


def _seals(answer: float | str, salt: str) -> list[str]:
    if isinstance(answer, str):
        texts = [answer.strip().casefold()]
    else:
        texts = [f"{float(answer) * (1 + part) + 0.0:.{_DIGITS}g}" for part in _LEEWAY]
    digests = [hashlib.sha256(f"{salt}{text}".encode()).hexdigest()[:8] for text in texts]
    return [f"{salt}-{digest}" if salt else digest for digest in digests]
