import numpy as np
import pytest
from scipy.special import ndtr

from tests.analysis.conftest import rain
from tocsin.analysis.explain import explain
from tocsin.analysis.reconcile import reconcile
from tocsin.elicitation import weigh
from tocsin.elicitation.distributions import NormalOnLine, onto_line
from tocsin.reconciliation import LEAST_EFFECTIVE, TAU
from tocsin.records import StatementChanges

ROOT = rain("10%, 40%")
PAIR = """
variables:
  rain:
    title: Rain
    question: Rain?
    states: [no, yes]
    role: driver
    table: {family: prior, shares: {yes: {assume: {range: [10%, 40%], because: a b c}}}}
  wet:
    title: Wet
    question: Wet?
    states: [no, yes]
    role: outcome
    parents: [rain]
    table:
      family: table
      rows:
        - {given: {rain: no}, shares: {yes: {assume: {range: [5%, 30%], because: a b c}}}}
        - {given: {rain: yes}, shares: {yes: {assume: {range: [50%, 90%], because: a b c}}}}
outcomes: [{title: Wet, events: {wet: yes}}, {title: Rain, events: {rain: yes}}]
"""
JUDGES = (
    "  - {{id: {0}, speaker: {1}, source: paper, where: x, claim: y, credibility: 1, "
    "read_as: {{range: [{2}], because: a b c}}, judges: {{probability: {{{3}: yes}}}}}}\n"
)
EXTRA = JUDGES.format("A1", "ann", "30%, 60%", "rain")


COMMON = 0.5


def words_of(model, name):
    """Mean and variance on the line of what a statement says of a probability, after its weight, with κ²."""
    weights = weigh(model.records, StatementChanges())
    statement = weights.statements[name]
    said = weights.distribution(statement)
    return said.mu, said.sigma**2 / weights.weight(statement) + COMMON


def density(p, mean, variance):
    return np.exp(-((onto_line("chance", p) - mean) ** 2) / (2 * variance))


def test_a_root_has_a_closed_form(tiny, case):
    """N(m₀, s₀²) times N(m, v + κ²) on the line: as if the statement had set the number."""
    model = tiny(ROOT, EXTRA)
    prior = model.priors.by_key["rain.shares.yes"].distribution
    mean, variance = words_of(model, "A1")
    precision = 1 / prior.sigma**2 + 1 / variance
    both = NormalOnLine("chance", (prior.mu / prior.sigma**2 + mean / variance) / precision, precision**-0.5)
    found = reconcile(case(model))
    answer = found.assessment.outcomes["rain"]
    assert answer.p == pytest.approx(both.mean, abs=0.004)
    assert (answer.low, answer.high) == pytest.approx(both.quantile([0.1, 0.9]), abs=0.01)
    assert answer.p > case(model).point["rain"] + 0.05
    assert found.assessment.variables["rain"]["yes"].p == pytest.approx(answer.p)
    (moved,) = found.moved
    assert moved.key == "rain.shares.yes"
    assert moved.before.p == pytest.approx(prior.mean, abs=0.002)
    assert (moved.after.p, moved.after.low) == pytest.approx((answer.p, answer.low), abs=1e-9)


def test_facts_and_findings_weigh_the_draws_too(tiny, case):
    """Rain reported: the closed form is a sum over both states, so it is compared with a fine grid."""
    model = tiny(ROOT, EXTRA)
    prior = model.priors.by_key["rain.shares.yes"].distribution
    made = case(model, "evidence: {rain: {likelihood: {no: 1, yes: 4}}}")
    p = (np.arange(20_000) + 0.5) / 20_000
    held = prior.pdf(p) * density(p, *words_of(model, "A1"))
    evidence = (4 * p + 1 - p) / 4
    wanted = (held * p).sum() / (held * evidence).sum()
    assert reconcile(made).assessment.outcomes["rain"].p == pytest.approx(wanted, abs=0.006)
    assert reconcile(made).assessment.p_evidence == pytest.approx((held * evidence).sum() / held.sum(), abs=0.003)


@pytest.mark.parametrize("second", [False, True], ids=["probability", "comparison too"])
def test_two_variables_by_a_grid(tiny, case, second):
    compared = (
        "  - {id: B1, speaker: bob, source: paper, where: x, claim: y, words: more, credibility: 1, "
        "judges: {more_likely: {rain: yes}, than: {wet: yes}}}\n"
    )
    model = tiny(PAIR, JUDGES.format("A1", "ann", "40%, 70%", "wet") + (compared if second else ""))
    keys = ("rain.shares.yes", "wet.rows.0.shares.yes", "wet.rows.1.shares.yes")
    levels = (np.arange(60) + 0.5) / 60
    rain, dry, soaked = np.meshgrid(*(model.priors.by_key[key].distribution.quantile(levels) for key in keys))
    wet = rain * soaked + (1 - rain) * dry
    weights = density(wet, *words_of(model, "A1"))
    if second:
        other = weigh(model.records, StatementChanges())
        difference = np.log(rain / (1 - rain)) - np.log(wet / (1 - wet))
        weights = weights * ndtr(difference / TAU) ** other.weight(other.statements["B1"])
    weights = weights / weights.sum()
    found = reconcile(case(model))
    assert found.assessment.outcomes["wet"].p == pytest.approx((weights * wet).sum(), abs=0.004)
    assert found.assessment.outcomes["rain"].p == pytest.approx((weights * rain).sum(), abs=0.004)
    assert found.reconciliation.effective == pytest.approx(1 / (weights**2).sum() / weights.size, abs=0.03)
    order = np.argsort(wet.reshape(-1))
    shares = np.cumsum(weights.reshape(-1)[order])
    low, high = (wet.reshape(-1)[order][np.searchsorted(shares, level)] for level in (0.1, 0.9))
    assert (found.assessment.outcomes["wet"].low, found.assessment.outcomes["wet"].high) == pytest.approx(
        (low, high), abs=0.015
    )
    assert found.moved


def test_saying_the_same_twice_adds_nothing(tiny, case):
    once = reconcile(case(tiny(ROOT, EXTRA)))
    twice = reconcile(case(tiny(ROOT, EXTRA + JUDGES.format("A2", "ann", "30%, 60%", "rain"))))
    another = reconcile(case(tiny(ROOT, EXTRA + JUDGES.format("B1", "bob", "30%, 60%", "rain"))))
    assert twice.assessment.outcomes["rain"].p == pytest.approx(once.assessment.outcomes["rain"].p, abs=1e-12)
    assert another.assessment.outcomes["rain"].p > once.assessment.outcomes["rain"].p + 0.005


def test_what_cannot_be_reconciled_is_refused(tiny, case):
    far = ROOT.replace("range: [10%, 40%]", "range: [0.1%, 0.2%]")
    model = tiny(far, JUDGES.format("A1", "ann", "98%, 99%", "rain"))
    found = reconcile(case(model))
    assert found.reconciliation.refused
    assert found.reconciliation.effective < LEAST_EFFECTIVE
    assert found.moved == ()


def test_a_voice_has_one_vote_over_all_that_it_judges(tiny, case):
    """Said of rain and of a wet street alike, each counts half."""
    one = reconcile(case(tiny(PAIR, JUDGES.format("A1", "ann", "60%, 80%", "rain"))))
    both = JUDGES.format("A1", "ann", "60%, 80%", "rain") + JUDGES.format("A2", "ann", "45%, 55%", "wet")
    two = reconcile(case(tiny(PAIR, both)))
    assert two.reconciliation.effective > 0.3
    assert two.assessment.outcomes["rain"].p < one.assessment.outcomes["rain"].p


def test_an_excluded_judgement_weighs_nothing(tiny, case):
    found = reconcile(case(tiny(ROOT, EXTRA), "statements: {exclude: [ann]}"))
    assert found.reconciliation.statements == ()
    assert found.reconciliation.effective == pytest.approx(1)
    assert found.moved == ()


def test_the_real_model_with_a_belief(iraq, case, scenario):
    text = "evidence: {attack_tempo: {believed: {low: 20%, moderate: 30%, high: 50%}}}\nreconcile: true"
    found = explain(iraq, scenario(iraq, text)).reconciled
    assert not found.reconciliation.refused
    assert 0.3 < found.reconciliation.effective < 1
    assert set(found.reconciliation.statements) == {"N3", "N4", "Y1", "Y4", "S1", "S4", "S7", "S8", "S10", "S16", "S25"}
    tempo = found.assessment.variables["attack_tempo"]["high"]
    assert (tempo.p, tempo.low, tempo.high) == pytest.approx((0.5, 0.5, 0.5), abs=1e-9)
    assert explain(iraq, scenario(iraq, text.split("\n")[0])).reconciled is None
