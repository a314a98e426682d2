import numpy as np
import pytest

from tocsin.errors import BadNetwork
from tocsin.network.uai import from_uai, to_uai

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


def test_the_child_is_last_in_its_scope_and_the_last_variable_fastest():
    network = from_uai(TEXT)
    assert network.variables == ("var_0", "var_1", "var_2")
    assert network.states["var_2"] == ("0", "1", "2")
    assert network.parents == {"var_0": (), "var_1": ("var_0",), "var_2": ("var_1", "var_0")}
    assert network.tables["var_1"].tolist() == [[0.128, 0.920], [0.872, 0.080]]
    assert network.tables["var_2"][:, 0, 1].tolist() == [0.1, 0.1, 0.8]
    assert network.tables["var_2"][:, 1, 0].tolist() == [0.6, 0.4, 0.0]


def test_text_back_to_text():
    network = from_uai(TEXT)
    assert from_uai(to_uai(network)).digest == network.digest


def test_names_are_lost_and_every_order_kept(crooked):
    back = from_uai(to_uai(crooked))
    new = dict(zip(crooked.variables, back.variables, strict=True))
    for name in crooked.variables:
        assert back.parents[new[name]] == tuple(new[parent] for parent in crooked.parents[name])
        assert back.states[new[name]] == tuple(map(str, range(crooked.size(name))))
        np.testing.assert_array_equal(back.tables[new[name]], crooked.tables[name])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("BAYES", "MARKOV", "type BAYES can be read, not 'MARKOV'"),
        ("2 2 3 ", "2 two 3 ", "a whole number is expected, not 'two'"),
        ("2 2 3 ", "2 -2 3 ", "a whole number is expected, not '-2'"),
        ("3 1 0 2", "3 1 0 9", r"over variables \[1, 0, 9\], but they are numbered 0 to 2"),
        ("3 1 0 2", "3 1 0 1", "var_1 has two tables"),
        ("3\n1 0\n2 0 1\n3 1 0 2", "2\n1 0\n2 0 1", "var_2 has no table"),
        ("12\n", "11\n", "var_2: 11 numbers are announced for a table of 12"),
        (" 1 0 0e-1\n", " 1 0\n", "the file ends too early"),
        ("0.436", "much", "a number is expected, not 'much'"),
        ("0.436", "nan", "holds only numbers from 0 to 1"),
        ("0.436", "0.5", "sums to 1.064"),
        ("2 2 3 ", "2 2 999999999999 ", "12 numbers are announced for a table of"),
        ("2 0 1", "2 1 1", "the parents form a cycle: var_1"),
    ],
)
def test_malformed_text_is_refused(old, new, message):
    assert old in TEXT
    with pytest.raises(BadNetwork, match=message):
        from_uai(TEXT.replace(old, new, 1))
