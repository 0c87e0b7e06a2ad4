"""Packs GitHub's recorded webhooks, signed by GitHub's own library, into `github_webhooks.json.xz`.

    node sign_webhooks.mjs package/api.github.com/index.json SECRET > signed.json
    python -m tests.contract.data.make_webhooks signed.json octokit-webhooks-examples-*.tgz

Both packages are MIT-licensed by the Octokit contributors; see `LICENSE.octokit`. The checksum of the package
the payloads came from stands in the file.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import sys
from pathlib import Path

HERE = Path(__file__).parent
SECRET = "It's a Secret to Everybody"
"""The one GitHub's documentation signs its example with; the payloads are signed with it."""


def main(signed: Path, package: Path) -> None:
    content = {
        "source": package.name,
        "sha256": hashlib.sha256(package.read_bytes()).hexdigest(),
        "secret": SECRET,
        "webhooks": json.loads(signed.read_text("utf-8")),
    }
    packed = lzma.compress(json.dumps(content).encode(), preset=9)
    (HERE / "github_webhooks.json.xz").write_bytes(packed)
    print(len(content["webhooks"]), "webhooks,", len(packed), "bytes")  # noqa: T201 - what a shell is told


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
