"""The events beyond star, release and push: which start a film, and which do not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from services.gateway.comments import asked_in
from services.gateway.webhook import Ignored, Reading, Wish, read_event

REPO = {"full_name": "acme/site", "default_branch": "main"}


def read(event: str, payload: Any, **reading: Any) -> Wish | Ignored:
    return read_event(event, json.dumps(payload).encode(), Reading(**reading))


@pytest.mark.parametrize(
    ("stars", "meaning"), [(9, None), (10, "star:10"), (99, "star:10"), (100, "star:100")]
)
def test_with_thresholds_a_film_starts_once_at_each(stars: int, meaning: str | None) -> None:
    payload = {"action": "created", "repository": REPO | {"stargazers_count": stars}}
    wish = read("star", payload, star_thresholds=(10, 100))
    assert (wish.meaning if isinstance(wish, Wish) else None) == meaning


RUN = {"conclusion": "success", "head_branch": "main", "head_sha": "a" * 40}


def test_a_successful_run_on_the_default_branch_means_its_commit_as_a_push_does() -> None:
    payload = {"action": "completed", "repository": REPO, "workflow_run": RUN}
    wish = read("workflow_run", payload, workflow_repos=("ACME/site",))
    assert isinstance(wish, Wish)
    assert (wish.meaning, wish.spec.ref, wish.spec.trigger) == ("a" * 40, "a" * 40, "workflow")
    assert isinstance(read("workflow_run", payload), Ignored)


@pytest.mark.parametrize(
    "change",
    [
        {"conclusion": "failure"},
        {"conclusion": None},
        {"head_branch": "topic"},
        {"head_branch": None},
        {"head_sha": ""},
    ],
)
def test_any_other_run_starts_none(change: dict[str, Any]) -> None:
    payload = {"action": "completed", "repository": REPO, "workflow_run": RUN | change}
    assert isinstance(read("workflow_run", payload, workflow_repos=("acme/site",)), Ignored)
    assert isinstance(
        read("workflow_run", payload | {"action": "requested"}, workflow_repos=("acme/site",)), Ignored
    )


def test_a_dispatch_says_what_it_wants_and_the_same_bytes_are_the_same_wish() -> None:
    asked = {"ref": "v2", "profile": "release", "languages": ["en"]}
    payload = {"action": "film", "repository": REPO, "client_payload": asked}
    first, again = read("repository_dispatch", payload), read("repository_dispatch", payload)
    other = read("repository_dispatch", payload | {"client_payload": asked | {"ref": "v3"}})
    assert isinstance(first, Wish)
    assert isinstance(other, Wish)
    assert first == again
    assert first.meaning != other.meaning
    assert (first.spec.ref, first.spec.profile, first.spec.languages) == ("v2", "release", ("en",))


@pytest.mark.parametrize(
    "change",
    [
        {"action": "deploy"},
        {"client_payload": {"ref": "--upload-pack=x"}},
        {"client_payload": {"languages": ["tlh"]}},
        {"client_payload": {"profile": "epic"}},
        {"client_payload": [1]},
        {"client_payload": "film"},
    ],
)
def test_a_dispatch_that_asks_for_nothing_that_can_be_is_ignored_with_words(change: dict[str, Any]) -> None:
    payload: dict[str, Any] = {"action": "film", "repository": REPO, "client_payload": None}
    ignored = read("repository_dispatch", payload | change)
    assert isinstance(ignored, Ignored)
    assert ignored.reason


def comment(body: str, who: str = "MEMBER", action: str = "created") -> dict[str, Any]:
    said = {"id": 7, "body": body, "author_association": who}
    return {"action": action, "repository": REPO, "comment": said, "issue": {"number": 12}}


@pytest.mark.parametrize("who", ["OWNER", "MEMBER", "COLLABORATOR"])
def test_whoever_belongs_to_a_repository_may_ask_in_a_comment(who: str) -> None:
    wish = read("issue_comment", comment("/film en release ref=v2\nplease", who))
    assert isinstance(wish, Wish)
    assert (wish.meaning, wish.spec.trigger) == ("comment:7", "comment")
    assert (wish.spec.issue, wish.spec.comment) == (12, 7)
    assert (wish.spec.ref, wish.spec.profile, wish.spec.languages) == ("v2", "release", ("en",))


@pytest.mark.parametrize(
    "payload",
    [
        comment("/film", "CONTRIBUTOR"),
        comment("/film", "NONE"),
        comment("/film", ""),
        comment("/film", action="edited"),
        comment("look at this: /film"),
        comment("/films"),
        comment("/film ../../etc"),
        comment("/film ref=--x"),
        comment("/film tlh"),
        comment(""),
        {"action": "created", "repository": REPO},
    ],
)
def test_any_other_comment_starts_none(payload: dict[str, Any]) -> None:
    ignored = read("issue_comment", payload)
    assert isinstance(ignored, Ignored)
    assert ignored.reason


def test_a_comment_is_read_to_the_end_of_its_first_line() -> None:
    assert asked_in("  /film\narchitecture") == {}
    assert asked_in("/film en,pt-BR architecture") == {
        "languages": ("en", "pt-BR"),
        "profile": "architecture",
    }
    assert asked_in("nothing") is None
    assert "'!?'" in str(asked_in("/film !?"))
