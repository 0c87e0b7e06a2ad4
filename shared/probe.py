"""Asks a process of this machine whether it is ready: the images' health check, since they hold no curl.

python -m shared.probe 8081
"""

from __future__ import annotations

import sys
import urllib.error
import urllib.request

SECONDS = 3.0


def is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=SECONDS):
            return True
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    sys.exit(0 if is_ready(int(sys.argv[1])) else 1)
