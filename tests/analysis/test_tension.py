import numpy as np
import pytest
from scipy.special import ndtr

from tests.analysis.conftest import rain
from tests.inference.conftest import published
from tocsin.analysis.explain import explain
from tocsin.analysis.tension import conflict, conflict_of, reconcile, tensions, voices
from tocsin.elicitation import weigh
from tocsin.elicitation.distributions import NormalOnLine, onto_line
from tocsin.inference import Engine
from tocsin.language.scenarios import tension
from tocsin.reconciliation import LEAST_EFFECTIVE, TAU, drawn_probabilities, probabilities
from tocsin.records import StatementChanges


def test_the_tensions_that_must_surface_do(iraq):
    found = {each.statement: each for each in tensions(iraq)}
    # Infiltration above a strike against N4, and S25's words above what the model says.
    assert found["N4"].strained
    assert found["N4"].kind == "comparison"
    assert found["N4"].holds < 0.5
    assert found["N4"].model_p < found["N4"].other_p
    assert found["S25"].z < -0.7
    assert found["S7"].strained


def test_the_tensions_of_one_speaker_to_one_side_are_one(iraq):
    strained = [each for each in tensions(iraq) if each.strained]
    grouped = voices(strained)
    assert sum(map(len, grouped)) == len(strained)
    assert len({(each[0].speaker, each[0].side) for each in grouped}) == len(grouped) < len(strained)


def test_a_fact_is_held_against_what_the_model_expected_without_it(iraq):
    found = {(each.statement, *each.event): each for each in tensions(iraq) if each.kind == "fact"}
    posture = found["R4", "posture"]
    facts = {name: row[np.newaxis] for name, row in iraq.priors.likelihoods.items() if name != "posture"}
    expected = iraq.engine.posteriors(facts).marginals["posture"][0, 0]
    assert posture.model_p == pytest.approx(expected, abs=1e-9)
    assert 0 <= posture.holds <= 1
    # A remote sign is no occurrence of the thing.
    assert not any(name in ("B4", "N2", "S28") for name, _ in found)


def test_only_judgements_that_set_nothing_are_checked(iraq):
    found = {each.statement for each in tensions(iraq)}
    assert "S18" not in found
    assert {"S1", "S4", "S8", "S16", "Y1", "N3"} <= found
    assert "S20" not in found, "another horizon is no tension"


def test_z_counts_the_words_after_their_weight_and_the_model_s_own_spread(iraq):
    weights = weigh(iraq.records, StatementChanges())
    event = ({"infiltration": ("yes",)}, {})
    (drawn,) = drawn_probabilities(iraq, [event])
    own = np.var(np.log(drawn) - np.log1p(-drawn))
    found = {each.statement: each for each in tensions(iraq)}["S8"]
    said = weights.distribution(weights.statements["S8"])
    p = np.log(found.model_p) - np.log1p(-found.model_p)
    assert found.z == pytest.approx((p - said.mu) / np.sqrt(said.sigma**2 / 0.4 + own), rel=1e-6)
    assert found.weight == pytest.approx(0.4)
    assert found.firmer == "model"


@pytest.mark.parametrize(
    ("words", "inside"), [("unlikely", True), ("likely", False), ("exceptionally unlikely", False)]
)
def test_a_band_without_an_end_holds_what_lies_there(tiny, words, inside):
    """P(b) is some 2 %: inside “unlikely”, 0–33 % for the IPCC, though that is read as 1.7–33 %."""
    model = tiny(
        """lexicon: ipcc
variables:
  a: {title: A, question: Q?, states: [no, yes], role: driver, table: {family: prior, shares: {yes: {assume: {range: [1%, 4%], because: x}}}}}
  b: {title: B, question: Q?, states: [no, yes], role: outcome, parents: [a], table: {family: all}}
outcomes: [{title: B, events: {b: yes}}]
""",
        f"  - {{id: S, speaker: ann, source: paper, where: p, claim: c, words: {words}, credibility: 1, judges: {{probability: {{b: yes}}}}}}",
    )
    (found,) = tensions(model)
    assert (found.z == 0.0) is inside
    assert ("which the words leave open" in tension(model.records, found)) is inside


def test_conditional_probabilities_are_those_of_plain_queries(iraq):
    event, given = {"israeli_strike": ("limited", "campaign")}, {"restraint": ("fails",), "assad": ("holds",)}
    facts = {name: row[np.newaxis] for name, row in iraq.priors.likelihoods.items()}
    conditions = {"restraint": np.array([[0.0, 0.0, 1.0]]), "assad": np.array([[1.0, 0.0]])}
    plain = iraq.engine.posteriors({**facts, **conditions}).marginals["israeli_strike"][0]
    both = probabilities(iraq, [(event, {}), (event, given)])
    assert both[1] == pytest.approx(plain[1:].sum(), abs=1e-10)
    assert both[0] == pytest.approx(iraq.engine.posteriors(facts).marginals["israeli_strike"][0, 1:].sum(), abs=1e-10)


ROOT = rain("10%, 40%")
PAIR = """
variables:
  rain: {title: Rain, question: Rain?, states: [no, yes], role: driver,
    table: {family: prior, shares: {yes: {assume: {range: [10%, 40%], because: a b c}}}}}
  wet: {title: Wet, question: Wet?, states: [no, yes], role: outcome, parents: [rain],
    table: {family: table, rows: [
      {given: {rain: no}, shares: {yes: {assume: {range: [5%, 30%], because: a b c}}}},
      {given: {rain: yes}, shares: {yes: {assume: {range: [50%, 90%], because: a b c}}}}]}}
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


FINDINGS = "evidence: {framing: {observed: casus_belli}, assad: {reported: holds, grade: B2}}"


def test_the_published_value_for_asia():
    # Lauritzen & Spiegelhalter 1988, the net; the measure of Jensen et al. 1991 for X-ray = yes, dyspnoea = no.
    network, _ = published("asia")
    row = {name: np.eye(2)[network.index(name, state)] for name, state in (("xray", "yes"), ("dysp", "no"))}
    found = conflict_of(Engine(network), {"x-ray": ("xray", row["xray"]), "dyspnoea": ("dysp", row["dysp"])})
    assert found.nats == pytest.approx(0.45113, abs=5e-6)
    assert found.pairs == (("x-ray", "dyspnoea", pytest.approx(found.nats)),)


def test_findings_and_facts_by_plain_queries(iraq, case):
    made = case(iraq, FINDINGS)
    found = conflict(made)
    assert "framing" in found.findings
    assert "facts on posture" in found.findings
    facts, hot = iraq.priors.likelihoods, np.eye(3)[2]

    def log(rows):
        return float(iraq.engine.posteriors({name: row[np.newaxis] for name, row in rows.items()}).log_evidence[0])

    tempo = facts["attack_tempo"]
    wanted = log({"attack_tempo": tempo}) + log({"framing": hot}) - log({"attack_tempo": tempo, "framing": hot})
    pair = next(nats for a, b, nats in found.pairs if {a, b} == {"facts on attack_tempo", "framing"})
    assert pair == pytest.approx(wanted, abs=1e-10)
    assert [nats for _, _, nats in found.pairs] == sorted((nats for _, _, nats in found.pairs), reverse=True)
    alone = [log({name: row}) for name, row in facts.items()]
    together = log(made.evidence.likelihoods | {name: row[0] for name, row in made.evidence.likelihoods.items()})
    grade = made.findings[1].row
    assert found.nats == pytest.approx(sum(alone) + log({"framing": hot}) + log({"assad": grade}) - together, abs=1e-9)


def test_scaling_a_finding_changes_nothing(iraq):
    rows = {"a": ("framing", np.array([1.0, 2.0, 8.0])), "b": ("assad", np.array([1.0, 0.1]))}
    thrice = {name: (variable, 3 * row) for name, (variable, row) in rows.items()}
    assert conflict_of(iraq.engine, rows).nats == pytest.approx(conflict_of(iraq.engine, thrice).nats, abs=1e-12)


def test_one_finding_has_nothing_to_disagree_with(iraq):
    assert conflict_of(iraq.engine, {"a": ("assad", np.array([1.0, 0.1]))}).pairs == ()
