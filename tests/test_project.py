"""Folders that settings name, files written whole or not at all, sentences with conditions."""

from __future__ import annotations

from pathlib import Path

import pytest

from socionaut import project
from socionaut.errors import InputError
from socionaut.files import plain_notebook, replacing
from socionaut.sentences import holds, says


def test_the_cache_is_where_it_is_said_and_else_that_of_the_system(tmp_path, monkeypatch):
    monkeypatch.setenv("SOCIONAUT_CACHE", str(tmp_path))
    assert project.cache_folder() == tmp_path
    monkeypatch.setenv("SOCIONAUT_CACHE", "~/own")
    assert project.cache_folder() == Path.home() / "own"
    monkeypatch.setenv("SOCIONAUT_CACHE", "build/own")
    assert project.cache_folder() == project.PROJECT / "build" / "own"
    monkeypatch.delenv("SOCIONAUT_CACHE")
    assert "socionaut" in project.cache_folder().parts
    assert project.cache_folder().is_absolute()


def test_without_a_project_what_needs_it_is_named_and_paths_count_from_here(tmp_path, monkeypatch):
    monkeypatch.setattr(project, "PROJECT", tmp_path / "none")
    monkeypatch.chdir(tmp_path)
    assert project.base_folder() == tmp_path
    with pytest.raises(InputError, match=r"A report needs the project folder .* from https://"):
        project.need_project("A report")


def test_a_file_stays_as_it_was_when_its_writing_fails(tmp_path):
    path = tmp_path / "counts.csv"
    path.write_text("old")

    def write_half():
        with replacing(path) as part:
            part.write_text("half")
            raise ValueError("the disk is full")

    with pytest.raises(ValueError, match="full"):
        write_half()
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]
    with pytest.raises(InputError, match=r"counts\.csv cannot be read as a notebook"):
        plain_notebook(path)


def test_a_sentence_that_does_not_hold_stops():
    assert says("It falls and\nfalls.", holds={"and falls": True}) == "It falls and\nfalls."
    with pytest.raises(InputError, match="No sentence here says “rises”"):
        says("It falls.", holds={"rises": True})
    for stopped in (lambda: says("It falls.", holds={"falls": False}),
                    lambda: holds({"rises": True, "falls": False})):  # fmt: skip
        with pytest.raises(InputError, match="falls"):
            stopped()
