"""Lines are numbered as editors and Git number them."""

import pytest

from shared.lines import lines_of


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("one", ["one"]),
        ("one\n", ["one"]),
        ("one\n\ntwo\n", ["one", "", "two"]),
        ("one\r\ntwo\r\n", ["one", "two"]),
        ("one\x0c\ntwo", ["one\x0c", "two"]),
        ("a\x0bb\x1cc\x1dd\x1ee\x85f\u2028g\u2029h", ["a\x0bb\x1cc\x1dd\x1ee\x85f\u2028g\u2029h"]),
    ],
)
def test_only_a_line_feed_ends_a_line(text, lines):
    assert lines_of(text) == lines
