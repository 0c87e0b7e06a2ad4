"""Facts that GitHub's API states about a repository."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from services.scanner.analysis.changelog import release_note_facts
from services.scanner.analysis.evidence import fact, from_api
from services.scanner.analysis.languages import color_of
from services.scanner.analysis.licenses import NAMES
from services.scanner.analysis.project import MAX_DESCRIPTION_CHARACTERS
from services.scanner.analysis.text import plain, spoken
from services.scanner.changes import Between, CommitSeen, change_facts
from services.scanner.github_records import ComparedCommit, Record, Release, WorkflowRun
from services.scanner.history import MAX_CONTRIBUTORS, MAX_TAGS, is_bot
from shared.facts import Fact

MAX_RELEASES = 10
MAX_LANGUAGES = 8
MAX_TOPICS = 20
MAX_BODY_CHARACTERS = 64 * 1024
MOST_FILES_TOLD = 300
"""A comparison that tells of so many files may be leaving some out."""
NO_LICENSE = (None, "", "NOASSERTION", "NONE")
DIGITS = re.compile(r"(\d+)")


def github_facts(record: Record) -> Iterator[Fact]:
    repository = record.repository
    description = plain(repository.description or "")
    yield from fact("repo.name", "repo", repository.name, from_api("name"))
    yield from fact("repo.full_name", "repo", repository.full_name, from_api("full_name"))
    spoken_description = spoken(description, MAX_DESCRIPTION_CHARACTERS) or description
    yield from fact("repo.description", "repo", spoken_description, from_api("description"))
    yield from fact("repo.homepage", "repo", repository.homepage, from_api("homepage"))
    yield from fact("repo.stars", "repo", repository.stargazers_count, from_api("stargazers_count"))
    yield from fact("repo.forks", "repo", repository.forks_count, from_api("forks_count"))
    topics = tuple((repository.topics or ())[:MAX_TOPICS])
    yield from fact("repo.topics", "repo", topics, from_api("topics"))
    if repository.archived:
        yield from fact("repo.archived", "repo", True, from_api("archived"))  # noqa: FBT003 - the fact's value
    if repository.private:
        yield from fact("repo.private", "repo", True, from_api("private"))  # noqa: FBT003 - the fact's value
    yield from fact("repo.commit", "repo", record.commit.sha, from_api("sha"))
    yield from _history(record)
    yield from _last_success(record.last_success)
    yield from _releases(record)
    yield from _changes(record)


def _history(record: Record) -> Iterator[Fact]:
    first = record.first_commit.day if record.first_commit else None
    yield from fact("commits.count", "history", record.commits_count, from_api("commits"))
    yield from fact("commits.first", "history", first, from_api("commit.committer.date"))
    yield from fact("commits.last", "history", record.commit.day, from_api("commit.committer.date"))
    yield from fact("commits.last_year", "history", record.commits_last_year, from_api("commits since"))
    yield from fact("contributors.count", "history", record.contributors_count, from_api("contributors"))
    people = [
        each
        for each in record.contributors
        if each.type != "Bot" and not is_bot(each.login or each.name or "")
    ]
    for number, person in enumerate(people[:MAX_CONTRIBUTORS], start=1):
        name = plain(person.login or person.name or "")
        seen = from_api("contributors.login")
        yield from fact(f"contributor.{number}", "contributor", name, seen, commits=person.contributions)


def _releases(record: Record) -> Iterator[Fact]:
    published = _newest_first(each for each in record.releases if not each.draft)
    dates = {each.tag_name: _day(each) for each in published}
    tags = sorted((tag.name for tag in record.tags), key=_version_key, reverse=True)
    for number, name in enumerate(tags[:MAX_TAGS], start=1):
        yield from fact(f"tag.{number}", "tag", plain(name), from_api("tags.name"), date=dates.get(name))
    for number, each in enumerate(published[:MAX_RELEASES], start=1):
        title = plain(each.name or "")
        yield from fact(
            f"release.{number}",
            "release",
            plain(each.tag_name),
            from_api("releases.tag_name"),
            date=_day(each),
            title=title if title != each.tag_name else None,
        )


def release_notes(record: Record) -> list[Fact]:
    """What the newest release's own text lists."""
    newest = record.tags_between[1] if record.tags_between else None
    published = _newest_first(each for each in record.releases if not each.draft)
    told = next((each for each in published if each.tag_name == newest), next(iter(published), None))
    if told is None:
        return []
    seen = from_api(f"releases/tags/{told.tag_name}.body")
    return list(release_note_facts((told.body or "")[:MAX_BODY_CHARACTERS], told.tag_name, seen))


def _last_success(run: WorkflowRun | None) -> Iterator[Fact]:
    if run is not None:
        day = run.created_at[:10] if run.created_at else None
        name = plain(run.name or "")
        yield from fact(
            "ci.success", "ci", day, from_api("workflow_runs.created_at"), workflow=name, commit=run.head_sha
        )


def _changes(record: Record) -> Iterator[Fact]:
    pair, compared = record.tags_between, record.comparison
    if pair is None or compared is None or not compared.total_commits:
        return
    dates = {each.tag_name: _day(each) for each in record.releases}
    files = compared.files if compared.files is not None and len(compared.files) < MOST_FILES_TOLD else None
    between = Between(
        earlier=pair[0],
        later=pair[1],
        earlier_date=dates.get(pair[0]),
        later_date=dates.get(pair[1]),
        commits_count=compared.total_commits,
        files_count=None if files is None else len(files),
        insertions=None if files is None else sum(each.additions for each in files),
        deletions=None if files is None else sum(each.deletions for each in files),
        commits=tuple(map(_commit_seen, compared.commits)),
    )
    yield from change_facts(between, from_api(f"compare/{pair[0]}...{pair[1]}"), "commits/{sha}")


def _commit_seen(compared: ComparedCommit) -> CommitSeen:
    body = compared.commit
    subject = body.message.partition("\n")[0] if body else ""
    author = (body.author.name or "") if body and body.author else ""
    return CommitSeen(compared.sha, subject, author, is_merge=len(compared.parents) > 1)


def _newest_first(releases: Iterable[Release]) -> list[Release]:
    return sorted(releases, key=lambda each: (each.published_at or "", each.tag_name), reverse=True)


def _day(release: Release) -> str | None:
    return release.published_at[:10] if release.published_at else None


def _version_key(name: str) -> list[tuple[int, int, str]]:
    """Numbers by size, so that v1.10 is newer than v1.9: the API does not tell when a tag was made."""
    return [(1, int(part), "") if part.isdigit() else (0, 0, part) for part in DIGITS.split(name)]


def license_fact(record: Record) -> Iterator[Fact]:
    """For repositories whose files tell no licence."""
    stated = record.repository.license
    if stated and stated.spdx_id not in NO_LICENSE:
        seen = from_api("license.spdx_id")
        yield from fact(
            "license.spdx", "license", stated.spdx_id, seen, name=NAMES.get(stated.spdx_id or "", stated.name)
        )


def language_facts(record: Record) -> Iterator[Fact]:
    """For repositories in whose files we know no language."""
    total = sum(record.languages.values())
    ranked = sorted(record.languages.items(), key=lambda pair: (-pair[1], pair[0]))
    for number, (name, size_bytes) in enumerate(ranked[:MAX_LANGUAGES], start=1):
        yield from fact(
            f"language.{number}",
            "language",
            name,
            from_api(f"languages.{name}"),
            share=round(size_bytes / total, 4) if total else 0.0,
            bytes=size_bytes,
            color=color_of(name),
        )
