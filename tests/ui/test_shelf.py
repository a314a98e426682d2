"""The session's own scenarios: kept, renamed, copied, deleted, taken away, opened, compared, and never lost."""

import json
import shutil
from datetime import datetime

import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import IRAQ, ROOT, SMALL, shipped_model
from tests.ui.browsing import Visit, barriers, p_shown, settled, until
from tests.ui.driving import alone, ask, choose, html, p, sound
from tests.ui.test_browser import boundary
from tests.ui.test_downloads import taken
from tests.ui.test_settings import box, pick, shown, to
from tocsin.files import load_model, load_scenarios
from tocsin.records import Scenario
from tocsin.ui import state
from tocsin.ui.evidence import meaning
from tocsin.ui.scenario_io import Shelf, entitled, name_of, told_apart

LINE, TRUCE = "Israel's public line on Iraq", "Truce in Lebanon"
FALL = "Damascus falls within the month"
TWO = """scenario: calm
title: A calm month
description: For the contrast.
model: iraq-syria-2024
---
scenario: force
title: A reason for force
model: iraq-syria-2024
evidence: {framing: {observed: casus_belli}}
"""


def scenario(name="x", title="X", **more):
    return Scenario(scenario=name, title=title, model="iraq-syria-2024", **more)


def test_names_and_titles_are_told_apart_and_what_is_there_is_not_put_twice():
    shelf = Shelf()
    first = shelf.put(scenario(), [scenario(interval=0.5)])
    assert (first.scenario.scenario, first.scenario.title) == ("x-copy", "X, copy")
    assert shelf.put(first.scenario) is first
    assert [copy.scenario.title for copy in (shelf.duplicate(1), shelf.duplicate(1))] == [
        "X, copy, copy",
        "X, copy, copy 2",
    ]
    assert len({kept.scenario.scenario for kept in shelf.kept}) == 3
    # A preset that comes back from a file is that preset.
    assert Shelf().put(scenario(), [scenario()]).scenario == scenario()


@pytest.mark.parametrize("length", [79, 80])
def test_no_name_or_title_grows_beyond_what_may_be(length):
    long = scenario("n" * length, "T" * 4000)
    apart = told_apart(long, [long])
    assert Scenario.model_validate(apart.model_dump()) == apart
    assert apart.scenario != long.scenario


@pytest.mark.parametrize("title", ["Unsaved, 14:32", "…", "\u0301", "e\u0301 a", "Żółw", "x" * 300, "- a -", "١٢"])
def test_a_title_makes_a_name(title):
    named = entitled(scenario(), title, "", shipped_model().records)
    assert named.scenario == name_of(title)


def test_deleting_is_undone_in_its_place():
    shelf = Shelf()
    for number in range(3):
        shelf.put(scenario(f"x{number}", f"X{number}"))
    shelf.delete(2)
    assert [kept.number for kept in shelf.kept] == [3, 1]
    shelf.put_back()
    assert [kept.number for kept in shelf.kept] == [3, 2, 1]
    shelf.put_back()
    assert len(shelf.kept) == 3


def test_a_shelf_is_at_risk_until_all_of_it_stands_in_a_file():
    shelf = Shelf()
    assert not shelf.at_risk
    kept = shelf.put(scenario())
    assert shelf.at_risk
    shelf.in_files.add(kept.scenario.digest)
    assert not shelf.at_risk
    shelf.change(kept.number, entitled(kept.scenario, "Y", "", shipped_model().records))
    assert shelf.at_risk


@pytest.fixture
def at_noon(monkeypatch):
    monkeypatch.setattr(state, "clock", lambda: datetime(2024, 12, 1, 12, 5))


def shelf_of(app, model="iraq-syria-2024"):
    shelves: dict[str, Shelf] = app.session_state["shelves"]
    return shelves[model]


def titles(app):
    model = app.session_state["model"] or "iraq-syria-2024"
    return [kept.scenario.title for kept in shelf_of(app, model).kept]


def keep(app, title, note=""):
    app.session_state["keeping"] = True
    sound(app.run())
    app.text_input(key="keep-title").set_value(title)
    app.text_area(key="keep-note").set_value(note)
    return press(app, "Keep on the shelf")


def press(app, label):
    return sound(next(one for one in app.button if one.label == label).click().run())


def opened_shelf(app):
    app.session_state["shelf-box"] = True
    return sound(app.run())


def test_what_is_kept_goes_on_under_its_title_and_note(app):
    choose(app, LINE, "observed")
    assert "not saved" in html(app)
    p_before = p(app, "israeli_strike")
    keep(app, "Mine", "Why:\nit is so.")
    now = app.session_state.scenario
    assert (now.title, now.description, now.scenario) == ("Mine", "Why:\nit is so.", "mine")
    assert p(app, "israeli_strike") == p_before
    assert "not saved" not in html(app)
    assert titles(app) == ["Mine"]
    choose(app, TRUCE, "observed")
    assert app.session_state.scenario.title == "Mine, changed"
    ask(app, "reset")
    assert app.session_state.scenario == now


def test_a_title_without_a_letter_is_refused_in_words(app):
    choose(app, LINE, "observed")
    keep(app, "  ")
    assert titles(app) == []
    assert any("title" in one.value or "text" in one.value for one in app.error)


def test_changes_are_kept_in_the_place_of_what_they_began_with(app):
    choose(app, LINE, "observed")
    keep(app, "Mine", "Note")
    choose(app, TRUCE, "observed")
    app.session_state["keeping"] = True
    sound(app.run())
    press(app, "Keep the changes in “Mine”")
    (kept,) = shelf_of(app).kept
    assert set(kept.scenario.evidence) == {"framing", "lebanon_truce"}
    assert (kept.scenario.title, kept.scenario.description) == ("Mine", "Note")
    assert app.session_state.scenario is app.session_state.start is kept.scenario


def test_what_another_scenario_takes_the_place_of_is_kept_once(app, at_noon):
    choose(app, LINE, "observed")
    choose(app, TRUCE, "observed")
    lost = app.session_state.scenario
    choose(app, "Scenario", FALL)
    (kept,) = shelf_of(app).kept
    assert (kept.scenario.title, kept.scenario.scenario) == ("Unsaved, 12:05", "unsaved-12-05")
    assert kept.scenario.description == "Changed from “As things stood on 1 December 2024”."
    assert meaning(kept.scenario) == meaning(lost)
    assert any("“Unsaved, 12:05”" in one.value for one in app.toast)
    ask(app, "undo")
    assert app.session_state.scenario == lost
    choose(app, "Scenario", FALL)
    assert titles(app) == ["Unsaved, 12:05"]


def test_reset_and_presets_leave_nothing_on_the_shelf(app):
    choose(app, "Scenario", FALL)
    choose(app, LINE, "observed")
    ask(app, "reset")
    choose(app, "Scenario", "Without Al-Sharifi")
    assert titles(app) == []


def test_rows_are_renamed_copied_deleted_and_brought_back(app):
    choose(app, LINE, "observed")
    keep(app, "Mine", "Note")
    opened_shelf(app)
    press(app, "Edit title and note")
    app.text_input(key="title-1").set_value("Ours")
    app.text_area(key="note-1").set_value("Agreed")
    press(app, "Save title and note")
    now = app.session_state.scenario
    assert (now.title, now.description, now.scenario) == ("Ours", "Agreed", "ours")
    assert app.session_state.start == now
    press(app, "Duplicate")
    assert titles(app) == ["Ours, copy", "Ours"]
    sound(app.button(key="Delete-1").click().run())
    assert titles(app) == ["Ours, copy"]
    # What is on the page stays there.
    assert app.session_state.scenario == now
    press(app, "Undo delete")
    assert titles(app) == ["Ours, copy", "Ours"]
    sound(app.button(key="Open-2").click().run())
    assert app.session_state.scenario.title == "Ours, copy"


def test_renaming_what_was_changed_since_renames_the_change(app):
    choose(app, LINE, "observed")
    keep(app, "Mine")
    choose(app, TRUCE, "observed")
    opened_shelf(app)
    press(app, "Edit title and note")
    app.text_input(key="title-1").set_value("Ours")
    press(app, "Save title and note")
    assert app.session_state.scenario.title == "Ours, changed"
    assert set(app.session_state.scenario.evidence) == {"framing", "lebanon_truce"}


def test_several_files_are_opened_at_once_and_the_faults_of_all_are_told(app):
    opened_shelf(app)
    bad = b"scenario: x\ntitel: x\nmodel: iraq-syria-2024\n"
    worse = TWO.replace("casus_belli", "casus_beli").encode()
    files = [(f"{name}.yaml", content, "application/yaml") for name, content in
             (("bad", bad), ("two", TWO.encode()), ("worse", worse))]  # fmt: skip
    sound(app.file_uploader(key="opened-files").set_value(files).run())
    assert titles(app) == ["A calm month", "A reason for force"]
    assert app.session_state.scenario.title == "A calm month"
    assert app.session_state.scenario.description == "For the contrast."
    page = html(app)
    assert "bad.yaml:2:1: titel: unknown key; did you mean &#x27;title&#x27;?" in page
    assert "worse.yaml:9:21: document 2 (force): evidence.framing: " in page


def test_a_model_that_was_changed_meanwhile_takes_no_scenario_that_does_not_fit(app):
    shelf = shelf_of(app)
    shelf.put(scenario("old", "Old", forced={"gone": "yes"}))
    before = app.session_state.scenario
    opened_shelf(app)
    press(app, "Open")
    assert app.session_state.scenario is before
    assert "Old: forced.gone: " in html(app)


def test_compare_takes_from_the_shelf_and_from_files(monkeypatch, shipped):
    monkeypatch.chdir(shipped)
    app = sound(alone("compare").run())
    files = [("two.yaml", TWO.encode(), "application/yaml")]
    sound(app.file_uploader(key="compared-files").set_value(files).run())
    assert app.multiselect[0].value[2:] == ["kept 2", "kept 1"]
    page = html(app)
    assert "A calm month" in page
    assert "A reason for force" in page
    app.multiselect[0].set_value(["kept 1", "casus-belli"]).run()
    sound(app)
    assert "<strong>A:</strong> A reason for force." in html(app).replace("\u00a0", " ")


def test_what_the_browser_kept_over_a_reload_is_on_the_shelf_again(at_root):
    app = AppTest.from_file(ROOT / "app.py", default_timeout=60)
    sound(app.run())
    text = '[[{"scenario":"mine","title":"Mine","model":"iraq-syria-2024","interval":0.5},true]]'
    app.session_state["keeper"] = {"shelf": text}
    sound(app.run())
    assert titles(app) == ["Mine"]
    assert not shelf_of(app).at_risk
    shelf_of(app).delete(1)
    sound(app.run())
    assert titles(app) == []


def told_of_loss(app):
    """Whether the browser is told to ask before it leaves."""
    sent = (json.loads(component.proto.json) for component in app.get("bidi_component"))
    return next(content["unsaved"] for content in sent if "unsaved" in content)


def test_each_model_has_its_own_shelf_and_its_work_waits(tmp_path, app_in, at_noon):
    shutil.copytree(SMALL, tmp_path / "models" / "small")
    shutil.copytree(SMALL, tmp_path / "models" / "other")
    for old, new in (("title: A small model", "title: The other"), ("model: small", "model: other")):
        path = tmp_path / "models" / "other" / "model.yaml"
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    app = app_in(tmp_path)
    choose(app, "Model", "A small model")
    choose(app, "Storm", "observed")
    keep(app, "A small storm")
    choose(app, "Storm", "nothing known")
    choose(app, "Storm", "suppose we make it so")
    work = app.session_state.scenario
    choose(app, "Model", "The other")
    assert "scenario" not in app.query_params
    assert [kept.scenario.title for kept in shelf_of(app, "small").kept] == ["A small storm"]
    assert shelf_of(app, "other").kept == []
    # Nothing is set here, and leaving would lose what waits there.
    kept = dict.fromkeys(kept.scenario.digest for kept in shelf_of(app, "small").kept)
    shelf_of(app, "small").in_files.update(kept)
    assert told_of_loss(sound(app.run()))
    shelf_of(app, "small").in_files.add(work.digest)
    assert not told_of_loss(sound(app.run()))
    choose(app, "Storm", "observed")
    keep(app, "Another storm")
    choose(app, "Model", "A small model")
    assert app.session_state.scenario == work
    assert "scenario" in app.query_params
    # The files of the model change while the work is not kept.
    path = tmp_path / "models" / "small" / "model.yaml"
    path.write_text(path.read_text("utf-8").replace("title: Storm", "title: A storm"), "utf-8")
    sound(app.run())
    assert titles(app) == ["Unsaved, 12:05", "A small storm"]
    assert shelf_of(app, "small").kept[0].scenario.forced == work.forced


# In a browser.


def observed(page, variable=LINE):
    row = page.get_by_label(variable, exact=True)
    row.select_option("observed")
    page.locator("[data-changed]", has_text=variable).wait_for()
    settled(page)


def kept_as(page, title, note):
    page.get_by_role("button", name="Keep as…").click()
    page.get_by_label("Title", exact=True).fill(title)
    page.get_by_label("Note: what it supposes, and why").fill(note)
    page.get_by_role("button", name="Keep on the shelf").click()
    page.locator(".heading", has_text=title).wait_for()
    settled(page)


def shelf_shown(page):
    page.get_by_role("button", name="Shelf and files").click()
    page.get_by_role("heading", name="Kept in this session").wait_for()
    settled(page)


def rows(page):
    return page.locator("[class*=st-key-shelf-rows] [data-testid=stCheckbox]").all_inner_texts()


def test_scenarios_are_kept_copied_deleted_brought_back_taken_away_and_opened(visit, browser, address, tmp_path):
    page = visit.open()
    observed(page)
    kept_as(page, "Mine", "Only the line.")
    p = p_shown(page, "israeli_strike")
    shelf_shown(page)
    assert barriers(page) == []
    page.get_by_role("button", name="Duplicate").click()
    page.get_by_text("Mine, copy", exact=True).first.wait_for()
    settled(page)
    assert rows(page) == ["Mine, copy", "Mine"]
    page.get_by_role("button", name="Delete").first.click()
    page.get_by_role("button", name="Undo delete").click()
    page.get_by_role("button", name="Undo delete").wait_for(state="detached")
    settled(page)
    assert rows(page) == ["Mine, copy", "Mine"]
    path = taken(page, page.get_by_role("button", name="Download all as one file (2)"), tmp_path)
    assert [one.title for one in load_scenarios(path, load_model(IRAQ))] == ["Mine, copy", "Mine"]
    page.get_by_text("Mine", exact=True).last.click()
    alone = taken(page, page.get_by_role("button", name="Download marked as one file (1)"), tmp_path / "marked")
    assert [one.description for one in load_scenarios(alone, load_model(IRAQ))] == ["Only the line."]
    two = tmp_path / "two.yaml"
    two.write_text(TWO, "utf-8")
    other = Visit(browser, address)
    theirs = other.open()
    shelf_shown(theirs)
    theirs.locator("[data-testid=stPopoverBody] input[type=file]").set_input_files([path, two])
    until(theirs, "israeli_strike", lambda shown: shown == p)
    settled(theirs)
    assert rows(theirs) == ["Mine, copy", "Mine", "A calm month", "A reason for force"]
    other.close()


def test_a_reload_brings_back_the_work_and_the_shelf_and_back_leads_away(visit):
    page = visit.page
    page.goto("about:blank")
    visit.open()
    length = page.evaluate("history.length")
    observed(page)
    kept_as(page, "Mine", "Only the line.")
    observed(page, TRUCE)
    p = p_shown(page, "israeli_strike")
    page.wait_for_timeout(600)
    # Changes of the address write no history: Back leads to the page before.
    assert page.evaluate("history.length") == length
    page.reload()
    page.locator("[data-outcome]").first.wait_for()
    page.locator(".heading", has_text="Mine, changed").wait_for()
    settled(page)
    assert p_shown(page, "israeli_strike") == p
    shelf_shown(page)
    assert rows(page) == ["Mine"]
    page.keyboard.press("Escape")
    to(page, "Why")
    assert "scenario=" in page.url


def test_the_address_is_whole_after_a_long_drag(visit, browser, address):
    page = visit.open()
    begun = p_shown(page, "israeli_strike")
    boundary(page).focus()
    for _ in range(45):
        page.keyboard.press("ArrowLeft")
        page.wait_for_timeout(20)
    for _ in range(45):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(20)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    settled(page)
    page.wait_for_timeout(800)
    p = p_shown(page, "israeli_strike")
    assert p != begun
    other = Visit(browser, address)
    theirs = other.open(page.url.removeprefix(address + "/"))
    assert p_shown(theirs, "israeli_strike") == p
    other.close()


def test_a_warning_comes_before_work_is_lost(visit, tmp_path):
    page, asked = visit.open(), []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_label("Find a variable").click()
    page.reload()
    page.locator("[data-outcome]").first.wait_for()
    settled(page)
    assert asked == []
    observed(page)
    page.reload()
    page.locator("[data-outcome]").first.wait_for()
    settled(page)
    assert asked == ["beforeunload"]
    observed(page, TRUCE)
    page.get_by_role("button", name="Keep as…").click()
    taken(page, page.get_by_role("button", name="Save as a YAML file"), tmp_path)
    page.keyboard.press("Escape")
    settled(page)
    page.reload()
    page.locator("[data-outcome]").first.wait_for()
    assert asked == ["beforeunload"]


def test_compare_offers_the_shelf(visit):
    page = visit.open()
    observed(page)
    kept_as(page, "Mine", "")
    pick(page, "Scenario", FALL)
    assert shown(page, "Scenario") == FALL
    to(page, "Compare")
    box(page, "Scenarios (two to six); the others are compared with the first").click()
    page.get_by_role("option", name="Mine (on the shelf)", exact=True).click()
    page.keyboard.press("Escape")
    settled(page)
    tags = page.locator("[data-tag-index]")
    assert tags.last.inner_text() == "Mine (on the shelf)"


def test_on_a_narrow_screen_the_shelf_stays_on_the_page(browser, address):
    reader = Visit(browser, address, viewport={"width": 390, "height": 800})
    page = reader.open()
    page.get_by_label("Find a variable").fill("public line")
    observed(page)
    kept_as(page, "A title that is longer than the page is wide, as titles of analysts are", "And a note.")
    shelf_shown(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    body = page.locator("[data-testid=stPopoverBody]").bounding_box()
    assert body["x"] >= 0
    assert body["x"] + body["width"] <= 390
    for name in ("Open", "Edit title and note", "Duplicate", "Delete"):
        button = page.locator("[data-testid=stPopoverBody]").get_by_role("button", name=name, exact=True)
        size = button.bounding_box()
        assert min(size["width"], size["height"]) >= 24, name
    reader.close()
