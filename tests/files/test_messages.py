"""What a newcomer's slips are answered with: the line that is wrong, and in words what is allowed."""

import re
import unicodedata

import pyarrow as pa
import pytest

from tests.conftest import SMALL
from tests.files.test_loading import SCENARIO, rows, spoil, spoil_once, told
from tocsin.errors import BadInput, nearest, nearest_name
from tocsin.files import load_model, load_scenario
from tocsin.model import open_model
from tocsin.records.families import Assumption, Chances
from tocsin.session import Session

SHARE = "{assume: {range: [2%, 10%], because: test}}"
JUDGED = "judges: {probability: {storm: yes}}"
CASES = rows(r"""
range: [10%, 50%] => range: [1e-300, 50%] => a belief ends at 0, at 1, or between 1e-09 and 1 - 1e-09
range: [10%, 50%] => range: [10%, 0.99999999999] => a belief ends at 0, at 1, or between
from: 2024-12-02, to: 2024-12-31 => from: 2024-11-02, to: 2024-11-30 => :5:33: horizon.to: ends on 2024-11-30, before 2024-12-01
12-31} => 12-31, timezone: Europe/Wien} => :5:55: horizon.timezone: no time zone 'Europe/Wien'
12-31} => 12-31, timezone: CEST} => write a name such as UTC, Europe/Vienna or Asia/Tokyo
outcomes:¶  - {title: Late, events: {late: yes}}¶ =>  => outcomes: nothing is asked: name one
judges: {probability: {storm: yes}} => judges: {qualifies: A1} => A1 qualifies itself; a statement can only take weight
reports: {road: slow} => reports: {road: [open, slow, closed]} => names every state, which says
judges: {probability: {storm: yes}} => judges: {probability: {storm: [no, yes]}} => names every state, which says nothing
published: 2024-12-01 => published: 2025-12-01 => 2:58: sources.paper.published: 2025-12-01 is
hedges: => pooling: {cooke_weights: {ann: 1}}¶hedges: => no weight for bob; each speaker
hedges: => pooling: {cooke_weights: {ann: 0, bob: 0}}¶hedges: => has the weight 0
hedges: => pooling: {track_records: {ann: {questions: 9, skill: 0.5, until: 2024-12-02}}}¶hedges: => 2024-12-02 is after 2024-12-01
hedges: => pooling: {cooke_weights: {ann: 1, bob: 1}, track_records: {ann: {questions: 9, skill: 0.5, until: 2024-11-02}}}¶hedges: => stand beside cooke_weights
hedges: => pooling: {rule: logarithmic}¶hedges: => allowed: supra_bayesian, average, linear
hedges: => marking: ' '¶hedges: => marking: a marking is one line of 1 to 120 printable letters
  road:¶ =>   the road:¶ => :19:3: variables.the road: 'the road' is no name: a space stands in it
  road:¶ =>   rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr:¶ => a name has at most 80 characters; this one has 100
  road:¶ =>   road.1:¶ => :19:3: variables.road.1: 'road.1' is no name: '.' stands in it; a name is
  road:¶ =>   "ro\u202ead":¶ => the invisible character U+202E stands in it
[open, slow, closed]¶    role => open, slow¶    role => a list is written [open, slow]
title: Storm => titel: Storm => :10:5: variables.storm.titel: unknown key; did you mean 'title'?
{assume: {ratio: [2, 8], because: test}} => 3 => yes: 3 needs its reason: write `assume: {ratio: [1.2, 3], because: …}`, or name
{assume: {range: [2%, 10%], because: test}} => 5% => '5%' needs its reason: write `assume: {range: [1%, 10%], because: …}`, or name
{assume: {range: [2%, 10%], because: test}} => {assume: 5%} => assume: '5%' needs its reason: write `{range: [1%, 10%], because: …}`
{assume: {range: [2%, 10%], because: test}} => {range: [2%, 10%], because: test} => a number of your own stands under `assume`
ratio: [2, 8] => ratio: 4 => 4 stands where a list of two numbers belongs, such as [1.2, 3]
ratio: [2, 8] => ratio: [4] => a list of two numbers belongs here, such as [1.2, 3]
ratio: [2, 8] => ratio: [2, 4, 8] => a list of two numbers belongs here, such as [1.2, 3]; not 3
ratio: [2, 8] => ratio: [200%, 8] => '200%' is not a number; write it plain, such as 0.5 for 50%
ratio: [2, 8] => ratio: [true, 8] => true is not a number
hedges: => missing: Fog¶hedges: => missing: 'Fog' stands where a list belongs; write [Fog]
title: Storm => title: 2024 => 2024 is read as a number and not as text; put it in quotes
title: Storm => title: => nothing stands here; text belongs here
title: Storm => title: '  ' => there is no text here, only space
title: Storm => title: Storm: the first => a colon and a space inside a text
as_of: 2024-12-01 => as_of: 1733011200 => 1733011200 is not a day; write year, month and day
as_of: 2024-12-01 => as_of: 2024-02-30 => there is no day 2024-02-30 in the calendar
states: [no, yes]¶    role: driver => states: no¶    role: driver => variables.storm.states: a list of 2 or more names belongs here, such as [no, yes]; not 1
outcomes:¶  - {title: Late, events: {late: yes}}¶ => outcomes: late¶ => outcomes: 'late' stands where a list belongs, each entry of it with keys and values: title, events
title: Storm¶ => title: Storm¶    says: {yess: a storm comes}¶ => :11:18: variables.storm.says.yess: no state 'yess'; did you mean 'yes'?
title: Storm¶ => title: Storm¶    says: {yes: A storm comes.}¶ => so without '.' at its end
events: {late: yes} => events: {late: {states: never}} => :48:34: outcomes[0].events.late: late has no state 'never'
events: {late: yes} => events: {late: {noun: a late convoy}} => late.states: is missing; it says
events: {late: yes} => events: {late: {states: yes, nuon: a late convoy}} => late.nuon: unknown key; did you mean 'noun'?
events: {late: yes} => events: {late: {states: [no, yes]}} => names every state, so the event is
events: {late: yes} => events: {late: {states: yes, noun: "a\nb"}} => a clause or noun is one line
credibility: 3 => credibility: true => credibility: 'true' is not known; allowed: 1, 2, 3
reliability: C => reliability: c => 'c' is not known; did you mean 'C'?
  - id: B2¶ =>   - id: B2¶    confidence: High¶ => 'High' is not known; did you mean 'high'?
""")


@pytest.mark.parametrize(
    ("old", "new", "message"), CASES, ids=[f"{place}-{new[:25]}" for place, (_, new, _) in enumerate(CASES)]
)
def test_a_slip_is_answered_in_words(small, old, new, message):
    spoil_once(small, old, new)
    text = told(small)
    assert message in text
    assert not re.search(r"\^\[|input should|tuple|None|True|False|pydantic", text)
    assert len(text.splitlines()) <= 2


def test_two_statements_cannot_qualify_each_other(small):
    spoil(small, "statements.yaml", JUDGED, "judges: {qualifies: B1}")
    spoil(
        small,
        "statements.yaml",
        "judges: {probability: {late: yes}, given: {road: [slow, closed]}}",
        "judges: {qualifies: A1}",
    )
    assert "qualifies itself by way of others" in told(small)


def test_context_has_no_weight_that_could_be_taken(small):
    spoil(small, "statements.yaml", "reports: {road: slow}", "context: road")
    spoil(small, "statements.yaml", JUDGED, "judges: [{probability: {storm: yes}}, {qualifies: B2}]")
    assert "B2 is context, which has no weight to take" in told(small)


@pytest.mark.parametrize("value", ["0", "1e-300", "1e300"])
def test_a_ranked_table_needs_a_spread_that_it_can_compute(small, value):
    spoil(small, "model.yaml", "outcomes:", RANKED.replace("V", value) + "outcomes:")
    assert "variables.jam.table.variance.assume.value" in told(small)
    assert "must be at least 1e-06 and at most 100" in told(small)


@pytest.mark.parametrize("value", ["1e-6", "100"])
def test_a_ranked_table_at_its_limits_is_a_table(small, value):
    spoil(small, "model.yaml", "outcomes:", RANKED.replace("V", value) + "outcomes:")
    table = open_model(small).network.tables["jam"]
    assert table.sum(axis=0) == pytest.approx(1)


RANKED = """  jam: {title: Jam, question: A jam?, states: [short, long], role: mechanism, parents: [road],
    table: {family: ranked, weights: {road: {assume: {value: 1, because: test}}},
      variance: {assume: {value: V, because: test}}}}
"""


def test_numbers_in_quotes_are_numbers(small):
    plain = load_model(small)
    spoil(small, "statements.yaml", "credibility: 3", "credibility: '3'")
    spoil(small, "model.yaml", "ratio: [2, 8]", "ratio: ['2', '8.0']")
    spoil(small, "model.yaml", "range: [2%, 10%]", "range: ['2%', \"0.1\"]")
    assert load_model(small).digest == plain.digest


@pytest.mark.parametrize("name", ["straße", "طريق", "дорога", "सड़क", "道路", "sjö-2_a"])
def test_names_may_have_letters_of_any_script(small, name):
    for file in ("model.yaml", "statements.yaml"):
        text = (small / file).read_text("utf-8")
        (small / file).write_text(re.sub(r"\broad\b(?!:? is|.:)", name, text), "utf-8")
    assert unicodedata.normalize("NFC", name) in load_model(small).variables


def test_what_looks_the_same_is_the_same_name(small):
    composed, apart = (unicodedata.normalize(form, "sjö") for form in ("NFC", "NFD"))
    for file, form in (("model.yaml", composed), ("statements.yaml", apart)):
        text = (small / file).read_text("utf-8")
        (small / file).write_text(text.replace("storm", form), "utf-8")
    model = load_model(small)
    assert composed in model.variables
    assert model.statements[0].judges[0].probability == {composed: ("yes",)}
    (small / "s.yaml").write_text(SCENARIO + f"evidence: {{{apart}: {{observed: yes}}}}\n", "utf-8")
    assert composed in load_scenario(small / "s.yaml", model).evidence
    (small / "s.yaml").write_text(SCENARIO + f"forced: {{{apart}: yes, {composed}: no}}\n", "utf-8")
    with pytest.raises(BadInput, match="stands twice"):
        load_scenario(small / "s.yaml", model)


@pytest.mark.parametrize(
    "name", ["²x", "a b", "a.b", "a=b", "a|b", "a/b", "-a", "_a", "", "a\u200db", "\u0301a", "a:b"]
)
def test_what_is_no_name(small, name):
    with pytest.raises(BadInput, match="name"):
        load_scenario_text(small, f"forced: {{{name!r}: yes}}\n")


def load_scenario_text(small, text):
    (small / "s.yaml").write_text(SCENARIO + text, "utf-8")
    return load_scenario(small / "s.yaml", load_model(small))


def test_an_odds_ratio_and_a_factor_have_bounds(small):
    with pytest.raises(ValueError, match="an odds ratio lies between 1e-09 and 1e"):
        Assumption(ratio=(1e-300, 2), because="test")
    with pytest.raises(ValueError, match="greater than or equal to 1"):
        Chances(chances={"no": 0.5, "yes": 0.5}, cases=1e-320, because="test")
    with pytest.raises(BadInput, match="1e-09 is too little to tell from 0; write 0, or 1e-06 or more"):
        load_scenario_text(small, "statements: {reweigh: {A1: 1e-9}}\n")
    assert load_scenario_text(small, "statements: {reweigh: {A1: 0}}\n").statements.reweigh == {"A1": 0}


def test_a_likelihood_too_small_to_count_is_refused_in_files_and_tables_alike(small):
    words = "a likelihood is 0 to rule a state out, or at least 1e-100 of the greatest"
    with pytest.raises(BadInput, match=words):
        load_scenario_text(small, "evidence: {road: {likelihood: {slow: 1e-320}}}\n")
    with pytest.raises(BadInput, match=words):
        load_scenario_text(small, "evidence: {road: {likelihood: {slow: 1e101}}}\n")
    with pytest.raises(BadInput, match=f"road: {words}"):
        Session(SMALL, open_model(SMALL)).batch(pa.table({"road=slow": [1.0, 1e-320]}))


def test_a_likelihood_may_name_the_excluded_state_alone(small):
    scenario = load_scenario_text(small, "evidence: {road: {likelihood: {slow: 0}}}\n")
    assert scenario.evidence["road"][0].likelihood == {"slow": 0}
    with pytest.raises(BadInput, match="a likelihood of 0 for every state"):
        load_scenario_text(small, "evidence: {road: {likelihood: {open: 0, slow: 0, closed: 0}}}\n")


@pytest.mark.parametrize("words", ["not very likely", "not certain", "unlikely not", "in no way likely"])
def test_a_hint_never_turns_the_meaning_round(small, words):
    spoil(small, "statements.yaml", "words: likely", f"words: {words}")
    with pytest.raises(BadInput) as error:
        open_model(small)
    assert "no lexicon reads" in str(error.value)
    assert "did you mean" not in str(error.value)


def test_a_hint_is_the_nearest_of_what_means_no_opposite():
    assert nearest_name("unlikley", ["likely", "unlikely"]) == "unlikely"
    assert nearest_name("unlikley", ["likely"]) is None
    assert nearest_name("not_helb", ["helb", "not_held"]) == "not_held"
    assert nearest("ICD203", ["icd203", "phia"]) == "; did you mean 'icd203'?"
    apart = unicodedata.normalize("NFD", "sjö")
    assert nearest(apart, ["sjö"]) == "; write 'sjö' in composed letters (Unicode NFC), which look the same"
    assert nearest("1", ["1", "2"]) == "; allowed: 1, 2"


def test_a_share_among_three_states_cannot_be_shared(small):
    """It was read as the share of a state that has the number's name."""
    spoil(small, "model.yaml", "hedges:", f"shared: {{x: {SHARE}}}\nhedges:")
    steps = """at_least:
          slow: {assume: {range: [5%, 20%], because: test}}
          closed: {assume: {range: [5%, 30%], because: test}}"""
    spoil(small, "model.yaml", steps, "shares:\n          slow: {shared: x}\n          closed: {shared: x}")
    where = "model.yaml:30:17: variables.road.table.base.shares.slow"
    text = told(small)
    assert f"{where}: a share of three states or more cannot be a shared number" in text
    assert "stands in no table" not in text


INFLUENCE = "{influence: {from: {storm: yes}, to: {road: [slow, closed]}, direction: raises, strength: weak}}"
IN_COLUMN = "{probability: {road: closed}, given: {storm: yes}}"
OTHER_EVENT = "{probability: {road: [slow, closed]}, given: {storm: yes}}"
EFFECT = "yes: {assume: {ratio: [2, 8], because: test}}"
AT_EFFECT = "model.yaml:33:29: variables.road.table.effects.storm.yes.statements: its statements judge "


@pytest.mark.parametrize(
    ("assume", "judgements", "message"),
    [
        ("ratio: [2, 8]", [INFLUENCE, IN_COLUMN], "different things; keep to odds ratios, or to one event"),
        ("range: [2%, 8%]", [IN_COLUMN, OTHER_EVENT], "different things; keep to odds ratios, or to one event"),
        (
            "ratio: [2, 8]",
            [IN_COLUMN],
            "the chance in that column, and its reference is an odds ratio; assume a `range`",
        ),
        ("range: [2%, 8%]", [INFLUENCE], "an odds ratio, and its reference is a chance; assume a `ratio`"),
    ],
)
def test_what_statements_judge_and_the_reference_must_be_of_one_kind(small, assume, judgements, message):
    names = [f"N{place}" for place, _ in enumerate(judgements)]
    quantity = f"yes: {{statements: [{', '.join(names)}], assume: {{{assume}, because: test}}}}"
    spoil(small, "model.yaml", EFFECT, quantity)
    with (small / "statements.yaml").open("a", encoding="utf-8") as file:
        file.writelines(map(judging, names, judgements))
    assert AT_EFFECT + message in told(small)


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ("direction: raises, strength: weak", True),
        ("direction: lowers, strength: weak", False),
        ("direction: lowers, strength: weak, from: {roof: no}", True),
        ("direction: raises, strength: weak, from: {roof: no}", False),
        ("direction: raises; ratio: [1.5, 2]", True),
        ("direction: raises; ratio: [0.5, 0.8]", False),
    ],
)
def test_an_inhibitor_leaves_no_more_than_all_of_a_cause_s_power(small, said, refused):
    influence, _, ratio = said.partition("; ")
    if "from" not in influence:
        influence += ", from: {roof: yes}"
    line = judging("N0", f"{{influence: {{{influence}, to: {{wet: yes}}}}}}", ratio)
    spoil(small, "model.yaml", "outcomes:", INHIBITED + "outcomes:")
    with (small / "statements.yaml").open("a", encoding="utf-8") as file:
        file.write(line)
    if refused:
        where = "variables.wet.table.inhibitors.roof.yes.statements: N0 would leave more than all of a cause's power; "
        assert re.search(r"model.yaml:\d+:\d+: " + re.escape(where) + "an inhibitor is lowered", told(small))
    else:
        prior = open_model(small).priors.numbers["wet.inhibitors.roof.yes"]
        assert [vote.statement for vote in prior.votes] == ["N0"]


def judging(name, judgement, ratio=""):
    read = f"read_as: {{{ratio}, because: test}}, " if ratio else "words: likely, "
    return (
        f"  - {{id: {name}, speaker: ann, source: paper, where: x, claim: y, credibility: 2, {read}"
        f"judges: {judgement}}}\n"
    )


INHIBITED = """  roof: {title: Roof, question: A roof?, states: [no, yes], role: mechanism,
    table: {family: prior, shares: {yes: {assume: {range: [10%, 50%], because: test}}}}}
  wet: {title: Wet, question: Wet?, states: [no, yes], role: mechanism, parents: [storm, roof],
    table: {family: noisy_or, leak: {shares: {yes: {assume: {range: [1%, 5%], because: test}}}},
      causes: {storm: {yes: {shares: {yes: {assume: {range: [10%, 50%], because: test}}}}}},
      inhibitors: {roof: {yes: {statements: [N0], assume: {range: [10%, 50%], because: test}}}}}}
"""


def test_a_list_whose_entries_are_all_wrong_is_not_said_to_be_empty(small):
    path = small / "model.yaml"
    text = path.read_text("utf-8")
    path.write_text(re.sub(r"shares: {yes: {[^\n]*}}", "shares: {yes: }", text), "utf-8")
    with pytest.raises(BadInput) as refused:
        load_model(small)
    assert {problem.path.rpartition("table.")[2] for problem in refused.value.problems} == {
        "rows[0].shares.yes", "rows[1].shares.yes"
    }  # fmt: skip
