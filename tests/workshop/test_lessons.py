"""The page for a class: every notebook says what it teaches, needs and takes."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from socionaut.errors import InputError
from workshop.notebooks import write_notebook
from workshop.pages.lessons import lesson, lessons_table

HEAD = """# Does it add up?

*You will learn* to add,
and to check.
*You need* [numbers](00_start.ipynb).
*It takes* ten minutes to read and a second to run."""


def stored(folder: Path, head: str) -> Path:
    cells = [
        new_markdown_cell(head),
        new_code_cell("answer = ...\ncheck(answer, 'x')"),
        new_code_cell("answer = 2\ncheck(answer, 'x')"),
    ]
    path = folder / "10_sum.ipynb"
    write_notebook(new_notebook(cells=cells), path)
    return path


def test_a_lesson_is_told_by_the_first_cell(tmp_path: Path) -> None:
    one = lesson(stored(tmp_path, HEAD))
    assert (one.title, one.learn) == ("Does it add up?", "to add, and to check.")
    assert (one.time, one.exercises) == ("ten minutes", 1)
    row = lessons_table([one.path]).splitlines()[-1]
    assert row == (
        "| [Does it add up?](../notebooks/10_sum.ipynb) | To add, and to check. | "
        "[numbers](../notebooks/00_start.ipynb). | ten minutes | 1 |"
    )


@pytest.mark.parametrize("line", ["You will learn", "You need", "It takes"])
def test_a_first_cell_without_a_line_is_told(tmp_path: Path, line: str) -> None:
    with pytest.raises(InputError, match=f"does not say “.{line}"):
        lesson(stored(tmp_path, HEAD.replace(f"*{line}*", line)))
