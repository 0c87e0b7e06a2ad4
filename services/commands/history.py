"""`reporeel history`: what was filmed lately, as the gateway has it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

import msgspec
from yarl import URL

from services.commands.door import open_door
from services.gateway.past import EntryList
from shared.history.entry import Entry


async def history(options: argparse.Namespace) -> int:
    """Print the films of one repository, the newest first, or those that changed last."""
    wanted = {"limit": str(options.limit)} | ({"repo": options.repo} if options.repo else {})
    async with open_door(options.url, options.token) as door:
        answer = await door.ask("GET", str(URL("/history").with_query(wanted)))
    found = msgspec.json.decode(answer, type=EntryList).films
    sys.stdout.write(_told(found, as_json=options.json))
    return 0


def _told(entries: Sequence[Entry], *, as_json: bool) -> str:
    if as_json:
        return msgspec.json.format(msgspec.json.encode(entries), indent=2).decode() + "\n"
    return "".join(f"{_line(one)}\n" for one in entries)


def _line(one: Entry) -> str:
    outcome = one.video_url if one.status == "completed" else one.error_message
    columns = (
        f"{one.updated_at:%Y-%m-%d %H:%M}",
        f"{one.status:<10}",
        one.repo_name,
        ",".join(one.languages),
    )
    return "  ".join((*columns, outcome)).rstrip()
