import pytest

from tocsin.errors import BadNetwork
from tocsin.network.foreign import bif_text, net_text, xdsl_text, xml_text


def test_bif_braces_end_their_lines():
    assert bif_text("a {\r\n}  \nb {\n}") == "a {\n}\nb {\n}\n"


@pytest.mark.parametrize("row", ["  default 0.5, 0.5;", "{ default .5 .5 ; }", "(a) 0.1, 0.9; default 0.2, 0.8;"])
def test_bif_default_rows_are_refused(row):
    with pytest.raises(BadNetwork, match="default row"):
        bif_text(f"probability ( a | b ) {{\n{row}\n}}")


@pytest.mark.parametrize("line", ["// default 0.5", 'property "default 0.5";', "  (default) 0.5, 0.5;"])
def test_bif_may_speak_of_defaults(line):
    assert line in bif_text(line)


def test_xml_loses_its_declaration_but_no_position():
    assert xml_text('<?xml version="1.0" encoding="US-ASCII"?><a/>') == " " * 41 + "<a/>"


def test_xml_with_entities_is_refused():
    with pytest.raises(BadNetwork, match="declares entities"):
        xml_text('<!DOCTYPE lolz [<!ENTITY lol "lol">]><a>&lol;</a>')


def test_xml_may_declare_elements():
    text = "<!DOCTYPE BIF [<!ELEMENT BIF (NETWORK)*>]><BIF/>"
    assert xml_text(text) == text


def test_xdsl_lists_have_single_spaces():
    text = xdsl_text(
        "<smile><nodes><cpt><parents>\n a  b </parents><probabilities>1 \n 0</probabilities></cpt></nodes></smile>"
    )
    assert "<parents>a b</parents><probabilities>1 0</probabilities>" in text


@pytest.mark.parametrize("kind", ["noisymax", "deterministic", "decision", "utility"])
def test_xdsl_nodes_of_other_kinds_are_refused_not_dropped(kind):
    with pytest.raises(BadNetwork, match=f"x: only nodes of kind cpt can be read, not {kind}"):
        xdsl_text(f'<smile><nodes><cpt id="a"/><{kind} id="x"/></nodes></smile>')


NODE = 'node a {\n states = ("y" "n");\n}\npotential (a) {\n data = (0.5 0.5);\n}\n'


def test_net_loses_comments_and_labels():
    text = net_text(NODE.replace("states", 'label = "the node x, 50% // states = (";\n states') + "% node b {\n")
    assert '("y" "n")' in text
    assert "label" not in text
    assert "node b" not in text


@pytest.mark.parametrize("kind", ["continuous node", "decision", "utility", "function"])
def test_net_nodes_of_other_kinds_are_refused(kind):
    with pytest.raises(BadNetwork, match="only discrete chance nodes"):
        net_text(NODE + f"{kind} b {{\n}}\n")


@pytest.mark.parametrize("state", ["not present", "a,b", "(c)", ""])
def test_net_states_that_the_reader_would_split_are_refused(state):
    with pytest.raises(BadNetwork, match="a space, comma or parenthesis"):
        net_text(NODE.replace('"y"', f'"{state}"'))


@pytest.mark.parametrize("gone", ['states = ("y" "n");', "data = (0.5 0.5);"])
def test_net_nodes_without_states_or_data_are_refused(gone):
    with pytest.raises(BadNetwork, match="every node needs its states"):
        net_text(NODE.replace(gone, "") + NODE.replace(" a ", " b ").replace("(a)", "(b)"))
