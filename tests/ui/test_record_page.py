"""The page Record: what is sealed, over time; what came of it is added from the page where it may be."""

from pathlib import Path

import pytest

from tests.ledger.test_watch import ROWS, feed_of
from tests.ui.browsing import Visit, barriers, served, settled
from tests.ui.driving import alone, html, sound
from tests.ui.test_screens import LAYOUT, sized
from tocsin.files.places import ledger_file
from tocsin.ledger.chain import append, read
from tocsin.ledger.entries import Resolution
from tocsin.ledger.watch import watch
from tocsin.records.scenario import baseline
from tocsin.ui.server import EDIT

STRIKE = "israeli_strike-2024-12-31"


@pytest.fixture
def path(own, iraq):
    """A ledger beside a model of one's own."""
    path = ledger_file(own)
    watch(path, iraq, baseline(iraq.name), feed_of(own.parent, iraq, *ROWS), 0.02)
    return path


def test_an_empty_record_says_how_to_begin(own):
    app = sound(alone("record_page").run())
    assert "tocsin seal --model iraq-syria-2024 --on 2024-12-01" in html(app)
    assert "tocsin watch findings.csv" in html(app)


def test_it_tells_what_changed_and_what_is_open(path):
    app = sound(alone("record_page").run())
    app = sound(app.selectbox(key="record-question").select(STRIKE).run())
    page = html(app)
    assert "Israeli strike over time" in page
    assert "mostly because a report graded B2 says that Israel calls the attacks a reason for force (Radio A)" in page
    assert "The seven days up to 11 December 2024" in page
    assert read(path).head in page


def test_what_came_of_a_question_is_added_with_its_source(path):
    app = sound(alone("record_page").run())
    app = sound(app.selectbox(key="resolve-question").select(STRIKE).run())
    app.selectbox(key="resolve-outcome").select("no")
    before = path.read_bytes()
    app = sound(app.button[-1].click().run())
    assert "say whose word it is" in html(app)
    assert path.read_bytes() == before
    app.text_input(key="resolve-source").input("UN report")
    app = sound(app.button[-1].click().run())
    assert read(path).resolutions[STRIKE].source == "UN report"
    assert f"Added: {STRIKE} is no." in html(app)
    assert "1 resolved question" in html(app)


def test_from_twenty_resolved_questions_on_there_is_a_curve(path, iraq):
    known = read(path)
    question, forecast = known.questions[STRIKE], known.main[STRIKE][0]
    entries = []
    for number in range(24):
        name, p = f"q{number}", 0.1 + 0.2 * (number % 5)
        came = Resolution(question=name, outcome="yes" if number % 3 else "no", on=question.closes, source="T")
        said = forecast.model_copy(update={"question": name, "p": p, "low": p / 2, "high": p + 0.1})
        entries += [question.model_copy(update={"id": name, "text": f"Question {number}."}), said, came]
    assert "Calibration curve" not in html(sound(alone("record_page").run()))
    append(path, lambda _: entries)
    page = html(sound(alone("record_page").run()))
    assert "Scores of 24 resolved questions" in page
    assert "Calibration curve" in page


def test_where_pages_may_not_write_the_command_stands(path, monkeypatch):
    monkeypatch.setenv(EDIT, "no")
    app = sound(alone("record_page").run())
    assert "tocsin resolve QUESTION yes" in html(app)
    assert not app.text_input


def test_a_ledger_that_was_changed_is_told(path):
    path.write_bytes(path.read_bytes().replace(b"very unlikely", b"not unlikely!", 1))
    app = sound(alone("record_page").run())
    assert "was changed since it was sealed" in html(app)


def test_a_full_record_fits_every_screen(path, browser):
    faults = []
    with served(Path.cwd()) as address:
        reader = Visit(browser, address)
        page = reader.open("record", "text=Open questions")
        for width, colours in ((390, "dark"), (1366, "light"), (320, "light")):
            sized(page, width, 900, colours)
            settled(page)
            faults += [f"{width} px, {colours}: {fault}" for fault in (*page.evaluate(LAYOUT), *barriers(page))]
        reader.close()
    assert not faults, "\n".join(faults)
