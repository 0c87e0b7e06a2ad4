"""Every known format of a secret is blotted out, and ordinary text stays as it is."""

from __future__ import annotations

import re

import pytest

from services.scanner.analysis.redaction import BLOT, RedactedSource, redacted
from services.scanner.analysis.secrets import SHORTEST_TOKEN, TOKENS
from services.scanner.analysis.surrounded import SURROUNDED
from services.scanner.source import File, Skipped
from shared.offload import ignore_progress
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


def test_a_source_gives_no_secret_away():
    token = PLANTED["GitHub classic token"].secret

    class One:
        skipped = Skipped()

        def files(self, _report):
            yield File("a.py", 60, f"x = 1\nkey = '{token}'\n".encode())
            yield File("big.bin", 10**9, None)
            yield File("blob", 60, b"\0" + token.encode())

        def read(self, paths):
            return dict.fromkeys(paths, token.encode())

    source = RedactedSource(One())
    text, big, binary = source.files(ignore_progress)
    assert text.content == f"x = 1\nkey = '{BLOT}'\n".encode()
    assert (big.content, binary.content) == (None, b"\0" + token.encode())
    assert source.read({"a.py"}) == {"a.py": BLOT.encode()}
    assert re.search(r"\[redacted\]", BLOT)
