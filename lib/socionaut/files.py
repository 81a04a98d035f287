"""Files that are written whole or not at all, and notebooks read as plain JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from socionaut.errors import InputError

__all__ = ["EXPLORE_TYPE", "IN_SHORT_TYPE", "plain_notebook", "replacing"]

# They stand here, and not beside what writes them, since pages and runs read them without drawing.
#: Under this type precomputed figures travel in the output, for the control on the page.
EXPLORE_TYPE = "application/vnd.socionaut.explore+json"
#: Under this type the text travels in the output, for the box under the title.
IN_SHORT_TYPE = "application/vnd.socionaut.in-short+json"


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a file to write to, and put it in the place of another once it is whole.

    What stands there is replaced in one step, or left alone if the writing fails.

    Examples
    --------
    >>> import tempfile
    >>> target = Path(tempfile.mkdtemp()) / "count.txt"
    >>> with replacing(target) as part:
    ...     _ = part.write_text("3")
    >>> [path.name for path in target.parent.iterdir()]
    ['count.txt']
    """
    part = path.with_name(f".{path.name}.part")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def plain_notebook(path: Path) -> dict[str, Any]:
    """Read a notebook as plain JSON; the library that validates notebooks is slow to start.

    Texts may be lists of lines, as they are stored.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.ipynb"
    >>> _ = path.write_text('{"cells": [], "metadata": {}}')
    >>> plain_notebook(path)["cells"]
    []
    """
    try:
        notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        _ = notebook["cells"], notebook["metadata"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{path.name} cannot be read as a notebook ({error}); restore the file, then run it."
        ) from error
    return notebook
