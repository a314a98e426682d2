"""From an empty page to a model that passes the check, saved at any step."""

import json
from datetime import date

import pytest

from tests.conftest import call
from tests.ui.browsing import Visit, barriers, served, settled
from tests.ui.driving import alone, click, html, sound
from tocsin.files import yaml12
from tocsin.model import open_model

HOSTILE = "<b>A ferry</b> & *ice*: `x` # ‮no"


@pytest.fixture
def empty(tmp_path, monkeypatch):
    """A folder without any model."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TOCSIN_EDIT", "yes")
    return tmp_path


def begun(title=HOSTILE, name="ferry"):
    app = sound(alone("new_model").run())
    app.text_input(key="new-model-title").set_value(title)
    app.text_input(key="new-model-name").set_value(name).run()
    return click(app, "new-model-begin")


def content(folder):
    return yaml12.read(folder / "models" / "ferry" / "model.yaml").value


def test_a_title_begins_a_model_and_what_is_missing_stands_in_words(empty):
    app = begun()
    assert content(empty)["title"] == HOSTILE
    text = html(app)
    assert "Still missing: 8 things" in text
    assert "The days that the questions are about." in text
    assert "&lt;b&gt;A ferry&lt;/b&gt; &amp; *ice*: `x` # \\u202eno" in text
    app.text_area(key="new-about-described").set_value("Whether it sails.").run()
    app = click(app, "save-new-about")
    assert "Still missing: 7 things" in html(app)
    app = click(app, "new-model-back")
    assert "description" not in content(empty)
    assert "Still missing: 8 things" in html(app)


def test_what_is_entered_as_save_is_pressed_is_saved_too(empty):
    app = begun("Ferry")
    app.text_area(key="new-about-described").set_value("Whether").run()
    app.text_area(key="new-about-described").set_value("Whether it sails.")
    click(app, "save-new-about")
    assert content(empty)["description"] == "Whether it sails."


@pytest.mark.parametrize("name", ["ferry", "a/b", "../up"])
def test_a_name_that_is_taken_or_none_is_refused_and_nothing_is_written(empty, name):
    begun()
    before = sorted(empty.rglob("*"))
    app = begun("Another", name)
    assert "It was not begun." in html(app)
    assert sorted(empty.rglob("*")) == before


def test_an_unfinished_model_is_gone_on_with(empty):
    begun()
    app = sound(alone("new_model").run())
    app = click(app, "new-model-open-ferry")
    assert "Still missing: 8 things" in html(app)


def test_days_of_any_century_can_be_given_and_what_was_said_waits_for_them(empty):
    app = ask(begun())
    app.session_state["new-model-step"] = "said"
    assert "First say up to which day" in html(sound(app.run()))
    app.session_state["new-model-step"] = "about"
    sound(app.run())
    for field, day in zip(app.date_input, (date(1912, 4, 9), date(1912, 4, 10), date(1912, 4, 17)), strict=True):
        field.set_value(day).run()
    app = click(app, "save-new-about")
    assert str(content(empty)["as_of"]) == "1912-04-09"
    app.session_state["new-model-step"] = "said"
    sound(app.run())
    sound(app.selectbox(key="new-said-0-source").set_value("+").run())
    assert app.date_input[0].max == date(1912, 4, 9)


def test_where_the_server_does_not_write_it_is_taken_away(empty, monkeypatch):
    monkeypatch.setenv("TOCSIN_EDIT", "no")
    app = begun()
    assert "lies in this session alone" in html(sound(alone("new_model").run()))
    assert "Still missing: 8 things" in html(app)
    assert not (empty / "models").exists()
    asks = next(part for part in app.get("bidi_component") if "unsaved" in part.proto.json)
    assert json.loads(asks.proto.json)["unsaved"]


def ask(app):
    """The first question."""
    app.session_state["new-model-step"] = "asked"
    sound(app.run())
    form = "new-asked-new variable-0"
    app.text_input(key=f"{form}-title").set_value("Cancelled").run()
    app.text_area(key=f"{form}-states").set_value("no\nlate\nyes").run()
    return click(app, f"save-{form}")


def test_only_what_is_given_is_saved_of_the_numbers(empty):
    app = ask(begun("Ferry"))
    assert content(empty)["outcomes"] == [{"title": "Cancelled", "events": {"cancelled": {"states": ["late", "yes"]}}}]
    app.session_state["new-model-step"] = "numbers"
    sound(app.run())
    app.text_area(key="new-numbers-cancelled.at_least.late-because").set_value("Five winters.").run()
    assert "1 number without a reason yet." in html(app)
    app = click(app, "save-new-numbers")
    steps = content(empty)["variables"]["cancelled"]["table"]["at_least"]
    assert (steps["late"]["assume"]["because"], steps["yes"]) == ("Five winters.", None)


STATEMENTS = """as_of: 2025-04-09
sources: {paper: {title: Harbour paper, publisher: Harbour, published: 2025-04-08}}
speakers: {ann: {name: Ann, role: pilot, reliability: B, incentive: none}}
statements:
- {id: S1, speaker: ann, source: paper, where: page 1, claim: Likely., words: likely, credibility: 2,
   judges: {probability: {cancelled: yes}}}
"""


def test_a_statement_under_a_name_that_is_taken_is_refused(empty):
    app = ask(begun())
    folder = empty / "models" / "ferry"
    days, held = STATEMENTS.split("\n", 1)
    with (folder / "model.yaml").open("a") as file:
        file.write(f"{days}\n")
    (folder / "statements.yaml").write_text(held)
    app.session_state["new-model-step"] = "said"
    sound(app.run())
    form = "new-said-1"
    app.session_state[f"{form}-words-kept"] = {"now": "likely"}
    for field, value in {"source": "paper", "speaker": "ann", "credibility": 2, "says": "probability"}.items():
        app.selectbox(key=f"{form}-{field}").set_value(value)
    app.text_input(key=f"{form}-where").set_value("page 2")
    app.text_area(key=f"{form}-claim").set_value("It is likely.").run()
    app.selectbox(key=f"{form}-judges-0-event").set_value("cancelled").run()
    app.multiselect(key=f"{form}-judges-0-event-cancelled-states").set_value(["yes"])
    app.text_input(key=f"{form}-id").set_value("S1")
    text = html(sound(app.run()))
    assert "This cannot be saved." in text
    assert "there is a statement &#x27;S1&#x27; already" in text


class Hand:
    """What somebody does on the page, by what is read there."""

    def __init__(self, page):
        self.page = page

    def rest(self):
        self.page.wait_for_timeout(300)
        settled(self.page)

    def write(self, label, text):
        box = self.page.get_by_role("textbox", name=label, exact=True)
        box.fill(text)
        box.blur()
        self.rest()

    def day(self, label, text):
        group = self.page.get_by_role("group", name=label, exact=True)
        group.get_by_role("spinbutton").first.click()
        self.page.keyboard.type(text.replace("-", ""))
        self.page.keyboard.press("Tab")
        # A day is heard of once its field is left.
        self.page.locator("h1").click()
        self.rest()

    def press(self, name):
        self.page.get_by_role("button", name=name, exact=True).first.click()
        self.rest()

    def step(self, name):
        self.page.get_by_text(name, exact=True).first.click()
        self.rest()

    def pick(self, label, option):
        box = self.page.get_by_role("combobox", name=label, exact=True)
        # A list that has just opened closes when the page is scrolled.
        box.scroll_into_view_if_needed()
        self.rest()
        box.click()
        self.page.get_by_role("option", name=option, exact=True).click()
        self.rest()

    def words(self, text):
        box = self.page.locator("#words-input")
        box.fill(text)
        box.press("Enter")
        self.rest()

    def pull(self, cause, effect):
        first, second = (self.page.locator(f'[data-node="{name}"]').bounding_box() for name in (cause, effect))
        self.page.mouse.move(first["x"] + 20, first["y"] + 10)
        self.page.mouse.down()
        self.page.mouse.move(second["x"] + 20, second["y"] + 10, steps=6)

    def draw(self, cause, effect):
        self.pull(cause, effect)
        self.page.mouse.up()
        self.rest()


def test_from_an_empty_page_to_a_model_that_passes_the_check(browser, tmp_path, monkeypatch):
    with served(tmp_path) as address:
        reader = Visit(browser, address)
        page = reader.open("new-model", "text=A new model")
        hand = Hand(page)
        hand.write("Title", "A ferry in winter")
        hand.press("Begin")
        hand.write("What it is about, in a sentence or two", "Whether the ferry sails in November.")
        hand.day("Known up to, the last day of evidence", "2025-11-01")
        hand.day("The questions are about the days from", "2025-11-02")
        hand.day("to", "2025-11-30")
        hand.press("Save")
        hand.step("2 What is asked")
        hand.write("Title", "Sailings")
        hand.write("The question, and what settles it", "Does the operator cancel a sailing, by its own log?")
        hand.write("Answers, from mild to worse", "all sail\ncancelled")
        hand.write("In a sentence, when the answer is “cancelled”", "the ferry is cancelled")
        hand.press("Save")
        hand.step("3 What drives it")
        hand.write("Title", "Storm")
        hand.write("The question, and what settles it", "Does the weather office report wind of 9 or more?")
        hand.write("Answers, from mild to worse", "calm\nstorm")
        hand.press("Save")
        # A stroke that the browser takes for scrolling draws nothing.
        hand.pull("storm", "sailings")
        assert page.locator(".structure-new").count() == 1
        page.evaluate("dispatchEvent(new PointerEvent('pointercancel'))")
        assert page.locator(".structure-new").count() == 0
        page.mouse.up()
        hand.rest()
        hand.draw("storm", "sailings")
        hand.press("Save")
        hand.step("4 The numbers")
        for box in page.get_by_role("textbox", name="Because", exact=True).all():
            box.fill("A winter like the last five.")
            box.blur()
            hand.rest()
        end = page.get_by_role("slider", name="Upper end, four in five of belief lie between these").first
        end.press("ArrowRight")
        hand.rest()
        hand.press("Save")
        hand.step("5 Who said what")
        hand.pick("Source", "A new source …")
        hand.write("Title", "Winter outlook")
        hand.write("Publisher", "Weather office")
        hand.day("Published on", "2025-10-30")
        hand.pick("Who said it", "Somebody new …")
        hand.write("Name", "Ann Lee")
        hand.write("Role", "forecaster")
        hand.pick("How reliable", "B: usually reliable")
        hand.write("Interest: why they may shade what they say", "none known")
        hand.write("Place in it", "page 2")
        hand.write("Claim, in your own words", "A storm is likely this month.")
        hand.words("likely")
        hand.pick("How credible it is", "2: probably true")
        hand.pick("What it says", "how likely something is")
        hand.pick("How likely is it that", "Storm")
        hand.pick("is", "storm")
        page.keyboard.press("Escape")
        hand.rest()
        assert barriers(page) == []
        hand.press("Save")
        page.locator("[data-state=passes]").wait_for()
        hand.press("Open it")
        page.locator("[data-outcome]").first.wait_for()
        reader.close()
    folder = tmp_path / "models" / "a-ferry-in-winter"
    model = open_model(folder)
    assert model.records.variables["sailings"].parents == ("storm",)
    assert model.priors.by_key["storm.shares.storm"].basis == "statements"
    # The one whose end was moved by a key.
    assert sorted(slot.quantity.assume.range for slot in model.provenance.slots) == [
        (0.2, 0.6),
        (0.2, 0.6),
        (0.2, 0.61),
    ]
    monkeypatch.chdir(tmp_path)
    assert call("check", folder.name).exit_code == 0
