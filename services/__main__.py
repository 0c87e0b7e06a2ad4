"""The command line: `reporeel`, or `python -m services`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any, get_args

import uvloop

from shared.errors import ReporeelError
from shared.events import Priority, Profile
from shared.pipeline import PIPELINE, SERVICES

FAILED, USAGE = 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code."""
    options = _parser().parse_args(arguments)
    try:
        return uvloop.run(_command(options))
    except ReporeelError as error:
        sys.stderr.write(f"reporeel: {error}\n")
        return USAGE if type(error).__name__ in {"UsageError", "SettingsError"} else FAILED
    except KeyboardInterrupt:
        return 130


def _command(options: argparse.Namespace) -> Coroutine[Any, Any, int]:
    """Import a command only when it is the one: `reporeel --help` loads no engine."""
    if options.command == "run":
        from services.commands.run import Wish, run  # noqa: PLC0415

        return run(
            Wish(
                repo=options.repo,
                ref=options.ref,
                languages=tuple(options.lang),
                format=options.format,
                profile=options.profile,
                voices=dict(options.voice),
                out=options.out,
                as_json=options.json,
                quiet=options.quiet,
                script_only=options.script_only,
                extras=tuple(options.extras),
                music=options.music,
                narration=options.narration,
                publish=tuple(options.publish),
            )
        )
    if options.command == "up":
        from services.commands.up import up  # noqa: PLC0415

        return up(options.port, options.data)
    if options.command == "doctor":
        from services.commands.doctor import doctor  # noqa: PLC0415

        return doctor()
    if options.command in ("jobs", "schedule", "history", "discover", "unpublish"):
        return _at_gateway(options)
    if options.command in ("languages", "voices", "completion", "youtube"):
        return _told(options)
    from services.commands.serve import provision_server, serve  # noqa: PLC0415

    return provision_server() if options.command == "provision" else serve(options.service, options.stage)


def _at_gateway(options: argparse.Namespace) -> Coroutine[Any, Any, int]:
    if options.command == "jobs":
        from services.commands.jobs import jobs  # noqa: PLC0415

        return jobs(options)
    if options.command == "schedule":
        from services.commands.schedule import schedule  # noqa: PLC0415

        return schedule(options)
    if options.command == "history":
        from services.commands.history import history  # noqa: PLC0415

        return history(options)
    if options.command == "unpublish":
        from services.commands.unpublish import unpublish  # noqa: PLC0415

        return unpublish(options)
    from services.commands.discover import discover  # noqa: PLC0415

    return discover(options.url, options.token, every_hours=options.every, dry_run=options.dry_run)


def _told(options: argparse.Namespace) -> Coroutine[Any, Any, int]:
    if options.command == "youtube":
        from services.commands.youtube import login  # noqa: PLC0415

        return login()
    if options.command == "completion":
        from services.commands.completion import completion  # noqa: PLC0415

        return completion(_parser(), options.shell)
    if options.command == "languages" and options.action == "install":
        from services.commands.install import install  # noqa: PLC0415

        return install(options.language, options.source)
    from services.commands.languages import languages, voices  # noqa: PLC0415

    return languages() if options.command == "languages" else voices()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="reporeel", description="A repository in, a film out.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_run(commands)
    up = commands.add_parser("up", help="everything in one process, staying up")
    up.add_argument("--port", type=int, help="of the gateway (default 8080, or REPOREEL_PORT)")
    up.add_argument("--data", type=Path, metavar="DIR", help="streams and films (or REPOREEL_DATA)")
    serve = commands.add_parser("serve", help="one service against $NATS_URL")
    serve.add_argument("service", choices=SERVICES)
    serve.add_argument("--stage", choices=[stage.name for stage in PIPELINE], help="only this stage of it")
    commands.add_parser("provision", help="make the streams and consumers of $NATS_URL")
    commands.add_parser("doctor", help="check whether a film would succeed here")
    youtube = commands.add_parser("youtube", help="let Reporeel publish to a channel")
    youtube.add_subparsers(dest="action", required=True, metavar="ACTION").add_parser(
        "login", help="show how, wait for the browser, print the refresh token; store nothing"
    )
    _add_jobs(commands)
    discover = commands.add_parser("discover", help="find repositories on GitHub and submit a few a day")
    _add_gateway(discover)
    discover.add_argument("--every", type=float, metavar="HOURS", help="again and again; unset searches once")
    discover.add_argument(
        "--dry-run", action="store_true", help="say what would be submitted, and submit nothing"
    )
    _add_schedule(commands)
    _add_languages(commands)
    unpublish = commands.add_parser("unpublish", help="take a job's videos down, at $NATS_URL's installation")
    unpublish.add_argument("job_id", metavar="ID")
    unpublish.add_argument(
        "--lang", type=_words, default=(), metavar="en,es", help="only these (default: all)"
    )
    history = commands.add_parser("history", help="what was filmed, also long ago")
    _add_gateway(history)
    history.add_argument("--repo", metavar="OWNER/NAME", help="only the films of this one")
    history.add_argument("--limit", type=int, default=20, metavar="N", help="1 to 100 (20)")
    history.add_argument("--json", action="store_true")
    commands.add_parser("voices", help="list the voices that are installed")
    completion = commands.add_parser("completion", help="print what teaches a shell these commands")
    completion.add_argument("shell", choices=("bash", "zsh", "fish"))
    return parser


def _add_run(commands: Any) -> None:
    run = commands.add_parser("run", help="make one film, start to end")
    run.add_argument("repo", metavar="REPO", help="a folder, owner/name, or https://github.com/owner/name")
    run.add_argument("--ref", help="branch, tag or commit")
    run.add_argument("--lang", type=_words, default=("en",), metavar="en,es", help="languages (default en)")
    run.add_argument("--format", choices=("wide", "reel", "square"), default="wide")
    run.add_argument("--profile", choices=get_args(Profile), default="overview")
    run.add_argument("--out", type=Path, default=Path("films"), metavar="DIR", help="where films go (films)")
    run.add_argument("--voice", type=_pair, action="append", default=[], metavar="en=NAME")
    run.add_argument("--music", metavar="FILE", help="a bed under the voice: a sound file, or `generated`")
    run.add_argument(
        "--narration", type=Path, metavar="FILE", help="a person's recording: its words, its sound"
    )
    for flag, extra, words in (
        ("--tracks", "tracks", "also one MP4 with a sound and subtitle track a language"),
        ("--export", "export", "also a project for an editor: OpenTimelineIO, EDL, layers"),
        ("--burn-in", "burned-subtitles", "draw the subtitles into the picture"),
    ):
        run.add_argument(flag, dest="extras", action="append_const", const=extra, default=[], help=words)
    run.add_argument("--publish", type=_words, default=(), metavar="youtube,…", help="also where it goes")
    run.add_argument("--script-only", action="store_true", help="print the script and stop; no film")
    run.add_argument("--json", action="store_true", help="end standard output with the job's record")
    run.add_argument("--quiet", action="store_true", help="say nothing but errors")


def _add_languages(commands: Any) -> None:
    parser = commands.add_parser("languages", help="list the languages films can be made in, or install one")
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    install = actions.add_parser("install", help="fetch and check a translation pack, over the internet")
    install.add_argument("language", metavar="LANG", help="de, ru, ...")
    install.add_argument("--from", dest="source", metavar="ADDRESS", help="of a pack.json (default: Mozilla)")


def _add_jobs(commands: Any) -> None:
    parser = commands.add_parser("jobs", help="list, show, watch, cancel, retry jobs; parked work")
    _add_gateway(parser)
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = actions.add_parser("list", help="newest first")
    listing.add_argument("--status", default="all")
    listing.add_argument("--limit", type=int, default=50)
    listing.add_argument("--json", action="store_true")
    for name, words in (
        ("show", "one job's record"),
        ("watch", "a job's progress until its end"),
        ("cancel", "end a job"),
        ("retry", "run again what did not finish"),
    ):
        action = actions.add_parser(name, help=words)
        action.add_argument("job_id", metavar="ID")
        if name == "retry":
            action.add_argument("--from-stage", metavar="STAGE")
            action.add_argument("--lang", type=_words, default=())
    parked = actions.add_parser("parked", help="the dead letters")
    parked.add_argument("--json", action="store_true")
    actions.add_parser("requeue", help="run parked work again").add_argument("parked_id", metavar="PARKED")
    _add_gateway_below(actions)


def _add_schedule(commands: Any) -> None:
    parser = commands.add_parser("schedule", help="films that come again and again, kept by the server")
    _add_gateway(parser)
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="add one; the same name replaces it")
    add.add_argument("name", metavar="NAME")
    add.add_argument("when", metavar="WHEN", help="@daily, '@every 6h', or cron: '0 8 * * 1'")
    add.add_argument("repo", metavar="REPO", help="owner/name or https://github.com/owner/name")
    add.add_argument("--time-zone", metavar="ZONE", help="of cron, Europe/Lisbon for instance (UTC)")
    add.add_argument("--ref", help="branch, tag or commit")
    add.add_argument("--lang", type=_words, default=(), metavar="en,es")
    add.add_argument("--profile", choices=get_args(Profile), default="overview")
    add.add_argument("--priority", choices=get_args(Priority), default="normal")
    actions.add_parser("list", help="by name").add_argument("--json", action="store_true")
    actions.add_parser("remove", help="start no more films by it").add_argument("name", metavar="NAME")
    _add_gateway_below(actions)


def _add_gateway(parser: argparse.ArgumentParser, default: str | None = None) -> None:
    parser.add_argument(
        "--url", default=default, help="the gateway (REPOREEL_URL, else http://127.0.0.1:8080)"
    )
    parser.add_argument(
        "--token", default=default, help="its API token (else the first of REPOREEL_API_TOKENS)"
    )


def _add_gateway_below(actions: Any) -> None:
    """Take the gateway's options after the action too; there they only count when they are given."""
    for action in actions.choices.values():
        _add_gateway(action, argparse.SUPPRESS)


def _words(text: str) -> tuple[str, ...]:
    words = tuple(part.strip() for part in text.split(",") if part.strip())
    if not words:
        raise argparse.ArgumentTypeError("name at least one language")
    return words


def _pair(text: str) -> tuple[str, str]:
    language, mark, name = text.partition("=")
    if not (language and mark and name):
        raise argparse.ArgumentTypeError(f"{text!r} is not LANGUAGE=VOICE")
    return language, name


if __name__ == "__main__":
    sys.exit(main())
