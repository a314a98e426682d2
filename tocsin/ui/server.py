"""The server: its settings, its start, and what it does before the first reader comes."""

from __future__ import annotations

import ctypes
import socket
import tomllib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import Any

from tocsin.errors import TocsinError
from tocsin.ui.streamlit_internals import run_app

SCRIPT = Path(__file__).with_name("asgi.py")
"""What is shown."""


def _settings(table: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Names with dots between their parts, as Streamlit has them."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _settings(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


OPTIONS = dict(_settings(tomllib.loads(Path(__file__).with_name("streamlit.toml").read_text("utf-8"))))
"""The settings, theme included; a clone has the same file as `.streamlit/config.toml`, where `streamlit run` looks."""
ADDRESS: str = OPTIONS["server.address"]

ARENAS, LARGE = 1, 2**18
"""Places where threads find memory, and bytes from which a piece is given back as soon as it is free."""
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
"""Names of glibc's settings (mallopt, malloc.h)."""


def serve(port: int) -> None:
    """Run the app until it is stopped. Raises TocsinError where it cannot start."""
    if not 1 <= port <= 65535:
        raise TocsinError(f"there is no port {port}; choose one from 1 to 65535")
    _require_free(port)
    run_app(SCRIPT, "tocsin.ui.asgi:app", {**OPTIONS, "server.port": port})


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        # As servers bind, so that a port just left by another one counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError as error:
            what = error.strerror or str(error)
            raise TocsinError(
                f"port {port} on {ADDRESS} cannot be used ({what}); choose another with --port"
            ) from error


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[None]:
    """Begin to load when the server starts; it does not wait for the end of that."""
    give_back()
    Thread(target=preload, name="preload", daemon=True).start()
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


def preload() -> None:
    """What the first reader would wait for: the first page and its answer. Other pages are imported when asked for."""
    from tocsin.ui import cache, network

    # What is wrong with a model is told on the page, which reads it anew.
    with suppress(TocsinError, OSError):
        if folders := cache.model_folders():
            model = cache.opened(folders[0])
            answer = cache.answer(model, cache.presets(model)[0])
            network.picture(model, answer, cache.arcs(model))
    import_module("tocsin.ui.assess")
