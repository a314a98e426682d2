"""A feed of findings, what it does day by day, and the forecasts that are sealed for it."""

import json
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from random import Random

import pytest
from openpyxl import Workbook

from tests.conftest import call
from tocsin.assessment import assess
from tocsin.canonical import log_odds
from tocsin.errors import BadInput
from tocsin.inference import Engine
from tocsin.ledger.chain import read
from tocsin.ledger.entries import named_finding
from tocsin.ledger.feed import read_feed
from tocsin.ledger.sealing import drafts, seal
from tocsin.ledger.watch import REST, answer_feed, watch
from tocsin.records.scenario import baseline

STRIKE = "israeli_strike-2024-12-31", "baseline"
HEAD = "date,variable,state,grade,source,note"
ROWS = (
    "2024-12-03,framing,casus_belli,B2,Radio A,",
    "2024-12-05,us_position,does_not_oppose,,Paper B,seen",
    "2024-12-05,attack_tempo,~low|moderate:C3,,Paper B,",
    "2024-12-08,framing,attribution,C3,Radio A,",
    "2024-12-11,isis,base:20%|elevated:50%|surge:30%,,,",
    "2024-12-15,restraint,fails,B3,Radio C,",
)
MOVE = 0.02


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ledger.jsonl"


def feed_of(tmp_path, model, *rows, on=None):
    table = tmp_path / "feed.csv"
    table.write_text("\n".join((HEAD, *rows)) + "\n")
    return read_feed(table, model, baseline(model.name), on)


def watched(path, model, *rows, on=None, move=MOVE):
    return watch(path, model, baseline(model.name), feed_of(path.parent, model, *rows, on=on), move)


@pytest.fixture(scope="module")
def answered(iraq, tmp_path_factory):
    return answer_feed(iraq, baseline(iraq.name), feed_of(tmp_path_factory.mktemp("feed"), iraq, *ROWS).rows)


def test_a_day_is_answered_as_assess_answers_it(iraq, answered):
    assert [state.day.day for state in answered.known] == [1, 3, 5, 8, 11, 15]
    for place, state in enumerate(answered.known):
        answer = assess(iraq, state.scenario)
        assert answered.assessment(place).outcomes == answer.outcomes
        assert answered.assessment(place).variables["israeli_strike"] == answer.variables["israeli_strike"]
    assert answered.drafts(3, date(2024, 12, 8))["assad"] in drafts(
        iraq, assess(iraq, answered.known[3].scenario), date(2024, 12, 8), known=True
    )


def test_evidence_accumulates_and_a_source_has_one_voice(answered):
    evidence = answered.known[-1].scenario.evidence
    assert [found.reported for found in evidence["framing"]] == [("attribution",)]
    assert evidence["us_position"][0].observed == "does_not_oppose"
    assert evidence["isis"][0].believed == {"base": 0.2, "elevated": 0.5, "surge": 0.3}
    assert evidence["attack_tempo"][0].reported == ("low", "moderate")


def test_what_is_observed_replaces_reports_and_stands(iraq, tmp_path):
    rows = (
        "2024-12-02,framing,attribution,C3,,",
        "2024-12-03,framing,attribution,C3,,",
        "2024-12-04,framing,casus_belli,,,",
    )
    later = "2024-12-05,framing,attribution,A1,Radio A,"
    feed = feed_of(tmp_path, iraq, *rows, later)
    two, three, four = (
        state.scenario.evidence["framing"] for state in answer_feed(iraq, baseline(iraq.name), feed.rows).known[2:]
    )
    assert (len(two), two[0].grade) == (2, "C3")
    assert [found.observed for found in three] == ["casus_belli"] == [found.observed for found in four]


def test_each_change_is_sealed_with_its_parts_which_add_up(path, iraq):
    found = watched(path, iraq, *ROWS)
    assert found.opened == len(iraq.records.events)
    assert found.is_new_word
    for change in found.changes:
        whole = log_odds(change.after.p) - log_odds(change.before.p)
        assert sum(change.after.moved.values()) == pytest.approx(float(whole), abs=1e-5)
        assert REST not in change.after.moved
    first = next(change.after for change in found.changes if change.question.variable == "israeli_strike")
    assert [*first.moved] == ["2024-12-03 framing ~casus_belli:B2 Radio A"]
    assert named_finding(next(iter(first.moved))).source == "Radio A"
    for several in found.ledger.series.values():
        words = [(forecast.p, forecast.word) for forecast in several]
        assert all(abs(p - q) >= MOVE - 1e-9 or v != w for (p, v), (q, w) in pairwise(words))


def test_the_same_feed_adds_nothing_and_a_longer_one_what_is_new(path, tmp_path, iraq):
    watched(path, iraq, *ROWS, on=date(2024, 12, 8))
    before = path.read_bytes()
    assert watched(path, iraq, *ROWS, on=date(2024, 12, 8)).changes == ()
    assert path.read_bytes() == before
    watched(path, iraq, *ROWS)
    assert path.read_bytes().startswith(before)
    whole = tmp_path / "whole" / "ledger.jsonl"
    whole.parent.mkdir()
    watched(whole, iraq, *ROWS)
    assert sorted(read(path).series) == sorted(read(whole).series)
    assert read(path).series == read(whole).series
    assert read(path).series[STRIKE]


def test_a_watch_goes_on_from_what_was_sealed_and_late_rows_count_from_there(path, iraq):
    seal(path, iraq, [baseline(iraq.name)], date(2024, 12, 6))
    found = watched(path, iraq, *ROWS[:1])
    assert (found.opened, {change.after.made_on for change in found.changes}) == (0, {date(2024, 12, 6)})
    assert all(REST not in change.after.moved for change in found.changes)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("2024-12-04,framing,casus_beli,B2,,", "framing has no state 'casus_beli'; did you mean 'casus_belli'"),
        ("2024-12-04,framin,attribution,B2,,", "no variable 'framin'; did you mean 'framing'"),
        ("2024-12-04,do.framing,attribution,,,", "'do.framing' is no variable"),
        ("04.12.2024,framing,attribution,B2,,", "is not a day"),
        ("2024-11-04,framing,attribution,B2,,", "is of 2024-11-04; what was known until 2024-12-01 is in the model"),
        ("2024-12-04,framing,,B2,,", "has no state"),
        ("2024-12-04,framing,attribution,B9,,", "is no report"),
        ("2024-12-04,framing,none:50%|attribution:50%,B2,,", "leave the grade out"),
        ("2024-12-04,framing,attribution,B2", "has 4 cells"),
        ("2024-12-09,framing,none,,,\n2024-12-10,target,convoy,,,\n2024-12-10,israeli_strike,none,,,", "impossible"),
    ],
)
def test_a_row_that_means_nothing_is_told_with_its_line_and_changes_nothing(path, tmp_path, iraq, row, problem):
    found = watched(path, iraq, *ROWS[:2], *row.split("\n"), *ROWS[-1:])
    (told,) = found.problems
    assert problem in str(told)
    assert "validation error" not in str(told)
    assert told.line == 4 + row.count("\n")
    clean = tmp_path / "clean" / "ledger.jsonl"
    clean.parent.mkdir()
    watched(clean, iraq, *ROWS[:2], *row.split("\n")[:-1], *ROWS[-1:])
    assert clean.read_bytes() == path.read_bytes()


def test_a_table_that_is_no_feed_is_refused(tmp_path, iraq):
    table = tmp_path / "feed.csv"
    table.write_text("date,variable,stat\n2024-12-04,framing,attribution\n")
    with pytest.raises(BadInput) as refused:
        read_feed(table, iraq, baseline(iraq.name))
    assert "no column 'stat' is known; did you mean 'state'" in str(refused.value)
    assert "has no column state" in str(refused.value)


def test_every_kind_of_table_says_the_same(tmp_path, iraq):
    rows = [dict(zip(HEAD.split(","), row.split(","), strict=True)) for row in ROWS]
    lines = tmp_path / "feed.jsonl"
    lines.write_text("".join(json.dumps({key: value for key, value in row.items() if value}) + "\n" for row in rows))
    book = tmp_path / "feed.xlsx"
    written = Workbook()
    for cells in (HEAD.split(","), *([date.fromisoformat(row["date"]), *[*row.values()][1:]] for row in rows)):
        written.active.append(cells)
    written.save(book)
    expected = [row.key for row in feed_of(tmp_path, iraq, *ROWS).rows]
    for table in (lines, book):
        assert [row.key for row in read_feed(table, iraq, baseline(iraq.name)).rows] == expected


def test_the_command_rings(at_root, tmp_path, iraq):
    feed_of(tmp_path, iraq, *ROWS[:2], "2024-12-09,framing,nothing,,,")
    path, ledger = tmp_path / "feed.csv", tmp_path / "l.jsonl"
    command = ("watch", path, "--model", "iraq-syria-2024", "--ledger", ledger, "--move", "2")
    first = call(*command, "--on", "2024-12-08", expect=3).output
    assert "3 December 2024: An Israeli strike on Iraqi soil" in first
    assert "mostly because a report graded B2 says that Israel calls the attacks a reason for force (Radio A)" in first
    again = call(*command).output
    assert "no forecast has changed" in again
    assert "feed.csv:4" in again


@pytest.mark.slow
def test_a_year_of_findings_takes_two_batches_a_change(path, iraq, monkeypatch):
    random = Random(5)
    file, about = iraq.records.file, iraq.records.variables
    year = file.horizon.model_copy(update={"end": file.as_of + timedelta(days=365)})
    model = replace(iraq, records=iraq.records.model_copy(update={"file": file.model_copy(update={"horizon": year})}))
    names = [name for name in about if about[name].role not in ("index", "outcome", "tail risk")]
    rows = []
    for day in range(365):
        name = random.choice(names)
        state, grade = random.choice(about[name].states), random.choice(("B2", "C2", "C3"))
        rows.append(f"{file.as_of + timedelta(days=day)},{name},{state},{grade},{random.choice(('A', 'B', 'C'))},")
    batches, posteriors = [], Engine.posteriors

    def counted(engine, *asked, **settings):
        batches.append(engine)
        return posteriors(engine, *asked, **settings)

    monkeypatch.setattr(Engine, "posteriors", counted)
    found = watched(path, model, *rows, move=0.05)
    assert len(found.changes) > 50
    # The speakers alone and the parts of the change; all days together take the rest.
    assert len(batches) <= 2 * len(found.changes) + 10
