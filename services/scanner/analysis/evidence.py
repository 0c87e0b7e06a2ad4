"""Makes facts: none without evidence, all text redacted, ids numbered from 1."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from shared.facts import Evidence, Fact, Scalar
from shared.redaction.blots import redacted


def in_file(path: str, first: int | None = None, last: int | None = None) -> Evidence:
    """Lines count from 1; without them the whole file is meant."""
    lines = (first, last or first) if first else None
    return Evidence(source="file", path=path, lines=lines)


def measured(what: str, path: str | None = None) -> Evidence:
    return Evidence(source="measured", path=path, field=what)


def from_git(command: str) -> Evidence:
    return Evidence(source="git", field=command)


def from_api(field: str) -> Evidence:
    return Evidence(source="api", field=field)


def fact(
    fact_id: str,
    kind: str,
    value: Scalar | tuple[str, ...] | None,
    evidence: Evidence | Iterable[Evidence],
    /,
    confidence: float = 1.0,
    **attributes: Scalar | None,
) -> Iterator[Fact]:
    """One fact, or none when the value is missing or empty; missing attributes are left out likewise."""
    if value is None or value in ("", ()):
        return
    seen = (evidence,) if isinstance(evidence, Evidence) else tuple(evidence)
    if not seen:
        raise ValueError(f"{fact_id} has no evidence")
    kept = {name: _clean(given) for name, given in sorted(attributes.items()) if given not in (None, "")}
    clean = _clean_value(value)
    places = tuple(map(_clean_evidence, seen))
    yield Fact(id=fact_id, kind=kind, value=clean, attributes=kept, evidence=places, confidence=confidence)


def _clean_evidence(seen: Evidence) -> Evidence:
    path = seen.path and redacted(seen.path)
    field = seen.field and redacted(seen.field)
    return Evidence(source=seen.source, path=path, lines=seen.lines, field=field)


def _clean_value(value: Scalar | tuple[str, ...]) -> Scalar | tuple[str, ...]:
    if isinstance(value, tuple):
        return tuple(redacted(part) for part in value)
    return _clean(value)


def _clean(value: Scalar | None) -> Scalar:
    if value is None:
        raise AssertionError("filtered by the caller")
    return redacted(value) if isinstance(value, str) else value
