"""Rows of a batch to blocks to figures: every number that a chart draws is the one that the row answers."""

import csv
import io
from itertools import pairwise

import numpy as np
import pytest

from tests.conftest import ROOT, written_scenario
from tests.report.test_formats import text_of
from tocsin.assessment import assess
from tocsin.batch import layout
from tocsin.language.events import event
from tocsin.language.numbers import percent
from tocsin.render.files import render
from tocsin.render.plots import NARROW, drawing, spread
from tocsin.report.batch_briefing import brief_many
from tocsin.report.batch_charts import RowAnswers, charts, histogram
from tocsin.report.batch_results import rows_of, survey
from tocsin.report.blocks import Bars, ChartRow, Heat, Histogram, Lines
from tocsin.report.chart_figures import exact, rounded
from tocsin.ui.take_away import as_csv, slug, standalone

SPACES = str.maketrans("\u00a0\u202f", "  ")
SWEEPS = ROOT / "scenarios" / "iraq-syria-2024" / "sweeps"


@pytest.fixture(scope="module")
def swept(iraq):
    return survey(iraq, rows_of(SWEEPS / "belief-in-casus-belli.yaml", None, iraq))


@pytest.fixture(scope="module")
def grid(iraq):
    return survey(iraq, rows_of(SWEEPS / "posture-restraint-truce.yaml", None, iraq))


def test_one_thing_varied_is_a_line_per_outcome_at_the_swept_values(iraq, swept):
    [chart] = charts(swept.drawn)
    assert isinstance(chart, Lines)
    assert [place for place, _ in chart.stops] == pytest.approx(np.linspace(0, 1, 101), abs=1e-9)
    assert (chart.stops[0][1], chart.stops[50][1], chart.stops[-1][1]) == ("0 %", "50 %", "100 %")
    assert chart.across == "Israel's public line on Iraq: belief in “calls it a reason for force”"
    strike = next(line for line in chart.lines if line.label == event(iraq.records, "israeli_strike"))
    assert strike.values == pytest.approx(list(swept.p["israeli_strike"]), abs=0)
    assert strike.values[-1] == pytest.approx(
        assess(iraq, written_scenario(iraq, "evidence: {framing: {observed: casus_belli}}"))
        .outcomes["israeli_strike"]
        .p,
        abs=1e-6,
    )
    still = {event(iraq.records, name) for name in swept.p} - {line.label for line in chart.lines}
    assert all(label in chart.caption for label in still)


def test_states_stand_from_mild_to_worse_and_bands_are_the_rows_intervals(iraq):
    columns = layout(["do.posture"], iraq, written_scenario(iraq), "t").columns
    p = {"infiltration": np.array([0.3, 0.1, 0.2])}
    bands = {"infiltration": (p["infiltration"] - 0.05, p["infiltration"] + 0.25)}
    rows = RowAnswers(iraq, columns, {"do.posture": ["degraded", "reinforced", "normal"]}, p, bands)
    [chart] = charts(rows, share="80 %")
    assert [text for _, text in chart.stops] == ["reinforced", "normal", "degraded"]
    assert chart.lines[0].values == (0.1, 0.2, 0.3)
    assert chart.lines[0].bands[0] == pytest.approx((0.05, 0.35))
    assert chart.end == 0.6
    assert "80 % interval" in chart.caption
    assert "plot-band" in drawing(chart)


def test_several_things_varied_are_a_heat_map_with_the_figure_in_each_cell(iraq, grid):
    [chart] = charts(grid.drawn, ["israeli_strike"])
    assert isinstance(chart, Heat)
    assert chart.label == event(iraq.records, "israeli_strike")
    found = sorted(p for row in chart.cells for p in row)
    assert found == pytest.approx(sorted(grid.p["israeli_strike"]), abs=0)
    place = chart.rows.index("degraded · collapses"), chart.columns.index("no pause of a week")
    evidence = "evidence: {restraint: {observed: fails}, lebanon_truce: {observed: collapses}}"
    answer = assess(iraq, written_scenario(iraq, f"{evidence}\nforced: {{posture: degraded}}"))
    assert chart.cells[place[0]][place[1]] == pytest.approx(answer.outcomes["israeli_strike"].p, abs=1e-9)
    for width in (NARROW, 720):
        drawn = drawing(chart, width).replace("\u00a0", " ")
        assert all(f">{percent(p)}</text>" in drawn for p in found)


def test_a_histogram_has_the_data_s_own_range_and_counts_each_row_once(iraq):
    p = np.array([0.11, 0.12, 0.12, 0.19, 0.2, np.nan])
    drawn = histogram(iraq, "israeli_strike", p)
    assert (drawn.start, drawn.step, drawn.edges[0]) == (pytest.approx(0.11), 0.005, "11.0")
    assert sum(drawn.counts) == 5
    assert drawn.counts[0] == 1
    assert drawn.counts[2] == 2
    assert drawn.counts[-1] == 1
    assert drawn.median == 0.12
    ends = histogram(iraq, "israeli_strike", np.array([0.0, 0.5, 1.0]))
    assert ends.edges[-1] == "100"
    assert sum(ends.counts) == 3


def test_many_rows_are_histograms_and_rows_without_difference_are_told(iraq):
    columns = layout(["framing"], iraq, written_scenario(iraq), "t").columns
    values = np.linspace(0.1, 0.4, 5000)
    [drawn] = charts(RowAnswers(iraq, columns, None, {"israeli_strike": values}))
    assert isinstance(drawn, Histogram)
    assert sum(drawn.counts) == 5000
    [told] = charts(RowAnswers(iraq, columns, None, {"israeli_strike": np.array([0.2, 0.2])}))
    assert told.text == "No outcome moves so far that it shows."


def test_what_is_taken_away_are_the_exact_figures(iraq, grid, swept):
    [lines], [heat] = charts(swept.drawn), charts(grid.drawn, ["israeli_strike"])
    rows = list(csv.reader(io.StringIO(as_csv(lines))))
    assert rows[0] == [lines.across, "outcome", "p", "low", "high"]
    assert [float(row[2]) for row in rows[1:102]] == list(lines.lines[0].values)
    assert len(list(exact(heat))) == 1 + grid.count
    bars = Bars((ChartRow("=1+1", dots=(("A", 0.25), ("B", 0.5))),), (), "x")
    rows = list(csv.reader(io.StringIO(as_csv(bars))))
    assert (rows[0][-2:], rows[1][1], rows[1][-2:]) == (["A", "B"], "'=1+1", ["0.25", "0.5"])
    assert "Liberation Sans" in standalone(lines)
    assert slug("Israel's line: “é …”") == "israel-s-line-e"


@pytest.mark.parametrize("form", ["md", "html", "docx", "pptx", "pdf"])
def test_every_format_of_a_briefing_has_them(form, swept):
    made = brief_many(swept)
    [chart] = made.section("charts").blocks
    content = render(made, form)
    text = text_of(content, form)
    assert chart.caption.split(". ")[0] in text.replace("\u00a0", " ")
    if form == "md":
        first = rounded(chart).rows[0]
        assert first[:2] == ("0 %", percent(chart.lines[0].values[0]))
        assert f"| {' | '.join(first)} |" in content.decode().translate(SPACES).replace("\\.", ".")


def test_names_at_the_ends_of_lines_do_not_lie_on_each_other():
    tops = spread([10, 12, 14, 90, 98], [20, 20, 20, 20, 20], 0, 100)
    order = sorted(tops)
    assert all(after - before >= 20 - 1e-9 for before, after in pairwise(order))
    assert order[0] >= 0
    assert order[-1] + 20 <= 100
