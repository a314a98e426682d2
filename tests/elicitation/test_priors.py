"""Statements and assumptions → priors, on small models."""

import numpy as np
import pytest

from tests.elicitation.toy import judgement, model, statement, variable
from tocsin.elicitation import Prior, SharesPrior, UnknownWords, priors
from tocsin.elicitation.combination import Observation, combine
from tocsin.elicitation.distributions import Fixed, NormalOnLine, from_interval
from tocsin.elicitation.priors import LogisticNormal, from_cases, from_shares
from tocsin.errors import BadQuery
from tocsin.records import StatementChanges

RAIN, WET = "rain.shares.yes", "wet.effects.rain.yes"
YES, NO = {"rain": "yes"}, {"rain": "no"}
SOME = {"assume": {"range": ["5%", "20%"], "because": "x"}}


def _rain(quantity, *statements, **settings):
    table = {"family": "prior", "shares": {"yes": quantity}}
    return model({"rain": variable(["no", "yes"], table)}, list(statements), **settings)


def _wet(effect, *statements):
    odds = {
        "family": "odds",
        "base": {"at_least": {"damp": SOME, "soaked": SOME}},
        "effects": {"rain": {"yes": effect}},
    }
    rain = variable(["no", "yes"], {"family": "prior", "shares": {"yes": SOME}})
    return model({"rain": rain, "wet": variable(["dry", "damp", "soaked"], odds, ["rain"])}, list(statements))


def _prior(found, key):
    prior = found.by_key[key]
    assert isinstance(prior, Prior)
    return prior


START = {"range": ["5%", "40%"], "because": "no expert"}


def _said(*names, assume=None):
    """A number that statements observe, with its reference."""
    return {"statements": list(names), "assume": assume or START}


def _odds(*names):
    return _said(*names, assume={"ratio": [0.5, 4], "because": "no expert"})


def _with(*said, line="chance", low=0.05, high=0.4):
    """What a reference and independent observations, each with its weight, come to."""
    start = from_interval(line, low, high, 0.8)
    voices = [Observation(f"s{k}", f"p{k}", f"o{k}", each.mu, each.sigma**2 / w) for k, (each, w) in enumerate(said)]
    found = combine((start.mu, start.sigma**2), voices, 0.5)
    return NormalOnLine(line, found.mean, found.variance**0.5)


def _chance(low, high, floor=0.0):
    said = from_interval("chance", low, high, 0.8)
    return NormalOnLine("chance", said.mu, max(said.sigma, floor))


def _near(found, wanted):
    assert (found.line, found.mu, found.sigma) == (wanted.line, pytest.approx(wanted.mu), pytest.approx(wanted.sigma))


def _influence(name, speaker="ann", read_as=None, **fields):
    influence = {"from": YES, "to": {"wet": ["damp", "soaked"]}, "direction": "raises", **fields}
    reading = {"read_as": {**read_as, "because": "x"}} if read_as else {}
    return statement(name, speaker, judges={"influence": influence}, **reading)


def test_an_assumed_range_is_its_normal_without_a_floor():
    prior = _prior(priors(_rain({"assume": {"range": ["45%", "55%"], "because": "x"}})), RAIN)
    assert prior.distribution == prior.reference == from_interval("chance", 0.45, 0.55, 0.8)
    assert (prior.kind, prior.basis, prior.point) == ("chance", "assumption", pytest.approx(0.5))
    assert prior.source.because == "x"


def test_words_are_never_firmer_than_confidence_and_readings_are_as_they_are():
    words = statement("s", judges={"probability": YES}, words="roughly even", confidence="low")
    _near(_prior(priors(_rain(_said("s"), words)), RAIN).distribution, _with((_chance(0.45, 0.55, 1.13), 0.9)))
    del words["confidence"]
    _near(_prior(priors(_rain(_said("s"), words)), RAIN).distribution, _with((_chance(0.45, 0.55, 0.60), 0.9)))
    firm = _rain(_said("s"), words, confidence="high")
    _near(_prior(priors(firm), RAIN).distribution, _with((_chance(0.45, 0.55, 0.32), 0.9)))
    read = judgement("s", 0.45, 0.55, YES, words="roughly even")
    _near(_prior(priors(_rain(_said("s"), read)), RAIN).distribution, _with((_chance(0.45, 0.55), 0.9)))
    hedge = {"fifty-fifty": {"range": ["45%", "55%"], "because": "x"}}
    hedged = statement("s", judges={"probability": YES}, words="Fifty-fifty")
    found = priors(_rain(_said("s"), hedged, hedges=hedge))
    _near(_prior(found, RAIN).distribution, _with((_chance(0.45, 0.55), 0.9)))


def test_words_follow_the_lexicon_and_the_scenario_may_change_them():
    said = _rain(_said("s"), statement("s", judges={"probability": YES}, words="likely"))
    unlikely = _with((_chance(0.2, 0.45, 0.6), 0.9))
    _near(_prior(priors(said), RAIN).distribution, _with((_chance(0.55, 0.8, 0.6), 0.9)))
    _near(_prior(priors(said, lexicon="kent"), RAIN).distribution, _with((_chance(0.63, 0.87, 0.6), 0.9)))
    _near(_prior(priors(said, StatementChanges(reword={"s": "unlikely"})), RAIN).distribution, unlikely)
    read = _rain(_said("s"), judgement("s", 0.1, 0.3, YES))
    _near(_prior(priors(read, StatementChanges(reword={"s": "unlikely"})), RAIN).distribution, unlikely)
    with pytest.raises(UnknownWords, match="did you mean 'unlikely'"):
        priors(said, StatementChanges(reword={"s": "unlikly"}))


def test_a_judgement_weighs_by_its_grade_and_a_complement_turns():
    wanted = _with((_chance(0.1, 0.3), 0.5))
    said = _prior(priors(_rain(_said("s"), judgement("s", 0.1, 0.3, YES, "cyd"))), RAIN)
    _near(said.distribution, wanted)
    assert said.point == pytest.approx(wanted.mean)
    assert (said.basis, said.votes[0].weight) == ("statements", 0.5)
    assert said.votes[0].share + said.reference_share == pytest.approx(1)
    turned = _prior(priors(_rain(_said("s"), judgement("s", 0.7, 0.9, NO, "cyd"))), RAIN)
    _near(turned.distribution, wanted)


def test_a_judgement_of_something_near_has_half_the_precision():
    near = _prior(priors(_rain(_said("s"), judgement("s", 0.1, 0.3, YES, bearing="near"))), RAIN)
    _near(near.distribution, _with((_chance(0.1, 0.3), 0.45)))


def test_reweighing_makes_nothing_firmer_than_its_words():
    said = _rain(_said("s"), judgement("s", 0.1, 0.3, YES))
    _near(_prior(priors(said, StatementChanges(reweigh={"s": 5})), RAIN).distribution, _with((_chance(0.1, 0.3), 1.0)))


def test_several_judgements_come_together_by_precision():
    found = _prior(
        priors(_rain(_said("a", "b"), judgement("a", 0.1, 0.3, YES), judgement("b", 0.4, 0.7, YES, "cyd"))), RAIN
    )
    _near(found.distribution, _with((_chance(0.1, 0.3), 0.9), (_chance(0.4, 0.7), 0.5)))
    assert [vote.voice for vote in found.votes] == ["a", "b"]


def test_copies_do_not_count_twice():
    said = [judgement("a", 0.1, 0.3, YES), judgement("b", 0.4, 0.7, YES, "bob", origin="o")]
    copies = [judgement("b2", 0.4, 0.7, YES, "bob"), judgement("b3", 0.4, 0.7, YES, "bob", origin="o")]
    once = _prior(priors(_rain(_said("a", "b"), *said)), RAIN)
    thrice = _prior(priors(_rain(_said("a", "b", "b2", "b3"), *said, *copies)), RAIN)
    assert isinstance(once.distribution, NormalOnLine)
    _near(thrice.distribution, once.distribution)


def test_nothing_left_is_exactly_the_reference():
    said = judgement("s", 0.1, 0.3, YES)
    gone = StatementChanges(exclude=("ann",))
    found = _prior(priors(_rain(_said("s"), said), gone), RAIN)
    assert (found.basis, found.distribution) == ("assumption", from_interval("chance", 0.05, 0.4, 0.8))
    weightless = _prior(priors(_rain(_said("s"), judgement("s", 0.1, 0.3, YES, "eve"))), RAIN)
    assert weightless.distribution == found.distribution
    ratio = _prior(priors(_wet(_odds("i"), _influence("i", strength="weak")), gone), WET)
    assert (ratio.kind, ratio.basis, ratio.distribution) == ("ratio", "assumption", from_interval("ratio", 0.5, 4, 0.8))


def test_another_horizon_sets_no_parameter():
    found = _prior(priors(_rain(_said("s"), judgement("s", 0.1, 0.3, YES, horizon_days=3))), RAIN)
    assert found.basis == "assumption"


def test_a_judgement_under_a_condition_never_touches_the_marginal():
    said = judgement("s", 0.1, 0.3, YES, given={"wet": "dry"})
    with pytest.raises(BadQuery, match=r"rain\.shares\.yes: statement s does not judge rain: \[yes\]"):
        priors(_rain(_said("s"), said))


def test_a_table_row_takes_only_its_own_condition():
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


def test_a_later_step_needs_the_step_before_as_its_condition():
    steps = {"at_least": {"damp": SOME, "soaked": _said("s")}}
    street = {"street": variable(["dry", "damp", "soaked"], {"family": "prior", **steps})}
    said = judgement("s", 0.1, 0.3, {"street": "soaked"}, given={"street": ["damp", "soaked"]})
    found = _prior(priors(model(street, [said])), "street.at_least.soaked")
    _near(found.distribution, _with((_chance(0.1, 0.3), 0.9)))
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
def test_influences_are_odds_ratios(read_as, fields, low, high):
    found = _prior(priors(_wet(_odds("i"), _influence("i", read_as=read_as, **fields))), WET)
    said = from_interval("ratio", low, high, 0.8)
    wanted = _with((said, 0.9), line="ratio", low=0.5, high=4)
    assert found.kind == "ratio"
    _near(found.distribution, wanted)
    assert found.point == pytest.approx(np.exp(wanted.mu))


@pytest.mark.parametrize(
    "fields", [{"from": YES, "versus": YES}, {"to": {"wet": ["dry", "soaked"]}}, {"to": YES, "from": YES}]
)
def test_an_influence_on_something_else_is_refused(fields):
    with pytest.raises(BadQuery, match="does not judge"):
        priors(_wet(_odds("i"), _influence("i", strength="weak", **fields)))


def test_an_influence_can_be_reworded_by_a_strength_word_only():
    one = _wet(_odds("i"), _influence("i", read_as={"ratio": (1.5, 6.0)}))
    found = _prior(priors(one, StatementChanges(reword={"i": "weak"})), WET)
    _near(found.distribution, _with((from_interval("ratio", 1.1, 2, 0.8), 0.9), line="ratio", low=0.5, high=4))
    with pytest.raises(BadQuery, match="no strength 'likely'"):
        priors(one, StatementChanges(reword={"i": "likely"}))


@pytest.mark.parametrize(
    ("event", "cut", "flips"),
    [(["damp", "soaked"], 1, False), ("soaked", 2, False), ("dry", 1, True), (["dry", "damp"], 2, True)],
)
def test_a_judged_column_keeps_its_cut(event, cut, *, flips):
    found = _prior(priors(_wet(_said("s"), judgement("s", 0.1, 0.3, {"wet": event}, given=YES))), WET)
    assert (found.kind, found.cut) == ("column", cut)
    _near(found.distribution, _with((_chance(0.7, 0.9) if flips else _chance(0.1, 0.3), 0.9)))


def test_one_number_is_judged_in_one_way():
    column = judgement("s", 0.1, 0.3, {"wet": "soaked"}, "bob", given=YES)
    with pytest.raises(BadQuery, match="judge different things"):
        priors(_wet(_odds("i", "s"), _influence("i", strength="weak"), column))
    other = judgement("t", 0.1, 0.3, {"wet": ["damp", "soaked"]}, given=YES)
    with pytest.raises(BadQuery, match="judge different things"):
        priors(_wet(_said("s", "t"), column, other))


def test_the_reference_of_a_column_keeps_its_cut():
    said = judgement("s", 0.1, 0.3, {"wet": "soaked"}, given=YES)
    gone = StatementChanges(exclude=("s",))
    found = _prior(priors(_wet(_said("s", assume={"range": [0.1, 0.2], "because": "x"}), said), gone), WET)
    assert (found.kind, found.cut, found.basis) == ("column", 2, "assumption")
    with pytest.raises(BadQuery, match="judge the chance in that column, and its reference is an odds ratio"):
        priors(_wet(_said("s", assume={"ratio": [1, 3], "because": "x"}), said))


def test_an_assumption_must_fit_its_number():
    with pytest.raises(BadQuery, match="a chance is assumed by `range` or `value`, not `ratio`"):
        priors(_rain({"assume": {"ratio": [1, 2], "because": "x"}}))
    with pytest.raises(BadQuery, match="a ratio is assumed by `ratio`, not `range`"):
        priors(_wet({"assume": {"range": [0.1, 0.2], "because": "x"}}))


def test_strengths_weights_and_inhibitors():
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
    _near(_prior(found, "wet.inhibitors.roof.yes").distribution, _with((_chance(0.3, 0.8), 0.9)))
    strength = _prior(found, "mood.influences.rain.yes")
    assert (strength.kind, strength.distribution) == ("strength", from_interval("strength", -0.2, 0.6, 0.8))
    assert _prior(found, "rank.weights.rain").distribution == Fixed(2.0)
    assert found.points()["rank.variance"] == 0.01


def _three(shares, *statements):
    return model({"sky": variable(["clear", "grey", "black"], {"family": "prior", **shares})}, list(statements))


def test_shares_of_three_states_are_one_column():
    shares = {"grey": {"assume": {"range": ["20%", "45%"], "because": "x"}}, "black": _said("s")}
    one = _three({"shares": shares}, judgement("s", 0.1, 0.3, {"sky": "black"}))
    found = priors(one).by_key["sky"]
    assert isinstance(found, SharesPrior)
    black = _with((_chance(0.1, 0.3), 0.9))
    # The state left out gets the rest.
    assert found.distribution == from_shares(
        ("clear", "grey", "black"), {"grey": _chance(0.2, 0.45), "black": found.parts[1].distribution}
    )
    _near(found.parts[1].distribution, black)
    assert [part.key for part in found.parts] == ["sky.shares.grey", "sky.shares.black"]


def test_plain_chances_are_fixed_or_as_many_cases():
    chances = {"chances": {"clear": 0.9, "grey": 0.09, "black": 0.01}, "because": "x"}
    fixed = priors(_three(chances))
    found = fixed.by_key["sky"]
    assert isinstance(found.distribution, LogisticNormal)
    assert (found.distribution.centres, found.distribution.sigmas) == (pytest.approx((0.9, 0.09, 0.01)), (0, 0, 0))
    assert fixed.draws(8, 1)["sky"].shape == (3, 8)
    firm = priors(_three({**chances, "cases": 50})).by_key["sky"]
    assert firm.distribution == from_cases((0.9, 0.09, 0.01), 50)
    assert priors(_three({"certain": "clear"})).by_key == {}


def _both(*order):
    statements = [
        judgement("a", 0.1, 0.3, YES),
        judgement("b", 0.4, 0.7, YES, "bob"),
        _influence("i", strength="strong"),
    ]
    odds = {
        "family": "odds",
        "base": {"at_least": {"damp": SOME, "soaked": SOME}},
        "effects": {"rain": {"yes": _odds("i")}},
    }
    variables = {
        "rain": variable(["no", "yes"], {"family": "prior", "shares": {"yes": _said("b", "a")}}),
        "wet": variable(["dry", "damp", "soaked"], odds, ["rain"]),
    }
    named = dict(reversed(variables.items())) if order[0] else variables
    return model(named, [statements[place] for place in order])


def test_draws_do_not_depend_on_the_order_of_the_file():
    straight, turned = priors(_both(0, 1, 2)).draws(256, 3), priors(_both(2, 1, 0)).draws(256, 3)
    assert list(straight) == list(turned)
    for key, values in straight.items():
        np.testing.assert_array_equal(values, turned[key])


def test_leaving_a_statement_out_moves_only_what_rests_on_it():
    whole, less = priors(_both(0, 1, 2)), priors(_both(0, 1, 2), StatementChanges(exclude=("b",)))
    before, after = whole.draws(256, 3), less.draws(256, 3)
    # The very same arrays: untouched numbers are not drawn again.
    assert [key for key in before if before[key] is not after[key]] == [RAIN]
    # Common random numbers: the same uniforms, so that the order of draws stays.
    np.testing.assert_array_equal(np.argsort(before[RAIN]), np.argsort(after[RAIN]))


def _axes(*shared):
    """Two numbers that one statement sets, each with a further one of its own."""
    chance = {"family": "prior", "shares": {"yes": _said("both", "one")}}
    other = {"family": "prior", "shares": {"yes": _said("both")}}
    variables = {"rain": variable(["no", "yes"], chance), "hail": variable(["no", "yes"], other)}
    judges = [{"probability": {name: "yes"}} for name in ("rain", "hail")]
    both = statement("both", judges=judges, read_as={"range": (0.1, 0.3), "because": "x"})
    return model(variables, [both, judgement("one", 0.2, 0.5, YES, "bob")])


def test_what_one_statement_errs_by_it_errs_by_in_both_numbers():
    found = priors(_axes())
    rain, hail = _prior(found, RAIN), _prior(found, "hail.shares.yes")
    drawn = found.draws(8192, 3)
    places = [np.log(p) - np.log1p(-p) for p in (drawn[RAIN], drawn["hail.shares.yes"])]
    shares = [next(vote.share for vote in prior.votes if vote.statement == "both") for prior in (rain, hail)]
    assert np.corrcoef(places)[0, 1] == pytest.approx(np.sqrt(shares[0] * shares[1]), abs=5e-3)
    for prior, place in zip((rain, hail), places, strict=True):
        assert isinstance(prior.distribution, NormalOnLine)
        assert (place.mean(), place.std()) == pytest.approx((prior.distribution.mu, prior.distribution.sigma), abs=5e-3)


def test_one_judgement_in_two_places_is_one_number():
    shared = {"gap": _said("both")}
    table = {"family": "prior", "shares": {"yes": {"shared": "gap"}}}
    variables = {"rain": variable(["no", "yes"], table), "hail": variable(["no", "yes"], table)}
    found = priors(model(variables, [judgement("both", 0.1, 0.3, {"hail": "yes"})], shared=shared))
    assert list(found.by_key) == ["shared.gap"]
    prior = _prior(found, "shared.gap")
    assert (prior.variables, prior.places) == (("rain", "hail"), ("rain.shares.yes", "hail.shares.yes"))
    assert prior.basis == "statements"
    placed = found.by_place(found.draws(16, 3))
    assert placed["rain.shares.yes"] is placed["hail.shares.yes"]
    with pytest.raises(ValueError, match="no number 'gap' stands under `shared`"):
        model(variables, [judgement("both", 0.1, 0.3, YES)])


def test_draws_have_the_points_as_their_means():
    found = priors(_both(0, 1, 2))
    drawn, points = found.draws(4096, 3), found.points()
    for key in (RAIN, "wet.base.at_least.damp"):
        assert drawn[key].mean() == pytest.approx(points[key], abs=1e-4)
    assert np.exp(np.log(drawn[WET]).mean()) == pytest.approx(points[WET], rel=1e-3)
    assert not drawn[RAIN].flags.writeable


def test_some_numbers_alone_are_drawn_as_among_all():
    found = priors(_both(0, 1, 2))
    drawn, points = found.draws(64, 3), found.points()
    assert len(drawn) > 2
    for key in drawn:
        alone = found.draws(64, 3, {key})
        assert list(alone) == [key]
        np.testing.assert_array_equal(alone[key], drawn[key])
        assert found.points({key}) == {key: points[key]}


def test_cookes_weights_take_the_place_of_the_grades():
    said = [judgement("a", 0.1, 0.3, YES, "cyd"), judgement("b", 0.4, 0.7, YES, "bob")]
    pooling = {"cooke_weights": {"ann": 0.0, "cyd": 0.2, "bob": 0.6, "eve": 0.0}}
    found = _prior(priors(_rain(_said("a", "b"), *said, pooling=pooling)), RAIN)
    _near(found.distribution, _with((_chance(0.1, 0.3), 0.2), (_chance(0.4, 0.7), 0.6)))


def test_a_track_record_joins_the_grade_by_its_questions():
    said = [judgement("a", 0.1, 0.3, YES, "cyd"), judgement("b", 0.4, 0.7, YES, "bob")]
    plain = _prior(priors(_rain(_said("a", "b"), *said)), RAIN)
    grades = {vote.statement: vote.weight for vote in plain.votes}
    pooling = {"track_records": {"cyd": {"questions": 30, "skill": 0.2, "until": "2024-11-01"}}}
    found = _prior(priors(_rain(_said("a", "b"), *said, pooling=pooling)), RAIN)
    weights = {vote.statement: vote.weight for vote in found.votes}
    # w = (n s + k w_grade)/(n + k), k = 10.
    assert weights == {"a": pytest.approx((30 * 0.2 + 10 * grades["a"]) / 40), "b": grades["b"]}


@pytest.mark.parametrize("weight", [0.0, 0.01, 0.1, 0.5, 1.0])
def test_a_qualifier_fades_with_its_weight(weight):
    """`Not absolute` takes from a judgement what it weighs, and nothing at weight 0."""
    doubt = statement("q", "bob", judges={"qualifies": ["s"]}, read_as={"range": (0.4, 0.6), "because": "x"})
    found = priors(_rain(_said("s"), judgement("s", 0.1, 0.3, YES), doubt), StatementChanges(reweigh={"q": weight}))
    assert _prior(found, RAIN).votes[0].weight == pytest.approx(0.9 * (1 - 0.9 * weight * 0.5))
