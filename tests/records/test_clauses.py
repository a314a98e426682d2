"""What sentences are made of: clauses of states, joined where several will do."""

import pytest


@pytest.mark.parametrize(
    ("variable", "states", "clause"),
    [
        ("israeli_strike", ["limited"], "Israel strikes Iraqi soil once or twice"),
        ("attack_tempo", ["moderate", "high"], "factions attack Israel 6 to 30 times or more than 30 times"),
        (
            "us_position",
            ["opposes", "does_not_oppose"],
            "Washington opposes a strike or Washington does not oppose a strike",
        ),
    ],
)
def test_states_in_clauses(iraq, variable, states, clause):
    assert iraq.records.variables[variable].clause(states) == clause


def test_a_state_without_a_clause_leaves_none(iraq):
    variable = iraq.records.variables["assad"].model_copy(update={"says": {"holds": "Assad holds Damascus"}})
    assert variable.clause(["holds", "loses_damascus"]) is None


def test_every_state_and_outcome_of_the_shipped_model_has_its_words(iraq):
    records = iraq.records
    assert all(set(variable.says) == set(variable.states) for variable in records.variables.values())
    assert all(event.noun for event in records.event_words.values())
