"""Checked answers for the exercises of the notebooks."""

from __future__ import annotations

import math

__all__ = ["check"]


def check(answer: float, expected: float, *, hint: str, tolerance: float = 1e-6) -> None:
    """Say whether an answer is right, and give a hint where it is not.

    Parameters
    ----------
    answer : float
        The reader's answer.
    expected : float
        The right answer, found on another way than the exercise asks for.
    hint : str
        What to think of when the answer is not right.
    tolerance : float
        Relative difference that still counts as right.

    Examples
    --------
    >>> check(2 + 2, 4, hint="Count with your fingers.")
    Right: 4.
    >>> check(5, 4, hint="Count with your fingers.")
    Not yet: 5 is not it. Count with your fingers.
    """
    if math.isclose(answer, expected, rel_tol=tolerance, abs_tol=1e-12):
        print(f"Right: {answer:z.4g}.")
    else:
        print(f"Not yet: {answer:z.4g} is not it. {hint}")
