"""`reporeel jobs …`: the HTTP API from a shell."""

from __future__ import annotations

import argparse
import asyncio
import sys

import msgspec
from rich.console import Console

from services.commands.door import Door, open_door
from services.commands.progress import show_progress
from services.gateway.control import ParkedList
from services.gateway.listing import Page
from shared.record import JobRecord

POLL_SECONDS = 0.5


async def jobs(options: argparse.Namespace) -> int:
    """Run one of the subcommands against a gateway."""
    async with open_door(options.url, options.token) as door:
        return await _run(door, options)


async def _run(door: Door, options: argparse.Namespace) -> int:
    action = options.action
    if action == "watch":
        return await _watch(door, options.job_id)
    if action == "list":
        answer = await door.ask("GET", f"/jobs?status={options.status}&limit={options.limit}")
        return _show(answer) if options.json else _list(answer)
    if action == "parked":
        answer = await door.ask("GET", "/parked")
        return _show(answer) if options.json else _parked(answer)
    return _show(await _change(door, options))


async def _change(door: Door, options: argparse.Namespace) -> bytes:
    """Ask for one job's record, changed or as it is."""
    if options.action == "requeue":
        return await door.ask("POST", f"/parked/{options.parked_id}/requeue")
    where = f"/jobs/{options.job_id}"
    if options.action == "retry":
        body = {"from_stage": options.from_stage, "languages": options.lang}
        return await door.ask("POST", f"{where}/retry", body)
    return await (
        door.ask("POST", f"{where}/cancel") if options.action == "cancel" else door.ask("GET", where)
    )


async def _watch(door: Door, job_id: str) -> int:
    with show_progress(Console(stderr=True)) as show:
        while True:
            record = msgspec.json.decode(await door.ask("GET", f"/jobs/{job_id}"), type=JobRecord)
            show(record)
            if record.status in {"finished", "failed", "cancelled"}:
                sys.stdout.write(f"{record.status}\n")
                return 0 if record.status == "finished" else 1
            await asyncio.sleep(POLL_SECONDS)


def _show(answer: bytes) -> int:
    sys.stdout.write(msgspec.json.format(answer, indent=2).decode() + "\n")
    return 0


def _list(answer: bytes) -> int:
    for record in msgspec.json.decode(answer, type=Page).jobs:
        created = f"{record.created_at:%Y-%m-%d %H:%M:%S}"
        columns = f"{record.job_id}  {record.status:<9}  {record.progress:3.0f} %  {created}"
        sys.stdout.write(f"{columns}  {record.repo_url}\n")
    return 0


def _parked(answer: bytes) -> int:
    for entry in msgspec.json.decode(answer, type=ParkedList).parked:
        columns = f"{entry.id}  {entry.job_id or '-'}  {entry.stage:<9}  {entry.attempts} attempts"
        sys.stdout.write(f"{columns}  {entry.reason}\n")
    return 0
