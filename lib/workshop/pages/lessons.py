"""What each notebook is good for in a class, from the lines of its own first cell."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from socionaut.errors import InputError
from socionaut.files import plain_notebook
from workshop.cells import role_of
from workshop.pages.key_figures import THEMES, theme_of

__all__ = ["Lesson", "lesson", "lessons_table"]

_LINES = ("You will learn", "You need", "It takes")
_LINK = re.compile(r"\]\((?P<name>[\w.]+\.ipynb)\)")


@dataclass(frozen=True)
class Lesson:
    """What a teacher asks of a notebook."""

    path: Path
    title: str  # its question
    learn: str  # what one learns
    need: str  # what one must know before
    time: str  # how long it takes to read, as "thirty minutes"
    exercises: int


def lesson(path: Path) -> Lesson:
    """Return what the first cell of a notebook promises, and how many exercises it has."""
    cells = plain_notebook(path)["cells"]
    head = "".join(cells[0]["source"])
    learn, need, time = (_line(head, words, path) for words in _LINES)
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    return Lesson(
        path,
        head.partition("\n")[0].removeprefix("# ").strip(),
        learn,
        need,
        time.partition(" to read")[0],
        sum(role_of(source) == "exercise" for source in code),
    )


def lessons_table(notebooks: Iterable[Path]) -> str:
    """Return what each notebook teaches and needs, as a table in Markdown for each theme."""
    lessons = [lesson(path) for path in sorted(notebooks, key=lambda path: path.name)]
    parts = []
    for theme in THEMES.values():
        rows = [
            f"| [{one.title}](../notebooks/{one.path.name}) | {_sentence(one.learn)} | "
            f"{_sentence(one.need)} | {one.time} | {one.exercises} |"
            for one in lessons
            if theme_of(one.path.stem) == theme
        ]
        if rows:
            head = ["| notebook | one learns | one needs | to read | exercises |"]
            parts.append("\n".join([f"### {theme}", "", *head, "| --- " * 4 + "| ---: |", *rows]))
    return "\n\n".join(parts) + "\n"


def _line(head: str, words: str, path: Path) -> str:
    found = re.search(rf"(?ms)^\*{words}\* (.*?)(?=\n\*|\n\n|\Z)", head)
    if found is None:
        raise InputError(f"{path.name} does not say “*{words}* ...” in its first cell; add it.")
    return " ".join(found[1].split())


def _sentence(text: str) -> str:
    text = _LINK.sub(r"](../notebooks/\g<name>)", text).replace("|", r"\|")
    return text[:1].upper() + text[1:]
