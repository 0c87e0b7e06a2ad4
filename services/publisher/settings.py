"""The publisher's settings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec

from services.publisher.render.design import Theme
from shared.events import FILES, Target
from shared.licensing import ALLOWED


class PublisherSettings(msgspec.Struct, frozen=True, kw_only=True):
    targets: tuple[Target, ...] = msgspec.field(name="REPOREEL_PUBLISH_TARGETS", default=(FILES,))
    """Where films may go at all, whoever asks."""
    licenses_allowed: tuple[str, ...] = msgspec.field(
        name="REPOREEL_POLICY_LICENSES_ALLOWED", default=ALLOWED
    )
    licenses_denied: tuple[str, ...] = msgspec.field(name="REPOREEL_POLICY_LICENSES_DENIED", default=())
    """By SPDX id: films of such repositories never leave their folder, whoever asks."""
    may_be_unmeasured: tuple[str, ...] = msgspec.field(name="REPOREEL_PUBLISH_UNMEASURED", default=())
    """Gates (`M2`) that a film may pass without having been measured."""


Color = Annotated[str, msgspec.Meta(pattern=r"^(#[0-9a-fA-F]{6})?$")]


class RenderSettings(msgspec.Struct, frozen=True, kw_only=True):
    plain_encoder: bool = msgspec.field(name="REPOREEL_PLAIN_ENCODER", default=False)
    """Every frame through the encoder: slower, for whoever doubts the held pictures (ADR-20)."""
    cache: Path | None = msgspec.field(name="REPOREEL_RENDER_CACHE", default=None)
    """Folder of coded pictures that another film may need again; unset keeps none."""
    cache_most_bytes: int = msgspec.field(name="REPOREEL_RENDER_CACHE_MAX_BYTES", default=256 << 20)
    music: str = msgspec.field(name="REPOREEL_MUSIC", default="")
    """A bed under the voice: `generated`, or a sound file's path; empty is none."""
    theme: Theme = msgspec.field(name="REPOREEL_THEME", default="dark")
    brand_color: Color = msgspec.field(name="REPOREEL_BRAND_COLOR", default="")
    """`#rrggbb`, in place of the theme's accent; a repository's own wish goes before it."""
    logo: str = msgspec.field(name="REPOREEL_LOGO", default="")
    """Path of a picture (PNG, WebP, JPEG) that stands on the first and the last slide."""
    listens: bool = msgspec.field(name="REPOREEL_LISTEN", default=True)
    """Whether a listener measures how well each film is understood; without it M2 stays unmeasured."""
