"""The web pages: what a reader must find there, and that each check rejects a planted fault."""

from __future__ import annotations

import base64
import json
import re
import shutil
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup, Tag

from socionaut.errors import InputError
from socionaut.files import EXPLORE_TYPE
from socionaut.project import PROJECT
from workshop.pages import build_pages, data_dictionary, page_problems, verdict_html
from workshop.pages.front import described, front_blocks
from workshop.pages.outputs import mend_table

# nbformat has no type hints.
files: Any = nbformat
v4: Any = nbformat.v4

ALT = 'Two bars: the left one, "A", is twice as high as the right one'
CAPTION = "The left bar is twice as high"
CLAIM = "c003-041-2"
BOX = '<div class="socionaut-in-short">\n\n**In short.** So.\n\n*How sure?* Quite.\n\n</div>'


CONTROL = {
    "sliders": [{"label": "slope", "places": ["1", "2"], "start": 1}],
    "frames": [{"words": words, "parts": {}} for words in ("Up </a>", "Far")],
}


def _picture() -> str:
    """Return a PNG of one white pixel, base64."""

    def chunk(name: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + check

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    data = b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0\xff"))
    return base64.b64encode(data + chunk(b"IEND", b"")).decode()


def _figure_outputs() -> list[Any]:
    card = (
        f'<div class="socionaut-figure"><p class="caption">{CAPTION}</p>'
        "<details><summary>The picture in words</summary>In words</details>"
        "<details><summary>The numbers drawn</summary><table><tr><td>0.27</td></tr></table>"
        "</details></div>"
    )
    return [
        v4.new_output(
            "display_data",
            {"image/png": _picture(), "text/plain": f"Figure: {CAPTION}"},
            metadata={"image/png": {"alt": ALT}},
        ),
        v4.new_output("display_data", {"text/plain": CAPTION, "text/html": card}),
        v4.new_output(
            "display_data",
            {"text/plain": "Run this cell", EXPLORE_TYPE: {"control": json.dumps(CONTROL)}},
        ),
    ]


def _finding_output() -> Any:
    card = '<div class="socionaut-finding verdict-differs"><p>differs: rate</p></div>'
    facts = {"id": CLAIM, "verdict": "differs"}
    data = {
        "text/plain": "differs",
        "text/html": card,
        "application/vnd.socionaut.finding+json": facts,
    }
    return v4.new_output("display_data", data)


def _step(source: str, *outputs: str, tag: str = "") -> Any:
    return v4.new_code_cell(
        source,
        outputs=[v4.new_output("display_data", {"text/plain": text}) for text in outputs],
        execution_count=3,
        id=source,
        metadata={"tags": [tag]} if tag else {},
    )


def _notebook(title: str, prose: str) -> Any:
    cells = [
        v4.new_markdown_cell(f"# {title}", id="title"),
        v4.new_markdown_cell(BOX, id="in-short", metadata={"tags": ["in-short"]}),
        v4.new_markdown_cell(prose, id="prose"),
        v4.new_code_cell("show()", outputs=_figure_outputs(), execution_count=1, id="figure"),
        v4.new_code_cell("judge()", outputs=[_finding_output()], execution_count=2, id="finding"),
        _step("first"),
        _step("drawing", tag="hide-cell"),
        _step("empty", "<IPython.core.display.Markdown object>", tag="hide-input"),
        _step("told", "'two'", tag="hide-input"),
        _step("listed", "a    1\nName: b, dtype: int64"),
        _step("solution", "Right.", tag="hide-cell"),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return v4.new_notebook(cells=cells, metadata=metadata)


def _verdicts() -> pd.DataFrame:
    untested = {
        "id": "c000-001-1",
        "document": "000",
        "line": 1,
        "token": "2 sur 3",
        "subject": "a <b> & c",
        "published": 2.0,
        "unit": "posts",
        "verdict": "untested",
        "fault": "",
        "reason": "no data",
        "theme": "other",
        "notebook": "",
    }
    differs = untested | {
        "id": CLAIM,
        "document": "003",
        "published": 0.27,
        "recomputed": 0.261,
        "low": 0.25,
        "high": 0.272,
        "verdict": "differs",
        "fault": "period",
        "notebook": "notebooks/02_b.ipynb",
    }
    return pd.DataFrame([untested, differs])


def _project(folder: Path) -> tuple[Path, list[Path]]:
    """Write a small project with pages, data package and two notebooks."""
    (folder / "data").mkdir(parents=True)
    for name in ("README.md", "CONTRIBUTING.md"):
        (folder / name).write_text("# Here\n", encoding="utf-8")
    shutil.copytree(PROJECT / "pages", folder / "pages")
    for page in (folder / "pages").glob("*.md"):  # the notebooks they lead to are not here
        text = page.read_text(encoding="utf-8")
        page.write_text(re.sub(r"\[([^\]]+)\]\((?:\.\./)?notebooks/[^)]*\)", r"\1", text), "utf-8")
    (folder / "CONTRIBUTING.md").write_text("# Help\n", encoding="utf-8")
    (folder / "data" / "claims.csv").write_text("id\n", encoding="utf-8")
    column = {"name": "token", "type": "string", "description": "As printed, <b>verbatim</b>"}
    resource = {"name": "claims", "path": "claims.csv", "schema": {"fields": [column]}}
    package = json.dumps({"resources": [resource]})
    (folder / "data" / "datapackage.json").write_text(package, encoding="utf-8")
    prose = (
        "Rate $r = e / f$; see [home](../README.md), the [ledger](../data/claims.csv), [the "
        "folder](../data/), [how to help](../CONTRIBUTING.md), [a site](https://example.org). "
        "The French *milliards* are billions."
    )
    (folder / "run").mkdir()
    for name, title in (("02_b.ipynb", "Is B so?"), ("01_a.ipynb", "Is A so?")):
        files.write(_notebook(title, prose), folder / "run" / name)
    return folder, sorted((folder / "run").iterdir(), reverse=True)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    project, notebooks = _project(folder / "project")
    home = build_pages(notebooks, _verdicts(), folder / "build" / "pages", project=project)
    return home.parent


def _soup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def _one(soup: BeautifulSoup | Tag, selector: str) -> Tag:
    found = soup.select(selector)
    assert len(found) == 1, f"{len(found)} x {selector}"
    return found[0]


def test_built_pages_have_no_problem(site: Path) -> None:
    assert page_problems(site) == []


def test_picture_has_the_alt_text_of_the_output(site: Path) -> None:
    image = _one(_soup(site / "notebooks" / "01_a.html"), ".cell_output img")
    assert image["alt"] == ALT


def test_figure_comes_through_as_it_is(site: Path) -> None:
    figure = _one(_soup(site / "notebooks" / "01_a.html"), ".socionaut-figure")
    assert _one(figure, ".caption").get_text() == CAPTION
    assert [tag.get_text() for tag in figure.select("summary")] == [
        "The picture in words",
        "The numbers drawn",
    ]
    assert _one(figure, "td").get_text() == "0.27"


def test_steps_that_show_nothing_are_in_the_fold_of_what_follows(site: Path) -> None:
    page = _soup(site / "notebooks" / "01_a.html")
    folds = [
        (_one(fold, "summary > .collapsed").get_text(), fold.select(".cell_input pre"))
        for fold in page.select("details.hide")
    ]
    assert [(name, [code.get_text().strip() for code in codes]) for name, codes in folds] == [
        ("Show the code", ["first", "drawing", "empty", "told"]),
        ("Show a solution", ["solution"]),
    ]
    told = [text.get_text().strip() for text in page.select("div.text_plain")]
    assert told == ["two", "a    1", "Right."]
    assert _one(page, ".solution details")


def test_finding_can_be_reached_from_the_verdict_html(site: Path) -> None:
    row = _one(_soup(site / "verdicts.html"), f"#row-{CLAIM}")
    assert _one(row, "a")["href"] == f"notebooks/02_b.html#{CLAIM}"
    anchor = _one(_soup(site / "notebooks" / "02_b.html"), f"#{CLAIM}")
    assert isinstance(anchor.parent, Tag)
    assert _one(anchor.parent, f"#{CLAIM} + div > .socionaut-finding")


def test_formula_is_drawn_by_the_local_file_only_where_there_is_one(site: Path) -> None:
    assert _one(_soup(site / "notebooks" / "01_a.html"), "script[src*=mathjax]")
    assert not _soup(site / "index.html").select("script[src*=mathjax]")
    assert (site / "_static" / "mathjax.js").stat().st_size > 1_000_000


def test_links_make_sense(site: Path) -> None:
    prose = _one(_soup(site / "notebooks" / "01_a.html"), "article")
    links = {tag.get_text(): str(tag["href"]) for tag in prose.select("p > a")}
    assert links["home"] == "../index.html"
    assert links["ledger"].endswith("/claims.csv")
    assert {"the folder", "how to help"}.isdisjoint(links)
    assert "how to help" in prose.get_text()


def test_front_page_counts_maps_and_shows_the_notebooks(site: Path) -> None:
    soup = _soup(site / "index.html")
    assert "2 claims, 1 judged: 0 confirmed, 0 consistent, 1 differs" in soup.get_text()
    marks = {str(mark["data-id"]): str(mark["href"]) for mark in soup.select("a.mark")}
    assert marks == {
        CLAIM: f"notebooks/02_b.html#{CLAIM}",
        "c000-001-1": "verdicts.html#row-c000-001-1",
    }
    cards = soup.select(".notebook-cards li")
    assert [card.strong.get_text() for card in cards if card.strong] == ["Is A so?", "Is B so?"]
    assert all((site / str(card.img["src"])).is_file() for card in cards if card.img)


def test_each_page_says_in_its_head_what_it_is_about(site: Path) -> None:
    soup = _soup(site / "notebooks" / "01_a.html")
    facts = {
        str(tag.get("property") or tag.get("name")): tag.get("content")
        for tag in soup.select("meta[content]")
    }
    assert facts["og:title"] == "Is A so?"
    assert facts["description"] == facts["og:description"]
    published = f"{described()['site']}/"
    assert facts["og:url"] == f"{published}notebooks/01_a.html"
    assert str(facts["og:image"]).startswith(f"{published}_images/")
    assert (site / str(facts["og:image"]).removeprefix(published)).is_file()


def test_the_answer_comes_first_with_the_key_figure(site: Path) -> None:
    soup = _soup(site / "notebooks" / "01_a.html")
    box = _one(soup, "h1 + .socionaut-in-short")
    assert _one(box, 'a[href="#key-figure"] img')["alt"] == ALT
    assert _one(soup, "#key-figure")


def test_words_of_other_languages_are_marked(site: Path) -> None:
    page = _soup(site / "notebooks" / "01_a.html")
    assert _one(page, 'em[lang="fr"]').get_text() == "milliards"
    row = _one(_soup(site / "verdicts.html"), "#row-c000-001-1")
    assert _one(row, '[lang="fr"]').get_text() == "2 sur 3"


def test_a_control_holds_its_data_and_its_first_sentence(site: Path) -> None:
    box = _one(_soup(site / "notebooks" / "01_a.html"), ".socionaut-explore")
    assert _one(box, ".explore-words").get_text() == "Far"
    assert json.loads(_one(box, "script").get_text()) == CONTROL


def test_tables_are_set_for_reading() -> None:
    text = pd.DataFrame(
        {"token": ["deux"], "share": [0.5], "why": ["so"], "is_so": [True], "of": [None]},
        index=pd.Index(["c003-041-2"], name="id"),
    ).to_html()
    table = _one(BeautifulSoup(mend_table(text), "html.parser"), "table")
    assert [cell.get_text() for cell in table.select("td")][-2:] == ["yes", "–"]
    assert _one(table, ".whole").get_text() == "c003-041-2"
    heads = [(head.get_text(), head.get("class")) for head in table.select("thead th")]
    assert heads[:4] == [("id", None), ("token", None), ("share", ["number"]), ("why", None)]
    assert heads[4:] == [("is so", None), ("of", None)]
    assert [cell.get_text() for cell in table.select("td.number")] == ["0.5"]
    assert _one(table, '[lang="fr"]').get_text() == "deux"


def test_sidebar_lists_every_page_notebooks_in_name_order(site: Path) -> None:
    navigation = _one(_soup(site / "index.html"), "nav.bd-links")
    titles = [tag.get_text(strip=True) for tag in navigation.select("a")]
    assert [title for title in titles if title.startswith("Is ")] == ["Is A so?", "Is B so?"]
    assert {"Verdict table", "Data dictionary", "Glossary", "How to cite a finding"} <= set(titles)


def test_verdict_table_is_complete_without_scripts(site: Path) -> None:
    soup = _soup(site / "verdicts.html")
    rows = [
        [cell.get_text() for cell in claim.select("tr:first-child > *")]
        for claim in soup.select("#claims-table tbody")
    ]
    assert rows[0] == ["a <b> & c", "2", "", "untested", "no data"]
    assert rows[1][2:4] == ["0.2610.25 to0.272", "differsperiod"]
    rest = _one(soup, "#row-c000-001-1 details")
    assert _one(rest, "summary").get_text() == "c000-001-1 · museum day"
    told = dict(zip([t.get_text() for t in rest.select("dt")], rest.select("dd"), strict=True))
    assert told["as printed"].get_text() == "“2 sur 3”, document 000, line 1"
    assert _one(soup, "#claims-filter").has_attr("hidden")
    assert (site / "verdicts.csv").read_text(encoding="utf-8").startswith("id,document,line")


def test_card_leads_back_to_its_row(site: Path) -> None:
    card = _one(_soup(site / "notebooks" / "02_b.html"), ".socionaut-finding")
    assert _one(card, ".way-back a")["href"] == f"../verdicts.html#row-{CLAIM}"


def test_data_dictionary_page_names_columns(site: Path) -> None:
    text = _one(_soup(site / "dictionary.html"), "article").get_text()
    assert "token" in text
    assert "As printed, <b>verbatim</b>" in text


def test_notebook_can_be_downloaded(site: Path) -> None:
    page = _soup(site / "notebooks" / "01_a.html")
    stored = _one(page, 'a[href*="_sources"][href$="01_a.ipynb"]')["href"]
    assert (site / "notebooks" / str(stored)).is_file()
    assert not _soup(site / "verdicts.html").select('a[href*="_sources"]')


def test_notebook_opens_in_binder(site: Path) -> None:
    binder = 'a[href*="mybinder.org"]'
    link = _one(_soup(site / "notebooks" / "01_a.html"), binder)["href"]
    assert str(link).endswith("/HEAD?urlpath=lab/tree/notebooks/01_a.ipynb")
    assert not _soup(site / "verdicts.html").select(binder)


def test_second_build_elsewhere_gives_the_same_bytes(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    project, notebooks = _project(tmp_path / "another place" / "project")
    output = tmp_path / "pages"
    output.mkdir()
    (output / "old.html").write_text("left by an earlier build", encoding="utf-8")
    build_pages(notebooks, _verdicts(), output, project=project)
    first, second = (
        {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}
        for root in (site, output)
    )
    assert first.keys() == second.keys()
    assert [path for path in first if first[path] != second[path]] == []
    places = (str(tmp_path.parent).encode(), str(PROJECT).encode())
    assert [path for path, data in second.items() if any(place in data for place in places)] == []
    assert not list(tmp_path.glob(".pages-*"))


def test_warning_stops_the_build_and_leaves_the_old_pages(tmp_path: Path) -> None:
    project, notebooks = _project(tmp_path / "project")
    files.write(_notebook("Is A so?", "See [that](03_missing.ipynb)."), notebooks[-1])
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "index.html").write_text("old", encoding="utf-8")
    with pytest.raises(InputError) as raised:
        build_pages(notebooks, _verdicts(), tmp_path / "pages", project=project)
    assert str(raised.value).startswith(
        "The web page of notebooks/01_a.ipynb, cell 3 has a problem: 'myst' cross-reference target "
        "not found: '03_missing.ipynb'"
    )
    assert (tmp_path / "pages" / "index.html").read_text(encoding="utf-8") == "old"


# Faults that the checks must reject, planted in a small folder without any.

BOARD = (
    "<table><thead><tr><th>theme</th><th>confirmed</th><th>consistent</th><th>differs</th>"
    "<th>untested</th><th>claims</th></tr></thead><tbody><tr><th>other</th><td>1</td><td>0</td>"
    "<td>2</td><td>0</td><td>3</td></tr></tbody></table>"
)
ROWS = "".join(
    f'<tbody data-theme="other" data-document="000" data-verdict="{verdict}"><tr><td>1</td></tr>'
    "</tbody>"
    for verdict in ("confirmed", "differs", "differs")
)
# As pandas writes it: the name of the index has a row of its own.
PANDAS_BOARD = BOARD.replace("<th>theme</th>", "<th></th>").replace(
    "</thead>", f"<tr><th>theme</th>{'<th></th>' * 5}</tr></thead>"
)

SMALL_SITE = {
    "index.html": (
        '<link rel="stylesheet" href="pages.css"><script src="mathjax.js?v=1"></script>'
        '<a href="notebooks/a.html#place">a</a><a href="#top">b</a><p id="top"></p>' + BOARD
    ),
    "notebooks/90.html": PANDAS_BOARD,
    "verdicts.html": f'<table id="claims-table">{ROWS}</table>',
    "notebooks/a.ipynb": "{}",
    "notebooks/a.html": (
        '<h1>A?</h1><div class="socionaut-in-short">So.</div>'
        '<p id="place"></p><img src="../dot.svg" alt="A dot"><div class="socionaut-figure">'
        '<p class="caption">See the dot</p></div>'
    ),
    "pages.css": "p { background: url(dot.svg); }",
    "mathjax.js": "",
    "dot.svg": "<svg></svg>",
}


def _add(page: str, text: str) -> Callable[[Path], object]:
    return lambda folder: (folder / page).write_text(SMALL_SITE[page] + text, encoding="utf-8")


def _replace(page: str, old: str, new: str) -> Callable[[Path], object]:
    assert old in SMALL_SITE[page], f"{old} is not on {page}: the fault would not be planted"
    text = SMALL_SITE[page].replace(old, new)
    return lambda folder: (folder / page).write_text(text, encoding="utf-8")


FAULTS = {
    "an empty alt": (_replace("notebooks/a.html", "A dot", " "), "has no alt text"),
    "no alt": (_add("index.html", '<img src="dot.svg">'), "has no alt text"),
    "an address as alt": (_replace("notebooks/a.html", "A dot", "../dot.svg"), "has no alt text"),
    "an empty caption": (_replace("notebooks/a.html", "See the dot", " "), "has no caption"),
    "an id twice": (_add("index.html", '<p id="x"></p><p id="x"></p>'), "id x is given 2 times"),
    "a script": (_add("index.html", '<script src="//cdn.example/x.js"></script>'), "outside"),
    "an imported script": (
        _add("index.html", "<script>import('https://cdn.example/x.js')</script>"),
        "outside",
    ),
    "a style sheet": (
        _add("index.html", '<link rel="stylesheet" href="https://cdn.example/x.css">'),
        "outside",
    ),
    "a picture": (_add("index.html", '<img alt="a" src="http://example.org/a.png">'), "outside"),
    "a large picture": (
        _add("index.html", '<img alt="a" srcset="dot.svg 1x, //example.org/a.png 2x">'),
        "outside",
    ),
    "a frame": (_add("index.html", '<iframe src="https://example.org"></iframe>'), "outside"),
    "a preview picture": (
        _add("index.html", '<meta property="og:image" content="https://example.org/a.png">'),
        "outside",
    ),
    "a style": (_add("index.html", '<p style="background: url(//example.org/a)">'), "outside"),
    "a font": (
        _add("pages.css", '@font-face { src: url("https://example.org/a.woff2"); }'),
        "outside",
    ),
    "an imported style": (_add("pages.css", "@import '//example.org/a.css';"), "outside"),
    "a missing script": (lambda folder: (folder / "mathjax.js").unlink(), "is missing"),
    "a broken link": (_add("index.html", '<a href="nowhere.html">x</a>'), "leads nowhere"),
    "a link from the root": (_add("index.html", '<a href="/index.html">x</a>'), "leads nowhere"),
    "a link to one machine": (_add("index.html", '<a href="file:///a">x</a>'), "one machine"),
    "a missing place": (_replace("notebooks/a.html", "place", "spot"), "leads to no place"),
    "an error": (_add("index.html", '<div class="output traceback">No.</div>'), "is an error"),
    "a printed error": (
        _add("index.html", "<pre>Traceback (most recent <b>call</b> last)</pre>"),
        "is an error",
    ),
    "a path": (_add("index.html", "<p>kept in /home/ada/posts.csv</p>"), "shows /home/ada/posts"),
    "a path in pieces": (
        _add("index.html", "<pre><i>/root</i>/<i>.cache</i></pre>"),
        "shows /root/.cache, a path",
    ),
    "a path to download": (
        _add("notebooks/a.ipynb", f'{{"text": "\\u001b[32m{PROJECT}/lib/a.py\\u001b[39m"}}'),
        "notebooks/a.ipynb: it shows",
    ),
    "a second scoreboard": (
        _replace("notebooks/90.html", "<td>2</td>", "<td>1</td>"),
        "notebooks/90.html: its scoreboard by theme has 1 for other, differs, and that of "
        "verdicts.html has 2",
    ),
    "a stale front page": (_replace("index.html", "<td>3</td>", "<td>4</td>"), "has 4 for other"),
    "a page without its answer": (
        _replace("notebooks/a.html", "socionaut-in-short", "socionaut-later"),
        "does not stand right under its title",
    ),
    "a scoreboard without a theme": (
        _replace("notebooks/90.html", "<th>other</th>", "<th>others</th>"),
        "has 0 for other, confirmed, and that of verdicts.html has 1",
    ),
}


def _small_site(folder: Path) -> Path:
    for name, text in SMALL_SITE.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_small_site_has_no_problem(tmp_path: Path) -> None:
    assert page_problems(_small_site(tmp_path)) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_planted_fault_is_found(tmp_path: Path, fault: str) -> None:
    plant, sentence = FAULTS[fault]
    plant(_small_site(tmp_path))
    problems = page_problems(tmp_path)
    assert len(problems) == 1
    assert sentence in problems[0], problems


def test_a_verdict_table_of_its_own_disagrees_with_every_scoreboard(tmp_path: Path) -> None:
    _small_site(tmp_path)
    _replace("verdicts.html", 'data-verdict="confirmed"', 'data-verdict="untested"')(tmp_path)
    wrong = ": its scoreboard by theme has 1 for other, confirmed, and that of verdicts.html has 0"
    assert page_problems(tmp_path) == [f"index.html{wrong}", f"notebooks/90.html{wrong}"]


def test_a_table_of_percents_is_no_scoreboard(tmp_path: Path) -> None:
    _small_site(tmp_path)
    _add("index.html", BOARD.replace("<td>1</td>", "<td>33%</td>"))(tmp_path)
    assert page_problems(tmp_path) == []


@pytest.mark.slow
def test_an_error_that_a_notebook_shows_is_found_on_its_page(tmp_path: Path) -> None:
    project, notebooks = _project(tmp_path / "project")
    line = f"\x1b[36mFile \x1b[39m\x1b[32m{PROJECT}/lib/a.py:5\x1b[39m, in read(name)"
    error = v4.new_output("error", ename="OSError", evalue="No.", traceback=[line, "OSError: No."])
    notebook = files.read(notebooks[0], as_version=4)
    notebook.cells[3].outputs = [error]
    files.write(notebook, notebooks[0])
    build_pages(notebooks, _verdicts(), tmp_path / "pages", project=project)
    name = notebooks[0].stem
    assert page_problems(tmp_path / "pages") == [
        f"notebooks/{name}.html: an output is an error",
        f"notebooks/{name}.html: it shows {PROJECT}/lib/a.py:5, a path of one machine",
        f"_sources/notebooks/{name}.ipynb: it shows {PROJECT}/lib/a.py:5, a path of one machine",
    ]


def test_findings_as_stored_are_marked_and_only_then() -> None:
    marked = _verdicts().assign(as_stored=["", "skipped"])
    soup = BeautifulSoup(verdict_html(marked), "html.parser")
    told = [claim.get_text() for claim in soup.select("tbody")]
    assert ["as stored" in text for text in told] == [False, True]
    note = "1 of 1 findings are as stored: of notebooks/02_b.ipynb, which could not be run again."
    assert soup.p is not None and soup.p.get_text() == note
    assert "as stored" not in verdict_html(_verdicts().assign(as_stored=""))
    for verdicts, shown in [(marked, True), (_verdicts(), False)]:
        assert (note in front_blocks(verdicts, [])["scoreboard"]) == shown


def test_links_that_a_reader_may_follow_are_no_problem(tmp_path: Path) -> None:
    links = '<a href="https://example.org">a</a><a href="mailto:a@example.org">b</a>'
    data = '<img alt="dot" src="data:image/gif;base64,R0lGOD//lhAQABAAAAACw=">'
    (tmp_path / "index.html").write_text(links + data, encoding="utf-8")
    assert page_problems(tmp_path) == []


def test_folder_without_pages_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no web page"):
        page_problems(tmp_path)


def test_bad_verdicts_are_named() -> None:
    with pytest.raises(InputError, match="lack the column reason"):
        verdict_html(_verdicts().drop(columns="reason"))
    with pytest.raises(InputError, match=f"Claim {CLAIM} has the verdict 'disagrees'"):
        verdict_html(_verdicts().replace("differs", "disagrees"))


def test_values_in_words_sort_by_their_numbers() -> None:
    words = _verdicts().assign(published="1.8 billion", value=1.8e9, recomputed="", computed=None)
    row = _one(BeautifulSoup(verdict_html(words), "html.parser"), f"#row-{CLAIM}")
    cells = row.select("td.words")
    assert [(cell.get_text(), cell.get("data-sort")) for cell in cells] == [
        ("1.8 billion", "1800000000.0"),
        ("", None),
    ]


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda project: (project / "run/01_a.ipynb").unlink(), "01_a.ipynb cannot be read"),
        (lambda project: (project / "run/01_a.ipynb").write_text("{"), "01_a.ipynb cannot be read"),
        (lambda project: (project / "data/datapackage.json").write_text("{"), "not readable JSON"),
    ],
)
def test_missing_or_damaged_source_is_named(
    tmp_path: Path, spoil: Callable[[Path], object], sentence: str
) -> None:
    project, notebooks = _project(tmp_path / "project")
    spoil(project)
    with pytest.raises(InputError, match=sentence):
        build_pages(notebooks, _verdicts(), tmp_path / "pages", project=project)
    assert not (tmp_path / "pages").exists()


def test_data_dictionary_tells_licence_source_unit_and_constraints() -> None:
    column = {"name": "value", "type": "number", "unit": "posts", "description": "How many"}
    resource = {
        "name": "claims",
        "path": "claims.csv",
        "licenses": [{"name": "CC0-1.0", "path": "https://example.org/cc0"}],
        "sources": [{"title": "Typed by hand"}],
        "schema": {"fields": [column | {"constraints": {"required": True, "minimum": 0}}]},
    }
    text = data_dictionary({"resources": [resource]})
    assert "Licence: [CC0-1.0](<https://example.org/cc0>)" in text
    assert "Source: Typed by hand" in text
    assert "<td>posts</td>" in text
    assert "<td>required; minimum 0</td>" in text
