"""What the first reader would wait for, done while the server starts and the browser loads its page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib import import_module
from threading import Thread
from typing import Any

from tocsin.errors import TocsinError


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[None]:
    """Begin to load when the server starts; it does not wait for the end of that."""
    Thread(target=load, name="preload", daemon=True).start()
    yield


def load() -> None:
    """The first page and its answer; the other pages are imported when they are asked for."""
    from tocsin.ui import network, shared

    # What is wrong with a model is told on the page, which reads it anew.
    with suppress(TocsinError, OSError):
        if folders := shared.model_folders():
            model = shared.opened(folders[0])
            answer = shared.answer(model, shared.presets(model)[0])
            network.picture(model, answer, shared.arcs(model))
    import_module("tocsin.ui.assess")
