"""What numbers and outcomes rest on, confidence, and numbers in dispute."""

import numpy as np
import pytest

from tests.analysis.conftest import rain
from tocsin.analysis.foundations import Grounds, confidence, foundations, rests, spreads
from tocsin.analysis.perturbations import influence
from tocsin.analysis.voices import DISPUTED, disputes, sides
from tocsin.records import StatementChanges

ONE = rain("10%, 90%", "A1, B1")
CHAIN = """
hedges:
  maybe: {range: [20%, 60%], because: our own}
  perhaps: {range: [20%, 60%], because: a study, cite: "A study, 1999"}
variables:
  rain: {title: Rain, question: Rain?, states: [no, yes], role: driver,
    table: {family: prior, shares: {yes: {statements: [A1], assume: {range: [10%, 60%], because: a b c}}}}}
  wind: {title: Wind, question: Wind?, states: [no, yes], role: driver,
    table: {family: prior,
      shares: {yes: {statements: [A2], base_rate: {events: 3, exposure: 12 months, cite: here}}}}}
  flood: {title: Flood, question: Flood?, states: [no, yes], role: outcome, parents: [rain, wind],
    table: {family: table, rows: [
      {given: {rain: no}, shares: {yes: {assume: {range: [1%, 5%], because: a b c}}}},
      {given: {rain: yes, wind: no}, shares: {yes: {base_rate: {events: 9, exposure: 12 months, cite: here}}}},
      {given: {rain: yes, wind: yes}, shares: {yes: {assume: {value: 0.5, because: a b c}}}}]}}
outcomes: [{title: Flood, events: {flood: yes}}]
"""


def said(name, speaker, words, event, read_as=""):
    return (
        f"  - {{id: {name}, speaker: {speaker}, source: paper, where: x, claim: y, credibility: 1, words: {words}, "
        f"{read_as}judges: {{probability: {{{event}: yes}}}}}}\n"
    )


def chain(tiny, first="likely", second="maybe"):
    return tiny(CHAIN, said("A1", "ann", first, "rain") + said("A2", "bob", second, "wind"))


def test_numbers_are_counted_by_what_they_rest_on(tiny):
    found = foundations(chain(tiny))
    assert (found.published, found.own_reading, found.base_rates, found.assumptions, found.values) == (1, 1, 1, 1, 1)
    assert found.total == 5


@pytest.mark.parametrize(
    ("words", "published"),
    [("likely", 1), ("perhaps", 1), ("20 to 40 percent", 1), ("probably not", 1), ("maybe", 0), ("might well", 0)],
)
def test_a_published_scale_is_a_lexicon_a_cited_hedge_or_a_number_that_was_said(tiny, words, published):
    assert foundations(chain(tiny, words, "maybe")).published == published


def test_without_statements_numbers_and_outcomes_rest_on_their_references(tiny, case):
    model = chain(tiny)
    changes = StatementChanges(exclude=("ann", "bob"))
    found = foundations(model.changed(changes), changes)
    assert (found.published, found.own_reading, found.base_rates, found.assumptions) == (0, 0, 2, 2)
    rest = rests(model)["flood"]
    bare = case(model.changed(StatementChanges(exclude=("ann", "bob"))))
    assert rest.p == case(model).point["flood"]
    assert rest.without == pytest.approx(bare.point["flood"])
    assert 0 < rest.statements < 1


def test_the_spread_of_a_root_is_its_own_number_s_and_agreement_no_dispute(tiny, case):
    model = tiny(ONE, said("A1", "ann", "likely", "rain") + said("B1", "bob", "likely", "rain"))
    spread = spreads(case(model))["rain"]
    prior = model.priors.by_key["rain.shares.yes"]
    assert spread.by_number == {"rain.shares.yes": 1.0}
    assert spread.by_statement == pytest.approx({vote.statement: vote.share for vote in prior.votes})
    assert spread.statements + spread.references == pytest.approx(1)
    assert disputes(model) == ()


def test_the_spread_of_a_chain_is_the_variance_that_goes_with_each_number(tiny, case):
    """Against freezing: of the variance left when a number stands still."""
    model = chain(tiny)
    spread = spreads(case(model))["flood"]
    drawn = model.priors.draws(model.count, model.seed)
    p = model.engine.posteriors({}, model.draws, targets=["flood"]).marginals["flood"][:, 1]
    odds = np.log(p) - np.log1p(-p)
    for key, share in spread.by_number.items():
        place = np.log(drawn[key]) - np.log1p(-drawn[key])
        assert share == pytest.approx(np.corrcoef(place, odds)[0, 1] ** 2, abs=0.08), key
    assert max(spread.by_number, key=spread.by_number.get) == "rain.shares.yes"


def test_two_experts_apart_put_a_number_in_dispute(tiny, case):
    read = "read_as: {range: [%s], because: x}, "
    model = tiny(
        ONE, said("A1", "ann", "no", "rain", read % "1%, 3%") + said("B1", "bob", "yes", "rain", read % "85%, 95%")
    )
    (dispute,) = disputes(model)
    assert (dispute.number, dispute.higher, dispute.lower) == ("rain.shares.yes", ("B1",), ("A1",))
    assert dispute.ratio > DISPUTED
    assert dispute.ratio == pytest.approx(model.priors.by_key["rain.shares.yes"].dispute)
    (both,) = sides(case(model))
    assert both.lower["rain"].p < case(model).point["rain"] < both.higher["rain"].p
    for name, side in (("ann", both.higher), ("bob", both.lower)):
        alone = case(model.changed(StatementChanges(exclude=(name,))))
        assert side["rain"].p == pytest.approx(alone.point["rain"])


@pytest.mark.parametrize(
    ("evidence", "voices", "dispute", "swayed", "move", "level"),
    [
        (0.9, 3, 0.5, (), 0.01, "high"), (0.9, 3, 0.5, (), 0.08, "high"), (0.9, 3, 0.5, ("ann",), 0.01, "moderate"),
        (0.9, 1, 0.5, (), 0.01, "moderate"), (0.9, 3, 2.5, (), 0.01, "moderate"), (0.5, 3, 0.5, (), 0.01, "moderate"),
        (0.9, 3, 2.5, ("ann",), 0.01, "low"), (0.1, 3, 0.5, (), 0.01, "low"), (0.1, 0, 0.0, (), 0.0, "low"),
    ],
)  # fmt: skip
def test_confidence_by_its_three_grounds(evidence, voices, dispute, swayed, move, level):
    assert Grounds(evidence, evidence, voices, dispute, swayed, ("ann", move)).level == level


@pytest.mark.parametrize("states", ["no, heavy", "no, some, heavy"])
def test_shares_of_three_states_are_grounds_like_a_number_of_two(tiny, case, states):
    """What was said of a share, and what was counted, counts whatever the number of states."""
    some = ", some: {assume: {range: [10%, 20%], because: a b c}}" if "some" in states else ""
    heavy = "{statements: [A1, B1], base_rate: {events: 3, exposure: 12 months, cite: here}}"
    text = ONE.replace("[no, yes]", f"[{states}]").replace("{rain: yes}", "{rain: heavy}")
    start, end = text.index("shares:"), text.index("outcomes:")
    text = f"{text[:start]}shares: {{heavy: {heavy}{some}}}}}\n{text[end:]}"
    read = "read_as: {range: [%s], because: x}, "
    told = said("A1", "ann", "no", "rain", read % "1%, 3%") + said("B1", "bob", "yes", "rain", read % "85%, 95%")
    model = tiny(text, told.replace("{rain: yes}", "{rain: heavy}"))
    made = case(model)
    found, spread = confidence(made, influence(made))["rain"], spreads(made)["rain"]
    key = "rain.shares.heavy"
    assert spread.by_number[key] > 0.5
    assert found.voices == 2
    assert found.dispute == pytest.approx(model.priors.numbers[key].dispute)
    counted = spread.by_number[key] * model.priors.numbers[key].reference_share
    assert found.evidence == pytest.approx(found.by_statements + counted)
    assert found.marks["agreement"] == "weak", "they contradict each other"


def test_outcomes_differ_in_confidence(iraq, case):
    made = case(iraq, "evidence: {framing: {observed: casus_belli}}")
    found = confidence(made, influence(made))
    assert {grounds.level for grounds in found.values()} >= {"low", "moderate"}
    assert found["base_attacks"].level == "moderate", "a counted base rate is evidence"
    assert found["assad"].level == "low"
    assert found["assad"].evidence < 0.1
