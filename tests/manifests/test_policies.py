"""What a cluster would be given keeps our policies, and each policy notices what it is for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.manifests.policies import MAY_BE_LET_OUT, POLICIES, few_get_out
from tests.manifests.rendered import (
    EVERYTHING,
    OPTIONAL,
    OVERLAYS,
    ROOT,
    Document,
    containers,
    name_of,
    parse,
)

pytestmark = pytest.mark.manifests

EVERYWHERE = [{"ports": [{"port": 443}], "to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}]}]

BROKEN: dict[str, tuple[str, str, Callable[[Any], object]]] = {
    "a probe is missing": ("probes", "Deployment/narrator", lambda it: _container(it).pop("livenessProbe")),
    "a probe asks a port that is not there": (
        "probes",
        "Deployment/gateway",
        lambda it: _container(it)["readinessProbe"]["httpGet"].update(port="health"),
    ),
    "memory has no limit": (
        "limits",
        "Deployment/translator",
        lambda it: _container(it)["resources"]["limits"].pop("memory"),
    ),
    "a job has no limits": ("limits", "Job/provision", lambda it: _container(it).pop("resources")),
    "root is allowed": ("hardening", "Deployment/scanner", lambda it: _pod(it)["securityContext"].clear()),
    "a token is mounted": (
        "hardening",
        "Deployment/scanner",
        lambda it: _pod(it).pop("automountServiceAccountToken"),
    ),
    "the root can be written to": (
        "hardening",
        "Deployment/publisher-render",
        lambda it: _container(it)["securityContext"].update(readOnlyRootFilesystem=False),
    ),
    "a capability is added": (
        "hardening",
        "Deployment/gateway",
        lambda it: _container(it)["securityContext"]["capabilities"].update(add=["NET_RAW"]),
    ),
    "a deployment selects others' pods": (
        "selectors",
        "Deployment/narrator",
        lambda it: it["spec"]["selector"]["matchLabels"].update({"app.kubernetes.io/name": "narator"}),
    ),
    "a service selects nobody": (
        "selectors",
        "Service/gateway",
        lambda it: it["spec"]["selector"].update({"app.kubernetes.io/name": "front"}),
    ),
    "an autoscaler scales what is not there": (
        "selectors",
        "HorizontalPodAutoscaler/gateway",
        lambda it: it["spec"]["scaleTargetRef"].update(name="front"),
    ),
    "a service leads nowhere": (
        "service_ports",
        "Service/gateway",
        lambda it: it["spec"]["ports"][0].update(targetPort="https"),
    ),
    "no pod may go": (
        "budgets",
        "PodDisruptionBudget/scanner",
        lambda it: it["spec"].update(maxUnavailable=0),
    ),
    "the consumer has another name": (
        "watched_consumers",
        "ScaledObject/narrator",
        lambda it: it["spec"]["triggers"][0]["metadata"].update(consumer="narrate"),
    ),
    "nothing is closed": (
        "closed_by_default",
        "NetworkPolicy/default-deny",
        lambda it: it["spec"].update(policyTypes=["Ingress"]),
    ),
    "a way in leads to another port": (
        "policy_ports",
        "NetworkPolicy/gateway-from-ingress",
        lambda it: it["spec"]["ingress"][0]["ports"][0].update(port=80),
    ),
    "anybody may come in": (
        "policy_ports",
        "NetworkPolicy/gateway-from-ingress",
        lambda it: it["spec"]["ingress"][0].pop("from"),
    ),
    "anything may go out": (
        "narrow_egress",
        "NetworkPolicy/names-and-nats",
        lambda it: it["spec"].update(egress=[{}]),
    ),
    "private addresses can be reached": (
        "narrow_egress",
        "NetworkPolicy/https-outside",
        lambda it: it["spec"].update(egress=EVERYWHERE),
    ),
    "plain HTTP may go out": (
        "narrow_egress",
        "NetworkPolicy/https-outside",
        lambda it: it["spec"]["egress"][0]["ports"].append({"port": 80}),
    ),
    "others than the gateway may send mail": (
        "narrow_egress",
        "NetworkPolicy/https-outside",
        lambda it: it["spec"]["egress"][0]["ports"].append({"port": 587}),
    ),
    "one more gets out": (
        "few_get_out",
        "NetworkPolicy/https-outside",
        lambda it: it["spec"]["podSelector"]["matchExpressions"][0]["values"].append("translator"),
    ),
    "everybody gets out": (
        "few_get_out",
        "NetworkPolicy/https-outside",
        lambda it: it["spec"].update(podSelector={}),
    ),
    "a whole namespace can be reached": (
        "narrow_egress",
        "NetworkPolicy/names-and-nats",
        lambda it: it["spec"]["egress"][0]["to"][0].pop("podSelector"),
    ),
}


def _pod(document: Document) -> Document:
    spec: Document = document["spec"]["template"]["spec"]
    return spec


def _container(document: Document) -> Document:
    container: Document = _pod(document)["containers"][0]
    return container


@pytest.mark.parametrize("overlay", OVERLAYS)
@pytest.mark.parametrize("policy", POLICIES)
def test_what_a_cluster_is_given_keeps_the_policy(
    overlays: dict[str, Path], overlay: str, policy: str
) -> None:
    assert list(POLICIES[policy](parse(overlays[overlay].read_text()))) == []


@pytest.mark.parametrize("fault", BROKEN)
def test_a_policy_notices_what_is_broken(overlays: dict[str, Path], fault: str) -> None:
    policy, victim, breaking = BROKEN[fault]
    documents = parse(overlays["production"].read_text())
    breaking(next(document for document in documents if name_of(document) == victim))
    complaints = list(POLICIES[policy](documents))
    assert len(complaints) >= 1
    assert "default-deny" in victim or any(victim in complaint for complaint in complaints)


def test_ways_out_open_only_where_they_are_asked_for(overlays: dict[str, Path]) -> None:
    documents = parse(overlays[EVERYTHING].read_text())
    opened = list(few_get_out(documents))
    assert len(opened) == len(OPTIONAL)
    assert all("['gateway']" in complaint or "['narrator']" in complaint for complaint in opened)
    assert list(few_get_out(documents, MAY_BE_LET_OUT)) == []
    others = {name: policy for name, policy in POLICIES.items() if policy is not few_get_out}
    assert [complaint for policy in others.values() for complaint in policy(documents)] == []


def test_every_secret_that_is_read_stands_in_the_example(overlays: dict[str, Path]) -> None:
    documents = parse(overlays[EVERYTHING].read_text())
    examples = parse((ROOT / "k8s" / "base" / "secrets.example.yaml").read_text())
    shown = {(one["metadata"]["name"], key) for one in examples for key in one["stringData"]}
    read = {
        (source["secretKeyRef"]["name"], source["secretKeyRef"]["key"])
        for _, container in containers(documents)
        for variable in container.get("env", [])
        if "secretKeyRef" in (source := variable.get("valueFrom", {}))
    }
    assert ("reporeel-mail", "password") in read
    assert read <= shown


def test_every_policy_has_something_it_notices() -> None:
    assert {policy for policy, _, _ in BROKEN.values()} == set(POLICIES)
