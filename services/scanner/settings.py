"""What an operator may set for the scanner, by environment variable."""

from __future__ import annotations

import msgspec

from services.scanner.limits import ScanLimits
from services.scanner.policy import Policy

DEFAULTS = ScanLimits()
POLICY = Policy()
NONE = ("none",)
"""How an operator writes an empty list: an empty variable counts as unset."""


class ScannerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Sizes in bytes, times in seconds."""

    github_token: str = msgspec.field(name="GITHUB_TOKEN", default="")
    """Raises GitHub's hourly quota and opens private repositories; empty asks without one."""
    github_api_url: str = msgspec.field(name="GITHUB_API_URL", default="https://api.github.com")
    github_timeout_seconds: float = msgspec.field(name="REPOREEL_GITHUB_TIMEOUT_SECONDS", default=30.0)
    """The longest silence of GitHub, and the longest one of its answers may take."""
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
    policy_triggers: tuple[str, ...] = msgspec.field(name="REPOREEL_POLICY_TRIGGERS", default=POLICY.triggers)
    licenses_allowed: tuple[str, ...] = msgspec.field(
        name="REPOREEL_POLICY_LICENSES_ALLOWED", default=POLICY.licenses_allowed
    )
    licenses_denied: tuple[str, ...] = msgspec.field(
        name="REPOREEL_POLICY_LICENSES_DENIED", default=POLICY.licenses_denied
    )
    policy_words: tuple[str, ...] = msgspec.field(name="REPOREEL_POLICY_WORDS", default=POLICY.words)

    @property
    def policy(self) -> Policy:
        return Policy(
            triggers=_unless_none(self.policy_triggers),
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
