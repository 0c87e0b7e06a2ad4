"""Ids that every place for histories takes, made of any repository's name.

Firestore (https://firebase.google.com/docs/firestore/quotas): valid UTF-8 of at most 1,500 bytes, no `/`, not
`.` or `..`, nothing that matches `__.*__`. NATS: no `.`, `*`, `>` or white space in a word of a subject, and
its tools take letters, digits, `-`, `_` and `=`.
"""

from __future__ import annotations

import hashlib
import re

MOST_BYTES = 1500
_PLAIN = re.compile(rb"[^A-Za-z0-9-]")


def document_id(repo: str, job_id: str) -> str:
    """`owner=2Fname.<job id>`: legal, and different for different pairs."""
    return f"{repository_word(repo, MOST_BYTES - len(job_id) - 1)}.{job_id}"


def repository_word(repo: str, most_bytes: int = MOST_BYTES - 33) -> str:
    """The name in one word, the same for any case; a long one ends in its digest.

    Everything but letters, digits and `-` is `=` and two hexadecimal digits a byte, `_` too: so nothing can
    begin with two of them.
    """
    plain = repo.lower().encode("utf-8", "surrogatepass")
    word = _PLAIN.sub(lambda found: b"=%02X" % found[0][0], plain).decode()
    if len(word) <= most_bytes:
        return word
    digest = hashlib.sha256(plain).hexdigest()
    return f"{word[: most_bytes - len(digest) - 2]}=={digest}"
