"""`reporeel run --narration`: what is no recording is refused, one that is goes with all that is wished."""

import dataclasses
import subprocess
import sys

import msgspec
import pytest

from services.commands.run import Wish, _body, _form
from services.gateway.multipart import form_of
from services.gateway.requests import JobRequest


def test_a_recording_that_is_not_there_is_a_usage_error(tmp_path):
    command = [sys.executable, "-m", "services", "run", ".", "--out", str(tmp_path)]
    done = subprocess.run(
        [*command, "--narration", str(tmp_path / "talk.wav")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "talk.wav is no file" in done.stderr


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"languages": ("en", "pt"), "publish": ("youtube",), "extras": ("tracks", "export")},
        {"voices": {"pt": "pm_alex"}, "ref": "v1.2", "script_only": True},
    ],
)
async def test_the_form_with_a_recording_asks_for_what_the_body_would(tmp_path, changes):
    recording = tmp_path / "talk.wav"
    recording.write_bytes(b"RIFF")
    plain = Wish(
        repo="acme/site",
        ref=None,
        languages=(),
        format="wide",
        profile="overview",
        voices={},
        out=tmp_path,
        as_json=False,
        quiet=False,
    )
    body = _body(dataclasses.replace(plain, **changes))
    sent = _form(body, recording)()
    read = form_of(await sent.as_bytes(), sent.headers["Content-Type"])
    assert read.wish == msgspec.convert(body, JobRequest)
    assert read.narration == b"RIFF"
