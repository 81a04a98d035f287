"""Every reading has an address or says that none could be checked; every foreign word is known."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from socionaut.files import plain_notebook
from socionaut.ledger import read_table
from socionaut.project import PROJECT
from workshop.pages.glossary import foreign_terms, glossary_page
from workshop.readings import unknown_titles, with_links

NOTEBOOKS = sorted((PROJECT / "notebooks").glob("*.ipynb"))
#: No page of these could be checked; a new title without an address must be added by hand.
WITHOUT_ADDRESS = {
    "Influence and correlation in social networks",
    "Personnel Selection",
    "Stat-Spotting",
    "Technological growth curves",
    "The Lognormal Distribution",
}
_FRENCH = re.compile(r"French(?::| )\W*\*(?P<term>[^*]+)\*")
ITEM = "## Further reading\n\n* A. Author, *{title}*, 2001."


def prose(path: Path) -> list[str]:
    cells = plain_notebook(path)["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_item_of_further_reading_has_its_link(path):
    for cell in prose(path):
        assert unknown_titles(cell) == []
        assert with_links(cell) == cell, "run `socionaut readme`"


def test_titles_without_an_address_are_few_and_named():
    table = read_table("readings")
    assert set(table.loc[table["address"] == "", "title"]) == WITHOUT_ADDRESS


def test_a_title_gets_its_link_once_and_an_unknown_one_is_found():
    linked = with_links(ITEM.format(title="The Log of Gravity"))
    assert "[*The Log of Gravity*](https://doi.org/10.1162/rest.88.4.641)" in linked
    assert with_links(linked) == linked
    assert with_links(linked.replace("10.1162/", "10.1111/")) == linked
    assert unknown_titles(ITEM.format(title="Unheard of")) == ["Unheard of"]
    assert unknown_titles("## Further reading\n\n* A, [*Unheard of*](https://a.org).") == [
        "Unheard of"
    ]
    assert unknown_titles("## Further reading\n\n* A line without a title.") != []
    assert with_links("*The log of gravity*") == "*The log of gravity*"


def test_every_word_that_a_notebook_calls_french_is_in_the_glossary():
    found = {
        match["term"].casefold().replace("’", "'")
        for path in NOTEBOOKS
        for cell in prose(path)
        for match in _FRENCH.finditer(cell)
    }
    assert len(found) > 5
    assert found <= set(foreign_terms())


def test_most_terms_lead_to_a_section():
    lines = glossary_page(NOTEBOOKS).split("\n\n")
    terms = [line for line in lines if "\n: " in line]
    assert len(terms) == len(read_table("glossary"))
    led = [term for term in terms if 'href="notebooks/' in term]
    assert len(led) > 0.85 * len(terms)
