"""What readers wait for in real Chromium: the first page, a dragged boundary, another page; each beside its goal.

Run: python -m benchmarks.browser [--readers 5]. Memory is `python -m benchmarks.memory`.
"""

from __future__ import annotations

import argparse
import itertools
import os
import statistics
import subprocess
import threading
import time
from typing import Any

from tests.conftest import ROOT
from tests.ui.browsing import Visit, launched, served, settled
from tests.ui.test_settings import READY

MOVES = 60
OUTCOME = "israeli_strike"
VARIABLE, EDGE = "framing", "edge:1"

_MOVE = """
([variable, edge, outcome, value]) => new Promise((resolve, reject) => {
  const slider = document.querySelector(`[data-of="${variable}"][data-set="${edge}"]`)
  const { left, width } = slider.parentElement.getBoundingClientRect()
  const shown = () => document.querySelector(`[data-outcome="${outcome}"]`)?.dataset.p
  const before = shown()
  const begun = performance.now()
  const watch = new MutationObserver(() => {
    if (shown() === before) return
    watch.disconnect()
    resolve(performance.now() - begun)
  })
  watch.observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-p"] })
  setTimeout(() => { watch.disconnect(); reject(new Error("no change in 10 s")) }, 10000)
  slider.dispatchEvent(new PointerEvent("pointermove", { bubbles: true, clientX: left + width * value / 100 }))
})
"""


def main() -> None:
    """Print the load, then each wait beside its goal."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--readers", type=int, default=5)
    readers = arguments.parse_args().readers
    print(f"load before the run: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    with launched() as browser:
        start = time.perf_counter()
        with served(ROOT) as address:
            reader = Visit(browser, address)
            reader.open()
            cold = time.perf_counter() - start
            print(f"cold start to the first page: {cold:.2f} s (goal 3 s)")
            for title in ("Statements", "Why"):
                print(f"first visit of {title} on this server: {_changed(reader.page, title):.2f} s (goal 1.5 s)")
            _changes(reader.page)
            reader.close()
            reader = Visit(browser, address)
            reader.open()
            _believing(reader.page)
            _report("one reader", [_moved(reader.page, place) for place in _places()], "80 and 120 ms")
            _together(address, readers)
            reader.close()


def _changes(page: Any) -> None:
    """From each page to each other, after a first visit of all."""
    for title in READY:
        _changed(page, title)
    waits = []
    for here, there in itertools.permutations(READY, 2):
        _changed(page, here)
        waits.append((_changed(page, there), f"{here} to {there}"))
    median, (slowest, way) = statistics.median(wait for wait, _ in waits), max(waits)
    print(f"page change: median {median:.2f} s (goal 0.5 s), at most {slowest:.2f} s ({way}), of {len(waits)}")


def _changed(page: Any, title: str) -> float:
    """Seconds from the click on a page's name until what it begins with is there."""
    page.wait_for_timeout(50)
    begun = time.perf_counter()
    page.get_by_role("link", name=title, exact=True).first.click()
    page.locator(f"text={READY[title]}").or_(page.get_by_label(READY[title], exact=True)).first.wait_for()
    wait = time.perf_counter() - begun
    settled(page)
    return wait


def _together(address: str, readers: int) -> None:
    """Several readers, each in a thread and browser of its own, that drag one boundary each at the same time."""
    waits: list[float] = []
    # If one cannot begin, the others do not wait for ever.
    barrier = threading.Barrier(readers, timeout=60)

    def read(number: int) -> None:
        with launched() as browser:
            reader = Visit(browser, address)
            reader.page.set_default_timeout(60_000)
            _believing(reader.open())
            barrier.wait()
            waits.extend(_moved(reader.page, place) for place in _places(number, MOVES // 2))

    threads = [threading.Thread(target=read, args=(number,)) for number in range(readers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    _report(f"{readers} readers at once", waits, "250 ms median")


def _places(number: int = 0, count: int = MOVES) -> list[int]:
    """Places in percent, none next to the one before."""
    return [(7 + 13 * number + 37 * step) % 97 + 1 for step in range(count)]


def _believing(page: Any) -> None:
    page.locator(f'select[data-of="{VARIABLE}"][data-set="kind"]').select_option("believed")
    box = page.locator(f'input[data-of="{VARIABLE}"]').first
    box.fill("0")
    box.press("Enter")
    page.wait_for_timeout(500)
    edge = page.locator(f'[data-of="{VARIABLE}"][data-set="{EDGE}"]')
    edge.scroll_into_view_if_needed()
    edge.hover()
    # It stays held from now on.
    page.mouse.down()


def _moved(page: Any, place: int) -> float:
    wait: float = page.evaluate(_MOVE, [VARIABLE, EDGE, OUTCOME, place])
    # Hands are slower than this; it lets the page come to rest.
    page.wait_for_timeout(60)
    return wait


def _report(who: str, waits: list[float], goal: str) -> None:
    ranked = sorted(waits)
    print(
        f"{who}: boundary to changed number, median {statistics.median(ranked):.0f} ms, "
        f"p90 {ranked[int(0.9 * len(ranked))]:.0f} ms (goal {goal}), of {len(ranked)} moves"
    )


if __name__ == "__main__":
    try:
        main()
    except subprocess.TimeoutExpired as error:
        raise SystemExit(str(error)) from error
