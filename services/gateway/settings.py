"""The gateway's settings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec

from shared.events import FILES, Target


class GatewaySettings(msgspec.Struct, frozen=True, kw_only=True):
    host: str = msgspec.field(name="REPOREEL_HOST", default="127.0.0.1")
    port: int = msgspec.field(name="REPOREEL_PORT", default=8080)
    """0 takes a free port."""
    webhook_secrets: tuple[str, ...] = msgspec.field(name="GITHUB_WEBHOOK_SECRET", default=())
    """Each is accepted, so that a secret can be rotated; without any every webhook is refused."""
    api_tokens: tuple[str, ...] = msgspec.field(name="REPOREEL_API_TOKENS", default=())
    """Each may start with `read:`, `submit:` or `admin:`; without, it allows everything."""
    targets: tuple[Target, ...] = msgspec.field(name="REPOREEL_PUBLISH_TARGETS", default=(FILES,))
    """Where films may go at all, whoever asks."""
    webhook_targets: tuple[Target, ...] = msgspec.field(name="REPOREEL_PUBLISH_WEBHOOKS", default=(FILES,))
    """Where the films go that a webhook starts; only targets that are allowed count."""
    cors_origins: tuple[str, ...] = msgspec.field(name="REPOREEL_CORS_ORIGINS", default=())
    """Origins whose pages may call the API from a browser, `https://films.example` for instance."""
    proxies: Annotated[int, msgspec.Meta(ge=0, le=10)] = msgspec.field(name="REPOREEL_PROXIES", default=0)
    """How many proxies of ours stand before the gateway, each adding to `X-Forwarded-For`."""
    repo_jobs_per_minute: Annotated[int, msgspec.Meta(ge=0)] = msgspec.field(
        name="REPOREEL_REPO_JOBS_PER_MINUTE", default=600
    )
    """New jobs for one repository; 0 is no limit, here and below."""
    source_jobs_per_minute: Annotated[int, msgspec.Meta(ge=0)] = msgspec.field(
        name="REPOREEL_SOURCE_JOBS_PER_MINUTE", default=6000
    )
    """Requests that could start a job, from one address."""
    source_forgeries_per_minute: Annotated[int, msgspec.Meta(ge=0)] = msgspec.field(
        name="REPOREEL_SOURCE_FORGERIES_PER_MINUTE", default=600
    )
    """Wrongly signed webhooks from one address; after that none of its bodies is read."""
    body_seconds: float = msgspec.field(name="REPOREEL_BODY_SECONDS", default=30.0)
    """A body that takes longer to come is refused."""
    callback_secrets: tuple[str, ...] = msgspec.field(name="REPOREEL_CALLBACK_SECRET", default=())
    """Signs what is sent to a `callback_url`; while rotating, each of them does. Without one none is sent."""
    callback_hosts: tuple[str, ...] = msgspec.field(name="REPOREEL_CALLBACK_HOSTS", default=())
    """`host` or `host:port` inside the operator's own network that may be called, also without TLS."""
    mail_domains: tuple[str, ...] = msgspec.field(name="REPOREEL_MAIL_DOMAINS", default=())
    """Requests may ask for mail to addresses of these domains."""
    heartbeat_seconds: Annotated[float, msgspec.Meta(gt=0)] = msgspec.field(
        name="REPOREEL_HEARTBEAT_SECONDS", default=15.0
    )
    """Who watches a job hears something at least this often."""
    push_repos: tuple[str, ...] = msgspec.field(name="REPOREEL_PUSH_REPOS", default=())
    """`owner/name` of the repositories whose pushes start a film."""
    workflow_repos: tuple[str, ...] = msgspec.field(name="REPOREEL_WORKFLOW_REPOS", default=())
    """`owner/name` of those where a successful workflow run on the default branch starts one."""
    push_quiet_seconds: Annotated[int, msgspec.Meta(ge=0)] = msgspec.field(
        name="REPOREEL_PUSH_QUIET_SECONDS", default=0
    )
    """How long a push waits for another one, which takes its place; 0 starts each at once."""
    star_thresholds: tuple[int, ...] = msgspec.field(name="REPOREEL_STAR_THRESHOLDS", default=())
    """Numbers of stars that start a film; unset is the first star that is seen."""
    local_root: Path | None = msgspec.field(name="REPOREEL_LOCAL_ROOT", default=None)
    """Local folders inside this one may be filmed through the API; unset refuses them all."""
    job_timeout_seconds: Annotated[float, msgspec.Meta(ge=0)] = msgspec.field(
        name="REPOREEL_JOB_TIMEOUT_SECONDS", default=0.0
    )
    """How long a job may be worked on, queues and waiting left out; 0 is no limit but its stages'."""
    records_in_memory: int = msgspec.field(name="REPOREEL_RECORDS_IN_MEMORY", default=20_000)
    """The newest records are answered from memory, older ones from the stream."""
