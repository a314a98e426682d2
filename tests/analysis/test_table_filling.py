"""Short cuts against the long way: parts of tables against whole tables, priors elicited in part against all of them."""

import numpy as np
import pytest

from tests.conftest import IRAQ
from tocsin.analysis import table_filling
from tocsin.analysis.parameters import Turner, parameters
from tocsin.analysis.perturbations import influence, variant
from tocsin.analysis.re_elicitation import Elicitor
from tocsin.analysis.table_filling import Filler
from tocsin.elicitation import priors, weigh
from tocsin.loading import open_model
from tocsin.records import StatementChanges


@pytest.mark.parametrize("cells", [2**10, 2**17, 2**24], ids=["many blocks", "as it is", "at once"])
def test_a_part_of_a_table_is_the_whole_table_s(iraq, monkeypatch, cells):
    monkeypatch.setattr(table_filling, "CELLS", cells)
    in_parts, whole = Turner(iraq, 32), Turner(iraq, 32)
    monkeypatch.setattr(whole._filler, "part", lambda name, keys: None)
    parts = 0
    for one in parameters(iraq.priors):
        parts += in_parts._filler.part(one.variable, iraq.priors.places_of(one.held)) is not None
        steps = (-1.0, 0.0, 2.0)
        found, wanted = in_parts.moved(one, steps), whole.moved(one, steps)
        assert found.keys() == wanted.keys() >= set(one.variables)
        for name, table in found.items():
            np.testing.assert_allclose(table, wanted[name], atol=1e-13, rtol=0)
    assert parts > 20


def test_numbers_of_two_causes_bear_on_more_than_a_part(iraq):
    filler = Filler(iraq.records, iraq.priors)
    key = "infiltration_rabia.effects.surveillance.low"
    assert filler.part("infiltration_rabia", [key]) == table_filling.FilledPart("surveillance", "low")
    assert filler.part("infiltration_rabia", [key, "infiltration_rabia.effects.assad.loses_damascus"]) is None
    assert filler.part("infiltration_rabia", ["infiltration_rabia.base.shares.yes"]) is None
    # An ordered effect's columns hang on each other.
    assert filler.part("infiltration_rabia", ["infiltration_rabia.effects.posture.degraded"]) is None


def test_effects_that_must_rise_do_so_in_every_draw(iraq):
    """A thin border is not safer than a normal one, nor do many attacks draw fewer strikes than few."""
    for axis in ("infiltration_rabia", "infiltration_qaim"):
        table = iraq.own_draws[axis][1]
        place = iraq.records.variables[axis].parents.index("posture")
        assert (np.diff(np.moveaxis(table, place, 0), axis=0) >= -1e-12).all()
    strike = iraq.own_draws["israeli_strike"]
    place = iraq.records.variables["israeli_strike"].parents.index("attack_tempo") + 1
    some = np.moveaxis(1 - strike[0], place - 1, 0)
    assert (np.diff(some, axis=0) >= -1e-12).all()
    many = np.moveaxis(strike[2], place - 1, 0)
    assert (np.diff(many, axis=0) >= -1e-12).all()


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
