"""Stored outputs in the place of a notebook that did not pass, under a banner that says so."""

from __future__ import annotations

from nbformat import NotebookNode

from socionaut.sources.opendata import DataError, DataUnavailable, datasets, locate_dataset
from workshop.machine_paths import without_machine_paths
from workshop.notebooks import RunResult, printed_versions, read_notebook

__all__ = ["HOW_TO_HAVE_DATA", "stand_in", "why_not_run"]

_UNNAMED = "a version that they do not name"
HOW_TO_HAVE_DATA = (
    "To have the data, connect to a network and run `.venv/bin/socionaut data --fetch`, or put the "
    "files into a folder as `<data set>/<file>` and name that folder in `SOCIONAUT_MIRROR`; then "
    "run `make report` again."
)


def stand_in(result: RunResult) -> NotebookNode:
    """Return the stored notebook under a banner, in the place of a run that did not pass.

    The banner follows the title, and the metadata hold ``{"socionaut": {"as_stored": <status>}}``,
    by which `collect_findings` marks the findings.
    """
    notebook = read_notebook(result.path)
    if result.status == "skipped":
        what, details = (
            "Open data that this notebook needs could not be had",
            _about(_lacking(notebook)),
        )
    else:
        # A code block shows the sentence as it is; it has no line break that could end the block.
        sentence = without_machine_paths(result.message)
        what, details = "This notebook failed", f"~~~text\n{sentence}\n~~~"
    banner = (
        '<div class="admonition warning socionaut-stored">\n'
        '<p class="admonition-title">Outputs as stored, not of this run</p>\n\n'
        f"{what} in this run. What stands here are the outputs that the collection holds, made "
        f"with {printed_versions(notebook) or _UNNAMED}.\n\n{details}\n\n</div>"
    )
    title, _, rest = notebook.cells[0].source.partition("\n")
    notebook.cells[0].source = f"{title}\n\n{banner}\n\n{rest.lstrip()}".rstrip()
    known = notebook.metadata.get("socionaut", {})
    notebook.metadata["socionaut"] = {**known, "as_stored": result.status}
    return notebook


def why_not_run(result: RunResult) -> str:
    """Say in short why a notebook stands as stored."""
    if result.status == "failed":
        return f"failed: {result.message}"
    return f"no {', '.join(_lacking(read_notebook(result.path))) or 'open data'}"


def _lacking(notebook: NotebookNode) -> list[str]:
    """Return the data sets of a skipped notebook that are not at hand, or else all it needs."""
    needed: list[str] = notebook.metadata.get("socionaut", {}).get("data", [])
    return [name for name in needed if not _at_hand(name)] or needed


def _at_hand(dataset: str) -> bool:
    try:
        return locate_dataset(dataset) != "not here"
    except (DataError, DataUnavailable):
        return False


def _about(lacking: list[str]) -> str:
    """Say what the data sets are, where they are from, and how to have them."""
    table = datasets().set_index("name").loc[lacking].reset_index()
    lines = [
        f"* {row['title']}: `{row['name']}`, {row['bytes'] / 1e6:.2f} MB, licence: "
        f"{row['licence']}, from <{row['repository']}/tree/{row['commit']}>"
        for _, row in table.iterrows()
    ]
    return "\n".join([*lines, "", HOW_TO_HAVE_DATA])
