"""A new model is edited from its first line to one that passes `check`, and says what is missing on the way."""

from __future__ import annotations

from datetime import date

import pytest

from tocsin.assessment import assess
from tocsin.authoring.beginning import missing, new_model
from tocsin.authoring.edits import Add, Change, edit, save
from tocsin.errors import BadInput
from tocsin.model import open_model
from tocsin.records.scenario import baseline

STEPS = [
    [Change("model", "", {"description": "Whether the fair is full.", "as_of": date(2025, 6, 5)})],
    [Change("model", "", {"horizon": {"from": "2025-06-07", "to": "2025-06-07"}})],
    [
        Add(
            "variable",
            "rain",
            {"title": "Rain", "question": "Does it rain?", "states": ["no", "yes"], "role": "driver"},
        )
    ],
    [Change("variable", "rain", {"table": {"family": "prior", "shares": {"yes": None}}})],
    [
        Add(
            "variable",
            "crowd",
            {
                "title": "Crowd",
                "question": "How many come?",
                "states": ["many", "few"],
                "role": "outcome",
                "parents": ["rain"],
                "table": {"family": "odds", "base": {"shares": {"few": None}}, "effects": {"rain": {"yes": None}}},
            },
        )
    ],
    [Change("number", "rain.shares.yes", {"base_rate": {"events": 27, "exposure": "90 days", "cite": "The station"}})],
    [Add("outcome", "A fair without a crowd", {"events": {"crowd": "few"}})],
    [Change("number", "crowd.base.shares.few", {"assume": {"range": ["5%", "30%"], "because": "So it was."}})],
    [Change("number", "crowd.effects.rain.yes", {"assume": {"ratio": [2, 9], "because": "Rain keeps people in."}})],
    [Add("source", "paper", {"title": "The paper", "publisher": "The press", "published": "2025-06-05"})],
    [Add("speaker", "mayor", {"name": "Ann Lee", "role": "Mayor", "reliability": "C", "incentive": "Votes"})],
    [
        Add(
            "statement",
            "S1",
            {
                "speaker": "mayor",
                "source": "paper",
                "where": "page 1",
                "claim": "It will not rain.",
                "words": "unlikely",
                "credibility": 3,
                "judges": {"probability": {"rain": "yes"}},
            },
        ),
        Change("number", "rain.shares.yes", {"statements": ["S1"]}),
    ],
]

TEXT = """\
model: fair
title: "Will it be full: or not?"
description: Whether the fair is full.
as_of: 2025-06-05
horizon: {from: 2025-06-07, to: 2025-06-07}
lexicon: icd203

variables:
  rain:
    title: Rain
    question: Does it rain?
    states: [no, yes]
    role: driver
    table:
      family: prior
      shares: {yes: {statements: [S1], base_rate: {events: 27, exposure: 90 days, cite: The station}}}

  crowd:
    title: Crowd
    question: How many come?
    states: [many, few]
    role: outcome
    parents: [rain]
    table:
      family: odds
      base: {shares: {few: {assume: {range: [5%, 30%], because: So it was.}}}}
      effects: {rain: {yes: {assume: {ratio: [2, 9], because: Rain keeps people in.}}}}

outcomes:
  - title: A fair without a crowd
    events: {crowd: few}
"""


def test_a_model_grows_from_nothing_by_edits_saved_at_each_step(tmp_path):
    folder = new_model(tmp_path, "fair", "Will it be full: or not?")
    assert len(missing(edit(folder, []))) == 8
    for step in STEPS:
        with pytest.raises(BadInput):
            open_model(folder)
        edited = edit(folder, step)
        assert edited.refusals == ()
        save(edited)
    assert missing(edit(folder, [])) == ()
    assert (folder / "model.yaml").read_text("utf-8") == TEXT
    assert assess(open_model(folder), baseline("fair")).outcomes


def test_what_is_missing_is_told_in_words(tmp_path):
    folder = new_model(tmp_path, "fair", "Fair", as_of=date(2025, 6, 5))
    for step in STEPS[1:5]:
        save(edit(folder, step))
    assert [found.text for found in missing(edit(folder, []))] == [
        "what the model is about, in a sentence or two",
        "an outcome: what the answers are given of",
        "of “Rain”: 1 number",
        "of “Crowd”: 2 numbers",
        "a first source: where something is said",
        "a first speaker: who says something",
        "a first statement: what was said",
    ]


def test_an_unfinished_model_takes_no_wrong_value_and_a_finished_one_stays_finished(tmp_path):
    folder = new_model(tmp_path, "fair", "Fair")
    wrong = edit(folder, [Change("model", "", {"horizon": {"from": "2025-06-07", "to": "yesterday"}})])
    assert [(found.edit, found.field) for found in wrong.refusals] == [(0, "horizon.to")]
    for step in STEPS:
        save(edit(folder, step))
    opened = edit(folder, [Change("variable", "rain", {"table": {"family": "prior", "shares": {"yes": None}}})])
    assert opened.refusals
    with pytest.raises(BadInput, match="nothing needs its reason: write `assume"):
        save(opened)


@pytest.mark.parametrize(("name", "message"), [("a b", "is no name"), ("", "it is empty"), ("fair", "exists")])
def test_a_name_that_is_none_or_taken_is_refused(name, message, tmp_path):
    new_model(tmp_path, "fair", "Fair")
    with pytest.raises(BadInput, match=message):
        new_model(tmp_path, name, "Fair")
    assert [path.name for path in tmp_path.iterdir()] == ["fair"]


def test_a_collection_that_is_new_to_a_file_stands_in_lines_of_its_own(tmp_path):
    folder = new_model(tmp_path, "fair", "Fair")
    edited = edit(folder, [Add("hedge", "perhaps", {"range": ["10%", "60%"], "because": "So it is meant."})])
    assert [line[1:] for line in edited.diff.splitlines() if line[0] == "+"][1:] == [
        "",
        "hedges:",
        "  perhaps:",
        "    range: [10%, 60%]",
        "    because: So it is meant.",
    ]
