"""The same deck in many languages: it fits, every letter is there, right-to-left pages are mirrored."""

from __future__ import annotations

import pytest
from PIL import Image

from services.publisher.render import deck as drawing
from services.publisher.render import logo
from services.publisher.render.canvas import EDGE
from services.publisher.render.design import WIDE, Design
from services.publisher.render.pages import ink_outside
from services.publisher.render.sheets import letters_left_out, sheets_of
from shared.errors import Reject
from shared.shelf import NO_SHELF
from tests.unit.render.decks import deck

CUT = "…"


def drawn(language, design):
    script = deck(language)
    sheets = sheets_of(script, design.canvas)
    return script, drawing.Deck(script, sheets, design, NO_SHELF)


def check(language, design):
    script, made = drawn(language, design)
    pages = made.pages
    assert [text.words for text in pages.texts if text.overflow > 0] == []
    assert [text.words for text in pages.texts if CUT in text.words] == []
    assert sum(map(drawing._missing, pages.texts)) == 0
    assert letters_left_out(script) == 0
    layers = [layer for scenery in made.sceneries for layer in scenery.layers]
    assert max(ink_outside(one, EDGE, design.canvas) for one in layers) == 0
    ratios = [drawing.least_contrast(n, scenery, pages) for n, scenery in enumerate(made.sceneries)]
    assert min(ratios) >= 4.5
    return pages


@pytest.mark.parametrize(
    ("language", "design"),
    [
        ("es", Design(theme="light")),
        ("de", Design(format="square")),
        ("hi", Design(format="reel", brand_color="#d0342c")),
        ("ar", Design(format="reel", theme="light", brand_color="#ffd000")),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_deck_fits_and_can_be_read_in_its_language_shape_and_colours(language, design):
    check(language, design)


@pytest.mark.cjk
@pytest.mark.parametrize("language", ["ja", "zh"])
@pytest.mark.parametrize("shape", ["wide", "reel", "square"])
def test_with_the_extra_fonts_chinese_and_japanese_lose_nothing(language, shape):
    check(language, Design(format=shape))


def test_arabic_starts_at_the_right_and_code_does_not():
    pages = check("ar", WIDE)
    title = next(text for text in pages.texts if text.words == "starlette" and text.slide == 0)
    assert title.x + title.w > 1700
    code = next(text for text in pages.texts if text.words.startswith("def match"))
    assert code.x < 300


def test_a_logo_stands_in_its_place_on_the_first_and_the_last_slide(tmp_path):
    Image.new("RGBA", (600, 100), "#ff0000").save(tmp_path / "logo.png")
    design = Design(logo=str(tmp_path / "logo.png"))
    script, made = drawn("es", design)
    red = [
        scene.slide.__struct_config__.tag
        for scene, scenery in zip(script.scenes, made.sceneries, strict=True)
        if scenery.ground.getpixel((200, 106)) == (255, 0, 0)
    ]
    assert red == ["title", "outro"]
    assert made._backdrops["hero"].getpixel((200, 106)) != (255, 0, 0)


@pytest.mark.parametrize("content", [None, b"no picture"])
def test_a_logo_that_cannot_be_drawn_is_refused_by_name(tmp_path, content):
    path = tmp_path / "logo.png"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Reject, match=r"REPOREEL_LOGO=.*logo\.png"):
        logo.stamp(Image.new("RGB", (99, 99)), str(path), WIDE.canvas.logo)


def test_a_logo_of_too_many_pixels_is_refused(tmp_path):
    Image.new("1", (5000, 4000)).save(tmp_path / "huge.png")
    with pytest.raises(Reject, match="16,000,000 pixels"):
        logo.stamp(Image.new("RGB", (99, 99)), str(tmp_path / "huge.png"), WIDE.canvas.logo)
