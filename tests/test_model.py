"""Variables that share numbers: the predictive network has the mean joint over the draws, by brute force."""

import numpy as np
import pytest

from tests.elicitation.toy import model, statement, variable
from tocsin.assessment import assess
from tocsin.model import build
from tocsin.records import Scenario

SOME = {"assume": {"range": ["5%", "60%"], "because": "x"}}


def _number(*names):
    return {"statements": list(names), **SOME}


def _rows(yes):
    return {
        "family": "table",
        "rows": [
            {"given": {"storm": "no"}, "shares": {"yes": SOME}},
            {"given": {"storm": "yes"}, "shares": {"yes": yes}},
        ],
    }


def _both(first, second, *statements, **settings):
    """A storm that may flood two valleys; either is told as a flood."""
    variables = {
        "storm": variable(["no", "yes"], {"family": "prior", "shares": {"yes": SOME}}),
        "east": variable(["no", "yes"], _rows(first), ["storm"]),
        "west": variable(["no", "yes"], _rows(second), ["storm"]),
        "flood": variable(["no", "yes"], {"family": "any"}, ["east", "west"]),
    }
    return build(model(variables, list(statements), outcomes=[{"title": "F", "events": {"flood": "yes"}}], **settings))


def _shared():
    return _both({"shared": "gap"}, {"shared": "gap"}, shared={"gap": SOME})


def _one_statement():
    judges = [{"probability": {name: "yes"}, "given": {"storm": "yes"}} for name in ("east", "west")]
    said = statement("s", judges=judges, read_as={"range": (0.2, 0.5), "because": "x"})
    return _both(_number("s"), _number("s"), said)


def _brute(found, evidence, variable_, forced=None):
    """P(variable = yes | storm, evidence, do(forced)) under the mean of the joints of all draws, cell by cell."""
    names = ["storm", "east", "west", "flood"]
    total = yes = 0.0
    for states in np.ndindex(2, 2, 2, 2):
        here = dict(zip(names, states, strict=True))
        if any(here[name] != state for name, state in {**evidence, **(forced or {})}.items()):
            continue
        weight = np.ones(found.count)
        for name in names[1:]:
            if name not in (forced or {}):
                table = found.own_draws[name]
                parents = found.records.variables[name].parents
                weight = weight * table[(here[name], *(here[parent] for parent in parents))]
        total += float(weight.mean())
        yes += float(weight.mean()) * here[variable_]
    return yes / total


@pytest.mark.parametrize("make", [_shared, _one_statement], ids=["number", "statement"])
def test_a_point_is_the_mean_over_the_draws(make):
    found = make()
    assert found.links.groups == (("east", "west"),)
    assert found.links.parents["west"] == ("storm", "east")
    for evidence in ({}, {"east": 1}, {"flood": 0}, {"storm": 1, "west": 0}):
        rows = {name: np.eye(2)[[state]] for name, state in evidence.items()}
        marginals = found.engine.posteriors(rows).marginals
        # Storm's own mean is exact and not that of its draws; within a storm nothing else is random.
        within = {**evidence, "storm": 1}
        rows = {name: np.eye(2)[[state]] for name, state in within.items()}
        marginals = found.engine.posteriors(rows).marginals
        for name in ("east", "west", "flood"):
            assert marginals[name][0, 1] == pytest.approx(_brute(found, within, name), abs=1e-9)


def test_seeing_one_axis_tells_of_the_other_forcing_it_does_not_and_a_draw_knows_nothing_of_it():
    found = _shared()
    storm = {"storm": np.eye(2)[[1]]}
    alone = found.engine.posteriors(storm).marginals["west"][0, 1]
    seen = found.engine.posteriors({**storm, "east": np.eye(2)[[1]]}).marginals["west"][0, 1]
    assert seen > alone + 0.05
    forced = found.forcing(["east"])
    told = forced.engine.posteriors(storm, do={"east": 1}).marginals["west"][0, 1]
    assert told == pytest.approx(alone, abs=1e-9)
    assert found.forcing(["west"]) is found
    scenario = Scenario.model_validate({"scenario": "t", "title": "T", "model": "toy", "forced": {"east": "yes"}})
    assert assess(found, scenario).variables["west"]["yes"].p == pytest.approx(
        found.engine.posteriors({}).marginals["west"][0, 1], abs=1e-9
    )
    table = found.draws["west"]
    assert table.shape == (2, 2, 2, found.count)
    np.testing.assert_array_equal(table[:, :, 0], table[:, :, 1])


def test_numbers_drawn_apart_are_not_linked():
    found = _both(SOME, SOME)
    assert found.links.groups == ()
    assert found.network.parents["west"] == ("storm",)


def test_a_group_that_is_too_large_stays_apart_and_is_named():
    many = [f"x{place}" for place in range(14)]
    variables = {
        name: variable(["no", "yes"], {"family": "prior", "shares": {"yes": {"shared": "gap"}}}) for name in many
    }
    found = build(model(variables, shared={"gap": SOME}), count=16)
    assert found.links.groups == ()
    assert found.links.apart == (tuple(many),)
