"""Sentences that the shipped scenarios do not bring up; the others are read in tests/analysis/test_explain.py."""

from dataclasses import replace

import pytest

from tests.conftest import shipped_model
from tocsin.analysis.case import lay_out
from tocsin.analysis.contributions import Contributions
from tocsin.analysis.flip import Flip
from tocsin.analysis.foundations import Foundations
from tocsin.analysis.indicators import Separation
from tocsin.analysis.parameters import parameters
from tocsin.analysis.perturbations import Answer, Other
from tocsin.analysis.tension import Conflict, Moved, Reconciled
from tocsin.analysis.voices import Doubled
from tocsin.assessment import Estimate
from tocsin.language import events, outcomes, scenarios
from tocsin.language.numbers import from_to
from tocsin.language.parameters import quantity
from tocsin.language.scenarios import foundations
from tocsin.reconciliation import Reconciliation
from tocsin.records import Scenario

STRIKE = "“Israeli strike on Iraqi soil: 1 or 2 strikes, or worse”"


@pytest.fixture(scope="module")
def case():
    model = shipped_model()
    content = {
        "scenario": "t",
        "title": "T",
        "model": model.name,
        "evidence": {
            "framing": [{"reported": ["casus_belli"], "grade": "B2"}, {"reported": ["attribution"], "grade": "C3"}],
            "assad": {"believed": {"holds": 0.7, "loses_damascus": 0.3}},
        },
        "forced": {"posture": "degraded"},
        "statements": {"exclude": ["S22"]},
    }
    return lay_out(model, Scenario.model_validate(content))


def test_a_word_that_stays_and_one_that_changes(case):
    p = case.point["israeli_strike"]
    word = case.assessment.outcomes["israeli_strike"].wording.word
    stays = outcomes.without(case, "israeli_strike", "S18", Answer(p - 0.02, 0.0, 1.0, word))
    assert (
        stays
        == f"Without S18 (Ahmed Al-Sharifi), an Israeli strike on Iraqi soil goes {from_to(p, p - 0.02)}, still {word}."
    )
    changes = outcomes.without(case, "israeli_strike", "shafaq", Answer(0.9, 0.0, 1.0, "very likely"))
    assert changes.startswith("Without everything that Shafaq News says, an Israeli strike on Iraqi soil goes from")
    assert changes.endswith(f"90 %, now very likely and no longer {word}.")
    assert " stays at " in outcomes.without(case, "israeli_strike", "S18", Answer(p, 0.0, 1.0, word))


def test_a_change_is_never_from_a_number_to_the_same_number():
    assert from_to(0.131, 0.128) == "from 13.1 % to 12.8 %"
    assert from_to(0.12, 0.074) == "from 12 % to 7.4 %"


def test_findings_by_kind(case):
    parts = {"framing": 0.7, "framing 2": -0.7, "assad": 0.0, "posture": float("nan"), "statements": 0.1}
    told = " ".join(outcomes.contributed(case, Contributions(0.1, 0.2, parts, {"framing": 0.01})))
    assert (
        "The B2 report that Israel calls the attacks a reason for force multiplies the odds by 2.01 (log-odds" in told
    )
    assert "(log-odds +0.70, sampled" in told
    assert (
        "The C3 report that Israel names Iraq or the east as their origin divides the odds by 2.01 (log-odds −0.70)"
        in told
    )
    assert (
        "The belief about “Assad's rule” (Assad holds 70 % and Assad falls 30 %) moves it by less than 0.1 points."
        in told
    )
    assert "Making it so that the Syrian border is left open in places has no part of its own" in told
    assert "The scenario's change of statements multiplies" in told


@pytest.mark.parametrize(
    ("why", "told"),
    [
        (Separation(), "no path joins the two."),
        (
            Separation(blocked_by=("framing",)),
            "what is known of “Israel's public line on Iraq” blocks every path to it.",
        ),
        (Separation(colliders=("isis",)), "common effects of which nothing is known (“ISIS activity”)."),
    ],
)
def test_reasons_for_irrelevance(case, why, told):
    assert outcomes.irrelevant(case, "coalition", why).endswith(told)


@pytest.mark.parametrize(
    ("flip", "told"),
    [
        (
            Flip("number", "shared.crossing-degraded-posture", None, "likely", 4, 9, 0.8, 0.97, ("R3",)),
            "if the factor on the odds that an armed group crosses at Rabia when the Syrian border is left open in places "
            "(one number for “Infiltration at Rabia” and “Infiltration at Qaim”) were on average × 9 instead of × 4 (R3; "
            "lower with a chance of 97.0 %).",
        ),
        (
            Flip("number", "syrian_advance.shares.advances", None, "likely", 0.41, 0.44, 0.1, 0.59, ("S3",)),
            "if the chance that the offensive in Syria takes Hama or Homs were on average 44 % instead of 41 % (S3; lower with a chance of 59 %",
        ),
        (
            Flip("believed", "assad", "holds", "likely", 0.7, 0.5, 0.8),
            "Assad holds” were believed at 50 % instead of 70 %.",
        ),
        (
            Flip("facts", "posture", None, "likely", 2.18, 1.5, 0.4),
            "if the facts on “Border posture” together had a likelihood ratio of 1.5 instead of 2.18.",
        ),
        (
            Flip("reported", "framing 2", None, "likely", 2.0, 3.0, 0.4),
            "the C3 report that Israel names Iraq or the east as their origin had a likelihood ratio of 3 instead of 2.",
        ),
    ],
)
def test_what_would_change_the_word(case, flip, told):
    assert outcomes.flip(case, flip).startswith("It would be likely if ")
    assert told in outcomes.flip(case, flip)


def test_votes_that_share_a_voice(case):
    told = scenarios.double(case, Doubled("votes", "x.shares.yes", ("al-sharifi",), ("S1", "S2")))
    assert told == "S1 and S2 share Ahmed Al-Sharifi and have one vote between them on the number x.shares.yes."
    told = scenarios.double(
        case, Doubled("votes", "infiltration_rabia.base.shares.yes", ("shafaq", "border-alert"), ("R1", "Y2"))
    )
    assert told == (
        "R1 and Y2 share Shafaq News and the origin “The alert at the border” and have one vote between them on the chance "
        "that an armed group crosses at Rabia with no cause at work."
    )
    told = scenarios.double(
        case, Doubled("reports", "posture", ("al-sharifi", "border-alert"), ("N1", "S5", "S11"), ("N1", "S5"))
    )
    assert told == (
        "Of N1, S5 and S11, which share Ahmed Al-Sharifi and the origin “The alert at the border”, only N1 and S5 count "
        "on “Border posture”."
    )
    told = scenarios.double(
        case, Doubled("numbers", "S9", (), ("syrian_advance.shares.advances", "us_position.shares.does_not_oppose"))
    )
    assert told.startswith("S9 () sets 2 numbers, and errs alike in them: ")
    assert told.endswith("; the chance that Washington does not oppose a strike.")


def test_reconciling_refused(case):
    import numpy as np

    refused = Reconciled(Reconciliation(("S1",), np.ones(2) / 2, 0.013), (), None)
    (told,) = scenarios.reconciled(case, refused)
    assert told.startswith("Refused: only 1.3 % of the draws are left, below 2 %.")


def test_a_price_is_told_where_there_is_one(case):
    from tocsin.analysis.indicators import indicators

    plan = indicators(case)["israeli_strike"]
    dear = replace(plan.indicators[0], cost=0.5)
    assert "bits per analyst-day" in outcomes.indicator(dear, plan)
    assert "bits per analyst-day" not in outcomes.indicator(plan.indicators[0], plan)


def test_every_number_of_the_model_is_told_in_words(case):
    model = case.model
    keys = {slot.key for slot in model.provenance.slots} | {one.key for one in parameters(model.priors)}
    told = {key: quantity(model, key) for key in keys}
    assert len(keys) > 80
    for key, words in told.items():
        assert words.startswith(
            ("the chance that ", "the factor on the odds ", "the share of each cause's power", "the weight")
        )
        assert key not in words
        assert not any(f"“{name}" in words or f" {name}" in words for name in model.network.variables if "_" in name)
    # Two numbers have the same words only where they are one number under two keys.
    assert len(set(told.values())) == len(keys)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        (
            "israeli_strike.causes.framing.casus_belli.at_least.limited",
            "the chance that Israel strikes Iraqi soil when Israel calls the attacks a reason for force with no other "
            "cause at work",
        ),
        (
            "israeli_strike.causes.framing.casus_belli.at_least.campaign",
            "the chance that Israel strikes Iraqi soil three times or more when Israel strikes Iraqi soil at all and Israel "
            "calls the attacks a reason for force with no other cause at work",
        ),
        (
            "israeli_strike.inhibitors.us_position.opposes",
            "the share of each cause's power over “Israeli strike on Iraqi soil” that is left when Washington opposes a "
            "strike",
        ),
        (
            "assad.rows.1.shares.loses_damascus",
            "the chance that Assad falls when the offensive in Syria takes Hama or Homs",
        ),
        (
            "posture.base.at_least.normal",
            "the chance that the Syrian border is held as in October or left open in places when the offensive in "
            "Syria takes neither Hama nor Homs",
        ),
    ],
)
def test_numbers_in_words(case, key, words):
    assert quantity(case.model, key) == words


def test_a_prior_that_moved(case):
    one = Moved("posture.effects.syrian_advance.advances", "posture", Estimate(0.6, 0.4, 0.95), Estimate(0.7, 0.5, 1.0))
    assert scenarios.moved(case, one) == (
        "The factor on the odds of worse states of “Border posture” when the offensive in Syria takes Hama or Homs goes from × 0.6 [× 0.4 to × 0.95] to × 0.7 [× 0.5 to × 1]."
    )


def test_no_figure_is_in_scientific_notation(case):
    from tocsin.analysis.indicators import indicators

    plan = indicators(case)["israeli_strike"]
    faint = replace(plan.indicators[0], bits=4.9e-8, cost=2.0)
    told = outcomes.indicator(faint, plan)
    assert "of what is unknown (next to nothing); " in told
    assert told.endswith(" It is an effect, and may be known no sooner.")
    firm = Flip("observed", "framing", None, "likely", float("inf"), 1.2e6, float("inf"))
    assert outcomes.flip(case, firm).endswith("were not certain, but only as firm as a likelihood ratio of 1,200,000.")
    weak = Flip("reported", "framing", None, "likely", 2.0, 0.00004, 0.4)
    assert outcomes.flip(case, weak).endswith("had a likelihood ratio of 0.00004 instead of 2.")
    assert scenarios.conflict(case, Conflict(9.5, (), ("a", "b")))[0].startswith(
        "The findings are together 13,360 times"
    )
    (none,) = scenarios.conflict(case, Conflict(1e-6, (), ("a", "b")))
    assert none == "Taken together, the findings neither support nor contradict each other."


def test_two_values_that_round_alike_are_told_apart(case):
    near = Flip("number", "syrian_advance.shares.advances", None, "likely", 0.4112, 0.4129, 0.1)
    assert "41.29 % instead of 41.12 %" in outcomes.flip(case, near)
    factor = Flip("number", "posture.effects.syrian_advance.advances", None, "likely", 1.2201, 1.2204, 0.1)
    assert "1.2204 instead of 1.2201" in outcomes.flip(case, factor)


def test_other_readings_have_names_and_no_keys(case):
    answers = {}
    table = [
        Other(kind, name, answers)
        for kind, name in (("lexicon", "phia"), ("lexicon", "kent"), ("pooling", "linear"), ("grades", "all alike"))
    ]
    assert outcomes.unchanged(case, table) == (
        "No change with words read by “PHIA Probability Yardstick (United Kingdom)” or “Sherman Kent's words of "
        "estimative probability”; judgements of one number joined by a mixture, which disagreement widens; sources' grades "
        "all alike."
    )
    kept = Other("lexicon", "kent", answers, kept=1)
    assert outcomes.unchanged(case, [kept]).endswith("probability” (lacks the words of 1 statement, read as before).")


def test_findings_in_a_table_are_named_by_their_variables(case):
    steps = [events.step(case, name) for name in ("framing", "framing 2", "posture", "statements")]
    assert steps == [
        "Israel's public line on Iraq",
        "Israel's public line on Iraq (2)",
        "Border posture",
        "change of statements",
    ]


FAMILIES = """
variables:
  a:
    {title: Alpha, question: q, states: [low, high], role: driver, table: {family: prior, shares: {high: {assume: {range: [20%, 40%], because: x}}}}}
  b:
    {title: Beta, question: q, states: [low, mid, high], role: driver, table: {family: prior, chances: {low: 20%, mid: 30%, high: 50%}, cases: 20, because: x}}
  c: {title: Gamma, question: q, states: [no, yes], role: outcome, parents: [a],
    table: {family: cast, baseline: {assume: {range: [40%, 60%], because: x}},
      influences: {a: {low: {assume: {strength: [-0.5, -0.1], because: x}}, high: {assume: {strength: [0.1, 0.5], because: x}}}}}}
  d: {title: Delta, question: q, states: [low, mid, high], role: outcome, parents: [a, b],
    table: {family: ranked, weights: {a: {assume: {value: 1, because: x}}, b: {assume: {value: 2, because: x}}},
      variance: {assume: {value: 0.05, because: x}}}}
outcomes: [{title: Gamma, events: {c: yes}}]
"""
SAID = "  - {id: A1, speaker: ann, source: paper, where: first, claim: A claim., credibility: 2, context: [a]}\n"


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("a.shares.high", "the chance of “Alpha: high”"),
        ("b.chances.mid", "the chance of “Beta: mid”"),
        ("b.mid", "the chance of “Beta: mid”"),
        ("c.baseline", "the baseline of “Gamma” before any influence"),
        ("c.influences.a.high", "the strength (−1 to 1) of the influence on “Gamma” when “Alpha” is “high”"),
        ("d.weights.b", "the weight of “Beta” in “Delta”"),
        ("d.variance", "the variance of “Delta” around its weighted causes"),
        ("d.weights.c", "the number d.weights.c"),
    ],
)
def test_numbers_of_every_family_in_words(tiny, key, words):
    assert quantity(tiny(FAMILIES, SAID), key) == words


def test_a_single_number_is_one():
    assert foundations(Foundations(0, 1, 0, 0, 0)) == (
        "Of 1 number, 1 rests on words through the analysts' own reading."
    )
