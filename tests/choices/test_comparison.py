"""Options beside each other: known values, shares with ties, what dominates what, the other side."""

import numpy as np
import pytest

from tests.choices.conftest import DRILL, start, written_choice
from tests.conftest import DAM, IRAQ, ROOT, written_scenario
from tocsin.assessment import assess
from tocsin.choices.comparison import compare_options
from tocsin.choices.problem import drawn_amounts, situation
from tocsin.errors import BadInput, ImpossibleEvidence
from tocsin.files.choice_files import load_choice
from tocsin.model import open_model

SHIPPED = sorted((ROOT / "choices").glob("*/*.yaml"))


def test_the_oil_wildcatter_gains_20_without_a_test(oil):
    found = compare_options(oil, start(oil), written_choice(oil, DRILL))
    assert {option.option: option.loss for option in found.options} == {"leave": 0, "drill": -20}
    assert found.least == found.decided == found.gamma_maximin == ("drill",)
    assert found.option("leave").regret == 20
    assert found.option("leave").dominated_by == ("drill",)


def test_what_is_forced_is_as_assess_has_it_where_nothing_was_found_out_about_it(iraq):
    text = """
options: {wait: {}, more: {forced: {coalition: withdrawn}}}
stakes: [{when: {infiltration: yes}, loss: {value: 100, because: test}}]
"""
    found = compare_options(iraq, start(iraq), written_choice(iraq, text))
    answers = [assess(iraq, written_scenario(iraq, more)) for more in ("", "forced: {coalition: withdrawn}")]
    for option, answer in zip(found.options, answers, strict=True):
        held = answer.variables["infiltration"]["yes"]
        assert option.loss == pytest.approx(100 * held.p, abs=0.2)
        assert option.low == pytest.approx(100 * held.low, abs=0.2)


def test_an_option_changes_nothing_that_comes_before_it(small):
    """The report of a slow road tells of the storm; opening the road does not take that back."""
    model = open_model(small)
    before = situation(model, start(model))
    storm, late = [(("storm", ("yes",)),), (("late", ("yes",)),)]
    wait, opened = before.chances([storm], [(), (("road", "open"),)])[0]
    assert opened == pytest.approx(wait, abs=1e-12)
    assert wait @ before.weights > float(
        assess(model, written_scenario(model, "forced: {road: open}")).variables["storm"]["yes"].p
    )
    # What comes after it is as do() has it.
    assert before.chances([late], [(("road", "open"),)])[0, 0] @ before.weights == pytest.approx(
        assess(model, written_scenario(model, "forced: {road: open}")).variables["late"]["yes"].p, abs=1e-3
    )


def test_equal_options_tie_in_every_draw(iraq):
    text = """
options: {wait: {}, again: {}, same: {forced: {us_position: opposes}}, likewise: {forced: {us_position: opposes}}}
stakes: [{when: {israeli_strike: [limited, campaign]}, loss: {range: [10, 90], because: test}}]
"""
    found = compare_options(iraq, start(iraq), written_choice(iraq, text))
    shares = {option.option: option.best for option in found.options}
    assert shares["same"] == shares["likewise"] == 1
    assert shares["wait"] == shares["again"] < 0.1
    assert found.option("wait").dominated_by == ("same", "likewise")
    assert found.decided == ("same", "likewise")


def test_stakes_are_lognormal_drawn_with_the_model_s_numbers_and_apart_from_them(iraq):
    choice = load_choice(ROOT / "choices/iraq-syria-2024/border-and-restraint.yaml", iraq.records)
    drawn = drawn_amounts(iraq, choice)
    low, high = np.quantile(drawn["stakes.0.loss"], [0.1, 0.9])
    assert (low, high) == pytest.approx((60, 140), rel=0.01)
    numbers = [values for values in iraq.priors.draws(iraq.count, iraq.seed).values() if values.ndim == 1]
    logs = np.log(np.stack([*drawn.values()]))
    with np.errstate(invalid="ignore", divide="ignore"):
        together = np.corrcoef(np.stack([*logs, *numbers]))[: len(logs), len(logs) :]
    assert np.nanmax(np.abs(together)) < 0.3


def test_where_no_option_is_best_in_half_of_the_draws_none_is_decided(iraq):
    same = "cost: {range: [1, 20], because: test}"
    text = f"""
options: {{a: {{{same}}}, b: {{{same}}}, c: {{{same}}}}}
stakes: [{{when: {{assad: loses_damascus}}, loss: {{value: 1, because: test}}}}]
"""
    found = compare_options(iraq, start(iraq), written_choice(iraq, text))
    assert found.decided == ()
    assert sum(option.best for option in found.options) == pytest.approx(1)


def test_the_other_side_answers_with_what_is_best_for_it_and_ties_fall_on_the_worst_for_us(oil):
    text = """
options:
  keep: {}
  pay: {cost: {value: 5, because: test}}
stakes: [{when: {drill: yes}, loss: {value: 30, because: test}}]
other_side:
  whose: them
  moves: {drill: [no, yes]}
  stakes: [{when: {oil: dry}, loss: {value: 1, because: test}}]
"""
    found = compare_options(oil, start(oil), written_choice(oil, text))
    keep = found.option("keep")
    assert keep.loss == 30
    assert [dict(move) for move in keep.reply.moves] == [{"drill": "yes"}, {"drill": "no"}]
    wanted = text.replace("{oil: dry}, loss", "{drill: yes}, loss")
    assert compare_options(oil, start(oil), written_choice(oil, wanted)).option("keep").loss == 0


def test_findings_that_cannot_be_are_told(oil):
    scenario = written_scenario(oil, "evidence: {oil: {likelihood: {dry: 0, wet: 0}}, sounding: {observed: none}}")
    compare_options(oil, scenario, written_choice(oil, DRILL))
    never = written_scenario(oil, "evidence: {oil: [{observed: dry}, {likelihood: {dry: 0}}]}")
    with pytest.raises(ImpossibleEvidence, match="impossible"):
        compare_options(oil, never, written_choice(oil, DRILL))


@pytest.mark.parametrize("file", SHIPPED, ids=[f"{file.parent.name}/{file.stem}" for file in SHIPPED])
def test_a_shipped_choice_is_in_order(file):
    model = open_model({IRAQ.name: IRAQ, DAM.name: DAM}[file.parent.name], draws=256)
    choice = load_choice(file, model.records)
    assert choice.choice == file.stem
    found = compare_options(model, start(model), choice)
    assert all(option.low <= option.high for option in found.options)
    assert min(option.regret for option in found.options) >= 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("options: {a: {}, b: {forced: {oil: damp}}}\n", "t.yaml:4:36: options.b.forced.oil: oil has no state 'damp'"),
        ("options: {a: {}}\n", "one option alone is no choice"),
        ("options: {a: {}, b: {cost: {range: [0, 3], because: x}}}\n", "an amount with a range lies above 0"),
        ("options: {a: {}, b: {cost: {range: [1, 3]}}}\n", "because: is missing"),
        ("options: {a: {}, b: {}}\nrisk: averse\n", "risk: 'averse' is not known; write neutral, or {averse:"),
        (
            "options: {a: {}, b: {}}\nrisk: {averse: 50}\n",
            "risk.averse: 50 stands where keys and values belong: tolerance",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(oil, text, message):
    with pytest.raises(BadInput) as error:
        written_choice(oil, f"{text}stakes: [{{when: {{oil: dry}}, loss: {{value: 1, because: x}}}}]")
    assert message in str(error.value)


def test_more_than_64_options_are_refused_by_name(oil):
    options = ", ".join(f"o{number}: {{}}" for number in range(1, 67))
    with pytest.raises(BadInput, match="o65 is number 65; options holds at most 64"):
        written_choice(oil, f"options: {{{options}}}\nstakes: [{{when: {{oil: dry}}, loss: {{value: 1, because: x}}}}]")
