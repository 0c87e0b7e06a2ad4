"""`reporeel completion SHELL`: what teaches a shell the commands, written from the parser itself.

eval "$(reporeel completion bash)"
reporeel completion fish | source
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import NamedTuple

BASH = """\
_reporeel() {{
    local path="" word words
    for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
        case "$word" in -*) ;; *) path="$path $word" ;; esac
    done
    while :; do
        case "$path" in
{cases}
        esac
        [[ -z "$path" ]] && break
        path="${{path% *}}"
    done
    COMPREPLY=($(compgen -W "$words" -- "${{COMP_WORDS[COMP_CWORD]}}"))
    [[ ${{#COMPREPLY[@]}} -eq 0 ]] && COMPREPLY=($(compgen -f -- "${{COMP_WORDS[COMP_CWORD]}}"))
}}
complete -F _reporeel reporeel
"""
ZSH = "autoload -U +X bashcompinit && bashcompinit\n"


class Place(NamedTuple):
    """Where in a command line what may follow."""

    path: tuple[str, ...]
    words: tuple[str, ...]


async def completion(parser: argparse.ArgumentParser, shell: str) -> int:
    places = list(_places(parser, ()))
    if shell == "fish":
        sys.stdout.write("\n".join(_fish(places)) + "\n")
        return 0
    cases = "\n".join(_case(place) for place in places)
    sys.stdout.write((ZSH if shell == "zsh" else "") + BASH.format(cases=cases))
    return 0


def _places(parser: argparse.ArgumentParser, path: tuple[str, ...]) -> Iterator[Place]:
    words: list[str] = []
    inner: dict[str, argparse.ArgumentParser] = {}
    for action in parser._actions:  # noqa: SLF001 - argparse tells it no other way
        words += [option for option in action.option_strings if option.startswith("--")]
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            inner = dict(action.choices)
        if action.choices is not None:
            words += [str(choice) for choice in action.choices]
    yield Place(path, tuple(words))
    for name, below in inner.items():
        yield from _places(below, (*path, name))


def _case(place: Place) -> str:
    path = "".join(f" {word}" for word in place.path)
    return f'            "{path}") words="{" ".join(place.words)}"; break ;;'


def _fish(places: list[Place]) -> Iterator[str]:
    yield "complete -c reporeel -f"
    for place in places:
        seen = "; and ".join(f"__fish_seen_subcommand_from {word}" for word in place.path)
        condition = seen or "__fish_use_subcommand"
        for word in place.words:
            flag = f"-l {word.removeprefix('--')}" if word.startswith("--") else f"-a {word}"
            yield f"complete -c reporeel -n '{condition}' {flag}"
