"""The answer first: what a notebook found, in short at its top and to take home at its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from IPython.display import display

from socionaut.errors import InputError
from socionaut.files import IN_SHORT_TYPE
from socionaut.sentences import says

__all__ = ["in_short", "take_home"]

_MOST = 3


@dataclass
class _Said:
    """Markdown, which a terminal shows as it is written."""

    text: str
    payload: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **_: object) -> dict[str, object]:
        bundle: dict[str, object] = {"text/markdown": self.text.replace("\nHow", "\n\nHow")}
        return bundle | ({IN_SHORT_TYPE: dict(self.payload)} if self.payload else {})


def in_short(*sentences: str, sure: str, holds: Mapping[str, bool] | None = None) -> None:
    """Answer the question of the notebook, for the box under its title.

    `make notebooks` writes the box from this output, so it says what the run found.

    Parameters
    ----------
    *sentences : str
        The answer, in one to three sentences of Markdown, with computed numbers.
    sure : str
        How sure it is, in one sentence.
    holds : mapping of str to bool, optional
        Phrases of these sentences, each with its condition, as in `says`.

    Raises
    ------
    InputError
        If there are no sentences or more than three, or a condition does not hold.

    Examples
    --------
    >>> in_short("It rose by *3 %*.", sure="Quite: four samples agree.")
    In short. It rose by *3 %*.
    How sure? Quite: four samples agree.
    """
    if not 1 <= len(sentences) <= _MOST:
        raise InputError(f"The answer has {len(sentences)} sentences; give one to {_MOST}.")
    answer, sure = " ".join(_line(one) for one in sentences), _line(sure)
    says(f"{answer} {sure}", holds=holds or {})
    display(_Said(f"In short. {answer}\nHow sure? {sure}", {"answer": answer, "sure": sure}))


def take_home(
    *, stands: str, falls: str, settles: str, holds: Mapping[str, bool] | None = None
) -> None:
    """End a notebook: what holds, what does not, what would settle it.

    Parameters
    ----------
    stands, falls, settles : str
        A sentence or two each, in Markdown.
    holds : mapping of str to bool, optional
        Phrases of these sentences, each with its condition, as in `says`.

    Raises
    ------
    InputError
        If a condition does not hold.

    Examples
    --------
    >>> take_home(stands="More use.", falls="Not twice.", settles="Minutes a day, by person.")
    * **What holds.** More use.
    * **What does not.** Not twice.
    * **What would settle it.** Minutes a day, by person.
    """
    parts = {"What holds": stands, "What does not": falls, "What would settle it": settles}
    text = "\n".join(f"* **{name}.** {_line(part)}" for name, part in parts.items())
    says(text, holds=holds or {})
    display(_Said(text))


def _line(text: str) -> str:
    return " ".join(text.split())
