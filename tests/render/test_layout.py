"""Where nodes stand and edges run."""

from itertools import combinations, pairwise, permutations, product

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.conftest import shipped_model
from tocsin.render.layout import Box, inversions, layers_of, layout, ordered

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
def test_edges_run_from_the_foot_of_the_cause_to_the_head_of_the_effect(graph):
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


@st.composite
def layered(draw, widest=5):
    """The layer of each vertex, and links from each layer to the next."""
    sizes = draw(st.lists(st.integers(1, widest), min_size=1, max_size=4))
    layer_of = [layer for layer, size in enumerate(sizes) for _ in range(size)]
    possible = [(a, b) for (a, la), (b, lb) in product(enumerate(layer_of), enumerate(layer_of)) if lb == la + 1]
    links = draw(st.sets(st.sampled_from(possible), max_size=12)) if possible else set()
    return layer_of, sorted(links)


def crossings(rows, links):
    """Pairs of links between the same two layers that cross, one by one."""
    place = {vertex: (layer, number) for layer, row in enumerate(rows) for number, vertex in enumerate(row)}

    def cross(one, other):
        (a, b), (c, d) = one, other
        same = place[a][0] == place[c][0]
        return same and (place[a][1] - place[c][1]) * (place[b][1] - place[d][1]) < 0

    return sum(cross(one, other) for one, other in combinations(links, 2))


@given(layered())
def test_every_vertex_stands_once_in_its_layer_and_crossings_do_not_grow(graph):
    layer_of, links = graph
    rows = ordered(layer_of, links)
    assert [sorted(row) for row in rows] == [
        [v for v, layer in enumerate(layer_of) if layer == number] for number in range(max(layer_of) + 1)
    ]
    as_named = [sorted(row) for row in rows]
    assert crossings(rows, links) <= crossings(as_named, links)
    assert rows == ordered(layer_of, links)


@settings(max_examples=40)
@given(layered(widest=3))
# Two crossings more than the least, as long as neighbours changed places only where that saved one.
@example(([0, 0, 0, 1, 1, 1], [(0, 3), (0, 4), (0, 5), (1, 4), (1, 5), (2, 3), (2, 5)]))
def test_small_graphs_come_within_one_crossing_of_the_least(graph):
    layer_of, links = graph
    rows = ordered(layer_of, links)
    orders = product(*(permutations(sorted(row)) for row in rows))
    least = min(crossings([list(row) for row in order], links) for order in orders)
    assert crossings(rows, links) <= least + 1


def test_ends_that_share_a_place_do_not_cross():
    assert inversions([2, 0], [1, 2]) == 1
    assert inversions([1], [1]) == 0


def test_the_shipped_model_has_fewer_crossings_than_igraph_gives_it():
    """43 with igraph 1.0's `layout_sugiyama(layers=…, maxiter=1000)` on the same layers and links."""
    parents = {name: each.parents for name, each in shipped_model().records.variables.items()}
    edges = [(parent, name) for name, several in parents.items() for parent in several]
    layers = layers_of(list(parents), edges)
    layer_of, links = [layers[name] for name in parents], []
    number = {name: position for position, name in enumerate(parents)}
    for parent, child in edges:
        between = range(layers[parent] + 1, layers[child])
        chain = [number[parent], *range(len(layer_of), len(layer_of) + len(between)), number[child]]
        layer_of += between
        links += pairwise(chain)
    assert crossings(ordered(layer_of, links), links) <= 18
