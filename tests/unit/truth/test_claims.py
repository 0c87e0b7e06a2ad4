"""What counts as a claim, and of which kind."""

from __future__ import annotations

import pytest

from shared.truth.claims import claims


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It holds 84 files.", [("number", "84")]),
        ("It speaks HTTP/2 and C++.", [("identifier", "HTTP/2"), ("identifier", "C++")]),
        (
            "Call os.path.join() from my_module.",
            [("identifier", "os.path.join()"), ("identifier", "my_module")],
        ),
        ("It is under BSD-3-Clause.", [("identifier", "BSD-3-Clause")]),
        ("It needs v1.2.3 of Redis.", [("identifier", "v1.2.3"), ("name", "Redis")]),
        (
            "See github.com/a/b, mail a@b.example.",
            [("address", "github.com/a/b"), ("address", "a@b.example")],
        ),
        ("Since March 2019 it grew.", [("date", "March 2019")]),
        ("Since 2019-03-02 it grew.", [("date", "2019-03-02")]),
        ("Its README is on GitHub, and the CI runs.", []),
        ("Here is one of them, e.g. this.", []),
        ("“Fast things” it says.", [("name", "Fast")]),
        ("Portico's router.", [("name", "Portico")]),
        ("It is written in python.", [("name", "python")]),
        ("Quantum leaps", [("name", "Quantum")]),
    ],
)
def test_the_claims_of_a_text(text, expected):
    assert [(claim.kind, claim.text) for claim in claims(text, "en")] == expected


def test_other_languages_may_begin_with_any_word():
    assert claims("Construye rutas.", "es") == ()
    assert [claim.text for claim in claims("Construye Rutas.", "es")] == ["Rutas"]


@pytest.mark.parametrize(
    ("text", "nouns"),
    [
        ("39 test files", ("test", "files")),
        ("among 112; 87 people", ()),
        ("Licence: 0\nCommit: 3f9c2ab", ()),
        ("84 files — 12 people", ("files",)),
    ],
)
def test_what_a_number_counts_stands_in_its_own_clause_and_line(text, nouns):
    assert claims(text, "en")[0].nouns == nouns
