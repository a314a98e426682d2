import numpy as np
import pytest

from tocsin.analysis import contributions
from tocsin.analysis.alternatives import Alternatives, Argument, alternatives
from tocsin.assessment import assess
from tocsin.canonical import log_odds
from tocsin.errors import ImpossibleEvidence

NOTHING = "  - {id: A1, speaker: ann, source: paper, where: p. 1, claim: C., credibility: 2, context: [raid]}"
ORIGINS = "origins: {o1: One origin, o2: Another one}"
SIGNS = {"fuel": (0.8, 0.3), "lights": (0.6, 0.5), "talk": (0.2, 0.9)}
"""P(seen | raid), P(seen | no raid) of signs that are independent of each other given whether there is a raid."""


def sign(name, columns):
    rows = ", ".join(
        f"{{given: {{raid: '{state}'}}, chances: {{no: {1 - p:.12g}, yes: {p}}}, because: a b c}}"
        for state, p in columns.items()
    )
    return f"""
  {name}: {{title: {name}, question: "{name}?", states: [no, yes], role: indicator, parents: [raid],
    table: {{family: table, rows: [{rows}]}}}}"""


def raid(prior, signs):
    chances = ", ".join(f"{state}: {p}" for state, p in prior.items())
    return f"""
variables:
  raid: {{title: Raid, question: Raid?, states: [{", ".join(prior)}], role: outcome,
    table: {{family: prior, chances: {{{chances}}}, because: a b c}}}}{"".join(signs)}
outcomes: [{{title: Raid, events: {{raid: '{list(prior)[-1]}'}}}}]
"""


def said(name, speaker, reports, origin="o1", credibility=2):
    return (
        f"  - {{id: {name}, speaker: {speaker}, source: paper, where: p. 1, claim: C {name}., credibility: {credibility}, "
        f"origin: {origin}, reports: {{{reports}}}}}\n"
    )


@pytest.fixture
def signs(tiny):
    held = [sign(name, {"no": without, "yes": given}) for name, (given, without) in SIGNS.items()]
    return tiny(raid({"no": 0.9, "yes": 0.1}, held), NOTHING)


OBSERVED = "evidence: {fuel: {observed: yes}, lights: {observed: yes}, talk: {observed: yes}}"


def sums(found):
    """What each row adds up to, from before to now."""
    parts = np.array([argument.log_odds for argument in found.arguments]).sum(axis=0)
    return parts, log_odds(found.posterior) - log_odds(found.prior)


def test_independent_signs_are_their_likelihood_ratios_and_add_up(signs, case):
    found = alternatives(case(signs, OBSERVED))["raid"]
    assert found.prior == pytest.approx((0.9, 0.1))
    for argument in found.arguments:
        given, without = SIGNS[argument.name]
        ratio = np.log(given / without)
        assert argument.log_odds == pytest.approx((-ratio, ratio), abs=1e-9)
        assert argument.kind == "finding"
        assert argument.standard_error == ()
    parts, whole = sums(found)
    np.testing.assert_allclose(parts, whole, atol=1e-9)
    assert found.posterior[1] == pytest.approx(
        assess(signs, case(signs, OBSERVED).scenario).outcomes["raid"].p, abs=1e-9
    )


def test_what_tells_apart_best_stands_first(signs, case):
    found = alternatives(case(signs, OBSERVED))["raid"]
    assert [argument.name for argument in found.arguments] == ["talk", "fuel", "lights"]
    spreads = [2 * np.log(ratio) for ratio in (0.9 / 0.2, 0.8 / 0.3, 0.6 / 0.5)]
    assert [argument.spread for argument in found.arguments] == pytest.approx(spreads)


FIVE = """
evidence:
  framing: [{reported: casus_belli, grade: B2}, {reported: attribution, grade: C3}]
  syrian_advance: {observed: advances}
  attack_tempo: {believed: {low: 20%, moderate: 30%, high: 50%}}
forced: {posture: degraded}
statements: {exclude: [S12]}
"""


@pytest.mark.parametrize("text", ["", FIVE, "evidence: {civilian_deaths: {observed: no}}"])
def test_rows_of_any_network_add_up_to_the_answer(iraq, case, text):
    whole = case(iraq, text)
    for outcome, found in alternatives(whole).items():
        if 0 < whole.point[outcome] < 1:
            parts, change = sums(found)
            # Results keep ten decimals, of a small chance too.
            least = np.minimum(found.posterior, found.prior).min()
            assert np.abs(parts - change).max() < 1e-9 + 4e-10 / least
            held = sum(found.posterior[place] for place in whole.events[outcome])
            assert held == pytest.approx(whole.point[outcome], abs=1e-9)


def test_many_are_sampled_and_add_up_too(iraq, case, monkeypatch):
    exact = alternatives(case(iraq, "evidence: {framing: {observed: casus_belli}}"))["israeli_strike"]
    monkeypatch.setattr(contributions, "EXACT", 4)
    found = alternatives(case(iraq, "evidence: {framing: {observed: casus_belli}}"))["israeli_strike"]
    np.testing.assert_allclose(*sums(found), atol=1e-6)
    by_name = {argument.name: argument for argument in exact.arguments}
    for argument in found.arguments:
        errors = 4 * np.array(argument.standard_error) + 1e-9
        assert (np.abs(np.subtract(argument.log_odds, by_name[argument.name].log_odds)) < errors).all()


def test_one_voice_counts_once(tiny, case):
    text = raid({"no": 0.5, "yes": 0.5}, [sign("fuel", {"no": 0.2, "yes": 0.8})])
    twice = said("A1", "ann", "fuel: yes") + said("A2", "ann", "fuel: yes", "o2", 3) + said("B1", "bob", "fuel: yes")
    twice += ORIGINS
    model = tiny(text, twice)
    found = alternatives(case(model))["raid"]
    # Ann has two origins, and Bob repeats one of hers: he has the vote for it, and she for the other.
    rows = [fact.part for fact in model.priors.facts if fact.counts]
    np.testing.assert_allclose(np.prod(rows, axis=0), model.priors.likelihoods["fuel"], rtol=1e-12)
    assert {argument.name for argument in found.arguments} == {"A2", "B1"}
    np.testing.assert_allclose(*sums(found), atol=1e-9)
    copy = said("A1", "ann", "fuel: yes") + said("B1", "bob", "fuel: yes") + ORIGINS
    copied = alternatives(case(tiny(text, copy)))["raid"]
    assert [(argument.name, argument.kind) for argument in copied.arguments] == [("A1", "fact")]


THREE = {"none": 0.6, "small": 0.3, "large": 0.1}
SPOTTED = sign("spotted", {"none": 0.0, "small": 0.4, "large": 0.9})
HEARD = sign("heard", {"none": 0.1, "small": 0.4, "large": 0.5})


@pytest.mark.parametrize("exact", [12, 1])
def test_what_rules_an_alternative_out(tiny, case, monkeypatch, exact):
    monkeypatch.setattr(contributions, "EXACT", exact)
    text = "evidence: {spotted: {observed: yes}, heard: {observed: yes}}"
    found = alternatives(case(tiny(raid(THREE, [SPOTTED, HEARD]), NOTHING), text))["raid"]
    first, second = found.arguments
    assert (first.name, first.log_odds[0], first.spread) == ("spotted", -np.inf, np.inf)
    # What else is known of it adds up to its log-odds without that.
    heard = 0.6 * 0.1 / (0.6 * 0.1 + 0.3 * 0.4 + 0.1 * 0.5)
    assert second.log_odds[0] == pytest.approx(float(log_odds(heard) - log_odds(0.6)), abs=1e-9)
    for place in (1, 2):
        total = sum(argument.log_odds[place] for argument in found.arguments)
        assert total == pytest.approx(float(log_odds(found.posterior[place]) - log_odds(found.prior[place])), abs=1e-9)


@pytest.mark.parametrize("exact", [12, 1])
def test_two_that_rule_it_out_only_together(tiny, case, monkeypatch, exact):
    monkeypatch.setattr(contributions, "EXACT", exact)
    both = """
  blip: {title: Blip, question: Blip?, states: [no, yes], role: indicator, parents: [raid, fog],
    table: {family: table, rows: [
      {given: {raid: none, fog: no}, chances: {no: 1, yes: 0}, because: a b c}, {given: {raid: none, fog: yes}, chances: {no: 0.5, yes: 0.5}, because: a b c},
      {given: {raid: small}, chances: {no: 0.5, yes: 0.5}, because: a b c}, {given: {raid: large}, chances: {no: 0.2, yes: 0.8}, because: a b c}]}}
  fog: {title: Fog, question: Fog?, states: [no, yes], role: driver,
    table: {family: prior, chances: {no: 0.7, yes: 0.3}, because: a b c}}"""
    text = "evidence: {blip: {observed: yes}, fog: {observed: no}}"
    found = alternatives(case(tiny(raid(THREE, [both]), NOTHING), text))["raid"]
    assert {argument.log_odds[0] for argument in found.arguments} == {-np.inf}


def test_what_leaves_nothing_else(tiny, case):
    model = tiny(raid({"no": 0.7, "yes": 0.3}, [sign("proof", {"no": 0.0, "yes": 0.5})]), NOTHING)
    [argument] = alternatives(case(model, "evidence: {proof: {observed: yes}}"))["raid"].arguments
    assert argument.log_odds == (-np.inf, np.inf)


def test_what_is_possible_only_together_has_no_part(tiny, case):
    """A belief in what cannot be, unless something else is forced."""
    text = """
variables:
  gate: {title: Gate, question: Gate?, states: [shut, open], role: action,
    table: {family: prior, chances: {shut: 1, open: 0}, because: a b c}}
  raid: {title: Raid, question: Raid?, states: [no, yes], role: outcome, parents: [gate],
    table: {family: table, rows: [
      {given: {gate: shut}, chances: {no: 0.9, yes: 0.1}, because: a b c}, {given: {gate: open}, chances: {no: 0.4, yes: 0.6}, because: a b c}]}}
  trace: {title: Trace, question: Trace?, states: [no, yes], role: indicator, parents: [gate],
    table: {family: table, rows: [
      {given: {gate: shut}, chances: {no: 1, yes: 0}, because: a b c}, {given: {gate: open}, chances: {no: 0.5, yes: 0.5}, because: a b c}]}}
outcomes: [{title: Raid, events: {raid: yes}}]
"""
    model = tiny(text, NOTHING)
    found = alternatives(case(model, "evidence: {trace: {observed: yes}}\nforced: {gate: open}"))["raid"]
    assert all(np.isnan(argument.log_odds).all() for argument in found.arguments)
    assert found.posterior == pytest.approx((0.4, 0.6))
    with pytest.raises(ImpossibleEvidence):
        case(model, "evidence: {trace: {observed: yes}}")


def test_nothing_known_is_nothing_said(tiny, case):
    found = alternatives(case(tiny(raid({"no": 0.7, "yes": 0.3}, []), NOTHING)))["raid"]
    assert found == Alternatives(("no", "yes"), (0.7, 0.3), (0.7, 0.3), ())


def test_spread_is_no_sum():
    assert Argument("x", "fact", (0.3, 0.2, -0.1)).spread == pytest.approx(0.4)
    assert Argument("x", "fact", (np.nan, np.nan)).spread == 0
