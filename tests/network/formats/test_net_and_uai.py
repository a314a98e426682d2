"""Hugin NET. The layout is that of the manual of Hugin's API, "The NET language"; and UAI, in plain text too."""

from __future__ import annotations

import time
from random import Random

import pytest

from tests.network.formats.conftest import same
from tocsin.network.formats import Description
from tocsin.network.formats.draft import NOTHING
from tocsin.network.formats.net_and_uai import write_net, write_uai

NET = """net
{
  node_size = (80 40);
  HR_Comment = "100% of node y";
}
node my_node
{
  label = "a node // x; (";
  states = ("lo" "State 1");
}
discrete node other
{
  states = ("a" "say \\"b\\"" "c");
}
node child
{
  states = (0 1);
}
potential (my_node)
{
  data = ( 0.25 0.75 ); % node z
}
potential (other)
{
  data = ( 0.2 0.3 0.5 );
}
potential (child | my_node other)
{
  data = (((0.1 0.9)(0.2 0.8)(0.3 0.7))
          ((0.4 0.6)(0.5 0.5)(1e-5 0.99999))); % lo, hi
}
"""


def test_comments_labels_spaces_quotes_and_a_parent_named_node(read):
    network = read(".net", NET).network
    assert network.variables == ("my_node", "other", "child")
    assert network.states == {"my_node": ("lo", "State 1"), "other": ("a", 'say "b"', "c"), "child": ("0", "1")}
    assert network.parents["child"] == ("my_node", "other")
    assert network.tables["child"][0].tolist() == [[0.1, 0.2, 0.3], [0.4, 0.5, 1e-5]]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "node child",
            "continuous node child",
            "15: only networks of discrete chance nodes can be read, and here is a",
        ),
        (
            "node child",
            "utility child",
            "15: only networks of discrete chance nodes can be read, and here is a utility",
        ),
        ("net\n{", "class main\n{", "1: only networks of discrete chance nodes can be read, and here is a class"),
        ("node child", "thing child", "15: 'net', 'node' or 'potential' is expected, not 'thing'"),
        ("  data = ( 0.25 0.75 );", "", "19: my_node: its potential has no data"),
        ("  states = (0 1);", "", "15: child: no states are named"),
        ("( 0.25 0.75 )", "( 0.25 0.75", "21: the potential of my_node: a parenthesis is not closed"),
        ("( 0.25 0.75 )", "( 0.25 0.75 0 )", "19: my_node: 3 numbers are given for a table of 2, which needs 2"),
        ("( 0.25 0.75 )", "( 0.25 0,75 )", "19: my_node: 3 numbers are given for a table of 2"),
        ("( 0.25 0.75 )", "( 25 75 )", "19: my_node: its column sums to 100; it must sum to 1"),
        ("data = ( 0.25 0.75 )", "model_nodes = ( )", "21: the potential of my_node: a table that is computed from an"),
        ("child | my_node", "child my_node", "27: ')' is expected after child; one variable stands before the '|'"),
        ("child | my_node", "child | your_node", "27: no variable 'your_node'; did you mean 'my_node'?"),
        ('"lo" "State 1"', '"lo" "lo"', "6: my_node: state 'lo' is named twice"),
        ('"lo" "State 1"', '"lo" ""', "6: a state's name is empty"),
        ('"lo" "State 1"', '"lo" "State 1', "6: a state's name is empty or holds a control character"),
        ("potential (other)\n{\n  data = ( 0.2 0.3 0.5 );\n}\n", "", "11: other: the file has no table for it"),
    ],
)
def test_what_is_wrong_is_told_in_words_and_with_its_line(old, new, message, refusal):
    assert old in NET
    assert refusal(".net", NET.replace(old, new)).startswith(message)


def test_prose_of_any_kind_is_written_as_strings_that_all_readers_take(read):
    prose = 'half, 50% "of it"; \\ // {x}\nand % node b'
    network = read(".net", NET).network
    text = write_net(network, Description("n", {"title": prose}, {"other": prose}, {"other": prose}))
    assert "%" not in text
    assert text.count('"half, 50 percent \\"of it\\"; \\\\ // {x} and percent node b"') == 3
    same(network, read(".net", text).network)


def test_two_hundred_nodes_take_seconds_at_most(read):
    rng = Random(1)
    lines = ["net { }", *(f'node n{i} {{ states = ("no" "yes"); }}' for i in range(200))]
    for i in range(200):
        parents = rng.sample(range(i), min(i, 3))
        scope = " | ".join(filter(None, (f"n{i}", " ".join(f"n{j}" for j in parents))))
        lines.append(f"potential ({scope}) {{ data = ({'(0.4 0.6)' * 2 ** len(parents)}); }}")
    before = time.perf_counter()
    assert len(read(".net", "\n".join(lines)).network.variables) == 200
    assert time.perf_counter() - before < 3


# The layout of the format's own description (uaicompetition.github.io, model format): the child last in its scope,
# the last variable fastest. Here X -> Y, and Z with the parents Y and X in that order.
TEXT = """BAYES
3
2 2 3   # X, Y, Z
3
1 0
2 0 1
3 1 0 2

2
 0.436 0.564
4
 0.128 0.872
 0.920 0.080
12
 0.2 0.3 0.5      # Y = 0, X = 0
 0.1 0.1 0.8      # Y = 0, X = 1
 0.6 0.4 0.0      # Y = 1, X = 0
 1 0 0e-1
"""


def test_the_child_is_last_in_its_scope_and_text_leads_back_to_text(read):
    network = read(".uai", TEXT).network
    assert network.variables == ("var_0", "var_1", "var_2")
    assert network.states["var_2"] == ("0", "1", "2")
    assert network.parents == {"var_0": (), "var_1": ("var_0",), "var_2": ("var_1", "var_0")}
    assert network.tables["var_1"].tolist() == [[0.128, 0.920], [0.872, 0.080]]
    assert network.tables["var_2"][:, 0, 1].tolist() == [0.1, 0.1, 0.8]
    assert network.tables["var_2"][:, 1, 0].tolist() == [0.6, 0.4, 0.0]
    same(network, read(".uai", write_uai(network, NOTHING)).network, digits=0)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("BAYES", "MARKOV", "1: only networks of type BAYES can be read, not 'MARKOV'"),
        ("2 2 3 ", "2 two 3 ", "3: the number of states of variable 1 is expected, a whole number, not 'two'"),
        ("2 2 3 ", "2 -2 3 ", "3: the number of states of variable 1 is expected, a whole number, not '-2'"),
        ("2 2 3 ", "2 0 3 ", "3: variable 1 has no states"),
        ("2 2 3 ", "2 2 999999999 ", "14: var_2: 12 numbers are announced for a table of 3999999996"),
        ("3 1 0 2", "3 1 0 9", "7: table 2 is over variables 1, 0, 9; they are numbered 0 to 2"),
        ("3 1 0 2", "3 1 0 1", "14: var_1: 12 numbers are announced for a table of 8"),
        ("3\n1 0\n2 0 1\n3 1 0 2", "2\n1 0\n2 0 1", "13: var_2 has no table"),
        ("12\n", "11\n", "14: var_2: 11 numbers are announced for a table of 12"),
        (" 1 0 0e-1\n", " 1 0\n", "19: a number is expected, not the end of the file"),
        ("0e-1\n", "0e-1 7\n", "18: the file goes on after its last table, with '7'"),
        ("0.436", "much", "10: a number is expected, not 'much'"),
        ("0.436", "0.5", "9: var_0: its column sums to 1.064"),
        ("2 0 1", "2 1 1", "0: "),
    ],
)
def test_what_is_wrong_in_uai_is_told_in_words_and_with_its_line(old, new, message, refusal):
    assert old in TEXT
    found = refusal(".uai", TEXT.replace(old, new, 1))
    assert found.startswith(message) or (message == "0: " and "cycle" in found)


@pytest.mark.parametrize(
    "text",
    [
        "BAYES\n2\n0 400000000\n2\n2 1 0\n2 0 1\n0\n0\n",
        "BAYES\n1\n400000000\n1\n1 0\n400000000\n0 0\n",
        "BAYES\n2\n1 400000000\n1\n1 0\n1\n1\n",
        "BAYES\n400000000\n1 1\n",
        f"BAYES\n999\n{'9 ' * 999}\n1\n999 {' '.join(map(str, range(999)))}\n9\n",
    ],
)
def test_sizes_are_checked_before_anything_is_built(text, refusal):
    import tracemalloc

    tracemalloc.start()
    try:
        assert refusal(".uai", text)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()
