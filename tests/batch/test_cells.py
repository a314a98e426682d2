"""One cell as numbers: what each kind means, to the last figure, and what is said of a cell that means nothing."""

import re
from types import SimpleNamespace

import numpy as np
import pytest

from tocsin.batch.encoding import belief_cell, number, outside, position, read_cell
from tocsin.elicitation import report_likelihood


@pytest.mark.parametrize(("text", "likelihood"), [("open", [1, 0, 0]), ("slow", [0, 1, 0]), ("closed", [0, 0, 1])])
def test_an_observed_state_is_certain(tiny, text, likelihood):
    cell = read_cell(text, "road", tiny)
    assert cell.likelihood.tolist() == likelihood
    assert cell.belief is None


@pytest.mark.parametrize(
    ("text", "reported", "grade"),
    [
        ("~slow:B2", ["slow"], "B2"),
        ("~slow:A1", ["slow"], "A1"),
        ("~ slow | closed : C3 ", ["slow", "closed"], "C3"),
        ("~closed:F6", ["closed"], "F6"),
        ("~open:E5", ["open"], "E5"),
    ],
)
def test_a_report_has_the_likelihood_of_its_grade_with_the_greatest_1(tiny, text, reported, grade):
    cell = read_cell(text, "road", tiny)
    wanted = report_likelihood(("open", "slow", "closed"), reported, grade, tiny.records.scales)
    assert cell.likelihood == pytest.approx(wanted / wanted.max(), abs=1e-15)
    assert cell.likelihood.max() == 1
    assert cell.belief is None


@pytest.mark.parametrize(
    ("text", "chances"),
    [
        ("open:20%|slow:80%", [0.2, 0.8, 0]), ("closed:1", [0, 0, 1]),
        (" open : 0.25 | closed : 75 % ", [0.25, 0, 0.75]), ("open:.5|slow:5e-1", [0.5, 0.5, 0]),
        ("open:1e+2%|slow:0", [1, 0, 0]), ("open:100.%|closed:0.0%", [1, 0, 0]),
        ("open:0.5|slow:0.4999991", [0.5, 0.4999991, 0]), ("open:0.5|slow:0.5000009", [0.5, 0.5000009, 0]),
    ],
)  # fmt: skip
def test_a_belief_has_the_chances_that_it_names(tiny, text, chances):
    cell = read_cell(text.strip(), "road", tiny)
    assert cell.belief == pytest.approx(chances, abs=1e-15)
    assert cell.likelihood is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("slown", "road has no state 'slown'; did you mean 'slow'?"),
        ("zzzz", "road has no state 'zzzz'; allowed: open, slow, closed"),
        ("~slow", "'~slow' is no report; write ~state:grade, such as ~closed:B2"),
        ("~:B2", "road has no state ''; allowed: open, slow, closed"),
        ("~slow:G2", "'~slow:G2' is no report; write ~state:grade, such as ~closed:B2"),
        ("~slow:A7", "'~slow:A7' is no report; write ~state:grade, such as ~closed:B2"),
        ("~slow:A22", "'~slow:A22' is no report; write ~state:grade, such as ~closed:B2"),
        ("~slow|slown:A2", "road has no state 'slown'; did you mean 'slow'?"),
        ("slow:A2", "'slow:A2' has a grade, so it is a report; these begin with ~: '~slow:A2'"),
        (
            "slow|closed: F6 ",
            "'slow|closed: F6 ' has a grade, so it is a report; these begin with ~: '~slow|closed: F6 '",
        ),
        ("slow:20%|closed", "'closed' has no probability; write state:20%|state:80%"),
        ("slown:1", "road has no state 'slown'; did you mean 'slow'?"),
        ("slow:50%|slow:50%", "slow stands twice in 'slow:50%|slow:50%'; say it once"),
        ("slow:0.5|open:0.4", "the belief sums to 0.9; a belief must sum to 1 over its states"),
        ("slow:0.5|open:0.5000011", "the belief sums to 1; a belief must sum to 1 over its states"),
        ("slow:0.5|open:0.4999989", "the belief sums to 0.999999; a belief must sum to 1 over its states"),
        ("slow:101%", "'101%' is not a chance; write a percent such as 20% or a fraction such as 0.2"),
        ("slow:1.01", "'1.01' is not a chance; write a percent such as 20% or a fraction such as 0.2"),
        ("slow:-1", "'-1' is not a chance; write a percent such as 20% or a fraction such as 0.2"),
        ("slow:x", "'x' is not a chance; write a percent such as 20% or a fraction such as 0.2"),
        ("slow:", "'' is not a chance; write a percent such as 20% or a fraction such as 0.2"),
        ("slow:1_0%", "'1_0%' is not a chance; write a percent such as 20% or a fraction such as 0.2"),
        ("s" * 81, f"road has no state '{'s' * 78} …'; allowed: open, slow, closed"),
        ("s" * 80, f"road has no state '{'s' * 80}'; allowed: open, slow, closed"),
    ],
)
def test_a_cell_that_means_nothing_is_told(tiny, text, why):
    with pytest.raises(ValueError, match=rf"^{re.escape(why)}$"):
        read_cell(text, "road", tiny)


@pytest.mark.parametrize(("text", "value"), [("1", 1.0), ("-2.5e-3", -0.0025), (" 7 ", 7.0), ("1e308", 1e308)])
def test_numbers(text, value):
    assert number(text) == value


@pytest.mark.parametrize("text", ["", "x", "1_000", "nan", "inf", "-inf", "1e309", "0x1", "1,5", "²"])
def test_what_is_no_number(text):
    with pytest.raises(ValueError, match=rf"^{re.escape(repr(text))} is not a number$"):
        number(text)


CHANCE = "a chance lies between 0 and 1, both excluded"
STRENGTH = "a causal strength lies between -1 and 1, both excluded"


@pytest.mark.parametrize(
    ("kind", "allowed", "refused", "why"),
    [
        ("chance", (1e-9, 0.5, 1 - 1e-9), (0.0, 1.0, -0.1, 1.5, -2), CHANCE),
        ("column", (1e-9, 0.5, 1 - 1e-9), (0.0, 1.0, -0.1, 1.5, -2), CHANCE),
        ("strength", (-0.999, 0.0, 0.999), (-1.0, 1.0, -1.5, 1.5), STRENGTH),
        ("ratio", (1e-9, 0.5, 1.0, 1e9), (0.0, -1.0), "it must be above 0"),
    ],
)
def test_what_a_parameter_can_be(kind, allowed, refused, why):
    prior = SimpleNamespace(kind=kind)
    assert [outside(value, prior) for value in allowed] == [None] * len(allowed)
    assert [outside(value, prior) for value in refused] == [why] * len(refused)


def test_position():
    assert position("b", "v", ("a", "b")) == 1
    with pytest.raises(ValueError, match="v has no state 'B'"):
        position("B", "v", ("a", "b"))


def test_a_belief_is_written_as_it_is_read(tiny):
    states = tiny.network.states["road"]
    random = np.random.default_rng(3)
    for chances in (*random.dirichlet([0.3] * 3, 200), [1e-300, 1.0, 0.0]):
        belief = read_cell(belief_cell(states, chances), "road", tiny).belief
        np.testing.assert_allclose(belief, chances, rtol=1e-11, atol=0)
    cells = [belief_cell(["no", "yes"], [1 - p, p]) for p in np.linspace(0, 1, 11)]
    assert cells == [f"no:{(10 - n) / 10:g}|yes:{n / 10:g}" for n in range(11)]
    with pytest.raises(ValueError, match="shorter"):
        belief_cell(["no", "yes"], [1.0])
