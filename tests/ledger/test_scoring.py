"""Which forecasts are scored, with what weight, and what is told of them."""

import math
from datetime import date, timedelta

import numpy as np
import pytest

from tests.ledger.test_chain import forecast, question
from tocsin.canonical import figure
from tocsin.ledger.chain import Ledger
from tocsin.ledger.entries import Benchmarks, Resolution
from tocsin.ledger.scoring import LEAST_QUESTIONS, score
from tocsin.report import scores as told
from tocsin.report.blocks import Table

FIRST, LAST = date(2025, 1, 1), date(2025, 1, 31)


def ledger(*entries, model="t"):
    return Ledger(None, model, entries)


def came(outcome, name="rain", on=LAST, **fields):
    return Resolution(question=name, outcome=outcome, on=on, source="t", **fields)


def test_a_forecast_counts_for_the_days_on_which_it_stood():
    # 30 days from 1 to 31 January: 0.2 stood for 10 of them, 0.6 for 20; what was said on the last day knew the answer.
    said = [forecast(p=0.2), forecast(p=0.5, on=date(2025, 1, 11)), forecast(p=0.6, on=date(2025, 1, 11))]
    card = score([ledger(question(), *said, forecast(p=1.0, on=LAST), came("yes"))])
    assert [(case.forecast.p, case.weight) for case in card.cases] == [(0.2, 1 / 3), (0.6, 2 / 3)]
    assert card.questions == 1
    assert card.brier == pytest.approx((0.64 + 2 * 0.16) / 3)
    assert card.logarithmic == pytest.approx(-(math.log(0.2) + 2 * math.log(0.6)) / 3)


def test_void_and_open_questions_and_those_of_other_days_are_not_scored():
    entries = [entry for name in "abcd" for entry in (question(name), forecast(name))]
    book = ledger(*entries, came("void", "a"), came("no", "b", date(2025, 1, 20), why="t"), came("yes", "c"))
    assert [case.question.id for case in score([book]).cases] == ["b", "c"]
    assert [case.question.id for case in score([book], start=date(2025, 1, 21)).cases] == ["c"]
    assert [case.question.id for case in score([book], end=date(2025, 1, 20)).cases] == ["b"]
    assert score([ledger(question(), forecast(on=LAST), came("yes"))]).cases == ()


def test_only_the_series_that_was_sealed_first_is_scored():
    card = score([ledger(question(), forecast(p=0.1), forecast(p=0.9, scenario="b"), came("yes"))])
    assert [case.forecast.p for case in card.cases] == [0.1]


def test_a_state_that_is_known_is_scored_by_ranks():
    three = question(states=("none", "few", "many"), event=("few", "many"))
    card = score([ledger(three, forecast(p=0.5, states=(0.5, 0.3, 0.2)), came("yes", state="many"))])
    assert card.ranked_probability == (pytest.approx((0.25 + 0.64) / 2), 1)
    assert math.isnan(score([ledger(question(), forecast(), came("yes"))]).ranked_probability[0])


def test_benchmarks_words_and_voices():
    entries = []
    for name, p, outcome, alone in (("a", 0.8, "yes", 0.9), ("b", 0.3, "no", 0.2), ("c", 0.3, "yes", None)):
        voices = {"bob": 0.5} | ({"ann": alone} if alone else {})
        previous = 0.5 if name == "a" else None
        benchmarks = Benchmarks(base_rate=0.4, previous=previous)
        word = "likely" if p > 0.5 else "unlikely"
        said = forecast(name, p=p, word=word, voices=voices, benchmarks=benchmarks)
        entries += [question(name), said, came(outcome, name)]
    card = score([ledger(*entries)])
    skills = {found.benchmark: found for found in card.skills}
    assert skills["even"].skill == pytest.approx(1 - (0.04 + 0.09 + 0.49) / 0.75)
    assert skills["base_rate"].reference == pytest.approx((0.36 + 0.16 + 0.36) / 3)
    assert (skills["previous"].questions, skills["previous"].brier) == (1, pytest.approx(0.04))
    assert [(w.word, w.questions, w.p, w.rate) for w in card.words] == [
        ("unlikely", 2, 0.3, 0.5),
        ("likely", 1, 0.8, 1),
    ]
    ann, bob = card.voices
    assert (ann.speaker, ann.questions, ann.brier) == ("ann", 2, pytest.approx((0.01 + 0.04) / 2))
    assert ann.skill == pytest.approx(1 - 0.025 / ((0.36 + 0.16) / 2))
    assert ann.peer == pytest.approx(50 * (math.log(0.9 / 0.5) + math.log(0.8 / 0.5)))
    assert (bob.questions, bob.forecast, bob.peer) == (3, pytest.approx(card.brier), pytest.approx(-ann.peer))
    shown = {
        block.caption: block
        for by in (None, "word", "speaker", "model")
        for block in told.scores(card, by)
        if isinstance(block, Table)
    }
    assert ("unlikely", "icd203", "2", "30 %", "50 %") in shown["Word by word"].rows
    assert shown["Question by question"].rows[0] == ("a", "1 January 2025", "likely", "80 %", "yes", "0.040")


def made_up(models, weeks, truth, seed):
    """Ledgers of a world in which what is called p comes about with the chance truth(p)."""
    random = np.random.default_rng(seed)
    for model in range(models):
        entries = []
        for week in range(weeks):
            opens = FIRST + timedelta(7 * week)
            closes = opens + timedelta(30)
            for k in range(6):
                name, p = f"q{week}-{k}", figure(random.beta(0.8, 1.2))
                outcome = "yes" if random.uniform() < truth(p) else "no"
                asked = question(name, opens=opens, closes=closes)
                entries += [asked, forecast(name, p, opens), came(outcome, name, closes)]
        yield ledger(*entries, model=f"m{model}")


def test_below_twenty_questions_there_is_a_list_and_no_curve():
    (book,) = made_up(1, 4, lambda p: p, 1)
    few = score([book.until(1 + 3 * (LEAST_QUESTIONS - 1))])
    assert few.questions == LEAST_QUESTIONS - 1
    assert few.calibration is None
    assert len(told.questions(few).rows) == few.questions
    enough = score([book])
    assert enough.calibration is not None
    # Four weeks are too few to be drawn again.
    assert enough.calibration.band is None
    assert "Band" in {
        heading for block in told.scores(enough) if isinstance(block, Table) for heading in block.headings
    }


@pytest.mark.slow
@pytest.mark.parametrize("models", [1, 12])
def test_a_year_s_curve_covers_a_known_truth(models):
    # Overconfident: of what was called 80 % two thirds came about.
    weeks, covered = 52 // models * (2 if models > 1 else 1), []
    for seed in range(12):
        curve = score(made_up(models, weeks, lambda p: 0.17 + 0.66 * p, seed)).calibration
        low, high = curve.band
        truth = 0.17 + 0.66 * curve.p
        covered.append(np.mean((low <= truth) & (truth <= high)))
        assert told.curve(curve).lines[0].bands[0] == (low[0], high[0])
    assert np.mean(covered) >= 0.85
