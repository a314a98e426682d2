"""What a reader waits for who drags a boundary: from its movement to a changed outcome number, in real Chromium.

Run: python -m benchmarks.browser
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import threading
import time
from typing import Any

from tests.conftest import ROOT
from tests.ui.browsing import Visit, launched, served

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
    """Print the first page of a cold start, one reader's waits, and those of several at once."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--readers", type=int, default=5)
    readers = arguments.parse_args().readers
    start = time.perf_counter()
    with launched() as browser:
        launch = time.perf_counter() - start
        start = time.perf_counter()
        with served(ROOT) as address:
            reader = Visit(browser, address)
            reader.open()
            cold = time.perf_counter() - start
            print(f"browser launched in {launch:.2f} s; cold start to the first page: {cold:.2f} s")
            _believing(reader.page)
            _told("one reader", [_moved(reader.page, place) for place in _places()])
            _together(address, readers)
            reader.close()


def _together(address: str, readers: int) -> None:
    """Several readers, each in a thread and browser of its own, that drag one boundary each at the same time."""
    waits: list[float] = []
    barrier = threading.Barrier(readers)

    def read(number: int) -> None:
        with launched() as browser:
            reader = Visit(browser, address)
            _believing(reader.open())
            barrier.wait()
            waits.extend(_moved(reader.page, place) for place in _places(number, MOVES // 2))

    threads = [threading.Thread(target=read, args=(number,)) for number in range(readers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    _told(f"{readers} readers at once", waits)


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


def _told(who: str, waits: list[float]) -> None:
    ranked = sorted(waits)
    print(
        f"{who}: boundary to changed number, median {statistics.median(ranked):.0f} ms, "
        f"p90 {ranked[int(0.9 * len(ranked))]:.0f} ms, of {len(ranked)} moves"
    )


if __name__ == "__main__":
    try:
        main()
    except subprocess.TimeoutExpired as error:
        raise SystemExit(str(error)) from error
