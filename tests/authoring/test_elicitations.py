"""Which numbers experts can be asked for, and how four answers become one interval."""

from __future__ import annotations

import numpy as np
import pytest

from tests.conftest import IRAQ, ROOT, SMALL
from tocsin.authoring.elicitations import (
    Elicitation,
    Expert,
    ExpertAnswer,
    Question,
    askable,
    chosen,
    flaws,
    unprintable,
)
from tocsin.errors import BadInput
from tocsin.files import load_model
from tocsin.model import open_model
from tocsin.records.parameters import judgement_of, match

ASKED_OF = ROOT / "tests" / "data" / "asked"
MODELS = (IRAQ, SMALL, ASKED_OF / "dam", ROOT / "tests" / "data" / "reading" / "models" / "wildfire")
PERCENT = Question(id="Q1", number="gates.shares.stuck", about="the chance", background="So.", unit="percent")
FACTOR = Question(id="Q2", number="level.effects.gates.stuck", about="the factor", background="So.", unit="factor")
ASKED = Elicitation(
    model="dam",
    experts={"ann": Expert(name="Ann Berg", letter="B"), "bob": Expert(name="Bob", letter="A")},
    questions=(PERCENT, FACTOR),
)


def answer(question=PERCENT, low=5.0, high=20.0, best=10.0, sure=80.0, number=1, expert="ann", reason="Old motors."):
    return ExpertAnswer(
        number, expert, question, low, high, best, sure, reason, "ann-round-1.xlsx, sheet Questions, row 4"
    )


@pytest.fixture(scope="module")
def dam():
    return load_model(ASKED_OF / "dam")


@pytest.mark.parametrize("folder", MODELS, ids=lambda path: path.name)
def test_what_is_asked_for_a_number_is_judged_of_that_number(folder):
    model = open_model(folder)
    variables, numbers = model.records.variables, askable(model.records)
    assert numbers
    for key, places in numbers.items():
        cut = getattr(model.priors.numbers.get(key), "cut", None)
        slot = places[0]
        lowers = slot.kind == "chance" and not slot.event
        judged = judgement_of(slot, variables, cut, "lowers" if lowers else "raises")
        assert judged is not None, key
        found = match(judged, slot, variables)
        assert found is not None, key
        # Not of the complement: the expert's figure is the number's own.
        assert not found.turned or lowers, key
    for slot in model.provenance.slots:
        if slot.kind in ("strength", "value"):
            assert judgement_of(slot, variables) is None


def test_numbers_are_named_by_key_by_place_by_variable_or_all(dam):
    assert chosen(["all"], dam) == tuple(askable(dam))
    assert chosen(["gates", "inflow.at_least.high"], dam) == ("inflow.at_least.high", "gates.shares.stuck")
    iraq = load_model(IRAQ)
    place = next(slot.key for slot in askable(iraq)["shared.crossing"])
    assert chosen([place, "shared.crossing"], iraq) == ("shared.crossing",)
    with pytest.raises(BadInput) as refused:
        chosen(["gate", "seepage.weights.level", "deaths"], dam)
    assert [problem.message for problem in refused.value.problems] == [
        "'deaths' has no number that a statement could move: its table follows from others",
        "'seepage.weights.level' is fixed, or of a kind that no statement speaks of; no expert can be asked for it",
        "no number or variable 'gate'; did you mean 'gates'?",
    ]


@pytest.mark.parametrize(
    ("values", "place", "message"),
    [
        ((5, 20, None, 80), 2, "is missing; fill in all four, or leave the row empty"),
        ((20, 5, 10, 80), 0, "20 is above the highest, 5; are the two reversed?"),
        ((5, 5, 5, 80), 0, "is the same as the highest, 5; nobody knows it exactly, so give a range"),
        ((5, 20, 30, 80), 2, "30 lies outside of lowest to highest, 5 to 20"),
        ((-5, 20, 10, 80), 0, "-5 is out of range; it must be 0 to 100, in percent"),
        ((5, 20, 10, 40), 3, "40 is out of range; it must be 50 to 100; who is less sure widens the range"),
        ((5, 20, 10, 0.8), 3, "0.8 is out of range; it must be 50 to 100; write 80 if 80 % is meant"),
        ((0, 100, 50, 80), 0, "0 to 100 says nothing; leave the row empty where there is nothing to say"),
        ((5, 95, 50, 50), 3, "5 to 95 with 50 % sure comes to all from 0 to 100 at 80 %, which says nothing; "
         "leave the row empty"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_answer_is_told_at_its_cell(values, place, message):
    assert list(flaws(values, PERCENT)) == [(place, message)]
    assert not list(flaws((5, 20, 10, 80), PERCENT))


def test_a_factor_may_be_above_100_and_not_0():
    assert not list(flaws((50, 400, 120, 80), FACTOR))
    assert list(flaws((0, 4, 2, 80), FACTOR)) == [
        (0, "0 is out of range; it must be above 0, as a factor such as 2 or 0.5")
    ]


def test_text_that_no_file_can_hold_is_told():
    assert unprintable("a\x0bb") == "the character U+000B at place 2 cannot be printed"
    assert not unprintable("a\nb")


def test_the_answer_on_the_line_is_the_interval_of_80_percent(dam):
    low, high = answer(sure=60).ends(0.8)
    assert np.allclose((low, high), (0.1 - 0.05 / 0.75, 0.1 + 0.1 / 0.75))
