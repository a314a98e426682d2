import pytest

from tests.network.formats.conftest import same
from tocsin.network.formats.draft import NOTHING
from tocsin.network.formats.uai import write_uai

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
def test_what_is_wrong_is_told_in_words_and_with_its_line(old, new, message, refusal):
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
