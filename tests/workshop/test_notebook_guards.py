"""The guards of stored notebooks: each rule must reject a planted fault; all notebooks pass."""

from __future__ import annotations

import hashlib
import html
import inspect
import re
import tomllib
from base64 import b64encode
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from nbval import plugin

from socionaut.files import IN_SHORT_TYPE
from socionaut.ledger.tables import read_table
from socionaut.showing import figures, seal_answer
from workshop import escapes, fetching, guards, prose
from workshop.cells import fold, role_of
from workshop.escapes import MARKERS, OUR_TAGS
from workshop.fetching import first_fetch, late_judgements
from workshop.guards import _rebound, _swapped, notebook_problems, unstable_sorts
from workshop.notebooks import normalise, read_notebook, with_box
from workshop.numbers import _numbers_of, _Rows, untraced, untraced_numbers
from workshop.prose import unbacked_words

PROJECT = Path(__file__).resolve().parents[2]
STORED = sorted((PROJECT / "notebooks").glob("*.ipynb"))

# Numerals that prose may state although no table holds them: as written, with the reason.
ALLOWED = {
    "95 %": "the level of every interval of the collection",
    "97.5 %": "the upper end of an interval of 95 %",
    "seventeen": "twentieths: the usual chance with which PageRank follows a link",
}

CAPTION = "Engagement on A is four times that on B."
ALT = "Two horizontal bars: A reaches 1.16 %, B <reaches> 0.26 % of followers a post."


YEARS = range(2010, 2031)


def text_output(text: str, mime: str = "text/plain") -> NotebookNode:
    return new_output("display_data", data={mime: text})


PNG = b"\x89PNG tEXtDrawn\x000f1e"


def picture(
    alt: str = ALT, caption: str = CAPTION, table: str = "<table></table>", png: bytes = PNG
) -> list:
    """Return the two outputs of a figure, as the library shows it."""
    page = (
        f'<div class="socionaut-figure"><p class="caption">{html.escape(caption)}</p>'
        f"<details>{html.escape(alt)}</details><details>{table}</details></div>"
    )
    drawn = new_output(
        "display_data",
        data={"image/png": b64encode(png).decode(), "text/plain": f"Figure: {caption}"},
        metadata={"image/png": {"alt": alt, "sha256": hashlib.sha256(PNG).hexdigest()}},
    )
    words = new_output("display_data", data={"text/html": page, "text/plain": "Drawn: 0f1e"})
    return [drawn, words]


def clean() -> NotebookNode:
    """Return a notebook in which no rule finds anything."""
    stream = new_output("stream", text="0.26\n")
    last = "rows = sorted(rates)"
    cells = [
        new_markdown_cell("# Which engages, A or B?\n\nIn 2016, 0.26 % did, says `x[99]`."),
        new_code_cell("print(rate)", outputs=[stream], execution_count=1),
        new_code_cell("show(fig)", outputs=picture(), execution_count=2),
        new_code_cell(last, execution_count=3),
    ]
    return normalise(new_notebook(cells=cells))


SAID = dict.fromkeys(["0.26 %", "2016"], "of no table")


def problems(notebook: NotebookNode) -> list[str]:
    return notebook_problems(notebook, "a.ipynb", tables={}, allowed=SAID)


def test_a_clean_notebook_passes():
    assert problems(clean()) == []


def test_every_rule_is_asked():
    rules = {
        rule
        for module in (guards, escapes, fetching, prose)
        for _, rule in inspect.getmembers(module, inspect.isfunction)
        if list(inspect.get_annotations(rule).values())[:1] == ["NotebookNode"]
        and inspect.get_annotations(rule)["return"]
        in ("Iterator[Problem]", "Iterator[tuple[int, str]]")
    }
    assert rules == set(guards.RULES)


# Each fault: its name, what plants it in a clean notebook, and the sentence that rejects it.
Fault = tuple[str, Callable[[NotebookNode], object], int, str]


def source(cell: int, text: str) -> Callable[[NotebookNode], object]:
    return lambda notebook: notebook.cells[cell - 1].update(source=text)


def output(*outputs: NotebookNode) -> Callable[[NotebookNode], object]:
    return lambda notebook: notebook.cells[1].update(outputs=list(outputs))


def shown(text: str, mime: str = "text/plain") -> Callable[[NotebookNode], object]:
    return output(text_output(text, mime))


def tags(*names: str) -> Callable[[NotebookNode], object]:
    return lambda notebook: notebook.cells[1].metadata.update(tags=list(names))


def drawn(*outputs: NotebookNode) -> Callable[[NotebookNode], object]:
    return lambda notebook: notebook.cells[2].update(outputs=list(outputs))


def other_alt(notebook: NotebookNode) -> None:
    notebook.cells[2].outputs[0].metadata["image/png"].alt = "One bar, which is not what is drawn."
    notebook.cells[2].outputs[0].metadata["image/png"].alt += " And more."


def hard_to_read(notebook: NotebookNode) -> None:
    about = notebook.cells[2].outputs[0].metadata["image/png"]
    about["faults"] = ["“a” and its like are turned; write them level"]


def twins(notebook: NotebookNode) -> None:
    for cell in (1, 3):
        notebook.cells[cell].source = "total = rates.sum() / len(rates)"


def redrawn(notebook: NotebookNode) -> None:
    notebook.cells[2].outputs[1].data["text/plain"] = "Drawn: 0f1f"


def worded(notebook: NotebookNode) -> None:
    """Give the notebook an answer, with its box, and then a caption that nothing bears out."""
    answer = new_code_cell("in_short('It is.', sure='Yes.')", execution_count=4)
    payload = {"answer": "It is.", "sure": "Yes."}
    answer.outputs = [new_output("display_data", data={IN_SHORT_TYPE: payload})]
    notebook.cells.append(NotebookNode(answer | {"metadata": fold({}, answer.source)}))
    notebook.cells[2].source = "show(fig, caption='The page rises.', alt='')"
    notebook.cells[:] = normalise(with_box(notebook)).cells


def box_by_hand(notebook: NotebookNode) -> None:
    worded(notebook)
    notebook.cells[1].source += " Surely."


def late_judgement(notebook: NotebookNode) -> None:
    source(2, FETCHED)(notebook)
    source(4, "judge('a', 2)")(notebook)


FETCHED = "tweets = datasets.read_presidents_tweets()"
STATSMODELS = "Date:                Mon, 23 Nov 2026   Prob (F-statistic):   0.01"
ERROR = new_output("error", ename="ValueError", evalue="no", traceback=[])
LONG = "\n".join(f"x{n} = {n}" for n in range(16))

EXERCISE = f"answer = ...  # yours\ncheck(answer, '{seal_answer(4)}', hint='Count.')"


@pytest.mark.parametrize(
    ("prose", "found"),
    [
        ("So c009-001-1 stays *untested*.", ""),
        ("So c009-001-1 is *confirmed*.", "of c009-001-1; see the ledger"),
        ("So c009-001-2 stays *untested*.", "of c009-001-2; see the ledger"),
        ("Both (c009-001-1 and c009-001-2) stay *untested*.", "of c009-001-2; see the ledger"),
        ("So the claim stays *untested*.", "of no claim; name it"),
        ("What stays *open* is much.", ""),
    ],
)
def test_a_verdict_in_prose_is_that_of_the_ledger(prose, found):
    claims = pd.DataFrame(
        {"id": ["c009-001-1", "c009-001-2"], "expected_verdict": ["untested", "confirmed"]}
    )
    for cell in (new_markdown_cell(prose), new_code_cell(f"Markdown({prose!r})")):
        notebook, tables = new_notebook(cells=[cell]), {"claims": claims}
        said = [s for s in notebook_problems(notebook, "a.ipynb", tables=tables) if " says *" in s]
        assert (found in said[0]) if found else said == []


def exercise(
    solution: str, asked: str, solved: str, seal: str = seal_answer(4)
) -> Callable[[NotebookNode], object]:
    """Put an exercise and its solution in the place of the last cell."""

    def plant(notebook: NotebookNode) -> None:
        texts = [EXERCISE, f"{solution}\ncheck(answer, '{seal}')"]
        notebook.cells[3:] = [
            new_code_cell(text, outputs=[new_output("stream", text=said)], execution_count=count)
            for count, (text, said) in enumerate(zip(texts, (asked, solved), strict=True), start=3)
        ]
        for cell in notebook.cells[3:]:
            cell.metadata = fold({}, cell.source)

    return plant


def told_by(hint: str) -> Callable[[NotebookNode], object]:
    """Put an exercise with a hint in the place of the last cell."""

    def plant(notebook: NotebookNode) -> None:
        exercise("answer = 4", "Not yet: put", "Right.")(notebook)
        notebook.cells[3].source = notebook.cells[3].source.replace("Count.", hint)

    return plant


FAULTS: list[Fault] = [
    ("editor", lambda n: n.metadata.language_info.update(version="3.12"), 1, "stored form"),
    ("timing", lambda n: n.cells[1].metadata.update(execution={}), 2, "metadata execution"),
    ("never run", lambda n: n.cells[1].update(execution_count=None), 2, "never executed"),
    ("counts", lambda n: n.cells[2].update(execution_count=7), 3, "count is 7 where 2 is due"),
    ("typed end", source(2, "judge('c', Estimate(x, x - 1, x))"), 2, "typed number or arith"),
    ("typed value", source(2, "judge('c', Estimate(1, low=a, high=b))"), 2, "typed number or"),
    ("foreign picture", drawn(*picture(png=PNG + b"x")), 3, "not what was drawn"),
    ("stale picture", redrawn, 3, "not what was drawn"),
    ("box by hand", box_by_hand, 2, "not what its cell says"),
    ("words", worded, 4, "says “rises” without its condition"),
    ("tight percent", source(2, "Markdown(f'{share:.0%}')"), 2, "without its blank"),
    ("empty cell", source(4, "  \n"), 4, "code cell is empty"),
    ("long cell", source(2, LONG), 2, "16 lines, more than 15"),
    ("two roles", source(2, "rate = 1\nMarkdown(f'{rate}')"), 2, "more than one role"),
    ("open figure", lambda n: n.cells[2].metadata.clear(), 3, "does not fold as its role asks"),
    ("open question", source(4, EXERCISE), 4, "no solution below"),
    ("solution told", exercise("answer = 4", "Right.", "Right."), 4, "is not that of the solution"),
    ("wrong seal", exercise("answer = 5", "Not yet: put", "Not right: 5."), 4, "is not that of"),
    (
        "another seal",
        exercise("answer = 4", "Not yet: put", "Right.", "00000000"),
        4,
        "no solution",
    ),
    ("hint tells", told_by("It is 4."), 4, "the hint tells the answer"),
    ("hint goes on", told_by("Take 4, then stop."), 4, "the hint tells the answer"),
    (
        "letter without salt",
        lambda n: (
            exercise('answer = "b"', "Not yet: put", "Right.", seal_answer("b"))(n),
            n.cells[3].update(source=EXERCISE.replace(seal_answer(4), seal_answer("b"))),
        ),
        4,
        "a letter has the same seal everywhere",
    ),
    ("ends turned", source(2, "Markdown(f'{e.high:.1f} to {e.low:.1f} %')"), 2, "from its high to"),
    ("by name", source(2, "Markdown(f'{most:.0f} to {least:.0f} %')"), 2, "from its high to"),
    ("another year", source(2, "Markdown(f'{a[2016]} % in 2009')"), 2, "as that of 2009"),
    (
        "another date",
        source(2, "Markdown(f'{a[\"2016-04\"]} in April 2017')"),
        2,
        "as that of 2017",
    ),
    (
        "another month",
        source(2, "Markdown(f'{a[\"2016-04\"]} in June 2016')"),
        2,
        "is of June 2016",
    ),
    ("error", output(ERROR), 2, "output is an error, ValueError"),
    ("warning", output(new_output("stream", name="stderr", text="Old!")), 2, "warning (Old!)"),
    ("marker", source(2, "# NBVAL_SKIP\n1"), 2, "out of the comparison"),
    ("marker with reason", source(2, "# reason: slow\n# NBVAL_IGNORE_OUTPUT\n1"), 2, "comparison"),
    ("old marker", source(2, "# PYTEST_VALIDATE_IGNORE_OUTPUT\n1"), 2, "out of the comparison"),
    ("misspelt", source(2, "# NVBAL_SKIP\n1"), 2, "out of the comparison"),
    ("prefix lost", source(2, "# IGNORE_OUTPUT\n1"), 2, "out of the comparison"),
    ("hyphens", source(2, "# nbval-skip\n1"), 2, "out of the comparison"),
    ("words after", source(2, "# NBVAL_SKIP it varies\n1"), 2, "out of the comparison"),
    ("behind code", source(2, "f()  # NBVAL_SKIP"), 2, "out of the comparison"),
    ("tag of nbval", tags("nbval-ignore-output"), 2, "no tag of this collection"),
    ("tag of an error", tags("raises-exception"), 2, "no tag of this collection"),
    ("tag misspelt", tags("raises_exception"), 2, "no tag of this collection"),
    ("captured", source(2, "%%capture\nf()"), 2, "is a magic"),
    ("cell timed", source(2, "%%time\nf()"), 2, "is a magic"),
    ("line timed", source(2, "took = %timeit f()"), 2, "is a magic"),
    ("backend", source(2, "%matplotlib inline"), 2, "is a magic"),
    ("shell", source(2, "!ls data"), 2, "is a magic"),
    ("magic called", source(2, "get_ipython().run_line_magic('time', '')"), 2, "is a magic"),
    ("swallowed", source(2, "try:\n    judge('a', b, because='')\nexcept E:\n    1"), 2, "hidden"),
    (
        "suppressed",
        source(2, "from contextlib import suppress as s\nwith s(E):\n    a()"),
        2,
        "hidden",
    ),
    ("imported", source(2, "__import__('contextlib').suppress"), 2, "would be hidden"),
    ("judged perhaps", source(2, "ok and judge('a', b)"), 2, "part of another statement"),
    ("judged where", source(2, "1 if a > b else judge('a', b)"), 2, "part of another statement"),
    ("judged within", source(2, "for a in b:\n    a and judge('a', b)"), 2, "part of another"),
    (
        "never",
        source(2, "if False:\n    judge('a', b, because='')"),
        2,
        "never comes out otherwise",
    ),
    ("chosen", source(2, "Markdown(f'{a if 1 else b}')"), 2, "never comes out otherwise"),
    ("twins", twins, 4, "is cell 2 again"),
    ("typed judgement", source(2, "judge('c000-001-1', 77, because='')"), 2, "number is judged"),
    ("typed by name", source(2, "judge('c', computed=77, because='')"), 2, "number is judged"),
    ("typed before", source(2, "rate = 77\njudge('c', rate, because='')"), 2, "number is judged"),
    ("typed arithmetic", source(2, "judge('c', 70 + 7, because='')"), 2, "number is judged"),
    ("typed interval", source(2, "e = Estimate(7, 6, 8)\njudge('c', e)"), 2, "number is judged"),
    ("typed reading", source(2, "judge('c', x, instead={'date': exactly(1)})"), 2, "is judged"),
    ("moved reading", source(2, "judge('c', x, instead={'a': exactly(x + 2)})"), 2, "moves what"),
    ("typed through", source(2, "judge('c', rounded(77, 1), because='')"), 2, "number is judged"),
    ("typed a step before", source(2, "c = a + rounded(43, 1)\njudge('c', c)"), 2, "is judged"),
    ("typed in braces", source(2, "Markdown(f'{61} of it')"), 2, "is typed in braces"),
    ("moved in a sentence", source(2, "Markdown(f'{10 + rate:.0f}')"), 2, "a typed number moves"),
    ("moved judgement", source(2, "judge('c', rate * 1.1, because='')"), 2, "number moves what is"),
    ("warnings", source(2, "from warnings import simplefilter\nsimplefilter('x')"), 2, "be hidden"),
    ("method replaced", source(2, "pd.DataFrame.round = lambda t, n: t"), 2, "something else"),
    ("judge given away", source(2, "def judge(*a, **k):\n    return 1"), 2, "something else"),
    ("holds given away", source(2, "holds = print"), 2, "something else"),
    ("show imported as another", source(2, "from x import y as show"), 2, "something else"),
    ("outside", source(2, "read('../../shared/x.csv')"), 2, "outside the project"),
    ("shared", source(2, "read(ROOT / 'shared' / 'x.csv')"), 2, "outside the project"),
    ("absolute", source(2, "read('/etc/x.csv')"), 2, "outside the project"),
    ("at home", source(2, "read('~/x.csv')"), 2, "outside the project"),
    ("semicolon", source(2, "x = 1\nsns.lineplot(x); # drawn"), 2, "ends in `;`"),
    ("sort", source(2, "f(x.sort_values('n'))"), 2, "leaves the order of ties"),
    ("quick sort", source(2, "x.argsort(kind='quicksort')"), 2, "leaves the order of ties"),
    ("minus zero", shown("0.1 [-0.00 to 0.2]"), 2, "a minus before zero"),
    ("minus zero alone", shown("<td>-0.0</td>", "text/html"), 2, "a minus before zero"),
    ("typeset minus", shown("by −0 %"), 2, "a minus before zero"),
    ("address", shown("<Thing object at 0x7f00aa>"), 2, "a memory address"),
    ("numpy", shown("[np.float64(0.26)]"), 2, "the repr of a numpy number"),
    ("printed", output(new_output("stream", text="np.int64(2)\n")), 2, "the repr of a numpy"),
    ("summary", shown(STATSMODELS), 2, "the date or time of the run"),
    ("clock", shown("<th>Time:</th> <td>05:29:21</td>", "text/html"), 2, "the date or time"),
    ("latex", shown(r"\textbf{Date:} & Mon, 23 Nov 2026", "text/latex"), 2, "the date or time"),
    ("styler", shown('<table id="T_a1b2">', "text/html"), 2, "a Styler"),
    ("home", shown("'/home/ada/x.csv'"), 2, "a path of one machine"),
    ("mac", shown('<a href="file:///Users/ada/x">', "text/html"), 2, "a path of one machine"),
    ("root", shown("read /root/x.csv"), 2, "a path of one machine"),
    ("windows", shown(r"C:\data\x.csv"), 2, "a path of one machine"),
    ("axes", shown("<Axes: xlabel='x'>"), 2, "a bare figure or axes"),
    ("figure", shown("<Figure size 640x480 with 1 Axes>"), 2, "a bare figure or axes"),
    ("svg", shown("<svg></svg>", "image/svg+xml"), 2, "SVG picture"),
    ("no alt", drawn(*picture(alt="")), 3, "alt text has 0 characters"),
    ("short alt", drawn(*picture(alt="Two bars.")), 3, "alt text has 9 characters"),
    ("another alt", other_alt, 3, "alt text is not the one in the output after it"),
    ("hard to read", hard_to_read, 3, "the figure is not in order: “a” and its like are turned"),
    ("alt is caption", drawn(*picture(caption=ALT)), 3, "alt text and caption are the same"),
    ("no caption", drawn(*picture(caption=" ")), 3, "no caption"),
    ("no table", drawn(*picture(table="")), 3, "without the table"),
    ("picture alone", drawn(picture()[0]), 3, "no caption and table follow the picture directly"),
    ("not directly", drawn(picture()[0], *picture()), 3, "follow the picture directly"),
    ("late", late_judgement, 4, "needs no open data, but stands below a cell"),
    ("untraced", source(1, "# Why?\nIt was 0.27 %."), 1, "gives the number 0.27 %"),
]


@pytest.mark.parametrize(("_", "plant", "cell", "sentence"), FAULTS, ids=[f[0] for f in FAULTS])
def test_a_planted_fault_is_rejected(_, plant, cell, sentence):
    notebook = clean()
    plant(notebook)
    found = problems(notebook)
    matching = [line for line in found if sentence in line]
    assert len(matching) == 1, found
    assert matching[0].startswith(f"a.ipynb, cell {cell}: ")
    assert matching[0].endswith(".")
    assert ";" in matching[0]  # what is wrong; what to do


FINE: list[tuple[str, Callable[[NotebookNode], object]]] = [
    ("exercise", exercise("answer = 4", "Not yet: put", "Right.")),
    ("web address", shown("https://example.org/home/posts and example.org/root/x")),
    ("semicolon in text", source(2, "print('a;')")),
    ("other comments", source(2, "# Skip the first, check the output.\n1")),
    ("a computed judgement", source(2, "judge('c', share, because=because)")),
    ("our tags", tags("parameters")),
    ("judged in turn", source(2, "for key, row in rows.items():\n    judge(key, row)")),
    ("own table", source(2, "rates.index = names\npd.options.display.precision = 2")),
    ("its year", source(2, "print(f'{a[2016]} % in 2016')")),
    ("paths in the project", source(2, "read('data/x.csv', 'a/b', 'shares of all')")),
    ("time as a word", source(2, "time = 3\nper_time = 4 % time")),
    ("stable sorts", source(2, "y.sort_values(['a', 'b'])\nx.sort_values('a', kind='stable')")),
    ("below zero", shown("-0.01, -0.5, 2020-03, 10-0.0, -0x1")),
    ("numpy called", shown("np.mean(x) of 3 posts")),
    ("two pictures", drawn(*picture(), *picture())),
    ("small word", source(1, "# Why?\nThree firms among twelve.")),
]


@pytest.mark.parametrize(("_", "plant"), FINE, ids=[fine[0] for fine in FINE])
def test_what_is_no_fault_passes(_, plant):
    notebook = clean()
    plant(notebook)
    assert problems(notebook) == []


JUDGED = "for key, row in rows.items():\n    judge(key, row)"
SHIPPED = "row = reference('a')\nrows = {'a': row}"


@pytest.mark.parametrize(
    ("late", "sources"),
    [
        ([3], [SHIPPED, FETCHED, JUDGED]),
        ([2], [SHIPPED, f"path = data_path('a', 'b')\n{JUDGED}"]),
        ([3], [f"{FETCHED}\nrows = tweets", SHIPPED, JUDGED]),
        ([3], [FETCHED, "figures.show(tweets)", "judge('a', figures.mean(2))"]),
        ([3], [FETCHED, "y = [row for row in tweets]", "row = 2\njudge('a', row)"]),
        ([3], [FETCHED, "def settle(x):\n    judge('a', x)", "settle(2)"]),
        ([3], [FETCHED, "%config x = 1\nrate = 2", "judge('a', rate)"]),
        ([], [SHIPPED, JUDGED, FETCHED]),
        ([], [FETCHED, "rate = tweets.mean()\nhalf = rate / 2", "judge('a', half)"]),
        ([], [FETCHED, "rows = {}\nrows['a'] = tweets", JUDGED]),
        ([], [FETCHED, "rows = []\nrows.append(tweets)", JUDGED]),
        ([], [FETCHED, "rows = tweets\nrows |= {}", JUDGED]),
        ([], [FETCHED, "def rate(x):\n    return x / len(tweets)", "judge('a', rate(2))"]),
        ([], [FETCHED, "def settle(x):\n    judge('a', x)", "settle(tweets)"]),
        ([], [SHIPPED, JUDGED]),
    ],
)
def test_a_judgement_without_open_data_stands_above_those(late, sources):
    cells = [new_code_cell(f"import figures\n{text}") for text in sources]
    found = list(late_judgements(new_notebook(cells=cells)))
    assert [number for number, _ in found] == late
    fetching = [n for n, text in enumerate(sources, 1) if FETCHED in text or "data_path" in text]
    first = min(fetching, default=None)
    assert first_fetch(new_notebook(cells=cells)) == first
    assert all(sentence.endswith(f"; move it above cell {first}") for _, sentence in found)


def test_no_sort_of_the_library_leaves_ties_to_the_processor():
    files = sorted((PROJECT / "lib").rglob("*.py"))
    found = {file.name: unstable_sorts(file.read_text(encoding="utf-8")) for file in files}
    assert len(found) > 20
    assert not any(found.values()), found


def test_the_figures_of_the_library_pass(monkeypatch):
    outputs = []

    def keep(data: dict, *, raw: bool, metadata: dict | None = None) -> None:
        assert raw
        if "image/png" in data:
            data = {**data, "image/png": b64encode(data["image/png"]).decode()}
        outputs.append(new_output("display_data", data=data, metadata=metadata or {}))

    monkeypatch.setattr(figures, "display", keep)
    figure, panel = plt.subplots()
    panel.bar(["A", "B"], [1.16, 0.26])
    panel.set(xlabel="Network", ylabel="Engagement (%)")
    figures.show(figure, caption=CAPTION, alt=ALT, table=pd.DataFrame({"rate": [1.16, 0.26]}))
    plt.close(figure)
    notebook = clean()
    drawn(*outputs)(notebook)
    assert problems(notebook) == []


def test_the_markers_are_those_of_nbval():
    assert set(MARKERS) == set(plugin.comment_markers)
    assert not OUR_TAGS & set(plugin.metadata_tags)


@pytest.mark.parametrize(
    ("markdown", "numbers"),
    [
        ("From 0.26 to 1,234 and 20 000.", ["0.26", "1,234", "20 000"]),
        ("26 %, 26% and 26 percent.", ["26 %", "26%", "26 percent"]),
        ("1.8 billion users, 20k posts.", ["1.8 billion", "20k"]),
        ("Three million, ten per cent, a hundred.", ["Three million", "ten per cent", "a hundred"]),
        ("Twenty-six of thirty firms, twelve of two.", ["Twenty-six", "thirty"]),
        ("Rule 1/9/90.", ["1", "9", "90"]),
        ("p < 0.05 and x > 3", ["0.05", "3"]),
        ("0,26 % is French, .5 is short.", ["0,26 %", ".5"]),
        ("In March 35 users; in April 12 million people.", ["35", "12 million"]),
        ("| a | 35 |\n|---|---:|\n| b | 1.16 |", ["35", "1.16"]),
        ("\\$5 or $7 billion and $9 more", ["5", "7 billion", "9"]),
        ("![35 bars](picture35.png)", ["35"]),
        ("a stray ` tick 35\n\nand ` another", ["35"]),
        ("```\nnever closed 35", ["35"]),
        ("In 2,620 posts and 2050.", ["2,620", "2050"]),
        ("In 2020 300 users", ["300"]),
        ("[^1]: It was 35 then.\n[Note]: 35 of 99", ["35", "35", "99"]),
    ],
)
def test_numerals_of_prose_are_found(markdown, numbers):
    assert untraced_numbers(markdown, YEARS) == numbers


@pytest.mark.parametrize(
    "markdown",
    [
        "`x = 35` and ``a ` 35``",
        "```python\nx = 35\n```\n~~~\n35\n~~~",
        "$\\frac{1}{35}$, $$x = 35$$ and\n\\begin{align}35\\end{align}",
        "[the survey](https://example.org/35?n=22 'x')",
        "<https://example.org/35> or https://example.org/35.",
        "[the table](table35.html 'x') and [another](table35.html \"35 rows\")",
        "[survey]: survey35.html\n[other]: survey35.html 'With 35 rows'",
        '<img src="a.png" width="350">',
        "<!-- 35 -->",
        "Claim c003-041-2 of document 003, not 000-004.",
        "1. First\n2. Second\n\n## 3.1. Third\n> 4) Fourth",
        "In 2019, 2020-04-01, 2020-04, 26 March 2020, March 26, 2020, 1-3 May and the 2010s.",
        "COVID-19 in Q4, F1 and H1N1.[^1]",
        "Two of twelve, one by one.",
    ],
)
def test_what_is_no_statement_is_left_out(markdown):
    assert untraced_numbers(markdown, YEARS) == []


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("2.3 billion", 2300000000),
        ("304 million", 304000000),
        ("1.8bn", 1.8e9),
        ("1,000", 1000),
        ("20\u00a0000", 20000),
        ("26 %", 26),
        ("−26 %", 26),
        ("26 %", -26),
        ("thirty-five", 35),
        (".5", 0.5),
    ],
)
def test_a_numeral_is_traced_by_its_value_and_by_no_other(numeral, value):
    assert untraced_numbers(f"It was {numeral}.", [value]) == []
    assert untraced_numbers(f"It was {numeral}.", [value * 1.001]) != []
    assert untraced_numbers(f"It was {numeral}.", [float("nan")]) != []


def test_a_numeral_that_is_not_english_is_never_traced():
    known = [0.26, 0, 26, 1, 2, 3, 1.2, 8]
    assert untraced_numbers("0,26, 1.2.3, 08 %", known) == ["0,26", "1.2.3", "08 %"]


def test_the_scale_counts():
    assert untraced_numbers("5 million", [5]) == ["5 million"]


def test_an_allowed_numeral_passes_with_its_reason_only():
    assert untraced_numbers("Web 2.0", [], {"2.0": "a name"}) == []
    with pytest.raises(ValueError, match=r"allowed number 2\.0 has no reason"):
        untraced_numbers("Web 2.0", [], {"2.0": " "})


CLAIMS = pd.DataFrame(
    {
        "id": ["c000-001-1", "c000-002-1"],
        "value": [304.0, 67.0],
        "value_high": [None, 71.0],
        "unit": ["million users", "%"],
    }
)
POINTS = pd.DataFrame(
    {"series": ["users_b", "users_in_d"], "value": [2.3, 8.4], "unit": ["billion", "%"]}
)


def coded(*sources: str, prose: str = "") -> NotebookNode:
    return new_notebook(cells=[*map(new_code_cell, sources), new_markdown_cell(prose)])


@pytest.mark.parametrize(
    ("source", "known"),
    [
        ("claim('c000-001-1')", {304e6}),
        ("claims.loc[['c000-002-1']]", {67.0, 71.0}),
        ("series(f'users_in_{name}')", {8.4}),
        ("series(f'{name}')", set()),
        ("series('users_b')", {2.3e9}),
        ("settings = {'runs': 500}; draw(level=[0.5, 90])", {500.0, 0.5, 50.0, 90.0}),
        ("x[17] + 18", {17.0, 18.0}),
        ("series('users_b').loc['2019-03']", {2.3e9, 2019.0}),
        ("Markdown(f'{77} of {x[2019]}')", {2019.0}),
        ("Markdown('In 2018, 83 of 90.')", set()),
    ],
)
def test_a_notebook_knows_the_numbers_that_it_names_and_no_others(source, known):
    assert _numbers_of(source, _Rows({"claims": CLAIMS, "series": POINTS})) == known


def test_a_table_that_is_read_whole_is_known_whole():
    sizes = pd.DataFrame({"section": ["a"], "words": [412]})
    assert _numbers_of('read_table("sections")', _Rows({"sections": sizes})) == {412.0}


def test_a_table_that_is_read_by_rows_is_known_by_rows():
    assert _numbers_of('read_table("claims")', _Rows({"claims": CLAIMS})) == set()


def test_what_is_shown_is_no_excuse():
    notebook = coded("table", prose="It was 83 %.")
    notebook.cells[0].outputs = [text_output("share  0.83\nsize   1,200")]
    assert untraced(notebook, {})


@pytest.mark.parametrize(
    ("prose", "known"),
    [
        ("In 2018 it was.", False),
        ("In 2017 it was.", True),
        ("In the 2010s it was.", True),
        ("By Doe, 2009.\n\n## Further reading\n\n* Doe, *On*, 2009.", True),
        ("By Poe, 2009.\n\n## Further reading\n\n* Doe, *On*, 2009.", False),
        ("From 16 to 18.", True),
        ("From 16 to 19.", False),
    ],
)
def test_a_year_is_known_where_a_row_or_the_reading_has_it(prose, known):
    rows = {"id": ["a-2017"], "title": ["Of 2017"], "population": ["16 to 18"], "value": [1.0]}
    found = untraced(coded("reference('a-2017')", prose=prose), {"references": pd.DataFrame(rows)})
    assert (found == []) == known


@pytest.mark.parametrize(
    ("month", "known"),
    [("May 2017", True), ("June 2019", True), ("May 2019", True), ("May 2018", False)],
)
def test_a_month_is_known_where_a_row_or_a_date_has_it(month, known):
    rows = {"id": ["a-2017"], "period": ["2017: to May"], "value": [1.0]}
    code = f"reference('a-2017'), x['2019-Q2'], x[2018]\nMarkdown('In {month}.')"
    found = untraced(coded(code), {"references": pd.DataFrame(rows)})
    assert [text for _, text in found if "is of" in text] == [
        f"nothing the notebook names is of {month}, as Markdown says; correct it"
    ] * (not known)


@pytest.mark.parametrize(
    "source",
    [
        "Markdown(f'From {a} to 83 %.')",
        "show(f, caption=f'It is {a}.' + ' Of 83 %.', alt='')",
        "show(f, caption='', alt='83 % of it')",
        "judge(key, x, because=f'{a} of 83 %')",
        "judge(key, x, because='', near={'quantity': '83 % of it'})",
        "text = '83 % of it'\nMarkdown(text)",
        "Markdown('\\n'.join(f'{a}: 83 %' for a in b))",
        "in_short('It is 83 %.', sure='')",
        "take_home(stands='', falls='83 %', settles='')",
    ],
)
def test_a_number_typed_in_a_text_of_the_code_is_found(source):
    assert len(untraced(coded(source), {})) == 1
    assert untraced(coded(f"share = 83\n{source}"), {}) == []


@pytest.mark.parametrize(
    ("source", "prose", "found"),
    [
        ("Markdown(f'In 2019 {b}.')", "", True),
        ("b = x[2019]", "## So\n\nIn 2019 it was.", False),
        ("b = x[2019]\nb", "## So\n\nIn 2018 it was.", True),
        ("Markdown(f'In 2019 {x[2019]}.')", "", False),
        ("Markdown(f'In 2020 {b}.')", "", True),
        ("take_home(stands=f'In 2020 {b}.', falls='', settles='')", "", False),
        ("Markdown(f'In 2020 {a}.')", "", False),
        ("Markdown(f'In 2020 {a[2018]}, then {a[2019]}.')", "", True),
        ("b", "## So\n\nOf 500 runs.", True),
        ("plot(b, lw=6); b.round(6); b.iloc[6]", "## So\n\nOf 6 runs.", True),
        ("b", "## So\n\nOf 400 runs.", True),
    ],
)
def test_a_number_of_another_section_is_no_excuse(source, prose, found):
    cells = [new_markdown_cell("# Why?\n\nIt rose."), new_code_cell("a = x[2020]; runs = 500")]
    cells += [new_markdown_cell("## Then"), new_code_cell("b = a")]
    cells += [new_markdown_cell(prose or "## So"), new_code_cell(source)]
    assert bool(untraced(new_notebook(cells=cells), {})) == found


@pytest.mark.parametrize(
    ("second", "found"),
    [
        ("share = 2", True),
        ("for share in (2, 3):\n    draw(share)", True),
        ("rows = [share := row for row in (2, 3)]", True),
        ("def move(to):\n    global share\n    share = to\nexplore(move)", True),
        ("share, rest = parts", True),
        ("share = settled(share)", False),
        ("rows = [share for share in (2, 3)]", False),
        ("def move(share):\n    share = 2", False),
        ("other = 2", False),
    ],
)
@pytest.mark.parametrize("last", ["Markdown(f'{share}')", "judge(key, share, because='')"])
def test_a_sentence_does_not_read_a_name_that_two_other_sections_set(second, last, found):
    sections = [new_markdown_cell("## Next") for _ in range(3)]
    codes = map(new_code_cell, ("share = 1", second, last))
    cells = [cell for pair in zip(sections, codes, strict=True) for cell in pair]
    assert bool(list(_rebound(new_notebook(cells=cells)))) == found
    own = [*cells[:5], new_code_cell("share = 3"), *cells[5:]]
    assert not list(_rebound(new_notebook(cells=own)))


TRUE = "up = b > a"


@pytest.mark.parametrize(
    "source",
    [
        "Markdown(f'It falls to {a}.')",
        "show(f, caption='The middle page rises.', alt='')",
        "show(f, caption='', alt='The line falls from two thirds.')",
        "judge(key, x, because='It is twice the other.')",
        "judge(key, x, because='', near={'quantity': 'the larger half'})",
        "in_short('Most grew.', sure='')",
        "in_short('It grew.', sure='Five of six say so.')",
        "take_home(stands='', falls='It was highest in May.', settles='')",
        "Markdown('B comes first.')",
        "Markdown(says('It falls, then rises.', holds={'It falls': up}))",
        "Markdown(says('It falls.', holds={'It falls': True}))",
        "Markdown(says('It falls.', holds={'It falls': 1 < 2}))",
        "Markdown(says('It falls.', holds={'It falls': up and 1 < 2}))",
        "Markdown(says('It shows.', holds={'It shows': a == a}))",
        "Markdown(says('It shows.', holds={'It shows': bool(len(a))}))",
        "Markdown(f'It {\"shrank\"} by {a}.')",
        "word = 'outpaced'\nMarkdown(f'A {word} B.')",
        "Markdown('It soared, and plunged.')",
        "Markdown(says('It falls.', holds={'It falls': last > first}))",
        "Markdown(says('It fell.', holds={'It fell': x.is_monotonic_increasing}))",
        "Markdown(says('It rises.', holds={'It rises': steady.above(0, rise)}))",
        "Markdown(says('A is the largest.', holds={'the largest': x.idxmin() == 'A'}))",
        "Markdown(says('A is lowest.', holds={'A is lowest': max(x, key=x.get) == 'A'}))",
        "Markdown(says('Three of four.', holds={'Three of four': (x > 0).sum() == 2}))",
        'Markdown(f\'It {"falls" if rise > 0 else "rises"}.\')',
    ],
)
def test_a_word_without_its_condition_is_found(source):
    assert list(unbacked_words(coded(source)))


@pytest.mark.parametrize(
    ("source", "prose"),
    [
        ("Markdown(says(f'It falls to {a}.', holds={'It falls': b < a}))", ""),
        ("show(f, caption='It rises.', alt='Two lines rise.', holds={'rise': up})", ""),
        ("show(f, caption='Three small panels.', alt='A row of five dots.')", ""),
        ('Markdown(f\'It {"rises" if up else "falls"} by {a}.\')', ""),
        ("in_short(f'{a} grew.', sure='', holds={f'{a} grew': up})", ""),
        ("holds({'it fell': b < a})", "Yes, *it fell* in May."),
        ("holds({'it fell': fell.all()})", "Yes, *it fell* in May."),
        ("holds({'It did not fall': b > a})", "It did not fall."),
        ("holds({'Three of four': agree == 3 and len(x) == 4})", "Three of four."),
        ("kind = 'blue'\nMarkdown(f'The {kind} line.')", ""),
        ("x = 1", "Draw two lines, and read which is longer."),
    ],
)
def test_a_word_with_its_condition_passes(source, prose):
    assert list(unbacked_words(coded(source, prose=prose))) == []


@pytest.mark.parametrize(
    "prose",
    [
        *("Yes, it fell.", "Five of them agree.", "It is twice the other.", "A ranks first."),
        *("Three in four do.", "A outpaced B.", "It was cut to half of the sum."),
        *("The share falls.", "Use rises.", "It grows from year to year.", "It declines."),
        *("Lines of A lie far above those of B.", "Here they also rise.", "It is higher there."),
        "## Further reading\n\n* Doe, *What rises?*, 2009.\n\nIt fell.",
    ],
)
def test_an_outcome_in_prose_needs_a_condition(prose):
    assert [cell for cell, _ in unbacked_words(coded("x = 1", prose=prose))] == [2]


@pytest.mark.parametrize(
    "prose",
    [
        *("If it falls, more is lost.", "Does it fall?", "It says that use falls.", "It may fall."),
        *("A line that rises.", "What rises is drawn in red.", "The rise and the fall."),
        *("## Exercises\n\n* a: It is higher there.", "## Further reading\n\n* Doe, *It fell*."),
    ],
)
def test_what_asks_supposes_or_defines_needs_none(prose):
    assert list(unbacked_words(coded("x = 1", prose=prose))) == []


def told(caption: str, alt: str, table: str) -> NotebookNode:
    words = f"Caption: {caption}\nIn words: {alt}\n\n{table}\n\nDrawn: 0f1e"
    return new_code_cell("show(f)", outputs=[text_output(words)])


USERS = (
    "Facebook gained users.",
    "Lines of users a quarter.",
    "quarter  Facebook users\n2019  2320",
)
RATES = ("Instagram engages.", "Bars of engagement a post.", "network  engagement\nInstagram  1.16")


@pytest.mark.parametrize(
    ("one", "two", "found"),
    [
        (USERS, RATES, ""),
        ((*RATES[:2], USERS[2]), (*USERS[:2], RATES[2]), "caption and alt text seem"),
        ((USERS[0], RATES[1], USERS[2]), (RATES[0], USERS[1], RATES[2]), "alt text seem"),
        ((RATES[0], *USERS[1:]), (USERS[0], *RATES[1:]), "caption seem"),
    ],
)
def test_words_of_another_figure_are_found(one, two, found):
    problems_of = [
        sentence for _, sentence in _swapped(new_notebook(cells=[told(*one), told(*two)]))
    ]
    assert bool(problems_of) == bool(found)
    assert all(sentence.startswith(found) for sentence in problems_of)


def test_a_hint_may_name_other_numbers():
    notebook = clean()
    told_by("Count 2 and 1,000; x² has no name.")(notebook)
    assert problems(notebook) == []


def test_a_condition_for_words_that_nothing_says_is_found():
    assert "remove it" in next(iter(unbacked_words(coded("holds({'it fell': up})"))))[1]


NUMBERS = st.one_of(
    st.integers(2031, 10**12).map(float),
    st.decimals(0, 10**6, places=2).map(float),
)
PLACES = st.sampled_from(["It was {} then.", "({})", "{}", "a\n\n- {}, b", "**{}**", "from {}–x"])


def grouped(value: float, separator: str) -> str:
    return (f"{value:,.0f}" if value == int(value) else f"{value:,.2f}").replace(",", separator)


@given(NUMBERS, st.sampled_from([",", "", "\u202f", "\u00a0"]), PLACES)
@example(1000.0, ",", "{}")
@example(3003.0, "\u202f", "{}")
@example(1e10, ",", "{}")
def test_every_written_number_is_found_and_traced_by_itself_alone(value, separator, place):
    numeral = grouped(value, separator)
    prose = place.format(numeral)
    assert untraced_numbers(prose, []) == [numeral]
    assert untraced_numbers(prose, [value]) == []
    assert untraced_numbers(prose, [value + 1, value / 1000]) == ([numeral] if value else [])


@given(NUMBERS, st.sampled_from(["`{}`", "```\n{}\n```", "$x={}$", "[x](https://a.org/{})"]))
def test_numbers_in_code_maths_and_links_are_not_prose(value, place):
    assert untraced_numbers(f"a {place.format(grouped(value, ''))} b", []) == []


@given(st.text())
def test_any_text_is_scanned(text):
    for numeral in untraced_numbers(text, []):
        assert numeral.strip()


@pytest.fixture(scope="session")
def tables() -> dict[str, pd.DataFrame]:
    """Return the tables of the project; a series has its unit from the catalogue."""
    names = [path.stem for path in (PROJECT / "data").glob("*.csv")]
    found = {name: read_table(name) for name in names}
    sets = tomllib.loads((PROJECT / "data" / "datasets.toml").read_text(encoding="utf-8"))
    found["datasets"] = pd.DataFrame({"id": list(sets), "about": map(str, sets.values())})
    units = found["series_catalogue"][["series", "unit"]]
    return found | {"series": found["series"].merge(units, on="series", validate="many_to_one")}


def test_there_are_notebooks_to_guard():
    assert STORED, "No notebook stands in notebooks/; store one there, executed."


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.name)
def test_a_stored_notebook_has_no_problem(path, tables):
    found = notebook_problems(read_notebook(path), path.name, tables=tables, allowed=ALLOWED)
    assert not found, "\n".join(["", *found])


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.name)
def test_a_stored_notebook_answers_first(path):
    notebook = read_notebook(path)
    tags = [tag for cell in notebook.cells for tag in cell.metadata.get("tags", [])]
    assert notebook.cells[0].source.startswith("# ")  # the title, by which the pages link to it
    assert "in-short" in notebook.cells[1].metadata.get("tags", [])
    assert tags.count("key-figure") == 1
    ends = [cell.source for cell in notebook.cells if cell.source.startswith("take_home(")]
    assert len(ends) == 1


def test_the_letters_of_choices_are_dealt_evenly_and_no_two_share_a_seal():
    seals = set[str]()
    for path in STORED:
        for cell in read_notebook(path).cells:
            if role_of(cell.source) == "exercise":
                seals.update(re.findall(r'"(\w+-[0-9a-f]{8})"', cell.source))
    dealt = Counter(
        letter
        for sealed in seals
        for letter in "abc"
        if seal_answer(letter, sealed.partition("-")[0]) == sealed
    )
    assert sum(dealt.values()) == len(seals) > 30
    assert max(dealt.values()) - min(dealt.values()) <= len(seals) / 5
