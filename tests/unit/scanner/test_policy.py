"""Which repositories are filmed without anybody asking, and what a refusal says."""

from __future__ import annotations

import contextlib
from typing import get_args

import msgspec
import pytest

from services.scanner.policy import (
    BOUND,
    Candidate,
    Policy,
    after_reading,
    before_reading,
    enforce,
    enforce_privacy,
    enforce_triggers,
)
from services.scanner.settings import ScannerSettings
from shared.errors import Reject, SettingsError
from shared.events import JobSpec, Trigger
from shared.licensing import licensing
from shared.settings import load

GOOD = Candidate(
    repo="acme/site",
    description="Serves pages faster than one can read them.",
    ci_succeeded=True,
    license="MIT",
    readme_bytes=4000,
)
ON = Policy(triggers=("star", "schedule"))


def rules_that_refuse(policy: Policy = ON, **changed: object) -> list[str]:
    candidate = msgspec.structs.replace(GOOD, **changed)
    return [each.rule for each in (*before_reading(candidate, policy), *after_reading(candidate, policy))]


def test_a_good_repository_is_not_refused():
    assert rules_that_refuse() == []


@pytest.mark.parametrize(
    ("rule", "changed"),
    [
        ("description", {"description": ""}),
        ("description", {"description": "Nineteen characters"}),
        ("state", {"archived": True}),
        ("state", {"disabled": True}),
        ("words", {"repo": "acme/my-test-repo"}),
        ("words", {"repo": "acme/TestRepo"}),
        ("words", {"description": "A tutorial for those who begin."}),
        ("ci", {"ci_succeeded": False}),
        ("license", {"license": None}),
        ("license", {"license": "LicenseRef-Ours"}),
        ("license", {"license": "MIT AND Proprietary-1.0"}),
        ("readme", {"readme_bytes": 500}),
        ("readme", {"readme_bytes": 0}),
    ],
)
def test_each_rule_refuses_by_itself(rule, changed):
    assert rules_that_refuse(**changed) == [rule]


@pytest.mark.parametrize(
    "changed",
    [
        {"description": "The latest winner of the contest, attested."},
        {"repo": "acme/contest-latest"},
        {"repo": "acme/greatest", "description": "Protests and detests in one library."},
        {"repo": "acme/test-suite", "description": "In beta: runs what others wrote down."},
        {"description": "Twenty characters ok"},
        {"license": "MIT OR LicenseRef-Ours"},
        {"readme_bytes": 501},
    ],
)
def test_what_only_looks_like_a_reason_is_none(changed):
    assert rules_that_refuse(**changed) == []


def test_licences_are_allowed_denied_or_a_persons_question():
    policy = (("MIT",), ("AGPL-3.0",))
    assert licensing("MIT", *policy) == "allow"
    assert licensing("AGPL-3.0", *policy) == "deny"
    assert licensing("AGPL-3.0 OR MIT", *policy) == "allow"
    assert licensing("ISC", *policy) == "ask"
    assert licensing(None, *policy) == "ask"


def spec_of(trigger: str) -> JobSpec:
    return JobSpec(repo="acme/site", trigger=trigger)


def test_a_refusal_names_every_rule_and_says_why():
    candidate = msgspec.structs.replace(GOOD, description="", archived=True)
    with pytest.raises(Reject) as caught:
        enforce(spec_of("star"), before_reading, candidate, ON)
    assert caught.value.code == "policy"
    assert "description: there is none" in caught.value.message
    assert "state: it is archived" in caught.value.message
    assert "by hand" in caught.value.hint


@pytest.mark.parametrize("trigger", get_args(Trigger))
def test_every_trigger_is_bound_but_a_person_at_our_door(trigger):
    by_hand = trigger in ("cli", "api")
    expected = contextlib.nullcontext() if by_hand else pytest.raises(Reject, match="not filmed by itself")
    with expected as caught:
        enforce(spec_of(trigger), before_reading, Candidate(repo="acme/site"), Policy())
    assert by_hand or trigger in caught.value.hint


@pytest.mark.parametrize("trigger", ["release", "push", "comment"])
def test_what_the_operator_leaves_out_is_not_bound(trigger):
    enforce(spec_of(trigger), before_reading, Candidate(repo="acme/site"), ON)


def test_a_rule_the_operator_leaves_out_refuses_nothing():
    policy = Policy(rules=("words", "license"))
    assert rules_that_refuse(policy, description="", ci_succeeded=False, readme_bytes=0) == []
    assert rules_that_refuse(policy, license=None) == ["license"]


def test_a_private_repository_is_filmed_only_by_hand_or_with_leave():
    for trigger in BOUND:
        with pytest.raises(Reject, match="private repository"):
            enforce_privacy(spec_of(trigger), "acme/site", Policy(), private=True)
        enforce_privacy(spec_of(trigger), "acme/site", Policy(allow_private=True), private=True)
        enforce_privacy(spec_of(trigger), "acme/site", Policy(), private=False)
    enforce_privacy(spec_of("api"), "acme/site", Policy(), private=True)


def test_a_private_repository_is_shown_to_the_world_only_with_leave():
    spec = JobSpec(repo="acme/site", trigger="api", publish=("files", "youtube"))
    with pytest.raises(Reject, match="not published to youtube"):
        enforce_privacy(spec, "acme/site", Policy(), private=True)
    enforce_privacy(spec, "acme/site", Policy(allow_private=True), private=True)
    enforce_privacy(spec, "acme/site", Policy(), private=False)


def test_the_repository_can_refuse_triggers_but_no_person():
    with pytest.raises(Reject, match="'star'"):
        enforce_triggers(spec_of("star"), ("release",))
    enforce_triggers(spec_of("release"), ("release",))
    enforce_triggers(spec_of("star"), None)
    enforce_triggers(spec_of("cli"), ())
    enforce_triggers(spec_of("schedule"), ())
    with pytest.raises(Reject, match="'push'"):
        enforce_triggers(spec_of("workflow"), ("release",))
    enforce_triggers(spec_of("workflow"), ("push",))


def test_the_operator_sets_the_policy_by_variables():
    settings = load(
        ScannerSettings,
        {
            "REPOREEL_POLICY_TRIGGERS": "star, schedule",
            "REPOREEL_POLICY_LICENSES_DENIED": "AGPL-3.0",
            "REPOREEL_POLICY_WORDS": "none",
            "REPOREEL_ALLOW_PRIVATE": "true",
        },
    )
    policy = settings.policy
    assert policy.triggers == ("star", "schedule")
    assert (policy.licenses_denied, policy.words, policy.allow_private) == (("AGPL-3.0",), (), True)
    assert load(ScannerSettings, {}).policy == Policy()
    assert load(ScannerSettings, {"REPOREEL_POLICY_TRIGGERS": "none"}).policy.triggers == ()
    assert load(ScannerSettings, {"REPOREEL_POLICY_RULES": "none"}).policy.rules == ()


@pytest.mark.parametrize("variable", ["REPOREEL_POLICY_TRIGGERS", "REPOREEL_POLICY_RULES"])
def test_a_misspelt_trigger_or_rule_stops_the_start(variable):
    with pytest.raises(SettingsError, match=variable):
        load(ScannerSettings, {variable: "stra"})
