"""Charts as SVG: no word cut, marks where the numbers are, the same on screen and paper."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from tocsin.marks.charts import drawing, lane
from tocsin.report.blocks import Bars, ChartRow, NetworkPicture, Node, scale_end

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
