"""The page of the structure: what stays, what is asked for, and what would break, before anything is saved."""

import re
import shutil

import pytest

from tests.conftest import IRAQ
from tests.ui.driving import alone, click, html, sound
from tocsin.files import yaml12
from tocsin.model import open_model
from tocsin.ui.edit_structure import CHOSEN, NEW, PICTURE
from tocsin.ui.structure_picture import drawing


@pytest.fixture
def own(small, monkeypatch):
    """A small model of one's own."""
    monkeypatch.chdir(small.parent.parent)
    monkeypatch.setenv("TOCSIN_EDIT", "yes")
    return small


def opened(variable):
    app = alone("edit_structure")
    app.session_state[CHOSEN] = variable
    return sound(app.run())


def area(app, part, variable):
    return app.text_area(key=f"variable-{variable}-{part}")


def asked(app):
    return re.findall(r'data-number="([^"]+)"', html(app))


def give(app, variable):
    """A reason for each number that is asked."""
    for key in asked(app):
        area(app, f"{key}-because", variable).set_value("test")
    return sound(app.run())


def table(folder, variable):
    return yaml12.read(folder / "model.yaml").value["variables"][variable]["table"]


def may_save(app):
    return any((button.key or "").startswith("save-") for button in app.button)


def test_a_form_that_nobody_touched_changes_nothing(tmp_path, monkeypatch):
    shutil.copytree(IRAQ, tmp_path / "models" / IRAQ.name)
    monkeypatch.chdir(tmp_path)
    app = alone("edit_structure")
    for variable in yaml12.read(IRAQ / "model.yaml").value["variables"]:
        app.session_state[CHOSEN] = variable
        sound(app.run())
        assert asked(app) == []
        assert "What changes in the files" not in html(app), variable
    # Numbers that several tables share are no news to any of them, and go with the last of them.
    app.session_state[CHOSEN] = "attack_tempo"
    sound(app.run())
    sound(area(app, "states", "attack_tempo").set_value("few\nmany\nvery many\nuncounted").run())
    assert {key.partition(".")[0] for key in asked(app)} == {
        "attack_tempo", "framing", "israeli_strike", "wider_conflict"
    }  # fmt: skip
    app.session_state[CHOSEN] = "isis"
    sound(app.run())
    sound(area(app, "states", "isis").set_value(area(app, "states", "isis").value.partition("\n")[2]).run())
    assert "stands in no table" not in html(app)


def test_a_new_answer_keeps_the_numbers_and_asks_for_its_own_in_the_effects_too(own):
    before = table(own, "road"), table(own, "late")
    app = opened("road")
    sound(area(app, "states", "road").set_value("open\nslow\nclosed\nwashed out").run())
    assert asked(app) == ["road.base.at_least.washed_out", "late.rows.2.shares.yes"]
    assert not may_save(app)
    app = click(give(app, "road"), "save-variable-road")
    model = open_model(own)
    assert model.records.variables["road"].states == ("open", "slow", "closed", "washed_out")
    now = table(own, "road"), table(own, "late")
    assert now[0]["effects"] == before[0]["effects"]
    assert {**now[0]["base"]["at_least"], "washed_out": None} == {**before[0]["base"]["at_least"], "washed_out": None}
    assert now[1]["rows"][:2] == before[1]["rows"]


def test_an_answer_that_others_speak_of_is_not_taken_out_and_it_is_said_who(own):
    (folder := own.parent.parent / "scenarios" / "small").mkdir(parents=True)
    lines = "scenario: wet\ntitle: Wet\nmodel: small\nevidence: {road: [{observed: closed}]}\n"
    (folder / "wet.yaml").write_text(lines, "utf-8")
    app = opened("road")
    sound(area(app, "states", "road").set_value("open\nslow").run())
    text = html(app)
    assert "road has no state &#x27;closed&#x27;" in text
    assert re.search(r"statements\.yaml, line 2\d", text)
    assert "What would break: 3 places" in text
    assert "(wet.yaml, line 4)" in text
    assert not may_save(app)


def test_what_speaks_of_an_answer_speaks_of_its_parts_too(own):
    app = opened("late")
    sound(area(app, "states", "late").set_value("no\nyes\nvery late").run())
    assert "What would break: 1 place" in html(app)
    sound(app.selectbox(key="variable-late-part-very_late").set_value("yes").run())
    assert "What would break" not in html(app)
    assert asked(app) == ["late.rows.0.at_least.very_late", "late.rows.1.at_least.very_late"]
    click(give(app, "late"), "save-variable-late")
    model = open_model(own)
    assert model.records.events["late"] == ("yes", "very_late")
    assert model.priors.numbers["late.rows.1.at_least.yes"].basis == "statements"


def test_an_arrow_that_is_drawn_is_a_cause_in_the_form_and_none_goes_in_a_circle(own):
    app = opened("storm")
    app.session_state[PICTURE] = {"done": {"n": 1, "cause": "storm", "effect": "late"}}
    app = sound(app.run())
    assert app.multiselect(key="variable-late-parents").value == ["road", "storm"]
    assert asked(app) == ["late.rows.1.shares.yes", "late.rows.3.shares.yes"]
    app.session_state[PICTURE] = {"done": {"n": 2, "cause": "late", "effect": "storm"}}
    assert "arrows never go in a circle" in html(sound(app.run()))
    assert open_model(own).records.variables["late"].parents == ("road",)


def test_a_new_variable_gets_its_name_from_its_title_and_hostile_words_stay_words(own):
    words = "Fog <b>& *mist*</b>: `x` \u202etxt"
    app = opened(NEW)
    app.text_input(key=f"variable-{NEW}-title").set_value(words)
    area(app, "question", NEW).set_value("- {a: b} # no comment")
    area(app, "states", NEW).set_value("no\n<i>yes</i>")
    app = give(sound(app.run()), NEW)
    app = click(app, f"save-variable-{NEW}")
    fog = open_model(own).records.variables["fog_b_mist_b_x_txt"]
    assert (fog.title, fog.question, fog.label(fog.states[1])) == (words, "- {a: b} # no comment", "<i>yes</i>")
    assert app.session_state[CHOSEN] == "fog_b_mist_b_x_txt"
    assert "<b>& *mist*" not in html(app)
    assert "\u202e" not in html(app)
    app.session_state[CHOSEN] = "late"
    app = sound(app.run())
    assert "Fog <b>& *mist*</b>: `x` \\u202etxt" in app.multiselect(key="variable-late-parents").options


def test_in_another_order_of_answers_effects_are_told_against_the_same_one(own):
    app = opened("storm")
    sound(area(app, "states", "storm").set_value("yes\nno").run())
    assert asked(app) == []
    click(app, "save-variable-storm")
    assert table(own, "road")["reference"] == {"storm": "no"}


def test_two_outcomes_of_one_headline_are_refused_in_words(own):
    app = opened("road")
    app.session_state["variable-road-asked"] = "outcome"
    sound(app.run())
    sound(app.text_input(key="variable-road-headline").set_value("Late").run())
    assert "there is an outcome &#x27;Late&#x27; already" in html(app)
    assert not may_save(app)


def test_what_the_outcomes_become_is_seen_before_reasons_are_written(own):
    app = opened("road")
    sound(area(app, "states", "road").set_value("open\nslow\nclosed\nwashed out").run())
    assert "Outcomes before and after" in html(app)
    assert "2 numbers without a reason yet" in html(app)


def test_what_is_taken_out_leaves_its_effects_without_its_arrow(own):
    app = click(opened("storm"), "structure-remove")
    assert re.search(r"no variable &#x27;storm&#x27;.*\(statements.yaml, line 14\)", html(app))
    assert asked(app) == ["road.at_least.slow", "road.at_least.closed"]
    assert not may_save(app)
    app = click(app, "structure-keep")
    assert "What changes in the files" not in html(app)


def test_arrows_are_drawn_whatever_the_order_of_the_file_and_none_in_a_circle():
    variables = {"a": {"parents": ["b", "gone"]}, "b": {"parents": ["c"]}, "c": {"parents": ["a"]}}
    arrows = re.findall(r'data-parent="(.)" data-child="(.)"', drawing(variables, "a"))
    assert sorted(arrows) == [("b", "a"), ("c", "b")]


def test_the_shipped_network_is_seen_whole_beside_its_form():
    drawn = str(drawing(yaml12.read(IRAQ / "model.yaml").value["variables"], "assad"))
    width = re.search(r'structure-sheet" style="width:(\d+)px', drawn)
    # 700 px are beside the form at 1366, and it is drawn at four fifths of its size or more.
    assert width is not None
    assert 0.8 * int(width[1]) <= 700
