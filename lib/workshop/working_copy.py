"""The working copy of the notebooks: to run, change and save, apart from the stored ones.

A notebook of the copy counts as the reader's own when its cells were changed, not when it was only
run. A record in the folder says what each was copied from.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from socionaut.files import plain_notebook, replacing

__all__ = ["RECORD", "lab_command", "own_files", "set_aside", "update_copy"]

RECORD = ".copied.json"


def update_copy(stored: Sequence[Path], folder: Path) -> list[str]:
    """Bring a working copy up to date, without touching what its reader changed.

    Return a sentence for each notebook that its reader changed and of which the collection has a
    newer version.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> update_copy([], Path(mkdtemp()))
    []
    """
    folder.mkdir(parents=True, exist_ok=True)
    record, own = _record(folder), own_files(folder)
    stale = []
    for path in stored:
        copy, now = folder / path.name, _digest(path.read_bytes())
        changed = record.get(path.name, {}).get("file") != now
        if path.name in own:
            if changed:
                stale.append(
                    f"{path.name}: the collection has a newer version, and yours, with your "
                    "changes, is kept; rename yours to get the newer one beside it."
                )
        elif changed or not copy.exists():
            shutil.copyfile(path, copy)
            record[path.name] = {"file": now, "cells": _cells(path)}
    for name in record.keys() - {path.name for path in stored} - own:
        (folder / name).unlink(missing_ok=True)
        del record[name]
    with replacing(folder / RECORD) as part:
        part.write_text(json.dumps(record, indent=1), encoding="utf-8")
    return stale


def lab_command(folder: Path) -> list[str]:
    """Return the command that opens JupyterLab on a working copy, and asks for no news.

    Examples
    --------
    >>> lab_command(Path("lab"))[1:4]
    ['-m', 'jupyterlab', '--ServerApp.root_dir=lab']
    """
    quiet = ["news_url=None", "check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    options = [f"--ServerApp.root_dir={folder}", *(f"--LabApp.{option}" for option in quiet)]
    return [sys.executable, "-m", "jupyterlab", *options]


def own_files(folder: Path) -> set[str]:
    """Return what a reader added to a working copy or changed in it.

    These are notebooks with changed cells, and all other files and folders.

    Examples
    --------
    >>> own_files(Path("nowhere"))
    set()
    """
    record = _record(folder)
    return {
        path.name
        for path in (folder.iterdir() if folder.is_dir() else [])
        if path.name not in (RECORD, ".ipynb_checkpoints")
        and not (path.name in record and _cells(path) == record[path.name]["cells"])
    }


def set_aside(folder: Path) -> Path | None:
    """Make way for a new working copy; what a reader changed is moved aside, and never deleted.

    Return where the old one is now, named after the first number that is free; None when it held
    nothing of its reader's, and is gone.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> folder = Path(mkdtemp()) / "lab"
    >>> folder.mkdir()
    >>> (folder / "notes.txt").touch()
    >>> set_aside(folder).name
    'lab-1'
    """
    if not own_files(folder):
        shutil.rmtree(folder, ignore_errors=True)
        return None
    number = 1
    while (aside := folder.with_name(f"{folder.name}-{number}")).exists():
        number += 1
    return folder.rename(aside)


def _record(folder: Path) -> dict[str, dict[str, str]]:
    """Return what the notebooks of a working copy were copied from; nothing when it is lost."""
    try:
        record: dict[str, dict[str, str]] = json.loads((folder / RECORD).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return record


def _cells(path: Path) -> str:
    """Return a digest of the cells of a notebook without outputs; of a damaged one, none."""
    try:
        cells = plain_notebook(path)["cells"]
        content = [[cell["cell_type"], "".join(cell["source"])] for cell in cells]
    except (ValueError, KeyError, TypeError):
        return ""
    return _digest(json.dumps(content).encode())


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
