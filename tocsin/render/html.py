"""HTML: any block as a fragment, for pages and briefings alike, and a briefing as one self-contained file.

Whatever is not `Html` already is escaped. A policy in a briefing's head forbids every request to the outside.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from html import escape

from tocsin.language.numbers import brackets, percent
from tocsin.output import literal, runs_right, shown, shown_entry
from tocsin.render.marks import ACCENT, INK, PAPER, QUIET, RULE, SHADES, SOFT, WIDTH, lane
from tocsin.render.plots import NARROW, drawing
from tocsin.report.blocks import (
    Bars,
    Block,
    Briefing,
    ChartRow,
    Heat,
    Histogram,
    Item,
    Items,
    Lines,
    NetworkPicture,
    Paragraph,
    Picture,
    Section,
    Subheading,
    Table,
)

SIZES = {"wide": WIDTH, "narrow": NARROW}
_VOID = frozenset({"br", "hr", "meta"})


class Html(str):
    """Text that is HTML already: made here, or by our own drawing of a picture."""

    __slots__ = ()


def element(name: str, *content: str, **attributes: str | float | None) -> Html:
    """An element; content that is not `Html` and all attributes are escaped, attributes of None left out.

    `class_` is written `class`, and other underscores are hyphens.

    >>> element("p", "a < b", class_="note", data_variable="x")
    '<p class="note" data-variable="x">a &lt; b</p>'
    """
    written = "".join([_attribute(key, str(value)) for key, value in attributes.items() if value is not None])
    if name in _VOID:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{joined(content)}</{name}>")


def joined(parts: Iterable[str], between: str = "") -> Html:
    """Parts side by side, each escaped unless it is `Html`."""
    return Html(escape(between).join([part if isinstance(part, Html) else _escaped(part) for part in parts]))


# A page that is drawn anew while something is dragged has a thousand elements, nearly all as they were.
@lru_cache(maxsize=8192)
def _attribute(key: str, value: str) -> str:
    return f' {key.rstrip("_").replace("_", "-")}="{escape(literal(value))}"'


@lru_cache(maxsize=8192)
def _escaped(text: str) -> str:
    return escape(shown(text))


def unbroken(text: str) -> Html:
    """Text that stays on one line, such as an interval."""
    return element("span", text, class_="unbroken")


def sideways(label: str, content: Html, kind: str = "") -> Html:
    """Something wide that can be moved sideways on a narrow screen, by keys too; `tall`: up and down as well."""
    return element("div", content, class_=f"sideways {kind}".strip(), tabindex=0, role="region", aria_label=label)


def table(
    label: str,
    heads: Sequence[str],
    rows: Iterable[Html] | Mapping[str, Iterable[Html]],
    kind: str = "",
    tall: bool = False,
    above: Html | None = None,
) -> Html:
    """A table in a place of its own. rows: of `row`, or such rows by the heading that stands over them.

    heads: a text each, or a `th` already; none for a table without. kind: its class. above: a row over the headings.
    """
    count = len(heads)
    bodies = []
    for title, held in rows.items() if isinstance(rows, Mapping) else [("", rows)]:
        over = [element("tr", element("th", title, colspan=count, scope="rowgroup"), class_="group")] if title else []
        bodies.append(element("tbody", *over, *held))
    top = element("tr", *(head if isinstance(head, Html) else element("th", head, scope="col") for head in heads))
    shown = [element("thead", above or Html(), top)] if heads else []
    drawn = element("table", *shown, *bodies, class_=f"every {kind}".strip())
    return sideways(label, drawn, "tall" if tall else "")


def row(title: str, *cells: str, **attributes: str | float | None) -> Html:
    """A row under its title; a cell that is a `td` already stays as it is."""
    drawn = (cell if isinstance(cell, Html) and cell.startswith("<td") else element("td", cell) for cell in cells)
    return element("tr", element("th", title, scope="row"), *drawn, **attributes)


def nothing(_block: Picture) -> Html:
    """What stands below a picture on paper."""
    return Html()


def fragments(blocks: Iterable[Block], below: Callable[[Picture], Html] = nothing) -> Html:
    """Blocks under one another, for a page or a briefing; a style sheet gives them their looks.

    below: what a page adds to a picture.
    """
    return joined(_fragment(block, below) for block in blocks)


def _fragment(block: Block, below: Callable[[Picture], Html]) -> Html:
    match block:
        case Paragraph(text):
            return element("p", text, dir="auto")
        case Subheading(text):
            return element("h3", text, dir="auto")
        case Items(items, numbered):
            return element("ol" if numbered else "ul", *map(_entry, items), class_="sentences")
        case Table():
            return _table(block)
        case Bars():
            return _figure(block, [rows_of(block)], below, data_name=block.name or None)
        case Lines() | Heat():
            # Pictures escape their own text. Of the two the style sheet shows the one that fits.
            drawn = (element("div", Html(drawing(block, width)), class_=kind) for kind, width in SIZES.items())
            return _figure(block, drawn, below, class_="plots")
        case Histogram():
            return _figure(block, [Html(drawing(block))], below, class_="histogram")
        case NetworkPicture():
            # The picture escapes its own text.
            return _figure(block, [sideways(block.alt, Html(drawing(block)))], below)


def _figure(block: Picture, drawn: Iterable[Html], below: Callable[[Picture], Html], **attributes: str | None) -> Html:
    caption = [element("figcaption", block.caption, dir="auto")] if block.caption else []
    return element("figure", *drawn, *caption, below(block), **attributes)


def _entry(item: Item) -> Html:
    lead, text = (Html(escape(part)) for part in shown_entry(item.lead, item.text))
    bold = [element("strong", lead), " "] if lead else []
    return element("li", *bold, text, dir="rtl" if runs_right(item.lead, item.text) else "ltr")


def _table(block: Table) -> Html:
    def cells(name: str, row: Sequence[str], **attributes: str) -> Html:
        kinds = ("figure" if column in block.numeric else None for column in range(len(row)))
        return element(
            "tr",
            *(
                element(name, cell, dir="auto", class_=kind, **attributes)
                for cell, kind in zip(row, kinds, strict=True)
            ),
        )

    head = element("thead", cells("th", block.headings, scope="col"))
    body = element("tbody", *(cells("td", row) for row in block.rows))
    caption = element("caption", block.caption, dir="auto")
    return sideways(block.caption, element("table", caption, head, body, class_="every"))


def rows_of(chart: Bars) -> Html:
    """A chart as rows of label, marks and figure, with the ends of its scale below."""
    stops = chart.stops or (chart.scale[0], chart.scale[-1])
    even = {"class_": "ends even", "style": f"--stops:{len(stops)}"} if chart.stops else {"class_": "ends"}
    ends = element("span", *(element("span", stop) for stop in stops), **even)
    foot = element("div", element("span"), ends, element("span"), class_="figure-row axis", aria_hidden="true")
    rows = (_chart_row(row, chart.end, row.figure if chart.stops else spoken(row)) for row in chart.rows)
    return element("div", *rows, foot, class_="figure-rows", role="list", aria_label=chart.label)


def _chart_row(bar: ChartRow, end: float, says: str) -> Html:
    if bar.is_heading:
        return element("div", element("b", bar.label), class_="figure-row over", role="listitem")
    note = [" ", element("small", bar.note)] if bar.note else []
    label = element("span", bar.label, *note, class_="label", dir="auto")
    if bar.short:
        whole = element("span", bar.label, *note, class_="whole", dir="auto")
        label = element("details", element("summary", bar.short, whole, dir="auto"), class_="label", data_key=bar.label)
    return element(
        "div",
        label,
        Html(lane(bar, end, says)),
        element("span", bar.figure, class_="figure"),
        class_="figure-row",
        role="listitem",
    )


def spoken(bar: ChartRow) -> str:
    """What the marks of a row say: `27 % [13–42]`, or of a step `from 11 % to 27 %`."""
    if bar.dots:
        return ", ".join(f"{letter} {percent(p)}" for letter, p in bar.dots)
    if bar.step is not None:
        return f"from {percent(bar.step[0])} to {percent(bar.step[1])}"
    band = f" {brackets(*bar.band)}" if bar.band else ""
    return f"{percent(bar.point or 0.0)}{band}"


STYLE = f"""
:root {{ --ink: {INK}; --quiet: {QUIET}; --accent: {ACCENT}; --line: {RULE}; }}
body {{ font: 16px/1.5 system-ui, "Noto Sans", "Noto Sans Arabic", sans-serif; color: var(--ink); background: {PAPER};
  margin: 0; }}
main {{ max-width: 52rem; margin: 0 auto; padding: 0 1.25rem 3rem; }}
.marking {{ text-align: center; font-weight: 700; letter-spacing: .06em; padding: .6rem; margin: 0;
  background: {PAPER}; position: sticky; top: 0; z-index: 1; border-bottom: 1px solid var(--line); }}
footer.marking {{ position: static; border: 0; }}
h1 {{ color: var(--accent); line-height: 1.2; margin: 1.6rem 0 .5rem; }}
h2 {{ color: var(--accent); font-size: 1.25rem; border-bottom: 1px solid var(--line); padding-bottom: .25rem;
  margin-top: 2.4rem; }}
h3 {{ font-size: 1rem; margin: 1.5rem 0 .4rem; }}
.subtitle, figcaption, caption, small {{ color: var(--quiet); }}
.bottom-line {{ background: {SOFT}; border-left: 4px solid var(--accent); padding: .8rem 1.1rem; font-weight: 600; }}
.bottom-line b {{ display: block; font-size: .8rem; letter-spacing: .05em; color: var(--accent);
  text-transform: uppercase; }}
li {{ margin: .35rem 0; }}
figure {{ margin: 1.2rem 0; }}
.net {{ max-width: 100%; height: auto; }}
.net, .plot {{ font-family: "Noto Sans", "Segoe UI", "Liberation Sans", Arial, sans-serif; }}
.sideways {{ overflow-x: auto; }}
.plot {{ max-width: 100%; height: auto; }} .narrow {{ display: none; }}
.histogram {{ display: inline-block; margin: .5rem 1.2rem .5rem 0; }}
@media (max-width: 40rem) {{ .narrow {{ display: block; }} .wide {{ display: none; }} }}
table {{ border-collapse: collapse; width: 100%; font-size: .92rem; margin: 1rem 0; }}
caption {{ text-align: start; padding-bottom: .4rem; }}
th {{ text-align: start; border-bottom: 2px solid var(--accent); vertical-align: bottom; }}
td {{ border-bottom: 1px solid var(--line); vertical-align: top; }}
th, td {{ padding: .35rem .5rem; }} th.figure, td.figure {{ text-align: end; white-space: nowrap; }}
.figure-rows {{ font-size: .92rem; margin-bottom: .5rem; }}
.figure-row {{ display: grid; grid-template-columns: minmax(7rem, 5fr) minmax(8rem, 6fr) minmax(5.5rem, 2fr);
  gap: .9rem; align-items: center; padding: .2rem 0; }}
.figure-row.over {{ display: block; padding-top: .7rem; }}
.figure-row .figure {{ text-align: end; white-space: nowrap; font-variant-numeric: tabular-nums; }}
.lane {{ display: block; width: 100%; height: 1.25rem;
  background: linear-gradient({SHADES[0]} 0 0) center / 100% 1px no-repeat; }}
.axis {{ color: var(--quiet); font-size: .8rem; padding: 0; }}
.ends {{ display: flex; justify-content: space-between; }}
.part {{ border-top: 3px solid var(--accent); padding-top: 1.2rem; margin-top: 3.2rem; }}
@media print {{ .part {{ break-before: page; }} .marking {{ position: static; }} h2, h3 {{ break-after: avoid; }}
  figure, tr {{ break-inside: avoid; }} }}
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def render(briefing: Briefing) -> bytes:
    """The file in UTF-8."""
    marking, record = briefing.marking, briefing.record
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name_="viewport", content="width=device-width, initial-scale=1"),
        Html(f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'),
        element("meta", name_="author", content=briefing.author),
        element("meta", name_="date", content=briefing.as_of.isoformat()),
        *([] if record is None else [Html(f'<meta name="tocsin-record" content="{escape(record.as_json())}">')]),
        element("title", briefing.title),
        element("style", Html(STYLE)),
    )
    main = element(
        "main",
        element("h1", briefing.title, dir="auto"),
        element("p", briefing.subtitle, class_="subtitle", dir="auto"),
        element("p", element("b", "Bottom line"), briefing.bottom_line, class_="bottom-line", dir="auto"),
        *(part for section in briefing.sections for part in _section(section)),
    )
    body = (
        (element("header", marking, class_="marking"), main, element("footer", marking, class_="marking"))
        if briefing.marking
        else (main,)
    )
    page = element("html", head, element("body", *body), lang="en")
    return f"<!DOCTYPE html>\n{page}\n".encode()


def _section(section: Section) -> Iterator[Html]:
    if section.part:
        yield element("h1", section.part, class_="part", dir="auto")
    heading = element("h2", section.heading, dir="auto")
    yield element("section", heading, fragments(section.blocks), id=section.key)
