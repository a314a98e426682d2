import numpy as np
import pytest

from tocsin.network import Network
from tocsin.network.formats import textfile


def named(variable, *states):
    return Network((variable,), {variable: states}, {variable: ()}, {variable: np.full(len(states), 1 / len(states))})


@pytest.mark.parametrize(
    ("rules", "variable", "states"),
    [
        (textfile.BIF, "X-ray.2", ("<7.5", "Asy/Patch", "بله")),
        (textfile.XMLBIF, "2 été-2", ("6", "not-so", "two words", '<نعم> & "so"')),
        (textfile.NET, "_x1", ("<7.5", "State 0", 'a  (b), "c" \\ %', "été")),
        (textfile.XDSL, "x_1", ("yes", "no")),
        (textfile.NAMELESS, "any thing", ("at all", "\n")),
    ],
)
def test_names_that_fit(rules, variable, states):
    assert list(rules.objections(named(variable, *states))) == []


@pytest.mark.parametrize(
    ("rules", "variable", "states", "odd"),
    [
        (textfile.BIF, "two words", ("yes", "a,b"), ["two words", "a,b"]),
        (textfile.BIF, "x", ("a//b", "", "(c)"), ["a//b", "", "(c)"]),
        (textfile.XMLBIF, " x", ("a ", "a\nb", ""), [" x", "a ", "a\nb", ""]),
        (textfile.NET, "x-y", ("a\nb", " ", "\x1b"), ["x-y", "a\nb", " ", "\x1b"]),
        (textfile.XDSL, "_x", ("1st", "a-b", "ok"), ["_x", "1st", "a-b"]),
    ],
)
def test_names_that_do_not_fit_are_all_listed(rules, variable, states, odd):
    objections = list(rules.objections(named(variable, *states)))
    assert {name for name, _ in objections} == {variable}
    assert len(objections) == len(odd)
    assert all(repr(name) in why for name, (_, why) in zip(odd, objections, strict=True))
