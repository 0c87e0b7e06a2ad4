"""Reads `.github/reporeel.yml`: what a repository wishes of its films. Nothing in it is obeyed unchecked.

There is no field for privacy, targets, secrets or addresses: those are the operator's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_type_hints

import msgspec
import yaml  # type: ignore[import-untyped]

from shared.events import Profile

NAMES = (".github/reporeel.yml", ".github/reporeel.yaml")
MAX_BYTES = 16 * 1024
MAX_DEPTH = 6
MAX_EVENTS = 4000
MAX_SHOWN_CHARACTERS = 60

Short = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
Pattern = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Code = Annotated[str, msgspec.Meta(pattern=r"^[a-z]{2,3}(?:-[A-Za-z]{2,4})?$")]
Term = Annotated[str, msgspec.Meta(pattern=r"^[^\W\d_][^\s\d/]{1,39}$")]
Said = Annotated[str, msgspec.Meta(pattern=r"^[^\W\d_][^\W\d_']{0,19}(?: [^\W\d_][^\W\d_']{0,19}){0,3}$")]
"""Four words at most: enough for how a name sounds, too little for another message."""
Color = Annotated[str, msgspec.Meta(pattern=r"^#[0-9A-Fa-f]{6}$")]


class RepoFile(msgspec.Struct, frozen=True, kw_only=True):
    """A field that breaks its rule is left out with a warning; the others count."""

    languages: Annotated[tuple[Code, ...], msgspec.Meta(max_length=12)] = ()
    voice: Annotated[dict[Code, Short], msgspec.Meta(max_length=12)] = {}
    """Voice by language."""
    triggers: Annotated[tuple[Literal["star", "release", "push"], ...], msgspec.Meta(max_length=3)] | None = (
        None
    )
    """Of the events that start films by themselves, those that may; None leaves it to the operator."""
    profile: Profile | None = None
    brand_color: Color | None = None
    glossary: Annotated[
        dict[Code, Annotated[dict[Short, Short], msgspec.Meta(max_length=200)]], msgspec.Meta(max_length=12)
    ] = {}
    """By language: how a term is to be translated; a term given as itself stays as it is."""
    pronunciations: Annotated[
        dict[Code, Annotated[dict[Term, Said], msgspec.Meta(max_length=100)]], msgspec.Meta(max_length=12)
    ] = {}
    """By language: words that sound like a term (`jet stream`), or letters to spell (`C L I`)."""
    include: Annotated[tuple[Pattern, ...], msgspec.Meta(max_length=50)] = ()
    """Only files that match one of these count. `*` also matches `/`, a folder's name all that is in it."""
    exclude: Annotated[tuple[Pattern, ...], msgspec.Meta(max_length=50)] = ()


class _Unusable(Exception):
    """The file as a whole cannot be used."""


def read_repo_file(texts: Mapping[str, str]) -> tuple[RepoFile, tuple[str, ...]]:
    """The repository's wishes, and a warning for each that does not count, naming its field."""
    path = next((name for name in NAMES if name in texts), None)
    if path is None:
        return RepoFile(), ()
    try:
        document = _document(texts[path])
    except (_Unusable, yaml.YAMLError, ValueError, RecursionError) as error:
        said = " ".join(str(error).split())[: 2 * MAX_SHOWN_CHARACTERS]
        return RepoFile(), (f"{path} does not count: {said}.",)
    return _checked(path, document)


def _document(text: str) -> Mapping[object, object]:
    if len(text.encode()) > MAX_BYTES:
        raise _Unusable(f"it is larger than {MAX_BYTES} bytes")
    _check_shape(text)
    document = yaml.safe_load(text)
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise _Unusable("it holds no fields")
    return document


def _check_shape(text: str) -> None:
    """Before anything is built: no aliases, which can make a short text endless, and no deep nesting."""
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=yaml.SafeLoader)):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent):
            raise _Unusable("it uses aliases")
        if depth > MAX_DEPTH or count > MAX_EVENTS:
            raise _Unusable("it is too deep or too long")


def _checked(path: str, document: Mapping[object, object]) -> tuple[RepoFile, tuple[str, ...]]:
    types = get_type_hints(RepoFile, include_extras=True)
    kept: dict[str, Any] = {}
    warnings: list[str] = []
    for name, value in document.items():
        if name not in types:
            warnings.append(f"{path}: there is no field {_shown(name)}.")
            continue
        try:
            kept[str(name)] = msgspec.convert(value, types[str(name)])
        except msgspec.ValidationError as error:
            warnings.append(f"{path}: {name} does not count: {error}.")
    return RepoFile(**kept), tuple(warnings)


def _shown(name: object) -> str:
    return repr(name[:MAX_SHOWN_CHARACTERS]) if isinstance(name, str) else f"of type {type(name).__name__}"
