"""Columns that few digits keep from 1, in every format alike, and the names that each can hold."""

import numpy as np
import pytest

from tocsin.network import Network
from tocsin.network.formats.bif import BIF
from tocsin.network.formats.net_and_uai import NET, UAI
from tocsin.network.formats.xml import XDSL, XMLBIF

FILES = {
    ".bif": "variable a {{ type discrete [ 3 ] {{ x, y, z }}; }}\nprobability ( a ) {{ table {}; }}",
    ".net": "node a {{ states = (x y z); }}\npotential (a) {{ data = ({}); }}",
    ".xmlbif": "<BIF><NETWORK><VARIABLE><NAME>a</NAME><OUTCOME>x</OUTCOME><OUTCOME>y</OUTCOME><OUTCOME>z</OUTCOME>"
    "</VARIABLE>\n<DEFINITION><FOR>a</FOR><TABLE>{}</TABLE></DEFINITION></NETWORK></BIF>",
    ".xdsl": '<smile><nodes>\n<cpt id="a"><state id="x"/><state id="y"/><state id="z"/><probabilities>{}'
    "</probabilities></cpt></nodes></smile>",
    ".uai": "BAYES 1 3 1 1 0\n3 {}",
}


@pytest.mark.parametrize("suffix", FILES)
@pytest.mark.parametrize("third", ["0.333333", "0.33333", "0.3333334"])
def test_thirds_of_few_digits_are_thirds(suffix, third, read):
    found = read(suffix, FILES[suffix].format(f"{third} {third} {third}"))
    (table,) = found.network.tables.values()
    assert table.tolist() == [1 / 3, 1 / 3, 1 / 3]
    assert found.notes == ()


@pytest.mark.parametrize("suffix", FILES)
def test_from_a_ten_thousandth_on_the_reader_is_told(suffix, read):
    found = read(suffix, FILES[suffix].format("0.3333 0.3333 0.3333"))
    (name,) = found.network.variables
    (note,) = found.notes
    assert (note.line, note.message) == (2, f"{name}: its column sums to 0.9999 in the file; scaled to 1")
    assert sum(found.network.tables[name]) == pytest.approx(1, abs=1e-15)
    assert read(suffix, FILES[suffix].format("0.33 0.335 0.326")).notes


@pytest.mark.parametrize("suffix", FILES)
@pytest.mark.parametrize(
    ("cells", "total"), [("0.33 0.33 0.33", "0.99"), ("0.5 0.5 0.01", "1.01"), ("30 30 40", "100"), ("0 0 0", "0")]
)
def test_from_a_hundredth_on_it_is_refused(suffix, cells, total, refusal):
    assert f"its column sums to {total}; it must sum to 1" in refusal(suffix, FILES[suffix].format(cells))


def test_the_worst_of_several_columns_is_named_and_the_others_counted(read):
    rows = ("(a, x) 0.5, 0.5;", "(a, y) 0.5, 0.4995;", "(b, x) 0.4, 0.598;", "(b, y) 0.1, 0.9003;")
    text = "".join(
        f"variable {name} {{ type discrete [ 2 ] {{ {states} }}; }}\n"
        for name, states in (("p", "a, b"), ("q", "x, y"), ("c", "0, 1"))
    )
    text += "probability ( p ) { table 1, 0; }\nprobability ( q ) { table 1, 0; }\n"
    (note,) = read(".bif", text + f"probability ( c | p, q ) {{ {' '.join(rows)} }}").notes
    assert note.message == ("c: the column (p = b, q = x) sums to 0.998 in the file, and 2 more are off; scaled to 1")


def test_full_digits_stay_as_they_are(read):
    assert read(".uai", FILES[".uai"].format("0.1 0.2 0.7")).network.tables["var_0"].tolist() == [0.1, 0.2, 0.7]


def test_a_speck_below_zero_is_zero(read, refusal):
    # UnBBayes' Pathfinder.net has -1.19209e-07, the step of single precision.
    assert read(".net", FILES[".net"].format("0.5 0.5 -1.19209e-07")).network.tables["a"].tolist() == [0.5, 0.5, 0]
    assert "-0.001 is no probability" in refusal(".net", FILES[".net"].format("0.5 0.501 -0.001"))


def test_the_size_of_all_tables_together_is_bounded(read, refusal, monkeypatch):
    monkeypatch.setattr("tocsin.network.formats.draft.MAX_CELLS", 6)
    assert read(".bif", FILES[".bif"].format("1, 0, 0") + FILES[".bif"].format("1, 0, 0").replace(" a ", " b "))
    monkeypatch.setattr("tocsin.network.formats.draft.MAX_CELLS", 5)
    two = FILES[".bif"].format("1, 0, 0")
    assert "more than 5 in all" in refusal(".bif", two + two.replace(" a ", " b "))


def named(variable, *states):
    return Network((variable,), {variable: states}, {variable: ()}, {variable: np.full(len(states), 1 / len(states))})


@pytest.mark.parametrize(
    ("form", "variable", "states"),
    [
        (BIF, "X-ray.2", ("<7.5", "Asy/Patch", "بله")),
        (XMLBIF, "2 été-2", ("6", "not-so", "two words", '<نعم> & "so"')),
        (NET, "_x1", ("<7.5", "State 0", 'a  (b), "c" \\ %', "été")),
        (XDSL, "x_1", ("yes", "no")),
        (UAI, "any thing", ("at all", "\n")),
    ],
)
def test_names_that_fit(form, variable, states):
    assert list(form.naming.objections(named(variable, *states))) == []


@pytest.mark.parametrize(
    ("form", "variable", "states", "odd"),
    [
        (BIF, "two words", ("yes", "a,b"), ["two words", "a,b"]),
        (BIF, "x", ("a//b", "", "(c)"), ["a//b", "", "(c)"]),
        (XMLBIF, " x", ("a ", "a\nb", ""), [" x", "a ", "a\nb", ""]),
        (NET, "x-y", ("a\nb", " ", "\x1b"), ["x-y", "a\nb", " ", "\x1b"]),
        (XDSL, "_x", ("1st", "a-b", "ok"), ["_x", "1st", "a-b"]),
    ],
)
def test_names_that_do_not_fit_are_all_listed(form, variable, states, odd):
    objections = list(form.naming.objections(named(variable, *states)))
    assert {name for name, _ in objections} == {variable}
    assert len(objections) == len(odd)
    assert all(repr(name) in why for name, (_, why) in zip(odd, objections, strict=True))
