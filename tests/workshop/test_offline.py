"""The whole site without a network and with an empty cache: one truth, and no traceback.

One notebook is run until it asks for its data, and the scoreboard notebook whole. To save time the
others are taken as stored: nbval holds that a run of them gives just that, and `test_opendata` that
the metadata name all their data.
"""

import functools
import io
import json
import re
from contextlib import redirect_stdout

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from socionaut.ledger.tables import PROJECT
from socionaut.ledger.verdicts import VERDICTS
from socionaut.sources.opendata import datasets
from workshop import __main__ as command_line
from workshop import notebooks
from workshop.notebooks import RunResult, read_notebook, write_notebook
from workshop.pages import page_problems

pytestmark = pytest.mark.thorough

STORED = sorted((PROJECT / "notebooks").glob("*.ipynb"))
METADATA = {p.stem: json.loads(p.read_text(encoding="utf-8"))["metadata"] for p in STORED}
NEEDS = {
    name: metadata["socionaut"]["data"]
    for name, metadata in METADATA.items()
    if "data" in metadata.get("socionaut", {})
}
RUN = {"14_one_nine_ninety", "90_verdicts"}
run_notebooks = notebooks.run_notebooks


def run_some(sources, output, *, report, stand_in, **options):
    """Run two notebooks; write the others as they are stored, or as skipped."""
    output.mkdir(parents=True)
    ended = {}
    for path in sources:
        if path.stem not in RUN:
            status = "skipped" if path.stem in NEEDS else "passed"
            ended[path] = RunResult(path, status, 0.0, None, "")
            skipped = status == "skipped"
            notebook = stand_in(ended[path]) if skipped else read_notebook(path)
            write_notebook(notebook, output / path.name)
    some = [path for path in sources if path.stem in RUN]
    results = run_notebooks(some, output, report=report, stand_in=stand_in, **options)
    ended |= {result.path: result for result in results}
    return [ended[path] for path in sources]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Make the report where nothing can be had; return its folder and what it printed."""
    folder = tmp_path_factory.mktemp("offline")
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(io.StringIO()) as printed:
        patch.delenv("SOCIONAUT_MIRROR", raising=False)
        patch.setenv("SOCIONAUT_OFFLINE", "1")
        patch.setenv("SOCIONAUT_CACHE", str(folder / "cache"))
        patch.setattr(command_line, "BUILD", folder / "build")
        patch.setattr(notebooks, "run_notebooks", run_some)
        code = command_line.main(["report"])
    assert code == 0, printed.getvalue()
    return folder / "build", printed.getvalue()


@functools.cache
def soup_of(site, page):
    return BeautifulSoup((site[0] / "pages" / page).read_text(encoding="utf-8"), "html.parser")


def test_the_open_data_of_the_collection_are_out_of_reach_in_this_test(site):
    assert NEEDS
    assert RUN & set(NEEDS)
    assert not list((site[0].parent / "cache").rglob("*.*"))
    assert "skipped" in next(line for line in site[1].split("\n") if "14_one" in line)


def test_every_notebook_has_its_page(site):
    names = {path.stem for path in (site[0] / "pages" / "notebooks").glob("*.html")}
    assert names == {path.stem for path in STORED}


@pytest.mark.parametrize("name", sorted(NEEDS))
def test_a_page_without_its_data_shows_the_stored_outputs_under_a_banner(site, name):
    soup = soup_of(site, f"notebooks/{name}.html")
    (banner,) = soup.select(".socionaut-stored")
    heading = soup.find("h1")
    assert heading is not None and heading.find_next("div", class_="socionaut-stored") is banner
    table = datasets().set_index("name")
    for row in table.loc[NEEDS[name]].itertuples():
        assert row.Index in banner.get_text()
        assert banner.select(f'a[href="{row.repository}/tree/{row.commit}"]')
    for part in ("socionaut data --fetch", "SOCIONAUT_MIRROR", "made with socionaut 0."):
        assert part in banner.get_text()
    stored = read_notebook(PROJECT / "notebooks" / f"{name}.ipynb")
    outputs = [o for cell in stored.cells for o in cell.get("outputs", [])]
    pictures = [o for o in outputs if "image/png" in o.get("data", {})]
    assert len(soup.select(".cell_output img")) == len(pictures) > 0
    assert len(soup.select(".socionaut-finding")) == str(outputs).count("socionaut-finding ")


def test_a_page_that_needs_no_data_has_no_banner(site):
    for path in STORED:
        if path.stem not in NEEDS:
            page = site[0] / "pages" / "notebooks" / f"{path.stem}.html"
            assert "socionaut-stored" not in page.read_text(encoding="utf-8")


def last_row(table) -> list[int]:
    cells = [cell.get_text(strip=True) for cell in table.select("tr")[-1].select("th, td")]
    assert cells[0] == "all"
    return [int(cell) for cell in cells[1:]]


def test_there_is_one_scoreboard(site):
    table = pd.read_csv(site[0] / "verdicts.csv", keep_default_na=False)
    counts = [int((table["verdict"] == verdict).sum()) for verdict in VERDICTS]
    expected = [*counts, len(table)]
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert f"| all | {' | '.join(map(str, expected))} |" in readme
    index, verdicts = soup_of(site, "index.html"), soup_of(site, "verdicts.html")
    boards = [t for t in index.select("table") if "confirmed" in t.get_text()]
    assert [last_row(board) for board in boards] == [expected]
    rows = [len(verdicts.select(f'tbody[data-verdict="{verdict}"]')) for verdict in VERDICTS]
    assert rows == counts
    shown = soup_of(site, "notebooks/90_verdicts.html").select("table.dataframe")
    boards = [t for t in shown if {"untested", "claims"} <= {h.get_text() for h in t.select("th")}]
    assert [last_row(board) for board in boards] == [expected] * 2
    assert re.search(rf"\nall +{' +'.join(map(str, expected))}\n", site[1])


def test_stored_findings_are_marked_everywhere(site):
    table = pd.read_csv(site[0] / "verdicts.csv", keep_default_na=False)
    lacking = table["notebook"].str.removesuffix(".ipynb").isin(list(NEEDS))
    assert lacking.any()
    assert (table["as_stored"] == lacking.map({True: "skipped", False: ""})).all()
    claims = soup_of(site, "verdicts.html").select("tbody[id^=row-]")
    marked = [
        str(claim["id"]).removeprefix("row-")
        for claim in claims
        if "skipped" in [fact.get_text() for fact in claim("dd")]
    ]
    assert marked == table.loc[lacking, "id"].tolist()
    note = f"{lacking.sum()} of {(table['verdict'] != 'untested').sum()} findings are as stored"
    assert note in soup_of(site, "index.html").get_text()
    assert note in site[1]
    told = soup_of(site, "notebooks/90_verdicts.html").get_text()
    assert f"{lacking.sum()} of the findings are as stored" in told


def test_the_run_ends_with_a_list_of_what_did_not_run(site):
    listed = site[1].partition("Not run to the end")[2]
    for name, needed in NEEDS.items():
        assert f"  {name}.ipynb: no {', '.join(needed)}\n" in listed
    assert listed.count(".ipynb: ") == len(NEEDS)
    assert "socionaut data --fetch" in listed


def test_a_fault_planted_in_the_real_pages_is_found(site, tmp_path):
    # The other pages are left out for speed, so links to them lead nowhere.
    names = ["index.html", "verdicts.html", "notebooks/90_verdicts.html"]
    texts = {name: (site[0] / "pages" / name).read_text(encoding="utf-8") for name in names}
    (tmp_path / "notebooks").mkdir()

    def problems(**changed: str) -> list[str]:
        for name, text in (texts | changed).items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        return [problem for problem in page_problems(tmp_path) if " scoreboard " in problem]

    total = sum(texts["verdicts.html"].count(f'data-verdict="{verdict}"') for verdict in VERDICTS)
    more = f"scoreboard by theme has {total + 1} for all, claims, and that of verdicts.html has "
    assert problems() == []
    for name in ("index.html", "notebooks/90_verdicts.html"):
        spoilt = texts[name].replace(f">{total}<", f">{total + 1}<")
        assert f"{name}: its {more}{total}" in problems(**{name: spoilt})
    spoilt = texts["verdicts.html"].replace('data-verdict="differs"', 'data-verdict="confirmed"', 1)
    by_theme = [name for name in names if name != "verdicts.html"]
    found = [problem.partition(":")[0] for problem in problems(**{"verdicts.html": spoilt})]
    assert list(dict.fromkeys(found)) == by_theme
