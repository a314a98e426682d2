"""Where nodes stand and edges run."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.marks.layout import Box, layers_of, layout

BOX = Box(width=150, height=80, across=18, between=34, margin=10)


@st.composite
def graphs(draw):
    """Directed graphs without cycles: edges run from earlier names to later ones."""
    names = tuple(f"n{number}" for number in range(draw(st.integers(1, 12))))
    pairs = list(combinations(names, 2))
    return names, tuple(sorted(draw(st.sets(st.sampled_from(pairs), max_size=20)))) if pairs else ()


def overlapping(placed):
    def near(a, b):
        (ax, ay), (bx, by) = placed.corners[a], placed.corners[b]
        return abs(ax - bx) < BOX.width and abs(ay - by) < BOX.height

    return [pair for pair in combinations(placed.corners, 2) if near(*pair)]


@settings(max_examples=40)
@given(graphs())
def test_nodes_stand_apart_and_inside(graph):
    placed = layout(*graph, BOX)
    assert overlapping(placed) == []
    for x, y in placed.corners.values():
        assert x >= BOX.margin - 1e-6
        assert x + BOX.width <= placed.width - BOX.margin + 1e-6
        assert y >= BOX.margin
        assert y + BOX.height <= placed.height - BOX.margin + 1e-6


@settings(max_examples=40)
@given(graphs())
def test_edges_run_from_the_foot_of_the_cause_to_the_head_of_the_effect(
    graph,
):
    placed = layout(*graph, BOX)
    assert set(placed.routes) == set(graph[1])
    for (parent, child), route in placed.routes.items():
        (x, y), (to_x, to_y) = route[0], route[-1]
        left, top = placed.corners[parent]
        to_left, to_top = placed.corners[child]
        assert left < x < left + BOX.width
        assert y == top + BOX.height
        assert to_left < to_x < to_left + BOX.width
        assert to_y == to_top - 1


def test_edges_of_one_node_touch_it_at_different_places():
    edges = (("a", "d"), ("b", "d"), ("c", "d"))
    ends = [route[-1][0] for route in layout(("a", "b", "c", "d"), edges, BOX).routes.values()]
    assert len(set(ends)) == 3


def test_effects_stand_below_their_causes():
    edges = [("a", "b"), ("b", "c"), ("a", "c"), ("late", "c")]
    assert layers_of(["a", "b", "c", "late"], edges) == {"a": 0, "b": 1, "c": 2, "late": 1}
