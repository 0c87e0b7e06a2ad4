"""What tells GitHub where films stand needs to know."""

from __future__ import annotations

from typing import Annotated

import msgspec

from shared.github.settings import GitHubSettings

Address = Annotated[str, msgspec.Meta(pattern=r"^(https?://[^\s/]+(/\S*)?)?$")]


class GitHubTargetSettings(GitHubSettings, frozen=True, kw_only=True):
    public_url: Address = msgspec.field(name="REPOREEL_PUBLIC_URL", default="")
    """Where people reach the gateway: links lead there. Unset, only to films that are public elsewhere."""

    @property
    def is_set(self) -> bool:
        return bool(self.github_token or self.github_app_id)
