import json
from itertools import product

import numpy as np
import pytest
from scipy.special import digamma, expit, polygamma
from scipy.stats import norm

from tests.conftest import IRAQ, SMALL
from tests.conftest import written_scenario as scenario
from tocsin.analysis.case import lay_out
from tocsin.analysis.explain import explain
from tocsin.analysis.flip import flips
from tocsin.assessment import assess
from tocsin.canonical import figure
from tocsin.errors import ImpossibleEvidence
from tocsin.files import load_model
from tocsin.model import assemble, build, open_model
from tocsin.report.compose import compose

SAID = "  - {id: A1, speaker: ann, source: paper, where: first, claim: A claim., credibility: 2, context: [rain]}\n"
CONJUGATE = """
variables:
  rain: {title: Rain, question: Rain?, states: [no, yes], role: driver,
    table: {family: prior, shares: {yes: {assume: {range: [5%, 20%], because: a b c}}}}}
  river: {title: River, question: How high?, states: [low, normal, flood], role: outcome,
    table: {family: prior, chances: {low: 20%, normal: 50%, flood: 30%}, cases: 12, because: a b c}}
  wet: {title: Wet, question: Wet?, states: [no, yes], role: outcome, parents: [rain],
    table: {family: table, rows: [
      {given: {rain: no}, shares: {yes: {assume: {range: [20%, 45%], because: a b c}}}},
      {given: {rain: yes}, shares: {yes: {assume: {range: [55%, 80%], because: a b c}}}}]}}
outcomes:
  - {title: Wet, events: {wet: [yes], river: [normal, flood]}}
"""


def logit_normal_mean(low, high):
    """The mean of the logit-normal with 80 % between the two, by SciPy."""
    ends = np.log(np.array([low, high]) / (1 - np.array([low, high])))
    line = norm(ends.mean(), (ends[1] - ends[0]) / 2 / norm.ppf(0.9))
    return line.expect(expit)


@pytest.fixture
def conjugate(tiny):
    return tiny(CONJUGATE, SAID)


def test_the_interval_of_a_root_is_the_one_it_was_elicited_from(conjugate):
    # The range was given as an 80 % interval, so the answer's interval is that range again.
    rain = assess(conjugate, scenario(conjugate)).variables["rain"]["yes"]
    assert (rain.low, rain.high) == pytest.approx((0.05, 0.20), abs=0.002)
    assert rain.p == pytest.approx(logit_normal_mean(0.05, 0.20), abs=1e-6)


def test_the_interval_of_a_table_row(conjugate):
    for state, (low, high) in (("no", (0.20, 0.45)), ("yes", (0.55, 0.80))):
        wet = assess(conjugate, scenario(conjugate, f"evidence: {{rain: {{observed: {state}}}}}")).variables["wet"][
            "yes"
        ]
        assert (wet.low, wet.high) == pytest.approx((low, high), abs=0.01)
        assert wet.p == pytest.approx(logit_normal_mean(low, high), abs=1e-6)


def test_the_interval_of_several_shares_and_of_an_event_in_them(conjugate):
    """As if seen in 12 cases: the logistic-normal nearest to Dirichlet(2.4, 6, 3.6), by a million random draws."""
    answer = assess(conjugate, scenario(conjugate))
    flood, event = answer.variables["river"]["flood"], answer.outcomes["river"]
    alphas, random = np.array([2.4, 6.0, 3.6]), np.random.default_rng(7)
    logs = digamma(alphas)[:, None] + np.sqrt(polygamma(1, alphas))[:, None] * random.standard_normal((3, 1_000_000))
    drawn = np.exp(logs) / np.exp(logs).sum(axis=0)
    assert (flood.low, flood.high) == pytest.approx(np.quantile(drawn[2], [0.1, 0.9]), abs=0.01)
    assert (event.low, event.high) == pytest.approx(np.quantile(drawn[1] + drawn[2], [0.1, 0.9]), abs=0.01)
    assert (flood.p, event.p) == pytest.approx((drawn[2].mean(), (drawn[1] + drawn[2]).mean()), abs=0.002)


@pytest.mark.parametrize("width", [0.5, 0.9])
def test_another_width(conjugate, width):
    rain = assess(conjugate, scenario(conjugate, f"interval: {width}")).variables["rain"]["yes"]
    fitted = conjugate.priors.by_key["rain.shares.yes"].distribution
    assert (rain.low, rain.high) == pytest.approx(
        fitted.quantile(np.array([0.5 - width / 2, 0.5 + width / 2])), abs=0.01
    )


def test_evidence_weights_the_draws(conjugate):
    # Seeing a wet street moves belief about P(wet | rain) too; the twin is a million plain random draws.
    answer = assess(conjugate, scenario(conjugate, "evidence: {wet: {observed: yes}}")).variables["rain"]["yes"]
    random = np.random.default_rng(7)
    fitted = {key: one.distribution for key, one in conjugate.priors.by_key.items()}

    def drawn(key):
        return expit(random.normal(fitted[key].mu, fitted[key].sigma, 1_000_000))

    rain, dry, wet = map(drawn, ("rain.shares.yes", "wet.rows.0.shares.yes", "wet.rows.1.shares.yes"))
    evidence = rain * wet + (1 - rain) * dry
    posterior = rain * wet / evidence
    order = np.argsort(posterior)
    shares = np.cumsum(evidence[order]) / evidence.sum()
    low, high = (posterior[order][np.searchsorted(shares, level)] for level in (0.1, 0.9))
    assert (answer.low, answer.high) == pytest.approx((low, high), abs=0.005)
    # Predictive: the posterior under the mean tables is the weighted mean over the draws.
    assert answer.p == pytest.approx((rain * wet).mean() / evidence.mean(), abs=0.001)


def test_coverage_of_a_simulated_truth(conjugate):
    """An 80 % interval holds the truth in 80 % of worlds drawn from the priors, evidence seen in each."""
    worlds = assemble(conjugate.records, conjugate.priors, 2048, seed=99)
    random = np.random.default_rng(3)
    hits, count = 0, 2000
    nothing = worlds.engine.posteriors({}, tables=worlds.draws)
    seen = random.random(2048) < nothing.marginals["wet"][:, 1]
    intervals = {}
    for state in ("no", "yes"):
        answer = assess(conjugate, scenario(conjugate, f"evidence: {{wet: {{observed: {state}}}}}"))
        intervals[state] = answer.variables["rain"]["yes"]
    rows = np.stack([~seen, seen], axis=1).astype(float)
    truth = worlds.engine.posteriors({"wet": rows}, tables=worlds.draws).marginals["rain"][:, 1]
    for world in range(count):
        estimate = intervals["yes" if seen[world] else "no"]
        hits += estimate.low <= truth[world] <= estimate.high
    assert 0.78 <= hits / count <= 0.82


def test_findings_and_forcing_differ(iraq):
    seen = assess(iraq, scenario(iraq, "evidence: {posture: {observed: degraded}}"))
    made = assess(iraq, scenario(iraq, "forced: {posture: degraded}"))
    base = assess(iraq, scenario(iraq))
    # Forcing the posture tells nothing about its causes: reports of it and of what it does fall silent. Seeing it does.
    reports = [s.id for s in iraq.records.statements if {"posture", "surveillance"} & set(s.reports or {})]
    silent = assess(iraq, scenario(iraq, f"statements: {{exclude: [{', '.join(reports)}]}}"))
    assert made.outcomes["syrian_advance"].p == pytest.approx(silent.outcomes["syrian_advance"].p, abs=1e-4)
    assert seen.outcomes["syrian_advance"].p < made.outcomes["syrian_advance"].p - 0.05
    assert made.outcomes["infiltration"].p > base.outcomes["infiltration"].p + 0.1
    assert made.p_evidence == pytest.approx(1.0)


def test_a_belief_holds_exactly_and_in_every_draw(iraq):
    text = "evidence: {attack_tempo: {believed: {low: 20%, moderate: 30%, high: 50%}}, assad: {believed: {holds: 60%, loses_damascus: 40%}}}"
    answer = assess(iraq, scenario(iraq, text))
    for state, p in (("low", 0.2), ("moderate", 0.3), ("high", 0.5)):
        estimate = answer.variables["attack_tempo"][state]
        assert (estimate.p, estimate.low, estimate.high) == pytest.approx((p, p, p), abs=1e-9)
    assert answer.outcomes["assad"].p == pytest.approx(0.4, abs=1e-9)


def test_reports_combine_and_their_order_is_nothing(iraq):
    one = "evidence: {framing: [{reported: casus_belli, grade: B2}, {reported: attribution, grade: C3}]}"
    two = "evidence: {framing: [{reported: attribution, grade: C3}, {reported: casus_belli, grade: B2}]}"
    answers = [assess(iraq, scenario(iraq, text)) for text in (one, two)]
    assert answers[0].outcomes["israeli_strike"].p == pytest.approx(answers[1].outcomes["israeli_strike"].p, abs=1e-14)
    assert 0 < answers[0].p_evidence < 1


def test_impossible_evidence_names_the_findings(iraq):
    text = "evidence: {israeli_strike: {observed: none}, civilian_deaths: {observed: yes}, assad: {observed: holds}}"
    with pytest.raises(
        ImpossibleEvidence, match="no strike” and “Civilian deaths by an Israeli strike: yes” impossible"
    ):
        assess(iraq, scenario(iraq, text))


def test_the_same_model_and_scenario_give_the_same_bytes(iraq):
    asked = scenario(iraq, "evidence: {framing: {reported: casus_belli, grade: B2}}")
    again = build(load_model(IRAQ))
    assert json.dumps(assess(iraq, asked).as_json()) == json.dumps(assess(again, asked).as_json())


def test_an_excluded_statement_changes_only_what_rests_on_it(iraq):
    without = assess(iraq, scenario(iraq, "statements: {exclude: [S18]}"))
    base = assess(iraq, scenario(iraq))
    assert without.outcomes["israeli_strike"].p < base.outcomes["israeli_strike"].p
    assert without.outcomes["infiltration"].p == pytest.approx(base.outcomes["infiltration"].p, abs=1e-12)
    assert without.outcomes["israeli_strike"].baseline == pytest.approx(base.outcomes["israeli_strike"].p, abs=1e-12)


def test_a_changed_model_is_the_one_built_anew(iraq):
    asked = scenario(iraq, "statements: {exclude: [S18, al-bayati], reweigh: {R1: 0.5}, regrade: {N5: A1}}")
    changed = iraq.changed(asked.statements)
    fresh = assemble(iraq.records, changed.priors, iraq.count, iraq.seed)
    for name in iraq.network.variables:
        np.testing.assert_allclose(changed.network.tables[name], fresh.network.tables[name], atol=1e-14)
        if name in fresh.draws:
            np.testing.assert_allclose(changed.draws[name], fresh.draws[name], atol=1e-14)


def test_a_models_seed_is_its_own(small):
    text = (small / "model.yaml").read_text("utf-8")
    pinned = open_model(small)
    (small / "model.yaml").write_text(text.replace("seed: 20241201\n", ""), "utf-8")
    own = open_model(small)
    (small / "model.yaml").write_text(
        text.replace("seed: 20241201\n", "").replace("model: small", "model: other"), "utf-8"
    )
    other = open_model(small)
    # CRC-32 of the name, as any machine computes it.
    assert (pinned.seed, own.seed, other.seed) == (20241201, 0x7545EA13, 0xD9583520)
    assert own.records.digest == pinned.records.digest
    assert assess(own, scenario(own)).run.seed == own.seed
    points = [assess(model, scenario(model)).outcomes["late"].p for model in (pinned, own, other)]
    assert points[1:] == pytest.approx([points[0], points[0]], abs=0.005)
    ends = {assess(model, scenario(model)).outcomes["late"].low for model in (pinned, own, other)}
    assert len(ends) == 3


def test_what_counts_for_nothing_says_so(small):
    model = open_model(small)
    base = assess(model, scenario(model))
    assert base.notices == ()
    for text, why in (
        ("{storm: {reported: yes, grade: A4}}", "information of credibility 4 speaks neither for nor against"),
        ("{storm: {reported: yes, grade: E1}}", "a source of reliability E weighs nothing"),
        ("{storm: {reported: [no, yes], grade: A1}}", "leaves every state open"),
        ("{storm: {likelihood: {yes: 1e308, no: 1e308}}}", "the same for every state"),
    ):
        asked = scenario(model, f"evidence: {text}")
        answer = assess(model, asked)
        (notice,) = answer.notices
        assert why in notice
        assert answer.as_json()["notices"] == [notice]
        assert answer.outcomes == base.outcomes
        # None of it is moved, contradicted or shared out.
        explained = explain(model, asked)
        assert {flip.name for flip in explained.flips["late"]} <= {"road", *model.priors.by_key}
        assert explained.contributions["late"].log_odds == {"storm": 0.0}
        assert notice in "".join(str(block) for block in compose(explained).sections[0].blocks)


def test_every_grade_can_be_explained():
    model = open_model(SMALL)
    for letter, digit in product("ABCDEF", "123456"):
        asked = scenario(model, f"evidence: {{storm: {{reported: yes, grade: {letter}{digit}}}}}")
        assert bool(assess(model, asked).notices) == (letter == "E" or digit in "46")
        assert flips(lay_out(model, asked))["late"]


def test_rare_evidence_says_that_intervals_are_rough(iraq, monkeypatch):
    monkeypatch.setattr("tocsin.assessment.FEW_DRAWS", 1e6)
    (notice,) = assess(iraq, scenario(iraq)).notices
    assert notice.startswith("What is set is rare: the intervals rest on")
    assert notice.endswith(f"of {iraq.count} draws and are rough.")


def test_what_leaves_is_canonical(iraq):
    answer = assess(iraq, scenario(iraq, "evidence: {framing: {observed: casus_belli}}"))
    estimates = [one for states in answer.variables.values() for one in states.values()]
    for one in (*estimates, *answer.outcomes.values()):
        assert (one.p, one.low, one.high) == (figure(one.p), figure(one.low), figure(one.high))
