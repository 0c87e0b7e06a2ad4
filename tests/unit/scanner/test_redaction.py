"""Every known format of a secret is blotted out, and ordinary text stays as it is."""

from __future__ import annotations

import pytest

from services.scanner.analysis.redaction import redacted_content
from services.scanner.analysis.survey import survey
from services.scanner.limits import ScanLimits
from services.scanner.source import File
from shared.redaction.blots import BLOT, redacted
from shared.redaction.surrounded import SURROUNDED
from shared.redaction.tokens import SHORTEST_TOKEN, TOKENS
from tests.unit.scanner.building import files_of
from tests.unit.scanner.planted import planted

SECRETS = (*SURROUNDED, *TOKENS)
PLANTED = planted()


def parts_of(secret: str) -> set[str]:
    """The secret's lines, or the secret: a blot that leaves one of a key's lines is none."""
    return set(secret.splitlines())


def test_at_least_fifty_formats_are_known_and_each_has_an_example():
    assert len(SECRETS) >= 50
    assert {secret.name for secret in SECRETS} == set(PLANTED)


FRAMES = ["{}", "see\n{}\nhere", '"{}"', "x = '{}', y", "<a>{}</a>", "`{}`.\n"]


@pytest.mark.parametrize("name", PLANTED)
def test_a_secret_is_blotted_out_wherever_it_stands(name: str):
    for frame in FRAMES:
        text = redacted(frame.replace("{}", PLANTED[name].text))
        assert not [part for part in parts_of(PLANTED[name].secret) if part in text]
        assert BLOT in text


@pytest.mark.parametrize("seed", range(8))
def test_any_draw_of_each_format_is_blotted_out(seed: int):
    leaked = [
        name
        for name, one in planted(seed).items()
        for part in parts_of(one.secret)
        if part in redacted(f"key:\n{one.text}\n")
    ]
    assert leaked == []


@pytest.mark.parametrize("name", [secret.name for secret in SECRETS])
def test_each_format_is_known_by_its_own_row(name: str):
    (row,) = (secret for secret in SECRETS if secret.name == name)
    text = f"see\n{PLANTED[name].text}\n".encode()
    assert any(anchor in (text if row in TOKENS else text.lower()) for anchor in row.anchors)
    assert row.pattern.search(text)
    assert row in SURROUNDED or len(PLANTED[name].secret) >= SHORTEST_TOKEN


def test_lines_keep_their_numbers():
    text = f"one\n{PLANTED['private key'].text}\nlast"
    assert redacted(text).count("\n") == text.count("\n")


@pytest.mark.parametrize(
    "text",
    [
        'password = os.environ["DB_PASSWORD"]',
        "token: str = read_token(path)",
        'url = "https://example.com/a:b@c"',
        f'sha = "{"a1" * 20}"',
        "integrity sha512-" + "Ab1+" * 21 + "==",
        "sk-folding-cube-inner sk-chasing-dots",
        "task-list-item-checkbox-with-long-name-1",
        "KEY = '-----BEGIN RSA PRIVATE KEY-----'\n\ndef load(path):\n    return open(path)\n",
        'PASSWORD_FIELD = "new_password"',
        "TOKEN=${{ secrets.GITHUB_TOKEN }}",
        "git@github.com:acme/site.git",
        "postgres://app:$PASSWORD@db/main",
    ],
)
def test_ordinary_text_stays(text: str):
    assert redacted(text) == text


def test_characters_of_no_encoding_are_no_fault():
    assert redacted("caf\udce9") == "caf\udce9"


def test_what_is_kept_of_a_file_holds_no_secret():
    token = PLANTED["GitHub classic token"].secret
    texts = {"README.md": f"# {token}\n", "CHANGELOG.md": f"{token}\n", "a.py": f"import {token}\n"}
    seen = survey([*files_of(texts), File("big.bin", 10**9, None)], ScanLimits())
    assert seen.texts == {"README.md": f"# {BLOT}\n", "CHANGELOG.md": f"{BLOT}\n"}
    assert token not in repr(seen.units)


def test_a_binary_file_is_left_as_it_is():
    content = b"\0" + PLANTED["GitHub classic token"].secret.encode()
    assert redacted_content(content) == content
