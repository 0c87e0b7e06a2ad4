"""Where the blog is, and how films get onto it."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

import msgspec

from shared.errors import SettingsError
from shared.github.settings import PUBLIC

Address = Annotated[str, msgspec.Meta(pattern=r"^(https?://[^\s?#]+)?$")]
Repo = Annotated[str, msgspec.Meta(pattern=r"^([\w.-]+/[\w.-]+)?$")]
SCHEMES = ("https", "http", "file")
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class BlogSettings(msgspec.Struct, frozen=True, kw_only=True):
    site: str = msgspec.field(name="REPOREEL_BLOG_SITE", default="")
    """A folder, or the address of a git repository (`https://…`, `file:///…`)."""
    url: Address = msgspec.field(name="REPOREEL_BLOG_URL", default="")
    """Where readers find the site; a feed can name nothing without it."""
    title: str = msgspec.field(name="REPOREEL_BLOG_TITLE", default="Films about repositories")
    branch: str = msgspec.field(name="REPOREEL_BLOG_BRANCH", default="main")
    pull_requests: Repo = msgspec.field(name="REPOREEL_BLOG_PULL_REQUESTS", default="")
    """`owner/name` on GitHub: each film is proposed there, from a branch of its own in REPOREEL_BLOG_SITE."""
    token: str = msgspec.field(name="REPOREEL_BLOG_TOKEN", default="")
    """Allows writing to the repository (`contents`, and `pull requests` where they are wanted)."""
    author: str = msgspec.field(name="REPOREEL_BLOG_AUTHOR", default="Reporeel <reporeel@localhost>")
    github_api_url: str = msgspec.field(name="GITHUB_API_URL", default=PUBLIC)
    films_url: Address = msgspec.field(name="REPOREEL_FILMS_URL", default="")
    """Where the folder of films is served; without it videos are copied onto the site."""

    @property
    def is_git(self) -> bool:
        return "://" in self.site


def check(settings: BlogSettings) -> None:
    """Raises SettingsError for what could not work."""
    for name, value in {"REPOREEL_BLOG_SITE": settings.site, "REPOREEL_BLOG_URL": settings.url}.items():
        if not value:
            raise SettingsError(f"REPOREEL_PUBLISH_TARGETS names blog: set {name}")
    if settings.pull_requests and not (settings.is_git and settings.token):
        raise SettingsError(
            "REPOREEL_BLOG_PULL_REQUESTS needs REPOREEL_BLOG_TOKEN, and a git address in REPOREEL_BLOG_SITE"
        )
    address = urlsplit(settings.site)
    if settings.is_git and address.scheme not in SCHEMES:
        raise SettingsError("REPOREEL_BLOG_SITE must begin with https://, http:// or file://, or be a folder")
    if settings.token and address.scheme == "http" and address.hostname not in LOOPBACK:
        raise SettingsError(
            "REPOREEL_BLOG_TOKEN would be sent in the clear: REPOREEL_BLOG_SITE must be https"
        )
