"""The commands that talk to a gateway, run as a user does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from services.gateway.__main__ import serving
from services.gateway.settings import GatewaySettings
from tests.support.commands import reporeel
from tests.support.pipelines import pipeline_process, submission, submit

JOB = "a" * 32


async def test_a_shell_reaches_a_gateway_with_its_address_and_token(tmp_path: Path) -> None:
    settings = GatewaySettings(port=0, api_tokens=("read:reader", "submit:maker"))
    async with pipeline_process(tmp_path) as running, serving(running, settings) as url:
        await submit(running, submission(JOB))
        added = await reporeel(
            "schedule", "add", "nightly", "@daily", "acme/site", "--url", url, "--token", "maker"
        )
        listed = await reporeel(
            "schedule", "list", REPOREEL_URL=url, REPOREEL_API_TOKENS="submit:maker,read:reader"
        )
        refused = await reporeel("schedule", "remove", "nightly", "--url", url, "--token", "reader")
        removed = await reporeel("schedule", "--url", url, "--token", "maker", "remove", "nightly")
        gone = await reporeel("schedule", "remove", "nightly", "--url", url, "--token", "maker")
        jobs = await reporeel("jobs", "list", "--url", url, "--token", "reader")
        cancelled = await reporeel("jobs", "cancel", JOB, "--url", url, "--token", "maker")
        watched = await reporeel("jobs", "watch", JOB, "--url", url, "--token", "reader")
    assert added.out == listed.out == "nightly  @daily  https://github.com/acme/site\n"
    assert (refused.code, removed.code, gone.code) == (1, 0, 1)
    assert "submit" in refused.err
    assert "no such schedule" in gone.err
    assert JOB in jobs.out
    assert '"cancelled"' in cancelled.out
    assert (watched.code, watched.out) == (1, "cancelled\n")


@pytest.mark.parametrize(
    ("url", "code", "words"),
    [
        ("http://127.0.0.1:9", 1, "no gateway answers at http://127.0.0.1:9"),
        ("127.0.0.1:9", 2, "is no address"),
    ],
)
async def test_a_wrong_address_is_named(url: str, code: int, words: str) -> None:
    ended = await reporeel("jobs", "list", "--url", url)
    assert ended.code == code
    assert words in ended.err


def test_bash_completes_commands_actions_and_options() -> None:
    script = _printed("bash")

    def completed(*words: str) -> set[str]:
        line = " ".join(f"'{word}'" for word in words)
        ask = f"{script}\nCOMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _reporeel; echo ${{COMPREPLY[@]}}"
        answer = subprocess.run(["bash", "-c", ask], capture_output=True, text=True, check=True, timeout=20)
        return set(answer.stdout.split())

    assert completed("reporeel", "sched") == {"schedule"}
    assert completed("reporeel", "jobs", "re") == {"retry", "requeue"}
    assert completed("reporeel", "jobs", "--url", "http://x", "li") == {"list"}
    assert "--time-zone" in completed("reporeel", "schedule", "add", "--t")


def test_every_shell_gets_every_command() -> None:
    for shell in ("bash", "zsh", "fish"):
        for word in ("run", "schedule", "jobs", "completion", "doctor"):
            assert word in _printed(shell)


def _printed(shell: str) -> str:
    command = [sys.executable, "-m", "services", "completion", shell]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
