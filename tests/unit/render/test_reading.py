"""Subtitles in scripts without spaces keep their own limits."""

from __future__ import annotations

import pytest

from services.publisher.render import cues
from services.publisher.render.reading import breaks, reading
from shared.narration import Narration, SpokenSentence, Word

CHINESE = "这个仓库用一百二十行代码实现了一个很小的盒子，它没有任何依赖，测试覆盖了“全部”模块（共三个）。"


def spoken(text: str, language: str, seconds: float) -> Narration:
    words = tuple(
        Word(word, number * seconds, (number + 1) * seconds) for number, word in enumerate(text.split())
    )
    sentence = SpokenSentence(scene=0, text=text, start=0, end=words[-1].end, words=words)
    return Narration(
        language=language,
        engine="test",
        voice="hum",
        licence="CC0-1.0",
        sample_rate=24_000,
        duration_seconds=words[-1].end,
        audio="sha256/0",
        sentences=(sentence,),
    )


def test_chinese_is_cut_into_lines_of_sixteen_characters_without_spaces():
    made = cues.cues_of(spoken(CHINESE, "zh", 12))

    assert len(made) >= 2
    assert all(len(line) <= 16 for cue in made for line in cue.texts)
    assert all(len(cue.lines) <= 2 for cue in made)
    assert "".join(line for cue in made for line in cue.texts) == CHINESE
    assert all(cue.characters_a_second <= 9 for cue in made)


def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one():
    lines = [line for cue in cues.cues_of(spoken(CHINESE, "zh", 12)) for line in cue.texts]

    assert not [line for line in lines if line[0] in "，。”）" or line[-1] in "“（"]


@pytest.mark.parametrize(
    ("word", "pieces"),
    [("HTTP", ["HTTP"]), ("用HTTP协议", ["用", "HTTP", "协", "议"]), ("「表」。", ["「表」。"]), ("", [""])],
)
def test_words_of_letters_stay_whole_among_ideographs(word, pieces):
    assert breaks(word) == pieces


def test_a_long_address_is_cut_but_not_spaced():
    address = "https://example.test/" + "a" * 60
    (first, *_) = cues.cues_of(spoken(f"See {address} now", "en", 2))

    assert address in "".join(
        "".join(cue.texts) for cue in cues.cues_of(spoken(f"See {address} now", "en", 2))
    )
    assert all(len(line) <= 42 for line in first.texts)


def test_every_language_has_limits():
    assert reading("pt-BR").longest_line == reading("en").longest_line == 42
    assert reading("ja").longest_line == 16
    assert reading("zh-CN").calm == 9
