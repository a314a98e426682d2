"""The page Choices: what it says is what the layers below say, and its sliders are answered at once."""

import json
import re
import shutil
from html import escape, unescape

import pytest

from tests.conftest import ROOT, call
from tests.ui.browsing import settled
from tests.ui.driving import alone, html, sound
from tests.ui.test_settings import FORCE, pick
from tocsin.choices.comparison import compare_options
from tocsin.inference import Engine
from tocsin.language import choices as words
from tocsin.report.choices import choose
from tocsin.ui import access, downloads, stakes

KEY = "iraq-syria-2024/border-and-restraint"
CROSSING = "stakes.2.loss"


@pytest.fixture
def page(at_root):
    return sound(alone("choices_page").run())


def send(app, of=KEY, moving=False, **values):
    number = sent(app)["seen"] + 1
    event = {
        "n": number,
        "of": of,
        "moving": moving,
        "values": {key.replace("__", "."): v for key, v in values.items()},
    }
    app.session_state["choosing"] = {"event": event}
    return sound(app.run())


def sent(app):
    drawn = (json.loads(one.proto.json) for one in app.get("bidi_component"))
    found = next(found for found in drawn if "sliders" in found)
    return {part: spaced(text) if isinstance(text, str) else text for part, text in found.items()}


def spaced(text):
    return text.replace("\u00a0", " ")


def test_it_says_what_the_comparison_says(page, iraq, shipped_choice):
    found = compare_options(iraq, page.session_state.scenario, shipped_choice)
    shown = html(page) + sent(page)["short"] + sent(page)["charts"] + sent(page)["options"]
    assert spaced(words.decision(shipped_choice, found)) in shown
    for option in found.options:
        assert f"{words.amount(option.loss)} {words.amounts(option.low, option.high)}" in shown
    assert "recommend" not in shown
    answer = choose(iraq, page.session_state.scenario, shipped_choice)
    would = sent(page)["would"]
    assert spaced(words.turn(iraq, shipped_choice, answer.turns[0])) in unescape(would)
    assert iraq.records.variables[answer.known.variables[0].variable].title in would
    reasons = [escape(spaced(text)) for text in words.unlearned(iraq.records, answer.known)]
    assert reasons
    assert all(text in sent(page)["knowledge"] for text in reasons)


def test_a_stake_that_is_moved_is_answered_without_the_engine(page, iraq, shipped_choice, monkeypatch):
    before = sent(page)
    monkeypatch.setattr(Engine, "posteriors", lambda *_, **__: pytest.fail("the engine was asked"))
    after = sent(send(page, stakes__2__loss=250.0, moving=True))
    assert after["seen"] == before["seen"] + 1
    assert json.loads(after["values"]) == {CROSSING: 250.0}
    moved = stakes.held(shipped_choice, {CROSSING: 250.0})
    found = compare_options(iraq, page.session_state.scenario, moved)
    assert spaced(words.decision(moved, found)) in after["short"]
    assert after["charts"] != before["charts"]
    assert after["sliders"] == before["sliders"]
    assert after["knowledge"] == f'<div class="stale">{before["knowledge"]}</div>'
    monkeypatch.undo()
    # What was meant for another choice says nothing of this one, nor does an amount that is none.
    assert json.loads(sent(send(page, of="x/y", stakes__2__loss=1.0))["values"]) == {CROSSING: 250.0}
    assert json.loads(sent(send(page, stakes__99__loss=1.0))["values"]) == {}


def test_impossible_evidence_is_told_beside_the_sliders(page):
    both = {"target": [{"observed": "none"}], "civilian_deaths": [{"observed": "yes"}]}
    content = {**page.session_state.scenario.model_dump(exclude_defaults=True), "evidence": both}
    page.session_state.scenario = type(page.session_state.scenario).model_validate(content)
    now = sent(sound(page.run()))
    assert "No answer to this scenario." in now["short"]
    assert now["sliders"]
    assert not now["charts"]


def test_a_briefing_has_the_choice_as_it_is_held(page, monkeypatch, tmp_path):
    made = {}
    monkeypatch.setattr(
        downloads, "files", lambda *offered, **_: made.update((file.name, file.make) for file in offered)
    )
    send(page, stakes__2__loss=250.0)
    path = tmp_path / "b.md"
    path.write_bytes(made["baseline_border-and-restraint.md"]())
    text = path.read_text("utf-8")
    assert "What to do about it" in text
    assert "| 250 |" in text
    assert call("verify", path).output == f"{path}: holds\n"


def test_who_may_take_nothing_away_has_no_files(page, monkeypatch):
    assert 'class="take"' in sent(page)["charts"]
    monkeypatch.setattr(access, "allows", lambda right, _=None: right != "export")
    page.run()
    assert 'class="take"' not in sent(page)["charts"]
    assert not page.button


def test_without_a_choice_file_the_page_says_how_to_write_one(tmp_path, monkeypatch, shipped):
    for kind in ("models", "scenarios"):
        shutil.copytree(shipped / kind, tmp_path / kind)
    monkeypatch.chdir(tmp_path)
    app = sound(alone("choices_page").run())
    text = re.search(r"<code>(.*?)</code>", html(app), re.DOTALL)[1]
    folder = tmp_path / "choices" / "iraq-syria-2024"
    folder.mkdir(parents=True)
    (folder / "my-choice.yaml").write_text(text, "utf-8")
    (folder / "broken.yaml").write_text("choice: broken\n", "utf-8")
    app = sound(app.run())
    assert "is best in" in sent(app)["short"]
    assert "The choice “broken” cannot be used." in html(app)


def test_a_slider_answers_while_it_is_moved(visit):
    page = visit.open("choices", "text=Costs and stakes")
    slider = page.get_by_label("The cost of “Reinforce the line with Syria”", exact=True)
    row = page.locator('[data-amount="options.reinforce.cost"]')
    figures = page.locator('[data-part="charts"] .figure').nth(1)
    before = figures.inner_text()
    box = slider.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    for share in (0.6, 0.7, 0.8, 0.9):
        page.mouse.move(box["x"] + box["width"] * share, box["y"] + box["height"] / 2)
        page.wait_for_timeout(60)
    # Before the hand lets go.
    for _ in range(200):
        if figures.inner_text() != before:
            break
        page.wait_for_timeout(25)
    assert figures.inner_text() != before
    page.mouse.up()
    answered(page)
    held = float(row.locator("[type=number]").input_value())
    assert held > 2
    assert row.get_by_role("button", pressed=True).count() == 0
    moved = figures.inner_text()
    pick(page, "Scenario", FORCE)
    assert figures.inner_text() != moved
    assert float(row.locator("[type=number]").input_value()) == held
    slider.focus()
    page.keyboard.press("ArrowLeft")
    answered(page)
    assert float(row.locator("[type=number]").input_value()) < held
    row.get_by_role("button", name="held at 1.5").press("Enter")
    answered(page)
    assert row.locator("[type=number]").input_value() == "1.5"
    page.get_by_role("button", name="All as in the file").click()
    answered(page)
    assert row.locator("[type=number]").input_value() == ""
    pick(page, "Scenario", "As things stood on 1 December 2024")
    assert figures.inner_text() == before


def answered(page):
    """Wait until nothing that was moved waits for its answer."""
    page.locator(".choosing[aria-busy=false]").wait_for()
    settled(page)


@pytest.fixture
def shipped_choice(iraq):
    from tocsin.files.choice_files import load_choice

    return load_choice(ROOT / "choices" / iraq.name / "border-and-restraint.yaml", iraq.records)
