"""`reporeel youtube login`: shows how to let Reporeel publish to a channel, and prints the token."""

from __future__ import annotations

import asyncio
import os

from aiohttp import web
from rich.console import Console

from services.publisher.targets.youtube.calls import token_endpoint
from services.publisher.targets.youtube.grant import Request
from services.publisher.targets.youtube.settings import YouTubeSettings, oauth_client
from shared.errors import ReporeelError, SettingsError
from shared.settings import load

LOGIN_SECONDS = 900.0
HOST = "127.0.0.1"
PREPARATION = """\
1. At https://console.cloud.google.com make a project and enable "YouTube Data API v3".
2. Configure its consent screen and publish it: while it is in testing mode, tokens live 7 days.
3. Under Credentials make an OAuth client ID of the kind "Desktop app" and download its JSON.
4. Set YOUTUBE_CLIENT_SECRET to that file's path and run this command again."""
REMOTE = "On another machine than your browser's, forward the port first: ssh -L {port}:127.0.0.1:{port} ..."


class LoginFailed(ReporeelError):
    """Nobody came back from Google, or somebody else did."""


async def login() -> int:
    """Print the steps, wait for the browser, print the refresh token; nothing is stored."""
    settings = load(YouTubeSettings, os.environ)
    if not settings.client_secret:
        raise SettingsError(f"YOUTUBE_CLIENT_SECRET is not set.\n{PREPARATION}")
    console = Console(highlight=False, soft_wrap=True)
    token = await _token(settings, console)
    console.print(
        "Set this, and keep it secret; it was stored nowhere:", f"YOUTUBE_REFRESH_TOKEN={token}", sep="\n"
    )
    return 0


async def _token(settings: YouTubeSettings, console: Console) -> str:
    arrived: asyncio.Queue[dict[str, str]] = asyncio.Queue(maxsize=1)
    runner = web.AppRunner(_application(arrived), access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, HOST, 0)
        await site.start()
        port = int(runner.addresses[0][1])
        request = Request(oauth_client(settings), f"http://{HOST}:{port}")
        console.print("Open this address in your browser and choose the channel:", request.address, sep="\n")
        console.print(REMOTE.format(port=port))
        code = _code(request, await _answer(arrived))
        grant = await request.grant(token_endpoint(settings.api_url), code)
    finally:
        await runner.cleanup()
    if grant.missing_scopes or not grant.refresh_token:
        missing = ", ".join(grant.missing_scopes) or "a refresh token"
        raise LoginFailed(f"Google granted us less than was asked for, without {missing}: tick every box")
    if grant.days_left is not None:
        console.print(
            f"This token dies in {grant.days_left:.0f} days: the consent screen is in testing mode."
        )
    return grant.refresh_token


async def _answer(arrived: asyncio.Queue[dict[str, str]]) -> dict[str, str]:
    try:
        async with asyncio.timeout(LOGIN_SECONDS):
            return await arrived.get()
    except TimeoutError as error:
        raise LoginFailed(f"nobody came back from Google within {LOGIN_SECONDS / 60:.0f} minutes") from error


def _code(request: Request, answer: dict[str, str]) -> str:
    if answer.get("state") != request.state:
        raise LoginFailed("the answer belongs to another login: run the command again")
    if "code" not in answer:
        raise LoginFailed(f"Google says {answer.get('error', 'nothing')!r}")
    return answer["code"]


def _application(arrived: asyncio.Queue[dict[str, str]]) -> web.Application:
    async def take(request: web.Request) -> web.Response:
        if not request.query:
            raise web.HTTPNotFound
        if not arrived.full():
            arrived.put_nowait(dict(request.query))
        return web.Response(text="Thank you. You can close this page; the terminal goes on.")

    app = web.Application()
    app.router.add_get("/", take)
    return app
