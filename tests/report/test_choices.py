"""Charts of a choice: round scales that hold all of it, and exact amounts to take away."""

import pytest

from tests.conftest import ROOT
from tocsin.files.choice_files import load_choice
from tocsin.records.scenario import baseline
from tocsin.report.chart_figures import exact
from tocsin.report.choices import _round_stops, choose, knowledge_chart, losses_chart


@pytest.mark.parametrize(("low", "high"), [(0, 38.4), (0, 40), (0, 7), (-3, 0.3), (-2500, 0), (0, 0), (0, 1e-4)])
def test_a_scale_is_round_and_holds_both_ends(low, high):
    stops = _round_stops(low, high)
    step = stops[1] - stops[0]
    assert low - step < stops[0] <= low
    assert high <= stops[-1]
    assert high == low or stops[-1] < high + step
    assert 2 <= len(stops) <= 7
    assert f"{step:.1e}"[:3] in ("1.0", "2.0", "5.0")


def test_charts_are_taken_away_in_amounts(iraq):
    choice = load_choice(ROOT / "choices" / iraq.name / "border-and-restraint.yaml", iraq.records)
    answer = choose(iraq, baseline(iraq.name), choice)
    heads, *rows = exact(losses_chart(choice, answer.compared))
    assert heads[2:5] == ("amount", "low", "high")
    for row, option in zip(rows, answer.compared.options, strict=True):
        assert row[2:5] == pytest.approx((option.loss, option.low, option.high))
    heads, *rows = exact(knowledge_chart(answer))
    found = answer.known.variables
    assert len(rows) == sum(knowledge.perfect.worth > 1e-4 for knowledge in found)
    for row, knowledge in zip(rows, found, strict=False):
        assert row[2:5] == pytest.approx((knowledge.perfect.worth, knowledge.perfect.low, knowledge.perfect.high))
        assert row[heads.index("compared")] == pytest.approx(knowledge.report.worth)
