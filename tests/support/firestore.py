"""Google's own Firestore emulator, where it is installed: started here, and ended again."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

START_SECONDS = 90.0
JAR = "platform/cloud-firestore-emulator/cloud-firestore-emulator.jar"
MAIN = "com.google.cloud.datastore.emulator.firestore.CloudFirestore"
DEBIAN_HOME = Path("/usr/lib/google-cloud-sdk")


def emulator_jar() -> Path | None:
    """Where Debian's google-cloud-cli-firestore-emulator or `gcloud components install` puts it."""
    gcloud = shutil.which("gcloud")
    homes = [DEBIAN_HOME, *([Path(gcloud).resolve().parents[1]] if gcloud else [])]
    return next((home / JAR for home in homes if (home / JAR).is_file()), None)


@contextlib.contextmanager
def firestore_emulator() -> Iterator[str]:
    """Give the address, `host:port`, of a fresh one while the block runs.

    Without gcloud's wrapper, whose child would outlive it.
    """
    jar, java = emulator_jar(), shutil.which("java")
    if jar is None or java is None:
        raise RuntimeError("install google-cloud-cli-firestore-emulator and a Java runtime for these tests")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [java, "-Xmx512m", "-Duser.language=en", "-cp", str(jar), MAIN]
    command += ["start", "--host=127.0.0.1", f"--port={port}"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
        try:
            _wait(port, child)
            yield f"127.0.0.1:{port}"
        finally:
            child.kill()


def _wait(port: int, child: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while child.poll() is None and time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
            return
        time.sleep(0.1)
    raise RuntimeError("the Firestore emulator does not answer")
