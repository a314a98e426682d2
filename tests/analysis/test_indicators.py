from itertools import combinations, product

import numpy as np
import pytest

from tocsin.analysis import indicators as module
from tocsin.analysis.indicators import Separation, indicators, information, reachable, separation

NET = """
variables:
  storm: {title: Storm, question: Storm?, states: [no, yes], role: driver,
    table: {family: prior, shares: {yes: {assume: {range: [10%, 50%], because: a b c}}}}}
  road: {title: Road, question: Road?, states: [open, slow, closed], role: mechanism, cost: 2, parents: [storm],
    table: {family: odds,
      base: {at_least: {slow: {assume: {range: [5%, 20%], because: a b c}}, closed: {assume: {range: [5%, 30%], because: a b c}}}},
      effects: {storm: {yes: {assume: {ratio: [2, 8], because: a b c}}}}}}
  fuel: {title: Fuel, question: Fuel?, states: [there, short], role: driver, cost: 0.5,
    table: {family: prior, shares: {short: {assume: {range: [20%, 40%], because: a b c}}}}}
  late: {title: Late, question: Late?, states: [no, yes], role: outcome, parents: [road, fuel],
    table: {family: table, rows: [
      {given: {road: open, fuel: there}, shares: {yes: {assume: {range: [2%, 10%], because: a b c}}}},
      {given: {road: open, fuel: short}, shares: {yes: {assume: {range: [20%, 40%], because: a b c}}}},
      {given: {road: [slow, closed]}, shares: {yes: {assume: {range: [60%, 90%], because: a b c}}}}]}}
outcomes: [{title: Late, events: {late: yes}}, {title: Road, events: {road: [slow, closed]}}]
"""
SAID = """  - {id: A1, speaker: ann, source: paper, where: x, claim: y, credibility: 2, reports: {road: [slow, closed]}}
"""


def joint(case):
    """P(all variables | everything) as a dense array, by a plain product of tables and likelihoods."""
    network, forced = case.model.network, case.evidence.forced
    names = network.variables
    chances = np.zeros([network.size(name) for name in names])
    for states in np.ndindex(chances.shape):
        at = dict(zip(names, states, strict=True))
        weight = 1.0
        for name in names:
            if name in forced:
                weight *= at[name] == forced[name]
            else:
                weight *= network.tables[name][(at[name], *(at[parent] for parent in network.parents[name]))]
            if name in case.held:
                weight *= case.held[name][0, at[name]]
        chances[states] = weight
    return names, chances / chances.sum()


def brute_information(names, chances, one, outcome, places):
    """Σ P(x, y) log2 [P(x, y) / (P(x) P(y))], x over the joint states of `one`, y whether the event holds."""
    axes = [names.index(name) for name in (*one, outcome)]
    table = np.moveaxis(chances, axes, range(len(axes)))
    table = table.reshape(*table.shape[: len(axes)], -1).sum(axis=-1)
    table = table.reshape(-1, table.shape[-1])
    both = np.stack([table[:, list(places)].sum(axis=1), np.delete(table, list(places), axis=1).sum(axis=1)], axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = both * np.log2(both / (both.sum(axis=1, keepdims=True) * both.sum(axis=0)))
    return float(np.nansum(terms))


CASES = [
    "", "evidence: {storm: {observed: yes}}", "evidence: {road: {reported: closed, grade: B2}}",
    "evidence: {road: {believed: {open: 20%, slow: 50%, closed: 30%}}}", "forced: {road: slow}",
]  # fmt: skip


@pytest.mark.parametrize("text", CASES)
def test_equal_to_brute_force(tiny, case, text):
    made = case(tiny(NET, SAID), text)
    names, chances = joint(made)
    for outcome, plan in indicators(made).items():
        assert plan.indicators or plan.irrelevant
        for each in plan.indicators:
            wanted = brute_information(names, chances, (each.variable,), outcome, made.events[outcome])
            assert each.bits == pytest.approx(wanted, abs=2e-10)
            assert each.bits <= plan.uncertainty + 2e-10
        for name in plan.irrelevant:
            assert brute_information(names, chances, (name,), outcome, made.events[outcome]) == pytest.approx(
                0, abs=2e-10
            )
        causes = [each.variable for each in plan.indicators if not each.effect]
        pairs = {
            pair: brute_information(names, chances, pair, outcome, made.events[outcome])
            for pair in combinations(sorted(causes), 2)
        }
        if pairs:
            assert plan.best_pair.bits == pytest.approx(max(pairs.values()), abs=2e-10)
        else:
            assert plan.best_pair is None


def test_replies_are_those_of_plain_queries(tiny, case):
    made = case(tiny(NET, SAID))
    fuel = next(each for each in indicators(made)["late"].indicators if each.variable == "fuel")
    for place, (state, reply) in enumerate(fuel.replies.items()):
        again = case(made.model, f"evidence: {{fuel: {{observed: {state}}}}}")
        assert reply.p == pytest.approx(again.point["late"], abs=1e-12)
        assert reply.word == again.assessment.outcomes["late"].wording.word
        assert reply.chance == pytest.approx(made.assessment.variables["fuel"][state].p, abs=1e-12), place
    now = made.assessment.outcomes["late"].wording.word
    changing = sum(reply.chance for reply in fuel.replies.values() if reply.word != now)
    assert fuel.new_word == pytest.approx(changing)
    assert fuel.steps >= fuel.new_word


def test_cost_and_effects(tiny, case):
    plan = indicators(case(tiny(NET, SAID)))
    late = {each.variable: each for each in plan["late"].indicators}
    assert late["road"].bits_per_cost == pytest.approx(late["road"].bits / 2)
    assert late["fuel"].bits_per_cost == pytest.approx(late["fuel"].bits / 0.5)
    assert late["storm"].bits_per_cost is None
    assert not late["road"].effect
    assert next(each for each in plan["road"].indicators if each.variable == "late").effect


def test_what_is_separated_is_said_with_the_reason(tiny, case):
    model = tiny(NET, SAID)
    plan = indicators(case(model, "evidence: {road: {observed: slow}}"))
    assert plan["late"].irrelevant == {"storm": Separation(blocked_by=("road",))}
    assert indicators(case(model))["road"].irrelevant == {"fuel": Separation(colliders=("late",))}
    # A report of the collider opens the path.
    reported = indicators(case(model, "evidence: {late: {reported: yes, grade: B2}}"))
    assert reported["road"].irrelevant == {}
    # Forcing the road cuts it from the storm, which then says nothing of anything.
    forced = indicators(case(model, "forced: {road: slow}"))["late"].irrelevant
    assert forced["storm"] == Separation()


def test_information_of_nothing_and_of_everything():
    assert information(np.array([0.3, 0.7]), np.array([0.4, 0.4])) == pytest.approx(0, abs=1e-15)
    assert information(np.array([0.5, 0.5]), np.array([0.0, 1.0])) == pytest.approx(1)
    assert information(np.array([1.0, 0.0]), np.array([0.4, np.nan])) == 0


def test_only_the_best_are_paired(tiny, case, monkeypatch):
    monkeypatch.setattr(module, "MOST_PAIRED", 1)
    assert indicators(case(tiny(NET, SAID)))["late"].best_pair is None


@pytest.mark.parametrize("seed", range(8))
def test_separation_is_pgmpy_s(seed):
    from pgmpy.base import DAG

    rng = np.random.default_rng(seed)
    names = [f"v{k}" for k in range(9)]
    parents = {name: tuple(names[j] for j in range(k) if rng.random() < 0.25) for k, name in enumerate(names)}
    graph = DAG([(parent, name) for name in names for parent in parents[name]])
    graph.add_nodes_from(names)
    known = [name for name in names if rng.random() < 0.25]
    for one, other in product(set(names) - set(known), repeat=2):
        if one == other:
            continue
        connected = graph.is_dconnected(one, other, observed=known)
        assert (other in reachable(parents, one, known)) == connected, (parents, known, one, other)
        assert (separation(parents, one, other, known) is None) == connected


@pytest.mark.parametrize("seed", range(5))
def test_a_report_is_an_observed_child(seed):
    rng = np.random.default_rng(seed)
    names = [f"v{k}" for k in range(8)]
    parents = {name: tuple(names[j] for j in range(k) if rng.random() < 0.3) for k, name in enumerate(names)}
    heard = [name for name in names if rng.random() < 0.3]
    with_reports = {**parents, **{f"report of {name}": (name,) for name in heard}}
    for name in names:
        wanted = reachable(with_reports, name, [f"report of {each}" for each in heard])
        assert reachable(parents, name, (), heard) == wanted
