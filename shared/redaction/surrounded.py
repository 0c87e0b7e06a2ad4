"""The formats of secrets that only what stands around them gives away: keys in blocks, passwords, addresses.

The group `secret` of a pattern is what is blotted out.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Surrounded(NamedTuple):
    """A secret that only its surroundings give away; its anchors are in lower case, text is in any."""

    name: str
    anchors: tuple[bytes, ...]
    pattern: re.Pattern[bytes]
    one_line: bool
    """Whether all of it stands in the anchor's line."""


def _within(name: str, anchors: str, pattern: str, *, one_line: bool = True) -> Surrounded:
    found = re.compile(pattern.encode(), re.VERBOSE | re.IGNORECASE | re.DOTALL)
    return Surrounded(name, tuple(anchors.encode().split()), found, one_line)


KEY_BLOCK = r"""-----BEGIN[ ](?P<kind>[A-Z0-9 ]{0,40}PRIVATE[ ]KEY(?:[ ]BLOCK)?)-----
    (?P<secret> (?:(?!-----BEGIN).){1,16384}? (?=-----END[ ](?P=kind))
      | (?: [\s"'+\\:,.-]{0,40} [A-Za-z0-9+/=]{16,200} ){1,400} )"""
"""Up to its end; of one that is cut off, all that looks like its inside."""

SURROUNDED: tuple[Surrounded, ...] = (
    _within("private key", "-----begin", KEY_BLOCK, one_line=False),
    _within(
        "PuTTY key",
        "private-lines:",
        r"Private-Lines:\s*\d+\s+(?P<secret>[A-Za-z0-9+/=\s]{40,8000})",
        one_line=False,
    ),
    _within("password in an address", "://", r"://[^\s/:@\"'<>]{0,64}:(?P<secret>[^\s/@\"'<>{$]{3,200})@"),
    _within(
        "Slack webhook",
        "hooks.slack.com",
        r"hooks\.slack\.com/(?:services|workflows)/(?P<secret>[A-Za-z0-9_/+-]{30,120})",
    ),
    _within(
        "Discord webhook",
        "/webhooks/",
        r"discord(?:app)?\.com/api/webhooks/(?P<secret>\d{15,22}/[\w-]{50,90})",
    ),
    _within(
        "Azure storage key", "key=", r"(?:Account|SharedAccess)Key=(?P<secret>[A-Za-z0-9+/]{40,90}={0,2})"
    ),
    _within(
        "AWS secret key",
        "aws",
        r"""aws.{0,30}?["'\s:=](?P<secret>(?-i:(?=[a-z0-9/+]{0,39}[A-Z])(?=[A-Z0-9/+]{0,39}[a-z]))
            [A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])""",
    ),
    _within(
        "authorization header",
        "authorization",
        r"authorization[\"']?\s*[:=]\s*[\"']?(?:basic|bearer|token)\s+(?P<secret>[A-Za-z0-9+/_.=~-]{16,2000})",
    ),
    _within("npm registry login", ":_auth", r":_auth(?:Token)?=[\"']?(?P<secret>[A-Za-z0-9+/_.=-]{16,300})"),
    _within(
        "netrc login",
        "machine",
        r"\bmachine\s+\S{1,200}\s+login\s+\S{1,200}\s+password\s+(?P<secret>\S{3,200})",
        one_line=False,
    ),
    _within(
        "named secret",
        "passw passphrase secret api_key apikey api-key token private_key credential",
        r"""(?:passw(?:or)?d|passphrase|secret|api[_-]?key|access[_-]?token|auth[_-]?token
            |bearer[_-]?token|private[_-]?key|credentials?)[\w.-]{0,40}["']?\s{0,8}(?:[:=]|=>|:=)\s{0,8}
            (?P<quote>["'])(?P<secret>(?!\s)(?=[^"'\n]{0,200}\d)[A-Za-z0-9+/_.=~!@\#%^&*-]{12,400})(?P=quote)""",
    ),
    _within(
        "secret in an environment variable",
        "passw secret api_key apikey token private_key",
        r"""(?<![A-Za-z0-9_.$])(?-i:[A-Z0-9_]{0,60}
            (?:PASSW(?:OR)?D|SECRET|API_?KEY|TOKEN|PRIVATE_KEY)[A-Z0-9_]{0,30})=
            (?P<secret>(?=[^\s]{0,200}\d)(?=[^\s]{0,200}[A-Za-z])[A-Za-z0-9+/_.=~!@\#%^&*-]{16,400})(?=[\s"'`,;)<]|$)""",
    ),
)
