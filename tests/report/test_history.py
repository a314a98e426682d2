"""What a ledger says over time: on a page, in a briefing, and again when that is verified."""

import shutil
from datetime import date

import pytest

from tests.conftest import call
from tests.ledger.test_watch import ROWS, feed_of, watched
from tocsin.ledger.chain import read
from tocsin.ledger.sealing import resolve
from tocsin.render.plots import drawing
from tocsin.report import history
from tocsin.report.blocks import Items, Lines
from tocsin.report.chart_figures import exact, rounded

STRIKE = "israeli_strike-2024-12-31"


@pytest.fixture(scope="module")
def ledger(iraq, tmp_path_factory):
    return watched(tmp_path_factory.mktemp("ledger") / "ledger.jsonl", iraq, *ROWS).ledger


@pytest.fixture(scope="module")
def course(iraq, ledger):
    question = ledger.questions[STRIKE]
    return history.course(iraq.records, question, ledger.main[STRIKE], question.closes)


def test_a_course_has_every_forecast_on_its_day_and_the_last_one_stands(course, ledger):
    forecasts = ledger.main[STRIKE]
    assert course.lines[0].values == (*(forecast.p for forecast in forecasts), forecasts[-1].p)
    assert course.strip == (*(forecast.word for forecast in forecasts), forecasts[-1].word)
    places = [(forecast.made_on - date(2024, 12, 1)).days / 30 for forecast in forecasts]
    assert [place for place, _ in course.stops] == [*places, 1.0]
    assert course.marks == tuple((place, str(k)) for k, place in enumerate(places[1:], start=1))
    assert "In words: very unlikely, then unlikely" in course.alt


def test_it_is_drawn_in_steps_with_its_words_and_marks(course):
    picture = drawing(course)
    assert ">very unlikely</text>" in picture
    # Three days leave no room to write it.
    assert "<title>unlikely</title>" in picture
    assert ">unlikely</text>" not in picture
    assert picture.count('class="plot-cell"') == 3
    # Each step is a corner more than a line has.
    path = picture.split('class="plot-s3" d="')[1].split('"')[0]
    assert path.count("L") == 2 * (len(course.stops) - 1)


def test_its_figures_and_its_table_have_the_words(course):
    heads, first, *_ = exact(course)
    assert heads[-1] == "word"
    assert first[-1] == "very unlikely"
    table = rounded(course)
    assert table.headings[-1] == "Word"
    assert {row[-1] for row in table.rows} == {*course.strip}


def test_a_forecast_that_never_changed_has_a_course_too(iraq, ledger):
    question = ledger.questions[STRIKE]
    course = history.course(iraq.records, question, ledger.main[STRIKE][:1], date(2024, 12, 1))
    assert [place for place, _ in course.stops] == [0.0, 1.0]
    assert course.marks == ()


def test_the_last_week_and_what_is_open(iraq, ledger, tmp_path):
    last, new = history.lately(iraq.records, ledger)
    assert last == date(2024, 12, 11)
    assert {item.text.split(":")[0] for item in new.items} <= {f"{day} December 2024" for day in (5, 8, 11)}
    assert len(history.still_open(iraq.records, ledger).rows) == len(ledger.questions)
    first = ledger.until(9 + len(ledger.questions))
    rows = {row[1]: row[2] for row in history.still_open(iraq.records, first).rows}
    # Not 55 %, where the word before it ends.
    assert rows["The offensive in Syria takes Hama or Homs."].startswith("likely, 55.3")
    copy = tmp_path / "l.jsonl"
    copy.write_bytes(ledger.path.read_bytes())
    resolve(copy, STRIKE, "no", date(2024, 12, 31), "T")
    assert len(history.still_open(iraq.records, read(copy)).rows) == len(ledger.questions) - 1


def test_a_briefing_tells_what_was_sealed_and_still_holds(iraq, tmp_path, monkeypatch, shipped):
    for room in ("models", "scenarios"):
        shutil.copytree(shipped / room, tmp_path / room)
    monkeypatch.chdir(tmp_path)
    feed_of(tmp_path, iraq, *ROWS)
    call("watch", "feed.csv", "--move", "2", expect=3)
    call("resolve", STRIKE, "no", "--on", "2024-12-31", "--source", "T")
    call("brief", "--out", "out", "--format", "md")
    text = (tmp_path / "out" / "baseline.md").read_text("utf-8")
    assert "over time" in text
    assert "So far 1 question of this model is scored: Brier" in text
    assert "mostly because the chances are 20 % that ISIS" in text
    call("verify", "out/baseline.md")
    # What is sealed later changes nothing of what this briefing said.
    call("resolve", "assad-2024-12-31", "no", "--on", "2024-12-31", "--source", "T")
    assert "holds" in call("verify", "out/baseline.md").output


def test_what_is_sealed_under_another_scenario_is_another_course(iraq, ledger):
    blocks = [*history.since_sealed(iraq.records, ledger, "baseline", ["israeli_strike"])]
    assert [type(block) for block in blocks] == [Lines, Items]
    assert not [*history.since_sealed(iraq.records, ledger, "casus-belli", ["israeli_strike"])]


def test_on_a_small_screen_its_end_has_the_figure(course):
    _, drawn = drawing(course, 360).split(">", 1)
    assert ">15\N{NO-BREAK SPACE}%</text>" in drawn
    assert "Israeli strike" not in drawn


def test_a_series_is_printed_with_the_difference_of_its_figures_and_on_no_edge_of_a_word(iraq, ledger):
    forecasts = ledger.main[STRIKE]
    first, second = (
        forecast.model_copy(update={"p": p}) for forecast, p in zip(forecasts, (0.04149, 0.5527), strict=False)
    )
    rows = history.forecast_table([first, second, second], "baseline").rows
    assert [row[2] for row in rows] == ["4.1 %", "55.3 %", "55.3 %"]
    assert [row[4] for row in rows] == ["", "+51.2 points", "no change"]
