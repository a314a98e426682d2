"""BIF: what the field's files hold, and what is wrong in them, told with its line."""

import re

import pytest

from tests.network.formats.conftest import same
from tocsin.network.formats import Description
from tocsin.network.formats.bif import write_bif

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
CALL = [[0.7, 0.2], [0.3, 0.8]]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("network flip {\n}\n", ""),
        ("network flip {", 'network "a b" { property author = "me; you" ; property x ;'),
        ("}\nvariable call", "} // }\n/* variable call { */\r\n variable call"),
        ("heads, tails", "heads tails"),
        ("( call | coin )", '( "call" "coin" )'),
        ("( call | coin )", "(call|coin)"),
        ("(heads) 0.7, 0.3", '("heads") 7e-1 .3'),
        ("  (heads) 0.7, 0.3;\n  (tails) 0.2, 0.8;", "  table 0.7, 0.2, 0.3, 0.8;"),
        ("  (heads) 0.7, 0.3;\n  (tails) 0.2, 0.8;", "  default 0.7, 0.3; (tails) 0.2, 0.8;"),
        ("  (heads) 0.7, 0.3;\n  (tails) 0.2, 0.8;", "  (tails) 0.2, 0.8;\n  default 0.7, 0.3;"),
        ("  (heads) 0.7, 0.3;", "  property note = none;\n  (heads) 0.7, 0.3;"),
    ],
)
def test_one_network_in_many_spellings(old, new, read):
    assert old in BIF
    network = read(".bif", BIF.replace(old, new)).network
    assert network.variables == ("coin", "call")
    assert network.states["coin"] == ("heads", "tails")
    assert network.tables["call"].tolist() == CALL


def test_intervals_and_quoted_names_are_states(read):
    text = BIF.replace("heads", "[18,30)").replace("tails", '"(30, 99]"').replace("right", '"very good"')
    network = read(".bif", text).network
    assert network.states["coin"] == ("[18,30)", "(30, 99]")
    assert network.states["call"][0] == "very good"
    assert network.tables["call"].tolist() == CALL


def test_names_that_differ_in_case_are_two(read):
    network = read(".bif", BIF.replace("call", "Coin")).network
    assert network.variables == ("coin", "Coin")


def test_a_star_stands_for_every_state(read):
    three = "variable third {\n type discrete [ 2 ] { a, b };\n}\n"
    rows = (
        "probability ( third | coin, call ) {\n (heads, *) 0.1, 0.9;\n (tails, right) 0.2, 0.8; (tails, wrong) 1, 0;\n}"
    )
    table = read(".bif", BIF + three + rows).network.tables["third"]
    assert table[0].tolist() == [[0.1, 0.1], [0.2, 1.0]]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("  (tails) 0.2, 0.8;\n", "", "12: call: no row for coin = tails, and no 'default'"),
        ("(tails) 0.2, 0.8", "(heads) 0.2, 0.8", "14: call: row (heads) stands twice"),
        ("(tails) 0.2, 0.8", "(tails) 0.2, 0.7", "12: call: the column (coin = tails) sums to 0.9; it must sum to 1"),
        ("(tails) 0.2, 0.8", "(tail) 0.2, 0.8", "14: coin has no state 'tail'; did you mean 'tails'?"),
        ("(tails) 0.2, 0.8", "(tails) 0.2", "14: call: row (tails) holds 1 numbers for 2 states"),
        ("(tails) 0.2, 0.8", "(tails, a) 0.2, 0.8", "14: call: row (tails, a) names 2 states; the table has 1 parents"),
        ("(tails) 0.2, 0.8", "(tails) 0.2, high", "14: a number is expected, not 'high'"),
        ("(tails) 0.2, 0.8", "(tails) nan, 0.8", "14: a number is expected, not 'nan'"),
        ("(tails) 0.2, 0.8", "(tails) -0.2, 1.2", "12: call: -0.2 is no probability"),
        ("(tails) 0.2, 0.8", "(tails) 1e999, 0.8", "12: call: inf is no probability"),
        ("(tails) 0.2, 0.8", "table 0.2, 0.8, 0.2, 0.8", "12: call: either 'table' or rows, not both"),
        ("table 0.5, 0.5", "table 0.5, 0.25, 0.25", "9: coin: 'table' holds 3 numbers; 2 are due"),
        ("probability ( coin ) {\n  table 0.5, 0.5;\n}\n", "", "3: coin: the file has no table for it"),
        ("call | coin", "call | coins", "12: no variable 'coins'; did you mean 'coin'?"),
        ("call | coin", "call, coin | coin", "12: one variable stands before one '|', not 'call' and 'coin'"),
        ("call | coin", "coin | call", "12: coin has two tables"),
        ("call | coin", "call | coin, coin", "12: call: parent 'coin' is named twice"),
        ("[ 2 ] { right, wrong }", "[ 4 ] { a, right, right, b }", "6: call: state 'right' is named twice"),
        ("[ 2 ] { right", "[ 3 ] { right", "6: call: 3 states are announced and 2 are named"),
        ("[ 2 ] { right", "[ 99999999999 ] { right", "7: the number of states is expected, a whole number"),
        ("{ right,", "{ very right,", "6: call: 2 states are announced and 3 are named; a name with spaces stands in"),
        ("variable call", "variable my call", "6: '{' is expected after the variable's name 'my', not 'call'; a name"),
        ("variable call", "variable coin", "6: variable 'coin' is described twice, first in line 3"),
        ("discrete [ 2 ] { right", "continuous [ 2 ] { right", "7: call: only discrete variables can be read"),
        ("{ right, wrong };", "{ right, wrong", "9: ';' is expected after the states, not 'probability'"),
        (
            BIF[-40:],
            "",
            "13: call: 'table', 'default', a row in parentheses, 'property' or '}' is expected, not the end",
        ),
        (BIF, "<html></html>", "1: a block 'network', 'variable' or 'probability' is expected, not '<html></html>'"),
        (BIF, "network x { }", "0: no variable is described"),
        ("call | coin", "call, | coin | coin", "12: one variable stands before one '|', not a second '|'"),
        ("call", "x" * 301, "6: a variable's name has 301 letters, more than 300: 'xxx"),
        ("(tails)", f"({'x' * 9999})", "14: coin has no state 'xxx"),
        ("call", "ca\x1bll", "6: a variable's name is empty or holds a control character: 'ca\\x1bll'"),
    ],
)
def test_what_is_wrong_is_told_in_words_and_with_its_line(old, new, message, refusal):
    assert old in BIF
    assert refusal(".bif", BIF.replace(old, new)).startswith(message)


def test_a_cycle_is_named_and_a_long_one_in_part(refusal):
    text = BIF.replace("( coin )", "( coin | call )").replace("  table 0.5, 0.5;\n", "  default 0.5, 0.5;\n")
    found = refusal(".bif", text)
    assert found in (
        "3: the parents form a cycle: coin → call → coin",
        "6: the parents form a cycle: call → coin → call",
    )
    for length, end in ((10, r"v\d+"), (11, "…")):
        ring = "".join(
            f"variable v{i} {{ type discrete [ 1 ] {{ a }}; }}\nprobability ( v{i} | v{(i + 1) % length} ) {{ default 1; }}\n"
            for i in range(length)
        )
        assert re.fullmatch(rf"\d+: the parents form a cycle: (v\d+ → ){{10}}{end}", refusal(".bif", ring))


@pytest.mark.parametrize("row", ["(a{})", "default"])
def test_a_table_that_the_file_announces_is_measured_before_it_is_built(row, refusal):
    names = [f"v{i}" for i in range(31)]
    text = "".join(f"variable {name} {{ type discrete [ 2 ] {{ a, b }}; }}\n" for name in [*names, "child"])
    text += "".join(f"probability ( {name} ) {{ table 0.5, 0.5; }}\n" for name in names)
    text += f"probability ( child | {', '.join(names)} ) {{ {row.format(', a' * 30)} 0.5, 0.5; }}\n"
    assert "child: with its table of 2 x 2 x" in refusal(".bif", text)
    assert "at most 31 can be read" in refusal(
        ".bif",
        text.replace("| v0", "| x, v0").replace("variable v0", "variable x { type discrete [ 1 ] { a }; } variable v0"),
    )


@pytest.mark.parametrize("text", [" " * 10**6, "/*" * 10**5, '"' * 10**5, "network n { property " + "x" * 10**6])
def test_long_runs_take_no_memory_by_the_letter(text, refusal):
    import tracemalloc

    tracemalloc.start()
    try:
        assert len(refusal(".bif", text + "x")) < 200
        assert tracemalloc.get_traced_memory()[1] < 20 * len(text) + 10_000_000
    finally:
        tracemalloc.stop()


def test_prose_of_any_kind_is_written_as_properties_that_all_readers_skip(read):
    prose = 'see https://x.org; "half" | {x}\n/* all */ property y;'
    network = read(".bif", BIF).network
    text = write_bif(network, Description("n", {"title": prose}, {"coin": prose}, {"coin": prose}))
    properties = [line for line in text.splitlines() if "property" in line]
    assert len(properties) == 3
    for line in properties:
        # One line, one semicolon, and nothing that pgmpy, bnlearn or aGrUM take for a comment, a string or a block.
        assert re.fullmatch(r"  property \w+ = [^;\"{}|]+ ;", line)
        assert not re.search(r"//|/\*", line)
    same(network, read(".bif", text).network)
