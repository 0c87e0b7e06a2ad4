"""Every command that our pages tell a reader to type is one there is, with the options there are."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Sequence

import pytest
import yaml

from services.__main__ import _parser
from tests.support.told_commands import ROOT, Told, told

SERVICES = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
PLACEHOLDERS = {"SERVICE": "scanner", "SHELL": "bash"}
NOT_RUN = {
    ("stream", "backup"),
    ("stream", "restore"),
    ("stream", "view"),
    ("kv", "get"),
    ("sub",),
}
"""What the `nats` program is told to do. It cannot be had here; its requests are made in
tests/integration/test_backup.py, and its streams and buckets are those of shared/pipeline.py."""


def is_one(words: Sequence[str], *, whole: bool) -> bool:
    """Whether `reporeel` takes these words; in a sentence, a command may be named without its arguments."""
    words = [PLACEHOLDERS.get(word, word) for word in words]
    if takes(words):
        return True
    return not whole and not any(word.startswith("-") for word in words) and takes([*words, "--help"])


def takes(words: Sequence[str]) -> bool:
    try:
        _parser().parse_args(words)
    except SystemExit as end:
        return end.code == 0
    return True


def ours(command: Told) -> Sequence[str] | None:
    """The words for `reporeel`, also where it is run inside a container."""
    if command.program == "reporeel":
        return command.words[1:]
    if "exec" in command.words:
        inside = command.words[command.words.index("exec") + 2 :]
        inside = inside[1:] if inside[0] == "--" else inside
        return inside[1:] if inside[0] == "reporeel" else None
    return None


@pytest.mark.parametrize("command", told("reporeel", "docker", "kubectl"), ids=str)
def test_reporeel_takes_the_command(command: Told, capsys: pytest.CaptureFixture[str]) -> None:
    words = ours(command)
    assert words is None or is_one(words, whole=command.whole), capsys.readouterr().err


@pytest.mark.parametrize("words", [["jobs", "park"], ["jobs", "list", "--state", "failed"], ["run"]])
def test_a_command_that_is_not_there_is_noticed(words: list[str]) -> None:
    assert not is_one(words, whole=True)


@pytest.mark.parametrize("command", told("make"), ids=str)
def test_make_has_the_target(command: Told) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {word for word in command.words[1:] if "=" not in word} <= targets


@pytest.mark.parametrize("command", told("python"), ids=str)
def test_python_finds_what_it_is_told_to_run(command: Told) -> None:
    _, first, *rest = command.words
    if first == "-m":
        assert importlib.util.find_spec(rest[0]) is not None
    else:
        assert (ROOT / first).is_file()


@pytest.mark.parametrize("command", told("docker"), ids=str)
def test_compose_has_the_services(command: Told) -> None:
    words = command.words
    if words[1] == "compose" and words[2] in {"exec", "logs", "up"}:
        plain = [
            word for word in words[3:] if not word.startswith("-") and "=" not in word and not word.isdigit()
        ]
        named = plain[:1] if words[2] == "exec" else plain
        assert set(named) <= set(SERVICES)
        assert {word.partition("=")[0] for word in words if re.match(r"[a-z]+=\d+$", word)} <= set(SERVICES)


@pytest.mark.parametrize("command", told("nats"), ids=str)
def test_nats_is_asked_for_what_there_is(command: Told) -> None:
    words = [word for word in command.words[1:] if not word.startswith("-")]
    assert tuple(words[:2]) in NOT_RUN or tuple(words[:1]) in NOT_RUN
    if words[1] == "backup":
        assert words[3] == f"backup/{words[2]}"
    if words[1] == "restore":
        assert len(words) == 3
