"""A recorded narration: listened to, and laid under the film as it is."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from shared.blobs import Blobs
from shared.errors import Reject
from shared.narration import Narration, SpokenSentence, Word
from shared.offload import Progress, ignore_progress, run_in_child
from shared.script import Script
from shared.speech.listener import Transcript
from shared.speech.listening import transcript
from shared.speech.narrate import TAIL_SECONDS, Tape
from shared.speech.recording import BadRecording, decoded
from shared.speech.sound import levelled

LISTEN_LIMIT_SECONDS = 1500.0
"""For an hour of speech on a busy machine; it takes about a tenth of its length on an idle one."""
RATE = 24_000
ENGINE = "recording"
HINT = "Send speech as WAV, MP3, M4A, OGG or FLAC."


async def heard_in(blobs: Blobs, narration: str, time_limit_seconds: float) -> Transcript:
    """What is said in a stored recording.

    Raises Reject for a file that is none.
    """
    with tempfile.TemporaryDirectory(prefix="reporeel-listen-") as folder:
        path = Path(folder) / "recording"
        await blobs.fetch(narration, path)
        try:
            return await run_in_child(transcript, ignore_progress, time_limit_seconds, path)
        except BadRecording as error:
            raise Reject(str(error), code="recording", hint=HINT) from error


def laid_under(report: Progress, script: Script, heard: Transcript, source: Path, path: Path) -> Narration:
    """Write the recording's own sound to `path`, at the common level; give the times of the script's words.

    Blocking: call it through `shared.offload.run_in_child`. Raises BadRecording, and Reject when the script
    no longer says what is heard.
    """
    sentences = tuple(_timed(script, heard))
    report(10)
    samples = levelled(decoded(source, RATE), RATE)
    with Tape(path, RATE) as tape:
        tape.sound(samples)
        tape.pause(TAIL_SECONDS)
    return Narration(
        language=script.language,
        engine=ENGINE,
        voice="a person",
        licence="the speaker's",
        sample_rate=RATE,
        duration_seconds=tape.seconds,
        audio="",
        sentences=sentences,
    )


def _timed(script: Script, heard: Transcript) -> Iterator[SpokenSentence]:
    """Raises Reject."""
    words = [word for part in heard.sentences for word in part]
    said = [text for scene in script.scenes for one in scene.sentences for text in one.text.split()]
    if said != [word.text for word in words]:
        hint = "Leave the sentences as they are spoken, or make the film without the recording."
        raise Reject("the script was edited and is not what the recording says", code="recording", hint=hint)
    rest, at = iter(words), 0.0
    for number, scene in enumerate(script.scenes):
        for sentence in scene.sentences:
            own = []
            for _ in sentence.text.split():
                word = next(rest)
                start = max(at, word.start)
                at = max(start, word.end)
                own.append(Word(word.text, start, at))
            yield SpokenSentence(
                scene=number, text=sentence.text, start=own[0].start, end=own[-1].end, words=tuple(own)
            )


async def laid_under_film(
    blobs: Blobs, script: Script, narration: str, progress: Progress, time_limit_seconds: float
) -> Narration:
    """The recording as the film's narration, stored.

    Raises Reject.
    """
    heard = msgspec.json.decode(await blobs.get(script.recording), type=Transcript)
    with tempfile.TemporaryDirectory(prefix="reporeel-speak-") as folder:
        source, path = Path(folder) / "recording", Path(folder) / "narration.wav"
        await blobs.fetch(narration, source)
        found = await run_in_child(laid_under, progress, time_limit_seconds, script, heard, source, path)
        return msgspec.structs.replace(found, audio=await blobs.put_file(path))
