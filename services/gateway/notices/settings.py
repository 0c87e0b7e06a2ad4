"""How notices leave the house."""

from __future__ import annotations

from typing import Annotated

import msgspec

from services.gateway.notices.notice import Target
from shared.errors import SettingsError


class NoticeSettings(msgspec.Struct, frozen=True, kw_only=True):
    secrets: tuple[str, ...] = msgspec.field(name="REPOREEL_CALLBACK_SECRET", default=())
    hosts: tuple[str, ...] = msgspec.field(name="REPOREEL_CALLBACK_HOSTS", default=())
    standing: tuple[str, ...] = msgspec.field(name="REPOREEL_NOTIFY", default=())
    """`owner/name=ADDRESS` or `*=ADDRESS`, a web or mail address: who hears of every job of a repository."""
    smtp_host: str | None = msgspec.field(name="REPOREEL_SMTP_HOST", default=None)
    """Without one no mail is sent."""
    smtp_port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = msgspec.field(
        name="REPOREEL_SMTP_PORT", default=587
    )
    smtp_user: str | None = msgspec.field(name="REPOREEL_SMTP_USER", default=None)
    smtp_password: str | None = msgspec.field(name="REPOREEL_SMTP_PASSWORD", default=None)
    smtp_tls: bool = msgspec.field(name="REPOREEL_SMTP_TLS", default=True)
    """Whether the connection must be encrypted; only a server on this machine can do without."""
    sender: str = msgspec.field(name="REPOREEL_MAIL_FROM", default="reporeel@localhost")

    def standing_targets(self, repo: str) -> list[Target]:
        """Give who hears of every job of a repository."""
        return [target for name, target in map(_standing, self.standing) if name in {"*", repo.lower()}]


def check(settings: NoticeSettings) -> None:
    """Let settings pass that can be used.

    Raises SettingsError.
    """
    for _, target in map(_standing, settings.standing):
        if target.kind == "mail" and settings.smtp_host is None:
            raise SettingsError("REPOREEL_NOTIFY names a mail address: set REPOREEL_SMTP_HOST")
        if target.kind == "callback" and not settings.secrets:
            raise SettingsError("REPOREEL_NOTIFY names a web address: set REPOREEL_CALLBACK_SECRET")


def _standing(entry: str) -> tuple[str, Target]:
    name, mark, address = entry.partition("=")
    if not (mark and name and address):
        raise SettingsError(f"REPOREEL_NOTIFY: {entry!r} is not owner/name=ADDRESS")
    return name.lower(), Target("callback" if "://" in address else "mail", address)
