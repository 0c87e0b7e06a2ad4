"""`reporeel schedule …`: films that come again and again."""

from __future__ import annotations

import argparse
import sys
from typing import Any

import msgspec
from yarl import URL

from services.commands.door import open_door
from services.gateway.schedules import Schedule, ScheduleList


async def schedule(options: argparse.Namespace) -> int:
    """Run one of the subcommands against a gateway."""
    async with open_door(options.url, options.token) as door:
        if options.action == "add":
            answer = await door.ask("POST", "/schedules", _wish(options))
            sys.stdout.write(f"{_line(msgspec.json.decode(answer, type=Schedule))}\n")
        elif options.action == "remove":
            await door.ask("DELETE", str(URL("/schedules") / options.name))
        else:
            answer = await door.ask("GET", "/schedules")
            sys.stdout.write(_listed(answer, as_json=options.json))
    return 0


def _wish(options: argparse.Namespace) -> dict[str, Any]:
    return {
        "name": options.name,
        "schedule": options.when,
        "time_zone": options.time_zone,
        "repo": options.repo,
        "ref": options.ref,
        "languages": options.lang,
        "profile": options.profile,
        "priority": options.priority,
    }


def _listed(answer: bytes, *, as_json: bool) -> str:
    if as_json:
        return msgspec.json.format(answer, indent=2).decode() + "\n"
    return "".join(f"{_line(one)}\n" for one in msgspec.json.decode(answer, type=ScheduleList).schedules)


def _line(one: Schedule) -> str:
    zone = f" ({one.time_zone})" if one.time_zone else ""
    return f"{one.name}  {one.schedule}{zone}  {one.spec.url}"
