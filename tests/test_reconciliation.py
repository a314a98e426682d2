import json

import pytest

from tests.conftest import IRAQ, call
from tocsin.analysis.case import lay_out
from tocsin.analysis.explain import explain
from tocsin.analysis.tension import reconcile
from tocsin.assessment import assess
from tocsin.elicitation.distributions import Fixed
from tocsin.errors import Irreconcilable
from tocsin.language import scenarios
from tocsin.model import open_model
from tocsin.reconciliation import probabilities
from tocsin.records import Scenario
from tocsin.session import Session


def scenario(**content):
    return Scenario(scenario="s", title="S", model=IRAQ.name, **content)


def test_a_scenario_is_assessed_unless_it_asks_to_be_reconciled(iraq):
    plain, asked = scenario(), scenario(reconcile=True)
    assert not assess(iraq, plain).notices
    reconciled = assess(iraq, asked)
    assert reconciled.as_json() == reconcile(lay_out(iraq, asked)).assessment.as_json()
    # S16 and S25 hold a strike more likely than the model does.
    assert reconciled.outcomes["israeli_strike"].p > assess(iraq, plain).outcomes["israeli_strike"].p + 0.002


def test_what_cannot_be_reconciled_is_refused(iraq, monkeypatch):
    monkeypatch.setattr("tocsin.reconciliation.LEAST_EFFECTIVE", 0.9999)
    with pytest.raises(Irreconcilable, match="cannot be brought together"):
        assess(iraq, scenario(reconcile=True))


def test_python_and_the_command_line_give_one_answer(at_root, iraq):
    session = Session(at_root / "models" / IRAQ.name, iraq)
    said = json.loads(call("assess", "--json", "--reconcile").output)
    assert session.assess({"reconcile": True}).as_json()["outcomes"] == said["outcomes"]
    assert session.assess().as_json()["outcomes"] != said["outcomes"]


def test_a_model_without_such_judgements_answers_as_it_stands(monkeypatch, small):
    model = open_model(small)
    asked = Scenario(scenario="s", title="S", model=model.name, reconcile=True)
    plain = asked.model_copy(update={"reconcile": False})
    (notice,) = assess(model, asked).notices
    assert "nothing to reconcile" in notice
    assert assess(model, asked).as_json()["outcomes"] == assess(model, plain).as_json()["outcomes"]
    found = explain(model, asked)
    assert (found.reconciled.reconciliation.statements, found.reconciled.moved) == ((), ())
    assert scenarios.reconciled(found.case, found.reconciled) == [
        "No judgement that is heard is about what the model computes: there is nothing to reconcile."
    ]


def test_a_fixed_number_never_moves(iraq):
    moved = {one.key for one in explain(iraq, scenario(reconcile=True)).reconciled.moved}
    fixed = {key for key, one in iraq.priors.by_key.items() if isinstance(one.distribution, Fixed)}
    assert moved
    assert fixed
    assert not moved & fixed


def test_the_baseline_is_that_of_the_model_and_not_of_the_scenario(iraq):
    asked = scenario(reconcile=True, statements={"exclude": ["S18"]})
    left, kept = (assess(iraq, each).outcomes["israeli_strike"] for each in (asked, scenario(reconcile=True)))
    assert left.baseline == kept.baseline == kept.p
    assert left.p != left.baseline


def test_several_events_without_a_condition_or_a_fact_are_answered_at_once(tiny):
    model = tiny(
        """
variables:
  rain: {title: Rain, question: Q?, states: [no, yes], role: outcome, table: {family: prior, shares: {yes: {assume:
    {range: [20%, 40%], because: a b c}}}}}
""",
        """  - {id: A1, speaker: ann, source: paper, where: p, claim: C., words: likely, credibility: 2,
     judges: {probability: {rain: yes}}}
""",
    )
    events = [({"rain": ("yes",)}, {}), ({"rain": ("no",)}, {}), ({"rain": ("yes",)}, {})]
    yes, no, again = probabilities(model, events)
    assert yes == again == pytest.approx(1 - no)
