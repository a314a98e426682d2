"""Priors elicited in part, against those of a whole elicitation."""

import numpy as np
import pytest

from tests.conftest import IRAQ
from tocsin.analysis.perturbations import influence, variant
from tocsin.analysis.re_elicitation import Elicitor
from tocsin.elicitation import priors, weigh
from tocsin.model import open_model
from tocsin.records import StatementChanges


@pytest.mark.parametrize(
    "changes", [{}, {"exclude": ("S18",), "reweigh": {"R1": 0.5}, "half_life_days": 3}], ids=["plain", "changed"]
)
def test_priors_without_a_statement_are_those_of_a_whole_elicitation(iraq, changes):
    made = StatementChanges(**changes)
    model = iraq.changed(made)
    elicitor = Elicitor(model, made)
    for name in (
        *(statement.id for statement in iraq.records.statements),
        *iraq.records.speakers,
        *iraq.records.origins,
    ):
        found = elicitor.without(elicitor.traces(name))
        wanted = priors(iraq.records, made.model_copy(update={"exclude": (*made.exclude, name)}))
        assert {key: one.distribution for key, one in found.by_key.items()} == {
            key: one.distribution for key, one in wanted.by_key.items()
        }, name
        for variable in {*found.likelihoods, *wanted.likelihoods}:
            ones = np.ones(iraq.network.size(variable))
            one, other = (each.likelihoods.get(variable, ones) for each in (found, wanted))
            np.testing.assert_allclose(one, other, rtol=1e-14)


@pytest.mark.parametrize("name", ["S9", "S18", "al-sharifi"])
def test_a_variant_has_the_tables_and_draws_of_the_model_changed(iraq, name):
    elicitor = Elicitor(iraq, StatementChanges())
    found = variant(iraq, elicitor.without(elicitor.traces(name)))
    wanted = iraq.changed(StatementChanges(exclude=(name,)))
    for variable, table in wanted.network.tables.items():
        np.testing.assert_allclose(found.tables.get(variable, iraq.network.tables[variable]), table, atol=1e-14)
        if variable in wanted.draws:
            drawn = found.draws.get(variable, iraq.draws[variable])
            np.testing.assert_allclose(drawn, wanted.draws[variable], atol=1e-14)


@pytest.mark.parametrize("lexicon", ["nato", "phia"])
def test_priors_by_another_lexicon_are_those_of_a_whole_elicitation(iraq, lexicon):
    found = Elicitor(iraq, StatementChanges()).weighed_anew(weigh(iraq.records, StatementChanges(), lexicon))
    wanted = priors(iraq.records, None, lexicon)
    assert {key: one.distribution for key, one in found.by_key.items()} == {
        key: one.distribution for key, one in wanted.by_key.items()
    }


def test_what_is_kept_of_a_model_serves_its_other_scenarios(iraq, case):
    text = "evidence: {framing: {observed: casus_belli}, posture: {reported: degraded, grade: C3}}"
    influence(case(iraq))
    again, fresh = influence(case(iraq, text)), influence(case(open_model(IRAQ), text))
    assert again.statements == fresh.statements
    assert again.groups == fresh.groups
