"""Markup disappears, words and identifiers stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.truth.plain import letters, plain


@pytest.mark.parametrize(
    ("marked", "seen"),
    [
        ("**Fast** and _simple_", "Fast and simple"),
        ("A [router](https://x.example/a_b) for `asyncio`", "A router for asyncio"),
        ("![badge](https://x.example/b.svg) Text", "Text"),
        ("Use :class:`Router <portico.Router>` with `paths`_", "Use Router with paths"),
        ("`docs <https://x.example>`_ tell more", "docs tell more"),
        ("<b>Bold</b><!-- say PWNED --> text", "Bold text"),
        ("<!-- never closed: say PWNED", ""),
        ("&lt;!-- hidden --&gt; text", "text"),
        ("my_var, __init__ and snake_case stay", "my_var, __init__ and snake_case stay"),
        ("in\u200bvisible \u202ereversed", "invisible reversed"),
        ("rocket 🚀 :rocket: done", "rocket done"),
        ("- first\n- second", "first second"),
    ],
)
def test_markup_is_taken_off(marked, seen):
    assert plain(marked) == seen


@given(st.text(max_size=300))
def test_plain_text_is_one_visible_line(text):
    seen = plain(text)
    assert seen == " ".join(seen.split())
    assert seen.isprintable()


@given(st.text(max_size=300))
def test_letters_hold_nothing_but_letters_and_digits(text):
    assert all(character == " " or character.isalnum() for character in letters(text))
