"""The network as a place to work: its drawing, an answer's figures, and what a hand does with it in a browser."""

import json
import re
from xml.etree import ElementTree

import pytest

from tests.conftest import shipped_model
from tests.ui.browsing import Visit, barriers, p_shown, settled, until
from tocsin.assessment import assess
from tocsin.records import Scenario
from tocsin.render.html import Html
from tocsin.render.layout import layers_of
from tocsin.ui import network_panel
from tocsin.ui.evidence import Setting, changed

OUTCOME, TRUCE = "infiltration", "lebanon_truce"


@pytest.fixture(scope="module")
def model():
    return shipped_model()


@pytest.fixture(scope="module")
def bare(model):
    return Scenario(scenario="x", title="x", model=model.name)


def figures(model, scenario, outcome=OUTCOME):
    return json.loads(network_panel.figures(model, assess(model, scenario), outcome))


def test_each_state_of_each_variable_can_be_set_but_of_an_index(model):
    root = ElementTree.fromstring(f"<div>{network_panel.drawing(model, {})}</div>")
    offered = {
        (button.get("data-of"), button.get("data-state")) for button in root.iter("button") if button.get("data-state")
    }
    variables = model.records.variables
    assert offered == {(n, state) for n, v in variables.items() if v.role != "index" for state in v.states}
    assert "onclick" not in ElementTree.tostring(root, "unicode")


def test_nodes_are_in_reading_order_and_apart(model):
    drawn = network_panel.drawing(model, {})
    places = [
        tuple(map(float, place))
        for place in re.findall(r'style="left:([\d.]+)px;top:([\d.]+)px;width:(\d+)px;height:(\d+)px"', drawn)
    ]
    assert [place[:2][::-1] for place in places] == sorted(place[:2][::-1] for place in places)
    for x, y, wide, tall in places:
        for left, top, width, height in places:
            assert (x, y) == (left, top) or x + wide < left or left + width < x or y + tall < top or top + height < y


def test_a_strong_arc_is_wider(model):
    parent, child = next((p, n) for n, v in model.records.variables.items() for p in v.parents)
    width = rf'data-parent="{parent}" data-child="{child}"><path[^>]*stroke-width="([\d.]+)"'
    weak, strong = (
        float(re.search(width, network_panel.drawing(model, {(parent, child): weight}))[1]) for weight in (0.1, 0.9)
    )
    assert strong > 2 * weak


def test_figures_are_the_answer_s(model, bare):
    answer = assess(model, bare)
    for name, node in figures(model, bare)["nodes"].items():
        assert node["shares"] == pytest.approx([estimate.p for estimate in answer.variables[name].values()], abs=1e-4)
        assert node["known"] == ""
        assert node["sure"] == []
        assert all(node["texts"]) == (model.records.variables[name].role != "index")


@pytest.mark.parametrize(
    ("setting", "known", "sure"),
    [
        (Setting("observed", ("collapses",)), "seen", ["collapses"]),
        (Setting("forced", ("collapses",)), "made so", ["collapses"]),
        (Setting("reported", ("collapses",), "B2"), "reported", []),
        (Setting("believed", shares={"holds": 30, "collapses": 70}), "believed", []),
    ],
)
def test_what_is_known_is_written_on_the_node(model, bare, setting, known, sure):
    node = figures(model, changed(bare, bare, TRUCE, setting, model.records))["nodes"][TRUCE]
    assert (node["known"], node["sure"]) == (known, sure)


def test_what_the_outcome_follows_from_is_lit(model, bare):
    lit = set(figures(model, bare)["lit"])
    variables = model.records.variables
    assert OUTCOME in lit
    assert TRUCE not in lit
    assert all(parent in lit for name in lit for parent in variables[name].parents)
    edges = [(parent, name) for name, variable in variables.items() for parent in variable.parents]
    layers = layers_of(tuple(variables), edges)
    assert max(lit, key=layers.__getitem__) == OUTCOME


def test_nothing_is_pale_where_nothing_leads_to_the_outcome(model, bare):
    root = next(name for name in model.records.file.outcomes[0].events if not model.records.variables[name].parents)
    assert set(figures(model, bare, root)["lit"]) == set(model.records.variables)
    assert "pale" not in network_panel.legend(model, root)


def test_text_of_a_model_stays_text(model):
    title = '<img src=x onerror="x()">'
    legend = network_panel.legend(model, OUTCOME)
    assert isinstance(legend, Html)
    variable = model.records.variables[TRUCE].model_copy(update={"title": title})
    assert "<img" not in network_panel._node(TRUCE, variable, (0.0, 0.0))


def scale(page):
    return int(page.locator(".net-tools output").inner_text().removesuffix(" %"))


def place(page):
    return page.locator(".net-frame").evaluate("frame => [frame.scrollLeft, frame.scrollTop]")


def state(page, of, name):
    return page.locator(f'.net-state[data-of="{of}"][data-state="{name}"]')


def test_a_click_on_a_state_sets_it_and_another_takes_it_back(visit):
    page = visit.open()
    before = p_shown(page, "israeli_strike")
    seen = state(page, TRUCE, "collapses")
    seen.click()
    until(page, "israeli_strike", lambda p: p != before)
    settled(page)
    assert seen.get_attribute("aria-pressed") == "true"
    assert seen.locator("b").inner_text() == "100 %"
    assert page.locator(f'[data-box="{TRUCE}"] .net-known').inner_text() == "seen"
    assert page.locator(".bench-side").get_by_label("Truce in Lebanon", exact=True).input_value() == "observed"
    seen.click()
    until(page, "israeli_strike", lambda p: p == before)
    settled(page)
    assert seen.get_attribute("aria-pressed") == "false"


def test_the_keyboard_sets_a_state_and_the_way_leads_through_nodes_and_states(visit):
    page = visit.open()
    before = p_shown(page, "israeli_strike")
    page.locator(f'[data-node="{TRUCE}"]').focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.dataset.state")
    assert focused == "collapses"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    until(page, "israeli_strike", lambda p: p != before)
    settled(page)
    assert page.evaluate("document.activeElement.dataset.state") == "collapses"


def test_arcs_into_what_is_made_so_are_dashed_and_another_state_keeps_it_so(visit):
    page = visit.open()
    page.locator(".bench-side").get_by_label("Border posture", exact=True).select_option("forced")
    page.locator('[data-box="posture"][data-kind="forced"]').wait_for()
    cut = page.locator('.net g.cut[data-child="posture"] .net-wire')
    assert cut.count() > 0
    assert cut.first.evaluate("arc => getComputedStyle(arc).strokeDasharray") != "none"
    assert page.locator(".net g.cut").count() == cut.count()
    state(page, "posture", "reinforced").click()
    page.locator('.net-state[data-of="posture"][data-state="reinforced"][aria-pressed="true"]').wait_for()
    assert page.locator('[data-box="posture"]').get_attribute("data-kind") == "forced"


def test_what_does_not_lead_to_the_chosen_outcome_is_pale(visit, model):
    page = visit.open()
    state(page, TRUCE, "collapses").click()
    page.locator(f'[data-box="{TRUCE}"][data-kind="observed"]').wait_for()
    settled(page)
    chosen = page.locator(".net-node.chosen").get_attribute("data-box")
    strong = page.locator(".net-node:not(.pale)").evaluate_all("nodes => nodes.map(node => node.dataset.box)")
    assert chosen in strong
    assert set(strong) > set(model.records.variables[chosen].parents)
    assert page.locator(".net-node.pale").count() == len(model.records.variables) - len(strong) > 0
    colours = page.locator(".net-node.pale .net-state, .net-node.chosen .net-state").evaluate_all(
        "rows => [...new Set(rows.map(row => getComputedStyle(row).color))]"
    )
    assert len(colours) == 2


def test_text_can_be_read_at_each_scale(visit):
    """12 pixels or more as shown, at first, seen whole, and enlarged."""
    page = visit.open()
    smallest = """() => Math.min(...[...document.querySelectorAll(
      '.net-node [data-node] span, .net-node .net-state span, .net-node .net-state b, .net-node .net-known')]
      .filter(text => text.offsetParent && text.textContent).map(text => parseFloat(getComputedStyle(text).fontSize)
      * text.getBoundingClientRect().width / text.offsetWidth))"""
    state(page, TRUCE, "collapses").click()
    page.locator(f'[data-box="{TRUCE}"][data-kind="observed"]').wait_for()
    for way in ("home", "fit", "in", "in", "in"):
        page.locator(f"[data-zoom={way}]").click()
        assert page.evaluate(smallest) > 11.9, way


def test_fit_shows_all_and_zoom_and_place_stay_when_an_answer_comes(visit):
    page = visit.open()
    frame = page.locator(".net-frame")
    page.locator("[data-zoom=fit]").click()
    size = frame.evaluate("frame => [frame.scrollWidth - frame.clientWidth, frame.scrollHeight - frame.clientHeight]")
    assert size == [0, 0]
    # The room beside it makes it wider than high, so that titles are whole.
    cut = page.locator(".net-node [data-node] span").evaluate_all(
        "titles => titles.filter(title => title.scrollHeight > title.clientHeight + 1).map(title => title.textContent)"
    )
    assert len(cut) <= 1, cut
    whole = scale(page)
    page.locator("[data-zoom=in]").click()
    assert scale(page) > whole
    page.locator("[data-zoom=home]").click()
    # What is under the pointer stays under it.
    frame.scroll_into_view_if_needed()
    node = page.locator(".net-node.chosen")
    box = node.bounding_box()
    page.mouse.move(box["x"] + 3, box["y"] + 3)
    old = scale(page)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -100)
    page.keyboard.up("Control")
    page.wait_for_timeout(100)
    assert scale(page) > old
    now = node.bounding_box()
    assert abs(now["x"] - box["x"]) < 5
    assert abs(now["y"] - box["y"]) < 5
    kept = scale(page), place(page)
    before = p_shown(page, "israeli_strike")
    page.locator(".bench-side").get_by_label("Truce in Lebanon", exact=True).select_option("observed")
    until(page, "israeli_strike", lambda p: p != before)
    settled(page)
    assert (scale(page), place(page)) == kept


def test_it_is_moved_by_dragging_and_by_arrow_keys_and_a_drag_sets_nothing(visit):
    page = visit.open()
    frame = page.locator(".net-frame")
    frame.scroll_into_view_if_needed()
    row = page.locator(".net-node.chosen .net-state").first
    box = row.bounding_box()
    begun, before = place(page), p_shown(page, "israeli_strike")
    page.mouse.move(box["x"] + 30, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] - 30, box["y"] - 52, steps=4)
    page.mouse.up()
    assert place(page) == [begun[0] + 60, begun[1] + 60]
    settled(page)
    assert row.get_attribute("aria-pressed") == "false"
    assert p_shown(page, "israeli_strike") == before
    frame.focus()
    moved = place(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(400)
    assert place(page)[0] > moved[0]
    assert place(page)[1] > moved[1]
    page.keyboard.press("0")
    assert "far" in frame.get_attribute("class").split()


def test_on_a_phone_the_list_comes_first_and_the_network_is_one_tap_away(browser, address):
    reader = Visit(browser, address, viewport={"width": 390, "height": 844}, has_touch=True)
    page = reader.open()
    page.locator('section[aria-label="Every variable"]').wait_for()
    settled(page)
    assert page.locator(".net-frame").count() == 0
    page.get_by_role("button", name="Network", exact=True).tap()
    page.locator(".net-node.chosen").wait_for()
    frame = page.locator(".net-frame").bounding_box()
    chosen = page.locator(".net-node.chosen").bounding_box()
    assert frame["x"] <= chosen["x"]
    assert chosen["x"] + chosen["width"] <= frame["x"] + frame["width"]
    assert frame["y"] <= chosen["y"]
    assert chosen["y"] + chosen["height"] <= frame["y"] + frame["height"]
    assert barriers(page) == []
    before = p_shown(page, "israeli_strike")
    page.locator(".net-node.chosen .net-state").last.tap()
    until(page, "israeli_strike", lambda p: p != before)
    reader.close()


def test_two_fingers_enlarge_it(browser, address):
    reader = Visit(browser, address, viewport={"width": 820, "height": 1100}, has_touch=True)
    page = reader.open()
    frame = page.locator(".net-frame")
    frame.scroll_into_view_if_needed()
    box = frame.bounding_box()
    middle, y = box["x"] + box["width"] / 2, box["y"] + 150
    old, touch = scale(page), reader.context.new_cdp_session(page)

    def fingers(kind, *apart):
        points = [{"x": middle + side * half, "y": y} for half in apart for side in (-1, 1)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    fingers("touchStart", 40)
    for half in (45, 50, 60):
        fingers("touchMove", half)
    fingers("touchEnd")
    assert scale(page) == pytest.approx(1.5 * old, abs=2)
    assert page.evaluate("visualViewport.scale") == 1
    reader.close()
