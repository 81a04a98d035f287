"""Sphinx settings of the web pages; `workshop.pages.build_pages` copies this folder and builds it.

The pages must open without a network, and two builds must give the same bytes.
"""

from sphinx.application import Sphinx

from socionaut.project import repository
from workshop.pages.events import (
    carry_output_facts,
    describe_page,
    keep_downloads_for_notebooks,
    mark_foreign_words,
    mend_links,
)
from workshop.pages.glossary import anchor_terms

project = "Socionaut"
language = "en"
extensions = ["myst_nb", "sphinx.ext.mathjax"]
root_doc = "index"
include_patterns = ["*.md", "notebooks/*.ipynb"]
# Staged only as ends of links.
exclude_patterns = ["CHANGELOG.md", "CONTRIBUTING.md", "README.md"]

# Stored outputs are the results: nothing is executed here.
nb_execution_mode = "off"
nb_render_markdown_format = "myst"
nb_merge_streams = True
nb_code_prompt_show = "Show the code"
nb_code_prompt_hide = "Hide the code"
# Widgets need scripts from a public host. Readers get the text of the output instead.
nb_ipywidgets_js: dict[str, dict[str, str]] = {}
nb_mime_priority_overrides = [("html", "application/vnd.jupyter.widget-view+json", None)]
# The facts of a finding (JSON) stand beside its card (HTML). The card is what readers see.
suppress_warnings = ["mystnb.unknown_mime_type"]

myst_enable_extensions = ["amsmath", "deflist", "dollarmath", "tasklist"]
# "between $5 and $6" is money.
myst_dmath_allow_space = False
myst_heading_anchors = 4

# One file that asks for no font and no extension. Its menu would load more, so it is off.
mathjax_path = "mathjax.js"
mathjax3_config = {"options": {"enableMenu": False}}

html_theme = "sphinx_book_theme"
html_title = "Socionaut"
html_favicon = "_static/favicon.svg"
html_static_path = ["_static"]
html_css_files = ["pages.css"]
html_js_files = [
    ("pages.js", {"defer": "defer"}),
    ("claims.js", {"defer": "defer"}),
    ("controls.js", {"defer": "defer"}),
    # The search shows excerpts by fetching pages, which browsers refuse for pages from a disk.
    (
        None,
        {"body": "DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = location.protocol !== 'file:';"},
    ),
]
html_use_index = False
html_last_updated_fmt = None
# Light or dark as the reader's system says; the theme logs an error when this is left out.
html_context = {"default_mode": "auto"}
html_theme_options = {
    "home_page_in_toc": True,
    "search_bar_text": "Search these pages",
    "footer_content_items": [],
    # Links only: a reader follows them, and the page asks for nothing.
    "repository_url": repository(),
    "repository_branch": "HEAD",
    "use_repository_button": True,
    "launch_buttons": {
        "binderhub_url": "https://mybinder.org",
        "notebook_interface": "jupyterlab",
    },
    # One search field, that of the sidebar, is enough.
    "navbar_persistent": [],
}


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect what Socionaut adds to the pages."""
    app.connect("doctree-read", carry_output_facts)
    app.connect("doctree-read", mark_foreign_words)
    app.connect("doctree-read", anchor_terms)
    app.connect("html-page-context", describe_page)
    # Before Sphinx collects the files that readers can download.
    app.connect("doctree-read", mend_links, priority=100)
    # Before the theme makes its buttons.
    app.connect("html-page-context", keep_downloads_for_notebooks, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
