"""The project: its folder, where there is one, its cache, and the address of its repository.

The library runs from the project folder, or it is installed apart from it (``pip install``).
Then there is no project: tables come with the library, and what needs the notebooks says so.
"""

from __future__ import annotations

import importlib.metadata
import os
import tomllib
from pathlib import Path

import pooch

from socionaut.errors import InputError

__all__ = ["PROJECT", "base_folder", "cache_folder", "in_project", "named_folder", "need_project",
           "repository"]  # fmt: skip

PROJECT = Path(__file__).resolve().parents[2]


def in_project() -> bool:
    """Say whether the library runs from the project folder.

    Examples
    --------
    >>> in_project()
    True
    """
    return all((PROJECT / name).is_file() for name in ("pyproject.toml", "data/datapackage.json"))


def base_folder() -> Path:
    """Return the folder that relative paths of settings count from.

    That is the project folder; where there is none, the working folder.

    Examples
    --------
    >>> base_folder() == PROJECT
    True
    """
    return PROJECT if in_project() else Path.cwd()


def named_folder(variable: str) -> Path | None:
    """Return the folder that a variable of the environment names.

    Kernels run in the notebooks' folder, commands in the project's: a relative path means the same
    to both. None where the variable is not set.

    Examples
    --------
    >>> named_folder("SOCIONAUT_NOWHERE") is None
    True
    """
    named = os.environ.get(variable)
    return base_folder() / Path(named).expanduser() if named else None


def cache_folder() -> Path:
    """Return the cache folder, whether or not it exists.

    That is what ``SOCIONAUT_CACHE`` names, or else the cache folder of the system.
    """
    return named_folder("SOCIONAUT_CACHE") or Path(pooch.os_cache("socionaut"))


def need_project(what: str) -> None:
    """Stop where there is no project folder.

    Examples
    --------
    >>> need_project("`socionaut report`")
    """
    if not in_project():
        raise InputError(
            f"{what} needs the project folder with its notebooks, and this library is installed "
            f"without it: get the project from {repository()} and use `make` there."
        )


def repository() -> str:
    """Return the address of the repository, which stands in ``pyproject.toml`` alone.

    Examples
    --------
    >>> repository().startswith("https://")
    True
    """
    if in_project():
        described = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
        return str(described["project"]["urls"]["Repository"])
    named = importlib.metadata.metadata("socionaut").get_all("Project-URL") or []
    return str(next(url.partition(", ")[2] for url in named if url.startswith("Repository, ")))
