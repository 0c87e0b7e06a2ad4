"""Genuine Coqui voices that fit a test: real models, built small and saved as Coqui saves them.

Their weights are drawn at random, but for one bias each: every sign of the VITS model lasts as long, and the
XTTS model ends when it may make no more.
"""

from __future__ import annotations

import hashlib
import json
import wave
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from TTS.config.shared_configs import BaseAudioConfig
from TTS.tts.configs.shared_configs import CharactersConfig
from TTS.tts.configs.vits_config import VitsArgs, VitsConfig
from TTS.tts.configs.xtts_config import XttsArgs, XttsAudioConfig, XttsConfig
from TTS.tts.models.vits import Vits
from TTS.tts.models.xtts import Xtts
from TTS.tts.utils.text.characters import IPAPhonemes

RATE = 22_050
SIGNS = "abcdefghijklmnopqrstuvwxyzáéíóúñüàèçêß0123456789"
PHONEMES = "ˈˌːæðŋɐɑɒɔəɚɛɜɡɪɹɾʃʊʌʒʔʲθᵻ"
FRAMES_A_SIGN = 3
PIECES = 100
"""Of 46 ms."""
LANGUAGES = ["en", "es"]
CONSENT = {"by": "Jane Doe", "on": "2026-11-20", "words": "I agree that this voice is copied in tests."}


def vits(folder: Path, *, phonemes: bool = False, alphabet: bool = True, **manifest: object) -> Path:
    """A VITS model that reads letters, or espeak-ng's phonemes; gives its manifest's path.

    Without `alphabet` its settings name none, as those of old models.
    """
    torch.manual_seed(0)
    config = VitsConfig(
        model_args=VitsArgs(
            hidden_channels=32,
            hidden_channels_ffn_text_encoder=64,
            num_heads_text_encoder=2,
            num_layers_text_encoder=1,
            num_layers_posterior_encoder=1,
            num_layers_flow=1,
            upsample_initial_channel_decoder=32,
            use_sdp=False,
            init_discriminator=False,
        ),
        audio=BaseAudioConfig(sample_rate=RATE),
        text_cleaner="basic_cleaners",
        characters=CharactersConfig(
            characters_class="TTS.tts.models.vits.VitsCharacters",
            pad="_",
            characters=SIGNS,
            punctuations="!'(),-.:;? ",
            phonemes=PHONEMES,
        ),
    )
    if not alphabet:
        config.characters = IPAPhonemes().to_config()
        config.characters.characters_class = f"{IPAPhonemes.__module__}.{IPAPhonemes.__name__}"
    model = Vits(config)
    with torch.no_grad():
        for parameter in model.duration_predictor.proj.parameters():
            parameter.zero_()
        model.duration_predictor.proj.bias.fill_(float(np.log(FRAMES_A_SIGN - 0.5)))
    config.characters = config.characters if alphabet else None
    config.use_phonemes, config.phoneme_language = phonemes, "en-us" if phonemes else None
    folder.mkdir(parents=True)
    config.save_json(folder / "config.json")
    torch.save({"model": model.state_dict(), "config": config.to_dict()}, folder / "model.pth")
    return _manifest(folder, {"kind": "vits", "languages": ["en"], "licence": "CC0-1.0", **manifest})


def xtts(folder: Path, **manifest: object) -> Path:
    """An XTTS model with somebody's sample; gives its manifest's path."""
    folder.mkdir(parents=True)
    words = Tokenizer(models.BPE(unk_token="[UNK]"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    special = ["[STOP]", "[UNK]", "[SPACE]", "[START]", *(f"[{language}]" for language in LANGUAGES)]
    letters = ["the worker reads an event and writes it down el trabajador lee un evento", SIGNS]
    words.train_from_iterator(letters, trainers.BpeTrainer(vocab_size=120, special_tokens=special))
    words.save(str(folder / "vocab.json"))
    torch.manual_seed(0)
    config = XttsConfig(
        model_args=XttsArgs(
            gpt_layers=2,
            gpt_n_model_channels=64,
            gpt_n_heads=2,
            gpt_num_audio_tokens=66,
            gpt_start_audio_token=64,
            gpt_stop_audio_token=65,
            gpt_max_audio_tokens=PIECES,
            gpt_number_text_tokens=words.get_vocab_size(),
            gpt_start_text_token=words.token_to_id("[START]"),
            gpt_stop_text_token=words.token_to_id("[STOP]"),
            decoder_input_dim=64,
        ),
        audio=XttsAudioConfig(),
    )
    config.languages = LANGUAGES
    model = Xtts(config)
    model.init_models()
    with torch.no_grad():
        model.gpt.mel_head.bias[config.model_args.gpt_stop_audio_token] = -1e4
    torch.save({"model": model.state_dict()}, folder / "model.pth")
    config.save_json(folder / "config.json")
    _sample(folder / "jane.wav")
    return _manifest(
        folder,
        {
            "kind": "xtts",
            "languages": LANGUAGES,
            "licence": "CC0-1.0",
            "sample": "jane.wav",
            "consent": CONSENT,
            **manifest,
        },
    )


def _sample(path: Path) -> None:
    time = np.arange(3 * RATE) / RATE
    sound = 0.3 * np.sin(2 * np.pi * 160 * time) * (1 + np.sin(2 * np.pi * 4 * time)) / 2
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((sound * 32767).astype("<i2").tobytes())


def _manifest(folder: Path, told: dict[str, object]) -> Path:
    sums = {path.name: {"sha256": hashlib.sha256(path.read_bytes()).hexdigest()} for path in folder.iterdir()}
    path = folder / "voice.json"
    path.write_text(json.dumps({**told, "files": sums}), "utf-8")
    return path
