"""Keeps the C library from holding on to memory nobody uses; glibc only, elsewhere nothing is done.

By default glibc gives each thread heaps of its own and keeps what is freed in them: pictures of 8 MB, here.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from functools import cache

M_ARENA_MAX = -8
"""mallopt(3)."""


def share_one_heap() -> None:
    """Let all threads of this process take memory from one heap. Call it before there are many."""
    if mallopt := _glibc("mallopt"):
        mallopt(M_ARENA_MAX, 1)


def give_back() -> None:
    """Return what is free to the system."""
    if trim := _glibc("malloc_trim"):
        trim(0)


@cache
def _glibc(name: str) -> Callable[..., int] | None:
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
