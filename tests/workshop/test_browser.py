"""The pages in a real browser: accessible, silent towards outside, moved by keyboard.

The pages are those of the last `make report`. Without them, without a browser or without the
packages that drive it, the tests are skipped and say so.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from workshop.__main__ import BUILD

pytestmark = pytest.mark.browser

SITE = BUILD / "pages"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
#: One page of each kind; those with the most on them.
PAGES = (
    "index.html",
    "verdicts.html",
    "glossary.html",
    "notebooks/31_jump_in_spring_2020.html",
    "notebooks/20b_who_is_central.html",
)
LOOKS = {"light, wide": ("light", 1280), "dark, phone": ("dark", 390)}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
#: Of the theme and of MathJax, where we have no hand: a hidden button, formulas that scroll.
THEIRS = (".search-button", ".sidebar-toggle", "mjx-container", ".MathJax")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    driver = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = os.environ.get("SOCIONAUT_BROWSER") or next(
        filter(None, map(shutil.which, BROWSERS)), None
    )
    if program is None:
        pytest.skip(f"no browser is installed: none of {', '.join(BROWSERS)}")
    if not (SITE / "index.html").is_file():
        pytest.skip("there are no pages: run `make report` first")
    with driver.sync_playwright() as running:
        # Without a sandbox: containers refuse it, and these pages are our own.
        opened = running.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def visit(browser: Any) -> Iterator[Any]:
    """Open a page and give it with what it asked for outside and what it complained of."""
    contexts = []

    def go(page: str, scheme: str = "light", width: int = 1280, **options: Any) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            reduced_motion="reduce",
            **options,
        )
        contexts.append(context)
        shown = context.new_page()
        shown.complaints = []
        shown.on("pageerror", lambda error: shown.complaints.append(str(error)))
        shown.on(
            "request",
            lambda asked: (
                shown.complaints.append(asked.url)
                if not asked.url.startswith((SITE.as_uri(), "data:", "blob:"))
                else None
            ),
        )
        shown.goto(f"{SITE.as_uri()}/{page}")
        return shown

    yield go
    for context in contexts:
        context.close()


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_accessible_and_asks_for_nothing(visit: Any, page: str, look: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    if not (SITE / page).is_file():
        pytest.skip(f"{page} is not among the pages")
    shown = visit(page, *LOOKS[look])
    # The claims of the table are alike: a few stand for all.
    rest = "#claims-table tbody:nth-of-type(n+12)"
    shown.evaluate(f"document.querySelectorAll('{rest}').forEach(row => row.remove())")
    found = axe.run(shown, options={"runOnly": RULES}).response["violations"]
    ours = [
        f"{rule['id']}: {node['html'][:120]}"
        for rule in found
        for node in rule["nodes"]
        if not any(mark in " ".join(map(str, node["target"])) for mark in THEIRS)
    ]
    assert ours == []
    assert shown.complaints == []
    assert shown.evaluate("document.documentElement.scrollWidth") <= LOOKS[look][1]


def test_a_control_moves_picture_and_sentence_by_keyboard(visit: Any) -> None:
    shown = visit("notebooks/31_jump_in_spring_2020.html")
    control = shown.locator(".socionaut-explore").last
    picture, words = control.locator("svg"), control.locator(".explore-words")
    before = picture.inner_html(), words.inner_text()
    axis = control.locator("svg text").all_inner_texts()
    control.locator("input").first.focus()
    shown.keyboard.press("ArrowLeft")
    assert picture.inner_html() != before[0]
    assert words.inner_text() != before[1]
    assert words.get_attribute("aria-live") == "polite"
    assert picture.get_attribute("aria-label") == words.inner_text()
    assert control.locator("svg text").all_inner_texts() == axis
    assert "#bbbbbb" in picture.inner_html()


def test_without_scripts_the_sentence_and_the_still_figure_stand(visit: Any) -> None:
    shown = visit("notebooks/31_jump_in_spring_2020.html", java_script_enabled=False)
    assert shown.locator(".explore-words").last.inner_text().startswith("Break ")
    assert shown.locator(".cell_output img").count() > 1


def test_filters_stand_in_the_address_and_come_back(visit: Any) -> None:
    shown = visit("verdicts.html")
    count = shown.locator("#claims-count")
    everything = count.inner_text()
    shown.select_option("select[name=verdict]", "differs")
    filtered = count.inner_text()
    assert filtered != everything
    assert "verdict=differs" in shown.url
    marks = shown.locator(".claim-map a.mark:visible").count()
    assert filtered.startswith(f"{marks} of ")
    shown.locator("#claims-table tbody:not([hidden]) summary").first.click()
    shown.locator("#claims-table tbody:not([hidden]) dd a[href*=notebooks]").first.click()
    shown.go_back()
    assert count.inner_text() == filtered


def test_the_map_is_one_stop_and_the_arrows_lead_on(visit: Any) -> None:
    shown = visit("index.html")
    assert shown.locator('.claim-map a.mark[tabindex="0"]').count() == 1
    shown.locator('.claim-map a.mark[tabindex="0"]').focus()
    first = shown.locator(".map-status").inner_text()
    shown.keyboard.press("ArrowRight")
    assert shown.locator(".map-status").inner_text() not in ("", first)


def test_the_code_switch_remembers(visit: Any) -> None:
    shown = visit("notebooks/31_jump_in_spring_2020.html")
    folds = "document.querySelectorAll('details.hide:not([open])').length"
    closed = shown.evaluate(folds)
    shown.get_by_role("button", name="Show all code").click()
    assert shown.evaluate(folds) < closed
    shown.reload()
    assert shown.evaluate(folds) < closed


def test_print_holds_the_whole_table(visit: Any) -> None:
    shown = visit("verdicts.html")
    shown.emulate_media(media="print")
    box = shown.locator(".table-scroll")
    assert box.evaluate("box => box.scrollHeight <= box.clientHeight + 1")


def test_measures(visit: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Print what a reader meets; times are no matter of this test."""
    shown = visit("notebooks/31_jump_in_spring_2020.html")
    told = shown.evaluate(MEASURES)
    size = (SITE / "notebooks" / "31_jump_in_spring_2020.html").stat().st_size
    with capsys.disabled():
        print(  # noqa: T201
            f"\n31: first figure after {told['screens']:.1f} screens, code {told['code']:.0%} "
            f"of the height, {size / 1e6:.2f} MB"
        )
    assert size < 3e6


MEASURES = """() => {
  const article = document.querySelector(".bd-article");
  const tall = (box) => (box.checkVisibility() ? box.getBoundingClientRect().height : 0);
  const boxes = [...article.querySelectorAll(".cell_input")];
  const code = boxes.reduce((sum, box) => sum + tall(box), 0);
  const figure = article.querySelector(".cell_output img, .in-short-figure img");
  return {
    code: code / article.getBoundingClientRect().height,
    screens: (figure.getBoundingClientRect().top + scrollY) / innerHeight,
  };
}"""
