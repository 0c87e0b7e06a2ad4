"""What kubectl makes of an overlay: the documents a cluster would be given."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from shared.passwords import make_passwords

ROOT = Path(__file__).parents[2]
OVERLAYS = "dev", "production"
OPTIONAL = "callbacks", "missed-webhooks", "mail", "language-model"
"""Components that production leaves to whoever asks for them."""
EVERYTHING = "everything"
"""Production with all of those."""
RENDER_SECONDS = 60.0

Document = dict[str, Any]


def render(overlay: str, folder: Path) -> str:
    """The YAML of an overlay, rendered in a copy of the tree that holds passwords of its own."""
    for name in ("k8s", "nats"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("passwords"))
    make_passwords(folder / "k8s" / "overlays" / "dev" / "passwords", "nats:4222")
    everything = folder / "k8s" / "overlays" / EVERYTHING
    everything.mkdir()
    asked = {"resources": ["../production"], "components": [f"../../components/{name}" for name in OPTIONAL]}
    (everything / "kustomization.yaml").write_text(yaml.safe_dump(asked))
    rendered = subprocess.run(
        ["kubectl", "kustomize", folder / "k8s" / "overlays" / overlay],
        capture_output=True,
        text=True,
        check=False,
        timeout=RENDER_SECONDS,
    )
    assert rendered.returncode == 0, rendered.stderr
    return rendered.stdout


def parse(text: str) -> list[Document]:
    return [document for document in yaml.safe_load_all(text) if document]


def of_kind(documents: list[Document], *kinds: str) -> list[Document]:
    return [document for document in documents if document["kind"] in kinds]


def name_of(document: Document) -> str:
    return f"{document['kind']}/{document['metadata']['name']}"


def pods(documents: list[Document]) -> Iterator[tuple[str, Document]]:
    """Each workload's name and pod template."""
    for document in of_kind(documents, "Deployment", "StatefulSet", "DaemonSet", "Job"):
        yield name_of(document), document["spec"]["template"]


def containers(documents: list[Document]) -> Iterator[tuple[str, Document]]:
    for name, pod in pods(documents):
        for container in pod["spec"]["containers"] + pod["spec"].get("initContainers", []):
            yield f"{name}/{container['name']}", container


def selects(selector: Document, pod: Document) -> bool:
    """Whether a label selector means this pod; an empty one means every pod."""
    labels = pod["metadata"]["labels"]
    plain = selector.get("matchLabels", {}).items() <= labels.items()
    rules = selector.get("matchExpressions", [])
    assert all(rule["operator"] == "In" for rule in rules), "teach `selects` this operator"
    return plain and all(labels.get(rule["key"]) in rule["values"] for rule in rules)
