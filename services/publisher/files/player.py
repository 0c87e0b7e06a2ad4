"""The page of a job: plays every language from disk, without a server and without anything from elsewhere.

All of it is in the HTML, so the first film plays without JavaScript; the script adds one film at a time, the
current word, and seeking. The page may run no other script than its own (Content-Security-Policy by hash).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from html import escape
from importlib.resources import files
from string import Template
from urllib.parse import quote

from services.publisher.files.film import Chapter, Download, Film, Line, Programme
from services.publisher.files.post import clock
from services.publisher.quality.report import Gate, Measure, Quality
from shared.events import Format

SIZES: dict[Format, tuple[int, int]] = {"wide": (1920, 1080), "reel": (1080, 1920), "square": (1080, 1080)}

NAMES = {
    "ca": "Català",
    "de": "Deutsch",
    "en": "English",
    "es": "Español",
    "fr": "Français",
    "gl": "Galego",
    "it": "Italiano",
    "ja": "日本語",
    "pt": "Português",
    "zh": "中文",
}
"""Languages in their own words; any other is shown by its code."""

WHAT = {
    "facts.json": "Facts, with their evidence",
    "export.*.zip": "Project for an editor (OpenTimelineIO, EDL, layers)",
    "job.json": "Record of the job",
    "narration": "Word times",
    "post": "Blog post",
    "quality": "Quality report",
    "script": "Script",
    "subtitles.*.ass": "Subtitles, word by word (ASS)",
    "subtitles.*.srt": "Subtitles (SRT)",
    "subtitles.*.vtt": "Subtitles (VTT)",
    "thumbnail": "Picture",
    "video": "Film (MP4)",
    "video.mp4": "One film with every language (MP4)",
}

KEYS = """<p class="keys" lang="en">On the film and its transcript <kbd>K</kbd> plays and pauses,
<kbd>J</kbd> and <kbd>L</kbd> go five seconds back and on, <kbd>N</kbd> and
<kbd>P</kbd> go to the next and the previous chapter, <kbd>C</kbd> shows and hides the subtitles.</p>"""

UNITS = {"dbtp": "dBTP", "frames": "frames", "lufs": "LUFS", "ms": "ms", "px": "px", "seconds": "s"}
"""How a unit at the end of a measure's name is written."""


def page(programme: Programme) -> str:
    """The whole of `index.html`."""
    template = files(__package__).joinpath("player.html").read_text("utf-8")
    style, script = _inside(template, "style"), _inside(template, "script")
    films = programme.films
    return Template(template).substitute(
        language=escape(films[0].language if films else "en"),
        title=escape(films[0].title if films else programme.repo),
        style_hash=_hash(style),
        script_hash=_hash(script),
        source=_source(programme),
        switch=_switch(films),
        notice=_notice(programme),
        films="".join(_film(film, programme.format) for film in films),
        downloads=_downloads(programme.downloads),
    )


def _inside(template: str, tag: str) -> str:
    return template.partition(f"<{tag}>")[2].partition(f"</{tag}>")[0]


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _source(programme: Programme) -> str:
    name = escape(programme.repo)
    link = f'<a href="{escape(programme.url)}">{name}</a>' if programme.url else name
    return f"{link} <code>{escape(programme.commit[:12])}</code>" if programme.commit else link


def _switch(films: tuple[Film, ...]) -> str:
    languages = [film.language for film in films]
    items = "".join(
        f'<a href="#film-{code}" lang="{code}" hreflang="{code}">{_name(code)}</a>' for code in languages
    )
    return f'<nav class="switch" aria-label="Language">{items}</nav>' if len(languages) > 1 else ""


def _name(language: str) -> str:
    return escape(NAMES.get(language, language))


def _notice(programme: Programme) -> str:
    ending = programme.ending
    if ending is None or ending.status == "finished":
        return "" if programme.films else '<p class="notice">No film stands here yet.</p>'
    reason = f" {escape(ending.error.message)}" if ending.error else ""
    hint = f" {escape(ending.error.hint)}" if ending.error else ""
    return f'<p class="notice"><strong>This job {escape(ending.status)}.</strong>{reason}{hint}</p>'


def _film(film: Film, shape: Format) -> str:
    width, height = SIZES[shape]
    language, video, poster = escape(film.language), _link(film.video), _link(film.thumbnail)
    subtitles = base64.b64encode(film.subtitles.encode()).decode()
    return f"""
<article class="film {shape}" id="film-{language}" lang="{language}">
<h1>{escape(film.title)}</h1>
<p class="description">{escape(film.description)}</p>
<div class="stage">
<video controls playsinline preload="metadata" width="{width}" height="{height}" poster="{poster}"
 aria-label="{escape(film.title)}">
<source src="{video}" type="video/mp4">
<track kind="subtitles" srclang="{language}" label="{_name(film.language)}" default
 src="data:text/vtt;base64,{subtitles}">
<a href="{video}">{escape(film.title)}</a>
</video>
<section class="transcript" aria-labelledby="transcript-{language}" tabindex="0">
<h2 id="transcript-{language}" lang="en">Transcript</h2>
{"".join(_spoken(chapter, video) for chapter in film.chapters)}</section>
</div>
{KEYS}
<div class="columns">
<nav aria-labelledby="chapters-{language}">
<h2 id="chapters-{language}" lang="en">Chapters</h2>
<ol class="chapters">{"".join(_chapter(chapter, video) for chapter in film.chapters)}</ol>
</nav>
<section aria-labelledby="downloads-{language}" lang="en">
<h2 id="downloads-{language}">Downloads</h2>
{_downloads(film.downloads)}
</section>
{_quality(film)}</div>
{_credits(film)}</article>"""


def _spoken(chapter: Chapter, video: str) -> str:
    lines = " ".join(_line(line, video) for line in chapter.lines)
    return f"<h3>{escape(chapter.heading)}</h3>\n<p>{lines}</p>\n"


def _line(line: Line, video: str) -> str:
    words = " ".join(
        f"<span {_times(word.start, word.end)}>{escape(word.text)}</span>" for word in line.words
    )
    place = f'href="{video}#t={line.start:.2f}"'
    return f"<a {place} {_times(line.start, line.end)}>{words or escape(line.text)}</a>"


def _chapter(chapter: Chapter, video: str) -> str:
    return (
        f'<li><a href="{video}#t={chapter.start:.2f}" {_times(chapter.start, chapter.lines[-1].end)}>'
        f"<time>{clock(chapter.start)}</time> {escape(chapter.heading)}</a></li>"
    )


def _times(start: float, end: float) -> str:
    return f'data-start="{start:.3f}" data-end="{end:.3f}"'


def _downloads(downloads: Iterable[Download]) -> str:
    items = "".join(
        f'<li><a href="{_link(download.name)}" download>{_what(download.name)}</a> '
        f"<small>{_size(download.size_bytes)}</small></li>"
        for download in downloads
    )
    return f'<ul class="downloads">{items}</ul>' if items else ""


def _quality(film: Film) -> str:
    quality = film.quality
    if quality is None:
        return ""
    count = sum(len(gate.measures) for gate in quality.gates.values())
    groups = "".join(map(_gate, sorted(quality.gates.values(), key=lambda gate: gate.passed is not False)))
    return (
        f'<section aria-labelledby="quality-{escape(film.language)}" lang="en">\n'
        f'<h2 id="quality-{escape(film.language)}">Quality</h2>\n'
        f"<details{' open' if quality.failed else ''}><summary>{_verdict(quality, count)}</summary>\n"
        f"{groups}</details>\n</section>\n"
    )


def _verdict(quality: Quality, count: int) -> str:
    failed, unmeasured = len(quality.failed), len(quality.unmeasured)
    words = f"{failed} of {count} measures fail" if failed else f"{count - unmeasured} measures pass"
    return f"{words}, {unmeasured} not measured" if unmeasured else words


def _gate(gate: Gate) -> str:
    names = sorted(gate.measures, key=lambda name: gate.measures[name].passed is not False)
    rows = "".join(_measure(name, gate.measures[name]) for name in names)
    return f"<h3>{escape(gate.title)}</h3>\n<dl>{rows}</dl>\n"


def _measure(name: str, measure: Measure) -> str:
    words = name.split("_")
    unit = UNITS.get(words[-1], "")
    label = " ".join(words[:-1] if unit else words).capitalize()
    if measure.value is None:
        figure = f"not measured: {escape(measure.note)}"
    else:
        verdict = "" if measure.passed else '<strong class="failed">fails</strong> '
        figure = f"{verdict}{measure.value:g} {unit}"
    must = f"<small>{escape(measure.gate)}, n {measure.n}</small>"
    return f"<div><dt>{escape(label)}</dt><dd>{figure} {must}</dd></div>"


def _credits(film: Film) -> str:
    items = "".join(f"<li>{escape(credit)}</li>" for credit in film.credits)
    return f'<ul class="credits">{items}</ul>\n' if items else ""


def _link(name: str) -> str:
    return escape(quote(name))


def _what(name: str) -> str:
    stem, *_, ending = name.split(".")
    return escape(WHAT.get(name) or WHAT.get(f"{stem}.*.{ending}") or WHAT.get(stem) or name)


def _size(size_bytes: int) -> str:
    megabytes = size_bytes / 1e6
    return f"{megabytes:.1f} MB" if megabytes >= 1 else f"{max(1, round(1000 * megabytes))} kB"
