"""Two densities of one number in one small SVG: what was believed before, and what is believed now."""

from __future__ import annotations

from html import escape

import numpy as np

from tocsin.elicitation.distributions import Distribution, Fixed
from tocsin.marks.palette import SHADES
from tocsin.network.network import Array

WIDTH, HEIGHT, POINTS = 320, 64, 120
BEFORE, AFTER = SHADES[1], SHADES[3]


def densities(before: Distribution, after: Distribution, label: str) -> str:
    """The picture; before as a pale area, after as a dark line. label: what a screen reader says."""
    low, high = _range(before, after)
    xs = np.linspace(low, high, POINTS)
    heights = [_heights(one, xs) for one in (before, after)]
    most = max(float(one.max()) for one in heights) or 1.0
    area, line = (_path(one / most) for one in heights)
    return (
        f'<svg class="density" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" role="img" aria-label="{escape(label)}">'
        f'<path class="density-before" d="{area}L{WIDTH},{HEIGHT}L0,{HEIGHT}Z" fill="{BEFORE}"/>'
        f'<path class="density-after" d="{line}" fill="none" stroke="{AFTER}" stroke-width="2"/></svg>'
    )


def _range(*several: Distribution) -> tuple[float, float]:
    """From the lowest 1 % to the highest 99 %, with room where they are one point."""
    ends = [one.quantile((0.01, 0.99)) for one in several]
    low, high = min(float(end[0]) for end in ends), max(float(end[1]) for end in ends)
    return (low, high) if high - low > 1e-9 else (low - 0.05, high + 0.05)


def _heights(one: Distribution, xs: Array) -> Array:
    """The density; a peak for a number that is certain."""
    if isinstance(one, Fixed):
        return np.asarray(np.abs(xs - one.mean) <= (xs[1] - xs[0]), dtype=np.float64)
    return np.nan_to_num(np.asarray(one.pdf(xs), dtype=np.float64), posinf=0.0)


def _path(heights: Array) -> str:
    xs = np.linspace(0, WIDTH, len(heights))
    ys = HEIGHT - 1 - (HEIGHT - 4) * heights
    return "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in zip(xs, ys, strict=True))
