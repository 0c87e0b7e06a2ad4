"""Cuts the few methods a publisher calls out of YouTube's discovery document: run it when that is renewed.

    pip download --no-deps google-api-python-client
    python -m tests.contract.data.make_youtube_discovery google_api_python_client-*.whl

It writes `youtube_discovery.json` beside this file, with the checksum of what it was made from. The package
is licensed under Apache-2.0, Copyright Google LLC.
"""

from __future__ import annotations

import hashlib
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
DOCUMENT = "googleapiclient/discovery_cache/documents/youtube.v3.json"
METHODS = {
    "videos": ("insert", "list", "update", "delete"),
    "thumbnails": ("set",),
    "captions": ("list", "insert"),
    "channels": ("list",),
    "playlists": ("list", "insert"),
    "playlistItems": ("list", "insert"),
}
KEPT_OF_A_METHOD = ("path", "httpMethod", "parameters", "request", "response", "scopes", "mediaUpload")
NOISE = frozenset({"description", "enumDescriptions", "deprecated", "annotations"})


def main(wheel: Path) -> None:
    document = json.loads(zipfile.ZipFile(wheel).read(DOCUMENT))
    methods = {
        f"{resource}.{name}": _kept(document["resources"][resource]["methods"][name])
        for resource, names in METHODS.items()
        for name in names
    }
    origin = {"file": wheel.name, "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest()}
    cut = {
        "from": origin,
        "rootUrl": document["rootUrl"],
        "methods": methods,
        "schemas": _closure(document["schemas"], methods),
    }
    (HERE / "youtube_discovery.json").write_text(json.dumps(cut, indent=1, sort_keys=True) + "\n")


def _kept(method: dict[str, Any]) -> dict[str, Any]:
    return {key: _quiet(method[key]) for key in KEPT_OF_A_METHOD if key in method}


def _quiet(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: _quiet(inner)
            for key, inner in value.items()
            if key not in NOISE or not isinstance(inner, str | list | bool)
        }
    return [_quiet(inner) for inner in value] if isinstance(value, list) else value


def _closure(schemas: dict[str, Any], methods: dict[str, Any]) -> dict[str, Any]:
    """The schemas that the methods send, and those that these lean on."""
    wanted = [method["request"]["$ref"] for method in methods.values() if "request" in method]
    found: dict[str, Any] = {}
    while wanted:
        name = wanted.pop()
        if name not in found:
            found[name] = _quiet(schemas[name])
            wanted += _references(found[name])
    return found


def _references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [name for inner in value.values() for name in _references(inner)]
    return [name for inner in value for name in _references(inner)] if isinstance(value, list) else []


if __name__ == "__main__":
    main(Path(sys.argv[1]))
