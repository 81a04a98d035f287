"""A room exports what its modules list, and no name from two of them."""

import importlib
from collections import Counter
from pathlib import Path

import pytest

import socionaut

FOLDER = Path(socionaut.__file__).parent
ROOMS = sorted(path.parent.name for path in FOLDER.glob("*/__init__.py"))


def twice(lists):
    """Return the names that stand in more than one list."""
    return [
        name for name, count in Counter(n for names in lists for n in names).items() if count > 1
    ]


@pytest.mark.parametrize("room", ROOMS)
def test_no_two_modules_of_a_room_list_the_same_name(room):
    modules = [f"socionaut.{room}.{path.stem}" for path in (FOLDER / room).glob("[a-z]*.py")]
    lists = [importlib.import_module(module).__all__ for module in modules]
    assert len(lists) > 2
    assert twice(lists) == []
    assert twice([*lists, lists[0][:1]]) == lists[0][:1]
