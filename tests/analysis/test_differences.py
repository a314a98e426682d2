"""What leads from one scenario to another, against the definition: scenarios put together by hand, in every order."""

from itertools import permutations
from math import factorial, isnan, log

import pytest

from tocsin.analysis import contributions as module
from tocsin.analysis.contributions import contributions, differences
from tocsin.assessment import assess
from tocsin.language import events, scenarios
from tocsin.language.numbers import percent
from tocsin.records import StatementChanges

FIRST = """
evidence:
  framing: {reported: attribution, grade: C3}
  syrian_advance: {observed: advances}
  us_position: {reported: opposes, grade: B2}
  attack_tempo: {believed: {low: 50%, moderate: 30%, high: 20%}}
statements: {exclude: [S18]}
"""
SECOND = """
evidence:
  framing: [{reported: casus_belli, grade: B2}, {reported: attribution, grade: C3}]
  syrian_advance: {observed: advances}
  attack_tempo: {believed: {low: 20%, moderate: 30%, high: 50%}}
forced: {posture: degraded}
statements: {reweigh: {R1: 0.5}}
"""
NAMES = ("framing", "attack_tempo", "posture", "us_position", "statements")


def mixed(first, second, come):
    """The first scenario with some of what the second has otherwise, put together by hand."""
    evidence = dict(first.evidence)
    for name in come & {"framing", "attack_tempo", "us_position"}:
        evidence.pop(name, None)
        if name in second.evidence:
            evidence[name] = second.evidence[name]
    forced = second.forced if "posture" in come else first.forced
    statements = second.statements if "statements" in come else first.statements
    return first.model_copy(update={"evidence": evidence, "forced": forced, "statements": statements})


def by_orders(model, first, second, outcome):
    """The mean over all orders of what each difference adds to the log-odds when it comes in."""
    known: dict[frozenset[str], float] = {}

    def value(come):
        if come not in known:
            p = assess(model, mixed(first, second, come)).outcomes[outcome].p
            known[come] = log(p / (1 - p))
        return known[come]

    shares = dict.fromkeys(NAMES, 0.0)
    for order in permutations(NAMES):
        held: frozenset[str] = frozenset()
        for name in order:
            shares[name] += value(held | {name}) - value(held)
            held |= {name}
    return {name: share / factorial(len(NAMES)) for name, share in shares.items()}


@pytest.mark.parametrize("outcome", ["israeli_strike", "infiltration"])
def test_equal_to_scenarios_put_together_in_every_order(iraq, scenario, outcome):
    first, second = scenario(iraq, FIRST), scenario(iraq, SECOND)
    found = differences(iraq, first, second)
    parts = found.outcomes[outcome]
    assert [one.name for one in found.differences] == list(NAMES)
    assert parts.log_odds == pytest.approx(by_orders(iraq, first, second, outcome), abs=1e-8)
    assert parts.baseline == pytest.approx(assess(iraq, first).outcomes[outcome].p, abs=1e-9)
    assert parts.scenario == pytest.approx(assess(iraq, second).outcomes[outcome].p, abs=1e-9)


def test_from_the_baseline_they_are_the_contributions(iraq, scenario, case):
    found = differences(iraq, scenario(iraq), scenario(iraq, SECOND)).outcomes
    assert found == contributions(case(iraq, SECOND))


def test_back_is_the_same_with_the_other_sign(iraq, scenario):
    there = differences(iraq, scenario(iraq, FIRST), scenario(iraq, SECOND), "israeli_strike").outcomes
    back = differences(iraq, scenario(iraq, SECOND), scenario(iraq, FIRST), "israeli_strike").outcomes
    assert set(there) == set(back) == {"israeli_strike"}
    parts = {name: -value for name, value in there["israeli_strike"].log_odds.items()}
    assert back["israeli_strike"].log_odds == pytest.approx(parts, abs=1e-9)


def test_what_both_have_has_no_part(iraq, scenario):
    found = differences(iraq, scenario(iraq, FIRST), scenario(iraq, FIRST))
    assert found.differences == ()
    one = found.outcomes["israeli_strike"]
    assert one.log_odds == {}
    assert one.baseline == one.scenario
    assert scenarios.changed(found, "israeli_strike") == f"It stays at {percent(one.scenario)}."


def test_many_differences_are_sampled(iraq, scenario, monkeypatch):
    exact = differences(iraq, scenario(iraq, FIRST), scenario(iraq, SECOND)).outcomes["israeli_strike"]
    monkeypatch.setattr(module, "EXACT", 4)
    sampled = differences(iraq, scenario(iraq, FIRST), scenario(iraq, SECOND)).outcomes["israeli_strike"]
    assert set(sampled.standard_error) == set(NAMES)
    for name, value in exact.log_odds.items():
        assert sampled.log_odds[name] == pytest.approx(value, abs=4 * sampled.standard_error[name] + 1e-9)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("{infiltration: {observed: no}}", "{infiltration_rabia: {observed: yes}}"),
        ("{infiltration: {observed: no}}", "{infiltration_rabia: {believed: {no: 40%, yes: 60%}}}"),
    ],
    ids=["observed", "believed"],
)
def test_findings_that_exclude_each_other_have_no_parts(iraq, scenario, first, second):
    found = differences(iraq, scenario(iraq, f"evidence: {first}"), scenario(iraq, f"evidence: {second}"))
    one = found.outcomes["israeli_strike"]
    assert 0 < one.baseline < 1
    assert 0 < one.scenario < 1
    assert all(isnan(part) for part in one.log_odds.values())
    assert scenarios.changed(found, "israeli_strike").endswith(
        "no part can be told, since some of what differs is possible only one without the other."
    )


def test_settings_are_named_and_move_nothing(iraq, scenario):
    plain = scenario(iraq, "evidence: {framing: {observed: casus_belli}}")
    other = plain.model_copy(update={"lexicon": "phia", "interval": 0.9})
    found = differences(iraq, plain, other)
    assert found.settings == ("lexicon", "interval")
    assert found.differences == ()
    assert " ".join(scenarios.other_settings(found)) == (
        "The first is worded by “ICD 203 Analytic Standards (United States)”, the second by “PHIA Probability Yardstick "
        "(United Kingdom)”; that moves no probability. The first gives 80 % intervals, the second 90 % intervals; that "
        "moves no probability."
    )
    named = plain.model_copy(update={"lexicon": "icd203", "reconcile": True})
    assert differences(iraq, plain, named).settings == ("reconcile",)


def test_a_difference_in_words(iraq, scenario):
    found = differences(iraq, scenario(iraq, FIRST), scenario(iraq, SECOND))
    told = dict(zip(NAMES, (scenarios.difference(found, one) for one in found.differences), strict=True))
    assert told == {
        "framing": (
            "Israel's public line on Iraq: calls it a reason for force, by a report graded B2, instead of nothing more "
            "known"
        ),
        "attack_tempo": (
            "Attacks on Israel from Iraq: up to 5 attacks 20 %, 6 to 30 attacks 30 % and more than 30 attacks 50 %, "
            "believed, instead of up to 5 attacks 50 %, 6 to 30 attacks 30 % and more than 30 attacks 20 %, believed"
        ),
        "posture": "Border posture: degraded, forced, instead of left to its causes",
        "statements": "Statements: weight × 0.5: R1 (Major General Yahya Rasool), instead of left out: S18 (Ahmed Al-Sharifi)",
        "us_position": ("US position on a strike in Iraq: nothing known, instead of opposes, by a report graded B2"),
    }


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (
            "",
            "evidence: {framing: {observed: casus_belli}}",
            "From 9.6 % to 21 %, all of it by “Israel's public line on Iraq” (calls it a reason for force, "
            "observed, instead of nothing known).",
        ),
        (
            "evidence: {framing: {observed: casus_belli}}",
            "evidence: {us_position: {observed: opposes}}",
            "From 21 % to 7.0 %, most of it by “Israel's public line on Iraq” (nothing known, instead of calls it a "
            "reason for force, observed).",
        ),
        (
            "evidence: {us_position: {observed: does_not_oppose}}",
            "evidence: {framing: {observed: casus_belli}, syrian_advance: {observed: advances}}",
            "From 18 % to 21 %, by “Israel's public line on Iraq” (calls it a reason for force, observed, "
            "instead of nothing known), partly undone by “US position on a strike in Iraq” (nothing known, instead of does "
            "not oppose, observed).",
        ),
        (
            "forced: {lebanon_truce: holds}",
            "",
            "all of it by “Truce in Lebanon” (left open, instead of holds, forced).",
        ),
    ],
)
def test_a_sentence_for_each_outcome(iraq, scenario, first, second, told):
    found = differences(iraq, scenario(iraq, first), scenario(iraq, second))
    assert told in scenarios.changed(found, "israeli_strike")


def test_changes_of_statements_in_words(iraq):
    changes = StatementChanges(
        exclude=("al-sharifi", "shafaq-2024-12-01", "border-alert"),
        reword={"S18": "likely"},
        regrade={"S18": "B2"},
        half_life_days=3,
    )
    told = " / ".join(events.changes(iraq.records, changes))
    assert "left out: everything that Ahmed Al-Sharifi says" in told
    assert "left out: everything from “The alert at the border”" in told
    assert "read as “likely”: S18 (Ahmed Al-Sharifi) / graded B2: S18 (Ahmed Al-Sharifi)" in told
    assert told.endswith("a fact's weight halves with every 3 days of age")
