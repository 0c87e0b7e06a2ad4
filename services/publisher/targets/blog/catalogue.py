"""The films a site has, as `_data/reporeel.json`: feeds are made from it; a site may use it too."""

from __future__ import annotations

from datetime import datetime

import msgspec

from services.publisher.files.post import yaml_of_json
from shared.errors import Reject

PATH = "_data/reporeel.json"
MOST_FILMS = 5000
MOST_BYTES = 32 << 20


class Episode(msgspec.Struct, frozen=True, kw_only=True):
    """One language of a film; addresses are whole."""

    job_id: str
    language: str
    revision: str
    """Of the script; an edited film takes its episode's place."""
    repo: str
    title: str
    description: str
    post: str
    """The post's path on the site."""
    url: str
    video: str
    video_bytes: int
    seconds: float
    image: str
    subtitles: str
    published: datetime
    updated: datetime


class Catalogue(msgspec.Struct, frozen=True, kw_only=True):
    films: tuple[Episode, ...] = ()
    """The newest first."""

    def find(self, job_id: str, language: str) -> Episode | None:
        return next((one for one in self.films if (one.job_id, one.language) == (job_id, language)), None)

    def with_episode(self, episode: Episode) -> Catalogue:
        others = [
            one for one in self.films if (one.job_id, one.language) != (episode.job_id, episode.language)
        ]
        films = sorted([episode, *others], key=lambda one: (one.published, one.job_id, one.language))
        return Catalogue(films=tuple(reversed(films))[:MOST_FILMS])


def read(stored: bytes | None) -> Catalogue:
    """Raises Reject for a file that is not one of ours: it is not written over."""
    if stored is None:
        return Catalogue()
    try:
        return msgspec.json.decode(stored, type=Catalogue)
    except msgspec.DecodeError as error:
        raise Reject(
            f"the site's {PATH} cannot be read: {error}",
            code="site_catalogue",
            hint="Mend it, or move it away: the site's feeds then begin anew.",
        ) from error


def written(catalogue: Catalogue) -> bytes:
    """JSON that Jekyll reads, which takes it for YAML."""
    document = msgspec.json.format(msgspec.json.encode(catalogue), indent=1).decode()
    return f"{yaml_of_json(document)}\n".encode()
