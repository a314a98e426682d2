from itertools import product

import numpy as np
import pytest

from tests.inference.conftest import published, random_network
from tocsin.errors import BadQuery
from tocsin.inference import Engine
from tocsin.inference import mpe as module
from tocsin.inference.mpe import most_probable


def all_joint(network, likelihoods, forced):
    """Log-probability of every joint state, by a loop, best first."""
    found = []
    for states in product(*(range(network.size(name)) for name in network.variables)):
        at = dict(zip(network.variables, states, strict=True))
        if any(at[name] != state for name, state in forced.items()):
            continue
        with np.errstate(divide="ignore"):
            log = sum(float(np.log(row[at[name]])) for name, row in likelihoods.items())
            for name in network.variables:
                if name not in forced:
                    place = (at[name], *(at[parent] for parent in network.parents[name]))
                    log += float(np.log(network.tables[name][place]))
        if np.isfinite(log):
            found.append((log, {name: network.states[name][k] for name, k in at.items()}))
    return sorted(found, key=lambda pair: -pair[0])


@pytest.mark.parametrize("seed", range(12))
def test_the_k_best_are_those_of_enumeration(seed):
    rng = np.random.default_rng(seed)
    network = random_network(rng, 6)
    likelihoods = {name: rng.random(network.size(name)) + 0.05 for name in network.variables[:2]}
    forced = {network.variables[3]: int(rng.integers(network.size(network.variables[3])))} if seed % 3 == 0 else {}
    wanted = all_joint(network, likelihoods, forced)
    found = most_probable(network, likelihoods, forced, count=7)
    assert [each.log_p for each in found] == pytest.approx([log for log, _ in wanted[:7]], abs=1e-9)
    assert len({tuple(each.states.items()) for each in found}) == len(found) == min(7, len(wanted))
    known = {tuple(states.items()): log for log, states in wanted}
    for each in found:
        assert known[tuple(each.states.items())] == pytest.approx(each.log_p)


def test_the_probabilities_of_all_explanations_sum_to_the_evidence():
    network = random_network(np.random.default_rng(5), 5)
    row = {network.variables[0]: np.linspace(0.2, 0.9, network.size(network.variables[0]))}
    found = most_probable(network, row, count=10_000)
    total = np.exp([each.log_p for each in found]).sum()
    assert np.log(total) == pytest.approx(Engine(network).posteriors(row).log_evidence[0], abs=1e-10)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "open_ones", "seed"), [("asia", 7, 0), ("asia", 6, 1), *(("alarm", 6, k) for k in range(4))]
)
def test_published_networks_as_pgmpy_s_map_query(name, open_ones, seed):
    """pgmpy holds the joint of all variables asked for, so all but a few are observed, as one draw of the net has them."""
    from pgmpy.inference import VariableElimination

    network, model = published(name)
    rng = np.random.default_rng(seed)
    drawn = {}
    for each in network.order:
        column = network.tables[each][(slice(None), *(drawn[parent] for parent in network.parents[each]))]
        drawn[each] = int(rng.choice(len(column), p=column / column.sum()))
    others = rng.permutation(network.variables)[:open_ones].tolist()
    evidence = {each: network.states[each][k] for each, k in drawn.items() if each not in others}
    rows = {each: np.eye(network.size(each))[network.index(each, state)] for each, state in evidence.items()}
    (best,) = most_probable(network, rows)
    theirs = VariableElimination(model).map_query(others, evidence=evidence, show_progress=False)

    def log(states):
        places = {each: network.index(each, str(states[each])) for each in network.variables}
        return sum(
            float(np.log(network.tables[each][(places[each], *(places[p] for p in network.parents[each]))]))
            for each in network.variables
        )

    assert {each: best.states[each] for each in evidence} == evidence
    # Several states may be as probable; both must be as good.
    assert log(best.states) == pytest.approx(best.log_p, abs=1e-9)
    assert best.log_p == pytest.approx(log({**theirs, **evidence}), abs=1e-9)


def test_no_change_of_a_few_states_is_better():
    """On alarm with few findings, where nothing else gives the answer: a local search from it finds nothing better."""
    network, _ = published("alarm")
    rows = {"HRBP": np.eye(3)[network.index("HRBP", "HIGH")], "CO": np.eye(3)[network.index("CO", "LOW")]}
    first, second = most_probable(network, rows, count=2)
    assert first.log_p >= second.log_p
    best = {each: network.index(each, state) for each, state in first.states.items()}
    for one, other in product(network.variables, repeat=2):
        for i, j in product(range(network.size(one)), range(network.size(other))):
            at = {**best, one: i, other: j}
            if at["HRBP"] != best["HRBP"] or at["CO"] != best["CO"]:
                continue
            touched = [n for n in network.variables if {one, other} & {n, *network.parents[n]}]
            before, after = (
                np.prod([network.tables[n][(s[n], *(s[p] for p in network.parents[n]))] for n in touched])
                for s in (best, at)
            )
            assert after <= before * (1 + 1e-9)


def test_impossible_evidence_has_no_explanation(snow):
    assert most_probable(snow, {"snow": [0.0, 0.0]}) == []


def test_one_row_at_a_time(snow):
    with pytest.raises(BadQuery, match="not of 2"):
        most_probable(snow, {"snow": np.ones((2, 2)) * [[0.5], [1.0]]})


def test_rows_are_taken_in_turns_where_memory_is_short(monkeypatch):
    network = random_network(np.random.default_rng(2), 6)
    at_once = [each.log_p for each in most_probable(network, {}, count=5)]
    monkeypatch.setattr(module, "CELLS", 1)
    assert [each.log_p for each in most_probable(network, {}, count=5)] == at_once
