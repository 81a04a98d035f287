"""A picture in few colours is that of Pillow, to the last byte, however much of it is paper."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from socionaut.showing.few_colours import in_few_colours


def stored(picture):
    buffer = io.BytesIO()
    picture.save(buffer, format="png")
    return buffer.getvalue()


def plain(picture, most):
    return picture.quantize(most, dither=Image.Dither.NONE)


def drawn(ink, colours, seed, size=(90, 60)):
    """Return a white picture with so large a share of pixels in so many colours, at random."""
    generator = np.random.default_rng(seed)
    palette = generator.integers(0, 256, (colours, 3))
    # Some of the palest, which share two of three channels with the paper.
    palette[::3, generator.integers(3)] = 255
    palette[::5, :2] = 255
    pixels = np.full((size[1], size[0], 3), 255, dtype=np.uint8)
    inked = generator.random(pixels.shape[:2]) < ink
    pixels[inked] = palette[generator.integers(colours, size=inked.sum())]
    return Image.fromarray(pixels)


@given(
    ink=st.sampled_from([0, 0.001, 0.1, 0.3, 0.48, 0.49, 0.5, 0.51, 0.6, 1]),
    colours=st.sampled_from([1, 2, 3, 7, 8, 9, 60, 129, 1000, 5000]),
    most=st.sampled_from([8, 9, 64, 128, 256]),
    seed=st.integers(0, 100),
)
def test_a_picture_in_few_colours_is_that_of_pillow(ink, colours, most, seed):
    picture = drawn(ink, colours, seed)
    assert stored(in_few_colours(picture, most)) == stored(plain(picture, most))


@pytest.mark.parametrize("colours", [60_000, 400_000])
def test_so_it_is_where_pillow_counts_neighbouring_colours_as_one(colours):
    picture = drawn(0.4, colours, seed=1, size=(900, 600))
    assert stored(in_few_colours(picture, 128)) == stored(plain(picture, 128))


def test_of_the_paper_a_part_is_cut(monkeypatch):
    cut = []
    whole = Image.Image.quantize
    monkeypatch.setattr(
        Image.Image, "quantize", lambda self, *a, **k: cut.append(self.size) or whole(self, *a, **k)
    )
    picture = drawn(0.1, 50, seed=2)
    in_few_colours(picture, 128)
    in_few_colours(drawn(0.7, 50, seed=2), 128)
    assert cut[0][0] < 0.25 * picture.width * picture.height
    assert cut[1] == picture.size
