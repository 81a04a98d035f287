"""The numbers that README and pages state: generated, held to a table, or none."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from socionaut.ledger.tables import read_table
from socionaut.showing import drawn
from workshop import guards, numerals
from workshop.__main__ import COMMANDS
from workshop.numbers import untraced_numbers

PROJECT = Path(__file__).resolve().parents[2]
README = (PROJECT / "README.md").read_text(encoding="utf-8")
SCALE = (PROJECT / "pages" / "scale.md").read_text(encoding="utf-8")
# Numerals of README that no table holds, each with its reason.
ALLOWED = {"3.11": "the oldest Python", "3": "of a licence", "4.0": "of a licence"}
PRINTED = re.compile(r"(?m)^(.+?) {2,}(\d[\d.]*(?: +\d[\d.]*){6})$")


def readme_faults(text: str) -> list[str]:
    """Say which numbers of README's own prose are not those of the tables."""
    prose = re.sub(r"(?s)<!-- (\w+): generated.*?<!-- end of \1 -->", "", text)
    faults = [f"it states {number}" for number in untraced_numbers(prose, [], ALLOWED)]
    prose = " ".join(re.sub(r"(?s)```.*?```", " ", prose).split())
    counted = {
        "close to three hundred figures": round(len(read_table("claims")), -2) == 300,
        "Five French documents": len(read_table("documents")) == 5,
        "Two commands": prose.count("make report") > 0 and "make test" in README,
    }
    faults += [f"“{words}” is not so" for words, true in counted.items() if not true]
    faults += [f"it does not say “{words}”" for words in counted if words not in prose]
    words = r"(?i)\b(?:\w+ (?:hundred|thousand|million)|dozens?|twice|half|most of)\b"
    found = set(re.findall(words, prose)) - {"three hundred", "half"}
    return faults + [f"it states {word}" for word in sorted(found)]


def test_readme_states_no_number_of_its_own():
    assert readme_faults(README) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("three\nhundred", "four\nhundred"),
        ("Five French", "Six French"),
        ("Every claim gets a verdict", "Every claim gets a verdict in 52 characters"),
        ("Every claim gets a verdict", "It is 3.7 times as fast"),
        ("Every claim gets a verdict", "Twice as many get a verdict"),
    ],
)
def test_a_number_put_into_readme_is_found(old, new):
    assert old in README
    assert readme_faults(README.replace(old, new))


def benchmark_faults(text: str) -> list[str]:
    """Say where the printed comparison of engines contradicts itself."""
    rows = {
        name.strip(): [float(n) for n in cells.split()] for name, cells in PRINTED.findall(text)
    }
    assert len(rows) == 3
    by_hand = rows["DuckDB by hand"]
    faults = [] if by_hand[1:4] == [1, 1, 1] else ["by hand is once by hand"]
    for name, (seconds, times, least, most, _, processor, _) in rows.items():
        if not least <= times <= most or not least <= seconds / by_hand[0] <= most:
            faults.append(f"{name}: the times lie outside least and most")
        if processor < seconds:
            faults.append(f"{name}: fewer seconds of processors than of the clock")
    return faults


def test_the_printed_benchmark_agrees_with_itself():
    assert benchmark_faults(SCALE) == []


@pytest.mark.parametrize(
    ("old", "new"), [("8.78 ", "2.78 "), ("1.09 ", "1.90 "), ("5.17 ", "1.57 "), (" 3.40", " 0.34")]
)
def test_a_moved_digit_of_the_benchmark_is_found(old, new):
    assert old in SCALE
    assert benchmark_faults(SCALE.replace(old, new))


def test_the_version_is_the_same_everywhere():
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    changes = (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")
    cited = (PROJECT / "CITATION.cff").read_text(encoding="utf-8")
    assert re.search(r"(?m)^## ([\d.]+)", changes)[1] == project["version"]
    assert re.search(r"(?m)^version: (.+)$", cited)[1] == project["version"]


#: Names in code spans that are those of others, and the folder that `make` makes.
FOREIGN = {"sha256sum", "resetProbability", "build/"}
PAGES = [
    *(PROJECT / f"{name}.md" for name in ("README", "CONTRIBUTING")),
    *sorted((PROJECT / "pages").glob("*.md")),
]


@pytest.fixture(scope="module")
def known() -> set[str]:
    """Return the words of code and settings, and the names of files."""
    folders = [PROJECT / name for name in ("lib", "tests", "tools", "benchmarks", "data", ".ci")]
    paths = [path for folder in folders for path in folder.rglob("*")]
    paths += [PROJECT / name for name in ("Makefile", "postBuild", "conftest.py")]
    paths += [*PROJECT.glob("*.toml"), *PROJECT.glob("*.yml"), *PROJECT.glob(".github/*/*.yml")]
    text = " ".join(
        part for path in [*paths, *PROJECT.glob("*")] for part in (path.name, path.stem)
    )
    for path in paths:
        if path.suffix == ".csv":
            text += path.read_text(encoding="utf-8").partition("\n")[0]
        elif path.suffix in (".py", ".js", ".css", ".toml", ".yml", ".json", "") and path.is_file():
            text += path.read_text(encoding="utf-8") if path != Path(__file__) else ""
    for path in (PROJECT / "notebooks").glob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        text += "".join("".join(c["source"]) for c in cells if c["cell_type"] == "code") + path.stem
    return {*re.findall(r"[A-Za-z_]\w*", text), *re.findall(r"--[a-z][\w-]*|[a-z][\w-]*", text)}


def unknown_names(page: str, known: set[str]) -> list[str]:
    """Return the names in code spans and commands of a page that the project has not."""
    spans = re.findall(r"`([^`\n]+)`|(?m:^(?:\.venv/bin/)?((?:socionaut|make) .*)$)", page)
    spans = [re.sub(r'"[^"]*"|#.*|\bmy_\w+', "", span or line) for span, line in spans]
    words = {word for span in spans for word in re.findall(r"--[a-z][\w-]*|[A-Za-z_][\w-]*", span)}
    targets = re.findall(r"(?m)^([a-z]+):", (PROJECT / "Makefile").read_text(encoding="utf-8"))
    called = {found for span in spans for found in re.findall(r"\b(make|socionaut) ([a-z]+)", span)}
    called -= {("make", name) for name in targets} | {("socionaut", name) for name in COMMANDS}
    folders = {span for span in spans if re.fullmatch(r"\w+/", span)}
    missing = {span for span in folders if not (PROJECT / span).is_dir()}
    unknown = ((words - known) | missing) - FOREIGN
    return sorted({word for word in unknown if word[0].islower() or word[0] in "-_"}) + [
        f"{program} {name}" for program, name in sorted(called)
    ]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_the_pages_name_what_exists(path, known):
    assert unknown_names(path.read_text(encoding="utf-8"), known) == []


@pytest.mark.parametrize(
    ("page", "old", "new"),
    [
        ("CONTRIBUTING.md", "ledger.claims.weigh", "ledger.claims.judge_claim"),
        ("CONTRIBUTING.md", "tag `key-figure`", "tag `main-figure`"),
        ("CONTRIBUTING.md", "`socionaut record --tables ...`", "`socionaut record --table ...`"),
        ("CONTRIBUTING.md", "`make mutants` asks", "`make mutate` asks"),
        ("README.md", "--drop-bad-rows", "--skip-bad-rows"),
        ("README.md", "socionaut understand", "socionaut inspect"),
        ("README.md", "my_series.csv --break", "my_series.csv --begin"),
        ("pages/house.md", "`benchmarks/`", "`measures/`"),
        ("pages/open_data.md", "data --fetch", "data --get"),
        ("pages/bring_your_data.md", "--zone America", "--timezone America"),
    ],
)
def test_a_name_that_does_not_exist_is_found(page, old, new, known):
    text = (PROJECT / page).read_text(encoding="utf-8")
    assert old in text
    assert unknown_names(text.replace(old, new), known)


def test_the_bounds_that_the_pages_tell_are_those_of_the_code():
    told = " ".join(" ".join(path.read_text(encoding="utf-8").split()) for path in PAGES)
    bounds = {
        "open cells at most fifteen lines": guards.LONGEST_CELL == 15,
        "the table has not nine tenths": drawn._MOST == 0.9,
        "at most 25 characters": numerals.LONGEST_TOKEN == 25,
    }
    assert {words: words in told and true for words, true in bounds.items()} == dict.fromkeys(
        bounds, True
    )


def test_the_commands_of_the_pages_name_files_that_exist():
    pages = [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *(PROJECT / "pages").glob("*.md")]
    named = {
        (page.name, path)
        for page in pages
        for path in re.findall(
            r"\b(?:tests|benchmarks|tools|lib|data)/[\w./]+\.\w+\b", page.read_text("utf-8")
        )
    }
    assert named
    assert {(page, path) for page, path in named if not (PROJECT / path).exists()} == set()
