import numpy as np
import pytest

from tocsin.analysis import strength as module
from tocsin.analysis.strength import strength_of, strengths


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
