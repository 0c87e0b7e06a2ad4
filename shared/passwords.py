"""Makes the passwords of an installation, once, where nobody has set any: `docker compose up` runs it first.

    python -m shared.passwords FOLDER nats:4222

`FOLDER/server/users.conf` is for the NATS server's configuration to include, `FOLDER/<user>/url` is what
`NATS_URL_FILE` names; `FOLDER/gateway/token` and `webhook-secret` are for `REPOREEL_API_TOKENS_FILE` and
`GITHUB_WEBHOOK_SECRET_FILE`. Each folder is to be mounted where only its reader sees it. What exists is kept.
"""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

from shared.permissions import GATEWAY, configuration, users

SERVER = "server"
CONFIGURATION = "users.conf"
PASSWORD_BYTES = 24
USAGE = 2


def make_passwords(folder: Path, address: str) -> bool:
    """Write all files, the server's last; False when an earlier call had written them all."""
    settled = folder / SERVER / CONFIGURATION
    if settled.exists():
        return False
    passwords = {user.name: secrets.token_urlsafe(PASSWORD_BYTES) for user in users()}
    for user, password in passwords.items():
        _write(folder / user / "url", f"nats://{user}:{password}@{address}\n")
    for name in ("token", "webhook-secret"):
        _write(folder / GATEWAY / name, secrets.token_urlsafe(PASSWORD_BYTES) + "\n")
    _write(settled, configuration(passwords))
    return True


def _write(path: Path, text: str) -> None:
    """Write a file as a whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = path.with_suffix(".new")
    whole.unlink(missing_ok=True)
    with os.fdopen(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o440), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    whole.rename(path)


def main(arguments: list[str]) -> int:
    if len(arguments) != 2:  # noqa: PLR2004 - the folder and the address
        sys.stderr.write("usage: python -m shared.passwords FOLDER HOST:PORT\n")
        return USAGE
    made = make_passwords(Path(arguments[0]), arguments[1])
    sys.stdout.write("made the passwords\n" if made else "the passwords are there already\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
