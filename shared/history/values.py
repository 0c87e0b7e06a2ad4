"""Entries as Firestore's typed values (https://firebase.google.com/docs/firestore/reference/rest/v1/Value)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from shared.history.entry import Entry
from shared.history.ids import repository_word

REPOSITORY = "repository"


def fields_of(entry: Entry) -> dict[str, Any]:
    """Also the repository's name in one word, which stays short enough to be searched for."""
    fields = {name: _value(value) for name, value in msgspec.structs.asdict(entry).items()}
    return fields | {REPOSITORY: _value(repository_word(entry.repo_name))}


def entry_of(fields: dict[str, Any]) -> Entry:
    """Fields of others are passed over.

    Raises msgspec.ValidationError when it is no entry.
    """
    return msgspec.convert({name: _plain(value) for name, value in fields.items()}, Entry)


def timestamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _value(plain: Any) -> dict[str, Any]:
    match plain:
        case datetime():
            return {"timestampValue": timestamp(plain)}
        case tuple():
            return {"arrayValue": {"values": [_value(one) for one in plain]}}
        case dict():
            return {"mapValue": {"fields": {name: _value(one) for name, one in plain.items()}}}
        case int():
            return {"integerValue": str(plain)}
    return {"nullValue": None} if plain is None else {"stringValue": plain}


def _plain(value: dict[str, Any]) -> Any:
    kind, content = next(iter(value.items()))
    match kind:
        case "integerValue":
            return int(content)
        case "arrayValue":
            return [_plain(one) for one in content.get("values", ())]
        case "mapValue":
            return {name: _plain(one) for name, one in content.get("fields", {}).items()}
    return content
