"""Answers of experts become statements, as text and in a model's files; the later round takes the earlier one's place."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date

import pytest

from tests.authoring.test_elicitations import ASKED, ASKED_OF, FACTOR, PERCENT, answer
from tocsin.authoring.edits import edit, save
from tocsin.authoring.elicitation_statements import Handling, additions, as_yaml, edits_of
from tocsin.elicitation.statement_weights import weigh
from tocsin.errors import BadInput
from tocsin.files import load_model, yaml12
from tocsin.files.validation import validate
from tocsin.language.statements import weightless
from tocsin.model import build, open_model
from tocsin.records.scenario import StatementChanges
from tocsin.records.statements import Statement
from tocsin.report.remarks import judgements

HANDLING = Handling("delphi", "B2", date(2025, 4, 1))


@pytest.fixture(scope="module")
def dam():
    return load_model(ASKED_OF / "dam")


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(ASKED_OF / "dam", tmp_path / "dam")


def test_an_answer_becomes_a_statement_of_its_expert(dam):
    found = additions(ASKED, [answer(sure=60)], {"ann": ("engineer", "")}, dam, HANDLING)
    (statement,) = found.statements
    assert statement == {
        "id": "delphi-q1-ann-1",
        "speaker": "ann",
        "source": "delphi-round-1",
        "where": "ann-round-1.xlsx, sheet Questions, row 4",
        "claim": "The chance: 5 % to 20 %, best 10 %, 60 % sure. Old motors.",
        "read_as": {
            "range": ["3.333%", "23.33%"],
            "because": "5 % to 20 %, best 10 %, 60 % sure; brought to 80 % by linear extrapolation "
            "(Hemming et al. 2018).",
        },
        "judges": {"probability": {"gates": "stuck"}},
        "credibility": 2,
    }
    assert found.speakers == {
        "ann": {
            "name": "Ann Berg",
            "role": "engineer",
            "reliability": "B",
            "incentive": "none stated on the form",
        }
    }
    assert found.numbers == {"gates.shares.stuck": ("delphi-q1-ann-1",)}


@pytest.mark.parametrize(
    ("low", "best", "high", "direction", "read"),
    [
        (2, 3, 5, "raises", {"ratio": [2.0, 5.0]}),
        (0.5, 1, 2, "raises", {"ratio": [0.5, 2.0]}),
        (0.2, 0.4, 0.5, "lowers", {"cut": ["50%", "80%"]}),
    ],
)
def test_a_factor_becomes_an_odds_ratio_and_below_1_a_cut(dam, low, best, high, direction, read):
    found = additions(ASKED, [answer(FACTOR, low, high, best)], {}, dam, HANDLING)
    (statement,) = found.statements
    assert statement["judges"]["influence"] == {
        "from": {"gates": "stuck"}, "versus": {"gates": "open"}, "to": {"level": ["crest", "over"]},
        "direction": direction,
    }  # fmt: skip
    assert {key: value for key, value in statement["read_as"].items() if key != "because"} == read
    record, problems = validate(Statement, yaml12.Document("x", dict(statement)))
    assert record is not None, problems


def test_who_is_anonymous_is_a_letter_everywhere(dam):
    answers = [answer(), answer(low=1, expert="bob", reason="")]
    found = additions(ASKED, answers, {"ann": ("engineer", "a contract")}, dam, replace(HANDLING, anonymous=True))
    text = as_yaml(found, "dam")
    for name in ("ann", "Ann", "bob", "Bob", "engineer", "contract"):
        assert name not in text
    assert found.speakers["delphi-expert-b"]["name"] == "Expert B (delphi)"
    assert [statement["id"] for statement in found.statements] == ["delphi-q1-a-1", "delphi-q1-b-1"]
    # In the order of the letters: that of the names would tell whose is which.
    assert list(found.speakers) == ["delphi-expert-a", "delphi-expert-b"]


def test_a_second_answer_supersedes_the_first_and_the_first_is_kept(dam):
    found = additions(ASKED, [answer(number=2, low=8.0), answer()], {}, dam, HANDLING)
    first, second = found.statements
    assert "supersedes" not in first
    assert second["supersedes"] == first["id"] == "delphi-q1-ann-1"
    assert found.numbers == {"gates.shares.stuck": ("delphi-q1-ann-1", "delphi-q1-ann-2")}
    assert list(found.sources) == ["delphi-round-1", "delphi-round-2"]


def test_the_text_says_what_the_additions_say(dam):
    found = additions(ASKED, [answer(reason='“No”: #1, {x}: "y"'), answer(FACTOR, 2, 5, 3)], {}, dam, HANDLING)
    read = yaml12.parse(as_yaml(found, "dam"), "x").value
    assert read == {
        "sources": found.sources,
        "speakers": found.speakers,
        "statements": [dict(statement) for statement in found.statements],
    }


def test_a_number_that_the_model_has_lost_is_told(dam):
    lost = ASKED.model_copy(update={"questions": (PERCENT.model_copy(update={"number": "gates.shares.shut"}),)})
    with pytest.raises(BadInput, match=r"Q1: gates\.shares\.shut is asked for, and the model has no such number"):
        additions(lost, [], {}, dam, HANDLING)


def applied(folder, answers, handling=HANDLING):
    records = load_model(folder)
    edits, notes = edits_of(additions(ASKED, answers, {}, records, handling), handling, records)
    if edits:
        save(edit(folder, edits))
    return notes


def test_statements_go_into_the_model_once_and_observe_their_numbers(folder):
    before = open_model(folder).priors.numbers["gates.shares.stuck"]
    assert applied(folder, [answer(), answer(FACTOR, 2, 5, 3)]) == []
    model = open_model(folder)
    slot = next(slot for slot in model.provenance.slots if slot.key == "gates.shares.stuck")
    assert slot.quantity.statements == ("G1", "delphi-q1-ann-1")
    assert {vote.statement for vote in model.priors.numbers["gates.shares.stuck"].votes} == {"G1", "delphi-q1-ann-1"}
    assert model.priors.numbers["gates.shares.stuck"].point > before.point
    text = (folder / "statements.yaml").read_text("utf-8")
    assert applied(folder, [answer(), answer(FACTOR, 2, 5, 3)]) == ["in the model already: 2 statements"]
    assert (folder / "statements.yaml").read_text("utf-8") == text


def test_a_later_answer_alone_counts_and_the_earlier_one_stays_in_the_file(folder):
    applied(folder, [answer(low=1, best=2, high=4)])
    applied(folder, [answer(low=1, best=2, high=4), answer(number=2, low=20, best=30, high=60)])
    both = open_model(folder)
    (folder / "alone").mkdir()
    alone = shutil.copytree(ASKED_OF / "dam", folder / "alone" / "dam")
    second = answer(number=2, low=20, best=30, high=60)
    records = load_model(alone)
    edits, _ = edits_of(additions(ASKED, [second], {}, records, HANDLING), HANDLING, records)
    same = build(edit(alone, edits).records)
    key = "gates.shares.stuck"
    assert both.priors.numbers[key].distribution == same.priors.numbers[key].distribution
    assert "delphi-q1-ann-1" in both.records.by_id
    assert "delphi-q1-ann-1" not in {vote.statement for vote in both.priors.numbers[key].votes}
    assert "delphi-q1-ann-1" not in {found.statement for found in judgements(both)}
    weights = weigh(both.records, StatementChanges())
    assert weightless(weights.statements["delphi-q1-ann-1"], weights) == "superseded by delphi-q1-ann-2"


def test_what_somebody_has_worked_on_is_kept_and_told(folder):
    applied(folder, [answer()])
    path = folder / "statements.yaml"
    path.write_text(path.read_text("utf-8").replace("range: [5%, 20%]", "range: [4%, 20%]"), "utf-8")
    assert applied(folder, [answer()]) == [
        "in the model already: 1 statement",
        "another interval or judgement than in the model: delphi-q1-ann-1; the model's stays; to take the form's, remove "
        "the statement from the model first",
    ]
    assert load_model(folder).by_id["delphi-q1-ann-1"].read_as.range == (0.04, 0.2)


def test_a_speaker_of_the_model_stays_as_it_is(folder):
    asked = ASKED.model_copy(update={"experts": {"moe": ASKED.experts["ann"]}})
    records = load_model(folder)
    found = additions(asked, [answer(expert="moe")], {}, records, HANDLING)
    edits, notes = edits_of(found, HANDLING, records)
    assert "speaker" not in {change.kind for change in edits}
    assert notes == ["moe is a speaker of the model already, and stays as it is"]


@pytest.mark.parametrize(("first", "message"), [(True, "as anonymous"), (False, "under their names")])
def test_answers_do_not_stand_twice_under_other_names(folder, first, message):
    applied(folder, [answer()], replace(HANDLING, anonymous=first))
    with pytest.raises(BadInput, match=f"were the experts read {message} before"):
        applied(folder, [answer()], replace(HANDLING, anonymous=not first))


@pytest.mark.parametrize(
    ("supersedes", "message"),
    [
        ("B9", "no statement before this one is called 'B9'"),
        ("C1", "no statement before this one is called 'C1'"),
        ("G1", "G1 is of moe; a statement only supersedes one of its own speaker"),
    ],
)
def test_only_an_earlier_statement_of_the_same_speaker_is_superseded(folder, supersedes, message):
    path = folder / "statements.yaml"
    text = path.read_text("utf-8").replace("words: chances about even", f"supersedes: {supersedes}, words: even")
    path.write_text(text, "utf-8")
    with pytest.raises(BadInput, match=message):
        load_model(folder)
