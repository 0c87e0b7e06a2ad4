"""What GitHub is told of a job: one headline, a table of its languages, and where the film can be watched.

Titles and messages may quote a repository; nothing in them can become markup, mention a person or link an
issue there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import quote

import msgspec

from services.publisher.files.post import markdown_text
from shared.events import Output, VideoPublished
from shared.job_events import Events
from shared.record import JobRecord, StageRecord

MOST_ERROR_CHARACTERS = 300
JOINER = "\u2060"
"""Keeps `@name` and `#1` from meaning somebody or something."""
DOING = {
    "scan": "reading the repository",
    "write": "writing the script",
    "speak": "speaking",
    "translate": "translating",
    "render": "drawing",
    "publish": "publishing",
}


class Line(msgspec.Struct, frozen=True):
    """One language of a job."""

    language: str
    state: str
    watch: str
    """Address of the film; empty while there is none."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """Where a job stands, in words."""

    job_id: str
    repo: str
    status: str
    """As in the job's record."""
    headline: str
    lines: tuple[Line, ...]
    detail: str
    """Why it failed, and what to do; empty otherwise."""
    page: str
    """Address of the job's page; empty where nobody can reach it."""
    started_at: datetime | None
    ended_at: datetime | None

    @property
    def is_over(self) -> bool:
        return self.status in {"finished", "failed", "cancelled"}

    @property
    def watch(self) -> str:
        """Where to go first: the first film, else the job's page."""
        return next((line.watch for line in self.lines if line.watch), self.page)


def report_of(record: JobRecord, events: Events, repo: str, public_url: str) -> Report:
    gateway = public_url.rstrip("/")
    outputs = {language: events.get(VideoPublished, language) for language in record.languages}
    lines = tuple(
        Line(language, _state(record, language), _watch(outputs[language], record.job_id, gateway))
        for language in record.languages
    )
    return Report(
        job_id=record.job_id,
        repo=repo,
        status=record.status,
        headline=_headline(record),
        lines=lines,
        detail=_detail(record),
        page=f"{gateway}/dashboard/jobs/{record.job_id}" if gateway else "",
        started_at=record.started_at,
        ended_at=record.ended_at,
    )


def markdown(report: Report) -> str:
    """The report as GitHub shows it, without a heading."""
    rows = [f"| {line.language} | {line.state} | {_link('watch', line.watch)} |" for line in report.lines]
    parts = [
        f"**{_quoted(report.headline)}**",
        "\n".join(["| language | state | film |", "|---|---|---|", *rows]),
        _quoted(report.detail),
        _link("Everything about this film", report.page),
    ]
    return "\n\n".join(filter(None, parts))


def _headline(record: JobRecord) -> str:
    match record.status:
        case "finished":
            return f"The film is ready in {', '.join(record.languages)}"
        case "failed":
            return "The film could not be finished"
        case "cancelled":
            return "The film was cancelled"
        case "queued" | "scheduled":
            return "A film is asked for, and waits for its turn"
    if any(row.stage == "write" and row.status == "waiting" for row in record.stages):
        return "The film's script waits for approval"
    done = sum(_is_published(record, language) for language in record.languages)
    return f"The film is in the making, {done} of {len(record.languages)} languages are done"


def _state(record: JobRecord, language: str) -> str:
    rows = [row for row in record.stages if row.language in (None, language)]
    current = next((row for row in rows if row.status != "finished"), None)
    if current is None:
        return "published"
    if current.status in {"failed", "cancelled", "skipped"}:
        return current.status if current.status != "skipped" else "not made"
    return DOING[current.stage] if _is_under_way(rows) else "waiting"


def _is_under_way(rows: list[StageRecord]) -> bool:
    return any(row.status != "queued" for row in rows)


def _is_published(record: JobRecord, language: str) -> bool:
    return any(
        row.stage == "publish" and row.language == language and row.status == "finished"
        for row in record.stages
    )


def _watch(published: VideoPublished | None, job_id: str, gateway: str) -> str:
    if published is None:
        return ""
    public = next(_addresses(published.output), "")
    if public or not gateway:
        return public
    return f"{gateway}/jobs/{job_id}/files/index.html#{quote(published.language)}"


def _addresses(output: Output) -> Iterator[str]:
    """Those of the film that anybody can open."""
    found = (output.video_url, *output.links.values())
    yield from (address for address in found if address.startswith("https://"))


def _detail(record: JobRecord) -> str:
    if record.error is None:
        return ""
    told = f"{record.error.message} {record.error.hint}".strip()
    return told if len(told) <= MOST_ERROR_CHARACTERS else f"{told[: MOST_ERROR_CHARACTERS - 1]}…"


def _quoted(text: str) -> str:
    escaped = markdown_text(text) if text else ""
    return escaped.replace("@", f"@{JOINER}").replace(r"\#", f"#{JOINER}")


def _link(text: str, address: str) -> str:
    return f"[{text}]({address})" if address else ""
