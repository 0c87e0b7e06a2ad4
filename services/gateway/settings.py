"""The gateway's settings."""

from __future__ import annotations

from pathlib import Path

import msgspec


class GatewaySettings(msgspec.Struct, frozen=True, kw_only=True):
    host: str = msgspec.field(name="REPOREEL_HOST", default="127.0.0.1")
    port: int = msgspec.field(name="REPOREEL_PORT", default=8080)
    """0 takes a free port."""
    webhook_secrets: tuple[str, ...] = msgspec.field(name="GITHUB_WEBHOOK_SECRET", default=())
    """Each is accepted, so that a secret can be rotated; without any every webhook is refused."""
    api_tokens: tuple[str, ...] = msgspec.field(name="REPOREEL_API_TOKENS", default=())
    push_repos: tuple[str, ...] = msgspec.field(name="REPOREEL_PUSH_REPOS", default=())
    """`owner/name` of the repositories whose pushes start a film."""
    local_root: Path | None = msgspec.field(name="REPOREEL_LOCAL_ROOT", default=None)
    """Local folders inside this one may be filmed through the API; unset refuses them all."""
    records_in_memory: int = msgspec.field(name="REPOREEL_RECORDS_IN_MEMORY", default=20_000)
    """The newest records are answered from memory, older ones from the stream."""
