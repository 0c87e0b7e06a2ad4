"""Wires the gateway and runs it."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import AsyncIterator

import structlog
from aiohttp import web

from services.gateway.app import Gateway
from services.gateway.bodies import connection_limits
from services.gateway.due import Due
from services.gateway.helpers import Helpers
from services.gateway.intake import Intake
from services.gateway.limits import Limit
from services.gateway.notices.notifier import Notifier
from services.gateway.notices.settings import NoticeSettings, check
from services.gateway.overtime import Overtime
from services.gateway.quiet import Quiet
from services.gateway.reconciler import Reconciler, ReconcilerSettings
from services.gateway.records import Records
from services.gateway.room import Room
from services.gateway.settings import GatewaySettings
from shared.errors import SettingsError
from shared.history.settings import history_in
from shared.lifecycle import Process
from shared.measures import Measures
from shared.settings import PlaceSettings, load

log = structlog.get_logger()

SHUTDOWN_SECONDS = 10.0
UNREAD_BYTES = 48 * 1024
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


async def main(process: Process, stage: str | None = None) -> None:
    """Serve until this process is asked to stop."""
    del stage  # it has none
    async with serving(process, load(GatewaySettings, process.environ)):
        await process.stopping.wait()


@contextlib.asynccontextmanager
async def serving(process: Process, settings: GatewaySettings) -> AsyncIterator[str]:
    """Serve HTTP while the block runs; gives the address.

    Raises SettingsError when the gateway would be open to the network without tokens.
    """
    check_exposure(settings)
    bus = process.bus
    quiet = Quiet(bus, settings.push_quiet_seconds)
    records = Records(bus, settings.records_in_memory, quiet.record)
    room = Room(bus, records)
    intake = Intake(bus, room, Limit(settings.repo_jobs_per_minute, "one repository"))
    films = load(PlaceSettings, process.environ).films
    notices = load(NoticeSettings, process.environ)
    check(notices)
    notifier = Notifier(bus, notices)
    reconciler = _reconciler(load(ReconcilerSettings, process.environ), process.measures)
    history = history_in(bus, process.environ)
    gateway = Gateway(
        bus,
        process.blobs,
        records,
        intake,
        quiet,
        notifier,
        settings,
        films,
        process.tracer,
        history,
        process.measures,
    )
    works = (records.follow(), room.watch(), Due(bus, intake, process.tracer).work(), notifier.work())
    overtime = Overtime(bus, records, settings.job_timeout_seconds)
    helpers = Helpers(process.stopping)
    helpers.begin(*works)
    runner = web.AppRunner(
        gateway.application(), access_log=None, shutdown_timeout=SHUTDOWN_SECONDS, **connection_limits()
    )
    await runner.setup()
    try:
        await web.SockSite(runner, _listening(settings.host, settings.port)).start()
        host, port = runner.addresses[0][:2]
        address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        await helpers.until(records.complete)
        helpers.begin(reconciler.work(), overtime.watch())
        log.info("gateway.ready", address=address)
        yield address
    finally:
        await runner.cleanup()
        await history.close()
        await helpers.end()


def _reconciler(settings: ReconcilerSettings, measures: Measures) -> Reconciler:
    places = settings.places()
    return Reconciler(settings.github_http(measures), places, settings.seconds if places else 0.0)


def _listening(host: str, port: int) -> socket.socket:
    """Open the port, with little room for what nobody has read yet: many senders must not fill memory."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, UNREAD_BYTES)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise SettingsError(
            f"REPOREEL_HOST {host}, REPOREEL_PORT {port}: cannot listen there: {error}"
        ) from error
    return listener


def check_exposure(settings: GatewaySettings) -> None:
    if settings.host not in LOOPBACK and not settings.api_tokens:
        raise SettingsError(
            f"REPOREEL_HOST is {settings.host}, which others can reach, and REPOREEL_API_TOKENS is not set: "
            "set it to one or more secret tokens, or use 127.0.0.1"
        )
