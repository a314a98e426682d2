"""Each draw against plain loops over all joint states; order under another scale; aversion to risk; what turns it."""

from itertools import product

import numpy as np
import pytest

from tests.choices.conftest import start, written_choice
from tests.conftest import ROOT, written_scenario
from tocsin.choices.comparison import compare_options, losses
from tocsin.choices.information import worth_of_knowing
from tocsin.choices.plans import plan
from tocsin.choices.problem import drawn_amounts, situation
from tocsin.choices.turning import turns
from tocsin.errors import BadInput
from tocsin.files.choice_files import load_choice
from tocsin.model import open_model

CHOICE = """
options: {wait: {}, clear: {forced: {road: open}, cost: {range: [1, 4], because: x}}, close: {forced: {road: closed}}}
stakes:
  - {when: {late: yes}, loss: {range: [5, 30], because: x}}
  - {when: {late: yes, storm: yes}, loss: {range: [2, 9], because: x}}
  - {when: {road: closed}, loss: {value: 1.5, because: x}}
  - {when: {storm: no}, gain: {range: [1, 2], because: x}}
"""


@pytest.fixture
def road(small):
    return open_model(small)


def enumerated(model, choice, scenario, draw, tolerance=np.inf):
    """Per option the loss in one draw: the road as it is of itself has the findings, its effects see what is forced."""
    before, amounts = situation(model, scenario), drawn_amounts(model, choice)
    likelihoods, found = before.evidence.likelihoods, {}
    states = model.network.states

    def chance(name, *at):
        table = model.draws.get(name, model.network.tables[name][..., np.newaxis])
        return table[(*at, draw)] if table.shape[-1] > 1 else table[(*at, 0)]

    for option, course in choice.options.items():
        total = weighed = 0.0
        for storm, road, late in product(range(2), range(3), range(2)):
            seen = states["road"].index(course.forced["road"]) if "road" in course.forced else road
            weight = chance("storm", storm) * chance("road", road, storm) * chance("late", late, seen)
            for name, place in (("storm", storm), ("road", road), ("late", late)):
                weight *= likelihoods.get(name, np.ones((1, 3)))[0, place]
            at = {"storm": states["storm"][storm], "road": states["road"][seen], "late": states["late"][late]}
            loss = amounts.get(f"options.{option}.cost", np.zeros(draw + 1))[draw]
            for place, stake in enumerate(choice.stakes):
                if all(at[name] in allowed for name, allowed in stake.when.items()):
                    loss += stake.sign * amounts[f"stakes.{place}.{'loss' if stake.sign > 0 else 'gain'}"][draw]
            total += weight
            weighed += weight * (loss if np.isinf(tolerance) else np.exp(loss / tolerance))
        mean = weighed / total
        found[option] = mean if np.isinf(tolerance) else tolerance * np.log(mean)
    return found


@pytest.mark.parametrize("risk", ["", "risk: {averse: {tolerance: 12, because: x}}"])
@pytest.mark.parametrize("evidence", ["", "evidence: {late: {reported: yes, grade: C3}}"])
def test_each_draw_is_a_sum_over_joint_states(road, risk, evidence):
    choice, scenario = written_choice(road, CHOICE + risk), written_scenario(road, evidence)
    loss = losses(situation(road, scenario), choice).loss
    for draw in (0, 1, 500, 1023):
        wanted = enumerated(road, choice, scenario, draw, 12 if risk else np.inf)
        assert loss[:, draw] == pytest.approx(list(wanted.values()), abs=1e-9)


def test_an_affine_change_of_the_scale_changes_no_order_and_no_share(road):
    plain = compare_options(road, start(road), written_choice(road, CHOICE))
    tenfold = CHOICE
    for old, new in (
        ("[5, 30]", "[50, 300]"),
        ("[2, 9]", "[20, 90]"),
        ("1.5", "15"),
        ("[1, 2]", "[10, 20]"),
        ("[1, 4]", "[10, 40]"),
    ):
        tenfold = tenfold.replace(old, new)
    shifted = "  - {when: {storm: yes}, loss: {value: 7, because: x}}\n  - {when: {storm: no}, loss: {value: 7, because: x}}\n"
    for text, factor, shift in ((tenfold, 10, 0), (CHOICE + shifted, 1, 7)):
        other = compare_options(road, start(road), written_choice(road, text))
        assert [option.best for option in other.options] == pytest.approx([option.best for option in plain.options])
        losses_there = [option.loss for option in other.options]
        assert losses_there == pytest.approx([factor * option.loss + shift for option in plain.options])
        assert other.gamma_maximin == plain.gamma_maximin


def test_who_is_hardly_averse_is_neutral_and_who_is_very_averse_fears_the_worst(road):
    neutral = compare_options(road, start(road), written_choice(road, CHOICE))
    hardly = written_choice(road, CHOICE + "risk: {averse: {tolerance: 1e7, because: x}}")
    found = compare_options(road, start(road), hardly)
    assert [option.loss for option in found.options] == pytest.approx([o.loss for o in neutral.options], abs=1e-4)
    very = compare_options(
        road, start(road), written_choice(road, CHOICE + "risk: {averse: {tolerance: 2, because: x}}")
    )
    assert all(averse.loss > plain.loss for averse, plain in zip(very.options, neutral.options, strict=True))


@pytest.mark.parametrize("risk", ["", "risk: {averse: {tolerance: 40, because: x}}"])
def test_seeing_is_worth_at_least_a_report_and_a_report_at_least_nothing(iraq, risk):
    shipped = load_choice(ROOT / "choices/iraq-syria-2024/border-and-restraint.yaml", iraq.records)
    text = shipped if not risk else shipped.model_copy(update={"risk": written_choice(iraq, f"{ANY}{risk}").risk})
    for grade in ("A1", "B2", "F6"):
        known = worth_of_knowing(iraq, start(iraq), text, grade)
        assert known.variables
        for found in known.variables:
            assert found.perfect.worth >= found.report.worth >= 0
        if grade == "F6":
            assert max(found.report.worth for found in known.variables) == pytest.approx(0, abs=1e-9)
    assert known.excluded["infiltration"] == "posture"
    assert known.excluded["israeli_strike"] == "restraint"
    assert {"us_position", "assad"} <= {found.variable for found in known.variables}


ANY = "options: {a: {}, b: {}}\nstakes: [{when: {assad: holds}, loss: {value: 1, because: x}}]\n"


def test_at_the_turn_both_options_are_as_good(iraq):
    choice = load_choice(ROOT / "choices/iraq-syria-2024/border-and-restraint.yaml", iraq.records)
    found = turns(iraq, start(iraq), choice)
    assert [turn.distance for turn in found] == sorted(turn.distance for turn in found)
    assert {turn.kind for turn in found} == {"amount", "number"}
    least = compare_options(iraq, start(iraq), choice).least[0]
    amount = next(turn for turn in found if turn.key.startswith("stakes."))
    content = choice.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    place, factor = int(amount.key.split(".")[1]), amount.after / amount.before
    low, high = content["stakes"][place]["loss"]["range"]
    for more, winner in ((1.001, amount.option), (0.999, least)):
        # Beyond the turn the other option is best, before it the same.
        beyond = factor * (more if factor > 1 else 1 / more)
        content["stakes"][place]["loss"]["range"] = [low * beyond, high * beyond]
        moved = type(choice).model_validate(content)
        assert compare_options(iraq, start(iraq), moved).least == (winner,)


def test_more_policies_than_can_be_tried_are_refused(oil):
    options = ", ".join(f"o{number}: {{}}" for number in range(17))
    text = f"""
options: {{{options}}}
first: {{ask: {{learns: {{about: oil}}}}, skip: {{}}}}
stakes: [{{when: {{oil: dry}}, loss: {{value: 1, because: x}}}}]
"""
    with pytest.raises(BadInput, match="17 options after each of 3 reports are more than 4,096 policies"):
        written_choice(oil, text)
    fewer = written_choice(oil, text.replace("o16: {}", "").replace(", }", "}"))
    assert plan(oil, start(oil), fewer).steps[0].policies == 4096
