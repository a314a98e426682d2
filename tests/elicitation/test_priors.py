"""Statements and assumptions → priors, on small models."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.elicitation.toy import judgement, model, statement, variable
from tocsin.elicitation import Prior, Priors, SimplexPrior, UnknownWords, priors
from tocsin.elicitation.distributions import Beta, Fixed, LogNormal, Scaled
from tocsin.elicitation.intervals import (
    beta_from_interval,
    cap,
    discount,
    discount_ratio,
    lognormal_from_interval,
    strength_from_interval,
)
from tocsin.elicitation.mixtures import Recentred
from tocsin.elicitation.simplexes import Dirichlet, FixedShares
from tocsin.errors import BadQuery
from tocsin.records import Model, StatementChanges

RAIN, WET = "rain.shares.yes", "wet.effects.rain.yes"
YES, NO = {"rain": "yes"}, {"rain": "no"}
SOME = {"assume": {"range": ["5%", "20%"], "because": "x"}}


def _rain(quantity: dict[str, Any], *statements: dict[str, Any], **settings: Any) -> Model:
    table = {"family": "prior", "shares": {"yes": quantity}}
    return model({"rain": variable(["no", "yes"], table)}, list(statements), **settings)


def _wet(effect: dict[str, Any], *statements: dict[str, Any]) -> Model:
    odds = {
        "family": "odds",
        "base": {"at_least": {"damp": SOME, "soaked": SOME}},
        "effects": {"rain": {"yes": effect}},
    }
    rain = variable(["no", "yes"], {"family": "prior", "shares": {"yes": SOME}})
    return model({"rain": rain, "wet": variable(["dry", "damp", "soaked"], odds, ["rain"])}, list(statements))


def _prior(found: Priors, key: str) -> Prior:
    prior = found.by_key[key]
    assert isinstance(prior, Prior)
    return prior


def _said(*names: str, **otherwise: Any) -> dict[str, Any]:
    return {"statements": list(names), **otherwise}


def _influence(name: str, speaker: str = "ann", read_as: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
    influence = {"from": YES, "to": {"wet": ["damp", "soaked"]}, "direction": "raises", **fields}
    reading = {"read_as": {**read_as, "because": "x"}} if read_as else {}
    return statement(name, speaker, judges={"influence": influence}, **reading)


def test_an_assumed_range_is_its_beta_uncapped() -> None:
    prior = _prior(priors(_rain({"assume": {"range": ["45%", "55%"], "because": "x"}})), RAIN)
    assert prior.distribution == beta_from_interval(0.45, 0.55)
    assert (prior.kind, prior.basis, prior.point) == ("chance", "assumption", 0.5)
    assert prior.assumption is not None
    assert prior.assumption.because == "x"


def test_words_are_capped_by_confidence_and_readings_are_not() -> None:
    words = statement("s", judges={"probability": YES}, words="roughly even", confidence="low")
    reliable = StatementChanges(reweigh={"s": 2})
    even = {cases: Beta(pytest.approx(cases / 2), pytest.approx(cases / 2)) for cases in (4, 12, 40)}
    assert _prior(priors(_rain(_said("s"), words), reliable), RAIN).distribution == even[4]
    del words["confidence"]
    assert _prior(priors(_rain(_said("s"), words), reliable), RAIN).distribution == even[12]
    firm = _rain(_said("s"), words, confidence="high")
    assert _prior(priors(firm, reliable), RAIN).distribution == even[40]
    read = judgement("s", 0.45, 0.55, YES, words="roughly even")
    assert _prior(priors(_rain(_said("s"), read), reliable), RAIN).distribution == beta_from_interval(0.45, 0.55)
    hedge = {"fifty-fifty": {"range": ["45%", "55%"], "because": "x"}}
    hedged = statement("s", judges={"probability": YES}, words="Fifty-fifty")
    found = priors(_rain(_said("s"), hedged, hedges=hedge), reliable)
    assert _prior(found, RAIN).distribution == beta_from_interval(0.45, 0.55)


def test_words_follow_the_lexicon_and_the_scenario_may_change_them() -> None:
    said = _rain(_said("s"), statement("s", judges={"probability": YES}, words="likely"))
    icd = discount(cap(beta_from_interval(0.55, 0.8), 12), 0.9)
    kent = discount(cap(beta_from_interval(0.63, 0.87), 12), 0.9)
    unlikely = discount(cap(beta_from_interval(0.2, 0.45), 12), 0.9)
    assert _prior(priors(said), RAIN).distribution == icd
    assert _prior(priors(said, lexicon="kent"), RAIN).distribution == kent
    assert _prior(priors(said, StatementChanges(reword={"s": "unlikely"})), RAIN).distribution == unlikely
    read = _rain(_said("s"), judgement("s", 0.1, 0.3, YES))
    assert _prior(priors(read, StatementChanges(reword={"s": "unlikely"})), RAIN).distribution == unlikely
    with pytest.raises(UnknownWords, match="did you mean 'unlikely'"):
        priors(said, StatementChanges(reword={"s": "unlikly"}))


def test_a_judgement_is_discounted_by_its_grade_and_a_complement_flips() -> None:
    straight = discount(beta_from_interval(0.1, 0.3), 0.5)
    said = _prior(priors(_rain(_said("s"), judgement("s", 0.1, 0.3, YES, "cyd"))), RAIN)
    assert said.distribution == straight
    assert said.point == straight.mean
    assert (said.basis, said.votes[0].weight, said.votes[0].share) == ("statements", 0.5, 1.0)
    flipped = _prior(priors(_rain(_said("s"), judgement("s", 0.7, 0.9, NO, "cyd"))), RAIN).distribution
    assert isinstance(flipped, Beta)
    assert (flipped.a, flipped.b) == (pytest.approx(straight.a), pytest.approx(straight.b))


def test_several_judgements_are_pooled_by_weight() -> None:
    found = _prior(
        priors(_rain(_said("a", "b"), judgement("a", 0.1, 0.3, YES), judgement("b", 0.4, 0.7, YES, "cyd"))), RAIN
    )
    first, second = discount(beta_from_interval(0.1, 0.3), 0.9), discount(beta_from_interval(0.4, 0.7), 0.5)
    logit = (0.9 * np.log(first.a / first.b) + 0.5 * np.log(second.a / second.b)) / 1.4
    assert found.point == pytest.approx(1 / (1 + np.exp(-logit)))
    assert isinstance(found.distribution, Recentred)
    assert [vote.share for vote in found.votes] == pytest.approx([0.9 / 1.4, 0.5 / 1.4])


def test_copies_do_not_count_twice() -> None:
    said = [judgement("a", 0.1, 0.3, YES), judgement("b", 0.4, 0.7, YES, "bob", origin="o")]
    copies = [judgement("b2", 0.4, 0.7, YES, "bob"), judgement("b3", 0.4, 0.7, YES, "bob", origin="o")]
    once = _prior(priors(_rain(_said("a", "b"), *said)), RAIN)
    thrice = _prior(priors(_rain(_said("a", "b", "b2", "b3"), *said, *copies)), RAIN)
    assert thrice.point == pytest.approx(once.point)
    levels = np.array([0.1, 0.5, 0.9])
    np.testing.assert_allclose(thrice.distribution.quantile(levels), once.distribution.quantile(levels), atol=1e-9)


def test_nothing_left_falls_back() -> None:
    said = judgement("s", 0.1, 0.3, YES)
    other = {"range": ["1%", "10%"], "because": "else"}
    gone = StatementChanges(exclude=("ann",))
    found = _prior(priors(_rain(_said("s", otherwise=other), said), gone), RAIN)
    assert (found.basis, found.distribution) == ("otherwise", beta_from_interval(0.01, 0.1))
    found = _prior(priors(_rain(_said("s"), said), gone), RAIN)
    assert (found.basis, found.distribution) == ("nothing", Beta(1.0, 1.0))
    weightless = _prior(priors(_rain(_said("s"), judgement("s", 0.1, 0.3, YES, "eve"))), RAIN)
    assert weightless.basis == "nothing"
    ratio = _prior(priors(_wet(_said("i"), _influence("i", strength="weak")), gone), WET)
    assert (ratio.kind, ratio.basis, ratio.distribution) == ("ratio", "nothing", Fixed(1.0))


def test_another_horizon_sets_no_parameter() -> None:
    found = _prior(priors(_rain(_said("s"), judgement("s", 0.1, 0.3, YES, horizon_days=3))), RAIN)
    assert found.basis == "nothing"


def test_a_judgement_under_a_condition_never_touches_the_marginal() -> None:
    said = judgement("s", 0.1, 0.3, YES, given={"wet": "dry"})
    with pytest.raises(BadQuery, match=r"rain\.shares\.yes: statement s does not judge rain: \[yes\]"):
        priors(_rain(_said("s"), said))


def test_a_table_row_takes_only_its_own_condition() -> None:
    rows = [
        {"given": {"rain": "no"}, "shares": {"wet": SOME}},
        {"given": {"rain": "yes"}, "shares": {"wet": _said("s")}},
    ]
    variables = {
        "rain": variable(["no", "yes"], {"family": "prior", "shares": {"yes": SOME}}),
        "street": variable(["dry", "wet"], {"family": "table", "rows": rows}, ["rain"]),
    }
    said = judgement("s", 0.6, 0.9, {"street": "wet"}, given=YES)
    assert _prior(priors(model(variables, [said])), "street.rows.1.shares.wet").basis == "statements"
    for given in ({}, NO):
        with pytest.raises(BadQuery, match="does not judge"):
            priors(model(variables, [judgement("s", 0.6, 0.9, {"street": "wet"}, given=given)]))


def test_a_later_step_needs_the_step_before_as_its_condition() -> None:
    steps = {"at_least": {"damp": SOME, "soaked": _said("s")}}
    street = {"street": variable(["dry", "damp", "soaked"], {"family": "prior", **steps})}
    said = judgement("s", 0.1, 0.3, {"street": "soaked"}, given={"street": ["damp", "soaked"]})
    found = _prior(priors(model(street, [said])), "street.at_least.soaked")
    assert found.distribution == discount(beta_from_interval(0.1, 0.3), 0.9)
    flipped = judgement("s", 0.7, 0.9, {"street": "damp"}, given={"street": ["damp", "soaked"]})
    assert _prior(priors(model(street, [flipped])), "street.at_least.soaked").point == pytest.approx(found.point)
    with pytest.raises(BadQuery, match="does not judge"):
        priors(model(street, [judgement("s", 0.1, 0.3, {"street": "soaked"})]))


@pytest.mark.parametrize(
    ("read_as", "fields", "low", "high"),
    [
        ({"ratio": (1.5, 6.0)}, {}, 1.5, 6.0),
        # A cut of 20–70 % leaves 30–80 % of the odds.
        ({"cut": ("20%", "70%")}, {"direction": "lowers"}, 0.3, 0.8),
        (None, {"strength": "strong"}, 3.0, 10.0),
        (None, {"strength": "moderate", "direction": "lowers"}, 1 / 4, 1 / 1.5),
        # Milder states raised, or the reference state compared with this one: the other way round.
        (None, {"strength": "strong", "to": {"wet": "dry"}}, 1 / 10, 1 / 3),
        (None, {"strength": "strong", "from": NO}, 1 / 10, 1 / 3),
        (None, {"strength": "strong", "from": NO, "versus": YES, "to": {"wet": ["dry", "damp"]}}, 3.0, 10.0),
        (None, {"strength": "strong", "versus": NO, "to": {"wet": "soaked"}}, 3.0, 10.0),
    ],
)
def test_influences_are_odds_ratios(
    read_as: dict[str, Any] | None, fields: dict[str, Any], low: float, high: float
) -> None:
    found = _prior(priors(_wet(_said("i"), _influence("i", read_as=read_as, **fields))), WET)
    expected = discount_ratio(lognormal_from_interval(low, high), 0.9)
    assert found.kind == "ratio"
    assert isinstance(found.distribution, LogNormal)
    assert found.distribution.mu == pytest.approx(expected.mu)
    assert found.distribution.sigma == pytest.approx(expected.sigma)
    assert found.point == pytest.approx(np.sqrt(low * high))


@pytest.mark.parametrize(
    "fields", [{"from": YES, "versus": YES}, {"to": {"wet": ["dry", "soaked"]}}, {"to": YES, "from": YES}]
)
def test_an_influence_on_something_else_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(BadQuery, match="does not judge"):
        priors(_wet(_said("i"), _influence("i", strength="weak", **fields)))


def test_an_influence_can_be_reworded_by_a_strength_word_only() -> None:
    one = _wet(_said("i"), _influence("i", read_as={"ratio": (1.5, 6.0)}))
    found = _prior(priors(one, StatementChanges(reword={"i": "weak"})), WET)
    assert found.point == pytest.approx(np.sqrt(1.1 * 2))
    with pytest.raises(BadQuery, match="no strength 'likely'"):
        priors(one, StatementChanges(reword={"i": "likely"}))


@pytest.mark.parametrize(
    ("event", "cut", "flips"),
    [(["damp", "soaked"], 1, False), ("soaked", 2, False), ("dry", 1, True), (["dry", "damp"], 2, True)],
)
def test_a_judged_column_keeps_its_cut(event: Any, cut: int, *, flips: bool) -> None:
    found = _prior(priors(_wet(_said("s"), judgement("s", 0.1, 0.3, {"wet": event}, given=YES))), WET)
    beta = discount(beta_from_interval(0.1, 0.3), 0.9)
    assert (found.kind, found.cut, found.distribution) == ("column", cut, beta.complement if flips else beta)


def test_one_number_is_judged_in_one_way() -> None:
    column = judgement("s", 0.1, 0.3, {"wet": "soaked"}, "bob", given=YES)
    with pytest.raises(BadQuery, match="judge different things"):
        priors(_wet(_said("i", "s"), _influence("i", strength="weak"), column))
    other = judgement("t", 0.1, 0.3, {"wet": ["damp", "soaked"]}, given=YES)
    with pytest.raises(BadQuery, match="judge different things"):
        priors(_wet(_said("s", "t"), column, other))


def test_otherwise_of_a_column_keeps_its_cut() -> None:
    said = judgement("s", 0.1, 0.3, {"wet": "soaked"}, given=YES)
    gone = StatementChanges(exclude=("s",))
    found = _prior(priors(_wet(_said("s", otherwise={"range": [0.1, 0.2], "because": "x"}), said), gone), WET)
    assert (found.kind, found.cut, found.basis) == ("column", 2, "otherwise")
    found = _prior(priors(_wet(_said("s", otherwise={"ratio": [1, 3], "because": "x"}), said), gone), WET)
    assert (found.kind, found.cut, found.point) == ("ratio", None, pytest.approx(np.sqrt(3)))


def test_an_assumption_must_fit_its_number() -> None:
    with pytest.raises(BadQuery, match="a chance is assumed by `range` or `value`, not `ratio`"):
        priors(_rain({"assume": {"ratio": [1, 2], "because": "x"}}))
    with pytest.raises(BadQuery, match="of which states"):
        priors(_wet({"assume": {"range": [0.1, 0.2], "because": "x"}}))


def test_strengths_weights_and_inhibitors() -> None:
    cause = {"shares": {"yes": SOME}}
    noisy = {
        "family": "noisy_or",
        "leak": cause,
        "causes": {"rain": {"yes": cause}},
        "inhibitors": {"roof": {"yes": _said("i")}},
    }
    cast = {
        "family": "cast",
        "baseline": SOME,
        "influences": {"rain": {"yes": {"assume": {"strength": [-0.2, 0.6], "because": "x"}}}},
    }
    ranked = {
        "family": "ranked",
        "weights": {"rain": {"assume": {"value": 2, "because": "x"}}},
        "variance": {"assume": {"value": 0.01, "because": "x"}},
    }
    prior = {"family": "prior", "shares": {"yes": SOME}}
    variables = {
        "rain": variable(["no", "yes"], prior),
        "roof": variable(["no", "yes"], prior),
        "wet": variable(["no", "yes"], noisy, ["rain", "roof"]),
        "mood": variable(["no", "yes"], cast, ["rain"]),
        "rank": variable(["no", "yes"], ranked, ["rain"]),
    }
    influence = {"from": {"roof": "yes"}, "to": {"wet": "yes"}, "direction": "lowers"}
    cut = statement("i", judges={"influence": influence}, read_as={"cut": (0.2, 0.7), "because": "x"})
    found = priors(model(variables, [cut]))
    left = _prior(found, "wet.inhibitors.roof.yes").distribution
    assert isinstance(left, Beta)
    expected = discount(beta_from_interval(0.3, 0.8), 0.9)
    assert (left.a, left.b) == (pytest.approx(expected.a), pytest.approx(expected.b))
    strength = _prior(found, "mood.influences.rain.yes")
    assert (strength.kind, strength.distribution) == ("strength", strength_from_interval(-0.2, 0.6))
    assert isinstance(strength.distribution, Scaled)
    assert _prior(found, "rank.weights.rain").distribution == Fixed(2.0)
    assert found.points()["rank.variance"] == 0.01


def _three(shares: dict[str, Any], *statements: dict[str, Any]) -> Model:
    return model({"sky": variable(["clear", "grey", "black"], {"family": "prior", **shares})}, list(statements))


def test_shares_of_three_states_are_one_dirichlet() -> None:
    shares = {
        "grey": {"assume": {"range": ["20%", "45%"], "because": "x"}},
        "black": {"assume": {"range": ["5%", "20%"], "because": "x"}},
    }
    found = priors(_three({"shares": shares})).by_key["sky"]
    assert isinstance(found, SimplexPrior)
    grey, black = beta_from_interval(0.2, 0.45), beta_from_interval(0.05, 0.2)
    # The state left out gets the rest; the total is the smaller a + b (22.4 of 20–45 %, 28.5 of 5–20 %).
    assert grey.total < black.total
    assert isinstance(found.distribution, Dirichlet)
    assert sum(found.distribution.alphas) == pytest.approx(grey.total)
    assert found.point == pytest.approx((1 - grey.mean - black.mean, grey.mean, black.mean))
    assert [part.key for part in found.parts] == ["sky.shares.grey", "sky.shares.black"]


def test_shares_that_overlap_are_brought_to_one_and_leave_the_rest_possible() -> None:
    high = {"assume": {"range": ["55%", "80%"], "because": "x"}}
    mean = beta_from_interval(0.55, 0.8).mean
    found = priors(_three({"shares": {"clear": high, "grey": high, "black": high}})).by_key["sky"]
    assert found.point == pytest.approx((1 / 3, 1 / 3, 1 / 3))
    found = priors(_three({"shares": {"clear": high, "grey": high}})).by_key["sky"]
    assert found.point == pytest.approx(np.array([mean, mean, 0.001]) / (2 * mean + 0.001))


def test_a_share_of_which_nothing_is_known_gets_the_rest() -> None:
    shares = {"grey": {"assume": {"range": ["20%", "45%"], "because": "x"}}, "black": _said("s")}
    one = _three({"shares": shares}, judgement("s", 0.1, 0.3, {"sky": "black"}))
    found = priors(one, StatementChanges(exclude=("s",))).by_key["sky"]
    grey = beta_from_interval(0.2, 0.45)
    assert found.point == pytest.approx(((1 - grey.mean) / 2, grey.mean, (1 - grey.mean) / 2))
    everything = priors(_three({"shares": {"black": _said("s")}}, judgement("s", 0.1, 0.3, {"sky": "black"}, "eve")))
    assert everything.by_key["sky"].distribution == Dirichlet((1.0, 1.0, 1.0))


def test_a_pooled_share_counts_by_its_matching_beta() -> None:
    said = [judgement("a", 0.1, 0.3, {"sky": "black"}), judgement("b", 0.5, 0.8, {"sky": "black"}, "bob")]
    found = priors(_three({"shares": {"black": _said("a", "b")}}, *said)).by_key["sky"]
    assert isinstance(found, SimplexPrior)
    pooled = found.parts[0].distribution
    assert isinstance(found.distribution, Dirichlet)
    assert sum(found.distribution.alphas) == pytest.approx(pooled.mean * (1 - pooled.mean) / pooled.variance - 1)


def test_plain_chances_are_fixed_or_as_many_cases() -> None:
    chances = {"chances": {"clear": 0.9, "grey": 0.09, "black": 0.01}, "because": "x"}
    fixed = priors(_three(chances))
    assert fixed.by_key["sky"].distribution == FixedShares((0.9, 0.09, 0.01))
    assert fixed.draws(8, 1)["sky"].shape == (3, 8)
    firm = priors(_three({**chances, "cases": 50})).by_key["sky"]
    assert firm.distribution == Dirichlet((pytest.approx(45), pytest.approx(4.5), pytest.approx(0.5)))
    assert priors(_three({"certain": "clear"})).by_key == {}


def _both(*order: int) -> Model:
    statements = [
        judgement("a", 0.1, 0.3, YES),
        judgement("b", 0.4, 0.7, YES, "bob"),
        _influence("i", strength="strong"),
    ]
    odds = {
        "family": "odds",
        "base": {"at_least": {"damp": SOME, "soaked": SOME}},
        "effects": {"rain": {"yes": _said("i")}},
    }
    variables = {
        "rain": variable(["no", "yes"], {"family": "prior", "shares": {"yes": _said("b", "a")}}),
        "wet": variable(["dry", "damp", "soaked"], odds, ["rain"]),
    }
    named = dict(reversed(variables.items())) if order[0] else variables
    return model(named, [statements[place] for place in order])


def test_draws_do_not_depend_on_the_order_of_the_file() -> None:
    straight, turned = priors(_both(0, 1, 2)).draws(256, 3), priors(_both(2, 1, 0)).draws(256, 3)
    assert list(straight) == list(turned)
    for key, values in straight.items():
        np.testing.assert_array_equal(values, turned[key])


def test_leaving_a_statement_out_moves_only_what_rests_on_it() -> None:
    whole, less = priors(_both(0, 1, 2)), priors(_both(0, 1, 2), StatementChanges(exclude=("b",)))
    before, after = whole.draws(256, 3), less.draws(256, 3)
    # The very same arrays: untouched numbers are not drawn again.
    assert [key for key in before if before[key] is not after[key]] == [RAIN]
    # Common random numbers: the same uniforms, so that the order of draws stays.
    np.testing.assert_array_equal(np.argsort(before[RAIN]), np.argsort(after[RAIN]))


def test_draws_have_the_points_as_their_means() -> None:
    found = priors(_both(0, 1, 2))
    drawn, points = found.draws(4096, 3), found.points()
    for key in (RAIN, "wet.base.at_least.damp"):
        assert drawn[key].mean() == pytest.approx(points[key], abs=1e-4)
    assert np.exp(np.log(drawn[WET]).mean()) == pytest.approx(points[WET], rel=1e-3)
    assert not drawn[RAIN].flags.writeable


def test_cookes_weights_replace_the_grades_in_the_pool() -> None:
    said = [
        judgement("a", 0.1, 0.3, YES),
        judgement("b", 0.4, 0.7, YES, "bob"),
        judgement("c", 0.8, 0.9, YES, "cyd"),
    ]
    pooling = {"rule": "cooke", "cooke_weights": {"ann": 0.2, "bob": 0.6}}
    found = _prior(priors(_rain(_said("a", "b", "c"), *said, pooling=pooling)), RAIN)
    assert {vote.statement: pytest.approx(vote.share) for vote in found.votes} == {"a": 0.25, "b": 0.75}
    assert found.point == pytest.approx(sum(vote.share * vote.distribution.mean for vote in found.votes))
