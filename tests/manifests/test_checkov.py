"""What checkov says of the manifests and the Dockerfile; what we do not follow has its reason here."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.manifests.rendered import ROOT, parse

pytestmark = pytest.mark.manifests

CHECKOV = ROOT / ".venv-checkov" / "bin" / "checkov"
SECONDS = 300.0

REASONS = {
    "CKV_DOCKER_7": "The base is an argument, so checkov sees no tag; its default has one.",
    "CKV_K8S_15": "Tags are versions and do not move; pulling always stops pods while the registry is away.",
    "CKV_K8S_35": "Who gets into a container reads a mounted file as well; values are never logged.",
    "CKV_K8S_43": "Digests are known once a release is built; who deploys sets them (docs/deployment.md).",
}


def failed_checks(*files: Path) -> dict[str, str]:
    """What failed, and on which resource first."""
    kinds = ("--framework", "kubernetes", "dockerfile")
    said = subprocess.run(
        [CHECKOV, "--skip-download", "--quiet", "--compact", "--output", "json", "--file", *files, *kinds],
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
        cwd=ROOT,
    )
    answers = json.loads(said.stdout)
    reports = answers if isinstance(answers, list) else [answers]
    assert sum(report["summary"]["passed"] for report in reports), said.stderr
    assert not any(report["summary"]["parsing_errors"] for report in reports)
    return {
        check["check_id"]: check["resource"]
        for report in reports
        for check in report["results"]["failed_checks"]
    }


def test_what_checkov_refuses_is_what_we_have_reasons_for(overlays: dict[str, Path]) -> None:
    failed = failed_checks(*overlays.values(), ROOT / "Dockerfile")
    assert failed.keys() == REASONS.keys(), failed


def test_checkov_notices_a_privileged_container(overlays: dict[str, Path], tmp_path: Path) -> None:
    documents = parse(overlays["production"].read_text())
    scanner = next(
        one for one in documents if one["metadata"]["name"] == "scanner" and one["kind"] == "Deployment"
    )
    scanner["spec"]["template"]["spec"]["containers"][0]["securityContext"]["privileged"] = True
    broken = tmp_path / "broken.yaml"
    broken.write_text(yaml.safe_dump(scanner))
    assert "CKV_K8S_16" in failed_checks(broken)
