import numpy as np
import pytest

from tocsin.analysis import sensitivity as module
from tocsin.analysis.parameters import Turner, parameters
from tocsin.analysis.sensitivity import strength_of, strengths, tornado, two_way
from tocsin.errors import BadQuery
from tocsin.inference import Engine
from tocsin.network import Network
from tocsin.tables import table

TEXT = "evidence: {framing: {observed: casus_belli}}"
ODDS = "surveillance.effects.posture.degraded"
NOISY = "israeli_strike.causes.framing.casus_belli.at_least.limited"
SHARE = "target.rows.1.shares.convoy"
PRIOR = "us_position.shares.does_not_oppose"


def answered(model, variable, made):
    """P(strike), P(infiltration) under one table more, by an engine of its own."""
    network = model.network
    tables = {**network.tables, variable: made}
    engine = Engine(Network(network.variables, network.states, network.parents, tables))
    facts = dict(model.priors.likelihoods)
    facts["framing"] = facts["framing"] * np.array([0.0, 0.0, 1.0])
    found = engine.posteriors({name: row[np.newaxis] for name, row in facts.items()}).marginals
    return {
        "israeli_strike": found["israeli_strike"][0, 1:].sum(),
        "infiltration": found["infiltration"][0, 1],
        "base_attacks": found["base_attacks"][0, 1:].sum(),
    }


@pytest.mark.parametrize("key", [ODDS, NOISY, PRIOR])
def test_a_bar_is_the_answer_with_the_number_known(iraq, case, key):
    variable = key.split(".")[0]
    prior = iraq.priors.by_key[key]
    draws = {k: v for k, v in iraq.priors.draws(iraq.count, iraq.seed).items() if k.startswith(f"{variable}.")}
    found = tornado(case(iraq, TEXT))
    for outcome in ("israeli_strike", "infiltration", "base_attacks"):
        bar = next(bar for bar in found[outcome] if bar.parameter.key == key)
        for level, value, p in ((0.1, bar.low, bar.p_low), (0.9, bar.high, bar.p_high)):
            assert value == pytest.approx(float(prior.distribution.quantile(level)))
            known = {**draws, key: np.full(iraq.count, value)}
            made = table(variable, iraq.records.variables, known, {}).mean(axis=-1)
            # The single draws' average is the expected table only up to sampling where the family is linear.
            assert p == pytest.approx(
                answered(iraq, variable, made)[outcome], abs=1e-10 if variable != "us_position" else 1e-6
            )


def test_bars_are_sorted_and_name_their_statements(iraq, case):
    bars = tornado(case(iraq, TEXT))["israeli_strike"]
    assert [bar.swing for bar in bars] == sorted((bar.swing for bar in bars), reverse=True)
    assert bars[0].parameter.key == NOISY
    assert bars[0].parameter.statements == ("S18",)
    assert bars[0].p_low < case(iraq, TEXT).point["israeli_strike"] < bars[0].p_high
    assert len({bar.parameter.key for bar in bars}) == len(bars) == len(parameters(iraq.priors))


def test_a_share_of_a_column_leaves_the_others_in_proportion(iraq):
    share = next(one for one in parameters(iraq.priors) if one.key == SHARE)
    made = Turner(iraq).pinned(share, np.array([0.5]))["target"][..., 0]
    before = iraq.network.tables["target"]
    place = iraq.network.index("target", "convoy")
    np.testing.assert_allclose(made[place, 1:], 0.5)
    np.testing.assert_allclose(
        np.delete(made, place, 0)[:, 1:] / np.delete(before, place, 0)[:, 1:], 0.5 / (1 - before[place, 1])
    )
    np.testing.assert_allclose(made[:, 0], before[:, 0])


def test_moving_by_nothing_is_the_model_s_own_table(iraq):
    turner = Turner(iraq)
    for one in parameters(iraq.priors):
        for name, made in turner.moved(one, [0.0, 1.0]).items():
            np.testing.assert_allclose(made[..., 0], iraq.network.tables[name], atol=1e-12)
            np.testing.assert_allclose(made.sum(axis=0), 1.0)
        assert one.distance(turner.mean_after(one, 0.0), turner.mean_after(one, 1.0)) > 0.3


@pytest.mark.parametrize("other", [PRIOR, "israeli_strike.inhibitors.us_position.opposes"])
def test_two_numbers_together(iraq, case, other):
    both = two_way(case(iraq, TEXT), NOISY, other, levels=(0.1, 0.9))
    grid = both.p["israeli_strike"]
    assert grid.shape == (2, 2)
    # Both only raise the strike, so the corners are ordered.
    assert grid[0, 0] < grid[0, 1] < grid[1, 1]
    assert grid[0, 0] < grid[1, 0] < grid[1, 1]
    if other == PRIOR:
        turner, named = Turner(iraq), {one.key: one for one in parameters(iraq.priors)}
        tables = {
            **turner.pinned(named[NOISY], np.array(both.first_values[1:])),
            **turner.pinned(named[PRIOR], np.array(both.second_values[:1])),
        }
        alone = case(iraq, TEXT).chances(case(iraq, TEXT).evidence.likelihoods, tables)
        assert grid[1, 0] == pytest.approx(alone["israeli_strike"][0], abs=1e-12)


def test_two_numbers_that_are_not_two(iraq, case):
    with pytest.raises(BadQuery, match="given twice; name two different numbers"):
        two_way(case(iraq), SHARE, SHARE)
    with pytest.raises(BadQuery, match="shares of one distribution"):
        two_way(case(iraq), SHARE, SHARE.replace("convoy", "none"))
    with pytest.raises(BadQuery, match="did you mean"):
        two_way(case(iraq), SHARE, PRIOR[:-1])


def test_a_shared_number_moves_both_of_its_variables(iraq, case):
    """The answer with the number known, against a model whose draws of it are that value."""
    key = "shared.crossing"
    prior = iraq.priors.by_key[key]
    bar = next(bar for bar in tornado(case(iraq, TEXT))["infiltration"] if bar.parameter.key == key)
    assert bar.parameter.variables == ("infiltration_rabia", "infiltration_qaim")
    drawn = iraq.priors.draws(iraq.count, iraq.seed)
    for level, value, p in ((0.1, bar.low, bar.p_low), (0.9, bar.high, bar.p_high)):
        assert value == pytest.approx(float(prior.distribution.quantile(level)))
        values = iraq.priors.by_place({**drawn, key: np.full(iraq.count, value)})
        tables = {
            name: table(name, iraq.records.variables, values, iraq.priors.cuts) for name in bar.parameter.variables
        }
        expected = iraq.links.expected(bar.parameter.variables, tables)
        both = {name: mean[..., np.newaxis] for name, mean in expected.items()}
        wanted = case(iraq, TEXT).chances(case(iraq, TEXT).evidence.likelihoods, both)["infiltration"][0]
        assert p == pytest.approx(wanted, abs=1e-9)


def test_distance_of_two_columns():
    table = np.array([[[0.9, 0.5], [0.4, 0.5]], [[0.1, 0.5], [0.6, 0.5]]])
    assert strength_of(table, np.array([1.0, 0.0])) == pytest.approx((0.5, 0.5))
    assert strength_of(table, np.array([0.4, 0.6])) == pytest.approx((0.2, 0.2))
    assert strength_of(table[:, :1], np.array([0.4, 0.6])) == (0.0, 0.0)


def test_every_arc_once_and_within_bounds(iraq, case):
    found = strengths(case(iraq))
    arcs = {(parent, child) for child, each in iraq.records.variables.items() for parent in each.parents}
    assert {(one.parent, one.child) for one in found} == arcs
    assert len(found) == len(arcs)
    assert all(0 <= one.mean <= one.most <= 1 for one in found)


def test_a_single_parent_needs_no_weights(iraq, case):
    one = next(each for each in strengths(case(iraq)) if (each.parent, each.child) == ("syrian_advance", "assad"))
    table = iraq.network.tables["assad"]
    assert one.mean == pytest.approx(abs(table[0, 0] - table[0, 1]))


def test_the_other_parents_are_as_the_scenario_has_them(iraq, case):
    made = case(iraq, "evidence: {us_position: {observed: opposes}, attack_tempo: {observed: high}}")
    one = next(each for each in strengths(made) if (each.parent, each.child) == ("framing", "israeli_strike"))
    columns = iraq.network.tables["israeli_strike"][:, 2, :, 0]
    distances = [np.abs(columns[:, a] - columns[:, b]).sum() / 2 for a, b in ((0, 1), (0, 2), (1, 2))]
    assert (one.mean, one.most) == pytest.approx((np.mean(distances), max(distances)))


def test_an_arc_into_what_is_forced_is_cut(iraq, case):
    found = strengths(case(iraq, "forced: {posture: degraded}"))
    assert next(one for one in found if one.child == "posture").mean == 0


def test_too_many_parents_count_as_independent(iraq, case, monkeypatch):
    exact = {(one.parent, one.child): one.mean for one in strengths(case(iraq))}
    monkeypatch.setattr(module, "MOST_ROWS", 6)
    rough = {(one.parent, one.child): one.mean for one in strengths(case(iraq))}
    assert rough["syrian_advance", "assad"] == pytest.approx(exact["syrian_advance", "assad"])
    assert rough != exact
    assert all(rough[arc] == pytest.approx(mean, abs=0.1) for arc, mean in exact.items())
