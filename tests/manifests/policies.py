"""What we ask of every manifest. Each policy gives its complaints: an empty list is a pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from shared.pipeline import PIPELINE, consumers
from tests.manifests.rendered import Document, containers, name_of, of_kind, pods, selects

Policy = Callable[[list[Document]], Iterator[str]]

PROBES = "startupProbe", "livenessProbe", "readinessProbe"
AMOUNTS = "cpu", "memory", "ephemeral-storage"
PRIVATE = {"10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"}
OUTSIDE = {443}
"""Ports that may be reached beyond the cluster."""
MAIL = 587
"""The gateway's pods may reach this one too, where an operator asks for it."""
GET_OUT = {"scanner", "publisher-publish"}
"""Whose pods may reach anything beyond the cluster."""
MAY_BE_LET_OUT = GET_OUT | {"gateway", "narrator"}
"""The same, where an operator asks for it."""


def probes(documents: list[Document]) -> Iterator[str]:
    """What is to run for ever says by itself how it is, at a port that it has."""
    for workload in of_kind(documents, "Deployment", "StatefulSet"):
        for container in workload["spec"]["template"]["spec"]["containers"]:
            ports = {port["name"] for port in container["ports"]}
            for probe in PROBES:
                if container.get(probe, {}).get("httpGet", {}).get("port") not in ports:
                    yield f"{name_of(workload)} has no {probe} at one of its ports"


def limits(documents: list[Document]) -> Iterator[str]:
    for name, container in containers(documents):
        for side in ("requests", "limits"):
            for amount in AMOUNTS:
                if amount not in container.get("resources", {}).get(side, {}):
                    yield f"{name} has no {side} of {amount}"


def hardening(documents: list[Document]) -> Iterator[str]:
    """What the namespace's `restricted` level asks, and a root that cannot be written to."""
    for name, pod in pods(documents):
        context = pod["spec"].get("securityContext", {})
        if context.get("runAsNonRoot") is not True or not context.get("runAsUser"):
            yield f"{name} may run as root"
        if context.get("seccompProfile") != {"type": "RuntimeDefault"}:
            yield f"{name} has no seccomp profile"
        if pod["spec"].get("automountServiceAccountToken") is not False:
            yield f"{name} holds a token of the cluster"
    for name, container in containers(documents):
        context = container.get("securityContext", {})
        if context.get("allowPrivilegeEscalation") is not False:
            yield f"{name} may gain privileges"
        if context.get("readOnlyRootFilesystem") is not True:
            yield f"{name} may write to its root"
        if context.get("capabilities") != {"drop": ["ALL"]}:
            yield f"{name} keeps capabilities"


def selectors(documents: list[Document]) -> Iterator[str]:
    """Whoever selects pods finds some; a workload finds its own."""
    templates = [pod for _, pod in pods(documents)]
    for workload in of_kind(documents, "Deployment", "StatefulSet"):
        if not selects(workload["spec"]["selector"], workload["spec"]["template"]):
            yield f"{name_of(workload)} does not select its own pods"
    for document in of_kind(documents, "Service", "PodDisruptionBudget", "ServiceMonitor"):
        selector = document["spec"]["selector"]
        labels = {"matchLabels": selector} if document["kind"] == "Service" else selector
        if not any(selects(labels, pod) for pod in templates):
            yield f"{name_of(document)} selects nothing"
    for document in of_kind(documents, "ScaledObject", "HorizontalPodAutoscaler"):
        target = f"Deployment/{document['spec']['scaleTargetRef']['name']}"
        if target not in map(name_of, documents):
            yield f"{name_of(document)} scales {target}, which is not there"


def service_ports(documents: list[Document]) -> Iterator[str]:
    for service in of_kind(documents, "Service"):
        selector = {"matchLabels": service["spec"]["selector"]}
        named = {
            port["name"]
            for _, pod in pods(documents)
            if selects(selector, pod)
            for container in pod["spec"]["containers"]
            for port in container["ports"]
        }
        for port in service["spec"]["ports"]:
            if port["targetPort"] not in named:
                yield f"{name_of(service)} leads to {port['targetPort']}, which nobody has"


def budgets(documents: list[Document]) -> Iterator[str]:
    """A budget lets at least one pod go, so that a node can be drained."""
    for budget in of_kind(documents, "PodDisruptionBudget"):
        if "minAvailable" in budget["spec"] or not budget["spec"].get("maxUnavailable", 0):
            yield f"{name_of(budget)} may hold every pod fast"


def watched_consumers(documents: list[Document]) -> Iterator[str]:
    known = {name for stage in PIPELINE for name in consumers(stage).values()}
    for scaled in of_kind(documents, "ScaledObject"):
        for trigger in scaled["spec"]["triggers"]:
            if trigger["metadata"]["consumer"] not in known:
                yield f"{name_of(scaled)} watches {trigger['metadata']['consumer']}, which is no consumer"


def closed_by_default(documents: list[Document]) -> Iterator[str]:
    closed = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    if closed not in [policy["spec"] for policy in of_kind(documents, "NetworkPolicy")]:
        yield "no NetworkPolicy closes everything that is not opened"


def policy_ports(documents: list[Document]) -> Iterator[str]:
    """A way in leads to a port that the pods behind it have; pods of the NATS chart are not among ours."""
    for policy in of_kind(documents, "NetworkPolicy"):
        behind = [pod for _, pod in pods(documents) if selects(policy["spec"]["podSelector"], pod)]
        ports = {
            port["containerPort"]
            for pod in behind
            for container in pod["spec"]["containers"]
            for port in container.get("ports", [])
        }
        for rule in policy["spec"].get("ingress", []):
            if not rule.get("from") or not rule.get("ports"):
                yield f"{name_of(policy)} lets anybody in, or to any port"
            for opened in rule.get("ports", []):
                if behind and opened["port"] not in ports:
                    yield f"{name_of(policy)} opens {opened['port']}, where nobody listens"


def narrow_egress(documents: list[Document]) -> Iterator[str]:
    """Out of the cluster only by HTTPS, and never to a private address; within it to named pods and ports."""
    for policy in of_kind(documents, "NetworkPolicy"):
        for rule in policy["spec"].get("egress", []):
            if not rule.get("to") or not rule.get("ports"):
                yield f"{name_of(policy)} lets anything out"
            for peer in rule.get("to", []):
                block = peer.get("ipBlock")
                if block is None and "podSelector" not in peer:
                    yield f"{name_of(policy)} lets out to whole namespaces"
                if block and not set(block.get("except", [])) >= PRIVATE:
                    yield f"{name_of(policy)} lets out to private addresses"
                allowed = OUTSIDE | {MAIL} if behind(policy, documents) == {"gateway"} else OUTSIDE
                if block and {port["port"] for port in rule.get("ports", [])} - allowed:
                    yield f"{name_of(policy)} lets out by other ports than {sorted(allowed)}"


def few_get_out(documents: list[Document], allowed: set[str] = GET_OUT) -> Iterator[str]:
    """Only whose work is outside reaches anything beyond the cluster."""
    for policy in of_kind(documents, "NetworkPolicy"):
        peers = [peer for rule in policy["spec"].get("egress", []) for peer in rule.get("to", [])]
        others = behind(policy, documents) - allowed
        if others and any("ipBlock" in peer for peer in peers):
            yield f"{name_of(policy)} lets out {sorted(others)}"


def behind(policy: Document, documents: list[Document]) -> set[str]:
    """The names of the workloads whose pods a network policy is about."""
    return {
        name.partition("/")[2] for name, pod in pods(documents) if selects(policy["spec"]["podSelector"], pod)
    }


POLICIES: Mapping[str, Policy] = {
    policy.__name__: policy
    for policy in (
        probes,
        limits,
        hardening,
        selectors,
        service_ports,
        budgets,
        watched_consumers,
        closed_by_default,
        policy_ports,
        narrow_egress,
        few_get_out,
    )
}
