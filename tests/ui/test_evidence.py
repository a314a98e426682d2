"""From what is set on the page to a scenario, and back."""

import pytest

from tests.conftest import shipped_model
from tocsin.errors import BadInput
from tocsin.records import Scenario
from tocsin.ui import evidence
from tocsin.ui.evidence import Setting, changed, choices, describe, differs, rebalanced, setting


def iraq():
    return shipped_model().records


def base(**content):
    return Scenario.model_validate({"scenario": "base", "title": "Base", "model": iraq().name, **content})


SETTINGS = [
    Setting("observed", ("casus_belli",)), Setting("observed", ("attribution", "casus_belli")),
    Setting("reported", ("casus_belli",), "C3"), Setting("reported", ("attribution", "casus_belli"), "B2"),
    Setting("believed", shares={"none": 20, "attribution": 30, "casus_belli": 50}), Setting("forced", ("none",)),
    Setting(),
]  # fmt: skip


@pytest.mark.parametrize("one", SETTINGS)
def test_what_is_set_can_be_read_again(one):
    made = changed(base(), base(), "framing", one, iraq())
    assert setting(made, "framing", iraq().variables["framing"]) == one


def test_setting_back_gives_the_preset_itself():
    preset = base(evidence={"framing": {"observed": "casus_belli"}}, expected={"assad": {"holds": ["0%", "100%"]}})
    away = changed(preset, preset, "framing", Setting(), iraq())
    assert (away.scenario, away.title, away.evidence, away.expected) == ("base-changed", "Base, changed", {}, {})
    assert differs(away, preset, "framing")
    back = changed(away, preset, "framing", Setting("observed", ("casus_belli",)), iraq())
    assert back is preset


def test_what_a_file_says_of_its_scenario_is_not_said_of_another():
    preset = base(description="The statements and nothing else.")
    away = changed(preset, preset, "framing", Setting("observed", ("none",)), iraq())
    assert away.description is None
    assert changed(away, preset, "framing", Setting(), iraq()).description == preset.description


def test_a_variable_is_observed_or_forced_never_both():
    seen = changed(base(), base(), "posture", Setting("observed", ("degraded",)), iraq())
    made = changed(seen, base(), "posture", Setting("forced", ("degraded",)), iraq())
    assert (made.evidence, made.forced) == ({}, {"posture": "degraded"})


def test_other_findings_and_changes_to_statements_stay():
    preset = base(evidence={"assad": {"observed": "holds"}}, statements={"exclude": ["S18"]}, interval=0.9)
    made = changed(preset, preset, "framing", Setting("observed", ("none",)), iraq())
    assert set(made.evidence) == {"assad", "framing"}
    assert (made.statements, made.interval) == (preset.statements, 0.9)


def test_what_has_no_control_is_kept_as_it_is():
    reports = [{"reported": "casus_belli", "grade": "B2"}, {"reported": "casus_belli", "grade": "C3"}]
    preset = base(evidence={"framing": reports})
    variable = iraq().variables["framing"]
    assert setting(preset, "framing", variable) == Setting("kept")
    away = changed(preset, preset, "framing", Setting(), iraq())
    assert changed(away, preset, "framing", Setting("kept"), iraq()) is preset


@pytest.mark.parametrize(
    "finding",
    [
        {"likelihood": {"none": 0.2, "attribution": 1, "casus_belli": 3}},
        {"believed": {"none": 0.123456, "attribution": 0.876544}},
        {"reported": ["none", "casus_belli"], "grade": "B2"},
    ],
)
def test_what_the_controls_would_round_or_lose_is_kept(finding):
    assert setting(base(evidence={"framing": finding}), "framing", iraq().variables["framing"]).kind == "kept"


def test_a_refused_change_says_why():
    with pytest.raises(BadInput, match="no state 'nowhere'"):
        changed(base(), base(), "framing", Setting("observed", ("nowhere",)), iraq())


def test_choices_are_single_states_and_this_or_worse():
    assert choices(iraq().variables["assad"]) == [("holds",), ("loses_damascus",)]
    assert choices(iraq().variables["framing"])[-1] == ("attribution", "casus_belli")
    assert len(choices(iraq().variables["target"])) == 6


@pytest.mark.parametrize(
    ("shares", "moved", "expected"),
    [
        ({"a": 100, "b": 40}, "b", {"a": 60, "b": 40}),
        ({"a": 0, "b": 0, "c": 50}, "c", {"a": 25, "b": 25, "c": 50}),
        ({"a": 33, "b": 33, "c": 100}, "c", {"a": 0, "b": 0, "c": 100}),
        ({"a": 10, "b": 20, "c": 0}, "c", {"a": 33, "b": 67, "c": 0}),
    ],
)
def test_a_belief_sums_to_one_hundred(shares, moved, expected):
    assert rebalanced(shares, moved) == expected


@pytest.mark.parametrize(
    ("edge", "place", "expected"),
    [(0, 35, [35, 15, 50]), (0, 80, [50, 0, 50]), (1, 0, [20, 0, 80]), (1, 100, [20, 80, 0])],
)
def test_at_a_boundary_two_neighbours_trade_and_the_others_stay(edge, place, expected):
    assert list(evidence.traded({"a": 20, "b": 30, "c": 50}, edge, place).values()) == expected


def test_a_click_on_a_state_sets_it_and_another_takes_it_back():
    variable, stands = iraq().variables["framing"], {"none": 0.2, "attribution": 0.5, "casus_belli": 0.3}

    def click(now, state):
        return evidence.turned(now, variable, "seen", state, stands)

    seen = click(Setting(), "attribution")
    assert seen == Setting("observed", ("attribution",))
    assert click(seen, "none") == Setting("observed", ("none",))
    assert click(seen, "attribution") == Setting()
    assert click(Setting("reported", ("none",), "C3"), "none") == Setting("observed", ("none",))
    # What was decided stays a decision.
    assert click(Setting("forced", ("none",)), "attribution") == Setting("forced", ("attribution",))
    assert click(Setting("believed", shares={"none": 100}), "none") == Setting("observed", ("none",))


def test_whole_percents_keep_their_sum():
    assert evidence.whole({"a": 33.4, "b": 33.3, "c": 33.3}, 100, ["a", "b", "c"]) == {"a": 34, "b": 33, "c": 33}


def test_what_a_scenario_holds_is_told_in_words():
    evidence = {"assad": {"observed": "loses_damascus"}, "israeli_strike": {"likelihood": {"none": 0, "limited": 1}}}
    scenario = base(evidence=evidence, forced={"posture": "degraded"}, statements={"half_life_days": 7})
    assert list(describe(scenario, iraq())) == [
        ("finding", "Assad's rule: Assad falls, observed"),
        ("finding", "Israeli strike on Iraqi soil: 1 or 2 strikes, or worse, observed"),
        ("forced", "Border posture: degraded, forced"),
        ("changes", "a fact's weight halves with every 7 days of age"),
    ]
