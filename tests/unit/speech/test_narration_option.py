"""`reporeel run --narration`: what is no recording is refused before any work."""

import subprocess
import sys


def test_a_recording_that_is_not_there_is_a_usage_error(tmp_path):
    command = [sys.executable, "-m", "services", "run", ".", "--out", str(tmp_path)]
    done = subprocess.run(
        [*command, "--narration", str(tmp_path / "talk.wav")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "talk.wav is no file" in done.stderr
