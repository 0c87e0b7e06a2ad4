"""Which repositories GitHub, a clock or a search may have filmed: rules that each say why they refuse.

They bind every such job unless the operator says otherwise. Who asks at our own door, by command or HTTP, has
looked at the repository; who stars it, or writes into it, is a stranger to the operator.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Literal, get_args

import msgspec

from shared.errors import Reject
from shared.events import FILES, GITHUB, JobSpec, Trigger
from shared.licensing import ALLOWED, licensing

BY_HAND: tuple[Trigger, ...] = ("cli", "api")
BOUND: tuple[Trigger, ...] = tuple(trigger for trigger in get_args(Trigger) if trigger not in BY_HAND)
"""Whatever trigger is added is bound too."""
AT_HOME = frozenset({FILES, GITHUB})
"""Nobody sees there what he could not see before."""
Rule = Literal["description", "state", "words", "ci", "license", "readme"]
RULES: tuple[Rule, ...] = get_args(Rule)
SHORTEST_DESCRIPTION = 20
SMALLEST_README_BYTES = 500
WAIVER = "beta"
WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
"""Also the words inside `my-testRepo`."""

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

    triggers: tuple[str, ...] = BOUND
    """The triggers whose jobs the rules bind."""
    rules: tuple[str, ...] = RULES
    """The rules that count."""
    licenses_allowed: tuple[str, ...] = ALLOWED
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
    rule: Rule
    why: str


Examine = Callable[[Candidate, Policy], Iterator[Refusal]]


def before_reading(candidate: Candidate, policy: Policy) -> tuple[Refusal, ...]:
    """The refusals that need no file of the repository."""
    return _refusals((_description, _state, _words, _ci), candidate, policy)


def at_first_sight(candidate: Candidate, policy: Policy) -> tuple[Refusal, ...]:
    """The refusals that an entry of a search's answer tells."""
    return _refusals((_description, _state, _words, _license), candidate, policy)


def after_reading(candidate: Candidate, policy: Policy) -> tuple[Refusal, ...]:
    """The refusals that its files tell."""
    return _refusals((_license, _readme), candidate, policy)


def _refusals(rules: Iterable[Examine], candidate: Candidate, policy: Policy) -> tuple[Refusal, ...]:
    found = (refusal for rule in rules for refusal in rule(candidate, policy))
    return tuple(refusal for refusal in found if refusal.rule in policy.rules)


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
            hint=f"Ask for this film by hand, or leave {spec.trigger} out of REPOREEL_POLICY_TRIGGERS,"
            f" or {', '.join(dict.fromkeys(each.rule for each in refused))} out of REPOREEL_POLICY_RULES.",
        )


def enforce_privacy(spec: JobSpec, repo: str, policy: Policy, *, private: bool) -> None:
    """Raises Reject where a private repository would be filmed by itself, or shown to the world."""
    if not private or policy.allow_private:
        return
    elsewhere = [target for target in spec.publish if target not in AT_HOME]
    if spec.trigger not in BY_HAND or elsewhere:
        what = f"published to {', '.join(elsewhere)}" if elsewhere else "filmed by itself"
        raise Reject(
            f"{repo} is not {what}. private: it is a private repository.",
            code="policy",
            hint="REPOREEL_ALLOW_PRIVATE=true lets private repositories be filmed and published.",
        )


def enforce_triggers(spec: JobSpec, wanted: tuple[str, ...] | None) -> None:
    """Raises Reject where the repository's own file does not want films by this event."""
    # A workflow's run means the commit it ran on, as a push does.
    event = "push" if spec.trigger == "workflow" else spec.trigger
    if wanted is not None and event in ("star", "release", "push") and event not in wanted:
        raise Reject(
            f"{spec.repo} is not filmed by itself. triggers: .github/reporeel.yml has no {event!r}.",
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
    answer = licensing(candidate.license, policy.licenses_allowed, policy.licenses_denied)
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
