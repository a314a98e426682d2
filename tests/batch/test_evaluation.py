"""A row of a batch is the scenario that it says, and its answer is what `assess` gives."""

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from tests.batch.conftest import baseline, written
from tests.conftest import IRAQ
from tocsin.assessment import assess
from tocsin.batch import targets
from tocsin.batch.evaluation import MOST_PATTERNS, parameter_tables
from tocsin.elicitation import Prior
from tocsin.errors import BadInput, Contradiction, ImpossibleEvidence
from tocsin.network import Network
from tocsin.records import Scenario
from tocsin.session import Session
from tocsin.tables import table as fill

ROWS: list[dict[str, Any]] = [
    {},
    {"framing": "casus_belli"},
    {"framing": "~casus_belli:B2", "assad": "loses_damascus"},
    {"framing": "~casus_belli|attribution:C3", "do.posture": "degraded"},
    {"attack_tempo": "low:20%|moderate:30%|high:50%"},
    {"attack_tempo": "low:0.2|moderate:0.3|high:0.5", "framing": "casus_belli", "do.restraint": "fails"},
    {"attack_tempo": "low:1|high:0", "assad": "holds:60%|loses_damascus:40%"},
    {"do.posture": "degraded", "do.restraint": "effective", "assad": "~holds:A1"},
    {"framing=none": 0.5, "framing=casus_belli": 3.0},
    {"framing=casus_belli": 3.0, "framing": "~attribution:B2", "lebanon_truce": "collapses"},
    {"israeli_strike": "none", "civilian_deaths": "yes"},
    {"israeli_strike": "none", "civilian_deaths": "yes", "assad": "holds", "do.posture": "degraded"},
    {"israeli_strike": "none", "civilian_deaths": "no:50%|yes:50%"},
    {"israeli_strike": "none", "civilian_deaths": "no:100%"},
]


def table(rows):
    frame = pd.DataFrame(rows, index=range(len(rows)))
    return pa.Table.from_pandas(frame.assign(id=range(1, len(rows) + 1)), preserve_index=False)


def scenario(model, row, base):
    """The row as a scenario file would say it: a second reading of the cells, by hand."""
    evidence: dict[str, list[dict[str, Any]]] = {}
    forced: dict[str, str] = dict(base.forced)
    ratios: dict[str, dict[str, float]] = {}
    for name, cell in row.items():
        if name.startswith("do."):
            forced[name[3:]] = cell
        elif "=" in name:
            variable, state = name.split("=")
            ratios.setdefault(variable, {})[state] = cell
        elif cell.startswith("~"):
            states, grade = cell[1:].split(":")
            evidence.setdefault(name, []).append({"reported": states.split("|"), "grade": grade})
        elif ":" in cell:
            believed = dict(part.split(":") for part in cell.split("|"))
            evidence.setdefault(name, []).append({"believed": believed})
        else:
            evidence.setdefault(name, []).append({"observed": cell})
    for variable, numbers in ratios.items():
        evidence.setdefault(variable, []).append({"likelihood": numbers})
    content = base.model_dump(by_alias=True, exclude_defaults=True)
    content |= {"evidence": {**content.get("evidence", {}), **evidence}, "forced": forced}
    return Scenario.model_validate(content)


def compare(model, rows, base, asks):
    answers = Session(IRAQ, model).batch(table(rows), intervals=asks, targets="states", scenario=base).to_pylist()
    for row, answer in zip(rows, answers, strict=True):
        asked = scenario(model, row, base)
        # Several beliefs are fitted until each holds to 1e-11, so one more round moves the others by about as much.
        tolerance = 1e-10 if sum("%" in str(c) or ":1|" in str(c) for c in row.values()) > 1 else 1e-12
        if answer["error"] is not None:
            with pytest.raises((ImpossibleEvidence, Contradiction)) as error:
                assess(model, asked)
            assert answer["error"] == str(error.value)
            assert answer["P(israeli_strike=none)"] is None
            continue
        wanted = assess(model, asked)
        assert answer["p_evidence"] == pytest.approx(wanted.p_evidence, rel=1e-12)
        for name in model.records.events:
            for state, estimate in wanted.variables[name].items():
                found = [answer[f"P({name}={state})"]]
                expected = [estimate.p]
                if asks:
                    found += [answer[f"low({name}={state})"], answer[f"high({name}={state})"]]
                    expected += [estimate.low, estimate.high]
                np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance)


@pytest.mark.parametrize("asks", [False, True], ids=["points", "intervals"])
def test_each_row_is_what_assess_says(iraq, asks):
    compare(iraq, ROWS, baseline(iraq), asks)


def test_each_row_starts_from_the_base_scenario(iraq, tmp_path):
    text = """
evidence: {coalition: {observed: partial}, us_position: {believed: {opposes: 50%, does_not_oppose: 50%}}}
forced: {political_crisis: acute}
statements: {exclude: [S18], reweigh: {R1: 0.5}}
interval: 0.5
"""
    rows = [row for row in ROWS if len(row) < 2]
    compare(iraq, rows, written(iraq, tmp_path, text), True)


def test_a_thousand_random_rows(iraq):
    """Other paths of the engine than few rows take; every twentieth is compared."""
    random = np.random.default_rng(5)
    states = iraq.network.states
    rows = []
    for _ in range(3000):
        chosen = random.choice(["framing", "assad", "restraint", "lebanon_truce", "infiltration"], 3, replace=False)
        row = {str(name): str(random.choice(states[name])) for name in chosen}
        rows.append(row | ({"do.coalition": "withdrawn"} if random.random() < 0.3 else {}))
    answers = Session(IRAQ, iraq).batch(table(rows), targets="states").to_pylist()
    for place in range(0, len(rows), 150):
        wanted = assess(iraq, scenario(iraq, rows[place], baseline(iraq)))
        for name, outcome in wanted.outcomes.items():
            total = sum(answers[place][f"P({name}={state})"] for state in outcome.event)
            assert total == pytest.approx(outcome.p, abs=1e-9)


def random_rows(model, count, seed):
    """Rows of three cells of every kind."""
    random, states = np.random.default_rng(seed), model.network.states
    names = ["framing", "assad", "restraint", "lebanon_truce", "us_position", "attack_tempo"]
    for _ in range(count):
        row: dict[str, Any] = {}
        for name in map(str, random.choice(names, 3, replace=False)):
            state, known = str(random.choice(states[name])), states[name]
            match random.integers(5):
                case 0:
                    row[name] = state
                case 1:
                    row[name] = f"~{state}:{random.choice(list('ABC'))}{random.integers(1, 4)}"
                case 2:
                    row[f"do.{name}"] = state
                case 3:
                    row |= {f"{name}={each}": round(float(random.uniform(0.1, 1.0)), 3) for each in known}
                case _:
                    percent = random.multinomial(100, np.full(len(known), 1 / len(known)))
                    row[name] = "|".join(f"{each}:{p / 100}" for each, p in zip(known, percent, strict=True))
        yield row


def test_rows_of_every_kind_have_the_very_digits_of_assess(iraq):
    """Each row stands among others, some of them its likes, and many of them answered by one product."""
    rows = [*random_rows(iraq, 30, 1)] * 2
    rows += [{"framing=none": 1.0, "framing=attribution": 0.5 + place / 100} for place in range(20)]
    answers = Session(IRAQ, iraq).batch(table(rows), intervals=True, targets="states").to_pylist()
    for row, answer, again in zip(rows[:30] + rows[60:], answers[:30] + answers[60:], answers[30:], strict=False):
        wanted = assess(iraq, scenario(iraq, row, baseline(iraq)))
        for name in iraq.records.events:
            for state, estimate in wanted.variables[name].items():
                found = [answer[f"{kind}({name}={state})"] for kind in ("P", "low", "high")]
                assert found == [estimate.p, estimate.low, estimate.high], (row, name, state)
        if row in rows[:30]:
            assert {**again, "id": 0} == {**answer, "id": 0}


def test_rows_that_force_all_kinds_of_things(iraq):
    """More patterns than are told apart: the rows share a call and the answers stay."""
    names = ["posture", "restraint", "lebanon_truce", "us_position", "coalition", "political_crisis"]
    rows = [
        {f"do.{name}": iraq.network.states[name][-1] for bit, name in enumerate(names) if number >> bit & 1}
        for number in range(2 ** len(names))
    ]
    assert len(rows) > MOST_PATTERNS
    compare(iraq, rows[::9], baseline(iraq), False)
    answers = Session(IRAQ, iraq).batch(table(rows), targets="states")
    few = Session(IRAQ, iraq).batch(table(rows[::9]), targets="states")
    for name in few.column_names[7:-1]:
        np.testing.assert_allclose(answers[name].to_numpy()[::9], few[name].to_numpy(), atol=1e-12, err_msg=name)


@pytest.mark.parametrize("lexicon", ["icd203", "phia"])
def test_an_outcome_has_the_probability_interval_and_word_of_assess(iraq, tmp_path, lexicon):
    base = written(iraq, tmp_path, f"lexicon: {lexicon}\n")
    rows = [*random_rows(iraq, 12, 3), {}, {"israeli_strike": "none"}, {"israeli_strike": "limited"}]
    answers = Session(IRAQ, iraq).batch(table(rows), intervals=True, scenario=base)
    columns = [f"{kind}(israeli_strike)" for kind in ("P", "low", "high", "word")]
    start = answers.column_names.index(columns[0])
    assert answers.column_names[start : start + 4] == columns
    assert len(answers.column_names) == answers.column_names.index("p_evidence") + 2
    words = set()
    for row, answer in zip(rows, answers.to_pylist(), strict=True):
        for name, outcome in assess(iraq, scenario(iraq, row, base)).outcomes.items():
            found = [answer[f"{kind}({name})"] for kind in ("P", "low", "high", "word")]
            assert found == [outcome.p, outcome.low, outcome.high, outcome.wording.word], (row, name)
            words.add(outcome.wording.word)
    assert len(words) > 4


def test_a_row_without_an_answer_has_no_word(iraq):
    rows = [{"israeli_strike": "none", "civilian_deaths": "yes"}, {"israeli_strike": "limited"}]
    impossible, possible = Session(IRAQ, iraq).batch(table(rows)).to_pylist()
    assert (impossible["P(assad)"], impossible["word(assad)"]) == (None, None)
    assert possible["word(assad)"] == "very unlikely"


def test_an_event_of_several_states_has_its_own_interval(iraq):
    session = Session(IRAQ, iraq)
    asked = ["israeli_strike=limited|campaign"]
    answer = session.batch(table([{"framing": "casus_belli"}]), intervals=True, targets=asked).to_pylist()[0]
    wanted = assess(iraq, scenario(iraq, {"framing": "casus_belli"}, baseline(iraq))).outcomes["israeli_strike"]
    found = [answer[f"{kind}({asked[0]})"] for kind in ("P", "low", "high")]
    np.testing.assert_allclose(found, [wanted.p, wanted.low, wanted.high], rtol=0, atol=1e-12)


def test_a_parameter_at_its_point_changes_nothing_where_tables_are_linear(iraq):
    key = "assad.rows.1.shares.loses_damascus"
    prior = iraq.priors.by_key[key]
    assert isinstance(prior, Prior)
    rows = [{f"parameter.{key}": prior.point}, {f"parameter.{key}": None}, {f"parameter.{key}": 0.9}]
    answers = Session(IRAQ, iraq).batch(table(rows), intervals=True, targets="states").to_pylist()
    p = [row["P(assad=loses_damascus)"] for row in answers]
    assert p[0] == pytest.approx(p[1], abs=1e-12)
    # The twin: the same network with that column written in by hand.
    tables = dict(iraq.network.tables)
    tables["assad"] = np.array([[tables["assad"][0, 0], 0.1], [tables["assad"][1, 0], 0.9]])
    network = Network(iraq.network.variables, iraq.network.states, iraq.network.parents, tables)
    facts = {name: row[np.newaxis] for name, row in iraq.priors.likelihoods.items()}
    wanted = iraq.engine.with_tables(network).posteriors(facts).marginals["assad"][0, 1]
    assert p[2] == pytest.approx(wanted, abs=1e-10)
    widths = [row["high(assad=loses_damascus)"] - row["low(assad=loses_damascus)"] for row in answers]
    assert widths[0] < widths[1]


def test_parameters_of_curved_tables_leave_the_others_at_their_points(iraq):
    key = "israeli_strike.leak.at_least.limited"
    made = parameter_tables(iraq, {key: np.array([0.01, 0.2])})
    assert list(made) == ["israeli_strike"]
    assert made["israeli_strike"].shape[-1] == 2
    cuts = {name: one.cut for name, one in iraq.priors.by_key.items() if getattr(one, "cut", None) is not None}
    points = {name: np.asarray(point)[..., np.newaxis] for name, point in iraq.priors.points().items()}
    for place, value in enumerate((0.01, 0.2)):
        alone = fill("israeli_strike", iraq.records.variables, points | {key: np.array([value])}, cuts)
        np.testing.assert_allclose(made["israeli_strike"][..., place], alone[..., 0], atol=1e-14)


def test_targets(iraq):
    assert [target.name for target in targets(["assad", "isis=base|surge"], iraq)] == [
        "assad=holds",
        "assad=loses_damascus",
        "isis=base|surge",
    ]
    assert [target.name for target in targets(None, iraq)] == list(iraq.records.events)
    states = [f"{name}={state}" for name in iraq.records.events for state in iraq.network.states[name]]
    assert [target.name for target in targets(["states"], iraq)] == states
    with pytest.raises(BadInput, match=r"no state 'x'(.|\n)*did you mean 'israeli_strike'"):
        targets(["isreali_strike", "assad=x"], iraq)
