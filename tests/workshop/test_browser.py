"""The pages in a real browser: accessible, silent towards outside, moved by keyboard.

The pages are those of the last `make report`. Without them, without a browser or without the
packages that drive it, the tests are skipped and say so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd
import pytest

from workshop.__main__ import BUILD

pytestmark = [pytest.mark.browser, pytest.mark.thorough]

SITE = BUILD / "pages"
#: Each page is met in these, one after the other.
LOOKS = (("light", 1280), ("light", 390), ("dark", 390), ("dark", 1280))
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
CONTRAST = "color-contrast"
#: Of the theme and of MathJax, where we have no hand: a hidden button, formulas that scroll.
THEIRS = (".search-button", ".sidebar-toggle", "mjx-container", ".MathJax")
#: Contrast is slow to find, and words of one look are alike: a few of each kind stand for all.
ALIKE = """() => {
  const seen = new Map();
  const named = "label, button, summary, select, form, .socionaut-explore";
  const words = "body :is(p, li, td, th, span, a, code, em, strong):not(:has(*))";
  for (const word of document.querySelectorAll(words)) {
    if (word.closest(named) || word.parentElement.closest("a")) continue;
    let kind = "";
    for (let one = word; one; one = one.parentElement)
      kind += `${one.tagName} ${one.getAttribute("class")} ${one.getAttribute("style")}/`;
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
    if (seen.get(kind) > 3) word.remove();
  }
}"""


@pytest.fixture
def visit(chromium: Any) -> Iterator[Any]:
    """Open a page and give it with what it asked for outside and what it complained of."""
    if not (SITE / "index.html").is_file():
        pytest.skip("there are no pages: run `make report` first")
    contexts = []

    def go(page: str, scheme: str = "light", width: int = 1280, **options: Any) -> Any:
        context = chromium.new_context(
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


def test_every_page_is_accessible_and_answers_first(
    visit: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """Go through all pages with axe in each look, and print what a reader meets."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    shown = visit("index.html")
    faults, measures = [], []
    for path in sorted([*SITE.glob("*.html"), *SITE.glob("notebooks/*.html")]):
        page = path.relative_to(SITE).as_posix()
        look_at(shown, *LOOKS[0])
        shown.goto(f"{SITE.as_uri()}/{page}")
        told = shown.evaluate(MEASURES) | {"page": page, "MB": path.stat().st_size / 1e6}
        measures.append(told)
        faults += [f"{page}: {fault}" for fault in late(told)]
        for look in LOOKS[:2]:
            look_at(shown, *look)
            faults += [f"{page}, {look}: {fault}" for fault in [*wide(shown), *built(shown, axe)]]
        shown.evaluate(ALIKE)
        # Pages of notebooks share one template: for them, each scheme in one width.
        for look in LOOKS[:: 2 if "/" in page else 1]:
            look_at(shown, *look)
            faults += [f"{page}, {look}: {fault}" for fault in pale(shown, axe)]
    table = pd.DataFrame(measures).set_index("page").round(2)
    with capsys.disabled():
        print(f"\n{table.to_string()}")  # noqa: T201
    assert faults == []
    assert shown.complaints == []


def look_at(shown: Any, scheme: str, width: int) -> None:
    shown.set_viewport_size({"width": width, "height": 900})
    shown.emulate_media(color_scheme=scheme)
    # Two frames, in which boxes that scroll at this width are marked.
    shown.evaluate("new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))")


def wide(shown: Any) -> list[str]:
    more = shown.evaluate("document.documentElement.scrollWidth - innerWidth")
    return [f"it is {more} px wider than the window"] * (more > 0)


def built(shown: Any, axe: Any) -> list[str]:
    """List what axe finds of ours, but for colours."""
    return found(shown, axe, {"runOnly": RULES, "rules": {CONTRAST: {"enabled": False}}})


def pale(shown: Any, axe: Any) -> list[str]:
    return found(shown, axe, {"runOnly": {"type": "rule", "values": [CONTRAST]}})


def found(shown: Any, axe: Any, options: dict[str, Any]) -> list[str]:
    told = axe.run(shown, options=options | {"resultTypes": ["violations"]}).response
    return [
        f"{rule['id']}: {node['html'][:120]}"
        for rule in told["violations"]
        for node in rule["nodes"]
        if not any(mark in " ".join(map(str, node["target"])) for mark in THEIRS)
    ]


def late(told: Mapping[str, Any]) -> list[str]:
    """List what a reader of a notebook waits for too long; screens are counted from 0."""
    if not str(told["page"]).startswith("notebooks/"):
        return []
    bounds = {"box ends": (told["box ends"], 1), "figure": (told["figure"], 2)}
    bounds["code"] = (told["code"], 0.15)
    return [
        f"{name}: {value or 0:.2f}, and at most {bound} is wanted"
        for name, (value, bound) in bounds.items()
        if value is None or value > bound
    ]


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


#: In screens of 900 px: where box and first figure stand; the share of code in the height.
MEASURES = """() => {
  const article = document.querySelector(".bd-article") ?? document.body;
  const seen = (marks) =>
    [...article.querySelectorAll(marks)].filter((one) => one.checkVisibility());
  const screens = (one, side) =>
    one ? (one.getBoundingClientRect()[side] + scrollY) / innerHeight : null;
  const height = (one) => one.getBoundingClientRect().height;
  const code = seen(".cell_input").reduce((sum, one) => sum + height(one), 0);
  const tall = height(article);
  return {
    "box ends": screens(seen(".socionaut-in-short")[0], "bottom"),
    figure: screens(seen(".in-short-figure img, .cell_output img, .claim-map")[0], "top"),
    "figure in the text": screens(seen(".cell_output img")[0], "top"),
    code: code / tall,
    screens: tall / innerHeight,
  };
}"""
