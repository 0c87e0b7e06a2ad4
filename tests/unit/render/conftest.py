from __future__ import annotations

import pytest

from services.publisher.render.film import render_film
from shared.offload import ignore_progress
from tests.support import films


@pytest.fixture(scope="session")
def short_film(tmp_path_factory):
    """The folder of a short film, really made; its script and narration."""
    folder = tmp_path_factory.mktemp("film")
    script = films.short_script()
    narration = films.narrated(script)
    recording = films.write_wav(tmp_path_factory.mktemp("sound") / "narration.wav", films.voice(narration))
    made = render_film(ignore_progress, script, narration, recording, folder)
    return folder, script, narration, recording, made
