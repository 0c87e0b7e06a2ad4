"""The command line: `reporeel`, or `python -m services`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any, get_args

import uvloop

from shared.errors import ReporeelError
from shared.events import Profile
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
            )
        )
    if options.command == "up":
        from services.commands.up import up  # noqa: PLC0415

        return up(options.port, options.data)
    if options.command == "doctor":
        from services.commands.doctor import doctor  # noqa: PLC0415

        return doctor()
    if options.command == "jobs":
        from services.commands.jobs import jobs  # noqa: PLC0415

        return jobs(options)
    if options.command in ("languages", "voices"):
        from services.commands.languages import languages, voices  # noqa: PLC0415

        return languages() if options.command == "languages" else voices()
    from services.commands.serve import provision_server, serve  # noqa: PLC0415

    return provision_server() if options.command == "provision" else serve(options.service, options.stage)


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
    _add_jobs(commands)
    commands.add_parser("languages", help="list the languages films can be made in")
    commands.add_parser("voices", help="list the voices that are installed")
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
    run.add_argument("--script-only", action="store_true", help="print the script and stop; no film")
    run.add_argument("--json", action="store_true", help="end standard output with the job's record")
    run.add_argument("--quiet", action="store_true", help="say nothing but errors")


def _add_jobs(commands: Any) -> None:
    parser = commands.add_parser("jobs", help="list, show, watch, cancel, retry jobs; parked work")
    parser.add_argument("--url", default="http://127.0.0.1:8080", help="the gateway")
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
