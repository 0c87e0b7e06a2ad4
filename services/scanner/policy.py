"""Which repositories may be filmed without anybody asking: rules that each say why they refuse.

They bind jobs that start by themselves; whoever asks for a film by hand has looked at the repository.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Literal

import msgspec

from shared.errors import Reject
from shared.events import JobSpec, Trigger

AUTOMATIC: tuple[Trigger, ...] = ("star", "release", "push", "schedule")
SHORTEST_DESCRIPTION = 20
SMALLEST_README_BYTES = 500
WAIVER = "beta"
WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
"""Also the words inside `my-testRepo`."""
EITHER = re.compile(r"\s+OR\s+")

DEFAULT_ALLOWED = tuple(
    (
        "MIT MIT-0 ISC 0BSD BSD-2-Clause BSD-3-Clause Apache-2.0 MPL-2.0 EPL-2.0 BSL-1.0 Zlib Unlicense "
        "CC0-1.0 PSF-2.0 GPL-2.0 GPL-2.0-only GPL-2.0-or-later GPL-3.0 GPL-3.0-only GPL-3.0-or-later "
        "LGPL-2.1 LGPL-2.1-only LGPL-2.1-or-later LGPL-3.0 LGPL-3.0-only LGPL-3.0-or-later "
        "AGPL-3.0 AGPL-3.0-only AGPL-3.0-or-later"
    ).split()
)
DEFAULT_WORDS = (
    "test",
    "demo",
    "example",
    "sample",
    "tutorial",
    "homework",
    "playground",
    "deprecated",
    "wip",
)


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """What the operator decided."""

    triggers: tuple[str, ...] = ()
    """The triggers whose jobs the rules bind; none by default."""
    licenses_allowed: tuple[str, ...] = DEFAULT_ALLOWED
    licenses_denied: tuple[str, ...] = ()
    """By SPDX id. What is in neither list waits for a person to ask."""
    words: tuple[str, ...] = DEFAULT_WORDS
    allow_private: bool = False


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a repository; None is what nobody asked for yet."""

    repo: str
    description: str = ""
    archived: bool = False
    disabled: bool = False
    ci_succeeded: bool = False
    license: str | None = None
    readme_bytes: int | None = None


class Refusal(msgspec.Struct, frozen=True):
    rule: str
    why: str


def licensing(spdx: str | None, policy: Policy) -> Literal["allow", "deny", "ask"]:
    """What the licence policy says; of `A OR B` the better half counts, of `A AND B` nothing is guessed."""
    options = {option.strip("() ") for option in EITHER.split(spdx or "")}
    if options & set(policy.licenses_allowed):
        return "allow"
    return "deny" if options & set(policy.licenses_denied) else "ask"


def before_reading(candidate: Candidate, policy: Policy) -> tuple[Refusal, ...]:
    """The refusals that need no file of the repository."""
    return tuple(
        refusal for rule in (_description, _state, _words, _ci) for refusal in rule(candidate, policy)
    )


def after_reading(candidate: Candidate, policy: Policy) -> tuple[Refusal, ...]:
    """The refusals that its files tell."""
    return tuple(refusal for rule in (_license, _readme) for refusal in rule(candidate, policy))


def enforce(
    spec: JobSpec,
    rules: Callable[[Candidate, Policy], tuple[Refusal, ...]],
    candidate: Candidate,
    policy: Policy,
) -> None:
    """Raises Reject, with every rule that refuses and why, where the policy binds this job."""
    refused = rules(candidate, policy) if spec.trigger in policy.triggers else ()
    if refused:
        why = "; ".join(f"{each.rule}: {each.why}" for each in refused)
        raise Reject(
            f"{candidate.repo} is not filmed by itself. {why}.",
            code="policy",
            hint="Ask for this film by hand, or change REPOREEL_POLICY_* for all.",
        )


def enforce_privacy(spec: JobSpec, repo: str, policy: Policy, *, private: bool) -> None:
    """Raises Reject where a private repository would be filmed without anybody asking."""
    if private and spec.trigger in AUTOMATIC and not policy.allow_private:
        raise Reject(
            f"{repo} is not filmed by itself. private: it is a private repository.",
            code="policy",
            hint="REPOREEL_ALLOW_PRIVATE=true lets private repositories be filmed.",
        )


def enforce_triggers(spec: JobSpec, wanted: tuple[str, ...] | None) -> None:
    """Raises Reject where the repository's own file does not want films by this event."""
    if wanted is not None and spec.trigger in ("star", "release", "push") and spec.trigger not in wanted:
        raise Reject(
            f"{spec.repo} is not filmed by itself. triggers: .github/reporeel.yml has no {spec.trigger!r}.",
            code="policy",
            hint="Ask for this film by hand.",
        )


def _description(candidate: Candidate, _policy: Policy) -> Iterator[Refusal]:
    length = len(candidate.description.strip())
    if length < SHORTEST_DESCRIPTION:
        yield Refusal(
            "description",
            f"it has {length} characters, fewer than {SHORTEST_DESCRIPTION}" if length else "there is none",
        )


def _state(candidate: Candidate, _policy: Policy) -> Iterator[Refusal]:
    if candidate.archived:
        yield Refusal("state", "it is archived")
    if candidate.disabled:
        yield Refusal("state", "GitHub disabled it")


def _words(candidate: Candidate, policy: Policy) -> Iterator[Refusal]:
    """Whole words of the name and the description; `beta` among them waives the rule."""
    name = candidate.repo.rpartition("/")[2]
    said = {word.lower() for word in WORDS.findall(f"{name} {candidate.description}")}
    excluded = sorted(said & {word.lower() for word in policy.words})
    if excluded and WAIVER not in said:
        yield Refusal("words", f"its name or description says {', '.join(map(repr, excluded))}")


def _ci(candidate: Candidate, _policy: Policy) -> Iterator[Refusal]:
    if not candidate.ci_succeeded:
        yield Refusal("ci", "no successful run of a workflow is known")


def _license(candidate: Candidate, policy: Policy) -> Iterator[Refusal]:
    answer = licensing(candidate.license, policy)
    if answer == "deny":
        yield Refusal("license", f"{candidate.license} is denied")
    elif answer == "ask":
        known = f"{candidate.license} is in no list" if candidate.license else "none is known"
        yield Refusal("license", f"{known}, so a person must ask for it")


def _readme(candidate: Candidate, _policy: Policy) -> Iterator[Refusal]:
    size_bytes = candidate.readme_bytes or 0
    if size_bytes <= SMALLEST_README_BYTES:
        yield Refusal(
            "readme",
            f"it has {size_bytes} bytes, not more than {SMALLEST_README_BYTES}"
            if size_bytes
            else "there is none",
        )
