"""Draws a badge: the state of a repository's latest film."""

from __future__ import annotations

from shared.record import JobRecord

LABEL = "film"
HEIGHT, PADDING, LETTER = 20, 6, 6.6
"""Pixels; a letter of 11 px Verdana is as wide as this on average."""
WORDS = {
    "scheduled": ("scheduled", "#9f9f9f"),
    "queued": ("queued", "#9f9f9f"),
    "started": ("in the making", "#007ec6"),
    "finished": ("ready", "#2f855a"),
    "failed": ("failed", "#c53030"),
    "cancelled": ("cancelled", "#9f9f9f"),
}
NONE = ("none yet", "#9f9f9f")


def badge(newest: JobRecord | None) -> str:
    """Give the SVG for a repository's newest job."""
    word, colour = WORDS[newest.status] if newest else NONE
    if newest and newest.status == "finished":
        word = f"{word}: {', '.join(newest.languages)}"
    left, right = _width(LABEL), _width(word)
    middle = (HEIGHT + 8) // 2
    text = 'fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="{HEIGHT}" role="img" '
        f'aria-label="{LABEL}: {word}"><title>{LABEL}: {word}</title>'
        f'<clipPath id="r"><rect width="{left + right}" height="{HEIGHT}" rx="3"/></clipPath>'
        f'<g clip-path="url(#r)"><rect width="{left}" height="{HEIGHT}" fill="#444"/>'
        f'<rect x="{left}" width="{right}" height="{HEIGHT}" fill="{colour}"/></g>'
        f'<g {text}><text x="{left / 2}" y="{middle}">{LABEL}</text>'
        f'<text x="{left + right / 2}" y="{middle}">{word}</text></g></svg>\n'
    )


def _width(word: str) -> int:
    return round(len(word) * LETTER) + 2 * PADDING
