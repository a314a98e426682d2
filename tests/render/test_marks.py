"""One set of colours for pages, pictures and paper; charts and networks with no word cut; densities."""

from __future__ import annotations

import re
import tomllib
import xml.etree.ElementTree as ET
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from tests.conftest import ROOT
from tocsin.elicitation.distributions import Fixed, NormalOnLine
from tocsin.render import marks
from tocsin.render.marks import TALL, WIDE, densities, diagram, lane, shades
from tocsin.render.plots import drawing
from tocsin.report.blocks import Bars, ChartRow, Edge, NetworkPicture, Node, scale_end

STYLE = (ROOT / "tocsin" / "ui" / "style.css").read_text("utf-8")
PAIRS = {name: (light, dark) for name, light, dark in re.findall(r"--([\w-]+): light-dark\((#\w+), (#\w+)\)", STYLE)}
THEME = tomllib.loads((ROOT / "tocsin" / "ui" / "streamlit.toml").read_text("utf-8"))["theme"]


def test_the_style_sheet_of_the_pages_has_them():
    light = {name: pair[0] for name, pair in PAIRS.items()}
    assert {name: light[name] for name in ("ink", "quiet", "paper", "s0", "s1", "s2", "s3")} == {
        "ink": marks.INK,
        "quiet": marks.QUIET,
        "paper": marks.PAPER,
        **{f"s{place}": shade for place, shade in enumerate(marks.SHADES)},
    }
    assert (light["amber"], light["plum"], light["wire"]) == (marks.FINDING, marks.FORCED, marks.WIRE)


def test_a_colour_of_the_style_sheet_is_written_once():
    rules = STYLE[STYLE.index("}") :]
    assert re.findall(r"light-dark\([^)]*\)", rules) == []


def test_the_theme_is_of_the_style_sheet_s_colours():
    for place, kind in enumerate(("light", "dark")):
        theme = THEME[kind]
        assert theme["textColor"] == PAIRS["ink"][place]
        assert theme["borderColor"] == PAIRS["line"][place]
        assert theme["backgroundColor"] == PAIRS["ground"][place]
        assert theme["secondaryBackgroundColor"] == PAIRS["soft"][place]
    assert THEME["light"]["primaryColor"] == marks.ACCENT
    assert THEME["dark"]["sidebar"]["backgroundColor"] == PAIRS["paper"][1]
    assert THEME["light"]["sidebar"]["secondaryBackgroundColor"] == PAIRS["paper"][0]


def test_the_template_of_paper_has_them():
    brief = (ROOT / "tocsin" / "render" / "brief.typ").read_text("utf-8")
    known = {"ink": marks.INK, "quiet": marks.QUIET, "accent": marks.ACCENT, "line": marks.RULE}
    written = dict(re.findall(r'#let ([\w-]+) = rgb\("(#\w+)"\)', brief))
    assert written == {"line-colour" if name == "line" else name: colour for name, colour in known.items()}
    assert set(re.findall(r"#[0-9a-f]{6}", brief)) - set(known.values()) == {marks.SOFT}


ROUTE = (
    "Ferries on the route Helsinki–Rostock, Travemünde and Gdynia run late or not at all in the week before Christmas"
)


def lines_of(svg):
    """Text and height of each line of a picture, from above."""
    root = ElementTree.fromstring(svg)
    found = [("".join(text.itertext()), float(text.get("y"))) for text in root.iter("{http://www.w3.org/2000/svg}text")]
    return sorted(found, key=lambda line: line[1])


@pytest.mark.parametrize("with_heading", [False, True])
@pytest.mark.parametrize("label", [ROUTE, "Helsinki–Rostock" * 12])
def test_no_word_is_cut_in_a_chart(label, with_heading):
    """Regression: “Helsinki–Rost…”; a picture on paper has no tooltip."""
    rows = (*[ChartRow(label)] * with_heading, *[ChartRow(label, 0.5, (0.4, 0.6), figure="50 %")] * 2)
    svg = drawing(Bars(rows, (), "x"))
    found = [(text, y) for text, y in lines_of(svg) if "%" not in text]
    assert "".join(text for text, _ in found).replace(" ", "") == label.replace(" ", "") * len(rows)
    assert "…" not in svg
    heights = [y for _, y in found]
    assert all(below - above >= 12 for above, below in pairwise(heights)), "lines lie on each other"
    figures = [y for text, y in lines_of(svg) if text == "50\u00a0%"]
    assert figures[0] < heights[-1] < float(ElementTree.fromstring(svg).get("height")) - 20


def test_no_word_is_cut_in_a_network_on_paper():
    drawn = drawing(NetworkPicture((Node("storm", ROUTE, (0.5, 0.5), "yes 50 %"),), (), "A network", ""))
    assert "".join(ROUTE.split()) in "".join("".join(text.split()) for text, _ in lines_of(drawn))
    assert "…" not in drawn


def test_marks_stand_where_the_numbers_are():
    svg = lane(ChartRow("x", 0.25, band=(0.1, 0.4), reach=(0.05, 0.45), tick=0.2), 0.5, "25 % <b>")
    assert re.findall(r'class="(\w+)" \w+="([\d.]+)%"(?: (?:width|x2)="([\d.]+)%")?', svg) == [
        ("reach", "10.00", "90.00"),
        ("band", "20.00", "60.00"),
        ("tick", "40.00", "40.00"),
        ("point", "50.00", ""),
    ]
    assert 'role="img" aria-label="25 % &lt;b&gt;"' in svg
    assert "<title>25 % &lt;b&gt;</title>" in svg


def test_a_step_that_falls_is_outlined_and_one_of_nothing_is_seen():
    assert 'class="up" x="10.00%" width="20.00%"' in lane(ChartRow("", step=(0.1, 0.3)))
    assert 'class="down" x="10.00%" width="20.00%"' in lane(ChartRow("", step=(0.3, 0.1)))
    assert 'width="0.40%"' in lane(ChartRow("", step=(0.3, 0.3)))


def test_a_chart_on_paper_holds_the_lanes_of_the_screen():
    row = ChartRow("x", 0.3, band=(0.2, 0.4), figure="30 %")
    marks = lane(row, 0.5).partition(">")[2]
    assert marks in drawing(Bars((row,), (), "x", end=0.5))


def test_a_scale_ends_where_its_fifths_are_whole_percents():
    rows = [ChartRow("", 0.1, band=(0.0, 0.22)), ChartRow(""), ChartRow("", 0.1, tick=0.24)]
    assert scale_end(rows) == 0.3
    assert scale_end([ChartRow("", 0.97)]) == 1.0


SVG = "{http://www.w3.org/2000/svg}"
EVIL = '<script>alert("x")</script> & co'


def drawn(*nodes, edges=()):
    return ElementTree.fromstring(diagram(nodes, edges, "a network"))


def test_it_is_well_formed_and_text_stays_text():
    root = drawn(Node("a", EVIL, (0.2, 0.8), EVIL))
    assert not list(root.iter(f"{SVG}script"))
    (title,) = root.iter(f"{SVG}title")
    assert title.text == f"{EVIL}: {EVIL}"


def test_names_in_attributes_are_escaped():
    root = drawn(Node('a"b', "A", (0.5, 0.5), ""), Node("c", "C", (0.5, 0.5), ""), edges=(Edge('a"b', "c"),))
    groups = [group.get("data-variable") for group in root.iter(f"{SVG}g")]
    assert [name for name in groups if name] == ['a"b', "c"]
    assert [arc.get("data-parent") for arc in root.iter(f"{SVG}g") if arc.get("data-child")] == ['a"b']


def test_bars_are_as_long_as_the_states_are_likely():
    root = drawn(Node("a", "A", (0.25, 0.5, 0.25), ""))
    bars = [float(rect.get("width", 0)) for rect in root.iter(f"{SVG}rect") if rect.get("height") == "5"]
    assert sum(bars) == pytest.approx(136, abs=0.2)
    assert bars[1] == pytest.approx(2 * bars[0], abs=0.2)


def test_evidence_and_interventions_are_outlined_each_in_its_way():
    root = drawn(
        Node("a", "A", (0.5, 0.5), ""),
        Node("b", "B", (0.5, 0.5), "", "finding"),
        Node("c", "C", (0.5, 0.5), "", "forced"),
    )
    frames = [rect for rect in root.iter(f"{SVG}rect") if "net-node" in (rect.get("class") or "")]
    assert len({frame.get("stroke") for frame in frames}) == 3
    assert [frame.get("stroke-dasharray") for frame in frames] == [None, None, "6 3"]


def test_the_worse_is_likelier_the_stronger_the_colour():
    root = drawn(Node("mild", "A", (0.9, 0.1), ""), Node("bad", "B", (0.1, 0.9), ""))
    mild, bad = (float(rect.get("fill-opacity", 0)) for rect in root.iter(f"{SVG}rect") if rect.get("fill-opacity"))
    assert mild < bad


def test_an_edge_of_more_weight_is_wider():
    nodes = [Node(name, name, (0.5, 0.5), "") for name in "abc"]
    root = ElementTree.fromstring(diagram(nodes, [Edge("a", "b", 0.1), Edge("b", "c", 0.9)], ""))
    thin, thick = (float(path.get("stroke-width", 0)) for path in root.iter(f"{SVG}path") if path.get("stroke-width"))
    assert thin < thick


@pytest.mark.parametrize(
    ("count", "expected"), [(2, [0, 3]), (3, [0, 2, 3]), (4, [0, 1, 2, 3]), (6, [0, 1, 1, 2, 2, 3])]
)
def test_shades_rise_from_mild_to_worse(count, expected):
    assert shades(count) == expected


def peaks(svg):
    """Where each of the two lines is highest, 0 at the left and 1 at the right."""
    found = []
    for path in re.findall(r' d="M([^"Z]*)', svg):
        points = [tuple(map(float, pair.split(","))) for pair in path.split("L")]
        curve = [(x, y) for x, y in points if y < TALL]
        found.append(min(curve, key=lambda point: point[1])[0] / WIDE)
    return found


def test_a_prior_that_rises_moves_to_the_right():
    before, after = peaks(densities(NormalOnLine("chance", -1.5, 0.6), NormalOnLine("chance", 1.5, 0.6), "moved"))
    assert before < 0.4
    assert after > 0.6


@pytest.mark.parametrize("one", [Fixed(0.2), NormalOnLine("chance", -1.0, 0.9)])
def test_it_is_one_svg_with_its_label_escaped(one):
    root = ET.fromstring(densities(one, Fixed(0.3), 'a < "b"'))
    assert root.attrib["aria-label"] == 'a < "b"'
    assert not re.search("nan|inf", ET.tostring(root, "unicode"))
