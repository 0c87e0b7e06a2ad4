"""What the listener's pieces become."""

from types import SimpleNamespace

from shared.speech.whisper import _words


def pieces(*texts):
    return [SimpleNamespace(word=text, start=place, end=place + 1) for place, text in enumerate(texts)]


def test_pieces_without_a_blank_between_them_are_one_word():
    words = list(_words(pieces(" The", " tree", "-sitter", " 3", ".2", ".8", " tag.")))
    assert [word.text for word in words] == ["The", "tree-sitter", "3.2.8", "tag."]
    assert (words[1].start, words[1].end) == (1, 3)


def test_no_piece_is_no_word():
    assert list(_words([])) == []
