"""Written text as spoken text, and secrets blotted out."""

from __future__ import annotations

import pytest

from services.scanner.analysis.evidence import fact, measured
from services.scanner.analysis.text import plain, sentences, spoken
from shared.redaction.blots import BLOT, redacted


def test_pictograms_shortcodes_and_empty_brackets_are_gone():
    assert plain("  Fast 🚀 :tada:  and\nsmall ( ) , really ") == "Fast and small, really"


def test_a_ratio_and_a_time_are_no_shortcodes():
    assert plain("at 10:30:45 or 16:9:4") == "at 10:30:45 or 16:9:4"


def test_sentences_end_at_stops_not_at_abbreviations_or_versions():
    text = "It needs Python 3.11. It works, e.g. Here. Ask J. Doe!"
    assert sentences(text) == ("It needs Python 3.11.", "It works, e.g. Here.", "Ask J. Doe!")


def test_a_sentence_longer_than_the_limit_is_not_cut():
    assert spoken("A sentence that does not fit.", 10) == ""


# Made up for these tests, in pieces, so that no scanner takes them for real.
SECRETS = {
    "github": "ghp_" + "a1B2" * 9,
    "github_fine": "github_pat_" + "A1b2C3" * 12,
    "aws": "AKIA" + "ABCDEFGH23456723"[:16],
    "google": "AIza" + "S" * 35,
    "slack": "xoxb-" + "123456789012-abcdef",
    "stripe": "sk_live_" + "a1b2c3d4e5f6g7h8",
    "openai": "sk-proj-" + "a1B2c3D4e5F6g7H8i9J0",
    "npm": "npm_" + "a1B2" * 9,
    "gitlab": "glpat-" + "a1B2c3D4e5F6g7H8i9J0",
    "token": "eyJhbGciOiJI" + ".eyJzdWIiOiIx" + ".c2lnbmF0dXJl",
}


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS.keys())
def test_a_known_token_is_blotted_out(secret):
    assert redacted(f"use {secret} here") == f"use {BLOT} here"


def test_a_private_key_is_blotted_out_even_when_cut_off():
    key = "-----BEGIN RSA PRIVATE " + "KEY-----\nMIIEpAIBAAKCAQEA"
    assert "MIIE" not in redacted(f"text\n{key}")


def test_a_password_in_an_address_and_a_named_secret_are_blotted_out():
    assert "hunter2x" not in redacted("postgres://app:hunter2x@db/main")
    assert "0123456789abcdef" not in redacted('API_KEY = "0123456789abcdef0123"')


def test_ordinary_code_stays():
    code = 'password = os.environ["DB_PASSWORD"]\nurl = "https://example.com/a:b"\nsha = "' + "a" * 40 + '"'
    assert redacted(code) == code


def test_no_fact_holds_a_secret_in_value_or_attributes():
    secret = SECRETS["github"]
    (made,) = fact("x", "repo", f"see {secret}", measured("test"), title=secret)
    assert secret not in str(made)


def test_a_missing_value_makes_no_fact_and_a_fact_needs_evidence():
    assert list(fact("x", "repo", None, measured("test"))) == []
    assert list(fact("x", "repo", "", measured("test"))) == []
    with pytest.raises(ValueError, match="no evidence"):
        list(fact("x", "repo", "y", []))
    (zero,) = fact("x", "repo", 0, measured("test"))
    assert zero.value == 0
