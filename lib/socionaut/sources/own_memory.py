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

import pyarrow.parquet as pq

__all__ = ["READ_VARIABLE", "free_memory", "remembered", "room_for", "rows_at_most"]

READ_VARIABLE = "SOCIONAUT_READ"
Result = TypeVar("Result")

# A cell of text takes some dozen bytes in memory for each of its bytes in a file.
_TIMES_OF_FILE = 12
_SHARE_OF_MEMORY = 0.5


def remembered(what: object, make: Callable[[], Result]) -> Result:
    """Return what an earlier call made of the same, in the same run; else make it.

    `what` is all that the result rests on; its text is compared.

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

    It does where the free memory is not known.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile() as file:
    ...     room_for(Path(file.name))
    True
    """
    free = free_memory()
    return free is None or path.stat().st_size * _TIMES_OF_FILE < _SHARE_OF_MEMORY * free


def free_memory() -> int | None:
    """Return the free memory in bytes, or None where the system does not say it.

    Examples
    --------
    >>> free_memory() != 0
    True
    """
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return 1024 * next(
            int(line.split()[1]) for line in lines if line.startswith("MemAvailable")
        )
    except (OSError, StopIteration, ValueError):
        return None


def rows_at_most(path: Path) -> int:
    r"""Return how many rows a file of text or Parquet has at most, without reading its cells.

    A file of another kind has 0.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "own.csv"
    ...     _ = path.write_text("source,target\na,b\n")
    ...     rows_at_most(path)
    2
    """
    if not path.is_file():
        return 0
    with path.open("rb") as stream:
        if stream.read(4) == b"PAR1":
            return int(pq.ParquetFile(path).metadata.num_rows)
        stream.seek(0)
        return sum(block.count(b"\n") for block in iter(lambda: stream.read(1 << 22), b""))
