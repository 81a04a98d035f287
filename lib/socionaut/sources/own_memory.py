"""What was read once is not read again: a command and its notebook share the checked file.

A command names a folder in ``SOCIONAUT_READ`` for the time of its run; without it nothing is kept.
"""

from __future__ import annotations

import hashlib
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

__all__ = ["READ_VARIABLE", "remembered", "room_for"]

READ_VARIABLE = "SOCIONAUT_READ"
Result = TypeVar("Result")

# A cell of text takes some dozen bytes in memory for each of its bytes in a file.
_TIMES_OF_FILE = 12
_SHARE_OF_MEMORY = 0.5


def remembered(what: object, make: Callable[[], Result]) -> Result:
    """Return what an earlier call made of the same, in the same run; else make it.

    Parameters
    ----------
    what : object
        All that the result rests on; its text is compared.
    make : callable
        Makes the result, which can be pickled.

    Returns
    -------
    object
        The result.

    Examples
    --------
    >>> remembered("a file", lambda: 3)
    3
    """
    folder = os.environ.get(READ_VARIABLE, "")
    if not folder:
        return make()
    name = hashlib.sha256(repr(what).encode()).hexdigest()[:24]
    path = Path(folder) / f"{name}.pickle"
    if path.is_file():
        with path.open("rb") as stream:
            result: Result = pickle.load(stream)  # written by this very run
        return result
    result = make()
    with path.open("wb") as stream:
        pickle.dump(result, stream, protocol=5)
    return result


def room_for(path: Path) -> bool:
    """Return whether a file of text fits into the memory that is free, cell by cell.

    Parameters
    ----------
    path : pathlib.Path
        The file.

    Returns
    -------
    bool
        True where the free memory is not known.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile() as file:
    ...     room_for(Path(file.name))
    True
    """
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        free = 1024 * next(
            int(line.split()[1]) for line in lines if line.startswith("MemAvailable")
        )
    except (OSError, StopIteration, ValueError):
        return True
    return path.stat().st_size * _TIMES_OF_FILE < _SHARE_OF_MEMORY * free
