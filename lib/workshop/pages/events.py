"""What Sphinx is told to do with each page, as it is read and as it is written."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from socionaut.files import EXPLORE_TYPE, plain_notebook
from socionaut.ledger import FINDING_TYPE
from workshop.pages.controls import control_html
from workshop.pages.glossary import foreign_terms
from workshop.pages.key_figures import Summary, picture_digest, summary
from workshop.pages.outputs import link_card, mend_table

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

__all__ = [
    "carry_output_facts",
    "describe_page",
    "keep_downloads_for_notebooks",
    "mark_foreign_words",
    "mend_links",
]

_SERIES_NOTE = "Breaks in definition"
#: What stands on the fold of a step that shows nothing, and on that of a solution.
_STEP = ("A step in code", "The step in code")
_SOLUTION = ("Show a solution", "Hide the solution")
#: What Python adds to a text: the kind of a series, marks around it, a name where it is empty.
_KIND = re.compile(
    r"\n(?:Name: .*, )?dtype: \w+$|^<IPython\.core\.display\.\w+ object>$|^'([^'\n]*)'$"
)


def carry_output_facts(app: Sphinx, doctree: nodes.document) -> None:
    """Bring into a page what the outputs of its notebook hold (Sphinx event).

    Pictures get their alt text, cards of findings an anchor and a way back, tables their
    alignment, controls their data; notes on series are folded. MyST-NB does not read
    `metadata["image/png"]["alt"]` of an output. It names a picture by the SHA-256 of its bytes,
    so the alt text is found by that.
    """
    from docutils import nodes

    path = Path(app.env.doc2path(app.env.docname))
    if path.suffix != ".ipynb":
        return
    cells = plain_notebook(path)["cells"]
    outputs = list(_output_bundles(cells))
    alts, claims = _alt_texts(outputs), _finding_cards(outputs)
    for image in list(doctree.findall(nodes.image)):
        digest = Path(image["uri"]).stem
        if digest in alts:
            image["alt"] = alts[digest]
            # A box of its own, in which a phone scrolls the figure instead of shrinking its text.
            box = nodes.container(classes=["figure-scroll"])
            image.replace_self(box)
            box += image
    for raw in list(doctree.findall(nodes.raw)):
        _mend_output(raw, claims)
    _place_controls(doctree, outputs)
    _fold_series_notes(doctree)
    _plain_texts(doctree)
    _fold_steps(doctree)
    _lead_with_box(doctree, summary(path))


def _mend_output(raw: nodes.raw, claims: Mapping[str, str]) -> None:
    from docutils import nodes

    text = raw.astext()
    claim = claims.get(text)
    if claim is not None:
        if f'id="{claim}"' not in text:
            anchor = nodes.raw("", f'<span id="{html.escape(claim)}"></span>', format="html")
            raw.parent.insert(raw.parent.index(raw), anchor)
        text = link_card(text, claim, "../verdicts.html")
    if "dataframe" in text:
        text = mend_table(text)
    if text != raw.astext():
        raw.replace_self(nodes.raw("", text, format="html"))


def _output_bundles(cells: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for cell in cells:
        for output in cell.get("outputs", []):
            if "data" in output:
                yield output


def _alt_texts(outputs: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the alt text of each picture by the SHA-256 of its bytes."""
    return {
        digest: str(alt)
        for output in outputs
        if (digest := picture_digest(output["data"]))
        and (alt := output.get("metadata", {}).get("image/png", {}).get("alt"))
    }


def _finding_cards(outputs: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Return the claim of each finding by the HTML of its card."""
    return {
        "".join(output["data"]["text/html"]): str(output["data"][FINDING_TYPE]["id"])
        for output in outputs
        if FINDING_TYPE in output["data"] and "text/html" in output["data"]
    }


def _place_controls(doctree: nodes.document, outputs: Iterable[Mapping[str, Any]]) -> None:
    """Put a control that the page draws in the place of the line that is stored of it."""
    from docutils import nodes

    stored = [output["data"] for output in outputs if EXPLORE_TYPE in output["data"]]
    lines = {"".join(data["text/plain"]).strip(): data[EXPLORE_TYPE] for data in stored}
    for block in list(doctree.findall(nodes.literal_block)):
        told = lines.get(block.astext().strip())
        if told is not None:
            block["classes"].clear()  # else it would stand in the box of a text
            block.replace_self(nodes.raw("", control_html(told), format="html"))


def _fold_series_notes(doctree: nodes.document) -> None:
    """Fold what says what series measure and where they break: long, and needed by few."""
    from docutils import nodes

    def is_note(node: nodes.Node) -> bool:
        marks = node.findall(nodes.emphasis) if isinstance(node, nodes.paragraph) else ()
        return any(mark.astext() == _SERIES_NOTE for mark in marks)

    notes = [node for node in doctree.findall(nodes.paragraph) if is_note(node)]
    for note in notes:
        parent = note.parent
        at = parent.index(note)
        words = "What the series measure, and where their definitions break"
        if at == 0 or not is_note(parent[at - 1]):
            start = f'<details class="series-notes"><summary>{words}</summary>'
            parent.insert(at, nodes.raw("", start, format="html"))
            at += 1
        if at + 1 == len(parent) or not is_note(parent[at + 1]):
            parent.insert(at + 1, nodes.raw("", "</details>", format="html"))


def _lead_with_box(doctree: nodes.document, told: Summary) -> None:
    """Put the box *In short*, with the key figure as a link to it, right under the title."""
    from docutils import nodes

    figure = _anchor_key_figure(doctree, told)
    for start in list(doctree.findall(nodes.raw)):
        if "socionaut-in-short" not in start.astext():
            continue
        parent, at = start.parent, start.parent.index(start)
        ends = [n for n, node in enumerate(parent) if n > at and node.astext() == "</div>"]
        box = parent[at : ends[0] + 1] if ends else [start]
        for node in box:
            parent.remove(node)
        if figure is not None:
            link = nodes.reference("", "", figure, refuri="#key-figure", internal=True)
            box.insert(1, nodes.paragraph("", "", link, classes=["in-short-figure"]))
        title = next(iter(doctree.findall(nodes.title)))
        place = title.parent.index(title) + 1
        title.parent[place:place] = box
        return


def _anchor_key_figure(doctree: nodes.document, told: Summary) -> nodes.image | None:
    """Give the key figure an anchor, and return a copy of it."""
    from docutils import nodes

    digest = told.figure.digest if told.figure else ""
    for image in doctree.findall(nodes.image):
        if Path(image["uri"]).stem == digest:
            copy = image.deepcopy()
            anchor = nodes.raw("", '<span id="key-figure"></span>', format="html")
            image.parent.insert(image.parent.index(image), anchor)
            return copy
    return None


def _fold_steps(doctree: nodes.document) -> None:
    """Fold the code of steps that show nothing, together with that of what follows them folded.

    A reader of the page meets what was found, and one fold for the code of a figure. The folds
    of solutions say that they are.
    """
    from docutils import nodes

    for cell in list(doctree.findall(nodes.container)):
        if not cell.children or cell.children[0].get("nb_element") != "cell_code_source":
            continue
        if cell.get("hide_mode") == "all" and _shows(cell):
            cell["prompt_show"], cell["prompt_hide"] = _SOLUTION
            cell["classes"].append("solution")
            continue
        if not _shows(cell):
            cell["hide_mode"] = "input"
            cell["prompt_show"], cell["prompt_hide"] = _STEP
        at = cell.parent.index(cell)
        before = cell.parent[at - 1] if at else cell
        if (
            cell.get("hide_mode") == before.get("hide_mode") == "input"
            and before is not cell
            and not _shows(before)
        ):
            cell.children[0][:0] = before.children[0].children
            cell.parent.remove(before)


def _shows(cell: nodes.Element) -> bool:
    from docutils import nodes

    shown = [node for part in cell.children[1:] for node in part.findall(nodes.Node)]
    return any(not isinstance(node, nodes.container) for node in shown)


def _plain_texts(doctree: nodes.document) -> None:
    """Leave out of texts that are shown what Python says of their kind; quieten the versions."""
    from docutils import nodes

    for block in list(doctree.findall(nodes.literal_block)):
        if "output" not in block["classes"]:
            continue
        text = _KIND.sub(r"\1", block.astext())
        if not text:
            block.parent.remove(block)  # the name of an empty sentence
        elif text != block.astext():
            block.replace_self(nodes.literal_block(text, text, **block.attributes))
        elif text.startswith("socionaut "):
            block["classes"].append("versions")


def mark_foreign_words(_app: Sphinx, doctree: nodes.document) -> None:
    """Mark the foreign terms of the glossary that stand in italics (Sphinx event)."""
    from docutils import nodes

    languages = foreign_terms()
    for mark in doctree.findall(nodes.emphasis):
        language = languages.get(mark.astext().casefold().replace("’", "'"))
        if language:
            mark["classes"].append(f"language-{language}")  # docutils writes it as lang="fr"


def mend_links(app: Sphinx, doctree: nodes.document) -> None:
    """Lead links of the README and the notebooks to what the pages have (Sphinx event).

    A link to the README leads to the home page. A folder, or a Markdown file that has no page,
    keeps its words and loses its link.
    """
    from sphinx import addnodes

    for link in list(doctree.findall(addnodes.pending_xref)):
        if link.get("reftype") != "myst":
            continue
        target = link["reftarget"]
        if link.get("refdomain") == "doc":
            if target == "README":
                link["reftarget"] = "index"
            elif target not in app.env.found_docs:
                link.replace_self(link.children)
        elif target and not target.startswith("#"):
            _, path = app.env.relfn2path(target.partition("#")[0], app.env.docname)
            if Path(path).is_dir():
                link.replace_self(link.children)


def keep_downloads_for_notebooks(
    _app: Sphinx, pagename: str, _templatename: str, context: dict[str, Any], _doctree: object
) -> None:
    """Leave the download button to pages whose source is a notebook (Sphinx event)."""
    if not pagename.startswith("notebooks/"):
        context.pop("page_source_suffix", None)


def describe_page(
    app: Sphinx, pagename: str, _templatename: str, context: dict[str, Any], _doctree: object
) -> None:
    """Say in the head of a page what it is about, and keep its neighbours in its theme.

    A Sphinx event. The description and the picture of each page were written beside its source.
    """
    # The theme's words for the state of a fold hide the words that stand on it.
    if "body" in context:
        context["body"] = context["body"].replace(' aria-label="Toggle hidden content"', "")
    facts = json.loads((Path(app.srcdir) / "facts.json").read_text(encoding="utf-8"))
    page = facts["pages"].get(pagename, {})
    title = re.sub("<[^>]*>", "", str(context.get("title", "")))
    tags = {
        "og:title": html.unescape(title),
        "og:type": "article",
        "og:site_name": app.config.project,
    }
    tags["og:url"] = f"{facts['site']}/{pagename}.html"
    if page.get("picture"):
        # Who shows a shared link knows no relative address.
        picture = f"{facts['site']}/{page['picture']}"
        tags |= {"og:image": picture, "og:image:alt": page.get("alt", "")}
        tags["twitter:card"] = "summary_large_image"
    described = page.get("description") or facts["description"]
    tags["og:description"] = described
    lines = [f'<meta name="description" content="{html.escape(described)}" />']
    lines += [
        f'<meta property="{name}" content="{html.escape(text)}" />' for name, text in tags.items()
    ]
    context["metatags"] = context.get("metatags", "") + "\n".join(lines)
    for side in ("prev", "next"):
        beside = context.get(side)
        if beside and not _same_theme(pagename, beside["link"], facts["themes"]):
            context[side] = None


def _same_theme(page: str, link: str, themes: Mapping[str, str]) -> bool:
    beside = "notebooks/" + link.rpartition("/")[2].removesuffix(".html")
    return themes.get(page, page) == themes.get(beside, "")
