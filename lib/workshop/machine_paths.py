"""Paths of the machine that runs the collection: no reader elsewhere should see them."""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from socionaut.project import PROJECT
from socionaut.sources.opendata import cache_folder, mirror_folder

__all__ = ["machine_paths", "without_machine_paths"]

#: Where the files of users and programs lie on any machine.
_USUAL = ("/home", "/root", "/tmp", "/Users", "/var/folders", "/private/var")
_COLOUR = re.compile(r"(?:\x1b|\\u001b)\[[\d;]*m")


def machine_paths(text: str) -> list[str]:
    """Return the paths of a machine that a text shows.

    A path is one in the folders of a user, of temporary files or of Python packages, as they are
    usually called, or in a folder that this project uses here: its own, the one around it, the
    cache, the mirror.

    Examples
    --------
    >>> machine_paths("see /home/ada/posts.csv, ../shared/data and https://example.org/tmp/a")
    ['/home/ada/posts.csv']
    """
    found = _pattern().findall(_COLOUR.sub("", text))
    return list(dict.fromkeys(path.rstrip(".,;:") for path in found))


def without_machine_paths(text: str) -> str:
    """Return a text with an ellipsis for every path of a machine.

    Examples
    --------
    >>> without_machine_paths("No such file: '/home/ada/posts.csv'")
    "No such file: '…'"
    """
    return _pattern().sub("…", _COLOUR.sub("", text))


def _pattern() -> re.Pattern[str]:
    own = (PROJECT, PROJECT.parent, Path.home(), tempfile.gettempdir(), sys.prefix)
    named = [str(folder) for folder in (*own, cache_folder(), mirror_folder()) if folder]
    roots = {folder.rstrip("/") for folder in (*_USUAL, *named)} - {""}
    alternatives = "|".join(map(re.escape, sorted(roots)))
    rest = r"[^\s\"'<>)\\]+"
    return re.compile(
        # Within a longer path or an address, the same words mean something else.
        rf"(?<![\w.~%/-])(?:(?:file://)?(?:{alternatives})/{rest}"
        rf"|[\w./~-]{{0,200}}\b(?:site|dist)-packages/{rest})"
    )
