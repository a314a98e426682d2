"""What `check` says of a model that is allowed, and may still not be meant."""

from dataclasses import replace

import pytest
from click.testing import CliRunner

from tests.conftest import IRAQ
from tests.files.test_loading import SCENARIO, spoil
from tocsin.cli.main import main
from tocsin.elicitation import weigh
from tocsin.files import load_scenario
from tocsin.language.statements import fact_says, weightless
from tocsin.model import open_model
from tocsin.records import StatementChanges
from tocsin.report.remarks import judgements, remarks


def of(folder, *scenarios):
    """By heading the remarks on a model and on scenarios of these contents."""
    model = open_model(folder)
    (folder / "s.yaml").write_text(SCENARIO + "\n".join(scenarios), "utf-8")
    found: dict[str, list[str]] = {}
    for remark in remarks(model, [load_scenario(folder / "s.yaml", model.records)]):
        found.setdefault(remark.heading, []).append(f"{remark.about} {remark.text}")
    return found


INFLUENCE = """
  - id: I1
    speaker: ann
    source: paper
    where: here
    claim: A storm slows the road.
    credibility: 2
    judges: {influence: {from: {storm: yes}, to: {road: [slow, closed]}, direction: raises, strength: strong}}
"""
ASSUMED = "judgements under conditions assumed from a reference state"


def append(folder, text):
    path = folder / "statements.yaml"
    path.write_text(path.read_text("utf-8").rstrip() + text, "utf-8")


def test_a_condition_that_the_words_do_not_name():
    model = open_model(IRAQ)
    (found,) = [each for each in judgements(model) if each.statement == "N5"]
    assert found.key == "israeli_strike.causes.attack_tempo.high.at_least.limited"
    assert found.assumed == (
        "Israel's public line on Iraq: says nothing",
        "US position on a strike in Iraq: does not oppose",
    )
    (remark,) = [each for each in remarks(model) if each.about == "N5"]
    assert remark.heading == ASSUMED
    assert "its words do not say “Israel's public line on Iraq: says nothing”" in remark.text


def test_an_influence_and_a_whole_condition_assume_nothing(small):
    append(small, INFLUENCE)
    spoil(
        small,
        "model.yaml",
        "{assume: {ratio: [2, 8], because: test}}",
        "{statements: [I1], assume: {ratio: [2, 8], because: test}}",
    )
    assert {each.statement: each.assumed for each in judgements(open_model(small))} == {"A1": (), "B1": (), "I1": ()}
    assert ASSUMED not in of(small)


IDLE = "judgements that set no number and are compared with none"


def test_an_influence_that_no_number_names(small):
    append(small, INFLUENCE)
    assert of(small)[IDLE] == ["I1 no effect or inhibitor of road names it under `statements`"]


def test_an_influence_on_a_cast_table(small):
    spoil(small, "model.yaml", "outcomes:", CAST + "outcomes:")
    append(small, INFLUENCE.replace("{road: [slow, closed]}", "{jam: yes}"))
    assert of(small)[IDLE] == ["I1 jam is a CAST table, whose strengths are assumed: name it there under `cites`"]


CAST = """  jam: {title: Jam, question: A jam?, states: [no, yes], role: mechanism, parents: [storm],
    table: {family: cast, baseline: {assume: {range: [10%, 30%], because: test}},
      influences: {storm: {no: {assume: {strength: [-0.2, 0.1], because: test}}, yes: {assume: {strength: [0.1, 0.5], because: test}}}}}}
"""


def test_words_about_another_horizon(small):
    spoil(
        small,
        "statements.yaml",
        "{probability: {storm: yes}}",
        "[{probability: {storm: yes}}, {probability: {late: no}, horizon_days: 3}]",
    )
    assert of(small)[IDLE] == ["A1 speaks of 3 days, not of the model's 30"]


@pytest.mark.parametrize(
    ("second", "told"), [("[60%, 90%]", "slow, closed add up to 127 %, which leaves open 0.08 %"), ("[5%, 20%]", None)]
)
def test_shares_that_overrun_squeeze_the_unnamed_state(small, second, told):
    base = "at_least:\n          slow: {assume: {range: [5%, 20%], because: test}}\n          closed: {assume: {range: [5%, 30%], because: test}}"
    shares = f"shares:\n          slow: {{assume: {{range: [40%, 60%], because: test}}}}\n          closed: {{assume: {{range: {second}, because: test}}}}"
    spoil(small, "model.yaml", base, shares)
    assert of(small).get("shares that do not add up to 100 %") == (told and [f"road.base {told}"])


def test_shares_of_every_state_are_brought_to_1(small):
    base = "at_least:\n          slow: {assume: {range: [5%, 20%], because: test}}\n          closed: {assume: {range: [5%, 30%], because: test}}"
    share = "{assume: {range: [40%, 60%], because: test}}"
    spoil(
        small,
        "model.yaml",
        base,
        f"shares:\n          open: {share}\n          slow: {share}\n          closed: {share}",
    )
    assert of(small)["shares that do not add up to 100 %"] == [
        "road.base open, slow, closed add up to 150 % and are brought to 100 %"
    ]


WEIGHTLESS = "statements without weight"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("reliability: C", "reliability: E", ["B1 weighs nothing: graded E, unreliable", "B2 weighs nothing: graded E, unreliable"]),
        ("credibility: 2\n    reports", "credibility: 6\n    reports", ["B2 weighs nothing: of credibility 6, truth cannot be judged"]),
        ("credibility: 2\n    reports", "credibility: 4\n    reports", ["B2 weighs nothing: of credibility 4, doubtful"]),
        ("credibility: 2\n    reports", "credibility: 5\n    reports", None),
    ],
)  # fmt: skip
def test_what_weighs_nothing_is_said(small, old, new, told):
    spoil(small, "statements.yaml", old, new)
    assert of(small).get(WEIGHTLESS) == told


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("", "", "speaks for “slow”, × 2.8"),
        ("credibility: 2\n    reports", "credibility: 5\n    reports", "speaks against “slow”, × 0.58"),
        ("credibility: 2\n    reports", "credibility: 4\n    reports", "weighs nothing: of credibility 4, doubtful"),
        ("reliability: C", "reliability: E", "weighs nothing: graded E, unreliable"),
        ("    reports: {road: slow}", "    bearing: weak\n    reports: {road: [open, slow]}", "speaks for “open or slow”, × 1.1"),
    ],
)  # fmt: skip
def test_what_a_fact_says(small, old, new, told):
    if old:
        spoil(small, "statements.yaml", old, new)
    model = open_model(small)
    hearing = weigh(model.records, StatementChanges())
    (fact,) = model.priors.facts
    assert fact_says(fact, hearing.statements["B2"], hearing) == told


def test_a_fact_of_credibility_5_speaks_against(small):
    spoil(small, "statements.yaml", "credibility: 2\n    reports", "credibility: 5\n    reports")
    assert of(small)["facts that speak against what they report"] == ["B2 speaks against “slow”, × 0.58"]


def test_an_echo_is_told_as_one(small):
    append(small, "\n" + ECHO)
    model = open_model(small)
    hearing = weigh(model.records, StatementChanges())
    says = {fact.statement: fact_says(fact, hearing.statements[fact.statement], hearing) for fact in model.priors.facts}
    assert says["B3"] == "speaks for “slow”, × 1.2; said already, not counted again"


ECHO = """  - id: B3
    speaker: bob
    source: paper
    where: last paragraph
    claim: It was slow.
    credibility: 3
    bearing: indirect
    reports: {road: slow}
"""


def test_a_scenario_s_changes_take_weight(small):
    model = open_model(small)
    hearing = weigh(model.records, StatementChanges(exclude=("B1",), reweigh={"A1": 0.0}, regrade={"B2": "E2"}))
    assert {name: weightless(standing, hearing) for name, standing in hearing.statements.items()} == {
        "A1": "weighed with 0",
        "B1": "left out",
        "B2": "graded E, unreliable",
    }


def test_cooke_s_weight_of_0_is_no_weight(small):
    spoil(small, "model.yaml", "hedges:", "pooling: {cooke_weights: {ann: 1, bob: 0}}\nhedges:")
    assert of(small)[WEIGHTLESS] == ["B1 weighs nothing: the speaker's weight is 0"]


@pytest.mark.parametrize("grade", ["E3", "C5"])
def test_cooke_s_weights_take_the_place_of_grades_in_what_is_told_too(small, grade):
    spoil(small, "model.yaml", "hedges:", "pooling: {cooke_weights: {ann: 1, bob: 0.5}}\nhedges:")
    spoil(small, "statements.yaml", "reliability: C", f"reliability: {grade[0]}")
    spoil(small, "statements.yaml", "credibility: 3", f"credibility: {grade[1]}")
    weights = weigh(open_model(small).records, StatementChanges())
    said = weights.statements["B1"]
    assert weights.weight(said) == 0.5
    assert weightless(said, weights) is None


def test_a_judgement_of_which_its_qualifiers_leave_nothing_weighs_nothing(small):
    weights = weigh(open_model(small).records, StatementChanges())
    nothing = replace(weights.statements["B1"], qualified=0.0)
    assert weights.weight(nothing) == 0
    assert weightless(nothing, weights) == "what qualifies it leaves it nothing"


def test_a_horizon_that_has_begun(small):
    spoil(small, "model.yaml", "from: 2024-12-02", "from: 2024-11-21")
    assert of(small)["a horizon that began before `as_of`"] == [
        "horizon began 10 days before `as_of`: judgements and facts must be about all of it"
    ]


def test_what_has_no_words_of_its_own_once_something_has(small):
    heading = "events and states without words of their own"
    assert heading not in of(small)
    spoil(small, "model.yaml", "title: Storm", "title: Storm\n    says: {yes: a storm comes}")
    assert of(small)[heading] == [
        "storm has no `says` for no",
        "road has no `says` for open, slow, closed",
        "late has no `says` for no, yes",
        "late has no `noun` as an outcome or tail risk",
    ]


def test_what_readers_cannot_tell_apart(small):
    spoil(small, "model.yaml", "title: Road", "title: Storm\n    labels: {slow: bad, closed: bad}")
    assert of(small)["titles and labels that readers cannot tell apart"] == [
        "storm shares the title “Storm”",
        "road shares the title “Storm”",
        "road has 2 states called “bad”",
    ]


def test_scenarios_that_say_less_than_they_seem_to(small):
    found = of(
        small,
        "evidence:",
        "  road: {believed: {slow: 40%, closed: 60%}}",
        "  storm: [{reported: yes, grade: A6}, {reported: [no, yes], grade: A1}, {reported: yes, grade: B2}]",
    )
    assert found["beliefs that leave a state out"] == ["s road: open left out, which means 0 %"]
    assert found["reports that say nothing"] == [
        "s storm: a report graded A6 says nothing either way",
        "s storm: a report of every state says nothing",
    ]


def check(small, monkeypatch, text="", *options, name="s"):
    folder = small.parent.parent / "scenarios" / "small"
    folder.mkdir(parents=True)
    (folder / f"{name}.yaml").write_text(SCENARIO + text + "\n", "utf-8")
    monkeypatch.chdir(small.parent.parent)
    monkeypatch.setenv("COLUMNS", "112")
    return CliRunner().invoke(main, ["check", "models/small", *options])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("expected: {late: {yes: [1%, 2%]}}", "s.yaml:4:24: expected.late.yes: the answer is 27 %, which is not within 1.0 % to 2.0 %"),
        ("evidence: {road: [{likelihood: {open: 0}}]}\nforced: {road: open}", "road stands in `evidence` too"),
        ("evidence: {road: {likelihood: {open: 0}}, late: {likelihood: {no: 0, yes: 1e-320}}}\nexpected: {late: {yes: [100%, 100%]}}", None),
    ],
)  # fmt: skip
def test_a_missed_expectation_is_an_error_with_its_figure(small, monkeypatch, text, told):
    result = check(small, monkeypatch, text)
    assert result.exit_code == (1 if told else 0), result.output
    assert (told or "") in result.output


def test_evidence_that_the_model_holds_impossible_is_told_at_its_place(small, monkeypatch):
    spoil(small, "model.yaml", "shares: {yes: {assume: {range: [2%, 10%], because: test}}}", "certain: no")
    result = check(small, monkeypatch, "evidence: {road: {observed: open}, late: {observed: yes}}")
    assert result.exit_code == 1
    assert result.output.startswith("scenarios/small/s.yaml:4:")


def test_a_scenario_is_called_like_its_file(small, monkeypatch):
    result = check(small, monkeypatch, name="other")
    assert "'s' stands in other.yaml; a scenario is asked for by the name of its file" in result.output
    assert result.exit_code == 1


def test_in_short_a_line_for_each_kind(small, monkeypatch):
    spoil(small, "statements.yaml", "reliability: B,", "reliability: E,")
    result = check(small, monkeypatch)
    assert "1 thing to look at twice  (--full explains)" in result.output
    assert "statements without weight: A1" in result.output
    assert "unreliable" not in result.output


def test_in_full_variables_judgements_and_remarks(small, monkeypatch):
    result = check(small, monkeypatch, "", "--full")
    assert result.exit_code == 0
    assert "storm: Storm (driver): no, yes\n" in result.output
    assert "late: Late (outcome): no, yes; after road\n" in result.output
    assert "A1 “might” sets the chance of “Storm”\n  storm.shares.yes\n" in result.output
