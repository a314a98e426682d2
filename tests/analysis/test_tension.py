from __future__ import annotations

import numpy as np
import pytest

from tocsin.analysis.tension import tensions
from tocsin.reconciliation import probabilities


def test_the_tensions_that_must_surface_do(iraq):
    found = {each.statement: each for each in tensions(iraq)}
    # The brief names both: infiltration above a strike against N4, and S25's words far above what the model says.
    assert found["N4"].strained
    assert found["N4"].model_p < found["N4"].other_p
    assert found["S25"].strained
    assert found["S25"].z < -1


def test_only_judgements_that_set_nothing_are_checked(iraq):
    found = {each.statement for each in tensions(iraq)}
    assert "S18" not in found
    assert {"S1", "S4", "S8", "S16", "Y1", "N3"} <= found
    assert "S20" not in found, "another horizon is no tension"


def test_z_is_zero_in_the_middle_of_the_words_and_one_and_a_quarter_at_their_ends(iraq):
    for each in tensions(iraq):
        if each.low is None:
            continue
        low, high, p = (np.log(x / (1 - x)) for x in (each.low, each.high, each.model_p))
        # An 80 % interval reaches 1.2816 standard deviations to each side.
        assert each.z == pytest.approx((p - (low + high) / 2) / ((high - low) / 2) * 1.2815515655)


def test_conditional_probabilities_are_those_of_plain_queries(iraq):
    event, given = {"israeli_strike": ("limited", "campaign")}, {"restraint": ("fails",), "assad": ("holds",)}
    facts = {name: row[np.newaxis] for name, row in iraq.priors.likelihoods.items()}
    conditions = {"restraint": np.array([[0.0, 0.0, 1.0]]), "assad": np.array([[1.0, 0.0]])}
    plain = iraq.engine.posteriors({**facts, **conditions}).marginals["israeli_strike"][0]
    both = probabilities(iraq, [(event, {}), (event, given)])
    assert both[1] == pytest.approx(plain[1:].sum(), abs=1e-10)
    assert both[0] == pytest.approx(iraq.engine.posteriors(facts).marginals["israeli_strike"][0, 1:].sum(), abs=1e-10)
