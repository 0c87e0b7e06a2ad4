"""What a film adds to a site: its post, its pictures and subtitles, the catalogue, its language's feed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import av

from services.publisher.files.layout import repository_folder
from services.publisher.files.post import Addresses, about, post
from services.publisher.targets.blog import catalogue as catalogues
from services.publisher.targets.blog.catalogue import Episode
from services.publisher.targets.blog.feed import Channel, feed
from services.publisher.targets.blog.settings import BlogSettings
from services.publisher.targets.blog.sites import Files
from services.publisher.targets.target import Parcel

JOB_CHARACTERS = 12
"""Of a job's id, in addresses that people see."""
_VIDEO_ID = re.compile(r"[\w-]{11}")


def page_of(parcel: Parcel, settings: BlogSettings) -> str:
    """The address readers find the post at."""
    return f"{_root(settings)}{_permalink(parcel)}"


def files_for(
    parcel: Parcel, settings: BlogSettings, scenes: Sequence[Path], at: datetime, stored: bytes | None
) -> Files:
    """Everything to be written, given the site's catalogue; nothing where this revision stands in it."""
    known = catalogues.read(stored)
    before = known.find(parcel.job_id, parcel.language)
    if before is not None and before.revision == parcel.revision:
        return {}
    assets = _assets(parcel)
    pictures = {_asset(parcel, f"{parcel.language}-{path.name}"): path for path in scenes}
    if settings.films_url:
        assets.pop(_asset(parcel, parcel.film.video))
    episode = _episode(parcel, settings, before.published if before else at, at)
    now_known = known.with_episode(episode)
    channel = Channel(title=settings.title, url=_root(settings), language=parcel.language)
    shown = tuple(f"{_root(settings)}/{path}" for path in pictures)
    return {
        **assets,
        **pictures,
        episode.post: _post(parcel, episode, shown).encode(),
        channel.path: feed(channel, now_known.films),
        catalogues.PATH: catalogues.written(now_known),
    }


def _episode(parcel: Parcel, settings: BlogSettings, published: datetime, at: datetime) -> Episode:
    film = parcel.film
    named = f"{published:%Y-%m-%d}-{repository_folder(parcel.spec)}-{film.language}"
    return Episode(
        job_id=parcel.job_id,
        language=film.language,
        revision=parcel.revision,
        repo=parcel.facts.repo,
        title=film.title,
        description=film.description,
        post=f"_posts/{named}-{parcel.job_id[:JOB_CHARACTERS]}.md",
        url=page_of(parcel, settings),
        video=_video(parcel, settings),
        video_bytes=parcel.video.stat().st_size,
        seconds=_seconds(parcel.video),
        image=f"{_root(settings)}/{_asset(parcel, film.thumbnail)}",
        subtitles=f"{_root(settings)}/{_asset(parcel, _subtitles(parcel))}",
        published=published,
        updated=at,
    )


def _post(parcel: Parcel, episode: Episode, scenes: tuple[str, ...]) -> str:
    addresses = Addresses(
        video=episode.video,
        image=episode.image,
        subtitles=episode.subtitles,
        embed=embedded(parcel.links.get("youtube", "")),
        permalink=_permalink(parcel),
        scenes=scenes,
    )
    return post(parcel.film, about(parcel.spec, parcel.facts, episode.published), addresses)


def embedded(watched_at: str) -> str:
    """The player of a video on YouTube, of the kind that sets no cookies before it plays."""
    address = urlsplit(watched_at)
    found = address.path.strip("/") if address.hostname == "youtu.be" else ""
    found = found or parse_qs(address.query).get("v", [""])[0]
    return f"https://www.youtube-nocookie.com/embed/{found}" if _VIDEO_ID.fullmatch(found) else ""


def _assets(parcel: Parcel) -> dict[str, bytes | Path]:
    names = (parcel.film.video, parcel.film.thumbnail, _subtitles(parcel))
    return {_asset(parcel, name): parcel.folder / name for name in names}


def _asset(parcel: Parcel, name: str) -> str:
    return f"assets/films/{repository_folder(parcel.spec)}/{parcel.job_id[:JOB_CHARACTERS]}/{name}"


def _subtitles(parcel: Parcel) -> str:
    return f"subtitles.{parcel.language}.vtt"


def _permalink(parcel: Parcel) -> str:
    job = parcel.job_id[:JOB_CHARACTERS]
    return f"/films/{quote(repository_folder(parcel.spec))}/{job}/{parcel.language}/"


def _video(parcel: Parcel, settings: BlogSettings) -> str:
    if settings.films_url:
        below = f"{repository_folder(parcel.spec)}/{parcel.folder.name}/{parcel.film.video}"
        return f"{settings.films_url.rstrip('/')}/{quote(below)}"
    return f"{_root(settings)}/{_asset(parcel, parcel.film.video)}"


def _root(settings: BlogSettings) -> str:
    return settings.url.rstrip("/")


def _seconds(video: Path) -> float:
    with av.open(video) as container:
        return (container.duration or 0) / av.time_base
