"""What an operator may set for the scanner, by environment variable."""

from __future__ import annotations

from typing import Literal

import msgspec

from services.scanner.github_kept import KeptAnswers
from services.scanner.limits import ScanLimits
from services.scanner.policy import BOUND, RULES, Policy, Rule
from shared.bus import Bus
from shared.events import Trigger
from shared.github.http import GitHubHttp
from shared.github.settings import GitHubSettings
from shared.measures import Measures

DEFAULTS = ScanLimits()
POLICY = Policy()
NONE = ("none",)
Nothing = Literal["none"]
"""How an operator writes an empty list: an empty variable counts as unset."""


class ScannerSettings(GitHubSettings, frozen=True, kw_only=True):
    """Sizes in bytes, times in seconds."""

    download_time_limit_seconds: float = msgspec.field(
        name="REPOREEL_SCAN_DOWNLOAD_TIME_LIMIT_SECONDS", default=600.0
    )
    time_limit_seconds: float = msgspec.field(name="REPOREEL_SCAN_TIME_LIMIT_SECONDS", default=300.0)
    """For reading and measuring one repository, once it is here."""
    max_packed_bytes: int = msgspec.field(
        name="REPOREEL_SCAN_MAX_PACKED_BYTES", default=DEFAULTS.max_packed_bytes
    )
    max_unpacked_bytes: int = msgspec.field(
        name="REPOREEL_SCAN_MAX_UNPACKED_BYTES", default=DEFAULTS.max_unpacked_bytes
    )
    max_ratio: int = msgspec.field(name="REPOREEL_SCAN_MAX_RATIO", default=DEFAULTS.max_ratio)
    max_entries: int = msgspec.field(name="REPOREEL_SCAN_MAX_ENTRIES", default=DEFAULTS.max_entries)
    max_file_bytes: int = msgspec.field(name="REPOREEL_SCAN_MAX_FILE_BYTES", default=DEFAULTS.max_file_bytes)

    obeys_repo_file: bool = msgspec.field(name="REPOREEL_REPO_FILE", default=True)
    """Whether a repository's own `.github/reporeel.yml` counts."""
    max_repo_file_languages: int = msgspec.field(name="REPOREEL_REPO_FILE_MAX_LANGUAGES", default=4)
    allow_private: bool = msgspec.field(name="REPOREEL_ALLOW_PRIVATE", default=False)
    """Whether private repositories may be filmed without anybody asking, and published."""
    policy_triggers: tuple[Trigger | Nothing, ...] = msgspec.field(
        name="REPOREEL_POLICY_TRIGGERS", default=BOUND
    )
    policy_rules: tuple[Rule | Nothing, ...] = msgspec.field(name="REPOREEL_POLICY_RULES", default=RULES)
    licenses_allowed: tuple[str, ...] = msgspec.field(
        name="REPOREEL_POLICY_LICENSES_ALLOWED", default=POLICY.licenses_allowed
    )
    licenses_denied: tuple[str, ...] = msgspec.field(
        name="REPOREEL_POLICY_LICENSES_DENIED", default=POLICY.licenses_denied
    )
    policy_words: tuple[str, ...] = msgspec.field(name="REPOREEL_POLICY_WORDS", default=POLICY.words)

    def github_http(self, measures: Measures | None = None, bus: Bus | None = None) -> GitHubHttp:
        """With a bus, GitHub's answers outlive this process and are shared with its replicas."""
        who = self.github_app_id or self.github_token
        return GitHubHttp(
            self.github_api_url,
            self.github_token,
            timeout_seconds=self.github_timeout_seconds,
            download_time_limit_seconds=self.download_time_limit_seconds,
            max_packed_bytes=self.max_packed_bytes,
            app=self.github_app,
            remembered=KeptAnswers(bus, f"{self.github_api_url} {who}") if bus else None,
            measures=measures,
        )

    @property
    def policy(self) -> Policy:
        return Policy(
            triggers=_unless_none(self.policy_triggers),
            rules=_unless_none(self.policy_rules),
            licenses_allowed=_unless_none(self.licenses_allowed),
            licenses_denied=_unless_none(self.licenses_denied),
            words=_unless_none(self.policy_words),
            allow_private=self.allow_private,
        )

    @property
    def limits(self) -> ScanLimits:
        return ScanLimits(
            max_packed_bytes=self.max_packed_bytes,
            max_unpacked_bytes=self.max_unpacked_bytes,
            max_ratio=self.max_ratio,
            max_entries=self.max_entries,
            max_file_bytes=self.max_file_bytes,
            obeys_repo_file=self.obeys_repo_file,
        )


def _unless_none(written: tuple[str, ...]) -> tuple[str, ...]:
    return () if written == NONE else written
