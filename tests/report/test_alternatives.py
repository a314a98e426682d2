import re

import pytest

from tests.conftest import call, written_scenario
from tocsin.analysis.alternatives import TELLING
from tocsin.analysis.explain import explain
from tocsin.report.alternatives import GLOSS, MOST, alternatives
from tocsin.report.blocks import Items, Paragraph, Table


def of(explained, outcome):
    blocks = alternatives(explained, outcome).blocks[::-1]
    return {
        kind: next((block for block in blocks if isinstance(block, kind)), None) for kind in (Table, Items, Paragraph)
    }


def value(cell):
    """The log-odds in a cell."""
    figure = re.search(r"[+−][\d.]+", cell)
    return float(figure[0].replace("−", "-")) if figure else 0.0


@pytest.mark.parametrize("outcome", ["israeli_strike", "syrian_advance", "infiltration"])
def test_rows_are_alternatives_and_add_up_as_printed(explained, outcome):
    table = of(explained, outcome)[Table]
    assert table.headings[:2] == ("Alternative", "Before")
    assert table.headings[-1] == "Now"
    assert len(table.rows) == explained.case.model.network.size(outcome)
    for _, *cells, now in table.rows:
        assert sum(map(value, cells)) == pytest.approx(value(now), abs=0.005 * (len(cells) + 1) + 1e-9)


def test_columns_that_tell_are_worded_and_the_rest_is_one_line(explained):
    found = explained.alternatives["syrian_advance"]
    told = [argument for argument in found.arguments if argument.spread >= TELLING]
    shown = of(explained, "syrian_advance")
    assert shown[Table].headings[2:-2] == ("N6", "Israel's public line on Iraq", "R4", "N1")
    assert len(told) == 4 <= MOST
    leads = [item.lead for item in shown[Items].items]
    assert leads[:2] == ["N6 (Shafaq News):", "Seeing that Israel calls the attacks a reason for force:"]
    assert (
        shown[Items].items[0].text.startswith("speaks for “the offensive in Syria takes Hama or Homs”. On 27 November")
    )
    line = shown[Paragraph].text
    assert line.startswith("Tells nothing apart (a spread below 0.05 each): S5, B4")
    # N9 and N12 say again what N11 says, and S19 says nothing.
    assert "N11" in line
    assert not re.search("N9|N12|S19", line)


def test_three_alternatives_are_spoken_for_and_against(explained):
    [item] = of(explained, "israeli_strike")[Items].items
    assert item.text == "speaks for “1 or 2 strikes” and “3 or more strikes” and speaks against “no strike”."


def test_ruled_out_is_said_so(iraq):
    explained = explain(iraq, written_scenario(iraq, "evidence: {civilian_deaths: {observed: yes}}"), "israeli_strike")
    shown = of(explained, "israeli_strike")
    first = shown[Table].rows[0]
    assert first[2] == "rules it out"
    assert first[-1] == "0 %"
    assert "inf" not in " ".join(cell for row in shown[Table].rows for cell in row)
    assert shown[Items].items[0].text.startswith("rules out “no strike” and speaks for “1 or 2 strikes”")
    answer = explained.as_json()["alternatives"]["israeli_strike"]["arguments"][0]
    assert (answer["log_odds"]["none"], answer["rules_out"], answer["leaves_only"]) == (None, ["none"], [])


def test_one_alternative_left_leaves_nothing_to_say(iraq):
    explained = explain(
        iraq, written_scenario(iraq, "evidence: {israeli_strike: {observed: limited}}"), "israeli_strike"
    )
    assert alternatives(explained, "israeli_strike").blocks == ()


def test_the_annex_and_the_terminal_have_it(full, explained, at_root):
    section = full.section("hypotheses")
    assert section.heading == "What speaks for which alternative"
    keys = [section.key for section in full.sections]
    assert keys.index("hypotheses") > keys.index("confidence")
    assert any(isinstance(block, Table) for block in section.blocks)
    assert section.blocks.count(GLOSS) == 1
    shown = " ".join(call("explain", "casus-belli", "--outcome", "israeli_strike").output.split())
    assert "What speaks for which alternative" in shown
    assert "Seeing that Israel calls the attacks a reason for force: speaks for “1 or 2 strikes”" in shown
