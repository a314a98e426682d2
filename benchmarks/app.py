"""Server time of one change in the app: a belief's slider moved, everything answered and drawn anew.

Run: python -m benchmarks.app. What a reader waits for in a browser: python -m benchmarks.browser
"""

from __future__ import annotations

import logging
import statistics
import time

from streamlit.testing.v1 import AppTest

from tests.ui.driving import choose, slide, start

MOVES = 40
VARIABLE = "Israel's public line on Iraq"


def main() -> None:
    """Print the first run, and median and 90th percentile of later ones."""
    logging.disable(logging.WARNING)
    begun = time.perf_counter()
    app = start()
    print(f"first run, with building the model: {time.perf_counter() - begun:.2f} s")
    choose(app, VARIABLE, "I believe")
    taken = [_moved(app, 5 + (37 * step) % 90) for step in range(MOVES)]
    ranked = sorted(taken)
    print(
        f"one slider change: median {1000 * statistics.median(taken):.0f} ms, "
        f"p90 {1000 * ranked[int(0.9 * MOVES)]:.0f} ms, of {MOVES} moves to places not seen before"
    )


def _moved(app: AppTest, percent: int) -> float:
    begun = time.perf_counter()
    slide(app, f"{VARIABLE}: calls it a reason for force", percent)
    assert not app.exception
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
