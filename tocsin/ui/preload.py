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
    """The first page's model and answer, then the modules of the other pages."""
    # What is wrong with a model is told on the page, which reads it anew.
    with suppress(TocsinError, OSError):
        _first_answer()
    from tocsin.ui.main import PAGES

    for name, _, _ in PAGES:
        import_module(f"tocsin.ui.{name}")


def _first_answer() -> None:
    from tocsin.ui import shared

    folders = shared.model_folders()
    if folders:
        model = shared.opened(folders[0])
        shared.answer(model, shared.presets(model)[0])
        shared.arcs(model)
        import_module("tocsin.ui.assess")
