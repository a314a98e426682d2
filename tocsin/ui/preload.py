"""What the first reader would wait for, done while the server starts and the browser loads its page."""

from __future__ import annotations

import ctypes
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib import import_module
from threading import Thread
from typing import Any

from tocsin.errors import TocsinError

ARENAS, LARGE = 1, 2**18
"""Places where threads find memory, and bytes from which a piece is given back as soon as it is free."""
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
"""Names of glibc's settings (mallopt, malloc.h)."""


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[None]:
    """Begin to load when the server starts; it does not wait for the end of that."""
    give_back()
    Thread(target=load, name="preload", daemon=True).start()
    yield


def give_back() -> None:
    """Let memory that is free again go back to the system.

    Every run of the script is a thread, and glibc gives each an arena of its own that keeps what was freed in it: a
    server would hold the largest explanation once per arena. Other systems do without.
    """
    with suppress(OSError, AttributeError):
        settings = ctypes.CDLL("libc.so.6").mallopt
        settings(_M_ARENA_MAX, ARENAS)
        settings(_M_MMAP_THRESHOLD, LARGE)


def load() -> None:
    """The first page and its answer; the other pages are imported when they are asked for."""
    from tocsin.ui import cache, network

    # What is wrong with a model is told on the page, which reads it anew.
    with suppress(TocsinError, OSError):
        if folders := cache.model_folders():
            model = cache.opened(folders[0])
            answer = cache.answer(model, cache.presets(model)[0])
            network.picture(model, answer, cache.arcs(model))
    import_module("tocsin.ui.assess")
