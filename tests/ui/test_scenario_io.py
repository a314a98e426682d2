"""Scenarios as files and links."""

import base64
import zlib

import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import IRAQ, ROOT, shipped_model
from tests.ui.driving import html, p
from tocsin.errors import BadInput
from tocsin.files import load_scenario
from tocsin.ui import scenario_io
from tocsin.ui.scenario_io import Shelf


def iraq():
    return shipped_model().records


SCENARIOS = sorted((ROOT / "scenarios" / IRAQ.name).glob("*.yaml"))


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_what_is_kept_comes_back(path):
    scenario = load_scenario(path, iraq())
    for back in (
        *scenario_io.from_yaml(scenario_io.as_yaml(scenario), "mine.yaml", iraq()),
        scenario_io.from_link(scenario_io.as_link(scenario, iraq().digest), iraq()),
    ):
        assert back == scenario.model_copy(update={"expected": {}})
        assert back.digest == scenario.digest


def test_several_scenarios_are_one_file_that_tocsin_reads_too(tmp_path):
    scenarios = [load_scenario(path, iraq()) for path in SCENARIOS[:3]]
    content = scenario_io.as_one_file(scenarios)
    back = scenario_io.from_yaml(content, "mine.yaml", iraq())
    assert [one.digest for one in back] == [one.digest for one in scenarios]
    path = tmp_path / "mine.yaml"
    path.write_bytes(content)
    for scenario in scenarios:
        assert load_scenario(path.with_name(f"mine.yaml#{scenario.scenario}"), iraq()).digest == scenario.digest
    (alone,) = scenario_io.from_yaml(scenario_io.as_one_file(scenarios[:1]), "mine.yaml", iraq())
    assert alone.digest == scenarios[0].digest


def test_what_a_browser_kept_of_the_shelf_comes_back(tmp_path):
    before, after = Shelf(), Shelf()
    for path in SCENARIOS[:3]:
        before.put(load_scenario(path, iraq()))
    before.in_files.add(before.scenarios[1].digest)
    scenario_io.put_stored(scenario_io.as_stored(before), after, iraq())
    assert [one.digest for one in after.scenarios] == [one.digest for one in before.scenarios]
    assert (after.in_files, after.fresh, after.refused) == (before.in_files, False, ())
    assert scenario_io.as_stored(Shelf()) == ""


def test_what_a_browser_kept_and_no_longer_fits_is_told():
    shelf = Shelf()
    text = '[[{"scenario":"x","title":"Old","model":"iraq-syria-2024","forced":{"gone":"yes"}},false]]'
    scenario_io.put_stored(text, shelf, iraq())
    assert shelf.scenarios == ()
    assert shelf.refused[0].startswith("Old: forced.gone: ")


@pytest.mark.parametrize("text", ["", "{", "[1]", "[[1, 2, 3]]", "[" * 10**5])
def test_what_no_shelf_has_written_is_left_out(text):
    shelf = Shelf()
    scenario_io.put_stored(text, shelf, iraq())
    assert (shelf.scenarios, shelf.refused, shelf.fresh) == ((), (), False)


def test_a_flaw_in_an_upload_is_told_with_its_line():
    text = b"scenario: x\ntitle: x\nmodel: iraq-syria-2024\nevidence:\n  framing: {observed: casus_beli}\n"
    with pytest.raises(BadInput) as caught:
        scenario_io.from_yaml(text, "../evil/mine.yaml", iraq())
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == ("mine.yaml", 5)
    assert "casus_belli" in problem.message


def packed(text):
    return base64.urlsafe_b64encode(zlib.compress(text)).decode()


@pytest.mark.parametrize("text", ["", packed(b"{"), packed(b"[" + b"1," * 10**6), packed(b"{}")])
def test_a_broken_link_is_refused(text):
    with pytest.raises(BadInput):
        scenario_io.from_link(text, iraq())


@pytest.mark.parametrize(
    "text", ["x", "%%%", "broken", packed(b"not JSON"), packed(b"[]"), packed(b"\xff"), packed(b"{}" + b" " * 10**6)]
)
def test_a_damaged_link_is_told_in_plain_words(text):
    with pytest.raises(BadInput) as caught:
        scenario_io.from_link(text, iraq())
    (problem,) = caught.value.problems
    assert problem.message == "its text is damaged or cut short; copy the whole address again, or ask for a new link"


def test_a_link_to_another_state_of_the_model_is_refused():
    text = b'{"scenario": "x", "title": "x", "model": "iraq-syria-2024", "model_digest": "0123456789abcdef"}'
    with pytest.raises(BadInput, match="the model has changed"):
        scenario_io.from_link(packed(text), iraq())


def test_a_broken_link_opens_the_first_preset_and_says_so(at_root):
    app = AppTest.from_file(ROOT / "app.py", default_timeout=60)
    app.query_params["scenario"] = "broken"
    app.run()
    assert not app.exception
    (warning,) = app.warning
    assert warning.value == (
        "The link could not be opened: its text is damaged or cut short; copy the whole address again, or ask for a "
        "new link."
    )
    assert "As things stood on 1 December 2024" in html(app)


def test_a_link_opens_its_scenario(monkeypatch, app):
    scenario = load_scenario(ROOT / "scenarios" / IRAQ.name / "casus-belli.yaml", iraq())
    changed = scenario.model_copy(update={"title": "From a friend", "interval": 0.5})
    linked = AppTest.from_file(ROOT / "app.py", default_timeout=60)
    linked.query_params["scenario"] = scenario_io.as_link(changed, iraq().digest)
    linked.run()
    assert not linked.exception
    assert "From a friend" in html(linked)
    assert "50 % interval" in html(linked)
    assert p(linked, "israeli_strike") > p(app, "israeli_strike")


def test_words_and_interval_are_settings(app):
    next(one for one in app.selectbox if one.label == "Interval").select(0.95).run()
    assert not app.exception
    assert "95 % interval" in html(app)
    words = next(one for one in app.selectbox if one.label == "Words")
    words.select("nato").run()
    assert not app.exception
    assert app.session_state.scenario.lexicon == "nato"
    next(one for one in app.selectbox if one.label == "Words").select("icd203").run()
    assert app.session_state.scenario.lexicon is None
