"""Every chart of a page to take away: as SVG and PNG, drawn as for paper, and its figures as CSV.

The browser makes the files (`charts.js`): what it needs is in the page. Names tell model, scenario and chart.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tocsin.output import literal
from tocsin.render.html import Html, element
from tocsin.render.marks import PAPER_FONT
from tocsin.render.plots import drawing
from tocsin.report.blocks import Picture
from tocsin.report.chart_figures import exact

SCRIPT = Path(__file__).with_name("charts.js").read_text("utf-8")
"""What goes before the script of a component that shows charts or tables."""
FONTS = "system-ui, Segoe UI, Liberation Sans, Arial, sans-serif"
"""What takes the place of the font of paper where it is not."""
LONGEST = 60
"""Letters of a part of a file's name."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def of(model: str, about: str) -> Callable[[Picture], Html]:
    """What stands below each chart of a page. about: the scenario, or what else the charts show."""
    return partial(menu, model, about)


def menu(model: str, about: str, block: Picture, title: str = "") -> Html:
    """The menu of one chart. title: what the chart is called where its own label tells too little."""
    title = title or _title(block)
    stem = "_".join(filter(None, map(slug, (model, about, title))))
    return _details(title, False, data_stem=stem, data_svg=standalone(block), data_csv=as_csv(block))


def unfilled(title: str) -> Html:
    """The same menu without its files: unfolded, it asks the live panel for them by the title."""
    return _details(title, True)


def _details(title: str, asks: bool, **files: str) -> Html:
    kinds = (("svg", "SVG"), ("png", "PNG"), ("csv", "Data as CSV"))
    off = "" if asks else None
    buttons = (element("button", label, type="button", data_take=kind, disabled=off) for kind, label in kinds)
    ask = {"data_ask": "take", "data_of": title} if asks else {}
    return element(
        "details",
        element("summary", "Take away", aria_label=f"Take away: {title}", **ask),
        element("div", *buttons, role="group", aria_label=f"{title}, as a file"),
        class_="take",
        **files,
    )


def _title(block: Picture) -> str:
    return getattr(block, "label", "") or "network"


def standalone(block: Picture) -> str:
    """The picture for paper, with fonts to fall back on: it may be opened where ours are not."""
    return drawing(block).replace(f'font-family="{PAPER_FONT}"', f'font-family="{PAPER_FONT}, {FONTS}"', 1)


def as_csv(block: Picture) -> str:
    """The exact figures of what is drawn; text that a spreadsheet would take for a formula has an apostrophe."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    for row in exact(block):
        writer.writerow(
            f"'{cell}"
            if isinstance(cell, str) and cell.startswith(_FORMULA)
            else repr(cell)
            if isinstance(cell, float)
            else cell
            for cell in row
        )
    return file.getvalue()


def slug(text: str) -> str:
    """A part of a file's name.

    >>> slug("The mayor's line: “stay at home …”")
    'the-mayor-s-line-stay-at-home'
    """
    plain = unicodedata.normalize("NFKD", literal(text)).casefold()
    return (
        re.sub(r"[^\w]+", "-", "".join(c for c in plain if not unicodedata.combining(c)))
        .strip("-")[:LONGEST]
        .strip("-")
    )
