"""From answers to sealed forecasts, and what comes of them."""

from datetime import date

import pytest

from tests.conftest import written_scenario
from tocsin.assessment import assess
from tocsin.errors import BadInput
from tocsin.ledger.chain import Ledger, read
from tocsin.ledger.entries import Forecast, ForecastQuestion
from tocsin.ledger.sealing import correct, drafts, fitted, resolve, seal
from tocsin.records.scenario import baseline

FIRST = date(2024, 12, 1)
STRIKE = "israeli_strike-2024-12-31"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ledger" / "iraq-syria-2024.jsonl"


@pytest.fixture
def sealed(path, iraq):
    seal(path, iraq, [baseline(iraq.name)], FIRST)
    return path


def test_a_forecast_is_what_assess_answers(iraq):
    answer = assess(iraq, baseline(iraq.name))
    entries = fitted(drafts(iraq, answer, FIRST), Ledger(path=None))
    forecasts = {entry.question: entry for entry in entries if isinstance(entry, Forecast)}
    assert len(forecasts) == len(answer.outcomes)
    for name, outcome in answer.outcomes.items():
        forecast = forecasts[f"{name}-2024-12-31"]
        assert (forecast.p, forecast.low, forecast.high) == (outcome.p, outcome.low, outcome.high)
        assert forecast.word == outcome.wording.word
        assert forecast.model_digest == iraq.records.digest
    strike = forecasts[STRIKE]
    assert strike.states == tuple(estimate.p for estimate in answer.variables["israeli_strike"].values())
    assert forecasts["infiltration-2024-12-31"].states == ()


def test_benchmarks_and_voices_are_answers_without_the_others(iraq):
    (forecast,) = [
        entry
        for entry in fitted(drafts(iraq, assess(iraq, baseline(iraq.name)), FIRST), Ledger(path=None))
        if isinstance(entry, Forecast) and entry.question == "infiltration-2024-12-31"
    ]
    speakers = sorted(iraq.records.speakers)
    nobody = written_scenario(iraq, f"statements: {{exclude: [{', '.join(speakers)}]}}")
    reference = assess(iraq, nobody).outcomes["infiltration"].p
    assert forecast.benchmarks.base_rate == pytest.approx(reference, abs=1e-9)
    others = [speaker for speaker in speakers if speaker != "rasool"]
    alone = written_scenario(iraq, f"statements: {{exclude: [{', '.join(others)}]}}")
    assert forecast.voices["rasool"] == pytest.approx(assess(iraq, alone).outcomes["infiltration"].p, abs=1e-9)
    assert all(abs(p - forecast.benchmarks.base_rate) >= 0.001 for p in forecast.voices.values())


def test_sealing_twice_adds_nothing(sealed, iraq):
    before = sealed.read_bytes()
    ledger, added = seal(sealed, iraq, [baseline(iraq.name)], FIRST)
    assert (added, ledger.seals) == (0, read(sealed).seals)
    assert sealed.read_bytes() == before


def test_a_later_forecast_knows_the_last_one_and_an_earlier_one_is_refused(sealed, iraq):
    ledger, added = seal(sealed, iraq, [baseline(iraq.name)], date(2024, 12, 8))
    assert added == len(ledger.questions)
    first, second = ledger.series[STRIKE, "baseline"]
    assert (first.benchmarks.previous, second.benchmarks.previous) == (None, first.p)
    with pytest.raises(BadInput, match="was forecast on 2024-12-08 already"):
        seal(sealed, iraq, [baseline(iraq.name)], date(2024, 12, 7))


@pytest.mark.parametrize("day", [date(2024, 11, 30), date(2025, 1, 1)])
def test_a_day_before_the_evidence_or_after_the_questions_is_refused(path, iraq, day):
    with pytest.raises(BadInput, match=f"{day} is not a day on which this can be said"):
        seal(path, iraq, [baseline(iraq.name)], day)
    assert not path.exists()


def test_what_is_supposed_makes_a_question_of_its_own(sealed, iraq):
    supposing = written_scenario(iraq, "evidence: {us_position: {observed: does_not_oppose}}")
    ledger, _ = seal(sealed, iraq, [supposing], FIRST)
    question = ledger.questions[f"{STRIKE}-if-t"]
    assert question.condition == {"us_position": ("does_not_oppose",)}
    assert question.text.startswith("If ")
    assert question.text.endswith("Israel strikes Iraqi soil.")
    happened = written_scenario(iraq, "evidence: {israeli_strike: {likelihood: {none: 0}}}\nforced: {restraint: fails}")
    added = fitted(drafts(iraq, assess(iraq, happened), FIRST), ledger)
    conditions = [entry.condition for entry in added if isinstance(entry, ForecastQuestion)]
    assert {"israeli_strike": ("limited", "campaign"), "restraint": ("fails",)} in conditions
    assert not [entry for entry in added if isinstance(entry, ForecastQuestion) and entry.variable == "israeli_strike"]


def test_what_no_event_can_settle_is_sealed_only_as_known(sealed, iraq):
    reported = written_scenario(iraq, "evidence: {framing: {reported: casus_belli, grade: B2}}")
    with pytest.raises(BadInput, match="supposes of framing what no event can settle"):
        seal(sealed, iraq, [reported], FIRST)
    ledger, _ = seal(sealed, iraq, [reported], date(2024, 12, 3), known=True)
    assert not [question for question in ledger.questions.values() if question.condition]
    first, second = ledger.series[STRIKE, "baseline"][0], ledger.series[STRIKE, "t"][0]
    assert second.p == assess(iraq, reported).outcomes["israeli_strike"].p > first.p
    assert second.benchmarks.base_rate == first.benchmarks.base_rate


def test_the_series_that_counts_is_the_first(sealed, iraq):
    other = written_scenario(iraq, "statements: {exclude: [al-sharifi]}")
    ledger, _ = seal(sealed, iraq, [other], FIRST)
    assert len(ledger.series) == 2 * len(ledger.questions)
    assert {several[0].scenario for several in ledger.main.values()} == {"baseline"}


def test_another_question_of_the_same_name_gets_another_id(sealed, iraq):
    ledger = read(sealed)
    answer = assess(iraq, baseline(iraq.name))
    changed = [
        entry.model_copy(update={"text": "Something else."}) if isinstance(entry, ForecastQuestion) else entry
        for entry in ledger.entries
    ]
    added = fitted(drafts(iraq, answer, FIRST), Ledger(sealed, iraq.name, tuple(changed), ledger.seals))
    assert f"{STRIKE}-2" in [entry.id for entry in added if isinstance(entry, ForecastQuestion)]


def test_a_question_is_resolved_once_and_then_closed(sealed, iraq):
    resolve(sealed, STRIKE, "yes", date(2024, 12, 20), "T", state="limited")
    before = sealed.read_bytes()
    resolve(sealed, STRIKE, "yes", date(2024, 12, 20), "T", state="limited")
    assert sealed.read_bytes() == before
    with pytest.raises(BadInput, match="was resolved as yes already"):
        resolve(sealed, STRIKE, "no", date(2024, 12, 31), "T")
    ledger, _ = seal(sealed, iraq, [baseline(iraq.name)], date(2024, 12, 25))
    assert len(ledger.series[STRIKE, "baseline"]) == 1


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"name": "israeli_strik"}, "did you mean"),
        ({"on": date(2025, 1, 2)}, "does not make it a yes"),
        ({"outcome": "no", "on": date(2024, 12, 5)}, "is open until 2024-12-31; say with --why"),
        ({"state": "none"}, "the state 'none' means no, not yes"),
        ({"state": "war"}, "has no state 'war'"),
    ],
)
def test_what_cannot_have_come_of_a_question_is_refused(sealed, changes, problem):
    fields = {"name": STRIKE, "outcome": "yes", "on": date(2024, 12, 5), "source": "T", **changes}
    with pytest.raises(BadInput, match=problem):
        resolve(sealed, **fields)


def test_a_correction_leaves_the_line_and_counts_instead(sealed):
    ledger = resolve(sealed, STRIKE, "yes", date(2024, 12, 20), "T")
    before, number = sealed.read_bytes(), ledger.lines
    right = ledger.resolutions[STRIKE].model_copy(update={"outcome": "void", "why": "Nobody can tell."})
    ledger = correct(sealed, number, date(2025, 1, 5), "Two sources took it back.", right)
    assert sealed.read_bytes().startswith(before)
    assert ledger.resolutions[STRIKE].outcome == "void"
    assert read(sealed).resolutions == ledger.resolutions
    with pytest.raises(BadInput, match="has no line 99"):
        correct(sealed, 99, date(2025, 1, 5), "T")
    with pytest.raises(BadInput, match="is no resolution"):
        correct(sealed, 2, date(2025, 1, 5), "T", right)
