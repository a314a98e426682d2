import numpy as np
import pytest

from tocsin.analysis.tension import tensions, voices
from tocsin.elicitation import weigh
from tocsin.reconciliation import drawn_probabilities, probabilities
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
    found = {(each.statement, each.told): each for each in tensions(iraq) if each.kind == "fact"}
    (posture,) = (each for (name, _), each in found.items() if name == "R4" and "posture" in each.told)
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


def test_conditional_probabilities_are_those_of_plain_queries(iraq):
    event, given = {"israeli_strike": ("limited", "campaign")}, {"restraint": ("fails",), "assad": ("holds",)}
    facts = {name: row[np.newaxis] for name, row in iraq.priors.likelihoods.items()}
    conditions = {"restraint": np.array([[0.0, 0.0, 1.0]]), "assad": np.array([[1.0, 0.0]])}
    plain = iraq.engine.posteriors({**facts, **conditions}).marginals["israeli_strike"][0]
    both = probabilities(iraq, [(event, {}), (event, given)])
    assert both[1] == pytest.approx(plain[1:].sum(), abs=1e-10)
    assert both[0] == pytest.approx(iraq.engine.posteriors(facts).marginals["israeli_strike"][0, 1:].sum(), abs=1e-10)
