"""The page of numbers: all of them, each with its reference and who observes it."""

import re

import pytest

from tests.conftest import shipped_model
from tests.ui.driving import alone, choose, click, html, sound
from tocsin.model import open_model
from tocsin.report.provenance import provenance
from tocsin.ui.edit_numbers import EDITED, VARIABLE, picture


@pytest.fixture
def page(monkeypatch, shipped):
    monkeypatch.chdir(shipped)
    return sound(alone("edit_numbers").run())


def test_a_variable_shows_each_of_its_numbers_with_reference_and_statements(page):
    (options,) = (box.options for box in page.selectbox if box.label == "Variable")
    option = next(option for option in options if option.startswith("Israeli strike"))
    text = html(choose(page, "Variable", option))
    trail = provenance(shipped_model(), "israeli_strike")
    assert text.count("data-number=") == len(trail.numbers)
    assert text.count('class="density"') == len(trail.numbers)
    for number in trail.numbers:
        assert f'data-number="{number.key}"' in text
        for voice in number.voices:
            assert f'data-statement="{voice.statement.id}"' in text


def test_what_is_believed_before_and_now_stands_below_the_picture_in_whole_percent():
    (number,) = provenance(shipped_model(), "syrian_advance").numbers
    text = str(picture(number)).replace("\u00a0", " ")
    assert re.findall(r"<small>(.*?)</small>", text) == ["7 %", "93 %"]
    assert "<figcaption>80 % of belief: before 20–80 %, now 20–74 %</figcaption>" in text


def test_the_table_holds_every_number_of_the_model(page):
    page.session_state["numbers-all"] = True
    text = html(sound(page.run()))
    model = shipped_model()
    total = sum(len(provenance(model, name).numbers) for name in model.records.variables)
    assert text.count("<tr") == total + 1


def test_what_is_certain_has_no_picture():
    (weight, *_) = provenance(shipped_model(), "threat").numbers
    assert picture(weight) == ""


KEY = "syrian_advance.shares.advances"
FORM = f"reference-{KEY}"


def form(app):
    return click(app, f"edit-{KEY}")


def dragged(app, low, high):
    app.session_state[f"{FORM}-range"] = {"ends": [low, high]}
    return sound(app.run())


def test_a_dragged_interval_shows_what_it_does_and_changes_one_line_of_the_file(own):
    before = (own / "model.yaml").read_text("utf-8").splitlines()
    app = dragged(form(sound(alone("edit_numbers").run())), 30, 85)
    assert "density-after" in html(app)
    assert "Outcomes before and after" in html(app)
    app = click(app, f"save-{FORM}")
    after = (own / "model.yaml").read_text("utf-8").splitlines()
    changed = [line.strip() for line in after if line not in before]
    assert changed == ["range: [30%, 85%]"]
    assert provenance(open_model(own), "syrian_advance").numbers[0].reference.range == (0.3, 0.85)


def test_what_cannot_be_stands_at_its_field_with_the_line_of_the_file(own):
    app = dragged(form(sound(alone("edit_numbers").run())), 90, 80)
    refused = re.findall(r'data-refused="([^"]+)">([^<]+)<small>([^<]+)', html(app))
    assert [(path.rsplit(".", 2)[1:], "line" in line) for path, _, line in refused] == [(["assume", "range"], True)]
    app = dragged(app, 30, 80)
    app.text_area(key=f"{FORM}-because").set_value("  ").run()
    assert 'assume.because"' in html(app)
    assert f"save-{FORM}" not in [button.key for button in app.button]


def test_a_count_takes_the_place_of_an_assumption(own):
    app = form(sound(alone("edit_numbers").run()))
    app.session_state[f"{FORM}-way"] = "base_rate"
    sound(app.run())
    app.number_input(key=f"{FORM}-events").set_value(3.0)
    app.text_area(key=f"{FORM}-cite").set_value("<img src=x> counted *here*, page 4: `{a: b}` # no").run()
    click(app, f"save-{FORM}")
    (number, *_) = provenance(open_model(own), "syrian_advance").numbers
    assert (number.reference.events, number.reference.exposure) == (3, "12 months")
    assert number.reference.cite == "<img src=x> counted *here*, page 4: `{a: b}` # no"
    assert "&lt;img src=x&gt;" in html(app)


def test_what_is_wrong_with_a_number_of_several_places_is_told_once(own):
    key = "infiltration_rabia.base.shares.yes"
    app = alone("edit_numbers")
    app.session_state[VARIABLE], app.session_state[EDITED] = "infiltration_rabia", key
    sound(app.run())
    assert "which stands in 2 places" in html(app)
    app.session_state[f"reference-{key}-range"] = {"ends": [60, 20]}
    sound(app.run())
    assert html(app).count("the lower end must be below the upper end") == 1
    assert "This cannot be saved as it is." not in html(app)
    app.session_state[f"reference-{key}-range"] = {"ends": [None, "<b>"]}
    assert "What changes in the files" not in html(sound(app.run()))


def test_a_weight_of_nothing_stands_in_its_form_as_nothing(own):
    file = own / "model.yaml"
    file.write_text(file.read_text("utf-8").replace("value: 0.4\n", "value: 0\n"), "utf-8")
    app = alone("edit_numbers")
    key = "threat.weights.infiltration"
    app.session_state[VARIABLE], app.session_state[EDITED] = "threat", key
    sound(app.run())
    assert app.number_input(key=f"reference-{key}-value").value == 0
    assert "What changes in the files" not in html(app)
