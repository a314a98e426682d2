"""What is loaded before the first reader comes, and what the first page does not wait for."""

import asyncio
import subprocess
import sys
import threading

from tests.conftest import ROOT
from tocsin.ui import cache, server


def test_the_first_answer_is_there_before_it_is_asked_for(at_root, monkeypatch):
    for cached in (cache.load_model, cache._presets, cache.answer, cache.arcs):
        cached.clear()
    server.preload()

    def built(folder):
        raise AssertionError(f"{folder} is built again")

    monkeypatch.setattr(cache, "open_model", built)
    model = cache.load_model(cache.model_folders()[0])
    monkeypatch.setattr(cache.assessment, "assess", built)
    assert cache.answer(model, cache.presets(model)[0]).outcomes


def test_a_broken_model_stops_neither_the_server_nor_the_page(small, monkeypatch):
    (small / "model.yaml").write_text("model: [", encoding="utf-8")
    monkeypatch.chdir(small.parent.parent)
    monkeypatch.delitem(sys.modules, "tocsin.ui.assess", raising=False)
    server.preload()
    assert "tocsin.ui.assess" in sys.modules


def test_the_server_does_not_wait_for_it(monkeypatch):
    begun, may_end = threading.Event(), threading.Event()

    def slow():
        begun.set()
        may_end.wait(20)

    monkeypatch.setattr(server, "preload", slow)

    async def serve():
        async with server.lifespan(None):
            return await asyncio.to_thread(begun.wait, 20)

    assert asyncio.run(serve())
    may_end.set()


def test_the_frame_of_the_app_imports_no_page():
    told = (
        "import sys, tocsin.ui.main; print([m for m in sys.modules if m in ('numpy', 'tocsin.model', 'tocsin.batch')])"
    )
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", told], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr
