"""Every family, from a model's records to the table: axes in the parents' order, references anywhere."""

import numpy as np
import pytest

from tests.conftest import HEAD, SPEAKERS
from tests.test_assessment import SAID
from tocsin.analysis.parameters import Turner, parameters
from tocsin.model import open_model
from tocsin.tables import FilledPart, Filler

ROOTS = """
variables:
  a:
    title: A
    question: A?
    states: [no, yes]
    role: driver
    table: {family: prior, chances: {no: 70%, yes: 30%}, because: a b c}
  b:
    title: B
    question: B?
    states: [low, mid, top]
    role: driver
    table: {family: prior, at_least: {mid: {assume: {range: [40%, 60%], because: a b c}}, top: {assume: {range: [10%, 30%], because: a b c}}}}
  c:
    title: C
    question: C?
    states: [STATES]
    role: outcome
    parents: [a, b]
    table:
TABLE
outcomes: [{title: C, events: {c: LAST}}]
"""


def table(tmp_path, states, text):
    folder = tmp_path / "m"
    folder.mkdir()
    indented = "\n".join("      " + line for line in text.strip().splitlines())
    written = ROOTS.replace("STATES", states).replace("TABLE", indented).replace("LAST", states.split(", ")[-1])
    (folder / "model.yaml").write_text(HEAD + written, "utf-8")
    (folder / "statements.yaml").write_text(SPEAKERS + SAID.replace("[rain]", "[a]"), "utf-8")
    model = open_model(folder)
    return model.network.tables["c"], model


def test_steps_become_a_distribution(tmp_path):
    _, model = table(tmp_path, "no, yes", "family: any")
    b = model.network.tables["b"]
    mid, top = (model.priors.by_key[f"b.at_least.{state}"].point for state in ("mid", "top"))
    np.testing.assert_allclose(b, [1 - mid, mid * (1 - top), mid * top], atol=1e-12)
    np.testing.assert_allclose(model.draws["b"].sum(axis=0), 1, atol=1e-12)


@pytest.mark.parametrize(
    ("family", "states", "expected"),
    [
        ("any", "no, yes", [[0, 1, 1], [1, 1, 1]]),
        ("all", "no, yes", [[0, 0, 0], [0, 1, 1]]),
        ("max", "no, mid, yes", [[0, 1, 2], [1, 1, 2]]),
    ],
)
def test_logic(tmp_path, family, states, expected):
    made, _ = table(tmp_path, states, f"family: {family}")
    np.testing.assert_array_equal(made.argmax(axis=0), expected)


def test_index(tmp_path):
    text = "family: index\nweights: {b: {assume: {value: 1, because: a}}, a: {assume: {value: 0.5, because: a}}}\nthresholds: [0.5, 0.9]\nbecause: a"
    made, _ = table(tmp_path, "low, mid, top", text)
    np.testing.assert_array_equal(made.argmax(axis=0), [[0, 1, 2], [1, 1, 2]])


NOISY = """
family: noisy_or
form: %s
reference: {b: top}
leak: {chances: {no: 90%%, yes: 10%%}, because: a b c}
causes:
  a: {yes: {chances: {no: 40%%, yes: 60%%}, because: a b c}}
inhibitors:
  b:
    low: {assume: {range: [20%%, 40%%], because: a b c}}
    mid: {assume: {range: [40%%, 70%%], because: a b c}}
"""


def test_a_noisy_or_with_an_inhibitor_whose_reference_is_the_last_state(tmp_path):
    made, model = table(tmp_path, "no, yes", NOISY % "henrion")
    low, mid = (model.priors.by_key[f"c.inhibitors.b.{state}"].point for state in ("low", "mid"))
    link = (0.6 - 0.1) / (1 - 0.1)
    np.testing.assert_allclose(made[1, 0], 0.1, atol=1e-12)
    assert made[1, 1, 2] == pytest.approx(0.6)
    # Linear in the inhibitor's number, so that the draws' average meets its mean to their error.
    assert made[1, 1, 0] == pytest.approx(1 - 0.9 * (1 - link * low), abs=1e-3)
    assert made[1, 1, 1] == pytest.approx(1 - 0.9 * (1 - link * mid), abs=1e-3)


def test_links_alone_need_no_leak_taken_out(tmp_path):
    made, _ = table(tmp_path, "no, yes", NOISY % "diez")
    assert made[1, 1, 2] == pytest.approx(1 - 0.9 * 0.4)


ODDS = """
family: odds
reference: {b: mid}
base: {chances: {low: 50%, mid: 30%, top: 20%}, because: a b c}
effects:
  b: {low: {assume: {ratio: [0.4, 0.6], because: a b c}}, top: {assume: {ratio: [2, 3], because: a b c}}}
  a: {yes: {assume: {ratio: [1.5, 4], because: a b c}}}
"""


def test_odds_multiply_in_each_draw(tmp_path):
    made, model = table(tmp_path, "low, mid, top", ODDS)
    values = model.priors.draws(model.count, model.seed)
    drawn = model.draws["c"]
    np.testing.assert_allclose(made[:, 0, 1], [0.5, 0.3, 0.2], atol=1e-12)
    ratio = values["c.effects.a.yes"] * values["c.effects.b.top"]
    for cut, base in ((1, 1.0), (2, 0.25)):
        worse = drawn[cut:, 1, 2].sum(axis=0)
        np.testing.assert_allclose(worse / (1 - worse), base * ratio, rtol=1e-10)
    np.testing.assert_allclose(made, drawn.mean(axis=-1), atol=1e-14)


CAST = """
family: cast
baseline: {assume: {range: [45%, 55%], because: a b c}}
influences:
  b:
    low: {assume: {strength: [-0.4, -0.2], because: a b c}}
    mid: {assume: {strength: [-0.01, 0.01], because: a b c}}
    top: {assume: {strength: [0.5, 0.7], because: a b c}}
  a:
    no: {assume: {strength: [-0.95, -0.85], because: a b c}}
    yes: {assume: {strength: [0.85, 0.95], because: a b c}}
"""


def test_cast_axes_follow_the_parents(tmp_path):
    _, model = table(tmp_path, "no, yes", CAST)
    values = model.priors.draws(model.count, model.seed)
    drawn = model.draws["c"]
    strong, weak = values["c.influences.a.yes"], values["c.influences.b.top"]
    # Both promote: I = 1 - (1 - c)(1 - d), P = b + (1 - b) I (Chang et al. 1994).
    expected = values["c.baseline"] + (1 - values["c.baseline"]) * (1 - (1 - strong) * (1 - weak))
    np.testing.assert_allclose(drawn[1, 1, 2], expected, atol=1e-12)
    assert (drawn[1, 0, 0] < drawn[1, 1, 0]).all()


def test_ranked_follows_its_weights(tmp_path):
    text = "family: ranked\nrule: wmean\nweights: {b: {assume: {value: 2, because: a}}, a: {assume: {value: 1, because: a}}}\nvariance: {assume: {value: 0.01, because: a}}"
    made, _ = table(tmp_path, "low, mid, top", text)
    np.testing.assert_allclose(made.sum(axis=0), 1, atol=1e-12)
    rank = (made * np.arange(3)[:, None, None]).sum(axis=0)
    assert (np.diff(rank, axis=1) > 0).all()
    assert (np.diff(rank, axis=0) > 0).all()
    # b weighs twice as much as a.
    assert rank[0, 2] - rank[0, 0] > rank[1, 0] - rank[0, 0]


@pytest.mark.parametrize("cells", [2**10, 2**17, 2**24], ids=["many blocks", "as it is", "at once"])
def test_a_part_of_a_table_is_the_whole_table_s(iraq, monkeypatch, cells):
    monkeypatch.setattr("tocsin.tables.CELLS", cells)
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
    assert filler.part("infiltration_rabia", [key]) == FilledPart("surveillance", "low")
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
