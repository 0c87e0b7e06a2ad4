"""Coqui's voices: what counts as one, whose consent it takes, and words timed by the model."""

import json

import pytest

from shared.packs import PackFault
from shared.speech import coqui, registry
from shared.speech.coqui import cards, cards_of, faults, read_manifest
from shared.speech.voice import VoiceCard

CONSENT = {"by": "Jane Doe", "on": "2026-11-20", "words": "I agree that my voice is copied."}
SUM = {"sha256": "0" * 64}
VITS = {
    "kind": "vits",
    "languages": ["de"],
    "licence": "Apache-2.0",
    "files": {"model.pth": SUM, "config.json": SUM},
}
XTTS = {
    "kind": "xtts",
    "languages": ["en", "es"],
    "licence": "non-commercial",
    "sample": "jane.wav",
    "consent": CONSENT,
    "files": {"model.pth": SUM, "config.json": SUM, "vocab.json": SUM, "jane.wav": SUM},
}


@pytest.fixture
def voice(tmp_path, monkeypatch):
    """Writes a manifest, changed as asked, where voices are looked for."""
    monkeypatch.setenv("REPOREEL_MODELS", str(tmp_path))

    def write(base, **changes):
        path = tmp_path / "voices" / "jane" / "voice.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({key: value for key, value in {**base, **changes}.items() if value}))
        return path

    return write


def test_a_manifest_is_read(voice):
    assert read_manifest(voice(VITS)).languages == ("de",)
    assert read_manifest(voice(XTTS)).consent.by == "Jane Doe"


@pytest.mark.parametrize(
    ("base", "changes", "words"),
    [
        (XTTS, {"consent": None}, "write down that person's consent"),
        (XTTS, {"consent": {**CONSENT, "words": ""}}, "consent.words"),
        (XTTS, {"consent": {"by": "Jane Doe"}}, "consent"),
        (XTTS, {"files": VITS["files"]}, "its files lack jane.wav, vocab.json"),
        (VITS, {"sample": "jane.wav"}, "its files lack jane.wav"),
        (VITS, {"sample": "jane.wav", "files": {**VITS["files"], "jane.wav": SUM}}, "VITS copies no sample"),
        (VITS, {"sample": "../jane.wav"}, "sample"),
        (VITS, {"licence": ""}, "licence"),
        (VITS, {"kind": "tacotron"}, "tacotron"),
        (VITS, {"languages": ["de-DE"]}, "languages"),
        (VITS, {"licences": "MIT"}, "licences"),
    ],
)
def test_a_manifest_that_will_not_do_is_refused_and_the_fault_is_told(voice, base, changes, words):
    path = voice(base, **changes)
    with pytest.raises(PackFault, match=words):
        read_manifest(path)
    assert cards() == ()
    (fault,) = faults()
    assert words in fault
    assert str(path) in fault


def test_without_the_engine_a_voice_is_not_offered_and_how_to_install_it_is_told(voice, monkeypatch):
    monkeypatch.setattr(coqui, "PACKAGES", ("no-such-engine",))
    voice(XTTS)
    assert cards() == ()
    (fault,) = faults()
    assert "needs no-such-engine: docs/speech.md" in fault


def test_a_copy_of_a_voice_speaks_only_when_it_is_asked_for(monkeypatch):
    copied = VoiceCard(
        name="jane-en",
        engine="coqui",
        version="1",
        licence="non-commercial",
        tier="good",
        sample_rate=24_000,
        languages=("en",),
        copied=True,
    )
    monkeypatch.setitem(registry.ENGINES, "coqui", registry.Engine(lambda: (copied,), coqui.load))
    assert registry.voice_for("en").engine == "hibari"
    assert registry.voice_for("en", "jane-en") == copied


@pytest.mark.coqui
class TestModels:
    """The real loaders, on models made for the test."""

    pytestmark = pytest.mark.filterwarnings("default:::TTS|transformers|torch")

    @pytest.fixture
    def made(self, tmp_path, monkeypatch):
        from tests.support import coqui_voice  # noqa: PLC0415 - needs what only these tests have

        monkeypatch.setenv("REPOREEL_MODELS", str(tmp_path))
        return coqui_voice, tmp_path / "voices"

    def test_a_vits_voice_is_offered_and_a_changed_weight_is_noticed(self, made):
        voices, folder = made
        path = voices.vits(folder / "anna")
        (card,) = cards()
        assert (card.name, card.licence, card.sample_rate, card.copied) == ("anna", "CC0-1.0", 22_050, False)
        assert not list(faults())
        model = path.with_name("model.pth")
        content = bytearray(model.read_bytes())
        content[len(content) // 2] ^= 1
        model.write_bytes(content)
        with pytest.raises(PackFault, match=r"model\.pth has sha256 .*install the voice again"):
            registry.load(card)

    def test_an_old_model_that_names_no_alphabet_reads_the_usual_phonemes(self, made):
        voices, folder = made
        (card,) = cards_of(voices.vits(folder / "anna", phonemes=True, alphabet=False))
        speech = registry.load(card).speak("The worker reads an event.")
        assert all(word.end > word.start for word in speech.words)

    def test_words_of_vits_last_as_long_as_the_model_says(self, made):
        voices, folder = made
        (card,) = cards_of(voices.vits(folder / "anna"))
        speech = registry.load(card).speak("we read document daily")
        read, document = [word.end - word.start for word in speech.words[1:3]]
        assert document / read == pytest.approx(9 / 5, abs=0.1)

    def test_a_voice_that_xtts_copies_says_whose_it_is_and_needs_consent(self, made):
        voices, folder = made
        path = voices.xtts(folder / "jane")
        english, spanish = cards()
        assert (english.name, spanish.name) == ("jane-en", "jane-es")
        assert english.licence == "CC0-1.0; copy of the voice of Jane Doe, who agreed on 2026-11-20"
        manifest = json.loads(path.read_text())
        path.write_text(json.dumps({**manifest, "consent": None}))
        assert cards() == ()
        assert registry.voice_for("en").engine == "hibari"

    @pytest.mark.parametrize("kind", ["vits", "xtts"])
    def test_a_speaker_the_model_does_not_have_is_refused(self, made, kind):
        voices, folder = made
        changes = {"sample": None, "consent": None} if kind == "xtts" else {}
        card, *_ = cards_of(getattr(voices, kind)(folder / "jane", speaker="Nobody", **changes))
        with pytest.raises(PackFault, match="no speaker 'Nobody'"):
            registry.load(card)
