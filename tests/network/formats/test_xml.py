"""XMLBIF 0.3; XML itself: encodings, entities, places; GeNIe's XDSL (SMILE's manual, "Multidimensional arrays", "Noisy-MAX")."""

from itertools import product

import numpy as np
import pytest

XMLBIF = (
    '<?xml version="1.0"?>\n<BIF VERSION="0.3">\n<NETWORK>\n'
    "<VARIABLE TYPE='nature'><NAME>a</NAME><OUTCOME>t</OUTCOME><OUTCOME>f</OUTCOME></VARIABLE>\n"
    "<VARIABLE><NAME>b</NAME><OUTCOME>t</OUTCOME><OUTCOME>f</OUTCOME><PROPERTY>p = (1, 2) = 3</PROPERTY></VARIABLE>\n"
    "<DEFINITION><FOR>a</FOR><TABLE>0.3 0.7</TABLE></DEFINITION>\n"
    "<DEFINITION><FOR>b</FOR><GIVEN>a</GIVEN><TABLE>0.1 0.9 <!-- f --> 0.4 0.6</TABLE></DEFINITION>\n"
    "</NETWORK></BIF>\n"
)
DECLARED = '<?xml version="1.0" encoding="{}"?>'


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<NETWORK>", "<NETWORK><NAME>n</NAME><PROPERTY>no equals sign</PROPERTY>"),
        ('<?xml version="1.0"?>', '<?xml version="1.0"?><!DOCTYPE BIF [<!ELEMENT BIF (NETWORK)*>]>'),
        ('<?xml version="1.0"?>\n', ""),
        ('<?xml version="1.0"?>', '  \n <?xml version="1.0"?>'),
        ("DEFINITION", "PROBABILITY"),
    ],
)
def test_one_network_in_many_spellings(old, new, read):
    network = read(".bifxml", XMLBIF.replace(old, new)).network
    assert network.variables == ("a", "b")
    assert network.tables["b"].tolist() == [[0.1, 0.4], [0.9, 0.6]]


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "windows-1252", "UTF-16", "UTF-8"])
def test_xml_is_read_in_the_encoding_that_it_declares(encoding, read):
    text = XMLBIF.replace(">f<", ">né<").replace('<?xml version="1.0"?>', DECLARED.format(encoding))
    assert read(".xmlbif", text.encode(encoding)).network.states["a"] == ("t", "né")


def test_ascii_that_is_utf_8_in_truth_is_read(read):
    text = XMLBIF.replace(">f<", ">né<").replace('<?xml version="1.0"?>', DECLARED.format("US-ASCII"))
    assert read(".xml", text).network.states["a"] == ("t", "né")


@pytest.mark.parametrize(
    ("encoding", "message"),
    [
        ("UTF-8", "4: not well-formed XML: invalid token"),
        ("no-such", "1: the encoding that the XML declares cannot be read: unknown encoding: no-such"),
    ],
)
def test_an_encoding_that_is_not_the_file_s_is_refused(encoding, message, refusal):
    text = XMLBIF.replace(">f<", ">né<").replace('<?xml version="1.0"?>', DECLARED.format(encoding))
    assert refusal(".xml", text.encode("latin-1")).startswith(message)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("0.4 0.6</TABLE>", "0.4</TABLE>", "7: b: 3 numbers are given for a table of 2 x 2, which needs 4"),
        ("0.3 0.7", "0.3 0,7", "6: a number is expected in <TABLE>, not '0,7'"),
        ("<TABLE>0.3 0.7</TABLE>", "", "6: a: its definition has no <TABLE>"),
        ("'nature'", "'decision'", "4: a: only variables of TYPE nature can be read, not 'decision'"),
        ("<FOR>a</FOR>", "", "6: <DEFINITION> needs one <FOR>, not 0"),
        ("<FOR>a</FOR>", "<FOR>a</FOR><FOR>b</FOR>", "6: <DEFINITION> needs one <FOR>, not 2"),
        ("<GIVEN>a<", "<GIVEN>c<", "7: no variable 'c'"),
        ("BIF", "SMILE", "2: XMLBIF is a <BIF> with a <NETWORK> in it, not <SMILE>"),
        ("</NETWORK>", "", "8: not well-formed XML: mismatched tag"),
        ("<BIF", "<!DOCTYPE BIF [<!ENTITY a 'ha'>]><BIF", "2: XML that declares or uses entities"),
        (
            "<BIF",
            "<!DOCTYPE BIF SYSTEM 'file:///etc/passwd' [<!ENTITY % p SYSTEM 'http://x/'>]><BIF",
            "2: XML that declares",
        ),
        (">t<", ">&x;<", "4: not well-formed XML: undefined entity"),
    ],
)
def test_what_is_wrong_is_told_in_words_and_with_its_line(old, new, message, refusal):
    assert old in XMLBIF
    assert refusal(".xml", XMLBIF.replace(old, new)).startswith(message)


@pytest.mark.parametrize("suffix", [".xml", ".bifxml", ".xdsl"])
def test_an_entity_bomb_is_refused_unread(suffix, refusal):
    entities = "".join(f'<!ENTITY a{i + 1} "{f"&a{i};" * 10}">' for i in range(9))
    text = f'<!DOCTYPE BIF [<!ENTITY a0 "ha">{entities}]><BIF><NETWORK><NAME>&a9;</NAME></NETWORK></BIF>'
    assert "entities" in refusal(suffix, text)


@pytest.mark.parametrize("suffix", [".xml", ".xdsl"])
def test_what_lies_too_deep_or_is_too_much_is_refused(suffix, refusal, monkeypatch):
    assert "50 within each other" in refusal(suffix, "<a>" * 100_000)
    monkeypatch.setattr("tocsin.network.formats.xml.MAX_ELEMENTS", 1000)
    assert "more than 1,000 elements" in refusal(suffix, "<a>" + "<b/>" * 2000 + "</a>")


HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<smile version="1.0" id="n">\n<nodes>\n'
TAIL = "</nodes>\n</smile>"
P = '<cpt id="p"><state id="a"/><state id="b"/><probabilities>0.5 0.5</probabilities></cpt>\n'
Q = (
    P.replace('"p"', '"q"')
    .replace('<state id="b"/>', '<state id="b"/><state id="c"/>')
    .replace("0.5 0.5", "0.2 0.3 0.5")
)


def document(*nodes, tail=TAIL):
    return HEAD + "".join(nodes) + tail


def test_the_child_s_state_is_fastest_and_then_the_last_parent(read):
    cells = "0.1 0.9  0.2 0.8\n0.3 0.7 0.4 0.6 0.5 0.5 0.6 0.4"
    child = f'<cpt id="c"><state id="x"/><state id="y"/><parents>\n p  q </parents><probabilities>{cells}</probabilities></cpt>'
    network = read(".xdsl", document(P, Q, child)).network
    assert network.parents["c"] == ("p", "q")
    assert network.tables["c"][0].tolist() == [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]]


def test_deterministic_nodes_are_tables_of_0_and_1(read):
    node = (
        '<deterministic id="d"><state id="f"/><state id="t"/><parents>p q</parents>'
        "<resultingstates>f t t t f f</resultingstates></deterministic>"
    )
    assert read(".xdsl", document(P, Q, node)).network.tables["d"][1].tolist() == [[0, 1, 1], [1, 0, 0]]


NOISY = (
    '<noisymax id="n"><state id="severe"/><state id="mild"/><state id="absent"/><parents>p q</parents>'
    "<strengths>1 0 2 0 1</strengths><parameters>0.5 0.25 0.25 0 0 1 0.4 0.3 0.3 0.1 0.2 0.7 0 0 1 0.05 0.05 0.9"
    "</parameters></noisymax>"
)


def test_noisy_max_is_its_exact_table(read):
    # By hand: the worst of what each cause and the leak bring about, each alone. `p` is strongest in its state b
    # (strength 0 is state 1), `q` in c (state 2), then a, then b.
    alone_p = {"b": (0.5, 0.25, 0.25), "a": (0, 0, 1)}
    alone_q = {"c": (0.4, 0.3, 0.3), "a": (0.1, 0.2, 0.7), "b": (0, 0, 1)}
    leak = (0.05, 0.05, 0.9)
    table = read(".xdsl", document(P, Q, NOISY)).network.tables["n"]
    for (i, p), (j, q) in product(enumerate("ab"), enumerate("abc")):
        expected = np.zeros(3)
        for x, y, z in product(range(3), repeat=3):
            expected[min(x, y, z)] += alone_p[p][x] * alone_q[q][y] * leak[z]
        np.testing.assert_allclose(table[:, i, j], expected, atol=1e-15)


def test_noisy_or_as_genie_itself_expands_it(read):
    # GeNIe 2 saved one network twice, with this node as noisy-max and as a table; these are cells of its table.
    causes = [P.replace('"p"', f'"{name}"') for name in "wxyz"]
    node = (
        '<noisymax id="n"><state id="yes"/><state id="no"/><parents>w x y z</parents><strengths>0 1 0 1 0 1 0 1</strengths>'
        "<parameters>0.61 0.39 0 1 0.25 0.75 0 1 0.15 0.85 0 1 0.04 0.96 0 1 0.01 0.99</parameters></noisymax>"
    )
    yes = read(".xdsl", document(*causes, node)).network.tables["n"][0]
    theirs = {(0, 0, 0, 0): 0.7637068, (0, 0, 0, 1): 0.75386125, (0, 1, 1, 1): 0.6139, (1, 0, 0, 0): 0.39412}
    for position, p in theirs.items():
        assert yes[position] == pytest.approx(p, abs=1e-12)
    assert yes[1, 1, 1, 1] == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        ((P.replace("cpt", "decision"),), "4: p: a node of kind decision; only cpt, deterministic and noisymax nodes"),
        ((P.replace("cpt", "equation"),), "4: p: a node of kind equation"),
        ((P.replace("cpt", "noisyadder"),), "4: p: a node of kind noisyadder"),
        (
            (P.replace('id="p"', 'id="p" dynamic="plate"'),),
            "4: p: a node in time (dynamic=plate); dynamic networks cannot",
        ),
        ((P, P), "5: variable 'p' is described twice, first in line 4"),
        ((P.replace("<probabilities>0.5 0.5</probabilities>", ""),), "4: p: a cpt node needs <probabilities>"),
        ((P.replace(' id="p"', ""),), "4: a variable's name is empty"),
        ((P, Q, NOISY.replace("1 0 2 0 1<", "1 0 2 2 1<")), "6: n: the strengths of q must order its 3 states, 0 to 2"),
        ((P, Q, NOISY.replace("1 0 2 0 1<", "1 0 2 0 1 3<")), "6: n: 6 strengths are given for 5 states of parents"),
        (
            (P, Q, NOISY.replace(" 0.9<", "<")),
            "6: n: 17 parameters are given; 3 for each parent's state and for the leak",
        ),
        ((P, Q, NOISY.replace(" 0.9<", " 0.8<")), "6: n: column 6 of its parameters sums to 0.9; it must sum to 1"),
    ],
)
def test_what_is_wrong_in_xdsl_is_told_in_words_and_with_its_line(nodes, message, refusal):
    assert refusal(".xdsl", document(*nodes)).startswith(message)


@pytest.mark.parametrize(
    ("states", "message"),
    [
        ("f x t", "5: d has no state 'x'; allowed: f, t"),
        ("f t", "5: d: 2 resulting states are given for 3 combinations of parents"),
    ],
)
def test_deterministic_nodes_with_other_states_are_refused(states, message, refusal):
    node = (
        '<deterministic id="d"><state id="f"/><state id="t"/><parents>q</parents>'
        f"<resultingstates>{states}</resultingstates></deterministic>"
    )
    assert refusal(".xdsl", document(Q, node)) == message


def test_an_arc_in_time_is_refused_by_name(refusal):
    arc = '<cpt id="p" order="2"><parents>p</parents><probabilities>1 0 0 1</probabilities></cpt>'
    tail = f'</nodes>\n<dynamic numslices="10">{arc}</dynamic></smile>'
    assert refusal(".xdsl", document(P, tail=tail)) == "6: p: an arc in time (order 2); dynamic networks cannot be read"


def test_a_small_file_cannot_ask_for_a_large_table(refusal):
    parents = [P.replace('"p"', f'"p{i}"') for i in range(30)]
    names = " ".join(f"p{i}" for i in range(30))
    node = (
        f'<noisymax id="n"><state id="a"/><state id="b"/><parents>{names}</parents>'
        f"<parameters>{'0.5 0.5 ' * 61}</parameters></noisymax>"
    )
    assert "has more than 10,000,000 in all" in refusal(".xdsl", document(*parents, node))
    kind = node.replace("noisymax", "deterministic").replace("parameters", "resultingstates")
    assert "has more than 10,000,000 in all" in refusal(".xdsl", document(*parents, kind))
