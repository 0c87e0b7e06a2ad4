"""How a service reaches GitHub."""

from __future__ import annotations

import msgspec

from shared.errors import SettingsError
from shared.github.app import GitHubApp
from shared.github.http import GitHubHttp
from shared.measures import Measures

PUBLIC = "https://api.github.com"


class GitHubSettings(msgspec.Struct, frozen=True, kw_only=True):
    github_token: str = msgspec.field(name="GITHUB_TOKEN", default="")
    """Raises GitHub's hourly quota and opens private repositories; empty asks without one."""
    github_app_id: str = msgspec.field(name="GITHUB_APP_ID", default="")
    """Of a GitHub App: repositories it is installed on are asked for with its own tokens."""
    github_app_private_key: str = msgspec.field(name="GITHUB_APP_PRIVATE_KEY", default="")
    """PEM, or the path of a file that holds it."""
    github_api_url: str = msgspec.field(name="GITHUB_API_URL", default=PUBLIC)
    github_timeout_seconds: float = msgspec.field(name="REPOREEL_GITHUB_TIMEOUT_SECONDS", default=30.0)
    """The longest silence of GitHub, and the longest one of its answers may take."""

    @property
    def github_app(self) -> GitHubApp | None:
        """Raises SettingsError where only one half is set, or the key is none."""
        if not (self.github_app_id or self.github_app_private_key):
            return None
        if not (self.github_app_id and self.github_app_private_key):
            raise SettingsError("GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY go together: set both or none")
        return GitHubApp(self.github_app_id, self.github_app_private_key)

    def github_http(self, measures: Measures | None = None) -> GitHubHttp:
        return GitHubHttp(
            self.github_api_url,
            self.github_token,
            timeout_seconds=self.github_timeout_seconds,
            app=self.github_app,
            measures=measures,
        )
