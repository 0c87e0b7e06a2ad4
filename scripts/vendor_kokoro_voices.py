"""Makes `shared/speech/data/voices.kokoro.npz` anew: the voices in use, out of the npm package kokoro-js.

    .venv/bin/python scripts/vendor_kokoro_voices.py

Needs npm and a registry. Prints the sha256 that `shared/speech/kokoro.py` expects.
"""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

import numpy as np

PACKAGE = "kokoro-js@1.2.1"
"""Apache-2.0; its `voices/*.bin` are Kokoro-82M's: 510 styles of 256 numbers, by the text's length."""
VOICES = ("pf_dora", "pm_alex", "ef_dora", "em_alex", "ff_siwis", "if_sara", "im_nicola")
ROWS = 320
"""No run of the model is longer (`MOST_PHONEMES`)."""
STYLE = 256
TARGET = Path(__file__).parents[1] / "shared" / "speech" / "data" / "voices.kokoro.npz"
MADE = (1980, 1, 1, 0, 0, 0)
"""A fixed date, so that the same voices give the same bytes."""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True)
        (packed,) = Path(folder).glob("*.tgz")
        with tarfile.open(packed) as archive:
            write({name: style(archive, name) for name in VOICES})
    sys.stdout.write(f"{TARGET.name} {hashlib.sha256(TARGET.read_bytes()).hexdigest()}\n")


def style(archive: tarfile.TarFile, name: str) -> np.ndarray:
    member = archive.extractfile(f"package/voices/{name}.bin")
    assert member is not None, name
    return np.frombuffer(member.read(), "<f4").reshape(-1, STYLE)[:ROWS].astype(np.float16)


def write(styles: dict[str, np.ndarray]) -> None:
    with zipfile.ZipFile(TARGET, "w", zipfile.ZIP_DEFLATED) as target:
        for name, rows in styles.items():
            content = io.BytesIO()
            np.save(content, rows)
            target.writestr(zipfile.ZipInfo(f"{name}.npy", MADE), content.getvalue(), zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    main()
