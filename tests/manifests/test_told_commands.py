"""kubectl takes each command that our pages tell a reader to type; what it is about is in our manifests."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.manifests.rendered import name_of, parse
from tests.support.told_commands import Told, told

pytestmark = pytest.mark.manifests

NOBODY = "http://127.0.0.1:9"
"""A cluster that refuses connections: kubectl gets so far only with words and options it knows."""
SECONDS = 60.0
KINDS = {"deploy": "Deployment", "statefulset": "StatefulSet", "scaledobject": "ScaledObject", "job": "Job"}
COMMANDS = [command for command in told("kubectl") if command.whole or len(command.words) > 3]


def asked(words: Sequence[str], folder: Path) -> str:
    """What kubectl says at last."""
    command = ["kubectl", f"--server={NOBODY}", "--request-timeout=2s", *words[1:]]
    environ = os.environ | {"HOME": str(folder), "KUBECONFIG": str(folder / "none"), "NO_PROXY": "127.0.0.1"}
    said = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS, env=environ)
    assert said.returncode != 0
    return said.stderr


def is_understood(words: Sequence[str], folder: Path) -> bool:
    return "refused" in asked(words, folder) or "-k" in words


@pytest.mark.parametrize("command", COMMANDS, ids=str)
def test_kubectl_takes_the_command(command: Told, tmp_path: Path) -> None:
    assert is_understood(command.words, tmp_path), asked(command.words, tmp_path)


@pytest.mark.parametrize(
    "words", [["kubectl", "rollout", "redo", "deploy/gateway"], ["kubectl", "get", "pods", "--newest"]]
)
def test_a_command_that_kubectl_does_not_know_is_noticed(words: list[str], tmp_path: Path) -> None:
    assert not is_understood(words, tmp_path)


@pytest.mark.parametrize("command", COMMANDS, ids=str)
def test_what_it_is_about_is_there(command: Told, overlays: dict[str, Path]) -> None:
    known = {name_of(one) for file in overlays.values() for one in parse(file.read_text())}
    for kind, name in re.findall(r"\b([a-z]+)[/ ]([a-z-]+)", " ".join(command.words)):
        if kind in KINDS:
            assert f"{KINDS[kind]}/{name}" in known
