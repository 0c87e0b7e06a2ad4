"""What others' programs say of the manifests and the Dockerfiles."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.manifests.rendered import EVERYTHING, OVERLAYS, ROOT, parse

pytestmark = pytest.mark.manifests

PROGRAMS = Path(sys.executable).parent
VERSIONS = [f"1.{minor}" for minor in range(30, 38)]
OWN_SCHEMAS = {"ScaledObject", "ServiceMonitor", "PrometheusRule"}
"""Kinds of KEDA and of the Prometheus operator, which Kubernetes itself does not know."""
DOCKERFILES = "Dockerfile", "tests/docker/github.Dockerfile", "tests/docker/nats.Dockerfile"
SECONDS = 120.0


def run(*command: str | Path, text: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        list(map(str, command)),
        input=text,
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
        cwd=ROOT,
    )


def validate(file: Path, version: str) -> subprocess.CompletedProcess[str]:
    return run(PROGRAMS / "kubernetes-validate", "--strict", "--kubernetes-version", version, file)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("overlay", [*OVERLAYS, EVERYTHING])
def test_kubernetes_knows_every_field(overlays: dict[str, Path], overlay: str, version: str) -> None:
    said = validate(overlays[overlay], version)
    unknown = [line for line in said.stdout.splitlines() if line.startswith("WARN")]
    assert said.returncode == 0, said.stdout + said.stderr
    assert all(any(kind in line for kind in OWN_SCHEMAS) for line in unknown), unknown


def test_a_field_that_kubernetes_does_not_know_is_noticed(overlays: dict[str, Path], tmp_path: Path) -> None:
    documents = parse(overlays["production"].read_text())
    gateway = next(one for one in documents if one["kind"] == "Deployment")
    gateway["spec"]["replica"] = 2
    broken = tmp_path / "broken.yaml"
    broken.write_text(yaml.safe_dump_all(documents))
    said = validate(broken, VERSIONS[-1])
    assert said.returncode != 0
    assert "replica" in said.stdout + said.stderr


@pytest.mark.parametrize("dockerfile", DOCKERFILES)
def test_hadolint_has_nothing_to_say(dockerfile: str) -> None:
    said = run(PROGRAMS / "hadolint", ROOT / dockerfile)
    assert (said.returncode, said.stdout) == (0, "")


def test_hadolint_notices_a_careless_dockerfile() -> None:
    said = run(PROGRAMS / "hadolint", "-", text="FROM debian\nRUN cd /tmp && apt-get install curl\n")
    assert said.returncode != 0
    assert {"DL3006", "DL3003"} <= set(said.stdout.split())


def test_every_ignored_rule_has_its_reason() -> None:
    for dockerfile in DOCKERFILES:
        lines = (ROOT / dockerfile).read_text().splitlines()
        for above, line in itertools.pairwise(lines):
            assert "hadolint ignore" not in line or above.startswith("# "), line
