"""Which webhooks are believed, and which start a film."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest

from services.gateway.errors import ApiError
from services.gateway.webhook import Ignored, Reading, Wish, check_signature, read_event

SECRET = "it's a secret"


def sign(body: bytes, secret: str = SECRET) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def read(event: str, payload: Any, push_repos: tuple[str, ...] = ()) -> Wish | Ignored:
    return read_event(event, json.dumps(payload).encode(), Reading(push_repos=push_repos))


REPO = {"full_name": "acme/site", "default_branch": "main"}


@pytest.mark.parametrize("secrets", [(SECRET,), ("new", SECRET), (SECRET, "old")])
def test_a_right_signature_passes_with_any_secret_in_force(secrets: tuple[str, ...]) -> None:
    check_signature(b"{}", sign(b"{}"), secrets)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "sha256",
        "nonsense without an equals sign",
        "sha1=" + "0" * 40,
        sign(b"{}")[:-1],
        sign(b"other body"),
        sign(b"{}", "other secret"),
        sign(b"{}").upper(),
        "sha256=ünïcode",
        "sha256=\udcff",
        "=" * 5000,
    ],
)
def test_any_other_signature_is_a_403(header: str | None) -> None:
    with pytest.raises(ApiError) as refused:
        check_signature(b"{}", header, (SECRET,))
    assert refused.value.status == 403


def test_without_a_secret_every_webhook_is_a_403_that_says_what_to_set() -> None:
    with pytest.raises(ApiError) as refused:
        check_signature(b"{}", sign(b"{}", ""), ())
    assert refused.value.status == 403
    assert "GITHUB_WEBHOOK_SECRET" in refused.value.hint


def test_a_new_star_starts_a_film_once_per_repository() -> None:
    first = read("star", {"action": "created", "repository": REPO, "sender": {"login": "ada"}})
    again = read("star", {"action": "created", "repository": REPO, "sender": {"login": "bob"}})
    assert isinstance(first, Wish)
    assert first == again
    assert (first.spec.repo, first.spec.trigger) == ("acme/site", "star")


def test_a_published_release_starts_a_film_of_its_tag() -> None:
    wish = read("release", {"action": "published", "repository": REPO, "release": {"tag_name": "v2.0"}})
    assert isinstance(wish, Wish)
    assert (wish.spec.ref, wish.meaning) == ("v2.0", "release:v2.0")


def test_a_push_starts_a_film_only_where_opted_in_and_only_on_the_default_branch() -> None:
    push = {"ref": "refs/heads/main", "after": "a" * 40, "repository": REPO}
    assert isinstance(read("push", push), Ignored)
    wish = read("push", push, ("ACME/Site",))
    assert isinstance(wish, Wish)
    assert wish.meaning == "a" * 40
    assert isinstance(read("push", push | {"ref": "refs/heads/topic"}, ("acme/site",)), Ignored)
    assert isinstance(read("push", push | {"deleted": True}, ("acme/site",)), Ignored)


@pytest.mark.parametrize(
    ("event", "payload"),
    [
        ("issues", {"action": "opened", "repository": REPO}),
        ("", {}),
        ("star", {"action": "deleted", "repository": REPO}),
        ("star", {"action": "created"}),
        ("star", {"action": "created", "repository": {}}),
        ("star", {"action": "created", "repository": {"full_name": "../../etc"}}),
        ("star", {"action": "created", "repository": {"full_name": "acme/.."}}),
        ("release", {"action": "created", "repository": REPO, "release": {"tag_name": "v1"}}),
        ("release", {"action": "published", "repository": REPO}),
        (
            "release",
            {"action": "published", "repository": REPO, "release": {"tag_name": "v1", "draft": True}},
        ),
        ("push", {}),
    ],
)
def test_every_other_event_is_ignored_with_a_reason(event: str, payload: Any) -> None:
    ignored = read(event, payload, ("acme/site",))
    assert isinstance(ignored, Ignored)
    assert ignored.reason


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b"payload=%7B%7D", b"\xff", b"[" * 100_000, b'{"action": 3}']
)
def test_a_body_that_is_no_payload_is_a_400(body: bytes) -> None:
    with pytest.raises(ApiError) as refused:
        read_event("star", body, Reading())
    assert refused.value.status == 400
