"""Foreign formats. Published values: Lauritzen & Spiegelhalter 1988 (asia), the bnlearn repository (the others)."""

import gzip
import logging
import random
import warnings

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tocsin.errors import BadInput, BadNetwork
from tocsin.network import Network
from tocsin.network.formats import FORMATS, read_network, write_network

NAMED = [suffix for suffix in FORMATS if suffix != ".uai"]

BIF = """network flip {
}
variable coin {
  type discrete [ 2 ] { heads, tails };
}
variable call {
  type discrete [ 2 ] { right, wrong };
}
probability ( coin ) {
  table 0.5, 0.5;
}
probability ( call | coin ) {
  (heads) 0.7, 0.3;
  (tails) 0.2, 0.8;
}
"""


def same(network, other):
    assert sorted(other.variables) == sorted(network.variables)
    assert other.states == network.states
    assert other.parents == network.parents
    for name in network.variables:
        np.testing.assert_allclose(other.tables[name], network.tables[name], rtol=0, atol=1e-15)


@pytest.mark.parametrize(
    ("name", "variables", "arcs", "free", "most"),
    [("asia", 8, 8, 18, 2), ("alarm", 37, 46, 509, 4), ("insurance", 27, 52, 1008, 3), ("hailfinder", 56, 66, 2656, 4)],
)
def test_published_networks(examples, name, variables, arcs, free, most):
    # Numbers of nodes, arcs, free parameters and parents as the bnlearn repository states them.
    network = read_network(examples / f"{name}.bif.gz")
    assert len(network.variables) == variables
    assert sum(map(len, network.parents.values())) == arcs
    assert max(map(len, network.parents.values())) == most
    assert sum((len(table) - 1) * table[0].size for table in network.tables.values()) == free
    for variable in network.variables:
        assert network.tables[variable].shape == network.shape(variable)
    for table in network.tables.values():
        np.testing.assert_allclose(table.sum(axis=0), 1.0, rtol=0, atol=1e-6)


def test_asia_as_published(examples):
    # Lauritzen & Spiegelhalter 1988, table 1.
    network = read_network(examples / "asia.bif.gz")

    def p(variable, *given):
        assert network.states[variable] == ("yes", "no")
        order = dict(given)
        column = tuple(network.index(parent, order[parent]) for parent in network.parents[variable])
        return network.tables[variable][(0, *column)]

    assert p("asia") == 0.01
    assert (p("tub", ("asia", "yes")), p("tub", ("asia", "no"))) == (0.05, 0.01)
    assert p("smoke") == 0.5
    assert (p("lung", ("smoke", "yes")), p("lung", ("smoke", "no"))) == (0.1, 0.01)
    assert (p("bronc", ("smoke", "yes")), p("bronc", ("smoke", "no"))) == (0.6, 0.3)
    assert (p("xray", ("either", "yes")), p("xray", ("either", "no"))) == (0.98, 0.05)
    for tub, lung in [("yes", "yes"), ("yes", "no"), ("no", "yes"), ("no", "no")]:
        assert p("either", ("tub", tub), ("lung", lung)) == float("yes" in (tub, lung))
    dyspnoea = {("yes", "yes"): 0.9, ("yes", "no"): 0.7, ("no", "yes"): 0.8, ("no", "no"): 0.1}
    for (either, bronc), expected in dyspnoea.items():
        assert p("dysp", ("either", either), ("bronc", bronc)) == expected


@pytest.mark.parametrize("suffix", NAMED)
def test_round_trip_keeps_names_orders_and_digits(suffix, crooked, tmp_path):
    path = tmp_path / f"network{suffix}"
    write_network(crooked, path)
    same(crooked, read_network(path))
    assert list(tmp_path.iterdir()) == [path]


def test_round_trip_through_uai_keeps_all_but_names(crooked, tmp_path):
    path = tmp_path / "network.uai"
    write_network(crooked, path)
    back = read_network(path)
    assert back.variables == ("var_0", "var_1", "var_2")
    assert back.parents["var_0"] == ("var_1", "var_2")
    for new, old in zip(back.variables, crooked.variables, strict=True):
        np.testing.assert_array_equal(back.tables[new], crooked.tables[old])


@pytest.mark.parametrize("suffix", NAMED)
@pytest.mark.parametrize("name", ["asia", "insurance"])
def test_round_trip_of_published_networks(suffix, name, examples, tmp_path):
    network = read_network(examples / f"{name}.bif.gz")
    write_network(network, tmp_path / f"network{suffix}")
    same(network, read_network(tmp_path / f"network{suffix}"))


@pytest.mark.parametrize("suffix", FORMATS)
def test_equal_networks_make_equal_bytes_and_chance_is_left_alone(suffix, crooked, tmp_path):
    random.seed(5)
    expected = random.Random(5).random()
    first, second = tmp_path / f"first{suffix}", tmp_path / f"second{suffix}"
    write_network(crooked, first)
    assert random.random() == expected
    write_network(crooked, second)
    assert first.read_bytes() == second.read_bytes()


words = st.from_regex(r"[a-z][a-z_]{0,5}(node|table|default|variable|net|states|data|[0-9])?", fullmatch=True)


@st.composite
def networks(draw):
    names = draw(st.lists(words, min_size=1, max_size=4, unique=True))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    states = {name: tuple(draw(st.lists(words, min_size=1, max_size=3, unique=True))) for name in names}
    parents = {name: tuple(draw(st.permutations(names[:i])))[:2] for i, name in enumerate(names)}
    shapes = {name: [len(states[member]) for member in (name, *parents[name])] for name in names}
    tables = {name: np.moveaxis(rng.dirichlet(np.ones(n), rest), -1, 0) for name, (n, *rest) in shapes.items()}
    return Network(tuple(names), states, parents, tables)


@pytest.mark.parametrize("suffix", [".xmlbif", ".net", ".xdsl"])
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(network=networks())
def test_any_names_round_trip_or_are_refused(suffix, network, tmp_path):
    assert_round_trip_or_refused(network, tmp_path / f"network{suffix}")


@pytest.mark.slow
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(network=networks())
def test_any_names_round_trip_or_are_refused_in_bif(network, tmp_path):
    assert_round_trip_or_refused(network, tmp_path / "network.bif")  # pgmpy builds its grammar anew each time


def assert_round_trip_or_refused(network, path):
    path.unlink(missing_ok=True)
    refused = []
    try:
        write_network(network, path)
    except BadInput as error:
        refused.append(str(error))
    assert path.exists() != bool(refused)
    assert all("cannot hold this network" in reason for reason in refused)
    if not refused:
        same(network, read_network(path))


@pytest.mark.parametrize(("suffix", "theirs"), [(".bif", "bif"), (".xmlbif", "bifxml"), (".net", "net")])
def test_pyagrum_reads_what_is_written(suffix, theirs, crooked, tmp_path):
    # XDSL and UAI are left out: pyAgrum 3.3.1 lets the first parent change fastest there. SMILE's manual ("the leftmost
    # coordinate represents the state of the first parent") and the UAI format say that the last one does.
    pyagrum = pytest.importorskip("pyagrum")
    path = tmp_path / f"network{suffix}"
    write_network(crooked, path)
    net = pyagrum.loadBN(str(path.rename(tmp_path / f"network.{theirs}")))
    for name in crooked.variables:
        assert net.variable(name).labels() == crooked.states[name]
        cpt = net.cpt(name)
        members = (name, *crooked.parents[name])
        for place in np.ndindex(crooked.shape(name)):
            labels = {m: crooked.states[m][i] for m, i in zip(members, place, strict=True)}
            assert float(cpt[labels]) == pytest.approx(crooked.tables[name][place], abs=1e-6)


def test_xdsl_lets_the_childs_state_change_fastest_and_then_the_last_parents(tmp_path):
    # SMILE's manual, "Multidimensional arrays": first parent leftmost (most significant), the node itself rightmost.
    path = tmp_path / "forecast.xdsl"
    cpt = '<cpt id="{}"><state id="a"/><state id="b"/>{}<probabilities>{}</probabilities></cpt>'
    rows = "0.1 0.9 0.2 0.8\n0.3 0.7  0.4 0.6"
    nodes = cpt.format("p", "", "0.5 0.5"), cpt.format("q", "", "1 0"), cpt.format("c", "<parents>p q</parents>", rows)
    path.write_text(f'<?xml version="1.0" encoding="UTF-8"?><smile id="n"><nodes>{"".join(nodes)}</nodes></smile>')
    network = read_network(path)
    assert network.parents["c"] == ("p", "q")
    assert network.tables["c"][0].tolist() == [[0.1, 0.2], [0.3, 0.4]]


def test_hugin_net_with_comments_labels_and_a_parent_named_node(tmp_path):
    path = tmp_path / "hugin.net"
    path.write_text(
        'net\n{\n  node_size = (80 40);\n  HR_Comment = "100% of node y";\n}\n'
        'node my_node\n{\n  label = "a node // x";\n  states = ("lo" "hi");\n}\n'
        'discrete node other\n{\n  states = ("a" "b" "c");\n}\n'
        'node child\n{\n  states = ("n" "y");\n}\n'
        "potential (my_node)\n{\n  data = ( 0.25 0.75 ); % node z\n}\n"
        "potential (other)\n{\n  data = ( 0.2 0.3 0.5 );\n}\n"
        "potential (child | my_node other)\n{\n"
        "  data = (((0.1 0.9)(0.2 0.8)(0.3 0.7))\n          ((0.4 0.6)(0.5 0.5)(1e-5 0.99999))); % lo, hi\n}\n"
    )
    network = read_network(path)
    assert network.variables == ("my_node", "other", "child")
    assert network.parents["child"] == ("my_node", "other")
    assert network.tables["child"][0].tolist() == [[0.1, 0.2, 0.3], [0.4, 0.5, 1e-5]]


def test_xmlbif_with_a_document_type_and_odd_properties(tmp_path):
    path = tmp_path / "cozman.xml"
    path.write_text(
        '<?xml version="1.0" encoding="US-ASCII"?><!DOCTYPE BIF [<!ELEMENT BIF (NETWORK)*>]><BIF VERSION="0.3">'
        "<NETWORK><NAME>n</NAME><PROPERTY>no equals sign</PROPERTY>"
        "<VARIABLE TYPE='nature'><NAME>a</NAME><OUTCOME>t</OUTCOME><OUTCOME>f</OUTCOME>"
        "<PROPERTY>p = (1, 2) = 3</PROPERTY></VARIABLE><VARIABLE TYPE='nature'><NAME>b</NAME><OUTCOME>t</OUTCOME><OUTCOME>f</OUTCOME></VARIABLE>"
        "<DEFINITION><FOR>a</FOR><TABLE>0.3 0.7</TABLE></DEFINITION>"
        "<DEFINITION><FOR>b</FOR><GIVEN>a</GIVEN><TABLE>0.1 0.9 <!-- f --> 0.4 0.6</TABLE></DEFINITION></NETWORK></BIF>"
    )
    assert read_network(path).tables["b"].tolist() == [[0.1, 0.4], [0.9, 0.6]]


@pytest.mark.parametrize("end", ["", "\n", "  \n// the end"])
def test_bif_whatever_follows_the_last_brace(end, tmp_path):
    path = tmp_path / "flip.bif"
    path.write_text(BIF.replace("}\nvariable", "}  \nvariable").rstrip() + end)
    assert read_network(path).tables["call"].tolist() == [[0.7, 0.2], [0.3, 0.8]]


def test_packed_bif(tmp_path):
    path = tmp_path / "FLIP.BIF.GZ"
    path.write_bytes(gzip.compress(BIF.encode()))
    assert read_network(path).variables == ("coin", "call")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  (tails) 0.2, 0.8;\n", "", r"call: column \(coin = tails\) sums to 0"),
        ("(tails) 0.2, 0.8", "(tails) 0.2, 0.7", r"call: column \(coin = tails\) sums to 0.9"),
        ("(tails) 0.2, 0.8", "(edge) 0.2, 0.8", "not a readable BIF network"),
        ("(tails) 0.2, 0.8", "(tails) 0.2", "not a readable BIF network|only numbers from 0 to 1"),
        ("(tails) 0.2, 0.8", "default 0.2, 0.8", "a default row cannot be read"),
        ("probability ( coin ) {\n  table 0.5, 0.5;\n}\n", "", "coin: the file has no table for it"),
        ("call | coin", "call | coins", "unknown name 'coins'"),
        ("{ right, wrong }", "{ right, right }", "call: states must be at least one and differ"),
        (
            "probability ( coin )",
            "probability ( coin | call )",
            "coin: the file's numbers do not fill its table of 2 x 2",
        ),
        ("variable call", "variable coin", "unknown name 'call'"),
        (BIF, "<html></html>", "a network needs at least one variable"),
    ],
)
def test_malformed_bif_is_one_clear_problem(old, new, message, tmp_path):
    assert old in BIF
    path = tmp_path / "flip.bif"
    path.write_text(BIF.replace(old, new, 1))
    with pytest.raises(BadInput, match=message) as caught:
        read_network(path)
    assert [problem.file for problem in caught.value.problems] == [str(path)]
    assert "\n" not in str(caught.value)


def test_a_cycle_is_named(tmp_path):
    path = tmp_path / "cycle.bif"
    rows = "  (right) 0.5, 0.5;\n  (wrong) 0.5, 0.5;\n"
    path.write_text(BIF.replace("( coin )", "( coin | call )").replace("  table 0.5, 0.5;\n", rows))
    with pytest.raises(BadInput, match=r"the parents form a cycle: (call → coin → call|coin → call → coin)"):
        read_network(path)


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize(
    "content", [b"", b"\x89PNG\r\n\x1a\n\x00", b"\xff\xfe", b"}{", b"<a", b"<a/>", b"BAYES 1", b"net 1"]
)
def test_no_content_escapes_as_a_traceback(suffix, content, tmp_path):
    path = tmp_path / f"bad{suffix}"
    path.write_bytes(content)
    with pytest.raises(BadInput) as caught:
        read_network(path)
    assert str(caught.value).startswith(str(path))


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_truncated_file_is_refused(suffix, crooked, tmp_path):
    path = tmp_path / f"network{suffix}"
    write_network(crooked, path)
    whole = path.read_bytes()
    for share in (0.3, 0.9):
        path.write_bytes(whole[: int(len(whole) * share)])
        with pytest.raises(BadInput):
            read_network(path)


def test_broken_xml_is_placed(tmp_path):
    path = tmp_path / "bad.xml"
    path.write_text("<BIF>\n  <NETWORK></BIF>")
    with pytest.raises(BadInput, match="mismatched tag") as caught:
        read_network(path)
    assert (caught.value.problems[0].line, caught.value.problems[0].column) == (2, 14)


@pytest.mark.parametrize("suffix", [".xml", ".xmlbif", ".xdsl"])
def test_an_entity_bomb_is_refused_unread(suffix, tmp_path):
    path = tmp_path / f"bomb{suffix}"
    entities = "".join(f'<!ENTITY a{i + 1} "{f"&a{i};" * 10}">' for i in range(9))
    path.write_text(f'<!DOCTYPE BIF [<!ENTITY a0 "ha">{entities}]><BIF><NETWORK><NAME>&a9;</NAME></NETWORK></BIF>')
    with pytest.raises(BadInput, match="declares entities"):
        read_network(path)


def test_a_table_that_its_file_cannot_fill_does_not_fill_the_memory(tmp_path):
    path = tmp_path / "bomb.bif"
    names = [f"v{i}" for i in range(34)]
    blocks = [f"variable {name} {{\n type discrete [ 2 ] {{ a, b }};\n}}\n" for name in [*names, "child"]]
    blocks += [f"probability ( {name} ) {{\n table 0.5, 0.5;\n}}\n" for name in names]
    row = ", ".join("a" for _ in names)
    blocks.append(f"probability ( child | {', '.join(names)} ) {{\n ({row}) 0.5, 0.5;\n}}\n")
    path.write_text("".join(blocks))
    with pytest.raises(BadInput):
        read_network(path)


@pytest.mark.parametrize("name", ["network.txt", "network", "network.bif.zip", ".bifx"])
def test_unknown_suffixes(name, crooked, tmp_path):
    with pytest.raises(BadInput, match=r"unknown kind of file; allowed: \.bif, .*\.uai, \.bif\.gz"):
        read_network(tmp_path / name)
    with pytest.raises(BadInput, match=r"unknown kind of file; allowed: \.bif, .*\.uai$"):
        write_network(crooked, tmp_path / name)


def test_a_packed_file_is_not_written(crooked, tmp_path):
    with pytest.raises(BadInput, match="unknown kind of file"):
        write_network(crooked, tmp_path / "network.bif.gz")


@pytest.mark.parametrize("suffix", NAMED)
def test_names_that_a_format_cannot_hold_are_refused_and_the_old_file_stays(suffix, tmp_path):
    states = {"a": ("two words", "x"), "b": ("p,q", "y")}
    halves = {name: np.array([0.5, 0.5]) for name in states}
    path = tmp_path / f"network{suffix}"
    path.write_text("before")
    with pytest.raises(BadInput, match="'two words' cannot be written; allowed are") as caught:
        write_network(Network(("a", "b"), states, {"a": (), "b": ()}, halves), path)
    assert [problem.path for problem in caught.value.problems] == ["a", "b"]
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_what_would_not_read_back_is_not_written(tmp_path):
    # pgmpy's reader of BIF takes the "table1" of the heading for the keyword and a number.
    network = Network(("table1",), {"table1": ("a", "b")}, {"table1": ()}, {"table1": np.array([0.5, 0.5])})
    with pytest.raises(BadInput, match="BIF cannot hold this network"):
        write_network(network, tmp_path / "network.bif")
    assert not list(tmp_path.iterdir())


def test_pgmpy_says_nothing_and_is_left_as_it_was(crooked, tmp_path, caplog, capfd):
    logger = logging.getLogger("pgmpy")
    level, filters = logger.level, list(warnings.filters)
    for suffix in FORMATS:
        write_network(crooked, tmp_path / f"network{suffix}")
        read_network(tmp_path / f"network{suffix}")
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")
    assert logger.level == level
    assert warnings.filters == filters


def test_to_pgmpy_and_back(crooked):
    model = crooked.to_pgmpy()
    assert model.check_model()
    assert model.get_cpds("threat").get_values()[0, 5] == crooked.tables["threat"][0, 1, 1]
    back = Network.from_pgmpy(model)
    assert back.variables == crooked.variables
    assert back.digest == crooked.digest


def test_from_pgmpy_with_parents_states_in_another_order(crooked):
    model = crooked.to_pgmpy()
    cpd = model.get_cpds("threat")
    other = type(cpd)(
        "threat",
        2,
        crooked.tables["threat"][:, ::-1].reshape(2, -1),
        ["drone", "border"],
        [3, 4],
        {**cpd.state_names, "drone": list(crooked.states["drone"][::-1])},
    )
    model.remove_cpds(cpd)
    model.add_cpds(other)
    same(crooked, Network.from_pgmpy(model))


def test_from_pgmpy_numbers_become_names():
    model = Network(("a",), {"a": ("x", "y")}, {"a": ()}, {"a": np.array([0.5, 0.5])}).to_pgmpy()
    unnamed = type(model.get_cpds("a"))("a", 2, [[0.1], [0.9]])
    model.remove_cpds(model.get_cpds("a"))
    model.add_cpds(unnamed)
    assert Network.from_pgmpy(model).states == {"a": ("0", "1")}


def test_from_pgmpy_an_unfinished_model_is_refused(crooked):
    model = crooked.to_pgmpy()
    cpd = model.get_cpds("border")
    model.remove_cpds(cpd)
    with pytest.raises(BadNetwork, match="border: the model has no table"):
        Network.from_pgmpy(model)
    model.add_cpds(type(cpd)("border", 4, np.full((4, 1), 0.25), state_names={"border": list("dbac")}))
    with pytest.raises(BadNetwork, match=r"border: its table is over parents \[\], the graph's are others"):
        Network.from_pgmpy(model)
    model.remove_cpds("border")
    model.add_cpds(
        type(cpd)("border", 4, cpd.get_values(), ["drone"], [3], {"border": list("dbac"), "drone": list("xyz")})
    )
    with pytest.raises(BadNetwork, match="border: its table names states"):
        Network.from_pgmpy(model)
