"""The colours of pages, pictures and paper on a light ground.

What cannot import them has them again, and `tests/marks/test_palette.py` holds them together: the style sheet and the
theme of the pages (which add those on a dark ground) and the template of PDF.
"""

INK, QUIET, PAPER = "#1b2733", "#55626f", "#ffffff"
SHADES = ("#dfe6ed", "#9fb8d3", "#4f7fb0", "#1d4a7d")
"""Mild to worse: one hue of rising darkness, which also reads in greyscale."""
ACCENT = SHADES[3]
FINDING, FORCED = "#b45f06", "#7a1f5c"
"""What is known, and what is forced."""
WIRE, RULE, SOFT = "#a3afba", "#c3ccd5", "#eef2f7"
"""Arcs, thin lines, and a ground that sets a paragraph off."""
