"""The page of numbers: all of them, each with its reference and who observes it."""

import pytest

from tests.conftest import shipped_model
from tests.ui.driving import alone, choose, html, sound
from tocsin.report.provenance import provenance
from tocsin.ui.edit_numbers import picture


@pytest.fixture
def page(monkeypatch, shipped):
    monkeypatch.chdir(shipped)
    return sound(alone("edit_numbers").run())


def test_a_variable_shows_each_of_its_numbers_with_reference_and_statements(page):
    option = next(option for option in page.selectbox[0].options if option.startswith("Israeli strike"))
    text = html(choose(page, "Variable", option))
    trail = provenance(shipped_model(), "israeli_strike")
    assert text.count("data-number=") == len(trail.numbers)
    assert text.count('class="density"') == len(trail.numbers)
    for number in trail.numbers:
        assert f'data-number="{number.key}"' in text
        for voice in number.voices:
            assert f'data-statement="{voice.statement.id}"' in text


def test_the_table_holds_every_number_of_the_model(page):
    page.session_state["numbers-all"] = True
    text = html(sound(page.run()))
    model = shipped_model()
    total = sum(len(provenance(model, name).numbers) for name in model.records.variables)
    assert text.count("<tr") == total + 1


def test_what_is_certain_has_no_picture():
    (weight, *_) = provenance(shipped_model(), "threat").numbers
    assert picture(weight) == ""
