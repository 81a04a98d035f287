"""The role of a cell is read from its code, and cells of several roles are cut between them."""

import ast
import re

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from socionaut.ledger.tables import PROJECT
from workshop.cells import FOLDS, fold, parts, role_of
from workshop.notebooks import normalise, read_notebook, split_cells

ROLES = [
    ("import pandas as pd\nfrom socionaut import start\nstart('pandas')", "setup"),
    ("pd.options.display.width = 120", "setup"),
    ("rate = likes / followers\nrate", "analysis"),
    ("%load_ext x", "analysis"),
    ("", "analysis"),
    ("show(figure, caption='Up.')", "figure"),
    ("showing.show(draw_bars(x), caption='Up.')", "figure"),
    ("explore(draw, share=Slider(0, 1))", "figure"),
    ("Markdown(f'Up by {rise}.')", "sentence"),
    ("judge('c1', 2, because='It is.')", "judgement"),
    ("for key in keys:\n    judge(key, 2, because='It is.')", "judgement"),
    ("def place(panel):\n    panel.plot([1])", "drawing"),
    ("def share(x):\n    return x / 2", "analysis"),
    ("answer = ...  # yours\ncheck(answer, 'ab')", "exercise"),
    ("answer = 2\ncheck(answer, 'ab')", "solution"),
]


@pytest.mark.parametrize(("source", "role"), ROLES)
def test_roles(source, role):
    assert role_of(source) == role
    assert parts(source) == [source]


CUTS = [
    ("x = 1\nx\nMarkdown(f'{x}')", ["x = 1\nx", "Markdown(f'{x}')"]),
    # What draws belongs to its figure; what computes does not.
    (
        "x = f(1)\nfigure = draw_lines(x)\nfigure.axes[0].axhline(1)\nshow(figure, table=x)",
        ["x = f(1)", "figure = draw_lines(x)\nfigure.axes[0].axhline(1)\nshow(figure, table=x)"],
    ),
    (
        "x = 1\n# Why so.\njudge('c', x)\njudge('d', x)",
        ["x = 1", "# Why so.\njudge('c', x)\njudge('d', x)"],
    ),
    ("def half(x):\n    return x / 2\n\n\nhalf(1)", ["def half(x):\n    return x / 2", "half(1)"]),
    (
        "@cache\ndef half(x):\n    return x\n\n\nhalf(1)",
        ["@cache\ndef half(x):\n    return x", "half(1)"],
    ),
]


@pytest.mark.parametrize(("source", "expected"), CUTS)
def test_cuts(source, expected):
    assert parts(source) == expected
    assert [cut for part in expected for cut in parts(part)] == expected
    assert ast.dump(ast.parse("\n".join(expected))) == ast.dump(ast.parse(source))


def test_a_split_notebook_keeps_ids_and_outputs_where_they_were():
    cells = [new_code_cell("x = 1\nMarkdown(f'{x}')", id="one"), new_code_cell("x", id="one-1")]
    split = split_cells(new_notebook(cells=cells))
    assert [cell.id for cell in split.cells] == ["one-2", "one", "one-1"]
    assert split_cells(split) == split
    assert [cell.metadata.get("tags", []) for cell in normalise(split).cells] == [
        [],
        ["remove-input"],
        [],
    ]


def test_no_mark_of_another_role_stays():
    for _, (tag, hidden) in FOLDS.items():
        marked = {"tags": [tag, "parameters"], "jupyter": dict.fromkeys(hidden, True)}
        assert fold(marked, "x = 1") == {"tags": ["parameters"]}
        assert fold(marked, "Markdown('x')") == {"tags": ["parameters"]}  # parameters stay open


def questions_and_answers(cells):
    """Count the numbered questions under the heading of exercises, and the cells to answer in."""
    prose = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    questions = re.findall(r"^\d+\. ", prose.partition("\n## Exercises\n")[2], re.MULTILINE)
    return len(questions), sum(role_of(c.source) == "exercise" for c in cells)


@pytest.mark.parametrize(
    "path", sorted((PROJECT / "notebooks").glob("*.ipynb")), ids=lambda p: p.stem
)
def test_every_cell_to_answer_in_has_its_question(path):
    cells = read_notebook(path).cells
    questions, answers = questions_and_answers(cells)
    assert questions == answers > 0
    heading = next(c for c in cells if "## Exercises" in c.source)
    assert questions_and_answers([c for c in cells if c is not heading])[0] == 0
