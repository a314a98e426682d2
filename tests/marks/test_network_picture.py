"""The network as an SVG."""

from xml.etree import ElementTree

import pytest

from tocsin.marks.network_picture import diagram, shades, title_lines
from tocsin.report.blocks import Edge, Node

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
    assert [group.get("data-variable") for group in root.iter(f"{SVG}g")] == ['a"b', "c"]
    assert [path.get("data-parent") for path in root.iter(f"{SVG}path") if path.get("data-child")] == ['a"b']


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


def test_long_titles_take_more_lines_and_the_longest_are_cut():
    assert title_lines("Support for armed groups in border districts") == [
        "Support for armed",
        "groups in border",
        "districts",
    ]
    cut = title_lines("word " * 40)
    assert len(cut) == 3
    assert cut[-1].endswith("…")


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
