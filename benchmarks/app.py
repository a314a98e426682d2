"""Server time of one change in the app: a belief's slider moved, everything answered and drawn anew.

Run: python benchmarks/app.py
"""

from __future__ import annotations

import logging
import statistics
import time
from pathlib import Path

from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[1]
MOVES = 40


def main() -> None:
    """Print the first run, and median and 90th percentile of later ones."""
    logging.disable(logging.WARNING)
    app = AppTest.from_file(ROOT / "app.py", default_timeout=120)
    start = time.perf_counter()
    app.run()
    print(f"first run, with building the model: {time.perf_counter() - start:.2f} s")
    kind = next(box for box in app.selectbox if box.label == "Israel's public line on Iraq")
    kind.set_value("believed").run()
    taken = [_moved(app, 5 + (37 * step) % 90) for step in range(MOVES)]
    ranked = sorted(taken)
    print(
        f"one slider change: median {1000 * statistics.median(taken):.0f} ms, "
        f"p90 {1000 * ranked[int(0.9 * MOVES)]:.0f} ms, of {MOVES} moves to places not seen before"
    )


def _moved(app: AppTest, percent: int) -> float:
    slider = app.slider(key="set:framing:share:casus_belli").set_value(percent)
    start = time.perf_counter()
    slider.run()
    assert not app.exception
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
