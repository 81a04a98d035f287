"""The answer first: in at most three sentences, each of which holds."""

from __future__ import annotations

import pytest

from socionaut.errors import InputError
from socionaut.showing import answers


@pytest.fixture
def shown(monkeypatch):
    outputs = []
    monkeypatch.setattr(answers, "display", outputs.append)
    return outputs


def test_an_answer_is_shown_as_text_and_kept_for_the_box(shown):
    answers.in_short("It  rose\nby 3 %.", "Then it fell.", sure="Quite.")
    bundle = shown[0]._repr_mimebundle_()
    assert bundle["text/markdown"] == "In short. It rose by 3 %. Then it fell.\n\nHow sure? Quite."
    assert bundle[answers.IN_SHORT_TYPE] == {
        "answer": "It rose by 3 %. Then it fell.",
        "sure": "Quite.",
    }


@pytest.mark.parametrize("count", [0, 4])
def test_an_answer_has_one_to_three_sentences(shown, count):
    with pytest.raises(InputError, match=f"has {count} sentences; give one to 3"):
        answers.in_short(*["It rose."] * count, sure="Quite.")
    answers.in_short(*["It rose."] * 3, sure="Quite.")
    assert len(shown) == 1


def test_what_does_not_hold_is_not_said(shown):
    with pytest.raises(InputError, match="rose"):
        answers.in_short("It rose.", sure="Quite.", holds={"rose": False})
    for place in ("stands", "falls", "settles"):
        told = dict.fromkeys(("stands", "falls", "settles"), "All.") | {place: "It rose."}
        with pytest.raises(InputError, match="rose"):
            answers.take_home(**told, holds={"rose": False})
    assert shown == []
    answers.take_home(stands="A.", falls="B.", settles="C.", holds={"A": True})
    text = shown[0]._repr_mimebundle_()["text/markdown"]
    assert text.index("A.") < text.index("B.") < text.index("C.")
    assert list(shown[0]._repr_mimebundle_()) == ["text/markdown"]
