"""The real Apertium: kept alive, never one sentence out of step, mended when one of its programs dies."""

import asyncio
import os
import random
import signal
from pathlib import Path

import pytest

from services.translator import apertium
from services.translator.apertium import Apertium, Mode
from services.translator.chain import Chain
from services.translator.engine import EngineFault
from services.translator.engines import engines_for
from shared.offload import run_in_child
from shared.routes import ROUTES
from tests.support.pipelines import wait_until
from tests.unit.translator.test_chain import NAMED, said

pytestmark = pytest.mark.languages

START_SECONDS = 120.0
"""For a child and a chain, also on a machine that does much else."""
NASTY = "abcdefgh ABC 0123456789 .,;:!?()[]{}<>^$@\\/*#~`'\"%&|=+-_ ñéü中文🙂\n\t\u00a0\u200b"
MODES = sorted({mode for routes in ROUTES.values() for route in routes for mode in route.modes})


@pytest.fixture
def mode():
    one = Mode("pt-es")
    yield one
    one.close()


@pytest.mark.parametrize("name", MODES)
def test_no_text_puts_a_mode_out_of_step(name):
    chance = random.Random(name)
    one = Mode(name)
    try:
        for number in range(20):
            one.translate("".join(chance.choices(NASTY, k=chance.randrange(60))))
            assert f"X{number}Y" in one.translate(f"X{number}Y")
    finally:
        one.close()


def test_programs_stay_alive_between_sentences(mode):
    mode.translate("Olá.")
    before = mode.pids
    assert mode.translate("O gato come.") == "El gato come."
    assert mode.pids == before


@pytest.mark.parametrize("place", [0, 3, -1])
def test_a_killed_program_costs_no_sentence(mode, place):
    mode.translate("Olá.")
    before = mode.pids
    os.kill(before[place], signal.SIGKILL)
    assert mode.translate("O gato come.") == "El gato come."
    assert not set(before) & set(mode.pids)


def test_a_hanging_program_is_killed_and_the_sentence_asked_again():
    mode = Mode("pt-es", reply_seconds=2.0)
    try:
        mode.translate("Olá.")
        os.kill(mode.pids[2], signal.SIGSTOP)
        assert mode.translate("O gato come.") == "El gato come."
    finally:
        mode.close()


def test_a_reply_to_another_sentence_is_noticed(mode):
    mode.translate("Olá.")
    apertium._write(mode._stages[0], b"Um cachorro[][sentence 99\n]\0")
    assert mode.translate("O gato come.") == "El gato come."


def test_an_unknown_mode_says_how_to_install_it():
    with pytest.raises(EngineFault, match="make languages"):
        Mode("xx-yy").translate("a")


def test_what_it_does_not_know_comes_back_without_marks(mode):
    assert mode.translate("O Zzyzx lê X0Y.") == "El Zzyzx lee X0Y."
    assert mode.translate("") == mode.translate(" ^~ ") == ""


def hold_open(report, mode):
    """Start a chain in a child, and never come to an end."""
    engine = Apertium([mode])
    engine.translate(["Olá."])
    report(float(engine._modes[0].pids[0]))
    signal.pause()


async def test_no_program_outlives_the_child_that_started_it():
    pids: list[int] = []
    child = asyncio.create_task(
        run_in_child(hold_open, lambda pid: pids.append(int(pid)), START_SECONDS, "pt-es")
    )
    await wait_until(lambda: pids, START_SECONDS)
    assert Path(f"/proc/{pids[0]}").exists()
    child.cancel()
    with pytest.raises(asyncio.CancelledError):
        await child
    await wait_until(lambda: not Path(f"/proc/{pids[0]}").exists())


@pytest.fixture(scope="module", params=[language for language in ROUTES if language != "pt"])
def neighbour(request):
    engines = engines_for(request.param)
    assert len(engines) == 2
    yield Chain(request.param, engines)
    for engine in engines:
        engine.close()


@pytest.mark.parametrize(
    "kept",
    [
        "services/scanner/scan.py",
        "https://example.org/a?b=c",
        "match()",
        "max_size",
        "v2.15.1",
        "--lang",
        "C++",
    ],
)
def test_code_and_names_stay_letter_by_letter_in_every_language(neighbour, kept):
    translated = said(neighbour, f"The worker reads {kept} before it answers the next request.")
    assert not translated.why
    assert translated.text.count(kept) == 1
    assert "before" not in translated.text


def test_names_from_the_facts_and_numbers_are_kept(neighbour):
    translated = said(neighbour, "In our view portico is larger than routing, with 12,431 lines in 14 files.")
    assert not translated.why
    assert all(name in translated.text for name in ("portico", "routing", "14"))
    assert "12.431" in translated.text or "12 431" in translated.text
    assert NAMED


def test_apertium_alone_serves_where_the_neural_model_is_missing():
    direct = next(route for route in ROUTES["es"] if not route.neural)
    engine = Apertium(direct.modes)
    try:
        assert said(Chain("es", [engine]), "The server keeps every message.").text.startswith("El servidor")
    finally:
        engine.close()
