"""Files that are written whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["replacing"]


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a file to write to, and put it in the place of another once it is whole.

    Parameters
    ----------
    path : pathlib.Path
        The file to write. What stands there is replaced in one step, or left alone if
        the writing fails.

    Yields
    ------
    pathlib.Path
        A file beside it, which is gone afterwards.

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
