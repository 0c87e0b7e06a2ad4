"""What the templates draw: it fits, it can be read, nothing is missing."""

from __future__ import annotations

import plistlib

import msgspec
import pytest
from PIL import Image, ImageColor

from services.publisher.render import deck, glyphs, inspection
from services.publisher.render.backdrop import backdrop
from services.publisher.render.canvas import EDGE, TEMPLATES, canvases
from services.publisher.render.design import WIDE, Design
from services.publisher.render.fonts import MONO, SANS
from services.publisher.render.pages import Layer, TextBox, ink_outside
from services.publisher.render.sheets import letters_left_out, sheets_of
from services.publisher.render.typesetter import set_film
from shared.script import ListSlide, Text, TitleSlide
from shared.shelf import NO_SHELF
from tests.support import films
from tests.unit.render import scripts

SCRIPTS = {
    "rich": scripts.rich_script,
    "chart": scripts.chart_script,
    "tiny": scripts.tiny_script,
    "nasty": scripts.nasty_script,
}


DESIGNS = {shape: Design(format=shape) for shape in canvases()}


@pytest.fixture(
    scope="module",
    params=[(name, shape) for name in SCRIPTS for shape in DESIGNS if shape == "wide" or name != "tiny"],
    ids="-".join,
)
def drawn(request):
    name, shape = request.param
    script = SCRIPTS[name]()
    sheets = sheets_of(script, DESIGNS[shape].canvas)
    return sheets, deck.Deck(script, sheets, DESIGNS[shape], NO_SHELF), DESIGNS[shape]


def test_every_text_keeps_to_its_room(drawn):
    assert [text for text in drawn[1].pages.texts if text.overflow > 0] == []


def test_no_ink_comes_near_the_edge_or_into_the_room_of_the_captions(drawn):
    for _, layers, _ in drawn[1].sceneries:
        assert [ink_outside(layer, EDGE, drawn[2].canvas) for layer in layers] == [0] * len(layers)


def test_no_type_is_smaller_than_22_pixels(drawn):
    assert min(text.size for text in drawn[1].pages.texts) >= 22


def test_every_glyph_is_there(drawn):
    assert sum(map(deck._missing, drawn[1].pages.texts)) == 0


def test_every_text_stands_out_from_what_is_behind_it(drawn):
    made = drawn[1]
    ratios = [deck.least_contrast(n, scenery, made.pages) for n, scenery in enumerate(made.sceneries)]
    assert min(ratios) >= 4.5


def test_every_box_of_the_storyboard_has_ink_of_its_own(drawn):
    for sheet, (_, layers, _) in zip(drawn[0], drawn[1].sceneries, strict=True):
        assert len(layers) == sheet.layers
        assert all(layer.picture.width > 20 for layer in layers[: 1 + sheet.boxes])


def test_texts_of_one_layer_do_not_lie_on_each_other(drawn):
    for one in drawn[1].pages.texts:
        for other in drawn[1].pages.texts:
            if (one.slide, one.layer) == (other.slide, other.layer) and one is not other:
                across = min(one.x + one.w, other.x + other.w) - max(one.x, other.x)
                down = min(one.y + one.h, other.y + other.h) - max(one.y, other.y)
                assert min(across, down) < 10, (one.words, other.words)


def test_the_overflow_measure_reports_text_that_is_not_cut():
    sheets = sheets_of(scripts.nasty_script(), WIDE.canvas)

    texts = set_film(sheets, "en", WIDE, cutting=False).texts

    assert sum(text.overflow > 10 for text in texts) > 10


def test_the_edge_measure_reports_ink_that_leaves_the_picture():
    ink = Layer(Image.new("RGBA", (50, 20), "white"), 1900, 500)

    assert ink_outside(ink, 24, WIDE.canvas) == 54


def test_text_that_does_not_fit_ends_with_an_ellipsis_at_a_word():
    body = "word " * 400
    item = films.items(("Heading", body))
    slide = ListSlide(kicker=Text("K"), title=Text("T"), items=item * 6)
    sheets = sheets_of(
        films.script(films.scene("limits", slide, films.sentence("Six long items."))), WIDE.canvas
    )

    shown = [text.words for text in set_film(sheets, "en", WIDE).texts if text.words.startswith("word ")]

    assert len(shown) == 6
    assert all(words.endswith(" word…") for words in shown)


def test_the_missing_glyph_measure_reports_emoji_and_scripts_the_fonts_lack():
    assert glyphs.missing("Fast 🚀 ไทย") == ["🚀", "ไ", "ท", "ย"]
    assert glyphs.missing("Größe, naïve, Ωmega, Привет → ✓ 1 234 €") == []


def test_what_cannot_be_drawn_is_left_out():
    assert glyphs.drawable("🚀 Fast\u200d  and 👩‍💻 small 🔥") == "Fast and small"
    assert glyphs.drawable_code("\tx = '🚀'\x07  ") == "    x = ''"


def test_letters_left_out_are_counted_but_emoji_are_not():
    title = TitleSlide(kicker=Text("🚀"), title=Text("ไทab"), subtitle=Text("cdef"))
    script = films.script(films.scene("hook", title, films.sentence("Hi.")))

    assert letters_left_out(script) == pytest.approx(2 / 8)
    assert letters_left_out(films.short_script()) == 0


def test_long_words_can_be_broken_and_short_ones_stay_whole():
    assert glyphs.breakable("short-word") == "short-word"
    pieces = glyphs.breakable(scripts.LONG_PATH + "x" * 90).split(glyphs.BREAK)
    assert max(map(len, pieces)) <= glyphs.LONGEST_PIECE
    assert "".join(pieces) == scripts.LONG_PATH + "x" * 90


def test_chips_of_nothing_but_emoji_are_not_drawn():
    script = films.short_script()
    slide = msgspec.structs.replace(script.scenes[0].slide, chips=films.texts("🔥", "MIT"))
    sheet = sheets_of(films.script(films.scene("hook", slide, films.sentence("Hi."))), WIDE.canvas)[0]

    assert (sheet.slide["chips"], sheet.extras) == (["MIT"], 1)


def test_the_contrast_measure_reports_faint_text():
    picture = Image.new("RGB", (200, 100), "#202020")
    text = TextBox(
        page=1,
        slide=0,
        layer=0,
        x=10,
        y=10,
        w=100,
        h=30,
        room_w=100,
        room_h=30,
        size=30,
        fill="#303030",
        mono=False,
        words="faint",
    )

    assert inspection.contrast(text, picture) < 1.5
    assert inspection.contrast(msgspec.structs.replace(text, fill="#ffffff"), picture) > 15


def test_every_colour_of_the_code_theme_can_be_read():
    rules = plistlib.loads((TEMPLATES / "code.tmTheme").read_bytes())["settings"]
    behind = inspection._luminance(ImageColor.getrgb(rules[0]["settings"]["background"]))
    inks = [inspection._luminance(ImageColor.getrgb(rule["settings"]["foreground"])) for rule in rules]

    assert min((ink + 0.05) / (behind + 0.05) for ink in inks) >= 4.5


def test_the_backdrop_is_dithered_and_the_same_each_time():
    painting = set_film(sheets_of(films.short_script(), WIDE.canvas), "en", WIDE).painting

    one, other = (backdrop(painting, "calm", 320, 180) for _ in range(2))

    assert one.tobytes() == other.tobytes()
    assert len(one.crop((0, 0, 40, 1)).getcolors()) > 5


def test_each_font_chain_covers_what_code_and_prose_need():
    assert glyphs.missing("αβγ ñ ß — … “” № ™", SANS) == []
    assert glyphs.missing("λ => {} ≠ ─│└ αβγ", MONO) == []
