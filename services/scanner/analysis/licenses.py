"""Recognises a licence by its text, or by the name a manifest declares."""

from __future__ import annotations

import re

# SPDX id | name | phrases that all stand in the text
TEXTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "AGPL-3.0",
        "GNU Affero General Public License v3.0",
        ("gnu affero general public license", "version 3"),
    ),
    (
        "LGPL-3.0",
        "GNU Lesser General Public License v3.0",
        ("gnu lesser general public license", "version 3,"),
    ),
    (
        "LGPL-2.1",
        "GNU Lesser General Public License v2.1",
        ("gnu lesser general public license", "version 2.1"),
    ),
    ("GPL-3.0", "GNU General Public License v3.0", ("gnu general public license", "version 3, 29 june 2007")),
    ("GPL-2.0", "GNU General Public License v2.0", ("gnu general public license", "version 2, june 1991")),
    ("Apache-2.0", "Apache License 2.0", ("apache license", "version 2.0")),
    ("Apache-2.0", "Apache License 2.0", ("apache.org/licenses/license-2.0",)),
    ("MPL-2.0", "Mozilla Public License 2.0", ("mozilla public license", "2.0")),
    ("EPL-2.0", "Eclipse Public License 2.0", ("eclipse public license", "2.0")),
    ("BSL-1.0", "Boost Software License 1.0", ("boost software license", "version 1.0")),
    ("CC0-1.0", "Creative Commons Zero v1.0 Universal", ("cc0 1.0 universal",)),
    ("CC-BY-4.0", "Creative Commons Attribution 4.0", ("attribution 4.0 international",)),
    (
        "Unlicense",
        "The Unlicense",
        ("this is free and unencumbered software released into the public domain",),
    ),
    (
        "WTFPL",
        "Do What The F*ck You Want To Public License",
        ("do what the fuck you want to public license",),
    ),
    (
        "Zlib",
        "zlib License",
        ("provided 'as-is', without any express or implied", "must not be misrepresented"),
    ),
    (
        "BSD-3-Clause",
        'BSD 3-Clause "New" or "Revised" License',
        ("redistribution and use in source and binary forms", "endorse or promote products"),
    ),
    (
        "BSD-2-Clause",
        'BSD 2-Clause "Simplified" License',
        ("redistribution and use in source and binary forms", "redistributions in binary form"),
    ),
    (
        "MIT",
        "MIT License",
        (
            "permission is hereby granted, free of charge",
            "the above copyright notice and this permission notice",
        ),
    ),
    (
        "ISC",
        "ISC License",
        (
            "permission to use, copy, modify, and/or distribute",
            "copyright notice and this permission notice appear",
        ),
    ),
    ("0BSD", "BSD Zero Clause License", ("permission to use, copy, modify, and/or distribute",)),
    ("PSF-2.0", "Python Software Foundation License 2.0", ("python software foundation license version 2",)),
)
NAMES = {spdx: name for spdx, name, _ in TEXTS}

# How manifests write what SPDX calls otherwise, in lower case.
DECLARED = {
    "mit license": "MIT",
    "the mit license": "MIT",
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd": "",
    "bsd license": "",
    "bsd 3-clause": "BSD-3-Clause",
    "new bsd license": "BSD-3-Clause",
    "isc license": "ISC",
    "gplv3": "GPL-3.0",
    "gplv2": "GPL-2.0",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
}
# How sentences name them. A version that is not said is not guessed.
SAID: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("MIT", re.compile(r"\bMIT\b")),
    ("Apache-2.0", re.compile(r"(?i)\bapache(?: software)?(?: licen[cs]e)?,?[ -](?:version |v)?2(?:\.0)?\b")),
    ("BSD-3-Clause", re.compile(r"(?i)\b(?:3-clause bsd|bsd[ -]3-clause|new bsd)\b")),
    ("BSD-2-Clause", re.compile(r"(?i)\b(?:2-clause bsd|bsd[ -]2-clause|simplified bsd)\b")),
    ("MPL-2.0", re.compile(r"(?i)\bmozilla public licen[cs]e,?(?: version| v\.?)? ?2\.0\b|\bMPL[- ]2\.0\b")),
    ("GPL-3.0", re.compile(r"(?i)(?<![al])\bGPL[- ]?v?3(?:\.0)?\b")),
    ("GPL-2.0", re.compile(r"(?i)(?<![al])\bGPL[- ]?v?2(?:\.0)?\b")),
    ("PDDL-1.0", re.compile(r"(?i)\bpublic domain dedication and licen[cs]e\b|\bPDDL\b")),
    ("CC0-1.0", re.compile(r"(?i)\bCC0(?:[- ]1\.0)?\b")),
    ("CC-BY-4.0", re.compile(r"(?i)\bCC[- ]BY[- ]4\.0\b")),
)
EITHER = re.compile(r"(?<=[\w.])\s*/\s*(?=[A-Z])")
"""How Rust's manifests once wrote OR."""
OPERATOR = re.compile(r" (?:AND|OR|WITH) ")
VERSIONED = re.compile(r"-\d")
EXPRESSION = re.compile(r"[A-Za-z0-9.+-]+(?: (?:AND|OR|WITH) [A-Za-z0-9.+-]+)*")
NON_WORDS = re.compile(r"\s+")
HEAD_CHARACTERS = 30_000
NEAR_CHARACTERS = 6000


def license_of_text(text: str) -> str | None:
    """The SPDX id of a licence's text. Versions "or later" cannot be told from it and are not guessed."""
    normal = NON_WORDS.sub(" ", text[:HEAD_CHARACTERS].lower()).replace(
        "\N{RIGHT SINGLE QUOTATION MARK}", "'"
    )
    found = [(normal.find(phrases[0]), spdx) for spdx, _name, phrases in TEXTS if _stands(phrases, normal)]
    return min(found, key=lambda pair: pair[0])[1] if found else None


def _stands(phrases: tuple[str, ...], text: str) -> bool:
    """Whether all of them stand near the first: what a project bundles is licensed further below."""
    start = text.find(phrases[0])
    return start >= 0 and all(phrase in text[start : start + NEAR_CHARACTERS] for phrase in phrases)


def license_said(sentence: str) -> str | None:
    """The SPDX id a README's words name; None where they name none or several."""
    flat = " ".join(sentence.split())
    named = [spdx for spdx, pattern in SAID if pattern.search(flat)]
    return named[0] if len(named) == 1 else None


def license_declared(written: str) -> str | None:
    """The SPDX id or expression a manifest's licence field means; None when it is not clear."""
    written = EITHER.sub(" OR ", " ".join(written.split()))
    known = {spdx.lower(): spdx for spdx in NAMES}
    lowered = written.lower()
    if lowered in known or lowered in DECLARED:
        return known.get(lowered) or DECLARED.get(lowered) or None
    if not EXPRESSION.fullmatch(written):
        return None
    parts = OPERATOR.split(written)
    return written if all(part in NAMES or VERSIONED.search(part) for part in parts) else None


def same_family(one: str, other: str) -> bool:
    """Whether `GPL-3.0-or-later` refines `GPL-3.0`, or `MIT OR Apache-2.0` names one of several texts."""
    if other in OPERATOR.split(one):
        return True
    return one.lower().startswith(other.lower()) or other.lower().startswith(one.lower())
