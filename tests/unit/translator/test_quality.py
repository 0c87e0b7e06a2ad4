"""The committed test set: how near the translations come to a person's, and the yardstick itself."""

from pathlib import Path

import pytest

from services.translator.guards import objections
from tests.support.chrf import chrf, interval

SENTENCES = [
    tuple(line.split("\t"))
    for line in (Path(__file__).parent / "en-pt.tsv").read_text("utf-8").splitlines()
    if not line.startswith("# ")
]
BASELINE = 88.8
"""chrF of the embedded engine on this set."""
MARGIN = 2.0
GOAL = 80.0


@pytest.fixture(scope="module")
def translated(chain):
    return [chain.translate(source, ()) for source, _ in SENTENCES]


def test_translations_stay_as_near_to_a_persons_as_they_were(translated):
    references = [reference for _, reference in SENTENCES]
    said = [one.text for one in translated]
    assert len(SENTENCES) >= 36
    assert chrf(said, references) >= BASELINE - MARGIN
    assert interval(said, references)[0] >= GOAL


def test_every_sentence_is_translated_and_passes_the_guards(translated):
    assert [one.why for one in translated if one.why] == []
    for (source, _), one in zip(SENTENCES, translated, strict=True):
        assert [why for why in objections(source, one.text) if "number" not in why] == []


def test_the_measure_gives_what_sacrebleu_gives():
    said = ["O gato está no tapete.", "Ele lê arquivos."]
    references = ["O gato está sobre o tapete.", "Ele lê os arquivos."]
    assert chrf(said, references) == pytest.approx(64.4652, abs=0.001)
    assert chrf(references, references) == 100
    assert chrf(["xyz"], ["abc"]) == 0


def test_the_measure_falls_when_names_are_dropped(translated):
    references = [reference for _, reference in SENTENCES]
    worse = [" ".join(one.text.split()[::2]) for one in translated]
    assert chrf(worse, references) < BASELINE - 20
