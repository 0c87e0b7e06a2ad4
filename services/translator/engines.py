"""Loads the engines that serve a language here, the best first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import structlog

from services.translator import firefox, pack
from services.translator.apertium import Apertium
from services.translator.engine import Engine, EngineFault
from services.translator.guards import objections
from services.translator.hybrid import Hybrid
from shared.offload import Progress
from shared.packs import Pack, PackFault, packs
from shared.routes import Route, open_routes

log = structlog.get_logger(__name__)

PROBE = "The server keeps every message until it has been read."


def engines_for(language: str) -> tuple[Engine, ...]:
    """Those that translate a sentence when they are tried; none for a language nobody translates to."""
    return tuple(_working(language))


def tried(_report: Progress, one: Pack) -> str:
    """What a pack makes of a sentence; raises EngineFault or PackFault where it is no good."""
    engine = pack.load(one)
    try:
        return _probed(engine)
    finally:
        engine.close()


def _working(language: str) -> Iterator[Engine]:
    ways: list[Callable[[], Engine]] = [partial(pack.load, one) for one in packs() if one.target == language]
    ways += [partial(_loaded, route) for route in open_routes(language)]
    for load in ways:
        try:
            engine = load()
            _probed(engine)
        except (EngineFault, PackFault) as error:
            log.warning("translation.engine_broken", language=language, reason=str(error))
        else:
            yield engine


def _loaded(route: Route) -> Engine:
    if not route.neural:
        return Apertium(route.modes)
    neural = firefox.embedded(route.neural)
    return Hybrid(neural, Apertium(route.modes)) if route.modes else neural


def _probed(engine: Engine) -> str:
    """The engine's answer to a real sentence; raises EngineFault, and closes it, when it is none."""
    said = engine.translate([PROBE])[0]
    wrong = next(objections(PROBE, said), None)
    if wrong is not None:
        engine.close()
        raise EngineFault(f"{engine.name} was tried with {PROBE!r} and its answer {wrong}: {said[:80]!r}")
    return said
