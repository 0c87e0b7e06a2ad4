"""Packs AsyncAPI's own description of its documents into `asyncapi.json.xz`.

    npm pack @asyncapi/specs
    python -m tests.contract.data.make_asyncapi asyncapi-specs-*.tgz

The package is Apache-2.0-licensed by the AsyncAPI initiative. Its checksum stands in the file.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import sys
import tarfile
from pathlib import Path

HERE = Path(__file__).parent
SCHEMA = "package/schemas/3.0.0-without-$id.json"


def main(package: Path) -> None:
    with tarfile.open(package) as packed:
        member = packed.extractfile(SCHEMA)
        if member is None:
            raise SystemExit(f"{package.name} has no {SCHEMA}")
        schema = json.load(member)
    sha256 = hashlib.sha256(package.read_bytes()).hexdigest()
    content = {"source": package.name, "sha256": sha256, "schema": schema}
    (HERE / "asyncapi.json.xz").write_bytes(lzma.compress(json.dumps(content).encode(), preset=9))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
